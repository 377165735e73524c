//! OpenZeppelin's vault holds the token: it pulls by allowance and by permit, of keys and of Solidity wallets.

use aia_abi::IAIAToken as I;
use aia_tests::{Network, network::AIA, peers::artifact, signing::Parts};
use alloy::{
    primitives::{Address, U256},
    providers::DynProvider,
    sol,
    sol_types::{SolError, SolValue},
};
use eyre::Result;

use crate::solidity_beside_stylus::{SHOP, deploy_multi, deploy_wallet};

/// The wallet's mode in which it reverts whatever it is asked.
const REVERT: u8 = 1;

sol! {
    /// What `tests/js/peers/Vault.sol` can do.
    #[sol(rpc, extra_derives(Debug))]
    interface Vault {
        error ERC4626ExceededMaxRedeem(address owner, uint256 shares, uint256 max);

        function decimals() external view returns (uint8);
        function balanceOf(address account) external view returns (uint256);
        function deposit(uint256 assets, address receiver) external returns (uint256 shares);
        function depositWithPermit(uint256 assets, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
            external
            returns (uint256 shares);
        function depositFor(address owner, uint256 assets, uint256 deadline, bytes signature)
            external
            returns (uint256 shares);
        function redeem(uint256 shares, address receiver, address owner) external returns (uint256 assets);
    }
}

fn aia(amount: u64) -> U256 {
    AIA * U256::from(amount)
}

/// Deploys a vault for the token, as the token's owner calls it.
async fn deploy_vault(net: &Network) -> Result<Vault::VaultInstance<DynProvider>> {
    let address = net.deploy(&net.owner, &artifact("Vault")?, net.token.abi_encode()).await?;
    Ok(Vault::new(address, net.provider(&net.owner)?))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_pulls_by_allowance_and_by_permit_and_pays_back() -> Result<()> {
    let net = Network::start(aia(10)).await?;
    let (token, vault, owner) = (net.token_as(&net.owner)?, deploy_vault(&net).await?, net.owner.address());
    assert_eq!(vault.decimals().call().await?, 18, "it asked the token");

    net.send(&token.approve(*vault.address(), aia(3))).await?;
    let deposited = net.send(&vault.deposit(aia(3), owner)).await?;
    let emitters: Vec<Address> = deposited.logs().iter().map(|log| log.address()).collect();
    assert_eq!(emitters, [net.token, *vault.address(), *vault.address()], "the transfer, the shares, the deposit");

    let permit = net.permit(owner, *vault.address(), aia(2)).await?;
    let Parts { v, r, s } = net.sign(&net.owner, &permit)?;
    net.send(&vault.depositWithPermit(aia(2), permit.deadline, v, r, s)).await?;
    assert_eq!(vault.balanceOf(owner).call().await?, aia(5));
    assert_eq!(token.allowance(owner, *vault.address()).call().await?, U256::ZERO, "all of it was used");
    net.assert_balances(&[(owner, aia(5)), (*vault.address(), aia(5))]).await?;

    net.send(&vault.redeem(aia(4), SHOP, owner)).await?;
    net.assert_balances(&[(owner, aia(5)), (*vault.address(), aia(1)), (SHOP, aia(4))]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_passes_on_what_the_token_refuses_with() -> Result<()> {
    let net = Network::start(aia(10)).await?;
    let (token, vault, owner) = (net.token_as(&net.owner)?, deploy_vault(&net).await?, net.owner.address());
    let spender = *vault.address();

    let unapproved = I::ERC20InsufficientAllowance { spender, allowance: U256::ZERO, needed: aia(1) };
    net.refuses(&vault.deposit(aia(1), owner), unapproved).await?;
    net.send(&token.approve(spender, U256::MAX)).await?;
    let overdraft = I::ERC20InsufficientBalance { sender: owner, balance: aia(10), needed: aia(11) };
    net.refuses(&vault.deposit(aia(11), owner), overdraft).await?;

    let mut late = net.permit(owner, spender, aia(1)).await?;
    late.deadline = U256::from(net.now() - 1);
    let Parts { v, r, s } = net.sign(&net.owner, &late)?;
    let expired = I::ERC2612ExpiredSignature { deadline: late.deadline };
    net.refuses(&vault.depositWithPermit(aia(1), late.deadline, v, r, s), expired).await?;

    let permit = net.permit(owner, spender, aia(1)).await?;
    let Parts { v, r, s } = net.sign(&net.account(3), &permit)?;
    let forged = I::ERC2612InvalidSigner { signer: net.account(3).address(), owner };
    net.refuses(&vault.depositWithPermit(aia(1), permit.deadline, v, r, s), forged).await?;

    // Its own refusals look no different.
    let exceeded = Vault::ERC4626ExceededMaxRedeem { owner, shares: aia(1), max: U256::ZERO };
    net.refuses(&vault.redeem(aia(1), owner, owner), exceeded).await?;
    assert_eq!(token.nonces(owner).call().await?, U256::ZERO);
    net.assert_balances(&[(owner, aia(10)), (spender, U256::ZERO)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn solidity_that_lives_on_reads_what_the_token_refused_with() -> Result<()> {
    let net = Network::start(aia(1)).await?;
    let (token, multi) = (net.token_as(&net.owner)?, deploy_multi(&net).await?);

    let overdraft = token.transfer(SHOP, aia(1)).calldata().clone();
    let answer = multi.tryCall(net.token, overdraft.clone()).call().await?;

    let sender = *multi.address();
    let refusal = I::ERC20InsufficientBalance { sender, balance: U256::ZERO, needed: aia(1) };
    assert!(!answer.ok);
    assert_eq!(answer.ret, refusal.abi_encode());
    let receipt = net.send(&multi.tryCall(net.token, overdraft)).await?;
    assert!(receipt.logs().is_empty(), "the caller went on, the transfer did not happen");
    net.assert_balances(&[(net.owner.address(), aia(1)), (SHOP, U256::ZERO)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_solidity_wallet_permits_a_vault_until_it_reverts() -> Result<()> {
    let net = Network::start(aia(10)).await?;
    let (key, relayer) = (net.account(1), net.account(2));
    let (token, wallet) = (net.token_as(&net.owner)?, deploy_wallet(&net, key.address()).await?);
    let owner = *wallet.address();
    net.send(&token.transfer(owner, aia(4))).await?;
    let spender = *deploy_vault(&net).await?.address();
    let vault = Vault::new(spender, net.provider(&relayer)?);

    // Solidity asks Stylus, which asks Solidity.
    let permit = net.permit(owner, spender, aia(3)).await?;
    let signature = net.sign(&key, &permit)?.bytes();
    net.send(&vault.depositFor(owner, aia(3), permit.deadline, signature)).await?;
    assert_eq!(vault.balanceOf(owner).call().await?, aia(3));

    // The wallet's revert is an answer to the token, whose own error goes up to the relayer.
    net.send(&wallet.setMode(REVERT)).await?;
    let permit = net.permit(owner, spender, aia(1)).await?;
    let signature = net.sign(&key, &permit)?.bytes();
    let refusal = I::ERC2612InvalidSigner { signer: key.address(), owner };
    net.refuses(&vault.depositFor(owner, aia(1), permit.deadline, signature), refusal).await?;

    assert_eq!(token.nonces(owner).call().await?, U256::ONE);
    net.assert_balances(&[(net.owner.address(), aia(6)), (owner, aia(1)), (spender, aia(3))]).await
}
