//! Whatever an owner sets, in whatever order: a court's windows fit into the unbonding period of each of its targets.

mod params;
mod setters;

use aia_abi::IProviderRegistry as R;
use aia_deploy::{RegistryConfig, deploy_registry};
use aia_tests::common::chance;
use aia_tests::{
    network::program,
    staking::{Staking, registry_params},
};
use alloy::primitives::Address;
use eyre::{Result, ensure};
use setters::Setters;

const STEPS: usize = 300;
/// Seconds of an epoch, and epochs that exits stay bound, of the registries beside the first.
const REGISTRIES: [(u32, u8); 8] =
    [(3_600, 1), (3_600, 4), (86_400, 3), (86_400, 4), (300_000, 4), (604_800, 1), (604_800, 3), (604_800, 4)];

#[tokio::test(flavor = "multi_thread")]
async fn no_sequence_of_setters_lets_exits_outrun_a_dispute() -> Result<()> {
    let rng = chance();
    let staking = Staking::start().await?;
    let mut registries = vec![Known::new(staking.registry, 604_800, 2, staking.court)];
    for (epoch_length, exit_epochs) in REGISTRIES {
        let address = deploy(&staking, epoch_length, exit_epochs).await?;
        registries.push(Known::new(address, epoch_length, exit_epochs, staking.court));
    }
    let mut setters = Setters::new(&staking, registries, rng);
    setters.add_all()?;
    setters.check()?;
    for step in 0..STEPS {
        setters.step().map_err(|error| error.wrap_err(format!("step {step}")))?;
        setters.check().map_err(|error| error.wrap_err(format!("after step {step}")))?;
    }
    println!("{:#?}", setters.tally);
    for outcome in ["setParams accepted", "setParams too long", "addTarget accepted", "addTarget too short"] {
        ensure!(setters.tally.contains_key(outcome), "never: {outcome}");
    }
    Ok(())
}

async fn deploy(staking: &Staking, epoch_length: u32, exit_epochs: u8) -> Result<Address> {
    let owner = staking.net.owner.address();
    let setup = R::Setup {
        owner,
        guardian: Address::ZERO,
        token: staking.net.token,
        court: staking.court,
        epochLength: epoch_length,
        exitEpochs: exit_epochs,
    };
    let config = RegistryConfig { setup, params: registry_params() };
    let provider = staking.net.provider(&staking.net.owner)?;
    Ok(deploy_registry(&provider, owner, &program("provider_registry")?, config).await?.address)
}

/// A registry, as it should be.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) address: Address,
    pub(crate) epoch_length: u32,
    pub(crate) exit_epochs: u8,
    pub(crate) court: Address,
    /// Who is to be the court, and from which epoch on.
    pub(crate) proposed: (Address, u32),
    pub(crate) params: R::Params,
}

impl Known {
    fn new(address: Address, epoch_length: u32, exit_epochs: u8, court: Address) -> Self {
        Self { address, epoch_length, exit_epochs, court, proposed: (Address::ZERO, 0), params: registry_params() }
    }

    pub(crate) fn unbonding(&self) -> u64 {
        u64::from(self.epoch_length) * u64::from(self.exit_epochs)
    }
}
