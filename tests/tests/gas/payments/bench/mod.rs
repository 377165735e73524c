//! Every operation once, by people who have been there before unless its name says otherwise.

mod channels;
mod ledgers;
mod streams;

use aia_abi::{IAIAToken as T, IStreamPayments as S};
use aia_devnode::{Api, chain::Included};
use aia_tests::{
    Network,
    payments::{COIN, Market},
};
use alloy::{
    primitives::{Address, Bytes, U256},
    signers::local::PrivateKeySigner,
    sol_types::SolCall,
};
use eyre::{Result, ensure};

use super::{Row, call_next};

/// AIA that each of those who pay has in its wallet.
const WALLET: u128 = 100_000 * COIN;

/// A payments contract and those who use it. Every call is a second after the one before, if not later.
pub(super) struct Bench<'a> {
    net: &'a Network,
    payments: Address,
    token: Address,
    /// Opens streams and channels, from its ledger and from its wallet.
    payer: PrivateKeySigner,
    /// Signs vouchers for the payer.
    session: PrivateKeySigner,
    /// Serves, is known to be active, and has earned before.
    payee: Address,
    /// Serves too, and has never been paid.
    fresh_payee: Address,
    /// Claims and refunds for the payee.
    authorizer: PrivateKeySigner,
    /// Funds for the first time.
    newcomer: Address,
    /// Pays by signatures alone.
    signer: PrivateKeySigner,
    /// Submits what others sign.
    relayer: Address,
    /// What vouchers are over, which grows from claim to claim.
    ceiling: u128,
    rows: Vec<Row>,
}

impl<'a> Bench<'a> {
    /// Measures on one of the market's payments contracts, whose token may not be the market's.
    pub(super) fn new(market: &'a Market, payments: Address, token: Address) -> Self {
        let net = market.net();
        let [payee, payer, fresh_payee, newcomer, signer, session, authorizer, relayer] =
            [0, 1, 2, 3, 4, 5, 6, 7].map(|index| net.account(index));
        Self {
            net,
            payments,
            token,
            payer,
            session,
            payee: payee.address(),
            fresh_payee: fresh_payee.address(),
            authorizer,
            newcomer: newcomer.address(),
            signer,
            relayer: relayer.address(),
            ceiling: 0,
            rows: Vec::new(),
        }
    }

    /// Measures everything, and takes back what it took.
    pub(super) fn run_and_undo(mut self) -> Result<Vec<Row>> {
        let present = self.api().chain().snapshot();
        self.set_up()?;
        self.funding()?;
        self.streams()?;
        self.channels()?;
        self.claims()?;
        self.ways_out_of_a_channel()?;
        self.payouts()?;
        ensure!(self.api().chain().revert(present)?, "no snapshot");
        Ok(self.rows)
    }

    /// Gives everyone AIA, the contract allowances and deposits, and the payee a ledger.
    fn set_up(&self) -> Result<()> {
        let (owner, token, payer) = (self.net.owner.address(), self.token, self.payer.address());
        for to in [payer, self.newcomer, self.signer.address(), self.payee] {
            self.call(owner, token, &T::transferCall { to, value: U256::from(WALLET) })?;
        }
        for account in [payer, self.newcomer] {
            self.call(account, token, &T::approveCall { spender: self.payments, value: U256::MAX })?;
        }
        self.call(payer, self.payments, &S::fundCall { to: payer, amount: U256::from(WALLET / 2) })?;
        self.call(payer, self.payments, &S::fundCall { to: self.payee, amount: U256::from(COIN) })?;
        self.call(payer, self.payments, &S::refreshProviderCall { provider: self.payee })?;
        Ok(())
    }

    fn api(&self) -> &'a Api {
        &self.net.api
    }

    /// Whether the token is AIA itself, which takes signatures as payments submits them.
    fn is_aia(&self) -> bool {
        self.token == self.net.token
    }

    fn by_payer(&mut self, operation: &'static str, call: &impl SolCall) -> Result<Included> {
        self.measure(operation, self.payer.address(), call)
    }

    fn by_payee(&mut self, operation: &'static str, call: &impl SolCall) -> Result<Included> {
        self.measure(operation, self.payee, call)
    }

    fn measure(&mut self, operation: &'static str, from: Address, call: &impl SolCall) -> Result<Included> {
        let included = self.call(from, self.payments, call).map_err(|error| error.wrap_err(operation))?;
        self.rows.push(Row { operation, gas: included.gas_used });
        Ok(included)
    }

    fn call(&self, from: Address, to: Address, call: &impl SolCall) -> Result<Included> {
        call_next(self.api(), from, to, call)
    }

    /// Makes many calls of the payer's at once, which are not measured.
    fn prepare(&self, calls: impl Iterator<Item = Vec<u8>>) -> Result<()> {
        let data = calls.map(Bytes::from).collect();
        self.call(self.payer.address(), self.payments, &S::multicallCall { data })?;
        Ok(())
    }
}
