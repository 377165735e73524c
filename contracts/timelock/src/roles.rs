//! Who may schedule, execute and cancel: OpenZeppelin's roles, with the timelock as their only admin.

use aia_protocol::governance::roles::{ADMIN_ROLE, EXECUTOR_ROLE};
use aia_shell::{Revert, emit, revert, words};
use alloy_primitives::{Address, B256};
use stylus_sdk::prelude::*;

use crate::{I, Timelock};

impl Timelock {
    pub(crate) fn has_role(&self, role: B256, account: Address) -> bool {
        if role == ADMIN_ROLE { account == self.here() } else { self.roles.getter(role).get(account) }
    }

    /// Lets only who has a role pass.
    pub(crate) fn check_role(&self, role: B256) -> Result<(), Revert> {
        let caller = self.caller();
        if self.has_role(role, caller) {
            return Ok(());
        }
        Err(revert::<I::AccessControlUnauthorizedAccount>(words![caller, role]))
    }

    /// Lets executors pass, or anybody if nobody's account is one.
    pub(crate) fn check_executor(&self) -> Result<(), Revert> {
        if self.has_role(EXECUTOR_ROLE, Address::ZERO) { Ok(()) } else { self.check_role(EXECUTOR_ROLE) }
    }

    pub(crate) fn grant_role(&mut self, role: B256, account: Address) -> Result<(), Revert> {
        self.check_administration(role)?;
        self.grant(role, account);
        Ok(())
    }

    pub(crate) fn revoke_role(&mut self, role: B256, account: Address) -> Result<(), Revert> {
        self.check_administration(role)?;
        self.revoke(role, account);
        Ok(())
    }

    pub(crate) fn renounce_role(&mut self, role: B256, confirmation: Address) -> Result<(), Revert> {
        if confirmation != self.caller() {
            return Err(revert::<I::AccessControlBadConfirmation>([]));
        }
        check_not_admin(role)?;
        self.revoke(role, confirmation);
        Ok(())
    }

    pub(crate) fn grant(&mut self, role: B256, account: Address) {
        if !self.has_role(role, account) {
            self.roles.setter(role).insert(account, true);
            emit::<I::RoleGranted, 3>(self.vm(), words![role, account, self.caller()], []);
        }
    }

    fn revoke(&mut self, role: B256, account: Address) {
        if self.has_role(role, account) {
            self.roles.setter(role).insert(account, false);
            emit::<I::RoleRevoked, 3>(self.vm(), words![role, account, self.caller()], []);
        }
    }

    fn check_administration(&self, role: B256) -> Result<(), Revert> {
        self.check_role(ADMIN_ROLE)?;
        check_not_admin(role)
    }
}

fn check_not_admin(role: B256) -> Result<(), Revert> {
    if role == ADMIN_ROLE { Err(revert::<I::TimelockAdminFixed>([])) } else { Ok(()) }
}
