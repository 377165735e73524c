//! Streams and metered channels in AIA.
//!
//! Consumers pay providers by the second or by signed vouchers, out of one escrow.
//! `IStreamPayments.sol` says what each function promises; here is how it is done.
//!
//! The rules are in `aia-protocol`; this crate is the storage and the ABI around them.
#![cfg_attr(target_arch = "wasm32", no_main)]
// Only WASM has the entry point that makes use of everything else.
#![cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]

extern crate alloc;

mod channels;
mod claims;
mod collecting;
mod fees;
mod ledger;
mod packed;
mod parameters;
mod providers;
mod router;
mod streams;
mod withdrawals;

use aia_protocol::payments::{account::Account, channel::Channel, config::Config, stream::Stream};
use aia_shell::{Revert, ownership::Ownership, revert, token::Token};
use alloy_primitives::{Address, B256, U256};
use stylus_sdk::{prelude::*, storage::*};

#[allow(missing_docs, clippy::too_many_arguments)] // the interface documents itself
mod interface {
    alloy_sol_types::sol!("IStreamPayments.sol");
}
pub(crate) use interface::IStreamPayments as I;

/// Everything the contract remembers. Slots follow the order of the fields.
#[storage]
pub struct StreamPayments {
    /// The token and what else most calls need, packed by [`Config`].
    config: StorageU256,
    /// The provider registry.
    registry: StorageAddress,
    /// Gets the fees that are not burned.
    treasury: StorageAddress,
    /// The owner: the timelock.
    ownership: Ownership,
    /// May pause what brings money in; zero for nobody.
    guardian: StorageAddress,

    /// Account → its ledger, packed by [`Account`].
    accounts: StorageMap<Address, StorageU256>,
    /// Stream → how it stands, packed by [`Stream`].
    streams: StorageMap<U256, StorageU256>,
    /// Channel → how it stands, packed by [`Channel`].
    channels: StorageMap<U256, StorageU256>,
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
        let mut payments = unsafe { StreamPayments::new(U256::ZERO, 0, host) };
        payments.route(&calldata)
    }
}

impl StreamPayments {
    /// Returns the block time, Unix seconds.
    fn now(&self) -> u64 {
        self.vm().block_timestamp()
    }

    fn caller(&self) -> Address {
        self.vm().msg_sender()
    }

    fn config(&self) -> Config {
        Config::from_word(self.config.get())
    }

    /// Lets money in if that is not paused.
    fn entry(&self) -> Result<(), Revert> {
        if self.config().paused { Err(revert::<I::EnforcedPause>([])) } else { Ok(()) }
    }

    fn token(&self) -> Token<'_, <Self as HostAccess>::Host> {
        Token::new(self.vm(), self.config().token)
    }

    fn account(&self, account: Address) -> Account {
        Account::from_word(self.accounts.get(account))
    }

    fn store_account(&mut self, account: Address, ledger: Account) {
        self.accounts.insert(account, ledger.to_word());
    }

    fn stream(&self, id: B256) -> Stream {
        Stream::from_word(self.streams.get(id.into()))
    }

    fn store_stream(&mut self, id: B256, stream: Stream) {
        self.streams.insert(id.into(), stream.to_word());
    }

    fn channel(&self, id: B256) -> Channel {
        Channel::from_word(self.channels.get(id.into()))
    }

    fn store_channel(&mut self, id: B256, channel: Channel) {
        self.channels.insert(id.into(), channel.to_word());
    }
}
