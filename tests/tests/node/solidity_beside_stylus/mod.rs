//! Solidity beside Stylus on one chain: they call each other and create each other's contracts, and what one side
//! reverts with reaches the other with its data.

mod probe;
mod vault;

use aia_tests::{Network, peers::artifact};
use alloy::{primitives::Address, providers::DynProvider, sol, sol_types::SolValue};
use eyre::Result;

const SHOP: Address = Address::repeat_byte(0x5a);

sol! {
    /// What `tests/js/peers/SmartWallet.sol` can do.
    #[sol(rpc)]
    interface Wallet {
        function setMode(uint8 newMode) external;
        function execute(address target, uint256 value, bytes data) external payable returns (bytes);
    }

    /// What `tests/js/peers/Multi.sol` can do.
    #[sol(rpc, extra_derives(Debug))]
    interface Multi {
        error Undone(bool ok, bytes ret);

        function tryCall(address target, bytes data) external returns (bool ok, bytes ret);
        function callTwice(address target, bytes first, bytes second)
            external
            returns (bool firstOk, bytes firstRet, bool secondOk, bytes secondRet);
        function callThenRevert(address target, bytes data) external;
    }
}

/// Deploys an ERC-1271 wallet of `owner`, as the token's owner calls it.
async fn deploy_wallet(net: &Network, owner: Address) -> Result<Wallet::WalletInstance<DynProvider>> {
    let address = net.deploy(&net.owner, &artifact("SmartWallet")?, owner.abi_encode()).await?;
    Ok(Wallet::new(address, net.provider(&net.owner)?))
}

/// Deploys `Multi`, as the token's owner calls it.
async fn deploy_multi(net: &Network) -> Result<Multi::MultiInstance<DynProvider>> {
    let address = net.deploy(&net.owner, &artifact("Multi")?, Vec::new()).await?;
    Ok(Multi::new(address, net.provider(&net.owner)?))
}
