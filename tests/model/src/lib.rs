//! Deliberately naive models, random operations on them, and their invariants: of the AIA token here, of provider
//! registry and dispute court in [`registry`], of streams and channels in [`payments`], of governor and timelock in
//! [`governance`].
//!
//! A test draws an operation with [`ops::random`], applies it to the model and to the token under
//! test, and compares what both answer: the events, or the refusal.
//! The model takes nothing from `aia-protocol`, so that a mistake there is not repeated here.
//! It does no cryptography: a signature is given by the account that it recovers.

pub mod governance;
pub mod interface;
pub mod invariants;
pub mod limit;
pub mod model;
pub mod ops;
pub mod payments;
pub mod registry;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// Returns the source of chance of a test run, started from [`seed`].
pub fn rng() -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed())
}

/// Returns the seed of a test run and prints it.
///
/// It is `AIA_SEED` if that is set, and otherwise always the same, so that tests do not fail by
/// chance.
///
/// # Panics
/// When `AIA_SEED` is not a number.
pub fn seed() -> u64 {
    let seed = match std::env::var("AIA_SEED") {
        Ok(text) => text.parse().expect("AIA_SEED is a number below 2^64"),
        Err(_) => 0xa1a,
    };
    println!("AIA_SEED={seed}");
    seed
}
