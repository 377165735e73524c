//! The model under its own operations, and mistakes that the invariants must see.

use std::collections::BTreeMap;

use aia_abi::IStreamPayments::{self as Abi, IStreamPaymentsCalls as Calls};
use alloy_primitives::{Address, B256, Bytes, U256};

use super::{
    Answer, Model, Outcome,
    books::Books,
    invariants,
    model::{Before, Contract, Registry, stream_id},
    ops::{self, CONSUMERS, Op},
    rows::Row,
    seal::Seal,
    settings::{ACTORS, Setting},
    steps,
    token::Token,
    watch::Watch,
};

mod batches;
mod flow;
mod rules;

const OPERATIONS: usize = 12_000;
const BETWEEN_CHECKS: usize = 100;
const START: u64 = 1_700_000_000;
const TOKEN: Address = Address::repeat_byte(0xb1);
const CONTRACT: Address = Address::repeat_byte(0xb2);
const OWNER: Address = Address::repeat_byte(0xb3);
const GUARDIAN: Address = Address::repeat_byte(0xb4);
const TREASURY: Address = Address::repeat_byte(0xb5);
const REGISTRIES: [Address; 2] = [Address::repeat_byte(0xb6), Address::repeat_byte(0xb7)];

fn actor(index: usize) -> Address {
    Address::from_word(U256::from(index + 1).into())
}

/// Returns who pays in these tests.
fn payer() -> Address {
    actor(0)
}

/// Returns who is paid in these tests.
fn payee() -> Address {
    actor(CONSUMERS)
}

/// Returns a contract that was just deployed.
fn deployed(setting: &Setting) -> Model {
    let supply = U256::from(10).pow(U256::from(27));
    let contract = Contract {
        address: CONTRACT,
        owner: OWNER,
        guardian: GUARDIAN,
        params: setting.params(REGISTRIES[0], TREASURY),
        registry_since: START - 1,
        paused: false,
        accounts: BTreeMap::new(),
        streams: BTreeMap::new(),
        stream_configs: BTreeMap::new(),
        channels: BTreeMap::new(),
        channel_configs: BTreeMap::new(),
    };
    Model {
        actors: (0..ACTORS).map(actor).collect(),
        now: START,
        chain: 412_346,
        token: Token { address: TOKEN, balances: BTreeMap::from([(OWNER, supply)]), ..Token::default() },
        registries: REGISTRIES.into_iter().map(|registry| (registry, Registry::default())).collect(),
        contract,
        books: Books::default(),
        before: Before::default(),
    }
}

/// Lets everybody have AIA, here and in their wallets, and providers be active.
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
    let usual = model.contract.params.clone();
    for step in 1..=OPERATIONS {
        let op = ops::random(&mut rng, &model, &usual);
        let owed = invariants::owed(&model);
        let done = ops::apply(&mut model, &op);
        tally.entry(op.name()).or_default()[usize::from(done.is_ok())] += 1;
        if let Ok(answer) = &done {
            steps::check(&model, &op, answer, owed);
        }
        watch.step(&model, &op);
        if step % BETWEEN_CHECKS == 0 {
            invariants::check(&model);
        }
    }
    tally
}

#[test]
fn invariants_hold_and_every_call_succeeds_sometimes() {
    let mut all = BTreeMap::<String, [u64; 2]>::new();
    for setting in [Setting::launch(), Setting::free(), Setting::dust(), Setting::dear()] {
        for (name, [refused, succeeded]) in live_through(&setting) {
            let counts = all.entry(name).or_default();
            counts[0] += refused;
            counts[1] += succeeded;
        }
    }
    for (name, [refused, succeeded]) in &all {
        println!("{name:24} {refused:6} refused, {succeeded:6} succeeded");
    }
    let dead: Vec<&str> = all.iter().filter(|(_, counts)| counts[1] == 0).map(|(name, _)| name.as_str()).collect();
    assert_eq!(dead, ["onProviderInactive", "setGuardian"], "what only a registry and the owner may do, and no other");
}

#[test]
fn a_refusal_changes_nothing() {
    let mut rng = crate::rng();
    let mut model = opened(&Setting::launch());
    let usual = model.contract.params.clone();
    let mut refusals = 0;
    for _ in 0..3000 {
        let op = ops::random(&mut rng, &model, &usual);
        let mut before = model.clone();
        before.before = Before::default();
        if ops::apply(&mut model, &op).is_err() {
            assert!(model == before, "refused, yet done: {op:?}");
            refusals += 1;
        }
    }
    assert!(refusals > 0, "nothing was refused");
}

/// Calls the contract.
fn call(model: &mut Model, caller: Address, call: Calls) -> Outcome {
    ops::apply(model, &Op::Pay { caller, call })
}

/// Calls the contract, which must not refuse.
#[track_caller]
fn done(model: &mut Model, caller: Address, calls: Calls) -> Answer {
    call(model, caller, calls).unwrap_or_else(|refusal| panic!("refused: {refusal}"))
}

/// Opens a stream from the payer to the payee.
fn stream(model: &mut Model, rate: u128, notice: u32, job: u8, deposit: u128) -> Abi::StreamConfig {
    let (payee, job_id) = (payee(), B256::with_last_byte(job));
    let open = Abi::openStreamCall { payee, rate, notice, jobId: job_id, deposit };
    done(model, payer(), Calls::openStream(open));
    Abi::StreamConfig { payer: payer(), payee, notice, jobId: job_id }
}

/// Deposits into a channel from the payer to a receiver.
fn channel(model: &mut Model, receiver: Address, salt: u8, amount: u128) -> Abi::ChannelConfig {
    let config = Abi::ChannelConfig {
        payer: payer(),
        payerAuthorizer: Address::ZERO,
        receiver,
        receiverAuthorizer: payee(),
        token: TOKEN,
        withdrawDelay: super::instant(90_000),
        salt: B256::with_last_byte(salt),
    };
    deposit(model, &config, amount);
    config
}

fn deposit(model: &mut Model, config: &Abi::ChannelConfig, amount: u128) {
    let (config, collector) = (config.clone(), Address::ZERO);
    done(model, payer(), Calls::deposit(Abi::depositCall { config, amount, collector, collectorData: Bytes::new() }));
}

/// Returns a row that the payer signed.
fn row(config: &Abi::ChannelConfig, ceiling: u128, total: u128) -> Row {
    let signature = Seal::by(payer()).bytes();
    Row { config: config.clone(), ceiling, total, usage: None, signature }
}

/// Lets the payee claim rows.
fn claim(model: &mut Model, rows: &[Row]) -> Outcome {
    let claims = rows.iter().map(Row::voucher_claim).collect();
    call(model, payee(), Calls::claim(Abi::claimCall { voucherClaims: claims }))
}

/// Returns a model with a stream and a channel under way.
fn busy() -> (Model, B256, B256) {
    let mut model = opened(&Setting::launch());
    let streamed = stream(&mut model, 10, 60, 1, 10_000);
    let config = channel(&mut model, payee(), 1, 5_000);
    claim(&mut model, &[row(&config, 3_000, 2_000)]).unwrap();
    invariants::check(&model);
    let ids = (stream_id(&streamed), model.channel_id(&config));
    (model, ids.0, ids.1)
}

#[test]
#[should_panic(expected = "1: ")]
fn i1_sees_a_lost_unit() {
    let (mut model, ..) = busy();
    *model.token.balances.get_mut(&CONTRACT).unwrap() -= U256::ONE;
    invariants::check(&model);
}

#[test]
#[should_panic(expected = "2: ")]
fn i2_sees_a_unit_from_nowhere() {
    let (mut model, ..) = busy();
    model.contract.accounts.get_mut(&payer()).unwrap().free += U256::ONE;
    *model.token.balances.get_mut(&CONTRACT).unwrap() += U256::ONE;
    invariants::check(&model);
}

#[test]
#[should_panic(expected = "4: ")]
fn i4_sees_a_stream_that_pays_too_much() {
    let (mut model, id, _) = busy();
    model.books.lives.get_mut(&id).unwrap().paid += U256::ONE;
    invariants::check(&model);
}

#[test]
#[should_panic(expected = "3, 4: ")]
fn i4_sees_time_that_is_billed_twice() {
    let (mut model, id, _) = busy();
    let owed = invariants::owed(&model);
    model.before = Before::default();
    let mut stream = model.stream(id).unwrap();
    stream.settled_at -= 1;
    model.put_stream(id, stream);
    let op = Op::Wait { seconds: 0 };
    steps::check(&model, &op, &Answer::default(), owed);
}

#[test]
#[should_panic(expected = "5: ")]
fn i5_sees_a_notice_that_is_not_paid() {
    let (mut model, id, _) = busy();
    let config = model.contract.stream_configs[&id].clone();
    done(&mut model, payer(), Calls::stopStream(Abi::stopStreamCall { config }));
    model.contract.streams.get_mut(&id).unwrap().ends_at = Some(START + 59);
    model.now = START + 59;
    invariants::check(&model);
}

#[test]
#[should_panic(expected = "6: ")]
fn i6_sees_a_claim_that_nobody_signed_for() {
    let (mut model, _, id) = busy();
    model.books.ceilings.insert(id, U256::from(1_999));
    invariants::check(&model);
}

#[test]
#[should_panic(expected = "13: ")]
fn i13_sees_a_fee_that_is_rounded_down() {
    invariants::i13_a_part_is_rounded_up(U256::from(101), U256::from(1), 100);
}

#[test]
#[should_panic(expected = "18: ")]
fn i18_sees_money_that_leaves_too_early() {
    let (mut model, _, id) = busy();
    let mut watch = Watch::default();
    let op = Op::Wait { seconds: 0 };
    for _ in 0..5 {
        watch.step(&model, &op);
    }
    model.contract.channels.get_mut(&id).unwrap().closed = true;
    model.now += 89_999;
    watch.step(&model, &op);
}
