//! The stack of frames: revm's for the EVM, each with a program beside it where one runs.

use std::convert::Infallible;

use revm::{
    context::{ContextTr, Evm, FrameStack},
    context_interface::context::take_error,
    database_interface::Database,
    handler::{
        EthFrame, EvmTr, FrameData, FrameInitOrResult, FrameResult, ItemOrResult,
        evm::{ContextDbError, FrameInitResult},
        instructions::EthInstructions,
    },
    interpreter::{
        FrameInput, Gas, InstructionResult, InterpreterAction, InterpreterResult, interpreter::EthInterpreter,
        interpreter_action::FrameInit,
    },
    primitives::{Address, Bytes},
};

use super::{ArbContext, program::Program};
use crate::{precompiles::ArbPrecompiles, stylus};

type Frame = EthFrame<EthInterpreter>;
type Instructions<DB> = EthInstructions<EthInterpreter, ArbContext<DB>>;

/// The EVM with Stylus programs and ArbOS precompiles.
pub struct ArbEvm<DB: Database> {
    evm: Evm<ArbContext<DB>, (), Instructions<DB>, ArbPrecompiles, Frame>,
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

impl<DB: Database> std::fmt::Debug for ArbEvm<DB> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ArbEvm").field("open", &self.open).finish_non_exhaustive()
    }
}

impl<DB: Database> ArbEvm<DB> {
    pub(super) fn new(context: ArbContext<DB>) -> Self {
        let spec = *context.cfg.spec();
        let instructions = EthInstructions::new_mainnet_with_spec(spec);
        Self { evm: Evm::new(context, instructions, ArbPrecompiles::new(spec)), open: Vec::new() }
    }

    pub(super) fn into_context(self) -> ArbContext<DB> {
        self.evm.ctx
    }
}

impl<DB: Database<Error = Infallible>> EvmTr for ArbEvm<DB> {
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

    fn frame_init(&mut self, init: FrameInit) -> Result<FrameInitResult<'_, Frame>, ContextDbError<Self::Context>> {
        let opened = match &init.frame_input {
            FrameInput::Call(call) => {
                let counts = !(call.scheme.is_delegate_call() || call.scheme.is_call_code());
                let is_program = stylus::is_program(call.known_bytecode.1.original_byte_slice());
                Some((call.target_address, counts, is_program))
            }
            FrameInput::Create(_) | FrameInput::Empty => None,
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
        Ok(ItemOrResult::Item(self.evm.frame_stack.get()))
    }

    fn frame_run(&mut self) -> Result<FrameInitOrResult<Frame>, ContextDbError<Self::Context>> {
        let program = self.open.last_mut().and_then(|open| open.program.as_mut());
        let frame = self.evm.frame_stack.get();
        let context = &mut self.evm.ctx;
        let action = match program {
            Some(program) => program.run(context, frame),
            None => {
                let instructions = &self.evm.instruction;
                frame.interpreter.run_plain(instructions.instruction_table(), instructions.gas_table(), context)
            }
        };
        let action = refuse_foreign_prefix(frame, action);
        let next = frame.process_next_action::<_, ContextDbError<Self::Context>>(context, action)?;
        if next.is_result() {
            frame.set_finished(true);
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
        }
        if self.evm.frame_stack.index().is_none() {
            return Ok(Some(result));
        }
        let frame = self.evm.frame_stack.get();
        let context = &mut self.evm.ctx;
        match self.open.last_mut().and_then(|open| open.program.as_mut()) {
            Some(program) => {
                frame.interpreter.memory.free_child_context();
                take_error::<ContextDbError<Self::Context>, _>(context.error())?;
                program.child_returned(frame, result);
            }
            None => frame.return_result::<_, ContextDbError<Self::Context>>(context, result)?,
        }
        Ok(None)
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
