//! What runs at the accounts that governance calls, byte by byte.

use aia_model::governance::world::{Code, REFUSED};
use alloy::primitives::Bytes;

/// Where an agent's call follows its code.
const DATA: u8 = 0x41;

/// Returns the code that the model speaks of.
pub(crate) fn bytes(code: &Code) -> Bytes {
    match code {
        Code::Nothing => Bytes::new(),
        Code::Counter { version } => counter(*version),
        Code::Agent { to, data } => agent(to.as_slice(), data),
    }
}

/// Counts in slot 0, and logs number and data of each call; the version is never run.
fn counter(version: u8) -> Bytes {
    let code = [
        // Without data there is nothing to count.
        &[0x36, 0x15, 0x60, 0x2f, 0x57][..],
        // Does the data begin with what is refused?
        &[0x5f, 0x35, 0x60, 0xf8, 0x1c, 0x60, REFUSED, 0x14, 0x60, 0x20, 0x57],
        // Count one more.
        &[0x5f, 0x54, 0x60, 0x01, 0x01, 0x80, 0x5f, 0x55],
        // Log the data under the number.
        &[0x36, 0x5f, 0x5f, 0x37, 0x36, 0x5f, 0xa1, 0x00],
        // Revert with the data but for its first byte.
        &[0x5b, 0x60, 0x01, 0x36, 0x03, 0x60, 0x01, 0x5f, 0x37, 0x60, 0x01, 0x36, 0x03, 0x5f, 0xfd],
        &[0x5b, 0x00],
        &[version],
    ];
    code.concat().into()
}

/// Calls back unless slot 1 says that it already does.
fn agent(to: &[u8], data: &[u8]) -> Bytes {
    let length = u16::try_from(data.len()).expect("calls are short").to_be_bytes();
    let code = [
        &[0x60, 0x01, 0x54, 0x60, 0x3f, 0x57, 0x60, 0x01, 0x60, 0x01, 0x55][..],
        // Copy the call to memory.
        &[0x61, length[0], length[1], 0x60, DATA, 0x5f, 0x39],
        // Make it, without value.
        &[0x5f, 0x5f, 0x61, length[0], length[1], 0x5f, 0x5f, 0x73],
        to,
        &[0x5a, 0xf1, 0x60, 0x3a, 0x57],
        // Pass on a refusal.
        &[0x3d, 0x5f, 0x5f, 0x3e, 0x3d, 0x5f, 0xfd],
        // Done with it.
        &[0x5b, 0x5f, 0x60, 0x01, 0x55],
        &[0x5b, 0x00],
        data,
    ];
    code.concat().into()
}
