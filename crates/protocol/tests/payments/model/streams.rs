//! What payers and payees do with streams.

use super::{
    Model, Result,
    history::{Event, Standing, Stream},
};
use crate::ops::{ALL, Actor, Deal, Moved, Refusal, STREAM_PLACES, StreamNo};

impl Model {
    /// Returns how a stream stands now.
    pub(crate) fn standing(&self, no: StreamNo) -> Result<Standing> {
        let stream = self.streams.get(&no).ok_or(Refusal::UnknownStream)?;
        Ok(stream.standing(self.now))
    }

    /// Returns what the payer of a stream cannot take out.
    pub(crate) fn needed(&self, no: StreamNo) -> u128 {
        let notice = self.setting.deal(no).notice;
        self.standing(no).map_or(0, |standing| standing.needed(self.now, notice))
    }

    /// Returns the stream at a place that runs or can be opened.
    pub(crate) fn stream_at(&self, place: usize) -> StreamNo {
        let mut numbers = (place..).step_by(STREAM_PLACES);
        let is_closed = |no: &StreamNo| self.streams.get(no).is_some_and(|stream| stream.closed);
        numbers.find(|no| !is_closed(no)).expect("numbers do not end")
    }

    pub(super) fn open(&mut self, no: StreamNo, rate: u128, deposit: u128) -> Moved {
        let Deal { payer, payee, notice } = self.setting.deal(no);
        match (rate, deposit) {
            (0, _) => return Err(Refusal::InvalidRate(0)),
            (rate, _) if rate >> 96 > 0 => return Err(Refusal::AmountTooLarge),
            (_, 0) => return Err(Refusal::ZeroAmount),
            _ if self.streams.contains_key(&no) => return Err(Refusal::StreamExists),
            _ => {}
        }
        let needed = rate * u128::from(notice);
        if deposit < needed {
            return Err(Refusal::UnderNotice(needed));
        }
        self.check_active(payee)?;
        self.check_ledger(payer, deposit, 0)?;
        self.admit(payee);
        self.accounts[payer].free -= deposit;
        let stream = Stream { opened: self.now, deposit, rate, history: Vec::new(), credited: 0, closed: false };
        self.streams.insert(no, stream);
        Ok(Vec::new())
    }

    pub(super) fn top_up(&mut self, by: Actor, no: StreamNo, amount: u128) -> Moved {
        if amount == 0 {
            return Err(Refusal::ZeroAmount);
        }
        let standing = self.standing(no)?;
        if let Some(end) = standing.end {
            return Err(Refusal::StreamEnding(end));
        }
        let payee = self.setting.deal(no).payee;
        self.check_active(payee)?;
        // Only one that ran empty is settled; then its payee can spend what it is credited.
        let due = if standing.balance == 0 { self.unpaid(no) } else { 0 };
        let coming = if by == payee { due - self.fee(due) } else { 0 };
        self.check_ledger(by, amount, coming)?;
        self.admit(payee);
        let gross = if due > 0 { self.pay_up(no) } else { 0 };
        self.accounts[by].free -= amount;
        self.note(no, Event::Deposit(amount));
        Ok(vec![gross])
    }

    pub(super) fn set_rate(&mut self, by: Actor, no: StreamNo, rate: u128) -> Moved {
        let Deal { payer, payee, notice } = self.setting.deal(no);
        let standing = self.standing(no)?;
        if by != payer && by != payee {
            return Err(Refusal::UnauthorizedParty);
        }
        // The payee can lower it until the end.
        if let Some(end) = standing.end.filter(|end| by == payer || *end <= self.now) {
            return Err(Refusal::StreamEnding(end));
        }
        if by == payer {
            if rate >> 96 > 0 {
                return Err(Refusal::AmountTooLarge);
            }
            if rate <= standing.rate {
                return Err(Refusal::InvalidRate(standing.rate));
            }
            let needed = rate * u128::from(notice);
            if standing.balance < needed {
                return Err(Refusal::UnderNotice(needed));
            }
            self.check_active(payee)?;
            self.admit(payee);
        } else if !(1..standing.rate).contains(&rate) {
            return Err(Refusal::InvalidRate(standing.rate));
        }
        let gross = self.pay_up(no);
        self.note(no, Event::Rate(rate));
        Ok(vec![gross])
    }

    pub(super) fn stop(&mut self, by: Actor, no: StreamNo) -> Moved {
        let Deal { payer, payee, notice } = self.setting.deal(no);
        let standing = self.standing(no)?;
        let is_closed = self.streams[&no].closed;
        let ends_now = !is_closed && (by == payee || standing.is_over(self.now));
        if !ends_now && !is_closed && by != payer {
            return Err(Refusal::UnauthorizedParty);
        }
        if let Some(end) = standing.end.filter(|_| !ends_now) {
            return Err(Refusal::StreamEnding(end));
        }
        let gross = self.pay_up(no);
        if !ends_now && notice > 0 && standing.balance > 0 {
            self.note(no, Event::Stop { end: self.now + u64::from(notice) });
            return Ok(vec![gross, 0]);
        }
        if !standing.has_ended(self.now) {
            self.note(no, Event::Stop { end: self.now });
        }
        self.note(no, Event::TakenBack(standing.balance));
        self.accounts[payer].free += standing.balance;
        Ok(vec![gross, standing.balance])
    }

    pub(super) fn reclaim(&mut self, by: Actor, no: StreamNo, amount: u128) -> Moved {
        let standing = self.standing(no)?;
        let payer = self.setting.deal(no).payer;
        if by != payer {
            return Err(Refusal::UnauthorizedParty);
        }
        let needed = self.needed(no);
        let most = standing.balance.saturating_sub(needed);
        let amount = if amount == ALL { most } else { amount };
        if amount == 0 {
            return Err(Refusal::ZeroAmount);
        }
        if amount > most {
            return Err(Refusal::UnderNotice(needed));
        }
        let gross = self.pay_up(no);
        self.accounts[payer].free += amount;
        self.note(no, Event::TakenBack(amount));
        Ok(vec![gross, amount])
    }

    pub(super) fn collect(&mut self, streams: &[StreamNo]) -> Vec<u128> {
        streams.iter().map(|no| self.pay_up(*no)).collect()
    }

    pub(super) fn collect_and_withdraw(&mut self, by: Actor, no: StreamNo) -> Moved {
        self.standing(no)?;
        if by != self.setting.deal(no).payee {
            return Err(Refusal::UnauthorizedParty);
        }
        let gross = self.unpaid(no);
        if gross == 0 {
            return Err(Refusal::ZeroAmount);
        }
        self.mark_paid(no, gross);
        let net = self.charge(by, gross);
        Ok(vec![gross, self.pay_out(net)])
    }

    /// Returns what the payee has earned and was not credited.
    pub(crate) fn unpaid(&self, no: StreamNo) -> u128 {
        self.streams.get(&no).map_or(0, |stream| stream.standing(self.now).paid - stream.credited)
    }

    /// Credits the payee with what it has earned; returns how much.
    fn pay_up(&mut self, no: StreamNo) -> u128 {
        let gross = self.unpaid(no);
        if gross > 0 {
            self.mark_paid(no, gross);
            self.credit(self.setting.deal(no).payee, gross);
        }
        gross
    }

    fn mark_paid(&mut self, no: StreamNo, gross: u128) {
        self.stream_mut(no).credited += gross;
        self.see_the_end(no);
    }

    fn note(&mut self, no: StreamNo, event: Event) {
        let now = self.now;
        self.stream_mut(no).history.push((now, event));
        self.see_the_end(no);
    }

    /// Paid or given back to its end with nothing left, a stream is closed, whoever did that.
    fn see_the_end(&mut self, no: StreamNo) {
        let now = self.now;
        let stream = self.stream_mut(no);
        let standing = stream.standing(now);
        stream.closed |= standing.has_ended(now) && standing.balance == 0;
    }

    fn stream_mut(&mut self, no: StreamNo) -> &mut Stream {
        self.streams.get_mut(&no).expect("it was opened")
    }
}
