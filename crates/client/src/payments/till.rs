//! A provider's till: the best voucher of every channel, and what is at stake.

use std::collections::BTreeMap;

use alloy::primitives::{Address, B256};

use super::{ChannelConfig, Claim, Domain, PaymentError, SignedVoucher, Tab};
use crate::Result;

/// Keeps the best voucher of each channel that pays one receiver, and accepts no other than good ones.
///
/// It is held in memory. What [`claims`](Self::claims) returns can be written to disk as JSON, and a voucher that is
/// lost is lost money: write it down before more is delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Till {
    domain: Domain,
    receiver: Address,
    authorizer: Address,
    token: Address,
    tabs: BTreeMap<B256, Tab>,
}

impl Till {
    /// Opens a till for a receiver of a token, at a payments contract.
    ///
    /// `authorizer` is the key of the receiver's that claims and refunds for it, which may be the receiver.
    pub fn new(domain: Domain, receiver: Address, authorizer: Address, token: Address) -> Self {
        Self { domain, receiver, authorizer, token, tabs: BTreeMap::new() }
    }

    /// Watches a channel, or notes how it stands now; `balance` and `claimed` are what `channels` says.
    ///
    /// Returns the channel's id.
    ///
    /// # Errors
    /// [`PaymentError::WrongReceiver`], [`PaymentError::ForeignAuthorizer`], [`PaymentError::WrongToken`].
    pub fn watch(&mut self, config: ChannelConfig, balance: u128, claimed: u128) -> Result<B256> {
        if config.receiver != self.receiver {
            return Err(PaymentError::WrongReceiver(config.receiver).into());
        }
        if ![self.receiver, self.authorizer].contains(&config.receiver_authorizer) {
            return Err(PaymentError::ForeignAuthorizer(config.receiver_authorizer).into());
        }
        if config.token != self.token {
            return Err(PaymentError::WrongToken(config.token).into());
        }
        let id = self.domain.channel_id(&config);
        let tab = self.tabs.entry(id).or_insert(Tab { config, balance, claimed, due: claimed, best: None });
        // Somebody else of the receiver's side may have claimed more than was noted here.
        (tab.balance, tab.claimed, tab.due) = (balance, claimed, tab.due.max(claimed));
        Ok(id)
    }

    /// Forgets a channel, and returns what was known of it.
    pub fn forget(&mut self, id: B256) -> Option<Tab> {
        self.tabs.remove(&id)
    }

    /// Returns what is known of a channel.
    ///
    /// # Errors
    /// [`PaymentError::UnknownChannel`].
    pub fn tab(&self, id: B256) -> Result<&Tab> {
        Ok(self.tabs.get(&id).ok_or(PaymentError::UnknownChannel(id))?)
    }

    /// Notes what was earned of a channel in all, base units; less than before changes nothing.
    ///
    /// # Errors
    /// [`PaymentError::UnknownChannel`].
    pub fn earn(&mut self, id: B256, due: u128) -> Result<()> {
        let tab = self.tabs.get_mut(&id).ok_or(PaymentError::UnknownChannel(id))?;
        tab.due = tab.due.max(due);
        Ok(())
    }

    /// Takes a voucher, if it is good: for a channel that is watched, over no less than the one before and all that is
    /// due, and signed by the channel's key.
    ///
    /// A voucher over as much as the one before is good and not kept.
    ///
    /// # Errors
    /// [`PaymentError::UnknownChannel`], [`PaymentError::Lowered`], [`PaymentError::BelowDue`],
    /// [`Error::MalformedSignature`](crate::Error::MalformedSignature),
    /// [`Error::WrongSigner`](crate::Error::WrongSigner).
    pub fn accept(&mut self, voucher: SignedVoucher) -> Result<()> {
        let (id, offered) = (voucher.voucher.channel_id, voucher.voucher.max_claimable_amount);
        let tab = self.tabs.get_mut(&id).ok_or(PaymentError::UnknownChannel(id))?;
        let (accepted, due) = (tab.promised(), tab.due);
        if offered < accepted {
            return Err(PaymentError::Lowered { accepted, offered }.into());
        }
        if offered < due {
            return Err(PaymentError::BelowDue { due, offered }.into());
        }
        voucher.verify(&self.domain, &tab.config)?;
        if offered > accepted {
            tab.best = Some(voucher);
        }
        Ok(())
    }

    /// Returns what could be claimed now of all channels together, base units.
    pub fn unclaimed(&self) -> u128 {
        self.tabs.values().fold(0, |sum, tab| sum.saturating_add(tab.unclaimed()))
    }

    /// Returns a claim of what was earned for each channel that has at least `least` to claim, by their ids.
    pub fn claims(&self, least: u128) -> Vec<Claim> {
        let worth = self.tabs.values().filter(|tab| tab.unclaimed() >= least.max(1));
        let claim = |tab: &Tab| {
            let total_claimed = tab.due.min(tab.promised());
            Some(Claim { config: tab.config, voucher: tab.best.clone()?, total_claimed })
        };
        worth.filter_map(claim).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Error,
        payments::{
            Voucher,
            channel::tests::config,
            message::tests::{DOMAIN, key},
        },
    };

    fn channel(number: u8) -> ChannelConfig {
        let (payer, salt) = (key(1).address(), B256::with_last_byte(number));
        ChannelConfig { payer, payer_authorizer: Address::ZERO, salt, ..config() }
    }

    /// A voucher of a channel over an amount, by a key.
    fn voucher(config: &ChannelConfig, amount: u128, signer: u8) -> SignedVoucher {
        let voucher = Voucher { channel_id: DOMAIN.channel_id(config), max_claimable_amount: amount, usage: None };
        SignedVoucher::sign(voucher, &DOMAIN, &key(signer)).expect("signs")
    }

    /// A till that watches a channel of which 100 were deposited and 10 claimed.
    fn till() -> (Till, B256) {
        let mut till = Till::new(DOMAIN, config().receiver, config().receiver_authorizer, config().token);
        let id = till.watch(channel(1), 100, 10).expect("its own");
        (till, id)
    }

    #[track_caller]
    fn assert_refused<T: std::fmt::Debug>(outcome: Result<T>, expected: PaymentError) {
        assert!(matches!(outcome, Err(Error::Payment(error)) if error == expected), "{outcome:?}");
    }

    #[test]
    fn only_channels_that_the_receiver_controls_in_its_token_are_watched() {
        let (mut till, _) = till();
        let other = Address::repeat_byte(0x77);
        let elsewhere = ChannelConfig { receiver: other, ..channel(2) };
        assert_refused(till.watch(elsewhere, 100, 0), PaymentError::WrongReceiver(other));
        let foreign = ChannelConfig { receiver_authorizer: other, ..channel(2) };
        assert_refused(till.watch(foreign, 100, 0), PaymentError::ForeignAuthorizer(other));
        let alone = ChannelConfig { receiver_authorizer: config().receiver, ..channel(2) };
        till.watch(alone, 100, 0).expect("its own");
        let coins = ChannelConfig { token: other, ..channel(2) };
        assert_refused(till.watch(coins, 100, 0), PaymentError::WrongToken(other));
    }

    #[test]
    fn the_best_voucher_is_kept() {
        let (mut till, id) = till();
        for (amount, kept) in [(20, 20), (20, 20), (35, 35)] {
            till.accept(voucher(&channel(1), amount, 1)).expect("good");
            assert_eq!(till.tab(id).expect("watched").promised(), kept);
        }
        assert_refused(till.accept(voucher(&channel(1), 34, 1)), PaymentError::Lowered { accepted: 35, offered: 34 });
        assert_eq!(till.tab(id).expect("watched").best, Some(voucher(&channel(1), 35, 1)));
    }

    #[test]
    fn what_does_not_cover_what_is_due_is_refused() {
        let (mut till, id) = till();
        till.earn(id, 40).expect("watched");
        assert_refused(till.accept(voucher(&channel(1), 39, 1)), PaymentError::BelowDue { due: 40, offered: 39 });
        till.accept(voucher(&channel(1), 40, 1)).expect("exactly");
        till.earn(id, 30).expect("less changes nothing");
        assert_eq!(till.tab(id).expect("watched").due, 40);
    }

    #[test]
    fn vouchers_of_others_are_refused_and_change_nothing() {
        let (mut till, id) = till();
        let by_another = till.accept(voucher(&channel(1), 50, 2));
        assert!(matches!(by_another, Err(Error::WrongSigner { .. })), "{by_another:?}");
        let mut cut = voucher(&channel(1), 50, 1);
        cut.signature = cut.signature[..64].to_vec().into();
        let malformed = till.accept(cut);
        assert!(matches!(malformed, Err(Error::MalformedSignature)), "{malformed:?}");
        let unknown = DOMAIN.channel_id(&channel(2));
        assert_refused(till.accept(voucher(&channel(2), 50, 1)), PaymentError::UnknownChannel(unknown));
        // Signed for another channel, and shown under this one's id.
        let mut moved = voucher(&channel(2), 50, 1);
        moved.voucher.channel_id = id;
        let moved = till.accept(moved);
        assert!(matches!(moved, Err(Error::WrongSigner { .. })), "{moved:?}");
        assert_eq!(till.tab(id).expect("watched").best, None);
    }

    #[test]
    fn it_tells_what_can_be_claimed_of_all_channels() {
        let (mut till, id) = till();
        till.accept(voucher(&channel(1), 60, 1)).expect("good");
        till.earn(id, 40).expect("watched");
        let second = till.watch(channel(2), 20, 0).expect("its own");
        till.accept(voucher(&channel(2), 20, 1)).expect("good");
        till.earn(second, 5).expect("watched");
        assert_eq!(till.unclaimed(), 35);
    }

    #[test]
    fn what_was_earned_is_claimed_once() {
        let (mut till, id) = till();
        till.accept(voucher(&channel(1), 60, 1)).expect("good");
        assert!(till.claims(0).is_empty());
        till.earn(id, 40).expect("watched");
        let claim = Claim { config: channel(1), voucher: voucher(&channel(1), 60, 1), total_claimed: 40 };
        assert_eq!(till.claims(30), [claim]);
        assert!(till.claims(31).is_empty());
        till.watch(channel(1), 100, 40).expect("its own");
        assert!(till.claims(0).is_empty());
        assert_eq!(till.forget(id).map(|tab| (tab.claimed, tab.due, tab.promised())), Some((40, 40, 60)));
        assert_refused(till.tab(id), PaymentError::UnknownChannel(id));
    }
}
