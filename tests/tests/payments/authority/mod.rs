//! Who may do what: strangers, the guardian and the other party are refused, and change nothing.

mod channels;

use aia_abi::IStreamPayments as P;
use aia_tests::payments::{COIN, MILLI, Market, Payments};
use alloy::{
    primitives::{Address, B256, Bytes, U256},
    signers::local::PrivateKeySigner,
    sol_types::SolCall,
};
use eyre::Result;

/// Base units a second.
const RATE: u128 = MILLI;

/// A running stream with a notice, of which 100 seconds are not collected, and all who could try something.
struct Scene {
    market: Market,
    config: P::StreamConfig,
    id: B256,
    stranger: PrivateKeySigner,
    guardian: PrivateKeySigner,
}

impl Scene {
    async fn start() -> Result<Self> {
        let market = Market::start().await?;
        let config = market.stream(3_600, 1);
        let id = market.open(&config, RATE, 10 * COIN).await?;
        market.net().pass(100)?;
        let (stranger, guardian) = (market.stranger(), market.guardian());
        Ok(Self { market, config, id, stranger, guardian })
    }

    /// Returns the contract as somebody calls it, and its address.
    fn by(&self, account: &PrivateKeySigner) -> Result<(Payments, Address)> {
        Ok((self.market.payments_as(account)?, account.address()))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_obeys_its_parties_and_each_only_in_its_own_matters() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, config, id, stranger, guardian } = &scene;
    let (net, before) = (market.net(), market.books().await?);
    let foreign = |caller| P::UnauthorizedParty { id: *id, caller };
    for intruder in [stranger, guardian, &net.owner] {
        let (payments, caller) = scene.by(intruder)?;
        for rate in [RATE / 2, 2 * RATE] {
            net.refuses(&payments.setRate(config.clone(), rate), foreign(caller)).await?;
        }
        net.refuses(&payments.stopStream(config.clone()), foreign(caller)).await?;
        net.refuses(&payments.reclaim(config.clone(), 1), foreign(caller)).await?;
        net.refuses(&payments.collectAndWithdraw(config.clone(), caller), foreign(caller)).await?;
        // A multicall is made in the name of its caller.
        let reclaim = P::reclaimCall { config: config.clone(), amount: 1 }.abi_encode();
        net.refuses(&payments.multicall(vec![reclaim.into()]), foreign(caller)).await?;
        // Another payer's stream with the same terms is another stream.
        let own = P::StreamConfig { payer: caller, ..config.clone() };
        let unknown = P::UnknownStream { id: market.stream_id(&own) };
        net.refuses(&payments.stopStream(own.clone()), unknown.clone()).await?;
        net.refuses(&payments.reclaim(own, 1), unknown).await?;
    }
    let (by_consumer, consumer) = scene.by(&market.consumer)?;
    net.refuses(&by_consumer.collectAndWithdraw(config.clone(), consumer), foreign(consumer)).await?;
    let (by_provider, provider) = scene.by(&market.provider)?;
    net.refuses(&by_provider.reclaim(config.clone(), 1), foreign(provider)).await?;
    assert_eq!(market.books().await?, before);
    market.assert_adds_up().await
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_spends_what_is_on_another_ledger() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, config, stranger, guardian, .. } = &scene;
    let (net, before) = (market.net(), market.books().await?);
    let channel = market.channel(1);
    for intruder in [stranger, guardian] {
        let (payments, account) = scene.by(intruder)?;
        let broke = || P::InsufficientLedger { account, free: U256::ZERO, needed: U256::ONE };
        net.refuses(&payments.withdraw(account, U256::ONE), broke()).await?;
        net.refuses(&payments.openStream(config.payee, 1, 0, config.jobId, 1), broke()).await?;
        net.refuses(&payments.topUpStream(config.clone(), 1), broke()).await?;
        net.refuses(&payments.deposit(channel.clone(), 1, Address::ZERO, Bytes::new()), broke()).await?;
        // What a lock says, it says of its caller; and a locked ledger is not sent home by others.
        net.send(&payments.setLedgerLock(false)).await?;
        net.send(&payments.settle(market.consumer.address(), net.token)).await?;
    }
    assert_eq!(market.books().await?, before);
    assert!(market.account(market.consumer.address()).await?.locked);
    market.assert_adds_up().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rules_are_the_owners_the_pause_is_also_the_guardians_and_the_memo_the_registrys() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, stranger, guardian, .. } = &scene;
    let (net, before) = (market.net(), market.books().await?);
    let by_owner = market.payments_as(&net.owner)?;
    let params = by_owner.params().call().await?;
    for intruder in [stranger, &market.provider, &market.consumer, guardian] {
        let (payments, account) = scene.by(intruder)?;
        let powerless = || P::OwnableUnauthorizedAccount { account };
        let generous = P::Params { treasury: account, ..market.params() };
        net.refuses(&payments.setParams(generous), powerless()).await?;
        net.refuses(&payments.setGuardian(account), powerless()).await?;
        net.refuses(&payments.transferOwnership(account), powerless()).await?;
        net.refuses(&payments.acceptOwnership(), powerless()).await?;
    }
    for intruder in [stranger, &market.provider, &market.consumer] {
        let (payments, account) = scene.by(intruder)?;
        net.refuses(&payments.setPaused(true), P::UnauthorizedGuardian { account }).await?;
    }
    for intruder in [stranger, &market.provider, &market.consumer, guardian, &net.owner] {
        let (payments, account) = scene.by(intruder)?;
        let tell = payments.onProviderInactive(market.provider.address());
        net.refuses(&tell, P::UnauthorizedRegistry { account }).await?;
    }
    assert_eq!(by_owner.params().call().await?, params);
    assert_eq!(by_owner.guardian().call().await?, guardian.address());
    assert_eq!(by_owner.owner().call().await?, net.owner.address());
    assert!(!by_owner.paused().call().await?);
    assert_eq!(market.books().await?, before);
    market.assert_adds_up().await
}
