//! G9: what a batch of ballots comes to, beside the same ballots one by one.

use std::collections::BTreeSet;

use aia_abi::IAIAGovernor::{self as Abi, IAIAGovernorCalls as Calls};
use aia_model::governance::{ops::Call, seal::ROW};
use alloy::{
    primitives::{Address, Bytes, U256},
    sol_types::{SolCall, SolValue},
};
use eyre::{Result, ensure};

use super::Run;

/// How a proposal stands: its votes, its deadline, and the votes that each account has cast.
type Standing = ([U256; 3], U256, Vec<U256>);

/// What singles came to.
pub(super) struct Apart {
    counted: U256,
    standing: Standing,
}

impl Run<'_> {
    /// Casts the ballots of a batch one by one, forwards or backwards, and takes all of it back.
    pub(super) fn g9_apart(&self, call: &Call) -> Result<Option<Apart>> {
        let Some((id, packed)) = self.batch(call)? else { return Ok(None) };
        if packed.is_empty() || !packed.len().is_multiple_of(ROW) {
            return Ok(None);
        }
        let mut rows: Vec<&[u8]> = packed.chunks(ROW).collect();
        // Of several ballots of one voter the first counts; otherwise the order is no matter.
        let voters: BTreeSet<&[u8]> = rows.iter().map(|row| &row[..20]).collect();
        if voters.len() == rows.len() {
            rows.reverse();
        }
        self.live.undone(|| {
            let mut counted = U256::ZERO;
            for row in rows {
                let (voter, signature) = (Address::from_slice(&row[..20]), Bytes::copy_from_slice(&row[21..]));
                let single = Abi::castVoteBySigCall { proposalId: id, support: row[20], voter, signature };
                if self.cast(single.abi_encode())?.is_some() {
                    counted += U256::ONE;
                }
            }
            Ok(Some(Apart { counted, standing: self.standing(id)? }))
        })
    }

    /// G9: a batch comes to what its ballots come to one by one, and the same batch again to nothing.
    pub(super) fn g9_together(&self, call: &Call, apart: Option<Apart>, output: &Bytes) -> Result<()> {
        let (Some((id, packed)), Some(apart)) = (self.batch(call)?, apart) else { return Ok(()) };
        let standing = self.standing(id)?;
        let counted = Bytes::from(apart.counted.abi_encode());
        ensure!(*output == counted, "G9: a batch counts {output}, singles {counted}");
        ensure!(standing == apart.standing, "G9: a batch ends as {standing:?}, singles as {:?}", apart.standing);
        self.live.undone(|| {
            let again = self.cast(Abi::castVotesBySigCall { proposalId: id, packed }.abi_encode())?;
            ensure!(again == Some(U256::ZERO.abi_encode().into()), "G9: a batch counts again: {again:?}");
            ensure!(self.standing(id)? == standing, "G9: a batch that is repeated changes something");
            Ok(())
        })
    }

    /// Returns proposal and signed rows of a batch.
    fn batch(&self, call: &Call) -> Result<Option<(U256, Bytes)>> {
        let Call::Governor(Calls::castVotesBySig(_)) = call else { return Ok(None) };
        let signed = Abi::castVotesBySigCall::abi_decode(&self.wallet.calldata(call)?)?;
        Ok(Some((signed.proposalId, signed.packed)))
    }

    /// Calls the governor now, and returns what it returns unless it refuses.
    fn cast(&self, data: Vec<u8>) -> Result<Option<Bytes>> {
        let (caller, governor) = (self.model.actors[0], self.model.governor.address);
        let seen = self.live.submit(self.model.now, caller, governor, U256::ZERO, data.into())?;
        Ok(seen.ok().map(|answer| answer.output))
    }

    fn standing(&self, id: U256) -> Result<Standing> {
        let live = &self.live;
        let votes = live.governor(&Abi::proposalVotesCall { proposalId: id })?;
        let deadline = live.governor(&Abi::proposalDeadlineCall { proposalId: id })?;
        let used = |account: Address| live.governor(&Abi::usedVotesCall { proposalId: id, account });
        let used = self.everyone().into_iter().map(used).collect::<Result<_>>()?;
        Ok(([votes.againstVotes, votes.forVotes, votes.abstainVotes], deadline, used))
    }
}
