//! Whether payees are active providers: asked when money comes in, and remembered.

use aia_abi::IStreamPayments as Abi;
use alloy_primitives::{Address, Bytes};
use alloy_sol_types::sol;

use super::{Log, Model, Outcome, answer, error, model::Registry, require};

sol! {
    /// What a registry that stands in refuses with when it is silent.
    #[derive(Debug, PartialEq, Eq)]
    error Silent();
}

/// Calls.
impl Model {
    /// `refreshProvider`, whoever calls.
    pub fn refresh_provider(&mut self, provider: Address) -> Outcome {
        let active = self.ask(provider)?;
        let told = self.remember(provider, active);
        answer(vec![told], &active)
    }

    /// `onProviderInactive`.
    pub fn on_provider_inactive(&mut self, caller: Address, provider: Address) -> Outcome {
        let registry = self.contract.params.registry;
        require(caller == registry, Abi::UnauthorizedRegistry { account: caller })?;
        Ok(vec![self.remember(provider, false)].into())
    }

    /// Returns the last second in which a provider is active without being asked about; 0 for unknown.
    pub fn active_until(&self, provider: Address) -> u64 {
        let seen = self.account(provider).seen_active;
        let ttl = self.contract.params.stakeTtl.to::<u64>();
        // What is as old as the registry's name was said by the one before it, perhaps.
        if seen > self.contract.registry_since { seen + ttl } else { 0 }
    }
}

/// What calls that bring money in share.
impl Model {
    /// Checks that a payee is active; returns whether the registry had to be asked.
    pub(super) fn check_active(&self, provider: Address) -> Result<bool, Bytes> {
        if self.now <= self.active_until(provider) {
            return Ok(false);
        }
        require(self.ask(provider)?, Abi::ProviderInactive { provider })?;
        Ok(true)
    }

    /// Remembers that the registry, if it was asked, called a payee active.
    pub(super) fn remember_active(&mut self, provider: Address, asked: bool) -> Vec<Log> {
        if asked { vec![self.remember(provider, true)] } else { Vec::new() }
    }

    fn ask(&self, provider: Address) -> Result<bool, Bytes> {
        let Registry { active, silent } = &self.registries[&self.contract.params.registry];
        if *silent { Err(error(Silent {})) } else { Ok(active.contains(&provider)) }
    }

    fn remember(&mut self, provider: Address, active: bool) -> Log {
        let now = self.now;
        self.account_mut(provider).seen_active = if active { now } else { 0 };
        self.books.note_asked(provider, now, self.contract.params.registry, active);
        self.emit(&Abi::ProviderRefreshed { provider, active })
    }
}
