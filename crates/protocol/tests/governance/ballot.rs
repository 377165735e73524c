//! Ballots: hashed as EIP-712 has it, packed row by row, with a nonce for each proposal.

use aia_protocol::{
    governance::ballot::{
        BALLOT_TYPEHASH, EXTENDED_BALLOT_TYPEHASH, ROW, Row, ballot, extended_ballot, keyed_nonce, nonce_key, rows,
    },
    typed_data,
};
use alloy_primitives::{Address, B256, U256, b256, keccak256};
use proptest::{collection::vec, prelude::*};

use crate::seeded;

const PROPOSAL: B256 = B256::repeat_byte(0xc3);
const VOTER: Address = Address::repeat_byte(0xb0);
const GOVERNOR: Address = Address::repeat_byte(0xaa);

/// Returns what is signed on the governor's domain.
fn digest(message: B256) -> B256 {
    let [name, version] = ["AIA Governor", "1"].map(keccak256);
    typed_data::digest(typed_data::domain_separator(name, version, 412_346, GOVERNOR), message)
}

#[test]
fn typehashes_are_the_hashes_of_their_types() {
    let members = "uint256 proposalId,uint8 support,address voter,uint256 nonce";
    assert_eq!(BALLOT_TYPEHASH, keccak256(format!("Ballot({members})")));
    assert_eq!(EXTENDED_BALLOT_TYPEHASH, keccak256(format!("ExtendedBallot({members},string reason,bytes params)")));
}

#[test]
fn what_is_signed_is_what_wallets_sign() {
    // Both digests are viem's.
    let nonce = keyed_nonce(nonce_key(PROPOSAL), U256::from(7));
    assert_eq!(
        digest(ballot(PROPOSAL, 1, VOTER, nonce)),
        b256!("5c6e033df710effb8e502dbe9505459e52dadca749cd2b3c1a8dff258aec5bbb")
    );
    assert_eq!(
        digest(extended_ballot(PROPOSAL, 255, VOTER, nonce, b"half and half", &[1; 48])),
        b256!("00aec4d769fd2730d9c0028a2814ab1cb5742c99d1fac16dbd4832032d8884d6")
    );
}

/// Returns the words of a ballot as `abi.encode` lays them out.
fn encoded(typehash: B256, proposal: [u8; 32], support: u8, voter: [u8; 20], nonce: [u8; 32]) -> Vec<u8> {
    let mut bytes = [typehash.0, proposal].concat();
    bytes.extend([0; 31]);
    bytes.push(support);
    bytes.extend([0; 12]);
    bytes.extend(voter);
    bytes.extend(nonce);
    bytes
}

#[test]
fn the_nonces_of_a_proposal_lie_under_the_low_bits_of_its_id() {
    let id = b256!("ffffffffffffffff000000000000000000000000000000000000000000000001");
    assert_eq!(nonce_key(id), U256::ONE);
    assert_eq!(nonce_key(B256::repeat_byte(0xff)), U256::MAX >> 64usize);
    assert_eq!(nonce_key(B256::ZERO), U256::ZERO);
}

#[test]
fn a_nonce_has_its_key_above_its_count() {
    let highest = U256::MAX >> 64usize;
    for (key, count, nonce) in [
        (U256::ZERO, 0, U256::ZERO),
        (U256::ZERO, 9, U256::from(9)),
        (U256::ONE, 0, U256::from(1u128 << 64)),
        (U256::ONE, u64::MAX, U256::from((1u128 << 65) - 1)),
        (highest, u64::MAX, U256::MAX),
    ] {
        assert_eq!(keyed_nonce(key, U256::from(count)), nonce, "{key}, {count}");
    }
}

#[test]
fn a_row_has_voter_support_and_signature() {
    assert_eq!(ROW, 86);
    let packed: Vec<u8> = (0..172).collect();
    let row = |from: u8| -> Vec<u8> { (from..from + 86).collect() };
    let [first, second] = [0, 86].map(row);
    let expected = [&first, &second].map(|row| Row {
        voter: Address::from_slice(&row[..20]),
        support: row[20],
        signature: &row[21..],
    });
    assert_eq!((expected[0].support, expected[1].support, expected[1].signature[64]), (20, 106, 171));
    assert_eq!(rows(&packed).expect("two rows").collect::<Vec<_>>(), expected);
}

#[test]
fn a_batch_is_made_of_whole_rows_and_has_one_at_least() {
    for length in [0, 1, 65, 85, 87, 171, 173, 86 * 50 - 1] {
        assert!(rows(&vec![0; length]).is_none(), "{length} bytes");
    }
    for count in [1, 2, 50] {
        assert_eq!(rows(&vec![0; 86 * count]).expect("whole rows").count(), count);
    }
}

proptest! {
    #![proptest_config(seeded(1000))]

    #[test]
    fn a_ballot_hashes_to_the_hash_of_its_words(
        proposal in any::<[u8; 32]>(),
        support in any::<u8>(),
        voter in any::<[u8; 20]>(),
        nonce in any::<[u8; 32]>(),
        reason in vec(any::<u8>(), 0..100),
        params in vec(any::<u8>(), 0..100),
    ) {
        let (id, account, number) = (B256::new(proposal), Address::new(voter), U256::from_be_bytes(nonce));
        let words = encoded(BALLOT_TYPEHASH, proposal, support, voter, nonce);
        prop_assert_eq!(ballot(id, support, account, number), keccak256(words));

        let mut words = encoded(EXTENDED_BALLOT_TYPEHASH, proposal, support, voter, nonce);
        words.extend(keccak256(&reason));
        words.extend(keccak256(&params));
        prop_assert_eq!(extended_ballot(id, support, account, number, &reason, &params), keccak256(words));
    }

    #[test]
    fn a_nonce_tells_its_proposal_and_its_count(proposal in any::<[u8; 32]>(), count in any::<u64>()) {
        let key = nonce_key(B256::new(proposal));
        prop_assert_eq!(key.to_be_bytes::<32>()[8..].to_vec(), proposal[8..].to_vec());
        prop_assert_eq!(key >> 192usize, U256::ZERO);
        let nonce = keyed_nonce(key, U256::from(count));
        prop_assert_eq!(nonce >> 64usize, key);
        prop_assert_eq!(nonce & U256::from(u64::MAX), U256::from(count));
    }

    #[test]
    fn rows_come_out_as_they_went_in(ballots in vec(any::<([u8; 20], u8, [u8; 65])>(), 1..20)) {
        let mut packed: Vec<u8> = Vec::new();
        for (voter, support, signature) in &ballots {
            packed.extend(voter);
            packed.push(*support);
            packed.extend(signature);
        }
        let expected: Vec<Row<'_>> = ballots
            .iter()
            .map(|(voter, support, signature)| Row { voter: Address::new(*voter), support: *support, signature })
            .collect();
        prop_assert_eq!(rows(&packed).expect("whole rows").collect::<Vec<_>>(), expected);
    }
}
