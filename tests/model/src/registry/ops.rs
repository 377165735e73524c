//! Operations on token, registry and court, and how to draw them.

use aia_abi::{
    IAIAToken::IAIATokenCalls,
    IDisputeCourt::{IDisputeCourtCalls, proveEquivocationCall},
    IProviderRegistry::IProviderRegistryCalls,
};
use alloy_primitives::{Address, U256};
use alloy_sol_types::SolInterface;
use rand::Rng;

use super::{Answer, Model, Outcome};

mod charges;
mod dice;
mod money;
mod roles;
mod stakes;
mod work;

use dice::Dice;

/// How many of the first actors stake with others, and never become providers but by chance.
pub const STAKERS: usize = 8;
/// How many providers that are not expelled there are, but for chance.
pub const PROVIDERS: usize = 4;

/// A call, or time that passes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op {
    /// Not a call.
    Wait {
        /// How long, often not at all.
        seconds: u64,
    },
    /// A call of the token.
    Token {
        /// Who calls.
        caller: Address,
        /// What.
        call: IAIATokenCalls,
    },
    /// A call of the registry.
    Registry {
        /// Who calls.
        caller: Address,
        /// What.
        call: IProviderRegistryCalls,
    },
    /// A call of the court.
    Court {
        /// Who calls.
        caller: Address,
        /// What.
        call: IDisputeCourtCalls,
    },
    /// A call of the court whose signatures are still to be made.
    Equivocation {
        /// Who calls.
        caller: Address,
        /// What, without signatures.
        call: proveEquivocationCall,
        /// Whose keys sign the two receipts.
        signed_by: [Address; 2],
    },
}

impl Op {
    /// Returns who calls; `None` when time passes.
    pub fn caller(&self) -> Option<Address> {
        match self {
            Self::Wait { .. } => None,
            Self::Token { caller, .. }
            | Self::Registry { caller, .. }
            | Self::Court { caller, .. }
            | Self::Equivocation { caller, .. } => Some(*caller),
        }
    }

    /// Returns the contract and the function that are called, as in `court rule`.
    pub fn name(&self) -> String {
        let (contract, function) = match self {
            Self::Wait { .. } => ("time", None),
            Self::Token { call, .. } => ("token", IAIATokenCalls::name_by_selector(call.selector())),
            Self::Registry { call, .. } => ("registry", IProviderRegistryCalls::name_by_selector(call.selector())),
            Self::Court { call, .. } => ("court", IDisputeCourtCalls::name_by_selector(call.selector())),
            Self::Equivocation { .. } => ("court", Some("proveEquivocation")),
        };
        format!("{contract} {}", function.unwrap_or_default())
    }
}

/// Runs one operation on the model.
///
/// # Errors
/// The refusal; the model is then as it was.
pub fn apply(model: &mut Model, op: &Op) -> Outcome {
    match op {
        Op::Wait { seconds } => {
            model.wait(*seconds);
            Ok(Answer::default())
        }
        Op::Token { caller, call } => apply_token(model, *caller, call),
        Op::Registry { caller, call } => apply_registry(model, *caller, call),
        Op::Court { caller, call } => apply_court(model, *caller, call),
        Op::Equivocation { caller, call, signed_by } => model.prove_equivocation(*caller, call, *signed_by),
    }
}

fn apply_token(model: &mut Model, caller: Address, call: &IAIATokenCalls) -> Outcome {
    use IAIATokenCalls as Calls;
    match call {
        Calls::approve(call) => model.token.approve(caller, call.spender, call.value),
        Calls::transfer(call) => {
            let done = model.token.transfer(caller, call.to, call.value)?;
            if [model.registry.address, model.court.address].contains(&call.to) {
                model.books.note_gift(call.to, call.value);
            }
            Ok(done)
        }
        other => unreachable!("nobody draws {other:?}"),
    }
}

fn apply_registry(model: &mut Model, caller: Address, call: &IProviderRegistryCalls) -> Outcome {
    use IProviderRegistryCalls as Calls;
    match call {
        Calls::register(call) => model.register(caller, call.cid, call.codec, call.commissionBps, call.signer),
        Calls::setProfile(call) => model.set_profile(caller, call.cid, call.codec, call.commissionBps, call.signer),
        Calls::unjail(_) => model.unjail(caller),
        Calls::delegate(call) => model.delegate(caller, call.account, U256::from(call.amount)),
        Calls::undelegate(call) => model.undelegate(caller, call.account, U256::from(call.shares)),
        Calls::withdraw(call) => model.withdraw(call.account, call.epoch, call.owner),
        Calls::fund(call) => model.fund(caller, call.account, U256::from(call.amount)),
        Calls::claim(call) => model.claim(caller, call.account),
        Calls::burnStranded(call) => model.burn_stranded(call.account),
        Calls::allocate(call) => model.allocate(caller, call.service, call.bps),
        Calls::list(call) => model.list(caller, call),
        Calls::updateListing(call) => model.update_listing(caller, call),
        Calls::commitBatch(call) => model.commit_batch(caller, call),
        Calls::rate(call) => model.rate(caller, call),
        Calls::attest(call) => model.attest(caller, call),
        Calls::revokeAttester(call) => model.revoke_attester(caller, call.attester, call.before.to()),
        Calls::setService(call) => model.set_service(caller, call),
        Calls::setParams(call) => model.set_params(caller, &call.params),
        Calls::setPaused(call) => model.set_paused(caller, call.value),
        Calls::slash(_) | Calls::onDispute(_) => model.slash_uninvited(caller),
        other => unreachable!("nobody draws {other:?}"),
    }
}

fn apply_court(model: &mut Model, caller: Address, call: &IDisputeCourtCalls) -> Outcome {
    use IDisputeCourtCalls as Calls;
    match call {
        Calls::openDispute(call) => model.open_dispute(caller, call),
        Calls::submitEvidence(call) => model.submit_evidence(caller, call.id, call.cid),
        Calls::cancel(call) => model.cancel(caller, call.id),
        Calls::rule(call) => model.rule(caller, call.id, call.ruling),
        Calls::reduce(call) => model.reduce(caller, call.id, call.bps),
        Calls::veto(call) => model.veto(caller, call.id, call.reason),
        Calls::execute(call) => model.execute(call.id),
        Calls::setService(call) => model.set_terms(caller, call),
        Calls::setParams(call) => model.set_court_params(caller, &call.params),
        other => unreachable!("nobody draws {other:?}"),
    }
}

/// Draws an operation that makes sense in the present state.
///
/// Callers and signers are of [`Model::actors`], owners, guardians and arbitrators, so whoever drives real contracts
/// must be able to send for each of them, and needs a key for each actor; none of them may have code.
pub fn random<R: Rng + ?Sized>(rng: &mut R, model: &Model) -> Op {
    let mut dice = Dice { rng, model };
    match dice.below(1000) {
        0..130 => dice.wait(),
        130..146 => dice.register(),
        146..160 => dice.set_profile(),
        160..280 => dice.delegate(),
        280..385 => dice.undelegate(),
        385..460 => dice.withdraw(),
        460..505 => dice.fund(),
        505..555 => dice.claim(),
        555..563 => dice.burn_stranded(),
        563..613 => dice.allocate(),
        613..635 => dice.unjail(),
        635..643 => dice.list(),
        643..650 => dice.update_listing(),
        650..680 => dice.commit_batch(),
        680..725 => dice.rate(),
        725..737 => dice.attest(),
        737..740 => dice.revoke_attester(),
        740..810 => dice.open_dispute(),
        810..818 => dice.prove_equivocation(),
        818..826 => dice.cancel(),
        826..872 => dice.rule(),
        872..880 => dice.reduce(),
        880..886 => dice.veto(),
        886..934 => dice.execute(),
        934..940 => dice.submit_evidence(),
        940..952 => dice.set_paused(),
        952..957 => dice.set_params(),
        957..963 => dice.set_service(),
        963..968 => dice.set_terms(),
        968..972 => dice.set_court_params(),
        972..980 => dice.donate(),
        980..986 => dice.transfer(),
        986..992 => dice.approve(),
        _ => dice.intrude(),
    }
}
