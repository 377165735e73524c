//! What holders sign: the domain, permits, nonces.

use aia_protocol::{signature::Malformed, typed_data};
use aia_shell::{
    Revert, revert,
    signatures::{self, Domain, Refusal},
    words,
};
use alloy_primitives::{Address, B256, U256};
use stylus_sdk::prelude::*;

use crate::{AiaToken, I, NAME, VERSION};

/// The domain under which holders sign.
pub(crate) const DOMAIN: Domain = Domain { name: NAME, version: VERSION };

/// Joins the parts in the order that ERC-1271 wallets and `bytes` overloads use.
pub(crate) fn join(v: u8, r: B256, s: B256) -> [u8; 65] {
    let mut bytes = [v; 65];
    bytes[..32].copy_from_slice(r.as_slice());
    bytes[32..64].copy_from_slice(s.as_slice());
    bytes
}

impl AiaToken {
    pub(crate) fn domain(&self) -> B256 {
        DOMAIN.separator(self.vm(), self.vm().contract_address())
    }

    pub(crate) fn digest(&self, message: B256) -> B256 {
        typed_data::digest(self.domain(), message)
    }

    pub(crate) fn permit_signed(
        &mut self,
        owner: Address,
        spender: Address,
        value: U256,
        deadline: U256,
        signature: &[u8],
    ) -> Result<(), Revert> {
        if U256::from(self.now()) > deadline {
            return Err(revert::<I::ERC2612ExpiredSignature>(words![deadline]));
        }
        let nonce = self.use_nonce(owner);
        let digest = self.digest(typed_data::permit(owner, spender, value, nonce, deadline));
        signatures::check(self.vm(), owner, digest, signature).map_err(|refusal| match refusal {
            Refusal::Malformed(why) => malformed(why),
            Refusal::Signer(signer) => revert::<I::ERC2612InvalidSigner>(words![signer, owner]),
        })?;
        self.set_allowance(owner, spender, value)
    }

    /// Returns the signer's nonce and moves it on.
    pub(crate) fn use_nonce(&mut self, signer: Address) -> U256 {
        let mut nonce = self.nonces.setter(signer);
        let current = nonce.get();
        // One step a signature: 2^256 cannot be reached.
        nonce.set(current + U256::ONE);
        current
    }
}

/// Returns the error of what is no signature at all.
pub(crate) fn malformed(why: Malformed) -> Revert {
    match why {
        Malformed::HighS(s) => revert::<I::ECDSAInvalidSignatureS>(words![s]),
        Malformed::Form => revert::<I::ECDSAInvalidSignature>([]),
    }
}
