//! The topic of every event that the token emits, as indexers have it hard-coded, provoked on the built WASM.
//!
//! `EIP712DomainChanged` (0a6387c9…) is absent: ERC-5267 declares it for domains that change, and this one cannot.

use aia_deploy::{TokenConfig, deploy_token};
use aia_tests::{
    Network, Token,
    network::{AIA, program},
    signing::{CancelAuthorization, transfer},
};
use alloy::{
    primitives::{Address, B256, Bytes, U256, aliases::U48, b256},
    providers::Provider,
    rpc::types::TransactionReceipt,
    sol_types::SolValue,
};
use eyre::{OptionExt, Result};

const TRANSFER: B256 = b256!("ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");
const APPROVAL: B256 = b256!("8c5be1e5ebec7d5bd14f71427d1e84f3dd0314c0f7b2291e5b200ac8c7c3b925");
const AUTHORIZATION_USED: B256 = b256!("98de503528ee59b575ef0c0a2576a82497bfc029a5685b209e9ec333479b10a5");
const AUTHORIZATION_CANCELED: B256 = b256!("1cdd46ff242716cdaa72d159d339a485b3438398348d68f09d7c8c0a59353d81");
const DELEGATE_CHANGED: B256 = b256!("3134e8a2e6d97e929a7e54011ea5485d7d196dd5f0ba4d4ef95803e8e3fc257f");
const DELEGATE_VOTES_CHANGED: B256 = b256!("dec2bacdd2f05b59de34da9b523dff8be42e5e38e818c82fdb0bae774387a724");
const MINT_LIMIT_SET: B256 = b256!("e8256505f6cdfc8bd326ace1f79967b847d80e54a873967b8298d29370c26d9b");
const OWNERSHIP_TRANSFER_STARTED: B256 = b256!("38d16b8cac22d99fc7c124b9cd0de2d3fa1faef420bfe791d8c362d765e22700");
const OWNERSHIP_TRANSFERRED: B256 = b256!("8be0079c531659141344cd1fd0a4f28419497f9722a3daafe3b4186f6b6457e0");
const CCIP_ADMIN_TRANSFERRED: B256 = b256!("9524c9e4b0b61eb018dd58a1cd856e3e74009528328ab4a613b434fa631d7242");
const L1_ADDRESS_SET: B256 = b256!("603c0b2e4494ac82839a70be8b6c660d7d042ccfe71c3ce0e5157f59090e7445");

const ONE: U256 = U256::ONE;
const SOMEONE: Address = Address::repeat_byte(0x5e);

/// One expected log: its topics and its data.
type Expected = (Vec<B256>, Vec<u8>);

async fn start() -> Result<(Network, Token, Address)> {
    let net = Network::start(AIA).await?;
    let token = net.token_as(&net.owner)?;
    let owner = net.owner.address();
    Ok((net, token, owner))
}

#[track_caller]
fn assert_logs(receipt: &TransactionReceipt, token: Address, expected: &[Expected]) {
    let logs = receipt.logs().iter();
    let logs: Vec<_> = logs.map(|log| (log.address(), log.topics().to_vec(), log.data().data.clone())).collect();
    let expected: Vec<_> =
        expected.iter().map(|(topics, data)| (token, topics.clone(), Bytes::from(data.clone()))).collect();
    assert_eq!(logs, expected);
}

fn word(account: Address) -> B256 {
    account.into_word()
}

#[tokio::test(flavor = "multi_thread")]
async fn construction_logs_the_owner_and_the_supply() -> Result<()> {
    let (net, _, owner) = start().await?;
    let provider = net.provider(&net.owner)?;
    let config = TokenConfig { owner: SOMEONE, recipient: owner, initial_supply: AIA };

    let deployed = deploy_token(&provider, owner, &program("aia_token")?, config).await?;

    let receipt = provider.get_transaction_receipt(deployed.transaction).await?.ok_or_eyre("no receipt")?;
    let by_token = receipt.logs().iter().filter(|log| log.address() == deployed.address);
    let topics: Vec<_> = by_token.map(|log| log.topics().to_vec()).collect();
    let owned = vec![OWNERSHIP_TRANSFERRED, B256::ZERO, word(SOMEONE)];
    assert_eq!(topics, [owned, vec![TRANSFER, B256::ZERO, word(owner)]]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn erc20_events() -> Result<()> {
    let (net, token, owner) = start().await?;
    let spender = net.account(1);

    let moved = net.send(&token.transfer(SOMEONE, ONE)).await?;
    assert_logs(&moved, net.token, &[(vec![TRANSFER, word(owner), word(SOMEONE)], ONE.abi_encode())]);

    let approved = net.send(&token.approve(spender.address(), ONE)).await?;
    let approval = vec![APPROVAL, word(owner), word(spender.address())];
    assert_logs(&approved, net.token, &[(approval.clone(), ONE.abi_encode())]);

    let spent = net.send(&net.token_as(&spender)?.transferFrom(owner, SOMEONE, ONE)).await?;
    assert_logs(&spent, net.token, &[(vec![TRANSFER, word(owner), word(SOMEONE)], ONE.abi_encode())]);

    let permit = net.permit(owner, spender.address(), AIA).await?;
    let parts = net.sign(&net.owner, &permit)?;
    let permitted =
        net.send(&token.permit_0(owner, permit.spender, AIA, permit.deadline, parts.v, parts.r, parts.s)).await?;
    assert_logs(&permitted, net.token, &[(approval, AIA.abi_encode())]);

    let burned = net.send(&token.burn_0(ONE)).await?;
    assert_logs(&burned, net.token, &[(vec![TRANSFER, word(owner), B256::ZERO], ONE.abi_encode())]);
    net.assert_balances(&[(owner, AIA - U256::from(3)), (SOMEONE, U256::from(2))]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn erc3009_events() -> Result<()> {
    let (net, token, owner) = start().await?;
    let payment = net.payment(owner, SOMEONE, ONE);

    let paid = net.send(&transfer(&token, &payment, net.sign(&net.owner, &payment)?)).await?;
    let used = (vec![AUTHORIZATION_USED, word(owner), payment.nonce], vec![]);
    let moved = (vec![TRANSFER, word(owner), word(SOMEONE)], ONE.abi_encode());
    assert_logs(&paid, net.token, &[used, moved]);

    let nonce = B256::repeat_byte(7);
    let parts = net.sign(&net.owner, &CancelAuthorization { authorizer: owner, nonce })?;
    let canceled = net.send(&token.cancelAuthorization_0(owner, nonce, parts.v, parts.r, parts.s)).await?;
    assert_logs(&canceled, net.token, &[(vec![AUTHORIZATION_CANCELED, word(owner), nonce], vec![])]);
    net.assert_balances(&[(owner, AIA - ONE), (SOMEONE, ONE)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn votes_events() -> Result<()> {
    let (net, token, owner) = start().await?;
    let zero = U256::ZERO;

    let first = net.send(&token.delegate(owner)).await?;
    let changed = (vec![DELEGATE_CHANGED, word(owner), B256::ZERO, word(owner)], vec![]);
    let gained = (vec![DELEGATE_VOTES_CHANGED, word(owner)], (zero, AIA).abi_encode());
    assert_logs(&first, net.token, &[changed, gained]);

    let second = net.send(&token.delegate(SOMEONE)).await?;
    let changed = (vec![DELEGATE_CHANGED, word(owner), word(owner), word(SOMEONE)], vec![]);
    let lost = (vec![DELEGATE_VOTES_CHANGED, word(owner)], (AIA, zero).abi_encode());
    let gained = (vec![DELEGATE_VOTES_CHANGED, word(SOMEONE)], (zero, AIA).abi_encode());
    assert_logs(&second, net.token, &[changed, lost, gained]);

    let payment = net.send(&token.transfer(SOMEONE, ONE)).await?;
    let moved = (vec![TRANSFER, word(owner), word(SOMEONE)], ONE.abi_encode());
    let lost = (vec![DELEGATE_VOTES_CHANGED, word(SOMEONE)], (AIA, AIA - ONE).abi_encode());
    assert_logs(&payment, net.token, &[moved, lost]);
    net.assert_balances(&[(owner, AIA - ONE), (SOMEONE, ONE)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_limits_and_minting() -> Result<()> {
    let (net, token, owner) = start().await?;
    let window = U48::from(60);
    for minter in [owner, Address::ZERO] {
        let limited = net.send(&token.setMintLimit(minter, 5, window)).await?;
        let data = (U256::from(5), U256::from(60)).abi_encode();
        assert_logs(&limited, net.token, &[(vec![MINT_LIMIT_SET, word(minter)], data)]);
    }

    let minted = net.send(&token.mint(SOMEONE, ONE)).await?;
    assert_logs(&minted, net.token, &[(vec![TRANSFER, B256::ZERO, word(SOMEONE)], ONE.abi_encode())]);

    let removed = net.send(&token.setMintLimit(owner, 0, window)).await?;
    let data = (U256::ZERO, U256::ZERO).abi_encode();
    assert_logs(&removed, net.token, &[(vec![MINT_LIMIT_SET, word(owner)], data)]);
    net.assert_balances(&[(owner, AIA), (SOMEONE, ONE)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_ownership_and_bridges() -> Result<()> {
    let (net, token, owner) = start().await?;
    let heir = net.account(1);

    let offered = net.send(&token.transferOwnership(heir.address())).await?;
    let started = vec![OWNERSHIP_TRANSFER_STARTED, word(owner), word(heir.address())];
    assert_logs(&offered, net.token, &[(started, vec![])]);

    let admin = net.send(&token.setCCIPAdmin(SOMEONE)).await?;
    assert_logs(&admin, net.token, &[(vec![CCIP_ADMIN_TRANSFERRED, B256::ZERO, word(SOMEONE)], vec![])]);

    let twin = net.send(&token.setL1Address(SOMEONE)).await?;
    assert_logs(&twin, net.token, &[(vec![L1_ADDRESS_SET], SOMEONE.abi_encode())]);

    let accepted = net.send(&net.token_as(&heir)?.acceptOwnership()).await?;
    let transferred = vec![OWNERSHIP_TRANSFERRED, word(owner), word(heir.address())];
    assert_logs(&accepted, net.token, &[(transferred, vec![])]);
    net.assert_balances(&[(owner, AIA)]).await
}
