//! What people do with their ledgers, streams and channels.

use aia_abi::IStreamPayments::{Account, ChannelConfig, StreamConfig};
use alloy::{
    primitives::{Address, B256, Bytes, U256, keccak256},
    rpc::types::TransactionReceipt,
    signers::local::PrivateKeySigner,
    sol_types::{SolStruct, SolValue},
};
use eyre::Result;

use super::{DELAY, Market, at};

/// Returns the key of an account that has never seen any ether.
///
/// # Errors
/// Never: a hash is a valid key.
pub fn without_ether(name: &str) -> Result<PrivateKeySigner> {
    Ok(PrivateKeySigner::from_bytes(&keccak256(name))?)
}

impl Market {
    /// Puts AIA into an account's wallet.
    ///
    /// # Errors
    /// When the transaction fails.
    pub async fn give(&self, account: Address, amount: u128) -> Result<()> {
        let token = self.net().token_as(&self.net().owner)?;
        self.net().send(&token.transfer(account, U256::from(amount))).await?;
        Ok(())
    }

    /// Puts AIA into an account's wallet, and gives the contract an allowance without limit over it.
    ///
    /// # Errors
    /// When a transaction fails.
    pub async fn endow(&self, account: &PrivateKeySigner, amount: u128) -> Result<()> {
        self.give(account.address(), amount).await?;
        self.net().send(&self.net().token_as(account)?.approve(self.payments, U256::MAX)).await?;
        Ok(())
    }

    /// Puts AIA on an account's ledger, which locks it.
    ///
    /// # Errors
    /// When a transaction fails.
    pub async fn fund(&self, account: &PrivateKeySigner, amount: u128) -> Result<()> {
        self.endow(account, amount).await?;
        self.net().send(&self.payments_as(account)?.fund(account.address(), U256::from(amount))).await?;
        Ok(())
    }

    /// Returns a stream from the consumer to the provider; `job` tells apart those with the same notice.
    pub fn stream(&self, notice: u32, job: u8) -> StreamConfig {
        let (payer, payee) = (self.consumer.address(), self.provider.address());
        StreamConfig { payer, payee, notice, jobId: B256::with_last_byte(job) }
    }

    /// Returns the id of a stream.
    pub fn stream_id(&self, config: &StreamConfig) -> B256 {
        keccak256(config.abi_encode())
    }

    /// Lets the consumer open one of its streams, and returns its id.
    ///
    /// # Errors
    /// When the transaction fails.
    pub async fn open(&self, config: &StreamConfig, rate: u128, deposit: u128) -> Result<B256> {
        let StreamConfig { payee, notice, jobId, .. } = *config;
        let payments = self.payments_as(&self.consumer)?;
        self.net().send(&payments.openStream(payee, rate, notice, jobId, deposit)).await?;
        Ok(self.stream_id(config))
    }

    /// Returns a channel from the consumer to the provider, which claims for itself; `salt` tells them apart.
    pub fn channel(&self, salt: u8) -> ChannelConfig {
        ChannelConfig {
            payer: self.consumer.address(),
            payerAuthorizer: Address::ZERO,
            receiver: self.provider.address(),
            receiverAuthorizer: self.provider.address(),
            token: self.net().token,
            withdrawDelay: at(DELAY),
            salt: B256::with_last_byte(salt),
        }
    }

    /// Returns the id of a channel, by alloy's own EIP-712.
    pub fn channel_id(&self, config: &ChannelConfig) -> B256 {
        config.eip712_signing_hash(&self.domain())
    }

    /// Lets the consumer deposit from its ledger.
    ///
    /// # Errors
    /// When the transaction fails.
    pub async fn deposit(&self, config: &ChannelConfig, amount: u128) -> Result<TransactionReceipt> {
        let payments = self.payments_as(&self.consumer)?;
        self.net().send(&payments.deposit(config.clone(), amount, Address::ZERO, Bytes::new())).await
    }

    /// Returns an account's ledger.
    ///
    /// # Errors
    /// When the contract does not answer.
    pub async fn account(&self, account: Address) -> Result<Account> {
        Ok(self.payments_as(&self.net().owner)?.accountOf(account).call().await?)
    }

    /// Asserts what free AIA an account has.
    ///
    /// # Errors
    /// When the contract does not answer.
    ///
    /// # Panics
    /// When it has more or less.
    pub async fn assert_free(&self, account: &PrivateKeySigner, expected: u128) -> Result<()> {
        assert_eq!(self.account(account.address()).await?.free, expected, "free AIA of {}", account.address());
        Ok(())
    }

    /// Asserts what was deposited into a channel and not given back, and what of it was claimed.
    ///
    /// # Errors
    /// When the contract does not answer.
    ///
    /// # Panics
    /// When it is something else.
    pub async fn assert_channel(&self, config: &ChannelConfig, balance: u128, claimed: u128) -> Result<()> {
        let seen = self.payments_as(&self.net().owner)?.channels(self.channel_id(config)).call().await?;
        assert_eq!((seen.balance, seen.totalClaimed), (balance, claimed), "balance and claimed of a channel");
        Ok(())
    }
}
