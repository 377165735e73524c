//! The chain: state, blocks, and how transactions become both.
//!
//! Everything here is synchronous and deterministic: the same commands give the same hashes.

mod blocks;
mod genesis;
mod history;
pub mod journal;
mod mining;
mod replay;
mod set_up;
mod simulate;
pub mod state;
mod time;
mod validate;

use std::collections::{HashMap, HashSet};

use alloy::{
    consensus::TxEnvelope,
    primitives::{Address, B256, U256},
};

pub use blocks::{Block, Included, StartBlock};
pub use history::ADDRESS as HISTORY_ADDRESS;
pub use journal::{Command, Journal, Override};
pub use replay::Traced;
pub use set_up::{CACHE_MANAGER, FACTORY, STYLUS_DEPLOYER};
pub use simulate::{BlockOverride, Estimate, Outcome, Simulation, touched};
pub use time::TimeManager;

use crate::{
    arbos::{
        STATE_ACCOUNT,
        layout::{l2, root},
        params::StylusParams,
        pricing::Slots,
    },
    config::NodeConfig,
    error::{ChainError, Invalid},
    executor::Programs,
    stylus::engine::Engine,
};
use journal::{Entry, Preamble, StateFile};
use state::{View, World};

/// A transaction with the account that sends it.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The transaction.
    pub tx: TxEnvelope,
    /// Who sends it: recovered from the signature, or impersonated.
    pub sender: Address,
    /// Whether it is impersonated: then neither the cap on fees nor code of its own hinders it.
    pub impersonated: bool,
}

/// A development chain.
#[derive(Debug)]
pub struct Chain {
    config: NodeConfig,
    world: World,
    blocks: Vec<Block>,
    /// Transaction hash → block and place in it, ArbOS's own counted.
    places: HashMap<B256, (usize, usize)>,
    /// Block hash → number.
    numbers: HashMap<B256, usize>,
    time: TimeManager,
    programs: Programs,
    snapshots: Vec<Snapshot>,
    /// Snapshots that were ever made: ids are used once.
    last_snapshot: u64,
    impersonated: HashSet<Address>,
    impersonates_all: bool,
    /// Base fee that the next block was told to have, in wei per gas.
    next_base_fee: Option<u64>,
    entries: Vec<Entry>,
    file: Option<StateFile>,
}

/// A point to come back to.
#[derive(Clone, Copy, Debug)]
struct Snapshot {
    id: u64,
    blocks: usize,
    time: TimeManager,
    next_base_fee: Option<u64>,
}

impl Chain {
    /// Starts a chain: from its genesis and its set-up, or from its state file.
    ///
    /// # Errors
    /// [`ChainError`] when the settings are impossible, the WASM engine does not support this machine,
    /// or the state file cannot be used.
    pub fn new(config: NodeConfig) -> Result<Self, ChainError> {
        config.check()?;
        let file = config.state.as_deref().map(StateFile::open).transpose()?;
        let mut chain = Self::fresh(config)?;
        let Some((mut file, journal)) = file else {
            chain.set_up()?;
            return Ok(chain);
        };
        match journal {
            Some(journal) => {
                chain.play(&journal)?;
                file.trim()?;
            }
            None => {
                chain.set_up()?;
                file.replace(&chain.journal())?;
            }
        }
        chain.file = Some(file);
        Ok(chain)
    }

    /// Returns a chain of nothing but its genesis block.
    fn fresh(config: NodeConfig) -> Result<Self, ChainError> {
        let words = StylusParams::initial(config.arbos).max_stack_depth;
        let engine = Engine::new(words).map_err(|error| ChainError::Engine(format!("{error:#}")))?;
        let mut time = TimeManager::default();
        if let Some(genesis) = config.genesis_time {
            time.set_next(genesis);
        }
        let now = time.peek(0);
        time.made(now);
        let genesis = genesis::block(now, config.arbos);
        Ok(Self {
            world: genesis::world(&config),
            numbers: HashMap::from([(genesis.hash, 0)]),
            config: NodeConfig { genesis_time: Some(now), ..config },
            blocks: vec![genesis],
            places: HashMap::new(),
            time,
            programs: Programs::new(engine),
            snapshots: Vec::new(),
            last_snapshot: 0,
            impersonated: HashSet::new(),
            impersonates_all: false,
            next_base_fee: None,
            entries: Vec::new(),
            file: None,
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

    /// Returns where a transaction is: its block, and its index in it.
    pub fn place(&self, hash: B256) -> Option<(&Block, usize)> {
        let (block, index) = *self.places.get(&hash)?;
        Some((self.blocks.get(block)?, index))
    }

    /// Returns the state after a block.
    pub fn state(&self, number: u64) -> View<'_> {
        let blocks = self.head().number.saturating_sub(number);
        self.world.view(usize::try_from(blocks).unwrap_or(usize::MAX))
    }

    /// Returns the slots that the latest block changed, by account and key; ArbOS's own are left out.
    pub fn changed_slots(&self) -> Vec<(Address, U256)> {
        let own = [STATE_ACCOUNT, HISTORY_ADDRESS];
        self.world.changed_slots().filter(|(address, _)| !own.contains(address)).collect()
    }

    /// Returns the state after the latest block.
    pub fn latest(&self) -> View<'_> {
        self.world.view(0)
    }

    /// Returns the base fee of the next block, in wei per gas.
    pub fn base_fee(&self) -> u64 {
        self.next_base_fee.unwrap_or_else(|| self.world.number(l2::BASE_FEE))
    }

    /// Whether the next block was told its base fee.
    pub fn has_next_base_fee(&self) -> bool {
        self.next_base_fee.is_some()
    }

    /// Returns the compute gas per second that the chain aims at.
    pub fn speed_limit(&self) -> u64 {
        self.world.number(l2::SPEED_LIMIT)
    }

    /// Returns the ArbOS version after the latest block.
    pub fn version(&self) -> u64 {
        self.world.number(root::VERSION)
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

    /// Sets the base fee of the next block alone, in wei per gas.
    pub fn set_next_base_fee(&mut self, fee: u64) {
        self.next_base_fee = Some(fee);
    }

    /// Lets an account send without a signature.
    pub fn impersonate(&mut self, account: Address) {
        self.impersonated.insert(account);
    }

    /// Takes that back.
    pub fn stop_impersonating(&mut self, account: Address) {
        self.impersonated.remove(&account);
    }

    /// Lets every account send without a signature, or takes that back.
    pub fn impersonate_all(&mut self, enabled: bool) {
        self.impersonates_all = enabled;
    }

    /// Whether an account may send without a signature.
    pub fn is_impersonated(&self, account: Address) -> bool {
        self.impersonates_all || self.impersonated.contains(&account)
    }

    /// Remembers the present to come back to, and returns its id.
    pub fn snapshot(&mut self) -> u64 {
        self.last_snapshot += 1;
        let id = self.last_snapshot;
        let next_base_fee = self.next_base_fee;
        self.snapshots.push(Snapshot { id, blocks: self.blocks.len(), time: self.time, next_base_fee });
        id
    }

    /// Goes back to a snapshot, which is used up with all later ones; returns whether there was one.
    ///
    /// # Errors
    /// [`ChainError::State`] when the state file cannot be written.
    pub fn revert(&mut self, id: u64) -> Result<bool, ChainError> {
        let Some(position) = self.snapshots.iter().position(|snapshot| snapshot.id == id) else { return Ok(false) };
        let snapshot = self.snapshots[position];
        self.snapshots.truncate(position);
        if self.blocks.len() > snapshot.blocks {
            self.rewind(snapshot.blocks as u64 - 1)?;
        }
        self.time = snapshot.time;
        self.next_base_fee = snapshot.next_base_fee;
        Ok(true)
    }

    /// Takes all blocks after one back.
    ///
    /// # Errors
    /// [`ChainError::State`] when the state file cannot be written.
    pub fn rewind(&mut self, block: u64) -> Result<(), ChainError> {
        let head = self.block(block).unwrap_or_else(|| self.head()).hash;
        self.write_down(Entry { command: Command::Rewind { block }, head })?;
        while self.head().number > block {
            self.undo_block();
        }
        Ok(())
    }

    fn undo_block(&mut self) {
        let Some(block) = self.blocks.pop() else { return };
        self.world.undo_block();
        self.numbers.remove(&block.hash);
        if let Some(start) = &block.start {
            self.places.remove(&start.hash);
        }
        for included in &block.transactions {
            self.places.remove(&included.hash);
        }
    }

    /// Writes down how the latest block was made, or takes it back.
    fn note(&mut self, command: Command) -> Result<(), ChainError> {
        let entry = Entry { command, head: self.head().hash };
        let written = self.write_down(entry);
        if written.is_err() {
            self.undo_block();
        }
        written
    }

    fn write_down(&mut self, entry: Entry) -> Result<(), ChainError> {
        if let Some(file) = &mut self.file {
            file.append(&entry)?;
        }
        self.entries.push(entry);
        Ok(())
    }

    fn preamble(&self) -> Preamble {
        let NodeConfig { chain_id, arbos, set_up, congestion, balance, .. } = self.config;
        let genesis_time = self.blocks[0].header.timestamp;
        Preamble { version: Preamble::format(), chain_id, arbos, set_up, congestion, balance, genesis_time }
    }

    /// Returns everything that was done to the chain.
    pub fn journal(&self) -> Journal {
        Journal { preamble: self.preamble(), entries: self.entries.clone(), torn: 0 }
    }

    /// Becomes the chain that a journal tells of.
    ///
    /// # Errors
    /// [`ChainError::State`] when it belongs to other settings or does not lead to the same blocks; nothing
    /// has changed then.
    pub fn load(&mut self, journal: &Journal) -> Result<(), ChainError> {
        let mut chain = Self::fresh(self.config.clone())?;
        chain.play(journal)?;
        if let Some(mut file) = self.file.take() {
            let replaced = file.replace(journal);
            self.file = Some(file);
            replaced?;
        }
        chain.file = self.file.take();
        *self = chain;
        Ok(())
    }

    /// Begins anew, with the settings that the chain began with.
    ///
    /// # Errors
    /// [`ChainError::State`] when the state file cannot be written; nothing has changed then.
    pub fn reset(&mut self) -> Result<(), ChainError> {
        let mut chain = Self::fresh(self.config.clone())?;
        chain.set_up()?;
        let journal = chain.journal();
        self.load(&journal)
    }

    /// Does to a fresh chain what a journal tells.
    fn play(&mut self, journal: &Journal) -> Result<(), ChainError> {
        let genesis_time = Some(journal.preamble.genesis_time);
        *self = Self::fresh(NodeConfig { genesis_time, ..self.config.clone() })?;
        if self.preamble() != journal.preamble {
            let (have, want) = (serde_json::json!(journal.preamble), serde_json::json!(self.preamble()));
            return Err(journal::StateFileError::OtherSettings(format!("{have}, not {want}")).into());
        }
        for (index, entry) in (1..).zip(&journal.entries) {
            let outcome = self.execute(entry.command.clone());
            if outcome.is_err() || self.head().hash != entry.head {
                return Err(journal::StateFileError::OtherRules { index }.into());
            }
        }
        Ok(())
    }

    /// Carries out a command as it was written down.
    fn execute(&mut self, command: Command) -> Result<(), ChainError> {
        match command {
            Command::Include { tx, sender, time, base_fee, impersonated } => {
                let tx = alloy::eips::eip2718::Decodable2718::decode_2718(&mut &tx[..])
                    .map_err(|error| Invalid::Malformed(error.to_string()))?;
                self.time.set_next(time);
                self.next_base_fee = base_fee;
                self.include(Signed { tx, sender, impersonated }).map(|_| ())
            }
            Command::Mine { time, base_fee } => {
                self.time.set_next(time);
                self.next_base_fee = base_fee;
                self.mine().map(|_| ())
            }
            Command::Alter { change, time, base_fee } => {
                self.time.set_next(time);
                self.next_base_fee = base_fee;
                self.alter(change)
            }
            Command::Rewind { block } => self.rewind(block),
        }
    }
}
