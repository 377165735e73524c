//! Ledgers: AIA in, out, and who may send it.

use aia_abi::IStreamPayments as Abi;
use alloy_primitives::{Address, Bytes, U256, keccak256};
use alloy_sol_types::SolValue;

use super::{
    Answer, Log, MOST, Model, Outcome, answer, narrow, require,
    seal::Seal,
    share_up, take,
    token::{Authorization, Token},
};

/// Calls.
impl Model {
    /// `fund`.
    pub fn fund(&mut self, caller: Address, to: Address, amount: U256) -> Outcome {
        self.check_entry(to, amount)?;
        let moved = self.token.pull(self.contract.address, caller, amount)?;
        Ok(self.enter(to, caller, amount, caller == to, vec![moved]).into())
    }

    /// `fundWithPermit`: whatever becomes of the permit, the allowance decides.
    pub fn fund_with_permit(&mut self, caller: Address, call: &Abi::fundWithPermitCall) -> Outcome {
        let (to, amount) = (call.to, call.amount);
        self.check_entry(to, amount)?;
        let mut token = self.token.clone();
        let mut logs = self.submit_permit(&mut token, caller, call)?;
        logs.push(token.pull(self.contract.address, caller, amount)?);
        self.token = token;
        Ok(self.enter(to, caller, amount, caller == to, logs).into())
    }

    /// `fundWithAuthorization`, whoever calls.
    pub fn fund_with_authorization(&mut self, call: &Abi::fundWithAuthorizationCall) -> Outcome {
        let (from, amount) = (call.from, call.amount);
        self.check_entry(from, amount)?;
        let signed = Authorization {
            from,
            value: amount,
            valid_after: call.validAfter,
            valid_before: call.validBefore,
            nonce: keccak256((from, call.salt).abi_encode()),
            seal: Seal::read(&call.signature),
        };
        let moved = self.token.receive(self.now, self.contract.address, &signed)?;
        Ok(self.enter(from, from, amount, false, moved).into())
    }

    /// `withdraw`.
    pub fn withdraw(&mut self, caller: Address, to: Address, amount: U256) -> Outcome {
        self.check_recipient(to)?;
        let amount = if amount == U256::MAX { self.account(caller).free } else { amount };
        check_amount(amount)?;
        self.check_free(caller, amount)?;
        let moved = self.pay_out(to, amount)?;
        take(&mut self.account_mut(caller).free, amount);
        let told = self.emit(&Abi::Withdrawn { account: caller, to, amount });
        answer([moved, vec![told]].concat(), &amount)
    }

    /// `settle`.
    pub fn settle(&mut self, caller: Address, receiver: Address, token: Address) -> Outcome {
        require(token == self.token.address, Abi::InvalidToken { token })?;
        let account = self.account(receiver);
        let amount = account.free;
        if amount.is_zero() || (account.locked && caller != receiver) {
            return Ok(Answer::default());
        }
        let mut logs = self.pay_out(receiver, amount)?;
        self.account_mut(receiver).free = U256::ZERO;
        logs.push(self.emit(&Abi::Settled { receiver, token, sender: caller, amount: narrow(amount) }));
        Ok(logs.into())
    }

    /// `setLedgerLock`.
    pub fn set_ledger_lock(&mut self, caller: Address, locked: bool) -> Outcome {
        Ok(self.lock(caller, locked).into())
    }

    /// `receivers`: what anybody's `settle` would send.
    pub fn settleable(&self, receiver: Address) -> U256 {
        let account = self.account(receiver);
        if account.locked { U256::ZERO } else { account.free }
    }
}

/// Checks.
impl Model {
    pub(super) fn check_not_paused(&self) -> Result<(), Bytes> {
        require(!self.contract.paused, Abi::EnforcedPause {})
    }

    pub(super) fn check_recipient(&self, recipient: Address) -> Result<(), Bytes> {
        let lost = recipient.is_zero() || recipient == self.contract.address;
        require(!lost, Abi::InvalidRecipient { recipient })
    }

    pub(super) fn check_free(&self, account: Address, needed: U256) -> Result<(), Bytes> {
        let free = self.account(account).free;
        require(free >= needed, Abi::InsufficientLedger { account, free, needed })
    }

    fn check_entry(&self, to: Address, amount: U256) -> Result<(), Bytes> {
        self.check_not_paused()?;
        check_amount(amount)?;
        self.check_recipient(to)
    }
}

/// Checks that an amount that somebody names is something, and not more than there can be.
pub(super) fn check_amount(amount: U256) -> Result<(), Bytes> {
    require(!amount.is_zero(), Abi::ZeroAmount {})?;
    require(amount <= MOST, Abi::AmountTooLarge { amount, max: MOST })
}

/// Steps.
impl Model {
    /// Submits a permit; one that is refused does no harm if the allowance suffices.
    fn submit_permit(
        &self,
        token: &mut Token,
        owner: Address,
        call: &Abi::fundWithPermitCall,
    ) -> Result<Vec<Log>, Bytes> {
        let (spender, seal) = (self.contract.address, Seal::read(&call.signature));
        match token.permit(self.now, owner, spender, call.amount, call.deadline, seal) {
            Ok(done) => Ok(done.logs),
            Err(_) if token.allowance(owner, spender) >= call.amount => Ok(Vec::new()),
            Err(refusal) => Err(refusal),
        }
    }

    /// Puts AIA that has come in on a ledger, and locks that if its own account has paid it in.
    fn enter(&mut self, to: Address, from: Address, amount: U256, locks: bool, mut logs: Vec<Log>) -> Vec<Log> {
        self.books.entered += amount;
        self.account_mut(to).free += amount;
        logs.push(self.emit(&Abi::Funded { account: to, from, amount }));
        if locks {
            logs.extend(self.lock(to, true));
        }
        logs
    }

    /// Locks a ledger or opens it, and tells of it if that makes a difference.
    fn lock(&mut self, account: Address, locked: bool) -> Vec<Log> {
        if self.account(account).locked == locked {
            return Vec::new();
        }
        self.account_mut(account).locked = locked;
        vec![self.emit(&Abi::LedgerLocked { account, locked })]
    }

    /// Sends AIA out of the contract; no transfer is made of nothing.
    pub(super) fn pay_out(&mut self, to: Address, amount: U256) -> Result<Vec<Log>, Bytes> {
        if amount.is_zero() {
            return Ok(Vec::new());
        }
        let moved = self.token.send(self.contract.address, to, amount)?;
        self.books.left += amount;
        Ok(vec![moved])
    }

    /// Returns what is left of earnings, and the fee that is taken of them.
    pub(super) fn split(&self, gross: U256) -> (U256, U256) {
        let fee = share_up(gross, self.contract.params.feeBps);
        (gross - fee, fee)
    }

    /// Puts earnings on a payee's ledger, less the fee, which it returns too.
    pub(super) fn credit(&mut self, payee: Address, gross: U256) -> (U256, U256) {
        let (net, fee) = self.keep_fee(payee, gross);
        self.account_mut(payee).free += net;
        (net, fee)
    }

    /// Keeps the fee of earnings that do not stay.
    pub(super) fn keep_fee(&mut self, payee: Address, gross: U256) -> (U256, U256) {
        let (net, fee) = self.split(gross);
        self.account_mut(payee).fee_owed += fee;
        self.books.fees += fee;
        (net, fee)
    }
}
