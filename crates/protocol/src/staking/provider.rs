//! A provider's record: status, commission, disputes, slashes.

use alloy_primitives::{Address, U256};

use crate::{
    math::FULL_BPS,
    staking::config::{Config, Limits},
    word::{Reader, Writer},
};

/// Where a provider stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Status {
    /// Never registered.
    #[default]
    Unknown = 0,
    /// Serves.
    Active = 1,
    /// Was slashed and has not come back.
    Jailed = 2,
    /// Expelled for good: exits only.
    Tombstoned = 3,
}

/// What most calls about a provider need.
///
/// Word layout, from the low end: status 8 bits, generation 24, open_disputes 24, jailed_until 40, commission_bps 16,
/// next_commission_bps 16, commission_epoch 24, batches 48, jobs 56.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Provider {
    /// Where it stands.
    pub status: Status,
    /// How often its pool was wiped.
    pub generation: u32,
    /// Disputes open against it.
    pub open_disputes: u32,
    /// Earliest end of its last jailing, Unix seconds.
    pub jailed_until: u64,
    /// Its commission before `commission_epoch`.
    pub commission_bps: u16,
    /// Its commission from then on.
    pub next_commission_bps: u16,
    /// When the commission changes.
    pub commission_epoch: u32,
    /// Batches committed.
    pub batches: u64,
    /// Receipts in them; stays at the most that fits.
    pub jobs: u64,
}

/// The commission is above what it may rise to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommissionTooHigh {
    /// Basis points.
    pub max: u16,
}

const JOBS_BITS: usize = 56;

impl Provider {
    /// Reads the packed form.
    pub fn from_word(word: U256) -> Self {
        let mut fields = Reader::new(word);
        Self {
            status: match fields.u8() {
                0 => Status::Unknown,
                1 => Status::Active,
                2 => Status::Jailed,
                _ => Status::Tombstoned,
            },
            generation: fields.u32(24),
            open_disputes: fields.u32(24),
            jailed_until: fields.u64(40),
            commission_bps: fields.u16(),
            next_commission_bps: fields.u16(),
            commission_epoch: fields.u32(24),
            batches: fields.u64(48),
            jobs: fields.u64(JOBS_BITS),
        }
    }

    /// Returns the packed form.
    pub fn to_word(self) -> U256 {
        Writer::default()
            .uint(8, self.status as u8)
            .uint(24, self.generation)
            .uint(24, self.open_disputes)
            .uint(40, self.jailed_until)
            .uint(16, self.commission_bps)
            .uint(16, self.next_commission_bps)
            .uint(24, self.commission_epoch)
            .uint(48, self.batches)
            .uint(JOBS_BITS, self.jobs)
            .done()
    }

    /// Returns the commission in an epoch, basis points.
    pub fn commission_in(self, epoch: u32) -> u16 {
        if epoch < self.commission_epoch { self.commission_bps } else { self.next_commission_bps }
    }

    /// Changes the commission from the next epoch on; it may fall freely, and rise by `step` basis points.
    ///
    /// # Errors
    /// [`CommissionTooHigh`] when it would rise by more, or above everything.
    pub fn set_commission(self, bps: u16, epoch: u32, step: u16) -> Result<Self, CommissionTooHigh> {
        let commission_bps = self.commission_in(epoch);
        let max = commission_bps.saturating_add(step).min(FULL_BPS);
        if bps > max {
            return Err(CommissionTooHigh { max });
        }
        Ok(Self { commission_bps, next_commission_bps: bps, commission_epoch: epoch.saturating_add(1), ..self })
    }

    /// Counts a batch of `count` receipts.
    #[must_use]
    pub fn count_batch(self, count: u32) -> Self {
        // 2^48 batches are out of reach; receipts stay at the most that fits.
        let jobs = (self.jobs + u64::from(count)).min((1 << JOBS_BITS) - 1);
        Self { batches: self.batches + 1, jobs, ..self }
    }

    /// Counts a dispute that opens, or none if there are more than can be counted.
    pub fn open_dispute(self) -> Option<Self> {
        let open_disputes = self.open_disputes + 1;
        (open_disputes >> 24 == 0).then_some(Self { open_disputes, ..self })
    }

    /// Counts a dispute that closes.
    #[must_use]
    pub fn close_dispute(self) -> Self {
        Self { open_disputes: self.open_disputes.saturating_sub(1), ..self }
    }

    /// Whether a provider with this own stake and pool, base units, may take work.
    pub fn is_active(self, own: u128, pool: u128, config: Config, limits: Limits) -> bool {
        self.status == Status::Active && own >= limits.min_self_stake && pool <= config.most_pool(own)
    }

    /// Returns the provider after a slash that brings all of them to `slashed_bps`; `whole` expels at once.
    #[must_use]
    pub fn punish(self, slashed_bps: u32, whole: bool, now: u64, limits: Limits) -> Self {
        if self.status == Status::Tombstoned {
            return self;
        }
        if whole || slashed_bps >= limits.tombstone_bps {
            return Self { status: Status::Tombstoned, ..self };
        }
        Self { status: Status::Jailed, jailed_until: now + u64::from(limits.jail_period), ..self }
    }
}

/// What a slash and a receipt need beside.
///
/// Word layout, from the low end: signer 160 bits, epoch_bps 16, epoch 24, slashes 16, slashed_bps 24, codec 8.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// The key for receipts.
    pub signer: Address,
    /// Slashed by disputes in `epoch`.
    pub epoch_bps: u16,
    /// The epoch of the last such slash.
    pub epoch: u32,
    /// Slashes so far; stays at the most that fits.
    pub slashes: u16,
    /// Sum of their rates; stays at the most that fits.
    pub slashed_bps: u32,
    /// Multicodec of the profile's content id.
    pub codec: u8,
}

impl Profile {
    /// Reads the packed form.
    pub fn from_word(word: U256) -> Self {
        let mut fields = Reader::new(word);
        Self {
            signer: fields.address(),
            epoch_bps: fields.u16(),
            epoch: fields.u32(24),
            slashes: fields.u16(),
            slashed_bps: fields.u32(24),
            codec: fields.u8(),
        }
    }

    /// Returns the packed form.
    pub fn to_word(self) -> U256 {
        Writer::default()
            .address(self.signer)
            .uint(16, self.epoch_bps)
            .uint(24, self.epoch)
            .uint(16, self.slashes)
            .uint(24, self.slashed_bps)
            .uint(8, self.codec)
            .done()
    }

    /// Returns what the cap leaves to disputes in an epoch, basis points of the whole stake.
    pub fn left_in(self, epoch: u32, cap: u16) -> u16 {
        cap.saturating_sub(self.used_in(epoch))
    }

    /// Counts a slash of a dispute, which took this part of the whole stake, within what the cap leaves.
    #[must_use]
    pub fn count_dispute(self, bps: u16, epoch: u32) -> Self {
        Self { epoch_bps: self.used_in(epoch) + bps, epoch, ..self.count_slash(bps) }
    }

    fn used_in(self, epoch: u32) -> u16 {
        if self.epoch == epoch { self.epoch_bps } else { 0 }
    }

    /// Counts a slash that no cap bounds, which took this part of the whole stake.
    #[must_use]
    pub fn count_slash(self, bps: u16) -> Self {
        let slashed_bps = (self.slashed_bps + u32::from(bps)).min((1 << 24) - 1);
        Self { slashes: self.slashes.saturating_add(1), slashed_bps, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        min_self_stake: 100,
        leverage_bps: 10_000,
        epoch_slash_cap_bps: 3_000,
        tombstone_bps: 5_000,
        jail_period: 50,
    };

    fn active() -> Provider {
        Provider { status: Status::Active, ..Default::default() }
    }

    #[test]
    fn words_round_trip_at_the_bounds() {
        let provider = Provider {
            status: Status::Tombstoned,
            generation: (1 << 24) - 1,
            open_disputes: (1 << 24) - 1,
            jailed_until: (1 << 40) - 1,
            commission_bps: 1,
            next_commission_bps: u16::MAX,
            commission_epoch: (1 << 24) - 1,
            batches: (1 << 48) - 1,
            jobs: (1 << 56) - 1,
        };
        assert_eq!(Provider::from_word(provider.to_word()), provider);
        let profile = Profile {
            signer: Address::repeat_byte(7),
            epoch_bps: u16::MAX,
            epoch: 1,
            slashes: u16::MAX,
            slashed_bps: (1 << 24) - 1,
            codec: 0x70,
        };
        assert_eq!(Profile::from_word(profile.to_word()), profile);
    }

    #[test]
    fn a_commission_changes_with_the_next_epoch_and_rises_in_steps() {
        let provider = active().set_commission(500, 10, 500).expect("a step");
        assert_eq!((provider.commission_in(10), provider.commission_in(11)), (0, 500));
        // Within the same epoch the base stays what it was.
        assert_eq!(provider.set_commission(501, 10, 500), Err(CommissionTooHigh { max: 500 }));
        assert_eq!(provider.set_commission(1_001, 11, 500), Err(CommissionTooHigh { max: 1_000 }));
        assert!(provider.set_commission(0, 11, 500).is_ok());
        let full = Provider { next_commission_bps: 9_900, ..active() };
        assert_eq!(full.set_commission(10_001, 10, 500), Err(CommissionTooHigh { max: 10_000 }));
    }

    #[test]
    fn activity_needs_status_own_stake_and_ratio() {
        let config = Config { self_ratio: 16, ..Default::default() };
        for (own, pool, active_now) in [(100, 1_600, true), (100, 1_601, false), (99, 99, false), (100, 100, true)] {
            assert_eq!(active().is_active(own, pool, config, LIMITS), active_now, "{own} of {pool}");
        }
        for status in [Status::Unknown, Status::Jailed, Status::Tombstoned] {
            assert!(!Provider { status, ..active() }.is_active(100, 100, config, LIMITS));
        }
    }

    #[test]
    fn the_cap_of_an_epoch_is_shared_by_its_slashes() {
        let profile = Profile::default().count_dispute(2_000, 5);
        assert_eq!(profile.left_in(5, 3_000), 1_000);
        let profile = profile.count_dispute(1_000, 5);
        assert_eq!((profile.left_in(5, 3_000), profile.left_in(6, 3_000)), (0, 3_000));
        assert_eq!((profile.slashes, profile.slashed_bps), (2, 3_000));
        // A cap that was lowered meanwhile leaves nothing, and what is not capped does not count to it.
        assert_eq!(profile.left_in(5, 100), 0);
        assert_eq!(profile.count_slash(500).left_in(5, 3_000), 0);
        assert_eq!(profile.count_dispute(7, 6).left_in(6, 3_000), 2_993);
    }

    #[test]
    fn disputes_are_counted_up_to_the_most_that_fits() {
        let full = Provider { open_disputes: (1 << 24) - 1, ..active() };
        assert_eq!(full.open_dispute(), None);
        assert_eq!(full.close_dispute().open_dispute(), Some(full));
        assert_eq!(active().close_dispute(), active());
    }

    #[test]
    fn a_slash_jails_and_enough_of_them_expel() {
        let jailed = active().punish(4_999, false, 1_000, LIMITS);
        assert_eq!((jailed.status, jailed.jailed_until), (Status::Jailed, 1_050));
        assert_eq!(active().punish(5_000, false, 1_000, LIMITS).status, Status::Tombstoned);
        let expelled = active().punish(1, true, 1_000, LIMITS);
        assert_eq!(expelled.status, Status::Tombstoned);
        assert_eq!(expelled.punish(1, false, 1_000, LIMITS), expelled);
    }
}
