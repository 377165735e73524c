//! A payments contract's parameters.

use alloy_primitives::{Address, U256};

use crate::word::{Reader, Writer};

/// The most that parameters can be, in the order of the interface's `Params`; the least is 0.
pub const MOST: [u32; 3] = [200, 10_000, 86_400];

/// What most calls need to know: one word, so that they read one slot.
///
/// Word layout, from the low end: token 160 bits, fee_bps 16, burn_bps 16, paused 8, stake_ttl 24,
/// registry_since 32.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The AIA token.
    pub token: Address,
    /// Taken of every credit, basis points.
    pub fee_bps: u16,
    /// Burned of the fees, basis points.
    pub burn_bps: u16,
    /// Whether money coming in is refused.
    pub paused: bool,
    /// Seconds for which an answer of the registry is remembered.
    pub stake_ttl: u32,
    /// From when on the present registry is asked, Unix seconds: what was said before is another's word.
    pub registry_since: u32,
}

impl Config {
    /// Reads the packed form.
    pub fn from_word(word: U256) -> Self {
        let mut fields = Reader::new(word);
        Self {
            token: fields.address(),
            fee_bps: fields.u16(),
            burn_bps: fields.u16(),
            paused: fields.u8() != 0,
            stake_ttl: fields.u32(24),
            registry_since: fields.u32(32),
        }
    }

    /// Returns the packed form.
    pub fn to_word(self) -> U256 {
        let rates = Writer::default().address(self.token).uint(16, self.fee_bps).uint(16, self.burn_bps);
        let rest = rates.uint(8, u8::from(self.paused)).uint(24, self.stake_ttl);
        rest.uint(32, self.registry_since).done()
    }

    /// Returns the last second in which a provider counts as active that the registry said to be so at `seen`; 0 if it does
    /// not count at all.
    pub fn active_until(self, seen: u64) -> u64 {
        if seen != 0 && seen >= self.registry_since.into() { seen + u64::from(self.stake_ttl) } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_packed_form_is_the_same_at_its_bounds() {
        let token = Address::repeat_byte(0xff);
        let full = Config {
            token,
            fee_bps: u16::MAX,
            burn_bps: u16::MAX,
            paused: true,
            stake_ttl: (1 << 24) - 1,
            registry_since: u32::MAX,
        };
        for config in [Config::default(), full, Config { paused: false, ..full }, Config { fee_bps: 0, ..full }] {
            assert_eq!(Config::from_word(config.to_word()), config);
        }
    }

    #[test]
    fn an_answer_counts_for_its_time_and_only_of_the_present_registry() {
        let config = Config { stake_ttl: 60, registry_since: 1_000, ..Default::default() };
        for (seen, until) in [(0, 0), (999, 0), (1_000, 1_060), (1_001, 1_061)] {
            assert_eq!(config.active_until(seen), until);
        }
    }
}
