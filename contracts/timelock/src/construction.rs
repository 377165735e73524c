//! The one time that the timelock is set up.

use alloc::vec::Vec;

use aia_calldata::Args;
use aia_protocol::governance::{
    brake::Config,
    delay::{self, Class, Delay},
    operation, roles,
};
use aia_shell::{Call, Revert, Word, call, emit, revert, view, words};
use alloy_primitives::{Address, B256, FixedBytes, U256};
use stylus_sdk::prelude::*;

use crate::{I, Timelock, invalid};

#[allow(missing_docs)] // OpenZeppelin documents them
mod ownable {
    alloy_sol_types::sol! {
        function acceptOwnership();
        function owner() returns (address);
    }
}

/// What the constructor takes.
pub(crate) struct Setup {
    min_delay: U256,
    proposers: Vec<Address>,
    executors: Vec<Address>,
    guardian: Address,
    guardian_expiry: u64,
    grace: u32,
    delays: Vec<(Address, FixedBytes<4>, u32)>,
    owned: Vec<Address>,
}

impl Setup {
    pub(crate) fn read(args: &mut Args<'_>) -> Result<Self, Revert> {
        let min_delay = args.uint256();
        let (proposers, executors) = (args.addresses(), args.addresses());
        let (guardian, guardian_expiry, grace) = (args.address(), args.uint48(), args.uint32());
        let mut delays = Vec::new();
        for mut record in args.records(3) {
            delays.push((record.address(), record.bytes4(), record.uint32()));
            record.check()?;
        }
        let owned = args.addresses();
        Ok(Self { min_delay, proposers, executors, guardian, guardian_expiry, grace, delays, owned })
    }
}

impl Timelock {
    pub(crate) fn construct(&mut self, setup: &Setup) -> Result<(), Revert> {
        if !self.config.get().is_zero() {
            return Err(revert::<I::AlreadySet>([]));
        }
        let min_delay = self.bounded_delay(setup.min_delay)?;
        operation::check_grace(setup.grace).map_err(|bounds| invalid(setup.grace, bounds))?;
        self.store_config(Config { min_delay: Delay::fixed(min_delay), grace: setup.grace, ..Config::default() });

        let here = self.here();
        emit::<I::RoleGranted, 3>(self.vm(), words![roles::ADMIN_ROLE, here, self.caller()], []);
        for proposer in &setup.proposers {
            self.grant(roles::PROPOSER_ROLE, *proposer);
            self.grant(roles::CANCELLER_ROLE, *proposer);
        }
        for executor in &setup.executors {
            self.grant(roles::EXECUTOR_ROLE, *executor);
        }
        emit::<I::MinDelayChange, 0>(self.vm(), [], words![0u8, min_delay]);
        emit::<I::GracePeriodChange, 0>(self.vm(), [], words![0u8, setup.grace]);
        self.store_guardian(setup.guardian, setup.guardian_expiry)?;
        for (target, selector, seconds) in &setup.delays {
            self.construct_delay(*target, *selector, *seconds)?;
        }
        for contract in &setup.owned {
            self.accept_ownership(*contract)?;
        }
        Ok(())
    }

    /// Sets a call's delay, shorter than the least one or not: there is no old delay that anybody relies on.
    fn construct_delay(&mut self, target: Address, selector: FixedBytes<4>, seconds: u32) -> Result<(), Revert> {
        delay::check(seconds.into()).map_err(|bounds| invalid(seconds, bounds))?;
        let old = self.delay_of(target, Some(selector))?;
        let now = self.now();
        let delay = Delay { effect: now, ..Delay::fixed(seconds) };
        self.store_class(target, selector, Class { delay, abdicated: false });
        emit::<I::CallDelaySet, 2>(self.vm(), words![target, selector], words![old, seconds, now]);
        Ok(())
    }

    fn accept_ownership(&mut self, contract: Address) -> Result<(), Revert> {
        call(self.vm(), contract, &Call::new::<ownable::acceptOwnershipCall>([]))?;
        // What has no code accepts everything and owns nothing.
        let owner = view(self.vm(), contract, &Call::new::<ownable::ownerCall>([]))?;
        if owner == B256::as_slice(&self.here().word()) { Ok(()) } else { Err(revert::<I::FailedCall>([])) }
    }
}
