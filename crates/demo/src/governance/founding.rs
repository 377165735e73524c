//! Everything passes from the founder to a timelock, and holders begin to vote.

use aia_abi::IAIAToken;
use aia_deploy::{Governance, Program, deploy_governance, launch_config};
use alloy::{
    primitives::{Address, U256, aliases::U48},
    signers::local::PrivateKeySigner,
};
use eyre::{Result, ensure};

use super::{Stage, millions};
use crate::{
    Programs,
    ledger::{Ledger, aia},
    stage::{DAY, connect, refused, run, units},
};

/// Gives each holder so many millions of AIA, which are the last that the founder mints.
pub(super) async fn mint(
    url: &str,
    token: Address,
    founder: &PrivateKeySigner,
    holders: &[(&PrivateKeySigner, u64)],
    ledger: &mut Ledger,
) -> Result<()> {
    let token = IAIAToken::new(token, connect(url, founder)?);
    let (minter, capacity, day) = (founder.address(), units(100_000_000).to::<u128>(), U48::from(DAY));
    let mut gas = run(token.setMintLimit(Address::ZERO, capacity, day)).await?.gas_used;
    gas += run(token.setMintLimit(minter, capacity, day)).await?.gas_used;
    for (holder, amount) in holders {
        gas += run(token.mint(holder.address(), units(amount * 1_000_000))).await?.gas_used;
    }
    gas += run(token.setMintLimit(minter, 0, day)).await?.gas_used;
    let supply = format!("supply {}", aia(token.totalSupply().call().await?));
    ledger.done("mint 44 million AIA, then give up minting", "founder", gas, &supply);
    Ok(())
}

impl Stage<'_> {
    pub(super) async fn offer_everything(&mut self) -> Result<()> {
        let timelock = self.addresses.timelock;
        let mut gas = 0;
        for contract in self.governed() {
            let contract = self.ownable(contract, &self.founder)?;
            gas += run(contract.transferOwnership(timelock)).await?.gas_used;
        }
        self.ledger.done("offer all four to a timelock yet to come", "founder", gas, &format!("will be at {timelock}"));
        Ok(())
    }

    pub(super) async fn deploy(&mut self, programs: &Programs) -> Result<()> {
        let (provider, founder) = (connect(self.url, &self.founder)?, self.founder.address());
        let config = launch_config(&self.contracts, self.addresses, self.guardian.address(), self.now());
        let Governance { timelock, governor } =
            deploy_governance(&provider, founder, &programs.timelock, &programs.governor, config).await?;
        let size = |program: &Program, at| format!("{} bytes at {at}", program.code().len());
        let governor_size = size(&programs.governor, governor.address);
        self.ledger.done("deploy the governor", "founder", governor.gas_used, &governor_size);
        let timelock_size = size(&programs.timelock, timelock.address);
        self.ledger.done("deploy the timelock, which accepts all four", "founder", timelock.gas_used, &timelock_size);
        for contract in self.governed() {
            let owner = self.ownable(contract, &self.bob)?.owner().call().await?;
            ensure!(owner == self.addresses.timelock, "{contract} belongs to {owner}");
        }
        Ok(())
    }

    pub(super) async fn refuse_the_founder(&mut self) -> Result<()> {
        let payments = self.payments(&self.founder)?;
        let params = payments.params().call().await?;
        let refusal = refused(payments.setParams(params)).await?;
        self.ledger.read("ATTACK set the fee, as its former owner", "founder", &refusal);
        Ok(())
    }

    pub(super) async fn delegate(&mut self) -> Result<()> {
        let (mut gas, mut votes) = (0, U256::ZERO);
        for holder in [&self.alice, &self.bob, &self.carol, &self.dave] {
            let token = self.token(holder)?;
            gas += run(token.delegate(holder.address())).await?.gas_used;
            votes += token.getVotes(holder.address()).call().await?;
        }
        // Who proposes must have had votes a second ago.
        self.pass_to(self.now() + 1)?;
        self.ledger.done("delegate to themselves", "holders", gas, &format!("{} million votes", millions(votes)));
        Ok(())
    }
}
