//! Descriptions of proposals: some bind the proposer, some only look as if they did, some are no text at all.

use alloy::primitives::{Address, Bytes, hex};
use rand::Rng;

use super::trace::Trace;

/// What stands before the proposer's address in a description that binds it.
const MARK: &str = "#proposer=";

impl Trace<'_> {
    /// Returns a description with which `proposer` can propose.
    pub(super) fn description(&mut self, proposer: Address) -> Bytes {
        let title = self.title();
        match self.rng.random_range(0..100) {
            0..50 => title.into_bytes().into(),
            50..54 => Bytes::new(),
            54..66 => self.noise(80).into(),
            66..80 => self.binding(&title, proposer),
            _ => self.almost_binding(&title),
        }
    }

    /// Returns a description that binds `proposer`, with its address in any case.
    pub(super) fn binding(&mut self, title: &str, proposer: Address) -> Bytes {
        let digits = match self.rng.random_range(0..3) {
            0 => format!("0x{}", hex::encode(proposer)),
            1 => format!("0x{}", hex::encode_upper(proposer)),
            _ => proposer.to_checksum(None),
        };
        format!("{title}{MARK}{digits}").into_bytes().into()
    }

    /// Returns a description that ends almost as one that binds somebody else.
    fn almost_binding(&mut self, title: &str) -> Bytes {
        let digits = hex::encode(self.anybody());
        let text = match self.rng.random_range(0..9) {
            0 => format!("{title}{MARK}0x{}", &digits[1..]),
            1 => format!("{title}{MARK}0x{digits}0"),
            2 => format!("{title}{MARK}0x{}g", &digits[1..]),
            3 => format!("{title}{MARK}0x{digits}\n"),
            4 => format!("{title}{MARK}0X{digits}"),
            5 => format!("{title}{MARK}00{digits}"),
            6 => format!("{title}#Proposer=0x{digits}"),
            7 => format!("{title}#proposer:0x{digits}"),
            // As long as the binding end alone, but for its first byte.
            _ => format!("proposer=0x{digits}"),
        };
        text.into_bytes().into()
    }

    /// Returns the beginning of a description, or nothing.
    pub(super) fn title(&mut self) -> String {
        if self.rng.random_bool(0.2) { String::new() } else { format!("# Proposal {}\n", self.rng.random::<u32>()) }
    }
}
