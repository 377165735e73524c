//! Ballots together: which are taken, and how they are packed.

use aia_client::governance::{Ballot, Ballots, Dropped, ROW, SignedBallot, Support, keyed_nonce};
use alloy::primitives::{Bytes, U256};

use crate::{DOMAIN, PROPOSAL, ballot, key, signed};

/// A ballot, signed as it is.
fn sign(number: u8, ballot: Ballot) -> SignedBallot {
    SignedBallot::sign(ballot, &DOMAIN, &key(number)).expect("signs")
}

#[test]
fn the_first_good_ballot_of_each_voter_is_taken_and_all_others_are_dropped_with_a_reason() {
    let (first, second) = (signed(1, Support::For), signed(2, Support::Against));
    // In the second's name, and before it.
    let forged = SignedBallot { signature: first.signature.clone(), ..second.clone() };
    let changed_mind = signed(1, Support::Against);
    let elsewhere = sign(3, Ballot { proposalId: U256::ONE, ..ballot(3, Support::For) });
    let nonsense = sign(3, Ballot { support: 3, ..ballot(3, Support::For) });
    let other_nonce = keyed_nonce(PROPOSAL + U256::ONE, 0);
    let misdirected = sign(3, ballot(3, Support::For).with_nonce(other_nonce));
    let cut = SignedBallot { signature: Bytes::from(vec![1; 64]), ..signed(3, Support::For) };
    let third = sign(3, ballot(3, Support::Abstain).with_nonce(U256::from(9)));

    let sent = [&first, &forged, &changed_mind, &elsewhere, &nonsense, &misdirected, &cut, &second, &third];
    let (taken, dropped) = Ballots::collect(DOMAIN, PROPOSAL, sent.map(Clone::clone));
    assert_eq!(taken.ballots(), [first, second, third]);
    assert_eq!((taken.len(), taken.is_empty()), (3, false));
    assert_eq!((taken.domain(), taken.proposal()), (DOMAIN, PROPOSAL));
    let (mut dropped, reasons): (Vec<_>, Vec<_>) = dropped.into_iter().unzip();
    let Dropped::WrongSigner(recovered) = reasons[0] else { panic!("{:?}", reasons[0]) };
    assert_ne!(recovered, key(2).address());
    let expected = [
        Dropped::Repeated,
        Dropped::OtherProposal(U256::ONE),
        Dropped::NoSupport(3),
        Dropped::OtherNonce(other_nonce),
        Dropped::Malformed,
    ];
    assert_eq!(reasons[1..], expected);
    assert_eq!(dropped.split_off(1), [changed_mind, elsewhere, nonsense, misdirected, cut]);
    assert_eq!(dropped, [forged]);
}

#[test]
fn ballots_are_added_one_by_one_as_they_come() {
    let mut ballots = Ballots::new(DOMAIN, PROPOSAL);
    assert_eq!(ballots.add(signed(1, Support::For)), Ok(()));
    assert_eq!(ballots.add(signed(1, Support::For)), Err(Dropped::Repeated));
    assert_eq!(ballots.add(signed(2, Support::For)), Ok(()));
    assert_eq!(ballots.len(), 2);
}

#[test]
fn a_row_has_its_bytes_in_their_places() {
    assert_eq!(ROW, 86);
    let (first, second) = (signed(1, Support::Abstain), signed(2, Support::For));
    let (taken, _) = Ballots::collect(DOMAIN, PROPOSAL, [first.clone(), second.clone()]);
    let packed = taken.packed();
    assert_eq!(packed.len(), 172);
    for (row, SignedBallot { ballot, signature }) in packed.chunks(86).zip([first, second]) {
        assert_eq!((&row[..20], row[20]), (ballot.voter.as_slice(), ballot.support));
        assert_eq!(row[21..], signature[..]);
    }
    let read: Vec<_> = aia_protocol::governance::ballot::rows(&packed).expect("whole rows").collect();
    let voters: Vec<_> = read.iter().map(|row| (row.voter, row.support)).collect();
    assert_eq!(voters, [(key(1).address(), 2), (key(2).address(), 1)]);
}

#[test]
fn ballots_keep_their_order_in_portions() {
    let (taken, _) = Ballots::collect(DOMAIN, PROPOSAL, (1..=5).map(|number| signed(number, Support::For)));
    let portions = taken.split(2);
    let sizes: Vec<_> = portions.iter().map(Ballots::len).collect();
    assert_eq!(sizes, [2, 2, 1]);
    let again: Vec<_> = portions.iter().flat_map(|portion| portion.ballots().to_vec()).collect();
    assert_eq!(again, taken.ballots());
    let packed: Vec<u8> = portions.iter().flat_map(|portion| portion.packed().to_vec()).collect();
    assert_eq!(packed, taken.packed());
    assert_eq!(taken.split(0).len(), 5);
    assert!(Ballots::new(DOMAIN, PROPOSAL).split(2).is_empty());
    // A portion knows its voters.
    let mut portion = portions[2].clone();
    assert_eq!(portion.add(signed(5, Support::Against)), Err(Dropped::Repeated));
    assert_eq!(portion.add(signed(1, Support::Against)), Ok(()));
}
