//! What owner and guardian can change, within bounds.

use aia_calldata::Args;
use aia_protocol::payments::config::{Config, MOST};
use aia_shell::{Revert, emit, revert, words};
use alloy_primitives::{Address, B256};
use stylus_sdk::prelude::*;

use crate::{I, StreamPayments};

/// The interface's `Setup`.
pub(crate) struct Setup {
    owner: Address,
    guardian: Address,
    token: Address,
}

/// The interface's `Params`.
pub(crate) struct Params {
    numbers: [u32; 3],
    registry: Address,
    treasury: Address,
}

impl Setup {
    pub(crate) fn read(args: &mut Args<'_>) -> Self {
        Self { owner: args.address(), guardian: args.address(), token: args.address() }
    }
}

impl Params {
    /// Reads them; each is bounded afterwards.
    pub(crate) fn read(args: &mut Args<'_>) -> Self {
        let numbers = [args.uint16().into(), args.uint16().into(), args.uint24()];
        Self { numbers, registry: args.address(), treasury: args.address() }
    }
}

impl StreamPayments {
    /// Fixes what never changes, and sets the rest for the first time.
    pub(crate) fn construct(&mut self, setup: &Setup, params: &Params) -> Result<(), Revert> {
        self.ownership.construct(setup.owner)?;
        self.config.set(Config { token: setup.token, ..Default::default() }.to_word());
        self.token().check_code()?;
        self.store_guardian(setup.guardian);
        self.store_params(params)
    }

    pub(crate) fn set_params(&mut self, params: &Params) -> Result<(), Revert> {
        self.ownership.check()?;
        self.store_params(params)
    }

    #[allow(clippy::cast_possible_truncation)] // each is within bounds that fit, and time until 2106
    fn store_params(&mut self, params: &Params) -> Result<(), Revert> {
        for (index, (value, max)) in params.numbers.iter().zip(MOST).enumerate() {
            if *value > max {
                return Err(revert::<I::InvalidParameter>(words![index as u8, *value, 0u8, max]));
            }
        }
        let Params { numbers: [fee_bps, burn_bps, stake_ttl], registry, treasury } = *params;
        // Calls to an account without code succeed and answer nothing.
        if self.vm().code_size(registry) == 0 {
            return Err(revert::<I::InvalidRegistry>(words![registry]));
        }
        let config = self.config();
        if [Address::ZERO, self.vm().contract_address(), config.token].contains(&treasury) {
            return Err(revert::<I::InvalidTreasury>(words![treasury]));
        }
        // What another registry said in this very second does not count either.
        let is_other = ![Address::ZERO, registry].contains(&self.registry.get());
        let registry_since = if is_other { self.now() as u32 + 1 } else { config.registry_since };
        self.config.set(
            Config { fee_bps: fee_bps as u16, burn_bps: burn_bps as u16, stake_ttl, registry_since, ..config }
                .to_word(),
        );
        self.registry.set(registry);
        self.treasury.set(treasury);
        emit::<I::ParamsSet, 2>(self.vm(), words![registry, treasury], words![fee_bps, burn_bps, stake_ttl]);
        Ok(())
    }

    pub(crate) fn set_paused(&mut self, paused: bool) -> Result<(), Revert> {
        let caller = self.caller();
        if caller != self.guardian.get() && !self.ownership.is_caller() {
            return Err(revert::<I::UnauthorizedGuardian>(words![caller]));
        }
        self.config.set(Config { paused, ..self.config() }.to_word());
        emit::<I::PausedSet, 1>(self.vm(), words![caller], words![paused]);
        Ok(())
    }

    pub(crate) fn set_guardian(&mut self, account: Address) -> Result<(), Revert> {
        self.ownership.check()?;
        self.store_guardian(account);
        Ok(())
    }

    fn store_guardian(&mut self, account: Address) {
        self.guardian.set(account);
        emit::<I::GuardianSet, 1>(self.vm(), words![account], []);
    }

    pub(crate) fn params_words(&self) -> [B256; 5] {
        let Config { fee_bps, burn_bps, stake_ttl, .. } = self.config();
        words![fee_bps, burn_bps, stake_ttl, self.registry.get(), self.treasury.get()]
    }
}
