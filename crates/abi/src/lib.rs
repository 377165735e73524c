//! Typed bindings read from the contracts' interfaces, the one source of every ABI.

// The interfaces document themselves, and their functions have as many arguments as the standards say.
#![allow(missing_docs, clippy::too_many_arguments)]

pub use token::IAIAToken;

mod token {
    alloy::sol! {
        #[sol(rpc, abi, extra_derives(Debug, PartialEq, Eq))]
        "../../contracts/aia-token/IAIAToken.sol"
    }
}

use alloy::json_abi::JsonAbi;

/// Returns the ABI of every contract, by the name of its interface.
pub fn all() -> Vec<(&'static str, JsonAbi)> {
    vec![("IAIAToken", IAIAToken::abi::contract())]
}

/// The constructor of a Stylus program: an ordinary function that runs once.
pub mod constructor {
    alloy::sol! {
        /// The selector never includes the arguments, whatever they are.
        function stylus_constructor();
    }
}
