//! Payers that are contracts, however badly they behave.

use aia_abi::IStreamPayments as P;
use aia_tests::{
    actions::event,
    payments::{COIN, MILLI, Market, skipped},
    peers::artifact,
};
use alloy::{
    primitives::U256,
    rpc::types::TransactionReceipt,
    signers::local::PrivateKeySigner,
    sol,
    sol_types::{SolError, SolValue},
};
use eyre::Result;

sol! {
    /// What `tests/js/peers/SmartWallet.sol` can do.
    #[sol(rpc)]
    interface Wallet {
        function setMode(uint8 newMode) external;
    }
}

/// The modes of `SmartWallet.sol`.
const NORMAL: u8 = 0;
const REVERT: u8 = 1;
const GARBAGE: u8 = 2;
const MEGABYTE: u8 = 3;
const BURN_GAS: u8 = 4;
const DIRTY_WORD: u8 = 6;

/// Gas that a signer may use, and what its row costs beside.
const MOST_GAS: u64 = 60_000;

/// A wallet's channel and the consumer's, with 10 AIA each; the key signs for the wallet.
struct Scene {
    market: Market,
    key: PrivateKeySigner,
    wallet: P::ChannelConfig,
    honest: P::ChannelConfig,
}

impl Scene {
    async fn start() -> Result<Self> {
        let market = Market::start().await?;
        let key = market.net().account(2);
        let address = market.net().deploy(&key, &artifact("SmartWallet")?, key.address().abi_encode()).await?;
        let (wallet, honest) = (P::ChannelConfig { payer: address, ..market.channel(1) }, market.channel(2));
        for config in [&wallet, &honest] {
            market.deposit(config, 10 * COIN).await?;
        }
        Ok(Self { market, key, wallet, honest })
    }

    /// Lets the wallet behave in some way while 3 AIA are claimed of it, and of the consumer an AIA up to `total`.
    async fn claim(&self, mode: u8, total: u128) -> Result<TransactionReceipt> {
        let Self { market, key, wallet, honest } = self;
        let behave = Wallet::new(wallet.payer, market.net().provider(key)?);
        market.net().send(&behave.setMode(mode)).await?;
        let rows = vec![market.voucher(key, wallet, 3 * COIN)?, market.voucher(&market.consumer, honest, total)?];
        market.net().send(&market.payments_as(&market.provider)?.claim(rows)).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_wallet_spoils_its_own_row_and_costs_no_more_than_its_gas() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, wallet, honest, .. } = &scene;
    let (ids, payee) = ([wallet, honest].map(|config| market.channel_id(config)), market.provider.address());
    let claimed = |id, amount, total| {
        event(&P::Claimed { channelId: id, sender: payee, claimAmount: amount, newTotalClaimed: total })
    };
    let credited = |net: u128, fee: u128| {
        let [net, fee] = [net, fee].map(|amount| U256::from(amount * MILLI));
        event(&P::Credited { payee, net, fee })
    };
    let unsigned = event(&P::ClaimSkipped { channelId: ids[0], reason: skipped::UNSIGNED });
    let mut gas = Vec::new();
    for (total, mode) in (1..).zip([REVERT, GARBAGE, MEGABYTE, BURN_GAS, DIRTY_WORD]) {
        let receipt = scene.claim(mode, total * COIN).await?;
        let good = [claimed(ids[1], COIN, total * COIN), credited(990, 10)];
        market.assert_logged(&receipt, &[unsigned.clone(), good[0].clone(), good[1].clone()]);
        gas.push(receipt.gas_used);
    }
    let (least, most) = (gas.iter().min(), gas.iter().max());
    assert!(least.zip(most).is_some_and(|(least, most)| most - least < MOST_GAS), "gas used: {gas:?}");

    // What it signs when it behaves counts: nothing of it was used up.
    let receipt = scene.claim(NORMAL, 6 * COIN).await?;
    let good = [claimed(ids[0], 3 * COIN, 3 * COIN), claimed(ids[1], COIN, 6 * COIN), credited(3_960, 40)];
    market.assert_logged(&receipt, &good);
    market.assert_adds_up().await
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_submits_a_wallets_voucher_cannot_let_it_look_unsigned_by_sending_too_little_gas() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, key, wallet, .. } = &scene;
    let rows = vec![market.voucher(key, wallet, 3 * COIN)?];
    let signature = market.sign_claims(&market.provider, &rows)?;
    let by_stranger = market.payments_as(&market.stranger())?;
    let (mut starved, mut paid) = (0, 0);
    for gas in (50_000..400_000).step_by(5_000) {
        match by_stranger.claimWithSignature(rows.clone(), signature.clone()).gas(gas).call().await {
            Ok(gross) => {
                assert_eq!(gross, U256::from(3 * COIN));
                paid += 1;
            }
            // Without any gas left it says nothing.
            Err(error) => {
                if let Some(data) = error.as_revert_data().filter(|data| !data.is_empty()) {
                    let refused = P::InsufficientGas::abi_decode(&data)?;
                    assert!(refused.left < refused.needed);
                    starved += 1;
                }
            }
        }
    }
    assert!(starved > 0 && paid > 0, "starved {starved} times, paid {paid} times");
    Ok(())
}
