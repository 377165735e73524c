//! Channels: deposits, refunds, and what they are.

use aia_calldata::Args;
use aia_protocol::{
    payments::{
        MAX_AMOUNT,
        channel::{Channel, MAX_REFUNDS, WITHDRAW_DELAY},
        voucher::{self, ChannelConfig},
    },
    typed_data,
};
use aia_shell::{Revert, emit, revert, signatures, words};
use alloy_primitives::{Address, B256, U256};
use stylus_sdk::prelude::*;

use crate::{
    I, StreamPayments,
    ledger::{Payment, check_most, zero_amount},
    router::DOMAIN,
};

impl StreamPayments {
    pub(crate) fn deposit(
        &mut self,
        config: &ChannelConfig,
        amount: u128,
        collector: Address,
        data: &[u8],
    ) -> Result<(), Revert> {
        self.entry()?;
        if amount == 0 {
            return Err(zero_amount());
        }
        check_most(amount, MAX_AMOUNT)?;
        let id = self.valid_channel(config)?;
        let before = self.open_channel(id)?;
        let caller = self.caller();
        // Others' money neither takes an announcement back nor leaves with it.
        if before.is_leaving(self.now(), config.withdraw_delay) && caller != config.payer {
            return Err(withdraw_pending(id, before));
        }
        self.check_active(config.receiver)?;
        let balance = check_most(before.balance + amount, MAX_AMOUNT)?;
        self.store_channel(id, Channel { balance, initiated_at: 0, ..before });
        if !before.exists() {
            emit::<I::ChannelCreated, 1>(self.vm(), words![id], config.words());
        }
        if before.initiated_at != 0 {
            emit::<I::WithdrawCancelled, 1>(self.vm(), words![id], []);
        }
        emit::<I::Deposited, 2>(self.vm(), words![id, caller], words![amount, balance]);
        self.collect_deposit(id, config, amount, collector, data)
    }

    fn collect_deposit(
        &mut self,
        id: B256,
        config: &ChannelConfig,
        amount: u128,
        collector: Address,
        data: &[u8],
    ) -> Result<(), Revert> {
        let caller = self.caller();
        if collector.is_zero() {
            self.spend(caller, amount)?;
            emit::<I::LedgerDeposit, 2>(self.vm(), words![id, caller], words![amount]);
            return Ok(());
        }
        if collector == config.token {
            return self.token().pull(caller, amount);
        }
        if collector != self.vm().contract_address() {
            return Err(revert::<I::InvalidCollector>(words![collector]));
        }
        let mut args = Args::new(data);
        let payment = Payment::read(config.payer, &mut args);
        args.check()?;
        self.receive(id, amount, &payment)
    }

    pub(crate) fn refund(&mut self, config: &ChannelConfig, amount: u128) -> Result<(), Revert> {
        let id = self.channel_id(config);
        if !config.is_receiver_side(self.caller()) {
            return Err(self.unauthorized_side(id));
        }
        self.give_back(id, config, amount)
    }

    pub(crate) fn refund_signed(
        &mut self,
        config: &ChannelConfig,
        amount: u128,
        nonce: U256,
        signature: &[u8],
    ) -> Result<(), Revert> {
        let domain = self.domain();
        let id = config.id(domain);
        let expected = self.channel(id).refunds;
        if nonce != U256::from(expected) || expected == MAX_REFUNDS {
            return Err(revert::<I::InvalidRefundNonce>(words![id, nonce, expected]));
        }
        let digest = typed_data::digest(domain, voucher::refund(id, nonce, amount));
        self.check_authorizer(config.receiver_authorizer, digest, signature)?;
        self.give_back(id, config, amount)
    }

    fn give_back(&mut self, id: B256, config: &ChannelConfig, amount: u128) -> Result<(), Revert> {
        if amount == 0 {
            return Err(zero_amount());
        }
        // Also a refund of nothing uses the nonce up: its signature must not wait for money to come.
        let (channel, part) = self.channel(id).refund(amount);
        self.store_channel(id, channel);
        self.gain(config.payer, part);
        emit::<I::Refunded, 2>(self.vm(), words![id, self.caller()], words![part]);
        Ok(())
    }

    pub(crate) fn check_authorizer(&self, signer: Address, digest: B256, signature: &[u8]) -> Result<(), Revert> {
        let checked = signatures::check(self.vm(), signer, digest, signature);
        checked.map_err(|_| revert::<I::InvalidSignature>(words![signer]))
    }

    /// Returns the id of a channel that money can be put in.
    fn valid_channel(&self, config: &ChannelConfig) -> Result<B256, Revert> {
        let id = self.channel_id(config);
        let ChannelConfig { payer, receiver, receiver_authorizer, token, withdraw_delay, .. } = *config;
        let somebody = ![payer, receiver, receiver_authorizer].contains(&Address::ZERO);
        let apart = payer != receiver && !config.is_payer_side(receiver_authorizer);
        if !somebody || !apart || token != self.config().token {
            return Err(revert::<I::InvalidChannel>(words![id]));
        }
        let [min, max] = WITHDRAW_DELAY;
        if withdraw_delay < min || withdraw_delay > max {
            return Err(revert::<I::WithdrawDelayOutOfRange>(words![withdraw_delay, min, max]));
        }
        Ok(id)
    }

    /// Returns a channel that was not closed.
    pub(crate) fn open_channel(&self, id: B256) -> Result<Channel, Revert> {
        let channel = self.channel(id);
        if channel.closed { Err(revert::<I::ChannelIsClosed>(words![id])) } else { Ok(channel) }
    }

    pub(crate) fn domain(&self) -> B256 {
        DOMAIN.separator(self.vm(), self.vm().contract_address())
    }

    pub(crate) fn channel_id(&self, config: &ChannelConfig) -> B256 {
        config.id(self.domain())
    }

    pub(crate) fn unauthorized_side(&self, id: B256) -> Revert {
        revert::<I::UnauthorizedSide>(words![id, self.caller()])
    }
}

pub(crate) fn withdraw_pending(id: B256, channel: Channel) -> Revert {
    revert::<I::WithdrawPending>(words![id, channel.initiated_at])
}

/// Reads the interface's `ChannelConfig`.
#[inline(never)] // read in a dozen places
pub(crate) fn read_channel(args: &mut Args<'_>) -> ChannelConfig {
    ChannelConfig {
        payer: args.address(),
        payer_authorizer: args.address(),
        receiver: args.address(),
        receiver_authorizer: args.address(),
        token: args.address(),
        withdraw_delay: args.uint40(),
        salt: args.bytes32(),
    }
}
