//! What to wait for.

use aia_abi::{
    IAIAGovernor::ProposalState,
    IAIATimelock::{self, CallScheduled, GracePeriodChange},
};
use alloy::{
    primitives::{Address, B256},
    providers::Provider,
    rpc::types::{Filter, Log},
    sol_types::SolEvent,
};

use super::Governor;
use crate::{
    Result,
    governance::{GovernanceError, Proposal, Window},
};

/// Where a proposal stands, and when what comes next can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeline {
    /// Its state now.
    pub state: ProposalState,
    /// When it can be voted on; a late quorum moves the end.
    pub voting: Window,
    /// When it can be executed, if it is queued: not while the brake is pulled.
    pub execution: Option<Window>,
}

impl<P: Provider> Governor<P> {
    /// Reads where a proposal stands. `from_block` is one before governor and timelock were deployed, or 0.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) if it was never made, [`GovernanceError::UnknownOperation`] if
    /// `from_block` is too late, [`Error::Node`](crate::Error::Node).
    pub async fn timeline(&self, proposal: &Proposal, from_block: u64) -> Result<Timeline> {
        let id = proposal.id();
        let state = self.state(id).await?;
        let snapshot = self.contract.proposalSnapshot(id).call().await?.saturating_to::<u64>();
        let until = self.contract.proposalDeadline(id).call().await?.saturating_to();
        let execution = match state {
            ProposalState::Queued => Some(self.execution(proposal, from_block).await?),
            _ => None,
        };
        Ok(Timeline { state, voting: Window { from: snapshot.saturating_add(1), until }, execution })
    }

    /// Returns when a queued proposal can be executed.
    async fn execution(&self, proposal: &Proposal, from_block: u64) -> Result<Window> {
        let id = proposal.id();
        let ready = self.contract.proposalEta(id).call().await?.saturating_to::<u64>();
        let operation = proposal.operation_id(*self.contract.address());
        let scheduled = self.scheduled(operation, from_block).await?;
        let scheduled = scheduled.ok_or(GovernanceError::UnknownOperation(id))?;
        let grace = self.grace_period(&scheduled, from_block).await?.ok_or(GovernanceError::UnknownOperation(id))?;
        let timelock = IAIATimelock::new(scheduled.address(), self.contract.provider());
        let braked_until = timelock.brakedUntil().call().await?.saturating_to::<u64>();
        let from = ready.max(braked_until.saturating_add(1));
        Ok(Window { from, until: ready.saturating_add(grace) })
    }

    /// Returns the log with which an operation was last scheduled, in whichever of the governor's timelocks that was.
    async fn scheduled(&self, operation: B256, from_block: u64) -> Result<Option<Log>> {
        let changes = self.contract.TimelockChange_filter().from_block(from_block).query().await?;
        let timelocks: Vec<Address> = changes.iter().map(|(change, _)| change.newTimelock).collect();
        if timelocks.is_empty() {
            // A filter without addresses would match them all.
            return Ok(None);
        }
        let filter = Filter::new().address(timelocks).from_block(from_block);
        let filter = filter.event_signature(CallScheduled::SIGNATURE_HASH).topic1(operation);
        let logs = self.contract.provider().get_logs(&filter.topic2(B256::ZERO)).await;
        Ok(logs.map_err(alloy::contract::Error::from)?.into_iter().max_by_key(place))
    }

    /// Returns the grace period that was in force when something was scheduled, seconds: what is set later does not
    /// change it.
    async fn grace_period(&self, scheduled: &Log, from_block: u64) -> Result<Option<u64>> {
        let timelock = IAIATimelock::new(scheduled.address(), self.contract.provider());
        let changes = timelock.GracePeriodChange_filter().from_block(from_block).query().await?;
        let before = changes.iter().filter(|(_, log)| place(log) < place(scheduled));
        let last = before.max_by_key(|(_, log)| place(log));
        Ok(last.map(|(GracePeriodChange { newDuration, .. }, _)| u64::from(*newDuration)))
    }
}

/// Returns where a log stands among all others.
fn place(log: &Log) -> (u64, u64) {
    (log.block_number.unwrap_or(u64::MAX), log.log_index.unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_stand_by_block_and_then_by_their_number_in_it() {
        let log = |block, index| Log { block_number: Some(block), log_index: Some(index), ..Log::default() };
        let places = [log(1, 9), log(2, 0), log(2, 1)].map(|log| place(&log));
        assert!(places.is_sorted());
        assert_eq!(places, [(1, 9), (2, 0), (2, 1)]);
    }
}
