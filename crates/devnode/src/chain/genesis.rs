//! The first block and what it holds.

use alloy::{
    consensus::Header,
    primitives::{Address, B256, U256},
};
use revm::state::AccountInfo;

use super::{
    blocks::Block,
    state::{World, with_code},
};
use crate::{
    arbos::STATE_ACCOUNT,
    config::{NodeConfig, funded_accounts},
    precompiles,
};

/// Who gets the fees of compute gas on a development chain.
pub(super) const FEE_ACCOUNT: Address = Address::ZERO;

/// Returns the state of the genesis block.
pub(super) fn world(config: &NodeConfig) -> World {
    let mut world = World::default();
    for account in funded_accounts() {
        world.set_info(account, AccountInfo { balance: config.balance, ..AccountInfo::default() });
    }
    for precompile in precompiles::addresses() {
        // One byte that no EVM runs: enough for callers that look for code.
        world.set_info(precompile, with_code(AccountInfo { nonce: 1, ..AccountInfo::default() }, vec![0xfe]));
    }
    world.set_info(STATE_ACCOUNT, AccountInfo { nonce: 1, ..AccountInfo::default() });
    world
}

/// Returns the genesis block.
pub(super) fn block(time: u64) -> Block {
    let nobody = Block::from_header(Header::default(), Vec::new());
    let mut header = Block::seal(&nobody, crate::arbos::MINIMUM_BASE_FEE, time, B256::ZERO, Vec::new()).header;
    header.number = 0;
    header.parent_hash = B256::ZERO;
    header.difficulty = U256::from(1);
    Block::from_header(header, Vec::new())
}
