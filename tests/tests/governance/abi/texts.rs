//! Descriptions and reasons: any bytes of any length, text or not.

use aia_abi::IAIAGovernor::{self as G, ProposalState};
use aia_tests::{
    actions::assert_events,
    governance::{Dao, VOTES, VOTING_DELAY, VOTING_PERIOD, fractions, support::FRACTIONAL},
    staking::aia,
};
use alloy::{
    primitives::{Address, Bytes, LogData, U256, keccak256},
    sol_types::{SolCall, SolEvent, SolValue},
};
use eyre::Result;

use super::{idle, send_raw};

/// Lengths around those of words, and one that takes many.
const LENGTHS: [usize; 5] = [0, 31, 32, 33, 10_000];

/// Returns so many bytes that are no UTF-8, with zeros between them.
fn noise(length: usize) -> Bytes {
    [0xff_u8, 0x00, 0xc3].into_iter().cycle().take(length).collect::<Vec<_>>().into()
}

fn calldata<C: SolCall>(arguments: Vec<u8>) -> Vec<u8> {
    [&C::SELECTOR[..], &arguments].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_description_is_any_bytes() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, account) = (dao.net(), dao.proposer());
    let (by, proposer) = (dao.governor_as(&account)?, account.address());
    let (targets, values) = (vec![Address::repeat_byte(0x7a)], vec![U256::ZERO]);
    for description in LENGTHS.map(noise) {
        let (to, wei, data) = (targets.clone(), values.clone(), vec![description.clone()]);
        let hash = keccak256(&description);
        let id: U256 = keccak256((to.clone(), wei.clone(), data.clone(), hash).abi_encode_params()).into();
        let arguments = (to.clone(), wei.clone(), data.clone(), description.clone()).abi_encode_params();
        let start = U256::from(net.now() + VOTING_DELAY);
        let receipt = send_raw(net, &account, dao.governor, calldata::<G::proposeCall>(arguments)).await?;

        let (end, signatures) = (start + U256::from(VOTING_PERIOD), vec![Bytes::new()]);
        let members = (id, proposer, to.clone(), wei.clone(), signatures, data.clone(), start, end, description);
        let topics = vec![G::ProposalCreated::SIGNATURE_HASH];
        assert_events(&receipt, &[LogData::new_unchecked(topics, members.abi_encode_params().into())]);
        assert_eq!(by.state(id).call().await?, ProposalState::Pending);
        net.send(&by.cancel(to, wei, data, hash)).await?;
        assert_eq!(by.state(id).call().await?, ProposalState::Canceled);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reason_is_any_bytes() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, draft) = (dao.net(), idle("Reasons"));
    let (id, splitting) = (draft.id(), dao.proposer());
    let [first, second, third] = dao.voters();
    let (fourth, fifth) = (net.account(0), net.account(1));
    for account in [&fourth, &fifth] {
        dao.enfranchise(account, aia(1)).await?;
    }
    dao.open(&draft).await?;
    let voters = [(first, VOTES[0]), (second, VOTES[1]), (third, VOTES[2]), (fourth, 1), (fifth, 1)];
    let (against, support) = (U256::ZERO, U256::from(FRACTIONAL));
    let params = fractions(U256::ONE, U256::ZERO, U256::ZERO);
    for ((voter, votes), reason) in voters.into_iter().zip(LENGTHS.map(noise)) {
        let arguments = (id, against, reason.clone()).abi_encode_params();
        let receipt = send_raw(net, &voter, dao.governor, calldata::<G::castVoteWithReasonCall>(arguments)).await?;
        let members = (id, against, aia(votes), reason.clone()).abi_encode_params();
        let topics = vec![G::VoteCast::SIGNATURE_HASH, voter.address().into_word()];
        assert_events(&receipt, &[LogData::new_unchecked(topics, members.into())]);

        let arguments = (id, support, reason.clone(), params.clone()).abi_encode_params();
        let data = calldata::<G::castVoteWithReasonAndParamsCall>(arguments);
        let receipt = send_raw(net, &splitting, dao.governor, data).await?;
        let members = (id, support, U256::ONE, reason, params.clone()).abi_encode_params();
        let topics = vec![G::VoteCastWithParams::SIGNATURE_HASH, splitting.address().into_word()];
        assert_events(&receipt, &[LogData::new_unchecked(topics, members.into())]);
    }
    Ok(())
}
