//! ArbOS precompiles beside Ethereum's: one file each, and the rules that they share here.

mod address_sets;
mod arb_debug;
mod arb_gas_info;
mod arb_info;
mod arb_owner;
mod arb_owner_public;
mod arb_sys;
mod arb_wasm;
mod arb_wasm_cache;
mod errors;
mod lesser;
mod methods;

use std::{convert::Infallible, sync::LazyLock};

use alloy::primitives::LogData;
use revm::{
    context::Cfg,
    context_interface::{ContextTr, JournalTr},
    database_interface::Database,
    handler::{EthPrecompiles, PrecompileProvider},
    interpreter::{CallInputs, CallScheme, Gas, InstructionResult, InterpreterResult},
    precompile::{Precompiles, secp256r1},
    primitives::{Address, AddressMap, AddressSet, Bytes, Log, U256, hardfork::SpecId},
};

use crate::{
    arbos::{
        self,
        layout::{Field, l2},
        params::StylusParams,
    },
    executor::ArbContext,
};
pub use errors::describe;
use methods::{Methods, Mutability};

/// Gas of opening ArbOS's state.
const OPEN_GAS: u64 = 800;
/// Gas of reading an ArbOS slot.
const READ_GAS: u64 = 800;
/// Gas of writing an ArbOS slot.
const WRITE_GAS: u64 = 20_000;
/// Gas of writing zero to one.
const WRITE_ZERO_GAS: u64 = 5000;
/// Gas of reading the parameters word.
const PARAMS_GAS: u64 = 100;
/// Gas of reading an account's code hash.
const CODE_HASH_GAS: u64 = 2600;
/// Gas per word of arguments and results.
const COPY_GAS: u64 = 3;
/// The only byte of code that each ArbOS precompile has, so that callers find some.
pub const CODE: [u8; 1] = [0xfe];
/// From which version a write reached from within a static call burns a transaction's gas.
const STATIC_BURN_SINCE: u64 = 50;

/// Returns every address that is an ArbOS precompile.
pub fn addresses() -> impl Iterator<Item = Address> {
    let numbered = [0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f, 0x70, 0x71, 0x72, 0x73, 0xff];
    numbered.into_iter().map(Address::with_last_byte).chain([arbos::ADDRESS])
}

/// Ethereum's precompiles and those of ArbOS.
#[derive(Clone, Debug)]
pub struct ArbPrecompiles {
    ethereum: EthPrecompiles,
    warm: AddressSet,
    /// Accounts that are no precompiles in a simulation.
    removed: AddressSet,
    /// Where a simulation has precompiles, and which.
    moved: AddressMap<Address>,
}

impl ArbPrecompiles {
    /// Sets up the precompiles of an ArbOS version.
    pub fn new(version: u64) -> Self {
        let ethereum = if version < 50 { before_osaka() } else { EthPrecompiles::new(SpecId::OSAKA) };
        let warm = ethereum.warm_addresses().iter().copied().chain(addresses()).collect();
        Self { ethereum, warm, removed: AddressSet::default(), moved: AddressMap::default() }
    }

    /// Whether an address is a precompile.
    pub fn contains(&self, address: Address) -> bool {
        self.warm.contains(&address)
    }

    /// Returns every precompile's address.
    pub fn addresses(&self) -> impl Iterator<Item = Address> {
        self.warm.iter().copied()
    }

    /// Takes precompiles away, and puts some elsewhere.
    pub fn rearrange(&mut self, removed: &[Address], moved: &[(Address, Address)]) {
        self.removed.extend(removed);
        self.moved.extend(moved.iter().map(|(from, to)| (*to, *from)));
        self.warm.retain(|address| !self.removed.contains(address));
        self.warm.extend(self.moved.keys());
    }
}

/// Cancun's precompiles and P-256 at its first price: BLS12-381 came with ArbOS 50.
fn before_osaka() -> EthPrecompiles {
    static SET: LazyLock<Precompiles> = LazyLock::new(|| {
        let mut precompiles = Precompiles::cancun().clone();
        precompiles.extend([secp256r1::P256VERIFY]);
        precompiles
    });
    EthPrecompiles { precompiles: &SET, spec: SpecId::CANCUN }
}

impl<DB: Database<Error = Infallible>> PrecompileProvider<ArbContext<DB>> for ArbPrecompiles {
    type Output = InterpreterResult;

    /// The set depends on the ArbOS version, which is fixed when the EVM is made.
    fn set_spec(&mut self, _: <<ArbContext<DB> as ContextTr>::Cfg as Cfg>::Spec) -> bool {
        false
    }

    fn run(&mut self, context: &mut ArbContext<DB>, inputs: &CallInputs) -> Result<Option<InterpreterResult>, String> {
        if let Some(original) = self.moved.get(&inputs.bytecode_address) {
            let inputs = CallInputs { bytecode_address: *original, ..inputs.clone() };
            return self.run_original(context, &inputs);
        }
        if self.removed.contains(&inputs.bytecode_address) {
            return Ok(None);
        }
        self.run_original(context, inputs)
    }

    fn warm_addresses(&self) -> &AddressSet {
        &self.warm
    }
}

impl ArbPrecompiles {
    fn run_original<DB: Database<Error = Infallible>>(
        &mut self,
        context: &mut ArbContext<DB>,
        inputs: &CallInputs,
    ) -> Result<Option<InterpreterResult>, String> {
        match arb_run(inputs.bytecode_address, context.chain.block.version) {
            None => self.ethereum.run(context, inputs),
            Some(run) => Ok(Some(run(context, inputs))),
        }
    }
}

type Run<DB> = fn(&mut ArbContext<DB>, &CallInputs) -> InterpreterResult;

/// Returns how an ArbOS precompile runs; `None` if it is none, or one of a later version.
fn arb_run<DB: Database<Error = Infallible>>(address: Address, version: u64) -> Option<Run<DB>> {
    if address == arbos::ADDRESS {
        return Some(run::<lesser::ArbosActs, DB>);
    }
    let [zeros @ .., last] = address.as_slice() else { return None };
    if zeros.iter().any(|byte| *byte != 0) {
        return None;
    }
    Some(match last {
        0x64 => run::<arb_sys::ArbSys, DB>,
        0x65 => run::<arb_info::ArbInfo, DB>,
        0x66 => run::<lesser::ArbAddressTable, DB>,
        0x67 => run::<lesser::ArbBls, DB>,
        0x68 => run::<lesser::ArbFunctionTable, DB>,
        0x69 => run::<lesser::ArbosTest, DB>,
        0x6b => run::<arb_owner_public::ArbOwnerPublic, DB>,
        0x6c => run::<arb_gas_info::ArbGasInfo, DB>,
        0x6d => run::<lesser::ArbAggregator, DB>,
        0x6e => run::<lesser::ArbRetryableTx, DB>,
        0x6f => run::<lesser::ArbStatistics, DB>,
        0x70 => arb_owner::run,
        0x71 => run::<arb_wasm::ArbWasm, DB>,
        0x72 => run::<arb_wasm_cache::ArbWasmCache, DB>,
        0x73 if version >= arbos::NATIVE_TOKENS_SINCE => run::<lesser::ArbNativeTokenManager, DB>,
        0x73 => nothing,
        0xff => run::<arb_debug::ArbDebug, DB>,
        _ => return None,
    })
}

/// Runs a precompile.
fn run<P: Precompile, DB: Database<Error = Infallible>>(
    context: &mut ArbContext<DB>,
    inputs: &CallInputs,
) -> InterpreterResult {
    Call::run::<P>(context, inputs)
}

/// A precompile whose version has not come acts like an account without code.
fn nothing<DB: Database<Error = Infallible>>(_: &mut ArbContext<DB>, inputs: &CallInputs) -> InterpreterResult {
    InterpreterResult::new(InstructionResult::Stop, Bytes::new(), Gas::new(inputs.gas_limit))
}

/// A precompile: its interface, and what its methods do.
trait Precompile {
    /// The methods, with their mutability and the version that each came with.
    fn methods() -> &'static Methods;

    /// Runs a method. The arguments' form has been checked.
    fn call<DB: Database<Error = Infallible>>(call: &mut Call<'_, DB>, data: &[u8]) -> Result<Vec<u8>, Failure>;
}

/// How a precompile fails.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Failure {
    /// A revert that takes all gas: malformed input, no right to call, out of gas in the method.
    Everything,
    /// A declared Solidity error; the rest of the gas returns.
    Error(Vec<u8>),
    /// Any other error: a revert without data; the rest of the gas returns.
    Plain,
    /// A halt with its reason, which is no revert.
    Halt(String),
}

fn out_of_gas() -> Failure {
    Failure::Halt("out of gas".into())
}

/// A precompile call under way.
struct Call<'a, DB: Database> {
    context: &'a mut ArbContext<DB>,
    inputs: &'a CallInputs,
    gas: Gas,
    mutability: Mutability,
}

impl<'a, DB: Database<Error = Infallible>> Call<'a, DB> {
    fn run<P: Precompile>(context: &'a mut ArbContext<DB>, inputs: &'a CallInputs) -> InterpreterResult {
        let data = inputs.input.bytes(context);
        let gas = Gas::new(inputs.gas_limit);
        let mut call = Self { context, inputs, gas, mutability: Mutability::Pure };
        let outcome = call.run_method::<P>(&data);
        let mut gas = call.gas;
        let (result, output) = match outcome {
            Ok(output) => (InstructionResult::Return, output),
            Err(Failure::Plain) => (InstructionResult::Revert, Vec::new()),
            Err(Failure::Error(data)) => {
                if !gas.record_regular_cost(COPY_GAS * words(data.len())) {
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

    fn run_method<P: Precompile>(&mut self, data: &[u8]) -> Result<Vec<u8>, Failure> {
        let selector = data.first_chunk::<4>().ok_or(Failure::Everything)?;
        let method = P::methods().get(*selector).ok_or(Failure::Everything)?;
        if self.context.chain.block.version < method.since {
            return Err(Failure::Everything);
        }
        self.mutability = method.mutability;
        self.check_form()?;
        self.open()?;
        self.burn(COPY_GAS * words(data.len() - 4))?;
        let result = P::call(self, data)?;
        self.burn(COPY_GAS * words(result.len()))?;
        Ok(result)
    }

    /// Refuses calls that a method of this mutability does not take, before anything is paid for.
    fn check_form(&self) -> Result<(), Failure> {
        let scheme = self.inputs.scheme;
        let delegated = scheme.is_delegate_call() || scheme.is_call_code();
        let refused = (self.mutability != Mutability::Pure && delegated)
            || (self.mutability.writes() && scheme == CallScheme::StaticCall)
            || (self.mutability != Mutability::Payable && !self.inputs.value.get().is_zero());
        if refused { Err(Failure::Everything) } else { Ok(()) }
    }

    /// Pays for ArbOS's state. Running out of gas here is no revert.
    fn open(&mut self) -> Result<(), Failure> {
        if self.mutability == Mutability::Pure {
            return Ok(());
        }
        self.burn(OPEN_GAS).map_err(|_| out_of_gas())?;
        if self.mutability.writes() && self.inputs.is_static {
            let cap =
                if self.context.chain.block.version < STATIC_BURN_SINCE { 0 } else { self.peek(l2::TX_GAS_LIMIT) };
            self.burn(cap.saturating_add(READ_GAS)).map_err(|_| out_of_gas())?;
        }
        Ok(())
    }

    /// Takes gas; running out of it leaves none and looks like a revert without data.
    fn burn(&mut self, gas: u64) -> Result<(), Failure> {
        if self.gas.record_regular_cost(gas) { Ok(()) } else { Err(Failure::Everything) }
    }

    /// Reads a number without paying.
    fn peek(&mut self, field: Field) -> u64 {
        arbos::read(self.context, field.slot()).saturating_to()
    }

    fn read(&mut self, slot: U256) -> Result<U256, Failure> {
        self.burn(READ_GAS)?;
        Ok(arbos::read(self.context, slot))
    }

    fn write(&mut self, slot: U256, value: U256) -> Result<(), Failure> {
        self.burn(if value.is_zero() { WRITE_ZERO_GAS } else { WRITE_GAS })?;
        arbos::write(self.context, slot, value);
        Ok(())
    }

    fn params(&mut self) -> Result<StylusParams, Failure> {
        self.burn(PARAMS_GAS)?;
        Ok(StylusParams::load(self.context))
    }

    /// Pays for an event and emits it.
    fn emit(&mut self, address: Address, data: LogData) -> Result<(), Failure> {
        self.burn(375 + 375 * data.topics().len() as u64 + 8 * data.data.len() as u64)?;
        self.context.journal_mut().log(Log { address, data });
        Ok(())
    }

    /// Returns the frames that run beside this call; 0 for a transaction straight to the precompile.
    fn frames_above(&self) -> usize {
        self.context.chain.callers.len()
    }
}

fn words(bytes: usize) -> u64 {
    bytes.div_ceil(32) as u64
}
