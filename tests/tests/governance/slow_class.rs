//! Calls have the delay of their class, and nothing that matters gets out of the slow one in less time.

use aia_abi::{
    IAIAGovernor as G, IAIATimelock as T, IAIAToken as A, IDisputeCourt as C, IProviderRegistry as R,
    IStreamPayments as P,
};
use aia_tests::{
    actions::event,
    governance::{DELAY, Draft, Republic, SLOW, at, logged, operation_states},
    staking::{aia, court_params, registry_params},
};
use alloy::{
    primitives::{
        Address, B256, Bytes, U256,
        aliases::{U48, U96},
    },
    sol_types::SolCall,
};
use eyre::Result;

/// Who would own the token.
const HEIR: Address = Address::repeat_byte(0x4e);
/// The shortest delay that a call can have.
const SHORTEST: u32 = 21_600;

/// Returns the delay with which the timelock would take a proposal now.
async fn required(dao: &Republic, draft: &Draft) -> Result<u64> {
    let timelock = dao.timelock_as(&dao.stranger())?;
    let Draft { targets, values, calldatas, .. } = draft.clone();
    Ok(timelock.getRequiredDelay(targets, values, calldatas).call().await?.to())
}

/// Asserts the delay of each of these proposals.
async fn assert_required(dao: &Republic, drafts: &[Draft], expected: u64) -> Result<()> {
    for draft in drafts {
        assert_eq!(required(dao, draft).await?, expected, "delay of \"{}\"", draft.description);
    }
    Ok(())
}

/// Returns the proposal to offer the token's ownership.
fn transfer(dao: &Republic) -> Draft {
    Draft::new("ownership of the token").call(dao.net().token, &A::transferOwnershipCall { newOwner: HEIR })
}

#[tokio::test(flavor = "multi_thread")]
async fn pauses_and_the_parameters_of_payments_wait_two_days() -> Result<()> {
    let dao = Republic::launch().await?;
    let (market, registry) = (&dao.chain, dao.chain.staking.registry);
    let payments = market.payments;
    let quick = [
        Draft::new("registry's pause").call(registry, &R::setPausedCall { value: true }),
        Draft::new("payments' parameters").call(payments, &P::setParamsCall { value: market.params() }),
        Draft::new("payments' pause").call(payments, &P::setPausedCall { value: true }),
    ];
    assert_required(&dao, &quick, DELAY).await
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_else_waits_a_week() -> Result<()> {
    let dao = Republic::launch().await?;
    let (market, token, governor, timelock) = (&dao.chain, dao.net().token, dao.governor, dao.timelock);
    let (registry, court, payments) = (market.staking.registry, market.staking.court, market.payments);
    let arbitrator = C::setServiceCall { target: registry, service: 1, arbitrator: HEIR, bond: U96::from(aia(1)) };
    let limit = A::setMintLimitCall { minter: HEIR, capacity: 1, window: U48::from(1) };
    let delay = T::setCallDelayCall { target: token, selector: [0u8; 4].into(), delay: SHORTEST };
    let term = G::setGuardianTermCall { expiry: at(0), strikes: 10 };
    let service = R::setServiceCall { id: 3, maxSlashBps: 500, minStake: U96::from(aia(500)), active: true };
    let [floor, cap] = [15_000_000, 60_000_000].map(|votes| U96::from(aia(votes)));
    let slow = [
        transfer(&dao),
        Draft::new("minting").call(token, &limit),
        Draft::new("ownership of the registry").call(registry, &R::transferOwnershipCall { newOwner: HEIR }),
        Draft::new("a court").call(registry, &R::proposeCourtCall { account: HEIR }),
        Draft::new("registry's guardian").call(registry, &R::setGuardianCall { account: HEIR }),
        Draft::new("registry's payments").call(registry, &R::setPaymentsCall { account: HEIR }),
        Draft::new("an arbitrator").call(court, &arbitrator),
        Draft::new("court's target").call(court, &C::addTargetCall { target: HEIR }),
        Draft::new("court's guardian").call(court, &C::setGuardianCall { account: HEIR }),
        Draft::new("payments' guardian").call(payments, &P::setGuardianCall { account: HEIR }),
        Draft::new("a timelock").call(governor, &G::updateTimelockCall { newTimelock: HEIR }),
        Draft::new("governor's guardian").call(governor, &G::setProposalGuardianCall { newProposalGuardian: HEIR }),
        Draft::new("its term").call(governor, &term),
        Draft::new("a role").call(timelock, &T::grantRoleCall { role: B256::ZERO, account: HEIR }),
        Draft::new("the least delay").call(timelock, &T::updateDelayCall { newDelay: U256::from(SHORTEST) }),
        Draft::new("a call's delay").call(timelock, &delay),
        Draft::new("the brake").call(timelock, &T::setGuardianCall { newGuardian: HEIR, expiry: at(0) }),
        Draft::new("registry's parameters").call(registry, &R::setParamsCall { params: registry_params() }),
        Draft::new("a service").call(registry, &service),
        Draft::new("court's parameters").call(court, &C::setParamsCall { params: court_params() }),
        Draft::new("voting delay").call(governor, &G::setVotingDelayCall { newVotingDelay: at(86_400) }),
        Draft::new("threshold").call(governor, &G::setProposalThresholdCall { newProposalThreshold: aia(1) }),
        Draft::new("quorum").call(governor, &G::setQuorumParamsCall { numerator: 4_000, floor, cap }),
        // What is not governed.
        Draft::new("a payment").paying(HEIR, U256::from(1), Bytes::new()),
        Draft::new("a stranger's contract").paying(HEIR, U256::ZERO, vec![1u8, 2, 3, 4]),
        // Data without a selector, and one that nobody has heard of.
        Draft::new("nothing").paying(token, U256::ZERO, Bytes::new()),
        Draft::new("three bytes").paying(payments, U256::ZERO, vec![1u8, 2, 3]),
        Draft::new("the future").paying(registry, U256::ZERO, vec![1u8, 2, 3, 4]),
    ];
    assert_required(&dao, &slow, SLOW).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_slow_stays_slow_in_every_wrapping() -> Result<()> {
    let dao = Republic::launch().await?;
    let payments = dao.chain.payments;
    let pause = P::setPausedCall { value: true };
    let paused = Draft::new("a pause first").call(payments, &pause);
    let (token, data) = (dao.net().token, transfer(&dao).calldatas[0].clone());
    let multicall = P::multicallCall { data: vec![P::setGuardianCall { account: HEIR }.abi_encode().into()] };
    let wrapped = [
        paused.clone().paying(token, U256::ZERO, data.clone()),
        Draft::new("in a multicall").call(payments, &multicall),
        Draft::new("in a relay").call(dao.governor, &G::relayCall { target: token, value: U256::ZERO, data }),
    ];
    assert_required(&dao, &wrapped, SLOW).await?;
    assert_eq!(required(&dao, &paused).await?, DELAY);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn ownership_is_offered_a_week_after_it_is_queued_and_no_second_sooner() -> Result<()> {
    let dao = Republic::launch().await?;
    let (net, draft, governor) = (dao.net(), transfer(&dao), dao.governor_as(&dao.stranger())?);
    dao.carry(&draft).await?;
    let queued = net.now();
    let receipt = dao.queue(&draft).await?;
    assert_eq!(logged(&receipt, dao.timelock), dao.scheduled(&draft, SLOW));
    assert_eq!(dao.eta(&draft).await?, queued + SLOW);

    dao.pass_to(queued + SLOW - 1)?;
    let expected = operation_states(&[T::OperationState::Ready]);
    let early =
        T::TimelockUnexpectedOperationState { operationId: draft.operation(dao.governor), expectedStates: expected };
    net.refuses(&draft.execute(&governor), early).await?;
    net.pass(1)?;
    dao.execute(&draft).await?;
    let token = net.token_as(&net.owner)?;
    assert_eq!(token.pendingOwner().call().await?, HEIR);
    assert_eq!(token.owner().call().await?, dao.timelock);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn lowering_the_delay_first_saves_nobody_a_second() -> Result<()> {
    let dao = Republic::launch().await?;
    let (net, token) = (dao.net(), dao.net().token);
    let selector = A::transferOwnershipCall::SELECTOR.into();
    let call = T::setCallDelayCall { target: token, selector, delay: SHORTEST };
    let lowering = Draft::new("Ownership in six hours").call(dao.timelock, &call);
    let receipt = dao.enact(&lowering).await?;
    let (slow, effect) = (u32::try_from(SLOW)?, net.now() + SLOW - u64::from(SHORTEST));
    let set = T::CallDelaySet { target: token, selector, oldDelay: slow, newDelay: SHORTEST, effect: at(effect) };
    assert_eq!(logged(&receipt, dao.timelock), [vec![event(&set)], dao.carried_out(&lowering)].concat());
    let seen = dao.timelock_as(&dao.stranger())?.callDelay(token, selector).call().await?;
    assert_eq!((seen.delay, seen.next, seen.effect, seen.abdicated), (slow, SHORTEST, at(effect), false));

    // Until it holds, the old delay does; after that, six hours do: either way a week has passed since.
    let draft = transfer(&dao);
    assert_eq!(required(&dao, &draft).await?, SLOW);
    dao.pass_to(effect - 1)?;
    assert_eq!(required(&dao, &draft).await?, SLOW);
    net.pass(1)?;
    assert_eq!(required(&dao, &draft).await?, u64::from(SHORTEST));
    Ok(())
}
