//! Puts Stylus programs on chain: create, activate and construct in one transaction.

mod initcode;
mod payments;
mod program;
mod staking;
mod token;

pub use payments::{PaymentsConfig, deploy_payments};
pub use program::{Deployed, Program, deploy};
pub use staking::{CourtConfig, RegistryConfig, deploy_court, deploy_registry};
pub use token::{TokenConfig, deploy_token};
