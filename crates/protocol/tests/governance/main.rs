//! The rules of the governor and of the timelock: each by its table, and by what holds whatever happens.

mod ballot;
mod brake;
mod counting;
mod delay;
mod delay_law;
mod guardian;
mod lives;
mod operation;
mod packing;
mod proposal;
mod proposer;
mod quorum;
mod settings;

use aia_protocol::governance::INSTANT_BITS;
use proptest::{prelude::*, test_runner::RngSeed};

/// Unix seconds.
const NOW: u64 = 1_700_000_000;
/// The last instant that storage can hold.
const LAST_INSTANT: u64 = (1 << INSTANT_BITS) - 1;
const AIA: u128 = 10u128.pow(18);

/// Draws from the seed of the run, which is printed, instead of keeping a file of failures.
fn seeded(cases: u32) -> ProptestConfig {
    let rng_seed = RngSeed::Fixed(aia_model::seed());
    ProptestConfig { cases, rng_seed, failure_persistence: None, ..ProptestConfig::default() }
}
