//! What a network is governed by from its first day on.

use aia_abi::{
    IAIAToken,
    IStreamPayments::{self as P, OwnableUnauthorizedAccount},
};
use aia_deploy::launch_params;
use aia_tests::{
    governance::{GRACE, Republic, SLOW, governed},
    staking::aia,
};
use alloy::primitives::{Address, U256, keccak256};
use eyre::Result;

#[tokio::test(flavor = "multi_thread")]
async fn the_timelock_owns_everything_and_obeys_only_the_governor() -> Result<()> {
    let dao = Republic::launch().await?;
    let (net, governed) = (dao.net(), governed(&dao.chain));
    for contract in [governed.token, governed.registry, governed.court, governed.payments] {
        let owned = IAIAToken::new(contract, net.provider(&net.owner)?);
        assert_eq!(owned.owner().call().await?, dao.timelock);
        assert_eq!(owned.pendingOwner().call().await?, Address::ZERO);
    }
    let former = OwnableUnauthorizedAccount { account: net.owner.address() };
    let payments = P::new(governed.payments, net.provider(&net.owner)?);
    net.refuses(&payments.setGuardian(net.owner.address()), former).await?;

    let timelock = dao.timelock_as(&dao.stranger())?;
    let everybody = [dao.governor, dao.timelock, net.owner.address(), dao.guardian().address(), Address::ZERO];
    let [proposer, canceller, executor] = ["PROPOSER_ROLE", "CANCELLER_ROLE", "EXECUTOR_ROLE"].map(keccak256);
    for account in everybody {
        for role in [proposer, canceller] {
            assert_eq!(timelock.hasRole(role, account).call().await?, account == dao.governor);
        }
        assert_eq!(timelock.hasRole(executor, account).call().await?, account == Address::ZERO);
        let admin = timelock.DEFAULT_ADMIN_ROLE().call().await?;
        assert_eq!(timelock.hasRole(admin, account).call().await?, account == dao.timelock);
    }
    assert_eq!(timelock.getMinDelay().call().await?, U256::from(SLOW));
    assert_eq!(u64::from(timelock.gracePeriod().call().await?), GRACE);
    assert_eq!(timelock.guardian().call().await?.account, dao.guardian().address());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_governor_counts_the_tokens_votes_with_the_numbers_of_launch() -> Result<()> {
    let dao = Republic::launch().await?;
    let governor = dao.governor_as(&dao.stranger())?;
    assert_eq!(governor.token().call().await?, dao.net().token);
    assert_eq!(governor.timelock().call().await?, dao.timelock);
    assert_eq!(governor.proposalGuardian().call().await?, dao.guardian().address());
    let params = launch_params();
    assert_eq!(governor.votingDelay().call().await?, U256::from(params.votingDelay));
    assert_eq!(governor.votingPeriod().call().await?, U256::from(params.votingPeriod));
    assert_eq!(governor.lateQuorumVoteExtension().call().await?, params.lateQuorumVoteExtension);
    // Of a billion AIA, 0.1 %, 1.5 % and 6 %.
    assert_eq!(governor.proposalThreshold().call().await?, aia(1_000_000));
    let quorum = governor.quorumParams(U256::from(dao.net().now())).call().await?;
    let [floor, cap] = [quorum.floor, quorum.cap].map(U256::from);
    assert_eq!((quorum.numerator, floor, cap), (4_000, aia(15_000_000), aia(60_000_000)));
    Ok(())
}
