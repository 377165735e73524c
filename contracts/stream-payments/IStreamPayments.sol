// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title Streams and metered channels in AIA
/// @notice Consumers and agents pay providers by the second (streams) or by what they used (channels with vouchers), out
/// of one escrow. Channels are those of x402's `batch-settlement` scheme: its types, digests, selectors and events.
/// @dev This file is the source of the ABI: the JSON and the Rust bindings are generated from it.
///
/// Units. Amounts are AIA base units (10^18 = 1 AIA; the supply never exceeds 10^27), rates base units a second, instants
/// Unix seconds, durations seconds, `Bps` basis points (10,000 = 100 %).
///
/// Ledger. Every account has free AIA here, put in with `fund`, earned, or refunded. It can be withdrawn at any time,
/// spent on streams and channels without leaving, and pushed to the account's own wallet by anybody (`settle`), unless
/// the account locked it. `fund` for oneself locks it. `fundWithAuthorization` does not, so that an account without gas
/// gets its AIA back with anybody's help.
///
/// Streams. A stream pays `rate` a second out of its own balance and stops when that is empty: there is no debt, and
/// time without money is never billed, not even after a top-up. Anyone may collect for the payee, as often as they
/// like: the sum before the fee is the same to the base unit. The payer can raise the rate and the payee lower it. A
/// payer that stops a running stream pays for `notice` seconds more, as far as the balance goes, and cannot take out
/// what that needs before, even if the payee is expelled meanwhile: a long notice is trust. Whatever changes a stream
/// settles it first, with `StreamCollected` if it had earned anything; but for a top-up of one that has money left,
/// which changes nothing of what it has earned. An id is used once.
///
/// Channels. The payer signs vouchers over a cumulative ceiling; the receiver claims up to it, once or in many parts.
/// What the channel cannot pay stays claimable after a top-up. The payer gets back what is unclaimed after
/// `withdrawDelay` announced seconds, within the seven days that follow, and not while it gave a `hold`; the channel is
/// closed for good then, and another one needs another salt. A payer's own deposit takes its announcement back; nobody
/// else can deposit while one is pending. After the seven days, or if a hold outlasts them, it counts for nothing. Who
/// serves a channel should not while a withdrawal is pending, should want a `payerAuthorizer`, because a wallet that is
/// a contract can disown what it signed, and should see to it that `receiverAuthorizer` is its own: it can refund
/// everything at once.
///
/// Batches are tolerant: a row that cannot be claimed is skipped with `ClaimSkipped` and spoils no other row. What a row
/// has claimed is what its `Claimed` says, which can be less than was asked.
///
/// Fee. Whatever a payee is credited pays `feeBps`, rounded up, once for each credit (a stream collected, or rows of a
/// claim with one receiver that follow each other, those passed over not counted). Fees wait beside the payee's ledger
/// until anyone sweeps them: `burnBps` of a sweep, rounded up, is burned, the rest goes to the treasury. Who is
/// refunded pays no fee.
///
/// Stake. A payee must be active in the provider registry when money comes in for it (opening, topping up, raising,
/// depositing), as asked at most `stakeTtl` seconds ago of the present registry; `ProviderRefreshed` tells of every
/// question. It is never asked when money goes out.
///
/// Rounding. Streams round nowhere: base units a second times seconds. The fee and its burnt part round up.
///
/// What the owner (the timelock) can do: set fee, burnt part, `stakeTtl`, registry and treasury within the bounds stated
/// at `Params`, and name the guardian. Guardian and owner can pause what brings money in. Neither can move anybody's AIA,
/// and nothing through which money leaves or is earned asks whether the contract is paused or the registry answers. The
/// fee in force at a credit is the one that is taken.
///
/// Program expiry. Arbitrum deactivates a Stylus program 365 days after its activation, and when a new Stylus version
/// calls for activation anew. Until anyone activates it again every call reverts; state is kept, time runs on.
///
/// AIA sent here by `transfer` belongs to nobody and stays. Refusals of the token are passed on unchanged. The contract
/// calls the token, the registry (by static call) and, as ERC-1271 has it, payers and receiverAuthorizers that are
/// contracts (by static call; payers with 50,000 gas), and nobody else.
///
/// Where this differs from x402's contract: one token; rows are skipped; money goes back to the payer's ledger, from
/// which `settle` sends it to its wallet; withdrawals take everything and have a window; a channel closes for good; a
/// fee.
///
/// Constructor: `stylus_constructor(Setup setup, Params params)`, both tuples flat. Emits OwnershipTransferred,
/// GuardianSet and ParamsSet. Reverts with `AlreadySet` when it ran before, `OwnableInvalidOwner`, `TokenCallFailed`
/// when the token has no code, and as `setParams` does.
interface IStreamPayments {
    // ------------------------------------------------ Types --------------------------------------------------------

    /// @notice What is fixed at construction, but for the roles.
    struct Setup {
        /// May set parameters and roles: the timelock.
        address owner;
        /// May pause what brings money in; zero for nobody.
        address guardian;
        /// The AIA token.
        address token;
    }

    /// @notice What the owner can change. Bounds stand beside each; the number is `InvalidParameter`'s index.
    struct Params {
        /// 0: Taken of every credit: 0 to 200.
        uint16 feeBps;
        /// 1: Burned of the fees: 0 to 10,000.
        uint16 burnBps;
        /// 2: Seconds for which an answer of the registry is remembered: 0 to 86,400.
        uint24 stakeTtl;
        /// The provider registry; has code.
        address registry;
        /// Gets the fees that are not burned; neither zero, this contract nor the token.
        address treasury;
    }

    /// @notice An account's ledger.
    struct Account {
        /// Free AIA.
        uint128 free;
        /// Fees taken of its earnings and not swept yet.
        uint128 feeOwed;
        /// Last second in which it counts as an active provider without asking the registry; 0 for unknown.
        uint40 activeUntil;
        /// Whether only itself can send its AIA to its wallet.
        bool locked;
    }

    /// @notice What a stream is, for ever; its id is keccak256(abi.encode(config)).
    struct StreamConfig {
        address payer;
        address payee;
        /// Seconds that the payer still pays for after stopping: at most 15,552,000.
        uint32 notice;
        /// What the stream pays for, as the parties like: a job id, an order, a number.
        bytes32 jobId;
    }

    /// @notice How a stream stands.
    struct Stream {
        /// What it held at `settledAt`.
        uint128 balance;
        /// Base units a second; 0 once it is over.
        uint128 rate;
        /// Up to when it was paid; 0 if there is no such stream.
        uint40 settledAt;
        /// When it ends, if it was stopped; 0 otherwise.
        uint40 endsAt;
    }

    /// @notice What a channel is, for ever; x402's. Its id is the EIP-712 digest of this struct.
    struct ChannelConfig {
        address payer;
        /// The key that signs vouchers; zero: the payer does, which may be a contract (ERC-1271). May announce and finalize
        /// withdrawals too.
        address payerAuthorizer;
        address receiver;
        /// May claim and refund beside the receiver, and sign both for others to submit; neither zero nor on the payer's
        /// side.
        address receiverAuthorizer;
        /// AIA.
        address token;
        /// Seconds between announcing and finalizing a withdrawal: 90,000 to 2,592,000.
        uint40 withdrawDelay;
        bytes32 salt;
    }

    /// @notice What a payer signs, beside the signature; x402's.
    struct Voucher {
        ChannelConfig channel;
        uint128 maxClaimableAmount;
    }

    /// @notice A row of a claim; x402's.
    struct VoucherClaim {
        Voucher voucher;
        /// By `payerAuthorizer` or else `payer`, over the digest that `getVoucherDigest` returns.
        bytes signature;
        /// Cumulative; what was claimed before is taken off.
        uint128 totalClaimed;
    }

    // ------------------------------------------------ Errors -------------------------------------------------------

    /// @notice The caller is not the owner, or not the account that ownership was offered to.
    error OwnableUnauthorizedAccount(address account);
    /// @notice The owner would be address(0).
    error OwnableInvalidOwner(address owner);
    /// @notice The constructor has run.
    error AlreadySet();
    /// @notice The caller is neither guardian nor owner.
    error UnauthorizedGuardian(address account);
    /// @notice The caller is not the registry.
    error UnauthorizedRegistry(address account);
    /// @notice What brings money in is paused.
    error EnforcedPause();
    /// @notice Parameter `index` is out of its bounds.
    error InvalidParameter(uint8 index, uint256 value, uint256 min, uint256 max);
    /// @notice The registry has no code.
    error InvalidRegistry(address registry);
    /// @notice The treasury is address(0), this contract or the token.
    error InvalidTreasury(address treasury);
    /// @notice Nothing to do for an amount of 0.
    error ZeroAmount();
    /// @notice An amount or sum is above the greatest supply, 10^27, or a rate above 2^96 - 1.
    error AmountTooLarge(uint256 amount, uint256 max);
    /// @notice The account has less free AIA.
    error InsufficientLedger(address account, uint256 free, uint256 needed);
    /// @notice AIA of address(0) or of this contract would be lost.
    error InvalidRecipient(address recipient);
    /// @notice The payee is not active in the registry.
    error ProviderInactive(address provider);
    /// @notice The token has no code or did not answer as an ERC-20 does.
    error TokenCallFailed(address token);
    /// @notice Only AIA is settled.
    error InvalidToken(address token);
    /// @notice A call within a `multicall` is a `multicall`.
    error NestedMulticall();

    /// @notice The payer would pay itself.
    error InvalidPayee(address payee);
    /// @notice The notice is longer than `max`.
    error NoticeTooLong(uint32 notice, uint32 max);
    /// @notice The payer has or had this stream.
    error StreamExists(bytes32 id);
    /// @notice No such stream.
    error UnknownStream(bytes32 id);
    /// @notice The stream was stopped and ends, or ended, at `endsAt`.
    error StreamEnding(bytes32 id, uint40 endsAt);
    /// @notice The caller may not do this to the stream.
    error UnauthorizedParty(bytes32 id, address caller);
    /// @notice The rate is 0, not above the present one (payer), or not below it (payee).
    error InvalidRate(bytes32 id, uint256 rate, uint256 current);
    /// @notice The stream would hold less than its payer owes if it stopped now.
    error UnderNotice(bytes32 id, uint256 balance, uint256 needed);

    /// @notice Payer, receiver or receiverAuthorizer is zero, the payer is the receiver, the receiverAuthorizer is payer or
    /// payerAuthorizer, or the token is not AIA.
    error InvalidChannel(bytes32 channelId);
    /// @notice The delay is out of its bounds.
    error WithdrawDelayOutOfRange(uint40 delay, uint40 min, uint40 max);
    /// @notice Nothing was deposited, or all of it was refunded.
    error UnknownChannel(bytes32 channelId);
    /// @notice The channel was closed by a withdrawal.
    error ChannelIsClosed(bytes32 channelId);
    /// @notice `collector` is neither zero, the token nor this contract.
    error InvalidCollector(address collector);
    /// @notice The caller is not on the side of the channel that may do this.
    error UnauthorizedSide(bytes32 channelId, address caller);
    /// @notice The withdrawal would leave a part: `amount` is less than what is unclaimed.
    error PartialWithdraw(bytes32 channelId, uint256 amount, uint256 unclaimed);
    /// @notice A withdrawal was announced at `initiatedAt`, and can still be finalized or will be.
    error WithdrawPending(bytes32 channelId, uint40 initiatedAt);
    /// @notice No withdrawal was announced.
    error WithdrawNotPending(bytes32 channelId);
    /// @notice The withdrawal cannot be finalized before `earliest`.
    error WithdrawTooEarly(bytes32 channelId, uint40 earliest);
    /// @notice The withdrawal could be finalized until `latest`.
    error WithdrawExpired(bytes32 channelId, uint40 latest);
    /// @notice A hold is longer than the present one and at most 2,592,000 seconds from now.
    error InvalidHold(bytes32 channelId, uint40 until, uint40 present, uint40 latest);
    /// @notice The receiverAuthorizer did not sign this.
    error InvalidSignature(address signer);
    /// @notice `receiverAuthorizer` of a row is not that of the first row.
    error ReceiverAuthorizerMismatch(address receiverAuthorizer, address expected);
    /// @notice The refund's nonce is not the next one, or the last that there is.
    error InvalidRefundNonce(bytes32 channelId, uint256 nonce, uint256 expected);
    /// @notice No row could be claimed, and not because all of it had been; the reason is that of the last such row.
    error ClaimRefused(bytes32 channelId, uint8 reason);
    /// @notice There are no rows.
    error EmptyBatch();
    /// @notice Too little gas is left for a signer that is a contract: it would look as if it had refused.
    error InsufficientGas(uint256 left, uint256 needed);
    /// @notice The rows' kind is unknown, or their bytes, `length` without the kind, are no whole number of rows.
    error MalformedRows(uint8 kind, uint256 length);

    // ------------------------------------------------ Ledger -------------------------------------------------------

    /// @notice AIA came in.
    event Funded(address indexed account, address indexed from, uint256 amount);
    /// @notice AIA left the account's ledger by `withdraw` or, in `claimAndWithdraw` and `collectAndWithdraw`, what it had
    /// just earned without touching the ledger.
    event Withdrawn(address indexed account, address indexed to, uint256 amount);
    /// @notice x402's: AIA left the receiver's ledger for its wallet by `settle`.
    event Settled(address indexed receiver, address indexed token, address indexed sender, uint128 amount);
    event LedgerLocked(address indexed account, bool locked);

    /// @notice Puts `amount` of the caller's AIA (by allowance) on the ledger of `to`. For oneself it locks the ledger.
    /// @custom:errors EnforcedPause, ZeroAmount, AmountTooLarge, InvalidRecipient; the token's.
    function fund(address to, uint256 amount) external;

    /// @notice As `fund`, by an ERC-2612 signature of the caller over `amount` with this contract as spender.
    /// @dev A permit that reverts is ignored if the allowance suffices: somebody else may have submitted it.
    function fundWithPermit(address to, uint256 amount, uint256 deadline, bytes calldata signature) external;

    /// @notice Puts AIA of `from` on its own ledger by its ERC-3009 `ReceiveWithAuthorization` to this contract. Anyone may
    /// submit it.
    /// @dev The authorization's nonce is keccak256(abi.encode(from, salt)).
    /// @custom:errors As `fund`.
    function fundWithAuthorization(
        address from,
        uint256 amount,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 salt,
        bytes calldata signature
    ) external;

    /// @notice Sends free AIA of the caller's to `to`; type(uint256).max is all of it.
    /// @custom:errors ZeroAmount, AmountTooLarge, InsufficientLedger, InvalidRecipient; the token's.
    function withdraw(address to, uint256 amount) external returns (uint256 withdrawn);

    /// @notice Sends all free AIA of `receiver` to its wallet; anyone may. x402's. Nothing happens if there is none, or if
    /// the ledger is locked and somebody else calls.
    /// @custom:errors InvalidToken; the token's.
    function settle(address receiver, address token) external;

    /// @notice Says whether others may `settle` for the caller.
    function setLedgerLock(bool locked) external;

    function accountOf(address account) external view returns (Account memory);
    /// @notice x402's: the difference is what anybody's `settle` would send. Here the second is always 0.
    function receivers(address receiver, address token)
        external
        view
        returns (uint128 totalClaimed, uint128 totalSettled);

    // ------------------------------------------------ Streams ------------------------------------------------------

    event StreamOpened(
        bytes32 indexed id,
        address indexed payer,
        address indexed payee,
        uint128 rate,
        uint32 notice,
        bytes32 jobId,
        uint128 deposit
    );
    /// @notice `from` is whose ledger paid.
    event StreamToppedUp(bytes32 indexed id, address indexed from, uint256 amount);
    /// @notice The payee was credited `gross` - `fee`.
    event StreamCollected(bytes32 indexed id, address indexed payee, uint256 gross, uint256 fee);
    event RateSet(bytes32 indexed id, uint256 oldRate, uint256 newRate);
    /// @notice The payer stopped it, and its notice runs.
    event StreamStopped(bytes32 indexed id, uint40 endsAt);
    /// @notice The payer's ledger got back what was left.
    event StreamReclaimed(bytes32 indexed id, uint256 amount);
    /// @notice It is over, and has nothing left; the payer's ledger got back `refunded` just now.
    event StreamClosed(bytes32 indexed id, uint256 refunded);

    /// @notice Opens a stream from the caller's ledger. What was opened once cannot be again: another one needs another job.
    /// @param rate Base units a second: 1 to 2^96 - 1.
    /// @param deposit At least `rate` * `notice`.
    /// @custom:errors EnforcedPause, InvalidPayee, NoticeTooLong, InvalidRate, AmountTooLarge (the rate), ZeroAmount,
    /// StreamExists, UnderNotice, ProviderInactive, InsufficientLedger; the registry's.
    function openStream(address payee, uint128 rate, uint32 notice, bytes32 jobId, uint128 deposit)
        external
        returns (bytes32 id);

    /// @notice Adds AIA of the caller's ledger; anyone may. A stream that ran empty runs on from now.
    /// @custom:errors EnforcedPause, ZeroAmount, UnknownStream, StreamEnding, InsufficientLedger, ProviderInactive; the
    /// registry's.
    function topUpStream(StreamConfig calldata config, uint128 amount) external;

    /// @notice Sets the rate from now on: the payer raises it, the payee lowers it (also while the stream ends).
    /// @custom:errors UnknownStream, UnauthorizedParty, InvalidRate, StreamEnding (payer, or when it is over); for the payer
    /// EnforcedPause, AmountTooLarge, UnderNotice, ProviderInactive; the registry's.
    function setRate(StreamConfig calldata config, uint128 rate) external;

    /// @notice Ends a stream. By the payer it ends after `notice` seconds, at once if that is 0 or nothing is left. By the
    /// payee it ends at once. When a stopped stream is over or empty anyone may close it. Whenever it ends at once it is
    /// closed, and the payer's ledger gets back what is left.
    /// @return refunded What the payer's ledger got back; 0 while the notice runs.
    /// @custom:errors UnknownStream, UnauthorizedParty, StreamEnding (payer, before the end; anyone, when it is closed).
    function stopStream(StreamConfig calldata config) external returns (uint256 refunded);

    /// @notice Takes AIA back to the payer's ledger; leaves what the payer owes if it stopped now, or until the end.
    /// @param amount type(uint128).max is all that can be taken.
    /// @custom:errors ZeroAmount, UnknownStream, UnauthorizedParty, UnderNotice.
    function reclaim(StreamConfig calldata config, uint128 amount) external returns (uint256 reclaimed);

    /// @notice Credits payees with what their streams have paid until now; anyone may. Streams that do not exist, and
    /// those that owe nothing, are passed over.
    function collect(StreamConfig[] calldata configs) external returns (uint256 gross);

    /// @notice Sends the payee, who calls, what its stream has paid until now, less the fee, to `to`.
    /// @custom:errors UnknownStream, UnauthorizedParty, ZeroAmount, InvalidRecipient; the token's.
    function collectAndWithdraw(StreamConfig calldata config, address to) external returns (uint256 net);

    function streamId(StreamConfig calldata config) external pure returns (bytes32);
    /// @notice Returns the stream as it was last settled.
    function streamOf(bytes32 id) external view returns (Stream memory);
    /// @notice Returns what `collect` would take out of the stream now, before the fee.
    function owed(bytes32 id) external view returns (uint256);
    /// @notice Returns the first second at which the stream has paid everything it holds; type(uint40).max if it ends
    /// before that or that is later, 0 if there is no such stream.
    function depletionTime(bytes32 id) external view returns (uint40);
    /// @notice Returns up to when the stream pays in full, whatever its payer does; 0 if there is no such stream.
    function streamSafeUntil(StreamConfig calldata config) external view returns (uint40);

    // ------------------------------------------------ Channels -----------------------------------------------------

    /// @notice x402's.
    event ChannelCreated(bytes32 indexed channelId, ChannelConfig config);
    /// @notice x402's; here when a withdrawal closed the channel for good.
    event ChannelClosed(bytes32 indexed channelId, ChannelConfig config);
    /// @notice x402's.
    event Deposited(bytes32 indexed channelId, address indexed sender, uint128 amount, uint128 newBalance);
    /// @notice The deposit just told of came from this account's ledger.
    event LedgerDeposit(bytes32 indexed channelId, address indexed account, uint256 amount);
    /// @notice x402's.
    event Claimed(bytes32 indexed channelId, address indexed sender, uint128 claimAmount, uint128 newTotalClaimed);
    /// @notice The payer signed for these units in all; follows the `Claimed` that it explains. Cumulative as the ceiling is:
    /// the greatest counts. It measures nothing by itself.
    event UsageClaimed(bytes32 indexed channelId, uint128 units, bytes32 usageRoot);
    /// @notice A row was passed over. 1: as much was claimed before. 2: not signed by the payer's side. 3: the caller is not
    /// on the receiver's side. 4: the channel has nothing left. Anybody can bring this about for any channel.
    event ClaimSkipped(bytes32 indexed channelId, uint8 reason);
    /// @notice What this payee's claims since its last one have earned; `net` went to the ledger, or to where `Withdrawn`
    /// says.
    event Credited(address indexed payee, uint256 net, uint256 fee);
    /// @notice x402's; the payer's ledger got it. Each raises the refund nonce by one.
    event Refunded(bytes32 indexed channelId, address indexed sender, uint128 amount);
    /// @notice x402's.
    event WithdrawInitiated(bytes32 indexed channelId, uint128 amount, uint40 finalizeAfter);
    /// @notice x402's; the payer's ledger got it.
    event WithdrawFinalized(bytes32 indexed channelId, address indexed sender, uint128 amount);
    /// @notice A deposit took the announcement back.
    event WithdrawCancelled(bytes32 indexed channelId);
    /// @notice The payer cannot withdraw before `until`.
    event ChannelHeld(bytes32 indexed channelId, uint40 until);

    /// @notice Deposits into a channel, which the first deposit creates, and one after everything was refunded. x402's.
    /// @param collector Where the AIA comes from. Zero: the caller's ledger. The token: the caller's wallet, by allowance.
    /// This contract: the payer's wallet, by its ERC-3009 `ReceiveWithAuthorization` to this contract.
    /// @param collectorData For an authorization abi.encode(uint256 validAfter, uint256 validBefore, uint256 salt, bytes
    /// signature), its nonce being keccak256(abi.encode(channelId, salt)); otherwise ignored.
    /// @custom:errors EnforcedPause, ZeroAmount, AmountTooLarge, InvalidChannel, WithdrawDelayOutOfRange, ChannelIsClosed,
    /// WithdrawPending (unless the payer calls), InvalidCollector, InsufficientLedger, ProviderInactive; the registry's;
    /// the token's.
    function deposit(ChannelConfig calldata config, uint128 amount, address collector, bytes calldata collectorData)
        external;

    /// @notice Claims vouchers; the caller is receiver or receiverAuthorizer of each row. x402's, but that rows are skipped.
    /// @dev A row claims up to the least of its amount, its ceiling and the channel's balance.
    /// @return gross What was claimed, before the fee.
    /// @custom:errors EmptyBatch, ClaimRefused, InsufficientGas.
    function claim(VoucherClaim[] calldata voucherClaims) external returns (uint256 gross);

    /// @notice Claims vouchers of one receiverAuthorizer, by its EIP-712 `ClaimBatch` signature; anyone may. x402's.
    /// @custom:errors EmptyBatch, ReceiverAuthorizerMismatch, InvalidSignature, ClaimRefused, InsufficientGas.
    function claimWithSignature(VoucherClaim[] calldata voucherClaims, bytes calldata authorizerSignature)
        external
        returns (uint256 gross);

    /// @notice Claims vouchers of one receiver in fewer bytes; the caller is receiver or receiverAuthorizer.
    /// @param rows A byte for the kind, then rows: payer (20 bytes), payerAuthorizer (20), salt (32), maxClaimableAmount
    /// (16), totalClaimed (16), signature (65: r, s, v). Kind 0: the signature is over `Voucher`. Kind 1: units (16) and
    /// usageRoot (32) follow, and it is over `UsageVoucher(bytes32 channelId,uint128 maxClaimableAmount,uint128
    /// units,bytes32 usageRoot)`.
    /// @return gross What was claimed, before the fee.
    /// @custom:errors EmptyBatch, MalformedRows, UnauthorizedSide (channel 0: the caller is neither), ClaimRefused,
    /// InsufficientGas.
    function claimPacked(address receiver, address receiverAuthorizer, uint40 withdrawDelay, bytes calldata rows)
        external
        returns (uint256 gross);

    /// @notice Claims one voucher and sends the receiver, who calls, what it earned, less the fee, to `to`.
    /// @custom:errors ClaimRefused (whatever the reason), UnauthorizedSide, InvalidRecipient, InsufficientGas; the token's.
    function claimAndWithdraw(VoucherClaim calldata voucherClaim, address to) external returns (uint256 net);

    /// @notice Returns unclaimed AIA to the payer's ledger, as much as there is; receiver or receiverAuthorizer. x402's. Uses
    /// up the refund nonce, and leaves an announced withdrawal as it is.
    /// @custom:errors UnauthorizedSide, ZeroAmount.
    function refund(ChannelConfig calldata config, uint128 amount) external;

    /// @notice As `refund`, by the receiverAuthorizer's EIP-712 `Refund` signature; anyone may. x402's.
    /// @dev Nothing left to refund uses the nonce up too. After 1,048,575 refunds of a channel none is taken by signature.
    /// @custom:errors InvalidRefundNonce, InvalidSignature, ZeroAmount.
    function refundWithSignature(
        ChannelConfig calldata config,
        uint128 amount,
        uint256 nonce,
        bytes calldata receiverAuthorizerSignature
    ) external;

    /// @notice Announces that the payer takes everything unclaimed back; payer or payerAuthorizer. x402's. An announcement
    /// whose window a hold outlasts can never be finalized and counts for nothing.
    /// @param amount At least what is unclaimed; type(uint128).max always is.
    /// @custom:errors UnauthorizedSide, UnknownChannel, ChannelIsClosed, WithdrawPending, PartialWithdraw.
    function initiateWithdraw(ChannelConfig calldata config, uint128 amount) external;

    /// @notice Takes what is unclaimed now to the payer's ledger and closes the channel; payer or payerAuthorizer. x402's.
    /// @custom:errors UnauthorizedSide, WithdrawNotPending, WithdrawTooEarly (delay or hold), WithdrawExpired.
    function finalizeWithdraw(ChannelConfig calldata config) external;

    /// @notice Promises the receiver that no withdrawal is finalized before `until`, which is rounded up to a multiple of
    /// 512 seconds; the payer. It can be made longer and not taken back. A withdrawal whose window ends before counts for
    /// nothing and can be announced again.
    /// @custom:errors UnauthorizedSide, UnknownChannel, ChannelIsClosed, InvalidHold.
    function hold(ChannelConfig calldata config, uint40 until) external;

    function getChannelId(ChannelConfig calldata config) external view returns (bytes32);
    function getVoucherDigest(bytes32 channelId, uint128 maxClaimableAmount) external view returns (bytes32);
    function getRefundDigest(bytes32 channelId, uint256 nonce, uint128 amount) external view returns (bytes32);
    function getUsageVoucherDigest(bytes32 channelId, uint128 maxClaimableAmount, uint128 units, bytes32 usageRoot)
        external
        view
        returns (bytes32);
    /// @notice x402's: all that was deposited and not given back, and what of it was claimed.
    function channels(bytes32 channelId) external view returns (uint128 balance, uint128 totalClaimed);
    /// @notice x402's: what a withdrawal would bring now, and when it was announced; zeros when none is. One whose window
    /// has passed still shows.
    function pendingWithdrawals(bytes32 channelId) external view returns (uint128 amount, uint40 initiatedAt);
    /// @notice Returns until when a hold was given, and whether the channel was closed.
    function channelStatus(bytes32 channelId) external view returns (uint40 heldUntil, bool closed);
    /// @notice x402's: the nonce of the next `refundWithSignature`, which is the number of refunds so far.
    function refundNonce(bytes32 channelId) external view returns (uint256);
    /// @notice Returns from when on the payer could finalize at the earliest, whatever it does: until then what is unclaimed
    /// leaves only by refund; 0 if the channel is closed or unknown.
    function channelSafeUntil(ChannelConfig calldata config) external view returns (uint40);

    // ------------------------------------------------ Providers and fees -------------------------------------------

    /// @notice What the registry said of a provider.
    event ProviderRefreshed(address indexed provider, bool active);
    /// @notice The fees taken of this account's earnings are part of the sweep that follows.
    event FeeSwept(address indexed account, uint256 amount);
    event FeesCollected(uint256 burned, uint256 toTreasury);

    /// @notice Asks the registry about a provider and remembers the answer; anyone may.
    /// @custom:errors the registry's.
    function refreshProvider(address provider) external returns (bool active);

    /// @notice Forgets that a provider is active; the registry calls it when it slashes.
    /// @custom:errors UnauthorizedRegistry.
    function onProviderInactive(address provider) external;

    /// @notice Burns and pays out the fees taken of these accounts' earnings; anyone may.
    /// @custom:errors the token's.
    function collectFees(address[] calldata accounts) external returns (uint256 burned, uint256 toTreasury);

    /// @notice Runs calls one after the other, in the name of the caller; all or none.
    /// @return results What each returned, encoded.
    /// @custom:errors NestedMulticall; those of the calls.
    function multicall(bytes[] calldata data) external returns (bytes[] memory results);

    // ------------------------------------------------ Owner and guardian -------------------------------------------

    event ParamsSet(uint16 feeBps, uint16 burnBps, uint24 stakeTtl, address indexed registry, address indexed treasury);
    event PausedSet(address indexed account, bool paused);
    event GuardianSet(address indexed guardian);
    event OwnershipTransferStarted(address indexed previousOwner, address indexed newOwner);
    event OwnershipTransferred(address indexed previousOwner, address indexed newOwner);

    /// @dev What another registry said of providers is forgotten.
    /// @custom:errors OwnableUnauthorizedAccount, InvalidParameter, InvalidRegistry, InvalidTreasury.
    function setParams(Params calldata value) external;
    /// @notice Pauses what brings money in or ends the pause; guardian or owner.
    /// @custom:errors UnauthorizedGuardian.
    function setPaused(bool value) external;
    /// @custom:errors OwnableUnauthorizedAccount.
    function setGuardian(address account) external;
    /// @notice Offers ownership; the new owner has to accept it.
    /// @custom:errors OwnableUnauthorizedAccount.
    function transferOwnership(address newOwner) external;
    /// @custom:errors OwnableUnauthorizedAccount.
    function acceptOwnership() external;

    function owner() external view returns (address);
    function pendingOwner() external view returns (address);
    function guardian() external view returns (address);
    function token() external view returns (address);
    function params() external view returns (Params memory);
    function paused() external view returns (bool);
    /// @notice ERC-5267: name "x402 Batch Settlement", version "1".
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
}
