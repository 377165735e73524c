//! The actors' keys: operations become calldata, and signatures what the model says of them.

use std::collections::BTreeMap;

use aia_abi::IAIAToken as Abi;
use aia_model::{
    interface::{Authorization, STRANGER, Signature},
    ops::Op,
};
use aia_tests::signing::{
    CancelAuthorization, Delegation, Parts, Permit, ReceiveWithAuthorization, TransferWithAuthorization, sign_hash,
};
use alloy::{
    primitives::{Address, B256, Bytes, U256, aliases::U48, b256, keccak256},
    signers::local::PrivateKeySigner,
    sol_types::{Eip712Domain, SolCall, SolStruct},
};
use eyre::{OptionExt, Result};
use rand::{Rng, seq::IndexedRandom};

/// The order of secp256k1.
const ORDER: B256 = b256!("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");

/// Signs for the token.
pub(crate) struct Wallet {
    domain: Eip712Domain,
    keys: BTreeMap<Address, PrivateKeySigner>,
}

/// A signature for the overloads that take its parts, and for those that take bytes.
enum Seal {
    Both(Parts),
    /// Of a length that is no ECDSA signature's.
    Bytes(Bytes),
}

impl Wallet {
    pub(crate) fn new(domain: Eip712Domain, keys: Vec<PrivateKeySigner>) -> Self {
        Self { domain, keys: keys.into_iter().map(|key| (key.address(), key)).collect() }
    }

    /// Returns calldata for a call, in one or two forms that mean the same, in random order.
    ///
    /// A signature with a high `s` may become the twin of a right one, and the operation then says so.
    pub(crate) fn calldata(&self, rng: &mut impl Rng, op: &mut Op) -> Result<Vec<Vec<u8>>> {
        let mut forms = match op {
            Op::Wait { .. } => Vec::new(),
            Op::Transfer { to, value, .. } => vec![Abi::transferCall::new((*to, *value)).abi_encode()],
            Op::TransferFrom { from, to, value, .. } => {
                vec![Abi::transferFromCall::new((*from, *to, *value)).abi_encode()]
            }
            Op::Approve { spender, value, .. } => vec![Abi::approveCall::new((*spender, *value)).abi_encode()],
            Op::Permit { owner, spender, value, deadline, nonce, signature, .. } => {
                let (owner, spender, value, deadline) = (*owner, *spender, *value, *deadline);
                let message = Permit { owner, spender, value, nonce: *nonce, deadline };
                forms(
                    &self.seal(rng, signature, owner, &message, true)?,
                    |v, r, s| Abi::permit_0Call::new((owner, spender, value, deadline, v, r, s)),
                    |bytes| Abi::permit_1Call::new((owner, spender, value, deadline, bytes)),
                )
            }
            Op::TransferWithAuthorization { authorization, signature, .. } => {
                let Authorization { from, to, value, valid_after: after, valid_before: before, nonce } = *authorization;
                forms(
                    &self.seal(rng, signature, from, &payment(authorization), true)?,
                    |v, r, s| {
                        Abi::transferWithAuthorization_0Call::new((from, to, value, after, before, nonce, v, r, s))
                    },
                    |bytes| Abi::transferWithAuthorization_1Call::new((from, to, value, after, before, nonce, bytes)),
                )
            }
            Op::ReceiveWithAuthorization { authorization, signature, .. } => {
                let Authorization { from, to, value, valid_after: after, valid_before: before, nonce } = *authorization;
                let message = ReceiveWithAuthorization::from(payment(authorization));
                forms(
                    &self.seal(rng, signature, from, &message, true)?,
                    |v, r, s| {
                        Abi::receiveWithAuthorization_0Call::new((from, to, value, after, before, nonce, v, r, s))
                    },
                    |bytes| Abi::receiveWithAuthorization_1Call::new((from, to, value, after, before, nonce, bytes)),
                )
            }
            Op::CancelAuthorization { authorizer, nonce, signature, .. } => {
                let (authorizer, nonce) = (*authorizer, *nonce);
                forms(
                    &self.seal(rng, signature, authorizer, &CancelAuthorization { authorizer, nonce }, true)?,
                    |v, r, s| Abi::cancelAuthorization_0Call::new((authorizer, nonce, v, r, s)),
                    |bytes| Abi::cancelAuthorization_1Call::new((authorizer, nonce, bytes)),
                )
            }
            Op::Delegate { delegatee, .. } => vec![Abi::delegateCall::new((*delegatee,)).abi_encode()],
            Op::DelegateBySig { delegatee, nonce, expiry, signature, .. } => {
                let (delegatee, nonce, expiry) = (*delegatee, *nonce, *expiry);
                let message = Delegation { delegatee, nonce, expiry };
                let Seal::Both(Parts { v, r, s }) = self.seal(rng, signature, STRANGER, &message, false)? else {
                    unreachable!("no bytes were allowed")
                };
                vec![Abi::delegateBySigCall::new((delegatee, nonce, expiry, v, r, s)).abi_encode()]
            }
            Op::Mint { to, value, .. } => vec![Abi::mintCall::new((*to, *value)).abi_encode()],
            Op::Burn { value, .. } => vec![Abi::burn_0Call::new((*value,)).abi_encode()],
            Op::BurnOf { account, value, .. } | Op::BurnFrom { account, value, .. } => vec![
                Abi::burn_1Call::new((*account, *value)).abi_encode(),
                Abi::burnFromCall::new((*account, *value)).abi_encode(),
            ],
            Op::SetMintLimit { minter, capacity, window, .. } => {
                vec![Abi::setMintLimitCall::new((*minter, *capacity, U48::from(*window))).abi_encode()]
            }
            Op::TransferOwnership { new_owner, .. } => {
                vec![Abi::transferOwnershipCall::new((*new_owner,)).abi_encode()]
            }
            Op::AcceptOwnership { .. } => vec![Abi::acceptOwnershipCall {}.abi_encode()],
            Op::SetCCIPAdmin { new_admin, .. } => vec![Abi::setCCIPAdminCall::new((*new_admin,)).abi_encode()],
            Op::SetL1Address { new_l1_address, .. } => {
                vec![Abi::setL1AddressCall::new((*new_l1_address,)).abi_encode()]
            }
        };
        if rng.random() {
            forms.reverse();
        }
        Ok(forms)
    }

    /// Makes the signature that the model speaks of; `claimed` is who should have signed.
    fn seal(
        &self,
        rng: &mut impl Rng,
        signature: &mut Signature,
        claimed: Address,
        message: &impl SolStruct,
        bytes_allowed: bool,
    ) -> Result<Seal> {
        let keys: Vec<&PrivateKeySigner> = self.keys.values().collect();
        let claimed = self.keys.get(&claimed).or_else(|| keys.choose(rng).copied()).ok_or_eyre("no keys")?;
        let digest = message.eip712_signing_hash(&self.domain);
        let parts = match signature {
            Signature::By(STRANGER) => sign_hash(claimed, self.other_digest(rng, message))?,
            Signature::By(signer) => sign_hash(self.keys.get(signer).ok_or_eyre("the signer has no key")?, digest)?,
            Signature::Void => {
                let right = sign_hash(claimed, digest)?;
                match rng.random_range(0..5) {
                    0 if bytes_allowed => {
                        let mut bytes = right.bytes().to_vec();
                        bytes.resize(*[0, 1, 64, 66, 97].choose(rng).unwrap_or(&64), 0);
                        return Ok(Seal::Bytes(bytes.into()));
                    }
                    1 => return Ok(Seal::Both(Parts { v: *[2, 26, 29, 255].choose(rng).unwrap_or(&2), ..right })),
                    2 => Parts { r: ORDER, ..right },
                    3 => Parts { s: B256::ZERO, ..right },
                    _ => Parts { v: 27, r: B256::ZERO, s: B256::ZERO },
                }
            }
            Signature::HighS(s) => {
                let right = sign_hash(claimed, digest)?;
                if rng.random() {
                    // The malleable twin, which recovers the same signer wherever it is accepted.
                    *s = (U256::from_be_bytes(ORDER.0) - U256::from_be_bytes(right.s.0)).into();
                    Parts { v: 55 - right.v, s: *s, ..right }
                } else {
                    Parts { s: *s, ..right }
                }
            }
        };
        Ok(Seal::Both(if rng.random() { parts.with_parity() } else { parts }))
    }

    /// Returns the digest of a message that differs a little: in the domain, the type or one bit.
    fn other_digest(&self, rng: &mut impl Rng, message: &impl SolStruct) -> B256 {
        let mut domain = self.domain.clone();
        let mut kind = message.eip712_type_hash();
        let mut data = message.eip712_encode_data();
        match rng.random_range(0..8) {
            0 => domain.chain_id = Some(U256::from(42161)),
            1 => domain.verifying_contract = self.keys.keys().next().copied(),
            2 => domain.version = Some("2".into()),
            3 => {
                let kinds = [
                    Permit::eip712_encode_type(),
                    Delegation::eip712_encode_type(),
                    TransferWithAuthorization::eip712_encode_type(),
                    ReceiveWithAuthorization::eip712_encode_type(),
                    CancelAuthorization::eip712_encode_type(),
                ];
                let others: Vec<B256> =
                    kinds.iter().map(|kind| keccak256(kind.as_bytes())).filter(|other| *other != kind).collect();
                kind = others.choose(rng).copied().unwrap_or_default();
            }
            _ => {
                let at = rng.random_range(0..data.len());
                data[at] ^= 1 << rng.random_range(0..8);
            }
        }
        let content = keccak256([kind.as_slice(), &data].concat());
        keccak256([&[0x19, 0x01], domain.separator().as_slice(), content.as_slice()].concat())
    }
}

fn payment(authorization: &Authorization) -> TransferWithAuthorization {
    let Authorization { from, to, value, valid_after, valid_before, nonce } = *authorization;
    TransferWithAuthorization { from, to, value, validAfter: valid_after, validBefore: valid_before, nonce }
}

fn forms<P: SolCall, B: SolCall>(
    seal: &Seal,
    parts: impl FnOnce(u8, B256, B256) -> P,
    bytes: impl FnOnce(Bytes) -> B,
) -> Vec<Vec<u8>> {
    match seal {
        Seal::Both(seal) => {
            vec![parts(seal.v, seal.r, seal.s).abi_encode(), bytes(seal.bytes()).abi_encode()]
        }
        Seal::Bytes(seal) => vec![bytes(seal.clone()).abi_encode()],
    }
}
