//! What registry and court are not constructed on.

use aia_abi::{IDisputeCourt as C, IProviderRegistry as R};
use aia_tests::{
    Network,
    staking::{add_court, add_registry, court_params, registry_params, supply},
};
use alloy::{
    primitives::{Address, Bytes},
    sol_types::SolError,
    transports::TransportError,
};
use eyre::{Result, eyre};

/// Returns what a constructor reverted with.
fn refusal(outcome: Result<Address>) -> Result<Bytes> {
    let error = outcome.err().ok_or_else(|| eyre!("the contract was constructed"))?;
    let response = error.downcast_ref::<TransportError>().and_then(TransportError::as_error_resp);
    response.and_then(|response| response.as_revert_data()).ok_or(error)
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_registry_nor_court_is_constructed_on_a_token_without_code() -> Result<()> {
    let mut net = Network::start(supply()).await?;
    let court = add_court(&net, court_params()).await?;
    for token in [Address::ZERO, Address::repeat_byte(0x7e), net.account(0).address()] {
        net.token = token;
        let refused = refusal(add_court(&net, court_params()).await)?;
        assert_eq!(refused, C::TokenCallFailed { token }.abi_encode(), "a court on {token}");
        let refused = refusal(add_registry(&net, court, registry_params(), 2).await)?;
        assert_eq!(refused, R::TokenCallFailed { token }.abi_encode(), "a registry on {token}");
    }
    Ok(())
}
