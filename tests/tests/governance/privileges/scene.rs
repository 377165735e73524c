//! A network as launched, with something to decide for everybody who may decide anything.

use aia_abi::{IAIATimelock, IAIAToken};
use aia_devnode::rpc::RpcError;
use aia_tests::{
    governance::{Draft, Republic, SLOW},
    staking::{Charge, UPHOLD, add_registry, aia, registry_params},
};
use alloy::{
    network::TransactionBuilder,
    primitives::{Address, B256, Bytes, U256, keccak256},
    rpc::types::TransactionRequest,
    sol_types::{SolCall, SolValue},
};
use eyre::{Result, ensure};

use super::send_as;

/// Tells the operation that waits from those that are attempted.
const SALT: B256 = B256::repeat_byte(0x5a);

/// The network and what waits in it.
pub(super) struct Scene {
    pub(super) republic: Republic,
    /// A dispute that was upheld and can be vetoed.
    pub(super) upheld: U256,
    /// A dispute that nobody has ruled yet.
    pub(super) open: U256,
    /// A registry over which the court could judge too.
    pub(super) other_registry: Address,
}

impl Scene {
    /// Launches a network, and accuses its provider twice.
    pub(super) async fn start() -> Result<Self> {
        let republic = Republic::launch().await?;
        let staking = &republic.chain.staking;
        let disputer = staking.net.account(6);
        staking.endow(&disputer, aia(1_000)).await?;
        let charge = Charge::new(staking, &republic.chain.provider, Address::ZERO);
        let upheld = staking.accuse(&disputer, &charge).await?;
        staking.rule(upheld, UPHOLD).await?;
        let open = staking.accuse(&disputer, &Charge { fault: B256::repeat_byte(0xfb), ..charge }).await?;
        let other_registry = add_registry(&staking.net, staking.court, registry_params(), 2).await?;
        Ok(Self { republic, upheld, open, other_registry })
    }

    /// Lets the proposer propose a draft, and the governor schedule an operation.
    pub(super) async fn let_governance_begin(&self) -> Result<()> {
        let Republic { governor, timelock, .. } = self.republic;
        self.republic.propose(&self.republic.proposer(), &self.draft()).await?;
        let schedule = self.scheduling(SALT);
        let scheduled = send_as(self.republic.net(), governor, timelock, schedule.abi_encode())?;
        ensure!(scheduled.success, "not scheduled: {scheduled:?}");
        Ok(())
    }

    /// Returns a proposal that does nothing.
    pub(super) fn draft(&self) -> Draft {
        Draft::new("Nothing in particular").call(self.republic.net().token, &IAIAToken::nameCall {})
    }

    /// Returns a call that schedules an operation which does nothing.
    pub(super) fn scheduling(&self, salt: B256) -> IAIATimelock::scheduleCall {
        IAIATimelock::scheduleCall {
            target: self.republic.net().token,
            value: U256::ZERO,
            data: IAIAToken::nameCall {}.abi_encode().into(),
            predecessor: B256::ZERO,
            salt,
            delay: U256::from(SLOW),
        }
    }

    /// Returns the id of the operation that the governor scheduled.
    pub(super) fn operation(&self) -> B256 {
        let IAIATimelock::scheduleCall { target, value, data, predecessor, salt, .. } = self.scheduling(SALT);
        keccak256((target, value, data, predecessor, salt).abi_encode_params())
    }

    /// Returns all that could try something, by what they are.
    pub(super) fn everybody(&self) -> [(&'static str, Address); 11] {
        let (republic, net) = (&self.republic, self.republic.net());
        [
            ("a stranger", republic.stranger().address()),
            ("the deployer", net.owner.address()),
            ("the guardian", republic.guardian().address()),
            ("the proposer", republic.proposer().address()),
            ("the arbitrator", republic.chain.staking.arbitrator().address()),
            ("the token", net.token),
            ("the registry", republic.chain.staking.registry),
            ("the court", republic.chain.staking.court),
            ("the payments contract", republic.chain.payments),
            ("the governor", republic.governor),
            ("the timelock", republic.timelock),
        ]
    }

    /// Simulates a call of anybody's.
    pub(super) fn simulate(&self, from: Address, to: Address, calldata: &Bytes) -> Result<Bytes, RpcError> {
        let request = TransactionRequest::default().with_from(from).with_to(to).with_input(calldata.clone());
        self.republic.net().api.call(&request, None)
    }
}
