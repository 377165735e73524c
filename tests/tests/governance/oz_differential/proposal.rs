//! Proposals and their calls, as both sides have them: what names a governor or a timelock names each side's own.

use aia_abi::IAIAGovernor::proposeCall;
use alloy::{
    primitives::{Address, B256, Bytes, U256, keccak256},
    sol_types::{SolCall, SolValue},
};

use super::actions::Action;

/// Calls, as one side has them.
#[derive(Clone, Debug, Default)]
pub(super) struct Batch {
    pub(super) targets: Vec<Address>,
    pub(super) values: Vec<U256>,
    pub(super) calldatas: Vec<Bytes>,
}

impl Batch {
    /// Returns `actions` as each side has them.
    pub(super) fn of(actions: &[Action]) -> [Self; 2] {
        [0, 1].map(|side| Self {
            targets: actions.iter().map(|action| action.targets[side]).collect(),
            values: actions.iter().map(|action| action.value).collect(),
            calldatas: actions.iter().map(|action| action.data[side].clone()).collect(),
        })
    }

    /// Returns the arguments of a call that spells the batch out and a word.
    pub(super) fn with_word(&self, word: B256) -> Vec<u8> {
        (self.targets.clone(), self.values.clone(), self.calldatas.clone(), word).abi_encode_params()
    }

    /// Returns the arguments of a call that spells the batch out and two words.
    pub(super) fn with_words(&self, predecessor: B256, salt: B256) -> Vec<u8> {
        (self.targets.clone(), self.values.clone(), self.calldatas.clone(), predecessor, salt).abi_encode_params()
    }

    fn with_text(&self, text: &Bytes) -> Vec<u8> {
        // Text is encoded as bytes are, and may be any bytes.
        (self.targets.clone(), self.values.clone(), self.calldatas.clone(), text.clone()).abi_encode_params()
    }
}

/// A proposal, whether or not it was made.
#[derive(Clone, Debug)]
pub(super) struct Proposal {
    pub(super) proposer: Address,
    pub(super) batches: [Batch; 2],
    pub(super) description: Bytes,
    /// The names of its actions.
    pub(super) actions: Vec<&'static str>,
}

impl Proposal {
    pub(super) fn new(proposer: Address, actions: &[Action], description: Bytes) -> Self {
        let names = actions.iter().map(|action| action.name).collect();
        Self { proposer, batches: Batch::of(actions), description, actions: names }
    }

    pub(super) fn description_hash(&self) -> B256 {
        keccak256(&self.description)
    }

    /// Returns its id on a side, by the formula.
    pub(super) fn id(&self, side: usize) -> U256 {
        U256::from_be_bytes(keccak256(self.batches[side].with_word(self.description_hash())).0)
    }

    /// Returns the salt of its operation, by the formula.
    pub(super) fn salt(&self, governor: Address) -> B256 {
        B256::right_padding_from(governor.as_slice()) ^ self.description_hash()
    }

    /// Returns the id of its operation on a side, by the formula.
    pub(super) fn operation(&self, side: usize, governor: Address) -> B256 {
        keccak256(self.batches[side].with_words(B256::ZERO, self.salt(governor)))
    }

    /// Returns the calls that propose it.
    pub(super) fn proposing(&self) -> [Bytes; 2] {
        [0, 1].map(|side| calldata(proposeCall::SELECTOR, &self.batches[side].with_text(&self.description)))
    }

    /// Returns the calls of a function that takes its calls and the hash of its description.
    pub(super) fn spelled_out<C: SolCall>(&self) -> [Bytes; 2] {
        [0, 1].map(|side| calldata(C::SELECTOR, &self.batches[side].with_word(self.description_hash())))
    }

    /// Returns the calls that name its id.
    pub(super) fn named<C: SolCall>(&self, call: impl Fn(U256) -> C) -> [Bytes; 2] {
        [0, 1].map(|side| call(self.id(side)).abi_encode().into())
    }
}

/// Puts a call together.
pub(super) fn calldata(selector: [u8; 4], arguments: &[u8]) -> Bytes {
    [&selector[..], arguments].concat().into()
}

/// Returns a call that is the same on both sides.
pub(super) fn both(call: &impl SolCall) -> [Bytes; 2] {
    let data = Bytes::from(call.abi_encode());
    [data.clone(), data]
}
