//! The model under its own operations, and the rules that are easily got wrong.

use std::collections::BTreeSet;

use aia_abi::{
    IAIAGovernor as Abi,
    IAIATimelock::{self as TimelockAbi, IAIATimelockCalls},
};
use alloy_primitives::{Address, Bytes, U256};
use alloy_sol_types::SolError;

use super::{
    DAY, Model, Outcome,
    model::{Phase, State},
    ops::{self, Call, Op},
    plan::{Action, Plan},
    settings::{ACTORS, GUARDIANS, PAYEES, Setting, Site},
};

const OPERATIONS: usize = 4_000;
const START: u64 = 1_700_000_000;

fn account(index: usize) -> Address {
    Address::from_word(U256::from(index + 1).into())
}

/// Returns contracts that were just constructed, after the prologue.
fn deployed(setting: &Setting) -> Model {
    let site = Site {
        token: Address::repeat_byte(0xb1),
        minter: Address::repeat_byte(0xb2),
        supply: super::UNIT * U256::from(500_000_000),
        governor: Address::repeat_byte(0xb3),
        timelocks: vec![Address::repeat_byte(0xb4), Address::repeat_byte(0xb5)],
        actors: (0..ACTORS).map(account).collect(),
        guardians: (ACTORS..ACTORS + GUARDIANS).map(account).collect(),
        since: START - 60,
        term: START + setting.term,
    };
    let mut model = setting.model(&site, START);
    for op in setting.prologue(&model) {
        ops::apply(&mut model, &op).expect("the prologue succeeds");
    }
    model.now += 1;
    model
}

fn call(model: &mut Model, caller: Address, call: Call) -> Outcome {
    ops::apply(model, &Op::Call { caller, value: U256::ZERO, call })
}

/// Returns the plan of a call that counts.
fn counting() -> Plan {
    let action = Action { target: PAYEES[0], value: U256::ZERO, data: Bytes::from_static(&[1, 2, 3, 4]) };
    Plan { actions: vec![action], single: true, ..Plan::default() }
}

fn schedule(model: &mut Model, plan: &Plan, delay: u64) -> Outcome {
    let Action { target, value, data } = plan.actions[0].clone();
    let Plan { predecessor, salt, .. } = *plan;
    let delay = U256::from(delay);
    let call = TimelockAbi::scheduleCall { target, value, data, predecessor, salt, delay };
    let (operator, at) = (account(ACTORS - 1), model.governor.timelock);
    self::call(model, operator, Call::Timelock(at, IAIATimelockCalls::schedule(call)))
}

#[test]
fn random_operations_bring_proposals_to_every_end() {
    for setting in [Setting::launch(), Setting::quick(), Setting::late()] {
        let (mut rng, mut model) = (crate::rng(), deployed(&setting));
        let mut seen = BTreeSet::new();
        for _ in 0..OPERATIONS {
            let op = ops::random(&mut rng, &model, &setting);
            // Here it is no matter whether it succeeds.
            let _ = ops::apply(&mut model, &op);
            seen.extend(model.governor.proposals.keys().filter_map(|id| model.state(*id)).map(|state| state as u8));
        }
        for (id, proposal) in &model.governor.proposals {
            let used: U256 = proposal.used.values().copied().sum();
            assert_eq!(proposal.votes.iter().copied().sum::<U256>(), used, "votes of {id}");
        }
        use State::*;
        let all = [Pending, Active, Canceled, Defeated, Succeeded, Queued, Expired, Executed];
        assert_eq!(seen, BTreeSet::from(all.map(|state| state as u8)), "states that proposals came to");
    }
}

#[test]
fn an_operation_can_be_executed_from_its_first_second_to_its_last() {
    let setting = Setting::launch();
    let mut model = deployed(&setting);
    let plan = counting();
    schedule(&mut model, &plan, setting.least_delay).expect("the delay suffices");
    let (at, ready) = (model.governor.timelock, model.now + setting.least_delay);
    let phases = [ready - 1, ready, ready + 14 * DAY, ready + 14 * DAY + 1]
        .map(|now| model.timelocks[&at].phase(plan.id(), now));
    assert_eq!(phases, [Phase::Waiting, Phase::Ready, Phase::Ready, Phase::Expired]);
}

#[test]
fn a_delay_that_is_too_short_by_a_second_is_refused() {
    let setting = Setting::launch();
    let mut model = deployed(&setting);
    let refusal = schedule(&mut model, &counting(), setting.least_delay - 1).expect_err("too short");
    let [delay, least] = [setting.least_delay - 1, setting.least_delay].map(U256::from);
    assert_eq!(refusal, TimelockAbi::TimelockInsufficientDelay { delay, minDelay: least }.abi_encode());
}

#[test]
fn a_description_names_its_proposer_only_at_its_end() {
    let (mut model, digits) = (deployed(&Setting::launch()), alloy_primitives::hex::encode(account(1)));
    let mut propose = |caller: Address, description: String| {
        let (targets, values, calldatas) = super::plan::split(&counting().actions);
        let proposed = Abi::proposeCall { targets, values, calldatas, description };
        call(&mut model, caller, Call::Governor(Abi::IAIAGovernorCalls::propose(proposed)))
    };
    let refused = propose(account(0), format!("mine #proposer=0x{digits}")).expect_err("it names another");
    assert_eq!(refused, Abi::GovernorRestrictedProposer { proposer: account(0) }.abi_encode());
    propose(account(1), format!("mine #proposer=0x{digits}")).expect("it names the caller");
    propose(account(0), format!("anybody's #proposer=0x{digits}.")).expect("it names nobody");
}
