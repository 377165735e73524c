//! A market: staked providers, consumers with AIA, and the contract through which they are paid.

mod books;
mod messages;
mod people;
mod vouchers;

use aia_abi::IStreamPayments::{self, IStreamPaymentsInstance, Params};
use aia_deploy::{PaymentsConfig, deploy_payments};
use alloy::{
    primitives::{
        Address,
        aliases::{U24, U40},
    },
    providers::DynProvider,
    rpc::types::TransactionReceipt,
    signers::local::PrivateKeySigner,
};
use eyre::Result;

pub use self::{
    books::{Books, Channel},
    messages::{ClaimBatch, ClaimEntry, Refund, UsageVoucher, Voucher},
    people::without_ether,
    vouchers::{Usage, packed, packed_usage},
};
use crate::{
    Network,
    network::program,
    staking::{Staking, aia},
};

/// One AIA in base units.
pub const COIN: u128 = 1_000_000_000_000_000_000;
/// A thousandth of an AIA.
pub const MILLI: u128 = COIN / 1_000;

/// Taken of every credit at launch: 1 %.
pub const FEE_BPS: u16 = 100;
/// Burned of the fees at launch: half.
pub const BURN_BPS: u16 = 5_000;
/// Seconds for which an answer of the registry counts at launch.
pub const STAKE_TTL: u64 = 3_600;
/// Gets the fees that are not burned.
pub const TREASURY: Address = Address::repeat_byte(0x7a);

/// What a provider stakes of its own, AIA.
pub const STAKE: u64 = 10_000;
/// What the consumer has on its ledger at the start, base units.
pub const PURSE: u128 = 1_000 * COIN;
/// Seconds between announcing and finalizing a channel's withdrawal: 26 hours.
pub const DELAY: u64 = 93_600;
/// Seconds for which a withdrawal can be finalized.
pub const WINDOW: u64 = 604_800;
/// The longest hold, seconds.
pub const MAX_HOLD: u64 = 2_592_000;
/// Seconds of the unit in which holds are kept.
pub const HOLD_UNIT: u64 = 512;

/// Why a row of a claim is passed over, as the contract numbers it.
pub mod skipped {
    /// As much was claimed before.
    pub const CLAIMED: u8 = 1;
    /// The payer did not sign it.
    pub const UNSIGNED: u8 = 2;
    /// The caller is not the receiver's side.
    pub const FOREIGN: u8 = 3;
    /// The channel has nothing left.
    pub const EMPTY: u8 = 4;
}

/// The payments contract with its typed calls.
pub type Payments = IStreamPaymentsInstance<DynProvider>;

/// A chain with token, registry, court and payments contract, an active provider and a consumer with a full ledger.
#[derive(Debug)]
pub struct Market {
    /// Token, registry and court; the token's owner owns everything.
    pub staking: Staking,
    /// Where the payments contract is; it is the registry's.
    pub payments: Address,
    /// Serves, with [`STAKE`] of its own, and is known to be active; the first test account.
    pub provider: PrivateKeySigner,
    /// Pays: has [`PURSE`] on its ledger, nothing in its wallet, and allows the contract everything; the second.
    pub consumer: PrivateKeySigner,
}

/// Returns an instant as the contract has it.
pub fn at(instant: u64) -> U40 {
    U40::from(instant)
}

/// Returns what the payments contract is constructed with at launch.
pub fn payments_config(staking: &Staking) -> PaymentsConfig {
    PaymentsConfig {
        owner: staking.net.owner.address(),
        guardian: staking.guardian().address(),
        token: staking.net.token,
        fee_bps: FEE_BPS,
        burn_bps: BURN_BPS,
        stake_ttl: u32::try_from(STAKE_TTL).unwrap_or(u32::MAX),
        registry: staking.registry,
        treasury: TREASURY,
    }
}

/// Deploys a payments contract.
///
/// # Errors
/// When it was not built or the deployment fails.
pub async fn add_payments(net: &Network, config: PaymentsConfig) -> Result<Address> {
    let provider = net.provider(&net.owner)?;
    Ok(deploy_payments(&provider, net.owner.address(), &program("stream_payments")?, config).await?.address)
}

impl Market {
    /// Starts a network with the parameters of its launch.
    ///
    /// # Errors
    /// When a node does not start or a deployment fails.
    pub async fn start() -> Result<Self> {
        let staking = Staking::start().await?;
        let payments = add_payments(&staking.net, payments_config(&staking)).await?;
        staking.net.send(&staking.registry_as(&staking.net.owner)?.setPayments(payments)).await?;
        let [provider, consumer] = [0, 1].map(|index| staking.net.account(index));
        let market = Self { staking, payments, provider, consumer };
        market.serve(&market.provider).await?;
        market.fund(&market.consumer, PURSE).await?;
        Ok(market)
    }

    /// Returns the chain.
    pub fn net(&self) -> &Network {
        &self.staking.net
    }

    /// Returns who may pause what brings money in.
    pub fn guardian(&self) -> PrivateKeySigner {
        self.staking.guardian()
    }

    /// Returns somebody who has nothing to do with anything.
    pub fn stranger(&self) -> PrivateKeySigner {
        self.staking.bystander()
    }

    /// Returns the payments contract as `account` calls it.
    ///
    /// # Errors
    /// When the node's own address is malformed.
    pub fn payments_as(&self, account: &PrivateKeySigner) -> Result<Payments> {
        Ok(IStreamPayments::new(self.payments, self.net().provider(account)?))
    }

    /// Returns the parameters at launch.
    pub fn params(&self) -> Params {
        Params {
            feeBps: FEE_BPS,
            burnBps: BURN_BPS,
            stakeTtl: U24::from(STAKE_TTL),
            registry: self.staking.registry,
            treasury: TREASURY,
        }
    }

    /// Lets the owner set parameters.
    ///
    /// # Errors
    /// When the transaction fails.
    pub async fn set_params(&self, params: Params) -> Result<TransactionReceipt> {
        self.net().send(&self.payments_as(&self.net().owner)?.setParams(params)).await
    }

    /// Lets an account begin to serve, with [`STAKE`] of its own behind inference, and the contract know of it.
    ///
    /// # Errors
    /// When a transaction fails.
    pub async fn serve(&self, provider: &PrivateKeySigner) -> Result<()> {
        self.staking.serving(provider, aia(STAKE)).await?;
        self.net().send(&self.payments_as(provider)?.refreshProvider(provider.address())).await?;
        Ok(())
    }
}
