//! The methods of a precompile, read off its Solidity interface.

use std::collections::{BTreeMap, HashMap};

use alloy::json_abi::{Function, StateMutability};

/// What a method may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mutability {
    /// It does not even open ArbOS's state.
    Pure,
    /// It reads.
    View,
    /// It writes.
    Write,
    /// It writes and takes value.
    Payable,
}

impl Mutability {
    pub(super) fn writes(self) -> bool {
        matches!(self, Self::Write | Self::Payable)
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Method {
    pub(super) mutability: Mutability,
    /// ArbOS version that it came with.
    pub(super) since: u64,
}

/// Methods by selector.
#[derive(Debug)]
pub(super) struct Methods(HashMap<[u8; 4], Method>);

impl Methods {
    /// Takes an interface; `later` names methods that came after its first version.
    pub(super) fn new(functions: BTreeMap<String, Vec<Function>>, later: &[(u64, &[&str])]) -> Self {
        let since = |name: &str| later.iter().find(|(_, names)| names.contains(&name)).map_or(0, |(since, _)| *since);
        let method = |function: Function| {
            let mutability = match function.state_mutability {
                StateMutability::Pure => Mutability::Pure,
                StateMutability::View => Mutability::View,
                StateMutability::NonPayable => Mutability::Write,
                StateMutability::Payable => Mutability::Payable,
            };
            (function.selector().0, Method { mutability, since: since(&function.name) })
        };
        Self(functions.into_values().flatten().map(method).collect())
    }

    pub(super) fn get(&self, selector: [u8; 4]) -> Option<Method> {
        self.0.get(&selector).copied()
    }
}

/// Gives a precompile its interface as a lazily built table.
macro_rules! methods_of {
    ($interface:ident $(, since $version:literal: $($name:literal)*)* $(,)?) => {
        fn methods() -> &'static crate::precompiles::methods::Methods {
            static METHODS: std::sync::LazyLock<crate::precompiles::methods::Methods> = std::sync::LazyLock::new(|| {
                let later: &[(u64, &[&str])] = &[$(($version, &[$($name),*])),*];
                crate::precompiles::methods::Methods::new($interface::abi::functions(), later)
            });
            &METHODS
        }
    };
}
pub(super) use methods_of;
