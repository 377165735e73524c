//! How much stack space a function takes, and what growing memory costs.

use aia_devnode::stylus::{Answer, Env, Exit, Request};

use crate::machine::{BLOCK, GAS, LAST, Machine, PLENTY, finished};

/// Words of a frame beside operands and locals.
const OVERHEAD: u32 = 4;
/// Operands that the ink meter itself puts on top of those that are there when a block begins.
const METER: u32 = 2;
/// Words of a frame that holds nothing but what it must.
const LEAST: u32 = METER + OVERHEAD;

/// Instructions that take two operands and give one, for either integer type.
const TAKE_TWO: &[&str] = &[
    "add", "sub", "mul", "div_s", "div_u", "rem_s", "rem_u", "and", "or", "xor", "shl", "shr_s", "shr_u", "rotl",
    "rotr", "eq", "ne", "lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s", "ge_u",
];

/// Instructions that replace their operand: what stands before them, and the instructions.
const TAKE_ONE: &[(&str, &[&str])] = &[
    (
        "i32.const 0",
        &[
            "i32.eqz",
            "i32.clz",
            "i32.ctz",
            "i32.popcnt",
            "i32.extend8_s",
            "i32.extend16_s",
            "i64.extend_i32_s",
            "i64.extend_i32_u",
            "f32.reinterpret_i32",
            "local.tee 0",
            "memory.grow",
            "i32.load",
            "i32.load8_s",
            "i32.load8_u",
            "i32.load16_s",
            "i32.load16_u",
            "i64.load",
            "i64.load8_s",
            "i64.load8_u",
            "i64.load16_s",
            "i64.load16_u",
            "i64.load32_s",
            "i64.load32_u",
            "f32.load",
            "f64.load",
        ],
    ),
    (
        "i64.const 0",
        &[
            "i64.eqz",
            "i64.clz",
            "i64.ctz",
            "i64.popcnt",
            "i64.extend8_s",
            "i64.extend16_s",
            "i64.extend32_s",
            "i32.wrap_i64",
            "f64.reinterpret_i64",
        ],
    ),
    ("f32.const 0", &["i32.reinterpret_f32"]),
    ("f64.const 0", &["i64.reinterpret_f64"]),
];

/// Stores, by the type of what they store.
const STORES: &[(&str, &[&str])] = &[
    ("i32", &["i32.store", "i32.store8", "i32.store16"]),
    ("i64", &["i64.store", "i64.store8", "i64.store16", "i64.store32"]),
    ("f32", &["f32.store"]),
    ("f64", &["f64.store"]),
];

/// Everything else that the height model knows: code, how many operands the model then counts, and
/// what makes the code valid once operands were pushed and dropped there.
const HEIGHTS: &[(&str, u32, &str)] = &[
    ("", 0, ""),
    // What pushes one.
    ("i32.const 0", 1, "drop"),
    ("i64.const 0", 1, "drop"),
    ("f32.const 0", 1, "drop"),
    ("f64.const 0", 1, "drop"),
    ("local.get 0", 1, "drop"),
    ("global.get 0", 1, "drop"),
    ("memory.size", 1, "drop"),
    // What takes one.
    ("i32.const 0 drop", 0, ""),
    ("i32.const 0 local.set 0", 0, ""),
    ("i32.const 0 global.set 0", 0, ""),
    ("i32.const 0 br_if 0", 0, ""),
    ("i32.const 0 br_table 0", 0, ""),
    // What takes two, or three.
    ("i32.const 0 i32.const 0 i32.const 0 select", 1, "drop"),
    ("i32.const 0 i32.const 0 i32.const 0 memory.fill", 0, ""),
    ("i32.const 0 i32.const 0 i32.const 0 memory.copy", 0, ""),
    // What takes none, even where it ends the path.
    ("nop", 0, ""),
    ("unreachable", 0, ""),
    ("br 0", 0, ""),
    ("i32.const 0 return", 1, ""),
    ("i32.const 0 br 0", 1, ""),
    // The counter ignores reachability, and stops at 0.
    ("unreachable drop drop drop", 0, ""),
    ("unreachable i32.add", 0, "drop"),
    ("unreachable i32.const 0 i32.const 0", 2, "drop drop"),
    // Results come, parameters go, and so does the index of an indirect call.
    ("call $gives_three", 3, "drop drop drop"),
    ("i32.const 0 i32.const 0 i32.const 0 i32.const 0 call $takes_four_gives_three", 3, "drop drop drop"),
    ("i32.const 0 call_indirect (type $gives_three)", 3, "drop drop drop"),
    (
        "i32.const 0 i32.const 0 i32.const 0 i32.const 0 i32.const 0 call_indirect (type $takes_four_gives_three)",
        3,
        "drop drop drop",
    ),
    // The results of a block count from its beginning.
    ("block", 0, "end"),
    ("loop", 0, "end"),
    ("block (result i32)", 1, "i32.const 0 end drop"),
    ("loop (result i64)", 1, "i64.const 0 end drop"),
    ("i32.const 0 if", 0, "end"),
    ("i32.const 0 if (result i32)", 1, "i32.const 0 else i32.const 0 end drop"),
    ("i32.const 0 block (param i32) (result i32 i32 i32)", 3, "i32.const 0 i32.const 0 end drop drop drop"),
    ("i32.const 0 i32.const 0 if (param i32)", 0, "drop else drop end"),
    // `else` and `end` go back to where the block began.
    ("i32.const 0 if i32.const 0 drop else", 0, "end"),
    ("i32.const 0 if (result i32) i32.const 0 else", 1, "i32.const 0 end drop"),
    ("i32.const 0 if i32.const 0 i32.const 0 br 0 else", 0, "end"),
    ("block i32.const 0 drop end", 0, ""),
    ("block (result i32) i32.const 0 end", 1, "drop"),
    ("block i32.const 0 i32.const 0 br 0 end", 0, ""),
    ("i32.const 0 block (param i32) drop end", 0, ""),
];

/// The worst height of code by itself, where that is not clear from what it leaves.
const WORST: &[(&str, &str, u32)] = &[
    ("the meter of a block", "", METER),
    ("three constants", "i32.const 0 i32.const 0 i32.const 0 drop drop drop", 3),
    ("two constants, which the meter hides", "i32.const 0 i32.const 0 drop drop", 2),
    (
        "the meter of a block above three operands",
        "i32.const 0 i32.const 0 i32.const 0 block end drop drop drop",
        3 + METER,
    ),
    (
        "results before parameters go",
        "i32.const 0 i32.const 0 i32.const 0 i32.const 0 call $takes_four_gives_three drop drop drop",
        4 + 3,
    ),
    (
        "results before the index goes",
        "i32.const 0 i32.const 0 i32.const 0 i32.const 0 i32.const 0
         call_indirect (type $takes_four_gives_three) drop drop drop",
        5 + 3,
    ),
    (
        "results of a block before its parameters go",
        "i32.const 0 i32.const 0 i32.const 0 i32.const 0 i32.const 0
         block (param i32 i32 i32 i32 i32) (result i32 i32 i32 i32 i32) end
         drop drop drop drop drop",
        5 + 5,
    ),
    // Destination, value, the ink twice, the size and the price of a byte.
    ("the meter of bulk memory", "i32.const 0 i32.const 0 i32.const 0 memory.fill", 6),
    ("the meter of bulk memory", "i32.const 0 i32.const 0 i32.const 0 memory.copy", 6),
];

/// Stylus-vm reference, section 4.5.
#[test]
fn a_frame_holds_the_worst_height_and_the_locals() {
    for (what, code, worst) in WORST {
        assert_frame("", code, worst + OVERHEAD, what);
    }
    for (locals, count) in [("(local i32)", 1), ("(local i32 i64 f32 f64)", 4), ("(local i64) (local i64)", 2)] {
        assert_frame(locals, "", LEAST + count, locals);
    }
    let most = format!("(local{})", " i64".repeat(348));
    assert_frame(&most, "", LEAST + 348, "as many locals as there may be");
}

/// Stylus-vm reference, section 4.5.
#[test]
fn every_instruction_moves_the_height_as_the_model_says() {
    for (code, height, rest) in HEIGHTS {
        assert_height(code, *height, rest);
    }
    for ty in ["i32", "i64"] {
        for operation in TAKE_TWO {
            assert_height(&format!("{ty}.const 0 {ty}.const 0 {ty}.{operation}"), 1, "drop");
        }
    }
    for (operand, instructions) in TAKE_ONE {
        for instruction in *instructions {
            assert_height(&format!("{operand} {instruction}"), 1, "drop");
        }
    }
    for (ty, instructions) in STORES {
        for instruction in *instructions {
            assert_height(&format!("i32.const 0 {ty}.const 0 {instruction}"), 0, "");
        }
    }
}

/// Stylus-vm reference, section 4.5.
#[test]
fn recursion_ends_where_the_space_does() {
    // One function calls itself as often as there are bytes of calldata.
    for (locals, frame) in [("", LEAST), ("(local i64 i64 i64)", LEAST + 3), ("(local i32) (local f64)", LEAST + 2)] {
        let program = module(
            &format!(
                "(func $down (param i32) {locals}
                   local.get 0
                   if
                     local.get 0 i32.const 1 i32.sub call $down
                   end)"
            ),
            "",
            "local.get 0 call $down i32.const 0",
        );
        for words in [22_000, 21_999, 1000, 100] {
            // The entrypoint takes the least, and more than a frame must be there to enter it.
            let calls = (words - LEAST - 1) / frame;
            let run = |calls: u32| {
                let args = vec![0_u8; (calls - 1).try_into().unwrap()].into();
                program.run_alone(Env { args, stack_words: words, ..Env::default() }, PLENTY)
            };
            assert!(matches!(run(calls), Exit::Finished { status: 0, .. }), "{calls} frames of {frame} in {words}");
            assert_eq!(run(calls + 1), Exit::OutOfStack, "one more than {calls} frames of {frame} in {words}");
        }
    }
}

/// Stylus-vm reference, section 4.5.
#[test]
fn a_call_gives_its_space_back_when_it_returns() {
    // Half of the calls return early.
    let program = module(
        "(func $leaf (param i32) local.get 0 if return end)",
        "(local i32)",
        "loop
           local.get 1 i32.const 1 i32.and call $leaf
           local.get 1 i32.const 1 i32.add local.tee 1
           i32.const 1000 i32.lt_u br_if 0
         end
         i32.const 0",
    );
    let words = (LEAST + 1) + LEAST + 1;
    let run = |stack_words| program.run_alone(Env { stack_words, ..Env::default() }, PLENTY);
    assert!(matches!(run(words), Exit::Finished { status: 0, .. }));
    assert_eq!(run(words - 1), Exit::OutOfStack);
}

/// Stylus-vm reference, section 4.5.
#[test]
fn host_functions_take_no_space() {
    let body = "i32.const 0 call $read_args i32.const 0 i32.const 0 call $write_result i32.const 0";
    let program = Machine::with_hooks("", body);
    let run = |stack_words| program.run_alone(Env { stack_words, ..Env::default() }, PLENTY);
    assert!(matches!(run(LEAST + 1), Exit::Finished { status: 0, .. }));
    assert_eq!(run(LEAST), Exit::OutOfStack);
}

/// Stylus-vm reference, sections 4.5 and 6.5: the stack is looked at before the ink.
#[test]
fn out_of_stack_comes_before_out_of_ink() {
    let program = module("", "", "i32.const 0");
    let run = |stack_words, ink| program.run_alone(Env { stack_words, ..Env::default() }, ink);
    assert_eq!(run(LEAST, 0), Exit::OutOfStack);
    assert_eq!(run(LEAST + 1, 0), Exit::OutOfInk);
    assert_eq!(run(0, PLENTY), Exit::OutOfStack);
}

/// Stylus-vm reference, sections 4.6 and 5.9.
#[test]
fn growing_memory_is_paid_for_even_if_it_fails() {
    const PRICE: u64 = 77;
    // What is asked, what the host is told of it, and the former size or the sign of failure.
    let cases = [
        (0, None, 1),
        (1, Some(1), 1),
        (2, Some(2), 1),
        (3, Some(3), u32::MAX),
        (65_535, Some(65_535), u32::MAX),
        (65_536, None, u32::MAX),
        (65_537, Some(1), u32::MAX),
        (u32::MAX, Some(65_535), u32::MAX),
    ];
    for (pages, told, result) in cases {
        let program = growing("1 3", &format!("i32.const {pages} memory.grow"));
        let payment = if told.is_some() { PRICE * GAS } else { 8400 };
        let ink = 1 + 8050 + 1 + BLOCK + payment;
        let run = |ink| program.run(Env::default(), ink, |_| Answer::Go { gas: PRICE });
        for surplus in [PLENTY, 0] {
            let outcome = run(ink + surplus);
            assert_eq!(outcome.exit, finished(result, &[], surplus), "{pages} pages");
            assert_eq!(outcome.requests, told.map(Request::OpenPages).into_iter().collect::<Vec<_>>(), "{pages} pages");
        }
        assert_eq!(run(ink - 1).exit, Exit::OutOfInk, "{pages} pages");
    }
}

/// Stylus-vm reference, sections 4.6 and 5.9.
#[test]
fn pages_that_nobody_can_afford_are_out_of_ink() {
    let program = growing("1", "i32.const 200 memory.grow");
    let outcome = program.run(Env::default(), PLENTY, |_| Answer::Go { gas: u64::MAX });
    assert_eq!(outcome.exit, Exit::OutOfInk);
    assert_eq!(outcome.requests, [Request::OpenPages(200)]);
}

/// Stylus-vm reference, section 4.6.
#[test]
fn the_heap_bound_leaves_operands_alone_and_memory_grows() {
    let program = growing("1 3", "i32.const 40 i32.const 2 memory.grow i32.add memory.size i32.add");
    let outcome = program.run(Env::default(), PLENTY, |_| Answer::Go { gas: 0 });
    assert_eq!(outcome.exit, finished(40 + 1 + 3, &[], PLENTY - (1 + 1 + 8050 + 70 + 3000 + 70 + 1 + BLOCK)));
    assert_eq!(outcome.requests, [Request::OpenPages(2)]);
}

/// Stylus-vm reference, section 4.6.
#[test]
fn memory_that_cannot_grow_pays_for_no_growth() {
    let program = growing("2 2", "i32.const 1 memory.grow");
    assert_eq!(program.run_alone(Env::default(), 8050 + LAST), finished(u32::MAX, &[], 0));
}

/// Asserts the frame size of a function: it can be entered with one word more, and not with just that.
fn assert_frame(locals: &str, code: &str, frame: u32, what: &str) {
    // The code counts although it is never reached.
    let program = module("", locals, &format!("i32.const 0 if {code} end i32.const 0"));
    let run = |stack_words| program.run_alone(Env { stack_words, ..Env::default() }, PLENTY);
    assert!(matches!(run(frame + 1), Exit::Finished { status: 0, .. }), "{what}: more than {frame} words");
    assert_eq!(run(frame), Exit::OutOfStack, "{what}: less than {frame} words");
}

/// Asserts the height that the model sees after `code`, by pushing eight operands more.
fn assert_height(code: &str, height: u32, rest: &str) {
    let push = "i32.const 0 ".repeat(8);
    let drop = "drop ".repeat(8);
    assert_frame("", &format!("{code} {push} {drop} {rest}"), height + 8 + OVERHEAD, code);
}

fn module(functions: &str, locals: &str, body: &str) -> Machine {
    Machine::new(&format!(
        r#"(module
             (type $gives_three (func (result i32 i32 i32)))
             (type $takes_four_gives_three (func (param i32 i32 i32 i32) (result i32 i32 i32)))
             (memory (export "memory") 1 1)
             (table 1 funcref)
             (global (mut i32) (i32.const 0))
             {functions}
             (func $gives_three (type $gives_three) i32.const 0 i32.const 0 i32.const 0)
             (func $takes_four_gives_three (type $takes_four_gives_three) i32.const 0 i32.const 0 i32.const 0)
             (func (export "user_entrypoint") (param i32) (result i32) {locals} {body}))"#
    ))
}

fn growing(memory: &str, body: &str) -> Machine {
    Machine::new(&format!(
        r#"(module
             (import "vm_hooks" "pay_for_memory_grow" (func (param i32)))
             (memory (export "memory") {memory})
             (func (export "user_entrypoint") (param i32) (result i32) {body}))"#
    ))
}
