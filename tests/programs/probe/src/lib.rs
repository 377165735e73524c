//! A program as others write them, with the SDK's storage, router, constructor, calls, creations and logs.
//!
//! Tests deploy it beside the token, which uses little of all that, and let it call, and be called by, Solidity.

extern crate alloc;

use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::sol;
use stylus_sdk::{
    call::{call, delegate_call, static_call},
    deploy::RawDeploy,
    prelude::*,
    storage::{StorageMap, StorageU256},
};

sol! {
    /// `by` moved the count, which is `count` now.
    event Counted(address indexed by, uint256 count);

    /// `count` and `step` do not fit into a word together.
    error TooFar(uint256 count, uint256 step);

    /// The caller asked for it.
    error Refused(uint256 code);
}

/// Why the probe reverts.
#[derive(SolidityError)]
pub enum ProbeError {
    /// The count would overflow.
    TooFar(TooFar),
    /// The caller asked for it.
    Refused(Refused),
}

/// What the probe remembers. Slots follow the order of the fields.
#[entrypoint]
#[storage]
pub struct Probe {
    /// How far it has counted, in slot 0, where code that it delegates to may count too.
    count: StorageU256,
    /// Caller → the sum of its steps, modulo 2^256.
    steps: StorageMap<Address, StorageU256>,
}

#[public]
impl Probe {
    /// Sets where counting starts, and keeps the ether that is sent.
    #[constructor]
    #[payable]
    pub fn constructor(&mut self, start: U256) {
        self.count.set(start);
    }

    /// Returns the count.
    pub fn count(&self) -> U256 {
        self.count.get()
    }

    /// Returns the sum of an account's steps.
    pub fn steps_of(&self, account: Address) -> U256 {
        self.steps.get(account)
    }

    /// Counts one step.
    pub fn increment(&mut self) -> Result<(), ProbeError> {
        self.add(U256::ONE)
    }

    /// Counts a step of any length.
    pub fn add(&mut self, step: U256) -> Result<(), ProbeError> {
        let count = self.count.get();
        let sum = count.checked_add(step).ok_or(TooFar { count, step })?;
        self.count.set(sum);
        let by = self.vm().msg_sender();
        let steps = self.steps.get(by);
        self.steps.insert(by, steps.wrapping_add(step));
        self.vm().log(Counted { by, count: sum });
        Ok(())
    }

    /// Reverts.
    pub fn refuse(&self, code: U256) -> Result<(), ProbeError> {
        Err(Refused { code }.into())
    }

    /// Calls another contract with the ether that was sent; returns what it returns, reverts with what it reverts with.
    #[payable]
    pub fn call_other(&mut self, target: Address, data: Bytes) -> Result<Bytes, Vec<u8>> {
        let value = self.vm().msg_value();
        let context = Call::new_payable(self, value);
        Ok(call(self.vm(), context, target, &data)?.into())
    }

    /// Calls another contract that may change nothing.
    pub fn static_call_other(&self, target: Address, data: Bytes) -> Result<Bytes, Vec<u8>> {
        Ok(static_call(self.vm(), Call::new(), target, &data)?.into())
    }

    /// Runs the code of another contract as if it were the probe's own.
    pub fn delegate_to(&mut self, target: Address, data: Bytes) -> Result<Bytes, Vec<u8>> {
        let context = Call::new_mutating(self);
        // Whatever that code does to the probe is what a test wants to see.
        let answer = unsafe { delegate_call(self.vm(), context, target, &data) };
        Ok(answer?.into())
    }

    /// Creates a contract from its init code, and gives it the ether that was sent.
    #[payable]
    pub fn create(&mut self, code: Bytes) -> Result<Address, Vec<u8>> {
        // No storage reference is held while the init code runs.
        unsafe { RawDeploy::new().flush_storage_cache().deploy(self.vm(), &code, self.vm().msg_value()) }
    }

    /// Notes a word until the transaction ends.
    pub fn note(&mut self, key: B256, value: B256) {
        transient::store(key, value);
    }

    /// Returns a word that was noted in this transaction, or zero.
    pub fn noted(&self, key: B256) -> B256 {
        transient::load(key)
    }
}

/// Transient storage, for which the SDK has no type yet.
#[cfg(target_arch = "wasm32")]
mod transient {
    use alloy_primitives::B256;

    #[link(wasm_import_module = "vm_hooks")]
    unsafe extern "C" {
        fn transient_load_bytes32(key: *const u8, dest: *mut u8);
        fn transient_store_bytes32(key: *const u8, value: *const u8);
    }

    pub(super) fn load(key: B256) -> B256 {
        let mut value = B256::ZERO;
        // The host reads 32 bytes at `key` and writes 32 at `value`, which have as many.
        unsafe { transient_load_bytes32(key.as_ptr(), value.as_mut_ptr()) };
        value
    }

    pub(super) fn store(key: B256, value: B256) {
        // The host reads 32 bytes at both.
        unsafe { transient_store_bytes32(key.as_ptr(), value.as_ptr()) };
    }
}

/// A stand-in where there is no host: there the program is compiled only to print its interface.
#[cfg(not(target_arch = "wasm32"))]
mod transient {
    use alloy_primitives::B256;

    pub(super) fn load(_key: B256) -> B256 {
        B256::ZERO
    }

    pub(super) fn store(_key: B256, _value: B256) {}
}
