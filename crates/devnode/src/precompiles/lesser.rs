//! Precompiles that programs on a development chain hardly need.
//!
//! Without a parent chain there are no batches and no retryable tickets: what is left of their methods
//! are constants and refusals.

use std::convert::Infallible;

use alloy::{
    primitives::{Address, U256},
    sol,
    sol_types::{SolError, SolEvent, SolInterface, SolValue},
};
use revm::{
    context::journaled_state::account::JournaledAccountTr,
    context_interface::{ContextTr, JournalTr},
    database_interface::Database,
};

use super::{Call, Failure, Precompile, READ_GAS, methods::methods_of};
use crate::arbos::{
    self, COINBASE,
    layout::{AddressSet, Space},
    upgrade::poster_info,
};

sol! {
    #[sol(abi)]
    interface IArbosTest {
        function burnArbGas(uint256 gasAmount) external pure;
    }

    #[sol(abi)]
    interface IArbFunctionTable {
        function upload(bytes buf) external;
        function size(address account) external view returns (uint256);
        function get(address account, uint256 index) external view returns (uint256, bool, uint256);
    }

    #[sol(abi)]
    interface IArbStatistics {
        function getStats() external view returns (uint256, uint256, uint256, uint256, uint256, uint256);
    }

    #[sol(abi)]
    interface IArbosActs {
        function startBlock(uint256 l1BaseFee, uint64 l1BlockNumber, uint64 l2BlockNumber, uint64 timePassed) external;
        function batchPostingReport(
            uint256 batchTimestamp, address batchPosterAddress, uint64 batchNumber, uint64 batchDataGas,
            uint256 l1BaseFeeWei
        ) external;

        error CallerNotArbOS();
    }

    #[sol(abi)]
    interface IArbAddressTable {
        function addressExists(address account) external view returns (bool);
        function lookup(address account) external view returns (uint256);
        function lookupIndex(uint256 index) external view returns (address);
        function register(address account) external returns (uint256);
        function size() external view returns (uint256);
    }

    #[sol(abi)]
    interface IArbAggregator {
        function getPreferredAggregator(address account) external view returns (address, bool);
        function getDefaultAggregator() external view returns (address);
        function getBatchPosters() external view returns (address[]);
        function getFeeCollector(address batchPoster) external view returns (address);
        function getTxBaseFee(address aggregator) external view returns (uint256);
        function setTxBaseFee(address aggregator, uint256 feeInL1Gas) external;
    }

    #[sol(abi)]
    interface IArbRetryableTx {
        function redeem(bytes32 ticketId) external returns (bytes32);
        function getLifetime() external view returns (uint256);
        function getTimeout(bytes32 ticketId) external view returns (uint256);
        function keepalive(bytes32 ticketId) external returns (uint256);
        function getBeneficiary(bytes32 ticketId) external view returns (address);
        function cancel(bytes32 ticketId) external;
        function getCurrentRedeemer() external view returns (address);

        error NoTicketWithID();
    }

    #[sol(abi)]
    interface IArbNativeTokenManager {
        function mintNativeToken(uint256 amount) external;
        function burnNativeToken(uint256 amount) external;

        event NativeTokenMinted(address indexed to, uint256 amount);
        event NativeTokenBurned(address indexed from, uint256 amount);
    }

    #[sol(abi)]
    interface INothing {}
}

/// Returns the name of an error that a precompile of this file declares.
pub(super) fn error_name(selector: [u8; 4]) -> Option<&'static str> {
    match selector {
        IArbosActs::CallerNotArbOS::SELECTOR => Some("CallerNotArbOS()"),
        IArbRetryableTx::NoTicketWithID::SELECTOR => Some("NoTicketWithID()"),
        _ => None,
    }
}

pub(super) struct ArbosTest;

impl Precompile for ArbosTest {
    methods_of!(IArbosTest);

    /// Burns gas, all of it if there is less, and succeeds.
    fn call<DB: Database<Error = Infallible>>(call: &mut Call<'_, DB>, data: &[u8]) -> Result<Vec<u8>, Failure> {
        let IArbosTest::IArbosTestCalls::burnArbGas(method) =
            IArbosTest::IArbosTestCalls::abi_decode_validate(data).map_err(|_| Failure::Everything)?;
        let amount = u64::try_from(method.gasAmount).map_err(|_| Failure::Plain)?;
        let left = call.gas.remaining();
        call.burn(amount.min(left))?;
        Ok(Vec::new())
    }
}

/// Obsolete, and without methods.
pub(super) struct ArbBls;

impl Precompile for ArbBls {
    methods_of!(INothing);

    fn call<DB: Database<Error = Infallible>>(_: &mut Call<'_, DB>, _: &[u8]) -> Result<Vec<u8>, Failure> {
        Err(Failure::Everything)
    }
}

pub(super) struct ArbFunctionTable;

impl Precompile for ArbFunctionTable {
    methods_of!(IArbFunctionTable);

    fn call<DB: Database<Error = Infallible>>(_: &mut Call<'_, DB>, data: &[u8]) -> Result<Vec<u8>, Failure> {
        use IArbFunctionTable::IArbFunctionTableCalls as Calls;
        match Calls::abi_decode_validate(data).map_err(|_| Failure::Everything)? {
            Calls::upload(_) => Ok(Vec::new()),
            Calls::size(_) => Ok(U256::ZERO.abi_encode()),
            Calls::get(_) => Err(Failure::Plain), // the table is always empty
        }
    }
}

pub(super) struct ArbStatistics;

impl Precompile for ArbStatistics {
    methods_of!(IArbStatistics);

    /// Classic Arbitrum's figures are gone; the block number is left.
    fn call<DB: Database<Error = Infallible>>(call: &mut Call<'_, DB>, _: &[u8]) -> Result<Vec<u8>, Failure> {
        let zero = U256::ZERO;
        Ok((U256::from(call.context.chain.block.number), zero, zero, zero, zero, zero).abi_encode())
    }
}

/// ArbOS itself takes calls only from itself, and those are no EVM calls.
pub(super) struct ArbosActs;

impl Precompile for ArbosActs {
    methods_of!(IArbosActs);

    fn call<DB: Database<Error = Infallible>>(_: &mut Call<'_, DB>, data: &[u8]) -> Result<Vec<u8>, Failure> {
        IArbosActs::IArbosActsCalls::abi_decode_validate(data).map_err(|_| Failure::Everything)?;
        Err(Failure::Error(IArbosActs::CallerNotArbOS {}.abi_encode()))
    }
}

/// Gives addresses short numbers.
pub(super) struct ArbAddressTable;

impl Precompile for ArbAddressTable {
    methods_of!(IArbAddressTable);

    fn call<DB: Database<Error = Infallible>>(call: &mut Call<'_, DB>, data: &[u8]) -> Result<Vec<u8>, Failure> {
        use IArbAddressTable::IArbAddressTableCalls as Calls;
        let table = Space::at(&[3]);
        let number = |account: Address| table.named(&[]).slot(account.into_word());
        Ok(match Calls::abi_decode_validate(data).map_err(|_| Failure::Everything)? {
            Calls::addressExists(method) => (!call.read(number(method.account))?.is_zero()).abi_encode(),
            Calls::lookup(method) => {
                let found = call.read(number(method.account))?;
                found.checked_sub(U256::from(1)).ok_or(Failure::Plain)?.abi_encode()
            }
            Calls::lookupIndex(method) => {
                let index = u64::try_from(method.index).map_err(|_| Failure::Plain)?;
                if U256::from(index) >= call.read(table.field(0))? {
                    return Err(Failure::Plain);
                }
                call.read(table.field(index + 1))?.abi_encode()
            }
            Calls::register(method) => {
                let known = call.read(number(method.account))?;
                if let Some(index) = known.checked_sub(U256::from(1)) {
                    return Ok(index.abi_encode());
                }
                let index = call.read(table.field(0))?;
                let next = index + U256::from(1);
                call.write(table.field(0), next)?;
                call.write(table.field(next.saturating_to()), method.account.into_word().into())?;
                call.write(number(method.account), next)?;
                index.abi_encode()
            }
            Calls::size(_) => call.read(table.field(0))?.abi_encode(),
        })
    }
}

pub(super) struct ArbAggregator;

impl Precompile for ArbAggregator {
    methods_of!(IArbAggregator);

    fn call<DB: Database<Error = Infallible>>(call: &mut Call<'_, DB>, data: &[u8]) -> Result<Vec<u8>, Failure> {
        use IArbAggregator::IArbAggregatorCalls as Calls;
        let posters = AddressSet::batch_posters();
        Ok(match Calls::abi_decode_validate(data).map_err(|_| Failure::Everything)? {
            Calls::getPreferredAggregator(_) => (COINBASE, true).abi_encode(),
            Calls::getDefaultAggregator(_) => COINBASE.abi_encode(),
            Calls::getBatchPosters(_) => call.members(posters)?.abi_encode(),
            Calls::getFeeCollector(method) => {
                if !call.is_member(posters, method.batchPoster)? {
                    return Err(Failure::Plain);
                }
                call.read(poster_info().field(1))?.abi_encode()
            }
            Calls::getTxBaseFee(_) => U256::ZERO.abi_encode(),
            Calls::setTxBaseFee(_) => Vec::new(), // it has had no effect for long
        })
    }
}

pub(super) struct ArbRetryableTx;

impl Precompile for ArbRetryableTx {
    methods_of!(IArbRetryableTx);

    fn call<DB: Database<Error = Infallible>>(call: &mut Call<'_, DB>, data: &[u8]) -> Result<Vec<u8>, Failure> {
        use IArbRetryableTx::IArbRetryableTxCalls as Calls;
        const LIFETIME: u64 = 604_800;
        let reads =
            match IArbRetryableTx::IArbRetryableTxCalls::abi_decode_validate(data).map_err(|_| Failure::Everything)? {
                Calls::getLifetime(_) => return Ok(U256::from(LIFETIME).abi_encode()),
                Calls::getCurrentRedeemer(_) => return Ok(Address::ZERO.abi_encode()),
                Calls::redeem(_) => 2,
                Calls::getTimeout(_) | Calls::keepalive(_) | Calls::getBeneficiary(_) | Calls::cancel(_) => 1,
            };
        call.burn(reads * READ_GAS)?;
        Err(Failure::Error(IArbRetryableTx::NoTicketWithID {}.abi_encode()))
    }
}

/// Mints and burns ether, for those whom the chain's owners let.
pub(super) struct ArbNativeTokenManager;

impl Precompile for ArbNativeTokenManager {
    methods_of!(IArbNativeTokenManager);

    fn call<DB: Database<Error = Infallible>>(call: &mut Call<'_, DB>, data: &[u8]) -> Result<Vec<u8>, Failure> {
        use IArbNativeTokenManager::IArbNativeTokenManagerCalls as Calls;
        const ADDRESS: Address = Address::with_last_byte(0x73);
        const MOVE_GAS: u64 = 9100;
        let method = Calls::abi_decode_validate(data).map_err(|_| Failure::Everything)?;
        let caller = call.inputs.caller;
        if !call.is_member(AddressSet::native_token_owners(), caller)? {
            return Err(Failure::Everything);
        }
        call.burn(MOVE_GAS)?;
        let event = match method {
            Calls::mintNativeToken(method) => {
                let credited = call.context.journal_mut().balance_incr(caller, method.amount);
                credited.unwrap_or_else(|never| match never {});
                IArbNativeTokenManager::NativeTokenMinted { to: caller, amount: method.amount }.encode_log_data()
            }
            Calls::burnNativeToken(method) => {
                if arbos::peek_account(call.context, caller).balance < method.amount {
                    return Err(Failure::Plain);
                }
                let mut account =
                    call.context.journal_mut().load_account_mut(caller).unwrap_or_else(|never| match never {});
                account.data.decr_balance(method.amount);
                IArbNativeTokenManager::NativeTokenBurned { from: caller, amount: method.amount }.encode_log_data()
            }
        };
        call.emit(ADDRESS, event)?;
        Ok(Vec::new())
    }
}
