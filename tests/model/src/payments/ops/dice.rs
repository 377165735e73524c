//! What all draws share: chance, amounts, instants.

use aia_abi::{IAIAToken::IAIATokenCalls, IStreamPayments::IStreamPaymentsCalls};
use alloy_primitives::{Address, B256, U256};
use rand::Rng;

use super::{Act, Op};
use crate::payments::{MOST, Model};

/// How many of the next instants at which something changes are waited for.
const NEXT: usize = 6;
/// Seconds of a day.
const DAY: u64 = 86_400;
/// Nothing is waited for that is further away than this, in seconds.
const HORIZON: u64 = 45 * DAY;

/// Draws with a view to the present state.
pub(super) struct Dice<'a, R: ?Sized> {
    pub(super) rng: &'a mut R,
    pub(super) model: &'a Model,
}

/// Operations.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn on_token(&self, caller: Address, call: IAIATokenCalls) -> Op {
        Op::Token { caller, call }
    }

    pub(super) fn on_registry(&self, address: Address, act: Act) -> Op {
        Op::Registry { address, caller: self.model.contract.owner, act }
    }

    pub(super) fn pay(&self, caller: Address, call: IStreamPaymentsCalls) -> Op {
        Op::Pay { caller, call }
    }
}

/// Time.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn wait(&mut self) -> Op {
        let seconds = match self.below(100) {
            0..24 => 0,
            24..38 => 1,
            38..52 => self.rng.random_range(2..120),
            52..90 => self.until_something_changes(),
            90..97 => self.rng.random_range(60..7_200),
            _ => self.rng.random_range(DAY..14 * DAY),
        };
        Op::Wait { seconds }
    }

    /// Returns the seconds until one of the next instants at which something changes, or one second less or more.
    fn until_something_changes(&mut self) -> u64 {
        let now = self.model.now;
        let near = now..now + HORIZON;
        let mut instants: Vec<u64> = self.instants().into_iter().filter(|instant| near.contains(instant)).collect();
        instants.sort_unstable();
        instants.dedup();
        instants.truncate(NEXT);
        let Some(instant) = self.maybe_one_of(&instants) else { return 1 };
        let shift = self.rng.random_range(0..3_u64);
        (instant + shift).saturating_sub(now + 1)
    }

    /// Returns when streams run dry or end, when withdrawals can be finalized and when no more, when holds end, and
    /// when payees have to be asked about again.
    fn instants(&self) -> Vec<u64> {
        let contract = &self.model.contract;
        let mut instants = Vec::new();
        for stream in contract.streams.values().filter(|stream| !stream.is_closed()) {
            instants.extend(stream.depletion());
            instants.extend(stream.ends_at);
        }
        for (id, config) in &contract.channel_configs {
            let channel = self.model.channel(*id);
            instants.push(channel.held_until);
            if let Some((first, last)) = channel.window(config.withdrawDelay.to()) {
                instants.extend([first, last + 1]);
            }
        }
        instants.extend(contract.accounts.keys().map(|account| self.model.active_until(*account) + 1));
        instants
    }
}

/// Chance.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn below(&mut self, end: u32) -> u32 {
        self.rng.random_range(0..end)
    }

    pub(super) fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    pub(super) fn one_of<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.rng.random_range(0..items.len())]
    }

    pub(super) fn maybe_one_of<T: Copy>(&mut self, items: &[T]) -> Option<T> {
        if items.is_empty() { None } else { Some(self.one_of(items)) }
    }

    pub(super) fn word(&mut self) -> B256 {
        B256::from(self.rng.random::<[u8; 32]>())
    }

    /// Returns a small number as a word: a job or a salt.
    pub(super) fn numbered(&mut self, first: usize, count: u64) -> B256 {
        let number = first as u64 + self.rng.random_range(0..count);
        U256::from(number).into()
    }

    /// Returns nothing, a base unit, next to nothing, exactly so much, one more, some of it, or more than there is.
    pub(super) fn amount(&mut self, around: U256) -> U256 {
        match self.below(100) {
            0..3 => U256::ZERO,
            3..8 => U256::ONE,
            8..14 => U256::from(self.below(1_000) + 2),
            14..24 => around,
            24..27 => around + U256::ONE,
            27..28 => MOST,
            28..30 => MOST + U256::ONE,
            30..66 => around >> self.rng.random_range(1..40_usize),
            _ => around / U256::from(u32::MAX) * U256::from(self.rng.random::<u32>()),
        }
    }

    /// Like [`amount`](Self::amount), with 128 bits.
    pub(super) fn narrow_amount(&mut self, around: U256) -> u128 {
        self.amount(around).saturating_to()
    }
}
