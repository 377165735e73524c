//! What holds for streams whatever happens.

use std::collections::BTreeMap;

use aia_protocol::payments::stream::Stream;

use super::Step;
use crate::{
    escrow::Escrow,
    model::{self, Model, Standing},
    ops::{Deal, Op, StreamNo},
};

/// What each stream that is not closed has told.
#[derive(Default)]
pub(super) struct Books {
    of: BTreeMap<StreamNo, Book>,
    /// What those had earned, credited or not, that are about to be changed, or all if time is about to pass.
    earned: BTreeMap<StreamNo, u128>,
}

/// What was seen of a stream since it was opened, base units.
#[derive(Debug, Default)]
struct Book {
    deposited: u128,
    paid: u128,
    given_back: u128,
    promise: Option<Promise>,
    quote: Option<Quote>,
}

/// What the payee will have been paid in all at the end, now that the payer has stopped.
#[derive(Clone, Copy, Debug)]
struct Promise {
    end: u64,
    paid: u128,
}

/// Up to when the stream said that it pays, at which rate, and what it had paid then.
#[derive(Clone, Copy, Debug)]
struct Quote {
    at: u64,
    until: u64,
    rate: u128,
    paid: u128,
}

impl Books {
    /// Looks at what is about to be changed.
    pub(super) fn look(&mut self, escrow: &Escrow, model: &Model, op: &Op) {
        let passes = matches!(op, Op::Wait { .. });
        let about = self.of.iter().filter(|(no, _)| passes || op.streams().contains(no));
        self.earned = about.map(|(no, book)| (*no, book.paid + escrow.owed(*no))).collect();
        for no in op.streams() {
            if let Some(book) = self.of.get(no) {
                p18_a_stream_pays_as_long_as_it_said(book, model.streams[no].standing(model.now), model.now);
            }
        }
    }

    pub(super) fn note(&mut self, step: Step<'_>) {
        match *step.op {
            Op::Wait { .. } => self.p04_time_takes_no_earnings_away(step),
            Op::Open { stream, deposit, .. } => {
                self.of.insert(stream, Book { deposited: deposit, ..Default::default() });
            }
            _ => {}
        }
        for (place, no) in step.op.streams().iter().enumerate() {
            if let Some(book) = self.of.get_mut(no) {
                book.enter(step, place);
            }
        }
        for no in step.op.streams() {
            self.check(step, *no);
        }
    }

    fn p04_time_takes_no_earnings_away(&self, step: Step<'_>) {
        for (no, book) in &self.of {
            let (before, now) = (self.earned[no], book.paid + step.escrow.owed(*no));
            assert!(before <= now, "P4: stream {no} had earned {before}, and now {now}");
        }
    }

    fn check(&mut self, step: Step<'_>, no: StreamNo) {
        let Some(book) = self.of.get_mut(&no) else { return };
        let (stream, owed) = (step.escrow.stream(no), step.escrow.owed(no));
        p04_paid_is_at_most_what_was_deposited(book, stream, owed);
        p04_only_time_earns(step, book.paid + owed, self.earned.get(&no).copied().unwrap_or_default());
        p05_the_payer_leaves_what_it_owes(step, no, stream);
        p05_after_a_stop_the_payee_gets_what_it_was_promised(step, book, no, stream);
        p18_depletion_is_the_first_second_at_which_all_is_paid(stream, &step.model.streams[&no]);
        if stream.is_closed() {
            self.of.remove(&no);
        } else {
            book.ask(step, no, stream);
        }
    }
}

impl Book {
    /// Enters what a call has told; `place` is that of the stream among those that it is about.
    fn enter(&mut self, step: Step<'_>, place: usize) {
        let moved = &step.told.moved;
        self.paid += moved.get(place).copied().unwrap_or_default();
        match *step.op {
            Op::TopUp { amount, .. } => self.deposited += amount,
            Op::Stop { .. } | Op::Reclaim { .. } => self.given_back += moved[1],
            _ => {}
        }
    }

    /// Asks up to when the stream pays, if what it said before is past, or was said before the payee wanted less.
    fn ask(&mut self, step: Step<'_>, no: StreamNo, stream: Stream) {
        let (now, payee) = (step.escrow.now(), step.model.setting.deal(no).payee);
        let is_void = matches!(*step.op, Op::SetRate { by, .. } if by == payee);
        if is_void || self.quote.is_none_or(|quote| quote.until < now) {
            let (until, paid) = (step.escrow.stream_safe_until(no), self.paid + step.escrow.owed(no));
            self.quote = Some(Quote { at: now, until, rate: stream.rate, paid });
        }
    }
}

fn p04_paid_is_at_most_what_was_deposited(book: &Book, stream: Stream, owed: u128) {
    let sum = book.paid + book.given_back + stream.balance;
    assert_eq!(book.deposited, sum, "P4: {stream:?} of {book:?}");
    assert!(owed <= stream.balance, "P4: {owed} owed by {stream:?}");
}

/// So a deposit pays for nothing that was before it, and whatever else is done takes nothing of what was earned.
fn p04_only_time_earns(step: Step<'_>, now: u128, before: u128) {
    assert_eq!(now, before, "P4: {:?} changes what was earned", step.op);
}

/// Whatever the payer takes out or raises, what it would owe if it stopped now stays, or what it owes because it has.
fn p05_the_payer_leaves_what_it_owes(step: Step<'_>, no: StreamNo, stream: Stream) {
    let payer = step.model.setting.deal(no).payer;
    let is_bound = match *step.op {
        Op::Open { .. } | Op::Reclaim { .. } => true,
        Op::SetRate { by, .. } => by == payer,
        _ => false,
    };
    let needed = step.model.needed(no);
    assert!(!is_bound || stream.balance >= needed, "P5: {stream:?} holds less than {needed}");
}

/// Whatever the payer does then, unless the payee wants less itself.
fn p05_after_a_stop_the_payee_gets_what_it_was_promised(step: Step<'_>, book: &mut Book, no: StreamNo, stream: Stream) {
    let (now, Deal { payer, payee, notice }) = (step.escrow.now(), step.model.setting.deal(no));
    let (stopped_by, changed_by) = match *step.op {
        Op::Stop { by, .. } => (Some(by), None),
        Op::SetRate { by, .. } => (None, Some(by)),
        _ => (None, None),
    };
    if changed_by == Some(payee) {
        book.promise = None;
    }
    match book.promise {
        Some(promise) if stream.is_closed() => {
            let is_early = stopped_by == Some(payee) && now < promise.end;
            assert!(is_early || book.paid == promise.paid, "P5: {book:?}");
        }
        None if stopped_by == Some(payer) && !stream.is_closed() => {
            let more = stream.balance.min(stream.rate * u128::from(notice));
            book.promise = Some(Promise { end: now + u64::from(notice), paid: book.paid + more });
        }
        _ => {}
    }
}

/// Whatever its payer has done since.
fn p18_a_stream_pays_as_long_as_it_said(book: &Book, standing: Standing, now: u64) {
    let Some(quote) = book.quote else { return };
    let served = now.min(quote.until).saturating_sub(quote.at);
    let least = quote.paid + quote.rate * u128::from(served);
    assert!(standing.paid >= least, "P18: {quote:?} at {now}, but {standing:?}");
}

fn p18_depletion_is_the_first_second_at_which_all_is_paid(stream: Stream, history: &model::Stream) {
    let paid_at = |at| history.standing(at).paid - history.credited;
    match stream.depletion_time() {
        Some(at) => {
            // What lasts longer than seconds can be counted is not met here.
            assert!(at == u64::MAX || paid_at(at) == stream.balance, "P18: {stream:?} holds something at {at}");
            assert!(
                at == stream.settled_at || paid_at(at - 1) < stream.balance,
                "P18: {stream:?} is empty before {at}"
            );
        }
        None => {
            let end = history.standing(stream.settled_at).end.expect("P18: what does not run empty ends");
            assert!(paid_at(end.max(stream.settled_at)) < stream.balance, "P18: {stream:?} is empty at its end");
        }
    }
}
