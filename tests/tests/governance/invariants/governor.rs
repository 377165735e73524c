//! What must hold of the governor, told by its views and by the token's.

use aia_abi::{
    IAIAGovernor::{self as Abi, IAIAGovernorCalls as Calls},
    IAIATimelock::IAIATimelockCalls,
    IAIAToken,
};
use aia_model::governance::{WHOLE, model::State, ops::Call};
use alloy::{
    primitives::{Address, Bytes, U256},
    sol_types::{Panic, SolError},
};
use eyre::{Result, ensure};
use rand::Rng;

use super::{Begun, GENESIS, Run, live::Tx, past::events, views::same};

/// Before an event is taken in.
impl Run<'_> {
    /// G4: a proposer has votes enough a second before, G2: who is cancelled without the guardian is Pending.
    pub(super) fn check_governor(&self, tx: &Tx) -> Result<()> {
        let governor = self.model.governor.address;
        for created in events::<Abi::ProposalCreated>(tx, governor) {
            let (account, timepoint) = (created.proposer, U256::from(tx.now - 1));
            let votes = self.live.token(&IAIAToken::getPastVotesCall { account, timepoint })?;
            let threshold = self.past.governor.threshold;
            ensure!(votes >= threshold, "G4: {account} proposes with {votes} of {threshold}");
        }
        let struck = events::<Abi::GuardianStruck>(tx, governor);
        for canceled in events::<Abi::ProposalCanceled>(tx, governor) {
            let id = canceled.proposalId;
            let own = self.past.governor.proposals.get(&id).is_some_and(|past| tx.now <= past.start);
            let by_guardian = struck.iter().any(|event| event.proposalId == id);
            ensure!(own || by_guardian, "G8: {id} is cancelled without a strike");
        }
        Ok(())
    }

    /// G8: whatever a guardian calls and is not refused, it is a cancellation, or its brake.
    pub(super) fn g8_guardians_only_cancel_and_brake(&self, caller: Address, call: &Call) -> Result<()> {
        let may = match call {
            Call::Governor(call) => matches!(call, Calls::cancel(_)),
            Call::Timelock(_, call) => matches!(call, IAIATimelockCalls::brake(_) | IAIATimelockCalls::unbrake(_)),
            _ => true,
        };
        let is_guardian = self.model.guardians.contains(&caller);
        // Executing is anybody's.
        let open =
            matches!(call, Call::Timelock(_, IAIATimelockCalls::execute(_) | IAIATimelockCalls::executeBatch(_)));
        ensure!(!is_guardian || may || open, "G8, L4: the guardian {caller} does something else");
        Ok(())
    }
}

/// After an event was taken in.
impl Run<'_> {
    /// G1, G2, G3, G5 of every proposal that a transaction is about.
    pub(super) fn check_votes(&mut self, tx: &Tx) -> Result<()> {
        let governor = self.model.governor.address;
        let mut touched: Vec<(U256, Option<Address>)> = Vec::new();
        let votes = events::<Abi::VoteCast>(tx, governor).into_iter();
        touched.extend(votes.map(|event| (event.proposalId, Some(event.voter))));
        let votes = events::<Abi::VoteCastWithParams>(tx, governor).into_iter();
        touched.extend(votes.map(|event| (event.proposalId, Some(event.voter))));
        let ends = events::<Abi::ProposalQueued>(tx, governor).into_iter().map(|event| event.proposalId);
        let ends = ends.chain(events::<Abi::ProposalExecuted>(tx, governor).into_iter().map(|event| event.proposalId));
        let ends = ends.chain(events::<Abi::ProposalCanceled>(tx, governor).into_iter().map(|event| event.proposalId));
        touched.extend(ends.map(|id| (id, None)));
        for (id, voter) in touched {
            if let Some(voter) = voter {
                self.g1_nobody_has_more_votes_than_at_the_snapshot(id, voter)?;
                self.g5_enough_voting_is_left(tx, id)?;
            }
            self.g2_and_g3_nothing_turns_back(id)?;
        }
        Ok(())
    }

    /// G1, G4: a voter has cast what was counted, at most what it had at the snapshot; the sides have all that was
    /// cast.
    fn g1_nobody_has_more_votes_than_at_the_snapshot(&self, id: U256, voter: Address) -> Result<()> {
        let past = &self.past.governor.proposals[&id];
        let used = self.live.governor(&Abi::usedVotesCall { proposalId: id, account: voter })?;
        same(used, past.used.get(&voter).copied().unwrap_or_default(), "G1: votes of a voter")?;
        let timepoint = U256::from(past.start);
        let held = self.live.token(&IAIAToken::getPastVotesCall { account: voter, timepoint })?;
        ensure!(used <= held, "G1: {voter} has cast {used} of {held} votes on {id}");
        let sides = self.live.governor(&Abi::proposalVotesCall { proposalId: id })?;
        let sides = [sides.againstVotes, sides.forVotes, sides.abstainVotes];
        let all: U256 = past.used.values().copied().sum();
        ensure!(sides.iter().copied().sum::<U256>() == all, "G1: {sides:?} are not the {all} votes cast on {id}");
        Ok(())
    }

    /// G5: when the quorum is reached, as much voting is left as is promised; and only then voting ever gets longer.
    fn g5_enough_voting_is_left(&mut self, tx: &Tx, id: U256) -> Result<()> {
        let (deadline, votes) = {
            let past = &self.past.governor.proposals[&id];
            (past.deadline, past.votes)
        };
        let extended =
            events::<Abi::ProposalExtended>(tx, self.model.governor.address).iter().any(|event| event.proposalId == id);
        let extension = self.past.governor.extension;
        let begun = self.begun(id)?;
        let reaches = !begun.reached && votes[1] + votes[2] >= begun.quorum;
        // Several votes of one batch are looked at one after the other.
        begun.reached |= reaches;
        let left = deadline.saturating_sub(tx.now);
        ensure!(!reaches || left >= extension, "G5: {left} seconds are left of {extension}");
        ensure!(!extended || begun.reached, "G5: voting on {id} gets longer without a quorum");
        let seen = self.live.governor(&Abi::proposalDeadlineCall { proposalId: id })?;
        same(seen, U256::from(deadline), "G3, G5: deadline by events")
    }

    /// G2, G3: states only move forward, and neither the quorum nor the end of a vote that has begun moves.
    pub(super) fn g2_and_g3_nothing_turns_back(&mut self, id: U256) -> Result<()> {
        let past = self.past.governor.proposals[&id].clone();
        let state = self.live.governor(&Abi::stateCall { proposalId: id })?;
        let revived = past.queued.is_some() && !past.canceled;
        if self.model.now <= past.start {
            let pending = if past.canceled { State::Canceled } else { State::Pending };
            return same(state, pending, "G2: state before the vote");
        }
        let seen = self.live.governor(&Abi::proposalDeadlineCall { proposalId: id })?;
        same(seen, U256::from(past.deadline), "G3: deadline")?;
        let quorum = self.live.governor(&Abi::quorumCall { timepoint: U256::from(past.start) })?;
        let begun = self.begun(id)?;
        same(quorum, begun.quorum, "G3: quorum of a vote that has begun")?;
        let may = follows(begun.state, state) || (revived && begun.state == State::Canceled);
        ensure!(may, "G2: {id} was {:?} and is {state:?}", begun.state);
        begun.state = state;
        Ok(())
    }

    /// Returns what a proposal whose voting has begun must remain, seen for the first time now if need be.
    fn begun(&mut self, id: U256) -> Result<&mut Begun> {
        if !self.begun.contains_key(&id) {
            let timepoint = U256::from(self.past.governor.proposals[&id].start);
            let quorum = self.live.governor(&Abi::quorumCall { timepoint })?;
            self.begun.insert(id, Begun { quorum, state: State::Pending, reached: false });
        }
        Ok(self.begun.get_mut(&id).expect("inserted if it was not there"))
    }

    /// G7: of what a proposal could do to the governor nothing can be done after it.
    pub(super) fn g7_nothing_is_left_allowed(&self, tx: &Tx) -> Result<()> {
        let governor = self.model.governor.address;
        for done in events::<Abi::ProposalExecuted>(tx, governor) {
            let past = &self.past.governor.proposals[&done.proposalId];
            for call in past.plan.actions.iter().filter(|call| call.target == governor) {
                let seen = self.live.ask(self.past.governor.timelock, governor, call.data.clone())?;
                let panic: Bytes = Panic { code: U256::from(0x31) }.abi_encode().into();
                ensure!(seen == Err(panic), "G7: {:?} is still allowed: {seen:?}", call.data);
                let stranger = self.model.actors[0];
                let seen = self.live.ask(stranger, governor, call.data.clone())?;
                let refusal: Bytes = Abi::GovernorOnlyExecutor { account: stranger }.abi_encode().into();
                ensure!(seen == Err(refusal), "G7: anybody may {:?}: {seen:?}", call.data);
            }
        }
        Ok(())
    }

    /// G6: the quorum of a second is its part of all votes that were delegated then, between floor and cap.
    pub(super) fn g6_quorums_are_what_they_are_made_of(&mut self) -> Result<()> {
        for _ in 0..5 {
            let at = self.rng.random_range(GENESIS..self.model.now);
            let timepoint = U256::from(at);
            let told = self.past.governor.quorums.iter().rev().find(|(since, _)| *since <= at);
            let Some((_, told)) = told else { continue };
            let seen = self.live.governor(&Abi::quorumParamsCall { timepoint })?;
            let told = (told.numerator, told.floor, told.cap);
            same((seen.numerator, seen.floor, seen.cap), told, "G6: what makes the quorum")?;
            let delegated = self.live.token(&IAIAToken::getTotalDelegationAtCall { timepoint })?;
            let part = delegated * U256::from(told.0) / WHOLE;
            let (floor, cap) = (U256::from(told.1), U256::from(told.2));
            let quorum = self.live.governor(&Abi::quorumCall { timepoint })?;
            same(quorum, part.clamp(floor, cap), "G6: quorum")?;
        }
        Ok(())
    }
}

/// Whether a proposal that was in one state may be in another later.
fn follows(before: State, after: State) -> bool {
    match before {
        State::Pending => true,
        State::Active => after != State::Pending,
        State::Succeeded => !matches!(after, State::Pending | State::Active | State::Defeated),
        State::Queued => matches!(after, State::Queued | State::Canceled | State::Expired | State::Executed),
        State::Defeated => matches!(after, State::Defeated | State::Canceled),
        over => over == after,
    }
}
