//! The escrow, composed of the pieces of `aia-protocol` in the way the contract composes them.
//!
//! Storage is a map of the same packed words. Tokens are their number, the registry is a list, and whether the payer's
//! side signed a voucher is told with it.

mod channels;
mod ledger;
mod streams;
mod views;

use aia_protocol::payments::config::Config;
use alloy_primitives::Address;

use crate::{
    ops::{ACTORS, Credit, Moved, Op, Outcome, Params, Setting, Told},
    storage::Storage,
};

const TOKEN: Address = Address::repeat_byte(0xaa);

#[derive(Clone)]
pub(crate) struct Escrow {
    pub(crate) storage: Storage,
    setting: Setting,
    now: u64,
    /// What the token says that the escrow has, base units.
    held: u128,
    /// Who is active in the registry.
    registry: [bool; ACTORS],
    /// What the call under way has credited.
    credits: Vec<Credit>,
}

impl Escrow {
    pub(crate) fn new(setting: Setting, params: Params, now: u64) -> Self {
        let (storage, credits) = (Storage::default(), Vec::new());
        let mut escrow = Self { storage, setting, now, held: 0, registry: [true; ACTORS], credits };
        escrow.store_config(Config { token: TOKEN, ..Default::default() });
        escrow.store_params(params, true);
        escrow
    }

    pub(crate) fn execute(&mut self, op: &Op) -> Outcome {
        let held = self.held;
        self.storage.begin();
        let moved = self.dispatch(op);
        let credits = std::mem::take(&mut self.credits);
        if moved.is_err() {
            self.storage.revert();
            self.held = held;
        }
        moved.map(|moved| Told { moved, credits })
    }

    fn dispatch(&mut self, op: &Op) -> Moved {
        match *op {
            Op::Fund { by, to, amount } => self.fund(by, to, amount),
            Op::Withdraw { by, amount } => self.withdraw(by, amount),
            Op::Settle { by, receiver } => self.settle(by, receiver),
            Op::Lock { by, locked } => self.lock(by, locked),
            Op::SetParams { params, new_registry } => self.set_params(params, new_registry),
            Op::Stake { provider, active, told } => self.stake(provider, active, told),
            Op::Refresh { provider } => self.refresh_provider(provider),
            Op::Sweep { ref accounts } => self.sweep(accounts),
            Op::Open { stream, rate, deposit } => self.open(stream, rate, deposit),
            Op::TopUp { by, stream, amount } => self.top_up(by, stream, amount),
            Op::SetRate { by, stream, rate } => self.set_rate(by, stream, rate),
            Op::Stop { by, stream } => self.stop(by, stream),
            Op::Reclaim { by, stream, amount } => self.reclaim(by, stream, amount),
            Op::Collect { ref streams } => self.collect(streams),
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
