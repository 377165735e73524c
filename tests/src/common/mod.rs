//! What tests without RPC share: chance, transactions by nobody's signature, the Solidity peer.

pub mod gas;
pub mod types;

use std::sync::atomic::{AtomicU64, Ordering};

use aia_devnode::{
    Api,
    chain::{Included, Signed},
};
use alloy::{
    consensus::{SignableTransaction, TxEip1559, TxEnvelope},
    primitives::{Address, Bytes, Signature, TxKind, U256},
    sol_types::SolValue,
};
use eyre::{Result, eyre};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::peers;

/// Gas that a call gets unless it says otherwise.
pub const CALL_GAS: u64 = 10_000_000;

/// Returns the source of chance of a test run and prints its seed, which `AIA_SEED` sets.
pub fn chance() -> ChaCha8Rng {
    let seed = std::env::var("AIA_SEED").map_or(1, |text| text.parse().expect("AIA_SEED is a number below 2^64"));
    println!("AIA_SEED={seed}");
    ChaCha8Rng::seed_from_u64(seed)
}

/// A transaction, without what the chain can tell.
#[derive(Clone, Debug)]
pub struct Message {
    /// Who sends it; nobody signs.
    pub from: Address,
    /// What it calls.
    pub to: TxKind,
    /// Calldata or init code.
    pub input: Bytes,
    /// Wei sent.
    pub value: U256,
    /// Gas limit.
    pub gas: u64,
}

impl Message {
    /// Returns a call without native value.
    pub fn call(from: Address, to: Address, input: impl Into<Bytes>) -> Self {
        Self { from, to: TxKind::Call(to), input: input.into(), value: U256::ZERO, gas: CALL_GAS }
    }
}

/// Includes a transaction in a block of its own and returns what happened.
///
/// # Errors
/// When the chain refuses it.
pub fn send(api: &Api, message: Message) -> Result<Included> {
    // Hashes of transactions tell senders apart only by their signatures, which are missing here.
    static SENT: AtomicU64 = AtomicU64::new(1);
    let Message { from, to, input, value, gas } = message;
    let mut chain = api.chain();
    let tx = TxEip1559 {
        chain_id: chain.config().chain_id,
        nonce: chain.latest().info(from).nonce,
        gas_limit: gas,
        max_fee_per_gas: chain.base_fee().into(),
        max_priority_fee_per_gas: 0,
        to,
        value,
        access_list: Default::default(),
        input,
    };
    let stand_in = Signature::new(U256::from(SENT.fetch_add(1, Ordering::Relaxed)), U256::from(1), false);
    let signed = Signed { tx: TxEnvelope::from(tx.into_signed(stand_in)), sender: from, impersonated: true };
    Ok(chain.include(signed)?.transactions[0].clone())
}

/// Deploys `PeerToken`, giving `supply` base units to its owner.
///
/// # Errors
/// When it does not compile or its constructor reverts.
pub fn deploy_peer(api: &Api, owner: Address, supply: U256) -> Result<Address> {
    let arguments = (owner, owner, supply).abi_encode_params();
    let input = [peers::artifact("PeerToken")?.bytecode.as_ref(), &arguments].concat().into();
    let message = Message { from: owner, to: TxKind::Create, input, value: U256::ZERO, gas: CALL_GAS };
    let included = send(api, message)?;
    included.created.filter(|_| included.success).ok_or_else(|| eyre!("PeerToken is not created: {included:?}"))
}
