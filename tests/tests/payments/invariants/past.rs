//! The contract as whoever knows nothing but its logs rebuilds it.

use std::collections::BTreeMap;

use aia_abi::IStreamPayments::{self as Abi, IStreamPaymentsEvents as Events};
use alloy::primitives::{Address, B256, U256};
use eyre::{OptionExt, Result, ensure};

/// All that events tell.
#[derive(Debug, Default)]
pub(crate) struct Past {
    pub(crate) accounts: BTreeMap<Address, Ledger>,
    pub(crate) streams: BTreeMap<B256, Flow>,
    pub(crate) channels: BTreeMap<B256, Escrow>,
    pub(crate) params: Option<Abi::ParamsSet>,
    pub(crate) paused: bool,
    pub(crate) guardian: Address,
    pub(crate) owner: Address,
    /// Fees told to be part of the sweep that is being told.
    swept: U256,
}

/// An account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ledger {
    pub(crate) free: U256,
    pub(crate) fee_owed: U256,
    pub(crate) locked: bool,
}

/// A stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Flow {
    payer: Address,
    pub(crate) balance: U256,
    pub(crate) rate: U256,
    pub(crate) settled_at: u64,
    pub(crate) ends_at: u64,
}

/// A channel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Escrow {
    payer: Option<Address>,
    pub(crate) balance: U256,
    pub(crate) claimed: U256,
    pub(crate) initiated_at: u64,
    pub(crate) held_until: u64,
    pub(crate) closed: bool,
    pub(crate) refunds: U256,
}

impl Past {
    /// Takes in an event of the second `now`.
    pub(crate) fn fold(&mut self, now: u64, event: Events) -> Result<()> {
        match event {
            Events::Funded(e) => self.gain(e.account, e.amount),
            Events::Withdrawn(e) => return self.spend(e.account, e.amount),
            Events::Settled(e) => return self.spend(e.receiver, U256::from(e.amount)),
            Events::LedgerLocked(e) => self.accounts.entry(e.account).or_default().locked = e.locked,
            Events::Credited(e) => self.earn(e.payee, e.net, e.fee),
            Events::FeeSwept(e) => {
                less(&mut self.accounts.entry(e.account).or_default().fee_owed, e.amount)?;
                self.swept += e.amount;
            }
            Events::FeesCollected(e) => {
                ensure!(e.burned + e.toTreasury == self.swept, "13: a sweep is not what was told of it: {e:?}");
                self.swept = U256::ZERO;
            }
            Events::ParamsSet(e) => self.params = Some(e),
            Events::PausedSet(e) => self.paused = e.paused,
            Events::GuardianSet(e) => self.guardian = e.guardian,
            Events::OwnershipTransferred(e) => self.owner = e.newOwner,
            Events::StreamOpened(_)
            | Events::StreamToppedUp(_)
            | Events::StreamCollected(_)
            | Events::RateSet(_)
            | Events::StreamStopped(_)
            | Events::StreamReclaimed(_)
            | Events::StreamClosed(_) => return self.fold_stream(now, event),
            other => return self.fold_channel(now, other),
        }
        Ok(())
    }

    fn fold_stream(&mut self, now: u64, event: Events) -> Result<()> {
        match event {
            Events::StreamOpened(e) => {
                self.spend(e.payer, U256::from(e.deposit))?;
                let (balance, rate) = (U256::from(e.deposit), U256::from(e.rate));
                let opened = Flow { payer: e.payer, balance, rate, settled_at: now, ends_at: 0 };
                ensure!(self.streams.insert(e.id, opened).is_none(), "stream {} is opened twice", e.id);
            }
            Events::StreamToppedUp(e) => {
                self.spend(e.from, e.amount)?;
                let flow = self.streams.get_mut(&e.id).ok_or_eyre("a stream that is none")?;
                // One that has money left is not settled; of one that ran empty that was told.
                if flow.balance.is_zero() {
                    flow.settled_at = now;
                }
                flow.balance += e.amount;
            }
            Events::StreamCollected(e) => {
                less(&mut self.flow(e.id, now)?.balance, e.gross)?;
                let net = e.gross.checked_sub(e.fee).ok_or_eyre("13: a fee is more than was earned")?;
                self.earn(e.payee, net, e.fee);
            }
            Events::RateSet(e) => {
                let flow = self.flow(e.id, now)?;
                ensure!(flow.rate == e.oldRate, "the rate of {} was {}: {e:?}", e.id, flow.rate);
                flow.rate = e.newRate;
            }
            Events::StreamStopped(e) => {
                let flow = self.flow(e.id, now)?;
                ensure!(flow.ends_at == 0, "stream {} is stopped twice", e.id);
                flow.ends_at = e.endsAt.to();
            }
            Events::StreamReclaimed(e) => {
                let flow = self.flow(e.id, now)?;
                less(&mut flow.balance, e.amount)?;
                let payer = flow.payer;
                self.gain(payer, e.amount);
            }
            Events::StreamClosed(e) => {
                let flow = self.flow(e.id, now)?;
                ensure!(flow.balance == e.refunded, "stream {} is closed with {}", e.id, flow.balance);
                let payer = flow.payer;
                (flow.balance, flow.rate, flow.ends_at) = (U256::ZERO, U256::ZERO, flow.settled_at);
                self.gain(payer, e.refunded);
            }
            _ => {}
        }
        Ok(())
    }

    fn fold_channel(&mut self, now: u64, event: Events) -> Result<()> {
        match event {
            Events::ChannelCreated(e) => self.escrow(e.channelId).payer = Some(e.config.payer),
            Events::Deposited(e) => {
                let escrow = self.escrow(e.channelId);
                ensure!(escrow.payer.is_some(), "nobody knows what channel {} is", e.channelId);
                ensure!(!escrow.closed, "9: channel {} is closed and deposited into", e.channelId);
                escrow.balance += U256::from(e.amount);
                ensure!(
                    escrow.balance == U256::from(e.newBalance),
                    "channel {} has {}: {e:?}",
                    e.channelId,
                    escrow.balance
                );
            }
            Events::LedgerDeposit(e) => return self.spend(e.account, e.amount),
            Events::Claimed(e) => {
                let escrow = self.escrow(e.channelId);
                escrow.claimed += U256::from(e.claimAmount);
                let told = escrow.claimed == U256::from(e.newTotalClaimed) && escrow.claimed <= escrow.balance;
                ensure!(told, "6: channel {} has paid {} of {}: {e:?}", e.channelId, escrow.claimed, escrow.balance);
            }
            Events::Refunded(e) => {
                let escrow = self.escrow(e.channelId);
                less(&mut escrow.balance, U256::from(e.amount))?;
                escrow.refunds += U256::ONE;
                let payer = escrow.payer;
                return self.give_back(payer, U256::from(e.amount));
            }
            Events::WithdrawInitiated(e) => self.escrow(e.channelId).initiated_at = now,
            Events::WithdrawCancelled(e) => self.escrow(e.channelId).initiated_at = 0,
            Events::WithdrawFinalized(e) => {
                let escrow = self.escrow(e.channelId);
                ensure!(escrow.initiated_at > 0, "10: channel {} is left without notice", e.channelId);
                less(&mut escrow.balance, U256::from(e.amount))?;
                escrow.initiated_at = 0;
                let payer = escrow.payer;
                return self.give_back(payer, U256::from(e.amount));
            }
            Events::ChannelClosed(e) => self.escrow(e.channelId).closed = true,
            Events::ChannelHeld(e) => {
                let escrow = self.escrow(e.channelId);
                ensure!(e.until.to::<u64>() > escrow.held_until, "10: channel {} is held shorter", e.channelId);
                escrow.held_until = e.until.to();
            }
            // What was skipped, used or asked changes no amount.
            _ => {}
        }
        Ok(())
    }

    /// Returns a stream, paid up to `now` or to its end: what was paid has been told, or will be at once.
    fn flow(&mut self, id: B256, now: u64) -> Result<&mut Flow> {
        let flow = self.streams.get_mut(&id).ok_or_eyre("a stream that is none")?;
        let over = flow.ends_at > 0 && now >= flow.ends_at;
        flow.settled_at = if over { flow.ends_at } else { now };
        if over {
            flow.rate = U256::ZERO;
        }
        Ok(flow)
    }

    fn escrow(&mut self, id: B256) -> &mut Escrow {
        self.channels.entry(id).or_default()
    }

    fn gain(&mut self, account: Address, amount: U256) {
        self.accounts.entry(account).or_default().free += amount;
    }

    fn spend(&mut self, account: Address, amount: U256) -> Result<()> {
        less(&mut self.accounts.entry(account).or_default().free, amount)
    }

    fn earn(&mut self, payee: Address, net: U256, fee: U256) {
        self.gain(payee, net);
        self.accounts.entry(payee).or_default().fee_owed += fee;
    }

    fn give_back(&mut self, payer: Option<Address>, amount: U256) -> Result<()> {
        if !amount.is_zero() {
            self.gain(payer.ok_or_eyre("nobody knows whose channel this is")?, amount);
        }
        Ok(())
    }
}

fn less(amount: &mut U256, part: U256) -> Result<()> {
    *amount = amount.checked_sub(part).ok_or_eyre("more leaves than there is")?;
    Ok(())
}
