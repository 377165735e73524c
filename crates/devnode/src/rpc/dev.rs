//! Controls that development chains have: time, snapshots, balances, impersonation.

use std::io::Read;

use alloy::primitives::{Address, Bytes, U64, U256};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{api::Api, error::RpcError, server::Params};
use crate::{
    arbos::STATE_ACCOUNT,
    chain::{Journal, Override},
    error::ChainError,
};

/// Most blocks that one call makes.
const MAX_MINED: u64 = 100_000;

/// Largest dump that is loaded, in bytes once it is unpacked.
const MAX_DUMP: u64 = 1 << 30;

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

/// Reads whose account is to change: anybody's but ArbOS's own, which contracts depend on.
fn account(params: &mut Params) -> Result<Address, RpcError> {
    let account = params.next("account")?;
    if account == STATE_ACCOUNT {
        return Err(RpcError::Params("ArbOS's own account cannot be changed: use ArbOwner".into()));
    }
    Ok(account)
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
            "evm_revert" | "anvil_revert" => self.revert(params),
            "anvil_setBalance" | "hardhat_setBalance" => self.alter_account(params, |change, balance: U256| {
                change.balance = Some(balance);
            }),
            "anvil_setNonce" | "hardhat_setNonce" => self.alter_account(params, |change, nonce: Number| {
                change.nonce = Some(nonce.get());
            }),
            "anvil_setCode" | "hardhat_setCode" => self.alter_account(params, |change, code: Bytes| {
                change.code = Some(code);
            }),
            "anvil_setStorageAt" | "hardhat_setStorageAt" => self.anvil_set_storage_at(params),
            "anvil_setNextBlockBaseFeePerGas" | "hardhat_setNextBlockBaseFeePerGas" => {
                params.next::<Number>("fee").map(|fee| self.chain().set_next_base_fee(fee.get())).map(|()| Value::Null)
            }
            "anvil_autoImpersonateAccount" => {
                params.next("enabled").map(|enabled| self.chain().impersonate_all(enabled)).map(|()| Value::Null)
            }
            "anvil_reset" | "hardhat_reset" => self.reset(params),
            "anvil_getAutomine" | "hardhat_getAutomine" => Ok(json!(true)),
            "anvil_nodeInfo" => Ok(self.node_info()),
            "anvil_dumpState" => self.dump_state(),
            "anvil_loadState" => params.next("state").and_then(|state| self.load_state(&state)),
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
        self.mine(1, 0)?;
        Ok(json!("0x0"))
    }

    fn anvil_mine(&self, mut params: Params) -> Result<Value, RpcError> {
        let blocks = params.optional::<Number>("blocks")?.map_or(1, |number| number.get());
        let interval = params.optional::<Number>("interval")?.map_or(1, |number| number.get());
        if blocks > MAX_MINED {
            return Err(ChainError::TooManyBlocks { asked: blocks, most: MAX_MINED }.into());
        }
        self.mine(blocks, interval)?;
        Ok(Value::Null)
    }

    fn alter_account<T: DeserializeOwned>(
        &self,
        mut params: Params,
        set: impl FnOnce(&mut Override, T),
    ) -> Result<Value, RpcError> {
        let address = account(&mut params)?;
        let mut change = Override { address, ..Override::default() };
        set(&mut change, params.next("value")?);
        self.alter(change)?;
        Ok(Value::Null)
    }

    fn anvil_set_storage_at(&self, mut params: Params) -> Result<Value, RpcError> {
        let (address, slot, value): (Address, U256, U256) =
            (account(&mut params)?, params.next("slot")?, params.next("value")?);
        self.alter(Override { address, state_diff: vec![(slot.into(), value.into())], ..Override::default() })?;
        Ok(json!(true))
    }

    fn node_info(&self) -> Value {
        let chain = self.chain();
        let head = chain.head();
        json!({
            "currentBlockNumber": U64::from(head.number),
            "currentBlockTimestamp": head.header.timestamp,
            "currentBlockHash": head.hash,
            "hardFork": format!("arbos{}", chain.version()),
            "transactionOrder": "fifo",
            "environment": {
                "baseFee": U64::from(chain.base_fee()),
                "chainId": chain.config().chain_id,
                "gasLimit": U64::from(head.header.gas_limit),
                "gasPrice": U64::from(chain.base_fee()),
            },
        })
    }

    fn revert(&self, mut params: Params) -> Result<Value, RpcError> {
        let reverted = self.chain().revert(params.next::<Number>("id")?.get())?;
        self.rewound();
        Ok(json!(reverted))
    }

    /// Begins anew; there is no other chain to fork from.
    fn reset(&self, mut params: Params) -> Result<Value, RpcError> {
        if params.optional::<Value>("forking")?.is_some_and(|forking| forking != json!({})) {
            return Err(RpcError::Params("forking is not supported".into()));
        }
        self.chain().reset()?;
        self.rewound();
        Ok(Value::Null)
    }

    /// Hands out the whole chain: the commands that made it, compressed.
    fn dump_state(&self) -> Result<Value, RpcError> {
        let text = self.chain().journal().render();
        let mut packed = Vec::new();
        let params = brotli::enc::BrotliEncoderParams { quality: 5, ..Default::default() };
        brotli::BrotliCompress(&mut text.as_bytes(), &mut packed, &params)
            .map_err(|error| ChainError::State(error.to_string()))?;
        Ok(json!(Bytes::from(packed)))
    }

    /// Becomes the chain that was handed out.
    fn load_state(&self, packed: &Bytes) -> Result<Value, RpcError> {
        let bad = |error: String| RpcError::from(ChainError::State(error));
        let mut text = Vec::new();
        let mut unpacked = brotli::Decompressor::new(&packed[..], 4096).take(MAX_DUMP + 1);
        unpacked.read_to_end(&mut text).map_err(|error| bad(format!("not a dump of this node: {error}")))?;
        if text.len() as u64 > MAX_DUMP {
            return Err(bad(format!("the dump is larger than {MAX_DUMP} bytes")));
        }
        let journal = Journal::parse(&text).map_err(|error| bad(error.to_string()))?;
        self.chain().load(&journal)?;
        self.rewound();
        Ok(json!(true))
    }
}
