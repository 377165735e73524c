// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

/// @title AIA governance token
/// @notice ERC-20 with ERC-2612 permits, ERC-3009 authorizations, ERC-5805 votes and rate-limited minting.
/// @dev This file is the source of the ABI: the JSON and the Rust bindings are generated from it.
///
/// Units. Amounts, allowances, votes and mint limits are in base units: 10^18 = 1 AIA. Supply never exceeds
/// `maxSupply()` = 10^27, so any balance or sum of balances fits 96 bits. Instants are Unix seconds, durations are
/// seconds. The voting clock is the block timestamp.
///
/// What the owner (the timelock) can do: set and remove mint limits, hence dilute holders at the rate those limits
/// allow and up to the cap; name the CCIP admin; set `l1Address`, once; hand ownership over in two steps.
/// What nobody can do: pause or freeze transfers, block an address, move or burn a balance without its holder's call,
/// allowance or signature, tax a transfer, exceed the cap, change the code (there is no proxy) or renounce ownership
/// (there is no call for it).
/// A minter is trusted with its own limit only. The CCIP admin and `l1Address` are read by bridge tooling and carry
/// no right over this token.
///
/// Every transfer moves exactly the amount given and calls no one: there are no hooks. The only call this contract
/// makes to other contracts is the static ERC-1271 query described below. Functions revert on failure; those that
/// return a bool return true.
///
/// Receivers. Every path that credits an account (`transfer`, `transferFrom`, the ERC-3009 transfers, `mint`) rejects
/// address(0) and the token's own address with `ERC20InvalidReceiver(to)`.
///
/// Signatures are EIP-712, under the domain of `eip712Domain`. An ECDSA signature is 65 bytes, r || s || v, with v in
/// 0, 1, 27, 28 and s in the lower half of the curve order. `permit` and the ERC-3009 functions try ECDSA first; if
/// that does not yield the signer and the signer has code, they ask the signer by static call of ERC-1271
/// `isValidSignature(bytes32,bytes)`, which must answer 0x1626ba7e, zero-padded to 32 bytes. So an account keeps its
/// key signatures after it installs EIP-7702 code. The `bytes` forms pass the signature on unchanged, of any length;
/// the v, r, s forms pass r || s || v, with v as given. Compact 64-byte signatures are not ECDSA here: they are only
/// ever passed to ERC-1271. Replay is barred by nonces, never by signature bytes. Where a function that takes a
/// signature lists several errors, it checks them in the order listed.
///
/// Anyone may submit a public signature first. A contract that wraps `permit` should go on when it reverts and the
/// allowance suffices; a contract that takes deposits should call `receiveWithAuthorization`, never
/// `transferWithAuthorization`.
///
/// Program expiry. This is a Stylus program: Arbitrum deactivates it 365 days after activation, and when a new Stylus
/// version calls for activation anew. While it is inactive every call reverts; state is kept. Anyone can re-activate it
/// through the ArbWasm precompile (address 0x71) or, 31 days after an activation, renew it there before it expires.
///
/// Constructor: `stylus_constructor(address owner, address recipient, uint256 initialSupply)`. Credits `initialSupply`
/// to `recipient`, outside the mint limits but within the cap. Reverts with `OwnableInvalidOwner(address(0))`,
/// `ERC20InvalidReceiver(recipient)` or `MaxSupplyExceeded`, and with `AlreadySet` when it has run before. Emits
/// `OwnershipTransferred` and `Transfer`, both from address(0). With `initialSupply` 0 the recipient is not looked at
/// and there is no `Transfer`.
///
/// Overloads keep their order: generated Rust names number them.
interface IAIAToken {
    // ------------------------------------------------ ERC-20 events ------------------------------------------------

    /// @notice `value` base units moved from `from` (address(0): minted) to `to` (address(0): burned).
    event Transfer(address indexed from, address indexed to, uint256 value);

    /// @notice The allowance of `spender` over `owner` was set to `value` base units.
    /// @dev Emitted by `approve` and `permit`; spending an allowance emits none.
    event Approval(address indexed owner, address indexed spender, uint256 value);

    // ------------------------------------------------ ERC-6093 errors ----------------------------------------------

    /// @notice `sender` holds `balance` base units and `needed` were asked for.
    error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed);
    /// @notice The account to be debited is address(0).
    /// @dev Only an `eth_call` in the name of address(0) reaches it: transactions have senders, allowances come first.
    error ERC20InvalidSender(address sender);
    /// @notice `receiver` is address(0), the token itself or, in `receiveWithAuthorization`, not the caller.
    error ERC20InvalidReceiver(address receiver);
    /// @notice `spender` may spend `allowance` base units and `needed` were asked for.
    error ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed);
    /// @notice The account whose allowance is to be written is address(0): spending 0 from address(0).
    error ERC20InvalidApprover(address approver);
    /// @notice The spender to be approved is address(0).
    error ERC20InvalidSpender(address spender);

    // ------------------------------------------------ ERC-20 -------------------------------------------------------

    /// @notice Returns "AIA".
    function name() external view returns (string memory);
    /// @notice Returns "AIA".
    function symbol() external view returns (string memory);
    /// @notice Returns 18.
    function decimals() external view returns (uint8);
    /// @notice Returns "1", the version of the EIP-712 domain.
    function version() external view returns (string memory);
    /// @notice Returns the base units in existence.
    function totalSupply() external view returns (uint256);
    /// @notice Returns the base units held by `account`.
    function balanceOf(address account) external view returns (uint256);
    /// @notice Returns the base units that `spender` may still spend for `owner`; 2^256 - 1 means without limit.
    function allowance(address owner, address spender) external view returns (uint256);

    /// @notice Moves `value` base units from the caller to `to`.
    /// @custom:errors ERC20InvalidReceiver: see Receivers. ERC20InsufficientBalance: the caller holds less.
    /// @custom:events Transfer; DelegateVotesChanged for each delegate whose votes change.
    function transfer(address to, uint256 value) external returns (bool);

    /// @notice Moves `value` base units from `from` to `to`, out of the caller's allowance.
    /// @dev An allowance of 2^256 - 1 is not decreased.
    /// @custom:errors ERC20InsufficientAllowance: the caller's allowance is less. ERC20InvalidApprover: `from` is
    /// address(0) and `value` 0. Then as `transfer`, for `from`.
    /// @custom:events As `transfer`.
    function transferFrom(address from, address to, uint256 value) external returns (bool);

    /// @notice Sets the caller's allowance for `spender` to `value` base units, replacing what was left.
    /// @custom:errors ERC20InvalidSpender: `spender` is address(0).
    /// @custom:events Approval.
    function approve(address spender, uint256 value) external returns (bool);

    // ------------------------------------------------ ERC-2612, ERC-5267 -------------------------------------------

    /// @notice The domain changed. Declared by ERC-5267, never emitted: name and version are constants.
    event EIP712DomainChanged();

    /// @notice The block time, in Unix seconds, is later than `deadline`.
    error ERC2612ExpiredSignature(uint256 deadline);
    /// @notice The signature stands for `signer` (address(0): it recovers no one), and is not valid for `owner`.
    error ERC2612InvalidSigner(address signer, address owner);
    /// @notice The signature recovers no address.
    error ECDSAInvalidSignature();
    /// @notice `s` lies in the upper half of the curve order.
    error ECDSAInvalidSignatureS(bytes32 s);
    /// @notice The signed nonce is not `currentNonce`, the next one of `account`.
    error InvalidAccountNonce(address account, uint256 currentNonce);

    /// @notice Sets the allowance of `spender` over `owner` to `value` base units, by a signature of `owner`.
    /// @dev Signed type: Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline), with nonce
    /// `nonces(owner)`, used up on success. `deadline` (Unix seconds) is the last valid second. A signature over
    /// another nonce or field recovers an unrelated address and shows as ERC2612InvalidSigner.
    /// @custom:errors ERC2612ExpiredSignature: `deadline` has passed. ECDSAInvalidSignatureS: high s, and `owner` has
    /// no code. ECDSAInvalidSignature: no address is recovered, and `owner` has no code. ERC2612InvalidSigner: another
    /// address is recovered and `owner` has no code, or `owner` has code and ERC-1271 does not accept.
    /// ERC20InvalidSpender: `spender` is address(0).
    /// @custom:events Approval.
    function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        external;

    /// @notice As `permit` with v, r, s, with the signature as bytes.
    /// @dev A signature that is not 65 bytes long recovers no address: ECDSAInvalidSignature if `owner` has no code.
    function permit(address owner, address spender, uint256 value, uint256 deadline, bytes calldata signature) external;

    /// @notice Returns the next nonce of `owner`, one counter for `permit` and `delegateBySig`.
    function nonces(address owner) external view returns (uint256);
    /// @notice Returns the EIP-712 domain separator for the current chain id.
    function DOMAIN_SEPARATOR() external view returns (bytes32);

    /// @notice Returns the EIP-712 domain: name "AIA", version "1", the current chain id, this contract.
    /// @dev `fields` is 0x0f, `salt` zero and `extensions` empty.
    function eip712Domain() external view
        returns (
            bytes1 fields, string memory name, string memory version, uint256 chainId, address verifyingContract,
            bytes32 salt, uint256[] memory extensions
        );

    // ------------------------------------------------ ERC-3009 -----------------------------------------------------

    /// @notice The authorization `nonce` of `authorizer` was used for a transfer.
    event AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce);
    /// @notice The authorization `nonce` of `authorizer` was canceled, before use.
    event AuthorizationCanceled(address indexed authorizer, bytes32 indexed nonce);

    /// @notice The signature is not valid for the payer or authorizer.
    error ERC3009InvalidSignature();
    /// @notice The block time is not strictly between `validAfter` and `validBefore` (Unix seconds).
    error ERC3009InvalidAuthorizationTime(uint256 validAfter, uint256 validBefore);
    /// @notice The authorization `nonce` of `authorizer` was used or canceled before.
    error ERC3009UsedAuthorization(address authorizer, bytes32 nonce);

    /// @notice Returns 0x7c7c6cdb67a18743f49ec6fa9b35f50d52ed05cbed4cc592e13b44501c1a2267.
    /// @dev Hash of TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256
    /// validBefore,bytes32 nonce), written without line break.
    function TRANSFER_WITH_AUTHORIZATION_TYPEHASH() external view returns (bytes32);

    /// @notice Returns 0xd099cc98ef71107a616c4f0f941f04c322d8e254fe26b3c6668db87aae413de8.
    /// @dev Hash of ReceiveWithAuthorization, with the same members as TransferWithAuthorization.
    function RECEIVE_WITH_AUTHORIZATION_TYPEHASH() external view returns (bytes32);

    /// @notice Returns 0x158b0a9edf7a828aad02f63cd515c68ef2f50ba807396f6d12842833a1597429.
    /// @dev Hash of CancelAuthorization(address authorizer,bytes32 nonce).
    function CANCEL_AUTHORIZATION_TYPEHASH() external view returns (bytes32);

    /// @notice Returns whether the authorization `nonce` of `authorizer` was used or canceled; true is final.
    function authorizationState(address authorizer, bytes32 nonce) external view returns (bool);

    /// @notice Moves `value` base units from `from` to `to`, by a signature of `from`. Anyone may submit it.
    /// @dev Valid while `validAfter < block time < validBefore`, both Unix seconds over their full range (no
    /// block-number encoding). `nonce` is any 32 bytes that `from` has not used, in no order, apart from `nonces`.
    /// @custom:errors ERC3009InvalidSignature: neither ECDSA nor ERC-1271 accepts for `from`.
    /// ERC3009InvalidAuthorizationTime: too early or too late. ERC3009UsedAuthorization: `nonce` was used or canceled.
    /// Then as `transfer`, for `from`.
    /// @custom:events AuthorizationUsed, then as `transfer`.
    function transferWithAuthorization(
        address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce,
        uint8 v, bytes32 r, bytes32 s
    ) external;

    /// @notice As `transferWithAuthorization` with v, r, s, with the signature as bytes.
    function transferWithAuthorization(
        address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce,
        bytes calldata signature
    ) external;

    /// @notice Moves `value` base units from `from` to the caller, who must be `to`, by a signature of `from`.
    /// @dev No one but the payee can submit it, so a contract's deposit cannot be front-run. The signed type differs
    /// from that of `transferWithAuthorization`, the nonces are the same.
    /// @custom:errors ERC3009InvalidSignature: neither ECDSA nor ERC-1271 accepts for `from`. ERC20InvalidReceiver: the
    /// caller is not `to`. Then as `transferWithAuthorization`, after its signature.
    /// @custom:events As `transferWithAuthorization`.
    function receiveWithAuthorization(
        address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce,
        uint8 v, bytes32 r, bytes32 s
    ) external;

    /// @notice As `receiveWithAuthorization` with v, r, s, with the signature as bytes.
    function receiveWithAuthorization(
        address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce,
        bytes calldata signature
    ) external;

    /// @notice Makes the unused authorization `nonce` of `authorizer` void, by a signature of `authorizer`.
    /// @dev Anyone may submit it, at any time.
    /// @custom:errors ERC3009InvalidSignature: neither ECDSA nor ERC-1271 accepts for `authorizer`.
    /// ERC3009UsedAuthorization: `nonce` was used or canceled.
    /// @custom:events AuthorizationCanceled.
    function cancelAuthorization(address authorizer, bytes32 nonce, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice As `cancelAuthorization` with v, r, s, with the signature as bytes.
    function cancelAuthorization(address authorizer, bytes32 nonce, bytes calldata signature) external;

    // ------------------------------------------------ Votes: ERC-5805, ERC-6372 ------------------------------------

    /// @notice `delegator` moved its votes from `fromDelegate` to `toDelegate` (address(0): none).
    event DelegateChanged(address indexed delegator, address indexed fromDelegate, address indexed toDelegate);
    /// @notice The votes of `delegate` went from `previousVotes` to `newVotes` base units.
    event DelegateVotesChanged(address indexed delegate, uint256 previousVotes, uint256 newVotes);

    /// @notice The block time, in Unix seconds, is later than `expiry`.
    error VotesExpiredSignature(uint256 expiry);
    /// @notice `timepoint` is not before `clock` (both Unix seconds): its votes may still change.
    error ERC5805FutureLookup(uint256 timepoint, uint48 clock);

    /// @notice Returns the current timepoint: the block time in Unix seconds.
    function clock() external view returns (uint48);
    /// @notice Returns "mode=timestamp".
    function CLOCK_MODE() external view returns (string memory);
    /// @notice Returns whom `account` delegates to; address(0), the default, means its balance votes nowhere.
    function delegates(address account) external view returns (address);
    /// @notice Returns the votes of `account` now, in base units: the sum of balances delegated to it.
    function getVotes(address account) external view returns (uint256);

    /// @notice Returns the votes of `account` at the end of second `timepoint`, in base units.
    /// @custom:errors ERC5805FutureLookup: `timepoint` is not before `clock()`.
    function getPastVotes(address account, uint256 timepoint) external view returns (uint256);

    /// @notice Returns `getPastVotes` of each of `accounts` at one `timepoint`, in the same order.
    /// @custom:errors As `getPastVotes`.
    function getPastVotesBatch(address[] calldata accounts, uint256 timepoint) external view returns (uint256[] memory);

    /// @notice Returns the total supply at the end of second `timepoint`, in base units, delegated or not.
    /// @custom:errors As `getPastVotes`.
    function getPastTotalSupply(uint256 timepoint) external view returns (uint256);

    /// @notice Returns the votes of all delegates together now, in base units; at most the total supply.
    function getTotalDelegation() external view returns (uint256);

    /// @notice Returns the votes of all delegates together at the end of second `timepoint`, in base units.
    /// @custom:errors As `getPastVotes`.
    function getTotalDelegationAt(uint256 timepoint) external view returns (uint256);

    /// @notice Returns how many vote checkpoints `account` has; one second adds at most one.
    function numCheckpoints(address account) external view returns (uint32);

    /// @notice Returns checkpoint `pos`, from 0, of `account`: `value` votes, in base units, from second `key` on.
    /// @dev Reverts with Panic(0x32) when `pos` is not below `numCheckpoints(account)`.
    function checkpoints(address account, uint32 pos) external view returns (uint48 key, uint208 value);

    /// @notice Delegates the votes of the caller's whole balance, present and future, to `delegatee`.
    /// @dev address(0) withdraws the delegation. Balances vote only once delegated, also to oneself.
    /// @custom:events DelegateChanged; DelegateVotesChanged for each delegate whose votes change.
    function delegate(address delegatee) external;

    /// @notice As `delegate`, for the account that signed. ECDSA only; ERC-1271 is not asked.
    /// @dev Signed type: Delegation(address delegatee,uint256 nonce,uint256 expiry), with nonce `nonces(signer)`, used
    /// up on success. `expiry` (Unix seconds) is the last valid second.
    /// @custom:errors VotesExpiredSignature: `expiry` has passed. ECDSAInvalidSignatureS: high s.
    /// ECDSAInvalidSignature: no address is recovered. InvalidAccountNonce: `nonce` is not the next one of the
    /// recovered address.
    /// @custom:events As `delegate`.
    function delegateBySig(address delegatee, uint256 nonce, uint256 expiry, uint8 v, bytes32 r, bytes32 s) external;

    // ------------------------------------------------ Supply -------------------------------------------------------

    /// @notice The limit of `minter` (address(0): the global one) is now `capacity` base units per `window` seconds.
    /// @dev Both are zero when the bucket was removed.
    event MintLimitSet(address indexed minter, uint256 capacity, uint256 window);

    /// @notice The caller has no bucket, or its own or the global one has less available than the amount asked for.
    error RateLimitExceeded();
    /// @notice Supply would become `supply` base units, above `cap`.
    /// @dev The cap is far below 2^208, so OpenZeppelin's ERC20ExceededSafeSupply cannot arise and is not declared.
    error MaxSupplyExceeded(uint256 supply, uint256 cap);
    /// @notice `capacity` (base units) or `window` (seconds) is out of the bounds given at `setMintLimit`.
    error InvalidMintLimit(address minter, uint256 capacity, uint256 window);

    /// @notice Returns 10^27 base units, one billion AIA, which `totalSupply` never exceeds.
    function maxSupply() external view returns (uint256);

    /// @notice Returns the limit of `minter` (address(0): the global one) as of now; all zero if there is none.
    /// @dev `capacity`, `used` and `available` in base units, `window` in seconds. `available` is `capacity - used`, or
    /// 0 if less; the global limit and the cap may leave a minter less than its own `available`.
    function mintLimitOf(address minter) external view
        returns (uint128 capacity, uint128 used, uint128 available, uint48 window);

    /// @notice Creates `value` base units for `to`, within the caller's limit, the global limit and the cap.
    /// @dev Needs a bucket of the caller's own and the global one (also for `value` 0, also for the owner), with `value`
    /// available in both; takes `value` from both. Burning makes room under the cap but refills no bucket.
    /// @custom:errors RateLimitExceeded: no own bucket, no global one, or too little in either. ERC20InvalidReceiver: see
    /// Receivers. MaxSupplyExceeded: the cap would be exceeded.
    /// @custom:events Transfer from address(0); DelegateVotesChanged if `to` has a delegate.
    function mint(address to, uint256 value) external;

    /// @notice Destroys `value` base units of the caller.
    /// @custom:errors ERC20InsufficientBalance: the caller holds less.
    /// @custom:events Transfer to address(0); DelegateVotesChanged if the holder has a delegate.
    function burn(uint256 value) external;

    /// @notice Does the same as `burnFrom`, under the name CCIP uses; burning one's own account spends allowance too.
    function burn(address account, uint256 value) external;

    /// @notice Destroys `value` base units of `account`, out of the caller's allowance.
    /// @dev An allowance of 2^256 - 1 is not decreased.
    /// @custom:errors ERC20InsufficientAllowance: the caller's allowance is less. ERC20InvalidApprover: `account` is
    /// address(0) and `value` 0. ERC20InsufficientBalance: `account` holds less.
    /// @custom:events As `burn`.
    function burnFrom(address account, uint256 value) external;

    /// @notice Limits `minter` (address(0): all minters together) to `capacity` base units per `window` seconds.
    /// @dev A limit is a bucket that starts full and refills linearly, by `capacity` per `window`, rounded down in
    /// favour of the limit; so over t seconds it lets pass at most `capacity + capacity * t / window`. A change first
    /// settles the refill under the old parameters; what is used stays used. Capacity 0 removes the bucket and its
    /// record of use, whatever `window` is. Otherwise capacity is at most `maxSupply()` and window is 1 to 2^24 - 1
    /// seconds (194 days).
    /// @custom:errors OwnableUnauthorizedAccount: the caller is not the owner. InvalidMintLimit: out of those bounds.
    /// @custom:events MintLimitSet.
    function setMintLimit(address minter, uint128 capacity, uint48 window) external;

    // ------------------------------------------------ Owner --------------------------------------------------------

    /// @notice `previousOwner` offered ownership to `newOwner` (address(0): withdrew the offer).
    event OwnershipTransferStarted(address indexed previousOwner, address indexed newOwner);
    /// @notice Ownership passed from `previousOwner` (address(0): at construction) to `newOwner`.
    event OwnershipTransferred(address indexed previousOwner, address indexed newOwner);

    /// @notice `account` is not the owner or, in `acceptOwnership`, not the pending owner.
    error OwnableUnauthorizedAccount(address account);
    /// @notice `owner` is address(0). Raised by the constructor only.
    error OwnableInvalidOwner(address owner);

    /// @notice Returns the owner: the timelock.
    function owner() external view returns (address);
    /// @notice Returns the account that may accept ownership, address(0) if none.
    function pendingOwner() external view returns (address);

    /// @notice Offers ownership to `newOwner`, replacing an earlier offer; address(0) only cancels it.
    /// @custom:errors OwnableUnauthorizedAccount: the caller is not the owner.
    /// @custom:events OwnershipTransferStarted.
    function transferOwnership(address newOwner) external;

    /// @notice Makes the caller, who must be the pending owner, the owner.
    /// @custom:errors OwnableUnauthorizedAccount: the caller is not the pending owner.
    /// @custom:events OwnershipTransferred.
    function acceptOwnership() external;

    // ------------------------------------------------ Bridges, discovery -------------------------------------------

    /// @notice The CCIP admin passed from `previousAdmin` to `newAdmin` (address(0): none).
    event CCIPAdminTransferred(address indexed previousAdmin, address indexed newAdmin);
    /// @notice The address of this token's twin on L1 was set, for good.
    event L1AddressSet(address l1Address);

    /// @notice The L1 address was set before, or the token was constructed before.
    error AlreadySet();
    /// @notice The L1 address offered is address(0).
    error InvalidL1Address(address l1Address);

    /// @notice Returns the account that may register this token with Chainlink CCIP, address(0) if none.
    function getCCIPAdmin() external view returns (address);
    /// @notice Returns the address of this token's twin on L1, address(0) until set; read by the Arbitrum bridge.
    function l1Address() external view returns (address);

    /// @notice Makes `newAdmin` the CCIP admin; address(0) leaves none.
    /// @custom:errors OwnableUnauthorizedAccount: the caller is not the owner.
    /// @custom:events CCIPAdminTransferred.
    function setCCIPAdmin(address newAdmin) external;

    /// @notice Sets the address of this token's twin on L1, once.
    /// @custom:errors OwnableUnauthorizedAccount: the caller is not the owner. AlreadySet: it was set before.
    /// InvalidL1Address: it is address(0).
    /// @custom:events L1AddressSet.
    function setL1Address(address newL1Address) external;

    /// @notice Returns whether the ERC-165 interface `interfaceId` is supported.
    /// @dev 0x01ffc9a7 ERC-165, 0x36372b07 ERC-20, 0xa219a025 its metadata, 0x9d8ff7da ERC-2612, 0x84b0196e ERC-5267,
    /// 0xe90fb3f6 votes of ERC-5805, 0xda287a1d ERC-6372.
    function supportsInterface(bytes4 interfaceId) external view returns (bool);
}
