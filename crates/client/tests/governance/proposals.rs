//! Ids, calldata, and proposals as their events tell of them.

use aia_abi::{
    IAIAGovernor::{ProposalCreated, cancelCall, executeCall, hashProposalCall, proposeCall, queueCall},
    IAIATimelock::hashOperationBatchCall,
    IAIAToken::setCCIPAdminCall,
};
use aia_client::governance::{Call, Created, GovernanceError, Proposal, Window};
use aia_protocol::governance::proposer::may_propose;
use alloy::{
    primitives::{Address, B256, Bytes, LogData, U256, keccak256},
    sol_types::{SolCall, SolEvent, SolValue},
};

const TOKEN: Address = Address::repeat_byte(0x11);
const ADMIN: Address = Address::repeat_byte(0xad);
const GOVERNOR: Address = Address::repeat_byte(0x60);
const PROPOSER: Address = Address::repeat_byte(0x50);

/// A call of a function, and a transfer of 7 wei.
fn proposal() -> Proposal {
    let draft = Proposal::draft("A new admin", "Because.").call(TOKEN, &setCCIPAdminCall { newAdmin: ADMIN });
    draft.push(Call::transfer(ADMIN, U256::from(7))).finish().expect("complete")
}

/// Its calls, as the contracts take them.
fn arrays() -> (Vec<Address>, Vec<U256>, Vec<Bytes>) {
    let data = setCCIPAdminCall { newAdmin: ADMIN }.abi_encode();
    (vec![TOKEN, ADMIN], vec![U256::ZERO, U256::from(7)], vec![data.into(), Bytes::new()])
}

/// What the governor logs of a proposal.
fn event() -> ProposalCreated {
    let (targets, values, calldatas) = arrays();
    ProposalCreated {
        proposalId: proposal().id(),
        proposer: PROPOSER,
        targets,
        values,
        signatures: vec![String::new(); 2],
        calldatas,
        voteStart: U256::from(1_000),
        voteEnd: U256::from(2_000),
        description: "# A new admin\n\nBecause.".into(),
    }
}

#[test]
fn ids_are_hashes_of_what_the_contracts_hash() {
    let ((targets, values, calldatas), hash) = (arrays(), keccak256("# A new admin\n\nBecause."));
    assert_eq!(proposal().description_hash(), hash);
    let hashed = hashProposalCall {
        targets: targets.clone(),
        values: values.clone(),
        calldatas: calldatas.clone(),
        descriptionHash: hash,
    };
    assert_eq!(proposal().id(), U256::from_be_bytes(keccak256(&hashed.abi_encode()[4..]).0));

    let mut salt = hash;
    salt.0.iter_mut().zip(GOVERNOR.as_slice()).for_each(|(byte, governor)| *byte ^= governor);
    assert_eq!(proposal().salt(GOVERNOR), salt);
    let hashed = hashOperationBatchCall { targets, values, payloads: calldatas, predecessor: B256::ZERO, salt };
    assert_eq!(proposal().operation_id(GOVERNOR), keccak256(&hashed.abi_encode()[4..]));
}

#[test]
fn calldata_is_that_of_the_governors_functions() {
    let ((targets, values, calldatas), hash) = (arrays(), proposal().description_hash());
    let description = proposal().description().into_owned();
    let propose =
        proposeCall { targets: targets.clone(), values: values.clone(), calldatas: calldatas.clone(), description };
    assert_eq!(proposal().propose_data(), propose.abi_encode());
    let queue = queueCall {
        targets: targets.clone(),
        values: values.clone(),
        calldatas: calldatas.clone(),
        descriptionHash: hash,
    };
    assert_eq!(proposal().queue_data(), queue.abi_encode());
    let execute = executeCall {
        targets: targets.clone(),
        values: values.clone(),
        calldatas: calldatas.clone(),
        descriptionHash: hash,
    };
    assert_eq!(proposal().execute_data(), execute.abi_encode());
    let cancel = cancelCall { targets, values, calldatas, descriptionHash: hash };
    assert_eq!(proposal().cancel_data(), cancel.abi_encode());
    assert_eq!(proposal().value(), U256::from(7));
}

#[test]
fn a_proposal_is_read_back_from_its_event() {
    let created = Created::decode(&event().encode_log_data()).expect("its own");
    assert_eq!(created.proposal, proposal());
    assert_eq!((created.proposer, created.voting), (PROPOSER, Window { from: 1_001, until: 2_000 }));
}

#[test]
fn an_event_that_is_none_or_names_another_proposal_is_refused() {
    let refused = |log: &LogData| Created::decode(log).expect_err("refused");
    let log = event().encode_log_data();
    let other_kind = LogData::new_unchecked(vec![B256::ZERO], log.data.clone());
    let torn = LogData::new_unchecked(log.topics().to_vec(), log.data.slice(..log.data.len() - 32));
    for log in [other_kind, torn] {
        assert_eq!(refused(&log), GovernanceError::NotCreated);
    }
    let renamed = ProposalCreated { proposalId: U256::ONE, ..event() };
    let wrong = GovernanceError::WrongId { named: U256::ONE, found: proposal().id() };
    assert_eq!(refused(&renamed.encode_log_data()), wrong);
    let uneven = ProposalCreated { values: vec![U256::ZERO], ..event() };
    let lengths = GovernanceError::Lengths { targets: 2, values: 1, calldatas: 2 };
    assert_eq!(refused(&uneven.encode_log_data()), lengths);
    let none = ProposalCreated { targets: vec![], values: vec![], calldatas: vec![], ..event() };
    assert_eq!(refused(&none.encode_log_data()), GovernanceError::NoCalls);
}

#[test]
fn a_description_that_is_no_text_keeps_its_bytes() {
    let ((targets, values, calldatas), description) = (arrays(), Bytes::from_static(b"# \xff\xfe\nno text"));
    let id = (targets.clone(), values.clone(), calldatas.clone(), keccak256(&description)).abi_encode_params();
    let id = U256::from_be_bytes(keccak256(id).0);
    let (start, end) = (U256::from(1_000), U256::from(2_000));
    let signatures = vec![Bytes::new(); 2];
    let told = (id, PROPOSER, targets, values, signatures, calldatas, start, end, description.clone());
    let log = LogData::new_unchecked(vec![ProposalCreated::SIGNATURE_HASH], told.abi_encode_params().into());

    let read = Created::decode(&log).expect("its own").proposal;
    assert_eq!((read.id(), read.title(), read.body()), (id, "\u{fffd}\u{fffd}".into(), "no text".into()));
    // Proposed again, it would be the same one.
    let again = read.propose_data();
    let bytes = description.to_vec();
    assert!(again.windows(bytes.len()).any(|window| window == bytes));
}

#[test]
fn who_alone_may_propose_is_read_as_the_governor_reads_it() {
    let own = "5050505050505050505050505050505050505050";
    let table = [
        (format!("A#proposer=0x{own}"), Some(PROPOSER)),
        (format!("#proposer=0x{}", "aB".repeat(20)), Some(Address::repeat_byte(0xab))),
        (format!("A#proposer=0x{own} "), None),
        (format!("A#proposer=0X{own}"), None),
        (format!("A#proposer=0x0x{}", &own[2..]), None),
        (format!("A#proposer=0xg{}", &own[1..]), None),
        (format!("A#proposer=0x{}", &own[1..]), None),
        (String::new(), None),
    ];
    for (description, expected) in table {
        let bytes = description.clone().into_bytes();
        let proposal = Proposal::new(proposal().calls().to_vec(), bytes.clone()).expect("has calls");
        assert_eq!(proposal.proposer(), expected, "{description}");
        let stranger = Address::repeat_byte(0x77);
        assert_eq!(may_propose(stranger, &bytes), expected.is_none(), "{description}");
    }
}
