//! Vouchers are cumulative: in whatever order they come and however often, the highest one that can be paid counts.

use std::ops::Range;

use aia_protocol::payments::channel::{Channel, WITHDRAW_DELAY};
use rand::{Rng, seq::SliceRandom};

use crate::{
    escrow::Escrow,
    ops::{Op, Row},
    stories::{AUTHORIZER, PAYER, RECEIVER, escrow},
};

const CHANNELS: u32 = 20_000;
const BATCHES: u32 = 2_000;
const START: u64 = 1_700_000_000;

/// Claims one voucher after the other; returns what came of it.
fn claim_all(channel: Channel, vouchers: &[u128]) -> (Channel, u128) {
    vouchers.iter().fold((channel, 0), |(channel, sum), total| {
        channel.claim(*total).map_or((channel, sum), |(next, new)| (next, sum + new))
    })
}

/// Returns what should come of it: the most that any of them can bring.
fn most(channel: Channel, vouchers: &[u128]) -> (Channel, u128) {
    let highest = vouchers.iter().map(|total| (*total).min(channel.balance)).max().unwrap_or_default();
    let claimed = channel.claimed.max(highest);
    (Channel { claimed, ..channel }, claimed - channel.claimed)
}

/// Returns all sequences of at most four of three vouchers, the same one as often as there is room.
fn sequences(vouchers: [u128; 3]) -> Vec<Vec<u128>> {
    let mut all = vec![Vec::new()];
    for length in 0..4 {
        let shorter: Vec<Vec<u128>> = all.iter().filter(|one| one.len() == length).cloned().collect();
        for one in shorter {
            all.extend(vouchers.map(|next| [&one[..], &[next]].concat()));
        }
    }
    all
}

#[test]
fn p07_every_order_of_a_few_vouchers_ends_the_same() {
    for vouchers in [[1, 3, 8], [2, 2, 5], [0, 6, 7]] {
        for (balance, claimed) in (0..8).flat_map(|balance| (0..=balance).map(move |claimed| (balance, claimed))) {
            let channel = Channel { balance, claimed, ..Default::default() };
            for order in sequences(vouchers) {
                assert_eq!(claim_all(channel, &order), most(channel, &order), "{order:?} of {channel:?}");
            }
        }
    }
}

#[test]
fn p07_shuffled_repeated_and_left_out_vouchers_end_in_the_highest() {
    let mut rng = aia_model::rng();
    for _ in 0..CHANNELS {
        let bits = rng.random_range(1..90u32);
        let balance = rng.random_range(0..1u128 << bits);
        let channel = Channel { balance, claimed: rng.random_range(0..=balance), ..Default::default() };
        let mut vouchers = [(); 6].map(|()| rng.random_range(0..=balance + balance / 4 + 1));
        let expected = most(channel, &vouchers);
        vouchers.shuffle(&mut rng);
        assert_eq!(claim_all(channel, &vouchers), expected, "{vouchers:?} of {channel:?}");
        assert_eq!(claim_all(expected.0, &vouchers), (expected.0, 0), "again {vouchers:?}");
        // All the others may be left out.
        let highest = vouchers.iter().max().expect("six vouchers");
        assert_eq!(claim_all(channel, &[*highest]), expected, "{highest} of {channel:?}");
    }
}

#[test]
fn p09_a_voucher_is_paid_in_full_by_whatever_deposits_there_are() {
    let mut rng = aia_model::rng();
    for _ in 0..CHANNELS {
        let voucher: u128 = rng.random_range(1..1_000);
        let (mut channel, mut paid) = (Channel::default(), 0);
        for _ in 0..rng.random_range(1..8) {
            channel.balance += rng.random_range(0..300);
            let (next, new) = claim_all(channel, &[voucher]);
            (channel, paid) = (next, paid + new);
            assert_eq!(paid, voucher.min(channel.balance), "{channel:?}");
        }
    }
}

#[test]
fn p09_a_closed_channel_pays_and_returns_nothing_more() {
    let delay = WITHDRAW_DELAY[0];
    for (balance, claimed) in [(100, 0), (100, 30), (100, 100)] {
        let pending = Channel { balance, claimed, initiated_at: START, ..Default::default() };
        let (closed, back) = pending.finalize(START + delay, delay).expect("its delay has passed");
        assert_eq!((closed.balance, closed.claimed, back), (claimed, claimed, balance - claimed));
        assert_eq!((closed.closed, closed.initiated_at), (true, 0));
        assert_eq!(closed.claim(u128::MAX), None);
        assert_eq!(closed.refund(u128::MAX).1, 0);
        assert_eq!(closed.safe_until(START + delay, delay), 0);
    }
}

/// Returns an escrow with 100 base units in each of its first three channels.
fn funded() -> Escrow {
    let mut escrow = escrow(100);
    for channel in 0..3 {
        let deposit = Op::Deposit { by: PAYER, channel, amount: 100, wallet: true };
        escrow.execute(&deposit).expect("money comes in");
    }
    escrow
}

/// Claims by rows; returns what each has brought, and what the receiver is left with.
fn claim(rows: &[Row]) -> (Vec<u128>, u128) {
    let mut escrow = funded();
    let told = escrow.execute(&Op::Claim { by: AUTHORIZER, rows: rows.to_vec() });
    (told.expect("some rows are good").moved, escrow.account(RECEIVER).free)
}

fn row(rng: &mut impl Rng, channels: Range<usize>, signed: bool) -> Row {
    let total = rng.random_range(1..150);
    Row { channel: rng.random_range(channels), max: total, total, signed }
}

#[test]
fn p08_bad_rows_change_nothing_of_what_good_ones_do() {
    let mut rng = aia_model::rng();
    for _ in 0..BATCHES {
        let mut rows = [(); 4].map(|()| row(&mut rng, 0..3, true)).to_vec();
        let (expected, earned) = claim(&rows);
        let mut places = Vec::new();
        for _ in 0..rng.random_range(1..5) {
            // Not signed, or of a channel that holds nothing.
            let bad = if rng.random_bool(0.5) { row(&mut rng, 0..3, false) } else { row(&mut rng, 3..6, true) };
            places.push(rng.random_range(0..=rows.len()));
            rows.insert(places[places.len() - 1], bad);
        }
        let (mut told, together) = claim(&rows);
        for place in places.into_iter().rev() {
            assert_eq!(told.remove(place), 0, "a bad row of {rows:?}");
        }
        assert_eq!((told, together), (expected, earned), "{rows:?}");
    }
}
