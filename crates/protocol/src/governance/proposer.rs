//! Descriptions that name their proposer.

use alloy_primitives::Address;

/// What stands before the name.
const MARKER: &[u8] = b"#proposer=0x";
/// Hex digits of an address.
const DIGITS: usize = 40;

/// Whether `proposer` may propose under this description: its end may name who alone can.
///
/// What is no such end restricts nobody, as in OpenZeppelin.
pub fn may_propose(proposer: Address, description: &[u8]) -> bool {
    let Some(start) = description.len().checked_sub(MARKER.len() + DIGITS) else { return true };
    let Some(digits) = description[start..].strip_prefix(MARKER) else { return true };
    let mut named = [0u8; 20];
    for (byte, pair) in named.iter_mut().zip(digits.chunks_exact(2)) {
        let (Some(high), Some(low)) = (digit(pair[0]), digit(pair[1])) else { return true };
        *byte = high << 4 | low;
    }
    proposer == Address::new(named)
}

fn digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        b'A'..=b'F' => Some(character - b'A' + 10),
        _ => None,
    }
}
