//! Examples reckoned by hand: the lives of streams and channels, to the second and the base unit.

use aia_protocol::payments::stream::Stream;

use crate::{
    escrow::Escrow,
    ops::{ALL, Actor, CHANNEL_PLACES, Deal, Op, Params, Reason, Refusal, Row, STREAM_PLACES, Setting, Terms},
};

pub(crate) const PAYER: Actor = 0;
pub(crate) const RECEIVER: Actor = 1;
pub(crate) const AUTHORIZER: Actor = 2;
const STRANGER: Actor = 3;
const START: u64 = 1_700_000_000;

/// What happens after how many seconds, what comes of it, and what payer and receiver are left with.
type Scene = (u64, Op, Result<Vec<u128>, Refusal>, [u128; 2]);

/// Returns an escrow in which the payer has 1,000 base units; the notice is 3 seconds, half of the fees is burned.
pub(crate) fn escrow(fee_bps: u16) -> Escrow {
    let deal = Deal { payer: PAYER, payee: RECEIVER, notice: 3 };
    let (receiver, receiver_authorizer) = (RECEIVER, AUTHORIZER);
    let terms = Terms { payer: PAYER, payer_authorizer: None, receiver, receiver_authorizer, delay: 90_000 };
    let setting = Setting { deals: [deal; STREAM_PLACES], terms: [terms; CHANNEL_PLACES], scale: 1_000, pace: 1_000 };
    let params = Params { fee_bps, burn_bps: 5_000, stake_ttl: 3_600 };
    let mut escrow = Escrow::new(setting, params, START);
    escrow.execute(&Op::Fund { by: PAYER, to: PAYER, amount: 1_000 }).expect("money comes in");
    escrow
}

fn play(escrow: &mut Escrow, story: impl IntoIterator<Item = Scene>) {
    for (second, op, expected, ledgers) in story {
        let seconds = START + second - escrow.now();
        escrow.execute(&Op::Wait { seconds }).expect("time passes");
        let told = escrow.execute(&op).map(|told| told.moved);
        assert_eq!(told, expected, "{op:?} after {second} s");
        assert_eq!([PAYER, RECEIVER].map(|by| escrow.account(by).free), ledgers, "{op:?} after {second} s");
    }
}

fn collect() -> Op {
    Op::Collect { streams: vec![0] }
}

fn top_up(by: Actor, amount: u128) -> Op {
    Op::TopUp { by, stream: 0, amount }
}

fn set_rate(by: Actor, rate: u128) -> Op {
    Op::SetRate { by, stream: 0, rate }
}

fn stop(by: Actor) -> Op {
    Op::Stop { by, stream: 0 }
}

fn reclaim(amount: u128) -> Op {
    Op::Reclaim { by: PAYER, stream: 0, amount }
}

#[test]
fn a_stream_runs_dry_is_filled_raised_stopped_and_lowered() {
    let mut escrow = escrow(100);
    let opening = Op::Open { stream: 0, rate: 10, deposit: 100 };
    let story = [
        (0, opening.clone(), Ok(vec![]), [900, 0]),
        (4, collect(), Ok(vec![40]), [900, 39]),
        (12, collect(), Ok(vec![60]), [900, 98]),
        (20, top_up(PAYER, 25), Ok(vec![0]), [875, 98]),
        (22, collect(), Ok(vec![20]), [875, 117]),
        (23, collect(), Ok(vec![5]), [875, 121]),
        (30, top_up(PAYER, 200), Ok(vec![0]), [675, 121]),
        (31, set_rate(PAYER, 20), Ok(vec![10]), [675, 130]),
        (32, reclaim(ALL), Ok(vec![20, 110]), [785, 149]),
        (32, stop(PAYER), Ok(vec![0, 0]), [785, 149]),
        (33, set_rate(RECEIVER, 15), Ok(vec![20]), [785, 168]),
        (34, collect(), Ok(vec![15]), [785, 182]),
        (40, stop(STRANGER), Ok(vec![15, 10]), [795, 196]),
        (41, stop(PAYER), Err(Refusal::StreamEnding(START + 35)), [795, 196]),
        (41, opening, Err(Refusal::StreamExists), [795, 196]),
        (41, Op::Sweep { accounts: vec![RECEIVER] }, Ok(vec![5, 4]), [795, 196]),
    ];
    play(&mut escrow, story);
    assert_eq!(escrow.held(), 795 + 196);
}

#[test]
fn a_payer_can_neither_lower_its_rate_nor_take_its_notice_out() {
    let mut escrow = escrow(100);
    let open = |rate, deposit| Op::Open { stream: 0, rate, deposit };
    let ended = || Err(Refusal::StreamEnding(START + 3));
    let story = [
        (0, open(0, 100), Err(Refusal::InvalidRate(0)), [1_000, 0]),
        (0, open(10, 29), Err(Refusal::UnderNotice(30)), [1_000, 0]),
        (0, open(10, 1_001), Err(Refusal::InsufficientLedger(1_000)), [1_000, 0]),
        (0, open(10, 100), Ok(vec![]), [900, 0]),
        (0, set_rate(PAYER, 10), Err(Refusal::InvalidRate(10)), [900, 0]),
        (0, set_rate(RECEIVER, 10), Err(Refusal::InvalidRate(10)), [900, 0]),
        (0, set_rate(STRANGER, 11), Err(Refusal::UnauthorizedParty), [900, 0]),
        (0, set_rate(PAYER, 34), Err(Refusal::UnderNotice(102)), [900, 0]),
        (0, set_rate(PAYER, 33), Ok(vec![0]), [900, 0]),
        (0, reclaim(2), Err(Refusal::UnderNotice(99)), [900, 0]),
        (0, reclaim(1), Ok(vec![0, 1]), [901, 0]),
        (0, stop(STRANGER), Err(Refusal::UnauthorizedParty), [901, 0]),
        (0, stop(PAYER), Ok(vec![0, 0]), [901, 0]),
        (0, stop(PAYER), ended(), [901, 0]),
        (0, top_up(STRANGER, 1), ended(), [901, 0]),
        (2, reclaim(1), Err(Refusal::UnderNotice(33)), [901, 0]),
        (9, collect(), Ok(vec![99]), [901, 98]),
        (9, stop(STRANGER), ended(), [901, 98]),
    ];
    play(&mut escrow, story);
}

#[test]
fn a_payee_that_stops_is_paid_and_the_rest_goes_back() {
    let mut escrow = escrow(0);
    let story = [
        (0, Op::Open { stream: 0, rate: 7, deposit: 100 }, Ok(vec![]), [900, 0]),
        (2, top_up(PAYER, 10), Ok(vec![0]), [890, 0]),
        (5, stop(RECEIVER), Ok(vec![35, 75]), [965, 35]),
        (6, collect(), Ok(vec![0]), [965, 35]),
        (6, Op::CollectAndWithdraw { by: RECEIVER, stream: 0 }, Err(Refusal::ZeroAmount), [965, 35]),
        (6, reclaim(1), Err(Refusal::UnderNotice(0)), [965, 35]),
        (6, set_rate(RECEIVER, 1), Err(Refusal::StreamEnding(START + 5)), [965, 35]),
    ];
    play(&mut escrow, story);
}

/// `Stream.endsAt` says when a stream ended, and `settledAt` up to when it was paid, whenever it is settled.
#[test]
fn a_stream_that_is_over_still_says_when_it_ended() {
    let ending = Stream { balance: 100, rate: 10, settled_at: START, left: 5 };
    for late in [5, 6, 1_000] {
        let (over, paid) = ending.settle(START + late);
        assert_eq!((paid, over.ends_at(), over.settled_at), (50, Some(START + 5), START + 5), "settled at {late} s");
        let (again, paid) = over.settle(START + late + 1_000);
        assert_eq!((again, paid), (over, 0), "settled at {late} s and again");
    }
}

fn deposit(by: Actor, amount: u128) -> Op {
    Op::Deposit { by, channel: 0, amount, wallet: by != PAYER }
}

fn claim(max: u128, total: u128) -> Op {
    Op::Claim { by: RECEIVER, rows: vec![Row { channel: 0, max, total, signed: true }] }
}

fn initiate(by: Actor, amount: u128) -> Op {
    Op::Initiate { by, channel: 0, amount }
}

fn finalize() -> Op {
    Op::Finalize { by: PAYER, channel: 0 }
}

#[test]
fn what_a_channel_cannot_pay_is_paid_after_a_deposit() {
    let mut escrow = escrow(100);
    let refund = |amount| Op::Refund { by: AUTHORIZER, channel: 0, amount };
    let story = [
        (0, deposit(PAYER, 100), Ok(vec![]), [900, 0]),
        (0, claim(40, 40), Ok(vec![40]), [900, 39]),
        (0, claim(150, 150), Ok(vec![60]), [900, 98]),
        (0, claim(150, 150), Err(Refusal::ClaimRefused(Reason::Empty)), [900, 98]),
        (0, claim(100, 100), Ok(vec![0]), [900, 98]),
        (0, deposit(STRANGER, 30), Ok(vec![]), [900, 98]),
        (0, claim(150, 150), Ok(vec![30]), [900, 127]),
        (0, deposit(PAYER, 100), Ok(vec![]), [800, 127]),
        (0, claim(150, 200), Ok(vec![20]), [800, 146]),
        (0, refund(50), Ok(vec![50]), [850, 146]),
        (0, initiate(PAYER, 29), Err(Refusal::PartialWithdraw(30)), [850, 146]),
        (0, initiate(RECEIVER, 30), Err(Refusal::UnauthorizedSide), [850, 146]),
        (0, initiate(PAYER, 30), Ok(vec![30]), [850, 146]),
        (89_999, finalize(), Err(Refusal::WithdrawTooEarly(START + 90_000)), [850, 146]),
        (90_000, finalize(), Ok(vec![30]), [880, 146]),
        (90_000, finalize(), Err(Refusal::WithdrawNotPending), [880, 146]),
        (90_000, deposit(PAYER, 1), Err(Refusal::ChannelIsClosed), [880, 146]),
        (90_000, claim(999, 999), Err(Refusal::ClaimRefused(Reason::Empty)), [880, 146]),
        (90_000, refund(5), Ok(vec![0]), [880, 146]),
    ];
    play(&mut escrow, story);
    assert_eq!(escrow.held(), 1_000 + 30);
    assert_eq!(escrow.account(RECEIVER).fee_owed, 4);
}

#[test]
fn a_withdrawal_waits_is_taken_back_and_expires() {
    let mut escrow = escrow(0);
    let hold = |until| Op::Hold { by: PAYER, channel: 0, until: START + until };
    let pending = || Err(Refusal::WithdrawPending(START + 5));
    let story = [
        (0, hold(1), Err(Refusal::UnknownChannel), [1_000, 0]),
        (0, deposit(PAYER, 100), Ok(vec![]), [900, 0]),
        (5, initiate(PAYER, ALL), Ok(vec![100]), [900, 0]),
        (6, initiate(PAYER, ALL), pending(), [900, 0]),
        (6, deposit(STRANGER, 1), pending(), [900, 0]),
        // 3,320,508 times 512 seconds after 1970.
        (6, hold(100_000), Ok(vec![]), [900, 0]),
        (6, hold(100_096), Err(Refusal::InvalidHold([START + 100_096, START + 2_592_006])), [900, 0]),
        (90_005, finalize(), Err(Refusal::WithdrawTooEarly(START + 100_096)), [900, 0]),
        (90_006, deposit(PAYER, 10), Ok(vec![]), [890, 0]),
        (100_096, finalize(), Err(Refusal::WithdrawNotPending), [890, 0]),
        (100_096, initiate(PAYER, ALL), Ok(vec![110]), [890, 0]),
        (794_897, finalize(), Err(Refusal::WithdrawExpired(START + 794_896)), [890, 0]),
        (794_897, deposit(STRANGER, 5), Ok(vec![]), [890, 0]),
        (794_897, finalize(), Err(Refusal::WithdrawNotPending), [890, 0]),
        (794_897, initiate(PAYER, ALL), Ok(vec![115]), [890, 0]),
        (884_897, finalize(), Ok(vec![115]), [1_005, 0]),
    ];
    play(&mut escrow, story);
}

#[test]
fn an_announcement_that_a_hold_outlasts_counts_for_nothing() {
    let mut escrow = escrow(0);
    // Up to 3,321,680 times 512 seconds after 1970; the first announcement could be followed until 694,800.
    let hold = Op::Hold { by: PAYER, channel: 0, until: START + 700_000 };
    let early = || Err(Refusal::WithdrawTooEarly(START + 700_160));
    let story = [
        (0, deposit(PAYER, 100), Ok(vec![]), [900, 0]),
        (0, initiate(PAYER, ALL), Ok(vec![100]), [900, 0]),
        (1, hold, Ok(vec![]), [900, 0]),
        (1, finalize(), early(), [900, 0]),
        (2, deposit(STRANGER, 1), Ok(vec![]), [900, 0]),
        (2, finalize(), Err(Refusal::WithdrawNotPending), [900, 0]),
        (3, initiate(PAYER, ALL), Ok(vec![101]), [900, 0]),
        (90_003, finalize(), early(), [900, 0]),
        (610_160, initiate(PAYER, ALL), Ok(vec![101]), [900, 0]),
        (700_159, finalize(), early(), [900, 0]),
        (700_160, finalize(), Ok(vec![101]), [1_001, 0]),
    ];
    play(&mut escrow, story);
}
