//! Every operation once, in a network where others have been before, by those who do it.

mod trials;

use aia_abi::{IAIAToken as I, IProviderRegistry as R};
use aia_devnode::{
    Api,
    chain::{Included, Outcome, Simulation},
};
use aia_tests::{
    receipts::{CID, Tree},
    signing::{Permit, ReceiveWithAuthorization},
    staking::{COMMISSION, DAY, INFERENCE, Staking, aia, registry_params},
};
use alloy::{
    primitives::{Address, B256, FixedBytes, U256, aliases::U48, keccak256},
    signers::local::PrivateKeySigner,
    sol_types::{SolCall, SolValue},
};
use eyre::{Result, bail, ensure};

use aia_tests::common::{Message, send};

/// Receipts of a batch, an AIA each.
const RECEIPTS: usize = 256;

/// What one operation costs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) operation: &'static str,
    pub(crate) gas: u64,
}

/// A network and those who use it. Every call is a second after the one before, if not later.
pub(crate) struct Bench<'a> {
    staking: &'a Staking,
    api: &'a Api,
    registry: Address,
    court: Address,
    provider: Address,
    /// Delegates by allowance.
    alice: Address,
    /// Funds.
    bob: Address,
    /// Delegates by permit.
    carol: PrivateKeySigner,
    /// Delegates by ERC-3009.
    dave: PrivateKeySigner,
    /// Rates, attests, and is harmed.
    consumer: Address,
    disputer: Address,
    rows: Vec<Row>,
}

impl<'a> Bench<'a> {
    pub(crate) fn new(staking: &'a Staking) -> Self {
        let account = |index| staking.net.account(index);
        let [provider, alice, bob, consumer, disputer] = [0, 1, 2, 5, 6].map(|index| account(index).address());
        Self {
            staking,
            api: &staking.net.api,
            registry: staking.registry,
            court: staking.court,
            provider,
            alice,
            bob,
            carol: account(3),
            dave: account(4),
            consumer,
            disputer,
            rows: Vec::new(),
        }
    }

    /// Measures everything, and takes back what it took.
    pub(crate) fn run_and_undo(mut self) -> Result<Vec<Row>> {
        let present = self.api.chain().snapshot();
        self.set_up()?;
        self.entries()?;
        self.allocations_and_listings()?;
        self.rewards()?;
        self.receipts()?;
        self.attestations()?;
        self.views()?;
        self.exits()?;
        self.disputes()?;
        self.slash_of_exits()?;
        self.equivocation()?;
        ensure!(self.api.chain().revert(present)?, "no snapshot");
        Ok(self.rows)
    }

    /// Gives everyone AIA, and all but those who sign an allowance to registry and court.
    fn set_up(&self) -> Result<()> {
        let (owner, token) = (self.staking.net.owner.address(), self.staking.net.token);
        let all = [self.provider, self.alice, self.bob, self.consumer, self.disputer];
        for to in all.into_iter().chain([self.carol.address(), self.dave.address()]) {
            self.call(owner, token, &I::transferCall { to, value: aia(20_000) })?;
        }
        for account in all {
            for spender in [self.registry, self.court] {
                self.call(account, token, &I::approveCall { spender, value: U256::MAX })?;
            }
        }
        Ok(())
    }

    fn entries(&mut self) -> Result<()> {
        let (provider, alice) = (self.provider, self.alice);
        let delegate = |amount| R::delegateCall { account: provider, amount: aia(amount).to() };
        let (cid, signer) = (CID, provider);
        let register = R::registerCall { cid, codec: 0x55, commissionBps: COMMISSION, signer };
        self.registry("register", provider, &register)?;
        self.registry("delegate, first stake of its own", provider, &delegate(6_000))?;
        self.registry("delegate, new delegator", alice, &delegate(4_000))?;
        self.registry("delegate, again", alice, &delegate(1_000))?;
        let permitted = self.by_permit(aia(1_000))?;
        self.registry("delegateWithPermit, new delegator", self.carol.address(), &permitted)?;
        let authorized = self.by_authorization(aia(1_000))?;
        self.registry("delegateWithAuthorization, new delegator", self.bob, &authorized)?;
        Ok(())
    }

    fn by_permit(&self, value: U256) -> Result<R::delegateWithPermitCall> {
        let (owner, deadline) = (self.carol.address(), U256::MAX);
        let message = Permit { owner, spender: self.registry, value, nonce: U256::ZERO, deadline };
        let signature = self.staking.net.sign(&self.carol, &message)?.bytes();
        Ok(R::delegateWithPermitCall { account: self.provider, amount: value.to(), deadline, signature })
    }

    fn by_authorization(&self, value: U256) -> Result<R::delegateWithAuthorizationCall> {
        let (account, from, salt) = (self.provider, self.dave.address(), B256::repeat_byte(0x5a));
        let (after, before) = (U256::ZERO, U256::from(u32::MAX));
        let nonce = keccak256((account, salt).abi_encode());
        let to = self.registry;
        let message = ReceiveWithAuthorization { from, to, value, validAfter: after, validBefore: before, nonce };
        let signature = self.staking.net.sign(&self.dave, &message)?.bytes();
        let amount = value.to();
        Ok(R::delegateWithAuthorizationCall {
            account,
            from,
            amount,
            validAfter: after,
            validBefore: before,
            salt,
            signature,
        })
    }

    fn allocations_and_listings(&mut self) -> Result<()> {
        let provider = self.provider;
        self.registry("allocate, first", provider, &R::allocateCall { service: INFERENCE, bps: 5_000 })?;
        self.registry("allocate, again", provider, &R::allocateCall { service: INFERENCE, bps: 10_000 })?;
        let (price, unit) = (aia(1).to(), 1_000_000);
        let list = R::listCall { kind: 1, service: INFERENCE, cid: CID, codec: 0x55, price, unit };
        self.call(provider, self.registry, &list)?;
        self.registry("list, with the fee", provider, &list)?;
        Ok(())
    }

    fn rewards(&mut self) -> Result<()> {
        let fund = R::fundCall { account: self.provider, amount: aia(1_000).to() };
        self.registry("fund, first", self.bob, &fund)?;
        self.staking.net.pass(DAY)?;
        self.registry("fund, again", self.bob, &fund)?;
        self.staking.net.pass(DAY)?;
        self.registry("claim", self.alice, &R::claimCall { account: self.provider })?;
        Ok(())
    }

    fn receipts(&mut self) -> Result<()> {
        let jobs = (0..=u8::MAX).map(|job| self.staking.receipt(self.provider, self.consumer, job, aia(1)));
        let receipts: Vec<_> = jobs.take(RECEIPTS).collect();
        let tree = Tree::new(&receipts);
        let (root, count, value) = (tree.root(), u32::try_from(RECEIPTS)?, aia(RECEIPTS as u64).to());
        let commit = R::commitBatchCall { root, count, value, cid: CID };
        self.registry("commitBatch, with a fee", self.provider, &commit)?;
        // A hundredth of the value was burned.
        let batch = R::Batch { seq: 0, root, count, value, fee: value / 100 };
        for (operation, index) in [("rate, first in a word", 0), ("rate, next", 1)] {
            let (receipt, proof) = (receipts[index].clone(), tree.proof(index));
            let index = u32::try_from(index)?;
            let rate = R::rateCall { batch: batch.clone(), receipt, index, score: 90, proof };
            self.registry(operation, self.consumer, &rate)?;
        }
        let free = R::Params { batchFeeBps: 0, ..registry_params() };
        self.call(self.staking.net.owner.address(), self.registry, &R::setParamsCall { params: free })?;
        self.registry("commitBatch, without a fee", self.provider, &commit)?;
        Ok(())
    }

    fn attestations(&mut self) -> Result<()> {
        for (operation, claim) in [("attest, first", 0xc1), ("attest, again", 0xc2)] {
            let (subject, key) = (self.provider.into_word(), B256::repeat_byte(0x6e));
            let (claim, expires) = (FixedBytes::repeat_byte(claim), U48::from(u32::MAX));
            self.registry(operation, self.consumer, &R::attestCall { subject, key, claim, expires })?;
        }
        Ok(())
    }

    fn views(&mut self) -> Result<()> {
        let account = self.provider;
        self.view("reputation, a view", &R::reputationCall { account })?;
        self.view("isActive, a view", &R::isActiveCall { account })?;
        self.view("isActiveIn, a view", &R::isActiveInCall { account, service: INFERENCE })
    }

    fn exits(&mut self) -> Result<()> {
        let undelegate = self.undelegation();
        self.registry("undelegate, first", self.alice, &undelegate)?;
        self.registry("undelegate, into a bucket that exists", self.carol.address(), &undelegate)?;
        let left = self.registry("undelegate, again", self.alice, &undelegate)?;
        let epoch = R::undelegateCall::abi_decode_returns(&left.output)?.epoch;
        self.staking.pass_epochs(3)?;
        let withdraw = R::withdrawCall { account: self.provider, epoch, owner: self.alice };
        self.registry("withdraw", self.alice, &withdraw)?;
        Ok(())
    }

    /// Of 500 AIA.
    fn undelegation(&self) -> R::undelegateCall {
        R::undelegateCall { account: self.provider, shares: aia(500).to() }
    }

    fn registry(&mut self, operation: &'static str, from: Address, call: &impl SolCall) -> Result<Included> {
        self.measure(operation, from, self.registry, call)
    }

    fn court(&mut self, operation: &'static str, from: Address, call: &impl SolCall) -> Result<Included> {
        self.measure(operation, from, self.court, call)
    }

    fn measure(
        &mut self,
        operation: &'static str,
        from: Address,
        to: Address,
        call: &impl SolCall,
    ) -> Result<Included> {
        let included = self.call(from, to, call).map_err(|error| error.wrap_err(operation))?;
        self.rows.push(Row { operation, gas: included.gas_used });
        Ok(included)
    }

    fn call(&self, from: Address, to: Address, call: &impl SolCall) -> Result<Included> {
        let time = self.staking.net.now() + 1;
        self.api.chain().set_next_time(time)?;
        let included = send(self.api, Message::call(from, to, call.abi_encode()))?;
        ensure!(included.success, "reverted: {included:?}");
        Ok(included)
    }

    /// Measures what a call adds to the transaction that makes it: the program's entry and all that it does.
    fn view(&mut self, operation: &'static str, call: &impl SolCall) -> Result<()> {
        let data = call.abi_encode();
        let calldata: u64 = data.iter().map(|byte| if *byte == 0 { 4 } else { 16 }).sum();
        let call = Simulation { to: Some(self.registry), data: data.into(), ..Simulation::default() };
        let outcome = {
            let chain = self.api.chain();
            chain.call(&call, chain.head().number)?
        };
        let Outcome::Success { gas_used, .. } = outcome else { bail!("{operation}: {outcome:?}") };
        self.rows.push(Row { operation, gas: gas_used - 21_000 - calldata });
        Ok(())
    }
}
