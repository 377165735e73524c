//! What was delivered, under a Merkle root that grows.

use aia_protocol::merkle;
use alloy::{
    primitives::{B256, keccak256},
    sol_types::SolValue,
};

use super::PaymentError;
use crate::Result;

/// The type of a leaf: deliveries are hashed as EIP-712 hashes this struct.
const LEAF_TYPE: &str = "Delivery(string unit,uint128 price,uint128 units,bytes32 requestHash,bytes32 responseHash)";

/// What a unit costs, as both sides agreed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// What is counted: `llm_token`, `request`, `gpu_second`.
    pub unit: String,
    /// Base units of AIA for each.
    pub per_unit: u128,
}

/// A part of the service: a request with its response, or a chunk of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Hash of what was asked.
    pub request_hash: B256,
    /// Hash of what was answered.
    pub response_hash: B256,
    /// How many units it counts.
    pub units: u128,
}

impl Delivery {
    /// Returns a delivery of these bytes, exactly as they came and went.
    pub fn new(request: &[u8], response: &[u8], units: u128) -> Self {
        Self { request_hash: keccak256(request), response_hash: keccak256(response), units }
    }

    /// Returns its leaf at a price. A leaf is hashed of six words, so it is no pair of nodes.
    pub fn leaf(&self, price: &Price) -> B256 {
        let Self { request_hash, response_hash, units } = *self;
        let (kind, unit) = (keccak256(LEAF_TYPE), keccak256(&price.unit));
        keccak256((kind, unit, price.per_unit, units, request_hash, response_hash).abi_encode())
    }
}

/// A Merkle tree to which leaves are added: the same as over a provider's receipts, filled with zeros.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tree {
    count: u32,
    /// From the leaves to the root, as far as there is something else than filling.
    levels: Vec<Vec<B256>>,
}

impl Tree {
    /// Adds a leaf and hashes the way to the root anew.
    pub(crate) fn push(&mut self, leaf: B256) -> Result<()> {
        let mut place = self.count as usize;
        self.count = self.count.checked_add(1).ok_or(PaymentError::Overflow)?;
        let (mut hash, mut filling) = (leaf, B256::ZERO);
        for height in 0.. {
            if height == self.levels.len() {
                self.levels.push(Vec::new());
            }
            let level = &mut self.levels[height];
            match level.get_mut(place) {
                Some(known) => *known = hash,
                None => level.push(hash),
            }
            if level.len() == 1 {
                break;
            }
            let left = place & !1;
            hash = merkle::node(level[left], level.get(left + 1).copied().unwrap_or(filling));
            filling = merkle::node(filling, filling);
            place >>= 1;
        }
        Ok(())
    }

    /// Returns the root; zero without leaves.
    pub(crate) fn root(&self) -> B256 {
        self.levels.last().map_or(B256::ZERO, |top| top[0])
    }

    /// Returns the siblings from a leaf to the root, the leaf's first.
    pub(crate) fn proof(&self, index: u32) -> Result<Vec<B256>> {
        if index >= self.count {
            return Err(PaymentError::NoDelivery { index, count: self.count }.into());
        }
        let (mut place, mut filling) = (index as usize, B256::ZERO);
        let mut siblings = Vec::new();
        for level in &self.levels[..self.levels.len() - 1] {
            siblings.push(level.get(place ^ 1).copied().unwrap_or(filling));
            filling = merkle::node(filling, filling);
            place >>= 1;
        }
        Ok(siblings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;

    /// Returns the root over leaves, all at once.
    fn root(mut level: Vec<B256>) -> B256 {
        level.resize(level.len().next_power_of_two(), B256::ZERO);
        while level.len() > 1 {
            level = level.chunks_exact(2).map(|pair| merkle::node(pair[0], pair[1])).collect();
        }
        level[0]
    }

    #[test]
    fn a_growing_tree_is_the_one_over_all_its_leaves() {
        let leaves: Vec<B256> = (1..=40).map(B256::repeat_byte).collect();
        let mut tree = Tree::default();
        assert_eq!(tree.root(), B256::ZERO);
        for (leaf, count) in leaves.iter().zip(1_u32..) {
            tree.push(*leaf).expect("few leaves");
            assert_eq!((tree.count, tree.root()), (count, root(leaves[..count as usize].to_vec())));
            for (leaf, index) in leaves.iter().zip(0..count) {
                let proof = tree.proof(index).expect("a leaf");
                assert!(merkle::verify(tree.root(), count, *leaf, index, &proof), "{index} of {count}");
            }
        }
    }

    #[test]
    fn there_is_no_proof_of_what_is_not_there() {
        let mut tree = Tree::default();
        let mut refused = |index, count| {
            let refused = tree.proof(index);
            let expected = PaymentError::NoDelivery { index, count };
            assert!(matches!(refused, Err(Error::Payment(error)) if error == expected), "{refused:?}");
            tree.push(B256::ZERO).expect("few leaves");
        };
        refused(0, 0);
        refused(1, 1);
        refused(3, 2);
    }

    #[test]
    fn a_leaf_tells_unit_price_units_request_and_response() {
        let (delivery, price) = (Delivery::new(b"2+2", b"4", 3), Price { unit: "llm_token".into(), per_unit: 5 });
        let leaf = delivery.leaf(&price);
        let others = [
            delivery.leaf(&Price { unit: "request".into(), ..price.clone() }),
            delivery.leaf(&Price { per_unit: 6, ..price.clone() }),
            Delivery { units: 4, ..delivery }.leaf(&price),
            Delivery { request_hash: keccak256("2+3"), ..delivery }.leaf(&price),
            Delivery { response_hash: keccak256("5"), ..delivery }.leaf(&price),
        ];
        for (index, other) in others.into_iter().enumerate() {
            assert_ne!(other, leaf, "member {index}");
        }
        assert_eq!(leaf, Delivery::new(b"2+2", b"4", 3).leaf(&price));
    }
}
