//! Token, governor, timelocks and what they call on their chain: calls, and what they answer in the model's words.

use std::collections::BTreeMap;

use aia_abi::{
    IAIAGovernor::{IAIAGovernorErrors, IAIAGovernorEvents},
    IAIATimelock::{IAIATimelockErrors, IAIATimelockEvents},
    IAIAToken::{IAIATokenErrors, IAIATokenEvents},
};
use aia_devnode::{
    Api,
    chain::{Outcome as Simulated, Override, Simulation},
};
use aia_model::governance::{Answer, Log, Outcome, settings::Site, world::Code};
use aia_tests::common::{Message, send};
use alloy::{
    primitives::{Address, B256, Bytes, LogData, U256},
    sol_types::{SolCall, SolEventInterface, SolInterface},
};
use eyre::{Result, bail, ensure, eyre};

use super::{start::Stage, targets};

/// Gas of every call: enough that a 64th of a 64th, which is what two contracts leave that waste the rest, still does.
const GAS: u64 = 30_000_000;

/// The contracts, driven from within the chain's process.
pub(crate) struct Live<'a> {
    api: &'a Api,
    pub(crate) site: &'a Site,
}

/// What a transaction logged, and when, Unix seconds.
#[derive(Clone, Debug)]
pub(crate) struct Tx {
    pub(crate) now: u64,
    pub(crate) logs: Vec<Log>,
}

/// Changes.
impl<'a> Live<'a> {
    pub(crate) fn new(stage: &'a Stage) -> Self {
        Self { api: &stage.net.api, site: &stage.site }
    }

    /// Includes a call in a block at `now`.
    pub(crate) fn submit(
        &self,
        now: u64,
        caller: Address,
        to: Address,
        value: U256,
        calldata: Bytes,
    ) -> Result<Outcome> {
        self.api.chain().set_next_time(now)?;
        let included = send(self.api, Message { value, gas: GAS, ..Message::call(caller, to, calldata) })?;
        ensure!(self.api.chain().head().header.timestamp == now, "the block is not at {now}");
        ensure!(included.failure.is_none(), "halted: {:?}", included.failure);
        if !included.success {
            ensure!(included.logs.is_empty(), "a revert logs");
            return Ok(Err(included.output));
        }
        let logs = included.logs.into_iter().map(|log| (log.address, log.data)).collect();
        Ok(Ok(Answer { logs, output: included.output }))
    }

    /// Does something and takes it back.
    pub(crate) fn undone<T>(&self, act: impl FnOnce() -> Result<T>) -> Result<T> {
        let before = self.api.chain().snapshot();
        let done = act();
        ensure!(self.api.chain().revert(before)?, "the snapshot is gone");
        done
    }

    /// Makes an empty block at `now`, so that views are of this second.
    pub(crate) fn mine(&self, now: u64) -> Result<()> {
        let mut chain = self.api.chain();
        chain.set_next_time(now)?;
        chain.mine()?;
        Ok(())
    }

    /// Gives an account wei, in a block at `now`.
    pub(crate) fn fuel(&self, now: u64, address: Address) -> Result<()> {
        let balance = Some(U256::from(10).pow(U256::from(24)));
        self.alter(now, Override { address, balance, ..Override::default() })
    }

    /// Lets other code run at an account, in a block at `now`.
    pub(crate) fn run_there(&self, now: u64, address: Address, code: &Code) -> Result<()> {
        let code = Some(targets::bytes(code));
        // With a nonce it keeps what it remembers even while it has neither code nor wei.
        self.alter(now, Override { address, code, nonce: Some(1), ..Override::default() })
    }

    fn alter(&self, now: u64, change: Override) -> Result<()> {
        let mut chain = self.api.chain();
        chain.set_next_time(now)?;
        chain.alter(change)?;
        Ok(())
    }
}

/// Views.
impl Live<'_> {
    /// Calls a view of the token.
    pub(crate) fn token<C: SolCall>(&self, call: &C) -> Result<C::Return> {
        self.read(self.site.token, call)
    }

    /// Calls a view of the governor.
    pub(crate) fn governor<C: SolCall>(&self, call: &C) -> Result<C::Return> {
        self.read(self.site.governor, call)
    }

    /// Calls a view of a contract.
    pub(crate) fn read<C: SolCall>(&self, to: Address, call: &C) -> Result<C::Return> {
        match self.ask(Address::ZERO, to, call.abi_encode().into())? {
            Ok(output) => Ok(C::abi_decode_returns_validate(&output)?),
            Err(data) => Err(eyre!("{} is refused: {}", C::SIGNATURE, error(&data))),
        }
    }

    /// Returns what a call would return, or its refusal.
    pub(crate) fn ask(&self, from: Address, to: Address, data: Bytes) -> Result<Result<Bytes, Bytes>> {
        let call = Simulation { from, to: Some(to), data, ..Simulation::default() };
        let chain = self.api.chain();
        match chain.call(&call, chain.head().number)? {
            Simulated::Success { output, .. } => Ok(Ok(output)),
            Simulated::Revert(data) => Ok(Err(data)),
            Simulated::Halt(reason) => bail!("a call of {to} halts: {reason}"),
        }
    }

    /// Returns how many wei an account has.
    pub(crate) fn wei(&self, account: Address) -> U256 {
        self.api.chain().latest().info(account).balance
    }

    /// Returns the hash of an account's code; of one that has none, zero.
    pub(crate) fn code_hash(&self, account: Address) -> B256 {
        let info = self.api.chain().latest().info(account);
        if info.is_empty_code_hash() { B256::ZERO } else { info.code_hash }
    }

    /// Returns everything that was ever logged, by transaction.
    pub(crate) fn history(&self) -> Result<Vec<Tx>> {
        let chain = self.api.chain();
        let mut history = Vec::new();
        for number in 0..=chain.head().number {
            let Some(block) = chain.block(number) else { bail!("block {number} is missing") };
            for included in &block.transactions {
                let logs = included.logs.iter().map(|log| (log.address, log.data.clone())).collect();
                history.push(Tx { now: block.header.timestamp, logs });
            }
        }
        Ok(history)
    }
}

/// Comparisons.
impl Live<'_> {
    /// Compares answers: events of each contract in order, and what is returned.
    pub(crate) fn agree(&self, expected: &Outcome, seen: &Outcome) -> Result<()> {
        let agreed = match (expected, seen) {
            (Ok(expected), Ok(seen)) => expected.output == seen.output && by_contract(expected) == by_contract(seen),
            (Err(expected), Err(seen)) => expected == seen,
            _ => false,
        };
        ensure!(agreed, "the contracts answer {}\nthe model {}", self.told(seen), self.told(expected));
        Ok(())
    }

    /// Renders an answer by the interfaces.
    fn told(&self, outcome: &Outcome) -> String {
        match outcome {
            Ok(Answer { logs, output }) => {
                let events: Vec<String> = logs.iter().map(|log| self.event(log)).collect();
                format!("{output} with [{}]", events.join(", "))
            }
            Err(data) => error(data),
        }
    }

    fn event(&self, (emitter, log): &Log) -> String {
        let (topics, data) = (log.topics(), &log.data);
        let event = if *emitter == self.site.governor {
            IAIAGovernorEvents::decode_raw_log(topics, data).map(|event| format!("{event:?}"))
        } else if self.site.timelocks.contains(emitter) {
            IAIATimelockEvents::decode_raw_log(topics, data).map(|event| format!("{event:?}"))
        } else {
            IAIATokenEvents::decode_raw_log(topics, data).map(|event| format!("{event:?}"))
        };
        event.unwrap_or_else(|_| format!("{log:?} of {emitter}"))
    }
}

/// Returns the events of each contract: how those of several are mixed is no matter.
fn by_contract(answer: &Answer) -> BTreeMap<Address, Vec<LogData>> {
    let mut logs = BTreeMap::<Address, Vec<LogData>>::new();
    for (emitter, log) in &answer.logs {
        logs.entry(*emitter).or_default().push(log.clone());
    }
    logs
}

/// Renders revert data by the interfaces.
fn error(data: &[u8]) -> String {
    let governor = IAIAGovernorErrors::abi_decode(data).map(|error| format!("{error:?}"));
    let timelock = || IAIATimelockErrors::abi_decode(data).map(|error| format!("{error:?}"));
    let token = || IAIATokenErrors::abi_decode(data).map(|error| format!("{error:?}"));
    governor.or_else(|_| timelock()).or_else(|_| token()).unwrap_or_else(|_| format!("unknown data {data:?}"))
}
