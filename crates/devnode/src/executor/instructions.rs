//! Opcodes that Arbitrum runs otherwise than Ethereum.

use std::convert::Infallible;

use revm::{
    bytecode::opcode,
    context_interface::{ContextTr, JournalTr},
    database_interface::Database,
    handler::instructions::EthInstructions,
    interpreter::{
        Instruction, InstructionContext, InstructionExecResult, InstructionResult,
        instructions::host,
        interpreter::EthInterpreter,
        interpreter_types::{InputsTr, RuntimeFlag},
    },
    primitives::{Address, hardfork::SpecId},
};

use super::ArbContext;
use crate::{arbos, stylus};

/// Gas of `SELFDESTRUCT` before what depends on its target.
const SELFDESTRUCT_GAS: u16 = 5000;

/// Returns the opcodes of an Ethereum fork with Arbitrum's changes.
pub(super) fn table<DB: Database<Error = Infallible>>(spec: SpecId) -> EthInstructions<EthInterpreter, ArbContext<DB>> {
    let mut instructions = EthInstructions::new_mainnet_with_spec(spec);
    instructions.insert_instruction(opcode::SELFDESTRUCT, Instruction::new(selfdestruct), SELFDESTRUCT_GAS);
    instructions.insert_instruction(opcode::BLOBBASEFEE, Instruction::unknown(), 0); // there are no blobs
    instructions
}

/// Reverts in an account whose code is a program, else destroys as Ethereum does.
///
/// Programs have no such opcode, but code that they delegate to does. What Ethereum checks and charges
/// for comes first: a static call and an empty stack fail otherwise.
fn selfdestruct<DB: Database<Error = Infallible>>(
    context: InstructionContext<'_, ArbContext<DB>, EthInterpreter>,
) -> InstructionExecResult {
    let acting = context.interpreter.input.target_address();
    let info = arbos::peek_account(context.host, acting);
    let code = info.code.as_ref().map(|code| code.original_byte_slice()).unwrap_or_default();
    if !stylus::is_program(code) {
        return host::selfdestruct(context);
    }
    if context.interpreter.runtime_flag.is_static() {
        return Err(InstructionResult::StateChangeDuringStaticCall);
    }
    let Some(target) = context.interpreter.stack.pop().ok() else {
        return Err(InstructionResult::StackUnderflow);
    };
    let target = Address::from_word(target.into());
    let beneficiary = context.host.journal_mut().load_account(target).unwrap_or_else(|never| match never {});
    let tops_up = beneficiary.info.is_empty() && !info.balance.is_zero();
    let gas = if beneficiary.is_cold { 2600 } else { 0 } + if tops_up { 25_000 } else { 0 };
    if !context.interpreter.gas.record_regular_cost(gas) {
        return Err(InstructionResult::OutOfGas);
    }
    Err(InstructionResult::Revert)
}
