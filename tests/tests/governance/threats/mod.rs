//! What went wrong elsewhere, tried here; the numbers are those of the list of threats.

mod borrowed;
mod brake;
mod checkpoints;
mod code;
mod encoding;
mod expiry;
mod front_running;
mod guardian;
mod large;
mod mechanisms;
mod nested;
mod quorum;
mod reentrancy;
mod replay;
mod self_calls;
mod shortcuts;
mod signatures;
mod wallets;

use aia_abi::{
    IAIAGovernor::{GovernorUnexpectedProposalState, ProposalState},
    IAIATimelock::{OperationState, TimelockUnexpectedOperationState, executeBatchCall},
};
use aia_devnode::rpc::RpcError;
use aia_tests::{
    governance::{Dao, Draft, Timelock, operation_states, states},
    peers::artifact,
    staking::emitted,
};
use alloy::{
    contract::SolCallBuilder,
    network::{Ethereum, TransactionBuilder},
    primitives::{Address, B256, Bytes},
    providers::DynProvider,
    rpc::types::{TransactionReceipt, TransactionRequest},
    sol_types::{SolCall, SolError},
};
use eyre::Result;

use self::peers::IAccomplice;

#[allow(missing_docs)] // the contracts document themselves
mod peers {
    alloy::sol! {
        #[sol(rpc)]
        interface IAccomplice {
            event Tried(uint256 indexed step, bool ok, bytes ret);

            function prepare(address target, bytes data) external;
            function strike() external;
        }

        #[sol(rpc)]
        interface IShapeshifter {
            function place() external view returns (address);
            function parade(address target, bytes data) external;
            function disguise() external;
            function unmask() external;
        }

        interface IDisguise {
            event Acted(bool harmless);

            function act() external;
        }
    }
}

/// A contract that does what it was told to when it is struck.
type Accomplice = IAccomplice::IAccompliceInstance<DynProvider>;

/// How a step of an accomplice ended: whether it succeeded, and what it returned or was refused with.
type Tried = (bool, Bytes);

/// Deploys an accomplice of the stranger's.
async fn accomplice(dao: &Dao) -> Result<Accomplice> {
    let address = dao.net().deploy(&dao.stranger(), &artifact("Accomplice")?, Vec::new()).await?;
    Ok(IAccomplice::new(address, dao.net().provider(&dao.stranger())?))
}

/// Tells an accomplice its steps.
async fn prepare(dao: &Dao, accomplice: &Accomplice, steps: &[(Address, Bytes)]) -> Result<()> {
    for (target, data) in steps {
        dao.net().send(&accomplice.prepare(*target, data.clone())).await?;
    }
    Ok(())
}

/// Returns how the steps of an accomplice ended within a transaction, in order.
fn tried(receipt: &TransactionReceipt, accomplice: &Accomplice) -> Vec<Tried> {
    let events = emitted::<IAccomplice::Tried>(receipt, *accomplice.address());
    events.into_iter().map(|event| (event.ok, event.ret)).collect()
}

/// Simulates a call of anybody's.
fn simulate(dao: &Dao, from: Address, to: Address, calldata: impl Into<Bytes>) -> Result<Bytes, RpcError> {
    let request = TransactionRequest::default().with_from(from).with_to(to).with_input(calldata.into());
    dao.net().api.call(&request, None)
}

/// Returns how a simulated call ends that is refused.
fn reverted(error: &impl SolError) -> Result<Bytes, RpcError> {
    Err(RpcError::Reverted(error.abi_encode().into()))
}

/// Returns how a step ends that is refused.
fn refused(error: &impl SolError) -> Tried {
    (false, error.abi_encode().into())
}

/// Returns the governor's error for a proposal that is in the wrong state.
fn unexpected(draft: &Draft, current: ProposalState, expected: &[ProposalState]) -> GovernorUnexpectedProposalState {
    GovernorUnexpectedProposalState { proposalId: draft.id(), current, expectedStates: states(expected) }
}

/// Returns the timelock's error for an operation that is in the wrong state.
fn unexpected_operation(operation: B256, expected: &[OperationState]) -> TimelockUnexpectedOperationState {
    TimelockUnexpectedOperationState { operationId: operation, expectedStates: operation_states(expected) }
}

/// Returns the step of an accomplice that executes a queued proposal past the governor.
fn directly(dao: &Dao, draft: &Draft) -> (Address, Bytes) {
    let Draft { targets, values, calldatas: payloads, .. } = draft.clone();
    let (predecessor, salt) = (B256::ZERO, draft.salt(dao.governor));
    let call = executeBatchCall { targets, values, payloads, predecessor, salt };
    (dao.timelock, call.abi_encode().into())
}

/// Builds the call that executes a queued proposal past the governor.
fn execute_directly<'a>(
    dao: &Dao,
    timelock: &'a Timelock,
    draft: &Draft,
) -> SolCallBuilder<&'a DynProvider, executeBatchCall, Ethereum> {
    let Draft { targets, values, calldatas, .. } = draft.clone();
    timelock.executeBatch(targets, values, calldatas, B256::ZERO, draft.salt(dao.governor))
}
