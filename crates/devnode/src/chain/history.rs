//! The contract that keeps the hashes of past blocks (EIP-2935), in Arbitrum's variant: it counts in L2
//! blocks, whose number it asks ArbSys for.

use alloy::primitives::{Address, B256, Bytes, U256, address, hex};
use revm::state::AccountInfo;

use super::state::{World, with_code};

/// Where the contract is.
pub const ADDRESS: Address = address!("0000F90827F1C53a10cb7A02335B175320002935");

/// How many hashes it keeps.
const KEPT: u64 = 393_168;

/// Puts the contract into a fresh state.
pub(super) fn install(world: &mut World) {
    world.set_info(ADDRESS, with_code(AccountInfo { nonce: 1, ..AccountInfo::default() }, code().to_vec()));
}

/// Returns the slot and value that the contract stores at the start of block `number`.
pub(super) fn record(number: u64, parent: B256) -> (U256, U256) {
    (U256::from((number - 1) % KEPT), parent.into())
}

/// Returns the contract's code.
///
/// The system stores a word at the number of the last block; everybody else gets the word stored for
/// the number they ask for, if it is one of those kept, and a revert if not.
fn code() -> Bytes {
    // Memory 0 gets the answer of ArbSys.arbBlockNumber(), or it is the end at 0x5c: a revert.
    const ASK_NUMBER: &str = "63a3b1b31d5f5260205f6004601c60645afa15605c575f51";
    let is_system = "3373fffffffffffffffffffffffffffffffffffffffe14606057";
    let one_word_asked = "60203603605c57";
    let not_yet = "5f3560018203811160 5c57";
    let too_old = "6205ffd0818303 11605c57";
    let answer = "6205ffd09006545f5260205ff3";
    let refuse = "5b5f5ffd";
    let store = format!("5b5f356205ffd06001{ASK_NUMBER}03065500");
    let text = [is_system, one_word_asked, ASK_NUMBER, not_yet, too_old, answer, refuse, &store].concat();
    // The text is a constant.
    hex::decode(text.replace(' ', "")).unwrap_or_default().into()
}
