//! What people do on the chain, at times that the test decides, and what they own afterwards.

use std::fmt::Debug;

use alloy::{
    contract::{CallBuilder, CallDecoder},
    network::TransactionBuilder,
    primitives::{Address, LogData, U256},
    providers::Provider,
    rpc::types::{TransactionReceipt, TransactionRequest},
    signers::local::PrivateKeySigner,
    sol_types::{SolError, SolEvent},
};
use eyre::{OptionExt, Result, ensure};

use crate::{Network, peers::Peer, reverts::assert_reverts};

/// Gas of every transaction: nothing is estimated, so that nothing depends on when an estimate was made.
pub const GAS: u64 = 30_000_000;

impl Network {
    /// Returns the time of the latest block, Unix seconds: it stands still until a test moves it.
    pub fn now(&self) -> u64 {
        self.api.chain().head().header.timestamp
    }

    /// Lets `seconds` pass.
    ///
    /// # Errors
    /// Never: time moves forward.
    pub fn pass(&self, seconds: u64) -> Result<()> {
        let time = self.now() + seconds;
        self.api.chain().set_next_time(time)?;
        self.api.mine(1, 0)?;
        Ok(())
    }

    /// Sends a transaction within the second of the latest block, and returns its receipt whether or not it succeeded.
    ///
    /// # Errors
    /// When the node refuses it.
    pub async fn submit<P: Provider, D: CallDecoder>(&self, call: &CallBuilder<P, D>) -> Result<TransactionReceipt> {
        self.submit_request(&call.provider, call.as_ref().clone()).await
    }

    /// Like [`submit`](Self::submit), with a transaction.
    ///
    /// # Errors
    /// When the node refuses it.
    pub async fn submit_request(
        &self,
        provider: &impl Provider,
        request: TransactionRequest,
    ) -> Result<TransactionReceipt> {
        let request = if request.gas.is_none() { request.with_gas_limit(GAS) } else { request };
        self.freeze()?;
        let hash = *provider.send_transaction(request).await?.tx_hash();
        provider.get_transaction_receipt(hash).await?.ok_or_eyre("a transaction has no receipt")
    }

    /// Sends a transaction that must succeed.
    ///
    /// # Errors
    /// When it does not.
    pub async fn send<P: Provider, D: CallDecoder>(&self, call: &CallBuilder<P, D>) -> Result<TransactionReceipt> {
        let receipt = self.submit(call).await?;
        ensure!(receipt.status(), "transaction {} failed", receipt.transaction_hash);
        Ok(receipt)
    }

    /// Tries a call that must revert with `expected`: simulated, and then sent all the same.
    ///
    /// # Errors
    /// When the node does not take the transaction.
    ///
    /// # Panics
    /// When it succeeds, reverts with another error, or leaves logs.
    pub async fn refuses<P, D, E>(&self, call: &CallBuilder<P, D>, expected: E) -> Result<()>
    where
        P: Provider,
        D: CallDecoder + Unpin,
        E: SolError + Debug,
    {
        assert_reverts(call, expected).await;
        let receipt = self.submit(call).await?;
        assert!(!receipt.status(), "simulated it reverts, sent it succeeds");
        assert!(receipt.logs().is_empty(), "a reverted transaction has logs");
        Ok(())
    }

    /// Deploys a Solidity contract as `account`; `arguments` are those of its constructor, encoded.
    ///
    /// # Errors
    /// When the deployment fails.
    pub async fn deploy(&self, account: &PrivateKeySigner, peer: &Peer, arguments: Vec<u8>) -> Result<Address> {
        let code = [peer.bytecode.to_vec(), arguments].concat();
        let request = TransactionRequest::default().with_deploy_code(code);
        let receipt = self.submit_request(&self.provider(account)?, request).await?;
        ensure!(receipt.status(), "the deployment failed");
        receipt.contract_address.ok_or_eyre("a deployment made no contract")
    }

    /// Asserts who owns the token's whole supply: each balance, and that nothing is left beside them.
    ///
    /// # Errors
    /// When the token does not answer.
    ///
    /// # Panics
    /// When somebody owns something else.
    pub async fn assert_balances(&self, expected: &[(Address, U256)]) -> Result<()> {
        let token = self.token_as(&self.owner)?;
        for (place, (account, balance)) in expected.iter().enumerate() {
            assert_eq!(token.balanceOf(*account).call().await?, *balance, "balance {place}, of {account}");
        }
        let total: U256 = expected.iter().map(|(_, balance)| *balance).sum();
        assert_eq!(token.totalSupply().call().await?, total, "the supply is the sum of all balances");
        Ok(())
    }

    /// Holds the next block to the second of the latest.
    fn freeze(&self) -> Result<()> {
        let now = self.now();
        self.api.chain().set_next_time(now)?;
        Ok(())
    }
}

/// Asserts that a transaction emitted these events, in this order, and no other.
///
/// # Panics
/// When it emitted others.
#[track_caller]
pub fn assert_events(receipt: &TransactionReceipt, expected: &[LogData]) {
    let emitted: Vec<LogData> = receipt.logs().iter().map(|log| log.inner.data.clone()).collect();
    assert_eq!(emitted, expected);
}

/// Encodes an event as it is logged.
pub fn event(event: &impl SolEvent) -> LogData {
    event.encode_log_data()
}
