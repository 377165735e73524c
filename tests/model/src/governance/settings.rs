//! Where runs begin: parameters from mild to extreme, and what must happen before anybody can do anything.

use std::collections::{BTreeMap, BTreeSet};

use aia_abi::{
    IAIAGovernor::Params,
    IAIAToken::{IAIATokenCalls, delegateCall, transferCall},
};
use alloy_primitives::{
    Address, U256,
    aliases::{U48, U96},
};

use super::{
    DAY, Model, UNIT, canceller_role, executor_role,
    model::{Delay, Governor, Quorum, Timelock},
    ops::{Call, Op},
    proposer_role,
    token::Token,
    world::{Code, World},
};

/// How many actors there are.
pub const ACTORS: usize = 8;
/// How many accounts are guardians or may become it.
pub const GUARDIANS: usize = 2;

/// Accounts that governance calls and pays.
pub const PAYEES: [Address; 5] = [
    Address::repeat_byte(0xc1),
    Address::repeat_byte(0xc2),
    Address::repeat_byte(0xc3),
    Address::repeat_byte(0xc4),
    Address::repeat_byte(0xc5),
];
/// How many of the first of them have code that counts, at first.
const COUNTERS: usize = 3;

/// Who and what there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// The AIA token.
    pub token: Address,
    /// Who has all AIA at first and may mint more.
    pub minter: Address,
    /// How much that is, base units.
    pub supply: U256,
    /// The governor.
    pub governor: Address,
    /// Timelocks, in each of which the governor and the last actor are proposers and cancellers; the first is the
    /// governor's.
    pub timelocks: Vec<Address>,
    /// Accounts that vote and propose.
    pub actors: Vec<Address>,
    /// Accounts that may be guardians; the first is the governor's, the last the timelocks'.
    pub guardians: Vec<Address>,
    /// When the governor was constructed, Unix seconds.
    pub since: u64,
    /// When the guardians' terms end, Unix seconds.
    pub term: u64,
}

/// What the contracts begin with, and how much everybody has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The governor's numbers.
    pub params: Params,
    /// How many proposals the governor's guardian may cancel.
    pub strikes: u8,
    /// The delay of calls that have none of their own, in seconds.
    pub least_delay: u64,
    /// For how many seconds operations can be executed.
    pub grace: u32,
    /// How long the guardians' terms are, in seconds.
    pub term: u64,
    /// What every actor has in its wallet, base units.
    pub purse: U256,
}

impl Setting {
    /// Returns days of delay and of voting, and a quorum that two of the actors reach.
    pub fn launch() -> Self {
        let params = Params {
            votingDelay: U48::from(DAY),
            votingPeriod: 259_200,
            proposalThreshold: aia(1_000_000),
            lateQuorumVoteExtension: U48::from(43_200),
            quorumNumerator: 4_000,
            quorumFloor: U96::from(aia(10_000_000)),
            quorumCap: U96::from(aia(60_000_000)),
        };
        Self { params, strikes: 3, least_delay: 2 * DAY, grace: 1_209_600, term: 120 * DAY, purse: aia(40_000_000) }
    }

    /// Returns the least of everything: anybody proposes, one vote is a quorum, and a day is enough.
    pub fn quick() -> Self {
        let params = Params {
            votingDelay: U48::from(3_600),
            votingPeriod: 86_400,
            proposalThreshold: U256::ZERO,
            lateQuorumVoteExtension: U48::ZERO,
            quorumNumerator: 0,
            quorumFloor: U96::from(UNIT),
            quorumCap: U96::from(UNIT),
        };
        Self { params, strikes: 10, least_delay: 21_600, purse: aia(1_000), ..Self::launch() }
    }

    /// Returns an extension as long as the voting, a quorum that turns on every vote that is delegated, and guardians
    /// that serve for a month.
    pub fn late() -> Self {
        let params = Params {
            votingPeriod: 86_400,
            votingDelay: U48::from(7_200),
            lateQuorumVoteExtension: U48::from(86_400),
            quorumNumerator: 3_333,
            quorumFloor: U96::from(UNIT),
            quorumCap: U96::from(aia(1_000_000_000)),
            ..Self::launch().params
        };
        Self { params, strikes: 1, least_delay: DAY, grace: 2_592_000, term: 30 * DAY, ..Self::launch() }
    }

    /// Returns the model of contracts that were just constructed with this, at the instant `now`.
    ///
    /// # Panics
    /// When there are no actors, guardians or timelocks.
    pub fn model(&self, site: &Site, now: u64) -> Model {
        let timelocks: BTreeMap<_, _> = site.timelocks.iter().map(|at| (*at, self.timelock(site, *at))).collect();
        let code = |index: usize| if index < COUNTERS { Code::Counter { version: 0 } } else { Code::Nothing };
        let code = PAYEES.into_iter().enumerate().map(|(index, payee)| (payee, code(index))).collect();
        let watched = PAYEES.into_iter().chain(site.timelocks.iter().copied()).chain([site.governor]);
        let wei = watched.map(|account| (account, U256::ZERO)).collect();
        let balances = [(site.minter, site.supply)].into();
        Model {
            actors: site.actors.clone(),
            guardians: site.guardians.clone(),
            now,
            token: Token { address: site.token, minter: site.minter, balances, ..Token::default() },
            governor: self.governor(site),
            timelocks,
            world: World { code, wei, ..World::default() },
        }
    }

    fn governor(&self, site: &Site) -> Governor {
        let params = &self.params;
        let quorum = Quorum {
            numerator: params.quorumNumerator,
            floor: U256::from(params.quorumFloor),
            cap: U256::from(params.quorumCap),
        };
        Governor {
            address: site.governor,
            timelock: site.timelocks[0],
            guardian: site.guardians[0],
            term: site.term,
            strikes: self.strikes,
            voting_delay: params.votingDelay.to(),
            voting_period: params.votingPeriod.into(),
            threshold: params.proposalThreshold,
            extension: params.lateQuorumVoteExtension.to(),
            quorums: vec![(site.since, quorum)],
            ..Governor::default()
        }
    }

    fn timelock(&self, site: &Site, address: Address) -> Timelock {
        let operator = site.actors[site.actors.len() - 1];
        let mut roles = BTreeSet::from([(executor_role(), Address::ZERO)]);
        for account in [site.governor, operator] {
            roles.extend([(proposer_role(), account), (canceller_role(), account)]);
        }
        Timelock {
            address,
            least: Delay { before: self.least_delay, after: self.least_delay, effect: 0 },
            delays: BTreeMap::new(),
            abdicated: BTreeSet::new(),
            grace: self.grace.into(),
            guardian: site.guardians[site.guardians.len() - 1],
            term: site.term,
            braked_until: 0,
            brake_ready: 0,
            roles,
            operations: BTreeMap::new(),
        }
    }

    /// Returns the operations that come first: AIA for everybody, whose votes are their own, and wei for timelocks.
    pub fn prologue(&self, model: &Model) -> Vec<Op> {
        let mut ops = Vec::new();
        for actor in &model.actors {
            let transfer = transferCall { to: *actor, value: self.purse };
            ops.push(on_token(model.token.minter, IAIATokenCalls::transfer(transfer)));
            ops.push(on_token(*actor, IAIATokenCalls::delegate(delegateCall { delegatee: *actor })));
        }
        for timelock in model.timelocks.keys() {
            let (caller, call) = (model.actors[0], Call::Deposit(*timelock));
            ops.push(Op::Call { caller, value: U256::from(1_000_000), call });
        }
        ops
    }
}

fn on_token(caller: Address, call: IAIATokenCalls) -> Op {
    Op::Call { caller, value: U256::ZERO, call: Call::Token(call) }
}

fn aia(amount: u64) -> U256 {
    UNIT * U256::from(amount)
}
