//! A trace: random steps around the proposals of a few days, most of which make sense where they stand.

use aia_abi::{
    IAIAGovernor::{
        ProposalState::{Active, Executed, Pending, Queued, Succeeded},
        proposalDeadlineCall, proposalSnapshotCall,
    },
    IAIAToken::transferCall,
};
use aia_tests::network::AIA;
use alloy::{
    primitives::{Address, U256},
    signers::local::PrivateKeySigner,
    sol_types::SolCall,
};
use eyre::{Context, Result};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::{
    council::Operation,
    pair::{Pair, Place},
    proposal::Proposal,
    start::{GRACE, call_token, delegate},
};

/// Steps of a trace.
const STEPS: usize = 40;

/// What happens between two snapshots of the chain.
pub(super) struct Trace<'a> {
    pub(super) pair: &'a mut Pair,
    pub(super) rng: ChaCha8Rng,
    /// All that were made, oldest first.
    pub(super) proposals: Vec<Proposal>,
    /// All that the council scheduled, oldest first.
    pub(super) scheduled: Vec<Operation>,
    /// How many proposals the guardian has cancelled.
    pub(super) strikes: u8,
    /// Whether a proposal raises the timelock's delay.
    pub(super) is_delay_raised: bool,
    /// Last second in which nothing has expired.
    horizon: u64,
}

impl<'a> Trace<'a> {
    pub(super) fn new(pair: &'a mut Pair, rng: ChaCha8Rng) -> Self {
        let (proposals, scheduled) = (Vec::new(), Vec::new());
        Self { pair, rng, proposals, scheduled, strikes: 0, is_delay_raised: false, horizon: u64::MAX }
    }

    pub(super) fn run(mut self) -> Result<()> {
        for step in 0..STEPS {
            self.step().wrap_err_with(|| format!("step {step} at {}", self.pair.now()))?;
        }
        self.inspect().wrap_err("at its end")
    }

    fn step(&mut self) -> Result<()> {
        match self.rng.random_range(0..100) {
            0..6 => self.propose(),
            6..10 => self.move_votes(),
            10..14 => self.pass_some(),
            14..22 => self.disturb(),
            22..28 => self.council(),
            _ => self.advance(),
        }
    }

    /// Does what fits the state of a proposal.
    fn advance(&mut self) -> Result<()> {
        let Some(proposal) = self.focus() else { return self.propose() };
        let chance = self.rng.random_range(0..100);
        match self.pair.state(&proposal)? {
            Some(Pending) => match chance {
                0..70 => self.approach(&proposal, |id| proposalSnapshotCall { proposalId: id }),
                70..82 => self.cancel(&proposal),
                _ => self.vote(&proposal),
            },
            Some(Active) => match chance {
                0..75 => self.vote(&proposal),
                75..96 => self.approach(&proposal, |id| proposalDeadlineCall { proposalId: id }),
                _ => self.cancel(&proposal),
            },
            Some(Succeeded) => match chance {
                0..82 => self.queue(&proposal),
                82..90 => self.cancel(&proposal),
                _ => self.execute(&proposal),
            },
            Some(Queued) if self.pair.eta(&proposal)? <= self.pair.now() => match chance {
                0..60 => self.execute(&proposal),
                60..80 => self.execute_directly(&proposal),
                80..88 => self.cancel(&proposal),
                88..94 => self.cancel_directly(&proposal),
                _ => self.vote(&proposal),
            },
            Some(Queued) => match chance {
                0..65 => self.approach_eta(&proposal),
                65..75 => self.execute(&proposal),
                75..85 => self.execute_directly(&proposal),
                85..92 => self.cancel(&proposal),
                92..96 => self.cancel_directly(&proposal),
                _ => self.queue(&proposal),
            },
            Some(Executed) if chance < 20 => self.execute(&proposal),
            _ if chance < 70 => self.propose(),
            _ => self.disturb(),
        }
    }

    /// Does anything to any proposal, or what nobody may.
    fn disturb(&mut self) -> Result<()> {
        let proposal = self.any_proposal();
        match self.rng.random_range(0..100) {
            0..20 => self.vote(&proposal),
            20..30 => self.queue(&proposal),
            30..42 => self.execute(&proposal),
            42..52 => self.execute_directly(&proposal),
            52..66 => self.cancel(&proposal),
            66..76 => self.cancel_directly(&proposal),
            76..84 => self.govern_without_vote(),
            84..92 => self.administer_without_vote(),
            _ => self.deposit(),
        }
    }

    /// Returns a proposal that was made, the last one mostly.
    fn focus(&mut self) -> Option<Proposal> {
        let last = self.proposals.len().checked_sub(1)?;
        let place = if self.rng.random_bool(0.7) { last } else { self.rng.random_range(0..=last) };
        Some(self.proposals[place].clone())
    }

    /// Returns a proposal, now and then one that was not made.
    fn any_proposal(&mut self) -> Proposal {
        match self.focus() {
            Some(proposal) if self.rng.random_bool(0.9) => proposal,
            _ => {
                let proposer = self.anybody();
                let proposal = self.draft(proposer);
                self.pair.know(&proposal);
                proposal
            }
        }
    }

    /// Lets time pass to an edge of a proposal's life, or somewhere before.
    fn approach<C: SolCall<Return = U256>>(&mut self, proposal: &Proposal, edge: impl Fn(U256) -> C) -> Result<()> {
        let answer = self.pair.view(Place::Governor, &proposal.named(edge))?;
        self.pass_around(C::abi_decode_returns(&answer.output)?.to())?;
        self.pair.compare(proposal)
    }

    fn approach_eta(&mut self, proposal: &Proposal) -> Result<()> {
        self.pass_around(self.pair.eta(proposal)?)?;
        self.pair.compare(proposal)
    }

    /// Lets time pass to just before, at or just after an instant, or to anywhere until then.
    fn pass_around(&mut self, instant: u64) -> Result<()> {
        let now = self.pair.now();
        let target = match self.rng.random_range(0..10) {
            0 => instant - 1,
            1..3 => instant,
            3..9 => instant + 1,
            _ => self.rng.random_range(now..=now.max(instant)),
        };
        self.pass_to(target)
    }

    fn pass_some(&mut self) -> Result<()> {
        let most = if self.rng.random_bool(0.7) { 10 } else { 50_000_u64 };
        let seconds = self.rng.random_range(1..=most);
        self.pass_to(self.pair.now() + seconds)
    }

    /// Lets time pass, unless it did, and never so far that something would expire.
    fn pass_to(&self, instant: u64) -> Result<()> {
        let target = instant.min(self.horizon);
        if target > self.pair.now() { self.pair.pass_to(target) } else { Ok(()) }
    }

    /// Keeps time from passing beyond the grace period of what is ready at an instant.
    pub(super) fn keep(&mut self, ready: u64) {
        self.horizon = self.horizon.min(ready + GRACE);
    }

    /// Moves votes: all of an account by delegation, or some with the tokens.
    fn move_votes(&mut self) -> Result<()> {
        let (from, to) = (self.voter().address(), self.anybody());
        if self.rng.random_bool(0.5) {
            let delegatee = if self.rng.random_bool(0.2) { self.pair.people.wallet } else { to };
            return delegate(self.pair, from, delegatee);
        }
        // A few of them, so that nobody runs out of what it may give away.
        let value = AIA * U256::from(self.rng.random_range(0..500_u64));
        call_token(self.pair, from, &transferCall { to, value })
    }

    pub(super) fn voter(&mut self) -> PrivateKeySigner {
        let voters = &self.pair.people.voters;
        voters[self.rng.random_range(0..voters.len())].clone()
    }

    /// Returns anybody who has a key, those who vote more often.
    pub(super) fn anybody_with_key(&mut self) -> PrivateKeySigner {
        if self.rng.random_bool(0.5) {
            return self.voter();
        }
        let all = self.pair.people.with_keys();
        all[self.rng.random_range(0..all.len())].clone()
    }

    pub(super) fn anybody(&mut self) -> Address {
        self.anybody_with_key().address()
    }

    /// Returns a few wei, mostly none.
    pub(super) fn pittance(&mut self) -> U256 {
        if self.rng.random_bool(0.7) { U256::ZERO } else { U256::from(self.rng.random_range(1..=3_u64)) }
    }

    /// Returns up to `most` random bytes.
    pub(super) fn noise(&mut self, most: usize) -> Vec<u8> {
        (0..self.rng.random_range(0..=most)).map(|_| self.rng.random()).collect()
    }
}
