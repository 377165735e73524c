//! Failures as clients expect them.

use alloy::{
    primitives::{Bytes, U256, hex},
    sol_types::{ContractError, GenericContractError, SolInterface},
};
use jsonrpsee::types::{ErrorObject, ErrorObjectOwned};

use crate::{
    chain::Outcome,
    error::{ChainError, Invalid},
    precompiles,
};

/// What a request fails with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RpcError {
    /// The parameters are not what the method takes.
    #[error("invalid params: {0}")]
    Params(String),
    /// The transaction or call is refused.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The call reverted with this data.
    #[error("execution reverted{}", reason(.0))]
    Reverted(Bytes),
    /// The call failed otherwise.
    #[error("{0}")]
    Halted(String),
    /// The node cannot do that.
    #[error(transparent)]
    Chain(ChainError),
    /// What is traced or looked up is not there.
    #[error("{0}")]
    NotFound(String),
    /// There is no such block.
    #[error("header not found")]
    NoBlock,
    /// There is no such filter.
    #[error("filter not found")]
    NoFilter,
    /// Nobody here holds the key.
    #[error("unknown account {0}: impersonate it first")]
    UnknownAccount(alloy::primitives::Address),
}

/// Renders what Solidity's `require` and checked arithmetic revert with, and the errors of ArbOS.
fn reason(data: &Bytes) -> String {
    match GenericContractError::abi_decode(data) {
        Ok(ContractError::Revert(revert)) => format!(": {}", revert.reason),
        Ok(ContractError::Panic(panic)) => format!(": {}", panic_text(panic.code)),
        _ => precompiles::describe(data).map(|error| format!(": error {error}")).unwrap_or_default(),
    }
}

/// Names a panic as geth does.
fn panic_text(code: U256) -> String {
    let text = match u64::try_from(code) {
        Ok(0x00) => "generic panic",
        Ok(0x01) => "assert(false)",
        Ok(0x11) => "arithmetic underflow or overflow",
        Ok(0x12) => "division or modulo by zero",
        Ok(0x21) => "enum overflow",
        Ok(0x22) => "invalid encoded storage byte array accessed",
        Ok(0x31) => "out-of-bounds array access; popping on an empty array",
        Ok(0x32) => "out-of-bounds access of an array or bytesN",
        Ok(0x41) => "out of memory",
        Ok(0x51) => "uninitialized function",
        _ => return format!("unknown panic code: {code:#x}"),
    };
    text.into()
}

impl From<ChainError> for RpcError {
    fn from(error: ChainError) -> Self {
        match error {
            ChainError::Invalid(invalid) => Self::Invalid(invalid),
            other => Self::Chain(other),
        }
    }
}

impl RpcError {
    /// Turns a failed simulation into an error; `None` for a success.
    pub fn from_outcome(outcome: Outcome) -> Option<Self> {
        match outcome {
            Outcome::Success { .. } => None,
            Outcome::Revert(data) => Some(Self::Reverted(data)),
            Outcome::Halt(reason) => Some(Self::Halted(reason)),
        }
    }
}

impl From<RpcError> for ErrorObjectOwned {
    fn from(error: RpcError) -> Self {
        let message = error.to_string();
        match error {
            RpcError::Params(_) => ErrorObject::owned(-32602, message, None::<()>),
            RpcError::Reverted(data) => ErrorObject::owned(3, message, Some(hex::encode_prefixed(data))),
            _ => ErrorObject::owned(-32000, message, None::<()>),
        }
    }
}
