//! What proposals are about: calls of targets, of the governor and of the timelock.

use aia_abi::{
    IAIAGovernor::{
        relayCall, setLateQuorumVoteExtensionCall, setProposalGuardianCall, setProposalThresholdCall,
        setVotingDelayCall, setVotingPeriodCall, updateQuorumNumeratorCall,
    },
    IAIATimelock::{grantRoleCall, revokeRoleCall, updateDelayCall},
    IAIAToken::transferCall,
};
use aia_tests::network::AIA;
use alloy::{
    primitives::{Address, B256, Bytes, U256, aliases::U48, keccak256},
    sol,
    sol_types::SolCall,
};
use rand::Rng;

use super::{
    pair::Place,
    proposal::{Proposal, both},
    start::MIN_DELAY,
    trace::Trace,
};

sol! {
    /// The function of the target that counts.
    function count(uint256 step) external payable returns (uint256);
}

/// What no account here ever has, wei.
const FORTUNE: U256 = U256::from_limbs([0, 1 << 40, 0, 0]);

/// One call of a proposal.
#[derive(Clone, Debug)]
pub(super) struct Action {
    pub(super) name: &'static str,
    pub(super) targets: [Address; 2],
    /// Wei sent.
    pub(super) value: U256,
    pub(super) data: [Bytes; 2],
}

/// Names of the actions that only the execution of a proposal can carry out.
pub(super) const GOVERNANCE_CALLS: [&str; 8] = [
    "action: setVotingDelay",
    "action: setVotingPeriod",
    "action: setProposalThreshold",
    "action: setLateQuorumVoteExtension",
    "action: updateQuorumNumerator",
    "action: setProposalGuardian",
    "action: relay",
    "action: relay to the governor",
];

impl Trace<'_> {
    /// Draws a proposal that can be made, if its proposer has the votes.
    pub(super) fn draft(&mut self, proposer: Address) -> Proposal {
        let actions = self.actions();
        let description = self.description(proposer);
        Proposal::new(proposer, &actions, description)
    }

    /// Draws one action mostly, and up to three.
    pub(super) fn actions(&mut self) -> Vec<Action> {
        let count = if self.rng.random_bool(0.6) { 1 } else { self.rng.random_range(2..=3) };
        (0..count).map(|_| self.action()).collect()
    }

    fn action(&mut self) -> Action {
        match self.rng.random_range(0..100) {
            0..18 => self.count_up(),
            18..22 => self.pay_an_account(),
            22..27 => self.transfer(),
            27..62 => self.governance_call(),
            62..68 => self.relay(),
            68..77 => self.change_roles(),
            77..81 => self.raise_delay(),
            _ => self.action_that_is_refused(),
        }
    }

    fn count_up(&mut self) -> Action {
        let (target, value, step) = (self.pair.targets.tally, self.pittance(), self.some_number());
        shared("action: count", target, value, countCall { step }.abi_encode())
    }

    fn pay_an_account(&mut self) -> Action {
        let (target, value, data) = (self.anybody(), self.pittance(), self.noise(40));
        shared("action: pay an account", target, value, data)
    }

    /// Lets the timelock transfer tokens, of which it has none.
    fn transfer(&mut self) -> Action {
        let value = U256::from(u8::from(self.rng.random_bool(0.5)));
        let call = transferCall { to: self.anybody(), value };
        shared("action: transfer", self.pair.network.token, U256::ZERO, call.abi_encode())
    }

    fn governance_call(&mut self) -> Action {
        let (name, data) = self.draw_governance_call();
        self.of_its_own(name, Place::Governor, U256::ZERO, data)
    }

    /// Returns a governance call within our bounds, or beyond those that OpenZeppelin has too.
    pub(super) fn draw_governance_call(&mut self) -> (&'static str, [Bytes; 2]) {
        match self.rng.random_range(0..6) {
            0 => {
                let delay = U48::from(self.rng.random_range(3_600..=86_400_u64));
                ("action: setVotingDelay", both(&setVotingDelayCall { newVotingDelay: delay }))
            }
            1 => {
                let no_time = self.rng.random_bool(0.4);
                let period = if no_time { 0 } else { self.rng.random_range(172_800..=345_600) };
                ("action: setVotingPeriod", both(&setVotingPeriodCall { newVotingPeriod: period }))
            }
            2 => {
                let threshold = AIA * U256::from(self.rng.random_range(0..=100_000_u64));
                ("action: setProposalThreshold", both(&setProposalThresholdCall { newProposalThreshold: threshold }))
            }
            3 => {
                // Never above the shortest voting period, or above the longest.
                let is_long = self.rng.random_bool(0.4);
                let extension = if is_long { 2_678_400 } else { self.rng.random_range(0..=172_800_u64) };
                let call = setLateQuorumVoteExtensionCall { newVoteExtension: U48::from(extension) };
                ("action: setLateQuorumVoteExtension", both(&call))
            }
            4 => {
                let is_more_than_all = self.rng.random_bool(0.4);
                let numerator = self.rng.random_range(if is_more_than_all { 10_001..=20_000_u64 } else { 1..=6_000 });
                let call = updateQuorumNumeratorCall { newQuorumNumerator: U256::from(numerator) };
                ("action: updateQuorumNumerator", both(&call))
            }
            _ => {
                let call = setProposalGuardianCall { newProposalGuardian: self.anybody() };
                ("action: setProposalGuardian", both(&call))
            }
        }
    }

    /// Lets the governor call the target that counts, with what it gets for it or now and then more.
    fn relay(&mut self) -> Action {
        let (value, step) = (self.pittance(), self.some_number());
        let more = U256::from(u8::from(self.rng.random_bool(0.2)));
        let data = countCall { step }.abi_encode().into();
        let call = relayCall { target: self.pair.targets.tally, value: value + more, data };
        self.of_its_own("action: relay", Place::Governor, value, both(&call))
    }

    fn change_roles(&mut self) -> Action {
        let role = self.role();
        if self.rng.random_bool(0.5) {
            let call = grantRoleCall { role, account: self.anybody() };
            return self.of_its_own("action: grantRole", Place::Timelock, U256::ZERO, both(&call));
        }
        let accounts = match self.rng.random_range(0..10) {
            // Who may execute when anybody may.
            0 => [Address::ZERO; 2],
            1 => self.pair.places(Place::Governor),
            2..6 => [self.pair.people.council.address(); 2],
            _ => [self.anybody(); 2],
        };
        let data = accounts.map(|account| revokeRoleCall { role, account }.abi_encode().into());
        self.of_its_own("action: revokeRole", Place::Timelock, U256::ZERO, data)
    }

    /// Returns a role that is not the admin's.
    pub(super) fn role(&mut self) -> B256 {
        let names = ["PROPOSER_ROLE", "EXECUTOR_ROLE", "CANCELLER_ROLE"];
        keccak256(names[self.rng.random_range(0..names.len())])
    }

    /// Raises the timelock's delay, once in a trace: so none is lowered.
    fn raise_delay(&mut self) -> Action {
        if std::mem::replace(&mut self.is_delay_raised, true) {
            return self.count_up();
        }
        let delay = U256::from(MIN_DELAY + self.rng.random_range(1..=50_000_u64));
        let call = updateDelayCall { newDelay: delay };
        self.of_its_own("action: updateDelay", Place::Timelock, U256::ZERO, both(&call))
    }

    fn action_that_is_refused(&mut self) -> Action {
        let value = self.pittance();
        match self.rng.random_range(0..5) {
            0 => shared("action: be refused", self.pair.targets.refusal, value, self.noise(8)),
            1 => shared("action: pay more than there is", self.anybody(), FORTUNE, Vec::new()),
            2 => {
                let data = Bytes::from(setVotingDelayCall { newVotingDelay: U48::from(7_200) }.abi_encode());
                let governors = self.pair.places(Place::Governor);
                let data = governors
                    .map(|target| relayCall { target, value: U256::ZERO, data: data.clone() }.abi_encode().into());
                self.of_its_own("action: relay to the governor", Place::Governor, U256::ZERO, data)
            }
            3 => {
                let length = self.rng.random_range(1..8);
                let data = Bytes::from(vec![0xff_u8; length]);
                let data = [data.clone(), data];
                self.of_its_own("action: call what is not there", Place::Governor, U256::ZERO, data)
            }
            _ => {
                let nothing = [Bytes::new(), Bytes::new()];
                self.of_its_own("action: deposit in the governor", Place::Governor, value, nothing)
            }
        }
    }

    pub(super) fn some_number(&mut self) -> U256 {
        U256::from(self.rng.random::<u32>())
    }

    /// Returns a call of each side's own governor or timelock.
    fn of_its_own(&self, name: &'static str, place: Place, value: U256, data: [Bytes; 2]) -> Action {
        Action { name, targets: self.pair.places(place), value, data }
    }
}

/// Returns a call of a target that both sides share.
pub(super) fn shared(name: &'static str, target: Address, value: U256, data: Vec<u8>) -> Action {
    let data = Bytes::from(data);
    Action { name, targets: [target; 2], value, data: [data.clone(), data] }
}
