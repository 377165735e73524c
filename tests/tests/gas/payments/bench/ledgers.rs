//! AIA on its way in and out.

use aia_abi::IStreamPayments as S;
use aia_tests::{
    network::AIA,
    signing::{Permit, ReceiveWithAuthorization, domain, sign_in},
};
use alloy::{
    primitives::{Address, B256, Bytes, U256, keccak256},
    signers::local::PrivateKeySigner,
    sol_types::{SolStruct, SolValue},
};
use eyre::Result;

use super::Bench;

impl Bench<'_> {
    pub(super) fn funding(&mut self) -> Result<()> {
        let fund = S::fundCall { to: self.newcomer, amount: AIA };
        self.measure("fund, first", self.newcomer, &fund)?;
        self.measure("fund, again", self.newcomer, &fund)?;
        if self.is_aia() {
            self.funding_by_signature()?;
        }
        Ok(())
    }

    /// The first of each is not measured: it finds no ledger, and no nonce of permits.
    fn funding_by_signature(&mut self) -> Result<()> {
        let signer = self.signer.address();
        self.call(signer, self.payments, &self.permitted(0)?)?;
        self.measure("fundWithPermit, again", signer, &self.permitted(1)?)?;
        self.call(self.relayer, self.payments, &self.authorized(1)?)?;
        self.measure("fundWithAuthorization, again", self.relayer, &self.authorized(2)?)?;
        Ok(())
    }

    fn permitted(&self, nonce: u64) -> Result<S::fundWithPermitCall> {
        let (owner, deadline) = (self.signer.address(), U256::MAX);
        let permit = Permit { owner, spender: self.payments, value: AIA, nonce: U256::from(nonce), deadline };
        let signature = self.sign_for_token(&self.signer, &permit)?;
        Ok(S::fundWithPermitCall { to: owner, amount: AIA, deadline, signature })
    }

    fn authorized(&self, salt: u8) -> Result<S::fundWithAuthorizationCall> {
        let (from, salt) = (self.signer.address(), B256::repeat_byte(salt));
        let payment = self.payment(from, AIA, keccak256((from, salt).abi_encode()));
        let signature = self.sign_for_token(&self.signer, &payment)?;
        let (after, before) = (payment.validAfter, payment.validBefore);
        Ok(S::fundWithAuthorizationCall { from, amount: AIA, validAfter: after, validBefore: before, salt, signature })
    }

    /// Returns what lets the contract take an amount of an account's wallet.
    pub(super) fn payment(&self, from: Address, value: U256, nonce: B256) -> ReceiveWithAuthorization {
        let (after, before) = (U256::ZERO, U256::from(u32::MAX));
        ReceiveWithAuthorization { from, to: self.payments, value, validAfter: after, validBefore: before, nonce }
    }

    /// Signs a message for the token.
    pub(super) fn sign_for_token(&self, signer: &PrivateKeySigner, message: &impl SolStruct) -> Result<Bytes> {
        let domain = domain(self.api().chain().config().chain_id, self.token);
        Ok(sign_in(&domain, signer, message)?.bytes())
    }

    pub(super) fn payouts(&mut self) -> Result<()> {
        let (payee, newcomer) = (self.payee, self.newcomer);
        self.measure("withdraw", newcomer, &S::withdrawCall { to: newcomer, amount: AIA })?;
        self.measure("settle", self.relayer, &S::settleCall { receiver: payee, token: self.token })?;
        // Neither treasury nor ledger is empty.
        let sweep = S::collectFeesCall { accounts: vec![payee] };
        self.call(self.relayer, self.payments, &sweep)?;
        let config = self.stream(0);
        self.call(self.relayer, self.payments, &S::collectCall { configs: vec![config] })?;
        self.measure("collectFees, of 1 account", self.relayer, &sweep)?;
        Ok(())
    }
}
