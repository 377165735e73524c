//! Rules about stake, slashes and faults that are easily got wrong, one by one.

use aia_abi::{IDisputeCourt as Court, IProviderRegistry as Abi};
use alloy_primitives::{Address, B256, Bytes, U256, aliases::U48};

use super::{COURT, GUARDIAN, REGISTRY, STAKERS, actor, pool};
use crate::registry::{
    Model, Outcome,
    books::Cut,
    cases::{CANCELLED, DUPLICATE, EXECUTED, PROVEN, SLASHED},
    equivocation_fault, error, invariants,
    model::{Pool, TOMBSTONED},
    slash::Order,
};

const JOB: B256 = B256::repeat_byte(7);

/// Slashes a provider as a whole for a fault of now.
pub(super) fn slash_whole(model: &mut Model, provider: Address, bps: u16) -> Cut {
    let order = order(model, provider, 0, bps);
    slash(model, &order)
}

fn order(model: &Model, provider: Address, service: u32, bps: u16) -> Order {
    Order {
        provider,
        service,
        bps,
        fault_at: model.now,
        reporter: actor(2),
        reporter_bps: 2_000,
        victim: actor(3),
        victim_bps: 3_000,
    }
}

fn slash(model: &mut Model, order: &Order) -> Cut {
    model.slash(order);
    invariants::check_slash(model);
    model.books.last_slash.clone().unwrap()
}

fn number(number: u64) -> U256 {
    U256::from(number)
}

#[test]
fn only_the_provider_stakes_while_it_is_disputed() {
    let (mut model, provider) = pool();
    model.registry.profiles.get_mut(&provider).unwrap().open_disputes = 2;
    let refusal = Abi::ProviderUnderDispute { provider, openDisputes: 2 };
    assert_eq!(model.delegate(actor(0), provider, U256::ONE), Err(error(refusal)));
    model.delegate(provider, provider, U256::ONE).unwrap();
}

#[test]
fn own_stake_bounds_what_others_stake() {
    let (mut model, provider) = pool();
    let (bound, (staked, _)) = (model.pool_bound(provider), model.pool_size(provider));
    assert_eq!(bound, number(16_000_000));
    let too_high = || Err(error(Abi::DelegationTooHigh { provider, tokens: bound + U256::ONE, max: bound }));
    assert_eq!(model.delegate(actor(0), provider, bound - staked + U256::ONE), too_high());
    model.delegate(actor(0), provider, bound - staked).unwrap();
    assert_eq!(model.delegate(actor(1), provider, U256::ONE), too_high());
    model.delegate(provider, provider, U256::ONE).unwrap();
    model.delegate(actor(1), provider, U256::ONE).unwrap();
    invariants::check(&model);
}

#[test]
fn the_cap_counts_the_rate_of_all_and_cuts_what_is_taken() {
    let (mut model, provider) = pool();
    model.allocate(provider, 1, 3_333).unwrap();
    let ordered = order(&model, provider, 1, 1_000);
    let cut = slash(&mut model, &ordered);
    assert_eq!((cut.bps, cut.slashed), (334, number(99_990)));
    model.registry.params.as_mut().unwrap().epochSlashCapBps = 500;
    let cut = slash(&mut model, &ordered);
    assert_eq!((cut.bps, cut.slashed), (166, number(48_141)));
    let cut = slash(&mut model, &ordered);
    assert_eq!((cut.bps, cut.slashed), (0, U256::ZERO));
    assert_eq!(model.registry.profiles[&provider].slashed_bps, 500);
    invariants::check(&model);
}

#[test]
fn who_is_expelled_loses_nothing_more_as_a_whole() {
    let (mut model, provider) = pool();
    assert_eq!(slash_whole(&mut model, provider, 500).slashed, number(150_000));
    assert_eq!(model.status_of(provider), TOMBSTONED);
    let cut = slash_whole(&mut model, provider, 500);
    assert_eq!((cut.bps, cut.slashed), (0, U256::ZERO));
    let profile = &model.registry.profiles[&provider];
    assert_eq!((profile.slashes, profile.slashed_bps), (2, 500));
    invariants::check(&model);
}

#[test]
fn victim_and_reporter_get_parts_of_what_the_provider_lost() {
    let (mut model, provider) = pool();
    let mut to_court = model.clone();
    let cut = slash_whole(&mut model, provider, 1_000);
    assert_eq!(cut.slashed, number(300_000));
    assert_eq!((cut.to_victim, cut.to_reporter, cut.burned), (number(30_000), number(20_000), number(250_000)));
    let ordered = Order { victim: COURT, ..order(&to_court, provider, 0, 1_000) };
    let cut = slash(&mut to_court, &ordered);
    assert_eq!((cut.to_victim, cut.burned), (U256::ZERO, number(280_000)));
    invariants::check(&to_court);
}

#[test]
fn a_fall_lowers_what_is_offered_at_once_and_not_what_is_slashable() {
    let (mut model, provider) = pool();
    model.allocate(provider, 1, 4_000).unwrap();
    model.allocate(provider, 1, 1_000).unwrap();
    assert_eq!(model.service_stake(provider, 1), number(260_000));
    assert_eq!(model.slashable(provider, 1, model.now), number(1_200_000));
    let refusal = Abi::AllocationTooHigh { total: number(10_001), max: number(10_000) };
    assert_eq!(model.allocate(provider, 1, 10_001), Err(error(refusal)));
}

#[test]
fn next_to_nothing_does_not_hold_up_a_stream() {
    let flowing = Pool { left: number(1_000_000), remaining: 100, ..Pool::default() };
    assert_eq!(flowing.duration_with(U256::ONE, 7_200), 100);
    assert_eq!(flowing.duration_with(number(1_000_000), 7_200), 3_650);
    assert_eq!(Pool::default().duration_with(U256::ONE, 7_200), 7_200);
    assert_eq!(Pool::default().duration_with(U256::ZERO, 7_200), 7_200);
    let rest = Pool { left: U256::ONE, ..Pool::default() };
    assert_eq!(rest.duration_with(U256::ZERO, 7_200), 1);
}

#[test]
fn a_guardian_voids_no_claims_to_come() {
    let (mut model, _) = pool();
    let next = model.now + 1;
    for before in [(1 << 48) - 1, 0, next - 5] {
        model.revoke_attester(GUARDIAN, actor(0), before).unwrap();
        assert_eq!(model.voided_before(actor(0)), next);
    }
}

/// Returns a pool that stands behind service 1, of which a dispute costs next to nothing.
fn court() -> (Model, Address) {
    let (mut model, provider) = pool();
    model.allocate(provider, 1, 10_000).unwrap();
    model.court.terms.get_mut(&1).unwrap().bond = U256::ONE;
    (model, provider)
}

fn accuse(model: &mut Model, provider: Address, service: u32) -> Outcome {
    let call = Court::openDisputeCall {
        target: REGISTRY,
        subject: provider.into_word(),
        service,
        fault: equivocation_fault(actor(4), JOB),
        evidence: B256::ZERO,
        bps: 100,
        victim: Address::ZERO,
        faultAt: U48::from(model.now),
    };
    model.open_dispute(actor(2), &call)
}

fn prove(model: &mut Model, provider: Address, completed: [u64; 2]) -> Outcome {
    let receipt = |result: u8, completed: u64| Court::JobReceipt {
        jobId: JOB,
        provider,
        consumer: actor(4),
        listingId: 1,
        modelHash: B256::ZERO,
        requestHash: B256::ZERO,
        resultHash: B256::repeat_byte(result),
        fingerprint: B256::ZERO,
        unitsIn: 1,
        unitsOut: 1,
        price: 1,
        completedAt: completed,
    };
    let (a, b) = (receipt(1, completed[0]), receipt(2, completed[1]));
    let (signature_a, signature_b) = (Bytes::new(), Bytes::new());
    let call = Court::proveEquivocationCall {
        target: REGISTRY,
        signer: provider,
        a,
        b,
        signatureA: signature_a,
        signatureB: signature_b,
    };
    model.prove_equivocation(actor(3), &call, [provider; 2])
}

/// Upholds a dispute and lets the time for a veto pass.
fn uphold(model: &mut Model, id: u64) {
    model.rule(actor(STAKERS - 1), number(id), U256::ONE).unwrap();
    model.wait(u64::from(model.court_params().vetoWindow) + 1);
}

#[test]
fn a_proof_settles_disputes_that_name_its_fault() {
    let (mut model, provider) = court();
    let (fault, now) = (equivocation_fault(actor(4), JOB), model.now);
    accuse(&mut model, provider, 1).unwrap();
    prove(&mut model, provider, [now; 2]).unwrap();
    assert_eq!(accuse(&mut model, provider, 1), Err(error(Court::FaultSettled { fault })));
    uphold(&mut model, 1);
    for (id, status) in [(1, DUPLICATE), (2, EXECUTED)] {
        model.execute(number(id)).unwrap();
        assert_eq!(model.dispute(number(id)).unwrap().status, status);
    }
    assert_eq!(model.fault_status(provider, fault), PROVEN);
    invariants::check(&model);
}

#[test]
fn a_dispute_does_not_stand_in_the_way_of_a_proof() {
    let (mut model, provider) = court();
    let fault = equivocation_fault(actor(4), JOB);
    accuse(&mut model, provider, 1).unwrap();
    uphold(&mut model, 1);
    model.execute(number(1)).unwrap();
    assert_eq!(model.fault_status(provider, fault), SLASHED);
    let now = model.now;
    prove(&mut model, provider, [now; 2]).unwrap();
    assert_eq!(model.fault_status(provider, fault), SLASHED | PROVEN);
    model.veto(GUARDIAN, number(2), B256::ZERO).unwrap();
    assert_eq!(prove(&mut model, provider, [now; 2]), Err(error(Court::FaultSettled { fault })));
    invariants::check(&model);
}

#[test]
fn times_of_completion_are_moved_into_the_detection_window() {
    let (model, provider) = court();
    let (now, earliest) = (model.now, model.now - u64::from(model.court_params().detectionWindow));
    let (too_old, mixed) = ([0, earliest - 1], [earliest - 1, earliest]);
    for (completed, expected) in
        [([0, u64::MAX], earliest), ([u64::MAX; 2], earliest), (mixed, earliest), ([now, now], earliest)]
    {
        let mut model = model.clone();
        prove(&mut model, provider, completed).unwrap();
        assert_eq!(model.dispute(U256::ONE).unwrap().fault_at, expected, "{completed:?}");
    }
    let (fault_at, earliest, latest) = (number(earliest - 1), number(earliest), number(now));
    let refusal = Court::InvalidFaultTime { faultAt: fault_at, earliest, latest };
    assert_eq!(prove(&mut model.clone(), provider, too_old), Err(error(refusal)));
}

#[test]
fn services_are_disputed_after_they_are_closed_and_not_before_they_are_defined() {
    let (mut model, provider) = court();
    model.registry.services.get_mut(&1).unwrap().active = false;
    accuse(&mut model, provider, 1).unwrap();
    model.court.terms.insert(4, model.court.terms[&1]);
    let refusal = Court::UnknownService { target: REGISTRY, service: 4 };
    assert_eq!(accuse(&mut model, provider, 4), Err(error(refusal)));
}

#[test]
fn who_asks_is_checked_before_what_it_asks_about() {
    let (mut model, provider) = court();
    accuse(&mut model, provider, 1).unwrap();
    let id = U256::ONE;
    model.cancel(actor(2), id).unwrap();
    let stranger = Court::UnauthorizedParty { id, caller: actor(0) };
    assert_eq!(model.cancel(actor(0), id), Err(error(stranger)));
    assert_eq!(model.cancel(actor(2), id), Err(error(Court::InvalidStatus { id, status: CANCELLED })));
}
