//! What the owner can change: for disputes to come, never for one that is open.

use aia_calldata::Args;
use aia_protocol::{
    dispute::{MAX_BOND, PARAM_BOUNDS, Params, Terms},
    word::{Reader, Writer},
};
use aia_shell::{Revert, emit, revert, words};
use alloy_primitives::{Address, B256, U256};
use stylus_sdk::prelude::*;

use crate::{DisputeCourt, I};

/// How many there are of what is numbered, and the shortest unbonding period of the targets.
///
/// Word layout, from the low end: disputes 64 bits, params 16, terms 24, targets 8, unbonding 64.
#[derive(Clone, Copy)]
pub(crate) struct Counts {
    pub(crate) disputes: u64,
    /// The present version of the parameters.
    pub(crate) params: u16,
    /// The last version of terms.
    pub(crate) terms: u32,
    pub(crate) targets: u8,
    /// Seconds; the most that fits while there are no targets.
    pub(crate) unbonding: u64,
}

impl DisputeCourt {
    pub(crate) fn construct(
        &mut self,
        [owner, guardian, token]: [Address; 3],
        params: &[u128; 8],
    ) -> Result<(), Revert> {
        self.ownership.construct(owner)?;
        self.token.set(token);
        self.token().check_code()?;
        self.store_guardian(guardian);
        let none = Counts { disputes: 0, params: 0, terms: 0, targets: 0, unbonding: u64::MAX };
        self.store_params(params, none)
    }

    pub(crate) fn set_params(&mut self, params: &[u128; 8]) -> Result<(), Revert> {
        self.ownership.check()?;
        let counts = self.counts();
        // Versions are numbered by 16 bits; the last stays when they are used up.
        let version = counts.params.checked_add(1);
        let version = version.ok_or_else(|| revert::<I::InvalidParameter>(words![8u8, u16::MAX, 0u8, u16::MAX - 1]))?;
        self.store_params(params, Counts { params: version, ..counts })
    }

    #[allow(clippy::cast_possible_truncation)] // each is within bounds that fit, and there are eight
    fn store_params(&mut self, values: &[u128; 8], counts: Counts) -> Result<(), Revert> {
        for (index, (value, [min, max])) in values.iter().zip(PARAM_BOUNDS).enumerate() {
            if !(min..=max).contains(value) {
                return Err(revert::<I::InvalidParameter>(words![index as u8, *value, min, max]));
            }
        }
        let [detection, ruling, veto, execution, reporter, victim, cover, equivocation] = *values;
        let params = Params {
            detection: detection as u32,
            ruling: ruling as u32,
            veto: veto as u32,
            execution: execution as u32,
            reporter_bps: reporter as u16,
            victim_bps: victim as u16,
            cover: cover as u16,
            equivocation_bps: equivocation as u16,
        };
        check_unbonding(counts.unbonding, params)?;
        self.params.insert(U256::from(counts.params), params.to_word());
        self.store_counts(counts);
        emit::<I::ParamsSet, 1>(self.vm(), words![counts.params], param_words(params));
        Ok(())
    }

    pub(crate) fn add_target(&mut self, target: Address) -> Result<(), Revert> {
        self.ownership.check()?;
        let counts = self.counts();
        let known = !self.target_indices.get(target).is_zero();
        let next = if known { None } else { counts.targets.checked_add(1) };
        let targets = next.ok_or_else(|| revert::<I::InvalidTarget>(words![target]))?;
        let period = self.unbonding_period(target)?;
        check_unbonding(period, self.params_at(counts.params))?;
        self.targets.insert(U256::from(targets), target);
        self.target_indices.insert(target, U256::from(targets));
        self.store_counts(Counts { targets, unbonding: counts.unbonding.min(period), ..counts });
        emit::<I::TargetAdded, 1>(self.vm(), words![target], words![period]);
        Ok(())
    }

    pub(crate) fn set_service(&mut self, target: Address, service: u32, terms: Terms) -> Result<(), Revert> {
        self.ownership.check()?;
        self.known_target(target)?;
        let Terms { arbitrator, bond } = terms;
        let bonded = (1..=MAX_BOND).contains(&bond);
        let counts = self.counts();
        // 2^24 versions: the last stays when they are used up.
        let version = counts.terms + 1;
        if !(bonded || arbitrator.is_zero()) || version >> 24 != 0 {
            return Err(revert::<I::InvalidBond>(words![bond]));
        }
        self.terms.insert(U256::from(version), terms.to_word());
        self.service_terms.setter(target).insert(U256::from(service), U256::from(version));
        self.store_counts(Counts { terms: version, ..counts });
        emit::<I::ServiceSet, 2>(self.vm(), words![target, service], words![arbitrator, bond]);
        Ok(())
    }

    pub(crate) fn set_guardian(&mut self, account: Address) -> Result<(), Revert> {
        self.ownership.check()?;
        self.store_guardian(account);
        Ok(())
    }

    fn store_guardian(&mut self, account: Address) {
        self.guardian.set(account);
        emit::<I::GuardianSet, 1>(self.vm(), words![account], []);
    }

    /// Returns the version of the terms under which disputes about a service are opened; 0 for none.
    pub(crate) fn service_version(&self, target: Address, service: u32) -> u32 {
        Reader::new(self.service_terms.getter(target).get(U256::from(service))).u32(24)
    }

    pub(crate) fn service_words(&self, target: Address, service: u32) -> [B256; 2] {
        let terms = self.terms_at(self.service_version(target, service));
        words![terms.arbitrator, terms.bond]
    }

    pub(crate) fn present_params(&self) -> Params {
        self.params_at(self.counts().params)
    }

    pub(crate) fn counts(&self) -> Counts {
        let mut fields = Reader::new(self.counts.get());
        Counts {
            disputes: fields.u64(64),
            params: fields.u16(),
            terms: fields.u32(24),
            targets: fields.u8(),
            unbonding: fields.u64(64),
        }
    }

    pub(crate) fn store_counts(&mut self, counts: Counts) {
        let start = Writer::default().uint(64, counts.disputes).uint(16, counts.params).uint(24, counts.terms);
        self.counts.set(start.uint(8, counts.targets).uint(64, counts.unbonding).done());
    }
}

/// Reads the parameters; each is bounded afterwards.
pub(crate) fn read_params(args: &mut Args<'_>) -> [u128; 8] {
    std::array::from_fn(|_| args.uint128())
}

pub(crate) fn param_words(params: Params) -> [B256; 8] {
    words![
        params.detection,
        params.ruling,
        params.veto,
        params.execution,
        params.reporter_bps,
        params.victim_bps,
        params.cover,
        params.equivocation_bps,
    ]
}

/// Stake that leaves right after a fault must be bound until its dispute can be executed.
fn check_unbonding(unbonding: u64, params: Params) -> Result<(), Revert> {
    let needed = params.required_unbonding();
    if unbonding < needed { Err(revert::<I::UnbondingTooShort>(words![unbonding, needed])) } else { Ok(()) }
}
