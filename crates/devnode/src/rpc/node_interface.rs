//! NodeInterface: questions to the node in the form of calls to an address without code.

use alloy::{
    eips::BlockId,
    primitives::{Address, Bytes, TxKind, U256},
    sol,
    sol_types::{SolInterface, SolValue},
};

use super::{api::Api, error::RpcError};
use crate::{
    arbos::{
        layout::{l1, l2},
        pricing::Slots,
    },
    chain::Simulation,
    error::Invalid,
};

/// Where it is.
pub(super) const ADDRESS: Address = Address::with_last_byte(0xc8);

sol! {
    interface INodeInterface {
        function nitroGenesisBlock() external pure returns (uint256 number);
        function blockL1Num(uint64 l2BlockNum) external view returns (uint64 l1BlockNum);
        function l2BlockRangeForL1(uint64 blockNum) external view returns (uint64 firstBlock, uint64 lastBlock);
        function gasEstimateComponents(address to, bool contractCreation, bytes data)
            external payable returns (uint64 gasEstimate, uint64 gasEstimateForL1, uint256 baseFee, uint256 l1Price);
        function gasEstimateL1Component(address to, bool contractCreation, bytes data)
            external payable returns (uint64 gasEstimateForL1, uint256 baseFee, uint256 l1Price);
        function getL1Confirmations(bytes32 blockHash) external view returns (uint64 confirmations);
    }
}

impl Api {
    /// Answers a call to the interface. What it cannot answer fails without data, as on Nitro.
    pub(super) fn node_interface(&self, call: &Simulation, block: Option<BlockId>) -> Result<Bytes, RpcError> {
        use INodeInterface::INodeInterfaceCalls as Calls;
        let refused = || RpcError::Invalid(Invalid::Other("execution reverted".into()));
        let number = self.number(block.unwrap_or_default())?;
        let answer = match Calls::abi_decode_validate(&call.data).map_err(|_| refused())? {
            Calls::nitroGenesisBlock(_) => U256::ZERO.abi_encode(),
            Calls::blockL1Num(asked) => {
                self.chain().block(asked.l2BlockNum).ok_or_else(refused)?;
                U256::ZERO.abi_encode()
            }
            // All blocks belong to the parent's block 0.
            Calls::l2BlockRangeForL1(asked) if asked.blockNum == 0 => (U256::ZERO, U256::from(number)).abi_encode(),
            Calls::l2BlockRangeForL1(_) => return Err(refused()),
            Calls::getL1Confirmations(asked) => {
                self.chain().block_by_hash(asked.blockHash).ok_or_else(refused)?;
                U256::ZERO.abi_encode()
            }
            Calls::gasEstimateComponents(asked) => {
                let inner = inner(call, asked.to, asked.contractCreation, asked.data);
                let total = self.estimate(&inner, block)?;
                let for_data = self.chain().poster_gas_of_estimate(&inner, number);
                let (fee, price) = self.prices();
                (U256::from(total), U256::from(for_data), fee, price).abi_encode()
            }
            Calls::gasEstimateL1Component(asked) => {
                let inner = inner(call, asked.to, asked.contractCreation, asked.data);
                let for_data = self.chain().poster_gas_of_estimate(&inner, number);
                let (fee, price) = self.prices();
                (U256::from(for_data), fee, price).abi_encode()
            }
        };
        Ok(answer.into())
    }

    /// Returns the next base fee in wei per gas and the price of a unit of data in wei.
    fn prices(&self) -> (U256, U256) {
        let chain = self.chain();
        let state = chain.latest();
        (Slots::slot(&state, l2::BASE_FEE.slot()), Slots::slot(&state, l1::PRICE_PER_UNIT.slot()))
    }
}

fn inner(outer: &Simulation, to: Address, creation: bool, data: Bytes) -> Simulation {
    let kind = if creation { TxKind::Create } else { TxKind::Call(to) };
    Simulation { to: kind.to().copied(), data, ..outer.clone() }
}
