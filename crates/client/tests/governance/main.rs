//! Proposals, what they would do, and ballots, without a chain.

mod ballots;
mod directory;
mod proposals;
mod signatures;

use aia_client::governance::{Ballot, Domain, SignedBallot, Support};
use alloy::{
    primitives::{Address, B256, U256, uint},
    signers::local::PrivateKeySigner,
};

/// The governor of these tests.
const DOMAIN: Domain = Domain { chain_id: 412_346, governor: Address::repeat_byte(0x60) };

/// The proposal that is voted on: all its bits are used, and its halves differ.
const PROPOSAL: U256 = uint!(0xf123456789abcdef0123456789abcdef8edcba9876543210fedcba987654321f_U256);

/// A key, by a number above 0.
fn key(number: u8) -> PrivateKeySigner {
    PrivateKeySigner::from_bytes(&B256::repeat_byte(number)).expect("a scalar below the order")
}

/// A ballot of a voter's, by the number of its key.
fn ballot(number: u8, support: Support) -> Ballot {
    Ballot::new(PROPOSAL, support, key(number).address())
}

/// The same, signed.
fn signed(number: u8, support: Support) -> SignedBallot {
    SignedBallot::sign(ballot(number, support), &DOMAIN, &key(number)).expect("signs")
}
