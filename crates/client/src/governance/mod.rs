//! The off-chain half of the governor: what is proposed, what it would do, and votes of people without ether.
//!
//! A proposer drafts a [`Proposal`] of typed calls.
//! Everybody else reads it back from its event and has a [`Directory`] say what it would do, call by call.
//! Voters sign a [`Ballot`] each; a relayer collects them as [`Ballots`] and settles them by the hundred through a
//! [`Governor`], which also queues and executes, and says when the time for that is.

mod ballot;
mod ballots;
mod created;
mod directory;
mod domain;
mod draft;
mod error;
mod explanation;
mod governor;
mod nested;
mod proposal;
mod signed;
mod values;

pub use aia_abi::IAIAGovernor::ProposalState;
pub use ballot::{Ballot, ExtendedBallot, Shares, Support, keyed_nonce};
pub use ballots::{Ballots, Dropped, ROW};
pub use created::{Created, Window};
pub use directory::{Directory, MAX_DEPTH};
pub use domain::{Domain, Members, Vote};
pub use draft::{Call, Draft};
pub use error::GovernanceError;
pub use explanation::{Action, Decoded, Delay, Explanation, Step};
pub use governor::{Counted, Governor, Limit, Relayed, SkipReason, Skipped, Timeline};
pub use proposal::Proposal;
pub use signed::SignedBallot;
