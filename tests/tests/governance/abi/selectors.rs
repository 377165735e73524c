//! The names of functions as tools have them hard-coded, and what no function has.

use aia_abi::{IAIAGovernor, IAIATimelock, IAIAToken, IDisputeCourt, IProviderRegistry, IStreamPayments};
use aia_tests::governance::Dao;
use alloy::{
    json_abi::Function,
    primitives::{FixedBytes, U256},
};
use eyre::Result;

use super::{call, contracts, refused};

/// Of OpenZeppelin's governor, with the extensions that tools read.
const GOVERNOR: [(u32, &str); 55] = [
    (0xc59057e4, "hashProposal(address[],uint256[],bytes[],bytes32)"),
    (0xa8f8a668, "getProposalId(address[],uint256[],bytes[],bytes32)"),
    (0x3e4f49e6, "state(uint256)"),
    (0xb58131b0, "proposalThreshold()"),
    (0x2d63f693, "proposalSnapshot(uint256)"),
    (0xc01f9e37, "proposalDeadline(uint256)"),
    (0x143489d0, "proposalProposer(uint256)"),
    (0xab58fb8e, "proposalEta(uint256)"),
    (0xa9a95294, "proposalNeedsQueuing(uint256)"),
    (0x3932abb1, "votingDelay()"),
    (0x02a251a3, "votingPeriod()"),
    (0xf8ce560a, "quorum(uint256)"),
    (0xeb9019d4, "getVotes(address,uint256)"),
    (0x9a802a6d, "getVotesWithParams(address,uint256,bytes)"),
    (0x43859632, "hasVoted(uint256,address)"),
    (0x7d5e81e2, "propose(address[],uint256[],bytes[],string)"),
    (0x160cbed7, "queue(address[],uint256[],bytes[],bytes32)"),
    (0x2656227d, "execute(address[],uint256[],bytes[],bytes32)"),
    (0x452115d6, "cancel(address[],uint256[],bytes[],bytes32)"),
    (0x56781388, "castVote(uint256,uint8)"),
    (0x7b3c71d3, "castVoteWithReason(uint256,uint8,string)"),
    (0x5f398a14, "castVoteWithReasonAndParams(uint256,uint8,string,bytes)"),
    (0x8ff262e3, "castVoteBySig(uint256,uint8,address,bytes)"),
    (0x5b8d0e0d, "castVoteWithReasonAndParamsBySig(uint256,uint8,address,string,bytes,bytes)"),
    (0x06fdde03, "name()"),
    (0x54fd4d50, "version()"),
    (0xdd4e2ba5, "COUNTING_MODE()"),
    (0x91ddadf4, "clock()"),
    (0x4bf5d7e9, "CLOCK_MODE()"),
    (0x544ffc9c, "proposalVotes(uint256)"),
    (0x6136cadf, "usedVotes(uint256,address)"),
    (0xfc0c546a, "token()"),
    (0xd33219b4, "timelock()"),
    (0x7ecebe00, "nonces(address)"),
    (0xbef37613, "nonces(address,uint192)"),
    (0xa7713a70, "quorumNumerator()"),
    (0x60c4247f, "quorumNumerator(uint256)"),
    (0x97c3d334, "quorumDenominator()"),
    (0x06f3f9e6, "updateQuorumNumerator(uint256)"),
    (0x79051887, "setVotingDelay(uint48)"),
    (0xe540d01d, "setVotingPeriod(uint32)"),
    (0xece40cc1, "setProposalThreshold(uint256)"),
    (0xa890c910, "updateTimelock(address)"),
    (0x32b8113e, "lateQuorumVoteExtension()"),
    (0x330df7ff, "setLateQuorumVoteExtension(uint48)"),
    (0xfc473616, "proposalGuardian()"),
    (0xa660aca5, "setProposalGuardian(address)"),
    (0xc28bc2fa, "relay(address,uint256,bytes)"),
    (0xdeaaa7cc, "BALLOT_TYPEHASH()"),
    (0x2fe3e261, "EXTENDED_BALLOT_TYPEHASH()"),
    (0x84b0196e, "eip712Domain()"),
    (0x01ffc9a7, "supportsInterface(bytes4)"),
    (0x150b7a02, "onERC721Received(address,address,uint256,bytes)"),
    (0xf23a6e61, "onERC1155Received(address,address,uint256,uint256,bytes)"),
    (0xbc197c81, "onERC1155BatchReceived(address,address,uint256[],uint256[],bytes)"),
];

/// Of OpenZeppelin's timelock.
const TIMELOCK: [(u32, &str); 28] = [
    (0x8f61f4f5, "PROPOSER_ROLE()"),
    (0x07bd0265, "EXECUTOR_ROLE()"),
    (0xb08e51c0, "CANCELLER_ROLE()"),
    (0xa217fddf, "DEFAULT_ADMIN_ROLE()"),
    (0x31d50750, "isOperation(bytes32)"),
    (0x584b153e, "isOperationPending(bytes32)"),
    (0x13bc9f20, "isOperationReady(bytes32)"),
    (0x2ab0f529, "isOperationDone(bytes32)"),
    (0xd45c4435, "getTimestamp(bytes32)"),
    (0x7958004c, "getOperationState(bytes32)"),
    (0xf27a0c92, "getMinDelay()"),
    (0x8065657f, "hashOperation(address,uint256,bytes,bytes32,bytes32)"),
    (0xb1c5f427, "hashOperationBatch(address[],uint256[],bytes[],bytes32,bytes32)"),
    (0x01d5062a, "schedule(address,uint256,bytes,bytes32,bytes32,uint256)"),
    (0x8f2a0bb0, "scheduleBatch(address[],uint256[],bytes[],bytes32,bytes32,uint256)"),
    (0xc4d252f5, "cancel(bytes32)"),
    (0x134008d3, "execute(address,uint256,bytes,bytes32,bytes32)"),
    (0xe38335e5, "executeBatch(address[],uint256[],bytes[],bytes32,bytes32)"),
    (0x64d62353, "updateDelay(uint256)"),
    (0x91d14854, "hasRole(bytes32,address)"),
    (0x248a9ca3, "getRoleAdmin(bytes32)"),
    (0x2f2ff15d, "grantRole(bytes32,address)"),
    (0xd547741f, "revokeRole(bytes32,address)"),
    (0x36568abe, "renounceRole(bytes32,address)"),
    (0x01ffc9a7, "supportsInterface(bytes4)"),
    (0x150b7a02, "onERC721Received(address,address,uint256,bytes)"),
    (0xf23a6e61, "onERC1155Received(address,address,uint256,uint256,bytes)"),
    (0xbc197c81, "onERC1155BatchReceived(address,address,uint256[],uint256[],bytes)"),
];

#[test]
fn functions_have_the_selectors_that_tools_know() {
    let contracts = [(IAIAGovernor::abi::contract(), &GOVERNOR[..]), (IAIATimelock::abi::contract(), &TIMELOCK[..])];
    for (abi, table) in contracts {
        for (selector, signature) in table {
            let declared = abi.functions().find(|function| function.signature() == *signature);
            let found = declared.map(|function| function.selector().0);
            assert_eq!(found, Some(selector.to_be_bytes()), "{signature}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_names_no_function_is_refused_without_data() -> Result<()> {
    let scene = Dao::start().await?;
    let others = [
        IAIAToken::abi::contract(),
        IDisputeCourt::abi::contract(),
        IProviderRegistry::abi::contract(),
        IStreamPayments::abi::contract(),
        IAIAGovernor::abi::contract(),
        IAIATimelock::abi::contract(),
    ];
    let known = others.iter().flat_map(|abi| abi.functions().map(Function::selector));
    // Powers that nobody must have: pause, unpause, renounceOwnership, upgradeToAndCall, kill, execute, sweep, recover.
    let powers = [0x8456cb59_u32, 0x3f4ba83a, 0x715018a6, 0x4f1ef286, 0x41c0e1b5, 0x1cff79cd, 0x01681a62, 0x648bf774];
    let unknown = [0x00000000_u32, 0xffffffff].into_iter().chain(powers);
    let selectors: Vec<FixedBytes<4>> = known.chain(unknown.map(|id| FixedBytes(id.to_be_bytes()))).collect();
    for contract in contracts(&scene) {
        let own: Vec<_> = contract.functions().iter().map(Function::selector).collect();
        let ask = |data: Vec<u8>| call(&scene, contract.caller, contract.address, data, U256::ZERO);
        for selector in selectors.iter().filter(|selector| !own.contains(*selector)) {
            let data = [selector.as_slice(), &[0; 32 * 40]].concat();
            assert_eq!(ask(data)?, refused(), "{}: {selector} is a function", contract.name);
        }
        for length in 1..4 {
            assert_eq!(ask(own[0][..length].to_vec())?, refused(), "{}: part of a selector", contract.name);
        }
    }
    Ok(())
}
