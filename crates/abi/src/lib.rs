//! Typed bindings read from the contracts' interfaces, the one source of every ABI.

// The interfaces document themselves, and their functions have as many arguments as the standards say.
#![allow(missing_docs, clippy::too_many_arguments)]

pub use court::IDisputeCourt;
pub use governor::IAIAGovernor;
pub use payments::IStreamPayments;
pub use registry::IProviderRegistry;
pub use timelock::IAIATimelock;
pub use token::IAIAToken;

mod token {
    alloy::sol! {
        #[sol(rpc, abi, extra_derives(Debug, PartialEq, Eq))]
        "../../contracts/aia-token/IAIAToken.sol"
    }
}

mod registry {
    alloy::sol! {
        #[sol(rpc, abi, extra_derives(Debug, PartialEq, Eq))]
        "../../contracts/provider-registry/IProviderRegistry.sol"
    }
}

mod court {
    alloy::sol! {
        #[sol(rpc, abi, extra_derives(Debug, PartialEq, Eq))]
        "../../contracts/dispute-court/IDisputeCourt.sol"
    }
}

mod governor {
    alloy::sol! {
        #[sol(rpc, abi, extra_derives(Debug, PartialEq, Eq))]
        "../../contracts/governor/IAIAGovernor.sol"
    }
}

mod timelock {
    alloy::sol! {
        #[sol(rpc, abi, extra_derives(Debug, PartialEq, Eq))]
        "../../contracts/timelock/IAIATimelock.sol"
    }
}

mod payments {
    alloy::sol! {
        #[sol(rpc, abi, extra_derives(Debug, PartialEq, Eq))]
        "../../contracts/stream-payments/IStreamPayments.sol"
    }
}

use std::path::{Path, PathBuf};

use alloy::json_abi::JsonAbi;

/// Returns the ABI of every contract, by the name of its interface.
pub fn all() -> Vec<(&'static str, JsonAbi)> {
    vec![
        ("IAIAGovernor", IAIAGovernor::abi::contract()),
        ("IAIATimelock", IAIATimelock::abi::contract()),
        ("IAIAToken", IAIAToken::abi::contract()),
        ("IDisputeCourt", IDisputeCourt::abi::contract()),
        ("IProviderRegistry", IProviderRegistry::abi::contract()),
        ("IStreamPayments", IStreamPayments::abi::contract()),
    ]
}

/// Returns the files that hold the ABIs for other tools, with what they must contain.
///
/// # Errors
/// When an ABI cannot be rendered.
pub fn exports() -> serde_json::Result<Vec<(PathBuf, String)>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/abi");
    let render = |(name, abi)| Ok((folder.join(format!("{name}.json")), serde_json::to_string_pretty(&abi)? + "\n"));
    all().into_iter().map(render).collect()
}

/// The constructor of a Stylus program: an ordinary function that runs once.
pub mod constructor {
    alloy::sol! {
        /// The selector never includes the arguments, whatever they are.
        function stylus_constructor();
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn exported_abis_say_what_the_interfaces_say() {
        for (file, text) in super::exports().expect("renders") {
            let exported = std::fs::read_to_string(&file).unwrap_or_default();
            assert!(exported == text, "{} is stale: run `cargo run -p aia-abi --bin export-abi`", file.display());
        }
    }
}
