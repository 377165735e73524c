//! Proposals of a size that nobody needs: they work, or do not come in at all.

use aia_abi::{
    IAIAGovernor::{GovernorInvalidBallots, GovernorInvalidProposalLength, ProposalState},
    IAIATimelock::CallExecuted,
};
use aia_tests::{
    actions::assert_events,
    governance::{Dao, Draft, support},
    staking::emitted,
};
use alloy::primitives::{Address, Bytes, U256};
use eyre::Result;

use super::{reverted, simulate};
use crate::motions::motion;

/// As many calls as a transaction of Arbitrum's greatest size has room for, or nearly.
const CALLS: usize = 500;

/// Returns a proposal of so many calls to somebody.
fn many(calls: usize) -> Draft {
    let somebody = Address::repeat_byte(0xe0);
    let draft = Draft::new(format!("{calls} calls"));
    (0..calls).fold(draft, |draft, _| draft.paying(somebody, U256::ZERO, Bytes::new()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_of_five_hundred_calls_goes_all_the_way() -> Result<()> {
    let dao = Dao::start().await?;
    let draft = many(CALLS);

    let proposed = dao.propose(&dao.proposer(), &draft).await?;
    dao.to_voting(&draft).await?;
    for voter in dao.voters() {
        dao.vote(&voter, &draft, support::FOR).await?;
    }
    dao.to_verdict(&draft).await?;
    let queued = dao.queue(&draft).await?;
    dao.to_eta(&draft).await?;
    let executed = dao.execute(&draft).await?;

    let gas = [&proposed, &queued, &executed].map(|receipt| receipt.gas_used);
    println!("gas of {CALLS} calls: proposed, queued and executed for {gas:?}");
    assert_eq!(emitted::<CallExecuted>(&executed, dao.timelock).len(), CALLS);
    dao.assert_state(&draft, ProposalState::Executed).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_of_a_thousand_calls_is_one_like_any_other() -> Result<()> {
    let dao = Dao::start().await?;
    let (draft, proposer) = (many(1_000), dao.proposer().address());
    let governor = dao.governor_as(&dao.proposer())?;

    // No transaction has room for it, but a contract could make the call.
    let calldata = draft.propose(&governor).calldata().clone();
    let answer = simulate(&dao, proposer, dao.governor, calldata);

    assert_eq!(answer, Ok(draft.id().to_be_bytes::<32>().into()));
    let Draft { targets, values, calldatas, .. } = draft.clone();
    let id = governor.hashProposal(targets, values, calldatas, draft.description_hash()).call().await?;
    assert_eq!(id, draft.id());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_description_of_ten_thousand_bytes_is_kept_by_its_hash() -> Result<()> {
    let dao = Dao::start().await?;
    let draft = Draft { description: "long ".repeat(2_000), ..motion(&dao, 1) };
    assert_eq!(draft.description.len(), 10_000);
    let at = dao.net().now();

    let receipt = dao.propose(&dao.proposer(), &draft).await?;

    println!("gas of a description of 10,000 bytes: {}", receipt.gas_used);
    assert_events(&receipt, &[draft.created(dao.proposer().address(), at)]);
    dao.assert_state(&draft, ProposalState::Pending).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_whole_is_refused_with_its_lengths() -> Result<()> {
    let dao = Dao::start().await?;
    let (proposer, draft) = (dao.proposer().address(), motion(&dao, 1));
    let governor = dao.governor_as(&dao.proposer())?;
    let [one, zero, two] = [1u64, 0, 2].map(U256::from);
    let cases = [
        (Draft::new("No calls"), [zero; 3]),
        (Draft { values: Vec::new(), ..draft.clone() }, [one, one, zero]),
        (Draft { calldatas: vec![Bytes::new(); 2], ..draft.clone() }, [one, two, one]),
        (Draft { targets: vec![dao.timelock; 2], ..draft.clone() }, [two, one, one]),
    ];
    for (broken, [targets, calldatas, values]) in cases {
        let calldata = broken.propose(&governor).calldata().clone();
        let refusal = GovernorInvalidProposalLength { targets, calldatas, values };
        assert_eq!(simulate(&dao, proposer, dao.governor, calldata), reverted(&refusal));
    }
    dao.open(&draft).await?;
    for length in [0, 1, 85, 87, 171, 8_599] {
        let calldata = governor.castVotesBySig(draft.id(), vec![0u8; length].into()).calldata().clone();
        let refusal = GovernorInvalidBallots { length: U256::from(length) };
        assert_eq!(simulate(&dao, proposer, dao.governor, calldata), reverted(&refusal));
    }
    Ok(())
}
