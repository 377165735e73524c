//! The types that an ABI declares.

use alloy::json_abi::Param;

/// Returns the types of parameters, those of a struct's members one by one.
pub fn types(parameters: &[Param]) -> Vec<String> {
    let members = |parameter: &Param| match parameter.components.as_slice() {
        [] => vec![parameter.ty.clone()],
        members => types(members),
    };
    parameters.iter().flat_map(members).collect()
}
