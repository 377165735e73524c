//! What is proposed: payments out of the treasury and a parameter of the governor's own.

use aia_abi::{IAIAGovernor as G, IAIAToken as I};
use aia_tests::staking::aia;
use alloy::{
    primitives::{Address, B256, Bytes, U256, keccak256},
    sol_types::{SolCall, SolValue},
};

use super::side::Side;

/// Who is paid.
pub(super) const PAYEE: Address = Address::repeat_byte(0xfe);
/// Bytes of every description.
const DESCRIPTION: usize = 200;

/// One call of a proposal.
#[derive(Clone, Copy, Debug)]
enum Action {
    /// The timelock pays 1 AIA.
    Pay,
    /// The governor's threshold of proposals becomes so many AIA.
    Threshold(u64),
}
use Action::{Pay, Threshold};

/// What is proposed together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Motion {
    /// How its description begins, which tells it from others.
    pub(super) title: &'static str,
    actions: &'static [Action],
}

const fn motion(title: &'static str, actions: &'static [Action]) -> Motion {
    Motion { title, actions }
}

pub(super) const PAYMENT: Motion = motion("A payment", &[Pay]);
pub(super) const PACKAGE: Motion = motion("Two payments and a parameter", &[Pay, Threshold(2_000), Pay]);
/// Executed before others of its kind, so that none of them is the governor's first.
pub(super) const FORERUNNER: Motion = motion("A parameter, for the first time", &[Threshold(1_500)]);
pub(super) const PARAMETER: Motion = motion("A parameter", &[Threshold(3_000)]);
/// Queued, and then cancelled by the guardian.
pub(super) const GUARDED: Motion = motion("Not to be", &[Pay]);
/// Voted on by signatures.
pub(super) const SIGNED: Motion = motion("By signature", &[Pay]);
/// Voted on in parts.
pub(super) const SPLIT: Motion = motion("In parts", &[Pay]);
pub(super) const TEN: Motion = motion("By 10", &[Pay]);
pub(super) const FIFTY: Motion = motion("By 50", &[Pay]);
pub(super) const TWO_HUNDRED: Motion = motion("By 200", &[Pay]);
/// Reaches its quorum in the last hour.
pub(super) const LATE: Motion = motion("Late", &[Pay]);
/// Proposed by the proposer of [`PAYMENT`], who cancels it.
pub(super) const AGAIN: Motion = motion("Another payment", &[Pay]);
/// Proposed by the proposer of [`PACKAGE`].
pub(super) const MORE: Motion = motion("More of the same", &[Pay, Threshold(4_000), Pay]);

impl Motion {
    /// Returns the proposal's id on one side.
    pub(super) fn id(&self, side: &Side) -> U256 {
        let (targets, values, calldatas) = self.calls(side);
        keccak256((targets, values, calldatas, self.description_hash()).abi_encode_params()).into()
    }

    pub(super) fn propose(&self, side: &Side) -> G::proposeCall {
        let (targets, values, calldatas) = self.calls(side);
        G::proposeCall { targets, values, calldatas, description: self.description() }
    }

    pub(super) fn queue(&self, side: &Side) -> G::queueCall {
        let (targets, values, calldatas) = self.calls(side);
        G::queueCall { targets, values, calldatas, descriptionHash: self.description_hash() }
    }

    pub(super) fn execute(&self, side: &Side) -> G::executeCall {
        let (targets, values, calldatas) = self.calls(side);
        G::executeCall { targets, values, calldatas, descriptionHash: self.description_hash() }
    }

    pub(super) fn cancel(&self, side: &Side) -> G::cancelCall {
        let (targets, values, calldatas) = self.calls(side);
        G::cancelCall { targets, values, calldatas, descriptionHash: self.description_hash() }
    }

    fn calls(&self, side: &Side) -> (Vec<Address>, Vec<U256>, Vec<Bytes>) {
        let target = |action: &Action| match action {
            Pay => side.token,
            Threshold(_) => side.governor,
        };
        let targets = self.actions.iter().map(target).collect();
        let values = vec![U256::ZERO; self.actions.len()];
        (targets, values, self.actions.iter().map(calldata).collect())
    }

    fn description(&self) -> String {
        format!("{:.<DESCRIPTION$}", self.title)
    }

    fn description_hash(&self) -> B256 {
        keccak256(self.description())
    }
}

/// Pays [`PAYEE`] 1 AIA.
pub(super) fn payment() -> Bytes {
    I::transferCall { to: PAYEE, value: aia(1) }.abi_encode().into()
}

fn calldata(action: &Action) -> Bytes {
    match *action {
        Pay => payment(),
        Threshold(coins) => G::setProposalThresholdCall { newProposalThreshold: aia(coins) }.abi_encode().into(),
    }
}
