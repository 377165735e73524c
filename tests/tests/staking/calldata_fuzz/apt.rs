//! Calls that somebody could mean: they reach what calldata by chance does not.

use aia_abi::{IAIAToken as I, IDisputeCourt as C, IProviderRegistry as R};
use aia_tests::{
    receipts::for_court,
    signing::{Permit, ReceiveWithAuthorization},
    staking::{INFERENCE, MAX_SLASH_BPS, TRAINING, aia},
};
use alloy::{
    primitives::{Address, B256, U256, aliases::U48, keccak256},
    signers::local::PrivateKeySigner,
    sol_types::{SolCall, SolValue},
};
use eyre::Result;
use rand::Rng;

use aia_tests::common::Message;

use crate::calldata_fuzz::{Fuzz, RECEIPTS};

impl Fuzz<'_> {
    pub(crate) fn apt_call(&mut self) -> Result<Message> {
        match self.rng.random_range(0..16) {
            0..5 => Ok(self.stake()),
            5..7 => Ok(self.profile()),
            7 => self.rating(),
            8 => self.permitted_stake(),
            9 => self.authorized_stake(),
            // Each expels a provider for good.
            10 if self.rng.random_bool(0.1) => self.equivocation(),
            10 | 11 => Ok(self.accusation()),
            12..15 => self.step_of_a_dispute(),
            _ => Ok(self.slash()),
        }
    }

    fn registry(&self, from: Address, call: &impl SolCall) -> Message {
        Message::call(from, self.staking.registry, call.abi_encode())
    }

    fn court(&self, from: Address, call: &impl SolCall) -> Message {
        Message::call(from, self.staking.court, call.abi_encode())
    }

    fn amount(&mut self) -> U256 {
        if self.rng.random_bool(0.1) { U256::ONE } else { aia(self.rng.random_range(1..1_000)) }
    }

    fn key(&mut self) -> PrivateKeySigner {
        let index = self.rng.random_range(0..self.signers.len());
        self.signers[index].clone()
    }

    fn epoch(&self) -> u32 {
        self.staking.epoch()
    }

    fn stake(&mut self) -> Message {
        let (from, account, amount) = (self.signer(), self.signer(), self.amount().to());
        match self.rng.random_range(0..6) {
            0 => self.registry(from, &R::delegateCall { account, amount }),
            1 => self.registry(from, &R::fundCall { account, amount }),
            2 => self.registry(from, &R::claimCall { account }),
            3 => {
                let epoch = self.epoch().saturating_sub(self.rng.random_range(0..4));
                self.registry(from, &R::withdrawCall { account, epoch, owner: from })
            }
            _ => self.registry(from, &R::undelegateCall { account, shares: amount }),
        }
    }

    fn profile(&mut self) -> Message {
        let (from, signer, cid) = (self.signer(), self.signer(), B256::from(self.rng.random::<[u8; 32]>()));
        let (service, bps) = (self.rng.random_range(0..4), self.rng.random_range(0..=10_000));
        let (price, unit) = (self.amount().to(), 1);
        match self.rng.random_range(0..6) {
            0 => self.registry(from, &R::registerCall { cid, codec: 0x55, commissionBps: bps, signer }),
            1 => self.registry(from, &R::setProfileCall { cid, codec: 0x55, commissionBps: bps, signer }),
            2 => self.registry(from, &R::allocateCall { service, bps }),
            3 => self.registry(from, &R::listCall { kind: 1, service, cid, codec: 0x55, price, unit }),
            4 => self.registry(from, &R::commitBatchCall { root: cid, count: 1, value: price, cid }),
            _ => self.registry(self.staking.guardian().address(), &R::setPausedCall { value: false }),
        }
    }

    fn rating(&mut self) -> Result<Message> {
        let index = usize::from(self.rng.random_range(0..RECEIPTS));
        let (receipt, proof) = (self.work.receipts[index].clone(), self.work.tree.proof(index));
        let (batch, score, index) = (self.work.batch.clone(), self.rng.random_range(0..=101), u32::try_from(index)?);
        Ok(self.registry(self.work.consumer, &R::rateCall { batch, receipt, index, score, proof }))
    }

    fn permitted_stake(&mut self) -> Result<Message> {
        let (key, account, value) = (self.key(), self.signer(), self.amount());
        let (owner, spender, deadline) = (key.address(), self.staking.registry, U256::from(self.now + 1_000_000));
        let nonce = self.read(self.staking.net.token, &I::noncesCall { owner })?;
        let signature = self.staking.net.sign(&key, &Permit { owner, spender, value, nonce, deadline })?.bytes();
        let call = R::delegateWithPermitCall { account, amount: value.to(), deadline, signature };
        Ok(self.registry(owner, &call))
    }

    fn authorized_stake(&mut self) -> Result<Message> {
        let (key, account, value) = (self.key(), self.signer(), self.amount());
        let (from, to, salt) = (key.address(), self.staking.registry, B256::from(self.rng.random::<[u8; 32]>()));
        let (after, before) = (U256::ZERO, U256::from(self.now + 1_000_000));
        let nonce = keccak256((account, salt).abi_encode());
        let message = ReceiveWithAuthorization { from, to, value, validAfter: after, validBefore: before, nonce };
        let signature = self.staking.net.sign(&key, &message)?.bytes();
        let call = R::delegateWithAuthorizationCall {
            account,
            from,
            amount: value.to(),
            validAfter: after,
            validBefore: before,
            salt,
            signature,
        };
        Ok(self.registry(self.signers[0].address(), &call))
    }

    fn equivocation(&mut self) -> Result<Message> {
        let (provider, consumer, job) = (self.key(), self.account(), self.rng.random());
        let first = self.staking.receipt(provider.address(), consumer, job, aia(1));
        let second = R::JobReceipt { resultHash: B256::from(self.rng.random::<[u8; 32]>()), ..first.clone() };
        let call = C::proveEquivocationCall {
            target: self.staking.registry,
            signer: provider.address(),
            a: for_court(&first),
            b: for_court(&second),
            signatureA: self.staking.sign_receipt(&provider, &first)?,
            signatureB: self.staking.sign_receipt(&provider, &second)?,
        };
        let from = self.signer();
        Ok(self.court(from, &call))
    }

    fn accusation(&mut self) -> Message {
        let call = C::openDisputeCall {
            target: self.staking.registry,
            subject: self.signer().into_word(),
            service: self.rng.random_range(INFERENCE..=TRAINING),
            fault: B256::with_last_byte(self.rng.random()),
            evidence: B256::ZERO,
            bps: self.rng.random_range(1..=MAX_SLASH_BPS),
            victim: self.account(),
            faultAt: U48::from(self.now - self.rng.random_range(0..100_000)),
        };
        let from = self.signer();
        self.court(from, &call)
    }

    /// Returns a step of one of the last disputes, by whoever may take it.
    fn step_of_a_dispute(&mut self) -> Result<Message> {
        let count = self.read(self.staking.court, &C::disputeCountCall {})?;
        let id = count.saturating_sub(U256::from(self.rng.random_range(0..8)));
        let (arbitrator, guardian) = (self.staking.arbitrator().address(), self.staking.guardian().address());
        let disputer = self.read(self.staking.court, &C::disputeCall { id })?.disputer;
        Ok(match self.rng.random_range(0..12) {
            0..3 => self.court(arbitrator, &C::ruleCall { id, ruling: U256::ONE }),
            3 => {
                let ruling = U256::from(self.rng.random_range(0..4));
                self.court(arbitrator, &C::ruleCall { id, ruling })
            }
            4 => {
                let bps = self.rng.random_range(0..=MAX_SLASH_BPS);
                self.court(guardian, &C::reduceCall { id, bps })
            }
            5 => self.court(guardian, &C::vetoCall { id, reason: B256::ZERO }),
            6 if !disputer.is_zero() => self.court(disputer, &C::cancelCall { id }),
            7 => self.court(guardian, &C::submitEvidenceCall { id, cid: B256::ZERO }),
            _ => self.court(guardian, &C::executeCall { id }),
        })
    }

    /// Returns a slash as the court could order it, for whatever reason.
    fn slash(&mut self) -> Message {
        let order = R::Slash {
            subject: self.signer().into_word(),
            service: self.rng.random_range(1..4),
            bps: if self.rng.random_bool(0.02) { 10_000 } else { self.rng.random_range(0..500) },
            faultAt: U48::from(self.now - self.rng.random_range(0..2_000_000)),
            reporter: self.account(),
            reporterBps: self.rng.random_range(0..=10_000),
            victim: self.account(),
            victimBps: self.rng.random_range(0..=10_000),
        };
        self.registry(self.staking.court, &R::slashCall { order })
    }
}
