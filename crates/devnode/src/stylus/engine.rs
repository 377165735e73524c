//! Compiles instrumented modules and runs them as coroutines.
//!
//! This file and [`hostio`](super::hostio) are the only ones that know the engine.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use parking_lot::Mutex;
use revm::primitives::Bytes;
use wasmtime::{Config, Linker, Module, OptLevel, Store, Strategy, Val};

use super::{
    Answer, Env, Exit, Request,
    hostio::{self, Globals, Host, Stop},
    instrument,
};

/// Bytes of native stack per word of a program's stack space: with these, the space runs out first.
const BYTES_PER_WORD: usize = 192;

/// Compiles and runs programs. Cheap to clone; clones share nothing but the engine's settings.
#[derive(Clone)]
pub struct Engine {
    engine: wasmtime::Engine,
    linker: Arc<Linker<Host>>,
}

/// A compiled program.
#[derive(Clone)]
pub struct Compiled(wasmtime::InstancePre<Host>);

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Engine")
    }
}

impl fmt::Debug for Compiled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Compiled")
    }
}

impl Engine {
    /// Sets up the engine for programs with up to `stack_words` words of stack space.
    ///
    /// # Errors
    /// When the engine does not support this machine.
    pub fn new(stack_words: u32) -> wasmtime::Result<Self> {
        let native_stack = stack_words as usize * BYTES_PER_WORD;
        let mut config = Config::new();
        config
            .strategy(Strategy::Cranelift)
            .cranelift_opt_level(OptLevel::None) // programs are compiled more often than run for long
            .max_wasm_stack(native_stack)
            .async_stack_size(2 * native_stack)
            .wasm_backtrace_max_frames(None);
        let engine = wasmtime::Engine::new(&config)?;
        let linker = Arc::new(hostio::linker(&engine)?);
        Ok(Self { engine, linker })
    }

    /// Compiles an instrumented module.
    ///
    /// # Errors
    /// When the engine refuses what validation accepted.
    pub fn compile(&self, wasm: &[u8]) -> wasmtime::Result<Compiled> {
        let module = Module::new(&self.engine, wasm)?;
        Ok(Compiled(self.linker.instantiate_pre(&module)?))
    }

    /// Prepares a call with `ink` to spend; nothing runs before the first [`Run::resume`].
    pub fn start(&self, program: &Compiled, env: Env, ink: u64) -> Run {
        let mailbox = Arc::new(Mutex::new(Mailbox::default()));
        let store = Store::new(&self.engine, Host::new(env, Arc::clone(&mailbox)));
        let future = Box::pin(run(store, program.0.clone(), ink));
        Run { future, mailbox }
    }
}

/// Where the program and the chain leave each other messages.
#[derive(Debug, Default)]
pub(super) struct Mailbox {
    pub(super) request: Option<Request>,
    pub(super) answer: Option<Answer>,
}

/// A program call under way.
pub struct Run {
    future: Pin<Box<dyn Future<Output = Exit> + Send>>,
    mailbox: Arc<Mutex<Mailbox>>,
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Run")
    }
}

/// Where a program call stopped.
#[derive(Debug)]
pub enum Step {
    /// It waits for an answer.
    Asks(Request),
    /// It is over.
    Ends(Exit),
}

impl Run {
    /// Runs until the program asks or ends. The first answer is [`Answer::Go`] and is ignored.
    pub fn resume(&mut self, answer: Answer) -> Step {
        self.mailbox.lock().answer = Some(answer);
        match self.future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(exit) => Step::Ends(exit),
            Poll::Pending => match self.mailbox.lock().request.take() {
                Some(request) => Step::Asks(request),
                // The only thing a program ever waits for is an answer to its request.
                None => unreachable!("a program waits for nothing"),
            },
        }
    }
}

async fn run(mut store: Store<Host>, program: wasmtime::InstancePre<Host>, ink: u64) -> Exit {
    store.data().mailbox.lock().answer = None;
    match enter(&mut store, program, ink).await {
        Ok(status) => finished(&mut store, status),
        Err(error) => stopped(&mut store, &error),
    }
}

async fn enter(store: &mut Store<Host>, program: wasmtime::InstancePre<Host>, ink: u64) -> wasmtime::Result<u32> {
    let instance = program.instantiate_async(&mut *store).await?;
    let global = |store: &mut Store<Host>, name| {
        instance.get_global(store, name).ok_or_else(|| wasmtime::Error::msg("a module without meters"))
    };
    let globals = Globals {
        ink: global(store, instrument::INK_LEFT)?,
        status: global(store, instrument::INK_STATUS)?,
        space: global(store, instrument::STACK_LEFT)?,
    };
    globals.ink.set(&mut *store, Val::I64(ink.cast_signed()))?;
    let space = store.data().env.stack_words.cast_signed();
    globals.space.set(&mut *store, Val::I32(space))?;
    let memory = instance.get_memory(&mut *store, "memory");
    store.data_mut().attach(globals, memory);

    let entrypoint = instance.get_typed_func::<u32, u32>(&mut *store, "user_entrypoint")?;
    // Calldata is bounded by the transaction's size and the caller's memory.
    let length = u32::try_from(store.data().env.args.len()).unwrap_or(u32::MAX);
    entrypoint.call_async(store, length).await
}

fn finished(store: &mut Store<Host>, status: u32) -> Exit {
    let output = Bytes::from(std::mem::take(&mut store.data_mut().output));
    Exit::Finished { status, output, ink: hostio::ink_left(store) }
}

/// Names the end of a program that did not return: stack first, then ink, then the reason itself.
fn stopped(store: &mut Store<Host>, error: &wasmtime::Error) -> Exit {
    if let Some(Stop::Early(status)) = error.downcast_ref() {
        return finished(store, *status);
    }
    if hostio::is_out_of_stack(store) || matches!(error.downcast_ref(), Some(wasmtime::Trap::StackOverflow)) {
        return Exit::OutOfStack;
    }
    if hostio::is_out_of_ink(store) || matches!(error.downcast_ref(), Some(Stop::OutOfInk)) {
        return Exit::OutOfInk;
    }
    Exit::Failed { reason: format!("{error:#}"), ink: hostio::ink_left(store) }
}
