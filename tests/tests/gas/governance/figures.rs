//! What is measured, and the most that it may cost on cached programs.

/// The most that an operation may cost.
#[derive(Clone, Copy, Debug)]
pub(super) enum Aim {
    /// So much gas.
    AtMost(u64),
    /// What OpenZeppelin's costs.
    Peer,
    /// OpenZeppelin has no such thing.
    Free,
}
use Aim::{AtMost, Free, Peer};

/// The most that a vote may cost.
const VOTE: Aim = AtMost(75_000);
/// The most that a ballot of a batch may cost, without its calldata and its part of the 21,000.
pub(super) const BALLOT: u64 = 40_000;
/// The most bytes of calldata that it may have.
pub(super) const BALLOT_BYTES: u64 = 90;

/// All operations that are measured, in the order of the table.
pub(super) const OPERATIONS: [(&str, Aim); 31] = [
    ("propose, 1 action, a proposer's first", Peer),
    ("propose, 1 action, a proposer's later", Peer),
    ("propose, 3 actions, a proposer's first", Peer),
    ("propose, 3 actions, a proposer's later", Peer),
    ("castVote, the first For", VOTE),
    ("castVote, a later For", VOTE),
    ("castVote, a later For, of a delegate with a history", VOTE),
    ("castVote, the first Against", VOTE),
    ("castVote, reaches the quorum", VOTE),
    ("castVote, reaches the quorum late", VOTE),
    ("castVote, a later For, after the quorum", VOTE),
    ("castVoteWithReason, a later For", Peer),
    ("castVoteBySig, keyed nonce, the first For", Peer),
    ("castVoteBySig, keyed nonce, a later For", Peer),
    ("castVoteBySig, plain nonce, the voter's first", Peer),
    ("castVoteBySig, plain nonce, the voter's second", Peer),
    ("castVoteWithReasonAndParams, three ways, the first", Peer),
    ("castVoteWithReasonAndParams, three ways, the same voter again", Peer),
    ("queue, 1 action", Peer),
    ("queue, 3 actions", Peer),
    ("execute, 1 action: a payment", Peer),
    ("execute, 1 action: a parameter", Peer),
    ("execute, 3 actions: two payments and a parameter", Peer),
    ("cancel, by the proposer, pending", Peer),
    ("cancel, by the guardian, queued", Peer),
    ("timelock: schedule, a payment", Peer),
    ("timelock: execute, a payment", Peer),
    ("timelock: execute, updateDelay", Peer),
    ("timelock: schedule, setCallDelay", Free),
    ("timelock: execute, setCallDelay", Free),
    ("timelock: brake", Free),
];
