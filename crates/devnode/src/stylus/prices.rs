//! Prices in ink: of instructions, and of the parts that make up host calls.

use wasmparser::Operator;

/// Ink of entering a block of instructions.
pub const BLOCK: u64 = 2450;
/// Ink per byte of `memory.fill` and `memory.copy`.
pub const BULK_BYTE: u64 = 100;

/// Ink of any host call that has a result.
pub const HOSTIO: u64 = 8400;
/// Ink of each pointer passed.
pub const PTR: u64 = 5040;
/// Ink of asking the EVM.
pub const EVM_API: u64 = 59_673;
/// Ink of a 256-bit division.
pub const DIV: u64 = 20_000;
/// Ink of a modular addition.
pub const ADD_MOD: u64 = 21_000;
/// Ink of a modular multiplication.
pub const MUL_MOD: u64 = 24_100;

/// Returns the ink of writing `bytes` into a program's memory.
pub fn write(bytes: u32) -> u64 {
    5040 + 30 * u64::from(bytes.saturating_sub(32))
}

/// Returns the ink of reading `bytes` from a program's memory.
pub fn read(bytes: u32) -> u64 {
    16_381 + 55 * u64::from(bytes.saturating_sub(32))
}

/// Returns the ink of hashing `bytes`.
pub fn keccak(bytes: u32) -> u64 {
    121_800 + 21_000 * u64::from(bytes.div_ceil(32).saturating_sub(2))
}

/// Returns the ink of raising to a power, given the big-endian exponent.
pub fn pow(exponent: &[u8; 32]) -> u64 {
    let leading_zeros = exponent.iter().take_while(|byte| **byte == 0).count() as u64;
    3000 + 17_500 * (33 - leading_zeros)
}

/// Returns the ink of an instruction without its block; `u64::MAX` for those that cannot run.
///
/// `parameters` is the number of parameters of the type that a `call_indirect` names.
pub fn instruction(operator: &Operator<'_>, parameters: u64) -> u64 {
    use Operator::*;
    match operator {
        Unreachable | Return | Nop | I32Const { .. } | I64Const { .. } | Block { .. } | Loop { .. } | Else | End => 1,
        Drop => 9,
        Br { .. } | BrIf { .. } | If { .. } => 765,
        Select => 1250,
        Call { .. } => 3800,
        CallIndirect { .. } => 13_610 + 650 * parameters,
        BrTable { targets } => 2400 + 325 * u64::from(targets.len()),
        LocalGet { .. } | LocalTee { .. } => 75,
        LocalSet { .. } => 210,
        GlobalGet { .. } => 225,
        GlobalSet { .. } => 575,
        I32Load { .. } | I32Load8S { .. } | I32Load8U { .. } | I32Load16S { .. } | I32Load16U { .. } => 670,
        I64Load { .. }
        | I64Load8S { .. }
        | I64Load8U { .. }
        | I64Load16S { .. }
        | I64Load16U { .. }
        | I64Load32S { .. }
        | I64Load32U { .. } => 680,
        I32Store { .. } | I32Store8 { .. } | I32Store16 { .. } => 825,
        I64Store { .. } | I64Store8 { .. } | I64Store16 { .. } | I64Store32 { .. } => 950,
        MemorySize { .. } => 3000,
        MemoryGrow { .. } => 8050,
        MemoryCopy { .. } | MemoryFill { .. } => 950,
        I32Eqz | I32Eq | I32Ne | I32LtS | I32LtU | I32GtS | I32GtU | I32LeS | I32LeU | I32GeS | I32GeU => 170,
        I64Eqz | I64Eq | I64Ne | I64LtS | I64LtU | I64GtS | I64GtU | I64LeS | I64LeU | I64GeS | I64GeU => 225,
        I32Clz | I32Ctz | I64Clz | I64Ctz => 210,
        I32Popcnt => 2650,
        I64Popcnt => 6000,
        I32Add | I32Sub => 70,
        I32Mul | I64Mul => 160,
        I32DivS | I32DivU | I32RemS | I32RemU => 1120,
        I32And | I32Or | I32Xor | I32Shl | I32ShrS | I32ShrU | I32Rotl | I32Rotr => 70,
        I64Add | I64Sub => 100,
        I64DivS | I64DivU | I64RemS | I64RemU => 1270,
        I64And | I64Or | I64Xor | I64Shl | I64ShrS | I64ShrU | I64Rotl | I64Rotr => 100,
        I32WrapI64 | I64ExtendI32S | I64ExtendI32U => 100,
        I32Extend8S | I32Extend16S | I64Extend8S | I64Extend16S | I64Extend32S => 100,
        _ => u64::MAX,
    }
}
