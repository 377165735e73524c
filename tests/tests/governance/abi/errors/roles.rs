//! Errors of roles and of self-administration.

use std::fmt::Debug;

use aia_abi::IAIATimelock as T;
use alloy::{
    primitives::{Address, B256, FixedBytes, U256, aliases::U48, keccak256},
    sol_types::{SolCall, SolError},
};
use eyre::Result;

use super::Heard;
use crate::abi::lock::{DELAY, Lock, Operation};

/// The admin's role.
const ADMIN: B256 = B256::ZERO;

pub(super) async fn refusals(lock: &Lock, heard: &mut Heard) -> Result<()> {
    roles(lock, heard).await?;
    self_administration(lock, heard).await?;
    numbers(lock, heard).await
}

async fn roles(lock: &Lock, heard: &mut Heard) -> Result<()> {
    let (net, by, account) = (&lock.net, lock.by(&lock.stranger)?, lock.stranger.address());
    let [proposer, canceller] = ["PROPOSER_ROLE", "CANCELLER_ROLE"].map(keccak256);
    let lacks = |role| T::AccessControlUnauthorizedAccount { account, neededRole: role };
    let operation = Operation::new(net.token, [1, 2, 3, 4]);
    heard.refuses(net, &operation.scheduling(&by, DELAY), lacks(proposer)).await?;
    let many = by.scheduleBatch(vec![], vec![], vec![], ADMIN, ADMIN, U256::from(DELAY));
    heard.refuses(net, &many, lacks(proposer)).await?;
    heard.refuses(net, &by.cancel(operation.id()), lacks(canceller)).await?;
    for role in [proposer, ADMIN] {
        heard.refuses(net, &by.grantRole(role, account), lacks(ADMIN)).await?;
        heard.refuses(net, &by.revokeRole(role, account), lacks(ADMIN)).await?;
    }
    let other = lock.proposer.address();
    heard.refuses(net, &by.renounceRole(proposer, other), T::AccessControlBadConfirmation {}).await?;
    heard.refuses(net, &by.renounceRole(ADMIN, account), T::TimelockAdminFixed {}).await?;

    // Not even by an operation.
    let grant = T::grantRoleCall { role: ADMIN, account };
    let revoke = T::revokeRoleCall { role: ADMIN, account: lock.timelock };
    lock.assert_administration_fails(heard, &grant, T::TimelockAdminFixed {}).await?;
    lock.assert_administration_fails(heard, &revoke, T::TimelockAdminFixed {}).await
}

async fn self_administration(lock: &Lock, heard: &mut Heard) -> Result<()> {
    let (net, selector) = (&lock.net, FixedBytes([0xff; 4]));
    for account in [&lock.stranger, &lock.proposer, &lock.guardian] {
        let (by, caller) = (lock.by(account)?, account.address());
        let refused = || T::TimelockUnauthorizedCaller { caller };
        heard.refuses(net, &by.updateDelay(U256::from(DELAY)), refused()).await?;
        heard.refuses(net, &by.setCallDelay(net.token, selector, 86_400), refused()).await?;
        heard.refuses(net, &by.abdicate(net.token, selector), refused()).await?;
        heard.refuses(net, &by.setGracePeriod(1_209_600), refused()).await?;
        heard.refuses(net, &by.setGuardian(caller, U48::from(net.now())), refused()).await?;
    }
    Ok(())
}

/// Numbers that not even an operation can set, at either side of their bounds.
async fn numbers(lock: &Lock, heard: &mut Heard) -> Result<()> {
    let invalid = |value: U256, [min, max]: [u64; 2]| {
        let [min, max] = [min, max].map(U256::from);
        T::TimelockInvalidParameter { value, min, max }
    };
    let (delays, graces) = ([21_600, 2_592_000], [1_209_600, 2_592_000]);
    for value in [21_599, 2_592_001, u64::from(u32::MAX) + 21_601].map(U256::from).into_iter().chain([U256::MAX]) {
        let call = T::updateDelayCall { newDelay: value };
        lock.assert_administration_fails(heard, &call, invalid(value, delays)).await?;
    }
    for value in [0, 21_599, 2_592_001] {
        let call = T::setCallDelayCall { target: Address::ZERO, selector: FixedBytes::ZERO, delay: value };
        lock.assert_administration_fails(heard, &call, invalid(U256::from(value), delays)).await?;
    }
    for value in [0, 1_209_599, 2_592_001] {
        let call = T::setGracePeriodCall { duration: value };
        lock.assert_administration_fails(heard, &call, invalid(U256::from(value), graces)).await?;
    }
    // Within the second in which the operation is ready.
    let longest = lock.net.now() + DELAY + 31_536_000;
    let call = T::setGuardianCall { newGuardian: Address::ZERO, expiry: U48::from(longest + 1) };
    lock.assert_administration_fails(heard, &call, invalid(U256::from(longest + 1), [0, longest])).await
}

impl Lock {
    /// Asserts that the timelock does not do something to itself, which is scheduled all the same.
    async fn assert_administration_fails<E>(&self, heard: &mut Heard, call: &impl SolCall, refused: E) -> Result<()>
    where
        E: SolError + Debug,
    {
        let operation = Operation::new(self.timelock, call.abi_encode());
        self.ripen(&operation).await?;
        heard.refuses(&self.net, &operation.executing(&self.by(&self.stranger)?), refused).await
    }
}
