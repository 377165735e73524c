//! Delays as they were told, and what they required when.

use std::collections::BTreeMap;

use aia_model::governance::{ALL_CALLS, plan::Action};
use alloy::primitives::{Address, FixedBytes};
use eyre::{Result, ensure};

/// How delays changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Delays {
    /// The timelock's own address.
    own: Address,
    pub(crate) least: Vec<Change>,
    pub(crate) classes: BTreeMap<(Address, FixedBytes<4>), Vec<Change>>,
}

/// A change of a delay at an instant, Unix seconds and seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    at: u64,
    old: u64,
    new: u64,
    effect: u64,
}

impl Change {
    /// L1: a longer delay holds at once, a shorter one after as many seconds as it is shorter.
    pub(super) fn new(at: u64, old: u64, new: u64, effect: Option<u64>) -> Result<Self> {
        let due = at + old.saturating_sub(new);
        ensure!(effect.is_none_or(|effect| effect == due), "L1: from {old} to {new} seconds at {effect:?}, not {due}");
        Ok(Self { at, old, new, effect: due })
    }
}

impl Delays {
    pub(super) fn new(own: Address) -> Self {
        Self { own, ..Self::default() }
    }

    /// Returns what a call requires that is scheduled at an instant.
    pub(crate) fn required(&self, call: &Action, at: u64) -> u64 {
        let least = in_force(&self.least, at).unwrap_or_default();
        let own = self.histories(call).find_map(|history| in_force(history, at)).unwrap_or(least);
        if self.has_no_short_way(call) { own.max(least) } else { own }
    }

    /// Returns the delay at an instant of calls that have none of their own.
    pub(crate) fn least_at(&self, at: u64) -> Option<u64> {
        in_force(&self.least, at)
    }

    /// Returns the delay of a call's own at an instant.
    pub(crate) fn own_at(&self, target: Address, selector: FixedBytes<4>, at: u64) -> Option<u64> {
        in_force(self.classes.get(&(target, selector))?, at)
    }

    /// L1: returns the first second in which a call may be executed that is scheduled now: counted from any change of the
    /// delay that it has, not sooner than the delay that was in force then.
    pub(super) fn earliest(&self, call: &Action, now: u64) -> u64 {
        let own = self.histories(call).next().unwrap_or(&self.least);
        let least = self.has_no_short_way(call).then_some(&self.least);
        let bounds = [Some(own), least].into_iter().flatten().flat_map(|history| {
            history.iter().map(|change| change.at + in_force(history, change.at).unwrap_or_default())
        });
        bounds.chain([now + self.required(call, now)]).max().unwrap_or_default()
    }

    /// L5: neither the timelock's own calls nor those with value have a short way.
    fn has_no_short_way(&self, call: &Action) -> bool {
        call.target == self.own || !call.value.is_zero()
    }

    fn histories<'a>(&'a self, call: &Action) -> impl Iterator<Item = &'a Vec<Change>> + use<'a> {
        let (target, selectors) = (call.target, [selector(&call.data), ALL_CALLS]);
        selectors.into_iter().filter_map(move |selector| self.classes.get(&(target, selector)))
    }
}

/// Returns the selector of a call; data that is too short stands for any call of the target.
pub(super) fn selector(data: &[u8]) -> FixedBytes<4> {
    if data.len() < 4 { ALL_CALLS } else { FixedBytes::from_slice(&data[..4]) }
}

fn in_force(history: &[Change], at: u64) -> Option<u64> {
    let last = history.iter().rev().find(|change| change.at <= at)?;
    Some(if at < last.effect { last.old } else { last.new })
}
