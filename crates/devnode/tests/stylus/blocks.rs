//! How instructions are paid for: by the block, in advance, and bulk memory by its size.

use aia_devnode::stylus::{Env, Exit};

use crate::machine::{BLOCK, CALL, LAST, Machine, PLENTY, finished};

/// Stylus-vm reference, sections 4.2 and 11.4.
#[test]
fn a_loop_is_charged_once_on_entry_and_its_body_each_time() {
    let program = program(
        "i32.const 10
         local.set 1
         (loop
           local.get 1
           i32.const 1
           i32.sub
           local.tee 1
           br_if 0)
         i32.const 0",
    );
    let entry = 1 + 210 + 1 + BLOCK;
    let body = 75 + 1 + 70 + 75 + 765 + BLOCK;
    let end = 1 + BLOCK;
    assert_eq!(entry + 10 * body + end + LAST, 41_925);
    program.assert_uses(41_925, "ten rounds");
}

/// Stylus-vm reference, section 4.2.
#[test]
fn blocks_run_from_one_ending_instruction_to_the_next() {
    let cases = [
        ("nothing but the end", "i32.const 0", LAST),
        ("`block` ends no block", "nop block nop block nop end nop end nop i32.const 0", {
            let first = 1 + 1 + 1 + 1 + 1 + 1 + BLOCK; // up to the inner `end`
            let second = 1 + 1 + BLOCK; // up to the outer one
            first + second + 1 + LAST
        }),
        ("`loop` does", "nop loop nop end i32.const 0", 1 + 1 + BLOCK + 1 + 1 + BLOCK + LAST),
        ("a branch out of two blocks", "block block nop br 1 end nop end i32.const 0", 1 + 1 + 1 + 765 + BLOCK + LAST),
        (
            "a loop that is left by a branch",
            "block loop nop br 1 end end i32.const 0",
            1 + 1 + BLOCK + 1 + 765 + BLOCK + LAST,
        ),
        ("a call in the middle", "nop call $nothing nop nop i32.const 0", 1 + CALL + BLOCK + 1 + BLOCK + 1 + 1 + LAST),
        (
            "an early return in a callee",
            "i32.const 1 call $early i32.const 0",
            1 + CALL + BLOCK + 75 + 765 + BLOCK + 1 + BLOCK + LAST,
        ),
        (
            "a callee that does not return early",
            "i32.const 0 call $early i32.const 0",
            1 + CALL + BLOCK + 75 + 765 + BLOCK + 1 + BLOCK + LAST, // neither the `return` nor the `end` beside it
        ),
    ];
    for (name, body, ink) in cases {
        program(body).assert_uses(ink, name);
    }
}

/// Stylus-vm reference, sections 4.2 and 6.5.
#[test]
fn a_trap_keeps_the_ink_but_not_that_of_its_block() {
    let nops = 3;
    let cases = [
        ("unreachable", "unreachable nop nop nop", 1 + nops),
        ("a division by zero", "i32.const 1 i32.const 0 i32.div_u drop nop nop nop", 1 + 1 + 1120 + 9 + nops),
        ("a remainder by zero", "i64.const 1 i64.const 0 i64.rem_s drop nop nop nop", 1 + 1 + 1270 + 9 + nops),
        (
            "an overflowing division",
            "i32.const 0x80000000 i32.const -1 i32.div_s drop nop nop nop",
            1 + 1 + 1120 + 9 + nops,
        ),
        ("a load beyond memory", "i32.const 65533 i32.load drop nop nop nop", 1 + 670 + 9 + nops),
        ("a store beyond memory", "i32.const 65529 i64.const 0 i64.store nop nop nop", 1 + 1 + 950 + nops),
        ("a load beyond 4 GiB", "i32.const -1 i32.load8_u offset=4294967295 drop nop nop nop", 1 + 670 + 9 + nops),
    ];
    for (name, body, ink) in cases {
        program(&format!("{body} i32.const 0")).assert_fails_after(ink + LAST, name);
    }

    // A call ends its block, so nothing behind it was paid for.
    for (name, index) in [("beyond the table", 3), ("an empty entry", 2), ("of another type", 1)] {
        let program = program(&format!("i32.const {index} call_indirect (type $nothing) nop i32.const 0"));
        program.assert_fails_after(1 + 13_610 + BLOCK, &format!("an indirect call {name}"));
    }
}

/// Stylus-vm reference, section 4.2: the check stands before the first instruction of the block.
#[test]
fn a_block_that_cannot_be_paid_does_nothing() {
    let program = Machine::with_hooks(
        "",
        "i32.const 0 i32.const 3 call $write_result
         i32.const 0 call $exit_early
         i32.const 0",
    );
    let result = 1 + 1 + CALL + BLOCK + 8400 + 2 * 16_381;
    let exit = 1 + CALL + BLOCK;
    assert_eq!(program.run_alone(Env::default(), result + exit), finished(0, &[0; 3], 0));
    for ink in [0, 1, 1 + 1 + CALL + BLOCK, result, result + exit - 1] {
        assert_eq!(program.run_alone(Env::default(), ink), Exit::OutOfInk, "{ink} ink");
    }
}

/// Stylus-vm reference, section 4.4.
#[test]
fn filling_and_copying_memory_costs_100_per_byte() {
    for instruction in ["memory.fill", "memory.copy"] {
        for size in [0, 1, 2, 31, 32, 33, 300, 65_536] {
            let program = program(&format!("i32.const 0 i32.const 0 i32.const {size} {instruction} i32.const 0"));
            program.assert_uses(3 + 950 + 100 * size + LAST, &format!("{instruction} of {size} bytes"));
        }
    }
}

/// Stylus-vm reference, section 4.4.
#[test]
fn bulk_memory_pays_before_its_bounds_are_checked() {
    for instruction in ["memory.fill", "memory.copy"] {
        // Where to, from where or with what, and how much; the size is unsigned, in 64 bits.
        for (to, from, size, bytes) in [
            (65_536, 0, 1, 1),
            (65_530, 0, 7, 7),
            (-1, 0, 9, 9),
            (0, 0, 65_537, 65_537),
            (0, 0, i32::MIN, 1 << 31),
            (0, 0, -1, u64::from(u32::MAX)),
        ] {
            let operands = format!("i32.const {to} i32.const {from} i32.const {size}");
            program(&format!("{operands} {instruction} i32.const 0"))
                .assert_fails_after(3 + 950 + 100 * bytes + LAST, &format!("{operands} {instruction}"));
        }
    }
}

/// Stylus-vm reference, section 4.4.
#[test]
fn the_meter_leaves_the_operands_of_bulk_memory_alone() {
    let program = program(
        "i32.const 4 i32.const 0x1ab i32.const 3 memory.fill
         i32.const 9 i32.const 5 i32.const 2 memory.copy
         i32.const 8 i32.load
         i32.const 4 i32.load i32.const 1 i32.shr_u
         i32.xor",
    );
    let (copied, filled) = (0x00ab_ab00_u32, 0x00ab_abab_u32 >> 1);
    let ink = 3 + 950 + 300 + 3 + 950 + 200 + 1 + 670 + 1 + 670 + 1 + 70 + 70 + 1 + BLOCK;
    assert_eq!(program.run_alone(Env::default(), ink), finished(copied ^ filled, &[], 0));
    assert_eq!(program.run_alone(Env::default(), ink - 1), Exit::OutOfInk);
}

/// Stylus-vm reference, section 4.4.
#[test]
fn each_round_of_bulk_memory_is_paid_for() {
    let program = program(
        "i32.const 5
         local.set 1
         (loop
           i32.const 0 i32.const 7 local.get 1 memory.fill
           local.get 1
           i32.const 1
           i32.sub
           local.tee 1
           br_if 0)
         i32.const 0",
    );
    let body = 1 + 1 + 75 + 950 + 75 + 1 + 70 + 75 + 765 + BLOCK;
    let bytes = 5 + 4 + 3 + 2 + 1;
    program.assert_uses(1 + 210 + 1 + BLOCK + 5 * body + 100 * bytes + 1 + BLOCK + LAST, "five rounds");
}

/// Stylus-vm reference, section 5.3: the result of `user_entrypoint` is the status.
#[test]
fn the_result_of_the_entrypoint_is_the_status() {
    for status in [0, 1, 2, 0x7fff_ffff, u32::MAX] {
        let program = program(&format!("i32.const {status}"));
        assert_eq!(program.run_alone(Env::default(), PLENTY), finished(status, &[], PLENTY - LAST));
    }
}

/// Stylus-vm reference, section 5.3: the parameter of `user_entrypoint`.
#[test]
fn the_entrypoint_is_told_the_length_of_the_calldata() {
    let program = program("local.get 0");
    for length in [0, 1, 4, 1000] {
        let env = Env { args: vec![7_u8; length].into(), ..Env::default() };
        let status = length.try_into().unwrap();
        assert_eq!(program.run_alone(env, 75 + 1 + BLOCK), finished(status, &[], 0));
    }
}

/// A program whose second local is free for use.
fn program(body: &str) -> Machine {
    Machine::new(&format!(
        r#"(module
             (type $nothing (func))
             (func $nothing (type $nothing))
             (func $early (param i32) local.get 0 if return end)
             (table 3 funcref)
             (elem (i32.const 0) func $nothing $early)
             (memory (export "memory") 1 1)
             (func (export "user_entrypoint") (param i32) (result i32) (local i32) {body}))"#
    ))
}
