//! Where ArbOS keeps what: spaces of its account's storage, and the numbers at fixed places in them.

use revm::primitives::{Address, B256, U256, keccak256};

/// A subspace of the state account's storage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Space {
    /// The root has no prefix.
    prefix: Option<B256>,
}

impl Space {
    /// Returns the space with the given path of ids from the root.
    pub fn at(path: &[u8]) -> Self {
        path.iter().fold(Self::default(), |space, id| space.child(*id))
    }

    /// Returns the subspace with the given id.
    pub fn child(self, id: u8) -> Self {
        self.named(&[id])
    }

    /// Returns the subspace with a name of any length.
    pub fn named(self, name: &[u8]) -> Self {
        Self { prefix: Some(keccak256(self.with_prefix(name))) }
    }

    /// Returns the slot of a key: its last byte is kept, so neighbours share a page of the trie.
    pub fn slot(self, key: B256) -> U256 {
        let mut slot = keccak256(self.with_prefix(&key[..31]));
        slot[31] = key[31];
        slot.into()
    }

    /// Returns the slot of a small number.
    pub fn field(self, index: u64) -> U256 {
        self.slot(U256::from(index).into())
    }

    fn with_prefix(self, bytes: &[u8]) -> Vec<u8> {
        let mut joined = self.prefix.map(|prefix| prefix.to_vec()).unwrap_or_default();
        joined.extend_from_slice(bytes);
        joined
    }
}

/// A number at a fixed place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    path: &'static [u8],
    index: u64,
}

impl Field {
    pub(super) const fn new(path: &'static [u8], index: u64) -> Self {
        Self { path, index }
    }

    /// Returns its slot.
    pub fn slot(self) -> U256 {
        Space::at(self.path).field(self.index)
    }
}

/// Of the chain itself.
pub mod root {
    use super::Field;

    /// ArbOS version.
    pub const VERSION: Field = Field::new(&[], 0);
    /// Version that an upgrade is scheduled to.
    pub const UPGRADE_VERSION: Field = Field::new(&[], 1);
    /// When it is due, Unix seconds.
    pub const UPGRADE_TIME: Field = Field::new(&[], 2);
    /// Who gets the fees of compute gas.
    pub const NETWORK_FEE_ACCOUNT: Field = Field::new(&[], 3);
    /// Chain id.
    pub const CHAIN_ID: Field = Field::new(&[], 4);
    /// Who gets the part of the fees up to the minimum base fee; zero for nobody.
    pub const INFRA_FEE_ACCOUNT: Field = Field::new(&[], 6);
    /// Level at which transactions are compressed to price their data.
    pub const BROTLI_LEVEL: Field = Field::new(&[], 7);
    /// When native token owners come into force, Unix seconds; zero for never.
    pub const NATIVE_TOKEN_FROM: Field = Field::new(&[], 8);
    /// Bit 0: the floor under calldata's price (EIP-7623).
    pub const FEATURES: Field = Field::new(&[9], 0);
}

/// Of the price of data on the parent chain.
pub mod l1 {
    use super::Field;

    /// Who gets rewards.
    pub const REWARD_RECIPIENT: Field = Field::new(&[0], 0);
    /// Units over which the price evens out.
    pub const EQUILIBRATION_UNITS: Field = Field::new(&[0], 1);
    /// Inertia of the price.
    pub const INERTIA: Field = Field::new(&[0], 2);
    /// Reward per unit in wei.
    pub const REWARD_RATE: Field = Field::new(&[0], 3);
    /// Last update, Unix seconds.
    pub const LAST_UPDATE: Field = Field::new(&[0], 4);
    /// Rewards that are owed, in wei.
    pub const FUNDS_DUE_FOR_REWARDS: Field = Field::new(&[0], 5);
    /// Units since the last update.
    pub const UNITS_SINCE_UPDATE: Field = Field::new(&[0], 6);
    /// Wei per unit; a byte of data has 16 units.
    pub const PRICE_PER_UNIT: Field = Field::new(&[0], 7);
    /// Surplus at the last update, in wei.
    pub const LAST_SURPLUS: Field = Field::new(&[0], 8);
    /// Gas charged per batch.
    pub const PER_BATCH_GAS: Field = Field::new(&[0], 9);
    /// Cap of amortised costs in basis points.
    pub const COST_CAP: Field = Field::new(&[0], 10);
    /// Fees that were collected and not paid out, in wei.
    pub const FEES_AVAILABLE: Field = Field::new(&[0], 11);
    /// The parent chain's floor of gas per token of calldata.
    pub const PARENT_GAS_FLOOR: Field = Field::new(&[0], 12);
    /// What all batch posters are owed, in wei.
    pub const POSTERS_DUE: Field = Field::new(&[0, 0], 0);
}

/// Of the price of compute.
pub mod l2 {
    use super::Field;

    /// Gas per second that the chain aims at.
    pub const SPEED_LIMIT: Field = Field::new(&[1], 0);
    /// Most compute gas of a block.
    pub const BLOCK_GAS_LIMIT: Field = Field::new(&[1], 1);
    /// Base fee of the next block, in wei per gas.
    pub const BASE_FEE: Field = Field::new(&[1], 2);
    /// Lowest base fee, in wei per gas.
    pub const MIN_BASE_FEE: Field = Field::new(&[1], 3);
    /// Gas used beyond the speed limit.
    pub const BACKLOG: Field = Field::new(&[1], 4);
    /// Seconds over which the base fee reacts.
    pub const INERTIA: Field = Field::new(&[1], 5);
    /// Seconds of backlog that raise no fee.
    pub const TOLERANCE: Field = Field::new(&[1], 6);
    /// Most compute gas of a transaction, from ArbOS 50.
    pub const TX_GAS_LIMIT: Field = Field::new(&[1], 7);
    /// How many pricing constraints there are.
    pub const CONSTRAINTS: Field = Field::new(&[1, 0], 0);
}

/// Of the price of programs' data.
pub mod data_pricer {
    use super::Field;

    /// Bytes in demand.
    pub const DEMAND: Field = Field::new(&[8, 3], 0);
    /// Bytes per second that relieve it.
    pub const BYTES_PER_SECOND: Field = Field::new(&[8, 3], 1);
    /// Last update, Unix seconds.
    pub const LAST_UPDATE: Field = Field::new(&[8, 3], 2);
    /// Lowest price in wei per byte.
    pub const MIN_PRICE: Field = Field::new(&[8, 3], 3);
    /// How slowly the price reacts, in bytes.
    pub const INERTIA: Field = Field::new(&[8, 3], 4);
}

/// A set of addresses: its size, its members in a list, and the place of each in it.
#[derive(Clone, Copy, Debug)]
pub struct AddressSet(Space);

impl AddressSet {
    /// Those who may change everything.
    pub fn chain_owners() -> Self {
        Self(Space::at(&[4]))
    }

    /// Those who may cache programs.
    pub fn cache_managers() -> Self {
        Self(Space::at(&[8, 4]))
    }

    /// Those who may mint and burn ether.
    pub fn native_token_owners() -> Self {
        Self(Space::at(&[10]))
    }

    /// Those who post batches.
    pub fn batch_posters() -> Self {
        Self(Space::at(&[0, 0, 0]))
    }

    /// Returns the slot of the size.
    pub fn size(self) -> U256 {
        self.0.field(0)
    }

    /// Returns the slot of a member, from 1.
    pub fn member(self, place: u64) -> U256 {
        self.0.field(place)
    }

    /// Returns the slot that says at which place an address is, 0 for none.
    pub fn place(self, member: Address) -> U256 {
        self.0.child(0).slot(member.into_word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use revm::primitives::{address, b256};

    /// Page prefixes and the check value as Nitro's layout gives them.
    #[test]
    fn slots_are_where_nitro_has_them() {
        let page = |slot: U256| slot >> 8;
        let expected = [
            (root::VERSION, "15fed0451499512d95f3ec5a41c878b9de55f21878b5b4e190d4667ec709b4"),
            (l1::PRICE_PER_UNIT, "a9f6f085d78d1d37c5819e5c16c9e03198bd14e08cd1f6f8191bc6207b9e97"),
            (l2::BASE_FEE, "e54de2a4cdacc0a0059d2b6e16348103df8c4aff409c31e40ec73d11926c82"),
            (l2::CONSTRAINTS, "52232757544c763eb1c1511dc67b97f352c88a089b72a204b89e1c66fc2783"),
            (data_pricer::DEMAND, "32f3a25635b90f501d25f654cd2ff8f009d6c539bf8691682a31ded63f25ed"),
            (root::FEATURES, "efc8dd7022cc6868c21a903d9f02794bd02dbc621457d359f75e9f68bc7b11"),
        ];
        for (field, prefix) in expected {
            assert_eq!(page(field.slot()), U256::from_str_radix(prefix, 16).unwrap(), "{field:?}");
            assert_eq!(field.slot().byte(0), u8::try_from(field.index).unwrap());
        }
        let dev = address!("3f1Eae7D46d88F08fc2F8ed27FCb2AB183EB2d0E");
        let place = b256!("24095261e273483f40370b413b103c6ab012d90b53bcfca15c2b8e2ac8af610e");
        assert_eq!(AddressSet::chain_owners().place(dev), U256::from_be_bytes(place.0));
    }
}
