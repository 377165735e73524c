//! What can be seen of a call, in words that mean the same on both sides.

use aia_abi::IAIAGovernor::{GuardianStruck, QuorumParamsSet};
use aia_devnode::{chain::Included, rpc::RpcError};
use alloy::{
    primitives::{Address, B256, Bytes, LogData},
    sol_types::SolEvent,
};
use eyre::{Result, ensure};

/// Events that OpenZeppelin does not have.
const ADDED: [B256; 2] = [GuardianStruck::SIGNATURE_HASH, QuorumParamsSet::SIGNATURE_HASH];

/// What differs between the sides though it means the same, and what takes its place.
#[derive(Clone, Debug, Default)]
pub(super) struct Aliases(Vec<(Vec<u8>, Vec<u8>)>);

impl Aliases {
    /// Lets `alias`, which is as long, stand for `real`.
    pub(super) fn add(&mut self, real: &[u8], alias: &[u8]) {
        assert_eq!(real.len(), alias.len(), "an alias takes as much room");
        self.0.push((real.to_vec(), alias.to_vec()));
    }

    /// Forgets all but the first `count`.
    pub(super) fn truncate(&mut self, count: usize) {
        self.0.truncate(count);
    }

    /// Returns `data` with aliases wherever they have something to stand for.
    pub(super) fn replace(&self, data: &[u8]) -> Vec<u8> {
        let mut replaced = Vec::with_capacity(data.len());
        let mut rest = data;
        while let Some(byte) = rest.first() {
            match self.0.iter().find(|(real, _)| rest.starts_with(real)) {
                Some((real, alias)) => {
                    replaced.extend_from_slice(alias);
                    rest = &rest[real.len()..];
                }
                None => {
                    replaced.push(*byte);
                    rest = &rest[1..];
                }
            }
        }
        replaced
    }
}

/// What came of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) success: bool,
    /// What it returned or reverted with.
    pub(super) output: Bytes,
    /// Who logged what, without what OpenZeppelin does not have.
    pub(super) logs: Vec<(Address, LogData)>,
}

impl Outcome {
    pub(super) fn of_transaction(included: Included, aliases: &Aliases) -> Result<Self> {
        ensure!(included.failure.is_none(), "halted: {:?}", included.failure);
        let logs = included.logs.iter().filter(|log| !log.data.topics().first().is_some_and(|id| ADDED.contains(id)));
        let logs = logs.map(|log| (replace_in_address(log.address, aliases), replace_in_log(&log.data, aliases)));
        Ok(Self { success: included.success, output: aliases.replace(&included.output).into(), logs: logs.collect() })
    }

    pub(super) fn of_view(answer: Result<Bytes, RpcError>, aliases: &Aliases) -> Result<Self> {
        let (success, output) = match answer {
            Ok(output) => (true, output),
            Err(RpcError::Reverted(output)) => (false, output),
            Err(other) => return Err(other.into()),
        };
        Ok(Self { success, output: aliases.replace(&output).into(), logs: Vec::new() })
    }
}

fn replace_in_address(address: Address, aliases: &Aliases) -> Address {
    Address::from_slice(&aliases.replace(address.as_slice()))
}

fn replace_in_log(log: &LogData, aliases: &Aliases) -> LogData {
    let topics = log.topics().iter().map(|topic| B256::from_slice(&aliases.replace(topic.as_slice())));
    LogData::new_unchecked(topics.collect(), aliases.replace(&log.data).into())
}
