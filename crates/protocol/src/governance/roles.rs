//! The roles of OpenZeppelin's timelock.

use alloy_primitives::{B256, b256};

/// May give and take the others: the timelock itself.
pub const ADMIN_ROLE: B256 = B256::ZERO;
/// May schedule: keccak256("PROPOSER_ROLE").
pub const PROPOSER_ROLE: B256 = b256!("b09aa5aeb3702cfd50b6b62bc4532604938f21248a27a1d5ca736082b6819cc1");
/// May execute: keccak256("EXECUTOR_ROLE").
pub const EXECUTOR_ROLE: B256 = b256!("d8aa0f3194971a2a116679f7c2090f6939c8d4e01a2a8d7e41d55e5351469e63");
/// May cancel: keccak256("CANCELLER_ROLE").
pub const CANCELLER_ROLE: B256 = b256!("fd643c72710c63c0180259aba6b2d05451e3591a24e58b62239378085726f783");

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::keccak256;

    #[test]
    fn roles_are_the_hashes_of_their_names() {
        assert_eq!(PROPOSER_ROLE, keccak256("PROPOSER_ROLE"));
        assert_eq!(EXECUTOR_ROLE, keccak256("EXECUTOR_ROLE"));
        assert_eq!(CANCELLER_ROLE, keccak256("CANCELLER_ROLE"));
    }
}
