//! What a node can do, typed: for tests and programs in the same process, and for the JSON methods.

use std::sync::{Arc, LazyLock};

use alloy::{
    consensus::{SignableTransaction, TxEnvelope, transaction::SignerRecoverable},
    eips::{BlockId, BlockNumberOrTag, eip2718::Decodable2718},
    network::{TransactionBuilder, TxSignerSync},
    primitives::{Address, B256, Bytes, Signature, U256},
    rpc::types::TransactionRequest,
    signers::local::PrivateKeySigner,
};
use parking_lot::{Mutex, MutexGuard};
use tokio::sync::broadcast;

use super::{convert, error::RpcError, filters::Filters};
use crate::{
    chain::{Chain, Estimate, Included, Outcome, Override, Signed, Simulation},
    config::{NodeConfig, dev_account, test_accounts},
    error::{ChainError, Invalid},
};

/// How many block numbers a slow subscriber may lag behind before it misses some.
const EVENT_BUFFER: usize = 4096;

/// The keys that every node holds.
static KEYS: LazyLock<Vec<PrivateKeySigner>> =
    LazyLock::new(|| std::iter::once(dev_account()).chain(test_accounts()).collect());

/// A handle to a node; clones act on the same one.
#[derive(Clone, Debug)]
pub struct Api {
    chain: Arc<Mutex<Chain>>,
    pub(super) filters: Arc<Mutex<Filters>>,
    /// Numbers of new blocks.
    blocks: broadcast::Sender<u64>,
}

impl Api {
    /// Starts a chain, without a server.
    ///
    /// # Errors
    /// [`ChainError`] when it cannot start on this machine.
    pub fn new(config: NodeConfig) -> Result<Self, ChainError> {
        let chain = Chain::new(config)?;
        Ok(Self {
            chain: Arc::new(Mutex::new(chain)),
            filters: Arc::default(),
            blocks: broadcast::Sender::new(EVENT_BUFFER),
        })
    }

    /// Locks the chain. Nothing waits while holding it; methods of this handle lock it themselves, so a
    /// guard must not be held across one.
    pub fn chain(&self) -> MutexGuard<'_, Chain> {
        self.chain.lock()
    }

    /// Hears of new blocks.
    pub fn subscribe_blocks(&self) -> broadcast::Receiver<u64> {
        self.blocks.subscribe()
    }

    /// Lets filters report again what comes after a block that was gone back to.
    pub(super) fn rewound(&self) {
        let next = self.chain().head().number + 1;
        self.filters.lock().rewind(next);
    }

    fn announce(&self, number: u64) {
        // Nobody may be listening.
        let _ = self.blocks.send(number);
    }

    /// Includes an encoded, signed transaction in a block of its own and returns its hash.
    ///
    /// # Errors
    /// [`RpcError`] when it does not decode or is refused.
    pub fn send_raw_transaction(&self, bytes: &[u8]) -> Result<B256, RpcError> {
        self.include(decode(bytes)?).map(|included| included.hash)
    }

    /// Includes a transaction of an account whose key the node holds, or that is impersonated.
    ///
    /// Nonce, gas and fees are filled in where missing.
    ///
    /// # Errors
    /// [`RpcError`] when the account is unknown or the transaction refused.
    pub fn send_transaction(&self, request: TransactionRequest) -> Result<B256, RpcError> {
        self.execute(request).map(|included| included.hash)
    }

    /// Like [`send_transaction`](Self::send_transaction), returning what happened.
    ///
    /// # Errors
    /// [`RpcError`] when the account is unknown or the transaction refused.
    pub fn execute(&self, request: TransactionRequest) -> Result<Included, RpcError> {
        let from = request.from.unwrap_or_default();
        let signed = self.sign(self.fill(request)?, from)?;
        self.include(signed)
    }

    fn include(&self, signed: Signed) -> Result<Included, RpcError> {
        let (number, included) = {
            let mut chain = self.chain();
            let block = chain.include(signed)?;
            (block.number, block.transactions[0].clone()) // a block takes one
        };
        self.announce(number);
        Ok(included)
    }

    fn fill(&self, mut request: TransactionRequest) -> Result<TransactionRequest, RpcError> {
        let from = request.from.unwrap_or_default();
        let (nonce, base_fee, chain_id) = {
            let chain = self.chain();
            (chain.latest().info(from).nonce, chain.base_fee(), chain.config().chain_id)
        };
        request.nonce.get_or_insert(nonce);
        request.chain_id.get_or_insert(chain_id);
        if request.to.is_none() {
            request.set_create();
        }
        if request.gas_price.is_none() {
            request.max_fee_per_gas.get_or_insert(u128::from(base_fee) * 2);
            request.max_priority_fee_per_gas.get_or_insert(0);
        }
        if request.gas.is_none() {
            request.gas = Some(self.estimate_gas(&request, None)?);
        }
        Ok(request)
    }

    fn sign(&self, request: TransactionRequest, from: Address) -> Result<Signed, RpcError> {
        let impersonated = self.chain().is_impersonated(from);
        let mut tx = request
            .build_typed_tx()
            .map_err(|request| RpcError::Params(format!("incomplete transaction: {request:?}")))?;
        let key = KEYS.iter().find(|signer| signer.address() == from);
        let signature = match key {
            Some(key) if !impersonated => {
                key.sign_transaction_sync(&mut tx).map_err(|error| RpcError::Params(error.to_string()))?
            }
            // Unsigned: the sender stands in the signature's place, so that hashes differ by sender.
            _ if impersonated => Signature::new(U256::from_be_slice(from.as_slice()), U256::from(1), false),
            _ => return Err(RpcError::UnknownAccount(from)),
        };
        Ok(Signed { tx: TxEnvelope::from(tx.into_signed(signature)), sender: from, impersonated })
    }

    /// Simulates a call on the state after a block, the latest unless told otherwise.
    ///
    /// # Errors
    /// [`RpcError::Reverted`] with the revert's data, or why else it failed.
    pub fn call(&self, request: &TransactionRequest, block: Option<BlockId>) -> Result<Bytes, RpcError> {
        self.simulate(&self.simulation(request)?, block)
    }

    pub(super) fn simulation(&self, request: &TransactionRequest) -> Result<Simulation, RpcError> {
        convert::simulation(request, self.chain().config().chain_id)
    }

    pub(super) fn simulate(&self, call: &Simulation, block: Option<BlockId>) -> Result<Bytes, RpcError> {
        let number = self.number(block.unwrap_or_default())?;
        match self.chain().call(call, number)? {
            Outcome::Success { output, .. } => Ok(output),
            failed => Err(RpcError::from_outcome(failed).unwrap_or(RpcError::NoBlock)),
        }
    }

    /// Returns a gas limit with which a transaction would succeed.
    ///
    /// # Errors
    /// [`RpcError`] with the reason why none would.
    pub fn estimate_gas(&self, request: &TransactionRequest, block: Option<BlockId>) -> Result<u64, RpcError> {
        self.estimate(&self.simulation(request)?, block)
    }

    pub(super) fn estimate(&self, call: &Simulation, block: Option<BlockId>) -> Result<u64, RpcError> {
        let number = self.number(block.unwrap_or_default())?;
        match self.chain().estimate_gas(call, number)? {
            Estimate::Gas(gas) => Ok(gas),
            Estimate::Fails(outcome) => Err(RpcError::from_outcome(outcome).unwrap_or(RpcError::NoBlock)),
        }
    }

    /// Resolves a block id to a number.
    ///
    /// # Errors
    /// [`RpcError::NoBlock`].
    pub fn number(&self, id: BlockId) -> Result<u64, RpcError> {
        let chain = self.chain();
        let latest = chain.head().number;
        match id {
            BlockId::Hash(hash) => {
                chain.block_by_hash(hash.block_hash).map(|block| block.number).ok_or(RpcError::NoBlock)
            }
            BlockId::Number(BlockNumberOrTag::Earliest) => Ok(0),
            BlockId::Number(BlockNumberOrTag::Number(number)) if number > latest => Err(RpcError::NoBlock),
            BlockId::Number(BlockNumberOrTag::Number(number)) => Ok(number),
            // There is nothing between the latest block and the next: all other tags mean the latest.
            BlockId::Number(_) => Ok(latest),
        }
    }

    /// Makes empty blocks, `interval` seconds apart.
    ///
    /// # Errors
    /// [`RpcError::Chain`] when the state file cannot be written.
    pub fn mine(&self, blocks: u64, interval: u64) -> Result<(), RpcError> {
        for made in 0..blocks {
            let number = {
                let mut chain = self.chain();
                if made > 0 {
                    chain.increase_time(interval);
                }
                chain.mine()?.number
            };
            self.announce(number);
        }
        Ok(())
    }

    /// Changes an account by decree.
    ///
    /// # Errors
    /// [`RpcError::Chain`] when the state file cannot be written.
    pub fn alter(&self, change: Override) -> Result<(), RpcError> {
        let number = {
            let mut chain = self.chain();
            chain.alter(change)?;
            chain.head().number
        };
        self.announce(number);
        Ok(())
    }

    /// Sets an account's balance in wei.
    ///
    /// # Errors
    /// [`RpcError::Chain`] when the state file cannot be written.
    pub fn set_balance(&self, account: Address, balance: U256) -> Result<(), RpcError> {
        self.alter(Override { address: account, balance: Some(balance), ..Override::default() })
    }
}

/// Decodes a signed transaction, with geth's texts for what is none.
fn decode(bytes: &[u8]) -> Result<Signed, RpcError> {
    let malformed = |reason: &str| RpcError::Invalid(Invalid::Malformed(reason.into()));
    match bytes {
        [] | [_] => return Err(malformed("typed transaction too short")),
        [kind, ..] if (5..0xc0).contains(kind) || *kind == 0 => return Err(Invalid::UnsupportedType.into()),
        _ => {}
    }
    let mut rest = bytes;
    let tx = TxEnvelope::decode_2718(&mut rest).map_err(|error| malformed(&format!("rlp: {error}")))?;
    if !rest.is_empty() {
        return Err(malformed("rlp: input contains more than one value"));
    }
    let sender = tx.recover_signer().map_err(|_| malformed("invalid transaction v, r, s values"))?;
    Ok(Signed { tx, sender, impersonated: false })
}
