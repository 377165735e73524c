//! The program under calldata that nobody meant: every call succeeds or reverts cleanly.
//!
//! A clean revert carries no data or a declared error, logs nothing and writes no slot of any contract.
//! A trap, as of a panic or of memory exhausted, is none.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

use aia_abi::{
    IAIAToken::{self, IAIATokenErrors as Errors},
    constructor::stylus_constructorCall,
};
use aia_devnode::{Api, chain::Included};
use aia_tests::common::{Message, chance, send};
use aia_tests::{
    Network,
    network::AIA,
    signing::{CancelAuthorization, Delegation, Permit, ReceiveWithAuthorization, TransferWithAuthorization},
};
use alloy::{
    json_abi::StateMutability,
    primitives::{Address, B256, Bytes, U256, aliases::U48, hex},
    rpc::types::TransactionRequest,
    signers::local::PrivateKeySigner,
    sol_types::{Panic, SolCall, SolError, SolEvent, SolInterface},
};
use eyre::{Result, bail, ensure};
use rand::{Rng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;

const INPUTS: usize = 100_000;

#[tokio::test(flavor = "multi_thread")]
async fn any_calldata_succeeds_or_reverts_cleanly() -> Result<()> {
    let rng = chance();
    let network = Network::start(AIA * U256::from(1_000_000)).await?;
    let mut fuzz = Fuzz::new(&network, rng);
    fuzz.set_up()?;

    let start = Instant::now();
    for number in 0..INPUTS {
        let message = fuzz.draw()?;
        let (from, value, input) = (message.from, message.value, hex::encode(&message.input));
        fuzz.check(message)
            .map_err(|error| error.wrap_err(format!("input {number}: from {from}, {value} wei, calldata {input}")))?;
    }
    println!("{INPUTS} inputs in {:.1?}; outcomes:", start.elapsed());
    for (outcome, count) in &fuzz.tally {
        println!("  {outcome:<36} {count:>6}");
    }
    fuzz.check_sums()
}

/// A function as fuzzing sees it.
#[derive(Clone, Debug)]
struct Function {
    name: String,
    selector: [u8; 4],
    parameters: Vec<String>,
    is_view: bool,
}

struct Fuzz<'a> {
    network: &'a Network,
    api: &'a Api,
    rng: ChaCha8Rng,
    functions: Vec<Function>,
    /// Who sends, all with native value; the last owns the token.
    signers: Vec<PrivateKeySigner>,
    /// Unix seconds of the latest block.
    now: u64,
    /// Everyone that ever held or delegated, by the logs.
    seen: BTreeSet<Address>,
    tally: BTreeMap<String, usize>,
}

impl<'a> Fuzz<'a> {
    fn new(network: &'a Network, rng: ChaCha8Rng) -> Self {
        let api = &network.api;
        let mut signers: Vec<_> = (0..10).map(|index| network.account(index)).collect();
        signers.push(network.owner.clone());
        let now = api.chain().head().header.timestamp + 1;
        let seen = BTreeSet::from([network.owner.address()]);
        Self { network, api, rng, functions: functions(), signers, now, seen, tally: BTreeMap::new() }
    }

    /// Makes a state in which calls find something.
    fn set_up(&mut self) -> Result<()> {
        let owner = self.network.owner.address();
        let (first, second) = (self.signers[0].address(), self.signers[1].address());
        for minter in [Address::ZERO, owner, first] {
            let limit = IAIAToken::setMintLimitCall { minter, capacity: 10_u128.pow(24), window: U48::from(3600) };
            self.succeed(owner, &limit)?;
        }
        for signer in self.signers.clone() {
            let account = signer.address();
            if account != owner {
                self.succeed(owner, &IAIAToken::transferCall { to: account, value: AIA * U256::from(50_000) })?;
            }
            self.succeed(account, &IAIAToken::approveCall { spender: first, value: AIA })?;
            self.succeed(account, &IAIAToken::approveCall { spender: second, value: U256::MAX })?;
            let delegatee = if account < first { second } else { account };
            self.succeed(account, &IAIAToken::delegateCall { delegatee })?;
        }
        Ok(())
    }

    fn succeed(&mut self, from: Address, call: &impl SolCall) -> Result<()> {
        let included = self.send(Message::call(from, self.network.token, call.abi_encode()))?;
        ensure!(included.success, "reverted: {included:?}");
        ensure!(!self.storage_is_untouched(), "a write goes unnoticed");
        Ok(())
    }

    fn send(&mut self, message: Message) -> Result<Included> {
        self.now += u64::from(self.rng.random_bool(0.1));
        self.api.chain().set_next_time(self.now)?;
        let included = send(self.api, message)?;
        for log in &included.logs {
            let accounts: &[B256] = match log.topics()[0] {
                IAIAToken::Transfer::SIGNATURE_HASH => &log.topics()[2..3],
                IAIAToken::DelegateChanged::SIGNATURE_HASH => &log.topics()[1..4],
                _ => &[],
            };
            self.seen.extend(accounts.iter().map(|topic| Address::from_word(*topic)));
        }
        Ok(included)
    }

    fn check(&mut self, message: Message) -> Result<()> {
        let value = message.value;
        let function = self.functions.iter().find(|function| message.input.starts_with(&function.selector)).cloned();
        let included = self.send(message)?;
        ensure!(included.failure.is_none(), "halted: {:?}", included.failure);
        let name = function.as_ref().map_or("nothing", |function| &function.name);
        if included.success {
            ensure!(value.is_zero(), "took native value");
            let Some(function) = &function else { bail!("succeeded without a function") };
            ensure!(function.name != "stylus_constructor", "constructed twice");
            ensure!(!function.is_view || self.storage_is_untouched(), "a view writes");
            ensure!(!function.is_view || included.logs.is_empty(), "a view logs");
            *self.tally.entry(format!("{name} succeeds")).or_default() += 1;
            return Ok(());
        }
        let reason = reason(&included.output)?;
        ensure!(included.logs.is_empty(), "a revert logs");
        ensure!(self.storage_is_untouched(), "a revert writes");
        *self.tally.entry(format!("revert: {reason}")).or_default() += 1;
        Ok(())
    }

    /// Whether the latest block changed no slot of any contract.
    fn storage_is_untouched(&self) -> bool {
        self.api.chain().changed_slots().is_empty()
    }

    /// Checks that balances still sum up to the supply, and to the votes of those they are delegated to.
    fn check_sums(&self) -> Result<()> {
        let mut supply = U256::ZERO;
        let mut votes = BTreeMap::<Address, U256>::new();
        for account in self.seen.iter().copied() {
            let balance = self.read(&IAIAToken::balanceOfCall { account })?;
            let delegate = self.read(&IAIAToken::delegatesCall { account })?;
            supply += balance;
            *votes.entry(delegate).or_default() += balance;
        }
        votes.remove(&Address::ZERO);
        ensure!(supply == self.read(&IAIAToken::totalSupplyCall {})?, "balances do not sum up to the supply");
        ensure!(supply <= self.read(&IAIAToken::maxSupplyCall {})?, "the supply exceeds its cap");
        for account in self.seen.iter().copied() {
            let expected = votes.get(&account).copied().unwrap_or_default();
            ensure!(self.read(&IAIAToken::getVotesCall { account })? == expected, "votes of {account} are off");
        }
        let delegated = self.read(&IAIAToken::getTotalDelegationCall {})?;
        ensure!(delegated == votes.values().sum::<U256>(), "votes do not sum up to the total delegation");
        Ok(())
    }

    fn read<C: SolCall>(&self, call: &C) -> Result<C::Return> {
        let request = TransactionRequest::default().to(self.network.token).input(Bytes::from(call.abi_encode()).into());
        Ok(C::abi_decode_returns(&self.api.call(&request, None)?)?)
    }

    fn draw(&mut self) -> Result<Message> {
        let input = match self.rng.random_range(0..100) {
            0..10 => self.noise(300),
            10..35 => self.words_for_a_function(),
            35..80 => {
                let call = self.call()?;
                self.mutated(call)
            }
            80..95 => {
                let call = self.signed_call()?;
                self.mutated(call)
            }
            _ => self.call()?,
        };
        let value = if self.rng.random_bool(0.03) { self.rng.random_range(1..1000) } else { 0 };
        let from = self.signer().address();
        Ok(Message { value: U256::from(value), ..Message::call(from, self.network.token, input) })
    }

    fn noise(&mut self, most: usize) -> Vec<u8> {
        let mut bytes = vec![0; self.rng.random_range(0..=most)];
        self.rng.fill(bytes.as_mut_slice());
        bytes
    }

    fn words_for_a_function(&mut self) -> Vec<u8> {
        let mut calldata = self.function().selector.to_vec();
        for _ in 0..self.rng.random_range(0..14) {
            calldata.extend_from_slice(self.word().as_slice());
        }
        calldata
    }

    /// Returns a call whose arguments have the right types.
    fn call(&mut self) -> Result<Vec<u8>> {
        let Function { selector, parameters, .. } = self.function();
        let (mut head, mut tail) = (selector.to_vec(), Vec::new());
        for parameter in &parameters {
            if let Some(word) = self.argument(parameter)? {
                head.extend_from_slice(word.as_slice());
                continue;
            }
            head.extend_from_slice(&U256::from(parameters.len() * 32 + tail.len()).to_be_bytes::<32>());
            let (length, content) = if parameter == "bytes" { self.bytes() } else { self.addresses() };
            tail.extend_from_slice(&U256::from(length).to_be_bytes::<32>());
            tail.extend_from_slice(&content);
        }
        Ok([head, tail].concat())
    }

    /// Returns a value of a type; `None` if the type is dynamic.
    fn argument(&mut self, parameter: &str) -> Result<Option<B256>> {
        let bits = |bits: usize| U256::MAX >> (256 - bits);
        Ok(Some(match parameter {
            "address" => self.account().into_word(),
            "bytes32" => self.word(),
            "bytes4" => {
                let known = [0x01ff_c9a7_u32, 0x3637_2b07, 0xe90f_b3f6, 0xffff_ffff];
                B256::right_padding_from(&known[self.rng.random_range(0..known.len())].to_be_bytes())
            }
            "uint256" => self.amount().into(),
            "uint128" => (self.amount() & bits(128)).into(),
            "uint48" => (self.amount() & bits(48)).into(),
            "uint32" => U256::from(self.rng.random_range(0..20)).into(),
            "uint8" => U256::from(self.rng.random_range(26..30)).into(),
            "bytes" | "address[]" => return Ok(None),
            other => bail!("the test knows no type {other}"),
        }))
    }

    fn bytes(&mut self) -> (usize, Vec<u8>) {
        let most = *[0, 64, 65, 65, 66, 300, 20_000].choose(&mut self.rng).unwrap_or(&65);
        let mut bytes = self.noise(most);
        if self.rng.random_bool(0.5) {
            bytes.resize(most, 0x1b);
        }
        let length = bytes.len();
        bytes.resize(length.next_multiple_of(32), 0);
        (length, bytes)
    }

    fn addresses(&mut self) -> (usize, Vec<u8>) {
        let most = *[1, 4, 40, 300].choose(&mut self.rng).unwrap_or(&4);
        let length = self.rng.random_range(0..most);
        (length, (0..length).flat_map(|_| self.account().into_word().0).collect())
    }

    /// Returns a call that carries a good signature.
    fn signed_call(&mut self) -> Result<Vec<u8>> {
        let network = self.network;
        let signer = self.signer();
        let (from, to, value) = (signer.address(), self.account(), U256::from(self.rng.random_range(0..1000)));
        let (after, before) = (U256::ZERO, U256::from(self.now + 1000));
        let account_nonce = self.read(&IAIAToken::noncesCall { owner: from })?;
        let nonce = if self.rng.random() { B256::with_last_byte(self.rng.random()) } else { self.word() };
        let payment = TransferWithAuthorization { from, to, value, validAfter: after, validBefore: before, nonce };
        let receipt = ReceiveWithAuthorization::from(payment.clone());
        let permit = Permit { owner: from, spender: to, value, nonce: account_nonce, deadline: before };
        let delegation = Delegation { delegatee: to, nonce: account_nonce, expiry: before };
        let cancellation = CancelAuthorization { authorizer: from, nonce };
        let kind = self.rng.random_range(0..9);
        let parts = match kind {
            0 | 1 => network.sign(&signer, &permit)?,
            2 | 3 => network.sign(&signer, &payment)?,
            4 | 5 => network.sign(&signer, &receipt)?,
            6 | 7 => network.sign(&signer, &cancellation)?,
            _ => network.sign(&signer, &delegation)?,
        };
        let (v, r, s) =
            if self.rng.random_bool(0.2) { (parts.v - 27, parts.r, parts.s) } else { (parts.v, parts.r, parts.s) };
        let bytes = parts.bytes();
        Ok(match kind {
            0 => IAIAToken::permit_0Call::new((from, to, value, before, v, r, s)).abi_encode(),
            1 => IAIAToken::permit_1Call::new((from, to, value, before, bytes)).abi_encode(),
            2 => IAIAToken::transferWithAuthorization_0Call::new((from, to, value, after, before, nonce, v, r, s))
                .abi_encode(),
            3 => IAIAToken::transferWithAuthorization_1Call::new((from, to, value, after, before, nonce, bytes))
                .abi_encode(),
            4 => IAIAToken::receiveWithAuthorization_0Call::new((from, to, value, after, before, nonce, v, r, s))
                .abi_encode(),
            5 => IAIAToken::receiveWithAuthorization_1Call::new((from, to, value, after, before, nonce, bytes))
                .abi_encode(),
            6 => IAIAToken::cancelAuthorization_0Call::new((from, nonce, v, r, s)).abi_encode(),
            7 => IAIAToken::cancelAuthorization_1Call::new((from, nonce, bytes)).abi_encode(),
            _ => IAIAToken::delegateBySigCall::new((to, account_nonce, before, v, r, s)).abi_encode(),
        })
    }

    /// Breaks a call, most of the time.
    fn mutated(&mut self, mut calldata: Vec<u8>) -> Vec<u8> {
        let words = (calldata.len() - 4) / 32;
        match self.rng.random_range(0..10) {
            0..3 => {
                let at = self.rng.random_range(0..calldata.len());
                calldata[at] ^= self.rng.random_range(1..=255);
            }
            3 => calldata.truncate(self.rng.random_range(0..calldata.len())),
            4 => {
                let more = self.noise(100);
                calldata.extend(more);
            }
            5 => calldata[..4].copy_from_slice(&self.function().selector),
            6..8 if words > 0 => {
                let at = 4 + 32 * self.rng.random_range(0..words);
                calldata[at..at + 32].copy_from_slice(self.word().as_slice());
            }
            8 if words > 1 => {
                let (one, other) = (self.rng.random_range(0..words), self.rng.random_range(0..words));
                for byte in 4..36 {
                    calldata.swap(32 * one + byte, 32 * other + byte);
                }
            }
            _ => {}
        }
        calldata
    }

    /// Returns a word of the kind that is most likely to hurt somewhere.
    fn word(&mut self) -> B256 {
        match self.rng.random_range(0..9) {
            0 => B256::from(self.rng.random::<[u8; 32]>()),
            1 => self.account().into_word(),
            2 => U256::from(32 * self.rng.random_range(0..20)).into(),
            3 => U256::from(self.rng.random_range(0..1000)).into(),
            // Where sums of offsets and lengths pass the address space of 32 bits.
            4 => U256::from(u64::from(u32::MAX) + 1 - self.rng.random_range(0..200)).into(),
            5 => (U256::MAX - U256::from(self.rng.random_range(0..100))).into(),
            6 => (U256::ONE << self.rng.random_range(0..256_usize)).into(),
            7 => U256::from(self.now + self.rng.random_range(0..3) - 1).into(),
            _ => self.amount().into(),
        }
    }

    fn amount(&mut self) -> U256 {
        match self.rng.random_range(0..8) {
            0 => U256::ZERO,
            1 => U256::MAX,
            2 => U256::ONE << self.rng.random_range(0..256_usize),
            3 => U256::from(self.rng.random::<u128>()),
            4 => U256::from(self.now - self.rng.random_range(0..50)),
            _ => U256::from(self.rng.random_range(0..10_000)),
        }
    }

    fn account(&mut self) -> Address {
        match self.rng.random_range(0..20) {
            0 => Address::ZERO,
            1 => self.network.token,
            2 => Address::from(self.rng.random::<[u8; 20]>()),
            3 => Address::with_last_byte(self.rng.random_range(1..=0x80)),
            _ => self.signer().address(),
        }
    }

    fn signer(&mut self) -> PrivateKeySigner {
        let index = self.rng.random_range(0..self.signers.len());
        self.signers[index].clone()
    }

    fn function(&mut self) -> Function {
        let index = self.rng.random_range(0..self.functions.len());
        self.functions[index].clone()
    }
}

/// Returns the token's functions and its constructor.
fn functions() -> Vec<Function> {
    let abi = IAIAToken::abi::contract();
    let constructor = Function {
        name: "stylus_constructor".into(),
        selector: stylus_constructorCall::SELECTOR,
        parameters: ["address", "address", "uint256"].map(String::from).into(),
        is_view: false,
    };
    let declared = abi.functions().map(|function| Function {
        name: function.name.clone(),
        selector: function.selector().0,
        parameters: function.inputs.iter().map(|input| input.ty.clone()).collect(),
        is_view: matches!(function.state_mutability, StateMutability::View | StateMutability::Pure),
    });
    declared.chain([constructor]).collect()
}

/// Names what a revert says.
fn reason(data: &[u8]) -> Result<String> {
    if data.is_empty() {
        return Ok("no data".into());
    }
    if Panic::abi_decode(data).is_ok_and(|panic| panic.code == U256::from(0x32)) {
        return Ok("Panic(0x32)".into());
    }
    let error = Errors::abi_decode(data)?;
    let abi = IAIAToken::abi::contract();
    let name = abi.errors().find(|declared| declared.selector() == error.selector()).map(|error| error.name.clone());
    Ok(name.unwrap_or_default())
}
