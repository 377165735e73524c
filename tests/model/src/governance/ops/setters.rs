//! Draws of changes of the rules: mostly within their bounds, and often back to what is usual.

use aia_abi::{
    IAIAGovernor::{self as GovernorAbi, IAIAGovernorCalls as GovernorCalls},
    IAIATimelock::{self as TimelockAbi, IAIATimelockCalls as TimelockCalls},
};
use alloy_primitives::{
    Address, B256, Bytes, FixedBytes, U256,
    aliases::{U48, U96},
};
use alloy_sol_types::{SolCall, SolInterface};
use rand::Rng;

use super::{Op, actions::COUNTED, dice::Dice};
use crate::governance::{ADMIN, ALL_CALLS, DAY, UNIT, YEAR, canceller_role, executor_role, instant, proposer_role};

/// The governor's.
impl<R: Rng + ?Sized> Dice<'_, R> {
    /// Draws a governance call that changes something about the governor.
    pub(super) fn governor_setter(&mut self) -> Bytes {
        let usual = self.usual.params.clone();
        let call = match self.below(100) {
            0..14 => {
                let seconds =
                    self.around_usual(usual.votingDelay.to(), &[3_600, 7_200, 2_592_000], &[3_599, 2_592_001]);
                GovernorCalls::setVotingDelay(GovernorAbi::setVotingDelayCall { newVotingDelay: U48::from(seconds) })
            }
            14..28 => {
                let seconds = self.around_usual(usual.votingPeriod.into(), &[86_400, 259_200], &[86_399, 2_592_001]);
                let period = u32::try_from(seconds).unwrap_or(u32::MAX);
                GovernorCalls::setVotingPeriod(GovernorAbi::setVotingPeriodCall { newVotingPeriod: period })
            }
            28..40 => {
                let most = UNIT * U256::from(10_000_000);
                let votes = match self.below(100) {
                    0..50 => usual.proposalThreshold,
                    50..85 => self.amount(self.usual.purse),
                    85..92 if self.usual.purse > most => most,
                    _ => most + U256::ONE,
                };
                let call = GovernorAbi::setProposalThresholdCall { newProposalThreshold: votes };
                GovernorCalls::setProposalThreshold(call)
            }
            40..56 => {
                let period = self.model.governor.voting_period;
                let usual = usual.lateQuorumVoteExtension.to();
                let seconds = self.around_usual(usual, &[0, 3_600, period], &[period + 1]);
                let call = GovernorAbi::setLateQuorumVoteExtensionCall { newVoteExtension: U48::from(seconds) };
                GovernorCalls::setLateQuorumVoteExtension(call)
            }
            56..66 => {
                let numerator = self.around_usual(usual.quorumNumerator.into(), &[0, 1, 2_500, 5_000], &[10_001]);
                let call = GovernorAbi::updateQuorumNumeratorCall { newQuorumNumerator: U256::from(numerator) };
                GovernorCalls::updateQuorumNumerator(call)
            }
            66..78 => GovernorCalls::setQuorumParams(self.quorum_params()),
            78..84 => {
                let account = self.guardian_or_nobody();
                let call = GovernorAbi::setProposalGuardianCall { newProposalGuardian: account };
                GovernorCalls::setProposalGuardian(call)
            }
            84..96 => {
                let expiry = self.expiry();
                let strikes = if self.chance(90) { self.rng.random_range(0..=10) } else { 11 };
                GovernorCalls::setGuardianTerm(GovernorAbi::setGuardianTermCall { expiry, strikes })
            }
            _ => {
                let timelock = if self.chance(85) { self.timelock() } else { self.actor() };
                GovernorCalls::updateTimelock(GovernorAbi::updateTimelockCall { newTimelock: timelock })
            }
        };
        call.abi_encode().into()
    }

    fn quorum_params(&mut self) -> GovernorAbi::setQuorumParamsCall {
        let usual = self.usual.params.clone();
        let (mut numerator, mut floor, mut cap) = (usual.quorumNumerator, usual.quorumFloor, usual.quorumCap);
        let most = UNIT * U256::from(100_000_000);
        match self.below(100) {
            0..50 => {}
            50..70 => numerator = self.one_of(&[0, 2_500, 5_000]),
            70..80 => (floor, cap) = (U96::from(UNIT), U96::from(most)),
            80..85 => numerator = 10_001,
            85..90 => floor = U96::from(UNIT - U256::ONE),
            90..93 => floor = U96::from(most + U256::ONE),
            93..97 => cap = floor - U96::from(1),
            _ => cap = U96::from(most * U256::from(10) + U256::ONE),
        }
        GovernorAbi::setQuorumParamsCall { numerator, floor, cap }
    }
}

/// A timelock's.
impl<R: Rng + ?Sized> Dice<'_, R> {
    /// Draws a call of a timelock to itself.
    pub(super) fn timelock_setter(&mut self, at: Address) -> Bytes {
        let call = match self.below(100) {
            0..18 => {
                let seconds = self.delay();
                TimelockCalls::updateDelay(TimelockAbi::updateDelayCall { newDelay: U256::from(seconds) })
            }
            18..44 => {
                let (target, selector) = self.class(at);
                let delay = u32::try_from(self.delay()).unwrap_or(u32::MAX);
                TimelockCalls::setCallDelay(TimelockAbi::setCallDelayCall { target, selector, delay })
            }
            44..50 => {
                let (target, selector) = self.given_up();
                TimelockCalls::abdicate(TimelockAbi::abdicateCall { target, selector })
            }
            50..58 => {
                let bounds = [1_209_600, 2_592_000];
                let seconds = self.around_usual(self.usual.grace.into(), &bounds, &[1_209_599, 2_592_001]);
                let duration = u32::try_from(seconds).unwrap_or(u32::MAX);
                TimelockCalls::setGracePeriod(TimelockAbi::setGracePeriodCall { duration })
            }
            58..70 => {
                let (account, expiry) = (self.guardian_or_nobody(), self.expiry());
                TimelockCalls::setGuardian(TimelockAbi::setGuardianCall { newGuardian: account, expiry })
            }
            70..87 => {
                let (role, account) = self.role();
                TimelockCalls::grantRole(TimelockAbi::grantRoleCall { role, account })
            }
            _ => {
                let (role, account) = self.role();
                let account = if self.is_needed(at, role, account) { self.payee() } else { account };
                TimelockCalls::revokeRole(TimelockAbi::revokeRoleCall { role, account })
            }
        };
        call.abi_encode().into()
    }

    fn delay(&mut self) -> u64 {
        self.around_usual(self.usual.least_delay, &[21_600, 43_200, DAY, 3 * DAY, 2_592_000], &[21_599, 2_592_001])
    }

    /// Returns a call that may have a delay of its own, or all calls of a target.
    fn class(&mut self, at: Address) -> (Address, FixedBytes<4>) {
        let counted = self.one_of(&COUNTED);
        let own = [
            TimelockAbi::updateDelayCall::SELECTOR,
            TimelockAbi::setCallDelayCall::SELECTOR,
            TimelockAbi::grantRoleCall::SELECTOR,
        ];
        match self.below(100) {
            0..50 => (self.payee(), counted),
            50..66 => (self.payee(), ALL_CALLS),
            66..80 => (at, self.one_of(&own).into()),
            80..84 => (at, ALL_CALLS),
            84..94 => (self.model.governor.address, GovernorAbi::setGuardianTermCall::SELECTOR.into()),
            _ => (self.model.governor.address, ALL_CALLS),
        }
    }

    /// Returns a call that can be done without, mostly a single one.
    fn given_up(&mut self) -> (Address, FixedBytes<4>) {
        let selector = self.one_of(&COUNTED[2..]);
        match self.below(100) {
            0..88 => (self.payee(), selector),
            88..96 => (self.model.governor.address, GovernorAbi::relayCall::SELECTOR.into()),
            _ => (self.payee(), ALL_CALLS),
        }
    }

    /// Whether nothing might come right again if an account lost a role.
    fn is_needed(&self, at: Address, role: B256, account: Address) -> bool {
        let governor = self.model.governor.address;
        let governs = self.model.timelocks[&at].has_role(executor_role(), governor);
        role == proposer_role() || (role == executor_role() && (account == governor || !governs))
    }

    fn role(&mut self) -> (B256, Address) {
        let role = match self.below(100) {
            0..25 => proposer_role(),
            25..60 => executor_role(),
            60..95 => canceller_role(),
            _ => ADMIN,
        };
        let account = match self.below(100) {
            0..45 => self.actor(),
            45..75 => self.payee(),
            75..90 => self.model.governor.address,
            _ if role == executor_role() => Address::ZERO,
            _ => self.guardian(),
        };
        (role, account)
    }
}

/// Both.
impl<R: Rng + ?Sized> Dice<'_, R> {
    /// Lets somebody do what only governance may.
    pub(super) fn intrude(&mut self) -> Op {
        let (caller, at) = (if self.chance(70) { self.actor() } else { self.guardian() }, self.timelock());
        if self.chance(50) {
            let call = GovernorCalls::abi_decode(&self.governor_setter()).expect("a governance call");
            return self.on_governor(caller, call);
        }
        let call = TimelockCalls::abi_decode(&self.timelock_setter(at)).expect("a call of the timelock");
        self.on_timelock(caller, at, call)
    }

    /// Returns what is usual, mostly; else something within the bounds, or out of them.
    fn around_usual(&mut self, usual: u64, within: &[u64], beyond: &[u64]) -> u64 {
        match self.below(100) {
            0..55 => usual,
            55..90 => self.one_of(within),
            _ => self.one_of(beyond),
        }
    }

    fn guardian_or_nobody(&mut self) -> Address {
        if self.chance(88) { self.guardian() } else { Address::ZERO }
    }

    /// Returns the last second of a term: soon, late, past, or too late.
    fn expiry(&mut self) -> U48 {
        let now = self.model.now;
        instant(match self.below(100) {
            0..60 => now + self.rng.random_range(5 * DAY..90 * DAY),
            60..80 => now + YEAR / 2,
            80..85 => 0,
            85..92 => now - 1,
            _ => now + 3 * YEAR,
        })
    }
}
