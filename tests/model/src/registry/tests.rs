//! The model under its own operations, and mistakes that the invariants must see.

use std::collections::BTreeMap;

use alloy_primitives::{Address, U256};

use super::{
    Model,
    books::Books,
    cases::Court,
    invariants,
    model::{ACTIVE, Profile, Registry},
    ops::{self, STAKERS},
    settings::{ACTORS, Setting},
    token::Token,
    watch::Watch,
};

mod rules;

const OPERATIONS: usize = 15_000;
const BETWEEN_CHECKS: usize = 100;
const START: u64 = 1_700_000_000;
const TOKEN: Address = Address::repeat_byte(0xa1);
const REGISTRY: Address = Address::repeat_byte(0xa2);
const COURT: Address = Address::repeat_byte(0xa3);
const OWNER: Address = Address::repeat_byte(0xa4);
const GUARDIAN: Address = Address::repeat_byte(0xa5);

fn actor(index: usize) -> Address {
    Address::from_word(U256::from(index + 1).into())
}

/// Returns contracts that were just deployed.
fn deployed(setting: &Setting) -> Model {
    let supply = U256::from(10).pow(U256::from(27));
    let registry = Registry {
        address: REGISTRY,
        owner: OWNER,
        guardian: GUARDIAN,
        court: COURT,
        epoch_length: u64::from(setting.epoch_length),
        exit_epochs: u32::from(setting.exit_epochs),
        params: Some(setting.registry.clone()),
        ..Registry::default()
    };
    let court = Court {
        address: COURT,
        owner: OWNER,
        guardian: GUARDIAN,
        params: vec![setting.court.clone()],
        ..Court::default()
    };
    let token = Token { address: TOKEN, balances: BTreeMap::from([(OWNER, supply)]), ..Token::default() };
    let actors = (0..ACTORS).map(actor).collect();
    Model { actors, now: START, token, registry, court, books: Books::default() }
}

/// Lets everybody have tokens, and services be open.
fn opened(setting: &Setting) -> Model {
    let mut model = deployed(setting);
    for op in setting.prologue(&model) {
        ops::apply(&mut model, &op).unwrap_or_else(|refusal| panic!("{op:?}: {refusal}"));
    }
    model
}

/// Runs random operations and returns how many of each name were refused and how many succeeded.
fn live_through(setting: &Setting) -> BTreeMap<String, [u64; 2]> {
    let mut rng = crate::rng();
    let (mut model, mut watch, mut tally) = (opened(setting), Watch::default(), BTreeMap::<String, [u64; 2]>::new());
    for step in 1..=OPERATIONS {
        let op = ops::random(&mut rng, &model);
        model.books.last_slash = None;
        let done = ops::apply(&mut model, &op);
        tally.entry(op.name()).or_default()[usize::from(done.is_ok())] += 1;
        invariants::check_slash(&model);
        watch.step(&model);
        if step % BETWEEN_CHECKS == 0 {
            invariants::check(&model);
        }
    }
    tally
}

#[test]
fn invariants_hold_and_every_call_succeeds_sometimes() {
    let mut all = BTreeMap::<String, [u64; 2]>::new();
    for setting in [Setting::launch(), Setting::harsh(), Setting::grinding(), Setting::crowded()] {
        for (name, [refused, succeeded]) in live_through(&setting) {
            let counts = all.entry(name).or_default();
            counts[0] += refused;
            counts[1] += succeeded;
        }
    }
    for (name, [refused, succeeded]) in &all {
        println!("{name:28} {refused:6} refused, {succeeded:6} succeeded");
    }
    let dead: Vec<&str> = all.iter().filter(|(_, counts)| counts[1] == 0).map(|(name, _)| name.as_str()).collect();
    assert_eq!(dead, ["registry onDispute", "registry slash"], "calls that only the court may make, and no other");
}

#[test]
fn a_refusal_changes_nothing() {
    let mut rng = crate::rng();
    let mut model = opened(&Setting::launch());
    let mut refusals = 0;
    for _ in 0..3000 {
        let op = ops::random(&mut rng, &model);
        let before = model.clone();
        if ops::apply(&mut model, &op).is_err() {
            assert!(model == before, "refused, yet done: {op:?}");
            refusals += 1;
        }
    }
    assert!(refusals > 0, "nothing was refused");
}

/// Returns a pool of a provider and two stakers, one of whom is leaving.
fn pool() -> (Model, Address) {
    let mut model = opened(&Setting::launch());
    let (provider, units) = (actor(STAKERS), U256::from(1_000_000));
    let signer = provider;
    model.registry.profiles.insert(provider, Profile { status: ACTIVE, signer, ..Profile::default() });
    for staker in [provider, actor(0), actor(1)] {
        model.delegate(staker, provider, units).unwrap();
    }
    model.undelegate(actor(1), provider, U256::from(400_000)).unwrap();
    invariants::check(&model);
    (model, provider)
}

#[test]
fn exits_are_paid_after_the_epoch_of_their_bucket() {
    let (mut model, provider) = pool();
    let epoch = model.epoch() + model.registry.exit_epochs;
    model.wait(model.start_of(epoch + 1) - model.now - 1);
    assert!(model.withdraw(provider, epoch, actor(1)).is_err(), "the bucket's own epoch is not over");
    model.wait(1);
    let balance = model.token.balance_of(actor(1));
    model.withdraw(provider, epoch, actor(1)).unwrap();
    assert_eq!(model.token.balance_of(actor(1)), balance + U256::from(400_000));
    invariants::check(&model);
}

#[test]
#[should_panic(expected = "I1")]
fn i1_sees_a_token_too_many() {
    let (mut model, provider) = pool();
    let pool = model.registry.pools.get_mut(&provider).unwrap();
    pool.tokens = pool.shares + U256::ONE;
    invariants::check(&model);
}

#[test]
#[should_panic(expected = "I2")]
fn i2_sees_a_share_that_is_nobodys() {
    let (mut model, provider) = pool();
    model.registry.pools.get_mut(&provider).unwrap().shares += U256::ONE;
    invariants::check(&model);
}

#[test]
#[should_panic(expected = "I3")]
fn i3_sees_a_claim_too_many() {
    let (mut model, provider) = pool();
    let epoch = model.epoch() + model.registry.exit_epochs;
    model.registry.claims.insert((provider, epoch, actor(0)), U256::ONE);
    invariants::check(&model);
}

#[test]
#[should_panic(expected = "I4")]
fn i4_sees_a_lost_unit() {
    let (mut model, _) = pool();
    *model.token.balances.get_mut(&REGISTRY).unwrap() -= U256::ONE;
    invariants::check(&model);
}

#[test]
#[should_panic(expected = "I6")]
fn i6_sees_a_stream_that_is_held_up() {
    let (mut model, provider) = pool();
    model.registry.pools.get_mut(&provider).unwrap().remaining = model.registry.epoch_length + 1;
    invariants::check(&model);
}

#[test]
#[should_panic(expected = "I12")]
fn i12_sees_more_taken_than_the_rate_says() {
    let (mut model, provider) = pool();
    rules::slash_whole(&mut model, provider, 1_000);
    model.books.last_slash.as_mut().unwrap().bps = 999;
    invariants::check_slash(&model);
}

#[test]
#[should_panic(expected = "I22")]
fn i22_sees_a_provider_that_is_paid_for_the_loss_of_others() {
    let (mut model, provider) = pool();
    rules::slash_whole(&mut model, provider, 1_000);
    let cut = model.books.last_slash.as_mut().unwrap();
    // As if the parts were of everybody's loss.
    cut.to_victim = cut.slashed * U256::from(3) / U256::from(10);
    cut.burned = cut.slashed - cut.to_victim - cut.to_reporter;
    invariants::check_slash(&model);
}

#[test]
#[should_panic(expected = "I6")]
fn i6_sees_rewards_from_nowhere() {
    let (mut model, _) = pool();
    model.registry.owed.insert(actor(0), U256::ONE);
    invariants::check(&model);
}

#[test]
#[should_panic(expected = "C8")]
fn c8_sees_a_bond_too_many() {
    let (mut model, _) = pool();
    model.token.balances.insert(COURT, U256::ONE);
    invariants::check(&model);
}
