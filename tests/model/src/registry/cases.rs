//! The state of the court: its terms, and every dispute as it stands.

use std::collections::BTreeMap;

use aia_abi::IDisputeCourt;
use alloy_primitives::{Address, B256, U256};

/// A dispute that waits for its ruling.
pub const OPEN: u8 = 1;
/// A dispute that waits for the veto window to pass.
pub const UPHELD: u8 = 2;
/// A dispute for which the provider was slashed.
pub const EXECUTED: u8 = 3;
/// A dispute whose provider was not at fault.
pub const REJECTED: u8 = 4;
/// A dispute that nobody won.
pub const DRAWN: u8 = 5;
/// A dispute that was stopped.
pub const VETOED: u8 = 6;
/// A dispute that nobody judged in time.
pub const EXPIRED: u8 = 7;
/// A dispute that was taken back.
pub const CANCELLED: u8 = 8;
/// A dispute whose fault was slashed or proven by another.
pub const DUPLICATE: u8 = 9;

/// The flag of a fault that was slashed in a dispute.
pub const SLASHED: u8 = 1;
/// The flag of a fault that is an equivocation, once that is proven.
pub const PROVEN: u8 = 2;

/// The dispute court; its only target is the registry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Court {
    /// Its own address.
    pub address: Address,
    /// Who sets parameters and terms.
    pub owner: Address,
    /// Who may lower and veto; zero for nobody.
    pub guardian: Address,
    /// All parameter sets so far; the last one counts.
    pub params: Vec<IDisputeCourt::Params>,
    /// Service → who judges it, and for which bond.
    pub terms: BTreeMap<u32, Terms>,
    /// All disputes; ids start at 1.
    pub disputes: Vec<Dispute>,
    /// Subject and fault → [`SLASHED`], [`PROVEN`] or both.
    pub faults: BTreeMap<(Address, B256), u8>,
}

/// Who judges a service, and for which bond.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Zero for nobody.
    pub arbitrator: Address,
    /// Base units.
    pub bond: U256,
}

/// A dispute, with all that was captured when it was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dispute {
    /// As the interface numbers them.
    pub status: u8,
    /// Who opened it.
    pub disputer: Address,
    /// When it was opened or ruled, Unix seconds.
    pub at: u64,
    /// Last second of ruling or veto; 0 when it is over.
    pub deadline: u64,
    /// When it was opened, Unix seconds.
    pub opened: u64,
    /// The rate.
    pub bps: u16,
    /// The service; 0 for equivocation.
    pub service: u32,
    /// The provider.
    pub subject: Address,
    /// When the fault happened, Unix seconds.
    pub fault_at: u64,
    /// Names the fault.
    pub fault: B256,
    /// The harmed consumer; zero for none.
    pub victim: Address,
    /// Zero for equivocation.
    pub arbitrator: Address,
    /// Base units.
    pub bond: U256,
    /// Index of the parameters.
    pub version: usize,
}
