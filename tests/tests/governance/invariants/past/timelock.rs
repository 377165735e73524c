//! A timelock's own events.

use std::collections::{BTreeMap, BTreeSet};

use aia_abi::IAIATimelock::{self as Abi, IAIATimelockEvents as Events};
use aia_model::governance::{
    ALL_CALLS, DAY,
    plan::{Action, Plan},
};
use alloy::primitives::{Address, B256, FixedBytes, U256};
use eyre::{OptionExt, Result, ensure};

use super::delays::{Change, Delays, selector};

/// All that a timelock's events tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TimelockPast {
    pub(crate) address: Address,
    /// Operations that are scheduled or were; not those that were cancelled.
    pub(crate) operations: BTreeMap<B256, OperationPast>,
    pub(crate) delays: Delays,
    pub(crate) given_up: BTreeSet<(Address, FixedBytes<4>)>,
    pub(crate) roles: BTreeSet<(B256, Address)>,
    pub(crate) grace: u64,
    /// Guardian and last second of its term; `None` only before construction.
    pub(crate) guardian: Option<(Address, u64)>,
    /// First and last second of each brake.
    pub(crate) brakes: Vec<(u64, u64)>,
}

/// An operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OperationPast {
    pub(crate) plan: Plan,
    pub(crate) scheduled_at: u64,
    pub(crate) delay: u64,
    /// For how long it can be executed.
    grace: u64,
    /// The first second in which it may be executed, by the delays so far.
    earliest: u64,
    /// How many of its calls were made.
    made: usize,
}

impl OperationPast {
    pub(crate) fn is_done(&self) -> bool {
        self.made == self.plan.actions.len()
    }

    /// Returns its last second.
    pub(crate) fn expires(&self) -> u64 {
        self.scheduled_at + self.delay + self.grace
    }
}

impl TimelockPast {
    pub(super) fn new(address: Address) -> Self {
        Self {
            address,
            operations: BTreeMap::new(),
            delays: Delays::new(address),
            given_up: BTreeSet::new(),
            roles: BTreeSet::new(),
            grace: 0,
            guardian: None,
            brakes: Vec::new(),
        }
    }

    pub(super) fn is_constructed(&self) -> bool {
        self.guardian.is_some()
    }

    pub(super) fn is_given_up(&self, call: &Action) -> bool {
        [selector(&call.data), ALL_CALLS].iter().any(|selector| self.given_up.contains(&(call.target, *selector)))
    }

    /// Takes in an event of the second `now`.
    pub(super) fn fold(&mut self, now: u64, event: &Events) -> Result<()> {
        match event {
            Events::CallScheduled(e) => return self.schedule(now, e),
            Events::CallSalt(e) => self.operation(e.id)?.plan.salt = e.salt,
            Events::CallExecuted(e) => return self.execute(now, e),
            Events::Cancelled(e) => {
                let operation = self.operations.remove(&e.id).ok_or_eyre("L2: what was never there is cancelled")?;
                ensure!(!operation.is_done(), "L2: {} is cancelled when it is done", e.id);
                ensure!(now <= operation.expires(), "L9: {} is cancelled when it has expired", e.id);
            }
            Events::MinDelayChange(e) => {
                self.delays.least.push(Change::new(now, e.oldDuration.to(), e.newDuration.to(), None)?);
            }
            Events::CallDelaySet(e) => {
                let change = Change::new(now, e.oldDelay.into(), e.newDelay.into(), Some(e.effect.to()))?;
                self.delays.classes.entry((e.target, e.selector)).or_default().push(change);
            }
            Events::Abdicated(e) => {
                self.given_up.insert((e.target, e.selector));
            }
            Events::RoleGranted(e) => {
                let admins = e.role.is_zero() && e.account != self.address;
                ensure!(!admins, "L3: {} becomes admin", e.account);
                ensure!(self.roles.insert((e.role, e.account)), "L3: {} is granted what it has", e.account);
            }
            Events::RoleRevoked(e) => {
                ensure!(!e.role.is_zero(), "L3: {} ceases to be admin", e.account);
                ensure!(self.roles.remove(&(e.role, e.account)), "L3: {} loses what it has not", e.account);
            }
            Events::GracePeriodChange(e) => {
                ensure!(u64::from(e.newDuration) >= 14 * DAY, "L4: what is queued may never be executed");
                self.grace = e.newDuration.into();
            }
            Events::GuardianSet(e) => self.guardian = Some((e.newGuardian, e.expiry.to())),
            Events::Braked(e) => return self.brake(now, e),
            Events::Unbraked(e) => return self.unbrake(now, e),
        }
        Ok(())
    }

    /// L1: nothing is scheduled with less than is required. L2, L9: and no id twice, but one that was cancelled.
    fn schedule(&mut self, now: u64, e: &Abi::CallScheduled) -> Result<()> {
        let action = Action { target: e.target, value: e.value, data: e.data.clone() };
        let required = self.delays.required(&action, now);
        ensure!(e.delay >= U256::from(required), "L1: {} seconds, {required} are required", e.delay);
        let (delay, earliest) = (e.delay.to::<u64>(), self.delays.earliest(&action, now));
        if e.index.is_zero() {
            ensure!(!self.operations.contains_key(&e.id), "L2, L9: {} is scheduled again", e.id);
            let plan = Plan { predecessor: e.predecessor, ..Plan::default() };
            let operation = OperationPast { plan, scheduled_at: now, delay, grace: self.grace, earliest: now, made: 0 };
            self.operations.insert(e.id, operation);
        }
        let operation = self.operation(e.id)?;
        ensure!(U256::from(operation.plan.actions.len()) == e.index, "a call of {} is not told", e.id);
        operation.plan.actions.push(action);
        operation.earliest = operation.earliest.max(earliest);
        Ok(())
    }

    /// L1, L2, L4, L9 as the messages say; L5: however deep in other calls it is made.
    fn execute(&mut self, now: u64, e: &Abi::CallExecuted) -> Result<()> {
        let braked = self.brakes.last().is_some_and(|(_, last)| now <= *last);
        ensure!(!braked, "L4: {} is executed in spite of the brake", e.id);
        let predecessor = self.operation(e.id)?.plan.predecessor;
        let follows = predecessor.is_zero() || self.operations.get(&predecessor).is_some_and(OperationPast::is_done);
        ensure!(follows, "L2: {} is executed before {predecessor}", e.id);
        let operation = self.operation(e.id)?;
        ensure!(!operation.is_done(), "L2: {} is executed twice", e.id);
        let (ready, last) = (operation.scheduled_at + operation.delay, operation.expires());
        ensure!(now >= ready.max(operation.earliest), "L1: {} is executed at {now}, too soon", e.id);
        ensure!(now <= last, "L9: {} is executed at {now}, its last second was {last}", e.id);
        let call = Action { target: e.target, value: e.value, data: e.data.clone() };
        ensure!(U256::from(operation.made) == e.index, "L2: {} skips a call", e.id);
        ensure!(operation.plan.actions.get(operation.made) == Some(&call), "L2: {} makes another call", e.id);
        operation.made += 1;
        Ok(())
    }

    /// L4, L10: the brake stops execution for seven days, by its guardian in its term, and not again for seven more; so
    /// of any fourteen days at most seven, and its first second.
    fn brake(&mut self, now: u64, e: &Abi::Braked) -> Result<()> {
        self.check_guardian(now, e.guardian)?;
        ensure!(e.until.to::<u64>() == now + 7 * DAY, "L10: the brake is pulled until {}", e.until);
        if let Some((first, _)) = self.brakes.last() {
            ensure!(now >= first + 14 * DAY, "L10: the brake is pulled at {first} and {now}");
        }
        self.brakes.push((now, now + 7 * DAY));
        for (first, _) in &self.brakes {
            let window = *first..first + 14 * DAY;
            let stopped = |(from, to): &(u64, u64)| (to + 1).min(window.end).saturating_sub((*from).max(window.start));
            let total: u64 = self.brakes.iter().map(stopped).sum();
            ensure!(total <= 7 * DAY + 1, "L10: {total} seconds of fourteen days from {first} are stopped");
        }
        Ok(())
    }

    fn unbrake(&mut self, now: u64, e: &Abi::Unbraked) -> Result<()> {
        self.check_guardian(now, e.guardian)?;
        let (_, last) = self.brakes.last_mut().ok_or_eyre("L4: a brake is released that was never pulled")?;
        ensure!(now <= *last, "L4: a brake is released that had ended at {last}");
        *last = now - 1;
        Ok(())
    }

    fn check_guardian(&self, now: u64, account: Address) -> Result<()> {
        let serving = self.guardian.filter(|(guardian, expiry)| *guardian == account && now <= *expiry);
        ensure!(serving.is_some(), "L4: {account} does as the guardian {:?}", self.guardian);
        Ok(())
    }

    /// G10: ids of operations are OpenZeppelin's, of a single call or of a batch.
    pub(super) fn g10_ids_are_hashes(&self, scheduled: &BTreeMap<B256, Vec<Action>>) -> Result<()> {
        for (id, calls) in scheduled {
            let Some(operation) = self.operations.get(id) else { continue };
            let plan = Plan { actions: calls.clone(), ..operation.plan.clone() };
            let alone = calls.len() == 1 && Plan { single: true, ..plan.clone() }.id() == *id;
            ensure!(alone || plan.id() == *id, "G10: {id} is no hash of {plan:?}");
        }
        Ok(())
    }

    fn operation(&mut self, id: B256) -> Result<&mut OperationPast> {
        self.operations.get_mut(&id).ok_or_eyre("L2: an operation that is none")
    }
}
