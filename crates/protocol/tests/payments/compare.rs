//! That nothing else is remembered than the model does.

use crate::{
    escrow::Escrow,
    model::Model,
    ops::{ACTORS, ChannelNo, StreamNo},
};

/// Compares all that is remembered.
pub(crate) fn compare(escrow: &Escrow, model: &Model) {
    assert_eq!(escrow.now(), model.now);
    for by in 0..ACTORS {
        let (seen, expected) = (escrow.account(by), model.accounts[by]);
        assert_eq!([seen.free, seen.fee_owed], [expected.free, expected.fees], "ledger of {by}");
        assert_eq!(seen.locked, expected.locked, "lock of {by}");
        assert_eq!(escrow.active_until(by), model.active_until(by), "when {by} has to be asked about");
    }
    let (config, params) = (escrow.config(), model.params);
    assert_eq!([config.fee_bps, config.burn_bps], [params.fee_bps, params.burn_bps]);
    assert_eq!(config.stake_ttl, params.stake_ttl);
    for no in model.streams.keys() {
        compare_stream(escrow, model, *no);
    }
    for no in model.channels.keys() {
        compare_channel(escrow, model, *no);
    }
}

/// Compares how a stream stands now, settled or not.
fn compare_stream(escrow: &Escrow, model: &Model, no: StreamNo) {
    let (stored, history) = (escrow.stream(no), &model.streams[&no]);
    let (settled, owed) = stored.settle(model.now);
    let standing = history.standing(model.now);
    assert!(stored.exists());
    assert_eq!(stored.is_closed(), history.closed, "whether stream {no} is closed: {stored:?}");
    assert_eq!(owed, model.unpaid(no), "owed by stream {no}");
    assert_eq!(settled.balance, standing.balance, "balance of stream {no}");
    assert_eq!(settled.needed(model.setting.deal(no).notice), model.needed(no), "what stream {no} needs");
    let has_ended = standing.has_ended(model.now);
    assert_eq!(settled.rate, if has_ended { 0 } else { standing.rate }, "rate of stream {no}");
    assert_eq!(settled.ends_at(), standing.end, "end of stream {no}");
    assert_eq!(settled.settled_at, standing.end.map_or(model.now, |end| end.min(model.now)), "stream {no}");
}

fn compare_channel(escrow: &Escrow, model: &Model, no: ChannelNo) {
    let (seen, expected) = (escrow.channel(no), model.channel(no));
    assert_eq!([seen.balance, seen.claimed], [expected.there(), expected.claimed()], "channel {no}");
    assert_eq!(seen.initiated_at, expected.announced.unwrap_or_default(), "announcement of channel {no}");
    assert_eq!(seen.held_until(), expected.held_until, "hold of channel {no}");
    assert_eq!((seen.closed, seen.refunds), (expected.closed, expected.refunds), "channel {no}");
}
