//! Every event that the interface declares, with its members, and none beside them.

use std::collections::BTreeSet;

use aia_abi::IStreamPayments as S;
use aia_tests::{
    actions::event,
    payments::{BURN_BPS, COIN, DELAY, FEE_BPS, HOLD_UNIT, MILLI, Market, TREASURY, Usage, at, packed_usage, skipped},
    staking::emitted,
};
use alloy::{
    primitives::{Address, B256, Bytes, U256, aliases::U24},
    providers::Provider,
    rpc::types::Filter,
};
use eyre::{OptionExt, Result};

/// Returns the fee of a credit that is a multiple of a hundred: a hundredth.
fn fee(gross: u128) -> U256 {
    U256::from(gross / 100)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_declared_event_is_logged_as_declared() -> Result<()> {
    let market = Market::start().await?;
    of_ledgers(&market).await?;
    of_streams(&market).await?;
    of_channels(&market).await?;
    of_withdrawals(&market).await?;
    of_fees(&market).await?;
    of_roles(&market).await?;

    let logs = Filter::new().address(market.payments).from_block(0);
    let logs = market.net().provider(&market.net().owner)?.get_logs(&logs).await?;
    let logged: Option<BTreeSet<B256>> = logs.iter().map(|log| log.topic0().copied()).collect();
    let declared: BTreeSet<B256> = S::abi::contract().events().map(|event| event.selector()).collect();
    assert_eq!(logged.ok_or_eyre("a log has no topic")?, declared, "topics that were logged, and those declared");
    Ok(())
}

async fn of_ledgers(market: &Market) -> Result<()> {
    let (net, stranger, consumer) = (market.net(), market.stranger(), market.consumer.address());
    let (from, amount) = (stranger.address(), U256::from(COIN));
    market.endow(&stranger, 3 * COIN).await?;
    let payments = market.payments_as(&stranger)?;

    let receipt = net.send(&payments.fund(consumer, amount)).await?;
    market.assert_logged(&receipt, &[event(&S::Funded { account: consumer, from, amount })]);
    for locked in [true, false] {
        let receipt = net.send(&payments.setLedgerLock(locked)).await?;
        market.assert_logged(&receipt, &[event(&S::LedgerLocked { account: from, locked })]);
    }
    let to = Address::repeat_byte(0x70);
    let receipt = net.send(&market.payments_as(&market.consumer)?.withdraw(to, amount)).await?;
    market.assert_logged(&receipt, &[event(&S::Withdrawn { account: consumer, to, amount })]);

    let receiver = market.provider.address();
    net.send(&payments.fund(receiver, amount)).await?;
    let receipt = net.send(&payments.settle(receiver, net.token)).await?;
    let settled = S::Settled { receiver, token: net.token, sender: from, amount: COIN };
    market.assert_logged(&receipt, &[event(&settled)]);
    Ok(())
}

async fn of_streams(market: &Market) -> Result<()> {
    let (net, config) = (market.net(), market.stream(60, 1));
    let (id, payments) = (market.stream_id(&config), market.payments_as(&market.consumer)?);
    let S::StreamConfig { payer, payee, notice, jobId: job } = config.clone();
    let (rate, deposit) = (MILLI, COIN);
    let collected = |seconds: u128| {
        let gross = seconds * rate;
        event(&S::StreamCollected { id, payee, gross: U256::from(gross), fee: fee(gross) })
    };

    let receipt = net.send(&payments.openStream(payee, rate, notice, job, deposit)).await?;
    let opened = S::StreamOpened { id, payer, payee, rate, notice, jobId: job, deposit };
    market.assert_logged(&receipt, &[event(&opened)]);
    let receipt = net.send(&payments.topUpStream(config.clone(), COIN)).await?;
    market.assert_logged(&receipt, &[event(&S::StreamToppedUp { id, from: payer, amount: U256::from(COIN) })]);

    net.pass(10)?;
    let receipt = net.send(&payments.collect(vec![config.clone()])).await?;
    market.assert_logged(&receipt, &[collected(10)]);
    net.pass(5)?;
    let receipt = net.send(&payments.setRate(config.clone(), 2 * rate)).await?;
    let [old, new] = [rate, 2 * rate].map(U256::from);
    market.assert_logged(&receipt, &[collected(5), event(&S::RateSet { id, oldRate: old, newRate: new })]);
    let receipt = net.send(&payments.reclaim(config.clone(), MILLI)).await?;
    market.assert_logged(&receipt, &[event(&S::StreamReclaimed { id, amount: U256::from(MILLI) })]);

    let receipt = net.send(&payments.stopStream(config.clone())).await?;
    let ends = net.now() + u64::from(notice);
    market.assert_logged(&receipt, &[event(&S::StreamStopped { id, endsAt: at(ends) })]);
    net.pass(u64::from(notice) + 1)?;
    let receipt = net.send(&payments.stopStream(config)).await?;
    // Paid were 15 seconds at the old rate and 60 at the new one, and a thousandth was reclaimed.
    let refunded = U256::from(2 * COIN - (15 + 120 + 1) * MILLI);
    market.assert_logged(&receipt, &[collected(120), event(&S::StreamClosed { id, refunded })]);
    Ok(())
}

async fn of_channels(market: &Market) -> Result<()> {
    let (net, config) = (market.net(), market.channel(1));
    let (id, payer, payee) = (market.channel_id(&config), config.payer, config.receiver);
    let receipt = market.deposit(&config, COIN).await?;
    let created = event(&S::ChannelCreated { channelId: id, config: config.clone() });
    let deposited = event(&S::Deposited { channelId: id, sender: payer, amount: COIN, newBalance: COIN });
    let from_ledger = event(&S::LedgerDeposit { channelId: id, account: payer, amount: U256::from(COIN) });
    market.assert_logged(&receipt, &[created, deposited, from_ledger]);

    let held = (net.now() / HOLD_UNIT + 2) * HOLD_UNIT;
    let receipt = net.send(&market.payments_as(&market.consumer)?.hold(config.clone(), at(held - 1))).await?;
    market.assert_logged(&receipt, &[event(&S::ChannelHeld { channelId: id, until: at(held) })]);

    let claimed =
        |amount, total| S::Claimed { channelId: id, sender: payee, claimAmount: amount, newTotalClaimed: total };
    let credited = |gross: u128| event(&S::Credited { payee, net: U256::from(gross) - fee(gross), fee: fee(gross) });
    let receiver = market.payments_as(&market.provider)?;
    let good = market.voucher(&market.consumer, &config, 100)?;
    let forged = market.voucher(&market.stranger(), &config, 200)?;
    let receipt = net.send(&receiver.claim(vec![good, forged])).await?;
    let passed_over = event(&S::ClaimSkipped { channelId: id, reason: skipped::UNSIGNED });
    market.assert_logged(&receipt, &[event(&claimed(100, 100)), passed_over, credited(100)]);

    let usage = Usage { units: 7, root: B256::repeat_byte(0x75) };
    let rows = packed_usage(&[(market.usage_voucher(&market.consumer, &config, 300, usage)?, usage)]);
    let receipt = net.send(&receiver.claimPacked(payee, payee, at(DELAY), rows)).await?;
    let used = event(&S::UsageClaimed { channelId: id, units: 7, usageRoot: usage.root });
    market.assert_logged(&receipt, &[event(&claimed(200, 300)), used, credited(200)]);

    let receipt = net.send(&receiver.refund(config, 50)).await?;
    market.assert_logged(&receipt, &[event(&S::Refunded { channelId: id, sender: payee, amount: 50 })]);
    Ok(())
}

async fn of_withdrawals(market: &Market) -> Result<()> {
    let (net, config) = (market.net(), market.channel(1));
    let (id, sender, payments) = (market.channel_id(&config), config.payer, market.payments_as(&market.consumer)?);
    // 300 were claimed and 50 refunded.
    let unclaimed = COIN - 350;
    let announce = payments.initiateWithdraw(config.clone(), u128::MAX);
    let receipt = net.send(&announce).await?;
    let announced = |amount| {
        let finalize_after = at(net.now() + DELAY);
        event(&S::WithdrawInitiated { channelId: id, amount, finalizeAfter: finalize_after })
    };
    market.assert_logged(&receipt, &[announced(unclaimed)]);

    let more = payments.deposit(config.clone(), 10, Address::ZERO, Bytes::new());
    let receipt = net.send(&more).await?;
    assert_eq!(emitted::<S::WithdrawCancelled>(&receipt, market.payments), [S::WithdrawCancelled { channelId: id }]);
    let receipt = net.send(&announce).await?;
    market.assert_logged(&receipt, &[announced(unclaimed + 10)]);

    net.pass(DELAY)?;
    let receipt = net.send(&payments.finalizeWithdraw(config.clone())).await?;
    let finalized = S::WithdrawFinalized { channelId: id, sender, amount: unclaimed + 10 };
    let closed = S::ChannelClosed { channelId: id, config };
    market.assert_logged(&receipt, &[event(&finalized), event(&closed)]);
    Ok(())
}

async fn of_fees(market: &Market) -> Result<()> {
    let (net, provider) = (market.net(), market.provider.address());
    let payments = market.payments_as(&market.stranger())?;
    let receipt = net.send(&payments.refreshProvider(provider)).await?;
    market.assert_logged(&receipt, &[event(&S::ProviderRefreshed { provider, active: true })]);

    // A hundredth of 135 seconds' thousandths, of 100 and of 200 base units; half of it, rounded up, is burned.
    let amount = fee(135 * MILLI) + U256::from(3);
    let burned = (amount + U256::ONE) / U256::from(2);
    let receipt = net.send(&payments.collectFees(vec![provider])).await?;
    let swept = S::FeeSwept { account: provider, amount };
    let split = S::FeesCollected { burned, toTreasury: amount - burned };
    market.assert_logged(&receipt, &[event(&swept), event(&split)]);
    Ok(())
}

async fn of_roles(market: &Market) -> Result<()> {
    let (net, heir) = (market.net(), market.stranger());
    let (owner, new_owner) = (net.owner.address(), heir.address());
    let payments = market.payments_as(&net.owner)?;
    let params = S::Params { stakeTtl: U24::from(7), ..market.params() };
    let receipt = net.send(&payments.setParams(params)).await?;
    let set = S::ParamsSet {
        feeBps: FEE_BPS,
        burnBps: BURN_BPS,
        stakeTtl: U24::from(7),
        registry: market.staking.registry,
        treasury: TREASURY,
    };
    market.assert_logged(&receipt, &[event(&set)]);
    let receipt = net.send(&payments.setPaused(true)).await?;
    market.assert_logged(&receipt, &[event(&S::PausedSet { account: owner, paused: true })]);
    let receipt = net.send(&payments.setGuardian(new_owner)).await?;
    market.assert_logged(&receipt, &[event(&S::GuardianSet { guardian: new_owner })]);

    let receipt = net.send(&payments.transferOwnership(new_owner)).await?;
    let offered = S::OwnershipTransferStarted { previousOwner: owner, newOwner: new_owner };
    market.assert_logged(&receipt, &[event(&offered)]);
    let receipt = net.send(&market.payments_as(&heir)?.acceptOwnership()).await?;
    let taken = S::OwnershipTransferred { previousOwner: owner, newOwner: new_owner };
    market.assert_logged(&receipt, &[event(&taken)]);
    Ok(())
}
