//! Ledgers: what came in, what was earned, and who may be paid.

use super::{Model, Result, SUPPLY};
use crate::ops::{ALL, Actor, Credit, Moved, Params, Refusal};

/// What somebody has.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Account {
    pub(crate) free: u128,
    pub(crate) fees: u128,
    pub(crate) locked: bool,
    /// When the present registry last said that it is active, if it did and did not take it back.
    seen: Option<u64>,
}

impl Model {
    /// Returns what all have together, base units.
    pub(crate) fn held(&self) -> u128 {
        self.paid_in - self.paid_out
    }

    pub(crate) fn is_active(&self, provider: Actor) -> bool {
        self.registry[provider]
    }

    /// Returns up to when somebody counts as active without being asked about; 0 if it does not.
    pub(crate) fn active_until(&self, provider: Actor) -> u64 {
        self.accounts[provider].seen.map_or(0, |seen| seen + u64::from(self.params.stake_ttl))
    }

    pub(super) fn fund(&mut self, by: Actor, to: Actor, amount: u128) -> Moved {
        check(amount)?;
        let account = &mut self.accounts[to];
        account.free += amount;
        account.locked |= by == to;
        self.paid_in += amount;
        Ok(Vec::new())
    }

    pub(super) fn withdraw(&mut self, by: Actor, amount: u128) -> Moved {
        let free = self.accounts[by].free;
        let amount = if amount == ALL { free } else { amount };
        check(amount)?;
        self.check_ledger(by, amount, 0)?;
        Ok(vec![self.send(by, amount)])
    }

    pub(super) fn settle(&mut self, by: Actor, receiver: Actor) -> Vec<u128> {
        let account = self.accounts[receiver];
        let may = by == receiver || !account.locked;
        vec![if may { self.send(receiver, account.free) } else { 0 }]
    }

    fn send(&mut self, by: Actor, amount: u128) -> u128 {
        self.accounts[by].free -= amount;
        self.pay_out(amount)
    }

    pub(super) fn pay_out(&mut self, amount: u128) -> u128 {
        self.paid_out += amount;
        amount
    }

    pub(super) fn bring_in(&mut self, amount: u128) {
        self.paid_in += amount;
    }

    pub(super) fn lock(&mut self, by: Actor, locked: bool) -> Vec<u128> {
        self.accounts[by].locked = locked;
        Vec::new()
    }

    pub(super) fn set_params(&mut self, params: Params, new_registry: bool) -> Vec<u128> {
        self.params = params;
        if new_registry {
            self.registry_since = self.now;
            for account in &mut self.accounts {
                account.seen = None;
            }
        }
        Vec::new()
    }

    pub(super) fn stake(&mut self, provider: Actor, active: bool, told: bool) -> Vec<u128> {
        self.registry[provider] = active;
        if told && !active {
            self.accounts[provider].seen = None;
        }
        Vec::new()
    }

    pub(super) fn refresh(&mut self, provider: Actor) -> Vec<u128> {
        self.ask(provider);
        vec![self.registry[provider].into()]
    }

    /// What a registry says in the second in which it is set counts, but is not remembered.
    fn ask(&mut self, provider: Actor) {
        let remembered = self.registry[provider] && self.now > self.registry_since;
        self.accounts[provider].seen = remembered.then_some(self.now);
    }

    /// Refuses money for a provider that is not active; what the registry says is remembered by [`Model::admit`] only.
    pub(super) fn check_active(&self, provider: Actor) -> Result<()> {
        let known = self.active_until(provider) >= self.now;
        if known || self.registry[provider] { Ok(()) } else { Err(Refusal::ProviderInactive) }
    }

    /// Asks the registry about a provider for which money comes in, unless that was done not long ago.
    pub(super) fn admit(&mut self, provider: Actor) {
        if self.active_until(provider) < self.now {
            self.ask(provider);
        }
    }

    pub(super) fn sweep(&mut self, accounts: &[Actor]) -> Vec<u128> {
        let total = accounts.iter().map(|by| std::mem::take(&mut self.accounts[*by].fees)).sum::<u128>();
        let burned = (total * u128::from(self.params.burn_bps)).div_ceil(10_000);
        self.paid_out += total;
        vec![burned, total - burned]
    }

    pub(super) fn fee(&self, gross: u128) -> u128 {
        (gross * u128::from(self.params.fee_bps)).div_ceil(10_000)
    }

    /// Takes the fee of earnings and returns the rest.
    pub(super) fn charge(&mut self, payee: Actor, gross: u128) -> u128 {
        let fee = self.fee(gross);
        self.accounts[payee].fees += fee;
        self.credits.push(Credit { payee, gross, fee });
        gross - fee
    }

    pub(super) fn credit(&mut self, payee: Actor, gross: u128) {
        self.accounts[payee].free += self.charge(payee, gross);
    }

    /// Refuses what somebody does not have, even with what it is about to get.
    pub(super) fn check_ledger(&self, by: Actor, amount: u128, coming: u128) -> Result<()> {
        let has = self.accounts[by].free + coming;
        if amount <= has { Ok(()) } else { Err(Refusal::InsufficientLedger(has)) }
    }
}

/// Refuses amounts of nothing and of more than there is.
pub(super) fn check(amount: u128) -> Result<()> {
    match amount {
        0 => Err(Refusal::ZeroAmount),
        1..=SUPPLY => Ok(()),
        _ => Err(Refusal::AmountTooLarge),
    }
}
