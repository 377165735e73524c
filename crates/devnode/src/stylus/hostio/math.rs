//! Arithmetic on words, and hashing.

use revm::primitives::{U256, keccak256};
use wasmtime::{Caller, Linker};

use super::{Host, Hostio, Result, local};
use crate::stylus::prices;

pub(super) fn define(linker: &mut Linker<Host>) -> Result<()> {
    local!(linker, "math_div", |io, value: u32, divisor: u32| -> () {
        io.buy(prices::HOSTIO + 3 * prices::PTR + prices::DIV)?;
        io.math(value, divisor, |a, b| a.checked_div(b).unwrap_or_default())
    });
    local!(linker, "math_mod", |io, value: u32, modulus: u32| -> () {
        io.buy(prices::HOSTIO + 3 * prices::PTR + prices::DIV)?;
        io.math(value, modulus, |a, b| a.checked_rem(b).unwrap_or_default())
    });
    local!(linker, "math_pow", |io, value: u32, exponent: u32| -> () {
        io.buy(prices::HOSTIO + 3 * prices::PTR)?;
        let (base, power) = (io.read_word(value)?, io.read_word(exponent)?);
        io.buy(prices::pow(&power.to_be_bytes()))?;
        io.write_word(value, base.wrapping_pow(power))
    });
    local!(linker, "math_add_mod", |io, value: u32, addend: u32, modulus: u32| -> () {
        io.buy(prices::HOSTIO + 4 * prices::PTR + prices::ADD_MOD)?;
        let (a, b) = (io.read_word(value)?, io.read_word(addend)?);
        let modulus = io.read_word(modulus)?;
        io.write_word(value, a.add_mod(b, modulus))
    });
    local!(linker, "math_mul_mod", |io, value: u32, factor: u32, modulus: u32| -> () {
        io.buy(prices::HOSTIO + 4 * prices::PTR + prices::MUL_MOD)?;
        let (a, b) = (io.read_word(value)?, io.read_word(factor)?);
        let modulus = io.read_word(modulus)?;
        io.write_word(value, a.mul_mod(b, modulus))
    });
    local!(linker, "native_keccak256", |io, source: u32, len: u32, dest: u32| -> () {
        io.buy(prices::keccak(len))?;
        let preimage = io.read(source, len)?;
        io.write(dest, keccak256(preimage).as_slice())
    });
    Ok(())
}

impl Hostio<'_> {
    /// Reads two words, replaces the first by what `compute` makes of them.
    fn math(&mut self, first: u32, second: u32, compute: impl FnOnce(U256, U256) -> U256) -> Result<()> {
        let (a, b) = (self.read_word(first)?, self.read_word(second)?);
        self.write_word(first, compute(a, b))
    }
}
