//! The AIA token as far as governance needs it: balances, and votes with all their history.

use std::collections::BTreeMap;

use aia_abi::IAIAToken::{self as Abi, IAIATokenCalls as Calls};
use alloy_primitives::{Address, Bytes, U256};
use alloy_sol_types::SolInterface;

use super::{Log, Outcome, answer, log, require};

/// What an amount was from which second on, Unix seconds, oldest first.
pub type History = Vec<(u64, U256)>;

/// Balances and votes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Token {
    /// The token's own address.
    pub address: Address,
    /// Who may mint as much as ever can be.
    pub minter: Address,
    /// Holder → base units.
    pub balances: BTreeMap<Address, U256>,
    /// Holder → whom it delegates to; zero is nobody.
    pub delegates: BTreeMap<Address, Address>,
    /// Delegate → its votes over time.
    pub votes: BTreeMap<Address, History>,
    /// All votes that are delegated, over time.
    pub delegated: History,
}

/// Returns what an amount was at the end of a second.
pub fn at(history: &[(u64, U256)], timepoint: u64) -> U256 {
    let known = history.iter().rev().find(|(since, _)| *since <= timepoint);
    known.map_or(U256::ZERO, |(_, amount)| *amount)
}

/// What there is.
impl Token {
    /// `balanceOf`.
    pub fn balance_of(&self, account: Address) -> U256 {
        self.balances.get(&account).copied().unwrap_or_default()
    }

    /// `delegates`.
    pub fn delegate_of(&self, account: Address) -> Address {
        self.delegates.get(&account).copied().unwrap_or_default()
    }

    /// `getVotes`.
    pub fn votes_of(&self, account: Address) -> U256 {
        self.past_votes(account, u64::MAX)
    }

    /// `getPastVotes`, of a second that is over.
    pub fn past_votes(&self, account: Address, timepoint: u64) -> U256 {
        self.votes.get(&account).map_or(U256::ZERO, |history| at(history, timepoint))
    }

    /// `getTotalDelegationAt`, of a second that is over.
    pub fn past_delegation(&self, timepoint: u64) -> U256 {
        at(&self.delegated, timepoint)
    }
}

/// Calls.
impl Token {
    /// Runs a call at the instant `now`.
    ///
    /// # Panics
    /// When the function is none that is drawn.
    pub(super) fn call(&mut self, now: u64, caller: Address, data: &Bytes) -> Outcome {
        match Calls::abi_decode(data).expect("operations encode calls of the token") {
            Calls::transfer(call) => self.transfer(now, caller, call.to, call.value),
            Calls::mint(call) => self.mint(now, caller, call.to, call.value),
            Calls::delegate(call) => Ok(self.delegate(now, caller, call.delegatee).into()),
            other => unreachable!("nobody draws {other:?}"),
        }
    }

    fn transfer(&mut self, now: u64, from: Address, to: Address, value: U256) -> Outcome {
        self.check_receiver(to)?;
        let balance = self.balance_of(from);
        require(balance >= value, Abi::ERC20InsufficientBalance { sender: from, balance, needed: value })?;
        self.balances.insert(from, balance - value);
        answer(self.give(now, from, to, value), &true)
    }

    fn mint(&mut self, now: u64, caller: Address, to: Address, value: U256) -> Outcome {
        require(caller == self.minter, Abi::RateLimitExceeded {})?;
        self.check_receiver(to)?;
        Ok(self.give(now, Address::ZERO, to, value).into())
    }

    fn delegate(&mut self, now: u64, delegator: Address, to: Address) -> Vec<Log> {
        let from = self.delegates.insert(delegator, to).unwrap_or_default();
        let event = Abi::DelegateChanged { delegator, fromDelegate: from, toDelegate: to };
        let mut logs = vec![log(self.address, &event)];
        logs.extend(self.count(now));
        logs
    }

    fn check_receiver(&self, to: Address) -> Result<(), Bytes> {
        require(!to.is_zero() && to != self.address, Abi::ERC20InvalidReceiver { receiver: to })
    }

    /// Adds what was taken from somebody, or from nobody.
    fn give(&mut self, now: u64, from: Address, to: Address, value: U256) -> Vec<Log> {
        *self.balances.entry(to).or_default() += value;
        let mut logs = vec![log(self.address, &Abi::Transfer { from, to, value })];
        logs.extend(self.count(now));
        logs
    }

    /// Counts all votes anew, and tells whose changed: first who loses some.
    fn count(&mut self, now: u64) -> Vec<Log> {
        let mut counted: BTreeMap<Address, U256> = self.votes.keys().map(|delegate| (*delegate, U256::ZERO)).collect();
        for (holder, delegate) in &self.delegates {
            if !delegate.is_zero() {
                *counted.entry(*delegate).or_default() += self.balance_of(*holder);
            }
        }
        note(&mut self.delegated, now, counted.values().copied().sum());
        let (mut losses, mut gains) = (Vec::new(), Vec::new());
        for (delegate, votes) in counted {
            let before = self.votes_of(delegate);
            if votes != before {
                note(self.votes.entry(delegate).or_default(), now, votes);
                let event = Abi::DelegateVotesChanged { delegate, previousVotes: before, newVotes: votes };
                let side = if votes < before { &mut losses } else { &mut gains };
                side.push(log(self.address, &event));
            }
        }
        losses.extend(gains);
        losses
    }
}

/// Notes an amount; a second has one entry, its last.
fn note(history: &mut History, now: u64, amount: U256) {
    if at(history, now) != amount {
        history.retain(|(since, _)| *since != now);
        history.push((now, amount));
    }
}
