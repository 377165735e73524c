//! ArbOwner: the chain's owners change its parameters, for free.

use std::convert::Infallible;

use alloy::{
    primitives::{Address, B256, Bytes, U256},
    sol,
    sol_types::{SolEvent, SolInterface, SolValue},
};
use revm::{
    context_interface::{ContextTr, JournalTr},
    database_interface::Database,
    interpreter::{CallInputs, CallScheme, Gas, InstructionResult, InterpreterResult},
    primitives::Log,
};

use super::{Call, Failure, OPEN_GAS, Precompile, READ_GAS, methods::methods_of};
use crate::{
    arbos::{
        self, TX_LIMIT_SINCE,
        layout::{AddressSet, Field, Space, l1, l2, root},
        params::StylusParams,
    },
    executor::ArbContext,
};

const ADDRESS: Address = Address::with_last_byte(0x70);

sol! {
    #[sol(abi)]
    interface IArbOwner {
        function addChainOwner(address newOwner) external;
        function removeChainOwner(address ownerToRemove) external;
        function isChainOwner(address account) external view returns (bool);
        function getAllChainOwners() external view returns (address[]);
        function setNativeTokenManagementFrom(uint64 timestamp) external;
        function addNativeTokenOwner(address newOwner) external;
        function removeNativeTokenOwner(address ownerToRemove) external;
        function isNativeTokenOwner(address account) external view returns (bool);
        function getAllNativeTokenOwners() external view returns (address[]);
        function setL1BaseFeeEstimateInertia(uint64 inertia) external;
        function setL1PricingInertia(uint64 inertia) external;
        function setL2BaseFee(uint256 priceInWei) external;
        function setMinimumL2BaseFee(uint256 priceInWei) external;
        function setSpeedLimit(uint64 limit) external;
        function setMaxTxGasLimit(uint64 limit) external;
        function setMaxBlockGasLimit(uint64 limit) external;
        function setL2GasPricingInertia(uint64 sec) external;
        function setL2GasBacklogTolerance(uint64 sec) external;
        function setGasBacklog(uint64 backlog) external;
        function getNetworkFeeAccount() external view returns (address);
        function getInfraFeeAccount() external view returns (address);
        function setNetworkFeeAccount(address newNetworkFeeAccount) external;
        function setInfraFeeAccount(address newInfraFeeAccount) external;
        function scheduleArbOSUpgrade(uint64 newVersion, uint64 timestamp) external;
        function setL1PricingEquilibrationUnits(uint256 equilibrationUnits) external;
        function setL1PricingRewardRecipient(address recipient) external;
        function setL1PricingRewardRate(uint64 weiPerUnit) external;
        function setL1PricePerUnit(uint256 pricePerUnit) external;
        function setParentGasFloorPerToken(uint64 floorPerToken) external;
        function setPerBatchGasCharge(int64 cost) external;
        function setAmortizedCostCapBips(uint64 cap) external;
        function setBrotliCompressionLevel(uint64 level) external;
        function releaseL1PricerSurplusFunds(uint256 maxWeiToRelease) external returns (uint256);
        function setInkPrice(uint32 price) external;
        function setWasmMaxStackDepth(uint32 depth) external;
        function setWasmFreePages(uint16 pages) external;
        function setWasmPageGas(uint16 gas) external;
        function setWasmPageLimit(uint16 limit) external;
        function setWasmMinInitGas(uint8 gas, uint16 cached) external;
        function setWasmInitCostScalar(uint64 percent) external;
        function setWasmExpiryDays(uint16 _days) external;
        function setWasmKeepaliveDays(uint16 _days) external;
        function setWasmBlockCacheSize(uint16 count) external;
        function setWasmMaxSize(uint32 size) external;
        function addWasmCacheManager(address manager) external;
        function removeWasmCacheManager(address manager) external;
        function setChainConfig(string chainConfig) external;
        function setCalldataPriceIncrease(bool enable) external;

        event OwnerActs(bytes4 indexed method, address indexed owner, bytes data);
    }
}
use IArbOwner::IArbOwnerCalls as Calls;

struct ArbOwner;

impl Precompile for ArbOwner {
    methods_of!(
        IArbOwner,
        since 40: "setWasmMaxSize" "setCalldataPriceIncrease",
        since 41: "setNativeTokenManagementFrom" "addNativeTokenOwner" "removeNativeTokenOwner" "isNativeTokenOwner"
            "getAllNativeTokenOwners",
        since 50: "setMaxBlockGasLimit" "setGasBacklog" "setParentGasFloorPerToken",
    );

    fn call<DB: Database<Error = Infallible>>(call: &mut Call<'_, DB>, data: &[u8]) -> Result<Vec<u8>, Failure> {
        let method = Calls::abi_decode_validate(data).map_err(|_| Failure::Everything)?;
        if let Some((field, value)) = number(call, &method)? {
            call.write(field.slot(), value)?;
            return Ok(Vec::new());
        }
        if let Some(change) = stylus(&method)? {
            let mut params = call.params()?;
            change(&mut params);
            call.write(StylusParams::slot(), params.to_word())?;
            return Ok(Vec::new());
        }
        other(call, method)
    }
}

/// Lets owners pass, and gives the gas back to them; anybody else loses it.
pub(super) fn run<DB: Database<Error = Infallible>>(
    context: &mut ArbContext<DB>,
    inputs: &CallInputs,
) -> InterpreterResult {
    let (caller, limit) = (inputs.caller, inputs.gas_limit);
    let owners = AddressSet::chain_owners();
    let is_owner = !arbos::read(context, owners.place(caller)).is_zero();
    if limit < OPEN_GAS + READ_GAS || !is_owner {
        let reason = if is_owner { "out of gas" } else { "unauthorized caller to access-controlled method" };
        context.chain.failure = Some(reason.into());
        let mut gas = Gas::new(limit);
        gas.spend_all();
        return InterpreterResult::new(InstructionResult::PrecompileError, Bytes::new(), gas);
    }
    let data: Bytes = inputs.input.bytes(context).to_vec().into();
    let mut result = Call::run::<ArbOwner>(context, inputs);
    if result.result.is_ok() && inputs.scheme != CallScheme::StaticCall {
        let method = data.first_chunk::<4>().copied().unwrap_or_default().into();
        let event = IArbOwner::OwnerActs { method, owner: caller, data };
        context.journal_mut().log(Log { address: ADDRESS, data: event.encode_log_data() });
    }
    if result.result.is_ok_or_revert() {
        result.gas = Gas::new(limit);
    }
    result
}

/// Returns what a setter of one number writes where; `None` for every other method.
fn number<DB: Database<Error = Infallible>>(
    call: &Call<'_, DB>,
    method: &Calls,
) -> Result<Option<(Field, U256)>, Failure> {
    const MAX_BROTLI_LEVEL: u64 = 11;
    let positive = |value: u64| if value == 0 { Err(Failure::Plain) } else { Ok(U256::from(value)) };
    Ok(Some(match method {
        Calls::setL1BaseFeeEstimateInertia(method) => (l1::INERTIA, U256::from(method.inertia)),
        Calls::setL1PricingInertia(method) => (l1::INERTIA, U256::from(method.inertia)),
        Calls::setL2BaseFee(method) => (l2::BASE_FEE, method.priceInWei),
        Calls::setMinimumL2BaseFee(method) => (l2::MIN_BASE_FEE, method.priceInWei),
        Calls::setSpeedLimit(method) => (l2::SPEED_LIMIT, positive(method.limit)?),
        Calls::setMaxTxGasLimit(method) => {
            let of_tx = call.context.chain.block.version >= TX_LIMIT_SINCE;
            (if of_tx { l2::TX_GAS_LIMIT } else { l2::BLOCK_GAS_LIMIT }, U256::from(method.limit))
        }
        Calls::setMaxBlockGasLimit(method) => (l2::BLOCK_GAS_LIMIT, U256::from(method.limit)),
        Calls::setL2GasPricingInertia(method) => (l2::INERTIA, positive(method.sec)?),
        Calls::setL2GasBacklogTolerance(method) => (l2::TOLERANCE, U256::from(method.sec)),
        Calls::setGasBacklog(method) => (l2::BACKLOG, U256::from(method.backlog)),
        Calls::setNetworkFeeAccount(method) => (root::NETWORK_FEE_ACCOUNT, word(method.newNetworkFeeAccount)),
        Calls::setInfraFeeAccount(method) => (root::INFRA_FEE_ACCOUNT, word(method.newInfraFeeAccount)),
        Calls::setL1PricingEquilibrationUnits(method) => (l1::EQUILIBRATION_UNITS, method.equilibrationUnits),
        Calls::setL1PricingRewardRecipient(method) => (l1::REWARD_RECIPIENT, word(method.recipient)),
        Calls::setL1PricingRewardRate(method) => (l1::REWARD_RATE, U256::from(method.weiPerUnit)),
        Calls::setL1PricePerUnit(method) => (l1::PRICE_PER_UNIT, method.pricePerUnit),
        Calls::setParentGasFloorPerToken(method) => (l1::PARENT_GAS_FLOOR, U256::from(method.floorPerToken)),
        Calls::setPerBatchGasCharge(method) => (l1::PER_BATCH_GAS, U256::from(method.cost.cast_unsigned())),
        Calls::setAmortizedCostCapBips(method) => (l1::COST_CAP, U256::from(method.cap)),
        Calls::setBrotliCompressionLevel(method) if method.level > MAX_BROTLI_LEVEL => return Err(Failure::Plain),
        Calls::setBrotliCompressionLevel(method) => (root::BROTLI_LEVEL, U256::from(method.level)),
        _ => return Ok(None),
    }))
}

fn word(address: Address) -> U256 {
    B256::from(address.into_word()).into()
}

type Change = Box<dyn FnOnce(&mut StylusParams)>;

/// Returns what a setter of Stylus' parameters changes; `None` for every other method.
fn stylus(method: &Calls) -> Result<Option<Change>, Failure> {
    // Figures that are kept in units are rounded up to them.
    let units = |value: u64, unit: u64| u8::try_from(value.div_ceil(unit)).unwrap_or(u8::MAX);
    Ok(Some(match *method {
        Calls::setInkPrice(ref method) => {
            let price = method.price;
            if price == 0 || price >= 1 << 24 {
                return Err(Failure::Plain);
            }
            Box::new(move |params| params.ink_price = price)
        }
        Calls::setWasmMaxStackDepth(ref method) => {
            let depth = method.depth;
            Box::new(move |params| params.max_stack_depth = depth)
        }
        Calls::setWasmFreePages(ref method) => {
            let pages = method.pages;
            Box::new(move |params| params.free_pages = pages)
        }
        Calls::setWasmPageGas(ref method) => {
            let gas = method.gas;
            Box::new(move |params| params.page_gas = gas)
        }
        Calls::setWasmPageLimit(ref method) => {
            let limit = method.limit;
            Box::new(move |params| params.page_limit = limit)
        }
        Calls::setWasmMinInitGas(ref method) => {
            let (init, cached) = (units(method.gas.into(), 128), units(method.cached.into(), 32));
            Box::new(move |params| (params.min_init, params.min_cached_init) = (init, cached))
        }
        Calls::setWasmInitCostScalar(ref method) => {
            let scalar = units(method.percent, 2);
            Box::new(move |params| params.init_scalar = scalar)
        }
        Calls::setWasmExpiryDays(ref method) => {
            let days = method._days;
            Box::new(move |params| params.expiry_days = days)
        }
        Calls::setWasmKeepaliveDays(ref method) => {
            let days = method._days;
            Box::new(move |params| params.keepalive_days = days)
        }
        Calls::setWasmBlockCacheSize(ref method) => {
            let count = method.count;
            Box::new(move |params| params.block_cache_size = count)
        }
        Calls::setWasmMaxSize(ref method) => {
            let size = method.size;
            Box::new(move |params| params.max_wasm_size = size)
        }
        _ => return Ok(None),
    }))
}

fn other<DB: Database<Error = Infallible>>(call: &mut Call<'_, DB>, method: Calls) -> Result<Vec<u8>, Failure> {
    let owners = AddressSet::chain_owners();
    let minters = AddressSet::native_token_owners();
    let managers = AddressSet::cache_managers();
    match method {
        Calls::addChainOwner(method) => call.add_member(owners, method.newOwner)?,
        Calls::removeChainOwner(method) => remove(call, owners, method.ownerToRemove)?,
        Calls::isChainOwner(method) => return Ok(call.is_member(owners, method.account)?.abi_encode()),
        Calls::getAllChainOwners(_) => return Ok(call.members(owners)?.abi_encode()),
        Calls::setNativeTokenManagementFrom(method) => native_tokens_from(call, method.timestamp)?,
        Calls::addNativeTokenOwner(method) => {
            let from: u64 = call.read(root::NATIVE_TOKEN_FROM.slot())?.saturating_to();
            if from == 0 || from > arbos::programs::now(call.context) {
                return Err(Failure::Plain);
            }
            call.add_member(minters, method.newOwner)?;
        }
        Calls::removeNativeTokenOwner(method) => remove(call, minters, method.ownerToRemove)?,
        Calls::isNativeTokenOwner(method) => return Ok(call.is_member(minters, method.account)?.abi_encode()),
        Calls::getAllNativeTokenOwners(_) => return Ok(call.members(minters)?.abi_encode()),
        Calls::getNetworkFeeAccount(_) => return Ok(call.read(root::NETWORK_FEE_ACCOUNT.slot())?.abi_encode()),
        Calls::getInfraFeeAccount(_) => return Ok(call.read(root::INFRA_FEE_ACCOUNT.slot())?.abi_encode()),
        Calls::scheduleArbOSUpgrade(method) => {
            call.write(root::UPGRADE_VERSION.slot(), U256::from(method.newVersion))?;
            call.write(root::UPGRADE_TIME.slot(), U256::from(method.timestamp))?;
        }
        Calls::releaseL1PricerSurplusFunds(method) => return release_surplus(call, method.maxWeiToRelease),
        Calls::addWasmCacheManager(method) => call.add_member(managers, method.manager)?,
        Calls::removeWasmCacheManager(method) => remove(call, managers, method.manager)?,
        Calls::setChainConfig(method) => set_bytes(call, Space::at(&[7]), method.chainConfig.as_bytes())?,
        Calls::setCalldataPriceIncrease(method) => {
            let mut features = call.read(root::FEATURES.slot())?;
            features.set_bit(0, method.enable);
            call.write(root::FEATURES.slot(), features)?;
        }
        _ => unreachable!("setters of numbers and of Stylus' parameters are handled before"),
    }
    Ok(Vec::new())
}

fn remove<DB: Database<Error = Infallible>>(
    call: &mut Call<'_, DB>,
    set: AddressSet,
    account: Address,
) -> Result<(), Failure> {
    if !call.is_member(set, account)? {
        return Err(Failure::Plain);
    }
    call.remove_member(set, account)
}

/// Lets native token owners come into force, a week ahead at least.
fn native_tokens_from<DB: Database<Error = Infallible>>(call: &mut Call<'_, DB>, from: u64) -> Result<(), Failure> {
    const NOTICE: u64 = 604_800;
    if from > 0 {
        let stored: u64 = call.read(root::NATIVE_TOKEN_FROM.slot())?.saturating_to();
        let now = arbos::programs::now(call.context);
        let soon = now.saturating_add(NOTICE);
        let too_early =
            from < soon && (stored == 0 || stored > soon) || stored > now && stored <= soon && from < stored;
        if too_early {
            return Err(Failure::Plain);
        }
    }
    call.write(root::NATIVE_TOKEN_FROM.slot(), U256::from(from))
}

/// Counts ether that was sent to the L1 fee pool without being a fee as one.
fn release_surplus<DB: Database<Error = Infallible>>(call: &mut Call<'_, DB>, most: U256) -> Result<Vec<u8>, Failure> {
    let pool = arbos::peek_account(call.context, arbos::L1_FEE_POOL).balance;
    let available = call.read(l1::FEES_AVAILABLE.slot())?;
    let Some(surplus) = pool.checked_sub(available) else { return Ok(U256::ZERO.abi_encode()) };
    let released = surplus.min(most);
    call.read(l1::FEES_AVAILABLE.slot())?;
    call.write(l1::FEES_AVAILABLE.slot(), available + released)?;
    Ok(released.abi_encode())
}

/// Replaces a string of bytes: its length, then its words, the rest at the right end of the last.
fn set_bytes<DB: Database<Error = Infallible>>(
    call: &mut Call<'_, DB>,
    space: Space,
    bytes: &[u8],
) -> Result<(), Failure> {
    let old: u64 = call.read(space.field(0))?.saturating_to();
    for word in 1..=old.div_ceil(32) {
        call.write(space.field(word), U256::ZERO)?;
    }
    call.write(space.field(0), U256::ZERO)?;
    call.write(space.field(0), U256::from(bytes.len()))?;
    let (words, rest) = bytes.as_chunks::<32>();
    let mut place = 1;
    for word in words {
        call.write(space.field(place), U256::from_be_bytes(*word))?;
        place += 1;
    }
    call.write(space.field(place), U256::from_be_slice(rest))
}
