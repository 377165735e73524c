//! The server: HTTP and WebSocket on one port.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use alloy::{
    primitives::{B256, Bytes},
    rpc::types::{Filter, pubsub},
};
use jsonrpsee::{
    RpcModule, SubscriptionMessage,
    core::{SubscriptionResult, server::PendingSubscriptionSink},
    server::{BatchRequestConfig, IdProvider, ServerBuilder, ServerConfig, ServerHandle},
    types::{ErrorObjectOwned, SubscriptionId},
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;
use tower_http::cors::CorsLayer;

use super::{api::Api, convert, error::RpcError};
use crate::error::Invalid;

/// Largest request, in bytes; geth's.
const MAX_REQUEST: u32 = 5 * 1024 * 1024;
/// Largest response, in bytes.
const MAX_RESPONSE: u32 = 128 * 1024 * 1024;
/// Most calls in a batch; geth's.
const MAX_BATCH: u32 = 1000;
/// How long a transaction waits for the one before it.
const NONCE_GAP_WAIT: Duration = Duration::from_secs(1);

/// Every method that is answered at once; subscriptions and raw transactions come beside them.
const METHODS: &[&str] = &[
    "anvil_autoImpersonateAccount",
    "anvil_dumpState",
    "anvil_getAutomine",
    "anvil_impersonateAccount",
    "anvil_increaseTime",
    "anvil_loadState",
    "anvil_mine",
    "anvil_nodeInfo",
    "anvil_reset",
    "anvil_revert",
    "anvil_setBalance",
    "anvil_setCode",
    "anvil_setNextBlockBaseFeePerGas",
    "anvil_setNextBlockTimestamp",
    "anvil_setNonce",
    "anvil_setStorageAt",
    "anvil_snapshot",
    "anvil_stopImpersonatingAccount",
    "arb_checkPublisherHealth",
    "arb_maintenanceStatus",
    "debug_getRawTransaction",
    "debug_traceBlockByHash",
    "debug_traceBlockByNumber",
    "debug_traceCall",
    "debug_traceTransaction",
    "eth_accounts",
    "eth_blobBaseFee",
    "eth_blockNumber",
    "eth_call",
    "eth_chainId",
    "eth_createAccessList",
    "eth_estimateGas",
    "eth_feeHistory",
    "eth_gasPrice",
    "eth_getBalance",
    "eth_getBlockByHash",
    "eth_getBlockByNumber",
    "eth_getBlockReceipts",
    "eth_getBlockTransactionCountByHash",
    "eth_getBlockTransactionCountByNumber",
    "eth_getCode",
    "eth_getFilterChanges",
    "eth_getFilterLogs",
    "eth_getHeaderByHash",
    "eth_getHeaderByNumber",
    "eth_getLogs",
    "eth_getRawTransactionByHash",
    "eth_getStorageAt",
    "eth_getTransactionByBlockHashAndIndex",
    "eth_getTransactionByBlockNumberAndIndex",
    "eth_getTransactionByHash",
    "eth_getTransactionCount",
    "eth_getTransactionReceipt",
    "eth_getUncleByBlockHashAndIndex",
    "eth_getUncleByBlockNumberAndIndex",
    "eth_getUncleCountByBlockHash",
    "eth_getUncleCountByBlockNumber",
    "eth_maxPriorityFeePerGas",
    "eth_newBlockFilter",
    "eth_newFilter",
    "eth_newPendingTransactionFilter",
    "eth_pendingTransactions",
    "eth_sendTransaction",
    "eth_syncing",
    "eth_uninstallFilter",
    "evm_increaseTime",
    "evm_mine",
    "evm_revert",
    "evm_setNextBlockTimestamp",
    "evm_snapshot",
    "hardhat_getAutomine",
    "hardhat_impersonateAccount",
    "hardhat_mine",
    "hardhat_reset",
    "hardhat_setBalance",
    "hardhat_setCode",
    "hardhat_setNextBlockBaseFeePerGas",
    "hardhat_setNonce",
    "hardhat_setStorageAt",
    "hardhat_stopImpersonatingAccount",
    "net_listening",
    "net_version",
    "rpc_modules",
    "web3_clientVersion",
    "web3_sha3",
];

/// A running server; dropping it stops it.
#[derive(Debug)]
pub struct Server {
    handle: ServerHandle,
    address: SocketAddr,
}

impl Server {
    /// Returns where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until it has stopped.
    pub async fn stopped(&self) {
        self.handle.clone().stopped().await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have stopped already.
        let _ = self.handle.stop();
    }
}

/// Serves a node on an address; port 0 takes any.
///
/// # Errors
/// When the address cannot be bound.
pub async fn serve(api: Api, address: SocketAddr) -> std::io::Result<Server> {
    let config = ServerConfig::builder()
        .max_request_body_size(MAX_REQUEST)
        .max_response_body_size(MAX_RESPONSE)
        .set_batch_request_config(BatchRequestConfig::Limit(MAX_BATCH))
        .set_id_provider(HexIds::default())
        .build();
    let server = ServerBuilder::with_config(config)
        .set_http_middleware(tower::ServiceBuilder::new().layer(CorsLayer::permissive()))
        .build(address)
        .await?;
    let address = server.local_addr()?;
    Ok(Server { handle: server.start(module(api)), address })
}

/// Subscription ids as Ethereum's clients expect them.
#[derive(Debug, Default)]
struct HexIds(AtomicU64);

impl IdProvider for HexIds {
    fn next_id(&self) -> SubscriptionId<'static> {
        SubscriptionId::Str(format!("{:#x}", self.0.fetch_add(1, Ordering::Relaxed) + 1).into())
    }
}

/// The positional parameters of a request.
#[derive(Debug)]
pub(super) struct Params(std::vec::IntoIter<Value>);

impl Params {
    fn parse(params: &jsonrpsee::types::Params<'_>) -> Result<Self, RpcError> {
        let values = match params.as_str() {
            None => Vec::new(),
            Some(_) => params.parse::<Vec<Value>>().map_err(|_| RpcError::Params("expected an array".into()))?,
        };
        Ok(Self(values.into_iter()))
    }

    /// Reads the next parameter.
    pub(super) fn next<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, RpcError> {
        self.optional(name)?.ok_or_else(|| RpcError::Params(format!("missing value for required argument {name}")))
    }

    /// Reads the next parameter if there is one that is not null.
    pub(super) fn optional<T: DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>, RpcError> {
        match self.0.next() {
            None | Some(Value::Null) => Ok(None),
            Some(value) => {
                serde_json::from_value(value).map(Some).map_err(|error| RpcError::Params(format!("{name}: {error}")))
            }
        }
    }
}

fn module(api: Api) -> RpcModule<Api> {
    let mut module = RpcModule::new(api);
    for &method in METHODS {
        let registered = module.register_blocking_method(method, move |params, api, _| answer(&api, method, &params));
        expect_new(registered.map(|_| ()));
    }
    let registered = module.register_async_method("eth_sendRawTransaction", |params, api, _| async move {
        let bytes: Bytes = Params::parse(&params)?.next("transaction")?;
        send_raw(&api, bytes).await.map(|hash| json!(hash)).map_err(ErrorObjectOwned::from)
    });
    expect_new(registered.map(|_| ()));
    let registered = module.register_async_method("eth_sendRawTransactionSync", |params, api, _| async move {
        let bytes: Bytes = Params::parse(&params)?.next("transaction")?;
        // The block is there as soon as the transaction is accepted.
        send_raw(&api, bytes).await.map(|hash| api.receipt(hash)).map_err(ErrorObjectOwned::from)
    });
    expect_new(registered.map(|_| ()));
    let registered = module.register_subscription(
        "eth_subscribe",
        "eth_subscription",
        "eth_unsubscribe",
        |params, pending, api, _| async move {
            let requested = Params::parse(&params).and_then(|mut params| {
                Ok((params.next::<pubsub::SubscriptionKind>("kind")?, params.optional::<Filter>("filter")?))
            });
            match requested {
                Ok((kind, filter)) => stream(&api, kind, filter.unwrap_or_default(), pending).await,
                Err(error) => {
                    pending.reject(ErrorObjectOwned::from(error)).await;
                    Ok(())
                }
            }
        },
    );
    expect_new(registered.map(|_| ()));
    module
}

/// Registering fails only for a name that is taken, which the lists above rule out.
fn expect_new(registered: Result<(), impl std::fmt::Display>) {
    if let Err(error) = registered {
        unreachable!("a method is registered twice: {error}");
    }
}

fn answer(api: &Api, method: &str, params: &jsonrpsee::types::Params<'_>) -> Result<Value, ErrorObjectOwned> {
    let params = || Params::parse(params);
    let answer = api
        .ethereum(method, params()?)
        .or_else(|| api.control(method, params().ok()?))
        .or_else(|| api.debug(method, params().ok()?));
    answer.unwrap_or_else(|| unreachable!("{method} is listed but not answered")).map_err(ErrorObjectOwned::from)
}

/// Sends a transaction, holding it for a while if one before it has not come yet.
async fn send_raw(api: &Api, bytes: Bytes) -> Result<B256, RpcError> {
    let deadline = tokio::time::Instant::now() + NONCE_GAP_WAIT;
    loop {
        let mut blocks = api.subscribe_blocks();
        let (sender, raw) = (api.clone(), bytes.clone());
        let sent = tokio::task::spawn_blocking(move || sender.send_raw_transaction(&raw)).await;
        let sent = sent.unwrap_or_else(|error| Err(RpcError::Halted(error.to_string())));
        let Err(RpcError::Invalid(Invalid::NonceTooHigh { .. })) = sent else { return sent };
        if tokio::time::timeout_at(deadline, blocks.recv()).await.is_err() {
            return sent;
        }
    }
}

/// Sends a subscriber what it asked for, until it leaves; one that lags too far behind misses blocks.
async fn stream(
    api: &Api,
    kind: pubsub::SubscriptionKind,
    filter: Filter,
    pending: PendingSubscriptionSink,
) -> SubscriptionResult {
    let mut blocks = api.subscribe_blocks();
    let sink = pending.accept().await?;
    loop {
        let number = tokio::select! {
            () = sink.closed() => return Ok(()),
            number = blocks.recv() => match number {
                Ok(number) => number,
                Err(RecvError::Lagged(_)) => continue,
                Err(RecvError::Closed) => return Ok(()),
            },
        };
        for message in notifications(api, kind, &filter, number) {
            sink.send(SubscriptionMessage::from(serde_json::value::to_raw_value(&message)?)).await?;
        }
    }
}

fn notifications(api: &Api, kind: pubsub::SubscriptionKind, filter: &Filter, number: u64) -> Vec<Value> {
    let chain = api.chain();
    let Some(block) = chain.block(number) else { return Vec::new() };
    match kind {
        pubsub::SubscriptionKind::NewHeads => vec![json!(convert::header(block))],
        pubsub::SubscriptionKind::Logs => {
            convert::block_logs(block).iter().filter(|log| filter.matches(&log.inner)).map(|log| json!(log)).collect()
        }
        pubsub::SubscriptionKind::NewPendingTransactions => {
            block.transactions.iter().map(|included| json!(included.hash)).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NodeConfig;

    #[test]
    fn every_method_that_is_listed_is_answered_even_without_parameters() {
        let api = Api::new(NodeConfig::default()).expect("a chain starts");
        for method in METHODS {
            for text in [None, Some("[]"), Some(r#"["nonsense", {}, 17]"#), Some("{}")] {
                // It may well be an error, but an answer it is.
                let _ = answer(&api, method, &jsonrpsee::types::Params::new(text));
            }
        }
    }

    #[test]
    fn a_filter_reports_what_came_after_the_chain_went_back() {
        let api = Api::new(NodeConfig::default()).expect("a chain starts");
        let ask = |method: &str, params: &str| {
            answer(&api, method, &jsonrpsee::types::Params::new(Some(params))).expect("an answer")
        };
        let point = ask("evm_snapshot", "[]");
        let filter = ask("eth_newBlockFilter", "[]");
        ask("anvil_mine", r#"["0x5"]"#);
        ask("evm_revert", &json!([point]).to_string());
        ask("evm_mine", "[]");
        let changes = ask("eth_getFilterChanges", &json!([filter]).to_string());
        assert_eq!(changes, json!([api.chain().head().hash]));
    }
}
