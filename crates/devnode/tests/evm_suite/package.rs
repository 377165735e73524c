//! The npm package `ethereum-tests`, and how its cases become transactions, just as in `fill_package.py`.

use std::{collections::BTreeMap, path::Path, process::Command};

use alloy::{
    primitives::{Address, Bytes, U256, hex},
    signers::local::PrivateKeySigner,
};
use eyre::{Context, Result, ensure, eyre};
use serde_json::Value;

use crate::{
    case::{Account, Accounts, Block, Case, Tx},
    json, root, text,
};

const PACKAGE: &str = "ethereum-tests@0.0.6";
const INTEGRITY: &str =
    "sha512-Hyor2bq+HoWZYm36unjb0QuJ5SlzQzbS6AQjufeJsWX3HTqDSbP83/OKL0YYSCFzr6C5NuICQ4H1T2d6tR8FRA==";
const FOLDERS: [&str; 2] = ["StateTests", "VMTests"];
/// Three programs in 130 MB.
const LEFT_OUT: &str = "vmInputLimits*";

/// Most gas of a transaction here: what the suite's endless loops may burn.
const MOST_GAS: u64 = 4_000_000;
/// Most gas of a block, which 63 bits must hold.
const MOST_BLOCK_GAS: u64 = (1 << 63) - 1;
/// Sends where the suite has a contract do so.
const OTHER_SENDER: Address = Address::with_last_byte(0x5e);

/// Returns the package's files with their names, without the ending.
pub(crate) fn files() -> Result<BTreeMap<String, Value>> {
    let directory = root().join("target/evm-suite");
    std::fs::create_dir_all(&directory)?;
    let lock = std::fs::File::create(directory.join(".lock"))?;
    lock.lock()?;
    let stamp = directory.join(".unpacked");
    if std::fs::read_to_string(&stamp).is_ok_and(|unpacked| unpacked == INTEGRITY) {
        return read(&directory.join("package"));
    }
    let packed = run(Command::new("npm").args(["pack", PACKAGE, "--json"]).current_dir(&directory))?;
    let packed: Value = serde_json::from_str(&packed)?;
    ensure!(packed[0]["integrity"] == INTEGRITY, "{PACKAGE} is not what it was: {}", packed[0]["integrity"]);
    let archive = text(&packed[0]["filename"])?;
    let inner = FOLDERS.map(|folder| format!("package/{folder}"));
    let exclude = format!("--exclude={LEFT_OUT}");
    run(Command::new("tar").args([exclude.as_str(), "-xzf", archive]).args(inner).current_dir(&directory))?;
    let files = read(&directory.join("package"))?;
    std::fs::remove_file(directory.join(archive))?;
    std::fs::write(stamp, INTEGRITY)?;
    Ok(files)
}

fn read(package: &Path) -> Result<BTreeMap<String, Value>> {
    let mut files = BTreeMap::new();
    let mut left: Vec<_> = FOLDERS.iter().map(|folder| package.join(folder)).collect();
    while let Some(path) = left.pop() {
        if path.is_dir() {
            for entry in std::fs::read_dir(path)? {
                left.push(entry?.path());
            }
        } else if path.extension().is_some_and(|ending| ending == "json") {
            let name = path.strip_prefix(package)?.with_extension("");
            files.insert(name.to_str().ok_or_else(|| eyre!("{name:?}"))?.to_owned(), json(&path)?);
        }
    }
    Ok(files)
}

fn run(command: &mut Command) -> Result<String> {
    let output = command.output().wrap_err_with(|| format!("{command:?} does not start"))?;
    let error = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?} failed:\n{error}");
    Ok(String::from_utf8(output.stdout)?)
}

/// Returns a case's transactions: as written, and with as much gas as there can be.
pub(crate) fn transactions(case: &Value) -> Result<Vec<Case>> {
    let mut accounts = accounts(&case["pre"])?;
    let of_transaction = case.get("transaction");
    let written = of_transaction.unwrap_or(&case["exec"]);
    let mut value = number(&written["value"])?;
    let data = data(&written["data"])?;
    let (sender, to, nonce, gas) = if of_transaction.is_some() {
        let sender = text(&written["secretKey"])?.parse::<PrivateKeySigner>()?.address();
        let to = if text(&written["to"])?.is_empty() { None } else { Some(address(&written["to"])?) };
        (sender, to, small(&written["nonce"])?, number(&written["gasLimit"])?)
    } else {
        let (mut sender, to) = (address(&written["caller"])?, address(&written["address"])?);
        accounts.entry(to).or_default().code = self::data(&written["code"])?;
        // There was no transaction, so the sender is given what one takes; contracts cannot send any.
        if accounts.get(&sender).is_some_and(|account| !account.code.is_empty()) {
            sender = OTHER_SENDER;
        }
        let account = accounts.entry(sender).or_default();
        account.balance += U256::ONE << 128;
        if value >> 127 != U256::ZERO {
            value = U256::ZERO; // the suite says so where nothing was ever sent
        }
        (sender, Some(to), account.nonce, number(&written["gas"])? + U256::from(21_000 + 16 * data.len()))
    };
    let (env, price) = (&case["env"], small(&written["gasPrice"])?);
    let block = Block {
        sender,
        coinbase: address(&env["currentCoinbase"])?,
        number: number(&env["currentNumber"])?,
        time: number(&env["currentTimestamp"])?,
        random: number(&env["currentDifficulty"])?,
        gas_limit: number(&env["currentGasLimit"])?.saturating_to::<u64>().clamp(MOST_GAS, MOST_BLOCK_GAS),
        base_fee: price,
    };
    let tx = Tx { to, value, data, nonce, price: price.into(), gas: MOST_GAS, ..Tx::default() };
    let gas = gas.saturating_to::<u64>();
    let mut cases = vec![Case { tx: Tx { gas: gas.min(MOST_GAS), ..tx.clone() }, accounts, block }];
    if gas < MOST_GAS {
        let mut rich = Case { tx, ..cases[0].clone() };
        rich.accounts.entry(sender).or_default().balance += U256::from(MOST_GAS) * U256::from(price);
        cases.push(rich);
    }
    Ok(cases)
}

/// Reads accounts; empty ones are as good as none.
fn accounts(pre: &Value) -> Result<Accounts> {
    let mut accounts = Accounts::new();
    for (place, written) in pre.as_object().ok_or_else(|| eyre!("no accounts"))? {
        let slots = written["storage"].as_object().into_iter().flatten();
        let slots = slots.map(|(key, value)| Ok((parse_number(key)?, number(value)?))).collect::<Result<Vec<_>>>()?;
        let account = Account {
            balance: number(&written["balance"])?,
            nonce: small(&written["nonce"])?,
            code: data(&written["code"])?,
            storage: slots.into_iter().filter(|(_, value)| !value.is_zero()).collect(),
        };
        if !(account.balance.is_zero() && account.nonce == 0 && account.code.is_empty()) {
            accounts.insert(place.parse()?, account);
        } else {
            ensure!(account.storage.is_empty(), "{place} has storage but is none");
        }
    }
    Ok(accounts)
}

fn number(value: &Value) -> Result<U256> {
    match value {
        Value::Number(number) => parse_number(&number.to_string()),
        other => parse_number(text(other)?),
    }
}

/// Reads a number in either notation; no digits are zero.
fn parse_number(digits: &str) -> Result<U256> {
    let (digits, radix) = digits.strip_prefix("0x").map_or((digits, 10), |digits| (digits, 16));
    if digits.is_empty() { Ok(U256::ZERO) } else { Ok(U256::from_str_radix(digits, radix)?) }
}

fn small(value: &Value) -> Result<u64> {
    Ok(u64::try_from(number(value)?)?)
}

fn address(value: &Value) -> Result<Address> {
    Ok(text(value)?.parse()?)
}

fn data(value: &Value) -> Result<Bytes> {
    Ok(hex::decode(text(value)?)?.into())
}
