//! The functions that programs import: module `vm_hooks`, and `console` for printing.
//!
//! Each one pays in the order in which Nitro does, before it touches memory.

use std::{collections::HashMap, future::poll_fn, sync::Arc, task::Poll};

use parking_lot::Mutex;
use revm::primitives::{Address, B256, Bytes, U256, keccak256};
use wasmparser::ValType::{self, F32, F64, I32, I64};
use wasmtime::{Caller, Global, Linker, Memory, Store, Val};

use super::{Answer, CallKind, Env, INK_PRICE, Request, engine::Mailbox, prices};

/// Gas that must be left to read a slot, whether or not it will cost that much.
const LOAD_SENTRY: u64 = 2115;
/// Gas that must be left to cache a write.
const CACHE_SENTRY: u64 = 2310;
/// Gas that must be left to flush.
const FLUSH_SENTRY: u64 = 2300;
/// Gas that must be left to look at an account.
const ACCOUNT_SENTRY: u64 = 2600;

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

/// A slot as one program call sees it.
#[derive(Clone, Copy, Debug)]
struct Slot {
    value: U256,
    /// What the state holds, once that was read or written.
    known: Option<U256>,
}

/// Everything a running program holds on the host's side.
pub(super) struct Host {
    pub(super) env: Env,
    pub(super) mailbox: Arc<Mutex<Mailbox>>,
    pub(super) output: Vec<u8>,
    handles: Option<(Globals, Memory)>,
    cache: HashMap<U256, Slot>,
    loads: u64,
    stores: u64,
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
            cache: HashMap::new(),
            loads: 0,
            stores: 0,
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
struct Hostio<'a>(Caller<'a, Host>);

impl Hostio<'_> {
    /// The handles are there: no code of the module runs before they are attached, since a start
    /// function is never run.
    fn handles(&self) -> Result<(Globals, Memory)> {
        self.0.data().handles.ok_or_else(|| Stop::Refused("module without memory").into())
    }

    fn ink(&mut self) -> Result<u64> {
        let (globals, _) = self.handles()?;
        Ok(globals.ink.get(&mut self.0).i64().unwrap_or_default().cast_unsigned())
    }

    fn gas(&mut self) -> Result<u64> {
        Ok(self.ink()? / INK_PRICE)
    }

    fn buy(&mut self, ink: u64) -> Result<()> {
        let left = self.ink()?.checked_sub(ink).ok_or(Stop::OutOfInk)?;
        let (globals, _) = self.handles()?;
        globals.ink.set(&mut self.0, Val::I64(left.cast_signed()))
    }

    fn buy_gas(&mut self, gas: u64) -> Result<()> {
        self.buy(gas.saturating_mul(INK_PRICE))
    }

    fn require_gas(&mut self, gas: u64) -> Result<()> {
        if self.ink()? < gas.saturating_mul(INK_PRICE) { Err(Stop::OutOfInk.into()) } else { Ok(()) }
    }

    fn read(&mut self, pointer: u32, length: u32) -> Result<Vec<u8>> {
        let (_, memory) = self.handles()?;
        let start = pointer as usize;
        let bytes = memory.data(&self.0).get(start..start + length as usize).ok_or(Stop::OutOfBounds)?;
        Ok(bytes.to_vec())
    }

    fn read_word(&mut self, pointer: u32) -> Result<U256> {
        Ok(U256::from_be_slice(&self.read(pointer, 32)?))
    }

    fn read_address(&mut self, pointer: u32) -> Result<Address> {
        Ok(Address::from_slice(&self.read(pointer, 20)?))
    }

    fn write(&mut self, pointer: u32, bytes: &[u8]) -> Result<()> {
        let (_, memory) = self.handles()?;
        let start = pointer as usize;
        let place = memory.data_mut(&mut self.0).get_mut(start..start + bytes.len()).ok_or(Stop::OutOfBounds)?;
        place.copy_from_slice(bytes);
        Ok(())
    }

    fn write_word(&mut self, pointer: u32, word: U256) -> Result<()> {
        self.write(pointer, &word.to_be_bytes::<32>())
    }

    fn write_u32(&mut self, pointer: u32, value: u32) -> Result<()> {
        self.write(pointer, &value.to_le_bytes())
    }

    fn host(&mut self) -> &mut Host {
        self.0.data_mut()
    }

    fn refuse_if_static(&mut self, what: &'static str) -> Result<()> {
        if self.host().env.is_static { Err(Stop::Refused(what).into()) } else { Ok(()) }
    }

    /// Hands a request to the chain and waits for the answer.
    async fn ask(&mut self, request: Request) -> Result<Answer> {
        let mailbox = Arc::clone(&self.0.data().mailbox);
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

    async fn load(&mut self, key: U256) -> Result<U256> {
        self.host().loads += 1;
        let surcharge = match self.host().loads {
            ..=32 => 0,
            33..=128 => 2,
            _ => 10,
        };
        self.buy_gas(surcharge)?;
        if let Some(slot) = self.host().cache.get(&key) {
            return Ok(slot.value);
        }
        let value = self.ask_word(Request::LoadSlot(key)).await?;
        self.host().cache.insert(key, Slot { value, known: Some(value) });
        Ok(value)
    }

    fn cache(&mut self, key: U256, value: U256) -> Result<()> {
        self.host().stores += 1;
        let surcharge = match self.host().stores {
            ..=8 => 0,
            9..=64 => 7,
            _ => 10,
        };
        self.buy_gas(surcharge)?;
        let slot = self.host().cache.entry(key).or_insert(Slot { value, known: None });
        slot.value = value;
        Ok(())
    }

    async fn flush(&mut self, clear: bool) -> Result<()> {
        let mut dirty: Vec<_> = (self.host().cache.iter())
            .filter(|(_, slot)| slot.known != Some(slot.value))
            .map(|(key, slot)| (*key, slot.value))
            .collect();
        dirty.sort_unstable(); // the order of a hash map would differ from run to run
        if !dirty.is_empty() {
            self.refuse_if_static("storage cannot change in a static call")?;
            self.ask_done(Request::StoreSlots(dirty)).await?;
        }
        if clear {
            self.host().cache.clear();
        } else {
            for slot in self.host().cache.values_mut() {
                slot.known = Some(slot.value);
            }
        }
        Ok(())
    }

    async fn code_of(&mut self, address: Address) -> Result<Bytes> {
        if let Some((known, code)) = &self.host().code
            && *known == address
        {
            return Ok(code.clone());
        }
        let Answer::Code { code, gas } = self.ask(Request::Code(address)).await? else { return Err(wrong_answer()) };
        self.buy_gas(gas)?;
        if !code.is_empty() {
            self.host().code = Some((address, code.clone()));
        }
        Ok(code)
    }

    /// Common to the three ways to call: returns the status, 0 for success and 2 for failure.
    async fn call(&mut self, kind: CallKind, call: RawCall) -> Result<u32> {
        self.buy(prices::HOSTIO + 3 * prices::PTR + prices::EVM_API)?;
        self.buy(2 * prices::read(call.length))?;
        let contract = self.read_address(call.contract)?;
        let data = Bytes::from(self.read(call.data, call.length)?);
        let value = match call.value {
            Some(pointer) => self.read_word(pointer)?,
            None => U256::ZERO,
        };
        let gas_left = self.gas()?;
        let request = Request::Call { kind, contract, data, value, gas_left, gas_asked: call.gas };
        let Answer::Returned { success, data, gas, .. } = self.ask(request).await? else { return Err(wrong_answer()) };
        self.buy_gas(gas)?;
        self.write_u32(call.return_length, length(&data))?;
        self.host().return_data = data;
        Ok(if success { 0 } else { 2 })
    }

    async fn create(&mut self, create: RawCreate) -> Result<()> {
        let pointers = if create.salt.is_some() { 4 } else { 3 };
        self.buy(prices::HOSTIO + pointers * prices::PTR + prices::EVM_API)?;
        self.buy(2 * prices::read(create.length))?;
        let code = Bytes::from(self.read(create.code, create.length)?);
        let endowment = self.read_word(create.endowment)?;
        let salt = match create.salt {
            Some(pointer) => Some(B256::from_slice(&self.read(pointer, 32)?)),
            None => None,
        };
        let gas_left = self.gas()?;
        let request = Request::Create { code, endowment, salt, gas_left };
        let Answer::Returned { data, created, gas, .. } = self.ask(request).await? else { return Err(wrong_answer()) };
        self.buy_gas(gas)?;
        self.write(create.contract, created.as_slice())?;
        self.write_u32(create.return_length, length(&data))?;
        self.host().return_data = data;
        Ok(())
    }

    /// Reads two words, replaces the first by what `compute` makes of them.
    fn math(&mut self, first: u32, second: u32, compute: impl FnOnce(U256, U256) -> U256) -> Result<()> {
        let (a, b) = (self.read_word(first)?, self.read_word(second)?);
        self.write_word(first, compute(a, b))
    }
}

/// Pointers and lengths of a call.
struct RawCall {
    contract: u32,
    data: u32,
    length: u32,
    value: Option<u32>,
    gas: u64,
    return_length: u32,
}

/// Pointers and lengths of a creation.
struct RawCreate {
    code: u32,
    length: u32,
    endowment: u32,
    salt: Option<u32>,
    contract: u32,
    return_length: u32,
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
    ($linker:ident, $module:literal, $name:literal, |$io:ident $(, $arg:ident: $ty:ty)*| -> $ret:ty $body:block) => {
        $linker.func_wrap($module, $name, |caller: Caller<'_, Host> $(, $arg: $ty)*| -> Result<$ret> {
            let mut $io = Hostio(caller);
            $body
        })?;
    };
}

/// Defines a host call that asks the chain.
macro_rules! asking {
    ($linker:ident, $name:literal, |$io:ident $(, $arg:ident: $ty:ty)*| -> $ret:ty $body:block) => {
        $linker.func_wrap_async("vm_hooks", $name, |caller: Caller<'_, Host>, ($($arg,)*): ($($ty,)*)| {
            Box::new(async move {
                let mut $io = Hostio(caller);
                let result: Result<$ret> = $body;
                result
            })
        })?;
    };
}

/// Defines every function that a module may import.
pub(super) fn linker(engine: &wasmtime::Engine) -> Result<Linker<Host>> {
    let mut linker = Linker::new(engine);
    define_input_output(&mut linker)?;
    define_storage(&mut linker)?;
    define_calls(&mut linker)?;
    define_accounts(&mut linker)?;
    define_environment(&mut linker)?;
    define_math(&mut linker)?;
    define_console(&mut linker)?;
    Ok(linker)
}

fn define_input_output(linker: &mut Linker<Host>) -> Result<()> {
    local!(linker, "vm_hooks", "read_args", |io, dest: u32| -> () {
        let args = io.host().env.args.clone();
        io.buy(prices::HOSTIO + prices::write(length(&args)))?;
        io.write(dest, &args)
    });
    local!(linker, "vm_hooks", "write_result", |io, source: u32, len: u32| -> () {
        io.buy(prices::HOSTIO + 2 * prices::read(len))?;
        io.host().output = io.read(source, len)?;
        Ok(())
    });
    local!(linker, "vm_hooks", "exit_early", |_io, status: u32| -> () { Err(Stop::Early(status).into()) });
    asking!(linker, "pay_for_memory_grow", |io, pages: u32| -> () {
        // Nitro takes the low 16 bits.
        #[allow(clippy::cast_possible_truncation)]
        let pages = pages as u16;
        if pages == 0 { io.buy(prices::HOSTIO) } else { io.ask_done(Request::OpenPages(pages)).await }
    });
    Ok(())
}

fn define_storage(linker: &mut Linker<Host>) -> Result<()> {
    asking!(linker, "storage_load_bytes32", |io, key: u32, dest: u32| -> () {
        io.buy(prices::HOSTIO + 2 * prices::PTR)?;
        io.require_gas(LOAD_SENTRY)?;
        let key = io.read_word(key)?;
        let value = io.load(key).await?;
        io.write_word(dest, value)
    });
    local!(linker, "vm_hooks", "storage_cache_bytes32", |io, key: u32, value: u32| -> () {
        io.buy(prices::HOSTIO + 2 * prices::PTR)?;
        io.require_gas(CACHE_SENTRY)?;
        let (key, value) = (io.read_word(key)?, io.read_word(value)?);
        io.cache(key, value)
    });
    asking!(linker, "storage_flush_cache", |io, clear: u32| -> () {
        io.buy(prices::HOSTIO + prices::EVM_API)?;
        io.require_gas(FLUSH_SENTRY)?;
        io.flush(clear != 0).await
    });
    asking!(linker, "transient_load_bytes32", |io, key: u32, dest: u32| -> () {
        io.buy(prices::HOSTIO + 2 * prices::PTR + prices::EVM_API)?;
        let key = io.read_word(key)?;
        let value = io.ask_word(Request::LoadTransient(key)).await?;
        io.write_word(dest, value)
    });
    asking!(linker, "transient_store_bytes32", |io, key: u32, value: u32| -> () {
        io.buy(prices::HOSTIO + 2 * prices::PTR + prices::EVM_API)?;
        io.buy_gas(100)?;
        let (key, value) = (io.read_word(key)?, io.read_word(value)?);
        io.refuse_if_static("transient storage cannot change in a static call")?;
        io.ask_done(Request::StoreTransient(key, value)).await
    });
    Ok(())
}

fn define_calls(linker: &mut Linker<Host>) -> Result<()> {
    asking!(linker, "call_contract", |io, contract: u32, data: u32, len: u32, value: u32, gas: u64, ret: u32| -> u32 {
        let call = RawCall { contract, data, length: len, value: Some(value), gas, return_length: ret };
        io.call(CallKind::Call, call).await
    });
    asking!(linker, "delegate_call_contract", |io, contract: u32, data: u32, len: u32, gas: u64, ret: u32| -> u32 {
        let call = RawCall { contract, data, length: len, value: None, gas, return_length: ret };
        io.call(CallKind::Delegate, call).await
    });
    asking!(linker, "static_call_contract", |io, contract: u32, data: u32, len: u32, gas: u64, ret: u32| -> u32 {
        let call = RawCall { contract, data, length: len, value: None, gas, return_length: ret };
        io.call(CallKind::Static, call).await
    });
    asking!(linker, "create1", |io, code: u32, len: u32, endowment: u32, contract: u32, ret: u32| -> () {
        io.create(RawCreate { code, length: len, endowment, salt: None, contract, return_length: ret }).await
    });
    asking!(linker, "create2", |io, code: u32, len: u32, endowment: u32, salt: u32, contract: u32, ret: u32| -> () {
        io.create(RawCreate { code, length: len, endowment, salt: Some(salt), contract, return_length: ret }).await
    });
    local!(linker, "vm_hooks", "read_return_data", |io, dest: u32, offset: u32, size: u32| -> u32 {
        let all = io.host().return_data.clone();
        let rest = all.get(offset as usize..).unwrap_or_default();
        let part = &rest[..rest.len().min(size as usize)];
        io.buy(prices::HOSTIO + prices::EVM_API)?;
        io.buy(prices::write(length(part)))?;
        io.write(dest, part)?;
        Ok(length(part))
    });
    local!(linker, "vm_hooks", "return_data_size", |io| -> u32 {
        io.buy(prices::HOSTIO)?;
        Ok(length(&io.host().return_data))
    });
    asking!(linker, "emit_log", |io, data: u32, len: u32, topics: u32| -> () {
        io.buy(prices::HOSTIO + prices::EVM_API)?;
        if topics > 4 || len < 32 * topics {
            return Err(Stop::Refused("a log needs at most four topics, 32 bytes each").into());
        }
        io.buy(prices::read(len))?;
        io.buy_gas(375 * u64::from(1 + topics) + 8 * u64::from(len - 32 * topics))?;
        let bytes = io.read(data, len)?;
        io.refuse_if_static("a log in a static call")?;
        let (topics, data) = bytes.split_at(32 * topics as usize);
        let topics = topics.chunks_exact(32).map(B256::from_slice).collect();
        io.ask_done(Request::Log { topics, data: Bytes::copy_from_slice(data) }).await
    });
    Ok(())
}

fn define_accounts(linker: &mut Linker<Host>) -> Result<()> {
    asking!(linker, "account_balance", |io, address: u32, dest: u32| -> () {
        io.buy(prices::HOSTIO + 2 * prices::PTR + prices::EVM_API)?;
        io.require_gas(ACCOUNT_SENTRY)?;
        let address = io.read_address(address)?;
        let balance = io.ask_word(Request::Balance(address)).await?;
        io.write_word(dest, balance)
    });
    asking!(linker, "account_codehash", |io, address: u32, dest: u32| -> () {
        io.buy(prices::HOSTIO + 2 * prices::PTR + prices::EVM_API)?;
        io.require_gas(ACCOUNT_SENTRY)?;
        let address = io.read_address(address)?;
        let hash = io.ask_word(Request::CodeHash(address)).await?;
        io.write_word(dest, hash)
    });
    asking!(linker, "account_code", |io, address: u32, offset: u32, size: u32, dest: u32| -> u32 {
        io.buy(prices::HOSTIO + prices::EVM_API)?;
        io.require_gas(ACCOUNT_SENTRY)?;
        let address = io.read_address(address)?;
        let code = io.code_of(address).await?;
        io.buy(prices::write(length(&code)))?;
        let rest = code.get(offset as usize..).unwrap_or_default();
        let part = &rest[..rest.len().min(size as usize)];
        io.write(dest, part)?;
        Ok(length(part))
    });
    asking!(linker, "account_code_size", |io, address: u32| -> u32 {
        io.buy(prices::HOSTIO + prices::EVM_API)?;
        io.require_gas(ACCOUNT_SENTRY)?;
        let address = io.read_address(address)?;
        let code = io.code_of(address).await?;
        Ok(length(&code))
    });
    Ok(())
}

fn define_environment(linker: &mut Linker<Host>) -> Result<()> {
    local!(linker, "vm_hooks", "block_basefee", |io, dest: u32| -> () {
        io.buy(prices::HOSTIO + prices::PTR)?;
        let word = io.host().env.base_fee;
        io.write_word(dest, word)
    });
    local!(linker, "vm_hooks", "block_coinbase", |io, dest: u32| -> () {
        io.buy(prices::HOSTIO + prices::PTR)?;
        let address = io.host().env.coinbase;
        io.write(dest, address.as_slice())
    });
    local!(linker, "vm_hooks", "contract_address", |io, dest: u32| -> () {
        io.buy(prices::HOSTIO + prices::PTR)?;
        let address = io.host().env.contract;
        io.write(dest, address.as_slice())
    });
    local!(linker, "vm_hooks", "msg_sender", |io, dest: u32| -> () {
        io.buy(prices::HOSTIO + prices::PTR)?;
        let address = io.host().env.sender;
        io.write(dest, address.as_slice())
    });
    local!(linker, "vm_hooks", "msg_value", |io, dest: u32| -> () {
        io.buy(prices::HOSTIO + prices::PTR)?;
        let word = io.host().env.value;
        io.write_word(dest, word)
    });
    local!(linker, "vm_hooks", "tx_gas_price", |io, dest: u32| -> () {
        io.buy(prices::HOSTIO + prices::PTR)?;
        let word = io.host().env.gas_price;
        io.write_word(dest, word)
    });
    local!(linker, "vm_hooks", "tx_origin", |io, dest: u32| -> () {
        io.buy(prices::HOSTIO + prices::PTR)?;
        let address = io.host().env.origin;
        io.write(dest, address.as_slice())
    });
    local!(linker, "vm_hooks", "block_gas_limit", |io| -> u64 {
        io.buy(prices::HOSTIO)?;
        Ok(io.host().env.gas_limit)
    });
    local!(linker, "vm_hooks", "block_number", |io| -> u64 {
        io.buy(prices::HOSTIO)?;
        Ok(io.host().env.block_number)
    });
    local!(linker, "vm_hooks", "block_timestamp", |io| -> u64 {
        io.buy(prices::HOSTIO)?;
        Ok(io.host().env.timestamp)
    });
    local!(linker, "vm_hooks", "chainid", |io| -> u64 {
        io.buy(prices::HOSTIO)?;
        Ok(io.host().env.chain_id)
    });
    local!(linker, "vm_hooks", "msg_reentrant", |io| -> u32 {
        io.buy(prices::HOSTIO)?;
        Ok(io.host().env.reentrant.into())
    });
    local!(linker, "vm_hooks", "tx_ink_price", |io| -> u32 {
        io.buy(prices::HOSTIO)?;
        // The price has 24 bits on chain.
        #[allow(clippy::cast_possible_truncation)]
        let price = INK_PRICE as u32;
        Ok(price)
    });
    local!(linker, "vm_hooks", "evm_gas_left", |io| -> u64 {
        io.buy(prices::HOSTIO)?;
        io.gas()
    });
    local!(linker, "vm_hooks", "evm_ink_left", |io| -> u64 {
        io.buy(prices::HOSTIO)?;
        io.ink()
    });
    Ok(())
}

fn define_math(linker: &mut Linker<Host>) -> Result<()> {
    local!(linker, "vm_hooks", "math_div", |io, value: u32, divisor: u32| -> () {
        io.buy(prices::HOSTIO + 3 * prices::PTR + prices::DIV)?;
        io.math(value, divisor, |a, b| a.checked_div(b).unwrap_or_default())
    });
    local!(linker, "vm_hooks", "math_mod", |io, value: u32, modulus: u32| -> () {
        io.buy(prices::HOSTIO + 3 * prices::PTR + prices::DIV)?;
        io.math(value, modulus, |a, b| a.checked_rem(b).unwrap_or_default())
    });
    local!(linker, "vm_hooks", "math_pow", |io, value: u32, exponent: u32| -> () {
        io.buy(prices::HOSTIO + 3 * prices::PTR)?;
        let power = io.read_word(exponent)?;
        io.buy(prices::pow(&power.to_be_bytes()))?;
        io.math(value, exponent, U256::wrapping_pow)
    });
    local!(linker, "vm_hooks", "math_add_mod", |io, value: u32, addend: u32, modulus: u32| -> () {
        io.buy(prices::HOSTIO + 4 * prices::PTR + prices::ADD_MOD)?;
        let modulus = io.read_word(modulus)?;
        io.math(value, addend, |a, b| a.add_mod(b, modulus))
    });
    local!(linker, "vm_hooks", "math_mul_mod", |io, value: u32, factor: u32, modulus: u32| -> () {
        io.buy(prices::HOSTIO + 4 * prices::PTR + prices::MUL_MOD)?;
        let modulus = io.read_word(modulus)?;
        io.math(value, factor, |a, b| a.mul_mod(b, modulus))
    });
    local!(linker, "vm_hooks", "native_keccak256", |io, source: u32, len: u32, dest: u32| -> () {
        io.buy(prices::keccak(len))?;
        let preimage = io.read(source, len)?;
        io.write(dest, keccak256(preimage).as_slice())
    });
    Ok(())
}

fn define_console(linker: &mut Linker<Host>) -> Result<()> {
    linker.func_wrap_async("console", "log_txt", |caller: Caller<'_, Host>, (text, len): (u32, u32)| {
        Box::new(async move {
            let mut io = Hostio(caller);
            let text = String::from_utf8_lossy(&io.read(text, len)?).into_owned();
            io.ask_done(Request::Print(text)).await
        })
    })?;
    define_console_value::<i32>(linker, "log_i32", "tee_i32")?;
    define_console_value::<i64>(linker, "log_i64", "tee_i64")?;
    define_console_value::<f32>(linker, "log_f32", "tee_f32")?;
    define_console_value::<f64>(linker, "log_f64", "tee_f64")
}

/// Defines the printing of one type: once without a result, once returning its argument.
fn define_console_value<T>(linker: &mut Linker<Host>, log: &str, tee: &str) -> Result<()>
where
    T: wasmtime::WasmTy + wasmtime::WasmRet + Copy + ToString + Sync + 'static,
    (T,): wasmtime::WasmTyList,
    Result<T>: wasmtime::WasmRet,
{
    linker.func_wrap_async("console", log, |caller: Caller<'_, Host>, (value,): (T,)| {
        Box::new(async move { Hostio(caller).ask_done(Request::Print(value.to_string())).await })
    })?;
    linker.func_wrap_async("console", tee, |caller: Caller<'_, Host>, (value,): (T,)| {
        Box::new(async move {
            Hostio(caller).ask_done(Request::Print(value.to_string())).await?;
            Result::<T>::Ok(value)
        })
    })?;
    Ok(())
}
