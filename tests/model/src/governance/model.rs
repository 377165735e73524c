//! The state of the contracts and of what they call, in maps.
//!
//! A call changes the state as it goes, and one that is refused takes everything back.

use std::collections::{BTreeMap, BTreeSet};

use alloy_primitives::{Address, B256, Bytes, FixedBytes, U256};

use super::{
    plan::Plan,
    token::Token,
    world::{Code, World},
};

pub use aia_abi::{IAIAGovernor::ProposalState as State, IAIATimelock::OperationState as Phase};

/// Token, governor, timelocks and what they call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// Accounts that random operations are about; the last of them may schedule beside the governor.
    pub actors: Vec<Address>,
    /// Accounts that may be guardians, of the governor or of a timelock.
    pub guardians: Vec<Address>,
    /// Unix seconds.
    pub now: u64,
    /// The AIA token.
    pub token: Token,
    /// The governor.
    pub governor: Governor,
    /// Timelocks by address; the governor has one of them.
    pub timelocks: BTreeMap<Address, Timelock>,
    /// What governance calls and pays.
    pub world: World,
}

/// The governor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Governor {
    /// Its own address.
    pub address: Address,
    /// Who executes.
    pub timelock: Address,
    /// Who may cancel; zero for nobody.
    pub guardian: Address,
    /// Last second of the guardian's term, Unix seconds.
    pub term: u64,
    /// How many proposals the guardian may still cancel.
    pub strikes: u8,
    /// Seconds from a proposal to its snapshot.
    pub voting_delay: u64,
    /// Seconds of voting.
    pub voting_period: u64,
    /// Votes that a proposer needs, base units.
    pub threshold: U256,
    /// Seconds of voting that are left, at least, once the quorum is reached.
    pub extension: u64,
    /// What makes the quorum, from which second on, oldest first.
    pub quorums: Vec<(u64, Quorum)>,
    /// Proposals by id.
    pub proposals: BTreeMap<U256, Proposal>,
    /// Proposer → its last proposal.
    pub latest: BTreeMap<Address, U256>,
    /// Voter and key → how many nonces were used; the key zero is the plain nonce's.
    pub nonces: BTreeMap<(Address, U256), u64>,
    /// Governance calls that the proposals in execution contain and that were not made yet.
    pub allowed: Vec<Bytes>,
}

/// What makes the quorum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quorum {
    /// The part of all delegated votes, basis points.
    pub numerator: u16,
    /// The least quorum, base units.
    pub floor: U256,
    /// The largest quorum, base units.
    pub cap: U256,
}

/// A proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Who proposed it.
    pub proposer: Address,
    /// What it does, with the salt of its operation.
    pub plan: Plan,
    /// Its description.
    pub text: String,
    /// The hash of its description.
    pub description: B256,
    /// The second whose votes count, Unix seconds.
    pub start: u64,
    /// The last second of voting, Unix seconds.
    pub deadline: u64,
    /// Votes Against, For and Abstain, base units.
    pub votes: [U256; 3],
    /// Voter → votes that it cast, base units.
    pub used: BTreeMap<Address, U256>,
    /// Whether the quorum was reached.
    pub reached: bool,
    /// Whether the governor executed it.
    pub executed: bool,
    /// Whether the governor cancelled it.
    pub canceled: bool,
    /// Where it was queued.
    pub queued: Option<Queued>,
}

/// Where a proposal was queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Queued {
    /// The timelock.
    pub timelock: Address,
    /// Its operation there.
    pub operation: B256,
    /// When it can be executed, Unix seconds.
    pub eta: u64,
}

/// A timelock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timelock {
    /// Its own address.
    pub address: Address,
    /// The delay of calls that have none of their own.
    pub least: Delay,
    /// Target and selector → the delay of such calls.
    pub delays: BTreeMap<(Address, FixedBytes<4>), Delay>,
    /// Targets and selectors that were given up.
    pub abdicated: BTreeSet<(Address, FixedBytes<4>)>,
    /// For how many seconds operations can be executed that are scheduled now.
    pub grace: u64,
    /// Who may pull the brake; zero for nobody.
    pub guardian: Address,
    /// Last second of the guardian's term, Unix seconds.
    pub term: u64,
    /// Last second in which nothing is executed, Unix seconds.
    pub braked_until: u64,
    /// When the brake can be pulled again, Unix seconds.
    pub brake_ready: u64,
    /// Who has which role; the admin's is the timelock's own.
    pub roles: BTreeSet<(B256, Address)>,
    /// Operations that are scheduled or were, by id; not those that were cancelled.
    pub operations: BTreeMap<B256, Operation>,
}

/// A delay that may be about to fall.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delay {
    /// Seconds before `effect`.
    pub before: u64,
    /// Seconds from `effect` on.
    pub after: u64,
    /// Unix seconds.
    pub effect: u64,
}

/// An operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// What it is made of.
    pub plan: Plan,
    /// From when on it can be executed, Unix seconds.
    pub ready: u64,
    /// Last second in which it can be, Unix seconds.
    pub expires: u64,
    /// What ran at the targets of calls with data when it was scheduled.
    pub code: Vec<Code>,
    /// Whether it was executed.
    pub done: bool,
}

impl Delay {
    /// Returns the delay in force at an instant.
    pub fn at(&self, now: u64) -> u64 {
        if now < self.effect { self.before } else { self.after }
    }
}
