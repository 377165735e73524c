//! What tools that were made for OpenZeppelin's governor and timelock rely on: names, ids, hashes and answers.
//!
//! The names come from the published sources and from OpenZeppelin's compiled contracts, never from our bindings.

mod declarations;
mod interfaces;
mod names;
mod snapshot;
mod tools;

use aia_abi::IAIAToken::transferCall;
use aia_tests::governance::{Dao, Draft};
use alloy::primitives::{Address, U256};

/// Returns a proposal that anybody can carry out: it moves nothing.
fn idle(dao: &Dao, description: &str) -> Draft {
    let nothing = transferCall { to: Address::repeat_byte(0x1d), value: U256::ZERO };
    Draft::new(description).call(dao.net().token, &nothing)
}
