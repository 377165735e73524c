//! Batches of receipts, and what consumers think of them.

use aia_abi::IProviderRegistry as Abi;
use alloy_primitives::{Address, Bytes, U256};

use super::{
    Model, Outcome, WHOLE, answer, bps,
    model::{Committed, Reputation},
    part_up, require, tree,
};

impl Model {
    /// `commitBatch`.
    pub fn commit_batch(&mut self, caller: Address, call: &Abi::commitBatchCall) -> Outcome {
        let Abi::commitBatchCall { root, count, value, cid } = *call;
        self.check_not_paused()?;
        let seq = self.profile_not_tombstoned(caller)?.batches;
        require(count > 0, Abi::EmptyBatch {})?;
        let burned = part_up(U256::from(value), bps(self.params().batchFeeBps), WHOLE);
        if !burned.is_zero() {
            self.token.check_pull(self.registry.address, caller, burned)?;
        }
        let profile = self.registry.profiles.entry(caller).or_default();
        profile.batches += 1;
        profile.jobs += u64::from(count);
        let fee = burned.to::<u128>();
        let batch = Abi::Batch { seq, root, count, value, fee };
        self.registry.batches.insert((caller, seq), Committed { batch, cid, rated: U256::ZERO });
        let mut logs = vec![self.emit(&Abi::BatchCommitted { provider: caller, seq, root, count, value, fee, cid })];
        if !burned.is_zero() {
            logs.push(self.token.burn_from(self.registry.address, caller, burned));
        }
        answer(logs, &seq)
    }

    /// `rate`.
    pub fn rate(&mut self, caller: Address, call: &Abi::rateCall) -> Outcome {
        self.check_not_paused()?;
        let rated = self.check_rating(caller, call)?;
        let Abi::rateCall { batch, receipt, index, score, .. } = call;
        let Abi::JobReceipt { provider, consumer, price, .. } = *receipt;
        let (seq, index, score) = (batch.seq, *index, *score);
        let weight = weight(batch, price);
        if let Some(committed) = self.registry.batches.get_mut(&(provider, seq)) {
            committed.rated = rated;
        }
        self.registry.rated.insert((provider, seq, index));
        let reputation = self.registry.reputations.entry(provider).or_default();
        reputation.ratings += U256::ONE;
        reputation.weight += weight;
        reputation.weighted_score += weight * U256::from(score);
        let event = Abi::Rated { provider, consumer, seq, jobId: receipt.jobId, index, score, weight };
        Ok(vec![self.emit(&event)].into())
    }

    /// `reputation`.
    pub fn reputation(&self, provider: Address) -> Reputation {
        self.registry.reputations.get(&provider).copied().unwrap_or_default()
    }

    /// Returns what the batch will have been rated with.
    fn check_rating(&self, caller: Address, call: &Abi::rateCall) -> Result<U256, Bytes> {
        let Abi::rateCall { batch, receipt, index, score, proof } = call;
        let Abi::JobReceipt { provider, consumer, .. } = *receipt;
        let (seq, index, score) = (batch.seq, *index, *score);
        require(caller == consumer, Abi::UnauthorizedConsumer { caller, consumer })?;
        require(score <= 100, Abi::InvalidScore { score })?;
        let committed = self.registry.batches.get(&(provider, seq)).filter(|committed| committed.batch == *batch);
        let committed = committed.ok_or_else(|| super::error(Abi::BatchMismatch { provider, seq }))?;
        let stands = tree::verify(batch.root, batch.count, tree::leaf(receipt), index, proof);
        require(stands, Abi::InvalidProof {})?;
        let again = self.registry.rated.contains(&(provider, seq, index));
        require(!again, Abi::AlreadyRated { provider, seq, index })?;
        let (rated, value) = (committed.rated + weight(batch, receipt.price), U256::from(batch.value));
        require(rated <= value, Abi::BatchValueExceeded { rated, value })?;
        Ok(rated)
    }
}

/// Returns what a rating counts: nothing when the batch cost nothing.
fn weight(batch: &Abi::Batch, price: u128) -> U256 {
    if batch.fee == 0 { U256::ZERO } else { U256::from(price) }
}
