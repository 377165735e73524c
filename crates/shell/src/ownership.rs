//! An owner, replaced in two steps, as in OpenZeppelin's `Ownable2Step`; it cannot be renounced.

use alloy_primitives::Address;
use stylus_sdk::{prelude::*, storage::*};

use crate::{Revert, emit, revert, words};

#[allow(missing_docs)] // OpenZeppelin documents them
mod interface {
    alloy_sol_types::sol! {
        error OwnableUnauthorizedAccount(address account);
        error OwnableInvalidOwner(address owner);
        error AlreadySet();

        event OwnershipTransferStarted(address indexed previousOwner, address indexed newOwner);
        event OwnershipTransferred(address indexed previousOwner, address indexed newOwner);
    }
}
use interface as I;

/// Who sets parameters and roles: the timelock.
#[storage]
pub struct Ownership {
    /// Zero only before construction.
    owner: StorageAddress,
    /// Who may accept ownership; zero when none is offered.
    pending: StorageAddress,
}

impl Ownership {
    /// Sets the first owner; never zero afterwards, which is how a second construction is told.
    ///
    /// # Errors
    /// `AlreadySet`, `OwnableInvalidOwner`.
    pub fn construct(&mut self, owner: Address) -> Result<(), Revert> {
        if !self.owner.get().is_zero() {
            return Err(revert::<I::AlreadySet>([]));
        }
        if owner.is_zero() {
            return Err(revert::<I::OwnableInvalidOwner>(words![owner]));
        }
        self.set(owner);
        Ok(())
    }

    /// Returns the owner.
    pub fn owner(&self) -> Address {
        self.owner.get()
    }

    /// Returns whom ownership is offered to.
    pub fn pending(&self) -> Address {
        self.pending.get()
    }

    /// Whether the caller is the owner.
    pub fn is_caller(&self) -> bool {
        self.vm().msg_sender() == self.owner.get()
    }

    /// Lets only the owner pass.
    ///
    /// # Errors
    /// `OwnableUnauthorizedAccount`.
    pub fn check(&self) -> Result<(), Revert> {
        if self.is_caller() { Ok(()) } else { Err(self.unauthorized()) }
    }

    /// Offers ownership.
    ///
    /// # Errors
    /// `OwnableUnauthorizedAccount`.
    pub fn offer(&mut self, to: Address) -> Result<(), Revert> {
        self.check()?;
        self.pending.set(to);
        emit::<I::OwnershipTransferStarted, 2>(self.vm(), words![self.owner.get(), to], []);
        Ok(())
    }

    /// Takes ownership that was offered to the caller.
    ///
    /// # Errors
    /// `OwnableUnauthorizedAccount`.
    pub fn accept(&mut self) -> Result<(), Revert> {
        let caller = self.vm().msg_sender();
        if caller != self.pending.get() {
            return Err(self.unauthorized());
        }
        self.pending.erase();
        self.set(caller);
        Ok(())
    }

    fn set(&mut self, to: Address) {
        let previous = self.owner.get();
        self.owner.set(to);
        emit::<I::OwnershipTransferred, 2>(self.vm(), words![previous, to], []);
    }

    fn unauthorized(&self) -> Revert {
        revert::<I::OwnableUnauthorizedAccount>(words![self.vm().msg_sender()])
    }
}
