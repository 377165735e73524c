//! Reads ABI-encoded arguments and writes results, in as little code as possible.
//!
//! A Stylus program may have 24,576 compressed bytes.
//! The SDK's router instantiates a decoder and an encoder for every function, which for a token with
//! 54 functions is a third of the program; here all functions share the few below.
//! What is accepted is what Solidity's own decoder accepts: values must be in range, bytes after the
//! last argument are ignored.
#![no_std]

extern crate alloc;

use alloc::{vec, vec::Vec};

use alloy_primitives::{Address, B256, U256};

/// The arguments are too short, out of range or point outside; Solidity reverts without data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

/// Reads arguments one after the other.
#[derive(Clone, Debug)]
pub struct Args<'a> {
    data: &'a [u8],
    next: usize,
}

impl<'a> Args<'a> {
    /// Starts at the first argument; `data` is the calldata without the selector.
    pub fn new(data: &'a [u8]) -> Self {
        Self { data, next: 0 }
    }

    /// Reads a `bytes32`.
    ///
    /// # Errors
    /// [`Malformed`] when the data ends before it does.
    #[inline(never)]
    pub fn bytes32(&mut self) -> Result<B256, Malformed> {
        let word = word_at(self.data, self.next)?;
        self.next += 32;
        Ok(word)
    }

    /// Reads a `uint256`.
    ///
    /// # Errors
    /// [`Malformed`] when the data ends before it does.
    pub fn uint256(&mut self) -> Result<U256, Malformed> {
        Ok(self.bytes32()?.into())
    }

    /// Reads a `uint128`.
    ///
    /// # Errors
    /// [`Malformed`] when the value has more bits or the data ends before it does.
    #[inline(never)]
    pub fn uint128(&mut self) -> Result<u128, Malformed> {
        u128::try_from(self.uint256()?).map_err(|_| Malformed)
    }

    /// Reads a `uint48`.
    ///
    /// # Errors
    /// [`Malformed`] when the value has more bits or the data ends before it does.
    pub fn uint48(&mut self) -> Result<u64, Malformed> {
        u64::try_from(self.uint128()?).ok().filter(|value| value >> 48 == 0).ok_or(Malformed)
    }

    /// Reads a `uint32`.
    ///
    /// # Errors
    /// [`Malformed`] when the value has more bits or the data ends before it does.
    pub fn uint32(&mut self) -> Result<u32, Malformed> {
        u32::try_from(self.uint128()?).map_err(|_| Malformed)
    }

    /// Reads a `uint8`.
    ///
    /// # Errors
    /// [`Malformed`] when the value has more bits or the data ends before it does.
    pub fn uint8(&mut self) -> Result<u8, Malformed> {
        u8::try_from(self.uint128()?).map_err(|_| Malformed)
    }

    /// Reads an `address`.
    ///
    /// # Errors
    /// [`Malformed`] when the upper 12 bytes are not zero or the data ends before it does.
    #[inline(never)]
    pub fn address(&mut self) -> Result<Address, Malformed> {
        address(self.bytes32()?)
    }

    /// Reads `bytes`.
    ///
    /// # Errors
    /// [`Malformed`] when they lie outside the data.
    #[inline(never)]
    pub fn bytes(&mut self) -> Result<&'a [u8], Malformed> {
        let (length, start) = self.dynamic()?;
        let end = start.checked_add(length).ok_or(Malformed)?;
        self.data.get(start..end).ok_or(Malformed)
    }

    /// Reads an `address[]`.
    ///
    /// # Errors
    /// [`Malformed`] when it lies outside the data or holds what is not an address.
    pub fn addresses(&mut self) -> Result<Vec<Address>, Malformed> {
        let (length, start) = self.dynamic()?;
        let end = length.checked_mul(32).and_then(|bytes| start.checked_add(bytes)).ok_or(Malformed)?;
        let words = self.data.get(start..end).ok_or(Malformed)?;
        words.chunks_exact(32).map(|word| address(B256::from_slice(word))).collect()
    }

    /// Reads the place of a dynamic argument: its length and where its content starts.
    fn dynamic(&mut self) -> Result<(usize, usize), Malformed> {
        let offset = size(self.bytes32()?)?;
        let length = size(word_at(self.data, offset)?)?;
        // `word_at` has found 32 bytes there, so the sum lies within the data.
        Ok((length, offset + 32))
    }
}

fn word_at(data: &[u8], start: usize) -> Result<B256, Malformed> {
    let end = start.checked_add(32).ok_or(Malformed)?;
    data.get(start..end).map(B256::from_slice).ok_or(Malformed)
}

fn size(word: B256) -> Result<usize, Malformed> {
    usize::try_from(U256::from_be_bytes(word.0)).map_err(|_| Malformed)
}

fn address(word: B256) -> Result<Address, Malformed> {
    if word[..12].iter().any(|byte| *byte != 0) {
        return Err(Malformed);
    }
    Ok(Address::from_word(word))
}

/// Encodes values of one word each.
#[inline(never)]
pub fn words(values: &[B256]) -> Vec<u8> {
    prefixed(&[], values)
}

/// Encodes one value of one word.
#[inline(never)]
pub fn word(value: B256) -> Vec<u8> {
    words(&[value])
}

/// Encodes one integer.
#[inline(never)]
pub fn uint(value: U256) -> Vec<u8> {
    word(value.into())
}

/// Encodes a `string` or `bytes`.
#[inline(never)]
pub fn bytes(value: &[u8]) -> Vec<u8> {
    let mut data = vec![0; 64 + value.len().next_multiple_of(32)];
    data[31] = 32;
    data[32..64].copy_from_slice(&U256::from(value.len()).to_be_bytes::<32>());
    data[64..64 + value.len()].copy_from_slice(value);
    data
}

/// Encodes an array of words.
pub fn array(values: &[B256]) -> Vec<u8> {
    let mut all = vec![B256::with_last_byte(32), U256::from(values.len()).into()];
    all.extend_from_slice(values);
    words(&all)
}

/// Encodes words behind a selector, as revert data or a call.
#[inline(never)]
pub fn prefixed(selector: &[u8], values: &[B256]) -> Vec<u8> {
    let mut data = Vec::with_capacity(selector.len() + 32 * values.len());
    data.extend_from_slice(selector);
    for value in values {
        data.extend_from_slice(value.as_slice());
    }
    data
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encode(words: &[u64]) -> Vec<u8> {
        super::words(&words.iter().map(|word| U256::from(*word).into()).collect::<Vec<_>>())
    }

    #[test]
    fn values_are_read_in_order_and_the_rest_is_ignored() {
        let data = encode(&[7, 8, 9]);
        let mut args = Args::new(&data);
        assert_eq!(args.uint256(), Ok(U256::from(7)));
        assert_eq!(args.address(), Ok(Address::with_last_byte(8)));
    }

    #[test]
    fn short_data_is_malformed() {
        for length in [0, 1, 31] {
            assert_eq!(Args::new(&[0; 32][..length]).bytes32(), Err(Malformed));
        }
    }

    #[test]
    fn integers_and_addresses_must_be_in_range() {
        let mut data = encode(&[256]);
        assert_eq!(Args::new(&data).uint8(), Err(Malformed));
        assert_eq!(Args::new(&data).uint32(), Ok(256));
        data[11] = 1;
        assert_eq!(Args::new(&data).address(), Err(Malformed));
        assert_eq!(Args::new(&data).uint128(), Err(Malformed));
    }

    #[test]
    fn bytes_need_no_padding_but_must_be_there() {
        let mut data = encode(&[32, 3]);
        data.extend_from_slice(b"abc");
        assert_eq!(Args::new(&data).bytes(), Ok(&b"abc"[..]));
        data.pop();
        assert_eq!(Args::new(&data).bytes(), Err(Malformed));
    }

    #[test]
    fn offsets_and_lengths_cannot_overflow() {
        for (offset, length) in [(u64::MAX, 1), (32, u64::MAX), (u64::MAX - 31, 0), (33, 0)] {
            let data = encode(&[offset, length]);
            assert_eq!(Args::new(&data).bytes(), Err(Malformed), "{offset} {length}");
            assert_eq!(Args::new(&data).addresses(), Err(Malformed), "{offset} {length}");
        }
        let wide = super::words(&[B256::repeat_byte(0xff), B256::ZERO]);
        assert_eq!(Args::new(&wide).bytes(), Err(Malformed));
    }

    #[test]
    fn results_are_encoded_as_the_standard_says() {
        assert_eq!(uint(U256::from(5)), encode(&[5]));
        assert_eq!(array(&[B256::with_last_byte(1)]), encode(&[32, 1, 1]));
        assert_eq!(bytes(b"").len(), 64);
        let mut expected = encode(&[32, 3]);
        expected.extend_from_slice(b"AIA");
        expected.resize(96, 0);
        assert_eq!(bytes(b"AIA"), expected);
    }
}
