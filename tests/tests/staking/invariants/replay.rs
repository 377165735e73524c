//! The state of both contracts, rebuilt from their logs and held against their views.

use aia_abi::{
    IDisputeCourt::{self as Court, IDisputeCourtEvents},
    IProviderRegistry::{self as Abi, IProviderRegistryEvents},
};
use aia_model::registry::cases::{OPEN, UPHELD};
use alloy::{primitives::U256, sol_types::SolEventInterface};
use eyre::{Context, OptionExt, Result, ensure};

use crate::invariants::{
    Run,
    docket::Docket,
    ledger::{Ledger, Standing},
    views::same,
};

impl Run<'_> {
    /// Rebuilds the state from every log since the deployment and compares it with the views.
    pub(crate) fn state_follows_from_events(&self) -> Result<()> {
        let epoch_length = self.model.registry.epoch_length;
        let (mut ledger, mut docket) = (Ledger { epoch_length, ..Ledger::default() }, Docket::default());
        for (now, logs) in self.live.history()? {
            for (emitter, log) in &logs {
                let (topics, data) = (log.topics(), &log.data);
                if *emitter == self.live.registry {
                    let event = IProviderRegistryEvents::decode_raw_log(topics, data)?;
                    ledger.fold(now, event.clone()).wrap_err_with(|| format!("at {now}: {event:?}"))?;
                } else {
                    let event = IDisputeCourtEvents::decode_raw_log(topics, data)?;
                    docket.fold(event.clone()).wrap_err_with(|| format!("at {now}: {event:?}"))?;
                }
            }
        }
        self.providers_follow(&ledger)?;
        self.stake_follows(&ledger)?;
        self.exits_follow(&ledger)?;
        self.work_follows(&ledger)?;
        self.roles_follow(&ledger)?;
        self.disputes_follow(&docket)
    }

    fn providers_follow(&self, ledger: &Ledger) -> Result<()> {
        ensure!(ledger.providers.len() == self.model.registry.profiles.len(), "providers by events");
        for (account, expected) in &ledger.providers {
            let seen = self.live.registry(&Abi::providerOfCall { account: *account })?;
            let seen = Standing {
                status: seen.status,
                cid: seen.cid,
                signer: seen.signer,
                commission: seen.nextCommissionBps,
                jailed_until: seen.jailedUntil.to(),
                open_disputes: seen.openDisputes,
                batches: seen.batches,
                jobs: seen.jobs,
                slashes: seen.slashes,
                slashed_bps: seen.slashedBps.to(),
                generation: seen.generation.to(),
            };
            same(&seen, expected, "provider by events")?;
        }
        Ok(())
    }

    fn stake_follows(&self, ledger: &Ledger) -> Result<()> {
        for account in ledger.providers.keys() {
            let seen = self.live.registry(&Abi::providerOfCall { account: *account })?;
            let pool = ledger.pools.get(account).copied().unwrap_or_default();
            let seen = (U256::from(seen.tokens), U256::from(seen.shares));
            same(seen, (pool.tokens, pool.shares), "pool by events")?;
        }
        for (account, delegator) in self.model.registry.positions.keys() {
            let call = Abi::stakeOfCall { account: *account, delegator: *delegator };
            let expected = ledger.positions.get(&(*account, *delegator)).copied().unwrap_or_default();
            same(self.live.registry(&call)?.shares, expected, "stake by events")?;
        }
        let left = self.model.books.funded - self.model.books.claimed - self.model.books.stranded;
        same(left, ledger.rewards, "rewards by events")
    }

    fn exits_follow(&self, ledger: &Ledger) -> Result<()> {
        for ((account, epoch), expected) in &ledger.buckets {
            let seen = self.live.registry(&Abi::bucketCall { account: *account, epoch: *epoch })?;
            same((seen.tokens, seen.claims), (expected.tokens, expected.shares), "bucket by events")?;
        }
        for ((account, epoch, owner), claim) in &ledger.claims {
            let bucket = ledger.buckets.get(&(*account, *epoch)).ok_or_eyre("a claim without a bucket")?;
            let worth = *claim * bucket.tokens / bucket.shares;
            let call = Abi::unbondingCall { account: *account, epoch: *epoch, owner: *owner };
            same(self.live.registry(&call)?.tokens, worth, "exit by events")?;
        }
        Ok(())
    }

    fn work_follows(&self, ledger: &Ledger) -> Result<()> {
        for ((account, service), (bps, next, epoch)) in &ledger.allocations {
            let seen = self.live.registry(&Abi::allocationCall { account: *account, service: *service })?;
            let current = self.model.epoch();
            let seen = if current >= seen.epoch { seen.nextBps } else { seen.bps };
            same(seen, if current >= *epoch { *next } else { *bps }, "allocation by events")?;
        }
        for (id, expected) in &ledger.listings {
            let seen = self.live.registry(&Abi::listingCall { id: *id })?;
            // When it was listed the block tells, and not the event.
            same(&Abi::Listing { listedAt: expected.listedAt, ..seen }, expected, "listing by events")?;
        }
        for (account, expected) in &ledger.reputations {
            let seen = self.live.registry(&Abi::reputationCall { account: *account })?;
            same((seen.ratings, seen.weight, seen.weightedScore), *expected, "reputation by events")?;
        }
        for (account, seq, index) in &ledger.rated {
            let call = Abi::isRatedCall { account: *account, seq: *seq, index: *index };
            ensure!(self.live.registry(&call)?, "receipt {index} of batch {seq} is not rated");
        }
        for ((subject, attester, key), claim) in &ledger.attestations {
            let call = Abi::attestationCall { subject: *subject, attester: *attester, key: *key };
            same(self.live.registry(&call)?.claim, *claim, "attestation by events")?;
        }
        Ok(())
    }

    fn roles_follow(&self, ledger: &Ledger) -> Result<()> {
        same(Some(self.live.registry(&Abi::paramsCall {})?), ledger.params.clone(), "parameters by events")?;
        same(self.live.registry(&Abi::pausedCall {})?, ledger.paused, "pause by events")?;
        for (id, expected) in &ledger.services {
            let seen = self.live.registry(&Abi::serviceCall { id: *id })?;
            let seen = (seen.maxSlashBps, seen.minStake, seen.active);
            same(seen, (expected.maxSlashBps, expected.minStake, expected.active), "service by events")?;
        }
        Ok(())
    }

    /// C1 again: who has not got its bond back waits still.
    fn disputes_follow(&self, docket: &Docket) -> Result<()> {
        for (id, case) in &docket.cases {
            let seen = self.live.court(&Court::disputeCall { id: *id })?;
            same((seen.status, seen.bps), (case.status, case.bps), "dispute by events")?;
            let opened = &case.opened;
            let told = (opened.disputer, opened.subject, opened.service, opened.fault, opened.faultAt);
            same((seen.disputer, seen.subject, seen.service, seen.fault, seen.faultAt), told, "dispute by events")?;
            same((seen.victim, seen.bond), (opened.victim, opened.bond), "dispute by events")?;
            let call = Court::faultStatusCall { target: opened.target, subject: opened.subject, fault: opened.fault };
            same(self.live.court(&call)?, docket.fault_status(case), "fault by events")?;
            let waits = [OPEN, UPHELD].contains(&case.status) || opened.bond.is_zero();
            ensure!(waits == case.settled.is_none(), "C1: the bond of dispute {id}: {case:?}");
        }
        same(Some(self.live.court(&Court::paramsCall {})?), docket.params.clone(), "court's parameters by events")?;
        for (service, expected) in &docket.terms {
            let call = Court::serviceTermsCall { target: expected.target, service: *service };
            let seen = self.live.court(&call)?;
            same((seen.arbitrator, seen.bond), (expected.arbitrator, expected.bond), "terms by events")?;
        }
        Ok(())
    }
}
