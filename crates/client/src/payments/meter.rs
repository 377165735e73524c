//! Counts what is used, on both sides: the payer signs what it counted, the provider checks it.

use alloy::{primitives::B256, signers::SignerSync};

use super::{Delivery, Domain, PaymentError, Price, SignedVoucher, Usage, Voucher, usage::Tree};
use crate::Result;

/// How far a meter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// What the channel holds, with what was claimed of it, base units: nothing is signed that it could not pay.
    pub deposit: u128,
    /// The most that is delivered without a voucher, and so signed at once, base units.
    pub exposure: u128,
}

/// The count of a channel: deliveries, what they cost in all, and what of it is signed for.
///
/// It is held in memory; after a restart record the deliveries again, or start where the last voucher ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meter {
    channel_id: B256,
    start: u128,
    price: Price,
    limits: Limits,
    deliveries: Vec<Delivery>,
    tree: Tree,
    units: u128,
    amount: u128,
    signed: u128,
}

impl Meter {
    /// Starts to count for a channel of which `start` base units are signed for already.
    pub fn new(channel_id: B256, start: u128, price: Price, limits: Limits) -> Self {
        let (deliveries, tree) = (Vec::new(), Tree::default());
        Self { channel_id, start, price, limits, deliveries, tree, units: 0, amount: start, signed: start }
    }

    /// Counts a delivery, within the limits or not, and returns what is due in all, base units.
    ///
    /// # Errors
    /// [`PaymentError::Overflow`]; nothing is counted then.
    pub fn record(&mut self, delivery: Delivery) -> Result<u128> {
        let units = self.units.checked_add(delivery.units).ok_or(PaymentError::Overflow)?;
        let cost = self.price.per_unit.checked_mul(units).ok_or(PaymentError::Overflow)?;
        let amount = self.start.checked_add(cost).ok_or(PaymentError::Overflow)?;
        self.tree.push(delivery.leaf(&self.price))?;
        self.deliveries.push(delivery);
        (self.units, self.amount) = (units, amount);
        Ok(amount)
    }

    /// Sets the limits, after a top-up for example.
    pub fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
    }

    /// Returns what is due in all, base units.
    pub fn amount(&self) -> u128 {
        self.amount
    }

    /// Returns what of that no voucher covers, base units.
    pub fn unsigned(&self) -> u128 {
        self.amount.saturating_sub(self.signed)
    }

    /// Returns the units so far and the root over their deliveries.
    pub fn usage(&self) -> Usage {
        Usage { units: self.units, root: self.tree.root() }
    }

    /// Returns what was delivered, in the order of the tree's leaves.
    pub fn deliveries(&self) -> &[Delivery] {
        &self.deliveries
    }

    /// Returns the siblings from a delivery's leaf to the root, the leaf's first.
    ///
    /// # Errors
    /// [`PaymentError::NoDelivery`].
    pub fn proof(&self, index: u32) -> Result<Vec<B256>> {
        self.tree.proof(index)
    }

    /// Returns the voucher that is to be signed now: over exactly what is due, but never less than before.
    ///
    /// A provider asks this too, before it delivers more: a payer within the same limits would not sign then.
    ///
    /// # Errors
    /// [`PaymentError::BeyondDeposit`], [`PaymentError::BeyondExposure`].
    pub fn next_voucher(&self) -> Result<Voucher> {
        let (Limits { deposit, exposure: limit }, amount) = (self.limits, self.amount.max(self.signed));
        if amount > deposit {
            return Err(PaymentError::BeyondDeposit { amount, deposit }.into());
        }
        if self.unsigned() > limit {
            return Err(PaymentError::BeyondExposure { unsigned: self.unsigned(), limit }.into());
        }
        Ok(Voucher { channel_id: self.channel_id, max_claimable_amount: amount, usage: Some(self.usage()) })
    }

    /// Signs the next voucher, with the usage.
    ///
    /// # Errors
    /// As [`next_voucher`](Self::next_voucher); [`Error::Signer`](crate::Error::Signer).
    pub fn sign(&mut self, domain: &Domain, signer: &(impl SignerSync + ?Sized)) -> Result<SignedVoucher> {
        self.sign_as(self.next_voucher()?, domain, signer)
    }

    /// Signs the next voucher without the usage, as x402 has it.
    ///
    /// # Errors
    /// As [`sign`](Self::sign).
    pub fn sign_plain(&mut self, domain: &Domain, signer: &(impl SignerSync + ?Sized)) -> Result<SignedVoucher> {
        self.sign_as(self.next_voucher()?.plain(), domain, signer)
    }

    /// Notes a voucher that covers what was counted: the provider does so after its till accepted it.
    ///
    /// # Errors
    /// [`PaymentError::WrongChannel`], [`PaymentError::BelowDue`], [`PaymentError::OtherUsage`] if the voucher tells of
    /// usage and the meter has counted another.
    pub fn note(&mut self, voucher: &Voucher) -> Result<()> {
        let Voucher { channel_id: found, max_claimable_amount: offered, usage } = *voucher;
        let (expected, due) = (self.channel_id, self.amount);
        if expected != found {
            return Err(PaymentError::WrongChannel { expected, found }.into());
        }
        if offered < due {
            return Err(PaymentError::BelowDue { due, offered }.into());
        }
        if usage.is_some_and(|usage| usage != self.usage()) {
            return Err(PaymentError::OtherUsage.into());
        }
        self.signed = self.signed.max(offered);
        Ok(())
    }

    fn sign_as(
        &mut self,
        voucher: Voucher,
        domain: &Domain,
        signer: &(impl SignerSync + ?Sized),
    ) -> Result<SignedVoucher> {
        let signed = SignedVoucher::sign(voucher, domain, signer)?;
        self.signed = voucher.max_claimable_amount;
        Ok(signed)
    }
}

#[cfg(test)]
mod tests {
    use aia_protocol::merkle;

    use super::*;
    use crate::{
        Error,
        payments::{
            ChannelConfig,
            channel::tests::config,
            message::tests::{DOMAIN, key},
        },
    };

    const LIMITS: Limits = Limits { deposit: 1_000, exposure: 100 };

    fn channel() -> ChannelConfig {
        ChannelConfig { payer: key(1).address(), payer_authorizer: key(1).address(), ..config() }
    }

    /// A meter at 5 base units a token that starts at 50.
    fn meter(limits: Limits) -> Meter {
        Meter::new(DOMAIN.channel_id(&channel()), 50, price(), limits)
    }

    fn price() -> Price {
        Price { unit: "llm_token".into(), per_unit: 5 }
    }

    fn tokens(units: u128) -> Delivery {
        Delivery::new(b"request", b"response", units)
    }

    /// Asserts why something was refused.
    #[track_caller]
    fn assert_refused<T: std::fmt::Debug>(outcome: Result<T>, expected: PaymentError) {
        assert!(matches!(outcome, Err(Error::Payment(error)) if error == expected), "{outcome:?}");
    }

    #[test]
    fn a_chunk_is_counted_signed_and_proven() {
        let mut meter = meter(LIMITS);
        assert_eq!(meter.record(tokens(3)).expect("counts"), 65);
        assert_eq!(meter.record(tokens(4)).expect("counts"), 85);
        assert_eq!((meter.unsigned(), meter.usage().units), (35, 7));
        let signed = meter.sign(&DOMAIN, &key(1)).expect("signs");
        signed.verify(&DOMAIN, &channel()).expect("the payer's");
        assert_eq!(signed.voucher.max_claimable_amount, 85);
        assert_eq!((meter.unsigned(), signed.voucher.usage), (0, Some(meter.usage())));
        for (delivery, index) in meter.deliveries().iter().zip(0..) {
            let proof = meter.proof(index).expect("delivered");
            assert!(merkle::verify(meter.usage().root, 2, delivery.leaf(&price()), index, &proof));
        }
        assert_eq!(meter.sign_plain(&DOMAIN, &key(1)).expect("signs").voucher, signed.voucher.plain());
    }

    #[test]
    fn nothing_is_signed_beyond_the_deposit_until_there_is_more() {
        let mut meter = meter(Limits { deposit: 100, exposure: u128::MAX });
        meter.record(tokens(10)).expect("counts");
        assert_eq!(meter.sign(&DOMAIN, &key(1)).expect("exactly").voucher.max_claimable_amount, 100);
        meter.record(tokens(1)).expect("counts");
        assert_refused(meter.sign(&DOMAIN, &key(1)), PaymentError::BeyondDeposit { amount: 105, deposit: 100 });
        assert_eq!((meter.amount(), meter.unsigned()), (105, 5));
        meter.set_limits(Limits { deposit: 105, exposure: u128::MAX });
        assert_eq!(meter.sign(&DOMAIN, &key(1)).expect("topped up").voucher.max_claimable_amount, 105);
    }

    #[test]
    fn no_more_is_signed_at_once_than_the_limit() {
        let mut meter = meter(LIMITS);
        meter.record(tokens(20)).expect("counts");
        meter.sign(&DOMAIN, &key(1)).expect("exactly");
        meter.record(tokens(21)).expect("counts");
        assert_refused(meter.sign(&DOMAIN, &key(1)), PaymentError::BeyondExposure { unsigned: 105, limit: 100 });
        assert_refused(meter.next_voucher(), PaymentError::BeyondExposure { unsigned: 105, limit: 100 });
    }

    #[test]
    fn what_overflows_is_not_counted() {
        let mut meter = meter(LIMITS);
        meter.record(tokens(1)).expect("counts");
        let before = meter.clone();
        for units in [u128::MAX, u128::MAX - 1, u128::MAX / 5 - 1] {
            assert_refused(meter.record(tokens(units)), PaymentError::Overflow);
            assert_eq!(meter, before);
        }
    }

    #[test]
    fn the_provider_notes_only_what_covers_its_own_count() {
        let mut payer = meter(LIMITS);
        payer.record(tokens(3)).expect("counts");
        let mut provider = payer.clone();
        let voucher = payer.sign(&DOMAIN, &key(1)).expect("signs").voucher;
        let other = B256::repeat_byte(7);
        let expected = voucher.channel_id;
        let elsewhere = Voucher { channel_id: other, ..voucher };
        assert_refused(provider.note(&elsewhere), PaymentError::WrongChannel { expected, found: other });
        let low = Voucher { max_claimable_amount: 64, ..voucher };
        assert_refused(provider.note(&low), PaymentError::BelowDue { due: 65, offered: 64 });
        let of_less = Voucher { usage: Some(Usage { units: 2, ..provider.usage() }), ..voucher };
        assert_refused(provider.note(&of_less), PaymentError::OtherUsage);
        assert_eq!(provider.unsigned(), 15);
        provider.note(&voucher).expect("covers it");
        provider.note(&voucher.plain()).expect("covers it too");
        assert_eq!(provider.unsigned(), 0);

        // What was paid ahead is used up first.
        provider.note(&Voucher { max_claimable_amount: 75, ..voucher.plain() }).expect("ahead");
        provider.record(tokens(3)).expect("counts");
        assert_eq!((provider.amount(), provider.unsigned()), (80, 5));
    }
}
