//! ArbOS: what Arbitrum keeps in its own account's storage, laid out as Nitro lays it out.

pub mod layout;
pub mod params;
pub mod pricing;
pub mod programs;
pub mod sends;
pub mod upgrade;

use std::convert::Infallible;

use revm::{
    context::JournalTr,
    database_interface::Database,
    primitives::{Address, U256, address, hardfork::SpecId},
    state::AccountInfo,
};

use crate::executor::ArbContext;
use layout::{l2, root};

/// ArbOS versions whose rules this node knows.
pub const VERSIONS: [u64; 4] = [40, 41, 50, 51];
/// The one that it has unless told otherwise.
pub const DEFAULT_VERSION: u64 = 51;
/// From which version transactions have a gas limit of their own, in which their intrinsic gas counts.
pub const TX_LIMIT_SINCE: u64 = 50;
/// From which version owners of native tokens can be named.
pub const NATIVE_TOKENS_SINCE: u64 = 41;
/// The account whose storage is ArbOS's state.
pub const STATE_ACCOUNT: Address = address!("A4B05FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF");
/// Sender and receiver of ArbOS's own transactions.
pub const ADDRESS: Address = address!("00000000000000000000000000000000000A4B05");
/// The block beneficiary: the sequencer, which is also the only batch poster.
pub const COINBASE: Address = address!("A4B000000000000000000073657175656e636572");
/// Who gets the fees of data.
pub const L1_FEE_POOL: Address = address!("A4B00000000000000000000000000000000000f6");
/// Seconds since the epoch at which ArbOS begins to count.
pub const START_TIME: u64 = 1_421_388_000;
/// What the gas limit of a block claims to be.
pub const BLOCK_GAS_LIMIT: u64 = 1 << 50;

/// Returns an account as it is now, without warming it.
pub fn peek_account<DB: Database<Error = Infallible>>(context: &mut ArbContext<DB>, address: Address) -> AccountInfo {
    let journal = &mut context.journaled_state;
    if let Some(account) = journal.inner.state.get(&address) {
        return account.info.clone();
    }
    journal.database.basic(address).unwrap_or_else(|never| match never {}).unwrap_or_default()
}

/// Reads a slot of ArbOS without warming it; what it costs is up to the caller.
pub fn read<DB: Database<Error = Infallible>>(context: &mut ArbContext<DB>, slot: U256) -> U256 {
    let journal = &mut context.journaled_state;
    let known = journal.inner.state.get(&STATE_ACCOUNT).and_then(|account| account.storage.get(&slot));
    if let Some(known) = known {
        return known.present_value;
    }
    journal.database.storage(STATE_ACCOUNT, slot).unwrap_or_else(|never| match never {})
}

/// Writes a slot of ArbOS without warming it; what it costs is up to the caller.
pub fn write<DB: Database<Error = Infallible>>(context: &mut ArbContext<DB>, slot: U256, value: U256) {
    without_warming(context, STATE_ACCOUNT, |context| {
        let journal = &mut context.journaled_state;
        journal.load_account(STATE_ACCOUNT).map(|_| ()).unwrap_or_else(|never| match never {});
        journal.touch_account(STATE_ACCOUNT);
        let store = journal.sstore(STATE_ACCOUNT, slot, value).unwrap_or_else(|never| match never {});
        let account = journal.inner.state.get_mut(&STATE_ACCOUNT);
        if store.is_cold
            && let Some(slot) = account.and_then(|account| account.storage.get_mut(&slot))
        {
            slot.mark_cold();
        }
    });
}

/// Does something to an account that leaves it as cold as it was: ArbOS is not the EVM.
pub fn without_warming<DB: Database<Error = Infallible>>(
    context: &mut ArbContext<DB>,
    account: Address,
    act: impl FnOnce(&mut ArbContext<DB>),
) {
    let journal = &context.journaled_state.inner;
    let transaction = journal.transaction_id;
    let was_cold = journal.state.get(&account).is_none_or(|account| account.is_cold_transaction_id(transaction));
    act(context);
    if was_cold && let Some(account) = context.journaled_state.inner.state.get_mut(&account) {
        account.mark_cold();
    }
}

/// Returns who gets the fees of compute gas.
pub fn network_fee_account<DB: Database<Error = Infallible>>(context: &mut ArbContext<DB>) -> Address {
    Address::from_word(read(context, root::NETWORK_FEE_ACCOUNT.slot()).into())
}

/// Returns who gets the fees of compute gas up to the minimum base fee, and that in wei; zero for nobody.
pub fn infra_fee<DB: Database<Error = Infallible>>(context: &mut ArbContext<DB>) -> (Address, U256) {
    let account = Address::from_word(read(context, root::INFRA_FEE_ACCOUNT.slot()).into());
    (account, read(context, l2::MIN_BASE_FEE.slot()))
}

/// Returns the Ethereum fork that an ArbOS version builds on.
pub fn ethereum_spec(version: u64) -> SpecId {
    if version < 50 { SpecId::PRAGUE } else { SpecId::OSAKA }
}
