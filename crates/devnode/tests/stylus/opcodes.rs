//! What every instruction costs.

use std::collections::BTreeSet;

use aia_devnode::stylus::{Env, Exit, activate::activate};

use crate::machine::{BLOCK, CALL, LAST, Machine};

/// Instructions that need the same around them.
struct Family {
    /// Code that stands before each.
    before: &'static str,
    /// Code that stands after each.
    after: &'static str,
    /// Ink of what stands before and after.
    around: u64,
    /// The instructions, each with its own ink.
    prices: &'static [(&'static str, u64)],
}

/// Everything priced that does not end a block, except `block` and `unreachable`.
const STRAIGHT: &[Family] = &[
    Family { before: "", after: "", around: 0, prices: &[("nop", 1)] },
    Family { before: "", after: "drop", around: 9, prices: &[("i32.const 7", 1), ("i64.const 7", 1)] },
    Family { before: "i32.const 7", after: "", around: 1, prices: &[("drop", 9)] },
    Family {
        before: "i32.const 7 i32.const 8 i32.const 1",
        after: "drop",
        around: 1 + 1 + 1 + 9,
        prices: &[("select", 1250)],
    },
    Family {
        before: "",
        after: "drop",
        around: 9,
        prices: &[
            ("local.get $i", 75),
            ("local.get $l", 75),
            ("local.get $f", 75),
            ("local.get $d", 75),
            ("global.get $i", 225),
            ("global.get $l", 225),
            ("memory.size", 3000),
        ],
    },
    Family { before: "i32.const 7", after: "", around: 1, prices: &[("local.set $i", 210), ("global.set $i", 575)] },
    Family { before: "i64.const 7", after: "", around: 1, prices: &[("local.set $l", 210), ("global.set $l", 575)] },
    Family {
        before: "i32.const 8",
        after: "drop",
        around: 1 + 9,
        prices: &[
            ("local.tee $i", 75),
            ("memory.grow", 8050),
            ("i32.load", 670),
            ("i32.load8_s", 670),
            ("i32.load8_u", 670),
            ("i32.load16_s", 670),
            ("i32.load16_u", 670),
            ("i64.load", 680),
            ("i64.load8_s", 680),
            ("i64.load8_u", 680),
            ("i64.load16_s", 680),
            ("i64.load16_u", 680),
            ("i64.load32_s", 680),
            ("i64.load32_u", 680),
            ("i32.eqz", 170),
            ("i32.clz", 210),
            ("i32.ctz", 210),
            ("i32.popcnt", 2650),
            ("i32.extend8_s", 100),
            ("i32.extend16_s", 100),
            ("i64.extend_i32_s", 100),
            ("i64.extend_i32_u", 100),
        ],
    },
    Family {
        before: "i64.const 8",
        after: "drop",
        around: 1 + 9,
        prices: &[
            ("local.tee $l", 75),
            ("i64.eqz", 225),
            ("i64.clz", 210),
            ("i64.ctz", 210),
            ("i64.popcnt", 6000),
            ("i32.wrap_i64", 100),
            ("i64.extend8_s", 100),
            ("i64.extend16_s", 100),
            ("i64.extend32_s", 100),
        ],
    },
    Family {
        before: "i32.const 8 i32.const 7",
        after: "",
        around: 1 + 1,
        prices: &[("i32.store", 825), ("i32.store8", 825), ("i32.store16", 825)],
    },
    Family {
        before: "i32.const 8 i64.const 7",
        after: "",
        around: 1 + 1,
        prices: &[("i64.store", 950), ("i64.store8", 950), ("i64.store16", 950), ("i64.store32", 950)],
    },
    Family {
        before: "i32.const 0 i32.const 0 i32.const 0",
        after: "",
        around: 1 + 1 + 1,
        prices: &[("memory.copy", 950), ("memory.fill", 950)],
    },
    Family {
        before: "i32.const 6 i32.const 7",
        after: "drop",
        around: 1 + 1 + 9,
        prices: &[
            ("i32.eq", 170),
            ("i32.ne", 170),
            ("i32.lt_s", 170),
            ("i32.lt_u", 170),
            ("i32.gt_s", 170),
            ("i32.gt_u", 170),
            ("i32.le_s", 170),
            ("i32.le_u", 170),
            ("i32.ge_s", 170),
            ("i32.ge_u", 170),
            ("i32.add", 70),
            ("i32.sub", 70),
            ("i32.mul", 160),
            ("i32.div_s", 1120),
            ("i32.div_u", 1120),
            ("i32.rem_s", 1120),
            ("i32.rem_u", 1120),
            ("i32.and", 70),
            ("i32.or", 70),
            ("i32.xor", 70),
            ("i32.shl", 70),
            ("i32.shr_s", 70),
            ("i32.shr_u", 70),
            ("i32.rotl", 70),
            ("i32.rotr", 70),
        ],
    },
    Family {
        before: "i64.const 6 i64.const 7",
        after: "drop",
        around: 1 + 1 + 9,
        prices: &[
            ("i64.eq", 225),
            ("i64.ne", 225),
            ("i64.lt_s", 225),
            ("i64.lt_u", 225),
            ("i64.gt_s", 225),
            ("i64.gt_u", 225),
            ("i64.le_s", 225),
            ("i64.le_u", 225),
            ("i64.ge_s", 225),
            ("i64.ge_u", 225),
            ("i64.add", 100),
            ("i64.sub", 100),
            ("i64.mul", 160),
            ("i64.div_s", 1270),
            ("i64.div_u", 1270),
            ("i64.rem_s", 1270),
            ("i64.rem_u", 1270),
            ("i64.and", 100),
            ("i64.or", 100),
            ("i64.xor", 100),
            ("i64.shl", 100),
            ("i64.shr_s", 100),
            ("i64.shr_u", 100),
            ("i64.rotl", 100),
            ("i64.rotr", 100),
        ],
    },
];

/// Instructions that end a block, and those that only stand at its edges. Each row: code, and its ink
/// with the blocks it makes; an empty callee is `end` in a block of its own.
const BRANCHES: &[(&str, u64)] = &[
    ("block end", 1 + 1 + BLOCK),
    ("loop end", 1 + BLOCK + 1 + BLOCK),
    // A branch jumps over the `end` of its block.
    ("block br 0 end", 1 + 765 + BLOCK),
    ("block i32.const 1 br_if 0 end", 1 + 1 + 765 + BLOCK),
    ("block i32.const 0 br_if 0 end", 1 + 1 + 765 + BLOCK + 1 + BLOCK),
    ("i32.const 1 if nop end", 1 + 765 + BLOCK + 1 + 1 + BLOCK),
    ("i32.const 0 if nop end", 1 + 765 + BLOCK),
    ("i32.const 1 if nop else nop nop end", 1 + 765 + BLOCK + 1 + 1 + BLOCK),
    ("i32.const 0 if nop else nop nop end", 1 + 765 + BLOCK + 1 + 1 + 1 + BLOCK),
    // The last label is the default, which is not counted.
    ("block i32.const 0 br_table 0 end", 1 + 1 + 2400 + BLOCK),
    ("block i32.const 0 br_table 0 0 end", 1 + 1 + 2400 + 325 + BLOCK),
    ("block i32.const 9 br_table 0 0 0 0 0 0 end", 1 + 1 + 2400 + 5 * 325 + BLOCK),
    ("call $none", CALL + BLOCK + 1 + BLOCK),
    ("i32.const 1 i32.const 2 i64.const 3 call $three", 3 + CALL + BLOCK + 1 + BLOCK),
    ("call $result drop", CALL + BLOCK + 1 + 1 + BLOCK + 9),
    ("i32.const 0 call_indirect (type $none)", 1 + 13_610 + BLOCK + 1 + BLOCK),
    ("i32.const 7 i32.const 1 call_indirect (type $one)", 2 + 13_610 + 650 + BLOCK + 1 + BLOCK),
    ("i32.const 7 i64.const 7 i32.const 2 call_indirect (type $two)", 3 + 13_610 + 2 * 650 + BLOCK + 1 + BLOCK),
    (
        "i32.const 7 i32.const 7 i64.const 7 i32.const 3 call_indirect (type $three)",
        4 + 13_610 + 3 * 650 + BLOCK + 1 + BLOCK,
    ),
    ("i32.const 4 call_indirect (type $result) drop", 1 + 13_610 + BLOCK + 1 + 1 + BLOCK + 9),
];

/// Instructions without a price that a module may contain.
const UNAFFORDABLE: &[&str] = &[
    "f32.const 0 drop",
    "f64.const 0 drop",
    "i32.const 0 f32.load drop",
    "i32.const 0 f64.load drop",
    "i32.const 0 local.get $f f32.store",
    "i32.const 0 local.get $d f64.store",
    "local.get $f i32.reinterpret_f32 drop",
    "local.get $d i64.reinterpret_f64 drop",
    "i32.const 0 f32.reinterpret_i32 drop",
    "i64.const 0 f64.reinterpret_i64 drop",
];

/// Instructions without a price that a module may not contain: operands, and what takes them.
const REFUSED: &[(&str, &[&str])] = &[
    (
        "local.get $f",
        &[
            "f32.abs",
            "f32.neg",
            "f32.ceil",
            "f32.floor",
            "f32.trunc",
            "f32.nearest",
            "f32.sqrt",
            "f64.promote_f32",
            "i32.trunc_f32_s",
            "i32.trunc_f32_u",
            "i64.trunc_f32_s",
            "i64.trunc_f32_u",
            "i32.trunc_sat_f32_s",
            "i32.trunc_sat_f32_u",
            "i64.trunc_sat_f32_s",
            "i64.trunc_sat_f32_u",
        ],
    ),
    (
        "local.get $d",
        &[
            "f64.abs",
            "f64.neg",
            "f64.ceil",
            "f64.floor",
            "f64.trunc",
            "f64.nearest",
            "f64.sqrt",
            "f32.demote_f64",
            "i32.trunc_f64_s",
            "i32.trunc_f64_u",
            "i64.trunc_f64_s",
            "i64.trunc_f64_u",
            "i32.trunc_sat_f64_s",
            "i32.trunc_sat_f64_u",
            "i64.trunc_sat_f64_s",
            "i64.trunc_sat_f64_u",
        ],
    ),
    ("local.get $i", &["f32.convert_i32_s", "f32.convert_i32_u", "f64.convert_i32_s", "f64.convert_i32_u"]),
    ("local.get $l", &["f32.convert_i64_s", "f32.convert_i64_u", "f64.convert_i64_s", "f64.convert_i64_u"]),
    (
        "local.get $f local.get $f",
        &[
            "f32.add",
            "f32.sub",
            "f32.mul",
            "f32.div",
            "f32.min",
            "f32.max",
            "f32.copysign",
            "f32.eq",
            "f32.ne",
            "f32.lt",
            "f32.gt",
            "f32.le",
            "f32.ge",
        ],
    ),
    (
        "local.get $d local.get $d",
        &[
            "f64.add",
            "f64.sub",
            "f64.mul",
            "f64.div",
            "f64.min",
            "f64.max",
            "f64.copysign",
            "f64.eq",
            "f64.ne",
            "f64.lt",
            "f64.gt",
            "f64.le",
            "f64.ge",
        ],
    ),
];

/// Stylus-vm reference, section 4.3.
#[test]
fn every_straight_instruction_costs_its_price_beside_its_block() {
    let mut seen = BTreeSet::new();
    for Family { before, after, around, prices } in STRAIGHT {
        for (instruction, ink) in *prices {
            let program = Machine::new(&module(&format!("{before} {instruction} {after} i32.const 0")));
            program.assert_uses(around + ink + LAST, instruction);
            seen.insert(instruction.split(' ').next());
        }
    }
    assert_eq!(seen.len(), 99, "111 instructions have a price, 12 of which are below");
}

/// Stylus-vm reference, sections 4.2 and 4.3.
#[test]
fn every_branch_and_call_costs_its_price_and_ends_its_block() {
    for (code, ink) in BRANCHES {
        Machine::new(&module(&format!("{code} i32.const 0"))).assert_uses(ink + LAST, code);
    }
}

/// Stylus-vm reference, sections 4.2 and 4.3.
#[test]
fn a_return_costs_1_and_what_follows_it_nothing() {
    let program = Machine::new(&module("i32.const 0 return nop nop i32.const 0"));
    program.assert_uses(1 + 1 + BLOCK, "return");
}

/// Stylus-vm reference, section 4.3.
#[test]
fn an_unreachable_costs_1() {
    let program = Machine::new(&module("unreachable"));
    program.assert_fails_after(1 + 1 + BLOCK, "`unreachable` and the `end` of the function");
}

/// Stylus-vm reference, section 3.2: the price is the largest u64, so no ink can buy the block.
#[test]
fn floats_may_be_moved_in_code_that_can_never_be_bought() {
    for code in UNAFFORDABLE {
        let program = Machine::new(&module(&format!("{code} i32.const 0")));
        assert_eq!(program.run_alone(Env::default(), u64::MAX - 1), Exit::OutOfInk, "{code}");
    }
}

/// Stylus-vm reference, sections 3.2 and 4.2.
#[test]
fn floats_do_no_harm_in_a_block_that_is_not_entered() {
    for code in UNAFFORDABLE {
        let program = Machine::new(&module(&format!("i32.const 0 if {code} end i32.const 0")));
        program.assert_uses(1 + 765 + BLOCK + LAST, code);
    }
}

/// Stylus-vm reference, section 3.2.
#[test]
fn calculating_with_floats_is_refused() {
    let mut count = 0;
    for (operands, instructions) in REFUSED {
        for instruction in *instructions {
            let wasm = wat::parse_str(module(&format!("{operands} {instruction} drop i32.const 0"))).unwrap();
            assert!(wasmparser::validate(&wasm).is_ok(), "{instruction} is not WebAssembly");
            let error = activate(&wasm, 128).expect_err(instruction).to_string();
            assert!(error.contains("unsupported instruction"), "{instruction}: {error}");
            count += 1;
        }
    }
    assert_eq!(count, 16 + 16 + 4 + 4 + 13 + 13);
}

/// A program with a local of each type, two globals and functions to call in all ways.
fn module(body: &str) -> String {
    format!(
        r#"(module
             (type $none (func))
             (type $one (func (param i32)))
             (type $two (func (param i32 i64)))
             (type $three (func (param i32 i32 i64)))
             (type $result (func (result i32)))
             (func $none (type $none))
             (func $one (type $one))
             (func $two (type $two))
             (func $three (type $three))
             (func $result (type $result) i32.const 7)
             (table 5 funcref)
             (elem (i32.const 0) func $none $one $two $three $result)
             (memory (export "memory") 1 1)
             (global $i (mut i32) (i32.const 0))
             (global $l (mut i64) (i64.const 0))
             (func (export "user_entrypoint") (param i32) (result i32)
               (local $i i32) (local $l i64) (local $f f32) (local $d f64)
               {body}))"#
    )
}
