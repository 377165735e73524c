//! What streams have paid, and what they are about to.

use aia_protocol::payments::stream::{Stream, StreamConfig};
use aia_shell::{Revert, words};
use alloy_primitives::{Address, B256};

use crate::{
    StreamPayments,
    ledger::{Earnings, zero_amount},
};

/// What stands for never.
const NEVER: u64 = (1 << 40) - 1;

impl StreamPayments {
    /// Credits a stream's payee, if there is such a stream and it owes anything; returns how much.
    pub(crate) fn collect(&mut self, config: &StreamConfig) -> u128 {
        let id = config.id();
        let (stream, gross) = self.stream(id).settle(self.now());
        // A stream that pays nothing is as good unsettled: what it pays later depends on its last payment alone.
        if gross > 0 {
            self.earn(id, config.payee, gross, Earnings::Ledger);
            self.put_stream(id, stream, 0);
        }
        gross
    }

    pub(crate) fn collect_and_withdraw(&mut self, config: &StreamConfig, to: Address) -> Result<u128, Revert> {
        self.check_recipient(to)?;
        let id = config.id();
        let stream = self.existing(id)?;
        if self.caller() != config.payee {
            return Err(self.unauthorized_party(id));
        }
        let (stream, gross) = stream.settle(self.now());
        if gross == 0 {
            return Err(zero_amount());
        }
        let net = self.earn(id, config.payee, gross, Earnings::Elsewhere);
        self.put_stream(id, stream, 0);
        self.pay_out(config.payee, to, net)?;
        Ok(net)
    }

    pub(crate) fn stream_words(&self, id: B256) -> [B256; 4] {
        let stream = self.stream(id);
        let Stream { balance, rate, settled_at, .. } = stream;
        words![balance, rate, settled_at, stream.ends_at().unwrap_or_default()]
    }

    pub(crate) fn owed(&self, id: B256) -> u128 {
        self.stream(id).settle(self.now()).1
    }

    pub(crate) fn depletion_time(&self, id: B256) -> u64 {
        self.stream(id).depletion_time().map_or(NEVER, |time| time.min(NEVER))
    }

    pub(crate) fn stream_safe_until(&self, config: &StreamConfig) -> u64 {
        self.stream(config.id()).settle(self.now()).0.safe_until(config.notice)
    }
}
