//! A description that names its proposer, so that nobody takes it away.

use aia_abi::IAIAGovernor as G;
use aia_tests::governance::{Dao, Draft};
use alloy::primitives::{B256, hex};
use eyre::Result;

use super::motions::motion;

/// Returns a proposal under a description.
fn under(dao: &Dao, description: String) -> Draft {
    Draft { description, ..motion(dao, 1) }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_runs_ahead_and_cancels_takes_a_proposal_away_unless_it_names_its_proposer() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, proposer, thief) = (dao.net(), dao.proposer(), dao.voters()[0].clone());
    let (by_proposer, by_thief) = (dao.governor_as(&proposer)?, dao.governor_as(&thief)?);
    let unguarded = under(&dao, "Good for all".into());
    dao.propose(&thief, &unguarded).await?;
    dao.cancel(&thief, &unguarded).await?;
    let gone = G::GovernorUnexpectedProposalState {
        proposalId: unguarded.id(),
        current: G::ProposalState::Canceled,
        expectedStates: B256::ZERO,
    };
    net.refuses(&unguarded.propose(&by_proposer), gone).await?;

    let guarded = under(&dao, format!("Good for all#proposer={}", proposer.address()));
    let foreign = G::GovernorRestrictedProposer { proposer: thief.address() };
    net.refuses(&guarded.propose(&by_thief), foreign).await?;
    dao.propose(&proposer, &guarded).await?;
    assert_eq!(by_thief.proposalProposer(guarded.id()).call().await?, proposer.address());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_read_in_any_case_and_only_at_the_end() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, proposer, other) = (dao.net(), dao.proposer(), dao.voters()[0].clone());
    let (own, foreign) = (hex::encode(proposer.address()), hex::encode(other.address()));
    let by_proposer = dao.governor_as(&proposer)?;
    let restricting = [
        format!("#proposer=0x{foreign}"),
        format!("A#proposer=0x{}", foreign.to_uppercase()),
        // The last name counts, and whatever stands before it does not.
        format!("#proposer=0x{own}#proposer=0x{foreign}"),
        format!("{}#proposer=0x{foreign}", "ä".repeat(100)),
    ];
    for description in restricting {
        let refused = G::GovernorRestrictedProposer { proposer: proposer.address() };
        net.refuses(&under(&dao, description).propose(&by_proposer), refused).await?;
    }

    let free = [
        String::new(),
        format!("A#proposer=0x{own}"),
        format!("B#proposer=0x{}", own.to_uppercase()),
        // None of these is a name: something follows it, a digit is missing or none, its mark is not quite it.
        format!("C#proposer=0x{foreign} "),
        format!("D#proposer=0x{foreign}0"),
        format!("E#proposer=0x{}", &foreign[1..]),
        format!("F#proposer=0x{}g", &foreign[1..]),
        format!("G#proposer=0X{foreign}"),
        format!("H#Proposer=0x{foreign}"),
        format!("I proposer=0x{foreign}"),
        format!("J#proposer={foreign}"),
    ];
    for description in free {
        let draft = under(&dao, description);
        dao.propose(&proposer, &draft).await?;
        dao.cancel(&proposer, &draft).await?;
    }
    Ok(())
}
