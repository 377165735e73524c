//! The functions that programs import: module `vm_hooks`, and `console` for printing.
//!
//! Each one pays in the order in which Nitro does, before it touches memory. This file has what they
//! share; the functions themselves are in the files below, by subject.

mod accounts;
mod calls;
mod console;
mod environment;
mod input_output;
mod math;
mod storage;

use std::{future::poll_fn, sync::Arc, task::Poll};

use parking_lot::Mutex;
use revm::primitives::{Address, Bytes, U256};
use wasmparser::ValType::{self, F32, F64, I32, I64};
use wasmtime::{Caller, Global, Linker, Memory, Store, Val};

use super::{Answer, Env, Request, engine::Mailbox};

type Types = (&'static [ValType], &'static [ValType]);
type Result<T> = wasmtime::Result<T>;

/// Returns the parameters and results of an importable function.
pub(super) fn signature(module: &str, name: &str) -> Option<Types> {
    const NONE: &[ValType] = &[];
    Some(match (module, name) {
        ("vm_hooks", "read_args" | "exit_early" | "storage_flush_cache" | "pay_for_memory_grow") => (&[I32], NONE),
        ("vm_hooks", "block_basefee" | "block_coinbase" | "contract_address" | "msg_sender" | "msg_value") => {
            (&[I32], NONE)
        }
        ("vm_hooks", "tx_gas_price" | "tx_origin") => (&[I32], NONE),
        ("vm_hooks", "write_result" | "storage_load_bytes32" | "storage_cache_bytes32") => (&[I32, I32], NONE),
        ("vm_hooks", "transient_load_bytes32" | "transient_store_bytes32") => (&[I32, I32], NONE),
        ("vm_hooks", "account_balance" | "account_codehash" | "math_div" | "math_mod" | "math_pow") => {
            (&[I32, I32], NONE)
        }
        ("vm_hooks", "emit_log" | "math_add_mod" | "math_mul_mod" | "native_keccak256") => (&[I32, I32, I32], NONE),
        ("vm_hooks", "call_contract") => (&[I32, I32, I32, I32, I64, I32], &[I32]),
        ("vm_hooks", "delegate_call_contract" | "static_call_contract") => (&[I32, I32, I32, I64, I32], &[I32]),
        ("vm_hooks", "create1") => (&[I32, I32, I32, I32, I32], NONE),
        ("vm_hooks", "create2") => (&[I32, I32, I32, I32, I32, I32], NONE),
        ("vm_hooks", "read_return_data") => (&[I32, I32, I32], &[I32]),
        ("vm_hooks", "return_data_size" | "msg_reentrant" | "tx_ink_price") => (NONE, &[I32]),
        ("vm_hooks", "account_code") => (&[I32, I32, I32, I32], &[I32]),
        ("vm_hooks", "account_code_size") => (&[I32], &[I32]),
        ("vm_hooks", "block_gas_limit" | "block_number" | "block_timestamp" | "chainid") => (NONE, &[I64]),
        ("vm_hooks", "evm_gas_left" | "evm_ink_left") => (NONE, &[I64]),
        ("console", "log_txt") => (&[I32, I32], NONE),
        ("console", "log_i32") => (&[I32], NONE),
        ("console", "log_i64") => (&[I64], NONE),
        ("console", "log_f32") => (&[F32], NONE),
        ("console", "log_f64") => (&[F64], NONE),
        ("console", "tee_i32") => (&[I32], &[I32]),
        ("console", "tee_i64") => (&[I64], &[I64]),
        ("console", "tee_f32") => (&[F32], &[F32]),
        ("console", "tee_f64") => (&[F64], &[F64]),
        _ => return None,
    })
}

/// Why a program is stopped from within a host call.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Stop {
    #[error("exited early with status {0}")]
    Early(u32),
    #[error("out of ink")]
    OutOfInk,
    #[error("memory access out of bounds")]
    OutOfBounds,
    #[error("the chain refused: {0}")]
    Refused(&'static str),
}

/// Handles of the meters in a running module.
#[derive(Clone, Copy, Debug)]
pub(super) struct Globals {
    pub(super) ink: Global,
    pub(super) status: Global,
    pub(super) space: Global,
}

/// Everything a running program holds on the host's side.
pub(super) struct Host {
    pub(super) env: Env,
    pub(super) mailbox: Arc<Mutex<Mailbox>>,
    pub(super) output: Vec<u8>,
    handles: Option<(Globals, Memory)>,
    cache: storage::Cache,
    return_data: Bytes,
    /// The last code that was read, and whose it is.
    code: Option<(Address, Bytes)>,
}

impl Host {
    pub(super) fn new(env: Env, mailbox: Arc<Mutex<Mailbox>>) -> Self {
        Self {
            env,
            mailbox,
            output: Vec::new(),
            handles: None,
            cache: storage::Cache::default(),
            return_data: Bytes::new(),
            code: None,
        }
    }

    pub(super) fn attach(&mut self, globals: Globals, memory: Option<Memory>) {
        self.handles = memory.map(|memory| (globals, memory));
    }
}

/// Returns the ink left; zero before the module was set up.
pub(super) fn ink_left(store: &mut Store<Host>) -> u64 {
    let Some((globals, _)) = store.data().handles else { return 0 };
    globals.ink.get(store).i64().unwrap_or_default().cast_unsigned()
}

pub(super) fn is_out_of_stack(store: &mut Store<Host>) -> bool {
    store.data().handles.is_some_and(|(globals, _)| globals.space.get(store).i32() == Some(0))
}

pub(super) fn is_out_of_ink(store: &mut Store<Host>) -> bool {
    store.data().handles.is_some_and(|(globals, _)| globals.status.get(store).i32() != Some(0))
}

/// A host call under way.
struct Hostio<'a> {
    caller: Caller<'a, Host>,
    /// What a tracer will hear of it, if there is one.
    seen: Option<Seen>,
}

/// A host call as tracers see it: what it took from the program and what it gave.
#[derive(Default)]
struct Seen {
    start_ink: u64,
    args: Vec<u8>,
    outs: Vec<u8>,
}

impl<'a> Hostio<'a> {
    fn begin(caller: Caller<'a, Host>) -> Self {
        let traced = caller.data().env.recorder.is_some();
        let mut io = Self { caller, seen: None };
        if traced {
            let start_ink = io.ink().unwrap_or_default();
            io.seen = Some(Seen { start_ink, ..Seen::default() });
        }
        io
    }

    /// Runs a call that needs nothing from the chain.
    fn run<T>(caller: Caller<'a, Host>, name: &'static str, body: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let mut io = Self::begin(caller);
        let result = body(&mut io)?;
        io.end(name);
        Ok(result)
    }

    /// Tells the tracer of a call that has succeeded.
    fn end(&mut self, name: &'static str) {
        let Some(seen) = self.seen.take() else { return };
        let end_ink = self.ink().unwrap_or_default();
        if let Some(recorder) = &self.caller.data().env.recorder {
            recorder.hostcall(name, seen.args, seen.outs, seen.start_ink, end_ink);
        }
    }

    /// Shows the tracer an argument that is not in memory.
    fn arg(&mut self, bytes: &[u8]) {
        if let Some(seen) = &mut self.seen {
            seen.args.extend_from_slice(bytes);
        }
    }

    /// Shows the tracer a result that is not in memory.
    fn out(&mut self, bytes: &[u8]) {
        if let Some(seen) = &mut self.seen {
            seen.outs.extend_from_slice(bytes);
        }
    }

    /// The handles are there: no code of the module runs before they are attached, since a start
    /// function is never run.
    fn handles(&self) -> Result<(Globals, Memory)> {
        self.caller.data().handles.ok_or_else(|| Stop::Refused("module without memory").into())
    }

    fn ink(&mut self) -> Result<u64> {
        let (globals, _) = self.handles()?;
        Ok(globals.ink.get(&mut self.caller).i64().unwrap_or_default().cast_unsigned())
    }

    fn gas(&mut self) -> Result<u64> {
        Ok(self.ink()? / self.host().env.ink_price)
    }

    fn buy(&mut self, ink: u64) -> Result<()> {
        let left = self.ink()?.checked_sub(ink).ok_or(Stop::OutOfInk)?;
        let (globals, _) = self.handles()?;
        globals.ink.set(&mut self.caller, Val::I64(left.cast_signed()))
    }

    fn buy_gas(&mut self, gas: u64) -> Result<()> {
        let price = self.host().env.ink_price;
        self.buy(gas.saturating_mul(price))
    }

    fn require_gas(&mut self, gas: u64) -> Result<()> {
        let price = self.host().env.ink_price;
        if self.ink()? < gas.saturating_mul(price) { Err(Stop::OutOfInk.into()) } else { Ok(()) }
    }

    /// Reads memory without showing it to the tracer.
    fn peek(&mut self, pointer: u32, length: u32) -> Result<Vec<u8>> {
        let (_, memory) = self.handles()?;
        let start = pointer as usize;
        let bytes = memory.data(&self.caller).get(start..start + length as usize).ok_or(Stop::OutOfBounds)?;
        Ok(bytes.to_vec())
    }

    fn read(&mut self, pointer: u32, length: u32) -> Result<Vec<u8>> {
        let bytes = self.peek(pointer, length)?;
        self.arg(&bytes);
        Ok(bytes)
    }

    fn read_word(&mut self, pointer: u32) -> Result<U256> {
        Ok(U256::from_be_slice(&self.read(pointer, 32)?))
    }

    fn read_address(&mut self, pointer: u32) -> Result<Address> {
        Ok(Address::from_slice(&self.read(pointer, 20)?))
    }

    fn poke(&mut self, pointer: u32, bytes: &[u8]) -> Result<()> {
        let (_, memory) = self.handles()?;
        let start = pointer as usize;
        let place = memory.data_mut(&mut self.caller).get_mut(start..start + bytes.len()).ok_or(Stop::OutOfBounds)?;
        place.copy_from_slice(bytes);
        Ok(())
    }

    fn write(&mut self, pointer: u32, bytes: &[u8]) -> Result<()> {
        self.poke(pointer, bytes)?;
        self.out(bytes);
        Ok(())
    }

    fn write_word(&mut self, pointer: u32, word: U256) -> Result<()> {
        self.write(pointer, &word.to_be_bytes::<32>())
    }

    /// Writes a number as WASM keeps it; tracers see it big-endian.
    fn write_u32(&mut self, pointer: u32, value: u32) -> Result<()> {
        self.poke(pointer, &value.to_le_bytes())?;
        self.out(&value.to_be_bytes());
        Ok(())
    }

    fn host(&mut self) -> &mut Host {
        self.caller.data_mut()
    }

    fn refuse_if_static(&mut self, what: &'static str) -> Result<()> {
        if self.host().env.is_static { Err(Stop::Refused(what).into()) } else { Ok(()) }
    }

    /// Hands a request to the chain and waits for the answer.
    async fn ask(&mut self, request: Request) -> Result<Answer> {
        let mailbox = Arc::clone(&self.caller.data().mailbox);
        mailbox.lock().request = Some(request);
        let answer = poll_fn(|_| match mailbox.lock().answer.take() {
            Some(answer) => Poll::Ready(answer),
            None => Poll::Pending,
        });
        match answer.await {
            Answer::Refused => Err(Stop::Refused("the state cannot change here").into()),
            answer => Ok(answer),
        }
    }

    /// Asks for a word and pays for it.
    async fn ask_word(&mut self, request: Request) -> Result<U256> {
        let Answer::Word { value, gas } = self.ask(request).await? else { return Err(wrong_answer()) };
        self.buy_gas(gas)?;
        Ok(value)
    }

    /// Asks for something to be done and pays for it.
    async fn ask_done(&mut self, request: Request) -> Result<()> {
        let Answer::Go { gas } = self.ask(request).await? else { return Err(wrong_answer()) };
        self.buy_gas(gas)
    }
}

fn wrong_answer() -> wasmtime::Error {
    Stop::Refused("an answer to another question").into()
}

/// Returns the length as programs see it; return data is bounded by gas far below 4 GiB.
fn length(data: &[u8]) -> u32 {
    u32::try_from(data.len()).unwrap_or(u32::MAX)
}

/// Defines a host call that needs nothing but what the program brought.
macro_rules! local {
    ($linker:ident, $name:literal, |$io:ident $(, $arg:ident: $ty:ty)*| -> $ret:ty $body:block) => {
        $linker.func_wrap("vm_hooks", $name, |caller: Caller<'_, Host> $(, $arg: $ty)*| -> Result<$ret> {
            Hostio::run(caller, $name, |$io| -> Result<$ret> { $body })
        })?;
    };
}
use local;

/// Defines a host call that asks the chain.
macro_rules! asking {
    ($linker:ident, $name:literal, |$io:ident $(, $arg:ident: $ty:ty)*| -> $ret:ty $body:block) => {
        $linker.func_wrap_async("vm_hooks", $name, |caller: Caller<'_, Host>, ($($arg,)*): ($($ty,)*)| {
            Box::new(async move {
                let mut $io = Hostio::begin(caller);
                let result: Result<$ret> = async { $body }.await;
                let result = result?;
                $io.end($name);
                Ok(result)
            })
        })?;
    };
}
use asking;

/// Defines every function that a module may import.
pub(super) fn linker(engine: &wasmtime::Engine) -> Result<Linker<Host>> {
    let mut linker = Linker::new(engine);
    input_output::define(&mut linker)?;
    storage::define(&mut linker)?;
    calls::define(&mut linker)?;
    accounts::define(&mut linker)?;
    environment::define(&mut linker)?;
    math::define(&mut linker)?;
    console::define(&mut linker)?;
    Ok(linker)
}
