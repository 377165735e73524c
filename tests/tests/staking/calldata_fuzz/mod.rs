//! Registry and court under calldata that nobody meant: every call succeeds or reverts cleanly.
//!
//! A clean revert carries no data or an error that one of the contracts declares, logs nothing and writes no slot of any
//! contract. A trap, as of a panic or of memory exhausted, is none.

mod apt;
mod chances;

use std::{collections::BTreeMap, time::Instant};

use aia_abi::{
    IAIAToken::{self, IAIATokenErrors as TokenErrors},
    IDisputeCourt::{self, IDisputeCourtErrors as CourtErrors},
    IProviderRegistry::{self, IProviderRegistryErrors as RegistryErrors},
    constructor::stylus_constructorCall,
};
use aia_devnode::{Api, chain::Included};
use aia_tests::common::types::types;
use aia_tests::common::{Message, chance, send};
use aia_tests::{
    receipts::Tree,
    staking::{Charge, EPOCH, INFERENCE, Staking, TRAINING, aia, court_params, registry_params, status},
};
use alloy::{
    json_abi::{JsonAbi, StateMutability},
    primitives::{Address, Bytes, U256, aliases::U24, hex},
    rpc::types::TransactionRequest,
    signers::local::PrivateKeySigner,
    sol_types::{SolCall, SolInterface},
};
use eyre::{Result, bail, ensure, eyre};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

const INPUTS: usize = 20_000;
/// Receipts of the batch that was committed.
const RECEIPTS: u8 = 64;

#[tokio::test(flavor = "multi_thread")]
async fn any_calldata_succeeds_or_reverts_cleanly() -> Result<()> {
    let rng = chance();
    // So many slashes come by chance that a provider must bear more of them than elsewhere.
    let lenient = IProviderRegistry::Params { tombstoneBps: U24::from(100_000), ..registry_params() };
    let staking = Staking::start_with(lenient, court_params()).await?;
    let work = set_up(&staking).await?;
    let mut fuzz = Fuzz::new(&staking, work, rng);

    let start = Instant::now();
    for number in 0..INPUTS {
        let message = fuzz.draw()?;
        let (from, to, value, input) = (message.from, message.to, message.value, hex::encode(&message.input));
        let told = format!("input {number}: from {from} to {to:?}, {value} wei, calldata {input}");
        fuzz.check(message).map_err(|error| error.wrap_err(told))?;
    }
    println!("{INPUTS} inputs in {:.1?}; outcomes:", start.elapsed());
    for (outcome, count) in &fuzz.tally {
        println!("  {outcome:<48} {count:>6}");
    }
    fuzz.check_holdings()
}

/// Makes a state in which calls find something: two providers, stake, a batch of receipts, and a dispute.
async fn set_up(staking: &Staking) -> Result<Work> {
    let net = &staking.net;
    let accounts: Vec<_> = (0..10).map(|index| net.account(index)).collect();
    for account in accounts.iter().chain([&net.owner]) {
        staking.endow(account, aia(50_000)).await?;
    }
    for provider in &accounts[..2] {
        staking.provider(provider, aia(10_000)).await?;
        staking.allocate(provider, INFERENCE, 6_000).await?;
        staking.allocate(provider, TRAINING, 4_000).await?;
        for delegator in &accounts[2..5] {
            staking.delegate(delegator, provider, aia(5_000)).await?;
        }
    }
    let (provider, consumer) = (&accounts[0], accounts[5].address());
    let receipts: Vec<_> =
        (0..RECEIPTS).map(|job| staking.receipt(provider.address(), consumer, job, aia(1))).collect();
    let batch = staking.commit(provider, &receipts, aia(u64::from(RECEIPTS))).await?;
    staking.accuse(&accounts[6], &Charge::new(staking, provider, consumer)).await?;
    Ok(Work { consumer, tree: Tree::new(&receipts), receipts, batch })
}

/// What the first provider has committed.
struct Work {
    consumer: Address,
    receipts: Vec<IProviderRegistry::JobReceipt>,
    tree: Tree,
    batch: IProviderRegistry::Batch,
}

/// A function as fuzzing sees it.
#[derive(Clone, Debug)]
struct Function {
    contract: Address,
    name: String,
    selector: [u8; 4],
    /// Types, those of the members of structs one by one.
    parameters: Vec<String>,
    is_view: bool,
}

struct Fuzz<'a> {
    staking: &'a Staking,
    api: &'a Api,
    rng: ChaCha8Rng,
    functions: Vec<Function>,
    /// Who sends, all with native value; the last owns the contracts.
    signers: Vec<PrivateKeySigner>,
    work: Work,
    /// Unix seconds of the latest block.
    now: u64,
    abis: [JsonAbi; 3],
    tally: BTreeMap<String, usize>,
}

impl<'a> Fuzz<'a> {
    fn new(staking: &'a Staking, work: Work, rng: ChaCha8Rng) -> Self {
        let mut signers: Vec<_> = (0..10).map(|index| staking.net.account(index)).collect();
        signers.push(staking.net.owner.clone());
        let abis = [IDisputeCourt::abi::contract(), IProviderRegistry::abi::contract(), IAIAToken::abi::contract()];
        let functions = [functions(staking.court, &abis[0]), functions(staking.registry, &abis[1])].concat();
        let (api, now) = (&staking.net.api, staking.net.now());
        Self { staking, api, rng, functions, signers, work, now, abis, tally: BTreeMap::new() }
    }

    /// Includes a transaction in a block of its own. Gas is free: the court has no ether.
    fn send(&mut self, message: Message) -> Result<Included> {
        self.now += match self.rng.random_range(0..1_000) {
            0 | 1 => self.rng.random_range(0..EPOCH / 2),
            2..100 => 1,
            _ => 0,
        };
        self.api.chain().set_next_time(self.now)?;
        self.api.chain().set_next_base_fee(0);
        send(self.api, message)
    }

    fn check(&mut self, message: Message) -> Result<()> {
        let (value, function) = (message.value, self.called(&message));
        let included = self.send(message)?;
        ensure!(included.failure.is_none(), "halted: {:?}", included.failure);
        if included.success {
            ensure!(value.is_zero(), "took native value");
            let Some(function) = function else { bail!("succeeded without a function") };
            ensure!(function.name != "stylus_constructor", "constructed twice");
            ensure!(!function.is_view || self.storage_is_untouched(), "a view writes");
            ensure!(!function.is_view || included.logs.is_empty(), "a view logs");
            self.count(format!("{} succeeds", function.name));
            return Ok(());
        }
        let reason = self.reason(&included.output)?;
        ensure!(included.logs.is_empty(), "a revert logs");
        ensure!(self.storage_is_untouched(), "a revert writes");
        self.count(format!("revert: {reason}"));
        Ok(())
    }

    fn count(&mut self, outcome: String) {
        *self.tally.entry(outcome).or_default() += 1;
    }

    /// Returns the function that a message names.
    fn called(&self, message: &Message) -> Option<Function> {
        let is_called = |function: &&Function| {
            message.to.to() == Some(&function.contract) && message.input.starts_with(&function.selector)
        };
        self.functions.iter().find(is_called).cloned()
    }

    /// Whether the latest block changed no slot of any contract.
    fn storage_is_untouched(&self) -> bool {
        self.api.chain().changed_slots().is_empty()
    }

    /// Names what a revert says.
    fn reason(&self, data: &[u8]) -> Result<String> {
        if data.is_empty() {
            return Ok("no data".into());
        }
        named::<CourtErrors>(&self.abis[0], data)
            .or_else(|| named::<RegistryErrors>(&self.abis[1], data))
            .or_else(|| named::<TokenErrors>(&self.abis[2], data))
            .ok_or_else(|| eyre!("reverted with {}", hex::encode(data)))
    }

    /// Checks that stake and bonds are still there.
    fn check_holdings(&self) -> Result<()> {
        let staking = self.staking;
        let mut stake = U256::ZERO;
        for signer in &self.signers {
            let account = signer.address();
            stake += U256::from(self.read(staking.registry, &IProviderRegistry::providerOfCall { account })?.tokens);
        }
        let balance = |account| self.read(staking.net.token, &IAIAToken::balanceOfCall { account });
        ensure!(stake <= balance(staking.registry)?, "{stake} base units staked are not there");

        let (mut bonds, mut id) = (U256::ZERO, U256::ZERO);
        while id < self.read(staking.court, &IDisputeCourt::disputeCountCall {})? {
            id += U256::ONE;
            let dispute = self.read(staking.court, &IDisputeCourt::disputeCall { id })?;
            let waits = matches!(dispute.status, status::OPEN | status::UPHELD);
            bonds += if waits { U256::from(dispute.bond) } else { U256::ZERO };
        }
        println!("{stake} base units staked, {bonds} of bonds");
        ensure!(bonds <= balance(staking.court)?, "{bonds} base units of bonds are not there");
        Ok(())
    }

    fn read<C: SolCall>(&self, contract: Address, call: &C) -> Result<C::Return> {
        let request = TransactionRequest::default().to(contract).input(Bytes::from(call.abi_encode()).into());
        Ok(C::abi_decode_returns(&self.api.call(&request, None)?)?)
    }
}

/// Returns a contract's functions and its constructor.
fn functions(contract: Address, abi: &JsonAbi) -> Vec<Function> {
    let constructor = Function {
        contract,
        name: "stylus_constructor".into(),
        selector: stylus_constructorCall::SELECTOR,
        // Roles, and parameters of both contracts; whatever is behind is ignored.
        parameters: [vec!["address"; 4], vec!["uint32"; 16]].concat().into_iter().map(String::from).collect(),
        is_view: false,
    };
    let declared = abi.functions().map(|function| Function {
        contract,
        name: function.name.clone(),
        selector: function.selector().0,
        parameters: types(&function.inputs),
        is_view: matches!(function.state_mutability, StateMutability::View | StateMutability::Pure),
    });
    declared.chain([constructor]).collect()
}

/// Returns the name of an error that an interface declares, if the data is nothing but that error.
fn named<E: SolInterface>(abi: &JsonAbi, data: &[u8]) -> Option<String> {
    let error = E::abi_decode_validate(data).ok().filter(|error| error.abi_encode() == data)?;
    let declared = abi.errors().find(|declared| declared.selector() == error.selector());
    declared.map(|error| error.name.clone())
}
