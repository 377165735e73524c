//! Calls that somebody could mean: they reach what calldata by chance does not.

use aia_abi::{IAIAGovernor as G, IAIATimelock as T};
use aia_tests::{
    common::Message,
    governance::{Draft, ExtendedBallot, Row, fractions, keyed_nonce, pack, support::FRACTIONAL},
};
use alloy::{
    primitives::{Address, B256, Bytes, U256, aliases::U48, keccak256},
    signers::local::PrivateKeySigner,
    sol_types::{SolCall, SolValue},
};
use eyre::Result;
use rand::{Rng, seq::IndexedRandom};

use crate::calldata_fuzz::Fuzz;

/// How many of the latest drafts and operations are still meant.
const LATEST: usize = 16;

/// One call that waits in the timelock.
#[derive(Clone, Debug, Default)]
pub(super) struct Operation {
    target: Address,
    data: Bytes,
    salt: B256,
}

impl Operation {
    fn id(&self) -> B256 {
        keccak256((self.target, U256::ZERO, self.data.clone(), B256::ZERO, self.salt).abi_encode_params())
    }
}

impl Fuzz<'_> {
    /// Returns a call that an account could mean.
    pub(super) fn apt_call(&mut self) -> Result<Message> {
        let from = self.signer();
        Ok(match self.rng.random_range(0..40) {
            0..6 => self.proposal(from),
            6..16 => self.vote(from),
            16..19 => return self.signed_vote(from),
            19..22 => return self.batch(from),
            22..32 => self.step(from),
            32..37 => self.operation(from),
            _ => self.upkeep(),
        })
    }

    /// Returns one of the latest drafts.
    pub(super) fn draft(&mut self) -> Draft {
        let first = self.drafts.len().saturating_sub(LATEST);
        self.drafts[first..].choose(&mut self.rng).cloned().unwrap_or_default()
    }

    /// Remembers what was proposed or scheduled by a call that succeeded, if it is as it reads.
    pub(super) fn remember(&mut self, input: &[u8], output: &[u8]) {
        if let Ok(call) = G::proposeCall::abi_decode(input) {
            let G::proposeCall { targets, values, calldatas, description } = call;
            let draft = Draft { targets, values, calldatas, description };
            if output == draft.id().to_be_bytes::<32>() {
                self.drafts.push(draft);
            }
        }
        if let Ok(T::scheduleCall { target, data, salt, .. }) = T::scheduleCall::abi_decode(input) {
            self.operations.push(Operation { target, data, salt });
        }
    }

    fn to_governor(&self, from: Address, call: &impl SolCall) -> Message {
        Message::call(from, self.dao.governor, call.abi_encode())
    }

    fn to_timelock(&self, from: Address, call: &impl SolCall) -> Message {
        Message::call(from, self.dao.timelock, call.abi_encode())
    }

    fn key(&mut self) -> PrivateKeySigner {
        let index = self.rng.random_range(0..self.signers.len());
        self.signers[index].clone()
    }

    fn proposal(&mut self, from: Address) -> Message {
        let mut draft = Draft::new(format!("number {}", self.drafts.len()));
        for _ in 0..self.rng.random_range(1..4) {
            draft = self.with_a_call(draft);
        }
        let Draft { targets, values, calldatas, description } = draft;
        self.to_governor(from, &G::proposeCall { targets, values, calldatas, description })
    }

    /// Adds a call of the governor, of the timelock, or of an account that has no code.
    fn with_a_call(&mut self, draft: Draft) -> Draft {
        let (governor, timelock) = (self.dao.governor, self.dao.timelock);
        let (somebody, value) = (self.signer(), U256::ZERO);
        match self.rng.random_range(0..8) {
            0 => draft.call(governor, &G::setVotingDelayCall { newVotingDelay: U48::from(3_600) }),
            1 => draft.call(governor, &G::relayCall { target: somebody, value, data: Bytes::new() }),
            2 => draft.call(governor, &G::setProposalThresholdCall { newProposalThreshold: U256::ONE }),
            3 => draft.call(timelock, &T::setGracePeriodCall { duration: 1_300_000 }),
            4 => draft.paying(self.dao.net().token, value, self.noise(70)),
            _ => draft.paying(somebody, value, self.noise(70)),
        }
    }

    /// Returns what somebody says about a proposal: mostly yes.
    fn support(&mut self) -> u8 {
        *[0, 1, 1, 1, 1, 2, 3].choose(&mut self.rng).unwrap_or(&1)
    }

    fn parts(&mut self) -> Bytes {
        let [against, in_favour, abstain] = [0; 3].map(|_: u8| U256::from(self.rng.random_range(0..1_000_u64)));
        fractions(against, in_favour, abstain)
    }

    fn vote(&mut self, from: Address) -> Message {
        let (id, support, reason) = (self.draft().id(), self.support(), "a reason".to_string());
        match self.rng.random_range(0..5) {
            0 => self.to_governor(from, &G::castVoteWithReasonCall { proposalId: id, support, reason }),
            1 => {
                let (support, params) = (FRACTIONAL, self.parts());
                let call = G::castVoteWithReasonAndParamsCall { proposalId: id, support, reason, params };
                self.to_governor(from, &call)
            }
            _ => self.to_governor(from, &G::castVoteCall { proposalId: id, support }),
        }
    }

    fn signed_vote(&mut self, from: Address) -> Result<Message> {
        let (key, id, support) = (self.key(), self.draft().id(), self.support());
        let voter = key.address();
        if self.rng.random() {
            let signature = self.dao.sign_ballot(&key, id, support)?.bytes();
            return Ok(self.to_governor(from, &G::castVoteBySigCall { proposalId: id, support, voter, signature }));
        }
        let (reason, params, nonce) = ("signed".to_string(), self.parts(), keyed_nonce(id, 0));
        let support = FRACTIONAL;
        let ballot =
            ExtendedBallot { proposalId: id, support, voter, nonce, reason: reason.clone(), params: params.clone() };
        let signature = self.dao.sign_extended_ballot(&key, &ballot)?.bytes();
        let call =
            G::castVoteWithReasonAndParamsBySigCall { proposalId: id, support, voter, reason, params, signature };
        Ok(self.to_governor(from, &call))
    }

    fn batch(&mut self, from: Address) -> Result<Message> {
        let id = self.draft().id();
        let mut rows: Vec<Row> = Vec::new();
        for _ in 0..self.rng.random_range(1..6) {
            let (key, support) = (self.key(), self.support());
            rows.push(self.dao.row(&key, id, support)?);
        }
        Ok(self.to_governor(from, &G::castVotesBySigCall { proposalId: id, packed: pack(&rows) }))
    }

    /// Returns a step of a proposal that may or may not be due.
    fn step(&mut self, from: Address) -> Message {
        let draft = self.draft();
        let hash = draft.description_hash();
        let Draft { targets, values, calldatas, .. } = draft;
        match self.rng.random_range(0..11) {
            0..5 => self.to_governor(from, &G::queueCall { targets, values, calldatas, descriptionHash: hash }),
            5..10 => self.to_governor(from, &G::executeCall { targets, values, calldatas, descriptionHash: hash }),
            _ => self.to_governor(from, &G::cancelCall { targets, values, calldatas, descriptionHash: hash }),
        }
    }

    /// Returns a call about an operation that the governor schedules without a proposal.
    fn operation(&mut self, from: Address) -> Message {
        let first = self.operations.len().saturating_sub(LATEST);
        let known = self.operations[first..].choose(&mut self.rng).cloned().unwrap_or_default();
        let (value, predecessor) = (U256::ZERO, B256::ZERO);
        match self.rng.random_range(0..10) {
            0..4 => {
                let (target, data) = (self.signer(), Bytes::from(self.noise(70)));
                let salt = B256::from(U256::from(self.operations.len()));
                let delay = U256::from(self.rng.random_range(21_600..100_000));
                let call = T::scheduleCall { target, value, data, predecessor, salt, delay };
                self.to_timelock(self.dao.governor, &call)
            }
            4 => self.to_timelock(self.dao.governor, &T::cancelCall { id: known.id() }),
            _ => {
                let Operation { target, data, salt } = known;
                self.to_timelock(from, &T::executeCall { target, value, payload: data, predecessor, salt })
            }
        }
    }

    /// Returns what keeps things going: roles and powers come back, and the brake is released.
    fn upkeep(&mut self) -> Message {
        let (timelock, guardian) = (self.dao.timelock, self.dao.guardian().address());
        let role = |name: &str| keccak256(name);
        match self.rng.random_range(0..6) {
            0 => {
                let call = T::grantRoleCall { role: role("PROPOSER_ROLE"), account: self.dao.governor };
                self.to_timelock(timelock, &call)
            }
            1 => {
                let call = T::grantRoleCall { role: role("CANCELLER_ROLE"), account: self.dao.governor };
                self.to_timelock(timelock, &call)
            }
            2 => {
                let call = T::grantRoleCall { role: role("EXECUTOR_ROLE"), account: Address::ZERO };
                self.to_timelock(timelock, &call)
            }
            3 => {
                let expiry = U48::from(self.now + 1_000_000);
                self.to_timelock(timelock, &T::setGuardianCall { newGuardian: guardian, expiry })
            }
            4 => self.to_timelock(guardian, &T::brakeCall {}),
            _ => self.to_timelock(guardian, &T::unbrakeCall {}),
        }
    }
}
