//! Governor and timelock.

use super::{Class, Row};

/// Their functions.
pub(super) const ROWS: [Row; 6] = [
    (
        "IAIAGovernor",
        Class::Public,
        &[
            "propose(address[],uint256[],bytes[],string)",
            "queue(address[],uint256[],bytes[],bytes32)",
            "execute(address[],uint256[],bytes[],bytes32)",
            "castVote(uint256,uint8)",
            "castVoteWithReason(uint256,uint8,string)",
            "castVoteWithReasonAndParams(uint256,uint8,string,bytes)",
            "castVoteBySig(uint256,uint8,address,bytes)",
            "castVoteWithReasonAndParamsBySig(uint256,uint8,address,string,bytes,bytes)",
            "castVotesBySig(uint256,bytes)",
            // Always refused.
            "onERC721Received(address,address,uint256,bytes)",
            "onERC1155Received(address,address,uint256,uint256,bytes)",
            "onERC1155BatchReceived(address,address,uint256[],uint256[],bytes)",
        ],
    ),
    // The proposer and the guardian.
    ("IAIAGovernor", Class::Role, &["cancel(address[],uint256[],bytes[],bytes32)"]),
    (
        "IAIAGovernor",
        Class::GovernanceCall,
        &[
            "setVotingDelay(uint48)",
            "setVotingPeriod(uint32)",
            "setProposalThreshold(uint256)",
            "setLateQuorumVoteExtension(uint48)",
            "updateQuorumNumerator(uint256)",
            "setQuorumParams(uint16,uint96,uint96)",
            "updateTimelock(address)",
            "setProposalGuardian(address)",
            "setGuardianTerm(uint48,uint8)",
            "relay(address,uint256,bytes)",
        ],
    ),
    (
        "IAIATimelock",
        Class::Public,
        &[
            // Executors only; at launch everybody is one.
            "execute(address,uint256,bytes,bytes32,bytes32)",
            "executeBatch(address[],uint256[],bytes[],bytes32,bytes32)",
            "renounceRole(bytes32,address)",
            "onERC721Received(address,address,uint256,bytes)",
            "onERC1155Received(address,address,uint256,uint256,bytes)",
            "onERC1155BatchReceived(address,address,uint256[],uint256[],bytes)",
        ],
    ),
    // The proposer and canceller, which is the governor; the guardian.
    (
        "IAIATimelock",
        Class::Role,
        &[
            "schedule(address,uint256,bytes,bytes32,bytes32,uint256)",
            "scheduleBatch(address[],uint256[],bytes[],bytes32,bytes32,uint256)",
            "cancel(bytes32)",
            "brake()",
            "unbrake()",
        ],
    ),
    (
        "IAIATimelock",
        Class::Administration,
        &[
            "updateDelay(uint256)",
            "setCallDelay(address,bytes4,uint32)",
            "abdicate(address,bytes4)",
            "setGracePeriod(uint32)",
            "setGuardian(address,uint48)",
            "grantRole(bytes32,address)",
            "revokeRole(bytes32,address)",
        ],
    ),
];
