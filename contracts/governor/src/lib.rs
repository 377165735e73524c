//! AIA holders propose, vote, queue and execute; the timelock carries out what they decided.
//!
//! OpenZeppelin's governor with a quorum from delegated votes, ballots settled by the hundred, and a guardian whose power
//! ends.
//! `IAIAGovernor.sol` says what each function promises; here is how it is done.
//!
//! The rules are in `aia-protocol`; this crate is the storage and the ABI around them.
#![cfg_attr(target_arch = "wasm32", no_main)]
// Only WASM has the entry point that makes use of everything else.
#![cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]

extern crate alloc;

mod ballots;
mod cancelling;
mod executor;
mod parameters;
mod proposals;
mod quorum;
mod router;
mod token;
mod votes;

use aia_protocol::governance::{
    guardian::Guardian,
    proposal::{Proposal, Tally},
    settings::{Executor, Settings},
};
use alloy_primitives::{Address, B256, U256};
use stylus_sdk::{prelude::*, storage::*};

#[allow(missing_docs, clippy::too_many_arguments)] // the interface documents itself
mod interface {
    alloy_sol_types::sol!("IAIAGovernor.sol");
}
pub(crate) use interface::IAIAGovernor as I;

/// Everything the contract remembers. Slots follow the order of the fields.
#[storage]
pub struct Governor {
    /// The token and the times, packed by [`Settings`]; zero only before construction.
    settings: StorageU256,
    /// The timelock and the threshold, packed by [`Executor`].
    executor: StorageU256,
    /// Who may cancel, packed by [`Guardian`].
    guardian: StorageU256,
    /// What makes the quorum now, packed by [`Quorum`](aia_protocol::governance::quorum::Quorum).
    quorum: StorageU256,
    /// What made it before, oldest first, packed likewise.
    former_quorums: StorageVec<StorageU256>,
    /// Number → timelock that was replaced.
    former_timelocks: StorageMap<U256, StorageAddress>,

    /// Proposal → what it is, packed by [`Proposal`].
    proposals: StorageMap<B256, StorageU256>,
    /// Proposal → how the vote stands, packed by [`Tally`].
    tallies: StorageMap<B256, StorageU256>,
    /// Proposal → votes that abstain.
    abstentions: StorageMap<B256, StorageU256>,
    /// Proposal → its operation in the timelock, while it is queued.
    operations: StorageMap<B256, StorageB256>,
    /// Proposal → voter → votes cast.
    used: StorageMap<B256, StorageMap<Address, StorageU256>>,
    /// Proposer → its last proposal.
    latest: StorageMap<Address, StorageB256>,

    /// Voter → how many signatures with a plain nonce were used.
    nonces: StorageMap<Address, StorageU256>,
    /// Voter → key → how many with a nonce of that key.
    keyed_nonces: StorageMap<Address, StorageMap<U256, StorageU256>>,
    /// Hash of a call to this contract → how often the proposal in execution may make it.
    authorized: StorageMap<B256, StorageU256>,
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
        let mut governor = unsafe { Governor::new(U256::ZERO, 0, host) };
        governor.route(&calldata)
    }
}

impl Governor {
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

    fn settings(&self) -> Settings {
        Settings::from_word(self.settings.get())
    }

    fn executor(&self) -> Executor {
        Executor::from_word(self.executor.get())
    }

    fn guardian(&self) -> Guardian {
        Guardian::from_word(self.guardian.get())
    }

    fn proposal(&self, id: B256) -> Proposal {
        Proposal::from_word(self.proposals.get(id))
    }

    fn store_proposal(&mut self, id: B256, proposal: Proposal) {
        self.proposals.insert(id, proposal.to_word());
    }

    fn tally(&self, id: B256) -> Tally {
        Tally::from_word(self.tallies.get(id))
    }

    fn store_tally(&mut self, id: B256, tally: Tally) {
        self.tallies.insert(id, tally.to_word());
    }
}
