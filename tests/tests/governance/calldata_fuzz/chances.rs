//! Calldata by chance: noise, words, arguments of the right types, and calls that are broken afterwards.

use aia_tests::{actions::GAS, common::Message};
use alloy::primitives::{Address, B256, U256, keccak256};
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
                Message::call(self.signer(), self.contract(), input)
            }
            6..20 => {
                let contract = self.contract();
                let input = self.words_for_a_function();
                Message::call(self.signer(), contract, input)
            }
            20..45 => self.call(),
            _ => self.apt_call()?,
        };
        message.gas = GAS;
        if self.rng.random_bool(0.4) && message.input.len() >= 4 {
            message.input = self.mutated(message.input.to_vec()).into();
        }
        // Only those who begin with ether can send some.
        if self.rng.random_bool(0.03) && self.signers.iter().any(|signer| signer.address() == message.from) {
            message.value = U256::from(self.rng.random_range(1..1_000));
        }
        Ok(message)
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
        let Function { contract, selector, parameters, .. } = self.function();
        let arguments = join(&lay_out(&parameters, self));
        // Much can be done by one of the contracts only, or nothing would come of it.
        let from = match self.rng.random_range(0..10) {
            0..3 => self.dao.governor,
            3 => self.dao.timelock,
            _ => self.signer(),
        };
        Message::call(from, contract, [&selector[..], &arguments].concat())
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
            // Instants, and durations between the bounds of most.
            4 => U256::from(self.now - self.rng.random_range(0..50_000)),
            5 => U256::from(self.now + self.rng.random_range(0..3_000_000)),
            6 => U256::from(self.rng.random_range(20_000..2_600_000)),
            // Votes, basis points, and small numbers.
            7 => U256::from(10).pow(U256::from(self.rng.random_range(15..28))),
            8 => U256::from(self.rng.random_range(0..10_002)),
            9 => self.draft().id(),
            _ => U256::from(self.rng.random_range(0..6)),
        }
    }

    pub(super) fn account(&mut self) -> Address {
        match self.rng.random_range(0..20) {
            0 => Address::ZERO,
            1 => self.dao.net().token,
            2 | 3 => self.contract(),
            4 => Address::from(self.rng.random::<[u8; 20]>()),
            5 => Address::with_last_byte(self.rng.random_range(0xa0..=0xaf)),
            _ => self.signer(),
        }
    }

    pub(super) fn signer(&mut self) -> Address {
        let index = self.rng.random_range(0..self.signers.len());
        self.signers[index].address()
    }

    fn contract(&mut self) -> Address {
        if self.rng.random() { self.dao.governor } else { self.dao.timelock }
    }

    fn function(&mut self) -> Function {
        let index = self.rng.random_range(0..self.functions.len());
        self.functions[index].clone()
    }

    /// Returns what stands for something: a role, an operation, a description.
    fn known_word(&mut self) -> B256 {
        match self.rng.random_range(0..4) {
            0 => B256::ZERO,
            1 => {
                let role = *["PROPOSER_ROLE", "EXECUTOR_ROLE", "CANCELLER_ROLE"].choose(&mut self.rng).unwrap_or(&"");
                keccak256(role)
            }
            2 => {
                let draft = self.draft();
                draft.operation(self.dao.governor)
            }
            _ => self.draft().description_hash(),
        }
    }
}

/// Arguments that fit their types, and seldom mean anything.
impl Source for Fuzz<'_> {
    fn word(&mut self, ty: &str) -> B256 {
        match ty {
            "address" => self.account().into_word(),
            "bytes32" if self.rng.random() => self.known_word(),
            "bytes32" => self.any_word(),
            "bytes4" => {
                let selector = if self.rng.random_bool(0.2) { [0xff; 4] } else { self.function().selector };
                B256::right_padding_from(&selector)
            }
            number => {
                let bits = number.strip_prefix("uint").and_then(|bits| bits.parse::<usize>().ok());
                let bits = bits.unwrap_or_else(|| panic!("the test knows no type {ty}"));
                (self.number() & (U256::MAX >> (256 - bits))).into()
            }
        }
    }

    fn bytes(&mut self) -> Vec<u8> {
        if self.rng.random_bool(0.3) {
            return self.words_for_a_function();
        }
        let most = *[0, 4, 48, 65, 86, 172, 600, 3_000].choose(&mut self.rng).unwrap_or(&65);
        if self.rng.random() {
            let mut bytes = vec![0; most];
            self.rng.fill(bytes.as_mut_slice());
            return bytes;
        }
        self.noise(most)
    }

    fn length(&mut self) -> usize {
        *[0, 1, 1, 1, 2, 3, 30].choose(&mut self.rng).unwrap_or(&1)
    }
}
