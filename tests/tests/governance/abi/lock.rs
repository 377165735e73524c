//! A timelock of its own, which accounts with keys command.

use aia_abi::IAIATimelock as T;
use aia_deploy::GovernanceConfig;
use aia_tests::{
    Network,
    governance::{Timelock, add_timelock, constitution},
    network::AIA,
};
use alloy::{
    contract::SolCallBuilder,
    network::Ethereum,
    primitives::{Address, B256, Bytes, U256, keccak256},
    providers::DynProvider,
    rpc::types::TransactionReceipt,
    signers::local::PrivateKeySigner,
    sol_types::{SolCall, SolValue},
};
use eyre::Result;

/// The least delay, seconds.
pub(super) const DELAY: u64 = 21_600;

/// A call of the timelock.
type Call<'a, C> = SolCallBuilder<&'a DynProvider, C, Ethereum>;

/// A chain with the token and the timelock.
pub(super) struct Lock {
    pub(super) net: Network,
    pub(super) timelock: Address,
    /// Proposes and cancels; everybody executes.
    pub(super) proposer: PrivateKeySigner,
    pub(super) guardian: PrivateKeySigner,
    pub(super) stranger: PrivateKeySigner,
}

/// One call that waits in the timelock.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    pub(super) target: Address,
    pub(super) value: U256,
    pub(super) data: Bytes,
    pub(super) predecessor: B256,
    pub(super) salt: B256,
}

impl Operation {
    /// Returns a call without value, predecessor and salt.
    pub(super) fn new(target: Address, data: impl Into<Bytes>) -> Self {
        Self { target, value: U256::ZERO, data: data.into(), predecessor: B256::ZERO, salt: B256::ZERO }
    }

    /// Returns its id, as OpenZeppelin hashes it.
    pub(super) fn id(&self) -> B256 {
        let Self { target, value, data, predecessor, salt } = self.clone();
        keccak256((target, value, data, predecessor, salt).abi_encode_params())
    }

    /// Returns the call that schedules it.
    pub(super) fn scheduling<'a>(&self, by: &'a Timelock, delay: u64) -> Call<'a, T::scheduleCall> {
        let Self { target, value, data, predecessor, salt } = self.clone();
        by.schedule(target, value, data, predecessor, salt, U256::from(delay))
    }

    /// Returns the call that executes it.
    pub(super) fn executing<'a>(&self, by: &'a Timelock) -> Call<'a, T::executeCall> {
        let Self { target, value, data, predecessor, salt } = self.clone();
        by.execute(target, value, data, predecessor, salt)
    }
}

impl Lock {
    pub(super) async fn start() -> Result<Self> {
        let net = Network::start(AIA).await?;
        let [proposer, stranger, guardian] = [1, 7, 9].map(|index| net.account(index));
        let config = GovernanceConfig { min_delay: u32::try_from(DELAY)?, owned: Vec::new(), ..constitution(&net) };
        let timelock = add_timelock(&net, proposer.address(), config).await?;
        Ok(Self { net, timelock, proposer, guardian, stranger })
    }

    /// Returns the timelock as `account` calls it.
    pub(super) fn by(&self, account: &PrivateKeySigner) -> Result<Timelock> {
        Ok(T::new(self.timelock, self.net.provider(account)?))
    }

    /// Schedules an operation and lets its delay pass.
    pub(super) async fn ripen(&self, operation: &Operation) -> Result<TransactionReceipt> {
        let by = self.by(&self.proposer)?;
        let receipt = self.net.send(&operation.scheduling(&by, DELAY)).await?;
        self.net.pass(DELAY)?;
        Ok(receipt)
    }

    /// Schedules, waits, and executes.
    pub(super) async fn carry_out(&self, operation: &Operation) -> Result<TransactionReceipt> {
        self.ripen(operation).await?;
        let by = self.by(&self.stranger)?;
        self.net.send(&operation.executing(&by)).await
    }

    /// Lets the timelock call itself.
    pub(super) async fn administer(&self, call: &impl SolCall) -> Result<TransactionReceipt> {
        self.carry_out(&Operation::new(self.timelock, call.abi_encode())).await
    }
}
