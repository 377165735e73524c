//! A readable record: what happened, who did it, what it cost, how it ended.

use alloy::primitives::{U256, utils::format_ether};

/// Prints one line after the other under a heading.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    lines: usize,
    gas: u64,
}

impl Ledger {
    /// Starts with the heading.
    pub(crate) fn open() -> Self {
        println!("  #  what                                             who          gas        result");
        println!("{}", "-".repeat(104));
        Self::default()
    }

    /// Begins a part of the story.
    pub(crate) fn chapter(&self, name: &str) {
        println!("     {name}");
    }

    /// Records something that used gas.
    pub(crate) fn done(&mut self, what: &str, who: &str, gas: u64, result: &str) {
        self.gas += gas;
        self.line(what, who, &group(gas), result);
    }

    /// Records an answer that cost nothing.
    pub(crate) fn read(&mut self, what: &str, who: &str, result: &str) {
        self.line(what, who, "-", result);
    }

    /// Prints what does not fit beside the line before.
    pub(crate) fn note(&self, text: &str) {
        println!("     {text}");
    }

    /// Prints the sum.
    pub(crate) fn close(self) {
        println!("{}", "-".repeat(104));
        println!("{:>3}  lines{:>67} gas in all", self.lines, group(self.gas));
    }

    fn line(&mut self, what: &str, who: &str, gas: &str, result: &str) {
        self.lines += 1;
        println!("{:>3}  {what:<48} {who:<9} {gas:>10}  {result}", self.lines);
    }
}

/// Writes base units as AIA.
pub(crate) fn aia(base_units: U256) -> String {
    let text = format_ether(base_units);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{text} AIA")
}

/// Groups digits by three.
fn group(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
