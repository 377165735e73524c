//! Operations on the token, and how to draw them.

use alloy_primitives::{Address, B256, U256};
use rand::Rng;

use crate::{
    interface::{Authorization, Outcome, STRANGER, Signature},
    model::Model,
};

mod dice;

use dice::Dice;

/// A call that may change the token, or time that passes; names are those of the interface.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // told once, in the interface
pub enum Op {
    /// Not a call: lets `seconds` pass, often none.
    Wait {
        seconds: u64,
    },
    Transfer {
        caller: Address,
        to: Address,
        value: U256,
    },
    TransferFrom {
        caller: Address,
        from: Address,
        to: Address,
        value: U256,
    },
    Approve {
        caller: Address,
        spender: Address,
        value: U256,
    },
    /// `nonce` is the one that was signed, which the call itself does not carry.
    Permit {
        caller: Address,
        owner: Address,
        spender: Address,
        value: U256,
        deadline: U256,
        nonce: U256,
        signature: Signature,
    },
    TransferWithAuthorization {
        caller: Address,
        authorization: Authorization,
        signature: Signature,
    },
    ReceiveWithAuthorization {
        caller: Address,
        authorization: Authorization,
        signature: Signature,
    },
    CancelAuthorization {
        caller: Address,
        authorizer: Address,
        nonce: B256,
        signature: Signature,
    },
    Delegate {
        caller: Address,
        delegatee: Address,
    },
    DelegateBySig {
        caller: Address,
        delegatee: Address,
        nonce: U256,
        expiry: U256,
        signature: Signature,
    },
    Mint {
        caller: Address,
        to: Address,
        value: U256,
    },
    /// `burn` with one argument.
    Burn {
        caller: Address,
        value: U256,
    },
    /// `burn` with two arguments.
    BurnOf {
        caller: Address,
        account: Address,
        value: U256,
    },
    BurnFrom {
        caller: Address,
        account: Address,
        value: U256,
    },
    SetMintLimit {
        caller: Address,
        minter: Address,
        capacity: u128,
        window: u64,
    },
    TransferOwnership {
        caller: Address,
        new_owner: Address,
    },
    AcceptOwnership {
        caller: Address,
    },
    SetCCIPAdmin {
        caller: Address,
        new_admin: Address,
    },
    SetL1Address {
        caller: Address,
        new_l1_address: Address,
    },
}

impl Op {
    /// Returns who calls; `None` when time passes.
    pub fn caller(&self) -> Option<Address> {
        match self {
            Self::Wait { .. } => None,
            Self::Transfer { caller, .. }
            | Self::TransferFrom { caller, .. }
            | Self::Approve { caller, .. }
            | Self::Permit { caller, .. }
            | Self::TransferWithAuthorization { caller, .. }
            | Self::ReceiveWithAuthorization { caller, .. }
            | Self::CancelAuthorization { caller, .. }
            | Self::Delegate { caller, .. }
            | Self::DelegateBySig { caller, .. }
            | Self::Mint { caller, .. }
            | Self::Burn { caller, .. }
            | Self::BurnOf { caller, .. }
            | Self::BurnFrom { caller, .. }
            | Self::SetMintLimit { caller, .. }
            | Self::TransferOwnership { caller, .. }
            | Self::AcceptOwnership { caller }
            | Self::SetCCIPAdmin { caller, .. }
            | Self::SetL1Address { caller, .. } => Some(*caller),
        }
    }
}

/// Runs one operation on the model.
///
/// # Errors
/// The refusal; the model is then as it was.
pub fn apply(model: &mut Model, op: &Op) -> Outcome {
    match *op {
        Op::Wait { seconds } => {
            model.wait(seconds);
            Ok(Vec::new())
        }
        Op::Transfer { caller, to, value } => model.transfer(caller, to, value),
        Op::TransferFrom { caller, from, to, value } => model.transfer_from(caller, from, to, value),
        Op::Approve { caller, spender, value } => model.approve(caller, spender, value),
        Op::Permit { owner, spender, value, deadline, nonce, signature, .. } => {
            let signature = permit_signature(signature, nonce, model.nonces(owner));
            model.permit(owner, spender, value, deadline, signature)
        }
        Op::TransferWithAuthorization { ref authorization, signature, .. } => {
            model.transfer_with_authorization(authorization, signature)
        }
        Op::ReceiveWithAuthorization { caller, ref authorization, signature } => {
            model.receive_with_authorization(caller, authorization, signature)
        }
        Op::CancelAuthorization { authorizer, nonce, signature, .. } => {
            model.cancel_authorization(authorizer, nonce, signature)
        }
        Op::Delegate { caller, delegatee } => model.delegate(caller, delegatee),
        Op::DelegateBySig { delegatee, nonce, expiry, signature, .. } => {
            model.delegate_by_sig(delegatee, nonce, expiry, signature)
        }
        Op::Mint { caller, to, value } => model.mint(caller, to, value),
        Op::Burn { caller, value } => model.burn(caller, value),
        Op::BurnOf { caller, account, value } | Op::BurnFrom { caller, account, value } => {
            model.burn_from(caller, account, value)
        }
        Op::SetMintLimit { caller, minter, capacity, window } => model.set_mint_limit(caller, minter, capacity, window),
        Op::TransferOwnership { caller, new_owner } => model.transfer_ownership(caller, new_owner),
        Op::AcceptOwnership { caller } => model.accept_ownership(caller),
        Op::SetCCIPAdmin { caller, new_admin } => model.set_ccip_admin(caller, new_admin),
        Op::SetL1Address { caller, new_l1_address } => model.set_l1_address(caller, new_l1_address),
    }
}

/// Returns what a permit's signature over `signed` recovers when the token expects `expected`.
///
/// The nonce is not in the calldata: over another one the signature fits another message.
pub fn permit_signature(signature: Signature, signed: U256, expected: U256) -> Signature {
    match signature {
        Signature::By(_) if signed != expected => Signature::By(STRANGER),
        other => other,
    }
}

/// Draws an operation that makes sense in the present state; about seven calls in ten succeed.
///
/// Callers and signers are always of [`Model::actors`], so whoever drives a real token needs a key
/// for each of them; no actor may have code.
pub fn random<R: Rng + ?Sized>(rng: &mut R, model: &Model) -> Op {
    let mut dice = Dice { rng, model };
    match dice.below(1000) {
        0..120 => dice.wait(),
        120..290 => dice.transfer(),
        290..370 => dice.approve(),
        370..480 => dice.transfer_from(),
        480..540 => dice.permit(),
        540..610 => dice.transfer_with_authorization(),
        610..660 => dice.receive_with_authorization(),
        660..680 => dice.cancel_authorization(),
        680..770 => dice.delegate(),
        770..820 => dice.delegate_by_sig(),
        820..900 => dice.mint(),
        900..925 => dice.burn(),
        925..940 => dice.burn_of(),
        940..955 => dice.burn_from(),
        955..985 => dice.set_mint_limit(),
        985..993 => dice.change_owner(),
        993..997 => dice.set_ccip_admin(),
        _ => dice.set_l1_address(),
    }
}
