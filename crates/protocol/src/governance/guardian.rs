//! A guardian: an account with a power that ends.

use alloy_primitives::{Address, U256};

use super::{INSTANT_BITS, OutOfBounds, within};
use crate::word::{Reader, Writer};

/// The longest term, seconds from now.
pub const MAX_TERM: u64 = 31_536_000;
/// The most strikes.
pub const MAX_STRIKES: u8 = 10;

/// Who it is, until when, and how often it may act.
///
/// Word layout, from the low end: account 160 bits, expiry 38, strikes 8.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Guardian {
    /// Zero for nobody.
    pub account: Address,
    /// Last second of the term, Unix seconds.
    pub expiry: u64,
    /// How often it may act; not used by the timelock's.
    pub strikes: u8,
}

impl Guardian {
    /// Reads the packed form.
    pub fn from_word(word: U256) -> Self {
        let mut reader = Reader::new(word);
        Self { account: reader.address(), expiry: reader.u64(INSTANT_BITS), strikes: reader.u8() }
    }

    /// Returns the packed form.
    pub fn to_word(self) -> U256 {
        Writer::default().address(self.account).uint(INSTANT_BITS, self.expiry).uint(8, self.strikes).done()
    }

    /// Whether `account` is the guardian and its term goes on.
    pub fn is_serving(&self, account: Address, now: u64) -> bool {
        !account.is_zero() && account == self.account && now <= self.expiry
    }

    /// Returns what is left after acting once; `None` if `account` may not.
    pub fn strike(self, account: Address, now: u64) -> Option<Self> {
        let strikes = self.strikes.checked_sub(1)?;
        self.is_serving(account, now).then_some(Self { strikes, ..self })
    }
}

/// Checks the end of a term.
///
/// # Errors
/// [`OutOfBounds`].
pub fn check_expiry(expiry: u64, now: u64) -> Result<(), OutOfBounds> {
    within(expiry.into(), 0, u128::from(now) + u128::from(MAX_TERM))
}
