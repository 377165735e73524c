//! What governance does: calls, and the ids of proposals and operations that are made of them.

use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use alloy_sol_types::SolValue;

/// A call that governance makes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Action {
    /// What is called.
    pub target: Address,
    /// Wei.
    pub value: U256,
    /// With what.
    pub data: Bytes,
}

/// What an operation is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Its calls.
    pub actions: Vec<Action>,
    /// What must be done before; zero for nothing.
    pub predecessor: B256,
    /// Tells it from others.
    pub salt: B256,
    /// Whether it is a single call, whose id is made otherwise.
    pub single: bool,
}

impl Plan {
    /// Returns the id of its operation.
    pub fn id(&self) -> B256 {
        let (predecessor, salt) = (self.predecessor, self.salt);
        let encoded = if self.single {
            let Action { target, value, data } = self.actions[0].clone();
            (target, value, data, predecessor, salt).abi_encode_params()
        } else {
            let (targets, values, payloads) = split(&self.actions);
            (targets, values, payloads, predecessor, salt).abi_encode_params()
        };
        keccak256(encoded)
    }
}

/// Returns targets, values and data of calls.
pub fn split(actions: &[Action]) -> (Vec<Address>, Vec<U256>, Vec<Bytes>) {
    let targets = actions.iter().map(|action| action.target).collect();
    let values = actions.iter().map(|action| action.value).collect();
    (targets, values, actions.iter().map(|action| action.data.clone()).collect())
}

/// Returns the calls of which these are targets, values and data, as many as there are of each.
pub fn join(targets: &[Address], values: &[U256], payloads: &[Bytes]) -> Vec<Action> {
    let parts = targets.iter().zip(values).zip(payloads);
    parts.map(|((target, value), data)| Action { target: *target, value: *value, data: data.clone() }).collect()
}

/// `hashProposal`.
pub fn proposal_id(targets: &[Address], values: &[U256], calldatas: &[Bytes], description: B256) -> U256 {
    let encoded = (targets.to_vec(), values.to_vec(), calldatas.to_vec(), description).abi_encode_params();
    U256::from_be_bytes(keccak256(encoded).0)
}

/// Returns the key of a voter's nonces for a proposal: the low 192 bits of its id.
pub fn nonce_key(id: U256) -> U256 {
    (id << 64) >> 64
}
