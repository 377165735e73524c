//! Claims of one receiver in few bytes.

use alloc::vec::Vec;

use aia_protocol::payments::voucher::{ChannelConfig, Usage};
use aia_shell::{Revert, revert, words};
use alloy_primitives::{Address, B256};

use crate::{
    I, StreamPayments,
    claims::{Row, empty_batch},
};

/// Bytes of a row by its kind: payer, payerAuthorizer, salt, two amounts, signature; and with units and their root.
const ROWS: [usize; 2] = [20 + 20 + 32 + 16 + 16 + 65, 20 + 20 + 32 + 16 + 16 + 65 + 16 + 32];

/// What all rows have in common.
pub(crate) struct Receiver {
    pub(crate) receiver: Address,
    pub(crate) receiver_authorizer: Address,
    pub(crate) withdraw_delay: u64,
}

/// Takes one field after the other off a row, which is as long as all of them.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn take(&mut self, length: usize) -> &'a [u8] {
        let (field, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        field
    }

    fn address(&mut self) -> Address {
        Address::from_slice(self.take(20))
    }

    fn word(&mut self) -> B256 {
        B256::from_slice(self.take(32))
    }

    fn amount(&mut self) -> u128 {
        self.take(16).iter().fold(0, |sum, byte| sum << 8 | u128::from(*byte))
    }
}

impl StreamPayments {
    pub(crate) fn claim_packed(&mut self, common: &Receiver, rows: &[u8]) -> Result<u128, Revert> {
        let caller = self.caller();
        if caller != common.receiver && caller != common.receiver_authorizer {
            return Err(self.unauthorized_side(B256::ZERO));
        }
        let token = self.config().token;
        let Some((kind, rows)) = rows.split_first().filter(|(_, rows)| !rows.is_empty()) else {
            return Err(empty_batch());
        };
        let size = ROWS.get(usize::from(*kind)).filter(|size| rows.len() % **size == 0);
        let size = size.ok_or_else(|| revert::<I::MalformedRows>(words![*kind, rows.len() as u64]))?;
        let rows: Vec<_> = rows.chunks_exact(*size).map(|row| read(Fields(row), common, token)).collect();
        self.claim_all(&rows, None)
    }
}

fn read<'a>(mut fields: Fields<'a>, common: &Receiver, token: Address) -> Row<'a> {
    let Receiver { receiver, receiver_authorizer, withdraw_delay } = *common;
    let (payer, payer_authorizer, salt) = (fields.address(), fields.address(), fields.word());
    Row {
        config: ChannelConfig { payer, payer_authorizer, receiver, receiver_authorizer, token, withdraw_delay, salt },
        max: fields.amount(),
        total: fields.amount(),
        signature: fields.take(65),
        usage: (!fields.0.is_empty()).then(|| Usage { units: fields.amount(), root: fields.word() }),
    }
}
