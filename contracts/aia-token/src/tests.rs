//! The contract on the SDK's test VM: routing, storage and events, one call at a time.
//!
//! The test VM keeps what a refused call wrote, which a chain takes back: no test goes on after one.
//! Signatures that need the chain's `ecrecover` are tested on the WASM; here its answer is mocked.

use alloc::vec::Vec;

use aia_protocol::{signature::Signature, typed_data};
use alloy_primitives::{Address, B256, U256, address, keccak256};
use alloy_sol_types::{SolCall, SolError, SolEvent, SolValue};
use stylus_sdk::{abi::CONSTRUCTOR_SELECTOR, prelude::*, testing::TestVM};

use crate::{AiaToken, I};

const OWNER: Address = address!("00000000000000000000000000000000000000a1");
const ALICE: Address = address!("00000000000000000000000000000000000000a2");
const BOB: Address = address!("00000000000000000000000000000000000000a3");
const TOKEN: Address = address!("00000000000000000000000000000000000000aa");
const SUPPLY: U256 = U256::from_limbs([1_000_000, 0, 0, 0]);

/// Constructs the token with its supply at `ALICE`, who is the caller from then on.
fn constructed() -> (TestVM, AiaToken) {
    let vm = TestVM::new();
    vm.set_contract_address(TOKEN);
    vm.set_block_timestamp(1000);
    let mut token = AiaToken::from(&vm);
    construct(&mut token, OWNER).expect("constructs once");
    vm.set_sender(ALICE);
    (vm, token)
}

fn construct(token: &mut AiaToken, owner: Address) -> Result<Vec<u8>, Vec<u8>> {
    let mut calldata = CONSTRUCTOR_SELECTOR.to_be_bytes().to_vec();
    calldata.extend((owner, ALICE, SUPPLY).abi_encode());
    token.route(&calldata)
}

fn call<C: SolCall>(token: &mut AiaToken, call: C) -> Result<C::Return, Vec<u8>> {
    let output: Vec<u8> = token.route(&call.abi_encode())?;
    Ok(C::abi_decode_returns(&output).expect("returns what the interface says"))
}

fn balance(token: &mut AiaToken, account: Address) -> U256 {
    call(token, I::balanceOfCall { account }).expect("a view")
}

#[test]
fn construction_sets_owner_and_supply_once() {
    let (_, mut token) = constructed();
    assert_eq!(call(&mut token, I::ownerCall {}), Ok(OWNER));
    assert_eq!(call(&mut token, I::totalSupplyCall {}), Ok(SUPPLY));
    assert_eq!(balance(&mut token, ALICE), SUPPLY);
    assert_eq!(construct(&mut token, OWNER), Err(I::AlreadySet {}.abi_encode()));
}

#[test]
fn construction_refuses_no_owner() {
    let mut token = AiaToken::from(&TestVM::new());
    let refusal = I::OwnableInvalidOwner { owner: Address::ZERO }.abi_encode();
    assert_eq!(construct(&mut token, Address::ZERO), Err(refusal));
}

#[test]
fn transfer_moves_the_amount_and_logs_it() {
    let (vm, mut token) = constructed();
    assert_eq!(call(&mut token, I::transferCall { to: BOB, value: U256::from(7) }), Ok(true));
    assert_eq!(balance(&mut token, BOB), U256::from(7));
    assert_eq!(balance(&mut token, ALICE), SUPPLY - U256::from(7));
    let (topics, data) = vm.get_emitted_logs().pop().expect("a log");
    assert_eq!(topics, [I::Transfer::SIGNATURE_HASH, ALICE.into_word(), BOB.into_word()]);
    assert_eq!(data, U256::from(7).abi_encode());
}

#[test]
fn transfer_to_oneself_changes_nothing() {
    let (_, mut token) = constructed();
    assert_eq!(call(&mut token, I::transferCall { to: ALICE, value: SUPPLY }), Ok(true));
    assert_eq!(balance(&mut token, ALICE), SUPPLY);
}

#[test]
fn transfer_refuses_more_than_the_balance() {
    let (_, mut token) = constructed();
    let needed = SUPPLY + U256::from(1);
    let refusal = I::ERC20InsufficientBalance { sender: ALICE, balance: SUPPLY, needed }.abi_encode();
    assert_eq!(call(&mut token, I::transferCall { to: BOB, value: needed }), Err(refusal));
}

#[test]
fn transfer_refuses_nobody_and_the_token_itself() {
    let (_, mut token) = constructed();
    for to in [Address::ZERO, TOKEN] {
        let refusal = I::ERC20InvalidReceiver { receiver: to }.abi_encode();
        assert_eq!(call(&mut token, I::transferCall { to, value: U256::from(1) }), Err(refusal));
    }
}

#[test]
fn an_endless_allowance_is_not_spent() {
    let (vm, mut token) = constructed();
    assert_eq!(call(&mut token, I::approveCall { spender: BOB, value: U256::MAX }), Ok(true));
    vm.set_sender(BOB);
    assert_eq!(call(&mut token, I::transferFromCall { from: ALICE, to: BOB, value: U256::from(5) }), Ok(true));
    assert_eq!(call(&mut token, I::allowanceCall { owner: ALICE, spender: BOB }), Ok(U256::MAX));
}

#[test]
fn votes_follow_the_balance_and_stay_in_the_past() {
    let (vm, mut token) = constructed();
    call(&mut token, I::delegateCall { delegatee: ALICE }).expect("delegates");
    vm.set_block_timestamp(1001);
    call(&mut token, I::transferCall { to: BOB, value: U256::from(10) }).expect("transfers");
    let now = SUPPLY - U256::from(10);
    assert_eq!(call(&mut token, I::getVotesCall { account: ALICE }), Ok(now));
    assert_eq!(call(&mut token, I::getTotalDelegationCall {}), Ok(now));
    let past = I::getPastVotesCall { account: ALICE, timepoint: U256::from(1000) };
    assert_eq!(call(&mut token, past), Ok(SUPPLY));
    let future = I::getPastVotesCall { account: ALICE, timepoint: U256::from(1001) };
    let clock = alloy_primitives::aliases::U48::from(1001);
    let refusal = I::ERC5805FutureLookup { timepoint: U256::from(1001), clock }.abi_encode();
    assert_eq!(call(&mut token, future), Err(refusal));
}

/// Lets each of `minters` mint 100 base units in 100 seconds, and returns to `ALICE` as the caller.
fn with_limits(minters: &[Address]) -> (TestVM, AiaToken) {
    let (vm, mut token) = constructed();
    vm.set_sender(OWNER);
    for minter in minters {
        let window = alloy_primitives::aliases::U48::from(100);
        call(&mut token, I::setMintLimitCall { minter: *minter, capacity: 100, window }).expect("sets the limit");
    }
    vm.set_sender(ALICE);
    (vm, token)
}

#[test]
fn mint_needs_a_limit_of_ones_own_and_one_for_all() {
    for minters in [&[][..], &[ALICE], &[Address::ZERO], &[BOB, Address::ZERO]] {
        let (_, mut token) = with_limits(minters);
        let refusal = call(&mut token, I::mintCall { to: BOB, value: U256::from(60) }).err();
        assert_eq!(refusal, Some(I::RateLimitExceeded {}.abi_encode()), "{minters:?}");
    }
}

#[test]
fn mint_waits_for_the_refill() {
    for (seconds, minted) in [(19, false), (20, true)] {
        let (vm, mut token) = with_limits(&[ALICE, Address::ZERO]);
        let mint = || I::mintCall { to: BOB, value: U256::from(60) };
        call(&mut token, mint()).expect("within the capacity");
        vm.set_block_timestamp(1000 + seconds);
        assert_eq!(call(&mut token, mint()).is_ok(), minted, "after {seconds} s");
    }
}

#[test]
fn only_the_owner_sets_limits() {
    let (_, mut token) = constructed();
    let window = alloy_primitives::aliases::U48::from(100);
    let refusal = I::OwnableUnauthorizedAccount { account: ALICE }.abi_encode();
    assert_eq!(call(&mut token, I::setMintLimitCall { minter: ALICE, capacity: 1, window }).err(), Some(refusal));
}

/// Submits a permit of `ALICE`'s for which the precompile recovers `signer`.
fn permit_recovered_as(signer: Address) -> (AiaToken, Result<I::permit_0Return, Vec<u8>>) {
    let (vm, mut token) = constructed();
    let (value, deadline) = (U256::from(5), U256::from(1000));
    let (v, r, s) = (27, B256::with_last_byte(1), B256::with_last_byte(2));
    let domain = typed_data::domain_separator(keccak256("AIA"), keccak256("1"), vm.chain_id(), TOKEN);
    let digest = typed_data::digest(domain, typed_data::permit(ALICE, BOB, value, U256::ZERO, deadline));
    let input = Signature { v, r, s }.recovery_input(digest);
    vm.mock_static_call(Address::with_last_byte(1), input.to_vec(), Ok(signer.into_word().to_vec()));
    let result = call(&mut token, I::permit_0Call { owner: ALICE, spender: BOB, value, deadline, v, r, s });
    (token, result)
}

#[test]
fn a_permit_of_its_owner_sets_allowance_and_nonce() {
    let (mut token, result) = permit_recovered_as(ALICE);
    assert!(result.is_ok());
    assert_eq!(call(&mut token, I::noncesCall { owner: ALICE }), Ok(U256::from(1)));
    assert_eq!(call(&mut token, I::allowanceCall { owner: ALICE, spender: BOB }), Ok(U256::from(5)));
}

#[test]
fn a_permit_of_another_is_refused() {
    let (_, result) = permit_recovered_as(BOB);
    assert_eq!(result.err(), Some(I::ERC2612InvalidSigner { signer: BOB, owner: ALICE }.abi_encode()));
}

#[test]
fn malformed_calls_are_refused_without_data() {
    let (vm, mut token) = constructed();
    let transfer = I::transferCall { to: BOB, value: U256::from(1) }.abi_encode();
    for calldata in [&[][..], &transfer[..3], &[1, 2, 3, 4], &transfer[..67]] {
        assert_eq!(token.route(calldata), Err(Vec::new()));
    }
    vm.set_value(U256::from(1));
    assert_eq!(token.route(&transfer), Err(Vec::new()));
}
