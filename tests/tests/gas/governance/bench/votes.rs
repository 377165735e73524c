//! Votes one by one: of those who call, of those who sign, in parts, and with the quorum.

use aia_abi::IAIAGovernor as G;
use aia_tests::{signing::sign_in, staking::aia};
use alloy::{
    primitives::{Address, Bytes, U256},
    signers::local::PrivateKeySigner,
    sol,
};
use eyre::Result;

use super::{Bench, Motion};
use crate::governance::motions::{FORERUNNER, GUARDED, LATE, PACKAGE, PARAMETER, PAYMENT, SIGNED, SPLIT};

const AGAINST: u8 = 0;
const FOR: u8 = 1;
/// Votes For, Against and Abstain at once.
const FRACTIONAL: u8 = 255;
/// 100 bytes.
const REASON: &str =
    "The treasury can afford it, the work was done on time, and the same provider has served well before.";
/// Seconds before the end of voting in which the late quorum is reached.
pub(in crate::governance) const LAST_HOUR: u64 = 3_600;

sol! {
    struct Ballot {
        uint256 proposalId;
        uint8 support;
        address voter;
        uint256 nonce;
    }
}

impl Bench<'_> {
    pub(super) fn votes(&mut self) -> Result<()> {
        let [first, second, third, fourth] = [2, 3, 4, 5].map(|index| self.voter(index));
        let (whale, delegate) = (self.whale, self.delegate);
        self.vote("castVote, the first For", first, PAYMENT, FOR)?;
        self.vote("castVote, a later For", second, PAYMENT, FOR)?;
        self.vote("castVote, a later For, of a delegate with a history", delegate, PAYMENT, FOR)?;
        let proposal = PAYMENT.id(self.side);
        let reasoned = G::castVoteWithReasonCall { proposalId: proposal, support: FOR, reason: REASON.into() };
        self.govern("castVoteWithReason, a later For", third, &reasoned)?;
        self.vote("castVote, reaches the quorum", whale, PAYMENT, FOR)?;
        self.vote("castVote, a later For, after the quorum", fourth, PAYMENT, FOR)?;
        self.vote("castVote, the first Against", first, PACKAGE, AGAINST)?;
        for motion in [PACKAGE, FORERUNNER, PARAMETER, GUARDED] {
            self.call(whale, self.side.governor, &self.ballot(motion, FOR))?;
        }
        self.parts()
    }

    /// Votes three ways with some of what somebody has, and then with all the rest.
    fn parts(&mut self) -> Result<()> {
        let voter = self.voter(2);
        let some = self.three_ways([1_000, 2_000, 3_000]);
        self.govern("castVoteWithReasonAndParams, three ways, the first", voter, &some)?;
        let rest = self.three_ways([500, 1_500, 2_000]);
        self.govern("castVoteWithReasonAndParams, three ways, the same voter again", voter, &rest)?;
        Ok(())
    }

    /// Votes so many AIA Against, For and Abstain.
    fn three_ways(&self, coins: [u64; 3]) -> G::castVoteWithReasonAndParamsCall {
        let params = coins.map(|coins| aia(coins).to::<u128>().to_be_bytes()).concat();
        G::castVoteWithReasonAndParamsCall {
            proposalId: SPLIT.id(self.side),
            support: FRACTIONAL,
            reason: String::new(),
            params: params.into(),
        }
    }

    pub(super) fn signatures(&mut self) -> Result<()> {
        let keyed = keyed_nonce(SIGNED.id(self.side));
        self.signed_vote("castVoteBySig, keyed nonce, the first For", 2, keyed)?;
        self.signed_vote("castVoteBySig, keyed nonce, a later For", 3, keyed)?;
        self.signed_vote("castVoteBySig, plain nonce, the voter's first", 4, U256::ZERO)?;
        let before = self.signed(&self.voters[5], PARAMETER, FOR, U256::ZERO)?;
        self.call(self.submitter, self.side.governor, &before)?;
        self.signed_vote("castVoteBySig, plain nonce, the voter's second", 5, U256::ONE)
    }

    /// Reaches a quorum in the last hour of voting, with the second vote.
    pub(super) fn late_quorum(&mut self) -> Result<()> {
        self.pass_to(self.deadline(LATE)? - LAST_HOUR)?;
        self.call(self.voter(3), self.side.governor, &self.ballot(LATE, FOR))?;
        self.vote("castVote, reaches the quorum late", self.whale, LATE, FOR)
    }

    fn vote(&mut self, operation: &'static str, voter: Address, motion: Motion, support: u8) -> Result<()> {
        let ballot = self.ballot(motion, support);
        self.govern(operation, voter, &ballot)?;
        Ok(())
    }

    fn ballot(&self, motion: Motion, support: u8) -> G::castVoteCall {
        G::castVoteCall { proposalId: motion.id(self.side), support }
    }

    fn signed_vote(&mut self, operation: &'static str, voter: usize, nonce: U256) -> Result<()> {
        let ballot = self.signed(&self.voters[voter], SIGNED, FOR, nonce)?;
        self.govern(operation, self.submitter, &ballot)?;
        Ok(())
    }

    /// Returns a vote that its voter signed.
    pub(super) fn signed(
        &self,
        signer: &PrivateKeySigner,
        motion: Motion,
        support: u8,
        nonce: U256,
    ) -> Result<G::castVoteBySigCall> {
        let (id, voter) = (motion.id(self.side), signer.address());
        let message = Ballot { proposalId: id, support, voter, nonce };
        let signature: Bytes = sign_in(&self.side.domain, signer, &message)?.bytes();
        Ok(G::castVoteBySigCall { proposalId: id, support, voter, signature })
    }
}

/// Returns the first nonce that a voter has for a proposal: its key, 192 bits of the id, and a count of 64.
pub(super) fn keyed_nonce(id: U256) -> U256 {
    id << 64_usize
}
