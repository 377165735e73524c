//! In and out of a pool as often as one likes: it pays nobody.

use aia_protocol::{
    MAX_SUPPLY,
    staking::pool::{Bucket, Cut, MAX_SHARES_PER_TOKEN, Pool, Worthless},
};
use rand::Rng;

const POOLS: u32 = 50_000;

/// Returns an amount of any magnitude, up to half the supply.
fn amount(rng: &mut impl Rng) -> u128 {
    let magnitude = 1u128 << rng.random_range(0..89u32);
    rng.random_range(1..=magnitude).min(MAX_SUPPLY / 2)
}

/// Returns a pool that was slashed, by more or less.
fn pool(rng: &mut impl Rng) -> Pool {
    let (tokens, most) = (amount(rng), 1u128 << rng.random_range(0..20u32));
    let ratio = rng.random_range(1..=most).min(MAX_SHARES_PER_TOKEN);
    let shares = rng.random_range(tokens..=tokens * ratio);
    Pool { tokens, shares }
}

#[test]
fn going_in_and_out_costs_up_to_a_base_unit_and_gains_nothing() {
    let mut rng = aia_model::rng();
    for _ in 0..POOLS {
        let others = pool(&mut rng);
        let (mut pool, mut purse) = (others, amount(&mut rng));
        for _ in 0..rng.random_range(1..10) {
            let (joined, shares) = pool.delegate(purse);
            assert!(shares >= purse, "{purse} into {pool:?}");
            assert!(joined.value(others.shares) >= pool.value(others.shares), "{purse} into {pool:?}");
            let Ok((left, tokens)) = joined.undelegate(shares) else {
                assert_eq!(purse, 1, "worthless in {joined:?}");
                break;
            };
            assert!((purse - 1..=purse).contains(&tokens), "{purse} into {pool:?}, {tokens} out");
            assert_eq!(left.shares, others.shares);
            // What was rounded down stays with the others.
            assert_eq!(left.tokens, pool.tokens + purse - tokens);
            (pool, purse) = (left, tokens);
            if purse == 0 {
                break;
            }
        }
    }
}

#[test]
fn leaving_by_parts_pays_no_more_than_leaving_at_once() {
    let mut rng = aia_model::rng();
    for _ in 0..POOLS {
        let pool = pool(&mut rng);
        let mine = rng.random_range(1..=pool.shares);
        let (mut rest, mut shares, mut tokens) = (pool, mine, 0);
        while shares > 0 {
            let part = rng.random_range(1..=shares);
            let Ok((left, paid)) = rest.undelegate(part) else { break };
            (rest, shares, tokens) = (left, shares - part, tokens + paid);
        }
        assert!(tokens <= pool.value(mine), "{mine} of {pool:?}: {tokens} by parts");
        assert!(rest.value(pool.shares - mine) >= pool.value(pool.shares - mine), "the others lose in {pool:?}");
    }
}

#[test]
fn whoever_stays_gains_at_most_a_base_unit_by_each_exit_of_others() {
    let mut rng = aia_model::rng();
    for _ in 0..POOLS {
        let mut pool = pool(&mut rng);
        let mine = rng.random_range(1..=pool.shares);
        let (before, mut exits) = (pool.value(mine), 0);
        for _ in 0..10 {
            if pool.shares == mine {
                break;
            }
            let part = rng.random_range(1..=pool.shares - mine);
            match pool.undelegate(part) {
                Ok((left, _)) => (pool, exits) = (left, exits + 1),
                Err(Worthless) => continue,
            }
            let now = pool.value(mine);
            assert!((before..=before + exits).contains(&now), "{before} before, {now} after {exits} exits");
        }
    }
}

#[test]
fn a_bucket_pays_all_it_has_in_whatever_order() {
    let mut rng = aia_model::rng();
    for _ in 0..POOLS {
        let (mut bucket, mut claims) = (Bucket::default(), Vec::new());
        for _ in 0..rng.random_range(1..6) {
            let (joined, claim) = bucket.join(amount(&mut rng) / 4 + 100).expect("solvent");
            // A slash at times, but none that makes it insolvent.
            let cut = Cut::new(joined.tokens, 10_000, rng.random_range(0..5_000), 10_000).visit(joined);
            bucket = if rng.random() { cut.0 } else { joined };
            claims.push(claim);
        }
        let expected = claims.iter().map(|claim| bucket.value(*claim)).collect::<Vec<_>>();
        let mut left = bucket;
        for (withdrawals, (claim, worth)) in (0..).zip(claims.into_iter().zip(expected)) {
            let (rest, tokens) = left.withdraw(claim);
            assert!((worth..=worth + withdrawals).contains(&tokens), "{tokens} for {claim} of {bucket:?}");
            left = rest;
        }
        assert_eq!(left, Bucket::default(), "something stays in the bucket");
    }
}
