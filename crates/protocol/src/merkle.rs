//! Trees over a provider's receipts.
//!
//! A node is the hash of its two children, left first; below the last leaf the tree is filled with zeros up to the next
//! power of two.
//! The place of a leaf is part of what is proven, so one leaf cannot be shown under two places; sorted pairs would allow it.

use alloy_primitives::{B256, keccak256};

/// Returns the parent of two nodes.
pub fn node(left: B256, right: B256) -> B256 {
    keccak256([left.0, right.0].as_flattened())
}

/// Returns the levels between the leaves and the root of a tree with `count` leaves.
pub fn depth(count: u32) -> usize {
    // At most 32.
    (u32::BITS - count.saturating_sub(1).leading_zeros()) as usize
}

/// Returns the root of the tree in which `leaf` stands at `index`; `proof` are the siblings, leaves first.
pub fn root_from(leaf: B256, index: u32, proof: &[B256]) -> B256 {
    let (root, _) = proof.iter().fold((leaf, index), |(hash, place), sibling| {
        let parent = if place & 1 == 0 { node(hash, *sibling) } else { node(*sibling, hash) };
        (parent, place >> 1)
    });
    root
}

/// Whether `leaf` stands at `index` in a tree of `count` leaves with that root.
pub fn verify(root: B256, count: u32, leaf: B256, index: u32, proof: &[B256]) -> bool {
    index < count && proof.len() == depth(count) && root_from(leaf, index, proof) == root
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAVES: [B256; 3] = [B256::repeat_byte(1), B256::repeat_byte(2), B256::repeat_byte(3)];

    fn root() -> B256 {
        node(node(LEAVES[0], LEAVES[1]), node(LEAVES[2], B256::ZERO))
    }

    #[test]
    fn depth_is_that_of_the_next_power_of_two() {
        for (count, levels) in [(0, 0), (1, 0), (2, 1), (3, 2), (4, 2), (5, 3), (10_000, 14), (u32::MAX, 32)] {
            assert_eq!(depth(count), levels, "{count}");
        }
    }

    #[test]
    fn a_leaf_is_proven_at_its_own_place_only() {
        let proof = [LEAVES[0], node(LEAVES[2], B256::ZERO)];
        for index in 0..5 {
            assert_eq!(verify(root(), 3, LEAVES[1], index, &proof), index == 1, "{index}");
        }
    }

    #[test]
    fn an_inner_node_and_the_filling_are_no_leaves() {
        assert!(!verify(root(), 3, node(LEAVES[0], LEAVES[1]), 0, &[node(LEAVES[2], B256::ZERO)]));
        assert!(!verify(root(), 3, B256::ZERO, 3, &[LEAVES[2], node(LEAVES[0], LEAVES[1])]));
    }

    #[test]
    fn a_single_leaf_is_the_root() {
        assert!(verify(LEAVES[0], 1, LEAVES[0], 0, &[]));
        assert!(!verify(LEAVES[0], 1, LEAVES[0], 1, &[]));
        assert!(!verify(LEAVES[0], 0, LEAVES[0], 0, &[]));
    }
}
