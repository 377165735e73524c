//! Ledgers: how AIA comes in, who may take it home, and what thieves try in between.

mod signatures;
mod thieves;

use aia_abi::{IAIAToken as T, IStreamPayments as P};
use aia_tests::{
    actions::event,
    payments::{COIN, Market, PURSE, Payments},
};
use alloy::{
    primitives::{Address, LogData, U256},
    signers::local::PrivateKeySigner,
};
use eyre::Result;

/// What a call may name at most.
const MOST: u128 = 1_000_000_000 * COIN;

/// Alice, who has 100 AIA in her wallet and allows the contract to take them, and nothing on her ledger.
struct Scene {
    market: Market,
    alice: PrivateKeySigner,
    by_alice: Payments,
    by_stranger: Payments,
}

impl Scene {
    async fn start() -> Result<Self> {
        let market = Market::start().await?;
        let alice = market.net().account(2);
        market.endow(&alice, 100 * COIN).await?;
        let by_alice = market.payments_as(&alice)?;
        let by_stranger = market.payments_as(&market.stranger())?;
        Ok(Self { market, alice, by_alice, by_stranger })
    }

    /// Asserts what alice has on her ledger, and whether only she can send it home.
    async fn assert_ledger(&self, free: u128, locked: bool) -> Result<()> {
        let seen = self.market.account(self.alice.address()).await?;
        assert_eq!((seen.free, seen.feeOwed, seen.locked), (free, 0, locked));
        Ok(())
    }

    /// Asserts what anybody could settle for alice, told as x402 tells it.
    async fn assert_settleable(&self, amount: u128) -> Result<()> {
        let seen = self.by_stranger.receivers(self.alice.address(), self.market.net().token).call().await?;
        assert_eq!((seen.totalClaimed, seen.totalSettled), (amount, 0));
        Ok(())
    }

    /// Asserts what alice has in her wallet; what is not there is on ledgers.
    async fn assert_wallet(&self, amount: u128) -> Result<()> {
        let escrow = PURSE + 100 * COIN - amount;
        self.market.assert_wallets(&[(self.alice.address(), amount)], escrow, 0).await?;
        self.market.assert_adds_up().await
    }
}

/// What is logged when AIA comes in.
fn funded(account: Address, from: Address, amount: u128) -> LogData {
    event(&P::Funded { account, from, amount: U256::from(amount) })
}

#[tokio::test(flavor = "multi_thread")]
async fn who_funds_itself_locks_its_ledger_and_who_funds_another_does_not() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, alice, by_alice, .. } = &scene;
    let (net, alice, friend) = (market.net(), alice.address(), market.net().account(3));
    let receipt = net.send(&by_alice.fund(friend.address(), U256::from(30 * COIN))).await?;
    market.assert_logged(&receipt, &[funded(friend.address(), alice, 30 * COIN)]);
    let seen = market.account(friend.address()).await?;
    assert_eq!((seen.free, seen.locked), (30 * COIN, false));

    let receipt = net.send(&by_alice.fund(alice, U256::from(20 * COIN))).await?;
    let locked = event(&P::LedgerLocked { account: alice, locked: true });
    market.assert_logged(&receipt, &[funded(alice, alice, 20 * COIN), locked]);
    let receipt = net.send(&by_alice.fund(alice, U256::from(COIN))).await?;
    market.assert_logged(&receipt, &[funded(alice, alice, COIN)]);
    scene.assert_ledger(21 * COIN, true).await?;
    scene.assert_wallet(49 * COIN).await
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_comes_in_that_would_be_lost_or_is_not_there() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, alice, by_alice, .. } = &scene;
    let (net, alice) = (market.net(), alice.address());
    net.refuses(&by_alice.fund(alice, U256::ZERO), P::ZeroAmount {}).await?;
    for amount in [U256::from(MOST) + U256::ONE, U256::MAX] {
        let too_much = P::AmountTooLarge { amount, max: U256::from(MOST) };
        net.refuses(&by_alice.fund(alice, amount), too_much).await?;
    }
    let amount = U256::from(MOST) + U256::ONE;
    let too_much = P::AmountTooLarge { amount, max: U256::from(MOST) };
    net.refuses(&by_alice.withdraw(alice, amount), too_much).await?;
    for recipient in [Address::ZERO, market.payments] {
        let lost = || P::InvalidRecipient { recipient };
        net.refuses(&by_alice.fund(recipient, U256::ONE), lost()).await?;
        net.refuses(&by_alice.withdraw(recipient, U256::ONE), lost()).await?;
    }
    let (balance, needed) = (U256::from(100 * COIN), U256::from(100 * COIN + 1));
    let broke = T::ERC20InsufficientBalance { sender: alice, balance, needed };
    net.refuses(&by_alice.fund(alice, needed), broke).await?;
    net.send(&net.token_as(&scene.alice)?.approve(market.payments, U256::ONE)).await?;
    let (spender, needed) = (market.payments, U256::from(2));
    let not_allowed = T::ERC20InsufficientAllowance { spender, allowance: U256::ONE, needed };
    net.refuses(&by_alice.fund(alice, needed), not_allowed).await?;
    scene.assert_ledger(0, false).await?;
    scene.assert_wallet(100 * COIN).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_withdraws_what_it_has_and_no_more() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, alice, by_alice, .. } = &scene;
    let (net, account) = (market.net(), alice.address());
    net.send(&by_alice.fund(account, U256::from(10 * COIN))).await?;
    net.refuses(&by_alice.withdraw(account, U256::ZERO), P::ZeroAmount {}).await?;
    let (free, needed) = (U256::from(10 * COIN), U256::from(10 * COIN + 1));
    net.refuses(&by_alice.withdraw(account, needed), P::InsufficientLedger { account, free, needed }).await?;
    let refused = T::ERC20InvalidReceiver { receiver: net.token };
    net.refuses(&by_alice.withdraw(net.token, U256::ONE), refused).await?;

    for (amount, paid) in [(U256::from(4 * COIN), 4 * COIN), (U256::MAX, 6 * COIN)] {
        let withdraw = by_alice.withdraw(account, amount);
        assert_eq!(withdraw.call().await?, U256::from(paid));
        let receipt = net.send(&withdraw).await?;
        let withdrawn = P::Withdrawn { account, to: account, amount: U256::from(paid) };
        market.assert_logged(&receipt, &[event(&withdrawn)]);
    }
    net.refuses(&by_alice.withdraw(account, U256::MAX), P::ZeroAmount {}).await?;
    scene.assert_wallet(100 * COIN).await
}

#[tokio::test(flavor = "multi_thread")]
async fn anyone_settles_what_is_not_locked_and_nobody_else_what_is() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, alice, by_alice, by_stranger } = &scene;
    let (net, receiver, token) = (market.net(), alice.address(), market.net().token);
    let settled = |sender| event(&P::Settled { receiver, token, sender, amount: 10 * COIN });
    net.send(&by_alice.fund(receiver, U256::from(10 * COIN))).await?;
    scene.assert_settleable(0).await?;

    // Locked: nothing happens for others, everything for herself.
    let by_others = by_stranger.settle(receiver, token);
    market.assert_logged(&net.send(&by_others).await?, &[]);
    scene.assert_ledger(10 * COIN, true).await?;
    let receipt = net.send(&by_alice.settle(receiver, token)).await?;
    market.assert_logged(&receipt, &[settled(receiver)]);
    scene.assert_wallet(100 * COIN).await?;
    market.assert_logged(&net.send(&by_alice.settle(receiver, token)).await?, &[]);

    // Open: anyone sends it home, and nowhere else.
    net.send(&by_alice.fund(receiver, U256::from(10 * COIN))).await?;
    let receipt = net.send(&by_alice.setLedgerLock(false)).await?;
    market.assert_logged(&receipt, &[event(&P::LedgerLocked { account: receiver, locked: false })]);
    scene.assert_settleable(10 * COIN).await?;
    let receipt = net.send(&by_others).await?;
    market.assert_logged(&receipt, &[settled(market.stranger().address())]);
    scene.assert_settleable(0).await?;
    let other = market.staking.registry;
    net.refuses(&by_alice.settle(receiver, other), P::InvalidToken { token: other }).await?;
    scene.assert_ledger(0, false).await?;
    scene.assert_wallet(100 * COIN).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_by_transfer_belongs_to_nobody_and_disturbs_nothing() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, alice, by_alice, .. } = &scene;
    let (net, account) = (market.net(), alice.address());
    net.send(&net.token_as(alice)?.transfer(market.payments, U256::from(5 * COIN))).await?;
    net.send(&by_alice.fund(account, U256::from(10 * COIN))).await?;
    let books = market.books().await?;
    assert_eq!(books.escrow - books.owed(), U256::from(5 * COIN));
    let (free, needed) = (U256::from(10 * COIN), U256::from(15 * COIN));
    net.refuses(&by_alice.withdraw(account, needed), P::InsufficientLedger { account, free, needed }).await?;
    net.send(&by_alice.withdraw(account, U256::MAX)).await?;
    market.assert_wallets(&[(account, 95 * COIN)], PURSE + 5 * COIN, 0).await
}
