//! How much may be minted, by whom, within which time.

use aia_protocol::bucket::Bucket;
use alloy_primitives::{Address, B256, U256};
use alloy_sol_types::SolEvent;
use stylus_sdk::prelude::*;

use crate::{AiaToken, IAIAToken as I, error::Error};

/// Key of the limit that all minters share.
const ALL_MINTERS: Address = Address::ZERO;

impl AiaToken {
    /// Returns capacity, used, available and window of a minter's limit.
    pub(crate) fn limit_of(&self, minter: Address) -> [B256; 4] {
        let bucket = self.bucket(minter).settle(self.now());
        [bucket.capacity, bucket.used, bucket.available(self.now()), bucket.window.into()]
            .map(|value| U256::from(value).into())
    }

    /// Takes `value` from the caller's bucket and from that of all minters.
    pub(crate) fn use_mint_limits(&mut self, value: U256) -> Result<(), Error> {
        let amount = u128::try_from(value).map_err(|_| Error::RateLimitExceeded)?;
        let now = self.now();
        for key in [self.vm().msg_sender(), ALL_MINTERS] {
            let taken = self.bucket(key).take(amount, now).map_err(|_| Error::RateLimitExceeded)?;
            self.mint_limits.insert(key, taken.to_word());
        }
        Ok(())
    }

    pub(crate) fn set_limit(&mut self, minter: Address, capacity: u128, window: u64) -> Result<(), Error> {
        self.only_owner()?;
        let bucket = self.bucket(minter).reconfigure(capacity, window, self.now()).map_err(|_| {
            Error::InvalidMintLimit { minter, capacity: U256::from(capacity), window: U256::from(window) }
        })?;
        self.mint_limits.insert(minter, bucket.to_word());
        let (capacity, window) = (U256::from(bucket.capacity), U256::from(bucket.window));
        self.emit(&[I::MintLimitSet::SIGNATURE_HASH, minter.into_word()], &[capacity, window]);
        Ok(())
    }

    fn bucket(&self, minter: Address) -> Bucket {
        Bucket::from_word(self.mint_limits.get(minter))
    }
}
