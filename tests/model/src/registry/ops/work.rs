//! Draws of listings, receipts and attestations.

use aia_abi::IProviderRegistry::{self as Abi, IProviderRegistryCalls as Calls};
use alloy_primitives::{Address, B256, FixedBytes, U256, aliases::U48};
use rand::Rng;

use super::{
    Op, STAKERS,
    dice::{Dice, SERVICES},
};
use crate::registry::tree;

/// Subjects of attestations, and keys.
const NAMES: u32 = 4;

/// Listings.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn list(&mut self) -> Op {
        let caller = self.provider();
        let call = Abi::listCall {
            kind: self.kind(),
            service: self.below(SERVICES + 2),
            cid: self.word(),
            codec: 0x55,
            price: self.rng.random::<u128>() >> self.below(128),
            unit: u128::from(self.below(30)),
        };
        self.on_registry(caller, Calls::list(call))
    }

    pub(super) fn update_listing(&mut self) -> Op {
        let listings = &self.model.registry.listings;
        let id = self.rng.random_range(0..=listings.len() as u64 + 1);
        let lister = listings.get(&id).map_or(Address::ZERO, |listing| listing.provider);
        let caller = self.mostly(lister);
        let status = if self.chance(92) { self.one_of(&[1, 2]) } else { self.one_of(&[0, 3, 255]) };
        let price = self.rng.random::<u128>() >> self.below(128);
        let call = Abi::updateListingCall { id, cid: self.word(), codec: 0x71, price, status };
        self.on_registry(caller, Calls::updateListing(call))
    }

    fn kind(&mut self) -> u8 {
        if self.chance(94) { self.one_of(&[1, 2, 3]) } else { self.one_of(&[0, 4]) }
    }
}

/// Receipts.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn commit_batch(&mut self) -> Op {
        let (caller, cid) = (self.provider(), self.word());
        let receipts = self.receipts(caller, cid);
        let root = if self.chance(95) { tree::root(&receipts) } else { self.word() };
        let leaves = u32::try_from(receipts.len()).expect("batches are small");
        let count = match self.below(100) {
            0..90 => leaves,
            90..93 => leaves.next_power_of_two(),
            93..96 => leaves - 1,
            96..98 => leaves + 1,
            98 => 0,
            _ => u32::MAX,
        };
        let sum = receipts.iter().fold(0_u128, |sum, receipt| sum.saturating_add(receipt.price));
        let value = match self.below(100) {
            0..70 => sum,
            70..80 => sum.saturating_add(1),
            80..90 => sum / 2,
            90..93 => 0,
            93..94 => u128::MAX,
            _ => sum.saturating_sub(1),
        };
        self.on_registry(caller, Calls::commitBatch(Abi::commitBatchCall { root, count, value, cid }))
    }

    pub(super) fn rate(&mut self) -> Op {
        let batches = &self.model.registry.batches;
        if batches.is_empty() {
            return self.commit_batch();
        }
        let place = self.rng.random_range(0..batches.len());
        let ((provider, _), committed) = batches.iter().nth(place).expect("it is below the length");
        let receipts = self.receipts(*provider, committed.cid);
        let index = self.rng.random_range(0..receipts.len());
        let mut call = Abi::rateCall {
            batch: committed.batch.clone(),
            receipt: receipts[index].clone(),
            index: u32::try_from(index).expect("batches are small"),
            score: u8::try_from(self.below(101)).expect("scores are small"),
            proof: tree::proof(&receipts, index),
        };
        let caller = self.mostly(call.receipt.consumer);
        if self.chance(12) {
            self.spoil(&mut call);
        }
        self.on_registry(caller, Calls::rate(call))
    }

    /// Makes a rating wrong in one point.
    fn spoil(&mut self, call: &mut Abi::rateCall) {
        match self.below(8) {
            0 => call.score = 101,
            1 => call.batch.value = call.batch.value.wrapping_add(1),
            2 => call.batch.seq += 1,
            3 => call.index ^= 1,
            4 => call.index = u32::MAX,
            5 => call.proof.push(B256::ZERO),
            6 => call.receipt.price = call.receipt.price.wrapping_add(1),
            _ => call.proof.truncate(call.proof.len().saturating_sub(1)),
        }
    }

    fn receipts(&self, provider: Address, cid: B256) -> Vec<Abi::JobReceipt> {
        tree::receipts(provider, cid, &self.model.actors[..STAKERS])
    }
}

/// Attestations.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn attest(&mut self) -> Op {
        let (caller, subject, key) = (self.staker(), self.name(), self.name());
        let now = self.model.now;
        let revokes = self.chance(20);
        let expires = match self.below(100) {
            _ if revokes => 0,
            0..8 => now - 1,
            8..30 => now,
            30..40 => (1 << 48) - 1,
            _ => now + self.rng.random_range(1..2 * self.model.registry.epoch_length),
        };
        let claim = if revokes { FixedBytes::ZERO } else { FixedBytes::from(self.rng.random::<[u8; 20]>()) };
        let call = Abi::attestCall { subject, key, claim, expires: U48::from(expires) };
        self.on_registry(caller, Calls::attest(call))
    }

    pub(super) fn revoke_attester(&mut self) -> Op {
        let (caller, attester) = (self.guardian(), self.staker());
        let now = self.model.now;
        let before = match self.below(100) {
            0..35 => now + self.one_more(),
            35..70 => now - self.rng.random_range(0..2000_u64),
            70..80 => now + 2,
            80..90 => (1 << 48) - 1,
            _ => 0,
        };
        let call = Abi::revokeAttesterCall { attester, before: U48::from(before) };
        self.on_registry(caller, Calls::revokeAttester(call))
    }

    fn name(&mut self) -> B256 {
        U256::from(self.below(NAMES)).into()
    }
}
