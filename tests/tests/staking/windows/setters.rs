//! What an owner does to a court and to registries, and what they should come to.

use std::collections::BTreeMap;

use aia_abi::{IDisputeCourt as C, IProviderRegistry as R};
use aia_devnode::Api;
use aia_tests::staking::{Staking, court_params};
use alloy::{
    primitives::{Address, Bytes, U256},
    rpc::types::TransactionRequest,
    sol_types::{SolCall, SolError},
};
use eyre::{Result, ensure};
use rand::{Rng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;

use aia_tests::common::{Message, send};

use crate::windows::{
    Known,
    params::{any_court_params, any_registry_params, court_error, registry_error, windows},
};

/// An account that is no contract.
const NOBODY: Address = Address::repeat_byte(0xe0);

/// What a call must come to: success, or revert data.
type Expected = Result<(), Vec<u8>>;

/// The owner of a court and of registries, and what both should remember.
pub(crate) struct Setters<'a> {
    api: &'a Api,
    owner: Address,
    court: Address,
    registries: Vec<Known>,
    params: C::Params,
    version: u32,
    /// Target → seconds.
    targets: BTreeMap<Address, u64>,
    /// Unix seconds of the latest block.
    now: u64,
    rng: ChaCha8Rng,
    pub(crate) tally: BTreeMap<&'static str, u32>,
}

impl<'a> Setters<'a> {
    /// Begins with the first registry as the only target.
    pub(crate) fn new(staking: &'a Staking, registries: Vec<Known>, rng: ChaCha8Rng) -> Self {
        Self {
            api: &staking.net.api,
            owner: staking.net.owner.address(),
            court: staking.court,
            targets: BTreeMap::from([(staking.registry, registries[0].unbonding())]),
            registries,
            params: court_params(),
            version: 0,
            now: staking.net.now(),
            rng,
            tally: BTreeMap::new(),
        }
    }

    pub(crate) fn step(&mut self) -> Result<()> {
        // Less than a day at a time: a program lives for a year.
        self.now += self.rng.random_range(0..86_400);
        match self.rng.random_range(0..10) {
            0..4 => self.set_court_params(),
            4..6 => self.add_any_target(),
            6 | 7 => self.set_registry_params(),
            8 => self.propose_court(),
            _ => self.accept_court(),
        }
    }

    fn shortest(&self) -> u64 {
        self.targets.values().copied().min().unwrap_or(u64::MAX)
    }

    fn set_court_params(&mut self) -> Result<()> {
        let shortest = self.shortest();
        let params = any_court_params(&mut self.rng, shortest);
        let needed = windows(&params);
        let expected = if let Some(error) = court_error(&params) {
            self.count("setParams out of bounds");
            Err(error)
        } else if needed > shortest {
            self.count("setParams too long");
            Err(too_short(shortest, needed))
        } else {
            self.count("setParams accepted");
            (self.params, self.version) = (params.clone(), self.version + 1);
            Ok(())
        };
        self.call(self.court, &C::setParamsCall { params }, &expected)
    }

    /// Tries to make every registry a target.
    pub(crate) fn add_all(&mut self) -> Result<()> {
        let all: Vec<_> = self.registries.iter().map(|known| (known.address, known.unbonding())).collect();
        all.into_iter().try_for_each(|(target, unbonding)| self.add_target(target, unbonding))
    }

    fn add_any_target(&mut self) -> Result<()> {
        if self.rng.random_bool(0.1) {
            return self.add_target(NOBODY, 0);
        }
        let (index, _) = self.any_registry();
        let known = &self.registries[index];
        let (target, unbonding) = (known.address, known.unbonding());
        self.add_target(target, unbonding)
    }

    fn add_target(&mut self, target: Address, unbonding: u64) -> Result<()> {
        let needed = windows(&self.params);
        let expected = if self.targets.contains_key(&target) {
            self.count("addTarget again");
            Err(C::InvalidTarget { target }.abi_encode())
        } else if target == NOBODY {
            self.count("addTarget that answers nothing");
            Err(C::TargetCallFailed { target }.abi_encode())
        } else if unbonding < needed {
            self.count("addTarget too short");
            Err(too_short(unbonding, needed))
        } else {
            self.count("addTarget accepted");
            self.targets.insert(target, unbonding);
            Ok(())
        };
        self.call(self.court, &C::addTargetCall { target }, &expected)
    }

    fn set_registry_params(&mut self) -> Result<()> {
        let index = self.rng.random_range(0..self.registries.len());
        let params = any_registry_params(&mut self.rng);
        let expected = match registry_error(&params) {
            Some(error) => Err(error),
            None => {
                self.registries[index].params = params.clone();
                Ok(())
            }
        };
        self.count(if expected.is_ok() { "registry's accepted" } else { "registry's out of bounds" });
        self.call(self.registries[index].address, &R::setParamsCall { params }, &expected)
    }

    fn propose_court(&mut self) -> Result<()> {
        let account = *[self.court, NOBODY, Address::ZERO].choose(&mut self.rng).unwrap_or(&NOBODY);
        let (index, epoch) = self.any_registry();
        let registry = &mut self.registries[index];
        let from = if account.is_zero() { 0 } else { epoch + u32::from(registry.exit_epochs) + 2 };
        registry.proposed = (account, from);
        let address = registry.address;
        self.count("proposeCourt");
        self.call(address, &R::proposeCourtCall { account }, &Ok(()))
    }

    fn accept_court(&mut self) -> Result<()> {
        let (index, current) = self.any_registry();
        let registry = &mut self.registries[index];
        let ((court, epoch), address) = (registry.proposed, registry.address);
        let expected = if court.is_zero() || current < epoch {
            Err(R::CourtNotReady { court, epoch, current }.abi_encode())
        } else {
            (registry.court, registry.proposed) = (court, (Address::ZERO, 0));
            Ok(())
        };
        self.count(if expected.is_ok() { "acceptCourt" } else { "acceptCourt too early" });
        self.call(address, &R::acceptCourtCall {}, &expected)
    }

    /// Returns the place of a registry, and its epoch.
    fn any_registry(&mut self) -> (usize, u32) {
        let index = self.rng.random_range(0..self.registries.len());
        let epoch = self.now / u64::from(self.registries[index].epoch_length);
        (index, u32::try_from(epoch).unwrap_or(u32::MAX))
    }

    fn count(&mut self, outcome: &'static str) {
        *self.tally.entry(outcome).or_default() += 1;
    }

    /// Makes a call as the owner; refused, it changes nothing.
    fn call(&self, contract: Address, call: &impl SolCall, expected: &Expected) -> Result<()> {
        self.api.chain().set_next_time(self.now)?;
        let included = send(self.api, Message::call(self.owner, contract, call.abi_encode()))?;
        ensure!(included.failure.is_none(), "halted: {:?}", included.failure);
        let Err(data) = expected else {
            ensure!(included.success, "reverted with {}", included.output);
            return Ok(());
        };
        ensure!(!included.success, "accepted, to be refused with {}", Bytes::copy_from_slice(data));
        ensure!(included.output == *data, "reverted with {}, not {}", included.output, Bytes::copy_from_slice(data));
        ensure!(self.api.chain().changed_slots().is_empty() && included.logs.is_empty(), "a refusal leaves traces");
        Ok(())
    }

    /// Checks the inequality, on what the contracts answer, and that nothing else has changed than should have.
    pub(crate) fn check(&self) -> Result<()> {
        let required = self.read(self.court, &C::requiredUnbondingCall {})?;
        let params = self.read(self.court, &C::paramsCall {})?;
        ensure!(required == U256::from(windows(&params)), "the windows do not add up to {required}");
        ensure!(params == self.params, "the court's parameters");
        ensure!(self.read(self.court, &C::paramsVersionCall {})? == self.version, "the version of its parameters");
        let shortest = self.read(self.court, &C::shortestUnbondingCall {})?;
        ensure!(shortest == U256::from(self.shortest()), "the shortest is {shortest}");
        for registry in &self.registries {
            self.check_registry(registry, required)?;
        }
        Ok(())
    }

    fn check_registry(&self, registry: &Known, required: U256) -> Result<()> {
        let account = registry.address;
        let unbonding = self.read(account, &R::unbondingPeriodCall {})?;
        ensure!(unbonding == U256::from(registry.unbonding()), "{unbonding} seconds of unbonding: {registry:?}");
        let is_target = self.read(self.court, &C::isTargetCall { account })?;
        ensure!(is_target == self.targets.contains_key(&account), "a target or not: {registry:?}");
        ensure!(!is_target || unbonding >= required, "disputes may take {required} seconds: {registry:?}");
        ensure!(self.read(account, &R::paramsCall {})? == registry.params, "parameters of {registry:?}");
        let courts = self.read(account, &R::courtsCall {})?;
        let seen = (courts.court, (courts.proposed, courts.proposedFrom));
        ensure!(seen == (registry.court, registry.proposed), "courts of {registry:?}: {seen:?}");
        Ok(())
    }

    fn read<T: SolCall>(&self, contract: Address, call: &T) -> Result<T::Return> {
        let request = TransactionRequest::default().to(contract).input(Bytes::from(call.abi_encode()).into());
        Ok(T::abi_decode_returns(&self.api.call(&request, None)?)?)
    }
}

fn too_short(unbonding: u64, needed: u64) -> Vec<u8> {
    C::UnbondingTooShort { unbonding: U256::from(unbonding), needed: U256::from(needed) }.abi_encode()
}
