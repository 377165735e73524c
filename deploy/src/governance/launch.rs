//! What a network launches its governance with, and why.

use aia_abi::{
    IAIAGovernor::Params,
    IAIATimelock::{Brake, CallDelay},
    IProviderRegistry, IStreamPayments,
};
use alloy::{
    primitives::{
        Address, U256,
        aliases::{U48, U96},
    },
    sol_types::SolCall,
};

use super::{GovernanceAddresses, GovernanceConfig, WHOLE_TARGET};

/// Seconds of a day.
const DAY: u32 = 86_400;
/// A hundredth of a percent of the largest supply, base units.
const BPS_OF_SUPPLY: u128 = 100_000_000_000_000_000_000_000;

/// Delay of what is named: two days, in which anyone can see what is coming.
pub const QUICK_DELAY: u32 = 2 * DAY;
/// Delay of everything else: a week, in which anyone can leave.
pub const SLOW_DELAY: u32 = 7 * DAY;
/// For how long what is ready can be executed: longer than a brake.
pub const GRACE_PERIOD: u32 = 14 * DAY;
/// How long the terms of both guardians are, seconds.
pub const GUARDIAN_TERM: u32 = 180 * DAY;
/// How many proposals the guardian may cancel in its term.
pub const GUARDIAN_STRIKES: u8 = 3;

/// The contracts whose owner the timelock becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Governed {
    /// The AIA token.
    pub token: Address,
    /// The provider registry.
    pub registry: Address,
    /// The dispute court.
    pub court: Address,
    /// The payments contract.
    pub payments: Address,
}

/// Returns the governor's parameters at launch.
///
/// A day until voting begins, for votes to be delegated; a week of it, two days more after a late quorum. 0.1 % of the
/// largest supply proposes. A quorum is 40 % of the delegated votes, at least 1.5 % of the largest supply, so that few
/// delegated votes do not decide alone, and at most 6 %, so that votes that are delegated and never cast do not stop
/// everything.
pub fn launch_params() -> Params {
    Params {
        votingDelay: U48::from(DAY),
        votingPeriod: 7 * DAY,
        proposalThreshold: U256::from(10 * BPS_OF_SUPPLY),
        lateQuorumVoteExtension: U48::from(2 * DAY),
        quorumNumerator: 4_000,
        quorumFloor: U96::from(150 * BPS_OF_SUPPLY),
        quorumCap: U96::from(600 * BPS_OF_SUPPLY),
    }
}

/// Returns the call delays at launch.
///
/// Everything is slow: a function that nobody thought of, what hides other calls in its own, as `multicall` of the
/// payments contract and `relay` of the governor do, value, and whatever the timelock comes to own. Every governed
/// contract is slow as a whole besides, so that it stays so when the least delay is lowered.
///
/// Named, and quicker, are pauses, which never hold back what leaves, and the parameters of the payments contract: what
/// they can take is fees, and those that are owed anyone can sweep before.
pub fn launch_delays(governed: &Governed, addresses: GovernanceAddresses) -> Vec<CallDelay> {
    let Governed { token, registry, court, payments } = *governed;
    let GovernanceAddresses { timelock, governor } = addresses;
    let slow = [token, registry, court, payments, governor, timelock];
    let slow = slow.map(|target| delay(target, WHOLE_TARGET, SLOW_DELAY));
    let quick = [
        (registry, IProviderRegistry::setPausedCall::SELECTOR),
        (payments, IStreamPayments::setPausedCall::SELECTOR),
        (payments, IStreamPayments::setParamsCall::SELECTOR),
    ];
    let quick = quick.map(|(target, selector)| delay(target, selector, QUICK_DELAY));
    [&slow[..], &quick[..]].concat()
}

/// Returns what a network is launched with at `now`, Unix seconds: anyone executes, and `guardian` may cancel and brake.
///
/// `addresses` are those of [`predict_governance`](super::predict_governance), to whose timelock all that is governed
/// has offered its ownership.
pub fn launch_config(
    governed: &Governed,
    addresses: GovernanceAddresses,
    guardian: Address,
    now: u64,
) -> GovernanceConfig {
    let Governed { token, registry, court, payments } = *governed;
    let expiry = U48::from(now + u64::from(GUARDIAN_TERM));
    GovernanceConfig {
        token,
        params: launch_params(),
        guardian,
        guardian_expiry: expiry,
        guardian_strikes: GUARDIAN_STRIKES,
        brake: Brake { guardian, expiry },
        executors: vec![Address::ZERO],
        min_delay: SLOW_DELAY,
        grace_period: GRACE_PERIOD,
        call_delays: launch_delays(governed, addresses),
        owned: vec![token, registry, court, payments],
    }
}

fn delay(target: Address, selector: [u8; 4], delay: u32) -> CallDelay {
    CallDelay { target, selector: selector.into(), delay }
}
