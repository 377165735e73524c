//! Trees, proofs and files.

use aia_client::{Batch, Cid, Error, JobReceipt, SignedReceipt};
use aia_protocol::merkle;
use alloy::primitives::{Address, B256, Bytes};

use crate::{domain, key, receipt};

/// A batch of the receipts 0 to `count` - 1; batches do not look at signatures.
fn batch(count: u64) -> Batch {
    let unsigned = |number| SignedReceipt { receipt: receipt(number), signature: Bytes::new() };
    Batch::new((0..count).map(unsigned).collect()).expect("a batch")
}

#[test]
fn each_proof_verifies_in_its_own_place_and_in_no_other() {
    for count in 1..=40_u32 {
        let batch = batch(count.into());
        let places = 1_u32 << merkle::depth(count);
        for index in 0..count {
            let (leaf, proof) = (receipt(index.into()).leaf(), batch.proof(index).expect("in the batch"));
            assert_eq!(proof.len(), merkle::depth(count), "{count} leaves");
            for place in 0..places {
                let proven = merkle::root_from(leaf, place, &proof) == batch.root();
                assert_eq!(proven, place == index, "leaf {index} of {count} in place {place}");
            }
        }
        assert!(matches!(batch.proof(count), Err(Error::NoReceipt { .. })));
    }
}

#[test]
fn trees_are_filled_with_zero_leaves() {
    let leaf = |number| receipt(number).leaf();
    assert_eq!(batch(1).root(), leaf(0));
    assert_eq!(batch(2).root(), merkle::node(leaf(0), leaf(1)));
    assert_eq!(batch(3).root(), merkle::node(batch(2).root(), merkle::node(leaf(2), B256::ZERO)));
}

#[test]
fn tampered_leaves_and_proofs_fail() {
    let (batch, index) = (batch(11), 6_u32);
    let proof = batch.proof(index).expect("in the batch");
    for other in crate::changed(receipt(index.into())) {
        assert_ne!(merkle::root_from(other.leaf(), index, &proof), batch.root());
    }
    let leaf = receipt(index.into()).leaf();
    for level in 0..proof.len() {
        let mut tampered = proof.clone();
        tampered[level].0[31] ^= 1;
        assert_ne!(merkle::root_from(leaf, index, &tampered), batch.root(), "level {level}");
    }
    assert_ne!(merkle::root_from(leaf, index, &proof[1..]), batch.root());
}

#[test]
fn value_and_count_are_those_of_the_receipts() {
    let batch = batch(3);
    assert_eq!((batch.count(), batch.value()), (3, 3_000_000_000_000_000_003));
    assert_eq!(batch.provider(), receipt(0).provider);
    assert_eq!(batch.receipt(2).expect("in the batch").receipt, receipt(2));
}

#[test]
fn a_file_is_read_back_and_checked_against_the_root() {
    let signed = (0..5).map(|number| SignedReceipt::sign(receipt(number), &domain(), &key(1)));
    let batch = Batch::new(signed.collect::<Result<_, _>>().expect("signs")).expect("a batch");
    assert_eq!(batch.cid(), Cid::of(batch.file()));
    let read = Batch::read(batch.file(), batch.root()).expect("its own file");
    assert_eq!(read, batch);
    for signed in read.receipts() {
        signed.verify(&domain(), key(1).address()).expect("signed");
    }

    let other = Batch::read(batch.file(), B256::repeat_byte(1)).expect_err("another root");
    assert!(matches!(other, Error::WrongRoot { found, .. } if found == batch.root()));
    let text = String::from_utf8(batch.file().to_vec()).expect("JSON");
    let (dearer, torn) = (text.replacen("0xde0b6b3a7640001", "0xde0b6b3a7640009", 1), &text[..text.len() - 1]);
    assert_ne!(dearer, text);
    assert!(matches!(Batch::read(dearer.as_bytes(), batch.root()), Err(Error::WrongRoot { .. })));
    assert!(matches!(Batch::read(torn.as_bytes(), batch.root()), Err(Error::Json(_))));
}

#[test]
fn what_makes_no_batch_is_refused() {
    let unsigned = |receipt: JobReceipt| SignedReceipt { receipt, signature: Bytes::new() };
    assert!(matches!(Batch::new(Vec::new()), Err(Error::BatchSize(0))));
    assert!(matches!(Batch::read(br#"{"receipts":[]}"#, B256::ZERO), Err(Error::BatchSize(0))));
    let foreign = JobReceipt { provider: Address::ZERO, ..receipt(1) };
    let mixed = Batch::new(vec![unsigned(receipt(0)), unsigned(foreign)]);
    assert!(matches!(mixed, Err(Error::MixedProviders { index: 1 })));
    let dear = |number| unsigned(JobReceipt { price: u128::MAX, ..receipt(number) });
    assert_eq!(Batch::new(vec![dear(0)]).expect("just fits").value(), u128::MAX);
    assert!(matches!(Batch::new(vec![dear(0), unsigned(receipt(1))]), Err(Error::ValueOverflow)));
}
