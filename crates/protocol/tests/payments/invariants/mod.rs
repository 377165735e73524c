//! What holds whatever happens. P numbers the invariants of the escrow.

mod channels;
mod streams;

use std::fmt::Debug;

use aia_protocol::payments::{account::Account, channel::Channel, config::Config, stream::Stream};

use crate::{
    escrow::Escrow,
    model::Model,
    ops::{ACTORS, Actor, Credit, Op, Outcome, Told},
    storage::Slot,
};

/// What was seen so far, to which what comes is held.
#[derive(Default)]
pub(crate) struct Witness {
    /// When each provider was last active in the present registry; 0 if it never was.
    active_at: [u64; ACTORS],
    streams: streams::Books,
    channels: channels::Books,
}

/// An operation that succeeded, and both sides after it.
#[derive(Clone, Copy)]
struct Step<'a> {
    escrow: &'a Escrow,
    model: &'a Model,
    op: &'a Op,
    told: &'a Told,
}

impl Witness {
    /// Looks at what is about to be changed.
    pub(crate) fn look(&mut self, escrow: &Escrow, model: &Model, op: &Op) {
        self.streams.look(escrow, model, op);
    }

    /// Checks what holds after an operation.
    pub(crate) fn check(&mut self, escrow: &Escrow, model: &Model, op: &Op, seen: &Outcome) {
        p02_nothing_is_made_or_lost(escrow, model);
        p15_a_word_is_what_it_holds(escrow);
        if let Ok(told) = seen {
            let step = Step { escrow, model, op, told };
            self.p12_money_comes_in_for_active_providers_only(step);
            p13_a_credit_pays_its_fee_rounded_up(step);
            p13_a_sweep_takes_all_fees_and_burns_its_part_rounded_up(step);
            self.streams.note(step);
            self.channels.note(step);
        }
        self.see_the_registry(model, op);
    }

    fn see_the_registry(&mut self, model: &Model, op: &Op) {
        if let Op::SetParams { new_registry: true, .. } = op {
            self.active_at = [0; ACTORS];
        }
        for (provider, active_at) in self.active_at.iter_mut().enumerate() {
            if model.is_active(provider) {
                *active_at = model.now;
            }
        }
    }

    fn p12_money_comes_in_for_active_providers_only(&self, step: Step<'_>) {
        let Some(payee) = paid_in_for(step) else { return };
        let (now, ttl) = (step.model.now, u64::from(step.model.params.stake_ttl));
        // What was seen last is from before this operation, which passes no time.
        let seen = if step.model.is_active(payee) { now } else { self.active_at[payee] };
        assert!(now <= seen + ttl, "P12: money comes in for {payee}, last active at {seen}, by {:?}", step.op);
    }
}

/// Returns for whom money has come in.
fn paid_in_for(step: Step<'_>) -> Option<Actor> {
    let setting = &step.model.setting;
    match *step.op {
        Op::Open { stream, .. } | Op::TopUp { stream, .. } => Some(setting.deal(stream).payee),
        Op::SetRate { by, stream, .. } => {
            let deal = setting.deal(stream);
            (by == deal.payer).then_some(deal.payee)
        }
        Op::Deposit { channel, .. } => Some(setting.terms(channel).receiver),
        _ => None,
    }
}

/// To the base unit: what the escrow has is on ledgers, in fees, streams and channels, and came in and did not go out.
fn p02_nothing_is_made_or_lost(escrow: &Escrow, model: &Model) {
    let held = escrow.storage.words().map(|(slot, word)| match slot {
        Slot::Config => 0,
        Slot::Account(_) => {
            let account = Account::from_word(word);
            account.free + account.fee_owed
        }
        Slot::Stream(_) => Stream::from_word(word).balance,
        Slot::Channel(_) => Channel::from_word(word).unclaimed(),
    });
    assert_eq!(held.sum::<u128>(), escrow.held(), "P2: what the escrow owes is not what it has");
    assert_eq!(escrow.held(), model.held(), "P2: what the escrow has is not what came in and did not go out");
}

fn p13_a_credit_pays_its_fee_rounded_up(step: Step<'_>) {
    let bps = step.escrow.config().fee_bps;
    for Credit { gross, fee, .. } in &step.told.credits {
        assert!(fee <= gross, "P13: {fee} of {gross}");
        assert!(is_rounded_up(*fee, *gross, bps), "P13: {fee} of {gross} at {bps} basis points");
    }
}

fn p13_a_sweep_takes_all_fees_and_burns_its_part_rounded_up(step: Step<'_>) {
    let Op::Sweep { accounts } = step.op else { return };
    let changes = step.escrow.storage.changes();
    let swept: u128 = changes.map(|(_, before, _)| Account::from_word(before).fee_owed).sum();
    let [burned, rest] = step.told.moved[..] else { panic!("P13: a sweep tells two amounts") };
    assert_eq!(burned + rest, swept, "P13: swept");
    assert!(is_rounded_up(burned, swept, step.escrow.config().burn_bps), "P13: {burned} of {swept} burned");
    assert!(accounts.iter().all(|by| step.escrow.account(*by).fee_owed == 0), "P13: fees stay");
}

/// Whether a part is that of the whole, rounded up to a base unit.
pub(crate) fn is_rounded_up(part: u128, whole: u128, bps: u16) -> bool {
    let (part, exact) = (part * 10_000, whole * u128::from(bps));
    (exact..exact + 10_000).contains(&part)
}

/// What is read of a word is what was stored.
pub(crate) fn p15_a_word_loses_nothing<T: Debug + PartialEq>(read: &T, stored: &T) {
    assert_eq!(read, stored, "P15: a word loses something");
}

/// What is read of each word that was written makes up the same word.
fn p15_a_word_is_what_it_holds(escrow: &Escrow) {
    for (slot, _, word) in escrow.storage.changes() {
        let again = match slot {
            Slot::Config => Config::from_word(word).to_word(),
            Slot::Account(_) => Account::from_word(word).to_word(),
            Slot::Stream(_) => Stream::from_word(word).to_word(),
            Slot::Channel(_) => Channel::from_word(word).to_word(),
        };
        assert_eq!(again, word, "P15: {slot:?}");
    }
}
