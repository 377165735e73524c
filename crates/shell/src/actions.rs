//! Calls that governance makes, as the governor and the timelock pass them around.

use aia_calldata::{Args, Encoder};
use alloy_primitives::{Address, B256, U256};
use stylus_sdk::stylus_core::Host;

use crate::{Revert, Word, execute, revert};

alloy_sol_types::sol! {
    /// OpenZeppelin's: a call was refused without a reason.
    error FailedCall();
}

/// What is called, with how much wei, with what data.
#[derive(Clone, Debug, Default)]
pub struct Actions<'a> {
    /// What is called.
    pub targets: Vec<Address>,
    /// Wei, as words.
    pub values: Vec<B256>,
    /// Calldata.
    pub calldatas: Vec<&'a [u8]>,
}

impl<'a> Actions<'a> {
    /// Reads the three arrays.
    #[inline(never)]
    pub fn read(args: &mut Args<'a>) -> Self {
        Self { targets: args.addresses(), values: args.words(), calldatas: args.byte_strings() }
    }

    /// Whether there is one of each for every call.
    pub fn is_consistent(&self) -> bool {
        self.targets.len() == self.values.len() && self.targets.len() == self.calldatas.len()
    }

    /// Returns how many targets, calldatas and values there are, as errors say it.
    pub fn lengths(&self) -> [B256; 3] {
        [self.targets.len(), self.calldatas.len(), self.values.len()].map(|length| (length as u64).word())
    }

    /// Writes the three arrays, which are members of a tuple.
    #[inline(never)]
    pub fn write(&self, encoder: &mut Encoder) {
        encoder.array(self.targets.iter().map(|target| target.word()));
        encoder.array(self.values.iter().copied());
        encoder.byte_strings(&self.calldatas);
    }

    /// Encodes the three arrays and some words behind a prefix, a selector or nothing.
    ///
    /// Ids are hashes of this, and both contracts' calls have this form.
    #[inline(never)]
    pub fn encode(&self, prefix: &[u8], words: &[B256]) -> Vec<u8> {
        let mut encoder = Encoder::new(prefix, 3 + words.len());
        self.write(&mut encoder);
        for word in words {
            encoder.word(*word);
        }
        encoder.done()
    }

    /// Returns the calls one after the other; there are as many as of the shortest array.
    pub fn iter(&self) -> impl Iterator<Item = (Address, U256, &'a [u8])> {
        let values = self.values.iter().map(|value| (*value).into());
        self.targets.iter().copied().zip(values).zip(self.calldatas.iter().copied()).map(|((a, b), c)| (a, b, c))
    }
}

/// Makes one call; if it is refused without a reason it gets one, as in OpenZeppelin.
///
/// # Errors
/// The call's, or `FailedCall`.
pub fn make(host: &impl Host, target: Address, value: U256, data: &[u8]) -> Result<(), Revert> {
    match execute(host, target, value, data) {
        Ok(_) => Ok(()),
        Err(refusal) if refusal.is_empty() => Err(revert::<FailedCall>([])),
        Err(refusal) => Err(refusal),
    }
}
