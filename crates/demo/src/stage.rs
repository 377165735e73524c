//! What every part of the story needs: connections, and calls that succeed or are refused.

use alloy::{
    contract::{CallBuilder, CallDecoder},
    network::EthereumWallet,
    primitives::U256,
    providers::{DynProvider, Provider, ProviderBuilder},
    rpc::types::TransactionReceipt,
    signers::local::PrivateKeySigner,
};
use eyre::{Context, Result, bail, ensure, eyre};

/// Seconds of a day.
pub(crate) const DAY: u64 = 86_400;

/// Connects as an account.
pub(crate) fn connect(url: &str, account: &PrivateKeySigner) -> Result<DynProvider> {
    let wallet = EthereumWallet::from(account.clone());
    // Nonces are read each time: an account has several connections.
    let builder = ProviderBuilder::default().with_simple_nonce_management().with_gas_estimation().fetch_chain_id();
    Ok(builder.wallet(wallet).connect_http(url.parse()?).erased())
}

/// Returns so many AIA in base units.
pub(crate) fn units(aia: u64) -> U256 {
    U256::from(aia) * U256::from(10).pow(U256::from(18))
}

/// Sends a call and waits until it is included.
pub(crate) async fn run<D: CallDecoder>(call: CallBuilder<&DynProvider, D>) -> Result<TransactionReceipt> {
    let receipt = call.send().await?.get_receipt().await.wrap_err("no receipt")?;
    ensure!(receipt.status(), "transaction {} failed", receipt.transaction_hash);
    Ok(receipt)
}

/// Makes a call that must be refused, and names the error.
pub(crate) async fn refused<D: CallDecoder + Unpin>(call: CallBuilder<&DynProvider, D>) -> Result<String> {
    let Err(error) = call.call().await else { bail!("an attack succeeded") };
    let data = error.as_revert_data().ok_or_else(|| eyre!("refused without a reason: {error}"))?;
    let text = aia_client::explain(&data).ok_or_else(|| eyre!("refused for an unknown reason: {data}"))?;
    let name = text.split(['(', ' ', '{']).next().unwrap_or_default();
    Ok(format!("refused: {name}"))
}
