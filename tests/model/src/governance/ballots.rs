//! Votes by signature, one by one and packed.

use aia_abi::IAIAGovernor as Abi;
use alloy_primitives::{Address, Bytes, U256};

use super::{
    Model, Outcome, answer, error,
    model::State,
    plan::nonce_key,
    require,
    seal::{Row, Seal, rows},
    votes::{Vote, whole},
};

/// Why a ballot is skipped.
const NOT_SIGNED: u8 = 1;
const NONE_LEFT: u8 = 2;
const NO_SUPPORT: u8 = 3;

impl Model {
    pub(super) fn cast_by_sig(&mut self, call: &Abi::castVoteBySigCall) -> Outcome {
        let Abi::castVoteBySigCall { proposalId: id, support, voter, ref signature } = *call;
        self.use_nonce(id, voter, signature)?;
        self.cast(id, &Vote { voter, support, reason: String::new(), params: Bytes::new() })
    }

    pub(super) fn cast_with_params_by_sig(&mut self, call: &Abi::castVoteWithReasonAndParamsBySigCall) -> Outcome {
        let Abi::castVoteWithReasonAndParamsBySigCall { proposalId: id, support, voter, .. } = *call;
        self.use_nonce(id, voter, &call.signature)?;
        self.cast(id, &Vote { voter, support, reason: call.reason.clone(), params: call.params.clone() })
    }

    pub(super) fn cast_packed(&mut self, call: &Abi::castVotesBySigCall) -> Outcome {
        let (id, length) = (call.proposalId, U256::from(call.packed.len()));
        let rows = rows(&call.packed).ok_or_else(|| error(Abi::GovernorInvalidBallots { length }))?;
        self.check_state(id, &[State::Active])?;
        let (mut logs, mut counted) = (Vec::new(), U256::ZERO);
        for (index, row) in rows.iter().enumerate() {
            let Row { voter, support, .. } = *row;
            if let Some(reason) = self.reason_to_skip(id, row) {
                let index = U256::from(index);
                logs.push(self.emit(&Abi::BallotSkipped { proposalId: id, voter, index, reason }));
                continue;
            }
            let votes = whole(support, self.left(id, voter));
            let vote = Vote { voter, support, reason: String::new(), params: Bytes::new() };
            logs.push(self.record(id, &vote, votes));
            counted += U256::ONE;
        }
        logs.extend(self.extend(id));
        answer(logs, &counted)
    }

    fn reason_to_skip(&self, id: U256, row: &Row) -> Option<u8> {
        if self.left(id, row.voter).is_zero() {
            Some(NONE_LEFT)
        } else if row.support > 2 {
            Some(NO_SUPPORT)
        } else if self.signed_key(id, row.voter, row.seal).is_none() {
            Some(NOT_SIGNED)
        } else {
            None
        }
    }

    /// Uses up the nonce that was signed.
    fn use_nonce(&mut self, id: U256, voter: Address, signature: &[u8]) -> Result<(), Bytes> {
        let key = self.signed_key(id, voter, Seal::read(signature));
        require(key.is_some(), Abi::GovernorInvalidSignature { voter })?;
        *self.governor.nonces.entry((voter, key.unwrap_or_default())).or_default() += 1;
        Ok(())
    }

    /// Returns which of a voter's two nonces it has signed, by the nonce's key.
    fn signed_key(&self, id: U256, voter: Address, seal: Seal) -> Option<U256> {
        let keys = [nonce_key(id), U256::ZERO];
        keys.into_iter().find(|key| seal.binds(voter, self.governor.nonce(voter, *key)))
    }
}
