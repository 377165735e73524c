//! The first block and what it holds.

use alloy::{
    consensus::Header,
    primitives::{Address, B256, U256},
};
use revm::state::AccountInfo;

use super::{
    blocks::{Block, Opening},
    state::{World, with_code},
};
use crate::{
    arbos::{
        NATIVE_TOKENS_SINCE, STATE_ACCOUNT,
        pricing::INITIAL_BASE_FEE,
        upgrade::{self, NATIVE_TOKEN_MANAGER},
    },
    config::{DEV_ADDRESS, NodeConfig, funded_accounts},
    precompiles,
};

/// Returns the state of the genesis block.
pub(super) fn world(config: &NodeConfig) -> World {
    let mut world = World::default();
    for account in funded_accounts() {
        world.set_info(account, AccountInfo { balance: config.balance, ..AccountInfo::default() });
    }
    for precompile in precompiles::addresses() {
        if precompile == NATIVE_TOKEN_MANAGER && config.arbos < NATIVE_TOKENS_SINCE {
            continue;
        }
        world.set_info(precompile, with_code(AccountInfo::default(), precompiles::CODE.to_vec()));
    }
    world.set_info(STATE_ACCOUNT, AccountInfo { nonce: 1, ..AccountInfo::default() });
    // The zero address is an owner, as Nitro's own development chain has it.
    for (slot, value) in upgrade::genesis(config.arbos, config.chain_id, [Address::ZERO, DEV_ADDRESS]) {
        world.set_storage(STATE_ACCOUNT, slot, value);
    }
    super::history::install(&mut world);
    world
}

/// Returns the genesis block.
pub(super) fn block(time: u64, version: u64) -> Block {
    let nobody = Block::from_header(Header::default(), None, Vec::new());
    let opening = Opening { base_fee: INITIAL_BASE_FEE, timestamp: time, version, sends: (0, B256::ZERO) };
    let mut header = Block::seal(&nobody, opening, B256::ZERO, None, Vec::new()).header;
    header.number = 0;
    header.parent_hash = B256::ZERO;
    header.beneficiary = Address::ZERO;
    header.difficulty = U256::from(1);
    Block::from_header(header, None, Vec::new())
}
