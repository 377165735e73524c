//! Counting: a ballot adds what it says, and nobody votes with more than there is.

use aia_protocol::{
    MAX_SUPPLY,
    governance::counting::{ABSTAIN, AGAINST, FOR, FRACTIONAL, Refusal, Votes},
};
use alloy_primitives::U256;
use proptest::{collection::vec, prelude::*};

use crate::seeded;

/// Packs a split.
fn split(parts: [u128; 3]) -> Vec<u8> {
    parts.map(u128::to_be_bytes).concat()
}

fn votes([against, favour, abstain]: [u128; 3]) -> Votes {
    Votes { against, favour, abstain }
}

#[test]
fn a_whole_ballot_takes_all_that_is_left() {
    for left in [1, 2, u128::from(u64::MAX), MAX_SUPPLY, u128::MAX] {
        assert_eq!(Votes::of_ballot(AGAINST, &[], left), Ok(votes([left, 0, 0])));
        assert_eq!(Votes::of_ballot(FOR, &[], left), Ok(votes([0, left, 0])));
        assert_eq!(Votes::of_ballot(ABSTAIN, &[], left), Ok(votes([0, 0, left])));
    }
}

#[test]
fn whoever_has_no_votes_left_adds_nothing_whatever_it_says() {
    for support in 0..=u8::MAX {
        for length in [0, 1, 48, 49] {
            assert_eq!(Votes::of_ballot(support, &vec![0; length], 0), Err(Refusal::NoneLeft), "{support}, {length}");
        }
    }
}

#[test]
fn there_is_no_other_support() {
    for support in 3..FRACTIONAL {
        for length in [0, 1, 48] {
            assert_eq!(Votes::of_ballot(support, &vec![0; length], 1), Err(Refusal::Support), "{support}, {length}");
        }
    }
}

#[test]
fn only_a_split_has_params() {
    for support in [AGAINST, FOR, ABSTAIN] {
        for length in [1, 16, 47, 48, 49, 96] {
            assert_eq!(Votes::of_ballot(support, &vec![0; length], 1), Err(Refusal::Params), "{support}, {length}");
        }
    }
}

#[test]
fn a_split_has_three_numbers_of_sixteen_bytes() {
    for length in [0, 1, 16, 32, 47, 49, 64, 96] {
        assert_eq!(Votes::of_ballot(FRACTIONAL, &vec![0; length], 1), Err(Refusal::Params), "{length}");
    }
    let mut params = [0; 48];
    (params[15], params[30], params[47]) = (1, 1, 3);
    assert_eq!(Votes::of_ballot(FRACTIONAL, &params, 1_000), Ok(votes([1, 256, 3])));
}

#[test]
fn a_split_may_use_all_that_is_left_or_less() {
    for parts in [[0, 0, 0], [1, 0, 0], [0, 0, 99], [20, 30, 49], [20, 30, 50], [100, 0, 0], [0, 100, 0], [0, 0, 100]] {
        assert_eq!(Votes::of_ballot(FRACTIONAL, &split(parts), 100), Ok(votes(parts)), "{parts:?}");
    }
    assert_eq!(Votes::of_ballot(FRACTIONAL, &split([0, u128::MAX, 0]), u128::MAX), Ok(votes([0, u128::MAX, 0])));
}

#[test]
fn a_split_of_more_than_is_left_is_refused_with_its_sum() {
    for (parts, sum) in [([101, 0, 0], 101), ([0, 101, 0], 101), ([0, 0, 101], 101), ([20, 30, 51], 101)] {
        let refused = Err(Refusal::Exceeds(U256::from(sum)));
        assert_eq!(Votes::of_ballot(FRACTIONAL, &split(parts), 100), refused, "{parts:?}");
    }
    // Sums of more than 128 bits are not cut off.
    let most = U256::from(u128::MAX);
    for (parts, sum) in [
        ([u128::MAX, 1, 0], most + U256::ONE),
        ([1, 0, u128::MAX], most + U256::ONE),
        ([u128::MAX; 3], most * U256::from(3)),
    ] {
        for left in [1, u128::MAX] {
            let refused = Err(Refusal::Exceeds(sum));
            assert_eq!(Votes::of_ballot(FRACTIONAL, &split(parts), left), refused, "{parts:?} of {left}");
        }
    }
}

#[test]
fn votes_add_side_by_side() {
    assert_eq!(votes([1, 20, 300]).plus(&votes([4, 50, 600])), votes([5, 70, 900]));
    assert_eq!(votes([1, 20, 300]).plus(&Votes::default()), votes([1, 20, 300]));
    assert_eq!((votes([1, 20, 300]).sum(), Votes::default().sum()), (321, 0));
}

/// Returns numbers of any magnitude below 2^`bits`.
fn below(bits: u32) -> impl Strategy<Value = u128> {
    (any::<u128>(), 0..bits).prop_map(move |(number, shift)| number >> (u128::BITS - bits) >> shift)
}

/// Returns supports, mostly such as there are.
fn support() -> impl Strategy<Value = u8> {
    prop_oneof![4 => Just(FRACTIONAL), 1 => AGAINST..=ABSTAIN, 1 => any::<u8>()]
}

proptest! {
    #![proptest_config(seeded(2000))]

    #[test]
    fn a_split_counts_exactly_if_its_sum_is_left(parts in [below(92), below(92), below(128)], left in below(92)) {
        prop_assume!(left > 0);
        let sum = parts.iter().fold(U256::ZERO, |sum, part| sum + U256::from(*part));
        let expected = if sum <= U256::from(left) { Ok(votes(parts)) } else { Err(Refusal::Exceeds(sum)) };
        prop_assert_eq!(Votes::of_ballot(FRACTIONAL, &split(parts), left), expected);
    }

    #[test]
    fn nobody_votes_with_more_than_there_is(
        held in below(90),
        ballots in vec((support(), [below(89), below(89), below(89)]), 0..12),
    ) {
        let mut cast = Votes::default();
        for (support, parts) in ballots {
            let params = if support == FRACTIONAL { split(parts) } else { Vec::new() };
            let left = held - cast.sum();
            match Votes::of_ballot(support, &params, left) {
                Ok(votes) => {
                    prop_assert!(votes.sum() <= left);
                    cast = cast.plus(&votes);
                }
                Err(Refusal::NoneLeft) => prop_assert_eq!(left, 0),
                Err(Refusal::Exceeds(sum)) => prop_assert!(sum > U256::from(left)),
                Err(refusal) => {
                    prop_assert_eq!(refusal, Refusal::Support);
                    prop_assert!((3..FRACTIONAL).contains(&support));
                }
            }
            prop_assert!(cast.sum() <= held);
        }
        // What is left can always be cast, and then nothing is.
        let left = held - cast.sum();
        let rest = Votes::of_ballot(FOR, &[], left).unwrap_or_default();
        prop_assert_eq!(rest.favour, left);
        prop_assert_eq!(cast.plus(&rest).sum(), held);
    }
}
