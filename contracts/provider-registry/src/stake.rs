//! Stake coming in, leaving, and gone.

use aia_protocol::staking::{pool::Pool, provider::Provider, rewards::Position};
use aia_shell::{Revert, Word, emit, revert, token::Authorization, words};
use alloy_primitives::{Address, B256, U256, keccak256};
use stylus_sdk::prelude::*;

use crate::{I, ProviderRegistry, narrow};

/// An ERC-3009 payment to stake, as its payer signed it.
pub(crate) struct Deposit<'a> {
    pub(crate) from: Address,
    pub(crate) amount: u128,
    pub(crate) valid_after: U256,
    pub(crate) valid_before: U256,
    pub(crate) salt: B256,
    pub(crate) signature: &'a [u8],
}

impl ProviderRegistry {
    pub(crate) fn delegate(&mut self, account: Address, amount: u128) -> Result<u128, Revert> {
        let delegator = self.caller();
        let shares = self.credit_stake(account, delegator, amount)?;
        self.token().pull(delegator, amount)?;
        Ok(shares)
    }

    pub(crate) fn delegate_permitted(
        &mut self,
        account: Address,
        amount: u128,
        deadline: U256,
        signature: &[u8],
    ) -> Result<u128, Revert> {
        let delegator = self.caller();
        let shares = self.credit_stake(account, delegator, amount)?;
        self.token().permit(delegator, amount, deadline, signature)?;
        self.token().pull(delegator, amount)?;
        Ok(shares)
    }

    pub(crate) fn delegate_authorized(&mut self, account: Address, deposit: &Deposit<'_>) -> Result<u128, Revert> {
        let Deposit { from, amount, valid_after, valid_before, salt, signature } = *deposit;
        let shares = self.credit_stake(account, from, amount)?;
        // The nonce names the provider: whoever submits the payment cannot stake it with another.
        let nonce = keccak256([account.word().0, salt.0].as_flattened());
        let payment = Authorization { from, value: amount, valid_after, valid_before, nonce, signature };
        self.token().receive(&payment)?;
        Ok(shares)
    }

    /// Gives `delegator` the shares of stake that the caller is about to take in.
    fn credit_stake(&mut self, account: Address, delegator: Address, amount: u128) -> Result<u128, Revert> {
        self.entry()?;
        if amount == 0 {
            return Err(revert::<I::ZeroAmount>([]));
        }
        let provider = self.living(account)?;
        let pool = self.pool(account);
        if delegator != account {
            self.check_newcomer(account, provider, pool, amount)?;
        }
        let stream = self.settle(account, pool.shares);
        let position = self.touch(account, delegator, provider.generation, stream.acc);
        let (pool, shares) = pool.delegate(amount);
        self.store_pool(account, pool);
        // At most all shares of the pool.
        self.store_position(account, delegator, Position { shares: position.shares + shares, ..position });
        emit::<I::Delegated, 2>(self.vm(), words![account, delegator], words![amount, shares]);
        Ok(shares)
    }

    /// Others than the provider do not pay for older faults, and cannot outweigh its own stake.
    fn check_newcomer(&self, account: Address, provider: Provider, pool: Pool, amount: u128) -> Result<(), Revert> {
        if provider.open_disputes > 0 {
            return Err(revert::<I::ProviderUnderDispute>(words![account, provider.open_disputes]));
        }
        let tokens = U256::from(pool.tokens) + U256::from(amount);
        let max = self.config().most_pool(self.own_stake(account, provider, pool));
        if tokens > U256::from(max) {
            return Err(revert::<I::DelegationTooHigh>(words![account, tokens, max]));
        }
        Ok(())
    }

    pub(crate) fn undelegate(&mut self, account: Address, shares: u128) -> Result<(u32, u128), Revert> {
        if shares == 0 {
            return Err(revert::<I::ZeroAmount>([]));
        }
        let delegator = self.caller();
        let (config, epoch) = self.clock();
        let pool = self.pool(account);
        let stream = self.settle(account, pool.shares);
        let generation = self.load_provider(account).generation;
        let position = self.touch(account, delegator, generation, stream.acc);
        let left = position
            .shares
            .checked_sub(shares)
            .ok_or_else(|| revert::<I::InsufficientShares>(words![delegator, position.shares, shares]))?;
        let (pool, tokens) = pool.undelegate(shares).map_err(|_| revert::<I::WorthlessShares>(words![shares]))?;
        let leaves = config.exit_bucket(epoch);
        let bucket = self.bucket(account, leaves);
        let (bucket, claims) =
            bucket.join(tokens).map_err(|_| revert::<I::InsolventBucket>(words![account, leaves]))?;
        self.store_pool(account, pool);
        self.store_position(account, delegator, Position { shares: left, ..position });
        self.store_bucket(account, leaves, bucket);
        self.add_exit(account, leaves, delegator, claims);
        let data = words![tokens, shares, claims];
        emit::<I::Undelegated, 3>(self.vm(), words![account, delegator, leaves], data);
        Ok((leaves, tokens))
    }

    fn add_exit(&mut self, account: Address, epoch: u32, owner: Address, claims: u128) {
        let mut of_provider = self.exits.setter(account);
        let mut of_epoch = of_provider.setter(U256::from(epoch));
        let mut exit = of_epoch.setter(owner);
        // At most all claims of the bucket.
        let all = narrow(exit.get()) + claims;
        exit.set(U256::from(all));
    }

    pub(crate) fn withdraw(&mut self, account: Address, epoch: u32, owner: Address) -> Result<u128, Revert> {
        let (_, current) = self.clock();
        if current <= epoch {
            return Err(revert::<I::NotMatured>(words![epoch, current]));
        }
        let claims = self.exit_of(account, epoch, owner);
        if claims == 0 {
            return Err(revert::<I::NothingToWithdraw>(words![account, epoch, owner]));
        }
        let (bucket, tokens) = self.bucket(account, epoch).withdraw(claims);
        self.store_bucket(account, epoch, bucket);
        self.exits.setter(account).setter(U256::from(epoch)).delete(owner);
        emit::<I::Withdrawn, 3>(self.vm(), words![account, owner, epoch], words![tokens]);
        self.token().transfer(owner, tokens)?;
        Ok(tokens)
    }

    /// Returns shares and what they are worth.
    pub(crate) fn stake_of(&self, account: Address, delegator: Address) -> [B256; 2] {
        let shares = self.live_shares(account, delegator, self.load_provider(account).generation);
        words![shares, self.pool(account).value(shares)]
    }

    /// Returns the shares that are not void.
    pub(crate) fn live_shares(&self, account: Address, delegator: Address, generation: u32) -> u128 {
        let position = self.position(account, delegator);
        if position.generation == generation { position.shares } else { 0 }
    }

    /// Returns what `owner` has in a bucket, and when it can be withdrawn.
    pub(crate) fn unbonding(&self, account: Address, epoch: u32, owner: Address) -> [B256; 2] {
        let tokens = self.bucket(account, epoch).value(self.exit_of(account, epoch, owner));
        let from = self.config().start_of(epoch.saturating_add(1));
        words![tokens, from.min((1 << 48) - 1)]
    }

    pub(crate) fn bucket_of(&self, account: Address, epoch: u32) -> [B256; 2] {
        let bucket = self.bucket(account, epoch);
        words![bucket.tokens, bucket.claims]
    }

    pub(crate) fn exit_of(&self, account: Address, epoch: u32, owner: Address) -> u128 {
        narrow(self.exits.getter(account).getter(U256::from(epoch)).get(owner))
    }
}
