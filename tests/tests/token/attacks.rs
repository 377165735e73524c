//! Thieves with other people's signatures: whatever they change, copy or hold back, nobody loses anything.

use aia_abi::IAIAToken as I;
use aia_tests::{
    Network, Token,
    network::AIA,
    reverts::revert_data,
    signing::{
        CancelAuthorization, Delegation, Parts, Permit, ReceiveWithAuthorization, TransferWithAuthorization, domain,
        receive, receive_bytes, sign_in, transfer, transfer_bytes,
    },
};
use alloy::{
    primitives::{Address, B256, Bytes, U256, address},
    signers::local::PrivateKeySigner,
    sol_types::{Eip712Domain, SolError},
};
use eyre::Result;

const ONE: U256 = U256::ONE;
const SHOP: Address = address!("00000000000000000000000000000000000051a0");
/// The order of secp256k1.
const ORDER: U256 = U256::from_limbs([0xbfd25e8cd0364141, 0xbaaedce6af48a03b, 0xfffffffffffffffe, 0xffffffffffffffff]);

/// A chain on which `alice`, who has never sent anything, owns everything, and `mallory` watches.
struct Scene {
    net: Network,
    alice: PrivateKeySigner,
    mallory: PrivateKeySigner,
    /// The token as mallory calls it.
    token: Token,
}

impl Scene {
    async fn start() -> Result<Self> {
        let net = Network::start(AIA).await?;
        let (alice, mallory) = (net.account(1), net.account(2));
        net.send(&net.token_as(&net.owner)?.transfer(alice.address(), AIA)).await?;
        let token = net.token_as(&mallory)?;
        Ok(Self { net, alice, mallory, token })
    }

    /// A payment of alice to the shop.
    fn payment(&self) -> TransferWithAuthorization {
        self.net.payment(self.alice.address(), SHOP, ONE)
    }

    /// Nobody but alice has anything, and no signature of hers has counted.
    async fn assert_untouched(&self) -> Result<()> {
        assert_eq!(self.token.nonces(self.alice.address()).call().await?, U256::ZERO, "alice's nonce");
        assert_eq!(self.token.delegates(self.alice.address()).call().await?, Address::ZERO, "alice's delegate");
        self.assert_shop_has(U256::ZERO).await
    }

    async fn assert_shop_has(&self, paid: U256) -> Result<()> {
        let alice = (self.alice.address(), AIA - paid);
        self.net.assert_balances(&[alice, (SHOP, paid), (self.mallory.address(), U256::ZERO)]).await
    }
}

/// The other signature that ECDSA accepts for the same message and key.
fn twin(parts: Parts) -> Parts {
    Parts { v: 55 - parts.v, s: (ORDER - U256::from_be_bytes(parts.s.0)).into(), ..parts }
}

/// EIP-2098: 64 bytes, the parity in the highest bit of `s`.
fn compact(parts: Parts) -> Bytes {
    let mut s = parts.s;
    s[0] |= (parts.v - 27) << 7;
    [parts.r, s].concat().into()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_sent_twice_is_paid_once() -> Result<()> {
    let scene = Scene::start().await?;
    let (payment, authorizer) = (scene.payment(), scene.alice.address());
    let parts = scene.net.sign(&scene.alice, &payment)?;

    scene.net.send(&transfer(&scene.token, &payment, parts)).await?;

    let used = I::ERC3009UsedAuthorization { authorizer, nonce: payment.nonce };
    scene.net.refuses(&transfer(&scene.token, &payment, parts), used.clone()).await?;
    scene.net.refuses(&transfer_bytes(&scene.token, &payment, parts.bytes()), used.clone()).await?;
    // The same nonce does not serve another payment either.
    let again = TransferWithAuthorization { value: U256::from(2), ..payment };
    let parts = scene.net.sign(&scene.alice, &again)?;
    scene.net.refuses(&transfer(&scene.token, &again, parts), used).await?;
    scene.assert_shop_has(ONE).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canceled_payment_is_never_paid() -> Result<()> {
    let scene = Scene::start().await?;
    let (payment, authorizer) = (scene.payment(), scene.alice.address());
    let nonce = payment.nonce;
    let cancellation = CancelAuthorization { authorizer, nonce };
    let used = I::ERC3009UsedAuthorization { authorizer, nonce };

    // Mallory cannot cancel for alice.
    let forged = scene.net.sign(&scene.mallory, &cancellation)?;
    let cancel = |p: Parts| scene.token.cancelAuthorization_0(authorizer, nonce, p.v, p.r, p.s);
    scene.net.refuses(&cancel(forged), I::ERC3009InvalidSignature {}).await?;
    assert!(!scene.token.authorizationState(authorizer, nonce).call().await?);

    let parts = scene.net.sign(&scene.alice, &cancellation)?;
    scene.net.send(&scene.token.cancelAuthorization_1(authorizer, nonce, parts.bytes())).await?;

    assert!(scene.token.authorizationState(authorizer, nonce).call().await?);
    scene.net.refuses(&cancel(parts), used.clone()).await?;
    let parts = scene.net.sign(&scene.alice, &payment)?;
    scene.net.refuses(&transfer(&scene.token, &payment, parts), used.clone()).await?;
    let mine = ReceiveWithAuthorization { to: scene.mallory.address(), ..payment.into() };
    let parts = scene.net.sign(&scene.alice, &mine)?;
    scene.net.refuses(&receive(&scene.token, &mine, parts), used).await?;
    scene.assert_untouched().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_made_cannot_be_canceled() -> Result<()> {
    let scene = Scene::start().await?;
    let (payment, authorizer) = (scene.payment(), scene.alice.address());
    scene.net.send(&transfer(&scene.token, &payment, scene.net.sign(&scene.alice, &payment)?)).await?;

    let nonce = payment.nonce;
    let parts = scene.net.sign(&scene.alice, &CancelAuthorization { authorizer, nonce })?;
    let cancel = scene.token.cancelAuthorization_0(authorizer, nonce, parts.v, parts.r, parts.s);
    scene.net.refuses(&cancel, I::ERC3009UsedAuthorization { authorizer, nonce }).await?;
    scene.assert_shop_has(ONE).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_is_valid_strictly_between_its_times() -> Result<()> {
    let scene = Scene::start().await?;
    let now = U256::from(scene.net.now());
    let two = U256::from(2);
    let payment = TransferWithAuthorization { validAfter: now + ONE, validBefore: now + two + two, ..scene.payment() };
    let parts = scene.net.sign(&scene.alice, &payment)?;
    let refusal =
        I::ERC3009InvalidAuthorizationTime { validAfter: payment.validAfter, validBefore: payment.validBefore };

    scene.net.refuses(&transfer(&scene.token, &payment, parts), refusal.clone()).await?;
    scene.net.pass(1)?; // at validAfter
    scene.net.refuses(&transfer(&scene.token, &payment, parts), refusal.clone()).await?;
    scene.net.pass(3)?; // at validBefore
    scene.net.refuses(&transfer(&scene.token, &payment, parts), refusal).await?;
    scene.assert_untouched().await?;

    // The first and the last second within.
    let now = U256::from(scene.net.now());
    let first = TransferWithAuthorization { validAfter: now - ONE, validBefore: now + ONE, ..scene.payment() };
    let parts = scene.net.sign(&scene.alice, &first)?;
    scene.net.send(&transfer(&scene.token, &first, parts)).await?;
    // All 256 bits are seconds: no upper bit means anything else.
    let forever = TransferWithAuthorization { validBefore: U256::MAX, ..scene.payment() };
    let parts = scene.net.sign(&scene.alice, &forever)?;
    scene.net.send(&transfer(&scene.token, &forever, parts)).await?;
    let never = TransferWithAuthorization { validAfter: U256::MAX, validBefore: U256::MAX, ..scene.payment() };
    let parts = scene.net.sign(&scene.alice, &never)?;
    let refusal = I::ERC3009InvalidAuthorizationTime { validAfter: U256::MAX, validBefore: U256::MAX };
    scene.net.refuses(&transfer(&scene.token, &never, parts), refusal).await?;
    scene.assert_shop_has(two).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deposit_cannot_be_front_run() -> Result<()> {
    let scene = Scene::start().await?;
    let bob = scene.net.account(3);
    let payment = scene.net.payment(scene.alice.address(), bob.address(), ONE);
    let deposit = ReceiveWithAuthorization::from(payment.clone());
    let parts = scene.net.sign(&scene.alice, &deposit)?;

    // Mallory is not the receiver, and alice's signature for a receiver is none for everybody.
    let not_you = I::ERC20InvalidReceiver { receiver: bob.address() };
    scene.net.refuses(&receive(&scene.token, &deposit, parts), not_you.clone()).await?;
    scene.net.refuses(&receive_bytes(&scene.token, &deposit, parts.bytes()), not_you).await?;
    scene.net.refuses(&transfer(&scene.token, &payment, parts), I::ERC3009InvalidSignature {}).await?;
    // Nor the other way round.
    let for_everybody = scene.net.sign(&scene.alice, &payment)?;
    let by_bob = scene.net.token_as(&bob)?;
    scene.net.refuses(&receive(&by_bob, &deposit, for_everybody), I::ERC3009InvalidSignature {}).await?;
    scene.assert_untouched().await?;

    scene.net.send(&receive(&by_bob, &deposit, parts)).await?;
    scene.net.assert_balances(&[(scene.alice.address(), AIA - ONE), (bob.address(), ONE)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malleated_signature_is_worth_nothing() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { net, alice, token, .. } = &scene;
    let payment = scene.payment();
    let parts = twin(net.sign(alice, &payment)?);
    net.refuses(&transfer(token, &payment, parts), I::ERC3009InvalidSignature {}).await?;
    net.refuses(&transfer_bytes(token, &payment, parts.bytes()), I::ERC3009InvalidSignature {}).await?;

    let permit = net.permit(alice.address(), scene.mallory.address(), AIA).await?;
    let Permit { owner, spender, value, deadline, .. } = permit;
    let parts = twin(net.sign(alice, &permit)?);
    let high = I::ECDSAInvalidSignatureS { s: parts.s };
    net.refuses(&token.permit_0(owner, spender, value, deadline, parts.v, parts.r, parts.s), high.clone()).await?;
    net.refuses(&token.permit_1(owner, spender, value, deadline, parts.bytes()), high).await?;

    let expiry = U256::MAX;
    let delegation = Delegation { delegatee: spender, nonce: U256::ZERO, expiry };
    let parts = twin(net.sign(alice, &delegation)?);
    let delegate = token.delegateBySig(spender, U256::ZERO, expiry, parts.v, parts.r, parts.s);
    net.refuses(&delegate, I::ECDSAInvalidSignatureS { s: parts.s }).await?;
    scene.assert_untouched().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_of_another_length_is_none() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { net, alice, token, .. } = &scene;
    let payment = scene.payment();
    let permit = net.permit(alice.address(), scene.mallory.address(), AIA).await?;
    let Permit { owner, spender, value, deadline, .. } = permit;
    let (pays, permits) = (net.sign(alice, &payment)?, net.sign(alice, &permit)?);
    let shapes: [fn(Parts) -> Bytes; 4] = [
        compact,
        |_| Bytes::new(),
        |parts| parts.bytes().slice(..64),
        |parts| [&parts.bytes()[..], &[0]].concat().into(),
    ];
    for shape in shapes {
        let none = I::ECDSAInvalidSignature {};
        net.refuses(&transfer_bytes(token, &payment, shape(pays)), I::ERC3009InvalidSignature {}).await?;
        net.refuses(&token.permit_1(owner, spender, value, deadline, shape(permits)), none).await?;
    }
    scene.assert_untouched().await
}

/// Where else alice's signature might come from.
fn foreign_domains(net: &Network) -> Vec<(&'static str, Eip712Domain)> {
    let chain = net.api.chain().config().chain_id;
    let own = || domain(chain, net.token);
    let mut renamed = own();
    renamed.name = Some("USDC".into());
    let mut newer = own();
    newer.version = Some("2".into());
    let mut salted = own();
    salted.salt = Some(B256::ZERO);
    vec![
        ("another chain", domain(42_161, net.token)),
        ("another contract", domain(chain, SHOP)),
        ("another name", renamed),
        ("another version", newer),
        ("a salt", salted),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_for_elsewhere_is_worth_nothing() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { net, alice, token, .. } = &scene;
    let payment = scene.payment();
    let cancellation = CancelAuthorization { authorizer: alice.address(), nonce: payment.nonce };
    let permit = net.permit(alice.address(), scene.mallory.address(), AIA).await?;
    let Permit { owner, spender, .. } = permit;
    for (place, domain) in foreign_domains(net) {
        println!("signed for {place}");
        let parts = sign_in(&domain, alice, &payment)?;
        net.refuses(&transfer(token, &payment, parts), I::ERC3009InvalidSignature {}).await?;
        let parts = sign_in(&domain, alice, &cancellation)?;
        let cancel = token.cancelAuthorization_1(owner, payment.nonce, parts.bytes());
        net.refuses(&cancel, I::ERC3009InvalidSignature {}).await?;
        let parts = sign_in(&domain, alice, &permit)?;
        assert_wrong_signer(token, &permit, parts).await?;
    }
    assert_eq!(token.allowance(owner, spender).call().await?, U256::ZERO);
    assert!(!token.authorizationState(owner, payment.nonce).call().await?);
    scene.assert_untouched().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_with_any_member_changed_is_refused() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { net, alice, mallory, token } = &scene;
    let payment = scene.payment();
    let parts = net.sign(alice, &payment)?;
    let own = |change: fn(&mut TransferWithAuthorization)| {
        let mut changed = payment.clone();
        change(&mut changed);
        changed
    };
    let variants = [
        TransferWithAuthorization { from: net.owner.address(), ..payment.clone() },
        TransferWithAuthorization { to: mallory.address(), ..payment.clone() },
        own(|payment| payment.value += ONE),
        own(|payment| payment.validAfter += ONE),
        own(|payment| payment.validBefore += ONE),
        own(|payment| payment.nonce[31] ^= 1),
    ];
    for (member, changed) in variants.iter().enumerate() {
        println!("member {member} changed");
        net.refuses(&transfer(token, changed, parts), I::ERC3009InvalidSignature {}).await?;
        net.refuses(&transfer_bytes(token, changed, parts.bytes()), I::ERC3009InvalidSignature {}).await?;
        let deposit = ReceiveWithAuthorization::from(changed.clone());
        net.refuses(&receive(token, &deposit, parts), I::ERC3009InvalidSignature {}).await?;
    }
    let broken = [Parts { v: 55 - parts.v, ..parts }, Parts { r: parts.s, ..parts }, Parts { s: B256::ZERO, ..parts }];
    for broken in broken {
        net.refuses(&transfer(token, &payment, broken), I::ERC3009InvalidSignature {}).await?;
    }
    scene.assert_untouched().await?;
    // Untouched it is good.
    net.send(&transfer(token, &payment, parts)).await?;
    scene.assert_shop_has(ONE).await
}

/// Asserts that a permit recovers somebody else than its owner.
async fn assert_wrong_signer(token: &Token, permit: &Permit, parts: Parts) -> Result<()> {
    let Permit { owner, spender, value, deadline, .. } = *permit;
    let call = token.permit_0(owner, spender, value, deadline, parts.v, parts.r, parts.s);
    let error = I::ERC2612InvalidSigner::abi_decode(&revert_data(call.call().await))?;
    assert_eq!(error.owner, owner);
    assert_ne!(error.signer, owner);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permit_with_any_member_changed_is_refused() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { net, alice, mallory, token } = &scene;
    let permit = net.permit(alice.address(), SHOP, ONE).await?;
    let parts = net.sign(alice, &permit)?;
    let variants = [
        Permit { owner: net.owner.address(), ..permit.clone() },
        Permit { spender: mallory.address(), ..permit.clone() },
        Permit { value: AIA, ..permit.clone() },
        Permit { deadline: U256::MAX, ..permit.clone() },
    ];
    for changed in &variants {
        assert_wrong_signer(token, changed, parts).await?;
    }
    let ahead = Permit { nonce: ONE, ..permit.clone() };
    assert_wrong_signer(token, &ahead, net.sign(alice, &ahead)?).await?;
    scene.assert_untouched().await?;

    let Permit { owner, spender, value, deadline, .. } = permit;
    net.send(&token.permit_0(owner, spender, value, deadline, parts.v, parts.r, parts.s)).await?;
    assert_eq!(token.allowance(owner, spender).call().await?, ONE);
    // Replayed after it was spent, it must not allow anything again.
    assert_wrong_signer(token, &permit, parts).await?;
    assert_eq!(token.nonces(owner).call().await?, ONE);
    scene.assert_shop_has(U256::ZERO).await
}
