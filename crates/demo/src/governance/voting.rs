//! A lower fee is proposed and voted on, by transaction and by signature.

use aia_abi::IStreamPayments::{Params, setParamsCall};
use aia_client::governance::{Ballot, Ballots, Created, Dropped, Proposal, SignedBallot, SkipReason, Skipped, Support};
use alloy::{primitives::U256, signers::local::PrivateKeySigner};
use eyre::{Result, bail, ensure};

use super::{HOUR, Stage, millions};

/// What is to be taken of every credit, basis points.
pub(super) const NEW_FEE: u16 = 50;

impl Stage<'_> {
    pub(super) async fn propose_a_lower_fee(&mut self) -> Result<Created> {
        let (alice, payments) = (self.alice.address(), self.payments(&self.alice)?);
        let value = Params { feeBps: NEW_FEE, ..payments.params().call().await? };
        let draft = Proposal::draft("A fee of 0.5 %", "Half of what it was.").for_proposer(alice);
        let proposal = draft.call(self.contracts.payments, &setParamsCall { value }).finish()?;
        self.ledger.read("draft a fee of 0.5 %, hers alone to propose", "alice", "off chain, no gas");
        let created = self.governor(&self.alice)?.propose(&proposal).await?;
        self.done("propose it", "alice", "voting begins in a day");
        let effect = self.explain(&created.proposal).await?;
        self.ledger.read("read from its event what would be executed", "anyone", "");
        self.ledger.note(&effect);
        Ok(created)
    }

    pub(super) async fn vote_by_transaction(&mut self, created: &Created) -> Result<()> {
        self.pass_to(created.voting.from)?;
        let (governor, id) = (self.governor(&self.alice)?, created.proposal.id());
        let weight = governor.vote(id, Support::For).await?;
        let snapshot = governor.contract().proposalSnapshot(id).call().await?;
        let quorum = governor.contract().quorum(snapshot).call().await?;
        let result = format!("{} of the {} million votes of a quorum", millions(weight), millions(quorum));
        self.done("a day later, vote for it", "alice", &result);
        Ok(())
    }

    /// Returns the ballots that a relayer takes: one of them is alice's, who has voted.
    pub(super) async fn sign_ballots(&mut self, proposal: U256) -> Result<Ballots> {
        let domain = self.governor(&self.relayer)?.domain().await?;
        let sign = |voter: &PrivateKeySigner, support| {
            SignedBallot::sign(Ballot::new(proposal, support, voter.address()), &domain, voter)
        };
        let mut forged = sign(&self.mallory, Support::For)?;
        forged.ballot.voter = self.dave.address();
        let signed = [
            sign(&self.bob, Support::For)?,
            sign(&self.carol, Support::For)?,
            sign(&self.alice, Support::For)?,
            forged,
            sign(&self.dave, Support::Against)?,
        ];
        let (ballots, dropped) = Ballots::collect(domain, proposal, signed);
        ensure!(ballots.len() == 4, "four ballots are good, not {}", ballots.len());
        ensure!(matches!(&dropped[..], [(_, Dropped::WrongSigner(_))]), "one must be dropped: {dropped:?}");
        let result = "off chain, no gas; the relayer drops the forged one";
        self.ledger.read("sign four ballots; mallory forges one of dave's", "holders", result);
        Ok(ballots)
    }

    /// Returns the last second of voting.
    pub(super) async fn settle_ballots(&mut self, created: &Created, ballots: &Ballots) -> Result<u64> {
        self.pass_to(created.voting.until - HOUR)?;
        let governor = self.governor(&self.relayer)?;
        let relayed = governor.relay(ballots).await?;
        let second = Skipped { voter: self.alice.address(), reason: SkipReason::NoVotesLeft };
        ensure!(relayed.counted.len() == 3, "three ballots must be counted: {relayed:?}");
        ensure!(relayed.skipped == [second], "alice must not vote twice: {relayed:?}");
        self.done("in the last hour, settle the four at once", "relayer", "3 counted, alice's second vote is skipped");

        let votes = governor.contract().proposalVotes(created.proposal.id()).call().await?;
        let Some(until) = relayed.extended else { bail!("a late quorum must leave time to answer: {relayed:?}") };
        let (hours, in_favour, against) =
            ((until - self.now()) / HOUR, millions(votes.forVotes), millions(votes.againstVotes));
        let result = format!("in {hours} hours; {in_favour} million for, {against} against");
        self.ledger.read("the quorum came late: when does voting end?", "anyone", &result);
        Ok(until)
    }
}
