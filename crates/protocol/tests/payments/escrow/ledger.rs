//! `ledger.rs`, `fees.rs`, `providers.rs` and `parameters.rs` of the contract.

use aia_protocol::{
    math::bps_up,
    payments::{MAX_AMOUNT, account::Account, config::Config},
};

use super::Escrow;
use crate::ops::{ALL, Actor, Credit, Moved, Params, Refusal};

impl Escrow {
    pub(super) fn fund(&mut self, by: Actor, to: Actor, amount: u128) -> Moved {
        let amount = bounded(amount)?;
        self.gain(to, amount);
        if by == to {
            self.lock(to, true)?;
        }
        self.held += amount;
        Ok(Vec::new())
    }

    pub(super) fn withdraw(&mut self, by: Actor, amount: u128) -> Moved {
        let amount = if amount == ALL { self.account(by).free } else { amount };
        let amount = bounded(amount)?;
        self.spend(by, amount)?;
        self.held -= amount;
        Ok(vec![amount])
    }

    pub(super) fn settle(&mut self, by: Actor, receiver: Actor) -> Moved {
        let account = self.account(receiver);
        if account.free == 0 || account.locked && by != receiver {
            return Ok(vec![0]);
        }
        self.store_account(receiver, Account { free: 0, ..account });
        self.held -= account.free;
        Ok(vec![account.free])
    }

    pub(super) fn lock(&mut self, by: Actor, locked: bool) -> Moved {
        let account = self.account(by);
        if account.locked != locked {
            self.store_account(by, Account { locked, ..account });
        }
        Ok(Vec::new())
    }

    pub(super) fn set_params(&mut self, params: Params, new_registry: bool) -> Moved {
        self.store_params(params, new_registry);
        Ok(Vec::new())
    }

    pub(super) fn store_params(&mut self, params: Params, new_registry: bool) {
        let (config, now) = (self.config(), u32::try_from(self.now).expect("before the year 2106"));
        let registry_since = if new_registry { now + 1 } else { config.registry_since };
        let Params { fee_bps, burn_bps, stake_ttl } = params;
        self.store_config(Config { fee_bps, burn_bps, stake_ttl, registry_since, ..config });
    }

    /// What happens in the registry, of which it may tell.
    pub(super) fn stake(&mut self, provider: Actor, active: bool, told: bool) -> Moved {
        self.registry[provider] = active;
        if told && !active {
            self.remember(provider, 0);
        }
        Ok(Vec::new())
    }

    pub(super) fn refresh_provider(&mut self, provider: Actor) -> Moved {
        Ok(vec![self.refresh(provider).into()])
    }

    fn refresh(&mut self, provider: Actor) -> bool {
        let active = self.registry[provider];
        self.remember(provider, if active { self.now } else { 0 });
        active
    }

    fn remember(&mut self, provider: Actor, seen_active: u64) {
        let account = self.account(provider);
        self.store_account(provider, Account { seen_active, ..account });
    }

    /// Lets money in only for active providers.
    pub(super) fn check_active(&mut self, provider: Actor) -> Result<(), Refusal> {
        if self.active_until(provider) >= self.now || self.refresh(provider) {
            return Ok(());
        }
        Err(Refusal::ProviderInactive)
    }

    pub(super) fn sweep(&mut self, accounts: &[Actor]) -> Moved {
        let mut total = 0;
        for by in accounts {
            let account = self.account(*by);
            if account.fee_owed > 0 {
                self.store_account(*by, Account { fee_owed: 0, ..account });
                total += account.fee_owed;
            }
        }
        let burned = bps_up(total, self.config().burn_bps);
        self.held -= total;
        Ok(vec![burned, total - burned])
    }

    pub(super) fn gain(&mut self, by: Actor, amount: u128) {
        let account = self.account(by);
        self.store_account(by, account.gain(amount));
    }

    pub(super) fn spend(&mut self, by: Actor, amount: u128) -> Result<(), Refusal> {
        let account = self.account(by);
        let left = account.spend(amount).ok_or(Refusal::InsufficientLedger(account.free))?;
        self.store_account(by, left);
        Ok(())
    }

    /// Takes the fee of earnings and keeps it; returns what is left.
    fn charge(&mut self, payee: Actor, gross: u128) -> u128 {
        let (account, net, fee) = self.account(payee).charge(gross, self.config().fee_bps);
        self.store_account(payee, account);
        self.credits.push(Credit { payee, gross, fee });
        net
    }

    /// Puts earnings on the payee's ledger, less the fee.
    pub(super) fn credit(&mut self, payee: Actor, gross: u128) {
        let net = self.charge(payee, gross);
        self.gain(payee, net);
    }

    /// Sends earnings to the payee's wallet, less the fee.
    pub(super) fn pay_out(&mut self, payee: Actor, gross: u128) -> u128 {
        let net = self.charge(payee, gross);
        self.held -= net;
        net
    }
}

/// Returns an amount that a caller names.
fn bounded(amount: u128) -> Result<u128, Refusal> {
    if amount == 0 { Err(Refusal::ZeroAmount) } else { check_most(amount, MAX_AMOUNT) }
}

/// Lets only amounts pass that are at most `max`.
pub(super) fn check_most(amount: u128, max: u128) -> Result<u128, Refusal> {
    if amount <= max { Ok(amount) } else { Err(Refusal::AmountTooLarge) }
}
