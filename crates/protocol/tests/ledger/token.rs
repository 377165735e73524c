//! The token, composed of the pieces of `aia-protocol` in the way the contract composes them.
//!
//! Storage is a map of the same packed words, and a signature is given by whom it recovers; all
//! else follows the contract line by line, so a difference to the model is one of the contract's.

use aia_model::{
    interface::{Authorization, Event, Outcome, Refusal, Signature as Signed},
    ops::{Op, permit_signature},
};
use aia_protocol::{
    MAX_SUPPLY,
    account::Account,
    bucket::Bucket,
    signature::{Malformed, Signature},
    typed_data,
    votes::{Shift, TotalChange},
};
use alloy_primitives::{Address, B256, U256};

use crate::storage::{Slot, Storage, Trace};

/// Key of the limit that all minters share.
const ALL_MINTERS: Address = Address::ZERO;

type Result<T = ()> = std::result::Result<T, Refusal>;

pub(crate) struct Token {
    pub(crate) storage: Storage,
    pub(crate) now: u64,
    address: Address,
    caller: Address,
    events: Vec<Event>,
}

/// What a transaction does.
impl Token {
    pub(crate) fn new(address: Address, now: u64) -> Self {
        Self { storage: Storage::default(), now, address, caller: Address::ZERO, events: Vec::new() }
    }

    pub(crate) fn construct(&mut self, owner: Address, recipient: Address, initial_supply: U256) -> Outcome {
        let result = self.try_construct(owner, recipient, initial_supply);
        self.end(result)
    }

    pub(crate) fn execute(&mut self, op: &Op) -> Outcome {
        self.caller = op.caller().unwrap_or_default();
        let result = self.dispatch(op);
        self.end(result)
    }

    fn end(&mut self, result: Result) -> Outcome {
        let events = std::mem::take(&mut self.events);
        match result {
            Ok(()) => self.storage.commit(),
            Err(_) => self.storage.revert(),
        }
        result.map(|()| events)
    }

    fn try_construct(&mut self, owner: Address, recipient: Address, initial_supply: U256) -> Result {
        if !self.storage.get_address(Slot::Owner).is_zero() {
            return Err(Refusal::AlreadySet);
        }
        if owner.is_zero() {
            return Err(Refusal::OwnableInvalidOwner { owner });
        }
        self.set_owner(owner);
        if initial_supply.is_zero() {
            return Ok(());
        }
        self.mint_unlimited(recipient, initial_supply)
    }

    fn dispatch(&mut self, op: &Op) -> Result {
        let caller = self.caller;
        match *op {
            Op::Wait { seconds } => {
                self.now += seconds;
                Ok(())
            }
            Op::Transfer { to, value, .. } => self.transfer_between(caller, to, value),
            Op::TransferFrom { from, to, value, .. } => {
                self.spend_allowance(from, value)?;
                self.transfer_between(from, to, value)
            }
            Op::Approve { spender, value, .. } => self.set_allowance(caller, spender, value),
            Op::Permit { owner, spender, value, deadline, nonce, signature, .. } => {
                self.permit_signed(owner, spender, value, deadline, nonce, signature)
            }
            Op::TransferWithAuthorization { ref authorization, signature, .. } => {
                self.check_authorized(authorization.from, signature)?;
                self.settle_authorization(authorization)
            }
            Op::ReceiveWithAuthorization { ref authorization, signature, .. } => {
                self.check_authorized(authorization.from, signature)?;
                if caller != authorization.to {
                    return Err(Refusal::ERC20InvalidReceiver { receiver: authorization.to });
                }
                self.settle_authorization(authorization)
            }
            Op::CancelAuthorization { authorizer, nonce, signature, .. } => {
                self.check_authorized(authorizer, signature)?;
                self.use_authorization(authorizer, nonce)?;
                self.events.push(Event::AuthorizationCanceled { authorizer, nonce });
                Ok(())
            }
            Op::Delegate { delegatee, .. } => {
                self.set_delegatee(caller, delegatee);
                Ok(())
            }
            Op::DelegateBySig { delegatee, nonce, expiry, signature, .. } => {
                self.delegate_signed(delegatee, nonce, expiry, signature)
            }
            Op::Mint { to, value, .. } => {
                self.use_mint_limits(value)?;
                self.mint_unlimited(to, value)
            }
            Op::Burn { value, .. } => self.burn_of(caller, value),
            Op::BurnOf { account, value, .. } | Op::BurnFrom { account, value, .. } => {
                self.spend_allowance(account, value)?;
                self.burn_of(account, value)
            }
            Op::SetMintLimit { minter, capacity, window, .. } => self.set_limit(minter, capacity, window),
            Op::TransferOwnership { new_owner, .. } => self.start_ownership_transfer(new_owner),
            Op::AcceptOwnership { .. } => self.finish_ownership_transfer(),
            Op::SetCCIPAdmin { new_admin, .. } => self.change_ccip_admin(new_admin),
            Op::SetL1Address { new_l1_address, .. } => self.fix_l1_address(new_l1_address),
        }
    }
}

/// `transfers.rs`.
impl Token {
    pub(crate) fn account(&self, holder: Address) -> Account {
        Account::from_word(self.storage.get(Slot::Account(holder)))
    }

    fn set_account(&mut self, holder: Address, account: Account) {
        self.storage.set(Slot::Account(holder), account.to_word());
    }

    fn transfer_between(&mut self, from: Address, to: Address, value: U256) -> Result {
        if from.is_zero() {
            return Err(Refusal::ERC20InvalidSender { sender: from });
        }
        self.check_receiver(to)?;
        let (sender, amount) = self.debit(from, value)?;
        let receiver = self.account(to).credit(amount);
        self.set_account(to, receiver);
        self.events.push(Event::Transfer { from, to, value });
        self.shift_votes(sender.delegatee, receiver.delegatee, amount);
        Ok(())
    }

    fn debit(&mut self, from: Address, value: U256) -> Result<(Account, u128)> {
        let (account, amount) = self.account(from).debit(value).map_err(|e| Refusal::ERC20InsufficientBalance {
            sender: from,
            balance: U256::from(e.balance),
            needed: value,
        })?;
        self.set_account(from, account);
        Ok((account, amount))
    }

    fn check_receiver(&self, to: Address) -> Result {
        if to.is_zero() || to == self.address {
            return Err(Refusal::ERC20InvalidReceiver { receiver: to });
        }
        Ok(())
    }

    fn set_allowance(&mut self, owner: Address, spender: Address, value: U256) -> Result {
        self.store_allowance(owner, spender, value)?;
        self.events.push(Event::Approval { owner, spender, value });
        Ok(())
    }

    fn spend_allowance(&mut self, owner: Address, value: U256) -> Result {
        let spender = self.caller;
        let allowance = self.storage.get(Slot::Allowance(owner, spender));
        if allowance == U256::MAX {
            return Ok(());
        }
        let insufficient = Refusal::ERC20InsufficientAllowance { spender, allowance, needed: value };
        let rest = allowance.checked_sub(value).ok_or(insufficient)?;
        self.store_allowance(owner, spender, rest)
    }

    fn store_allowance(&mut self, owner: Address, spender: Address, value: U256) -> Result {
        if owner.is_zero() {
            return Err(Refusal::ERC20InvalidApprover { approver: owner });
        }
        if spender.is_zero() {
            return Err(Refusal::ERC20InvalidSpender { spender });
        }
        self.storage.set(Slot::Allowance(owner, spender), value);
        Ok(())
    }
}

/// `signatures.rs` and `payments.rs`.
impl Token {
    fn permit_signed(
        &mut self,
        owner: Address,
        spender: Address,
        value: U256,
        deadline: U256,
        signed_nonce: U256,
        signature: Signed,
    ) -> Result {
        if U256::from(self.now) > deadline {
            return Err(Refusal::ERC2612ExpiredSignature { deadline });
        }
        let nonce = self.use_nonce(owner);
        let signer = recover(permit_signature(signature, signed_nonce, nonce))?;
        if signer != owner {
            return Err(Refusal::ERC2612InvalidSigner { signer, owner });
        }
        self.set_allowance(owner, spender, value)
    }

    fn use_nonce(&mut self, signer: Address) -> U256 {
        let current = self.storage.get(Slot::Nonce(signer));
        self.storage.set(Slot::Nonce(signer), current + U256::ONE);
        current
    }

    fn check_authorized(&self, authorizer: Address, signature: Signed) -> Result {
        match recover(signature) {
            Ok(signer) if signer == authorizer => Ok(()),
            _ => Err(Refusal::ERC3009InvalidSignature),
        }
    }

    fn settle_authorization(&mut self, authorization: &Authorization) -> Result {
        let Authorization { from, to, value, valid_after, valid_before, nonce } = *authorization;
        let message = typed_data::Authorization { from, to, value, valid_after, valid_before, nonce };
        if !message.is_valid_at(self.now) {
            return Err(Refusal::ERC3009InvalidAuthorizationTime { valid_after, valid_before });
        }
        self.use_authorization(from, nonce)?;
        self.events.push(Event::AuthorizationUsed { authorizer: from, nonce });
        self.transfer_between(from, to, value)
    }

    fn use_authorization(&mut self, authorizer: Address, nonce: B256) -> Result {
        let slot = Slot::Authorization(authorizer, nonce);
        if !self.storage.get(slot).is_zero() {
            return Err(Refusal::ERC3009UsedAuthorization { authorizer, nonce });
        }
        self.storage.set(slot, U256::ONE);
        Ok(())
    }
}

/// `votes.rs`.
impl Token {
    fn set_delegatee(&mut self, delegator: Address, delegatee: Address) {
        let account = self.account(delegator);
        self.set_account(delegator, Account { delegatee, ..account });
        let from_delegate = account.delegatee;
        self.events.push(Event::DelegateChanged { delegator, from_delegate, to_delegate: delegatee });
        self.shift_votes(from_delegate, delegatee, account.balance);
    }

    fn delegate_signed(&mut self, delegatee: Address, nonce: U256, expiry: U256, signature: Signed) -> Result {
        if U256::from(self.now) > expiry {
            return Err(Refusal::VotesExpiredSignature { expiry });
        }
        let signer = recover(signature)?;
        let current = self.use_nonce(signer);
        if nonce != current {
            return Err(Refusal::InvalidAccountNonce { account: signer, current_nonce: current });
        }
        self.set_delegatee(signer, delegatee);
        Ok(())
    }

    fn shift_votes(&mut self, from: Address, to: Address, amount: u128) {
        let shift = Shift { from, to, amount };
        if shift.is_noop() {
            return;
        }
        if !from.is_zero() {
            self.push_votes(from, |votes| votes - amount);
        }
        if !to.is_zero() {
            self.push_votes(to, |votes| votes + amount);
        }
        let total = self.storage.latest(Trace::Delegated);
        match shift.total_change() {
            TotalChange::Up(amount) => self.storage.push(Trace::Delegated, self.now, total + amount),
            TotalChange::Down(amount) => self.storage.push(Trace::Delegated, self.now, total - amount),
            TotalChange::None => {}
        }
    }

    fn push_votes(&mut self, delegate: Address, change: impl FnOnce(u128) -> u128) {
        let previous = self.storage.latest(Trace::Votes(delegate));
        let new = change(previous);
        self.storage.push(Trace::Votes(delegate), self.now, new);
        let (previous_votes, new_votes) = (U256::from(previous), U256::from(new));
        self.events.push(Event::DelegateVotesChanged { delegate, previous_votes, new_votes });
    }
}

/// `supply.rs` and `limits.rs`.
impl Token {
    pub(crate) fn bucket(&self, minter: Address) -> Bucket {
        Bucket::from_word(self.storage.get(Slot::MintLimit(minter)))
    }

    fn mint_unlimited(&mut self, to: Address, value: U256) -> Result {
        self.check_receiver(to)?;
        let supply = self.storage.latest(Trace::Supply);
        let amount = u128::try_from(value).unwrap_or(u128::MAX);
        let supply_after = supply.saturating_add(amount);
        if supply_after > MAX_SUPPLY {
            let supply = U256::from(supply).saturating_add(value);
            return Err(Refusal::MaxSupplyExceeded { supply, cap: U256::from(MAX_SUPPLY) });
        }
        self.storage.push(Trace::Supply, self.now, supply_after);
        let receiver = self.account(to).credit(amount);
        self.set_account(to, receiver);
        self.events.push(Event::Transfer { from: Address::ZERO, to, value });
        self.shift_votes(Address::ZERO, receiver.delegatee, amount);
        Ok(())
    }

    fn burn_of(&mut self, from: Address, value: U256) -> Result {
        if from.is_zero() {
            return Err(Refusal::ERC20InvalidSender { sender: from });
        }
        let (account, amount) = self.debit(from, value)?;
        let supply_after = self.storage.latest(Trace::Supply) - amount;
        self.storage.push(Trace::Supply, self.now, supply_after);
        self.events.push(Event::Transfer { from, to: Address::ZERO, value });
        self.shift_votes(account.delegatee, Address::ZERO, amount);
        Ok(())
    }

    fn use_mint_limits(&mut self, value: U256) -> Result {
        let amount = u128::try_from(value).map_err(|_| Refusal::RateLimitExceeded)?;
        for key in [self.caller, ALL_MINTERS] {
            let taken = self.bucket(key).take(amount, self.now).map_err(|_| Refusal::RateLimitExceeded)?;
            self.storage.set(Slot::MintLimit(key), taken.to_word());
        }
        Ok(())
    }

    fn set_limit(&mut self, minter: Address, capacity: u128, window: u64) -> Result {
        self.only_owner()?;
        let bucket = self.bucket(minter).reconfigure(capacity, window, self.now).map_err(|_| {
            Refusal::InvalidMintLimit { minter, capacity: U256::from(capacity), window: U256::from(window) }
        })?;
        self.storage.set(Slot::MintLimit(minter), bucket.to_word());
        let (capacity, window) = (U256::from(bucket.capacity), U256::from(bucket.window));
        self.events.push(Event::MintLimitSet { minter, capacity, window });
        Ok(())
    }
}

/// `ownership.rs`.
impl Token {
    fn only_owner(&self) -> Result {
        if self.caller != self.storage.get_address(Slot::Owner) {
            return Err(Refusal::OwnableUnauthorizedAccount { account: self.caller });
        }
        Ok(())
    }

    fn start_ownership_transfer(&mut self, new_owner: Address) -> Result {
        self.only_owner()?;
        self.storage.set_address(Slot::PendingOwner, new_owner);
        let previous_owner = self.storage.get_address(Slot::Owner);
        self.events.push(Event::OwnershipTransferStarted { previous_owner, new_owner });
        Ok(())
    }

    fn finish_ownership_transfer(&mut self) -> Result {
        let account = self.caller;
        if account != self.storage.get_address(Slot::PendingOwner) {
            return Err(Refusal::OwnableUnauthorizedAccount { account });
        }
        self.storage.set(Slot::PendingOwner, U256::ZERO);
        self.set_owner(account);
        Ok(())
    }

    fn change_ccip_admin(&mut self, new_admin: Address) -> Result {
        self.only_owner()?;
        let previous_admin = self.storage.get_address(Slot::CcipAdmin);
        self.storage.set_address(Slot::CcipAdmin, new_admin);
        self.events.push(Event::CCIPAdminTransferred { previous_admin, new_admin });
        Ok(())
    }

    fn fix_l1_address(&mut self, l1_address: Address) -> Result {
        self.only_owner()?;
        if !self.storage.get_address(Slot::L1Address).is_zero() {
            return Err(Refusal::AlreadySet);
        }
        if l1_address.is_zero() {
            return Err(Refusal::InvalidL1Address { l1_address });
        }
        self.storage.set_address(Slot::L1Address, l1_address);
        self.events.push(Event::L1AddressSet { l1_address });
        Ok(())
    }

    fn set_owner(&mut self, new_owner: Address) {
        let previous_owner = self.storage.get_address(Slot::Owner);
        self.storage.set_address(Slot::Owner, new_owner);
        self.events.push(Event::OwnershipTransferred { previous_owner, new_owner });
    }
}

/// Returns whom a signature recovers; the form is judged by the contract's own rule.
fn recover(signature: Signed) -> Result<Address> {
    let one = B256::with_last_byte(1);
    let (v, s, signer) = match signature {
        Signed::By(signer) => (27, one, Ok(signer)),
        Signed::Void => (28, one, Err(Refusal::ECDSAInvalidSignature)),
        Signed::HighS(s) => (27, s, Ok(Address::ZERO)),
    };
    match Signature::from_parts(v, one, s) {
        Ok(_) => signer,
        Err(Malformed::HighS(s)) => Err(Refusal::ECDSAInvalidSignatureS { s }),
        Err(Malformed::Form) => Err(Refusal::ECDSAInvalidSignature),
    }
}
