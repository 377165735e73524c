//! The Solidity contracts that proposals call.

use aia_tests::{Network, governance::Dao, peers::artifact};
use alloy::{primitives::Address, providers::DynProvider, sol};
use eyre::Result;

sol! {
    /// What `Tally` of `tests/js/peers/Governance.sol` can do.
    #[sol(rpc, extra_derives(Debug, PartialEq, Eq))]
    interface ITally {
        event Counted(address indexed caller, uint256 value, uint256 step, uint256 count);

        function count(uint256 step) external payable returns (uint256);
        function counts(address caller) external view returns (uint256);
    }

    /// What `Refusal` of the same refuses with.
    #[sol(extra_derives(Debug, PartialEq, Eq))]
    interface IRefusal {
        error Refused(address caller, uint256 value);
    }
}

/// A contract that counts, with its typed calls.
pub(super) type Tally = ITally::ITallyInstance<DynProvider>;

/// Deploys a contract that counts.
pub(super) async fn tally<N: AsRef<Network>>(dao: &Dao<N>) -> Result<Tally> {
    let (net, owner) = (dao.net(), &dao.net().owner);
    let address = net.deploy(owner, &artifact("Tally")?, Vec::new()).await?;
    Ok(ITally::new(address, net.provider(owner)?))
}

/// Deploys a contract that refuses everything.
pub(super) async fn refusal<N: AsRef<Network>>(dao: &Dao<N>) -> Result<Address> {
    dao.net().deploy(&dao.net().owner, &artifact("Refusal")?, Vec::new()).await
}
