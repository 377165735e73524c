//! Errors of streams.

use aia_abi::IStreamPayments as S;
use aia_tests::payments::{Market, at};
use alloy::primitives::U256;
use eyre::Result;

use super::Heard;

/// Base units a second.
const RATE: u128 = 10;
/// Seconds.
const NOTICE: u32 = 60;
/// The longest notice.
const LONGEST: u32 = 15_552_000;

pub(super) async fn refusals(market: &Market, heard: &mut Heard) -> Result<()> {
    openings(market, heard).await?;
    let config = market.stream(NOTICE, 1);
    let (net, id) = (market.net(), market.stream_id(&config));
    let (payer, payee) = (market.payments_as(&market.consumer)?, market.payments_as(&market.provider)?);
    let foreign = market.payments_as(&market.stranger())?;
    heard.refuses(net, &payer.topUpStream(config.clone(), 1), S::UnknownStream { id }).await?;

    let open = payer.openStream(config.payee, RATE, NOTICE, config.jobId, 1_000);
    net.send(&open).await?;
    heard.refuses(net, &open, S::StreamExists { id }).await?;

    let caller = market.stranger().address();
    let foreigner = S::UnauthorizedParty { id, caller };
    heard.refuses(net, &foreign.setRate(config.clone(), 1), foreigner.clone()).await?;
    heard.refuses(net, &foreign.stopStream(config.clone()), foreigner.clone()).await?;
    heard.refuses(net, &foreign.reclaim(config.clone(), 1), foreigner).await?;
    let not_the_payee = S::UnauthorizedParty { id, caller: config.payer };
    heard.refuses(net, &payer.collectAndWithdraw(config.clone(), caller), not_the_payee).await?;

    let rate = |rate: u128| S::InvalidRate { id, rate: U256::from(rate), current: U256::from(RATE) };
    heard.refuses(net, &payer.setRate(config.clone(), RATE), rate(RATE)).await?;
    heard.refuses(net, &payee.setRate(config.clone(), RATE), rate(RATE)).await?;
    heard.refuses(net, &payee.setRate(config.clone(), 0), rate(0)).await?;

    // 17 a second for 60 seconds are 1,020; 10 a second are 600.
    let [balance, needed] = [1_000, 1_020].map(U256::from);
    heard.refuses(net, &payer.setRate(config.clone(), 17), S::UnderNotice { id, balance, needed }).await?;
    let [balance, needed] = [599, 600].map(U256::from);
    heard.refuses(net, &payer.reclaim(config.clone(), 401), S::UnderNotice { id, balance, needed }).await?;

    net.send(&payer.stopStream(config.clone())).await?;
    let ending = S::StreamEnding { id, endsAt: at(net.now() + u64::from(NOTICE)) };
    heard.refuses(net, &payer.topUpStream(config.clone(), 1), ending.clone()).await?;
    heard.refuses(net, &payer.stopStream(config), ending).await
}

async fn openings(market: &Market, heard: &mut Heard) -> Result<()> {
    let config = market.stream(NOTICE, 1);
    let (net, id) = (market.net(), market.stream_id(&config));
    let payments = market.payments_as(&market.consumer)?;
    let S::StreamConfig { payer, payee, jobId: job, .. } = config;
    let to_itself = payments.openStream(payer, RATE, NOTICE, job, 1_000);
    heard.refuses(net, &to_itself, S::InvalidPayee { payee: payer }).await?;

    let notice = LONGEST + 1;
    let for_ever = payments.openStream(payee, RATE, notice, job, 1_000);
    heard.refuses(net, &for_ever, S::NoticeTooLong { notice, max: LONGEST }).await?;

    let for_nothing = payments.openStream(payee, 0, NOTICE, job, 1_000);
    let none = S::InvalidRate { id, rate: U256::ZERO, current: U256::ZERO };
    heard.refuses(net, &for_nothing, none).await?;

    let rate: u128 = 1 << 96;
    let [amount, max] = [rate, rate - 1].map(U256::from);
    let for_everything = payments.openStream(payee, rate, NOTICE, job, 1_000);
    heard.refuses(net, &for_everything, S::AmountTooLarge { amount, max }).await?;

    let short = payments.openStream(payee, RATE, NOTICE, job, 599);
    let [balance, needed] = [599, 600].map(U256::from);
    heard.refuses(net, &short, S::UnderNotice { id, balance, needed }).await?;

    let provider = market.stranger().address();
    let to_a_stranger = payments.openStream(provider, RATE, NOTICE, job, 1_000);
    heard.refuses(net, &to_a_stranger, S::ProviderInactive { provider }).await
}
