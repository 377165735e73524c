//! Stylus: from a program's WASM bytes to metered execution.
//!
//! [`activate`] checks a module and prices it, [`instrument`] adds the meters, [`engine`] compiles
//! and runs the result, [`hostio`] gives it the `vm_hooks` functions, [`memory`] prices its pages,
//! [`trace`] records what it did.
//!
//! A running program is a coroutine: when it needs the chain it hands out a [`Request`] and waits.
//! So a call from WASM into another contract is an ordinary frame of the executor, and no depth of
//! nesting grows the native stack.

pub mod activate;
pub mod engine;
mod hostio;
pub mod instrument;
pub mod memory;
pub mod prices;
pub mod trace;

use revm::primitives::{Address, B256, Bytes, U256};

/// Prefix of a program's code, followed by a dictionary byte and a brotli stream.
pub const PROGRAM_PREFIX: [u8; 3] = [0xef, 0xf0, 0x00];

/// Whether `code` is a Stylus program; the bare prefix is not.
pub fn is_program(code: &[u8]) -> bool {
    code.len() > PROGRAM_PREFIX.len() && code.starts_with(&PROGRAM_PREFIX)
}

/// How a program calls another contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallKind {
    /// With its own storage, balance and sender.
    Call,
    /// The callee's code acts as the caller.
    Delegate,
    /// Nothing below may change state.
    Static,
}

/// What a running program asks of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Read a slot of the acting account.
    LoadSlot(U256),
    /// Write slots of the acting account.
    StoreSlots(Vec<(U256, U256)>),
    /// Read a transient slot.
    LoadTransient(U256),
    /// Write a transient slot.
    StoreTransient(U256, U256),
    /// Call a contract.
    Call {
        /// Which flavour of call.
        kind: CallKind,
        /// Whose code runs.
        contract: Address,
        /// Calldata.
        data: Bytes,
        /// Wei sent along; zero unless a plain call.
        value: U256,
        /// Gas left after the ink parts were paid.
        gas_left: u64,
        /// Gas the program asked to pass on.
        gas_asked: u64,
    },
    /// Create a contract.
    Create {
        /// Init code.
        code: Bytes,
        /// Wei given to it.
        endowment: U256,
        /// CREATE2's salt, if it is one.
        salt: Option<B256>,
        /// Gas left after the ink parts were paid.
        gas_left: u64,
    },
    /// Emit a log of the acting account.
    Log {
        /// Up to four topics.
        topics: Vec<B256>,
        /// The rest.
        data: Bytes,
    },
    /// Read an account's balance.
    Balance(Address),
    /// Read an account's code hash.
    CodeHash(Address),
    /// Read an account's code.
    Code(Address),
    /// Open memory pages.
    OpenPages(u16),
    /// Print a line on the node's output.
    Print(String),
}

/// What the chain answers. `gas` is what the program must pay for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Start, or go on after a request without a result.
    Go {
        /// Gas to pay.
        gas: u64,
    },
    /// A word.
    Word {
        /// The value.
        value: U256,
        /// Gas to pay.
        gas: u64,
    },
    /// Code of an account.
    Code {
        /// The bytes, empty for an account without code.
        code: Bytes,
        /// Gas to pay.
        gas: u64,
    },
    /// A call or creation has ended.
    Returned {
        /// Whether it succeeded.
        success: bool,
        /// Its return data.
        data: Bytes,
        /// The address of a successful creation, else zero.
        created: Address,
        /// Gas to pay.
        gas: u64,
    },
    /// The request broke a rule of the chain; the program fails.
    Refused,
}

/// How a program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exit {
    /// It returned or exited early: status 0 is success, anything else a revert.
    Finished {
        /// The status.
        status: u32,
        /// The result it wrote.
        output: Bytes,
        /// Ink left.
        ink: u64,
    },
    /// It trapped or broke a rule: a revert without data.
    Failed {
        /// Why, for logs and errors.
        reason: String,
        /// Ink left.
        ink: u64,
    },
    /// Its ink was used up.
    OutOfInk,
    /// Its stack space was used up.
    OutOfStack,
}

/// What a program sees of its surroundings; fixed when it starts.
#[derive(Clone, Debug)]
pub struct Env {
    /// Calldata.
    pub args: Bytes,
    /// The acting address.
    pub contract: Address,
    /// The caller; in a delegate call the original one.
    pub sender: Address,
    /// Wei sent; in a delegate call the original amount.
    pub value: U256,
    /// Whether state may not change.
    pub is_static: bool,
    /// Whether another open frame acts as this address.
    pub reentrant: bool,
    /// The transaction's sender.
    pub origin: Address,
    /// The price the transaction offered, in wei per gas, tip included.
    pub gas_price: U256,
    /// The block's base fee, in wei per gas.
    pub base_fee: U256,
    /// The block's beneficiary.
    pub coinbase: Address,
    /// The block gas limit.
    pub gas_limit: u64,
    /// The L1 block number.
    pub block_number: u64,
    /// Unix seconds.
    pub timestamp: u64,
    /// Chain id.
    pub chain_id: u64,
    /// ArbOS version whose rules hold.
    pub arbos: u64,
    /// Ink per gas.
    pub ink_price: u64,
    /// Words of stack that the call starts with.
    pub stack_words: u32,
    /// Who hears of host calls, if anybody does.
    pub recorder: Option<trace::Recorder>,
}

impl Default for Env {
    fn default() -> Self {
        Self {
            args: Bytes::new(),
            contract: Address::ZERO,
            sender: Address::ZERO,
            value: U256::ZERO,
            is_static: false,
            reentrant: false,
            origin: Address::ZERO,
            gas_price: U256::ZERO,
            base_fee: U256::ZERO,
            coinbase: Address::ZERO,
            gas_limit: 0,
            block_number: 0,
            timestamp: 0,
            chain_id: 0,
            arbos: 51,
            ink_price: 10_000,
            stack_words: 22_000,
            recorder: None,
        }
    }
}
