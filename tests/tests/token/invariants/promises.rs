//! What an operation may and may not do, known before it runs.

use aia_model::{
    interface::{Outcome, Signature},
    model::Model,
    ops::Op,
};
use alloy::primitives::{Address, U256};
use eyre::{Result, ensure};

use crate::invariants::tells_votes;

/// What is promised of an operation's outcome, by the state before it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Promises {
    /// It moves units to where they are or none at all, or delegates to the same delegatee.
    idle: bool,
    /// It uses an authorization a second time.
    used: bool,
    /// It stands on a signature that its signer did not make for it.
    forged: bool,
    /// It mints or burns what its caller may not.
    unentitled: bool,
    /// It is a holder's own transfer of what it has.
    free: bool,
}

impl Promises {
    pub(crate) fn of(op: &Op, model: &Model) -> Self {
        Self {
            idle: idle(op, model),
            used: match op {
                Op::TransferWithAuthorization { authorization, .. }
                | Op::ReceiveWithAuthorization { authorization, .. } => {
                    model.authorization_state(authorization.from, authorization.nonce)
                }
                Op::CancelAuthorization { authorizer, nonce, .. } => model.authorization_state(*authorizer, *nonce),
                _ => false,
            },
            forged: forged(op, model),
            unentitled: match *op {
                Op::Mint { caller, .. } => [caller, Address::ZERO].iter().any(|who| !model.limits.contains_key(who)),
                Op::Burn { caller, value } => model.balance_of(caller) < value,
                Op::BurnOf { caller, account, value } | Op::BurnFrom { caller, account, value } => {
                    model.allowance(account, caller) < value || model.balance_of(account) < value
                }
                _ => false,
            },
            free: match *op {
                Op::Transfer { caller, to, value } => {
                    model.balance_of(caller) >= value && !to.is_zero() && to != model.token
                }
                _ => false,
            },
        }
    }

    pub(crate) fn check(&self, seen: &Outcome) -> Result<()> {
        self.token_5_idle_moves_change_no_votes(seen)?;
        self.token_7_no_authorization_serves_twice(seen)?;
        self.token_8_no_forgery_is_accepted(seen)?;
        self.token_9_only_who_may_mints_and_burns(seen)?;
        self.token_10_nobody_blocks_a_transfer(seen)
    }

    fn token_5_idle_moves_change_no_votes(&self, seen: &Outcome) -> Result<()> {
        let moved = seen.as_ref().is_ok_and(|events| events.iter().any(tells_votes));
        ensure!(!(self.idle && moved), "TOKEN-5: nothing moved, but votes: {seen:?}");
        Ok(())
    }

    fn token_7_no_authorization_serves_twice(&self, seen: &Outcome) -> Result<()> {
        ensure!(!(self.used && seen.is_ok()), "TOKEN-7: an authorization served twice");
        Ok(())
    }

    fn token_8_no_forgery_is_accepted(&self, seen: &Outcome) -> Result<()> {
        ensure!(!(self.forged && seen.is_ok()), "TOKEN-8: a forgery was accepted");
        Ok(())
    }

    fn token_9_only_who_may_mints_and_burns(&self, seen: &Outcome) -> Result<()> {
        ensure!(!(self.unentitled && seen.is_ok()), "TOKEN-9: units made or burned without a right");
        Ok(())
    }

    fn token_10_nobody_blocks_a_transfer(&self, seen: &Outcome) -> Result<()> {
        ensure!(!self.free || seen.is_ok(), "TOKEN-10: a holder's transfer was refused: {seen:?}");
        Ok(())
    }
}

fn idle(op: &Op, model: &Model) -> bool {
    let pointless = |from: Address, to: Address, value: U256| from == to || value.is_zero();
    match *op {
        Op::Transfer { caller, to, value } => pointless(caller, to, value),
        Op::TransferFrom { from, to, value, .. } => pointless(from, to, value),
        Op::TransferWithAuthorization { ref authorization, .. }
        | Op::ReceiveWithAuthorization { ref authorization, .. } => {
            pointless(authorization.from, authorization.to, authorization.value)
        }
        Op::Mint { value, .. } | Op::Burn { value, .. } | Op::BurnOf { value, .. } | Op::BurnFrom { value, .. } => {
            value.is_zero()
        }
        Op::Delegate { caller, delegatee } => model.delegates(caller) == delegatee,
        Op::DelegateBySig { delegatee, signature: Signature::By(signer), .. } => model.delegates(signer) == delegatee,
        Op::Wait { .. } | Op::DelegateBySig { .. } => false,
        // These are about no units at all.
        _ => true,
    }
}

fn forged(op: &Op, model: &Model) -> bool {
    match *op {
        Op::Permit { owner, nonce, signature, .. } => signature != Signature::By(owner) || nonce != model.nonces(owner),
        Op::TransferWithAuthorization { ref authorization, signature, .. }
        | Op::ReceiveWithAuthorization { ref authorization, signature, .. } => {
            signature != Signature::By(authorization.from)
        }
        Op::CancelAuthorization { authorizer, signature, .. } => signature != Signature::By(authorizer),
        Op::DelegateBySig { nonce, signature, .. } => match signature {
            Signature::By(signer) => nonce != model.nonces(signer),
            Signature::Void | Signature::HighS(_) => true,
        },
        _ => false,
    }
}
