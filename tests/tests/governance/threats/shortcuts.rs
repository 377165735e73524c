//! Threats 9 and 28: an admin who needs no votes, and who constructs a contract that another has deployed.

use aia_abi::{
    IAIAGovernor::{self, Params, Setup},
    IAIATimelock::{self as T, Brake, CallDelay},
    constructor::stylus_constructorCall,
};
use aia_tests::governance::Dao;
use alloy::{
    primitives::{
        Address, B256, U256,
        aliases::{U48, U96},
        keccak256,
    },
    sol_types::{SolCall, SolValue},
};
use eyre::Result;

use super::{reverted, simulate};

fn constructor(arguments: &[u8]) -> Vec<u8> {
    [&stylus_constructorCall::SELECTOR[..], arguments].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_9_the_timelock_is_the_only_admin_and_nobodys_to_give() -> Result<()> {
    let dao = Dao::start().await?;
    let timelock = dao.timelock_as(&dao.stranger())?;
    let everybody = [dao.net().owner.address(), dao.guardian().address(), dao.governor, dao.net().token];
    for account in everybody {
        assert!(!timelock.hasRole(B256::ZERO, account).call().await?, "{account} is admin");
    }
    assert!(timelock.hasRole(B256::ZERO, dao.timelock).call().await?);

    // Not even an operation of its own makes another one, or ends it.
    let account = dao.guardian().address();
    let grant = T::grantRoleCall { role: B256::ZERO, account }.abi_encode();
    let revoke = T::revokeRoleCall { role: B256::ZERO, account: dao.timelock }.abi_encode();
    let renounce = T::renounceRoleCall { role: B256::ZERO, callerConfirmation: dao.timelock }.abi_encode();
    for call in [grant, revoke, renounce] {
        assert_eq!(simulate(&dao, dao.timelock, dao.timelock, call), reverted(&T::TimelockAdminFixed {}));
    }
    for role in ["PROPOSER_ROLE", "EXECUTOR_ROLE", "CANCELLER_ROLE"].map(keccak256) {
        assert_eq!(timelock.getRoleAdmin(role).call().await?, B256::ZERO);
        assert!(!timelock.hasRole(role, dao.net().owner.address()).call().await?);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_28_nobody_constructs_governor_or_timelock_again() -> Result<()> {
    let dao = Dao::start().await?;
    let mallory = dao.stranger().address();
    let setup = Setup {
        token: dao.net().token,
        timelock: mallory,
        guardian: mallory,
        guardianExpiry: U48::from(dao.net().now()),
        guardianStrikes: 1,
    };
    let params = Params {
        votingDelay: U48::from(3_600),
        votingPeriod: 86_400,
        proposalThreshold: U256::ZERO,
        lateQuorumVoteExtension: U48::ZERO,
        quorumNumerator: 0,
        quorumFloor: U96::from(10u64.pow(18)),
        quorumCap: U96::from(10u64.pow(18)),
    };
    let governor = constructor(&(setup, params).abi_encode_params());
    let brake = Brake { guardian: mallory, expiry: U48::from(dao.net().now()) };
    let (delays, owned) = (Vec::<CallDelay>::new(), Vec::<Address>::new());
    let arguments = (U256::from(21_600), vec![mallory], vec![mallory], brake, 1_209_600_u32, delays, owned);
    let timelock = constructor(&arguments.abi_encode_params());
    for account in [mallory, dao.net().owner.address(), dao.timelock, dao.governor] {
        let already_set = reverted(&IAIAGovernor::AlreadySet {});
        assert_eq!(simulate(&dao, account, dao.governor, governor.clone()), already_set);
        assert_eq!(simulate(&dao, account, dao.timelock, timelock.clone()), already_set);
    }
    Ok(())
}
