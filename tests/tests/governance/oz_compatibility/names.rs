//! Topics, errors and hashes as tools have them hard-coded; functions are in [`abi`](crate::abi).

use aia_abi::{IAIAGovernor, IAIATimelock};
use aia_tests::governance::Dao;
use alloy::{
    json_abi::JsonAbi,
    primitives::{B256, b256, keccak256},
};
use eyre::Result;

/// First bytes of the topics of the governor's events.
const GOVERNOR_EVENTS: [(&str, u32); 14] = [
    ("ProposalCreated(uint256,address,address[],uint256[],string[],bytes[],uint256,uint256,string)", 0x7d84a626),
    ("ProposalQueued(uint256,uint256)", 0x9a2e42fd),
    ("ProposalExecuted(uint256)", 0x712ae138),
    ("ProposalCanceled(uint256)", 0x789cf55b),
    ("VoteCast(address,uint256,uint8,uint256,string)", 0xb8e13888),
    ("VoteCastWithParams(address,uint256,uint8,uint256,string,bytes)", 0xe2babfba),
    ("VotingDelaySet(uint256,uint256)", 0xc565b045),
    ("VotingPeriodSet(uint256,uint256)", 0x7e3f7f07),
    ("ProposalThresholdSet(uint256,uint256)", 0xccb45da8),
    ("QuorumNumeratorUpdated(uint256,uint256)", 0x0553476b),
    ("TimelockChange(address,address)", 0x08f74ea4),
    ("ProposalExtended(uint256,uint64)", 0x541f725f),
    ("LateQuorumVoteExtensionSet(uint64,uint64)", 0x7ca4ac11),
    ("ProposalGuardianSet(address,address)", 0xeabe7d6d),
];

/// First bytes of the topics of the timelock's events.
const TIMELOCK_EVENTS: [(&str, u32); 7] = [
    ("CallScheduled(bytes32,uint256,address,uint256,bytes,bytes32,uint256)", 0x4cf4410c),
    ("CallExecuted(bytes32,uint256,address,uint256,bytes)", 0xc2617efa),
    ("CallSalt(bytes32,bytes32)", 0x20fda5fd),
    ("Cancelled(bytes32)", 0xbaa1eb22),
    ("MinDelayChange(uint256,uint256)", 0x11c24f4e),
    ("RoleGranted(bytes32,address,address)", 0x2f878811),
    ("RoleRevoked(bytes32,address,address)", 0xf6391f5c),
];

const GOVERNOR_ERRORS: [(&str, u32); 17] = [
    ("GovernorInvalidProposalLength(uint256,uint256,uint256)", 0x447b05d0),
    ("GovernorAlreadyCastVote(address)", 0x71c6af49),
    ("GovernorDisabledDeposit()", 0xe90a651e),
    ("GovernorOnlyExecutor(address)", 0x47096e47),
    ("GovernorNonexistentProposal(uint256)", 0x6ad06075),
    ("GovernorUnexpectedProposalState(uint256,uint8,bytes32)", 0x31b75e4d),
    ("GovernorInvalidVotingPeriod(uint256)", 0xf1cfbf05),
    ("GovernorInsufficientProposerVotes(address,uint256,uint256)", 0xc242ee16),
    ("GovernorRestrictedProposer(address)", 0xd9b39557),
    ("GovernorInvalidVoteType()", 0x06b337c2),
    ("GovernorInvalidVoteParams()", 0x867db771),
    ("GovernorInvalidSignature(address)", 0x94ab6c07),
    ("GovernorUnableToCancel(uint256,address)", 0x8fe5d8a9),
    ("GovernorExceedRemainingWeight(address,uint256,uint256)", 0x02a71c89),
    ("GovernorInvalidQuorumFraction(uint256,uint256)", 0x243e5445),
    ("GovernorPreventLateQuorumVoteExtensionTooLarge(uint256,uint256)", 0x64230eda),
    ("FailedCall()", 0xd6bda275),
];

const TIMELOCK_ERRORS: [(&str, u32); 8] = [
    ("TimelockInvalidOperationLength(uint256,uint256,uint256)", 0xffb03211),
    ("TimelockInsufficientDelay(uint256,uint256)", 0x54336609),
    ("TimelockUnexpectedOperationState(bytes32,bytes32)", 0x5ead8eb5),
    ("TimelockUnexecutedPredecessor(bytes32)", 0x90a9a618),
    ("TimelockUnauthorizedCaller(address)", 0xe2850c59),
    ("AccessControlUnauthorizedAccount(address,bytes32)", 0xe2517d3f),
    ("AccessControlBadConfirmation()", 0x6697b232),
    ("FailedCall()", 0xd6bda275),
];

const BALLOT: B256 = b256!("f2aad550cf55f045cb27e9c559f9889fdfb6e6cdaa032301d6ea397784ae51d7");
const EXTENDED_BALLOT: B256 = b256!("3e83946653575f9a39005e1545185629e92736b7528ab20ca3816f315424a811");
const PROPOSER: B256 = b256!("b09aa5aeb3702cfd50b6b62bc4532604938f21248a27a1d5ca736082b6819cc1");
const EXECUTOR: B256 = b256!("d8aa0f3194971a2a116679f7c2090f6939c8d4e01a2a8d7e41d55e5351469e63");
const CANCELLER: B256 = b256!("fd643c72710c63c0180259aba6b2d05451e3591a24e58b62239378085726f783");

fn contracts() -> [JsonAbi; 2] {
    [IAIAGovernor::abi::contract(), IAIATimelock::abi::contract()]
}

#[test]
fn events_have_the_topics_that_tools_know() {
    for (abi, table) in contracts().iter().zip([&GOVERNOR_EVENTS[..], &TIMELOCK_EVENTS[..]]) {
        for (signature, start) in table {
            let declared = abi.events().find(|event| event.signature() == *signature);
            let found = declared.map(|event| event.selector()[..4].to_vec());
            assert_eq!(found, Some(start.to_be_bytes().to_vec()), "{signature}");
        }
    }
}

#[test]
fn errors_have_the_selectors_that_tools_know() {
    for (abi, table) in contracts().iter().zip([&GOVERNOR_ERRORS[..], &TIMELOCK_ERRORS[..]]) {
        for (signature, selector) in table {
            let declared = abi.errors().find(|error| error.signature() == *signature);
            let found = declared.map(|error| error.selector().0);
            assert_eq!(found, Some(selector.to_be_bytes()), "{signature}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_contracts_tell_the_hashes_that_tools_know() -> Result<()> {
    let ballot = "Ballot(uint256 proposalId,uint8 support,address voter,uint256 nonce)";
    let extended =
        "ExtendedBallot(uint256 proposalId,uint8 support,address voter,uint256 nonce,string reason,bytes params)";
    assert_eq!([ballot, extended].map(keccak256), [BALLOT, EXTENDED_BALLOT]);

    let dao = Dao::start().await?;
    let (governor, timelock) = (dao.governor_as(&dao.stranger())?, dao.timelock_as(&dao.stranger())?);
    assert_eq!(governor.BALLOT_TYPEHASH().call().await?, BALLOT);
    assert_eq!(governor.EXTENDED_BALLOT_TYPEHASH().call().await?, EXTENDED_BALLOT);
    assert_eq!(timelock.PROPOSER_ROLE().call().await?, PROPOSER);
    assert_eq!(timelock.EXECUTOR_ROLE().call().await?, EXECUTOR);
    assert_eq!(timelock.CANCELLER_ROLE().call().await?, CANCELLER);
    assert_eq!(timelock.DEFAULT_ADMIN_ROLE().call().await?, B256::ZERO);
    Ok(())
}
