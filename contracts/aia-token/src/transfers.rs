//! Balances and allowances.

use aia_protocol::account::Account;
use aia_shell::{Revert, emit, revert, words};
use alloy_primitives::{Address, U256};
use stylus_sdk::prelude::*;

use crate::{AiaToken, I};

impl AiaToken {
    pub(crate) fn account(&self, holder: Address) -> Account {
        Account::from_word(self.accounts.get(holder))
    }

    pub(crate) fn set_account(&mut self, holder: Address, account: Account) {
        self.accounts.insert(holder, account.to_word());
    }

    /// Moves `value` base units, and the votes that come with them; every transfer ends here.
    pub(crate) fn transfer_between(&mut self, from: Address, to: Address, value: U256) -> Result<(), Revert> {
        if from.is_zero() {
            return Err(revert::<I::ERC20InvalidSender>(words![from]));
        }
        self.check_receiver(to)?;
        let (sender, amount) = self.debit(from, value)?;
        // Read after the sender was stored: in a transfer to oneself it is the same account.
        let receiver = self.account(to).credit(amount);
        self.set_account(to, receiver);
        self.log_transfer(from, to, value);
        self.shift_votes(sender.delegatee, receiver.delegatee, amount);
        Ok(())
    }

    pub(crate) fn transfer_from(&mut self, from: Address, to: Address, value: U256) -> Result<(), Revert> {
        self.spend_allowance(from, value)?;
        self.transfer_between(from, to, value)
    }

    /// Takes `value` from a balance and returns the account after it, with the amount.
    pub(crate) fn debit(&mut self, from: Address, value: U256) -> Result<(Account, u128), Revert> {
        let (account, amount) = self
            .account(from)
            .debit(value)
            .map_err(|e| revert::<I::ERC20InsufficientBalance>(words![from, e.balance, value]))?;
        self.set_account(from, account);
        Ok((account, amount))
    }

    /// Refuses the receivers at which tokens would be lost: nobody, and the token itself.
    pub(crate) fn check_receiver(&self, to: Address) -> Result<(), Revert> {
        if to.is_zero() || to == self.vm().contract_address() {
            return Err(revert::<I::ERC20InvalidReceiver>(words![to]));
        }
        Ok(())
    }

    pub(crate) fn log_transfer(&self, from: Address, to: Address, value: U256) {
        emit::<I::Transfer, 2>(self.vm(), words![from, to], words![value]);
    }

    pub(crate) fn set_allowance(&mut self, owner: Address, spender: Address, value: U256) -> Result<(), Revert> {
        self.store_allowance(owner, spender, value)?;
        emit::<I::Approval, 2>(self.vm(), words![owner, spender], words![value]);
        Ok(())
    }

    /// Lowers what the caller may spend of `owner`'s; an allowance of 2^256 − 1 stays as it is.
    pub(crate) fn spend_allowance(&mut self, owner: Address, value: U256) -> Result<(), Revert> {
        let spender = self.vm().msg_sender();
        let allowance = self.allowances.getter(owner).get(spender);
        if allowance == U256::MAX {
            return Ok(());
        }
        let rest = allowance
            .checked_sub(value)
            .ok_or_else(|| revert::<I::ERC20InsufficientAllowance>(words![spender, allowance, value]))?;
        self.store_allowance(owner, spender, rest)
    }

    fn store_allowance(&mut self, owner: Address, spender: Address, value: U256) -> Result<(), Revert> {
        if owner.is_zero() {
            return Err(revert::<I::ERC20InvalidApprover>(words![owner]));
        }
        if spender.is_zero() {
            return Err(revert::<I::ERC20InvalidSpender>(words![spender]));
        }
        self.allowances.setter(owner).insert(spender, value);
        Ok(())
    }
}
