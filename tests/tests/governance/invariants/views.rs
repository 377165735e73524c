//! What the contracts' views tell, beside the model.

use std::fmt::Debug;

use aia_abi::{IAIAGovernor as GovernorAbi, IAIATimelock as TimelockAbi, IAIAToken as TokenAbi};
use aia_model::governance::{
    ADMIN, canceller_role, executor_role,
    model::{Phase, Quorum, State},
    plan::{nonce_key, split},
    proposer_role,
};
use alloy::primitives::{
    Address, B256, U256,
    aliases::{U96, U192},
};
use eyre::{Result, ensure};
use rand::Rng;

use super::{GENESIS, Run};

/// How many proposals, and how many operations, are looked at each time.
const SAMPLES: usize = 8;

pub(super) fn same<T: PartialEq + Debug>(seen: T, expected: T, what: &str) -> Result<()> {
    ensure!(seen == expected, "{what}: the contracts say {seen:?}, not {expected:?}");
    Ok(())
}

/// The token.
impl Run<'_> {
    pub(super) fn compare_token(&mut self) -> Result<()> {
        let at = self.rng.random_range(GENESIS..self.model.now);
        let (live, token, timepoint) = (&self.live, &self.model.token, U256::from(at));
        for account in self.everyone() {
            same(live.token(&TokenAbi::balanceOfCall { account })?, token.balance_of(account), "balance")?;
            same(live.token(&TokenAbi::getVotesCall { account })?, token.votes_of(account), "votes")?;
            let past = live.token(&TokenAbi::getPastVotesCall { account, timepoint })?;
            same(past, token.past_votes(account, at), "past votes")?;
            let votes = live.governor(&GovernorAbi::getVotesCall { account, timepoint })?;
            same(votes, past, "votes by the governor")?;
        }
        let delegated = live.token(&TokenAbi::getTotalDelegationAtCall { timepoint })?;
        same(delegated, token.past_delegation(at), "votes that are delegated")
    }
}

/// The governor.
impl Run<'_> {
    pub(super) fn compare_governor(&mut self) -> Result<()> {
        let at = self.rng.random_range(GENESIS..self.model.now);
        let (live, governor, now) = (&self.live, &self.model.governor, self.model.now);
        same(live.governor(&GovernorAbi::tokenCall {})?, self.model.token.address, "token")?;
        same(live.governor(&GovernorAbi::timelockCall {})?, governor.timelock, "timelock")?;
        same(live.governor(&GovernorAbi::proposalGuardianCall {})?, governor.guardian, "guardian")?;
        let term = live.governor(&GovernorAbi::guardianTermCall {})?;
        same((term.expiry.to::<u64>(), term.strikes), (governor.term, governor.strikes), "term")?;
        same(live.governor(&GovernorAbi::votingDelayCall {})?, U256::from(governor.voting_delay), "delay")?;
        same(live.governor(&GovernorAbi::votingPeriodCall {})?, U256::from(governor.voting_period), "period")?;
        same(live.governor(&GovernorAbi::proposalThresholdCall {})?, governor.threshold, "threshold")?;
        let extension = live.governor(&GovernorAbi::lateQuorumVoteExtensionCall {})?;
        same(extension.to::<u64>(), governor.extension, "extension")?;
        let newest = governor.quorum_at(now);
        let numerator = live.governor(&GovernorAbi::quorumNumerator_0Call {})?;
        same(numerator, U256::from(newest.numerator), "numerator")?;
        for timepoint in [at, now, now + 1_000] {
            let Quorum { numerator, floor, cap } = governor.quorum_at(timepoint);
            let timepoint = U256::from(timepoint);
            let seen = live.governor(&GovernorAbi::quorumParamsCall { timepoint })?;
            let expected = (numerator, U96::from(floor), U96::from(cap));
            same((seen.numerator, seen.floor, seen.cap), expected, "what makes the quorum")?;
            let seen = live.governor(&GovernorAbi::quorumNumerator_1Call { timepoint })?;
            same(seen, U256::from(numerator), "past numerator")?;
        }
        let quorum = live.governor(&GovernorAbi::quorumCall { timepoint: U256::from(at) })?;
        same(quorum, self.model.quorum(at), "quorum")?;
        for owner in self.model.actors.iter().copied() {
            let nonce = live.governor(&GovernorAbi::nonces_0Call { owner })?;
            same(nonce, governor.nonce(owner, U256::ZERO), "plain nonce")?;
            let last = live.governor(&GovernorAbi::latestProposalIdCall { proposer: owner })?;
            same(last, governor.latest.get(&owner).copied().unwrap_or_default(), "last proposal")?;
        }
        Ok(())
    }

    /// Returns all proposals, or some, most of which are not over.
    pub(super) fn chosen_proposals(&mut self, all: bool) -> Vec<U256> {
        let ids: Vec<U256> = self.model.governor.proposals.keys().copied().collect();
        if all {
            return ids;
        }
        let is_open = |id: &&U256| {
            matches!(self.model.state(**id), Some(State::Pending | State::Active | State::Succeeded | State::Queued))
        };
        let open: Vec<U256> = ids.iter().filter(is_open).copied().collect();
        let mut chosen = self.sample(&open, SAMPLES);
        chosen.extend(self.sample(&ids, 2));
        chosen
    }

    pub(super) fn compare_proposal(&mut self, id: U256) -> Result<()> {
        let (live, proposal) = (&self.live, &self.model.governor.proposals[&id]);
        let state = live.governor(&GovernorAbi::stateCall { proposalId: id })?;
        same(Some(state), self.model.state(id), "state")?;
        let seen = live.governor(&GovernorAbi::proposalSnapshotCall { proposalId: id })?;
        same(seen, U256::from(proposal.start), "snapshot")?;
        let seen = live.governor(&GovernorAbi::proposalDeadlineCall { proposalId: id })?;
        same(seen, U256::from(proposal.deadline), "deadline")?;
        same(live.governor(&GovernorAbi::proposalProposerCall { proposalId: id })?, proposal.proposer, "proposer")?;
        let eta = proposal.queued.map_or(U256::ZERO, |queued| U256::from(queued.eta));
        same(live.governor(&GovernorAbi::proposalEtaCall { proposalId: id })?, eta, "eta")?;
        ensure!(live.governor(&GovernorAbi::proposalNeedsQueuingCall { proposalId: id })?, "it needs no queuing");
        let votes = live.governor(&GovernorAbi::proposalVotesCall { proposalId: id })?;
        same([votes.againstVotes, votes.forVotes, votes.abstainVotes], proposal.votes, "votes")?;
        for account in self.everyone() {
            let used = proposal.used.get(&account).copied().unwrap_or_default();
            same(live.governor(&GovernorAbi::usedVotesCall { proposalId: id, account })?, used, "votes cast")?;
            let voted = live.governor(&GovernorAbi::hasVotedCall { proposalId: id, account })?;
            same(voted, !used.is_zero(), "whether votes were cast")?;
        }
        let key = nonce_key(id);
        for owner in self.model.actors.iter().copied() {
            let nonce = live.governor(&GovernorAbi::nonces_1Call { owner, key: U192::from(key) })?;
            same(nonce, self.model.governor.nonce(owner, key), "nonce of a proposal")?;
        }
        let (targets, values, calldatas) = split(&proposal.plan.actions);
        let call = GovernorAbi::hashProposalCall { targets, values, calldatas, descriptionHash: proposal.description };
        same(live.governor(&call)?, id, "G10: id")?;
        self.g2_and_g3_nothing_turns_back(id)
    }

    pub(super) fn sample<T: Copy>(&mut self, items: &[T], count: usize) -> Vec<T> {
        let count = if items.is_empty() { 0 } else { count };
        (0..count).map(|_| items[self.rng.random_range(0..items.len())]).collect()
    }
}

/// Timelocks.
impl Run<'_> {
    pub(super) fn compare_timelock(&self, at: Address) -> Result<()> {
        let (live, timelock, now) = (&self.live, &self.model.timelocks[&at], self.model.now);
        let least = live.read(at, &TimelockAbi::getMinDelayCall {})?;
        same(least, U256::from(timelock.least.at(now)), "least delay")?;
        same(u64::from(live.read(at, &TimelockAbi::gracePeriodCall {})?), timelock.grace, "grace period")?;
        let until = live.read(at, &TimelockAbi::brakedUntilCall {})?;
        same(until.to(), timelock.braked_until, "end of the brake")?;
        let ready = live.read(at, &TimelockAbi::brakeReadyAtCall {})?;
        same(ready.to(), timelock.brake_ready, "return of the brake")?;
        let guardian = live.read(at, &TimelockAbi::guardianCall {})?;
        same((guardian.account, guardian.expiry.to()), (timelock.guardian, timelock.term), "guardian")?;
        for account in self.everyone() {
            // L3: nobody but the timelock is admin.
            for role in [ADMIN, proposer_role(), executor_role(), canceller_role()] {
                let seen = live.read(at, &TimelockAbi::hasRoleCall { role, account })?;
                same(seen, timelock.has_role(role, account), "role")?;
            }
        }
        for (target, selector) in timelock.delays.keys().chain(&timelock.abdicated).copied() {
            let seen = live.read(at, &TimelockAbi::callDelayCall { target, selector })?;
            let delay = timelock.delays.get(&(target, selector)).copied().unwrap_or_default();
            let seen = [u64::from(seen.delay), u64::from(seen.next), seen.effect.to(), u64::from(seen.abdicated)];
            let given_up = timelock.abdicated.contains(&(target, selector));
            same(seen, [delay.at(now), delay.after, delay.effect, u64::from(given_up)], "delay of a call's own")?;
        }
        for (account, wei) in &self.model.world.wei {
            same(live.wei(*account), *wei, "wei")?;
        }
        Ok(())
    }

    /// Returns all operations, or some, most of which are pending.
    pub(super) fn chosen_operations(&mut self, at: Address, all: bool) -> Vec<B256> {
        let (timelock, now) = (&self.model.timelocks[&at], self.model.now);
        let ids: Vec<B256> = timelock.operations.keys().copied().collect();
        if all {
            return ids;
        }
        let is_pending = |id: &&B256| matches!(timelock.phase(**id, now), Phase::Waiting | Phase::Ready);
        let pending: Vec<B256> = ids.iter().filter(is_pending).copied().collect();
        let mut chosen = self.sample(&pending, SAMPLES);
        chosen.extend(self.sample(&ids, 2));
        chosen
    }

    pub(super) fn compare_operation(&self, at: Address, id: B256) -> Result<()> {
        let (live, timelock) = (&self.live, &self.model.timelocks[&at]);
        let (phase, operation) = (timelock.phase(id, self.model.now), &timelock.operations[&id]);
        same(live.read(at, &TimelockAbi::getOperationStateCall { id })?, phase, "state")?;
        let timestamp = if operation.done { 1 } else { operation.ready };
        same(live.read(at, &TimelockAbi::getTimestampCall { id })?, U256::from(timestamp), "timestamp")?;
        let seen = [
            live.read(at, &TimelockAbi::isOperationCall { id })?,
            live.read(at, &TimelockAbi::isOperationPendingCall { id })?,
            live.read(at, &TimelockAbi::isOperationReadyCall { id })?,
            live.read(at, &TimelockAbi::isOperationDoneCall { id })?,
        ];
        let (ready, done) = (phase == Phase::Ready, phase == Phase::Done);
        same(seen, [true, ready || phase == Phase::Waiting, ready, done], "what it is")?;
        let (targets, values, payloads) = split(&operation.plan.actions);
        let call = TimelockAbi::getRequiredDelayCall { targets, values, payloads };
        if let Ok(required) = live.read(at, &call) {
            let actions = operation.plan.actions.iter();
            let longest = actions.map(|action| timelock.delay_of(action, self.model.now)).max();
            same(Some(required), longest.map(U256::from), "required delay")?;
        }
        Ok(())
    }
}
