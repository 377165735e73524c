//! Runs transactions: revm for the EVM, coroutines for Stylus programs, one stack of frames for both.

mod frame;
mod handler;
mod program;

use std::{collections::HashMap, convert::Infallible, sync::Arc};

use parking_lot::Mutex;
use revm::{
    Context, Journal,
    context::{
        BlockEnv, CfgEnv, LocalContext, TxEnv,
        result::{EVMError, ExecutionResult, InvalidTransaction},
    },
    database_interface::Database,
    handler::Handler,
    primitives::{Address, B256, U256, hardfork::SpecId},
    state::EvmState,
};

pub use frame::ArbEvm;
pub(crate) use handler::COMPUTE_CAP;

use crate::stylus::{
    engine::{Compiled, Engine},
    memory::Pages,
};

/// What revm hands to everything that runs within a transaction.
pub type ArbContext<DB> = Context<BlockEnv, TxEnv, CfgEnv, DB, Journal<DB>, ArbEnv>;

/// What Arbitrum knows beside what Ethereum knows, for one transaction.
#[derive(Clone, Debug)]
pub struct ArbEnv {
    /// Facts of the chain and the block.
    pub block: ArbBlock,
    /// Compiles programs and remembers them.
    pub programs: Programs,
    /// Memory pages in use by the transaction's programs.
    pub pages: Pages,
    /// The price the transaction offered, in wei per gas.
    pub offered_price: U256,
    /// Whether the transaction's compute gas is capped.
    pub capped: bool,
    /// Why the last frame that failed for Stylus' own reasons did so.
    pub failure: Option<String>,
}

/// Facts of the chain and the block that only Arbitrum has.
#[derive(Clone, Debug)]
pub struct ArbBlock {
    /// L2 block number.
    pub number: u64,
    /// Hashes of the latest blocks, newest last.
    pub hashes: Arc<Vec<B256>>,
    /// Who gets the fees of compute gas.
    pub fee_account: Address,
    /// Who may change the chain's parameters.
    pub owner: Address,
}

/// Compiled programs of one node, by code hash.
///
/// Compiling twice would give the same result, so this is no part of the chain's state.
#[derive(Clone, Debug)]
pub struct Programs {
    /// Compiles and runs.
    pub engine: Engine,
    compiled: Arc<Mutex<HashMap<B256, Compiled>>>,
}

impl Programs {
    /// Starts with none.
    pub fn new(engine: Engine) -> Self {
        Self { engine, compiled: Arc::default() }
    }

    /// Returns a program, compiled by `compile` the first time.
    ///
    /// # Errors
    /// Whatever `compile` fails with.
    pub fn get<E>(&self, code_hash: B256, compile: impl FnOnce(&Engine) -> Result<Compiled, E>) -> Result<Compiled, E> {
        if let Some(program) = self.compiled.lock().get(&code_hash) {
            return Ok(program.clone());
        }
        let program = compile(&self.engine)?;
        self.compiled.lock().insert(code_hash, program.clone());
        Ok(program)
    }
}

/// What a transaction did.
#[derive(Clone, Debug)]
pub struct Executed {
    /// Success, revert or halt, with gas, logs and output.
    pub result: ExecutionResult,
    /// The accounts it touched, as they are after it.
    pub state: EvmState,
    /// Why it failed, if Stylus' own rules made it fail.
    pub failure: Option<String>,
}

/// Why a transaction cannot be executed at all.
pub type Rejected = EVMError<Infallible, InvalidTransaction>;

/// Checks that a call of a real transaction passes and an `eth_call` may skip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checks {
    /// Nonce, balance, fees and the compute cap hold.
    Full,
    /// None of them: a simulation.
    None,
}

/// Executes one transaction on top of `db` and returns what it would change.
///
/// # Errors
/// [`Rejected`] when the transaction is invalid.
pub fn execute<DB>(
    db: DB,
    chain_id: u64,
    block: BlockEnv,
    tx: TxEnv,
    arb: ArbEnv,
    checks: Checks,
) -> Result<Executed, Rejected>
where
    DB: Database<Error = Infallible>,
{
    let mut context = ArbContext::new_arb(db, arb);
    context.block = block;
    context.tx = tx;
    configure(&mut context.cfg, chain_id, checks);
    let mut evm = ArbEvm::new(context);
    let result = handler::ArbHandler::default().run(&mut evm)?;
    let context = evm.into_context();
    let mut journal = context.journaled_state;
    Ok(Executed {
        result,
        state: revm::context_interface::JournalTr::finalize(&mut journal),
        failure: context.chain.failure,
    })
}

/// Arbitrum's rules where they differ from the Ethereum fork that they build on.
fn configure(cfg: &mut CfgEnv, chain_id: u64, checks: Checks) {
    cfg.chain_id = chain_id;
    cfg.disable_eip7623 = true; // no calldata floor
    cfg.tx_gas_limit_cap = Some(u64::MAX); // no EIP-7825
    cfg.disable_eip3541 = true; // the frame lets the program prefix through and refuses the rest
    cfg.disable_block_gas_limit = true; // the block's budget is the miner's affair
    if checks == Checks::None {
        cfg.tx_chain_id_check = false;
        cfg.disable_nonce_check = true;
        cfg.disable_balance_check = true;
        cfg.disable_base_fee = true;
        cfg.disable_eip3607 = true; // contracts may be simulated as senders
    }
}

/// Builds the context; a trait because `Context` is revm's.
trait NewArb<DB> {
    fn new_arb(db: DB, arb: ArbEnv) -> Self;
}

impl<DB: Database> NewArb<DB> for ArbContext<DB> {
    fn new_arb(db: DB, arb: ArbEnv) -> Self {
        let plain: Context<BlockEnv, TxEnv, CfgEnv, DB, Journal<DB>, (), LocalContext> =
            Context::new(db, SpecId::OSAKA);
        plain.with_chain(arb)
    }
}
