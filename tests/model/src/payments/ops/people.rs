//! Draws of who does something, and of streams and channels that it is about.

use aia_abi::IStreamPayments as Abi;
use alloy_primitives::{Address, B256, U256};
use rand::Rng;

use super::{CONSUMERS, PROVIDERS, dice::Dice};
use crate::payments::{
    DELAYS, LONGEST_NOTICE,
    flow::Stream,
    instant,
    model::{Channel, stream_id},
    seal::{Flaw, Seal},
};

/// Notices of drawn streams, in seconds.
const NOTICES: [u32; 4] = [0, 60, 3_600, 86_400];
/// More channels than this are rarely open at once.
const MANY: usize = 24;

/// People.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn actor(&mut self) -> Address {
        self.one_of(&self.model.actors)
    }

    /// Returns somebody who mostly pays.
    pub(super) fn consumer(&mut self) -> Address {
        let consumers = &self.model.actors[..CONSUMERS];
        if self.chance(92) { self.one_of(consumers) } else { self.actor() }
    }

    /// Returns somebody who is mostly paid.
    pub(super) fn provider(&mut self) -> Address {
        let providers = &self.model.actors[CONSUMERS..CONSUMERS + PROVIDERS];
        if self.chance(96) { self.one_of(providers) } else { self.actor() }
    }

    /// Returns somebody who has free AIA, if there is anybody.
    pub(super) fn rich(&mut self) -> Address {
        let accounts = self.model.contract.accounts.iter();
        let rich: Vec<Address> =
            accounts.filter(|(_, account)| !account.free.is_zero()).map(|(address, _)| *address).collect();
        let anybody = self.actor();
        self.maybe_one_of(&rich).filter(|address| self.model.actors.contains(address)).unwrap_or(anybody)
    }

    /// Returns the entitled one, or now and then another.
    pub(super) fn mostly(&mut self, entitled: Address) -> Address {
        let known = self.model.actors.contains(&entitled);
        if known && self.chance(93) { entitled } else { self.actor() }
    }

    /// Returns whoever money may be sent to: mostly somebody, now and then nobody, the contract or the token.
    pub(super) fn recipient(&mut self) -> Address {
        match self.below(100) {
            0..2 => Address::ZERO,
            2..4 => self.model.contract.address,
            4..6 => self.model.token.address,
            _ => self.actor(),
        }
    }

    /// Returns a signature that is mostly right; one that stands `alone`, and not in a packed row, may be too short.
    pub(super) fn seal(&mut self, signer: Address, alone: bool) -> Seal {
        let flaw = match self.below(100) {
            0..3 => Flaw::OtherMessage,
            3..5 => Flaw::HighS,
            5..7 => Flaw::NoRecovery,
            7..8 if alone => Flaw::Short,
            _ => Flaw::None,
        };
        Seal { signer: self.mostly(signer), nonce: 0, flaw }
    }
}

/// Streams.
impl<R: Rng + ?Sized> Dice<'_, R> {
    /// Returns a stream that there is and that fits, or else any or none.
    pub(super) fn stream(&mut self, fits: impl Fn(&Stream) -> bool) -> Abi::StreamConfig {
        let streams = self.model.contract.streams.iter();
        let fitting: Vec<B256> = streams.filter(|(_, stream)| fits(stream)).map(|(id, _)| *id).collect();
        let all: Vec<B256> = self.model.contract.stream_configs.keys().copied().collect();
        let chosen = match self.below(100) {
            0..93 => self.maybe_one_of(&fitting),
            93..97 => self.maybe_one_of(&all),
            _ => None,
        };
        let none = self.new_stream();
        chosen.map_or(none, |id| self.model.contract.stream_configs[&id].clone())
    }

    /// Returns a stream that is not closed, if there is one.
    pub(super) fn open_one(&mut self) -> Abi::StreamConfig {
        self.stream(|stream| !stream.is_closed())
    }

    /// Returns a stream that there mostly never was.
    pub(super) fn new_stream(&mut self) -> Abi::StreamConfig {
        let (payer, mut payee) = (self.consumer(), self.provider());
        if payee == payer && self.chance(80) {
            payee = self.one_of(&self.model.actors[CONSUMERS..]);
        }
        let notice = match self.below(100) {
            0..2 => LONGEST_NOTICE,
            2..4 => LONGEST_NOTICE + 1,
            _ => self.one_of(&NOTICES),
        };
        // An id is used once: the number of jobs grows with that of streams.
        let job = self.numbered(self.model.contract.stream_configs.len() / 24, 3);
        Abi::StreamConfig { payer, payee, notice, jobId: job }
    }

    /// Returns how a stream stands now, paid.
    pub(super) fn settled(&self, config: &Abi::StreamConfig) -> Option<Stream> {
        Some(self.model.stream(stream_id(config))?.settled(self.model.now))
    }
}

/// Channels.
impl<R: Rng + ?Sized> Dice<'_, R> {
    /// Returns a channel that there is and that fits, or else any or none.
    pub(super) fn channel(&mut self, fits: impl Fn(&Abi::ChannelConfig, &Channel) -> bool) -> Abi::ChannelConfig {
        let configs = self.model.contract.channel_configs.iter();
        let fitting: Vec<B256> =
            configs.filter(|(id, config)| fits(config, &self.model.channel(**id))).map(|(id, _)| *id).collect();
        let all: Vec<B256> = self.model.contract.channel_configs.keys().copied().collect();
        let chosen = match self.below(100) {
            0..94 => self.maybe_one_of(&fitting),
            94..97 => self.maybe_one_of(&all),
            _ => None,
        };
        let none = self.new_channel();
        chosen.map_or(none, |id| self.model.contract.channel_configs[&id].clone())
    }

    /// Returns a channel that is not closed, if there is one.
    pub(super) fn unclosed(&mut self) -> Abi::ChannelConfig {
        self.channel(|_, channel| !channel.closed)
    }

    /// Returns a channel that there mostly never was.
    pub(super) fn new_channel(&mut self) -> Abi::ChannelConfig {
        let (payer, receiver) = (self.consumer(), self.provider());
        let payer_authorizer = if self.chance(50) { Address::ZERO } else { self.actor() };
        let receiver_authorizer = if self.chance(55) { receiver } else { self.actor() };
        let delay = self.one_of(&[DELAYS.0, DELAYS.0, 172_800]);
        let closed = self.model.contract.channels.values().filter(|channel| channel.closed).count();
        Abi::ChannelConfig {
            payer,
            payerAuthorizer: payer_authorizer,
            receiver,
            receiverAuthorizer: receiver_authorizer,
            token: self.model.token.address,
            withdrawDelay: instant(delay),
            salt: self.numbered(closed / 8, 2),
        }
    }

    /// Returns a channel to deposit into: mostly one that there is, once there are many.
    pub(super) fn deposited(&mut self) -> Abi::ChannelConfig {
        let open = self.model.contract.channels.values().filter(|channel| !channel.closed).count();
        let mut config =
            if self.chance(if open > MANY { 97 } else { 60 }) { self.unclosed() } else { self.new_channel() };
        if self.chance(4) {
            self.spoil(&mut config);
        }
        config
    }

    /// Makes a channel one that there cannot be.
    fn spoil(&mut self, config: &mut Abi::ChannelConfig) {
        match self.below(9) {
            0 => config.payer = Address::ZERO,
            1 => config.receiver = Address::ZERO,
            2 => config.receiverAuthorizer = Address::ZERO,
            3 => config.receiver = config.payer,
            4 => config.receiverAuthorizer = config.payer,
            5 => config.payerAuthorizer = config.receiverAuthorizer,
            6 => config.token = self.actor(),
            7 => config.withdrawDelay = instant(DELAYS.0 - 1),
            _ => config.withdrawDelay = instant(DELAYS.1 + 1),
        }
    }

    /// Returns what of a channel is unclaimed.
    pub(super) fn unclaimed(&self, config: &Abi::ChannelConfig) -> U256 {
        self.model.channel(self.model.channel_id(config)).unclaimed()
    }
}
