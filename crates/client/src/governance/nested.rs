//! Calls within calls.

use aia_abi::{IAIAGovernor as G, IAIATimelock as T, IStreamPayments as P};
use alloy::{
    dyn_abi::DynSolValue,
    primitives::{Address, Bytes, Selector, U256},
    sol_types::SolCall,
};

use super::Call;

/// Returns the calls that a function of governor, timelock or payments contract carries; none if it carries nothing, or
/// nothing that could be carried out.
pub(super) fn carried(target: Address, selector: Selector, values: &[DynSolValue]) -> Vec<Call> {
    match selector.0 {
        G::relayCall::SELECTOR | T::scheduleCall::SELECTOR | T::executeCall::SELECTOR => one(values),
        T::scheduleBatchCall::SELECTOR
        | T::executeBatchCall::SELECTOR
        | G::proposeCall::SELECTOR
        | G::queueCall::SELECTOR
        | G::executeCall::SELECTOR => many(values),
        P::multicallCall::SELECTOR => own(target, values),
        _ => Vec::new(),
    }
}

/// Reads a target, a value and its data.
fn one(values: &[DynSolValue]) -> Vec<Call> {
    let [target, value, data, ..] = values else { return Vec::new() };
    call(target, value, data).into_iter().collect()
}

/// Reads as many targets as values and datas.
fn many(values: &[DynSolValue]) -> Vec<Call> {
    let [DynSolValue::Array(targets), DynSolValue::Array(values), DynSolValue::Array(datas), ..] = values else {
        return Vec::new();
    };
    if targets.len() != values.len() || targets.len() != datas.len() {
        return Vec::new();
    }
    targets.iter().zip(values).zip(datas).filter_map(|((target, value), data)| call(target, value, data)).collect()
}

/// Reads calls of the contract itself.
fn own(target: Address, values: &[DynSolValue]) -> Vec<Call> {
    let [DynSolValue::Array(datas)] = values else { return Vec::new() };
    let call = |data: &DynSolValue| Some(Call { target, value: U256::ZERO, data: bytes(data)? });
    datas.iter().filter_map(call).collect()
}

fn call(target: &DynSolValue, value: &DynSolValue, data: &DynSolValue) -> Option<Call> {
    let (value, _) = value.as_uint()?;
    Some(Call { target: target.as_address()?, value, data: bytes(data)? })
}

fn bytes(value: &DynSolValue) -> Option<Bytes> {
    value.as_bytes().map(Bytes::copy_from_slice)
}
