//! Balances and code of accounts.

use revm::primitives::{Address, Bytes};
use wasmtime::{Caller, Linker};

use super::{Host, Hostio, Result, asking, length, wrong_answer};
use crate::stylus::{Answer, Request, prices};

/// Gas that must be left to look at an account.
const ACCOUNT_SENTRY: u64 = 2600;

pub(super) fn define(linker: &mut Linker<Host>) -> Result<()> {
    asking!(linker, "account_balance", |io, address: u32, dest: u32| -> () {
        io.buy(prices::HOSTIO + 2 * prices::PTR + prices::EVM_API)?;
        io.require_gas(ACCOUNT_SENTRY)?;
        let address = io.read_address(address)?;
        let balance = io.ask_word(Request::Balance(address)).await?;
        io.write_word(dest, balance)
    });
    asking!(linker, "account_codehash", |io, address: u32, dest: u32| -> () {
        io.buy(prices::HOSTIO + 2 * prices::PTR + prices::EVM_API)?;
        io.require_gas(ACCOUNT_SENTRY)?;
        let address = io.read_address(address)?;
        let hash = io.ask_word(Request::CodeHash(address)).await?;
        io.write_word(dest, hash)
    });
    asking!(linker, "account_code", |io, address: u32, offset: u32, size: u32, dest: u32| -> u32 {
        io.buy(prices::HOSTIO + prices::EVM_API)?;
        io.require_gas(ACCOUNT_SENTRY)?;
        let address = io.read_address(address)?;
        io.arg(&offset.to_be_bytes());
        io.arg(&size.to_be_bytes());
        let code = io.code_of(address).await?;
        io.buy(prices::write(length(&code)))?;
        let rest = code.get(offset as usize..).unwrap_or_default();
        let part = &rest[..rest.len().min(size as usize)];
        io.write(dest, part)?;
        Ok(length(part))
    });
    asking!(linker, "account_code_size", |io, address: u32| -> u32 {
        io.buy(prices::HOSTIO + prices::EVM_API)?;
        io.require_gas(ACCOUNT_SENTRY)?;
        let address = io.read_address(address)?;
        let code = io.code_of(address).await?;
        io.out(&length(&code).to_be_bytes());
        Ok(length(&code))
    });
    Ok(())
}

impl Hostio<'_> {
    async fn code_of(&mut self, address: Address) -> Result<Bytes> {
        if let Some((known, code)) = &self.host().code
            && *known == address
        {
            return Ok(code.clone());
        }
        let Answer::Code { code, gas } = self.ask(Request::Code(address)).await? else { return Err(wrong_answer()) };
        self.buy_gas(gas)?;
        if !code.is_empty() {
            self.host().code = Some((address, code.clone()));
        }
        Ok(code)
    }
}
