//! Init code that creates a program, activates it, constructs it and returns what is left of the fee.
//!
//! All of it in one transaction, so that nobody can construct a program before its owner does.
//! The account that runs this code ends up empty: it returns no code of its own.

use alloy::primitives::Address;

/// ArbWasm, which activates programs.
const ARB_WASM: u8 = 0x71;
/// Selector of `activateProgram(address)`.
const ACTIVATE: [u8; 4] = [0x58, 0xc7, 0x80, 0xc2];

/// Nonce with which a new contract creates its first child.
const FIRST_NONCE: u64 = 1;

mod op {
    pub(super) const CALLER: u8 = 0x33;
    pub(super) const CALLVALUE: u8 = 0x34;
    pub(super) const CODECOPY: u8 = 0x39;
    pub(super) const RETURNDATASIZE: u8 = 0x3d;
    pub(super) const RETURNDATACOPY: u8 = 0x3e;
    pub(super) const SELFBALANCE: u8 = 0x47;
    pub(super) const MSTORE: u8 = 0x52;
    pub(super) const JUMPI: u8 = 0x57;
    pub(super) const GAS: u8 = 0x5a;
    pub(super) const JUMPDEST: u8 = 0x5b;
    pub(super) const PUSH2: u8 = 0x61;
    pub(super) const PUSH4: u8 = 0x63;
    pub(super) const DUP1: u8 = 0x80;
    pub(super) const DUP6: u8 = 0x85;
    pub(super) const CREATE: u8 = 0xf0;
    pub(super) const CALL: u8 = 0xf1;
    pub(super) const RETURN: u8 = 0xf3;
    pub(super) const REVERT: u8 = 0xfd;
    pub(super) const STOP: u8 = 0x00;
}

/// Returns the address of the program that [`build`]'s code creates when `sender` sends it.
pub(crate) fn program_address(sender: Address, nonce: u64) -> Address {
    sender.create(nonce).create(FIRST_NONCE)
}

/// Builds the init code.
///
/// `program` is the program's code with its prefix; `activate` is false when it is active already.
pub(crate) fn build(program: &[u8], activate: bool, constructor: &[u8]) -> Vec<u8> {
    let child = creation_code(program);
    // The offsets of what is appended depend on the length of the code, and not the other way round:
    // every push of an offset has two bytes.
    let length = assemble(&child, constructor, activate, 0).len();
    let mut code = assemble(&child, constructor, activate, length);
    code.extend_from_slice(&child);
    code.extend_from_slice(constructor);
    code
}

/// Wraps runtime code in the least init code that returns it.
fn creation_code(runtime: &[u8]) -> Vec<u8> {
    const PRELUDE: usize = 15;
    let mut code = Assembler::default();
    code.push(runtime.len()).op(op::DUP1).push(PRELUDE).push(0).op(op::CODECOPY).push(0).op(op::RETURN);
    debug_assert_eq!(code.0.len(), PRELUDE);
    code.0.extend_from_slice(runtime);
    code.0
}

fn assemble(child: &[u8], constructor: &[u8], activate: bool, length: usize) -> Vec<u8> {
    let mut code = Assembler::default();
    // create(0, 0, child); stack: program
    code.push(child.len()).push(length).push(0).op(op::CODECOPY);
    code.push(child.len()).push(0).push(0).op(op::CREATE);
    code.op(op::DUP1);
    code.require();
    if activate {
        // mem[0..36] = activateProgram(program), right-aligned selector at 28..32
        code.push_selector(ACTIVATE).push(0).op(op::MSTORE);
        code.op(op::DUP1).push(32).op(op::MSTORE);
        code.push(0).push(0).push(36).push(28).op(op::CALLVALUE).push(ARB_WASM.into()).op(op::GAS).op(op::CALL);
        code.require();
    }
    // call the constructor
    code.push(constructor.len()).push(length + child.len()).push(0).op(op::CODECOPY);
    code.push(0).push(0).push(constructor.len()).push(0).push(0).op(op::DUP6).op(op::GAS).op(op::CALL);
    code.require();
    // return what is left of the value
    code.push(0).push(0).push(0).push(0).op(op::SELFBALANCE).op(op::CALLER).op(op::GAS).op(op::CALL);
    code.require();
    code.op(op::STOP);
    code.0
}

/// Writes EVM code; numbers have two bytes.
#[derive(Default)]
struct Assembler(Vec<u8>);

impl Assembler {
    fn op(&mut self, op: u8) -> &mut Self {
        self.0.push(op);
        self
    }

    fn push(&mut self, number: usize) -> &mut Self {
        // Init code is at most 49,152 bytes long, so offsets and lengths have two.
        let number = u16::try_from(number).unwrap_or(u16::MAX);
        self.0.push(op::PUSH2);
        self.0.extend_from_slice(&number.to_be_bytes());
        self
    }

    fn push_selector(&mut self, selector: [u8; 4]) -> &mut Self {
        self.0.push(op::PUSH4);
        self.0.extend_from_slice(&selector);
        self
    }

    /// Goes on if the top of the stack is not zero, else reverts with what the last call returned.
    fn require(&mut self) {
        const REVERT_LEN: usize = 13;
        let target = self.0.len() + 4 + REVERT_LEN;
        self.push(target).op(op::JUMPI);
        let start = self.0.len();
        self.op(op::RETURNDATASIZE).push(0).push(0).op(op::RETURNDATACOPY);
        self.op(op::RETURNDATASIZE).push(0).op(op::REVERT);
        debug_assert_eq!(self.0.len() - start, REVERT_LEN);
        self.op(op::JUMPDEST);
    }
}
