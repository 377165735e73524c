//! ArbSys: facts of the chain.

use std::convert::Infallible;

use alloy::{
    primitives::{Address, U256},
    sol,
    sol_types::{SolCall, SolError, SolInterface, SolValue},
};
use revm::database_interface::Database;

use super::{Call, Failure};
use crate::arbos;

pub(super) const ADDRESS: Address = Address::with_last_byte(0x64);

sol! {
    interface IArbSys {
        function arbBlockNumber() external view returns (uint256);
        function arbBlockHash(uint256 blockNumber) external view returns (bytes32);
        function arbChainID() external view returns (uint256);
        function arbOSVersion() external view returns (uint256);

        error InvalidBlockNumber(uint256 requested, uint256 current);
    }
}

/// What `arbOSVersion` adds to the version.
const VERSION_OFFSET: u64 = 55;
/// How many block hashes are kept.
const HASHES: u64 = 256;

pub(super) fn run<DB: Database<Error = Infallible>>(call: &mut Call<'_, DB>, data: &[u8]) -> Result<Vec<u8>, Failure> {
    use IArbSys::IArbSysCalls as Calls;
    call.check_not_delegated()?;
    call.check_no_value()?;
    let block = &call.context.chain.block;
    match Calls::abi_decode(data).map_err(|_| Failure::Everything)? {
        Calls::arbBlockNumber(_) => Ok(U256::from(block.number).abi_encode()),
        Calls::arbChainID(_) => Ok(U256::from(call.context.cfg.chain_id).abi_encode()),
        Calls::arbOSVersion(_) => Ok(U256::from(VERSION_OFFSET + arbos::VERSION).abi_encode()),
        Calls::arbBlockHash(IArbSys::arbBlockHashCall { blockNumber: requested }) => {
            let current = block.number;
            let hash = u64::try_from(requested)
                .ok()
                .filter(|number| *number < current && number + HASHES >= current)
                .and_then(|number| block.hashes.iter().rev().nth(usize::try_from(current - 1 - number).ok()?));
            let Some(hash) = hash else {
                let error = IArbSys::InvalidBlockNumber { requested, current: U256::from(current) };
                return Err(Failure::Error(error.abi_encode()));
            };
            Ok(IArbSys::arbBlockHashCall::abi_encode_returns(hash))
        }
    }
}
