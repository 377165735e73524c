//! Errors of governance calls, which reach whoever executes the proposal.

use std::fmt::Debug;

use aia_abi::{IAIAGovernor as G, IAIAToken};
use aia_deploy::launch_params;
use aia_devnode::chain::Outcome;
use aia_tests::{
    governance::{Dao, Draft, VOTING_PERIOD},
    staking::aia,
};
use alloy::{
    primitives::{
        Address, Bytes, U256,
        aliases::{U48, U96},
        hex,
    },
    sol_types::{SolCall, SolError},
};
use eyre::Result;

use super::Heard;
use crate::abi::call;

/// The longest term of a guardian, seconds.
const TERM: u64 = 31_536_000;

pub(super) async fn refusals(dao: &Dao, heard: &mut Heard) -> Result<()> {
    times(dao, heard).await?;
    quorums(dao, heard).await?;
    offices(dao, heard).await?;
    relayed(dao, heard).await?;
    what_nobody_proposed(dao)
}

/// Lets a proposal ripen that is one governance call, and returns it.
async fn ripe(dao: &Dao, data: Vec<u8>) -> Result<Draft> {
    let data = Bytes::from(data);
    let draft = Draft::new(data.to_string()).paying(dao.governor, U256::ZERO, data);
    dao.ripen(&draft).await?;
    Ok(draft)
}

/// Asserts that a governance call is refused when its proposal is executed.
async fn fails<E>(dao: &Dao, heard: &mut Heard, call: &impl SolCall, refused: E) -> Result<()>
where
    E: SolError + Debug,
{
    let (draft, by) = (ripe(dao, call.abi_encode()).await?, dao.governor_as(&dao.stranger())?);
    heard.refuses(dao.net(), &draft.execute(&by), refused).await
}

fn invalid(index: u8, value: U256, [min, max]: [U256; 2]) -> G::GovernorInvalidParameter {
    G::GovernorInvalidParameter { index, value, min, max }
}

async fn times(dao: &Dao, heard: &mut Heard) -> Result<()> {
    let bounds = [3_600, 2_592_000].map(U256::from);
    for value in [3_599, 2_592_001] {
        let call = G::setVotingDelayCall { newVotingDelay: U48::from(value) };
        fails(dao, heard, &call, invalid(0, U256::from(value), bounds)).await?;
    }
    for value in [86_399, 2_592_001] {
        let refused = G::GovernorInvalidVotingPeriod { votingPeriod: U256::from(value) };
        fails(dao, heard, &G::setVotingPeriodCall { newVotingPeriod: value }, refused).await?;
    }
    let value = VOTING_PERIOD + 1;
    let refused = G::GovernorPreventLateQuorumVoteExtensionTooLarge {
        newVoteExtension: U256::from(value),
        maxVoteExtension: U256::from(VOTING_PERIOD),
    };
    let call = G::setLateQuorumVoteExtensionCall { newVoteExtension: U48::from(value) };
    fails(dao, heard, &call, refused).await
}

async fn quorums(dao: &Dao, heard: &mut Heard) -> Result<()> {
    let (one, G::Params { quorumFloor: floor, quorumCap: cap, .. }) = (U256::ONE, launch_params());
    for value in [U256::from(10_001), U256::from(65_536), U256::MAX] {
        let denominator = U256::from(10_000);
        let refused = G::GovernorInvalidQuorumFraction { quorumNumerator: value, quorumDenominator: denominator };
        fails(dao, heard, &G::updateQuorumNumeratorCall { newQuorumNumerator: value }, refused).await?;
    }
    let bounds = [aia(1), aia(100_000_000)];
    for value in [bounds[0] - one, bounds[1] + one] {
        let call = G::setQuorumParamsCall { numerator: 1, floor: U96::from(value), cap };
        fails(dao, heard, &call, invalid(2, value, bounds)).await?;
    }
    let bounds = [U256::from(floor), aia(1_000_000_000)];
    for value in [bounds[0] - one, bounds[1] + one] {
        let call = G::setQuorumParamsCall { numerator: 1, floor, cap: U96::from(value) };
        fails(dao, heard, &call, invalid(3, value, bounds)).await?;
    }
    let most = aia(10_000_000);
    for value in [most + one, U256::MAX] {
        let call = G::setProposalThresholdCall { newProposalThreshold: value };
        fails(dao, heard, &call, invalid(1, value, [U256::ZERO, most])).await?;
    }
    Ok(())
}

async fn offices(dao: &Dao, heard: &mut Heard) -> Result<()> {
    for timelock in [Address::ZERO, dao.stranger().address()] {
        let refused = G::GovernorInvalidTimelock { timelock };
        fails(dao, heard, &G::updateTimelockCall { newTimelock: timelock }, refused).await?;
    }
    let tireless = G::setGuardianTermCall { expiry: U48::ZERO, strikes: 11 };
    fails(dao, heard, &tireless, invalid(5, U256::from(11), [U256::ZERO, U256::from(10)])).await?;
    let eternal = G::setGuardianTermCall { expiry: U48::MAX, strikes: 1 };
    let (draft, by) = (ripe(dao, eternal.abi_encode()).await?, dao.governor_as(&dao.stranger())?);
    let longest = U256::from(dao.net().now() + TERM);
    let refused = invalid(4, U256::from(U48::MAX), [U256::ZERO, longest]);
    heard.refuses(dao.net(), &draft.execute(&by), refused).await
}

/// What a relayed call refuses with is passed on; one that gives no reason gets one, and so does a call that cannot be
/// read.
async fn relayed(dao: &Dao, heard: &mut Heard) -> Result<()> {
    let (target, value) = (dao.net().token, U256::ZERO);
    let silent = G::relayCall { target, value, data: hex!("deadbeef").into() };
    fails(dao, heard, &silent, G::FailedCall {}).await?;
    let (by, accept) = (dao.governor_as(&dao.stranger())?, IAIAToken::acceptOwnershipCall {}.abi_encode());
    let loud = G::relayCall { target, value, data: accept.into() };
    let draft = ripe(dao, loud.abi_encode()).await?;
    let refused = IAIAToken::OwnableUnauthorizedAccount { account: dao.governor };
    dao.net().refuses(&draft.execute(&by), refused).await?;

    // `setVotingDelay(uint48)` without its argument, and with one that is too large.
    for data in [hex!("79051887").to_vec(), [&hex!("79051887")[..], &[0xff; 32]].concat()] {
        let draft = ripe(dao, data).await?;
        heard.refuses(dao.net(), &draft.execute(&by), G::FailedCall {}).await?;
    }
    Ok(())
}

/// The timelock itself has no power over the governor while no proposal with that call is executed.
fn what_nobody_proposed(dao: &Dao) -> Result<()> {
    let data = G::setVotingDelayCall { newVotingDelay: U48::from(3_600) }.abi_encode();
    let outcome = call(dao, dao.timelock, dao.governor, data, U256::ZERO)?;
    // Panic(0x31), as OpenZeppelin's queue of calls has it.
    let panic = [&hex!("4e487b71")[..], &U256::from(0x31).to_be_bytes::<32>()].concat();
    assert_eq!(outcome, Outcome::Revert(panic.into()));
    Ok(())
}
