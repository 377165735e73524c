//! Looking inside transactions: geth's tracers and Nitro's for programs.

use alloy::{
    eips::BlockId,
    primitives::{Address, B256, Bytes, U256},
    rpc::types::{
        BlockOverrides, TransactionRequest,
        state::StateOverride,
        trace::geth::{
            CallConfig, FourByteFrame, GethDebugBuiltInTracerType as Tracer, GethDebugTracerType,
            GethDebugTracingOptions, PreStateConfig,
        },
    },
};
use revm::{
    context::result::{ExecutionResult, ResultAndState},
    inspector::Inspector,
    interpreter::{
        CallInputs, CallOutcome, CallScheme, CreateInputs, CreateOutcome, CreateScheme, interpreter::EthInterpreter,
    },
};
use revm_inspectors::tracing::{FourByteInspector, TracingInspector, TracingInspectorConfig};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{api::Api, convert, error::RpcError, server::Params};
use crate::{
    arbos,
    chain::{Block, Outcome, state::View},
    error::Invalid,
    executor::{ArbContext, Executed},
    stylus::trace::{Recorder, Step},
};

/// What a trace of a call may be told beside what every trace may.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct CallOverrides {
    state_overrides: Option<StateOverride>,
    block_overrides: Option<BlockOverrides>,
}

/// How a trace is made.
enum Kind {
    /// Every step of the EVM.
    Steps(Box<GethDebugTracingOptions>),
    /// The tree of calls.
    Calls(CallConfig),
    /// The state before, or what changed.
    State(PreStateConfig),
    /// Selectors that were called.
    Selectors,
    /// Nothing.
    Nothing,
    /// Host calls of programs.
    HostCalls,
}

impl Kind {
    fn new(options: &GethDebugTracingOptions) -> Result<Self, RpcError> {
        let config = |error: serde_json::Error| RpcError::Params(format!("tracerConfig: {error}"));
        Ok(match &options.tracer {
            None => Self::Steps(Box::new(options.clone())),
            Some(GethDebugTracerType::BuiltInTracer(Tracer::CallTracer)) => {
                Self::Calls(options.tracer_config.clone().into_call_config().map_err(config)?)
            }
            Some(GethDebugTracerType::BuiltInTracer(Tracer::PreStateTracer)) => {
                Self::State(options.tracer_config.clone().into_pre_state_config().map_err(config)?)
            }
            Some(GethDebugTracerType::BuiltInTracer(Tracer::FourByteTracer)) => Self::Selectors,
            Some(GethDebugTracerType::BuiltInTracer(Tracer::NoopTracer)) => Self::Nothing,
            Some(GethDebugTracerType::JsTracer(text)) if is_host_call_tracer(text) => Self::HostCalls,
            Some(other) => {
                let name = match other {
                    GethDebugTracerType::BuiltInTracer(tracer) => format!("{tracer:?}"),
                    GethDebugTracerType::JsTracer(_) => "written in JavaScript".into(),
                };
                return Err(RpcError::Params(format!(
                    "tracer {name} is not supported: use callTracer, prestateTracer, 4byteTracer, noopTracer, \
                     stylusTracer, or none for single steps"
                )));
            }
        })
    }

    fn config(&self) -> TracingInspectorConfig {
        match self {
            Self::Steps(options) => TracingInspectorConfig::from_geth_config(&options.config),
            Self::Calls(config) => TracingInspectorConfig::from_geth_call_config(config),
            Self::State(config) => TracingInspectorConfig::from_geth_prestate_config(config),
            Self::Selectors | Self::Nothing | Self::HostCalls => TracingInspectorConfig::none(),
        }
    }
}

/// `stylusTracer`, or the text in JavaScript that cargo-stylus sends instead of it.
fn is_host_call_tracer(text: &str) -> bool {
    text == "stylusTracer" || (text.contains("hostio") && text.contains("evm_call_contract"))
}

/// Watches for all kinds of traces at once; only what is asked for is kept.
struct Watcher {
    steps: TracingInspector,
    selectors: FourByteInspector,
    frames: Recorder,
    depth: usize,
}

impl Watcher {
    fn new(kind: &Kind) -> Self {
        Self {
            steps: TracingInspector::new(kind.config()),
            selectors: FourByteInspector::default(),
            frames: Recorder::default(),
            depth: 0,
        }
    }
}

impl<'v> Inspector<ArbContext<View<'v>>, EthInterpreter> for Watcher {
    fn initialize_interp(
        &mut self,
        interpreter: &mut revm::interpreter::Interpreter<EthInterpreter>,
        context: &mut ArbContext<View<'v>>,
    ) {
        self.steps.initialize_interp(interpreter, context);
    }

    fn step(
        &mut self,
        interpreter: &mut revm::interpreter::Interpreter<EthInterpreter>,
        context: &mut ArbContext<View<'v>>,
    ) {
        self.steps.step(interpreter, context);
    }

    fn step_end(
        &mut self,
        interpreter: &mut revm::interpreter::Interpreter<EthInterpreter>,
        context: &mut ArbContext<View<'v>>,
    ) {
        self.steps.step_end(interpreter, context);
    }

    fn log(&mut self, context: &mut ArbContext<View<'v>>, log: revm::primitives::Log) {
        self.steps.log(context, log);
    }

    fn call(&mut self, context: &mut ArbContext<View<'v>>, inputs: &mut CallInputs) -> Option<CallOutcome> {
        if self.depth > 0 {
            let name = match inputs.scheme {
                CallScheme::Call => "evm_call_contract",
                CallScheme::DelegateCall => "evm_delegate_call_contract",
                CallScheme::StaticCall => "evm_static_call_contract",
                CallScheme::CallCode => "",
            };
            self.frames.enter(name, inputs.bytecode_address);
        }
        self.depth += 1;
        Inspector::<ArbContext<View<'v>>, EthInterpreter>::call(&mut self.selectors, context, inputs);
        self.steps.call(context, inputs)
    }

    fn call_end(&mut self, context: &mut ArbContext<View<'v>>, inputs: &CallInputs, outcome: &mut CallOutcome) {
        self.depth -= 1;
        self.frames.leave();
        self.steps.call_end(context, inputs, outcome);
    }

    fn create(&mut self, context: &mut ArbContext<View<'v>>, inputs: &mut CreateInputs) -> Option<CreateOutcome> {
        if self.depth > 0 {
            let nonce = arbos::peek_account(context, inputs.caller()).nonce;
            let name = match inputs.scheme() {
                CreateScheme::Create2 { .. } => "evm_create2",
                _ => "evm_create1",
            };
            self.frames.enter(name, inputs.created_address(nonce));
        }
        self.depth += 1;
        self.steps.create(context, inputs)
    }

    fn create_end(&mut self, context: &mut ArbContext<View<'v>>, inputs: &CreateInputs, outcome: &mut CreateOutcome) {
        self.depth -= 1;
        self.frames.leave();
        self.steps.create_end(context, inputs, outcome);
    }

    fn selfdestruct(&mut self, contract: Address, target: Address, value: U256) {
        self.frames.enter("evm_self_destruct", target);
        self.frames.leave();
        Inspector::<ArbContext<View<'v>>, EthInterpreter>::selfdestruct(&mut self.steps, contract, target, value);
    }
}

impl Api {
    /// Answers a method that looks inside transactions; `None` if it is not one.
    pub(super) fn debug(&self, method: &str, mut params: Params) -> Option<Result<Value, RpcError>> {
        Some(match method {
            "debug_traceTransaction" => self.debug_trace_transaction(params),
            "debug_traceCall" => self.debug_trace_call(params),
            "debug_traceBlockByNumber" | "debug_traceBlockByHash" => {
                params.next("block").and_then(|block| self.debug_trace_block(block, params))
            }
            _ => return None,
        })
    }

    fn debug_trace_transaction(&self, mut params: Params) -> Result<Value, RpcError> {
        let hash: B256 = params.next("hash")?;
        let options = params.optional::<GethDebugTracingOptions>("options")?.unwrap_or_default();
        let kind = Kind::new(&options)?;
        self.trace(hash, &kind)
    }

    fn debug_trace_block(&self, id: BlockId, mut params: Params) -> Result<Value, RpcError> {
        let options = params.optional::<GethDebugTracingOptions>("options")?.unwrap_or_default();
        let kind = Kind::new(&options)?;
        let number = self.number(id).map_err(|_| RpcError::NotFound(format!("block {id} not found")))?;
        if number == 0 {
            return Err(RpcError::NotFound("genesis is not traceable".into()));
        }
        let hashes: Vec<B256> = {
            let chain = self.chain();
            let block = chain.block(number).ok_or(RpcError::NoBlock)?;
            (0..block.len()).map(|index| convert::transaction_hash(block, index)).collect()
        };
        let trace = |hash| Ok(json!({ "txHash": hash, "result": self.trace(hash, &kind)? }));
        hashes.into_iter().map(trace).collect()
    }

    fn trace(&self, hash: B256, kind: &Kind) -> Result<Value, RpcError> {
        let chain = self.chain();
        let unknown = || RpcError::NotFound("transaction not found".into());
        let (block, index) = chain.place(hash).ok_or_else(unknown)?;
        if block.index(0) > index {
            return Ok(of_start(block, kind));
        }
        let (_, included) = chain.transaction(hash).ok_or_else(unknown)?;
        let watcher = Watcher::new(kind);
        let recorder = watcher.frames.clone();
        let traced = chain.replay(hash, watcher, Some(recorder))?;
        let fees = Fees {
            payer: included.signed.sender,
            network: traced.before.network_fee_account(),
            gas_limit: alloy::consensus::Transaction::gas_limit(&included.signed.tx),
            poster_gas: included.poster_gas,
            price: block.header.base_fee_per_gas.unwrap_or_default(),
        };
        render(kind, traced.inspector, traced.executed, &traced.before, &fees)
    }

    fn debug_trace_call(&self, mut params: Params) -> Result<Value, RpcError> {
        let request: TransactionRequest = params.next("transaction")?;
        let block: BlockId = params.next("block")?;
        let options: Value = params.optional("options")?.unwrap_or(json!({}));
        let bad = |error: serde_json::Error| RpcError::Params(format!("options: {error}"));
        let overrides: CallOverrides = serde_json::from_value(options.clone()).map_err(bad)?;
        let options: GethDebugTracingOptions = serde_json::from_value(options).map_err(bad)?;
        let kind = Kind::new(&options)?;

        let mut call = self.simulation(&request)?;
        let number = self.number(block)?;
        let chain = self.chain();
        convert::override_state(&mut call, overrides.state_overrides.unwrap_or_default(), chain.version())?;
        if let Some(overrides) = overrides.block_overrides {
            call.block = convert::override_block(&overrides);
        }
        let watcher = Watcher::new(&kind);
        let recorder = watcher.frames.clone();
        let failed = |invalid: Invalid| match invalid {
            Invalid::Call { reason, .. } => Invalid::Other(format!("tracing failed: {reason}")),
            other => other,
        };
        let (executed, watcher) = chain.inspect_call(&call, number, watcher, Some(recorder)).map_err(failed)?;
        let before = chain.call_state(&call, number);
        let fees = Fees {
            payer: call.from,
            network: before.network_fee_account(),
            gas_limit: call.gas.unwrap_or(50_000_000),
            poster_gas: 0,
            price: 0,
        };
        render(&kind, watcher, executed, &before, &fees)
    }
}

/// What ArbOS moves before and after a transaction runs.
struct Fees {
    payer: Address,
    network: Address,
    gas_limit: u64,
    poster_gas: u64,
    /// Wei per gas.
    price: u64,
}

impl Fees {
    fn wei(&self, gas: u64) -> U256 {
        U256::from(gas) * U256::from(self.price)
    }

    fn before(&self) -> Value {
        let paid = self.wei(self.gas_limit);
        json!([{ "purpose": "feePayment", "from": self.payer, "to": null, "value": paid }])
    }

    fn after(&self, gas_used: u64) -> Value {
        let refund = self.wei(self.gas_limit.saturating_sub(gas_used));
        let compute = self.wei(gas_used.saturating_sub(self.poster_gas));
        let mut moved = vec![json!({ "purpose": "gasRefund", "from": null, "to": self.payer, "value": refund })];
        if !compute.is_zero() {
            moved.push(json!({ "purpose": "feeCollection", "from": null, "to": self.network, "value": compute }));
        }
        let data = self.wei(self.poster_gas);
        moved.push(json!({ "purpose": "feeCollection", "from": null, "to": arbos::L1_FEE_POOL, "value": data }));
        moved.into()
    }
}

fn render(
    kind: &Kind,
    mut watcher: Watcher,
    executed: Executed,
    before: &View<'_>,
    fees: &Fees,
) -> Result<Value, RpcError> {
    let outcome = Outcome::from(&executed);
    let (gas_used, error) = (executed.result.tx_gas_used(), RpcError::from_outcome(outcome));
    watcher.steps.set_transaction_gas_limit(fees.gas_limit);
    watcher.steps.set_transaction_gas_used(gas_used);
    Ok(match kind {
        Kind::Nothing => json!({}),
        Kind::HostCalls => watcher.frames.into_steps().iter().map(step).collect(),
        Kind::Selectors => json!(FourByteFrame::from(&watcher.selectors)),
        Kind::Steps(options) => {
            let output = match &executed.result {
                ExecutionResult::Success { output, .. } => output.data().clone(),
                ExecutionResult::Revert { output, .. } => output.clone(),
                ExecutionResult::Halt { .. } => Bytes::new(),
            };
            json!(watcher.steps.geth_builder().geth_traces(gas_used, output, options.config))
        }
        Kind::Calls(config) => {
            let mut frame = json!(watcher.steps.geth_builder().geth_call_traces(*config, gas_used));
            if let Some(RpcError::Halted(reason)) = error {
                frame["error"] = reason.into(); // in Nitro's words
            }
            frame["beforeEVMTransfers"] = fees.before();
            frame["afterEVMTransfers"] = fees.after(gas_used);
            frame
        }
        Kind::State(config) => {
            let state = ResultAndState { result: executed.result, state: executed.state };
            let trace = watcher.steps.geth_builder().geth_prestate_traces(&state, config, before);
            json!(trace.unwrap_or_else(|never| match never {}))
        }
    })
}

/// Renders a host call, or a frame that no host call took over.
fn step(step: &Step) -> Value {
    let mut rendered = json!({
        "name": step.name,
        "args": step.args,
        "outs": step.outs,
        "startInk": step.start_ink,
        "endInk": step.end_ink,
    });
    if let Some(frame) = &step.frame {
        rendered["address"] = json!(frame.address);
        rendered["steps"] = frame.steps.iter().map(self::step).collect();
    }
    rendered
}

/// ArbOS's own transaction runs no code of users: all there is to see of it is that it was there.
fn of_start(block: &Block, kind: &Kind) -> Value {
    let input = block.start.as_ref().map(|start| start.input.clone()).unwrap_or_default();
    match kind {
        Kind::Steps(_) => json!({ "gas": 0, "failed": false, "returnValue": "0x", "structLogs": [] }),
        Kind::Calls(_) => json!({
            "from": arbos::ADDRESS, "gas": "0x0", "gasUsed": "0x0", "to": arbos::ADDRESS,
            "input": input, "value": "0x0", "type": "CALL",
        }),
        Kind::HostCalls => json!([]),
        Kind::State(_) | Kind::Selectors | Kind::Nothing => json!({}),
    }
}
