//! Content ids: the contracts keep a SHA2-256 digest and a byte of codec, the world writes CIDv1.
//!
//! Here a CID is version 1, SHA2-256, and written in lower-case base32: `bafkrei…` for raw bytes, `bafybei…` for the
//! root of a file that IPFS has split.

use std::{fmt, str::FromStr};

use alloy::primitives::B256;
use sha2::{Digest, Sha256};

/// The first byte of version 1.
const VERSION: u8 = 1;
/// Multihash code of SHA2-256.
const SHA2_256: u8 = 0x12;
/// Bytes of its digests.
const DIGEST_LENGTH: u8 = 32;
/// Bytes of a CID: version, codec, hash function, length, digest.
const LENGTH: usize = 36;
/// Multibase prefix of lower-case base32.
const BASE32: char = 'b';
/// The digits of base32.
const DIGITS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// How the content is to be read; the numbers are those of the multicodec table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Codec {
    /// The bytes themselves.
    Raw = 0x55,
    /// A node of a Merkle DAG, such as the root of a file of several blocks.
    DagPb = 0x70,
}

/// A content id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cid {
    /// How to read the content.
    pub codec: Codec,
    /// Its SHA2-256 digest: of the bytes themselves if they are raw.
    pub digest: B256,
}

/// Why something is no content id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CidError {
    /// Neither raw nor dag-pb.
    #[error("codec {0:#04x} is neither raw nor dag-pb")]
    Codec(u8),
    /// The text does not begin with `b`.
    #[error("the CID is not written in lower-case base32")]
    Base,
    /// A character is no digit of base32.
    #[error("{0:?} is no digit of base32")]
    Digit(char),
    /// Too short, too long, or bits that stand for nothing are set.
    #[error("the CID does not have the length of a SHA2-256 one")]
    Length,
    /// Another version or hash function.
    #[error("the CID is not of version 1 and SHA2-256")]
    Kind,
}

impl TryFrom<u8> for Codec {
    type Error = CidError;

    fn try_from(code: u8) -> Result<Self, CidError> {
        match code {
            0x55 => Ok(Self::Raw),
            0x70 => Ok(Self::DagPb),
            _ => Err(CidError::Codec(code)),
        }
    }
}

impl From<Codec> for u8 {
    fn from(codec: Codec) -> Self {
        // The numbers of the enum are bytes.
        codec as Self
    }
}

impl Cid {
    /// Returns the id of some bytes as they are.
    ///
    /// IPFS hands such content on as one block, which public nodes limit to 1 to 2 MiB; other stores do not.
    pub fn of(content: &[u8]) -> Self {
        Self { codec: Codec::Raw, digest: B256::new(Sha256::digest(content).into()) }
    }

    /// Puts together what a contract keeps.
    ///
    /// # Errors
    /// [`CidError::Codec`].
    pub fn from_parts(codec: u8, digest: B256) -> Result<Self, CidError> {
        Ok(Self { codec: codec.try_into()?, digest })
    }

    /// Whether some bytes are this raw content. A dag-pb id tells nothing about bytes that are not split.
    pub fn holds(&self, content: &[u8]) -> bool {
        *self == Self::of(content)
    }
}

impl fmt::Display for Cid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = [VERSION, self.codec.into(), SHA2_256, DIGEST_LENGTH];
        write!(f, "{BASE32}{}", encode(&[&head[..], self.digest.as_slice()].concat()))
    }
}

impl FromStr for Cid {
    type Err = CidError;

    fn from_str(text: &str) -> Result<Self, CidError> {
        let digits = text.strip_prefix(BASE32).ok_or(CidError::Base)?;
        let bytes: [u8; LENGTH] = decode(digits)?.try_into().map_err(|_| CidError::Length)?;
        let [VERSION, codec, SHA2_256, DIGEST_LENGTH, digest @ ..] = bytes else {
            return Err(CidError::Kind);
        };
        Self::from_parts(codec, B256::new(digest))
    }
}

/// Writes bytes in base32, five bits a digit, without padding.
fn encode(bytes: &[u8]) -> String {
    let digit = |value: u32| char::from(DIGITS[(value & 31) as usize]);
    let mut text = String::with_capacity(bytes.len() * 8 / 5 + 1);
    let (mut bits, mut count) = (0_u32, 0);
    for byte in bytes {
        // Bits that are written already fall out at the upper end.
        bits = (bits << 8) | u32::from(*byte);
        count += 8;
        while count >= 5 {
            count -= 5;
            text.push(digit(bits >> count));
        }
    }
    if count > 0 {
        text.push(digit(bits << (5 - count)));
    }
    text
}

/// Reads what [`encode`] writes; each text stands for other bytes.
fn decode(text: &str) -> Result<Vec<u8>, CidError> {
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    let (mut bits, mut count) = (0_u32, 0);
    for character in text.chars() {
        bits = (bits << 5) | digit_value(character)?;
        count += 5;
        if count >= 8 {
            count -= 8;
            let [.., byte] = (bits >> count).to_be_bytes();
            bytes.push(byte);
        }
    }
    let rest = bits & ((1 << count) - 1);
    if count < 5 && rest == 0 { Ok(bytes) } else { Err(CidError::Length) }
}

/// Returns what a digit of base32 stands for.
fn digit_value(character: char) -> Result<u32, CidError> {
    match character {
        'a'..='z' => Ok(u32::from(character) - u32::from('a')),
        '2'..='7' => Ok(u32::from(character) - u32::from('2') + 26),
        _ => Err(CidError::Digit(character)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
    const ABC: &str = "bafkreif2pall7dybz7vecqka3zo24irdwabwdi4wc55jznaq75q7eaavvu";

    #[test]
    fn known_contents_have_their_known_ids() {
        assert_eq!(Cid::of(b"").to_string(), EMPTY);
        assert_eq!(Cid::of(b"abc").to_string(), ABC);
        let split = Cid { codec: Codec::DagPb, ..Cid::of(b"") };
        assert_eq!(split.to_string(), EMPTY.replace("bafkrei", "bafybei"));
        assert!(Cid::of(b"abc").holds(b"abc"));
        assert!(!Cid::of(b"abc").holds(b"abd") && !split.holds(b""));
    }

    #[test]
    fn ids_are_read_back() {
        for byte in 0..=u8::MAX {
            for codec in [Codec::Raw, Codec::DagPb] {
                let cid = Cid { codec, digest: Cid::of(&[byte]).digest };
                assert_eq!(cid.to_string().parse(), Ok(cid));
                assert_eq!(Cid::from_parts(codec.into(), cid.digest), Ok(cid));
            }
        }
    }

    #[test]
    fn what_is_no_id_is_refused() {
        let longer = format!("{EMPTY}a");
        let table = [
            ("", CidError::Base),
            ("QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH", CidError::Base),
            ("b", CidError::Length),
            ("bafkrei", CidError::Length),
            (longer.as_str(), CidError::Length),
            (&EMPTY[..58], CidError::Length),
            ("bAFKREI", CidError::Digit('A')),
            ("bafk1", CidError::Digit('1')),
        ];
        for (text, error) in table {
            assert_eq!(text.parse::<Cid>(), Err(error), "{text}");
        }
        assert_eq!(Cid::from_parts(0x71, B256::ZERO), Err(CidError::Codec(0x71)));
    }

    #[test]
    fn other_kinds_and_loose_bits_are_refused() {
        let kind = |head: [u8; 4]| format!("b{}", encode(&[&head[..], &[7; 32]].concat())).parse::<Cid>();
        assert!(kind([1, 0x55, 0x12, 32]).is_ok());
        assert_eq!(kind([2, 0x55, 0x12, 32]), Err(CidError::Kind));
        assert_eq!(kind([1, 0x55, 0x1b, 32]), Err(CidError::Kind));
        assert_eq!(kind([1, 0x55, 0x12, 31]), Err(CidError::Kind));
        assert_eq!(kind([1, 0x51, 0x12, 32]), Err(CidError::Codec(0x51)));
        // The last digit has two bits that stand for nothing.
        let loose = format!("{}v", &EMPTY[..58]);
        assert_eq!(loose.parse::<Cid>(), Err(CidError::Length));
    }
}
