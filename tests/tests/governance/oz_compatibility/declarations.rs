//! OpenZeppelin's declarations are a part of ours: all functions, events and errors that its contracts compile to, but
//! for those that nothing here can lead to.

use std::collections::BTreeSet;

use aia_abi::{IAIAGovernor, IAIATimelock};
use aia_tests::peers::artifact;
use alloy::json_abi::{EventParam, JsonAbi, Param};
use eyre::Result;

/// Errors of OpenZeppelin's governor that ours has no use for.
const UNUSED_ERRORS: [&str; 9] = [
    // Its history of numerators, clock and name are libraries that check what cannot happen.
    "CheckpointUnorderedInsertion()",
    "ERC6372InconsistentClock()",
    "InvalidShortString()",
    "SafeCastOverflowedUintDowncast(uint8,uint256)",
    "StringTooLong(string)",
    // Everything needs queuing, and is queued or refused by the timelock.
    "GovernorAlreadyQueuedProposal(uint256)",
    "GovernorProposalQueueingFailed(uint256)",
    "GovernorProposalQueueingNotRequired(uint256)",
    // Only functions that are not there check a nonce that was given.
    "InvalidAccountNonce(address,uint256)",
];
/// The domain never changes, and no role's admin does.
const UNUSED_EVENTS: [&str; 2] = ["EIP712DomainChanged()", "RoleAdminChanged(bytes32,bytes32,bytes32)"];

/// Returns OpenZeppelin's declarations beside ours.
fn contracts() -> Result<[(JsonAbi, JsonAbi); 2]> {
    Ok([
        (artifact("OzGovernor")?.abi, IAIAGovernor::abi::contract()),
        (artifact("OzTimelock")?.abi, IAIATimelock::abi::contract()),
    ])
}

/// Asserts that parameters have the same types, and the same names wherever OpenZeppelin's have one.
fn assert_same(theirs: &[Param], ours: &[Param], what: &str) {
    let types = |list: &[Param]| list.iter().map(|param| param.selector_type().into_owned()).collect::<Vec<_>>();
    assert_eq!(types(ours), types(theirs), "{what}");
    for (theirs, ours) in theirs.iter().zip(ours).filter(|(theirs, _)| !theirs.name.is_empty()) {
        assert_eq!(ours.name, theirs.name, "{what}");
    }
}

#[test]
fn every_function_of_openzeppelins_is_declared_alike() -> Result<()> {
    for (theirs, ours) in contracts()? {
        for function in theirs.functions() {
            let signature = function.signature();
            let own = ours.functions().find(|own| own.signature() == signature);
            let own = own.unwrap_or_else(|| panic!("{signature} is not declared"));
            assert_same(&function.inputs, &own.inputs, &signature);
            assert_same(&function.outputs, &own.outputs, &signature);
            assert_eq!(own.state_mutability, function.state_mutability, "{signature}");
        }
    }
    Ok(())
}

#[test]
fn every_event_of_openzeppelins_is_declared_alike() -> Result<()> {
    let members = |list: &[EventParam]| {
        let member = |param: &EventParam| (param.selector_type().into_owned(), param.name.clone(), param.indexed);
        list.iter().map(member).collect::<Vec<_>>()
    };
    let mut missing = BTreeSet::new();
    for (theirs, ours) in contracts()? {
        for event in theirs.events() {
            let signature = event.signature();
            let Some(own) = ours.events().find(|own| own.signature() == signature) else {
                missing.insert(signature);
                continue;
            };
            assert_eq!(members(&own.inputs), members(&event.inputs), "{signature}");
            assert_eq!(own.anonymous, event.anonymous, "{signature}");
        }
    }
    assert_eq!(missing, UNUSED_EVENTS.map(String::from).into());
    Ok(())
}

#[test]
fn every_error_of_openzeppelins_that_can_happen_is_declared_alike() -> Result<()> {
    let mut missing = BTreeSet::new();
    for (theirs, ours) in contracts()? {
        for error in theirs.errors() {
            let signature = error.signature();
            match ours.errors().find(|own| own.signature() == signature) {
                Some(own) => assert_same(&error.inputs, &own.inputs, &signature),
                None => {
                    missing.insert(signature);
                }
            }
        }
    }
    assert_eq!(missing, UNUSED_ERRORS.map(String::from).into());
    Ok(())
}
