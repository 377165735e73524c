//! The errors that ArbOS precompiles declare, named as Nitro names them in messages.

use alloy::sol_types::SolInterface;

use super::{arb_debug, arb_sys, arb_wasm, lesser};

/// Returns an error with its arguments, as in `ProgramNotActivated()`; `None` for other data.
pub fn describe(data: &[u8]) -> Option<String> {
    let selector = data.first_chunk::<4>()?;
    if arb_wasm::Errors::valid_selector(*selector) {
        use arb_wasm::Errors;
        return Some(match Errors::abi_decode(data).ok()? {
            Errors::ProgramNotWasm(_) => "ProgramNotWasm()".into(),
            Errors::ProgramNotActivated(_) => "ProgramNotActivated()".into(),
            Errors::ProgramNeedsUpgrade(e) => format!("ProgramNeedsUpgrade({}, {})", e.version, e.stylusVersion),
            Errors::ProgramExpired(e) => format!("ProgramExpired({})", e.ageInSeconds),
            Errors::ProgramUpToDate(_) => "ProgramUpToDate()".into(),
            Errors::ProgramKeepaliveTooSoon(e) => format!("ProgramKeepaliveTooSoon({})", e.ageInSeconds),
            Errors::ProgramInsufficientValue(e) => format!("ProgramInsufficientValue({}, {})", e.have, e.want),
        });
    }
    if let Ok(arb_sys::Errors::InvalidBlockNumber(e)) = arb_sys::Errors::abi_decode(data) {
        return Some(format!("InvalidBlockNumber({}, {})", e.requested, e.current));
    }
    if let Ok(arb_debug::Errors::Custom(e)) = arb_debug::Errors::abi_decode(data) {
        return Some(format!("Custom({}, {}, {})", e.number, e.text, e.flag));
    }
    lesser::error_name(*selector).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use alloy::primitives::hex;

    use super::*;

    #[test]
    fn errors_are_named_with_their_arguments() {
        let cases = [
            ("6f809c4e", Some("ProgramNotActivated()")),
            (
                concat!(
                    "637d968f",
                    "0000000000000000000000000000000000000000000000000000000000000001",
                    "0000000000000000000000000000000000000000000000000000000000000002"
                ),
                Some("ProgramNeedsUpgrade(1, 2)"),
            ),
            ("80698456", Some("NoTicketWithID()")),
            ("f812e656", Some("CallerNotArbOS()")),
            ("deadbeef", None),
            ("", None),
        ];
        for (data, name) in cases {
            assert_eq!(describe(&hex::decode(data).unwrap()).as_deref(), name, "{data}");
        }
    }
}
