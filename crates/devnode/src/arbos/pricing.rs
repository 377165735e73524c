//! What gas and data cost: the base fee and its backlog, and the share of the parent chain.

use brotli::enc::{
    StandardAlloc,
    encode::{BrotliEncoderOperation, BrotliEncoderParameter, BrotliEncoderStateStruct},
};
use revm::primitives::U256;

use super::layout::{Field, l1, l2, root};

/// Units per byte of data.
const UNITS_PER_BYTE: u64 = 16;
/// Base fee at genesis, in wei per gas.
pub const INITIAL_BASE_FEE: u64 = 100_000_000;
/// Price of a unit of data at genesis, in wei.
pub const INITIAL_L1_PRICE: u64 = 50_000_000_000;
/// Compute gas that a block may take, and a transaction, at genesis.
pub const INITIAL_GAS_LIMIT: u64 = 32_000_000;

/// Slots to read.
pub trait Slots {
    /// Returns a slot of ArbOS's account.
    fn slot(&self, slot: U256) -> U256;

    /// Returns a number at a fixed place.
    fn number(&self, field: Field) -> u64 {
        self.slot(field.slot()).saturating_to()
    }
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

/// Returns what ArbOS writes to its slots when a block begins `passed` seconds after the one before:
/// the backlog that is left, and the base fee of the block after.
pub fn start_block(state: &impl Slots, passed: u64) -> [(U256, U256); 2] {
    let speed = state.number(l2::SPEED_LIMIT);
    let backlog = state.number(l2::BACKLOG).saturating_sub(passed.saturating_mul(speed));
    let fee = base_fee(state, speed, backlog);
    [(l2::BACKLOG.slot(), U256::from(backlog)), (l2::BASE_FEE.slot(), fee)]
}

fn base_fee(state: &impl Slots, speed: u64, backlog: u64) -> U256 {
    let minimum = state.slot(l2::MIN_BASE_FEE.slot());
    let tolerated = state.number(l2::TOLERANCE).wrapping_mul(speed);
    if backlog <= tolerated {
        return minimum;
    }
    let excess = (backlog - tolerated).saturating_mul(10_000).min(i64::MAX.cast_unsigned());
    let inertia = state.number(l2::INERTIA).saturating_mul(speed).max(1);
    minimum * U256::from(approx_exp(excess / inertia, 4)) / U256::from(10_000)
}

/// Returns the slot of the backlog and its value after `compute` more gas.
pub fn used(state: &impl Slots, compute: u64) -> (U256, U256) {
    let backlog = state.number(l2::BACKLOG).saturating_add(compute);
    (l2::BACKLOG.slot(), U256::from(backlog))
}

/// What a transaction's data costs on the parent chain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Poster {
    /// Units of data.
    pub units: u64,
    /// Gas that pays for them.
    pub gas: u64,
}

impl Poster {
    /// Prices a transaction in its encoded form at a base fee in wei.
    pub fn of_transaction(state: &impl Slots, encoded: &[u8], base_fee: u64) -> Self {
        if base_fee == 0 {
            return Self::default();
        }
        let units = UNITS_PER_BYTE * compressed_len(encoded, state.number(root::BROTLI_LEVEL));
        let price = state.slot(l1::PRICE_PER_UNIT.slot());
        let gas = price.saturating_mul(U256::from(units)) / U256::from(base_fee);
        Self { units, gas: gas.saturating_to() }
    }

    /// Prices a call by the encoded form of what stands in for its transaction, a little higher;
    /// estimates higher still.
    pub fn of_call(state: &impl Slots, encoded: impl FnOnce() -> Vec<u8>, base_fee: u64, estimating: bool) -> Self {
        const PADDING: u64 = 256;
        let price = state.slot(l1::PRICE_PER_UNIT.slot());
        if base_fee == 0 || price.is_zero() {
            return Self::default();
        }
        let bytes = UNITS_PER_BYTE * compressed_len(&encoded(), state.number(root::BROTLI_LEVEL));
        let units = (bytes + PADDING) * 10_100 / 10_000;
        let cost = price.saturating_mul(U256::from(units));
        let gas = if estimating {
            let lowered = U256::from(base_fee) * U256::from(7) / U256::from(8);
            let fee = lowered.max(state.slot(l2::MIN_BASE_FEE.slot())).max(U256::from(1));
            cost.saturating_mul(U256::from(11)) / U256::from(10) / fee
        } else {
            cost / U256::from(base_fee)
        };
        Self { units, gas: gas.saturating_to() }
    }

    /// Returns the slot of the units and their number with these, as it is while the transaction runs.
    pub fn counted(self, state: &impl Slots) -> (U256, U256) {
        let slot = l1::UNITS_SINCE_UPDATE.slot();
        (slot, state.slot(slot).saturating_add(U256::from(self.units)))
    }

    /// Returns the slot of the fees and their sum with these, once they are paid at a base fee in wei.
    pub fn paid(self, state: &impl Slots, base_fee: u64) -> (U256, U256) {
        let slot = l1::FEES_AVAILABLE.slot();
        (slot, state.slot(slot).saturating_add(U256::from(base_fee) * U256::from(self.gas)))
    }
}

/// Returns the length of `data` after brotli with a window of 2^22 bytes, handed over at once.
fn compressed_len(data: &[u8], level: u64) -> u64 {
    let mut encoder = BrotliEncoderStateStruct::new(StandardAlloc::default());
    encoder.set_parameter(BrotliEncoderParameter::BROTLI_PARAM_QUALITY, u32::try_from(level).unwrap_or(11));
    encoder.set_parameter(BrotliEncoderParameter::BROTLI_PARAM_LGWIN, 22);
    // What does not get shorter is stored as it is, in few pieces: there is always room.
    let mut compressed = vec![0; data.len() + data.len() / 4 + 1024];
    let (mut in_left, mut in_at, mut out_left, mut out_at) = (data.len(), 0, compressed.len(), 0);
    encoder.compress_stream(
        BrotliEncoderOperation::BROTLI_OPERATION_FINISH,
        &mut in_left,
        data,
        &mut in_at,
        &mut out_left,
        &mut compressed,
        &mut out_at,
        &mut None,
        &mut |_, _, _, _| (),
    );
    out_at as u64
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use alloy::primitives::hex;

    use super::*;

    impl Slots for HashMap<U256, U256> {
        fn slot(&self, slot: U256) -> U256 {
            self.get(&slot).copied().unwrap_or_default()
        }
    }

    fn fresh() -> HashMap<U256, U256> {
        let fields = [
            (l2::SPEED_LIMIT, 7_000_000),
            (l2::BASE_FEE, INITIAL_BASE_FEE),
            (l2::MIN_BASE_FEE, INITIAL_BASE_FEE),
            (l2::INERTIA, 102),
            (l2::TOLERANCE, 10),
            (l1::PRICE_PER_UNIT, INITIAL_L1_PRICE),
            (root::BROTLI_LEVEL, 1),
        ];
        fields.into_iter().map(|(field, value)| (field.slot(), U256::from(value))).collect()
    }

    /// Stylus-vm reference, sections 11.3 and 11.7.
    #[test]
    fn approx_exp_gives_the_multipliers_of_the_reference() {
        assert_eq!(approx_exp(240, 12), 10_242);
        assert_eq!(approx_exp(420, 4), 10_428);
    }

    /// Stylus-vm reference, section 11.7.
    #[test]
    fn a_backlog_of_100_million_gas_gives_the_base_fee_of_the_reference() {
        let mut state = fresh();
        state.insert(l2::BACKLOG.slot(), U256::from(100_000_000));
        assert_eq!(start_block(&state, 0)[1], (l2::BASE_FEE.slot(), U256::from(104_280_000)));
        // Within 5 seconds 35 million gas are worked off: 65 million are tolerated.
        let later = start_block(&state, 5);
        assert_eq!(later[0].1, U256::from(65_000_000));
        assert_eq!(later[1].1, U256::from(INITIAL_BASE_FEE));
    }

    #[test]
    fn data_costs_nothing_at_price_zero_but_its_units_are_counted() {
        let mut state = fresh();
        let at_price = Poster::of_transaction(&state, &[1, 2, 3], INITIAL_BASE_FEE);
        assert_eq!(at_price.gas, 500 * at_price.units);
        state.insert(l1::PRICE_PER_UNIT.slot(), U256::ZERO);
        let free = Poster::of_transaction(&state, &[1, 2, 3], INITIAL_BASE_FEE);
        assert_eq!(free, Poster { units: at_price.units, gas: 0 });
    }

    /// Lengths that brotli's encoder in C gives (1.2.1, level 1, window 22).
    #[test]
    fn compression_is_as_long_as_that_of_the_encoder_in_c() {
        let zeros = [0; 600];
        let ramp: Vec<u8> = (0..4).flat_map(|_| 0..=255).collect();
        let text = b"transfer(address,uint256)".repeat(40);
        let table: [(&[u8], u64); 8] = [
            (
                &hex!(
                    "02f8119d7ba597db4d5e236f68e2d512392bee344153f1493555874e0cfdad7356b8e2ba659030775aa55dfabe6f83182056"
                    "6f33e8d07bd609a8b599f6ce3f720203121ef7c8b8787c74d43a6cab887c89624c9388fa"
                )[..],
                90,
            ),
            (
                &hex!(
                    "02f899f3d0d568f55243269421d5ca8390c9c37612276080604052608060405260806040526080604052e11df2996bb29e7d"
                    "df76583d413becf712b1b3e4afc010ae8a5e88f879db34e165f08f6a2664a877fff08c3df2dbae5e1b6ebf068fc0af1f7845"
                    "96e33bba97ad"
                )[..],
                110,
            ),
            (
                &hex!(
                    "02f8b430ff256eb16222d268e93a02bdfd847ee321e448cc8c2ed746d6f7b090af119cfacf52bd51fa0a9b194bc04c23acd7"
                    "c33dbfd9000000000000000000000000000000000000000000000000000000000000673325a512d66933406474e3222aec8e"
                    "85785fdf9db92575eb4bf4d5ed856896d5ad7785a0b942068c7b57e784babce8181f3d1e20b6558d0106deb4b4bdee8a49c9"
                    "0d6649541a0a"
                )[..],
                160,
            ),
            (
                &hex!(
                    "02f81e5df104bd737ad1734d9a5eb544d31bcf3975db7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c608060405260"
                    "806040526080604052608060405260806040526080604052f334d9138a832e5a91251511c4ecc3f2afc3cbe361f1c776d125"
                    "04f51b77c1176080604052608060405260806040526080604052abd91b2c1dfe3729e57c452188861af1591233f73ebd71ff"
                    "fe80ee5541978c6f57ea51f6978cf039782127d29ebb8bd28baeeac80b2db518fe5e0628709bbfdad710c1fe8c4895c148f9"
                    "93829fab910edc31d54ac3e6cee0b55af83d6d2c8627"
                )[..],
                226,
            ),
            (&[], 1),
            (&zeros, 20),
            (&ramp, 286),
            (&text, 55),
        ];
        for (data, length) in table {
            assert_eq!(compressed_len(data, 1), length, "{}", hex::encode(data));
        }
    }
}
