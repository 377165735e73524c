//! Streams second by second, in a loop, beside the formula.

use alloy_primitives::U256;
use rand::Rng;

use super::*;
use crate::payments::flow::Stream;

/// Returns a stream that begins at second 0, and is stopped there if it ends.
fn begun(balance: u64, rate: u64, ends_at: Option<u64>) -> Stream {
    let (balance, rate) = (U256::from(balance), U256::from(rate));
    Stream { balance, rate, settled_at: 0, ends_at, notice: 0 }
}

/// Returns what is paid by each second: each takes its rate out of the balance, until the end or until nothing is left.
fn second_by_second(mut balance: u64, rate: u64, ends_at: Option<u64>, seconds: u64) -> Vec<u64> {
    let (mut paid, mut by) = (0, vec![0]);
    for second in 1..=seconds {
        if ends_at.is_none_or(|end| second <= end) {
            let part = rate.min(balance);
            balance -= part;
            paid += part;
        }
        by.push(paid);
    }
    by
}

#[test]
fn the_formula_is_the_loop() {
    for (balance, rate) in [(0, 3), (1, 3), (29, 3), (30, 3), (31, 3), (1_000, 3), (7, 100)] {
        for ends_at in [None, Some(1), Some(9), Some(10), Some(11), Some(40)] {
            let (stream, paid) = (begun(balance, rate, ends_at), second_by_second(balance, rate, ends_at, 50));
            for (second, expected) in (0..).zip(&paid) {
                assert_eq!(stream.owed(second), U256::from(*expected), "{stream:?} at {second}");
            }
            let first = (0..).zip(&paid).find(|(_, paid)| **paid == balance).map(|(second, _)| second);
            if let Some(second) = first {
                assert_eq!(stream.depletion(), Some(second), "{stream:?}");
            }
            let ends_before = ends_at.is_some() && first.is_none();
            assert!(!ends_before || stream.depletion().is_none(), "{stream:?} ends before it is empty");
        }
    }
}

#[test]
fn many_payments_bring_what_one_brings() {
    let mut rng = crate::rng();
    for _ in 0..2_000 {
        let ends_at = rng.random_bool(0.5).then(|| rng.random_range(0..200));
        let stream = begun(rng.random_range(0..2_000), rng.random_range(1..30), ends_at);
        let (mut now, mut parts, mut paid) = (0, stream, U256::ZERO);
        while now < 300 {
            now += rng.random_range(0..40);
            paid += parts.settle(now);
        }
        assert_eq!(paid, stream.owed(now), "{stream:?}");
        assert_eq!(parts.balance, stream.balance - paid, "{stream:?}");
    }
}

#[test]
fn time_without_money_is_never_billed() {
    let mut model = opened(&Setting::free());
    let config = stream(&mut model, 10, 0, 1, 100);
    let id = stream_id(&config);
    model.now += 1_000;
    let top_up = Abi::topUpStreamCall { config: config.clone(), amount: 50 };
    done(&mut model, payer(), Calls::topUpStream(top_up));
    assert_eq!(model.books.paid(id), U256::from(100));
    model.now += 3;
    done(&mut model, payee(), Calls::collect(Abi::collectCall { configs: vec![config] }));
    assert_eq!(model.books.paid(id), U256::from(130));
    invariants::check(&model);
}

#[test]
fn a_stream_says_when_it_ended_however_late_it_is_paid() {
    let mut model = opened(&Setting::free());
    let config = stream(&mut model, 10, 60, 1, 10_000);
    let id = stream_id(&config);
    done(&mut model, payer(), Calls::stopStream(Abi::stopStreamCall { config: config.clone() }));
    model.now += 1_000;
    done(&mut model, payee(), Calls::collect(Abi::collectCall { configs: vec![config.clone()] }));
    let ended = Abi::Stream {
        balance: 9_400,
        rate: 0,
        settledAt: crate::payments::instant(START + 60),
        endsAt: crate::payments::instant(START + 60),
    };
    assert_eq!(model.stream_of(id), ended);
    done(&mut model, payer(), Calls::stopStream(Abi::stopStreamCall { config }));
    assert_eq!(model.stream_of(id), Abi::Stream { balance: 0, ..ended });
}
