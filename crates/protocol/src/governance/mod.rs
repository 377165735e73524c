//! The rules of the governor and of the timelock.

pub mod ballot;
pub mod brake;
pub mod counting;
pub mod delay;
pub mod guardian;
pub mod operation;
pub mod proposal;
pub mod proposer;
pub mod quorum;
pub mod roles;
pub mod settings;

/// Bits of an instant in storage, Unix seconds: good for 8,700 years.
pub const INSTANT_BITS: usize = 38;
/// Bits of an amount of votes in storage: the maximum supply needs 90.
pub const VOTES_BITS: usize = 90;

const _: () = assert!(crate::MAX_SUPPLY < 1 << VOTES_BITS);

/// A value that is out of bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfBounds {
    /// The least that is allowed.
    pub min: u128,
    /// The most that is allowed.
    pub max: u128,
}

/// Checks that `min ≤ value ≤ max`.
///
/// # Errors
/// [`OutOfBounds`] otherwise.
pub fn within(value: u128, min: u128, max: u128) -> Result<(), OutOfBounds> {
    if (min..=max).contains(&value) { Ok(()) } else { Err(OutOfBounds { min, max }) }
}
