//! An account's ledger.

use alloy_primitives::U256;

use crate::{
    math::bps_up,
    word::{Reader, Writer},
};

/// What an account has, and what is remembered of it as a provider.
///
/// Word layout, from the low end: free 112 bits, fee_owed 96, seen_active 40, locked 8.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Free AIA, base units.
    pub free: u128,
    /// Fees taken of its earnings and not swept yet, base units.
    pub fee_owed: u128,
    /// When the registry last said that it is an active provider, Unix seconds; 0 for never, or not any more.
    pub seen_active: u64,
    /// Whether only itself can send its AIA to its wallet.
    pub locked: bool,
}

impl Account {
    /// Reads the packed form.
    pub fn from_word(word: U256) -> Self {
        let mut fields = Reader::new(word);
        Self {
            free: fields.u128(112),
            fee_owed: fields.u128(96),
            seen_active: fields.u64(40),
            locked: fields.u8() != 0,
        }
    }

    /// Returns the packed form.
    pub fn to_word(self) -> U256 {
        let amounts = Writer::default().uint(112, self.free).uint(96, self.fee_owed);
        amounts.uint(40, self.seen_active).uint(8, u8::from(self.locked)).done()
    }

    /// Puts AIA on it; the sum is at most what the contract holds and an amount to come, far below 112 bits.
    #[must_use]
    pub fn gain(self, amount: u128) -> Self {
        Self { free: self.free + amount, ..self }
    }

    /// Takes AIA off, if there is enough.
    pub fn spend(self, amount: u128) -> Option<Self> {
        Some(Self { free: self.free.checked_sub(amount)?, ..self })
    }

    /// Splits earnings into net and fee, which is rounded up, and keeps the fee apart.
    #[must_use]
    pub fn charge(self, gross: u128, fee_bps: u16) -> (Self, u128, u128) {
        let fee = bps_up(gross, fee_bps);
        // The fee is a part of `gross`, since its rate is below the whole.
        (Self { fee_owed: self.fee_owed + fee, ..self }, gross - fee, fee)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_packed_form_is_the_same_at_its_bounds() {
        let full = Account { free: (1 << 112) - 1, fee_owed: (1 << 96) - 1, seen_active: (1 << 40) - 1, locked: true };
        for account in [Account::default(), full, Account { locked: false, ..full }, Account { fee_owed: 0, ..full }] {
            assert_eq!(Account::from_word(account.to_word()), account);
        }
    }

    #[test]
    fn a_fee_is_rounded_up_and_never_more_than_the_earnings() {
        let table = [(0, 0), (1, 1), (50, 1), (100, 1), (101, 2), (10_000, 100), (10_001, 101)];
        for (gross, expected) in &table {
            let (account, net, fee) = Account::default().charge(*gross, 100);
            assert_eq!((fee, net, account.fee_owed, account.free), (*expected, gross - expected, *expected, 0));
        }
        assert_eq!(Account::default().charge(1 << 90, 0).2, 0);
    }

    #[test]
    fn nobody_spends_what_is_not_there() {
        let account = Account::default().gain(7);
        assert_eq!(account.spend(8), None);
        assert_eq!(account.spend(7), Some(Account::default()));
    }
}
