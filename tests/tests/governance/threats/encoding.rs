//! Threats 26 and 27: calldata that wallets write and that attackers write, and texts that are none.

use aia_abi::IAIAGovernor::{self as G, ProposalState, setVotingDelayCall};
use aia_devnode::rpc::RpcError;
use aia_tests::{
    governance::{Dao, Draft, VOTES, at, support},
    staking::{DAY, aia},
};
use alloy::{
    network::TransactionBuilder,
    primitives::{B256, Bytes, U256, keccak256},
    providers::Provider,
    rpc::types::{TransactionReceipt, TransactionRequest},
    signers::local::PrivateKeySigner,
    sol_types::{SolCall, SolValue},
};
use eyre::Result;

use super::{reverted, simulate};
use crate::motions::{admin, last_admin, motion};

/// What wallets append to say who they are (ERC-8021), and what no encoder appends.
const SUFFIX: [u8; 7] = [0x80, 0x21, 0x80, 0x21, 0xff, 0x00, 0x01];

/// Sends calldata to the governor as it stands; it must not be refused.
async fn send_raw(dao: &Dao, account: &PrivateKeySigner, calldata: Vec<u8>) -> Result<TransactionReceipt> {
    let request = TransactionRequest::default().with_to(dao.governor).with_input(Bytes::from(calldata));
    let receipt = dao.net().submit_request(&dao.net().provider(account)?, request).await?;
    assert!(receipt.status(), "refused");
    Ok(receipt)
}

fn with_suffix(calldata: &[u8]) -> Vec<u8> {
    [calldata, &SUFFIX].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_26_what_a_wallet_appends_changes_nothing() -> Result<()> {
    let dao = Dao::start().await?;
    let (draft, stranger, governor) = (motion(&dao, 1), dao.stranger(), dao.governor_as(&dao.stranger())?);
    send_raw(&dao, &dao.proposer(), with_suffix(draft.propose(&governor).calldata())).await?;
    dao.to_voting(&draft).await?;
    for voter in dao.voters() {
        let vote = governor.castVoteWithReason(draft.id(), support::FOR, "yes".into()).calldata().clone();
        send_raw(&dao, &voter, with_suffix(&vote)).await?;
    }
    dao.to_verdict(&draft).await?;
    send_raw(&dao, &stranger, with_suffix(draft.queue(&governor).calldata())).await?;
    dao.to_eta(&draft).await?;

    send_raw(&dao, &stranger, with_suffix(draft.execute(&governor).calldata())).await?;

    dao.assert_votes(&draft, [U256::ZERO, aia(VOTES.iter().sum()), U256::ZERO]).await?;
    assert_eq!(last_admin(&dao).await?, admin(1));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_26_a_governance_call_is_the_one_that_was_proposed_byte_by_byte() -> Result<()> {
    let dao = Dao::start().await?;
    let call = setVotingDelayCall { newVotingDelay: at(3 * DAY) }.abi_encode();
    let draft = Draft::new("With a signature").paying(dao.governor, U256::ZERO, with_suffix(&call));

    dao.enact(&draft).await?;

    let governor = dao.governor_as(&dao.stranger())?;
    assert_eq!(governor.votingDelay().call().await?, U256::from(3 * DAY));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_26_descriptions_and_reasons_are_any_bytes() -> Result<()> {
    let dao = Dao::start().await?;
    let draft = motion(&dao, 1);
    let (targets, values, calldatas) = (draft.targets, draft.values, draft.calldatas);
    for text in [&[0xff, 0xfe, 0x00, 0xc3][..], &[], &[0x00]] {
        let description = Bytes::copy_from_slice(text);
        let arguments = (targets.clone(), values.clone(), calldatas.clone(), description.clone()).abi_encode_params();
        let calldata = [&G::proposeCall::SELECTOR[..], &arguments].concat();
        send_raw(&dao, &dao.proposer(), calldata).await?;
        let hashed = (targets.clone(), values.clone(), calldatas.clone(), keccak256(&description)).abi_encode_params();
        let id = U256::from_be_bytes(keccak256(hashed).0);
        let governor = dao.governor_as(&dao.stranger())?;
        assert_eq!(governor.latestProposalId(dao.proposer().address()).call().await?, id);
        let start: u64 = governor.proposalSnapshot(id).call().await?.to();
        dao.pass_to(start + 1)?;

        let [voter, ..] = dao.voters();
        let arguments = (id, U256::from(support::FOR), description).abi_encode_params();
        let calldata = [&G::castVoteWithReasonCall::SELECTOR[..], &arguments].concat();
        let receipt = send_raw(&dao, &voter, calldata).await?;
        // Where the reason begins is behind id, support, weight and its own place.
        let told = receipt.logs()[0].data().data.clone();
        assert_eq!(U256::from_be_slice(&told[128..160]), U256::from(text.len()));
        assert_eq!(&told[160..160 + text.len()], text);
        let end: u64 = governor.proposalDeadline(id).call().await?.to();
        dao.pass_to(end + 1)?;
        assert_eq!(governor.state(id).call().await?, ProposalState::Succeeded);
    }
    Ok(())
}

/// Calldata that no encoder writes: cut short, with numbers out of range, pointing outside or nowhere.
fn malformed(dao: &Dao, draft: &Draft) -> Result<Vec<(&'static str, Vec<u8>)>> {
    let governor = dao.governor_as(&dao.stranger())?;
    let propose = draft.propose(&governor).calldata().to_vec();
    let vote = governor.castVote(draft.id(), support::FOR).calldata().to_vec();
    let with_word = |calldata: &[u8], index: usize, word: B256| {
        let mut changed = calldata.to_vec();
        changed[4 + 32 * index..][..32].copy_from_slice(word.as_slice());
        changed
    };
    let far = B256::repeat_byte(0xff);
    let execute = draft.execute(&governor).calldata().to_vec();
    Ok(vec![
        ("three bytes", vote[..3].to_vec()),
        ("only a selector", vote[..4].to_vec()),
        ("a vote cut short", vote[..vote.len() - 1].to_vec()),
        ("a support of nine bits", with_word(&vote, 1, U256::from(257).into())),
        ("targets far away", with_word(&propose, 0, far)),
        ("values just behind the end", with_word(&propose, 1, U256::from(propose.len() - 4).into())),
        ("a description far away", with_word(&propose, 3, far)),
        ("endless targets", with_word(&propose, 4, far)),
        ("a proposal cut short", propose[..200].to_vec()),
        ("an execution without hash", execute[..100].to_vec()),
        ("an execution of calls far away", with_word(&execute, 2, far)),
        ("no function", vec![1, 2, 3, 4]),
    ])
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_27_what_cannot_be_read_is_refused_as_solidity_does() -> Result<()> {
    let dao = Dao::start().await?;
    let draft = motion(&dao, 1);
    dao.open(&draft).await?;
    let voter = dao.voters()[0].clone();
    let provider = dao.net().provider(&voter)?;
    for (what, calldata) in malformed(&dao, &draft)? {
        let answer = simulate(&dao, voter.address(), dao.governor, calldata.clone());
        assert_eq!(answer, Err(RpcError::Reverted(Bytes::new())), "{what}");
        let request = TransactionRequest::default().with_to(dao.governor).with_input(Bytes::from(calldata));
        let receipt = dao.net().submit_request(&provider, request).await?;
        assert!(!receipt.status() && receipt.logs().is_empty(), "{what}");
    }
    dao.assert_votes(&draft, [U256::ZERO; 3]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_27_value_that_nobody_asked_for_is_refused() -> Result<()> {
    let dao = Dao::start().await?;
    let draft = motion(&dao, 1);
    dao.open(&draft).await?;
    let (voter, disabled) = (dao.voters()[0].clone(), reverted(&G::GovernorDisabledDeposit {}));
    let governor = dao.governor_as(&voter)?;
    assert_eq!(simulate(&dao, voter.address(), dao.governor, Bytes::new()), disabled);
    let request = TransactionRequest::default().with_from(voter.address()).with_to(dao.governor).with_value(U256::ONE);
    assert_eq!(dao.net().api.call(&request, None), disabled);
    let vote = governor.castVote(draft.id(), support::FOR).calldata().clone();
    let answer = dao.net().api.call(&request.clone().with_input(vote), None);
    assert_eq!(answer, Err(RpcError::Reverted(Bytes::new())));
    assert!(!dao.net().submit_request(&dao.net().provider(&voter)?, request).await?.status());
    assert_eq!(dao.net().provider(&voter)?.get_balance(dao.governor).await?, U256::ZERO);
    Ok(())
}
