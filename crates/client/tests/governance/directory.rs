//! What calls are said to do.

use aia_abi::{
    IAIAGovernor::relayCall,
    IAIATimelock::{executeCall, scheduleBatchCall, scheduleCall},
    IAIAToken,
    IStreamPayments::{self, Params, multicallCall, setParamsCall, setPausedCall},
};
use aia_client::governance::{Action, Call, Delay, Directory, Explanation, MAX_DEPTH, Proposal};
use alloy::{
    dyn_abi::{DynSolType, DynSolValue, JsonAbiExt, Specifier},
    primitives::{Address, B256, Bytes, I256, U256, aliases::U24},
    sol_types::SolCall,
};

const GOVERNOR: Address = Address::repeat_byte(0x60);
const TIMELOCK: Address = Address::repeat_byte(0x71);
const PAYMENTS: Address = Address::repeat_byte(0x9a);
const TOKEN: Address = Address::repeat_byte(0x11);
const STRANGER: Address = Address::repeat_byte(0x77);

fn directory() -> Directory {
    Directory::new().with_governor(GOVERNOR).with_timelock(TIMELOCK).with_payments(PAYMENTS).with_token(TOKEN)
}

fn lines(call: &Call) -> Vec<String> {
    let explanation = Explanation { steps: vec![directory().explain_call(call)] };
    explanation.to_string().lines().map(str::to_owned).collect()
}

fn is_complete(call: &Call) -> bool {
    directory().explain_call(call).is_complete()
}

fn pause() -> setPausedCall {
    setPausedCall { value: true }
}

fn encoded(call: &impl SolCall) -> Bytes {
    call.abi_encode().into()
}

/// Returns the least value of a type, or one that fills it.
fn value(kind: &DynSolType, is_full: bool) -> DynSolValue {
    let many = |kind: &DynSolType, count: usize| vec![value(kind, is_full); count];
    match kind {
        DynSolType::Bool => DynSolValue::Bool(is_full),
        DynSolType::Int(bits) => DynSolValue::Int(if is_full { I256::MINUS_ONE } else { I256::ZERO }, *bits),
        DynSolType::Uint(bits) => {
            DynSolValue::Uint(if is_full { U256::MAX >> (256 - bits) } else { U256::ZERO }, *bits)
        }
        DynSolType::FixedBytes(length) => {
            let mut word = B256::ZERO;
            word[..*length].fill(u8::from(is_full) * 0xff);
            DynSolValue::FixedBytes(word, *length)
        }
        DynSolType::Address => DynSolValue::Address(if is_full { STRANGER } else { Address::ZERO }),
        DynSolType::Bytes => DynSolValue::Bytes(if is_full { vec![1; 33] } else { Vec::new() }),
        DynSolType::String => DynSolValue::String(if is_full { "text".into() } else { String::new() }),
        DynSolType::Array(kind) => DynSolValue::Array(many(kind, if is_full { 2 } else { 0 })),
        DynSolType::FixedArray(kind, count) => DynSolValue::FixedArray(many(kind, *count)),
        DynSolType::Tuple(kinds) => DynSolValue::Tuple(kinds.iter().map(|kind| value(kind, is_full)).collect()),
        other => panic!("a value of type {other:?}"),
    }
}

#[test]
fn every_function_of_every_contract_is_read_back_with_its_arguments() {
    let mut count = 0;
    for (name, abi) in aia_abi::all() {
        let directory = Directory::new().with(STRANGER, name, abi.clone());
        for (function, is_full) in abi.functions().flat_map(|function| [(function, false), (function, true)]) {
            let kinds = function.inputs.iter().map(|input| input.resolve().expect("a type"));
            let values: Vec<_> = kinds.map(|kind: DynSolType| value(&kind, is_full)).collect();
            let data = Bytes::from(function.abi_encode_input(&values).expect("encodes"));
            let step = directory.explain_call(&Call { target: STRANGER, value: U256::ZERO, data: data.clone() });
            assert!(step.to_string().starts_with(&format!("{name}.{}(", function.name)), "{step}");
            assert!(step.is_complete(), "{step}");
            let Action::Function(decoded) = step.action else { panic!("{name}.{}", function.signature()) };
            assert_eq!((&decoded.function, &decoded.values), (function, &values));
            assert_eq!(decoded.function.abi_encode_input(&decoded.values).expect("encodes"), data);
            count += 1;
        }
    }
    assert!(count > 300, "only {count} calls");
}

#[test]
fn a_call_is_told_by_contract_function_arguments_and_wei() {
    let [registry, treasury] = [0x21, 0x22].map(Address::repeat_byte);
    let params = Params { feeBps: 150, burnBps: 5_000, stakeTtl: U24::from(3_600), registry, treasury };
    let call = Call::new(PAYMENTS, &setParamsCall { value: params });
    let told = format!(
        "1. StreamPayments.setParams(value: (feeBps: 150, burnBps: 5000, stakeTtl: 3600, registry: {registry}, \
         treasury: {treasury}))"
    );
    assert_eq!(lines(&call), std::slice::from_ref(&told));
    assert_eq!(lines(&call.paying(U256::from(5))), [format!("{told}, 5 wei")]);
}

#[test]
fn what_is_unknown_is_said_to_be_and_shown_as_it_is() {
    let (call, data) = (Call::new(STRANGER, &pause()), encoded(&pause()));
    assert_eq!(lines(&call), [format!("1. unknown contract {STRANGER}: {data}")]);
    let elsewhere = Call { target: TOKEN, ..call };
    assert_eq!(lines(&elsewhere), [format!("1. AIAToken: unknown function {data}")]);
    let short = Call { data: Bytes::from_static(&[1, 2, 3]), target: TOKEN, value: U256::ONE };
    assert_eq!(lines(&short), ["1. AIAToken: unknown function 0x010203, 1 wei"]);
    for call in [elsewhere, short] {
        assert!(!is_complete(&call));
    }
}

#[test]
fn arguments_that_are_none_are_not_shown_as_any() {
    for data in [
        setPausedCall::SELECTOR.to_vec(),
        [&encoded(&pause())[..], &[0]].concat(),
        [&setPausedCall::SELECTOR[..], &[0xff; 32]].concat(),
    ] {
        let data = Bytes::from(data);
        let call = Call { target: PAYMENTS, value: U256::ZERO, data: data.clone() };
        assert_eq!(lines(&call), [format!("1. StreamPayments.setPaused: malformed arguments {data}")]);
        assert!(!is_complete(&call));
    }
}

#[test]
fn wei_alone_are_told_and_complete_if_the_receiver_is_known() {
    let to_timelock = Call::transfer(TIMELOCK, U256::from(7));
    assert_eq!(lines(&to_timelock), ["1. Timelock: no data, 7 wei"]);
    assert!(is_complete(&to_timelock));
    let to_stranger = Call::transfer(STRANGER, U256::from(7));
    assert_eq!(lines(&to_stranger), [format!("1. unknown contract {STRANGER}: no data, 7 wei")]);
    assert!(!is_complete(&to_stranger));
}

#[test]
fn calls_within_calls_are_told_too() {
    let multicall = multicallCall { data: vec![encoded(&pause()), Bytes::from_static(&[9])] };
    let batch = scheduleBatchCall {
        targets: vec![PAYMENTS, STRANGER],
        values: vec![U256::ZERO, U256::from(3)],
        payloads: vec![encoded(&multicall), Bytes::new()],
        predecessor: B256::ZERO,
        salt: B256::ZERO,
        delay: U256::from(60),
    };
    let relay = relayCall { target: TIMELOCK, value: U256::from(4), data: encoded(&batch) };
    let told = lines(&Call::new(GOVERNOR, &relay));
    assert_eq!(told.len(), 6);
    assert!(told[0].starts_with(&format!("1. Governor.relay(target: {TIMELOCK}, value: 4, data: 0x")), "{}", told[0]);
    assert!(told[1].starts_with("1.1. Timelock.scheduleBatch(targets: ["), "{}", told[1]);
    assert!(told[1].ends_with("delay: 60), 4 wei"), "{}", told[1]);
    assert!(told[2].starts_with("1.1.1. StreamPayments.multicall(data: [0x"), "{}", told[2]);
    assert_eq!(told[3], "1.1.1.1. StreamPayments.setPaused(value: true)");
    assert_eq!(told[4], "1.1.1.2. StreamPayments: unknown function 0x09");
    assert_eq!(told[5], format!("1.1.2. unknown contract {STRANGER}: no data, 3 wei"));
}

#[test]
fn single_operations_are_looked_into_and_lists_of_unequal_length_are_not() {
    let (predecessor, salt, delay) = (B256::ZERO, B256::ZERO, U256::from(60));
    let (target, value, data) = (PAYMENTS, U256::from(2), encoded(&pause()));
    let schedule = scheduleCall { target, value, data: data.clone(), predecessor, salt, delay };
    let execute = executeCall { target, value, payload: data.clone(), predecessor, salt };
    for call in [Call::new(TIMELOCK, &schedule), Call::new(TIMELOCK, &execute)] {
        assert_eq!(lines(&call)[1..], ["1.1. StreamPayments.setPaused(value: true), 2 wei"]);
    }
    let uneven = scheduleBatchCall {
        targets: vec![PAYMENTS, PAYMENTS],
        values: vec![U256::ZERO],
        payloads: vec![data],
        predecessor,
        salt,
        delay,
    };
    assert_eq!(lines(&Call::new(TIMELOCK, &uneven)).len(), 1);
}

#[test]
fn a_foreign_contracts_functions_are_not_taken_for_ours() {
    let directory = directory().with(STRANGER, "Mirror", IStreamPayments::abi::contract());
    let call = Call::new(STRANGER, &multicallCall { data: vec![encoded(&pause())] });
    let Action::Function(decoded) = directory.explain_call(&call).action else { panic!("known") };
    assert!(decoded.calls.is_empty());
    assert_eq!((directory.name(STRANGER), directory.name(GOVERNOR)), (Some("Mirror"), Some("Governor")));
    assert_eq!(directory.name(Address::ZERO), None);
}

/// Lets the governor call itself so many times, and pause payments in the end.
fn wrapped(times: usize) -> Call {
    let innermost = Call::new(PAYMENTS, &pause());
    (0..times).fold(innermost, |call, _| {
        Call::new(GOVERNOR, &relayCall { target: call.target, value: call.value, data: call.data })
    })
}

#[test]
fn nobody_looks_into_calls_without_end() {
    let deep = wrapped(MAX_DEPTH);
    assert_eq!(lines(&deep).last().map(String::as_str), Some("1.1.1.1.1. StreamPayments.setPaused(value: true)"));
    assert!(is_complete(&deep));
    let deeper = wrapped(MAX_DEPTH + 1);
    let unseen = format!("1.1.1.1.1.1. StreamPayments: nested too deeply {}", encoded(&pause()));
    assert_eq!(lines(&deeper).last(), Some(&unseen));
    assert_eq!(lines(&wrapped(MAX_DEPTH + 9)).len(), MAX_DEPTH + 2);
    assert!(!is_complete(&deeper));
}

#[test]
fn a_proposal_is_told_call_by_call_and_waits_for_its_slowest() {
    let mint = IAIAToken::mintCall { to: STRANGER, value: U256::from(9) };
    let draft = Proposal::draft("Two calls", "").call(PAYMENTS, &pause()).call(TOKEN, &mint);
    let mut explanation = directory().explain(&draft.finish().expect("complete"));
    assert!(explanation.is_complete());
    assert_eq!(explanation.delay(), None);
    explanation.steps[0].delay = Some(Delay::Seconds(60));
    assert_eq!(explanation.delay(), None);
    explanation.steps[1].delay = Some(Delay::Seconds(90));
    assert_eq!(explanation.delay(), Some(Delay::Seconds(90)));
    let told = format!(
        "1. StreamPayments.setPaused(value: true), after 60 s\n2. AIAToken.mint(to: {STRANGER}, value: 9), after 90 s\n"
    );
    assert_eq!(explanation.to_string(), told);
    explanation.steps[0].delay = Some(Delay::Abdicated);
    assert_eq!(explanation.delay(), Some(Delay::Abdicated));
    assert!(explanation.to_string().starts_with("1. StreamPayments.setPaused(value: true), abdicated\n2. "));
}
