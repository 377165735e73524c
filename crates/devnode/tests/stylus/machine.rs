//! Runs one program on the engine, with a script in place of the chain.

use std::sync::OnceLock;

use aia_devnode::stylus::{
    Answer, Env, Exit, Request,
    activate::activate,
    engine::{Compiled, Engine, Step},
};
use revm::primitives::Bytes;

/// More ink than any program here needs.
pub(crate) const PLENTY: u64 = 1 << 50;
/// Ink of one gas, unless a test says otherwise.
pub(crate) const GAS: u64 = 10_000;

/// Ink of entering a block of instructions.
pub(crate) const BLOCK: u64 = 2450;
/// Ink of a `call`, without its block.
pub(crate) const CALL: u64 = 3800;
/// Ink of the block that closes a program: `i32.const 0` and the `end` of its function.
pub(crate) const LAST: u64 = 1 + 1 + BLOCK;

/// The functions of `vm_hooks`: name, parameters, result.
pub(crate) static VM_HOOKS: [(&str, &str, &str); 42] = [
    ("read_args", "i32", ""),
    ("write_result", "i32 i32", ""),
    ("exit_early", "i32", ""),
    ("storage_load_bytes32", "i32 i32", ""),
    ("storage_cache_bytes32", "i32 i32", ""),
    ("storage_flush_cache", "i32", ""),
    ("transient_load_bytes32", "i32 i32", ""),
    ("transient_store_bytes32", "i32 i32", ""),
    ("call_contract", "i32 i32 i32 i32 i64 i32", "i32"),
    ("delegate_call_contract", "i32 i32 i32 i64 i32", "i32"),
    ("static_call_contract", "i32 i32 i32 i64 i32", "i32"),
    ("create1", "i32 i32 i32 i32 i32", ""),
    ("create2", "i32 i32 i32 i32 i32 i32", ""),
    ("read_return_data", "i32 i32 i32", "i32"),
    ("return_data_size", "", "i32"),
    ("emit_log", "i32 i32 i32", ""),
    ("account_balance", "i32 i32", ""),
    ("account_codehash", "i32 i32", ""),
    ("account_code", "i32 i32 i32 i32", "i32"),
    ("account_code_size", "i32", "i32"),
    ("block_basefee", "i32", ""),
    ("block_coinbase", "i32", ""),
    ("block_gas_limit", "", "i64"),
    ("block_number", "", "i64"),
    ("block_timestamp", "", "i64"),
    ("chainid", "", "i64"),
    ("contract_address", "i32", ""),
    ("msg_sender", "i32", ""),
    ("msg_value", "i32", ""),
    ("msg_reentrant", "", "i32"),
    ("evm_gas_left", "", "i64"),
    ("evm_ink_left", "", "i64"),
    ("tx_gas_price", "i32", ""),
    ("tx_ink_price", "", "i32"),
    ("tx_origin", "i32", ""),
    ("math_div", "i32 i32", ""),
    ("math_mod", "i32 i32", ""),
    ("math_pow", "i32 i32", ""),
    ("math_add_mod", "i32 i32 i32", ""),
    ("math_mul_mod", "i32 i32 i32", ""),
    ("native_keccak256", "i32 i32 i32", ""),
    ("pay_for_memory_grow", "i32", ""),
];

/// The functions of `console`, likewise.
pub(crate) static CONSOLE: [(&str, &str, &str); 9] = [
    ("log_txt", "i32 i32", ""),
    ("log_i32", "i32", ""),
    ("log_i64", "i64", ""),
    ("log_f32", "f32", ""),
    ("log_f64", "f64", ""),
    ("tee_i32", "i32", "i32"),
    ("tee_i64", "i64", "i64"),
    ("tee_f32", "f32", "f32"),
    ("tee_f64", "f64", "f64"),
];

/// A compiled program.
pub(crate) struct Machine(Compiled);

/// How a run ended, and what it asked of the chain on the way.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) exit: Exit,
    pub(crate) requests: Vec<Request>,
}

impl Machine {
    /// Activates and compiles a module given as text.
    pub(crate) fn new(text: &str) -> Self {
        let wasm = wat::parse_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let activated = activate(&wasm, 128).unwrap_or_else(|error| panic!("{error}\n{text}"));
        Self(engine().compile(&activated.wasm).unwrap_or_else(|error| panic!("{error}\n{text}")))
    }

    /// A program with every function of `vm_hooks` under its own name, and a page of memory.
    pub(crate) fn with_hooks(data: &str, body: &str) -> Self {
        let imports = imports("vm_hooks", &VM_HOOKS);
        Self::new(&format!(
            r#"(module {imports}
                 (memory (export "memory") 1 1) {data}
                 (func (export "user_entrypoint") (param i32) (result i32) {body}))"#
        ))
    }

    /// Runs it to its end; `answer` is the chain.
    pub(crate) fn run(&self, env: Env, ink: u64, mut answer: impl FnMut(&Request) -> Answer) -> Outcome {
        let mut run = engine().start(&self.0, env, ink);
        let mut requests = Vec::new();
        let mut next = Answer::Go { gas: 0 };
        loop {
            match run.resume(next) {
                Step::Ends(exit) => return Outcome { exit, requests },
                Step::Asks(request) => {
                    next = answer(&request);
                    requests.push(request);
                }
            }
        }
    }

    /// Runs a program that asks nothing.
    pub(crate) fn run_alone(&self, env: Env, ink: u64) -> Exit {
        self.run(env, ink, |request| panic!("unexpected {request:?}")).exit
    }

    /// Asserts that this program, which asks nothing, succeeds without output and uses just `ink`.
    pub(crate) fn assert_uses(&self, ink: u64, what: &str) {
        for surplus in [PLENTY, 0] {
            assert_eq!(self.run_alone(Env::default(), ink + surplus), finished(0, &[], surplus), "{what}");
        }
        assert_eq!(self.run_alone(Env::default(), ink - 1), Exit::OutOfInk, "{what}, one ink short");
    }

    /// Asserts that this program, which asks nothing, fails after `ink` and keeps the rest.
    pub(crate) fn assert_fails_after(&self, ink: u64, what: &str) {
        for surplus in [PLENTY, 0] {
            assert_eq!(kept(&self.run_alone(Env::default(), ink + surplus)), Some(surplus), "{what}");
        }
        assert_eq!(self.run_alone(Env::default(), ink - 1), Exit::OutOfInk, "{what}, one ink short");
    }
}

/// The end of a program that returned or exited early.
pub(crate) fn finished(status: u32, output: &[u8], ink: u64) -> Exit {
    Exit::Finished { status, output: Bytes::copy_from_slice(output), ink }
}

/// The ink that a failed program keeps; nothing for any other end.
pub(crate) fn kept(exit: &Exit) -> Option<u64> {
    match exit {
        Exit::Failed { ink, .. } => Some(*ink),
        _ => None,
    }
}

/// Imports of functions from one module, each under its own name.
pub(crate) fn imports(module: &str, functions: &[(&str, &str, &str)]) -> String {
    let mut text = String::new();
    for (name, parameters, result) in functions {
        let ty = function_type(parameters, result);
        text.push_str(&format!(r#"(import "{module}" "{name}" (func ${name} {ty}))"#));
    }
    text
}

/// The text of a function's type; either part may be empty.
pub(crate) fn function_type(parameters: &str, result: &str) -> String {
    format!("(param {parameters}) (result {result})")
}

/// A data segment.
pub(crate) fn data(at: u32, bytes: &[u8]) -> String {
    let escaped: String = bytes.iter().map(|byte| format!("\\{byte:02x}")).collect();
    format!("(data (i32.const {at}) \"{escaped}\")")
}

/// That many bytes, none of which is zero.
pub(crate) fn pattern(length: usize) -> Vec<u8> {
    (1..=255).cycle().take(length).collect()
}

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::new(22_000).expect("the engine runs on this machine"))
}
