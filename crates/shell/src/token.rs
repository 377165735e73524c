//! Calls to the AIA token.
//!
//! What the token refuses with is passed on unchanged.

use aia_calldata::Args;
use alloy_primitives::{Address, B256, U256};
use alloy_sol_types::SolCall;
use stylus_sdk::stylus_core::Host;

use crate::{Call, Revert, Word, call, revert, words};

#[allow(missing_docs)] // the standards document them
mod interface {
    alloy_sol_types::sol! {
        error TokenCallFailed(address token);

        function transfer(address to, uint256 value) returns (bool);
        function transferFrom(address from, address to, uint256 value) returns (bool);
        function allowance(address owner, address spender) returns (uint256);
        function burn(uint256 value);
        function burnFrom(address account, uint256 value);
        function permit(address owner, address spender, uint256 value, uint256 deadline, bytes signature);
        function receiveWithAuthorization(
            address from,
            address to,
            uint256 value,
            uint256 validAfter,
            uint256 validBefore,
            bytes32 nonce,
            bytes signature
        );
    }
}
use interface as I;

/// The token, as one host calls it.
pub struct Token<'a, H: Host> {
    host: &'a H,
    address: Address,
}

/// What its payer signs, ERC-3009; the receiver is the caller.
#[derive(Clone, Copy, Debug)]
pub struct Authorization<'a> {
    /// Who pays.
    pub from: Address,
    /// Base units.
    pub value: u128,
    /// Unix seconds; valid strictly after.
    pub valid_after: U256,
    /// Unix seconds; valid strictly before.
    pub valid_before: U256,
    /// Any unused 32 bytes.
    pub nonce: B256,
    /// ECDSA, or what an ERC-1271 wallet takes.
    pub signature: &'a [u8],
}

impl<'a, H: Host> Token<'a, H> {
    /// Names the token.
    pub fn new(host: &'a H, address: Address) -> Self {
        Self { host, address }
    }

    /// Checks that there is a contract: calls to an account without code succeed, which would be free stake.
    ///
    /// # Errors
    /// `TokenCallFailed`.
    pub fn check_code(&self) -> Result<(), Revert> {
        if self.host.code_size(self.address) == 0 { Err(self.failed()) } else { Ok(()) }
    }

    /// Sends base units of the caller's own; nothing happens for none.
    ///
    /// # Errors
    /// The token's.
    pub fn transfer(&self, to: Address, value: u128) -> Result<(), Revert> {
        if value == 0 {
            return Ok(());
        }
        self.must_be_true(&Call::new::<I::transferCall>(words![to, value]))
    }

    /// Takes base units from an account by its allowance.
    ///
    /// # Errors
    /// The token's.
    pub fn pull(&self, from: Address, value: u128) -> Result<(), Revert> {
        let here = self.host.contract_address();
        self.must_be_true(&Call::new::<I::transferFromCall>(words![from, here, value]))
    }

    /// Burns base units of the caller's own; nothing happens for none.
    ///
    /// # Errors
    /// The token's.
    pub fn burn(&self, value: u128) -> Result<(), Revert> {
        if value == 0 {
            return Ok(());
        }
        self.must_succeed(&Call::new::<I::burnCall>(words![value]))
    }

    /// Burns base units of an account by its allowance; nothing happens for none.
    ///
    /// # Errors
    /// The token's.
    pub fn burn_from(&self, account: Address, value: u128) -> Result<(), Revert> {
        if value == 0 {
            return Ok(());
        }
        self.must_succeed(&Call::new::<I::burnFromCall>(words![account, value]))
    }

    /// Submits an owner's permit for the caller.
    ///
    /// A permit that is refused is no error if the allowance suffices: somebody else may have submitted it.
    ///
    /// # Errors
    /// The token's, for the permit.
    pub fn permit(&self, owner: Address, value: u128, deadline: U256, signature: &[u8]) -> Result<(), Revert> {
        let here = self.host.contract_address();
        let words = words![owner, here, value, deadline, U256::from(5 * 32)];
        let permit = with_bytes(&I::permitCall::SELECTOR, &words, signature);
        let Err(refusal) = self.must_succeed(&permit) else { return Ok(()) };
        let allowed = call(self.host, self.address, &Call::new::<I::allowanceCall>(words![owner, here]))?;
        // What does not answer allows nothing.
        if Args::new(&allowed).uint256() >= U256::from(value) { Ok(()) } else { Err(refusal) }
    }

    /// Takes a payment that its payer signed for the caller.
    ///
    /// # Errors
    /// The token's.
    pub fn receive(&self, payment: &Authorization<'_>) -> Result<(), Revert> {
        let Authorization { from, value, valid_after, valid_before, nonce, signature } = *payment;
        let here = self.host.contract_address();
        let words = words![from, here, value, valid_after, valid_before, nonce, U256::from(7 * 32)];
        self.must_succeed(&with_bytes(&I::receiveWithAuthorizationCall::SELECTOR, &words, signature))
    }

    fn must_succeed(&self, what: &Call) -> Result<(), Revert> {
        call(self.host, self.address, what).map(|_| ())
    }

    fn must_be_true(&self, what: &Call) -> Result<(), Revert> {
        let answer = call(self.host, self.address, what)?;
        if answer == true.word().as_slice() {
            return Ok(());
        }
        Err(self.failed())
    }

    fn failed(&self) -> Revert {
        revert::<I::TokenCallFailed>(words![self.address])
    }
}

/// Encodes a call whose last argument is `bytes`; `words` end with its offset.
fn with_bytes(selector: &[u8], words: &[B256], bytes: &[u8]) -> Call {
    let mut data = aia_calldata::prefixed(selector, words);
    data.extend_from_slice(U256::from(bytes.len()).word().as_slice());
    data.extend_from_slice(bytes);
    data.resize((data.len() - selector.len()).next_multiple_of(32) + selector.len(), 0);
    Call::encoded(data)
}
