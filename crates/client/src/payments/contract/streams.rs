//! Streams: opening, topping up, stopping, collecting.

use aia_abi::IStreamPayments::{
    RateSet, StreamClosed, StreamCollected, StreamOpened, StreamReclaimed, StreamStopped, StreamToppedUp,
};
use alloy::{
    primitives::{Address, B256, U256},
    providers::Provider,
};

use super::Payments;
use crate::{
    Result,
    chain::{event, mined},
    payments::{StreamConfig, channel::abi_stream, serving::StreamState},
};

/// A stream that is to be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamTerms {
    /// Who is paid.
    pub payee: Address,
    /// Base units a second.
    pub rate: u128,
    /// Seconds that are paid for after stopping.
    pub notice: u32,
    /// What it pays for.
    pub job_id: B256,
    /// Put in at once, base units: at least what the notice costs.
    pub deposit: u128,
}

/// What stopping a stream brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// It runs on until its notice has passed.
    Ending {
        /// When that is, Unix seconds.
        at: u64,
    },
    /// It is over.
    Closed {
        /// What the payer's ledger got back, base units.
        refunded: U256,
    },
}

impl<P: Provider> Payments<P> {
    /// Opens a stream from the caller's ledger; what it returns names the stream ever after.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused), [`Error::Failed`](crate::Error::Failed),
    /// [`Error::MissingEvent`](crate::Error::MissingEvent), [`Error::Node`](crate::Error::Node).
    pub async fn open_stream(&self, terms: &StreamTerms) -> Result<StreamConfig> {
        let StreamTerms { payee, rate, notice, job_id, deposit } = *terms;
        let receipt = mined(&self.contract.openStream(payee, rate, notice, job_id, deposit)).await?;
        let opened: StreamOpened = event(&receipt, *self.contract.address())?;
        Ok(StreamConfig { payer: opened.payer, payee, notice, job_id })
    }

    /// Adds AIA of the caller's ledger to a stream.
    ///
    /// # Errors
    /// As [`open_stream`](Self::open_stream).
    pub async fn top_up_stream(&self, config: &StreamConfig, amount: u128) -> Result<StreamToppedUp> {
        let receipt = mined(&self.contract.topUpStream(abi_stream(config), amount)).await?;
        event(&receipt, *self.contract.address())
    }

    /// Sets the rate from now on: the payer raises it, the payee lowers it.
    ///
    /// # Errors
    /// As [`open_stream`](Self::open_stream).
    pub async fn set_rate(&self, config: &StreamConfig, rate: u128) -> Result<RateSet> {
        let receipt = mined(&self.contract.setRate(abi_stream(config), rate)).await?;
        event(&receipt, *self.contract.address())
    }

    /// Ends a stream, or closes one that has ended.
    ///
    /// # Errors
    /// As [`open_stream`](Self::open_stream).
    pub async fn stop_stream(&self, config: &StreamConfig) -> Result<Stopped> {
        let receipt = mined(&self.contract.stopStream(abi_stream(config))).await?;
        if let Some(closed) = self.events::<StreamClosed>(&receipt).first() {
            return Ok(Stopped::Closed { refunded: closed.refunded });
        }
        let stopped: StreamStopped = event(&receipt, *self.contract.address())?;
        // 40 bits fit 64.
        Ok(Stopped::Ending { at: stopped.endsAt.saturating_to() })
    }

    /// Takes AIA of a stream back to the caller's ledger: so much, or all that it can. Returns how much that was.
    ///
    /// # Errors
    /// As [`open_stream`](Self::open_stream).
    pub async fn reclaim(&self, config: &StreamConfig, amount: Option<u128>) -> Result<U256> {
        let call = self.contract.reclaim(abi_stream(config), amount.unwrap_or(u128::MAX));
        let reclaimed: StreamReclaimed = event(&mined(&call).await?, *self.contract.address())?;
        Ok(reclaimed.amount)
    }

    /// Credits payees with what their streams have paid until now, and returns what each was.
    ///
    /// # Errors
    /// As [`open_stream`](Self::open_stream).
    pub async fn collect(&self, configs: &[StreamConfig]) -> Result<Vec<StreamCollected>> {
        let receipt = mined(&self.contract.collect(configs.iter().map(abi_stream).collect())).await?;
        Ok(self.events(&receipt))
    }

    /// Sends the caller what its stream has paid until now, less the fee, to an account; returns how much that was.
    ///
    /// # Errors
    /// As [`open_stream`](Self::open_stream).
    pub async fn collect_and_withdraw(&self, config: &StreamConfig, to: Address) -> Result<U256> {
        let receipt = mined(&self.contract.collectAndWithdraw(abi_stream(config), to)).await?;
        self.withdrawn(&receipt)
    }

    /// Returns how a stream stands, for [`serve_stream`](crate::payments::serving::serve_stream).
    ///
    /// # Errors
    /// [`Error::Node`](crate::Error::Node).
    pub async fn stream(&self, id: B256) -> Result<StreamState> {
        let told = self.contract.streamOf(id).call().await?;
        // 40 bits fit 64.
        let (settled_at, ends_at): (u64, u64) = (told.settledAt.saturating_to(), told.endsAt.saturating_to());
        // A notice has at most 24 bits.
        let left = u32::try_from(ends_at.saturating_sub(settled_at)).unwrap_or(u32::MAX);
        Ok(StreamState { balance: told.balance, rate: told.rate, settled_at, left })
    }
}

#[cfg(test)]
mod tests {
    use aia_abi::IStreamPayments;
    use alloy::{
        primitives::{Bytes, aliases::U40},
        providers::{ProviderBuilder, mock::Asserter},
        sol_types::SolCall,
    };

    use super::*;

    #[tokio::test]
    async fn a_stream_is_read_with_the_seconds_that_are_left_of_it() {
        let node = Asserter::new();
        let provider = ProviderBuilder::new().connect_mocked_client(node.clone());
        let payments = Payments::new(Address::repeat_byte(0x11), provider);
        for (ends_at, left) in [(0_u64, 0), (1_060, 60), (1_000, 0)] {
            let [settled, ends] = [1_000, ends_at].map(U40::from);
            let told = IStreamPayments::Stream { balance: 50, rate: 5, settledAt: settled, endsAt: ends };
            node.push_success(&Bytes::from(IStreamPayments::streamOfCall::abi_encode_returns(&told)));
            let stream = payments.stream(B256::ZERO).await.expect("answered");
            assert_eq!(stream, StreamState { balance: 50, rate: 5, settled_at: 1_000, left });
        }
    }
}
