//! Channels as lists of the vouchers presented: what was claimed is the most that any of them could bring.

use super::{Model, Result, SUPPLY, ledger::check};
use crate::ops::{Actor, CHANNEL_PLACES, ChannelNo, Moved, Reason, Refusal, Row, Terms};

/// Seconds for which a withdrawal can be finalized.
const WINDOW: u64 = 604_800;
/// The longest hold, seconds.
const LONGEST_HOLD: u64 = 2_592_000;
/// Seconds to a multiple of which a hold is rounded up.
const HOLD_STEP: u64 = 512;

/// A voucher that was good: up to how much it was claimed, and how much there was in the channel then.
#[derive(Clone, Copy, Debug)]
struct Presented {
    amount: u128,
    there: u128,
}

/// What happened to a channel.
#[derive(Debug, Default)]
pub(crate) struct Channel {
    deposited: u128,
    given_back: u128,
    presented: Vec<Presented>,
    pub(crate) announced: Option<u64>,
    pub(crate) held_until: u64,
    pub(crate) closed: bool,
    pub(crate) refunds: u32,
}

/// A channel to which nothing has happened.
static NONE: Channel = Channel {
    deposited: 0,
    given_back: 0,
    presented: Vec::new(),
    announced: None,
    held_until: 0,
    closed: false,
    refunds: 0,
};

impl Channel {
    /// Returns what was deposited and not given back.
    pub(crate) fn there(&self) -> u128 {
        self.deposited - self.given_back
    }

    /// Returns what was claimed.
    pub(crate) fn claimed(&self) -> u128 {
        self.presented.iter().map(|voucher| voucher.amount.min(voucher.there)).max().unwrap_or_default()
    }

    pub(crate) fn unclaimed(&self) -> u128 {
        self.there() - self.claimed()
    }

    /// Returns when a withdrawal was announced for which there is a second left, now or later.
    fn leaving_since(&self, now: u64, delay: u64) -> Option<u64> {
        self.announced.filter(|announced| {
            let last = announced + delay + WINDOW;
            now <= last && self.held_until <= last
        })
    }
}

impl Model {
    pub(crate) fn channel(&self, no: ChannelNo) -> &Channel {
        self.channels.get(&no).unwrap_or(&NONE)
    }

    /// Returns the channel at a place that is not closed.
    pub(crate) fn channel_at(&self, place: usize) -> ChannelNo {
        let mut numbers = (place..).step_by(CHANNEL_PLACES);
        numbers.find(|no| !self.channel(*no).closed).expect("numbers do not end")
    }

    /// Returns the first and the last second in which an announced withdrawal can be finalized, but for holds.
    pub(crate) fn window(&self, no: ChannelNo) -> Option<[u64; 2]> {
        let delay = self.setting.terms(no).delay;
        self.channel(no).announced.map(|announced| [announced + delay, announced + delay + WINDOW])
    }

    pub(super) fn deposit(&mut self, by: Actor, no: ChannelNo, amount: u128, wallet: bool) -> Moved {
        check(amount)?;
        let Terms { payer, receiver, delay, .. } = self.setting.terms(no);
        let channel = self.open_channel(no)?;
        if let Some(announced) = channel.leaving_since(self.now, delay).filter(|_| by != payer) {
            return Err(Refusal::WithdrawPending(announced));
        }
        let sum = channel.there() + amount;
        self.check_active(receiver)?;
        if sum > SUPPLY {
            return Err(Refusal::AmountTooLarge);
        }
        if !wallet {
            self.check_ledger(by, amount, 0)?;
        }
        self.admit(receiver);
        match wallet {
            true => self.bring_in(amount),
            false => self.accounts[by].free -= amount,
        }
        let channel = self.channels.entry(no).or_default();
        channel.deposited += amount;
        channel.announced = None;
        Ok(Vec::new())
    }

    pub(super) fn claim(&mut self, by: Actor, rows: &[Row]) -> Moved {
        let claimed: Vec<_> = rows.iter().map(|row| (row.channel, self.present(by, row))).collect();
        let paid: Vec<(Actor, u128)> = claimed
            .iter()
            .filter_map(|(no, gross)| gross.ok().map(|gross| (self.setting.terms(*no).receiver, gross)))
            .collect();
        let mut refusals = claimed.iter().filter_map(|(_, gross)| gross.err());
        let last = refusals.rfind(|reason| *reason != Reason::Claimed);
        if let Some(reason) = last.filter(|_| paid.is_empty()) {
            return Err(Refusal::ClaimRefused(reason));
        }
        for group in paid.chunk_by(|(one, _), (next, _)| one == next) {
            self.credit(group[0].0, group.iter().map(|(_, gross)| gross).sum());
        }
        Ok(claimed.iter().map(|(_, gross)| gross.unwrap_or_default()).collect())
    }

    pub(super) fn claim_and_withdraw(&mut self, by: Actor, row: &Row) -> Moved {
        if by != self.setting.terms(row.channel).receiver {
            return Err(Refusal::UnauthorizedSide);
        }
        let gross = self.present(by, row).map_err(Refusal::ClaimRefused)?;
        let net = self.charge(by, gross);
        Ok(vec![gross, self.pay_out(net)])
    }

    /// Adds a voucher to those presented if it is good; returns by how much that changes what was claimed.
    fn present(&mut self, by: Actor, row: &Row) -> std::result::Result<u128, Reason> {
        let Terms { receiver, receiver_authorizer, .. } = self.setting.terms(row.channel);
        let channel = self.channel(row.channel);
        let (amount, there, before) = (row.max.min(row.total), channel.there(), channel.claimed());
        if ![receiver, receiver_authorizer].contains(&by) {
            return Err(Reason::Caller);
        }
        if amount <= before {
            return Err(Reason::Claimed);
        }
        if there == before {
            return Err(Reason::Empty);
        }
        if !row.signed {
            return Err(Reason::Signature);
        }
        let channel = self.channels.entry(row.channel).or_default();
        channel.presented.push(Presented { amount, there });
        Ok(channel.claimed() - before)
    }

    pub(super) fn refund(&mut self, by: Actor, no: ChannelNo, amount: u128) -> Moved {
        let Terms { payer, receiver, receiver_authorizer, .. } = self.setting.terms(no);
        if ![receiver, receiver_authorizer].contains(&by) {
            return Err(Refusal::UnauthorizedSide);
        }
        if amount == 0 {
            return Err(Refusal::ZeroAmount);
        }
        let channel = self.channels.entry(no).or_default();
        let part = amount.min(channel.unclaimed());
        channel.given_back += part;
        channel.refunds += 1;
        self.accounts[payer].free += part;
        Ok(vec![part])
    }

    pub(super) fn initiate(&mut self, by: Actor, no: ChannelNo, amount: u128) -> Moved {
        self.check_payer_side(by, no)?;
        let (now, delay) = (self.now, self.setting.terms(no).delay);
        let channel = self.known_channel(no)?;
        if let Some(announced) = channel.leaving_since(now, delay) {
            return Err(Refusal::WithdrawPending(announced));
        }
        let unclaimed = channel.unclaimed();
        if amount < unclaimed {
            return Err(Refusal::PartialWithdraw(unclaimed));
        }
        self.channels.entry(no).or_default().announced = Some(now);
        Ok(vec![unclaimed])
    }

    pub(super) fn finalize(&mut self, by: Actor, no: ChannelNo) -> Moved {
        self.check_payer_side(by, no)?;
        let [first, last] = self.window(no).ok_or(Refusal::WithdrawNotPending)?;
        if self.now > last {
            return Err(Refusal::WithdrawExpired(last));
        }
        let earliest = first.max(self.channel(no).held_until);
        if self.now < earliest {
            return Err(Refusal::WithdrawTooEarly(earliest));
        }
        let channel = self.channels.entry(no).or_default();
        let amount = channel.unclaimed();
        channel.given_back += amount;
        channel.announced = None;
        channel.closed = true;
        self.accounts[self.setting.terms(no).payer].free += amount;
        Ok(vec![amount])
    }

    pub(super) fn hold(&mut self, by: Actor, no: ChannelNo, until: u64) -> Moved {
        if by != self.setting.terms(no).payer {
            return Err(Refusal::UnauthorizedSide);
        }
        let [present, latest] = [self.now.max(self.known_channel(no)?.held_until), self.now + LONGEST_HOLD];
        if until <= present || until > latest {
            return Err(Refusal::InvalidHold([present, latest]));
        }
        self.channels.entry(no).or_default().held_until = until.next_multiple_of(HOLD_STEP);
        Ok(Vec::new())
    }

    fn check_payer_side(&self, by: Actor, no: ChannelNo) -> Result<()> {
        let Terms { payer, payer_authorizer, .. } = self.setting.terms(no);
        if by == payer || Some(by) == payer_authorizer { Ok(()) } else { Err(Refusal::UnauthorizedSide) }
    }

    fn open_channel(&self, no: ChannelNo) -> Result<&Channel> {
        let channel = self.channel(no);
        if channel.closed { Err(Refusal::ChannelIsClosed) } else { Ok(channel) }
    }

    fn known_channel(&self, no: ChannelNo) -> Result<&Channel> {
        let channel = self.open_channel(no)?;
        if channel.there() > 0 { Ok(channel) } else { Err(Refusal::UnknownChannel) }
    }
}
