//! What a dapp hears over WebSocket: new blocks, and the token's events as they happen.

use std::time::Duration;

use aia_abi::IAIAToken as I;
use aia_tests::{Network, network::AIA};
use alloy::{
    primitives::{Address, U256},
    providers::{Provider, ProviderBuilder, WsConnect},
    pubsub::Subscription,
    rpc::{json_rpc::RpcRecv, types::Filter},
    sol_types::SolEvent,
};
use eyre::Result;

const SHOP: Address = Address::repeat_byte(0x5a);

/// Waits for the next message, ten seconds at most.
async fn next<T: RpcRecv>(subscription: &mut Subscription<T>) -> Result<T> {
    Ok(tokio::time::timeout(Duration::from_secs(10), subscription.recv()).await??)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscriber_hears_of_every_block_in_order() -> Result<()> {
    let net = Network::start(AIA).await?;
    let provider = ProviderBuilder::new().connect_ws(WsConnect::new(net.node.ws_url())).await?;
    let mut heads = provider.subscribe_blocks().await?;
    let token = net.token_as(&net.owner)?;
    let start = net.api.chain().head().number;

    let paid = net.send(&token.transfer(SHOP, U256::ONE)).await?;
    net.pass(1)?;
    net.send(&token.transfer(SHOP, U256::ONE)).await?;

    let mut parent = net.api.chain().block(start).expect("a block of the past").hash;
    for number in start + 1..=start + 3 {
        let head = next(&mut heads).await?;
        assert_eq!((head.number, head.parent_hash), (number, parent));
        parent = head.hash;
        if number == start + 1 {
            assert_eq!(Some(head.hash), paid.block_hash);
        }
    }
    net.assert_balances(&[(net.owner.address(), AIA - U256::from(2)), (SHOP, U256::from(2))]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscriber_hears_only_the_events_it_asked_for() -> Result<()> {
    let net = Network::start(AIA).await?;
    let owner = net.owner.address();
    let provider = ProviderBuilder::new().connect_ws(WsConnect::new(net.node.ws_url())).await?;
    let all = Filter::new().address(net.token);
    let to_shop = all.clone().event_signature(I::Transfer::SIGNATURE_HASH).topic2(SHOP.into_word());
    let (mut all, mut to_shop) = (provider.subscribe_logs(&all).await?, provider.subscribe_logs(&to_shop).await?);
    let token = net.token_as(&net.owner)?;

    net.send(&token.approve(SHOP, U256::ONE)).await?;
    net.send(&token.transfer(net.account(1).address(), U256::from(2))).await?;
    let reverted = net.submit(&token.transfer(SHOP, AIA)).await?;
    assert!(!reverted.status());
    let paid = net.send(&token.transfer(SHOP, U256::from(3))).await?;

    let topics = [next(&mut all).await?, next(&mut all).await?, next(&mut all).await?].map(|log| log.topics()[0]);
    assert_eq!(topics, [I::Approval::SIGNATURE_HASH, I::Transfer::SIGNATURE_HASH, I::Transfer::SIGNATURE_HASH]);
    let heard = next(&mut to_shop).await?;
    assert_eq!(heard, paid.logs()[0], "as the receipt has it");
    let event = I::Transfer { from: owner, to: SHOP, value: U256::from(3) };
    assert_eq!(I::Transfer::decode_log(&heard.inner)?.data, event);
    assert!(all.is_empty() && to_shop.is_empty(), "nothing else was said");
    let balances = [(owner, AIA - U256::from(5)), (SHOP, U256::from(3)), (net.account(1).address(), U256::from(2))];
    net.assert_balances(&balances).await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_unsubscribes_hears_no_more() -> Result<()> {
    let net = Network::start(AIA).await?;
    let provider = ProviderBuilder::new().connect_ws(WsConnect::new(net.node.ws_url())).await?;
    let mut heads = provider.subscribe_blocks().await?;
    net.pass(1)?;
    next(&mut heads).await?;

    // By hand: alloy's own way sends a fixed request id, which collides with the provider's next request.
    let first_id = ["0x1"];
    assert!(provider.raw_request::<_, bool>("eth_unsubscribe".into(), first_id).await?);
    assert!(!provider.raw_request::<_, bool>("eth_unsubscribe".into(), first_id).await?, "it is gone");
    net.pass(1)?;

    // The connection goes on serving; its answers come after anything the node might still have sent.
    let number = provider.get_block_number().await?;
    assert_eq!(number, net.api.chain().head().number);
    assert!(heads.is_empty(), "a message after the end of the subscription");
    net.assert_balances(&[(net.owner.address(), AIA)]).await
}
