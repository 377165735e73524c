//! Calldata by chance: noise, words, arguments of the right types, and calls that are broken afterwards.

use aia_tests::{
    common::Message,
    payments::{COIN, DELAY},
};
use alloy::primitives::{Address, B256, Bytes, U256};
use eyre::Result;
use rand::{Rng, seq::IndexedRandom};

use crate::{
    abi::encoding::{Source, join, lay_out},
    calldata_fuzz::{Function, Fuzz},
};

impl Fuzz<'_> {
    pub(super) fn draw(&mut self) -> Result<Message> {
        let mut message = match self.rng.random_range(0..100) {
            0..6 => {
                let input = self.noise(900);
                self.message(input)
            }
            6..20 => {
                let input = self.words_for_a_function();
                self.message(input)
            }
            20..45 => self.call(),
            45..60 => self.multicall()?,
            _ => self.apt_call()?,
        };
        if self.rng.random_bool(0.5) && message.input.len() >= 4 {
            message.input = self.mutated(message.input.to_vec()).into();
        }
        // Only those who begin with ether can send some.
        if self.rng.random_bool(0.02) && self.signers.iter().any(|signer| signer.address() == message.from) {
            message.value = U256::from(self.rng.random_range(1..1_000));
        }
        Ok(message)
    }

    fn message(&mut self, input: Vec<u8>) -> Message {
        Message::call(self.signer(), self.market.payments, input)
    }

    pub(super) fn noise(&mut self, most: usize) -> Vec<u8> {
        let mut bytes = vec![0; self.rng.random_range(0..=most)];
        self.rng.fill(bytes.as_mut_slice());
        bytes
    }

    fn words_for_a_function(&mut self) -> Vec<u8> {
        let mut calldata = self.function().selector.to_vec();
        for _ in 0..self.rng.random_range(0..40) {
            calldata.extend_from_slice(self.any_word().as_slice());
        }
        calldata
    }

    /// Returns a call whose arguments have the right types.
    fn call(&mut self) -> Message {
        let function = self.function();
        let arguments = join(&lay_out(&function.parameters, self));
        // Most of what only the owner may do is asked by the owner, or nothing would come of it.
        let from = if self.rng.random_bool(0.3) { self.market.net().owner.address() } else { self.signer() };
        Message::call(from, self.market.payments, [&function.selector[..], &arguments].concat())
    }

    /// Returns several calls of one account's, of which some are broken, and some multicalls themselves.
    fn multicall(&mut self) -> Result<Message> {
        let from = self.signer();
        let mut data = Vec::new();
        for _ in 0..self.rng.random_range(0..5) {
            let inner = match self.rng.random_range(0..20) {
                0 => self.nested(),
                1 => self.call().input.to_vec(),
                _ => self.apt_call_by(from)?.input.to_vec(),
            };
            let inner = if self.rng.random_bool(0.15) { self.mutated(inner) } else { inner };
            data.push(Bytes::from(inner));
        }
        Ok(self.together(from, data))
    }

    fn nested(&mut self) -> Vec<u8> {
        let inner = vec![self.call().input; self.rng.random_range(0..2)];
        self.together(Address::ZERO, inner).input.to_vec()
    }

    /// Breaks a call, most of the time.
    fn mutated(&mut self, mut calldata: Vec<u8>) -> Vec<u8> {
        let words = calldata.len().saturating_sub(4) / 32;
        match self.rng.random_range(0..10) {
            0..3 if !calldata.is_empty() => {
                let at = self.rng.random_range(0..calldata.len());
                calldata[at] ^= self.rng.random_range(1..=255);
            }
            3 => calldata.truncate(self.rng.random_range(0..=calldata.len())),
            4 => {
                let more = self.noise(100);
                calldata.extend(more);
            }
            5 if calldata.len() >= 4 => calldata[..4].copy_from_slice(&self.function().selector),
            6..8 if words > 0 => {
                let at = 4 + 32 * self.rng.random_range(0..words);
                calldata[at..at + 32].copy_from_slice(self.any_word().as_slice());
            }
            8 if words > 1 => {
                let (one, other) = (self.rng.random_range(0..words), self.rng.random_range(0..words));
                for byte in 4..36 {
                    calldata.swap(32 * one + byte, 32 * other + byte);
                }
            }
            _ => {}
        }
        calldata
    }

    /// Returns a word of the kind that is most likely to hurt somewhere.
    fn any_word(&mut self) -> B256 {
        match self.rng.random_range(0..8) {
            0 => B256::from(self.rng.random::<[u8; 32]>()),
            1 => self.account().into_word(),
            2 => U256::from(32 * self.rng.random_range(0..40)).into(),
            // Where sums of offsets and lengths, and products with sizes, pass the address space of 32 bits.
            3 => U256::from(u64::from(u32::MAX) + 1 - self.rng.random_range(0..200)).into(),
            4 => ((U256::ONE << self.rng.random_range(20..33_usize)) + U256::from(self.rng.random_range(0..3))).into(),
            5 => (U256::MAX - U256::from(self.rng.random_range(0..100))).into(),
            _ => self.number().into(),
        }
    }

    /// Returns a number of the kind that means something somewhere.
    fn number(&mut self) -> U256 {
        match self.rng.random_range(0..12) {
            0 => U256::ZERO,
            1 => U256::MAX,
            2 => U256::ONE << self.rng.random_range(0..256_usize),
            3 => U256::from(self.rng.random::<u128>()),
            // Instants.
            4 => U256::from(self.now - self.rng.random_range(0..50)),
            5 => U256::from(self.now + self.rng.random_range(0..3_000_000)),
            6 => U256::from(DELAY),
            // Amounts, rates, and small numbers.
            7 => U256::from(10).pow(U256::from(self.rng.random_range(6..28))),
            8 => U256::from(self.rng.random_range(0..10_001)),
            9 => U256::from(self.rng.random_range(0..2_000 * COIN)),
            _ => U256::from(self.rng.random_range(0..6)),
        }
    }

    pub(super) fn account(&mut self) -> Address {
        match self.rng.random_range(0..20) {
            0 => Address::ZERO,
            1 => self.market.net().token,
            2 => *[self.market.payments, self.market.staking.registry].choose(&mut self.rng).unwrap_or(&Address::ZERO),
            3 => Address::from(self.rng.random::<[u8; 20]>()),
            4 => Address::with_last_byte(self.rng.random_range(1..=0x80)),
            _ => self.signer(),
        }
    }

    pub(super) fn signer(&mut self) -> Address {
        let index = self.rng.random_range(0..self.signers.len());
        self.signers[index].address()
    }

    fn function(&mut self) -> Function {
        let index = self.rng.random_range(0..self.functions.len());
        self.functions[index].clone()
    }
}

/// Arguments that fit their types, and seldom mean anything.
impl Source for Fuzz<'_> {
    fn word(&mut self, ty: &str) -> B256 {
        match ty {
            "address" => self.account().into_word(),
            "bool" => U256::from(self.rng.random_range(0..2)).into(),
            "bytes32" if self.rng.random() => self.known_id(),
            "bytes32" => self.any_word(),
            number => {
                let bits = number.strip_prefix("uint").and_then(|bits| bits.parse::<usize>().ok());
                let bits = bits.unwrap_or_else(|| panic!("the test knows no type {ty}"));
                (self.number() & (U256::MAX >> (256 - bits))).into()
            }
        }
    }

    fn bytes(&mut self) -> Vec<u8> {
        match self.rng.random_range(0..4) {
            0 => self.words_for_a_function(),
            1 => self.rows_of_noise(),
            _ => {
                let most = *[0, 64, 65, 65, 66, 300, 20_000].choose(&mut self.rng).unwrap_or(&65);
                self.noise(most)
            }
        }
    }

    fn length(&mut self) -> usize {
        *[0, 1, 1, 2, 3, 30].choose(&mut self.rng).unwrap_or(&1)
    }
}
