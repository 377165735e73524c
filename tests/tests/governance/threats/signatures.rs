//! Threats 8 and 21: ballots in exotic forms, of nobody, and several at once.

use aia_abi::IAIAGovernor::{BallotSkipped, GovernorAlreadyCastVote, GovernorInvalidSignature};
use aia_tests::{
    actions::{assert_events, event},
    governance::{Ballot, Dao, Draft, Row, VOTES, pack, skipped, support},
    signing::{Parts, sign_in},
    staking::aia,
};
use alloy::{
    primitives::{Address, B256, Bytes, U256},
    signers::local::PrivateKeySigner,
};
use eyre::Result;

use crate::motions::motion;

/// The order of secp256k1.
const ORDER: U256 = U256::from_limbs([0xbfd25e8cd0364141, 0xbaaedce6af48a03b, 0xfffffffffffffffe, 0xffffffffffffffff]);

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

/// Signatures that recover nobody: without r or s, with r beyond the order, and with no point on the curve.
fn unrecoverable() -> [Parts; 4] {
    let word = B256::with_last_byte;
    [
        Parts { v: 27, r: B256::ZERO, s: word(1) },
        Parts { v: 27, r: word(1), s: B256::ZERO },
        Parts { v: 28, r: B256::repeat_byte(0xff), s: word(1) },
        // 5 is no x coordinate of the curve.
        Parts { v: 27, r: word(5), s: word(1) },
    ]
}

/// Asserts that a batch of one row skips it.
async fn assert_skipped(dao: &Dao, draft: &Draft, row: Row, reason: u8) -> Result<()> {
    let governor = dao.governor_as(&dao.stranger())?;
    let receipt = dao.net().send(&governor.castVotesBySig(draft.id(), pack(&[row]))).await?;
    let skipped = BallotSkipped { proposalId: draft.id(), voter: row.voter, index: U256::ZERO, reason };
    assert_events(&receipt, &[event(&skipped)]);
    Ok(())
}

/// Signs a ballot with a plain nonce.
fn plain(dao: &Dao, voter: &PrivateKeySigner, draft: &Draft, nonce: u64) -> Result<Parts> {
    let (id, nonce) = (draft.id(), U256::from(nonce));
    let ballot = Ballot { proposalId: id, support: support::FOR, voter: voter.address(), nonce };
    sign_in(&dao.ballot_domain(), voter, &ballot)
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_8_a_ballot_has_one_form() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, draft, [voter, other, _]) = (dao.net(), motion(&dao, 1), dao.voters());
    let governor = dao.governor_as(&dao.stranger())?;
    dao.open(&draft).await?;
    let (id, account, parts) = (draft.id(), voter.address(), dao.sign_ballot(&voter, draft.id(), support::FOR)?);
    let invalid = || GovernorInvalidSignature { voter: account };
    let longer: Bytes = [&parts.bytes()[..], &[0]].concat().into();
    let forms =
        [twin(parts).bytes(), compact(parts), Bytes::new(), parts.bytes().slice(..64), longer, vec![0xffu8; 65].into()];
    for form in forms {
        net.refuses(&governor.castVoteBySig(id, support::FOR, account, form), invalid()).await?;
    }
    let wrong_parity = Parts { v: 55 - parts.v, ..parts };
    let no_parity = Parts { v: 29, ..parts };
    for parts in [twin(parts), twin(parts).with_parity(), wrong_parity, no_parity] {
        let row = Row { voter: account, support: support::FOR, parts };
        assert_skipped(&dao, &draft, row, skipped::UNSIGNED).await?;
        net.refuses(&governor.castVoteBySig(id, support::FOR, account, parts.bytes()), invalid()).await?;
    }
    assert_eq!(governor.nonces_0(account).call().await?, U256::ZERO);
    dao.assert_votes(&draft, [U256::ZERO; 3]).await?;

    // But the parity may be 0 or 1.
    net.send(&governor.castVoteBySig(id, support::FOR, account, parts.with_parity().bytes())).await?;
    let row = dao.row(&other, id, support::FOR)?;
    let row = Row { parts: row.parts.with_parity(), ..row };
    net.send(&governor.castVotesBySig(id, pack(&[row]))).await?;
    dao.assert_votes(&draft, [U256::ZERO, aia(VOTES[0] + VOTES[1]), U256::ZERO]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_8_a_signature_of_nobody_is_nobodys_ballot() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, draft, [voter, ..]) = (dao.net(), motion(&dao, 1), dao.voters());
    let governor = dao.governor_as(&dao.stranger())?;
    dao.open(&draft).await?;
    for parts in unrecoverable() {
        for account in [Address::ZERO, voter.address()] {
            let invalid = GovernorInvalidSignature { voter: account };
            net.refuses(&governor.castVoteBySig(draft.id(), support::FOR, account, parts.bytes()), invalid).await?;
        }
        let row = |voter| Row { voter, support: support::FOR, parts };
        assert_skipped(&dao, &draft, row(voter.address()), skipped::UNSIGNED).await?;
        assert_skipped(&dao, &draft, row(Address::ZERO), skipped::WITHOUT_VOTES).await?;
    }
    dao.assert_votes(&draft, [U256::ZERO; 3]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_21_ballots_on_two_proposals_do_not_spoil_each_other() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, [first, second, third]) = (dao.net(), dao.voters());
    let drafts = [motion(&dao, 1), motion(&dao, 2)];
    let governor = dao.governor_as(&dao.stranger())?;
    dao.propose(&dao.proposer(), &drafts[0]).await?;
    dao.propose(&first, &drafts[1]).await?;
    dao.to_voting(&drafts[1]).await?;

    // Signed at once, each with the nonce of its own proposal.
    for draft in &drafts {
        let signature = dao.sign_ballot(&first, draft.id(), support::FOR)?.bytes();
        net.send(&governor.castVoteBySig(draft.id(), support::FOR, first.address(), signature)).await?;
    }
    assert_eq!(governor.nonces_0(first.address()).call().await?, U256::ZERO);

    // Signed at once by the plain nonce, as many tools do: a batch takes both, since none uses it up.
    for draft in &drafts {
        let parts = plain(&dao, &second, draft, 0)?;
        let row = Row { voter: second.address(), support: support::FOR, parts };
        net.send(&governor.castVotesBySig(draft.id(), pack(&[row]))).await?;
    }

    // One by one only the first counts, and the second has to be signed anew.
    let ballots = [plain(&dao, &third, &drafts[0], 0)?, plain(&dao, &third, &drafts[1], 0)?];
    let cast =
        |index: usize, parts: Parts| governor.castVoteBySig(drafts[index].id(), 1, third.address(), parts.bytes());
    net.send(&cast(0, ballots[0])).await?;
    net.refuses(&cast(1, ballots[1]), GovernorInvalidSignature { voter: third.address() }).await?;
    net.send(&cast(1, plain(&dao, &third, &drafts[1], 1)?)).await?;

    for draft in &drafts {
        dao.assert_votes(draft, [U256::ZERO, aia(VOTES.iter().sum()), U256::ZERO]).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_21_a_ballot_that_counts_for_nothing_uses_up_no_nonce() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, draft, [voter, ..]) = (dao.net(), motion(&dao, 1), dao.voters());
    let governor = dao.governor_as(&dao.stranger())?;
    dao.open(&draft).await?;
    dao.vote(&voter, &draft, support::FOR).await?;

    let signature = plain(&dao, &voter, &draft, 0)?.bytes();
    let cast = governor.castVoteBySig(draft.id(), support::FOR, voter.address(), signature);
    net.refuses(&cast, GovernorAlreadyCastVote { voter: voter.address() }).await?;

    assert_eq!(governor.nonces_0(voter.address()).call().await?, U256::ZERO);
    Ok(())
}
