//! What the contract's views tell, beside the model: roles, ledgers, streams; and 1 and 18 by the chain's own word.

use std::fmt::Debug;

use aia_abi::{IAIAToken, IStreamPayments as Abi};
use aia_model::payments::{LATEST, Model, flow::Stream, model::stream_id};
use alloy::primitives::{Address, B256, U256, aliases::U40};
use eyre::{Result, ensure};
use rand::Rng;

use crate::invariants::Run;

/// How many streams, and how many channels, are looked at each time.
const SAMPLES: usize = 10;
/// Nothing is asked about that is further away than this, in seconds: programs expire.
const HORIZON: u64 = 5 * 86_400;

pub(crate) fn same<T: PartialEq + Debug>(seen: T, expected: T, what: &str) -> Result<()> {
    ensure!(seen == expected, "{what}: the contract says {seen:?}, the model {expected:?}");
    Ok(())
}

/// Everybody's.
impl Run<'_> {
    pub(crate) fn compare_roles(&self) -> Result<()> {
        let (live, contract) = (&self.live, &self.model.contract);
        same(live.payments(&Abi::ownerCall {})?, contract.owner, "owner")?;
        same(live.payments(&Abi::guardianCall {})?, contract.guardian, "guardian")?;
        same(live.payments(&Abi::tokenCall {})?, self.model.token.address, "token")?;
        same(live.payments(&Abi::pausedCall {})?, contract.paused, "paused")?;
        same(&live.payments(&Abi::paramsCall {})?, &contract.params, "parameters")
    }

    pub(crate) fn compare_accounts(&self) -> Result<()> {
        for account in self.people() {
            self.compare_account(account)?;
            let call = Abi::receiversCall { receiver: account, token: self.model.token.address };
            let seen = self.live.payments(&call)?;
            let expected: u128 = self.model.settleable(account).to();
            same((seen.totalClaimed, seen.totalSettled), (expected, 0), "settleable")?;
        }
        let contract = self.model.contract.address;
        for account in self.model.actors.iter().copied().chain([contract]) {
            let seen = self.live.token(&IAIAToken::balanceOfCall { account })?;
            same(seen, self.model.token.balance_of(account), "balance")?;
        }
        same(self.live.token(&IAIAToken::totalSupplyCall {})?, self.model.token.supply(), "supply")
    }

    pub(crate) fn compare_account(&self, account: Address) -> Result<()> {
        let seen = self.live.payments(&Abi::accountOfCall { account })?;
        same(&seen, &expected_account(&self.model, account), "ledger")
    }

    /// Compares whatever the last operation changed.
    pub(crate) fn compare_changes(&self) -> Result<()> {
        let before = &self.model.before;
        for account in before.accounts.keys() {
            self.compare_account(*account)?;
        }
        for id in before.streams.keys() {
            same(self.live.payments(&Abi::streamOfCall { id: *id })?, self.model.stream_of(*id), "stream")?;
        }
        for id in before.channels.keys() {
            self.compare_amounts(*id)?;
        }
        Ok(())
    }

    /// 1: the contract has what its views say that it owes, and gifts; by the chain's own word.
    pub(crate) fn i1_the_contract_has_what_its_views_tell(&self) -> Result<()> {
        let (live, contract) = (&self.live, &self.model.contract);
        let mut owed = U256::ZERO;
        for account in contract.accounts.keys() {
            let seen = live.payments(&Abi::accountOfCall { account: *account })?;
            owed += U256::from(seen.free) + U256::from(seen.feeOwed);
        }
        for id in contract.streams.keys() {
            owed += U256::from(live.payments(&Abi::streamOfCall { id: *id })?.balance);
        }
        for id in contract.channels.keys() {
            let seen = live.payments(&Abi::channelsCall { channelId: *id })?;
            ensure!(seen.totalClaimed <= seen.balance, "6: channel {id} has paid more than it had");
            owed += U256::from(seen.balance - seen.totalClaimed);
        }
        let balance = live.token(&IAIAToken::balanceOfCall { account: contract.address })?;
        let gifts = self.model.books.gifts;
        ensure!(balance == owed + gifts, "1: {balance} there, {owed} owed, {gifts} given");
        Ok(())
    }
}

/// Streams.
impl Run<'_> {
    /// Returns all streams, or some, most of which are open.
    pub(crate) fn chosen_streams(&mut self, all: bool) -> Vec<B256> {
        let streams = &self.model.contract.streams;
        if all {
            return streams.keys().copied().collect();
        }
        let ids: Vec<B256> = streams.keys().copied().collect();
        let open: Vec<B256> = streams.iter().filter(|(_, stream)| !stream.is_closed()).map(|(id, _)| *id).collect();
        let mut chosen = self.sample(&open);
        chosen.extend(self.sample(&ids).into_iter().take(2));
        chosen
    }

    pub(super) fn sample(&mut self, ids: &[B256]) -> Vec<B256> {
        if ids.is_empty() {
            return Vec::new();
        }
        (0..SAMPLES).map(|_| ids[self.rng.random_range(0..ids.len())]).collect()
    }

    pub(crate) fn compare_stream(&self, id: B256) -> Result<()> {
        let (live, now) = (&self.live, self.model.now);
        let stream = self.model.contract.streams[&id];
        let config = self.model.contract.stream_configs[&id].clone();
        same(live.payments(&Abi::streamIdCall { config: config.clone() })?, stream_id(&config), "id")?;
        same(live.payments(&Abi::streamOfCall { id })?, self.model.stream_of(id), "stream")?;
        same(live.payments(&Abi::owedCall { id })?, stream.owed(now), "owed")?;
        let safe = live.payments(&Abi::streamSafeUntilCall { config })?;
        same(safe, U40::from(stream.safe_until(now)), "safe until")?;
        let depletion = live.payments(&Abi::depletionTimeCall { id })?;
        same(depletion, U40::from(stream.depletion().unwrap_or(LATEST)), "depletion")?;
        self.i18_all_is_paid_at_depletion(id, &stream, depletion.to())
    }

    /// 18: the view's second is the first at which the contract would pay everything.
    fn i18_all_is_paid_at_depletion(&self, id: B256, stream: &Stream, at: u64) -> Result<()> {
        let now = self.model.now;
        if !(now + 1..now + HORIZON).contains(&at) {
            return Ok(());
        }
        let then = self.live.payments_at(at, &Abi::owedCall { id })?;
        let before = self.live.payments_at(at - 1, &Abi::owedCall { id })?;
        let exact = then == stream.balance && before < stream.balance;
        ensure!(exact, "18: stream {id} pays {before} and {then} of {} around {at}", stream.balance);
        Ok(())
    }
}

fn expected_account(model: &Model, address: Address) -> Abi::Account {
    let account = model.account(address);
    Abi::Account {
        free: account.free.to(),
        feeOwed: account.fee_owed.to(),
        activeUntil: U40::from(model.active_until(address)),
        locked: account.locked,
    }
}
