//! A crowd of streams that one payee has, and what calls cost in its midst.

use aia_abi::{IAIAToken as T, IStreamPayments as S};
use aia_tests::payments::{COIN, Market, packed};
use alloy::{
    primitives::{Address, B256, Bytes, U256},
    sol_types::SolCall,
};
use eyre::{Result, ensure};

use super::{call_at, call_next};

/// How many streams there are when what single calls cost is compared.
pub(super) const SIZES: [u64; 3] = [1, 1_000, 100_000];
/// How many the crowd opens in one transaction.
const AT_ONCE: u64 = 100;

/// What each operation costs.
type Costs = Vec<(&'static str, u64)>;

/// The consumer's stream and channel, among streams of somebody else's to the same provider.
pub(super) struct Crowd<'a> {
    market: &'a Market,
    /// Who opens all streams but the consumer's.
    neighbour: Address,
    size: u64,
    /// Unix seconds: all streams begin here, so what is measured later finds the same.
    now: u64,
}

impl<'a> Crowd<'a> {
    /// Begins with the consumer's alone.
    pub(super) fn new(market: &'a Market) -> Result<Self> {
        let net = market.net();
        let (owner, neighbour) = (net.owner.address(), net.account(2).address());
        let everything = U256::from(1_000 * COIN);
        let transfer = T::transferCall { to: neighbour, value: everything };
        call_next(&net.api, owner, net.token, &transfer)?;
        let allowance = T::approveCall { spender: market.payments, value: U256::MAX };
        call_next(&net.api, neighbour, net.token, &allowance)?;
        let fund = S::fundCall { to: neighbour, amount: everything };
        call_next(&net.api, neighbour, market.payments, &fund)?;

        let crowd = Self { market, neighbour, size: 1, now: net.now() };
        crowd.call(market.consumer.address(), &crowd.opening(0))?;
        crowd.call(market.consumer.address(), &crowd.deposit(1))?;
        Ok(crowd)
    }

    /// Opens others until there are so many.
    pub(super) fn grow(&mut self, size: u64) -> Result<()> {
        while self.size < size {
            let end = size.min(self.size + AT_ONCE);
            let data = (self.size..end).map(|number| self.opening(number).abi_encode().into()).collect();
            self.call(self.neighbour, &S::multicallCall { data })?;
            self.size = end;
        }
        Ok(())
    }

    /// Measures, and takes back what it took.
    pub(super) fn measure(&self) -> Result<Costs> {
        let api = &self.market.net().api;
        let present = api.chain().snapshot();
        let costs = self.costs();
        ensure!(api.chain().revert(present)?, "no snapshot");
        costs
    }

    fn costs(&self) -> Result<Costs> {
        let Market { provider, consumer, .. } = self.market;
        let (payer, payee) = (consumer.address(), provider.address());
        let config = S::StreamConfig { jobId: job(0), ..self.market.stream(0, 0) };
        let channel = self.market.channel(1);
        let voucher = |max| self.market.voucher(consumer, &channel, max);

        let open = self.cost(payer, &self.opening(u64::MAX))?;
        let collect = self.cost(payer, &S::collectCall { configs: vec![config.clone()] })?;
        let top_up = self.cost(payer, &S::topUpStreamCall { config: config.clone(), amount: COIN })?;
        let set_rate = self.cost(payer, &S::setRateCall { config: config.clone(), rate: 2 })?;
        let stop = self.cost(payee, &S::stopStreamCall { config })?;
        let deposit = self.cost(payer, &self.deposit(2))?;
        let claim = self.cost(payee, &S::claimCall { voucherClaims: vec![voucher(1)?] })?;
        let packed = S::claimPackedCall {
            receiver: channel.receiver,
            receiverAuthorizer: channel.receiverAuthorizer,
            withdrawDelay: channel.withdrawDelay,
            rows: packed(&[voucher(2)?]),
        };
        let packed = self.cost(payee, &packed)?;
        Ok(vec![
            ("openStream", open),
            ("collect", collect),
            ("topUpStream", top_up),
            ("setRate", set_rate),
            ("stopStream", stop),
            ("deposit", deposit),
            ("claim", claim),
            ("claimPacked", packed),
        ])
    }

    fn opening(&self, number: u64) -> S::openStreamCall {
        let payee = self.market.provider.address();
        S::openStreamCall { payee, rate: 1, notice: 0, jobId: job(number), deposit: 1_000 }
    }

    fn deposit(&self, salt: u8) -> S::depositCall {
        let (config, collector) = (self.market.channel(salt), Address::ZERO);
        S::depositCall { config, amount: COIN, collector, collectorData: Bytes::new() }
    }

    /// Makes a call in the second in which all streams begin.
    fn call(&self, from: Address, call: &impl SolCall) -> Result<()> {
        call_at(&self.market.net().api, self.now, from, self.market.payments, call)?;
        Ok(())
    }

    /// Makes a call a second later than the last, and returns the gas it used.
    fn cost(&self, from: Address, call: &impl SolCall) -> Result<u64> {
        Ok(call_next(&self.market.net().api, from, self.market.payments, call)?.gas_used)
    }
}

fn job(number: u64) -> B256 {
    B256::from(U256::from(number))
}
