//! Owns what governance can change, and changes it only after a delay that everybody can see.
//!
//! OpenZeppelin's `TimelockController` with delays per call, abdication, expiry, pinned code and a brake.
//! `IAIATimelock.sol` says what each function promises; here is how it is done.
//!
//! The rules are in `aia-protocol`; this crate is the storage and the ABI around them.
#![cfg_attr(target_arch = "wasm32", no_main)]
// Only WASM has the entry point that makes use of everything else.
#![cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]

extern crate alloc;

mod administration;
mod brake;
mod construction;
mod delays;
mod operations;
mod roles;
mod router;

use aia_protocol::governance::{OutOfBounds, brake::Config, guardian::Guardian};
use aia_shell::{Revert, revert, words};
use alloy_primitives::{Address, B256, U256};
use stylus_sdk::{prelude::*, storage::*};

#[allow(missing_docs, clippy::too_many_arguments)] // the interface documents itself
mod interface {
    alloy_sol_types::sol!("IAIATimelock.sol");
}
pub(crate) use interface::IAIATimelock as I;

/// Everything the contract remembers. Slots follow the order of the fields.
#[storage]
pub struct Timelock {
    /// Least delay, grace period and brake, packed by [`Config`]; zero only before construction.
    config: StorageU256,
    /// Who may pull the brake, packed by [`Guardian`].
    guardian: StorageU256,
    /// Id → operation, packed by [`Operation`](aia_protocol::governance::operation::Operation).
    operations: StorageMap<B256, StorageU256>,
    /// Target and selector → what is special about such calls, packed by
    /// [`Class`](aia_protocol::governance::delay::Class).
    classes: StorageMap<U256, StorageU256>,
    /// Role → account → whether it has it; the admin's role is not among them.
    roles: StorageMap<B256, StorageMap<Address, StorageBool>>,
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
        let mut timelock = unsafe { Timelock::new(U256::ZERO, 0, host) };
        timelock.route(&calldata)
    }
}

impl Timelock {
    /// Returns the block time, Unix seconds.
    fn now(&self) -> u64 {
        self.vm().block_timestamp()
    }

    fn caller(&self) -> Address {
        self.vm().msg_sender()
    }

    fn here(&self) -> Address {
        self.vm().contract_address()
    }

    fn config(&self) -> Config {
        Config::from_word(self.config.get())
    }

    fn store_config(&mut self, config: Config) {
        self.config.set(config.to_word());
    }

    fn guardian(&self) -> Guardian {
        Guardian::from_word(self.guardian.get())
    }

    /// Lets only the timelock itself pass.
    fn check_self(&self) -> Result<(), Revert> {
        let caller = self.caller();
        if caller == self.here() { Ok(()) } else { Err(revert::<I::TimelockUnauthorizedCaller>(words![caller])) }
    }
}

/// Says that a number is out of bounds.
fn invalid(value: impl aia_shell::Word, bounds: OutOfBounds) -> Revert {
    revert::<I::TimelockInvalidParameter>(words![value, bounds.min, bounds.max])
}
