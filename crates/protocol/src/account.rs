//! A holder's balance and delegatee, packed into one storage word.

use alloy_primitives::{Address, U256};

/// Bits of the balance; the delegatee has the 160 above them.
const BALANCE_BITS: usize = 96;

/// A holder: what it owns and whom it lets vote with it.
///
/// Word layout, from the low end: balance 96 bits, delegatee 160 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Base units owned; at most [`MAX_SUPPLY`](crate::MAX_SUPPLY).
    pub balance: u128,
    /// Who votes with the balance; zero when nobody does.
    pub delegatee: Address,
}

/// A holder owns less than it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InsufficientBalance {
    /// Base units owned.
    pub balance: u128,
}

impl Account {
    /// Reads the packed form.
    pub fn from_word(word: U256) -> Self {
        let [low, high, ..] = word.into_limbs();
        Self {
            balance: u128::from(low) | (u128::from(high & u64::from(u32::MAX)) << 64),
            delegatee: Address::from_word((word >> BALANCE_BITS).into()),
        }
    }

    /// Returns the packed form.
    pub fn to_word(self) -> U256 {
        (U256::from_be_bytes(self.delegatee.into_word().0) << BALANCE_BITS) | U256::from(self.balance)
    }

    /// Returns the account with `value` base units less.
    ///
    /// # Errors
    /// [`InsufficientBalance`] when the balance is below `value`.
    pub fn debit(self, value: U256) -> Result<(Self, u128), InsufficientBalance> {
        let insufficient = InsufficientBalance { balance: self.balance };
        let value = u128::try_from(value).map_err(|_| insufficient)?;
        let balance = self.balance.checked_sub(value).ok_or(insufficient)?;
        Ok((Self { balance, ..self }, value))
    }

    /// Returns the account with `value` base units more.
    ///
    /// Cannot overflow: all balances together are at most the supply, which is below 2^90.
    pub fn credit(self, value: u128) -> Self {
        Self { balance: self.balance + value, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MAX_SUPPLY;
    use alloy_primitives::address;

    #[test]
    fn word_round_trips_at_the_bounds() {
        let whale = address!("ffffffffffffffffffffffffffffffffffffffff");
        let low = address!("0000000000000000000000000000000000000001");
        for balance in [0, 1, u128::from(u64::MAX), 1 << 64, MAX_SUPPLY, (1 << 96) - 1] {
            for delegatee in [Address::ZERO, low, whale] {
                let account = Account { balance, delegatee };
                assert_eq!(Account::from_word(account.to_word()), account);
            }
        }
        assert_eq!(Account::default().to_word(), U256::ZERO);
    }

    #[test]
    fn debit_takes_exactly_what_is_there() {
        let account = Account { balance: 7, ..Default::default() };
        assert_eq!(account.debit(U256::from(7)).unwrap().0.balance, 0);
        assert_eq!(account.debit(U256::ZERO).unwrap().0, account);
    }

    #[test]
    fn debit_fails_one_above_the_balance_and_beyond_128_bits() {
        let account = Account { balance: 7, ..Default::default() };
        for value in [U256::from(8), U256::from(u128::MAX) + U256::ONE, U256::MAX] {
            assert_eq!(account.debit(value), Err(InsufficientBalance { balance: 7 }));
        }
    }
}
