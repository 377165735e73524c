//! What is stored, and what can be seen of it.

use aia_protocol::payments::{account::Account, channel::Channel, config::Config, stream::Stream};

use super::Escrow;
use crate::{
    invariants::p15_a_word_loses_nothing,
    ops::{Actor, ChannelNo, StreamNo},
    storage::Slot,
};

impl Escrow {
    pub(crate) fn now(&self) -> u64 {
        self.now
    }

    pub(crate) fn held(&self) -> u128 {
        self.held
    }

    pub(crate) fn config(&self) -> Config {
        Config::from_word(self.storage.get(Slot::Config))
    }

    pub(crate) fn account(&self, by: Actor) -> Account {
        Account::from_word(self.storage.get(Slot::Account(by)))
    }

    /// Returns up to when somebody counts as active without being asked about.
    pub(crate) fn active_until(&self, provider: Actor) -> u64 {
        self.config().active_until(self.account(provider).seen_active)
    }

    /// Returns a stream as it was last settled.
    pub(crate) fn stream(&self, no: StreamNo) -> Stream {
        Stream::from_word(self.storage.get(Slot::Stream(no)))
    }

    pub(crate) fn owed(&self, no: StreamNo) -> u128 {
        self.stream(no).settle(self.now).1
    }

    pub(crate) fn stream_safe_until(&self, no: StreamNo) -> u64 {
        self.stream(no).settle(self.now).0.safe_until(self.setting.deal(no).notice)
    }

    pub(crate) fn channel(&self, no: ChannelNo) -> Channel {
        Channel::from_word(self.storage.get(Slot::Channel(no)))
    }

    pub(crate) fn channel_safe_until(&self, no: ChannelNo) -> u64 {
        self.channel(no).safe_until(self.now, self.setting.terms(no).delay)
    }

    pub(super) fn store_config(&mut self, config: Config) {
        let word = config.to_word();
        p15_a_word_loses_nothing(&Config::from_word(word), &config);
        self.storage.set(Slot::Config, word);
    }

    pub(super) fn store_account(&mut self, by: Actor, account: Account) {
        let word = account.to_word();
        p15_a_word_loses_nothing(&Account::from_word(word), &account);
        self.storage.set(Slot::Account(by), word);
    }

    pub(super) fn store_stream(&mut self, no: StreamNo, stream: Stream) {
        let word = stream.to_word();
        p15_a_word_loses_nothing(&Stream::from_word(word), &stream);
        self.storage.set(Slot::Stream(no), word);
    }

    pub(super) fn store_channel(&mut self, no: ChannelNo, channel: Channel) {
        let word = channel.to_word();
        p15_a_word_loses_nothing(&Channel::from_word(word), &channel);
        self.storage.set(Slot::Channel(no), word);
    }
}
