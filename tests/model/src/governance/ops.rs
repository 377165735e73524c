//! Operations on token, governor, timelocks and what they call, and how to draw them.

use aia_abi::{IAIAGovernor::IAIAGovernorCalls, IAIATimelock::IAIATimelockCalls, IAIAToken::IAIATokenCalls};
use alloy_primitives::{Address, Bytes, U256};
use alloy_sol_types::SolInterface;
use rand::Rng;

use super::{Answer, Model, Outcome, settings::Setting, world::Code};

mod actions;
mod dice;
mod operations;
mod people;
mod proposals;
mod setters;
mod votes;

use dice::Dice;

/// A call, or something else that happens.
#[allow(clippy::large_enum_variant)] // an operation lives for one step
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op {
    /// Time passes.
    Wait {
        /// How long, often not at all.
        seconds: u64,
    },
    /// Other code runs at an account from now on.
    Code {
        /// The account.
        account: Address,
        /// What runs there.
        code: Code,
    },
    /// Somebody calls.
    Call {
        /// Who calls.
        caller: Address,
        /// Wei sent with it.
        value: U256,
        /// What is called.
        call: Call,
    },
}

/// What is called, and with what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// The token.
    Token(IAIATokenCalls),
    /// The governor; signatures are seals.
    Governor(IAIAGovernorCalls),
    /// A timelock.
    Timelock(Address, IAIATimelockCalls),
    /// Any account, with wei and no data.
    Deposit(Address),
}

impl Call {
    /// Returns the address that is called.
    pub fn to(&self, model: &Model) -> Address {
        match self {
            Self::Token(_) => model.token.address,
            Self::Governor(_) => model.governor.address,
            Self::Timelock(to, _) | Self::Deposit(to) => *to,
        }
    }

    /// Returns the call's data, with seals in place of signatures.
    pub fn data(&self) -> Bytes {
        match self {
            Self::Token(call) => call.abi_encode().into(),
            Self::Governor(call) => call.abi_encode().into(),
            Self::Timelock(_, call) => call.abi_encode().into(),
            Self::Deposit(_) => Bytes::new(),
        }
    }
}

impl Op {
    /// Returns what is called, as in `timelock cancel`.
    pub fn name(&self) -> String {
        let Self::Call { call, .. } = self else { return "no call".into() };
        match call {
            Call::Token(call) => told("token", IAIATokenCalls::name_by_selector(call.selector())),
            Call::Governor(call) => told("governor", IAIAGovernorCalls::name_by_selector(call.selector())),
            Call::Timelock(_, call) => told("timelock", IAIATimelockCalls::name_by_selector(call.selector())),
            Call::Deposit(_) => "wei".into(),
        }
    }
}

fn told(contract: &str, function: Option<&'static str>) -> String {
    format!("{contract} {}", function.unwrap_or_default())
}

/// Runs one operation on the model.
///
/// # Errors
/// The refusal; the model is then as it was.
pub fn apply(model: &mut Model, op: &Op) -> Outcome {
    match op {
        Op::Wait { seconds } => {
            model.now += seconds;
            Ok(Answer::default())
        }
        Op::Code { account, code } => {
            model.world.code.insert(*account, code.clone());
            Ok(Answer::default())
        }
        Op::Call { caller, value, call } => {
            let before = model.clone();
            let done = model.enter(*caller, call.to(model), *value, &call.data());
            if done.is_err() {
                *model = before;
            }
            done
        }
    }
}

/// Draws an operation that makes sense in the present state.
///
/// Callers are of [`Model::actors`], guardians and the token's minter, so whoever drives the real contracts must be
/// able to send for each of them, and needs a key for each actor; none of them may have code. `usual` is what the
/// numbers come back to.
pub fn random<R: Rng + ?Sized>(rng: &mut R, model: &Model, usual: &Setting) -> Op {
    let mut dice = Dice { rng, model, usual };
    match dice.below(1000) {
        0..230 => dice.wait(),
        230..262 => dice.token(),
        262..274 => dice.code(),
        274..282 => dice.deposit(),
        282..380 => dice.propose(),
        380..510 => dice.cast_vote(),
        510..560 => dice.cast_by_sig(),
        560..610 => dice.cast_packed(),
        610..680 => dice.queue(),
        680..760 => dice.execute_proposal(),
        760..784 => dice.cancel_proposal(),
        784..844 => dice.schedule(),
        844..920 => dice.execute(),
        920..942 => dice.cancel(),
        942..952 => dice.brake(),
        952..962 => dice.unbrake(),
        962..970 => dice.renounce_role(),
        _ => dice.intrude(),
    }
}
