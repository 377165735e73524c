//! What tables of gas share: programs that the chain's owner caches, and numbers that are easy to read.

use aia_devnode::Api;
use alloy::{
    primitives::{Address, address},
    sol,
    sol_types::SolCall,
};
use eyre::{Result, ensure};

use super::{Message, send};

/// ArbWasmCache.
const CACHE: Address = address!("0000000000000000000000000000000000000072");

sol! {
    function cacheProgram(address program) external;
}

/// Lets the chain's owner cache a program.
///
/// # Errors
/// When the chain refuses.
pub fn cache(api: &Api, owner: Address, program: Address) -> Result<()> {
    let call = cacheProgramCall { program };
    let included = send(api, Message::call(owner, CACHE, call.abi_encode()))?;
    ensure!(included.success, "not cached: {included:?}");
    Ok(())
}

/// Renders a number with its thousands apart.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    groups.join(",")
}
