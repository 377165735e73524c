//! Products and quotients with the rounding in their names.

/// All of something, in basis points.
pub const FULL_BPS: u16 = 10_000;

/// Returns `⌊a · b / divisor⌋`; the caller knows that it fits 128 bits and that the divisor is not 0.
///
/// What does not fit is more than there can be of anything: it stays the most.
pub fn mul_div_down(a: u128, b: u128, divisor: u128) -> u128 {
    divide(a, b, divisor).0
}

/// Returns `⌈a · b / divisor⌉`; the caller knows that it fits 128 bits and that the divisor is not 0.
pub fn mul_div_up(a: u128, b: u128, divisor: u128) -> u128 {
    let (quotient, remainder) = divide(a, b, divisor);
    quotient.saturating_add(u128::from(remainder > 0))
}

/// Divides `a · b` by schoolbook long division, bit by bit; the quotient stays at the most that fits.
///
/// A general division of 256 bits by 256 is a third of a small program; this is a fiftieth, and 128 rounds of it cost less
/// gas than a warm read of storage.
#[inline(never)]
fn divide(a: u128, b: u128, divisor: u128) -> (u128, u128) {
    let (mut high, mut low) = wide_mul(a, b);
    if high >= divisor {
        return (u128::MAX, 0);
    }
    // Leading zeros of a product that fits 128 bits give no quotient: most amounts save half of the rounds.
    let idle = if high == 0 { low.leading_zeros().min(u128::BITS - 1) } else { 0 };
    low <<= idle;
    // Invariant: `high < divisor`, and the quotient so far stands in the low bits of `low`.
    for _ in idle..u128::BITS {
        let carry = high >> 127 == 1;
        high = high << 1 | low >> 127;
        low <<= 1;
        if carry || high >= divisor {
            high = high.wrapping_sub(divisor);
            low |= 1;
        }
    }
    (low, high)
}

/// Returns the upper and lower half of `a · b`.
fn wide_mul(a: u128, b: u128) -> (u128, u128) {
    const LOW: u128 = u64::MAX as u128;
    let (a1, a0, b1, b0) = (a >> 64, a & LOW, b >> 64, b & LOW);
    // Products of halves are at most (2^64 − 1)^2, so adding two 64-bit values cannot overflow.
    let low = a0 * b0;
    let middle = a1 * b0 + (low >> 64);
    let other = a0 * b1 + (middle & LOW);
    (a1 * b1 + (middle >> 64) + (other >> 64), other << 64 | low & LOW)
}

/// Returns a part of an amount, rounded down.
pub fn bps_down(amount: u128, bps: u16) -> u128 {
    mul_div_down(amount, bps.into(), FULL_BPS.into())
}

/// Returns a part of an amount, rounded up.
pub fn bps_up(amount: u128, bps: u16) -> u128 {
    mul_div_up(amount, bps.into(), FULL_BPS.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::U256;

    #[test]
    fn division_agrees_with_that_of_wide_integers() {
        let edges = [0, 1, 2, 3, (1 << 64) - 1, 1 << 64, (1 << 90) - 1, u128::MAX / 3, u128::MAX - 1, u128::MAX];
        for (a, b, divisor) in
            edges.iter().flat_map(|a| edges.map(|b| (*a, b))).flat_map(|(a, b)| edges.map(|d| (a, b, d)))
        {
            if divisor == 0 {
                continue;
            }
            let (product, by) = (U256::from(a) * U256::from(b), U256::from(divisor));
            let down = u128::try_from(product / by).unwrap_or(u128::MAX);
            let up = u128::try_from(product.div_ceil(by)).unwrap_or(u128::MAX);
            assert_eq!((mul_div_down(a, b, divisor), mul_div_up(a, b, divisor)), (down, up), "{a} * {b} / {divisor}");
        }
    }

    #[test]
    fn rounding_is_as_named() {
        for (a, b, divisor, down, up) in [
            (7, 3, 2, 10, 11),
            (6, 3, 2, 9, 9),
            (0, 5, 3, 0, 0),
            (1, 1, u128::MAX, 0, 1),
            (u128::MAX, 5, 5, u128::MAX, u128::MAX),
        ] {
            assert_eq!(mul_div_down(a, b, divisor), down);
            assert_eq!(mul_div_up(a, b, divisor), up);
        }
        assert_eq!((bps_down(9_999, 1), bps_up(9_999, 1), bps_up(10_000, 1)), (0, 1, 1));
    }

    #[test]
    fn what_does_not_fit_is_the_most() {
        assert_eq!(mul_div_down(u128::MAX, u128::MAX, 1), u128::MAX);
        assert_eq!(mul_div_up(u128::MAX, 2, 1), u128::MAX);
    }
}
