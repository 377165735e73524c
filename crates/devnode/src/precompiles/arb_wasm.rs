//! ArbWasm: activates programs and answers what the registry knows of them.

use std::convert::Infallible;

use alloy::{
    primitives::{Address, B256, LogData, U256},
    sol,
    sol_types::{SolCall, SolError, SolEvent, SolInterface, SolValue},
};
use revm::{
    context::{ContextTr, JournalTr},
    database_interface::Database,
    primitives::Log,
};

use super::{CODE_HASH_GAS, Call, Failure, PARAMS_GAS, READ_GAS, WRITE_GAS};
use crate::{
    arbos::programs::{
        self, EXPIRY_DAYS, Inactive, KEEPALIVE_DAYS, MIN_CACHED_GAS, MIN_INIT_GAS, Record, STYLUS_VERSION,
    },
    stylus::{INK_PRICE, activate, is_program, memory::PAGE_LIMIT},
};

pub(super) const ADDRESS: Address = Address::with_last_byte(0x71);

sol! {
    interface IArbWasm {
        function activateProgram(address program) external payable returns (uint16 version, uint256 dataFee);
        function stylusVersion() external view returns (uint16 version);
        function codehashVersion(bytes32 codehash) external view returns (uint16 version);
        function codehashAsmSize(bytes32 codehash) external view returns (uint32 size);
        function programVersion(address program) external view returns (uint16 version);
        function programInitGas(address program) external view returns (uint64 gas, uint64 gasWhenCached);
        function programMemoryFootprint(address program) external view returns (uint16 footprint);
        function programTimeLeft(address program) external view returns (uint64 secs);
        function inkPrice() external view returns (uint32 price);
        function maxStackDepth() external view returns (uint32 depth);
        function freePages() external view returns (uint16 pages);
        function pageGas() external view returns (uint16 gas);
        function pageRamp() external view returns (uint64 ramp);
        function pageLimit() external view returns (uint16 limit);
        function minInitGas() external view returns (uint64 gas, uint64 cached);
        function initCostScalar() external view returns (uint64 percent);
        function expiryDays() external view returns (uint16 _days);
        function keepaliveDays() external view returns (uint16 _days);
        function blockCacheSize() external view returns (uint16 count);

        event ProgramActivated(bytes32 indexed codehash, bytes32 moduleHash, address program, uint256 dataFee, uint16 version);

        error ProgramNotWasm();
        error ProgramNotActivated();
        error ProgramNeedsUpgrade(uint16 version, uint16 stylusVersion);
        error ProgramExpired(uint64 ageInSeconds);
        error ProgramUpToDate();
        error ProgramInsufficientValue(uint256 have, uint256 want);
    }
}

/// Gas of an activation before anything is known of the module.
const ACTIVATION_GAS: u64 = 1_659_168;
/// Gas of the event: two topics and four words.
const EVENT_GAS: u64 = 375 + 2 * 375 + 8 * 128;

pub(super) fn run<DB: Database<Error = Infallible>>(call: &mut Call<'_, DB>, data: &[u8]) -> Result<Vec<u8>, Failure> {
    use IArbWasm::IArbWasmCalls as Calls;
    call.check_not_delegated()?;
    let method = Calls::abi_decode(data).map_err(|_| Failure::Everything)?;
    if let Calls::activateProgram(IArbWasm::activateProgramCall { program }) = method {
        call.check_may_write()?;
        return activate_program(call, program);
    }
    call.check_no_value()?;
    call.burn(PARAMS_GAS)?;
    Ok(match method {
        Calls::activateProgram(_) => unreachable!("handled above"),
        Calls::stylusVersion(_) => word(STYLUS_VERSION),
        Calls::codehashVersion(method) => word(lookup(call, method.codehash)?.version),
        Calls::codehashAsmSize(method) => word(lookup(call, method.codehash)?.asm_kib * 1024),
        Calls::programVersion(method) => word(lookup_account(call, method.program)?.version),
        Calls::programInitGas(method) => {
            let record = lookup_account(call, method.program)?;
            (U256::from(record.init_gas() + record.cached_gas()), U256::from(record.cached_gas())).abi_encode()
        }
        Calls::programMemoryFootprint(method) => word(lookup_account(call, method.program)?.footprint),
        Calls::programTimeLeft(method) => {
            let record = lookup_account(call, method.program)?;
            word(EXPIRY_DAYS * 86_400 - record.age(programs::now(call.context)))
        }
        Calls::inkPrice(_) => word(INK_PRICE),
        Calls::maxStackDepth(_) => word(22_000u32),
        Calls::freePages(_) => word(2u8),
        Calls::pageGas(_) => word(1000u16),
        Calls::pageRamp(_) => word(620_674_314u64),
        Calls::pageLimit(_) => word(PAGE_LIMIT),
        Calls::minInitGas(_) => (U256::from(MIN_INIT_GAS), U256::from(MIN_CACHED_GAS)).abi_encode(),
        Calls::initCostScalar(_) => word(100u8),
        Calls::expiryDays(_) => word(EXPIRY_DAYS),
        Calls::keepaliveDays(_) => word(KEEPALIVE_DAYS),
        Calls::blockCacheSize(_) => word(32u8),
    })
}

fn word(value: impl Into<u64>) -> Vec<u8> {
    U256::from(value.into()).abi_encode()
}

/// Returns the record of a program that may run.
pub(super) fn lookup<DB: Database<Error = Infallible>>(
    call: &mut Call<'_, DB>,
    code_hash: B256,
) -> Result<Record, Failure> {
    call.burn(READ_GAS)?;
    programs::active(call.context, code_hash).map_err(|inactive| Failure::Error(inactive_error(inactive)))
}

fn lookup_account<DB: Database<Error = Infallible>>(
    call: &mut Call<'_, DB>,
    program: Address,
) -> Result<Record, Failure> {
    call.burn(CODE_HASH_GAS)?;
    let code_hash = code_hash(call, program);
    lookup(call, code_hash)
}

pub(super) fn code_hash<DB: Database<Error = Infallible>>(call: &mut Call<'_, DB>, program: Address) -> B256 {
    let account = call.context.journal_mut().load_account_with_code(program).unwrap_or_else(|never| match never {});
    account.info.code_hash
}

fn inactive_error(inactive: Inactive) -> Vec<u8> {
    match inactive {
        Inactive::NotActivated => IArbWasm::ProgramNotActivated {}.abi_encode(),
        Inactive::NeedsUpgrade(version) => {
            IArbWasm::ProgramNeedsUpgrade { version, stylusVersion: STYLUS_VERSION }.abi_encode()
        }
        Inactive::Expired(age) => IArbWasm::ProgramExpired { ageInSeconds: age }.abi_encode(),
    }
}

fn activate_program<DB: Database<Error = Infallible>>(
    call: &mut Call<'_, DB>,
    program: Address,
) -> Result<Vec<u8>, Failure> {
    call.burn(ACTIVATION_GAS)?;
    call.burn(PARAMS_GAS)?;
    call.burn(READ_GAS)?;
    let account = call.context.journal_mut().load_account_with_code(program).unwrap_or_else(|never| match never {});
    let code_hash = account.info.code_hash;
    let code = account.info.code.as_ref().map(revm::state::Bytecode::original_bytes).unwrap_or_default();
    let before = programs::record(call.context, code_hash);
    if programs::active(call.context, code_hash).is_ok() {
        return Err(Failure::Error(IArbWasm::ProgramUpToDate {}.abi_encode()));
    }
    if code.is_empty() {
        return Err(Failure::Error(IArbWasm::ProgramNotWasm {}.abi_encode()));
    }
    if !is_program(&code) {
        return Err(Failure::Plain);
    }
    let wasm = programs::decompress(&code).map_err(|_| Failure::Plain)?;

    let budget = PAGE_LIMIT.saturating_sub(call.context.chain.pages.open);
    let invalid = |reason: String| Failure::Halt(format!("program activation failed: {reason}"));
    let activated = activate::activate(&wasm, budget).map_err(|error| invalid(error.to_string()))?;
    call.burn(activated.gas).map_err(|_| invalid("out of gas".into()))?;
    let compiled = call.context.chain.programs.clone();
    compiled.get(code_hash, |engine| engine.compile(&activated.wasm)).map_err(|error| invalid(format!("{error:#}")))?;

    if before.cached {
        call.burn(READ_GAS)?;
    }
    call.burn(WRITE_GAS)?;
    let module_hash = programs::set_module_hash(call.context, code_hash);
    call.burn(5 * READ_GAS + 2 * WRITE_GAS)?;
    let fee = U256::from(programs::data_fee(call.context, activated.asm));
    call.burn(WRITE_GAS)?;
    let record = Record {
        version: STYLUS_VERSION,
        init: activated.init,
        cached_init: activated.cached,
        footprint: activated.footprint,
        activated_at: programs::hour(call.context),
        asm_kib: activated.asm.div_ceil(1024),
        cached: before.cached,
    };
    programs::set_record(call.context, code_hash, record);

    pay_data_fee(call, fee)?;
    call.burn(EVENT_GAS)?;
    let event = IArbWasm::ProgramActivated {
        codehash: code_hash,
        moduleHash: module_hash,
        program,
        dataFee: fee,
        version: STYLUS_VERSION,
    };
    emit(call, ADDRESS, event.encode_log_data());
    let result = IArbWasm::activateProgramReturn { version: STYLUS_VERSION, dataFee: fee };
    Ok(IArbWasm::activateProgramCall::abi_encode_returns(&result))
}

/// Keeps the fee of what was sent and returns the rest.
fn pay_data_fee<DB: Database<Error = Infallible>>(call: &mut Call<'_, DB>, fee: U256) -> Result<(), Failure> {
    let have = call.inputs.value.get();
    let Some(rest) = have.checked_sub(fee) else {
        return Err(Failure::Error(IArbWasm::ProgramInsufficientValue { have, want: fee }.abi_encode()));
    };
    call.burn(READ_GAS)?;
    let (sender, fees) = (call.inputs.caller, call.context.chain.block.fee_account);
    let journal = call.context.journal_mut();
    for (receiver, amount) in [(fees, fee), (sender, rest)] {
        // The value has arrived at this address; moving it on cannot fail.
        journal.transfer(ADDRESS, receiver, amount).map(|_| ()).unwrap_or_else(|never| match never {});
    }
    Ok(())
}

pub(super) fn emit<DB: Database<Error = Infallible>>(call: &mut Call<'_, DB>, address: Address, data: LogData) {
    call.context.journal_mut().log(Log { address, data });
}
