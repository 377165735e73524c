//! What holds of every step, by the numbers of the list of invariants, told by the events of the step and by what it
//! changed.

use aia_abi::{IAIAToken, IStreamPayments as Abi};
use alloy_primitives::{Address, B256, U256};
use alloy_sol_types::SolEvent;

use super::{
    Answer, Model,
    flow::Stream,
    invariants::{check_channel, check_stream, i1_the_contract_has_what_it_owes, i13_a_part_is_rounded_up, owed},
    model::{Account, Channel},
    ops::Op,
    withdrawals::is_payer_side,
};

/// Checks a step that the model has just made; `before` is what the contract owed before it.
///
/// # Panics
/// When something does not hold; the message names it.
pub fn check(model: &Model, op: &Op, done: &Answer, before: U256) {
    let step = Step { model, op, done };
    let after = owed(model);
    i1_the_contract_has_what_it_owes(model, after);
    step.i2_only_the_token_changes_what_is_owed(before, after);
    step.i12_money_comes_in_for_active_payees();
    step.i13_fees_are_rounded_up();
    step.i14_nobody_pays_for_another();
    for (id, before) in &model.before.streams {
        check_stream(model, *id);
        step.i3_and_i4_only_time_earns(*id, *before);
    }
    for (id, before) in &model.before.channels {
        check_channel(model, *id);
        step.i6_and_i9_claims_only_grow(*id, *before);
        step.i10_only_the_payer_moves_its_timers(*id, *before);
    }
    for (address, before) in &model.before.accounts {
        step.i14_nobody_spends_for_another(*address, *before);
    }
}

/// A step, and the state after it.
struct Step<'a> {
    model: &'a Model,
    op: &'a Op,
    done: &'a Answer,
}

impl Step<'_> {
    /// Returns the contract's events of a kind.
    fn events<E: SolEvent>(&self) -> Vec<E> {
        self.events_of(self.model.contract.address)
    }

    fn events_of<E: SolEvent>(&self, emitter: Address) -> Vec<E> {
        let logs = self.done.logs.iter().filter(|(address, _)| *address == emitter);
        logs.filter_map(|(_, log)| E::decode_log_data(log).ok()).collect()
    }

    fn transfers(&self) -> Vec<IAIAToken::Transfer> {
        self.events_of(self.model.token.address)
    }

    /// 2: what is owed changes by what the token moved, and by nothing else; what nobody asked for changes nothing.
    fn i2_only_the_token_changes_what_is_owed(&self, before: U256, after: U256) {
        let contract = self.model.contract.address;
        let (mut came, mut went) = (U256::ZERO, U256::ZERO);
        for moved in self.transfers().into_iter().filter(|_| matches!(self.op, Op::Pay { .. })) {
            if moved.to == contract {
                came += moved.value;
            }
            if moved.from == contract {
                went += moved.value;
            }
        }
        assert_eq!(after + went, before + came, "2: a step made AIA or lost it");
    }

    /// 3, 4: what a payee has earned, paid or not, is a matter of time alone: no call raises or lowers it. So paying in
    /// many steps brings as much as paying at once, and time without money is never billed.
    fn i3_and_i4_only_time_earns(&self, id: B256, before: Option<Stream>) {
        let Some(before) = before else { return };
        let (now, stream) = (self.model.now, self.model.contract.streams[&id]);
        let collected = self.events::<Abi::StreamCollected>().into_iter().filter(|event| event.id == id);
        let paid: U256 = collected.map(|event| event.gross).sum();
        assert_eq!(before.owed(now), stream.owed(now) + paid, "3, 4: a call changed what {id} has earned: {stream:?}");
    }

    /// 6, 9: what was claimed stays claimed, and a channel that is closed stays as it is, but for the count of refunds.
    fn i6_and_i9_claims_only_grow(&self, id: B256, before: Option<Channel>) {
        let (before, channel) = (before.unwrap_or_default(), self.model.channel(id));
        assert!(channel.claimed >= before.claimed, "6: channel {id} takes back a claim");
        let counted = Channel { refunds: channel.refunds, ..before };
        assert!(!before.closed || channel == counted, "9: channel {id} is closed and changes: {channel:?}");
    }

    /// 10: announcements and holds are the payer's side's: nobody else starts one, takes it back or moves it, but that
    /// whoever deposits ends one that has expired.
    fn i10_only_the_payer_moves_its_timers(&self, id: B256, before: Option<Channel>) {
        let (Some(caller), Some(config)) = (self.op.caller(), self.model.contract.channel_configs.get(&id)) else {
            return;
        };
        let (before, channel) = (before.unwrap_or_default(), self.model.channel(id));
        assert!(channel.held_until >= before.held_until, "10: channel {id} is held shorter");
        if is_payer_side(config, caller) {
            return;
        }
        assert_eq!(channel.held_until, before.held_until, "10: {caller} holds channel {id}");
        let expired = !before.is_leaving(self.model.now, config.withdrawDelay.to());
        let same = channel.initiated_at == before.initiated_at;
        assert!(same || (expired && channel.initiated_at.is_none()), "10: {caller} moves the withdrawal of {id}");
    }

    /// 12: whom money comes in for was called active by the present registry, not longer ago than that counts.
    fn i12_money_comes_in_for_active_payees(&self) {
        let contract = &self.model.contract;
        let payee = |id: B256| contract.stream_configs[&id].payee;
        let opened = self.events::<Abi::StreamOpened>().into_iter().map(|event| event.payee);
        let topped = self.events::<Abi::StreamToppedUp>().into_iter().map(|event| payee(event.id));
        let raised = self.events::<Abi::RateSet>().into_iter().filter(|event| event.newRate > event.oldRate);
        let deposited = self.events::<Abi::Deposited>().into_iter();
        let deposited = deposited.map(|event| contract.channel_configs[&event.channelId].receiver);
        let raised = raised.map(|event| payee(event.id));
        for provider in opened.chain(topped).chain(raised).chain(deposited) {
            let (at, registry) = self.model.books.asked[&provider];
            assert_eq!(registry, contract.params.registry, "12: another registry called {provider} active");
            let ttl = contract.params.stakeTtl.to::<u64>();
            assert!(self.model.now <= at + ttl, "12: {provider} was active at {at}, which is too long ago");
        }
    }

    /// 13: fees and their burnt part are what the rates say, rounded up.
    fn i13_fees_are_rounded_up(&self) {
        let params = &self.model.contract.params;
        for event in self.events::<Abi::StreamCollected>() {
            i13_a_part_is_rounded_up(event.gross, event.fee, params.feeBps);
        }
        for event in self.events::<Abi::Credited>() {
            i13_a_part_is_rounded_up(event.net + event.fee, event.fee, params.feeBps);
        }
        for event in self.events::<Abi::FeesCollected>() {
            let swept: U256 = self.events::<Abi::FeeSwept>().into_iter().map(|event| event.amount).sum();
            assert_eq!(event.burned + event.toTreasury, swept, "13: a sweep keeps something");
            i13_a_part_is_rounded_up(swept, event.burned, params.burnBps);
        }
    }

    /// 14: the wallets of others are paid from only by what they signed.
    fn i14_nobody_pays_for_another(&self) {
        let signed = self.events_of::<IAIAToken::AuthorizationUsed>(self.model.token.address);
        for moved in self.transfers() {
            let own = self.op.caller() == Some(moved.from) || moved.from == self.model.contract.address;
            let agreed = signed.iter().any(|used| used.authorizer == moved.from);
            assert!(own || agreed, "14: somebody pays with the AIA of {}: {:?}", moved.from, self.op);
        }
    }

    /// 14: free AIA of others only ever grows, but that anyone may send it to their wallet if they did not lock it.
    fn i14_nobody_spends_for_another(&self, address: Address, before: Account) {
        let spent = before.free.saturating_sub(self.model.account(address).free);
        if spent.is_zero() || self.op.caller() == Some(address) {
            return;
        }
        let settled = self.events::<Abi::Settled>().into_iter().filter(|event| event.receiver == address);
        let settled: U256 = settled.map(|event| U256::from(event.amount)).sum();
        assert!(spent <= settled && !before.locked, "14: somebody spends {spent} of {address}: {:?}", self.op);
    }
}
