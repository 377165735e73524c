//! The stack of frames: revm's for the EVM, each with a program beside it where one runs.
//!
//! Inspectors see calls, creations and logs of both; steps only of the EVM.

use std::convert::Infallible;

use revm::{
    context::{ContextTr, Evm, FrameStack, JournalTr},
    context_interface::context::take_error,
    database_interface::Database,
    handler::{
        EthFrame, EvmTr, FrameData, FrameInitOrResult, FrameResult, ItemOrResult,
        evm::{ContextDbError, FrameInitResult},
        instructions::EthInstructions,
    },
    inspector::{Inspector, InspectorEvmTr, handler::frame_end, inspect_instructions},
    interpreter::{
        CallInputs, FrameInput, Gas, InstructionResult, InterpreterAction, InterpreterResult,
        interpreter::EthInterpreter, interpreter_action::FrameInit,
    },
    primitives::{Address, Bytes, KECCAK_EMPTY},
    state::Bytecode,
};

use super::{ArbContext, instructions, program::Program};
use crate::{
    arbos,
    precompiles::{self, ArbPrecompiles},
    stylus,
};

type Frame = EthFrame<EthInterpreter>;
type Instructions<DB> = EthInstructions<EthInterpreter, ArbContext<DB>>;

/// The EVM with Stylus programs and ArbOS precompiles.
pub struct ArbEvm<DB: Database, I = ()> {
    evm: Evm<ArbContext<DB>, I, Instructions<DB>, ArbPrecompiles, Frame>,
    /// What runs in each open frame, outermost first.
    open: Vec<Open>,
}

/// A frame as Stylus sees it.
#[derive(Debug)]
struct Open {
    /// The account that the frame acts as.
    acting: Address,
    /// Whether it counts for reentrancy: delegated code does not.
    counts: bool,
    /// The program that runs, if it is one.
    program: Option<Box<Program>>,
}

impl<DB: Database, I> std::fmt::Debug for ArbEvm<DB, I> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ArbEvm").field("open", &self.open).finish_non_exhaustive()
    }
}

impl<DB: Database<Error = Infallible>, I> ArbEvm<DB, I> {
    pub(super) fn new(context: ArbContext<DB>, inspector: I) -> Self {
        let instructions = instructions::table(*context.cfg.spec());
        let mut precompiles = ArbPrecompiles::new(context.chain.block.version);
        precompiles.rearrange(&context.chain.removed, &context.chain.moved);
        Self { evm: Evm::new_with_inspector(context, inspector, instructions, precompiles), open: Vec::new() }
    }

    pub(super) fn into_parts(self) -> (ArbContext<DB>, I) {
        (self.evm.ctx, self.evm.inspector)
    }

    /// Runs the frame on top if a program runs in it.
    fn run_program(&mut self) -> Option<InterpreterAction> {
        let program = self.open.last_mut()?.program.as_mut()?;
        Some(program.run(&mut self.evm.ctx, self.evm.frame_stack.get()))
    }

    fn process(
        &mut self,
        action: InterpreterAction,
    ) -> Result<FrameInitOrResult<Frame>, ContextDbError<ArbContext<DB>>> {
        let frame = self.evm.frame_stack.get();
        let action = refuse_foreign_prefix(frame, action);
        frame.process_next_action::<_, ContextDbError<ArbContext<DB>>>(&mut self.evm.ctx, action)
    }
}

impl<DB: Database<Error = Infallible>, I> EvmTr for ArbEvm<DB, I> {
    type Context = ArbContext<DB>;
    type Instructions = Instructions<DB>;
    type Precompiles = ArbPrecompiles;
    type Frame = Frame;

    fn all(&self) -> (&Self::Context, &Self::Instructions, &Self::Precompiles, &FrameStack<Self::Frame>) {
        self.evm.all()
    }

    fn all_mut(
        &mut self,
    ) -> (&mut Self::Context, &mut Self::Instructions, &mut Self::Precompiles, &mut FrameStack<Self::Frame>) {
        self.evm.all_mut()
    }

    fn frame_init(&mut self, mut init: FrameInit) -> Result<FrameInitResult<'_, Frame>, ContextDbError<Self::Context>> {
        if let FrameInput::Call(call) = &mut init.frame_input {
            empty_if_delegated_to_precompile(&mut self.evm.ctx, call);
        }
        let opened = match &init.frame_input {
            FrameInput::Call(call) => {
                let counts = !(call.scheme.is_delegate_call() || call.scheme.is_call_code());
                let is_program = stylus::is_program(call.known_bytecode.1.original_byte_slice());
                Some((call.target_address, counts, is_program))
            }
            FrameInput::Create(_) | FrameInput::Empty => None,
        };
        let caller = match &init.frame_input {
            FrameInput::Call(call) => call.caller,
            FrameInput::Create(create) => create.caller(),
            FrameInput::Empty => Address::ZERO,
        };
        let reentrant =
            |open: &[Open], acting| open.iter().filter(|frame| frame.counts && frame.acting == acting).count();
        if let ItemOrResult::Result(result) = self.evm.frame_init(init)? {
            return Ok(ItemOrResult::Result(result));
        }
        let frame = self.evm.frame_stack.get();
        let (acting, counts, is_program) = opened.unwrap_or_else(|| {
            let is_program =
                matches!(&frame.input, FrameInput::Create(create) if stylus::is_program(create.init_code()));
            (created_address(frame), true, is_program)
        });
        let program = is_program.then(|| {
            let others = reentrant(&self.open, acting);
            Box::new(Program::new(others + usize::from(counts) > 1))
        });
        self.open.push(Open { acting, counts, program });
        self.evm.ctx.chain.callers.push(caller);
        Ok(ItemOrResult::Item(self.evm.frame_stack.get()))
    }

    fn frame_run(&mut self) -> Result<FrameInitOrResult<Frame>, ContextDbError<Self::Context>> {
        let action = self.run_program().unwrap_or_else(|| {
            let instructions = &self.evm.instruction;
            let frame = self.evm.frame_stack.get();
            let (table, gas) = (instructions.instruction_table(), instructions.gas_table());
            frame.interpreter.run_plain(table, gas, &mut self.evm.ctx)
        });
        let next = self.process(action)?;
        if next.is_result() {
            self.evm.frame_stack.get().set_finished(true);
        }
        Ok(next)
    }

    fn frame_return_result(
        &mut self,
        result: FrameResult,
    ) -> Result<Option<FrameResult>, ContextDbError<Self::Context>> {
        if self.evm.frame_stack.get().is_finished() {
            self.evm.frame_stack.pop();
            self.open.pop();
            self.evm.ctx.chain.callers.pop();
        }
        if self.evm.frame_stack.index().is_none() {
            return Ok(Some(result));
        }
        let frame = self.evm.frame_stack.get();
        let context = &mut self.evm.ctx;
        context.chain.failure = None; // that of a frame below is the caller's affair
        match self.open.last_mut().and_then(|open| open.program.as_mut()) {
            Some(program) => {
                frame.interpreter.memory.free_child_context();
                take_error::<ContextDbError<Self::Context>, _>(context.error())?;
                program.child_returned(result);
            }
            None => frame.return_result::<_, ContextDbError<Self::Context>>(context, result)?,
        }
        Ok(None)
    }
}

impl<DB, I> InspectorEvmTr for ArbEvm<DB, I>
where
    DB: Database<Error = Infallible>,
    I: Inspector<ArbContext<DB>, EthInterpreter>,
{
    type Inspector = I;

    fn all_inspector(
        &self,
    ) -> (&Self::Context, &Self::Instructions, &Self::Precompiles, &FrameStack<Self::Frame>, &Self::Inspector) {
        let evm = &self.evm;
        (&evm.ctx, &evm.instruction, &evm.precompiles, &evm.frame_stack, &evm.inspector)
    }

    fn all_mut_inspector(
        &mut self,
    ) -> (
        &mut Self::Context,
        &mut Self::Instructions,
        &mut Self::Precompiles,
        &mut FrameStack<Self::Frame>,
        &mut Self::Inspector,
    ) {
        let evm = &mut self.evm;
        (&mut evm.ctx, &mut evm.instruction, &mut evm.precompiles, &mut evm.frame_stack, &mut evm.inspector)
    }

    fn inspect_frame_run(&mut self) -> Result<FrameInitOrResult<Frame>, ContextDbError<Self::Context>> {
        let logs_before = self.evm.ctx.journal().logs().len();
        let action = match self.run_program() {
            Some(action) => {
                let logs = self.evm.ctx.journal().logs()[logs_before..].to_vec();
                for log in logs {
                    self.evm.inspector.log(&mut self.evm.ctx, log);
                }
                action
            }
            None => {
                let evm = &mut self.evm;
                let (table, gas) = (evm.instruction.instruction_table(), evm.instruction.gas_table());
                let interpreter = &mut evm.frame_stack.get().interpreter;
                inspect_instructions(&mut evm.ctx, interpreter, &mut evm.inspector, table, gas)
            }
        };
        let mut next = self.process(action)?;
        if let ItemOrResult::Result(result) = &mut next {
            let evm = &mut self.evm;
            let frame = evm.frame_stack.get();
            frame_end(&mut evm.ctx, &mut evm.inspector, &frame.input, result);
            frame.set_finished(true);
        }
        Ok(next)
    }
}

/// An account that delegates to a precompile runs no code (EIP-7702), and those of ArbOS have some.
fn empty_if_delegated_to_precompile<DB: Database<Error = Infallible>>(
    context: &mut ArbContext<DB>,
    call: &mut CallInputs,
) {
    if call.known_bytecode.1.original_byte_slice() != precompiles::CODE || context.chain.block.version < 50 {
        return;
    }
    let code = arbos::peek_account(context, call.bytecode_address).code.unwrap_or_default();
    if code.eip7702_address().is_some_and(|delegate| precompiles::addresses().any(|address| address == delegate)) {
        call.known_bytecode = (KECCAK_EMPTY, Bytecode::default());
    }
}

fn created_address(frame: &Frame) -> Address {
    match &frame.data {
        FrameData::Create(create) => create.created_address,
        FrameData::Call(_) => frame.interpreter.input.target_address,
    }
}

/// EIP-3541 with Stylus' exception: new code that starts with `EF` is refused unless it is a program.
fn refuse_foreign_prefix(frame: &Frame, action: InterpreterAction) -> InterpreterAction {
    let is_create = matches!(frame.data, FrameData::Create(_));
    match action {
        InterpreterAction::Return(result)
            if is_create
                && result.result.is_ok()
                && result.output.first() == Some(&0xef)
                && !stylus::is_program(&result.output) =>
        {
            let mut gas = Gas::new(result.gas.limit());
            gas.spend_all();
            let refused = InstructionResult::CreateContractStartingWithEF;
            InterpreterAction::Return(InterpreterResult::new(refused, Bytes::new(), gas))
        }
        action => action,
    }
}
