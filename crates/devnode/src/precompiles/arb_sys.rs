//! ArbSys: facts of the chain, and messages to the parent chain.

use std::convert::Infallible;

use alloy::{
    primitives::{Address, B256, U256, address, keccak256},
    sol,
    sol_types::{SolCall, SolError, SolEvent, SolInterface, SolValue},
};
use revm::{
    context::{Block, JournalTr, journaled_state::account::JournaledAccountTr},
    context_interface::ContextTr,
    database_interface::Database,
};

use super::{Call, Failure, Precompile, READ_GAS, methods::methods_of, words};
use crate::arbos::{NATIVE_TOKENS_SINCE, layout::AddressSet, sends};

pub(super) const ADDRESS: Address = Address::with_last_byte(0x64);

sol! {
    #[sol(abi)]
    #[allow(clippy::too_many_arguments)] // the event's
    interface IArbSys {
        function arbBlockNumber() external view returns (uint256);
        function arbBlockHash(uint256 blockNumber) external view returns (bytes32);
        function arbChainID() external view returns (uint256);
        function arbOSVersion() external view returns (uint256);
        function getStorageGasAvailable() external view returns (uint256);
        function isTopLevelCall() external view returns (bool);
        function mapL1SenderContractAddressToL2Alias(address sender, address unused) external pure returns (address);
        function wasMyCallersAddressAliased() external view returns (bool);
        function myCallersAddressWithoutAliasing() external view returns (address);
        function withdrawEth(address destination) external payable returns (uint256);
        function sendTxToL1(address destination, bytes data) external payable returns (uint256);
        function sendMerkleTreeState() external view returns (uint256 size, bytes32 root, bytes32[] partials);

        event L2ToL1Tx(
            address caller, address indexed destination, uint256 indexed hash, uint256 indexed position,
            uint256 arbBlockNum, uint256 ethBlockNum, uint256 timestamp, uint256 callvalue, bytes data
        );
        event SendMerkleUpdate(uint256 indexed reserved, bytes32 indexed hash, uint256 indexed position);

        error InvalidBlockNumber(uint256 requested, uint256 current);
    }
}
pub(super) use IArbSys::IArbSysErrors as Errors;

/// What `arbOSVersion` adds to the version.
const VERSION_OFFSET: u64 = 55;
/// How many block hashes are kept.
const HASHES: u64 = 256;
/// What a contract of the parent chain has added to its address here.
const ALIAS_OFFSET: Address = address!("1111000000000000000000000000000000001111");
/// Deepest call, its own frame counted, that is still made by the transaction or by what that called.
const TOP_LEVEL_DEPTH: usize = 2;

pub(super) struct ArbSys;

impl Precompile for ArbSys {
    methods_of!(IArbSys);

    fn call<DB: Database<Error = Infallible>>(call: &mut Call<'_, DB>, data: &[u8]) -> Result<Vec<u8>, Failure> {
        use IArbSys::IArbSysCalls as Calls;
        let depth = call.frames_above() + 1;
        let block = &call.context.chain.block;
        Ok(match Calls::abi_decode_validate(data).map_err(|_| Failure::Everything)? {
            Calls::arbBlockNumber(_) => U256::from(block.number).abi_encode(),
            Calls::arbBlockHash(method) => return block_hash(call, method.blockNumber),
            Calls::arbChainID(_) => U256::from(call.context.cfg.chain_id).abi_encode(),
            Calls::arbOSVersion(_) => U256::from(VERSION_OFFSET + block.version).abi_encode(),
            Calls::getStorageGasAvailable(_) => U256::ZERO.abi_encode(),
            Calls::isTopLevelCall(_) => (depth <= TOP_LEVEL_DEPTH).abi_encode(),
            Calls::mapL1SenderContractAddressToL2Alias(method) => alias(method.sender).abi_encode(),
            // Only messages from the parent chain are aliased, and there are none.
            Calls::wasMyCallersAddressAliased(_) => false.abi_encode(),
            Calls::myCallersAddressWithoutAliasing(_) => {
                call.context.chain.callers.last().copied().unwrap_or_default().abi_encode()
            }
            Calls::withdrawEth(method) => return send(call, method.destination, &[]),
            Calls::sendTxToL1(method) => return send(call, method.destination, &method.data),
            Calls::sendMerkleTreeState(_) => return merkle_state(call),
        })
    }
}

fn alias(sender: Address) -> Address {
    let sum = U256::from_be_slice(sender.as_slice()) + U256::from_be_slice(ALIAS_OFFSET.as_slice());
    Address::from_word(sum.into())
}

fn block_hash<DB: Database<Error = Infallible>>(call: &mut Call<'_, DB>, requested: U256) -> Result<Vec<u8>, Failure> {
    let block = &call.context.chain.block;
    let current = block.number;
    let hash = u64::try_from(requested)
        .ok()
        .filter(|number| *number < current && current - number <= HASHES)
        .and_then(|number| block.hashes.iter().rev().nth(usize::try_from(current - 1 - number).ok()?));
    let Some(hash) = hash else {
        let error = IArbSys::InvalidBlockNumber { requested, current: U256::from(current) };
        return Err(Failure::Error(error.abi_encode()));
    };
    Ok(IArbSys::arbBlockHashCall::abi_encode_returns(hash))
}

/// Burns the value sent and adds a message to the tree of those to the parent chain.
fn send<DB: Database<Error = Infallible>>(
    call: &mut Call<'_, DB>,
    destination: Address,
    data: &[u8],
) -> Result<Vec<u8>, Failure> {
    let value = call.inputs.value.get();
    if call.context.chain.block.version >= NATIVE_TOKENS_SINCE
        && !value.is_zero()
        && !call.read(AddressSet::native_token_owners().size())?.is_zero()
    {
        return Err(Failure::Plain);
    }
    let caller = call.inputs.caller;
    let number = U256::from(call.context.chain.block.number);
    let timestamp = call.context.block().timestamp();
    let l1_number = U256::ZERO; // a development chain has no parent
    let message = (caller, destination, number, l1_number, timestamp, value, data).abi_encode_packed();
    call.burn(keccak_gas(message.len()))?;
    let hash = keccak256(message);
    let (leaf, updates) = append(call, hash)?;
    call.read(sends::SIZE.slot())?; // once more, for the leaf's number
    burn_value(call, value)?;
    for event in updates {
        call.emit(ADDRESS, event.encode_log_data())?;
    }
    let event = IArbSys::L2ToL1Tx {
        caller,
        destination,
        hash: hash.into(),
        position: U256::from(leaf),
        arbBlockNum: number,
        ethBlockNum: l1_number,
        timestamp,
        callvalue: value,
        data: data.to_vec().into(),
    };
    call.emit(ADDRESS, event.encode_log_data())?;
    Ok(U256::from(leaf).abi_encode())
}

/// Takes the value, which has arrived at this address, out of existence.
fn burn_value<DB: Database<Error = Infallible>>(call: &mut Call<'_, DB>, value: U256) -> Result<(), Failure> {
    let mut account = call.context.journal_mut().load_account_mut(ADDRESS).unwrap_or_else(|never| match never {});
    if account.data.decr_balance(value) { Ok(()) } else { Err(Failure::Plain) }
}

/// Adds a leaf to the Merkle accumulator, and returns its index with the nodes that it completed.
fn append<DB: Database<Error = Infallible>>(
    call: &mut Call<'_, DB>,
    item: B256,
) -> Result<(u64, Vec<IArbSys::SendMerkleUpdate>), Failure> {
    let leaf: u64 = call.read(sends::SIZE.slot())?.saturating_to();
    call.write(sends::SIZE.slot(), U256::from(leaf + 1))?;
    let levels = sends::levels(leaf);
    let mut updates = Vec::new();
    let mut node = keccak256(item);
    for level in 0.. {
        let slot = sends::partial(level);
        let partial = if level < levels { call.read(slot)? } else { U256::ZERO };
        if partial.is_zero() {
            call.write(slot, node.into())?;
            break;
        }
        call.burn(keccak_gas(64))?;
        node = keccak256([partial.to_be_bytes::<32>(), node.0].concat());
        call.write(slot, U256::ZERO)?;
        let position = (U256::from(level + 1) << 192) + U256::from(leaf);
        updates.push(IArbSys::SendMerkleUpdate { reserved: U256::ZERO, hash: node, position });
    }
    Ok((leaf, updates))
}

/// Tells the zero address, so nobody but simulations, what the tree of messages holds.
fn merkle_state<DB: Database<Error = Infallible>>(call: &mut Call<'_, DB>) -> Result<Vec<u8>, Failure> {
    if !call.inputs.caller.is_zero() {
        return Err(Failure::Plain);
    }
    let size: u64 = call.read(sends::SIZE.slot())?.saturating_to();
    let partials = partials(call, size)?;
    call.burn(READ_GAS * (1 + partials.len() as u64))?; // the root reads them once more
    let (root, hashes) = sends::root(&partials);
    call.burn(hashes * keccak_gas(64))?;
    let state = IArbSys::sendMerkleTreeStateReturn { size: U256::from(size), root, partials };
    Ok(IArbSys::sendMerkleTreeStateCall::abi_encode_returns(&state))
}

fn partials<DB: Database<Error = Infallible>>(call: &mut Call<'_, DB>, size: u64) -> Result<Vec<B256>, Failure> {
    (0..sends::levels(size)).map(|level| Ok(call.read(sends::partial(level))?.into())).collect()
}

fn keccak_gas(bytes: usize) -> u64 {
    30 + 6 * words(bytes)
}
