//! The token: its stories, its ABI, its invariants, and its agreement with OpenZeppelin.

mod abi;
mod abi_errors;
mod abi_events;
mod attacks;
mod calldata_fuzz;
mod forgery;
mod invariants;
mod openzeppelin_stylus;
mod ownership;
mod oz_differential;
mod payments;
mod supply;
mod votes;
mod wallets;
