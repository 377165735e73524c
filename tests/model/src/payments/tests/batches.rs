//! Claims in any order, beside rows that are no good, in parts, and again after a top-up.

use rand::{Rng, seq::SliceRandom};

use super::*;
use crate::payments::model::Channel;

/// Returns three channels of two receivers, with vouchers within and above what they hold.
fn funded(setting: &Setting) -> (Model, Vec<Row>) {
    let mut model = opened(setting);
    let (first, second) = (payee(), actor(CONSUMERS + 1));
    let configs =
        [(first, 1), (second, 2), (first, 3)].map(|(receiver, salt)| channel(&mut model, receiver, salt, 999));
    let rows = configs.iter().flat_map(|config| {
        [(100, 50), (700, 700), (5_000, 4_000), (300, 300)].map(|(ceiling, total)| row(config, ceiling, total))
    });
    let rows = rows.collect();
    (model, rows)
}

/// Returns how all channels stand.
fn channels(model: &Model) -> Vec<Channel> {
    model.contract.channels.values().copied().collect()
}

#[test]
fn any_order_ends_alike() {
    let mut rng = crate::rng();
    let (start, mut rows) = funded(&Setting::free());
    let mut in_order = start.clone();
    claim(&mut in_order, &rows).unwrap();
    for _ in 0..200 {
        rows.shuffle(&mut rng);
        let mut model = start.clone();
        let cut = rng.random_range(1..rows.len());
        claim(&mut model, &rows[..cut]).unwrap();
        // Some come again, which is no matter, and may leave nothing to claim.
        let _ = claim(&mut model, &rows[cut / 2..]);
        assert_eq!(channels(&model), channels(&in_order));
        assert_eq!(model.contract.accounts, in_order.contract.accounts, "without a fee, ledgers are alike too");
    }
}

#[test]
fn bad_rows_spoil_no_good_ones() {
    let mut rng = crate::rng();
    let (start, good) = funded(&Setting::launch());
    let mut alone = start.clone();
    claim(&mut alone, &good).unwrap();
    for _ in 0..200 {
        let mut rows = good.clone();
        for _ in 0..rng.random_range(1..6) {
            let mut bad = good[rng.random_range(0..good.len())].clone();
            match rng.random_range(0..3) {
                0 => bad.signature = Seal::by(payee()).bytes(),
                1 => bad.config.salt = B256::with_last_byte(99),
                _ => bad.config.receiverAuthorizer = actor(1),
            }
            rows.insert(rng.random_range(0..=rows.len()), bad);
        }
        let mut model = start.clone();
        claim(&mut model, &rows).unwrap();
        assert_eq!(channels(&model), channels(&alone));
        assert_eq!(model.contract.accounts, alone.contract.accounts);
    }
}

#[test]
fn a_voucher_is_good_for_the_rest_after_a_top_up() {
    let mut model = opened(&Setting::free());
    let config = channel(&mut model, payee(), 1, 1_000);
    let voucher = row(&config, 1_700, 1_700);
    let id = model.channel_id(&config);
    claim(&mut model, std::slice::from_ref(&voucher)).unwrap();
    assert_eq!(model.channel(id).claimed, U256::from(1_000));
    deposit(&mut model, &config, 5_000);
    claim(&mut model, std::slice::from_ref(&voucher)).unwrap();
    assert_eq!(model.channel(id).claimed, U256::from(1_700));
    invariants::check(&model);
}

#[test]
fn claiming_in_parts_never_lowers_the_fee() {
    for parts in [1, 2, 3, 7, 100] {
        let mut model = opened(&Setting::dust());
        let config = channel(&mut model, payee(), 1, 100_000);
        for part in 1..=parts {
            claim(&mut model, &[row(&config, 100_000, 100_000 * part / parts)]).unwrap();
        }
        let fee = model.account(payee()).fee_owed;
        assert!(fee >= U256::from(10) && fee < U256::from(10 + parts), "{fee} in {parts} parts");
    }
}

#[test]
fn a_channel_is_created_by_what_makes_it_hold_something() {
    let mut model = opened(&Setting::free());
    let config = channel(&mut model, payee(), 1, 1_000);
    let id = model.channel_id(&config);
    let created = crate::payments::log(CONTRACT, &Abi::ChannelCreated { channelId: id, config: config.clone() });
    let collector = Address::ZERO;
    for (refund, expected) in [(999, false), (u128::MAX, true), (1, true)] {
        let call = Abi::refundCall { config: config.clone(), amount: refund };
        done(&mut model, payee(), Calls::refund(call));
        let call = Abi::depositCall { config: config.clone(), amount: 1, collector, collectorData: Bytes::new() };
        let told = done(&mut model, payer(), Calls::deposit(call)).logs;
        assert_eq!(told.contains(&created), expected, "{refund} refunded: {told:?}");
    }
    assert_eq!(model.channel(id).refunds, 3);
}
