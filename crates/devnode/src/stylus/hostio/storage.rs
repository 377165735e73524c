//! Slots, through a cache that each program call has for itself, and transient slots.

use std::collections::HashMap;

use revm::primitives::U256;
use wasmtime::{Caller, Linker};

use super::{Host, Hostio, Result, Stop, asking, local, wrong_answer};
use crate::stylus::{Answer, Request, prices};

/// Gas that must be left to read a slot, whether or not it will cost that much.
const LOAD_SENTRY: u64 = 2115;
/// Gas that must be left to cache a write.
const CACHE_SENTRY: u64 = 2310;
/// Gas that must be left to flush.
const FLUSH_SENTRY: u64 = 2300;

/// From which ArbOS version a flush that cannot be paid for takes all gas; before, it merely failed.
const FLUSH_BURNS_SINCE: u64 = 50;
/// Gas of reading or writing a transient slot.
const TRANSIENT_GAS: u64 = 100;

/// Slots as one program call sees them.
#[derive(Debug, Default)]
pub(super) struct Cache {
    slots: HashMap<U256, Slot>,
    loads: u64,
    stores: u64,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    value: U256,
    /// What the state holds, once that was read or written.
    known: Option<U256>,
}

pub(super) fn define(linker: &mut Linker<Host>) -> Result<()> {
    asking!(linker, "storage_load_bytes32", |io, key: u32, dest: u32| -> () {
        io.buy(prices::HOSTIO + 2 * prices::PTR)?;
        io.require_gas(LOAD_SENTRY)?;
        let key = io.read_word(key)?;
        let value = io.load(key).await?;
        io.write_word(dest, value)
    });
    local!(linker, "storage_cache_bytes32", |io, key: u32, value: u32| -> () {
        io.buy(prices::HOSTIO + 2 * prices::PTR)?;
        io.require_gas(CACHE_SENTRY)?;
        let (key, value) = (io.read_word(key)?, io.read_word(value)?);
        io.cache(key, value)
    });
    asking!(linker, "storage_flush_cache", |io, clear: u32| -> () {
        io.buy(prices::HOSTIO + prices::EVM_API)?;
        io.require_gas(FLUSH_SENTRY)?;
        io.arg(&[u8::from(clear != 0)]);
        io.flush(clear != 0).await
    });
    asking!(linker, "transient_load_bytes32", |io, key: u32, dest: u32| -> () {
        io.buy(prices::HOSTIO + 2 * prices::PTR + prices::EVM_API)?;
        io.buy_gas(TRANSIENT_GAS)?;
        let key = io.read_word(key)?;
        let value = io.ask_word(Request::LoadTransient(key)).await?;
        io.write_word(dest, value)
    });
    asking!(linker, "transient_store_bytes32", |io, key: u32, value: u32| -> () {
        io.buy(prices::HOSTIO + 2 * prices::PTR + prices::EVM_API)?;
        io.buy_gas(TRANSIENT_GAS)?;
        let (key, value) = (io.read_word(key)?, io.read_word(value)?);
        io.refuse_if_static("transient storage cannot change in a static call")?;
        io.ask_done(Request::StoreTransient(key, value)).await
    });
    Ok(())
}

impl Hostio<'_> {
    async fn load(&mut self, key: U256) -> Result<U256> {
        self.host().cache.loads += 1;
        let surcharge = match self.host().cache.loads {
            ..=32 => 0,
            33..=128 => 2,
            _ => 10,
        };
        self.buy_gas(surcharge)?;
        if let Some(slot) = self.host().cache.slots.get(&key) {
            return Ok(slot.value);
        }
        let value = self.ask_word(Request::LoadSlot(key)).await?;
        self.host().cache.slots.insert(key, Slot { value, known: Some(value) });
        Ok(value)
    }

    fn cache(&mut self, key: U256, value: U256) -> Result<()> {
        self.host().cache.stores += 1;
        let surcharge = match self.host().cache.stores {
            ..=8 => 0,
            9..=64 => 7,
            _ => 10,
        };
        self.buy_gas(surcharge)?;
        let slot = self.host().cache.slots.entry(key).or_insert(Slot { value, known: None });
        slot.value = value;
        Ok(())
    }

    async fn flush(&mut self, clear: bool) -> Result<()> {
        let mut dirty: Vec<_> = (self.host().cache.slots.iter())
            .filter(|(_, slot)| slot.known != Some(slot.value))
            .map(|(key, slot)| (*key, slot.value))
            .collect();
        dirty.sort_unstable(); // the order of a hash map would differ from run to run
        if !dirty.is_empty() {
            self.refuse_if_static("storage cannot change in a static call")?;
            let Answer::Go { gas } = self.ask(Request::StoreSlots(dirty)).await? else { return Err(wrong_answer()) };
            if self.host().env.arbos < FLUSH_BURNS_SINCE && self.gas()? < gas {
                return Err(Stop::Refused("not enough gas to write what is cached").into());
            }
            self.buy_gas(gas)?;
        }
        if clear {
            self.host().cache.slots.clear();
        } else {
            for slot in self.host().cache.slots.values_mut() {
                slot.known = Some(slot.value);
            }
        }
        Ok(())
    }
}
