//! Contracts by their addresses, and what calls of them mean.

use std::collections::BTreeMap;

use aia_abi::{IAIAGovernor, IAIATimelock, IAIAToken, IDisputeCourt, IProviderRegistry, IStreamPayments};
use alloy::{
    json_abi::JsonAbi,
    primitives::{Address, Selector},
};

use super::{Action, Call, Decoded, Explanation, Proposal, Step, nested, values};

/// How many calls within each other are looked into.
pub const MAX_DEPTH: usize = 4;

/// Contracts that are known. What is not in here is said to be unknown, never guessed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    contracts: BTreeMap<Address, Contract>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Contract {
    name: String,
    abi: JsonAbi,
    /// Whether functions that carry calls mean what they mean with governor, timelock and payments contract.
    carries: bool,
}

impl Directory {
    /// Returns one that knows nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a contract. Calls within its calls are not looked into.
    #[must_use]
    pub fn with(self, address: Address, name: impl Into<String>, abi: JsonAbi) -> Self {
        self.insert(address, Contract { name: name.into(), abi, carries: false })
    }

    /// Adds a governor.
    #[must_use]
    pub fn with_governor(self, address: Address) -> Self {
        self.with_ours(address, "Governor", IAIAGovernor::abi::contract())
    }

    /// Adds a timelock.
    #[must_use]
    pub fn with_timelock(self, address: Address) -> Self {
        self.with_ours(address, "Timelock", IAIATimelock::abi::contract())
    }

    /// Adds a payments contract.
    #[must_use]
    pub fn with_payments(self, address: Address) -> Self {
        self.with_ours(address, "StreamPayments", IStreamPayments::abi::contract())
    }

    /// Adds an AIA token.
    #[must_use]
    pub fn with_token(self, address: Address) -> Self {
        self.with(address, "AIAToken", IAIAToken::abi::contract())
    }

    /// Adds a provider registry.
    #[must_use]
    pub fn with_registry(self, address: Address) -> Self {
        self.with(address, "ProviderRegistry", IProviderRegistry::abi::contract())
    }

    /// Adds a dispute court.
    #[must_use]
    pub fn with_court(self, address: Address) -> Self {
        self.with(address, "DisputeCourt", IDisputeCourt::abi::contract())
    }

    /// Returns the name of a contract.
    pub fn name(&self, address: Address) -> Option<&str> {
        self.contracts.get(&address).map(|contract| contract.name.as_str())
    }

    /// Says what a proposal would do, in the order in which it would.
    pub fn explain(&self, proposal: &Proposal) -> Explanation {
        Explanation { steps: proposal.calls().iter().map(|call| self.explain_call(call)).collect() }
    }

    /// Says what a call would do.
    pub fn explain_call(&self, call: &Call) -> Step {
        self.step(call, 0)
    }

    fn step(&self, call: &Call, depth: usize) -> Step {
        let contract = self.contracts.get(&call.target);
        let action = match contract {
            _ if call.data.is_empty() => Action::NoData,
            _ if depth > MAX_DEPTH => Action::TooDeep,
            None => Action::UnknownContract,
            Some(contract) => self.decode(contract, call, depth),
        };
        Step { call: call.clone(), contract: contract.map(|contract| contract.name.clone()), action, delay: None }
    }

    fn decode(&self, contract: &Contract, call: &Call, depth: usize) -> Action {
        let Some((selector, arguments)) = call.data.split_first_chunk::<4>() else { return Action::UnknownFunction };
        let selector = Selector::from(*selector);
        let Some(function) = contract.abi.function_by_selector(selector) else { return Action::UnknownFunction };
        let Some(values) = values::read(function, arguments) else {
            return Action::Malformed { function: function.name.clone() };
        };
        let carried = if contract.carries { nested::carried(call.target, selector, &values) } else { Vec::new() };
        let calls = carried.iter().map(|call| self.step(call, depth + 1)).collect();
        Action::Function(Decoded { function: function.clone(), values, calls })
    }

    fn with_ours(self, address: Address, name: &str, abi: JsonAbi) -> Self {
        self.insert(address, Contract { name: name.to_owned(), abi, carries: true })
    }

    fn insert(mut self, address: Address, contract: Contract) -> Self {
        self.contracts.insert(address, contract);
        self
    }
}
