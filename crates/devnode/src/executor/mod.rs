//! Runs transactions: revm for the EVM, coroutines for Stylus programs, one stack of frames for both.

mod frame;
mod handler;
mod instructions;
mod program;

use std::{collections::HashMap, convert::Infallible, sync::Arc};

use parking_lot::Mutex;
use revm::{
    Context, Journal,
    context::{
        BlockEnv, CfgEnv, LocalContext, TxEnv,
        result::{EVMError, ExecutionResult, InvalidTransaction},
    },
    context_interface::JournalTr,
    database_interface::Database,
    handler::Handler,
    inspector::{Inspector, InspectorHandler},
    interpreter::interpreter::EthInterpreter,
    primitives::{Address, B256, U256},
    state::EvmState,
};

use crate::{
    arbos,
    stylus::{
        engine::{Compiled, Engine},
        memory::Pages,
        trace::Recorder,
    },
};
pub use frame::ArbEvm;
use handler::ArbHandler;

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
    /// Who called each open frame, outermost first.
    pub callers: Vec<Address>,
    /// Accounts that are no precompiles in this simulation.
    pub removed: Vec<Address>,
    /// Precompiles that this simulation has elsewhere: from where to where.
    pub moved: Vec<(Address, Address)>,
    /// The price the transaction offered, in wei per gas.
    pub offered_price: U256,
    /// Gas for the transaction's data on the parent chain.
    pub poster_gas: u64,
    /// Most compute gas that the transaction may use.
    pub compute_cap: ComputeCap,
    /// Who hears of programs' host calls, if anybody does.
    pub recorder: Option<Recorder>,
    /// Why the last frame that failed for Stylus' own reasons did so.
    pub failure: Option<String>,
}

/// A limit on the compute gas of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComputeCap {
    /// There is none: a call.
    None,
    /// The intrinsic gas counts in it.
    WithIntrinsic(u64),
    /// The intrinsic gas comes on top of it, as before ArbOS 50.
    BesideIntrinsic(u64),
}

/// Facts of the chain and the block that only Arbitrum has.
#[derive(Clone, Debug)]
pub struct ArbBlock {
    /// L2 block number.
    pub number: u64,
    /// Hashes of the latest blocks, newest last.
    pub hashes: Arc<Vec<B256>>,
    /// The ArbOS version whose rules hold.
    pub version: u64,
    /// Wei per gas, whatever `BASEFEE` shows in a simulation.
    pub base_fee: u64,
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

/// Checks that a real transaction passes and an `eth_call` may skip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checks {
    /// Nonce, balance and fees hold.
    Full,
    /// As above, but the sender may have code: it is impersonated.
    Impersonated,
    /// None of them: a simulation.
    None,
}

/// A transaction with everything that it runs in.
#[derive(Clone, Debug)]
pub struct Job {
    /// Chain id.
    pub chain_id: u64,
    /// The block.
    pub block: BlockEnv,
    /// The transaction.
    pub tx: TxEnv,
    /// What only Arbitrum knows.
    pub arb: ArbEnv,
    /// What is checked.
    pub checks: Checks,
}

/// Executes one transaction on top of `db` and returns what it would change.
///
/// # Errors
/// [`Rejected`] when the transaction is invalid.
pub fn execute<DB: Database<Error = Infallible>>(db: DB, job: Job) -> Result<Executed, Rejected> {
    let mut evm = ArbEvm::new(context(db, job), ());
    let result = ArbHandler::default().run(&mut evm)?;
    Ok(executed(result, evm.into_parts().0))
}

/// Executes one transaction while `inspector` watches, and returns that as well.
///
/// # Errors
/// [`Rejected`] when the transaction is invalid.
pub fn inspect<DB, I>(db: DB, job: Job, inspector: I) -> Result<(Executed, I), Rejected>
where
    DB: Database<Error = Infallible>,
    I: Inspector<ArbContext<DB>, EthInterpreter>,
{
    let mut evm = ArbEvm::new(context(db, job), inspector);
    let result = ArbHandler::default().inspect_run(&mut evm)?;
    let (context, inspector) = evm.into_parts();
    Ok((executed(result, context), inspector))
}

fn context<DB: Database<Error = Infallible>>(db: DB, job: Job) -> ArbContext<DB> {
    let spec = arbos::ethereum_spec(job.arb.block.version);
    let plain: Context<BlockEnv, TxEnv, CfgEnv, DB, Journal<DB>, (), LocalContext> = Context::new(db, spec);
    let mut context = plain.with_chain(job.arb);
    context.block = job.block;
    context.tx = job.tx;
    configure(&mut context.cfg, job.chain_id, job.checks);
    context
}

fn executed<DB: Database>(result: ExecutionResult, context: ArbContext<DB>) -> Executed {
    let mut journal = context.journaled_state;
    Executed { result, state: JournalTr::finalize(&mut journal), failure: context.chain.failure }
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
    }
    cfg.disable_eip3607 = checks != Checks::Full; // contracts may be simulated and impersonated
}
