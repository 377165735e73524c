//! Reads ABI-encoded arguments and writes results, in as little code as possible.
//!
//! A Stylus program may have 24,576 compressed bytes.
//! The SDK's router instantiates a decoder and an encoder for every function, which for a token with
//! 54 functions is a third of the program; here all functions share the few below.
//! What is accepted is what Solidity's own decoder accepts: values must be in range, bytes after the
//! last argument are ignored.
#![no_std]

extern crate alloc;

mod encoder;

pub use encoder::Encoder;

use alloc::{vec, vec::Vec};

use alloy_primitives::{Address, B256, FixedBytes, U256};

/// The arguments are too short, out of range or point outside; Solidity reverts without data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

impl From<Malformed> for Vec<u8> {
    /// Returns the revert data, which is none.
    fn from(_: Malformed) -> Self {
        Self::new()
    }
}

/// Reads arguments one after the other.
///
/// What is not there reads as zero and is remembered: [`check`](Self::check) tells.
/// A contract runs its function all the same and reverts afterwards, which undoes everything; so no function needs to
/// ask after each argument, which would be a tenth of a program.
#[derive(Clone, Debug)]
pub struct Args<'a> {
    data: &'a [u8],
    next: usize,
    malformed: bool,
}

impl<'a> Args<'a> {
    /// Starts at the first argument; `data` is the calldata without the selector.
    pub fn new(data: &'a [u8]) -> Self {
        Self { data, next: 0, malformed: false }
    }

    /// Whether everything read so far was there.
    ///
    /// # Errors
    /// [`Malformed`] when it was not.
    pub fn check(&self) -> Result<(), Malformed> {
        if self.malformed { Err(Malformed) } else { Ok(()) }
    }

    /// Reads a `bytes32`.
    #[inline(never)]
    pub fn bytes32(&mut self) -> B256 {
        let word = word_at(self.data, self.next);
        self.next += 32;
        self.or_zero(word)
    }

    /// Reads a `uint256`.
    pub fn uint256(&mut self) -> U256 {
        self.bytes32().into()
    }

    /// Reads a `uint128`.
    #[inline(never)]
    pub fn uint128(&mut self) -> u128 {
        let value = u128::try_from(self.uint256()).map_err(|_| Malformed);
        self.or_zero(value)
    }

    /// Reads a `uint` of less than 128 bits, given how many.
    #[inline(never)]
    pub fn uint(&mut self, bits: u32) -> u128 {
        let value = self.uint128();
        self.or_zero(if value >> bits == 0 { Ok(value) } else { Err(Malformed) })
    }

    /// Reads a `uint96`.
    pub fn uint96(&mut self) -> u128 {
        self.uint(96)
    }

    /// Reads a `uint64`.
    #[allow(clippy::cast_possible_truncation)] // it has no more bits
    pub fn uint64(&mut self) -> u64 {
        self.uint(64) as u64
    }

    /// Reads a `uint48`.
    #[allow(clippy::cast_possible_truncation)] // it has no more bits
    pub fn uint48(&mut self) -> u64 {
        self.uint(48) as u64
    }

    /// Reads a `uint40`.
    #[allow(clippy::cast_possible_truncation)] // it has no more bits
    pub fn uint40(&mut self) -> u64 {
        self.uint(40) as u64
    }

    /// Reads a `uint32`.
    #[allow(clippy::cast_possible_truncation)] // it has no more bits
    pub fn uint32(&mut self) -> u32 {
        self.uint(32) as u32
    }

    /// Reads a `uint24`.
    #[allow(clippy::cast_possible_truncation)] // it has no more bits
    pub fn uint24(&mut self) -> u32 {
        self.uint(24) as u32
    }

    /// Reads a `uint16`.
    #[allow(clippy::cast_possible_truncation)] // it has no more bits
    pub fn uint16(&mut self) -> u16 {
        self.uint(16) as u16
    }

    /// Reads a `uint8`.
    #[allow(clippy::cast_possible_truncation)] // it has no more bits
    pub fn uint8(&mut self) -> u8 {
        self.uint(8) as u8
    }

    /// Reads a `bool`, which is 0 or 1.
    pub fn boolean(&mut self) -> bool {
        self.uint(1) == 1
    }

    /// Reads a `bytes20`, whose lower 12 bytes are zero.
    pub fn bytes20(&mut self) -> FixedBytes<20> {
        self.leading()
    }

    /// Reads a `bytes4`, whose lower 28 bytes are zero.
    pub fn bytes4(&mut self) -> FixedBytes<4> {
        self.leading()
    }

    fn leading<const N: usize>(&mut self) -> FixedBytes<N> {
        let word = self.bytes32();
        let (value, rest) = word.split_at(N);
        let is_zero = rest.iter().all(|byte| *byte == 0);
        self.or_zero(if is_zero { Ok(FixedBytes::from_slice(value)) } else { Err(Malformed) })
    }

    /// Reads an `address`, whose upper 12 bytes are zero.
    #[inline(never)]
    pub fn address(&mut self) -> Address {
        let value = address(self.bytes32());
        self.or_zero(value)
    }

    /// Reads `bytes`.
    #[inline(never)]
    pub fn bytes(&mut self) -> &'a [u8] {
        let bytes = self.dynamic().and_then(|(length, start)| slice(self.data, start, length));
        self.or_zero(bytes)
    }

    /// Reads an `address[]`.
    pub fn addresses(&mut self) -> Vec<Address> {
        let addresses = self.array().and_then(|words| words.map(address).collect());
        self.or_zero(addresses)
    }

    /// Reads a `bytes32[]`.
    pub fn words(&mut self) -> Vec<B256> {
        let words = self.array().map(Iterator::collect);
        self.or_zero(words)
    }

    /// Reads an array of values of one word each.
    fn array(&mut self) -> Result<impl Iterator<Item = B256> + use<'a>, Malformed> {
        let (length, start) = self.dynamic()?;
        let words = slice(self.data, start, length.checked_mul(32).ok_or(Malformed)?)?;
        Ok(words.chunks_exact(32).map(B256::from_slice))
    }

    /// Reads a `bytes[]`.
    pub fn byte_strings(&mut self) -> Vec<&'a [u8]> {
        let mut strings = Vec::new();
        for content in self.elements() {
            let string = size_at(content, 0).and_then(|length| slice(content, 32, length));
            strings.push(self.or_zero(string));
        }
        strings
    }

    /// Reads an array of tuples without a fixed length, each of which has its own start.
    pub fn tuples(&mut self) -> Vec<Self> {
        self.elements().into_iter().map(Self::new).collect()
    }

    /// Reads a tuple without a fixed length; its own offsets count from its start.
    pub fn tuple(&mut self) -> Self {
        let tuple = size(self.bytes32()).and_then(|start| self.data.get(start..).ok_or(Malformed));
        Self::new(self.or_zero(tuple))
    }

    /// Reads an array of tuples of so many words each.
    pub fn records(&mut self, words: usize) -> Vec<Self> {
        let size = words * 32;
        let records = self.dynamic().and_then(|(length, start)| {
            let content = slice(self.data, start, length.checked_mul(size).ok_or(Malformed)?)?;
            Ok(content.chunks_exact(size).map(Self::new).collect())
        });
        self.or_zero(records)
    }

    /// Reads an array of values without a fixed length: what follows the start of each.
    #[inline(never)]
    fn elements(&mut self) -> Vec<&'a [u8]> {
        let mut elements = Vec::new();
        let array = self.dynamic().and_then(|(length, start)| {
            let heads = slice(self.data, start, length.checked_mul(32).ok_or(Malformed)?)?;
            // The heads are there, so this is too.
            Ok((heads, &self.data[start..]))
        });
        let (heads, content) = self.or_zero(array);
        for at in (0..heads.len()).step_by(32) {
            let element = size_at(heads, at).and_then(|start| content.get(start..).ok_or(Malformed));
            elements.push(self.or_zero(element));
        }
        elements
    }

    /// Reads the place of a dynamic argument: its length and where its content starts.
    fn dynamic(&mut self) -> Result<(usize, usize), Malformed> {
        let offset = size(self.bytes32())?;
        let length = size_at(self.data, offset)?;
        // 32 bytes were found there, so the sum lies within the data.
        Ok((length, offset + 32))
    }

    fn or_zero<T: Default>(&mut self, value: Result<T, Malformed>) -> T {
        self.malformed |= value.is_err();
        value.unwrap_or_default()
    }
}

fn word_at(data: &[u8], start: usize) -> Result<B256, Malformed> {
    slice(data, start, 32).map(B256::from_slice)
}

fn slice(data: &[u8], start: usize, length: usize) -> Result<&[u8], Malformed> {
    let end = start.checked_add(length).ok_or(Malformed)?;
    data.get(start..end).ok_or(Malformed)
}

/// Reads a length or an offset.
fn size_at(data: &[u8], start: usize) -> Result<usize, Malformed> {
    size(word_at(data, start)?)
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

/// Encodes a `bytes[]`.
pub fn byte_strings(values: &[Vec<u8>]) -> Vec<u8> {
    let mut heads = vec![B256::with_last_byte(32), U256::from(values.len()).into()];
    let mut content = Vec::new();
    for value in values {
        heads.push(U256::from(values.len() * 32 + content.len()).into());
        // As one argument it would begin with its offset.
        content.extend_from_slice(&bytes(value)[32..]);
    }
    let mut data = words(&heads);
    data.append(&mut content);
    data
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

    /// Reads one argument and returns it if it was there.
    fn read<'a, T>(data: &'a [u8], argument: fn(&mut Args<'a>) -> T) -> Result<T, Malformed> {
        let mut args = Args::new(data);
        let value = argument(&mut args);
        args.check().map(|()| value)
    }

    #[test]
    fn values_are_read_in_order_and_the_rest_is_ignored() {
        let data = encode(&[7, 8, 9]);
        let mut args = Args::new(&data);
        assert_eq!(args.uint256(), U256::from(7));
        assert_eq!(args.address(), Address::with_last_byte(8));
        assert_eq!(args.check(), Ok(()));
    }

    #[test]
    fn short_data_is_malformed_and_reads_as_zero() {
        for length in [0, 1, 31] {
            let data = [0xff; 31];
            let mut args = Args::new(&data[..length]);
            assert_eq!((args.bytes32(), args.check()), (B256::ZERO, Err(Malformed)));
        }
    }

    #[test]
    fn what_was_malformed_stays_so() {
        let data = encode(&[256, 1]);
        let mut args = Args::new(&data);
        assert_eq!((args.uint8(), args.uint8()), (0, 1));
        assert_eq!(args.check(), Err(Malformed));
    }

    #[test]
    fn values_must_be_in_range() {
        let mut data = encode(&[256]);
        assert_eq!(read(&data, Args::uint8), Err(Malformed));
        assert_eq!(read(&data, Args::uint16), Ok(256));
        assert_eq!(read(&encode(&[65_536]), Args::uint16), Err(Malformed));
        assert_eq!(read(&encode(&[1 << 32]), Args::uint32), Err(Malformed));
        assert_eq!(read(&encode(&[1 << 48]), Args::uint48), Err(Malformed));
        assert_eq!(read(&encode(&[u64::MAX]), Args::uint64), Ok(u64::MAX));
        assert_eq!(read(&encode(&[2]), Args::boolean), Err(Malformed));
        assert_eq!(read(&encode(&[1]), Args::boolean), Ok(true));
        data[19] = 1;
        assert_eq!(read(&data, Args::uint96), Err(Malformed));
        data[11] = 1;
        assert_eq!(read(&data, Args::address), Err(Malformed));
        assert_eq!(read(&data, Args::uint128), Err(Malformed));
    }

    #[test]
    fn leading_bytes_must_end_in_zeros() {
        let mut data = encode(&[0]);
        data[3] = 7;
        assert_eq!(read(&data, Args::bytes4), Ok(FixedBytes([0, 0, 0, 7])));
        data[19] = 1;
        assert_eq!(read(&data, Args::bytes4), Err(Malformed));
        assert!(read(&data, Args::bytes20).is_ok());
        data[20] = 1;
        assert_eq!(read(&data, Args::bytes20), Err(Malformed));
    }

    #[test]
    fn bytes_need_no_padding_but_must_be_there() {
        let mut data = encode(&[32, 3]);
        data.extend_from_slice(b"abc");
        assert_eq!(Args::new(&data).bytes(), b"abc");
        data.pop();
        let mut args = Args::new(&data);
        assert_eq!((args.bytes(), args.check()), (&[][..], Err(Malformed)));
    }

    #[test]
    fn offsets_and_lengths_cannot_overflow() {
        for (offset, length) in [(u64::MAX, 1), (32, u64::MAX), (u64::MAX - 31, 0), (33, 0)] {
            let data = encode(&[offset, length]);
            assert_eq!(read(&data, |args| args.bytes().len()), Err(Malformed), "{offset} {length}");
            assert_eq!(read(&data, Args::addresses), Err(Malformed), "{offset} {length}");
            assert_eq!(read(&data, Args::words), Err(Malformed), "{offset} {length}");
        }
        let wide = super::words(&[B256::repeat_byte(0xff), B256::ZERO]);
        assert_eq!(read(&wide, |args| args.bytes().len()), Err(Malformed));
    }

    #[test]
    fn arrays_are_read_whole() {
        let data = encode(&[32, 2, 5, 6]);
        assert_eq!(read(&data, Args::words), Ok(vec![B256::with_last_byte(5), B256::with_last_byte(6)]));
        assert_eq!(read(&data, Args::addresses).map(|found| found.len()), Ok(2));
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

    #[test]
    fn tuples_and_strings_have_starts_of_their_own() {
        // Two elements, the second before the first: each a word and a string of its own.
        let mut data = encode(&[32, 2, 160, 64, 7, 32 + 32, 1]);
        data.extend_from_slice(&[0xab; 32]);
        let mut args = Args::new(&data);
        let tuples = args.tuples();
        assert_eq!((tuples.len(), args.check()), (2, Ok(())));
        let mut second = tuples[1].clone();
        assert_eq!((second.uint256(), second.bytes()), (U256::from(7), &[0xab][..]));
        let strings = encode(&[32, 2, 64, 128, 1, 0, 2, 0]);
        assert_eq!(Args::new(&strings).byte_strings(), [&[0u8][..], &[0, 0]]);
    }

    #[test]
    fn elements_must_be_there() {
        for words in [[32, 1, 64, 0], [32, 1, u64::MAX, 0], [32, 3, 0, 0], [32, u64::MAX, 0, 0], [32, 1, 32, 33]] {
            let data = encode(&words);
            let mut args = Args::new(&data);
            args.byte_strings();
            assert_eq!(args.check(), Err(Malformed), "{words:?}");
        }
        let data = encode(&[33]);
        let mut args = Args::new(&data);
        args.tuple();
        assert_eq!(args.check(), Err(Malformed));
    }

    #[test]
    fn records_lie_one_after_the_other() {
        let data = encode(&[32, 2, 1, 2, 3, 4]);
        let mut args = Args::new(&data);
        let sums: Vec<_> = args.records(2).into_iter().map(|mut pair| pair.uint64() + pair.uint64()).collect();
        assert_eq!((sums, args.check()), (vec![3, 7], Ok(())));
        let mut short = Args::new(&data[..data.len() - 1]);
        assert!(short.records(2).is_empty() && short.check().is_err());
    }

    #[test]
    fn strings_come_back_as_they_were() {
        let values = [b"".to_vec(), b"a".to_vec(), vec![9; 33]];
        let data = byte_strings(&values);
        assert_eq!(Args::new(&data).byte_strings(), values);
    }
}
