//! What a provider knows of a channel that pays it.

use super::{ChannelConfig, SignedVoucher};

/// What a till knows of a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    /// Which one.
    pub config: ChannelConfig,
    /// All that was deposited and not given back, base units, when the chain was last asked.
    pub balance: u128,
    /// What of it was claimed, base units.
    pub claimed: u128,
    /// What was earned in all, with what was claimed, base units.
    pub due: u128,
    /// The voucher over the most.
    pub best: Option<SignedVoucher>,
}

impl Tab {
    /// Returns how much was promised in all, base units.
    pub fn promised(&self) -> u128 {
        self.best.as_ref().map_or(0, |best| best.voucher.max_claimable_amount)
    }

    /// Returns what could be claimed now and was earned, base units: lost if the payer withdraws first.
    pub fn unclaimed(&self) -> u128 {
        self.due.min(self.secured()).saturating_sub(self.claimed)
    }

    /// Returns what was earned and cannot be claimed, because nobody signed for it or nothing is there, base units.
    pub fn unsecured(&self) -> u128 {
        self.due.saturating_sub(self.secured().max(self.claimed))
    }

    /// Returns what is both promised and there.
    fn secured(&self) -> u128 {
        self.promised().min(self.balance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payments::claim::tests::claim;

    /// A channel of which 10 were claimed, with a voucher over an amount.
    fn tab(due: u128, promised: u128, balance: u128) -> Tab {
        let mut claim = claim(1, false);
        claim.voucher.voucher.max_claimable_amount = promised;
        let best = (promised > 0).then_some(claim.voucher);
        Tab { config: claim.config, balance, claimed: 10, due, best }
    }

    #[test]
    fn what_was_earned_can_be_claimed_as_far_as_it_is_promised_and_there() {
        // Due, promised, there: what can be claimed, and what is lost.
        for (due, promised, balance, unclaimed, unsecured) in [
            (10, 0, 100, 0, 0),
            (15, 0, 100, 0, 5),
            (40, 60, 100, 30, 0),
            (60, 60, 100, 50, 0),
            (70, 60, 100, 50, 10),
            (60, 60, 50, 40, 10),
            (u128::MAX, u128::MAX, 50, 40, u128::MAX - 50),
        ] {
            let tab = tab(due, promised, balance);
            assert_eq!((tab.promised(), tab.unclaimed(), tab.unsecured()), (promised, unclaimed, unsecured), "{tab:?}");
        }
    }
}
