//! What the contract is constructed on, what its owner can set, and who owns it afterwards.

use aia_abi::{IStreamPayments as P, constructor::stylus_constructorCall};
use aia_deploy::PaymentsConfig;
use aia_tests::{
    actions::{assert_events, event},
    payments::{BURN_BPS, FEE_BPS, Market, add_payments, payments_config},
    staking::Staking,
};
use alloy::{
    network::TransactionBuilder,
    primitives::{Address, Bytes, FixedBytes, LogData, U256, aliases::U24},
    providers::Provider,
    rpc::types::{Filter, TransactionRequest},
    sol_types::{SolCall, SolError, SolValue},
    transports::TransportError,
};
use eyre::{Result, eyre};

/// The parameters that are numbers, in their order, each with the most that it may be.
const MOST: [u32; 3] = [200, 10_000, 86_400];

/// Returns what a constructor reverted with.
async fn refusal(staking: &Staking, config: PaymentsConfig) -> Result<Bytes> {
    let outcome = add_payments(&staking.net, config).await;
    let error = outcome.err().ok_or_else(|| eyre!("the contract was constructed"))?;
    let response = error.downcast_ref::<TransportError>().and_then(TransportError::as_error_resp);
    response.and_then(|response| response.as_revert_data()).ok_or(error)
}

/// Returns the error of a number beyond its bounds.
fn out_of_bounds(index: u8, value: u32, max: u32) -> P::InvalidParameter {
    let [value, min, max] = [value, 0, max].map(U256::from);
    P::InvalidParameter { index, value, min, max }
}

/// Returns parameters with these numbers.
fn numbered(params: P::Params, [fee, burn, ttl]: [u32; 3]) -> Result<P::Params> {
    Ok(P::Params { feeBps: fee.try_into()?, burnBps: burn.try_into()?, stakeTtl: U24::from(ttl), ..params })
}

/// Returns the greatest numbers, one of them raised by one.
fn raised(index: usize) -> [u32; 3] {
    let mut numbers = MOST;
    numbers[index] += 1;
    numbers
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_constructed_that_could_not_work() -> Result<()> {
    let staking = Staking::start().await?;
    let good = payments_config(&staking);
    let nobody = PaymentsConfig { owner: Address::ZERO, ..good };
    let refused = P::OwnableInvalidOwner { owner: Address::ZERO };
    assert_eq!(refusal(&staking, nobody).await?, refused.abi_encode());
    for account in [Address::ZERO, Address::repeat_byte(0x7e), staking.net.account(0).address()] {
        let refused = P::TokenCallFailed { token: account };
        assert_eq!(refusal(&staking, PaymentsConfig { token: account, ..good }).await?, refused.abi_encode());
        let refused = P::InvalidRegistry { registry: account };
        assert_eq!(refusal(&staking, PaymentsConfig { registry: account, ..good }).await?, refused.abi_encode());
    }
    for treasury in [Address::ZERO, staking.net.token] {
        let refused = P::InvalidTreasury { treasury };
        assert_eq!(refusal(&staking, PaymentsConfig { treasury, ..good }).await?, refused.abi_encode());
    }
    for (index, max) in (0..).zip(MOST) {
        let [fee, burn, ttl] = raised(index.into());
        let (fee_bps, burn_bps) = (fee.try_into()?, burn.try_into()?);
        let config = PaymentsConfig { fee_bps, burn_bps, stake_ttl: ttl, ..good };
        let refused = out_of_bounds(index, max + 1, max);
        assert_eq!(refusal(&staking, config).await?, refused.abi_encode(), "parameter {index}");
    }
    add_payments(&staking.net, good).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_was_constructed_with_can_be_read_and_is_told() -> Result<()> {
    let market = Market::start().await?;
    let (net, stranger) = (market.net(), market.stranger());
    let payments = market.payments_as(&stranger)?;
    assert_eq!(payments.owner().call().await?, net.owner.address());
    assert_eq!(payments.pendingOwner().call().await?, Address::ZERO);
    assert_eq!(payments.guardian().call().await?, market.guardian().address());
    assert_eq!(payments.token().call().await?, net.token);
    assert_eq!(payments.params().call().await?, market.params());
    assert!(!payments.paused().call().await?);
    let domain = payments.eip712Domain().call().await?;
    assert_eq!((domain.name.as_str(), domain.version.as_str()), ("x402 Batch Settlement", "1"));
    assert_eq!((domain.fields, domain.verifyingContract), (FixedBytes([0x0f]), market.payments));
    let chain_id = net.api.chain().config().chain_id;
    assert_eq!((domain.chainId, domain.salt, domain.extensions.len()), (U256::from(chain_id), FixedBytes::ZERO, 0));

    // The first that it tells of.
    let filter = Filter::new().address(market.payments).from_block(0_u64);
    let logs = net.provider(&stranger)?.get_logs(&filter).await?;
    let told: Vec<LogData> = logs.into_iter().take(3).map(|log| log.inner.data).collect();
    let (previous, owner, guardian) = (Address::ZERO, net.owner.address(), market.guardian().address());
    let P::Params { feeBps, burnBps, stakeTtl, registry, treasury } = market.params();
    let owned = P::OwnershipTransferred { previousOwner: previous, newOwner: owner };
    let set = P::ParamsSet { feeBps, burnBps, stakeTtl, registry, treasury };
    assert_eq!(told, [event(&owned), event(&P::GuardianSet { guardian }), event(&set)]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_constructed_once() -> Result<()> {
    let market = Market::start().await?;
    let (net, stranger) = (market.net(), market.stranger());
    let payments = market.payments_as(&stranger)?;

    let thief = stranger.address();
    let setup = P::Setup { owner: thief, guardian: thief, token: net.token };
    let arguments = (setup, P::Params { treasury: thief, ..market.params() }).abi_encode();
    let construct = [stylus_constructorCall::SELECTOR.to_vec(), arguments].concat();
    for account in [&stranger, &net.owner] {
        let provider = net.provider(account)?;
        let request = TransactionRequest::default().with_to(market.payments).with_input(construct.clone());
        let error = provider.call(request.clone()).await.expect_err("it was constructed again");
        let data = error.as_error_resp().and_then(|response| response.as_revert_data());
        assert_eq!(data, Some(P::AlreadySet {}.abi_encode().into()));
        assert!(!net.submit_request(&provider, request).await?.status());
    }
    // Nor from within.
    let within = payments.multicall(vec![construct.into()]);
    net.refuses(&within, P::AlreadySet {}).await?;
    assert_eq!(payments.owner().call().await?, net.owner.address());
    market.assert_adds_up().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_sets_parameters_within_their_bounds() -> Result<()> {
    let market = Market::start().await?;
    let (net, by_owner) = (market.net(), market.payments_as(&market.net().owner)?);
    for numbers in [MOST, [0; 3], [FEE_BPS.into(), BURN_BPS.into(), 3_600]] {
        let params = numbered(market.params(), numbers)?;
        let P::Params { feeBps, burnBps, stakeTtl, registry, treasury } = params.clone();
        let receipt = market.set_params(params.clone()).await?;
        assert_events(&receipt, &[event(&P::ParamsSet { feeBps, burnBps, stakeTtl, registry, treasury })]);
        assert_eq!(by_owner.params().call().await?, params);
    }
    for (index, max) in (0..).zip(MOST) {
        let params = numbered(market.params(), raised(index.into()))?;
        net.refuses(&by_owner.setParams(params), out_of_bounds(index, max + 1, max)).await?;
    }
    for registry in [Address::ZERO, market.consumer.address()] {
        let params = P::Params { registry, ..market.params() };
        net.refuses(&by_owner.setParams(params), P::InvalidRegistry { registry }).await?;
    }
    for treasury in [Address::ZERO, market.payments, net.token] {
        let params = P::Params { treasury, ..market.params() };
        net.refuses(&by_owner.setParams(params), P::InvalidTreasury { treasury }).await?;
    }
    assert_eq!(by_owner.params().call().await?, market.params());
    market.assert_adds_up().await
}

#[tokio::test(flavor = "multi_thread")]
async fn ownership_passes_when_the_successor_accepts() -> Result<()> {
    let market = Market::start().await?;
    let (net, owner) = (market.net(), market.net().owner.address());
    let (heir, other) = (net.account(2), net.account(3));
    let (by_owner, by_heir) = (market.payments_as(&net.owner)?, market.payments_as(&heir)?);
    let by_other = market.payments_as(&other)?;
    let offered = |to| event(&P::OwnershipTransferStarted { previousOwner: owner, newOwner: to });
    for to in [other.address(), heir.address()] {
        let receipt = net.send(&by_owner.transferOwnership(to)).await?;
        assert_events(&receipt, &[offered(to)]);
        assert_eq!(by_owner.pendingOwner().call().await?, to);
    }
    // The second offer took the first one back, and the owner stays until it is accepted.
    let powerless = |account| P::OwnableUnauthorizedAccount { account };
    net.refuses(&by_other.acceptOwnership(), powerless(other.address())).await?;
    net.refuses(&by_heir.setParams(market.params()), powerless(heir.address())).await?;
    market.set_params(market.params()).await?;

    let receipt = net.send(&by_heir.acceptOwnership()).await?;
    let transferred = P::OwnershipTransferred { previousOwner: owner, newOwner: heir.address() };
    assert_events(&receipt, &[event(&transferred)]);
    assert_eq!(by_owner.owner().call().await?, heir.address());
    assert_eq!(by_owner.pendingOwner().call().await?, Address::ZERO);
    net.refuses(&by_owner.setParams(market.params()), powerless(owner)).await?;
    net.refuses(&by_owner.setPaused(true), P::UnauthorizedGuardian { account: owner }).await?;
    net.refuses(&by_heir.acceptOwnership(), powerless(heir.address())).await?;
    net.send(&by_heir.setParams(market.params())).await?;
    market.assert_adds_up().await
}
