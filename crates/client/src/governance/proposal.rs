//! A proposal: calls, why they should be made, and the ids that follow from both.

use std::borrow::Cow;

use aia_abi::IAIAGovernor::{cancelCall, executeCall, proposeCall, queueCall};
use alloy::{
    hex,
    primitives::{Address, B256, Bytes, U256, keccak256},
    sol_types::{SolCall, SolValue},
};

use super::{Call, Draft, GovernanceError};

/// What stands before the account that alone may propose.
pub(super) const MARK: &str = "#proposer=0x";
/// Hex digits of an account.
const DIGITS: usize = 40;

/// Calls, as the contracts take them: targets, values, calldatas.
type Arrays = (Vec<Address>, Vec<U256>, Vec<Bytes>);

/// Calls and a description, which together are a proposal; at least one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    calls: Vec<Call>,
    /// Any bytes: what others propose need not be text.
    description: Bytes,
}

impl Proposal {
    /// Begins a proposal with a title, which is one line, and a text, which may be empty.
    pub fn draft(title: impl Into<String>, body: impl Into<String>) -> Draft {
        Draft::new(title, body)
    }

    /// Returns a proposal with a description as it is.
    ///
    /// # Errors
    /// [`GovernanceError::NoCalls`].
    pub fn new(calls: Vec<Call>, description: impl Into<Bytes>) -> Result<Self, GovernanceError> {
        if calls.is_empty() {
            return Err(GovernanceError::NoCalls);
        }
        Ok(Self { calls, description: description.into() })
    }

    /// Returns a proposal as the governor tells of it.
    pub(super) fn from_arrays(arrays: Arrays, description: Bytes) -> Result<Self, GovernanceError> {
        let (targets, values, calldatas) = arrays;
        let lengths = [targets.len(), values.len(), calldatas.len()];
        if lengths != [lengths[0]; 3] {
            let [targets, values, calldatas] = lengths;
            return Err(GovernanceError::Lengths { targets, values, calldatas });
        }
        let calls = targets.into_iter().zip(values).zip(calldatas);
        Self::new(calls.map(|((target, value), data)| Call { target, value, data }).collect(), description)
    }

    /// Returns the calls in their order.
    pub fn calls(&self) -> &[Call] {
        &self.calls
    }

    /// Returns the description; what is no text in it is replaced.
    pub fn description(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.description)
    }

    /// Returns the description's first line, without what marks it as a heading.
    pub fn title(&self) -> String {
        let text = self.text();
        text.lines().next().unwrap_or_default().trim_start_matches('#').trim().to_owned()
    }

    /// Returns the description without its first line and without the mark of its proposer.
    pub fn body(&self) -> String {
        let text = self.text();
        text.split_once('\n').map_or_else(String::new, |(_, body)| body.trim().to_owned())
    }

    /// Returns who alone may propose it, if the description says so.
    pub fn proposer(&self) -> Option<Address> {
        named_proposer(&self.description)
    }

    /// Returns the hash by which the description is referred to.
    pub fn description_hash(&self) -> B256 {
        keccak256(&self.description)
    }

    /// Returns its id, whoever proposes it and wherever.
    pub fn id(&self) -> U256 {
        let (targets, values, calldatas) = self.arrays();
        keccak256((targets, values, calldatas, self.description_hash()).abi_encode_params()).into()
    }

    /// Returns the salt of a governor's operation.
    pub fn salt(&self, governor: Address) -> B256 {
        B256::right_padding_from(governor.as_slice()) ^ self.description_hash()
    }

    /// Returns the id that the operation of a governor has in the timelock.
    pub fn operation_id(&self, governor: Address) -> B256 {
        let (targets, values, calldatas) = self.arrays();
        keccak256((targets, values, calldatas, B256::ZERO, self.salt(governor)).abi_encode_params())
    }

    /// Returns the wei of all calls together; 2^256 and more count as 2^256 - 1.
    pub fn value(&self) -> U256 {
        self.calls.iter().fold(U256::ZERO, |sum, call| sum.saturating_add(call.value))
    }

    /// Returns the calldata that proposes it.
    pub fn propose_data(&self) -> Bytes {
        let (targets, values, calldatas) = self.arrays();
        // A string is encoded as its bytes are.
        let arguments = (targets, values, calldatas, self.description.clone()).abi_encode_params();
        [&proposeCall::SELECTOR[..], &arguments].concat().into()
    }

    /// Returns the calldata that queues it.
    pub fn queue_data(&self) -> Bytes {
        let ((targets, values, calldatas), hash) = (self.arrays(), self.description_hash());
        queueCall { targets, values, calldatas, descriptionHash: hash }.abi_encode().into()
    }

    /// Returns the calldata that executes it.
    pub fn execute_data(&self) -> Bytes {
        let ((targets, values, calldatas), hash) = (self.arrays(), self.description_hash());
        executeCall { targets, values, calldatas, descriptionHash: hash }.abi_encode().into()
    }

    /// Returns the calldata that cancels it.
    pub fn cancel_data(&self) -> Bytes {
        let ((targets, values, calldatas), hash) = (self.arrays(), self.description_hash());
        cancelCall { targets, values, calldatas, descriptionHash: hash }.abi_encode().into()
    }

    fn arrays(&self) -> Arrays {
        let targets = self.calls.iter().map(|call| call.target).collect();
        let values = self.calls.iter().map(|call| call.value).collect();
        let calldatas = self.calls.iter().map(|call| call.data.clone()).collect();
        (targets, values, calldatas)
    }

    /// Returns the description without the mark of its proposer.
    fn text(&self) -> Cow<'_, str> {
        let marked = if self.proposer().is_some() { MARK.len() + DIGITS } else { 0 };
        String::from_utf8_lossy(&self.description[..self.description.len() - marked])
    }
}

/// Returns who alone may propose under a description: its end may name somebody.
pub(super) fn named_proposer(description: &[u8]) -> Option<Address> {
    let start = description.len().checked_sub(MARK.len() + DIGITS)?;
    let digits = description[start..].strip_prefix(MARK.as_bytes())?;
    let account: [u8; 20] = hex::decode(digits).ok()?.try_into().ok()?;
    Some(Address::new(account))
}
