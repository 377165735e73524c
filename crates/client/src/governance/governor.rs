//! The governor, as proposers, voters and relayers call it.

mod relay;
mod timeline;
mod votes;

use aia_abi::{
    IAIAGovernor::{self, IAIAGovernorInstance, ProposalCreated, ProposalQueued, ProposalState},
    IAIATimelock::{self, IAIATimelockErrors, IAIATimelockInstance},
};
use alloy::{
    contract::RawCallBuilder,
    primitives::{Address, Bytes, U256},
    providers::Provider,
    rpc::types::{Filter, TransactionReceipt},
    sol_types::SolEvent,
};

pub use self::{
    relay::{Counted, Limit, Relayed, SkipReason, Skipped},
    timeline::Timeline,
};
use super::{Call, Created, Delay, Directory, Domain, Explanation, GovernanceError, Proposal};
use crate::{
    Error, Result,
    chain::{event, mined},
};

/// A governor behind a connection, whose wallet signs the transactions.
#[derive(Clone, Debug)]
pub struct Governor<P> {
    contract: IAIAGovernorInstance<P>,
}

impl<P: Provider> Governor<P> {
    /// Returns the governor at an address.
    pub fn new(address: Address, provider: P) -> Self {
        Self { contract: IAIAGovernor::new(address, provider) }
    }

    /// Returns the contract, for everything that is not here.
    pub fn contract(&self) -> &IAIAGovernorInstance<P> {
        &self.contract
    }

    /// Returns what votes for this governor are signed under.
    ///
    /// # Errors
    /// [`Error::Node`].
    pub async fn domain(&self) -> Result<Domain> {
        let chain_id = self.contract.provider().get_chain_id().await.map_err(alloy::contract::Error::from)?;
        Ok(Domain { chain_id, governor: *self.contract.address() })
    }

    /// Proposes.
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::Failed`], [`Error::MissingEvent`], [`Error::Node`].
    pub async fn propose(&self, proposal: &Proposal) -> Result<Created> {
        let receipt = self.send(proposal.propose_data(), U256::ZERO).await?;
        let own = receipt.logs().iter().filter(|log| log.address() == *self.contract.address());
        let created = own.map(|log| log.data()).find_map(|log| Created::decode(log).ok());
        created.ok_or(Error::MissingEvent { transaction: receipt.transaction_hash, event: ProposalCreated::SIGNATURE })
    }

    /// Finds a proposal by its event, looked for from block `from_block` on.
    ///
    /// # Errors
    /// [`GovernanceError::UnknownProposal`]; what [`Created::decode`] refuses; [`Error::Node`].
    pub async fn created(&self, proposal: U256, from_block: u64) -> Result<Created> {
        let filter = Filter::new().address(*self.contract.address()).from_block(from_block);
        let filter = filter.event_signature(ProposalCreated::SIGNATURE_HASH);
        let logs = self.contract.provider().get_logs(&filter).await.map_err(alloy::contract::Error::from)?;
        // The id is not indexed.
        let log = logs.iter().find(|log| Created::named(log.data()) == Some(proposal));
        let log = log.ok_or(GovernanceError::UnknownProposal(proposal))?;
        Ok(Created::decode(log.data())?)
    }

    /// Returns the state of a proposal.
    ///
    /// # Errors
    /// [`Error::Refused`] if there is none, [`Error::Node`].
    pub async fn state(&self, proposal: U256) -> Result<ProposalState> {
        Ok(self.contract.state(proposal).call().await?)
    }

    /// Queues a proposal that has succeeded; anybody. Returns when it can be executed, Unix seconds.
    ///
    /// # Errors
    /// As [`propose`](Self::propose).
    pub async fn queue(&self, proposal: &Proposal) -> Result<u64> {
        let receipt = self.send(proposal.queue_data(), U256::ZERO).await?;
        let queued: ProposalQueued = event(&receipt, *self.contract.address())?;
        Ok(queued.etaSeconds.saturating_to())
    }

    /// Executes a proposal that is ready; anybody. `wei` go along, for calls that pay more than the timelock has.
    ///
    /// # Errors
    /// [`Error::Refused`], also by a target that this library knows; [`Error::Failed`], [`Error::Node`].
    pub async fn execute(&self, proposal: &Proposal, wei: U256) -> Result<TransactionReceipt> {
        self.send(proposal.execute_data(), wei).await
    }

    /// Cancels a proposal: its proposer before voting begins, the guardian at any time.
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::Failed`], [`Error::Node`].
    pub async fn cancel(&self, proposal: &Proposal) -> Result<TransactionReceipt> {
        self.send(proposal.cancel_data(), U256::ZERO).await
    }

    /// Says what a proposal would do, and how long each of its calls has to wait in the timelock as it is now.
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::Node`].
    pub async fn explain(&self, directory: &Directory, proposal: &Proposal) -> Result<Explanation> {
        let timelock = self.timelock().await?;
        let mut explanation = directory.explain(proposal);
        for step in &mut explanation.steps {
            step.delay = Some(required_delay(&timelock, &step.call).await?);
        }
        Ok(explanation)
    }

    /// Returns the timelock in which proposals are queued now.
    async fn timelock(&self) -> Result<IAIATimelockInstance<&P>> {
        Ok(IAIATimelock::new(self.contract.timelock().call().await?, self.contract.provider()))
    }

    /// Sends a call and waits until it is mined.
    async fn send(&self, data: Bytes, wei: U256) -> Result<TransactionReceipt> {
        let call = RawCallBuilder::new_raw(self.contract.provider(), data);
        mined(&call.to(*self.contract.address()).value(wei)).await
    }

    /// Returns the events of one kind that a transaction left at the governor, in order.
    fn events<E: SolEvent>(&self, receipt: &TransactionReceipt) -> Vec<E> {
        let logs = receipt.logs().iter().filter(|log| log.address() == *self.contract.address());
        logs.filter_map(|log| E::decode_log_data(log.data()).ok()).collect()
    }
}

/// Returns how long a call has to wait.
async fn required_delay<P: Provider>(timelock: &IAIATimelockInstance<P>, call: &Call) -> Result<Delay> {
    let Call { target, value, data } = call.clone();
    match timelock.getRequiredDelay(vec![target], vec![value], vec![data]).call().await {
        Ok(seconds) => Ok(Delay::Seconds(seconds.saturating_to())),
        Err(error) => match error.as_decoded_interface_error() {
            Some(IAIATimelockErrors::TimelockCallAbdicated(_)) => Ok(Delay::Abdicated),
            _ => Err(error.into()),
        },
    }
}
