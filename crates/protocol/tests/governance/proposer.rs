//! Descriptions that name their proposer: who is named alone may propose, and what is no name restricts nobody.

use aia_protocol::governance::proposer::may_propose;
use alloy_primitives::{Address, address, hex};
use proptest::{collection::vec, option, prelude::*};

use crate::seeded;

const NAMED: Address = address!("0123456789abcdefabcdef98765432100aa00ff9");
const STRANGER: Address = Address::repeat_byte(2);

/// Returns whether the named one, a stranger and the zero address may propose.
fn who(description: &[u8]) -> [bool; 3] {
    [NAMED, STRANGER, Address::ZERO].map(|proposer| may_propose(proposer, description))
}

const ANYONE: [bool; 3] = [true; 3];
const NAMED_ONLY: [bool; 3] = [true, false, false];

#[test]
fn who_is_named_at_the_end_alone_may_propose() {
    let lower = hex::encode(NAMED);
    let upper = hex::encode_upper(NAMED);
    for description in [
        format!("Raise the quorum\n#proposer=0x{lower}"),
        format!("Raise the quorum#proposer=0x{lower}"),
        format!("#proposer=0x{lower}"),
        format!("#proposer=0x{upper}"),
        format!("#proposer={NAMED}"),
        format!("##proposer=0x{lower}"),
        // The last name counts.
        format!("#proposer={STRANGER}#proposer={NAMED}"),
    ] {
        assert_eq!(who(description.as_bytes()), NAMED_ONLY, "{description}");
    }
    assert_eq!(format!("#proposer={NAMED}").len(), 52);
}

#[test]
fn what_comes_before_the_name_may_be_any_bytes() {
    let description = [&[0xff, 0x00, 0xc3, 0x28][..], format!("#proposer={NAMED}").as_bytes()].concat();
    assert_eq!(who(&description), NAMED_ONLY);
}

#[test]
fn the_zero_address_can_be_named_and_then_nobody_else_may_propose() {
    let description = format!("Nobody#proposer={}", Address::ZERO);
    assert_eq!(who(description.as_bytes()), [false, false, true]);
}

#[test]
fn what_is_too_short_restricts_nobody() {
    let whole = format!("#proposer={NAMED}");
    for length in 0..whole.len() {
        assert_eq!(who(&whole.as_bytes()[..length]), ANYONE, "the first {length} bytes");
        assert_eq!(who(&whole.as_bytes()[whole.len() - length..]), ANYONE, "the last {length} bytes");
    }
}

#[test]
fn what_is_not_exactly_a_name_restricts_nobody() {
    let digits = hex::encode(NAMED);
    for description in [
        format!("text #proposer=0X{digits}"),
        format!("text #proposer=00{digits}"),
        format!("text #proposer={digits}"),
        format!("text #Proposer=0x{digits}"),
        format!("text #PROPOSER=0x{digits}"),
        format!("text #proposer:0x{digits}"),
        format!("text #proposer= 0x{digits}"),
        format!("text #proposer =0x{digits}"),
        format!("text  proposer=0x{digits}"),
        format!("text 0x{digits}"),
        // The name is not the end.
        format!("text #proposer=0x{digits} "),
        format!("text #proposer=0x{digits}\n"),
        format!("text #proposer=0x{digits}\0"),
        format!("#proposer=0x{digits} text"),
        // A digit too many, and one too few.
        format!("text #proposer=0x{digits}0"),
        format!("text #proposer=0x0{digits}"),
        format!("text #proposer=0x{}", &digits[1..]),
        format!("text #proposer=0x{}", &digits[..39]),
    ] {
        assert_eq!(who(description.as_bytes()), ANYONE, "{description}");
    }
}

#[test]
fn one_wrong_digit_anywhere_makes_it_no_name() {
    let whole = format!("text #proposer={NAMED}").into_bytes();
    // Those next to the digits, and what only looks like one.
    let wrong = [b'/', b':', b'@', b'G', b'`', b'g', b' ', b'O', b'x', 0, 0x7f, 0x80, 0xff];
    for (place, character) in (whole.len() - 40..whole.len()).flat_map(|place| wrong.map(|byte| (place, byte))) {
        let mut description = whole.clone();
        description[place] = character;
        assert_eq!(who(&description), ANYONE, "{character} at {place}");
    }
}

#[test]
fn another_digit_anywhere_names_another() {
    let whole = format!("text #proposer=0x{}", hex::encode(NAMED)).into_bytes();
    for place in whole.len() - 40..whole.len() {
        let mut description = whole.clone();
        description[place] = if whole[place] == b'7' { b'8' } else { b'7' };
        assert_eq!(who(&description), [false; 3], "at {place}");
    }
}

/// Says the same by looking at characters, of which each byte is one.
fn expected(proposer: Address, description: &[u8]) -> bool {
    let characters: Vec<char> = description.iter().copied().map(char::from).collect();
    let Some(start) = characters.len().checked_sub(52) else { return true };
    let end: String = characters[start..].iter().collect();
    let Some(name) = end.strip_prefix("#proposer=0x") else { return true };
    let is_name = name.chars().all(|character| character.is_ascii_hexdigit());
    !is_name || name.to_ascii_lowercase() == hex::encode(proposer)
}

prop_compose! {
    /// Any text with a name at its end, or almost.
    fn any_description()(
        text in vec(any::<u8>(), 0..60),
        marker in prop_oneof![
            6 => Just("#proposer=0x"),
            1 => Just("#proposer=0X"),
            1 => Just("#Proposer=0x"),
            1 => Just("#proposer="),
            1 => Just("proposer=0x"),
        ],
        upper in any::<[bool; 40]>(),
        slip in option::weighted(0.3, (0..40usize, any::<u8>())),
        rest in prop_oneof![6 => Just(""), 1 => Just(" "), 1 => Just("0")],
    ) -> Vec<u8> {
        let mut digits = hex::encode(NAMED).into_bytes();
        for (digit, upper) in digits.iter_mut().zip(upper) {
            *digit = if upper { digit.to_ascii_uppercase() } else { *digit };
        }
        if let Some((place, byte)) = slip {
            digits[place] = byte;
        }
        [&text[..], marker.as_bytes(), &digits, rest.as_bytes()].concat()
    }
}

proptest! {
    #![proptest_config(seeded(4000))]

    #[test]
    fn every_description_is_read_as_by_its_characters(description in any_description()) {
        for proposer in [NAMED, STRANGER, Address::ZERO] {
            prop_assert_eq!(may_propose(proposer, &description), expected(proposer, &description));
        }
    }

    #[test]
    fn everyone_can_reserve_a_description(
        text in vec(any::<u8>(), 0..60),
        proposer in any::<[u8; 20]>(),
        other in any::<[u8; 20]>(),
    ) {
        let description = [&text[..], format!("#proposer={}", Address::new(proposer)).as_bytes()].concat();
        prop_assert!(may_propose(Address::new(proposer), &description));
        prop_assert_eq!(may_propose(Address::new(other), &description), other == proposer);
    }
}
