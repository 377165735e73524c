//! Governor and timelock under calldata that nobody meant: every call succeeds or reverts cleanly.
//!
//! A clean revert carries no data, an error that one of the contracts declares, or the panic of a governance call that
//! nobody proposed; it logs nothing and writes no slot of any contract. A trap, as of a panic or of memory exhausted, is
//! none.

mod apt;
mod chances;

use std::{collections::BTreeMap, time::Instant};

use aia_abi::{
    IAIAGovernor::{self, IAIAGovernorErrors as GovernorErrors},
    IAIATimelock::{self, IAIATimelockErrors as TimelockErrors},
    IAIAToken::{self, IAIATokenErrors as TokenErrors},
    constructor::stylus_constructorCall,
};
use aia_devnode::{Api, chain::Included};
use aia_tests::{
    common::{Message, chance, send},
    governance::{Dao, Draft},
    staking::aia,
};
use alloy::{
    json_abi::{JsonAbi, Param, StateMutability},
    primitives::{
        Address, Bytes, U256,
        aliases::{U48, U96},
        hex,
    },
    rpc::types::TransactionRequest,
    signers::local::PrivateKeySigner,
    sol_types::{SolCall, SolInterface},
};
use eyre::{Result, bail, ensure, eyre};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

use self::apt::Operation;
use crate::abi::plain;

const INPUTS: usize = 20_000;
/// Votes of those who begin without, AIA.
const VOTES: u64 = 2_000_000;
/// Solidity's panic with which a governance call is refused that nobody proposed.
const NOT_PROPOSED: [u8; 36] = hex!("4e487b710000000000000000000000000000000000000000000000000000000000000031");

#[tokio::test(flavor = "multi_thread")]
async fn any_calldata_succeeds_or_reverts_cleanly() -> Result<()> {
    let rng = chance();
    let dao = set_up().await?;
    let mut fuzz = Fuzz::new(&dao, rng);

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
    fuzz.check_votes()?;
    fuzz.check_reach()
}

/// Starts governance at its quickest, in which everybody who sends something can propose.
async fn set_up() -> Result<Dao> {
    let dao = Dao::start_with(|config| {
        config.params.votingDelay = U48::from(3_600);
        config.params.votingPeriod = 86_400;
        config.params.lateQuorumVoteExtension = U48::from(43_200);
        // Anybody's votes suffice.
        config.params.quorumNumerator = 100;
        config.params.quorumFloor = U96::from(aia(1));
        config.min_delay = 21_600;
    })
    .await?;
    for index in [0, 1, 6, 7, 8, 9] {
        dao.enfranchise(&dao.net().account(index), aia(VOTES)).await?;
    }
    dao.net().pass(1)?;
    Ok(dao)
}

/// A function as fuzzing sees it.
#[derive(Clone, Debug)]
struct Function {
    contract: Address,
    name: String,
    selector: [u8; 4],
    parameters: Vec<Param>,
    mutability: StateMutability,
}

impl Function {
    fn is_view(&self) -> bool {
        matches!(self.mutability, StateMutability::View | StateMutability::Pure)
    }
}

struct Fuzz<'a> {
    dao: &'a Dao,
    api: &'a Api,
    rng: ChaCha8Rng,
    functions: Vec<Function>,
    /// Who sends, all with native value and votes.
    signers: Vec<PrivateKeySigner>,
    /// Proposals there are, latest last.
    drafts: Vec<Draft>,
    /// Operations there are, latest last.
    operations: Vec<Operation>,
    /// Unix seconds of the latest block.
    now: u64,
    abis: [JsonAbi; 3],
    tally: BTreeMap<String, usize>,
}

impl<'a> Fuzz<'a> {
    fn new(dao: &'a Dao, rng: ChaCha8Rng) -> Self {
        let net = dao.net();
        let signers = (0..10).map(|index| net.account(index)).collect();
        let abis = [IAIAGovernor::abi::contract(), IAIATimelock::abi::contract(), IAIAToken::abi::contract()];
        let functions = [functions(dao.governor, &abis[0]), functions(dao.timelock, &abis[1])].concat();
        let (drafts, operations, tally) = (Vec::new(), Vec::new(), BTreeMap::new());
        Self { dao, api: &net.api, rng, functions, signers, drafts, operations, now: net.now(), abis, tally }
    }

    /// Includes a transaction in a block of its own. Gas is free: the contracts have no ether.
    fn send(&mut self, message: Message) -> Result<Included> {
        self.now += match self.rng.random_range(0..1_000) {
            0..25 => self.rng.random_range(0..30_000),
            25..200 => self.rng.random_range(0..60),
            _ => 0,
        };
        self.api.chain().set_next_time(self.now)?;
        self.api.chain().set_next_base_fee(0);
        send(self.api, message)
    }

    fn check(&mut self, message: Message) -> Result<()> {
        let (value, function, input) = (message.value, self.called(&message), message.input.clone());
        let to_the_timelock = message.to.to() == Some(&self.dao.timelock);
        let included = self.send(message)?;
        ensure!(included.failure.is_none(), "halted: {:?}", included.failure);
        if !included.success {
            let reason = self.reason(&included.output)?;
            ensure!(included.logs.is_empty(), "a revert logs");
            ensure!(self.storage_is_untouched(), "a revert writes");
            self.count(format!("revert: {reason}"));
            return Ok(());
        }
        if input.is_empty() && to_the_timelock {
            ensure!(self.storage_is_untouched() && included.logs.is_empty(), "a deposit does something else");
            self.count("deposit".into());
            return Ok(());
        }
        let Some(function) = function else { bail!("succeeded without a function") };
        ensure!(function.name != "stylus_constructor", "constructed twice");
        ensure!(value.is_zero() || function.mutability == StateMutability::Payable, "took native value");
        ensure!(!function.is_view() || self.storage_is_untouched(), "a view writes");
        ensure!(!function.is_view() || included.logs.is_empty(), "a view logs");
        self.remember(&input, &included.output);
        let contract = if to_the_timelock { "timelock" } else { "governor" };
        self.count(format!("{contract}.{} succeeds", function.name));
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
        if data == NOT_PROPOSED {
            return Ok("Panic(0x31)".into());
        }
        named::<GovernorErrors>(&self.abis[0], data)
            .or_else(|| named::<TimelockErrors>(&self.abis[1], data))
            .or_else(|| named::<TokenErrors>(&self.abis[2], data))
            .ok_or_else(|| eyre!("reverted with {}", hex::encode(data)))
    }

    /// Checks that every vote that was counted is some voter's, and none was counted twice.
    fn check_votes(&self) -> Result<()> {
        for draft in &self.drafts {
            let (id, governor) = (draft.id(), self.dao.governor);
            let votes = self.read(governor, &IAIAGovernor::proposalVotesCall { proposalId: id })?;
            let mut used = U256::ZERO;
            for account in self.signers.iter().map(PrivateKeySigner::address) {
                used += self.read(governor, &IAIAGovernor::usedVotesCall { proposalId: id, account })?;
            }
            let counted = votes.againstVotes + votes.forVotes + votes.abstainVotes;
            ensure!(counted == used, "{counted} votes were counted on {id}, and {used} were cast");
        }
        Ok(())
    }

    /// Checks that chance went the whole way now and then.
    fn check_reach(&self) -> Result<()> {
        let steps = ["governor.propose", "governor.castVote", "governor.queue", "governor.execute", "timelock.execute"];
        for step in steps {
            ensure!(self.tally.contains_key(&format!("{step} succeeds")), "{step} never succeeded");
        }
        Ok(())
    }

    fn read<C: SolCall>(&self, contract: Address, call: &C) -> Result<C::Return> {
        let request = TransactionRequest::default().to(contract).input(Bytes::from(call.abi_encode()).into());
        Ok(C::abi_decode_returns(&self.api.call(&request, None)?)?)
    }
}

/// Returns a contract's functions and its constructor.
fn functions(contract: Address, abi: &JsonAbi) -> Vec<Function> {
    let words = [vec!["address"; 3], vec!["uint48"; 2], vec!["address[]"; 3], vec!["uint96"; 8]].concat();
    let constructor = Function {
        contract,
        name: "stylus_constructor".into(),
        selector: stylus_constructorCall::SELECTOR,
        // Something of both contracts; whatever is behind is ignored.
        parameters: words.into_iter().map(|ty| Param { ty: ty.into(), ..Param::default() }).collect(),
        mutability: StateMutability::NonPayable,
    };
    let declared = abi.functions().map(|function| Function {
        contract,
        name: function.name.clone(),
        selector: function.selector().0,
        parameters: plain(&function.inputs),
        mutability: function.state_mutability,
    });
    declared.chain([constructor]).collect()
}

/// Returns the name of an error that an interface declares, if the data is nothing but that error.
fn named<E: SolInterface>(abi: &JsonAbi, data: &[u8]) -> Option<String> {
    let error = E::abi_decode_validate(data).ok().filter(|error| error.abi_encode() == data)?;
    let declared = abi.errors().find(|declared| declared.selector() == error.selector());
    declared.map(|error| error.name.clone())
}
