//! Calls that change nothing, and the gas that transactions will need.

use alloy::{
    eips::{eip2930::AccessList, eip7702::SignedAuthorization},
    primitives::{Address, B256, Bytes, TxKind, U256, b256, keccak256},
    rlp::{Encodable, encode_list},
};
use revm::{
    context::{
        TxEnv,
        result::{ExecutionResult, Output},
    },
    inspector::{Inspector, NoOpInspector},
    interpreter::interpreter::EthInterpreter,
    state::AccountInfo,
};

use super::{
    Chain, Override,
    blocks::halt_text,
    mining::{Scope, block_env, compute_cap},
    state::{View, with_code},
};
use crate::{
    arbos::{
        STATE_ACCOUNT,
        layout::root,
        pricing::{Poster, Slots},
    },
    error::Invalid,
    executor::{self, ArbContext, Checks, ComputeCap, Executed, Job},
    stylus::trace::Recorder,
};

/// Most gas that a simulation may use, and what it has unless it says otherwise.
const CALL_GAS_CAP: u64 = 50_000_000;
/// Gas of the plainest transaction.
const TRANSFER_GAS: u64 = 21_000;

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
    /// Nonce, which only makes a difference to the price of data.
    pub nonce: u64,
    /// Highest price in wei per gas; zero means that the base fee reads as zero.
    pub fee_cap: u128,
    /// Tip in wei per gas.
    pub tip: u128,
    /// Accounts to change first.
    pub overrides: Vec<Override>,
    /// Precompiles to move elsewhere first.
    pub moved: Vec<(Address, Address)>,
    /// Facts of the block to change.
    pub block: BlockOverride,
    /// Addresses and slots that are warm.
    pub access_list: AccessList,
    /// EIP-7702 authorisations.
    pub authorizations: Vec<SignedAuthorization>,
}

/// Changes to the block in which a call is simulated.
#[derive(Clone, Copy, Debug, Default)]
pub struct BlockOverride {
    /// L2 block number; `NUMBER` counts in L1 blocks and does not change.
    pub number: Option<u64>,
    /// Unix seconds.
    pub time: Option<u64>,
    /// What `GASLIMIT` gives.
    pub gas_limit: Option<u64>,
    /// What `COINBASE` gives.
    pub fee_recipient: Option<Address>,
    /// What `PREVRANDAO` gives.
    pub difficulty: Option<U256>,
    /// Wei per gas, seen where a gas price is given.
    pub base_fee: Option<u64>,
}

/// What a simulated call came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It succeeded.
    Success {
        /// What it returned.
        output: Bytes,
        /// Gas it used, refunds taken off.
        gas_used: u64,
        /// Gas it used before refunds.
        peak: u64,
    },
    /// It reverted with this data.
    Revert(Bytes),
    /// It failed otherwise, in geth's or Nitro's words.
    Halt(String),
}

/// What an estimate came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Estimate {
    /// A gas limit with which the transaction succeeds.
    Gas(u64),
    /// What it fails with whatever its gas.
    Fails(Outcome),
}

impl From<&Executed> for Outcome {
    fn from(executed: &Executed) -> Self {
        match &executed.result {
            ExecutionResult::Success { output, .. } => {
                let output = match output {
                    Output::Call(output) | Output::Create(output, _) => output.clone(),
                };
                let gas = executed.result.gas();
                Self::Success { output, gas_used: gas.tx_gas_used(), peak: gas.total_gas_spent() }
            }
            ExecutionResult::Revert { output, .. } => Self::Revert(output.clone()),
            ExecutionResult::Halt { reason, .. } => {
                Self::Halt(executed.failure.clone().unwrap_or_else(|| halt_text(reason)))
            }
        }
    }
}

impl Outcome {
    fn is_out_of_gas(&self) -> bool {
        matches!(self, Self::Halt(reason) if reason == "out of gas" || reason.starts_with("out of gas: "))
    }
}

/// How a simulation differs from the real thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    Call,
    Estimate,
}

impl Chain {
    /// Simulates a call on the state after a block, in that block's environment.
    ///
    /// # Errors
    /// [`Invalid::Call`] when the call cannot even start, as with less gas than its data costs.
    pub fn call(&self, call: &Simulation, number: u64) -> Result<Outcome, Invalid> {
        let (executed, _) = self.inspect_call(call, number, NoOpInspector, None)?;
        Ok(Outcome::from(&executed))
    }

    /// Simulates a call while `inspector` watches.
    ///
    /// # Errors
    /// As for [`call`](Self::call).
    pub fn inspect_call<I>(
        &self,
        call: &Simulation,
        number: u64,
        inspector: I,
        recorder: Option<Recorder>,
    ) -> Result<(Executed, I), Invalid>
    where
        I: for<'v> Inspector<ArbContext<View<'v>>, EthInterpreter>,
    {
        let scope = self.scope_of(number);
        let poster = self.poster_of(call, number, scope.base_fee, None).gas;
        let cap = CALL_GAS_CAP.saturating_add(poster);
        let gas = call.gas.unwrap_or(cap).min(cap);
        let (view, mut job) = self.simulation(call, number, scope, gas, Purpose::Call);
        job.arb.recorder = recorder;
        check_offer(&view, call, gas, scope.base_fee)
            .and_then(|()| Ok(executor::inspect(view, job, inspector)?))
            .map_err(|reason| Invalid::Call { reason: Box::new(reason), gas })
    }

    /// Returns the state on which a call is simulated.
    pub fn call_state(&self, call: &Simulation, number: u64) -> View<'_> {
        self.simulation(call, number, self.scope_of(number), 0, Purpose::Call).0
    }

    /// Returns a gas limit with which a transaction would succeed on the latest state in the next block.
    ///
    /// The answer exceeds the least such limit by at most 1.5 %.
    ///
    /// # Errors
    /// [`Invalid`] when the transaction cannot even start, or needs more gas than it may have.
    pub fn estimate_gas(&self, call: &Simulation, number: u64) -> Result<Estimate, Invalid> {
        let scope = Scope { number: number + 1, time: self.next_time(), ..self.scope_of(number) };
        let run = |gas| -> Result<Outcome, Invalid> {
            let (view, job) = self.simulation(call, number, scope, gas, Purpose::Estimate);
            check_offer(&view, call, gas, scope.base_fee)?;
            Ok(Outcome::from(&executor::execute(view, job)?))
        };
        let poster = self.poster_of(call, number, scope.base_fee, None).gas;
        let mut high = self.most_gas(call, number)?.min(CALL_GAS_CAP.saturating_add(poster));
        let succeeds = |gas| matches!(run(gas), Ok(Outcome::Success { .. }));
        if self.is_plain_transfer(call, number) && succeeds(TRANSFER_GAS) {
            return Ok(Estimate::Gas(TRANSFER_GAS));
        }
        let (gas_used, peak) = match run(high) {
            Ok(Outcome::Success { gas_used, peak, .. }) => (gas_used, peak),
            Ok(failed) if failed.is_out_of_gas() => return Err(Invalid::Allowance(high)),
            Ok(failed) => return Ok(Estimate::Fails(failed)),
            Err(Invalid::IntrinsicGasOfCall { .. }) => return Err(Invalid::Allowance(high)),
            Err(reason) => return Err(Invalid::Estimate { reason: Box::new(reason), gas: high }),
        };
        let mut low = gas_used.saturating_sub(1);
        // 63/64 of the gas pass a call and 2300 of it may be a stipend: usually this is enough.
        let guess = peak.saturating_add(2300).saturating_mul(64) / 63;
        if guess < high {
            if succeeds(guess) {
                high = guess;
            } else {
                low = guess;
            }
        }
        while low + 1 < high && u128::from(high - low) * 1000 >= u128::from(high) * 15 {
            let middle = (low + (high - low) / 2).min(low.saturating_mul(2));
            if succeeds(middle) {
                high = middle;
            } else {
                low = middle;
            }
        }
        Ok(Estimate::Gas(high))
    }

    /// Returns the gas that an estimate counts for a transaction's data on the parent chain.
    pub fn poster_gas_of_estimate(&self, call: &Simulation, number: u64) -> u64 {
        self.poster_of(call, number, self.scope_of(number).base_fee, None).gas
    }

    /// Returns the most gas that a transaction may have and its sender can pay for.
    fn most_gas(&self, call: &Simulation, number: u64) -> Result<u64, Invalid> {
        let most = call.gas.filter(|gas| *gas >= TRANSFER_GAS).unwrap_or(crate::arbos::BLOCK_GAS_LIMIT);
        if call.fee_cap == 0 {
            return Ok(most);
        }
        let balance = self.call_state(call, number).info(call.from).balance;
        let rest = balance.checked_sub(call.value).filter(|_| call.value.is_zero() || call.value < balance);
        let rest = rest.ok_or(Invalid::FundsForEstimate)?;
        Ok(most.min((rest / U256::from(call.fee_cap)).saturating_to()))
    }

    fn is_plain_transfer(&self, call: &Simulation, number: u64) -> bool {
        let Some(to) = call.to else { return false };
        call.data.is_empty() && self.call_state(call, number).info(to).is_empty_code_hash()
    }

    /// Returns the environment of a block.
    fn scope_of(&self, number: u64) -> Scope {
        let header = self.block(number).map(|block| &block.header);
        Scope {
            number,
            time: header.map_or_else(|| self.next_time(), |header| header.timestamp),
            base_fee: header.and_then(|header| header.base_fee_per_gas).unwrap_or_else(|| self.base_fee()),
            version: self.state(number).number(root::VERSION),
        }
    }

    /// Prices the data of a call on the state after block `number`.
    fn poster_of(&self, call: &Simulation, number: u64, base_fee: u64, gas: Option<u64>) -> Poster {
        let base_fee = call.block.base_fee.unwrap_or(base_fee);
        Poster::of_call(&self.state(number), || stand_in(call, gas), base_fee, gas.is_none())
    }

    fn simulation(&self, call: &Simulation, number: u64, scope: Scope, gas: u64, purpose: Purpose) -> (View<'_>, Job) {
        let mut view = self.state(number);
        for change in &call.overrides {
            apply(&mut view, change);
        }
        let scope = Scope {
            number: call.block.number.unwrap_or(scope.number),
            time: call.block.time.unwrap_or(scope.time),
            base_fee: call.block.base_fee.unwrap_or(scope.base_fee),
            ..scope
        };
        let mut block = block_env(scope);
        if call.fee_cap == 0 {
            block.basefee = 0;
        }
        block.gas_limit = call.block.gas_limit.unwrap_or(block.gas_limit);
        block.beneficiary = call.block.fee_recipient.unwrap_or(block.beneficiary);
        block.prevrandao = call.block.difficulty.map(B256::from).or(block.prevrandao);
        let tx = TxEnv {
            tx_type: match (call.authorizations.is_empty(), call.access_list.is_empty()) {
                (false, _) => 4,
                (true, false) => 1,
                (true, true) => 0,
            },
            caller: call.from,
            gas_limit: gas,
            gas_price: call.fee_cap.min(block.basefee.into()),
            kind: call.to.map_or(TxKind::Create, TxKind::Call),
            value: call.value,
            data: call.data.clone(),
            nonce: view.info(call.from).nonce,
            chain_id: None,
            access_list: call.access_list.clone(),
            authorization_list: call.authorizations.iter().cloned().map(revm::context::either::Either::Left).collect(),
            ..TxEnv::default()
        };
        let offered = call.fee_cap.min(call.tip.saturating_add(scope.base_fee.into()));
        let mut arb = self.arb_env(scope, offered);
        let stated_gas = (purpose == Purpose::Call).then_some(gas);
        arb.poster_gas = self.poster_of(call, number, scope.base_fee, stated_gas).gas;
        arb.compute_cap = match purpose {
            Purpose::Call => ComputeCap::None,
            Purpose::Estimate => compute_cap(&view, scope.version),
        };
        // An override of a precompile's account takes the precompile away, unless it is moved.
        arb.removed = call.overrides.iter().map(|change| change.address).collect();
        arb.moved = call.moved.clone();
        (view, Job { chain_id: self.config.chain_id, block, tx, arb, checks: Checks::None })
    }
}

/// Checks that the sender offers enough, if it offers anything, and has what it sends and the fee.
fn check_offer(view: &View<'_>, call: &Simulation, gas: u64, base_fee: u64) -> Result<(), Invalid> {
    let base_fee = call.block.base_fee.unwrap_or(base_fee);
    if call.fee_cap > 0 && call.fee_cap < u128::from(base_fee) {
        return Err(Invalid::FeeCapOfCall { sender: call.from, max_fee: call.fee_cap, base_fee });
    }
    let have = view.info(call.from).balance;
    let fee = U256::from(gas).saturating_mul(U256::from(call.fee_cap));
    let want = fee.saturating_add(call.value);
    match have.checked_sub(want) {
        Some(_) => Ok(()),
        None => Err(Invalid::Funds { sender: call.from, have, want }),
    }
}

/// Encodes the transaction that stands in for one that does not exist yet, with Nitro's figures: they
/// are as long and as hard to compress as those of most.
///
/// `gas` is what the call has; none is stated for estimates.
fn stand_in(call: &Simulation, gas: Option<u64>) -> Vec<u8> {
    const NONCE: u64 = 12_125_040_168_863_184_969;
    const TIP: u128 = 968_523_046;
    const FEE_CAP: u128 = 4_054_464_639;
    const GAS: u64 = 3_091_729_570;
    const V: u64 = 126_483;
    const R: B256 = b256!("ef22bddd350b943170a67d35191c27e310709a28c38b5762a152ff640108f5b2");
    let or = |value: u128, default: u128| if value == 0 { default } else { value };
    let gas = gas.filter(|gas| *gas > 0).unwrap_or(GAS);
    let nonce = if call.nonce == 0 { NONCE } else { call.nonce };
    let to: Bytes = call.to.map(|to| to.to_vec()).unwrap_or_default().into();
    let (tip, fee_cap) = (or(call.tip, TIP), or(call.fee_cap, FEE_CAP));
    let (r, s): (U256, U256) = (R.into(), keccak256("S").into());
    let fields: [&dyn Encodable; 12] =
        [&0u64, &nonce, &tip, &fee_cap, &gas, &to, &call.value, &call.data, &call.access_list, &V, &r, &s];
    let mut encoded = vec![2]; // EIP-1559
    encode_list::<_, dyn Encodable>(&fields, &mut encoded);
    encoded
}

fn apply(view: &mut View<'_>, change: &Override) {
    debug_assert_ne!(change.address, STATE_ACCOUNT, "refused before");
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

/// Accounts and slots that a call has touched, as EIP-2930 lists them; `excluded` ones only with slots.
pub fn touched(executed: &Executed, excluded: &[Address]) -> AccessList {
    let mut items: Vec<_> = (executed.state.iter())
        .filter(|(address, account)| {
            **address != STATE_ACCOUNT && (!account.storage.is_empty() || !excluded.contains(address))
        })
        .map(|(address, account)| {
            let mut storage_keys: Vec<B256> = account.storage.keys().map(|key| (*key).into()).collect();
            storage_keys.sort_unstable();
            alloy::eips::eip2930::AccessListItem { address: *address, storage_keys }
        })
        .collect();
    items.sort_unstable_by_key(|item| item.address);
    AccessList(items)
}
