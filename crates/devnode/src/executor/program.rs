//! A frame in which a Stylus program runs: enters it, serves its requests, settles its gas.

use std::convert::Infallible;

use revm::{
    context::{ContextTr, JournalTr, transaction::Transaction},
    context_interface::{Block, CreateScheme},
    database_interface::Database,
    handler::{EthFrame, FrameResult},
    interpreter::{
        CallInput, CallInputs, CallScheme, CallValue, CreateInputs, FrameInput, Gas, InstructionResult,
        InterpreterAction, InterpreterResult, interpreter::EthInterpreter,
    },
    primitives::{Address, B256, Bytes, KECCAK_EMPTY, Log, LogData, U256},
    state::AccountInfo,
};

use super::ArbContext;
use crate::{
    arbos::{self, params::StylusParams},
    stylus::{
        self, Answer, CallKind, Env, Exit, Request,
        engine::{Run, Step},
        memory::PagePrice,
    },
};

type Frame = EthFrame<EthInterpreter>;

/// Gas of reading a slot, beyond its access: the EVM's part of the request in ink, rounded down.
const STORAGE_REQUEST_GAS: u64 = 5;
/// Gas of looking at what was looked at before.
const WARM_ACCESS_GAS: u64 = 100;

/// A program's frame.
#[derive(Debug)]
pub(super) struct Program {
    /// Whether another open frame acts as the same account.
    reentrant: bool,
    /// The call, once entered.
    run: Option<Run>,
    /// What the program will be told when it goes on.
    answer: Answer,
    /// Gas that a call below was charged up front, and what it was given.
    outgoing: Outgoing,
    /// Pages that were open when this program was entered.
    pages_before: u16,
    /// Refund earned by this program's own stores and by calls below.
    refund: i64,
    /// Ink that the call started with.
    ink: u64,
    /// Ink per gas when the call started.
    ink_price: u64,
    /// What pages cost when the call started.
    page_price: PagePrice,
}

/// A call or creation that the program waits for.
#[derive(Clone, Copy, Debug, Default)]
struct Outgoing {
    /// Gas charged for making it.
    base: u64,
    /// Gas given to it.
    given: u64,
}

/// What serving a request leads to.
enum Served {
    /// The program can go on.
    Answered(Answer),
    /// A new frame comes first.
    Enters(FrameInput),
}

impl Program {
    pub(super) fn new(reentrant: bool) -> Self {
        Self {
            reentrant,
            run: None,
            answer: Answer::Go { gas: 0 },
            outgoing: Outgoing::default(),
            pages_before: 0,
            refund: 0,
            ink: 0,
            ink_price: 1, // until the program is entered
            page_price: PagePrice::default(),
        }
    }

    /// Runs until the program calls another contract or ends.
    pub(super) fn run<DB: Database<Error = Infallible>>(
        &mut self,
        context: &mut ArbContext<DB>,
        frame: &mut Frame,
    ) -> InterpreterAction {
        if self.run.is_none()
            && let Err(result) = self.enter(context, frame)
        {
            return InterpreterAction::Return(result);
        }
        loop {
            let Some(run) = self.run.as_mut() else { unreachable!("the program was entered above") };
            let answer = std::mem::replace(&mut self.answer, Answer::Go { gas: 0 });
            match run.resume(answer) {
                Step::Asks(request) => match self.serve(context, frame, request) {
                    Served::Answered(answer) => self.answer = answer,
                    Served::Enters(input) => return InterpreterAction::NewFrame(input),
                },
                Step::Ends(exit) => {
                    context.chain_mut().pages.open = self.pages_before;
                    if let (Some(recorder), Exit::Finished { status, .. }) = (&context.chain().recorder, &exit) {
                        recorder.returned(*status, self.ink);
                    }
                    return InterpreterAction::Return(self.settle(context, frame, exit));
                }
            }
        }
    }

    /// Pays for entering the program and starts it.
    fn enter<DB: Database<Error = Infallible>>(
        &mut self,
        context: &mut ArbContext<DB>,
        frame: &Frame,
    ) -> Result<(), InterpreterResult> {
        let limit = frame.interpreter.gas.limit();
        let FrameInput::Call(call) = &frame.input else {
            context.chain_mut().failure = Some("init code is a Stylus program, which is never activated".into());
            return Err(halted(InstructionResult::NotActivated, limit));
        };
        let (code_hash, code) = call.known_bytecode.clone();
        let params = StylusParams::load(context);
        let record = arbos::programs::active(context, &params, code_hash).map_err(|inactive| {
            context.chain_mut().failure = Some(inactive.to_string());
            halted(InstructionResult::NotActivated, limit)
        })?;
        self.page_price = params.page_price();
        self.ink_price = params.ink_price.into();

        let pages = &mut context.chain_mut().pages;
        self.pages_before = pages.open;
        let mut trial = *pages;
        let memory = trial.open(record.footprint, self.page_price);
        let cost = memory.saturating_add(record.entry_gas(&params));
        let Some(gas) = frame.interpreter.gas.remaining().checked_sub(cost) else {
            return Err(halted(InstructionResult::OutOfGas, limit));
        };
        *pages = trial;

        let programs = context.chain().programs.clone();
        let compiled = programs.get(code_hash, |engine| compile(engine, code.original_byte_slice(), &params)).map_err(
            |reason| {
                context.chain_mut().failure = Some(reason);
                halted(InstructionResult::NotActivated, limit)
            },
        )?;
        let env = Env {
            arbos: context.chain().block.version,
            ink_price: self.ink_price,
            stack_words: params.max_stack_depth,
            recorder: context.chain().recorder.clone(),
            ..self.env(context, call)
        };
        let ink = gas.saturating_mul(self.ink_price);
        if let Some(recorder) = &env.recorder {
            recorder.entered(env.args.len(), ink);
        }
        self.ink = ink;
        self.run = Some(programs.engine.start(&compiled, env, ink));
        Ok(())
    }

    fn env<DB: Database>(&self, context: &ArbContext<DB>, call: &CallInputs) -> Env {
        let block = context.block();
        Env {
            args: call.input.bytes_local(context.local()),
            contract: call.target_address,
            sender: call.caller,
            value: call.value.get(),
            is_static: call.is_static,
            reentrant: self.reentrant,
            origin: context.tx().caller(),
            gas_price: context.chain().offered_price,
            base_fee: U256::from(block.basefee()),
            coinbase: block.beneficiary(),
            gas_limit: block.gas_limit(),
            block_number: block.number().saturating_to(),
            timestamp: block.timestamp().saturating_to(),
            chain_id: context.cfg.chain_id,
            ..Env::default()
        }
    }

    fn serve<DB: Database<Error = Infallible>>(
        &mut self,
        context: &mut ArbContext<DB>,
        frame: &Frame,
        request: Request,
    ) -> Served {
        let acting = frame.interpreter.input.target_address;
        let answer = match request {
            Request::LoadSlot(key) => {
                let slot = context.journal_mut().sload(acting, key).unwrap_or_else(|never| match never {});
                let gas = access_gas(slot.is_cold, 2100) + STORAGE_REQUEST_GAS;
                Answer::Word { value: slot.data, gas }
            }
            Request::StoreSlots(slots) => Answer::Go { gas: self.store(context, acting, &slots) },
            Request::LoadTransient(key) => Answer::Word { value: context.journal_mut().tload(acting, key), gas: 0 },
            Request::StoreTransient(key, value) => {
                context.journal_mut().tstore(acting, key, value);
                Answer::Go { gas: 0 }
            }
            Request::Log { topics, data } => {
                let data = LogData::new_unchecked(topics, data);
                context.journal_mut().log(Log { address: acting, data });
                Answer::Go { gas: 0 }
            }
            Request::Balance(address) => {
                let account = load(context, address);
                Answer::Word { value: account.balance, gas: access_gas(account.is_cold, 2600) }
            }
            Request::CodeHash(address) => {
                let account = load(context, address);
                let hash = if account.is_empty { B256::ZERO } else { account.code_hash };
                Answer::Word { value: hash.into(), gas: access_gas(account.is_cold, 2600) }
            }
            Request::Code(address) => {
                let account = load(context, address);
                Answer::Code { gas: 700 + access_gas(account.is_cold, 2600), code: account.code }
            }
            Request::OpenPages(pages) => Answer::Go { gas: context.chain_mut().pages.open(pages, self.page_price) },
            Request::Print(text) => {
                eprintln!("{acting}: {text}");
                Answer::Go { gas: 0 }
            }
            Request::Call { kind, contract, data, value, gas_left, gas_asked } => {
                let call = Call { kind, contract, data, value, gas_left, gas_asked };
                return self.call(context, frame, call);
            }
            Request::Create { code, endowment, salt, gas_left } => {
                return self.create(frame, code, endowment, salt, gas_left);
            }
        };
        Served::Answered(answer)
    }

    /// Writes slots by the EVM's rules and returns the gas of all of them.
    fn store<DB: Database<Error = Infallible>>(
        &mut self,
        context: &mut ArbContext<DB>,
        acting: Address,
        slots: &[(U256, U256)],
    ) -> u64 {
        let mut gas = 0;
        for (key, value) in slots {
            let store = context.journal_mut().sstore(acting, *key, *value).unwrap_or_else(|never| match never {});
            let cold = store.is_cold;
            let (original, present, new) = (store.original_value, store.present_value, store.new_value);
            gas += if cold { 2100 } else { 0 };
            gas += store_gas(original, present, new);
            self.refund += store_refund(original, present, new);
        }
        gas
    }

    fn call<DB: Database<Error = Infallible>>(
        &mut self,
        context: &mut ArbContext<DB>,
        frame: &Frame,
        call: Call,
    ) -> Served {
        let FrameInput::Call(own) = &frame.input else { unreachable!("only calls enter programs") };
        let sends = !call.value.is_zero();
        if sends && own.is_static {
            return failed(0);
        }
        if call.gas_left < WARM_ACCESS_GAS {
            return failed(call.gas_left); // too little even to look at the target
        }
        let target = load(context, call.contract);
        let mut base = access_gas(target.is_cold, 2600);
        if sends {
            base += if target.is_empty { 25_000 } else { 0 } + 9000;
        }
        let Some(rest) = call.gas_left.checked_sub(base) else {
            return failed(call.gas_left);
        };
        // floor(x · 63/64), which is one less than the EVM's x − floor(x/64) unless 64 divides x.
        let most = u64::try_from(u128::from(rest) * 63 / 64).unwrap_or(u64::MAX);
        let mut given = most.min(call.gas_asked);
        if sends {
            given += 2300;
        }
        self.outgoing = Outgoing { base, given };

        let (target_address, caller, value, scheme) = match call.kind {
            CallKind::Call => (call.contract, own.target_address, CallValue::Transfer(call.value), CallScheme::Call),
            CallKind::Static => {
                (call.contract, own.target_address, CallValue::Transfer(U256::ZERO), CallScheme::StaticCall)
            }
            CallKind::Delegate => {
                (own.target_address, own.caller, CallValue::Apparent(own.value.get()), CallScheme::DelegateCall)
            }
        };
        let known_bytecode = runnable_code(context, call.contract);
        Served::Enters(FrameInput::Call(Box::new(CallInputs {
            input: CallInput::Bytes(call.data),
            return_memory_offset: 0..0,
            gas_limit: given,
            reservoir: 0,
            bytecode_address: call.contract,
            known_bytecode,
            target_address,
            caller,
            value,
            scheme,
            is_static: own.is_static || call.kind == CallKind::Static,
            charged_new_account_state_gas: false,
        })))
    }

    fn create(&mut self, frame: &Frame, code: Bytes, endowment: U256, salt: Option<B256>, gas_left: u64) -> Served {
        let FrameInput::Call(own) = &frame.input else { unreachable!("only calls enter programs") };
        let words = code.len().div_ceil(32) as u64;
        let base = 32_000 + if salt.is_some() { 6 * words } else { 0 };
        let Some(rest) = gas_left.checked_sub(base).filter(|_| !own.is_static) else {
            return Served::Answered(Answer::Refused);
        };
        let given = rest - rest / 64;
        self.outgoing = Outgoing { base, given };
        let scheme = salt.map_or(CreateScheme::Create, |salt| CreateScheme::Create2 { salt: salt.into() });
        Served::Enters(FrameInput::Create(Box::new(CreateInputs::new(
            own.target_address,
            scheme,
            endowment,
            code,
            given,
            0,
        ))))
    }

    /// Takes the result of a call or creation that the program made.
    pub(super) fn child_returned(&mut self, result: FrameResult) {
        let outcome = result.instruction_result();
        let gas = result.gas();
        let left = if outcome.is_ok_or_revert() { gas.remaining() } else { 0 };
        if outcome.is_ok() {
            self.refund += gas.refunded();
        }
        // A callee cannot return more than it was given.
        let gas = self.outgoing.base + self.outgoing.given.saturating_sub(left);
        self.answer = match result {
            FrameResult::Call(call) => {
                let data = if outcome.is_ok_or_revert() { call.result.output } else { Bytes::new() };
                Answer::Returned { success: outcome.is_ok(), data, created: Address::ZERO, gas }
            }
            FrameResult::Create(create) => {
                let data = if outcome.is_revert() { create.result.output } else { Bytes::new() };
                let created = create.address.filter(|_| outcome.is_ok()).unwrap_or_default();
                Answer::Returned { success: outcome.is_ok(), data, created, gas }
            }
        };
    }

    /// Turns the end of a program into what the EVM sees of it.
    fn settle<DB: Database>(&self, context: &mut ArbContext<DB>, frame: &Frame, exit: Exit) -> InterpreterResult {
        let limit = frame.interpreter.gas.limit();
        let (result, output, ink) = match exit {
            Exit::Finished { status: 0, output, ink } => (InstructionResult::Return, output, ink),
            Exit::Finished { output, ink, .. } => (InstructionResult::Revert, output, ink),
            Exit::Failed { reason, ink } => {
                context.chain_mut().failure = Some(reason);
                (InstructionResult::Revert, Bytes::new(), ink)
            }
            Exit::OutOfInk => return halted(InstructionResult::OutOfGas, limit),
            // A halt that keeps no gas; revm's own depth error would return it.
            Exit::OutOfStack => {
                context.chain_mut().failure = Some("max call depth exceeded".into());
                return halted(InstructionResult::StackOverflow, limit);
            }
        };
        // Results cost at least what the EVM's memory for them would.
        let floor = memory_gas(output.len());
        if floor > limit {
            return halted(InstructionResult::OutOfGas, limit);
        }
        let left = (ink / self.ink_price).min(limit - floor);
        let mut gas = Gas::new(limit);
        gas.set_remaining(left);
        if result.is_ok() {
            gas.record_refund(self.refund);
        }
        InterpreterResult::new(result, output, gas)
    }
}

/// A call that a program asks for.
struct Call {
    kind: CallKind,
    contract: Address,
    data: Bytes,
    value: U256,
    gas_left: u64,
    gas_asked: u64,
}

/// An account as host calls see it.
struct Loaded {
    balance: U256,
    code_hash: B256,
    code: Bytes,
    is_empty: bool,
    is_cold: bool,
}

fn load<DB: Database<Error = Infallible>>(context: &mut ArbContext<DB>, address: Address) -> Loaded {
    let account = context.journal_mut().load_account_with_code(address).unwrap_or_else(|never| match never {});
    Loaded {
        balance: account.info.balance,
        code_hash: if account.info.code_hash.is_zero() { KECCAK_EMPTY } else { account.info.code_hash },
        code: account.info.code.as_ref().map(revm::state::Bytecode::original_bytes).unwrap_or_default(),
        is_empty: account.info.is_empty(),
        is_cold: account.is_cold,
    }
}

/// Returns the code that a call to `address` runs, which EIP-7702 may place elsewhere.
///
/// Unlike the EVM's own calls, those of programs do not warm that place.
fn runnable_code<DB: Database<Error = Infallible>>(
    context: &mut ArbContext<DB>,
    address: Address,
) -> (B256, revm::state::Bytecode) {
    let code_of = |info: AccountInfo| (info.code_hash, info.code.unwrap_or_default());
    let (hash, code) = code_of(arbos::peek_account(context, address));
    match code.eip7702_address() {
        Some(delegate) => code_of(arbos::peek_account(context, delegate)),
        None => (hash, code),
    }
}

fn compile(
    engine: &stylus::engine::Engine,
    code: &[u8],
    params: &StylusParams,
) -> Result<stylus::engine::Compiled, String> {
    let wasm = arbos::programs::decompress(code, params.max_wasm_size as usize).map_err(|e| e.to_string())?;
    // The program was activated, so its pages were within the limit of then.
    let activated = stylus::activate::activate(&wasm, u16::MAX).map_err(|e| e.to_string())?;
    engine.compile(&activated.wasm).map_err(|e| format!("{e:#}"))
}

fn failed(gas: u64) -> Served {
    Served::Answered(Answer::Returned { success: false, data: Bytes::new(), created: Address::ZERO, gas })
}

fn halted(result: InstructionResult, limit: u64) -> InterpreterResult {
    let mut gas = Gas::new(limit);
    gas.spend_all();
    InterpreterResult::new(result, Bytes::new(), gas)
}

fn access_gas(is_cold: bool, cold: u64) -> u64 {
    if is_cold { cold } else { WARM_ACCESS_GAS }
}

/// Gas of a store beyond the cold access (EIP-2200 with EIP-2929's figures).
fn store_gas(original: U256, present: U256, new: U256) -> u64 {
    if new == present || original != present {
        100
    } else if original.is_zero() {
        20_000
    } else {
        2900
    }
}

/// Refund of a store (EIP-3529).
fn store_refund(original: U256, present: U256, new: U256) -> i64 {
    const CLEARED: i64 = 4800;
    if new == present {
        return 0;
    }
    if original == present {
        return if !original.is_zero() && new.is_zero() { CLEARED } else { 0 };
    }
    let mut refund = 0;
    if !original.is_zero() {
        if present.is_zero() {
            refund -= CLEARED;
        } else if new.is_zero() {
            refund += CLEARED;
        }
    }
    if new == original {
        refund += if original.is_zero() { 19_900 } else { 2800 };
    }
    refund
}

/// Gas of the EVM memory that `bytes` would take.
fn memory_gas(bytes: usize) -> u64 {
    let words = bytes.div_ceil(32) as u64;
    3 * words + words * words / 512
}
