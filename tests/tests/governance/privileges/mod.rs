//! Who may change what in a network as launched: every function of every contract, and how long its change takes.

mod attempts;
mod delays;
mod operation;
mod refusal;
mod scene;
mod table;
mod wrappers;

use std::collections::BTreeMap;

use aia_devnode::{chain::Included, rpc::RpcError};
use aia_tests::{
    Network,
    common::{Message, send},
};
use alloy::{
    json_abi::{Function, StateMutability},
    primitives::{Address, Bytes, U256},
    sol_types::{Panic, SolError},
};
use eyre::{OptionExt, Result};

use self::{
    attempts::{Attempt, attempts},
    scene::Scene,
    table::{Class, rows},
};

/// With which a call is refused that no proposal in execution contains.
const NOT_PROPOSED: u64 = 0x31;

/// Sends a transaction of an account that need not sign nor pay, within the second of the latest block.
pub(crate) fn send_as(net: &Network, from: Address, to: Address, calldata: impl Into<Bytes>) -> Result<Included> {
    let now = net.now();
    net.api.chain().set_next_time(now)?;
    net.api.chain().set_next_base_fee(0);
    let included = send(&net.api, Message::call(from, to, calldata))?;
    // Clients learn the next fee from the latest block, which now has the usual one again.
    net.pass(0)?;
    Ok(included)
}

/// Returns the class of a function.
fn class_of(attempt: &Attempt) -> Result<Class> {
    let is_its = |(interface, _, signatures): &table::Row| {
        *interface == attempt.interface && signatures.contains(&attempt.signature)
    };
    let (_, class, _) = rows().find(is_its).ok_or_eyre("a function without a class")?;
    Ok(class)
}

/// Returns how often each function stands in a list.
fn counted<'a>(functions: impl Iterator<Item = (&'a str, String)>) -> BTreeMap<(&'a str, String), usize> {
    let mut counts = BTreeMap::new();
    for function in functions {
        *counts.entry(function).or_default() += 1;
    }
    counts
}

fn is_change(function: &Function) -> bool {
    !matches!(function.state_mutability, StateMutability::View | StateMutability::Pure)
}

#[test]
fn every_function_that_changes_something_is_in_the_table_once() {
    let abis = aia_abi::all();
    let functions = abis.iter().flat_map(|(interface, abi)| {
        let changes = abi.functions().filter(|function| is_change(function));
        changes.map(move |function| (*interface, function.signature()))
    });
    let listed = rows().flat_map(|(interface, _, signatures)| {
        signatures.iter().map(move |signature| (interface, (*signature).to_string()))
    });

    assert_eq!(counted(listed), counted(functions));
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_is_not_everybodys_is_attempted() -> Result<()> {
    let scene = Scene::start().await?;
    let attempts = attempts(&scene);
    let attempted = attempts.iter().map(|attempt| (attempt.interface, attempt.signature.to_string()));
    let private = rows().filter(|(_, class, _)| *class != Class::Public).flat_map(|(interface, _, signatures)| {
        signatures.iter().map(move |signature| (interface, (*signature).to_string()))
    });

    assert_eq!(counted(attempted), counted(private));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_does_and_everybody_else_is_refused() -> Result<()> {
    let scene = Scene::start().await?;
    scene.let_governance_begin().await?;
    for attempt in attempts(&scene) {
        let Attempt { interface, signature, target, calldata, .. } = &attempt;
        let class = class_of(&attempt)?;
        for (name, account) in scene.everybody() {
            let answer = scene.simulate(account, *target, calldata);
            let told = format!("{interface}.{signature} by {name}");
            if may(&scene, &attempt, class, account) {
                assert!(answer.is_ok(), "{told}: {answer:?}");
                continue;
            }
            let is_timelock_alone = class == Class::GovernanceCall && account == scene.republic.timelock;
            let refusal = if is_timelock_alone { not_proposed() } else { attempt.refusal.of(account) };
            assert_eq!(answer, Err(RpcError::Reverted(refusal)), "{told}");
        }
    }
    Ok(())
}

/// Whether an account may make a call just now.
fn may(scene: &Scene, attempt: &Attempt, class: Class, account: Address) -> bool {
    let (timelock, guardian) = (scene.republic.timelock, scene.republic.guardian().address());
    match class {
        Class::Public => true,
        Class::Owner | Class::Administration => account == timelock,
        Class::GuardianOrOwner => [timelock, guardian].contains(&account),
        Class::Role => attempt.holders.contains(&account),
        // No proposal is being executed.
        Class::GovernanceCall => false,
    }
}

/// Returns what even the timelock is refused with while no proposal is executed that says so.
pub(crate) fn not_proposed() -> Bytes {
    Panic { code: U256::from(NOT_PROPOSED) }.abi_encode().into()
}
