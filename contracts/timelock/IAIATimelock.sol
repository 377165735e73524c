// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title The timelock of an AIA network
/// @notice Owns what governance can change, and changes it only after a delay that everybody can see.
/// @dev This file is the source of the ABI: the JSON and the Rust bindings are generated from it.
///
/// OpenZeppelin 5.7's `TimelockController`: functions, events, errors, ids and roles. What is added says so below.
///
/// Units. Values are wei, instants Unix seconds, delays seconds.
///
/// Life of an operation. Proposers schedule one or many calls; the operation is Waiting for its delay, then Ready. Who
/// has the executor role, or anyone if address(0) has it, executes it: all its calls in order, or none. Cancellers
/// cancel what is Waiting or Ready. An id is used once, but for one that was cancelled.
///
/// Added: Expired. An operation can be executed for `gracePeriod` seconds after it is ready, as it was when scheduled; the
/// second ready + gracePeriod is the last. After that it is over, and neither executed, cancelled nor scheduled again:
/// `isOperation`, but neither `isOperationPending` nor `isOperationReady`.
///
/// Added: call delays. Every call (target and the first four bytes of its data) may have a delay of its own, and every
/// target one for all its calls that have none; the others have `getMinDelay`. Data shorter than four bytes has no
/// selector, only a target. An operation is scheduled with at least the longest delay of its calls. A call of the
/// timelock itself, and one that sends value, never has less than `getMinDelay`. Raising a delay takes effect at once; lowering it, only after as
/// many seconds as it is lowered by: counted from the lowering, a call still takes at least the old delay. The same holds
/// for `updateDelay`. What calls other calls (a multicall of the target) has the delay of its own selector: give such
/// targets a long one as a whole.
///
/// Added: abdication. A call or a target that was abdicated can never be scheduled nor executed again, by nobody. Both are
/// looked at before the first call of an operation. What wraps the call is another call, and so is handing the target on:
/// give up `multicall` and `transferOwnership` as well, or the target as a whole.
///
/// Added: pinned code. An operation remembers the code of its targets when it is scheduled (of a proxy, the proxy's) and
/// is not executed on any other; what had none must still have none. They are compared before the first call. Calls
/// without data, which only send value, are not pinned.
///
/// Added: the brake. The guardian can stop all execution for 7 days, and not again for 7 days after that, until its term
/// ends. It can do nothing else: scheduling and cancelling go on, and every grace period is at least 14 days, so
/// whatever is queued, its own removal too, can be executed in between.
///
/// Roles. Only the timelock itself is admin: added, nobody else can be made it and it cannot cease to be. The roles of
/// proposers, executors and cancellers change by operations of its own.
///
/// Self-administration. Functions marked so can be called only by the timelock, that is by an operation.
/// Otherwise: TimelockUnauthorizedCaller. What is beyond their bounds: TimelockInvalidParameter.
///
/// The timelock takes native value, ERC-721 and ERC-1155 tokens. Calls are plain calls; there is no delegatecall.
///
/// Program expiry. Arbitrum deactivates a Stylus program 365 days after its activation, and when a new Stylus version
/// calls for activation anew. Until anyone activates it again every call reverts; state is kept, time runs on.
///
/// Constructor: `stylus_constructor(uint256 minDelay, address[] proposers, address[] executors, Brake brake, uint32
/// gracePeriod, CallDelay[] callDelays, address[] owned)`, where `brake` is flat. Proposers are cancellers too. Accepts, in
/// the end, the ownership that each of `owned` offers. Call delays hold at once, shorter or longer; of two for one call,
/// the last. Emits RoleGranted, MinDelayChange, GracePeriodChange, GuardianSet and CallDelaySet, in this order. Reverts
/// with `AlreadySet` when it ran before, as the setters do, as the `owned` do, and with FailedCall if one of them is not
/// the timelock's in the end.
interface IAIATimelock {
    // ------------------------------------------------ Types --------------------------------------------------------

    /// @notice OpenZeppelin's, and Expired.
    enum OperationState {
        Unset,
        Waiting,
        Ready,
        Done,
        Expired
    }

    /// @notice Who may pull the brake, and until when.
    struct Brake {
        /// Zero for nobody.
        address guardian;
        /// Last second of its term: at most 31,536,000 s from now.
        uint48 expiry;
    }

    /// @notice A delay of a call's own.
    struct CallDelay {
        address target;
        /// 0xffffffff: all calls of the target that have no delay of their own.
        bytes4 selector;
        /// 21,600 to 2,592,000 s.
        uint32 delay;
    }

    // ------------------------------------------------ Events -------------------------------------------------------

    /// @notice Call `index` of operation `id` can be executed after `delay` seconds.
    event CallScheduled(
        bytes32 indexed id,
        uint256 indexed index,
        address target,
        uint256 value,
        bytes data,
        bytes32 predecessor,
        uint256 delay
    );
    event CallExecuted(bytes32 indexed id, uint256 indexed index, address target, uint256 value, bytes data);
    /// @notice The salt of an operation, if it has one.
    event CallSalt(bytes32 indexed id, bytes32 salt);
    event Cancelled(bytes32 indexed id);
    /// @notice A longer delay holds at once, a shorter one `oldDuration - newDuration` seconds later.
    event MinDelayChange(uint256 oldDuration, uint256 newDuration);
    event RoleGranted(bytes32 indexed role, address indexed account, address indexed sender);
    event RoleRevoked(bytes32 indexed role, address indexed account, address indexed sender);
    /// @notice Added. `newDelay` holds from `effect` on, until then `oldDelay`.
    event CallDelaySet(
        address indexed target, bytes4 indexed selector, uint32 oldDelay, uint32 newDelay, uint48 effect
    );
    /// @notice Added. `selector` 0xffffffff: all calls of the target.
    event Abdicated(address indexed target, bytes4 indexed selector);
    /// @notice Added. Nothing is executed up to and including second `until`.
    event Braked(address indexed guardian, uint48 until);
    /// @notice Added. The guardian released the brake.
    event Unbraked(address indexed guardian);
    /// @notice Added. `expiry` is the last second of the term.
    event GuardianSet(address oldGuardian, address newGuardian, uint48 expiry);
    /// @notice Added. Holds for operations scheduled from now on.
    event GracePeriodChange(uint32 oldDuration, uint32 newDuration);

    // ------------------------------------------------ Errors -------------------------------------------------------

    /// @notice Not as many targets, payloads and values.
    error TimelockInvalidOperationLength(uint256 targets, uint256 payloads, uint256 values);
    /// @notice `delay` is below what the calls require.
    error TimelockInsufficientDelay(uint256 delay, uint256 minDelay);
    /// @notice The operation is in none of the states with a bit in `expectedStates` (1 << state).
    error TimelockUnexpectedOperationState(bytes32 operationId, bytes32 expectedStates);
    error TimelockUnexecutedPredecessor(bytes32 predecessorId);
    error TimelockUnauthorizedCaller(address caller);
    error AccessControlUnauthorizedAccount(address account, bytes32 neededRole);
    /// @notice Renouncing names somebody other than the caller.
    error AccessControlBadConfirmation();
    /// @notice A call was refused without a reason.
    error FailedCall();
    /// @notice Added. The operation's grace period is over.
    error TimelockExpired(bytes32 operationId);
    /// @notice Added. A target of the operation has other code than when it was scheduled.
    error TimelockTargetChanged(bytes32 operationId);
    /// @notice Added. The call, or its whole target (0xffffffff), was abdicated.
    error TimelockCallAbdicated(address target, bytes4 selector);
    /// @notice Added. Nothing is executed up to and including second `until`.
    error TimelockBraked(uint48 until);
    /// @notice Added. The brake can be pulled again at `readyAt`.
    error TimelockBrakeCooling(uint48 readyAt);
    /// @notice Added. `caller` is not the guardian, or its term is over.
    error TimelockUnauthorizedGuardian(address caller);
    /// @notice Added. A duration or an instant is out of bounds.
    error TimelockInvalidParameter(uint256 value, uint256 min, uint256 max);
    /// @notice Added. The admin's role is nobody's to give or take.
    error TimelockAdminFixed();
    /// @notice Added. The constructor has run.
    error AlreadySet();

    /// @notice Takes native value.
    receive() external payable;

    // ------------------------------------------------ Operations ---------------------------------------------------

    /// @notice Schedules one call, `delay` seconds from now: at most 31,536,000. Proposers only.
    /// @param predecessor An operation that must be done before; zero for none.
    /// @param salt Any; tells operations with the same calls apart.
    /// @custom:events CallScheduled; CallSalt unless `salt` is zero.
    /// @custom:errors In this order: AccessControlUnauthorizedAccount; TimelockUnexpectedOperationState: it exists;
    /// TimelockCallAbdicated; TimelockInsufficientDelay; TimelockInvalidParameter: the delay is too long, `min` being the
    /// least that will do.
    function schedule(
        address target,
        uint256 value,
        bytes calldata data,
        bytes32 predecessor,
        bytes32 salt,
        uint256 delay
    ) external;
    /// @notice As `schedule`, for calls that are executed together.
    /// @custom:errors As `schedule`; TimelockInvalidOperationLength, after the role.
    function scheduleBatch(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata payloads,
        bytes32 predecessor,
        bytes32 salt,
        uint256 delay
    ) external;
    /// @notice Cancels an operation that is Waiting or Ready. Cancellers only.
    /// @custom:events Cancelled.
    /// @custom:errors AccessControlUnauthorizedAccount; TimelockUnexpectedOperationState.
    function cancel(bytes32 id) external;
    /// @notice Executes an operation of one call; value beyond what came with it is the timelock's own.
    /// @custom:events CallExecuted; those of the call.
    /// @custom:errors In this order: AccessControlUnauthorizedAccount; TimelockExpired; TimelockUnexpectedOperationState;
    /// TimelockUnexecutedPredecessor; TimelockBraked; TimelockCallAbdicated; TimelockTargetChanged; the call's. And
    /// TimelockUnexpectedOperationState again, if the call itself cancelled or executed the operation.
    function execute(address target, uint256 value, bytes calldata payload, bytes32 predecessor, bytes32 salt)
        external
        payable;
    /// @notice As `execute`, for an operation of many calls.
    /// @custom:errors As `execute`; TimelockInvalidOperationLength, after the role.
    function executeBatch(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata payloads,
        bytes32 predecessor,
        bytes32 salt
    ) external payable;

    /// @notice Returns keccak256(abi.encode(target, value, data, predecessor, salt)).
    function hashOperation(address target, uint256 value, bytes calldata data, bytes32 predecessor, bytes32 salt)
        external
        pure
        returns (bytes32);
    /// @notice Returns keccak256(abi.encode(targets, values, payloads, predecessor, salt)).
    function hashOperationBatch(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata payloads,
        bytes32 predecessor,
        bytes32 salt
    ) external pure returns (bytes32);
    /// @notice Whether there is such an operation, in whatever state.
    function isOperation(bytes32 id) external view returns (bool);
    /// @notice Whether it is Waiting or Ready.
    function isOperationPending(bytes32 id) external view returns (bool);
    function isOperationReady(bytes32 id) external view returns (bool);
    function isOperationDone(bytes32 id) external view returns (bool);
    /// @notice Returns when it is ready; 0 for none, 1 when it is done.
    function getTimestamp(bytes32 id) external view returns (uint256);
    function getOperationState(bytes32 id) external view returns (OperationState);

    // ------------------------------------------------ Delays -------------------------------------------------------

    /// @notice Returns the delay of calls that have none of their own, now.
    function getMinDelay() external view returns (uint256);
    /// @notice Added. Returns the least delay with which these calls can be scheduled now.
    /// @custom:errors TimelockInvalidOperationLength; TimelockCallAbdicated.
    function getRequiredDelay(address[] calldata targets, uint256[] calldata values, bytes[] calldata payloads)
        external
        view
        returns (uint256);
    /// @notice Added. Returns the delay of a call's own, now: 0 if it has none; it is `next` from `effect` on. And whether the
    /// call itself was abdicated; 0xffffffff asks for the target as a whole.
    function callDelay(address target, bytes4 selector)
        external
        view
        returns (uint32 delay, uint32 next, uint48 effect, bool abdicated);
    /// @notice Added. Returns for how long operations can be executed that are scheduled now.
    function gracePeriod() external view returns (uint32);

    // ------------------------------------------------ Self-administration ------------------------------------------

    /// @notice Self-administration. Sets the delay of calls that have none of their own: 21,600 to 2,592,000 s.
    /// @custom:events MinDelayChange.
    function updateDelay(uint256 newDelay) external;
    /// @notice Self-administration. Added. Sets the delay of a call's own: 21,600 to 2,592,000 s; of the timelock's own
    /// calls not below `getMinDelay`, whatever is set.
    /// @custom:events CallDelaySet.
    /// @custom:errors TimelockInvalidParameter; TimelockCallAbdicated.
    function setCallDelay(address target, bytes4 selector, uint32 delay) external;
    /// @notice Self-administration. Added. Gives a call up, or with 0xffffffff all calls of a target, for ever.
    /// @custom:events Abdicated.
    function abdicate(address target, bytes4 selector) external;
    /// @notice Self-administration. Added. 1,209,600 to 2,592,000 s.
    /// @custom:events GracePeriodChange.
    function setGracePeriod(uint32 duration) external;
    /// @notice Self-administration. Added. Names who may pull the brake, at most 31,536,000 s from now. Neither a brake that
    /// is pulled nor the seven days after it end by this.
    /// @custom:events GuardianSet.
    function setGuardian(address newGuardian, uint48 expiry) external;
    /// @notice Self-administration, for the roles below: `DEFAULT_ADMIN_ROLE` is the timelock's own.
    /// @custom:events RoleGranted, unless `account` has it.
    /// @custom:errors AccessControlUnauthorizedAccount; TimelockAdminFixed.
    function grantRole(bytes32 role, address account) external;
    /// @notice Self-administration.
    /// @custom:events RoleRevoked, unless `account` does not have it.
    /// @custom:errors AccessControlUnauthorizedAccount; TimelockAdminFixed.
    function revokeRole(bytes32 role, address account) external;
    /// @notice Gives up a role of the caller, who repeats its address.
    /// @custom:events RoleRevoked, unless it does not have it.
    /// @custom:errors AccessControlBadConfirmation; TimelockAdminFixed.
    function renounceRole(bytes32 role, address callerConfirmation) external;

    // ------------------------------------------------ Brake --------------------------------------------------------

    /// @notice Added. Stops all execution for 7 days. The guardian only, in its term, 7 days after the last brake's end at
    /// the soonest; releasing that one early does not bring this nearer.
    /// @custom:events Braked.
    /// @custom:errors TimelockUnauthorizedGuardian; TimelockBrakeCooling.
    function brake() external;
    /// @notice Added. Releases the brake. The guardian only, in its term; nothing happens if it is not pulled.
    /// @custom:events Unbraked.
    /// @custom:errors TimelockUnauthorizedGuardian.
    function unbrake() external;
    /// @notice Added. Returns the last second in which nothing is executed; one in the past if the brake is not pulled.
    function brakedUntil() external view returns (uint48);
    /// @notice Added. Returns when the brake can be pulled again.
    function brakeReadyAt() external view returns (uint48);
    /// @notice Added.
    function guardian() external view returns (address account, uint48 expiry);

    // ------------------------------------------------ Roles and interfaces -----------------------------------------

    /// @notice Returns zero.
    function DEFAULT_ADMIN_ROLE() external view returns (bytes32);
    /// @notice Returns keccak256("PROPOSER_ROLE").
    function PROPOSER_ROLE() external view returns (bytes32);
    /// @notice Returns keccak256("EXECUTOR_ROLE").
    function EXECUTOR_ROLE() external view returns (bytes32);
    /// @notice Returns keccak256("CANCELLER_ROLE").
    function CANCELLER_ROLE() external view returns (bytes32);
    function hasRole(bytes32 role, address account) external view returns (bool);
    /// @notice Returns DEFAULT_ADMIN_ROLE for every role.
    function getRoleAdmin(bytes32 role) external view returns (bytes32);
    /// @notice 0x01ffc9a7 ERC-165, 0x7965db0b access control, 0x4e2312e0 ERC-1155 receiver.
    function supportsInterface(bytes4 interfaceId) external view returns (bool);
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
