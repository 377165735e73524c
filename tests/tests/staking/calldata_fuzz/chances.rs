//! Calldata by chance: noise, words, arguments of the right types, and calls that are broken afterwards.

use aia_tests::staking::EPOCH;
use alloy::primitives::{Address, B256, U256};
use eyre::{Result, bail};
use rand::{Rng, seq::IndexedRandom};

use aia_tests::common::Message;

use crate::calldata_fuzz::{Function, Fuzz};

impl Fuzz<'_> {
    pub(crate) fn draw(&mut self) -> Result<Message> {
        let mut message = match self.rng.random_range(0..100) {
            0..8 => {
                let input = self.noise(900);
                self.message_to_some_contract(input)
            }
            8..28 => self.words_for_a_function(),
            28..55 => self.call()?,
            _ => self.apt_call()?,
        };
        let breaks = self.rng.random_bool(0.6) && message.input.len() >= 4;
        if breaks {
            message.input = self.mutated(message.input.to_vec()).into();
        }
        if self.rng.random_bool(0.02) && message.from != self.staking.court {
            message.value = U256::from(self.rng.random_range(1..1000));
        }
        Ok(message)
    }

    fn message_to_some_contract(&mut self, input: Vec<u8>) -> Message {
        let contract = *[self.staking.registry, self.staking.court].choose(&mut self.rng).unwrap_or(&Address::ZERO);
        Message::call(self.signer(), contract, input)
    }

    fn noise(&mut self, most: usize) -> Vec<u8> {
        let mut bytes = vec![0; self.rng.random_range(0..=most)];
        self.rng.fill(bytes.as_mut_slice());
        bytes
    }

    fn words_for_a_function(&mut self) -> Message {
        let Function { contract, selector, .. } = self.function();
        let mut calldata = selector.to_vec();
        for _ in 0..self.rng.random_range(0..40) {
            calldata.extend_from_slice(self.word().as_slice());
        }
        Message::call(self.signer(), contract, calldata)
    }

    /// Returns a call whose arguments have the right types.
    fn call(&mut self) -> Result<Message> {
        let Function { contract, selector, parameters, .. } = self.function();
        let (mut head, mut tail) = (selector.to_vec(), Vec::new());
        for parameter in &parameters {
            if let Some(word) = self.argument(parameter)? {
                head.extend_from_slice(word.as_slice());
                continue;
            }
            head.extend_from_slice(&U256::from(parameters.len() * 32 + tail.len()).to_be_bytes::<32>());
            let (length, content) = if parameter == "bytes" { self.bytes() } else { self.words() };
            tail.extend_from_slice(&U256::from(length).to_be_bytes::<32>());
            tail.extend_from_slice(&content);
        }
        // Most of what only the owner may do is asked by the owner, or nothing would come of it.
        let from = if self.rng.random_bool(0.3) { self.staking.net.owner.address() } else { self.signer() };
        Ok(Message::call(from, contract, [head, tail].concat()))
    }

    /// Returns a value of a type; `None` if the type is dynamic.
    fn argument(&mut self, parameter: &str) -> Result<Option<B256>> {
        Ok(Some(match parameter {
            "address" => self.account().into_word(),
            "bytes32" if self.rng.random() => self.account().into_word(),
            "bytes32" => self.word(),
            "bytes20" => B256::right_padding_from(self.account().as_slice()),
            "bytes4" => {
                let known = [0x01ff_c9a7_u32, 0x84b0_196e, 0x311a_6c56, 0xffff_ffff];
                B256::right_padding_from(&known[self.rng.random_range(0..known.len())].to_be_bytes())
            }
            "bool" => U256::from(self.rng.random_range(0..2)).into(),
            "bytes" | "bytes32[]" => return Ok(None),
            other => {
                let Some(bits) = other.strip_prefix("uint") else { bail!("the test knows no type {other}") };
                (self.number() & (U256::MAX >> (256 - bits.parse::<usize>()?))).into()
            }
        }))
    }

    /// Returns a number of the kind that means something somewhere.
    fn number(&mut self) -> U256 {
        match self.rng.random_range(0..12) {
            0 => U256::ZERO,
            1 => U256::MAX,
            2 => U256::ONE << self.rng.random_range(0..256_usize),
            3 => U256::from(self.rng.random::<u128>()),
            // Instants and epochs.
            4 => U256::from(self.now - self.rng.random_range(0..50)),
            5 => U256::from(self.now + self.rng.random_range(0..1_000_000)),
            6 => U256::from(self.now / EPOCH + self.rng.random_range(0..6) - 3),
            // Amounts, rates, and small numbers: services, ids, places.
            7 => U256::from(10).pow(U256::from(self.rng.random_range(15..28))),
            8 => U256::from(self.rng.random_range(0..10_001)),
            _ => U256::from(self.rng.random_range(0..6)),
        }
    }

    fn bytes(&mut self) -> (usize, Vec<u8>) {
        let most = *[0, 64, 65, 65, 66, 300, 20_000].choose(&mut self.rng).unwrap_or(&65);
        let mut bytes = self.noise(most);
        let length = bytes.len();
        bytes.resize(length.next_multiple_of(32), 0);
        (length, bytes)
    }

    fn words(&mut self) -> (usize, Vec<u8>) {
        let most = *[1, 4, 33, 300].choose(&mut self.rng).unwrap_or(&4);
        let length = self.rng.random_range(0..most);
        (length, (0..length).flat_map(|_| self.word().0).collect())
    }

    /// Breaks a call, most of the time.
    fn mutated(&mut self, mut calldata: Vec<u8>) -> Vec<u8> {
        let words = (calldata.len() - 4) / 32;
        match self.rng.random_range(0..10) {
            0..3 => {
                let at = self.rng.random_range(0..calldata.len());
                calldata[at] ^= self.rng.random_range(1..=255);
            }
            3 => calldata.truncate(self.rng.random_range(0..calldata.len())),
            4 => {
                let more = self.noise(100);
                calldata.extend(more);
            }
            5 => calldata[..4].copy_from_slice(&self.function().selector),
            6..8 if words > 0 => {
                let at = 4 + 32 * self.rng.random_range(0..words);
                calldata[at..at + 32].copy_from_slice(self.word().as_slice());
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
    fn word(&mut self) -> B256 {
        match self.rng.random_range(0..7) {
            0 => B256::from(self.rng.random::<[u8; 32]>()),
            1 => self.account().into_word(),
            2 => U256::from(32 * self.rng.random_range(0..40)).into(),
            // Where sums of offsets and lengths pass the address space of 32 bits.
            3 => U256::from(u64::from(u32::MAX) + 1 - self.rng.random_range(0..200)).into(),
            4 => (U256::MAX - U256::from(self.rng.random_range(0..100))).into(),
            _ => self.number().into(),
        }
    }

    pub(crate) fn account(&mut self) -> Address {
        match self.rng.random_range(0..20) {
            0 => Address::ZERO,
            1 => self.staking.net.token,
            2 => *[self.staking.registry, self.staking.court].choose(&mut self.rng).unwrap_or(&Address::ZERO),
            3 => Address::from(self.rng.random::<[u8; 20]>()),
            4 => Address::with_last_byte(self.rng.random_range(1..=0x80)),
            _ => self.signer(),
        }
    }

    pub(crate) fn signer(&mut self) -> Address {
        let index = self.rng.random_range(0..self.signers.len());
        self.signers[index].address()
    }

    fn function(&mut self) -> Function {
        let index = self.rng.random_range(0..self.functions.len());
        self.functions[index].clone()
    }
}
