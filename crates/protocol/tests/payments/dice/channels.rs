//! Chance in channels.

use aia_protocol::payments::channel::MAX_HOLD;
use rand::Rng;

use super::{incoming, part, party, pick};
use crate::{
    model::Model,
    ops::{ACTORS, ALL, CHANNEL_PLACES, ChannelNo, Op, Row, Terms},
};

/// Returns a channel, mostly one that is not closed.
fn channel(rng: &mut impl Rng, model: &Model) -> ChannelNo {
    let no = model.channel_at(rng.random_range(0..CHANNEL_PLACES));
    if no >= CHANNEL_PLACES && rng.random_bool(0.03) { no - CHANNEL_PLACES } else { no }
}

/// Returns a channel, mostly one that its payer is about to leave.
fn leaving(rng: &mut impl Rng, model: &Model) -> ChannelNo {
    let (any, first) = (channel(rng, model), rng.random_range(0..CHANNEL_PLACES));
    let mut all = (first..first + CHANNEL_PLACES).map(|place| model.channel_at(place % CHANNEL_PLACES));
    let announced = all.find(|no| model.channel(*no).announced.is_some());
    if rng.random_bool(0.2) { any } else { announced.unwrap_or(any) }
}

pub(super) fn deposit(rng: &mut impl Rng, model: &Model) -> Op {
    let channel = channel(rng, model);
    let payer = model.setting.terms(channel).payer;
    let anyone = rng.random_range(0..ACTORS);
    let (by, wallet) = (pick(rng, &[payer, anyone]), rng.random_bool(0.4));
    let most = model.accounts[by].free / pick(rng, &[1, 8, 8]);
    let amount = if wallet { incoming(rng, model) } else { part(rng, most) };
    Op::Deposit { by, channel, amount, wallet }
}

/// Returns a claim of one voucher or several, good ones and bad ones.
pub(super) fn claim(rng: &mut impl Rng, model: &Model) -> Op {
    let first = channel(rng, model);
    let Terms { receiver, receiver_authorizer, .. } = model.setting.terms(first);
    let one = row(rng, model, first);
    if rng.random_bool(0.2) {
        return Op::ClaimAndWithdraw { by: party(rng, &[receiver]), row: one };
    }
    let mut rows = vec![one];
    for _ in 0..rng.random_range(0..4) {
        let any = channel(rng, model);
        let no = pick(rng, &[first, any, any]);
        rows.push(row(rng, model, no));
    }
    Op::Claim { by: party(rng, &[receiver, receiver_authorizer]), rows }
}

fn row(rng: &mut impl Rng, model: &Model, no: ChannelNo) -> Row {
    let channel = model.channel(no);
    let (there, claimed) = (channel.there(), channel.claimed());
    let any = rng.random_range(0..=2 * there + 1);
    let more = rng.random_range(claimed..=there);
    let max = pick(rng, &[claimed, claimed + 1, there, there + 1, more, more, any, u128::MAX]);
    let total = pick(rng, &[max, max, max, any, more, u128::MAX]);
    Row { channel: no, max, total, signed: rng.random_bool(0.95) }
}

pub(super) fn refund(rng: &mut impl Rng, model: &Model) -> Op {
    let channel = channel(rng, model);
    let Terms { receiver, receiver_authorizer, .. } = model.setting.terms(channel);
    let amount = part(rng, model.channel(channel).unclaimed());
    let amount = pick(rng, &[amount, amount, amount, ALL]);
    Op::Refund { by: party(rng, &[receiver, receiver_authorizer]), channel, amount }
}

pub(super) fn announcement(rng: &mut impl Rng, model: &Model) -> Op {
    let channel = channel(rng, model);
    let Terms { payer, payer_authorizer, .. } = model.setting.terms(channel);
    let unclaimed = model.channel(channel).unclaimed();
    let amount = pick(rng, &[unclaimed, unclaimed, unclaimed + 1, ALL, unclaimed.saturating_sub(1)]);
    Op::Initiate { by: party(rng, &[payer, payer_authorizer.unwrap_or(payer)]), channel, amount }
}

pub(super) fn withdrawal(rng: &mut impl Rng, model: &Model) -> Op {
    let channel = leaving(rng, model);
    let Terms { payer, payer_authorizer, .. } = model.setting.terms(channel);
    Op::Finalize { by: party(rng, &[payer, payer_authorizer.unwrap_or(payer)]), channel }
}

/// Returns a hold: mostly a short one, at times at its bounds.
pub(super) fn hold(rng: &mut impl Rng, model: &Model) -> Op {
    let no = channel(rng, model);
    let (now, present) = (model.now, model.channel(no).held_until);
    let (short, long) = (rng.random_range(1..=2_000), rng.random_range(1..=MAX_HOLD));
    let instants = [now, now + 1, now + short, now + short, now + long, now + MAX_HOLD, now + MAX_HOLD + 1];
    let until = if rng.random_bool(0.2) { present + rng.random_range(0..2) } else { pick(rng, &instants) };
    Op::Hold { by: party(rng, &[model.setting.terms(no).payer]), channel: no, until }
}

/// Returns one of the instants at which an announced withdrawal can be finalized, cannot any more, or is not held back.
pub(super) fn instants(rng: &mut impl Rng, model: &Model) -> Vec<u64> {
    let no = leaving(rng, model);
    let mut instants = vec![model.channel(no).held_until];
    instants.extend(model.window(no).into_iter().flatten());
    vec![pick(rng, &instants)]
}
