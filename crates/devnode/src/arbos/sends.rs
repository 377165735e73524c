//! The tree of messages to the parent chain: a Merkle accumulator, one partial tree for each power of two.

use revm::primitives::{B256, U256, keccak256};

use super::{
    layout::{Field, Space},
    pricing::Slots,
};

/// How many messages there are.
pub const SIZE: Field = Field::new(&[5], 0);

/// Returns the slot of the partial tree of a level; zero if there is none.
pub fn partial(level: u64) -> U256 {
    Space::at(&[5]).field(2 + level)
}

/// Returns how many levels a tree of `size` leaves has.
pub fn levels(size: u64) -> u64 {
    u64::from(u64::BITS - size.leading_zeros())
}

/// Returns how many messages there are, and the root over them.
pub fn state(slots: &impl Slots) -> (u64, B256) {
    let size = slots.number(SIZE);
    let partials: Vec<B256> = (0..levels(size)).map(|level| slots.slot(partial(level)).into()).collect();
    (size, root(&partials).0)
}

/// Returns the root over an accumulator's partial trees, and how many hashes that took.
pub fn root(partials: &[B256]) -> (B256, u64) {
    let mut hashes = 0;
    let mut join = |left: B256, right: B256| {
        hashes += 1;
        keccak256([left, right].concat())
    };
    let mut below: Option<(B256, usize)> = None;
    for (level, partial) in partials.iter().enumerate().filter(|(_, partial)| !partial.is_zero()) {
        below = Some(match below {
            None => (*partial, level),
            Some((mut node, height)) => {
                for _ in height..level {
                    node = join(node, B256::ZERO);
                }
                (join(*partial, node), level + 1)
            }
        });
    }
    (below.map(|(root, _)| root).unwrap_or_default(), hashes)
}
