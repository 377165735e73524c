//! Token, registries and contract on their chain: calls, and what they answer in the model's words.

use std::collections::BTreeMap;

use aia_abi::{
    IAIAToken::{IAIATokenErrors, IAIATokenEvents},
    IStreamPayments::{IStreamPaymentsErrors, IStreamPaymentsEvents},
};
use aia_devnode::{
    Api,
    chain::{BlockOverride, Outcome as Simulated, Override, Simulation},
};
use aia_model::payments::{Answer, Log, Outcome};
use aia_tests::common::{Message, send};
use alloy::{
    primitives::{Address, LogData, U256},
    sol_types::{SolCall, SolEventInterface, SolInterface},
};
use eyre::{Result, bail, ensure, eyre};

use crate::invariants::start::Stage;

/// The contracts, driven from within the chain's process.
pub(crate) struct Live<'a> {
    api: &'a Api,
    pub(crate) token: Address,
    pub(crate) payments: Address,
}

impl<'a> Live<'a> {
    pub(crate) fn new(stage: &'a Stage) -> Self {
        Self { api: &stage.net.api, token: stage.net.token, payments: stage.payments }
    }

    /// Includes a call in a block at `now`.
    pub(crate) fn submit(&self, now: u64, caller: Address, to: Address, calldata: Vec<u8>) -> Result<Outcome> {
        self.api.chain().set_next_time(now)?;
        let included = send(self.api, Message::call(caller, to, calldata))?;
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

    /// Gives an account wei for gas, in a block at `now`.
    pub(crate) fn fuel(&self, now: u64, address: Address) -> Result<()> {
        let mut chain = self.api.chain();
        chain.set_next_time(now)?;
        let balance = Some(U256::from(10).pow(U256::from(21)));
        chain.alter(Override { address, balance, ..Override::default() })?;
        Ok(())
    }

    /// Calls a view of the token.
    pub(crate) fn token<C: SolCall>(&self, call: &C) -> Result<C::Return> {
        self.read(self.token, call, None)
    }

    /// Calls a view of the contract.
    pub(crate) fn payments<C: SolCall>(&self, call: &C) -> Result<C::Return> {
        self.read(self.payments, call, None)
    }

    /// Calls a view of the contract as if it were another time.
    pub(crate) fn payments_at<C: SolCall>(&self, time: u64, call: &C) -> Result<C::Return> {
        self.read(self.payments, call, Some(time))
    }

    fn read<C: SolCall>(&self, to: Address, call: &C, time: Option<u64>) -> Result<C::Return> {
        let block = BlockOverride { time, ..BlockOverride::default() };
        let call = Simulation { to: Some(to), data: call.abi_encode().into(), block, ..Simulation::default() };
        let chain = self.api.chain();
        match chain.call(&call, chain.head().number)? {
            Simulated::Success { output, .. } => Ok(C::abi_decode_returns_validate(&output)?),
            Simulated::Revert(data) => Err(eyre!("{} is refused: {}", C::SIGNATURE, error(&data))),
            Simulated::Halt(reason) => bail!("{} halts: {reason}", C::SIGNATURE),
        }
    }

    /// Returns all that the contract ever logged, by transaction, with the second of each.
    pub(crate) fn history(&self) -> Result<Vec<(u64, Vec<LogData>)>> {
        let chain = self.api.chain();
        let mut history = Vec::new();
        for number in 0..=chain.head().number {
            let Some(block) = chain.block(number) else { bail!("block {number} is missing") };
            for included in &block.transactions {
                let ours = included.logs.iter().filter(|log| log.address == self.payments);
                let logs: Vec<LogData> = ours.map(|log| log.data.clone()).collect();
                if !logs.is_empty() {
                    history.push((block.header.timestamp, logs));
                }
            }
        }
        Ok(history)
    }

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
    pub(crate) fn told(&self, outcome: &Outcome) -> String {
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
        let event = if *emitter == self.payments {
            IStreamPaymentsEvents::decode_raw_log(topics, data).map(|event| format!("{event:?}"))
        } else {
            IAIATokenEvents::decode_raw_log(topics, data).map(|event| format!("{event:?}"))
        };
        event.unwrap_or_else(|_| format!("unknown {log:?} of {emitter}"))
    }
}

/// Returns the events of each contract: how those of two are mixed is no matter.
fn by_contract(answer: &Answer) -> BTreeMap<Address, Vec<LogData>> {
    let mut logs = BTreeMap::<Address, Vec<LogData>>::new();
    for (emitter, log) in &answer.logs {
        logs.entry(*emitter).or_default().push(log.clone());
    }
    logs
}

/// Renders revert data by the interfaces.
fn error(data: &[u8]) -> String {
    let payments = IStreamPaymentsErrors::abi_decode(data).map(|error| format!("{error:?}"));
    let token = || IAIATokenErrors::abi_decode(data).map(|error| format!("{error:?}"));
    payments.or_else(|_| token()).unwrap_or_else(|_| format!("unknown data {data:?}"))
}
