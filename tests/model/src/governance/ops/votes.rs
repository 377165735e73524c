//! Draws of votes: of those who have some left and mostly in favour, beside some that do not count.

use aia_abi::IAIAGovernor::{self as Abi, IAIAGovernorCalls as Calls};
use alloy_primitives::{Address, Bytes, U256};
use rand::Rng;

use super::{Op, dice::Dice};
use crate::governance::{
    model::State,
    plan::nonce_key,
    seal::{Flaw, ROW, Row, Seal},
};

/// Votes of whoever calls.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn cast_vote(&mut self) -> Op {
        let Some(id) = self.voted() else { return self.propose() };
        let voter = self.voter(id);
        let support = self.support();
        match self.below(100) {
            0..50 => self.on_governor(voter, Calls::castVote(Abi::castVoteCall { proposalId: id, support })),
            50..65 => {
                let reason = self.reason();
                let call = Abi::castVoteWithReasonCall { proposalId: id, support, reason };
                self.on_governor(voter, Calls::castVoteWithReason(call))
            }
            _ => {
                let (support, params) = self.split(id, voter);
                let call =
                    Abi::castVoteWithReasonAndParamsCall { proposalId: id, support, reason: self.reason(), params };
                self.on_governor(voter, Calls::castVoteWithReasonAndParams(call))
            }
        }
    }
}

/// Votes by signature.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn cast_by_sig(&mut self) -> Op {
        let Some(id) = self.voted() else { return self.propose() };
        let (caller, voter) = (self.actor(), self.voter(id));
        let signature = self.seal(id, voter, true).bytes();
        if self.chance(50) {
            let call = Abi::castVoteBySigCall { proposalId: id, support: self.support(), voter, signature };
            return self.on_governor(caller, Calls::castVoteBySig(call));
        }
        let ((support, params), reason) = (self.split(id, voter), self.reason());
        let call =
            Abi::castVoteWithReasonAndParamsBySigCall { proposalId: id, support, voter, reason, params, signature };
        self.on_governor(caller, Calls::castVoteWithReasonAndParamsBySig(call))
    }

    /// Draws a batch in which some count twice, some not at all, and now and then a part of a row.
    pub(super) fn cast_packed(&mut self) -> Op {
        let Some(id) = self.voted() else { return self.propose() };
        let count = self.below(6) + 1;
        let mut packed: Vec<u8> = (0..count).flat_map(|_| self.row(id).packed()).collect();
        match self.below(100) {
            0 => packed.clear(),
            1 => packed.truncate(ROW - 1),
            2 => packed.push(0),
            _ => {}
        }
        let call = Abi::castVotesBySigCall { proposalId: id, packed: packed.into() };
        let caller = self.actor();
        self.on_governor(caller, Calls::castVotesBySig(call))
    }

    fn row(&mut self, id: U256) -> Row {
        // An account with code may have votes, but no key.
        let voter = if self.chance(96) { self.voter(id) } else { self.payee() };
        let support = if self.chance(95) { self.support() } else { self.one_of(&[3, 254, 255]) };
        Row { voter, support, seal: self.seal(id, voter, false) }
    }

    /// Returns a signature that is mostly right; one that stands `alone`, and not in a packed row, may be too short.
    fn seal(&mut self, id: U256, voter: Address, alone: bool) -> Seal {
        let flaw = match self.below(100) {
            0..3 => Flaw::OtherMessage,
            3..6 => Flaw::HighS,
            6..9 => Flaw::NoRecovery,
            9..11 if alone => Flaw::Short,
            _ => Flaw::None,
        };
        let known = self.model.actors.contains(&voter);
        let signer = if known && self.chance(94) { voter } else { self.actor() };
        let key = if self.chance(60) { nonce_key(id) } else { U256::ZERO };
        let nonce = self.model.governor.nonce(voter, key);
        let nonce = match self.below(100) {
            0..4 => nonce + U256::ONE,
            4..8 => nonce.saturating_sub(U256::ONE),
            _ => nonce,
        };
        Seal { signer, nonce, flaw }
    }
}

/// What they share.
impl<R: Rng + ?Sized> Dice<'_, R> {
    /// Returns a proposal that is voted on, mostly, or any other, or none that there is.
    fn voted(&mut self) -> Option<U256> {
        let ids: Vec<U256> = self.model.governor.proposals.keys().copied().collect();
        let active: Vec<U256> =
            ids.iter().copied().filter(|id| matches!(self.model.state(*id), Some(State::Active))).collect();
        let any = self.maybe_one_of(&ids)?;
        match self.below(100) {
            0..95 => self.maybe_one_of(&active).or(Some(any)),
            95..99 => Some(any),
            _ => Some(any + U256::ONE),
        }
    }

    /// Returns an actor that has votes left, mostly.
    fn voter(&mut self, id: U256) -> Address {
        let known = self.model.governor.proposals.contains_key(&id);
        let left = |actor: &Address| known && !self.model.left(id, *actor).is_zero();
        let able: Vec<Address> = self.model.actors.iter().copied().filter(left).collect();
        let anybody = self.actor();
        if self.chance(92) { self.maybe_one_of(&able).unwrap_or(anybody) } else { anybody }
    }

    fn support(&mut self) -> u8 {
        match self.below(100) {
            0..70 => 1,
            70..82 => 0,
            82..97 => 2,
            _ => self.one_of(&[3, 100, 254, 255]),
        }
    }

    fn reason(&mut self) -> String {
        if self.chance(50) { String::new() } else { format!("because of {}", self.below(1_000)) }
    }

    /// Returns a support with params: mostly a part of what the voter has left, mostly in favour.
    fn split(&mut self, id: U256, voter: Address) -> (u8, Bytes) {
        let known = self.model.governor.proposals.contains_key(&id);
        let left = if known { self.model.left(id, voter) } else { U256::ZERO };
        match self.below(100) {
            0..8 => return (self.support(), Bytes::new()),
            8..11 => return (1, Bytes::from_static(&[1])),
            11..14 => return (255, Bytes::from(vec![0; 47])),
            _ => {}
        }
        let third = left / U256::from(3);
        let parts = match self.below(100) {
            0..25 => [U256::ZERO, left, U256::ZERO],
            25..45 => [third, third, third],
            45..75 => [U256::ZERO, self.amount(left), U256::ZERO],
            75..85 => [self.amount(third), self.amount(third), self.amount(third)],
            85..90 => [U256::ZERO; 3],
            90..95 => [U256::ONE, left, U256::ZERO],
            _ => [U256::from(u128::MAX); 3],
        };
        let packed: Vec<u8> = parts.iter().flat_map(|part| part.to_be_bytes::<32>()[16..].to_vec()).collect();
        (255, packed.into())
    }
}
