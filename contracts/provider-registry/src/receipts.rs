//! Receipts: committed in batches by the provider, rated one by one by those who paid.

use aia_calldata::Args;
use aia_protocol::{
    math::bps_up,
    merkle,
    receipt::JobReceipt,
    staking::reputation::{MAX_SCORE, Reputation},
};
use aia_shell::{Revert, emit, revert, words};
use alloy_primitives::{Address, B256, FixedBytesSliceExt, U256, keccak256};
use stylus_sdk::prelude::*;

use crate::{I, ProviderRegistry, narrow};

/// The members of a batch, as the interface has them.
#[derive(Clone, Copy)]
pub(crate) struct Batch {
    pub(crate) seq: u64,
    pub(crate) root: B256,
    pub(crate) count: u32,
    pub(crate) value: u128,
    pub(crate) fee: u128,
}

/// Where a leaf stands.
pub(crate) struct Place<'a> {
    pub(crate) index: u32,
    pub(crate) proof: &'a [B256],
}

impl Batch {
    pub(crate) fn read(args: &mut Args<'_>) -> Self {
        Self {
            seq: args.uint64(),
            root: args.bytes32(),
            count: args.uint32(),
            value: args.uint128(),
            fee: args.uint128(),
        }
    }

    /// One slot stands for all members.
    fn commitment(&self) -> B256 {
        keccak256(words![self.root, self.count, self.value, self.fee].as_flattened())
    }

    fn holds(&self, leaf: B256, place: &Place<'_>) -> bool {
        merkle::verify(self.root, self.count, leaf, place.index, place.proof)
    }
}

impl ProviderRegistry {
    pub(crate) fn commit_batch(&mut self, root: B256, count: u32, value: u128, content: B256) -> Result<u64, Revert> {
        let config = self.entry()?;
        let account = self.caller();
        let provider = self.living(account)?;
        if count == 0 {
            return Err(revert::<I::EmptyBatch>([]));
        }
        let seq = provider.batches;
        let batch = Batch { seq, root, count, value, fee: bps_up(value, config.batch_fee_bps) };
        self.store_provider(account, provider.count_batch(count));
        self.batches.setter(account).insert(U256::from(seq), batch.commitment().into());
        let data = words![root, count, value, batch.fee, content];
        emit::<I::BatchCommitted, 2>(self.vm(), words![account, seq], data);
        self.token().burn_from(account, batch.fee)?;
        Ok(seq)
    }

    pub(crate) fn rate(
        &mut self,
        batch: &Batch,
        receipt: &JobReceipt,
        place: &Place<'_>,
        score: u8,
    ) -> Result<(), Revert> {
        self.entry()?;
        let (caller, account, index) = (self.caller(), receipt.provider, place.index);
        if caller != receipt.consumer {
            return Err(revert::<I::UnauthorizedConsumer>(words![caller, receipt.consumer]));
        }
        if score > MAX_SCORE {
            return Err(revert::<I::InvalidScore>(words![score]));
        }
        if !self.was_committed(account, batch) {
            return Err(revert::<I::BatchMismatch>(words![account, batch.seq]));
        }
        if !batch.holds(receipt.leaf(), place) {
            return Err(revert::<I::InvalidProof>([]));
        }
        self.mark_rated(account, batch.seq, index)?;
        // Where no fee burned, a rating costs nothing and so weighs nothing.
        let weight = if batch.fee == 0 { 0 } else { receipt.price };
        self.add_rated_value(account, batch, weight)?;
        let reputation = Reputation::from_word(self.reputations.get(account)).rate(score, weight);
        self.reputations.insert(account, reputation.to_word());
        let data = words![receipt.job_id, index, score, weight];
        emit::<I::Rated, 3>(self.vm(), words![account, caller, batch.seq], data);
        Ok(())
    }

    pub(crate) fn verify_receipt(&self, account: Address, batch: &Batch, leaf: B256, place: &Place<'_>) -> bool {
        self.was_committed(account, batch) && batch.holds(leaf, place)
    }

    pub(crate) fn is_rated(&self, account: Address, seq: u64, index: u32) -> bool {
        let word = self.rated.getter(account).getter(U256::from(seq)).get(U256::from(index >> 8));
        word.bit((index & 0xff) as usize)
    }

    pub(crate) fn receipt_digest(&self, receipt: &JobReceipt) -> B256 {
        receipt.digest(self.vm().chain_id(), self.vm().contract_address())
    }

    pub(crate) fn reputation(&self, account: Address) -> [B256; 3] {
        let reputation = Reputation::from_word(self.reputations.get(account));
        words![reputation.ratings, reputation.weight, reputation.weighted_score]
    }

    fn was_committed(&self, account: Address, batch: &Batch) -> bool {
        // A hash is never zero, so what was never committed equals none.
        self.batches.getter(account).get(U256::from(batch.seq)) == U256::from_be_bytes(batch.commitment().0)
    }

    fn mark_rated(&mut self, account: Address, seq: u64, index: u32) -> Result<(), Revert> {
        let mut of_provider = self.rated.setter(account);
        let mut of_batch = of_provider.setter(U256::from(seq));
        let mut word = of_batch.setter(U256::from(index >> 8));
        let mut bits = word.get();
        let bit = (index & 0xff) as usize;
        if bits.bit(bit) {
            return Err(revert::<I::AlreadyRated>(words![account, seq, index]));
        }
        bits.set_bit(bit, true);
        word.set(bits);
        Ok(())
    }

    /// The prices rated never exceed the value for which the fee burned.
    fn add_rated_value(&mut self, account: Address, batch: &Batch, price: u128) -> Result<(), Revert> {
        let mut of_provider = self.rated_values.setter(account);
        let mut rated = of_provider.setter(U256::from(batch.seq));
        let sum = narrow(rated.get()).saturating_add(price);
        if sum > batch.value {
            return Err(revert::<I::BatchValueExceeded>(words![sum, batch.value]));
        }
        rated.set(U256::from(sum));
        Ok(())
    }
}
