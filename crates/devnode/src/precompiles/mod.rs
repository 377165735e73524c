//! ArbOS precompiles beside Ethereum's: one file each.

mod arb_sys;
mod arb_wasm;
mod arb_wasm_cache;

use std::convert::Infallible;

use revm::{
    context::Cfg,
    context_interface::ContextTr,
    database_interface::Database,
    handler::{EthPrecompiles, PrecompileProvider},
    interpreter::{CallInputs, Gas, InstructionResult, InterpreterResult},
    primitives::{Address, AddressSet, Bytes, hardfork::SpecId},
};

use crate::executor::ArbContext;

/// Gas of opening ArbOS's state.
const OPEN_GAS: u64 = 800;
/// Gas of reading an ArbOS slot.
pub(crate) const READ_GAS: u64 = 800;
/// Gas of writing an ArbOS slot.
pub(crate) const WRITE_GAS: u64 = 20_000;
/// Gas of reading the parameters word.
pub(crate) const PARAMS_GAS: u64 = 100;
/// Gas of reading an account's code hash.
pub(crate) const CODE_HASH_GAS: u64 = 2600;
/// Gas per word of arguments and results.
const COPY_GAS: u64 = 3;

/// Every ArbOS precompile has an account with one byte of code, `fe`, answered here or not.
pub fn addresses() -> impl Iterator<Item = Address> {
    [0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f, 0x70, 0x71, 0x72, 0x73, 0xff]
        .into_iter()
        .map(Address::with_last_byte)
}

/// Ethereum's precompiles and those of ArbOS.
#[derive(Clone, Debug)]
pub struct ArbPrecompiles {
    ethereum: EthPrecompiles,
    warm: AddressSet,
}

impl ArbPrecompiles {
    /// Sets up the precompiles of an Ethereum fork.
    pub fn new(spec: SpecId) -> Self {
        let ethereum = EthPrecompiles::new(spec);
        let warm = ethereum.warm_addresses().iter().copied().chain(addresses()).collect();
        Self { ethereum, warm }
    }
}

impl<DB: Database<Error = Infallible>> PrecompileProvider<ArbContext<DB>> for ArbPrecompiles {
    type Output = InterpreterResult;

    fn set_spec(&mut self, spec: <<ArbContext<DB> as ContextTr>::Cfg as Cfg>::Spec) -> bool {
        *self = Self::new(spec);
        true
    }

    fn run(&mut self, context: &mut ArbContext<DB>, inputs: &CallInputs) -> Result<Option<InterpreterResult>, String> {
        let arb = match inputs.bytecode_address.as_slice() {
            [.., 0x64] if inputs.bytecode_address == arb_sys::ADDRESS => arb_sys::run,
            [.., 0x71] if inputs.bytecode_address == arb_wasm::ADDRESS => arb_wasm::run,
            [.., 0x72] if inputs.bytecode_address == arb_wasm_cache::ADDRESS => arb_wasm_cache::run,
            _ => return self.ethereum.run(context, inputs),
        };
        Ok(Some(Call::run(context, inputs, arb)))
    }

    fn warm_addresses(&self) -> &AddressSet {
        &self.warm
    }
}

/// How a precompile fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// A revert that takes all gas: malformed input, no right to call.
    Everything,
    /// A declared Solidity error; the rest of the gas returns.
    Error(Vec<u8>),
    /// Any other error: a revert without data; the rest of the gas returns.
    Plain,
    /// A halt with its reason, which is no revert.
    Halt(String),
}

/// A precompile call under way.
pub(crate) struct Call<'a, DB: Database> {
    pub(crate) context: &'a mut ArbContext<DB>,
    pub(crate) inputs: &'a CallInputs,
    pub(crate) gas: Gas,
}

type Method<DB> = fn(&mut Call<'_, DB>, &[u8]) -> Result<Vec<u8>, Failure>;

impl<'a, DB: Database<Error = Infallible>> Call<'a, DB> {
    fn run(context: &'a mut ArbContext<DB>, inputs: &'a CallInputs, method: Method<DB>) -> InterpreterResult {
        let data = inputs.input.bytes(context);
        let mut call = Self { context, inputs, gas: Gas::new(inputs.gas_limit) };
        let outcome = call.charge_arguments(&data).and_then(|()| method(&mut call, &data)).and_then(|result| {
            call.burn(COPY_GAS * words(result.len()))?;
            Ok(result)
        });
        let mut gas = call.gas;
        let (result, output) = match outcome {
            Ok(output) => (InstructionResult::Return, output),
            Err(Failure::Plain) => (InstructionResult::Revert, Vec::new()),
            Err(Failure::Error(data)) => {
                if !gas.record_regular_cost(COPY_GAS * words(data.len().saturating_sub(4))) {
                    gas.spend_all();
                }
                (InstructionResult::Revert, data)
            }
            Err(Failure::Everything) => {
                gas.spend_all();
                (InstructionResult::Revert, Vec::new())
            }
            Err(Failure::Halt(reason)) => {
                gas.spend_all();
                call.context.chain.failure = Some(reason);
                (InstructionResult::PrecompileError, Vec::new())
            }
        };
        InterpreterResult::new(result, Bytes::from(output), gas)
    }

    fn charge_arguments(&mut self, data: &[u8]) -> Result<(), Failure> {
        let arguments = data.len().checked_sub(4).ok_or(Failure::Everything)?;
        self.burn(OPEN_GAS + COPY_GAS * words(arguments)).map_err(|_| Failure::Everything)
    }

    /// Takes gas; running out of it leaves none and looks like a revert without data.
    pub(crate) fn burn(&mut self, gas: u64) -> Result<(), Failure> {
        if self.gas.record_regular_cost(gas) { Ok(()) } else { Err(Failure::Everything) }
    }

    /// Refuses what a method that changes state cannot be called by.
    pub(crate) fn check_may_write(&self) -> Result<(), Failure> {
        self.check_not_delegated()?;
        if self.inputs.is_static { Err(Failure::Everything) } else { Ok(()) }
    }

    /// Refuses delegated calls, as every method that is not pure does.
    pub(crate) fn check_not_delegated(&self) -> Result<(), Failure> {
        let scheme = self.inputs.scheme;
        if scheme.is_delegate_call() || scheme.is_call_code() { Err(Failure::Everything) } else { Ok(()) }
    }

    /// Refuses value sent to a method that takes none.
    pub(crate) fn check_no_value(&self) -> Result<(), Failure> {
        if self.inputs.transfers_value() { Err(Failure::Everything) } else { Ok(()) }
    }
}

fn words(bytes: usize) -> u64 {
    bytes.div_ceil(32) as u64
}
