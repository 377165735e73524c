//! Errors of channels: deposits, claims, refunds, and the way out.

use aia_abi::IStreamPayments::{self as S, ChannelConfig};
use aia_devnode::chain::{Outcome, Override, Simulation};
use aia_tests::payments::{COIN, DELAY, HOLD_UNIT, MAX_HOLD, Market, Payments, WINDOW, at, skipped};
use alloy::{
    primitives::{Address, Bytes, U256, hex},
    sol_types::{SolCall, SolError},
};
use eyre::{Result, bail};

use super::Heard;

/// What the payer withdraws who takes everything.
const ALL: u128 = u128::MAX;

pub(super) async fn refusals(market: &Market, heard: &mut Heard) -> Result<()> {
    let (payer, receiver) = (market.payments_as(&market.consumer)?, market.payments_as(&market.provider)?);
    let config = market.channel(1);
    deposits(market, heard, &payer).await?;
    market.deposit(&config, COIN).await?;
    claims(market, heard, &receiver, &config).await?;
    refunds(market, heard, &receiver, &config).await?;
    holds(market, heard, &payer, &config).await?;
    withdrawals(market, heard, &payer, &config).await?;
    signers_that_are_contracts(market, heard).await
}

async fn deposits(market: &Market, heard: &mut Heard, payer: &Payments) -> Result<()> {
    let (net, config, ledger) = (market.net(), market.channel(1), Address::ZERO);
    let foreign = ChannelConfig { token: market.payments, ..config.clone() };
    let invalid = S::InvalidChannel { channelId: market.channel_id(&foreign) };
    heard.refuses(net, &payer.deposit(foreign, 1, ledger, Bytes::new()), invalid).await?;

    let hasty = ChannelConfig { withdrawDelay: at(89_999), ..config.clone() };
    let out_of_range = S::WithdrawDelayOutOfRange { delay: at(89_999), min: at(90_000), max: at(2_592_000) };
    heard.refuses(net, &payer.deposit(hasty, 1, ledger, Bytes::new()), out_of_range).await?;

    let collector = Address::repeat_byte(0xc0);
    let unknown = payer.deposit(config.clone(), 1, collector, Bytes::new());
    heard.refuses(net, &unknown, S::InvalidCollector { collector }).await?;

    let id = market.channel_id(&config);
    heard.refuses(net, &payer.initiateWithdraw(config, ALL), S::UnknownChannel { channelId: id }).await
}

async fn claims(market: &Market, heard: &mut Heard, receiver: &Payments, config: &ChannelConfig) -> Result<()> {
    let (net, id, stranger) = (market.net(), market.channel_id(config), market.stranger());
    heard.refuses(net, &receiver.claim(Vec::new()), S::EmptyBatch {}).await?;

    let forged = market.voucher(&stranger, config, 1)?;
    let refused = S::ClaimRefused { channelId: id, reason: skipped::UNSIGNED };
    heard.refuses(net, &receiver.claim(vec![forged]), refused).await?;

    let provider = market.provider.address();
    let packed = |rows: &'static [u8]| receiver.claimPacked(provider, provider, at(DELAY), Bytes::from_static(rows));
    let (half, unknown) = (packed(&[0, 7, 7]), packed(&[2, 7, 7, 7]));
    heard.refuses(net, &half, S::MalformedRows { kind: 0, length: U256::from(2) }).await?;
    heard.refuses(net, &unknown, S::MalformedRows { kind: 2, length: U256::from(3) }).await?;

    let row = market.voucher(&market.consumer, config, 1)?;
    let foreign = market.payments_as(&stranger)?;
    let forged =
        foreign.claimWithSignature(vec![row.clone()], market.sign_claims(&stranger, std::slice::from_ref(&row))?);
    heard.refuses(net, &forged, S::InvalidSignature { signer: provider }).await?;

    let other = ChannelConfig { receiverAuthorizer: stranger.address(), ..config.clone() };
    let rows = vec![row, market.voucher(&market.consumer, &other, 1)?];
    let mixed = foreign.claimWithSignature(rows.clone(), market.sign_claims(&market.provider, &rows)?);
    let mismatch = S::ReceiverAuthorizerMismatch { receiverAuthorizer: stranger.address(), expected: provider };
    heard.refuses(net, &mixed, mismatch).await
}

async fn refunds(market: &Market, heard: &mut Heard, receiver: &Payments, config: &ChannelConfig) -> Result<()> {
    let (net, id, caller) = (market.net(), market.channel_id(config), market.stranger().address());
    let foreign = market.payments_as(&market.stranger())?;
    let not_the_receiver = S::UnauthorizedSide { channelId: id, caller };
    heard.refuses(net, &foreign.refund(config.clone(), 1), not_the_receiver).await?;
    heard.refuses(net, &receiver.refund(config.clone(), 0), S::ZeroAmount {}).await?;

    let signature = market.sign_refund(&market.provider, config, 1, 1)?;
    let early = foreign.refundWithSignature(config.clone(), 1, U256::ONE, signature);
    let expected = U256::ZERO;
    heard.refuses(net, &early, S::InvalidRefundNonce { channelId: id, nonce: U256::ONE, expected }).await
}

async fn holds(market: &Market, heard: &mut Heard, payer: &Payments, config: &ChannelConfig) -> Result<()> {
    let (net, id) = (market.net(), market.channel_id(config));
    let until = (net.now() / HOLD_UNIT + 2) * HOLD_UNIT;
    net.send(&payer.hold(config.clone(), at(until))).await?;
    let (present, latest) = (at(until), at(net.now() + MAX_HOLD));
    for until in [present, latest + at(1)] {
        let invalid = S::InvalidHold { channelId: id, until, present, latest };
        heard.refuses(net, &payer.hold(config.clone(), until), invalid).await?;
    }
    Ok(())
}

async fn withdrawals(market: &Market, heard: &mut Heard, payer: &Payments, config: &ChannelConfig) -> Result<()> {
    let (net, id) = (market.net(), market.channel_id(config));
    let (announce, finalize) = (payer.initiateWithdraw(config.clone(), ALL), payer.finalizeWithdraw(config.clone()));
    heard.refuses(net, &finalize, S::WithdrawNotPending { channelId: id }).await?;
    let [amount, unclaimed] = [COIN - 1, COIN].map(U256::from);
    let partial = payer.initiateWithdraw(config.clone(), COIN - 1);
    heard.refuses(net, &partial, S::PartialWithdraw { channelId: id, amount, unclaimed }).await?;

    net.send(&announce).await?;
    let announced = net.now();
    let pending = S::WithdrawPending { channelId: id, initiatedAt: at(announced) };
    heard.refuses(net, &announce, pending.clone()).await?;
    let stranger = market.payments_as(&market.stranger())?;
    let foreign = stranger.deposit(config.clone(), 1, Address::ZERO, Bytes::new());
    heard.refuses(net, &foreign, pending).await?;
    let ready = announced + DELAY;
    heard.refuses(net, &finalize, S::WithdrawTooEarly { channelId: id, earliest: at(ready) }).await?;
    net.pass(DELAY + WINDOW + 1)?;
    heard.refuses(net, &finalize, S::WithdrawExpired { channelId: id, latest: at(ready + WINDOW) }).await?;

    net.send(&announce).await?;
    net.pass(DELAY)?;
    net.send(&finalize).await?;
    heard.refuses(net, &announce, S::ChannelIsClosed { channelId: id }).await
}

/// A payer that is a contract is asked whether it signed, and never with less gas than it was promised.
async fn signers_that_are_contracts(market: &Market, heard: &mut Heard) -> Result<()> {
    heard.note::<S::InsufficientGas>();
    let (net, wallet) = (market.net(), Address::repeat_byte(0x3a));
    // It answers everything with its own selector: yes.
    let code = hex!("60003560e01c60e01b60005260206000f3");
    net.api.alter(Override { address: wallet, code: Some(Bytes::from(code)), ..Override::default() })?;
    let owned = ChannelConfig { payer: wallet, ..market.channel(2) };
    market.deposit(&owned, COIN).await?;

    let row = market.voucher(&market.stranger(), &owned, 1)?;
    let data: Bytes = S::claimCall { voucherClaims: vec![row] }.abi_encode().into();
    let claim = |gas| {
        let (from, to) = (market.provider.address(), Some(market.payments));
        let call = Simulation { from, to, data: data.clone(), gas: Some(gas), ..Simulation::default() };
        let chain = net.api.chain();
        chain.call(&call, chain.head().number)
    };
    assert!(matches!(claim(1_000_000)?, Outcome::Success { .. }), "the wallet's word is taken");
    let Outcome::Revert(refusal) = claim(100_000)? else { bail!("too little gas suffices") };
    let S::InsufficientGas { left, needed } = S::InsufficientGas::abi_decode(&refusal)?;
    assert!(left < needed && needed >= U256::from(50_000), "{left} gas left, {needed} needed");
    Ok(())
}
