//! Token, registry, court and payments.

use super::{Class, Row};

/// Their functions.
pub(super) const ROWS: [Row; 15] = [
    (
        "IAIAToken",
        Class::Public,
        &[
            "transfer(address,uint256)",
            "transferFrom(address,address,uint256)",
            "approve(address,uint256)",
            "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)",
            "permit(address,address,uint256,uint256,bytes)",
            "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)",
            "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)",
            "receiveWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)",
            "receiveWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)",
            "cancelAuthorization(address,bytes32,uint8,bytes32,bytes32)",
            "cancelAuthorization(address,bytes32,bytes)",
            "delegate(address)",
            "delegateBySig(address,uint256,uint256,uint8,bytes32,bytes32)",
            "burn(uint256)",
            "burn(address,uint256)",
            "burnFrom(address,uint256)",
        ],
    ),
    (
        "IAIAToken",
        Class::Owner,
        &[
            "setMintLimit(address,uint128,uint48)",
            "setCCIPAdmin(address)",
            "setL1Address(address)",
            "transferOwnership(address)",
        ],
    ),
    // Who has a bucket; who was offered ownership.
    ("IAIAToken", Class::Role, &["mint(address,uint256)", "acceptOwnership()"]),
    (
        "IProviderRegistry",
        Class::Public,
        &[
            "register(bytes32,uint8,uint16,address)",
            "setProfile(bytes32,uint8,uint16,address)",
            "linkAgent(uint256)",
            "delegate(address,uint128)",
            "delegateWithPermit(address,uint128,uint256,bytes)",
            "delegateWithAuthorization(address,address,uint128,uint256,uint256,bytes32,bytes)",
            "undelegate(address,uint128)",
            "withdraw(address,uint32,address)",
            "fund(address,uint128)",
            "claim(address)",
            "burnStranded(address)",
            "allocate(uint32,uint16)",
            "unjail()",
            "list(uint8,uint32,bytes32,uint8,uint128,uint128)",
            "updateListing(uint64,bytes32,uint8,uint128,uint8)",
            "commitBatch(bytes32,uint32,uint128,bytes32)",
            "rate((uint64,bytes32,uint32,uint128,uint128),(bytes32,address,address,uint64,bytes32,bytes32,bytes32,\
             bytes32,uint64,uint64,uint128,uint64),uint32,uint8,bytes32[])",
            "attest(bytes32,bytes32,bytes20,uint48)",
            "acceptCourt()",
        ],
    ),
    (
        "IProviderRegistry",
        Class::Owner,
        &[
            "setService(uint32,uint16,uint96,bool)",
            "setParams((uint96,uint16,uint16,uint24,uint16,uint16,uint24,uint32,uint96))",
            "setGuardian(address)",
            "setPayments(address)",
            "setIdentityRegistry(address)",
            "proposeCourt(address)",
            "transferOwnership(address)",
        ],
    ),
    ("IProviderRegistry", Class::GuardianOrOwner, &["setPaused(bool)", "revokeAttester(address,uint48)"]),
    // The court; who was offered ownership.
    (
        "IProviderRegistry",
        Class::Role,
        &[
            "slash((bytes32,uint32,uint16,uint48,address,uint16,address,uint16))",
            "onDispute(bytes32,bool)",
            "acceptOwnership()",
        ],
    ),
    (
        "IDisputeCourt",
        Class::Public,
        &[
            "openDispute(address,bytes32,uint32,bytes32,bytes32,uint16,address,uint48)",
            "submitEvidence(uint256,bytes32)",
            "cancel(uint256)",
            "execute(uint256)",
            "proveEquivocation(address,address,(bytes32,address,address,uint64,bytes32,bytes32,bytes32,bytes32,uint64,\
             uint64,uint128,uint64),(bytes32,address,address,uint64,bytes32,bytes32,bytes32,bytes32,uint64,uint64,\
             uint128,uint64),bytes,bytes)",
        ],
    ),
    (
        "IDisputeCourt",
        Class::Owner,
        &[
            "addTarget(address)",
            "setService(address,uint32,address,uint96)",
            "setParams((uint32,uint32,uint32,uint32,uint16,uint16,uint16,uint16))",
            "setGuardian(address)",
            "transferOwnership(address)",
        ],
    ),
    ("IDisputeCourt", Class::GuardianOrOwner, &["veto(uint256,bytes32)"]),
    // The dispute's arbitrator; the guardian beside it; who was offered ownership.
    ("IDisputeCourt", Class::Role, &["rule(uint256,uint256)", "reduce(uint256,uint16)", "acceptOwnership()"]),
    (
        "IStreamPayments",
        Class::Public,
        &[
            "fund(address,uint256)",
            "fundWithPermit(address,uint256,uint256,bytes)",
            "fundWithAuthorization(address,uint256,uint256,uint256,bytes32,bytes)",
            "withdraw(address,uint256)",
            "settle(address,address)",
            "setLedgerLock(bool)",
            "openStream(address,uint128,uint32,bytes32,uint128)",
            "topUpStream((address,address,uint32,bytes32),uint128)",
            "setRate((address,address,uint32,bytes32),uint128)",
            "stopStream((address,address,uint32,bytes32))",
            "reclaim((address,address,uint32,bytes32),uint128)",
            "collect((address,address,uint32,bytes32)[])",
            "collectAndWithdraw((address,address,uint32,bytes32),address)",
            "deposit((address,address,address,address,address,uint40,bytes32),uint128,address,bytes)",
            "claim((((address,address,address,address,address,uint40,bytes32),uint128),bytes,uint128)[])",
            "claimWithSignature((((address,address,address,address,address,uint40,bytes32),uint128),bytes,uint128)[],\
             bytes)",
            "claimPacked(address,address,uint40,bytes)",
            "claimAndWithdraw((((address,address,address,address,address,uint40,bytes32),uint128),bytes,uint128),\
             address)",
            "refund((address,address,address,address,address,uint40,bytes32),uint128)",
            "refundWithSignature((address,address,address,address,address,uint40,bytes32),uint128,uint256,bytes)",
            "initiateWithdraw((address,address,address,address,address,uint40,bytes32),uint128)",
            "finalizeWithdraw((address,address,address,address,address,uint40,bytes32))",
            "hold((address,address,address,address,address,uint40,bytes32),uint40)",
            "refreshProvider(address)",
            "collectFees(address[])",
            "multicall(bytes[])",
        ],
    ),
    (
        "IStreamPayments",
        Class::Owner,
        &["setParams((uint16,uint16,uint24,address,address))", "setGuardian(address)", "transferOwnership(address)"],
    ),
    ("IStreamPayments", Class::GuardianOrOwner, &["setPaused(bool)"]),
    // The registry; who was offered ownership.
    ("IStreamPayments", Class::Role, &["onProviderInactive(address)", "acceptOwnership()"]),
];
