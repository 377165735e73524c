//! What parties sign has one digest, whoever computes it: the contract, our client, alloy, ethers.js or viem.

mod authorizers;
mod cases;
mod payers;
mod scene;

use std::{
    collections::HashSet,
    io::Write,
    process::{Command, Stdio},
};

use aia_abi::IStreamPayments;
use aia_client::payments::{Domain, Usage, channel::abi_channel};
use aia_tests::{
    payments::{Market, add_payments, payments_config},
    peers,
};
use eyre::{OptionExt, Result, ensure};
use serde_json::Value;

use self::cases::{Case, cases, channels, refunds, vouchers};

/// Returns the digests by the JavaScript clients, from the JSON that wallets get.
fn by_javascript(cases: &[Case]) -> Result<Vec<Value>> {
    let typed: Vec<_> = cases.iter().map(|case| case.domain.typed_data(case.message.as_ref())).collect();
    let mut node = Command::new("node");
    node.arg("payments.mjs").current_dir(peers::scripts()?);
    let mut node = node.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let mut input = node.stdin.take().ok_or_eyre("node has no input")?;
    input.write_all(&serde_json::to_vec(&typed)?)?;
    drop(input);
    let output = node.wait_with_output()?;
    ensure!(output.status.success(), "payments.mjs failed:\n{}", String::from_utf8_lossy(&output.stderr));
    Ok(serde_json::from_slice(&output.stdout)?)
}

#[test]
fn every_message_has_one_digest_in_rust_alloy_ethers_and_viem() -> Result<()> {
    let cases = cases();
    let answers = by_javascript(&cases)?;
    assert_eq!(answers.len(), cases.len());
    let mut seen = HashSet::new();
    for (Case { domain, message, by_alloy }, answer) in cases.iter().zip(&answers) {
        let (digest, shown) = (domain.digest(message.as_ref()), message.members());
        assert_eq!(*by_alloy, digest, "alloy: {shown}");
        for client in ["ethers", "viem", "wallet"] {
            assert_eq!(answer[client], digest.to_string(), "{client}: {shown}");
        }
        assert!(seen.insert(digest), "two cases have one digest: {shown}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_contract_computes_the_digests_that_clients_sign() -> Result<()> {
    let market = Market::start().await?;
    let net = market.net();
    let second = add_payments(net, payments_config(&market.staking)).await?;
    let chain_id = net.api.chain().config().chain_id;
    for contract in [market.payments, second] {
        let domain = Domain::new(chain_id, contract);
        let payments = IStreamPayments::new(contract, net.provider(&net.owner)?);
        for config in channels() {
            let seen = payments.getChannelId(abi_channel(&config)).call().await?;
            assert_eq!(seen, domain.channel_id(&config), "{config:?}");
        }
        for voucher in vouchers() {
            let (id, amount) = (voucher.channel_id, voucher.max_claimable_amount);
            let seen = match voucher.usage {
                None => payments.getVoucherDigest(id, amount).call().await?,
                Some(Usage { units, root }) => payments.getUsageVoucherDigest(id, amount, units, root).call().await?,
            };
            assert_eq!(seen, domain.digest(&voucher), "{voucher:?}");
        }
        for refund in refunds() {
            let seen = payments.getRefundDigest(refund.channel_id, refund.nonce, refund.amount).call().await?;
            assert_eq!(seen, domain.digest(&refund), "{refund:?}");
        }
    }
    Ok(())
}
