//! Receipts, the book and batches, without a chain.

mod batches;
mod book;
mod receipts;

use aia_client::{Domain, JobReceipt};
use alloy::{
    primitives::{Address, B256, keccak256},
    signers::local::PrivateKeySigner,
};

/// The registry of these tests.
fn domain() -> Domain {
    Domain { chain_id: 412_346, registry: Address::repeat_byte(0x11) }
}

/// A key, by a number above 0.
fn key(number: u8) -> PrivateKeySigner {
    PrivateKeySigner::from_bytes(&B256::repeat_byte(number)).expect("a scalar below the order")
}

/// A receipt whose members are all different, by a number.
fn receipt(number: u64) -> JobReceipt {
    let hash = |name: &str| keccak256(format!("{name} {number}"));
    JobReceipt {
        job_id: hash("job"),
        provider: Address::repeat_byte(0x22),
        consumer: Address::repeat_byte(0x33),
        listing_id: 4,
        model_hash: hash("model"),
        request_hash: hash("request"),
        result_hash: hash("result"),
        fingerprint: hash("fingerprint"),
        units_in: 9,
        units_out: 10,
        price: 1_000_000_000_000_000_000 + u128::from(number),
        completed_at: 1_700_000_000 + number,
    }
}

/// A receipt with each member changed alone.
fn changed(receipt: JobReceipt) -> [JobReceipt; 12] {
    let hash = B256::repeat_byte(0x77);
    [
        JobReceipt { job_id: hash, ..receipt },
        JobReceipt { provider: Address::repeat_byte(0x77), ..receipt },
        JobReceipt { consumer: Address::repeat_byte(0x77), ..receipt },
        JobReceipt { listing_id: receipt.listing_id ^ 1, ..receipt },
        JobReceipt { model_hash: hash, ..receipt },
        JobReceipt { request_hash: hash, ..receipt },
        JobReceipt { result_hash: hash, ..receipt },
        JobReceipt { fingerprint: hash, ..receipt },
        JobReceipt { units_in: receipt.units_in ^ 1, ..receipt },
        JobReceipt { units_out: receipt.units_out ^ 1, ..receipt },
        JobReceipt { price: receipt.price ^ 1, ..receipt },
        JobReceipt { completed_at: receipt.completed_at ^ 1, ..receipt },
    ]
}
