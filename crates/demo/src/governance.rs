//! The governance's story: all contracts pass to a timelock, a proposal goes from draft to effect, and one that would
//! take the token is stopped.

mod effect;
mod founding;
mod theft;
mod voting;

use aia_abi::{
    IAIATimelock::{self, IAIATimelockInstance},
    IAIAToken::{self, IAIATokenInstance},
    IStreamPayments::{self, IStreamPaymentsInstance},
};
use aia_client::governance::{Directory, Governor, Proposal, Step};
use aia_deploy::{GovernanceAddresses, Governed, predict_governance};
use aia_devnode::{Api, config};
use alloy::{
    contract::RawCallBuilder,
    primitives::{Address, U256},
    providers::DynProvider,
    signers::local::PrivateKeySigner,
};
use eyre::{Result, ensure, eyre};

use self::founding::mint;
use crate::{
    Programs,
    ledger::Ledger,
    stage::{connect, refused, units},
};

/// Seconds of an hour.
const HOUR: u64 = 3_600;
/// How many contracts are governed.
const GOVERNED: u64 = 4;

/// The people of the story and what they act on.
struct Stage<'a> {
    api: &'a Api,
    url: &'a str,
    ledger: &'a mut Ledger,
    contracts: Governed,
    addresses: GovernanceAddresses,
    /// Owns everything, in the beginning.
    founder: PrivateKeySigner,
    /// Proposes.
    alice: PrivateKeySigner,
    /// Votes, and does what anyone may do.
    bob: PrivateKeySigner,
    /// Votes.
    carol: PrivateKeySigner,
    /// Votes against.
    dave: PrivateKeySigner,
    /// Has many votes, and wants the token.
    mallory: PrivateKeySigner,
    /// Submits what others sign.
    relayer: PrivateKeySigner,
    /// May brake and cancel.
    guardian: PrivateKeySigner,
}

/// Plays the story and returns where governor and timelock are.
pub(crate) async fn play(
    api: &Api,
    url: &str,
    contracts: Governed,
    programs: &Programs,
    ledger: &mut Ledger,
) -> Result<GovernanceAddresses> {
    let founder = config::dev_account();
    let [alice, bob, relayer, carol, mallory, dave, .., guardian] =
        <[_; config::TEST_ACCOUNTS]>::try_from(config::test_accounts())
            .map_err(|_| eyre!("a node has {} test accounts", config::TEST_ACCOUNTS))?;
    let holders = [(&alice, 3), (&bob, 8), (&carol, 7), (&dave, 6), (&mallory, 20)];
    mint(url, contracts.token, &founder, &holders, ledger).await?;

    let addresses = predict_governance(&connect(url, &founder)?, founder.address(), GOVERNED).await?;
    let mut stage =
        Stage { api, url, ledger, contracts, addresses, founder, alice, bob, carol, dave, mallory, relayer, guardian };
    stage.offer_everything().await?;
    stage.deploy(programs).await?;
    stage.refuse_the_founder().await?;
    stage.delegate().await?;

    let created = stage.propose_a_lower_fee().await?;
    stage.vote_by_transaction(&created).await?;
    let ballots = stage.sign_ballots(created.proposal.id()).await?;
    let voting_ends = stage.settle_ballots(&created, &ballots).await?;
    let ready = stage.queue_it(&created.proposal, voting_ends).await?;
    stage.pull_the_brake(&created.proposal, ready).await?;
    stage.execute_it(&created.proposal).await?;

    let theft = stage.propose_a_theft().await?;
    let ready = stage.carry_the_theft(&theft).await?;
    stage.cancel_the_theft(&theft.proposal, ready).await?;
    Ok(addresses)
}

impl Stage<'_> {
    /// Says what a proposal would do, and names those of whom it speaks.
    async fn explain(&self, proposal: &Proposal) -> Result<String> {
        let explanation = self.governor(&self.bob)?.explain(&self.directory(), proposal).await?;
        ensure!(explanation.is_complete(), "nobody can say what this does: {explanation}");
        let names = [
            (self.contracts.registry, "registry"),
            (self.founder.address(), "founder"),
            (self.mallory.address(), "mallory"),
        ];
        let named = |step: &Step| {
            names.iter().fold(step.to_string(), |text, (account, name)| text.replace(&account.to_string(), name))
        };
        Ok(explanation.steps.iter().map(named).collect::<Vec<_>>().join("; "))
    }

    /// Tries to execute a proposal that must not be, and names the error.
    async fn refuse_to_execute(&self, proposal: &Proposal) -> Result<String> {
        let provider = connect(self.url, &self.bob)?;
        let execute = RawCallBuilder::new_raw(&provider, proposal.execute_data());
        refused(execute.to(self.addresses.governor)).await
    }

    /// Records the latest transaction, which has a block of its own.
    fn done(&mut self, what: &str, who: &str, result: &str) {
        let gas = self.api.chain().head().header.gas_used;
        self.ledger.done(what, who, gas, result);
    }

    /// Lets time pass to an instant, with a block in it: questions are answered as of the latest block.
    fn pass_to(&self, instant: u64) -> Result<()> {
        self.api.chain().set_next_time(instant)?;
        Ok(self.api.mine(1, 0)?)
    }

    fn directory(&self) -> Directory {
        let Governed { token, registry, court, payments } = self.contracts;
        let GovernanceAddresses { timelock, governor } = self.addresses;
        let ruled =
            Directory::new().with_token(token).with_registry(registry).with_court(court).with_payments(payments);
        ruled.with_timelock(timelock).with_governor(governor)
    }

    fn governed(&self) -> [Address; 4] {
        let Governed { token, registry, court, payments } = self.contracts;
        [token, registry, court, payments]
    }

    fn token(&self, account: &PrivateKeySigner) -> Result<IAIATokenInstance<DynProvider>> {
        self.ownable(self.contracts.token, account)
    }

    /// Returns a contract that changes hands as the token does: all that are governed do.
    fn ownable(&self, contract: Address, account: &PrivateKeySigner) -> Result<IAIATokenInstance<DynProvider>> {
        Ok(IAIAToken::new(contract, connect(self.url, account)?))
    }

    fn payments(&self, account: &PrivateKeySigner) -> Result<IStreamPaymentsInstance<DynProvider>> {
        Ok(IStreamPayments::new(self.contracts.payments, connect(self.url, account)?))
    }

    fn governor(&self, account: &PrivateKeySigner) -> Result<Governor<DynProvider>> {
        Ok(Governor::new(self.addresses.governor, connect(self.url, account)?))
    }

    fn timelock(&self, account: &PrivateKeySigner) -> Result<IAIATimelockInstance<DynProvider>> {
        Ok(IAIATimelock::new(self.addresses.timelock, connect(self.url, account)?))
    }

    fn now(&self) -> u64 {
        self.api.chain().head().header.timestamp
    }
}

/// Returns base units in millions of AIA, rounded down.
fn millions(votes: U256) -> U256 {
    votes / units(1_000_000)
}
