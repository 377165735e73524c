//! A network that governs itself: holders who propose and vote, a governor that counts, a timelock that executes.

mod ballots;
mod drafts;
mod events;
mod people;
mod start;
mod steps;

use aia_abi::{
    IAIAGovernor::{self, IAIAGovernorInstance, ProposalState},
    IAIATimelock::{self, IAIATimelockInstance, OperationState},
};
use alloy::{
    primitives::{Address, B256, LogData, U256, aliases::U48},
    providers::DynProvider,
    rpc::types::TransactionReceipt,
    signers::local::PrivateKeySigner,
};
use eyre::Result;

pub use self::{
    ballots::{Ballot, ExtendedBallot, Row, fractions, keyed_nonce, pack},
    drafts::Draft,
    people::{ELECTORATE, PROPOSER_VOTES, QUORUM, VOTES},
    start::{add_governance, add_governor, add_timelock, constitution, governed},
};
use crate::{Network, payments::Market, staking::DAY};

/// Seconds from a proposal to its snapshot at launch.
pub const VOTING_DELAY: u64 = DAY;
/// Seconds of voting at launch.
pub const VOTING_PERIOD: u64 = 7 * DAY;
/// Seconds of voting that a late quorum leaves at launch.
pub const LATE_EXTENSION: u64 = 2 * DAY;
/// Seconds from queue to execution at launch, unless a call has a delay of its own.
pub const DELAY: u64 = 2 * DAY;
/// Seconds from queue to execution of what is slow at launch.
pub const SLOW: u64 = 7 * DAY;
/// Seconds for which what is ready can be executed at launch.
pub const GRACE: u64 = 14 * DAY;
/// Seconds for which a brake stops all execution, and for which it then cannot be pulled.
pub const BRAKE: u64 = 7 * DAY;
/// Seconds of both guardians' terms at launch.
pub const TERM: u64 = 180 * DAY;

/// What a vote says, as the governor numbers it.
pub mod support {
    /// No.
    pub const AGAINST: u8 = 0;
    /// Yes.
    pub const FOR: u8 = 1;
    /// Present.
    pub const ABSTAIN: u8 = 2;
    /// In parts.
    pub const FRACTIONAL: u8 = 255;
}

/// Why a ballot of a batch is skipped, as the governor numbers it.
pub mod skipped {
    /// Its voter did not sign it.
    pub const UNSIGNED: u8 = 1;
    /// Its voter has no votes left.
    pub const WITHOUT_VOTES: u8 = 2;
    /// There is no such support.
    pub const NO_SUPPORT: u8 = 3;
}

/// The governor with its typed calls.
pub type Governor = IAIAGovernorInstance<DynProvider>;
/// The timelock with its typed calls.
pub type Timelock = IAIATimelockInstance<DynProvider>;

/// A chain with governor and timelock, and an electorate of a hundred million votes.
#[derive(Debug)]
pub struct Dao<N = Network> {
    /// The chain, and what is governed on it.
    pub chain: N,
    /// Where the governor is.
    pub governor: Address,
    /// Where the timelock is.
    pub timelock: Address,
}

/// A whole network, as launched: the timelock owns token, registry, court and payments contract.
pub type Republic = Dao<Market>;

impl AsRef<Network> for Network {
    fn as_ref(&self) -> &Network {
        self
    }
}

impl AsRef<Network> for Market {
    fn as_ref(&self) -> &Network {
        self.net()
    }
}

/// Returns a set of proposals' states, as the governor's errors name it.
pub fn states(of: &[ProposalState]) -> B256 {
    bits(of.iter().map(|state| u8::from(*state)))
}

/// Returns a set of operations' states, as the timelock's errors name it.
pub fn operation_states(of: &[OperationState]) -> B256 {
    bits(of.iter().map(|state| u8::from(*state)))
}

fn bits(numbers: impl Iterator<Item = u8>) -> B256 {
    numbers.fold(U256::ZERO, |set, number| set | (U256::from(1) << usize::from(number))).into()
}

/// Returns an instant as governor and timelock have it.
pub fn at(instant: u64) -> U48 {
    U48::from(instant)
}

impl<N: AsRef<Network>> Dao<N> {
    /// Returns the chain.
    pub fn net(&self) -> &Network {
        self.chain.as_ref()
    }

    /// Returns the governor as `account` calls it.
    ///
    /// # Errors
    /// When the node's own address is malformed.
    pub fn governor_as(&self, account: &PrivateKeySigner) -> Result<Governor> {
        Ok(IAIAGovernor::new(self.governor, self.net().provider(account)?))
    }

    /// Returns the timelock as `account` calls it.
    ///
    /// # Errors
    /// When the node's own address is malformed.
    pub fn timelock_as(&self, account: &PrivateKeySigner) -> Result<Timelock> {
        Ok(IAIATimelock::new(self.timelock, self.net().provider(account)?))
    }

    /// Lets time pass to an instant, Unix seconds.
    ///
    /// # Errors
    /// Never: time moves forward.
    ///
    /// # Panics
    /// When it lies in the past.
    pub fn pass_to(&self, instant: u64) -> Result<()> {
        let now = self.net().now();
        assert!(now <= instant, "{instant} has passed at {now}");
        self.net().pass(instant - now)
    }
}

/// Returns what a contract emitted within a transaction, in order.
pub fn logged(receipt: &TransactionReceipt, contract: Address) -> Vec<LogData> {
    let own = receipt.logs().iter().filter(|log| log.address() == contract);
    own.map(|log| log.inner.data.clone()).collect()
}
