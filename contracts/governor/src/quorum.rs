//! The quorum and its history.

use aia_protocol::governance::quorum::{self, InvalidQuorum, Quorum};
use aia_protocol::math::FULL_BPS;
use aia_shell::{Revert, emit, revert, words};
use alloy_primitives::{B256, U256};
use stylus_sdk::prelude::*;

use crate::{Governor, I, parameters::invalid};

impl Governor {
    /// Returns the quorum of a second that is over.
    pub(crate) fn quorum_at(&self, timepoint: U256) -> Result<u128, Revert> {
        let delegated = self.delegated(timepoint)?;
        Ok(self.quorum_params(timepoint).of(delegated))
    }

    /// Returns what makes the quorum at the end of a second, or so far; all zero before construction.
    pub(crate) fn quorum_params(&self, timepoint: U256) -> Quorum {
        let at = u64::try_from(timepoint).unwrap_or(u64::MAX);
        let newest = self.newest_quorum();
        if newest.since <= at {
            return newest;
        }
        // A word takes more than a second: there are not 2^32 of them for 136 years.
        #[allow(clippy::cast_possible_truncation)]
        let len = self.former_quorums.len() as u32;
        quorum::lookup(len, at, |index| self.former_quorums.get(index).unwrap_or_default()).unwrap_or_default()
    }

    /// Whether so many votes, For and Abstain, make a quorum at the end of a second that is over.
    pub(crate) fn is_quorum(&self, votes: u128, timepoint: u64) -> Result<bool, Revert> {
        let params = self.quorum_params(U256::from(timepoint));
        // Below the floor nobody needs to ask the token.
        Ok(votes >= params.floor && votes >= params.of(self.delegated(U256::from(timepoint))?))
    }

    pub(crate) fn set_quorum(&mut self, quorum: Quorum) -> Result<(), Revert> {
        quorum.check().map_err(|wrong| match wrong {
            InvalidQuorum::Numerator => invalid_fraction(U256::from(quorum.numerator)),
            InvalidQuorum::Floor(bounds) => invalid(2, quorum.floor, bounds),
            InvalidQuorum::Cap(bounds) => invalid(3, quorum.cap, bounds),
        })?;
        let now = self.now();
        let old = self.newest_quorum();
        if ![0, now].contains(&old.since) {
            self.former_quorums.push(old.to_word());
        }
        self.quorum.set(Quorum { since: now, ..quorum }.to_word());
        let Quorum { numerator, floor, cap, .. } = quorum;
        emit::<I::QuorumNumeratorUpdated, 0>(self.vm(), [], words![old.numerator, numerator]);
        emit::<I::QuorumParamsSet, 0>(self.vm(), [], words![numerator, floor, cap]);
        Ok(())
    }

    pub(crate) fn update_quorum_numerator(&mut self, numerator: U256) -> Result<(), Revert> {
        let narrow = u16::try_from(numerator).map_err(|_| invalid_fraction(numerator))?;
        self.set_quorum(Quorum { numerator: narrow, ..self.newest_quorum() })
    }

    pub(crate) fn newest_quorum(&self) -> Quorum {
        Quorum::from_word(self.quorum.get())
    }

    pub(crate) fn quorum_words(&self, timepoint: U256) -> [B256; 3] {
        let Quorum { numerator, floor, cap, .. } = self.quorum_params(timepoint);
        words![numerator, floor, cap]
    }
}

fn invalid_fraction(numerator: U256) -> Revert {
    revert::<I::GovernorInvalidQuorumFraction>(words![numerator, FULL_BPS])
}
