//! ArbWasmCache: marks programs as cached, which makes entering them cheap.

use std::convert::Infallible;

use alloy::{
    primitives::{Address, B256},
    sol,
    sol_types::{SolEvent, SolInterface, SolValue},
};
use revm::database_interface::Database;

use super::{Call, Failure, Precompile, READ_GAS, WRITE_GAS, arb_wasm, methods::methods_of};
use crate::arbos::{
    layout::AddressSet,
    programs::{self, Inactive, Record},
};

pub(super) const ADDRESS: Address = Address::with_last_byte(0x72);

sol! {
    #[sol(abi)]
    interface IArbWasmCache {
        function isCacheManager(address manager) external view returns (bool);
        function allCacheManagers() external view returns (address[]);
        function cacheProgram(address program) external;
        function evictCodehash(bytes32 codehash) external;
        function codehashIsCached(bytes32 codehash) external view returns (bool);

        event UpdateProgramCache(address indexed manager, bytes32 indexed codehash, bool cached);
    }
}

pub(super) struct ArbWasmCache;

impl Precompile for ArbWasmCache {
    methods_of!(IArbWasmCache);

    fn call<DB: Database<Error = Infallible>>(call: &mut Call<'_, DB>, data: &[u8]) -> Result<Vec<u8>, Failure> {
        use IArbWasmCache::IArbWasmCacheCalls as Calls;
        let managers = AddressSet::cache_managers();
        match Calls::abi_decode_validate(data).map_err(|_| Failure::Everything)? {
            Calls::isCacheManager(method) => Ok(call.is_member(managers, method.manager)?.abi_encode()),
            Calls::allCacheManagers(_) => Ok(call.members(managers)?.abi_encode()),
            Calls::codehashIsCached(method) => {
                call.burn(READ_GAS)?;
                Ok(programs::record(call.context, method.codehash).cached.abi_encode())
            }
            Calls::cacheProgram(method) => {
                let code_hash = arb_wasm::code_hash(call, method.program)?;
                set_cached(call, code_hash, true)
            }
            Calls::evictCodehash(method) => set_cached(call, method.codehash, false),
        }
    }
}

fn set_cached<DB: Database<Error = Infallible>>(
    call: &mut Call<'_, DB>,
    code_hash: B256,
    cached: bool,
) -> Result<Vec<u8>, Failure> {
    check_manager(call)?;
    let params = call.params()?;
    call.burn(READ_GAS)?;
    let record = programs::record(call.context, code_hash);
    if cached {
        // A program that was never activated has version 0.
        let inactive = match programs::active(call.context, &params, code_hash) {
            Ok(_) => None,
            Err(Inactive::NotActivated) => Some(Inactive::NeedsUpgrade { version: 0, current: params.version }),
            Err(other) => Some(other),
        };
        if let Some(inactive) = inactive {
            return Err(Failure::Error(arb_wasm::inactive_error(inactive)));
        }
    }
    if record.cached == cached {
        return Ok(Vec::new());
    }
    let event = IArbWasmCache::UpdateProgramCache { manager: call.inputs.caller, codehash: code_hash, cached };
    call.emit(ADDRESS, event.encode_log_data())?;
    call.burn(record.init.into())?;
    call.burn(READ_GAS)?;
    call.burn(WRITE_GAS)?;
    programs::set_record(call.context, code_hash, Record { cached, ..record });
    Ok(Vec::new())
}

/// Lets cache managers pass, and chain owners for one more read.
fn check_manager<DB: Database<Error = Infallible>>(call: &mut Call<'_, DB>) -> Result<(), Failure> {
    let caller = call.inputs.caller;
    let may =
        call.is_member(AddressSet::cache_managers(), caller)? || call.is_member(AddressSet::chain_owners(), caller)?;
    if may { Ok(()) } else { Err(Failure::Everything) }
}
