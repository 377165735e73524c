//! The chain: state, blocks, and how transactions become both.
//!
//! Everything here is synchronous and deterministic: the same transactions at the same times give
//! the same hashes.

mod blocks;
mod genesis;
mod simulate;
pub mod state;
mod time;

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use alloy::{
    consensus::{Transaction, TxEnvelope, Typed2718},
    primitives::{Address, B256, U256},
};
use revm::{context::BlockEnv, context::TxEnv};

pub use blocks::{Block, Included};
pub use simulate::{Outcome, Override, Simulation};
pub use time::TimeManager;

use crate::{
    arbos::{self, COINBASE},
    config::{self, NodeConfig},
    error::{ChainError, Invalid},
    executor::{self, ArbBlock, ArbEnv, Checks, Executed, Programs},
    stylus::{engine::Engine, memory::Pages},
};
use state::{View, World};

/// Longest encoded transaction, in bytes.
const MAX_TX_BYTES: usize = 95_000;
/// Longest init code, in bytes.
const MAX_INIT_CODE: usize = 49_152;
/// Highest fee that a transaction may offer over RPC, in wei.
const FEE_CAP: u128 = 1_000_000_000_000_000_000;
/// How many block hashes `ArbSys.arbBlockHash` knows.
const KNOWN_HASHES: usize = 256;

/// A transaction with the account that sends it.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The transaction.
    pub tx: TxEnvelope,
    /// Who sends it: recovered from the signature, or impersonated.
    pub sender: Address,
}

/// A development chain.
#[derive(Debug)]
pub struct Chain {
    config: NodeConfig,
    world: World,
    blocks: Vec<Block>,
    /// Transaction hash → block and place in it.
    places: HashMap<B256, (usize, usize)>,
    /// Block hash → number.
    numbers: HashMap<B256, usize>,
    time: TimeManager,
    programs: Programs,
    snapshots: Vec<Snapshot>,
    impersonated: HashSet<Address>,
}

/// A point to come back to.
#[derive(Clone, Copy, Debug)]
struct Snapshot {
    id: u64,
    blocks: usize,
    time: TimeManager,
}

impl Chain {
    /// Starts a chain from its genesis.
    ///
    /// # Errors
    /// [`ChainError::Engine`] when the WASM engine does not support this machine.
    pub fn new(config: NodeConfig) -> Result<Self, ChainError> {
        let engine = Engine::new().map_err(|error| ChainError::Engine(format!("{error:#}")))?;
        let mut time = TimeManager::default();
        if let Some(genesis) = config.genesis_time {
            time.set_next(genesis);
        }
        let now = time.take(0);
        let world = genesis::world(&config);
        let genesis = genesis::block(now);
        let numbers = HashMap::from([(genesis.hash, 0)]);
        Ok(Self {
            config,
            world,
            blocks: vec![genesis],
            places: HashMap::new(),
            numbers,
            time,
            programs: Programs::new(engine),
            snapshots: Vec::new(),
            impersonated: HashSet::new(),
        })
    }

    /// Returns the settings.
    pub fn config(&self) -> &NodeConfig {
        &self.config
    }

    /// Returns the latest block.
    pub fn head(&self) -> &Block {
        // The genesis block is never taken back.
        self.blocks.last().unwrap_or_else(|| unreachable!("a chain has a genesis block"))
    }

    /// Returns a block by number.
    pub fn block(&self, number: u64) -> Option<&Block> {
        self.blocks.get(usize::try_from(number).ok()?)
    }

    /// Returns a block by hash.
    pub fn block_by_hash(&self, hash: B256) -> Option<&Block> {
        self.blocks.get(*self.numbers.get(&hash)?)
    }

    /// Returns a transaction with its block.
    pub fn transaction(&self, hash: B256) -> Option<(&Block, &Included)> {
        let (block, index) = *self.places.get(&hash)?;
        let block = self.blocks.get(block)?;
        Some((block, block.transactions.get(index)?))
    }

    /// Returns the state after a block.
    pub fn state(&self, number: u64) -> View<'_> {
        let blocks = self.head().number.saturating_sub(number);
        self.world.view(usize::try_from(blocks).unwrap_or(usize::MAX))
    }

    /// Returns the state after the latest block.
    pub fn latest(&self) -> View<'_> {
        self.world.view(0)
    }

    /// Returns the base fee of the next block, in wei per gas.
    pub fn base_fee(&self) -> u64 {
        arbos::MINIMUM_BASE_FEE
    }

    /// Returns the time that the next block would have, Unix seconds.
    pub fn next_time(&self) -> u64 {
        self.time.peek(self.head().header.timestamp)
    }

    /// Moves the clock forward; returns how far it is ahead, in seconds.
    pub fn increase_time(&mut self, seconds: u64) -> i64 {
        self.time.increase(seconds)
    }

    /// Sets the time of the next block.
    ///
    /// # Errors
    /// [`ChainError::TimeBackwards`] when the latest block is later, [`ChainError::TimeTooFar`] beyond 8,700 years.
    pub fn set_next_time(&mut self, time: u64) -> Result<(), ChainError> {
        let latest = self.head().header.timestamp;
        if time < latest {
            return Err(ChainError::TimeBackwards { asked: time, latest });
        }
        if time > time::MAX_TIME {
            return Err(ChainError::TimeTooFar { asked: time, most: time::MAX_TIME });
        }
        self.time.set_next(time);
        Ok(())
    }

    /// Lets an account send without a signature.
    pub fn impersonate(&mut self, account: Address) {
        self.impersonated.insert(account);
    }

    /// Takes that back.
    pub fn stop_impersonating(&mut self, account: Address) {
        self.impersonated.remove(&account);
    }

    /// Whether an account may send without a signature.
    pub fn is_impersonated(&self, account: Address) -> bool {
        self.impersonated.contains(&account)
    }

    /// Sets an account's balance in wei, in a block of its own so that it can be undone.
    pub fn set_balance(&mut self, account: Address, balance: U256) {
        self.world.begin_block();
        let info = self.world.info(account);
        self.world.set_info(account, revm::state::AccountInfo { balance, ..info });
        self.seal(Vec::new());
    }

    /// Remembers the present to come back to, and returns its id.
    pub fn snapshot(&mut self) -> u64 {
        let id = self.snapshots.last().map_or(1, |snapshot| snapshot.id + 1);
        self.snapshots.push(Snapshot { id, blocks: self.blocks.len(), time: self.time });
        id
    }

    /// Goes back to a snapshot, which is used up with all later ones; returns whether there was one.
    pub fn revert(&mut self, id: u64) -> bool {
        let Some(position) = self.snapshots.iter().position(|snapshot| snapshot.id == id) else { return false };
        let snapshot = self.snapshots[position];
        self.snapshots.truncate(position);
        while self.blocks.len() > snapshot.blocks {
            self.undo_block();
        }
        self.time = snapshot.time;
        true
    }

    fn undo_block(&mut self) {
        let Some(block) = self.blocks.pop() else { return };
        self.world.undo_block();
        self.numbers.remove(&block.hash);
        for included in &block.transactions {
            self.places.remove(&included.hash);
        }
    }

    /// Makes an empty block.
    pub fn mine(&mut self) -> &Block {
        self.world.begin_block();
        self.seal(Vec::new())
    }

    /// Makes a block of one transaction.
    ///
    /// # Errors
    /// [`Invalid`] when the transaction cannot be included; nothing has changed then.
    pub fn include(&mut self, signed: Signed) -> Result<&Block, Invalid> {
        self.validate(&signed)?;
        let block = self.block_env(self.next_time());
        let tx = transaction_env(&signed, block.basefee);
        let offered = offered_price(&signed.tx, block.basefee);
        let arb = self.arb_env(self.head().number + 1, offered, true);
        let executed = executor::execute(self.latest(), self.config.chain_id, block, tx, arb, Checks::Full)?;
        self.world.begin_block();
        let included = self.apply(signed, executed);
        Ok(self.seal(vec![included]))
    }

    fn apply(&mut self, signed: Signed, executed: Executed) -> Included {
        let Executed { result, state, failure } = executed;
        self.world.commit(state);
        Included::new(signed, result, failure)
    }

    /// Closes the block that was begun.
    fn seal(&mut self, transactions: Vec<Included>) -> &Block {
        let time = self.time.take(self.head().header.timestamp);
        let root = self.world.commitment(self.head().header.state_root);
        let block = Block::seal(self.head(), self.base_fee(), time, root, transactions);
        let number = self.blocks.len();
        self.numbers.insert(block.hash, number);
        for (index, included) in block.transactions.iter().enumerate() {
            self.places.insert(included.hash, (number, index));
        }
        self.blocks.push(block);
        self.head()
    }

    /// Checks what can be told without running the transaction, with geth's texts.
    fn validate(&self, signed: &Signed) -> Result<(), Invalid> {
        let Signed { tx, sender } = signed;
        if self.places.contains_key(tx.tx_hash()) {
            return Err(Invalid::AlreadyKnown);
        }
        if tx.is_eip4844() {
            return Err(Invalid::UnsupportedType(tx.ty()));
        }
        let size = alloy::eips::Encodable2718::encode_2718_len(tx);
        if size > MAX_TX_BYTES {
            return Err(Invalid::TooLarge { size, limit: MAX_TX_BYTES });
        }
        if let Some(have) = tx.chain_id()
            && have != self.config.chain_id
        {
            return Err(Invalid::ChainId { have, want: self.config.chain_id });
        }
        if tx.kind().is_create() && tx.input().len() > MAX_INIT_CODE {
            return Err(Invalid::InitCode { size: tx.input().len(), limit: MAX_INIT_CODE });
        }
        let price = tx.max_fee_per_gas();
        if price < u128::from(self.base_fee()) {
            return Err(Invalid::FeeCap { sender: *sender, max_fee: price, base_fee: self.base_fee() });
        }
        if u128::from(tx.gas_limit()).saturating_mul(price) > FEE_CAP && !self.is_impersonated(*sender) {
            return Err(Invalid::FeeOverCap);
        }
        let account = self.world.info(*sender);
        if tx.nonce() < account.nonce {
            return Err(Invalid::NonceTooLow { sender: *sender, tx: tx.nonce(), state: account.nonce });
        }
        if tx.nonce() > account.nonce {
            return Err(Invalid::NonceTooHigh { sender: *sender, tx: tx.nonce(), state: account.nonce });
        }
        let cost = U256::from(tx.gas_limit()).saturating_mul(U256::from(price)).saturating_add(tx.value());
        if account.balance < cost {
            return Err(Invalid::Funds { sender: *sender, have: account.balance, want: cost });
        }
        Ok(())
    }

    fn block_env(&self, time: u64) -> BlockEnv {
        BlockEnv {
            number: U256::ZERO, // the L1 block number, which a development chain does not have
            beneficiary: COINBASE,
            timestamp: U256::from(time),
            gas_limit: arbos::BLOCK_GAS_LIMIT,
            basefee: self.base_fee(),
            difficulty: U256::from(1),
            prevrandao: Some(B256::with_last_byte(1)),
            ..BlockEnv::default()
        }
    }

    fn arb_env(&self, number: u64, offered: u128, capped: bool) -> ArbEnv {
        // The hashes that the block with this number can know: those before it.
        let end = usize::try_from(number).unwrap_or(usize::MAX).min(self.blocks.len());
        let before = &self.blocks[end.saturating_sub(KNOWN_HASHES)..end];
        let hashes = before.iter().map(|block| block.hash).collect();
        ArbEnv {
            block: ArbBlock {
                number,
                hashes: Arc::new(hashes),
                fee_account: genesis::FEE_ACCOUNT,
                owner: config::DEV_ADDRESS,
            },
            programs: self.programs.clone(),
            pages: Pages::default(),
            offered_price: U256::from(offered),
            capped,
            failure: None,
        }
    }
}

/// Returns what the transaction offers per gas, tip included.
fn offered_price(tx: &TxEnvelope, base_fee: u64) -> u128 {
    tx.effective_gas_price(Some(base_fee))
}

/// Gives revm a transaction whose tip is dropped, as Arbitrum drops it.
fn transaction_env(signed: &Signed, base_fee: u64) -> TxEnv {
    let tx = &signed.tx;
    TxEnv {
        tx_type: tx.ty(),
        caller: signed.sender,
        gas_limit: tx.gas_limit(),
        gas_price: base_fee.into(),
        kind: tx.kind(),
        value: tx.value(),
        data: tx.input().clone(),
        nonce: tx.nonce(),
        chain_id: tx.chain_id(),
        access_list: tx.access_list().cloned().unwrap_or_default(),
        gas_priority_fee: tx.is_dynamic_fee().then_some(0),
        authorization_list: tx
            .authorization_list()
            .unwrap_or_default()
            .iter()
            .cloned()
            .map(revm::context::either::Either::Left)
            .collect(),
        ..TxEnv::default()
    }
}
