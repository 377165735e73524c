//! What came of it: everything that the contract keeps, and whether it has what it owes.

use std::collections::{BTreeMap, BTreeSet};

use aia_abi::IStreamPayments::{Account, IStreamPaymentsEvents as Event, Stream};
use alloy::{
    primitives::{Address, B256, LogData, U256, aliases::U40},
    providers::Provider,
    rpc::types::{Filter, TransactionReceipt},
    sol_types::SolEventInterface,
};
use eyre::Result;

use super::{Market, Payments};

/// A channel as its views tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Channel {
    /// Deposited and not given back, base units.
    pub balance: u128,
    /// What of it was claimed.
    pub claimed: u128,
    /// When a withdrawal was announced.
    pub initiated_at: U40,
    /// Until when its payer promised not to withdraw.
    pub held_until: U40,
    /// Whether a withdrawal closed it.
    pub closed: bool,
    /// The nonce of the next refund by signature.
    pub refund_nonce: U256,
}

/// Everything that the contract keeps for anybody whom its events name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Books {
    /// Ledgers.
    pub accounts: BTreeMap<Address, Account>,
    /// Streams, also those that are over.
    pub streams: BTreeMap<B256, Stream>,
    /// Channels.
    pub channels: BTreeMap<B256, Channel>,
    /// The contract's AIA.
    pub escrow: U256,
}

/// Who and what the contract's events name.
#[derive(Default)]
struct Names {
    accounts: BTreeSet<Address>,
    streams: BTreeSet<B256>,
    channels: BTreeSet<B256>,
}

impl Names {
    fn hear(&mut self, event: Event) {
        match event {
            Event::Funded(funded) => self.accounts.extend([funded.account]),
            Event::ProviderRefreshed(refreshed) => self.accounts.extend([refreshed.provider]),
            Event::StreamOpened(opened) => {
                self.accounts.extend([opened.payer, opened.payee]);
                self.streams.insert(opened.id);
            }
            Event::ChannelCreated(created) => {
                self.accounts.extend([created.config.payer, created.config.receiver]);
                self.channels.insert(created.channelId);
            }
            _ => {}
        }
    }
}

impl Books {
    /// Returns everything that the contract owes: ledgers, fees, streams, and what is unclaimed in channels.
    pub fn owed(&self) -> U256 {
        let accounts = self.accounts.values().map(|account| account.free + account.feeOwed);
        let streams = self.streams.values().map(|stream| stream.balance);
        let channels = self.channels.values().map(|channel| channel.balance - channel.claimed);
        accounts.chain(streams).chain(channels).map(U256::from).sum()
    }
}

impl Market {
    /// Reads everything that the contract keeps.
    ///
    /// # Errors
    /// When the node does not answer.
    pub async fn books(&self) -> Result<Books> {
        let payments = self.payments_as(&self.net().owner)?;
        let names = self.names().await?;
        let escrow = self.net().token_as(&self.net().owner)?.balanceOf(self.payments).call().await?;
        let mut books = Books { escrow, ..Books::default() };
        for account in names.accounts {
            books.accounts.insert(account, payments.accountOf(account).call().await?);
        }
        for id in names.streams {
            books.streams.insert(id, payments.streamOf(id).call().await?);
        }
        for id in names.channels {
            books.channels.insert(id, channel(&payments, id).await?);
        }
        Ok(books)
    }

    /// Asserts that the contract has what it owes, to the base unit, and that channels pay out of what they hold.
    ///
    /// # Errors
    /// When the node does not answer.
    ///
    /// # Panics
    /// When it has more or less.
    pub async fn assert_adds_up(&self) -> Result<()> {
        let books = self.books().await?;
        for (id, channel) in &books.channels {
            assert!(channel.claimed <= channel.balance, "channel {id} has paid more than it had: {channel:?}");
        }
        assert_eq!(books.escrow, books.owed(), "what the contract has, and what it owes");
        Ok(())
    }

    /// Asserts what people have in their wallets, what the contract has for all of them, and what was burned; what
    /// the registry holds it keeps, and everything else is the owner's.
    ///
    /// # Errors
    /// When the token does not answer.
    ///
    /// # Panics
    /// When somebody has something else.
    pub async fn assert_wallets(&self, expected: &[(Address, u128)], escrow: u128, burned: u128) -> Result<()> {
        let token = self.net().token_as(&self.net().owner)?;
        let staked = token.balanceOf(self.staking.registry).call().await?;
        let people = expected.iter().map(|(account, amount)| (*account, U256::from(*amount)));
        let contracts = [(self.staking.registry, staked), (self.payments, U256::from(escrow))];
        let holdings: Vec<_> = contracts.into_iter().chain(people).collect();
        self.staking.assert_holdings(&holdings, U256::from(burned)).await
    }

    /// Asserts that the contract itself emitted these events within a transaction, in this order, and no other.
    ///
    /// # Panics
    /// When it emitted others.
    #[track_caller]
    pub fn assert_logged(&self, receipt: &TransactionReceipt, expected: &[LogData]) {
        let own = receipt.logs().iter().filter(|log| log.address() == self.payments);
        let logged: Vec<LogData> = own.map(|log| log.inner.data.clone()).collect();
        assert_eq!(logged, expected);
    }

    async fn names(&self) -> Result<Names> {
        let filter = Filter::new().address(self.payments).from_block(0_u64);
        let mut names = Names::default();
        for log in self.net().provider(&self.net().owner)?.get_logs(&filter).await? {
            names.hear(Event::decode_log(&log.inner)?.data);
        }
        Ok(names)
    }
}

async fn channel(payments: &Payments, id: B256) -> Result<Channel> {
    let amounts = payments.channels(id).call().await?;
    let (pending, status) = (payments.pendingWithdrawals(id).call().await?, payments.channelStatus(id).call().await?);
    Ok(Channel {
        balance: amounts.balance,
        claimed: amounts.totalClaimed,
        initiated_at: pending.initiatedAt,
        held_until: status.heldUntil,
        closed: status.closed,
        refund_nonce: payments.refundNonce(id).call().await?,
    })
}
