//! What was decided waits in the timelock, is held up by the guardian, and takes effect.

use aia_client::governance::Proposal;
use alloy::primitives::U256;
use eyre::{Result, ensure};

use super::{Stage, voting::NEW_FEE};
use crate::stage::{DAY, run};

impl Stage<'_> {
    /// Returns when it can be executed.
    pub(super) async fn queue_it(&mut self, proposal: &Proposal, voting_ends: u64) -> Result<u64> {
        self.pass_to(voting_ends + 1)?;
        let ready = self.governor(&self.bob)?.queue(proposal).await?;
        let days = (ready - self.now()) / DAY;
        self.done("it has succeeded: queue it", "anyone", &format!("can be executed in {days} days"));
        let refusal = self.refuse_to_execute(proposal).await?;
        self.ledger.read("ATTACK execute it at once", "anyone", &refusal);
        Ok(ready)
    }

    pub(super) async fn pull_the_brake(&mut self, proposal: &Proposal, ready: u64) -> Result<()> {
        self.pass_to(ready)?;
        let timelock = self.timelock(&self.guardian)?;
        run(timelock.brake()).await?;
        let until = timelock.brakedUntil().call().await?.to::<u64>();
        let days = (until - self.now()) / DAY;
        self.done("two days later, pull the brake", "guardian", &format!("nothing is executed for {days} days"));
        let refusal = self.refuse_to_execute(proposal).await?;
        self.ledger.read("ATTACK execute it nevertheless", "anyone", &refusal);
        run(timelock.unbrake()).await?;
        self.done("it is harmless: release the brake", "guardian", "released");
        Ok(())
    }

    pub(super) async fn execute_it(&mut self, proposal: &Proposal) -> Result<()> {
        let payments = self.payments(&self.bob)?;
        let former = payments.params().call().await?.feeBps;
        self.governor(&self.bob)?.execute(proposal, U256::ZERO).await?;
        self.done("execute it", "anyone", "the timelock has set the fee");
        let fee = payments.params().call().await?.feeBps;
        ensure!(fee == NEW_FEE, "the fee must be {NEW_FEE} basis points, not {fee}");
        self.ledger.read("ask for the protocol fee", "anyone", &format!("{fee} basis points; it was {former}"));
        Ok(())
    }
}
