//! Failures as clients expect them.

use alloy::{
    primitives::{Bytes, hex},
    sol_types::{ContractError, GenericContractError, SolInterface},
};
use jsonrpsee::types::{ErrorObject, ErrorObjectOwned};

use crate::{
    chain::Outcome,
    error::{ChainError, Invalid},
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
    Chain(#[from] ChainError),
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

/// Renders what Solidity's `require` and checked arithmetic revert with.
fn reason(data: &Bytes) -> String {
    match GenericContractError::abi_decode(data) {
        Ok(ContractError::Revert(revert)) => format!(": {}", revert.reason),
        Ok(ContractError::Panic(panic)) => format!(": {panic}"),
        _ => String::new(),
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
