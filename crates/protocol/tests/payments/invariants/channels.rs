//! What holds for channels whatever happens.

use std::collections::BTreeMap;

use aia_protocol::payments::channel::{Channel, WITHDRAW_WINDOW};

use super::Step;
use crate::{
    ops::{Actor, ChannelNo, Op, Row, Terms},
    storage::Slot,
};

/// What each channel has told.
#[derive(Default)]
pub(super) struct Books {
    of: BTreeMap<ChannelNo, Book>,
}

/// What was seen of a channel, base units and Unix seconds.
#[derive(Debug, Default)]
struct Book {
    /// The highest amount that the payer's side signed, of all vouchers presented.
    ceiling: u128,
    /// The most that was asked for below a ceiling.
    asked: u128,
    /// What the receiver earned.
    earned: u128,
    /// When a withdrawal was last announced, if that was not taken back.
    announced: Option<u64>,
    /// Until when the payer promised not to withdraw.
    promised: u64,
    /// Up to when the channel said that its money is safe.
    safe_until: u64,
}

impl Books {
    pub(super) fn note(&mut self, step: Step<'_>) {
        p10_only_the_payer_moves_times(step);
        match *step.op {
            Op::Claim { ref rows, .. } => {
                for (row, new) in rows.iter().zip(&step.told.moved) {
                    self.book(row.channel).present(row, *new);
                }
            }
            Op::ClaimAndWithdraw { ref row, .. } => self.book(row.channel).present(row, step.told.moved[0]),
            Op::Deposit { channel, .. } => {
                self.book(channel).announced = None;
                p09_what_was_missing_is_paid_after_a_deposit(self.book(channel), step.escrow.channel(channel));
            }
            Op::Initiate { channel, .. } => self.book(channel).announced = Some(step.escrow.now()),
            Op::Hold { channel, until, .. } => self.book(channel).promised = until,
            Op::Finalize { channel, .. } => {
                let (now, delay) = (step.escrow.now(), step.model.setting.terms(channel).delay);
                p10_a_withdrawal_is_announced_in_time(self.book(channel), now, delay);
                p18_money_is_safe_as_long_as_was_said(self.book(channel), now);
            }
            _ => {}
        }
        for no in step.op.channels() {
            self.check(step, no);
        }
    }

    fn check(&mut self, step: Step<'_>, no: ChannelNo) {
        let (channel, book) = (step.escrow.channel(no), self.book(no));
        p06_what_is_claimed_is_there_and_signed(book, channel);
        let claimed = step.model.channel(no).claimed();
        assert_eq!(channel.claimed, claimed, "P7: not the most that the vouchers of channel {no} could bring");
        book.safe_until = book.safe_until.max(step.escrow.channel_safe_until(no));
    }

    fn book(&mut self, no: ChannelNo) -> &mut Book {
        self.of.entry(no).or_default()
    }
}

impl Book {
    fn present(&mut self, row: &Row, new: u128) {
        assert!(row.signed || new == 0, "P6: {new} is claimed that nobody signed for");
        if row.signed {
            self.ceiling = self.ceiling.max(row.max);
            self.asked = self.asked.max(row.total.min(row.max));
        }
        self.earned += new;
    }
}

fn p06_what_is_claimed_is_there_and_signed(book: &Book, channel: Channel) {
    assert_eq!(book.earned, channel.claimed, "P6: what was earned is not what was claimed");
    assert!(book.earned <= book.ceiling, "P6: {book:?}");
    assert!(channel.claimed <= channel.balance, "P6: {channel:?}");
}

/// What is asked for again after a deposit brings what the channel could not pay before.
fn p09_what_was_missing_is_paid_after_a_deposit(book: &Book, channel: Channel) {
    let missing = book.asked.min(channel.balance).saturating_sub(book.earned);
    let again = channel.claim(book.asked).map_or(0, |(_, new)| new);
    assert_eq!(again, missing, "P9: {channel:?}, {book:?}");
}

/// Nor do claims go back, and a closed channel stays closed and empty.
fn p10_only_the_payer_moves_times(step: Step<'_>) {
    for (slot, before, after) in step.escrow.storage.changes() {
        let Slot::Channel(no) = slot else { continue };
        let (before, after) = (Channel::from_word(before), Channel::from_word(after));
        let Terms { payer, payer_authorizer, delay, .. } = step.model.setting.terms(no);
        let is_payers = |by: Actor| by == payer || payer_authorizer == Some(by);
        let last = before.initiated_at + delay + WITHDRAW_WINDOW;
        let is_void = last < step.escrow.now() || last < before.held_until();
        let (may_announce, may_hold) = match *step.op {
            Op::Initiate { by, .. } | Op::Finalize { by, .. } => (is_payers(by), false),
            // What can never be finalized counts for nothing, so others may clear it.
            Op::Deposit { by, .. } => (by == payer || is_void, false),
            Op::Hold { by, .. } => (false, by == payer),
            _ => (false, false),
        };
        let is_same = (before.initiated_at, before.closed) == (after.initiated_at, after.closed);
        assert!(may_announce || is_same, "P10: {before:?} becomes {after:?} by {:?}", step.op);
        assert!(before.hold == after.hold || may_hold && before.hold < after.hold, "P10: {before:?} becomes {after:?}");
        assert!(before.claimed <= after.claimed, "P6: {before:?} becomes {after:?}");
        let is_gone = after.closed && after.unclaimed() == 0;
        assert!(!before.closed || is_gone && before.claimed == after.claimed, "P9: {before:?} becomes {after:?}");
    }
}

/// The latest announcement is as old as it must be and not too old, and what was promised has passed.
fn p10_a_withdrawal_is_announced_in_time(book: &Book, now: u64, delay: u64) {
    let announced = book.announced.expect("P10: a withdrawal that was not announced, or was taken back");
    assert!((announced + delay..=announced + delay + WITHDRAW_WINDOW).contains(&now), "P10: {book:?} at {now}");
    assert!(book.promised <= now, "P10: {book:?} at {now}");
}

/// However often and whenever it was asked.
fn p18_money_is_safe_as_long_as_was_said(book: &Book, now: u64) {
    assert!(book.safe_until <= now, "P18: {book:?}, but money leaves at {now}");
}
