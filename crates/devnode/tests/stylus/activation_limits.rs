//! How large a module may be: each limit is reached, and then passed by one.

use aia_devnode::stylus::activate::activate;

const MEMORY: &str = r#"(memory (export "memory") 1 1)"#;
const ENTRY: &str = r#"(func (export "user_entrypoint") (param i32) (result i32) i32.const 0)"#;

/// Something that there may be so much of, and a module with that much.
struct Limit {
    what: &'static str,
    most: usize,
    module: fn(usize) -> String,
}

/// Stylus-vm reference, section 3.3.
const LIMITS: &[Limit] = &[
    Limit { what: "data segments", most: 128, module: |n| with(&r#"(data (i32.const 0) "")"#.repeat(n)) },
    Limit {
        what: "element segments",
        most: 128,
        module: |n| with(&format!("(table 1 funcref) {}", "(elem (i32.const 0) func 0)".repeat(n))),
    },
    // Flags, three bytes for the offset, two for the length, and one for each function.
    Limit {
        what: "bytes of an element segment",
        most: 4096,
        module: |n| with(&format!("(table 4096 funcref) (elem (i32.const 0) func {})", "0 ".repeat(n - 6))),
    },
    // Flags, three bytes for the offset, one for the length, and one for the function.
    Limit {
        what: "bytes of many element segments",
        most: 4096,
        module: |n| {
            let first = format!("(elem (i32.const 0) func {})", "0 ".repeat(n - 6 - 100 * 6));
            with(&format!("(table 4096 funcref) {first} {}", "(elem (i32.const 0) func 0)".repeat(100)))
        },
    },
    // Two are there anyway, and four are added.
    Limit {
        what: "exports",
        most: 1024,
        module: |n| with(&each(n - 2 - 4, |i| format!(r#"(export "e{i}" (func 0))"#))),
    },
    Limit { what: "functions", most: 4096, module: |n| with(&"(func)".repeat(n - 1)) },
    // Four are added.
    Limit { what: "globals", most: 32_768, module: |n| with(&"(global i32 (i32.const 0))".repeat(n - 4)) },
    Limit {
        what: "locals of one type",
        most: 348,
        module: |n| with(&format!("(func (param i64 i64 i64) (local {}))", "i32 ".repeat(n))),
    },
    Limit {
        what: "locals of alternating types",
        most: 348,
        module: |n| {
            let locals = each(n, |i| String::from(if i % 2 == 0 { "i32 " } else { "f64 " }));
            with(&format!("(func) (func (local {locals}))"))
        },
    },
    Limit {
        what: "imports",
        most: 513,
        module: |n| {
            let imports = r#"(import "vm_hooks" "msg_reentrant" (func (result i32)))"#.repeat(n);
            format!("{imports} {MEMORY} {ENTRY}")
        },
    },
    Limit { what: "table entries", most: 4096, module: |n| with(&format!("(table {n} funcref)")) },
    Limit {
        what: "table entries, with room to grow",
        most: 4096,
        module: |n| with(&format!("(table {n} 1000000 funcref)")),
    },
    Limit {
        what: "letters of an export's name",
        most: 512,
        module: |n| with(&format!(r#"(export "{}" (func 0))"#, "n".repeat(n))),
    },
    Limit { what: "pages of memory", most: 128, module: |n| format!(r#"(memory (export "memory") {n} {n}) {ENTRY}"#) },
    Limit {
        what: "operands at once",
        most: 4096,
        module: |n| with(&format!("(func {} {})", "i32.const 0 ".repeat(n), "drop ".repeat(n))),
    },
    // The `end`, one block, the entry and the way out.
    Limit {
        what: "instructions of a function",
        most: 65_536,
        module: |n| with(&format!("(func {})", "nop ".repeat(n - 1 - 12 - 12 - 5))),
    },
    // An `end` and a block for each call.
    Limit {
        what: "instructions of a function in many blocks",
        most: 65_536,
        module: |n| {
            let rest = n - 1 - 12 - 12 - 5;
            let body = format!("{} {}", "call 1 ".repeat(rest / 13), "nop ".repeat(rest % 13));
            with(&format!("(func) (func {body})"))
        },
    },
];

/// Stylus-vm reference, section 3.3.
#[test]
fn each_limit_can_be_reached_and_not_passed() {
    for Limit { what, most, module } in LIMITS {
        let at = parse(&module(*most));
        if let Err(error) = activate(&at, 128) {
            panic!("{most} {what}: {error}");
        }
        let beyond = parse(&module(most + 1));
        wasmparser::validate(&beyond).unwrap_or_else(|error| panic!("{what}: not WebAssembly: {error}"));
        assert!(activate(&beyond, 128).is_err(), "{} {what}", most + 1);
    }
}

/// Stylus-vm reference, sections 3.1 and 3.3: memory must fit into what the transaction may still open.
#[test]
fn the_page_budget_bounds_the_initial_memory() {
    for budget in [0, 1, 5, 127, 128] {
        for (pages, accepted) in [(budget, true), (budget + 1, false)] {
            let wasm = parse(&format!(r#"(memory (export "memory") {pages} {pages}) {ENTRY}"#));
            let activated = activate(&wasm, budget);
            assert_eq!(activated.is_ok(), accepted, "{pages} pages of {budget}");
            if let Ok(activated) = activated {
                assert_eq!(activated.footprint, pages);
            }
        }
    }
    // What it may grow to is not asked.
    let growing = format!(
        r#"(import "vm_hooks" "pay_for_memory_grow" (func (param i32)))
           (memory (export "memory") 1 65536) {ENTRY}"#
    );
    assert_eq!(activate(&parse(&growing), 1).unwrap().footprint, 1);
}

/// Stylus-vm reference, sections 3.3 and 3.4.
#[test]
fn the_cached_cost_fits_16_bits() {
    // One function with two values, four globals, two pages; a header of seven bytes for the data.
    let module = |length| {
        let data = "x".repeat(length);
        parse(&format!(r#"(memory (export "memory") 2 2) {ENTRY} (data (i32.const 0) "{data}")"#))
    };
    let at = module(86_928);
    assert_eq!(at.len(), 87_004);
    assert_eq!(87_004 * 122 / 100_000 + 4 * 1628 / 1000 + (86_928 + 7) * 75_244 / 100_000 + 5 * 2, 65_535_u64);
    assert_eq!(activate(&at, 128).unwrap().cached, u16::MAX);
    assert!(activate(&module(86_929), 128).is_err());
}

/// Stylus-vm reference, sections 3.3 and 3.4.
#[test]
fn the_init_cost_fits_16_bits() {
    let module = |length: usize| {
        let mut wasm = parse(&format!("{MEMORY} {ENTRY}"));
        // A custom section `x`; its length takes three bytes.
        let content = length - wasm.len() - 1 - 3;
        let digit = |shift: u32| u8::try_from((content >> shift) & 0x7f).unwrap();
        wasm.extend([0, digit(0) | 0x80, digit(7) | 0x80, digit(14), 1, b'x']);
        wasm.resize(length, 0);
        wasm
    };
    assert_eq!(8252 / 1000 + 2 * 1059 / 1000 + 509_533 * 1286 / 10_000, 65_535_u64);
    assert_eq!(activate(&module(509_533), 128).unwrap().init, u16::MAX);
    assert!(activate(&module(509_534), 128).is_err());
}

/// Stylus-vm reference, section 3.3: the name that a module has in its section of names.
#[test]
fn the_name_of_a_module_has_at_most_512_bytes() {
    let named = |length| {
        let name = "n".repeat(length);
        wat::parse_str(format!("(module ${name} {MEMORY} {ENTRY})")).unwrap()
    };
    assert!(activate(&named(512), 128).is_ok());
    assert!(activate(&named(513), 128).is_err());
}

/// A module with this beside what every module has.
fn with(text: &str) -> String {
    format!("{MEMORY} {ENTRY} {text}")
}

fn each(count: usize, text: impl Fn(usize) -> String) -> String {
    (0..count).map(text).collect()
}

fn parse(text: &str) -> Vec<u8> {
    wat::parse_str(format!("(module {text})")).unwrap_or_else(|error| panic!("{error}"))
}
