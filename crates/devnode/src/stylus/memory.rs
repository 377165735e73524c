//! The memory model: what opening pages costs.

/// Pages at which the exponential part ends.
const RAMP_END: u16 = 128;
/// 31 874 000 to the power of 1/128: the growth of the exponential part per page.
const RAMP: f64 = 1.144_512_652_659_246_4;

/// What opening pages costs, as far as the chain's owners may change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PagePrice {
    /// Pages per transaction that cost nothing.
    pub free: u16,
    /// Gas per further page.
    pub gas: u16,
}

impl Default for PagePrice {
    fn default() -> Self {
        Self { free: 2, gas: 1000 }
    }
}

/// Pages in use by all programs of one transaction.
///
/// Neither count is undone by a revert; `open` falls back when a program call ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pages {
    /// Pages open now.
    pub open: u16,
    /// The most that were ever open.
    pub ever: u16,
}

impl Pages {
    /// Opens `new` pages and returns the gas that it costs.
    pub fn open(&mut self, new: u16, price: PagePrice) -> u64 {
        let before = *self;
        self.open = before.open.saturating_add(new);
        self.ever = before.ever.max(self.open);
        if self.ever <= price.free {
            return 0;
        }
        let chargeable = |pages: u16| u64::from(pages.saturating_sub(price.free));
        let linear = u64::from(price.gas) * chargeable(self.open).saturating_sub(chargeable(before.open));
        linear.saturating_add(exponential(self.ever) - exponential(before.ever))
    }
}

/// Returns the exponential part of the price of ever having had `pages` open.
fn exponential(pages: u16) -> u64 {
    match pages {
        // Far below 2^53, where doubles are exact.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        0..RAMP_END => RAMP.powi(pages.into()) as u64,
        RAMP_END => 31_873_999,
        _ => u64::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponential_agrees_with_the_landmarks() {
        let table = [
            (0, 1),
            (5, 1),
            (8, 2),
            (16, 8),
            (24, 25),
            (32, 75),
            (40, 221),
            (48, 651),
            (56, 1917),
            (64, 5645),
            (72, 16_621),
            (80, 48_938),
            (88, 144_082),
            (96, 424_206),
            (104, 1_248_941),
            (112, 3_677_113),
            (120, 10_826_093),
            (127, 27_849_408),
            (128, 31_873_999),
            (129, u64::MAX),
        ];
        for (pages, gas) in table {
            assert_eq!(exponential(pages), gas, "{pages} pages");
        }
    }

    #[test]
    fn opening_costs_what_the_reference_says() {
        let table = [
            (1, 0, 0, 0),
            (2, 0, 0, 0),
            (3, 0, 0, 1000),
            (17, 0, 0, 15_008),
            (128, 0, 0, 31_999_998),
            (1, 17, 17, 1002),
            (100, 1, 1, 932_066),
        ];
        for (new, open, ever, gas) in table {
            assert_eq!(
                Pages { open, ever }.open(new, PagePrice::default()),
                gas,
                "{new} new, {open} open, {ever} ever"
            );
        }
    }
}
