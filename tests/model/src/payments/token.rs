//! The AIA token as far as payments need it: nobody has delegated votes.

use std::collections::{BTreeMap, BTreeSet};

use aia_abi::IAIAToken as Abi;
use alloy_primitives::{Address, B256, Bytes, U256};

use super::{
    Log, Outcome, answer, error, log, require,
    seal::{Flaw, Seal},
    take,
};

/// Balances, allowances and what was signed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Token {
    /// The token's own address.
    pub address: Address,
    /// Holder → base units.
    pub balances: BTreeMap<Address, U256>,
    /// Owner and spender → base units; 2^256 − 1 is without limit.
    pub allowances: BTreeMap<(Address, Address), U256>,
    /// Owner → how many permits it has signed that were submitted.
    pub nonces: BTreeMap<Address, u64>,
    /// Payer and nonce of every authorization that was used.
    pub used: BTreeSet<(Address, B256)>,
}

/// A payment that its payer has signed for its receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Authorization {
    /// Who pays.
    pub from: Address,
    /// Base units.
    pub value: U256,
    /// Unix seconds; valid strictly after.
    pub valid_after: U256,
    /// Unix seconds; valid strictly before.
    pub valid_before: U256,
    /// Any 32 bytes that the payer has not used.
    pub nonce: B256,
    /// Its signature.
    pub seal: Seal,
}

/// Calls.
impl Token {
    /// `transfer`.
    pub fn transfer(&mut self, caller: Address, to: Address, value: U256) -> Outcome {
        let moved = self.send(caller, to, value)?;
        answer(vec![moved], &true)
    }

    /// `approve`.
    pub fn approve(&mut self, caller: Address, spender: Address, value: U256) -> Outcome {
        answer(vec![self.allow(caller, spender, value)], &true)
    }

    /// `permit`, whoever calls, at the instant `now`.
    pub fn permit(
        &mut self,
        now: u64,
        owner: Address,
        spender: Address,
        value: U256,
        deadline: U256,
        seal: Seal,
    ) -> Outcome {
        require(U256::from(now) <= deadline, Abi::ERC2612ExpiredSignature { deadline })?;
        let malformed = [Flaw::NoRecovery, Flaw::Short].contains(&seal.flaw);
        require(!malformed, Abi::ECDSAInvalidSignature {})?;
        let signer = self.permit_signer(owner, seal);
        require(signer == owner, Abi::ERC2612InvalidSigner { signer, owner })?;
        *self.nonces.entry(owner).or_default() += 1;
        Ok(vec![self.allow(owner, spender, value)].into())
    }

    /// `balanceOf`.
    pub fn balance_of(&self, account: Address) -> U256 {
        self.balances.get(&account).copied().unwrap_or_default()
    }

    /// `allowance`.
    pub fn allowance(&self, owner: Address, spender: Address) -> U256 {
        self.allowances.get(&(owner, spender)).copied().unwrap_or_default()
    }

    /// `nonces`.
    pub fn nonce_of(&self, owner: Address) -> u64 {
        self.nonces.get(&owner).copied().unwrap_or_default()
    }

    /// Returns everything in existence.
    pub fn supply(&self) -> U256 {
        self.balances.values().copied().sum()
    }

    /// Returns whom a permit's signature recovers; a used nonce makes it one over another message, of a stranger.
    fn permit_signer(&self, owner: Address, seal: Seal) -> Address {
        let fresh = seal.nonce == self.nonce_of(owner);
        seal.binds().filter(|_| fresh).unwrap_or_default()
    }
}

/// What contracts do: each checks first and then changes.
impl Token {
    /// What `transferFrom` by the receiver does.
    pub(super) fn pull(&mut self, spender: Address, from: Address, value: U256) -> Result<Log, Bytes> {
        let allowance = self.allowance(from, spender);
        require(allowance >= value, Abi::ERC20InsufficientAllowance { spender, allowance, needed: value })?;
        let moved = self.send(from, spender, value)?;
        if allowance != U256::MAX {
            self.allowances.insert((from, spender), allowance - value);
        }
        Ok(moved)
    }

    /// What `receiveWithAuthorization` by the receiver does.
    pub(super) fn receive(&mut self, now: u64, to: Address, signed: &Authorization) -> Result<Vec<Log>, Bytes> {
        let Authorization { from, value, valid_after, valid_before, nonce, seal } = *signed;
        require(seal.binds() == Some(from), Abi::ERC3009InvalidSignature {})?;
        let in_time = valid_after < U256::from(now) && U256::from(now) < valid_before;
        let (after, before) = (valid_after, valid_before);
        require(in_time, Abi::ERC3009InvalidAuthorizationTime { validAfter: after, validBefore: before })?;
        let unused = !self.used.contains(&(from, nonce));
        require(unused, Abi::ERC3009UsedAuthorization { authorizer: from, nonce })?;
        let moved = self.send(from, to, value)?;
        self.used.insert((from, nonce));
        Ok(vec![log(self.address, &Abi::AuthorizationUsed { authorizer: from, nonce }), moved])
    }

    /// What `transfer` does.
    pub(super) fn send(&mut self, from: Address, to: Address, value: U256) -> Result<Log, Bytes> {
        require(!to.is_zero() && to != self.address, Abi::ERC20InvalidReceiver { receiver: to })?;
        let balance = self.balance_of(from);
        if balance < value {
            return Err(error(Abi::ERC20InsufficientBalance { sender: from, balance, needed: value }));
        }
        take(self.balances.entry(from).or_default(), value);
        *self.balances.entry(to).or_default() += value;
        Ok(log(self.address, &Abi::Transfer { from, to, value }))
    }

    /// What `burn` does, to a holder that is known to have as much.
    pub(super) fn burn(&mut self, from: Address, value: U256) -> Log {
        take(self.balances.entry(from).or_default(), value);
        log(self.address, &Abi::Transfer { from, to: Address::ZERO, value })
    }

    fn allow(&mut self, owner: Address, spender: Address, value: U256) -> Log {
        self.allowances.insert((owner, spender), value);
        log(self.address, &Abi::Approval { owner, spender, value })
    }
}
