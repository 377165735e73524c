//! What each operation is drawn with: mostly what works, often exactly at an edge.

use alloy_primitives::{Address, B256, U256};
use rand::Rng;

use super::Op;
use crate::{
    interface::{Authorization, STRANGER, Signature},
    limit::LONGEST_WINDOW,
    model::{MAX_SUPPLY, Model},
};

const DAY: u64 = 86_400;

/// Draws with a view to the present state.
pub(super) struct Dice<'a, R: ?Sized> {
    pub(super) rng: &'a mut R,
    pub(super) model: &'a Model,
}

/// The operations.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn wait(&mut self) -> Op {
        let seconds = match self.below(100) {
            0..50 => 0,
            50..80 => 1,
            80..92 => self.rng.random_range(2..3600),
            _ => self.rng.random_range(DAY / 2..3 * DAY),
        };
        Op::Wait { seconds }
    }

    pub(super) fn transfer(&mut self) -> Op {
        let caller = self.holder();
        Op::Transfer { caller, to: self.receiver(caller), value: self.part_of_balance(caller) }
    }

    pub(super) fn transfer_from(&mut self) -> Op {
        let (from, caller, value) = self.allowed();
        Op::TransferFrom { caller, from, to: self.receiver(from), value }
    }

    pub(super) fn approve(&mut self) -> Op {
        let caller = self.actor();
        Op::Approve { caller, spender: self.spender(), value: self.allowance_of(caller) }
    }

    pub(super) fn permit(&mut self) -> Op {
        let owner = if self.chance(97) { self.actor() } else { Address::ZERO };
        Op::Permit {
            caller: self.actor(),
            owner,
            spender: self.spender(),
            value: self.allowance_of(owner),
            deadline: self.last_valid_second(),
            nonce: self.nonce_of(owner),
            signature: self.signature_of(owner),
        }
    }

    pub(super) fn transfer_with_authorization(&mut self) -> Op {
        let authorization = self.authorization();
        let signature = self.signature_of(authorization.from);
        Op::TransferWithAuthorization { caller: self.actor(), authorization, signature }
    }

    pub(super) fn receive_with_authorization(&mut self) -> Op {
        let authorization = self.authorization();
        let signature = self.signature_of(authorization.from);
        let payee_can_call = self.model.actors.contains(&authorization.to);
        let caller = if payee_can_call && self.chance(93) { authorization.to } else { self.actor() };
        Op::ReceiveWithAuthorization { caller, authorization, signature }
    }

    pub(super) fn cancel_authorization(&mut self) -> Op {
        let authorizer = self.actor();
        let (nonce, signature) = (self.authorization_nonce(authorizer), self.signature_of(authorizer));
        Op::CancelAuthorization { caller: self.actor(), authorizer, nonce, signature }
    }

    pub(super) fn delegate(&mut self) -> Op {
        let caller = self.actor();
        Op::Delegate { caller, delegatee: self.delegatee(caller) }
    }

    pub(super) fn delegate_by_sig(&mut self) -> Op {
        let signer = self.actor();
        let mut signature = self.signature_of(signer);
        let mut nonce = self.nonce_of(signer);
        if signature == Signature::By(STRANGER) && nonce.is_zero() {
            // A stranger's first nonce is right, and would delegate for an account nobody knows.
            nonce = U256::ONE;
        }
        if self.chance(3) {
            // Signed by another key it is that account's delegation, not a forgery of the first.
            signature = Signature::By(self.actor());
        }
        Op::DelegateBySig {
            caller: self.actor(),
            delegatee: self.delegatee(signer),
            nonce,
            expiry: self.last_valid_second(),
            signature,
        }
    }

    pub(super) fn mint(&mut self) -> Op {
        let minters: Vec<Address> = self.model.limits.keys().copied().filter(|minter| !minter.is_zero()).collect();
        let caller = if minters.is_empty() || !self.chance(93) { self.actor() } else { self.one_of(&minters) };
        let own = self.model.mint_limit_of(caller).available;
        let everyones = self.model.mint_limit_of(Address::ZERO).available;
        let room = U256::from(MAX_SUPPLY) - self.model.total_supply();
        let limit = own.min(everyones);
        // Above the room but within the limits the cap is what refuses.
        let around = if self.chance(90) { limit.min(room) } else { limit };
        Op::Mint { caller, to: self.receiver(caller), value: self.amount(around) }
    }

    pub(super) fn burn(&mut self) -> Op {
        let caller = self.holder();
        Op::Burn { caller, value: self.part_of_balance(caller) }
    }

    pub(super) fn burn_of(&mut self) -> Op {
        let (account, caller, value) = self.allowed();
        Op::BurnOf { caller, account, value }
    }

    pub(super) fn burn_from(&mut self) -> Op {
        let (account, caller, value) = self.allowed();
        Op::BurnFrom { caller, account, value }
    }

    pub(super) fn set_mint_limit(&mut self) -> Op {
        let without_global = !self.model.limits.contains_key(&Address::ZERO);
        let minter = match self.below(100) {
            _ if without_global && self.chance(70) => Address::ZERO,
            0..25 => Address::ZERO,
            _ => self.actor(),
        };
        let capacity = match self.below(100) {
            0..8 => 0,
            8..20 => self.rng.random_range(1..5000),
            20..60 => MAX_SUPPLY >> self.below(60),
            60..88 => self.rng.random_range(1..=MAX_SUPPLY),
            88..94 => MAX_SUPPLY,
            94..97 => MAX_SUPPLY + 1,
            _ => u128::MAX,
        };
        let window = match self.below(100) {
            0..3 => 0,
            3..15 => 1,
            15..40 => self.rng.random_range(2..600),
            40..80 => self.rng.random_range(600..30 * DAY),
            80..94 => LONGEST_WINDOW,
            94..97 => LONGEST_WINDOW + 1,
            _ => (1 << 48) - 1,
        };
        Op::SetMintLimit { caller: self.owner(), minter, capacity, window }
    }

    /// Offers ownership or accepts it, in turn.
    pub(super) fn change_owner(&mut self) -> Op {
        let pending = self.model.pending_owner;
        if !self.model.actors.contains(&pending) || self.chance(20) {
            return Op::TransferOwnership { caller: self.owner(), new_owner: self.anyone() };
        }
        Op::AcceptOwnership { caller: if self.chance(80) { pending } else { self.actor() } }
    }

    pub(super) fn set_ccip_admin(&mut self) -> Op {
        Op::SetCCIPAdmin { caller: self.owner(), new_admin: self.anyone() }
    }

    pub(super) fn set_l1_address(&mut self) -> Op {
        let new_l1_address = if self.chance(50) { Address::ZERO } else { self.anyone() };
        Op::SetL1Address { caller: self.owner(), new_l1_address }
    }
}

/// Their parts.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn below(&mut self, end: u32) -> u32 {
        self.rng.random_range(0..end)
    }

    fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    fn one_of<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.rng.random_range(0..items.len())]
    }

    fn actor(&mut self) -> Address {
        self.one_of(&self.model.actors)
    }

    /// Returns an actor, the zero address or the token.
    fn anyone(&mut self) -> Address {
        match self.below(100) {
            0..8 => Address::ZERO,
            8..14 => self.model.token,
            _ => self.actor(),
        }
    }

    /// Returns the owner, or now and then an impostor.
    fn owner(&mut self) -> Address {
        if self.chance(93) { self.model.owner } else { self.actor() }
    }

    /// Returns an actor, preferably one that holds something.
    fn holder(&mut self) -> Address {
        let first = self.actor();
        if self.model.balance_of(first).is_zero() { self.actor() } else { first }
    }

    fn receiver(&mut self, from: Address) -> Address {
        match self.below(100) {
            0..4 => Address::ZERO,
            4..8 => self.model.token,
            8..16 => from,
            _ => self.actor(),
        }
    }

    fn spender(&mut self) -> Address {
        match self.below(100) {
            0..6 => Address::ZERO,
            6..8 => self.model.token,
            _ => self.actor(),
        }
    }

    fn delegatee(&mut self, delegator: Address) -> Address {
        match self.below(100) {
            0..10 => self.model.delegates(delegator),
            10..20 => delegator,
            20..34 => Address::ZERO,
            _ => self.anyone(),
        }
    }

    /// Returns an owner, a spender, and an amount about as large as the latter may and can spend.
    fn allowed(&mut self) -> (Address, Address, U256) {
        if self.chance(4) {
            // The zero address approved nobody, yet spending nothing of it is a case of its own.
            let value = if self.chance(50) { U256::ZERO } else { U256::ONE };
            return (Address::ZERO, self.actor(), value);
        }
        let mut pair = (self.actor(), self.actor());
        for _ in 0..6 {
            if !self.model.allowance(pair.0, pair.1).is_zero() && !self.model.balance_of(pair.0).is_zero() {
                break;
            }
            pair = (self.actor(), self.actor());
        }
        let (allowance, balance) = (self.model.allowance(pair.0, pair.1), self.model.balance_of(pair.0));
        let around = if self.chance(85) { allowance.min(balance) } else { allowance };
        (pair.0, pair.1, self.amount(around))
    }

    /// Returns an amount that `owner` might let another spend.
    fn allowance_of(&mut self, owner: Address) -> U256 {
        let balance = self.model.balance_of(owner);
        self.amount(balance)
    }

    fn part_of_balance(&mut self, holder: Address) -> U256 {
        let balance = self.model.balance_of(holder);
        self.amount(balance)
    }

    /// Returns nothing, everything, one more than that, some of it, or far too much.
    fn amount(&mut self, around: U256) -> U256 {
        match self.below(100) {
            0..4 => U256::ZERO,
            4..8 => U256::ONE,
            8..16 => around,
            16..30 => around.saturating_add(U256::ONE),
            30..33 => U256::from(u128::MAX),
            33..36 => U256::MAX,
            36..65 => around >> self.rng.random_range(1..64usize),
            _ => around / U256::from(u32::MAX) * U256::from(self.rng.random::<u32>()),
        }
    }

    fn last_valid_second(&mut self) -> U256 {
        let now = self.model.now;
        match self.below(100) {
            0..8 => U256::from(now - 1),
            8..30 => U256::from(now),
            30..50 => U256::from(now + 1),
            50..60 => U256::MAX,
            _ => U256::from(now + self.rng.random_range(0..DAY)),
        }
    }

    /// Returns the next nonce of `signer`, or one that was used, or one that is still to come.
    fn nonce_of(&mut self, signer: Address) -> U256 {
        let next = self.model.nonces(signer);
        match self.below(100) {
            0..6 => next.saturating_sub(U256::ONE),
            6..8 => U256::ZERO,
            8..11 => next + U256::ONE,
            _ => next,
        }
    }

    /// Returns a signature of `signer`, or one that only looks like it.
    fn signature_of(&mut self, signer: Address) -> Signature {
        match self.below(100) {
            0..4 => Signature::By(self.actor()),
            4..7 => Signature::By(STRANGER),
            7..10 => Signature::Void,
            10..13 => Signature::HighS(B256::repeat_byte(0x80)),
            // Nobody has the key of the zero address.
            _ if signer.is_zero() => Signature::Void,
            _ => Signature::By(signer),
        }
    }

    fn authorization(&mut self) -> Authorization {
        let from = self.holder();
        let (valid_after, valid_before) = self.validity();
        Authorization {
            from,
            to: self.receiver(from),
            value: self.part_of_balance(from),
            valid_after,
            valid_before,
            nonce: self.authorization_nonce(from),
        }
    }

    /// Returns bounds around now, or one that is just reached or missed.
    fn validity(&mut self) -> (U256, U256) {
        let now = self.model.now;
        let after = match self.below(100) {
            0..3 => now,
            3..5 => now + 1,
            5..40 => now - 1,
            40..70 => 0,
            _ => now - self.rng.random_range(1..DAY),
        };
        let before = match self.below(100) {
            0..3 => U256::from(now),
            3..5 => U256::from(now - 1),
            5..40 => U256::from(now + 1),
            40..70 => U256::MAX,
            _ => U256::from(now + self.rng.random_range(1..DAY)),
        };
        (U256::from(after), before)
    }

    /// Returns a nonce that was never used, or one of `authorizer`'s that was.
    fn authorization_nonce(&mut self, authorizer: Address) -> B256 {
        let fresh = B256::from(self.rng.random::<[u8; 32]>());
        if !self.chance(7) {
            return fresh;
        }
        let used = self.model.authorizations.range((authorizer, fresh)..).next();
        used.map_or(fresh, |(_, nonce)| *nonce)
    }
}
