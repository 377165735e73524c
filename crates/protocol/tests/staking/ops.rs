//! What can happen to a provider's stake, and chance that makes it happen.

use aia_protocol::{
    MAX_SUPPLY,
    staking::config::{Config, Limits},
};
use alloy_primitives::{Address, U256};
use rand::Rng;

use crate::model::Model;

/// Somebody with stake.
pub(crate) type Actor = usize;
/// The provider itself; all others delegate to it.
pub(crate) const PROVIDER: Actor = 0;
/// How many there are.
pub(crate) const ACTORS: Actor = 6;
/// The service that stands for the provider as a whole.
pub(crate) const WHOLE: u32 = 0;
/// How many others there are; ids start at 1.
pub(crate) const SERVICES: u32 = 3;
/// Seconds in jail.
pub(crate) const JAIL: u32 = 604_800;

const AIA: u128 = 10u128.pow(18);
/// The most that an amount can be, in base units; a provider knows the first of them only.
static AMOUNTS: [u128; 7] = [1, 3, 1_000_000, AIA, 7 * AIA + 13, 1_000_000 * AIA, MAX_SUPPLY];

/// What somebody does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Op {
    Delegate { by: Actor, amount: u128 },
    Undelegate { by: Actor, shares: u128 },
    Withdraw { owner: Actor, epoch: u32 },
    Fund { amount: u128 },
    Claim { by: Actor },
    BurnStranded,
    Allocate { service: u32, bps: u16 },
    SetCommission { bps: u16 },
    CommitBatch { count: u32 },
    OpenDispute,
    CloseDispute,
    Slash(Order),
    Unjail,
    Wait { seconds: u64 },
}

/// A slash, as a court orders it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Order {
    pub(crate) service: u32,
    pub(crate) bps: u16,
    pub(crate) fault_at: u64,
}

/// Why something is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Disputed,
    DelegationTooHigh,
    Tombstoned,
    Insufficient,
    Worthless,
    Insolvent,
    NotMatured,
    Nothing,
    PoolTooSmall,
    NotStranded,
    AllocationTooHigh(U256),
    CommissionTooHigh(u16),
    NotJailed,
    Jailed,
    InsufficientSelfStake,
}

/// The numbers that a call tells, or why it is refused.
pub(crate) type Outcome = Result<Vec<U256>, Refusal>;

/// Returns what a call tells.
pub(crate) fn numbers<const N: usize>(values: [u128; N]) -> Vec<U256> {
    values.map(U256::from).to_vec()
}

/// Returns parameters, mostly at their bounds.
///
/// The sum of slashes that expels may be out of its bounds, so that a provider sees more of them.
pub(crate) fn config(rng: &mut impl Rng) -> Config {
    Config {
        token: Address::ZERO,
        paused: false,
        exit_epochs: rng.random_range(1..=4),
        epoch_length: pick(rng, &[3_600, 86_400, 604_800, 2_592_000]),
        self_ratio: pick(rng, &[2, 16, 65_535]),
        batch_fee_bps: 0,
        commission_step_bps: pick(rng, &[1, 500, 10_000]),
    }
}

/// Returns the other parameters of one provider's registry.
pub(crate) fn limits(rng: &mut impl Rng) -> Limits {
    Limits {
        min_self_stake: pick(rng, &[1, AIA, 1_000 * AIA]),
        leverage_bps: pick(rng, &[10_000, 20_000, 50_000]),
        epoch_slash_cap_bps: pick(rng, &[100, 3_000, 10_000]),
        tombstone_bps: pick(rng, &[5_000, 100_000, (1 << 24) - 1]),
        jail_period: JAIL,
    }
}

/// Returns the most that each amount can be, for one provider.
pub(crate) fn scale(rng: &mut impl Rng) -> &'static [u128] {
    &AMOUNTS[..rng.random_range(2..=AMOUNTS.len())]
}

/// Returns something that may happen now.
pub(crate) fn random(rng: &mut impl Rng, model: &Model, scale: &[u128]) -> Op {
    let by = rng.random_range(0..ACTORS);
    match rng.random_range(0..100) {
        0..22 => arrival(rng, model, scale),
        22..42 => departure(rng, model),
        42..54 => withdrawal(rng, model),
        54..64 => Op::Slash(order(rng, model)),
        64..70 => amount(rng, model, scale).map_or(Op::Unjail, |amount| Op::Fund { amount }),
        70..77 => Op::Claim { by },
        77 => Op::BurnStranded,
        78..83 => Op::Allocate { service: rng.random_range(1..=SERVICES), bps: allocated(rng) },
        83..85 => Op::SetCommission { bps: rng.random_range(0..=10_001) },
        85 => Op::CommitBatch { count: rng.random_range(1..=u32::MAX) },
        86 if rng.random_bool(0.4) => Op::OpenDispute,
        86..88 => Op::CloseDispute,
        88..90 => Op::Unjail,
        _ => Op::Wait { seconds: seconds(rng, model) },
    }
}

/// Returns an amount that somebody may have; `None` when all there is is staked or owed.
fn amount(rng: &mut impl Rng, model: &Model, scale: &[u128]) -> Option<u128> {
    let free = model.free();
    let most = pick(rng, scale);
    let amount = if rng.random_bool(0.02) { free } else { rng.random_range(1..=most).min(free) };
    (amount > 0).then_some(amount)
}

fn arrival(rng: &mut impl Rng, model: &Model, scale: &[u128]) -> Op {
    let Some(amount) = amount(rng, model, scale) else { return Op::Unjail };
    if rng.random_bool(0.35) {
        return Op::Delegate { by: PROVIDER, amount };
    }
    // Mostly no more than the provider's own stake bears.
    let amount = if rng.random_bool(0.8) { amount.min(model.room()).max(1) } else { amount };
    Op::Delegate { by: rng.random_range(1..ACTORS), amount }
}

fn departure(rng: &mut impl Rng, model: &Model) -> Op {
    let holders: Vec<Actor> = (0..ACTORS).filter(|by| !model.live_shares(*by).is_zero()).collect();
    if holders.is_empty() || rng.random_bool(0.05) {
        return Op::Undelegate { by: rng.random_range(0..ACTORS), shares: 1 };
    }
    let by = pick(rng, &holders);
    let all = model.live_shares(by).to::<u128>();
    let shares = match rng.random_range(0..10) {
        0..3 => all,
        3 => 1,
        4 => all + 1,
        _ => rng.random_range(1..=all),
    };
    Op::Undelegate { by, shares }
}

fn withdrawal(rng: &mut impl Rng, model: &Model) -> Op {
    let (owner, epoch) = (rng.random_range(0..ACTORS), model.epoch() + rng.random_range(0..6) - 3);
    let place = rng.random_range(0..=model.exits.len());
    let known = model.exits.keys().nth(place).copied();
    let (epoch, owner) = known.unwrap_or((epoch, owner));
    Op::Withdraw { owner, epoch }
}

fn order(rng: &mut impl Rng, model: &Model) -> Order {
    let service = if rng.random_bool(0.01) { WHOLE } else { rng.random_range(1..=SERVICES) };
    let any = rng.random_range(1..=10_000);
    let bps = pick(rng, &[1, 10_000, 9_999, 9_900, 5_000, 2_000, any]);
    let ago = rng.random_range(0..=6 * u64::from(model.config.epoch_length));
    let fault_at = pick(rng, &[model.now, model.now - ago, model.now - ago]);
    Order { service, bps, fault_at }
}

fn allocated(rng: &mut impl Rng) -> u16 {
    let any = rng.random_range(0..=10_001);
    pick(rng, &[0, 1, 5_000, 9_999, 10_000, any])
}

/// Returns how long nothing happens: a second, until around the end of the epoch, a part of one, or several.
fn seconds(rng: &mut impl Rng, model: &Model) -> u64 {
    let length = u64::from(model.config.epoch_length);
    let next = length - model.now % length;
    let (epochs, part) = (rng.random_range(1..=6), rng.random_range(1..=length));
    pick(rng, &[1, next - 1, next, epochs * length, part, part])
}

fn pick<T: Copy>(rng: &mut impl Rng, from: &[T]) -> T {
    from[rng.random_range(0..from.len())]
}
