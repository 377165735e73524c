//! One host call in a program of its own: what it must cost, ask, write and return.

use std::{cmp::max, fmt::Write as _};

use aia_devnode::stylus::{Answer, Env, Exit, Request};

use crate::machine::{BLOCK, CALL, Machine, PLENTY, VM_HOOKS, data, finished, kept};

/// Ink of any host call with a result.
pub(crate) const H: u64 = 8400;
/// Ink of each pointer.
pub(crate) const P: u64 = 5040;
/// Ink of asking the chain.
pub(crate) const A: u64 = 59_673;

/// Memory that a program shows as its output: the window, and the call's result behind it.
const WINDOW: usize = 256;
const SHOWN: u64 = 256 + 8;

/// Ink of the host writing `bytes` to the program.
pub(crate) fn write(bytes: u64) -> u64 {
    5040 + 30 * bytes.saturating_sub(32)
}

/// Ink of the host reading `bytes` from the program.
pub(crate) fn read(bytes: u64) -> u64 {
    16_381 + 55 * bytes.saturating_sub(32)
}

/// A host call, and all that is known of it but its price.
#[derive(Clone)]
pub(crate) struct HostCall {
    function: &'static str,
    arguments: Vec<i64>,
    env: Env,
    memory: Vec<(u32, Vec<u8>)>,
    before: (String, u64),
    script: Vec<(Request, Answer)>,
    in_hand: u64,
    writes: Vec<(u32, Vec<u8>)>,
    result: u64,
    in_static: InStatic,
}

/// What becomes of the call in a static frame.
#[derive(Clone, Copy)]
enum InStatic {
    Same,
    Refused { paid: u64 },
}

impl HostCall {
    pub(crate) fn new(function: &'static str, arguments: &[i64]) -> Self {
        Self {
            function,
            arguments: arguments.to_vec(),
            env: Env::default(),
            memory: Vec::new(),
            before: Default::default(),
            script: Vec::new(),
            in_hand: 0,
            writes: Vec::new(),
            result: 0,
            in_static: InStatic::Same,
        }
    }

    /// Runs it in these surroundings.
    pub(crate) fn env(self, env: Env) -> Self {
        Self { env, ..self }
    }

    /// Puts bytes into memory first.
    pub(crate) fn holding(mut self, at: u32, bytes: impl AsRef<[u8]>) -> Self {
        self.memory.push((at, bytes.as_ref().to_vec()));
        self
    }

    /// Runs some code first, which uses so much ink.
    pub(crate) fn after(mut self, code: &str, ink: u64) -> Self {
        self.before.0.push_str(code);
        self.before.0.push(' ');
        self.before.1 += ink;
        self
    }

    /// Expects a request, and answers it. The gas left in a request to call or create is left out.
    pub(crate) fn asking(mut self, request: Request, answer: Answer) -> Self {
        self.script.push((request, answer));
        self
    }

    /// Needs so much ink when it begins, even if it costs less.
    pub(crate) fn needing(self, in_hand: u64) -> Self {
        Self { in_hand, ..self }
    }

    /// Leaves these bytes in memory.
    pub(crate) fn writing(mut self, at: u32, bytes: impl AsRef<[u8]>) -> Self {
        self.writes.push((at, bytes.as_ref().to_vec()));
        self
    }

    /// Returns this.
    pub(crate) fn giving(self, result: u64) -> Self {
        Self { result, ..self }
    }

    /// Fails in a static frame, after paying so much and before asking anything.
    pub(crate) fn refused_when_static(self, paid: u64) -> Self {
        Self { in_static: InStatic::Refused { paid }, ..self }
    }

    /// Asserts that it succeeds and costs `ink`, that one ink less is not enough, and what becomes of
    /// it in a static frame.
    pub(crate) fn costs(&self, ink: u64) {
        let machine = self.machine();
        let (before, after) = (self.ink_before(), self.ink_after());
        let need = before + max(self.in_hand, ink + after);
        for start in [need + PLENTY, need] {
            let (exit, requests) = self.run(&machine, false, start);
            assert_eq!(exit, finished(0, &self.output(), start - before - ink - after), "{}", self.name());
            assert_eq!(requests, self.requests(), "{}", self.name());
        }
        assert_eq!(self.run(&machine, false, need - 1).0, Exit::OutOfInk, "{}, one ink short", self.name());

        let start = need + PLENTY;
        match self.in_static {
            InStatic::Same => {
                let (exit, requests) = self.run(&machine, true, start);
                assert_eq!(exit, finished(0, &self.output(), start - before - ink - after), "static {}", self.name());
                assert_eq!(requests, self.requests(), "static {}", self.name());
            }
            InStatic::Refused { paid } => {
                let (exit, requests) = self.run(&machine, true, start);
                assert_eq!(kept(&exit), Some(start - before - paid), "static {}", self.name());
                assert!(requests.is_empty(), "static {}: {requests:?}", self.name());
            }
        }
    }

    /// Asserts that it fails after paying `ink`, and that one ink less ends it before.
    pub(crate) fn fails_after(&self, ink: u64) {
        let machine = self.machine();
        let before = self.ink_before();
        let need = before + max(self.in_hand, ink);
        for start in [need + PLENTY, need] {
            let (exit, requests) = self.run(&machine, false, start);
            assert_eq!(kept(&exit), Some(start - before - ink), "{}: {exit:?}", self.name());
            assert_eq!(requests, self.requests(), "{}", self.name());
        }
        assert_eq!(self.run(&machine, false, need - 1).0, Exit::OutOfInk, "{}, one ink short", self.name());
    }

    fn run(&self, machine: &Machine, is_static: bool, ink: u64) -> (Exit, Vec<Request>) {
        let mut answers = self.script.iter().map(|(_, answer)| answer.clone());
        let env = Env { is_static, ..self.env.clone() };
        let outcome = machine.run(env, ink, |request| match answers.next() {
            Some(answer) => answer,
            None => panic!("{}: unexpected {request:?}", self.name()),
        });
        (outcome.exit, outcome.requests.into_iter().map(without_gas_left).collect())
    }

    fn machine(&self) -> Machine {
        let (parameters, result) = self.signature();
        let (place, store) = match result {
            "" => (String::new(), String::new()),
            ty => (format!("i32.const {WINDOW}"), format!("{ty}.store")),
        };
        let mut arguments = String::new();
        for (ty, value) in parameters.split(' ').zip(&self.arguments) {
            write!(arguments, "{ty}.const {value} ").unwrap();
        }
        let memory: String = self.memory.iter().map(|(at, bytes)| data(*at, bytes)).collect();
        let (before, function) = (&self.before.0, self.function);
        Machine::with_hooks(
            &memory,
            &format!(
                "{before} {place} {arguments} call ${function} {store}
                 i32.const 0 i32.const {SHOWN} call $write_result
                 i32.const 0"
            ),
        )
    }

    /// Ink until the host call begins.
    fn ink_before(&self) -> u64 {
        let (_, result) = self.signature();
        let constants = self.arguments.len() + usize::from(!result.is_empty());
        self.before.1 + u64::try_from(constants).unwrap() + CALL + BLOCK
    }

    /// Ink of everything behind the host call.
    fn ink_after(&self) -> u64 {
        let store = match self.signature().1 {
            "" => 0,
            "i32" => 825,
            _ => 950,
        };
        store + 1 + 1 + CALL + BLOCK + H + 2 * read(SHOWN) + 1 + 1 + BLOCK
    }

    fn output(&self) -> Vec<u8> {
        let mut memory = vec![0; 65_536];
        let result = (u32::try_from(WINDOW).unwrap(), self.result.to_le_bytes().to_vec());
        for (at, bytes) in self.memory.iter().chain(&self.writes).chain([&result]) {
            let at = usize::try_from(*at).unwrap();
            memory[at..at + bytes.len()].copy_from_slice(bytes);
        }
        memory.truncate(usize::try_from(SHOWN).unwrap());
        memory
    }

    fn requests(&self) -> Vec<Request> {
        self.script.iter().map(|(request, _)| request.clone()).collect()
    }

    fn signature(&self) -> (&'static str, &'static str) {
        let &(_, parameters, result) = VM_HOOKS.iter().find(|hook| hook.0 == self.function).expect(self.function);
        let count = parameters.split(' ').filter(|ty| !ty.is_empty()).count();
        assert_eq!(self.arguments.len(), count, "arguments of {}", self.function);
        (parameters, result)
    }

    fn name(&self) -> String {
        format!("{}{:?} after {:?}", self.function, self.arguments, self.before.0)
    }
}

/// Two runs with different ink must ask the same but for this.
fn without_gas_left(request: Request) -> Request {
    match request {
        Request::Call { kind, contract, data, value, gas_asked, .. } => {
            Request::Call { kind, contract, data, value, gas_left: 0, gas_asked }
        }
        Request::Create { code, endowment, salt, .. } => Request::Create { code, endowment, salt, gas_left: 0 },
        other => other,
    }
}
