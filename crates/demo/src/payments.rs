//! The payments' story: an agent without ETH buys tokens by vouchers, a GPU is rented by the second, and both payers
//! get back what they did not spend.

mod agent;
mod rental;

use aia_abi::{
    IAIAToken::{self, IAIATokenInstance},
    IProviderRegistry,
};
use aia_client::{
    Payments,
    payments::{ChannelConfig, Domain, StreamConfig},
};
use aia_deploy::{PaymentsConfig, Program, deploy_payments};
use aia_devnode::{Api, config};
use alloy::{
    primitives::{Address, U256, keccak256},
    providers::DynProvider,
    signers::local::PrivateKeySigner,
};
use eyre::{Result, ensure, eyre};

use crate::{
    ledger::{Ledger, aia},
    stage::{connect, run, units},
};

/// One AIA in base units.
const COIN: u128 = 1_000_000_000_000_000_000;
/// Seconds of an hour.
const HOUR: u64 = 3_600;

/// The people of the story and what they act on.
struct Stage<'a> {
    api: &'a Api,
    url: &'a str,
    ledger: &'a mut Ledger,
    token: Address,
    registry: Address,
    payments: Address,
    /// Owns the contracts, and gets the fees that are not burned.
    founder: PrivateKeySigner,
    /// Collects and closes for others.
    bob: PrivateKeySigner,
    /// Submits what others sign.
    relayer: PrivateKeySigner,
    /// Rents a GPU.
    dave: PrivateKeySigner,
    /// Serves.
    erin: PrivateKeySigner,
    /// Claims and refunds for erin.
    operator: PrivateKeySigner,
    /// Holds AIA and not a wei of ETH.
    agent: PrivateKeySigner,
}

/// Plays the story and returns the address of the payments contract.
pub(crate) async fn play(
    api: &Api,
    url: &str,
    token: Address,
    registry: Address,
    program: &Program,
    ledger: &mut Ledger,
) -> Result<Address> {
    let founder = config::dev_account();
    let [_, bob, relayer, _, _, dave, _, erin, operator, ..] =
        <[_; config::TEST_ACCOUNTS]>::try_from(config::test_accounts())
            .map_err(|_| eyre!("a node has {} test accounts", config::TEST_ACCOUNTS))?;
    let agent = PrivateKeySigner::from_bytes(&keccak256("another agent without ETH"))?;

    let owner = founder.address();
    let terms = PaymentsConfig {
        owner,
        guardian: owner,
        token,
        fee_bps: 100,
        burn_bps: 5_000,
        stake_ttl: 3_600,
        registry,
        treasury: owner,
    };
    let deployed = deploy_payments(&connect(url, &founder)?, owner, program, terms).await?;
    let size = format!("{} bytes at {}", program.code().len(), deployed.address);
    ledger.done("deploy the payments contract", "founder", deployed.gas_used, &size);

    let payments = deployed.address;
    let mut stage =
        Stage { api, url, ledger, token, registry, payments, founder, bob, relayer, dave, erin, operator, agent };
    stage.let_erin_serve().await?;
    let channel = stage.open_without_gas().await?;
    stage.ask_whether_to_serve(&channel).await?;
    let claims = stage.buy_tokens(&channel)?;
    stage.withdraw_at_once(&channel).await?;
    stage.claim(claims).await?;
    let stream = stage.rent_a_gpu().await?;
    stage.give_notice(&stream).await?;
    stage.bring_the_rest_home(&channel).await?;
    stage.sweep_fees().await?;
    stage.add_up(&channel, &stream).await?;
    Ok(payments)
}

impl Stage<'_> {
    async fn let_erin_serve(&mut self) -> Result<()> {
        let registry = IProviderRegistry::new(self.registry, connect(self.url, &self.founder)?);
        run(registry.setPayments(self.payments)).await?;
        self.done("tell the registry of it", "founder", "hears of slashes from now on");

        let (erin, stake) = (self.erin.address(), units(2_000));
        run(self.token(&self.founder)?.transfer(erin, stake)).await?;
        run(self.token(&self.erin)?.approve(self.registry, stake)).await?;
        let registry = IProviderRegistry::new(self.registry, connect(self.url, &self.erin)?);
        run(registry.register(keccak256("erin"), 0x55, 1_000, erin)).await?;
        run(registry.delegate(erin, stake.to::<u128>())).await?;
        let active = registry.isActive(erin).call().await?;
        self.done("register and stake 2000 AIA", "erin", &format!("active: {active}"));
        Ok(())
    }

    async fn sweep_fees(&mut self) -> Result<()> {
        let (token, payments, erin) = (self.token(&self.bob)?, self.payments(&self.bob)?, self.erin.address());
        let treasury = self.founder.address();
        let fees = U256::from(payments.account(erin).await?.feeOwed);
        let (supply, had) = (token.totalSupply().call().await?, token.balanceOf(treasury).call().await?);
        run(payments.contract().collectFees(vec![erin])).await?;
        let burned = supply - token.totalSupply().call().await?;
        let kept = token.balanceOf(treasury).call().await? - had;
        ensure!(burned + kept == fees, "{fees} of fees were swept into {burned} and {kept}");
        let result = format!("{} burned, {} to the treasury", aia(burned), aia(kept));
        self.done("sweep the fees", "anyone", &result);
        Ok(())
    }

    async fn add_up(&mut self, channel: &ChannelConfig, stream: &StreamConfig) -> Result<()> {
        let payments = self.payments(&self.bob)?;
        let in_channel = payments.channel(self.domain().channel_id(channel)).await?.unclaimed();
        let mut owed = in_channel + payments.stream(stream.id()).await?.balance;
        for account in [&self.agent, &self.dave, &self.erin] {
            let ledger = payments.account(account.address()).await?;
            owed += ledger.free + ledger.feeOwed;
        }
        let has = self.token(&self.bob)?.balanceOf(self.payments).call().await?;
        ensure!(has == U256::from(owed), "the contract has {has} and owes {owed}");
        self.ledger.read("add up all ledgers", "anyone", &format!("{} owed, and exactly that is there", aia(has)));
        Ok(())
    }

    /// Records the latest transaction, which has a block of its own.
    fn done(&mut self, what: &str, who: &str, result: &str) {
        let gas = self.api.chain().head().header.gas_used;
        self.ledger.done(what, who, gas, result);
    }

    /// Lets the next block come so many seconds after the latest.
    fn pass(&self, seconds: u64) -> Result<()> {
        let time = self.now() + seconds;
        Ok(self.api.chain().set_next_time(time)?)
    }

    fn token(&self, account: &PrivateKeySigner) -> Result<IAIATokenInstance<DynProvider>> {
        Ok(IAIAToken::new(self.token, connect(self.url, account)?))
    }

    fn payments(&self, account: &PrivateKeySigner) -> Result<Payments<DynProvider>> {
        Ok(Payments::new(self.payments, connect(self.url, account)?))
    }

    fn domain(&self) -> Domain {
        Domain::new(self.api.chain().config().chain_id, self.payments)
    }

    fn now(&self) -> u64 {
        self.api.chain().head().header.timestamp
    }
}
