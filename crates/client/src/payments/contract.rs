//! The payments contract, as agents and providers call it.

mod channels;
mod claims;
mod streams;

use aia_abi::IStreamPayments::{self, IStreamPaymentsInstance, Withdrawn};
use alloy::{
    primitives::{Address, U256},
    providers::Provider,
    rpc::types::TransactionReceipt,
    sol_types::SolEvent,
};

pub use self::{
    channels::Source,
    claims::Claimed,
    streams::{Stopped, StreamTerms},
};
use super::{Domain, SignedTransfer};
use crate::{
    Result,
    chain::{event, mined},
};

/// An account's ledger, as the contract tells of it.
pub type Account = IStreamPayments::Account;

/// A payments contract behind a connection, whose wallet signs the transactions.
#[derive(Clone, Debug)]
pub struct Payments<P> {
    contract: IStreamPaymentsInstance<P>,
}

impl<P: Provider> Payments<P> {
    /// Returns the contract at an address.
    pub fn new(address: Address, provider: P) -> Self {
        Self { contract: IStreamPayments::new(address, provider) }
    }

    /// Returns the contract, for everything that is not here.
    pub fn contract(&self) -> &IStreamPaymentsInstance<P> {
        &self.contract
    }

    /// Returns what vouchers for this contract are signed under.
    ///
    /// # Errors
    /// [`Error::Node`](crate::Error::Node).
    pub async fn domain(&self) -> Result<Domain> {
        let chain_id = self.contract.provider().get_chain_id().await.map_err(alloy::contract::Error::from)?;
        Ok(Domain::new(chain_id, *self.contract.address()))
    }

    /// Returns an account's ledger.
    ///
    /// # Errors
    /// [`Error::Node`](crate::Error::Node).
    pub async fn account(&self, account: Address) -> Result<Account> {
        Ok(self.contract.accountOf(account).call().await?)
    }

    /// Puts the caller's AIA on a ledger, by allowance. The caller's own is locked by it: nobody else empties it then.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused), [`Error::Failed`](crate::Error::Failed),
    /// [`Error::Node`](crate::Error::Node).
    pub async fn fund(&self, to: Address, amount: u128) -> Result<TransactionReceipt> {
        mined(&self.contract.fund(to, U256::from(amount))).await
    }

    /// Submits somebody's [`Transfer::to_ledger`](super::Transfer::to_ledger), which locks nothing.
    ///
    /// # Errors
    /// As [`fund`](Self::fund).
    pub async fn fund_with(&self, signed: &SignedTransfer) -> Result<TransactionReceipt> {
        let SignedTransfer { transfer, signature } = signed;
        let (amount, salt) = (U256::from(transfer.amount), transfer.salt);
        let [after, before] = [transfer.valid.start, transfer.valid.end].map(U256::from);
        let call = self.contract.fundWithAuthorization(transfer.from, amount, after, before, salt, signature.clone());
        mined(&call).await
    }

    /// Sends the caller's free AIA to an account: so much, or all of it. Returns how much that was.
    ///
    /// # Errors
    /// As [`fund`](Self::fund); [`Error::MissingEvent`](crate::Error::MissingEvent).
    pub async fn withdraw(&self, to: Address, amount: Option<u128>) -> Result<U256> {
        let amount = amount.map_or(U256::MAX, U256::from);
        let receipt = mined(&self.contract.withdraw(to, amount)).await?;
        self.withdrawn(&receipt)
    }

    /// Sends an account's free AIA to its wallet, unless the account locked it.
    ///
    /// # Errors
    /// As [`fund`](Self::fund).
    pub async fn settle(&self, receiver: Address, token: Address) -> Result<TransactionReceipt> {
        mined(&self.contract.settle(receiver, token)).await
    }

    /// Returns what a transaction sent out.
    fn withdrawn(&self, receipt: &TransactionReceipt) -> Result<U256> {
        let withdrawn: Withdrawn = event(receipt, *self.contract.address())?;
        Ok(withdrawn.amount)
    }

    /// Returns the events of one kind that a transaction left at the contract, in order.
    fn events<E: SolEvent>(&self, receipt: &TransactionReceipt) -> Vec<E> {
        let logs = receipt.logs().iter().filter(|log| log.address() == *self.contract.address());
        logs.filter_map(|log| E::decode_log_data(log.data()).ok()).collect()
    }
}
