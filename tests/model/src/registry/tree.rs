//! Receipts, and the Merkle trees over them.

use aia_abi::IProviderRegistry as Abi;
use alloy_primitives::{Address, B256, keccak256};
use alloy_sol_types::SolStruct;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The most receipts that a drawn batch has.
const MOST_RECEIPTS: u32 = 9;
/// The completion time of drawn receipts, Unix seconds; nothing looks at it.
const COMPLETED_AT: u64 = 1_700_000_000;

/// Draws the receipts that can be read under `cid`: always the same ones.
///
/// # Panics
/// When there are no consumers.
pub fn receipts(provider: Address, cid: B256, consumers: &[Address]) -> Vec<Abi::JobReceipt> {
    let mut rng = ChaCha8Rng::from_seed(cid.0);
    let count = rng.random_range(1..=MOST_RECEIPTS);
    (0..count)
        .map(|_| {
            let mut word = || B256::from(rng.random::<[u8; 32]>());
            let (job_id, model_hash, request_hash, result_hash) = (word(), word(), word(), word());
            Abi::JobReceipt {
                jobId: job_id,
                provider,
                consumer: consumers[rng.random_range(0..consumers.len())],
                listingId: rng.random(),
                modelHash: model_hash,
                requestHash: request_hash,
                resultHash: result_hash,
                fingerprint: B256::ZERO,
                unitsIn: rng.random(),
                unitsOut: rng.random(),
                price: rng.random::<u128>() >> rng.random_range(48..128_u32),
                completedAt: COMPLETED_AT,
            }
        })
        .collect()
}

/// Returns the leaf of a receipt: the hash of its hash.
pub fn leaf(receipt: &Abi::JobReceipt) -> B256 {
    keccak256(receipt.eip712_hash_struct())
}

/// Returns a tree from its leaves to its root, level by level; leaves are filled up with zeros.
pub fn levels(receipts: &[Abi::JobReceipt]) -> Vec<Vec<B256>> {
    let mut level: Vec<B256> = receipts.iter().map(leaf).collect();
    level.resize(level.len().next_power_of_two(), B256::ZERO);
    let mut levels = vec![level.clone()];
    while level.len() > 1 {
        level = level.chunks(2).map(|pair| node(pair[0], pair[1])).collect();
        levels.push(level.clone());
    }
    levels
}

/// Returns the root of a tree over receipts.
///
/// # Panics
/// Never: there is always a last level.
pub fn root(receipts: &[Abi::JobReceipt]) -> B256 {
    levels(receipts).last().expect("a tree has levels")[0]
}

/// Returns the siblings from the leaf at `index` to the root.
pub fn proof(receipts: &[Abi::JobReceipt], index: usize) -> Vec<B256> {
    let levels = levels(receipts);
    let below_root = &levels[..levels.len() - 1];
    below_root.iter().enumerate().map(|(height, level)| level[(index >> height) ^ 1]).collect()
}

/// Whether `leaf` stands at `index` of a tree over `count` receipts.
pub fn verify(root: B256, count: u32, leaf: B256, index: u32, proof: &[B256]) -> bool {
    let height = u64::from(count).next_power_of_two().trailing_zeros() as usize;
    if index >= count || proof.len() != height {
        return false;
    }
    let mut hash = leaf;
    for (level, sibling) in proof.iter().enumerate() {
        let is_right = (index >> level) & 1 == 1;
        hash = if is_right { node(*sibling, hash) } else { node(hash, *sibling) };
    }
    hash == root
}

fn node(left: B256, right: B256) -> B256 {
    keccak256([left, right].concat())
}
