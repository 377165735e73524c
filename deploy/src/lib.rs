//! Puts Stylus programs on chain: create, activate and construct in one transaction.

mod initcode;
mod program;
mod token;

pub use program::{Deployed, Program, deploy};
pub use token::{TokenConfig, deploy_token};
