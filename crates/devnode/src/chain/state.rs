//! Accounts, their storage, and how to get back to what they were.

use std::{
    collections::{BTreeMap, HashMap},
    convert::Infallible,
};

use alloy::primitives::{Address, B256, Bytes, KECCAK256_EMPTY, U256, keccak256};
use revm::{
    database_interface::{Database, DatabaseRef},
    primitives::{StorageKey, StorageValue},
    state::{AccountInfo, Bytecode, EvmState},
};

use crate::arbos::{STATE_ACCOUNT, layout::root, pricing::Slots};

type Storage = HashMap<U256, U256>;

/// An account; zero slots are not kept.
#[derive(Clone, Debug, Default)]
struct Account {
    info: AccountInfo,
    storage: Storage,
}

/// The state after the latest block, with what is needed to undo every block.
#[derive(Clone, Debug, Default)]
pub struct World {
    accounts: HashMap<Address, Account>,
    /// What each block changed, oldest first: values from before it.
    undo: Vec<Changes>,
}

/// Values that accounts and slots had, in the order of their keys; `None` for an account that was not there.
#[derive(Clone, Debug, Default)]
struct Changes {
    accounts: BTreeMap<Address, Option<AccountInfo>>,
    slots: BTreeMap<(Address, U256), U256>,
}

impl World {
    /// Opens the record of a new block: changes from here on belong to it.
    pub fn begin_block(&mut self) {
        self.undo.push(Changes::default());
    }

    /// Takes the latest block back.
    pub fn undo_block(&mut self) {
        let Some(changes) = self.undo.pop() else { return };
        for ((address, key), value) in changes.slots {
            set_slot(&mut self.accounts.entry(address).or_default().storage, key, value);
        }
        for (address, info) in changes.accounts {
            match info {
                Some(info) => self.accounts.entry(address).or_default().info = info,
                None => drop(self.accounts.remove(&address)),
            }
        }
    }

    /// Applies what a transaction changed.
    pub fn commit(&mut self, state: EvmState) {
        for (address, account) in state {
            if !account.is_touched() {
                continue;
            }
            if account.is_selfdestructed() || account.is_empty() {
                self.remove(address);
                continue;
            }
            self.set_info(address, account.info);
            for (key, slot) in account.storage {
                if slot.is_changed() {
                    self.set_storage(address, key, slot.present_value);
                }
            }
        }
    }

    /// Sets balance, nonce and code of an account.
    pub fn set_info(&mut self, address: Address, info: AccountInfo) {
        let before = self.accounts.get(&address).map(|account| account.info.clone());
        if let Some(changes) = self.undo.last_mut() {
            changes.accounts.entry(address).or_insert(before);
        }
        self.accounts.entry(address).or_default().info = info;
    }

    /// Sets a slot of an account.
    pub fn set_storage(&mut self, address: Address, key: U256, value: U256) {
        let account = self.accounts.entry(address).or_default();
        let before = account.storage.get(&key).copied().unwrap_or_default();
        if let Some(changes) = self.undo.last_mut() {
            changes.slots.entry((address, key)).or_insert(before);
        }
        set_slot(&mut account.storage, key, value);
    }

    fn remove(&mut self, address: Address) {
        let Some(account) = self.accounts.remove(&address) else { return };
        let Some(changes) = self.undo.last_mut() else { return };
        for (key, value) in account.storage {
            changes.slots.entry((address, key)).or_insert(value);
        }
        changes.accounts.entry(address).or_insert(Some(account.info));
    }

    /// Returns an account as it is now.
    pub fn info(&self, address: Address) -> AccountInfo {
        self.accounts.get(&address).map(|account| account.info.clone()).unwrap_or_default()
    }

    /// Returns a slot of an account as it is now.
    pub fn slot(&self, address: Address, key: U256) -> U256 {
        let account = self.accounts.get(&address);
        account.and_then(|account| account.storage.get(&key)).copied().unwrap_or_default()
    }

    /// Returns the slots that the latest block changed, by account and key.
    pub fn changed_slots(&self) -> impl Iterator<Item = (Address, U256)> {
        let changes = self.undo.last().into_iter().flat_map(|changes| &changes.slots);
        changes.filter(|((address, key), before)| self.slot(*address, *key) != **before).map(|(place, _)| *place)
    }

    /// Replaces all of an account's storage.
    pub fn replace_storage(&mut self, address: Address, slots: &[(U256, U256)]) {
        let present = self.accounts.get(&address).map(|account| account.storage.keys().copied().collect::<Vec<_>>());
        for key in present.unwrap_or_default() {
            self.set_storage(address, key, U256::ZERO);
        }
        for (key, value) in slots {
            self.set_storage(address, *key, *value);
        }
    }

    /// Commits to what the latest block changed: the hash of its new values in the order of their keys.
    ///
    /// It is chained with `parent` and stands where Ethereum has a Merkle root.
    pub fn commitment(&self, parent: B256) -> B256 {
        let mut preimage = parent.to_vec();
        let Some(changes) = self.undo.last() else { return keccak256(preimage) };
        for address in changes.accounts.keys() {
            let info = self.info(*address);
            preimage.extend_from_slice(address.as_slice());
            preimage.extend_from_slice(&info.balance.to_be_bytes::<32>());
            preimage.extend_from_slice(&info.nonce.to_be_bytes());
            preimage.extend_from_slice(info.code_hash.as_slice());
        }
        for (address, key) in changes.slots.keys() {
            let value = self.accounts.get(address).and_then(|account| account.storage.get(key)).copied();
            preimage.extend_from_slice(address.as_slice());
            preimage.extend_from_slice(&key.to_be_bytes::<32>());
            preimage.extend_from_slice(&value.unwrap_or_default().to_be_bytes::<32>());
        }
        keccak256(preimage)
    }

    /// Returns the state as it was `blocks` blocks ago, 0 for now.
    pub fn view(&self, blocks: usize) -> View<'_> {
        let mut view = View { world: self, accounts: HashMap::new(), slots: HashMap::new(), replaced: Vec::new() };
        for changes in self.undo.iter().rev().take(blocks) {
            view.accounts.extend(changes.accounts.iter().map(|(address, info)| (*address, info.clone())));
            view.slots.extend(changes.slots.iter().map(|(place, value)| (*place, *value)));
        }
        view
    }
}

fn set_slot(storage: &mut Storage, key: U256, value: U256) {
    if value.is_zero() {
        storage.remove(&key);
    } else {
        storage.insert(key, value);
    }
}

/// The state at some block, with overrides.
#[derive(Clone, Debug)]
pub struct View<'a> {
    world: &'a World,
    accounts: HashMap<Address, Option<AccountInfo>>,
    slots: HashMap<(Address, U256), U256>,
    /// Accounts whose storage holds nothing but overrides.
    replaced: Vec<Address>,
}

impl View<'_> {
    /// Returns an account; the empty one if there is none.
    pub fn info(&self, address: Address) -> AccountInfo {
        self.accounts.get(&address).cloned().unwrap_or_else(|| Some(self.world.info(address))).unwrap_or_default()
    }

    /// Returns a slot.
    pub fn slot(&self, address: Address, key: U256) -> U256 {
        if let Some(value) = self.slots.get(&(address, key)) {
            return *value;
        }
        if self.replaced.contains(&address) {
            return U256::ZERO;
        }
        self.world.slot(address, key)
    }

    /// Returns who gets the fees of compute gas.
    pub fn network_fee_account(&self) -> Address {
        let word = self.slot(STATE_ACCOUNT, root::NETWORK_FEE_ACCOUNT.slot());
        Address::from_word(word.into())
    }

    /// Overrides an account.
    pub fn set_info(&mut self, address: Address, info: AccountInfo) {
        self.accounts.insert(address, Some(info));
    }

    /// Overrides a slot.
    pub fn set_slot(&mut self, address: Address, key: U256, value: U256) {
        self.slots.insert((address, key), value);
    }

    /// Applies what a transaction changed.
    pub fn commit(&mut self, state: EvmState) {
        for (address, account) in state.into_iter().filter(|(_, account)| account.is_touched()) {
            if account.is_selfdestructed() || account.is_empty() {
                self.accounts.insert(address, None);
                self.clear_storage(address);
                continue;
            }
            for (key, slot) in account.storage.iter().filter(|(_, slot)| slot.is_changed()) {
                self.set_slot(address, *key, slot.present_value);
            }
            self.set_info(address, account.info);
        }
    }

    /// Forgets an account's storage.
    pub fn clear_storage(&mut self, address: Address) {
        self.slots.retain(|(owner, _), _| *owner != address);
        self.replaced.push(address);
    }
}

/// ArbOS's slots.
impl Slots for World {
    fn slot(&self, slot: U256) -> U256 {
        self.slot(STATE_ACCOUNT, slot)
    }
}

/// ArbOS's slots.
impl Slots for View<'_> {
    fn slot(&self, slot: U256) -> U256 {
        self.slot(STATE_ACCOUNT, slot)
    }
}

/// Takes any bytes as code: those that begin like a delegation and are none are ordinary code.
pub fn bytecode(code: Bytes) -> Bytecode {
    Bytecode::new_raw_checked(code.clone()).unwrap_or_else(|_| Bytecode::new_legacy(code))
}

/// Gives code its hash, as accounts keep it.
pub fn with_code(info: AccountInfo, code: Vec<u8>) -> AccountInfo {
    let code_hash = if code.is_empty() { KECCAK256_EMPTY } else { keccak256(&code) };
    AccountInfo { code_hash, code: Some(bytecode(code.into())), ..info }
}

/// The same for readers who change nothing.
impl DatabaseRef for View<'_> {
    type Error = Infallible;

    fn basic_ref(&self, address: Address) -> Result<Option<AccountInfo>, Infallible> {
        let info = self.info(address);
        Ok((!info.is_empty()).then_some(info))
    }

    fn code_by_hash_ref(&self, _: B256) -> Result<Bytecode, Infallible> {
        Ok(Bytecode::default())
    }

    fn storage_ref(&self, address: Address, key: StorageKey) -> Result<StorageValue, Infallible> {
        Ok(self.slot(address, key))
    }

    fn block_hash_ref(&self, _: u64) -> Result<B256, Infallible> {
        Ok(B256::ZERO)
    }
}

impl Database for View<'_> {
    type Error = Infallible;

    fn basic(&mut self, address: Address) -> Result<Option<AccountInfo>, Infallible> {
        let info = self.info(address);
        Ok((!info.is_empty()).then_some(info))
    }

    /// Accounts carry their code, so it is never asked for by hash.
    fn code_by_hash(&mut self, _: B256) -> Result<Bytecode, Infallible> {
        Ok(Bytecode::default())
    }

    fn storage(&mut self, address: Address, key: StorageKey) -> Result<StorageValue, Infallible> {
        Ok(self.slot(address, key))
    }

    /// `BLOCKHASH` counts in L1 blocks, of which a development chain has none.
    fn block_hash(&mut self, _: u64) -> Result<B256, Infallible> {
        Ok(B256::ZERO)
    }
}
