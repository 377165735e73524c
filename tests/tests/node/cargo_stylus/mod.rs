//! cargo-stylus, unmodified, on the embedded node: it deploys, activates, constructs, caches and traces our token and
//! a program made with the SDK's macros, and says what is wrong in the words that users know.
//!
//! `./scripts/test` installs it below `target/tools`.

mod cache;
mod deploy;
mod refusals;
mod tool;
mod trace;
