//! Payers that are contracts (ERC-1271), however badly they behave, and keys that got code (EIP-7702).

use aia_abi::IAIAToken as I;
use aia_tests::{
    Network, Token,
    network::AIA,
    peers::artifact,
    signing::{CancelAuthorization, Delegation, Parts, Permit, TransferWithAuthorization, transfer, transfer_bytes},
};
use alloy::{
    eips::eip7702::Authorization,
    network::{TransactionBuilder, TransactionBuilder7702},
    primitives::{Address, Bytes, U256, hex},
    providers::{DynProvider, Provider},
    rpc::types::TransactionRequest,
    signers::{SignerSync, local::PrivateKeySigner},
    sol,
    sol_types::SolValue,
};
use eyre::Result;

const ONE: U256 = U256::ONE;
const SHOP: Address = Address::repeat_byte(0x5a);

sol! {
    /// What `tests/js/peers/SmartWallet.sol` can do.
    #[sol(rpc)]
    interface Wallet {
        function setMode(uint8 newMode) external;
        function setToken(address newToken) external;
        function execute(address target, uint256 value, bytes data) external payable returns (bytes);
    }
}

const NORMAL: u8 = 0;
const REVERT: u8 = 1;
const GARBAGE: u8 = 2;
const MEGABYTE: u8 = 3;
const BURN_GAS: u8 = 4;
const REENTER: u8 = 5;
const DIRTY_WORD: u8 = 6;

/// A wallet contract that owns everything, its owner's key, and a relayer.
struct Scene {
    net: Network,
    key: PrivateKeySigner,
    wallet: Wallet::WalletInstance<DynProvider>,
    /// The token as the relayer calls it.
    token: Token,
}

impl Scene {
    async fn start() -> Result<Self> {
        let net = Network::start(AIA).await?;
        let (key, relayer) = (net.account(1), net.account(2));
        let wallet = net.deploy(&relayer, &artifact("SmartWallet")?, key.address().abi_encode()).await?;
        net.send(&net.token_as(&net.owner)?.transfer(wallet, AIA)).await?;
        let wallet = Wallet::new(wallet, net.provider(&relayer)?);
        net.send(&wallet.setToken(net.token)).await?;
        let token = net.token_as(&relayer)?;
        Ok(Self { net, key, wallet, token })
    }

    fn address(&self) -> Address {
        *self.wallet.address()
    }

    fn payment(&self) -> TransferWithAuthorization {
        self.net.payment(self.address(), SHOP, ONE)
    }

    async fn behave(&self, mode: u8) -> Result<()> {
        self.net.send(&self.wallet.setMode(mode)).await?;
        Ok(())
    }

    async fn assert_paid(&self, paid: u64) -> Result<()> {
        let paid = U256::from(paid);
        let others = [self.key.address(), self.net.owner.address()].map(|account| (account, U256::ZERO));
        self.net.assert_balances(&[(self.address(), AIA - paid), (SHOP, paid), others[0], others[1]]).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wallet_pays_by_its_owners_key_in_both_overloads() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { net, key, token, .. } = &scene;
    let (first, second) = (scene.payment(), scene.payment());

    net.send(&transfer(token, &first, net.sign(key, &first)?)).await?;
    net.send(&transfer_bytes(token, &second, net.sign(key, &second)?.bytes())).await?;
    scene.assert_paid(2).await?;

    let permit = net.permit(scene.address(), SHOP, ONE).await?;
    let Permit { owner, spender, value, deadline, .. } = permit;
    let parts = net.sign(key, &permit)?;
    net.send(&token.permit_0(owner, spender, value, deadline, parts.v, parts.r, parts.s)).await?;
    assert_eq!(token.allowance(owner, spender).call().await?, ONE);

    let nonce = scene.payment().nonce;
    let parts = net.sign(key, &CancelAuthorization { authorizer: owner, nonce })?;
    net.send(&token.cancelAuthorization_1(owner, nonce, parts.bytes())).await?;
    assert!(token.authorizationState(owner, nonce).call().await?);
    scene.assert_paid(2).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wallet_refuses_another_key_and_passes_parts_on_as_given() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { net, key, token, .. } = &scene;
    let payment = scene.payment();
    let forged = net.sign(&net.account(3), &payment)?;
    net.refuses(&transfer(token, &payment, forged), I::ERC3009InvalidSignature {}).await?;

    // The wallet's library wants 27 or 28: the token does not touch what the parts say.
    let parity = net.sign(key, &payment)?.with_parity();
    net.refuses(&transfer(token, &payment, parity), I::ERC3009InvalidSignature {}).await?;
    let short: Bytes = net.sign(key, &payment)?.bytes().slice(..64);
    net.refuses(&transfer_bytes(token, &payment, short), I::ERC3009InvalidSignature {}).await?;

    let permit = net.permit(scene.address(), SHOP, ONE).await?;
    let Permit { owner, spender, value, deadline, .. } = permit;
    let signer = net.account(3).address();
    let Parts { v, r, s } = net.sign(&net.account(3), &permit)?;
    let stranger = I::ERC2612InvalidSigner { signer, owner };
    net.refuses(&token.permit_0(owner, spender, value, deadline, v, r, s), stranger).await?;
    let nobody = I::ERC2612InvalidSigner { signer: Address::ZERO, owner };
    net.refuses(&token.permit_1(owner, spender, value, deadline, Bytes::new()), nobody).await?;
    assert_eq!(token.nonces(owner).call().await?, U256::ZERO);
    scene.assert_paid(0).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wallet_that_misbehaves_authorizes_nothing() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { net, key, token, .. } = &scene;
    for mode in [REVERT, GARBAGE, BURN_GAS, DIRTY_WORD] {
        println!("mode {mode}");
        scene.behave(mode).await?;
        let payment = scene.payment();
        let parts = net.sign(key, &payment)?;
        net.refuses(&transfer(token, &payment, parts), I::ERC3009InvalidSignature {}).await?;
        net.refuses(&transfer_bytes(token, &payment, parts.bytes()), I::ERC3009InvalidSignature {}).await?;
        let permit = net.permit(scene.address(), SHOP, ONE).await?;
        let Permit { owner, spender, value, deadline, .. } = permit;
        let Parts { v, r, s } = net.sign(key, &permit)?;
        let refusal = I::ERC2612InvalidSigner { signer: key.address(), owner };
        net.refuses(&token.permit_0(owner, spender, value, deadline, v, r, s), refusal).await?;
        assert_eq!(token.allowance(owner, spender).call().await?, U256::ZERO);
    }
    scene.assert_paid(0).await?;
    // Back to its senses it pays.
    scene.behave(NORMAL).await?;
    let payment = scene.payment();
    net.send(&transfer(token, &payment, net.sign(key, &payment)?)).await?;
    scene.assert_paid(1).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wallet_that_answers_a_megabyte_costs_the_token_no_copy() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { net, key, token, .. } = &scene;
    scene.behave(MEGABYTE).await?;
    let payment = scene.payment();

    let receipt = net.send(&transfer(token, &payment, net.sign(key, &payment)?)).await?;

    // The wallet pays 2.2 million for its own memory; the token copies one word of it.
    assert!(receipt.gas_used < 2_700_000, "gas used {}", receipt.gas_used);
    scene.assert_paid(1).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wallet_may_read_the_token_while_it_is_asked() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { net, key, token, .. } = &scene;
    scene.behave(REENTER).await?;
    let payment = scene.payment();

    net.send(&transfer(token, &payment, net.sign(key, &payment)?)).await?;

    scene.assert_paid(1).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wallet_cannot_delegate_by_signature_but_by_itself() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { net, key, token, wallet } = &scene;
    let delegation = Delegation { delegatee: SHOP, nonce: U256::ZERO, expiry: U256::MAX };
    let Parts { v, r, s } = net.sign(key, &delegation)?;

    // ECDSA only: it counts for the key that signed, which owns nothing.
    net.send(&token.delegateBySig(SHOP, U256::ZERO, U256::MAX, v, r, s)).await?;
    assert_eq!(token.delegates(scene.address()).call().await?, Address::ZERO);
    assert_eq!(token.delegates(key.address()).call().await?, SHOP);
    assert_eq!(token.getVotes(SHOP).call().await?, U256::ZERO);

    let delegate = token.delegate(SHOP).calldata().clone();
    net.send(&wallet.execute(net.token, U256::ZERO, delegate)).await?;
    assert_eq!(token.getVotes(SHOP).call().await?, AIA);
    scene.assert_paid(0).await
}

/// Gives `account` the code of `contract`, in a transaction that `relayer` pays.
async fn install_code(net: &Network, account: &PrivateKeySigner, contract: Address) -> Result<()> {
    let relayer = net.provider(&net.account(2))?;
    let chain_id = U256::from(net.api.chain().config().chain_id);
    let nonce = relayer.get_transaction_count(account.address()).await?;
    let authorization = Authorization { chain_id, address: contract, nonce };
    let signature = account.sign_hash_sync(&authorization.signature_hash())?;
    let request = TransactionRequest::default()
        .with_to(account.address())
        .with_authorization_list(vec![authorization.into_signed(signature)]);
    let receipt = net.submit_request(&relayer, request).await?;
    assert!(receipt.status());
    let code = relayer.get_code_at(account.address()).await?;
    assert_eq!(code[..], [&hex!("ef0100")[..], contract.as_slice()].concat(), "the account points to the contract");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_got_code_keeps_paying_by_its_key() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { net, key: guardian, token, .. } = &scene;
    let alice = net.account(4);
    let from_wallet = token.transfer(alice.address(), AIA).calldata().clone();
    net.send(&scene.wallet.execute(net.token, U256::ZERO, from_wallet)).await?;
    install_code(net, &alice, scene.address()).await?;
    let pay = || net.payment(alice.address(), SHOP, ONE);

    let by_parts = pay();
    net.send(&transfer(token, &by_parts, net.sign(&alice, &by_parts)?)).await?;
    let by_bytes = pay();
    net.send(&transfer_bytes(token, &by_bytes, net.sign(&alice, &by_bytes)?.bytes())).await?;
    let permit = net.permit(alice.address(), SHOP, ONE).await?;
    let Permit { owner, spender, value, deadline, .. } = permit;
    let Parts { v, r, s } = net.sign(&alice, &permit)?;
    net.send(&token.permit_0(owner, spender, value, deadline, v, r, s)).await?;
    // The code has a say too: its guardian may sign for alice, nobody else.
    let by_guardian = pay();
    net.send(&transfer(token, &by_guardian, net.sign(guardian, &by_guardian)?)).await?;
    let forged = pay();
    net.refuses(&transfer(token, &forged, net.sign(&net.account(3), &forged)?), I::ERC3009InvalidSignature {}).await?;

    // And when the code turns hostile, the key still counts.
    let own_code = Wallet::new(alice.address(), net.provider(&net.account(2))?);
    net.send(&own_code.setMode(REVERT)).await?;
    let still = pay();
    net.send(&transfer(token, &still, net.sign(&alice, &still)?)).await?;
    net.refuses(&transfer(token, &forged, net.sign(guardian, &forged)?), I::ERC3009InvalidSignature {}).await?;

    assert_eq!(token.allowance(owner, spender).call().await?, ONE);
    let paid = U256::from(4);
    net.assert_balances(&[(alice.address(), AIA - paid), (SHOP, paid), (scene.address(), U256::ZERO)]).await
}
