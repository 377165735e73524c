//! Every error that the interface declares, with the values that it names.

mod channels;
mod construction;
mod ledgers;
mod roles;
mod streams;

use std::{collections::BTreeSet, fmt::Debug};

use aia_abi::IStreamPayments;
use aia_tests::{Network, payments::Market};
use alloy::{
    contract::{CallBuilder, CallDecoder},
    providers::Provider,
    sol_types::SolError,
};
use eyre::Result;

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
}

#[tokio::test(flavor = "multi_thread")]
async fn every_declared_error_says_what_was_wrong() -> Result<()> {
    let (market, mut heard) = (Market::start().await?, Heard::default());
    construction::refusals(&market, &mut heard).await?;
    roles::refusals(&market, &mut heard).await?;
    ledgers::refusals(&market, &mut heard).await?;
    streams::refusals(&market, &mut heard).await?;
    channels::refusals(&market, &mut heard).await?;

    let declared: BTreeSet<_> = IStreamPayments::abi::contract().errors().map(|error| error.signature()).collect();
    let heard: BTreeSet<_> = heard.0.into_iter().map(String::from).collect();
    assert_eq!(heard, declared, "errors that were heard, and those that are declared");
    Ok(())
}
