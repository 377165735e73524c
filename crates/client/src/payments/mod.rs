//! The off-chain half of the payments contract: streams by the second, channels by what was used.
//!
//! A payer opens a channel, counts what it gets with a [`Meter`] and signs vouchers over it.
//! A provider counts too, keeps the best voucher of each channel in its [`Till`], asks [`serving`] before each job, and
//! claims with [`packed`] rows.
//! For a stream there is nothing to sign: the provider asks [`serving`] and collects.
//!
//! Whatever is signed is a [`Message`] under a [`Domain`], which renders it for wallets too.

pub mod authorizer;
pub mod channel;
pub mod claim;
pub mod contract;
mod error;
pub mod message;
pub mod meter;
pub mod packed;
pub mod serving;
mod tab;
pub mod till;
pub mod transfer;
pub mod usage;
pub mod voucher;

pub use authorizer::{ClaimBatch, ClaimEntry, Refund};
pub use channel::{ChannelConfig, StreamConfig, new_channel};
pub use claim::Claim;
pub use contract::Payments;
pub use error::PaymentError;
pub use message::{Domain, Message};
pub use meter::{Limits, Meter};
pub use packed::Packed;
pub use tab::Tab;
pub use till::Till;
pub use transfer::{SignedTransfer, Transfer};
pub use usage::{Delivery, Price};
pub use voucher::{SignedVoucher, Usage, Voucher};
