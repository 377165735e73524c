//! The registry as whoever knows nothing but its logs rebuilds it.

use std::collections::{BTreeMap, BTreeSet};

use aia_abi::IProviderRegistry::{self as Abi, IProviderRegistryEvents as Events};
use alloy::primitives::{Address, B256, FixedBytes, U256};
use eyre::{OptionExt, Result, bail, ensure};

/// All that events tell of stake and work; how far rewards have flowed they do not.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) epoch_length: u64,
    pub(crate) params: Option<Abi::Params>,
    pub(crate) paused: bool,
    pub(crate) services: BTreeMap<u32, Abi::ServiceSet>,
    pub(crate) providers: BTreeMap<Address, Standing>,
    pub(crate) pools: BTreeMap<Address, Shared>,
    pub(crate) positions: BTreeMap<(Address, Address), U256>,
    pub(crate) buckets: BTreeMap<(Address, u32), Shared>,
    pub(crate) claims: BTreeMap<(Address, u32, Address), U256>,
    pub(crate) allocations: BTreeMap<(Address, u32), (u16, u16, u32)>,
    pub(crate) listings: BTreeMap<u64, Abi::Listing>,
    pub(crate) rated: BTreeSet<(Address, u64, u32)>,
    pub(crate) reputations: BTreeMap<Address, (U256, U256, U256)>,
    pub(crate) attestations: BTreeMap<(B256, Address, B256), FixedBytes<20>>,
    /// Rewards paid in, less those paid out or burned.
    pub(crate) rewards: U256,
    /// Provider → what the slash that is being told took from exits, and whether it wiped the pool.
    pub(crate) slash: BTreeMap<Address, (U256, bool)>,
    /// Provider and epoch → sum of applied rates that the cap bounds.
    pub(crate) capped: BTreeMap<(Address, u64), u32>,
}

/// A provider without its pool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) status: u8,
    pub(crate) cid: B256,
    pub(crate) signer: Address,
    pub(crate) commission: u16,
    pub(crate) jailed_until: u64,
    pub(crate) open_disputes: u32,
    pub(crate) batches: u64,
    pub(crate) jobs: u64,
    pub(crate) slashes: u16,
    pub(crate) slashed_bps: u32,
    pub(crate) generation: u32,
}

/// Tokens, and shares of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shared {
    pub(crate) tokens: U256,
    pub(crate) shares: U256,
}

impl Ledger {
    pub(crate) fn fold(&mut self, now: u64, event: Events) -> Result<()> {
        match event {
            Events::Delegated(_) | Events::Undelegated(_) | Events::Withdrawn(_) => self.fold_stake(event),
            Events::ExitsSlashed(_) | Events::PoolWiped(_) | Events::Slashed(_) => self.fold_slash(now, event),
            Events::ProviderRegistered(_)
            | Events::ProfileUpdated(_)
            | Events::Jailed(_)
            | Events::Unjailed(_)
            | Events::Tombstoned(_)
            | Events::DisputesChanged(_) => self.fold_standing(event),
            Events::RewardsFunded(e) => {
                self.rewards += e.tokens;
                let ends = e.finish.to::<u64>();
                ensure!(now < ends && ends <= now + self.epoch_length, "I6: rewards flow until {ends}");
                Ok(())
            }
            Events::RewardsClaimed(e) => less(&mut self.rewards, e.tokens),
            Events::RewardsBurned(e) => less(&mut self.rewards, e.tokens),
            _ => self.fold_work(event),
        }
    }

    fn fold_stake(&mut self, event: Events) -> Result<()> {
        match event {
            Events::Delegated(e) => {
                let pool = self.pools.entry(e.provider).or_default();
                pool.tokens += e.tokens;
                pool.shares += e.shares;
                ensure!(e.shares >= e.tokens, "I18: a share costs more than a base unit");
                *self.positions.entry((e.provider, e.delegator)).or_default() += e.shares;
            }
            Events::Undelegated(e) => {
                let pool = self.pools.entry(e.provider).or_default();
                less(&mut pool.tokens, e.tokens)?;
                less(&mut pool.shares, e.shares)?;
                less(self.positions.entry((e.provider, e.delegator)).or_default(), e.shares)?;
                let bucket = self.buckets.entry((e.provider, e.epoch)).or_default();
                bucket.tokens += e.tokens;
                bucket.shares += e.claim;
                *self.claims.entry((e.provider, e.epoch, e.delegator)).or_default() += e.claim;
            }
            Events::Withdrawn(e) => {
                let claim = self.claims.remove(&(e.provider, e.epoch, e.owner)).ok_or_eyre("a claim on nothing")?;
                let bucket = self.buckets.entry((e.provider, e.epoch)).or_default();
                less(&mut bucket.tokens, e.tokens)?;
                less(&mut bucket.shares, claim)?;
            }
            other => bail!("not about stake: {other:?}"),
        }
        Ok(())
    }

    fn fold_slash(&mut self, now: u64, event: Events) -> Result<()> {
        match event {
            Events::ExitsSlashed(e) => {
                let first_live = now / self.epoch_length;
                ensure!(u64::from(e.epoch) >= first_live, "I7: a matured bucket is slashed");
                less(&mut self.buckets.entry((e.provider, e.epoch)).or_default().tokens, e.tokens)?;
                self.slash.entry(e.provider).or_default().0 += e.tokens;
            }
            Events::PoolWiped(e) => {
                let standing = self.providers.entry(e.provider).or_default();
                standing.generation += 1;
                ensure!(standing.generation == e.generation.to::<u32>(), "I20: a generation is skipped");
                self.slash.entry(e.provider).or_default().1 = true;
                self.positions.retain(|(provider, _), _| *provider != e.provider);
            }
            Events::Slashed(e) => {
                let (from_exits, wiped) = self.slash.remove(&e.provider).unwrap_or_default();
                let pool = self.pools.entry(e.provider).or_default();
                let from_pool = e.slashed.checked_sub(from_exits).ok_or_eyre("I7: exits lose more than all")?;
                less(&mut pool.tokens, from_pool)?;
                if wiped {
                    ensure!(pool.tokens.is_zero(), "I20: a wipe leaves {}", pool.tokens);
                    pool.shares = U256::ZERO;
                }
                ensure!(e.burned + e.toVictim + e.toReporter == e.slashed, "I13: the parts are not the whole");
                ensure!(e.burned * U256::from(2) >= e.slashed, "I13: less than half is burned");
                self.count_slash(now, &e)?;
            }
            other => bail!("not about a slash: {other:?}"),
        }
        Ok(())
    }

    fn count_slash(&mut self, now: u64, event: &Abi::Slashed) -> Result<()> {
        let standing = self.providers.entry(event.provider).or_default();
        let spared = standing.status == 3 && event.service == 0;
        ensure!(!spared || event.slashed.is_zero(), "{} is expelled and slashed as a whole again", event.provider);
        standing.slashes += 1;
        standing.slashed_bps = (standing.slashed_bps + u32::from(event.bps)).min((1 << 24) - 1);
        if event.service == 0 || event.bps == 0 {
            return Ok(());
        }
        let used = self.capped.entry((event.provider, now / self.epoch_length)).or_default();
        *used += u32::from(event.bps);
        let cap = self.params.as_ref().map_or(0, |params| u32::from(params.epochSlashCapBps));
        ensure!(*used <= cap, "I12: {used} basis points within an epoch, at most {cap}");
        Ok(())
    }

    fn fold_standing(&mut self, event: Events) -> Result<()> {
        match event {
            Events::ProviderRegistered(e) => {
                let standing = self.providers.entry(e.provider).or_default();
                ensure!(standing.status == 0, "{} registers twice", e.provider);
                (standing.status, standing.cid, standing.signer) = (1, e.cid, e.signer);
                standing.commission = e.commissionBps;
            }
            Events::ProfileUpdated(e) => {
                let standing = self.providers.entry(e.provider).or_default();
                (standing.cid, standing.signer, standing.commission) = (e.cid, e.signer, e.commissionBps);
            }
            Events::Jailed(e) => {
                let standing = self.providers.entry(e.provider).or_default();
                (standing.status, standing.jailed_until) = (2, e.until.to());
            }
            Events::Unjailed(e) => self.providers.entry(e.provider).or_default().status = 1,
            Events::Tombstoned(e) => {
                let standing = self.providers.entry(e.provider).or_default();
                ensure!(standing.status != 3, "{} is expelled twice", e.provider);
                standing.status = 3;
            }
            Events::DisputesChanged(e) => {
                let standing = self.providers.entry(e.provider).or_default();
                ensure!(standing.open_disputes.abs_diff(e.openDisputes) == 1, "disputes are miscounted: {e:?}");
                standing.open_disputes = e.openDisputes;
            }
            other => bail!("not about a provider: {other:?}"),
        }
        Ok(())
    }

    fn fold_work(&mut self, event: Events) -> Result<()> {
        match event {
            Events::Allocated(e) => {
                self.allocations.insert((e.provider, e.service), (e.bps, e.nextBps, e.epoch));
            }
            Events::Listed(e) => {
                let Abi::Listed { id, provider, service, kind, cid, codec, price, unit, .. } = e;
                let listed = Abi::Listing {
                    provider,
                    kind,
                    status: 1,
                    codec,
                    service,
                    listedAt: Default::default(),
                    price,
                    unit,
                    cid,
                };
                ensure!(self.listings.insert(id, listed).is_none(), "listing {id} is listed twice");
            }
            Events::ListingUpdated(e) => {
                let listed = self.listings.get_mut(&e.id).ok_or_eyre("a listing that is none")?;
                (listed.cid, listed.codec, listed.price, listed.status) = (e.cid, e.codec, e.price, e.status);
            }
            Events::BatchCommitted(e) => {
                let standing = self.providers.entry(e.provider).or_default();
                ensure!(standing.batches == e.seq, "batch {} of {} is out of turn", e.seq, e.provider);
                standing.batches += 1;
                standing.jobs += u64::from(e.count);
            }
            Events::Rated(e) => {
                ensure!(self.rated.insert((e.provider, e.seq, e.index)), "I15: a receipt is rated twice");
                let (ratings, weight, score) = self.reputations.entry(e.provider).or_default();
                *ratings += U256::ONE;
                *weight += e.weight;
                *score += e.weight * U256::from(e.score);
            }
            Events::Attested(e) => {
                self.attestations.insert((e.subject, e.attester, e.key), e.claim);
            }
            Events::ServiceSet(e) => {
                self.services.insert(e.id, e);
            }
            Events::ParamsSet(e) => self.params = Some(e.params),
            Events::PausedSet(e) => self.paused = e.paused,
            // Roles are named at construction, and nobody changes them here.
            _ => {}
        }
        Ok(())
    }
}

fn less(amount: &mut U256, part: U256) -> Result<()> {
    *amount = amount.checked_sub(part).ok_or_eyre("more leaves than there is")?;
    Ok(())
}
