//! A proposal changes the protocol's fee, from its first word to what streams pay.

use aia_abi::{IAIAGovernor as G, IAIATimelock as T, IStreamPayments as P};
use aia_tests::{
    actions::{assert_events, event},
    governance::{DELAY, Draft, Republic, VOTES, operation_states, support::FOR},
    payments::{BURN_BPS, COIN, FEE_BPS, Market, STAKE_TTL, TREASURY},
    staking::aia,
};
use alloy::primitives::{B256, LogData, U256, aliases::U24};
use eyre::Result;

/// What a stream pays, base units a second.
const RATE: u128 = COIN / 10_000;
/// The new fee, basis points.
const NEW_FEE: u16 = 200;

/// What is logged when a stream has paid so much since it was last collected.
fn collected(market: &Market, id: B256, gross: u128, fee_bps: u16) -> LogData {
    let fee = gross * u128::from(fee_bps) / 10_000;
    let (gross, fee) = (U256::from(gross), U256::from(fee));
    event(&P::StreamCollected { id, payee: market.provider.address(), gross, fee })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_changes_the_fee_and_streams_pay_it_from_then_on() -> Result<()> {
    let dao = Republic::launch().await?;
    let (net, market, payments) = (dao.net(), &dao.chain, dao.chain.payments);
    let by_stranger = market.payments_as(&dao.stranger())?;
    let (stream, start) = (market.stream(0, 1), net.now());
    let id = market.open(&stream, RATE, 500 * COIN).await?;

    // Who deployed everything cannot change it any more.
    let params = P::Params { feeBps: NEW_FEE, ..market.params() };
    let former = P::OwnableUnauthorizedAccount { account: net.owner.address() };
    net.refuses(&market.payments_as(&net.owner)?.setParams(params.clone()), former).await?;

    // Proposed, voted and queued.
    let draft = Draft::new("A fee of 2 %").call(payments, &P::setParamsCall { value: params.clone() });
    let receipt = dao.propose(&dao.proposer(), &draft).await?;
    assert_events(&receipt, &[draft.created(dao.proposer().address(), start)]);
    dao.to_voting(&draft).await?;
    for (voter, votes) in dao.voters().iter().zip(VOTES) {
        let receipt = dao.vote(voter, &draft, FOR).await?;
        assert_events(&receipt, &[draft.voted(voter, FOR, aia(votes))]);
    }
    dao.assert_votes(&draft, [U256::ZERO, aia(90_000_000), U256::ZERO]).await?;
    dao.to_verdict(&draft).await?;
    dao.assert_state(&draft, G::ProposalState::Succeeded).await?;
    let (receipt, eta) = (dao.queue(&draft).await?, net.now() + DELAY);
    assert_events(&receipt, &[dao.scheduled(&draft, DELAY), vec![draft.queued(eta)]].concat());
    assert_eq!(dao.eta(&draft).await?, eta);

    // Not a second before its time.
    dao.pass_to(eta - 1)?;
    let governor = dao.governor_as(&dao.stranger())?;
    let expected = operation_states(&[T::OperationState::Ready]);
    let early =
        T::TimelockUnexpectedOperationState { operationId: draft.operation(dao.governor), expectedStates: expected };
    net.refuses(&draft.execute(&governor), early).await?;
    net.pass(1)?;
    let receipt = net.send(&by_stranger.collect(vec![stream.clone()])).await?;
    let old = RATE * u128::from(eta - start);
    market.assert_logged(&receipt, &[collected(market, id, old, FEE_BPS)]);

    let receipt = dao.execute(&draft).await?;
    let set = event(&P::ParamsSet {
        feeBps: NEW_FEE,
        burnBps: BURN_BPS,
        stakeTtl: U24::from(STAKE_TTL),
        registry: market.staking.registry,
        treasury: TREASURY,
    });
    let executed = event(&G::ProposalExecuted { proposalId: draft.id() });
    assert_events(&receipt, &[vec![set], dao.carried_out(&draft), vec![executed]].concat());
    dao.assert_state(&draft, G::ProposalState::Executed).await?;
    assert_eq!(by_stranger.params().call().await?, params);

    // The stream goes on, and pays the new fee.
    net.pass(1_000)?;
    let receipt = net.send(&by_stranger.collect(vec![stream])).await?;
    market.assert_logged(&receipt, &[collected(market, id, 1_000 * RATE, NEW_FEE)]);
    let earned = old / 100 * 99 + 1_000 * RATE / 100 * 98;
    market.assert_free(&market.provider, earned).await?;
    market.assert_adds_up().await
}
