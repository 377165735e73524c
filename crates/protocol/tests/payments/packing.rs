//! Words: each field at its place, and not a bit lost.

use aia_protocol::payments::{account::Account, channel::Channel, config::Config, stream::Stream};
use alloy_primitives::{Address, U256};
use rand::Rng;

const WORDS: u32 = 50_000;

/// Whether something holds is a byte of which only the lowest bit counts.
fn without_idle_bits(word: U256, byte_at: usize) -> U256 {
    word & !(U256::from(0xfe) << byte_at)
}

#[test]
fn p15_every_word_is_what_it_holds() {
    let mut rng = aia_model::rng();
    for _ in 0..WORDS {
        let word = U256::from_limbs(rng.random::<[u64; 4]>());
        assert_eq!(Stream::from_word(word).to_word(), word);
        assert_eq!(Channel::from_word(word).to_word(), word);
        let account = without_idle_bits(word, 248);
        assert_eq!(Account::from_word(account).to_word(), account);
        let config = without_idle_bits(word, 192);
        assert_eq!(Config::from_word(config).to_word(), config);
    }
}

#[test]
fn p15_fields_lie_where_the_layout_says() {
    let at = |bit: usize| U256::ONE << bit;
    for (account, bit) in [
        (Account { free: 1, ..Default::default() }, 0),
        (Account { fee_owed: 1, ..Default::default() }, 112),
        (Account { seen_active: 1, ..Default::default() }, 208),
        (Account { locked: true, ..Default::default() }, 248),
    ] {
        assert_eq!(account.to_word(), at(bit), "{account:?}");
    }
    for (stream, bit) in [
        (Stream { balance: 1, ..Default::default() }, 0),
        (Stream { rate: 1, ..Default::default() }, 96),
        (Stream { settled_at: 1, ..Default::default() }, 192),
        (Stream { left: 1, ..Default::default() }, 232),
    ] {
        assert_eq!(stream.to_word(), at(bit), "{stream:?}");
    }
    for (channel, bit) in [
        (Channel { balance: 1, ..Default::default() }, 0),
        (Channel { claimed: 1, ..Default::default() }, 90),
        (Channel { initiated_at: 1, ..Default::default() }, 180),
        (Channel { closed: true, ..Default::default() }, 212),
        (Channel { hold: 1, ..Default::default() }, 213),
        (Channel { refunds: 1, ..Default::default() }, 236),
    ] {
        assert_eq!(channel.to_word(), at(bit), "{channel:?}");
    }
    for (config, bit) in [
        (Config { token: Address::with_last_byte(1), ..Default::default() }, 0),
        (Config { fee_bps: 1, ..Default::default() }, 160),
        (Config { burn_bps: 1, ..Default::default() }, 176),
        (Config { paused: true, ..Default::default() }, 192),
        (Config { stake_ttl: 1, ..Default::default() }, 200),
        (Config { registry_since: 1, ..Default::default() }, 224),
    ] {
        assert_eq!(config.to_word(), at(bit), "{config:?}");
    }
}
