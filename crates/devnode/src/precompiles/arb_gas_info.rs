//! ArbGasInfo: what gas costs, and why.

use std::convert::Infallible;

use alloy::{
    primitives::U256,
    sol,
    sol_types::{SolInterface, SolValue},
};
use revm::database_interface::Database;

use super::{Call, Failure, Precompile, methods::methods_of};
use crate::arbos::layout::{Field, l1, l2};

sol! {
    #[sol(abi)]
    interface IArbGasInfo {
        function getPricesInWeiWithAggregator(address aggregator)
            external view returns (uint256, uint256, uint256, uint256, uint256, uint256);
        function getPricesInWei() external view returns (uint256, uint256, uint256, uint256, uint256, uint256);
        function getPricesInArbGasWithAggregator(address aggregator) external view returns (uint256, uint256, uint256);
        function getPricesInArbGas() external view returns (uint256, uint256, uint256);
        function getGasAccountingParams() external view returns (uint256, uint256, uint256);
        function getMaxTxGasLimit() external view returns (uint256);
        function getMaxBlockGasLimit() external view returns (uint64);
        function getMinimumGasPrice() external view returns (uint256);
        function getL1BaseFeeEstimate() external view returns (uint256);
        function getL1GasPriceEstimate() external view returns (uint256);
        function getL1BaseFeeEstimateInertia() external view returns (uint64);
        function getL1RewardRate() external view returns (uint64);
        function getL1RewardRecipient() external view returns (address);
        function getCurrentTxL1GasFees() external view returns (uint256);
        function getGasBacklog() external view returns (uint64);
        function getPricingInertia() external view returns (uint64);
        function getGasBacklogTolerance() external view returns (uint64);
        function getL1PricingSurplus() external view returns (int256);
        function getPerBatchGasCharge() external view returns (int64);
        function getAmortizedCostCapBips() external view returns (uint64);
        function getL1FeesAvailable() external view returns (uint256);
        function getL1PricingEquilibrationUnits() external view returns (uint256);
        function getLastL1PricingUpdateTime() external view returns (uint64);
        function getL1PricingFundsDueForRewards() external view returns (uint256);
        function getL1PricingUnitsSinceUpdate() external view returns (uint64);
        function getLastL1PricingSurplus() external view returns (int256);
        function getGasPricingConstraints() external view returns (uint64[3][]);
    }
}

/// Units of data per byte.
const UNITS: u64 = 16;
/// Bytes that a plain transfer is said to take on the parent chain.
const BYTES_PER_TX: u64 = 140;
/// Gas of writing to storage.
const STORE_GAS: u64 = 20_000;

pub(super) struct ArbGasInfo;

impl Precompile for ArbGasInfo {
    methods_of!(
        IArbGasInfo,
        since 50: "getMaxTxGasLimit" "getMaxBlockGasLimit" "getGasPricingConstraints",
    );

    fn call<DB: Database<Error = Infallible>>(call: &mut Call<'_, DB>, data: &[u8]) -> Result<Vec<u8>, Failure> {
        use IArbGasInfo::IArbGasInfoCalls as Calls;
        let field = match Calls::abi_decode_validate(data).map_err(|_| Failure::Everything)? {
            Calls::getPricesInWei(_) | Calls::getPricesInWeiWithAggregator(_) => return prices_in_wei(call),
            Calls::getPricesInArbGas(_) | Calls::getPricesInArbGasWithAggregator(_) => return prices_in_gas(call),
            Calls::getGasAccountingParams(_) => {
                let (speed, limit) = (read(call, l2::SPEED_LIMIT)?, read(call, l2::BLOCK_GAS_LIMIT)?);
                return Ok((speed, limit, limit).abi_encode());
            }
            Calls::getCurrentTxL1GasFees(_) => {
                let fees = U256::from(call.context.chain.poster_gas) * U256::from(call.context.chain.block.base_fee);
                return Ok(fees.abi_encode());
            }
            Calls::getL1PricingSurplus(_) => {
                let (due, rewards) = (read(call, l1::POSTERS_DUE)?, read(call, l1::FUNDS_DUE_FOR_REWARDS)?);
                let available = read(call, l1::FEES_AVAILABLE)?;
                return Ok(available.wrapping_sub(due).wrapping_sub(rewards).abi_encode());
            }
            // There are none until an owner sets some, which this node does not offer.
            Calls::getGasPricingConstraints(_) => {
                read(call, l2::CONSTRAINTS)?;
                return Ok(Vec::<[u64; 3]>::new().abi_encode());
            }
            Calls::getMaxTxGasLimit(_) => l2::TX_GAS_LIMIT,
            Calls::getMaxBlockGasLimit(_) => l2::BLOCK_GAS_LIMIT,
            Calls::getMinimumGasPrice(_) => l2::MIN_BASE_FEE,
            Calls::getL1BaseFeeEstimate(_) | Calls::getL1GasPriceEstimate(_) => l1::PRICE_PER_UNIT,
            Calls::getL1BaseFeeEstimateInertia(_) => l1::INERTIA,
            Calls::getL1RewardRate(_) => l1::REWARD_RATE,
            Calls::getL1RewardRecipient(_) => l1::REWARD_RECIPIENT,
            Calls::getGasBacklog(_) => l2::BACKLOG,
            Calls::getPricingInertia(_) => l2::INERTIA,
            Calls::getGasBacklogTolerance(_) => l2::TOLERANCE,
            Calls::getPerBatchGasCharge(_) => l1::PER_BATCH_GAS,
            Calls::getAmortizedCostCapBips(_) => l1::COST_CAP,
            Calls::getL1FeesAvailable(_) => l1::FEES_AVAILABLE,
            Calls::getL1PricingEquilibrationUnits(_) => l1::EQUILIBRATION_UNITS,
            Calls::getLastL1PricingUpdateTime(_) => l1::LAST_UPDATE,
            Calls::getL1PricingFundsDueForRewards(_) => l1::FUNDS_DUE_FOR_REWARDS,
            Calls::getL1PricingUnitsSinceUpdate(_) => l1::UNITS_SINCE_UPDATE,
            Calls::getLastL1PricingSurplus(_) => l1::LAST_SURPLUS,
        };
        Ok(read(call, field)?.abi_encode())
    }
}

fn read<DB: Database<Error = Infallible>>(call: &mut Call<'_, DB>, field: Field) -> Result<U256, Failure> {
    call.read(field.slot())
}

/// Prices of a transfer, a byte, a slot and of gas: the minimum, what congestion adds, both.
fn prices_in_wei<DB: Database<Error = Infallible>>(call: &mut Call<'_, DB>) -> Result<Vec<u8>, Failure> {
    let byte = read(call, l1::PRICE_PER_UNIT)? * U256::from(UNITS);
    let fee = U256::from(call.context.chain.block.base_fee);
    let base = fee.min(read(call, l2::MIN_BASE_FEE)?);
    Ok((byte * U256::from(BYTES_PER_TX), byte, fee * U256::from(STORE_GAS), base, fee - base, fee).abi_encode())
}

fn prices_in_gas<DB: Database<Error = Infallible>>(call: &mut Call<'_, DB>) -> Result<Vec<u8>, Failure> {
    let byte = read(call, l1::PRICE_PER_UNIT)? * U256::from(UNITS);
    let fee = U256::from(call.context.chain.block.base_fee);
    let in_gas = |wei: U256| wei.checked_div(fee).unwrap_or_default();
    Ok((in_gas(byte * U256::from(BYTES_PER_TX)), in_gas(byte), U256::from(STORE_GAS)).abi_encode())
}
