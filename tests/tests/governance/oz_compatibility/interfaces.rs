//! What the contracts say that they are, beside what OpenZeppelin's say.

use aia_tests::{governance::Dao, peers::artifact};
use alloy::{
    primitives::{Address, FixedBytes, U256},
    providers::DynProvider,
    sol,
    sol_types::SolValue,
};
use eyre::Result;

sol! {
    #[sol(rpc)]
    interface IERC165 {
        function supportsInterface(bytes4 interfaceId) external view returns (bool);
    }
}

/// Interfaces that a tool may look for.
const IDS: [(&str, u32); 15] = [
    ("ERC-165", 0x01ffc9a7),
    ("the id that ERC-165 forbids", 0xffffffff),
    ("nothing", 0x00000000),
    ("IGovernor", 0xcdbdfcee),
    ("IGovernor without getProposalId", 0x65455a86),
    ("IAccessControl", 0x7965db0b),
    ("IAccessControlEnumerable", 0x5a05180f),
    ("IERC1155Receiver", 0x4e2312e0),
    ("IERC721Receiver", 0x150b7a02),
    ("ERC-6372", 0xda287a1d),
    ("ERC-5805's IVotes", 0xe90fb3f6),
    ("ERC-5267", 0x84b0196e),
    ("ERC-20", 0x36372b07),
    ("ERC-721", 0x80ac58cd),
    ("ERC-1271", 0x1626ba7e),
];

/// Asks a contract which of [`IDS`] it supports.
async fn supported(contract: Address, provider: &DynProvider) -> Result<Vec<&'static str>> {
    let contract = IERC165::new(contract, provider);
    let mut names = Vec::new();
    for (name, id) in IDS {
        if contract.supportsInterface(FixedBytes(id.to_be_bytes())).call().await? {
            names.push(name);
        }
    }
    Ok(names)
}

#[tokio::test(flavor = "multi_thread")]
async fn erc165_says_of_both_contracts_what_it_says_of_openzeppelins() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, provider) = (dao.net(), dao.net().provider(&dao.stranger())?);
    let arguments = (U256::from(60), vec![dao.governor], vec![Address::ZERO]).abi_encode_params();
    let timelock = net.deploy(&net.owner, &artifact("OzTimelock")?, arguments).await?;
    let (second, nothing) = (U256::ONE, U256::ZERO);
    let settings = (net.token, timelock, Address::ZERO, second, second, nothing, second, nothing);
    let governor = net.deploy(&net.owner, &artifact("OzGovernor")?, settings.abi_encode_params()).await?;

    let expected = ["ERC-165", "IGovernor", "IGovernor without getProposalId", "IERC1155Receiver"];
    assert_eq!(supported(governor, &provider).await?, expected, "OpenZeppelin's governor");
    assert_eq!(supported(dao.governor, &provider).await?, expected, "ours");
    let expected = ["ERC-165", "IAccessControl", "IERC1155Receiver"];
    assert_eq!(supported(timelock, &provider).await?, expected, "OpenZeppelin's timelock");
    assert_eq!(supported(dao.timelock, &provider).await?, expected, "ours");
    Ok(())
}
