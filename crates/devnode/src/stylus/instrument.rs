//! The passes that make a module pay for itself.
//!
//! In order, each seeing what the previous one wrote: the ink meter charges every block of
//! instructions, the dynamic meter charges bulk memory by size, the depth checker bounds the stack,
//! the heap bound makes memory growth pay.
//! What they add is free.

use wasm_encoder::{
    CodeSection, ConstExpr, Encode, ExportKind, Function, GlobalType, Module, RawSection, SectionId, ValType,
    reencode::{Reencode, RoundtripReencoder},
};
use wasmparser::{BlockType, Operator};

use super::{
    activate::{Invalid, ModuleInfo},
    prices,
};

/// Names of the globals that are added, in order.
pub const INK_LEFT: &str = "stylus_ink_left";
/// Set to 1 when ink runs out.
pub const INK_STATUS: &str = "stylus_ink_status";
/// Holds an operand for a moment.
pub const SCRATCH: &str = "stylus_scratch_global";
/// Words of stack space left; 0 after running out.
pub const STACK_LEFT: &str = "stylus_stack_left";

/// Globals that are added to every module.
pub const ADDED_GLOBALS: u32 = 4;

/// Most operands at once in a function.
const MAX_HEIGHT: u32 = 4096;
/// Most words in a function's frame.
const MAX_FRAME: u32 = 10_240;
/// Most instructions in a function, after instrumentation.
const MAX_INSTRUCTIONS: usize = 65_536;
/// Words of a frame beside operands and locals.
const FRAME_OVERHEAD: u32 = 4;

/// A module with its meters.
#[derive(Debug)]
pub struct Instrumented {
    /// The new bytes.
    pub wasm: Vec<u8>,
    /// Instructions in all functions.
    pub instructions: u64,
}

/// Indices that injected code refers to.
#[derive(Clone, Copy)]
struct Injected {
    ink: u32,
    status: u32,
    scratch: u32,
    space: u32,
    /// The function that pays for growth, if the memory can grow.
    pay_for_grow: Option<u32>,
}

/// Adds the meters to a validated module.
///
/// # Errors
/// [`Invalid`] when a limit that counts after instrumentation is exceeded.
pub fn instrument(wasm: &[u8], info: &ModuleInfo<'_>) -> Result<Instrumented, Invalid> {
    let first = info.globals;
    let injected = Injected {
        ink: first,
        status: first + 1,
        scratch: first + 2,
        space: first + 3,
        pay_for_grow: if info.memory_can_grow { info.pay_for_grow } else { None },
    };
    let mut code = CodeSection::new();
    let mut instructions = 0;
    for (index, function) in info.functions.iter().enumerate() {
        let (body, count) = instrument_function(function, index, info, injected)?;
        instructions += count as u64;
        code.function(&body);
    }
    Ok(Instrumented { wasm: reassemble(wasm, info, &code, injected), instructions })
}

fn instrument_function(
    function: &super::activate::DefinedFunction<'_>,
    index: usize,
    info: &ModuleInfo<'_>,
    injected: Injected,
) -> Result<(Function, usize), Invalid> {
    let metered = meter(&function.operators, info, injected);
    let height = worst_height(&metered, info);
    let frame = height + function.locals + FRAME_OVERHEAD;
    if height > MAX_HEIGHT || frame > MAX_FRAME {
        return Err(Invalid::new(format!("frame of function {index} is too large: {frame} words")));
    }
    let bounded = bound_depth(metered, frame, injected);
    let paid = pay_for_growth(bounded, injected);
    if paid.len() > MAX_INSTRUCTIONS {
        return Err(Invalid::new(format!("function {index} has too many instructions: {}", paid.len())));
    }

    let mut body = Function::new(function.local_groups.iter().map(|(count, ty)| (*count, value_type(*ty))));
    for operator in &paid {
        let instruction = RoundtripReencoder
            .instruction(operator.clone())
            .map_err(|e| Invalid::new(format!("cannot encode an instruction: {e}")))?;
        body.instruction(&instruction);
    }
    Ok((body, paid.len()))
}

/// Charges each block before it runs, and bulk memory by size.
fn meter<'a>(operators: &[Operator<'a>], info: &ModuleInfo<'_>, injected: Injected) -> Vec<Operator<'a>> {
    let mut out = Vec::with_capacity(operators.len() * 3);
    for block in operators.split_inclusive(ends_block) {
        let price = block.iter().fold(prices::BLOCK, |sum, operator| {
            let parameters = match operator {
                Operator::CallIndirect { type_index, .. } => info.parameters(*type_index),
                _ => 0,
            };
            sum.saturating_add(prices::instruction(operator, parameters))
        });
        out.extend(charge(price, injected));
        for operator in block {
            if matches!(operator, Operator::MemoryFill { .. } | Operator::MemoryCopy { .. }) {
                out.extend(charge_bulk(injected));
            }
            out.push(operator.clone());
        }
    }
    out
}

/// Whether control can leave or enter after this instruction.
fn ends_block(operator: &Operator<'_>) -> bool {
    use Operator::*;
    matches!(
        operator,
        End | Else
            | Return
            | Loop { .. }
            | Br { .. }
            | BrTable { .. }
            | BrIf { .. }
            | If { .. }
            | Call { .. }
            | CallIndirect { .. }
    )
}

/// Pays `price`, or marks the ink as used up and traps.
fn charge<'a>(price: u64, Injected { ink, status, .. }: Injected) -> [Operator<'a>; 12] {
    // The constant's bits are those of the unsigned price.
    let price = price.cast_signed();
    [
        Operator::GlobalGet { global_index: ink },
        Operator::I64Const { value: price },
        Operator::I64LtU,
        Operator::If { blockty: BlockType::Empty },
        Operator::I32Const { value: 1 },
        Operator::GlobalSet { global_index: status },
        Operator::Unreachable,
        Operator::End,
        Operator::GlobalGet { global_index: ink },
        Operator::I64Const { value: price },
        Operator::I64Sub,
        Operator::GlobalSet { global_index: ink },
    ]
}

/// Pays per byte of the size on top of the stack, and leaves it there.
fn charge_bulk<'a>(Injected { ink, status, scratch, .. }: Injected) -> [Operator<'a>; 17] {
    [
        Operator::GlobalSet { global_index: scratch },
        Operator::GlobalGet { global_index: ink },
        Operator::GlobalGet { global_index: ink },
        Operator::GlobalGet { global_index: scratch },
        Operator::I64ExtendI32U,
        Operator::I64Const { value: prices::BULK_BYTE.cast_signed() },
        Operator::I64Mul,
        Operator::I64Sub,
        Operator::GlobalSet { global_index: ink },
        // The old value, still on the stack, is below the new one exactly when it wrapped.
        Operator::GlobalGet { global_index: ink },
        Operator::I64LtU,
        Operator::If { blockty: BlockType::Empty },
        Operator::I32Const { value: 1 },
        Operator::GlobalSet { global_index: status },
        Operator::Unreachable,
        Operator::End,
        Operator::GlobalGet { global_index: scratch },
    ]
}

/// Takes the frame from the stack space on entry and gives it back on the ways out.
fn bound_depth<'a>(operators: Vec<Operator<'a>>, frame: u32, Injected { space, .. }: Injected) -> Vec<Operator<'a>> {
    let size = Operator::I32Const { value: frame.cast_signed() };
    let get = Operator::GlobalGet { global_index: space };
    let set = Operator::GlobalSet { global_index: space };
    let leave = [get.clone(), size.clone(), Operator::I32Add, set.clone()];

    let mut out = Vec::with_capacity(operators.len() + 32);
    out.extend([
        get.clone(),
        size.clone(),
        Operator::I32LeU,
        Operator::If { blockty: BlockType::Empty },
        Operator::I32Const { value: 0 },
        set.clone(),
        Operator::Unreachable,
        Operator::End,
        get,
        size,
        Operator::I32Sub,
        set,
    ]);
    let last = operators.len() - 1; // every body ends with `end`
    for (index, operator) in operators.into_iter().enumerate() {
        if index == last {
            out.extend(leave.clone());
            out.push(Operator::Return);
        } else if matches!(operator, Operator::Return) {
            out.extend(leave.clone());
        }
        out.push(operator);
    }
    out
}

/// Pays for memory before it grows.
fn pay_for_growth<'a>(operators: Vec<Operator<'a>>, injected: Injected) -> Vec<Operator<'a>> {
    let Some(pay) = injected.pay_for_grow else { return operators };
    let scratch = injected.scratch;
    let mut out = Vec::with_capacity(operators.len());
    for operator in operators {
        if matches!(operator, Operator::MemoryGrow { .. }) {
            out.extend([
                Operator::GlobalSet { global_index: scratch },
                Operator::GlobalGet { global_index: scratch },
                Operator::Call { function_index: pay },
                Operator::GlobalGet { global_index: scratch },
            ]);
        }
        out.push(operator);
    }
    out
}

/// Returns the most operands that the height model sees at once.
///
/// The model ignores reachability and counts results before it takes parameters away: what matters
/// is that every node computes the same number.
fn worst_height(operators: &[Operator<'_>], info: &ModuleInfo<'_>) -> u32 {
    use Operator::*;
    let mut height = Height { now: 0, worst: 0 };
    let mut scopes = vec![0];
    for operator in operators {
        match operator {
            Block { blockty } | Loop { blockty } => {
                height.apply(*blockty, info);
                scopes.push(height.now);
            }
            If { blockty } => {
                height.pop(1);
                height.apply(*blockty, info);
                scopes.push(height.now);
            }
            Else => height.now = scopes.last().copied().unwrap_or(0),
            End => height.now = scopes.pop().unwrap_or(0),
            Call { function_index } => height.call(info.function_type(*function_index)),
            CallIndirect { type_index, .. } => {
                height.call(info.signature(*type_index));
                height.pop(1);
            }
            MemoryFill { .. } | MemoryCopy { .. } => height.pop(3),
            LocalGet { .. }
            | GlobalGet { .. }
            | MemorySize { .. }
            | I32Const { .. }
            | I64Const { .. }
            | F32Const { .. }
            | F64Const { .. } => height.push(1),
            Select => height.pop(2),
            Drop | BrIf { .. } | BrTable { .. } | LocalSet { .. } | GlobalSet { .. } => height.pop(1),
            other if is_store(other) => height.pop(2),
            other if takes_two(other) => height.pop(1),
            _ => {}
        }
    }
    height.worst
}

struct Height {
    now: u32,
    worst: u32,
}

impl Height {
    fn push(&mut self, count: u32) {
        self.now += count;
        self.worst = self.worst.max(self.now);
    }

    fn pop(&mut self, count: u32) {
        self.now = self.now.saturating_sub(count);
    }

    fn call(&mut self, (parameters, results): (u32, u32)) {
        self.push(results);
        self.pop(parameters);
    }

    fn apply(&mut self, ty: BlockType, info: &ModuleInfo<'_>) {
        match ty {
            BlockType::Empty => {}
            BlockType::Type(_) => self.push(1),
            BlockType::FuncType(index) => self.call(info.signature(index)),
        }
    }
}

fn is_store(operator: &Operator<'_>) -> bool {
    use Operator::*;
    matches!(
        operator,
        I32Store { .. }
            | I32Store8 { .. }
            | I32Store16 { .. }
            | I64Store { .. }
            | I64Store8 { .. }
            | I64Store16 { .. }
            | I64Store32 { .. }
            | F32Store { .. }
            | F64Store { .. }
    )
}

fn takes_two(operator: &Operator<'_>) -> bool {
    use Operator::*;
    matches!(
        operator,
        I32Eq
            | I32Ne
            | I32LtS
            | I32LtU
            | I32GtS
            | I32GtU
            | I32LeS
            | I32LeU
            | I32GeS
            | I32GeU
            | I64Eq
            | I64Ne
            | I64LtS
            | I64LtU
            | I64GtS
            | I64GtU
            | I64LeS
            | I64LeU
            | I64GeS
            | I64GeU
            | I32Add
            | I32Sub
            | I32Mul
            | I32DivS
            | I32DivU
            | I32RemS
            | I32RemU
            | I32And
            | I32Or
            | I32Xor
            | I32Shl
            | I32ShrS
            | I32ShrU
            | I32Rotl
            | I32Rotr
            | I64Add
            | I64Sub
            | I64Mul
            | I64DivS
            | I64DivU
            | I64RemS
            | I64RemU
            | I64And
            | I64Or
            | I64Xor
            | I64Shl
            | I64ShrS
            | I64ShrU
            | I64Rotl
            | I64Rotr
    )
}

/// Copies the module with the new code, the added globals and their exports; custom sections and
/// the start function are left out.
fn reassemble(wasm: &[u8], info: &ModuleInfo<'_>, code: &CodeSection, injected: Injected) -> Vec<u8> {
    let mut module = Module::new();
    for section in &info.sections {
        let data = &wasm[section.range.clone()];
        match section.id {
            id if id == SectionId::Global as u8 || id == SectionId::Export as u8 => {}
            id if id == SectionId::Start as u8 || id == SectionId::Custom as u8 => {}
            id if id == SectionId::Code as u8 => {
                module.section(code);
            }
            id => {
                module.section(&RawSection { id, data });
            }
        }
        if section.id == info.last_before_globals {
            module.section(&RawSection { id: SectionId::Global as u8, data: &globals(wasm, info) });
            module.section(&RawSection { id: SectionId::Export as u8, data: &exports(wasm, info, injected) });
        }
    }
    module.finish()
}

fn globals(wasm: &[u8], info: &ModuleInfo<'_>) -> Vec<u8> {
    let mut data = extended(wasm, info, SectionId::Global as u8, info.globals);
    let mut add = |val_type, init: ConstExpr| {
        GlobalType { val_type, mutable: true, shared: false }.encode(&mut data);
        init.encode(&mut data);
    };
    add(ValType::I64, ConstExpr::i64_const(0));
    for _ in 1..ADDED_GLOBALS {
        add(ValType::I32, ConstExpr::i32_const(0));
    }
    data
}

fn exports(wasm: &[u8], info: &ModuleInfo<'_>, injected: Injected) -> Vec<u8> {
    let mut data = extended(wasm, info, SectionId::Export as u8, info.exports);
    let added = [
        (INK_LEFT, injected.ink),
        (INK_STATUS, injected.status),
        (SCRATCH, injected.scratch),
        (STACK_LEFT, injected.space),
    ];
    for (name, index) in added {
        name.encode(&mut data);
        ExportKind::Global.encode(&mut data);
        index.encode(&mut data);
    }
    data
}

/// Returns a section's content with its count raised by four, ready to take four more entries.
fn extended(wasm: &[u8], info: &ModuleInfo<'_>, id: u8, count: u32) -> Vec<u8> {
    let mut data = Vec::new();
    (count + ADDED_GLOBALS).encode(&mut data);
    if let Some(section) = info.sections.iter().find(|section| section.id == id) {
        let content = &wasm[section.range.clone()];
        // The content starts with its own count, a LEB128 number: skip it.
        let entries = content.iter().position(|byte| byte & 0x80 == 0).map_or(0, |last| last + 1);
        data.extend_from_slice(&content[entries..]);
    }
    data
}

fn value_type(ty: wasmparser::ValType) -> ValType {
    match ty {
        wasmparser::ValType::I64 => ValType::I64,
        wasmparser::ValType::F32 => ValType::F32,
        wasmparser::ValType::F64 => ValType::F64,
        // Validation has refused vectors and references.
        _ => ValType::I32,
    }
}
