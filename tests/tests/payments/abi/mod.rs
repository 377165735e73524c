//! The binary interface of payments: everything that it declares is asked of the built WASM, or heard from it.
//!
//! Calldata is put together word by word from the declared types, with nothing of the bindings but the ABI.

pub(crate) mod encoding;
mod errors;
mod events;
mod sizes;
mod x402;

use aia_abi::{IAIAToken, IDisputeCourt, IProviderRegistry, IStreamPayments};
use aia_devnode::chain::{Outcome, Simulation};
use aia_tests::{common::types::types, payments::Market};
use alloy::{
    json_abi::{Function, StateMutability},
    primitives::{Address, B256, Bytes, FixedBytes, U256, hex},
    sol_types::SolValue,
};
use eyre::Result;

use self::encoding::{Source, Word, join, lay_out};

/// The least that is not nothing: ones, arrays of one element, and the name of a function for `bytes`, so that a
/// multicall finds a call.
struct Least;

impl Source for Least {
    fn word(&mut self, _: &str) -> B256 {
        B256::with_last_byte(1)
    }

    fn bytes(&mut self) -> Vec<u8> {
        // `owner()`
        hex!("8da5cb5b").to_vec()
    }

    fn length(&mut self) -> usize {
        1
    }
}

fn functions() -> Vec<Function> {
    IStreamPayments::abi::contract().functions().cloned().collect()
}

fn least(function: &Function) -> Vec<Word> {
    lay_out(&function.inputs, &mut Least)
}

fn calldata(function: &Function) -> Vec<u8> {
    with_arguments(function, &join(&least(function)))
}

fn with_arguments(function: &Function, arguments: &[u8]) -> Vec<u8> {
    [function.selector().as_slice(), arguments].concat()
}

/// What calldata that the contract cannot read comes to.
fn refused() -> Outcome {
    Outcome::Revert(Bytes::new())
}

/// Simulates a call of the owner's.
fn call(market: &Market, data: impl Into<Bytes>) -> Result<Outcome> {
    call_with_value(market, data, U256::ZERO)
}

fn call_with_value(market: &Market, data: impl Into<Bytes>, value: U256) -> Result<Outcome> {
    let (from, to) = (market.net().owner.address(), Some(market.payments));
    let call = Simulation { from, to, data: data.into(), value, ..Simulation::default() };
    let chain = market.net().api.chain();
    Ok(chain.call(&call, chain.head().number)?)
}

/// Asserts that calldata is refused, for a reason that is no error of the contract's.
fn assert_refused(market: &Market, data: Vec<u8>, what: &str) -> Result<()> {
    assert_eq!(call(market, data)?, refused(), "{what}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_function_answers_to_its_selector() -> Result<()> {
    let market = Market::start().await?;
    for function in functions() {
        let outcome = call(&market, calldata(&function))?;
        assert_ne!(outcome, refused(), "{} is not there", function.signature());
        assert!(!matches!(outcome, Outcome::Halt(_)), "{}: {outcome:?}", function.signature());
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_function_refuses_value() -> Result<()> {
    let market = Market::start().await?;
    for function in functions() {
        let outcome = call_with_value(&market, calldata(&function), U256::ONE)?;
        assert_eq!(outcome, refused(), "{} takes value", function.signature());
    }
    assert_eq!(call_with_value(&market, Bytes::new(), U256::ONE)?, refused(), "plain ether is taken");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_function_refuses_arguments_that_are_cut_short() -> Result<()> {
    let market = Market::start().await?;
    for function in functions() {
        let arguments = join(&least(&function));
        // The padding at the end of bytes may be missing; the last byte of content may not.
        let Some(content) = arguments.iter().rposition(|byte| *byte != 0) else { continue };
        for length in (0..content).step_by(32).chain([content]) {
            let what = format!("{} reads beyond {length} bytes", function.signature());
            assert_refused(&market, with_arguments(&function, &arguments[..length]), &what)?;
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_after_the_arguments_are_ignored() -> Result<()> {
    let market = Market::start().await?;
    for function in functions() {
        let plain = calldata(&function);
        let suffixed = [&plain[..], &hex!("8021deadbeef")].concat();
        let [plain, suffixed] = [plain, suffixed].map(|data| call(&market, data).map(without_gas));
        assert_eq!(plain?, suffixed?, "{} minds a suffix", function.signature());
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
async fn words_that_do_not_fit_what_they_mean_are_refused() -> Result<()> {
    let market = Market::start().await?;
    for function in functions() {
        let words = least(&function);
        for (place, word) in words.iter().enumerate().filter(|(_, word)| !word.takes_anything()) {
            let mut dirty = words.clone();
            dirty[place].value = B256::repeat_byte(0xff);
            let what = format!("{} takes anything for word {place}, {:?}", function.signature(), word.meaning);
            assert_refused(&market, with_arguments(&function, &join(&dirty)), &what)?;
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_names_no_function_is_refused_without_data() -> Result<()> {
    let market = Market::start().await?;
    let own: Vec<_> = functions().iter().map(Function::selector).collect();
    let others = [IAIAToken::abi::contract(), IDisputeCourt::abi::contract(), IProviderRegistry::abi::contract()];
    let known = others.iter().flat_map(|abi| abi.functions().map(Function::selector));
    // Powers that nobody must have: pause, unpause, renounceOwnership, upgradeToAndCall, kill, execute, sweep, recover.
    let powers = [0x8456cb59_u32, 0x3f4ba83a, 0x715018a6, 0x4f1ef286, 0x41c0e1b5, 0x1cff79cd, 0x01681a62, 0x648bf774];
    let unknown = [0x00000000_u32, 0xffffffff].into_iter().chain(powers);
    let selectors: Vec<FixedBytes<4>> = known.chain(unknown.map(|id| FixedBytes(id.to_be_bytes()))).collect();
    for selector in selectors.iter().filter(|selector| !own.contains(*selector)) {
        let data = [selector.as_slice(), &[0; 32 * 40]].concat();
        assert_refused(&market, data, &format!("{selector} is a function"))?;
    }
    assert_refused(&market, Vec::new(), "empty")?;
    assert_refused(&market, own[0][..3].to_vec(), "three bytes of a selector")
}

#[tokio::test(flavor = "multi_thread")]
async fn views_return_the_words_that_they_declare() -> Result<()> {
    let market = Market::start().await?;
    for function in functions() {
        let is_view = matches!(function.state_mutability, StateMutability::View | StateMutability::Pure);
        // The one view with strings has a test of its own.
        if !is_view || function.name == "eip712Domain" {
            continue;
        }
        let Outcome::Success { output, .. } = call(&market, calldata(&function))? else {
            panic!("{} reverts", function.signature());
        };
        assert_eq!(output.len(), 32 * types(&function.outputs).len(), "{}", function.signature());
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn erc5267_describes_the_domain_member_by_member() -> Result<()> {
    let market = Market::start().await?;
    let Outcome::Success { output, .. } = call(&market, hex!("84b0196e"))? else { panic!("it reverts") };
    type Domain = (FixedBytes<1>, String, String, U256, Address, B256, Vec<U256>);
    let (name, version, chain) = ("x402 Batch Settlement".into(), "1".into(), U256::from(412_346));
    let expected: Domain = (FixedBytes([0x0f]), name, version, chain, market.payments, B256::ZERO, vec![]);
    assert_eq!(Domain::abi_decode_params_validate(&output)?, expected);
    assert_eq!(output, expected.abi_encode_params(), "encoded as Solidity does");
    Ok(())
}
