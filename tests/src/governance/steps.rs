//! A proposal's way, step by step or all at once.

use aia_abi::IAIAGovernor::ProposalState;
use alloy::{primitives::U256, rpc::types::TransactionReceipt, signers::local::PrivateKeySigner};
use eyre::Result;

use super::{Dao, Draft, support::FOR};
use crate::Network;

impl<N: AsRef<Network>> Dao<N> {
    /// Lets somebody propose.
    ///
    /// # Errors
    /// When the transaction fails.
    pub async fn propose(&self, account: &PrivateKeySigner, draft: &Draft) -> Result<TransactionReceipt> {
        self.net().send(&draft.propose(&self.governor_as(account)?)).await
    }

    /// Lets somebody vote with all that is left.
    ///
    /// # Errors
    /// When the transaction fails.
    pub async fn vote(&self, account: &PrivateKeySigner, draft: &Draft, support: u8) -> Result<TransactionReceipt> {
        self.net().send(&self.governor_as(account)?.castVote(draft.id(), support)).await
    }

    /// Lets a stranger queue.
    ///
    /// # Errors
    /// When the transaction fails.
    pub async fn queue(&self, draft: &Draft) -> Result<TransactionReceipt> {
        self.net().send(&draft.queue(&self.governor_as(&self.stranger())?)).await
    }

    /// Lets a stranger execute.
    ///
    /// # Errors
    /// When the transaction fails.
    pub async fn execute(&self, draft: &Draft) -> Result<TransactionReceipt> {
        self.net().send(&draft.execute(&self.governor_as(&self.stranger())?)).await
    }

    /// Lets somebody cancel.
    ///
    /// # Errors
    /// When the transaction fails.
    pub async fn cancel(&self, account: &PrivateKeySigner, draft: &Draft) -> Result<TransactionReceipt> {
        self.net().send(&draft.cancel(&self.governor_as(account)?)).await
    }

    /// Lets the proposer propose, and time pass to the first second of voting.
    ///
    /// # Errors
    /// When the transaction fails.
    pub async fn open(&self, draft: &Draft) -> Result<()> {
        self.propose(&self.proposer(), draft).await?;
        self.to_voting(draft).await
    }

    /// Like [`open`](Self::open); then all voters vote for it, and time passes to the first second after voting.
    ///
    /// # Errors
    /// When a transaction fails.
    pub async fn carry(&self, draft: &Draft) -> Result<()> {
        self.carry_all(&[(&self.proposer(), draft)]).await
    }

    /// Like [`carry`](Self::carry), with several proposals at the same time, each by a proposer of its own.
    ///
    /// # Errors
    /// When a transaction fails.
    pub async fn carry_all(&self, drafts: &[(&PrivateKeySigner, &Draft)]) -> Result<()> {
        for (proposer, draft) in drafts {
            self.propose(proposer, draft).await?;
        }
        for (_, draft) in drafts {
            // Proposed within one second, they are voted on and decided within one.
            self.to_voting(draft).await?;
            for voter in self.voters() {
                self.vote(&voter, draft, FOR).await?;
            }
        }
        for (_, draft) in drafts {
            self.to_verdict(draft).await?;
        }
        Ok(())
    }

    /// Like [`carry`](Self::carry); then it is queued, and time passes to the second from which it can be executed.
    ///
    /// # Errors
    /// When a transaction fails.
    pub async fn ripen(&self, draft: &Draft) -> Result<()> {
        self.carry(draft).await?;
        self.queue(draft).await?;
        self.to_eta(draft).await
    }

    /// Like [`ripen`](Self::ripen); then it is executed.
    ///
    /// # Errors
    /// When a transaction fails.
    pub async fn enact(&self, draft: &Draft) -> Result<TransactionReceipt> {
        self.ripen(draft).await?;
        self.execute(draft).await
    }

    /// Lets time pass to the first second of voting.
    ///
    /// # Errors
    /// When the governor does not answer.
    pub async fn to_voting(&self, draft: &Draft) -> Result<()> {
        self.pass_to(self.snapshot(draft).await? + 1)
    }

    /// Lets time pass to the last second of voting.
    ///
    /// # Errors
    /// When the governor does not answer.
    pub async fn to_deadline(&self, draft: &Draft) -> Result<()> {
        self.pass_to(self.deadline(draft).await?)
    }

    /// Lets time pass to the first second after voting.
    ///
    /// # Errors
    /// When the governor does not answer.
    pub async fn to_verdict(&self, draft: &Draft) -> Result<()> {
        self.pass_to(self.deadline(draft).await? + 1)
    }

    /// Lets time pass to the second from which a queued proposal can be executed.
    ///
    /// # Errors
    /// When the governor does not answer.
    pub async fn to_eta(&self, draft: &Draft) -> Result<()> {
        self.pass_to(self.eta(draft).await?)
    }

    /// Returns the second whose votes count.
    ///
    /// # Errors
    /// When the governor does not answer.
    pub async fn snapshot(&self, draft: &Draft) -> Result<u64> {
        Ok(self.governor_as(&self.net().owner)?.proposalSnapshot(draft.id()).call().await?.to())
    }

    /// Returns the last second of voting.
    ///
    /// # Errors
    /// When the governor does not answer.
    pub async fn deadline(&self, draft: &Draft) -> Result<u64> {
        Ok(self.governor_as(&self.net().owner)?.proposalDeadline(draft.id()).call().await?.to())
    }

    /// Returns when a queued proposal can be executed.
    ///
    /// # Errors
    /// When the governor does not answer.
    pub async fn eta(&self, draft: &Draft) -> Result<u64> {
        Ok(self.governor_as(&self.net().owner)?.proposalEta(draft.id()).call().await?.to())
    }

    /// Returns the state of a proposal.
    ///
    /// # Errors
    /// When there is none.
    pub async fn state(&self, draft: &Draft) -> Result<ProposalState> {
        Ok(self.governor_as(&self.net().owner)?.state(draft.id()).call().await?)
    }

    /// Asserts the state of a proposal.
    ///
    /// # Errors
    /// When there is none.
    ///
    /// # Panics
    /// When it is in another.
    pub async fn assert_state(&self, draft: &Draft, expected: ProposalState) -> Result<()> {
        assert_eq!(self.state(draft).await?, expected, "state of \"{}\"", draft.description);
        Ok(())
    }

    /// Asserts what was counted: Against, For and Abstain, base units.
    ///
    /// # Errors
    /// When the governor does not answer.
    ///
    /// # Panics
    /// When it is something else.
    pub async fn assert_votes(&self, draft: &Draft, expected: [U256; 3]) -> Result<()> {
        let seen = self.governor_as(&self.net().owner)?.proposalVotes(draft.id()).call().await?;
        assert_eq!([seen.againstVotes, seen.forVotes, seen.abstainVotes], expected, "votes on it");
        Ok(())
    }
}
