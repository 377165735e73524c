//! ArbOwnerPublic: what anybody may know of the chain's owners and their settings.

use std::convert::Infallible;

use alloy::{
    primitives::{Address, U256},
    sol,
    sol_types::{SolEvent, SolInterface, SolValue},
};
use revm::database_interface::Database;

use super::{Call, Failure, Precompile, methods::methods_of};
use crate::arbos::layout::{AddressSet, l1, root};

const ADDRESS: Address = Address::with_last_byte(0x6b);

sol! {
    #[sol(abi)]
    interface IArbOwnerPublic {
        function isChainOwner(address account) external view returns (bool);
        function getAllChainOwners() external view returns (address[]);
        function rectifyChainOwner(address owner) external;
        function getNetworkFeeAccount() external view returns (address);
        function getInfraFeeAccount() external view returns (address);
        function getBrotliCompressionLevel() external view returns (uint64);
        function getScheduledUpgrade() external view returns (uint64 version, uint64 timestamp);
        function isCalldataPriceIncreaseEnabled() external view returns (bool);
        function isNativeTokenOwner(address account) external view returns (bool);
        function getAllNativeTokenOwners() external view returns (address[]);
        function getNativeTokenManagementFrom() external view returns (uint64);
        function getParentGasFloorPerToken() external view returns (uint64);

        event ChainOwnerRectified(address rectifiedOwner);
    }
}

pub(super) struct ArbOwnerPublic;

impl Precompile for ArbOwnerPublic {
    methods_of!(
        IArbOwnerPublic,
        since 41: "isNativeTokenOwner" "getAllNativeTokenOwners",
        since 50: "getNativeTokenManagementFrom" "getParentGasFloorPerToken",
    );

    fn call<DB: Database<Error = Infallible>>(call: &mut Call<'_, DB>, data: &[u8]) -> Result<Vec<u8>, Failure> {
        use IArbOwnerPublic::IArbOwnerPublicCalls as Calls;
        let (owners, minters) = (AddressSet::chain_owners(), AddressSet::native_token_owners());
        Ok(match Calls::abi_decode_validate(data).map_err(|_| Failure::Everything)? {
            Calls::isChainOwner(method) => call.is_member(owners, method.account)?.abi_encode(),
            Calls::getAllChainOwners(_) => call.members(owners)?.abi_encode(),
            Calls::rectifyChainOwner(method) => {
                rectify(call, owners, method.owner)?;
                Vec::new()
            }
            Calls::getNetworkFeeAccount(_) => call.read(root::NETWORK_FEE_ACCOUNT.slot())?.abi_encode(),
            Calls::getInfraFeeAccount(_) => call.read(root::INFRA_FEE_ACCOUNT.slot())?.abi_encode(),
            Calls::getBrotliCompressionLevel(_) => call.read(root::BROTLI_LEVEL.slot())?.abi_encode(),
            Calls::getScheduledUpgrade(_) => {
                let (version, time) = (call.read(root::UPGRADE_VERSION.slot())?, call.read(root::UPGRADE_TIME.slot())?);
                let is_ahead = version > U256::from(call.context.chain.block.version);
                if is_ahead { (version, time).abi_encode() } else { (U256::ZERO, U256::ZERO).abi_encode() }
            }
            Calls::isCalldataPriceIncreaseEnabled(_) => call.read(root::FEATURES.slot())?.bit(0).abi_encode(),
            Calls::isNativeTokenOwner(method) => call.is_member(minters, method.account)?.abi_encode(),
            Calls::getAllNativeTokenOwners(_) => call.members(minters)?.abi_encode(),
            Calls::getNativeTokenManagementFrom(_) => call.read(root::NATIVE_TOKEN_FROM.slot())?.abi_encode(),
            Calls::getParentGasFloorPerToken(_) => call.read(l1::PARENT_GAS_FLOOR.slot())?.abi_encode(),
        })
    }
}

/// Corrects where an owner is said to be in the list.
fn rectify<DB: Database<Error = Infallible>>(
    call: &mut Call<'_, DB>,
    owners: AddressSet,
    owner: Address,
) -> Result<(), Failure> {
    if !call.is_member(owners, owner)? {
        return Err(Failure::Plain);
    }
    let place = call.read(owners.place(owner))?;
    let size: u64 = call.read(owners.size())?.saturating_to();
    let listed = call.read(owners.member(place.saturating_to()))?;
    if Address::from_word(listed.into()) == owner && place <= U256::from(size) {
        return Err(Failure::Plain); // nothing is wrong
    }
    let places = (1..=size)
        .map(|place| Ok((place, Address::from_word(call.read(owners.member(place))?.into()))))
        .collect::<Result<Vec<_>, Failure>>()?;
    if let Some((place, _)) = places.into_iter().find(|(_, member)| *member == owner) {
        call.write(owners.place(owner), U256::from(place))?;
    }
    let event = IArbOwnerPublic::ChainOwnerRectified { rectifiedOwner: owner };
    call.emit(ADDRESS, event.encode_log_data())
}
