//! The registry of activated programs and the price of adding to it.

use std::convert::Infallible;

use brotli::{BrotliDecompressStream, BrotliResult, BrotliState, enc::StandardAlloc};
use revm::{
    context::{Block, ContextTr},
    database_interface::Database,
    primitives::{B256, U256, keccak256},
};

use super::{START_TIME, Space, read, write};
use crate::{
    executor::ArbContext,
    stylus::{activate::MAX_WASM_SIZE, is_program},
};

/// The Stylus version that programs are activated for.
pub const STYLUS_VERSION: u16 = 2;
/// Days after which a program must be activated again.
pub const EXPIRY_DAYS: u64 = 365;
/// Days before which it cannot be kept alive.
pub const KEEPALIVE_DAYS: u64 = 31;
/// Lowest gas of entering a program.
pub const MIN_INIT_GAS: u64 = 8832;
/// Lowest gas of entering a cached one.
pub const MIN_CACHED_GAS: u64 = 352;

const SECONDS_PER_HOUR: u64 = 3600;
const SECONDS_PER_DAY: u64 = 86_400;

/// What the registry knows of a program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Stylus version; 0 means never activated.
    pub version: u16,
    /// Cost units of entering.
    pub init: u16,
    /// Cost units of entering when cached.
    pub cached_init: u16,
    /// Initial pages.
    pub footprint: u16,
    /// Hours after [`START_TIME`].
    pub activated_at: u32,
    /// Estimated native code, in KiB.
    pub asm_kib: u32,
    /// Whether entering is cheap.
    pub cached: bool,
}

impl Record {
    /// Reads the packed form: from the high byte u16, u16, u16, u16, u24, u24, bool.
    fn from_word(word: U256) -> Self {
        let bytes = word.to_be_bytes::<32>();
        let u16_at = |at: usize| u16::from_be_bytes([bytes[at], bytes[at + 1]]);
        let u24_at = |at: usize| u32::from_be_bytes([0, bytes[at], bytes[at + 1], bytes[at + 2]]);
        Self {
            version: u16_at(0),
            init: u16_at(2),
            cached_init: u16_at(4),
            footprint: u16_at(6),
            activated_at: u24_at(8),
            asm_kib: u24_at(11),
            cached: bytes[14] != 0,
        }
    }

    fn to_word(self) -> U256 {
        let mut bytes = [0; 32];
        bytes[0..2].copy_from_slice(&self.version.to_be_bytes());
        bytes[2..4].copy_from_slice(&self.init.to_be_bytes());
        bytes[4..6].copy_from_slice(&self.cached_init.to_be_bytes());
        bytes[6..8].copy_from_slice(&self.footprint.to_be_bytes());
        bytes[8..11].copy_from_slice(&self.activated_at.to_be_bytes()[1..]);
        bytes[11..14].copy_from_slice(&self.asm_kib.to_be_bytes()[1..]);
        bytes[14] = self.cached.into();
        U256::from_be_bytes(bytes)
    }

    /// Returns the gas of entering when not cached, without the cached part.
    pub fn init_gas(&self) -> u64 {
        MIN_INIT_GAS + u64::from(self.init)
    }

    /// Returns the gas of entering when cached.
    pub fn cached_gas(&self) -> u64 {
        MIN_CACHED_GAS + u64::from(self.cached_init)
    }

    /// Returns the gas of entering, memory not counted.
    pub fn entry_gas(&self) -> u64 {
        self.cached_gas() + if self.cached { 0 } else { self.init_gas() }
    }

    /// Returns how old the activation is at `now`, in seconds.
    pub fn age(&self, now: u64) -> u64 {
        now.saturating_sub(START_TIME + u64::from(self.activated_at) * SECONDS_PER_HOUR)
    }
}

/// Why a program cannot run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Inactive {
    /// It was never activated.
    #[error("error ProgramNotActivated()")]
    NotActivated,
    /// It was activated for an older Stylus.
    #[error("error ProgramNeedsUpgrade({0}, {STYLUS_VERSION})")]
    NeedsUpgrade(u16),
    /// Its activation is too old, by this many seconds.
    #[error("error ProgramExpired({0})")]
    Expired(u64),
}

/// Returns the record of a program that may run now.
///
/// # Errors
/// [`Inactive`].
pub fn active<DB: Database<Error = Infallible>>(
    context: &mut ArbContext<DB>,
    code_hash: B256,
) -> Result<Record, Inactive> {
    let record = record(context, code_hash);
    let age = record.age(now(context));
    if record.version == 0 {
        Err(Inactive::NotActivated)
    } else if record.version != STYLUS_VERSION {
        Err(Inactive::NeedsUpgrade(record.version))
    } else if age > EXPIRY_DAYS * SECONDS_PER_DAY {
        Err(Inactive::Expired(age))
    } else {
        Ok(record)
    }
}

/// Returns a program's record; all zero when it was never activated.
pub fn record<DB: Database<Error = Infallible>>(context: &mut ArbContext<DB>, code_hash: B256) -> Record {
    Record::from_word(read(context, records().slot(code_hash)))
}

/// Stores a program's record.
pub fn set_record<DB: Database<Error = Infallible>>(context: &mut ArbContext<DB>, code_hash: B256, record: Record) {
    write(context, records().slot(code_hash), record.to_word());
}

/// Stores the stand-in of the module's hash: Nitro's own needs its prover.
pub fn set_module_hash<DB: Database<Error = Infallible>>(context: &mut ArbContext<DB>, code_hash: B256) -> B256 {
    let hash = keccak256([code_hash.as_slice(), &STYLUS_VERSION.to_be_bytes()].concat());
    write(context, Space::programs().child(2).slot(code_hash), hash.into());
    hash
}

/// Returns the hour of an activation now, as records keep it.
pub fn hour<DB: Database>(context: &ArbContext<DB>) -> u32 {
    // 24 bits of hours last 1900 years.
    u32::try_from(now(context).saturating_sub(START_TIME) / SECONDS_PER_HOUR).unwrap_or(u32::MAX)
}

/// Returns the block time, Unix seconds.
pub fn now<DB: Database>(context: &ArbContext<DB>) -> u64 {
    context.block().timestamp().saturating_to()
}

fn records() -> Space {
    Space::programs().child(1)
}

/// Raises the demand for program data by `bytes` of native code and returns their fee in wei.
pub fn data_fee<DB: Database<Error = Infallible>>(context: &mut ArbContext<DB>, bytes: u32) -> u128 {
    const BYTES_PER_SECOND: u64 = 34_865;
    const MIN_PRICE: u128 = 82_928_201;
    const INERTIA: u64 = 21_360_419;

    let pricer = Space::programs().child(3);
    let (demand_slot, time_slot) = (pricer.field(0), pricer.field(2));
    let now = now(context);
    let last: u64 = read(context, time_slot).saturating_to();
    // Nothing stored means genesis, when ArbOS begins to count.
    let elapsed = now.saturating_sub(last.max(START_TIME));
    let before: u64 = read(context, demand_slot).saturating_to();
    let demand = before.saturating_sub(elapsed.saturating_mul(BYTES_PER_SECOND)) + u64::from(bytes);
    let demand = demand.min(u64::from(u32::MAX));
    write(context, demand_slot, U256::from(demand));
    write(context, time_slot, U256::from(now));

    let exponent = 10_000 * demand / INERTIA;
    MIN_PRICE * u128::from(approx_exp(exponent, 12)) / 10_000 * u128::from(bytes)
}

/// Approximates e^x with `terms` terms; argument and result in basis points.
pub fn approx_exp(x: u64, terms: u64) -> u64 {
    const ONE: u64 = 10_000;
    let mut result = ONE + x / terms;
    for term in (1..terms).rev() {
        result = ONE + result.saturating_mul(x) / (term * ONE);
    }
    result
}

/// Why code is no readable program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It lacks the prefix.
    #[error("not a Stylus program")]
    NotAProgram,
    /// Its dictionary is not supported: cargo-stylus writes none.
    #[error("unsupported brotli dictionary {0}")]
    Dictionary(u8),
    /// Its brotli stream is broken or too long.
    #[error("the compressed code is broken or larger than {MAX_WASM_SIZE} bytes")]
    Stream,
}

/// Returns the WASM inside a program's code.
///
/// # Errors
/// [`Unreadable`].
pub fn decompress(code: &[u8]) -> Result<Vec<u8>, Unreadable> {
    if !is_program(code) {
        return Err(Unreadable::NotAProgram);
    }
    let (dictionary, stream) = (code[3], &code[4..]);
    if dictionary != 0 {
        return Err(Unreadable::Dictionary(dictionary));
    }
    let mut wasm = vec![0; MAX_WASM_SIZE];
    let (mut in_left, mut in_at, mut out_left, mut out_at, mut total) = (stream.len(), 0, wasm.len(), 0, 0);
    let alloc = StandardAlloc::default;
    let mut state = BrotliState::new(alloc(), alloc(), alloc());
    let end = BrotliDecompressStream(
        &mut in_left,
        &mut in_at,
        stream,
        &mut out_left,
        &mut out_at,
        &mut wasm,
        &mut total,
        &mut state,
    );
    // One stream, whole, and nothing after it.
    if !matches!(end, BrotliResult::ResultSuccess) || in_left != 0 {
        return Err(Unreadable::Stream);
    }
    wasm.truncate(out_at);
    Ok(wasm)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_must_be_whole_alone_and_small_enough() {
        let packed = |bytes: &[u8]| {
            let mut code = vec![0xef, 0xf0, 0x00, 0x00];
            brotli::BrotliCompress(&mut &bytes[..], &mut code, &brotli::enc::BrotliEncoderParams::default()).unwrap();
            code
        };
        let code = packed(b"a program");
        assert_eq!(decompress(&code), Ok(b"a program".to_vec()));
        assert_eq!(decompress(&[&code[..], &[0]].concat()), Err(Unreadable::Stream));
        assert_eq!(decompress(&code[..code.len() - 1]), Err(Unreadable::Stream));
        assert_eq!(decompress(&packed(&vec![7; MAX_WASM_SIZE])).map(|wasm| wasm.len()), Ok(MAX_WASM_SIZE));
        assert_eq!(decompress(&packed(&vec![7; MAX_WASM_SIZE + 1])), Err(Unreadable::Stream));
    }

    #[test]
    fn records_round_trip() {
        let record = Record {
            version: 2,
            init: 300,
            cached_init: 7,
            footprint: 128,
            activated_at: 0xab_cdef,
            asm_kib: 600,
            cached: true,
        };
        assert_eq!(Record::from_word(record.to_word()), record);
    }

    /// Stylus-vm reference, sections 11.3 and 11.7.
    #[test]
    fn approx_exp_gives_the_multipliers_of_the_reference() {
        assert_eq!(approx_exp(240, 12), 10_242);
        assert_eq!(approx_exp(420, 4), 10_428);
    }
}
