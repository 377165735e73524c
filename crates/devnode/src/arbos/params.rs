//! The parameters of Stylus, one word in ArbOS's state that the chain's owners may change.

use std::convert::Infallible;

use revm::{database_interface::Database, primitives::U256};

use super::{layout::Space, read, write};
use crate::{executor::ArbContext, stylus::memory::PagePrice};

/// Gas units of `min_init`, and of `min_cached_init`.
const MIN_INIT_UNIT: u64 = 128;
const MIN_CACHED_UNIT: u64 = 32;
/// Percent of which one unit of the cost scalars stands.
const SCALAR_UNIT: u64 = 2;

/// What programs cost and may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StylusParams {
    /// Stylus version that programs must be activated for.
    pub version: u16,
    /// Ink per gas, 24 bits.
    pub ink_price: u32,
    /// Words of stack that a program call starts with.
    pub max_stack_depth: u32,
    /// Pages per transaction that cost nothing.
    pub free_pages: u16,
    /// Gas per further page.
    pub page_gas: u16,
    /// Most pages that a program may have initially.
    pub page_limit: u16,
    /// Lowest gas of entering, in units of 128.
    pub min_init: u8,
    /// Lowest gas of entering a cached program, in units of 32.
    pub min_cached_init: u8,
    /// Weight of a program's estimate of entering, in units of 2 %.
    pub init_scalar: u8,
    /// Weight of its estimate when cached, in units of 2 %.
    pub cached_scalar: u8,
    /// Days after which a program must be activated again.
    pub expiry_days: u16,
    /// Days before which it cannot be kept alive.
    pub keepalive_days: u16,
    /// Programs that a block remembers, from ArbOS 60.
    pub block_cache_size: u16,
    /// Largest program, decompressed, in bytes.
    pub max_wasm_size: u32,
    /// Most fragments of a program, from ArbOS 60.
    pub max_fragments: u8,
}

impl StylusParams {
    /// Returns the parameters of a fresh chain.
    pub fn initial(arbos: u64) -> Self {
        Self {
            version: 2,
            ink_price: 10_000,
            max_stack_depth: if arbos < 50 { 262_144 } else { 22_000 },
            free_pages: 2,
            page_gas: 1000,
            page_limit: 128,
            min_init: 69,
            min_cached_init: 11,
            init_scalar: 50,
            cached_scalar: 50,
            expiry_days: 365,
            keepalive_days: 31,
            block_cache_size: 32,
            max_wasm_size: 131_072,
            max_fragments: 0,
        }
    }

    /// Reads them from ArbOS's state.
    pub fn load<DB: Database<Error = Infallible>>(context: &mut ArbContext<DB>) -> Self {
        Self::from_word(read(context, Self::slot()))
    }

    /// Writes them to ArbOS's state.
    pub fn store<DB: Database<Error = Infallible>>(self, context: &mut ArbContext<DB>) {
        write(context, Self::slot(), self.to_word());
    }

    /// Returns where they are kept.
    pub fn slot() -> U256 {
        Space::at(&[8, 0]).field(0)
    }

    /// Packs them, the version in the highest bytes.
    pub fn to_word(self) -> U256 {
        let mut word = Vec::with_capacity(32);
        word.extend(self.version.to_be_bytes());
        word.extend(&self.ink_price.to_be_bytes()[1..]);
        word.extend(self.max_stack_depth.to_be_bytes());
        word.extend(self.free_pages.to_be_bytes());
        word.extend(self.page_gas.to_be_bytes());
        word.extend(self.page_limit.to_be_bytes());
        word.extend([self.min_init, self.min_cached_init, self.init_scalar, self.cached_scalar]);
        word.extend(self.expiry_days.to_be_bytes());
        word.extend(self.keepalive_days.to_be_bytes());
        word.extend(self.block_cache_size.to_be_bytes());
        word.extend(self.max_wasm_size.to_be_bytes());
        word.push(self.max_fragments);
        word.resize(32, 0);
        U256::from_be_slice(&word)
    }

    /// Unpacks them.
    pub fn from_word(word: U256) -> Self {
        let bytes = word.to_be_bytes::<32>();
        let u16_at = |at: usize| u16::from_be_bytes([bytes[at], bytes[at + 1]]);
        let u32_at = |at: usize| u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        Self {
            version: u16_at(0),
            ink_price: u32_at(1) & 0x00ff_ffff,
            max_stack_depth: u32_at(5),
            free_pages: u16_at(9),
            page_gas: u16_at(11),
            page_limit: u16_at(13),
            min_init: bytes[15],
            min_cached_init: bytes[16],
            init_scalar: bytes[17],
            cached_scalar: bytes[18],
            expiry_days: u16_at(19),
            keepalive_days: u16_at(21),
            block_cache_size: u16_at(23),
            max_wasm_size: u32_at(25),
            max_fragments: bytes[29],
        }
    }

    /// Returns the least gas of entering a program, and of entering a cached one.
    pub fn min_init_gas(&self) -> (u64, u64) {
        (u64::from(self.min_init) * MIN_INIT_UNIT, u64::from(self.min_cached_init) * MIN_CACHED_UNIT)
    }

    /// Returns the gas of entering a program whose estimate is `init`, without its cached part.
    pub fn init_gas(&self, init: u16) -> u64 {
        self.min_init_gas().0 + (u64::from(init) * u64::from(self.init_scalar) * SCALAR_UNIT).div_ceil(100)
    }

    /// Returns the gas of entering a cached program whose estimate is `cached`.
    pub fn cached_gas(&self, cached: u16) -> u64 {
        self.min_init_gas().1 + (u64::from(cached) * u64::from(self.cached_scalar) * SCALAR_UNIT).div_ceil(100)
    }

    /// Returns what memory costs.
    pub fn page_price(&self) -> PagePrice {
        PagePrice { free: self.free_pages, gas: self.page_gas }
    }

    /// Returns the weight of a program's estimate of entering, in percent.
    pub fn init_percent(&self) -> u64 {
        u64::from(self.init_scalar) * SCALAR_UNIT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_round_trip_through_their_word() {
        let distinct = StylusParams {
            version: 0x0102,
            ink_price: 0x03_0405,
            max_stack_depth: 0x0607_0809,
            free_pages: 0x0a0b,
            page_gas: 0x0c0d,
            page_limit: 0x0e0f,
            min_init: 0x10,
            min_cached_init: 0x11,
            init_scalar: 0x12,
            cached_scalar: 0x13,
            expiry_days: 0x1415,
            keepalive_days: 0x1617,
            block_cache_size: 0x1819,
            max_wasm_size: 0x1a1b_1c1d,
            max_fragments: 0x1e,
        };
        assert_eq!(StylusParams::from_word(distinct.to_word()), distinct);
        let bytes = distinct.to_word().to_be_bytes::<32>();
        assert!(bytes.iter().take(30).enumerate().all(|(at, byte)| usize::from(*byte) == at + 1), "{bytes:?}");
    }

    /// The words of fresh chains at ArbOS 51 and 40.
    #[test]
    fn fresh_chains_have_nitros_words() {
        let expected = [
            (51, "0002002710000055f0000203e80080450b3232016d001f002000020000000000"),
            (40, "000200271000040000000203e80080450b3232016d001f002000020000000000"),
        ];
        for (version, word) in expected {
            assert_eq!(StylusParams::initial(version).to_word(), U256::from_str_radix(word, 16).unwrap(), "{version}");
        }
    }

    /// Stylus-vm reference, section 1.
    #[test]
    fn a_fresh_chain_enters_programs_for_8832_and_352_gas() {
        assert_eq!(StylusParams::initial(51).min_init_gas(), (8832, 352));
    }
}
