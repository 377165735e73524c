//! What only the owner may set.

use aia_shell::{Revert, emit, revert, words};
use alloy_primitives::Address;
use stylus_sdk::prelude::*;

use crate::{AiaToken, I};

impl AiaToken {
    pub(crate) fn change_ccip_admin(&mut self, new_admin: Address) -> Result<(), Revert> {
        self.ownership.check()?;
        let previous = self.ccip_admin.get();
        self.ccip_admin.set(new_admin);
        emit::<I::CCIPAdminTransferred, 2>(self.vm(), words![previous, new_admin], []);
        Ok(())
    }

    pub(crate) fn fix_l1_address(&mut self, l1_address: Address) -> Result<(), Revert> {
        self.ownership.check()?;
        if !self.l1_address.get().is_zero() {
            return Err(revert::<I::AlreadySet>([]));
        }
        if l1_address.is_zero() {
            return Err(revert::<I::InvalidL1Address>(words![l1_address]));
        }
        self.l1_address.set(l1_address);
        emit::<I::L1AddressSet, 0>(self.vm(), [], words![l1_address]);
        Ok(())
    }
}
