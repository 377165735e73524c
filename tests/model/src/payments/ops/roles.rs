//! Draws of what registries, owner and guardian do, and of what others may not.

use aia_abi::IStreamPayments::{self as Abi, IStreamPaymentsCalls as Calls};
use alloy_primitives::{Address, aliases::U24};
use rand::Rng;

use super::{Act, Op, dice::Dice};

/// Registries.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn set_active(&mut self) -> Op {
        let (registry, provider) = (self.registry(), self.provider());
        let active = self.chance(70);
        self.on_registry(registry, Act::SetActive(provider, active))
    }

    pub(super) fn set_silent(&mut self) -> Op {
        let registry = self.registry();
        let silent = !self.model.registries[&registry].silent && self.chance(40);
        self.on_registry(registry, Act::SetSilent(silent))
    }

    pub(super) fn tell(&mut self) -> Op {
        let (registry, provider) = (self.registry(), self.provider());
        self.on_registry(registry, Act::Tell(provider))
    }

    pub(super) fn refresh_provider(&mut self) -> Op {
        let (caller, provider) = (self.actor(), self.provider());
        self.pay(caller, Calls::refreshProvider(Abi::refreshProviderCall { provider }))
    }

    /// Returns mostly the registry that the contract asks.
    fn registry(&mut self) -> Address {
        let all: Vec<Address> = self.model.registries.keys().copied().collect();
        if self.chance(85) { self.model.contract.params.registry } else { self.one_of(&all) }
    }
}

/// Owner and guardian.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn set_paused(&mut self) -> Op {
        let guardian = self.model.contract.guardian;
        let caller = match self.below(100) {
            0..70 => guardian,
            70..90 => self.model.contract.owner,
            _ => self.actor(),
        };
        let value = !self.model.contract.paused && self.chance(35);
        self.pay(caller, Calls::setPaused(Abi::setPausedCall { value }))
    }

    pub(super) fn set_params(&mut self, usual: &Abi::Params) -> Op {
        let caller = if self.chance(92) { self.model.contract.owner } else { self.actor() };
        let mut value = self.model.contract.params.clone();
        match self.below(100) {
            0..50 => value = usual.clone(),
            50..88 => self.vary(&mut value),
            _ => self.spoil_params(&mut value),
        }
        self.pay(caller, Calls::setParams(Abi::setParamsCall { value }))
    }

    fn vary(&mut self, params: &mut Abi::Params) {
        match self.below(5) {
            0 => params.feeBps = self.one_of(&[0, 1, 33, 199, 200]),
            1 => params.burnBps = self.one_of(&[0, 1, 3_333, 9_999, 10_000]),
            2 => params.stakeTtl = U24::from(self.one_of(&[0_u32, 1, 3_600, 86_400])),
            3 => params.registry = self.registry(),
            _ => params.treasury = self.actor(),
        }
    }

    /// Makes one parameter what it cannot be.
    fn spoil_params(&mut self, params: &mut Abi::Params) {
        match self.below(7) {
            0 => params.feeBps = 201,
            1 => params.burnBps = 10_001,
            2 => params.stakeTtl = U24::from(86_401),
            3 => params.registry = self.actor(),
            4 => params.treasury = Address::ZERO,
            5 => params.treasury = self.model.contract.address,
            _ => params.treasury = self.model.token.address,
        }
    }

    /// Lets somebody do what only another may.
    pub(super) fn intrude(&mut self) -> Op {
        let (caller, provider) = (self.actor(), self.provider());
        let call = match self.below(4) {
            0 => Calls::onProviderInactive(Abi::onProviderInactiveCall { provider }),
            1 => Calls::setPaused(Abi::setPausedCall { value: true }),
            2 => Calls::setGuardian(Abi::setGuardianCall { account: caller }),
            _ => {
                let value = Abi::Params { treasury: caller, ..self.model.contract.params.clone() };
                Calls::setParams(Abi::setParamsCall { value })
            }
        };
        self.pay(caller, call)
    }
}
