//! The state of the contract, rebuilt from its logs and held against its views.

use aia_abi::IStreamPayments::{self as Abi, IStreamPaymentsEvents as Events};
use alloy::{
    primitives::{U256, aliases::U40},
    sol_types::SolEventInterface,
};
use eyre::{Context, OptionExt, Result, ensure};

use crate::invariants::{Run, past::Past, views::same};

impl Run<'_> {
    /// Rebuilds the state from every log since the deployment and compares it with the views.
    pub(crate) fn state_follows_from_events(&self) -> Result<()> {
        let mut past = Past::default();
        for (now, logs) in self.live.history()? {
            for log in &logs {
                let event = Events::decode_raw_log(log.topics(), &log.data)?;
                past.fold(now, event.clone()).wrap_err_with(|| format!("at {now}: {event:?}"))?;
            }
        }
        self.ledgers_follow(&past)?;
        self.streams_follow(&past)?;
        self.channels_follow(&past)?;
        self.roles_follow(&past)
    }

    fn ledgers_follow(&self, past: &Past) -> Result<()> {
        for account in self.people() {
            let seen = self.live.payments(&Abi::accountOfCall { account })?;
            let expected = past.accounts.get(&account).copied().unwrap_or_default();
            let seen = (U256::from(seen.free), U256::from(seen.feeOwed), seen.locked);
            same(seen, (expected.free, expected.fee_owed, expected.locked), "ledger by events")?;
        }
        let unknown = past.accounts.keys().find(|account| !self.model.contract.accounts.contains_key(*account));
        ensure!(unknown.is_none(), "events tell of {unknown:?}");
        Ok(())
    }

    fn streams_follow(&self, past: &Past) -> Result<()> {
        ensure!(past.streams.len() == self.model.contract.streams.len(), "streams by events");
        for (id, expected) in &past.streams {
            let seen = self.live.payments(&Abi::streamOfCall { id: *id })?;
            let amounts = (U256::from(seen.balance), U256::from(seen.rate));
            same(amounts, (expected.balance, expected.rate), "stream by events")?;
            let instants = (U40::from(expected.settled_at), U40::from(expected.ends_at));
            same((seen.settledAt, seen.endsAt), instants, "times of a stream by events")?;
        }
        Ok(())
    }

    fn channels_follow(&self, past: &Past) -> Result<()> {
        ensure!(past.channels.len() == self.model.contract.channels.len(), "channels by events");
        for (id, expected) in &past.channels {
            let channel = *id;
            let seen = self.live.payments(&Abi::channelsCall { channelId: channel })?;
            let amounts = (U256::from(seen.balance), U256::from(seen.totalClaimed));
            same(amounts, (expected.balance, expected.claimed), "channel by events")?;
            let seen = self.live.payments(&Abi::pendingWithdrawalsCall { channelId: channel })?;
            same(seen.initiatedAt, U40::from(expected.initiated_at), "announcement by events")?;
            let seen = self.live.payments(&Abi::channelStatusCall { channelId: channel })?;
            let status = (U40::from(expected.held_until), expected.closed);
            same((seen.heldUntil, seen.closed), status, "status by events")?;
            let seen = self.live.payments(&Abi::refundNonceCall { channelId: channel })?;
            same(seen, expected.refunds, "refunds by events")?;
        }
        Ok(())
    }

    fn roles_follow(&self, past: &Past) -> Result<()> {
        let told = past.params.as_ref().ok_or_eyre("parameters were never told")?;
        let Abi::ParamsSet { feeBps, burnBps, stakeTtl, registry, treasury } = *told;
        let expected = Abi::Params { feeBps, burnBps, stakeTtl, registry, treasury };
        same(self.live.payments(&Abi::paramsCall {})?, expected, "parameters by events")?;
        same(self.live.payments(&Abi::pausedCall {})?, past.paused, "pause by events")?;
        same(self.live.payments(&Abi::guardianCall {})?, past.guardian, "guardian by events")?;
        same(self.live.payments(&Abi::ownerCall {})?, past.owner, "owner by events")
    }
}
