//! The token's binary interface, as tools have it hard-coded: selectors, typehashes, ERC-165 and calldata.
//!
//! Every literal is copied from the standards and calls the built WASM, never the bindings.

use aia_tests::{
    Network,
    network::AIA,
    signing::{Parts, sign_hash},
};
use alloy::{
    network::TransactionBuilder,
    primitives::{Address, B256, Bytes, FixedBytes, U256, b256, hex, keccak256},
    providers::Provider,
    rpc::types::TransactionRequest,
    sol_types::SolValue,
};
use eyre::Result;

/// An address that means nothing to the token.
const SOMEONE: Address = Address::repeat_byte(0x5e);
const ONE: U256 = U256::ONE;
const PAST: U256 = U256::from_limbs([1_700_000_000, 0, 0, 0]);

/// What a call of raw bytes comes to.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Returned(Bytes),
    Reverted(Bytes),
}

/// What calldata that the token cannot read comes to.
fn refused() -> Outcome {
    Outcome::Reverted(Bytes::new())
}

/// Calls the token as its owner.
async fn call(net: &Network, data: impl Into<Bytes>) -> Outcome {
    call_with_value(net, data, U256::ZERO).await
}

async fn call_with_value(net: &Network, data: impl Into<Bytes>, value: U256) -> Outcome {
    let request = TransactionRequest::default()
        .with_from(net.owner.address())
        .with_to(net.token)
        .with_input(data.into())
        .with_value(value);
    match net.provider(&net.owner).unwrap().call(request).await {
        Ok(data) => Outcome::Returned(data),
        Err(error) => {
            let response = error.as_error_resp().unwrap_or_else(|| panic!("no answer: {error}"));
            Outcome::Reverted(response.as_revert_data().unwrap_or_else(|| panic!("not a revert: {response}")))
        }
    }
}

fn with_arguments(selector: u32, arguments: &[u8]) -> Vec<u8> {
    [&selector.to_be_bytes(), arguments].concat()
}

async fn start() -> Network {
    Network::start(AIA).await.unwrap()
}

/// Each function with arguments that its types allow.
fn functions(owner: Address) -> Vec<(&'static str, u32, Vec<u8>)> {
    let none = Vec::new;
    let account = || SOMEONE.abi_encode();
    let account_amount = || (SOMEONE, ONE).abi_encode();
    let parts = (U256::from(27), B256::repeat_byte(1), B256::repeat_byte(1));
    let bytes = || Bytes::from_static(&[1; 65]);
    let payment = (SOMEONE, owner, ONE, U256::ZERO, U256::MAX, B256::ZERO);
    let (from, to, value, after, before, nonce) = payment;
    let authorized = || (from, to, value, after, before, nonce, parts.0, parts.1, parts.2).abi_encode();
    let authorized_bytes = || (from, to, value, after, before, nonce, bytes()).abi_encode_params();
    vec![
        // ERC-20
        ("totalSupply", 0x18160ddd, none()),
        ("balanceOf", 0x70a08231, account()),
        ("transfer", 0xa9059cbb, account_amount()),
        ("transferFrom", 0x23b872dd, (owner, SOMEONE, ONE).abi_encode()),
        ("approve", 0x095ea7b3, account_amount()),
        ("allowance", 0xdd62ed3e, (owner, SOMEONE).abi_encode()),
        ("name", 0x06fdde03, none()),
        ("symbol", 0x95d89b41, none()),
        ("decimals", 0x313ce567, none()),
        ("version", 0x54fd4d50, none()),
        // ERC-2612, ERC-5267
        ("permit", 0xd505accf, (owner, SOMEONE, ONE, U256::MAX, parts.0, parts.1, parts.2).abi_encode()),
        ("permit with bytes", 0x9fd5a6cf, (owner, SOMEONE, ONE, U256::MAX, bytes()).abi_encode_params()),
        ("nonces", 0x7ecebe00, account()),
        ("DOMAIN_SEPARATOR", 0x3644e515, none()),
        ("eip712Domain", 0x84b0196e, none()),
        // ERC-5805, ERC-6372
        ("getVotes", 0x9ab24eb0, account()),
        ("getPastVotes", 0x3a46b1a8, (SOMEONE, PAST).abi_encode()),
        ("getPastTotalSupply", 0x8e539e8c, PAST.abi_encode()),
        ("delegates", 0x587cde1e, account()),
        ("delegate", 0x5c19a95c, account()),
        ("delegateBySig", 0xc3cda520, (SOMEONE, ONE, U256::MAX, parts.0, parts.1, parts.2).abi_encode()),
        ("clock", 0x91ddadf4, none()),
        ("CLOCK_MODE", 0x4bf5d7e9, none()),
        ("numCheckpoints", 0x6fcfff45, account()),
        ("checkpoints", 0xf1127ed8, (SOMEONE, 0_u32).abi_encode()),
        ("getTotalDelegation", 0x69455e6a, none()),
        ("getTotalDelegationAt", 0x3d95bd78, PAST.abi_encode()),
        ("getPastVotesBatch", 0x196b4d9a, (vec![SOMEONE, owner], PAST).abi_encode_params()),
        // ERC-3009
        ("authorizationState", 0xe94a0102, (SOMEONE, B256::ZERO).abi_encode()),
        ("transferWithAuthorization", 0xe3ee160e, authorized()),
        ("transferWithAuthorization with bytes", 0xcf092995, authorized_bytes()),
        ("receiveWithAuthorization", 0xef55bec6, authorized()),
        ("receiveWithAuthorization with bytes", 0x88b7ab63, authorized_bytes()),
        ("cancelAuthorization", 0x5a049a70, (SOMEONE, nonce, parts.0, parts.1, parts.2).abi_encode()),
        ("cancelAuthorization with bytes", 0xb7b72899, (SOMEONE, nonce, bytes()).abi_encode_params()),
        ("TRANSFER_WITH_AUTHORIZATION_TYPEHASH", 0xa0cc6a68, none()),
        ("RECEIVE_WITH_AUTHORIZATION_TYPEHASH", 0x7f2eecc3, none()),
        ("CANCEL_AUTHORIZATION_TYPEHASH", 0xd9169487, none()),
        // Supply, bridges, discovery
        ("mint", 0x40c10f19, account_amount()),
        ("burn", 0x42966c68, ONE.abi_encode()),
        ("burn of an account", 0x9dc29fac, account_amount()),
        ("burnFrom", 0x79cc6790, account_amount()),
        ("getCCIPAdmin", 0x8fd6a6ac, none()),
        ("setCCIPAdmin", 0xa8fa343c, account()),
        ("owner", 0x8da5cb5b, none()),
        ("l1Address", 0xc2eeeebd, none()),
        ("supportsInterface", 0x01ffc9a7, FixedBytes([0x01, 0xff, 0xc9, 0xa7]).abi_encode()),
        // Ours, and what Ownable2Step has
        ("maxSupply", 0xd5abeb01, none()),
        ("mintLimitOf", 0x213727e7, account()),
        ("setMintLimit", 0x68172032, (SOMEONE, 1_u128, U256::from(60)).abi_encode()),
        ("pendingOwner", 0xe30c3978, none()),
        ("transferOwnership", 0xf2fde38b, account()),
        ("acceptOwnership", 0x79ba5097, none()),
        ("setL1Address", 0xca52d7d7, account()),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_function_answers_to_its_selector() {
    let net = start().await;
    for (name, selector, arguments) in functions(net.owner.address()) {
        let outcome = call(&net, with_arguments(selector, &arguments)).await;
        assert_ne!(outcome, refused(), "{name} is not there");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_function_refuses_value() {
    let net = start().await;
    for (name, selector, arguments) in functions(net.owner.address()) {
        let outcome = call_with_value(&net, with_arguments(selector, &arguments), ONE).await;
        assert_eq!(outcome, refused(), "{name} takes value");
    }
    assert_eq!(call_with_value(&net, Bytes::new(), ONE).await, refused(), "plain ether is taken");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_function_refuses_arguments_that_are_cut_short() {
    let net = start().await;
    for (name, selector, arguments) in functions(net.owner.address()) {
        // The padding at the end of bytes may be missing; the last byte of content may not.
        let Some(content) = arguments.iter().rposition(|byte| *byte != 0) else { continue };
        let data = with_arguments(selector, &arguments[..content.min(arguments.len() - 1)]);
        assert_eq!(call(&net, data).await, refused(), "{name} reads beyond its calldata");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_after_the_arguments_are_ignored() {
    let net = start().await;
    for (name, selector, arguments) in functions(net.owner.address()) {
        let plain = with_arguments(selector, &arguments);
        let suffixed = [&plain[..], &hex!("8021deadbeef")].concat();
        assert_eq!(call(&net, suffixed).await, call(&net, plain).await, "{name} minds a suffix");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_names_no_function_is_refused_without_data() {
    let net = start().await;
    assert_eq!(call(&net, Bytes::new()).await, refused(), "empty");
    assert_eq!(call(&net, hex!("a9059c")).await, refused(), "three bytes of a selector");
    assert_eq!(call(&net, hex!("a9059cbb")).await, refused(), "transfer without arguments");
    let unknown = [0x00000000, 0xffffffff, 0xa9059cba];
    // Powers that the token must not have: pause, unpause, blacklist, renounceOwnership, upgradeToAndCall.
    let powers = [0x8456cb59, 0x3f4ba83a, 0xf9f92be4, 0x715018a6, 0x4f1ef286];
    // crosschainMint and crosschainBurn are for other chains; transferAndCall would be a hook.
    let absent = [0x18bf5077, 0x2b8c49e3, 0x1296ee62, 0x4000aea0];
    for selector in [&unknown[..], &powers, &absent].concat() {
        let data = with_arguments(selector, &(SOMEONE, ONE).abi_encode());
        assert_eq!(call(&net, data).await, refused(), "{selector:08x} is a function");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn values_that_do_not_fit_their_type_are_refused() {
    let net = start().await;
    let word = |value: U256| B256::from(value);
    let (owner, someone) = (net.owner.address().into_word(), SOMEONE.into_word());
    let mut dirty = someone;
    dirty[0] = 1;
    let zero = B256::ZERO;
    let v_256 = word(U256::from(256));
    let table: Vec<(&str, u32, Vec<B256>)> = vec![
        ("receiver of transfer", 0xa9059cbb, vec![dirty, zero]),
        ("balanceOf", 0x70a08231, vec![dirty]),
        ("owner in allowance", 0xdd62ed3e, vec![dirty, someone]),
        ("spender in allowance", 0xdd62ed3e, vec![someone, dirty]),
        ("payer in transferFrom", 0x23b872dd, vec![dirty, owner, zero]),
        ("delegatee", 0x5c19a95c, vec![dirty]),
        ("v of permit", 0xd505accf, vec![owner, someone, zero, word(U256::MAX), v_256, zero, zero]),
        ("v of delegateBySig", 0xc3cda520, vec![someone, zero, word(U256::MAX), v_256, zero, zero]),
        ("v of cancelAuthorization", 0x5a049a70, vec![someone, zero, v_256, zero, zero]),
        ("capacity above uint128", 0x68172032, vec![someone, word(ONE << 128), word(ONE)]),
        ("window above uint48", 0x68172032, vec![someone, word(ONE), word(ONE << 48)]),
        ("position above uint32", 0xf1127ed8, vec![someone, word(ONE << 32)]),
        ("interface id above bytes4", 0x01ffc9a7, vec![B256::right_padding_from(&hex!("01ffc9a701"))]),
        ("account in a batch", 0x196b4d9a, vec![word(U256::from(64)), word(PAST), word(ONE), dirty]),
        ("length of a batch", 0x196b4d9a, vec![word(U256::from(64)), word(PAST), word(U256::MAX), someone]),
        ("offset of a batch", 0x196b4d9a, vec![word(U256::MAX), word(PAST), word(ONE), someone]),
        ("bytes that end outside", 0xb7b72899, vec![someone, zero, word(U256::from(96)), word(ONE)]),
    ];
    for (name, selector, words) in table {
        assert_eq!(call(&net, with_arguments(selector, &words.concat())).await, refused(), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn erc165_tells_what_the_token_is() {
    let net = start().await;
    let supported = [0x01ffc9a7_u32, 0x36372b07, 0xa219a025, 0x9d8ff7da, 0x84b0196e, 0xe90fb3f6, 0xda287a1d];
    // The id that ERC-165 forbids, ERC-721, ERC-1363, ERC-7802.
    let foreign = [0xffffffff, 0x80ac58cd, 0xb0202a11, 0x33331994];
    for (id, expected) in supported.map(|id| (id, true)).into_iter().chain(foreign.map(|id| (id, false))) {
        let outcome = call(&net, with_arguments(0x01ffc9a7, &FixedBytes(id.to_be_bytes()).abi_encode())).await;
        assert_eq!(outcome, Outcome::Returned(expected.abi_encode().into()), "{id:08x}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_typehash_getters_answer_the_hashes_of_the_standard() {
    let net = start().await;
    let members = "(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)";
    let table = [
        (0xa0cc6a68, TRANSFER_TYPEHASH, format!("TransferWithAuthorization{members}")),
        (0x7f2eecc3, RECEIVE_TYPEHASH, format!("ReceiveWithAuthorization{members}")),
        (0xd9169487, CANCEL_TYPEHASH, "CancelAuthorization(address authorizer,bytes32 nonce)".into()),
    ];
    for (selector, typehash, text) in table {
        assert_eq!(typehash, keccak256(&text), "{text}");
        assert_eq!(call(&net, with_arguments(selector, &[])).await, Outcome::Returned(typehash.into()), "{text}");
    }
}

const TRANSFER_TYPEHASH: B256 = b256!("7c7c6cdb67a18743f49ec6fa9b35f50d52ed05cbed4cc592e13b44501c1a2267");
const RECEIVE_TYPEHASH: B256 = b256!("d099cc98ef71107a616c4f0f941f04c322d8e254fe26b3c6668db87aae413de8");
const CANCEL_TYPEHASH: B256 = b256!("158b0a9edf7a828aad02f63cd515c68ef2f50ba807396f6d12842833a1597429");
const DOMAIN_TYPEHASH: B256 = b256!("8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f");
const PERMIT_TYPEHASH: B256 = b256!("6e71edae12b1b97f4d1f60370fef10105fa2faae0126114a169c64845d6126c9");
const DELEGATION_TYPEHASH: B256 = b256!("e48329057bfd03d55e49b547132e39cffd9c1820ad7b9d4c5307691425d15adf");

/// Hashes a message of one word per member under the token's domain, from the literals alone.
fn digest(net: &Network, message: Vec<u8>) -> B256 {
    let chain = U256::from(412_346);
    let domain = (DOMAIN_TYPEHASH, keccak256("AIA"), keccak256("1"), chain, net.token).abi_encode();
    keccak256([&hex!("1901")[..], keccak256(domain).as_slice(), keccak256(message).as_slice()].concat())
}

#[tokio::test(flavor = "multi_thread")]
async fn signatures_over_the_literal_typehashes_are_accepted() {
    let net = start().await;
    let (owner, zero) = (net.owner.address(), U256::ZERO);
    let sign = |message: Vec<u8>| {
        let Parts { v, r, s } = sign_hash(&net.owner, digest(&net, message)).unwrap();
        (U256::from(v), r, s)
    };

    let domain = (DOMAIN_TYPEHASH, keccak256("AIA"), keccak256("1"), U256::from(412_346), net.token).abi_encode();
    let separator = call(&net, with_arguments(0x3644e515, &[])).await;
    assert_eq!(separator, Outcome::Returned(keccak256(domain).into()), "domain separator");

    let (v, r, s) = sign((PERMIT_TYPEHASH, owner, SOMEONE, ONE, zero, U256::MAX).abi_encode());
    let permit = (owner, SOMEONE, ONE, U256::MAX, v, r, s).abi_encode();
    assert_eq!(call(&net, with_arguments(0xd505accf, &permit)).await, Outcome::Returned(Bytes::new()), "permit");

    let (v, r, s) = sign((DELEGATION_TYPEHASH, SOMEONE, zero, U256::MAX).abi_encode());
    let delegation = (SOMEONE, zero, U256::MAX, v, r, s).abi_encode();
    assert_eq!(
        call(&net, with_arguments(0xc3cda520, &delegation)).await,
        Outcome::Returned(Bytes::new()),
        "delegation"
    );

    let members = (owner, owner, ONE, zero, U256::MAX, B256::ZERO);
    let (from, to, value, after, before, nonce) = members;
    for (typehash, selector) in [(TRANSFER_TYPEHASH, 0xe3ee160e), (RECEIVE_TYPEHASH, 0xef55bec6)] {
        let (v, r, s) = sign((typehash, from, to, value, after, before, nonce).abi_encode());
        let payment = (from, to, value, after, before, nonce, v, r, s).abi_encode();
        assert_eq!(
            call(&net, with_arguments(selector, &payment)).await,
            Outcome::Returned(Bytes::new()),
            "{selector:x}"
        );
    }

    let (v, r, s) = sign((CANCEL_TYPEHASH, owner, nonce).abi_encode());
    let cancel = (owner, nonce, v, r, s).abi_encode();
    assert_eq!(call(&net, with_arguments(0x5a049a70, &cancel)).await, Outcome::Returned(Bytes::new()), "cancellation");
}

#[tokio::test(flavor = "multi_thread")]
async fn erc5267_describes_the_domain_member_by_member() -> Result<()> {
    let net = start().await;
    let Outcome::Returned(data) = call(&net, with_arguments(0x84b0196e, &[])).await else { panic!("it reverts") };
    type Domain = (FixedBytes<1>, String, String, U256, Address, B256, Vec<U256>);
    let expected: Domain =
        (FixedBytes([0x0f]), "AIA".into(), "1".into(), U256::from(412_346), net.token, B256::ZERO, vec![]);
    assert_eq!(Domain::abi_decode_params_validate(&data)?, expected);
    assert_eq!(data, expected.abi_encode_params(), "encoded as Solidity does");
    Ok(())
}
