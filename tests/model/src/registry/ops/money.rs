//! Draws of rewards, and of plain transfers that must make no difference.

use aia_abi::{
    IAIAToken::{self, IAIATokenCalls},
    IProviderRegistry::{self as Abi, IProviderRegistryCalls as Calls},
};
use alloy_primitives::{Address, U256};
use rand::Rng;

use super::{
    Op,
    dice::{Dice, MILLION},
};
use crate::registry::UNIT;

/// Rewards.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn fund(&mut self) -> Op {
        let caller = self.staker();
        if let Some(account) = self.flowing_pool().filter(|_| self.chance(30)) {
            // Next to nothing, which must not hold up what flows.
            let amount = u128::from(self.below(1000) + 1);
            return self.on_registry(caller, Calls::fund(Abi::fundCall { account, amount }));
        }
        let account = if self.chance(80) { self.large_pool() } else { self.provider() };
        let around = self.model.token.balance_of(caller).min(MILLION);
        let amount = self.amount(around);
        self.on_registry(caller, Calls::fund(Abi::fundCall { account, amount }))
    }

    pub(super) fn claim(&mut self) -> Op {
        let pairs: Vec<(Address, Address)> = self.model.registry.positions.keys().copied().collect();
        let stranger = (self.provider(), self.actor());
        let some = self.maybe_one_of(&pairs).unwrap_or(stranger);
        let (account, caller) = match self.below(100) {
            0..75 => some,
            // What is owed is paid wherever it was earned.
            75..90 => (self.provider(), some.1),
            _ => stranger,
        };
        self.on_registry(caller, Calls::claim(Abi::claimCall { account }))
    }

    pub(super) fn burn_stranded(&mut self) -> Op {
        let mut stranded = self.expelled();
        stranded.retain(|provider| {
            let pool = self.model.pool(*provider);
            !pool.left.is_zero() && pool.shares < UNIT
        });
        let anybody = self.provider();
        let account = self.maybe_one_of(&stranded).unwrap_or(anybody);
        let caller = self.actor();
        self.on_registry(caller, Calls::burnStranded(Abi::burnStrandedCall { account }))
    }

    /// Returns a provider to whose pool rewards flow, if there is one.
    fn flowing_pool(&mut self) -> Option<Address> {
        let pools = self.model.registry.pools.iter();
        let flowing = pools.filter(|(_, pool)| pool.shares >= UNIT && !pool.left.is_zero() && pool.remaining > 0);
        let owners: Vec<Address> = flowing.map(|(owner, _)| *owner).collect();
        self.maybe_one_of(&owners)
    }

    /// Returns a provider whose pool is large enough for rewards, if there is one.
    fn large_pool(&mut self) -> Address {
        let pools = self.model.registry.pools.iter();
        let large: Vec<Address> = pools.filter(|(_, pool)| pool.shares >= UNIT).map(|(owner, _)| *owner).collect();
        let anybody = self.provider();
        self.maybe_one_of(&large).unwrap_or(anybody)
    }
}

/// The token.
impl<R: Rng + ?Sized> Dice<'_, R> {
    /// Sends tokens to a contract that did not ask for them.
    pub(super) fn donate(&mut self) -> Op {
        let caller = self.staker();
        let to = self.one_of(&[self.model.registry.address, self.model.court.address]);
        let around = self.model.token.balance_of(caller).min(UNIT);
        let value = U256::from(self.amount(around));
        self.on_token(caller, IAIATokenCalls::transfer(IAIAToken::transferCall { to, value }))
    }

    pub(super) fn transfer(&mut self) -> Op {
        let caller = self.staker();
        let to = if self.chance(50) { self.staker() } else { self.provider() };
        let value = self.model.token.balance_of(caller) / U256::from(self.below(7) + 2);
        self.on_token(caller, IAIATokenCalls::transfer(IAIAToken::transferCall { to, value }))
    }

    pub(super) fn approve(&mut self) -> Op {
        let caller = if self.chance(60) { self.staker() } else { self.provider() };
        let spender = self.one_of(&[self.model.registry.address, self.model.court.address]);
        let value = if self.chance(75) { U256::MAX } else { U256::from(self.amount(MILLION)) };
        self.on_token(caller, IAIATokenCalls::approve(IAIAToken::approveCall { spender, value }))
    }
}
