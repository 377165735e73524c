//! The owner, and what only it may set.

use alloy_primitives::Address;
use alloy_sol_types::SolEvent;
use stylus_sdk::prelude::*;

use crate::{AiaToken, IAIAToken as I, error::Error};

impl AiaToken {
    pub(crate) fn init_owner(&mut self, owner: Address) -> Result<(), Error> {
        if owner.is_zero() {
            return Err(Error::OwnableInvalidOwner { owner });
        }
        self.set_owner(owner);
        Ok(())
    }

    pub(crate) fn only_owner(&self) -> Result<(), Error> {
        let account = self.vm().msg_sender();
        if account != self.owner.get() {
            return Err(Error::OwnableUnauthorizedAccount { account });
        }
        Ok(())
    }

    pub(crate) fn start_ownership_transfer(&mut self, new_owner: Address) -> Result<(), Error> {
        self.only_owner()?;
        self.pending_owner.set(new_owner);
        let owner = self.owner.get();
        self.emit(&[I::OwnershipTransferStarted::SIGNATURE_HASH, owner.into_word(), new_owner.into_word()], &[]);
        Ok(())
    }

    pub(crate) fn finish_ownership_transfer(&mut self) -> Result<(), Error> {
        let account = self.vm().msg_sender();
        if account != self.pending_owner.get() {
            return Err(Error::OwnableUnauthorizedAccount { account });
        }
        self.pending_owner.erase();
        self.set_owner(account);
        Ok(())
    }

    pub(crate) fn change_ccip_admin(&mut self, new_admin: Address) -> Result<(), Error> {
        self.only_owner()?;
        let previous = self.ccip_admin.get();
        self.ccip_admin.set(new_admin);
        self.emit(&[I::CCIPAdminTransferred::SIGNATURE_HASH, previous.into_word(), new_admin.into_word()], &[]);
        Ok(())
    }

    pub(crate) fn fix_l1_address(&mut self, l1_address: Address) -> Result<(), Error> {
        self.only_owner()?;
        if !self.l1_address.get().is_zero() {
            return Err(Error::AlreadySet);
        }
        if l1_address.is_zero() {
            return Err(Error::InvalidL1Address { l1_address });
        }
        self.l1_address.set(l1_address);
        self.emit(&[I::L1AddressSet::SIGNATURE_HASH], &[l1_address.into_word().into()]);
        Ok(())
    }

    fn set_owner(&mut self, new_owner: Address) {
        let previous = self.owner.get();
        self.owner.set(new_owner);
        self.emit(&[I::OwnershipTransferred::SIGNATURE_HASH, previous.into_word(), new_owner.into_word()], &[]);
    }
}
