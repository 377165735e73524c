//! What voters sign, and what breaks a signature.

use aia_client::{
    Error,
    governance::{Ballot, Domain, ExtendedBallot, Shares, SignedBallot, Support, Vote, keyed_nonce},
};
use alloy::primitives::{Address, B256, Bytes, Signature, U256, keccak256, uint};
use serde_json::{Value, json};

use crate::{DOMAIN, PROPOSAL, ballot, key, signed};

/// Order of secp256k1.
const ORDER: U256 = uint!(0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141_U256);
/// As OpenZeppelin writes the types down.
const DOMAIN_TYPE: &str = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
const BALLOT_TYPE: &str = "Ballot(uint256 proposalId,uint8 support,address voter,uint256 nonce)";
const EXTENDED_TYPE: &str =
    "ExtendedBallot(uint256 proposalId,uint8 support,address voter,uint256 nonce,string reason,bytes params)";

/// A ballot in three parts, with a reason.
fn extended() -> ExtendedBallot {
    let shares = Shares { against: 1, in_favour: 2, abstain: u128::MAX };
    ballot(1, Support::For).because("I cannot decide").in_parts(shares)
}

/// Hashes words, one after the other.
fn hash(words: &[B256]) -> B256 {
    keccak256(words.iter().flat_map(|word| word.0).collect::<Vec<u8>>())
}

/// Returns what is signed, given the hash of the struct.
fn digest(message: B256) -> B256 {
    let domain = hash(&[
        keccak256(DOMAIN_TYPE),
        keccak256("AIA Governor"),
        keccak256("1"),
        U256::from(DOMAIN.chain_id).into(),
        DOMAIN.governor.into_word(),
    ]);
    keccak256([&[0x19, 0x01][..], domain.as_slice(), message.as_slice()].concat())
}

#[test]
fn digests_follow_from_the_types_as_they_are_written() {
    let vote = ballot(1, Support::Abstain);
    let members: [B256; 4] = [PROPOSAL.into(), U256::from(2).into(), key(1).address().into_word(), vote.nonce.into()];
    let message = hash(&[&[keccak256(BALLOT_TYPE)][..], &members].concat());
    assert_eq!(DOMAIN.digest(&vote), digest(message));

    let vote = extended();
    let members: [B256; 4] = [PROPOSAL.into(), U256::from(255).into(), key(1).address().into_word(), vote.nonce.into()];
    let texts = [keccak256("I cannot decide"), keccak256(&vote.params)];
    let message = hash(&[&[keccak256(EXTENDED_TYPE)][..], &members, &texts].concat());
    assert_eq!(DOMAIN.digest(&vote), digest(message));
}

#[test]
fn a_nonce_has_the_low_bits_of_the_proposal_above_its_count() {
    let nonce = uint!(0x0123456789abcdef8edcba9876543210fedcba987654321f0000000000000005_U256);
    assert_eq!(keyed_nonce(PROPOSAL, 5), nonce);
    assert_eq!(ballot(1, Support::For).nonce, keyed_nonce(PROPOSAL, 0));
}

#[test]
fn votes_in_parts_are_three_numbers_of_16_bytes() {
    let mut packed = [0_u8; 48];
    (packed[15], packed[31]) = (1, 2);
    packed[32..].fill(0xff);
    let vote = extended();
    assert_eq!((vote.params, vote.support, vote.reason.as_str()), (packed.into(), 255, "I cannot decide"));
    let plain = ballot(1, Support::Against).because("No");
    assert_eq!((plain.params, plain.support), (Bytes::new(), 0));
}

#[test]
fn each_member_changed_alone_breaks_the_signature() {
    let SignedBallot { ballot, signature } = signed(1, Support::For);
    let changed = [
        Ballot { proposalId: PROPOSAL + U256::ONE, ..ballot.clone() },
        Ballot { support: 0, ..ballot.clone() },
        Ballot { voter: key(2).address(), ..ballot.clone() },
        Ballot { nonce: U256::ZERO, ..ballot },
    ];
    for ballot in changed {
        let refused = SignedBallot { ballot, signature: signature.clone() }.verify(&DOMAIN);
        assert!(matches!(refused, Err(Error::WrongSigner { .. })), "{refused:?}");
    }
}

#[test]
fn a_ballot_is_for_one_governor_on_one_chain() {
    let elsewhere =
        [Domain { chain_id: DOMAIN.chain_id + 1, ..DOMAIN }, Domain { governor: Address::repeat_byte(0x61), ..DOMAIN }];
    signed(1, Support::For).verify(&DOMAIN).expect("its own");
    for other in elsewhere {
        let refused = signed(1, Support::For).verify(&other);
        assert!(matches!(refused, Err(Error::WrongSigner { .. })), "{refused:?}");
    }
}

#[test]
fn nobody_signs_for_another() {
    let refused = SignedBallot::sign(ballot(1, Support::For), &DOMAIN, &key(2)).expect_err("another's key");
    let [expected, recovered] = [1, 2].map(|number| key(number).address());
    assert!(
        matches!(refused, Error::WrongSigner { expected: e, recovered: r } if (e, r) == (expected, recovered)),
        "{refused}"
    );
}

#[tokio::test]
async fn a_key_that_is_elsewhere_signs_the_same() {
    let remote = SignedBallot::sign_remotely(extended(), &DOMAIN, &key(1)).await.expect("signs");
    assert_eq!(remote, SignedBallot::sign(extended(), &DOMAIN, &key(1)).expect("signs"));
}

#[test]
fn forms_that_the_governor_refuses_are_refused() {
    let SignedBallot { ballot, signature } = signed(1, Support::For);
    let parsed = Signature::from_raw(&signature).expect("65 bytes");
    let twin = Signature::new(parsed.r(), ORDER - parsed.s(), !parsed.v()).as_bytes();
    let (mut strange_v, mut compact) = (signature.to_vec(), signature.to_vec());
    strange_v[64] = 35;
    compact.truncate(64);
    for form in [twin.to_vec(), strange_v, compact, vec![0; 65], Vec::new()] {
        let refused = SignedBallot { ballot: ballot.clone(), signature: form.into() }.recover(&DOMAIN);
        assert!(matches!(refused, Err(Error::MalformedSignature)), "{refused:?}");
    }
    let mut parity = signature.to_vec();
    parity[64] -= 27;
    SignedBallot { ballot, signature: parity.into() }.verify(&DOMAIN).expect("v of 0 or 1 will do");
}

#[test]
fn ballots_survive_json() {
    let signed_ballot = signed(1, Support::For);
    let json = serde_json::to_value(&signed_ballot).expect("renders");
    let (voter, signature) = (key(1).address(), &signed_ballot.signature);
    let nonce = keyed_nonce(PROPOSAL, 0);
    let members = json!({ "proposalId": PROPOSAL, "support": 1, "voter": voter, "nonce": nonce });
    assert_eq!(json, json!({ "ballot": members, "signature": signature }));
    assert_eq!(json["ballot"]["proposalId"], format!("{PROPOSAL:#x}"));
    assert_eq!(serde_json::from_value::<SignedBallot>(json.clone()).expect("parses"), signed_ballot);

    // Decimal numbers will do, more members will not.
    let mut decimal = json.clone();
    decimal["ballot"]["proposalId"] = PROPOSAL.to_string().into();
    assert_eq!(serde_json::from_value::<SignedBallot>(decimal).expect("parses"), signed_ballot);
    let mut more = json;
    more["ballot"]["reason"] = "none".into();
    assert!(serde_json::from_value::<SignedBallot>(more).is_err());

    let extended = SignedBallot::sign(extended(), &DOMAIN, &key(1)).expect("signs");
    let json = serde_json::to_value(&extended).expect("renders");
    assert_eq!(json["ballot"]["params"], extended.ballot.params.to_string());
    assert_eq!(serde_json::from_value::<SignedBallot<ExtendedBallot>>(json).expect("parses"), extended);
}

/// Asserts that wallets are shown all members of a vote, by the type that is signed.
fn assert_shown<V: Vote>(vote: &V) {
    let members: Vec<_> = V::MEMBERS.iter().map(|(name, kind)| format!("{kind} {name}")).collect();
    assert_eq!(format!("{}({})", V::NAME, members.join(",")), V::eip712_root_type());
    let shown = DOMAIN.typed_data(vote);
    assert_eq!(shown["primaryType"], V::NAME);
    assert_eq!(shown["types"][V::NAME].as_array().map(Vec::len), Some(V::MEMBERS.len()));
    assert_eq!(shown["types"]["EIP712Domain"].as_array().map(Vec::len), Some(4));
    let named = |(name, _): &(&str, &str)| shown["message"].get(name).is_some();
    assert!(V::MEMBERS.iter().all(named), "{shown}");
}

#[test]
fn wallets_are_shown_everything() {
    assert_shown(&ballot(1, Support::For));
    assert_shown(&extended());
    let Value::Object(message) = extended().members() else { panic!("an object") };
    assert_eq!(message["proposalId"], PROPOSAL.to_string());
    assert_eq!(message["reason"], "I cannot decide");
    assert_eq!(DOMAIN.typed_data(&extended())["domain"]["name"], "AIA Governor");
}
