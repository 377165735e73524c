//! One line for each transaction.

use std::collections::HashMap;

use aia_devnode::{
    Api,
    chain::{Block, CACHE_MANAGER, FACTORY, HISTORY_ADDRESS, Included, STYLUS_DEPLOYER},
    config::DEV_ADDRESS,
};
use alloy::{
    consensus::Transaction,
    network::TransactionBuilder,
    primitives::{Address, TxKind},
    rpc::types::TransactionRequest,
    sol,
    sol_types::SolCall,
};
use anstream::println;
use anstyle::{AnsiColor, Style};
use tokio::sync::broadcast::{Receiver, error::RecvError};

sol! {
    function name() external view returns (string);
}

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default();
const DIM: Style = Style::new().dimmed();
/// Longest name that is shown.
const MAX_NAME: usize = 24;

/// Prints the transactions of every new block, as long as the node runs.
pub(crate) async fn print(api: Api, mut blocks: Receiver<u64>, given: Vec<(Address, String)>) {
    let mut names: HashMap<Address, Option<String>> = well_known();
    names.extend(given.into_iter().map(|(address, name)| (address, Some(name))));
    loop {
        let number = match blocks.recv().await {
            Ok(number) => number,
            Err(RecvError::Lagged(missed)) => {
                println!("{DIM}… {missed} blocks not shown{DIM:#}");
                continue;
            }
            Err(RecvError::Closed) => return,
        };
        let block = api.chain().block(number).cloned();
        for included in block.iter().flat_map(|block| &block.transactions) {
            let receiver = included.signed.tx.to().map(|to| name_of(&api, &mut names, to));
            line(block.as_ref().map_or(number, |block: &Block| block.number), included, receiver);
        }
    }
}

fn line(number: u64, included: &Included, receiver: Option<String>) {
    let what = match (included.signed.tx.kind(), included.created, receiver) {
        (TxKind::Create, Some(created), _) => format!("creates {created}"),
        (TxKind::Create, None, _) => "creates nothing".into(),
        (TxKind::Call(_), _, Some(receiver)) => match included.signed.tx.input().first_chunk::<4>() {
            Some(selector) => format!("{receiver}.{}", alloy::hex::encode_prefixed(selector)),
            None => receiver,
        },
        (TxKind::Call(to), ..) => to.to_string(),
    };
    let from = short(included.signed.sender);
    let hash = &included.hash.to_string()[..10];
    let gas = included.gas_used;
    if included.success {
        println!("{DIM}{number:>6}  {hash}{DIM:#}  {GOOD}ok{GOOD:#}      {from} → {what}  {DIM}{gas} gas{DIM:#}");
    } else {
        let reason = included.failure.as_deref().unwrap_or("reverted");
        println!(
            "{DIM}{number:>6}  {hash}{DIM:#}  {BAD}failed{BAD:#}  {from} → {what}  {BAD}{reason}{BAD:#}  {DIM}{gas} gas{DIM:#}"
        );
    }
}

/// Returns the name of a contract: one that was given, or the one that it gives itself.
fn name_of(api: &Api, names: &mut HashMap<Address, Option<String>>, address: Address) -> String {
    let known = names.entry(address).or_insert_with(|| own_name(api, address));
    known.clone().unwrap_or_else(|| short(address))
}

fn own_name(api: &Api, address: Address) -> Option<String> {
    let request = TransactionRequest::default().with_to(address).with_input(nameCall {}.abi_encode());
    let name = nameCall::abi_decode_returns(&api.call(&request, None).ok()?).ok()?;
    let printable = !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || " .-_".contains(letter));
    (printable && name.len() <= MAX_NAME).then_some(name)
}

fn short(address: Address) -> String {
    let text = address.to_string();
    format!("{}…{}", &text[..8], &text[38..])
}

fn well_known() -> HashMap<Address, Option<String>> {
    let numbered = [
        (0x64, "ArbSys"),
        (0x65, "ArbInfo"),
        (0x66, "ArbAddressTable"),
        (0x6b, "ArbOwnerPublic"),
        (0x6c, "ArbGasInfo"),
        (0x6d, "ArbAggregator"),
        (0x6e, "ArbRetryableTx"),
        (0x70, "ArbOwner"),
        (0x71, "ArbWasm"),
        (0x72, "ArbWasmCache"),
        (0xff, "ArbDebug"),
    ];
    let named = [
        (DEV_ADDRESS, "dev account"),
        (HISTORY_ADDRESS, "block hashes"),
        (FACTORY, "CREATE2 factory"),
        (CACHE_MANAGER, "cache manager"),
        (STYLUS_DEPLOYER, "StylusDeployer"),
    ];
    let numbered = numbered.map(|(byte, name)| (Address::with_last_byte(byte), name));
    numbered.into_iter().chain(named).map(|(address, name)| (address, Some(name.to_owned()))).collect()
}
