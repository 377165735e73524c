//! Controls that development chains have: time, snapshots, balances, impersonation.

use alloy::primitives::{Address, U64, U256};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{api::Api, error::RpcError, server::Params};
use crate::error::ChainError;

/// Most blocks that one call makes.
const MAX_MINED: u64 = 100_000;

/// A number as tools send it: as JSON or as hex text.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Number {
    Plain(u64),
    Hex(U64),
}

impl Number {
    fn get(&self) -> u64 {
        match self {
            Self::Plain(number) => *number,
            Self::Hex(number) => number.to(),
        }
    }
}

impl Api {
    /// Answers a control method; `None` if it is not one.
    pub(super) fn control(&self, method: &str, mut params: Params) -> Option<Result<Value, RpcError>> {
        Some(match method {
            "evm_increaseTime" | "anvil_increaseTime" => {
                params.next::<Number>("seconds").map(|seconds| json!(self.chain().increase_time(seconds.get())))
            }
            "evm_setNextBlockTimestamp" | "anvil_setNextBlockTimestamp" => params
                .next::<Number>("timestamp")
                .and_then(|time| Ok(self.chain().set_next_time(time.get())?))
                .map(|()| Value::Null),
            "evm_mine" => self.evm_mine(params),
            "anvil_mine" | "hardhat_mine" => self.anvil_mine(params),
            "evm_snapshot" | "anvil_snapshot" => Ok(json!(U64::from(self.chain().snapshot()))),
            "evm_revert" | "anvil_revert" => params.next::<Number>("id").map(|id| json!(self.chain().revert(id.get()))),
            "anvil_setBalance" | "hardhat_setBalance" => self.anvil_set_balance(params),
            "anvil_impersonateAccount" | "hardhat_impersonateAccount" => {
                params.next("account").map(|account| self.chain().impersonate(account)).map(|()| Value::Null)
            }
            "anvil_stopImpersonatingAccount" | "hardhat_stopImpersonatingAccount" => {
                params.next("account").map(|account| self.chain().stop_impersonating(account)).map(|()| Value::Null)
            }
            _ => return None,
        })
    }

    /// Makes a block, at the time given if one is.
    fn evm_mine(&self, mut params: Params) -> Result<Value, RpcError> {
        if let Some(time) = params.optional::<Number>("timestamp")? {
            self.chain().set_next_time(time.get())?;
        }
        self.mine(1, 0);
        Ok(json!("0x0"))
    }

    fn anvil_mine(&self, mut params: Params) -> Result<Value, RpcError> {
        let blocks = params.optional::<Number>("blocks")?.map_or(1, |number| number.get());
        let interval = params.optional::<Number>("interval")?.map_or(1, |number| number.get());
        if blocks > MAX_MINED {
            return Err(ChainError::TooManyBlocks { asked: blocks, most: MAX_MINED }.into());
        }
        self.mine(blocks, interval);
        Ok(Value::Null)
    }

    fn anvil_set_balance(&self, mut params: Params) -> Result<Value, RpcError> {
        let (account, balance): (Address, U256) = (params.next("account")?, params.next("balance")?);
        self.set_balance(account, balance);
        Ok(Value::Null)
    }
}
