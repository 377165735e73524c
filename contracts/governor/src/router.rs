//! From calldata to functions and back.
//!
//! Written by hand because of size: the README has the figures.

use alloc::vec::Vec;

use aia_calldata::{Args, Malformed};
use aia_protocol::{
    governance::ballot::{BALLOT_TYPEHASH, EXTENDED_BALLOT_TYPEHASH, KEY_BITS},
    math::FULL_BPS,
};
use aia_shell::{
    Revert,
    actions::{Actions, make},
    revert,
    router::{self, many, none, one},
    signatures::Domain,
    words,
};
use alloy_primitives::FixedBytes;
use stylus_sdk::{abi::CONSTRUCTOR_SELECTOR, prelude::*};

use crate::{
    Governor, I,
    parameters::{Setup, read_quorum},
    proposals::proposal_id,
    votes::Vote,
};

/// The domain under which ballots are signed.
pub(crate) const DOMAIN: Domain = Domain { name: "AIA Governor", version: "1" };

/// ERC-165, `IGovernor` with and without `getProposalId`, ERC-1155 receiver.
const INTERFACES: [FixedBytes<4>; 4] = [
    FixedBytes([0x01, 0xff, 0xc9, 0xa7]),
    FixedBytes([0xcd, 0xbd, 0xfc, 0xee]),
    FixedBytes([0x65, 0x45, 0x5a, 0x86]),
    FixedBytes([0x4e, 0x23, 0x12, 0xe0]),
];

mod selector {
    use crate::I;

    aia_shell::selectors! { I:
        PROPOSE = proposeCall,
        QUEUE = queueCall,
        EXECUTE = executeCall,
        CANCEL = cancelCall,
        HASH_PROPOSAL = hashProposalCall,
        GET_PROPOSAL_ID = getProposalIdCall,
        STATE = stateCall,
        PROPOSAL_SNAPSHOT = proposalSnapshotCall,
        PROPOSAL_DEADLINE = proposalDeadlineCall,
        PROPOSAL_PROPOSER = proposalProposerCall,
        PROPOSAL_ETA = proposalEtaCall,
        PROPOSAL_NEEDS_QUEUING = proposalNeedsQueuingCall,
        LATEST_PROPOSAL_ID = latestProposalIdCall,

        CAST_VOTE = castVoteCall,
        CAST_VOTE_WITH_REASON = castVoteWithReasonCall,
        CAST_VOTE_WITH_PARAMS = castVoteWithReasonAndParamsCall,
        CAST_VOTE_BY_SIG = castVoteBySigCall,
        CAST_VOTE_WITH_PARAMS_BY_SIG = castVoteWithReasonAndParamsBySigCall,
        CAST_VOTES_BY_SIG = castVotesBySigCall,
        GET_VOTES = getVotesCall,
        GET_VOTES_WITH_PARAMS = getVotesWithParamsCall,
        HAS_VOTED = hasVotedCall,
        USED_VOTES = usedVotesCall,
        PROPOSAL_VOTES = proposalVotesCall,

        QUORUM = quorumCall,
        QUORUM_NUMERATOR = quorumNumerator_0Call,
        QUORUM_NUMERATOR_AT = quorumNumerator_1Call,
        QUORUM_DENOMINATOR = quorumDenominatorCall,
        QUORUM_PARAMS = quorumParamsCall,

        SET_VOTING_DELAY = setVotingDelayCall,
        SET_VOTING_PERIOD = setVotingPeriodCall,
        SET_PROPOSAL_THRESHOLD = setProposalThresholdCall,
        SET_EXTENSION = setLateQuorumVoteExtensionCall,
        UPDATE_QUORUM_NUMERATOR = updateQuorumNumeratorCall,
        SET_QUORUM_PARAMS = setQuorumParamsCall,
        UPDATE_TIMELOCK = updateTimelockCall,
        SET_GUARDIAN = setProposalGuardianCall,
        SET_GUARDIAN_TERM = setGuardianTermCall,
        RELAY = relayCall,

        VOTING_DELAY = votingDelayCall,
        VOTING_PERIOD = votingPeriodCall,
        PROPOSAL_THRESHOLD = proposalThresholdCall,
        EXTENSION = lateQuorumVoteExtensionCall,
        TOKEN = tokenCall,
        TIMELOCK = timelockCall,
        GUARDIAN = proposalGuardianCall,
        GUARDIAN_TERM = guardianTermCall,
        NAME = nameCall,
        VERSION = versionCall,
        CLOCK = clockCall,
        CLOCK_MODE = CLOCK_MODECall,
        COUNTING_MODE = COUNTING_MODECall,
        BALLOT = BALLOT_TYPEHASHCall,
        EXTENDED_BALLOT = EXTENDED_BALLOT_TYPEHASHCall,
        NONCES = nonces_0Call,
        NONCES_OF_KEY = nonces_1Call,
        EIP712_DOMAIN = eip712DomainCall,
        SUPPORTS_INTERFACE = supportsInterfaceCall,
        ON_ERC721_RECEIVED = onERC721ReceivedCall,
        ON_ERC1155_RECEIVED = onERC1155ReceivedCall,
        ON_ERC1155_BATCH_RECEIVED = onERC1155BatchReceivedCall,
    }
    pub(super) const CONSTRUCTOR: u32 = super::CONSTRUCTOR_SELECTOR;
}
use selector::*;

impl Governor {
    /// Runs the function that `calldata` names and returns its encoded result.
    ///
    /// # Errors
    /// The function's, or no data for what is no call of it.
    pub fn route(&mut self, calldata: &[u8]) -> Result<Vec<u8>, Revert> {
        if calldata.is_empty() {
            return Err(disabled_deposit());
        }
        let value = self.vm().msg_value();
        router::route_payable(value, calldata, &[EXECUTE, RELAY], |name, args| self.dispatch(name, calldata, args))
    }

    fn dispatch(&mut self, name: u32, calldata: &[u8], args: &mut Args<'_>) -> Result<Vec<u8>, Revert> {
        match name {
            CONSTRUCTOR => none(self.construct(Setup::read(args))),

            PROPOSE => {
                let (actions, description) = (Actions::read(args), args.bytes());
                one(self.propose(&actions, description)?)
            }
            QUEUE | EXECUTE | CANCEL => {
                let (actions, description_hash) = (Actions::read(args), args.bytes32());
                // Nobody is called with arguments that were not there.
                args.check()?;
                one(match name {
                    QUEUE => self.queue(&actions, description_hash)?,
                    EXECUTE => self.execute(&actions, description_hash)?,
                    _ => self.cancel(&actions, description_hash)?,
                })
            }
            HASH_PROPOSAL | GET_PROPOSAL_ID => one(proposal_id(&Actions::read(args), args.bytes32())),
            STATE => one(self.state(args.bytes32())? as u8),
            PROPOSAL_SNAPSHOT => one(self.proposal(args.bytes32()).vote_start),
            PROPOSAL_DEADLINE => one(self.deadline(args.bytes32())),
            PROPOSAL_PROPOSER => one(self.proposal(args.bytes32()).proposer),
            PROPOSAL_ETA => one(self.tally(args.bytes32()).eta),
            PROPOSAL_NEEDS_QUEUING => {
                args.bytes32();
                one(true)
            }
            LATEST_PROPOSAL_ID => one(self.latest.get(args.address())),

            CAST_VOTE => {
                let id = args.bytes32();
                let vote = Vote { voter: self.caller(), support: args.uint8(), reason: &[], params: &[] };
                one(self.cast(id, &vote)?)
            }
            CAST_VOTE_WITH_REASON => {
                let id = args.bytes32();
                let vote = Vote { voter: self.caller(), support: args.uint8(), reason: args.bytes(), params: &[] };
                one(self.cast(id, &vote)?)
            }
            CAST_VOTE_WITH_PARAMS => {
                let (id, support) = (args.bytes32(), args.uint8());
                let vote = Vote { voter: self.caller(), support, reason: args.bytes(), params: args.bytes() };
                one(self.cast(id, &vote)?)
            }
            CAST_VOTE_BY_SIG => {
                let (id, support) = (args.bytes32(), args.uint8());
                one(self.cast_signed(id, support, args.address(), args.bytes())?)
            }
            CAST_VOTE_WITH_PARAMS_BY_SIG => {
                let (id, support, voter) = (args.bytes32(), args.uint8(), args.address());
                let vote = Vote { voter, support, reason: args.bytes(), params: args.bytes() };
                one(self.cast_signed_extended(id, &vote, args.bytes())?)
            }
            CAST_VOTES_BY_SIG => one(self.cast_batch(args.bytes32(), args.bytes())?),
            GET_VOTES => one(self.past_votes(args.address(), args.uint256())?),
            GET_VOTES_WITH_PARAMS => {
                let (account, timepoint) = (args.address(), args.uint256());
                args.bytes();
                one(self.past_votes(account, timepoint)?)
            }
            HAS_VOTED => one(self.used_votes(args.bytes32(), args.address()) > 0),
            USED_VOTES => one(self.used_votes(args.bytes32(), args.address())),
            PROPOSAL_VOTES => {
                let id = args.bytes32();
                let tally = self.tally(id);
                many(&words![tally.against, tally.favour, self.abstained(id)])
            }

            QUORUM => one(self.quorum_at(args.uint256())?),
            QUORUM_NUMERATOR => one(self.newest_quorum().numerator),
            QUORUM_NUMERATOR_AT => one(self.quorum_params(args.uint256()).numerator),
            QUORUM_DENOMINATOR => one(FULL_BPS),
            QUORUM_PARAMS => many(&self.quorum_words(args.uint256())),

            VOTING_DELAY => one(self.settings().voting_delay),
            VOTING_PERIOD => one(self.settings().voting_period),
            PROPOSAL_THRESHOLD => one(self.executor().threshold),
            EXTENSION => one(self.settings().extension),
            TOKEN => one(self.settings().token),
            TIMELOCK => one(self.executor().timelock),
            GUARDIAN => one(self.guardian().account),
            GUARDIAN_TERM => many(&words![self.guardian().expiry, self.guardian().strikes]),
            NAME => Ok(aia_calldata::bytes(DOMAIN.name.as_bytes())),
            VERSION => Ok(aia_calldata::bytes(DOMAIN.version.as_bytes())),
            CLOCK => one(self.now()),
            CLOCK_MODE => Ok(aia_calldata::bytes(b"mode=timestamp")),
            COUNTING_MODE => Ok(aia_calldata::bytes(b"support=bravo,fractional&quorum=for,abstain&params=fractional")),
            BALLOT => one(BALLOT_TYPEHASH),
            EXTENDED_BALLOT => one(EXTENDED_BALLOT_TYPEHASH),
            NONCES => one(self.nonces.get(args.address())),
            NONCES_OF_KEY => {
                let (owner, key) = (args.address(), args.uint256());
                if !(key >> KEY_BITS).is_zero() {
                    return Err(Malformed.into());
                }
                one(self.keyed_nonce(owner, key))
            }
            EIP712_DOMAIN => Ok(DOMAIN.encode(self.vm())),
            SUPPORTS_INTERFACE => one(INTERFACES.contains(&args.bytes4())),
            ON_ERC721_RECEIVED | ON_ERC1155_RECEIVED | ON_ERC1155_BATCH_RECEIVED => Err(disabled_deposit()),

            _ => none(self.govern(name, calldata, args)),
        }
    }

    /// Runs a governance call.
    fn govern(&mut self, name: u32, calldata: &[u8], args: &mut Args<'_>) -> Result<(), Revert> {
        const CALLS: [u32; 10] = [
            SET_VOTING_DELAY,
            SET_VOTING_PERIOD,
            SET_PROPOSAL_THRESHOLD,
            SET_EXTENSION,
            UPDATE_QUORUM_NUMERATOR,
            SET_QUORUM_PARAMS,
            UPDATE_TIMELOCK,
            SET_GUARDIAN,
            SET_GUARDIAN_TERM,
            RELAY,
        ];
        if !CALLS.contains(&name) {
            return Err(Malformed.into());
        }
        self.check_governance(calldata)?;
        match name {
            SET_VOTING_DELAY => self.set_voting_delay(args.uint48()),
            SET_VOTING_PERIOD => self.set_voting_period(args.uint32()),
            SET_PROPOSAL_THRESHOLD => self.set_threshold(args.uint256()),
            SET_EXTENSION => self.set_extension(args.uint48()),
            UPDATE_QUORUM_NUMERATOR => self.update_quorum_numerator(args.uint256()),
            SET_QUORUM_PARAMS => self.set_quorum(read_quorum(args)),
            UPDATE_TIMELOCK => self.update_timelock(args.address()),
            SET_GUARDIAN => {
                self.set_guardian(args.address());
                Ok(())
            }
            SET_GUARDIAN_TERM => self.set_guardian_term(args.uint48(), args.uint8()),
            _ => {
                let (target, value, data) = (args.address(), args.uint256(), args.bytes());
                args.check()?;
                make(self.vm(), target, value, data)
            }
        }
    }
}

fn disabled_deposit() -> Revert {
    revert::<I::GovernorDisabledDeposit>([])
}
