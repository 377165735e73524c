//! What clients of x402's `batch-settlement` have written down: selectors, topics, type hashes and nonces.
//!
//! The numbers were computed from x402's own signatures, not from this interface.

use aia_abi::IStreamPayments::{self, ChannelConfig};
use aia_tests::payments::Market;
use alloy::{
    json_abi::{Event, Function},
    primitives::{Address, B256, FixedBytes, U256, b256, fixed_bytes, keccak256},
    sol_types::SolValue,
};
use eyre::Result;

const SELECTORS: [(&str, FixedBytes<4>); 14] = [
    ("deposit", fixed_bytes!("140f1e75")),
    ("claim", fixed_bytes!("29237b0c")),
    ("claimWithSignature", fixed_bytes!("e43ce1f2")),
    ("settle", fixed_bytes!("9db32a8f")),
    ("initiateWithdraw", fixed_bytes!("cf5cf3dc")),
    ("finalizeWithdraw", fixed_bytes!("e88377b1")),
    ("refund", fixed_bytes!("dce4bfae")),
    ("refundWithSignature", fixed_bytes!("b77433e9")),
    ("getChannelId", fixed_bytes!("5e5e0b87")),
    ("getVoucherDigest", fixed_bytes!("862bb199")),
    ("channels", fixed_bytes!("7a7ebd7b")),
    ("pendingWithdrawals", fixed_bytes!("b7f06ebe")),
    ("receivers", fixed_bytes!("21ff6389")),
    ("refundNonce", fixed_bytes!("f0dc792e")),
];

/// Topics, and how many members are indexed.
const EVENTS: [(&str, B256, usize); 8] = [
    ("ChannelCreated", b256!("69d8248d5566bdb2ebc4d218970710d8378a2ff9b709a999e052b71970f808fa"), 1),
    ("ChannelClosed", b256!("8d5942f197f362dfd44dfdc1b0b7a9721c9151b67f55817c83349271d3c08d37"), 1),
    ("Deposited", b256!("6c2a09353b5e75e70d0b9778b80a413809bb235d46c211811c474b3346791d89"), 2),
    ("Claimed", b256!("36bd546bb573e8921fdbfd934bbed62d872796b01792cd240cce27f79dd3eddd"), 2),
    ("Settled", b256!("7337b4386b690fdb8ba66905b92b9d45d33bc6626ee2620c905fb150ec0cc47d"), 3),
    ("Refunded", b256!("a84286cf8ebc7903a663c77c8d99aa92b600d4c2fcca872a5d4a663db4eb394b"), 2),
    ("WithdrawInitiated", b256!("e4280d0d903c7f258f62b07c62f262377cbaa23f7791d78126e6446e0f0e3c23"), 1),
    ("WithdrawFinalized", b256!("546ce1e2242cd930c196bd08b894443562d709b4fffe4f028a75a6d233efc6e3"), 2),
];

const DOMAIN: B256 = b256!("8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f");
const CHANNEL_CONFIG: B256 = b256!("1c9a06ceab9b0ebbd3301dc56c9111bb6d9af421356dc9ccb3b7084c755db308");
const VOUCHER: B256 = b256!("1e1bd6ff84c3e0d9029a292b212e039c0ca97ec497c55191a4a5874294609a69");
const REFUND: B256 = b256!("be23ad087435072cd69b49cc5b92de10ee610fce7ae0ab428307972d764bb216");
/// Ours, which x402 does not have.
const USAGE_VOUCHER: B256 = b256!("9f588d05ba1fc20b33e6ed4b6703d421293105ce67aa5bb395547738eb213956");

#[test]
fn functions_have_the_selectors_of_x402() {
    let abi = IStreamPayments::abi::contract();
    for (name, selector) in SELECTORS {
        let found: Vec<_> = abi.functions().filter(|function| function.name == name).map(Function::selector).collect();
        assert_eq!(found, [selector], "{name}");
    }
}

#[test]
fn events_have_the_topics_of_x402() {
    let abi = IStreamPayments::abi::contract();
    let indexed = |event: &Event| event.inputs.iter().filter(|member| member.indexed).count();
    for (name, topic, members) in EVENTS {
        let named = abi.events().filter(|event| event.name == name);
        let found: Vec<_> = named.map(|event| (event.selector(), indexed(event))).collect();
        assert_eq!(found, [(topic, members)], "{name}");
    }
}

/// Returns the digest of a message, put together from its words.
fn digest(market: &Market, message: &[u8]) -> B256 {
    let chain = U256::from(market.net().api.chain().config().chain_id);
    let texts = ["x402 Batch Settlement", "1"].map(keccak256);
    let separator = keccak256((DOMAIN, texts[0], texts[1], chain, market.payments).abi_encode());
    keccak256([&[0x19, 0x01][..], separator.as_slice(), keccak256(message).as_slice()].concat())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_contract_hashes_what_x402_hashes() -> Result<()> {
    let market = Market::start().await?;
    let payments = market.payments_as(&market.net().owner)?;
    let config = ChannelConfig {
        payerAuthorizer: Address::repeat_byte(0x0a),
        salt: B256::repeat_byte(0x5a),
        ..market.channel(1)
    };
    let (max, units, root, nonce) = (u128::MAX - 5, 77_u128, B256::repeat_byte(0x70), U256::MAX - U256::from(7));

    let id = digest(&market, &(CHANNEL_CONFIG, config.clone()).abi_encode());
    assert_eq!(payments.getChannelId(config).call().await?, id);
    let voucher = digest(&market, &(VOUCHER, id, max).abi_encode());
    assert_eq!(payments.getVoucherDigest(id, max).call().await?, voucher);
    let usage = digest(&market, &(USAGE_VOUCHER, id, max, units, root).abi_encode());
    assert_eq!(payments.getUsageVoucherDigest(id, max, units, root).call().await?, usage);
    let refund = digest(&market, &(REFUND, id, nonce, max).abi_encode());
    assert_eq!(payments.getRefundDigest(id, nonce, max).call().await?, refund);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_streams_id_is_the_hash_of_its_words() -> Result<()> {
    let market = Market::start().await?;
    let payments = market.payments_as(&market.net().owner)?;
    let config = market.stream(60, 7);
    let words = [config.payer.into_word(), config.payee.into_word(), U256::from(60).into(), config.jobId];
    assert_eq!(payments.streamId(config).call().await?, keccak256(words.concat()));
    Ok(())
}
