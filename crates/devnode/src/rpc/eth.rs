//! The methods of Ethereum.

use std::collections::{BTreeMap, BTreeSet};

use alloy::{
    eips::{
        BlockId, BlockNumberOrTag,
        eip2930::{AccessList, AccessListItem},
    },
    primitives::{Address, B256, Bytes, U64, U256, keccak256},
    rpc::types::{BlockOverrides, Filter, FilterBlockOption, TransactionRequest, state::StateOverride},
};
use revm::inspector::NoOpInspector;
use serde_json::{Value, json};

use super::{api::Api, convert, error::RpcError, filters::Kind, node_interface, server::Params};
use crate::{
    arbos::{COINBASE, L1_FEE_POOL},
    chain::{Block, Outcome, Simulation, touched},
    config,
    precompiles::ArbPrecompiles,
};

/// Most percentiles that a fee history answers.
const MAX_PERCENTILES: usize = 100;
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
            "eth_gasPrice" => Ok(json!(U64::from(self.gas_price()))),
            "eth_maxPriorityFeePerGas" => Ok(json!("0x0")),
            "eth_blobBaseFee" => Ok(Value::Null),
            "rpc_modules" => Ok(json!({
                "anvil": "1.0", "arb": "1.0", "debug": "1.0", "eth": "1.0", "evm": "1.0", "hardhat": "1.0",
                "net": "1.0", "rpc": "1.0", "web3": "1.0",
            })),
            "arb_checkPublisherHealth" => Ok(Value::Null),
            "arb_maintenanceStatus" => Ok(json!({ "isRunning": false })),
            "eth_pendingTransactions" => Ok(json!([])),
            "eth_feeHistory" => self.eth_fee_history(params),
            "eth_getBalance" => self.eth_account(params, |info| json!(info.balance)),
            "eth_getTransactionCount" => self.eth_account(params, |info| json!(U64::from(info.nonce))),
            "eth_getCode" => {
                self.eth_account(params, |info| json!(info.code.map(|code| code.original_bytes()).unwrap_or_default()))
            }
            "eth_getStorageAt" => self.eth_storage(params),
            "eth_getBlockByNumber" | "eth_getBlockByHash" => self.eth_block(params),
            "eth_getHeaderByNumber" | "eth_getHeaderByHash" => self.eth_header(params),
            "eth_getUncleCountByBlockNumber" | "eth_getUncleCountByBlockHash" => {
                self.eth_of_block(params, |_| json!("0x0"))
            }
            "eth_getUncleByBlockNumberAndIndex" | "eth_getUncleByBlockHashAndIndex" => Ok(Value::Null),
            "eth_getTransactionByBlockNumberAndIndex" | "eth_getTransactionByBlockHashAndIndex" => {
                self.eth_transaction_at(params)
            }
            "eth_getRawTransactionByHash" | "debug_getRawTransaction" => self.eth_raw_transaction(params),
            "eth_createAccessList" => self.eth_create_access_list(params),
            "eth_getBlockReceipts" => self.eth_block_receipts(params),
            "eth_getBlockTransactionCountByNumber" | "eth_getBlockTransactionCountByHash" => {
                self.eth_of_block(params, |block| json!(U64::from(block.len())))
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

    /// The price that a transaction should offer: that of the latest block, or the next one's if it was told.
    fn gas_price(&self) -> u64 {
        let chain = self.chain();
        let latest = chain.head().header.base_fee_per_gas.unwrap_or_default();
        if chain.has_next_base_fee() { chain.base_fee() } else { latest }
    }

    /// A block that does not exist is no error but null.
    fn eth_of_block(&self, mut params: Params, render: impl FnOnce(&Block) -> Value) -> Result<Value, RpcError> {
        let Ok(number) = self.number(params.next("block")?) else { return Ok(Value::Null) };
        Ok(self.chain().block(number).map_or(Value::Null, render))
    }

    fn eth_block(&self, mut params: Params) -> Result<Value, RpcError> {
        let id: BlockId = params.next("block")?;
        let full = params.optional::<bool>("full")?.unwrap_or_default();
        let Ok(number) = self.number(id) else { return Ok(Value::Null) };
        Ok(self.chain().block(number).map_or(Value::Null, |block| convert::block(block, full)))
    }

    fn eth_header(&self, params: Params) -> Result<Value, RpcError> {
        self.eth_of_block(params, convert::header_alone)
    }

    fn eth_block_receipts(&self, params: Params) -> Result<Value, RpcError> {
        self.eth_of_block(params, |block| (0..block.len()).map(|index| convert::receipt(block, index)).collect())
    }

    fn eth_transaction(&self, mut params: Params) -> Result<Value, RpcError> {
        let hash: B256 = params.next("hash")?;
        let chain = self.chain();
        Ok(chain.place(hash).map_or(Value::Null, |(block, index)| convert::transaction(block, index)))
    }

    fn eth_transaction_at(&self, mut params: Params) -> Result<Value, RpcError> {
        let Ok(number) = self.number(params.next("block")?) else { return Ok(Value::Null) };
        let index: U64 = params.next("index")?;
        let index = usize::try_from(index.to::<u64>()).unwrap_or(usize::MAX);
        let chain = self.chain();
        let block = chain.block(number).filter(|block| index < block.len());
        Ok(block.map_or(Value::Null, |block| convert::transaction(block, index)))
    }

    fn eth_raw_transaction(&self, mut params: Params) -> Result<Value, RpcError> {
        let hash: B256 = params.next("hash")?;
        let chain = self.chain();
        Ok(chain.place(hash).map_or(Value::Null, |(block, index)| json!(block.encoded(index))))
    }

    fn eth_receipt(&self, mut params: Params) -> Result<Value, RpcError> {
        let hash: B256 = params.next("hash")?;
        Ok(self.receipt(hash))
    }

    /// Renders the receipt of a transaction; null if there is none.
    pub(super) fn receipt(&self, hash: B256) -> Value {
        let chain = self.chain();
        chain.place(hash).map_or(Value::Null, |(block, index)| convert::receipt(block, index))
    }

    /// Reads a call object, a block and two kinds of overrides.
    fn call_params(&self, params: &mut Params) -> Result<(Simulation, Option<BlockId>), RpcError> {
        let request: TransactionRequest = params.next("transaction")?;
        let block = params.optional::<BlockId>("block")?;
        let mut call = self.simulation(&request)?;
        let version = self.chain().version();
        let state = params.optional::<StateOverride>("state overrides")?.unwrap_or_default();
        convert::override_state(&mut call, state, version)?;
        if let Some(overrides) = params.optional::<BlockOverrides>("block overrides")? {
            call.block = convert::override_block(&overrides);
        }
        Ok((call, block))
    }

    fn eth_call(&self, mut params: Params) -> Result<Value, RpcError> {
        let (call, block) = self.call_params(&mut params)?;
        if call.to == Some(node_interface::ADDRESS) {
            return self.node_interface(&call, block).map(|output| json!(output));
        }
        self.simulate(&call, block).map(|output| json!(output))
    }

    fn eth_estimate_gas(&self, mut params: Params) -> Result<Value, RpcError> {
        let (call, block) = self.call_params(&mut params)?;
        self.estimate(&call, block).map(|gas| json!(U64::from(gas)))
    }

    /// Runs until the list of what is touched does not grow any more.
    fn eth_create_access_list(&self, mut params: Params) -> Result<Value, RpcError> {
        let (mut call, block) = self.call_params(&mut params)?;
        let number = self.number(block.unwrap_or_default())?;
        let chain = self.chain();
        let to = call.to.unwrap_or_else(|| call.from.create(chain.state(number).info(call.from).nonce));
        let mut excluded: Vec<Address> = ArbPrecompiles::new(chain.version()).addresses().collect();
        excluded.extend([call.from, to, COINBASE, L1_FEE_POOL, chain.latest().network_fee_account()]);
        loop {
            let (executed, _) = chain.inspect_call(&call, number, NoOpInspector, None)?;
            let list = merged(touched(&executed, &excluded), &call.access_list);
            if list == call.access_list {
                let mut rendered = json!({ "accessList": list, "gasUsed": U64::from(executed.result.tx_gas_used()) });
                if let Some(failed) = RpcError::from_outcome(Outcome::from(&executed)) {
                    rendered["error"] = failed.to_string().into();
                }
                return Ok(rendered);
            }
            call.access_list = list;
        }
    }

    fn eth_fee_history(&self, mut params: Params) -> Result<Value, RpcError> {
        let count: U64 = params.next("block count")?;
        let newest: BlockNumberOrTag = params.next("newest block")?;
        let percentiles = params.optional::<Vec<f64>>("percentiles")?.unwrap_or_default();
        if percentiles.len() > MAX_PERCENTILES || !percentiles.is_sorted() {
            return Err(RpcError::Params(format!("percentiles: at most {MAX_PERCENTILES}, in ascending order")));
        }
        let newest = self.number(newest.into())?;
        let count = count.to::<u64>().min(newest + 1).min(MAX_FEE_HISTORY);
        if count == 0 {
            return Ok(json!({ "oldestBlock": "0x0", "gasUsedRatio": null }));
        }
        let chain = self.chain();
        let oldest = newest + 1 - count;
        let blocks: Vec<_> = (oldest..=newest).filter_map(|number| chain.block(number)).collect();
        let fee = |block: &Block| U64::from(block.header.base_fee_per_gas.unwrap_or_default());
        let mut fees: Vec<_> = blocks.iter().map(|block| fee(block)).collect();
        fees.push(chain.block(newest + 1).map_or_else(|| U64::from(chain.base_fee()), fee));
        let mut history = json!({
            "oldestBlock": U64::from(oldest),
            "baseFeePerGas": fees,
            "gasUsedRatio": used_ratios(&blocks, chain.speed_limit()),
        });
        if !percentiles.is_empty() {
            history["reward"] = json!(vec![vec!["0x0"; percentiles.len()]; blocks.len()]);
        }
        Ok(history)
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

/// Adds to a list what another has beside it: it only grows, so that asking again ends.
fn merged(list: AccessList, other: &AccessList) -> AccessList {
    let mut items: BTreeMap<Address, BTreeSet<B256>> = BTreeMap::new();
    for item in list.0.into_iter().chain(other.0.iter().cloned()) {
        items.entry(item.address).or_default().extend(item.storage_keys);
    }
    let item = |(address, keys): (_, BTreeSet<_>)| AccessListItem { address, storage_keys: Vec::from_iter(keys) };
    AccessList(items.into_iter().map(item).collect())
}

/// Returns how busy each block's second was: compute gas so far against twice what the chain aims at.
#[allow(clippy::cast_precision_loss)] // it is a ratio
fn used_ratios(blocks: &[&Block], speed_limit: u64) -> Vec<f64> {
    let mut ratios = Vec::with_capacity(blocks.len());
    let (mut used, mut this, mut before) = (0, None, None);
    for block in blocks {
        let time = block.header.timestamp;
        if this != Some(time) {
            (before, this, used) = (this, Some(time), 0);
        }
        used += block.transactions.iter().map(|tx| tx.gas_used.saturating_sub(tx.poster_gas)).sum::<u64>();
        let ratio = before.map_or(1.0, |before: u64| {
            used as f64 / speed_limit.max(1) as f64 / time.saturating_sub(before).max(1) as f64 / 2.0
        });
        ratios.push(ratio.min(1.0));
    }
    ratios
}
