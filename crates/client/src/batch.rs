//! Receipts of a provider under one Merkle root.

use aia_protocol::merkle;
use alloy::primitives::{Address, B256};
use serde::{Deserialize, Serialize};

use crate::{Cid, Error, Result, SignedReceipt};

/// A provider's receipts in their places, with the tree over them and the file that publishes them.
///
/// A leaf is the hash of a receipt's EIP-712 hash; the tree is filled with zero leaves up to the next power of two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    receipts: Vec<SignedReceipt>,
    count: u32,
    value: u128,
    root: B256,
    /// The tree below its root, leaves first.
    levels: Vec<Vec<B256>>,
    file: Vec<u8>,
}

/// The JSON of a batch's file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Leaves<T> {
    receipts: T,
}

impl Batch {
    /// Puts receipts into a batch; their signatures are not checked.
    ///
    /// # Errors
    /// [`Error::BatchSize`], [`Error::MixedProviders`], [`Error::ValueOverflow`].
    pub fn new(receipts: Vec<SignedReceipt>) -> Result<Self> {
        let file = serde_json::to_vec(&Leaves { receipts: &receipts })?;
        Self::build(receipts, file)
    }

    /// Reads a batch's file and checks it against the root that was committed.
    ///
    /// # Errors
    /// [`Error::Json`] if it is no such file, [`Error::WrongRoot`], and as [`new`](Self::new).
    pub fn read(file: &[u8], committed: B256) -> Result<Self> {
        let Leaves { receipts } = serde_json::from_slice::<Leaves<Vec<SignedReceipt>>>(file)?;
        let batch = Self::build(receipts, file.to_vec())?;
        batch.check_root(committed)?;
        Ok(batch)
    }

    fn build(receipts: Vec<SignedReceipt>, file: Vec<u8>) -> Result<Self> {
        let count = u32::try_from(receipts.len()).ok().filter(|count| *count > 0);
        let count = count.ok_or(Error::BatchSize(receipts.len()))?;
        let provider = receipts[0].receipt.provider;
        if let Some(index) = receipts.iter().position(|signed| signed.receipt.provider != provider) {
            return Err(Error::MixedProviders { index });
        }
        let value = receipts.iter().try_fold(0_u128, |sum, signed| sum.checked_add(signed.receipt.price));
        let value = value.ok_or(Error::ValueOverflow)?;
        let (levels, root) = grow(receipts.iter().map(|signed| signed.receipt.leaf()).collect());
        Ok(Self { receipts, count, value, root, levels, file })
    }

    /// Checks the root against the one that was committed.
    ///
    /// # Errors
    /// [`Error::WrongRoot`].
    pub fn check_root(&self, committed: B256) -> Result<()> {
        if self.root == committed { Ok(()) } else { Err(Error::WrongRoot { committed, found: self.root }) }
    }

    /// Returns whose receipts they are.
    pub fn provider(&self) -> Address {
        self.receipts[0].receipt.provider
    }

    /// Returns the root of the tree.
    pub fn root(&self) -> B256 {
        self.root
    }

    /// Returns how many receipts there are, at least one.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Returns the sum of the prices, base units.
    pub fn value(&self) -> u128 {
        self.value
    }

    /// Returns the receipts in their places.
    pub fn receipts(&self) -> &[SignedReceipt] {
        &self.receipts
    }

    /// Returns the receipt in a place.
    ///
    /// # Errors
    /// [`Error::NoReceipt`].
    pub fn receipt(&self, index: u32) -> Result<&SignedReceipt> {
        self.receipts.get(index as usize).ok_or(Error::NoReceipt { index, count: self.count })
    }

    /// Returns the siblings from a leaf to the root, the leaf's first.
    ///
    /// # Errors
    /// [`Error::NoReceipt`].
    pub fn proof(&self, index: u32) -> Result<Vec<B256>> {
        self.receipt(index)?;
        let sibling = |(height, level): (usize, &Vec<B256>)| level[(index as usize >> height) ^ 1];
        Ok(self.levels.iter().enumerate().map(sibling).collect())
    }

    /// Returns the file that publishes the receipts and their signatures, JSON.
    pub fn file(&self) -> &[u8] {
        &self.file
    }

    /// Returns the id of the file.
    pub fn cid(&self) -> Cid {
        Cid::of(&self.file)
    }
}

/// Returns the levels of the tree below its root, leaves first, and the root.
fn grow(mut level: Vec<B256>) -> (Vec<Vec<B256>>, B256) {
    level.resize(level.len().next_power_of_two(), B256::ZERO);
    let mut levels = Vec::new();
    while level.len() > 1 {
        let parents = level.chunks_exact(2).map(|pair| merkle::node(pair[0], pair[1])).collect();
        levels.push(std::mem::replace(&mut level, parents));
    }
    // next_power_of_two() is at least 1.
    (levels, level[0])
}
