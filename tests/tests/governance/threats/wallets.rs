//! Threat 16: voters with code, be it a key's (EIP-7702) or a wallet's (ERC-1271), however badly it behaves.

use aia_abi::{
    IAIAGovernor::{BallotSkipped, GovernorInvalidSignature, VoteCast},
    IAIAToken::delegateCall,
};
use aia_tests::{
    actions::{assert_events, event},
    governance::{Ballot, Dao, Draft, Row, VOTES, keyed_nonce, pack, skipped, support},
    peers::artifact,
    signing::{Parts, sign_in},
    staking::aia,
};
use alloy::{
    primitives::{Address, U256},
    providers::DynProvider,
    signers::local::PrivateKeySigner,
    sol_types::{SolCall, SolValue},
};
use eyre::Result;

use self::interface::IWallet;
use super::code::point_to;
use crate::motions::motion;

#[allow(missing_docs)] // the contract documents itself
mod interface {
    alloy::sol! {
        #[sol(rpc)]
        interface IWallet {
            function setMode(uint8 newMode) external;
            function execute(address target, uint256 value, bytes data) external payable returns (bytes);
        }
    }
}

// How a wallet behaves, as it numbers it.
const NORMAL: u8 = 0;
const REVERT: u8 = 1;
const GARBAGE: u8 = 2;
const MEGABYTE: u8 = 3;
const BURN_GAS: u8 = 4;
const DIRTY_WORD: u8 = 6;

/// Votes of the wallet, AIA.
const WALLET_VOTES: u64 = 50_000_000;

/// A proposal that is voted on, and a wallet with votes, its owner's key and a relayer.
struct Scene {
    dao: Dao,
    draft: Draft,
    key: PrivateKeySigner,
    wallet: IWallet::IWalletInstance<DynProvider>,
}

impl Scene {
    async fn start() -> Result<Self> {
        let dao = Dao::start().await?;
        let (net, key, draft) = (dao.net(), dao.net().account(6), motion(&dao, 1));
        let wallet = net.deploy(&dao.stranger(), &artifact("SmartWallet")?, key.address().abi_encode()).await?;
        let wallet = IWallet::new(wallet, net.provider(&dao.stranger())?);
        dao.give(*wallet.address(), aia(WALLET_VOTES)).await?;
        let delegate = delegateCall { delegatee: *wallet.address() }.abi_encode().into();
        net.send(&wallet.execute(net.token, U256::ZERO, delegate)).await?;
        dao.open(&draft).await?;
        Ok(Self { dao, draft, key, wallet })
    }

    /// Signs a ballot of `voter` with another's key.
    fn sign(&self, key: &PrivateKeySigner, voter: Address) -> Result<Parts> {
        let (id, nonce) = (self.draft.id(), keyed_nonce(self.draft.id(), 0));
        let ballot = Ballot { proposalId: id, support: support::FOR, voter, nonce };
        sign_in(&self.dao.ballot_domain(), key, &ballot)
    }

    async fn assert_for(&self, votes: u64) -> Result<()> {
        self.dao.assert_votes(&self.draft, [U256::ZERO, aia(votes), U256::ZERO]).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_16_a_wallet_votes_by_its_owners_key() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { dao, draft, key, wallet } = &scene;
    let (net, account, governor) = (dao.net(), *wallet.address(), dao.governor_as(&dao.stranger())?);
    let cast = |parts: Parts| governor.castVoteBySig(draft.id(), support::FOR, account, parts.bytes());
    let forged = scene.sign(&net.account(8), account)?;
    net.refuses(&cast(forged), GovernorInvalidSignature { voter: account }).await?;

    // A batch asks no contract.
    let parts = scene.sign(key, account)?;
    let row = Row { voter: account, support: support::FOR, parts };
    let receipt = net.send(&governor.castVotesBySig(draft.id(), pack(&[row]))).await?;
    let reason = skipped::UNSIGNED;
    let skipped = BallotSkipped { proposalId: draft.id(), voter: account, index: U256::ZERO, reason };
    assert_events(&receipt, &[event(&skipped)]);

    let receipt = net.send(&cast(parts)).await?;
    let (weight, reason) = (aia(WALLET_VOTES), String::new());
    let vote = VoteCast { voter: account, proposalId: draft.id(), support: support::FOR, weight, reason };
    assert_events(&receipt, &[event(&vote)]);
    net.refuses(&cast(parts), GovernorInvalidSignature { voter: account }).await?;
    scene.assert_for(WALLET_VOTES).await
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_16_a_wallet_that_misbehaves_casts_no_vote() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { dao, draft, key, wallet } = &scene;
    let (net, account, governor) = (dao.net(), *wallet.address(), dao.governor_as(&dao.stranger())?);
    let parts = scene.sign(key, account)?;
    let cast = governor.castVoteBySig(draft.id(), support::FOR, account, parts.bytes());
    for mode in [REVERT, GARBAGE, DIRTY_WORD] {
        println!("mode {mode}");
        net.send(&wallet.setMode(mode)).await?;
        net.refuses(&cast, GovernorInvalidSignature { voter: account }).await?;
    }
    // One that burns all gas burns its relayer's, which can see it coming.
    net.send(&wallet.setMode(BURN_GAS)).await?;
    assert!(cast.call().await.is_err());
    let receipt = net.submit(&cast).await?;
    assert!(!receipt.status());
    scene.assert_for(0).await?;

    net.send(&wallet.setMode(NORMAL)).await?;
    net.send(&cast).await?;
    scene.assert_for(WALLET_VOTES).await
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_16_a_wallet_that_burns_gas_spoils_no_batch() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { dao, draft, key, wallet } = &scene;
    let (net, [voter, ..], governor) = (dao.net(), dao.voters(), dao.governor_as(&dao.stranger())?);
    net.send(&wallet.setMode(BURN_GAS)).await?;
    let row = Row { voter: *wallet.address(), support: support::FOR, parts: scene.sign(key, *wallet.address())? };

    let rows = pack(&[row, dao.row(&voter, draft.id(), support::FOR)?]);
    let receipt = net.send(&governor.castVotesBySig(draft.id(), rows)).await?;

    println!("gas of a batch of two, one of them a hostile wallet's: {}", receipt.gas_used);
    assert!(receipt.gas_used < 500_000, "gas used {}", receipt.gas_used);
    scene.assert_for(VOTES[0]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_16_a_wallet_that_answers_a_megabyte_costs_the_governor_no_copy() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { dao, draft, key, wallet } = &scene;
    let (net, account, governor) = (dao.net(), *wallet.address(), dao.governor_as(&dao.stranger())?);
    net.send(&wallet.setMode(MEGABYTE)).await?;
    let parts = scene.sign(key, account)?;

    let receipt = net.send(&governor.castVoteBySig(draft.id(), support::FOR, account, parts.bytes())).await?;

    // The wallet pays 2.2 million for its own memory; the governor copies one word of it.
    assert!(receipt.gas_used < 3_000_000, "gas used {}", receipt.gas_used);
    scene.assert_for(WALLET_VOTES).await
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_16_a_key_that_got_code_keeps_voting_by_its_key() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { dao, draft, key: guardian, wallet } = &scene;
    let (net, [first, second, third], governor) = (dao.net(), dao.voters(), dao.governor_as(&dao.stranger())?);
    let (id, code) = (draft.id(), *wallet.address());
    for voter in [&first, &second, &third] {
        point_to(net, voter, code).await?;
        // Their own modes: the first's code refuses everything.
        let mode = if voter.address() == first.address() { REVERT } else { NORMAL };
        net.send(&IWallet::new(voter.address(), net.provider(&dao.stranger())?).setMode(mode)).await?;
    }
    let cast = |voter: Address, parts: Parts| governor.castVoteBySig(id, support::FOR, voter, parts.bytes());

    net.send(&cast(first.address(), dao.sign_ballot(&first, id, support::FOR)?)).await?;
    net.send(&governor.castVotesBySig(id, pack(&[dao.row(&second, id, support::FOR)?]))).await?;
    scene.assert_for(VOTES[0] + VOTES[1]).await?;
    // The code has a say too: its guardian may sign for the third, nobody else.
    let forged = scene.sign(&net.account(8), third.address())?;
    net.refuses(&cast(third.address(), forged), GovernorInvalidSignature { voter: third.address() }).await?;
    net.send(&cast(third.address(), scene.sign(guardian, third.address())?)).await?;
    scene.assert_for(VOTES.iter().sum()).await
}
