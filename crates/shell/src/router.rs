//! From calldata to a function and back, as every contract does it.

use aia_calldata::{Args, Malformed};
use alloy_primitives::{B256, U256};

use crate::{Revert, Word, words};

/// Runs the function that `calldata` names and returns its encoded result.
///
/// No function takes native value: sending some is refused, as Solidity does, without data.
///
/// # Errors
/// The function's, or no data for what is no call of it.
pub fn route<'a>(
    value: U256,
    calldata: &'a [u8],
    dispatch: impl FnOnce(u32, &mut Args<'a>) -> Result<Vec<u8>, Revert>,
) -> Result<Vec<u8>, Revert> {
    let (name, arguments) = calldata.split_first_chunk().ok_or(Malformed)?;
    if !value.is_zero() {
        return Err(Malformed.into());
    }
    let mut args = Args::new(arguments);
    let result = dispatch(u32::from_be_bytes(*name), &mut args);
    // Whatever was done with arguments that were not there is undone by this revert.
    args.check()?;
    result
}

/// Like [`route`], but the functions named in `payable` take native value.
///
/// # Errors
/// As [`route`].
pub fn route_payable<'a>(
    value: U256,
    calldata: &'a [u8],
    payable: &[u32],
    dispatch: impl FnOnce(u32, &mut Args<'a>) -> Result<Vec<u8>, Revert>,
) -> Result<Vec<u8>, Revert> {
    let takes_value = calldata.first_chunk().is_some_and(|name| payable.contains(&u32::from_be_bytes(*name)));
    route(if takes_value { U256::ZERO } else { value }, calldata, dispatch)
}

/// Encodes the result of a function that returns nothing.
///
/// # Errors
/// The function's.
pub fn none(result: Result<(), Revert>) -> Result<Vec<u8>, Revert> {
    result.map(|()| Vec::new())
}

/// Encodes a result of one word.
///
/// # Errors
/// None; functions that can be refused use `?` before.
pub fn one(value: impl Word) -> Result<Vec<u8>, Revert> {
    many(&words![value])
}

/// Encodes a result of several words.
///
/// # Errors
/// None, as for [`one`].
#[inline(never)] // one copy serves all results
pub fn many(values: &[B256]) -> Result<Vec<u8>, Revert> {
    Ok(aia_calldata::words(values))
}
