//! The protocol's fees, on their way to burning and treasury.

use aia_protocol::{math::bps_up, payments::account::Account};
use aia_shell::{Revert, emit, words};
use alloy_primitives::Address;
use stylus_sdk::prelude::*;

use crate::{I, StreamPayments};

impl StreamPayments {
    /// Returns what was burned and what the treasury got.
    pub(crate) fn collect_fees(&mut self, accounts: &[Address]) -> Result<(u128, u128), Revert> {
        let mut total = 0;
        for account in accounts {
            let ledger = self.account(*account);
            if ledger.fee_owed > 0 {
                self.store_account(*account, Account { fee_owed: 0, ..ledger });
                emit::<I::FeeSwept, 1>(self.vm(), words![*account], words![ledger.fee_owed]);
                // All of it lies in this contract.
                total += ledger.fee_owed;
            }
        }
        let burned = bps_up(total, self.config().burn_bps);
        let rest = total - burned;
        if total > 0 {
            emit::<I::FeesCollected, 0>(self.vm(), [], words![burned, rest]);
        }
        self.token().burn(burned)?;
        self.token().transfer(self.treasury.get(), rest)?;
        Ok((burned, rest))
    }
}
