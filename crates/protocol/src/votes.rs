//! What a change of balances or delegation does to voting power.

use alloy_primitives::Address;

/// Voting units that move from one delegatee to another.
///
/// The zero address stands for "nobody": units of holders who have not delegated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Who loses the units.
    pub from: Address,
    /// Who gains them.
    pub to: Address,
    /// Base units.
    pub amount: u128,
}

/// How the total of all delegated votes changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TotalChange {
    /// Undelegated units became delegated.
    Up(u128),
    /// Delegated units became undelegated.
    Down(u128),
    /// Units stayed on their side.
    None,
}

impl Shift {
    /// Whether anyone's votes change at all.
    pub fn is_noop(&self) -> bool {
        self.amount == 0 || self.from == self.to
    }

    /// Returns the effect on the total of delegated votes.
    pub fn total_change(&self) -> TotalChange {
        match (self.from.is_zero(), self.to.is_zero()) {
            (true, false) => TotalChange::Up(self.amount),
            (false, true) => TotalChange::Down(self.amount),
            _ => TotalChange::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::address;

    const A: Address = address!("00000000000000000000000000000000000000aa");
    const B: Address = address!("00000000000000000000000000000000000000bb");

    #[test]
    fn only_crossing_between_nobody_and_somebody_changes_the_total() {
        let shift = |from, to| Shift { from, to, amount: 5 }.total_change();
        assert_eq!(shift(Address::ZERO, A), TotalChange::Up(5));
        assert_eq!(shift(A, Address::ZERO), TotalChange::Down(5));
        assert_eq!(shift(A, B), TotalChange::None);
        assert_eq!(shift(Address::ZERO, Address::ZERO), TotalChange::None);
    }

    #[test]
    fn nothing_moves_between_equals_or_for_zero() {
        assert!(Shift { from: A, to: A, amount: 1 }.is_noop());
        assert!(Shift { from: A, to: B, amount: 0 }.is_noop());
        assert!(!Shift { from: A, to: B, amount: 1 }.is_noop());
    }
}
