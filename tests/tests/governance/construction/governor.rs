//! The governor's constructor.

use aia_abi::IAIAGovernor::{self as G, IAIAGovernorInstance, Params, Setup};
use aia_tests::actions::event;
use alloy::{
    primitives::{
        Address, LogData, U256,
        aliases::{U48, U96},
    },
    providers::DynProvider,
    sol_types::{SolError, SolValue},
};
use eyre::Result;

use super::{ACCOUNT, Site, ten_to};

/// The longest term of a guardian, seconds.
const TERM: u64 = 31_536_000;
/// The timelock, which need not be there.
const TIMELOCK: Address = Address::repeat_byte(0x71);

fn setup(site: &Site) -> Setup {
    Setup {
        token: site.net.token,
        timelock: TIMELOCK,
        guardian: ACCOUNT,
        guardianExpiry: U48::from(site.net.now() + 1_000),
        guardianStrikes: 3,
    }
}

/// Numbers that lie within their bounds.
fn params() -> Params {
    Params {
        votingDelay: U48::from(86_400),
        votingPeriod: 604_800,
        proposalThreshold: ten_to(24),
        lateQuorumVoteExtension: U48::from(172_800),
        quorumNumerator: 4_000,
        quorumFloor: U96::from(ten_to(25)),
        quorumCap: U96::from(ten_to(26)),
    }
}

/// The least that each may be.
fn least() -> Params {
    Params {
        votingDelay: U48::from(3_600),
        votingPeriod: 86_400,
        proposalThreshold: U256::ZERO,
        lateQuorumVoteExtension: U48::ZERO,
        quorumNumerator: 0,
        quorumFloor: U96::from(ten_to(18)),
        quorumCap: U96::from(ten_to(18)),
    }
}

/// The most that each may be.
fn most() -> Params {
    Params {
        votingDelay: U48::from(2_592_000),
        votingPeriod: 2_592_000,
        proposalThreshold: ten_to(25),
        lateQuorumVoteExtension: U48::from(2_592_000),
        quorumNumerator: 10_000,
        quorumFloor: U96::from(ten_to(26)),
        quorumCap: U96::from(ten_to(27)),
    }
}

/// What a number out of bounds is refused with.
fn out_of_bounds(index: u8, value: U256, min: U256, max: U256) -> Vec<u8> {
    G::GovernorInvalidParameter { index, value, min, max }.abi_encode()
}

/// Returns the contract at an address.
fn governor(site: &Site, address: Address) -> Result<IAIAGovernorInstance<DynProvider>> {
    Ok(G::new(address, site.net.provider(&site.deployer)?))
}

/// Reads back both arguments of the constructor.
async fn read(site: &Site, address: Address) -> Result<(Setup, Params)> {
    let governor = governor(site, address)?;
    let term = governor.guardianTerm().call().await?;
    let setup = Setup {
        token: governor.token().call().await?,
        timelock: governor.timelock().call().await?,
        guardian: governor.proposalGuardian().call().await?,
        guardianExpiry: term.expiry,
        guardianStrikes: term.strikes,
    };
    let quorum = governor.quorumParams(U256::from(site.net.now())).call().await?;
    let params = Params {
        votingDelay: U48::from(governor.votingDelay().call().await?),
        votingPeriod: u32::try_from(governor.votingPeriod().call().await?)?,
        proposalThreshold: governor.proposalThreshold().call().await?,
        lateQuorumVoteExtension: governor.lateQuorumVoteExtension().call().await?,
        quorumNumerator: quorum.numerator,
        quorumFloor: quorum.floor,
        quorumCap: quorum.cap,
    };
    Ok((setup, params))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_governor_takes_every_number_at_both_ends_of_its_bounds() -> Result<()> {
    let site = Site::start("governor").await?;
    let nobody = Setup { guardian: Address::ZERO, guardianExpiry: U48::ZERO, guardianStrikes: 0, ..setup(&site) };
    let deployed = site.construct(&(nobody.clone(), least()).abi_encode()).await?;
    assert_eq!(read(&site, deployed.address).await?, (nobody, least()));

    let longest = U48::from(site.net.now() + TERM);
    let strongest = Setup { guardianExpiry: longest, guardianStrikes: 10, ..setup(&site) };
    let deployed = site.construct(&(strongest.clone(), most()).abi_encode()).await?;
    assert_eq!(read(&site, deployed.address).await?, (strongest, most()));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_governor_takes_no_number_beyond_its_bounds() -> Result<()> {
    let site = Site::start("governor").await?;
    let (good, one) = (params(), U256::ONE);
    site.construct(&(setup(&site), good.clone()).abi_encode()).await?;

    let [short, long] = [3_600, 2_592_000].map(U256::from);
    for value in [short - one, long + one] {
        let params = Params { votingDelay: U48::from(value), ..good.clone() };
        assert_params_refused(&site, params, out_of_bounds(0, value, short, long)).await?;
    }
    for period in [86_399, 2_592_001] {
        let params = Params { votingPeriod: period, lateQuorumVoteExtension: U48::ZERO, ..good.clone() };
        let refused = G::GovernorInvalidVotingPeriod { votingPeriod: U256::from(period) };
        assert_params_refused(&site, params, refused.abi_encode()).await?;
    }
    let extension = u64::from(good.votingPeriod) + 1;
    let refused = G::GovernorPreventLateQuorumVoteExtensionTooLarge {
        newVoteExtension: U256::from(extension),
        maxVoteExtension: U256::from(good.votingPeriod),
    };
    let late = Params { lateQuorumVoteExtension: U48::from(extension), ..good.clone() };
    assert_params_refused(&site, late, refused.abi_encode()).await?;

    let high = ten_to(25) + one;
    let closed = Params { proposalThreshold: high, ..good.clone() };
    assert_params_refused(&site, closed, out_of_bounds(1, high, U256::ZERO, ten_to(25))).await?;

    let denominator = U256::from(10_000);
    let refused =
        G::GovernorInvalidQuorumFraction { quorumNumerator: denominator + one, quorumDenominator: denominator };
    let unreachable = Params { quorumNumerator: 10_001, ..good.clone() };
    assert_params_refused(&site, unreachable, refused.abi_encode()).await?;

    let [least, most] = [18, 26].map(ten_to);
    for floor in [least - one, most + one] {
        let params = Params { quorumFloor: U96::from(floor), quorumCap: U96::from(ten_to(27)), ..good.clone() };
        assert_params_refused(&site, params, out_of_bounds(2, floor, least, most)).await?;
    }
    let (floor, most) = (U256::from(good.quorumFloor), ten_to(27));
    for cap in [floor - one, most + one] {
        let params = Params { quorumCap: U96::from(cap), ..good.clone() };
        assert_params_refused(&site, params, out_of_bounds(3, cap, floor, most)).await?;
    }
    Ok(())
}

async fn assert_params_refused(site: &Site, params: Params, refused: Vec<u8>) -> Result<()> {
    let seen = site.refusal(&(setup(site), params.clone()).abi_encode()).await?;
    assert_eq!(seen, refused, "{params:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_governor_takes_only_a_guardian_with_an_end_and_a_token_with_code() -> Result<()> {
    let site = Site::start("governor").await?;
    let good = setup(&site);
    let refusal = async |setup: Setup| site.refusal(&(setup, params()).abi_encode()).await;
    let other = site.construct(&(good.clone(), params()).abi_encode()).await?.address;

    let longest = site.net.now() + TERM;
    let eternal = Setup { guardianExpiry: U48::from(longest + 1), ..good.clone() };
    let refused = out_of_bounds(4, U256::from(longest + 1), U256::ZERO, U256::from(longest));
    assert_eq!(refusal(eternal).await?, refused);
    let tireless = Setup { guardianStrikes: 11, ..good.clone() };
    assert_eq!(refusal(tireless).await?, out_of_bounds(5, U256::from(11), U256::ZERO, U256::from(10)));

    for token in [Address::ZERO, ACCOUNT, site.deployer.address()] {
        let refused = G::TokenCallFailed { token };
        assert_eq!(refusal(Setup { token, ..good.clone() }).await?, refused.abi_encode());
    }
    // Nor any contract that knows nothing of delegated votes.
    let foreign = Setup { token: other, ..good };
    assert!(site.construct(&(foreign, params()).abi_encode()).await.is_err(), "a governor was taken for the token");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_governor_tells_what_it_was_constructed_with_as_its_setters_would() -> Result<()> {
    let site = Site::start("governor").await?;
    let (setup, params) = (setup(&site), params());
    let deployed = site.construct(&(setup.clone(), params.clone()).abi_encode()).await?;
    assert_eq!(site.told(&deployed, deployed.address).await?, events(&setup, &params));
    assert_eq!(read(&site, deployed.address).await?, (setup, params));

    let governor = governor(&site, deployed.address)?;
    assert_eq!(governor.quorumNumerator_0().call().await?, U256::from(4_000));
    assert_eq!(governor.clock().call().await?, U48::from(site.net.now()));
    assert_eq!(governor.latestProposalId(site.deployer.address()).call().await?, U256::ZERO);
    Ok(())
}

/// Returns what the setters emit for a contract that had nothing before.
fn events(setup: &Setup, params: &Params) -> Vec<LogData> {
    let none = U256::ZERO;
    let Params { quorumNumerator: numerator, quorumFloor: floor, quorumCap: cap, .. } = *params;
    vec![
        event(&G::VotingDelaySet { oldVotingDelay: none, newVotingDelay: U256::from(params.votingDelay) }),
        event(&G::VotingPeriodSet { oldVotingPeriod: none, newVotingPeriod: U256::from(params.votingPeriod) }),
        event(&G::ProposalThresholdSet { oldProposalThreshold: none, newProposalThreshold: params.proposalThreshold }),
        event(&G::LateQuorumVoteExtensionSet {
            oldVoteExtension: 0,
            newVoteExtension: params.lateQuorumVoteExtension.to::<u64>(),
        }),
        event(&G::QuorumNumeratorUpdated { oldQuorumNumerator: none, newQuorumNumerator: U256::from(numerator) }),
        event(&G::QuorumParamsSet { numerator, floor, cap }),
        event(&G::TimelockChange { oldTimelock: Address::ZERO, newTimelock: setup.timelock }),
        event(&G::ProposalGuardianSet { oldProposalGuardian: Address::ZERO, newProposalGuardian: setup.guardian }),
        event(&G::GuardianTermSet { expiry: setup.guardianExpiry, strikes: setup.guardianStrikes }),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn the_governor_is_constructed_once() -> Result<()> {
    let site = Site::start("governor").await?;
    let arguments = (setup(&site), params()).abi_encode();
    let governor = site.construct(&arguments).await?.address;
    let before = read(&site, governor).await?;
    let taken = Setup { timelock: site.net.account(5).address(), ..setup(&site) };
    for arguments in [arguments, (taken, least()).abi_encode()] {
        site.assert_constructed_once(governor, &arguments, G::AlreadySet {}.abi_encode()).await?;
    }
    assert_eq!(read(&site, governor).await?, before);
    Ok(())
}
