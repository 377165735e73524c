//! Calls, creations, what they returned, and logs.

use revm::primitives::{B256, Bytes, U256};
use wasmtime::{Caller, Linker};

use super::{Host, Hostio, Result, Stop, asking, length, local, wrong_answer};
use crate::stylus::{Answer, CallKind, Request, prices};

/// Pointers and lengths of a call.
struct RawCall {
    contract: u32,
    data: u32,
    length: u32,
    value: Option<u32>,
    gas: u64,
    return_length: u32,
}

/// Pointers and lengths of a creation.
struct RawCreate {
    code: u32,
    length: u32,
    endowment: u32,
    salt: Option<u32>,
    contract: u32,
    return_length: u32,
}

pub(super) fn define(linker: &mut Linker<Host>) -> Result<()> {
    asking!(linker, "call_contract", |io, contract: u32, data: u32, len: u32, value: u32, gas: u64, ret: u32| -> u32 {
        let call = RawCall { contract, data, length: len, value: Some(value), gas, return_length: ret };
        io.call(CallKind::Call, call).await
    });
    asking!(linker, "delegate_call_contract", |io, contract: u32, data: u32, len: u32, gas: u64, ret: u32| -> u32 {
        let call = RawCall { contract, data, length: len, value: None, gas, return_length: ret };
        io.call(CallKind::Delegate, call).await
    });
    asking!(linker, "static_call_contract", |io, contract: u32, data: u32, len: u32, gas: u64, ret: u32| -> u32 {
        let call = RawCall { contract, data, length: len, value: None, gas, return_length: ret };
        io.call(CallKind::Static, call).await
    });
    asking!(linker, "create1", |io, code: u32, len: u32, endowment: u32, contract: u32, ret: u32| -> () {
        io.create(RawCreate { code, length: len, endowment, salt: None, contract, return_length: ret }).await
    });
    asking!(linker, "create2", |io, code: u32, len: u32, endowment: u32, salt: u32, contract: u32, ret: u32| -> () {
        io.create(RawCreate { code, length: len, endowment, salt: Some(salt), contract, return_length: ret }).await
    });
    local!(linker, "read_return_data", |io, dest: u32, offset: u32, size: u32| -> u32 {
        io.arg(&offset.to_be_bytes());
        io.arg(&size.to_be_bytes());
        let all = io.host().return_data.clone();
        let rest = all.get(offset as usize..).unwrap_or_default();
        let part = &rest[..rest.len().min(size as usize)];
        io.buy(prices::HOSTIO + prices::EVM_API)?;
        io.buy(prices::write(length(part)))?;
        if !part.is_empty() {
            io.write(dest, part)?; // nothing to write: any pointer will do
        }
        Ok(length(part))
    });
    local!(linker, "return_data_size", |io| -> u32 {
        io.buy(prices::HOSTIO)?;
        let size = length(&io.host().return_data);
        io.out(&size.to_be_bytes());
        Ok(size)
    });
    asking!(linker, "emit_log", |io, data: u32, len: u32, topics: u32| -> () {
        io.buy(prices::HOSTIO + prices::EVM_API)?;
        if topics > 4 || len < 32 * topics {
            return Err(Stop::Refused("a log needs at most four topics, 32 bytes each").into());
        }
        io.buy(prices::read(len))?;
        io.buy_gas(375 * u64::from(1 + topics) + 8 * u64::from(len - 32 * topics))?;
        io.arg(&topics.to_be_bytes());
        let bytes = io.read(data, len)?;
        io.refuse_if_static("a log in a static call")?;
        let (topics, data) = bytes.split_at(32 * topics as usize);
        let topics = topics.chunks_exact(32).map(B256::from_slice).collect();
        io.ask_done(Request::Log { topics, data: Bytes::copy_from_slice(data) }).await
    });
    Ok(())
}

impl Hostio<'_> {
    /// Common to the three ways to call: returns the status, 0 for success and 2 for failure.
    async fn call(&mut self, kind: CallKind, call: RawCall) -> Result<u32> {
        self.buy(prices::HOSTIO + 3 * prices::PTR + prices::EVM_API)?;
        self.buy(2 * prices::read(call.length))?;
        let contract = self.read_address(call.contract)?;
        self.arg(&call.gas.to_be_bytes());
        let value = match call.value {
            Some(pointer) => self.read_word(pointer)?,
            None => U256::ZERO,
        };
        let data = Bytes::from(self.read(call.data, call.length)?);
        let gas_left = self.gas()?;
        let request = Request::Call { kind, contract, data, value, gas_left, gas_asked: call.gas };
        let Answer::Returned { success, data, gas, .. } = self.ask(request).await? else { return Err(wrong_answer()) };
        self.buy_gas(gas)?;
        self.write_u32(call.return_length, length(&data))?;
        self.host().return_data = data;
        let status = if success { 0 } else { 2 };
        self.out(&[status]);
        Ok(status.into())
    }

    async fn create(&mut self, create: RawCreate) -> Result<()> {
        let pointers = if create.salt.is_some() { 4 } else { 3 };
        self.buy(prices::HOSTIO + pointers * prices::PTR + prices::EVM_API)?;
        self.buy(2 * prices::read(create.length))?;
        let endowment = self.read_word(create.endowment)?;
        let salt = match create.salt {
            Some(pointer) => Some(B256::from_slice(&self.read(pointer, 32)?)),
            None => None,
        };
        let code = Bytes::from(self.read(create.code, create.length)?);
        let gas_left = self.gas()?;
        let request = Request::Create { code, endowment, salt, gas_left };
        let Answer::Returned { data, created, gas, .. } = self.ask(request).await? else { return Err(wrong_answer()) };
        self.buy_gas(gas)?;
        // Where the two overlap, the address wins; a tracer sees it first.
        self.poke(create.return_length, &length(&data).to_le_bytes())?;
        self.write(create.contract, created.as_slice())?;
        self.out(&length(&data).to_be_bytes());
        self.host().return_data = data;
        Ok(())
    }
}
