//! Refusals, by the error that a contract reverts with.

use std::fmt::Debug;

use aia_abi::{
    IAIAGovernor::IAIAGovernorErrors, IAIATimelock::IAIATimelockErrors, IAIAToken::IAIATokenErrors,
    IDisputeCourt::IDisputeCourtErrors, IProviderRegistry::IProviderRegistryErrors,
    IStreamPayments::IStreamPaymentsErrors,
};
use alloy::{
    contract::{CallBuilder, CallDecoder},
    primitives::Bytes,
    providers::Provider,
    sol_types::{SolError, SolInterface},
};

/// Returns the revert data of a simulated call.
///
/// # Panics
/// When the call succeeds, or fails without reverting.
#[track_caller]
pub fn revert_data<T>(outcome: Result<T, alloy::contract::Error>) -> Bytes {
    match outcome {
        Ok(_) => panic!("the call was to revert but succeeded"),
        Err(error) => error.as_revert_data().unwrap_or_else(|| panic!("the call was to revert but failed: {error}")),
    }
}

/// Asserts that a simulated call reverts with `expected`.
///
/// # Panics
/// When it does not.
pub async fn assert_reverts<P, D, E>(call: &CallBuilder<P, D>, expected: E)
where
    P: Provider,
    D: CallDecoder + Unpin,
    E: SolError + Debug,
{
    let data = revert_data(call.call().await);
    assert!(data == expected.abi_encode(), "reverted with {}, expected {expected:?}", decoded(&data));
}

/// Renders revert data by the interfaces of all contracts.
fn decoded(data: &[u8]) -> String {
    named::<IAIATokenErrors>(data)
        .or_else(|| named::<IProviderRegistryErrors>(data))
        .or_else(|| named::<IDisputeCourtErrors>(data))
        .or_else(|| named::<IStreamPaymentsErrors>(data))
        .or_else(|| named::<IAIAGovernorErrors>(data))
        .or_else(|| named::<IAIATimelockErrors>(data))
        .unwrap_or_else(|| format!("unknown data {}", Bytes::copy_from_slice(data)))
}

/// Renders an error of one interface, if it is one.
fn named<E: SolInterface + Debug>(data: &[u8]) -> Option<String> {
    E::abi_decode(data).ok().map(|error| format!("{error:?}"))
}
