//! What governance can change, within bounds.

use aia_calldata::Args;
use aia_protocol::governance::{
    OutOfBounds,
    guardian::{self, Guardian, MAX_STRIKES},
    quorum::Quorum,
    settings::{self, Executor, MAX_THRESHOLD, Settings},
    within,
};
use aia_shell::{Revert, Word, emit, revert, words};
use alloy_primitives::{Address, U256};
use stylus_sdk::prelude::*;

use crate::{Governor, I, executor::invalid_timelock};

/// Says that parameter `index` is out of bounds.
pub(crate) fn invalid(index: u8, value: impl Word, bounds: OutOfBounds) -> Revert {
    revert::<I::GovernorInvalidParameter>(words![index, value, bounds.min, bounds.max])
}

/// The interface's `Setup` and `Params`.
pub(crate) struct Setup {
    token: Address,
    timelock: Address,
    guardian: Address,
    expiry: u64,
    strikes: u8,
    voting_delay: u64,
    voting_period: u32,
    threshold: U256,
    extension: u64,
    quorum: Quorum,
}

impl Setup {
    pub(crate) fn read(args: &mut Args<'_>) -> Self {
        Self {
            token: args.address(),
            timelock: args.address(),
            guardian: args.address(),
            expiry: args.uint48(),
            strikes: args.uint8(),
            voting_delay: args.uint48(),
            voting_period: args.uint32(),
            threshold: args.uint256(),
            extension: args.uint48(),
            quorum: read_quorum(args),
        }
    }
}

/// Reads numerator, floor and cap.
pub(crate) fn read_quorum(args: &mut Args<'_>) -> Quorum {
    Quorum { since: 0, numerator: args.uint16(), floor: args.uint96(), cap: args.uint96() }
}

impl Governor {
    pub(crate) fn construct(&mut self, setup: Setup) -> Result<(), Revert> {
        if !self.settings.get().is_zero() {
            return Err(revert::<I::AlreadySet>([]));
        }
        self.settings.set(Settings { token: setup.token, ..Settings::default() }.to_word());
        // What cannot say this is no AIA, or counts time in blocks.
        self.delegated(U256::from(self.now() - 1)).map_err(|_| self.token_failed())?;
        self.set_voting_delay(setup.voting_delay)?;
        self.set_voting_period(setup.voting_period)?;
        self.set_threshold(setup.threshold)?;
        self.set_extension(setup.extension)?;
        self.set_quorum(setup.quorum)?;
        let executor = Executor { timelock: setup.timelock, ..self.executor() };
        self.store_timelock(Address::ZERO, executor);
        self.set_guardian(setup.guardian);
        self.set_guardian_term(setup.expiry, setup.strikes)
    }

    #[allow(clippy::cast_possible_truncation)] // it is within bounds that fit
    pub(crate) fn set_voting_delay(&mut self, seconds: u64) -> Result<(), Revert> {
        settings::check_delay(seconds).map_err(|bounds| invalid(0, seconds, bounds))?;
        let settings = self.settings();
        self.settings.set(Settings { voting_delay: seconds as u32, ..settings }.to_word());
        emit::<I::VotingDelaySet, 0>(self.vm(), [], words![settings.voting_delay, seconds]);
        Ok(())
    }

    pub(crate) fn set_voting_period(&mut self, seconds: u32) -> Result<(), Revert> {
        let settings = self.settings();
        if !settings.is_period(seconds) {
            return Err(revert::<I::GovernorInvalidVotingPeriod>(words![seconds]));
        }
        self.settings.set(Settings { voting_period: seconds, ..settings }.to_word());
        emit::<I::VotingPeriodSet, 0>(self.vm(), [], words![settings.voting_period, seconds]);
        Ok(())
    }

    pub(crate) fn set_threshold(&mut self, votes: U256) -> Result<(), Revert> {
        // What has more bits is beyond the bounds as well.
        let threshold = u128::try_from(votes).unwrap_or(u128::MAX);
        within(threshold, 0, MAX_THRESHOLD).map_err(|bounds| invalid(1, votes, bounds))?;
        let executor = self.executor();
        self.executor.set(Executor { threshold, ..executor }.to_word());
        emit::<I::ProposalThresholdSet, 0>(self.vm(), [], words![executor.threshold, threshold]);
        Ok(())
    }

    #[allow(clippy::cast_possible_truncation)] // it is at most the period
    pub(crate) fn set_extension(&mut self, seconds: u64) -> Result<(), Revert> {
        let settings = self.settings();
        let most = settings.voting_period;
        if seconds > most.into() {
            return Err(revert::<I::GovernorPreventLateQuorumVoteExtensionTooLarge>(words![seconds, most]));
        }
        self.settings.set(Settings { extension: seconds as u32, ..settings }.to_word());
        emit::<I::LateQuorumVoteExtensionSet, 0>(self.vm(), [], words![settings.extension, seconds]);
        Ok(())
    }

    pub(crate) fn update_timelock(&mut self, timelock: Address) -> Result<(), Revert> {
        // What refuses to say is no timelock either.
        if !self.can_act_in(timelock).unwrap_or_default() {
            return Err(invalid_timelock(timelock));
        }
        let executor = self.executor();
        let next = executor.succeeded_by(timelock).ok_or_else(|| invalid_timelock(timelock))?;
        self.former_timelocks.insert(U256::from(executor.number), executor.timelock);
        self.store_timelock(executor.timelock, next);
        Ok(())
    }

    pub(crate) fn set_guardian(&mut self, account: Address) {
        let guardian = self.guardian();
        self.guardian.set(Guardian { account, ..guardian }.to_word());
        emit::<I::ProposalGuardianSet, 0>(self.vm(), [], words![guardian.account, account]);
    }

    pub(crate) fn set_guardian_term(&mut self, expiry: u64, strikes: u8) -> Result<(), Revert> {
        guardian::check_expiry(expiry, self.now()).map_err(|bounds| invalid(4, expiry, bounds))?;
        within(strikes.into(), 0, MAX_STRIKES.into()).map_err(|bounds| invalid(5, strikes, bounds))?;
        self.guardian.set(Guardian { expiry, strikes, ..self.guardian() }.to_word());
        emit::<I::GuardianTermSet, 0>(self.vm(), [], words![expiry, strikes]);
        Ok(())
    }

    fn store_timelock(&mut self, old: Address, executor: Executor) {
        self.executor.set(executor.to_word());
        emit::<I::TimelockChange, 0>(self.vm(), [], words![old, executor.timelock]);
    }
}
