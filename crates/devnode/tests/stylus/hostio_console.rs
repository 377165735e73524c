//! Printing, which only development chains allow, and which is free.

use aia_devnode::stylus::{Answer, Env, Exit, Request};

use crate::machine::{BLOCK, CALL, CONSOLE, LAST, Machine, PLENTY, finished, imports, kept};

/// Stylus-vm reference, section 5.10.
#[test]
fn printing_costs_no_ink() {
    // Code, the ink of its own instructions, and what is printed. No other float can be had than zero.
    for (code, ink, text) in [
        ("i32.const 0 i32.const 5 call $log_txt", 1 + 1, "hello"),
        ("i32.const 3 i32.const 0 call $log_txt", 1 + 1, ""),
        ("i32.const -7 call $log_i32", 1, "-7"),
        ("i64.const 0x7fffffffffffffff call $log_i64", 1, "9223372036854775807"),
        ("local.get $f call $log_f32", 75, "0"),
        ("local.get $d call $log_f64", 75, "0"),
        ("i32.const 42 call $tee_i32 drop", 1 + 9, "42"),
        ("i64.const -1 call $tee_i64 drop", 1 + 9, "-1"),
        ("local.get $f call $tee_f32 drop", 75 + 9, "0"),
        ("local.get $d call $tee_f64 drop", 75 + 9, "0"),
    ] {
        let program = program(&format!("{code} i32.const 0"));
        let ink = ink + CALL + BLOCK + LAST;
        for is_static in [false, true] {
            let run = |ink| program.run(Env { is_static, ..Env::default() }, ink, |_| Answer::Go { gas: 0 });
            for surplus in [PLENTY, 0] {
                let outcome = run(ink + surplus);
                assert_eq!(outcome.exit, finished(0, &[], surplus), "{code}");
                assert_eq!(outcome.requests, [Request::Print(text.into())], "{code}");
            }
            assert_eq!(run(ink - 1).exit, Exit::OutOfInk, "{code}");
        }
    }
}

/// Stylus-vm reference, section 5.10.
#[test]
fn tee_returns_its_argument() {
    for (code, status) in [
        ("i32.const 42 call $tee_i32", 42),
        ("i32.const -1 call $tee_i32", u32::MAX),
        ("i64.const 0x500000003 call $tee_i64 i64.const 32 i64.shr_u i32.wrap_i64", 5),
    ] {
        let outcome = program(code).run(Env::default(), PLENTY, |_| Answer::Go { gas: 0 });
        assert!(matches!(outcome.exit, Exit::Finished { status: ended, .. } if ended == status), "{code}: {outcome:?}");
    }
}

/// Stylus-vm reference, sections 5.2 and 5.10.
#[test]
fn text_outside_memory_is_a_failure() {
    for (at, length) in [(65_536, 1), (65_535, 2), (0, 65_537), (-1, -1)] {
        let program = program(&format!("i32.const {at} i32.const {length} call $log_txt i32.const 0"));
        let exit = program.run_alone(Env::default(), PLENTY);
        assert_eq!(kept(&exit), Some(PLENTY - (1 + 1 + CALL + BLOCK)), "{length} bytes at {at}");
    }
}

fn program(body: &str) -> Machine {
    let imports = imports("console", &CONSOLE);
    Machine::new(&format!(
        r#"(module {imports}
             (memory (export "memory") 1 1) (data (i32.const 0) "hello")
             (func (export "user_entrypoint") (param i32) (result i32) (local $f f32) (local $d f64) {body}))"#
    ))
}
