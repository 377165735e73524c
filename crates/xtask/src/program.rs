//! What a program must be before it is worth deploying.

use alloy_primitives::{B256, keccak256};
use eyre::{Result, ensure};
use wasmparser::{Parser, Payload, Validator};

/// Most bytes after compression. The chain allows 24,576; the rest is room for a fix.
pub(crate) const MAX_COMPRESSED: usize = 23_500;

/// The only module that programs may import from on a public chain.
const HOST: &str = "vm_hooks";
/// The prefix and dictionary byte before the compressed program.
const PREFIX_BYTES: usize = 4;

/// Facts of a program that passed.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) compressed_bytes: usize,
    pub(crate) keccak256: B256,
}

/// Checks validity, imports, exports and size.
pub(crate) fn check(wasm: &[u8]) -> Result<Checked> {
    Validator::new().validate_all(wasm)?;
    let mut exports = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(reader) => {
                for import in reader.into_imports() {
                    let import = import?;
                    ensure!(import.module == HOST, "imports {}::{}, which no chain offers", import.module, import.name);
                }
            }
            Payload::ExportSection(reader) => {
                for export in reader {
                    exports.push(export?.name);
                }
            }
            _ => {}
        }
    }
    for name in ["memory", "user_entrypoint"] {
        ensure!(exports.contains(&name), "does not export {name}");
    }
    let compressed_bytes = compress(wasm)?;
    ensure!(compressed_bytes <= MAX_COMPRESSED, "{compressed_bytes} bytes compressed, more than {MAX_COMPRESSED}");
    Ok(Checked { compressed_bytes, keccak256: keccak256(wasm) })
}

/// Returns the size on chain: brotli at quality 11 and window 22 as cargo-stylus compresses, with the prefix.
fn compress(wasm: &[u8]) -> Result<usize> {
    let params = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &wasm[..], &mut compressed, &params)?;
    Ok(compressed.len() + PREFIX_BYTES)
}
