//! Ledgers: AIA coming in, moving between positions, and leaving.

use aia_calldata::Args;
use aia_protocol::payments::{MAX_AMOUNT, account::Account};
use aia_shell::{Revert, Word, emit, revert, token::Authorization, words};
use alloy_primitives::{Address, B256, U256, keccak256};
use stylus_sdk::prelude::*;

use crate::{I, StreamPayments};

/// An ERC-3009 payment into a position of one key, as its payer signed it.
pub(crate) struct Payment<'a> {
    from: Address,
    valid_after: U256,
    valid_before: U256,
    salt: B256,
    signature: &'a [u8],
}

impl<'a> Payment<'a> {
    pub(crate) fn read(from: Address, args: &mut Args<'a>) -> Self {
        Self {
            from,
            valid_after: args.uint256(),
            valid_before: args.uint256(),
            salt: args.bytes32(),
            signature: args.bytes(),
        }
    }
}

/// Where what was earned goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Earnings {
    Ledger,
    Elsewhere,
}

impl StreamPayments {
    pub(crate) fn fund(&mut self, to: Address, amount: U256) -> Result<(), Revert> {
        let amount = self.credit_funding(to, amount)?;
        self.token().pull(self.caller(), amount)
    }

    pub(crate) fn fund_permitted(
        &mut self,
        to: Address,
        amount: U256,
        deadline: U256,
        signature: &[u8],
    ) -> Result<(), Revert> {
        let amount = self.credit_funding(to, amount)?;
        self.token().permit(self.caller(), amount, deadline, signature)?;
        self.token().pull(self.caller(), amount)
    }

    pub(crate) fn fund_authorized(&mut self, amount: U256, payment: &Payment<'_>) -> Result<(), Revert> {
        let from = payment.from;
        let amount = self.bring_in(from, from, amount)?;
        self.receive(from.word(), amount, payment)
    }

    /// Puts what the caller is about to pay on a ledger.
    fn credit_funding(&mut self, to: Address, amount: U256) -> Result<u128, Revert> {
        let caller = self.caller();
        let amount = self.bring_in(to, caller, amount)?;
        if to == caller {
            self.lock(to, true);
        }
        Ok(amount)
    }

    fn bring_in(&mut self, to: Address, from: Address, amount: U256) -> Result<u128, Revert> {
        self.entry()?;
        let amount = bounded(amount)?;
        self.check_recipient(to)?;
        self.gain(to, amount);
        emit::<I::Funded, 2>(self.vm(), words![to, from], words![amount]);
        Ok(amount)
    }

    /// Takes a payment that its payer signed for this contract.
    ///
    /// The nonce is the hash of `key` and salt, so whoever submits it cannot put it elsewhere.
    pub(crate) fn receive(&self, key: B256, value: u128, payment: &Payment<'_>) -> Result<(), Revert> {
        let Payment { from, valid_after, valid_before, salt, signature } = *payment;
        let nonce = keccak256([key.0, salt.0].as_flattened());
        self.token().receive(&Authorization { from, value, valid_after, valid_before, nonce, signature })
    }

    pub(crate) fn withdraw(&mut self, to: Address, amount: U256) -> Result<u128, Revert> {
        self.check_recipient(to)?;
        let caller = self.caller();
        let amount = if amount == U256::MAX { U256::from(self.account(caller).free) } else { amount };
        let amount = bounded(amount)?;
        self.spend(caller, amount)?;
        self.pay_out(caller, to, amount)?;
        Ok(amount)
    }

    /// Sends AIA that was taken off all ledgers.
    pub(crate) fn pay_out(&self, account: Address, to: Address, amount: u128) -> Result<(), Revert> {
        emit::<I::Withdrawn, 2>(self.vm(), words![account, to], words![amount]);
        self.token().transfer(to, amount)
    }

    pub(crate) fn settle(&mut self, receiver: Address, token: Address) -> Result<(), Revert> {
        self.check_token(token)?;
        let caller = self.caller();
        let account = self.account(receiver);
        if account.free == 0 || account.locked && caller != receiver {
            return Ok(());
        }
        self.store_account(receiver, Account { free: 0, ..account });
        emit::<I::Settled, 3>(self.vm(), words![receiver, token, caller], words![account.free]);
        self.token().transfer(receiver, account.free)
    }

    pub(crate) fn lock(&mut self, account: Address, locked: bool) {
        let ledger = self.account(account);
        if ledger.locked != locked {
            self.store_account(account, Account { locked, ..ledger });
            emit::<I::LedgerLocked, 1>(self.vm(), words![account], words![locked]);
        }
    }

    pub(crate) fn gain(&mut self, account: Address, amount: u128) {
        let ledger = self.account(account);
        self.store_account(account, ledger.gain(amount));
    }

    pub(crate) fn spend(&mut self, account: Address, amount: u128) -> Result<(), Revert> {
        let ledger = self.account(account);
        let Some(left) = ledger.spend(amount) else {
            return Err(revert::<I::InsufficientLedger>(words![account, ledger.free, amount]));
        };
        self.store_account(account, left);
        Ok(())
    }

    /// Takes the fee of earnings, and puts the rest on the payee's ledger unless it goes elsewhere; returns both.
    pub(crate) fn credit(&mut self, payee: Address, gross: u128, to: Earnings) -> (u128, u128) {
        let (ledger, net, fee) = self.account(payee).charge(gross, self.config().fee_bps);
        self.store_account(payee, if to == Earnings::Ledger { ledger.gain(net) } else { ledger });
        (net, fee)
    }

    pub(crate) fn check_token(&self, token: Address) -> Result<(), Revert> {
        if token == self.config().token { Ok(()) } else { Err(revert::<I::InvalidToken>(words![token])) }
    }

    /// AIA sent to nobody or to this contract would belong to nobody.
    pub(crate) fn check_recipient(&self, to: Address) -> Result<(), Revert> {
        if to.is_zero() || to == self.vm().contract_address() {
            return Err(revert::<I::InvalidRecipient>(words![to]));
        }
        Ok(())
    }

    pub(crate) fn account_words(&self, account: Address) -> [B256; 4] {
        let Account { free, fee_owed, seen_active, locked } = self.account(account);
        words![free, fee_owed, self.config().active_until(seen_active), locked]
    }

    /// What anybody's `settle` would send, told as x402 tells it.
    pub(crate) fn receiver_words(&self, receiver: Address, token: Address) -> [B256; 2] {
        let account = self.account(receiver);
        let settled = token == self.config().token && !account.locked;
        words![if settled { account.free } else { 0 }, 0u8]
    }
}

/// Returns an amount that a caller names.
fn bounded(amount: U256) -> Result<u128, Revert> {
    match u128::try_from(amount) {
        Ok(0) => Err(zero_amount()),
        Ok(amount) => check_most(amount, MAX_AMOUNT),
        Err(_) => Err(revert::<I::AmountTooLarge>(words![amount, MAX_AMOUNT])),
    }
}

/// Lets only amounts pass that are at most `max`.
pub(crate) fn check_most(amount: u128, max: u128) -> Result<u128, Revert> {
    if amount <= max { Ok(amount) } else { Err(revert::<I::AmountTooLarge>(words![amount, max])) }
}

pub(crate) fn zero_amount() -> Revert {
    revert::<I::ZeroAmount>([])
}
