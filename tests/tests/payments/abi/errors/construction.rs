//! Errors of the constructor.

use aia_abi::{IStreamPayments as S, constructor::stylus_constructorCall};
use aia_deploy::PaymentsConfig;
use aia_devnode::chain::Outcome;
use aia_tests::payments::{Market, add_payments, payments_config};
use alloy::{
    primitives::{Address, Bytes},
    sol_types::{SolCall, SolError, SolValue},
    transports::TransportError,
};
use eyre::{Result, eyre};

use super::Heard;
use crate::abi::call;

pub(super) async fn refusals(market: &Market, heard: &mut Heard) -> Result<()> {
    heard.note::<S::OwnableInvalidOwner>();
    let nobody = PaymentsConfig { owner: Address::ZERO, ..payments_config(&market.staking) };
    assert_eq!(failed(market, nobody).await?, S::OwnableInvalidOwner { owner: Address::ZERO }.abi_encode());

    heard.note::<S::TokenCallFailed>();
    let token = Address::repeat_byte(0x70);
    let empty = PaymentsConfig { token, ..payments_config(&market.staking) };
    assert_eq!(failed(market, empty).await?, S::TokenCallFailed { token }.abi_encode());

    // What `setParams` refuses the constructor refuses too.
    let dear = PaymentsConfig { fee_bps: 201, ..payments_config(&market.staking) };
    assert_eq!(failed(market, dear).await?, super::roles::out_of_bounds(0, 201, 200).abi_encode());

    heard.note::<S::AlreadySet>();
    let thief = Address::repeat_byte(0x7e);
    let setup = S::Setup { owner: thief, guardian: thief, token: market.net().token };
    let again = [&stylus_constructorCall::SELECTOR[..], &(setup, market.params()).abi_encode()].concat();
    assert_eq!(call(market, again)?, Outcome::Revert(S::AlreadySet {}.abi_encode().into()));
    Ok(())
}

/// Deploys a contract that cannot be constructed, and returns what its constructor reverts with.
async fn failed(market: &Market, config: PaymentsConfig) -> Result<Bytes> {
    let error = add_payments(market.net(), config).await.err().ok_or_else(|| eyre!("it was constructed"))?;
    let response = error.downcast_ref::<TransportError>().and_then(TransportError::as_error_resp);
    response.and_then(|response| response.as_revert_data()).ok_or(error)
}
