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
    /// The settings contradict each other or ask for what there is not.
    #[error("{0}")]
    Settings(String),
    /// The state file or dump cannot be used.
    #[error("{0}")]
    State(String),
    /// A transaction is refused.
    #[error(transparent)]
    Invalid(#[from] Invalid),
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
    #[error("{0}")]
    Malformed(String),
    #[error("transaction type not supported")]
    UnsupportedType,
    #[error("oversized data")]
    TooLarge,
    #[error("invalid chain id for signer: have {have} want {want}")]
    ChainId { have: u64, want: u64 },
    #[error("max initcode size exceeded: code size {size} limit {limit}")]
    InitCode { size: usize, limit: usize },
    #[error("max fee per gas less than block base fee: address {sender}, maxFeePerGas: {max_fee} baseFee: {base_fee}")]
    FeeCap { sender: Address, max_fee: u128, base_fee: u64 },
    #[error("tx fee ({}) exceeds the configured cap (1.00 ether)", ether(.fee))]
    FeeOverCap { fee: u128 },
    #[error("nonce too low: address {sender}, tx: {tx} state: {state}")]
    NonceTooLow { sender: Address, tx: u64, state: u64 },
    #[error("nonce too high: address {sender}, tx: {tx} state: {state}")]
    NonceTooHigh { sender: Address, tx: u64, state: u64 },
    #[error("insufficient funds for gas * price + value: address {sender} have {have} want {want}")]
    Funds { sender: Address, have: U256, want: U256 },
    #[error("max fee per gas less than block base fee: address {sender}, maxFeePerGas: {max_fee}, baseFee: {base_fee}")]
    FeeCapOfCall { sender: Address, max_fee: u128, base_fee: u64 },
    #[error("insufficient funds for transfer")]
    FundsForEstimate,
    #[error("intrinsic gas too low")]
    IntrinsicGas,
    #[error("intrinsic gas too low: have {have}, want {want}")]
    IntrinsicGasOfCall { have: u64, want: u64 },
    #[error("gas limit reached")]
    GasLimitReached,
    #[error("sender not an eoa: address {sender}, len(code): {length}")]
    SenderHasCode { sender: Address, length: usize },
    #[error("EIP-7702 transaction with empty auth list (sender {0})")]
    NoAuthorizations(Address),
    #[error("err: {reason} (supplied gas {gas})")]
    Call { reason: Box<Invalid>, gas: u64 },
    #[error("failed with {gas} gas: {reason}")]
    Estimate { reason: Box<Invalid>, gas: u64 },
    #[error("gas required exceeds allowance ({0})")]
    Allowance(u64),
    #[error("{0}")]
    Other(String),
}

/// Renders wei as ether with two decimals, rounded to the nearest.
fn ether(wei: &u128) -> String {
    const CENT: u128 = 10_000_000_000_000_000;
    let cents = wei.saturating_add(CENT / 2) / CENT;
    format!("{}.{:02} ether", cents / 100, cents % 100)
}

impl From<crate::chain::journal::StateFileError> for ChainError {
    fn from(error: crate::chain::journal::StateFileError) -> Self {
        Self::State(error.to_string())
    }
}

impl From<Rejected> for Invalid {
    fn from(rejected: Rejected) -> Self {
        match rejected {
            EVMError::Transaction(InvalidTransaction::CallGasCostMoreThanGasLimit { initial_gas, gas_limit }) => {
                Self::IntrinsicGasOfCall { have: gas_limit, want: initial_gas }
            }
            other => Self::Other(other.to_string()),
        }
    }
}
