//! Words: each field at its place, and not a bit lost.

use aia_protocol::{
    MAX_SUPPLY,
    governance::{
        brake::{Brake, Config},
        delay::{Class, Delay},
        guardian::Guardian,
        operation::Operation,
        proposal::{Proposal, Tally},
        quorum::Quorum,
        settings::{Executor, Settings},
    },
};
use alloy_primitives::{Address, U256};
use rand::Rng;

use crate::LAST_INSTANT;

const WORDS: u32 = 50_000;
const ALL_ONES: Address = Address::repeat_byte(0xff);

/// Returns the low bits of a word.
fn low(word: U256, bits: usize) -> U256 {
    word & (U256::MAX >> (256 - bits))
}

/// Whatever a word is, its fields make it again; bits that belong to no field are not read.
fn check(word: U256) {
    assert_eq!(Proposal::from_word(word).to_word(), low(word, 245), "{word}");
    assert_eq!(Tally::from_word(word).to_word(), word);
    assert_eq!(Operation::from_word(word).to_word(), word);
    assert_eq!(Quorum::from_word(word).to_word(), word);
    assert_eq!(Settings::from_word(word).to_word(), word);
    assert_eq!(Executor::from_word(word).to_word(), word);
    assert_eq!(Guardian::from_word(word).to_word(), low(word, 206), "{word}");
    assert_eq!(Class::from_word(word).to_word(), low(word, 103), "{word}");
    assert_eq!(Config::from_word(word).to_word(), low(word, 211), "{word}");
}

#[test]
fn every_word_is_what_it_holds() {
    let mut rng = aia_model::rng();
    check(U256::ZERO);
    check(U256::MAX);
    for bit in 0..256usize {
        check(U256::ONE << bit);
        check(!(U256::ONE << bit));
    }
    for _ in 0..WORDS {
        check(U256::from_limbs(rng.random::<[u64; 4]>()));
    }
}

#[test]
fn nothing_is_the_word_zero() {
    let nothing = [
        Proposal::default().to_word(),
        Tally::default().to_word(),
        Operation::default().to_word(),
        Quorum::default().to_word(),
        Settings::default().to_word(),
        Executor::default().to_word(),
        Guardian::default().to_word(),
        Class::default().to_word(),
        Config::default().to_word(),
    ];
    assert_eq!(nothing, [U256::ZERO; 9]);
}

#[test]
fn a_proposals_fields_lie_where_the_layout_says() {
    let at = |bit: usize| U256::ONE << bit;
    for (proposal, bit) in [
        (Proposal { proposer: Address::with_last_byte(1), ..Default::default() }, 0),
        (Proposal { vote_start: 1, ..Default::default() }, 160),
        (Proposal { duration: 1, ..Default::default() }, 198),
        (Proposal { executed: true, ..Default::default() }, 230),
        (Proposal { canceled: true, ..Default::default() }, 231),
        (Proposal { abstained: true, ..Default::default() }, 232),
        (Proposal { timelock: 1, ..Default::default() }, 233),
    ] {
        assert_eq!(proposal.to_word(), at(bit), "{proposal:?}");
    }
    for (tally, bit) in [
        (Tally { against: 1, ..Default::default() }, 0),
        (Tally { favour: 1, ..Default::default() }, 90),
        (Tally { extended: 1, ..Default::default() }, 180),
        (Tally { eta: 1, ..Default::default() }, 218),
    ] {
        assert_eq!(tally.to_word(), at(bit), "{tally:?}");
    }
}

#[test]
fn the_governors_numbers_lie_where_the_layout_says() {
    let at = |bit: usize| U256::ONE << bit;
    for (quorum, bit) in [
        (Quorum { since: 1, ..Default::default() }, 0),
        (Quorum { numerator: 1, ..Default::default() }, 48),
        (Quorum { floor: 1, ..Default::default() }, 64),
        (Quorum { cap: 1, ..Default::default() }, 160),
    ] {
        assert_eq!(quorum.to_word(), at(bit), "{quorum:?}");
    }
    for (settings, bit) in [
        (Settings { token: Address::with_last_byte(1), ..Default::default() }, 0),
        (Settings { voting_delay: 1, ..Default::default() }, 160),
        (Settings { voting_period: 1, ..Default::default() }, 192),
        (Settings { extension: 1, ..Default::default() }, 224),
    ] {
        assert_eq!(settings.to_word(), at(bit), "{settings:?}");
    }
    for (executor, bit) in [
        (Executor { timelock: Address::with_last_byte(1), ..Default::default() }, 0),
        (Executor { number: 1, ..Default::default() }, 160),
        (Executor { threshold: 1, ..Default::default() }, 172),
    ] {
        assert_eq!(executor.to_word(), at(bit), "{executor:?}");
    }
    for (guardian, bit) in [
        (Guardian { account: Address::with_last_byte(1), ..Default::default() }, 0),
        (Guardian { expiry: 1, ..Default::default() }, 160),
        (Guardian { strikes: 1, ..Default::default() }, 198),
    ] {
        assert_eq!(guardian.to_word(), at(bit), "{guardian:?}");
    }
}

#[test]
fn the_timelocks_fields_lie_where_the_layout_says() {
    let at = |bit: usize| U256::ONE << bit;
    for (operation, bit) in [
        (Operation { ready: 1, ..Default::default() }, 0),
        (Operation { expiry: 1, ..Default::default() }, 38),
        (Operation { pin: U256::ONE, ..Default::default() }, 76),
    ] {
        assert_eq!(operation.to_word(), at(bit), "{operation:?}");
    }
    let delays = [
        (Delay { before: 1, ..Default::default() }, 0),
        (Delay { after: 1, ..Default::default() }, 32),
        (Delay { effect: 1, ..Default::default() }, 64),
    ];
    for (delay, bit) in delays {
        assert_eq!(Class { delay, abdicated: false }.to_word(), at(bit), "{delay:?}");
        assert_eq!(Config { min_delay: delay, ..Default::default() }.to_word(), at(bit), "{delay:?}");
    }
    assert_eq!(Class { abdicated: true, ..Default::default() }.to_word(), at(102));
    for (config, bit) in [
        (Config { grace: 1, ..Default::default() }, 102),
        (Config { brake: Brake { until: 1, ready_at: 0 }, ..Default::default() }, 134),
        (Config { brake: Brake { until: 0, ready_at: 1 }, ..Default::default() }, 172),
        (Config { abdicated: true, ..Default::default() }, 210),
    ] {
        assert_eq!(config.to_word(), at(bit), "{config:?}");
    }
}

#[test]
fn the_governors_largest_values_come_back() {
    let proposal = Proposal {
        proposer: ALL_ONES,
        vote_start: LAST_INSTANT,
        duration: u32::MAX,
        executed: true,
        canceled: true,
        abstained: true,
        timelock: 4_095,
    };
    assert_eq!(proposal.to_word(), U256::MAX >> 11);
    assert_eq!(Proposal::from_word(proposal.to_word()), proposal);

    let tally = Tally { against: MAX_SUPPLY, favour: MAX_SUPPLY, extended: LAST_INSTANT, eta: LAST_INSTANT };
    assert_eq!(Tally::from_word(tally.to_word()), tally);

    let quorum = Quorum { since: (1 << 48) - 1, numerator: u16::MAX, floor: (1 << 96) - 1, cap: (1 << 96) - 1 };
    assert_eq!(quorum.to_word(), U256::MAX);
    assert_eq!(Quorum::from_word(U256::MAX), quorum);

    let settings = Settings { token: ALL_ONES, voting_delay: u32::MAX, voting_period: u32::MAX, extension: u32::MAX };
    assert_eq!(settings.to_word(), U256::MAX);
    assert_eq!(Settings::from_word(U256::MAX), settings);

    let executor = Executor { timelock: ALL_ONES, number: 4_095, threshold: (1 << 84) - 1 };
    assert_eq!(executor.to_word(), U256::MAX);
    assert_eq!(Executor::from_word(U256::MAX), executor);

    let guardian = Guardian { account: ALL_ONES, expiry: LAST_INSTANT, strikes: u8::MAX };
    assert_eq!(guardian.to_word(), U256::MAX >> 50);
    assert_eq!(Guardian::from_word(guardian.to_word()), guardian);
}

#[test]
fn the_timelocks_largest_values_come_back() {
    let operation = Operation { ready: LAST_INSTANT, expiry: LAST_INSTANT, pin: U256::MAX >> 76 };
    assert_eq!(operation.to_word(), U256::MAX);
    assert_eq!(Operation::from_word(U256::MAX), operation);

    let delay = Delay { before: u32::MAX, after: u32::MAX, effect: LAST_INSTANT };
    let class = Class { delay, abdicated: true };
    assert_eq!(class.to_word(), U256::MAX >> 153);
    assert_eq!(Class::from_word(class.to_word()), class);

    let brake = Brake { until: LAST_INSTANT, ready_at: LAST_INSTANT };
    let config = Config { min_delay: delay, grace: u32::MAX, brake, abdicated: true };
    assert_eq!(config.to_word(), U256::MAX >> 45);
    assert_eq!(Config::from_word(config.to_word()), config);
}
