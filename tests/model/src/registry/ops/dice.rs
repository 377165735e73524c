//! What all draws share: who, how much, when.

use aia_abi::{
    IAIAToken::IAIATokenCalls, IDisputeCourt::IDisputeCourtCalls, IProviderRegistry::IProviderRegistryCalls,
};
use alloy_primitives::{Address, B256, U256};
use rand::Rng;

use super::{Op, STAKERS};
use crate::registry::{Model, cases::Dispute, model::TOMBSTONED};

/// 10^24 base units: the most that is staked at once, but for chance.
pub(super) const MILLION: U256 = U256::from_limbs([2_003_764_205_206_896_640, 54_210, 0, 0]);
/// Services that are drawn; more may be named.
pub(super) const SERVICES: u32 = 3;

/// Draws with a view to the present state.
pub(super) struct Dice<'a, R: ?Sized> {
    pub(super) rng: &'a mut R,
    pub(super) model: &'a Model,
}

/// Time and calls.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn wait(&mut self) -> Op {
        let length = self.model.registry.epoch_length;
        let rest = length - self.model.now % length;
        let seconds = match self.below(100) {
            0..28 => 0,
            28..50 => 1,
            50..64 => self.rng.random_range(2..length / 10),
            // The last second of this epoch, or the first of the next.
            64..78 => rest - 1 + self.one_more(),
            78..92 => self.until_something_ends() + self.one_more(),
            92..97 => self.rng.random_range(1..length),
            _ => length * self.rng.random_range(1..=u64::from(self.model.registry.exit_epochs) + 2),
        };
        Op::Wait { seconds }
    }

    /// Returns the seconds until some dispute's window or some provider's jail is over.
    fn until_something_ends(&mut self) -> u64 {
        let disputes = self.unsettled(|_| true).into_iter().map(|(_, dispute)| dispute.deadline);
        let jails = self.model.registry.profiles.values().map(|profile| profile.jailed_until);
        let now = self.model.now;
        let ends: Vec<u64> = disputes.chain(jails).filter(|end| *end >= now).collect();
        self.maybe_one_of(&ends).map_or(0, |end| end - now)
    }

    pub(super) fn on_token(&self, caller: Address, call: IAIATokenCalls) -> Op {
        Op::Token { caller, call }
    }

    pub(super) fn on_registry(&self, caller: Address, call: IProviderRegistryCalls) -> Op {
        Op::Registry { caller, call }
    }

    pub(super) fn on_court(&self, caller: Address, call: IDisputeCourtCalls) -> Op {
        Op::Court { caller, call }
    }
}

/// Chance.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn below(&mut self, end: u32) -> u32 {
        self.rng.random_range(0..end)
    }

    pub(super) fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    pub(super) fn one_more(&mut self) -> u64 {
        u64::from(self.below(2))
    }

    pub(super) fn one_of<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.rng.random_range(0..items.len())]
    }

    pub(super) fn maybe_one_of<T: Copy>(&mut self, items: &[T]) -> Option<T> {
        if items.is_empty() { None } else { Some(self.one_of(items)) }
    }

    pub(super) fn word(&mut self) -> B256 {
        B256::from(self.rng.random::<[u8; 32]>())
    }

    /// Returns a power of ten times a digit, below 10^25.
    pub(super) fn magnitude(&mut self) -> U256 {
        let power = U256::from(10).pow(U256::from(self.below(24)));
        power * U256::from(self.below(9) + 1)
    }

    /// Returns nothing, a base unit, everything, one more than that, some of it, or far too much.
    pub(super) fn amount(&mut self, around: U256) -> u128 {
        let most = U256::from(u128::MAX);
        let drawn = match self.below(100) {
            0..3 => U256::ZERO,
            3..10 => U256::ONE,
            10..20 => around,
            20..23 => around.saturating_add(U256::ONE),
            23..24 => most,
            24..58 => around >> self.rng.random_range(1..90usize),
            58..76 => self.magnitude().min(around),
            _ => around / U256::from(u32::MAX) * U256::from(self.rng.random::<u32>()),
        };
        drawn.min(most).to()
    }

    /// Returns a rate of at most 10,000 basis points.
    pub(super) fn bps(&mut self, around: u16) -> u16 {
        match self.below(100) {
            0..8 => 0,
            8..16 => 1,
            16..40 => around,
            40..50 => 10_000,
            50..60 => 9_999,
            60..80 => self.rng.random_range(0..=around),
            _ => self.rng.random_range(0..=10_000),
        }
    }
}

/// People.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn actor(&mut self) -> Address {
        self.one_of(&self.model.actors)
    }

    pub(super) fn staker(&mut self) -> Address {
        let stakers = &self.model.actors[..STAKERS];
        self.one_of(stakers)
    }

    /// Returns those who judge; nobody has to be among them.
    pub(super) fn arbitrators(&self) -> [Address; 2] {
        [self.model.actors[STAKERS - 1], self.model.actors[STAKERS - 2]]
    }

    /// Returns the registry's owner, or now and then an impostor.
    pub(super) fn owner(&mut self) -> Address {
        if self.chance(92) { self.model.registry.owner } else { self.actor() }
    }

    /// Returns the registry's guardian, or the owner, or an impostor.
    pub(super) fn guardian(&mut self) -> Address {
        if self.chance(75) { self.model.registry.guardian } else { self.owner() }
    }

    pub(super) fn court_owner(&mut self) -> Address {
        if self.chance(92) { self.model.court.owner } else { self.actor() }
    }

    pub(super) fn court_guardian(&mut self) -> Address {
        if self.chance(75) { self.model.court.guardian } else { self.court_owner() }
    }

    /// Returns the entitled one, or now and then another.
    pub(super) fn mostly(&mut self, entitled: Address) -> Address {
        if self.chance(93) && !entitled.is_zero() { entitled } else { self.actor() }
    }

    /// Returns providers that are not expelled.
    pub(super) fn standing(&self) -> Vec<Address> {
        let profiles = self.model.registry.profiles.iter();
        profiles.filter(|(_, profile)| profile.status != TOMBSTONED).map(|(provider, _)| *provider).collect()
    }

    /// Returns providers that are expelled.
    pub(super) fn expelled(&self) -> Vec<Address> {
        let profiles = self.model.registry.profiles.iter();
        profiles.filter(|(_, profile)| profile.status == TOMBSTONED).map(|(provider, _)| *provider).collect()
    }

    /// Returns a provider, mostly one that is not expelled, or somebody who is none.
    pub(super) fn provider(&mut self) -> Address {
        let among = match self.below(100) {
            0..88 => self.standing(),
            88..96 => self.expelled(),
            _ => Vec::new(),
        };
        let somebody = self.actor();
        self.maybe_one_of(&among).unwrap_or(somebody)
    }

    /// Returns a provider that nobody accuses, if there is one.
    pub(super) fn undisputed(&mut self) -> Address {
        let mut calm = self.standing();
        calm.retain(|provider| self.model.registry.profiles[provider].open_disputes == 0);
        let anybody = self.provider();
        self.maybe_one_of(&calm).unwrap_or(anybody)
    }

    /// Returns a provider that somebody accuses, if there is one.
    pub(super) fn disputed(&mut self) -> Option<Address> {
        let mut accused = self.standing();
        accused.retain(|provider| self.model.registry.profiles[provider].open_disputes > 0);
        self.maybe_one_of(&accused)
    }

    /// Returns the disputes that are not over and fit, by id.
    pub(super) fn unsettled(&self, fits: impl Fn(&Dispute) -> bool) -> Vec<(U256, Dispute)> {
        let model = self.model;
        let disputes = model.unsettled().into_iter().filter_map(|id| Some((id, model.dispute(id)?.clone())));
        disputes.filter(|(_, dispute)| fits(dispute)).collect()
    }
}
