//! All that can be seen of the token, beside the model, and the invariants of a moment.

use std::{collections::BTreeMap, fmt::Debug};

use aia_abi::IAIAToken as Abi;
use aia_model::{
    interface::{Authorization, Event, Refusal, Signature},
    model::{MAX_SUPPLY, MintLimitView},
    ops::Op,
};
use alloy::primitives::{Address, B256, U256};
use eyre::{Context, OptionExt, Result, ensure};
use rand::Rng;

use crate::invariants::{GENESIS, Run};

/// How many used authorizations are looked up each time.
const AUTHORIZATIONS: usize = 5;

/// An answer about a past second, as it was when the question was first asked.
pub(crate) struct Witness {
    instant: U256,
    accounts: Vec<Address>,
    votes: Vec<U256>,
    supply: U256,
    delegation: U256,
}

fn same<T: PartialEq + Debug>(seen: T, expected: T, what: impl FnOnce() -> String) -> Result<()> {
    ensure!(seen == expected, "{}: the token says {seen:?}, the model {expected:?}", what());
    Ok(())
}

/// Comparisons with the model.
impl Run<'_> {
    pub(crate) fn compare_accounts(&mut self) -> Result<()> {
        for account in self.everyone() {
            let (live, model) = (&self.live, &self.model);
            let balance = live.read(&Abi::balanceOfCall { account })?;
            same(balance, model.balance_of(account), || format!("balance of {account}"))?;
            let delegate = live.read(&Abi::delegatesCall { account })?;
            same(delegate, model.delegates(account), || format!("delegate of {account}"))?;
            let nonce = live.read(&Abi::noncesCall { owner: account })?;
            same(nonce, model.nonces(account), || format!("nonce of {account}"))?;
            let votes = live.read(&Abi::getVotesCall { account })?;
            same(votes, model.get_votes(account), || format!("votes of {account}"))?;
            self.compare_limit(account)?;

            let count = self.model.num_checkpoints(account);
            let seen = self.live.read(&Abi::numCheckpointsCall { account })?;
            same(usize::try_from(seen)?, count, || format!("number of checkpoints of {account}"))?;
            for index in [count.saturating_sub(1), self.rng.random_range(0..=count)] {
                self.compare_checkpoint(account, index)?;
            }
        }
        Ok(())
    }

    pub(crate) fn compare_checkpoint(&self, account: Address, index: usize) -> Result<()> {
        let seen = self.live.ask(&Abi::checkpointsCall { account, pos: index.try_into()? })?;
        let seen = seen.map(|seen| (seen.key.to::<u64>(), seen.value.to::<U256>()));
        same(seen, self.model.checkpoints(account, index), || format!("checkpoint {index} of {account}"))
    }

    fn compare_limit(&self, minter: Address) -> Result<()> {
        let seen = self.live.read(&Abi::mintLimitOfCall { minter })?;
        let seen = MintLimitView {
            capacity: U256::from(seen.capacity),
            used: U256::from(seen.used),
            available: U256::from(seen.available),
            window: seen.window.to(),
        };
        same(seen, self.model.mint_limit_of(minter), || format!("limit of {minter}"))
    }

    pub(crate) fn compare_allowances(&self) -> Result<()> {
        for owner in &self.model.actors {
            for spender in self.model.actors.iter().chain([&Address::ZERO, &self.model.token]) {
                let seen = self.live.read(&Abi::allowanceCall { owner: *owner, spender: *spender })?;
                let expected = self.model.allowance(*owner, *spender);
                same(seen, expected, || format!("allowance of {owner} for {spender}"))?;
            }
        }
        Ok(())
    }

    pub(crate) fn compare_roles(&mut self) -> Result<()> {
        let (live, model) = (&self.live, &self.model);
        same(live.read(&Abi::clockCall {})?.to(), model.now, || "clock".into())?;
        same(live.read(&Abi::ownerCall {})?, model.owner, || "owner".into())?;
        same(live.read(&Abi::pendingOwnerCall {})?, model.pending_owner, || "pending owner".into())?;
        same(live.read(&Abi::getCCIPAdminCall {})?, model.ccip_admin, || "CCIP admin".into())?;
        same(live.read(&Abi::l1AddressCall {})?, model.l1_address, || "L1 address".into())?;
        same(live.read(&Abi::totalSupplyCall {})?, model.total_supply(), || "supply".into())?;
        same(live.read(&Abi::getTotalDelegationCall {})?, model.get_total_delegation(), || "delegation".into())?;

        for _ in 0..AUTHORIZATIONS {
            let actor = model.actors[self.rng.random_range(0..model.actors.len())];
            let fresh = B256::from(self.rng.random::<[u8; 32]>());
            let used = model.authorizations.range((actor, fresh)..).next();
            for (authorizer, nonce) in [(actor, fresh), (actor, B256::ZERO)].iter().chain(used) {
                let call = Abi::authorizationStateCall { authorizer: *authorizer, nonce: *nonce };
                let expected = model.authorization_state(*authorizer, *nonce);
                same(live.read(&call)?, expected, || format!("authorization {nonce} of {authorizer}"))?;
            }
        }
        Ok(())
    }

    /// Compares the past at the last second, at a random one, and around a change of votes.
    pub(crate) fn compare_past(&mut self) -> Result<()> {
        let accounts = self.everyone();
        let now = self.model.now;
        let mut instants = vec![0, now - 1, self.rng.random_range(GENESIS..now)];
        let someone = accounts[self.rng.random_range(0..accounts.len())];
        let count = self.model.num_checkpoints(someone);
        if count > 0 {
            let (key, _) = self.model.votes[&someone][self.rng.random_range(0..count)];
            instants.extend([key - 1, key]);
        }
        instants.retain(|instant| *instant < now);
        for instant in instants.into_iter().map(U256::from) {
            let seen = self.witness(instant, accounts.clone())?;
            let model = &self.model;
            let expected = (
                model.get_past_votes_batch(&accounts, instant),
                model.get_past_total_supply(instant),
                model.get_total_delegation_at(instant),
            );
            let answers = (Ok(seen.votes.clone()), Ok(seen.supply), Ok(seen.delegation));
            same(answers, expected, || format!("votes, supply and delegation at {instant}"))?;
            self.witnesses.push(seen);
        }
        Ok(())
    }

    fn witness(&self, instant: U256, accounts: Vec<Address>) -> Result<Witness> {
        let batch = Abi::getPastVotesBatchCall { accounts: accounts.clone(), timepoint: instant };
        let votes = self.live.read(&batch)?;
        let supply = self.live.read(&Abi::getPastTotalSupplyCall { timepoint: instant })?;
        let delegation = self.live.read(&Abi::getTotalDelegationAtCall { timepoint: instant })?;
        Ok(Witness { instant, accounts, votes, supply, delegation })
    }
}

/// Invariants, by the chain's own word.
impl Run<'_> {
    pub(crate) fn token_1_balances_sum_to_supply(&self) -> Result<()> {
        let mut sum = U256::ZERO;
        for account in self.everyone() {
            sum += self.live.read(&Abi::balanceOfCall { account })?;
        }
        let supply = self.live.read(&Abi::totalSupplyCall {})?;
        ensure!(sum == supply, "TOKEN-1: the balances are {sum}, the supply {supply}");
        let cap = self.live.read(&Abi::maxSupplyCall {})?;
        ensure!(cap == U256::from(MAX_SUPPLY) && supply <= cap, "TOKEN-1: the supply {supply} is above the cap {cap}");
        Ok(())
    }

    pub(crate) fn token_2_votes_are_delegated_balances(&self) -> Result<()> {
        let mut delegated = BTreeMap::<Address, U256>::new();
        for account in self.everyone() {
            let delegate = self.live.read(&Abi::delegatesCall { account })?;
            *delegated.entry(delegate).or_default() += self.live.read(&Abi::balanceOfCall { account })?;
        }
        delegated.insert(Address::ZERO, U256::ZERO);
        for account in self.everyone() {
            let votes = self.live.read(&Abi::getVotesCall { account })?;
            let expected = delegated.get(&account).copied().unwrap_or_default();
            ensure!(votes == expected, "TOKEN-2: {account} has {votes} votes, delegated to it are {expected}");
        }
        let all: U256 = delegated.values().copied().sum();
        let total = self.live.read(&Abi::getTotalDelegationCall {})?;
        ensure!(total == all, "TOKEN-2: the total delegation is {total}, all votes {all}");
        ensure!(total <= self.live.read(&Abi::totalSupplyCall {})?, "TOKEN-2: more votes than units");
        Ok(())
    }

    pub(crate) fn token_3_no_answer_about_the_future(&self) -> Result<()> {
        let (now, account) = (self.model.now, self.model.actors[0]);
        for timepoint in [U256::from(now), U256::from(now + 1), U256::ONE << 48, U256::MAX] {
            let refusal = Refusal::ERC5805FutureLookup { timepoint, clock: now };
            let answers = [
                self.live.ask(&Abi::getPastVotesCall { account, timepoint })?.err(),
                self.live.ask(&Abi::getPastVotesBatchCall { accounts: Vec::new(), timepoint })?.err(),
                self.live.ask(&Abi::getPastTotalSupplyCall { timepoint })?.err(),
                self.live.ask(&Abi::getTotalDelegationAtCall { timepoint })?.err(),
            ];
            ensure!(
                answers.iter().all(|answer| answer.as_ref() == Some(&refusal)),
                "TOKEN-3: asked of {timepoint} at {now}: {answers:?}"
            );
        }
        Ok(())
    }

    pub(crate) fn token_3_the_past_never_changed(&self) -> Result<()> {
        ensure!(!self.witnesses.is_empty(), "nobody read the past");
        for first in &self.witnesses {
            let again = self.witness(first.instant, first.accounts.clone())?;
            ensure!(
                (&again.votes, again.supply, again.delegation) == (&first.votes, first.supply, first.delegation),
                "TOKEN-3: the past at {} changed",
                first.instant
            );
        }
        Ok(())
    }

    pub(crate) fn token_4_checkpoints_are_in_order(&mut self) -> Result<()> {
        for account in self.everyone() {
            let count = self.live.read(&Abi::numCheckpointsCall { account })?;
            let Some(last) = count.checked_sub(1) else { continue };
            let newest = self.live.read(&Abi::checkpointsCall { account, pos: last })?;
            let votes = self.live.read(&Abi::getVotesCall { account })?;
            ensure!(newest.value.to::<U256>() == votes, "TOKEN-4: the last checkpoint of {account} is not its votes");
            ensure!(newest.key.to::<u64>() <= self.model.now, "TOKEN-4: a checkpoint of {account} is to come");
            if last > 0 {
                let pos = self.rng.random_range(0..last);
                let one = self.live.read(&Abi::checkpointsCall { account, pos })?;
                let next = self.live.read(&Abi::checkpointsCall { account, pos: pos + 1 })?;
                ensure!(one.key < next.key, "TOKEN-4: checkpoint {pos} of {account} is not before the next");
            }
        }
        Ok(())
    }

    /// Tries every way to move the same units in the same second, and takes each back.
    pub(crate) fn token_6_equal_moves_end_equal(&mut self) -> Result<()> {
        let actors = self.model.actors.clone();
        let (from, to) = (actors[self.rng.random_range(0..8)], actors[self.rng.random_range(0..8)]);
        let caller = actors[self.rng.random_range(0..8)];
        let balance = self.model.balance_of(from);
        let value = balance / U256::from(self.rng.random_range(1..5_u32));
        let now = U256::from(self.model.now);
        let nonce = B256::from(self.rng.random::<[u8; 32]>());
        let (valid_after, valid_before) = (now - U256::ONE, now + U256::ONE);
        let authorization = Authorization { from, to, value, valid_after, valid_before, nonce };
        let signature = Signature::By(from);
        let transfers = [
            Op::Transfer { caller: from, to, value },
            Op::TransferFrom { caller, from, to, value },
            Op::TransferWithAuthorization { caller, authorization, signature },
            Op::ReceiveWithAuthorization { caller: to, authorization, signature },
        ];
        let burns = [
            Op::Burn { caller: from, value },
            Op::BurnOf { caller, account: from, value },
            Op::BurnFrom { caller, account: from, value },
        ];
        let approve = Op::Approve { caller: from, spender: caller, value };
        for ways in [transfers.as_slice(), burns.as_slice()] {
            let mut first = None;
            for way in ways {
                let ended = self.try_out(&[&approve, way]).wrap_err_with(|| format!("{way:?}"))?;
                let expected = first.get_or_insert_with(|| ended.clone());
                ensure!(*expected == ended, "TOKEN-6: {way:?} ends otherwise than {:?}", ways[0]);
            }
        }
        Ok(())
    }

    /// Runs operations that must succeed, returns what the last one changed, and takes them back.
    fn try_out(&mut self, ops: &[&Op]) -> Result<(Vec<Event>, Vec<U256>)> {
        let mut calls = Vec::new();
        for op in ops {
            let mut op = (*op).clone();
            let forms = self.wallet.calldata(&mut self.rng, &mut op)?;
            calls.push((op.caller().ok_or_eyre("only time has no caller")?, forms));
        }
        self.live.undone(|| {
            let mut events = Vec::new();
            for (caller, forms) in &calls {
                let seen = self.live.submit(self.model.now, *caller, &forms[0])?;
                events = seen.map_err(|refusal| eyre::eyre!("refused: {refusal:?}"))?;
            }
            events.retain(|event| !matches!(event, Event::AuthorizationUsed { .. }));
            let mut state =
                vec![self.live.read(&Abi::totalSupplyCall {})?, self.live.read(&Abi::getTotalDelegationCall {})?];
            for account in self.everyone() {
                state.push(self.live.read(&Abi::balanceOfCall { account })?);
                state.push(self.live.read(&Abi::getVotesCall { account })?);
                state.push(U256::from(self.live.read(&Abi::numCheckpointsCall { account })?));
            }
            Ok((events, state))
        })
    }

    pub(crate) fn token_7_nonces_count_what_was_accepted(&self) -> Result<()> {
        for account in self.everyone() {
            let accepted = self.accepted.get(&account).copied().unwrap_or_default();
            let nonce = self.live.read(&Abi::noncesCall { owner: account })?;
            ensure!(nonce == U256::from(accepted), "TOKEN-7: {account} signed {accepted} times, its nonce is {nonce}");
        }
        Ok(())
    }

    pub(crate) fn token_7_no_authorization_came_back(&self) -> Result<()> {
        for (authorizer, nonce) in &self.model.authorizations {
            let call = Abi::authorizationStateCall { authorizer: *authorizer, nonce: *nonce };
            ensure!(self.live.read(&call)?, "TOKEN-7: authorization {nonce} of {authorizer} came back");
        }
        Ok(())
    }

    pub(crate) fn token_11_a_batch_answers_as_singles(&mut self) -> Result<()> {
        let timepoint = U256::from(self.rng.random_range(GENESIS..self.model.now));
        let mut accounts = self.everyone();
        accounts.rotate_left(self.rng.random_range(0..8));
        accounts.push(accounts[0]);
        let mut singles = Vec::new();
        for account in accounts.iter().copied() {
            singles.push(self.live.read(&Abi::getPastVotesCall { account, timepoint })?);
        }
        let batch = self.live.read(&Abi::getPastVotesBatchCall { accounts, timepoint })?;
        ensure!(batch == singles, "TOKEN-11: at {timepoint} a batch is {batch:?}, singles {singles:?}");
        Ok(())
    }
}
