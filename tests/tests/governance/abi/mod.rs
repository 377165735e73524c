//! The binary interfaces of governor and timelock: everything that they declare is asked of the built WASM, or heard
//! from it.
//!
//! Calldata is put together word by word from the declared types, with nothing of the bindings but the ABI.

// As the payments' tests have it: it knows no contract.
#[path = "../../payments/abi/encoding.rs"]
pub(crate) mod encoding;
mod errors;
mod events;
mod forms;
mod lock;
mod selectors;
mod sizes;
mod texts;
mod values;
mod views;

use aia_abi::{IAIAGovernor, IAIATimelock};
use aia_devnode::chain::{Outcome, Override, Simulation};
use aia_tests::{
    Network,
    governance::{Dao, Draft},
};
use alloy::{
    json_abi::{Function, JsonAbi, Param},
    network::TransactionBuilder,
    primitives::{Address, B256, Bytes, U256, hex},
    rpc::types::{TransactionReceipt, TransactionRequest},
    signers::local::PrivateKeySigner,
    sol_types::SolError,
};
use eyre::{Result, ensure};

use self::encoding::{Source, Word, join, lay_out};

/// What the timelock only lets itself do.
const SELF_ADMINISTRATION: [&str; 7] =
    ["updateDelay", "setCallDelay", "abdicate", "setGracePeriod", "setGuardian", "grantRole", "revokeRole"];
/// What the governor only lets the timelock do.
const GOVERNANCE_CALLS: [&str; 10] = [
    "setVotingDelay",
    "setVotingPeriod",
    "setProposalThreshold",
    "setLateQuorumVoteExtension",
    "updateQuorumNumerator",
    "setQuorumParams",
    "updateTimelock",
    "setProposalGuardian",
    "setGuardianTerm",
    "relay",
];
/// How tokens announce themselves, which the governor always refuses.
const RECEIVERS: [&str; 3] = ["onERC721Received", "onERC1155Received", "onERC1155BatchReceived"];

/// A contract and what it declares.
struct Contract {
    name: &'static str,
    address: Address,
    abi: JsonAbi,
    /// Who asks: an account that may do whatever accounts may.
    caller: Address,
    /// Functions that only the contract itself may call, which then asks.
    own: &'static [&'static str],
    /// Functions that refuse this caller whatever the arguments, and with what.
    closed: Vec<(&'static str, Bytes)>,
}

impl Contract {
    fn functions(&self) -> Vec<Function> {
        self.abi.functions().cloned().collect()
    }

    /// Returns who asks a function.
    fn sender(&self, function: &Function) -> Address {
        if self.own.contains(&function.name.as_str()) { self.address } else { self.caller }
    }

    /// Returns what a function answers to arguments that nobody can read.
    fn unreadable(&self, function: &Function) -> Bytes {
        let closed = self.closed.iter().find(|(name, _)| *name == function.name);
        closed.map(|(_, refusal)| refusal.clone()).unwrap_or_default()
    }

    /// Simulates a call of a function.
    fn ask(&self, scene: &Dao, function: &Function, arguments: &[u8]) -> Result<Outcome> {
        let data = [function.selector().as_slice(), arguments].concat();
        call(scene, self.sender(function), self.address, data, U256::ZERO)
    }

    /// Asserts that arguments are refused because they cannot be read.
    fn assert_unreadable(&self, scene: &Dao, function: &Function, arguments: &[u8], told: &str) -> Result<()> {
        let refused = Outcome::Revert(self.unreadable(function));
        assert_eq!(self.ask(scene, function, arguments)?, refused, "{}: {}: {told}", self.name, function.signature());
        Ok(())
    }
}

/// Simulates a call, for which the sender has enough.
fn call(scene: &Dao, from: Address, to: Address, data: impl Into<Bytes>, value: U256) -> Result<Outcome> {
    let rich = Override { address: from, balance: Some(U256::from(u64::MAX)), ..Override::default() };
    let (data, to) = (data.into(), Some(to));
    let call = Simulation { from, to, data, value, overrides: vec![rich], ..Simulation::default() };
    let chain = scene.net().api.chain();
    Ok(chain.call(&call, chain.head().number)?)
}

/// Sends calldata that must succeed.
async fn send_raw(net: &Network, from: &PrivateKeySigner, to: Address, data: Vec<u8>) -> Result<TransactionReceipt> {
    let request = TransactionRequest::default().with_to(to).with_input(data);
    let receipt = net.submit_request(&net.provider(from)?, request).await?;
    ensure!(receipt.status(), "transaction {} failed", receipt.transaction_hash);
    Ok(receipt)
}

/// Returns a draft that does nothing: an account without code is called.
fn idle(description: &str) -> Draft {
    Draft::new(description).paying(Address::repeat_byte(0x1d), U256::ZERO, Bytes::new())
}

fn contracts(scene: &Dao) -> [Contract; 2] {
    let anybody = scene.stranger().address();
    let powerless = Bytes::from(IAIAGovernor::GovernorOnlyExecutor { account: anybody }.abi_encode());
    let disabled = Bytes::from(IAIAGovernor::GovernorDisabledDeposit {}.abi_encode());
    let governed = GOVERNANCE_CALLS.map(|name| (name, powerless.clone()));
    let governor = Contract {
        name: "governor",
        address: scene.governor,
        abi: IAIAGovernor::abi::contract(),
        caller: anybody,
        own: &[],
        closed: governed.into_iter().chain(RECEIVERS.map(|name| (name, disabled.clone()))).collect(),
    };
    let timelock = Contract {
        name: "timelock",
        address: scene.timelock,
        abi: IAIATimelock::abi::contract(),
        // It proposes and cancels; everybody executes.
        caller: scene.governor,
        own: &SELF_ADMINISTRATION,
        closed: Vec::new(),
    };
    [governor, timelock]
}

/// The least that is not nothing: ones, arrays of one element, four bytes.
struct Least;

impl Source for Least {
    fn word(&mut self, ty: &str) -> B256 {
        if ty == "bytes4" { B256::right_padding_from(&[1]) } else { B256::with_last_byte(1) }
    }

    fn bytes(&mut self) -> Vec<u8> {
        hex!("8da5cb5b").to_vec()
    }

    fn length(&mut self) -> usize {
        1
    }
}

/// Returns parameters as the encoding knows them: a `string` is laid out like `bytes`.
pub(crate) fn plain(parameters: &[Param]) -> Vec<Param> {
    let plain = |parameter: &Param| {
        let ty = if parameter.ty == "string" { "bytes".into() } else { parameter.ty.clone() };
        Param { ty, ..parameter.clone() }
    };
    parameters.iter().map(plain).collect()
}

fn least(function: &Function) -> Vec<Word> {
    lay_out(&plain(&function.inputs), &mut Least)
}

/// What calldata that a contract cannot read comes to.
fn refused() -> Outcome {
    Outcome::Revert(Bytes::new())
}

/// Leaves out what calldata makes dearer.
fn without_gas(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Success { output, .. } => Outcome::Success { output, gas_used: 0, peak: 0 },
        other => other,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_function_answers_to_its_selector() -> Result<()> {
    let scene = Dao::start().await?;
    for contract in contracts(&scene) {
        for function in contract.functions() {
            let outcome = contract.ask(&scene, &function, &join(&least(&function)))?;
            let told = format!("{}: {}", contract.name, function.signature());
            assert_ne!(outcome, refused(), "{told} is not there");
            assert!(!matches!(outcome, Outcome::Halt(_)), "{told}: {outcome:?}");
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_function_refuses_arguments_that_are_cut_short() -> Result<()> {
    let scene = Dao::start().await?;
    for contract in contracts(&scene) {
        for function in contract.functions() {
            let arguments = join(&least(&function));
            // The padding at the end of bytes may be missing; the last byte of content may not.
            let Some(content) = arguments.iter().rposition(|byte| *byte != 0) else { continue };
            for length in (0..content).step_by(32).chain([content]) {
                contract.assert_unreadable(&scene, &function, &arguments[..length], &format!("{length} bytes"))?;
            }
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_after_the_arguments_are_ignored() -> Result<()> {
    let scene = Dao::start().await?;
    for contract in contracts(&scene) {
        for function in contract.functions() {
            let plain = join(&least(&function));
            let suffixed = [&plain[..], &hex!("8021deadbeef")].concat();
            let ask = |arguments: Vec<u8>| contract.ask(&scene, &function, &arguments).map(without_gas);
            assert_eq!(ask(plain)?, ask(suffixed)?, "{}: {} minds a suffix", contract.name, function.signature());
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_do_not_fit_what_they_mean_are_refused() -> Result<()> {
    let scene = Dao::start().await?;
    for contract in contracts(&scene) {
        for function in contract.functions() {
            let words = least(&function);
            for (place, word) in words.iter().enumerate().filter(|(_, word)| !word.takes_anything()) {
                let mut dirty = words.clone();
                dirty[place].value = B256::repeat_byte(0xff);
                let told = format!("word {place}, {:?}", word.meaning);
                contract.assert_unreadable(&scene, &function, &join(&dirty), &told)?;
            }
        }
    }
    Ok(())
}
