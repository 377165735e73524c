// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title Court for disputes about staked providers
/// @notice Bonded disputes with open evidence, an arbitrator's ruling, a veto window and execution by anyone; and
/// equivocation proven without a judge.
/// @dev This file is the source of the ABI: the JSON and the Rust bindings are generated from it.
///
/// Units. Amounts are AIA base units, instants Unix seconds, durations seconds, `Bps` basis points (10,000 = 100 %).
///
/// Life of a dispute, every step open to whoever is named:
///
///   openDispute (anyone, with a bond) ─▶ Open
///   Open, until opened + rulingWindow:   rule 1 (arbitrator) ─▶ Upheld     rule 2 ─▶ Rejected     rule 0 ─▶ Drawn
///                                        cancel (disputer) ─▶ Cancelled
///   Open, afterwards:                    execute (anyone) ─▶ Expired
///   Upheld, until ruled + vetoWindow:    reduce (guardian, arbitrator)      veto (guardian, owner) ─▶ Vetoed
///   Upheld, afterwards:                  execute (anyone) ─▶ Executed, or Duplicate (see DisputeDuplicate)
///   proveEquivocation (anyone, no bond) ─▶ Upheld
///
/// The bond: back to the disputer when the dispute is executed, drawn, vetoed, expired or a duplicate; half of it, rounded
/// up, burned and the rest paid to the accused when it is rejected; a tenth, rounded up, burned and the rest back when it
/// is cancelled.
///
/// Parameters, arbitrator and bond are those of the moment a dispute was opened; nothing set later here touches it. The
/// guardian is the present one.
///
/// Windows. detectionWindow + rulingWindow + vetoWindow + executionWindow never exceeds the `unbondingPeriod()` of any
/// target: stake that leaves right after a fault is still bound when the last second to execute comes. `executionWindow`
/// bounds nothing but this sum: it is the time that is left to execute before such an exit can mature.
///
/// A ruling confirms everything that the disputer claims: the fault, its service, its time (a later one would spare stake
/// that left in between), the rate (a trifling one would settle the fault) and the victim. An arbitrator that finds one of
/// them wrong rejects or draws, and the same fault may be disputed again.
///
/// What a slash takes, the registry decides when it is executed: by the allocation, the cap of the epoch and the stake of
/// that moment.
///
/// What the owner (the timelock) can do: add targets, set parameters within bounds, name arbitrators and the guardian,
/// veto. The guardian can lower or veto an upheld dispute, and start or raise none. Nobody can take a bond.
///
/// Constructor: `stylus_constructor(address owner, address guardian, address token, Params params)`, flat. Reverts with
/// `AlreadySet` when it ran before, `OwnableInvalidOwner`, `InvalidParameter`, `TokenCallFailed` when the token has no
/// code. Program expiry is as in `IProviderRegistry`.
interface IDisputeCourt {
    // ------------------------------------------------ Types --------------------------------------------------------

    /// @notice What the owner can change. Bounds stand beside each; the number is `InvalidParameter`'s index.
    struct Params {
        /// 0: Seconds after a fault in which it can be disputed: 600 to 7,776,000.
        uint32 detectionWindow;
        /// 1: Seconds that an arbitrator has: 600 to 7,776,000.
        uint32 rulingWindow;
        /// 2: Seconds in which an upheld dispute can be lowered or vetoed: 600 to 7,776,000.
        uint32 vetoWindow;
        /// 3: Seconds left to execute before exits can mature: 600 to 7,776,000.
        uint32 executionWindow;
        /// 4: Part of the provider's own loss for the disputer: 0 to 2,000.
        uint16 reporterBps;
        /// 5: Part of the provider's own loss for the harmed consumer: 0 to 3,000.
        uint16 victimBps;
        /// 6: How many times the bond must be slashable for a dispute to be worth opening: 1 to 10,000.
        uint16 cover;
        /// 7: Slashed for equivocation: 1 to 10,000.
        uint16 equivocationBps;
    }

    /// @notice A dispute as it stands.
    struct Dispute {
        /// 0 none, 1 Open, 2 Upheld, 3 Executed, 4 Rejected, 5 Drawn, 6 Vetoed, 7 Expired, 8 Cancelled, 9 Duplicate.
        uint8 status;
        address disputer;
        /// When it was opened or, once upheld, ruled.
        uint48 at;
        /// The last second of what `status` waits for: ruling or veto; 0 when it is over.
        uint48 deadline;
        uint16 bps;
        uint32 service;
        address target;
        bytes32 subject;
        uint48 faultAt;
        bytes32 fault;
        address victim;
        /// Zero for equivocation.
        address arbitrator;
        /// Base units; 0 for equivocation.
        uint96 bond;
        /// Index of the parameters captured.
        uint32 paramsVersion;
    }

    /// @notice The receipt of `IProviderRegistry`, signed under the domain of the target registry.
    struct JobReceipt {
        bytes32 jobId;
        address provider;
        address consumer;
        uint64 listingId;
        bytes32 modelHash;
        bytes32 requestHash;
        bytes32 resultHash;
        bytes32 fingerprint;
        uint64 unitsIn;
        uint64 unitsOut;
        uint128 price;
        uint64 completedAt;
    }

    // ------------------------------------------------ Errors -------------------------------------------------------

    /// @notice The caller is not the owner, or not the account that ownership was offered to.
    error OwnableUnauthorizedAccount(address account);
    /// @notice The owner would be address(0).
    error OwnableInvalidOwner(address owner);
    /// @notice The constructor has run.
    error AlreadySet();
    /// @notice Parameter `index` is out of its bounds; 8: the parameters were set 65,535 times.
    error InvalidParameter(uint8 index, uint256 value, uint256 min, uint256 max);
    /// @notice The windows add up to `needed` seconds, and a target lets stake go after `unbonding`.
    error UnbondingTooShort(uint256 unbonding, uint256 needed);
    /// @notice The target was added before, or there are 255 of them.
    error InvalidTarget(address target);
    /// @notice No such target.
    error UnknownTarget(address target);
    /// @notice A bond is 1 to 10^24 base units, unless the arbitrator is address(0); or 2^24 of them were set.
    error InvalidBond(uint256 bond);
    /// @notice Nobody judges that service, or the target never defined it.
    error UnknownService(address target, uint32 service);

    /// @notice No such dispute.
    error UnknownDispute(uint256 id);
    /// @notice The dispute does not wait for this.
    error InvalidStatus(uint256 id, uint8 status);
    /// @notice The time for this ended with `deadline`.
    error DeadlinePassed(uint256 id, uint48 deadline, uint48 current);
    /// @notice The time for this begins after `deadline`.
    error DeadlineNotPassed(uint256 id, uint48 deadline, uint48 current);
    /// @notice The caller may not do this to the dispute.
    error UnauthorizedParty(uint256 id, address caller);
    /// @notice A ruling is 0 draw, 1 uphold or 2 reject.
    error InvalidRuling(uint256 ruling);
    /// @notice The rate is 0, above the most that the service allows or, in `reduce`, not below the present one.
    error InvalidBps(uint16 bps, uint16 max);
    /// @notice The fault lies in the future, or longer ago than the detection window.
    error InvalidFaultTime(uint256 faultAt, uint256 earliest, uint256 latest);
    /// @notice The fault was slashed or proven.
    error FaultSettled(bytes32 fault);
    /// @notice So little is slashable that the bond is worth more.
    error InsufficientCover(uint256 slashable, uint256 needed);
    /// @notice The receipts do not conflict: they must name the same provider, consumer, job and request, and two results.
    error NoEquivocation();
    /// @notice No accountable key of the provider's, nor `signer`, signed receipt 0 or 1.
    error InvalidReceiptSignature(uint8 receipt, address signer);
    /// @notice The token answered false or nothing.
    error TokenCallFailed(address token);
    /// @notice The target does not tell its unbonding period.
    error TargetCallFailed(address target);

    // ------------------------------------------------ Disputes -----------------------------------------------------

    event DisputeOpened(
        uint256 indexed id,
        bytes32 indexed subject,
        address indexed disputer,
        address target,
        uint32 service,
        bytes32 fault,
        uint48 faultAt,
        uint16 bps,
        address victim,
        uint96 bond,
        uint32 paramsVersion
    );
    /// @notice What speaks for or against a dispute can be read under `cid` (SHA2-256 digest).
    event Evidence(uint256 indexed id, address indexed party, bytes32 cid);
    /// @notice ERC-792.
    event Ruling(address indexed arbitrator, uint256 indexed id, uint256 ruling);
    event DisputeReduced(uint256 indexed id, address indexed by, uint16 bps);
    event DisputeVetoed(uint256 indexed id, address indexed by, bytes32 reason);
    event DisputeExecuted(uint256 indexed id, uint256 slashed, uint256 burned);
    event DisputeExpired(uint256 indexed id);
    event DisputeCancelled(uint256 indexed id);
    /// @notice The fault had been slashed by another dispute or proven, or the target obeys this court no more.
    event DisputeDuplicate(uint256 indexed id);
    event BondSettled(
        uint256 indexed id, address indexed disputer, uint256 returned, uint256 burned, uint256 toSubject
    );
    event EquivocationProven(uint256 indexed id, address indexed provider, bytes32 indexed jobId);

    /// @notice Opens a dispute against a subject of a target, and takes the bond from the caller (by allowance).
    /// @param subject For a provider registry, the provider's address in the low 160 bits.
    /// @param service One with an arbitrator, whether or not the target still takes offers for it.
    /// @param fault Names the fault. Several disputes may name the same until one is executed.
    /// @param evidence SHA2-256 digest of what shows it.
    /// @param bps What is to be slashed: 1 to the service's most.
    /// @param victim The harmed consumer; zero for none.
    /// @param faultAt When it happened, within the detection window.
    /// @custom:errors UnknownTarget, UnknownService, InvalidBps, InvalidFaultTime, FaultSettled, InsufficientCover; the
    /// target's and the token's.
    /// @custom:events DisputeOpened, Evidence.
    function openDispute(
        address target,
        bytes32 subject,
        uint32 service,
        bytes32 fault,
        bytes32 evidence,
        uint16 bps,
        address victim,
        uint48 faultAt
    ) external returns (uint256 id);

    /// @notice Adds evidence to a dispute that is Open or Upheld. Anyone may.
    /// @custom:errors UnknownDispute, InvalidStatus.
    function submitEvidence(uint256 id, bytes32 cid) external;

    /// @notice Takes a dispute back before it is ruled.
    /// @custom:errors UnknownDispute, UnauthorizedParty, InvalidStatus, DeadlinePassed.
    /// @custom:events DisputeCancelled, BondSettled.
    function cancel(uint256 id) external;

    /// @notice Rules, in the shape of ERC-792: 0 draw, 1 uphold, 2 reject. Only the captured arbitrator.
    /// @custom:errors UnknownDispute, UnauthorizedParty, InvalidStatus, DeadlinePassed, InvalidRuling.
    /// @custom:events Ruling; BondSettled unless upheld.
    function rule(uint256 id, uint256 ruling) external;

    /// @notice Lowers the rate of an upheld dispute. Guardian or the captured arbitrator.
    /// @custom:errors UnknownDispute, UnauthorizedParty, InvalidStatus, DeadlinePassed, InvalidBps.
    function reduce(uint256 id, uint16 bps) external;

    /// @notice Stops an upheld dispute. Guardian or owner.
    /// @param reason Hash of the reason.
    /// @custom:errors UnknownDispute, UnauthorizedParty, InvalidStatus, DeadlinePassed.
    /// @custom:events DisputeVetoed; BondSettled if there is a bond.
    function veto(uint256 id, bytes32 reason) external;

    /// @notice Ends what nobody can change any more: slashes for an upheld dispute, lets an unruled one expire. Anyone.
    /// @custom:errors UnknownDispute, InvalidStatus, DeadlineNotPassed.
    /// @custom:events DisputeExecuted, DisputeExpired or DisputeDuplicate; BondSettled if there is a bond.
    function execute(uint256 id) external;

    /// @notice Proves that a provider signed two results for one job. The caller is the reporter, the receipts' consumer
    /// the victim. The veto window follows.
    /// @dev The time of the fault is the begin of the detection window, because the provider writes the receipts' times and
    /// could write others later: exits of earlier epochs are spared, all others pay. Only a pair whose later time lies before
    /// the window is too old.
    /// Signatures: EIP-712 under the target's domain, each by any key for which the target's `isSigner` holds; `signer` is
    /// asked by ERC-1271 where no such key signed. A contract can disown what it signed: consumers ask for a key.
    /// A job is proven once; a veto is final. It is a fault of its own: a dispute that names it neither ends nor replaces
    /// the proof.
    /// @custom:errors UnknownTarget, NoEquivocation, InvalidFaultTime, FaultSettled, InvalidReceiptSignature; the target's.
    /// @custom:events EquivocationProven, DisputeOpened.
    function proveEquivocation(
        address target,
        address signer,
        JobReceipt calldata a,
        JobReceipt calldata b,
        bytes calldata signatureA,
        bytes calldata signatureB
    ) external returns (uint256 id);

    function dispute(uint256 id) external view returns (Dispute memory);
    /// @notice Returns how many disputes there were; ids start at 1.
    function disputeCount() external view returns (uint256);
    /// @notice Returns flags: 1 slashed in a dispute, 2 equivocation proven. Only a fault with none can be disputed.
    function faultStatus(address target, bytes32 subject, bytes32 fault) external view returns (uint8);
    /// @notice Returns the fault id of an equivocation: keccak256(abi.encode(keccak256("Equivocation"), consumer, jobId)).
    function equivocationFault(address consumer, bytes32 jobId) external pure returns (bytes32);

    // ------------------------------------------------ Owner --------------------------------------------------------

    event TargetAdded(address indexed target, uint256 unbondingPeriod);
    /// @notice Disputes opened from now on have this arbitrator and bond; arbitrator zero: none can be opened.
    event ServiceSet(address indexed target, uint32 indexed service, address arbitrator, uint96 bond);
    event ParamsSet(uint32 indexed version, Params params);
    event GuardianSet(address indexed guardian);
    event OwnershipTransferStarted(address indexed previousOwner, address indexed newOwner);
    event OwnershipTransferred(address indexed previousOwner, address indexed newOwner);

    /// @notice Lets disputes be opened about a registry whose `unbondingPeriod()` suffices. For good.
    /// @custom:errors OwnableUnauthorizedAccount, InvalidTarget, TargetCallFailed, UnbondingTooShort.
    function addTarget(address target) external;
    /// @custom:errors OwnableUnauthorizedAccount, UnknownTarget, InvalidBond.
    function setService(address target, uint32 service, address arbitrator, uint96 bond) external;
    /// @custom:errors OwnableUnauthorizedAccount, InvalidParameter, UnbondingTooShort.
    function setParams(Params calldata params) external;
    function setGuardian(address account) external;
    /// @notice Offers ownership; address(0) withdraws the offer.
    function transferOwnership(address newOwner) external;
    function acceptOwnership() external;

    function owner() external view returns (address);
    function pendingOwner() external view returns (address);
    function guardian() external view returns (address);
    function token() external view returns (address);
    function params() external view returns (Params memory);
    /// @notice Returns the number of parameter sets so far, less one: the present version.
    function paramsVersion() external view returns (uint32);
    function serviceTerms(address target, uint32 service) external view returns (address arbitrator, uint96 bond);
    function isTarget(address account) external view returns (bool);
    /// @notice Returns the sum of the windows, which no target's unbonding period falls below.
    function requiredUnbonding() external view returns (uint256);
    /// @notice Returns the shortest unbonding period of the targets; 2^64 - 1 while there are none.
    function shortestUnbonding() external view returns (uint256);
    /// @notice ERC-165: 0x01ffc9a7 and ERC-792's 0x311a6c56.
    function supportsInterface(bytes4 interfaceId) external view returns (bool);
}
