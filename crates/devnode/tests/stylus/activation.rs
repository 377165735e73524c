//! Which modules are accepted, apart from how large they may be.

use aia_devnode::stylus::{Env, activate::activate};
use revm::primitives::hex;

use crate::machine::{CONSOLE, LAST, Machine, VM_HOOKS, finished, function_type, imports};

const MEMORY: &str = r#"(memory (export "memory") 1 1)"#;
const ENTRY: &str = r#"(func (export "user_entrypoint") (param i32) (result i32) i32.const 0)"#;
const READ_ARGS: &str = r#"(import "vm_hooks" "read_args" (func (param i32)))"#;
const PAY: &str = r#"(import "vm_hooks" "pay_for_memory_grow" (func (param i32)))"#;

/// The sections of a module that does nothing, to put others between them.
const HEAD: &str = "0061736d01000000";
const TYPES: &str = "01060160017f017f";
const FUNCTIONS: &str = "03020100";
const TABLE: &str = "040401700001";
const MEMORIES: &str = "050401010101";
const EXPORTS: &str = "071c02066d656d6f727902000f757365725f656e747279706f696e740000";
const CODE: &str = "0a0601040041000b";

/// Stylus-vm reference, section 3.2.
#[test]
fn modules_within_the_rules_are_accepted() {
    for (what, text) in [
        ("nothing at all", format!("{MEMORY} {ENTRY}")),
        ("no memory to speak of", format!(r#"(memory (export "memory") 0 0) {ENTRY}"#)),
        ("mutable globals, exported", format!(r#"{MEMORY} {ENTRY} (global (export "g") (mut i64) (i64.const 1))"#)),
        (
            "globals of every type",
            format!(
                "{MEMORY} {ENTRY} (global i32 (i32.const 1)) (global i64 (i64.const 1))
                 (global f32 (f32.const 1)) (global f64 (f64.const 1))"
            ),
        ),
        ("several results", format!("{MEMORY} {ENTRY} (func (result i32 i64) i32.const 1 i64.const 2)")),
        (
            "a block with parameters and results",
            format!("{MEMORY} {ENTRY} (func i32.const 1 block (param i32) (result i32 i32) i32.const 2 end drop drop)"),
        ),
        ("sign extension", format!("{MEMORY} {ENTRY} (func i32.const 1 i32.extend8_s drop)")),
        (
            "filling and copying memory",
            format!(
                "{MEMORY} {ENTRY} (func i32.const 0 i32.const 0 i32.const 0 memory.fill
                                        i32.const 0 i32.const 0 i32.const 0 memory.copy)"
            ),
        ),
        ("floats as parameters and locals", format!("{MEMORY} {ENTRY} (func (param f32 f64) (local f32 f64))")),
        (
            "floats that are moved",
            format!(
                "{MEMORY} {ENTRY} (func (param f32) (result f32)
                                    i32.const 0 f64.const 1 f64.store i32.const 0 f32.load drop
                                    local.get 0 i32.reinterpret_f32 f32.reinterpret_i32)"
            ),
        ),
        ("an import that nobody uses", format!("{READ_ARGS} {MEMORY} {ENTRY}")),
        ("an import twice", format!("{READ_ARGS} {READ_ARGS} {MEMORY} {ENTRY}")),
        ("memory that may grow", format!(r#"{PAY} (memory (export "memory") 1) {ENTRY}"#)),
        ("memory that may grow a little", format!(r#"{PAY} (memory (export "memory") 1 2) {ENTRY}"#)),
        ("memory that may not grow, and pays", format!("{PAY} {MEMORY} {ENTRY}")),
        ("a table and its elements", format!("{MEMORY} {ENTRY} (table 2 funcref) (elem (i32.const 1) func 0)")),
        ("elements up to the end", format!("{MEMORY} {ENTRY} (table 2 funcref) (elem (i32.const 0) func 0 0)")),
        ("data up to the end", format!(r#"{MEMORY} {ENTRY} (data (i32.const 65533) "end")"#)),
        ("no data at the end", format!(r#"{MEMORY} {ENTRY} (data (i32.const 65536) "")"#)),
        ("a custom section", format!(r#"{MEMORY} {ENTRY} (@custom "project_hash" "\ff\fe")"#)),
        ("names of functions and locals", format!("{MEMORY} {ENTRY} (func $name (local $local i32))")),
    ] {
        assert_accepted(what, &parse(&text));
    }
}

/// Stylus-vm reference, section 3.2.
#[test]
fn modules_without_the_right_memory_are_refused() {
    for (what, text) in [
        ("none", ENTRY.to_owned()),
        ("two", format!("{MEMORY} (memory 1 1) {ENTRY}")),
        ("not exported", format!("(memory 1 1) {ENTRY}")),
        ("under another name", format!(r#"(memory (export "mem") 1 1) {ENTRY}"#)),
        ("another thing of that name", format!(r#"(memory 1 1) {ENTRY} (export "memory" (func 0))"#)),
        ("growing without paying", format!(r#"(memory (export "memory") 1) {ENTRY}"#)),
        ("growing a little without paying", format!(r#"(memory (export "memory") 1 2) {ENTRY}"#)),
        ("growing from nothing without paying", format!(r#"(memory (export "memory") 0 1) {ENTRY}"#)),
        ("growing with another import", format!(r#"{READ_ARGS} (memory (export "memory") 1 2) {ENTRY}"#)),
        ("imported", format!(r#"(import "env" "memory" (memory 1 1)) {ENTRY} (export "memory" (memory 0))"#)),
    ] {
        assert_refused(what, &parse(&text));
    }
}

/// Stylus-vm reference, section 3.2.
#[test]
fn modules_without_the_right_entrypoint_are_refused() {
    for (what, entry) in [
        ("none", ""),
        ("not exported", "(func (param i32) (result i32) i32.const 0)"),
        ("under another name", r#"(func (export "main") (param i32) (result i32) i32.const 0)"#),
        ("no parameter", r#"(func (export "user_entrypoint") (result i32) i32.const 0)"#),
        ("no result", r#"(func (export "user_entrypoint") (param i32))"#),
        ("another parameter", r#"(func (export "user_entrypoint") (param i64) (result i32) i32.const 0)"#),
        ("another result", r#"(func (export "user_entrypoint") (param i32) (result i64) i64.const 0)"#),
        ("two parameters", r#"(func (export "user_entrypoint") (param i32 i32) (result i32) i32.const 0)"#),
        ("two results", r#"(func (export "user_entrypoint") (param i32) (result i32 i32) i32.const 0 i32.const 0)"#),
        ("another thing", r#"(global (export "user_entrypoint") i32 (i32.const 0))"#),
    ] {
        assert_refused(what, &parse(&format!("{MEMORY} {entry}")));
    }
}

/// Stylus-vm reference, sections 3.2, 5.3 and 5.10.
#[test]
fn every_import_is_accepted_with_just_its_type() {
    for (module, functions) in [("vm_hooks", &VM_HOOKS[..]), ("console", &CONSOLE[..])] {
        assert_accepted(module, &parse(&format!("{} {MEMORY} {ENTRY}", imports(module, functions))));
        for (name, parameters, result) in functions {
            let import = |module, parameters: &str, result: &str| {
                let ty = function_type(parameters, result);
                parse(&format!(r#"(import "{module}" "{name}" (func {ty})) {MEMORY} {ENTRY}"#))
            };
            assert_accepted(name, &import(module, parameters, result));
            assert_refused(&format!("{name} of another module"), &import("env", parameters, result));
            assert_refused(&format!("{name} with one more"), &import(module, &format!("{parameters} i32"), result));
            if let Some((_, fewer)) = parameters.split_once(' ') {
                assert_refused(&format!("{name} with one less"), &import(module, fewer, result));
            }
            let other = if result.is_empty() { "i32" } else { "" };
            assert_refused(&format!("{name} with another result"), &import(module, parameters, other));
        }
    }
}

/// Stylus-vm reference, sections 3.2 and 5.10.
#[test]
fn any_other_import_is_refused() {
    for import in [
        r#"(import "vm_hooks" "nothing" (func))"#,
        r#"(import "vm_hooks" "" (func))"#,
        r#"(import "console" "log" (func (param i32)))"#,
        r#"(import "debug" "toggle_benchmark" (func))"#,
        r#"(import "forward" "read_args" (func (param i32)))"#,
        r#"(import "vm_hooks" "stylus_read_args" (func (param i32)))"#,
        r#"(import "vm_hooks" "arbitrator_forward__read_args" (func (param i32)))"#,
        r#"(import "vm_hooks" "read_args" (global i32))"#,
        r#"(import "vm_hooks" "read_args" (table 1 funcref))"#,
        r#"(import "vm_hooks" "read_args" (func (param i32))) (import "vm_hooks" "read_args" (func (param i64)))"#,
    ] {
        assert_refused(import, &parse(&format!("{import} {MEMORY} {ENTRY}")));
    }
}

/// Stylus-vm reference, section 3.2: what stands after the last `__` of an export's name.
#[test]
fn names_of_exports_are_no_imports_and_do_not_begin_with_stylus() {
    for (name, accepted) in [
        ("anything", true),
        ("foo__bar", true),
        ("write_result", true), // which is not imported
        ("read_args", false),
        ("foo__read_args", false),
        ("foo__bar__read_args", false),
        ("__read_args", false),
        ("read_args__foo", true),
        ("foo_read_args", true),
        ("read_args_", true),
        ("stylus", false),
        ("stylus_ink_left", false),
        ("stylusish", false),
        ("foo__stylus_start", false),
        ("stylus__foo", true),
        ("my_stylus", true),
        ("Stylus", true),
    ] {
        for export in ["(func 0)", "(global 0)", "(table 0)"] {
            let wasm = parse(&format!(
                r#"{READ_ARGS} {MEMORY} {ENTRY}
                   (global i32 (i32.const 0)) (table 1 funcref) (export "{name}" {export})"#
            ));
            if accepted { assert_accepted(name, &wasm) } else { assert_refused(name, &wasm) }
        }
    }
}

/// Stylus-vm reference, section 3.2.
#[test]
fn constants_are_one_instruction() {
    for (what, text) in [
        ("a sum in a global", "(global i32 (i32.add (i32.const 1) (i32.const 2)))"),
        ("a global from another", "(global i32 (i32.const 1)) (global i32 (global.get 0))"),
        ("a null in a global", "(global funcref (ref.null func))"),
        ("a function in a global", "(global funcref (ref.func 0))"),
        ("a sum where data goes", r#"(data (i32.add (i32.const 1) (i32.const 2)) "data")"#),
        ("a global where data goes", r#"(global i32 (i32.const 1)) (data (global.get 0) "data")"#),
        ("a sum where elements go", "(table 9 funcref) (elem (i32.add (i32.const 1) (i32.const 2)) func 0)"),
        ("a global where elements go", "(table 9 funcref) (global i32 (i32.const 1)) (elem (global.get 0) func 0)"),
    ] {
        assert_refused(what, &parse(&format!("{MEMORY} {ENTRY} {text}")));
    }
}

/// Stylus-vm reference, section 3.2: data and elements are in bounds.
#[test]
fn segments_out_of_bounds_are_refused() {
    for text in [
        r#"(data (i32.const 65533) "more")"#,
        r#"(data (i32.const 65537) "")"#,
        r#"(data (i32.const -1) "minus")"#,
        "(table 2 funcref) (elem (i32.const 2) func 0)",
        "(table 2 funcref) (elem (i32.const 0) func 0 0 0)",
        "(table 2 funcref) (elem (i32.const -1) func 0)",
    ] {
        assert_refused(text, &parse(&format!("{MEMORY} {ENTRY} {text}")));
    }
}

/// Stylus-vm reference, section 3.2: proposals that are off.
#[test]
fn whatever_came_later_is_refused() {
    for (what, text) in [
        ("a table of anything", "(table 1 externref)"),
        ("two tables", "(table 1 funcref) (table 1 funcref)"),
        ("a null", "(func ref.null func drop)"),
        ("a reference as a parameter", "(func (param funcref))"),
        ("a typed select", "(func i32.const 1 i32.const 2 i32.const 3 select (result i32) drop)"),
        ("reading a table", "(table 1 funcref) (func i32.const 0 table.get 0 drop)"),
        ("writing a table", "(table 1 funcref) (func i32.const 0 i32.const 0 table.get 0 table.set 0)"),
        ("the size of a table", "(table 1 funcref) (func table.size 0 drop)"),
        ("growing a table", "(table 1 funcref) (func ref.null func i32.const 1 table.grow 0 drop)"),
        ("filling a table", "(table 1 funcref) (func i32.const 0 ref.null func i32.const 0 table.fill 0)"),
        ("copying a table", "(table 1 funcref) (func i32.const 0 i32.const 0 i32.const 0 table.copy)"),
        (
            "elements at run time",
            "(table 1 funcref) (elem func 0) (func i32.const 0 i32.const 0 i32.const 0 table.init 0)",
        ),
        ("dropping elements", "(table 1 funcref) (elem func 0) (func elem.drop 0)"),
        ("elements as expressions", "(table 1 funcref) (elem (i32.const 0) funcref (ref.func 0))"),
        ("data at run time", r#"(data "x") (func i32.const 0 i32.const 0 i32.const 0 memory.init 0)"#),
        ("dropping data", r#"(data (i32.const 0) "x") (func data.drop 0)"#),
        ("vectors", "(func v128.const i32x4 1 2 3 4 drop)"),
        ("a vector as a local", "(func (local v128))"),
        ("relaxed vectors", "(func (param v128 v128) (result v128) local.get 0 local.get 1 i8x16.relaxed_swizzle)"),
        ("a fence", "(func atomic.fence)"),
        ("atomic loads", "(func i32.const 0 i32.atomic.load drop)"),
        ("a tail call", "(func return_call 1)"),
        ("an indirect tail call", "(type (func)) (table 1 funcref) (func i32.const 0 return_call_indirect (type 0))"),
        ("a second memory", "(memory 1 1)"),
        ("an exception", "(tag)"),
        ("throwing", "(tag $tag) (func throw $tag)"),
        ("function references", "(type $type (func)) (func (param (ref $type)) local.get 0 call_ref $type)"),
        ("structures", "(type (struct (field i32)))"),
        ("recursive types", "(rec (type (func)) (type (func (param i32))))"),
    ] {
        assert_refused(what, &parse(&format!("{MEMORY} {ENTRY} {text}")));
    }
    for (what, memory) in [
        ("64-bit memory", r#"(memory (export "memory") i64 1 1)"#),
        ("shared memory", r#"(memory (export "memory") 1 1 shared)"#),
    ] {
        assert_refused(what, &parse(&format!("{memory} {ENTRY}")));
    }
}

/// Stylus-vm reference, section 3.2: accepted on a development chain, but never run.
#[test]
fn a_start_function_is_not_run() {
    let text = format!(
        r#"(module {MEMORY}
             (global $started (mut i32) (i32.const 0))
             (func $start i32.const 7 global.set $started)
             (start $start)
             (func (export "user_entrypoint") (param i32) (result i32) global.get $started))"#
    );
    assert_accepted("a start function", &wat::parse_str(&text).unwrap());
    let ink = LAST - 1 + 225;
    assert_eq!(Machine::new(&text).run_alone(Env::default(), ink), finished(0, &[], 0));
}

/// Stylus-vm reference, section 3.2 and trap 22.
#[test]
fn sections_beyond_the_original_ones_are_refused() {
    let assembled = |data_count: &str| raw(&[HEAD, TYPES, FUNCTIONS, MEMORIES, EXPORTS, data_count, CODE]);
    assert_accepted("no such section", &assembled(""));
    assert_refused("a data count", &assembled("0c0100"));
}

/// Stylus-vm reference, section 3.2: without reference types, the table of an indirect call is a zero byte.
#[test]
fn an_indirect_call_has_a_single_byte_for_its_table() {
    let assembled = |code: &str| raw(&[HEAD, TYPES, FUNCTIONS, TABLE, MEMORIES, EXPORTS, code]);
    assert_accepted("one byte", &assembled("0a0b010900410041001100000b"));
    assert_refused("two bytes", &assembled("0a0c010a0041004100110080000b"));
}

/// Nitro's validator takes what bulk memory brings: element and data segments that are not active.
#[test]
fn segments_may_be_passive_or_declared() {
    let assembled = |elements: &str| raw(&[HEAD, TYPES, FUNCTIONS, TABLE, MEMORIES, EXPORTS, elements, CODE]);
    assert_accepted("the original form", &assembled("0907010041000b0100"));
    assert_accepted("the passive form", &parse(&format!("{MEMORY} {ENTRY} (elem func 0)")));
    assert_accepted("the declared form", &parse(&format!("{MEMORY} {ENTRY} (elem declare func 0)")));
    assert_accepted("passive data", &parse(&format!("{MEMORY} {ENTRY} (data \"x\")")));
}

/// Stylus-vm reference, section 3.2: custom sections are ignored except `name`, which must parse.
#[test]
fn a_section_of_names_must_parse() {
    let assembled = |custom: &str| raw(&[HEAD, TYPES, FUNCTIONS, MEMORIES, EXPORTS, CODE, custom]);
    // Function 0 is `a`; then the same with a name, and with a subsection, that go beyond the end.
    assert_accepted("names", &assembled("000b046e616d65010401000161"));
    assert_refused("a name that is too long", &assembled("000b046e616d65010401000961"));
    assert_refused("a subsection that is too long", &assembled("000b046e616d65014401000161"));
    assert_accepted("anything under another name", &assembled("000b046e616e65014401000161"));
}

/// Stylus-vm reference, section 3.2.
#[test]
fn what_is_no_module_is_refused() {
    for bytes in [&b""[..], b"\0asm", b"\0asm\x02\0\0\0", b"\0asm\x01\0\0\0", b"#!/bin/sh", &[0xff; 100]] {
        assert!(activate(bytes, 128).is_err(), "{bytes:?}");
    }
    let whole = parse(&format!("{MEMORY} {ENTRY}"));
    for length in 0..whole.len() {
        assert!(activate(&whole[..length], 128).is_err(), "the first {length} bytes");
    }
}

/// A module with these contents.
fn parse(text: &str) -> Vec<u8> {
    wat::parse_str(format!("(module {text})")).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// A module of these sections, in hexadecimal.
fn raw(sections: &[&str]) -> Vec<u8> {
    hex::decode(sections.concat()).unwrap()
}

fn assert_accepted(what: &str, wasm: &[u8]) {
    if let Err(error) = activate(wasm, 128) {
        panic!("{what}: {error}");
    }
}

/// Asserts that a module is refused although it is WebAssembly as of today, so for a rule of Stylus.
fn assert_refused(what: &str, wasm: &[u8]) {
    wasmparser::validate(wasm).unwrap_or_else(|error| panic!("{what} is not WebAssembly: {error}"));
    assert!(activate(wasm, 128).is_err(), "{what} is accepted");
}
