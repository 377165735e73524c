//! ArbWasmCache: marks programs as cached, which makes entering them cheap.

use std::convert::Infallible;

use alloy::{
    primitives::{Address, B256},
    sol,
    sol_types::{SolEvent, SolInterface, SolValue},
};
use revm::database_interface::Database;

use super::{CODE_HASH_GAS, Call, Failure, PARAMS_GAS, READ_GAS, WRITE_GAS, arb_wasm};
use crate::arbos::programs;

pub(super) const ADDRESS: Address = Address::with_last_byte(0x72);

sol! {
    interface IArbWasmCache {
        function cacheProgram(address program) external;
        function evictCodehash(bytes32 codehash) external;
        function codehashIsCached(bytes32 codehash) external view returns (bool);

        event UpdateProgramCache(address indexed manager, bytes32 indexed codehash, bool cached);
    }
}

/// Gas of the event: three topics and one word.
const EVENT_GAS: u64 = 375 + 3 * 375 + 8 * 32;

pub(super) fn run<DB: Database<Error = Infallible>>(call: &mut Call<'_, DB>, data: &[u8]) -> Result<Vec<u8>, Failure> {
    use IArbWasmCache::IArbWasmCacheCalls as Calls;
    call.check_not_delegated()?;
    call.check_no_value()?;
    match IArbWasmCache::IArbWasmCacheCalls::abi_decode(data).map_err(|_| Failure::Everything)? {
        Calls::codehashIsCached(method) => {
            call.burn(READ_GAS)?;
            Ok(programs::record(call.context, method.codehash).cached.abi_encode())
        }
        Calls::cacheProgram(method) => {
            check_manager(call)?;
            call.burn(CODE_HASH_GAS)?;
            let code_hash = arb_wasm::code_hash(call, method.program);
            set_cached(call, code_hash, true)
        }
        Calls::evictCodehash(method) => {
            check_manager(call)?;
            set_cached(call, method.codehash, false)
        }
    }
}

/// Lets chain owners pass: first the list of managers is read, which is empty, then that of owners.
fn check_manager<DB: Database<Error = Infallible>>(call: &mut Call<'_, DB>) -> Result<(), Failure> {
    call.check_may_write()?;
    call.burn(2 * READ_GAS)?;
    if call.inputs.caller == call.context.chain.block.owner { Ok(()) } else { Err(Failure::Everything) }
}

fn set_cached<DB: Database<Error = Infallible>>(
    call: &mut Call<'_, DB>,
    code_hash: B256,
    cached: bool,
) -> Result<Vec<u8>, Failure> {
    call.burn(PARAMS_GAS)?;
    let record = if cached {
        arb_wasm::lookup(call, code_hash)?
    } else {
        call.burn(READ_GAS)?;
        programs::record(call.context, code_hash)
    };
    if record.cached == cached {
        return Ok(Vec::new());
    }
    call.burn(EVENT_GAS)?;
    let event = IArbWasmCache::UpdateProgramCache { manager: call.inputs.caller, codehash: code_hash, cached };
    arb_wasm::emit(call, ADDRESS, event.encode_log_data());
    if cached {
        call.burn(record.init.into())?;
        call.burn(READ_GAS)?;
    }
    call.burn(WRITE_GAS)?;
    programs::set_record(call.context, code_hash, programs::Record { cached, ..record });
    Ok(Vec::new())
}
