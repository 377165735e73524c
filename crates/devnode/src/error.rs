//! What can go wrong, in words that clients know from geth.

use alloy::primitives::{Address, U256};
use revm::context::result::{EVMError, InvalidTransaction};

use crate::executor::Rejected;

/// Why a node cannot do what it was told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// The WASM engine does not run here.
    #[error("the WASM engine cannot start: {0}")]
    Engine(String),
    /// No block can be that late.
    #[error("timestamp {asked} is beyond {most}")]
    TimeTooFar {
        /// What was asked for, Unix seconds.
        asked: u64,
        /// The latest possible, Unix seconds.
        most: u64,
    },
    /// No more blocks at once.
    #[error("cannot mine {asked} blocks at once, at most {most}")]
    TooManyBlocks {
        /// What was asked for.
        asked: u64,
        /// The most.
        most: u64,
    },
    /// Blocks cannot go back in time.
    #[error("timestamp {asked} is before the latest block's, {latest}")]
    TimeBackwards {
        /// What was asked for, Unix seconds.
        asked: u64,
        /// The latest block's time, Unix seconds.
        latest: u64,
    },
}

/// Why a transaction is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)] // the messages say it
pub enum Invalid {
    #[error("already known")]
    AlreadyKnown,
    #[error("transaction type not supported: {0}")]
    UnsupportedType(u8),
    #[error("oversized data: transaction size {size}, limit {limit}")]
    TooLarge { size: usize, limit: usize },
    #[error("invalid chain id for signer: have {have} want {want}")]
    ChainId { have: u64, want: u64 },
    #[error("max initcode size exceeded: code size {size} limit {limit}")]
    InitCode { size: usize, limit: usize },
    #[error("max fee per gas less than block base fee: address {sender}, maxFeePerGas: {max_fee}, baseFee: {base_fee}")]
    FeeCap { sender: Address, max_fee: u128, base_fee: u64 },
    #[error("tx fee exceeds the configured cap (1.00 ether)")]
    FeeOverCap,
    #[error("nonce too low: address {sender}, tx: {tx} state: {state}")]
    NonceTooLow { sender: Address, tx: u64, state: u64 },
    #[error("nonce too high: address {sender}, tx: {tx} state: {state}")]
    NonceTooHigh { sender: Address, tx: u64, state: u64 },
    #[error("insufficient funds for gas * price + value: address {sender} have {have} want {want}")]
    Funds { sender: Address, have: U256, want: U256 },
    #[error("insufficient funds for transfer: address {sender} have {have} want {want}")]
    FundsForTransfer { sender: Address, have: U256, want: U256 },
    #[error("intrinsic gas too low: have {have}, want {want}")]
    IntrinsicGas { have: u64, want: u64 },
    #[error("sender not an eoa")]
    SenderHasCode,
    #[error("{0}")]
    Other(String),
}

impl From<Rejected> for Invalid {
    fn from(rejected: Rejected) -> Self {
        match rejected {
            EVMError::Transaction(InvalidTransaction::CallGasCostMoreThanGasLimit { initial_gas, gas_limit }) => {
                Self::IntrinsicGas { have: gas_limit, want: initial_gas }
            }
            EVMError::Transaction(InvalidTransaction::RejectCallerWithCode) => Self::SenderHasCode,
            other => Self::Other(other.to_string()),
        }
    }
}
