//! Chance in streams.

use aia_protocol::payments::MAX_RATE;
use rand::Rng;

use super::{outgoing, part, party, pick};
use crate::{
    model::Model,
    ops::{ACTORS, Deal, Op, STREAM_PLACES, StreamNo},
};

/// Returns a stream, mostly one that was not closed.
fn stream(rng: &mut impl Rng, model: &Model) -> StreamNo {
    let places: [usize; 3] = std::array::from_fn(|_| rng.random_range(0..STREAM_PLACES));
    let known = places.into_iter().map(|place| model.stream_at(place)).find(|no| model.streams.contains_key(no));
    let no = known.unwrap_or_else(|| model.stream_at(places[0]));
    if no >= STREAM_PLACES && rng.random_bool(0.03) { no - STREAM_PLACES } else { no }
}

/// Returns an opening of a stream that mostly can run for its notice and some time more.
pub(super) fn opening(rng: &mut impl Rng, model: &Model) -> Op {
    let any = rng.random_range(0..STREAM_PLACES);
    let mut unopened = (any..any + STREAM_PLACES).map(|place| model.stream_at(place % STREAM_PLACES));
    let stream = unopened.find(|no| !model.streams.contains_key(no)).unwrap_or(any);
    let Deal { payer, notice, .. } = model.setting.deal(stream);
    let deposit = part(rng, model.accounts[payer].free);
    let seconds = u64::from(notice) + rng.random_range(1..=model.setting.pace);
    let fitting = (deposit / u128::from(seconds)).max(1);
    let all_for_notice = (deposit / u128::from(notice.max(1))).max(1);
    let rate = match rng.random_range(0..20) {
        0 => 0,
        1 => MAX_RATE,
        2 => MAX_RATE + 1,
        3 => all_for_notice + 1,
        4..8 => all_for_notice,
        _ => fitting,
    };
    let reserve = rate * u128::from(notice);
    let deposit = pick(rng, &[deposit, deposit, deposit, reserve, reserve.saturating_sub(1)]);
    Op::Open { stream, rate, deposit }
}

pub(super) fn top_up(rng: &mut impl Rng, model: &Model) -> Op {
    let stream = stream(rng, model);
    let Deal { payer, payee, .. } = model.setting.deal(stream);
    let anyone = rng.random_range(0..ACTORS);
    let by = pick(rng, &[payer, payer, payee, anyone]);
    let most = model.accounts[by].free;
    let amount = if rng.random_bool(0.2) { part(rng, most) } else { part(rng, most / 8) };
    Op::TopUp { by, stream, amount }
}

/// Returns a change of a rate: up to what the balance bears, or down.
pub(super) fn change(rng: &mut impl Rng, model: &Model) -> Op {
    let stream = stream(rng, model);
    let Deal { payer, payee, notice } = model.setting.deal(stream);
    let standing = model.standing(stream).unwrap_or_default();
    let (rate, most) = (standing.rate, standing.balance / u128::from(notice.max(1)));
    let between = rng.random_range(rate..=rate.max(most));
    let (up, down) =
        ([rate, rate + 1, 2 * rate, between, between, most, most + 1, MAX_RATE + 1], rate.saturating_sub(1));
    if rng.random_bool(0.5) {
        return Op::SetRate { by: party(rng, &[payer]), stream, rate: pick(rng, &up) };
    }
    let any = rng.random_range(0..=rate);
    Op::SetRate { by: party(rng, &[payee]), stream, rate: pick(rng, &[0, 1, down, rate, any, any, any]) }
}

/// Returns an end, which is more often the payer's.
pub(super) fn end(rng: &mut impl Rng, model: &Model) -> Op {
    let stream = stream(rng, model);
    let Deal { payer, payee, .. } = model.setting.deal(stream);
    let anyone = rng.random_range(0..ACTORS);
    Op::Stop { by: pick(rng, &[payer, payer, payer, payee, anyone, anyone]), stream }
}

pub(super) fn reclaim(rng: &mut impl Rng, model: &Model) -> Op {
    let stream = stream(rng, model);
    let balance = model.standing(stream).unwrap_or_default().balance;
    let spare = balance.saturating_sub(model.needed(stream));
    let amount = outgoing(rng, spare);
    Op::Reclaim { by: party(rng, &[model.setting.deal(stream).payer]), stream, amount }
}

/// Returns a collection of one stream or several, some of them twice.
pub(super) fn collection(rng: &mut impl Rng, model: &Model) -> Op {
    let one = stream(rng, model);
    if rng.random_bool(0.2) {
        return Op::CollectAndWithdraw { by: party(rng, &[model.setting.deal(one).payee]), stream: one };
    }
    let more = rng.random_range(0..3);
    let streams = [one].into_iter().chain((0..more).map(|_| stream(rng, model))).collect();
    Op::Collect { streams }
}

/// Returns when a stream runs empty and when it ends.
pub(super) fn instants(rng: &mut impl Rng, model: &Model) -> Vec<u64> {
    let Ok(standing) = model.standing(stream(rng, model)) else { return Vec::new() };
    let seconds = u64::try_from(standing.balance.div_ceil(standing.rate)).ok();
    let empty = seconds.and_then(|seconds| model.now.checked_add(seconds));
    let instants: Vec<u64> = empty.into_iter().chain(standing.end).collect();
    // Mostly one of both, so that also the later one is met.
    let one = rng.random_range(0..=instants.len());
    instants.get(one).map_or(instants.clone(), |instant| vec![*instant])
}
