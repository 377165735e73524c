//! Calls that not everybody may make, with arguments that nothing speaks against.

mod governance;
mod market;

use alloy::{
    primitives::{Address, Bytes},
    sol_types::SolCall,
};

use super::{refusal::Refusal, scene::Scene};

/// A call and who may make it.
pub(super) struct Attempt {
    pub(super) interface: &'static str,
    pub(super) signature: &'static str,
    pub(super) target: Address,
    pub(super) calldata: Bytes,
    /// Who may if its class does not say so.
    pub(super) holders: Vec<Address>,
    /// What all others are refused with.
    pub(super) refusal: Refusal,
}

/// A contract by its interface.
#[derive(Clone, Copy)]
struct Contract {
    interface: &'static str,
    address: Address,
}

impl Contract {
    /// Returns an attempt of what the contract's class of function says enough about.
    fn attempt<C: SolCall>(self, call: &C, refusal: Refusal) -> Attempt {
        self.attempt_of(call, &[], refusal)
    }

    /// Returns an attempt of a task that only `holders` have.
    fn attempt_of<C: SolCall>(self, call: &C, holders: &[Address], refusal: Refusal) -> Attempt {
        Attempt {
            interface: self.interface,
            signature: C::SIGNATURE,
            target: self.address,
            calldata: call.abi_encode().into(),
            holders: holders.to_vec(),
            refusal,
        }
    }
}

/// Returns one for every function that is not public.
pub(super) fn attempts(scene: &Scene) -> Vec<Attempt> {
    market::attempts(scene).into_iter().chain(governance::attempts(scene)).collect()
}
