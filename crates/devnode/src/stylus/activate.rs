//! Activation: which modules are accepted, and what running them will be estimated to cost.

use std::ops::Range;

use wasmparser::{
    DataKind, ElementItems, ElementKind, ExternalKind, FuncType, Operator, Parser, Payload, TypeRef, ValType,
    Validator, WasmFeatures,
};

use super::{
    hostio,
    instrument::{self, ADDED_GLOBALS},
    prices,
};

const MAX_DATA_SEGMENTS: usize = 128;
const MAX_ELEMENT_SEGMENTS: usize = 128;
const MAX_EXPORTS: u32 = 1024;
const MAX_FUNCTIONS: usize = 4096;
const MAX_GLOBALS: u32 = 32_768;
const MAX_LOCALS: u32 = 348;
const MAX_IMPORTS: usize = 513;
const MAX_TABLE_ENTRIES: u64 = 4096;
const MAX_ELEMENT_BYTES: usize = 4096;
const MAX_NAME: usize = 512;
const PAGE: u64 = 65_536;
const MAX_INITIAL_PAGES: u16 = 128;

/// Why a module is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Invalid(String);

impl Invalid {
    pub(super) fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

impl From<wasmparser::BinaryReaderError> for Invalid {
    fn from(error: wasmparser::BinaryReaderError) -> Self {
        Self(error.to_string())
    }
}

/// A module that passed, ready to be compiled, with the figures that are stored with the program.
#[derive(Debug)]
pub struct Activated {
    /// The instrumented module.
    pub wasm: Vec<u8>,
    /// Initial memory, in pages.
    pub footprint: u16,
    /// Cost units of entering the program.
    pub init: u16,
    /// Cost units of entering it when cached.
    pub cached: u16,
    /// Estimated bytes of native code.
    pub asm: u32,
    /// Gas of activation that depends on the module.
    pub gas: u64,
}

/// A section of the module: its id and where its content lies.
#[derive(Clone, Debug)]
pub struct Section {
    pub(super) id: u8,
    pub(super) range: Range<usize>,
}

/// A function the module defines.
#[derive(Debug)]
pub struct DefinedFunction<'a> {
    pub(super) operators: Vec<Operator<'a>>,
    pub(super) local_groups: Vec<(u32, ValType)>,
    /// Declared locals, parameters not counted.
    pub(super) locals: u32,
}

/// What the passes need to know of a module.
#[derive(Debug, Default)]
pub struct ModuleInfo<'a> {
    pub(super) sections: Vec<Section>,
    types: Vec<FuncType>,
    /// Type of each function, imports first.
    function_types: Vec<u32>,
    imports: Vec<(String, String, u32)>,
    pub(super) functions: Vec<DefinedFunction<'a>>,
    pub(super) globals: u32,
    pub(super) exports: u32,
    pub(super) memory_can_grow: bool,
    /// Index of the imported `pay_for_memory_grow`.
    pub(super) pay_for_grow: Option<u32>,
    /// Id of the section after which globals and exports are written: the memory's.
    pub(super) last_before_globals: u8,
    footprint: u16,
    has_start: bool,
    data_segments: usize,
    data_bytes: usize,
    data_payload: usize,
    element_segments: usize,
    element_bytes: usize,
}

impl ModuleInfo<'_> {
    /// Returns how many parameters and results a type has.
    pub(super) fn signature(&self, type_index: u32) -> (u32, u32) {
        // Validation has checked the index; a type has at most 1000 of either.
        #[allow(clippy::cast_possible_truncation)]
        self.types.get(type_index as usize).map_or((0, 0), |ty| (ty.params().len() as u32, ty.results().len() as u32))
    }

    pub(super) fn parameters(&self, type_index: u32) -> u64 {
        self.signature(type_index).0.into()
    }

    pub(super) fn function_type(&self, function: u32) -> (u32, u32) {
        self.function_types.get(function as usize).map_or((0, 0), |ty| self.signature(*ty))
    }
}

/// Checks, instruments and prices a decompressed program.
///
/// `page_budget` is how many pages the transaction may still open.
///
/// # Errors
/// [`Invalid`] with the rule that the module breaks.
pub fn activate(wasm: &[u8], page_budget: u16) -> Result<Activated, Invalid> {
    // The proposals that Nitro's validator accepts, and no other.
    let features = WasmFeatures::WASM1
        | WasmFeatures::SATURATING_FLOAT_TO_INT
        | WasmFeatures::SIGN_EXTENSION
        | WasmFeatures::BULK_MEMORY
        | WasmFeatures::MULTI_VALUE;
    Validator::new_with_features(features).validate_all(wasm)?;
    let info = read(wasm)?;
    check_limits(&info)?;
    if info.footprint > page_budget.min(MAX_INITIAL_PAGES) {
        return Err(Invalid::new(format!("memory of {} pages exceeds the limit of {page_budget}", info.footprint)));
    }
    let instrumented = instrument::instrument(wasm, &info)?;
    price(wasm, &info, instrumented)
}

fn read(wasm: &[u8]) -> Result<ModuleInfo<'_>, Invalid> {
    let mut info = ModuleInfo::default();
    let mut exports = Vec::new();
    let mut memories: Vec<wasmparser::MemoryType> = Vec::new();
    let mut tables = 0; // entries of the only table that there can be
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        if let Some((id, range)) = payload.as_section() {
            if id > 11 {
                return Err(Invalid::new(format!("section {id} is not supported")));
            }
            info.sections.push(Section { id, range });
        }
        match payload {
            Payload::TypeSection(reader) => {
                for ty in reader.into_iter_err_on_gc_types() {
                    info.types.push(ty?);
                }
            }
            Payload::ImportSection(reader) => {
                for import in reader.into_imports() {
                    let import = import?;
                    let TypeRef::Func(ty) = import.ty else {
                        return Err(Invalid::new(format!("import {} is not a function", import.name)));
                    };
                    info.function_types.push(ty);
                    info.imports.push((import.module.into(), import.name.into(), ty));
                }
            }
            Payload::FunctionSection(reader) => {
                for ty in reader {
                    info.function_types.push(ty?);
                }
            }
            Payload::TableSection(reader) => {
                tables = reader.into_iter().try_fold(0u64, |sum, table| Ok::<_, Invalid>(sum + table?.ty.initial))?;
                limit("table entries", tables, MAX_TABLE_ENTRIES)?;
            }
            Payload::MemorySection(reader) => {
                for memory in reader {
                    memories.push(memory?);
                }
            }
            Payload::GlobalSection(reader) => {
                for global in reader {
                    let initializer =
                        global?.init_expr.get_operators_reader().into_iter().collect::<Result<Vec<_>, _>>()?;
                    if !matches!(
                        initializer.as_slice(),
                        [
                            Operator::I32Const { .. }
                                | Operator::I64Const { .. }
                                | Operator::F32Const { .. }
                                | Operator::F64Const { .. },
                            Operator::End
                        ]
                    ) {
                        return Err(Invalid::new("a global is not initialised by a constant"));
                    }
                    info.globals += 1;
                }
            }
            Payload::ExportSection(reader) => {
                for export in reader {
                    exports.push(export?);
                }
            }
            Payload::ElementSection(reader) => {
                for element in reader {
                    let element = element?;
                    if let ElementKind::Active { offset_expr, .. } = &element.kind {
                        let entries = match &element.items {
                            ElementItems::Functions(items) => items.count(),
                            ElementItems::Expressions(_, items) => items.count(),
                        };
                        check_segment("element", offset_expr, entries.into(), tables)?;
                    }
                    info.element_bytes += element.range.len();
                    info.element_segments += 1;
                }
            }
            Payload::DataSection(reader) => {
                let memory = memories.first().map_or(0, |memory| memory.initial * PAGE);
                for data in reader {
                    let data = data?;
                    if let DataKind::Active { offset_expr, .. } = &data.kind {
                        check_segment("data", offset_expr, data.data.len() as u64, memory)?;
                    }
                    info.data_bytes += data.range.len();
                    info.data_segments += 1;
                    info.data_payload += data.data.len();
                }
            }
            Payload::StartSection { .. } => info.has_start = true,
            Payload::CustomSection(section) => check_custom(&section)?,
            Payload::CodeSectionEntry(body) => info.functions.push(read_function(&body)?),
            _ => {}
        }
    }
    check_memory(&mut info, &memories)?;
    check_imports(&mut info)?;
    check_exports(&mut info, &exports)?;
    Ok(info)
}

fn read_function<'a>(body: &wasmparser::FunctionBody<'a>) -> Result<DefinedFunction<'a>, Invalid> {
    let local_groups = body.get_locals_reader()?.into_iter().collect::<Result<Vec<_>, _>>()?;
    let locals = local_groups.iter().fold(0u32, |sum, (count, _)| sum.saturating_add(*count));
    let operators = body.get_operators_reader()?.into_iter().collect::<Result<Vec<_>, _>>()?;
    if let Some(refused) = operators.iter().find(|operator| !is_allowed(operator)) {
        return Err(Invalid::new(format!("unsupported instruction {refused:?}")));
    }
    Ok(DefinedFunction { operators, local_groups, locals })
}

/// Instructions that are priced, and those on floats that may stand in code that never runs.
fn is_allowed(operator: &Operator<'_>) -> bool {
    use Operator::*;
    prices::instruction(operator, 0) != u64::MAX
        || matches!(
            operator,
            F32Load { .. }
                | F64Load { .. }
                | F32Store { .. }
                | F64Store { .. }
                | F32Const { .. }
                | F64Const { .. }
                | I32ReinterpretF32
                | I64ReinterpretF64
                | F32ReinterpretI32
                | F64ReinterpretI64
        )
}

/// Refuses a segment that does not fit into what exists when the program starts.
fn check_segment(kind: &str, offset: &wasmparser::ConstExpr<'_>, length: u64, space: u64) -> Result<(), Invalid> {
    let operators = offset.get_operators_reader().into_iter().collect::<Result<Vec<_>, _>>()?;
    let [Operator::I32Const { value }, Operator::End] = operators.as_slice() else {
        return Err(Invalid::new("an offset is not a constant"));
    };
    match u64::try_from(*value) {
        Ok(offset) if offset + length <= space => Ok(()),
        _ => Err(Invalid::new(format!("out-of-bounds {kind} segment: {length} at {value} of {space}"))),
    }
}

/// Of all custom sections only that of names is looked at: it must be readable.
fn check_custom(section: &wasmparser::CustomSectionReader<'_>) -> Result<(), Invalid> {
    let wasmparser::KnownCustom::Name(names) = section.as_known() else { return Ok(()) };
    for name in names {
        match name? {
            wasmparser::Name::Module { name, .. } => limit("bytes of the module's name", name.len(), MAX_NAME)?,
            wasmparser::Name::Function(names) => names.into_iter().try_for_each(|name| name.map(|_| ()))?,
            _ => {}
        }
    }
    Ok(())
}

fn check_memory(info: &mut ModuleInfo<'_>, memories: &[wasmparser::MemoryType]) -> Result<(), Invalid> {
    let [memory] = memories else {
        return Err(Invalid::new(format!("{} memories, expected one", memories.len())));
    };
    info.footprint = u16::try_from(memory.initial).unwrap_or(u16::MAX);
    info.memory_can_grow = memory.maximum != Some(memory.initial);
    info.last_before_globals = 5;
    Ok(())
}

fn check_imports(info: &mut ModuleInfo<'_>) -> Result<(), Invalid> {
    limit("imports", info.imports.len(), MAX_IMPORTS)?;
    for (index, (module, name, ty)) in info.imports.iter().enumerate() {
        let same = |other: &&(String, String, u32)| other.0 == *module && other.1 == *name;
        if info.imports.iter().find(same).is_some_and(|first| first.2 != *ty) {
            return Err(Invalid::new(format!("inconsistent imports of {module}::{name}")));
        }
        let expected =
            hostio::signature(module, name).ok_or_else(|| Invalid::new(format!("unknown import {module}::{name}")))?;
        let ty = &info.types[*ty as usize];
        if (ty.params(), ty.results()) != expected {
            return Err(Invalid::new(format!("import {module}::{name} has a wrong type")));
        }
        if name == "pay_for_memory_grow" {
            // At most 513 imports.
            #[allow(clippy::cast_possible_truncation)]
            let index = index as u32;
            info.pay_for_grow = Some(index);
        }
    }
    if info.memory_can_grow && info.pay_for_grow.is_none() {
        return Err(Invalid::new("missing import pay_for_memory_grow"));
    }
    Ok(())
}

fn check_exports(info: &mut ModuleInfo<'_>, exports: &[wasmparser::Export<'_>]) -> Result<(), Invalid> {
    // At most what 128 KiB can hold.
    #[allow(clippy::cast_possible_truncation)]
    let count = exports.len() as u32;
    info.exports = count;
    for export in exports {
        limit("length of an export name", export.name.len(), MAX_NAME)?;
        let tail = export.name.rsplit("__").next().unwrap_or_default();
        if tail.starts_with("stylus") {
            return Err(Invalid::new(format!("export {} has a reserved name", export.name)));
        }
        if info.imports.iter().any(|(_, name, _)| name == tail) {
            return Err(Invalid::new(format!("export {} has the name of an import", export.name)));
        }
    }
    let find = |name: &str| exports.iter().find(|export| export.name == name);
    if !matches!(find("memory"), Some(export) if export.kind == ExternalKind::Memory && export.index == 0) {
        return Err(Invalid::new("the memory is not exported as memory"));
    }
    let entrypoint = find("user_entrypoint")
        .filter(|export| export.kind == ExternalKind::Func)
        .and_then(|export| info.function_types.get(export.index as usize))
        .map(|ty| &info.types[*ty as usize]);
    if !matches!(entrypoint, Some(ty) if ty.params() == [ValType::I32] && ty.results() == [ValType::I32]) {
        return Err(Invalid::new("missing export user_entrypoint of type (i32) -> i32"));
    }
    Ok(())
}

fn check_limits(info: &ModuleInfo<'_>) -> Result<(), Invalid> {
    limit("data segments", info.data_segments, MAX_DATA_SEGMENTS)?;
    limit("element segments", info.element_segments, MAX_ELEMENT_SEGMENTS)?;
    limit("bytes of element segments", info.element_bytes, MAX_ELEMENT_BYTES)?;
    let start = u32::from(info.has_start); // it is exported, too, and never called
    limit("exports", info.exports + ADDED_GLOBALS + start, MAX_EXPORTS)?;
    limit("functions", info.functions.len(), MAX_FUNCTIONS)?;
    limit("globals", info.globals + ADDED_GLOBALS, MAX_GLOBALS)?;
    for function in &info.functions {
        limit("locals of a function", function.locals, MAX_LOCALS)?;
    }
    Ok(())
}

fn limit<T: PartialOrd + std::fmt::Display>(what: &str, have: T, most: T) -> Result<(), Invalid> {
    if have > most { Err(Invalid::new(format!("too many {what}: {have} > {most}"))) } else { Ok(()) }
}

/// Each division rounds down on its own, so the order of terms matters.
fn price(wasm: &[u8], info: &ModuleInfo<'_>, instrumented: instrument::Instrumented) -> Result<Activated, Invalid> {
    let functions = info.functions.len() as u64;
    let defined = &info.function_types[info.imports.len()..];
    let values = defined.iter().map(|ty| self_and_results(info, *ty)).sum::<u64>();
    let bytes = wasm.len() as u64;
    let globals = u64::from(info.globals + ADDED_GLOBALS);
    let segments = (info.data_bytes + info.element_bytes) as u64;
    let pages = u64::from(info.footprint);

    let asm = 512_000 + functions * 996_829 / 1000 + values * 11_416 / 1000 + bytes * 62_628 / 10_000;
    let cached = functions * 13_420 / 100_000
        + values * 89 / 100_000
        + bytes * 122 / 100_000
        + globals * 1628 / 1000
        + segments * 75_244 / 100_000
        + 5 * pages;
    let init = functions * 8252 / 1000 + values * 1059 / 1000 + bytes * 1286 / 10_000;

    let microseconds = [
        bytes * 31_733 / 100_000,
        functions * 17_263 / 100_000,
        info.data_payload as u64 * 17_376 / 100_000,
        info.element_bytes as u64 * 17_376 / 100_000,
        pages * 2217,
        instrumented.instructions * 535 / 1000,
    ];
    let unit = |name, units: u64| u16::try_from(units).map_err(|_| Invalid::new(format!("{name} is too large")));
    Ok(Activated {
        wasm: instrumented.wasm,
        footprint: info.footprint,
        init: unit("init cost", init)?,
        cached: unit("cached cost", cached)?,
        asm: u32::try_from(asm).map_err(|_| Invalid::new("native code is too large"))?,
        gas: 28 * microseconds.iter().sum::<u64>(),
    })
}

fn self_and_results(info: &ModuleInfo<'_>, ty: u32) -> u64 {
    let (parameters, results) = info.signature(ty);
    u64::from(parameters) + u64::from(results)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Stylus-vm reference, section 11.3.
    #[test]
    fn a_module_that_does_nothing_has_the_figures_of_the_reference() {
        let wasm = wat::parse_str(
            r#"(module (memory (export "memory") 0 0)
                 (func (export "user_entrypoint") (param i32) (result i32) i32.const 0))"#,
        )
        .unwrap();
        assert_eq!(wasm.len(), 64);
        let activated = activate(&wasm, 128).unwrap();
        assert_eq!((activated.asm, activated.cached, activated.init), (513_418, 6, 18));
        assert_eq!(activated.gas, 1008);
    }

    /// Stylus-vm reference, section 11.4: 76 instructions once instrumented.
    #[test]
    fn a_loop_has_the_instructions_of_the_reference() {
        let wasm = wat::parse_str(
            r#"(module (memory (export "memory") 0 0)
                 (func (export "user_entrypoint") (param i32) (result i32) (local i32)
                   i32.const 10 local.set 1
                   (loop local.get 1 i32.const 1 i32.sub local.tee 1 br_if 0)
                   i32.const 0))"#,
        )
        .unwrap();
        let info = read(&wasm).unwrap();
        let instrumented = instrument::instrument(&wasm, &info).unwrap();
        assert_eq!(instrumented.instructions, 76);
    }

    #[test]
    fn modules_outside_the_rules_are_refused() {
        let entry = r#"(func (export "user_entrypoint") (param i32) (result i32) i32.const 0)"#;
        let cases = [
            (format!(r#"(module {entry})"#), "memories"),
            (format!(r#"(module (memory 1 1) {entry})"#), "not exported as memory"),
            (r#"(module (memory (export "memory") 1 1))"#.into(), "user_entrypoint"),
            (format!(r#"(module (memory (export "memory") 1) {entry})"#), "pay_for_memory_grow"),
            (
                format!(r#"(module (import "vm_hooks" "nothing" (func)) (memory (export "memory") 1 1) {entry})"#),
                "unknown import",
            ),
            (
                format!(r#"(module (import "vm_hooks" "read_args" (func)) (memory (export "memory") 1 1) {entry})"#),
                "wrong type",
            ),
            (format!(r#"(module (memory (export "memory") 1 1) (func (export "stylus_x")) {entry})"#), "reserved"),
            (format!(r#"(module (memory (export "memory") 129 129) {entry})"#), "exceeds the limit"),
            (
                format!(
                    r#"(module (memory (export "memory") 1 1) (func (result f32) f32.const 1 f32.const 2 f32.add) {entry})"#
                ),
                "unsupported instruction",
            ),
        ];
        for (text, reason) in cases {
            let error = activate(&wat::parse_str(&text).unwrap(), 128).unwrap_err().to_string();
            assert!(error.contains(reason), "{text}: {error}");
        }
    }
}
