//! A registry's parameters, and time counted in epochs.

use alloy_primitives::{Address, U256};

use crate::{
    MAX_SUPPLY,
    word::{Reader, Writer},
};

/// Bounds of the epoch's length, seconds: an hour to thirty days.
pub const EPOCH_LENGTH: [u128; 2] = [3_600, 2_592_000];
/// Bounds of the epochs that an exit stays slashable.
pub const EXIT_EPOCHS: [u128; 2] = [1, 4];

/// Bounds of the parameters, least and most, in the order of the interface's `Params`.
pub const PARAM_BOUNDS: [[u128; 2]; 9] = [
    [1, MAX_SUPPLY],
    [1, 65_535],
    [0, 1_000],
    [10_000, 50_000],
    [100, 10_000],
    [1, 10_000],
    [1, 100_000],
    [3_600, 7_776_000],
    [0, MAX_SUPPLY / 1_000],
];

/// What most calls need to know: one word, so that they read one slot.
///
/// Word layout, from the low end: token 160 bits, paused 8, exit_epochs 8, epoch_length 32, self_ratio 16, batch_fee_bps 16,
/// commission_step_bps 16.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The AIA token.
    pub token: Address,
    /// Whether entries are refused.
    pub paused: bool,
    /// Whole epochs that an exit stays slashable.
    pub exit_epochs: u8,
    /// Seconds of an epoch; 0 only before construction.
    pub epoch_length: u32,
    /// Most pool per own stake of an active provider.
    pub self_ratio: u16,
    /// Burned of a batch's value.
    pub batch_fee_bps: u16,
    /// Most by which a commission may rise within an epoch.
    pub commission_step_bps: u16,
}

/// What only few calls need.
///
/// Word layout, from the low end: min_self_stake 96 bits, leverage_bps 24, epoch_slash_cap_bps 16, tombstone_bps 24,
/// jail_period 32.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Least own stake of an active provider, base units.
    pub min_self_stake: u128,
    /// Most that allocations may add up to.
    pub leverage_bps: u32,
    /// Most that disputes may slash within an epoch.
    pub epoch_slash_cap_bps: u16,
    /// Sum of slashes at which a provider is expelled.
    pub tombstone_bps: u32,
    /// Seconds that a slashed provider is jailed.
    pub jail_period: u32,
}

impl Limits {
    /// Reads the packed form.
    pub fn from_word(word: U256) -> Self {
        let mut fields = Reader::new(word);
        Self {
            min_self_stake: fields.u128(96),
            leverage_bps: fields.u32(24),
            epoch_slash_cap_bps: fields.u16(),
            tombstone_bps: fields.u32(24),
            jail_period: fields.u32(32),
        }
    }

    /// Returns the packed form.
    pub fn to_word(self) -> U256 {
        let start = Writer::default().uint(96, self.min_self_stake).uint(24, self.leverage_bps);
        start.uint(16, self.epoch_slash_cap_bps).uint(24, self.tombstone_bps).uint(32, self.jail_period).done()
    }
}

impl Config {
    /// Reads the packed form.
    pub fn from_word(word: U256) -> Self {
        let mut fields = Reader::new(word);
        Self {
            token: fields.address(),
            paused: fields.u8() != 0,
            exit_epochs: fields.u8(),
            epoch_length: fields.u32(32),
            self_ratio: fields.u16(),
            batch_fee_bps: fields.u16(),
            commission_step_bps: fields.u16(),
        }
    }

    /// Returns the packed form.
    pub fn to_word(self) -> U256 {
        let start = Writer::default().address(self.token).uint(8, u8::from(self.paused)).uint(8, self.exit_epochs);
        let rates = start.uint(32, self.epoch_length).uint(16, self.self_ratio).uint(16, self.batch_fee_bps);
        rates.uint(16, self.commission_step_bps).done()
    }

    /// Returns the epoch of an instant, counted from 1970; an epoch has at least an hour, so 32 bits last 490,000 years.
    pub fn epoch_at(self, instant: u64) -> u32 {
        u32::try_from(instant / u64::from(self.epoch_length)).unwrap_or(u32::MAX)
    }

    /// Returns the bucket of stake that leaves in `epoch`.
    pub fn exit_bucket(self, epoch: u32) -> u32 {
        epoch.saturating_add(self.exit_epochs.into())
    }

    /// Returns the first epoch in which nothing that left in `epoch` is bound any more.
    pub fn matured_from(self, epoch: u32) -> u32 {
        self.exit_bucket(epoch).saturating_add(1)
    }

    /// Returns the largest pool that an active provider's own stake bears, base units.
    pub fn most_pool(self, own: u128) -> u128 {
        own.saturating_mul(self.self_ratio.into())
    }

    /// Returns the first second of an epoch.
    pub fn start_of(self, epoch: u32) -> u64 {
        u64::from(epoch) * u64::from(self.epoch_length)
    }

    /// Returns the least time that an exit stays slashable, seconds.
    pub fn unbonding_period(self) -> u64 {
        u64::from(self.exit_epochs) * u64::from(self.epoch_length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: Config = Config {
        token: Address::repeat_byte(0xee),
        paused: true,
        exit_epochs: 2,
        epoch_length: 604_800,
        self_ratio: 65_535,
        batch_fee_bps: 1_000,
        commission_step_bps: 10_000,
    };

    #[test]
    fn words_round_trip_at_the_bounds() {
        assert_eq!(Config::from_word(CONFIG.to_word()), CONFIG);
        let limits = Limits {
            min_self_stake: MAX_SUPPLY,
            leverage_bps: 50_000,
            epoch_slash_cap_bps: 10_000,
            tombstone_bps: 100_000,
            jail_period: 7_776_000,
        };
        assert_eq!(Limits::from_word(limits.to_word()), limits);
    }

    #[test]
    fn an_exit_stays_bound_for_the_unbonding_period_and_at_most_an_epoch_more() {
        let week = u64::from(CONFIG.epoch_length);
        for left_at in [0, 1, week - 1, week, 7 * week + 5] {
            let matured = CONFIG.start_of(CONFIG.matured_from(CONFIG.epoch_at(left_at)));
            let bound = matured - left_at;
            assert!(CONFIG.unbonding_period() < bound && bound <= CONFIG.unbonding_period() + week, "{left_at}");
        }
    }
}
