//! What Snapshot's integration of OpenZeppelin governors reads, computes and sends.

use aia_abi::{
    IAIAGovernor::{GovernorUnexpectedProposalState, ProposalState, VoteCast},
    IAIATimelock::{CallExecuted, CallScheduled},
};
use aia_tests::{
    governance::{DELAY, Dao, ELECTORATE, QUORUM, VOTING_DELAY, VOTING_PERIOD, states},
    signing::sign_in,
    staking::{aia, emitted},
};
use alloy::{
    primitives::{B256, U256, keccak256},
    sol,
    sol_types::{Eip712Domain, SolValue},
};
use eyre::Result;

use super::idle;

sol! {
    #[sol(rpc)]
    interface ISnapshotGovernor {
        function quorum(uint256 timepoint) external view returns (uint256);
        function timelock() external view returns (address);
        function token() external view returns (address);
        function proposalThreshold() external view returns (uint256);
        function votingDelay() external view returns (uint256);
        function votingPeriod() external view returns (uint256);
        function name() external view returns (string memory);
        function version() external view returns (string memory);
        function nonces(address owner) external view returns (uint256);
        function castVote(uint256 proposalId, uint8 support) external returns (uint256);
        function castVoteBySig(uint256 proposalId, uint8 support, address voter, bytes memory signature)
            external
            returns (uint256);
    }

    #[sol(rpc)]
    interface ISnapshotTimelock {
        function getMinDelay() external view returns (uint256);
    }

    #[derive(Debug, PartialEq, Eq)]
    struct Ballot {
        uint256 proposalId;
        uint8 support;
        address voter;
        uint256 nonce;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn snapshot_reads_how_a_network_governs_itself() -> Result<()> {
    let dao = Dao::start().await?;
    let provider = dao.net().provider(&dao.stranger())?;
    let governor = ISnapshotGovernor::new(dao.governor, &provider);
    assert_eq!(governor.timelock().call().await?, dao.timelock);
    assert_eq!(governor.token().call().await?, dao.net().token);
    assert_eq!(governor.proposalThreshold().call().await?, aia(1_000_000));
    assert_eq!(governor.votingDelay().call().await?, U256::from(VOTING_DELAY));
    assert_eq!(governor.votingPeriod().call().await?, U256::from(VOTING_PERIOD));
    let last_second = U256::from(dao.net().now() - 1);
    assert_eq!(governor.quorum(last_second).call().await?, aia(QUORUM), "of {ELECTORATE} that are delegated");
    let timelock = ISnapshotTimelock::new(dao.timelock, &provider);
    assert_eq!(timelock.getMinDelay().call().await?, U256::from(DELAY));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn snapshot_computes_the_operation_of_a_proposal() -> Result<()> {
    let dao = Dao::start().await?;
    let draft = idle(&dao, "# Snapshot knows the way");
    dao.carry(&draft).await?;
    let queued = dao.queue(&draft).await?;
    dao.to_eta(&draft).await?;
    let executed = dao.execute(&draft).await?;

    let mut padded = [0; 32];
    padded[..20].copy_from_slice(dao.governor.as_slice());
    let salt = B256::from(padded) ^ keccak256(draft.description.as_bytes());
    let (targets, values, calldatas) = (draft.targets.clone(), draft.values.clone(), draft.calldatas.clone());
    let id = keccak256((targets, values, calldatas, B256::ZERO, salt).abi_encode_params());

    let scheduled: Vec<B256> = emitted::<CallScheduled>(&queued, dao.timelock).iter().map(|call| call.id).collect();
    assert_eq!(scheduled, [id]);
    let carried_out: Vec<B256> = emitted::<CallExecuted>(&executed, dao.timelock).iter().map(|call| call.id).collect();
    assert_eq!(carried_out, [id]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn snapshot_relays_a_vote_for_who_has_no_ether() -> Result<()> {
    let dao = Dao::start().await?;
    let draft = idle(&dao, "# Vote by signature");
    dao.open(&draft).await?;
    let [voter, ..] = dao.voters();
    let provider = dao.net().provider(&dao.stranger())?;
    let governor = ISnapshotGovernor::new(dao.governor, &provider);

    let chain_id = U256::from(dao.net().api.chain().config().chain_id);
    let (name, version) = (governor.name().call().await?, governor.version().call().await?);
    let domain = Eip712Domain::new(Some(name.into()), Some(version.into()), Some(chain_id), Some(dao.governor), None);
    let nonce = governor.nonces(voter.address()).call().await?;
    let ballot = Ballot { proposalId: draft.id(), support: 1, voter: voter.address(), nonce };
    let signature = sign_in(&domain, &voter, &ballot)?.bytes();
    let receipt = dao.net().send(&governor.castVoteBySig(draft.id(), 1, voter.address(), signature)).await?;

    let weight = aia(40_000_000);
    let expected =
        VoteCast { voter: voter.address(), proposalId: draft.id(), support: 1, weight, reason: String::new() };
    assert_eq!(emitted::<VoteCast>(&receipt, dao.governor), [expected]);
    assert_eq!(governor.nonces(voter.address()).call().await?, nonce + U256::ONE);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vote_before_its_time_is_refused_with_the_states_that_tools_decode() -> Result<()> {
    let dao = Dao::start().await?;
    let draft = idle(&dao, "# Too early");
    dao.propose(&dao.proposer(), &draft).await?;
    let [voter, ..] = dao.voters();
    let provider = dao.net().provider(&voter)?;
    let early = GovernorUnexpectedProposalState {
        proposalId: draft.id(),
        current: ProposalState::Pending,
        expectedStates: states(&[ProposalState::Active]),
    };
    dao.net().refuses(&ISnapshotGovernor::new(dao.governor, &provider).castVote(draft.id(), 1), early).await
}
