//! The market's story: stake, delegation, work, ratings, a dispute that reaches stake on its way out, and two results for
//! one job.

use aia_abi::{
    IAIAToken::{self, IAIATokenInstance},
    IDisputeCourt::{self, IDisputeCourtInstance},
    IProviderRegistry::{self, IProviderRegistryInstance},
};
use aia_client::{Batch, Court, Job, NewDispute, Registry, SignedReceipt};
use aia_deploy::{CourtConfig, RegistryConfig, deploy_court, deploy_registry};
use aia_devnode::{Api, config};
use alloy::{
    primitives::{
        Address, B256, U256,
        aliases::{U24, U48, U96},
        keccak256,
    },
    providers::DynProvider,
    signers::local::PrivateKeySigner,
};
use eyre::{Result, ensure, eyre};

use crate::{
    Programs,
    ledger::{Ledger, aia},
    stage::{DAY, connect, refused, run, units},
};

/// The one service of the market.
const INFERENCE: u32 = 1;
/// Seconds of an epoch; an exit stays slashable for two.
const EPOCH: u32 = 604_800;
/// What a dispute takes: the tenth that the service allows.
const FAULT_BPS: u16 = 1_000;

/// Where the contracts are.
pub(crate) struct Market {
    pub(crate) registry: Address,
    pub(crate) court: Address,
}

/// The people of the story and what they act on.
struct Stage<'a> {
    api: &'a Api,
    url: &'a str,
    ledger: &'a mut Ledger,
    token: Address,
    market: Market,
    founder: PrivateKeySigner,
    /// Delegates.
    bob: PrivateKeySigner,
    /// Serves.
    carol: PrivateKeySigner,
    /// Serves too, and signs twice.
    mallory: PrivateKeySigner,
    /// Pays for work.
    dave: PrivateKeySigner,
    /// Judges.
    judge: PrivateKeySigner,
}

/// Plays the story and returns where the contracts are.
pub(crate) async fn play(
    api: &Api,
    url: &str,
    token: Address,
    programs: &Programs,
    ledger: &mut Ledger,
) -> Result<Market> {
    let founder = config::dev_account();
    let [_, bob, _, carol, mallory, dave, judge, ..] = <[_; config::TEST_ACCOUNTS]>::try_from(config::test_accounts())
        .map_err(|_| eyre!("a node has {} test accounts", config::TEST_ACCOUNTS))?;
    let market = deploy(url, token, &founder, programs, ledger).await?;
    let mut stage = Stage { api, url, ledger, token, market, founder, bob, carol, mallory, dave, judge };
    stage.open_the_market().await?;
    stage.fund_the_people().await?;
    stage.stake_and_delegate().await?;
    stage.reward().await?;
    stage.serve_and_rate().await?;
    stage.dispute_a_false_result().await?;
    stage.prove_two_results().await?;
    Ok(stage.market)
}

async fn deploy(
    url: &str,
    token: Address,
    founder: &PrivateKeySigner,
    programs: &Programs,
    ledger: &mut Ledger,
) -> Result<Market> {
    let (provider, owner) = (connect(url, founder)?, founder.address());
    let params = IDisputeCourt::Params {
        detectionWindow: 518_400,
        rulingWindow: 432_000,
        vetoWindow: 172_800,
        executionWindow: 86_400,
        reporterBps: 2_000,
        victimBps: 3_000,
        cover: 2,
        equivocationBps: 500,
    };
    let config = CourtConfig { owner, guardian: owner, token, params };
    let court = deploy_court(&provider, owner, &programs.court, config).await?;
    let size = |program: &aia_deploy::Program, at| format!("{} bytes at {at}", program.code().len());
    ledger.done("deploy the court", "founder", court.gas_used, &size(&programs.court, court.address));

    let setup = IProviderRegistry::Setup {
        owner,
        guardian: owner,
        token,
        court: court.address,
        epochLength: EPOCH,
        exitEpochs: 2,
    };
    let params = IProviderRegistry::Params {
        minSelfStake: U96::from(units(1_000)),
        selfRatio: 16,
        batchFeeBps: 100,
        leverageBps: U24::from(10_000),
        epochSlashCapBps: 3_000,
        commissionStepBps: 500,
        tombstoneBps: U24::from(5_000),
        jailPeriod: EPOCH,
        listingFee: U96::from(units(10)),
    };
    let config = RegistryConfig { setup, params };
    let registry = deploy_registry(&provider, owner, &programs.registry, config).await?;
    ledger.done("deploy the registry", "founder", registry.gas_used, &size(&programs.registry, registry.address));
    Ok(Market { registry: registry.address, court: court.address })
}

impl Stage<'_> {
    async fn open_the_market(&mut self) -> Result<()> {
        let (registry, court) = (self.registry(&self.founder)?, self.court(&self.founder)?);
        run(registry.setService(INFERENCE, FAULT_BPS, U96::from(units(500)), true)).await?;
        run(court.addTarget(self.market.registry)).await?;
        let bond = U96::from(units(100));
        let receipt = run(court.setService(self.market.registry, INFERENCE, self.judge.address(), bond)).await?;
        self.ledger.done("let a judge decide about inference, bond 100 AIA", "founder", receipt.gas_used, "set");
        Ok(())
    }

    async fn fund_the_people(&mut self) -> Result<()> {
        let token = self.token(&self.founder)?;
        let capacity = units(100_000).to::<u128>();
        run(token.setMintLimit(Address::ZERO, capacity, U48::from(DAY))).await?;
        run(token.setMintLimit(self.founder.address(), capacity, U48::from(DAY))).await?;
        for account in [&self.bob, &self.carol, &self.mallory, &self.dave, &self.founder] {
            run(token.mint(account.address(), units(5_000))).await?;
            let token = self.token(account)?;
            run(token.approve(self.market.registry, U256::MAX)).await?;
            run(token.approve(self.market.court, U256::MAX)).await?;
        }
        self.ledger.read("everyone has 5000 AIA more", "founder", "minted");
        Ok(())
    }

    async fn stake_and_delegate(&mut self) -> Result<()> {
        for (name, account) in [("carol", &self.carol), ("mallory", &self.mallory)] {
            let (registry, provider) = (self.registry(account)?, account.address());
            let receipt = run(registry.register(keccak256(name), 0x55, 1_000, provider)).await?;
            self.ledger.done("register as a provider, commission 10 %", name, receipt.gas_used, "active with stake");
            let receipt = run(registry.delegate(provider, units(2_000).to::<u128>())).await?;
            let active = registry.isActive(provider).call().await?;
            self.ledger.done("stake 2000 AIA", name, receipt.gas_used, &format!("active: {active}"));
            run(registry.allocate(INFERENCE, 10_000)).await?;
        }
        let registry = self.registry(&self.carol)?;
        let (cid, price) = (keccak256("a model"), units(2).to::<u128>());
        let receipt = run(registry.list(1, INFERENCE, cid, 0x55, price, 1_000)).await?;
        self.ledger.done("list a model, 2 AIA per 1000 tokens", "carol", receipt.gas_used, "10 AIA burned");

        let registry = self.registry(&self.bob)?;
        let receipt = run(registry.delegate(self.carol.address(), units(1_000).to::<u128>())).await?;
        let stake = registry.stakeOf(self.carol.address(), self.bob.address()).call().await?;
        self.ledger.done(
            "delegate 1000 AIA to carol",
            "bob",
            receipt.gas_used,
            &format!("worth {}", aia(stake.tokens)),
        );
        Ok(())
    }

    async fn reward(&mut self) -> Result<()> {
        let registry = self.registry(&self.founder)?;
        let receipt = run(registry.fund(self.carol.address(), units(300).to::<u128>())).await?;
        self.ledger.done("fund carol's pool with 300 AIA", "founder", receipt.gas_used, "streams for a week");
        self.api.chain().increase_time(EPOCH.into());
        let registry = self.registry(&self.bob)?;
        let before = self.token(&self.bob)?.balanceOf(self.bob.address()).call().await?;
        let receipt = run(registry.claim(self.carol.address())).await?;
        let got = self.token(&self.bob)?.balanceOf(self.bob.address()).call().await? - before;
        self.ledger.done("a week later, claim rewards", "bob", receipt.gas_used, &format!("bob got {}", aia(got)));
        Ok(())
    }

    async fn serve_and_rate(&mut self) -> Result<()> {
        let served = ["the capital of France", "a haiku", "a proof"].map(|request| self.job(&self.carol, request));
        let batch = Batch::new(served.into_iter().collect::<Result<_>>()?)?;
        self.ledger.read("sign receipts for three jobs of 10 AIA", "carol", "off chain, no gas");
        let committed = Registry::new(self.market.registry, connect(self.url, &self.carol)?).commit(&batch).await?;
        let burned = format!("{} burned", aia(U256::from(committed.fee)));
        self.ledger.read("commit the three under one root", "carol", &burned);

        let market = Registry::new(self.market.registry, connect(self.url, &self.dave)?);
        let receipt = market.rate(&committed, &batch, 0, 95).await?;
        let score = market.reputation(self.carol.address()).await?.score().unwrap_or_default();
        self.ledger.done("rate the first with 95", "dave", receipt.gas_used, &format!("carol's score is {score}"));
        let receipt = IProviderRegistry::JobReceipt { ..aia_client::registry::abi_receipt(&batch.receipt(1)?.receipt) };
        let again = self.registry(&self.carol)?;
        let refusal = refused(again.rate(committed, receipt, 1, 100, batch.proof(1)?)).await?;
        self.ledger.read("ATTACK rate one's own work", "carol", &refusal);
        Ok(())
    }

    async fn dispute_a_false_result(&mut self) -> Result<()> {
        let (carol, dave) = (self.carol.address(), self.dave.address());
        let court = Court::new(self.market.court, connect(self.url, &self.dave)?);
        let claim = NewDispute {
            target: self.market.registry,
            provider: carol,
            service: INFERENCE,
            fault: keccak256("a false proof"),
            bps: FAULT_BPS,
            victim: Some(dave),
            fault_at: self.now(),
        };
        let opened = court.open(&claim, b"the proof does not hold: see line 7").await?;
        let short = opened.evidence.to_string()[..20].to_owned();
        self.ledger.read("dispute the third result, bond 100 AIA", "dave", &format!("evidence {short}..."));

        let leaving = self.registry(&self.carol)?;
        let stake = leaving.stakeOf(carol, carol).call().await?;
        let receipt = run(leaving.undelegate(carol, stake.shares.to::<u128>())).await?;
        let left = format!("{} in an exit bucket", aia(stake.tokens));
        self.ledger.done("ATTACK leave with all stake at once", "carol", receipt.gas_used, &left);
        let epoch = leaving.epoch().call().await? + 2;
        let refusal = refused(leaving.withdraw(carol, epoch, carol)).await?;
        self.ledger.read("ATTACK withdraw it before the ruling", "carol", &refusal);
        let refusal = refused(self.registry(&self.bob)?.delegate(carol, 1)).await?;
        self.ledger.read("newcomers do not pay for old faults", "bob", &refusal);

        let receipt = run(self.court(&self.judge)?.rule(opened.id, U256::from(1))).await?;
        self.ledger.done("rule: the provider is at fault", "judge", receipt.gas_used, "two days to veto");
        self.api.chain().increase_time(2 * DAY + 1);
        let before = self.token(&self.dave)?.balanceOf(dave).call().await?;
        let receipt = run(self.court(&self.bob)?.execute(opened.id)).await?;
        let got = self.token(&self.dave)?.balanceOf(dave).call().await? - before;
        let bucket = leaving.bucket(carol, epoch).call().await?;
        let kept = format!("exit has {}, dave got {}", aia(bucket.tokens), aia(got));
        self.ledger.done("execute: a tenth of pool and exits", "anyone", receipt.gas_used, &kept);
        ensure!(bucket.tokens < stake.tokens, "stake on its way out was not slashed");
        Ok(())
    }

    async fn prove_two_results(&mut self) -> Result<()> {
        let mallory = self.mallory.address();
        let honest = self.job(&self.mallory, "2 + 2")?;
        let mut other = honest.receipt;
        other.result_hash = keccak256("5");
        let domain =
            aia_client::Domain { chain_id: self.api.chain().config().chain_id, registry: self.market.registry };
        let other = SignedReceipt::sign(other, &domain, &self.mallory)?;
        self.ledger.read("sign two results for one job", "mallory", "off chain");
        let court = Court::new(self.market.court, connect(self.url, &self.bob)?);
        let id = court.prove_equivocation(self.market.registry, mallory, &honest, &other).await?;
        self.ledger.read("prove it with the two signatures", "bob", "upheld without a judge");
        self.api.chain().increase_time(2 * DAY + 1);
        let receipt = run(self.court(&self.bob)?.execute(id)).await?;
        let provider = self.registry(&self.bob)?.providerOf(mallory).call().await?;
        ensure!(provider.status == 3, "a provider that equivocated must be expelled");
        let left = format!("expelled, {} left", aia(U256::from(provider.tokens)));
        self.ledger.done("execute: a twentieth, and out", "bob", receipt.gas_used, &left);
        Ok(())
    }

    /// Returns what a provider signs when it has answered a request of dave's.
    fn job(&self, provider: &PrivateKeySigner, request: &str) -> Result<SignedReceipt> {
        let job = Job {
            id: keccak256([provider.address().as_slice(), request.as_bytes()].concat()),
            provider: provider.address(),
            consumer: self.dave.address(),
            listing_id: 1,
            model_hash: keccak256("weights"),
            request: request.as_bytes(),
            response: b"an answer",
            fingerprint: B256::ZERO,
            units_in: 12,
            units_out: 5_000,
            price: units(10).to::<u128>(),
            completed_at: self.now(),
        };
        let domain =
            aia_client::Domain { chain_id: self.api.chain().config().chain_id, registry: self.market.registry };
        Ok(SignedReceipt::sign(job.receipt(), &domain, provider)?)
    }

    fn token(&self, account: &PrivateKeySigner) -> Result<IAIATokenInstance<DynProvider>> {
        Ok(IAIAToken::new(self.token, connect(self.url, account)?))
    }

    fn registry(&self, account: &PrivateKeySigner) -> Result<IProviderRegistryInstance<DynProvider>> {
        Ok(IProviderRegistry::new(self.market.registry, connect(self.url, account)?))
    }

    fn court(&self, account: &PrivateKeySigner) -> Result<IDisputeCourtInstance<DynProvider>> {
        Ok(IDisputeCourt::new(self.market.court, connect(self.url, account)?))
    }

    fn now(&self) -> u64 {
        self.api.chain().head().header.timestamp
    }
}
