//! The methods of Ethereum.

use alloy::{
    eips::{BlockId, BlockNumberOrTag},
    primitives::{Address, B256, Bytes, U64, U256, keccak256},
    rpc::types::{FeeHistory, Filter, FilterBlockOption, TransactionRequest, state::StateOverride},
};
use serde_json::{Value, json};

use super::{api::Api, convert, error::RpcError, filters::Kind, server::Params};
use crate::config;

/// Most blocks that a fee history covers.
const MAX_FEE_HISTORY: u64 = 1024;

impl Api {
    /// Answers a method of Ethereum; `None` if it is not one.
    pub(super) fn ethereum(&self, method: &str, mut params: Params) -> Option<Result<Value, RpcError>> {
        Some(match method {
            "eth_chainId" => Ok(json!(U64::from(self.chain().config().chain_id))),
            "net_version" => Ok(json!(self.chain().config().chain_id.to_string())),
            "net_listening" => Ok(json!(true)),
            "web3_clientVersion" => Ok(json!(concat!("aia-devnode/", env!("CARGO_PKG_VERSION")))),
            "web3_sha3" => params.next::<Bytes>("data").map(|data| json!(keccak256(data))),
            "eth_syncing" => Ok(json!(false)),
            "eth_accounts" => Ok(json!(config::funded_accounts())),
            "eth_blockNumber" => Ok(json!(U64::from(self.chain().head().number))),
            "eth_gasPrice" => Ok(json!(U64::from(self.chain().base_fee()))),
            "eth_maxPriorityFeePerGas" => Ok(json!("0x0")),
            "eth_feeHistory" => self.eth_fee_history(params),
            "eth_getBalance" => self.eth_account(params, |info| json!(info.balance)),
            "eth_getTransactionCount" => self.eth_account(params, |info| json!(U64::from(info.nonce))),
            "eth_getCode" => {
                self.eth_account(params, |info| json!(info.code.map(|code| code.original_bytes()).unwrap_or_default()))
            }
            "eth_getStorageAt" => self.eth_storage(params),
            "eth_getBlockByNumber" | "eth_getBlockByHash" => self.eth_block(params),
            "eth_getBlockReceipts" => self.eth_block_receipts(params),
            "eth_getBlockTransactionCountByNumber" | "eth_getBlockTransactionCountByHash" => {
                self.eth_block_transaction_count(params)
            }
            "eth_getTransactionByHash" => self.eth_transaction(params),
            "eth_getTransactionReceipt" => self.eth_receipt(params),
            "eth_call" => self.eth_call(params),
            "eth_estimateGas" => self.eth_estimate_gas(params),
            "eth_sendTransaction" => {
                params.next("transaction").and_then(|request| self.send_transaction(request)).map(|hash| json!(hash))
            }
            "eth_getLogs" => params.next("filter").and_then(|filter| self.logs(&filter)),
            "eth_newFilter" => params.next("filter").map(|filter| self.new_filter(Kind::Logs(filter))),
            "eth_newBlockFilter" => Ok(self.new_filter(Kind::Blocks)),
            "eth_newPendingTransactionFilter" => Ok(self.new_filter(Kind::PendingTransactions)),
            "eth_getFilterChanges" => params.next("id").and_then(|id| self.filter_changes(id)),
            "eth_getFilterLogs" => params.next("id").and_then(|id| self.filter_logs(id)),
            "eth_uninstallFilter" => params.next("id").map(|id| self.uninstall_filter(id)),
            _ => return None,
        })
    }

    fn eth_account(
        &self,
        mut params: Params,
        render: impl FnOnce(revm::state::AccountInfo) -> Value,
    ) -> Result<Value, RpcError> {
        let address: Address = params.next("address")?;
        let number = self.number(params.optional::<BlockId>("block")?.unwrap_or_default())?;
        let info = self.chain().state(number).info(address);
        Ok(render(info))
    }

    fn eth_storage(&self, mut params: Params) -> Result<Value, RpcError> {
        let (address, slot): (Address, U256) = (params.next("address")?, params.next("slot")?);
        let number = self.number(params.optional::<BlockId>("block")?.unwrap_or_default())?;
        let value = self.chain().state(number).slot(address, slot);
        Ok(json!(B256::from(value)))
    }

    /// A block that does not exist is no error but null.
    fn eth_block(&self, mut params: Params) -> Result<Value, RpcError> {
        let id: BlockId = params.next("block")?;
        let full = params.optional::<bool>("full")?.unwrap_or_default();
        let Ok(number) = self.number(id) else { return Ok(Value::Null) };
        Ok(self.chain().block(number).map_or(Value::Null, |block| convert::block(block, full)))
    }

    fn eth_block_receipts(&self, mut params: Params) -> Result<Value, RpcError> {
        let Ok(number) = self.number(params.next("block")?) else { return Ok(Value::Null) };
        let chain = self.chain();
        let Some(block) = chain.block(number) else { return Ok(Value::Null) };
        Ok((0..block.transactions.len()).map(|index| convert::receipt(block, index)).collect())
    }

    fn eth_block_transaction_count(&self, mut params: Params) -> Result<Value, RpcError> {
        let Ok(number) = self.number(params.next("block")?) else { return Ok(Value::Null) };
        Ok(self.chain().block(number).map_or(Value::Null, |block| json!(U64::from(block.transactions.len()))))
    }

    fn eth_transaction(&self, mut params: Params) -> Result<Value, RpcError> {
        let hash: B256 = params.next("hash")?;
        let chain = self.chain();
        Ok(chain.transaction(hash).map_or(Value::Null, |(block, included)| {
            let index = place(block, included);
            json!(convert::transaction(block, index))
        }))
    }

    fn eth_receipt(&self, mut params: Params) -> Result<Value, RpcError> {
        let hash: B256 = params.next("hash")?;
        let chain = self.chain();
        Ok(chain
            .transaction(hash)
            .map_or(Value::Null, |(block, included)| convert::receipt(block, place(block, included))))
    }

    fn eth_call(&self, mut params: Params) -> Result<Value, RpcError> {
        let request: TransactionRequest = params.next("transaction")?;
        let block = params.optional::<BlockId>("block")?;
        let overrides = params.optional::<StateOverride>("overrides")?.unwrap_or_default();
        let call = convert::simulation(&request, convert::overrides(overrides));
        self.simulate(&call, block).map(|output| json!(output))
    }

    fn eth_estimate_gas(&self, mut params: Params) -> Result<Value, RpcError> {
        let request: TransactionRequest = params.next("transaction")?;
        let block = params.optional::<BlockId>("block")?;
        self.estimate_gas(&request, block).map(|gas| json!(U64::from(gas)))
    }

    fn eth_fee_history(&self, mut params: Params) -> Result<Value, RpcError> {
        let count: U64 = params.next("block count")?;
        let newest: BlockNumberOrTag = params.next("newest block")?;
        let percentiles = params.optional::<Vec<f64>>("percentiles")?;
        let newest = self.number(newest.into())?;
        let count = count.to::<u64>().min(newest + 1).min(MAX_FEE_HISTORY);
        let chain = self.chain();
        let oldest = newest + 1 - count;
        let blocks: Vec<_> = (oldest..=newest).filter_map(|number| chain.block(number)).collect();
        let fee = |block: &&crate::chain::Block| u128::from(block.header.base_fee_per_gas.unwrap_or_default());
        let mut base_fee_per_gas: Vec<_> = blocks.iter().map(fee).collect();
        base_fee_per_gas.push(chain.base_fee().into());
        // The ratio to the compute that a block may take: the header's limit is not a real one.
        #[allow(clippy::cast_precision_loss)]
        let ratio = |block: &&crate::chain::Block| {
            (block.header.gas_used as f64 / crate::executor::COMPUTE_CAP as f64).min(1.0)
        };
        Ok(json!(FeeHistory {
            oldest_block: oldest,
            gas_used_ratio: blocks.iter().map(ratio).collect(),
            reward: percentiles.map(|percentiles| vec![vec![0; percentiles.len()]; blocks.len()]),
            base_fee_per_gas,
            ..FeeHistory::default()
        }))
    }

    /// Returns the logs that a filter matches.
    ///
    /// # Errors
    /// [`RpcError`] when its range does not exist or is the wrong way round.
    pub(super) fn logs(&self, filter: &Filter) -> Result<Value, RpcError> {
        let (from, to) = match filter.block_option {
            FilterBlockOption::AtBlockHash(hash) => {
                let number = self.number(BlockId::from(hash))?;
                (number, number)
            }
            FilterBlockOption::Range { from_block, to_block } => {
                let latest = self.chain().head().number;
                let resolve = |tag: Option<BlockNumberOrTag>| match tag {
                    Some(BlockNumberOrTag::Number(number)) => Ok(number),
                    Some(tag) => self.number(tag.into()),
                    None => Ok(latest),
                };
                let (from, to) = (resolve(from_block)?, resolve(to_block)?.min(latest));
                if from_block.is_some() && to_block.is_some() && from > resolve(to_block)? {
                    return Err(RpcError::Params("invalid block range".into()));
                }
                (from, to)
            }
        };
        let chain = self.chain();
        let blocks = (from..=to).filter_map(|number| chain.block(number));
        let possible = blocks.filter(|block| filter.matches_bloom(block.header.logs_bloom));
        let logs = possible.flat_map(convert::block_logs).filter(|log| filter.matches(&log.inner));
        Ok(json!(logs.collect::<Vec<_>>()))
    }
}

fn place(block: &crate::chain::Block, included: &crate::chain::Included) -> usize {
    block.transactions.iter().position(|other| other.hash == included.hash).unwrap_or_default()
}
