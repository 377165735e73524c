//! From a draft to its execution, by people who know of each other only what the chain and a relayer tell.

use aia_abi::{IAIAToken as A, IStreamPayments as P};
use aia_client::{
    Error,
    governance::{
        Ballot, Ballots, Counted, Created, Delay, Domain, Dropped, GovernanceError, Limit, Proposal, ProposalState,
        Relayed, Shares, SignedBallot, SkipReason, Skipped, Support, Timeline, Window, keyed_nonce,
    },
};
use aia_tests::{
    governance::{DELAY, GRACE, Republic, SLOW, VOTES, VOTING_DELAY, VOTING_PERIOD},
    payments::{BURN_BPS, STAKE_TTL, TREASURY},
    staking::aia,
};
use alloy::{
    primitives::{Address, U256},
    signers::local::PrivateKeySigner,
};
use eyre::Result;

use super::{client, directory, sign};

/// The new fee, basis points.
const NEW_FEE: u16 = 150;
/// Who becomes the token's CCIP admin.
const ADMIN: Address = Address::repeat_byte(0xad);
/// Votes of each of two who have no ether, AIA.
const SMALL: u64 = 1_000_000;

/// A network, its proposal, and two voters without ether.
struct Scene {
    dao: Republic,
    proposal: Proposal,
    poor: [PrivateKeySigner; 2],
}

impl Scene {
    async fn start() -> Result<Self> {
        let dao = Republic::launch().await?;
        let poor = dao.crowd(2, aia(SMALL))?;
        dao.net().pass(1)?;
        let market = &dao.chain;
        let params = P::Params { feeBps: NEW_FEE, ..market.params() };
        let proposal = Proposal::draft("A fee of 1.5 %", "Half a percent pays for the audits.")
            .call(market.payments, &P::setParamsCall { value: params })
            .call(market.net().token, &A::setCCIPAdminCall { newAdmin: ADMIN })
            .for_proposer(dao.proposer().address())
            .finish()?;
        Ok(Self { poor: [poor[0].clone(), poor[1].clone()], dao, proposal })
    }

    /// Lets the proposer propose, and somebody else read from the event what it is.
    async fn proposed(&self) -> Result<Created> {
        let Self { dao, proposal, .. } = self;
        let (net, proposer) = (dao.net(), dao.proposer());
        let created = client(dao, &proposer)?.propose(proposal).await?;
        let start = net.now() + VOTING_DELAY;
        let voting = Window { from: start + 1, until: start + VOTING_PERIOD };
        assert_eq!(created, Created { proposal: proposal.clone(), proposer: proposer.address(), voting });

        let reader = client(dao, &dao.stranger())?;
        assert_eq!(reader.created(proposal.id(), 0).await?, created);
        assert_eq!(created.proposal.title(), "A fee of 1.5 %");
        let told = reader.explain(&directory(dao), &created.proposal).await?;
        let registry = dao.chain.staking.registry;
        let expected = format!(
            "1. StreamPayments.setParams(value: (feeBps: {NEW_FEE}, burnBps: {BURN_BPS}, stakeTtl: {STAKE_TTL}, \
             registry: {registry}, treasury: {TREASURY})), after {DELAY} s\n\
             2. AIAToken.setCCIPAdmin(newAdmin: {ADMIN}), after {SLOW} s\n"
        );
        assert_eq!(told.to_string(), expected);
        assert!(told.is_complete());
        assert_eq!(told.delay(), Some(Delay::Seconds(SLOW)));
        let timeline = Timeline { state: ProposalState::Pending, voting, execution: None };
        assert_eq!(reader.timeline(proposal, 0).await?, timeline);
        Ok(created)
    }

    /// Lets a voter with ether vote against, and one without vote in parts.
    async fn voted(&self, domain: Domain) -> Result<()> {
        let Self { dao, proposal, poor } = self;
        let (id, [_, _, third]) = (proposal.id(), dao.voters());
        let weight = client(dao, &third)?.vote_because(id, Support::Against, "Too much").await?;
        assert_eq!(weight, aia(VOTES[2]));

        let relayer = client(dao, &dao.stranger())?;
        let voter = &poor[1];
        let shares = Shares { against: 0, in_favour: coins(400_000), abstain: coins(100_000) };
        let ballot = Ballot::new(id, Support::For, voter.address()).because("Not with all of it").in_parts(shares);
        let signed = SignedBallot::sign(ballot, &domain, voter)?;
        assert_eq!(relayer.cast_extended(&signed).await?, aia(500_000));
        assert_eq!(relayer.nonce(voter.address(), id).await?, keyed_nonce(id, 1));
        assert_eq!(relayer.plain_nonce(voter.address()).await?, U256::ZERO);
        Ok(())
    }

    /// Returns the ballots that a relayer is sent, as JSON: six voters', and the first one's again.
    fn sent(&self, domain: Domain) -> Result<Vec<String>> {
        let Self { dao, proposal, poor } = self;
        let ([first, second, third], nobody) = (dao.voters(), PrivateKeySigner::random());
        let mut sent = Vec::new();
        for voter in [&first, &third, &poor[1], &nobody, &second, &poor[0], &first] {
            let support = if voter.address() == second.address() { Support::Abstain } else { Support::For };
            sent.push(serde_json::to_string(&sign(domain, voter, proposal, support)?)?);
        }
        Ok(sent)
    }

    /// Lets a relayer settle what it was sent.
    async fn settled(&self, domain: Domain) -> Result<()> {
        let Self { dao, proposal, poor } = self;
        let ([first, second, third], id) = (dao.voters().map(|voter| voter.address()), proposal.id());
        let relayer = client(dao, &dao.stranger())?;
        let sent = self.sent(domain)?;
        let sent: Vec<SignedBallot> = sent.iter().map(|json| serde_json::from_str(json)).collect::<Result<_, _>>()?;
        let nobody = sent[3].ballot.voter;
        let (ballots, dropped) = Ballots::collect(domain, id, sent);
        let dropped: Vec<_> = dropped.into_iter().map(|(signed, reason)| (signed.ballot.voter, reason)).collect();
        assert_eq!(dropped, [(first, Dropped::Repeated)]);

        let portions = relayer.portions(&ballots, Limit { ballots: 4, gas: 30_000_000 }).await?;
        assert_eq!(portions.iter().map(Ballots::len).collect::<Vec<_>>(), [4, 2]);
        let Relayed { counted, skipped, extended, .. } = relayer.relay(&portions[0]).await?;
        assert_eq!(counted, [Counted { voter: first, support: 1, weight: aia(VOTES[0]) }]);
        let expected = [
            Skipped { voter: third, reason: SkipReason::NoVotesLeft },
            // It has votes left, but has used the nonce with which it signed.
            Skipped { voter: poor[1].address(), reason: SkipReason::NotSigned },
            Skipped { voter: nobody, reason: SkipReason::NoVotesLeft },
        ];
        assert_eq!(skipped, expected);
        assert_eq!(extended, None);
        let Relayed { counted, skipped, extended, .. } = relayer.relay(&portions[1]).await?;
        let expected = [
            Counted { voter: second, support: 2, weight: aia(VOTES[1]) },
            Counted { voter: poor[0].address(), support: 1, weight: aia(SMALL) },
        ];
        assert_eq!(counted, expected);
        assert_eq!((skipped.len(), extended), (0, None));

        // Nothing is sent that would count for nothing.
        let again = relayer.relay(&portions[0]).await;
        assert!(matches!(again, Err(Error::Governance(GovernanceError::NothingCounts(4)))), "{again:?}");
        let votes = relayer.contract().proposalVotes(id).call().await?;
        let expected = [aia(VOTES[2]), aia(VOTES[0] + SMALL + 400_000), aia(VOTES[1] + 100_000)];
        assert_eq!([votes.againstVotes, votes.forVotes, votes.abstainVotes], expected);
        Ok(())
    }

    /// Lets anybody queue it and, when it is time, execute it.
    async fn enacted(&self, voting: Window) -> Result<()> {
        let Self { dao, proposal, .. } = self;
        let (net, anybody) = (dao.net(), client(dao, &dao.stranger())?);
        dao.pass_to(voting.until + 1)?;
        assert_eq!(anybody.state(proposal.id()).await?, ProposalState::Succeeded);
        let eta = anybody.queue(proposal).await?;
        assert_eq!(eta, net.now() + SLOW);
        let execution = Some(Window { from: eta, until: eta + GRACE });
        let timeline = Timeline { state: ProposalState::Queued, voting, execution };
        assert_eq!(anybody.timeline(proposal, 0).await?, timeline);

        dao.pass_to(eta)?;
        anybody.execute(proposal, U256::ZERO).await?;
        let timeline = Timeline { state: ProposalState::Executed, voting, execution: None };
        assert_eq!(anybody.timeline(proposal, 0).await?, timeline);
        let payments = dao.chain.payments_as(&dao.stranger())?;
        assert_eq!(payments.params().call().await?.feeBps, NEW_FEE);
        let token = net.token_as(&dao.stranger())?;
        assert_eq!(token.getCCIPAdmin().call().await?, ADMIN);
        Ok(())
    }
}

/// Returns so many AIA in base units.
fn coins(amount: u64) -> u128 {
    aia(amount).saturating_to()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_is_told_of_voted_by_relayed_ballots_and_carried_out() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { dao, .. } = &scene;
    let Created { voting, .. } = scene.proposed().await?;
    let domain = client(dao, &dao.stranger())?.domain().await?;
    let chain_id = dao.net().api.chain().config().chain_id;
    assert_eq!(domain, Domain { chain_id, governor: dao.governor });
    dao.pass_to(voting.from)?;
    scene.voted(domain).await?;
    scene.settled(domain).await?;
    scene.enacted(voting).await
}
