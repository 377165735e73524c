//! Who proposes, votes, cancels and disturbs.

use aia_tests::Network;
use alloy::{
    primitives::{Address, U256},
    signers::local::PrivateKeySigner,
};

/// What those who vote hold at first, AIA.
pub(super) const HOLDINGS: [u64; 6] = [200_000, 180_000, 150_000, 120_000, 70_000, 39_000];
/// What the small holder has, AIA: less than a proposal takes.
pub(super) const SMALL_HOLDING: u64 = 500;

/// Everybody; all have native value.
#[derive(Debug)]
pub(super) struct People {
    /// Hold [`HOLDINGS`], in this order.
    pub(super) voters: Vec<PrivateKeySigner>,
    /// Holds [`SMALL_HOLDING`].
    pub(super) small: PrivateKeySigner,
    /// May schedule and cancel in the timelocks, beside the governors.
    pub(super) council: PrivateKeySigner,
    /// May cancel proposals at first.
    pub(super) guardian: PrivateKeySigner,
    /// Has no votes and no role.
    pub(super) bystander: PrivateKeySigner,
    /// A contract that signs with the last voter's key, and votes for the token's owner.
    pub(super) wallet: Address,
}

impl People {
    /// Gives the node's test accounts their parts.
    pub(super) fn new(network: &Network, wallet: Address) -> Self {
        Self {
            voters: (0..HOLDINGS.len()).map(|index| network.account(index)).collect(),
            small: network.account(6),
            council: network.account(7),
            guardian: network.account(8),
            bystander: network.account(9),
            wallet,
        }
    }

    /// Returns whose key the wallet signs with.
    pub(super) fn wallet_key(network: &Network) -> PrivateKeySigner {
        network.account(HOLDINGS.len() - 1)
    }

    /// Returns all who have keys, those with the most votes first.
    pub(super) fn with_keys(&self) -> Vec<PrivateKeySigner> {
        let others = [&self.small, &self.council, &self.guardian, &self.bystander];
        self.voters.iter().chain(others).cloned().collect()
    }

    /// Returns who holds what at first, in base units.
    pub(super) fn holdings(&self, unit: U256) -> Vec<(Address, U256)> {
        let voters = self.voters.iter().zip(HOLDINGS);
        let holders = voters.chain([(&self.small, SMALL_HOLDING)]);
        holders.map(|(holder, amount)| (holder.address(), unit * U256::from(amount))).collect()
    }
}
