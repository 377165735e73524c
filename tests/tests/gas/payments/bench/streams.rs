//! Streams, from opening to closing.

use aia_abi::IStreamPayments::{self as S, StreamConfig};
use aia_tests::payments::{COIN, MILLI, STAKE_TTL};
use alloy::{
    primitives::{Address, keccak256},
    sol_types::SolCall,
};
use eyre::Result;

use super::Bench;

/// Base units a second.
const RATE: u128 = MILLI;
/// Seconds that the payer pays for after stopping.
const NOTICE: u32 = 600;
/// What each stream holds at first; enough for days.
const DEPOSIT: u128 = 200 * COIN;
/// How many streams are collected at once, and what that is called.
const BATCHES: [(&str, usize); 4] =
    [("collect, 1 stream", 1), ("collect, 10 streams", 10), ("collect, 50 streams", 50), ("collect, 100 streams", 100)];

impl Bench<'_> {
    pub(super) fn streams(&mut self) -> Result<()> {
        // The last of these the batches leave alone.
        self.prepare((0..=100).map(|job| opening(&self.stream(job)).abi_encode()))?;
        self.openings()?;
        self.collections()?;
        self.changes()?;
        self.endings()
    }

    /// Returns a stream from the payer to the payee; nothing but the job tells them apart.
    pub(super) fn stream(&self, job: u64) -> StreamConfig {
        let job_id = keccak256(job.to_be_bytes());
        StreamConfig { payer: self.payer.address(), payee: self.payee, notice: NOTICE, jobId: job_id }
    }

    fn openings(&mut self) -> Result<()> {
        let warm = opening(&self.stream(1_000));
        self.by_payer("openStream, the payee known", &warm)?;
        let calls = (2_000..2_010).map(|job| opening(&self.stream(job)).abi_encode().into());
        let ten = S::multicallCall { data: calls.collect() };
        self.by_payer("multicall of 10 openStream", &ten)?;
        let first = opening(&self.stream_to(self.fresh_payee));
        self.by_payer("openStream, the payee's first", &first)?;
        self.net.pass(STAKE_TTL + 1)?;
        let expired = opening(&self.stream(1_001));
        self.by_payer("openStream, the registry asked", &expired)?;
        self.measure("refreshProvider", self.relayer, &S::refreshProviderCall { provider: self.payee })?;
        let more = S::topUpStreamCall { config: self.stream(0), amount: COIN };
        self.by_payer("topUpStream", &more)?;
        Ok(())
    }

    fn stream_to(&self, payee: Address) -> StreamConfig {
        StreamConfig { payee, ..self.stream(1_002) }
    }

    fn collections(&mut self) -> Result<()> {
        for (operation, streams) in BATCHES {
            let configs = (0..100).map(|job| self.stream(job)).take(streams).collect();
            self.measure(operation, self.relayer, &S::collectCall { configs })?;
        }
        let paid_out = S::collectAndWithdrawCall { config: self.stream(0), to: self.payee };
        self.by_payee("collectAndWithdraw", &paid_out)?;
        Ok(())
    }

    fn changes(&mut self) -> Result<()> {
        let set_rate = |config, rate| S::setRateCall { config, rate };
        let config = self.stream(0);
        self.by_payer("setRate, by the payer", &set_rate(config.clone(), 2 * RATE))?;
        self.by_payee("setRate, by the payee", &set_rate(config.clone(), RATE))?;
        self.by_payer("reclaim", &S::reclaimCall { config, amount: COIN })?;
        Ok(())
    }

    fn endings(&mut self) -> Result<()> {
        let config = self.stream(100);
        let stop = |config: &StreamConfig| S::stopStreamCall { config: config.clone() };
        self.by_payer("stopStream, the notice begins", &stop(&config))?;
        self.net.pass(u64::from(NOTICE))?;
        self.measure("stopStream, after the notice", self.relayer, &stop(&config))?;
        let config = self.stream(1_000);
        self.by_payee("stopStream, by the payee", &stop(&config))?;
        Ok(())
    }
}

fn opening(config: &StreamConfig) -> S::openStreamCall {
    let StreamConfig { payee, notice, jobId: job, .. } = *config;
    S::openStreamCall { payee, rate: RATE, notice, jobId: job, deposit: DEPOSIT }
}
