//! A proposal as its event tells of it.

use aia_abi::IAIAGovernor::ProposalCreated;
use alloy::{
    primitives::{Address, Bytes, LogData, U256},
    sol_types::{SolEvent, SolValue},
};

use super::{GovernanceError, Proposal};

/// What the event holds. Description and signatures are read as bytes, which need not be text.
type Data = (U256, Address, Vec<Address>, Vec<U256>, Vec<Bytes>, Vec<Bytes>, U256, U256, Bytes);

/// Seconds from one instant to another, both of them included; none at all if `until` is the earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first second, Unix seconds.
    pub from: u64,
    /// The last second, Unix seconds.
    pub until: u64,
}

/// A proposal that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    /// What was proposed.
    pub proposal: Proposal,
    /// By whom.
    pub proposer: Address,
    /// When it can be voted on; a late quorum moves the end.
    pub voting: Window,
}

impl Created {
    /// Reads a `ProposalCreated`, and checks that what it tells is the proposal that it names.
    ///
    /// # Errors
    /// [`GovernanceError::NotCreated`], [`GovernanceError::NoCalls`], [`GovernanceError::Lengths`],
    /// [`GovernanceError::WrongId`].
    pub fn decode(log: &LogData) -> Result<Self, GovernanceError> {
        if log.topics() != [ProposalCreated::SIGNATURE_HASH] {
            return Err(GovernanceError::NotCreated);
        }
        let data = Data::abi_decode_params(&log.data).map_err(|_| GovernanceError::NotCreated)?;
        let (named, proposer, targets, values, _, calldatas, start, end, description) = data;
        let proposal = Proposal::from_arrays((targets, values, calldatas), description)?;
        let found = proposal.id();
        if found != named {
            return Err(GovernanceError::WrongId { named, found });
        }
        // Votes are counted as they stand at the end of the start, so voting begins a second later.
        let from = start.saturating_to::<u64>().saturating_add(1);
        Ok(Self { proposal, proposer, voting: Window { from, until: end.saturating_to() } })
    }

    /// Returns the id that an event names, whatever else it tells.
    pub(super) fn named(log: &LogData) -> Option<U256> {
        log.data.first_chunk::<32>().map(|word| U256::from_be_bytes(*word))
    }
}
