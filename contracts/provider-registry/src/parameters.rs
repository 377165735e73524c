//! What the owner can change, within bounds.

use alloc::vec::Vec;

use aia_calldata::Args;
use aia_protocol::staking::config::{Config, EPOCH_LENGTH, EXIT_EPOCHS, Limits, PARAM_BOUNDS};
use aia_shell::{Revert, Word, emit, revert, words};
use alloy_primitives::{Address, B256, U256};
use stylus_sdk::prelude::*;

use crate::{I, ProviderRegistry, narrow};

/// The interface's `Params`, in its order.
type Params = [u128; 9];

/// The interface's `Setup`.
pub(crate) struct Setup {
    owner: Address,
    guardian: Address,
    token: Address,
    court: Address,
    epoch_length: u32,
    exit_epochs: u8,
}

impl Setup {
    pub(crate) fn read(args: &mut Args<'_>) -> Self {
        Self {
            owner: args.address(),
            guardian: args.address(),
            token: args.address(),
            court: args.address(),
            epoch_length: args.uint32(),
            exit_epochs: args.uint8(),
        }
    }
}

/// Reads the parameters; each is bounded afterwards.
pub(crate) fn read_params(args: &mut Args<'_>) -> Params {
    std::array::from_fn(|_| args.uint128())
}

impl ProviderRegistry {
    /// Fixes what never changes, and sets the rest for the first time.
    pub(crate) fn construct(&mut self, setup: &Setup, params: &Params) -> Result<(), Revert> {
        self.ownership.construct(setup.owner)?;
        check_bounds(PARAM_BOUNDS.len(), setup.epoch_length.into(), EPOCH_LENGTH)?;
        check_bounds(PARAM_BOUNDS.len() + 1, setup.exit_epochs.into(), EXIT_EPOCHS)?;
        let Setup { token, epoch_length, exit_epochs, .. } = *setup;
        self.config.set(Config { token, epoch_length, exit_epochs, ..Default::default() }.to_word());
        self.token().check_code()?;
        self.store_guardian(setup.guardian);
        self.set_court(setup.court);
        emit::<I::CourtSet, 2>(self.vm(), words![setup.court, Address::ZERO], words![0u8]);
        self.store_params(params)
    }

    pub(crate) fn set_params(&mut self, params: &Params) -> Result<(), Revert> {
        self.ownership.check()?;
        self.store_params(params)
    }

    #[allow(clippy::cast_possible_truncation)] // each is within bounds that fit
    fn store_params(&mut self, params: &Params) -> Result<(), Revert> {
        for (index, (value, bounds)) in params.iter().zip(PARAM_BOUNDS).enumerate() {
            check_bounds(index, *value, bounds)?;
        }
        let [min_self_stake, ratio, batch_fee, leverage, cap, step, tombstone, jail_period, listing_fee] = *params;
        let config = Config {
            self_ratio: ratio as u16,
            batch_fee_bps: batch_fee as u16,
            commission_step_bps: step as u16,
            ..self.config()
        };
        let limits = Limits {
            min_self_stake,
            leverage_bps: leverage as u32,
            epoch_slash_cap_bps: cap as u16,
            tombstone_bps: tombstone as u32,
            jail_period: jail_period as u32,
        };
        self.config.set(config.to_word());
        self.limits.set(limits.to_word());
        self.listing_fee.set(U256::from(listing_fee));
        emit::<I::ParamsSet, 0>(self.vm(), [], params.map(Word::word));
        Ok(())
    }

    /// Returns the members of the interface's `Params`.
    pub(crate) fn params_view(&self) -> Vec<u8> {
        let (config, limits) = (self.config(), self.limits());
        aia_calldata::words(&words![
            limits.min_self_stake,
            config.self_ratio,
            config.batch_fee_bps,
            limits.leverage_bps,
            limits.epoch_slash_cap_bps,
            config.commission_step_bps,
            limits.tombstone_bps,
            limits.jail_period,
            narrow(self.listing_fee.get()),
        ])
    }

    pub(crate) fn service_words(&self, id: u32) -> [B256; 3] {
        let service = self.service(id);
        words![service.max_slash_bps, service.min_stake, service.active]
    }
}

#[allow(clippy::cast_possible_truncation)] // an index of a handful
fn check_bounds(index: usize, value: u128, [min, max]: [u128; 2]) -> Result<(), Revert> {
    if (min..=max).contains(&value) {
        return Ok(());
    }
    Err(revert::<I::InvalidParameter>(words![index as u8, value, min, max]))
}
