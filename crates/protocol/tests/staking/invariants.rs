//! That nothing else is remembered than the model does, and what holds whatever happens.

use aia_protocol::staking::pool::MAX_SHARES_PER_TOKEN;
use alloy_primitives::U256;

use crate::{
    model::Model,
    ops::{ACTORS, SERVICES},
    registry::Registry,
};

/// Compares all that is remembered.
pub(crate) fn compare(registry: &Registry, model: &Model) {
    assert_eq!(registry.now(), model.now);
    let pool = registry.pool();
    assert_eq!([pool.tokens, pool.shares].map(U256::from), [model.tokens, model.shares], "pool");
    for epoch in model.buckets.keys() {
        compare_bucket(registry, model, *epoch);
    }
    compare_rewards(registry, model);
    compare_provider(registry, model);
    for service in 0..=SERVICES {
        let exposure = registry.exposure(service);
        assert_eq!([exposure.bps, exposure.next], model.exposure(service), "service {service}");
    }
}

/// Buckets that matured among them: whatever happens, nobody takes from them but their owners.
fn compare_bucket(registry: &Registry, model: &Model, epoch: u32) {
    let (seen, expected) = (registry.bucket(epoch), model.bucket(epoch));
    assert_eq!([seen.tokens, seen.claims].map(U256::from), [expected.tokens, expected.claims], "bucket {epoch}");
    for owner in 0..ACTORS {
        let claims = model.exits.get(&(epoch, owner)).copied().unwrap_or_default();
        assert_eq!(registry.exit(epoch, owner), claims, "claims of {owner} on bucket {epoch}");
    }
}

fn compare_rewards(registry: &Registry, model: &Model) {
    let stream = registry.stream();
    assert_eq!([stream.acc, stream.left].map(U256::from), [model.flow.acc, model.flow.left], "stream");
    assert_eq!(stream.remaining, model.flow.remaining, "seconds of the stream");
    for by in 0..ACTORS {
        let (seen, expected) = (registry.position(by), model.position(by));
        assert_eq!([seen.shares, seen.paid].map(U256::from), [expected.shares, expected.paid], "position of {by}");
        assert_eq!(seen.generation, expected.generation, "generation of {by}");
        assert_eq!(U256::from(registry.accrued(by)), model.accrued(by), "accrued by {by}");
        assert_eq!(registry.owed(by), model.owed.get(&by).copied().unwrap_or_default(), "owed to {by}");
    }
}

fn compare_provider(registry: &Registry, model: &Model) {
    let (provider, profile, epoch) = (registry.provider(), registry.profile(), model.epoch());
    assert_eq!(registry.epoch(), epoch);
    assert_eq!(provider.status as u8, model.standing as u8, "status");
    assert_eq!((provider.generation, provider.open_disputes), (model.generation, model.open_disputes));
    assert_eq!(provider.jailed_until, model.jailed_until);
    assert_eq!([provider.commission_in(epoch), provider.next_commission_bps], model.commissions(), "commission");
    assert_eq!((provider.batches, provider.jobs), (model.batches, model.jobs));
    assert_eq!((u64::from(profile.slashes), u64::from(profile.slashed_bps)), (model.slashes, model.slashed_bps));
    assert_eq!(registry.is_active(), model.is_active(), "whether it is active");
}

/// Checks the invariants of a moment.
pub(crate) fn check(registry: &Registry, model: &Model) {
    a_share_is_worth_at_most_a_base_unit(registry);
    shares_add_up(registry);
    claims_add_up(registry, model);
    stake_is_conserved(registry, model);
    rewards_are_covered(registry, model);
    nobody_gains_but_by_rounding(model);
    slashes_stay_below_their_cap(model);
    allocations_stay_below_the_leverage(registry, model);
}

/// So there is nothing to inflate; nor is it worth less than a millionth, so that their number is bounded.
pub(crate) fn a_share_is_worth_at_most_a_base_unit(registry: &Registry) {
    let pool = registry.pool();
    assert!(pool.tokens <= pool.shares, "{pool:?}");
    assert_eq!(pool.tokens == 0, pool.shares == 0, "{pool:?}");
    assert!(pool.shares <= pool.tokens * MAX_SHARES_PER_TOKEN, "{pool:?}");
}

fn shares_add_up(registry: &Registry) {
    let sum: u128 = (0..ACTORS).map(|by| registry.live_shares(by)).sum();
    assert_eq!(sum, registry.pool().shares, "all positions together are the pool's shares");
}

fn claims_add_up(registry: &Registry, model: &Model) {
    for epoch in model.buckets.keys() {
        let bucket = registry.bucket(*epoch);
        let sum: U256 = (0..ACTORS).map(|owner| registry.exit(*epoch, owner)).sum();
        assert_eq!(sum, U256::from(bucket.claims), "all claims together are those of bucket {epoch}");
        assert!(bucket.tokens <= bucket.claims, "{bucket:?}");
        // Nobody comes in where there are more for a base unit.
        assert!(bucket.claims <= aia_protocol::MAX_SUPPLY * MAX_SHARES_PER_TOKEN, "{bucket:?}");
    }
}

/// To the base unit: what came in is in the pool, on its way out, gone, or slashed.
fn stake_is_conserved(registry: &Registry, model: &Model) {
    let leaving: u128 = model.buckets.keys().map(|epoch| registry.bucket(*epoch).tokens).sum();
    let kept = U256::from(registry.pool().tokens) + U256::from(leaving);
    let books = &model.books;
    assert_eq!(books.paid_in, kept + books.withdrawn + books.slashed, "stake is made or lost");
}

/// What is owed, accrued and still to flow is there, and what is there beside is no more than was rounded down.
fn rewards_are_covered(registry: &Registry, model: &Model) {
    let books = &model.books;
    let there = books.funded - books.claimed - books.burned;
    let promised = (0..ACTORS).map(|by| registry.owed(by) + U256::from(registry.accrued(by))).sum::<U256>();
    let needed = promised + U256::from(registry.stream().left);
    assert!(needed <= there, "{needed} of rewards promised, {there} there");
    // Less than a base unit each time that rewards flow or are credited, and for each position.
    let most = U256::from(books.reward_roundings + ACTORS as u64);
    assert!(there - needed <= most, "{there} of rewards, {needed} of it promised: more than {most} is lost");
}

/// Whatever somebody does, the others lose nothing by it, and all they can gain is what was rounded down.
fn nobody_gains_but_by_rounding(model: &Model) {
    let all: u64 = model.books.roundings.iter().sum();
    for by in 0..ACTORS {
        let (paid_in, withdrawn) = model.books.of[by];
        let others = U256::from(all - model.books.roundings[by]);
        let has = withdrawn + model.wealth(by);
        assert!(has <= paid_in + others, "{by} paid {paid_in} in and has {has}");
    }
}

fn slashes_stay_below_their_cap(model: &Model) {
    let cap = u64::from(model.limits.epoch_slash_cap_bps);
    assert!(model.capped.values().all(|slashed| *slashed <= cap), "{:?}", model.capped);
}

fn allocations_stay_below_the_leverage(registry: &Registry, model: &Model) {
    let sum: u32 = (1..=SERVICES).map(|service| u32::from(registry.allocation(service).bps)).sum();
    assert!(sum <= model.limits.leverage_bps, "{sum} basis points allocated");
}
