//! Draws of AIA that goes in and out, and of plain transfers that must make no difference.

use aia_abi::{
    IAIAToken::{self, IAIATokenCalls},
    IStreamPayments::{self as Abi, IStreamPaymentsCalls as Calls},
};
use alloy_primitives::{Address, U256};
use rand::Rng;

use super::{Op, dice::Dice};
use crate::payments::seal::{Flaw, Seal};

/// The token.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn approve(&mut self) -> Op {
        let caller = self.actor();
        let value = if self.chance(85) { U256::MAX } else { self.wallet_part(caller) };
        let spender = self.model.contract.address;
        self.on_token(caller, IAIATokenCalls::approve(IAIAToken::approveCall { spender, value }))
    }

    /// Sends AIA to the contract, which did not ask for it, or to somebody else.
    pub(super) fn donate(&mut self) -> Op {
        let caller = self.actor();
        let to = if self.chance(60) { self.model.contract.address } else { self.actor() };
        let value = self.wallet_part(caller) >> 8;
        self.on_token(caller, IAIATokenCalls::transfer(IAIAToken::transferCall { to, value }))
    }

    /// Submits somebody's permit before it does itself.
    pub(super) fn permit(&mut self) -> Op {
        let (caller, owner) = (self.actor(), self.actor());
        let (value, spender) = (self.wallet_part(owner), self.model.contract.address);
        let (deadline, signature) = (self.deadline(), self.permit_seal(owner).bytes());
        let call = IAIAToken::permit_1Call { owner, spender, value, deadline, signature };
        self.on_token(caller, IAIATokenCalls::permit_1(call))
    }

    /// Returns some of what an account has in its wallet.
    fn wallet_part(&mut self, account: Address) -> U256 {
        let around = self.model.token.balance_of(account) >> 6;
        self.amount(around)
    }

    fn deadline(&mut self) -> U256 {
        let now = U256::from(self.model.now);
        if self.chance(95) { now } else { now - U256::ONE }
    }

    /// Returns the signature of a permit whose refusal can be foreseen: over the next nonce, or of no use at all.
    fn permit_seal(&mut self, owner: Address) -> Seal {
        let flaw = match self.below(100) {
            0..4 => Flaw::NoRecovery,
            4..8 => Flaw::Short,
            _ => Flaw::None,
        };
        Seal { signer: self.mostly(owner), nonce: self.model.token.nonce_of(owner), flaw }
    }
}

/// In.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn fund(&mut self) -> Op {
        let caller = self.consumer();
        let to = if self.chance(70) { caller } else { self.recipient() };
        let amount = self.wallet_part(caller);
        self.pay(caller, Calls::fund(Abi::fundCall { to, amount }))
    }

    pub(super) fn fund_with_permit(&mut self) -> Op {
        let caller = self.consumer();
        let to = if self.chance(70) { caller } else { self.recipient() };
        let (amount, deadline) = (self.wallet_part(caller), self.deadline());
        let mut seal = self.permit_seal(caller);
        let allowed = self.model.token.allowance(caller, self.model.contract.address) >= amount;
        if allowed && seal.nonce > 0 && self.chance(30) {
            // Somebody else was first: the allowance is there and the permit is used up.
            seal = Seal { signer: caller, nonce: seal.nonce - 1, flaw: Flaw::None };
        }
        let call = Abi::fundWithPermitCall { to, amount, deadline, signature: seal.bytes() };
        self.pay(caller, Calls::fundWithPermit(call))
    }

    pub(super) fn fund_with_authorization(&mut self) -> Op {
        let caller = self.actor();
        let from = match self.below(100) {
            0..2 => Address::ZERO,
            2..4 => self.model.contract.address,
            _ => self.consumer(),
        };
        let amount = self.wallet_part(from);
        let (after, before) = self.validity();
        let (salt, signature) = (self.authorization_salt().into(), self.seal(from, true).bytes());
        let call =
            Abi::fundWithAuthorizationCall { from, amount, validAfter: after, validBefore: before, salt, signature };
        self.pay(caller, Calls::fundWithAuthorization(call))
    }

    /// Returns after when and before when an authorization is valid, mostly now.
    pub(super) fn validity(&mut self) -> (U256, U256) {
        let now = U256::from(self.model.now);
        match self.below(100) {
            0..3 => (now, U256::MAX),
            3..6 => (U256::ZERO, now),
            6..20 => (now - U256::ONE, now + U256::ONE),
            _ => (U256::ZERO, U256::MAX),
        }
    }

    /// Returns a salt that is mostly new.
    pub(super) fn authorization_salt(&mut self) -> U256 {
        if self.chance(90) { U256::from_be_bytes(self.word().0) } else { U256::from(self.below(3)) }
    }
}

/// Out.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn withdraw(&mut self) -> Op {
        let caller = self.rich();
        let free = self.model.account(caller).free;
        let amount = if self.chance(25) { U256::MAX } else { self.amount(free) };
        let call = Abi::withdrawCall { to: self.recipient(), amount };
        self.pay(caller, Calls::withdraw(call))
    }

    pub(super) fn settle(&mut self) -> Op {
        let receiver = if self.chance(3) { self.model.token.address } else { self.rich() };
        let caller = if self.chance(30) { self.mostly(receiver) } else { self.actor() };
        let token = if self.chance(96) { self.model.token.address } else { self.actor() };
        self.pay(caller, Calls::settle(Abi::settleCall { receiver, token }))
    }

    pub(super) fn set_ledger_lock(&mut self) -> Op {
        let caller = self.rich();
        // Funding oneself locks often enough.
        let locked = self.chance(25);
        self.pay(caller, Calls::setLedgerLock(Abi::setLedgerLockCall { locked }))
    }

    pub(super) fn collect_fees(&mut self) -> Op {
        let count = self.below(5);
        let accounts = (0..count).map(|_| self.provider()).collect();
        let caller = self.actor();
        self.pay(caller, Calls::collectFees(Abi::collectFeesCall { accounts }))
    }
}
