//! Draws of what owners and guardians do, and of what others may not.

use aia_abi::{
    IDisputeCourt::{self as Court, IDisputeCourtCalls},
    IProviderRegistry::{self as Abi, IProviderRegistryCalls as Calls},
};
use alloy_primitives::{
    Address, U256,
    aliases::{U24, U48, U96},
};
use rand::Rng;

use super::{
    Op,
    dice::{Dice, SERVICES},
};

/// The registry's.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn set_paused(&mut self) -> Op {
        let caller = self.guardian();
        let value = if self.model.registry.paused { self.chance(10) } else { self.chance(12) };
        self.on_registry(caller, Calls::setPaused(Abi::setPausedCall { value }))
    }

    pub(super) fn set_params(&mut self) -> Op {
        let caller = self.owner();
        let mut params = self.model.params().clone();
        if self.chance(88) {
            self.vary(&mut params)
        } else {
            self.spoil_params(&mut params)
        }
        self.on_registry(caller, Calls::setParams(Abi::setParamsCall { params }))
    }

    fn vary(&mut self, params: &mut Abi::Params) {
        match self.below(9) {
            0 => params.minSelfStake = U96::from(self.magnitude()),
            1 => params.selfRatio = self.rng.random_range(1..=20),
            2 => params.batchFeeBps = self.rng.random_range(0..=1000),
            3 => params.leverageBps = U24::from(self.rng.random_range(10_000..=50_000_u32)),
            4 => params.epochSlashCapBps = self.rng.random_range(100..=10_000),
            5 => params.commissionStepBps = self.rng.random_range(1..=10_000),
            6 => params.tombstoneBps = U24::from(self.one_of(&[5_000_u32, 20_000, 50_000, 100_000])),
            7 => params.jailPeriod = self.rng.random_range(3_600..=20_000),
            _ => {
                params.listingFee =
                    if self.chance(30) { U96::ZERO } else { U96::from(self.magnitude() / U256::from(10)) }
            }
        }
    }

    /// Puts one parameter just out of its bounds.
    fn spoil_params(&mut self, params: &mut Abi::Params) {
        let most = U96::from(U256::from(10).pow(U256::from(27)));
        match self.below(14) {
            0 => params.minSelfStake = U96::ZERO,
            1 => params.minSelfStake = most + U96::from(1),
            2 => params.selfRatio = 0,
            3 => params.batchFeeBps = 1_001,
            4 => params.leverageBps = U24::from(9_999),
            5 => params.leverageBps = U24::from(50_001),
            6 => params.epochSlashCapBps = 99,
            7 => params.epochSlashCapBps = 10_001,
            8 => params.commissionStepBps = 0,
            9 => params.tombstoneBps = U24::ZERO,
            10 => params.tombstoneBps = U24::from(100_001),
            11 => params.jailPeriod = 3_599,
            12 => params.jailPeriod = 7_776_001,
            _ => params.listingFee = most / U96::from(1000) + U96::from(1),
        }
    }

    pub(super) fn set_service(&mut self) -> Op {
        let caller = self.owner();
        let id = if self.chance(95) { self.below(SERVICES) + 1 } else { 0 };
        let present = self.model.service(id);
        let rate = match self.below(100) {
            0..50 => present.max_slash_bps,
            50..70 => 10_000,
            70..73 => 10_001,
            73..76 => 0,
            _ => self.rng.random_range(1..=10_000),
        };
        let call = Abi::setServiceCall {
            id,
            maxSlashBps: rate,
            minStake: U96::from(self.magnitude()),
            active: self.chance(85),
        };
        self.on_registry(caller, Calls::setService(call))
    }

    /// Calls what only the court may call.
    pub(super) fn intrude(&mut self) -> Op {
        let (caller, subject) = (self.actor(), self.provider().into_word());
        if self.chance(50) {
            let open = self.chance(50);
            return self.on_registry(caller, Calls::onDispute(Abi::onDisputeCall { subject, open }));
        }
        let order = Abi::Slash {
            subject,
            service: self.below(SERVICES + 1),
            bps: 10_000,
            faultAt: U48::from(self.model.now),
            reporter: caller,
            reporterBps: 2_000,
            victim: caller,
            victimBps: 3_000,
        };
        self.on_registry(caller, Calls::slash(Abi::slashCall { order }))
    }
}

/// The court's.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn set_terms(&mut self) -> Op {
        let caller = self.court_owner();
        let judges = self.arbitrators();
        let call = Court::setServiceCall {
            target: if self.chance(96) { self.model.registry.address } else { self.actor() },
            service: self.below(SERVICES + 1),
            arbitrator: if self.chance(94) { self.one_of(&judges) } else { Address::ZERO },
            bond: self.bond(),
        };
        self.on_court(caller, IDisputeCourtCalls::setService(call))
    }

    fn bond(&mut self) -> U96 {
        let most = U96::from(U256::from(10).pow(U256::from(24)));
        match self.below(100) {
            0..3 => U96::ZERO,
            3..6 => most,
            6..9 => most + U96::from(1),
            9..20 => U96::from(self.below(12)),
            _ => U96::from(self.magnitude() / U256::from(10_000)),
        }
    }

    pub(super) fn set_court_params(&mut self) -> Op {
        let caller = self.court_owner();
        let mut params = self.model.court_params().clone();
        if self.chance(88) {
            self.vary_court(&mut params)
        } else {
            self.spoil_court(&mut params)
        }
        self.on_court(caller, IDisputeCourtCalls::setParams(Court::setParamsCall { params }))
    }

    fn vary_court(&mut self, params: &mut Court::Params) {
        let longest = u32::try_from(self.model.unbonding_period() / 3).expect("exits take weeks at most");
        let window = self.rng.random_range(600..=longest);
        match self.below(8) {
            0 => params.detectionWindow = window,
            1 => params.rulingWindow = window,
            2 => params.vetoWindow = window,
            3 => params.executionWindow = window,
            4 => params.reporterBps = self.rng.random_range(0..=2_000),
            5 => params.victimBps = self.rng.random_range(0..=3_000),
            6 => params.cover = self.rng.random_range(1..=4),
            _ => params.equivocationBps = self.rng.random_range(1..=10_000),
        }
    }

    fn spoil_court(&mut self, params: &mut Court::Params) {
        match self.below(8) {
            0 => params.detectionWindow = 599,
            1 => params.rulingWindow = 7_776_001,
            2 => params.vetoWindow = 7_776_000,
            3 => params.executionWindow = 0,
            4 => params.reporterBps = 2_001,
            5 => params.victimBps = 3_001,
            6 => params.cover = self.one_of(&[0, 10_001]),
            _ => params.equivocationBps = self.one_of(&[0, 10_001]),
        }
    }
}
