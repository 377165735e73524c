//! What governance changes about the governor, and what it does from there.

use aia_abi::IAIAGovernor as Abi;
use alloy_primitives::{Address, Bytes, U256, aliases::U96};
use alloy_sol_types::Panic;

use super::{Model, Outcome, UNIT, WHOLE, YEAR, canceller_role, error, instant, model::Quorum, proposer_role, require};

/// The most that a floor can be, in AIA; a cap ten times, a threshold a tenth as much.
const MOST: u64 = 100_000_000;

/// Who may call.
impl Model {
    /// Lets only a call pass that a proposal in execution contains.
    pub(super) fn check_governance(&mut self, caller: Address, data: &Bytes) -> Result<(), Bytes> {
        require(caller == self.governor.timelock, Abi::GovernorOnlyExecutor { account: caller })?;
        let place = self.governor.allowed.iter().position(|allowed| allowed == data);
        let place = place.ok_or_else(|| error(Panic { code: U256::from(0x31) }))?;
        self.governor.allowed.remove(place);
        Ok(())
    }
}

/// Numbers.
impl Model {
    pub(super) fn set_voting_delay(&mut self, seconds: u64) -> Outcome {
        check(0, U256::from(seconds), U256::from(3_600), U256::from(2_592_000))?;
        let (old, new) = (self.governor.voting_delay, seconds);
        self.governor.voting_delay = new;
        let event = Abi::VotingDelaySet { oldVotingDelay: U256::from(old), newVotingDelay: U256::from(new) };
        Ok(vec![self.emit(&event)].into())
    }

    pub(super) fn set_voting_period(&mut self, seconds: u64) -> Outcome {
        let fits = (86_400..=2_592_000).contains(&seconds) && seconds >= self.governor.extension;
        require(fits, Abi::GovernorInvalidVotingPeriod { votingPeriod: U256::from(seconds) })?;
        let (old, new) = (self.governor.voting_period, seconds);
        self.governor.voting_period = new;
        let event = Abi::VotingPeriodSet { oldVotingPeriod: U256::from(old), newVotingPeriod: U256::from(new) };
        Ok(vec![self.emit(&event)].into())
    }

    pub(super) fn set_threshold(&mut self, votes: U256) -> Outcome {
        check(1, votes, U256::ZERO, UNIT * U256::from(MOST / 10))?;
        let (old, new) = (self.governor.threshold, votes);
        self.governor.threshold = new;
        Ok(vec![self.emit(&Abi::ProposalThresholdSet { oldProposalThreshold: old, newProposalThreshold: new })].into())
    }

    pub(super) fn set_extension(&mut self, seconds: u64) -> Outcome {
        let most = self.governor.voting_period;
        let refusal = Abi::GovernorPreventLateQuorumVoteExtensionTooLarge {
            newVoteExtension: U256::from(seconds),
            maxVoteExtension: U256::from(most),
        };
        require(seconds <= most, refusal)?;
        let (old, new) = (self.governor.extension, seconds);
        self.governor.extension = new;
        Ok(vec![self.emit(&Abi::LateQuorumVoteExtensionSet { oldVoteExtension: old, newVoteExtension: new })].into())
    }

    pub(super) fn update_quorum_numerator(&mut self, numerator: U256) -> Outcome {
        check_fraction(numerator)?;
        self.set_quorum(Quorum { numerator: numerator.to(), ..self.governor.quorum_at(self.now) })
    }

    pub(super) fn set_quorum_params(&mut self, call: &Abi::setQuorumParamsCall) -> Outcome {
        let (floor, cap) = (U256::from(call.floor), U256::from(call.cap));
        self.set_quorum(Quorum { numerator: call.numerator, floor, cap })
    }

    fn set_quorum(&mut self, quorum: Quorum) -> Outcome {
        let Quorum { numerator, floor, cap } = quorum;
        check_fraction(U256::from(numerator))?;
        check(2, floor, UNIT, UNIT * U256::from(MOST))?;
        check(3, cap, floor, UNIT * U256::from(MOST * 10))?;
        let (now, old) = (self.now, self.governor.quorum_at(self.now));
        self.governor.quorums.retain(|(since, _)| *since != now);
        self.governor.quorums.push((now, quorum));
        let updated = Abi::QuorumNumeratorUpdated {
            oldQuorumNumerator: U256::from(old.numerator),
            newQuorumNumerator: U256::from(numerator),
        };
        let set = Abi::QuorumParamsSet { numerator, floor: U96::from(floor), cap: U96::from(cap) };
        Ok(vec![self.emit(&updated), self.emit(&set)].into())
    }
}

/// Whom it works with.
impl Model {
    pub(super) fn update_timelock(&mut self, timelock: Address) -> Outcome {
        let here = self.governor.address;
        let fits = self.timelocks.get(&timelock).is_some_and(|timelock| {
            let both = [proposer_role(), canceller_role()];
            timelock.may_execute(here) && both.into_iter().all(|role| timelock.has_role(role, here))
        });
        require(fits, Abi::GovernorInvalidTimelock { timelock })?;
        let old = self.governor.timelock;
        self.governor.timelock = timelock;
        Ok(vec![self.emit(&Abi::TimelockChange { oldTimelock: old, newTimelock: timelock })].into())
    }

    pub(super) fn set_proposal_guardian(&mut self, account: Address) -> Outcome {
        let old = self.governor.guardian;
        self.governor.guardian = account;
        Ok(vec![self.emit(&Abi::ProposalGuardianSet { oldProposalGuardian: old, newProposalGuardian: account })].into())
    }

    pub(super) fn set_guardian_term(&mut self, expiry: u64, strikes: u8) -> Outcome {
        check(4, U256::from(expiry), U256::ZERO, U256::from(self.now + YEAR))?;
        check(5, U256::from(strikes), U256::ZERO, U256::from(10))?;
        (self.governor.term, self.governor.strikes) = (expiry, strikes);
        Ok(vec![self.emit(&Abi::GuardianTermSet { expiry: instant(expiry), strikes })].into())
    }

    pub(super) fn relay(&mut self, call: &Abi::relayCall) -> Outcome {
        let done = self.enter(self.governor.address, call.target, call.value, &call.data);
        done.map(|done| done.logs.into()).map_err(
            |refusal| {
                if refusal.is_empty() { error(Abi::FailedCall {}) } else { refusal }
            },
        )
    }
}

fn check(index: u8, value: U256, min: U256, max: U256) -> Result<(), Bytes> {
    require(min <= value && value <= max, Abi::GovernorInvalidParameter { index, value, min, max })
}

fn check_fraction(numerator: U256) -> Result<(), Bytes> {
    let refusal = Abi::GovernorInvalidQuorumFraction { quorumNumerator: numerator, quorumDenominator: WHOLE };
    require(numerator <= WHOLE, refusal)
}
