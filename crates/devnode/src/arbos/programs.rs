//! The registry of activated programs and the price of adding to it.

use std::convert::Infallible;

use brotli::{BrotliDecompressStream, BrotliResult, BrotliState, enc::StandardAlloc};
use revm::{
    context::{Block, ContextTr},
    database_interface::Database,
    primitives::{B256, U256, keccak256},
};

use super::{
    START_TIME,
    layout::{self, Space, data_pricer},
    params::StylusParams,
    pricing::approx_exp,
    read, write,
};
use crate::{executor::ArbContext, stylus::is_program};

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

    /// Returns the gas of entering, memory not counted.
    pub fn entry_gas(&self, params: &StylusParams) -> u64 {
        params.cached_gas(self.cached_init) + if self.cached { 0 } else { params.init_gas(self.init) }
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
    #[error("error ProgramNeedsUpgrade({version}, {current})")]
    NeedsUpgrade {
        /// What it was activated for.
        version: u16,
        /// What the chain has.
        current: u16,
    },
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
    params: &StylusParams,
    code_hash: B256,
) -> Result<Record, Inactive> {
    let record = record(context, code_hash);
    let age = record.age(now(context));
    if record.version == 0 {
        Err(Inactive::NotActivated)
    } else if record.version != params.version {
        Err(Inactive::NeedsUpgrade { version: record.version, current: params.version })
    } else if age > u64::from(params.expiry_days) * SECONDS_PER_DAY {
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
pub fn set_module_hash<DB: Database<Error = Infallible>>(
    context: &mut ArbContext<DB>,
    code_hash: B256,
    version: u16,
) -> B256 {
    let hash = keccak256([code_hash.as_slice(), &version.to_be_bytes()].concat());
    write(context, Space::at(&[8, 2]).slot(code_hash), hash.into());
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
    Space::at(&[8, 1])
}

/// Raises the demand for program data by `bytes` of native code and returns their fee in wei.
pub fn data_fee<DB: Database<Error = Infallible>>(context: &mut ArbContext<DB>, bytes: u32) -> U256 {
    let mut number = |field: layout::Field| read(context, field.slot()).saturating_to::<u64>();
    let before = number(data_pricer::DEMAND);
    let bytes_per_second = number(data_pricer::BYTES_PER_SECOND);
    let last = number(data_pricer::LAST_UPDATE);
    let min_price = number(data_pricer::MIN_PRICE);
    let inertia = number(data_pricer::INERTIA).max(1);

    let now = now(context);
    let relief = now.saturating_sub(last).saturating_mul(bytes_per_second);
    let demand = before.saturating_sub(relief) + u64::from(bytes);
    let demand = demand.min(u64::from(u32::MAX));
    write(context, data_pricer::DEMAND.slot(), U256::from(demand));
    write(context, data_pricer::LAST_UPDATE.slot(), U256::from(now));

    price(demand, inertia, min_price, bytes)
}

/// Returns the fee in wei of `bytes`, which are in the demand already.
fn price(demand: u64, inertia: u64, min_price: u64, bytes: u32) -> U256 {
    let exponent = 10_000 * demand / inertia;
    let per_byte = U256::from(min_price) * U256::from(approx_exp(exponent, 12)) / U256::from(10_000);
    per_byte * U256::from(bytes)
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
    #[error("the compressed code is broken or too large")]
    Stream,
}

/// Returns the WASM inside a program's code, at most `limit` bytes.
///
/// # Errors
/// [`Unreadable`].
pub fn decompress(code: &[u8], limit: usize) -> Result<Vec<u8>, Unreadable> {
    if !is_program(code) {
        return Err(Unreadable::NotAProgram);
    }
    let (dictionary, stream) = (code[3], &code[4..]);
    if dictionary != 0 {
        return Err(Unreadable::Dictionary(dictionary));
    }
    let mut wasm = vec![0; limit];
    let (mut in_left, mut in_at, mut out_left, mut out_at, mut total) = (stream.len(), 0, wasm.len(), 0, 0);
    let alloc = StandardAlloc::default;
    let mut state = BrotliState::new_strict(alloc(), alloc(), alloc());
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
    // One stream, whole; Nitro does not look at what comes after it.
    if !matches!(end, BrotliResult::ResultSuccess) {
        return Err(Unreadable::Stream);
    }
    wasm.truncate(out_at);
    Ok(wasm)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_must_be_whole_and_small_enough() {
        const LIMIT: usize = 131_072;
        let decompress = |code: &[u8]| decompress(code, LIMIT);
        let packed = |bytes: &[u8]| {
            let mut code = vec![0xef, 0xf0, 0x00, 0x00];
            brotli::BrotliCompress(&mut &bytes[..], &mut code, &brotli::enc::BrotliEncoderParams::default()).unwrap();
            code
        };
        let code = packed(b"a program");
        assert_eq!(decompress(&code), Ok(b"a program".to_vec()));
        assert_eq!(decompress(&[&code[..], &[0]].concat()), Ok(b"a program".to_vec()));
        assert_eq!(decompress(&code[..code.len() - 1]), Err(Unreadable::Stream));
        assert_eq!(decompress(&packed(&vec![7; LIMIT])).map(|wasm| wasm.len()), Ok(LIMIT));
        assert_eq!(decompress(&packed(&vec![7; LIMIT + 1])), Err(Unreadable::Stream));
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

    /// Stylus-vm reference, section 11.6: two programs of 600,000 bytes in the same second.
    #[test]
    fn data_costs_more_the_more_is_in_demand() {
        let fee = |demand| price(demand, 21_360_419, 82_928_201, 600_000);
        assert_eq!(fee(600_000), U256::from(51_165_041_400_000_u64));
        assert_eq!(fee(1_200_000), U256::from(52_622_919_000_000_u64));
    }
}
