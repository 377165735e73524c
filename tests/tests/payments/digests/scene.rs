//! A channel, and signatures that are for something else.

use aia_client::payments::{
    ChannelConfig, Claim, Domain, Payments, SignedVoucher, Usage, Voucher,
    channel::{abi_channel, read_channel},
    contract::Claimed,
};
use aia_tests::payments::{COIN, MILLI, Market, without_ether};
use alloy::{
    primitives::{B256, U256},
    providers::DynProvider,
    signers::local::PrivateKeySigner,
};
use eyre::Result;

/// What a row earns less 1 %.
pub(crate) const NET: u128 = 990 * MILLI;
/// The fee of a row.
pub(crate) const FEE: u128 = 10 * MILLI;

/// The consumer's channel to the provider, in which a key signs for the one and an operator claims for the other.
pub(crate) struct Scene {
    pub(crate) market: Market,
    pub(crate) signer: PrivateKeySigner,
    pub(crate) operator: PrivateKeySigner,
    /// Serves too.
    pub(crate) rival: PrivateKeySigner,
    pub(crate) domain: Domain,
    pub(crate) config: ChannelConfig,
}

impl Scene {
    pub(crate) async fn start() -> Result<Self> {
        let market = Market::start().await?;
        let [operator, rival] = [2, 3].map(|index| market.net().account(index));
        market.serve(&rival).await?;
        let signer = without_ether("a key that signs vouchers")?;
        let domain = Domain::new(market.net().api.chain().config().chain_id, market.payments);
        let (payer_authorizer, receiver_authorizer) = (signer.address(), operator.address());
        let config = ChannelConfig { payer_authorizer, receiver_authorizer, ..read_channel(&market.channel(1)) };
        Ok(Self { market, signer, operator, rival, domain, config })
    }

    /// Lets the consumer deposit 10 AIA into a channel.
    pub(crate) async fn deposit(&self, config: &ChannelConfig) -> Result<()> {
        self.market.deposit(&abi_channel(config), 10 * COIN).await?;
        Ok(())
    }

    /// Returns the contract as the client calls it.
    pub(crate) fn client(&self, account: &PrivateKeySigner) -> Result<Payments<DynProvider>> {
        Ok(Payments::new(self.market.payments, self.market.net().provider(account)?))
    }

    /// Returns where a signature is for nothing here: the same contract on another chain, and another contract.
    pub(crate) fn elsewhere(&self) -> [Domain; 2] {
        let Domain { chain_id, contract, .. } = self.domain;
        [Domain::new(chain_id + 1, contract), Domain::new(chain_id, self.market.staking.registry)]
    }

    /// Signs for a channel that an AIA may be claimed, under a domain.
    pub(crate) fn claim(&self, config: &ChannelConfig, domain: &Domain, usage: Option<Usage>) -> Result<Claim> {
        // Elsewhere the channel has another id; a signature that was to be taken here would be over this one.
        let channel_id = self.domain.channel_id(config);
        let voucher = Voucher { channel_id, max_claimable_amount: COIN, usage };
        let voucher = SignedVoucher::sign(voucher, domain, &self.signer)?;
        Ok(Claim { config: *config, voucher, total_claimed: COIN })
    }

    /// Returns the row that the contract passes over for a reason.
    pub(crate) fn skipped(&self, claim: &Claim, reason: u8) -> (B256, u8) {
        (self.domain.channel_id(&claim.config), reason)
    }

    /// Returns what a batch of spoiled rows and a good one brings.
    pub(crate) fn one_of(&self, skipped: Vec<(B256, u8)>) -> Claimed {
        let totals = vec![(self.domain.channel_id(&self.config), COIN)];
        Claimed { totals, skipped, net: U256::from(NET), fee: U256::from(FEE) }
    }
}
