//! Numbers that cannot be: each refused when it is to take effect, whatever was voted, and nothing changed.

use aia_abi::IAIAGovernor as G;
use aia_tests::{
    governance::{Dao, Draft, at},
    reverts::revert_data,
    staking::aia,
};
use alloy::{
    primitives::{
        Address, Bytes, U256,
        aliases::{U48, U96},
    },
    sol_types::{SolCall, SolError},
};
use eyre::Result;

/// A call, and what it is refused with.
type Case = (Vec<u8>, Vec<u8>);

/// Everything that governance can change.
#[derive(Debug, PartialEq, Eq)]
struct Numbers {
    times: [U256; 2],
    extension: U48,
    threshold: U256,
    quorum: (u16, U96, U96),
    guardian: (Address, U48, u8),
    timelock: Address,
}

impl Numbers {
    async fn of(dao: &Dao) -> Result<Self> {
        let governor = dao.governor_as(&dao.stranger())?;
        let quorum = governor.quorumParams(U256::from(dao.net().now())).call().await?;
        let term = governor.guardianTerm().call().await?;
        Ok(Self {
            times: [governor.votingDelay().call().await?, governor.votingPeriod().call().await?],
            extension: governor.lateQuorumVoteExtension().call().await?,
            threshold: governor.proposalThreshold().call().await?,
            quorum: (quorum.numerator, quorum.floor, quorum.cap),
            guardian: (governor.proposalGuardian().call().await?, term.expiry, term.strikes),
            timelock: governor.timelock().call().await?,
        })
    }
}

/// Carries each call through a vote, and asserts that it is refused so and changes nothing, nor what is beside it.
async fn assert_refused(dao: &Dao, cases: Vec<Case>) -> Result<()> {
    let before = Numbers::of(dao).await?;
    let governor = dao.governor_as(&dao.stranger())?;
    let harmless = G::setVotingDelayCall { newVotingDelay: at(7_200) };
    for (index, (call, error)) in cases.into_iter().enumerate() {
        let draft =
            Draft::new(format!("Case {index}")).call(dao.governor, &harmless).paying(dao.governor, U256::ZERO, call);
        dao.ripen(&draft).await?;
        let execute = draft.execute(&governor);
        assert_eq!(revert_data(execute.call().await), Bytes::from(error), "case {index}");
        assert!(!dao.net().submit(&execute).await?.status(), "case {index}");
        assert_eq!(Numbers::of(dao).await?, before, "case {index}");
        dao.assert_state(&draft, G::ProposalState::Queued).await?;
    }
    Ok(())
}

/// Returns the error of a parameter by its number.
fn invalid(index: u8, value: U256, min: U256, max: U256) -> Vec<u8> {
    G::GovernorInvalidParameter { index, value, min, max }.abi_encode()
}

fn voting_delay(seconds: u64) -> Case {
    let call = G::setVotingDelayCall { newVotingDelay: at(seconds) };
    let [value, min, max] = [seconds, 3_600, 2_592_000].map(U256::from);
    (call.abi_encode(), invalid(0, value, min, max))
}

fn voting_period(seconds: u32) -> Case {
    let call = G::setVotingPeriodCall { newVotingPeriod: seconds };
    (call.abi_encode(), G::GovernorInvalidVotingPeriod { votingPeriod: U256::from(seconds) }.abi_encode())
}

fn extension(seconds: u64) -> Case {
    let call = G::setLateQuorumVoteExtensionCall { newVoteExtension: at(seconds) };
    let [new, max] = [seconds, 604_800].map(U256::from);
    let error = G::GovernorPreventLateQuorumVoteExtensionTooLarge { newVoteExtension: new, maxVoteExtension: max };
    (call.abi_encode(), error.abi_encode())
}

fn threshold(votes: U256) -> Case {
    let call = G::setProposalThresholdCall { newProposalThreshold: votes };
    (call.abi_encode(), invalid(1, votes, U256::ZERO, aia(10_000_000)))
}

fn numerator(bps: U256) -> Case {
    let call = G::updateQuorumNumeratorCall { newQuorumNumerator: bps };
    (call.abi_encode(), fraction(bps))
}

fn fraction(bps: U256) -> Vec<u8> {
    let (numerator, denominator) = (bps, U256::from(10_000));
    G::GovernorInvalidQuorumFraction { quorumNumerator: numerator, quorumDenominator: denominator }.abi_encode()
}

fn quorum(numerator: u16, floor: U256, cap: U256, error: Vec<u8>) -> Case {
    let (floor, cap) = (U96::from(floor), U96::from(cap));
    (G::setQuorumParamsCall { numerator, floor, cap }.abi_encode(), error)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_vote_makes_times_and_thresholds_that_cannot_be() -> Result<()> {
    let dao = Dao::start().await?;
    let cases = vec![
        voting_delay(0),
        voting_delay(3_599),
        voting_delay(2_592_001),
        // More than 32 bits.
        voting_delay((1 << 32) + 3_600),
        voting_delay((1 << 48) - 1),
        voting_period(86_399),
        voting_period(2_592_001),
        // Within bounds, but shorter than the extension.
        voting_period(172_799),
        extension(604_801),
        extension((1 << 32) + 1),
        threshold(aia(10_000_000) + U256::from(1)),
        // More than 128 bits.
        threshold(U256::from(1) << 128),
        threshold(U256::MAX),
    ];
    assert_refused(&dao, cases).await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_vote_makes_quorums_that_cannot_be() -> Result<()> {
    let dao = Dao::start().await?;
    let (unit, one) = (aia(1), U256::from(1));
    let (least, most, supply) = (aia(1), aia(100_000_000), aia(1_000_000_000));
    let floor = |value: U256| quorum(4_000, value, supply, invalid(2, value, least, most));
    let cap = |value: U256| quorum(4_000, unit + unit, value, invalid(3, value, unit + unit, supply));
    let cases = vec![
        numerator(U256::from(10_001)),
        // More than 16 bits.
        numerator(U256::from(65_536)),
        numerator(U256::MAX),
        quorum(10_001, unit, supply, fraction(U256::from(10_001))),
        floor(U256::ZERO),
        floor(least - one),
        floor(most + one),
        cap(unit + unit - one),
        cap(supply + one),
    ];
    assert_refused(&dao, cases).await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_vote_makes_a_guardian_for_longer_or_for_more() -> Result<()> {
    let dao = Dao::start().await?;
    let [value, min, max] = [11, 0, 10].map(U256::from);
    let strikes = G::setGuardianTermCall { expiry: at(0), strikes: 11 };
    assert_refused(&dao, vec![(strikes.abi_encode(), invalid(5, value, min, max))]).await?;

    // A year from when it takes effect, which the next proposal does after a day, a week and two days.
    let executed = dao.net().now() + 10 * 86_400 + 1;
    let [value, min, max] = [executed + 31_536_001, 0, executed + 31_536_000].map(U256::from);
    let term = G::setGuardianTermCall { expiry: U48::from(value), strikes: 1 };
    assert_refused(&dao, vec![(term.abi_encode(), invalid(4, value, min, max))]).await
}
