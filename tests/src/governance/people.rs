//! Who governs: a proposer, three voters, a guardian, a crowd, and those who have no say.

use aia_abi::IAIAToken::{delegateBySigCall, transferCall};
use alloy::{
    primitives::{Address, U256, keccak256},
    signers::local::PrivateKeySigner,
    sol_types::SolCall,
};
use eyre::{Result, ensure};

use super::Dao;
use crate::{
    Network,
    common::{Message, send},
    signing::Delegation,
    staking::aia,
};

/// Votes of the proposer, AIA.
pub const PROPOSER_VOTES: u64 = 10_000_000;
/// Votes of the three voters, AIA: with the first alone the quorum is reached, with the second alone it is not.
pub const VOTES: [u64; 3] = [40_000_000, 30_000_000, 20_000_000];
/// All votes that are delegated at the start, AIA.
pub const ELECTORATE: u64 = 100_000_000;
/// The quorum of the electorate at launch, AIA: 40 % of it.
pub const QUORUM: u64 = 40_000_000;

/// Returns who may cancel proposals and pull the brake.
pub(super) fn guardian(net: &Network) -> PrivateKeySigner {
    net.account(9)
}

impl<N: AsRef<Network>> Dao<N> {
    /// Returns who proposes, with [`PROPOSER_VOTES`].
    pub fn proposer(&self) -> PrivateKeySigner {
        self.net().account(2)
    }

    /// Returns who votes, with [`VOTES`].
    pub fn voters(&self) -> [PrivateKeySigner; 3] {
        [3, 4, 5].map(|index| self.net().account(index))
    }

    /// Returns who may cancel proposals and pull the brake.
    pub fn guardian(&self) -> PrivateKeySigner {
        guardian(self.net())
    }

    /// Returns somebody without votes or role, with ether.
    pub fn stranger(&self) -> PrivateKeySigner {
        self.net().account(7)
    }

    /// Gives an account AIA of the owner's, and lets it delegate to itself; it votes in the next second.
    ///
    /// # Errors
    /// When a transaction fails.
    pub async fn enfranchise(&self, account: &PrivateKeySigner, votes: U256) -> Result<()> {
        self.give(account.address(), votes).await?;
        self.delegate(account, account.address()).await
    }

    /// Gives an account AIA of the owner's.
    ///
    /// # Errors
    /// When the transaction fails.
    pub async fn give(&self, account: Address, amount: U256) -> Result<()> {
        let token = self.net().token_as(&self.net().owner)?;
        self.net().send(&token.transfer(account, amount)).await?;
        Ok(())
    }

    /// Delegates the votes of an account.
    ///
    /// # Errors
    /// When the transaction fails.
    pub async fn delegate(&self, account: &PrivateKeySigner, to: Address) -> Result<()> {
        self.net().send(&self.net().token_as(account)?.delegate(to)).await?;
        Ok(())
    }

    /// Returns so many voters with that many votes each and no ether: the owner pays for their delegations.
    ///
    /// They vote in the next second.
    ///
    /// # Errors
    /// When a transaction fails.
    pub fn crowd(&self, count: usize, votes: U256) -> Result<Vec<PrivateKeySigner>> {
        let expiry = U256::MAX;
        let mut crowd = Vec::with_capacity(count);
        for index in 0..count {
            let voter = PrivateKeySigner::from_bytes(&keccak256(format!("voter {index}")))?;
            self.by_owner(&transferCall { to: voter.address(), value: votes })?;
            let delegation = Delegation { delegatee: voter.address(), nonce: U256::ZERO, expiry };
            let parts = self.net().sign(&voter, &delegation)?;
            let Delegation { delegatee, nonce, .. } = delegation;
            self.by_owner(&delegateBySigCall { delegatee, nonce, expiry, v: parts.v, r: parts.r, s: parts.s })?;
            crowd.push(voter);
        }
        Ok(crowd)
    }

    /// Gives proposer and voters their votes; a second later they have them.
    pub(super) async fn share_out(&self) -> Result<()> {
        self.enfranchise(&self.proposer(), aia(PROPOSER_VOTES)).await?;
        for (voter, votes) in self.voters().iter().zip(VOTES) {
            self.enfranchise(voter, aia(votes)).await?;
        }
        self.net().pass(1)
    }

    /// Calls the token as the owner, within the second of the latest block and without a signature.
    fn by_owner<C: SolCall>(&self, call: &C) -> Result<()> {
        let net = self.net();
        let now = net.now();
        net.api.chain().set_next_time(now)?;
        let included = send(&net.api, Message::call(net.owner.address(), net.token, call.abi_encode()))?;
        ensure!(included.success, "{} failed: {included:?}", C::SIGNATURE);
        Ok(())
    }
}
