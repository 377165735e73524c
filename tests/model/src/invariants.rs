//! What always holds, numbered as in the list of invariants.
//!
//! They are checked on the model; a token that agrees with it in every answer has them too.

use std::collections::BTreeMap;

use alloy_primitives::{Address, U256};

use crate::model::{History, MAX_SUPPLY, Model};

/// How many of a minter's last mints T9 pairs with each other.
const MINTS_PAIRED: usize = 64;

/// Checks T1, T2, T4 and T9.
///
/// # Panics
/// When one does not hold; the message names it.
pub fn check(model: &Model) {
    t1_balances_sum_up_to_the_supply(model);
    t2_votes_are_the_balances_delegated(model);
    t4_checkpoints_are_in_order(model);
    t9_minting_keeps_within_limits(model);
}

/// T1: all balances together are the supply, which is at most the cap.
pub fn t1_balances_sum_up_to_the_supply(model: &Model) {
    let sum: U256 = model.balances.values().copied().sum();
    assert_eq!(sum, model.total_supply(), "T1: the balances are not the supply");
    assert!(sum <= U256::from(MAX_SUPPLY), "T1: the supply {sum} is above the cap");
    for nobody in [Address::ZERO, model.token] {
        assert!(model.balance_of(nobody).is_zero(), "T1: units are lost at {nobody}");
    }
}

/// T2: votes are the balances of those who delegate, and all votes together are at most the supply.
pub fn t2_votes_are_the_balances_delegated(model: &Model) {
    let mut votes = BTreeMap::<Address, U256>::new();
    for (holder, balance) in &model.balances {
        *votes.entry(model.delegates(*holder)).or_default() += *balance;
    }
    votes.remove(&Address::ZERO);
    for delegate in model.votes.keys().chain(votes.keys()) {
        let delegated = votes.get(delegate).copied().unwrap_or_default();
        assert_eq!(model.get_votes(*delegate), delegated, "T2: the votes of {delegate} are not delegated to it");
    }
    assert!(!model.votes.contains_key(&Address::ZERO), "T2: nobody has votes");
    let total: U256 = votes.values().copied().sum();
    assert_eq!(model.get_total_delegation(), total, "T2: the total delegation is not all votes");
    assert!(total <= model.total_supply(), "T2: there are more votes than units");
}

/// T4: in every history seconds increase, none is to come, and the last entry is the present.
pub fn t4_checkpoints_are_in_order(model: &Model) {
    for (delegate, history) in &model.votes {
        assert_in_order(history, model.now, &format!("the votes of {delegate}"));
        let last = history.last().map(|(_, votes)| *votes);
        assert_eq!(last, Some(model.get_votes(*delegate)), "T4: the last checkpoint of {delegate} is not its votes");
    }
    assert_in_order(&model.supply, model.now, "the supply");
    assert_in_order(&model.delegation, model.now, "the total delegation");
}

/// T9: between any two of a minter's mints, both included, it minted at most a capacity and what
/// came back in the meantime.
pub fn t9_minting_keeps_within_limits(model: &Model) {
    for (minter, limit) in &model.limits {
        let view = model.mint_limit_of(*minter);
        assert!(view.available <= view.capacity, "T9: {minter} may mint above its capacity");
        let recent = &limit.mints[limit.mints.len().saturating_sub(MINTS_PAIRED)..];
        for (index, (start, _)) in recent.iter().enumerate() {
            let mut minted = U256::ZERO;
            for (end, value) in &recent[index..] {
                minted += *value;
                let came_back = limit.capacity * U256::from(end - start) / U256::from(limit.window);
                assert!(minted <= limit.capacity + came_back, "T9: {minter} minted {minted} from {start} to {end}");
            }
        }
    }
}

fn assert_in_order(history: &History, now: u64, name: &str) {
    for pair in history.windows(2) {
        assert!(pair[0].0 < pair[1].0, "T4: in {name}, second {} follows {}", pair[1].0, pair[0].0);
    }
    assert!(history.last().is_none_or(|(key, _)| *key <= now), "T4: {name} has a second to come");
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWNER: Address = Address::with_last_byte(1);
    const TOKEN: Address = Address::with_last_byte(2);

    /// Returns a token whose owner holds, delegates to itself and has minted.
    fn lived() -> Model {
        let mut model = Model::new(TOKEN, vec![OWNER], 100);
        model.construct(OWNER, OWNER, U256::from(1000)).unwrap();
        model.delegate(OWNER, OWNER).unwrap();
        for minter in [OWNER, Address::ZERO] {
            model.set_mint_limit(OWNER, minter, 10, 5).unwrap();
        }
        for _ in 0..2 {
            model.wait(5);
            model.mint(OWNER, OWNER, U256::from(10)).unwrap();
        }
        check(&model);
        model
    }

    #[test]
    #[should_panic(expected = "T1: the balances are not the supply")]
    fn t1_sees_a_unit_too_many() {
        let mut model = lived();
        model.balances.insert(Address::with_last_byte(9), U256::ONE);
        check(&model);
    }

    #[test]
    #[should_panic(expected = "T2: the votes")]
    fn t2_sees_a_delegation_that_moved_no_votes() {
        let mut model = lived();
        model.delegates.insert(OWNER, TOKEN);
        check(&model);
    }

    #[test]
    #[should_panic(expected = "T2: the total delegation")]
    fn t2_sees_a_wrong_total() {
        let mut model = lived();
        model.delegation.last_mut().unwrap().1 -= U256::ONE;
        check(&model);
    }

    #[test]
    #[should_panic(expected = "T4: in the votes")]
    fn t4_sees_two_checkpoints_in_a_second() {
        let mut model = lived();
        let history = model.votes.get_mut(&OWNER).unwrap();
        history.push(*history.last().unwrap());
        check(&model);
    }

    #[test]
    #[should_panic(expected = "T9")]
    fn t9_sees_a_mint_above_the_limit() {
        let mut model = lived();
        model.limits.get_mut(&OWNER).unwrap().mints.push((model.now, U256::ONE));
        check(&model);
    }
}
