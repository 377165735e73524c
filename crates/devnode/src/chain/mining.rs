//! How commands become blocks.

use std::sync::Arc;

use alloy::{
    consensus::{Transaction, TxEnvelope, Typed2718},
    eips::eip2718::Encodable2718,
    primitives::{B256, U256},
};
use revm::context::{BlockEnv, TxEnv};

use super::{
    Block, Chain, Command, Included, Override, Signed, StartBlock, blocks::Opening, history, state::with_code,
};
use crate::{
    arbos::{
        self, COINBASE, STATE_ACCOUNT, TX_LIMIT_SINCE,
        layout::l2,
        pricing::{self, Poster, Slots},
        sends, upgrade,
    },
    error::{ChainError, Invalid},
    executor::{self, ArbBlock, ArbEnv, Checks, ComputeCap, Executed, Job},
    precompiles,
    stylus::memory::Pages,
};

/// How many block hashes `ArbSys.arbBlockHash` knows.
const KNOWN_HASHES: usize = 256;
/// From which version the contract of past block hashes is there.
pub(super) const HISTORY_SINCE: u64 = 40;

/// Where a transaction runs: what differs between the next block, past ones and simulations.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope {
    pub(super) number: u64,
    pub(super) time: u64,
    pub(super) base_fee: u64,
    pub(super) version: u64,
}

impl Chain {
    /// Makes an empty block.
    ///
    /// # Errors
    /// [`ChainError::State`] when the state file cannot be written.
    pub fn mine(&mut self) -> Result<&Block, ChainError> {
        let time = self.next_time();
        let command = Command::Mine { time, base_fee: self.next_base_fee };
        self.world.begin_block();
        let (scope, start) = self.open(time);
        self.seal(scope, Some(start), Vec::new());
        self.note(command)?;
        Ok(self.head())
    }

    /// Changes an account by decree, in a block of its own so that it can be undone.
    ///
    /// # Errors
    /// [`ChainError::State`] when the state file cannot be written.
    pub fn alter(&mut self, change: Override) -> Result<(), ChainError> {
        let (time, base_fee) = (self.next_time(), self.next_base_fee);
        let command = Command::Alter { change: change.clone(), time, base_fee };
        self.world.begin_block();
        let (scope, start) = self.open(time);
        let mut info = self.world.info(change.address);
        info.balance = change.balance.unwrap_or(info.balance);
        info.nonce = change.nonce.unwrap_or(info.nonce);
        if let Some(code) = change.code {
            info = with_code(info, code.to_vec());
        }
        self.world.set_info(change.address, info);
        let words = |slots: Vec<(B256, B256)>| slots.into_iter().map(|(key, value)| (key.into(), value.into()));
        if let Some(state) = change.state {
            self.world.replace_storage(change.address, &words(state).collect::<Vec<_>>());
        }
        for (key, value) in words(change.state_diff) {
            self.world.set_storage(change.address, key, value);
        }
        self.seal(scope, Some(start), Vec::new());
        self.note(command)
    }

    /// Makes a block of one transaction.
    ///
    /// # Errors
    /// [`ChainError::Invalid`] when the transaction cannot be included; nothing has changed then.
    pub fn include(&mut self, signed: Signed) -> Result<&Block, ChainError> {
        self.validate(&signed)?;
        let time = self.next_time();
        let encoded = signed.tx.encoded_2718();
        let command = Command::Include {
            tx: encoded.clone().into(),
            sender: signed.sender,
            time,
            base_fee: self.next_base_fee,
            impersonated: signed.impersonated,
        };
        self.world.begin_block();
        let (scope, start) = self.open(time);
        let poster = Poster::of_transaction(&self.world, &encoded, scope.base_fee);
        let (slot, value) = poster.counted(&self.world);
        self.world.set_storage(STATE_ACCOUNT, slot, value);
        let job = self.job(scope, &signed, poster, &self.world);
        match executor::execute(self.latest(), job) {
            Ok(executed) => {
                let included = self.settle(scope, signed, poster, executed);
                self.seal(scope, Some(start), vec![included]);
                self.note(command)?;
                Ok(self.head())
            }
            Err(rejected) => {
                self.world.undo_block();
                Err(Invalid::from(rejected).into())
            }
        }
    }

    /// Begins a block at `time`: ArbOS does what it does at its start.
    fn open(&mut self, time: u64) -> (Scope, StartBlock) {
        let parent = self.head();
        let number = parent.number + 1;
        let parent_hash = parent.hash;
        let before = if parent.number == 0 { 0 } else { parent.header.timestamp };
        let passed = time - before; // ArbOS counts the first block from the year 1970
        let base_fee = self.base_fee();
        let comes = upgrade::comes_with(&self.world, time);
        for (slot, value) in begin(&self.world, passed, time) {
            self.world.set_storage(STATE_ACCOUNT, slot, value);
        }
        if let Some(precompile) = comes {
            let info = self.world.info(precompile);
            self.world.set_info(precompile, with_code(info, precompiles::CODE.to_vec()));
        }
        let version = self.version();
        if version >= HISTORY_SINCE {
            let (slot, value) = history::record(number, parent_hash);
            self.world.set_storage(history::ADDRESS, slot, value);
        }
        (Scope { number, time, base_fee, version }, StartBlock::new(self.config.chain_id, number, passed))
    }

    /// Applies what a transaction changed, and what ArbOS notes of it.
    fn settle(&mut self, scope: Scope, signed: Signed, poster: Poster, executed: Executed) -> Included {
        let Executed { result, state, failure } = executed;
        self.world.commit(state);
        let (slot, value) = poster.paid(&self.world, scope.base_fee);
        self.world.set_storage(STATE_ACCOUNT, slot, value);
        let included = Included::new(signed, result, poster.gas, failure);
        if self.config.congestion && scope.base_fee > 0 {
            let (slot, value) = pricing::used(&self.world, included.gas_used.saturating_sub(poster.gas));
            self.world.set_storage(STATE_ACCOUNT, slot, value);
        }
        included
    }

    /// Closes the block that was begun.
    fn seal(&mut self, scope: Scope, start: Option<StartBlock>, transactions: Vec<Included>) {
        self.time.made(scope.time);
        self.next_base_fee = None;
        let root = self.world.commitment(self.head().header.state_root);
        let opening = Opening {
            base_fee: scope.base_fee,
            timestamp: scope.time,
            version: scope.version,
            sends: sends::state(&self.world),
        };
        let block = Block::seal(self.head(), opening, root, start, transactions);
        let number = self.blocks.len();
        self.numbers.insert(block.hash, number);
        let hashes = block.start.iter().map(|start| start.hash).chain(block.transactions.iter().map(|tx| tx.hash));
        for (index, hash) in hashes.enumerate() {
            self.places.insert(hash, (number, index));
        }
        self.blocks.push(block);
    }

    /// Gathers what a transaction needs to run.
    pub(super) fn job(&self, scope: Scope, signed: &Signed, poster: Poster, state: &impl Slots) -> Job {
        let offered = signed.tx.effective_gas_price(Some(scope.base_fee));
        let arb = ArbEnv {
            poster_gas: poster.gas,
            compute_cap: compute_cap(state, scope.version),
            ..self.arb_env(scope, offered)
        };
        Job {
            chain_id: self.config.chain_id,
            block: block_env(scope),
            tx: transaction_env(signed, scope.base_fee),
            arb,
            checks: if signed.impersonated { Checks::Impersonated } else { Checks::Full },
        }
    }

    pub(super) fn arb_env(&self, scope: Scope, offered: u128) -> ArbEnv {
        // The hashes that the block with this number can know: those before it.
        let end = usize::try_from(scope.number).unwrap_or(usize::MAX).min(self.blocks.len());
        let before = &self.blocks[end.saturating_sub(KNOWN_HASHES)..end];
        let hashes = before.iter().map(|block| block.hash).collect();
        ArbEnv {
            block: ArbBlock {
                number: scope.number,
                hashes: Arc::new(hashes),
                version: scope.version,
                base_fee: scope.base_fee,
            },
            programs: self.programs.clone(),
            pages: Pages::default(),
            callers: Vec::new(),
            removed: Vec::new(),
            moved: Vec::new(),
            offered_price: U256::from(offered),
            poster_gas: 0,
            compute_cap: ComputeCap::None,
            recorder: None,
            failure: None,
        }
    }
}

/// Returns what ArbOS writes to its slots at the start of a block.
pub(super) fn begin(state: &impl Slots, passed: u64, time: u64) -> Vec<(U256, U256)> {
    let mut slots = pricing::start_block(state, passed).to_vec();
    slots.extend(upgrade::due(state, time));
    slots
}

/// Returns the most compute gas of a transaction.
pub(super) fn compute_cap(state: &impl Slots, version: u64) -> ComputeCap {
    if version >= TX_LIMIT_SINCE {
        ComputeCap::WithIntrinsic(state.number(l2::TX_GAS_LIMIT))
    } else {
        ComputeCap::BesideIntrinsic(state.number(l2::BLOCK_GAS_LIMIT))
    }
}

pub(super) fn block_env(scope: Scope) -> BlockEnv {
    BlockEnv {
        number: U256::ZERO, // the L1 block number, which a development chain does not have
        beneficiary: COINBASE,
        timestamp: U256::from(scope.time),
        gas_limit: arbos::BLOCK_GAS_LIMIT,
        basefee: scope.base_fee,
        difficulty: U256::from(1),
        prevrandao: Some(B256::with_last_byte(1)),
        ..BlockEnv::default()
    }
}

/// Gives revm a transaction whose tip is dropped, as Arbitrum drops it.
fn transaction_env(signed: &Signed, base_fee: u64) -> TxEnv {
    let tx: &TxEnvelope = &signed.tx;
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
