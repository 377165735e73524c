//! The two sides: token, timelock and governor of ours, and those of OpenZeppelin's, with the same settings.

use aia_abi::{IAIAGovernor::Params, IAIATimelock::Brake};
use aia_deploy::{GovernanceConfig, deploy_governance};
use aia_tests::{
    Network,
    common::deploy_peer,
    network::program,
    peers::artifact,
    staking::{DAY, aia, supply},
};
use alloy::{
    primitives::{
        Address, U256,
        aliases::{U48, U96},
    },
    providers::Provider,
    sol_types::{Eip712Domain, SolValue, eip712_domain},
};
use eyre::{OptionExt, Result, ensure};

/// Seconds from a proposal to its snapshot.
pub(super) const VOTING_DELAY: u64 = DAY;
/// Seconds of voting.
pub(super) const VOTING_PERIOD: u64 = 5 * DAY;
/// Seconds of voting that are left when the quorum is reached late.
pub(super) const EXTENSION: u64 = 2 * DAY;
/// The quorum's part of all votes, basis points.
pub(super) const QUORUM_BPS: u16 = 400;
/// Seconds from queue to execution.
pub(super) const MIN_DELAY: u64 = 2 * DAY;
/// What that is raised to in the end.
pub(super) const LONGER_DELAY: u64 = 3 * DAY;
/// What a proposer needs at first, AIA.
const THRESHOLD: u64 = 1_000;
/// Seconds for which operations of our timelock can be executed.
const GRACE_PERIOD: u64 = 14 * DAY;
/// Seconds of our guardian's term.
const TERM: u64 = 180 * DAY;

/// Token, timelock and governor; the governor alone schedules and cancels, anyone executes.
#[derive(Debug)]
pub(super) struct Side {
    pub(super) token: Address,
    pub(super) timelock: Address,
    pub(super) governor: Address,
    /// May cancel proposals, and pull the brake where there is one.
    pub(super) guardian: Address,
    /// Under which the governor reads signatures.
    pub(super) domain: Eip712Domain,
    /// Makes many calls in one transaction; there is none on our side.
    multicall: Option<Address>,
}

impl Side {
    /// Deploys our governor and timelock for the network's token.
    pub(super) async fn ours(net: &Network) -> Result<Self> {
        let (provider, owner) = (net.provider(&net.owner)?, net.owner.address());
        let (timelock, governor) = (program("timelock")?, program("governor")?);
        let governance = deploy_governance(&provider, owner, &timelock, &governor, config(net)?).await?;
        Ok(Self::new(net, net.token, governance.timelock.address, governance.governor.address, None))
    }

    /// Deploys OpenZeppelin's, with a token of its own of the same supply.
    pub(super) async fn openzeppelin(net: &Network) -> Result<Self> {
        let owner = net.owner.address();
        let token = deploy_peer(&net.api, owner, supply())?;
        let multicall = net.deploy(&net.owner, &artifact("Batch")?, Vec::new()).await?;
        let nonce = net.provider(&net.owner)?.get_transaction_count(owner).await?;
        let expected = owner.create(nonce + 1);
        let roles = (U256::from(MIN_DELAY), vec![expected], vec![Address::ZERO]).abi_encode_params();
        let timelock = net.deploy(&net.owner, &artifact("OzTimelock")?, roles).await?;
        let params = params()?;
        let arguments = (
            token,
            timelock,
            guardian(net),
            U256::from(params.votingDelay),
            params.votingPeriod,
            params.proposalThreshold,
            U256::from(params.lateQuorumVoteExtension),
            U256::from(params.quorumNumerator),
        );
        let governor = net.deploy(&net.owner, &artifact("OzGovernor")?, arguments.abi_encode_params()).await?;
        ensure!(governor == expected, "the governor is at {governor}, not at {expected}");
        Ok(Self::new(net, token, timelock, governor, Some(multicall)))
    }

    fn new(net: &Network, token: Address, timelock: Address, governor: Address, multicall: Option<Address>) -> Self {
        let domain = eip712_domain! {
            name: "AIA Governor",
            version: "1",
            chain_id: net.api.chain().config().chain_id,
            verifying_contract: governor,
        };
        Self { token, timelock, governor, guardian: guardian(net), domain, multicall }
    }

    pub(super) fn is_ours(&self) -> bool {
        self.multicall.is_none()
    }

    pub(super) fn multicall(&self) -> Result<Address> {
        self.multicall.ok_or_eyre("nothing makes many calls here")
    }
}

fn guardian(net: &Network) -> Address {
    net.account(9).address()
}

fn config(net: &Network) -> Result<GovernanceConfig> {
    let expiry = U48::from(net.now() + TERM);
    Ok(GovernanceConfig {
        token: net.token,
        params: params()?,
        guardian: guardian(net),
        guardian_expiry: expiry,
        guardian_strikes: 3,
        brake: Brake { guardian: guardian(net), expiry },
        executors: vec![Address::ZERO],
        min_delay: u32::try_from(MIN_DELAY)?,
        grace_period: u32::try_from(GRACE_PERIOD)?,
        call_delays: Vec::new(),
        owned: Vec::new(),
    })
}

/// Returns our governor's parameters; floor and cap, which only it has, are out of the way.
fn params() -> Result<Params> {
    Ok(Params {
        votingDelay: U48::from(VOTING_DELAY),
        votingPeriod: u32::try_from(VOTING_PERIOD)?,
        proposalThreshold: aia(THRESHOLD),
        lateQuorumVoteExtension: U48::from(EXTENSION),
        quorumNumerator: QUORUM_BPS,
        quorumFloor: U96::from(aia(1)),
        quorumCap: U96::from(supply()),
    })
}
