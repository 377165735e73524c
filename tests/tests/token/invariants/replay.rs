//! The token's state as whoever knows nothing but its logs rebuilds it.

use std::collections::{BTreeMap, BTreeSet};

use aia_abi::IAIAToken as Abi;
use aia_model::{interface::Event, model::History};
use alloy::primitives::{Address, B256, U256};
use eyre::{Context, OptionExt, Result, ensure};
use rand::Rng;

use crate::invariants::Run;

/// How many rebuilt checkpoints of each delegate are looked up.
const CHECKPOINTS: usize = 50;

/// All that events tell; what is left of an allowance they do not.
#[derive(Debug, Default)]
struct Ledger {
    balances: BTreeMap<Address, U256>,
    supply: U256,
    approvals: BTreeMap<(Address, Address), U256>,
    delegates: BTreeMap<Address, Address>,
    votes: BTreeMap<Address, History>,
    authorizations: BTreeSet<(Address, B256)>,
    limits: BTreeMap<Address, (U256, U256)>,
    owner: Address,
    pending_owner: Address,
    ccip_admin: Address,
    l1_address: Address,
}

impl Ledger {
    fn fold(&mut self, now: u64, event: &Event) -> Result<()> {
        match *event {
            Event::Transfer { from, to, value } => {
                if from.is_zero() {
                    self.supply += value;
                } else {
                    let balance = self.balances.entry(from).or_default();
                    *balance = balance.checked_sub(value).ok_or_eyre("pays what it has not")?;
                }
                if to.is_zero() {
                    self.supply -= value;
                } else {
                    *self.balances.entry(to).or_default() += value;
                }
            }
            Event::Approval { owner, spender, value } => {
                self.approvals.insert((owner, spender), value);
            }
            Event::AuthorizationUsed { authorizer, nonce } | Event::AuthorizationCanceled { authorizer, nonce } => {
                ensure!(self.authorizations.insert((authorizer, nonce)), "TOKEN-7: {nonce} of {authorizer} again");
            }
            Event::DelegateChanged { delegator, from_delegate, to_delegate } => {
                let before = self.delegates.insert(delegator, to_delegate).unwrap_or_default();
                ensure!(before == from_delegate, "{delegator} delegated to {before}, not {from_delegate}");
            }
            Event::DelegateVotesChanged { delegate, previous_votes, new_votes } => {
                let history = self.votes.entry(delegate).or_default();
                let before = history.last().map_or(U256::ZERO, |(_, votes)| *votes);
                ensure!(before == previous_votes, "{delegate} had {before} votes, not {previous_votes}");
                ensure!(new_votes != previous_votes, "TOKEN-5: a change of votes that is none");
                match history.last_mut() {
                    Some((second, votes)) if *second == now => *votes = new_votes,
                    _ => history.push((now, new_votes)),
                }
            }
            Event::MintLimitSet { minter, capacity, window } => {
                self.limits.insert(minter, (capacity, window));
            }
            Event::OwnershipTransferStarted { previous_owner, new_owner } => {
                ensure!(previous_owner == self.owner, "{previous_owner} offers what is {}'s", self.owner);
                self.pending_owner = new_owner;
            }
            Event::OwnershipTransferred { previous_owner, new_owner } => {
                ensure!(previous_owner == self.owner, "{previous_owner} hands over what is {}'s", self.owner);
                (self.owner, self.pending_owner) = (new_owner, Address::ZERO);
            }
            Event::CCIPAdminTransferred { previous_admin, new_admin } => {
                ensure!(previous_admin == self.ccip_admin, "{previous_admin} was not the admin");
                self.ccip_admin = new_admin;
            }
            Event::L1AddressSet { l1_address } => {
                ensure!(self.l1_address.is_zero(), "TOKEN-10: the L1 address is set again");
                self.l1_address = l1_address;
            }
        }
        Ok(())
    }
}

impl Run<'_> {
    /// Rebuilds the state from every log since the deployment and compares it with the views.
    pub(crate) fn state_follows_from_events(&mut self) -> Result<()> {
        let mut ledger = Ledger::default();
        for (now, events) in self.live.history()? {
            for event in &events {
                ledger.fold(now, event).wrap_err_with(|| format!("at {now}: {event:?}"))?;
            }
        }
        let read = &self.live;
        let mut delegated = BTreeMap::<Address, U256>::new();
        for account in self.everyone() {
            let balance = ledger.balances.get(&account).copied().unwrap_or_default();
            ensure!(read.read(&Abi::balanceOfCall { account })? == balance, "balance of {account} by events");
            let delegate = ledger.delegates.get(&account).copied().unwrap_or_default();
            ensure!(read.read(&Abi::delegatesCall { account })? == delegate, "delegate of {account} by events");
            *delegated.entry(delegate).or_default() += balance;
            let limit = ledger.limits.get(&account).copied().unwrap_or_default();
            let seen = read.read(&Abi::mintLimitOfCall { minter: account })?;
            ensure!((U256::from(seen.capacity), U256::from(seen.window)) == limit, "limit of {account} by events");
        }
        delegated.remove(&Address::ZERO);
        for account in self.everyone() {
            let history = ledger.votes.get(&account).map_or(&[][..], Vec::as_slice);
            let votes = history.last().map_or(U256::ZERO, |(_, votes)| *votes);
            ensure!(read.read(&Abi::getVotesCall { account })? == votes, "votes of {account} by events");
            let expected = delegated.get(&account).copied().unwrap_or_default();
            ensure!(votes == expected, "TOKEN-2: votes of {account} by events");
            let count = usize::try_from(read.read(&Abi::numCheckpointsCall { account })?)?;
            ensure!(count == history.len(), "TOKEN-4: {account} has {count} checkpoints, by events {}", history.len());
            for _ in 0..CHECKPOINTS.min(count) {
                let index = self.rng.random_range(0..count);
                let seen = read.read(&Abi::checkpointsCall { account, pos: index.try_into()? })?;
                let seen = (seen.key.to::<u64>(), seen.value.to::<U256>());
                ensure!(seen == history[index], "checkpoint {index} of {account} by events");
            }
        }
        ensure!(read.read(&Abi::totalSupplyCall {})? == ledger.supply, "supply by events");
        let total: U256 = delegated.values().copied().sum();
        ensure!(read.read(&Abi::getTotalDelegationCall {})? == total, "total delegation by events");
        for (&(owner, spender), approved) in &ledger.approvals {
            let rest = read.read(&Abi::allowanceCall { owner, spender })?;
            ensure!(rest <= *approved, "{spender} may spend more of {owner} than was approved");
        }
        for (authorizer, nonce) in &ledger.authorizations {
            let call = Abi::authorizationStateCall { authorizer: *authorizer, nonce: *nonce };
            ensure!(read.read(&call)?, "authorization {nonce} of {authorizer} by events");
        }
        ensure!(ledger.authorizations == self.model.authorizations, "authorizations by events");
        let roles = (ledger.owner, ledger.pending_owner, ledger.ccip_admin, ledger.l1_address);
        let seen = (
            read.read(&Abi::ownerCall {})?,
            read.read(&Abi::pendingOwnerCall {})?,
            read.read(&Abi::getCCIPAdminCall {})?,
            read.read(&Abi::l1AddressCall {})?,
        );
        ensure!(seen == roles, "roles by events: {roles:?}, seen {seen:?}");
        Ok(())
    }
}
