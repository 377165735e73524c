//! What came of everything, which must be the same on both sides.

use aia_abi::{
    IAIAGovernor::{self as G, ProposalState as State},
    IAIATimelock as T, IAIAToken as I,
};
use aia_tests::staking::aia;
use alloy::primitives::U256;
use eyre::Result;

use super::{
    bench::{Bench, CHANGES, HOLDING, LAST_HOUR, WHALE},
    motions::{
        AGAIN, FIFTY, FORERUNNER, GUARDED, LATE, MORE, Motion, PACKAGE, PARAMETER, PAYEE, PAYMENT, SIGNED, SPLIT, TEN,
        TWO_HUNDRED,
    },
    side::{EXTENSION, LONGER_DELAY, VOTING_PERIOD},
};

/// Proposals, money and parameters in the end.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    fates: Vec<Fate>,
    /// What the payee has, base units.
    paid: U256,
    /// What the timelock has left.
    treasury: U256,
    /// Of proposals.
    threshold: U256,
    /// Of the timelock.
    delay: U256,
}

/// What became of a proposal.
#[derive(Debug, PartialEq, Eq)]
struct Fate {
    title: &'static str,
    state: State,
    /// Against, For and Abstain, base units.
    votes: [U256; 3],
    /// Seconds for which it could be voted on.
    voting: U256,
}

/// Every proposal, by state and by AIA that voted Against, For and Abstain.
const FATES: [(Motion, State, [u64; 3]); 13] = [
    (PAYMENT, State::Executed, [0, 5 * HOLDING + CHANGES + WHALE, 0]),
    (PACKAGE, State::Executed, [HOLDING, WHALE, 0]),
    (FORERUNNER, State::Executed, [0, WHALE, 0]),
    (PARAMETER, State::Executed, [0, WHALE + HOLDING, 0]),
    (GUARDED, State::Canceled, [0, WHALE, 0]),
    (SIGNED, State::Defeated, [0, 4 * HOLDING, 0]),
    (SPLIT, State::Defeated, [1_500, 3_500, 5_000]),
    (TEN, State::Defeated, [4 * HOLDING, 3 * HOLDING, 3 * HOLDING]),
    (FIFTY, State::Defeated, [17 * HOLDING, 17 * HOLDING, 16 * HOLDING]),
    (TWO_HUNDRED, State::Defeated, [67 * HOLDING, 67 * HOLDING, 66 * HOLDING]),
    (LATE, State::Succeeded, [0, HOLDING + WHALE, 0]),
    (AGAIN, State::Canceled, [0; 3]),
    (MORE, State::Pending, [0; 3]),
];

impl Outcome {
    /// Reads what there is.
    pub(super) fn of(bench: &Bench<'_>) -> Result<Self> {
        let side = bench.side();
        let balance = |account| bench.ask(side.token, &I::balanceOfCall { account });
        Ok(Self {
            fates: FATES.iter().map(|(motion, ..)| Fate::of(bench, motion)).collect::<Result<_>>()?,
            paid: balance(PAYEE)?,
            treasury: balance(side.timelock)?,
            threshold: bench.ask(side.governor, &G::proposalThresholdCall {})?,
            delay: bench.ask(side.timelock, &T::getMinDelayCall {})?,
        })
    }

    /// Returns what there must be: the payee began with 1 AIA and the treasury with 1,000, and 4 were paid.
    pub(super) fn expected() -> Self {
        let fate = |&(motion, state, votes): &(Motion, State, [u64; 3])| {
            let extended = EXTENSION - LAST_HOUR;
            let voting = if motion.title == LATE.title { VOTING_PERIOD + extended } else { VOTING_PERIOD };
            Fate { title: motion.title, state, votes: votes.map(aia), voting: U256::from(voting) }
        };
        Self {
            fates: FATES.iter().map(fate).collect(),
            paid: aia(5),
            treasury: aia(996),
            threshold: aia(2_000),
            delay: U256::from(LONGER_DELAY),
        }
    }
}

impl Fate {
    fn of(bench: &Bench<'_>, motion: &Motion) -> Result<Self> {
        let (governor, proposal) = (bench.side().governor, motion.id(bench.side()));
        let votes = bench.ask(governor, &G::proposalVotesCall { proposalId: proposal })?;
        let snapshot = bench.ask(governor, &G::proposalSnapshotCall { proposalId: proposal })?;
        let deadline = bench.ask(governor, &G::proposalDeadlineCall { proposalId: proposal })?;
        Ok(Self {
            title: motion.title,
            state: bench.ask(governor, &G::stateCall { proposalId: proposal })?,
            votes: [votes.againstVotes, votes.forVotes, votes.abstainVotes],
            voting: deadline - snapshot,
        })
    }
}
