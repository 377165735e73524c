//! Why a payment is not promised, accepted or claimed.

use alloy::primitives::{Address, B256};

/// What is wrong with a payment, before any contract is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaymentError {
    /// The voucher is for another channel.
    #[error("the voucher is for channel {found}, not for {expected}")]
    WrongChannel {
        /// Whose voucher was asked for.
        expected: B256,
        /// Whose it is.
        found: B256,
    },
    /// The till does not watch this channel.
    #[error("channel {0} is not watched")]
    UnknownChannel(B256),
    /// The channel pays another receiver.
    #[error("the channel pays {0}")]
    WrongReceiver(Address),
    /// Somebody else could refund everything.
    #[error("{0} could refund everything")]
    ForeignAuthorizer(Address),
    /// The channel pays in another token.
    #[error("the channel pays in token {0}")]
    WrongToken(Address),
    /// A voucher over more was accepted before.
    #[error("the voucher is over {offered}, one over {accepted} was accepted")]
    Lowered {
        /// Ceiling of the voucher that is kept, base units.
        accepted: u128,
        /// Ceiling of this one, base units.
        offered: u128,
    },
    /// The voucher does not cover what was delivered.
    #[error("the voucher is over {offered}, {due} is due")]
    BelowDue {
        /// Due in all, base units.
        due: u128,
        /// Ceiling of the voucher, base units.
        offered: u128,
    },
    /// The voucher tells of other deliveries than were counted.
    #[error("the voucher tells of other usage")]
    OtherUsage,
    /// Units or amount are 2^128 or more, or deliveries 2^32.
    #[error("the meter overflows")]
    Overflow,
    /// The channel could not pay it.
    #[error("{amount} is due, {deposit} is deposited")]
    BeyondDeposit {
        /// What would be signed, base units.
        amount: u128,
        /// What the channel holds, base units.
        deposit: u128,
    },
    /// More was delivered since the last voucher than may be.
    #[error("{unsigned} would be signed at once, the limit is {limit}")]
    BeyondExposure {
        /// What no voucher covers, base units.
        unsigned: u128,
        /// The most that may be, base units.
        limit: u128,
    },
    /// The meter has no delivery at this place.
    #[error("there is no delivery {index} of {count}")]
    NoDelivery {
        /// Where it was looked for.
        index: u32,
        /// How many there are.
        count: u32,
    },
    /// A voucher that tells of usage is claimed in packed rows only.
    #[error("a voucher with usage is claimed in packed rows only")]
    NeedsPackedRow,
    /// A packed row has room for an ECDSA signature only.
    #[error("a packed row takes a signature of 65 bytes, not of {0}")]
    SignatureLength(usize),
    /// These bytes are no whole number of rows of a known kind.
    #[error("{0} bytes are no packed rows")]
    MalformedRows(usize),
}
