//! The actors' keys: operations become calldata.

use std::collections::BTreeMap;

use aia_abi::{
    IDisputeCourt::{self, proveEquivocationCall},
    IProviderRegistry::JobReceipt,
};
use aia_model::registry::ops::Op;
use aia_tests::signing::sign_in;
use alloy::{
    primitives::{Address, Bytes},
    signers::local::PrivateKeySigner,
    sol_types::{Eip712Domain, SolCall, SolInterface},
};
use eyre::{OptionExt, Result, bail};

use crate::invariants::live::Live;

/// Signs receipts for the registry.
pub(crate) struct Wallet {
    pub(crate) domain: Eip712Domain,
    keys: BTreeMap<Address, PrivateKeySigner>,
}

impl Wallet {
    pub(crate) fn new(domain: Eip712Domain, keys: Vec<PrivateKeySigner>) -> Self {
        Self { domain, keys: keys.into_iter().map(|key| (key.address(), key)).collect() }
    }

    /// Returns which contract is called, and with what.
    pub(crate) fn calldata(&self, live: &Live<'_>, op: &Op) -> Result<(Address, Vec<u8>)> {
        Ok(match op {
            Op::Wait { .. } => bail!("time is no call"),
            Op::Token { call, .. } => (live.token, call.abi_encode()),
            Op::Registry { call, .. } => (live.registry, call.abi_encode()),
            Op::Court { call, .. } => (live.court, call.abi_encode()),
            Op::Equivocation { call, signed_by, .. } => (live.court, self.signed(call, *signed_by)?.abi_encode()),
        })
    }

    fn signed(&self, call: &proveEquivocationCall, signed_by: [Address; 2]) -> Result<proveEquivocationCall> {
        let (signature_a, signature_b) = (self.sign(signed_by[0], &call.a)?, self.sign(signed_by[1], &call.b)?);
        Ok(proveEquivocationCall { signatureA: signature_a, signatureB: signature_b, ..call.clone() })
    }

    fn sign(&self, signer: Address, receipt: &IDisputeCourt::JobReceipt) -> Result<Bytes> {
        let key = self.keys.get(&signer).ok_or_eyre("the signer has no key")?;
        Ok(sign_in(&self.domain, key, &for_registry(receipt))?.bytes())
    }
}

/// Returns the same receipt as the registry's interface has it.
fn for_registry(receipt: &IDisputeCourt::JobReceipt) -> JobReceipt {
    JobReceipt {
        jobId: receipt.jobId,
        provider: receipt.provider,
        consumer: receipt.consumer,
        listingId: receipt.listingId,
        modelHash: receipt.modelHash,
        requestHash: receipt.requestHash,
        resultHash: receipt.resultHash,
        fingerprint: receipt.fingerprint,
        unitsIn: receipt.unitsIn,
        unitsOut: receipt.unitsOut,
        price: receipt.price,
        completedAt: receipt.completedAt,
    }
}
