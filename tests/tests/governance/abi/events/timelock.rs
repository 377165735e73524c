//! Events of the timelock.

use aia_abi::{IAIATimelock as T, IAIAToken::mintCall};
use aia_deploy::governance::GRACE_PERIOD;
use aia_tests::{
    actions::{assert_events, event},
    governance::BRAKE,
};
use alloy::{
    primitives::{Address, B256, Bytes, FixedBytes, LogData, U256, aliases::U48, keccak256},
    sol_types::SolCall,
};
use eyre::Result;

use super::assert_all_heard;
use crate::abi::lock::{DELAY, Lock, Operation};

#[tokio::test(flavor = "multi_thread")]
async fn every_event_of_the_timelock_is_logged_as_declared() -> Result<()> {
    let lock = Lock::start().await?;
    of_single_calls(&lock).await?;
    of_batches(&lock).await?;
    of_roles(&lock).await?;
    of_the_brake(&lock).await?;
    of_numbers(&lock).await?;
    assert_all_heard(&lock.net, lock.timelock, &T::abi::contract()).await
}

async fn of_single_calls(lock: &Lock) -> Result<()> {
    let (net, by) = (&lock.net, lock.by(&lock.proposer)?);
    let data = Bytes::from_static(b"more than a word of data, so that it has a padding");
    let (target, value, salt) = (Address::repeat_byte(0x5a), U256::from(7), B256::repeat_byte(0x5a));
    net.api.set_balance(lock.timelock, value)?;
    for salt in [B256::ZERO, salt] {
        let operation = Operation { value, salt, ..Operation::new(target, data.clone()) };
        let (id, predecessor, index) = (operation.id(), B256::ZERO, U256::ZERO);
        let delay = U256::from(DELAY + 3);
        let scheduled = event(&T::CallScheduled { id, index, target, value, data: data.clone(), predecessor, delay });
        let salted = event(&T::CallSalt { id, salt });
        let expected = if salt.is_zero() { vec![scheduled] } else { vec![scheduled, salted] };
        let receipt = net.send(&operation.scheduling(&by, DELAY + 3)).await?;
        assert_events(&receipt, &expected);
        if salt.is_zero() {
            let receipt = net.send(&by.cancel(id)).await?;
            assert_events(&receipt, &[event(&T::Cancelled { id })]);
            continue;
        }
        net.pass(DELAY + 3)?;
        let receipt = net.send(&operation.executing(&by)).await?;
        assert_events(&receipt, &[event(&T::CallExecuted { id, index, target, value, data: data.clone() })]);
    }
    Ok(())
}

async fn of_batches(lock: &Lock) -> Result<()> {
    let (net, by) = (&lock.net, lock.by(&lock.proposer)?);
    let targets = [0xa1, 0xa2, 0xa3].map(Address::repeat_byte).to_vec();
    let payloads: Vec<_> = [0, 4, 33].map(|length| Bytes::from(vec![0x77_u8; length])).to_vec();
    let (values, salt, predecessor) = (vec![U256::ZERO; 3], B256::with_last_byte(9), B256::ZERO);
    let arguments = (targets.clone(), values.clone(), payloads.clone());
    let id = by.hashOperationBatch(targets.clone(), values.clone(), payloads.clone(), predecessor, salt).call().await?;
    let delay = U256::from(DELAY);

    let mut scheduled = Vec::new();
    let mut executed = Vec::new();
    for (index, (target, data)) in targets.into_iter().zip(payloads).enumerate() {
        let (index, value) = (U256::from(index), U256::ZERO);
        scheduled.push(event(&T::CallScheduled { id, index, target, value, data: data.clone(), predecessor, delay }));
        executed.push(event(&T::CallExecuted { id, index, target, value, data }));
    }
    scheduled.push(event(&T::CallSalt { id, salt }));

    let (targets, values, payloads) = arguments.clone();
    let receipt = net.send(&by.scheduleBatch(targets, values, payloads, predecessor, salt, delay)).await?;
    assert_events(&receipt, &scheduled);
    net.pass(DELAY)?;
    let (targets, values, payloads) = arguments;
    let receipt = net.send(&by.executeBatch(targets, values, payloads, predecessor, salt)).await?;
    assert_events(&receipt, &executed);
    Ok(())
}

impl Lock {
    /// Lets the timelock call itself, and asserts what it logs beside the execution.
    async fn assert_administration(&self, call: &impl SolCall, expected: &[LogData]) -> Result<()> {
        let operation = Operation::new(self.timelock, call.abi_encode());
        let (id, target, value, data) = (operation.id(), self.timelock, U256::ZERO, operation.data.clone());
        let executed = event(&T::CallExecuted { id, index: U256::ZERO, target, value, data });
        let receipt = self.carry_out(&operation).await?;
        assert_events(&receipt, &[expected, &[executed]].concat());
        Ok(())
    }
}

async fn of_roles(lock: &Lock) -> Result<()> {
    let (account, sender, role) = (lock.stranger.address(), lock.timelock, keccak256("CANCELLER_ROLE"));
    let granted = event(&T::RoleGranted { role, account, sender });
    lock.assert_administration(&T::grantRoleCall { role, account }, &[granted]).await?;
    let revoked = event(&T::RoleRevoked { role, account, sender });
    lock.assert_administration(&T::revokeRoleCall { role, account }, &[revoked]).await?;
    // Neither says anything that is not new.
    let (executor, nobody) = (keccak256("EXECUTOR_ROLE"), Address::ZERO);
    lock.assert_administration(&T::grantRoleCall { role: executor, account: nobody }, &[]).await?;
    lock.assert_administration(&T::revokeRoleCall { role, account: nobody }, &[]).await?;

    let (by, account) = (lock.by(&lock.proposer)?, lock.proposer.address());
    let receipt = lock.net.send(&by.renounceRole(role, account)).await?;
    assert_events(&receipt, &[event(&T::RoleRevoked { role, account, sender: account })]);
    let receipt = lock.net.send(&by.renounceRole(role, account)).await?;
    assert_events(&receipt, &[]);
    Ok(())
}

async fn of_numbers(lock: &Lock) -> Result<()> {
    let (target, selector) = (lock.net.token, FixedBytes(mintCall::SELECTOR));
    let least = u32::try_from(DELAY)?;
    // More holds at once, less after as many seconds as it is less.
    for (old, new, lag) in [(least, 604_800, 0), (604_800, 86_400, 518_400)] {
        let effect = U48::from(lock.net.now() + DELAY + lag);
        let set = event(&T::CallDelaySet { target, selector, oldDelay: old, newDelay: new, effect });
        lock.assert_administration(&T::setCallDelayCall { target, selector, delay: new }, &[set]).await?;
    }
    let abdicated = event(&T::Abdicated { target, selector });
    lock.assert_administration(&T::abdicateCall { target, selector }, &[abdicated]).await?;

    let longer = event(&T::GracePeriodChange { oldDuration: GRACE_PERIOD, newDuration: 1_300_000 });
    lock.assert_administration(&T::setGracePeriodCall { duration: 1_300_000 }, &[longer]).await?;
    let (old, new, expiry) = (lock.guardian.address(), lock.stranger.address(), U48::from(lock.net.now() + 1_000_000));
    let set = event(&T::GuardianSet { oldGuardian: old, newGuardian: new, expiry });
    lock.assert_administration(&T::setGuardianCall { newGuardian: new, expiry }, &[set]).await?;
    let [old, new] = [DELAY, 43_200].map(U256::from);
    let raised = event(&T::MinDelayChange { oldDuration: old, newDuration: new });
    lock.assert_administration(&T::updateDelayCall { newDelay: new }, &[raised]).await
}

async fn of_the_brake(lock: &Lock) -> Result<()> {
    let (net, by, guardian) = (&lock.net, lock.by(&lock.guardian)?, lock.guardian.address());
    let receipt = net.send(&by.unbrake()).await?;
    assert_events(&receipt, &[]);
    let receipt = net.send(&by.brake()).await?;
    assert_events(&receipt, &[event(&T::Braked { guardian, until: U48::from(net.now() + BRAKE) })]);
    let receipt = net.send(&by.unbrake()).await?;
    assert_events(&receipt, &[event(&T::Unbraked { guardian })]);
    Ok(())
}
