//! A bucket that was slashed to hardly anything: whoever comes in then must not pay for those who are in.

use aia_protocol::{
    MAX_SUPPLY,
    staking::pool::{Bucket, Cut, Insolvent, MAX_SHARES_PER_TOKEN},
};

/// Each slash takes all but a ten-thousandth.
#[test]
fn a_bucket_slashed_to_hardly_anything_takes_nobody_in() {
    let mut bucket = Bucket { tokens: MAX_SUPPLY / 2, claims: MAX_SUPPLY / 2 };
    for slashes in 0..5 {
        let hollow = bucket.claims > bucket.tokens * MAX_SHARES_PER_TOKEN;
        assert_eq!(hollow, slashes > 1, "{bucket:?}");
        let joined = bucket.join(MAX_SUPPLY / 4);
        assert_eq!(joined.map(|_| ()), if hollow { Err(Insolvent) } else { Ok(()) }, "{bucket:?}");
        bucket = Cut::new(bucket.tokens, 10_000, 9_999, 10_000).visit(bucket).0;
    }
}

/// What comes in is worth what it was, to a base unit; so no claims are made up.
#[test]
fn whoever_comes_into_a_bucket_has_there_what_it_brought() {
    for ratio in [1, 2, 999, MAX_SHARES_PER_TOKEN] {
        for tokens in [1, 7, 1_000_000, MAX_SUPPLY / 2] {
            let bucket = Bucket { tokens, claims: tokens * ratio };
            for brought in [1, 3, MAX_SUPPLY / 2] {
                let (joined, claims) = bucket.join(brought).expect("solvent");
                assert_eq!(joined.claims, bucket.claims + claims);
                assert_eq!((joined.value(claims), joined.value(bucket.claims)), (brought, tokens));
            }
        }
    }
}
