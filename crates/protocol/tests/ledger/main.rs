//! A million random operations on a token made of `aia-protocol`, beside the naive model.
//!
//! Every answer is compared, and from time to time all that can be seen.

mod storage;
mod token;

use std::{collections::BTreeMap, time::Instant};

use aia_model::{
    interface::STRANGER,
    invariants,
    model::{MAX_SUPPLY, Model},
    ops::{self, Op},
};
use alloy_primitives::{Address, U256};
use rand::Rng;

use crate::{
    storage::{Slot, Trace},
    token::Token,
};

const OPERATIONS: u32 = 1_000_000;
/// How many operations there are between two comparisons of the whole state.
const BETWEEN_COMPARISONS: u32 = 4000;
const TOKEN: Address = Address::repeat_byte(0xaa);
const START: u64 = 1_700_000_000;

#[test]
fn a_million_operations_agree_with_the_model() {
    let mut rng = aia_model::rng();
    let actors: Vec<Address> = (1..9).map(Address::repeat_byte).collect();
    let (owner, supply) = (actors[0], U256::from(MAX_SUPPLY / 3));
    let mut model = Model::new(TOKEN, actors, START);
    let mut token = Token::new(TOKEN, START);
    assert_eq!(token.construct(owner, owner, supply), model.construct(owner, owner, supply));
    assert_eq!(token.construct(owner, owner, supply), model.construct(owner, owner, supply), "again");

    let started = Instant::now();
    let mut tally = Tally::default();
    let mut witnesses = Vec::new();
    for step in 0..OPERATIONS {
        let op = ops::random(&mut rng, &model);
        let expected = ops::apply(&mut model, &op);
        let result = token.execute(&op);
        assert_eq!(result, expected, "step {step}: {op:?}");
        tally.count(&op, result.is_ok());
        if step % BETWEEN_COMPARISONS == BETWEEN_COMPARISONS - 1 {
            invariants::check(&model);
            compare(&token, &model);
            compare_past(&mut rng, &token, &model, &mut witnesses);
        }
    }
    compare_checkpoints(&token, &model);
    t3_the_past_never_changed(&token, &witnesses);
    println!("{tally} in {:.1} s", started.elapsed().as_secs_f32());
}

/// Everyone that operations can be about.
fn everyone(model: &Model) -> Vec<Address> {
    model.actors.iter().copied().chain([Address::ZERO, TOKEN, STRANGER]).collect()
}

/// Compares all that is visible of the present.
fn compare(token: &Token, model: &Model) {
    let storage = &token.storage;
    assert_eq!(token.now, model.now);
    for account in everyone(model) {
        let held = token.account(account);
        assert_eq!(U256::from(held.balance), model.balance_of(account), "balance of {account}");
        assert_eq!(held.delegatee, model.delegates(account), "delegate of {account}");
        assert_eq!(storage.get(Slot::Nonce(account)), model.nonces(account), "nonce of {account}");
        let votes = Trace::Votes(account);
        assert_eq!(U256::from(storage.latest(votes)), model.get_votes(account), "votes of {account}");
        assert_eq!(storage.head(votes).len as usize, model.num_checkpoints(account), "checkpoints of {account}");
        for spender in everyone(model) {
            let allowance = storage.get(Slot::Allowance(account, spender));
            assert_eq!(allowance, model.allowance(account, spender), "allowance of {account} for {spender}");
        }
        compare_limit(token, model, account);
    }
    assert_eq!(U256::from(storage.latest(Trace::Supply)), model.total_supply(), "supply");
    assert_eq!(U256::from(storage.latest(Trace::Delegated)), model.get_total_delegation(), "total delegation");
    let roles = [Slot::Owner, Slot::PendingOwner, Slot::CcipAdmin, Slot::L1Address];
    let expected = [model.owner, model.pending_owner, model.ccip_admin, model.l1_address];
    assert_eq!(roles.map(|slot| storage.get_address(slot)), expected, "roles");
}

/// Compares what `mintLimitOf` returns.
fn compare_limit(token: &Token, model: &Model, minter: Address) {
    let bucket = token.bucket(minter).settle(token.now);
    let view = model.mint_limit_of(minter);
    let seen = [bucket.capacity, bucket.used, bucket.available(token.now), bucket.window.into()];
    let expected = [view.capacity, view.used, view.available, U256::from(view.window)];
    assert_eq!(seen.map(U256::from), expected, "limit of {minter}");
}

/// What someone's votes were at an instant when they were first asked for.
struct Witness {
    account: Address,
    instant: u64,
    votes: u128,
}

/// Compares the past at random instants, and a random checkpoint of everyone.
fn compare_past(rng: &mut impl Rng, token: &Token, model: &Model, witnesses: &mut Vec<Witness>) {
    let storage = &token.storage;
    for account in everyone(model) {
        let trace = Trace::Votes(account);
        for instant in past_instants(rng, model, account) {
            let votes = storage.lookup(trace, instant);
            let expected = model.get_past_votes(account, U256::from(instant)).unwrap();
            assert_eq!(U256::from(votes), expected, "votes of {account} at {instant}");
            witnesses.push(Witness { account, instant, votes });

            let supply = U256::from(storage.lookup(Trace::Supply, instant));
            assert_eq!(supply, model.get_past_total_supply(U256::from(instant)).unwrap(), "supply at {instant}");
            let total = U256::from(storage.lookup(Trace::Delegated, instant));
            let expected = model.get_total_delegation_at(U256::from(instant)).unwrap();
            assert_eq!(total, expected, "total delegation at {instant}");
        }
        let count = model.num_checkpoints(account);
        for index in [0, rng.random_range(0..=count), count.saturating_sub(1), count] {
            compare_checkpoint(token, model, account, index);
        }
    }
}

/// Returns instants before now: the last ones, any, and those around a change of votes.
fn past_instants(rng: &mut impl Rng, model: &Model, account: Address) -> Vec<u64> {
    let mut instants = vec![0, START - 1, START, model.now - 1, model.now - 2, rng.random_range(START..model.now)];
    let count = model.num_checkpoints(account);
    for _ in 0..count.min(2) {
        let (key, _) = model.checkpoints(account, rng.random_range(0..count)).unwrap();
        instants.extend([key - 1, key, key + 1]);
    }
    instants.retain(|instant| *instant < model.now);
    instants
}

fn compare_checkpoints(token: &Token, model: &Model) {
    for account in everyone(model) {
        for index in 0..=model.num_checkpoints(account) {
            compare_checkpoint(token, model, account, index);
        }
    }
}

fn compare_checkpoint(token: &Token, model: &Model, account: Address, index: usize) {
    let position = u32::try_from(index).unwrap();
    let checkpoint = token.storage.checkpoint(Trace::Votes(account), position);
    let seen = checkpoint.map(|checkpoint| (checkpoint.key, U256::from(checkpoint.value)));
    assert_eq!(seen, model.checkpoints(account, index).ok(), "checkpoint {index} of {account}");
}

/// T3: what could be read of the past once reads the same for ever.
fn t3_the_past_never_changed(token: &Token, witnesses: &[Witness]) {
    assert!(!witnesses.is_empty());
    for Witness { account, instant, votes } in witnesses {
        let again = token.storage.lookup(Trace::Votes(*account), *instant);
        assert_eq!(again, *votes, "T3: the votes of {account} at {instant} changed");
    }
}

/// How many calls of each kind were refused and how many succeeded.
#[derive(Default)]
struct Tally(BTreeMap<String, [u32; 2]>);

impl Tally {
    fn count(&mut self, op: &Op, succeeded: bool) {
        if op.caller().is_some() {
            let text = format!("{op:?}");
            let name = text.split(' ').next().unwrap_or_default();
            self.0.entry(name.to_owned()).or_default()[usize::from(succeeded)] += 1;
        }
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (mut all, mut succeeded) = (0, 0);
        for (name, [no, yes]) in &self.0 {
            writeln!(f, "{name:28} {:7} calls, {:3} % succeed", no + yes, yes * 100 / (no + yes))?;
            all += no + yes;
            succeeded += yes;
        }
        write!(f, "{succeeded} of {all} calls succeed, {} %", succeeded * 100 / all.max(1))
    }
}
