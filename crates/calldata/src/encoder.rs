//! Writes tuples whose members may have any length.

use alloc::vec::Vec;

use alloy_primitives::{B256, U256};

/// Writes the members of a tuple one after the other, as `abi.encode` does.
///
/// A member that is not written is zero; there can be no more than was said.
#[derive(Clone, Debug)]
pub struct Encoder {
    data: Vec<u8>,
    /// Where the tuple starts.
    start: usize,
    /// Where the next member's word goes.
    head: usize,
}

impl Encoder {
    /// Starts a tuple of so many members behind `prefix`, a selector or nothing.
    pub fn new(prefix: &[u8], members: usize) -> Self {
        let start = prefix.len();
        let mut data = prefix.to_vec();
        data.resize(start + 32 * members, 0);
        Self { data, start, head: start }
    }

    /// Writes a member of one word.
    #[inline(never)]
    pub fn word(&mut self, value: B256) {
        self.data[self.head..self.head + 32].copy_from_slice(value.as_slice());
        self.head += 32;
    }

    /// Writes a `bytes` or `string`.
    #[inline(never)]
    pub fn bytes(&mut self, value: &[u8]) {
        self.offset();
        self.push_bytes(value);
    }

    /// Writes an array of values of one word each.
    #[inline(never)]
    pub fn array(&mut self, values: impl ExactSizeIterator<Item = B256>) {
        self.offset();
        self.push_number(values.len());
        for value in values {
            self.data.extend_from_slice(value.as_slice());
        }
    }

    /// Writes a `bytes[]` or `string[]`.
    #[inline(never)]
    pub fn byte_strings(&mut self, values: &[&[u8]]) {
        self.offset();
        self.push_number(values.len());
        let mut offset = values.len() * 32;
        for value in values {
            self.push_number(offset);
            offset += 32 + value.len().next_multiple_of(32);
        }
        for value in values {
            self.push_bytes(value);
        }
    }

    /// Returns the encoding, with its prefix.
    pub fn done(self) -> Vec<u8> {
        self.data
    }

    /// Writes where the content starts that comes next.
    fn offset(&mut self) {
        self.word(U256::from(self.data.len() - self.start).into());
    }

    fn push_number(&mut self, value: usize) {
        self.data.extend_from_slice(&U256::from(value).to_be_bytes::<32>());
    }

    fn push_bytes(&mut self, value: &[u8]) {
        self.push_number(value.len());
        self.data.extend_from_slice(value);
        self.data.resize(self.data.len() + value.len().next_multiple_of(32) - value.len(), 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Args, array, byte_strings, bytes};

    #[test]
    fn one_member_is_encoded_as_by_the_functions_for_one() {
        let words = [B256::repeat_byte(1), B256::repeat_byte(2)];
        let strings: [&[u8]; 3] = [b"", b"a", &[9; 33]];
        let one = |write: &dyn Fn(&mut Encoder)| {
            let mut encoder = Encoder::new(&[], 1);
            write(&mut encoder);
            encoder.done()
        };
        assert_eq!(one(&|encoder| encoder.bytes(b"AIA")), bytes(b"AIA"));
        assert_eq!(one(&|encoder| encoder.array(words.into_iter())), array(&words));
        assert_eq!(one(&|encoder| encoder.byte_strings(&strings)), byte_strings(&strings.map(<[u8]>::to_vec)));
    }

    #[test]
    fn members_come_back_in_order() {
        let mut encoder = Encoder::new(b"name", 4);
        encoder.word(B256::with_last_byte(7));
        encoder.byte_strings(&[b"x", b""]);
        encoder.array([B256::ZERO; 2].into_iter());
        encoder.bytes(&[1; 32]);
        let data = encoder.done();
        assert_eq!(data[..4], *b"name");
        let mut args = Args::new(&data[4..]);
        assert_eq!(args.uint8(), 7);
        assert_eq!(args.byte_strings(), [&b"x"[..], b""]);
        assert_eq!(args.words(), [B256::ZERO; 2]);
        assert_eq!(args.bytes(), [1; 32]);
        assert_eq!(args.check(), Ok(()));
    }
}
