//! What is signed, and what breaks a signature.

use aia_client::{Domain, Error, Job, JobReceipt, SignedReceipt, court, new_job_id, registry};
use alloy::{
    primitives::{Address, B256, Signature, U256, keccak256, uint},
    sol_types::{SolStruct, eip712_domain},
};

use crate::{changed, domain, key, receipt};

/// Order of secp256k1.
const ORDER: U256 = uint!(0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141_U256);

fn signed() -> SignedReceipt {
    SignedReceipt::sign(receipt(1), &domain(), &key(1)).expect("signs")
}

#[test]
fn digests_are_those_of_alloy() {
    let Domain { chain_id, registry: contract } = domain();
    let alloy_domain = eip712_domain! {
        name: "AIA Provider Registry",
        version: "1",
        chain_id: chain_id,
        verifying_contract: contract,
    };
    let extreme = JobReceipt { listing_id: u64::MAX, units_in: u64::MAX, units_out: 0, price: u128::MAX, ..receipt(2) };
    for receipt in [receipt(1), extreme].into_iter().chain(changed(receipt(1))) {
        let digest = domain().digest(&receipt);
        assert_eq!(digest, registry::abi_receipt(&receipt).eip712_signing_hash(&alloy_domain));
        assert_eq!(digest, court::abi_receipt(&receipt).eip712_signing_hash(&alloy_domain));
    }
}

#[test]
fn the_signer_is_recovered() {
    assert_eq!(signed().recover(&domain()).expect("well formed"), key(1).address());
    signed().verify(&domain(), key(1).address()).expect("its own");
    let refused = signed().verify(&domain(), key(2).address()).expect_err("another's");
    assert!(matches!(refused, Error::WrongSigner { recovered, .. } if recovered == key(1).address()));
}

#[test]
fn each_member_changed_alone_changes_the_digest_and_breaks_the_signature() {
    let SignedReceipt { receipt, signature } = signed();
    for (index, receipt) in changed(receipt).into_iter().enumerate() {
        assert_ne!(domain().digest(&receipt), domain().digest(&signed().receipt), "member {index}");
        let tampered = SignedReceipt { receipt, signature: signature.clone() };
        assert!(tampered.verify(&domain(), key(1).address()).is_err(), "member {index}");
    }
}

#[test]
fn a_signature_is_for_one_registry_on_one_chain() {
    let elsewhere = [
        Domain { chain_id: domain().chain_id + 1, ..domain() },
        Domain { registry: Address::repeat_byte(0x12), ..domain() },
    ];
    for other in elsewhere {
        assert!(signed().verify(&other, key(1).address()).is_err());
    }
}

#[test]
fn forms_that_contracts_refuse_are_refused() {
    let SignedReceipt { receipt, signature } = signed();
    let parsed = Signature::from_raw(&signature).expect("65 bytes");
    let twin = Signature::new(parsed.r(), ORDER - parsed.s(), !parsed.v()).as_bytes();
    let (mut strange_v, mut compact) = (signature.to_vec(), signature.to_vec());
    strange_v[64] = 35;
    compact.truncate(64);
    for form in [twin.to_vec(), strange_v, compact, vec![0; 65], Vec::new()] {
        let refused = SignedReceipt { receipt, signature: form.into() }.recover(&domain());
        assert!(matches!(refused, Err(Error::MalformedSignature)), "{refused:?}");
    }
}

#[test]
fn receipts_survive_json_in_hex_and_camel_case() {
    let json = serde_json::to_value(signed()).expect("renders");
    assert_eq!(json["receipt"]["listingId"], "0x4");
    assert_eq!(json["receipt"]["price"], "0xde0b6b3a7640001");
    assert_eq!(json["receipt"]["jobId"], receipt(1).job_id.to_string());
    assert_eq!(json["signature"], signed().signature.to_string());
    assert_eq!(json["receipt"].as_object().map(serde_json::Map::len), Some(12));
    assert_eq!(serde_json::from_value::<SignedReceipt>(json.clone()).expect("parses"), signed());

    let mut more = json.clone();
    more["receipt"]["tip"] = "0x1".into();
    assert!(serde_json::from_value::<SignedReceipt>(more).is_err());
    let mut large = json;
    large["receipt"]["listingId"] = "0x10000000000000000".into();
    assert!(serde_json::from_value::<SignedReceipt>(large).is_err());
}

#[test]
fn a_job_is_hashed_from_its_exact_bytes() {
    let job = Job {
        id: new_job_id(),
        provider: Address::repeat_byte(0x22),
        consumer: Address::repeat_byte(0x33),
        listing_id: 4,
        model_hash: B256::repeat_byte(5),
        request: br#"{"prompt":"2+2"}"#,
        response: br#"{"text":"4","temperature":0}"#,
        fingerprint: B256::ZERO,
        units_in: 3,
        units_out: 1,
        price: 12,
        completed_at: 1_700_000_000,
    };
    let receipt = job.receipt();
    assert_eq!(receipt.request_hash, keccak256(job.request));
    assert_eq!(receipt.result_hash, keccak256(job.response));
    let signed = SignedReceipt::sign(receipt, &domain(), &key(1)).expect("signs");
    assert!(signed.covers(job.request, job.response));
    assert!(signed.is_timely(job.completed_at + 60, 60) && signed.is_timely(job.completed_at - 60, 60));
    assert!(!signed.is_timely(job.completed_at + 61, 60));
    assert!(!signed.covers(br#"{"prompt": "2+2"}"#, job.response));
    assert!(!signed.covers(job.request, job.request));
}

#[test]
fn job_ids_do_not_repeat() {
    let ids: std::collections::HashSet<B256> = (0..1_000).map(|_| new_job_id()).collect();
    assert_eq!(ids.len(), 1_000);
}
