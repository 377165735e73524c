//! x402's `batch-settlement`, as its own clients know it: shapes, hashes, and a channel's whole life by nothing else.

mod facilitator;

use aia_abi::IStreamPayments as P;
use aia_tests::payments::{ClaimBatch, Refund, Voucher};
use alloy::{
    primitives::{Address, B256, U256, aliases::U40, b256, hex},
    sol,
    sol_types::{SolCall, SolEvent, SolStruct},
};

sol! {
    /// What x402 has published, and nothing that is ours.
    #[sol(rpc, extra_derives(Debug, PartialEq, Eq))]
    interface IX402 {
        struct ChannelConfig {
            address payer;
            address payerAuthorizer;
            address receiver;
            address receiverAuthorizer;
            address token;
            uint40 withdrawDelay;
            bytes32 salt;
        }

        struct Voucher {
            ChannelConfig channel;
            uint128 maxClaimableAmount;
        }

        struct VoucherClaim {
            Voucher voucher;
            bytes signature;
            uint128 totalClaimed;
        }

        event ChannelCreated(bytes32 indexed channelId, ChannelConfig config);
        event ChannelClosed(bytes32 indexed channelId, ChannelConfig config);
        event Deposited(bytes32 indexed channelId, address indexed sender, uint128 amount, uint128 newBalance);
        event Claimed(
            bytes32 indexed channelId, address indexed sender, uint128 claimAmount, uint128 newTotalClaimed
        );
        event Settled(address indexed receiver, address indexed token, address indexed sender, uint128 amount);
        event Refunded(bytes32 indexed channelId, address indexed sender, uint128 amount);
        event WithdrawInitiated(bytes32 indexed channelId, uint128 amount, uint40 finalizeAfter);
        event WithdrawFinalized(bytes32 indexed channelId, address indexed sender, uint128 amount);

        function deposit(ChannelConfig config, uint128 amount, address collector, bytes collectorData) external;
        function claim(VoucherClaim[] voucherClaims) external;
        function claimWithSignature(VoucherClaim[] voucherClaims, bytes authorizerSignature) external;
        function settle(address receiver, address token) external;
        function initiateWithdraw(ChannelConfig config, uint128 amount) external;
        function finalizeWithdraw(ChannelConfig config) external;
        function refund(ChannelConfig config, uint128 amount) external;
        function refundWithSignature(
            ChannelConfig config, uint128 amount, uint256 nonce, bytes receiverAuthorizerSignature
        ) external;
        function getChannelId(ChannelConfig config) external view returns (bytes32);
        function getVoucherDigest(bytes32 channelId, uint128 maxClaimableAmount) external view returns (bytes32);
        function channels(bytes32 channelId) external view returns (uint128 balance, uint128 totalClaimed);
        function pendingWithdrawals(bytes32 channelId) external view returns (uint128 amount, uint40 initiatedAt);
        function receivers(address receiver, address token)
            external
            view
            returns (uint128 totalClaimed, uint128 totalSettled);
        function refundNonce(bytes32 channelId) external view returns (uint256);
    }
}

/// Returns a channel as x402 has it.
fn theirs(config: &P::ChannelConfig) -> IX402::ChannelConfig {
    IX402::ChannelConfig {
        payer: config.payer,
        payerAuthorizer: config.payerAuthorizer,
        receiver: config.receiver,
        receiverAuthorizer: config.receiverAuthorizer,
        token: config.token,
        withdrawDelay: config.withdrawDelay,
        salt: config.salt,
    }
}

#[test]
fn selectors_are_those_that_clients_call() {
    for (ours, theirs, known) in [
        (P::depositCall::SELECTOR, IX402::depositCall::SELECTOR, hex!("140f1e75")),
        (P::claimCall::SELECTOR, IX402::claimCall::SELECTOR, hex!("29237b0c")),
        (P::claimWithSignatureCall::SELECTOR, IX402::claimWithSignatureCall::SELECTOR, hex!("e43ce1f2")),
        (P::settleCall::SELECTOR, IX402::settleCall::SELECTOR, hex!("9db32a8f")),
        (P::initiateWithdrawCall::SELECTOR, IX402::initiateWithdrawCall::SELECTOR, hex!("cf5cf3dc")),
        (P::finalizeWithdrawCall::SELECTOR, IX402::finalizeWithdrawCall::SELECTOR, hex!("e88377b1")),
        (P::refundCall::SELECTOR, IX402::refundCall::SELECTOR, hex!("dce4bfae")),
        (P::refundWithSignatureCall::SELECTOR, IX402::refundWithSignatureCall::SELECTOR, hex!("b77433e9")),
        (P::getChannelIdCall::SELECTOR, IX402::getChannelIdCall::SELECTOR, hex!("5e5e0b87")),
        (P::getVoucherDigestCall::SELECTOR, IX402::getVoucherDigestCall::SELECTOR, hex!("862bb199")),
        (P::channelsCall::SELECTOR, IX402::channelsCall::SELECTOR, hex!("7a7ebd7b")),
        (P::pendingWithdrawalsCall::SELECTOR, IX402::pendingWithdrawalsCall::SELECTOR, hex!("b7f06ebe")),
        (P::receiversCall::SELECTOR, IX402::receiversCall::SELECTOR, hex!("21ff6389")),
        (P::refundNonceCall::SELECTOR, IX402::refundNonceCall::SELECTOR, hex!("f0dc792e")),
    ] {
        assert_eq!((ours, theirs), (known, known));
    }
}

#[test]
fn topics_are_those_that_indexers_look_for() {
    for (ours, theirs, known) in [
        (P::ChannelCreated::SIGNATURE_HASH, IX402::ChannelCreated::SIGNATURE_HASH, hex!("69d8248d")),
        (P::ChannelClosed::SIGNATURE_HASH, IX402::ChannelClosed::SIGNATURE_HASH, hex!("8d5942f1")),
        (P::Deposited::SIGNATURE_HASH, IX402::Deposited::SIGNATURE_HASH, hex!("6c2a0935")),
        (P::Claimed::SIGNATURE_HASH, IX402::Claimed::SIGNATURE_HASH, hex!("36bd546b")),
        (P::Settled::SIGNATURE_HASH, IX402::Settled::SIGNATURE_HASH, hex!("7337b438")),
        (P::Refunded::SIGNATURE_HASH, IX402::Refunded::SIGNATURE_HASH, hex!("a84286cf")),
        (P::WithdrawInitiated::SIGNATURE_HASH, IX402::WithdrawInitiated::SIGNATURE_HASH, hex!("e4280d0d")),
        (P::WithdrawFinalized::SIGNATURE_HASH, IX402::WithdrawFinalized::SIGNATURE_HASH, hex!("546ce1e2")),
    ] {
        assert_eq!(ours, theirs);
        assert_eq!(ours[..4], known);
    }
}

#[test]
fn types_are_hashed_as_wallets_hash_them() {
    let config = IX402::ChannelConfig {
        payer: Address::ZERO,
        payerAuthorizer: Address::ZERO,
        receiver: Address::ZERO,
        receiverAuthorizer: Address::ZERO,
        token: Address::ZERO,
        withdrawDelay: U40::ZERO,
        salt: B256::ZERO,
    };
    let channel = b256!("1c9a06ceab9b0ebbd3301dc56c9111bb6d9af421356dc9ccb3b7084c755db308");
    assert_eq!(config.eip712_type_hash(), channel);
    let voucher = b256!("1e1bd6ff84c3e0d9029a292b212e039c0ca97ec497c55191a4a5874294609a69");
    assert_eq!(Voucher { channelId: B256::ZERO, maxClaimableAmount: 0 }.eip712_type_hash(), voucher);

    assert_eq!(Refund::eip712_encode_type(), "Refund(bytes32 channelId,uint256 nonce,uint128 amount)");
    let entry = "ClaimEntry(bytes32 channelId,uint128 maxClaimableAmount,uint128 totalClaimed)";
    assert_eq!(ClaimBatch::eip712_encode_type(), format!("ClaimBatch(ClaimEntry[] claims){entry}"));
    // What is signed says how much, and once only.
    let refund = Refund { channelId: B256::ZERO, nonce: U256::ZERO, amount: 1 };
    for other in [Refund { nonce: U256::ONE, ..refund.clone() }, Refund { amount: 2, ..refund.clone() }] {
        assert_ne!(other.eip712_hash_struct(), refund.eip712_hash_struct());
    }
}
