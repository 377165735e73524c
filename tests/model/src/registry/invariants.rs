//! What always holds, numbered as in the list of invariants: I for the registry, C for the court.
//!
//! They are checked on the model; contracts that agree with it in every answer have them too. What is promised of a
//! single call, and I11, is checked elsewhere: beside the contracts, and in [`watch`](super::watch).

use std::collections::BTreeMap;

use alloy_primitives::{Address, U256};

use super::{
    Model, WHOLE,
    books::Cut,
    bps,
    cases::{Dispute, OPEN, UPHELD},
    model::ACTIVE,
    part_up,
    slash::MOST_SHARES,
    wide,
};

/// Checks all that holds at any moment.
///
/// # Panics
/// When something does not; the message names it.
pub fn check(model: &Model) {
    i1_and_i8_shares_are_neither_too_few_nor_too_many(model);
    i2_shares_are_somebodys(model);
    i3_claims_are_somebodys(model);
    i4_the_registry_holds_what_it_owes(model);
    i5_stake_is_there_out_or_slashed(model);
    i6_no_more_rewards_than_were_funded(model);
    i6_streams_end_within_an_epoch(model);
    i10_nobody_gains_from_stake(model);
    i14_allocations_are_summed(model);
    i15_ratings_keep_within_batches(model);
    c1_and_c8_the_court_holds_the_open_bonds(model);
    c6_disputes_end_in_time(model);
}

/// I1, I8, I18: a share is worth at most one base unit and at least a millionth; a pool has both or neither.
pub fn i1_and_i8_shares_are_neither_too_few_nor_too_many(model: &Model) {
    for (provider, pool) in &model.registry.pools {
        let (tokens, shares) = (pool.tokens, pool.shares);
        assert!(tokens <= shares, "I1: {tokens} for {shares} shares of {provider}");
        assert_eq!(tokens.is_zero(), shares.is_zero(), "I1: {tokens} for {shares} shares of {provider}");
        assert!(shares <= tokens * MOST_SHARES, "I8: {shares} shares for {tokens} of {provider}");
    }
}

/// I2: the shares of a pool's generation are those of its delegators.
pub fn i2_shares_are_somebodys(model: &Model) {
    let mut sums = BTreeMap::<Address, U256>::new();
    for (provider, delegator) in model.registry.positions.keys() {
        *sums.entry(*provider).or_default() += model.shares_of(*provider, *delegator);
    }
    for (provider, pool) in &model.registry.pools {
        let sum = sums.get(provider).copied().unwrap_or_default();
        assert_eq!(sum, pool.shares, "I2: the shares of {provider} are not its delegators'");
    }
}

/// I3: the shares of a bucket are its owners', and worth at most one base unit each.
pub fn i3_claims_are_somebodys(model: &Model) {
    let mut sums = BTreeMap::<(Address, u32), U256>::new();
    for ((provider, epoch, _), claim) in &model.registry.claims {
        *sums.entry((*provider, *epoch)).or_default() += *claim;
    }
    for (key, bucket) in &model.registry.buckets {
        let sum = sums.remove(key).unwrap_or_default();
        assert_eq!(sum, bucket.shares, "I3: the claims on bucket {key:?} are not its owners'");
        assert!(bucket.tokens <= bucket.shares, "I3: bucket {key:?} holds more tokens than shares");
    }
    assert!(sums.is_empty(), "I3: claims on no bucket: {sums:?}");
}

/// I4: the registry has exactly stake, exits, rewards that were not paid, and gifts.
pub fn i4_the_registry_holds_what_it_owes(model: &Model) {
    let address = model.registry.address;
    let gifts = model.books.gifts.get(&address).copied().unwrap_or_default();
    let owed = stake(model) + rewards(model) + gifts;
    assert_eq!(model.token.balance_of(address), owed, "I4: the registry has not what it owes");
}

/// I5: what was staked is in pools or buckets, or was paid out or slashed.
pub fn i5_stake_is_there_out_or_slashed(model: &Model) {
    let books = &model.books;
    assert_eq!(books.staked, stake(model) + books.withdrawn + books.slashed, "I5: stake is lost or made");
}

/// I6: rewards that are owed or still flow are at most what was funded and is there, and only roundings are lost.
pub fn i6_no_more_rewards_than_were_funded(model: &Model) {
    let registry = &model.registry;
    let left: U256 = registry.pools.values().map(|pool| pool.left).sum();
    let credited: U256 = registry.owed.values().copied().sum();
    let accrued: U256 =
        registry.positions.iter().map(|((provider, _), position)| registry.pools[provider].accrued(position)).sum();
    let (promised, there) = (left + credited + accrued, rewards(model));
    assert!(promised <= there, "I6: {promised} of rewards are promised, {there} are there");
    let roundings = U256::from(model.books.reward_roundings) + U256::from(registry.positions.len());
    assert!(there - promised <= roundings, "I6: {} of rewards are lost, at most {roundings} may", there - promised);
}

/// I6: whatever is added to a stream, it flows for one epoch at most.
pub fn i6_streams_end_within_an_epoch(model: &Model) {
    let longest = model.registry.epoch_length;
    for (provider, pool) in &model.registry.pools {
        assert!(pool.remaining <= longest, "I6: the stream of {provider} takes {} seconds", pool.remaining);
    }
}

/// I10: without rewards nobody has got out, and still has, more than it put in, but for others' roundings.
pub fn i10_nobody_gains_from_stake(model: &Model) {
    let mut exiting = BTreeMap::<(Address, Address), U256>::new();
    for (provider, epoch, owner) in model.registry.claims.keys() {
        *exiting.entry((*provider, *owner)).or_default() += model.unbonding(*provider, *epoch, *owner);
    }
    for (pair, put) in &model.books.put {
        let (provider, delegator) = *pair;
        let (_, staked) = model.stake_of(provider, delegator);
        let exits = exiting.get(pair).copied().unwrap_or_default();
        let got = model.books.got.get(pair).copied().unwrap_or_default() + staked + exits;
        let most = *put + U256::from(model.books.roundings_of_others(provider, delegator));
        assert!(got <= most, "I10: {delegator} put {put} into {provider} and has {got}, at most {most} is fair");
    }
}

/// I14: the sum that leverage bounds is that of what counts, and of falls that nobody has called for.
pub fn i14_allocations_are_summed(model: &Model) {
    let mut sums = BTreeMap::<Address, U256>::new();
    for ((provider, _), allocation) in &model.registry.allocations {
        *sums.entry(*provider).or_default() += bps(allocation.bps);
    }
    for (provider, sum) in &model.registry.allocated {
        let expected = sums.get(provider).copied().unwrap_or_default();
        assert_eq!(*sum, expected, "I14: the allocations of {provider} add up to something else");
        assert!(*sum <= U256::from(50_000), "I14: {provider} has allocated {sum}");
    }
}

/// I15: ratings of a batch add up to at most its value, and each was counted.
pub fn i15_ratings_keep_within_batches(model: &Model) {
    for (key, committed) in &model.registry.batches {
        assert!(committed.rated <= U256::from(committed.batch.value), "I15: batch {key:?} is rated above its value");
        let free = committed.batch.fee == 0;
        assert!(!free || committed.rated.is_zero(), "I15: batch {key:?} is rated with weight and cost nothing");
    }
    let counted: U256 = model.registry.reputations.values().map(|reputation| reputation.ratings).sum();
    assert_eq!(counted, U256::from(model.registry.rated.len()), "I15: ratings were counted twice or not at all");
}

/// C1, C8: every bond is still there, or was given back, burned or paid to the accused.
pub fn c1_and_c8_the_court_holds_the_open_bonds(model: &Model) {
    let open: U256 = model.court.disputes.iter().filter(is_open).map(|dispute| dispute.bond).sum();
    let books = &model.books;
    let ended = books.returned + books.bonds_burned + books.paid_to_subjects;
    assert_eq!(books.bonds, open + ended, "C1: a bond ended twice or is lost");
    let address = model.court.address;
    let gifts = books.gifts.get(&address).copied().unwrap_or_default();
    assert_eq!(model.token.balance_of(address), open + gifts, "C8: the court has not the open bonds");
}

/// C6: a dispute waits for a ruling, and then for a veto, only as long as the parameters that it captured say; it is
/// counted as long.
pub fn c6_disputes_end_in_time(model: &Model) {
    let mut open = BTreeMap::<Address, u32>::new();
    for dispute in &model.court.disputes {
        if !is_open(&dispute) {
            assert_eq!(dispute.deadline, 0, "C2: a dispute that is over waits: {dispute:?}");
            continue;
        }
        *open.entry(dispute.subject).or_default() += 1;
        let params = &model.court.params[dispute.version];
        let (ruling, veto) = (u64::from(params.rulingWindow), u64::from(params.vetoWindow));
        assert!(dispute.deadline <= dispute.opened + ruling + veto, "C6: a dispute waits too long: {dispute:?}");
    }
    for (provider, profile) in &model.registry.profiles {
        let expected = open.get(provider).copied().unwrap_or_default();
        assert_eq!(profile.open_disputes, expected, "C6: the disputes against {provider} are miscounted");
    }
}

/// Checks what holds of the last slash, if the model has just carried one out: I7, I12, I13, I22.
///
/// # Panics
/// When something does not; the message names it.
pub fn check_slash(model: &Model) {
    let Some(cut) = &model.books.last_slash else { return };
    i7_everybody_loses_the_same_part(model, cut);
    i7_nothing_else_is_touched(model, cut);
    i12_the_epoch_is_capped(model, cut);
    assert_eq!(cut.burned + cut.to_victim + cut.to_reporter, cut.slashed, "I13: parts are not the whole: {cut:?}");
    assert!(cut.burned * U256::from(2) >= cut.slashed, "I13: less than half is burned: {cut:?}");
    i22_nobody_gains_by_accusing_itself(model, cut);
}

/// I12: applied rates keep within the cap of the epoch, and no more is taken than they say.
fn i12_the_epoch_is_capped(model: &Model, cut: &Cut) {
    let cap = model.params().epochSlashCapBps;
    assert!(cut.service == 0 || cut.bps == 0 || cut.used <= cap, "I12: {} slashed within the epoch: {cut:?}", cut.used);
    let most = part_up(cut.base, bps(cut.bps), WHOLE);
    assert!(cut.wanted <= most, "I12: more is slashed than {} basis points: {cut:?}", cut.bps);
}

/// I22: victim and reporter get at most half of what the provider itself lost, but for a few base units.
fn i22_nobody_gains_by_accusing_itself(model: &Model, cut: &Cut) {
    let lost = cut.own.0 + cut.own.1 - cut.own_left.0 - cut.own_left.1;
    let parts = U256::from(model.registry.exit_epochs + 2);
    let most = lost + parts * (parts + U256::ONE);
    let paid = cut.to_victim + cut.to_reporter;
    assert!(paid * U256::from(2) <= most, "I22: {paid} paid, the provider lost {lost}: {cut:?}");
}

/// I7: losses add up to what was to be taken, and each is pro rata but for a few base units.
fn i7_everybody_loses_the_same_part(model: &Model, cut: &Cut) {
    let from_buckets: U256 = cut.from_buckets.values().copied().sum();
    assert_eq!(cut.from_pool + from_buckets, cut.wanted, "I7: the losses are not the slash: {cut:?}");
    let off = U256::from(model.registry.exit_epochs + 2) * cut.base;
    let in_reach = cut.buckets.range(cut.reach.0..=cut.reach.1.max(cut.reach.0));
    let buckets =
        in_reach.map(|(epoch, bucket)| (bucket.tokens, cut.from_buckets.get(epoch).copied().unwrap_or_default()));
    for (before, lost) in buckets.chain([(cut.pool.0, cut.from_pool)]) {
        let distance = (lost * cut.base).abs_diff(cut.wanted * before);
        assert!(distance <= off, "I7: {before} lost {lost}: {cut:?}");
    }
}

/// I7, I20: buckets beyond reach are as they were, the others and the pool lack what they lost.
fn i7_nothing_else_is_touched(model: &Model, cut: &Cut) {
    let mut expected = cut.buckets.clone();
    for (epoch, lost) in &cut.from_buckets {
        assert!((cut.reach.0..=cut.reach.1).contains(epoch), "I7: bucket {epoch} is beyond reach: {cut:?}");
        if let Some(bucket) = expected.get_mut(epoch) {
            bucket.tokens -= *lost;
        }
    }
    assert_eq!(model.buckets(cut.provider), expected, "I7: other buckets were touched: {cut:?}");
    let (tokens, shares) = cut.pool;
    let rest = tokens - cut.from_pool;
    let (expected, slashed) = match cut.wiped {
        Some(wiped) => {
            assert_eq!(wiped, rest, "I20: a wipe takes the rest: {cut:?}");
            ((U256::ZERO, U256::ZERO), cut.wanted + wiped)
        }
        None => ((rest, shares), cut.wanted),
    };
    assert_eq!(model.pool_size(cut.provider), expected, "I7: the pool has something else: {cut:?}");
    assert_eq!(cut.slashed, slashed, "I7: something else was slashed: {cut:?}");
}

/// I19: the definition of an active provider, in other words than the model's own.
///
/// # Panics
/// When the model says otherwise.
pub fn i19_active_means_all_of_it(model: &Model, provider: Address) {
    let params = model.params();
    let (_, own) = model.stake_of(provider, provider);
    let (pool, _) = model.pool_size(provider);
    let too_poor = own < wide(params.minSelfStake);
    let too_large = pool > own * U256::from(params.selfRatio);
    let active = model.status_of(provider) == ACTIVE && !too_poor && !too_large;
    assert_eq!(model.is_active(provider), active, "I19: {provider}");
}

fn is_open(dispute: &&Dispute) -> bool {
    [OPEN, UPHELD].contains(&dispute.status)
}

/// Returns all stake: pools and buckets.
fn stake(model: &Model) -> U256 {
    let pools: U256 = model.registry.pools.values().map(|pool| pool.tokens).sum();
    let buckets: U256 = model.registry.buckets.values().map(|bucket| bucket.tokens).sum();
    pools + buckets
}

/// Returns the rewards that were paid in and did not leave.
fn rewards(model: &Model) -> U256 {
    model.books.funded - model.books.claimed - model.books.stranded
}
