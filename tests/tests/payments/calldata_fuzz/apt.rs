//! Calls that somebody could mean, of ledgers and streams: they reach what calldata by chance does not.

use aia_abi::{
    IAIAToken as I,
    IStreamPayments::{self as S, StreamConfig},
};
use aia_tests::{
    common::Message,
    payments::MILLI,
    signing::{Permit, ReceiveWithAuthorization},
};
use alloy::{
    primitives::{Address, B256, Bytes, U256, keccak256},
    signers::local::PrivateKeySigner,
    sol_types::{SolCall, SolValue},
};
use eyre::{OptionExt, Result};
use rand::{Rng, seq::IndexedRandom};

use crate::calldata_fuzz::Fuzz;

/// Accounts, by their places among the test accounts, that are active providers.
const PROVIDERS: [usize; 3] = [0, 2, 3];
/// How many streams there can be with the same parties and notice.
const JOBS: u8 = 20;
/// Seconds for which a payer can bind itself.
const NOTICES: [u32; 3] = [0, 60, 3_600];

impl Fuzz<'_> {
    pub(super) fn apt_call(&mut self) -> Result<Message> {
        let from = self.signer();
        self.apt_call_by(from)
    }

    /// Returns a call that an account could mean, unless only somebody else can make it.
    pub(super) fn apt_call_by(&mut self, from: Address) -> Result<Message> {
        match self.rng.random_range(0..20) {
            0..4 => self.ledger_call(from),
            4..10 => Ok(self.stream_call(from)),
            10..19 => self.channel_call(from),
            _ => self.upkeep(from),
        }
    }

    pub(super) fn to_payments(&self, from: Address, call: &impl SolCall) -> Message {
        Message::call(from, self.market.payments, call.abi_encode())
    }

    /// Makes one call of many.
    pub(super) fn together(&self, from: Address, data: Vec<Bytes>) -> Message {
        self.to_payments(from, &S::multicallCall { data })
    }

    pub(super) fn amount(&mut self) -> u128 {
        if self.rng.random_bool(0.1) { 1 } else { MILLI * self.rng.random_range(1..1_000) }
    }

    /// Returns the key of an account that has one here.
    pub(super) fn key(&self, account: Address) -> Result<PrivateKeySigner> {
        let key = self.signers.iter().find(|signer| signer.address() == account);
        key.cloned().ok_or_eyre("an account without a key")
    }

    pub(super) fn provider(&mut self) -> Address {
        let index = *PROVIDERS.choose(&mut self.rng).unwrap_or(&0);
        self.signers[index].address()
    }

    fn ledger_call(&mut self, from: Address) -> Result<Message> {
        let (to, amount) = (self.signer(), U256::from(self.amount()));
        match self.rng.random_range(0..6) {
            0 => Ok(self.to_payments(from, &S::fundCall { to, amount })),
            1 => Ok(self.to_payments(from, &S::withdrawCall { to: from, amount })),
            2 => Ok(self.to_payments(from, &S::settleCall { receiver: to, token: self.market.net().token })),
            3 => {
                let locked = self.rng.random();
                Ok(self.to_payments(from, &S::setLedgerLockCall { locked }))
            }
            4 => self.permitted(from, amount),
            _ => self.authorized(from, amount),
        }
    }

    fn permitted(&mut self, owner: Address, value: U256) -> Result<Message> {
        let (spender, deadline) = (self.market.payments, U256::from(self.now + 1_000_000));
        let nonce = self.read(self.market.net().token, &I::noncesCall { owner })?;
        let permit = Permit { owner, spender, value, nonce, deadline };
        let signature = self.market.net().sign(&self.key(owner)?, &permit)?.bytes();
        let call = S::fundWithPermitCall { to: self.signer(), amount: value, deadline, signature };
        Ok(self.to_payments(owner, &call))
    }

    fn authorized(&mut self, from: Address, value: U256) -> Result<Message> {
        let payer = self.signer();
        let salt = B256::from(self.rng.random::<[u8; 32]>());
        let payment = self.payment(payer, value, keccak256((payer, salt).abi_encode()));
        let signature = self.market.net().sign(&self.key(payer)?, &payment)?.bytes();
        let call = S::fundWithAuthorizationCall {
            from: payer,
            amount: value,
            validAfter: payment.validAfter,
            validBefore: payment.validBefore,
            salt,
            signature,
        };
        Ok(self.to_payments(from, &call))
    }

    pub(super) fn payment(&self, from: Address, value: U256, nonce: B256) -> ReceiveWithAuthorization {
        let (to, after, before) = (self.market.payments, U256::ZERO, U256::from(self.now + 1_000_000));
        ReceiveWithAuthorization { from, to, value, validAfter: after, validBefore: before, nonce }
    }

    fn stream_call(&mut self, from: Address) -> Message {
        let (config, amount, rate) = (self.stream(from), self.amount(), self.rng.random_range(1..MILLI));
        let payee = config.payee;
        match self.rng.random_range(0..11) {
            0..3 => {
                let StreamConfig { notice, jobId: job, .. } = config;
                let deposit = amount + rate * u128::from(notice);
                self.to_payments(from, &S::openStreamCall { payee, rate, notice, jobId: job, deposit })
            }
            3 => self.to_payments(from, &S::topUpStreamCall { config, amount }),
            4 => self.to_payments(from, &S::setRateCall { config, rate }),
            5 => self.to_payments(payee, &S::setRateCall { config, rate }),
            6 => self.to_payments(from, &S::stopStreamCall { config }),
            7 if self.rng.random_bool(0.3) => self.to_payments(payee, &S::stopStreamCall { config }),
            7 | 8 => self.to_payments(from, &S::reclaimCall { config, amount }),
            9 => self.to_payments(payee, &S::collectAndWithdrawCall { config, to: payee }),
            _ => {
                let configs = (0..self.rng.random_range(1..9)).map(|_| self.stream(from)).collect();
                self.to_payments(payee, &S::collectCall { configs })
            }
        }
    }

    /// Returns one of the streams that an account can open.
    fn stream(&mut self, payer: Address) -> StreamConfig {
        let notice = *NOTICES.choose(&mut self.rng).unwrap_or(&0);
        let job = B256::with_last_byte(self.rng.random_range(0..JOBS));
        StreamConfig { payer, payee: self.provider(), notice, jobId: job }
    }

    /// Returns all streams that calls here can open.
    pub(super) fn streams(&self) -> Vec<StreamConfig> {
        let mut all = Vec::new();
        for payer in self.signers.iter().map(PrivateKeySigner::address) {
            for payee in PROVIDERS.map(|index| self.signers[index].address()) {
                let jobs = NOTICES.into_iter().flat_map(|notice| (0..JOBS).map(move |job| (notice, job)));
                all.extend(jobs.map(|(notice, job)| StreamConfig {
                    payer,
                    payee,
                    notice,
                    jobId: B256::with_last_byte(job),
                }));
            }
        }
        all
    }

    /// Returns what keeps things going: the pause ends, parameters come back, fees are swept, the registry tells.
    fn upkeep(&mut self, from: Address) -> Result<Message> {
        let owner = self.read(self.market.payments, &S::ownerCall {})?;
        let provider = self.provider();
        Ok(match self.rng.random_range(0..8) {
            0..3 => self.to_payments(owner, &S::setPausedCall { value: false }),
            3 => self.to_payments(owner, &S::setParamsCall { value: self.market.params() }),
            4 | 5 => self.to_payments(from, &S::collectFeesCall { accounts: vec![provider; 2] }),
            6 => self.to_payments(from, &S::refreshProviderCall { provider }),
            _ => self.to_payments(self.market.staking.registry, &S::onProviderInactiveCall { provider }),
        })
    }

    pub(super) fn known_id(&mut self) -> B256 {
        let from = self.signer();
        if self.rng.random() {
            let config = self.stream(from);
            return self.market.stream_id(&config);
        }
        let config = self.channel(from);
        self.market.channel_id(&config)
    }
}
