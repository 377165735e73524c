//! `streams.rs` and `collecting.rs` of the contract.

use aia_protocol::payments::{MAX_RATE, stream::Stream};

use super::{Escrow, ledger::check_most};
use crate::ops::{ALL, Actor, Deal, Moved, Refusal, StreamNo};

impl Escrow {
    pub(super) fn open(&mut self, no: StreamNo, rate: u128, deposit: u128) -> Moved {
        let Deal { payer, payee, notice } = self.setting.deal(no);
        if rate == 0 {
            return Err(Refusal::InvalidRate(0));
        }
        check_most(rate, MAX_RATE)?;
        if deposit == 0 {
            return Err(Refusal::ZeroAmount);
        }
        if self.stream(no).exists() {
            return Err(Refusal::StreamExists);
        }
        let stream = Stream { balance: deposit, rate, settled_at: self.now, left: 0 };
        check_reserve(stream, notice)?;
        self.check_active(payee)?;
        self.spend(payer, deposit)?;
        self.store_stream(no, stream);
        Ok(Vec::new())
    }

    pub(super) fn top_up(&mut self, by: Actor, no: StreamNo, amount: u128) -> Moved {
        if amount == 0 {
            return Err(Refusal::ZeroAmount);
        }
        let before = self.existing(no)?;
        check_running(before)?;
        let (stream, gross) = before.top_up(self.now, amount);
        let payee = self.setting.deal(no).payee;
        if gross > 0 {
            self.credit(payee, gross);
        }
        self.check_active(payee)?;
        self.spend(by, amount)?;
        self.store_stream(no, stream);
        Ok(vec![gross])
    }

    pub(super) fn set_rate(&mut self, by: Actor, no: StreamNo, rate: u128) -> Moved {
        let Deal { payer, payee, notice } = self.setting.deal(no);
        let (stream, gross) = self.settled(no)?;
        let changed = Stream { rate, ..stream };
        if by == payer {
            check_running(stream)?;
            if check_most(rate, MAX_RATE)? <= stream.rate {
                return Err(Refusal::InvalidRate(stream.rate));
            }
            check_reserve(changed, notice)?;
            self.check_active(payee)?;
        } else if by == payee {
            if stream.rate == 0 {
                return Err(ending(stream));
            }
            if rate == 0 || rate >= stream.rate {
                return Err(Refusal::InvalidRate(stream.rate));
            }
        } else {
            return Err(Refusal::UnauthorizedParty);
        }
        self.store_stream(no, changed);
        Ok(vec![gross])
    }

    pub(super) fn stop(&mut self, by: Actor, no: StreamNo) -> Moved {
        let Deal { payer, payee, notice } = self.setting.deal(no);
        let before = self.existing(no)?;
        if before.is_closed() {
            return Err(ending(before));
        }
        let (stream, gross) = self.settled(no)?;
        if stream.is_over() || by == payee {
            return Ok(vec![gross, self.close(no, stream)]);
        }
        if by != payer {
            return Err(Refusal::UnauthorizedParty);
        }
        check_running(stream)?;
        let stopped = Stream { left: notice, ..stream };
        if notice == 0 || stopped.is_over() {
            return Ok(vec![gross, self.close(no, stream)]);
        }
        self.store_stream(no, stopped);
        Ok(vec![gross, 0])
    }

    pub(super) fn reclaim(&mut self, by: Actor, no: StreamNo, amount: u128) -> Moved {
        let Deal { payer, notice, .. } = self.setting.deal(no);
        let (stream, gross) = self.settled(no)?;
        if by != payer {
            return Err(Refusal::UnauthorizedParty);
        }
        let (balance, needed) = (stream.balance, stream.needed(notice));
        let spare = balance.saturating_sub(needed);
        let amount = if amount == ALL { spare } else { amount };
        if amount == 0 {
            return Err(Refusal::ZeroAmount);
        }
        if amount > spare {
            return Err(Refusal::UnderNotice(needed));
        }
        self.store_stream(no, Stream { balance: balance - amount, ..stream });
        self.gain(payer, amount);
        Ok(vec![gross, amount])
    }

    pub(super) fn collect(&mut self, streams: &[StreamNo]) -> Moved {
        let mut told = Vec::with_capacity(streams.len());
        for no in streams {
            let (stream, gross) = self.stream(*no).settle(self.now);
            if gross > 0 {
                self.store_stream(*no, stream);
                self.credit(self.setting.deal(*no).payee, gross);
            }
            told.push(gross);
        }
        Ok(told)
    }

    pub(super) fn collect_and_withdraw(&mut self, by: Actor, no: StreamNo) -> Moved {
        let stream = self.existing(no)?;
        if by != self.setting.deal(no).payee {
            return Err(Refusal::UnauthorizedParty);
        }
        let (stream, gross) = stream.settle(self.now);
        if gross == 0 {
            return Err(Refusal::ZeroAmount);
        }
        self.store_stream(no, stream);
        Ok(vec![gross, self.pay_out(by, gross)])
    }

    /// Pays a stream's payee up to now; returns the stream and what was paid.
    fn settled(&mut self, no: StreamNo) -> Result<(Stream, u128), Refusal> {
        let (stream, gross) = self.existing(no)?.settle(self.now);
        if gross > 0 {
            self.credit(self.setting.deal(no).payee, gross);
        }
        Ok((stream, gross))
    }

    fn existing(&self, no: StreamNo) -> Result<Stream, Refusal> {
        let stream = self.stream(no);
        if stream.exists() { Ok(stream) } else { Err(Refusal::UnknownStream) }
    }

    /// Gives the payer of a settled stream what is left; what remains is that there was such a stream.
    fn close(&mut self, no: StreamNo, stream: Stream) -> u128 {
        self.store_stream(no, Stream { settled_at: stream.settled_at, ..Default::default() });
        self.gain(self.setting.deal(no).payer, stream.balance);
        stream.balance
    }
}

/// Lets only streams pass that nobody stopped.
fn check_running(stream: Stream) -> Result<(), Refusal> {
    if stream.ends_at().is_some() { Err(ending(stream)) } else { Ok(()) }
}

fn ending(stream: Stream) -> Refusal {
    Refusal::StreamEnding(stream.ends_at().unwrap_or_default())
}

/// Lets only streams pass that hold what their payer owes when it stops.
fn check_reserve(stream: Stream, notice: u32) -> Result<(), Refusal> {
    let needed = stream.needed(notice);
    if stream.balance >= needed { Ok(()) } else { Err(Refusal::UnderNotice(needed)) }
}
