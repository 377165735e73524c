//! What a program may know of the call, the transaction, the block and the chain.

use wasmtime::{Caller, Linker};

use super::{Host, Hostio, Result, local};
use crate::stylus::prices;

pub(super) fn define(linker: &mut Linker<Host>) -> Result<()> {
    local!(linker, "block_basefee", |io, dest: u32| -> () {
        io.buy(prices::HOSTIO + prices::PTR)?;
        let word = io.host().env.base_fee;
        io.write_word(dest, word)
    });
    local!(linker, "block_coinbase", |io, dest: u32| -> () {
        io.buy(prices::HOSTIO + prices::PTR)?;
        let address = io.host().env.coinbase;
        io.write(dest, address.as_slice())
    });
    local!(linker, "contract_address", |io, dest: u32| -> () {
        io.buy(prices::HOSTIO + prices::PTR)?;
        let address = io.host().env.contract;
        io.write(dest, address.as_slice())
    });
    local!(linker, "msg_sender", |io, dest: u32| -> () {
        io.buy(prices::HOSTIO + prices::PTR)?;
        let address = io.host().env.sender;
        io.write(dest, address.as_slice())
    });
    local!(linker, "msg_value", |io, dest: u32| -> () {
        io.buy(prices::HOSTIO + prices::PTR)?;
        let word = io.host().env.value;
        io.write_word(dest, word)
    });
    local!(linker, "tx_gas_price", |io, dest: u32| -> () {
        io.buy(prices::HOSTIO + prices::PTR)?;
        let word = io.host().env.gas_price;
        io.write_word(dest, word)
    });
    local!(linker, "tx_origin", |io, dest: u32| -> () {
        io.buy(prices::HOSTIO + prices::PTR)?;
        let address = io.host().env.origin;
        io.write(dest, address.as_slice())
    });
    local!(linker, "block_gas_limit", |io| -> u64 {
        io.buy(prices::HOSTIO)?;
        let number = io.host().env.gas_limit;
        io.give(number)
    });
    local!(linker, "block_number", |io| -> u64 {
        io.buy(prices::HOSTIO)?;
        let number = io.host().env.block_number;
        io.give(number)
    });
    local!(linker, "block_timestamp", |io| -> u64 {
        io.buy(prices::HOSTIO)?;
        let number = io.host().env.timestamp;
        io.give(number)
    });
    local!(linker, "chainid", |io| -> u64 {
        io.buy(prices::HOSTIO)?;
        let number = io.host().env.chain_id;
        io.give(number)
    });
    local!(linker, "msg_reentrant", |io| -> u32 {
        io.buy(prices::HOSTIO)?;
        let reentrant = u32::from(io.host().env.reentrant);
        io.out(&reentrant.to_be_bytes());
        Ok(reentrant)
    });
    local!(linker, "tx_ink_price", |io| -> u32 {
        io.buy(prices::HOSTIO)?;
        // The price has 24 bits on chain.
        #[allow(clippy::cast_possible_truncation)]
        let price = io.host().env.ink_price as u32;
        io.out(&price.to_be_bytes());
        Ok(price)
    });
    local!(linker, "evm_gas_left", |io| -> u64 {
        io.buy(prices::HOSTIO)?;
        let gas = io.gas()?;
        io.give(gas)
    });
    local!(linker, "evm_ink_left", |io| -> u64 {
        io.buy(prices::HOSTIO)?;
        let ink = io.ink()?;
        io.give(ink)
    });
    Ok(())
}

impl Hostio<'_> {
    /// Returns a number, shown to the tracer.
    fn give(&mut self, number: u64) -> Result<u64> {
        self.out(&number.to_be_bytes());
        Ok(number)
    }
}
