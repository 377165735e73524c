//! Writes the ABI of every contract to `deploy/abi`, or checks with `--check` that it is there.

use std::path::Path;

use eyre::{Context, Result, bail};

fn main() -> Result<()> {
    let check = std::env::args().any(|argument| argument == "--check");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/abi");
    for (name, abi) in aia_abi::all() {
        let file = folder.join(format!("{name}.json"));
        let text = serde_json::to_string_pretty(&abi)? + "\n";
        if !check {
            std::fs::write(&file, text).wrap_err_with(|| file.display().to_string())?;
        } else if std::fs::read_to_string(&file).unwrap_or_default() != text {
            bail!("{} is not what the interface says: run `cargo run -p aia-abi --bin export-abi`", file.display());
        }
    }
    Ok(())
}
