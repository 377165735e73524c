//! What a timelock changes about itself, besides delays: roles, its guardian, its grace period.

use aia_abi::IAIATimelock as Abi;
use alloy_primitives::{Address, B256, Bytes, U256};

use super::{ADMIN, Model, Outcome, YEAR, instant, log, model::Timelock, require};

/// Bounds of the seconds for which operations can be executed.
const GRACES: (u64, u64) = (1_209_600, 2_592_000);

/// Roles.
impl Model {
    pub(super) fn grant_role(&mut self, at: Address, caller: Address, role: B256, account: Address) -> Outcome {
        self.check_role(at, ADMIN, caller)?;
        require(role != ADMIN, Abi::TimelockAdminFixed {})?;
        let granted = self.timelock_mut(at).roles.insert((role, account));
        let told = granted.then(|| log(at, &Abi::RoleGranted { role, account, sender: caller }));
        Ok(told.into_iter().collect::<Vec<_>>().into())
    }

    pub(super) fn revoke_role(&mut self, at: Address, caller: Address, role: B256, account: Address) -> Outcome {
        self.check_role(at, ADMIN, caller)?;
        require(role != ADMIN, Abi::TimelockAdminFixed {})?;
        Ok(self.take_role(at, caller, role, account))
    }

    pub(super) fn renounce_role(&mut self, at: Address, caller: Address, role: B256, account: Address) -> Outcome {
        require(account == caller, Abi::AccessControlBadConfirmation {})?;
        require(role != ADMIN, Abi::TimelockAdminFixed {})?;
        Ok(self.take_role(at, caller, role, account))
    }

    pub(super) fn check_role(&self, at: Address, role: B256, account: Address) -> Result<(), Bytes> {
        let refusal = Abi::AccessControlUnauthorizedAccount { account, neededRole: role };
        require(self.timelocks[&at].has_role(role, account), refusal)
    }

    pub(super) fn timelock_mut(&mut self, at: Address) -> &mut Timelock {
        self.timelocks.get_mut(&at).expect("a timelock that is known")
    }

    fn take_role(&mut self, at: Address, sender: Address, role: B256, account: Address) -> super::Answer {
        let taken = self.timelock_mut(at).roles.remove(&(role, account));
        let told = taken.then(|| log(at, &Abi::RoleRevoked { role, account, sender }));
        told.into_iter().collect::<Vec<_>>().into()
    }
}

/// The rest.
impl Model {
    pub(super) fn set_grace_period(&mut self, at: Address, seconds: u32) -> Outcome {
        let [value, min, max] = [seconds.into(), GRACES.0, GRACES.1].map(U256::from);
        require(min <= value && value <= max, Abi::TimelockInvalidParameter { value, min, max })?;
        let old = self.timelocks[&at].grace;
        self.timelock_mut(at).grace = seconds.into();
        let old = u32::try_from(old).expect("grace periods are bounded");
        Ok(vec![log(at, &Abi::GracePeriodChange { oldDuration: old, newDuration: seconds })].into())
    }

    pub(super) fn set_guardian(&mut self, at: Address, account: Address, expiry: u64) -> Outcome {
        let [value, min, max] = [expiry, 0, self.now + YEAR].map(U256::from);
        require(value <= max, Abi::TimelockInvalidParameter { value, min, max })?;
        let timelock = self.timelock_mut(at);
        let old = timelock.guardian;
        (timelock.guardian, timelock.term) = (account, expiry);
        let event = Abi::GuardianSet { oldGuardian: old, newGuardian: account, expiry: instant(expiry) };
        Ok(vec![log(at, &event)].into())
    }
}
