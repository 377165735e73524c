//! Writes the ABI of every contract to `deploy/abi`, where other tools find it.

use eyre::{Context, Result};

fn main() -> Result<()> {
    for (file, text) in aia_abi::exports()? {
        std::fs::write(&file, text).wrap_err_with(|| file.display().to_string())?;
    }
    Ok(())
}
