//! ArbWasm: activates programs and answers what the registry knows of them.

use std::convert::Infallible;

use alloy::{
    primitives::{Address, B256, Bytes, U256},
    sol,
    sol_types::{SolCall, SolError, SolEvent, SolInterface, SolValue},
};
use revm::{
    context::{ContextTr, JournalTr},
    database_interface::Database,
};

use super::{CODE_HASH_GAS, Call, Failure, Precompile, READ_GAS, WRITE_GAS, methods::methods_of};
use crate::{
    arbos::{
        self,
        params::StylusParams,
        programs::{self, Inactive, Record},
    },
    stylus::{activate, is_program},
};

pub(super) const ADDRESS: Address = Address::with_last_byte(0x71);

sol! {
    #[sol(abi)]
    interface IArbWasm {
        function activateProgram(address program) external payable returns (uint16 version, uint256 dataFee);
        function codehashKeepalive(bytes32 codehash) external payable;
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

        event ProgramLifetimeExtended(bytes32 indexed codehash, uint256 dataFee);

        error ProgramNotWasm();
        error ProgramNotActivated();
        error ProgramNeedsUpgrade(uint16 version, uint16 stylusVersion);
        error ProgramExpired(uint64 ageInSeconds);
        error ProgramUpToDate();
        error ProgramKeepaliveTooSoon(uint64 ageInSeconds);
        error ProgramInsufficientValue(uint256 have, uint256 want);
    }
}
pub(super) use IArbWasm::IArbWasmErrors as Errors;

/// Gas of an activation before anything is known of the module.
const ACTIVATION_GAS: u64 = 1_659_168;
/// Gas of pricing data: five reads, two writes.
const DATA_PRICER_GAS: u64 = 5 * READ_GAS + 2 * WRITE_GAS;
/// What the exponential part of the price of pages is derived from; it has no other effect.
const PAGE_RAMP: u64 = 620_674_314;
const SECONDS_PER_DAY: u64 = 86_400;

pub(super) struct ArbWasm;

impl Precompile for ArbWasm {
    methods_of!(IArbWasm);

    fn call<DB: Database<Error = Infallible>>(call: &mut Call<'_, DB>, data: &[u8]) -> Result<Vec<u8>, Failure> {
        use IArbWasm::IArbWasmCalls as Calls;
        let method = match Calls::abi_decode_validate(data).map_err(|_| Failure::Everything)? {
            Calls::activateProgram(method) => return activate_program(call, method.program),
            Calls::codehashKeepalive(method) => return keep_alive(call, method.codehash),
            method => method,
        };
        let params = call.params()?;
        Ok(match method {
            Calls::activateProgram(_) | Calls::codehashKeepalive(_) => unreachable!("handled above"),
            Calls::codehashVersion(method) => word(lookup(call, &params, method.codehash)?.version),
            Calls::codehashAsmSize(method) => word(lookup(call, &params, method.codehash)?.asm_kib * 1024),
            Calls::programVersion(method) => word(lookup_account(call, &params, method.program)?.version),
            Calls::programInitGas(method) => {
                let record = lookup_account(call, &params, method.program)?;
                let cached = params.cached_gas(record.cached_init);
                (U256::from(params.init_gas(record.init) + cached), U256::from(cached)).abi_encode()
            }
            Calls::programMemoryFootprint(method) => word(lookup_account(call, &params, method.program)?.footprint),
            Calls::programTimeLeft(method) => {
                let record = lookup_account(call, &params, method.program)?;
                word(u64::from(params.expiry_days) * SECONDS_PER_DAY - record.age(programs::now(call.context)))
            }
            Calls::stylusVersion(_) => word(params.version),
            Calls::inkPrice(_) => word(params.ink_price),
            Calls::maxStackDepth(_) => word(params.max_stack_depth),
            Calls::freePages(_) => word(params.free_pages),
            Calls::pageGas(_) => word(params.page_gas),
            Calls::pageRamp(_) => word(PAGE_RAMP),
            Calls::pageLimit(_) => word(params.page_limit),
            Calls::minInitGas(_) => {
                let (init, cached) = params.min_init_gas();
                (U256::from(init), U256::from(cached)).abi_encode()
            }
            Calls::initCostScalar(_) => word(params.init_percent()),
            Calls::expiryDays(_) => word(params.expiry_days),
            Calls::keepaliveDays(_) => word(params.keepalive_days),
            Calls::blockCacheSize(_) => word(params.block_cache_size),
        })
    }
}

fn word(value: impl Into<u64>) -> Vec<u8> {
    U256::from(value.into()).abi_encode()
}

/// Returns the record of a program that may run.
fn lookup<DB: Database<Error = Infallible>>(
    call: &mut Call<'_, DB>,
    params: &StylusParams,
    code_hash: B256,
) -> Result<Record, Failure> {
    call.burn(READ_GAS)?;
    programs::active(call.context, params, code_hash).map_err(|inactive| Failure::Error(inactive_error(inactive)))
}

fn lookup_account<DB: Database<Error = Infallible>>(
    call: &mut Call<'_, DB>,
    params: &StylusParams,
    program: Address,
) -> Result<Record, Failure> {
    let code_hash = code_hash(call, program)?;
    lookup(call, params, code_hash)
}

pub(super) fn code_hash<DB: Database<Error = Infallible>>(
    call: &mut Call<'_, DB>,
    program: Address,
) -> Result<B256, Failure> {
    call.burn(CODE_HASH_GAS)?;
    Ok(arbos::peek_account(call.context, program).code_hash)
}

pub(super) fn inactive_error(inactive: Inactive) -> Vec<u8> {
    match inactive {
        Inactive::NotActivated => IArbWasm::ProgramNotActivated {}.abi_encode(),
        Inactive::NeedsUpgrade { version, current } => {
            IArbWasm::ProgramNeedsUpgrade { version, stylusVersion: current }.abi_encode()
        }
        Inactive::Expired(age) => IArbWasm::ProgramExpired { ageInSeconds: age }.abi_encode(),
    }
}

fn activate_program<DB: Database<Error = Infallible>>(
    call: &mut Call<'_, DB>,
    program: Address,
) -> Result<Vec<u8>, Failure> {
    call.burn(ACTIVATION_GAS)?;
    if is_destroyed(call, program) {
        return Err(Failure::Plain);
    }
    let params = call.params()?;
    call.burn(READ_GAS)?;
    let account = arbos::peek_account(call.context, program);
    let code_hash = account.code_hash;
    let code: Bytes = account.code.map(|code| code.original_bytes()).unwrap_or_default();
    let before = programs::record(call.context, code_hash);
    if programs::active(call.context, &params, code_hash).is_ok() {
        return Err(Failure::Error(IArbWasm::ProgramUpToDate {}.abi_encode()));
    }
    if code.is_empty() {
        return Err(Failure::Error(IArbWasm::ProgramNotWasm {}.abi_encode()));
    }
    if !is_program(&code) {
        return Err(Failure::Plain);
    }
    let wasm = programs::decompress(&code, params.max_wasm_size as usize).map_err(|_| Failure::Plain)?;

    let budget = params.page_limit.saturating_sub(call.context.chain.pages.open);
    let invalid = |reason: String| Failure::Halt(format!("program activation failed: {reason}"));
    let activated = activate::activate(&wasm, budget).map_err(|error| invalid(error.to_string()))?;
    call.burn(activated.gas).map_err(|_| invalid("out of gas".into()))?;
    let compiled = call.context.chain.programs.clone();
    compiled.get(code_hash, |engine| engine.compile(&activated.wasm)).map_err(|error| invalid(format!("{error:#}")))?;

    if before.cached {
        call.burn(READ_GAS)?;
    }
    call.burn(WRITE_GAS)?;
    let module_hash = programs::set_module_hash(call.context, code_hash, params.version);
    call.burn(DATA_PRICER_GAS)?;
    let fee = programs::data_fee(call.context, activated.asm);
    call.burn(WRITE_GAS)?;
    let record = Record {
        version: params.version,
        init: activated.init,
        cached_init: activated.cached,
        footprint: activated.footprint,
        activated_at: programs::hour(call.context),
        asm_kib: activated.asm.div_ceil(1024),
        cached: before.cached,
    };
    programs::set_record(call.context, code_hash, record);

    pay_data_fee(call, fee)?;
    let event = IArbWasm::ProgramActivated {
        codehash: code_hash,
        moduleHash: module_hash,
        program,
        dataFee: fee,
        version: params.version,
    };
    call.emit(ADDRESS, event.encode_log_data())?;
    let result = IArbWasm::activateProgramReturn { version: params.version, dataFee: fee };
    Ok(IArbWasm::activateProgramCall::abi_encode_returns(&result))
}

fn is_destroyed<DB: Database<Error = Infallible>>(call: &Call<'_, DB>, program: Address) -> bool {
    let account = call.context.journaled_state.inner.state.get(&program);
    account.is_some_and(|account| account.is_selfdestructed())
}

/// Lets a program live for another term, for the fee of its data.
fn keep_alive<DB: Database<Error = Infallible>>(call: &mut Call<'_, DB>, code_hash: B256) -> Result<Vec<u8>, Failure> {
    let params = call.params()?;
    let record = lookup(call, &params, code_hash)?;
    let age = record.age(programs::now(call.context));
    if age < u64::from(params.keepalive_days) * SECONDS_PER_DAY {
        return Err(Failure::Error(IArbWasm::ProgramKeepaliveTooSoon { ageInSeconds: age }.abi_encode()));
    }
    call.burn(DATA_PRICER_GAS)?;
    let fee = programs::data_fee(call.context, record.asm_kib.saturating_mul(1024));
    call.burn(WRITE_GAS)?;
    let activated_at = programs::hour(call.context);
    programs::set_record(call.context, code_hash, Record { activated_at, ..record });
    pay_data_fee(call, fee)?;
    let event = IArbWasm::ProgramLifetimeExtended { codehash: code_hash, dataFee: fee };
    call.emit(ADDRESS, event.encode_log_data())?;
    Ok(Vec::new())
}

/// Keeps the fee of what was sent and returns the rest.
fn pay_data_fee<DB: Database<Error = Infallible>>(call: &mut Call<'_, DB>, fee: U256) -> Result<(), Failure> {
    let have = call.inputs.value.get();
    let Some(rest) = have.checked_sub(fee) else {
        return Err(Failure::Error(IArbWasm::ProgramInsufficientValue { have, want: fee }.abi_encode()));
    };
    call.burn(READ_GAS)?;
    let (sender, fees) = (call.inputs.caller, arbos::network_fee_account(call.context));
    for (receiver, amount) in [(fees, fee), (sender, rest)] {
        // The value has arrived at this address; moving it on cannot fail.
        arbos::without_warming(call.context, receiver, |context| {
            let moved = context.journal_mut().transfer(ADDRESS, receiver, amount);
            moved.map(|_| ()).unwrap_or_else(|never| match never {});
        });
        if let Some(recorder) = &call.context.chain.recorder {
            recorder.transfer(receiver);
        }
    }
    Ok(())
}
