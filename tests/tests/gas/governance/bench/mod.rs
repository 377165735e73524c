//! Every operation once, on either side by the same people at the same times.

mod ballots;
mod carried;
mod proposals;
mod votes;

use aia_abi::{IAIAGovernor as G, IAIAToken as I};
use aia_devnode::{
    Api,
    chain::{Included, Outcome as Answer, Simulation},
};
use aia_tests::{
    Network,
    actions::GAS,
    common::{Message, send},
    staking::aia,
};
use alloy::{
    primitives::{Address, keccak256},
    signers::local::PrivateKeySigner,
    sol_types::SolCall,
};
use eyre::{OptionExt, Result, bail, ensure};

pub(super) use self::votes::LAST_HOUR;
use super::{Measured, Row, motions::Motion, outcome::Outcome, side::Side};

/// Who votes by signature at most.
const VOTERS: usize = 200;
/// What each of them holds, AIA.
pub(super) const HOLDING: u64 = 10_000;
/// What the whale holds, AIA: more than any quorum.
pub(super) const WHALE: u64 = 500_000_000;
/// How often votes of the delegate with a history change before the votes count.
pub(super) const CHANGES: u64 = 16;

/// One side, and those who govern there. Nobody has ether, gas is free.
pub(super) struct Bench<'a> {
    net: &'a Network,
    side: &'a Side,
    /// Hold [`HOLDING`] AIA each, and delegate to themselves.
    voters: Vec<PrivateKeySigner>,
    /// Holds [`WHALE`] AIA, and delegates to itself.
    whale: Address,
    /// Holds [`HOLDING`] AIA and one more for each change, and delegates to itself.
    delegate: Address,
    /// Submits what others sign, queues and executes.
    submitter: Address,
    measured: Measured,
}

impl<'a> Bench<'a> {
    pub(super) fn new(net: &'a Network, side: &'a Side) -> Result<Self> {
        let key = |number| Ok(PrivateKeySigner::from_bytes(&keccak256(format!("voter {number}")))?);
        let [whale, delegate, submitter] = [0, 1, 2].map(|index| net.account(index).address());
        let voters = (0..VOTERS).map(key).collect::<Result<_>>()?;
        Ok(Self { net, side, voters, whale, delegate, submitter, measured: Measured::default() })
    }

    /// Measures everything, and takes back what it took.
    pub(super) fn run_and_undo(mut self) -> Result<Measured> {
        let present = self.api().chain().snapshot();
        self.endow()?;
        self.propose_all()?;
        self.votes()?;
        self.signatures()?;
        self.batches()?;
        self.late_quorum()?;
        self.queues_and_executions()?;
        self.operations()?;
        self.later_proposals()?;
        self.measured.outcome = Outcome::of(&self)?;
        self.brake()?;
        ensure!(self.api().chain().revert(present)?, "no snapshot");
        Ok(self.measured)
    }

    /// Gives everyone AIA, and lets all of it be delegated: their quorum is a part of the supply, ours of what is
    /// delegated.
    fn endow(&self) -> Result<()> {
        let owner = self.net.owner.address();
        self.join(self.whale, WHALE)?;
        self.join(self.delegate, HOLDING)?;
        for voter in &self.voters {
            self.join(voter.address(), HOLDING)?;
        }
        self.call(owner, self.side.token, &I::delegateCall { delegatee: owner })?;
        for _ in 0..CHANGES {
            self.add_to_history()?;
        }
        self.net.pass(1)
    }

    fn join(&self, account: Address, holding: u64) -> Result<()> {
        let owner = self.net.owner.address();
        self.call(owner, self.side.token, &I::transferCall { to: account, value: aia(holding) })?;
        self.call(account, self.side.token, &I::delegateCall { delegatee: account })?;
        Ok(())
    }

    /// Changes the delegate's votes, a second later.
    fn add_to_history(&self) -> Result<()> {
        self.net.pass(1)?;
        let more = I::transferCall { to: self.delegate, value: aia(1) };
        self.call(self.net.owner.address(), self.side.token, &more)?;
        Ok(())
    }

    /// Returns the last second of voting on a proposal.
    fn deadline(&self, motion: Motion) -> Result<u64> {
        let deadline = G::proposalDeadlineCall { proposalId: motion.id(self.side) };
        Ok(self.ask(self.side.governor, &deadline)?.to())
    }

    /// Lets time pass to an instant, Unix seconds.
    fn pass_to(&self, instant: u64) -> Result<()> {
        self.net.pass(instant.checked_sub(self.net.now()).ok_or_eyre("that instant has passed")?)
    }

    pub(super) fn side(&self) -> &'a Side {
        self.side
    }

    fn api(&self) -> &'a Api {
        &self.net.api
    }

    fn voter(&self, index: usize) -> Address {
        self.voters[index].address()
    }

    /// Makes a call of the governor's and notes what it costs.
    fn govern(&mut self, operation: &'static str, from: Address, call: &impl SolCall) -> Result<Included> {
        self.measure(operation, from, self.side.governor, call)
    }

    fn measure(
        &mut self,
        operation: &'static str,
        from: Address,
        to: Address,
        call: &impl SolCall,
    ) -> Result<Included> {
        let included = self.call(from, to, call).map_err(|error| error.wrap_err(operation))?;
        self.measured.rows.push(Row { operation, gas: included.gas_used });
        Ok(included)
    }

    /// Makes a call that must succeed, in the second of the latest block.
    fn call(&self, from: Address, to: Address, call: &impl SolCall) -> Result<Included> {
        let (api, now) = (self.api(), self.net.now());
        api.chain().set_next_time(now)?;
        api.chain().set_next_base_fee(0);
        let included = send(api, Message { gas: GAS, ..Message::call(from, to, call.abi_encode()) })?;
        ensure!(included.success, "reverted: {included:?}");
        Ok(included)
    }

    /// Returns what a view answers.
    pub(super) fn ask<C: SolCall>(&self, to: Address, call: &C) -> Result<C::Return> {
        let call = Simulation { to: Some(to), data: call.abi_encode().into(), ..Simulation::default() };
        let chain = self.api().chain();
        match chain.call(&call, chain.head().number)? {
            Answer::Success { output, .. } => Ok(C::abi_decode_returns(&output)?),
            refused => bail!("{}: {refused:?}", C::SIGNATURE),
        }
    }
}
