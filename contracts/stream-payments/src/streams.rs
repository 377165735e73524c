//! Streams: opening, topping up, changing, ending.

use aia_protocol::payments::{
    MAX_RATE,
    stream::{MAX_NOTICE, Stream, StreamConfig},
};
use aia_shell::{Revert, emit, revert, words};
use alloy_primitives::{Address, B256};
use stylus_sdk::prelude::*;

use crate::{
    I, StreamPayments,
    ledger::{Earnings, check_most, zero_amount},
};

impl StreamPayments {
    pub(crate) fn open_stream(
        &mut self,
        payee: Address,
        rate: u128,
        notice: u32,
        job_id: B256,
        deposit: u128,
    ) -> Result<B256, Revert> {
        self.entry()?;
        let config = StreamConfig { payer: self.caller(), payee, notice, job_id };
        let id = config.id();
        if payee == config.payer {
            return Err(revert::<I::InvalidPayee>(words![payee]));
        }
        if notice > MAX_NOTICE {
            return Err(revert::<I::NoticeTooLong>(words![notice, MAX_NOTICE]));
        }
        if rate == 0 {
            return Err(revert::<I::InvalidRate>(words![id, rate, 0u8]));
        }
        check_most(rate, MAX_RATE)?;
        if deposit == 0 {
            return Err(zero_amount());
        }
        if self.stream(id).exists() {
            return Err(revert::<I::StreamExists>(words![id]));
        }
        let stream = Stream { balance: deposit, rate, settled_at: self.now(), left: 0 };
        check_reserve(id, stream, notice)?;
        self.check_active(payee)?;
        // Also what bounds the deposit: nobody has more than there is.
        self.spend(config.payer, deposit)?;
        self.store_stream(id, stream);
        let data = words![rate, notice, job_id, deposit];
        emit::<I::StreamOpened, 3>(self.vm(), words![id, config.payer, payee], data);
        Ok(id)
    }

    pub(crate) fn top_up_stream(&mut self, config: &StreamConfig, amount: u128) -> Result<(), Revert> {
        self.entry()?;
        if amount == 0 {
            return Err(zero_amount());
        }
        let id = config.id();
        let before = self.existing(id)?;
        check_running(id, before)?;
        let (stream, gross) = before.top_up(self.now(), amount);
        if gross > 0 {
            self.earn(id, config.payee, gross, Earnings::Ledger);
        }
        self.check_active(config.payee)?;
        let payer = self.caller();
        self.spend(payer, amount)?;
        self.store_stream(id, stream);
        emit::<I::StreamToppedUp, 2>(self.vm(), words![id, payer], words![amount]);
        Ok(())
    }

    pub(crate) fn set_rate(&mut self, config: &StreamConfig, rate: u128) -> Result<(), Revert> {
        let (id, stream) = self.settled(config)?;
        let (caller, changed) = (self.caller(), Stream { rate, ..stream });
        let invalid = || revert::<I::InvalidRate>(words![id, rate, stream.rate]);
        if caller == config.payer {
            self.entry()?;
            check_running(id, stream)?;
            if check_most(rate, MAX_RATE)? <= stream.rate {
                return Err(invalid());
            }
            check_reserve(id, changed, config.notice)?;
            self.check_active(config.payee)?;
        } else if caller == config.payee {
            if stream.rate == 0 {
                return Err(ending(id, stream));
            }
            if rate == 0 || rate >= stream.rate {
                return Err(invalid());
            }
        } else {
            return Err(self.unauthorized_party(id));
        }
        self.store_stream(id, changed);
        emit::<I::RateSet, 1>(self.vm(), words![id], words![stream.rate, rate]);
        Ok(())
    }

    pub(crate) fn stop_stream(&mut self, config: &StreamConfig) -> Result<u128, Revert> {
        let before = self.existing(config.id())?;
        if before.is_closed() {
            return Err(ending(config.id(), before));
        }
        let (id, stream) = self.settled(config)?;
        let caller = self.caller();
        if stream.is_over() || caller == config.payee {
            return Ok(self.close(id, stream, config.payer));
        }
        if caller != config.payer {
            return Err(self.unauthorized_party(id));
        }
        check_running(id, stream)?;
        let stopped = Stream { left: config.notice, ..stream };
        if config.notice == 0 || stopped.is_over() {
            return Ok(self.close(id, stream, config.payer));
        }
        self.store_stream(id, stopped);
        let ends_at = self.now() + u64::from(config.notice);
        emit::<I::StreamStopped, 1>(self.vm(), words![id], words![ends_at]);
        Ok(0)
    }

    pub(crate) fn reclaim(&mut self, config: &StreamConfig, amount: u128) -> Result<u128, Revert> {
        let (id, stream) = self.settled(config)?;
        if self.caller() != config.payer {
            return Err(self.unauthorized_party(id));
        }
        let (balance, needed) = (stream.balance, stream.needed(config.notice));
        let spare = balance.saturating_sub(needed);
        let amount = if amount == u128::MAX { spare } else { amount };
        if amount == 0 {
            return Err(zero_amount());
        }
        if amount > spare {
            return Err(revert::<I::UnderNotice>(words![id, balance.saturating_sub(amount), needed]));
        }
        self.gain(config.payer, amount);
        emit::<I::StreamReclaimed, 1>(self.vm(), words![id], words![amount]);
        self.put_stream(id, Stream { balance: balance - amount, ..stream }, 0);
        Ok(amount)
    }

    /// Pays a stream's payee up to now; returns the stream, which the caller of this must store.
    fn settled(&mut self, config: &StreamConfig) -> Result<(B256, Stream), Revert> {
        let id = config.id();
        let (stream, gross) = self.existing(id)?.settle(self.now());
        if gross > 0 {
            self.earn(id, config.payee, gross, Earnings::Ledger);
        }
        Ok((id, stream))
    }

    /// Credits a payee with what its stream has paid; returns what is left of it.
    pub(crate) fn earn(&mut self, id: B256, payee: Address, gross: u128, to: Earnings) -> u128 {
        let (net, fee) = self.credit(payee, gross, to);
        emit::<I::StreamCollected, 2>(self.vm(), words![id, payee], words![gross, fee]);
        net
    }

    pub(crate) fn existing(&self, id: B256) -> Result<Stream, Revert> {
        let stream = self.stream(id);
        if stream.exists() { Ok(stream) } else { Err(revert::<I::UnknownStream>(words![id])) }
    }

    /// Gives the payer of a settled stream what is left.
    fn close(&mut self, id: B256, stream: Stream, payer: Address) -> u128 {
        self.gain(payer, stream.balance);
        // What remains is that it existed: who serves a stream by its id never meets another one under it.
        self.put_stream(id, Stream { settled_at: stream.settled_at, ..Default::default() }, stream.balance);
        stream.balance
    }

    /// Stores a settled stream and tells if it is over with that; `refunded` is what its payer got back last.
    pub(crate) fn put_stream(&mut self, id: B256, stream: Stream, refunded: u128) {
        self.store_stream(id, stream);
        if stream.is_closed() {
            emit::<I::StreamClosed, 1>(self.vm(), words![id], words![refunded]);
        }
    }

    pub(crate) fn unauthorized_party(&self, id: B256) -> Revert {
        revert::<I::UnauthorizedParty>(words![id, self.caller()])
    }
}

/// Lets only streams pass that nobody stopped.
fn check_running(id: B256, stream: Stream) -> Result<(), Revert> {
    if stream.ends_at().is_some() { Err(ending(id, stream)) } else { Ok(()) }
}

fn ending(id: B256, stream: Stream) -> Revert {
    revert::<I::StreamEnding>(words![id, stream.ends_at().unwrap_or_default()])
}

/// Lets only streams pass that hold what their payer owes when it stops.
fn check_reserve(id: B256, stream: Stream, notice: u32) -> Result<(), Revert> {
    let needed = stream.needed(notice);
    if stream.balance >= needed {
        return Ok(());
    }
    Err(revert::<I::UnderNotice>(words![id, stream.balance, needed]))
}
