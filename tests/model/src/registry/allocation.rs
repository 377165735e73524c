//! What part of a pool stands behind each service.

use aia_abi::IProviderRegistry as Abi;
use alloy_primitives::{Address, Bytes, U256};

use super::{Model, Outcome, WHOLE, bps, model::Allocation, require, take};

impl Model {
    /// `allocate`.
    pub fn allocate(&mut self, caller: Address, service: u32, rate: u16) -> Outcome {
        self.profile_not_tombstoned(caller)?;
        let (total, max) = (bps(rate), WHOLE);
        require(total <= max, Abi::AllocationTooHigh { total, max })?;
        // A fall whose time has come leaves the sum first.
        let before = self.allocation(caller, service);
        let stored = self.registry.allocations.get(&(caller, service)).copied().unwrap_or_default();
        let mut sum = self.allocated(caller);
        take(&mut sum, bps(stored.bps - before.bps));
        if rate > before.bps {
            sum += bps(rate - before.bps);
            self.check_rise(service, sum)?;
        }
        let epoch = self.epoch() + self.registry.exit_epochs + 1;
        let after = if rate < before.bps {
            Allocation { bps: before.bps, fall: Some((rate, epoch)) }
        } else {
            Allocation { bps: rate, fall: None }
        };
        self.registry.allocations.insert((caller, service), after);
        self.registry.allocated.insert(caller, sum);
        let (next, epoch) = after.fall.unwrap_or((after.bps, self.epoch()));
        let event = Abi::Allocated { provider: caller, service, bps: after.bps, nextBps: next, epoch };
        Ok(vec![self.emit(&event)].into())
    }

    /// `allocation`, with a fall whose time has come carried out.
    pub fn allocation(&self, provider: Address, service: u32) -> Allocation {
        let stored = self.registry.allocations.get(&(provider, service)).copied().unwrap_or_default();
        match stored.fall {
            Some((rate, epoch)) if self.epoch() >= epoch => Allocation { bps: rate, fall: None },
            _ => stored,
        }
    }

    /// `allocatedBps`.
    pub fn allocated(&self, provider: Address) -> U256 {
        self.registry.allocated.get(&provider).copied().unwrap_or_default()
    }

    fn check_rise(&self, service: u32, total: U256) -> Result<(), Bytes> {
        self.check_not_paused()?;
        require(self.service(service).active, Abi::UnknownService { service })?;
        let max = U256::from(self.params().leverageBps);
        require(total <= max, Abi::AllocationTooHigh { total, max })
    }
}
