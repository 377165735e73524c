//! What consumers who paid say about a provider.

use alloy_primitives::U256;

use crate::word::{Reader, Writer};

/// The best score.
pub const MAX_SCORE: u8 = 100;

/// All ratings of a provider.
///
/// Word layout, from the low end: ratings 40 bits, weight 104, weighted_score 112.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reputation {
    /// How many.
    pub ratings: u64,
    /// Sum of the prices rated for which a fee was burned, base units.
    pub weight: u128,
    /// Sum of weight times score.
    pub weighted_score: u128,
}

impl Reputation {
    /// Reads the packed form.
    pub fn from_word(word: U256) -> Self {
        let mut fields = Reader::new(word);
        Self { ratings: fields.u64(40), weight: fields.u128(104), weighted_score: fields.u128(112) }
    }

    /// Returns the packed form.
    pub fn to_word(self) -> U256 {
        Writer::default().uint(40, self.ratings).uint(104, self.weight).uint(112, self.weighted_score).done()
    }

    /// Counts a rating, or leaves all as it is when a sum would not fit: an average needs both.
    #[must_use]
    pub fn rate(self, score: u8, weight: u128) -> Self {
        let rated = Self {
            ratings: self.ratings + 1,
            weight: self.weight.saturating_add(weight),
            weighted_score: self.weighted_score.saturating_add(weight.saturating_mul(score.into())),
        };
        let fits = rated.ratings >> 40 == 0 && rated.weight >> 104 == 0 && rated.weighted_score >> 112 == 0;
        if fits { rated } else { self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratings_weigh_by_what_was_paid() {
        let reputation = Reputation::default().rate(100, 30).rate(0, 10).rate(50, 0);
        assert_eq!(reputation, Reputation { ratings: 3, weight: 40, weighted_score: 3_000 });
        assert_eq!(Reputation::from_word(reputation.to_word()), reputation);
    }

    #[test]
    fn a_full_record_stays_as_it_is() {
        let full = Reputation { ratings: 5, weight: (1 << 104) - 1, weighted_score: 0 };
        assert_eq!(full.rate(1, 1), full);
        assert_eq!(full.rate(1, u128::MAX), full);
        assert_eq!(full.rate(1, 0).ratings, 6);
    }
}
