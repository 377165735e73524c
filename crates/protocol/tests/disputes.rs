//! Disputes under random steps at random times, and the windows within which all of it happens.

use aia_protocol::{
    dispute::{Dispute, MAX_BOND, PARAM_BOUNDS, Params, Refusal, Settlement, Status},
    staking::config::{Config, EPOCH_LENGTH},
};
use alloy_primitives::{Address, U256};
use rand::Rng;

const DISPUTES: u32 = 50_000;
const STEPS: u32 = 16;
const START: u64 = 1_700_000_000;

/// What somebody tries to do with a dispute.
#[derive(Clone, Copy, Debug)]
enum Step {
    Rule(u8),
    Cancel,
    Reduce(u16),
    Veto,
    Execute { settled: bool },
}

/// What happened to a dispute and when, as the interface tells its life.
#[derive(Clone, Copy, Debug)]
struct Life {
    params: Params,
    opened: u64,
    upheld: Option<u64>,
    end: Option<Status>,
    bps: u16,
}

impl Life {
    /// Returns the last second of what is waited for.
    fn deadline(&self) -> u64 {
        self.upheld.map_or(self.opened + u64::from(self.params.ruling), |at| at + u64::from(self.params.veto))
    }

    /// Returns the last second in which anything but the end can be waited for, however it goes.
    fn latest(&self) -> u64 {
        self.opened + u64::from(self.params.ruling) + u64::from(self.params.veto)
    }

    fn try_step(&mut self, step: Step, now: u64) -> Result<(), Refusal> {
        if let Some(end) = self.end {
            return Err(Refusal::Status(end));
        }
        match step {
            Step::Rule(_) | Step::Cancel if self.upheld.is_some() => return Err(Refusal::Status(Status::Upheld)),
            Step::Reduce(_) | Step::Veto if self.upheld.is_none() => return Err(Refusal::Status(Status::Open)),
            Step::Execute { .. } if now <= self.deadline() => return Err(Refusal::DeadlineNotPassed(self.deadline())),
            Step::Execute { .. } => {}
            _ if now > self.deadline() => return Err(Refusal::DeadlinePassed(self.deadline())),
            _ => {}
        }
        match step {
            Step::Rule(0) => self.end = Some(Status::Drawn),
            Step::Rule(1) => self.upheld = Some(now),
            Step::Rule(2) => self.end = Some(Status::Rejected),
            Step::Rule(_) => return Err(Refusal::Ruling),
            Step::Cancel => self.end = Some(Status::Cancelled),
            Step::Reduce(bps) if bps == 0 || bps >= self.bps => return Err(Refusal::Bps(self.bps - 1)),
            Step::Reduce(bps) => self.bps = bps,
            Step::Veto => self.end = Some(Status::Vetoed),
            Step::Execute { .. } if self.upheld.is_none() => self.end = Some(Status::Expired),
            Step::Execute { settled: true } => self.end = Some(Status::Duplicate),
            Step::Execute { settled: false } => self.end = Some(Status::Executed),
        }
        Ok(())
    }
}

fn take(dispute: Dispute, step: Step, now: u64, params: Params) -> Result<Dispute, Refusal> {
    match step {
        Step::Rule(ruling) => dispute.rule(U256::from(ruling), now, params),
        Step::Cancel => dispute.cancel(now, params),
        Step::Reduce(bps) => dispute.reduce(bps, now, params),
        Step::Veto => dispute.veto(now, params),
        Step::Execute { settled } => dispute.execute(settled, now, params),
    }
}

fn any_step(rng: &mut impl Rng, bps: u16) -> Step {
    match rng.random_range(0..10) {
        0..3 => Step::Rule(1),
        3 => Step::Rule(rng.random_range(0..4)),
        4 => Step::Cancel,
        5 | 6 => Step::Reduce(rng.random_range(0..=bps.saturating_add(1))),
        7 => Step::Veto,
        _ => Step::Execute { settled: rng.random() },
    }
}

/// Returns when the next step comes: at once, around the deadline, or some time later.
fn later(rng: &mut impl Rng, now: u64, life: &Life) -> u64 {
    let deadline = life.deadline().max(now);
    let hour = rng.random_range(0..3_600);
    match rng.random_range(0..8) {
        0 => deadline,
        1 => deadline + 1,
        2 => now + rng.random_range(0..=u64::from(life.params.veto)),
        3 => now,
        _ => now + hour,
    }
}

fn window(rng: &mut impl Rng) -> u32 {
    let [least, most] = PARAM_BOUNDS[0];
    let most = if rng.random() { most } else { 10_000 };
    u32::try_from(rng.random_range(least..=most)).expect("a window has 32 bits")
}

fn params(rng: &mut impl Rng) -> Params {
    let [detection, ruling, veto, execution] = [(); 4].map(|()| window(rng));
    Params { detection, ruling, veto, execution, ..Default::default() }
}

fn open(rng: &mut impl Rng) -> (Dispute, Life) {
    let (params, bps) = (params(rng), rng.random_range(1..=10_000));
    let disputer = Address::repeat_byte(1);
    let life = Life { params, opened: START, upheld: None, end: None, bps };
    (Dispute { disputer, at: START, status: Status::Open, bps, service: rng.random() }, life)
}

#[test]
fn a_dispute_ends_once_in_time_and_never_harder_than_it_began() {
    let mut rng = aia_model::rng();
    let mut ends = [0_u32; 10];
    for _ in 0..DISPUTES {
        let (mut dispute, mut life) = open(&mut rng);
        let mut now = START;
        for _ in 0..STEPS {
            let step = any_step(&mut rng, life.bps);
            let before = dispute;
            let taken = take(dispute, step, now, life.params);
            assert_eq!(taken.map(|_| ()), life.try_step(step, now), "{step:?} at {now}: {life:?}");
            dispute = taken.unwrap_or(dispute);
            check(before, dispute, &life);
            now = later(&mut rng, now, &life);
        }
        dispute = end(&mut rng, dispute, &mut life, now);
        ends[dispute.status as usize] += 1;
        check_bond(&mut rng, dispute);
    }
    println!("ends by their number: {ends:?}");
    assert!(ends[3..].iter().all(|count| *count > 0), "some end is never reached: {ends:?}");
}

/// Checks what holds after each step.
fn check(before: Dispute, dispute: Dispute, life: &Life) {
    assert_eq!(Dispute::from_word(dispute.to_word()), dispute);
    assert_eq!((dispute.disputer, dispute.service), (before.disputer, before.service));
    assert_eq!(dispute.bps, life.bps);
    assert!((1..=before.bps).contains(&dispute.bps), "a rate rises or vanishes: {before:?}, {dispute:?}");
    let expected = life.end.unwrap_or(if life.upheld.is_some() { Status::Upheld } else { Status::Open });
    assert_eq!(dispute.status, expected);
    assert_eq!(dispute.deadline(life.params), if life.end.is_some() { 0 } else { life.deadline() });
    assert!(life.deadline() <= life.latest(), "it may take longer than ruling and veto: {life:?}");
}

/// Ends a dispute that nobody has ended, by the one call that anybody may make, and tries what is left to try.
fn end(rng: &mut impl Rng, dispute: Dispute, life: &mut Life, now: u64) -> Dispute {
    let late = now.max(life.latest() + 1);
    let ended = if life.end.is_none() {
        let execute = Step::Execute { settled: rng.random() };
        life.try_step(execute, late).expect("whatever happened, it can be executed now");
        take(dispute, execute, late, life.params).expect("and is")
    } else {
        dispute
    };
    check(dispute, ended, life);
    for at in [START, now, late, late + 1_000_000] {
        let step = any_step(rng, life.bps);
        assert_eq!(take(ended, step, at, life.params), Err(Refusal::Status(ended.status)), "{step:?} after the end");
    }
    ended
}

/// Checks that a bond goes where its end says, to the last unit.
fn check_bond(rng: &mut impl Rng, dispute: Dispute) {
    let any = rng.random_range(1..=MAX_BOND);
    for bond in [0, 1, 2, 9, 10, 11, MAX_BOND - 1, MAX_BOND, any] {
        let settlement = dispute.settlement(bond);
        let Settlement { returned, burned, to_subject } = settlement;
        assert_eq!(returned + burned + to_subject, bond, "{settlement:?}");
        match dispute.status {
            Status::Rejected => {
                assert_eq!(returned, 0);
                assert!(burned == to_subject || burned == to_subject + 1, "half, rounded up: {settlement:?}");
            }
            Status::Cancelled => {
                assert_eq!(to_subject, 0);
                assert!((bond..bond + 10).contains(&(10 * burned)), "a tenth, rounded up: {settlement:?}");
            }
            _ => assert_eq!(returned, bond),
        }
    }
}

/// Returns epochs whose exits are bound for the shortest time that a court with these windows accepts, or longer.
fn config(rng: &mut impl Rng, params: Params) -> Option<Config> {
    let exit_epochs = rng.random_range(1..=4_u8);
    let [least, most] = EPOCH_LENGTH.map(|bound| u64::try_from(bound).expect("a length has 32 bits"));
    let tight = params.required_unbonding().div_ceil(u64::from(exit_epochs)).max(least);
    let length = if rng.random() || tight > most { tight } else { rng.random_range(tight..=most) };
    let epoch_length = u32::try_from(length).ok().filter(|_| length <= most)?;
    Some(Config { exit_epochs, epoch_length, ..Default::default() })
}

#[test]
fn an_exit_after_a_fault_is_bound_until_the_last_second_to_execute() {
    let mut rng = aia_model::rng();
    let mut checked = 0;
    for _ in 0..10 * DISPUTES {
        let params = params(&mut rng);
        let Some(config) = config(&mut rng, params) else { continue };
        assert!(config.unbonding_period() >= params.required_unbonding());
        check_exit(&mut rng, params, config);
        checked += 1;
    }
    assert!(checked > DISPUTES, "{checked} of them can be");
}

/// Follows the slowest dispute about a fault, and an exit at any time after it.
fn check_exit(rng: &mut impl Rng, params: Params, config: Config) {
    let length = u64::from(config.epoch_length);
    // In the last second of an epoch exits are bound for the shortest time.
    let fault = START - START % length + if rng.random() { length - 1 } else { rng.random_range(0..length) };
    let last = fault + params.required_unbonding();
    let left = if rng.random() { fault } else { rng.random_range(fault..=last) };
    let bucket = config.exit_bucket(config.epoch_at(left));

    let opened = fault + u64::from(params.detection);
    let dispute = Dispute { at: opened, status: Status::Open, bps: 1, ..Default::default() };
    let ruled = dispute.deadline(params);
    let upheld = dispute.rule(U256::ONE, ruled, params).expect("in its last second");
    let first = upheld.deadline(params) + 1;
    assert_eq!(first + u64::from(params.execution) - 1, last, "what is left to execute");
    for now in [first, last, rng.random_range(first..=last)] {
        upheld.execute(false, now, params).expect("the veto window is over");
        if now < left {
            continue;
        }
        let epoch = config.epoch_at(now);
        assert!(epoch <= bucket, "left at {left}, withdrawn at {now}: {params:?}, {config:?}");
        let reached = epoch.max(config.exit_bucket(config.epoch_at(fault)))..=config.exit_bucket(epoch);
        assert!(reached.contains(&bucket), "left at {left}, spared at {now}: {params:?}, {config:?}");
    }
    assert!(config.start_of(config.matured_from(config.epoch_at(left))) > last, "matured before the last second");
}

/// A court's part of the rule, as its setters keep it.
struct Court {
    params: Params,
    /// The shortest unbonding period of the targets, seconds.
    shortest: u64,
}

impl Court {
    fn set_params(&mut self, params: Params) -> bool {
        let accepted = params.required_unbonding() <= self.shortest;
        if accepted {
            self.params = params;
        }
        accepted
    }

    fn add_target(&mut self, config: Config) -> bool {
        let accepted = self.params.required_unbonding() <= config.unbonding_period();
        if accepted {
            self.shortest = self.shortest.min(config.unbonding_period());
        }
        accepted
    }
}

#[test]
fn no_sequence_of_setters_leaves_a_target_whose_exits_outrun_a_dispute() {
    let mut rng = aia_model::rng();
    let mut counts = [0_u32; 2];
    for _ in 0..1_000 {
        let mut court = Court { params: params(&mut rng), shortest: u64::MAX };
        let mut targets = Vec::new();
        for _ in 0..100 {
            let done = if rng.random() {
                court.set_params(params(&mut rng))
            } else {
                let (exit_epochs, epoch_length) = (rng.random_range(1..=4), rng.random_range(3_600..=2_592_000));
                let target = Config { exit_epochs, epoch_length, ..Default::default() };
                let added = court.add_target(target);
                targets.extend(added.then_some(target));
                added
            };
            counts[usize::from(done)] += 1;
            for target in &targets {
                // The packed forms are what the contracts remember.
                let params = Params::from_word(court.params.to_word());
                let target = Config::from_word(target.to_word());
                assert!(target.unbonding_period() >= params.required_unbonding(), "{target:?}, {params:?}");
            }
        }
    }
    assert!(counts.iter().all(|count| *count > 1_000), "refused and accepted: {counts:?}");
}
