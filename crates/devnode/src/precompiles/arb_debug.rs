//! ArbDebug: helpers that only development chains have.

use std::convert::Infallible;

use alloy::{
    primitives::{Address, Bytes},
    sol,
    sol_types::{SolError, SolEvent, SolInterface, SolValue},
};
use revm::{context::JournalTr, context_interface::ContextTr, database_interface::Database};

use super::{Call, Failure, Precompile, methods::methods_of};
use crate::{
    arbos::{self, layout::AddressSet},
    chain::state::bytecode,
};

const ADDRESS: Address = Address::with_last_byte(0xff);

sol! {
    #[sol(abi)]
    interface IArbDebug {
        function becomeChainOwner() external;
        function overwriteContractCode(address target, bytes newCode) external returns (bytes oldCode);
        function events(bool flag, bytes32 value) external payable returns (address, uint256);
        function eventsView() external view;
        function customRevert(uint64 number) external pure;
        function legacyError() external pure;

        event Basic(bool flag, bytes32 indexed value);
        event Mixed(bool indexed flag, bool not, bytes32 indexed value, address conn, address indexed caller);

        error Custom(uint64 number, string text, bool flag);
    }
}
pub(super) use IArbDebug::IArbDebugErrors as Errors;

/// The text that Nitro's custom error carries.
const CUSTOM_TEXT: &str = r"This spider family wards off bugs: /\oo/\ //\(oo)//\ /\oo/\";

pub(super) struct ArbDebug;

impl Precompile for ArbDebug {
    methods_of!(IArbDebug);

    fn call<DB: Database<Error = Infallible>>(call: &mut Call<'_, DB>, data: &[u8]) -> Result<Vec<u8>, Failure> {
        use IArbDebug::IArbDebugCalls as Calls;
        let caller = call.inputs.caller;
        Ok(match Calls::abi_decode_validate(data).map_err(|_| Failure::Everything)? {
            Calls::becomeChainOwner(_) => {
                call.add_member(AddressSet::chain_owners(), caller)?;
                Vec::new()
            }
            Calls::overwriteContractCode(method) => overwrite(call, method.target, method.newCode),
            Calls::events(method) => {
                let (flag, value) = (method.flag, method.value);
                call.emit(ADDRESS, IArbDebug::Basic { flag: !flag, value }.encode_log_data())?;
                let mixed = IArbDebug::Mixed { flag, not: !flag, value, conn: ADDRESS, caller };
                call.emit(ADDRESS, mixed.encode_log_data())?;
                (caller, call.inputs.value.get()).abi_encode()
            }
            // It tries to log, which a view must not; and the old kind of error has no data.
            Calls::eventsView(_) | Calls::legacyError(_) => return Err(Failure::Plain),
            Calls::customRevert(method) => {
                let error = IArbDebug::Custom { number: method.number, text: CUSTOM_TEXT.into(), flag: true };
                return Err(Failure::Error(error.abi_encode()));
            }
        })
    }
}

fn overwrite<DB: Database<Error = Infallible>>(call: &mut Call<'_, DB>, target: Address, code: Bytes) -> Vec<u8> {
    let old = arbos::peek_account(call.context, target).code;
    let old: Bytes = old.map(|code| code.original_bytes()).unwrap_or_default();
    arbos::without_warming(call.context, target, |context| {
        let journal = context.journal_mut();
        journal.load_account(target).map(|_| ()).unwrap_or_else(|never| match never {});
        journal.set_code(target, bytecode(code));
    });
    (old,).abi_encode_params()
}
