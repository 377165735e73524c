//! Runs past transactions once more, for those who want to look inside.

use alloy::primitives::B256;
use revm::{inspector::Inspector, interpreter::interpreter::EthInterpreter};

use super::{
    Chain, Included, history,
    mining::{HISTORY_SINCE, Scope, begin},
    state::View,
};
use crate::{
    arbos::{STATE_ACCOUNT, layout::root, pricing::Poster, pricing::Slots},
    error::Invalid,
    executor::{self, ArbContext, Executed},
    stylus::trace::Recorder,
};
use alloy::eips::eip2718::Encodable2718;

/// A transaction run once more.
#[derive(Debug)]
pub struct Traced<'a, I> {
    /// What it did.
    pub executed: Executed,
    /// Who watched.
    pub inspector: I,
    /// The state before it.
    pub before: View<'a>,
}

impl Chain {
    /// Returns a transaction of users by its hash, with the number of its block; ArbOS's own are not among them.
    pub fn transaction(&self, hash: B256) -> Option<(u64, &Included)> {
        let (block, index) = self.place(hash)?;
        let position = index.checked_sub(block.index(0))?;
        Some((block.number, block.transactions.get(position)?))
    }

    /// Runs a transaction of users once more on the state before it while `inspector` watches.
    ///
    /// # Errors
    /// [`Invalid`] when the transaction is unknown.
    pub fn replay<I>(&self, hash: B256, inspector: I, recorder: Option<Recorder>) -> Result<Traced<'_, I>, Invalid>
    where
        I: for<'v> Inspector<ArbContext<View<'v>>, EthInterpreter>,
    {
        let unknown = || Invalid::Other("transaction not found".into());
        let (number, included) = self.transaction(hash).ok_or_else(unknown)?;
        let block = self.block(number).ok_or_else(unknown)?;
        let parent = self.block(number - 1).ok_or_else(unknown)?;

        let mut before = self.state(number - 1);
        let earlier = if parent.number == 0 { 0 } else { parent.header.timestamp };
        for (slot, value) in begin(&before, block.header.timestamp - earlier, block.header.timestamp) {
            before.set_slot(STATE_ACCOUNT, slot, value);
        }
        let version = before.number(root::VERSION);
        if version >= HISTORY_SINCE {
            let (slot, value) = history::record(number, parent.hash);
            before.set_slot(history::ADDRESS, slot, value);
        }
        let scope = Scope {
            number,
            time: block.header.timestamp,
            base_fee: block.header.base_fee_per_gas.unwrap_or_default(),
            version,
        };
        // Blocks have one transaction of users: there is none before it to run first.
        let poster = Poster::of_transaction(&before, &included.signed.tx.encoded_2718(), scope.base_fee);
        let (slot, value) = poster.counted(&before);
        before.set_slot(STATE_ACCOUNT, slot, value);
        let mut job = self.job(scope, &included.signed, poster, &before);
        job.arb.recorder = recorder;
        let (executed, inspector) = executor::inspect(before.clone(), job, inspector)?;
        Ok(Traced { executed, inspector, before })
    }
}
