//! What moves a proposal along or ends it, by whoever may and by others.

use aia_abi::{
    IAIAGovernor::{
        ProposalState::{Active, Pending, Queued},
        cancelCall, executeCall, proposalGuardianCall, queueCall,
    },
    IAIATimelock,
};
use alloy::{
    primitives::{Address, B256, Bytes, U256, keccak256},
    sol_types::{Panic, SolCall, SolError},
};
use eyre::{Result, ensure};
use rand::Rng;

use super::{
    actions::GOVERNANCE_CALLS,
    outcome::Outcome,
    pair::{OURS, Place, Step},
    proposal::{Batch, Proposal, calldata},
    trace::Trace,
};

/// How many proposals the guardian cancels in a trace, at most: fewer than it may.
const MOST_STRIKES: u8 = 9;
/// Code of the panic of who takes something out of nothing.
const EMPTY_POP: u8 = 0x31;

/// Why a proposal cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flaw {
    /// Its description binds somebody else.
    Bound,
    Empty,
    /// Its lists have different lengths.
    Uneven,
    /// There is such a proposal.
    Repeated,
}

impl Trace<'_> {
    /// Proposes something; by who has a live proposal, only what is refused for an earlier reason.
    pub(super) fn propose(&mut self) -> Result<()> {
        let proposer = if self.rng.random_bool(0.9) { self.voter().address() } else { self.anybody() };
        let is_flawed = self.has_live_proposal(proposer)? || self.rng.random_bool(0.12);
        let proposal = if is_flawed { self.flawed_draft(proposer) } else { self.draft(proposer) };
        self.pair.know(&proposal);
        let data = proposal.proposing();
        let step = Step { name: "propose", from: proposer, to: Place::Governor, value: U256::ZERO, data };
        let outcome = self.pair.run(&step)?;
        if outcome.success {
            ensure!(!is_flawed, "a proposal is made that cannot be: {proposal:?}");
            ensure!(outcome.output == self.pair.aliased(proposal.id(OURS)), "it has another id: {outcome:?}");
            self.proposals.push(proposal.clone());
        }
        self.pair.compare(&proposal)
    }

    fn has_live_proposal(&self, proposer: Address) -> Result<bool> {
        let Some(last) = self.proposals.iter().rfind(|proposal| proposal.proposer == proposer) else {
            return Ok(false);
        };
        Ok(matches!(self.pair.state(last)?, Some(Pending | Active)))
    }

    fn flawed_draft(&mut self, proposer: Address) -> Proposal {
        let mut proposal = self.draft(proposer);
        let flaws = [Flaw::Bound, Flaw::Empty, Flaw::Uneven, Flaw::Repeated];
        match flaws[self.rng.random_range(0..flaws.len())] {
            Flaw::Empty => proposal.batches = [Batch::default(), Batch::default()],
            Flaw::Uneven => self.make_uneven(&mut proposal),
            Flaw::Repeated if !self.proposals.is_empty() => {
                let made = &self.proposals[self.rng.random_range(0..self.proposals.len())];
                proposal = Proposal { proposer, ..made.clone() };
            }
            Flaw::Bound | Flaw::Repeated => {
                let title = self.title();
                let other = self.pair.network.owner.address();
                proposal.description = self.binding(&title, other);
            }
        }
        proposal
    }

    fn make_uneven(&mut self, proposal: &mut Proposal) {
        let list = self.rng.random_range(0..4);
        let one_less = proposal.actions.len() - 1;
        for batch in &mut proposal.batches {
            match list {
                0 => batch.targets.truncate(one_less),
                1 => batch.values.truncate(one_less),
                2 => batch.calldatas.truncate(one_less),
                _ => batch.values.push(U256::ZERO),
            }
        }
    }

    pub(super) fn queue(&mut self, proposal: &Proposal) -> Result<()> {
        let outcome = self.submit_by_anybody("queue", U256::ZERO, proposal.spelled_out::<queueCall>())?;
        if outcome.success {
            self.keep(self.pair.eta(proposal)?);
        }
        self.pair.compare(proposal)
    }

    pub(super) fn execute(&mut self, proposal: &Proposal) -> Result<()> {
        let is_due = self.is_due(proposal)?;
        let value = self.pittance();
        let outcome = self.submit_by_anybody("execute", value, proposal.spelled_out::<executeCall>())?;
        if is_due {
            self.count_actions(proposal, outcome.success);
        }
        self.pair.compare(proposal)
    }

    /// Counts what became of actions; whose fault a refusal is, is clear when there is only one.
    fn count_actions(&mut self, proposal: &Proposal, success: bool) {
        if success || proposal.actions.len() == 1 {
            for &action in &proposal.actions {
                self.pair.tally.count(action, success);
            }
        }
    }

    fn is_due(&self, proposal: &Proposal) -> Result<bool> {
        Ok(self.pair.state(proposal)? == Some(Queued) && self.pair.eta(proposal)? <= self.pair.now())
    }

    /// Executes a proposal's operation past the governor, which makes every governance call fail.
    pub(super) fn execute_directly(&mut self, proposal: &Proposal) -> Result<()> {
        let is_due = self.is_due(proposal)?;
        let has_governance_call = proposal.actions.iter().any(|action| GOVERNANCE_CALLS.contains(action));
        let name =
            if has_governance_call { "timelock.executeBatch of a governance call" } else { "timelock.executeBatch" };
        let data = [0, 1].map(|side| {
            let salt = proposal.salt(self.pair.side(side).governor);
            let arguments = proposal.batches[side].with_words(B256::ZERO, salt);
            calldata(IAIATimelock::executeBatchCall::SELECTOR, &arguments)
        });
        let (from, value) = (self.anybody(), self.pittance());
        let outcome = self.pair.run(&Step { name, from, to: Place::Timelock, value, data })?;
        if is_due && has_governance_call && proposal.actions.len() == 1 && self.is_execution_open()? {
            let panic = Panic { code: U256::from(EMPTY_POP) }.abi_encode();
            ensure!(outcome.output == panic, "it does not panic: {outcome:?}");
            self.pair.tally.count("panic of a governance call", outcome.success);
        }
        self.pair.compare(proposal)
    }

    /// Whether anybody may execute.
    fn is_execution_open(&self) -> Result<bool> {
        let call = IAIATimelock::hasRoleCall { role: keccak256("EXECUTOR_ROLE"), account: Address::ZERO };
        self.pair.ask(Place::Timelock, &call)
    }

    /// Cancels as the proposer, as the guardian, or as anybody else.
    pub(super) fn cancel(&mut self, proposal: &Proposal) -> Result<()> {
        let guardian = self.pair.ask(Place::Governor, &proposalGuardianCall {})?;
        let (name, from) = match self.rng.random_range(0..100) {
            0..40 => ("cancel by the guardian", guardian),
            40..75 => ("cancel by the proposer", proposal.proposer),
            _ => ("cancel by anybody", self.anybody()),
        };
        if from == guardian && self.strikes == MOST_STRIKES {
            return self.vote(proposal);
        }
        let data = proposal.spelled_out::<cancelCall>();
        let outcome = self.pair.run(&Step { name, from, to: Place::Governor, value: U256::ZERO, data })?;
        self.strikes += u8::from(from == guardian && outcome.success);
        self.pair.compare(proposal)
    }

    /// Cancels a proposal's operation past the governor.
    pub(super) fn cancel_directly(&mut self, proposal: &Proposal) -> Result<()> {
        let ids = self.pair.operations(proposal);
        self.cancel_operation(ids)?;
        self.pair.compare(proposal)
    }

    fn submit_by_anybody(&mut self, name: &'static str, value: U256, data: [Bytes; 2]) -> Result<Outcome> {
        let from = self.anybody();
        self.pair.run(&Step { name, from, to: Place::Governor, value, data })
    }
}
