//! What views return: the words that they declare, and what standards and tools expect in them.

use aia_abi::IAIAGovernor;
use aia_devnode::chain::Outcome;
use aia_tests::{common::types::types, governance::Dao};
use alloy::{
    json_abi::StateMutability,
    primitives::{Address, B256, Bytes, FixedBytes, U256, keccak256},
    sol_types::{SolError, SolValue},
};
use eyre::{Result, bail};

use super::{RECEIVERS, call, contracts, encoding::join, least};

/// Views that return text.
const TEXTS: [&str; 5] = ["name", "version", "CLOCK_MODE", "COUNTING_MODE", "eip712Domain"];

/// Calls a function by its selector and returns what it returns.
fn answer(scene: &Dao, contract: Address, selector: u32, arguments: &[u8]) -> Result<Bytes> {
    let data = [&selector.to_be_bytes()[..], arguments].concat();
    match call(scene, scene.stranger().address(), contract, data, U256::ZERO)? {
        Outcome::Success { output, .. } => Ok(output),
        other => bail!("{selector:08x}: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn views_return_the_words_that_they_declare() -> Result<()> {
    let scene = Dao::start().await?;
    for contract in contracts(&scene) {
        for function in contract.functions() {
            let is_view = matches!(function.state_mutability, StateMutability::View | StateMutability::Pure);
            let name = function.name.as_str();
            // Text has tests of its own; and there is no proposal yet that could have a state.
            if !is_view || TEXTS.contains(&name) || name == "state" {
                continue;
            }
            let told = format!("{}: {}", contract.name, function.signature());
            let outcome = contract.ask(&scene, &function, &join(&least(&function)))?;
            let Outcome::Success { output, .. } = outcome else { panic!("{told}: {outcome:?}") };
            assert_eq!(output.len(), 32 * types(&function.outputs).len(), "{told}");
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_never_proposed_has_no_state_and_zeros_otherwise() -> Result<()> {
    let scene = Dao::start().await?;
    let id = U256::from(7);
    let data = [&0x3e4f49e6_u32.to_be_bytes()[..], &id.abi_encode()].concat();
    let unknown = IAIAGovernor::GovernorNonexistentProposal { proposalId: id };
    let outcome = call(&scene, scene.timelock, scene.governor, data, U256::ZERO)?;
    assert_eq!(outcome, Outcome::Revert(unknown.abi_encode().into()));
    // Snapshot, deadline, proposer and eta; the votes; and that it would need queuing.
    for selector in [0x2d63f693, 0xc01f9e37, 0x143489d0, 0xab58fb8e] {
        assert_eq!(
            answer(&scene, scene.governor, selector, &id.abi_encode())?,
            B256::ZERO.abi_encode(),
            "{selector:08x}"
        );
    }
    assert_eq!(answer(&scene, scene.governor, 0x544ffc9c, &id.abi_encode())?, vec![0; 96]);
    assert_eq!(answer(&scene, scene.governor, 0xa9a95294, &id.abi_encode())?, true.abi_encode());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_are_those_that_tools_read() -> Result<()> {
    let scene = Dao::start().await?;
    let texts = [
        (0x06fdde03, "AIA Governor"),
        (0x54fd4d50, "1"),
        (0x4bf5d7e9, "mode=timestamp"),
        (0xdd4e2ba5, "support=bravo,fractional&quorum=for,abstain&params=fractional"),
    ];
    for (selector, text) in texts {
        let output = answer(&scene, scene.governor, selector, &[])?;
        assert_eq!(output, text.abi_encode(), "{text}, encoded as Solidity does");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn hashes_and_numbers_are_those_of_openzeppelin() -> Result<()> {
    let scene = Dao::start().await?;
    let members = "uint256 proposalId,uint8 support,address voter,uint256 nonce";
    let ballot = keccak256(format!("Ballot({members})"));
    let extended = keccak256(format!("ExtendedBallot({members},string reason,bytes params)"));
    let clock = B256::from(U256::from(scene.net().now()));
    let denominator = B256::from(U256::from(10_000));
    let of_the_governor =
        [(0xdeaaa7cc, ballot), (0x2fe3e261, extended), (0x91ddadf4, clock), (0x97c3d334, denominator)];
    for (selector, word) in of_the_governor {
        assert_eq!(answer(&scene, scene.governor, selector, &[])?, word.abi_encode(), "{selector:08x}");
    }
    let [proposer, executor, canceller] = ["PROPOSER_ROLE", "EXECUTOR_ROLE", "CANCELLER_ROLE"].map(keccak256);
    let of_the_timelock =
        [(0xa217fddf, B256::ZERO), (0x8f61f4f5, proposer), (0x07bd0265, executor), (0xb08e51c0, canceller)];
    for (selector, word) in of_the_timelock {
        assert_eq!(answer(&scene, scene.timelock, selector, &[])?, word.abi_encode(), "{selector:08x}");
        assert_eq!(
            answer(&scene, scene.timelock, 0x248a9ca3, word.as_slice())?,
            B256::ZERO.abi_encode(),
            "admin of {word}"
        );
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn erc5267_describes_the_domain_of_ballots_member_by_member() -> Result<()> {
    let scene = Dao::start().await?;
    let output = answer(&scene, scene.governor, 0x84b0196e, &[])?;
    type Domain = (FixedBytes<1>, String, String, U256, Address, B256, Vec<U256>);
    let (name, version, chain) = ("AIA Governor".into(), "1".into(), U256::from(412_346));
    let expected: Domain = (FixedBytes([0x0f]), name, version, chain, scene.governor, B256::ZERO, vec![]);
    assert_eq!(Domain::abi_decode_params_validate(&output)?, expected);
    assert_eq!(output, expected.abi_encode_params(), "encoded as Solidity does");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn erc165_tells_what_the_contracts_are() -> Result<()> {
    let scene = Dao::start().await?;
    // ERC-165, the governor's with and without `getProposalId`, access control, ERC-1155's receiver; then the id that
    // ERC-165 forbids, ERC-6372 and ERC-5267.
    let ids = [0x01ffc9a7_u32, 0xcdbdfcee, 0x65455a86, 0x7965db0b, 0x4e2312e0, 0xffffffff, 0xda287a1d, 0x84b0196e];
    let governor = [true, true, true, false, true, false, false, false];
    let timelock = [true, false, false, true, true, false, false, false];
    for (contract, supported) in [(scene.governor, governor), (scene.timelock, timelock)] {
        for (id, expected) in ids.into_iter().zip(supported) {
            let output = answer(&scene, contract, 0x01ffc9a7, &FixedBytes(id.to_be_bytes()).abi_encode())?;
            assert_eq!(output, expected.abi_encode(), "{contract}: {id:08x}");
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_announce_themselves_are_taken_by_the_timelock() -> Result<()> {
    let scene = Dao::start().await?;
    let [_, timelock] = contracts(&scene);
    for function in timelock.functions().iter().filter(|function| RECEIVERS.contains(&function.name.as_str())) {
        let outcome = timelock.ask(&scene, function, &join(&least(function)))?;
        let Outcome::Success { output, .. } = outcome else { panic!("{}: {outcome:?}", function.name) };
        assert_eq!(output, function.selector().abi_encode(), "{}", function.name);
    }
    Ok(())
}
