//! What governor and timelock tell of a proposal.

use aia_abi::{
    IAIAGovernor::{ProposalCreated, ProposalQueued, VoteCast},
    IAIATimelock::{CallExecuted, CallSalt, CallScheduled},
};
use alloy::{
    primitives::{Address, B256, LogData, U256},
    signers::local::PrivateKeySigner,
};

use super::{Dao, Draft, VOTING_DELAY, VOTING_PERIOD};
use crate::{Network, actions::event};

impl Draft {
    /// What the governor logs when it is proposed in the second `at`, with the durations of launch.
    pub fn created(&self, proposer: Address, at: u64) -> LogData {
        let Self { targets, values, calldatas, description } = self.clone();
        event(&ProposalCreated {
            proposalId: self.id(),
            proposer,
            signatures: vec![String::new(); targets.len()],
            targets,
            values,
            calldatas,
            voteStart: U256::from(at + VOTING_DELAY),
            voteEnd: U256::from(at + VOTING_DELAY + VOTING_PERIOD),
            description,
        })
    }

    /// What the governor logs when it is voted on, without a reason.
    pub fn voted(&self, voter: &PrivateKeySigner, support: u8, weight: U256) -> LogData {
        let (voter, id, reason) = (voter.address(), self.id(), String::new());
        event(&VoteCast { voter, proposalId: id, support, weight, reason })
    }

    /// What the governor logs when it is queued.
    pub fn queued(&self, eta: u64) -> LogData {
        event(&ProposalQueued { proposalId: self.id(), etaSeconds: U256::from(eta) })
    }
}

impl<N: AsRef<Network>> Dao<N> {
    /// What the timelock logs when a proposal is queued, to be executed after `delay` seconds.
    pub fn scheduled(&self, draft: &Draft, delay: u64) -> Vec<LogData> {
        let (id, salt) = (draft.operation(self.governor), draft.salt(self.governor));
        let calls = draft.calls().map(|(index, target, value, data)| {
            let delay = U256::from(delay);
            event(&CallScheduled { id, index, target, value, data, predecessor: B256::ZERO, delay })
        });
        calls.chain([event(&CallSalt { id, salt })]).collect()
    }

    /// What the timelock logs when a proposal is executed, beside what the calls do.
    pub fn carried_out(&self, draft: &Draft) -> Vec<LogData> {
        let id = draft.operation(self.governor);
        let calls = draft.calls();
        calls.map(|(index, target, value, data)| event(&CallExecuted { id, index, target, value, data })).collect()
    }
}
