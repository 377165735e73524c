//! The AIA token as far as stakes, fees and bonds need it: nobody has delegated votes.

use std::collections::BTreeMap;

use aia_abi::IAIAToken as Abi;
use alloy_primitives::{Address, Bytes, U256};

use super::{Log, Outcome, answer, log, require, take};

/// Balances and allowances.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Token {
    /// The token's own address.
    pub address: Address,
    /// Holder → base units.
    pub balances: BTreeMap<Address, U256>,
    /// Owner and spender → base units; 2^256 − 1 is without limit.
    pub allowances: BTreeMap<(Address, Address), U256>,
}

/// Calls.
impl Token {
    /// `transfer`.
    pub fn transfer(&mut self, caller: Address, to: Address, value: U256) -> Outcome {
        self.check_transfer(caller, to, value)?;
        answer(vec![self.send(caller, to, value)], &true)
    }

    /// `approve`, by and for somebody.
    pub fn approve(&mut self, caller: Address, spender: Address, value: U256) -> Outcome {
        self.allowances.insert((caller, spender), value);
        answer(vec![log(self.address, &Abi::Approval { owner: caller, spender, value })], &true)
    }

    /// `balanceOf`.
    pub fn balance_of(&self, account: Address) -> U256 {
        self.balances.get(&account).copied().unwrap_or_default()
    }

    /// `allowance`.
    pub fn allowance(&self, owner: Address, spender: Address) -> U256 {
        self.allowances.get(&(owner, spender)).copied().unwrap_or_default()
    }
}

/// What contracts do, in two steps: first all checks, then what changes.
impl Token {
    /// Checks `transferFrom`.
    pub(super) fn check_pull(&self, spender: Address, from: Address, value: U256) -> Result<(), Bytes> {
        self.check_allowance(spender, from, value)?;
        self.check_balance(from, value)
    }

    /// Does what `transferFrom` does, after its checks.
    pub(super) fn pull(&mut self, spender: Address, from: Address, value: U256) -> Log {
        self.spend(spender, from, value);
        self.send(from, spender, value)
    }

    /// Does what `burnFrom` does, whose checks are those of `transferFrom`.
    pub(super) fn burn_from(&mut self, spender: Address, from: Address, value: U256) -> Log {
        self.spend(spender, from, value);
        self.burn(from, value)
    }

    /// Moves what a contract is known to have.
    pub(super) fn send(&mut self, from: Address, to: Address, value: U256) -> Log {
        take(self.balances.entry(from).or_default(), value);
        *self.balances.entry(to).or_default() += value;
        log(self.address, &Abi::Transfer { from, to, value })
    }

    /// Burns what a contract is known to have.
    pub(super) fn burn(&mut self, from: Address, value: U256) -> Log {
        take(self.balances.entry(from).or_default(), value);
        log(self.address, &Abi::Transfer { from, to: Address::ZERO, value })
    }

    fn spend(&mut self, spender: Address, from: Address, value: U256) {
        let allowance = self.allowances.entry((from, spender)).or_default();
        if *allowance != U256::MAX {
            take(allowance, value);
        }
    }

    fn check_transfer(&self, from: Address, to: Address, value: U256) -> Result<(), Bytes> {
        require(!to.is_zero() && to != self.address, Abi::ERC20InvalidReceiver { receiver: to })?;
        self.check_balance(from, value)
    }

    fn check_allowance(&self, spender: Address, from: Address, needed: U256) -> Result<(), Bytes> {
        let allowance = self.allowance(from, spender);
        require(allowance >= needed, Abi::ERC20InsufficientAllowance { spender, allowance, needed })
    }

    fn check_balance(&self, sender: Address, needed: U256) -> Result<(), Bytes> {
        let balance = self.balance_of(sender);
        require(balance >= needed, Abi::ERC20InsufficientBalance { sender, balance, needed })
    }
}
