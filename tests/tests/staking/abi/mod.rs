//! The binary interfaces of registry and court: every function that they declare is asked of the built WASM.
//!
//! Calldata is put together word by word from the declared types, with nothing of the bindings but the ABI.

mod errors;
mod events;

use aia_abi::{IAIAToken, IDisputeCourt, IProviderRegistry};
use aia_devnode::chain::{Outcome, Simulation};
use aia_tests::common::types::types;
use aia_tests::staking::Staking;
use alloy::{
    json_abi::{Function, JsonAbi, Param, StateMutability},
    primitives::{Address, B256, Bytes, FixedBytes, U256, hex},
    sol_types::SolValue,
};
use eyre::Result;

const ONE: B256 = B256::with_last_byte(1);

/// A contract and what it declares.
struct Contract {
    name: &'static str,
    address: Address,
    abi: JsonAbi,
}

impl Contract {
    fn functions(&self) -> Vec<Function> {
        self.abi.functions().cloned().collect()
    }
}

fn contracts(staking: &Staking) -> [Contract; 2] {
    [
        Contract { name: "registry", address: staking.registry, abi: IProviderRegistry::abi::contract() },
        Contract { name: "court", address: staking.court, abi: IDisputeCourt::abi::contract() },
    ]
}

/// Arguments of a function: a word each, and behind them what has no fixed length.
struct Words {
    types: Vec<String>,
    head: Vec<B256>,
    tail: Vec<B256>,
}

impl Words {
    /// Returns the least that is not nothing of each type.
    fn of(parameters: &[Param]) -> Self {
        let types = types(parameters);
        let (mut head, mut tail) = (Vec::new(), Vec::new());
        for name in &types {
            let word: B256 = match name.as_str() {
                "bytes" | "bytes32[]" => {
                    let offset = 32 * (types.len() + tail.len());
                    tail.extend([ONE, if name == "bytes" { leading() } else { ONE }]);
                    U256::from(offset).into()
                }
                "bytes4" | "bytes20" => leading(),
                _ => ONE,
            };
            head.push(word);
        }
        Self { types, head, tail }
    }

    fn encode(&self) -> Vec<u8> {
        [&self.head[..], &self.tail].concat().concat()
    }
}

/// Returns a word whose first byte is not zero.
fn leading() -> B256 {
    B256::right_padding_from(&[1])
}

fn calldata(function: &Function) -> Vec<u8> {
    with_arguments(function, &Words::of(&function.inputs).encode())
}

fn with_arguments(function: &Function, arguments: &[u8]) -> Vec<u8> {
    [function.selector().as_slice(), arguments].concat()
}

/// What calldata that a contract cannot read comes to.
fn refused() -> Outcome {
    Outcome::Revert(Bytes::new())
}

/// Simulates a call of the owner's.
fn call(staking: &Staking, contract: &Contract, data: impl Into<Bytes>) -> Result<Outcome> {
    call_with_value(staking, contract, data, U256::ZERO)
}

fn call_with_value(staking: &Staking, contract: &Contract, data: impl Into<Bytes>, value: U256) -> Result<Outcome> {
    let from = staking.net.owner.address();
    let call = Simulation { from, to: Some(contract.address), data: data.into(), value, ..Simulation::default() };
    let chain = staking.net.api.chain();
    Ok(chain.call(&call, chain.head().number)?)
}

/// Asserts that calldata is refused, for a reason that is no error of the contract's.
fn assert_refused(staking: &Staking, contract: &Contract, data: Vec<u8>, what: &str) -> Result<()> {
    let name = contract.name;
    assert_eq!(call(staking, contract, data)?, refused(), "{name}: {what}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_function_answers_to_its_selector() -> Result<()> {
    let staking = Staking::start().await?;
    for contract in contracts(&staking) {
        for function in contract.functions() {
            let outcome = call(&staking, &contract, calldata(&function))?;
            assert_ne!(outcome, refused(), "{}: {} is not there", contract.name, function.signature());
            assert!(!matches!(outcome, Outcome::Halt(_)), "{}: {outcome:?}", function.signature());
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_function_refuses_value() -> Result<()> {
    let staking = Staking::start().await?;
    for contract in contracts(&staking) {
        for function in contract.functions() {
            let outcome = call_with_value(&staking, &contract, calldata(&function), U256::ONE)?;
            assert_eq!(outcome, refused(), "{}: {} takes value", contract.name, function.signature());
        }
        let plain = call_with_value(&staking, &contract, Bytes::new(), U256::ONE)?;
        assert_eq!(plain, refused(), "{}: plain ether is taken", contract.name);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_function_refuses_arguments_that_are_cut_short() -> Result<()> {
    let staking = Staking::start().await?;
    for contract in contracts(&staking) {
        for function in contract.functions() {
            let arguments = Words::of(&function.inputs).encode();
            // The padding at the end of bytes may be missing; the last byte of content may not.
            let Some(content) = arguments.iter().rposition(|byte| *byte != 0) else { continue };
            for length in (0..content).step_by(32).chain([content]) {
                let what = format!("{} reads beyond {length} bytes", function.signature());
                assert_refused(&staking, &contract, with_arguments(&function, &arguments[..length]), &what)?;
            }
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_after_the_arguments_are_ignored() -> Result<()> {
    let staking = Staking::start().await?;
    for contract in contracts(&staking) {
        for function in contract.functions() {
            let (plain, told) = (calldata(&function), function.signature());
            let suffixed = [&plain[..], &hex!("8021deadbeef")].concat();
            let outcomes = [plain, suffixed].map(|data| call(&staking, &contract, data).map(without_gas));
            let [plain, suffixed] = outcomes;
            assert_eq!(plain?, suffixed?, "{}: {told} minds a suffix", contract.name);
        }
    }
    Ok(())
}

/// Leaves out what calldata makes dearer.
fn without_gas(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Success { output, .. } => Outcome::Success { output, gas_used: 0, peak: 0 },
        other => other,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn values_that_do_not_fit_their_type_are_refused() -> Result<()> {
    let staking = Staking::start().await?;
    for contract in contracts(&staking) {
        for function in contract.functions() {
            let arguments = Words::of(&function.inputs);
            for (place, name) in arguments.types.iter().enumerate() {
                if matches!(name.as_str(), "bytes32" | "uint256") {
                    continue;
                }
                let mut dirty = arguments.encode();
                dirty[32 * place..32 * (place + 1)].fill(0xff);
                let what = format!("{} takes anything for {name} {place}", function.signature());
                assert_refused(&staking, &contract, with_arguments(&function, &dirty), &what)?;
            }
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_names_no_function_is_refused_without_data() -> Result<()> {
    let staking = Staking::start().await?;
    let all = [IAIAToken::abi::contract(), IDisputeCourt::abi::contract(), IProviderRegistry::abi::contract()];
    let known = all.iter().flat_map(|abi| abi.functions().map(Function::selector));
    // Powers that nobody must have: pause, unpause, renounceOwnership, upgradeToAndCall, kill.
    let powers = [0x8456cb59_u32, 0x3f4ba83a, 0x715018a6, 0x4f1ef286, 0x41c0e1b5];
    let unknown = [0x00000000_u32, 0xffffffff, 0x311a6c57].into_iter().chain(powers);
    let selectors: Vec<FixedBytes<4>> = known.chain(unknown.map(|id| FixedBytes(id.to_be_bytes()))).collect();
    for contract in contracts(&staking) {
        let own: Vec<_> = contract.functions().iter().map(Function::selector).collect();
        for selector in selectors.iter().filter(|selector| !own.contains(*selector)) {
            let data = [selector.as_slice(), &[0; 32 * 40]].concat();
            assert_refused(&staking, &contract, data, &format!("{selector} is a function"))?;
        }
        assert_refused(&staking, &contract, Vec::new(), "empty")?;
        assert_refused(&staking, &contract, own[0][..3].to_vec(), "three bytes of a selector")?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn views_return_the_words_that_they_declare() -> Result<()> {
    let staking = Staking::start().await?;
    for contract in contracts(&staking) {
        for function in contract.functions() {
            let is_view = matches!(function.state_mutability, StateMutability::View | StateMutability::Pure);
            // The one view with strings has a test of its own.
            if !is_view || function.name == "eip712Domain" {
                continue;
            }
            let told = format!("{}: {}", contract.name, function.signature());
            let Outcome::Success { output, .. } = call(&staking, &contract, calldata(&function))? else {
                panic!("{told} reverts");
            };
            assert_eq!(output.len(), 32 * types(&function.outputs).len(), "{told}");
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn erc5267_describes_the_domain_of_receipts_member_by_member() -> Result<()> {
    let staking = Staking::start().await?;
    let [registry, court] = contracts(&staking);
    let Outcome::Success { output, .. } = call(&staking, &registry, hex!("84b0196e"))? else { panic!("it reverts") };
    type Domain = (FixedBytes<1>, String, String, U256, Address, B256, Vec<U256>);
    let (name, version, chain) = ("AIA Provider Registry".into(), "1".into(), U256::from(412_346));
    let expected: Domain = (FixedBytes([0x0f]), name, version, chain, staking.registry, B256::ZERO, vec![]);
    assert_eq!(Domain::abi_decode_params_validate(&output)?, expected);
    assert_eq!(output, expected.abi_encode_params(), "encoded as Solidity does");
    assert_refused(&staking, &court, hex!("84b0196e").to_vec(), "the court signs nothing")
}

#[tokio::test(flavor = "multi_thread")]
async fn erc165_tells_what_the_contracts_are() -> Result<()> {
    let staking = Staking::start().await?;
    // ERC-165 itself, ERC-5267, and ERC-792's `rule`; then the id that ERC-165 forbids, ERC-20 and ERC-721.
    let ids = [0x01ffc9a7_u32, 0x84b0196e, 0x311a6c56, 0xffffffff, 0x36372b07, 0x80ac58cd];
    let supported = [[true, true, false, false, false, false], [true, false, true, false, false, false]];
    for (contract, supported) in contracts(&staking).iter().zip(supported) {
        for (id, expected) in ids.into_iter().zip(supported) {
            let data = [&hex!("01ffc9a7")[..], &FixedBytes(id.to_be_bytes()).abi_encode()].concat();
            let Outcome::Success { output, .. } = call(&staking, contract, data)? else { panic!("it reverts") };
            assert_eq!(output, expected.abi_encode(), "{}: {id:08x}", contract.name);
        }
    }
    // Arbitrators call it by that very selector.
    let [_, court] = contracts(&staking);
    let ruling = [&hex!("311a6c56")[..], ONE.as_slice(), ONE.as_slice()].concat();
    assert_ne!(call(&staking, &court, ruling)?, refused());
    Ok(())
}
