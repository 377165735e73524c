//! The state of the contracts, rebuilt from their logs and held against their views.

use aia_abi::{IAIAGovernor as GovernorAbi, IAIATimelock as TimelockAbi};
use aia_model::governance::model::Phase;
use alloy::primitives::{Address, U256};
use eyre::{Context, OptionExt, Result, ensure};

use super::{
    Run,
    past::{GovernorPast, OperationPast, Past, ProposalPast, TimelockPast},
    views::same,
};

impl Run<'_> {
    /// Rebuilds the state from every log since the deployment and compares it with the views.
    pub(super) fn state_follows_from_events(&self) -> Result<()> {
        let mut past = Past::new(self.live.site);
        for tx in self.live.history()? {
            past.fold(&tx).wrap_err_with(|| format!("at {}", tx.now))?;
        }
        ensure!(past == self.past, "the history tells something else than its steps");
        self.numbers_follow(&past.governor)?;
        for (id, proposal) in &past.governor.proposals {
            self.proposal_follows(*id, proposal).wrap_err_with(|| format!("proposal {id}"))?;
        }
        for timelock in past.timelocks.values() {
            self.timelock_follows(timelock).wrap_err_with(|| format!("timelock {}", timelock.address))?;
        }
        Ok(())
    }

    fn numbers_follow(&self, past: &GovernorPast) -> Result<()> {
        let live = &self.live;
        same(live.governor(&GovernorAbi::votingDelayCall {})?, past.voting_delay, "delay by events")?;
        same(live.governor(&GovernorAbi::votingPeriodCall {})?, past.voting_period, "period by events")?;
        same(live.governor(&GovernorAbi::proposalThresholdCall {})?, past.threshold, "threshold by events")?;
        let extension = live.governor(&GovernorAbi::lateQuorumVoteExtensionCall {})?;
        same(extension.to::<u64>(), past.extension, "extension by events")?;
        same(live.governor(&GovernorAbi::timelockCall {})?, past.timelock, "timelock by events")?;
        same(live.governor(&GovernorAbi::proposalGuardianCall {})?, past.guardian, "guardian by events")?;
        let term = live.governor(&GovernorAbi::guardianTermCall {})?;
        same(Some((term.expiry.to(), term.strikes)), past.term, "term by events")?;
        let timepoint = U256::from(self.model.now);
        let seen = live.governor(&GovernorAbi::quorumParamsCall { timepoint })?;
        let (_, told) = past.quorums.last().ok_or_eyre("the quorum was never told")?;
        same((seen.numerator, seen.floor, seen.cap), (told.numerator, told.floor, told.cap), "quorum by events")?;
        for (proposer, id) in &past.latest {
            let seen = live.governor(&GovernorAbi::latestProposalIdCall { proposer: *proposer })?;
            same(seen, *id, "last proposal by events")?;
        }
        Ok(())
    }

    /// G13: what is queued has the state of its operation, in the timelock in which it was queued.
    fn proposal_follows(&self, id: U256, past: &ProposalPast) -> Result<()> {
        let live = &self.live;
        let seen = live.governor(&GovernorAbi::proposalProposerCall { proposalId: id })?;
        same(seen, past.proposer, "proposer by events")?;
        let seen = live.governor(&GovernorAbi::proposalSnapshotCall { proposalId: id })?;
        same(seen, U256::from(past.start), "snapshot by events")?;
        let seen = live.governor(&GovernorAbi::proposalDeadlineCall { proposalId: id })?;
        same(seen, U256::from(past.deadline), "deadline by events")?;
        let votes = live.governor(&GovernorAbi::proposalVotesCall { proposalId: id })?;
        same([votes.againstVotes, votes.forVotes, votes.abstainVotes], past.votes, "votes by events")?;
        for (account, used) in &past.used {
            let seen = live.governor(&GovernorAbi::usedVotesCall { proposalId: id, account: *account })?;
            same(seen, *used, "votes cast by events")?;
        }
        let eta = live.governor(&GovernorAbi::proposalEtaCall { proposalId: id })?;
        same(eta, past.eta.unwrap_or_default(), "eta by events")?;
        let state = live.governor(&GovernorAbi::stateCall { proposalId: id })?;
        let expected = match past.queued {
            _ if past.executed => GovernorAbi::ProposalState::Executed,
            _ if past.canceled => GovernorAbi::ProposalState::Canceled,
            None => return Ok(()),
            Some((timelock, operation)) => {
                let operation = self.past.timelocks[&timelock].operations.get(&operation);
                match phase_of(operation, self.model.now) {
                    Phase::Unset => GovernorAbi::ProposalState::Canceled,
                    Phase::Done => GovernorAbi::ProposalState::Executed,
                    Phase::Expired => GovernorAbi::ProposalState::Expired,
                    _ => GovernorAbi::ProposalState::Queued,
                }
            }
        };
        same(state, expected, "G13: state by events")
    }

    fn timelock_follows(&self, past: &TimelockPast) -> Result<()> {
        let (live, at, now) = (&self.live, past.address, self.model.now);
        for (id, operation) in &past.operations {
            let seen = live.read(at, &TimelockAbi::getOperationStateCall { id: *id })?;
            same(seen, phase_of(Some(operation), now), "state by events")?;
        }
        same(u64::from(live.read(at, &TimelockAbi::gracePeriodCall {})?), past.grace, "grace period by events")?;
        let guardian = live.read(at, &TimelockAbi::guardianCall {})?;
        let seen = Some((guardian.account, guardian.expiry.to()));
        same(seen, past.guardian, "guardian by events")?;
        let until = live.read(at, &TimelockAbi::brakedUntilCall {})?;
        let last = past.brakes.last().map_or(0, |(_, last)| *last);
        same(until.to::<u64>(), last, "end of the brake by events")?;
        let ready = live.read(at, &TimelockAbi::brakeReadyAtCall {})?;
        let first = past.brakes.last().map_or(0, |(first, _)| first + 1_209_600);
        same(ready.to::<u64>(), first, "return of the brake by events")?;
        for (role, account) in past.roles.iter().copied() {
            ensure!(live.read(at, &TimelockAbi::hasRoleCall { role, account })?, "{account} lost {role}");
        }
        for (target, selector) in past.given_up.iter().copied() {
            let seen = live.read(at, &TimelockAbi::callDelayCall { target, selector })?;
            ensure!(seen.abdicated, "L8: {target} {selector} came back");
        }
        self.delays_follow(at, past)
    }

    fn delays_follow(&self, at: Address, past: &TimelockPast) -> Result<()> {
        let now = self.model.now;
        let least = self.live.read(at, &TimelockAbi::getMinDelayCall {})?;
        same(Some(least), past.delays.least_at(now).map(U256::from), "least delay by events")?;
        for (target, selector) in past.delays.classes.keys().copied() {
            let seen = self.live.read(at, &TimelockAbi::callDelayCall { target, selector })?;
            let expected = past.delays.own_at(target, selector, now);
            same(Some(seen.delay.into()), expected, "delay of a call's own by events")?;
        }
        Ok(())
    }
}

fn phase_of(operation: Option<&OperationPast>, now: u64) -> Phase {
    match operation {
        None => Phase::Unset,
        Some(operation) if operation.is_done() => Phase::Done,
        Some(operation) if now < operation.scheduled_at + operation.delay => Phase::Waiting,
        Some(operation) if now <= operation.expires() => Phase::Ready,
        Some(_) => Phase::Expired,
    }
}
