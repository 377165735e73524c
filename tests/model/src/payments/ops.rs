//! Operations on token, registries and payments contract, and how to draw them.

use aia_abi::{
    IAIAToken::IAIATokenCalls,
    IStreamPayments::{IStreamPaymentsCalls, Params},
};
use alloy_primitives::Address;
use alloy_sol_types::SolInterface;
use rand::Rng;

use super::{Answer, Model, Outcome, seal::Seal};

mod channels;
mod claims;
mod dice;
mod leaving;
mod many;
mod money;
mod people;
mod roles;
mod streams;

use dice::Dice;

/// How many of the first actors mostly pay.
pub const CONSUMERS: usize = 4;
/// How many of the others are mostly paid.
pub const PROVIDERS: usize = 4;

/// A call, or something else that happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op {
    /// Time passes.
    Wait {
        /// How long, often not at all.
        seconds: u64,
    },
    /// A call of the token.
    Token {
        /// Who calls.
        caller: Address,
        /// What; signatures are seals.
        call: IAIATokenCalls,
    },
    /// Something happens in a registry.
    Registry {
        /// Where.
        address: Address,
        /// Who brings it about.
        caller: Address,
        /// What.
        act: Act,
    },
    /// A call of the payments contract.
    Pay {
        /// Who calls.
        caller: Address,
        /// What; signatures are seals.
        call: IStreamPaymentsCalls,
    },
}

/// What happens in a registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// A provider becomes active, or ceases to be.
    SetActive(Address, bool),
    /// The registry ceases to answer, or begins again.
    SetSilent(bool),
    /// The registry tells the contract that a provider is not active.
    Tell(Address),
}

impl Op {
    /// Returns who calls; `None` when time passes.
    pub fn caller(&self) -> Option<Address> {
        match self {
            Self::Wait { .. } => None,
            Self::Token { caller, .. } | Self::Registry { caller, .. } | Self::Pay { caller, .. } => Some(*caller),
        }
    }

    /// Returns what is called, as in `token approve`.
    pub fn name(&self) -> String {
        match self {
            Self::Wait { .. } => "time".into(),
            Self::Token { call, .. } => {
                format!("token {}", IAIATokenCalls::name_by_selector(call.selector()).unwrap_or_default())
            }
            Self::Registry { act: Act::SetActive(..), .. } => "registry setActive".into(),
            Self::Registry { act: Act::SetSilent(..), .. } => "registry setSilent".into(),
            Self::Registry { act: Act::Tell(..), .. } => "registry tell".into(),
            Self::Pay { call, .. } => {
                IStreamPaymentsCalls::name_by_selector(call.selector()).unwrap_or_default().into()
            }
        }
    }
}

/// Runs one operation on the model.
///
/// # Errors
/// The refusal; the model is then as it was.
pub fn apply(model: &mut Model, op: &Op) -> Outcome {
    model.before = Default::default();
    match op {
        Op::Wait { seconds } => {
            model.now += seconds;
            Ok(Answer::default())
        }
        Op::Token { caller, call } => apply_token(model, *caller, call),
        Op::Registry { address, act, .. } => apply_registry(model, *address, *act),
        Op::Pay { caller, call } => model.call(*caller, call),
    }
}

fn apply_token(model: &mut Model, caller: Address, call: &IAIATokenCalls) -> Outcome {
    use IAIATokenCalls as Calls;
    match call {
        Calls::approve(call) => model.token.approve(caller, call.spender, call.value),
        Calls::transfer(call) => {
            let done = model.token.transfer(caller, call.to, call.value)?;
            if call.to == model.contract.address {
                model.books.gifts += call.value;
            }
            Ok(done)
        }
        Calls::permit_1(call) => {
            let seal = Seal::read(&call.signature);
            model.token.permit(model.now, call.owner, call.spender, call.value, call.deadline, seal)
        }
        other => unreachable!("nobody draws {other:?}"),
    }
}

fn apply_registry(model: &mut Model, address: Address, act: Act) -> Outcome {
    let registry = model.registries.entry(address).or_default();
    match act {
        Act::SetActive(provider, true) => {
            registry.active.insert(provider);
        }
        Act::SetActive(provider, false) => {
            registry.active.remove(&provider);
        }
        Act::SetSilent(silent) => registry.silent = silent,
        Act::Tell(provider) => return model.on_provider_inactive(address, provider),
    }
    Ok(Answer::default())
}

/// Draws an operation that makes sense in the present state.
///
/// Callers and signers are of [`Model::actors`], owner and guardian, so whoever drives the real contract must be able
/// to send for each of them, and needs a key for each actor; none of them may have code. `usual` are parameters to come
/// back to.
pub fn random<R: Rng + ?Sized>(rng: &mut R, model: &Model, usual: &Params) -> Op {
    let mut dice = Dice { rng, model };
    match dice.below(1000) {
        0..120 => dice.wait(),
        120..130 => dice.approve(),
        130..138 => dice.donate(),
        138..142 => dice.permit(),
        142..160 => dice.set_active(),
        160..166 => dice.set_silent(),
        166..172 => dice.tell(),
        172..182 => dice.refresh_provider(),
        182..192 => dice.set_paused(),
        192..200 => dice.set_params(usual),
        200..212 => dice.intrude(),
        212..228 => dice.collect_fees(),
        228..250 => dice.multicall(),
        250..290 => dice.fund(),
        290..302 => dice.fund_with_permit(),
        302..318 => dice.fund_with_authorization(),
        318..340 => dice.withdraw(),
        340..362 => dice.settle(),
        362..372 => dice.set_ledger_lock(),
        372..440 => dice.open_stream(),
        440..484 => dice.top_up_stream(),
        484..532 => dice.set_rate(),
        532..580 => dice.stop_stream(),
        580..612 => dice.reclaim(),
        612..672 => dice.collect(),
        672..700 => dice.collect_and_withdraw(),
        700..770 => dice.deposit(),
        770..826 => dice.claim(),
        826..848 => dice.claim_with_signature(),
        848..890 => dice.claim_packed(),
        890..912 => dice.claim_and_withdraw(),
        912..930 => dice.refund(),
        930..942 => dice.refund_with_signature(),
        942..968 => dice.initiate_withdraw(),
        968..988 => dice.finalize_withdraw(),
        _ => dice.hold(),
    }
}
