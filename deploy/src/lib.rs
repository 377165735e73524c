//! Puts Stylus programs on chain: create, activate and construct in one transaction.

pub mod governance;
mod initcode;
mod payments;
mod program;
mod staking;
mod token;

pub use governance::{
    Governance, GovernanceAddresses, GovernanceConfig, Governed, deploy_governance, deploy_governor, deploy_timelock,
    launch_config, launch_delays, launch_params, predict_governance,
};
pub use payments::{PaymentsConfig, deploy_payments};
pub use program::{Deployed, Program, deploy};
pub use staking::{CourtConfig, RegistryConfig, deploy_court, deploy_registry};
pub use token::{TokenConfig, deploy_token};
