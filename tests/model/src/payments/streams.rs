//! What payer, payee and anybody may do with a stream.

use aia_abi::IStreamPayments as Abi;
use alloy_primitives::{Address, B256, Bytes, U256};

use super::{
    FASTEST, LONGEST_NOTICE, Log, Model, Outcome, answer, error, flow::Stream, instant, model::stream_id, narrow,
    require, take,
};

/// Money in.
impl Model {
    /// `openStream`.
    pub fn open_stream(&mut self, caller: Address, call: &Abi::openStreamCall) -> Outcome {
        let Abi::openStreamCall { payee, rate, notice, jobId, deposit } = *call;
        let config = Abi::StreamConfig { payer: caller, payee, notice, jobId };
        let id = stream_id(&config);
        let (wide_rate, amount) = (U256::from(rate), U256::from(deposit));
        self.check_not_paused()?;
        require(payee != caller, Abi::InvalidPayee { payee })?;
        require(notice <= LONGEST_NOTICE, Abi::NoticeTooLong { notice, max: LONGEST_NOTICE })?;
        require(rate > 0, Abi::InvalidRate { id, rate: U256::ZERO, current: U256::ZERO })?;
        check_speed(wide_rate)?;
        require(deposit > 0, Abi::ZeroAmount {})?;
        require(self.stream(id).is_none(), Abi::StreamExists { id })?;
        let stream = Stream { balance: amount, rate: wide_rate, settled_at: self.now, ends_at: None, notice };
        self.check_reserve(id, &stream)?;
        let asked = self.check_active(payee)?;
        self.check_free(caller, amount)?;

        let mut logs = self.remember_active(payee, asked);
        take(&mut self.account_mut(caller).free, amount);
        self.put_stream(id, stream);
        self.contract.stream_configs.insert(id, config);
        self.books.note_deposited(id, amount);
        logs.push(self.emit(&Abi::StreamOpened { id, payer: caller, payee, rate, notice, jobId, deposit }));
        answer(logs, &id)
    }

    /// `topUpStream`.
    pub fn top_up_stream(&mut self, caller: Address, call: &Abi::topUpStreamCall) -> Outcome {
        let (id, payee, amount) = (stream_id(&call.config), call.config.payee, U256::from(call.amount));
        self.check_not_paused()?;
        require(!amount.is_zero(), Abi::ZeroAmount {})?;
        let mut stream = self.known_stream(id)?;
        check_not_ending(id, &stream)?;
        let asked = self.check_active(payee)?;
        // Only one that ran empty is paid up; then a payee may spend that.
        let ran_empty = stream.owed(self.now) == stream.balance;
        let (net, _) = self.split(if ran_empty { stream.owed(self.now) } else { U256::ZERO });
        let earned = if caller == payee { net } else { U256::ZERO };
        let free = self.account(caller).free + earned;
        require(free >= amount, Abi::InsufficientLedger { account: caller, free, needed: amount })?;

        let mut logs = if ran_empty { self.pay(id, payee, &mut stream) } else { Vec::new() };
        logs.extend(self.remember_active(payee, asked));
        take(&mut self.account_mut(caller).free, amount);
        stream.balance += amount;
        self.put_stream(id, stream);
        self.books.note_deposited(id, amount);
        logs.push(self.emit(&Abi::StreamToppedUp { id, from: caller, amount }));
        Ok(logs.into())
    }

    /// `setRate`.
    pub fn set_rate(&mut self, caller: Address, call: &Abi::setRateCall) -> Outcome {
        let (id, payee, rate) = (stream_id(&call.config), call.config.payee, U256::from(call.rate));
        let mut stream = self.known_stream(id)?;
        let raises = caller == call.config.payer;
        require(raises || caller == payee, Abi::UnauthorizedParty { id, caller })?;
        let asked = if raises {
            self.check_raise(id, &stream, rate)?;
            self.check_active(payee)?
        } else {
            self.check_lowering(id, &stream, rate)?;
            self.books.note_released(id);
            false
        };

        let mut logs = self.pay(id, payee, &mut stream);
        logs.extend(self.remember_active(payee, asked));
        let old = stream.rate;
        stream.rate = rate;
        self.put_stream(id, stream);
        logs.push(self.emit(&Abi::RateSet { id, oldRate: old, newRate: rate }));
        Ok(logs.into())
    }

    fn check_raise(&self, id: B256, stream: &Stream, rate: U256) -> Result<(), Bytes> {
        self.check_not_paused()?;
        check_not_ending(id, stream)?;
        check_speed(rate)?;
        require(rate > stream.rate, Abi::InvalidRate { id, rate, current: stream.rate })?;
        self.check_reserve(id, &Stream { rate, ..stream.settled(self.now) })
    }

    fn check_lowering(&self, id: B256, stream: &Stream, rate: U256) -> Result<(), Bytes> {
        let over = stream.is_over(self.now);
        require(!over, Abi::StreamEnding { id, endsAt: instant(stream.ends_at.unwrap_or_default()) })?;
        let lower = !rate.is_zero() && rate < stream.rate;
        require(lower, Abi::InvalidRate { id, rate, current: stream.rate })
    }

    /// Checks that a paid stream holds what its payer owes if it stops it now.
    fn check_reserve(&self, id: B256, stream: &Stream) -> Result<(), Bytes> {
        let (balance, needed) = (stream.balance, stream.needed(self.now));
        require(balance >= needed, Abi::UnderNotice { id, balance, needed })
    }
}

/// Money out.
impl Model {
    /// `stopStream`.
    pub fn stop_stream(&mut self, caller: Address, config: &Abi::StreamConfig) -> Outcome {
        let id = stream_id(config);
        let mut stream = self.known_stream(id)?;
        if stream.is_closed() {
            check_not_ending(id, &stream)?;
        }
        let (done, by_payee) = (stream.is_done(self.now), caller == config.payee);
        if !done && !by_payee {
            require(caller == config.payer, Abi::UnauthorizedParty { id, caller })?;
            check_not_ending(id, &stream)?;
        }

        let mut logs = self.pay(id, config.payee, &mut stream);
        if !done && !by_payee && stream.notice > 0 && !stream.balance.is_zero() {
            logs.push(self.begin_notice(id, stream));
            return answer(logs, &U256::ZERO);
        }
        if !done && by_payee {
            self.books.note_released(id);
        }
        let refunded = stream.close();
        self.account_mut(config.payer).free += refunded;
        self.put_stream(id, stream);
        self.books.note_returned(id, refunded);
        logs.push(self.emit(&Abi::StreamClosed { id, refunded }));
        answer(logs, &refunded)
    }

    fn begin_notice(&mut self, id: B256, mut stream: Stream) -> Log {
        let ends_at = self.now + u64::from(stream.notice);
        self.books.note_stopped(id, stream.needed(self.now).min(stream.balance));
        stream.ends_at = Some(ends_at);
        self.put_stream(id, stream);
        self.emit(&Abi::StreamStopped { id, endsAt: instant(ends_at) })
    }

    /// `reclaim`; 2^128 − 1 is all that can be taken.
    pub fn reclaim(&mut self, caller: Address, call: &Abi::reclaimCall) -> Outcome {
        let (id, config) = (stream_id(&call.config), &call.config);
        let mut stream = self.known_stream(id)?;
        require(caller == config.payer, Abi::UnauthorizedParty { id, caller })?;
        let settled = stream.settled(self.now);
        let (balance, needed) = (settled.balance, settled.needed(self.now));
        let spare = balance.saturating_sub(needed);
        let amount = if call.amount == u128::MAX { spare } else { U256::from(call.amount) };
        require(!amount.is_zero(), Abi::ZeroAmount {})?;
        require(amount <= spare, Abi::UnderNotice { id, balance: balance.saturating_sub(amount), needed })?;

        let mut logs = self.pay(id, config.payee, &mut stream);
        take(&mut stream.balance, amount);
        let over = stream.is_closed();
        self.put_stream(id, stream);
        self.account_mut(caller).free += amount;
        self.books.note_returned(id, amount);
        logs.push(self.emit(&Abi::StreamReclaimed { id, amount }));
        logs.extend(self.tell_over(id, over));
        answer(logs, &amount)
    }

    /// `collect`, whoever calls.
    pub fn collect(&mut self, configs: &[Abi::StreamConfig]) -> Outcome {
        let (mut logs, mut gross) = (Vec::new(), U256::ZERO);
        for config in configs {
            let id = stream_id(config);
            let Some(mut stream) = self.stream(id) else { continue };
            let owed = stream.owed(self.now);
            if !owed.is_zero() {
                logs.extend(self.pay(id, config.payee, &mut stream));
                logs.extend(self.tell_over(id, stream.is_closed()));
                self.put_stream(id, stream);
                gross += owed;
            }
        }
        answer(logs, &gross)
    }

    /// `collectAndWithdraw`.
    pub fn collect_and_withdraw(&mut self, caller: Address, call: &Abi::collectAndWithdrawCall) -> Outcome {
        let (id, payee, to) = (stream_id(&call.config), call.config.payee, call.to);
        self.check_recipient(to)?;
        let mut stream = self.known_stream(id)?;
        require(caller == payee, Abi::UnauthorizedParty { id, caller })?;
        let gross = stream.owed(self.now);
        require(!gross.is_zero(), Abi::ZeroAmount {})?;
        let (net, fee) = self.split(gross);
        let moved = self.pay_out(to, net)?;

        stream.settle(self.now);
        let over = self.tell_over(id, stream.is_closed());
        self.put_stream(id, stream);
        self.keep_fee(payee, gross);
        self.books.note_paid(id, gross);
        let told = self.emit(&Abi::StreamCollected { id, payee, gross, fee });
        let sent = self.emit(&Abi::Withdrawn { account: payee, to, amount: net });
        answer([moved, vec![told], over, vec![sent]].concat(), &net)
    }
}

/// What calls share.
impl Model {
    fn known_stream(&self, id: B256) -> Result<Stream, Bytes> {
        self.stream(id).ok_or_else(|| error(Abi::UnknownStream { id }))
    }

    /// Tells of a stream that is over and gave nothing back with that.
    fn tell_over(&self, id: B256, over: bool) -> Vec<Log> {
        if over { vec![self.emit(&Abi::StreamClosed { id, refunded: U256::ZERO })] } else { Vec::new() }
    }

    /// Credits the payee with what the stream owes now, and tells of it unless that is nothing.
    fn pay(&mut self, id: B256, payee: Address, stream: &mut Stream) -> Vec<Log> {
        let gross = stream.settle(self.now);
        if gross.is_zero() {
            return Vec::new();
        }
        let (_, fee) = self.credit(payee, gross);
        self.books.note_paid(id, gross);
        vec![self.emit(&Abi::StreamCollected { id, payee, gross, fee })]
    }
}

/// Checks that a rate is one that can be named.
fn check_speed(rate: U256) -> Result<(), Bytes> {
    require(rate <= FASTEST, Abi::AmountTooLarge { amount: rate, max: FASTEST })
}

fn check_not_ending(id: B256, stream: &Stream) -> Result<(), Bytes> {
    let ends_at = instant(stream.ends_at.unwrap_or_default());
    require(stream.ends_at.is_none(), Abi::StreamEnding { id, endsAt: ends_at })
}

/// Views.
impl Model {
    /// `streamOf`.
    pub fn stream_of(&self, id: B256) -> Abi::Stream {
        let none = Stream { balance: U256::ZERO, rate: U256::ZERO, settled_at: 0, ends_at: None, notice: 0 };
        let stream = self.stream(id).unwrap_or(none);
        Abi::Stream {
            balance: narrow(stream.balance),
            rate: narrow(stream.rate),
            settledAt: instant(stream.settled_at),
            endsAt: instant(stream.ends_at.unwrap_or_default()),
        }
    }
}
