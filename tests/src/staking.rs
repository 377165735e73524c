//! A chain with staked providers and the court that judges them, wired as a network launches it.

mod outcome;
mod people;

use aia_abi::{
    IDisputeCourt::{self, IDisputeCourtInstance},
    IProviderRegistry::{self, IProviderRegistryInstance},
};
use aia_deploy::{CourtConfig, RegistryConfig, deploy_court, deploy_registry};
use alloy::{
    primitives::{
        Address, U256,
        aliases::{U24, U96},
    },
    providers::DynProvider,
    signers::local::PrivateKeySigner,
};
use eyre::{OptionExt, Result};

pub use self::{
    outcome::{emitted, refusal},
    people::Charge,
};
use crate::{
    Network,
    network::{AIA, program},
};

/// Seconds of a day.
pub const DAY: u64 = 86_400;
/// Seconds of an epoch.
pub const EPOCH: u64 = 7 * DAY;
/// Whole epochs that an exit stays slashable.
pub const EXIT_EPOCHS: u64 = 2;
/// Least seconds that an exit stays slashable.
pub const UNBONDING: u64 = EXIT_EPOCHS * EPOCH;
/// Seconds after a fault in which it can be disputed.
pub const DETECTION: u64 = 6 * DAY;
/// Seconds that the arbitrator has.
pub const RULING: u64 = 5 * DAY;
/// Seconds in which an upheld dispute can be lowered or vetoed.
pub const VETO: u64 = 2 * DAY;
/// Seconds left to execute before exits can mature.
pub const EXECUTION: u64 = DAY;
/// Seconds that a slashed provider is jailed.
pub const JAIL: u64 = 7 * DAY;

/// A service by its id.
pub const INFERENCE: u32 = 1;
/// Another one.
pub const TRAINING: u32 = 2;
/// The most that a dispute may slash for either.
pub const MAX_SLASH_BPS: u16 = 1000;
/// The whole, in basis points.
pub const WHOLE: u16 = 10_000;
/// The bond of a dispute: 100 AIA.
pub const BOND: U256 = U256::from_limbs([7_766_279_631_452_241_920, 5, 0, 0]);
/// The commission with which providers register, in basis points.
pub const COMMISSION: u16 = 1000;

/// A ruling: nobody wins.
pub const DRAW: u64 = 0;
/// A ruling: the provider is at fault.
pub const UPHOLD: u64 = 1;
/// A ruling: it is not.
pub const REJECT: u64 = 2;

/// States of a dispute, as the court numbers them.
pub mod status {
    /// It waits for a ruling.
    pub const OPEN: u8 = 1;
    /// It waits for the veto window to pass.
    pub const UPHELD: u8 = 2;
    /// The provider was slashed.
    pub const EXECUTED: u8 = 3;
    /// The provider was not at fault.
    pub const REJECTED: u8 = 4;
    /// Nobody won.
    pub const DRAWN: u8 = 5;
    /// Stopped by the guardian or the owner.
    pub const VETOED: u8 = 6;
    /// Nobody ruled in time.
    pub const EXPIRED: u8 = 7;
    /// Taken back by the disputer.
    pub const CANCELLED: u8 = 8;
    /// The fault had been slashed, or the court no longer counts.
    pub const DUPLICATE: u8 = 9;
}

/// States of a provider, as the registry numbers them.
pub mod standing {
    /// It may work.
    pub const ACTIVE: u8 = 1;
    /// It was slashed.
    pub const JAILED: u8 = 2;
    /// It is expelled for good.
    pub const TOMBSTONED: u8 = 3;
}

/// The registry with its typed calls.
pub type Registry = IProviderRegistryInstance<DynProvider>;
/// The court with its typed calls.
pub type Court = IDisputeCourtInstance<DynProvider>;

/// A chain with token, registry and court, wired as a network launches them.
#[derive(Debug)]
pub struct Staking {
    /// The chain with the token; its owner holds the whole supply and owns registry and court too.
    pub net: Network,
    /// Where the registry is.
    pub registry: Address,
    /// Where the court is.
    pub court: Address,
}

/// Returns so many AIA in base units.
pub fn aia(amount: u64) -> U256 {
    AIA * U256::from(amount)
}

/// Returns the token's whole supply at the start, which is its cap.
pub fn supply() -> U256 {
    aia(1_000_000_000)
}

/// Returns the registry's parameters at launch.
pub fn registry_params() -> IProviderRegistry::Params {
    IProviderRegistry::Params {
        minSelfStake: U96::from(aia(1000)),
        selfRatio: 16,
        batchFeeBps: 100,
        leverageBps: U24::from(10_000),
        epochSlashCapBps: 3000,
        commissionStepBps: 500,
        tombstoneBps: U24::from(5000),
        jailPeriod: 604_800,
        listingFee: U96::from(aia(10)),
    }
}

/// Returns the court's parameters at launch.
pub fn court_params() -> IDisputeCourt::Params {
    IDisputeCourt::Params {
        detectionWindow: 518_400,
        rulingWindow: 432_000,
        vetoWindow: 172_800,
        executionWindow: 86_400,
        reporterBps: 2000,
        victimBps: 3000,
        cover: 2,
        equivocationBps: 500,
    }
}

impl Staking {
    /// Starts a network with the parameters of its launch, in the first second of an epoch.
    ///
    /// # Errors
    /// When a node does not start or a deployment fails.
    pub async fn start() -> Result<Self> {
        Self::start_with(registry_params(), court_params()).await
    }

    /// Like [`start`](Self::start), with other parameters.
    ///
    /// # Errors
    /// When a node does not start or a deployment fails.
    pub async fn start_with(registry: IProviderRegistry::Params, court: IDisputeCourt::Params) -> Result<Self> {
        let net = Network::start(supply()).await?;
        let court = add_court(&net, court).await?;
        let exit_epochs = u8::try_from(EXIT_EPOCHS)?;
        let registry = add_registry(&net, court, registry, exit_epochs).await?;
        let staking = Self { net, registry, court };
        staking.open_for_business().await?;
        staking.pass_epochs(1)?;
        Ok(staking)
    }

    /// Makes the registry known to the court, and both services to both.
    async fn open_for_business(&self) -> Result<()> {
        let (registry, court) = (self.registry_as(&self.net.owner)?, self.court_as(&self.net.owner)?);
        self.net.send(&court.addTarget(self.registry)).await?;
        let arbitrator = self.arbitrator().address();
        for service in [INFERENCE, TRAINING] {
            self.net.send(&registry.setService(service, MAX_SLASH_BPS, U96::from(aia(500)), true)).await?;
            self.net.send(&court.setService(self.registry, service, arbitrator, U96::from(BOND))).await?;
        }
        Ok(())
    }

    /// Returns who judges both services.
    pub fn arbitrator(&self) -> PrivateKeySigner {
        self.net.account(8)
    }

    /// Returns the guardian of registry and court.
    pub fn guardian(&self) -> PrivateKeySigner {
        guardian(&self.net)
    }

    /// Returns somebody who has nothing to do with anything.
    pub fn bystander(&self) -> PrivateKeySigner {
        self.net.account(7)
    }

    /// Returns the registry as `account` calls it.
    ///
    /// # Errors
    /// When the node's own address is malformed.
    pub fn registry_as(&self, account: &PrivateKeySigner) -> Result<Registry> {
        Ok(IProviderRegistry::new(self.registry, self.net.provider(account)?))
    }

    /// Returns the court as `account` calls it.
    ///
    /// # Errors
    /// When the node's own address is malformed.
    pub fn court_as(&self, account: &PrivateKeySigner) -> Result<Court> {
        Ok(IDisputeCourt::new(self.court, self.net.provider(account)?))
    }

    /// Returns the current epoch.
    pub fn epoch(&self) -> u32 {
        u32::try_from(self.net.now() / EPOCH).unwrap_or(u32::MAX)
    }

    /// Lets time pass to the first second of the n-th next epoch.
    ///
    /// # Errors
    /// Never: time moves forward.
    pub fn pass_epochs(&self, n: u64) -> Result<()> {
        self.pass_to((u64::from(self.epoch()) + n) * EPOCH)
    }

    /// Lets time pass to an instant, Unix seconds.
    ///
    /// # Errors
    /// When it lies in the past.
    pub fn pass_to(&self, instant: u64) -> Result<()> {
        self.net.pass(instant.checked_sub(self.net.now()).ok_or_eyre("that instant has passed")?)
    }
}

/// Returns who may pause entries, and lower or veto what was upheld.
fn guardian(net: &Network) -> PrivateKeySigner {
    net.account(9)
}

/// Deploys a court for the token's owner.
///
/// # Errors
/// When it was not built or the deployment fails.
pub async fn add_court(net: &Network, params: IDisputeCourt::Params) -> Result<Address> {
    let owner = net.owner.address();
    let config = CourtConfig { owner, guardian: guardian(net).address(), token: net.token, params };
    let provider = net.provider(&net.owner)?;
    Ok(deploy_court(&provider, owner, &program("dispute_court")?, config).await?.address)
}

/// Deploys a registry for the token's owner.
///
/// # Errors
/// When it was not built or the deployment fails.
pub async fn add_registry(
    net: &Network,
    court: Address,
    params: IProviderRegistry::Params,
    exit_epochs: u8,
) -> Result<Address> {
    let owner = net.owner.address();
    let setup = IProviderRegistry::Setup {
        owner,
        guardian: guardian(net).address(),
        token: net.token,
        court,
        epochLength: u32::try_from(EPOCH)?,
        exitEpochs: exit_epochs,
    };
    let provider = net.provider(&net.owner)?;
    let config = RegistryConfig { setup, params };
    Ok(deploy_registry(&provider, owner, &program("provider_registry")?, config).await?.address)
}
