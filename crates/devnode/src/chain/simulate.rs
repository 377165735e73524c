//! Calls that change nothing, and the gas that transactions will need.

use alloy::primitives::{Address, B256, Bytes, TxKind, U256};
use revm::{
    context::{
        TxEnv,
        result::{ExecutionResult, Output},
    },
    database_interface::Database as _,
    state::AccountInfo,
};

use super::{
    Chain,
    blocks::halt_text,
    state::{View, with_code},
};
use crate::{
    error::Invalid,
    executor::{self, Checks},
};

/// Most gas that a simulation may use, and what it has unless it says otherwise.
const CALL_GAS_CAP: u64 = 50_000_000;
/// Most gas that an estimate may come to: a transaction cannot use more.
const ESTIMATE_CAP: u64 = crate::executor::COMPUTE_CAP;

/// A call to simulate.
#[derive(Clone, Debug, Default)]
pub struct Simulation {
    /// The sender.
    pub from: Address,
    /// The callee; `None` to create.
    pub to: Option<Address>,
    /// Calldata or init code.
    pub data: Bytes,
    /// Wei sent.
    pub value: U256,
    /// Gas limit.
    pub gas: Option<u64>,
    /// Wei per gas; zero means that the base fee reads as zero.
    pub gas_price: u128,
    /// Accounts to change first.
    pub overrides: Vec<Override>,
    /// Access list, authorisations and the like, already in revm's form.
    pub access_list: alloy::eips::eip2930::AccessList,
    /// EIP-7702 authorisations.
    pub authorizations: Vec<alloy::eips::eip7702::SignedAuthorization>,
}

/// Changes to an account for one simulation.
#[derive(Clone, Debug, Default)]
pub struct Override {
    /// The account.
    pub address: Address,
    /// Its balance in wei.
    pub balance: Option<U256>,
    /// Its nonce.
    pub nonce: Option<u64>,
    /// Its code.
    pub code: Option<Bytes>,
    /// All of its storage.
    pub state: Option<Vec<(B256, B256)>>,
    /// Some of its storage.
    pub state_diff: Vec<(B256, B256)>,
}

/// What a simulation came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It returned.
    Success {
        /// What it returned.
        output: Bytes,
        /// Gas used, refund taken off.
        gas_used: u64,
        /// The most gas it held at any point before the refund.
        peak: u64,
    },
    /// It reverted with this data.
    Revert(Bytes),
    /// It failed otherwise, for this reason.
    Halt(String),
}

impl Chain {
    /// Runs a call on the state after a block, in that block's environment.
    ///
    /// # Errors
    /// [`Invalid`] when the call cannot even start, as with less gas than its data costs.
    pub fn call(&self, call: &Simulation, number: u64) -> Result<Outcome, Invalid> {
        let time = self.block(number).map_or_else(|| self.next_time(), |block| block.header.timestamp);
        self.simulate(call, number, time, call.gas.unwrap_or(CALL_GAS_CAP).min(CALL_GAS_CAP))
    }

    /// Returns a gas limit with which a transaction would succeed on the latest state in the next block.
    ///
    /// The answer exceeds the least such limit by at most 1.5 %.
    ///
    /// # Errors
    /// `Ok(Err(outcome))` when no limit is enough: the outcome at the highest; [`Invalid`] as for calls.
    pub fn estimate_gas(&self, call: &Simulation, number: u64) -> Result<Result<u64, Outcome>, Invalid> {
        let time = self.next_time();
        let cap = call.gas.unwrap_or(ESTIMATE_CAP).min(ESTIMATE_CAP);
        if self.is_plain_transfer(call) {
            return Ok(Ok(21_000));
        }
        let peak = match self.simulate(call, number, time, cap)? {
            Outcome::Success { peak, .. } => peak,
            failed => return Ok(Err(failed)),
        };
        let succeeds = |gas| matches!(self.simulate(call, number, time, gas), Ok(Outcome::Success { .. }));
        let mut low = peak - 1;
        let mut high = cap;
        // 63/64 of the gas pass a call and 2300 of it may be a stipend: usually this is enough.
        let guess = (peak + 2300) * 64 / 63;
        if guess < high && succeeds(guess) {
            high = guess;
        }
        while low + 1 < high && (high - low) * 1000 > high * 15 {
            let middle = low + (high - low) / 2;
            if succeeds(middle) {
                high = middle;
            } else {
                low = middle;
            }
        }
        Ok(Ok(high))
    }

    fn is_plain_transfer(&self, call: &Simulation) -> bool {
        let Some(to) = call.to else { return false };
        let bare = call.data.is_empty()
            && call.overrides.is_empty()
            && call.access_list.is_empty()
            && call.authorizations.is_empty();
        bare && self.latest().info(to).is_empty_code_hash() && self.latest().info(call.from).balance >= call.value
    }

    fn simulate(&self, call: &Simulation, number: u64, time: u64, gas: u64) -> Result<Outcome, Invalid> {
        let mut view = self.state(number);
        for change in &call.overrides {
            apply(&mut view, change);
        }
        let nonce = view.basic(call.from).unwrap_or_else(|never| match never {}).unwrap_or_default().nonce;
        let mut block = self.block_env(time);
        if call.gas_price == 0 {
            block.basefee = 0;
        }
        let tx = TxEnv {
            tx_type: if call.authorizations.is_empty() { 0 } else { 4 },
            caller: call.from,
            gas_limit: gas,
            gas_price: call.gas_price.min(block.basefee.into()),
            kind: call.to.map_or(TxKind::Create, TxKind::Call),
            value: call.value,
            data: call.data.clone(),
            nonce,
            chain_id: None,
            access_list: call.access_list.clone(),
            authorization_list: call.authorizations.iter().cloned().map(revm::context::either::Either::Left).collect(),
            ..TxEnv::default()
        };
        let lacking = view.info(call.from).balance < call.value;
        if lacking {
            let have = view.info(call.from).balance;
            return Err(Invalid::FundsForTransfer { sender: call.from, have, want: call.value });
        }
        let arb = self.arb_env(number, call.gas_price, false);
        let executed = executor::execute(view, self.config.chain_id, block, tx, arb, Checks::None)?;
        Ok(match executed.result {
            ExecutionResult::Success { ref output, .. } => {
                let output = match output {
                    Output::Call(output) | Output::Create(output, _) => output.clone(),
                };
                let gas = executed.result.gas();
                Outcome::Success { output, gas_used: gas.tx_gas_used(), peak: gas.total_gas_spent() }
            }
            ExecutionResult::Revert { output, .. } => Outcome::Revert(output),
            ExecutionResult::Halt { reason, .. } => {
                Outcome::Halt(executed.failure.unwrap_or_else(|| halt_text(&reason)))
            }
        })
    }
}

fn apply(view: &mut View<'_>, change: &Override) {
    let mut info: AccountInfo = view.info(change.address);
    info.balance = change.balance.unwrap_or(info.balance);
    info.nonce = change.nonce.unwrap_or(info.nonce);
    if let Some(code) = &change.code {
        info = with_code(info, code.to_vec());
    }
    view.set_info(change.address, info);
    if let Some(state) = &change.state {
        view.clear_storage(change.address);
        for (key, value) in state {
            view.set_slot(change.address, (*key).into(), (*value).into());
        }
    }
    for (key, value) in &change.state_diff {
        view.set_slot(change.address, (*key).into(), (*value).into());
    }
}
