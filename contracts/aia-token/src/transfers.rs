//! Balances and allowances.

use aia_protocol::account::Account;
use alloy_primitives::{Address, U256};
use alloy_sol_types::SolEvent;
use stylus_sdk::prelude::*;

use crate::{AiaToken, IAIAToken as I, error::Error};

impl AiaToken {
    pub(crate) fn account(&self, holder: Address) -> Account {
        Account::from_word(self.accounts.get(holder))
    }

    pub(crate) fn set_account(&mut self, holder: Address, account: Account) {
        self.accounts.insert(holder, account.to_word());
    }

    /// Moves `value` base units, and the votes that come with them; every transfer ends here.
    pub(crate) fn transfer_between(&mut self, from: Address, to: Address, value: U256) -> Result<(), Error> {
        if from.is_zero() {
            return Err(Error::ERC20InvalidSender { sender: from });
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

    pub(crate) fn transfer_from(&mut self, from: Address, to: Address, value: U256) -> Result<(), Error> {
        self.spend_allowance(from, value)?;
        self.transfer_between(from, to, value)
    }

    /// Takes `value` from a balance and returns the account after it, with the amount.
    pub(crate) fn debit(&mut self, from: Address, value: U256) -> Result<(Account, u128), Error> {
        let (account, amount) = self.account(from).debit(value).map_err(|e| Error::ERC20InsufficientBalance {
            sender: from,
            balance: U256::from(e.balance),
            needed: value,
        })?;
        self.set_account(from, account);
        Ok((account, amount))
    }

    /// Refuses the receivers at which tokens would be lost: nobody, and the token itself.
    pub(crate) fn check_receiver(&self, to: Address) -> Result<(), Error> {
        if to.is_zero() || to == self.vm().contract_address() {
            return Err(Error::ERC20InvalidReceiver { receiver: to });
        }
        Ok(())
    }

    pub(crate) fn log_transfer(&self, from: Address, to: Address, value: U256) {
        self.emit(&[I::Transfer::SIGNATURE_HASH, from.into_word(), to.into_word()], &[value]);
    }

    pub(crate) fn set_allowance(&mut self, owner: Address, spender: Address, value: U256) -> Result<(), Error> {
        self.store_allowance(owner, spender, value)?;
        let topics = [I::Approval::SIGNATURE_HASH, owner.into_word(), spender.into_word()];
        self.emit(&topics, &[value]);
        Ok(())
    }

    /// Lowers what the caller may spend of `owner`'s; an allowance of 2^256 − 1 stays as it is.
    pub(crate) fn spend_allowance(&mut self, owner: Address, value: U256) -> Result<(), Error> {
        let spender = self.vm().msg_sender();
        let allowance = self.allowances.getter(owner).get(spender);
        if allowance == U256::MAX {
            return Ok(());
        }
        let rest = allowance.checked_sub(value).ok_or(Error::ERC20InsufficientAllowance {
            spender,
            allowance,
            needed: value,
        })?;
        self.store_allowance(owner, spender, rest)
    }

    fn store_allowance(&mut self, owner: Address, spender: Address, value: U256) -> Result<(), Error> {
        if owner.is_zero() {
            return Err(Error::ERC20InvalidApprover { approver: owner });
        }
        if spender.is_zero() {
            return Err(Error::ERC20InvalidSpender { spender });
        }
        self.allowances.setter(owner).insert(spender, value);
        Ok(())
    }
}
