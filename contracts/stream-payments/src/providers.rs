//! Who may be paid: what the registry says, and for how long that is remembered.

use aia_protocol::payments::account::Account;
use aia_shell::{Call, Revert, Word, emit, revert, view, words};
use alloy_primitives::Address;
use stylus_sdk::prelude::*;

use crate::{I, StreamPayments};

alloy_sol_types::sol! {
    function isActive(address account) returns (bool);
}

impl StreamPayments {
    /// Lets money in only for active providers.
    pub(crate) fn check_active(&mut self, provider: Address) -> Result<(), Revert> {
        let until = self.config().active_until(self.account(provider).seen_active);
        if until >= self.now() || self.refresh(provider)? {
            return Ok(());
        }
        Err(revert::<I::ProviderInactive>(words![provider]))
    }

    /// Asks the registry and remembers what it said.
    pub(crate) fn refresh(&mut self, provider: Address) -> Result<bool, Revert> {
        let answer = view(self.vm(), self.registry.get(), &Call::new::<isActiveCall>(words![provider]))?;
        let active = answer == true.word().as_slice();
        self.remember(provider, if active { self.now() } else { 0 });
        Ok(active)
    }

    pub(crate) fn on_provider_inactive(&mut self, provider: Address) -> Result<(), Revert> {
        let caller = self.caller();
        if caller != self.registry.get() {
            return Err(revert::<I::UnauthorizedRegistry>(words![caller]));
        }
        self.remember(provider, 0);
        Ok(())
    }

    fn remember(&mut self, provider: Address, seen_active: u64) {
        let ledger = self.account(provider);
        self.store_account(provider, Account { seen_active, ..ledger });
        emit::<I::ProviderRefreshed, 1>(self.vm(), words![provider], words![seen_active != 0]);
    }
}
