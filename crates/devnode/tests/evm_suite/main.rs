//! Ethereum's own tests, and cases for every part of the EVM, on the node's executor.
//!
//! What must come out was computed by Ethereum's executable specification, fork Osaka; `tests/evm` has the scripts and
//! their results. There, and only there, the specification is told what Arbitrum does otherwise: data has no floor
//! price and `BLOBBASEFEE` is no opcode. The programs come from two places:
//!
//! - the npm package `ethereum-tests`: what Ethereum's clients were tested with in 2015, run by today's rules;
//! - `tests/evm/cases.json`: everything since then, and what the package leaves out.
//!
//! An outcome is a line: status, gas, and hashes of the output, the logs and the whole state. To see how the
//! specification gets there, give the script the case's name.

mod case;
mod package;

use std::path::{Path, PathBuf};

use aia_devnode::{executor::Programs, stylus::engine::Engine};
use alloy::primitives::{Address, B256, Bytes, U256, hex};
use eyre::{Context, OptionExt, Result, eyre};
use serde_json::Value;

use case::{Account, Accounts, Block, Case};

/// What `generate.py` wrote.
struct Generated {
    block: Block,
    accounts: Accounts,
    usual: Value,
    cases: serde_json::Map<String, Value>,
}

impl Generated {
    fn load() -> Result<Self> {
        let mut file = json(&scripts().join("cases.json"))?;
        let cases = match file["cases"].take() {
            Value::Object(cases) => cases,
            other => return Err(eyre!("no cases but {other}")),
        };
        let block = &file["block"];
        let block = Block {
            sender: address(&block["sender"])?,
            coinbase: address(&block["coinbase"])?,
            number: word(&block["number"])?,
            time: word(&block["time"])?,
            random: word(&block["random"])?,
            gas_limit: small(&block["gas_limit"])?,
            base_fee: small(&block["base_fee"])?,
        };
        Ok(Self { block, accounts: accounts(&file["accounts"])?, usual: file["usual"].take(), cases })
    }

    /// Returns the runs of a case, one for each gas limit, with how each must end.
    fn runs(&self, name: &str) -> Result<Vec<(Case, String)>> {
        let case = self.cases.get(name).ok_or_eyre("no such case")?;
        let field = |name: &str| case.get(name).unwrap_or(&self.usual[name]);
        let mut world = self.accounts.clone();
        if let Some(more) = case.get("accounts") {
            world.extend(accounts(more)?);
        }
        let mut data = bytes(field("data"))?.to_vec();
        data.resize(data.len() + usize::try_from(small(field("zeros"))?)?, 0);
        let to = field("to");
        let tx = case::Tx {
            kind: u8::try_from(small(field("type"))?)?,
            to: if to.is_null() { None } else { Some(address(to)?) },
            value: word(field("value"))?,
            data: data.into(),
            gas: 0,
            nonce: small(field("nonce"))?,
            price: small(field("price"))?.into(),
            access: list(field("access"))?.iter().map(access).collect::<Result<_>>()?,
            authorizations: list(field("authorizations"))?.iter().map(authorization).collect::<Result<_>>()?,
        };
        let (limits, ends) = (list(field("gas"))?, list(&case["ends"])?);
        assert_eq!(limits.len(), ends.len(), "{name}: a gas limit without an end");
        let run = |(gas, end): (&Value, &Value)| -> Result<(Case, String)> {
            let tx = case::Tx { gas: small(gas)?, ..tx.clone() };
            Ok((Case { accounts: world.clone(), block: self.block.clone(), tx }, text(end)?.to_owned()))
        };
        limits.iter().zip(ends).map(run).collect()
    }
}

/// Compares outcomes and keeps what differs.
#[derive(Default)]
struct Comparison {
    runs: usize,
    differences: Vec<String>,
}

impl Comparison {
    fn run(&mut self, name: &str, case: &Case, programs: &Programs, end: &str) -> Result<()> {
        let outcome = case.run(programs).wrap_err_with(|| name.to_owned())?;
        self.runs += 1;
        if outcome.to_string() != end {
            let gas = case.tx.gas;
            self.differences.push(format!("{name}, {gas} gas\n  must end {end}\n  ended    {outcome:#}\n{outcome:#?}"));
        }
        Ok(())
    }

    /// Fails when anything differs, and shows the first few.
    #[track_caller]
    fn finish(self, runs: usize) {
        println!("{} transactions ended as the specification says", self.runs - self.differences.len());
        let shown = self.differences.iter().take(10).cloned().collect::<Vec<_>>().join("\n");
        assert!(self.differences.is_empty(), "{} of {} differ:\n{shown}", self.differences.len(), self.runs);
        assert_eq!(self.runs, runs, "transactions are missing, or new ones are not counted here");
    }
}

#[test]
fn every_part_of_the_evm_ends_as_the_specification_says() -> Result<()> {
    let (generated, programs) = (Generated::load()?, programs()?);
    let mut comparison = Comparison::default();
    for name in generated.cases.keys() {
        for (case, end) in generated.runs(name).wrap_err_with(|| name.clone())? {
            comparison.run(name, &case, &programs, &end)?;
        }
    }
    comparison.finish(901);
    Ok(())
}

#[test]
fn ethereums_tests_end_as_the_specification_says() -> Result<()> {
    let (programs, ends) = (programs()?, json(&scripts().join("ethereum-tests.json"))?);
    assert_eq!(ends["skipped"], serde_json::json!({}), "cases that the specification did not run");
    let mut comparison = Comparison::default();
    for (file, cases) in package::files()? {
        for (name, written) in cases.as_object().ok_or_eyre("no cases")? {
            let place = format!("{file}/{name}");
            let runs = package::transactions(written).wrap_err_with(|| place.clone())?;
            let ends = list(&ends["ends"][&file][name]).wrap_err_with(|| place.clone())?;
            assert_eq!(runs.len(), ends.len(), "{place}: a transaction without an end");
            for (case, end) in runs.iter().zip(ends) {
                comparison.run(&place, case, &programs, text(end)?)?;
            }
        }
    }
    comparison.finish(RUNS_OF_PACKAGE);
    Ok(())
}

/// Every part of an outcome tells cases apart that differ in it.
#[test]
fn a_case_that_differs_is_noticed() -> Result<()> {
    let (generated, programs) = (Generated::load()?, programs()?);
    let (case, end) = generated.runs("typed: type 1: slots")?.remove(0);
    let parts = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let after = |change: fn(&mut Case)| -> Result<Vec<bool>> {
        let mut changed = case.clone();
        change(&mut changed);
        let line = changed.run(&programs)?.to_string();
        Ok(parts(&line).iter().zip(parts(&end)).map(|(now, then)| *now != then).collect())
    };
    assert_eq!(after(|_| ())?, [false; 5]);
    let more_data = after(|case| case.tx.data = [&case.tx.data[..], &[1][..]].concat().into())?;
    assert_eq!(more_data, [false, true, false, false, true], "16 gas, and their price");
    let no_code = after(|case| target(case).code = Bytes::new())?;
    assert_eq!(no_code, [false, true, true, false, true], "no program, and no output");
    let halting = after(|case| target(case).code = Bytes::from_static(&[0xfe]))?;
    assert_eq!(halting, [true, true, true, false, true], "a halt in place of a success");
    let logging = after(|case| target(case).code = [&[0x5f, 0x5f, 0xa0][..], &target(case).code[..]].concat().into())?;
    assert_eq!(logging, [false, true, false, true, true], "a log more");
    let other_storage = after(|case| {
        target(case).storage.insert(U256::from(9), U256::from(9));
    })?;
    assert_eq!(other_storage, [false, false, false, false, true], "a slot that nobody touches");
    Ok(())
}

fn target(case: &mut Case) -> &mut Account {
    let to = case.tx.to.expect("a call");
    case.accounts.entry(to).or_default()
}

/// Transactions that the package's cases become.
const RUNS_OF_PACKAGE: usize = 1843;

fn programs() -> Result<Programs> {
    const STACK_WORDS: u32 = 22_000;
    Ok(Programs::new(Engine::new(STACK_WORDS).map_err(|error| eyre!("{error:#}"))?))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn scripts() -> PathBuf {
    root().join("tests/evm")
}

fn json(path: &Path) -> Result<Value> {
    let text = std::fs::read_to_string(path).wrap_err_with(|| path.display().to_string())?;
    Ok(serde_json::from_str(&text)?)
}

// Values as `generate.py` writes them: hexadecimal without a prefix.

fn text(value: &Value) -> Result<&str> {
    value.as_str().ok_or_else(|| eyre!("{value} is no text"))
}

fn list(value: &Value) -> Result<&Vec<Value>> {
    value.as_array().ok_or_else(|| eyre!("{value} is no list"))
}

fn word(value: &Value) -> Result<U256> {
    parse_word(text(value)?)
}

fn parse_word(text: &str) -> Result<U256> {
    U256::from_str_radix(text, 16).wrap_err_with(|| text.to_owned())
}

fn small(value: &Value) -> Result<u64> {
    Ok(u64::try_from(word(value)?)?)
}

fn address(value: &Value) -> Result<Address> {
    Ok(Address::from_word(word(value)?.into()))
}

fn bytes(value: &Value) -> Result<Bytes> {
    Ok(hex::decode(text(value)?)?.into())
}

fn accounts(value: &Value) -> Result<Accounts> {
    let entries = value.as_object().ok_or_eyre("no accounts")?.iter();
    let account = |(place, account): (&String, &Value)| -> Result<(Address, Account)> {
        let field = |name: &str| account.get(name);
        let slots = field("storage").and_then(Value::as_object).into_iter().flatten();
        let account = Account {
            balance: field("balance").map_or(Ok(U256::ZERO), word)?,
            nonce: field("nonce").map_or(Ok(0), small)?,
            code: field("code").map_or(Ok(Bytes::new()), bytes)?,
            storage: slots.map(|(key, value)| Ok((parse_word(key)?, word(value)?))).collect::<Result<_>>()?,
        };
        Ok((Address::from_word(parse_word(place)?.into()), account))
    };
    entries.map(account).collect()
}

fn access(item: &Value) -> Result<(Address, Vec<B256>)> {
    let keys = list(&item[1])?.iter().map(|key| Ok(word(key)?.into())).collect::<Result<_>>()?;
    Ok((address(&item[0])?, keys))
}

fn authorization(item: &Value) -> Result<case::Authorized> {
    Ok(case::Authorized {
        chain_id: word(&item[0])?,
        address: address(&item[1])?,
        nonce: small(&item[2])?,
        parity: u8::try_from(small(&item[3])?)?,
        r: word(&item[4])?,
        s: word(&item[5])?,
    })
}
