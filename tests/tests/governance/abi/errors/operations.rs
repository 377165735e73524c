//! Errors of operations.

use aia_abi::{
    IAIATimelock::{
        self as T,
        OperationState::{self, Ready, Unset, Waiting},
    },
    IAIAToken::approveCall,
};
use aia_devnode::chain::Override;
use aia_tests::governance::{GRACE, operation_states};
use alloy::{
    primitives::{Address, B256, Bytes, FixedBytes, U256},
    sol_types::SolCall,
};
use eyre::Result;

use super::Heard;
use crate::abi::lock::{DELAY, Lock, Operation};

/// The longest delay with which an operation can be scheduled, seconds.
const LONGEST: u64 = 31_536_000;

/// Returns an operation that does nothing but succeed; the number tells it apart.
fn idle(lock: &Lock, number: u8) -> Operation {
    let approve = approveCall { spender: lock.stranger.address(), value: U256::from(number) };
    Operation::new(lock.net.token, approve.abi_encode())
}

pub(super) async fn refusals(lock: &Lock, heard: &mut Heard) -> Result<()> {
    lengths(lock, heard).await?;
    delays(lock, heard).await?;
    states_of_operations(lock, heard).await?;
    predecessors(lock, heard).await?;
    failures(lock, heard).await?;
    other_code(lock, heard).await?;
    abdication(lock, heard).await
}

async fn lengths(lock: &Lock, heard: &mut Heard) -> Result<()> {
    let (net, by, zero) = (&lock.net, lock.by(&lock.proposer)?, B256::ZERO);
    for [targets, payloads, values] in [[2, 1, 1], [1, 2, 1], [1, 1, 2], [0, 0, 1], [3, 0, 0]] {
        let arrays = || (vec![net.token; targets], vec![U256::ZERO; values], vec![Bytes::new(); payloads]);
        let [targets, payloads, values] = [targets, payloads, values].map(U256::from);
        let refused = || T::TimelockInvalidOperationLength { targets, payloads, values };
        let (to, wei, data) = arrays();
        heard.refuses(net, &by.scheduleBatch(to, wei, data, zero, zero, U256::from(DELAY)), refused()).await?;
        let (to, wei, data) = arrays();
        heard.refuses(net, &by.executeBatch(to, wei, data, zero, zero), refused()).await?;
    }
    Ok(())
}

async fn delays(lock: &Lock, heard: &mut Heard) -> Result<()> {
    let (net, by, operation) = (&lock.net, lock.by(&lock.proposer)?, idle(lock, 1));
    let [least, most] = [DELAY, LONGEST].map(U256::from);
    let hasty = T::TimelockInsufficientDelay { delay: least - U256::ONE, minDelay: least };
    heard.refuses(net, &operation.scheduling(&by, DELAY - 1), hasty).await?;
    let slow = T::TimelockInvalidParameter { value: most + U256::ONE, min: least, max: most };
    heard.refuses(net, &operation.scheduling(&by, LONGEST + 1), slow).await?;
    net.send(&operation.scheduling(&by, LONGEST)).await?;
    Ok(())
}

async fn states_of_operations(lock: &Lock, heard: &mut Heard) -> Result<()> {
    let (net, by, operation) = (&lock.net, lock.by(&lock.proposer)?, idle(lock, 2));
    let id = operation.id();
    let (schedule, execute) = (operation.scheduling(&by, DELAY), operation.executing(&by));
    let unexpected = |expected: &[OperationState]| T::TimelockUnexpectedOperationState {
        operationId: id,
        expectedStates: operation_states(expected),
    };
    let (none, pending, ready) = ([Unset], [Waiting, Ready], [Ready]);

    heard.refuses(net, &by.cancel(id), unexpected(&pending)).await?;
    heard.refuses(net, &execute, unexpected(&ready)).await?;
    net.send(&schedule).await?;
    heard.refuses(net, &schedule, unexpected(&none)).await?;
    net.pass(DELAY - 1)?;
    heard.refuses(net, &execute, unexpected(&ready)).await?;
    net.pass(1)?;
    net.send(&execute).await?;
    heard.refuses(net, &execute, unexpected(&ready)).await?;
    heard.refuses(net, &schedule, unexpected(&none)).await?;
    heard.refuses(net, &by.cancel(id), unexpected(&pending)).await?;

    let late = idle(lock, 3);
    lock.ripen(&late).await?;
    net.pass(GRACE + 1)?;
    heard.refuses(net, &late.executing(&by), T::TimelockExpired { operationId: late.id() }).await
}

async fn predecessors(lock: &Lock, heard: &mut Heard) -> Result<()> {
    let (net, by, first) = (&lock.net, lock.by(&lock.stranger)?, idle(lock, 4));
    let second = Operation { predecessor: first.id(), ..idle(lock, 5) };
    lock.ripen(&second).await?;
    let refused = || T::TimelockUnexecutedPredecessor { predecessorId: first.id() };
    heard.refuses(net, &second.executing(&by), refused()).await?;
    lock.ripen(&first).await?;
    heard.refuses(net, &second.executing(&by), refused()).await?;
    net.send(&first.executing(&by)).await?;
    net.send(&second.executing(&by)).await?;
    Ok(())
}

/// What a call refuses with is passed on; one that gives no reason gets one.
async fn failures(lock: &Lock, heard: &mut Heard) -> Result<()> {
    let (net, by) = (&lock.net, lock.by(&lock.stranger)?);
    let silent = Operation::new(net.token, [0xde, 0xad, 0xbe, 0xef]);
    lock.ripen(&silent).await?;
    heard.refuses(net, &silent.executing(&by), T::FailedCall {}).await?;
    let poor = Operation { value: U256::ONE, ..Operation::new(lock.stranger.address(), Bytes::new()) };
    lock.ripen(&poor).await?;
    heard.refuses(net, &poor.executing(&by), T::FailedCall {}).await
}

async fn other_code(lock: &Lock, heard: &mut Heard) -> Result<()> {
    let (net, by, target) = (&lock.net, lock.by(&lock.stranger)?, Address::repeat_byte(0xc0));
    let operation = Operation::new(target, [1]);
    lock.ripen(&operation).await?;
    // It stops, and so did nothing before.
    let change = |code: &'static [u8]| {
        net.api.alter(Override { address: target, code: Some(Bytes::from_static(code)), ..Override::default() })
    };
    change(&[0x00])?;
    let changed = T::TimelockTargetChanged { operationId: operation.id() };
    heard.refuses(net, &operation.executing(&by), changed).await?;
    change(&[])?;
    net.send(&operation.executing(&by)).await?;
    Ok(())
}

async fn abdication(lock: &Lock, heard: &mut Heard) -> Result<()> {
    let (net, by) = (&lock.net, lock.by(&lock.proposer)?);
    let (target, selector, queued) = (net.token, FixedBytes(approveCall::SELECTOR), idle(lock, 6));
    lock.ripen(&queued).await?;
    lock.administer(&T::abdicateCall { target, selector }).await?;
    let refused = T::TimelockCallAbdicated { target, selector };
    heard.refuses(net, &queued.executing(&by), refused.clone()).await?;
    heard.refuses(net, &idle(lock, 7).scheduling(&by, DELAY), refused).await?;

    // The whole target.
    let (selector, other) = (FixedBytes([0xff; 4]), Operation::new(target, [1, 2, 3, 4]));
    lock.administer(&T::abdicateCall { target, selector }).await?;
    heard.refuses(net, &other.scheduling(&by, DELAY), T::TimelockCallAbdicated { target, selector }).await
}
