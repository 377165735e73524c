//! Proposals: everyone's first, and two that come later.

use aia_abi::IAIAGovernor as G;
use aia_tests::network::AIA;
use alloy::{primitives::U256, sol_types::SolCall};
use eyre::{Result, ensure};

use super::{Bench, Motion};
use crate::governance::{
    motions::{
        AGAIN, FIFTY, FORERUNNER, GUARDED, LATE, MORE, PACKAGE, PARAMETER, PAYMENT, SIGNED, SPLIT, TEN, TWO_HUNDRED,
    },
    side::{QUORUM_BPS, VOTING_DELAY},
};

/// What is proposed without being measured.
const OTHERS: [Motion; 9] = [FORERUNNER, PARAMETER, GUARDED, SIGNED, SPLIT, TEN, FIFTY, TWO_HUNDRED, LATE];

impl Bench<'_> {
    /// Proposes everything in one second, and lets time pass until it can be voted on.
    pub(super) fn propose_all(&mut self) -> Result<()> {
        self.propose("propose, 1 action, a proposer's first", 0, PAYMENT)?;
        self.propose("propose, 3 actions, a proposer's first", 1, PACKAGE)?;
        for (motion, proposer) in OTHERS.iter().zip(&self.voters[2..]) {
            self.call(proposer.address(), self.side.governor, &motion.propose(self.side))?;
        }
        self.net.pass(VOTING_DELAY + 1)?;
        self.check_quorum()?;
        for _ in 0..2 {
            self.add_to_history()?;
        }
        Ok(())
    }

    pub(super) fn later_proposals(&mut self) -> Result<()> {
        self.propose("propose, 1 action, a proposer's later", 0, AGAIN)?;
        self.propose("propose, 3 actions, a proposer's later", 1, MORE)?;
        let proposer = self.voter(0);
        self.govern("cancel, by the proposer, pending", proposer, &AGAIN.cancel(self.side))?;
        Ok(())
    }

    fn propose(&mut self, operation: &'static str, proposer: usize, motion: Motion) -> Result<()> {
        let proposer = self.voter(proposer);
        let included = self.govern(operation, proposer, &motion.propose(self.side))?;
        let id = G::proposeCall::abi_decode_returns(&included.output)?;
        ensure!(id == motion.id(self.side), "{operation}: proposed {id}");
        Ok(())
    }

    /// Makes sure that the quorum is the same part of everything on both sides.
    fn check_quorum(&self) -> Result<()> {
        let governor = self.side.governor;
        let snapshot = self.ask(governor, &G::proposalSnapshotCall { proposalId: PAYMENT.id(self.side) })?;
        let quorum = self.ask(governor, &G::quorumCall { timepoint: snapshot })?;
        let everything = AIA * U256::from(1_000_000_000);
        ensure!(quorum == everything * U256::from(QUORUM_BPS) / U256::from(10_000), "the quorum is {quorum}");
        Ok(())
    }
}
