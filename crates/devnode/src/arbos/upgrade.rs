//! What ArbOS's state begins with, and what changes when a scheduled upgrade is due.

use revm::primitives::{Address, U256};

use super::{
    COINBASE, NATIVE_TOKENS_SINCE, START_TIME, TX_LIMIT_SINCE, VERSIONS,
    layout::{AddressSet, Field, Space, data_pricer, l1, l2, root},
    params::StylusParams,
    pricing::{INITIAL_BASE_FEE, INITIAL_GAS_LIMIT, INITIAL_L1_PRICE, Slots},
};

/// Where the manager of native tokens is.
pub const NATIVE_TOKEN_MANAGER: Address = Address::with_last_byte(0x73);

/// Returns the slots of a fresh development chain.
pub fn genesis(version: u64, chain_id: u64, owners: [Address; 2]) -> Vec<(U256, U256)> {
    let numbers: [(Field, u64); 22] = [
        (root::VERSION, version),
        (root::CHAIN_ID, chain_id),
        (root::BROTLI_LEVEL, 1),
        (l2::SPEED_LIMIT, 7_000_000),
        (l2::BLOCK_GAS_LIMIT, INITIAL_GAS_LIMIT),
        (l2::BASE_FEE, INITIAL_BASE_FEE),
        (l2::MIN_BASE_FEE, INITIAL_BASE_FEE),
        (l2::INERTIA, 102),
        (l2::TOLERANCE, 10),
        (l2::TX_GAS_LIMIT, if version < TX_LIMIT_SINCE { 0 } else { INITIAL_GAS_LIMIT }),
        (l1::EQUILIBRATION_UNITS, 160_000_000),
        (l1::INERTIA, 10),
        (l1::REWARD_RATE, 10),
        (l1::PRICE_PER_UNIT, INITIAL_L1_PRICE),
        (l1::PER_BATCH_GAS, 210_000),
        (data_pricer::BYTES_PER_SECOND, 34_865),
        (data_pricer::LAST_UPDATE, START_TIME),
        (data_pricer::MIN_PRICE, 82_928_201),
        (data_pricer::INERTIA, 21_360_419),
        // The queue of retryables is empty: both ends are at 2.
        (Field::new(&[2, 0], 0), 2),
        (Field::new(&[2, 0], 1), 2),
        (root::NATIVE_TOKEN_FROM, 0),
    ];
    let mut slots: Vec<_> = numbers.into_iter().map(|(field, value)| (field.slot(), U256::from(value))).collect();
    slots.push((StylusParams::slot(), StylusParams::initial(version).to_word()));
    slots.extend(members(AddressSet::chain_owners(), &owners));
    slots.extend(members(AddressSet::batch_posters(), &[COINBASE]));
    slots.push((poster_info().field(1), COINBASE.into_word().into()));
    slots.retain(|(_, value)| !value.is_zero());
    slots
}

/// Returns where ArbOS keeps what it owes the only batch poster, and whom it pays.
pub fn poster_info() -> Space {
    Space::at(&[0, 0, 1]).named(COINBASE.as_slice())
}

fn members(set: AddressSet, members: &[Address]) -> Vec<(U256, U256)> {
    let mut slots = vec![(set.size(), U256::from(members.len()))];
    for (place, member) in (1..).zip(members) {
        slots.push((set.member(place), member.into_word().into()));
        slots.push((set.place(*member), U256::from(place)));
    }
    slots
}

/// Returns the version that is due at `time`, if one is that this node knows.
fn due_version(state: &impl Slots, time: u64) -> Option<(u64, u64)> {
    let (from, to) = (state.number(root::VERSION), state.number(root::UPGRADE_VERSION));
    (to > from && time >= state.number(root::UPGRADE_TIME) && VERSIONS.contains(&to)).then_some((from, to))
}

/// Returns the precompiles that get their code with an upgrade that is due at `time`.
pub fn comes_with(state: &impl Slots, time: u64) -> Option<Address> {
    let (from, to) = due_version(state, time)?;
    (from < NATIVE_TOKENS_SINCE && to >= NATIVE_TOKENS_SINCE).then_some(NATIVE_TOKEN_MANAGER)
}

/// Returns what ArbOS writes at the start of a block at `time` in which a scheduled upgrade is due.
///
/// Upgrades to versions that this node does not know are left undone.
pub fn due(state: &impl Slots, time: u64) -> Vec<(U256, U256)> {
    let Some((from, to)) = due_version(state, time) else { return Vec::new() };
    let mut slots = vec![(root::VERSION.slot(), U256::from(to))];
    if from < TX_LIMIT_SINCE && to >= TX_LIMIT_SINCE {
        slots.push((l2::TX_GAS_LIMIT.slot(), U256::from(INITIAL_GAS_LIMIT)));
        let mut params = StylusParams::from_word(state.slot(StylusParams::slot()));
        params.max_stack_depth = params.max_stack_depth.min(StylusParams::initial(to).max_stack_depth);
        slots.push((StylusParams::slot(), params.to_word()));
    }
    slots
}
