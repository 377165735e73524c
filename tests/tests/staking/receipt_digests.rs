//! Receipts have one digest, whoever computes it: our own code, alloy, ethers.js or viem.

use std::{collections::HashSet, process::Command};

use aia_client::{Domain, JobReceipt, registry};
use aia_tests::peers;
use alloy::{
    primitives::{Address, B256, keccak256},
    sol_types::{SolStruct, eip712_domain},
};
use eyre::{Result, ensure};
use serde_json::{Value, json};

/// A receipt whose members are all different.
fn receipt() -> JobReceipt {
    JobReceipt {
        job_id: keccak256("job"),
        provider: Address::repeat_byte(0x22),
        consumer: Address::repeat_byte(0x33),
        listing_id: 4,
        model_hash: keccak256("model"),
        request_hash: keccak256("request"),
        result_hash: keccak256("result"),
        fingerprint: keccak256("fingerprint"),
        units_in: 9,
        units_out: 10,
        price: 1_000_000_000_000_000_000,
        completed_at: 1_700_000_000,
    }
}

/// Receipts at the ends of the types.
fn extremes() -> [JobReceipt; 2] {
    let of = |hash: u8, number: u64, price: u128| JobReceipt {
        job_id: B256::repeat_byte(hash),
        provider: Address::repeat_byte(hash),
        consumer: Address::repeat_byte(hash),
        listing_id: number,
        model_hash: B256::repeat_byte(hash),
        request_hash: B256::repeat_byte(hash),
        result_hash: B256::repeat_byte(hash),
        fingerprint: B256::repeat_byte(hash),
        units_in: number,
        units_out: number,
        price,
        completed_at: number,
    };
    [of(0, 0, 0), of(0xff, u64::MAX, u128::MAX)]
}

/// A receipt with each member changed alone.
fn changed(receipt: JobReceipt) -> [JobReceipt; 12] {
    [
        JobReceipt { job_id: B256::ZERO, ..receipt },
        JobReceipt { provider: Address::ZERO, ..receipt },
        JobReceipt { consumer: Address::ZERO, ..receipt },
        JobReceipt { listing_id: u64::MAX, ..receipt },
        JobReceipt { model_hash: B256::ZERO, ..receipt },
        JobReceipt { request_hash: B256::ZERO, ..receipt },
        JobReceipt { result_hash: B256::ZERO, ..receipt },
        JobReceipt { fingerprint: B256::ZERO, ..receipt },
        JobReceipt { units_in: u64::MAX, ..receipt },
        JobReceipt { units_out: u64::MAX, ..receipt },
        JobReceipt { price: u128::MAX, ..receipt },
        JobReceipt { completed_at: u64::MAX, ..receipt },
    ]
}

/// Everything that is compared: no two of it may have one digest.
fn cases() -> Vec<(Domain, JobReceipt)> {
    let home = Domain { chain_id: 42_161, registry: Address::repeat_byte(0x11) };
    let elsewhere = [Domain { chain_id: 421_614, ..home }, Domain { registry: Address::with_last_byte(0x11), ..home }];
    let at_home = [receipt()].into_iter().chain(extremes()).chain(changed(receipt()));
    at_home.map(|receipt| (home, receipt)).chain(elsewhere.map(|domain| (domain, receipt()))).collect()
}

/// Returns the digest by alloy's own EIP-712, from the struct of the registry's interface.
fn by_alloy(domain: Domain, receipt: &JobReceipt) -> B256 {
    let domain = eip712_domain! {
        name: "AIA Provider Registry",
        version: "1",
        chain_id: domain.chain_id,
        verifying_contract: domain.registry,
    };
    registry::abi_receipt(receipt).eip712_signing_hash(&domain)
}

/// Returns the digests by the JavaScript clients, from the JSON that wallets get.
fn by_javascript(cases: &[(Domain, JobReceipt)]) -> Result<Vec<Value>> {
    let typed = cases.iter().map(|(domain, receipt)| domain.typed_data(receipt));
    let cases: Vec<_> = typed.map(|data| json!({ "domain": data["domain"], "message": data["message"] })).collect();
    let mut node = Command::new("node");
    node.arg("receipts.mjs").arg(serde_json::to_string(&cases)?).current_dir(peers::scripts()?);
    let output = node.output()?;
    ensure!(output.status.success(), "receipts.mjs failed:\n{}", String::from_utf8_lossy(&output.stderr));
    Ok(serde_json::from_slice(&output.stdout)?)
}

#[test]
fn receipts_have_one_digest_in_rust_alloy_ethers_and_viem() -> Result<()> {
    let cases = cases();
    let answers = by_javascript(&cases)?;
    assert_eq!(answers.len(), cases.len());
    let mut seen = HashSet::new();
    for ((domain, receipt), answer) in cases.iter().zip(&answers) {
        let digest = domain.digest(receipt);
        assert_eq!(by_alloy(*domain, receipt), digest, "alloy: {receipt:?}");
        for client in ["ethers", "viem"] {
            assert_eq!(answer[client], digest.to_string(), "{client}: {receipt:?}");
        }
        assert!(seen.insert(digest), "two cases have one digest: {receipt:?}");
    }
    Ok(())
}
