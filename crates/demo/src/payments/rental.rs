//! Dave rents a GPU of erin's by the second, with notice.

use aia_client::payments::{
    StreamConfig,
    channel::abi_stream,
    contract::{Stopped, StreamTerms},
};
use alloy::primitives::{U256, keccak256};
use eyre::{Result, bail, ensure};

use super::{COIN, HOUR, Stage};
use crate::{
    ledger::aia,
    stage::{refused, run},
};

/// What dave puts on his ledger.
const PURSE: u128 = 20 * COIN;
/// What he puts into the stream of it.
const DEPOSIT: u128 = 12 * COIN;
/// What a second of the GPU costs.
const RATE: u128 = COIN / 1_000;
/// Seconds that are paid for after stopping.
const NOTICE: u32 = 3_600;

impl Stage<'_> {
    /// Returns dave's stream, which has run for two hours.
    pub(super) async fn rent_a_gpu(&mut self) -> Result<StreamConfig> {
        let (dave, payments) = (self.dave.address(), self.payments(&self.dave)?);
        run(self.token(&self.dave)?.approve(self.payments, U256::from(PURSE))).await?;
        payments.fund(dave, PURSE).await?;
        self.done("put 20 AIA on his ledger", "dave", "locked: only he can take it out");
        let (payee, job_id) = (self.erin.address(), keccak256("a GPU"));
        let terms = StreamTerms { payee, rate: RATE, notice: NOTICE, job_id, deposit: DEPOSIT };
        let stream = payments.open_stream(&terms).await?;
        self.done("rent a GPU: 3.6 AIA an hour, an hour's notice", "dave", "12 AIA in a stream");

        self.pass(2 * HOUR)?;
        let collected = self.payments(&self.bob)?.collect(&[stream]).await?;
        let gross: U256 = collected.iter().map(|collected| collected.gross).sum();
        ensure!(gross == U256::from(RATE * u128::from(2 * HOUR)), "two hours must be paid, not {gross}");
        self.done("two hours later, collect for erin", "anyone", &format!("{} before the fee", aia(gross)));
        Ok(stream)
    }

    pub(super) async fn give_notice(&mut self, stream: &StreamConfig) -> Result<()> {
        let payments = self.payments(&self.dave)?;
        self.pass(0)?;
        let Stopped::Ending { at } = payments.stop_stream(stream).await? else { bail!("the notice must run") };
        ensure!(at == self.now() + u64::from(NOTICE), "the stream must end with its notice, not at {at}");
        self.done("stop the stream", "dave", "pays for an hour more");
        let left = payments.stream(stream.id()).await?.balance;
        let refusal = refused(payments.contract().reclaim(abi_stream(stream), left)).await?;
        self.ledger.read("ATTACK take everything out during the notice", "dave", &refusal);

        self.pass(NOTICE.into())?;
        let closed = self.payments(&self.bob)?.stop_stream(stream).await?;
        let refunded = U256::from(left - RATE * u128::from(NOTICE));
        let expected = Stopped::Closed { refunded };
        ensure!(closed == expected, "the notice must be paid in full: {closed:?}");
        let paid = format!("notice paid in full, dave got back {}", aia(refunded));
        self.done("an hour later, close it", "anyone", &paid);
        Ok(())
    }
}
