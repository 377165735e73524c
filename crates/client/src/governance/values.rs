//! Arguments: whether they fit their types, and how they are shown.

use alloy::{
    dyn_abi::{DynSolValue, JsonAbiExt},
    hex,
    json_abi::{Function, Param},
};

/// Reads the arguments of a function.
///
/// `None` unless they are encoded as every compiler does it: of anything else it could not be said what the contract
/// makes of it.
pub(super) fn read(function: &Function, data: &[u8]) -> Option<Vec<DynSolValue>> {
    let values = function.abi_decode_input(data).ok()?;
    let is_plain = values.iter().all(fits) && function.abi_encode_input_raw(&values).ok()? == data;
    is_plain.then_some(values)
}

/// Whether a value uses no more bits than its type has.
fn fits(value: &DynSolValue) -> bool {
    match value {
        DynSolValue::Uint(number, bits) => number.bit_len() <= *bits,
        DynSolValue::Int(number, bits) => number.bits() as usize <= *bits,
        DynSolValue::FixedBytes(word, length) => word[*length..].iter().all(|byte| *byte == 0),
        DynSolValue::Array(values) | DynSolValue::FixedArray(values) | DynSolValue::Tuple(values) => {
            values.iter().all(fits)
        }
        _ => true,
    }
}

/// Renders values with their names, one after the other.
pub(super) fn named(parameters: &[Param], values: &[DynSolValue]) -> String {
    let one = |(parameter, value): (&Param, &DynSolValue)| {
        let shown = render(value, &parameter.components);
        if parameter.name().is_empty() { shown } else { format!("{}: {shown}", parameter.name()) }
    };
    parameters.iter().zip(values).map(one).collect::<Vec<_>>().join(", ")
}

/// Renders a value; `components` are the members of the struct in it, if there is one.
fn render(value: &DynSolValue, components: &[Param]) -> String {
    match value {
        DynSolValue::Bool(flag) => flag.to_string(),
        DynSolValue::Uint(number, _) => number.to_string(),
        DynSolValue::Int(number, _) => number.to_string(),
        DynSolValue::Address(account) => account.to_string(),
        DynSolValue::FixedBytes(word, length) => hex::encode_prefixed(&word[..*length]),
        DynSolValue::Bytes(bytes) => hex::encode_prefixed(bytes),
        DynSolValue::Array(values) | DynSolValue::FixedArray(values) => {
            let values: Vec<_> = values.iter().map(|value| render(value, components)).collect();
            format!("[{}]", values.join(", "))
        }
        DynSolValue::Tuple(values) => format!("({})", named(components, values)),
        // Debug escapes what would change how the rest of the line looks.
        other => other.as_str().map_or_else(|| format!("{other:?}"), |text| format!("{text:?}")),
    }
}

#[cfg(test)]
mod tests {
    use alloy::primitives::{Address, I256, U256};

    use super::*;

    fn function(signature: &str) -> Function {
        Function::parse(signature).expect("a signature")
    }

    /// Words, one after the other.
    fn words(numbers: &[U256]) -> Vec<u8> {
        numbers.iter().flat_map(|number| number.to_be_bytes::<32>()).collect()
    }

    #[test]
    fn every_kind_of_value_is_shown() {
        let mut function = function("f(bool a, uint8 b, int16 c, address d, bytes2 e, bytes f, string g)");
        let member = |name, kind| Param::new(name, kind, Vec::new(), None).expect("a type");
        let members = vec![member("x", "uint8"), member("", "bool")];
        function.inputs.push(Param::new("h", "tuple[]", members, None).expect("a type"));
        let account = Address::repeat_byte(0x11);
        let pair = |x: u8| DynSolValue::Tuple(vec![DynSolValue::Uint(U256::from(x), 8), DynSolValue::Bool(x > 1)]);
        let mut word = [0_u8; 32];
        word[..2].copy_from_slice(&[0xab, 0x01]);
        let values = [
            DynSolValue::Bool(true),
            DynSolValue::Uint(U256::from(200), 8),
            DynSolValue::Int(I256::MINUS_ONE, 16),
            DynSolValue::Address(account),
            DynSolValue::FixedBytes(word.into(), 2),
            DynSolValue::Bytes(vec![1, 2]),
            DynSolValue::String("a \"b\"\u{202e}".into()),
            DynSolValue::Array(vec![pair(1), pair(2)]),
        ];
        let data = function.abi_encode_input_raw(&values).expect("encodes");
        let read = read(&function, &data).expect("plain");
        let expected = format!(
            "a: true, b: 200, c: -1, d: {account}, e: 0xab01, f: 0x0102, g: \"a \\\"b\\\"\\u{{202e}}\", \
             h: [(x: 1, false), (x: 2, true)]"
        );
        assert_eq!(named(&function.inputs, &read), expected);
    }

    #[test]
    fn values_that_do_not_fit_their_types_are_not_read() {
        let [one, huge] = [U256::ONE, U256::MAX];
        let table: [(&str, &[U256]); 8] = [
            ("f(uint8)", &[U256::from(256)]),
            ("f(int8)", &[U256::from(128)]),
            ("f(bool)", &[U256::from(2)]),
            ("f(address)", &[huge]),
            ("f(bytes4)", &[one]),
            ("f((uint8,bool))", &[U256::from(256), one]),
            ("f(uint8[2])", &[one, U256::from(256)]),
            ("f(uint8[])", &[U256::from(32), one, U256::from(256)]),
        ];
        for (signature, numbers) in table {
            assert_eq!(read(&function(signature), &words(numbers)), None, "{signature}");
        }
        assert_eq!(read(&function("f(int8)"), &words(&[huge])), Some(vec![DynSolValue::Int(I256::MINUS_ONE, 8)]));
    }

    #[test]
    fn an_encoding_that_no_compiler_makes_is_not_read() {
        let [one, offset] = [U256::ONE, U256::from(32)];
        let (number, bytes) = (function("f(uint256)"), function("f(bytes)"));
        assert_eq!(read(&number, &words(&[one])), Some(vec![DynSolValue::Uint(one, 256)]));
        // Too short, too long;
        assert_eq!(read(&number, &words(&[one])[..31]), None);
        assert_eq!(read(&number, &words(&[one, one])), None);
        // an offset that leads elsewhere, or nowhere; and padding that is not zero.
        assert_eq!(read(&bytes, &words(&[offset, U256::ZERO])), Some(vec![DynSolValue::Bytes(Vec::new())]));
        assert_eq!(read(&bytes, &words(&[U256::from(64), one, U256::ZERO])), None);
        assert_eq!(read(&bytes, &words(&[U256::from(1_000), U256::ZERO])), None);
        assert_eq!(read(&bytes, &words(&[offset, one, one])), None);
    }

    #[test]
    fn what_takes_nothing_has_no_arguments() {
        assert_eq!(read(&function("f()"), &[]), Some(Vec::new()));
        assert_eq!(read(&function("f()"), &[0]), None);
        assert_eq!(named(&[], &[]), "");
    }
}
