//! Chance that makes something happen, mostly something that can.

mod channels;
mod streams;

use aia_protocol::{
    MAX_SUPPLY,
    payments::{channel::WITHDRAW_DELAY, stream::MAX_NOTICE},
};
use rand::Rng;

use crate::{
    model::Model,
    ops::{ACTORS, ALL, Actor, Deal, Op, Params, Setting, Terms},
};

const AIA: u128 = 10u128.pow(18);
/// The longest that nothing happens, seconds.
const LEAP: u64 = 20_000_000;

/// Returns what one escrow is used for: from a few base units and seconds up to all there is and half a year.
pub(crate) fn setting(rng: &mut impl Rng) -> Setting {
    let scale = pick(rng, &[3, 50, 1_000, 1_000_000_000, 7 * AIA + 13, 1_000_000 * AIA, MAX_SUPPLY]);
    let pace = pick(rng, &[3, 20, 3_600, u64::from(MAX_NOTICE)]);
    let pace = u64::try_from(scale).map_or(pace, |scale| pace.min(scale));
    let deals = std::array::from_fn(|_| deal(rng, pace));
    let terms = std::array::from_fn(|_| terms(rng));
    Setting { deals, terms, scale, pace }
}

fn deal(rng: &mut impl Rng, pace: u64) -> Deal {
    let [payer, payee] = two(rng);
    let any = rng.random_range(0..=pace);
    let notice = pick(rng, &[0, 1, pace, any, any]);
    Deal { payer, payee, notice: u32::try_from(notice).expect("at most the longest notice") }
}

fn terms(rng: &mut impl Rng) -> Terms {
    let ([payer, receiver], signer) = (two(rng), rng.random_range(0..ACTORS));
    let payer_authorizer = rng.random_bool(0.5).then_some(signer);
    // Who acts for the receiver is never on the payer's side.
    let others: Vec<Actor> = (0..ACTORS).filter(|by| *by != payer && Some(*by) != payer_authorizer).collect();
    let [least, most] = WITHDRAW_DELAY;
    let any = rng.random_range(least..=most);
    let delay = pick(rng, &[least, least, any, most]);
    Terms { payer, payer_authorizer, receiver, receiver_authorizer: pick(rng, &others), delay }
}

/// Returns two that are not the same.
fn two(rng: &mut impl Rng) -> [Actor; 2] {
    let (one, apart) = (rng.random_range(0..ACTORS), rng.random_range(1..ACTORS));
    [one, (one + apart) % ACTORS]
}

/// Returns parameters, mostly at their bounds.
pub(crate) fn params(rng: &mut impl Rng) -> Params {
    Params {
        fee_bps: pick(rng, &[0, 1, 33, 100, 200]),
        burn_bps: pick(rng, &[0, 1, 5_000, 9_999, 10_000]),
        stake_ttl: pick(rng, &[0, 60, 3_600, 86_400]),
    }
}

/// Returns something that may happen now.
pub(crate) fn random(rng: &mut impl Rng, model: &Model) -> Op {
    let (by, other) = (rng.random_range(0..ACTORS), rng.random_range(0..ACTORS));
    match rng.random_range(0..100) {
        0..7 => Op::Fund { by, to: other, amount: incoming(rng, model) },
        7..10 => Op::Withdraw { by, amount: outgoing(rng, model.accounts[by].free) },
        10 => Op::Settle { by, receiver: other },
        11 => registry(rng, other),
        12 => Op::SetParams { params: params(rng), new_registry: rng.random_bool(0.2) },
        13 => Op::Sweep { accounts: vec![by, other] },
        14 => Op::Lock { by, locked: rng.random_bool(0.3) },
        15..25 => streams::opening(rng, model),
        25..32 => streams::top_up(rng, model),
        32..39 => streams::change(rng, model),
        39..44 => streams::end(rng, model),
        44..49 => streams::reclaim(rng, model),
        49..59 => streams::collection(rng, model),
        59..67 => channels::deposit(rng, model),
        67..77 => channels::claim(rng, model),
        77..80 => channels::refund(rng, model),
        80..84 => channels::announcement(rng, model),
        84..87 => channels::withdrawal(rng, model),
        87..89 => channels::hold(rng, model),
        _ => Op::Wait { seconds: seconds(rng, model) },
    }
}

/// Returns what happens in the registry, which is mostly nothing bad, or a question to it.
fn registry(rng: &mut impl Rng, provider: Actor) -> Op {
    if rng.random_bool(0.5) {
        return Op::Refresh { provider };
    }
    Op::Stake { provider, active: rng.random_bool(0.7), told: rng.random_bool(0.5) }
}

/// Returns an amount that somebody may have outside, or one that nobody can.
fn incoming(rng: &mut impl Rng, model: &Model) -> u128 {
    if rng.random_bool(0.02) {
        return pick(rng, &[0, MAX_SUPPLY + 1, u128::MAX]);
    }
    rng.random_range(1..=model.setting.scale).min(MAX_SUPPLY - model.held())
}

fn outgoing(rng: &mut impl Rng, free: u128) -> u128 {
    if rng.random_bool(0.1) { ALL } else { part(rng, free) }
}

/// Returns a part of what there is: mostly any, at times all, and at times a base unit more.
fn part(rng: &mut impl Rng, all: u128) -> u128 {
    match rng.random_range(0..10) {
        0 => all,
        1 => all + 1,
        2 => 1,
        _ => rng.random_range(0..=all),
    }
}

/// Returns one of those who may do something, and at times somebody else.
fn party(rng: &mut impl Rng, may: &[Actor]) -> Actor {
    let any = rng.random_range(0..ACTORS);
    if rng.random_bool(0.05) { any } else { pick(rng, may) }
}

/// Returns how long nothing happens: a second, a part of what streams are meant for, or until around an instant at
/// which something changes by itself.
fn seconds(rng: &mut impl Rng, model: &Model) -> u64 {
    let short = rng.random_range(1..=model.setting.pace);
    let instants = if rng.random_bool(0.5) { streams::instants(rng, model) } else { channels::instants(rng, model) };
    let soon = instants.into_iter().filter(|instant| (model.now + 1..model.now + LEAP).contains(instant)).min();
    let exact = soon.map_or(short, |instant| instant - model.now - 1 + rng.random_range(0..3));
    pick(rng, &[1, short, short, exact, exact, exact])
}

fn pick<T: Copy>(rng: &mut impl Rng, from: &[T]) -> T {
    from[rng.random_range(0..from.len())]
}
