//! Channels: depositing, holding, refunding, withdrawing.

use aia_abi::IStreamPayments::{Deposited, Refunded, WithdrawFinalized, WithdrawInitiated};
use aia_protocol::payments::channel::HOLD_UNIT;
use alloy::{
    eips::BlockId,
    primitives::{Address, B256, Bytes, U256, aliases::U40},
    providers::Provider,
    rpc::types::TransactionReceipt,
};

use super::Payments;
use crate::{
    Result,
    chain::{event, mined},
    payments::{ChannelConfig, SignedTransfer, channel::abi_channel, serving::ChannelState},
};

/// Where a deposit comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source<'a> {
    /// The caller's ledger.
    Ledger,
    /// The caller's wallet, by allowance.
    Allowance,
    /// The payer's wallet, by its [`Transfer::to_channel`](crate::payments::Transfer::to_channel), whoever submits it.
    Authorization(&'a SignedTransfer),
}

impl<P: Provider> Payments<P> {
    /// Deposits into a channel, which the first deposit opens; returns all that it holds then, base units.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused), [`Error::Failed`](crate::Error::Failed),
    /// [`Error::MissingEvent`](crate::Error::MissingEvent), [`Error::Node`](crate::Error::Node).
    pub async fn deposit(&self, config: &ChannelConfig, amount: u128, source: Source<'_>) -> Result<u128> {
        let contract = *self.contract.address();
        let (collector, data) = match source {
            Source::Ledger => (Address::ZERO, Bytes::new()),
            Source::Allowance => (config.token, Bytes::new()),
            Source::Authorization(signed) => (contract, signed.collector_data()),
        };
        let receipt = mined(&self.contract.deposit(abi_channel(config), amount, collector, data)).await?;
        let deposited: Deposited = event(&receipt, contract)?;
        Ok(deposited.newBalance)
    }

    /// Promises the receiver not to withdraw before `until`, Unix seconds; the payer.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused), [`Error::Failed`](crate::Error::Failed),
    /// [`Error::Node`](crate::Error::Node).
    pub async fn hold(&self, config: &ChannelConfig, until: u64) -> Result<TransactionReceipt> {
        mined(&self.contract.hold(abi_channel(config), U40::saturating_from(until))).await
    }

    /// Returns unclaimed AIA to the payer's ledger, at most `amount`; the receiver's side. Returns how much that was.
    ///
    /// # Errors
    /// As [`deposit`](Self::deposit).
    pub async fn refund(&self, config: &ChannelConfig, amount: u128) -> Result<u128> {
        let receipt = mined(&self.contract.refund(abi_channel(config), amount)).await?;
        self.refunded(&receipt)
    }

    /// As [`refund`](Self::refund), by the authorizer's signature over a [`Refund`](crate::payments::Refund); anybody.
    ///
    /// # Errors
    /// As [`deposit`](Self::deposit).
    pub async fn refund_with_signature(
        &self,
        config: &ChannelConfig,
        amount: u128,
        nonce: U256,
        signature: Bytes,
    ) -> Result<u128> {
        let call = self.contract.refundWithSignature(abi_channel(config), amount, nonce, signature);
        self.refunded(&mined(&call).await?)
    }

    /// Announces that the payer takes back what is unclaimed; returns from when on it can, Unix seconds.
    ///
    /// # Errors
    /// As [`deposit`](Self::deposit).
    pub async fn initiate_withdraw(&self, config: &ChannelConfig) -> Result<u64> {
        // More than is unclaimed is enough, however much that is when the transaction is mined.
        let receipt = mined(&self.contract.initiateWithdraw(abi_channel(config), u128::MAX)).await?;
        let initiated: WithdrawInitiated = event(&receipt, *self.contract.address())?;
        // 40 bits fit 64.
        Ok(initiated.finalizeAfter.saturating_to())
    }

    /// Takes what is unclaimed to the payer's ledger and closes the channel; returns how much that was.
    ///
    /// # Errors
    /// As [`deposit`](Self::deposit).
    pub async fn finalize_withdraw(&self, config: &ChannelConfig) -> Result<u128> {
        let receipt = mined(&self.contract.finalizeWithdraw(abi_channel(config))).await?;
        let finalized: WithdrawFinalized = event(&receipt, *self.contract.address())?;
        Ok(finalized.amount)
    }

    /// Returns how a channel stands in the latest block, for
    /// [`serve_channel`](crate::payments::serving::serve_channel).
    ///
    /// # Errors
    /// [`Error::Node`](crate::Error::Node).
    pub async fn channel(&self, id: B256) -> Result<ChannelState> {
        let latest = self.contract.provider().get_block_number().await.map_err(alloy::contract::Error::from)?;
        // Four answers about one block.
        let block = BlockId::number(latest);
        let funds = self.contract.channels(id).block(block).call().await?;
        let pending = self.contract.pendingWithdrawals(id).block(block).call().await?;
        let status = self.contract.channelStatus(id).block(block).call().await?;
        let refunds = self.contract.refundNonce(id).block(block).call().await?;
        // 40 bits fit 64.
        let held: u64 = status.heldUntil.saturating_to();
        Ok(ChannelState {
            balance: funds.balance,
            claimed: funds.totalClaimed,
            initiated_at: pending.initiatedAt.saturating_to(),
            closed: status.closed,
            // 40 bits of seconds are 31 bits of units.
            hold: u32::try_from(held / HOLD_UNIT).unwrap_or(u32::MAX),
            // At most 20 bits.
            refunds: refunds.saturating_to(),
        })
    }

    /// Returns what a transaction gave back.
    fn refunded(&self, receipt: &TransactionReceipt) -> Result<u128> {
        let refunded: Refunded = event(receipt, *self.contract.address())?;
        Ok(refunded.amount)
    }
}

#[cfg(test)]
mod tests {
    use aia_abi::IStreamPayments::{self, channelStatusReturn, channelsReturn, pendingWithdrawalsReturn};
    use alloy::{
        providers::{ProviderBuilder, mock::Asserter},
        sol_types::SolCall,
    };

    use super::*;

    #[tokio::test]
    async fn a_channel_is_put_together_from_what_the_contract_says() {
        let node = Asserter::new();
        let provider = ProviderBuilder::new().connect_mocked_client(node.clone());
        let payments = Payments::new(Address::repeat_byte(0x11), provider);
        node.push_success(&U256::from(7));
        let funds = channelsReturn { balance: 100, totalClaimed: 30 };
        let pending = pendingWithdrawalsReturn { amount: 70, initiatedAt: U40::from(5_000) };
        let status = channelStatusReturn { heldUntil: U40::from(1_024), closed: false };
        for answer in [
            IStreamPayments::channelsCall::abi_encode_returns(&funds),
            IStreamPayments::pendingWithdrawalsCall::abi_encode_returns(&pending),
            IStreamPayments::channelStatusCall::abi_encode_returns(&status),
            IStreamPayments::refundNonceCall::abi_encode_returns(&U256::from(3)),
        ] {
            node.push_success(&Bytes::from(answer));
        }
        let state = payments.channel(B256::ZERO).await.expect("answered");
        let expected =
            ChannelState { balance: 100, claimed: 30, initiated_at: 5_000, closed: false, hold: 2, refunds: 3 };
        assert_eq!(state, expected);
        assert_eq!(state.held_until(), 1_024);
    }
}
