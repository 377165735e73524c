//! Mallory proposes to own the token, and is stopped.

use aia_abi::IAIAToken::transferOwnershipCall;
use aia_client::governance::{Created, Proposal, Support};
use alloy::primitives::Address;
use eyre::{Result, ensure};

use super::{Stage, millions};
use crate::stage::{DAY, run};

impl Stage<'_> {
    pub(super) async fn propose_a_theft(&mut self) -> Result<Created> {
        let mallory = self.mallory.address();
        run(self.token(&self.mallory)?.delegate(mallory)).await?;
        self.pass_to(self.now() + 1)?;
        let draft = Proposal::draft("Routine maintenance", "Nothing to see here.");
        let theft = transferOwnershipCall { newOwner: mallory };
        let proposal = draft.call(self.contracts.token, &theft).finish()?;
        let created = self.governor(&self.mallory)?.propose(&proposal).await?;
        let effect = self.explain(&created.proposal).await?;
        self.done("ATTACK propose \"Routine maintenance\"", "mallory", &effect);
        Ok(created)
    }

    /// Returns when it could be executed.
    pub(super) async fn carry_the_theft(&mut self, theft: &Created) -> Result<u64> {
        self.pass_to(theft.voting.from)?;
        let governor = self.governor(&self.mallory)?;
        let votes = governor.vote(theft.proposal.id(), Support::For).await?;
        self.done("ATTACK vote for it, and nobody else votes", "mallory", &format!("{} million for", millions(votes)));
        self.pass_to(theft.voting.until + 1)?;
        let ready = governor.queue(&theft.proposal).await?;
        let days = (ready - self.now()) / DAY;
        self.done("ATTACK queue it", "mallory", &format!("must wait {days} days: everyone sees it, and can leave"));
        Ok(ready)
    }

    pub(super) async fn cancel_the_theft(&mut self, theft: &Proposal, ready: u64) -> Result<()> {
        let governor = self.governor(&self.guardian)?;
        governor.cancel(theft).await?;
        let strikes = governor.contract().guardianTerm().call().await?.strikes;
        self.done("cancel it, with a strike", "guardian", &format!("{strikes} strikes left"));
        self.pass_to(ready)?;
        let refusal = self.refuse_to_execute(theft).await?;
        self.ledger.read("ATTACK execute it a week later", "mallory", &refusal);
        let (token, timelock) = (self.token(&self.bob)?, self.addresses.timelock);
        let (owner, offered) = (token.owner().call().await?, token.pendingOwner().call().await?);
        ensure!(owner == timelock && offered == Address::ZERO, "the token belongs to {owner}, and soon to {offered}");
        Ok(())
    }
}
