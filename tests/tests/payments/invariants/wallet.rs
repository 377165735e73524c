//! The actors' keys: operations become calldata, and seals the signatures that they stand for.

use std::collections::BTreeMap;

use aia_abi::{
    IAIAToken::{IAIATokenCalls, permit_1Call},
    IStreamPayments::{self as Abi, IStreamPaymentsCalls as Calls},
};
use aia_model::payments::{
    Model,
    ops::{Act, Op},
    rows::{Common, PLAIN, Row, WITH_USAGE},
    seal::{Flaw, Seal},
};
use aia_tests::{
    payments::{ClaimBatch, ClaimEntry, Refund, UsageVoucher, Voucher},
    signing::{Parts, Permit, ReceiveWithAuthorization, sign_hash},
};
use alloy::{
    primitives::{Address, B256, Bytes, U256, b256, keccak256},
    signers::local::PrivateKeySigner,
    sol,
    sol_types::{Eip712Domain, SolCall, SolInterface, SolStruct, SolValue},
};
use eyre::{OptionExt, Result, bail};

use crate::invariants::live::Live;

/// The order of secp256k1.
const ORDER: B256 = b256!("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");

/// What `deposit` is told of an authorization.
type CollectorData = (U256, U256, U256, Bytes);

sol! {
    function setActive(address provider, bool value);
    function setSilent(bool value);
    function tell(address payments, address provider);
}

/// Signs for the token and for the contract.
pub(crate) struct Wallet {
    token_domain: Eip712Domain,
    domain: Eip712Domain,
    token: Address,
    contract: Address,
    keys: BTreeMap<Address, PrivateKeySigner>,
    /// Channel → the highest ceiling over which the right key ever made a signature.
    pub(crate) signed: BTreeMap<B256, u128>,
}

/// Calls.
impl Wallet {
    pub(crate) fn new(token_domain: Eip712Domain, model: &Model, keys: Vec<PrivateKeySigner>) -> Self {
        let keys = keys.into_iter().map(|key| (key.address(), key)).collect();
        let (token, contract) = (model.token.address, model.contract.address);
        Self { token_domain, domain: model.domain(), token, contract, keys, signed: BTreeMap::new() }
    }

    /// Returns which contract is called, and with what.
    pub(crate) fn calldata(&mut self, live: &Live<'_>, op: &Op) -> Result<(Address, Vec<u8>)> {
        Ok(match op {
            Op::Wait { .. } => bail!("time is no call"),
            Op::Token { call: IAIATokenCalls::permit_1(call), .. } => (live.token, self.permit(call)?.abi_encode()),
            Op::Token { call, .. } => (live.token, call.abi_encode()),
            Op::Registry { address, act, .. } => (*address, self.act(*act)),
            Op::Pay { caller, call } => (live.payments, self.signed_call(*caller, call.clone())?.abi_encode()),
        })
    }

    fn act(&self, act: Act) -> Vec<u8> {
        match act {
            Act::SetActive(provider, value) => setActiveCall { provider, value }.abi_encode(),
            Act::SetSilent(value) => setSilentCall { value }.abi_encode(),
            Act::Tell(provider) => tellCall { payments: self.contract, provider }.abi_encode(),
        }
    }

    /// Returns a call with signatures for its seals.
    pub(crate) fn signed_call(&mut self, caller: Address, call: Calls) -> Result<Calls> {
        Ok(match call {
            Calls::fundWithPermit(call) => {
                let Abi::fundWithPermitCall { amount, deadline, ref signature, .. } = call;
                let signature = self.sign_permit(caller, self.contract, amount, deadline, signature)?;
                Calls::fundWithPermit(Abi::fundWithPermitCall { signature, ..call })
            }
            Calls::fundWithAuthorization(call) => {
                let key = (call.from, call.salt).abi_encode();
                let window = (call.validAfter, call.validBefore);
                let signature = self.sign_payment(call.from, call.amount, window, &key, &call.signature)?;
                Calls::fundWithAuthorization(Abi::fundWithAuthorizationCall { signature, ..call })
            }
            Calls::deposit(call) if call.collector == self.contract => Calls::deposit(self.deposit(call)?),
            Calls::claim(call) => Calls::claim(Abi::claimCall { voucherClaims: self.claims(&call.voucherClaims)? }),
            Calls::claimWithSignature(call) => Calls::claimWithSignature(self.batch(&call)?),
            Calls::claimPacked(call) => {
                let rows = self.packed(&call)?;
                Calls::claimPacked(Abi::claimPackedCall { rows, ..call })
            }
            Calls::claimAndWithdraw(call) => {
                let row = self.row(Row::of(&call.voucherClaim))?;
                let voucher_claim = row.voucher_claim();
                Calls::claimAndWithdraw(Abi::claimAndWithdrawCall { voucherClaim: voucher_claim, ..call })
            }
            Calls::refundWithSignature(call) => Calls::refundWithSignature(self.refund(call)?),
            Calls::multicall(call) => {
                let parts = call.data.iter().map(|data| self.part(caller, data));
                Calls::multicall(Abi::multicallCall { data: parts.collect::<Result<_>>()? })
            }
            unsigned => unsigned,
        })
    }

    /// Returns a call of many, encoded, with signatures for its seals.
    pub(crate) fn part(&mut self, caller: Address, data: &Bytes) -> Result<Bytes> {
        Ok(self.signed_call(caller, Calls::abi_decode(data)?)?.abi_encode().into())
    }
}

/// For the token.
impl Wallet {
    fn permit(&self, call: &permit_1Call) -> Result<permit_1Call> {
        let permit_1Call { owner, spender, value, deadline, ref signature } = *call;
        let signature = self.sign_permit(owner, spender, value, deadline, signature)?;
        Ok(permit_1Call { owner, spender, value, deadline, signature })
    }

    fn sign_permit(
        &self,
        owner: Address,
        spender: Address,
        value: U256,
        deadline: U256,
        seal: &Bytes,
    ) -> Result<Bytes> {
        let seal = Seal::read(seal);
        let message = Permit { owner, spender, value, nonce: U256::from(seal.nonce), deadline };
        self.sign(seal, message.eip712_signing_hash(&self.token_domain))
    }

    /// Signs an ERC-3009 payment to the contract, whose nonce is the hash of `key`.
    fn sign_payment(
        &self,
        from: Address,
        value: U256,
        (after, before): (U256, U256),
        key: &[u8],
        seal: &Bytes,
    ) -> Result<Bytes> {
        let (to, nonce) = (self.contract, keccak256(key));
        let message = ReceiveWithAuthorization { from, to, value, validAfter: after, validBefore: before, nonce };
        self.sign(Seal::read(seal), message.eip712_signing_hash(&self.token_domain))
    }

    fn deposit(&self, call: Abi::depositCall) -> Result<Abi::depositCall> {
        let (after, before, salt, seal) = CollectorData::abi_decode_params(&call.collectorData)?;
        let key = (self.channel_id(&call.config), salt).abi_encode();
        let amount = U256::from(call.amount);
        let signature = self.sign_payment(call.config.payer, amount, (after, before), &key, &seal)?;
        let data = (after, before, salt, signature).abi_encode_params().into();
        Ok(Abi::depositCall { collectorData: data, ..call })
    }
}

/// For the contract.
impl Wallet {
    pub(crate) fn channel_id(&self, config: &Abi::ChannelConfig) -> B256 {
        config.eip712_signing_hash(&self.domain)
    }

    /// Returns the digest of a message to the contract.
    pub(crate) fn digest(&self, message: &impl SolStruct) -> B256 {
        message.eip712_signing_hash(&self.domain)
    }

    fn claims(&mut self, claims: &[Abi::VoucherClaim]) -> Result<Vec<Abi::VoucherClaim>> {
        claims.iter().map(|claim| Ok(self.row(Row::of(claim))?.voucher_claim())).collect()
    }

    fn batch(&mut self, call: &Abi::claimWithSignatureCall) -> Result<Abi::claimWithSignatureCall> {
        let entry = |claim: &Abi::VoucherClaim| ClaimEntry {
            channelId: self.channel_id(&claim.voucher.channel),
            maxClaimableAmount: claim.voucher.maxClaimableAmount,
            totalClaimed: claim.totalClaimed,
        };
        let batch = ClaimBatch { claims: call.voucherClaims.iter().map(entry).collect() };
        let signature = self.sign(Seal::read(&call.authorizerSignature), self.digest(&batch))?;
        let claims = self.claims(&call.voucherClaims)?;
        Ok(Abi::claimWithSignatureCall { voucherClaims: claims, authorizerSignature: signature })
    }

    /// Signs packed rows; bytes that are no rows stay as they are.
    fn packed(&mut self, call: &Abi::claimPackedCall) -> Result<Bytes> {
        let Some((kind, bytes)) = call.rows.split_first() else { return Ok(Bytes::new()) };
        let size = [PLAIN, WITH_USAGE].get(usize::from(*kind)).copied();
        let Some(size) = size.filter(|size| bytes.len().is_multiple_of(*size)) else { return Ok(call.rows.clone()) };
        let common = Common {
            receiver: call.receiver,
            authorizer: call.receiverAuthorizer,
            token: self.token,
            delay: call.withdrawDelay.to(),
        };
        let mut packed = vec![*kind];
        for row in bytes.chunks(size) {
            packed.extend(self.row(Row::unpack(row, &common))?.packed());
        }
        Ok(packed.into())
    }

    fn refund(&self, call: Abi::refundWithSignatureCall) -> Result<Abi::refundWithSignatureCall> {
        let (channel, nonce, amount) = (self.channel_id(&call.config), call.nonce, call.amount);
        let digest = self.digest(&Refund { channelId: channel, nonce, amount });
        let signature = self.sign(Seal::read(&call.receiverAuthorizerSignature), digest)?;
        Ok(Abi::refundWithSignatureCall { receiverAuthorizerSignature: signature, ..call })
    }

    /// Signs a row's voucher, and remembers it if the right key does.
    fn row(&mut self, row: Row) -> Result<Row> {
        let (channel, ceiling) = (self.channel_id(&row.config), row.ceiling);
        let digest = match row.usage {
            None => self.digest(&Voucher { channelId: channel, maxClaimableAmount: ceiling }),
            Some((units, root)) => {
                self.digest(&UsageVoucher { channelId: channel, maxClaimableAmount: ceiling, units, usageRoot: root })
            }
        };
        let seal = Seal::read(&row.signature);
        if seal.binds() == Some(row.signer()) {
            let highest = self.signed.entry(channel).or_default();
            *highest = ceiling.max(*highest);
        }
        Ok(Row { signature: self.sign(seal, digest)?, ..row })
    }

    /// Makes the signature that a seal stands for.
    fn sign(&self, seal: Seal, digest: B256) -> Result<Bytes> {
        let key = self.keys.get(&seal.signer).ok_or_eyre("the signer has no key")?;
        let right = sign_hash(key, digest)?;
        let parts = match seal.flaw {
            // Half of them name their parity in the other way that is allowed.
            Flaw::None if digest[31].is_multiple_of(2) => right.with_parity(),
            Flaw::None => right,
            Flaw::OtherMessage => sign_hash(key, keccak256(digest))?,
            Flaw::HighS => {
                let high = U256::from_be_bytes(ORDER.0) - U256::from_be_bytes(right.s.0);
                Parts { v: 55 - right.v, s: high.into(), ..right }
            }
            Flaw::NoRecovery => Parts { v: 29, ..right },
            Flaw::Short => return Ok(right.bytes().slice(..64)),
        };
        Ok(parts.bytes())
    }
}
