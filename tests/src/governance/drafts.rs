//! What is proposed, before, while and after it is.

use aia_abi::IAIAGovernor::{cancelCall, executeCall, proposeCall, queueCall};
use alloy::{
    contract::SolCallBuilder,
    network::Ethereum,
    primitives::{Address, B256, Bytes, U256, keccak256},
    providers::DynProvider,
    sol_types::{SolCall, SolValue},
};

use super::Governor;

/// A call of the governor to wait for.
type Call<'a, C> = SolCallBuilder<&'a DynProvider, C, Ethereum>;

/// Calls and why they should be made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// Whom to call.
    pub targets: Vec<Address>,
    /// Wei to send along.
    pub values: Vec<U256>,
    /// What to call them with.
    pub calldatas: Vec<Bytes>,
    /// Why.
    pub description: String,
}

impl Draft {
    /// Returns a draft without calls.
    pub fn new(description: impl Into<String>) -> Self {
        Self { description: description.into(), ..Self::default() }
    }

    /// Adds a call.
    #[must_use]
    pub fn call(self, target: Address, call: &impl SolCall) -> Self {
        self.paying(target, U256::ZERO, call.abi_encode())
    }

    /// Adds a call with so many wei.
    #[must_use]
    pub fn paying(mut self, target: Address, value: U256, calldata: impl Into<Bytes>) -> Self {
        self.targets.push(target);
        self.values.push(value);
        self.calldatas.push(calldata.into());
        self
    }

    /// Returns its calls with their numbers.
    pub(super) fn calls(&self) -> impl Iterator<Item = (U256, Address, U256, Bytes)> {
        let calls = self.targets.iter().zip(&self.values).zip(&self.calldatas).enumerate();
        calls.map(|(index, ((target, value), data))| (U256::from(index), *target, *value, data.clone()))
    }

    /// Returns the hash by which the description is referred to.
    pub fn description_hash(&self) -> B256 {
        keccak256(&self.description)
    }

    /// Returns the id of the proposal, whoever makes it.
    pub fn id(&self) -> U256 {
        let Self { targets, values, calldatas, .. } = self.clone();
        keccak256((targets, values, calldatas, self.description_hash()).abi_encode_params()).into()
    }

    /// Returns the salt of a governor's operation.
    pub fn salt(&self, governor: Address) -> B256 {
        B256::right_padding_from(governor.as_slice()) ^ self.description_hash()
    }

    /// Returns the id of a governor's operation in the timelock.
    pub fn operation(&self, governor: Address) -> B256 {
        let Self { targets, values, calldatas, .. } = self.clone();
        keccak256((targets, values, calldatas, B256::ZERO, self.salt(governor)).abi_encode_params())
    }

    /// Builds the call that proposes it.
    pub fn propose<'a>(&self, governor: &'a Governor) -> Call<'a, proposeCall> {
        let Self { targets, values, calldatas, description } = self.clone();
        governor.propose(targets, values, calldatas, description)
    }

    /// Builds the call that queues it.
    pub fn queue<'a>(&self, governor: &'a Governor) -> Call<'a, queueCall> {
        let Self { targets, values, calldatas, .. } = self.clone();
        governor.queue(targets, values, calldatas, self.description_hash())
    }

    /// Builds the call that executes it.
    pub fn execute<'a>(&self, governor: &'a Governor) -> Call<'a, executeCall> {
        let Self { targets, values, calldatas, .. } = self.clone();
        governor.execute(targets, values, calldatas, self.description_hash())
    }

    /// Builds the call that cancels it.
    pub fn cancel<'a>(&self, governor: &'a Governor) -> Call<'a, cancelCall> {
        let Self { targets, values, calldatas, .. } = self.clone();
        governor.cancel(targets, values, calldatas, self.description_hash())
    }
}
