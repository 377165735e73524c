//! Delegation and voting power over time.

use aia_protocol::{
    account::Account,
    typed_data,
    votes::{Shift, TotalChange},
};
use aia_shell::{Revert, emit, revert, signatures, words};
use alloy_primitives::{Address, B256, U256};
use alloy_sol_types::Panic;
use stylus_sdk::prelude::*;

use crate::{AiaToken, I, signatures::malformed};

impl AiaToken {
    pub(crate) fn set_delegatee(&mut self, delegator: Address, delegatee: Address) {
        let account = self.account(delegator);
        self.set_account(delegator, Account { delegatee, ..account });
        emit::<I::DelegateChanged, 3>(self.vm(), words![delegator, account.delegatee, delegatee], []);
        self.shift_votes(account.delegatee, delegatee, account.balance);
    }

    /// Delegates for whoever signed; ECDSA only, as ERC-5805 says.
    pub(crate) fn delegate_signed(
        &mut self,
        delegatee: Address,
        nonce: U256,
        expiry: U256,
        signature: &[u8],
    ) -> Result<(), Revert> {
        if U256::from(self.now()) > expiry {
            return Err(revert::<I::VotesExpiredSignature>(words![expiry]));
        }
        let digest = self.digest(typed_data::delegation(delegatee, nonce, expiry));
        let signer = signatures::recover(self.vm(), digest, signature).map_err(malformed)?;
        let current = self.use_nonce(signer);
        if nonce != current {
            return Err(revert::<I::InvalidAccountNonce>(words![signer, current]));
        }
        self.set_delegatee(signer, delegatee);
        Ok(())
    }

    /// Moves `amount` votes between delegatees, where the zero address is nobody.
    pub(crate) fn shift_votes(&mut self, from: Address, to: Address, amount: u128) {
        let shift = Shift { from, to, amount };
        if shift.is_noop() {
            return;
        }
        let now = self.now();
        if !from.is_zero() {
            // A delegatee's votes are the sum of its delegators' balances, so they cover the amount.
            self.push_votes(from, now, |votes| votes - amount);
        }
        if !to.is_zero() {
            // No sum of balances exceeds the supply, which is below 2^90.
            self.push_votes(to, now, |votes| votes + amount);
        }
        // The total is the sum of all votes: the same two reasons hold.
        match shift.total_change() {
            TotalChange::Up(amount) => self.delegated.push(now, self.delegated.latest() + amount),
            TotalChange::Down(amount) => self.delegated.push(now, self.delegated.latest() - amount),
            TotalChange::None => {}
        }
    }

    /// Returns a timepoint of the past as an instant.
    pub(crate) fn past(&self, timepoint: U256) -> Result<u64, Revert> {
        let now = self.now();
        match u64::try_from(timepoint) {
            Ok(instant) if instant < now => Ok(instant),
            _ => Err(revert::<I::ERC5805FutureLookup>(words![timepoint, now])),
        }
    }

    pub(crate) fn past_votes(&self, account: Address, instant: u64) -> U256 {
        U256::from(self.votes.getter(account).lookup(instant))
    }

    /// Returns key and value of a checkpoint.
    pub(crate) fn checkpoint_of(&self, account: Address, index: u32) -> Result<[B256; 2], Revert> {
        let trace = self.votes.getter(account);
        // What Solidity's own bounds check reverts with, as in OpenZeppelin's array of checkpoints.
        let checkpoint = trace.checkpoint(index).ok_or_else(|| revert::<Panic>(words![0x32u8]))?;
        Ok(words![checkpoint.key, checkpoint.value])
    }

    fn push_votes(&mut self, delegatee: Address, now: u64, change: impl FnOnce(u128) -> u128) {
        let mut trace = self.votes.setter(delegatee);
        let previous = trace.latest();
        let new = change(previous);
        trace.push(now, new);
        emit::<I::DelegateVotesChanged, 1>(self.vm(), words![delegatee], words![previous, new]);
    }
}
