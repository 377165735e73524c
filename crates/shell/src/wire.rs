//! Reverts, events and calls, all of whose members are single words.
//!
//! The SDK's own encoders are instantiated anew for each type, which is most of what a contract of many functions would
//! weigh; here one encoder serves all, and the interface's types check at compile time that nothing is missing.

use aia_calldata::prefixed;
use alloy_primitives::{Address, B256, FixedBytes, U256};
use alloy_sol_types::{SolCall, SolError, SolEvent, SolType, TopicList};
use stylus_sdk::{call::RawCall, stylus_core::Host};

/// What a refused call answers: an encoded error, or nothing.
pub type Revert = Vec<u8>;

/// A value that takes one word of the ABI.
pub trait Word: Copy {
    /// Writes its encoding over zeros.
    fn put(self, into: &mut B256);

    /// Returns its encoding.
    fn word(self) -> B256 {
        let mut word = B256::ZERO;
        self.put(&mut word);
        word
    }
}

impl Word for B256 {
    fn put(self, into: &mut B256) {
        *into = self;
    }
}

impl Word for U256 {
    #[inline(never)]
    fn put(self, into: &mut B256) {
        *into = self.into();
    }
}

impl Word for Address {
    #[inline(never)]
    fn put(self, into: &mut B256) {
        into[12..].copy_from_slice(self.as_slice());
    }
}

impl Word for FixedBytes<20> {
    fn put(self, into: &mut B256) {
        into[..20].copy_from_slice(self.as_slice());
    }
}

impl Word for FixedBytes<4> {
    fn put(self, into: &mut B256) {
        into[..4].copy_from_slice(self.as_slice());
    }
}

macro_rules! words_of_integers {
    ($($integer:ty)*) => {
        $(impl Word for $integer {
            fn put(self, into: &mut B256) {
                put_integer(u128::from(self), into);
            }
        })*
    };
}

words_of_integers!(u8 u16 u32 u64 u128 bool);

#[inline(never)] // one copy serves all integers
fn put_integer(value: u128, into: &mut B256) {
    into[16..].copy_from_slice(&value.to_be_bytes());
}

/// Names the selectors of an interface's functions, as integers: a match on them compiles to a search.
#[macro_export]
macro_rules! selectors {
    ($interface:ident: $($name:ident = $call:ident,)*) => {
        $(pub(super) const $name: u32 =
            u32::from_be_bytes(<$interface::$call as alloy_sol_types::SolCall>::SELECTOR);)*
    };
}

/// Makes an array of words from values of any types.
#[macro_export]
macro_rules! words {
    (@count) => { 0 };
    (@count $head:expr $(, $tail:expr)*) => { 1 + $crate::words!(@count $($tail),*) };
    ($($value:expr),* $(,)?) => {{
        // Each is written in its place: returned one by one they would be copied there.
        #[allow(unused_mut)]
        let mut words = [alloy_primitives::B256::ZERO; $crate::words!(@count $($value),*)];
        #[allow(unused_mut, unused_variables)]
        let mut places = words.iter_mut();
        $(if let Some(place) = places.next() {
            $crate::Word::put($value, place);
        })*
        words
    }};
}

/// Encodes an error of an interface.
pub fn revert<E: SolError>(members: impl Members) -> Revert {
    prefixed(&E::SELECTOR, members.as_words::<E::Parameters<'static>>())
}

/// The members of an error or event, or the arguments of a call.
pub trait Members {
    /// Returns the words, if the type `T` takes exactly as many; it does not compile otherwise.
    fn as_words<T: SolType>(&self) -> &[B256];
}

impl<const N: usize> Members for [B256; N] {
    fn as_words<T: SolType>(&self) -> &[B256] {
        const { assert!(matches!(T::ENCODED_SIZE, Some(size) if size == 32 * N), "not the words of this type") };
        self
    }
}

/// Logs an event of an interface; `topics` are its indexed members, `data` the others.
pub fn emit<E: SolEvent, const T: usize>(host: &impl Host, topics: [B256; T], data: impl Members) {
    const { assert!(<E::TopicList as TopicList>::COUNT == T + 1, "not the topics of this event") };
    log(host, &E::SIGNATURE_HASH, &topics, data.as_words::<E::DataTuple<'static>>());
}

/// Logs an event whose members, those that are not indexed, are encoded already.
pub fn emit_encoded<E: SolEvent, const T: usize>(host: &impl Host, topics: [B256; T], data: &[u8]) {
    const { assert!(<E::TopicList as TopicList>::COUNT == T + 1, "not the topics of this event") };
    log_encoded(host, &E::SIGNATURE_HASH, &topics, data);
}

#[inline(never)]
fn log_encoded(host: &impl Host, signature: &B256, topics: &[B256], data: &[u8]) {
    let mut bytes = prefixed(signature.as_slice(), topics);
    bytes.extend_from_slice(data);
    host.emit_log(&bytes, topics.len() + 1);
}

#[inline(never)]
fn log(host: &impl Host, signature: &B256, topics: &[B256], data: &[B256]) {
    let mut bytes = prefixed(signature.as_slice(), topics);
    for word in data {
        bytes.extend_from_slice(word.as_slice());
    }
    host.emit_log(&bytes, topics.len() + 1);
}

/// A call of another contract, whose arguments are single words.
pub struct Call {
    data: Vec<u8>,
}

impl Call {
    /// Encodes a call of an interface's function.
    pub fn new<C: SolCall>(arguments: impl Members) -> Self {
        Self { data: prefixed(&C::SELECTOR, arguments.as_words::<C::Parameters<'static>>()) }
    }

    /// Takes a call that is already encoded.
    pub fn encoded(data: Vec<u8>) -> Self {
        Self { data }
    }
}

/// Calls a contract and returns its answer or its refusal.
///
/// What was written is in storage before the call, so a contract called may read it.
#[inline(never)]
pub fn call(host: &impl Host, contract: Address, call: &Call) -> Result<Vec<u8>, Revert> {
    // Storage is flushed first and no reference into it is held.
    unsafe { RawCall::new(host).flush_storage_cache().call(contract, &call.data) }
}

/// Calls anything with native value and any data, and returns the answer or the refusal.
///
/// The call may come back and change what was read here, so what is remembered of storage is forgotten.
#[inline(never)]
pub fn execute(host: &impl Host, target: Address, value: U256, data: &[u8]) -> Result<Vec<u8>, Revert> {
    // Storage is flushed and cleared first, and no reference into it is held.
    unsafe { RawCall::new_with_value(host, value).clear_storage_cache().call(target, data) }
}

/// Tells a contract something, with at most `gas`; what becomes of it there is its own matter.
pub fn tell(host: &impl Host, contract: Address, call: &Call, gas: u64) {
    // Storage is flushed first and no reference into it is held.
    let _ = unsafe { RawCall::new(host).gas(gas).skip_return_data().flush_storage_cache().call(contract, &call.data) };
}

/// Like [`call`](fn@call), as a static call.
#[inline(never)]
pub fn view(host: &impl Host, contract: Address, call: &Call) -> Result<Vec<u8>, Revert> {
    // As above; and nothing is changed.
    unsafe { RawCall::new_static(host).flush_storage_cache().call(contract, &call.data) }
}
