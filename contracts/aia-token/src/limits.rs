//! How much may be minted, by whom, within which time.

use aia_protocol::bucket::Bucket;
use aia_shell::{Revert, emit, revert, words};
use alloy_primitives::{Address, B256, U256};
use stylus_sdk::prelude::*;

use crate::{AiaToken, I};

/// Key of the limit that all minters share.
const ALL_MINTERS: Address = Address::ZERO;

impl AiaToken {
    /// Returns capacity, used, available and window of a minter's limit.
    pub(crate) fn limit_of(&self, minter: Address) -> [B256; 4] {
        let bucket = self.bucket(minter).settle(self.now());
        words![bucket.capacity, bucket.used, bucket.available(self.now()), bucket.window]
    }

    /// Takes `value` from the caller's bucket and from that of all minters.
    pub(crate) fn use_mint_limits(&mut self, value: U256) -> Result<(), Revert> {
        let amount = u128::try_from(value).map_err(|_| revert::<I::RateLimitExceeded>([]))?;
        let now = self.now();
        for key in [self.vm().msg_sender(), ALL_MINTERS] {
            let taken = self.bucket(key).take(amount, now).map_err(|_| revert::<I::RateLimitExceeded>([]))?;
            self.mint_limits.insert(key, taken.to_word());
        }
        Ok(())
    }

    pub(crate) fn set_limit(&mut self, minter: Address, capacity: u128, window: u64) -> Result<(), Revert> {
        self.ownership.check()?;
        let bucket = self
            .bucket(minter)
            .reconfigure(capacity, window, self.now())
            .map_err(|_| revert::<I::InvalidMintLimit>(words![minter, capacity, window]))?;
        self.mint_limits.insert(minter, bucket.to_word());
        emit::<I::MintLimitSet, 1>(self.vm(), words![minter], words![bucket.capacity, bucket.window]);
        Ok(())
    }

    fn bucket(&self, minter: Address) -> Bucket {
        Bucket::from_word(self.mint_limits.get(minter))
    }
}
