//! Minting and burning.

use aia_protocol::MAX_SUPPLY;
use aia_shell::{Revert, revert, words};
use alloy_primitives::{Address, U256};

use crate::{AiaToken, I};

impl AiaToken {
    /// Mints within the caller's limit, the limit of all minters, and the cap.
    pub(crate) fn mint_limited(&mut self, to: Address, value: U256) -> Result<(), Revert> {
        self.use_mint_limits(value)?;
        self.mint_unlimited(to, value)
    }

    /// Mints within the cap only.
    pub(crate) fn mint_unlimited(&mut self, to: Address, value: U256) -> Result<(), Revert> {
        self.check_receiver(to)?;
        let supply = self.supply.latest();
        // Beyond 128 bits a value exceeds the cap as well.
        let amount = u128::try_from(value).unwrap_or(u128::MAX);
        let supply_after = supply.saturating_add(amount);
        if supply_after > MAX_SUPPLY {
            let supply = U256::from(supply).saturating_add(value);
            return Err(revert::<I::MaxSupplyExceeded>(words![supply, MAX_SUPPLY]));
        }
        self.supply.push(self.now(), supply_after);
        let receiver = self.account(to).credit(amount);
        self.set_account(to, receiver);
        self.log_transfer(Address::ZERO, to, value);
        self.shift_votes(Address::ZERO, receiver.delegatee, amount);
        Ok(())
    }

    pub(crate) fn burn_from(&mut self, account: Address, value: U256) -> Result<(), Revert> {
        self.spend_allowance(account, value)?;
        self.burn_of(account, value)
    }

    pub(crate) fn burn_of(&mut self, from: Address, value: U256) -> Result<(), Revert> {
        if from.is_zero() {
            return Err(revert::<I::ERC20InvalidSender>(words![from]));
        }
        let (account, amount) = self.debit(from, value)?;
        // The supply is the sum of all balances, so it is at least what was just debited.
        let supply_after = self.supply.latest() - amount;
        self.supply.push(self.now(), supply_after);
        self.log_transfer(from, Address::ZERO, value);
        self.shift_votes(account.delegatee, Address::ZERO, amount);
        Ok(())
    }
}
