//! Governance changes its own numbers: every one of them, from bound to bound.

use aia_abi::IAIAGovernor as G;
use aia_tests::{
    actions::event,
    governance::{Dao, Draft, TERM, at, logged},
    staking::{DAY, aia},
};
use alloy::primitives::{Address, LogData, U256, aliases::U96};
use eyre::Result;

use super::motions::motion;

/// The guardian that is named next.
const HEIR: Address = Address::repeat_byte(0x4e);

/// All that governance can change but the timelock.
#[derive(Clone, Copy, Debug)]
struct Numbers {
    voting_delay: u64,
    voting_period: u32,
    threshold: U256,
    extension: u64,
    numerator: u16,
    floor: U256,
    cap: U256,
    expiry: u64,
    strikes: u8,
}

impl Numbers {
    fn at_launch(expiry: u64) -> Self {
        Self {
            voting_delay: 86_400,
            voting_period: 604_800,
            threshold: aia(1_000_000),
            extension: 172_800,
            numerator: 4_000,
            floor: aia(15_000_000),
            cap: aia(60_000_000),
            expiry,
            strikes: 3,
        }
    }

    /// The proposal that sets them, in an order in which none stands in another's way.
    fn draft(&self, dao: &Dao) -> Draft {
        let (floor, cap) = (U96::from(self.floor), U96::from(self.cap));
        Draft::new(format!("{self:?}"))
            .call(dao.governor, &G::setVotingDelayCall { newVotingDelay: at(self.voting_delay) })
            .call(dao.governor, &G::setLateQuorumVoteExtensionCall { newVoteExtension: at(0) })
            .call(dao.governor, &G::setVotingPeriodCall { newVotingPeriod: self.voting_period })
            .call(dao.governor, &G::setLateQuorumVoteExtensionCall { newVoteExtension: at(self.extension) })
            .call(dao.governor, &G::setProposalThresholdCall { newProposalThreshold: self.threshold })
            .call(dao.governor, &G::updateQuorumNumeratorCall { newQuorumNumerator: U256::from(1_234) })
            .call(dao.governor, &G::setQuorumParamsCall { numerator: self.numerator, floor, cap })
            .call(dao.governor, &G::setProposalGuardianCall { newProposalGuardian: HEIR })
            .call(dao.governor, &G::setGuardianTermCall { expiry: at(self.expiry), strikes: self.strikes })
    }

    /// What the governor tells when they follow on `old`.
    fn told(&self, old: &Self, guardian: Address) -> Vec<LogData> {
        let (delays, periods) = ([old.voting_delay, self.voting_delay], [old.voting_period, self.voting_period]);
        let [old_delay, new_delay] = delays.map(U256::from);
        let [old_period, new_period] = periods.map(U256::from);
        let quorum = |numerator: u16, floor: U256, cap: U256| {
            event(&G::QuorumParamsSet { numerator, floor: U96::from(floor), cap: U96::from(cap) })
        };
        let numerator = |old: u16, new: u16| {
            let [old, new] = [old, new].map(U256::from);
            event(&G::QuorumNumeratorUpdated { oldQuorumNumerator: old, newQuorumNumerator: new })
        };
        vec![
            event(&G::VotingDelaySet { oldVotingDelay: old_delay, newVotingDelay: new_delay }),
            event(&G::LateQuorumVoteExtensionSet { oldVoteExtension: old.extension, newVoteExtension: 0 }),
            event(&G::VotingPeriodSet { oldVotingPeriod: old_period, newVotingPeriod: new_period }),
            event(&G::LateQuorumVoteExtensionSet { oldVoteExtension: 0, newVoteExtension: self.extension }),
            event(&G::ProposalThresholdSet {
                oldProposalThreshold: old.threshold,
                newProposalThreshold: self.threshold,
            }),
            numerator(old.numerator, 1_234),
            quorum(1_234, old.floor, old.cap),
            numerator(1_234, self.numerator),
            quorum(self.numerator, self.floor, self.cap),
            event(&G::ProposalGuardianSet { oldProposalGuardian: guardian, newProposalGuardian: HEIR }),
            event(&G::GuardianTermSet { expiry: at(self.expiry), strikes: self.strikes }),
        ]
    }

    /// Asserts that they are what the governor says.
    async fn assert_in_force(&self, dao: &Dao) -> Result<()> {
        let governor = dao.governor_as(&dao.stranger())?;
        assert_eq!(governor.votingDelay().call().await?, U256::from(self.voting_delay));
        assert_eq!(governor.votingPeriod().call().await?, U256::from(self.voting_period));
        assert_eq!(governor.proposalThreshold().call().await?, self.threshold);
        assert_eq!(governor.lateQuorumVoteExtension().call().await?, at(self.extension));
        assert_eq!(governor.quorumNumerator_0().call().await?, U256::from(self.numerator));
        let quorum = governor.quorumParams(U256::from(dao.net().now())).call().await?;
        let (floor, cap) = (U96::from(self.floor), U96::from(self.cap));
        assert_eq!((quorum.numerator, quorum.floor, quorum.cap), (self.numerator, floor, cap));
        let term = governor.guardianTerm().call().await?;
        assert_eq!((term.expiry, term.strikes), (at(self.expiry), self.strikes));
        Ok(())
    }

    /// Proposes them, and asserts that they come to hold.
    async fn enact(&self, dao: &Dao, old: &Self, guardian: Address) -> Result<()> {
        let draft = self.draft(dao);
        let receipt = dao.enact(&draft).await?;
        let executed = event(&G::ProposalExecuted { proposalId: draft.id() });
        let expected = [self.told(old, guardian), vec![executed]].concat();
        assert_eq!(logged(&receipt, dao.governor), expected);
        self.assert_in_force(dao).await?;
        assert_eq!(dao.governor_as(&dao.stranger())?.proposalGuardian().call().await?, HEIR);
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn governance_sets_every_number_of_its_own_to_its_least_and_to_its_largest() -> Result<()> {
    let dao = Dao::start().await?;
    let expiry: u64 = dao.governor_as(&dao.stranger())?.guardianTerm().call().await?.expiry.to();
    let launch = Numbers::at_launch(expiry);
    launch.assert_in_force(&dao).await?;
    let least = Numbers {
        voting_delay: 3_600,
        voting_period: 86_400,
        threshold: U256::ZERO,
        extension: 0,
        numerator: 0,
        floor: aia(1),
        cap: aia(1),
        expiry: 0,
        strikes: 0,
    };
    least.enact(&dao, &launch, dao.guardian().address()).await?;

    // With these, the next proposal takes an hour, a day and two days, and its term ends a year after.
    let executed = dao.net().now() + 3_600 + DAY + 1 + 2 * DAY;
    let largest = Numbers {
        voting_delay: 2_592_000,
        voting_period: 2_592_000,
        threshold: aia(10_000_000),
        extension: 2_592_000,
        numerator: 10_000,
        floor: aia(100_000_000),
        cap: aia(1_000_000_000),
        expiry: executed + 31_536_000,
        strikes: 10,
    };
    largest.enact(&dao, &least, HEIR).await?;
    assert_eq!(dao.net().now(), executed);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_number_holds_for_proposals_made_after_it() -> Result<()> {
    let dao = Dao::start().await?;
    let expiry = dao.net().now() + TERM;
    let next = Numbers {
        voting_delay: 2 * 86_400,
        voting_period: 5 * 86_400,
        threshold: aia(10_000_000),
        ..Numbers::at_launch(expiry)
    };
    let (net, draft) = (dao.net(), next.draft(&dao));
    dao.ripen(&draft).await?;
    // What is proposed before has the old delay and period, also if it is in the same second.
    let before = Draft { description: "Before".into(), ..draft.clone() };
    let (proposer, proposed) = (dao.proposer(), net.now());
    dao.propose(&proposer, &before).await?;
    dao.execute(&draft).await?;
    assert_eq!(dao.snapshot(&before).await?, proposed + DAY);
    assert_eq!(dao.deadline(&before).await?, proposed + 8 * DAY);

    // From then on it takes ten million votes, of which the proposer has one base unit too few.
    net.send(&net.token_as(&proposer)?.transfer(HEIR, U256::ONE)).await?;
    dao.to_verdict(&before).await?;
    let after = motion(&dao, 1);
    let poor = G::GovernorInsufficientProposerVotes {
        proposer: proposer.address(),
        votes: aia(10_000_000) - U256::ONE,
        threshold: aia(10_000_000),
    };
    net.refuses(&after.propose(&dao.governor_as(&proposer)?), poor).await?;
    let proposed = net.now();
    dao.propose(&dao.voters()[2], &after).await?;
    assert_eq!(dao.snapshot(&after).await?, proposed + 2 * DAY);
    assert_eq!(dao.deadline(&after).await?, proposed + 7 * DAY);
    Ok(())
}
