//! What an operation may and may not do, known before it runs.

use aia_abi::IStreamPayments::{self as Abi, IStreamPaymentsCalls as Calls};
use aia_model::payments::{Model, Outcome, model::stream_id, ops::Op, rows::Row};
use alloy::primitives::{Address, U256};
use eyre::{Result, ensure};

use crate::invariants::live::Live;

/// What is promised of an operation's outcome, by the state before it.
#[derive(Clone, Debug)]
pub(crate) struct Promises {
    /// It must succeed, for this reason.
    free: Option<&'static str>,
    /// It must be refused, for this reason.
    barred: Option<&'static str>,
}

impl Promises {
    pub(crate) fn of(op: &Op, model: &Model) -> Self {
        let Op::Pay { caller, call } = op else { return Self { free: None, barred: None } };
        let free = leaves_freely(call, *caller, model);
        Self { free: free.then_some("11: an exit is blocked"), barred: barred(call, *caller, model) }
    }

    pub(crate) fn check(&self, live: &Live<'_>, seen: &Outcome) -> Result<()> {
        if let Some(reason) = self.free {
            ensure!(seen.is_ok(), "{reason}: {}", live.told(seen));
        }
        if let Some(reason) = self.barred {
            ensure!(seen.is_err(), "{reason}: {}", live.told(seen));
        }
        Ok(())
    }
}

/// 11: whether money leaves, or is earned, which nothing may hinder: no pause and no registry that does not answer.
fn leaves_freely(call: &Calls, caller: Address, model: &Model) -> bool {
    let free = model.account(caller).free;
    match call {
        Calls::withdraw(call) => {
            let all = call.amount == U256::MAX && !free.is_zero();
            let some = !call.amount.is_zero() && call.amount <= free;
            (all || some) && can_receive(model, call.to)
        }
        Calls::settle(call) => call.token == model.token.address && call.receiver != model.token.address,
        Calls::collect(_) | Calls::collectFees(_) => true,
        Calls::collectAndWithdraw(call) => {
            let owed = model.stream(stream_id(&call.config)).is_some_and(|stream| !stream.owed(model.now).is_zero());
            owed && caller == call.config.payee && can_receive(model, call.to)
        }
        Calls::stopStream(call) => can_stop(&call.config, caller, model),
        Calls::reclaim(call) => can_reclaim(call, caller, model),
        Calls::claim(call) => call.voucherClaims.iter().any(|claim| {
            let side = [claim.voucher.channel.receiver, claim.voucher.channel.receiverAuthorizer];
            side.contains(&caller) && model.is_claimable(&Row::of(claim))
        }),
        Calls::claimAndWithdraw(call) => {
            let row = Row::of(&call.voucherClaim);
            caller == row.config.receiver && model.is_claimable(&row) && can_receive(model, call.to)
        }
        Calls::refund(call) => {
            call.amount > 0 && [call.config.receiver, call.config.receiverAuthorizer].contains(&caller)
        }
        Calls::initiateWithdraw(call) => {
            let channel = model.channel(model.channel_id(&call.config));
            let there = !channel.closed && !channel.balance.is_zero() && channel.initiated_at.is_none();
            there && call.amount == u128::MAX && is_payers(&call.config, caller)
        }
        Calls::finalizeWithdraw(call) => {
            let window = model.channel(model.channel_id(&call.config)).window(call.config.withdrawDelay.to());
            let open = window.is_some_and(|(first, last)| first <= model.now && model.now <= last);
            open && is_payers(&call.config, caller)
        }
        _ => false,
    }
}

/// Whether AIA can be sent there.
fn can_receive(model: &Model, to: Address) -> bool {
    ![Address::ZERO, model.contract.address, model.token.address].contains(&to)
}

fn is_payers(config: &Abi::ChannelConfig, account: Address) -> bool {
    [config.payer, config.payerAuthorizer].contains(&account)
}

fn can_stop(config: &Abi::StreamConfig, caller: Address, model: &Model) -> bool {
    let Some(stream) = model.stream(stream_id(config)).filter(|stream| !stream.is_closed()) else { return false };
    let by_payer = caller == config.payer && stream.ends_at.is_none();
    stream.is_done(model.now) || by_payer || caller == config.payee
}

fn can_reclaim(call: &Abi::reclaimCall, caller: Address, model: &Model) -> bool {
    let Some(stream) = model.stream(stream_id(&call.config)) else { return false };
    let settled = stream.settled(model.now);
    let spare = settled.balance.saturating_sub(settled.needed(model.now));
    let asked = if call.amount == u128::MAX { spare } else { U256::from(call.amount) };
    caller == call.config.payer && !asked.is_zero() && asked <= spare
}

/// Whether a call breaks a rule that has no exception.
fn barred(call: &Calls, caller: Address, model: &Model) -> Option<&'static str> {
    let contract = &model.contract;
    let entry = matches!(
        call,
        Calls::fund(_)
            | Calls::fundWithPermit(_)
            | Calls::fundWithAuthorization(_)
            | Calls::openStream(_)
            | Calls::topUpStream(_)
            | Calls::deposit(_)
    );
    if entry && contract.paused {
        return Some("money comes in in spite of the pause");
    }
    match call {
        Calls::openStream(call) => inactive(call.payee, model),
        Calls::topUpStream(call) => inactive(call.config.payee, model),
        Calls::deposit(call) => {
            let closed = model.channel(model.channel_id(&call.config)).closed;
            inactive(call.config.receiver, model).or(closed.then_some("9: a closed channel takes money"))
        }
        Calls::finalizeWithdraw(call) => {
            let channel = model.channel(model.channel_id(&call.config));
            let ready = channel.initiated_at.map(|instant| instant + call.config.withdrawDelay.to::<u64>());
            let too_early = ready.is_none_or(|ready| model.now < ready) || model.now < channel.held_until;
            let barred = too_early || !is_payers(&call.config, caller);
            barred.then_some("10: a withdrawal is finalized too early, or by somebody else")
        }
        Calls::reclaim(call) => (caller != call.config.payer).then_some("14: somebody else reclaims"),
        Calls::collectAndWithdraw(call) => {
            (caller != call.config.payee).then_some("14: somebody else sends the payee's earnings")
        }
        Calls::claimAndWithdraw(call) => {
            let receiver = call.voucherClaim.voucher.channel.receiver;
            (caller != receiver).then_some("14: somebody else sends the receiver's earnings")
        }
        Calls::hold(call) => (caller != call.config.payer).then_some("10: somebody else holds a channel"),
        Calls::initiateWithdraw(call) => {
            (!is_payers(&call.config, caller)).then_some("10: somebody else announces a withdrawal")
        }
        Calls::onProviderInactive(_) => (caller != contract.params.registry).then_some("14: somebody acts as registry"),
        Calls::setParams(_) | Calls::setGuardian(_) => {
            (caller != contract.owner).then_some("14: somebody else acts as the owner")
        }
        Calls::setPaused(_) => {
            (![contract.owner, contract.guardian].contains(&caller)).then_some("14: somebody acts as the guardian")
        }
        _ => None,
    }
}

/// 12: whether a payee is neither remembered as active nor called so.
fn inactive(payee: Address, model: &Model) -> Option<&'static str> {
    let registry = &model.registries[&model.contract.params.registry];
    let called = !registry.silent && registry.active.contains(&payee);
    let barred = model.now > model.active_until(payee) && !called;
    barred.then_some("12: money comes in for a payee that is not active")
}
