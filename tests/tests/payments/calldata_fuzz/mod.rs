//! Payments under calldata that nobody meant: every call succeeds or reverts cleanly.
//!
//! A call that succeeds is one that alloy's decoder reads too, with every call within it. A clean revert carries no
//! data or an error that one of the contracts declares, logs nothing and writes no slot of any contract. A trap, as of
//! a panic or of memory exhausted, is none.

mod apt;
mod chances;
mod claims;

use std::{collections::BTreeMap, time::Instant};

use aia_abi::{
    IAIAToken::{self, IAIATokenErrors as TokenErrors},
    IProviderRegistry::{self, IProviderRegistryErrors as RegistryErrors},
    IStreamPayments::{self as S, IStreamPaymentsCalls as Calls, IStreamPaymentsErrors as PaymentsErrors},
    constructor::stylus_constructorCall,
};
use aia_devnode::{Api, chain::Included};
use aia_tests::{
    common::{Message, chance, send},
    payments::{COIN, Market},
};
use alloy::{
    json_abi::{JsonAbi, Param, StateMutability},
    primitives::{Address, Bytes, U256, hex},
    rpc::types::TransactionRequest,
    signers::local::PrivateKeySigner,
    sol_types::{SolCall, SolInterface},
};
use eyre::{Result, bail, ensure, eyre};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

const INPUTS: usize = 20_000;

#[tokio::test(flavor = "multi_thread")]
async fn any_calldata_succeeds_or_reverts_cleanly() -> Result<()> {
    let rng = chance();
    let market = Market::start().await?;
    set_up(&market).await?;
    let mut fuzz = Fuzz::new(&market, rng);

    let start = Instant::now();
    for number in 0..INPUTS {
        let message = fuzz.draw()?;
        let (from, value, input) = (message.from, message.value, hex::encode(&message.input));
        let told = format!("input {number}: from {from}, {value} wei, calldata {input}");
        fuzz.check(message).map_err(|error| error.wrap_err(told))?;
    }
    println!("{INPUTS} inputs in {:.1?}; outcomes:", start.elapsed());
    for (outcome, count) in &fuzz.tally {
        println!("  {outcome:<48} {count:>6}");
    }
    fuzz.check_holdings()
}

/// Makes a state in which calls find something: two more providers, and ledgers of everyone's.
async fn set_up(market: &Market) -> Result<()> {
    for index in 2..4 {
        market.serve(&market.net().account(index)).await?;
    }
    for index in 0..8 {
        let account = market.net().account(index);
        market.endow(&account, 10_000 * COIN).await?;
        let payments = market.payments_as(&account)?;
        market.net().send(&payments.fund(account.address(), U256::from(5_000 * COIN))).await?;
    }
    Ok(())
}

/// A function as fuzzing sees it.
#[derive(Clone, Debug)]
struct Function {
    name: String,
    selector: [u8; 4],
    parameters: Vec<Param>,
    is_view: bool,
}

struct Fuzz<'a> {
    market: &'a Market,
    api: &'a Api,
    rng: ChaCha8Rng,
    functions: Vec<Function>,
    /// Who sends, all with native value; the last owns the contracts.
    signers: Vec<PrivateKeySigner>,
    /// What vouchers are over, which grows.
    ceiling: u128,
    /// Unix seconds of the latest block.
    now: u64,
    abis: [JsonAbi; 3],
    tally: BTreeMap<String, usize>,
}

impl<'a> Fuzz<'a> {
    fn new(market: &'a Market, rng: ChaCha8Rng) -> Self {
        let mut signers: Vec<_> = (0..10).map(|index| market.net().account(index)).collect();
        signers.push(market.net().owner.clone());
        let abis = [S::abi::contract(), IProviderRegistry::abi::contract(), IAIAToken::abi::contract()];
        let (functions, now) = (functions(&abis[0]), market.net().now());
        Self { market, api: &market.net().api, rng, functions, signers, ceiling: 0, now, abis, tally: BTreeMap::new() }
    }

    /// Includes a transaction in a block of its own. Gas is free: the registry has no ether.
    fn send(&mut self, message: Message) -> Result<Included> {
        self.now += match self.rng.random_range(0..1_000) {
            0 => self.rng.random_range(0..300_000),
            1..100 => self.rng.random_range(0..60),
            _ => 0,
        };
        self.api.chain().set_next_time(self.now)?;
        self.api.chain().set_next_base_fee(0);
        send(self.api, message)
    }

    fn check(&mut self, message: Message) -> Result<()> {
        let (value, input) = (message.value, message.input.clone());
        let included = self.send(message)?;
        ensure!(included.failure.is_none(), "halted: {:?}", included.failure);
        if included.success {
            let function = self.meant(value, &input)?;
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

    /// Returns the function that a call names, if it may succeed: without value, and with arguments that are there.
    fn meant(&self, value: U256, input: &[u8]) -> Result<Function> {
        ensure!(value.is_zero(), "took native value");
        let Calls::multicall(calls) = Calls::abi_decode_validate(input)? else { return self.named(input) };
        for call in &calls.data {
            let inner = Calls::abi_decode_validate(call)?;
            ensure!(!matches!(inner, Calls::multicall(_)), "a multicall within another succeeds");
        }
        self.named(input)
    }

    fn named(&self, input: &[u8]) -> Result<Function> {
        let found = self.functions.iter().find(|function| input.starts_with(&function.selector));
        let function = found.ok_or_else(|| eyre!("succeeded without a function"))?;
        if function.name == "stylus_constructor" {
            bail!("constructed twice");
        }
        Ok(function.clone())
    }

    fn count(&mut self, outcome: String) {
        *self.tally.entry(outcome).or_default() += 1;
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
        named::<PaymentsErrors>(&self.abis[0], data)
            .or_else(|| named::<RegistryErrors>(&self.abis[1], data))
            .or_else(|| named::<TokenErrors>(&self.abis[2], data))
            .ok_or_else(|| eyre!("reverted with {}", hex::encode(data)))
    }

    /// Checks that what the contract owes to those who took part is there.
    fn check_holdings(&self) -> Result<()> {
        let mut owed = U256::ZERO;
        for account in self.signers.iter().map(PrivateKeySigner::address) {
            let ledger = self.read(self.market.payments, &S::accountOfCall { account })?;
            owed += U256::from(ledger.free) + U256::from(ledger.feeOwed);
        }
        for config in self.streams() {
            let id = self.market.stream_id(&config);
            owed += U256::from(self.read(self.market.payments, &S::streamOfCall { id })?.balance);
        }
        for config in self.channels() {
            let id = self.market.channel_id(&config);
            let channel = self.read(self.market.payments, &S::channelsCall { channelId: id })?;
            owed += U256::from(channel.balance - channel.totalClaimed);
        }
        let account = self.market.payments;
        let held = self.read(self.market.net().token, &IAIAToken::balanceOfCall { account })?;
        println!("{owed} base units owed, {held} held");
        ensure!(owed <= held, "{owed} base units are owed, and only {held} are there");
        Ok(())
    }

    fn read<C: SolCall>(&self, contract: Address, call: &C) -> Result<C::Return> {
        let request = TransactionRequest::default().to(contract).input(Bytes::from(call.abi_encode()).into());
        Ok(C::abi_decode_returns(&self.api.call(&request, None)?)?)
    }
}

/// Returns the contract's functions and its constructor.
fn functions(abi: &JsonAbi) -> Vec<Function> {
    let words = [vec!["address"; 3], vec!["uint16"; 3], vec!["address"; 2]].concat();
    let parameters = words.into_iter().map(|ty| Param { ty: ty.into(), ..Param::default() });
    let constructor = Function {
        name: "stylus_constructor".into(),
        selector: stylus_constructorCall::SELECTOR,
        parameters: parameters.collect(),
        is_view: false,
    };
    let declared = abi.functions().map(|function| Function {
        name: function.name.clone(),
        selector: function.selector().0,
        parameters: function.inputs.clone(),
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
