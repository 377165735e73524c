//! What governance calls and pays: accounts without code, contracts that count, and contracts that call back.

use std::collections::{BTreeMap, BTreeSet};

use alloy_primitives::{Address, Bytes, LogData, U256};

use super::{Answer, Model, Outcome};

/// The first byte of data that a [`Code::Counter`] refuses; what follows is the reason.
pub const REFUSED: u8 = 0xfd;

/// Accounts that governance calls and pays, and wei.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct World {
    /// What runs at each of these accounts.
    pub code: BTreeMap<Address, Code>,
    /// How often each was called, by all of its code that counts.
    pub counts: BTreeMap<Address, u64>,
    /// Wei of these accounts, of the governor and of timelocks; all others have enough.
    pub wei: BTreeMap<Address, U256>,
    /// Who is calling back just now: between operations nobody.
    pub busy: BTreeSet<Address>,
}

/// What runs at an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Code {
    /// Nothing.
    #[default]
    Nothing,
    /// Counts calls with data, and logs their number and their data; refuses data that begins with [`REFUSED`].
    Counter {
        /// Makes no difference but to the code.
        version: u8,
    },
    /// Makes a call when it is called, but not again while it does, and passes on its refusal.
    Agent {
        /// What it calls.
        to: Address,
        /// With what.
        data: Bytes,
    },
}

impl World {
    /// Returns how many wei an account has that is watched.
    pub fn wei_of(&self, account: Address) -> U256 {
        self.wei.get(&account).copied().unwrap_or_default()
    }
}

impl Model {
    /// Sends wei; refused without a reason if there are not as many.
    pub(super) fn pay(&mut self, from: Address, to: Address, value: U256) -> Result<(), Bytes> {
        if let Some(wei) = self.world.wei.get_mut(&from) {
            *wei = wei.checked_sub(value).ok_or_else(Bytes::new)?;
        }
        if let Some(wei) = self.world.wei.get_mut(&to) {
            *wei += value;
        }
        Ok(())
    }

    /// Calls an account of [`World`], or one without code.
    pub(super) fn call_account(&mut self, to: Address, data: &Bytes) -> Outcome {
        match self.world.code.get(&to).cloned().unwrap_or_default() {
            Code::Nothing => Ok(Answer::default()),
            Code::Counter { .. } => self.count(to, data),
            Code::Agent { to: next, data } => self.call_back(to, next, &data),
        }
    }

    fn count(&mut self, counter: Address, data: &Bytes) -> Outcome {
        if data.is_empty() {
            return Ok(Answer::default());
        }
        if data[0] == REFUSED {
            return Err(data.slice(1..));
        }
        let count = self.world.counts.entry(counter).or_default();
        *count += 1;
        let told = LogData::new_unchecked(vec![U256::from(*count).into()], data.clone());
        Ok(vec![(counter, told)].into())
    }

    fn call_back(&mut self, agent: Address, to: Address, data: &Bytes) -> Outcome {
        if !self.world.busy.insert(agent) {
            return Ok(Answer::default());
        }
        let done = self.enter(agent, to, U256::ZERO, data)?;
        self.world.busy.remove(&agent);
        Ok(done.logs.into())
    }
}
