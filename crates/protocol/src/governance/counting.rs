//! Which votes a ballot adds, as OpenZeppelin's fractional counting has it.

use alloy_primitives::U256;

/// Voting against, a vote's `support`.
pub const AGAINST: u8 = 0;
/// Voting for.
pub const FOR: u8 = 1;
/// Abstaining, which counts for the quorum.
pub const ABSTAIN: u8 = 2;
/// Splitting one's votes.
pub const FRACTIONAL: u8 = 255;
/// Bytes of a split: three times 128 bits.
const SPLIT: usize = 48;

/// Votes on the three sides, base units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Votes {
    /// Against.
    pub against: u128,
    /// For.
    pub favour: u128,
    /// Abstain.
    pub abstain: u128,
}

/// Why a ballot adds nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The voter has no votes left.
    NoneLeft,
    /// There is no such support.
    Support,
    /// The params do not fit the support.
    Params,
    /// It splits more votes than are left, so many.
    Exceeds(U256),
}

impl Votes {
    /// Returns what a ballot adds for a voter that has `left` votes left.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn of_ballot(support: u8, params: &[u8], left: u128) -> Result<Self, Refusal> {
        if left == 0 {
            return Err(Refusal::NoneLeft);
        }
        let whole = match support {
            AGAINST => Self { against: left, ..Self::default() },
            FOR => Self { favour: left, ..Self::default() },
            ABSTAIN => Self { abstain: left, ..Self::default() },
            FRACTIONAL => return Self::split(params, left),
            _ => return Err(Refusal::Support),
        };
        if params.is_empty() { Ok(whole) } else { Err(Refusal::Params) }
    }

    fn split(params: &[u8], left: u128) -> Result<Self, Refusal> {
        if params.len() != SPLIT {
            return Err(Refusal::Params);
        }
        let part =
            |index: usize| params[index * 16..].iter().take(16).fold(0, |sum, byte| sum << 8 | u128::from(*byte));
        let votes = Self { against: part(0), favour: part(1), abstain: part(2) };
        // Three numbers of 128 bits have a sum of at most 130.
        let sum = U256::from(votes.against) + U256::from(votes.favour) + U256::from(votes.abstain);
        if sum > U256::from(left) { Err(Refusal::Exceeds(sum)) } else { Ok(votes) }
    }

    /// Adds another voter's; all together are at most the supply.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            against: self.against + other.against,
            favour: self.favour + other.favour,
            abstain: self.abstain + other.abstain,
        }
    }

    /// Returns all of them; the caller knows that they are one voter's, so they fit.
    pub fn sum(&self) -> u128 {
        self.against + self.favour + self.abstain
    }
}
