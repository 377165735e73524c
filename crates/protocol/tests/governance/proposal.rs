//! Proposals: their state in every second that matters.

use aia_protocol::{
    MAX_SUPPLY,
    governance::{
        counting::Votes,
        operation,
        proposal::{CANCELLABLE, Proposal, State, Tally, queued_state},
    },
};
use alloy_primitives::Address;

use crate::{LAST_INSTANT, NOW};

const START: u64 = NOW + 3_600;
const PERIOD: u32 = 86_400;
const END: u64 = START + PERIOD as u64;

/// The seconds around which something may change.
const SECONDS: [u64; 8] = [0, START - 1, START, START + 1, END - 1, END, END + 1, LAST_INSTANT];

/// All states, in the order of OpenZeppelin's numbers.
const ALL: [State; 8] = [
    State::Pending,
    State::Active,
    State::Canceled,
    State::Defeated,
    State::Succeeded,
    State::Queued,
    State::Expired,
    State::Executed,
];

fn proposal() -> Proposal {
    Proposal { proposer: Address::repeat_byte(1), vote_start: START, duration: PERIOD, ..Default::default() }
}

/// A vote that is won, with a quorum that came early.
fn won() -> Tally {
    Tally { against: 1, favour: 2, extended: START + 1, eta: 0 }
}

fn states(proposal: &Proposal, tally: &Tally) -> [State; 8] {
    SECONDS.map(|now| proposal.state(tally, now).expect("it was proposed"))
}

/// Returns the states of a life whose vote ends so.
fn ending(end: State) -> [State; 8] {
    let (pending, active) = (State::Pending, State::Active);
    [pending, pending, pending, active, active, active, end, end]
}

#[test]
fn what_was_never_proposed_has_no_state() {
    for proposal in [
        Proposal::default(),
        Proposal { vote_start: 0, executed: true, ..proposal() },
        Proposal { vote_start: 0, canceled: true, ..proposal() },
    ] {
        for (tally, now) in SECONDS.into_iter().flat_map(|now| [(Tally::default(), now), (won(), now)]) {
            assert_eq!(proposal.state(&tally, now), None, "{proposal:?} at {now}");
        }
    }
}

#[test]
fn it_is_pending_through_its_start_and_active_through_its_end() {
    assert!(!proposal().is_over());
    assert_eq!(states(&proposal(), &Tally::default()), ending(State::Defeated));
    assert_eq!(states(&proposal(), &won()), ending(State::Succeeded));
    let queued = Tally { eta: END + 86_400, ..won() };
    assert_eq!(states(&proposal(), &queued), ending(State::Queued));
}

#[test]
fn it_succeeds_with_a_quorum_and_more_votes_for_than_against() {
    let quorum = START + 1;
    for (against, favour, extended, end) in [
        (0, 0, 0, State::Defeated),
        (0, 1, 0, State::Defeated),
        (0, MAX_SUPPLY, 0, State::Defeated),
        (0, 0, quorum, State::Defeated),
        (1, 0, quorum, State::Defeated),
        (1, 1, quorum, State::Defeated),
        (2, 1, quorum, State::Defeated),
        (MAX_SUPPLY / 2, MAX_SUPPLY / 2, quorum, State::Defeated),
        (0, 1, quorum, State::Succeeded),
        (1, 2, quorum, State::Succeeded),
        (MAX_SUPPLY / 2 - 1, MAX_SUPPLY / 2, quorum, State::Succeeded),
        (0, MAX_SUPPLY, quorum, State::Succeeded),
    ] {
        let tally = Tally { against, favour, extended, eta: 0 };
        assert_eq!(tally.has_succeeded(), end == State::Succeeded, "{tally:?}");
        assert_eq!(states(&proposal(), &tally), ending(end), "{tally:?}");
    }
}

#[test]
fn what_ended_it_holds_in_every_second_and_however_the_vote_stands() {
    for (executed, canceled, end) in
        [(true, false, State::Executed), (false, true, State::Canceled), (true, true, State::Executed)]
    {
        let ended = Proposal { executed, canceled, ..proposal() };
        assert!(ended.is_over());
        for tally in [Tally::default(), won(), Tally { eta: END + 86_400, ..won() }] {
            assert_eq!(states(&ended, &tally), [end; 8], "{ended:?}, {tally:?}");
        }
    }
}

#[test]
fn a_late_quorum_leaves_time_to_answer() {
    for (reached, extension, deadline) in [
        (START + 1, 0, END),
        (START + 1, PERIOD - 1, END),
        (START + 1, PERIOD, END + 1),
        (END - 3_600, 3_600, END),
        (END - 3_599, 3_600, END + 1),
        (END, 0, END),
        (END, 1, END + 1),
        (END, 2_592_000, END + 2_592_000),
    ] {
        let tally = Tally { favour: 1, ..Default::default() }.reach_quorum(reached, extension);
        assert!(tally.has_quorum(), "with {extension} s at {reached}");
        assert_eq!(proposal().deadline(&tally), deadline, "with {extension} s at {reached}");
        let around = [deadline, deadline + 1].map(|now| proposal().state(&tally, now));
        assert_eq!(around, [Some(State::Active), Some(State::Succeeded)], "with {extension} s at {reached}");
    }
}

#[test]
fn the_longest_vote_at_the_end_of_time_overflows_nothing() {
    let last = Proposal { vote_start: LAST_INSTANT, duration: u32::MAX, ..proposal() };
    let deadline = LAST_INSTANT + u64::from(u32::MAX);
    assert_eq!(last.deadline(&Tally::default()), deadline);
    let tally = Tally { favour: 1, ..Default::default() }.reach_quorum(LAST_INSTANT, u32::MAX);
    assert_eq!(last.deadline(&tally), deadline);
}

#[test]
fn a_ballot_adds_to_the_tally_and_moves_no_time() {
    let before = Tally { against: 1, favour: 2, extended: 3, eta: 4 };
    let after = before.with(&Votes { against: 10, favour: 200, abstain: 3_000 });
    assert_eq!(after, Tally { against: 11, favour: 202, extended: 3, eta: 4 });
    assert_eq!(before.with(&Votes::default()), before);
}

#[test]
fn the_quorum_is_recorded_without_touching_the_votes() {
    let before = Tally { against: 1, favour: 2, extended: 0, eta: 0 };
    assert!(!before.has_quorum());
    let after = before.reach_quorum(NOW, 60);
    assert_eq!(after, Tally { extended: NOW + 60, ..before });
    assert!(after.has_quorum());
}

#[test]
fn a_queued_proposal_follows_its_operation() {
    for (operation, expected) in [
        (operation::State::Unset, State::Canceled),
        (operation::State::Waiting, State::Queued),
        (operation::State::Ready, State::Queued),
        (operation::State::Done, State::Executed),
        (operation::State::Expired, State::Expired),
    ] {
        assert_eq!(queued_state(operation), expected, "{operation:?}");
    }
}

#[test]
fn states_have_the_numbers_and_bits_of_openzeppelin() {
    for (number, state) in (0u8..).zip(ALL) {
        assert_eq!((state as u8, state.bit()), (number, 1 << number), "{state:?}");
    }
}

#[test]
fn proposers_wait_for_what_is_pending_or_active() {
    let live = [true, true, false, false, false, false, false, false];
    assert_eq!(ALL.map(State::is_live), live);
}

#[test]
fn all_but_the_canceled_expired_and_executed_can_be_cancelled() {
    let cancellable = [true, true, false, true, true, true, false, false];
    assert_eq!(ALL.map(|state| CANCELLABLE & state.bit() != 0), cancellable);
}
