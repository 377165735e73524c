//! Every error that the interfaces declare, with the values that it names.

mod brake;
mod operations;
mod proposals;
mod roles;
mod settings;
mod votes;

use std::{collections::BTreeSet, fmt::Debug};

use aia_abi::{IAIAGovernor, IAIATimelock};
use aia_tests::{Network, governance::Dao};
use alloy::{
    contract::{CallBuilder, CallDecoder},
    json_abi::JsonAbi,
    providers::Provider,
    sol_types::SolError,
};
use eyre::Result;

use super::lock::Lock;

/// The errors that were heard, by their signatures.
#[derive(Default)]
struct Heard(BTreeSet<&'static str>);

impl Heard {
    /// Tries a call that must revert with `expected`: simulated, and then sent.
    async fn refuses<P, D, E>(&mut self, net: &Network, call: &CallBuilder<P, D>, expected: E) -> Result<()>
    where
        P: Provider,
        D: CallDecoder + Unpin,
        E: SolError + Debug,
    {
        self.note::<E>();
        net.refuses(call, expected).await
    }

    fn note<E: SolError>(&mut self) {
        self.0.insert(E::SIGNATURE);
    }

    /// Asserts that no error of an interface was missed, but those that only constructors give.
    fn assert_all_of(self, abi: &JsonAbi, of_construction: &[&'static str]) {
        let declared: BTreeSet<_> = abi.errors().map(|error| error.signature()).collect();
        let heard: BTreeSet<_> = self.0.into_iter().chain(of_construction.iter().copied()).map(String::from).collect();
        assert_eq!(heard, declared, "errors that were heard, and those that are declared");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_error_of_the_governor_says_what_was_wrong() -> Result<()> {
    let (dao, mut heard) = (Dao::start().await?, Heard::default());
    proposals::refusals(&dao, &mut heard).await?;
    votes::refusals(&dao, &mut heard).await?;
    settings::refusals(&dao, &mut heard).await?;
    heard.assert_all_of(&IAIAGovernor::abi::contract(), &["AlreadySet()", "TokenCallFailed(address)"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_error_of_the_timelock_says_what_was_wrong() -> Result<()> {
    let (lock, mut heard) = (Lock::start().await?, Heard::default());
    roles::refusals(&lock, &mut heard).await?;
    operations::refusals(&lock, &mut heard).await?;
    brake::refusals(&lock, &mut heard).await?;
    heard.assert_all_of(&IAIATimelock::abi::contract(), &["AlreadySet()"]);
    Ok(())
}
