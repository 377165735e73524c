//! Other people's clients do a day's work with the token: ethers-rs here, ethers.js and viem as programs of their own.

use std::{sync::Arc, time::Duration};

use aia_tests::{Network, network::AIA, peers};
use alloy::primitives as alloy_primitives;
use ethers::{
    abi::RawLog,
    contract::{ContractError, ContractFactory, EthLogDecode},
    core::types::{Address, Filter, Signature, TransactionReceipt, U256, transaction::eip712::TypedData},
    middleware::{Middleware, SignerMiddleware},
    providers::{Http, Provider},
    signers::{LocalWallet, Signer},
};
use eyre::{Context, OptionExt, Result, bail};
use futures::StreamExt;
use serde_json::json;

mod bindings {
    #![allow(missing_docs, unreachable_pub, clippy::all)]
    ethers::contract::abigen!(
        AiaToken,
        "../deploy/abi/IAIAToken.json",
        methods {
            permit(address,address,uint256,uint256,uint8,bytes32,bytes32) as permit_parts;
            permit(address,address,uint256,uint256,bytes) as permit_bytes;
            burn(uint256) as burn_own;
            burn(address,uint256) as burn_of;
        }
    );
}
use bindings::{AiaToken, AiaTokenErrors, AiaTokenEvents, ApprovalFilter, TransferFilter};

type Client = SignerMiddleware<Provider<Http>, LocalWallet>;

/// The token as `account` calls it with ethers-rs.
fn token_as(net: &Network, account: &alloy::signers::local::PrivateKeySigner) -> Result<AiaToken<Client>> {
    let provider = Provider::try_from(net.node.http_url())?.interval(Duration::from_millis(10));
    let chain_id = net.api.chain().config().chain_id;
    let wallet = LocalWallet::from_bytes(account.to_bytes().as_slice())?.with_chain_id(chain_id);
    Ok(AiaToken::new(address(net.token), Arc::new(SignerMiddleware::new(provider, wallet))))
}

fn address(address: alloy_primitives::Address) -> Address {
    Address::from(address.into_array())
}

/// One AIA for ethers-rs.
fn aia() -> U256 {
    U256::exp10(18)
}

#[track_caller]
fn events(receipt: &TransactionReceipt) -> Vec<AiaTokenEvents> {
    let raw = receipt.logs.iter().map(|log| RawLog { topics: log.topics.clone(), data: log.data.to_vec() });
    raw.map(|log| AiaTokenEvents::decode_log(&log).expect("an event of the token")).collect()
}

/// Signs a permit from its JSON, as wallets receive it.
async fn sign_permit(
    token: &AiaToken<Client>,
    owner: &LocalWallet,
    spender: Address,
    value: U256,
) -> Result<Signature> {
    let domain = token.eip_712_domain().call().await?;
    let member = |name: &str, kind: &str| json!({ "name": name, "type": kind });
    let typed: TypedData = serde_json::from_value(json!({
        "primaryType": "Permit",
        "types": {
            "EIP712Domain": [
                member("name", "string"), member("version", "string"),
                member("chainId", "uint256"), member("verifyingContract", "address"),
            ],
            "Permit": [
                member("owner", "address"), member("spender", "address"), member("value", "uint256"),
                member("nonce", "uint256"), member("deadline", "uint256"),
            ],
        },
        "domain": { "name": domain.1, "version": domain.2, "chainId": domain.3, "verifyingContract": domain.4 },
        "message": {
            "owner": owner.address(), "spender": spender, "value": value.to_string(),
            "nonce": token.nonces(owner.address()).call().await?.to_string(), "deadline": u64::MAX.to_string(),
        },
    }))?;
    Ok(owner.sign_typed_data(&typed).await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn ethers_rs_pays_permits_reads_logs_and_decodes_reverts() -> Result<()> {
    let net = Network::start(AIA * alloy_primitives::U256::from(10)).await?;
    let (token, by_spender) = (token_as(&net, &net.owner)?, token_as(&net, &net.account(1))?);
    let (owner, spender) = (address(net.owner.address()), address(net.account(1).address()));
    let shop = Address::repeat_byte(0x5a);
    let start = token.client().get_block_number().await?;

    // A payment.
    assert_eq!(token.name().call().await?, "AIA");
    assert_eq!(token.decimals().call().await?, 18);
    let receipt = token.transfer(shop, aia()).send().await?.await?.ok_or_eyre("not mined")?;
    let paid = TransferFilter { from: owner, to: shop, value: aia() };
    assert_eq!(events(&receipt), [AiaTokenEvents::TransferFilter(paid.clone())]);
    assert_eq!(token.balance_of(shop).call().await?, aia());

    // A permit, carried and spent by its spender.
    let deadline = U256::from(u64::MAX);
    let signature = sign_permit(&token, token.client().signer(), spender, aia() * 2).await?;
    let (mut r, mut s) = ([0; 32], [0; 32]);
    signature.r.to_big_endian(&mut r);
    signature.s.to_big_endian(&mut s);
    let permit = by_spender.permit_parts(owner, spender, aia() * 2, deadline, u8::try_from(signature.v)?, r, s);
    let receipt = permit.send().await?.await?.ok_or_eyre("not mined")?;
    let approved = ApprovalFilter { owner, spender, value: aia() * 2 };
    assert_eq!(events(&receipt), [AiaTokenEvents::ApprovalFilter(approved)]);
    let taken = by_spender.transfer_from(owner, shop, aia() * 2);
    assert_eq!(taken.send().await?.await?.and_then(|receipt| receipt.status), Some(1.into()));

    // What went wrong, by name and values.
    let refused =
        by_spender.transfer_from(owner, shop, U256::one()).call().await.expect_err("nothing is allowed any more");
    let short = bindings::ERC20InsufficientAllowance { spender, allowance: U256::zero(), needed: U256::one() };
    assert_eq!(reason(&refused), Some(AiaTokenErrors::ERC20InsufficientAllowance(short)));

    // The logs tell it all.
    let second = TransferFilter { value: aia() * 2, ..paid.clone() };
    let logs = token.event::<TransferFilter>().from_block(start + 1).query().await?;
    assert_eq!(logs, [paid, second]);
    let filter = Filter::new().address(token.address()).from_block(start + 1);
    assert_eq!(token.client().get_logs(&filter).await?.len(), 3);
    let tokens = [(net.owner.address(), 7), (net.account(1).address(), 0), (shop.0.into(), 3)];
    net.assert_balances(&tokens.map(|(account, amount)| (account, AIA * alloy_primitives::U256::from(amount)))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn ethers_rs_deploys_estimates_and_hears_of_what_happens() -> Result<()> {
    let net = Network::start(AIA).await?;
    let token = token_as(&net, &net.owner)?;
    let (owner, shop) = (address(net.owner.address()), Address::repeat_byte(0x5a));

    // A wallet contract.
    let peers::Peer { abi, bytecode } = peers::artifact("SmartWallet")?;
    let abi = serde_json::from_value(serde_json::to_value(abi)?)?;
    let factory = ContractFactory::new(abi, bytecode.to_vec().into(), token.client());
    let wallet = factory.deploy(owner)?.send().await?;
    assert_eq!(wallet.method::<_, Address>("owner", ())?.call().await?, owner);

    // A payment, as estimated, which a filter catches.
    let transfers = token.event::<TransferFilter>();
    let mut heard = transfers.stream().await?;
    let payment = token.transfer(shop, aia());
    let estimate = payment.estimate_gas().await?;
    let receipt = payment.gas(estimate).send().await?.await?.ok_or_eyre("not mined")?;
    assert_eq!(receipt.status, Some(1.into()));
    assert!(receipt.gas_used.is_some_and(|used| used <= estimate), "{:?} used of {estimate}", receipt.gas_used);
    let event = tokio::time::timeout(Duration::from_secs(10), heard.next()).await?.ok_or_eyre("the filter ends")??;
    assert_eq!(event, TransferFilter { from: owner, to: shop, value: aia() });

    // The block of it, without bodies: the first transaction is ArbOS's own.
    let block = token.client().get_block(receipt.block_number.ok_or_eyre("no block")?).await?.ok_or_eyre("no block")?;
    assert_eq!(block.transactions.len(), 2);
    assert_eq!(block.transactions[1], receipt.transaction_hash);
    net.assert_balances(&[(net.owner.address(), alloy_primitives::U256::ZERO), (shop.0.into(), AIA)]).await
}

fn reason(error: &ContractError<Client>) -> Option<AiaTokenErrors> {
    error.decode_contract_revert()
}

/// Runs a story of `tests/js` in Node.js against a node of its own.
async fn play(script: &str) -> Result<()> {
    let net = Network::start(AIA * alloy_primitives::U256::from(1000)).await?;
    let (scripts, peers) = (peers::scripts()?, peers::directory()?.canonicalize()?);
    let output = tokio::process::Command::new("node")
        .arg(script)
        .current_dir(scripts)
        .env("RPC_URL", net.node.http_url())
        .env("WS_URL", net.node.ws_url())
        .env("TOKEN", net.token.to_string())
        .env("ABI", peers.join("IAIAToken.json"))
        .env("KEY", net.owner.to_bytes().to_string())
        .env("RELAYER_KEY", net.account(1).to_bytes().to_string())
        .env("PEERS", peers)
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(Duration::from_secs(120), output).await.wrap_err("the story does not end")??;
    let (out, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    println!("{out}{error}");
    if !output.status.success() {
        bail!("{script} failed:\n{out}{error}");
    }
    assert!(out.contains("checks passed"), "{script} says nothing of success");
    let relayer = net.token_as(&net.owner)?.balanceOf(net.account(1).address()).call().await?;
    assert_eq!(relayer, alloy_primitives::U256::ZERO, "the relayer keeps nothing");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn ethers_js_tells_its_story() -> Result<()> {
    play("ethers.mjs").await
}

#[tokio::test(flavor = "multi_thread")]
async fn viem_tells_its_story() -> Result<()> {
    play("viem.mjs").await
}
