//! Many signed ballots at once, and the same ones by one.

use aia_abi::IAIAGovernor as G;
use alloy::{primitives::U256, sol, sol_types::SolCall};
use eyre::{Result, ensure};

use super::{Bench, Motion, votes::keyed_nonce};
use crate::governance::{
    Settled,
    motions::{FIFTY, TEN, TWO_HUNDRED},
};

/// How many ballots are settled on which proposal.
const BATCHES: [(usize, Motion); 3] = [(10, TEN), (50, FIFTY), (200, TWO_HUNDRED)];

sol! {
    function make(address target, bytes[] calls) external;
}

impl Bench<'_> {
    pub(super) fn batches(&mut self) -> Result<()> {
        for (count, motion) in BATCHES {
            let ballots = self.ballots(count, motion)?;
            if self.side.is_ours() {
                self.settle_batch(motion, &ballots)?;
            } else {
                self.settle_by_multicall(motion, &ballots)?;
                self.settle_singly(&ballots)?;
            }
        }
        Ok(())
    }

    /// Returns ballots Against, For and Abstain in turn, each voter's first on the proposal.
    fn ballots(&self, count: usize, motion: Motion) -> Result<Vec<G::castVoteBySigCall>> {
        let nonce = keyed_nonce(motion.id(self.side));
        let ballot = |(signer, support)| self.signed(signer, motion, support, nonce);
        self.voters[..count].iter().zip([0, 1, 2].into_iter().cycle()).map(ballot).collect()
    }

    fn settle_batch(&mut self, motion: Motion, ballots: &[G::castVoteBySigCall]) -> Result<()> {
        let packed = ballots.iter().flat_map(row).collect();
        let batch = G::castVotesBySigCall { proposalId: motion.id(self.side), packed };
        let included = self.call(self.submitter, self.side.governor, &batch)?;
        let counted = G::castVotesBySigCall::abi_decode_returns(&included.output)?;
        ensure!(counted == U256::from(ballots.len()), "{counted} ballots of {} counted", ballots.len());
        self.measured.batches.push(Settled::of(ballots.len(), &[included]));
        Ok(())
    }

    fn settle_singly(&mut self, ballots: &[G::castVoteBySigCall]) -> Result<()> {
        let (submitter, governor) = (self.submitter, self.side.governor);
        let included =
            ballots.iter().map(|ballot| self.call(submitter, governor, ballot)).collect::<Result<Vec<_>>>()?;
        self.measured.singles.push(Settled::of(ballots.len(), &included));
        Ok(())
    }

    /// Settles all, and takes it back once it is measured.
    fn settle_by_multicall(&mut self, motion: Motion, ballots: &[G::castVoteBySigCall]) -> Result<()> {
        let present = self.api().chain().snapshot();
        let calls = ballots.iter().map(|ballot| ballot.abi_encode().into()).collect();
        let batch = makeCall { target: self.side.governor, calls };
        let included = self.call(self.submitter, self.side.multicall()?, &batch)?;
        let voted = G::hasVotedCall { proposalId: motion.id(self.side), account: self.voter(ballots.len() - 1) };
        ensure!(self.ask(self.side.governor, &voted)?, "the last ballot does not count");
        self.measured.multicalls.push(Settled::of(ballots.len(), &[included]));
        ensure!(self.api().chain().revert(present)?, "no snapshot");
        Ok(())
    }
}

/// Returns the row of a ballot: voter, support, r, s, v.
fn row(ballot: &G::castVoteBySigCall) -> Vec<u8> {
    [ballot.voter.as_slice(), &[ballot.support], &ballot.signature[..]].concat()
}
