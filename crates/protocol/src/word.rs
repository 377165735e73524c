//! Packs fields into one storage word, from the low end up.

use alloy_primitives::{Address, U256};

/// Takes the fields of a word one after the other.
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    limbs: [u64; 4],
    next: usize,
}

impl Reader {
    /// Starts at the low end.
    pub fn new(word: U256) -> Self {
        Self { limbs: word.into_limbs(), next: 0 }
    }

    /// Takes a field of at most 128 bits.
    #[inline(never)]
    pub fn u128(&mut self, bits: usize) -> u128 {
        debug_assert!(bits <= 128);
        let (limb, shift) = (self.next / 64, self.next % 64);
        let at = |index: usize| u128::from(self.limbs.get(limb + index).copied().unwrap_or_default());
        // Shifted twice, because a shift by all 128 bits is none.
        let field = (at(0) | at(1) << 64) >> shift | at(2) << (127 - shift) << 1;
        self.next += bits;
        if bits < 128 { field & ((1 << bits) - 1) } else { field }
    }

    /// Takes a field of at most 64 bits.
    #[allow(clippy::cast_possible_truncation)] // the field has no more bits
    pub fn u64(&mut self, bits: usize) -> u64 {
        debug_assert!(bits <= 64);
        self.u128(bits) as u64
    }

    /// Takes a field of at most 32 bits.
    #[allow(clippy::cast_possible_truncation)] // the field has no more bits
    pub fn u32(&mut self, bits: usize) -> u32 {
        debug_assert!(bits <= 32);
        self.u128(bits) as u32
    }

    /// Takes a field of 16 bits.
    #[allow(clippy::cast_possible_truncation)] // the field has no more bits
    pub fn u16(&mut self) -> u16 {
        self.u128(16) as u16
    }

    /// Takes a field of 8 bits.
    #[allow(clippy::cast_possible_truncation)] // the field has no more bits
    pub fn u8(&mut self) -> u8 {
        self.u128(8) as u8
    }

    /// Takes an address, 160 bits.
    #[inline(never)]
    pub fn address(&mut self) -> Address {
        let (low, high) = (self.u128(128), self.u32(32));
        let mut bytes = [0; 20];
        bytes[..4].copy_from_slice(&high.to_be_bytes());
        bytes[4..].copy_from_slice(&low.to_be_bytes());
        Address::new(bytes)
    }
}

/// Puts fields into a word one after the other.
#[derive(Clone, Copy, Debug, Default)]
pub struct Writer {
    limbs: [u64; 4],
    next: usize,
}

impl Writer {
    /// Puts a field of `bits` bits, which the value must fit.
    #[must_use]
    pub fn uint(mut self, bits: usize, value: impl Into<u128>) -> Self {
        self.put(bits, value.into());
        self
    }

    /// Puts an address, 160 bits.
    #[must_use]
    pub fn address(mut self, value: Address) -> Self {
        self.put_address(value);
        self
    }

    #[inline(never)]
    #[allow(clippy::cast_possible_truncation)] // each limb takes its own 64 bits
    fn put(&mut self, bits: usize, value: u128) {
        debug_assert!(bits >= 128 || value >> bits == 0, "{value} has more than {bits} bits");
        let (limb, shift) = (self.next / 64, self.next % 64);
        let low = value << shift;
        // What the shift has pushed out; shifted twice, because a shift by all 128 bits is none.
        let high = value >> (127 - shift) >> 1;
        for (index, part) in [low as u64, (low >> 64) as u64, high as u64].into_iter().enumerate() {
            if let Some(place) = self.limbs.get_mut(limb + index) {
                *place |= part;
            }
        }
        self.next += bits;
    }

    #[inline(never)]
    fn put_address(&mut self, value: Address) {
        let (high, low) = value.split_at(4);
        self.put(128, low.iter().fold(0, |sum, byte| sum << 8 | u128::from(*byte)));
        self.put(32, high.iter().fold(0, |sum, byte| sum << 8 | u128::from(*byte)));
    }

    /// Returns the word.
    pub fn done(self) -> U256 {
        debug_assert!(self.next <= 256);
        U256::from_limbs(self.limbs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_come_out_as_they_went_in() {
        let someone = Address::repeat_byte(0xfe);
        let word = Writer::default().uint(8, 0xffu8).address(someone).uint(24, 1u32).uint(64, u64::MAX).done();
        let mut reader = Reader::new(word);
        assert_eq!(reader.u8(), 0xff);
        assert_eq!(reader.address(), someone);
        assert_eq!(reader.u32(24), 1);
        assert_eq!(reader.u64(64), u64::MAX);
        assert_eq!(reader.u16(), 0);
    }

    #[test]
    fn fields_lie_where_shifts_would_put_them() {
        let widths = [1, 63, 64, 128, 96, 160 - 128, 7, 121];
        for start in 0..=128usize {
            for bits in widths {
                let value = u128::MAX >> (128 - bits);
                let word = Writer::default().uint(start, 0u8).uint(bits, value).done();
                assert_eq!(word, U256::from(value) << start, "{bits} bits at {start}");
                let mut reader = Reader::new(word | U256::ONE << 255);
                assert_eq!((reader.u128(start), reader.u128(bits)), (0, value), "{bits} bits at {start}");
            }
        }
    }

    #[test]
    fn a_full_word_has_two_halves() {
        let word = Writer::default().uint(128, u128::MAX - 1).uint(128, 7u8).done();
        let mut reader = Reader::new(word);
        assert_eq!((reader.u128(128), reader.u128(128)), (u128::MAX - 1, 7));
    }
}
