//! Errors of owner, guardian and registry.

use aia_abi::IStreamPayments as S;
use aia_tests::payments::{COIN, Market};
use alloy::primitives::{Address, U256, aliases::U24};
use eyre::Result;

use super::Heard;

pub(super) async fn refusals(market: &Market, heard: &mut Heard) -> Result<()> {
    let (net, stranger) = (market.net(), market.stranger());
    let (payments, account) = (market.payments_as(&stranger)?, stranger.address());
    let not_the_owner = S::OwnableUnauthorizedAccount { account };
    heard.refuses(net, &payments.setGuardian(account), not_the_owner.clone()).await?;
    heard.refuses(net, &payments.setParams(market.params()), not_the_owner.clone()).await?;
    heard.refuses(net, &payments.transferOwnership(account), not_the_owner.clone()).await?;
    heard.refuses(net, &payments.acceptOwnership(), not_the_owner).await?;
    heard.refuses(net, &payments.setPaused(true), S::UnauthorizedGuardian { account }).await?;
    heard.refuses(net, &payments.onProviderInactive(account), S::UnauthorizedRegistry { account }).await?;
    parameters(market, heard).await?;
    pause(market, heard).await
}

async fn parameters(market: &Market, heard: &mut Heard) -> Result<()> {
    let (net, owner) = (market.net(), market.payments_as(&market.net().owner)?);
    let dear = S::Params { feeBps: 201, ..market.params() };
    heard.refuses(net, &owner.setParams(dear), out_of_bounds(0, 201, 200)).await?;
    let hot = S::Params { burnBps: 10_001, ..market.params() };
    heard.refuses(net, &owner.setParams(hot), out_of_bounds(1, 10_001, 10_000)).await?;
    let trusting = S::Params { stakeTtl: U24::from(86_401), ..market.params() };
    heard.refuses(net, &owner.setParams(trusting), out_of_bounds(2, 86_401, 86_400)).await?;

    let registry = Address::repeat_byte(0x4e);
    let params = S::Params { registry, ..market.params() };
    heard.refuses(net, &owner.setParams(params), S::InvalidRegistry { registry }).await?;
    for treasury in [Address::ZERO, market.payments, net.token] {
        let params = S::Params { treasury, ..market.params() };
        heard.refuses(net, &owner.setParams(params), S::InvalidTreasury { treasury }).await?;
    }
    Ok(())
}

async fn pause(market: &Market, heard: &mut Heard) -> Result<()> {
    let (net, guardian) = (market.net(), market.payments_as(&market.guardian())?);
    let (consumer, account) = (market.payments_as(&market.consumer)?, market.consumer.address());
    net.send(&guardian.setPaused(true)).await?;
    heard.refuses(net, &consumer.fund(account, U256::from(COIN)), S::EnforcedPause {}).await?;
    net.send(&guardian.setPaused(false)).await?;
    Ok(())
}

/// Returns what a parameter above its bound is refused with; all can be zero.
pub(super) fn out_of_bounds(index: u8, value: u64, max: u64) -> S::InvalidParameter {
    let [value, max] = [value, max].map(U256::from);
    S::InvalidParameter { index, value, min: U256::ZERO, max }
}
