//! Holders who delegate, and the record of votes that a governor reads later.

use aia_abi::IAIAToken as I;
use aia_tests::{
    Network, Token,
    actions::{assert_events, event},
    network::AIA,
    reverts::assert_reverts,
    signing::{Delegation, Parts, Permit},
};
use alloy::primitives::{Address, U256, aliases::U48};
use eyre::Result;

const NOBODY: Address = Address::ZERO;

/// So many AIA, in base units.
fn aia(amount: u64) -> U256 {
    AIA * U256::from(amount)
}

/// Alice holds 30 AIA, bob 20, and the treasury, which never delegates, 50.
struct Scene {
    net: Network,
    alice: Token,
    bob: Token,
}

impl Scene {
    async fn start() -> Result<Self> {
        let net = Network::start(aia(100)).await?;
        let treasury = net.token_as(&net.owner)?;
        let (alice, bob) = (net.token_as(&net.account(0))?, net.token_as(&net.account(1))?);
        net.send(&treasury.transfer(net.account(0).address(), aia(30))).await?;
        net.send(&treasury.transfer(net.account(1).address(), aia(20))).await?;
        Ok(Self { net, alice, bob })
    }

    fn addresses(&self) -> [Address; 3] {
        [0, 1, 2].map(|index| self.net.account(index).address())
    }

    /// Asserts the votes of alice, bob and carol, and that their sum is all that is delegated.
    async fn assert_votes(&self, votes: [u64; 3]) -> Result<()> {
        for (account, votes) in self.addresses().into_iter().zip(votes) {
            assert_eq!(self.alice.getVotes(account).call().await?, aia(votes), "votes of {account}");
        }
        assert_eq!(self.alice.getTotalDelegation().call().await?, aia(votes.iter().sum()), "total delegation");
        assert_eq!(self.alice.getVotes(NOBODY).call().await?, U256::ZERO, "votes of nobody");
        Ok(())
    }

    /// Asserts the same of the past.
    async fn assert_past_votes(&self, instant: u64, votes: [u64; 3]) -> Result<()> {
        let instant = U256::from(instant);
        for (account, votes) in self.addresses().into_iter().zip(votes) {
            let past = self.alice.getPastVotes(account, instant).call().await?;
            assert_eq!(past, aia(votes), "votes of {account} at {instant}");
        }
        let batch = self.alice.getPastVotesBatch(self.addresses().to_vec(), instant).call().await?;
        assert_eq!(batch, votes.map(aia), "the batch");
        let total = self.alice.getTotalDelegationAt(instant).call().await?;
        assert_eq!(total, aia(votes.iter().sum()), "total delegation at {instant}");
        Ok(())
    }

    async fn assert_holdings(&self, treasury: u64, alice: u64, bob: u64) -> Result<()> {
        let [a, b, c] = self.addresses();
        let owner = self.net.owner.address();
        self.net.assert_balances(&[(owner, aia(treasury)), (a, aia(alice)), (b, aia(bob)), (c, U256::ZERO)]).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn votes_follow_balances_and_the_past_stays_as_it_was() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { net, alice, bob } = &scene;
    let [a, b, c] = scene.addresses();
    scene.assert_votes([0, 0, 0]).await?;
    let before = net.now();
    net.pass(10)?;

    // Alice votes through carol, bob for himself.
    let receipt = net.send(&alice.delegate(c)).await?;
    let changed = I::DelegateChanged { delegator: a, fromDelegate: NOBODY, toDelegate: c };
    let votes = I::DelegateVotesChanged { delegate: c, previousVotes: U256::ZERO, newVotes: aia(30) };
    assert_events(&receipt, &[event(&changed), event(&votes)]);
    net.send(&bob.delegate(b)).await?;
    scene.assert_votes([0, 20, 30]).await?;
    let delegated = net.now();
    net.pass(10)?;

    // Alice pays bob, so carol loses what bob gains.
    let receipt = net.send(&alice.transfer(b, aia(10))).await?;
    let moved = I::Transfer { from: a, to: b, value: aia(10) };
    let lost = I::DelegateVotesChanged { delegate: c, previousVotes: aia(30), newVotes: aia(20) };
    let gained = I::DelegateVotesChanged { delegate: b, previousVotes: aia(20), newVotes: aia(30) };
    assert_events(&receipt, &[event(&moved), event(&lost), event(&gained)]);
    scene.assert_votes([0, 30, 20]).await?;
    let paid = net.now();
    net.pass(10)?;

    // Bob pays the treasury, whose votes are nobody's; alice comes home.
    net.send(&bob.transfer(net.owner.address(), aia(5))).await?;
    net.send(&alice.delegate(a)).await?;
    scene.assert_votes([20, 25, 0]).await?;
    let home = net.now();
    net.pass(10)?;

    // Alice withdraws altogether.
    net.send(&alice.delegate(NOBODY)).await?;
    scene.assert_votes([0, 25, 0]).await?;
    assert_eq!(alice.delegates(a).call().await?, NOBODY);
    let gone = net.now();
    net.pass(1)?;

    for (from, to, votes) in [
        (before, delegated, [0, 0, 0]),
        (delegated, paid, [0, 20, 30]),
        (paid, home, [0, 30, 20]),
        (home, gone, [20, 25, 0]),
        (gone, gone + 1, [0, 25, 0]),
    ] {
        scene.assert_past_votes(from, votes).await?;
        scene.assert_past_votes(to - 1, votes).await?;
        assert_eq!(alice.getPastTotalSupply(U256::from(from)).call().await?, aia(100), "the supply");
    }
    scene.assert_past_votes(0, [0, 0, 0]).await?;
    scene.assert_holdings(55, 20, 25).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_present_and_the_future_cannot_be_looked_up() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { net, alice, .. } = &scene;
    let [a, ..] = scene.addresses();
    net.send(&alice.delegate(a)).await?;
    let clock = U48::from(net.now());
    assert_eq!(alice.clock().call().await?, clock);
    assert_eq!(alice.CLOCK_MODE().call().await?, "mode=timestamp");
    for timepoint in [U256::from(clock), U256::from(clock) + U256::ONE, U256::from(1) << 64, U256::MAX] {
        let future = || I::ERC5805FutureLookup { timepoint, clock };
        assert_reverts(&alice.getPastVotes(a, timepoint), future()).await;
        assert_reverts(&alice.getPastVotesBatch(vec![a], timepoint), future()).await;
        assert_reverts(&alice.getPastVotesBatch(vec![], timepoint), future()).await;
        assert_reverts(&alice.getPastTotalSupply(timepoint), future()).await;
        assert_reverts(&alice.getTotalDelegationAt(timepoint), future()).await;
    }
    net.pass(1)?;
    assert_eq!(alice.getPastVotes(a, U256::from(clock)).call().await?, aia(30));
    scene.assert_holdings(50, 30, 20).await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_second_leaves_one_checkpoint() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { net, alice, bob } = &scene;
    let [a, b, c] = scene.addresses();
    let first = net.now();
    net.send(&alice.delegate(c)).await?;
    net.send(&bob.delegate(c)).await?;
    net.send(&alice.transfer(net.owner.address(), aia(1))).await?;
    assert_eq!(alice.numCheckpoints(c).call().await?, 1);

    // What changes no total leaves none: to oneself, of nothing, within one delegate, to the same delegate.
    net.pass(1)?;
    net.send(&alice.transfer(a, aia(29))).await?;
    net.send(&alice.transfer(net.owner.address(), U256::ZERO)).await?;
    net.send(&alice.transfer(b, aia(9))).await?;
    net.send(&alice.delegate(c)).await?;
    assert_eq!(alice.numCheckpoints(c).call().await?, 1);
    scene.assert_votes([0, 0, 49]).await?;

    net.pass(1)?;
    net.send(&alice.burn_0(aia(20))).await?;
    assert_eq!(alice.numCheckpoints(c).call().await?, 2);
    for (position, key, votes) in [(0, first, 49), (1, first + 2, 29)] {
        let checkpoint = alice.checkpoints(c, position).call().await?;
        assert_eq!((checkpoint.key.to::<u64>(), U256::from(checkpoint.value)), (key, aia(votes)));
    }
    assert_eq!(alice.getPastTotalSupply(U256::from(first)).call().await?, aia(100));
    assert_eq!(alice.getPastTotalSupply(U256::from(first + 1)).call().await?, aia(100));
    net.pass(1)?;
    assert_eq!(alice.getPastTotalSupply(U256::from(first + 2)).call().await?, aia(80));
    scene.assert_holdings(51, 0, 29).await
}

#[tokio::test(flavor = "multi_thread")]
async fn new_tokens_vote_and_burned_ones_do_not() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { net, alice, bob } = &scene;
    let [a, b, _] = scene.addresses();
    let treasury = net.token_as(&net.owner)?;
    for minter in [net.owner.address(), NOBODY] {
        net.send(&treasury.setMintLimit(minter, u128::try_from(aia(50))?, U48::from(60))).await?;
    }
    net.send(&alice.delegate(a)).await?;
    net.send(&bob.approve(a, aia(5))).await?;
    net.send(&bob.delegate(b)).await?;
    let start = net.now();
    net.pass(1)?;

    net.send(&treasury.mint(a, aia(10))).await?;
    net.send(&treasury.mint(net.owner.address(), aia(10))).await?;
    net.send(&bob.burn_0(aia(2))).await?;
    net.send(&alice.burnFrom(b, aia(3))).await?;
    net.send(&treasury.burn_0(aia(4))).await?;

    scene.assert_votes([40, 15, 0]).await?;
    net.pass(1)?;
    scene.assert_past_votes(start, [30, 20, 0]).await?;
    scene.assert_past_votes(start + 1, [40, 15, 0]).await?;
    assert_eq!(alice.getPastTotalSupply(U256::from(start)).call().await?, aia(100));
    assert_eq!(alice.getPastTotalSupply(U256::from(start + 1)).call().await?, aia(111));
    scene.assert_holdings(56, 40, 15).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delegation_is_signed_and_carried_by_another() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { net, bob, .. } = &scene;
    let [a, _, c] = scene.addresses();
    let key = net.account(0);
    let expiry = U256::from(net.now() + 60);
    let Parts { v, r, s } = net.sign(&key, &Delegation { delegatee: c, nonce: U256::ZERO, expiry })?;

    let receipt = net.send(&bob.delegateBySig(c, U256::ZERO, expiry, v, r, s)).await?;
    let changed = I::DelegateChanged { delegator: a, fromDelegate: NOBODY, toDelegate: c };
    let votes = I::DelegateVotesChanged { delegate: c, previousVotes: U256::ZERO, newVotes: aia(30) };
    assert_events(&receipt, &[event(&changed), event(&votes)]);
    scene.assert_votes([0, 0, 30]).await?;

    // Permits and delegations count their nonces together.
    let permit = net.permit(a, c, aia(1)).await?;
    let Permit { owner, spender, value, nonce, deadline } = permit;
    assert_eq!(nonce, U256::ONE);
    let Parts { v, r, s } = net.sign(&key, &permit)?;
    net.send(&bob.permit_0(owner, spender, value, deadline, v, r, s)).await?;
    let Parts { v, r, s } = net.sign(&key, &Delegation { delegatee: a, nonce: U256::ONE, expiry })?;
    let used = I::InvalidAccountNonce { account: a, currentNonce: U256::from(2) };
    net.refuses(&bob.delegateBySig(a, U256::ONE, expiry, v, r, s), used).await?;
    let Parts { v, r, s } = net.sign(&key, &Delegation { delegatee: a, nonce: U256::from(2), expiry })?.with_parity();
    net.send(&bob.delegateBySig(a, U256::from(2), expiry, v, r, s)).await?;
    assert_eq!(bob.nonces(a).call().await?, U256::from(3));
    scene.assert_votes([30, 0, 0]).await?;
    scene.assert_holdings(50, 30, 20).await
}
