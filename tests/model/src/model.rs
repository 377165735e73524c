//! The token as one would explain it: maps, sums over all holders, and complete histories.
//!
//! Every operation first makes all its checks, in the order in which the contract makes them, and
//! then changes the state, so a refusal leaves everything as it was.

use std::collections::{BTreeMap, BTreeSet};

use alloy_primitives::{Address, B256, U256};

use crate::{
    interface::{Authorization, Event, Outcome, Refusal, Signature},
    limit::{LONGEST_WINDOW, MintLimit},
};

/// The cap in base units: one billion tokens of 18 decimals.
pub const MAX_SUPPLY: u128 = 1_000_000_000_000_000_000_000_000_000;

/// What an amount was from which second on, oldest first.
pub type History = Vec<(u64, U256)>;

/// The whole token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// Accounts that random operations are about; the token itself has no such list.
    pub actors: Vec<Address>,
    /// The token's own address.
    pub token: Address,
    /// Unix seconds.
    pub now: u64,
    /// Holder → base units.
    pub balances: BTreeMap<Address, U256>,
    /// Owner and spender → base units; 2^256 − 1 is without limit.
    pub allowances: BTreeMap<(Address, Address), U256>,
    /// Holder → whom it delegates to; zero is nobody.
    pub delegates: BTreeMap<Address, Address>,
    /// Signer → how many permits and delegations it has signed.
    pub nonces: BTreeMap<Address, U256>,
    /// Authorizer and nonce of every authorization that was used or canceled.
    pub authorizations: BTreeSet<(Address, B256)>,
    /// Delegate → its votes over time.
    pub votes: BTreeMap<Address, History>,
    /// The total supply over time.
    pub supply: History,
    /// The votes of all delegates together over time.
    pub delegation: History,
    /// Minter → its limit; zero has the limit of all minters together.
    pub limits: BTreeMap<Address, MintLimit>,
    /// The owner; zero before construction.
    pub owner: Address,
    /// Who may accept ownership; zero is nobody.
    pub pending_owner: Address,
    /// The CCIP admin; zero is nobody.
    pub ccip_admin: Address,
    /// The twin on the parent chain; zero until it is set.
    pub l1_address: Address,
}

/// What `mintLimitOf` returns.
#[allow(missing_docs)] // told once, in the interface
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MintLimitView {
    pub capacity: U256,
    pub used: U256,
    pub available: U256,
    pub window: u64,
}

/// Life: construction and time.
impl Model {
    /// Returns a token at address `token` that is not constructed yet, at the instant `now`.
    pub fn new(token: Address, actors: Vec<Address>, now: u64) -> Self {
        Self {
            actors,
            token,
            now,
            balances: BTreeMap::new(),
            allowances: BTreeMap::new(),
            delegates: BTreeMap::new(),
            nonces: BTreeMap::new(),
            authorizations: BTreeSet::new(),
            votes: BTreeMap::new(),
            supply: Vec::new(),
            delegation: Vec::new(),
            limits: BTreeMap::new(),
            owner: Address::ZERO,
            pending_owner: Address::ZERO,
            ccip_admin: Address::ZERO,
            l1_address: Address::ZERO,
        }
    }

    /// Runs the constructor; of no initial supply, no recipient is asked for.
    pub fn construct(&mut self, owner: Address, recipient: Address, initial_supply: U256) -> Outcome {
        if !self.owner.is_zero() {
            return Err(Refusal::AlreadySet);
        }
        if owner.is_zero() {
            return Err(Refusal::OwnableInvalidOwner { owner });
        }
        if !initial_supply.is_zero() {
            self.check_new_supply(recipient, initial_supply)?;
        }
        self.owner = owner;
        let mut events = vec![Event::OwnershipTransferred { previous_owner: Address::ZERO, new_owner: owner }];
        if !initial_supply.is_zero() {
            events.extend(self.move_units(Address::ZERO, recipient, initial_supply));
        }
        Ok(events)
    }

    /// Lets time pass, in seconds.
    pub fn wait(&mut self, seconds: u64) {
        self.now += seconds;
    }
}

/// ERC-20.
impl Model {
    /// `transfer`.
    pub fn transfer(&mut self, caller: Address, to: Address, value: U256) -> Outcome {
        self.check_transfer(caller, to, value)?;
        Ok(self.move_units(caller, to, value))
    }

    /// `transferFrom`.
    pub fn transfer_from(&mut self, caller: Address, from: Address, to: Address, value: U256) -> Outcome {
        let rest = self.rest_of_allowance(from, caller, value)?;
        self.check_transfer(from, to, value)?;
        self.allowances.insert((from, caller), rest);
        Ok(self.move_units(from, to, value))
    }

    /// `approve`.
    pub fn approve(&mut self, caller: Address, spender: Address, value: U256) -> Outcome {
        check_approval(caller, spender)?;
        self.allowances.insert((caller, spender), value);
        Ok(vec![Event::Approval { owner: caller, spender, value }])
    }

    /// `balanceOf`.
    pub fn balance_of(&self, account: Address) -> U256 {
        self.balances.get(&account).copied().unwrap_or_default()
    }

    /// `allowance`.
    pub fn allowance(&self, owner: Address, spender: Address) -> U256 {
        self.allowances.get(&(owner, spender)).copied().unwrap_or_default()
    }

    /// `totalSupply`.
    pub fn total_supply(&self) -> U256 {
        newest(&self.supply)
    }

    fn check_transfer(&self, from: Address, to: Address, value: U256) -> Result<(), Refusal> {
        if from.is_zero() {
            return Err(Refusal::ERC20InvalidSender { sender: from });
        }
        self.check_receiver(to)?;
        self.check_balance(from, value)
    }

    fn check_receiver(&self, to: Address) -> Result<(), Refusal> {
        if to.is_zero() || to == self.token {
            return Err(Refusal::ERC20InvalidReceiver { receiver: to });
        }
        Ok(())
    }

    fn check_balance(&self, sender: Address, needed: U256) -> Result<(), Refusal> {
        let balance = self.balance_of(sender);
        if balance < needed {
            return Err(Refusal::ERC20InsufficientBalance { sender, balance, needed });
        }
        Ok(())
    }

    /// Returns what `spender` may still spend of `owner`'s after it spent `value`.
    fn rest_of_allowance(&self, owner: Address, spender: Address, value: U256) -> Result<U256, Refusal> {
        let allowance = self.allowance(owner, spender);
        if allowance == U256::MAX {
            return Ok(allowance);
        }
        if allowance < value {
            return Err(Refusal::ERC20InsufficientAllowance { spender, allowance, needed: value });
        }
        check_approval(owner, spender)?;
        Ok(allowance - value)
    }
}

/// Signatures: ERC-2612 and ERC-3009.
impl Model {
    /// `permit`, whoever calls; `signature` over the owner's next nonce.
    pub fn permit(
        &mut self,
        owner: Address,
        spender: Address,
        value: U256,
        deadline: U256,
        signature: Signature,
    ) -> Outcome {
        if U256::from(self.now) > deadline {
            return Err(Refusal::ERC2612ExpiredSignature { deadline });
        }
        let signer = recover(signature)?;
        if signer != owner {
            return Err(Refusal::ERC2612InvalidSigner { signer, owner });
        }
        check_approval(owner, spender)?;
        *self.nonces.entry(owner).or_default() += U256::ONE;
        self.allowances.insert((owner, spender), value);
        Ok(vec![Event::Approval { owner, spender, value }])
    }

    /// `nonces`.
    pub fn nonces(&self, owner: Address) -> U256 {
        self.nonces.get(&owner).copied().unwrap_or_default()
    }

    /// `transferWithAuthorization`, whoever calls.
    pub fn transfer_with_authorization(&mut self, authorization: &Authorization, signature: Signature) -> Outcome {
        check_authorizer(authorization.from, signature)?;
        self.use_authorization(authorization)
    }

    /// `receiveWithAuthorization`.
    pub fn receive_with_authorization(
        &mut self,
        caller: Address,
        authorization: &Authorization,
        signature: Signature,
    ) -> Outcome {
        check_authorizer(authorization.from, signature)?;
        if caller != authorization.to {
            return Err(Refusal::ERC20InvalidReceiver { receiver: authorization.to });
        }
        self.use_authorization(authorization)
    }

    /// `cancelAuthorization`, whoever calls.
    pub fn cancel_authorization(&mut self, authorizer: Address, nonce: B256, signature: Signature) -> Outcome {
        check_authorizer(authorizer, signature)?;
        self.check_unused(authorizer, nonce)?;
        self.authorizations.insert((authorizer, nonce));
        Ok(vec![Event::AuthorizationCanceled { authorizer, nonce }])
    }

    /// `authorizationState`.
    pub fn authorization_state(&self, authorizer: Address, nonce: B256) -> bool {
        self.authorizations.contains(&(authorizer, nonce))
    }

    fn use_authorization(&mut self, authorization: &Authorization) -> Outcome {
        let Authorization { from, to, value, valid_after, valid_before, nonce } = *authorization;
        let now = U256::from(self.now);
        if now <= valid_after || now >= valid_before {
            return Err(Refusal::ERC3009InvalidAuthorizationTime { valid_after, valid_before });
        }
        self.check_unused(from, nonce)?;
        self.check_transfer(from, to, value)?;
        self.authorizations.insert((from, nonce));
        let mut events = vec![Event::AuthorizationUsed { authorizer: from, nonce }];
        events.extend(self.move_units(from, to, value));
        Ok(events)
    }

    fn check_unused(&self, authorizer: Address, nonce: B256) -> Result<(), Refusal> {
        if self.authorization_state(authorizer, nonce) {
            return Err(Refusal::ERC3009UsedAuthorization { authorizer, nonce });
        }
        Ok(())
    }
}

/// Votes: ERC-5805 and ERC-6372.
impl Model {
    /// `delegate`; also the rest of `delegateBySig`, with the signer as the caller.
    pub fn delegate(&mut self, caller: Address, delegatee: Address) -> Outcome {
        let from_delegate = self.delegates(caller);
        self.delegates.insert(caller, delegatee);
        let mut events = vec![Event::DelegateChanged { delegator: caller, from_delegate, to_delegate: delegatee }];
        events.extend(self.record_votes());
        Ok(events)
    }

    /// `delegateBySig`, whoever calls.
    pub fn delegate_by_sig(&mut self, delegatee: Address, nonce: U256, expiry: U256, signature: Signature) -> Outcome {
        if U256::from(self.now) > expiry {
            return Err(Refusal::VotesExpiredSignature { expiry });
        }
        let signer = recover(signature)?;
        let current_nonce = self.nonces(signer);
        if nonce != current_nonce {
            return Err(Refusal::InvalidAccountNonce { account: signer, current_nonce });
        }
        self.nonces.insert(signer, current_nonce + U256::ONE);
        self.delegate(signer, delegatee)
    }

    /// `delegates`.
    pub fn delegates(&self, account: Address) -> Address {
        self.delegates.get(&account).copied().unwrap_or_default()
    }

    /// `getVotes`.
    pub fn get_votes(&self, account: Address) -> U256 {
        newest(self.history_of(account))
    }

    /// `getPastVotes`.
    ///
    /// # Errors
    /// `ERC5805FutureLookup`.
    pub fn get_past_votes(&self, account: Address, timepoint: U256) -> Result<U256, Refusal> {
        self.past(self.history_of(account), timepoint)
    }

    /// `getPastVotesBatch`.
    ///
    /// # Errors
    /// `ERC5805FutureLookup`.
    pub fn get_past_votes_batch(&self, accounts: &[Address], timepoint: U256) -> Result<Vec<U256>, Refusal> {
        // Asked of no account, the timepoint is checked all the same.
        self.past(&[], timepoint)?;
        accounts.iter().map(|account| self.get_past_votes(*account, timepoint)).collect()
    }

    /// `getPastTotalSupply`.
    ///
    /// # Errors
    /// `ERC5805FutureLookup`.
    pub fn get_past_total_supply(&self, timepoint: U256) -> Result<U256, Refusal> {
        self.past(&self.supply, timepoint)
    }

    /// `getTotalDelegation`.
    pub fn get_total_delegation(&self) -> U256 {
        newest(&self.delegation)
    }

    /// `getTotalDelegationAt`.
    ///
    /// # Errors
    /// `ERC5805FutureLookup`.
    pub fn get_total_delegation_at(&self, timepoint: U256) -> Result<U256, Refusal> {
        self.past(&self.delegation, timepoint)
    }

    /// `numCheckpoints`.
    pub fn num_checkpoints(&self, account: Address) -> usize {
        self.history_of(account).len()
    }

    /// `checkpoints`: key and value.
    ///
    /// # Errors
    /// `Panic(0x32)` when there is no such checkpoint.
    pub fn checkpoints(&self, account: Address, pos: usize) -> Result<(u64, U256), Refusal> {
        self.history_of(account).get(pos).copied().ok_or(Refusal::Panic { code: U256::from(0x32) })
    }

    fn history_of(&self, account: Address) -> &[(u64, U256)] {
        self.votes.get(&account).map_or(&[], Vec::as_slice)
    }

    fn past(&self, history: &[(u64, U256)], timepoint: U256) -> Result<U256, Refusal> {
        if timepoint >= U256::from(self.now) {
            return Err(Refusal::ERC5805FutureLookup { timepoint, clock: self.now });
        }
        let not_after = history.iter().rev().find(|(key, _)| U256::from(*key) <= timepoint);
        Ok(not_after.map_or(U256::ZERO, |(_, value)| *value))
    }

    /// Counts all votes anew and records which ones changed; who loses votes is told first.
    fn record_votes(&mut self) -> Vec<Event> {
        let mut counted: BTreeMap<Address, U256> = self.votes.keys().map(|delegate| (*delegate, U256::ZERO)).collect();
        for (holder, delegatee) in &self.delegates {
            if !delegatee.is_zero() {
                *counted.entry(*delegatee).or_default() += self.balance_of(*holder);
            }
        }
        let (mut losses, mut gains) = (Vec::new(), Vec::new());
        let mut total = U256::ZERO;
        for (delegate, new_votes) in counted {
            total += new_votes;
            let previous_votes = self.get_votes(delegate);
            if new_votes == previous_votes {
                continue;
            }
            record(self.votes.entry(delegate).or_default(), self.now, new_votes);
            let side = if new_votes < previous_votes { &mut losses } else { &mut gains };
            side.push(Event::DelegateVotesChanged { delegate, previous_votes, new_votes });
        }
        record(&mut self.delegation, self.now, total);
        losses.append(&mut gains);
        losses
    }
}

/// Supply.
impl Model {
    /// `mint`.
    pub fn mint(&mut self, caller: Address, to: Address, value: U256) -> Outcome {
        for minter in [caller, Address::ZERO] {
            let limit = self.limits.get(&minter).ok_or(Refusal::RateLimitExceeded)?;
            if limit.available_at(self.now) < value {
                return Err(Refusal::RateLimitExceeded);
            }
        }
        self.check_new_supply(to, value)?;
        for minter in [caller, Address::ZERO] {
            let limit = self.limits.get_mut(&minter).expect("found above");
            limit.count(value, self.now);
        }
        Ok(self.move_units(Address::ZERO, to, value))
    }

    /// `burn` of the caller's own units.
    pub fn burn(&mut self, caller: Address, value: U256) -> Outcome {
        if caller.is_zero() {
            return Err(Refusal::ERC20InvalidSender { sender: caller });
        }
        self.check_balance(caller, value)?;
        Ok(self.move_units(caller, Address::ZERO, value))
    }

    /// `burnFrom`, and `burn` of an account's units.
    pub fn burn_from(&mut self, caller: Address, account: Address, value: U256) -> Outcome {
        let rest = self.rest_of_allowance(account, caller, value)?;
        self.check_balance(account, value)?;
        self.allowances.insert((account, caller), rest);
        Ok(self.move_units(account, Address::ZERO, value))
    }

    /// `setMintLimit`.
    pub fn set_mint_limit(&mut self, caller: Address, minter: Address, capacity: u128, window: u64) -> Outcome {
        self.check_owner(caller)?;
        if capacity == 0 {
            self.limits.remove(&minter);
            return Ok(vec![Event::MintLimitSet { minter, capacity: U256::ZERO, window: U256::ZERO }]);
        }
        let (capacity, seconds) = (U256::from(capacity), U256::from(window));
        if capacity > U256::from(MAX_SUPPLY) || !(1..=LONGEST_WINDOW).contains(&window) {
            return Err(Refusal::InvalidMintLimit { minter, capacity, window: seconds });
        }
        let used = self.limits.get(&minter).map_or(U256::ZERO, |limit| limit.used_at(self.now));
        self.limits.insert(minter, MintLimit { capacity, window, used, since: self.now, mints: Vec::new() });
        Ok(vec![Event::MintLimitSet { minter, capacity, window: seconds }])
    }

    /// `mintLimitOf`.
    pub fn mint_limit_of(&self, minter: Address) -> MintLimitView {
        self.limits.get(&minter).map_or(MintLimitView::default(), |limit| MintLimitView {
            capacity: limit.capacity,
            used: limit.used_at(self.now),
            available: limit.available_at(self.now),
            window: limit.window,
        })
    }

    fn check_new_supply(&self, to: Address, value: U256) -> Result<(), Refusal> {
        self.check_receiver(to)?;
        let (supply, cap) = (self.total_supply().saturating_add(value), U256::from(MAX_SUPPLY));
        if supply > cap {
            return Err(Refusal::MaxSupplyExceeded { supply, cap });
        }
        Ok(())
    }

    /// Moves units and all that hangs on them; the zero address is nobody, as in the event.
    fn move_units(&mut self, from: Address, to: Address, value: U256) -> Vec<Event> {
        let mut supply = self.total_supply();
        if from.is_zero() {
            supply += value;
        } else {
            *self.balances.entry(from).or_default() -= value;
        }
        if to.is_zero() {
            supply -= value;
        } else {
            *self.balances.entry(to).or_default() += value;
        }
        record(&mut self.supply, self.now, supply);
        let mut events = vec![Event::Transfer { from, to, value }];
        events.extend(self.record_votes());
        events
    }
}

/// The owner, and what only it may set.
impl Model {
    /// `transferOwnership`.
    pub fn transfer_ownership(&mut self, caller: Address, new_owner: Address) -> Outcome {
        self.check_owner(caller)?;
        self.pending_owner = new_owner;
        Ok(vec![Event::OwnershipTransferStarted { previous_owner: self.owner, new_owner }])
    }

    /// `acceptOwnership`.
    pub fn accept_ownership(&mut self, caller: Address) -> Outcome {
        if caller != self.pending_owner {
            return Err(Refusal::OwnableUnauthorizedAccount { account: caller });
        }
        let previous_owner = self.owner;
        (self.owner, self.pending_owner) = (caller, Address::ZERO);
        Ok(vec![Event::OwnershipTransferred { previous_owner, new_owner: caller }])
    }

    /// `setCCIPAdmin`.
    pub fn set_ccip_admin(&mut self, caller: Address, new_admin: Address) -> Outcome {
        self.check_owner(caller)?;
        let previous_admin = self.ccip_admin;
        self.ccip_admin = new_admin;
        Ok(vec![Event::CCIPAdminTransferred { previous_admin, new_admin }])
    }

    /// `setL1Address`.
    pub fn set_l1_address(&mut self, caller: Address, l1_address: Address) -> Outcome {
        self.check_owner(caller)?;
        if !self.l1_address.is_zero() {
            return Err(Refusal::AlreadySet);
        }
        if l1_address.is_zero() {
            return Err(Refusal::InvalidL1Address { l1_address });
        }
        self.l1_address = l1_address;
        Ok(vec![Event::L1AddressSet { l1_address }])
    }

    fn check_owner(&self, caller: Address) -> Result<(), Refusal> {
        if caller != self.owner {
            return Err(Refusal::OwnableUnauthorizedAccount { account: caller });
        }
        Ok(())
    }
}

fn check_approval(owner: Address, spender: Address) -> Result<(), Refusal> {
    if owner.is_zero() {
        return Err(Refusal::ERC20InvalidApprover { approver: owner });
    }
    if spender.is_zero() {
        return Err(Refusal::ERC20InvalidSpender { spender });
    }
    Ok(())
}

fn check_authorizer(authorizer: Address, signature: Signature) -> Result<(), Refusal> {
    if signature != Signature::By(authorizer) {
        return Err(Refusal::ERC3009InvalidSignature);
    }
    Ok(())
}

fn recover(signature: Signature) -> Result<Address, Refusal> {
    match signature {
        Signature::By(signer) => Ok(signer),
        Signature::Void => Err(Refusal::ECDSAInvalidSignature),
        Signature::HighS(s) => Err(Refusal::ECDSAInvalidSignatureS { s }),
    }
}

fn newest(history: &[(u64, U256)]) -> U256 {
    history.last().map_or(U256::ZERO, |(_, value)| *value)
}

/// Notes an amount if it changed; a second has one entry, its last.
fn record(history: &mut History, now: u64, value: U256) {
    if newest(history) == value {
        return;
    }
    match history.last_mut() {
        Some((key, last)) if *key == now => *last = value,
        _ => history.push((now, value)),
    }
}
