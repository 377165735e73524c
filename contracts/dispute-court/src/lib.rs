//! The court for disputes about staked providers.
//!
//! `IDisputeCourt.sol` says what each function promises; here is how it is done.
//!
//! The life of a dispute is in `aia-protocol`; this crate is the storage and the ABI around it.
#![cfg_attr(target_arch = "wasm32", no_main)]
// Only WASM has the entry point that makes use of everything else.
#![cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]

extern crate alloc;

mod disputes;
mod equivocation;
mod opening;
mod parameters;
mod router;
mod target;

use aia_protocol::dispute::{Dispute, Matter, Params, Terms};
use aia_shell::{Revert, ownership::Ownership, revert, token::Token, words};
use alloy_primitives::{Address, B256, FixedBytesSliceExt, U256, keccak256};
use stylus_sdk::{prelude::*, storage::*};

#[allow(missing_docs, clippy::too_many_arguments)] // the interface documents itself
mod interface {
    alloy_sol_types::sol!("IDisputeCourt.sol");
}
pub(crate) use interface::IDisputeCourt as I;

/// Records by their number.
type ByNumber = StorageMap<U256, StorageU256>;

/// Flag of a fault that a dispute slashed.
pub(crate) const SLASHED: u8 = 1;
/// Flag of an equivocation that was proven, whatever became of it.
pub(crate) const PROVEN: u8 = 2;

/// Everything the court remembers. Slots follow the order of the fields.
#[storage]
pub struct DisputeCourt {
    /// The owner: the timelock.
    ownership: Ownership,
    /// May lower and veto; zero for nobody.
    guardian: StorageAddress,
    /// The AIA token; set once.
    token: StorageAddress,
    /// Disputes so far (64 bits), versions of parameters (16), of terms (24), targets (8), shortest unbonding (64).
    counts: StorageU256,
    /// Version → parameters, packed by [`Params`].
    params: ByNumber,
    /// Version → arbitrator and bond, packed by [`Terms`]; versions start at 1.
    terms: ByNumber,
    /// Target → service → version of its terms.
    service_terms: StorageMap<Address, ByNumber>,
    /// Index → target; indices start at 1.
    targets: StorageMap<U256, StorageAddress>,
    /// Target → its index; zero for what is none.
    target_indices: StorageMap<Address, StorageU256>,
    /// Dispute → what changes, packed by [`Dispute`]; ids start at 1.
    disputes: ByNumber,
    /// Dispute → what it is about, packed by [`Matter`].
    matters: ByNumber,
    /// Dispute → the fault it names.
    faults: StorageMap<U256, StorageB256>,
    /// Dispute → the harmed consumer.
    victims: StorageMap<U256, StorageAddress>,
    /// Hash of target, subject and fault → flags of the fault.
    fault_status: ByNumber,
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
        let mut court = unsafe { DisputeCourt::new(U256::ZERO, 0, host) };
        court.route(&calldata)
    }
}

/// A dispute with the parameters it was opened under.
pub(crate) struct Case {
    pub(crate) id: U256,
    pub(crate) dispute: Dispute,
    pub(crate) matter: Matter,
    pub(crate) params: Params,
}

impl Case {
    /// Whether two signatures proved it: nobody arbitrates, nothing is bonded.
    pub(crate) fn is_proof(&self) -> bool {
        self.matter.terms == 0
    }
}

impl DisputeCourt {
    fn now(&self) -> u64 {
        self.vm().block_timestamp()
    }

    fn caller(&self) -> Address {
        self.vm().msg_sender()
    }

    fn token(&self) -> Token<'_, <Self as HostAccess>::Host> {
        Token::new(self.vm(), self.token.get())
    }

    fn case(&self, id: U256) -> Result<Case, Revert> {
        let dispute = Dispute::from_word(self.disputes.get(id));
        if dispute.disputer.is_zero() {
            return Err(revert::<I::UnknownDispute>(words![id]));
        }
        let matter = Matter::from_word(self.matters.get(id));
        Ok(Case { id, dispute, matter, params: self.params_at(matter.params) })
    }

    fn params_at(&self, version: u16) -> Params {
        Params::from_word(self.params.get(U256::from(version)))
    }

    fn terms_at(&self, version: u32) -> Terms {
        Terms::from_word(self.terms.get(U256::from(version)))
    }

    fn target_at(&self, index: u8) -> Address {
        self.targets.get(U256::from(index))
    }

    fn fault_status(&self, place: U256) -> u8 {
        // Two flags are all that is ever stored.
        self.fault_status.get(place).byte(0)
    }

    fn flag_fault(&mut self, place: U256, flag: u8) {
        let flags = self.fault_status(place) | flag;
        self.fault_status.insert(place, U256::from(flags));
    }
}

/// The target is part of the place: registries do not share faults.
fn fault_place(target: Address, subject: Address, fault: B256) -> U256 {
    keccak256(words![target, subject, fault].as_flattened()).into()
}
