//! Guardian, court and the contracts around.

use aia_protocol::{
    staking::config::Config,
    word::{Reader, Writer},
};
use aia_shell::{Revert, emit, revert, words};
use alloy_primitives::{Address, B256, U256};
use stylus_sdk::prelude::*;

use crate::{I, ProviderRegistry};

impl ProviderRegistry {
    /// Lets guardian and owner pass.
    pub(crate) fn check_guardian(&self) -> Result<(), Revert> {
        let caller = self.caller();
        if caller == self.guardian.get() || self.ownership.is_caller() {
            return Ok(());
        }
        Err(revert::<I::UnauthorizedGuardian>(words![caller]))
    }

    pub(crate) fn set_paused(&mut self, paused: bool) -> Result<(), Revert> {
        self.check_guardian()?;
        self.config.set(Config { paused, ..self.config() }.to_word());
        emit::<I::PausedSet, 1>(self.vm(), words![self.caller()], words![paused]);
        Ok(())
    }

    pub(crate) fn set_guardian(&mut self, account: Address) -> Result<(), Revert> {
        self.ownership.check()?;
        self.store_guardian(account);
        Ok(())
    }

    pub(crate) fn store_guardian(&mut self, account: Address) {
        self.guardian.set(account);
        emit::<I::GuardianSet, 1>(self.vm(), words![account], []);
    }

    pub(crate) fn set_payments(&mut self, account: Address) -> Result<(), Revert> {
        self.ownership.check()?;
        self.payments.set(account);
        emit::<I::PaymentsSet, 1>(self.vm(), words![account], []);
        Ok(())
    }

    pub(crate) fn set_identity_registry(&mut self, account: Address) -> Result<(), Revert> {
        self.ownership.check()?;
        self.identity_registry.set(account);
        emit::<I::IdentityRegistrySet, 1>(self.vm(), words![account], []);
        Ok(())
    }

    /// A new court waits until all who do not trust it had the time to leave.
    pub(crate) fn propose_court(&mut self, account: Address) -> Result<(), Revert> {
        self.ownership.check()?;
        let (config, epoch) = self.clock();
        // Whoever leaves within the next whole epoch is out of reach by then.
        let from = if account.is_zero() { 0 } else { config.matured_from(epoch.saturating_add(1)) };
        self.proposed_court.set(Writer::default().address(account).uint(24, from).done());
        emit::<I::CourtProposed, 1>(self.vm(), words![account], words![from]);
        Ok(())
    }

    /// The court before may end what it has begun.
    pub(crate) fn accept_court(&mut self) -> Result<(), Revert> {
        let (proposed, from) = self.proposed_court();
        let (config, epoch) = self.clock();
        if proposed.is_zero() || epoch < from {
            return Err(revert::<I::CourtNotReady>(words![proposed, from, epoch]));
        }
        let (previous, until) = (self.court.get(), config.matured_from(epoch));
        self.previous_court.set(Writer::default().address(previous).uint(24, until).done());
        self.set_court(proposed);
        self.proposed_court.erase();
        emit::<I::CourtSet, 2>(self.vm(), words![proposed, previous], words![until]);
        Ok(())
    }

    pub(crate) fn set_court(&mut self, account: Address) {
        self.court.set(account);
        self.had_court.insert(account, U256::ONE);
    }

    pub(crate) fn courts(&self) -> [B256; 5] {
        let (proposed, from) = self.proposed_court();
        let (previous, until) = self.previous_court();
        words![self.court.get(), proposed, from, previous, until]
    }

    pub(crate) fn previous_court(&self) -> (Address, u32) {
        account_and_epoch(self.previous_court.get())
    }

    fn proposed_court(&self) -> (Address, u32) {
        account_and_epoch(self.proposed_court.get())
    }
}

fn account_and_epoch(word: U256) -> (Address, u32) {
    let mut fields = Reader::new(word);
    (fields.address(), fields.u32(24))
}
