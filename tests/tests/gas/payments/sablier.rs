//! Sablier Flow 3.0.1: the bytecode that its authors' package carries, with a comptroller that asks for no fee.
//!
//! As with ours, everyone holds tokens, and nobody is there for the first time.

use aia_abi::IAIAToken as I;
use aia_devnode::Api;
use aia_tests::{Network, peers::artifact, staking::aia};
use alloy::{
    primitives::{Address, U256, aliases::U40},
    sol,
    sol_types::{SolCall, SolValue},
};
use eyre::{Result, ensure};

use super::{Row, call_next};

sol! {
    interface ISablierFlow {
        function create(
            address sender,
            address recipient,
            uint128 ratePerSecond,
            uint40 startTime,
            address token,
            bool transferable
        ) external returns (uint256 streamId);
        function createAndDeposit(
            address sender,
            address recipient,
            uint128 ratePerSecond,
            uint40 startTime,
            address token,
            bool transferable,
            uint128 amount
        ) external returns (uint256 streamId);
        function deposit(uint256 streamId, uint128 amount, address sender, address recipient) external;
        function withdraw(uint256 streamId, address to, uint128 amount) external;
        function withdrawMax(uint256 streamId, address to) external;
        function adjustRatePerSecond(uint256 streamId, uint128 newRatePerSecond) external;
        function pause(uint256 streamId) external;
        function refund(uint256 streamId, uint128 amount) external;
        function void(uint256 streamId) external;
        function batch(bytes[] calls) external;
    }
}
use ISablierFlow as F;

/// Base units a second.
const RATE: u128 = 1_000_000_000_000_000;
/// What each stream holds at first.
const DEPOSIT: u128 = 10_000 * RATE;
/// Streams that are there before anything is measured.
const STREAMS: u64 = 12;

/// The contract and the two who use it. Every call is a second after the one before.
pub(super) struct Sablier<'a> {
    net: &'a Network,
    flow: Address,
    token: Address,
    payer: Address,
    payee: Address,
    rows: Vec<Row>,
}

impl<'a> Sablier<'a> {
    /// Deploys the contract.
    pub(super) async fn deploy(net: &'a Network, token: Address) -> Result<Self> {
        let comptroller = net.deploy(&net.owner, &artifact("FlowComptroller")?, Vec::new()).await?;
        // The other argument draws the pictures of streams, which nobody asks for.
        let arguments = (comptroller, Address::ZERO).abi_encode_params();
        let flow = net.deploy(&net.owner, &artifact("SablierFlow")?, arguments).await?;
        let [payer, payee] = [0, 1].map(|index| net.account(index).address());
        Ok(Self { net, flow, token, payer, payee, rows: Vec::new() })
    }

    /// Measures everything, and takes back what it took.
    pub(super) fn run_and_undo(mut self) -> Result<Vec<Row>> {
        let present = self.api().chain().snapshot();
        self.set_up()?;
        self.entries()?;
        self.withdrawals()?;
        self.changes()?;
        ensure!(self.api().chain().revert(present)?, "no snapshot");
        Ok(self.rows)
    }

    fn api(&self) -> &'a Api {
        &self.net.api
    }

    fn set_up(&self) -> Result<()> {
        let (owner, token) = (self.net.owner.address(), self.token);
        for to in [self.payer, self.payee] {
            call_next(self.api(), owner, token, &I::transferCall { to, value: aia(10_000) })?;
        }
        let allowance = I::approveCall { spender: self.flow, value: U256::MAX };
        call_next(self.api(), self.payer, token, &allowance)?;
        for _ in 0..STREAMS {
            call_next(self.api(), self.payer, self.flow, &self.funded())?;
        }
        Ok(())
    }

    fn entries(&mut self) -> Result<()> {
        let Self { payer: sender, payee: recipient, token, .. } = *self;
        let (rate, start) = (RATE, U40::ZERO);
        let unfunded =
            F::createCall { sender, recipient, ratePerSecond: rate, startTime: start, token, transferable: false };
        self.by_payer("create", &unfunded)?;
        let funded = self.funded();
        self.by_payer("createAndDeposit", &funded)?;
        let more = F::depositCall { streamId: U256::ONE, amount: DEPOSIT, sender, recipient };
        self.by_payer("deposit", &more)
    }

    fn withdrawals(&mut self) -> Result<()> {
        let (payee, to) = (self.payee, self.payee);
        let withdraw_max = |id: u64| F::withdrawMaxCall { streamId: U256::from(id), to };
        self.measure("withdrawMax", payee, &withdraw_max(1))?;
        let part = F::withdrawCall { streamId: U256::from(2), to, amount: 1 };
        self.measure("withdraw, a first part", payee, &part)?;
        let calls = (3..=STREAMS).map(|id| withdraw_max(id).abi_encode().into()).collect();
        self.measure("batch of 10 withdrawMax", payee, &F::batchCall { calls })
    }

    fn changes(&mut self) -> Result<()> {
        let adjust = |rate| F::adjustRatePerSecondCall { streamId: U256::ONE, newRatePerSecond: rate };
        // The first time is dearer: it keeps what is owed in a slot of its own.
        call_next(self.api(), self.payer, self.flow, &adjust(2 * RATE))?;
        self.by_payer("adjustRatePerSecond", &adjust(3 * RATE))?;
        self.by_payer("pause", &F::pauseCall { streamId: U256::ONE })?;
        self.by_payer("refund", &F::refundCall { streamId: U256::from(3), amount: RATE })?;
        self.by_payer("void", &F::voidCall { streamId: U256::from(2) })
    }

    /// Opens a stream and pays into it.
    fn funded(&self) -> F::createAndDepositCall {
        F::createAndDepositCall {
            sender: self.payer,
            recipient: self.payee,
            ratePerSecond: RATE,
            startTime: U40::ZERO,
            token: self.token,
            transferable: false,
            amount: DEPOSIT,
        }
    }

    fn by_payer(&mut self, operation: &'static str, call: &impl SolCall) -> Result<()> {
        self.measure(operation, self.payer, call)
    }

    fn measure(&mut self, operation: &'static str, from: Address, call: &impl SolCall) -> Result<()> {
        let included = call_next(self.api(), from, self.flow, call).map_err(|error| error.wrap_err(operation))?;
        self.rows.push(Row { operation, gas: included.gas_used });
        Ok(())
    }
}
