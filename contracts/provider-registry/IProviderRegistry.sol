// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title Registry of staked providers
/// @notice Providers stake AIA, are delegated to, publish services and receipts, are rated, and are slashed by a court.
/// @dev This file is the source of the ABI: the JSON and the Rust bindings are generated from it.
///
/// Units. Amounts are AIA base units (10^18 = 1 AIA; the supply never exceeds 10^27), instants Unix seconds, durations
/// seconds, `Bps` basis points (10,000 = 100 %), scores 0 to 100.
///
/// Pools. A provider's own stake and what others delegate to it are shares of one pool. Rewards never enter the pool, so
/// a share is worth at most one base unit: there is nothing to inflate by donation. Every share of a pool is slashed
/// alike.
///
/// Exits. Time is divided into epochs of `epochLength` seconds, counted from 1970. Stake undelegated in epoch e goes to
/// the bucket of epoch e + `exitEpochs`, where slashes still reach it, and can be withdrawn, and no longer be slashed,
/// from the first second of epoch e + `exitEpochs` + 1. So it stays slashable for at least `unbondingPeriod()` =
/// `exitEpochs` * `epochLength` seconds and at most one epoch more. Both numbers are fixed at construction: nobody can
/// change how long stake already given stays bound.
///
/// Slashes. A slash for a fault in the epoch f takes the same part of the pool and of every bucket that is not matured
/// and was filled in epoch f or later; whoever left before the epoch of the fault does not pay. It is taken from the part
/// allocated to the service concerned; service 0 is the provider as a whole. The harmed consumer and the reporter are paid
/// out of what the provider itself loses, at most half of it, and the rest is burned: a provider that has itself convicted
/// by accomplices loses more than they get, however much was delegated to it.
///
/// While a dispute is open only the provider itself can add stake to its pool. Between a fault and its dispute others still
/// can, and pay with the rest. Leaving is always possible: no function through which stake, rewards or exits leave asks
/// whether the contract is paused, the provider jailed or disputed. One case makes it wait: the bucket of the epoch was
/// slashed to nothing or hardly anything, and undelegation goes on with the next epoch.
///
/// Rounding. Shares for tokens round down at delegation, tokens for shares round down at undelegation, shares of a bucket
/// round down on the way in, tokens on the way out; rewards round down, a slash rounds up; the batch fee rounds up.
///
/// What the owner (the timelock) can do: set the parameters within the bounds stated at `setParams`, define services,
/// name guardian, payments contract and identity registry, replace the court once everybody who left by the end of the
/// next epoch is out of reach. The guardian
/// can pause entries and end the validity of an attester's past claims. Neither can move stake. The court is trusted to
/// slash, within the cap per epoch; for equivocation without that cap.
///
/// Program expiry. Arbitrum deactivates a Stylus program 365 days after its activation, and when a new Stylus version calls
/// for activation anew. Until anyone activates it again every call reverts; state is kept, windows run on.
///
/// Staked AIA carries no votes. The contract calls the token, the payments contract (whose failure is ignored) and the
/// ERC-8004 identity registry, and nobody else. Refusals of the token are passed on unchanged.
///
/// Constructor: `stylus_constructor(Setup setup, Params params)`, both tuples flat, as in `setParams`. Reverts with
/// `AlreadySet` when it ran before, `OwnableInvalidOwner`, `InvalidParameter` (index 9: `epochLength`, 10: `exitEpochs`),
/// `TokenCallFailed` when the token has no code.
interface IProviderRegistry {
    // ------------------------------------------------ Types --------------------------------------------------------

    /// @notice What is fixed at construction, but for the roles.
    struct Setup {
        /// May set parameters and roles: the timelock.
        address owner;
        /// May pause entries; zero for nobody.
        address guardian;
        /// The AIA token.
        address token;
        /// The court that slashes; zero until one is proposed.
        address court;
        /// Seconds of an epoch: 3,600 to 2,592,000.
        uint32 epochLength;
        /// Whole epochs that an exit stays slashable: 1 to 4.
        uint8 exitEpochs;
    }

    /// @notice What the owner can change. Bounds stand beside each; the number is `InvalidParameter`'s index.
    struct Params {
        /// 0: Least stake of its own that an active provider has, base units: 1 to 10^27.
        uint96 minSelfStake;
        /// 1: How many times its own stake an active provider's pool may hold: 1 to 65,535.
        uint16 selfRatio;
        /// 2: Burned of a batch's value: 0 to 1,000.
        uint16 batchFeeBps;
        /// 3: Most that a provider's allocations may add up to: 10,000 to 50,000.
        uint24 leverageBps;
        /// 4: Most that disputes may slash of a provider's whole stake within an epoch: 100 to 10,000.
        uint16 epochSlashCapBps;
        /// 5: Most by which a commission may rise within an epoch: 1 to 10,000.
        uint16 commissionStepBps;
        /// 6: Sum of all slashes at which a provider is expelled: 1 to 100,000.
        uint24 tombstoneBps;
        /// 7: Seconds that a slashed provider is jailed at least: 3,600 to 7,776,000.
        uint32 jailPeriod;
        /// 8: Burned for a listing, base units: 0 to 10^24.
        uint96 listingFee;
    }

    /// @notice A provider as it stands now.
    struct Provider {
        /// 0 unknown, 1 active, 2 jailed, 3 tombstoned (for good: exits only).
        uint8 status;
        /// Takes this part of what its pool is funded with.
        uint16 commissionBps;
        /// The commission of the next epoch.
        uint16 nextCommissionBps;
        /// How often the pool was wiped out. Shares of an older generation are void.
        uint24 generation;
        /// Disputes open against it.
        uint32 openDisputes;
        /// Earliest end of its last jailing.
        uint48 jailedUntil;
        /// Batches committed, which is the number of the next one.
        uint64 batches;
        /// Receipts in them, as committed.
        uint64 jobs;
        /// Slashes so far.
        uint16 slashes;
        /// Sum of the parts that they took.
        uint24 slashedBps;
        /// Its key for receipts.
        address signer;
        /// Multicodec of `cid`.
        uint8 codec;
        /// SHA2-256 digest of its profile.
        bytes32 cid;
        /// Its ERC-8004 agent, plus one; zero for none.
        uint256 agent;
        /// Stake in its pool, base units.
        uint128 tokens;
        /// Shares of that stake.
        uint128 shares;
    }

    /// @notice What a provider offers.
    struct Listing {
        address provider;
        /// 1 model, 2 data, 3 compute.
        uint8 kind;
        /// 1 offered, 2 withdrawn.
        uint8 status;
        uint8 codec;
        uint32 service;
        uint48 listedAt;
        /// Base units per `unit`.
        uint128 price;
        /// What the price is for, as the listing's profile defines it; at least 1.
        uint128 unit;
        bytes32 cid;
    }

    /// @notice A batch as it was committed: the members of `BatchCommitted`.
    struct Batch {
        uint64 seq;
        /// Root of the Merkle tree over the receipts.
        bytes32 root;
        /// Receipts in it.
        uint32 count;
        /// Sum of their prices, as the provider declared it, base units.
        uint128 value;
        /// What was burned for it, base units.
        uint128 fee;
    }

    /// @notice What a provider signs when it delivers, EIP-712, under the domain of `eip712Domain`.
    /// @dev The leaf of a batch is the hash of this struct's EIP-712 hash; nodes are keccak256(left ‖ right); the tree is
    /// filled with zero leaves up to the next power of two.
    struct JobReceipt {
        /// One per job and consumer: a provider that signs two results for it equivocates.
        bytes32 jobId;
        address provider;
        /// Who may rate it.
        address consumer;
        uint64 listingId;
        /// Hash of the model's weights.
        bytes32 modelHash;
        /// Hash of the exact request.
        bytes32 requestHash;
        /// Hash of the exact response, sampling parameters included.
        bytes32 resultHash;
        /// A fingerprint of the computation by which it can be checked; zero if there is none.
        bytes32 fingerprint;
        uint64 unitsIn;
        uint64 unitsOut;
        /// Base units.
        uint128 price;
        /// Unix seconds. Consumers refuse a receipt whose time is not about the present: conflicting receipts that are both
        /// older than the court's detection window prove nothing.
        uint64 completedAt;
    }

    /// @notice A slash that a court orders.
    struct Slash {
        /// The provider, as an address in the low 160 bits.
        bytes32 subject;
        /// The service concerned; 0 for the provider as a whole, which expels it and is not capped per epoch.
        uint32 service;
        uint16 bps;
        /// When the fault happened: exits of earlier epochs are spared.
        uint48 faultAt;
        address reporter;
        /// Part of the provider's own loss, rounded down; above 2,000 counts as 2,000.
        uint16 reporterBps;
        /// The harmed consumer. Zero, the token, the registry and the court stand for nobody.
        address victim;
        /// Part of the provider's own loss, rounded down; above 3,000 counts as 3,000.
        uint16 victimBps;
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
    /// @notice The caller is not a court that may do this.
    error UnauthorizedCourt(address account);
    /// @notice Entries are paused.
    error EnforcedPause();
    /// @notice Parameter `index` is out of its bounds.
    error InvalidParameter(uint8 index, uint256 value, uint256 min, uint256 max);
    /// @notice A service needs an id above 0, a rate from 1 to 10,000 and at most 10^27 base units.
    error InvalidService(uint32 id, uint16 maxSlashBps, uint96 minStake);

    /// @notice No such provider registered.
    error UnknownProvider(address provider);
    /// @notice The caller registered before.
    error AlreadyRegistered(address provider);
    /// @notice The provider is expelled for good.
    error ProviderTombstoned(address provider);
    /// @notice Nobody but the provider can delegate while disputes are open.
    error ProviderUnderDispute(address provider, uint32 openDisputes);
    /// @notice The pool would have `tokens`, and the provider's own stake bears `max`.
    error DelegationTooHigh(address provider, uint256 tokens, uint256 max);
    /// @notice The provider is not jailed.
    error ProviderNotJailed(address provider);
    /// @notice The jail ends later.
    error ProviderJailed(address provider, uint48 until);
    /// @notice The provider's own stake is below the least.
    error InsufficientSelfStake(address provider, uint256 tokens, uint256 needed);
    /// @notice address(0) signs nothing.
    error InvalidSigner(address signer);
    /// @notice The commission is above what it may rise to.
    error InvalidCommission(uint16 commissionBps, uint16 max);
    /// @notice The provider controls no such agent.
    error UnauthorizedAgent(uint256 agentId, address provider);

    /// @notice Nothing is to be moved.
    error ZeroAmount();
    /// @notice `delegator` has `shares` and `needed` were asked for.
    error InsufficientShares(address delegator, uint256 shares, uint256 needed);
    /// @notice The shares are worth less than one base unit.
    error WorthlessShares(uint256 shares);
    /// @notice The bucket was slashed in this epoch, to nothing or to less than a millionth of a base unit for each claim:
    /// it takes nobody in. The next epoch has another bucket.
    error InsolventBucket(address provider, uint32 epoch);
    /// @notice The bucket matures when the epoch is above `epoch`.
    error NotMatured(uint32 epoch, uint32 current);
    /// @notice `owner` has nothing in that bucket.
    error NothingToWithdraw(address provider, uint32 epoch, address owner);
    /// @notice The caller has no rewards to claim.
    error NothingToClaim(address owner);
    /// @notice Rewards need a pool of at least 10^18 shares to flow to.
    error PoolTooSmall(address provider, uint256 shares);
    /// @notice Unstreamed rewards can be burned only when the provider is tombstoned and its pool below 10^18 shares.
    error NotStranded(address provider);
    /// @notice The provider's allocations would add up to more than `max`, or one of them is more than the whole.
    error AllocationTooHigh(uint256 total, uint256 max);
    /// @notice No such service, or it is closed to what was asked.
    error UnknownService(uint32 service);

    /// @notice No such listing.
    error UnknownListing(uint64 id);
    /// @notice The listing belongs to somebody else.
    error UnauthorizedListing(uint64 id, address caller);
    /// @notice The kind is not 1 to 3, the status not 1 or 2, or the unit 0.
    error InvalidListing(uint8 kind, uint8 status, uint128 unit);
    /// @notice A batch holds at least one receipt.
    error EmptyBatch();
    /// @notice The members are not those that were committed.
    error BatchMismatch(address provider, uint64 seq);
    /// @notice The leaf is not in the tree at that place.
    error InvalidProof();
    /// @notice That receipt was rated.
    error AlreadyRated(address provider, uint64 seq, uint32 index);
    /// @notice Only the receipt's consumer may rate it.
    error UnauthorizedConsumer(address caller, address consumer);
    /// @notice A score is at most 100.
    error InvalidScore(uint8 score);
    /// @notice The rated prices would exceed the value declared for the batch.
    error BatchValueExceeded(uint256 rated, uint256 value);
    /// @notice A claim must not have expired when it is made.
    error InvalidExpiry(uint48 expires, uint48 current);

    /// @notice No court is proposed, or it may be accepted only from `epoch` on.
    error CourtNotReady(address court, uint32 epoch, uint32 current);
    /// @notice More disputes than can be counted.
    error TooManyDisputes(address provider);
    /// @notice The token answered false or nothing.
    error TokenCallFailed(address token);

    // ------------------------------------------------ Providers ----------------------------------------------------

    event ProviderRegistered(
        address indexed provider, bytes32 cid, uint8 codec, uint16 commissionBps, address indexed signer
    );
    /// @notice The commission counts from `commissionEpoch` on; a replaced signer stays accountable until `signerUntil`,
    /// which is 0 when none was replaced.
    event ProfileUpdated(
        address indexed provider,
        bytes32 cid,
        uint8 codec,
        uint16 commissionBps,
        uint32 commissionEpoch,
        address indexed signer,
        uint48 signerUntil
    );
    event AgentLinked(address indexed provider, uint256 indexed agentId);

    /// @notice Registers the caller as a provider.
    /// @param commissionBps At most 10,000.
    /// @param signer The key that signs its receipts.
    /// @custom:errors EnforcedPause, AlreadyRegistered, InvalidSigner, InvalidCommission.
    function register(bytes32 cid, uint8 codec, uint16 commissionBps, address signer) external;

    /// @notice Changes the caller's profile. A new commission counts from the next epoch on and is at most
    /// `commissionStepBps` above the present one. A replaced signer can still be proven to have equivocated for
    /// `unbondingPeriod()`.
    /// @custom:errors EnforcedPause, UnknownProvider, ProviderTombstoned, InvalidSigner, InvalidCommission.
    function setProfile(bytes32 cid, uint8 codec, uint16 commissionBps, address signer) external;

    /// @notice Links the caller to an agent that it owns or is authorized for in the ERC-8004 identity registry.
    /// @custom:errors EnforcedPause, UnknownProvider, UnauthorizedAgent.
    function linkAgent(uint256 agentId) external;

    /// @notice Ends the caller's jailing, when its time is over and its own stake is back at `minSelfStake`.
    /// @custom:errors UnknownProvider, ProviderNotJailed, ProviderJailed, InsufficientSelfStake.
    /// @custom:events Unjailed.
    function unjail() external;

    function providerOf(address account) external view returns (Provider memory);
    /// @notice Whether the provider is active, not jailed, has `minSelfStake` of its own, and a pool of at most
    /// `selfRatio` times its own stake.
    function isActive(address account) external view returns (bool);
    /// @notice As `isActive`, and the stake allocated to an active service reaches its least.
    function isActiveIn(address account, uint32 service) external view returns (bool);
    /// @notice Whether `key` is the provider's signer, or was within the last `unbondingPeriod()`.
    function isSigner(address account, address key) external view returns (bool);

    // ------------------------------------------------ Stake --------------------------------------------------------

    event Delegated(address indexed provider, address indexed delegator, uint256 tokens, uint256 shares);
    /// @notice `claim` are the shares of the bucket of `epoch` that stand for `tokens`.
    event Undelegated(
        address indexed provider,
        address indexed delegator,
        uint256 tokens,
        uint256 shares,
        uint32 indexed epoch,
        uint256 claim
    );
    event Withdrawn(address indexed provider, address indexed owner, uint32 indexed epoch, uint256 tokens);

    /// @notice Stakes the caller's `amount` with `account`; the provider itself stakes the same way.
    /// @dev Needs an allowance. Shares round down; T tokens and S shares give amount * S / T of them, at least `amount`.
    /// Others than the provider cannot make the pool larger than `selfRatio` times its own stake.
    /// @custom:errors EnforcedPause, ZeroAmount, UnknownProvider, ProviderTombstoned, ProviderUnderDispute,
    /// DelegationTooHigh; the token's.
    /// @custom:events Delegated.
    function delegate(address account, uint128 amount) external returns (uint256 shares);

    /// @notice As `delegate`, by an ERC-2612 signature of the caller over `amount` with the registry as spender.
    /// @dev A permit that reverts is ignored if the allowance suffices: somebody else may have submitted it.
    function delegateWithPermit(address account, uint128 amount, uint256 deadline, bytes calldata signature)
        external
        returns (uint256 shares);

    /// @notice As `delegate`, for `from`, by its ERC-3009 `ReceiveWithAuthorization` to the registry. Anyone may submit it.
    /// @dev The authorization's nonce is keccak256(abi.encode(account, salt)), so it stakes with `account` alone.
    function delegateWithAuthorization(
        address account,
        address from,
        uint128 amount,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 salt,
        bytes calldata signature
    ) external returns (uint256 shares);

    /// @notice Takes `shares` of the caller's out of the pool, into the bucket of `epoch`. Never blocked.
    /// @custom:errors ZeroAmount, InsufficientShares, WorthlessShares, InsolventBucket.
    /// @custom:events Undelegated.
    function undelegate(address account, uint128 shares) external returns (uint32 epoch, uint256 tokens);

    /// @notice Pays `owner` what it has in a matured bucket. Anyone may call it; never blocked.
    /// @custom:errors NotMatured, NothingToWithdraw.
    /// @custom:events Withdrawn.
    function withdraw(address account, uint32 epoch, address owner) external returns (uint256 tokens);

    /// @notice Returns shares and what they are worth now, rounded down.
    function stakeOf(address account, address delegator) external view returns (uint256 shares, uint256 tokens);
    /// @notice Returns what `owner` has in the bucket of `epoch` now, and from when it can be withdrawn.
    function unbonding(address account, uint32 epoch, address owner)
        external
        view
        returns (uint256 tokens, uint48 withdrawableAt);
    /// @notice Returns a bucket: its tokens and the claims on them.
    function bucket(address account, uint32 epoch) external view returns (uint256 tokens, uint256 claims);
    /// @notice Returns what a slash of 100 % for `service` and a fault at `faultAt` would take now, rounded up, before the
    /// cap of the epoch, what a wipe adds, and the rule that service 0 takes nothing from the tombstoned.
    function slashable(address account, uint32 service, uint48 faultAt) external view returns (uint256 tokens);

    // ------------------------------------------------ Rewards ------------------------------------------------------

    /// @notice `tokens` less `commission` stream to the pool until `finish`, with what is left of earlier funding.
    event RewardsFunded(
        address indexed provider, address indexed from, uint256 tokens, uint256 commission, uint48 finish
    );
    event RewardsClaimed(address indexed provider, address indexed owner, uint256 tokens);
    /// @notice What could not reach anybody any more was burned.
    event RewardsBurned(address indexed provider, uint256 tokens);

    /// @notice Funds a pool: the provider takes its commission, rounded down, at once (`claim` pays it); the rest flows to
    /// the shares over one epoch or, with what still flows, over the mean of both times weighted by the amounts.
    /// @dev While a pool has less than 10^18 shares its stream stands still.
    /// @custom:errors EnforcedPause, ZeroAmount, UnknownProvider, PoolTooSmall; the token's.
    function fund(address account, uint128 amount) external;

    /// @notice Pays the caller its rewards of this pool, and those of others that were credited before.
    /// @custom:errors NothingToClaim.
    function claim(address account) external returns (uint256 tokens);

    /// @notice Burns what is unstreamed in the pool of a tombstoned provider that has less than 10^18 shares.
    /// @custom:errors NotStranded, ZeroAmount.
    function burnStranded(address account) external returns (uint256 tokens);

    /// @notice Returns what `claim` would pay `owner` now.
    function pendingRewards(address account, address owner) external view returns (uint256 tokens);

    // ------------------------------------------------ Allocation ---------------------------------------------------

    /// @notice From `epoch` on `nextBps` of the stake stand behind the service, and until then `bps`.
    event Allocated(address indexed provider, uint32 indexed service, uint16 bps, uint16 nextBps, uint32 epoch);

    /// @notice Lets a part of the caller's pool stand behind a service. A rise counts at once; a fall after `exitEpochs`
    /// + 1 epochs, and until then the higher part is slashable and counts to the sum.
    /// @dev A fall whose time has come leaves the sum with the next call for that service.
    /// @custom:errors UnknownProvider, ProviderTombstoned, AllocationTooHigh; for a rise EnforcedPause, UnknownService.
    function allocate(uint32 service, uint16 bps) external;

    function allocation(address account, uint32 service)
        external
        view
        returns (uint16 bps, uint16 nextBps, uint32 epoch);
    /// @notice Returns the sum that `leverageBps` bounds.
    function allocatedBps(address account) external view returns (uint256);
    /// @notice Returns the tokens of the pool, without exits, that are offered behind a service, rounded down: a fall that
    /// is announced counts at once here, though slashes reach the higher part until it takes effect.
    function serviceStake(address account, uint32 service) external view returns (uint256 tokens);

    // ------------------------------------------------ Listings -----------------------------------------------------

    event Listed(
        uint64 indexed id,
        address indexed provider,
        uint32 indexed service,
        uint8 kind,
        bytes32 cid,
        uint8 codec,
        uint128 price,
        uint128 unit,
        uint256 fee
    );
    event ListingUpdated(uint64 indexed id, bytes32 cid, uint8 codec, uint128 price, uint8 status);

    /// @notice Publishes what the caller offers, and burns the listing fee from its balance (by allowance).
    /// @custom:errors EnforcedPause, UnknownProvider, ProviderTombstoned, InvalidListing, UnknownService; the token's.
    function list(uint8 kind, uint32 service, bytes32 cid, uint8 codec, uint128 price, uint128 unit)
        external
        returns (uint64 id);

    /// @notice Changes a listing of the caller's.
    /// @custom:errors UnknownListing, UnauthorizedListing, InvalidListing.
    function updateListing(uint64 id, bytes32 cid, uint8 codec, uint128 price, uint8 status) external;

    function listing(uint64 id) external view returns (Listing memory);

    // ------------------------------------------------ Receipts -----------------------------------------------------

    event BatchCommitted(
        address indexed provider,
        uint64 indexed seq,
        bytes32 root,
        uint32 count,
        uint128 value,
        uint128 fee,
        bytes32 cid
    );
    /// @notice `weight` is the price of the receipt, or 0 when no fee was burned for its batch.
    event Rated(
        address indexed provider,
        address indexed consumer,
        uint64 indexed seq,
        bytes32 jobId,
        uint32 index,
        uint8 score,
        uint256 weight
    );

    /// @notice Commits the caller's receipts by the root of their tree, and burns `batchFeeBps` of their value.
    /// @param cid Where the receipts can be read.
    /// @custom:errors EnforcedPause, UnknownProvider, ProviderTombstoned, EmptyBatch; the token's.
    function commitBatch(bytes32 root, uint32 count, uint128 value, bytes32 cid) external returns (uint64 seq);

    /// @notice Rates a receipt, once, by its own consumer.
    /// @param proof The siblings from the leaf to the root: one for each level, the lowest bit of `index` first.
    /// @custom:errors EnforcedPause, UnauthorizedConsumer, InvalidScore, BatchMismatch, InvalidProof, AlreadyRated,
    /// BatchValueExceeded (only where a fee burned: otherwise the rating weighs nothing).
    function rate(Batch calldata batch, JobReceipt calldata receipt, uint32 index, uint8 score, bytes32[] calldata proof)
        external;

    /// @notice Returns the hash of a batch's members, and the sum of the weights rated so far.
    function batchOf(address account, uint64 seq) external view returns (bytes32 commitment, uint256 rated);
    function isRated(address account, uint64 seq, uint32 index) external view returns (bool);
    /// @notice Whether a leaf stands at a place of a committed batch.
    function verifyReceipt(address account, Batch calldata batch, bytes32 leaf, uint32 index, bytes32[] calldata proof)
        external
        view
        returns (bool);
    /// @notice Returns the digest that the provider signs.
    function receiptDigest(JobReceipt calldata receipt) external view returns (bytes32);
    /// @notice Returns the number of ratings, the sum of their weights, and of weight times score. The average score is
    /// `weightedScore / weight`.
    function reputation(address account)
        external
        view
        returns (uint256 ratings, uint256 weight, uint256 weightedScore);

    // ------------------------------------------------ Attestations -------------------------------------------------

    /// @notice `claim` zero: revoked.
    event Attested(
        bytes32 indexed subject, address indexed attester, bytes32 indexed key, bytes20 claim, uint48 expires
    );
    /// @notice What the attester claimed in seconds before `before` is void.
    event AttesterRevoked(address indexed attester, uint48 before);

    /// @notice Records what the caller claims about a subject, in place of its last claim under that key. Anyone may
    /// attest: whose claims count, readers decide.
    /// @param claim An address, or the first 20 bytes of a hash; zero revokes.
    /// @custom:errors EnforcedPause, InvalidExpiry; neither for a revocation.
    function attest(bytes32 subject, bytes32 key, bytes20 claim, uint48 expires) external;

    /// @notice Voids what an attester claimed before an instant, which is cut to the next second: claims to come stay
    /// valid. A later call can only raise it.
    /// @custom:errors UnauthorizedGuardian.
    function revokeAttester(address attester, uint48 before) external;

    /// @dev Valid: made, not revoked, not expired (`expires` is the last valid second), not voided.
    function attestation(bytes32 subject, address attester, bytes32 key)
        external
        view
        returns (bytes20 claim, uint48 issued, uint48 expires, bool valid);

    // ------------------------------------------------ Court --------------------------------------------------------

    event DisputesChanged(address indexed provider, address indexed court, uint32 openDisputes);
    /// @notice `bps` is the part of all bound stake at which the slash was taken, rounded up: the rate ordered times the
    /// allocation, cut to what the cap of the epoch left.
    event Slashed(
        address indexed provider,
        uint32 indexed service,
        uint16 bps,
        uint48 faultAt,
        uint256 slashed,
        uint256 burned,
        uint256 toVictim,
        uint256 toReporter
    );
    /// @notice Of the slash that follows, `tokens` were taken from exits.
    event ExitsSlashed(address indexed provider, uint32 indexed epoch, uint256 tokens);
    /// @notice The pool was slashed to nothing, or its shares to less than a millionth of a base unit each: the shares are
    /// void, the rest is burned with the slash, accrued rewards stay.
    event PoolWiped(address indexed provider, uint24 generation);
    event Jailed(address indexed provider, uint48 until);
    event Unjailed(address indexed provider);
    event Tombstoned(address indexed provider);

    /// @notice Slashes a provider and pays victim and reporter; burns the rest; closes the dispute. The provider is jailed,
    /// or tombstoned when its slashes add up to `tombstoneBps` or the service is 0. Never reverts because of amounts.
    /// @dev The cap of the epoch bounds what disputes take of the whole stake. A slash of service 0 takes nothing from a
    /// provider that is tombstoned already. The payments contract is told, with at most 100,000 gas.
    /// @return slashed Everything taken. @return burned At least half of it.
    /// @custom:errors UnauthorizedCourt, UnknownProvider.
    function slash(Slash calldata order) external returns (uint256 slashed, uint256 burned);

    /// @notice Counts a dispute that opens or closes. Courts of the past may go on closing.
    /// @custom:errors UnauthorizedCourt, UnknownProvider, TooManyDisputes.
    function onDispute(bytes32 subject, bool open) external;

    // ------------------------------------------------ Owner and guardian -------------------------------------------

    event ServiceSet(uint32 indexed id, uint16 maxSlashBps, uint96 minStake, bool active);
    event ParamsSet(Params params);
    event PausedSet(address indexed account, bool paused);
    event GuardianSet(address indexed guardian);
    event PaymentsSet(address indexed payments);
    event IdentityRegistrySet(address indexed identityRegistry);
    event CourtProposed(address indexed court, uint32 epoch);
    /// @notice The previous court may go on slashing until the end of epoch `previousUntil`, to end what it began.
    event CourtSet(address indexed court, address indexed previous, uint32 previousUntil);
    event OwnershipTransferStarted(address indexed previousOwner, address indexed newOwner);
    event OwnershipTransferred(address indexed previousOwner, address indexed newOwner);

    /// @notice Defines a service: the most a dispute may slash for it, the least stake behind it.
    /// @custom:errors OwnableUnauthorizedAccount, InvalidService.
    function setService(uint32 id, uint16 maxSlashBps, uint96 minStake, bool active) external;
    /// @custom:errors OwnableUnauthorizedAccount, InvalidParameter.
    function setParams(Params calldata params) external;
    /// @notice Pauses entries or ends the pause; guardian or owner. Exits go on.
    /// @custom:errors UnauthorizedGuardian.
    function setPaused(bool value) external;
    function setGuardian(address account) external;
    /// @notice Names the contract that is told when a provider is jailed or tombstoned; zero for none.
    function setPayments(address account) external;
    /// @notice Names the ERC-8004 identity registry; zero for none.
    function setIdentityRegistry(address account) external;
    /// @notice Proposes a court, to be accepted from `exitEpochs` + 2 epochs after the present one on; address(0)
    /// withdraws the proposal.
    function proposeCourt(address account) external;
    /// @notice Makes the proposed court the court. Anyone may call it.
    /// @custom:errors CourtNotReady.
    function acceptCourt() external;
    /// @notice Offers ownership; address(0) withdraws the offer.
    function transferOwnership(address newOwner) external;
    function acceptOwnership() external;

    function owner() external view returns (address);
    function pendingOwner() external view returns (address);
    function guardian() external view returns (address);
    function token() external view returns (address);
    function payments() external view returns (address);
    function identityRegistry() external view returns (address);
    /// @notice Returns the court, the proposed one with the epoch from which it can be accepted, and the previous one with
    /// the last epoch in which it may slash.
    function courts()
        external
        view
        returns (address court, address proposed, uint32 proposedFrom, address previous, uint32 previousUntil);
    function params() external view returns (Params memory);
    function paused() external view returns (bool);
    function service(uint32 id) external view returns (uint16 maxSlashBps, uint96 minStake, bool active);
    /// @notice Returns the current epoch.
    function epoch() external view returns (uint32);
    function epochLength() external view returns (uint32);
    function exitEpochs() external view returns (uint8);
    /// @notice Returns the least time that an exit stays slashable: `exitEpochs` * `epochLength`.
    function unbondingPeriod() external view returns (uint256);

    // ------------------------------------------------ Standards ----------------------------------------------------

    /// @notice ERC-5267: name "AIA Provider Registry", version "1".
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
    /// @notice ERC-165: 0x01ffc9a7 and ERC-5267's 0x84b0196e.
    function supportsInterface(bytes4 interfaceId) external view returns (bool);
}
