//! The fee of a credit, and the burned part of a sweep.

use aia_protocol::{
    MAX_SUPPLY,
    payments::{account::Account, config::MOST},
};
use rand::Rng;

use crate::invariants::is_rounded_up;

const CREDITS: u32 = 50_000;

/// Returns an amount of any magnitude, up to all there is.
fn amount(rng: &mut impl Rng) -> u128 {
    let most = MAX_SUPPLY >> rng.random_range(0..90u32);
    rng.random_range(0..=most)
}

fn fee_bps(rng: &mut impl Rng) -> u16 {
    u16::try_from(rng.random_range(0..=MOST[0])).expect("basis points")
}

#[test]
fn p13_a_fee_is_its_part_rounded_up() {
    for (gross, bps, fee) in [
        (0, 200, 0),
        (1, 0, 0),
        (1, 1, 1),
        (50, 200, 1),
        (51, 200, 2),
        (9_999, 1, 1),
        (10_000, 1, 1),
        (10_001, 1, 2),
        (123_456_789, 33, 407_408),
        (MAX_SUPPLY, 200, MAX_SUPPLY / 50),
    ] {
        let (account, net, taken) = Account { free: 5, fee_owed: 7, ..Default::default() }.charge(gross, bps);
        assert_eq!((taken, net), (fee, gross - fee), "{gross} at {bps} basis points");
        assert_eq!((account.free, account.fee_owed), (5, 7 + fee));
    }
    let mut rng = aia_model::rng();
    for _ in 0..CREDITS {
        let (gross, bps) = (amount(&mut rng), fee_bps(&mut rng));
        let (_, net, fee) = Account::default().charge(gross, bps);
        assert_eq!(net + fee, gross);
        assert!(is_rounded_up(fee, gross, bps), "{fee} of {gross} at {bps} basis points");
    }
}

#[test]
fn p13_many_small_credits_never_pay_less_than_a_large_one() {
    let mut rng = aia_model::rng();
    for _ in 0..CREDITS {
        let (gross, bps) = (amount(&mut rng), fee_bps(&mut rng));
        let (whole, ..) = Account::default().charge(gross, bps);
        let (mut parts, mut left, mut credits) = (Account::default(), gross, 0);
        while left > 0 && credits < 8 {
            let part = if credits == 7 { left } else { rng.random_range(0..=left) };
            (parts, ..) = parts.charge(part, bps);
            (left, credits) = (left - part, credits + 1);
        }
        assert!(whole.fee_owed <= parts.fee_owed, "{gross} at {bps} basis points in {credits} parts");
        // Nor more than a base unit for each of them.
        assert!(parts.fee_owed <= whole.fee_owed + credits, "{gross} at {bps} basis points in {credits} parts");
    }
}
