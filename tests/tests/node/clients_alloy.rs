//! alloy 2 does a day's work with the token, by its own defaults: fillers, polling, WebSocket.

use std::time::Duration;

use aia_abi::IAIAToken::{self, IAIATokenErrors};
use aia_tests::{Network, network::AIA, peers::artifact};
use alloy::{
    eips::{BlockNumberOrTag, eip2718::Typed2718},
    network::{AnyNetwork, EthereumWallet, TransactionBuilder},
    primitives::{Address, U256},
    providers::{Provider, ProviderBuilder, WsConnect},
    rpc::types::TransactionRequest,
    sol,
    sol_types::SolValue,
};
use eyre::{OptionExt, Result};
use futures::StreamExt;

const SHOP: Address = Address::repeat_byte(0x5a);
/// The type of the transaction with which ArbOS begins each block.
const INTERNAL: u8 = 0x6a;

sol! {
    /// What `tests/js/peers/SmartWallet.sol` can do.
    #[sol(rpc)]
    interface Wallet {
        function owner() external view returns (address);
        function execute(address target, uint256 value, bytes data) external payable returns (bytes);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn alloy_deploys_pays_as_estimated_and_reads_the_logs() -> Result<()> {
    let net = Network::start(AIA).await?;
    let owner = net.owner.address();
    let wallet = EthereumWallet::from(net.owner.clone());
    let provider = ProviderBuilder::new().wallet(wallet).connect_http(net.node.http_url().parse()?);
    let token = IAIAToken::new(net.token, &provider);
    let start = provider.get_block_number().await?;

    // Fees as the base fee asks for them.
    let base_fee = u128::from(net.api.chain().base_fee());
    assert_eq!(provider.get_gas_price().await?, base_fee);
    let fees = provider.estimate_eip1559_fees().await?;
    assert!(fees.max_fee_per_gas >= base_fee, "{fees:?}");

    // A wallet contract.
    let code = [artifact("SmartWallet")?.bytecode.to_vec(), owner.abi_encode()].concat();
    let deployment = TransactionRequest::default().with_deploy_code(code);
    let receipt = provider.send_transaction(deployment).await?.get_receipt().await?;
    let wallet = Wallet::new(receipt.contract_address.ok_or_eyre("no contract")?, &provider);
    assert_eq!(wallet.owner().call().await?, owner);

    // A payment to it, and its payment to the shop.
    let payment = token.transfer(*wallet.address(), U256::from(5)).from(owner);
    let estimate = payment.estimate_gas().await?;
    let receipt = payment.send().await?.get_receipt().await?;
    assert!(receipt.status() && receipt.gas_used <= estimate, "{} used of {estimate}", receipt.gas_used);
    assert_eq!(receipt.effective_gas_price, base_fee, "no tip is taken");
    let spend = token.transfer(SHOP, U256::from(2)).calldata().clone();
    wallet.execute(net.token, U256::ZERO, spend).send().await?.get_receipt().await?;

    // The logs tell both.
    let logs = token.Transfer_filter().from_block(start + 1).query().await?;
    let moved: Vec<_> = logs.iter().map(|(transfer, _)| (transfer.from, transfer.to, transfer.value)).collect();
    assert_eq!(moved, [(owner, *wallet.address(), U256::from(5)), (*wallet.address(), SHOP, U256::from(2))]);
    let to_shop = token.Transfer_filter().from_block(start + 1).topic2(SHOP.into_word()).query().await?;
    assert_eq!(to_shop.len(), 1);
    net.assert_balances(&[(owner, AIA - U256::from(5)), (*wallet.address(), U256::from(3)), (SHOP, U256::from(2))])
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn alloy_sends_over_websocket_and_hears_of_it_over_another() -> Result<()> {
    let net = Network::start(AIA).await?;
    let owner = net.owner.address();
    let wallet = EthereumWallet::from(net.owner.clone());
    let socket = ProviderBuilder::new().wallet(wallet).connect_ws(WsConnect::new(net.node.ws_url())).await?;
    let token = IAIAToken::new(net.token, &socket);
    // To wait for a receipt alloy subscribes to heads as well, and of two such subscriptions on one
    // connection it serves only the later: who listens has a connection of its own.
    let ears = ProviderBuilder::new().connect_ws(WsConnect::new(net.node.ws_url())).await?;
    let mut heads = ears.subscribe_blocks().await?.into_stream();
    let mut transfers = IAIAToken::new(net.token, &ears).Transfer_filter().subscribe().await?.into_stream();

    // The receipt comes by way of new heads, too.
    let receipt = token.transfer(SHOP, U256::ONE).send().await?.get_receipt().await?;

    let patience = Duration::from_secs(10);
    let head = tokio::time::timeout(patience, heads.next()).await?.ok_or_eyre("no head")?;
    assert_eq!(Some(head.hash), receipt.block_hash);
    let (transfer, log) = tokio::time::timeout(patience, transfers.next()).await?.ok_or_eyre("no event")??;
    assert_eq!(transfer, IAIAToken::Transfer { from: owner, to: SHOP, value: U256::ONE });
    assert_eq!(log.transaction_hash, Some(receipt.transaction_hash));
    net.assert_balances(&[(owner, AIA - U256::ONE), (SHOP, U256::ONE)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn alloy_names_the_error_that_a_call_an_estimate_and_a_payment_meet() -> Result<()> {
    let net = Network::start(AIA).await?;
    let owner = net.owner.address();
    // alloy's own nonce cache counts a transaction whose estimate failed; this connection reads nonces anew.
    let token = net.token_as(&net.owner)?;
    let overdraft = token.transfer(SHOP, AIA + U256::ONE).from(owner);
    let short = IAIAToken::ERC20InsufficientBalance { sender: owner, balance: AIA, needed: AIA + U256::ONE };

    let called = overdraft.call().await.expect_err("there is too little");
    let estimated = overdraft.estimate_gas().await.expect_err("there is too little");
    let sent = overdraft.send().await.expect_err("the estimate before it fails");
    for error in [called, estimated, sent] {
        let named = error.as_decoded_interface_error::<IAIATokenErrors>();
        assert_eq!(named, Some(IAIATokenErrors::ERC20InsufficientBalance(short.clone())), "{error}");
    }

    // With gas of its own choice it gets onto the chain, and fails there.
    let receipt = overdraft.gas(100_000).send().await?.get_receipt().await?;
    assert!(!receipt.status() && receipt.logs().is_empty());
    net.assert_balances(&[(owner, AIA), (SHOP, U256::ZERO)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn alloy_reads_blocks_with_arbos_own_transaction_as_those_of_any_network() -> Result<()> {
    let net = Network::start(AIA).await?;
    let paid = net.send(&net.token_as(&net.owner)?.transfer(SHOP, U256::ONE)).await?;
    let url = net.node.http_url().parse()?;
    let any = ProviderBuilder::new().network::<AnyNetwork>().connect_http(url);

    let block = any.get_block_by_number(BlockNumberOrTag::Latest).full().await?.ok_or_eyre("no block")?;
    let transactions = block.transactions.as_transactions().ok_or_eyre("only hashes")?;
    let types: Vec<u8> = transactions.iter().map(Typed2718::ty).collect();
    assert_eq!(types, [INTERNAL, 2]);
    let receipts = any.get_block_receipts(BlockNumberOrTag::Latest.into()).await?.ok_or_eyre("no receipts")?;
    assert_eq!(receipts.iter().map(|receipt| receipt.gas_used).collect::<Vec<_>>(), [0, paid.gas_used]);

    // Ethereum's own types know nothing of it: hashes they read, bodies they do not.
    let ethereum = net.provider(&net.owner)?;
    let latest = || ethereum.get_block_by_number(BlockNumberOrTag::Latest);
    let hashes = latest().await?.ok_or_eyre("no block")?;
    assert_eq!(hashes.transactions.as_hashes().map(|hashes| hashes[1]), Some(paid.transaction_hash));
    latest().full().await.expect_err("type 0x6a is none of Ethereum's");
    Ok(())
}
