// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title The governor of an AIA network
/// @notice AIA holders propose, vote, queue and execute; the timelock carries out what they decided.
/// @dev This file is the source of the ABI: the JSON and the Rust bindings are generated from it.
///
/// OpenZeppelin 5.7's `IGovernor` with the functions, events, errors, ids and signatures of its extensions for settings,
/// votes, fractional counting, quorum fraction, late quorum, timelock control, proposal guardian and keyed nonces. What is
/// added says so below.
///
/// Units. Votes, thresholds and quorums are AIA base units (10^18 = 1 AIA; the supply never exceeds 10^27), timepoints
/// Unix seconds, durations seconds, `Bps` and quorum numerators basis points (10,000 = 100 %).
///
/// Life of a proposal. Proposed at t, it is Pending up to and including second `voteStart` = t + votingDelay: votes are
/// counted as they stood at the end of that second, so nothing that moves later counts. It is Active up to and including
/// its deadline, voteStart + votingPeriod. If For and Abstain together reach the quorum and For exceeds Against it has
/// Succeeded, otherwise it is Defeated. `queue` schedules its calls in the timelock, each no sooner than that requires;
/// `execute` carries them out. A vote with which the quorum is first reached moves the deadline to at least
/// lateQuorumVoteExtension seconds after it, once. Queued proposals follow the timelock's operation: executed there,
/// they are Executed; cancelled there, Canceled; after its grace period, Expired.
///
/// Added: the quorum of a second is `quorumNumerator` of all votes that were delegated then, rounded down, but never less
/// than a floor nor more than a cap. All three are those in force at the end of that second, so that no change can touch
/// a proposal whose voting has begun.
///
/// Added: a proposer has one proposal at most that is Pending or Active.
///
/// Added: the guardian can cancel what is not executed, but only until its term ends, and only as often as it has
/// strikes; each such cancellation takes one. It can do nothing else. A proposer can cancel while Pending, as in
/// OpenZeppelin's core, whether or not there is a guardian; so can a guardian that is the proposer, without a strike.
///
/// Added: `castVotesBySig` settles many signed ballots in one call and skips those that do not count.
///
/// Added: every parameter has bounds; a proposal stays with the timelock in which it was queued, even after
/// `updateTimelock`; but its governance calls are refused then, because they come from a former timelock.
///
/// Signatures. `Ballot` and `ExtendedBallot` of OpenZeppelin on the domain (name(), version(), chain id, this contract),
/// with the voter's nonce for the proposal, `nonces(voter, uint192(proposalId))`, or with its plain one,
/// `nonces(voter)`. 65 bytes of ECDSA with low s and v of 0, 1, 27 or 28; or else, if the voter has code, what ERC-1271
/// accepts. A key always comes first, so an account keeps it when EIP-7702 gives it code.
///
/// Description. Any bytes. One that ends in `#proposer=0x` and 40 hex digits can be proposed only by that account, so
/// that nobody can propose it first to cancel it.
///
/// Governance calls. Functions marked so can be called by the timelock only, while a proposal that contains exactly this
/// call to this contract is executed through `execute`. Otherwise: GovernorOnlyExecutor, for other callers; Panic(0x31),
/// as in OpenZeppelin, for a call that no such proposal contains.
///
/// The governor is no treasury: it refuses native value, with any call without data, and tokens that announce
/// themselves. Value sent to `execute` goes to the timelock with the calls.
///
/// Program expiry. Arbitrum deactivates a Stylus program 365 days after its activation, and when a new Stylus version
/// calls for activation anew. Until anyone activates it again every call reverts; state is kept, time runs on, votes too.
///
/// Constructor: `stylus_constructor(Setup setup, Params params)`, both tuples flat. Emits what the setters do. Reverts with
/// `AlreadySet` when it ran before, `TokenCallFailed` when the token does not say how many votes were delegated a second
/// ago, and as the setters do; but the timelock need not be there yet.
interface IAIAGovernor {
    // ------------------------------------------------ Types --------------------------------------------------------

    enum ProposalState {
        Pending,
        Active,
        Canceled,
        Defeated,
        Succeeded,
        Queued,
        Expired,
        Executed
    }

    /// @notice What is fixed at construction or by its own setter.
    struct Setup {
        /// The AIA token, whose votes count. For ever.
        address token;
        /// The timelock that executes.
        address timelock;
        /// May cancel proposals; zero for nobody.
        address guardian;
        /// Last second of the guardian's term.
        uint48 guardianExpiry;
        /// How many proposals the guardian may cancel.
        uint8 guardianStrikes;
    }

    /// @notice The numbers that governance can change. Bounds stand beside each; the number is
    /// `GovernorInvalidParameter`'s index.
    struct Params {
        /// 0: Seconds from a proposal to its snapshot: 3,600 to 2,592,000.
        uint48 votingDelay;
        /// Seconds of voting: 86,400 to 2,592,000, and not below the extension; otherwise GovernorInvalidVotingPeriod.
        uint32 votingPeriod;
        /// 1: Votes that a proposer needs one second before: 0 to 10^25.
        uint256 proposalThreshold;
        /// Seconds of voting left, at least, once the quorum is reached: 0 to votingPeriod; otherwise
        /// GovernorPreventLateQuorumVoteExtensionTooLarge.
        uint48 lateQuorumVoteExtension;
        /// The quorum's part of all delegated votes: 0 to 10,000; otherwise GovernorInvalidQuorumFraction.
        uint16 quorumNumerator;
        /// 2: The least quorum: 10^18 to 10^26.
        uint96 quorumFloor;
        /// 3: The largest quorum: quorumFloor to 10^27.
        uint96 quorumCap;
    }

    // ------------------------------------------------ Events -------------------------------------------------------

    /// @notice `signatures` are empty strings, one for each call.
    event ProposalCreated(
        uint256 proposalId,
        address proposer,
        address[] targets,
        uint256[] values,
        string[] signatures,
        bytes[] calldatas,
        uint256 voteStart,
        uint256 voteEnd,
        string description
    );
    event ProposalQueued(uint256 proposalId, uint256 etaSeconds);
    event ProposalExecuted(uint256 proposalId);
    event ProposalCanceled(uint256 proposalId);
    /// @notice The quorum was reached late: voting goes on up to and including `extendedDeadline`.
    event ProposalExtended(uint256 indexed proposalId, uint64 extendedDeadline);
    /// @notice `support`: 0 Against, 1 For, 2 Abstain.
    event VoteCast(address indexed voter, uint256 proposalId, uint8 support, uint256 weight, string reason);
    /// @notice As VoteCast, for a vote with `params`: of `support` 255, three uint128: Against, For, Abstain.
    event VoteCastWithParams(
        address indexed voter, uint256 proposalId, uint8 support, uint256 weight, string reason, bytes params
    );
    /// @notice Added. Ballot `index`, from 0, of a batch was skipped. `reason`, asked in this order: 2 no votes left; 3 no such
    /// support; 1 not signed by `voter`.
    event BallotSkipped(uint256 indexed proposalId, address indexed voter, uint256 index, uint8 reason);

    event VotingDelaySet(uint256 oldVotingDelay, uint256 newVotingDelay);
    event VotingPeriodSet(uint256 oldVotingPeriod, uint256 newVotingPeriod);
    event ProposalThresholdSet(uint256 oldProposalThreshold, uint256 newProposalThreshold);
    event LateQuorumVoteExtensionSet(uint64 oldVoteExtension, uint64 newVoteExtension);
    event QuorumNumeratorUpdated(uint256 oldQuorumNumerator, uint256 newQuorumNumerator);
    /// @notice Added. Comes with every QuorumNumeratorUpdated.
    event QuorumParamsSet(uint16 numerator, uint96 floor, uint96 cap);
    event TimelockChange(address oldTimelock, address newTimelock);
    event ProposalGuardianSet(address oldProposalGuardian, address newProposalGuardian);
    /// @notice Added. The guardian may cancel `strikes` proposals up to and including second `expiry`.
    event GuardianTermSet(uint48 expiry, uint8 strikes);
    /// @notice Added. Beside ProposalCanceled, when it was the guardian who cancelled.
    event GuardianStruck(uint256 indexed proposalId, address indexed guardian, uint8 strikesLeft);

    // ------------------------------------------------ Errors -------------------------------------------------------

    /// @notice No calls, or not as many targets, calldatas and values.
    error GovernorInvalidProposalLength(uint256 targets, uint256 calldatas, uint256 values);
    /// @notice `voter` has no votes left on this proposal, or never had any.
    error GovernorAlreadyCastVote(address voter);
    /// @notice The governor takes no value and no tokens.
    error GovernorDisabledDeposit();
    /// @notice Only the timelock may call this.
    error GovernorOnlyExecutor(address account);
    error GovernorNonexistentProposal(uint256 proposalId);
    /// @notice The proposal is in state `current`, but only those with a bit in `expectedStates` (1 << state) will do.
    error GovernorUnexpectedProposalState(uint256 proposalId, ProposalState current, bytes32 expectedStates);
    error GovernorInvalidVotingPeriod(uint256 votingPeriod);
    error GovernorInsufficientProposerVotes(address proposer, uint256 votes, uint256 threshold);
    /// @notice The description names another proposer.
    error GovernorRestrictedProposer(address proposer);
    error GovernorInvalidVoteType();
    /// @notice Params with a support other than 255, or not 48 bytes with it.
    error GovernorInvalidVoteParams();
    /// @notice The ballot is not signed by `voter`.
    error GovernorInvalidSignature(address voter);
    error GovernorUnableToCancel(uint256 proposalId, address account);
    /// @notice A fractional vote of `usedVotes` in all, of `remainingWeight` that are left.
    error GovernorExceedRemainingWeight(address voter, uint256 usedVotes, uint256 remainingWeight);
    error GovernorInvalidQuorumFraction(uint256 quorumNumerator, uint256 quorumDenominator);
    error GovernorPreventLateQuorumVoteExtensionTooLarge(uint256 newVoteExtension, uint256 maxVoteExtension);
    /// @notice A call was refused without a reason.
    error FailedCall();
    /// @notice Added. `proposer`'s proposal `proposalId` is Pending or Active.
    error GovernorProposerHasLiveProposal(address proposer, uint256 proposalId);
    /// @notice Added. Parameter `index` is out of bounds: 0 to 3 as at `Params`; 4 the guardian's expiry; 5 its strikes.
    error GovernorInvalidParameter(uint8 index, uint256 value, uint256 min, uint256 max);
    /// @notice Added. There is no such timelock, or the governor could not schedule, cancel and execute there.
    error GovernorInvalidTimelock(address timelock);
    /// @notice Added. A batch of ballots is empty or not made of rows of 86 bytes.
    error GovernorInvalidBallots(uint256 length);
    /// @notice Added. The token did not answer as AIA does.
    error TokenCallFailed(address token);
    /// @notice Added. The constructor has run.
    error AlreadySet();

    // ------------------------------------------------ Proposals ----------------------------------------------------

    /// @notice Proposes calls: `values[i]` wei and `calldatas[i]` to `targets[i]`.
    /// @return proposalId `hashProposal` of the calls and keccak256(description).
    /// @custom:events ProposalCreated.
    /// @custom:errors In this order: GovernorRestrictedProposer; GovernorInsufficientProposerVotes;
    /// GovernorInvalidProposalLength; GovernorUnexpectedProposalState: it exists; GovernorProposerHasLiveProposal.
    function propose(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        string calldata description
    ) external returns (uint256 proposalId);

    /// @notice Schedules a proposal that has Succeeded, with the delay that the timelock requires. Anyone may.
    /// @custom:events ProposalQueued; the timelock's CallScheduled and CallSalt.
    /// @custom:errors GovernorNonexistentProposal; GovernorUnexpectedProposalState; the timelock's.
    function queue(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        bytes32 descriptionHash
    ) external returns (uint256 proposalId);

    /// @notice Carries out a proposal that is Queued and ready. Anyone may; value goes to the timelock.
    /// @custom:events ProposalExecuted; the timelock's CallExecuted; those of the calls.
    /// @custom:errors GovernorNonexistentProposal; GovernorUnexpectedProposalState; the timelock's; those of the calls.
    function execute(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        bytes32 descriptionHash
    ) external payable returns (uint256 proposalId);

    /// @notice Cancels a proposal, in the timelock too: the proposer while it is Pending, the guardian until it is
    /// executed, expired or cancelled.
    /// @custom:events ProposalCanceled; GuardianStruck; the timelock's Cancelled.
    /// @custom:errors GovernorNonexistentProposal; GovernorUnableToCancel; GovernorUnexpectedProposalState; the timelock's.
    function cancel(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        bytes32 descriptionHash
    ) external returns (uint256 proposalId);

    /// @notice Returns keccak256(abi.encode(targets, values, calldatas, descriptionHash)).
    function hashProposal(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        bytes32 descriptionHash
    ) external pure returns (uint256);
    /// @notice As `hashProposal`.
    function getProposalId(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        bytes32 descriptionHash
    ) external view returns (uint256);

    /// @custom:errors GovernorNonexistentProposal.
    function state(uint256 proposalId) external view returns (ProposalState);
    /// @notice Returns the second whose votes count; 0 if there is no such proposal. So do the three below.
    function proposalSnapshot(uint256 proposalId) external view returns (uint256);
    /// @notice Returns the last second of voting.
    function proposalDeadline(uint256 proposalId) external view returns (uint256);
    function proposalProposer(uint256 proposalId) external view returns (address);
    /// @notice Returns when a queued proposal can be executed; 0 if it never was queued.
    function proposalEta(uint256 proposalId) external view returns (uint256);
    /// @notice Returns true: everything goes through the timelock.
    function proposalNeedsQueuing(uint256 proposalId) external view returns (bool);
    /// @notice Added. Returns the last proposal of `proposer`, over or not; 0 if there was none.
    function latestProposalId(address proposer) external view returns (uint256);

    // ------------------------------------------------ Votes --------------------------------------------------------

    /// @notice Votes with all votes that the caller has left on the proposal. `support`: 0 Against, 1 For, 2 Abstain.
    /// @return weight Votes counted, base units; of the five functions that follow too.
    /// @custom:events VoteCast; ProposalExtended if the quorum is reached late.
    /// @custom:errors GovernorNonexistentProposal; GovernorUnexpectedProposalState; GovernorAlreadyCastVote;
    /// GovernorInvalidVoteType; GovernorInvalidVoteParams.
    function castVote(uint256 proposalId, uint8 support) external returns (uint256 weight);
    function castVoteWithReason(uint256 proposalId, uint8 support, string calldata reason)
        external
        returns (uint256 weight);
    /// @notice As `castVote`; with `support` 255, `params` are three packed uint128: votes Against, For and Abstain, of
    /// which the rest can be cast later.
    /// @custom:events VoteCastWithParams, or VoteCast without params; ProposalExtended.
    /// @custom:errors As `castVote`; GovernorExceedRemainingWeight.
    function castVoteWithReasonAndParams(
        uint256 proposalId,
        uint8 support,
        string calldata reason,
        bytes calldata params
    ) external returns (uint256 weight);
    /// @notice As `castVote`, for who signed a Ballot. The nonce that was signed is used up.
    /// @custom:errors GovernorInvalidSignature, before any other; as `castVote`.
    function castVoteBySig(uint256 proposalId, uint8 support, address voter, bytes calldata signature)
        external
        returns (uint256 weight);
    /// @notice As `castVoteWithReasonAndParams`, for who signed an ExtendedBallot. The nonce that was signed is used up.
    function castVoteWithReasonAndParamsBySig(
        uint256 proposalId,
        uint8 support,
        address voter,
        string calldata reason,
        bytes calldata params,
        bytes calldata signature
    ) external returns (uint256 weight);
    /// @notice Added. Counts signed Ballots on one proposal and skips those that do not count. Anyone may.
    /// @dev Rows of 86 bytes: voter 20, support 1, r 32, s 32, v 1. ECDSA only: a contract's ballot goes through
    /// `castVoteBySig`. No nonce is used up: a ballot takes all votes that its voter has left, so it counts once. Using its
    /// nonce elsewhere voids a ballot; otherwise only voting on the same proposal with all one's votes does.
    /// @return counted How many counted.
    /// @custom:events VoteCast or BallotSkipped for each, in order; then ProposalExtended if the quorum is reached late.
    /// @custom:errors GovernorInvalidBallots; GovernorNonexistentProposal; GovernorUnexpectedProposalState.
    function castVotesBySig(uint256 proposalId, bytes calldata packed) external returns (uint256 counted);

    /// @notice Returns the votes of `account` at the end of second `timepoint`, which must be over.
    /// @custom:errors ERC5805FutureLookup of the token.
    function getVotes(address account, uint256 timepoint) external view returns (uint256);
    /// @notice As `getVotes`; `params` change nothing.
    function getVotesWithParams(address account, uint256 timepoint, bytes calldata params)
        external
        view
        returns (uint256);
    /// @notice Whether `account` cast any vote on the proposal.
    function hasVoted(uint256 proposalId, address account) external view returns (bool);
    /// @notice Returns how many votes `account` cast on the proposal.
    function usedVotes(uint256 proposalId, address account) external view returns (uint256);
    function proposalVotes(uint256 proposalId)
        external
        view
        returns (uint256 againstVotes, uint256 forVotes, uint256 abstainVotes);

    // ------------------------------------------------ Quorum -------------------------------------------------------

    /// @notice Returns the quorum of second `timepoint`, which must be over; rounded down.
    /// @custom:errors ERC5805FutureLookup of the token.
    function quorum(uint256 timepoint) external view returns (uint256);
    function quorumNumerator() external view returns (uint256);
    /// @notice Returns the numerator at the end of second `timepoint`, or so far.
    function quorumNumerator(uint256 timepoint) external view returns (uint256);
    /// @notice Returns 10,000.
    function quorumDenominator() external pure returns (uint256);
    /// @notice Added. Returns what makes the quorum of second `timepoint`, or so far.
    function quorumParams(uint256 timepoint) external view returns (uint16 numerator, uint96 floor, uint96 cap);

    // ------------------------------------------------ Governance calls ---------------------------------------------

    /// @notice Governance call.
    function setVotingDelay(uint48 newVotingDelay) external;
    /// @notice Governance call.
    function setVotingPeriod(uint32 newVotingPeriod) external;
    /// @notice Governance call.
    function setProposalThreshold(uint256 newProposalThreshold) external;
    /// @notice Governance call. Holds for live proposals too.
    function setLateQuorumVoteExtension(uint48 newVoteExtension) external;
    /// @notice Governance call. Floor and cap stay.
    function updateQuorumNumerator(uint256 newQuorumNumerator) external;
    /// @notice Governance call. Added.
    function setQuorumParams(uint16 numerator, uint96 floor, uint96 cap) external;
    /// @notice Governance call. The governor must be proposer and canceller there, and executor unless anyone is, and the
    /// timelock must say `getRequiredDelay`. What is queued stays with the old one.
    /// @custom:errors GovernorInvalidTimelock.
    function updateTimelock(address newTimelock) external;
    /// @notice Governance call. The term and the strikes are the office's and stay; zero for nobody.
    function setProposalGuardian(address newProposalGuardian) external;
    /// @notice Governance call. Added. `expiry` at most 31,536,000 s from now, `strikes` at most 10.
    function setGuardianTerm(uint48 expiry, uint8 strikes) external;
    /// @notice Governance call. Calls `target` from here, with `value` wei of the governor's own, such as came with the
    /// call; what that refuses with is passed on.
    function relay(address target, uint256 value, bytes calldata data) external payable;

    // ------------------------------------------------ Views --------------------------------------------------------

    function votingDelay() external view returns (uint256);
    function votingPeriod() external view returns (uint256);
    function proposalThreshold() external view returns (uint256);
    function lateQuorumVoteExtension() external view returns (uint48);
    function token() external view returns (address);
    function timelock() external view returns (address);
    function proposalGuardian() external view returns (address);
    /// @notice Added.
    function guardianTerm() external view returns (uint48 expiry, uint8 strikes);
    /// @notice Returns "AIA Governor".
    function name() external view returns (string memory);
    /// @notice Returns "1".
    function version() external view returns (string memory);
    /// @notice Returns Unix seconds.
    function clock() external view returns (uint48);
    /// @notice Returns "mode=timestamp".
    function CLOCK_MODE() external view returns (string memory);
    /// @notice Returns "support=bravo,fractional&quorum=for,abstain&params=fractional".
    function COUNTING_MODE() external pure returns (string memory);
    function BALLOT_TYPEHASH() external view returns (bytes32);
    function EXTENDED_BALLOT_TYPEHASH() external view returns (bytes32);
    /// @notice Returns the nonce for signatures that are not bound to a proposal's own.
    function nonces(address owner) external view returns (uint256);
    /// @notice Returns key << 64 | count; for `key` 0, the plain nonce.
    function nonces(address owner, uint192 key) external view returns (uint256);
    function eip712Domain()
        external
        view
        returns (
            bytes1 fields,
            string memory name,
            string memory version,
            uint256 chainId,
            address verifyingContract,
            bytes32 salt,
            uint256[] memory extensions
        );
    /// @notice 0x01ffc9a7 ERC-165, 0xcdbdfcee and 0x65455a86 IGovernor with and without getProposalId, 0x4e2312e0
    /// ERC-1155 receiver.
    function supportsInterface(bytes4 interfaceId) external view returns (bool);
    /// @custom:errors GovernorDisabledDeposit, always; of the two below too.
    function onERC721Received(address operator, address from, uint256 tokenId, bytes calldata data)
        external
        returns (bytes4);
    function onERC1155Received(address operator, address from, uint256 id, uint256 value, bytes calldata data)
        external
        returns (bytes4);
    function onERC1155BatchReceived(
        address operator,
        address from,
        uint256[] calldata ids,
        uint256[] calldata values,
        bytes calldata data
    ) external returns (bytes4);
}
