//! The same in the plainest way: whole numbers, lists of what happened, each rule as the interface tells it.
//!
//! Nothing is changed before everything is checked, so there is nothing to roll back.

mod channels;
mod history;
mod ledger;
mod streams;

use std::collections::BTreeMap;

use crate::ops::{ACTORS, ChannelNo, Credit, Moved, Op, Outcome, Params, Refusal, Setting, StreamNo, Told};
use channels::Channel;
pub(crate) use history::{Standing, Stream};
use ledger::Account;

type Result<T> = std::result::Result<T, Refusal>;

/// The most AIA that there can be, base units.
const SUPPLY: u128 = 1_000_000_000_000_000_000_000_000_000;

/// Ledgers, streams and channels.
pub(crate) struct Model {
    pub(crate) setting: Setting,
    pub(crate) params: Params,
    pub(crate) now: u64,
    pub(crate) accounts: [Account; ACTORS],
    pub(crate) streams: BTreeMap<StreamNo, Stream>,
    pub(crate) channels: BTreeMap<ChannelNo, Channel>,
    registry: [bool; ACTORS],
    registry_since: u64,
    /// All that ever came in and went out, base units.
    paid_in: u128,
    paid_out: u128,
    credits: Vec<Credit>,
}

impl Model {
    pub(crate) fn new(setting: Setting, params: Params, now: u64) -> Self {
        Self {
            setting,
            params,
            now,
            accounts: [Account::default(); ACTORS],
            streams: BTreeMap::new(),
            channels: BTreeMap::new(),
            registry: [true; ACTORS],
            registry_since: now,
            paid_in: 0,
            paid_out: 0,
            credits: Vec::new(),
        }
    }

    pub(crate) fn apply(&mut self, op: &Op) -> Outcome {
        let moved = self.dispatch(op);
        let credits = std::mem::take(&mut self.credits);
        assert!(moved.is_ok() || credits.is_empty(), "the model has credited somebody and then refused {op:?}");
        moved.map(|moved| Told { moved, credits })
    }

    fn dispatch(&mut self, op: &Op) -> Moved {
        match *op {
            Op::Fund { by, to, amount } => self.fund(by, to, amount),
            Op::Withdraw { by, amount } => self.withdraw(by, amount),
            Op::Settle { by, receiver } => Ok(self.settle(by, receiver)),
            Op::Lock { by, locked } => Ok(self.lock(by, locked)),
            Op::SetParams { params, new_registry } => Ok(self.set_params(params, new_registry)),
            Op::Stake { provider, active, told } => Ok(self.stake(provider, active, told)),
            Op::Refresh { provider } => Ok(self.refresh(provider)),
            Op::Sweep { ref accounts } => Ok(self.sweep(accounts)),
            Op::Open { stream, rate, deposit } => self.open(stream, rate, deposit),
            Op::TopUp { by, stream, amount } => self.top_up(by, stream, amount),
            Op::SetRate { by, stream, rate } => self.set_rate(by, stream, rate),
            Op::Stop { by, stream } => self.stop(by, stream),
            Op::Reclaim { by, stream, amount } => self.reclaim(by, stream, amount),
            Op::Collect { ref streams } => Ok(self.collect(streams)),
            Op::CollectAndWithdraw { by, stream } => self.collect_and_withdraw(by, stream),
            Op::Deposit { by, channel, amount, wallet } => self.deposit(by, channel, amount, wallet),
            Op::Claim { by, ref rows } => self.claim(by, rows),
            Op::ClaimAndWithdraw { by, ref row } => self.claim_and_withdraw(by, row),
            Op::Refund { by, channel, amount } => self.refund(by, channel, amount),
            Op::Initiate { by, channel, amount } => self.initiate(by, channel, amount),
            Op::Finalize { by, channel } => self.finalize(by, channel),
            Op::Hold { by, channel, until } => self.hold(by, channel, until),
            Op::Wait { seconds } => {
                self.now += seconds;
                Ok(Vec::new())
            }
        }
    }
}
