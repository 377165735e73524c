//! AIA: the utility and governance token of the settlement layer.
//!
//! ERC-20 with permits (ERC-2612), signed payments (ERC-3009), votes by timestamp (ERC-5805) and
//! rate-limited minting under a hard cap.
//! `IAIAToken.sol` says what each function promises; here is how it is done.
//!
//! The rules are in `aia-protocol`; this crate is the storage and the ABI around them.
#![cfg_attr(target_arch = "wasm32", no_main)]
// Only WASM has the entry point that makes use of everything else.
#![cfg_attr(not(any(target_arch = "wasm32", test)), allow(dead_code))]

extern crate alloc;

mod limits;
mod ownership;
mod payments;
mod router;
mod signatures;
mod supply;
#[cfg(test)]
mod tests;
mod trace;
mod transfers;
mod votes;

use aia_protocol::MAX_SUPPLY;
use aia_shell::{Revert, ownership::Ownership};
use alloy_primitives::{Address, B256, U256};
use stylus_sdk::{prelude::*, storage::*};

use crate::trace::Trace;

#[allow(missing_docs)] // the interface documents itself
mod interface {
    alloy_sol_types::sol!("IAIAToken.sol");
}
pub(crate) use interface::IAIAToken as I;

/// ERC-20 name and symbol, and the name of the EIP-712 domain.
pub(crate) const NAME: &str = "AIA";
/// Version of the EIP-712 domain.
pub(crate) const VERSION: &str = "1";

/// Everything the token remembers. Slots follow the order of the fields.
#[storage]
pub struct AiaToken {
    /// Holder → balance (96 bits, base units) and delegatee (160 bits), packed by
    /// [`Account`](aia_protocol::account::Account). All balances sum up to the supply.
    accounts: StorageMap<Address, StorageU256>,
    /// Owner → spender → base units it may still spend; the largest word means without limit.
    allowances: StorageMap<Address, StorageMap<Address, StorageU256>>,
    /// Signer → how many permits and signed delegations it has used.
    nonces: StorageMap<Address, StorageU256>,
    /// Signer → nonce → whether an ERC-3009 authorization was used or cancelled. Never cleared.
    authorizations: StorageMap<Address, StorageMap<B256, StorageBool>>,
    /// Delegatee → the votes it had over time, base units.
    votes: StorageMap<Address, Trace>,
    /// The supply over time, base units; at most the cap.
    supply: Trace,
    /// The sum of everyone's votes over time, base units; at most the supply.
    delegated: Trace,
    /// Minter → its refilling limit, packed by [`Bucket`](aia_protocol::bucket::Bucket); the zero
    /// address holds the limit of all minters together.
    mint_limits: StorageMap<Address, StorageU256>,
    /// The owner, who sets limits and roles: the timelock.
    ownership: Ownership,
    /// Who may register the token with Chainlink CCIP; zero for nobody.
    ccip_admin: StorageAddress,
    /// The token's twin on the parent chain; set once.
    l1_address: StorageAddress,
}

/// Runs one call.
#[cfg(target_arch = "wasm32")]
#[allow(missing_docs)] // the macro's own function
mod entry {
    use alloc::vec::Vec;

    use super::*;

    #[entrypoint]
    fn enter(calldata: Vec<u8>, host: stylus_sdk::host::VM) -> stylus_sdk::ArbResult {
        // The only instance, at the first slot.
        let mut token = unsafe { AiaToken::new(U256::ZERO, 0, host) };
        token.route(&calldata)
    }
}

impl AiaToken {
    /// Makes `owner` the owner and mints the initial supply to `recipient`, outside the limits.
    fn construct(&mut self, owner: Address, recipient: Address, initial_supply: U256) -> Result<(), Revert> {
        self.ownership.construct(owner)?;
        if initial_supply.is_zero() {
            return Ok(());
        }
        self.mint_unlimited(recipient, initial_supply)
    }

    /// Returns the cap in base units.
    fn max_supply() -> U256 {
        U256::from(MAX_SUPPLY)
    }

    /// Returns the block time, Unix seconds.
    fn now(&self) -> u64 {
        self.vm().block_timestamp()
    }
}
