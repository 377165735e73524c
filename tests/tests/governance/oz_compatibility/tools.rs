//! What Agora and tally-zero read and send.

use aia_abi::IAIAGovernor::ProposalState;
use aia_tests::{
    governance::{DELAY, Dao, QUORUM, VOTING_DELAY, VOTING_PERIOD},
    staking::aia,
};
use alloy::{
    primitives::{U256, b256, keccak256},
    sol,
};
use eyre::Result;

use super::idle;

sol! {
    #[sol(rpc)]
    interface IAgoraGovernor {
        function propose(
            address[] memory targets,
            uint256[] memory values,
            bytes[] memory calldatas,
            string memory description
        ) external returns (uint256);
        function queue(
            address[] memory targets,
            uint256[] memory values,
            bytes[] memory calldatas,
            bytes32 descriptionHash
        ) external returns (uint256);
        function execute(
            address[] memory targets,
            uint256[] memory values,
            bytes[] memory calldatas,
            bytes32 descriptionHash
        ) external payable returns (uint256);
        function cancel(
            address[] memory targets,
            uint256[] memory values,
            bytes[] memory calldatas,
            bytes32 descriptionHash
        ) external returns (uint256);
        function votingDelay() external view returns (uint256);
        function votingPeriod() external view returns (uint256);
        function proposalThreshold() external view returns (uint256);
        function quorum(uint256 timepoint) external view returns (uint256);
        function state(uint256 proposalId) external view returns (uint8);
    }

    #[sol(rpc)]
    interface IAgoraTimelock {
        function getMinDelay() external view returns (uint256);
        function hasRole(bytes32 role, address account) external view returns (bool);
    }

    #[sol(rpc)]
    interface ITallyZeroGovernor {
        function BALLOT_TYPEHASH() external view returns (bytes32);
        function COUNTING_MODE() external view returns (string memory);
        function proposalVotes(uint256 proposalId)
            external
            view
            returns (uint256 againstVotes, uint256 forVotes, uint256 abstainVotes);
        function proposalSnapshot(uint256 proposalId) external view returns (uint256);
        function proposalDeadline(uint256 proposalId) external view returns (uint256);
        function quorumNumerator() external view returns (uint256);
        function quorumDenominator() external view returns (uint256);
        function hashProposal(
            address[] memory targets,
            uint256[] memory values,
            bytes[] memory calldatas,
            bytes32 descriptionHash
        ) external view returns (uint256);
        function castVoteWithReason(uint256 proposalId, uint8 support, string memory reason)
            external
            returns (uint256);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn agora_reads_how_a_network_governs_itself() -> Result<()> {
    let dao = Dao::start().await?;
    let provider = dao.net().provider(&dao.stranger())?;
    let governor = IAgoraGovernor::new(dao.governor, &provider);
    assert_eq!(governor.votingDelay().call().await?, U256::from(VOTING_DELAY));
    assert_eq!(governor.votingPeriod().call().await?, U256::from(VOTING_PERIOD));
    assert_eq!(governor.proposalThreshold().call().await?, aia(1_000_000));
    assert_eq!(governor.quorum(U256::from(dao.net().now() - 1)).call().await?, aia(QUORUM));

    let timelock = IAgoraTimelock::new(dao.timelock, &provider);
    assert_eq!(timelock.getMinDelay().call().await?, U256::from(DELAY));
    let roles = ["PROPOSER_ROLE", "CANCELLER_ROLE"].map(keccak256);
    for role in roles {
        assert!(timelock.hasRole(role, dao.governor).call().await?, "the governor has it");
        assert!(!timelock.hasRole(role, dao.proposer().address()).call().await?, "nobody else does");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn agora_leads_a_proposal_to_its_execution() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, draft) = (dao.net(), idle(&dao, "# From Agora"));
    let (by, hash) = (net.provider(&dao.proposer())?, keccak256(draft.description.as_bytes()));
    let governor = IAgoraGovernor::new(dao.governor, &by);
    let calls = || (draft.targets.clone(), draft.values.clone(), draft.calldatas.clone());

    let (targets, values, calldatas) = calls();
    let proposing = governor.propose(targets, values, calldatas, draft.description.clone());
    assert_eq!(proposing.call().await?, draft.id());
    net.send(&proposing).await?;
    dao.to_voting(&draft).await?;
    for voter in dao.voters() {
        dao.vote(&voter, &draft, 1).await?;
    }
    dao.to_verdict(&draft).await?;
    let (targets, values, calldatas) = calls();
    net.send(&governor.queue(targets, values, calldatas, hash)).await?;
    assert_eq!(governor.state(draft.id()).call().await?, u8::from(ProposalState::Queued));
    dao.to_eta(&draft).await?;
    let (targets, values, calldatas) = calls();
    net.send(&governor.execute(targets, values, calldatas, hash)).await?;
    assert_eq!(governor.state(draft.id()).call().await?, u8::from(ProposalState::Executed));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn agora_takes_a_proposal_back() -> Result<()> {
    let dao = Dao::start().await?;
    let draft = idle(&dao, "# A second thought");
    dao.propose(&dao.proposer(), &draft).await?;
    let by = dao.net().provider(&dao.proposer())?;
    let governor = IAgoraGovernor::new(dao.governor, &by);
    let hash = keccak256(draft.description.as_bytes());
    let (targets, values, calldatas) = (draft.targets.clone(), draft.values.clone(), draft.calldatas.clone());
    dao.net().send(&governor.cancel(targets, values, calldatas, hash)).await?;
    assert_eq!(governor.state(draft.id()).call().await?, u8::from(ProposalState::Canceled));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn tally_zero_shows_a_vote() -> Result<()> {
    let dao = Dao::start().await?;
    let draft = idle(&dao, "# Shown by tally-zero");
    let proposed = dao.net().now();
    dao.propose(&dao.proposer(), &draft).await?;
    let [voter, second, third] = dao.voters();
    let by = dao.net().provider(&voter)?;
    let governor = ITallyZeroGovernor::new(dao.governor, &by);

    let typehash = b256!("f2aad550cf55f045cb27e9c559f9889fdfb6e6cdaa032301d6ea397784ae51d7");
    assert_eq!(governor.BALLOT_TYPEHASH().call().await?, typehash);
    let mode = governor.COUNTING_MODE().call().await?;
    assert_eq!(mode, "support=bravo,fractional&quorum=for,abstain&params=fractional");
    let (targets, values, calldatas) = (draft.targets.clone(), draft.values.clone(), draft.calldatas.clone());
    let hash = keccak256(draft.description.as_bytes());
    assert_eq!(governor.hashProposal(targets, values, calldatas, hash).call().await?, draft.id());
    assert_eq!(governor.quorumNumerator().call().await?, U256::from(4_000));
    assert_eq!(governor.quorumDenominator().call().await?, U256::from(10_000));
    let snapshot = proposed + VOTING_DELAY;
    assert_eq!(governor.proposalSnapshot(draft.id()).call().await?, U256::from(snapshot));
    let deadline = U256::from(snapshot + VOTING_PERIOD);
    assert_eq!(governor.proposalDeadline(draft.id()).call().await?, deadline);

    dao.to_voting(&draft).await?;
    dao.net().send(&governor.castVoteWithReason(draft.id(), 1, "I like it".into())).await?;
    dao.vote(&second, &draft, 0).await?;
    dao.vote(&third, &draft, 2).await?;
    let votes = governor.proposalVotes(draft.id()).call().await?;
    let [against, in_favour, abstain] = [30_000_000, 40_000_000, 20_000_000].map(aia);
    assert_eq!([votes.againstVotes, votes.forVotes, votes.abstainVotes], [against, in_favour, abstain]);
    Ok(())
}
