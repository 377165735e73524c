//! Governor and timelock against OpenZeppelin 5.7: the same random lives of proposals on the same chain, decided by the
//! same votes, and the same answers.
//!
//! Every step is compared: whether it succeeds, what it returns or reverts with, and all its events; after it, the
//! proposal that it was about; at a trace's end, everything that can be seen. Addresses of governor and timelock, and
//! what is hashed from them, stand for each other.
//!
//! `AIA_TRACES` sets how many traces there are and `AIA_SEED` which.
//!
//! These differences are documented in `IAIAGovernor.sol` and `IAIATimelock.sol`, and kept out of the traces:
//! - the quorum is a part of the delegated votes, between a floor and a cap: here every vote is delegated, the floor is
//!   the least and the cap the largest that there is, and the numerator is never 0;
//! - a proposer has one live proposal: nobody tries to have two, unless it is refused for an earlier reason;
//! - the guardian has a term and strikes: a trace ends before either does, and a guardian is never replaced by nobody,
//!   with which OpenZeppelin lets proposers cancel at any time;
//! - parameters have bounds: they are kept, but for those with which OpenZeppelin reverts alike;
//! - `QuorumParamsSet` and `GuardianStruck` come beside OpenZeppelin's events: they are left out;
//! - operations expire: time stands still before one does, and [`differences`] shows what happens then;
//! - a lowered delay takes effect later, delays are bounded, the admin's role is nobody's to give: delays are only
//!   raised, and that role is not touched;
//! - calls may have delays of their own or be abdicated, the brake may be pulled, targets must keep their code: none of
//!   it is done;
//! - `updateTimelock` wants code at the new timelock, and what is queued stays with the old one: not called;
//! - signatures with v of 0 or 1 are taken: never generated.

mod actions;
mod ballots;
mod council;
mod descriptions;
mod differences;
mod inspection;
mod lifecycle;
mod outcome;
mod pair;
mod people;
mod proposal;
mod start;
mod tally;
mod trace;
mod votes;

use std::time::Instant;

use aia_tests::common::chance;
use eyre::{Context, Result, ensure};

use self::trace::Trace;

/// How many traces there are by default.
const TRACES: u64 = 400;

#[tokio::test(flavor = "multi_thread")]
async fn governor_and_timelock_answer_as_openzeppelins() -> Result<()> {
    let rng = chance();
    let traces = match std::env::var("AIA_TRACES") {
        Ok(text) => text.parse().wrap_err("AIA_TRACES is a number")?,
        Err(_) => TRACES,
    };
    let mut pair = start::start().await?;

    let started = Instant::now();
    for number in 0..traces {
        let present = pair.network.api.chain().snapshot();
        // Each trace has a stream of its own, so that it is the same however many run before it.
        let mut stream = rng.clone();
        stream.set_stream(number);
        Trace::new(&mut pair, stream).run().wrap_err_with(|| format!("trace {number}"))?;
        ensure!(pair.network.api.chain().revert(present)?, "the snapshot is gone");
        pair.forget_proposals();
    }
    println!("{traces} traces in {:.1?}; name, successes, refusals:\n{}", started.elapsed(), pair.tally);
    // Fewer do not meet everything.
    if traces >= TRACES { pair.tally.check(traces) } else { Ok(()) }
}
