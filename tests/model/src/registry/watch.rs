//! I11: from a fault on until exits mature, nothing but a slash lowers what is slashable for it.

use alloy_primitives::{Address, U256};

use super::{Model, model::TOMBSTONED, ops::PROVIDERS};

/// How many operations there are between two faults.
const BETWEEN_FAULTS: u64 = 8;
/// How many faults are watched at once.
const FAULTS: usize = 24;

/// Faults that nobody has accused anyone of, and what could be slashed for each when it happened.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    steps: u64,
    faults: Vec<Fault>,
}

#[derive(Clone, Copy, Debug)]
struct Fault {
    provider: Address,
    service: u32,
    at: u64,
    slashes: u16,
    slashable: U256,
}

impl Watch {
    /// Looks at all faults after an operation, and lets another one happen now and then.
    ///
    /// # Panics
    /// When less is slashable for one than there was.
    pub fn step(&mut self, model: &Model) {
        self.faults.retain(|fault| fault.is_watched(model));
        for fault in &self.faults {
            let slashable = model.slashable(fault.provider, fault.service, fault.at);
            assert!(slashable >= fault.slashable, "I11: {slashable} slashable for {fault:?}");
        }
        self.steps += 1;
        if self.steps.is_multiple_of(BETWEEN_FAULTS) {
            self.faults.extend(self.next(model));
        }
        if self.faults.len() > FAULTS {
            self.faults.remove(0);
        }
    }

    /// Returns a fault of this second, at one of the latest providers.
    fn next(&self, model: &Model) -> Option<Fault> {
        let turn = usize::try_from(self.steps / BETWEEN_FAULTS).ok()?;
        let mut standing: Vec<Address> = model.registry.profiles.keys().copied().collect();
        standing.retain(|provider| model.status_of(*provider) != TOMBSTONED);
        let provider = *standing.get(turn % PROVIDERS)?;
        let service = u32::try_from(turn / PROVIDERS % 4).ok()?;
        // A fall that is under way may come before exits mature.
        if model.allocation(provider, service).fall.is_some() {
            return None;
        }
        let at = model.now;
        let slashes = model.registry.profiles[&provider].slashes;
        Some(Fault { provider, service, at, slashes, slashable: model.slashable(provider, service, at) })
    }
}

impl Fault {
    fn is_watched(&self, model: &Model) -> bool {
        let in_time = model.now <= self.at + model.unbonding_period();
        in_time && model.registry.profiles[&self.provider].slashes == self.slashes
    }
}
