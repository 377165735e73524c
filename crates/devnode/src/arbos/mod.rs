//! ArbOS: what Arbitrum keeps in its own account's storage, laid out as Nitro lays it out.

pub mod programs;

use std::convert::Infallible;

use revm::{
    context::{ContextTr, JournalTr},
    database_interface::Database,
    primitives::{Address, B256, U256, address, keccak256},
};

/// The ArbOS version whose rules hold.
pub const VERSION: u64 = 51;
/// The account whose storage is ArbOS's state.
pub const STATE_ACCOUNT: Address = address!("A4B05FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF");
/// The block beneficiary.
pub const COINBASE: Address = address!("A4B000000000000000000073657175656e636572");
/// Seconds since the epoch at which ArbOS begins to count.
pub const START_TIME: u64 = 1_421_388_000;
/// Lowest base fee, in wei per gas.
pub const MINIMUM_BASE_FEE: u64 = 100_000_000;
/// What the gas limit of a block claims to be.
pub const BLOCK_GAS_LIMIT: u64 = 1 << 50;

/// A subspace of the state account's storage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Space {
    /// The root has no prefix.
    prefix: Option<B256>,
}

impl Space {
    /// Returns the space of programs.
    pub fn programs() -> Self {
        Self::default().child(8)
    }

    /// Returns the subspace with the given id.
    pub fn child(self, id: u8) -> Self {
        let mut preimage = self.prefix.map(|prefix| prefix.to_vec()).unwrap_or_default();
        preimage.push(id);
        Self { prefix: Some(keccak256(preimage)) }
    }

    /// Returns the slot of a key: its last byte is kept, so neighbours share a page of the trie.
    pub fn slot(self, key: B256) -> U256 {
        let mut preimage = self.prefix.map(|prefix| prefix.to_vec()).unwrap_or_default();
        preimage.extend_from_slice(&key[..31]);
        let mut slot = keccak256(preimage);
        slot[31] = key[31];
        slot.into()
    }

    /// Returns the slot of a small number.
    pub fn field(self, index: u64) -> U256 {
        self.slot(U256::from(index).into())
    }
}

/// Reads a slot of ArbOS; what it costs is up to the caller.
pub fn read<C: ContextTr>(context: &mut C, slot: U256) -> U256
where
    C::Db: Database<Error = Infallible>,
{
    let journal = context.journal_mut();
    journal.load_account(STATE_ACCOUNT).map(|_| ()).unwrap_or_else(|never| match never {});
    journal.sload(STATE_ACCOUNT, slot).map(|load| load.data).unwrap_or_else(|never| match never {})
}

/// Writes a slot of ArbOS; what it costs is up to the caller.
pub fn write<C: ContextTr>(context: &mut C, slot: U256, value: U256)
where
    C::Db: Database<Error = Infallible>,
{
    let journal = context.journal_mut();
    journal.load_account(STATE_ACCOUNT).map(|_| ()).unwrap_or_else(|never| match never {});
    journal.touch_account(STATE_ACCOUNT);
    journal.sstore(STATE_ACCOUNT, slot, value).map(|_| ()).unwrap_or_else(|never| match never {});
}
