//! Draws of what happens to streams.

use aia_abi::IStreamPayments::{self as Abi, IStreamPaymentsCalls as Calls};
use alloy_primitives::U256;
use rand::Rng;

use super::{Op, dice::Dice};
use crate::payments::FASTEST;

/// How long drawn streams last, in seconds, if nobody changes them.
const LASTING: [u64; 7] = [1, 7, 60, 900, 7_200, 86_400, 700_000];

/// In.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn open_stream(&mut self) -> Op {
        let config = if self.chance(94) { self.new_stream() } else { self.open_one() };
        let free = self.model.account(config.payer).free >> 4;
        let most = self.amount(free);
        let seconds = self.one_of(&LASTING).max(u64::from(config.notice));
        let rate = self.speed(most / U256::from(seconds));
        let deposit = match self.below(100) {
            0..10 => rate * U256::from(config.notice),
            10..14 => (rate * U256::from(config.notice)).saturating_sub(U256::ONE),
            _ => most,
        };
        let Abi::StreamConfig { payer, notice, jobId, .. } = config;
        let payee = if self.chance(98) { config.payee } else { payer };
        let (rate, deposit) = (rate.saturating_to(), deposit.saturating_to());
        self.pay(payer, Calls::openStream(Abi::openStreamCall { payee, rate, notice, jobId, deposit }))
    }

    pub(super) fn top_up_stream(&mut self) -> Op {
        let now = self.model.now;
        // Streams that ran dry are those that a top-up could bill too much.
        let config = match self.below(100) {
            0..35 => self.stream(|stream| stream.ends_at.is_none() && stream.settled(now).balance.is_zero()),
            35..90 => self.stream(|stream| stream.ends_at.is_none()),
            _ => self.open_one(),
        };
        let caller = if self.chance(60) { self.mostly(config.payer) } else { self.mostly(config.payee) };
        let free = self.model.account(caller).free >> 3;
        let amount = self.narrow_amount(free);
        self.pay(caller, Calls::topUpStream(Abi::topUpStreamCall { config, amount }))
    }

    pub(super) fn set_rate(&mut self) -> Op {
        let config = if self.chance(75) { self.stream(|stream| stream.ends_at.is_none()) } else { self.open_one() };
        let (caller, rate) = if self.chance(55) {
            (self.mostly(config.payer), self.higher_rate(&config))
        } else {
            (self.mostly(config.payee), self.lower_rate(&config))
        };
        let rate = rate.saturating_to();
        self.pay(caller, Calls::setRate(Abi::setRateCall { config, rate }))
    }

    fn higher_rate(&mut self, config: &Abi::StreamConfig) -> U256 {
        let Some(stream) = self.settled(config) else { return U256::ONE };
        // What its balance bears for the whole notice.
        let most = stream.balance / U256::from(config.notice.max(1));
        match self.below(100) {
            0..10 => most,
            10..15 => most + U256::ONE,
            15..20 => stream.rate,
            20..50 => stream.rate + U256::ONE,
            50..97 => stream.rate + (most.saturating_sub(stream.rate) >> self.rng.random_range(1..8_usize)),
            _ => FASTEST + U256::ONE,
        }
    }

    fn lower_rate(&mut self, config: &Abi::StreamConfig) -> U256 {
        let Some(stream) = self.settled(config) else { return U256::ONE };
        match self.below(100) {
            0..5 => U256::ZERO,
            5..10 => stream.rate,
            10..20 => U256::ONE,
            20..60 => stream.rate.saturating_sub(U256::ONE),
            _ => stream.rate >> self.rng.random_range(1..6_usize),
        }
    }

    /// Returns a rate: mostly the one given, now and then very slow, or too fast.
    fn speed(&mut self, fitting: U256) -> U256 {
        match self.below(100) {
            0..2 => U256::ZERO,
            2..3 => FASTEST,
            3..4 => FASTEST + U256::ONE,
            4..14 => U256::ONE,
            14..24 => U256::from(self.below(1_000) + 1),
            _ => fitting.max(U256::ONE),
        }
    }
}

/// Out.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn stop_stream(&mut self) -> Op {
        let now = self.model.now;
        let config = match self.below(100) {
            0..35 => self.stream(|stream| stream.is_done(now) && !stream.is_closed()),
            35..50 => self.stream(|stream| stream.ends_at.is_some_and(|end| now < end)),
            _ => self.open_one(),
        };
        let caller = match self.below(100) {
            0..55 => self.mostly(config.payer),
            55..75 => self.mostly(config.payee),
            _ => self.actor(),
        };
        self.pay(caller, Calls::stopStream(Abi::stopStreamCall { config }))
    }

    pub(super) fn reclaim(&mut self) -> Op {
        let config = self.open_one();
        let caller = self.mostly(config.payer);
        let spare = self.settled(&config).map_or(U256::ZERO, |stream| {
            let needed = stream.needed(self.model.now);
            stream.balance.saturating_sub(needed)
        });
        let amount = if self.chance(12) { u128::MAX } else { self.narrow_amount(spare) };
        self.pay(caller, Calls::reclaim(Abi::reclaimCall { config, amount }))
    }

    pub(super) fn collect(&mut self) -> Op {
        let count = self.below(6);
        let configs = (0..count).map(|_| self.open_one()).collect();
        let caller = self.actor();
        self.pay(caller, Calls::collect(Abi::collectCall { configs }))
    }

    pub(super) fn collect_and_withdraw(&mut self) -> Op {
        let now = self.model.now;
        let config = self.stream(|stream| !stream.owed(now).is_zero());
        let caller = self.mostly(config.payee);
        let to = self.recipient();
        self.pay(caller, Calls::collectAndWithdraw(Abi::collectAndWithdrawCall { config, to }))
    }
}
