//! Claims in few bytes: rows without what is the same for all of them.

use std::collections::BTreeMap;

use alloy::primitives::{Address, B256, Bytes};

use super::{ChannelConfig, Claim, Domain, PaymentError, SignedVoucher, Usage, Voucher};
use crate::Result;

/// Rows with vouchers.
const PLAIN: u8 = 0;
/// Rows with vouchers that tell of usage.
const USAGE: u8 = 1;

/// Bytes of a row with a voucher.
pub const PLAIN_ROW: usize = 20 + 20 + 32 + 16 + 16 + SIGNATURE;
/// Bytes of a row with a voucher that tells of usage.
pub const USAGE_ROW: usize = PLAIN_ROW + 16 + 32;
/// Bytes of a signature.
const SIGNATURE: usize = 65;

/// What one `claimPacked` takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed {
    /// Whom all the channels pay.
    pub receiver: Address,
    /// Who else may claim of all of them.
    pub receiver_authorizer: Address,
    /// The delay of all of them, seconds.
    pub withdraw_delay: u64,
    /// A byte for the kind, then the rows.
    pub rows: Bytes,
}

/// Packs claims into batches of at most `most` rows (at least one), with those together that can be: one receiver,
/// authorizer, delay and kind of voucher.
///
/// Within a batch the claims keep their order.
///
/// # Errors
/// [`PaymentError::SignatureLength`].
pub fn pack(claims: &[Claim], most: usize) -> Result<Vec<Packed>> {
    let mut groups = BTreeMap::<_, Vec<&Claim>>::new();
    for claim in claims {
        let ChannelConfig { receiver, receiver_authorizer, withdraw_delay, .. } = claim.config;
        let kind = if claim.voucher.voucher.usage.is_some() { USAGE } else { PLAIN };
        groups.entry((receiver, receiver_authorizer, withdraw_delay, kind)).or_default().push(claim);
    }
    let mut batches = Vec::new();
    for ((receiver, receiver_authorizer, withdraw_delay, kind), group) in groups {
        for part in group.chunks(most.max(1)) {
            let mut rows = vec![kind];
            for claim in part {
                write_row(&mut rows, claim)?;
            }
            batches.push(Packed { receiver, receiver_authorizer, withdraw_delay, rows: rows.into() });
        }
    }
    Ok(batches)
}

impl Packed {
    /// Returns the claims again, of channels in a token of a contract.
    ///
    /// # Errors
    /// [`PaymentError::MalformedRows`].
    pub fn unpack(&self, domain: &Domain, token: Address) -> Result<Vec<Claim>> {
        let malformed = PaymentError::MalformedRows(self.rows.len());
        let (kind, rows) = self.rows.split_first().ok_or(malformed)?;
        let length = match *kind {
            PLAIN => PLAIN_ROW,
            USAGE => USAGE_ROW,
            _ => return Err(malformed.into()),
        };
        if !rows.len().is_multiple_of(length) {
            return Err(malformed.into());
        }
        Ok(rows.chunks_exact(length).map(|row| self.read_row(Row(row), domain, token)).collect())
    }

    /// Reads a row of either length.
    fn read_row(&self, mut row: Row<'_>, domain: &Domain, token: Address) -> Claim {
        let config = ChannelConfig {
            payer: Address::new(row.take()),
            payer_authorizer: Address::new(row.take()),
            receiver: self.receiver,
            receiver_authorizer: self.receiver_authorizer,
            token,
            withdraw_delay: self.withdraw_delay,
            salt: B256::new(row.take()),
        };
        let max_claimable_amount = u128::from_be_bytes(row.take());
        let total_claimed = u128::from_be_bytes(row.take());
        let signature = Bytes::from(row.take::<SIGNATURE>());
        let has_usage = !row.0.is_empty();
        let usage = has_usage.then(|| Usage { units: u128::from_be_bytes(row.take()), root: B256::new(row.take()) });
        let voucher = Voucher { channel_id: domain.channel_id(&config), max_claimable_amount, usage };
        Claim { config, voucher: SignedVoucher { voucher, signature }, total_claimed }
    }
}

/// Appends a row.
fn write_row(rows: &mut Vec<u8>, claim: &Claim) -> Result<()> {
    let Claim { config, voucher: SignedVoucher { voucher, signature }, total_claimed } = claim;
    if signature.len() != SIGNATURE {
        return Err(PaymentError::SignatureLength(signature.len()).into());
    }
    rows.extend_from_slice(config.payer.as_slice());
    rows.extend_from_slice(config.payer_authorizer.as_slice());
    rows.extend_from_slice(config.salt.as_slice());
    rows.extend_from_slice(&voucher.max_claimable_amount.to_be_bytes());
    rows.extend_from_slice(&total_claimed.to_be_bytes());
    rows.extend_from_slice(signature);
    if let Some(Usage { units, root }) = voucher.usage {
        rows.extend_from_slice(&units.to_be_bytes());
        rows.extend_from_slice(root.as_slice());
    }
    Ok(())
}

/// What is left to read of a row.
struct Row<'a>(&'a [u8]);

impl Row<'_> {
    /// Takes the next bytes; rows are as long as their kind says.
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let (bytes, rest) = self.0.split_at(N);
        self.0 = rest;
        let mut taken = [0; N];
        taken.copy_from_slice(bytes);
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Error,
        payments::{claim::tests::claim, message::tests::DOMAIN},
    };

    const TOKEN: Address = Address::repeat_byte(0x25);

    #[test]
    fn a_row_has_its_bytes_in_their_places() {
        assert_eq!((PLAIN_ROW, USAGE_ROW), (169, 217));
        for (usage, kind, length) in [(false, 0, 169), (true, 1, 217)] {
            let claim = claim(9, usage);
            let packed = pack(std::slice::from_ref(&claim), 100).expect("packs").remove(0);
            assert_eq!((packed.rows[0], packed.rows.len()), (kind, 1 + length));
            let row = &packed.rows[1..];
            assert_eq!(&row[..20], claim.config.payer.as_slice());
            assert_eq!(&row[20..40], claim.config.payer_authorizer.as_slice());
            assert_eq!(&row[40..72], claim.config.salt.as_slice());
            assert_eq!((row[87], row[103]), (20, 10));
            assert_eq!(row[104..169], claim.voucher.signature[..]);
            if usage {
                assert_eq!(row[184], 7);
                assert_eq!(&row[185..], B256::repeat_byte(9).as_slice());
            }
        }
    }

    #[test]
    fn claims_survive_packing_in_groups_and_batches() {
        let mut claims: Vec<Claim> = (0..5).map(|number| claim(number, false)).collect();
        claims.extend((5..8).map(|number| claim(number, true)));
        claims[4].config.receiver = Address::repeat_byte(0x77);
        claims[4].voucher.voucher.channel_id = DOMAIN.channel_id(&claims[4].config);
        let batches = pack(&claims, 3).expect("packs");
        let sizes: Vec<_> = batches.iter().map(|batch| batch.unpack(&DOMAIN, TOKEN).expect("unpacks").len()).collect();
        assert_eq!(sizes, [3, 1, 3, 1]);
        let unpacked: Vec<Claim> =
            batches.iter().flat_map(|batch| batch.unpack(&DOMAIN, TOKEN).expect("unpacks")).collect();
        let order = [0, 1, 2, 3, 5, 6, 7, 4].map(|place: usize| claims[place].clone());
        assert_eq!(unpacked, order);
    }

    #[test]
    fn at_least_one_row_goes_into_a_batch_and_nothing_into_none() {
        assert_eq!(pack(&[claim(1, false), claim(2, false)], 0).expect("packs").len(), 2);
        assert!(pack(&[], 10).expect("packs").is_empty());
    }

    #[test]
    fn what_is_no_row_is_refused() {
        let mut long = claim(1, false);
        long.voucher.signature = Bytes::from([0; 66]);
        let refused = pack(&[long], 1);
        assert!(matches!(refused, Err(Error::Payment(PaymentError::SignatureLength(66)))), "{refused:?}");

        let packed = pack(&[claim(1, false)], 1).expect("packs").remove(0);
        let mut other_kind = packed.rows.to_vec();
        other_kind[0] = 2;
        for rows in [Vec::new(), packed.rows[..169].to_vec(), other_kind] {
            let length = rows.len();
            let refused = Packed { rows: rows.into(), ..packed.clone() }.unpack(&DOMAIN, TOKEN);
            assert!(
                matches!(refused, Err(Error::Payment(PaymentError::MalformedRows(n))) if n == length),
                "{refused:?}"
            );
        }
    }
}
