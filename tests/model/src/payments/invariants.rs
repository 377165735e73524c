//! What holds at any moment, by the numbers of the list of invariants.
//!
//! It is checked on the model; a contract that agrees with it in every answer has it too. What holds of a single step
//! is in [`steps`](super::steps), what takes longer in [`watch`](super::watch).

use alloy_primitives::{B256, U256};

use super::{LATEST, Model, WHOLE, flow::Stream, model::Channel};

/// Checks all of it.
///
/// # Panics
/// When something does not hold; the message names it.
pub fn check(model: &Model) {
    let owed = owed(model);
    i1_the_contract_has_what_it_owes(model, owed);
    i2_what_came_in_is_there_or_left(model, owed);
    i13_fees_are_kept_or_swept(model);
    for id in model.contract.streams.keys() {
        check_stream(model, *id);
    }
    for id in model.contract.channels.keys() {
        check_channel(model, *id);
    }
}

/// Checks what holds of a stream.
///
/// # Panics
/// When something does not hold, or there is no such stream.
pub fn check_stream(model: &Model, id: B256) {
    let stream = model.contract.streams[&id];
    i4_no_more_is_paid_than_deposited(model, id, &stream);
    i5_a_notice_is_paid(model, id, &stream);
    i18_depletion_is_the_first_second_of_emptiness(&stream);
}

/// Checks what holds of a channel.
///
/// # Panics
/// When something does not hold.
pub fn check_channel(model: &Model, id: B256) {
    let channel = model.channel(id);
    i6_no_more_is_claimed_than_signed_for(model, id, &channel);
    i9_what_is_closed_is_empty(id, &channel);
}

/// Returns everything that the contract owes: ledgers, fees, streams, and what is unclaimed in channels.
pub fn owed(model: &Model) -> U256 {
    let contract = &model.contract;
    let accounts = contract.accounts.values().map(|account| account.free + account.fee_owed);
    let streams = contract.streams.values().map(|stream| stream.balance);
    let channels = contract.channels.values().map(Channel::unclaimed);
    accounts.chain(streams).chain(channels).sum()
}

/// 1: the contract has exactly what it owes, and gifts.
///
/// # Panics
/// When it has not.
pub fn i1_the_contract_has_what_it_owes(model: &Model, owed: U256) {
    let balance = model.token.balance_of(model.contract.address);
    assert_eq!(balance, owed + model.books.gifts, "1: the contract has not what it owes");
}

/// 2: what came in and did not leave is owed to somebody.
fn i2_what_came_in_is_there_or_left(model: &Model, owed: U256) {
    let books = &model.books;
    assert_eq!(books.entered, books.left + owed, "2: AIA came from nowhere or was lost");
}

/// 4: a stream has paid, given back and kept what was put in.
fn i4_no_more_is_paid_than_deposited(model: &Model, id: B256, stream: &Stream) {
    let life = model.books.lives[&id];
    assert_eq!(life.deposited, life.paid + life.returned + stream.balance, "4: stream {id}: {life:?}");
    assert!(stream.settled_at <= model.now, "4: stream {id} was paid for time to come: {stream:?}");
}

/// 5: once its payer has stopped it, a stream pays what the notice needs, as far as its balance went.
fn i5_a_notice_is_paid(model: &Model, id: B256, stream: &Stream) {
    let Some(promise) = model.books.promises.get(&id) else { return };
    let earned = model.books.paid(id) + stream.owed(model.now);
    let (least, most) = (promise.paid, promise.paid + promise.amount);
    let kept = if stream.is_done(model.now) { earned == most } else { least <= earned && earned <= most };
    assert!(kept, "5: stream {id} has paid {earned} in all: {promise:?}");
    let rest = stream.settled(model.now).balance;
    assert!(earned + rest >= most, "5: stream {id} has but {rest} left: {promise:?}");
}

/// 6: no more is claimed than there is, nor than the payer signed for.
fn i6_no_more_is_claimed_than_signed_for(model: &Model, id: B256, channel: &Channel) {
    assert!(channel.claimed <= channel.balance, "6: channel {id} has paid more than it had: {channel:?}");
    let signed = model.books.ceilings.get(&id).copied().unwrap_or_default();
    assert!(channel.claimed <= signed, "6: channel {id} has paid more than {signed}: {channel:?}");
}

/// 9: a channel that is closed holds nothing, and waits for nothing.
fn i9_what_is_closed_is_empty(id: B256, channel: &Channel) {
    let empty = channel.balance == channel.claimed && channel.initiated_at.is_none();
    assert!(empty || !channel.closed, "9: channel {id} is closed: {channel:?}");
}

/// 13: fees that were taken are beside their ledgers, or were swept.
fn i13_fees_are_kept_or_swept(model: &Model) {
    let kept: U256 = model.contract.accounts.values().map(|account| account.fee_owed).sum();
    assert_eq!(model.books.fees, model.books.swept + kept, "13: fees were lost or came from nowhere");
}

/// 13: a part is what the rate says, rounded up.
///
/// # Panics
/// When it is not.
pub fn i13_a_part_is_rounded_up(whole: U256, part: U256, bps: u16) {
    let (exact, taken) = (whole * U256::from(bps), part * WHOLE);
    assert!(exact <= taken && taken < exact + WHOLE, "13: {part} taken of {whole} at {bps}");
}

/// 18: all is paid at the second of depletion, and not one second earlier.
fn i18_depletion_is_the_first_second_of_emptiness(stream: &Stream) {
    let Some(at) = stream.depletion().filter(|at| *at < LATEST) else { return };
    assert_eq!(stream.owed(at), stream.balance, "18: {stream:?} still has something at {at}");
    let earlier = at > stream.settled_at && stream.owed(at - 1) == stream.balance;
    assert!(!earlier, "18: {stream:?} is empty before {at}");
}
