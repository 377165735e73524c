//! Why something is not proposed, read, signed or relayed.

use alloy::primitives::{Address, U256};

/// What is wrong with a proposal or with ballots, before any contract is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GovernanceError {
    /// A proposal makes one call at least.
    #[error("the proposal has no calls")]
    NoCalls,
    /// The title is empty, or has more than one line.
    #[error("a title is one line that is not empty")]
    Title,
    /// The text ends like a description that only this account may propose, and nobody asked for that.
    #[error("the text ends with a mark that lets only {0} propose it")]
    HiddenProposer(Address),
    /// There are not as many targets, values and calldatas.
    #[error("{targets} targets, {values} values and {calldatas} calldatas are no list of calls")]
    Lengths {
        /// How many targets.
        targets: usize,
        /// How many values.
        values: usize,
        /// How many calldatas.
        calldatas: usize,
    },
    /// A log does not tell of a proposal.
    #[error("the log is no ProposalCreated")]
    NotCreated,
    /// The calls and the description in an event are those of another proposal than it says.
    #[error("the event names proposal {named}, its content is proposal {found}")]
    WrongId {
        /// What the event says.
        named: U256,
        /// What its content hashes to.
        found: U256,
    },
    /// There is no such proposal in these blocks.
    #[error("proposal {0} was not made in these blocks")]
    UnknownProposal(U256),
    /// The proposal is queued, and the timelock does not tell of it in these blocks.
    #[error("proposal {0} was not queued in these blocks")]
    UnknownOperation(U256),
    /// The ballots are signed for another governor.
    #[error("the ballots are for governor {found}, not for {expected}")]
    OtherGovernor {
        /// Which governor was to be called.
        expected: Address,
        /// Whose ballots they are.
        found: Address,
    },
    /// The governor would count none of the ballots, so nothing was sent.
    #[error("the governor would count none of {0} ballots")]
    NothingCounts(usize),
    /// One ballot alone takes more gas than a transaction may.
    #[error("one ballot takes {needed} gas, the limit is {limit}")]
    GasLimit {
        /// What it takes.
        needed: u64,
        /// What it may.
        limit: u64,
    },
}
