//! Properties of several calls: in parts or at once, in this order or that, with bad rows or without, together or
//! apart.

use aia_abi::IStreamPayments::{self as Abi, IStreamPaymentsCalls as Calls};
use aia_model::payments::{
    Answer, Outcome,
    model::stream_id,
    ops::{CONSUMERS, Op},
    rows::Row,
    seal::Seal,
    settings::Setting,
};
use aia_tests::common::chance;
use alloy::{
    primitives::{Address, B256, Bytes, U256, aliases::U40},
    sol_types::{SolInterface, SolValue},
};
use eyre::{Result, ensure};
use rand::{Rng, seq::SliceRandom};

use crate::invariants::{LIFE, Run, live::Live, start, views::same};

/// How many orders are tried, and how many sets of bad rows.
const TRIALS: usize = 40;
/// What is deposited into each channel, base units.
const DEPOSIT: u128 = 10_000;
/// Ceilings and amounts of the vouchers of each channel: within it, above it, and overtaken by others.
const VOUCHERS: [(u128, u128); 4] = [(1_000, 700), (4_000, 4_000), (25_000, 12_000), (3_000, 3_000)];

/// How channels and ledgers stand.
type Standing = (Vec<(u128, u128)>, Vec<Abi::Account>);

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_pays_the_same_however_often_it_is_collected() -> Result<()> {
    let setting = Setting::launch();
    let stage = start::start(&setting).await?;
    let mut run = Run::new(&stage, &setting, chance())?;
    for round in 0..12 {
        let (rate, lasting) = (run.rng.random_range(1..1_000_000_u128), run.rng.random_range(1..8_000_u128));
        let [often, once] = [2 * round, 2 * round + 1].map(|job| run.stream(job, rate, rate * lasting + rate / 2));
        let (often, once) = (often?, once?);
        for _ in 0..20 {
            let seconds = run.rng.random_range(0..400);
            run.step(Op::Wait { seconds }, LIFE)?;
            run.collect(&often)?;
        }
        run.collect(&once)?;
        let ids = [&often, &once].map(stream_id);
        let [often, once] = ids.map(|id| run.live.payments(&Abi::streamOfCall { id }));
        same(often?.balance, once?.balance, "3: what collecting often leaves")?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn vouchers_end_alike_in_whatever_order_they_are_claimed() -> Result<()> {
    // A fee is rounded for each credit, and how many there are depends on the order.
    let setting = Setting::free();
    let stage = start::start(&setting).await?;
    let mut run = Run::new(&stage, &setting, chance())?;
    let (configs, mut rows) = run.funded()?;
    let expected = run.after(&configs, std::slice::from_ref(&rows))?;
    ensure!(expected.0 == [(DEPOSIT, DEPOSIT); 3], "7: the vouchers do not empty the channels");
    for _ in 0..TRIALS {
        rows.shuffle(&mut run.rng);
        let cut = run.rng.random_range(1..rows.len());
        // Some come twice.
        let batches = [rows[..cut].to_vec(), rows[cut / 2..].to_vec()];
        same(run.after(&configs, &batches)?, expected.clone(), "7: channels and ledgers")?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_rows_change_nothing_for_good_ones() -> Result<()> {
    let setting = Setting::launch();
    let stage = start::start(&setting).await?;
    let mut run = Run::new(&stage, &setting, chance())?;
    let (configs, good) = run.funded()?;
    let expected = run.after(&configs, std::slice::from_ref(&good))?;
    for _ in 0..TRIALS {
        let mut rows = good.clone();
        for _ in 0..run.rng.random_range(1..5) {
            let bad = run.spoiled(&good);
            rows.insert(run.rng.random_range(0..=rows.len()), bad);
        }
        same(run.after(&configs, &[rows])?, expected.clone(), "8: channels and ledgers")?;
    }
    Ok(())
}

/// Steps of these stories, of the first consumer and the first two providers.
impl Run<'_> {
    fn payer(&self) -> Address {
        self.model.actors[0]
    }

    fn provider(&self, index: usize) -> Address {
        self.model.actors[CONSUMERS + index]
    }

    fn must(&mut self, caller: Address, call: Calls) -> Result<()> {
        self.step(Op::Pay { caller, call }, LIFE)?;
        ensure!(self.tally.last, "a call of this story is refused");
        Ok(())
    }

    fn stream(&mut self, job: u64, rate: u128, deposit: u128) -> Result<Abi::StreamConfig> {
        let (payer, payee, job_id) = (self.payer(), self.provider(0), B256::from(U256::from(job)));
        let call = Abi::openStreamCall { payee, rate, notice: 0, jobId: job_id, deposit };
        self.must(payer, Calls::openStream(call))?;
        Ok(Abi::StreamConfig { payer, payee, notice: 0, jobId: job_id })
    }

    fn collect(&mut self, config: &Abi::StreamConfig) -> Result<()> {
        let anybody = self.provider(1);
        self.must(anybody, Calls::collect(Abi::collectCall { configs: vec![config.clone()] }))
    }

    /// Deposits into channels of two receivers, whose vouchers the first provider may claim, and returns these.
    fn funded(&mut self) -> Result<(Vec<Abi::ChannelConfig>, Vec<Row>)> {
        let (payer, authorizer) = (self.payer(), self.provider(0));
        let mut configs = Vec::new();
        for (salt, receiver) in [(1, self.provider(0)), (2, self.provider(1)), (3, self.provider(0))] {
            let config = Abi::ChannelConfig {
                payer,
                payerAuthorizer: Address::ZERO,
                receiver,
                receiverAuthorizer: authorizer,
                token: self.model.token.address,
                withdrawDelay: U40::from(90_000),
                salt: B256::with_last_byte(salt),
            };
            let (to, collector) = (config.clone(), Address::ZERO);
            let call = Abi::depositCall { config: to, amount: DEPOSIT, collector, collectorData: Bytes::new() };
            self.must(payer, Calls::deposit(call))?;
            configs.push(config);
        }
        let signature = Seal::by(payer).bytes();
        let rows = configs.iter().flat_map(|config| {
            let row = |(ceiling, total)| Row {
                config: config.clone(),
                ceiling,
                total,
                usage: None,
                signature: signature.clone(),
            };
            VOUCHERS.map(row)
        });
        let rows = rows.collect();
        Ok((configs, rows))
    }

    /// Returns a row that cannot be claimed, made of one that can.
    fn spoiled(&mut self, good: &[Row]) -> Row {
        let mut row = good[self.rng.random_range(0..good.len())].clone();
        match self.rng.random_range(0..4) {
            0 => row.signature = Seal::by(self.provider(0)).bytes(),
            1 => row.config.salt = B256::with_last_byte(99),
            2 => (row.config.receiver, row.config.receiverAuthorizer) = (self.provider(2), self.provider(2)),
            _ => row.total = 0,
        }
        row
    }

    /// Returns how everything stands after batches of claims, which are taken back.
    fn after(&mut self, configs: &[Abi::ChannelConfig], batches: &[Vec<Row>]) -> Result<Standing> {
        let caller = self.provider(0);
        let mut calls = Vec::new();
        for rows in batches {
            let claims = rows.iter().map(Row::voucher_claim).collect();
            let call = Calls::claim(Abi::claimCall { voucherClaims: claims });
            calls.push(self.wallet.signed_call(caller, call)?.abi_encode());
        }
        let (live, now) = (&self.live, self.model.now);
        let receivers = [self.provider(0), self.provider(1)];
        live.undone(|| {
            for call in calls {
                // Batches after the first may find nothing left to claim.
                let _ = live.submit(now, caller, live.payments, call)?;
            }
            let ids = configs.iter().map(|config| self.wallet.channel_id(config));
            let channels = ids.map(|id| live.payments(&Abi::channelsCall { channelId: id }));
            let amounts = channels.map(|seen| seen.map(|seen| (seen.balance, seen.totalClaimed)));
            let ledgers = receivers.map(|account| live.payments(&Abi::accountOfCall { account }));
            Ok((amounts.collect::<Result<_>>()?, ledgers.into_iter().collect::<Result<_>>()?))
        })
    }

    /// 14: returns what calls answer one after the other, which a multicall of them must answer too.
    pub(crate) fn i14_apart(&mut self, caller: Address, parts: &[Bytes]) -> Result<Option<Outcome>> {
        let is_nested = |data: &Bytes| Calls::abi_decode(data).is_ok_and(|call| matches!(call, Calls::multicall(_)));
        if parts.iter().any(is_nested) {
            return Ok(None);
        }
        let signed: Vec<Bytes> = parts.iter().map(|data| self.wallet.part(caller, data)).collect::<Result<_>>()?;
        let (live, now) = (&self.live, self.model.now);
        live.undone(|| one_after_the_other(live, now, caller, &signed)).map(Some)
    }
}

fn one_after_the_other(live: &Live<'_>, now: u64, caller: Address, calls: &[Bytes]) -> Result<Outcome> {
    let (mut logs, mut results) = (Vec::new(), Vec::new());
    for call in calls {
        match live.submit(now, caller, live.payments, call.to_vec())? {
            Ok(answer) => {
                logs.extend(answer.logs);
                results.push(answer.output);
            }
            refused => return Ok(refused),
        }
    }
    Ok(Ok(Answer { logs, output: results.abi_encode().into() }))
}
