//! The governor's own events.

use std::collections::BTreeMap;

use aia_abi::IAIAGovernor::{self as Abi, IAIAGovernorEvents as Events};
use aia_model::governance::plan::{Plan, join};
use alloy::{
    primitives::{Address, B256, U256, hex, keccak256},
    sol_types::SolValue,
};
use eyre::{OptionExt, Result, ensure};

/// All that the governor's events tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct GovernorPast {
    pub(crate) address: Address,
    pub(crate) proposals: BTreeMap<U256, ProposalPast>,
    /// Proposer → its last proposal.
    pub(crate) latest: BTreeMap<Address, U256>,
    pub(crate) voting_delay: U256,
    pub(crate) voting_period: U256,
    pub(crate) threshold: U256,
    pub(crate) extension: u64,
    /// What makes the quorum, from which second on, oldest first.
    pub(crate) quorums: Vec<(u64, Abi::QuorumParamsSet)>,
    pub(crate) timelock: Address,
    pub(crate) guardian: Address,
    /// The guardian's last second and its strikes; `None` only before construction.
    pub(crate) term: Option<(u64, u8)>,
}

/// A proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProposalPast {
    pub(crate) proposer: Address,
    pub(crate) plan: Plan,
    pub(crate) description: B256,
    pub(crate) start: u64,
    pub(crate) deadline: u64,
    pub(crate) extended: bool,
    /// Against, For and Abstain.
    pub(crate) votes: [U256; 3],
    pub(crate) used: BTreeMap<Address, U256>,
    pub(crate) eta: Option<U256>,
    /// Timelock and operation.
    pub(crate) queued: Option<(Address, B256)>,
    pub(crate) executed: bool,
    pub(crate) canceled: bool,
}

impl GovernorPast {
    pub(super) fn new(address: Address) -> Self {
        Self { address, ..Self::default() }
    }

    pub(super) fn is_constructed(&self) -> bool {
        self.term.is_some()
    }

    /// Takes in an event of the second `now`.
    pub(super) fn fold(&mut self, now: u64, event: &Events) -> Result<()> {
        match event {
            Events::ProposalCreated(e) => return self.create(now, e),
            Events::VoteCast(e) => return self.count(now, e.proposalId, e.voter, whole(e.support, e.weight)?),
            Events::VoteCastWithParams(e) => return self.count_parts(now, e),
            Events::ProposalExtended(e) => {
                let past = self.proposal(e.proposalId)?;
                ensure!(!past.extended, "G3, G5: {} is extended twice", e.proposalId);
                ensure!(e.extendedDeadline > past.deadline, "G3: {} ends sooner", e.proposalId);
                (past.deadline, past.extended) = (e.extendedDeadline, true);
            }
            Events::ProposalQueued(e) => {
                let past = self.proposal(e.proposalId)?;
                ensure!(!past.is_over() && past.eta.is_none(), "G2: {} is queued again", e.proposalId);
                let passed = now > past.deadline && past.votes[1] > past.votes[0];
                ensure!(passed, "G2: {} is queued with {:?}", e.proposalId, past.votes);
                past.eta = Some(e.etaSeconds);
            }
            Events::ProposalExecuted(e) => {
                let past = self.proposal(e.proposalId)?;
                ensure!(!past.is_over() && past.eta.is_some(), "G2: {} is executed too soon or again", e.proposalId);
                past.executed = true;
            }
            Events::ProposalCanceled(e) => {
                let past = self.proposal(e.proposalId)?;
                ensure!(!past.is_over(), "G2: {} is cancelled when it is over", e.proposalId);
                past.canceled = true;
            }
            Events::GuardianStruck(e) => return self.strike(now, e),
            other => self.set(now, other),
        }
        Ok(())
    }

    /// G8: only the guardian cancels, in its term, and as often as it has strikes.
    fn strike(&mut self, now: u64, e: &Abi::GuardianStruck) -> Result<()> {
        let (expiry, strikes) = self.term.ok_or_eyre("G8: there is no guardian yet")?;
        ensure!(e.guardian == self.guardian, "G8: {} is not the guardian {}", e.guardian, self.guardian);
        ensure!(now <= expiry, "G8: the guardian's term ended at {expiry}");
        ensure!(strikes.checked_sub(1) == Some(e.strikesLeft), "G8: of {strikes} strikes {} are left", e.strikesLeft);
        self.term = Some((expiry, e.strikesLeft));
        Ok(())
    }

    fn set(&mut self, now: u64, event: &Events) {
        match event {
            Events::VotingDelaySet(e) => self.voting_delay = e.newVotingDelay,
            Events::VotingPeriodSet(e) => self.voting_period = e.newVotingPeriod,
            Events::ProposalThresholdSet(e) => self.threshold = e.newProposalThreshold,
            Events::LateQuorumVoteExtensionSet(e) => self.extension = e.newVoteExtension,
            Events::QuorumParamsSet(e) => self.quorums.push((now, e.clone())),
            Events::TimelockChange(e) => self.timelock = e.newTimelock,
            Events::ProposalGuardianSet(e) => self.guardian = e.newProposalGuardian,
            Events::GuardianTermSet(e) => self.term = Some((e.expiry.to(), e.strikes)),
            // What was skipped changes nothing, and the numerator is told of twice.
            _ => {}
        }
    }

    /// G4: votes count as they stand after the proposal was seen. G10, G11, G12 as their checks say.
    fn create(&mut self, now: u64, e: &Abi::ProposalCreated) -> Result<()> {
        let id = e.proposalId;
        let hash = keccak256(&e.description);
        let encoded = (e.targets.clone(), e.values.clone(), e.calldatas.clone(), hash).abi_encode_params();
        ensure!(id == U256::from_be_bytes(keccak256(encoded).0), "G10: {id} is no hash of its calls");
        ensure!(!self.proposals.contains_key(&id), "G2: {id} is proposed twice");
        let named = named_at_the_end(e.description.as_bytes());
        ensure!(named.is_none_or(|named| named == e.proposer), "G11: {} proposes for {named:?}", e.proposer);
        self.g12_no_other_is_live(now, e.proposer)?;
        let (start, end) =
            (U256::from(now) + self.voting_delay, U256::from(now) + self.voting_delay + self.voting_period);
        ensure!((e.voteStart, e.voteEnd) == (start, end), "G4: {id} is voted on from {} to {}", e.voteStart, e.voteEnd);
        ensure!(start > U256::from(now), "G4: votes of the proposal's own second count for {id}");
        let proposal = ProposalPast {
            proposer: e.proposer,
            plan: Plan { actions: join(&e.targets, &e.values, &e.calldatas), ..Plan::default() },
            description: hash,
            start: start.to(),
            deadline: end.to(),
            extended: false,
            votes: [U256::ZERO; 3],
            used: BTreeMap::new(),
            eta: None,
            queued: None,
            executed: false,
            canceled: false,
        };
        self.proposals.insert(id, proposal);
        self.latest.insert(e.proposer, id);
        Ok(())
    }

    /// G12: who proposes has no other proposal that is Pending or Active.
    fn g12_no_other_is_live(&self, now: u64, proposer: Address) -> Result<()> {
        for (id, past) in self.proposals.iter().filter(|(_, past)| past.proposer == proposer) {
            ensure!(past.is_over() || now > past.deadline, "G12: {proposer} proposes beside {id}");
        }
        Ok(())
    }

    fn count_parts(&mut self, now: u64, e: &Abi::VoteCastWithParams) -> Result<()> {
        ensure!(e.support == 255 && e.params.len() == 48, "G1: params without parts");
        let votes = [0, 16, 32].map(|start| U256::from_be_slice(&e.params[start..start + 16]));
        ensure!(votes.iter().copied().sum::<U256>() == e.weight, "G1: {} votes are {votes:?}", e.weight);
        self.count(now, e.proposalId, e.voter, votes)
    }

    /// G3: votes are counted from the first second of voting to the last.
    fn count(&mut self, now: u64, id: U256, voter: Address, votes: [U256; 3]) -> Result<()> {
        let past = self.proposal(id)?;
        let open = past.start < now && now <= past.deadline && !past.is_over();
        ensure!(open, "G3: a vote on {id} counts from {} to {}", past.start, past.deadline);
        for (sum, part) in past.votes.iter_mut().zip(votes) {
            *sum += part;
        }
        *past.used.entry(voter).or_default() += votes.iter().copied().sum::<U256>();
        Ok(())
    }

    /// G10: returns the id of a proposal's operation, by OpenZeppelin's formula.
    pub(super) fn operation_of(&self, id: U256) -> Result<B256> {
        let past = self.proposals.get(&id).ok_or_eyre("a proposal that is none")?;
        let salt = B256::right_padding_from(self.address.as_slice()) ^ past.description;
        Ok(Plan { salt, ..past.plan.clone() }.id())
    }

    pub(super) fn note_queued(&mut self, id: U256, timelock: Address, operation: B256) -> Result<()> {
        self.proposal(id)?.queued = Some((timelock, operation));
        Ok(())
    }

    fn proposal(&mut self, id: U256) -> Result<&mut ProposalPast> {
        self.proposals.get_mut(&id).ok_or_eyre("a proposal that is none")
    }
}

impl ProposalPast {
    /// Whether the governor has ended it.
    pub(crate) fn is_over(&self) -> bool {
        self.executed || self.canceled
    }
}

/// Returns whom the last 52 bytes of a description name, if they name somebody.
fn named_at_the_end(description: &[u8]) -> Option<Address> {
    let (_, end) = description.split_last_chunk::<52>()?;
    let digits = end.strip_prefix(b"#proposer=0x")?;
    hex::decode(digits).ok().and_then(|bytes| Address::try_from(bytes.as_slice()).ok())
}

fn whole(support: u8, weight: U256) -> Result<[U256; 3]> {
    let mut votes = [U256::ZERO; 3];
    *votes.get_mut(usize::from(support)).ok_or_eyre("G1: a vote for no side")? = weight;
    Ok(votes)
}
