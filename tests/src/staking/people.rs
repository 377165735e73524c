//! What people do with stake and in disputes.

use aia_abi::{
    IDisputeCourt::{DisputeOpened, openDisputeCall},
    IProviderRegistry::Undelegated,
};
use alloy::{
    contract::SolCallBuilder,
    network::Ethereum,
    primitives::{Address, B256, U256, aliases::U48},
    providers::DynProvider,
    rpc::types::TransactionReceipt,
    signers::local::PrivateKeySigner,
};
use eyre::{OptionExt, Result};

use super::{COMMISSION, Court, INFERENCE, MAX_SLASH_BPS, Staking, UPHOLD, VETO, WHOLE, emitted};

/// What a dispute says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charge {
    /// The accused.
    pub provider: Address,
    /// The service in which it failed.
    pub service: u32,
    /// Names the fault.
    pub fault: B256,
    /// What is to be slashed.
    pub bps: u16,
    /// The harmed consumer; zero for none.
    pub victim: Address,
    /// When it happened, Unix seconds.
    pub fault_at: u64,
}

impl Charge {
    /// Charges a provider with a fault of this very second in [`INFERENCE`], which harmed `victim`, at the highest rate.
    pub fn new(staking: &Staking, provider: &PrivateKeySigner, victim: Address) -> Self {
        Self {
            provider: provider.address(),
            service: INFERENCE,
            fault: B256::repeat_byte(0xfa),
            bps: MAX_SLASH_BPS,
            victim,
            fault_at: staking.net.now(),
        }
    }
}

impl Staking {
    /// Gives an account AIA, and registry and court an allowance without limit over it.
    ///
    /// # Errors
    /// When a transaction fails.
    pub async fn endow(&self, account: &PrivateKeySigner, amount: U256) -> Result<()> {
        self.net.send(&self.net.token_as(&self.net.owner)?.transfer(account.address(), amount)).await?;
        let token = self.net.token_as(account)?;
        for spender in [self.registry, self.court] {
            self.net.send(&token.approve(spender, U256::MAX)).await?;
        }
        Ok(())
    }

    /// Registers an endowed account as a provider that signs its own receipts, and stakes `stake` of what it has.
    ///
    /// # Errors
    /// When a transaction fails.
    pub async fn provider(&self, account: &PrivateKeySigner, stake: U256) -> Result<()> {
        let registry = self.registry_as(account)?;
        self.net.send(&registry.register(B256::repeat_byte(0x1d), 0x55, COMMISSION, account.address())).await?;
        self.delegate(account, account, stake).await
    }

    /// Lets an account begin to serve: endowed with `stake`, which it stakes and puts behind [`INFERENCE`] as a whole.
    ///
    /// # Errors
    /// When a transaction fails.
    pub async fn serving(&self, account: &PrivateKeySigner, stake: U256) -> Result<()> {
        self.endow(account, stake).await?;
        self.provider(account, stake).await?;
        self.allocate(account, INFERENCE, WHOLE).await
    }

    /// Endows an account with `stake` and delegates it to a provider.
    ///
    /// # Errors
    /// When a transaction fails.
    pub async fn backing(&self, account: &PrivateKeySigner, provider: &PrivateKeySigner, stake: U256) -> Result<()> {
        self.endow(account, stake).await?;
        self.delegate(account, provider, stake).await
    }

    /// Delegates.
    ///
    /// # Errors
    /// When the transaction fails.
    pub async fn delegate(&self, from: &PrivateKeySigner, to: &PrivateKeySigner, amount: U256) -> Result<()> {
        let registry = self.registry_as(from)?;
        self.net.send(&registry.delegate(to.address(), amount.to())).await?;
        Ok(())
    }

    /// Takes shares out of a provider's pool, and returns the epoch of the bucket they go to and what they were worth.
    ///
    /// # Errors
    /// When the transaction fails.
    pub async fn undelegate(
        &self,
        delegator: &PrivateKeySigner,
        provider: &PrivateKeySigner,
        shares: U256,
    ) -> Result<(u32, U256)> {
        let registry = self.registry_as(delegator)?;
        let receipt = self.net.send(&registry.undelegate(provider.address(), shares.to())).await?;
        let left = emitted::<Undelegated>(&receipt, self.registry);
        let left = left.first().ok_or_eyre("nobody left")?;
        Ok((left.epoch, left.tokens))
    }

    /// Puts a part of a provider's pool behind a service.
    ///
    /// # Errors
    /// When the transaction fails.
    pub async fn allocate(&self, provider: &PrivateKeySigner, service: u32, bps: u16) -> Result<()> {
        let registry = self.registry_as(provider)?;
        self.net.send(&registry.allocate(service, bps)).await?;
        Ok(())
    }

    /// Builds the call that opens a dispute.
    pub fn opening<'a>(
        &self,
        court: &'a Court,
        charge: &Charge,
    ) -> SolCallBuilder<&'a DynProvider, openDisputeCall, Ethereum> {
        let Charge { provider, service, fault, bps, victim, fault_at } = *charge;
        let evidence = B256::repeat_byte(0xe1);
        let fault_at = U48::from(fault_at);
        court.openDispute(self.registry, provider.into_word(), service, fault, evidence, bps, victim, fault_at)
    }

    /// Opens a dispute, and returns its id.
    ///
    /// # Errors
    /// When the transaction fails.
    pub async fn accuse(&self, disputer: &PrivateKeySigner, charge: &Charge) -> Result<U256> {
        let court = self.court_as(disputer)?;
        let receipt = self.net.send(&self.opening(&court, charge)).await?;
        let opened = emitted::<DisputeOpened>(&receipt, self.court);
        Ok(opened.first().ok_or_eyre("no dispute was opened")?.id)
    }

    /// Lets the arbitrator rule.
    ///
    /// # Errors
    /// When the transaction fails.
    pub async fn rule(&self, id: U256, ruling: u64) -> Result<TransactionReceipt> {
        let court = self.court_as(&self.arbitrator())?;
        self.net.send(&court.rule(id, U256::from(ruling))).await
    }

    /// Lets a bystander execute a dispute.
    ///
    /// # Errors
    /// When the transaction fails.
    pub async fn execute(&self, id: U256) -> Result<TransactionReceipt> {
        let court = self.court_as(&self.bystander())?;
        self.net.send(&court.execute(id)).await
    }

    /// Lets a charge take its course: opened and upheld now, executed in the first second after the veto window.
    ///
    /// # Errors
    /// When a transaction fails.
    pub async fn convict(&self, disputer: &PrivateKeySigner, charge: &Charge) -> Result<TransactionReceipt> {
        let id = self.accuse(disputer, charge).await?;
        self.rule(id, UPHOLD).await?;
        self.net.pass(VETO + 1)?;
        self.execute(id).await
    }
}
