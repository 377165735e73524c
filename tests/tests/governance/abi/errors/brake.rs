//! Errors of the brake.

use aia_abi::IAIATimelock as T;
use aia_tests::governance::{BRAKE, TERM};
use alloy::primitives::{Address, Bytes, aliases::U48};
use eyre::Result;

use super::Heard;
use crate::abi::lock::{Lock, Operation};

pub(super) async fn refusals(lock: &Lock, heard: &mut Heard) -> Result<()> {
    let (net, stranger) = (&lock.net, lock.by(&lock.stranger)?);
    for account in [&lock.stranger, &lock.proposer] {
        let (by, caller) = (lock.by(account)?, account.address());
        heard.refuses(net, &by.brake(), T::TimelockUnauthorizedGuardian { caller }).await?;
        heard.refuses(net, &by.unbrake(), T::TimelockUnauthorizedGuardian { caller }).await?;
    }
    let operation = Operation::new(Address::repeat_byte(0xb4), Bytes::new());
    lock.ripen(&operation).await?;

    let guardian = lock.by(&lock.guardian)?;
    net.send(&guardian.brake()).await?;
    let until = net.now() + BRAKE;
    let cooling = || T::TimelockBrakeCooling { readyAt: U48::from(until + BRAKE) };
    heard.refuses(net, &guardian.brake(), cooling()).await?;
    net.pass(BRAKE)?;
    heard.refuses(net, &operation.executing(&stranger), T::TimelockBraked { until: U48::from(until) }).await?;
    net.pass(1)?;
    net.send(&operation.executing(&stranger)).await?;
    net.pass(BRAKE - 2)?;
    heard.refuses(net, &guardian.brake(), cooling()).await?;

    // At last the term is over.
    net.pass(TERM)?;
    let caller = lock.guardian.address();
    heard.refuses(net, &guardian.brake(), T::TimelockUnauthorizedGuardian { caller }).await?;
    heard.refuses(net, &guardian.unbrake(), T::TimelockUnauthorizedGuardian { caller }).await
}
