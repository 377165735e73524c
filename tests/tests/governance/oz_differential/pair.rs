//! Ours and OpenZeppelin's on one chain: called alike, in the same seconds, and compared.

use aia_abi::{
    IAIAGovernor::{
        ProposalState, proposalDeadlineCall, proposalEtaCall, proposalVotesCall, stateCall as proposalStateCall,
    },
    IAIATimelock::getOperationStateCall,
};
use aia_tests::{
    Network,
    common::{Message, send},
};
use alloy::{
    primitives::{Address, B256, Bytes, U256, keccak256},
    rpc::types::TransactionRequest,
    sol_types::{Eip712Domain, SolCall},
};
use eyre::{Result, ensure};

use super::{
    outcome::{Aliases, Outcome},
    people::People,
    proposal::{Proposal, both},
    tally::Tally,
};

/// Our side.
pub(super) const OURS: usize = 0;
/// OpenZeppelin's side.
pub(super) const THEIRS: usize = 1;

/// What stands for each side's governor, and for its timelock.
const ALIASES: [Address; 2] = [Address::repeat_byte(0xa1), Address::repeat_byte(0xa2)];

/// One of the two contracts of a side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Governor,
    Timelock,
}

/// A governor and its timelock.
#[derive(Clone, Debug)]
pub(super) struct Side {
    pub(super) governor: Address,
    pub(super) timelock: Address,
    /// Under which the governor reads signatures.
    pub(super) domain: Eip712Domain,
}

/// Contracts that proposals call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Targets {
    pub(super) tally: Address,
    pub(super) refusal: Address,
}

/// The same call for both sides.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) name: &'static str,
    pub(super) from: Address,
    pub(super) to: Place,
    /// Wei sent.
    pub(super) value: U256,
    pub(super) data: [Bytes; 2],
}

/// Both sides, with the same votes and in the same state.
pub(super) struct Pair {
    pub(super) network: Network,
    pub(super) people: People,
    pub(super) targets: Targets,
    pub(super) tally: Tally,
    sides: [Side; 2],
    aliases: [Aliases; 2],
}

impl Pair {
    pub(super) fn new(network: Network, people: People, targets: Targets, sides: [Side; 2]) -> Self {
        let aliases = sides.each_ref().map(|side| {
            let mut aliases = Aliases::default();
            aliases.add(side.governor.as_slice(), ALIASES[0].as_slice());
            aliases.add(side.timelock.as_slice(), ALIASES[1].as_slice());
            aliases
        });
        Self { network, people, targets, tally: Tally::default(), sides, aliases }
    }

    pub(super) fn side(&self, side: usize) -> &Side {
        &self.sides[side]
    }

    /// Returns where a contract is on each side.
    pub(super) fn places(&self, place: Place) -> [Address; 2] {
        self.sides.each_ref().map(|side| match place {
            Place::Governor => side.governor,
            Place::Timelock => side.timelock,
        })
    }

    /// Returns the operation of a proposal on each side.
    pub(super) fn operations(&self, proposal: &Proposal) -> [B256; 2] {
        [OURS, THEIRS].map(|side| proposal.operation(side, self.sides[side].governor))
    }

    /// Lets the ids of a proposal and its operation on one side stand for those on the other.
    pub(super) fn know(&mut self, proposal: &Proposal) {
        let ids = [OURS, THEIRS].map(|side| B256::from(proposal.id(side)));
        self.know_hashes(ids);
        self.know_hashes(self.operations(proposal));
        self.know_hashes([OURS, THEIRS].map(|side| proposal.salt(self.sides[side].governor)));
    }

    /// Lets two hashes stand for each other, and the ends of them that are the keys of nonces.
    pub(super) fn know_hashes(&mut self, hashes: [B256; 2]) {
        if hashes[OURS] == hashes[THEIRS] {
            return;
        }
        let alias = keccak256(hashes.concat());
        for (aliases, hash) in self.aliases.iter_mut().zip(hashes) {
            aliases.add(hash.as_slice(), alias.as_slice());
            aliases.add(&hash[8..], &alias[8..]);
        }
    }

    /// Forgets what was known of proposals.
    pub(super) fn forget_proposals(&mut self) {
        self.aliases.iter_mut().for_each(|aliases| aliases.truncate(ALIASES.len()));
    }

    /// Returns what stands for a word of our side's.
    pub(super) fn aliased(&self, word: U256) -> Vec<u8> {
        self.aliases[OURS].replace(&word.to_be_bytes::<32>())
    }

    pub(super) fn now(&self) -> u64 {
        self.network.now()
    }

    /// Lets time pass to an instant that is not over.
    pub(super) fn pass_to(&self, instant: u64) -> Result<()> {
        self.network.pass(instant - self.now())
    }

    /// Sends a call to both sides in the second of the latest block, compares, and returns what came of it.
    pub(super) fn run(&mut self, step: &Step) -> Result<Outcome> {
        let [ours, theirs] = [self.submit(OURS, step)?, self.submit(THEIRS, step)?];
        ensure!(ours == theirs, "{step:?}\nours: {ours:#?}\nOpenZeppelin's: {theirs:#?}");
        self.tally.count(step.name, ours.success);
        Ok(ours)
    }

    /// Sends a call to one side.
    pub(super) fn submit(&self, side: usize, step: &Step) -> Result<Outcome> {
        let (to, data) = (self.places(step.to)[side], step.data[side].clone());
        let now = self.now();
        self.network.api.chain().set_next_time(now)?;
        let message = Message { value: step.value, ..Message::call(step.from, to, data) };
        let included = send(&self.network.api, message)?;
        ensure!(self.now() == now, "the block has another time");
        Outcome::of_transaction(included, &self.aliases[side])
    }

    /// Asks both sides, compares, and returns the answer.
    pub(super) fn view(&self, to: Place, data: &[Bytes; 2]) -> Result<Outcome> {
        let [ours, theirs] = [self.look(OURS, to, data)?, self.look(THEIRS, to, data)?];
        ensure!(ours == theirs, "{to:?} {data:?}\nours: {ours:?}\nOpenZeppelin's: {theirs:?}");
        Ok(ours)
    }

    /// Asks one side.
    pub(super) fn look(&self, side: usize, to: Place, data: &[Bytes; 2]) -> Result<Outcome> {
        let input = data[side].clone().into();
        let request = TransactionRequest::default().to(self.places(to)[side]).input(input);
        Outcome::of_view(self.network.api.call(&request, None), &self.aliases[side])
    }

    /// Asks both sides what neither refuses.
    pub(super) fn ask<C: SolCall>(&self, to: Place, call: &C) -> Result<C::Return> {
        let answer = self.view(to, &both(call))?;
        ensure!(answer.success, "{} is refused: {}", C::SIGNATURE, answer.output);
        Ok(C::abi_decode_returns(&answer.output)?)
    }

    /// Returns the state of a proposal; `None` if it was not made.
    pub(super) fn state(&self, proposal: &Proposal) -> Result<Option<ProposalState>> {
        let answer = self.view(Place::Governor, &proposal.named(|id| proposalStateCall { proposalId: id }))?;
        Ok(if answer.success { Some(proposalStateCall::abi_decode_returns(&answer.output)?) } else { None })
    }

    /// Returns when a proposal can be executed; 0 if it was not queued.
    pub(super) fn eta(&self, proposal: &Proposal) -> Result<u64> {
        let answer = self.view(Place::Governor, &proposal.named(|id| proposalEtaCall { proposalId: id }))?;
        Ok(proposalEtaCall::abi_decode_returns(&answer.output)?.to())
    }

    /// Compares what changes of a proposal while it lives, and its operation.
    pub(super) fn compare(&self, proposal: &Proposal) -> Result<()> {
        self.state(proposal)?;
        self.eta(proposal)?;
        self.view(Place::Governor, &proposal.named(|id| proposalVotesCall { proposalId: id }))?;
        self.view(Place::Governor, &proposal.named(|id| proposalDeadlineCall { proposalId: id }))?;
        self.compare_operation(self.operations(proposal))
    }

    /// Compares the state of an operation.
    pub(super) fn compare_operation(&self, ids: [B256; 2]) -> Result<()> {
        let state = ids.map(|id| getOperationStateCall { id }.abi_encode().into());
        self.view(Place::Timelock, &state)?;
        Ok(())
    }
}
