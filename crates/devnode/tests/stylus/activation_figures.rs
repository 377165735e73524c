//! What activation says of a module: the estimates that are stored with it, and the gas.

use aia_devnode::stylus::{
    Env, Exit,
    activate::{Activated, activate},
};

use crate::machine::{Machine, PLENTY};

const ENTRY: &str = r#"(func (export "user_entrypoint") (param i32) (result i32) i32.const 0)"#;
/// Instructions of [`ENTRY`] once instrumented: two, one block, the entry and the way out.
const ENTRY_INSTRUCTIONS: u64 = 2 + 12 + 12 + 5;

const NOTHING: &str = r#"(module
  (memory (export "memory") 0 0)
  (func (export "user_entrypoint") (param i32) (result i32) i32.const 0))"#;

const LOOP: &str = r#"(module
  (memory (export "memory") 0 0)
  (func (export "user_entrypoint") (param i32) (result i32) (local i32)
    i32.const 10
    local.set 1
    (loop
      local.get 1
      i32.const 1
      i32.sub
      local.tee 1
      br_if 0)
    i32.const 0))"#;

const ECHO: &str = r#"(module
  (import "vm_hooks" "read_args" (func $read_args (param i32)))
  (import "vm_hooks" "write_result" (func $write_result (param i32 i32)))
  (memory (export "memory") 1 1)
  (func $copy_all (export "user_entrypoint") (param $args_len i32) (result i32)
    i32.const 0
    call $read_args
    i32.const 0
    local.get $args_len
    call $write_result
    i32.const 0))"#;

/// What the figures are made of, beside the length of the module.
#[derive(Clone, Copy, Debug)]
struct Counts {
    functions: u64,
    /// Parameters and results of all functions.
    values: u64,
    /// Globals, the four that are added included.
    globals: u64,
    /// Bytes of data segments with their headers.
    data: u64,
    /// Bytes of data segments without them.
    payload: u64,
    /// Bytes of element segments with their headers.
    elements: u64,
    pages: u64,
    /// Instructions, once instrumented.
    instructions: u64,
}

/// What the module that does nothing counts, but with no memory.
const LEAST: Counts = Counts {
    functions: 1,
    values: 2,
    globals: 4,
    data: 0,
    payload: 0,
    elements: 0,
    pages: 0,
    instructions: ENTRY_INSTRUCTIONS,
};

/// Stylus-vm reference, section 11.3.
#[test]
fn a_module_that_does_nothing_has_the_figures_of_the_reference() {
    let (length, activated) = activated(NOTHING);
    assert_eq!(length, 64);
    assert_eq!((activated.asm, activated.cached, activated.init), (513_418, 6, 18));
    assert_eq!((activated.gas, activated.footprint), (1008, 0));
}

/// Stylus-vm reference, section 11.4.
#[test]
fn a_loop_has_the_figures_that_follow_from_the_reference() {
    let (length, activated) = activated(LOOP);
    assert_eq!(length, 82);
    assert_figures("the loop", LOOP, Counts { instructions: 76, ..LEAST });
    assert_eq!((activated.asm, activated.cached, activated.init), (513_531, 6, 20));
    assert_eq!((activated.gas, activated.footprint), (28 * (26 + 40), 0));
}

/// Stylus-vm reference, section 11.5.
#[test]
fn an_echo_has_the_figures_of_the_reference() {
    let (length, activated) = activated(ECHO);
    assert_eq!(length, 191);
    assert_eq!((activated.asm, activated.cached, activated.init), (514_214, 11, 34));
    // Three blocks of seven instructions.
    assert_figures("the echo", ECHO, Counts { pages: 1, instructions: 7 + 3 * 12 + 12 + 5, ..LEAST });
    assert_eq!((activated.gas, activated.footprint), (28 * (60 + 2217 + 32), 1));
}

/// Stylus-vm reference, sections 11.3 and 11.4.
#[test]
fn nothing_and_the_loop_have_the_frames_of_the_reference() {
    for (text, frame) in [(NOTHING, 6), (LOOP, 7)] {
        let program = Machine::new(text);
        let run = |stack_words| program.run_alone(Env { stack_words, ..Env::default() }, PLENTY);
        assert!(matches!(run(frame + 1), Exit::Finished { status: 0, .. }), "{text}");
        assert_eq!(run(frame), Exit::OutOfStack, "{text}");
    }
}

/// Stylus-vm reference, sections 3.4 and 3.5: every term of the formulas.
#[test]
fn every_part_of_a_module_counts_in_its_figures() {
    let memory = r#"(memory (export "memory") 0 0)"#;
    let none = format!("{memory} {ENTRY}");
    let one = Counts { pages: 1, ..LEAST };
    let cases = [
        // Each further function is two constants and an `end`.
        (
            "functions",
            format!("{none} {}", "(func (param i32 i64) (result i32 i32) i32.const 0 i32.const 0)".repeat(1000)),
            Counts {
                functions: 1001,
                values: 2 + 1000 * 4,
                instructions: ENTRY_INSTRUCTIONS + 1000 * (3 + 12 + 12 + 5),
                ..LEAST
            },
        ),
        ("a global", format!("{none} (global i32 (i32.const 0))"), Counts { globals: 5, ..LEAST }),
        (
            "globals",
            format!("{none} {}", "(global (mut i64) (i64.const 0))".repeat(500)),
            Counts { globals: 504, ..LEAST },
        ),
        // Flags, offset, length, and the bytes.
        (
            "a data segment",
            format!(r#"(memory (export "memory") 1 1) {ENTRY} (data (i32.const 1000) "{}")"#, "x".repeat(300)),
            Counts { data: 1 + 4 + 2 + 300, payload: 300, ..one },
        ),
        (
            "data segments",
            format!(r#"(memory (export "memory") 1 1) {ENTRY} {}"#, r#"(data (i32.const 0) "abc")"#.repeat(128)),
            Counts { data: 128 * (1 + 3 + 1 + 3), payload: 128 * 3, ..one },
        ),
        (
            "element segments",
            format!("{none} (table 3 funcref) {}", "(elem (i32.const 0) func 0 0 0)".repeat(100)),
            Counts { elements: 100 * (1 + 3 + 1 + 3), ..LEAST },
        ),
        (
            "data and elements",
            format!(
                r#"(memory (export "memory") 1 1) {ENTRY} (table 3 funcref)
                   (elem (i32.const 0) func 0 0 0) (data (i32.const 0) "abc")"#
            ),
            Counts { data: 1 + 3 + 1 + 3, payload: 3, elements: 1 + 3 + 1 + 3, ..one },
        ),
        ("pages", format!(r#"(memory (export "memory") 100 100) {ENTRY}"#), Counts { pages: 100, ..LEAST }),
        // Imports count by their bytes alone, and so do custom sections and names.
        (
            "imports",
            format!("{} {none}", r#"(import "vm_hooks" "msg_reentrant" (func (result i32)))"#.repeat(500)),
            LEAST,
        ),
        ("a custom section", format!(r#"{none} (@custom "padding" "{}")"#, "x".repeat(5000)), LEAST),
        ("a long name", format!("{none} (export \"{}\" (func 0))", "n".repeat(500)), LEAST),
        (
            "a start function",
            format!("{none} (func) (start 1)"),
            Counts { functions: 2, instructions: ENTRY_INSTRUCTIONS + 1 + 12 + 12 + 5, ..LEAST },
        ),
    ];
    for (what, text, counts) in cases {
        assert_figures(what, &format!("(module {text})"), counts);
    }
}

/// Stylus-vm reference, section 3.5: what instrumentation adds.
#[test]
fn instructions_are_counted_after_instrumentation() {
    // Body of a function, its own instructions with the last `end`, its blocks, and what else is added
    // beside the 12 of its entry and the 5 of its end.
    for (body, instructions, blocks, added) in [
        ("", 1, 1, 0),
        ("nop", 2, 1, 0),
        ("unreachable", 2, 1, 0),
        ("block end", 3, 2, 0),
        ("loop end", 3, 3, 0),
        ("block block end end", 5, 3, 0),
        ("block br 0 end", 4, 3, 0),
        ("block i32.const 0 br_if 0 end", 5, 3, 0),
        ("block i32.const 0 br_table 0 0 end", 5, 3, 0),
        ("i32.const 0 if nop end", 5, 3, 0),
        ("i32.const 0 if nop else nop end", 7, 4, 0),
        ("i32.const 0 call $pay", 3, 2, 0),
        ("i32.const 0 i32.const 0 call_indirect (param i32)", 4, 2, 0),
        ("return", 2, 2, 4),
        ("return return", 3, 3, 8),
        ("i32.const 0 if return end", 5, 4, 4),
        ("i32.const 0 i32.const 0 i32.const 0 memory.fill", 5, 1, 17),
        ("i32.const 0 i32.const 0 i32.const 0 memory.copy", 5, 1, 17),
        ("memory.size drop", 3, 1, 0),
        ("i32.const 0 memory.grow drop", 4, 1, 4),
        ("i32.const 0 memory.grow memory.grow drop", 5, 1, 8),
    ] {
        assert_instructions(body, "0 1", instructions + 12 * blocks + added + 12 + 5);
    }
    // Memory that cannot grow needs no payment.
    assert_instructions("i32.const 0 memory.grow drop", "0 0", 4 + 12 + 12 + 5);
}

/// Asserts how many instructions there are in a function, of which a module has a thousand.
fn assert_instructions(body: &str, memory: &str, instructions: u64) {
    let text = format!(
        r#"(module
             (import "vm_hooks" "pay_for_memory_grow" (func $pay (param i32)))
             (memory (export "memory") {memory}) (table 1 funcref) {ENTRY}
             {})"#,
        format!("(func {body})").repeat(1000)
    );
    let instructions = ENTRY_INSTRUCTIONS + 1000 * instructions;
    assert_figures(body, &text, Counts { functions: 1001, instructions, ..LEAST });
}

/// Asserts that the figures follow from the counts by the formulas of the reference.
fn assert_figures(what: &str, text: &str, counts: Counts) {
    let (w, activated) = activated(text);
    let Counts { functions: f, values: t, globals: g, data, payload, elements, pages: p, instructions: n } = counts;
    let d = data + elements;
    let asm = 512_000 + f * 996_829 / 1000 + t * 11_416 / 1000 + w * 62_628 / 10_000;
    let cached =
        [f * 13_420 / 100_000, t * 89 / 100_000, w * 122 / 100_000, g * 1628 / 1000, d * 75_244 / 100_000, 5 * p];
    let init = [f * 8252 / 1000, t * 1059 / 1000, w * 1286 / 10_000];
    let microseconds = [
        w * 31_733 / 100_000,
        f * 17_263 / 100_000,
        payload * 17_376 / 100_000,
        elements * 17_376 / 100_000,
        p * 2217,
        n * 535 / 1000,
    ];
    assert_eq!(u64::from(activated.asm), asm, "bytes of code of {what}");
    assert_eq!(u64::from(activated.cached), cached.iter().sum::<u64>(), "cached cost of {what}");
    assert_eq!(u64::from(activated.init), init.iter().sum::<u64>(), "init cost of {what}");
    assert_eq!(activated.gas, 28 * microseconds.iter().sum::<u64>(), "gas of {what}");
    assert_eq!(u64::from(activated.footprint), p, "pages of {what}");
}

/// A module's length in bytes, and what activation says of it.
fn activated(text: &str) -> (u64, Activated) {
    let wasm = wat::parse_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let activated = activate(&wasm, 128).unwrap_or_else(|error| panic!("{error}\n{text}"));
    (wasm.len().try_into().unwrap(), activated)
}
