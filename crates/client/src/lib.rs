//! The off-chain half of the contracts: receipts, batches, ratings, disputes, payments and governance.
//!
//! A provider builds a receipt of each job, signs it through a book that never signs two results for one job, and
//! commits its receipts in batches.
//! A consumer checks its receipt, rates it, and takes a provider to court.
//! It pays by the second or by what it used, see [`payments`].
//! Holders of AIA propose, see what a proposal would do, and vote without ether, see [`governance`].
//!
//! Units: amounts are base units (1 AIA = 10^18), instants Unix seconds, rates basis points, scores 0 to 100.

pub mod batch;
pub mod book;
mod chain;
pub mod cid;
pub mod court;
pub mod dispute;
pub mod error;
pub mod governance;
pub mod payments;
pub mod receipt;
pub mod registry;

pub use aia_protocol::receipt::JobReceipt;
pub use batch::Batch;
pub use book::ReceiptBook;
pub use cid::Cid;
pub use court::{Court, NewDispute};
pub use dispute::Dispute;
pub use error::{Error, Result, explain};
pub use governance::{GovernanceError, Governor, Proposal};
pub use payments::{PaymentError, Payments};
pub use receipt::{Domain, Job, SignedReceipt, new_job_id};
pub use registry::Registry;
