//! ArbInfo: balances and code of accounts.

use std::convert::Infallible;

use alloy::{
    primitives::Bytes,
    sol,
    sol_types::{SolInterface, SolValue},
};
use revm::database_interface::Database;

use super::{COPY_GAS, Call, Failure, Precompile, methods::methods_of, words};
use crate::arbos;

sol! {
    #[sol(abi)]
    interface IArbInfo {
        function getBalance(address account) external view returns (uint256);
        function getCode(address account) external view returns (bytes);
    }
}

const BALANCE_GAS: u64 = 700;
const CODE_GAS: u64 = 2100;

pub(super) struct ArbInfo;

impl Precompile for ArbInfo {
    methods_of!(IArbInfo);

    fn call<DB: Database<Error = Infallible>>(call: &mut Call<'_, DB>, data: &[u8]) -> Result<Vec<u8>, Failure> {
        use IArbInfo::IArbInfoCalls as Calls;
        match Calls::abi_decode_validate(data).map_err(|_| Failure::Everything)? {
            Calls::getBalance(method) => {
                call.burn(BALANCE_GAS)?;
                Ok(arbos::peek_account(call.context, method.account).balance.abi_encode())
            }
            Calls::getCode(method) => {
                call.burn(CODE_GAS)?;
                let code = arbos::peek_account(call.context, method.account).code;
                let code: Bytes = code.map(|code| code.original_bytes()).unwrap_or_default();
                call.burn(COPY_GAS * words(code.len()))?;
                Ok(code.abi_encode())
            }
        }
    }
}
