//! Channels: deposits, refunds, and which there can be.

use aia_abi::IStreamPayments as Abi;
use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use alloy_sol_types::SolValue;

use super::{
    Answer, DELAYS, Log, MOST, Model, Outcome, error, instant,
    ledger::check_amount,
    model::Channel,
    narrow, require,
    seal::Seal,
    take,
    token::{Authorization, Token},
};

/// What `deposit` is told of an authorization.
type CollectorData = (U256, U256, U256, Bytes);

/// Deposits.
impl Model {
    /// `deposit`.
    pub fn deposit(&mut self, caller: Address, call: &Abi::depositCall) -> Outcome {
        let (config, amount) = (&call.config, U256::from(call.amount));
        self.check_not_paused()?;
        check_amount(amount)?;
        let id = self.check_config(config)?;
        let mut channel = self.check_open(id, caller, config)?;
        let asked = self.check_active(config.receiver)?;
        let balance = channel.balance + amount;
        require(balance <= MOST, Abi::AmountTooLarge { amount: balance, max: MOST })?;
        let mut token = self.token.clone();
        let moved = self.pull_deposit(&mut token, caller, id, call)?;

        self.token = token;
        let mut logs = moved;
        logs.extend(self.remember_active(config.receiver, asked));
        self.contract.channel_configs.insert(id, config.clone());
        if channel.balance.is_zero() {
            logs.push(self.emit(&Abi::ChannelCreated { channelId: id, config: config.clone() }));
        }
        if channel.initiated_at.take().is_some() {
            logs.push(self.emit(&Abi::WithdrawCancelled { channelId: id }));
        }
        channel.balance = balance;
        self.put_channel(id, channel);
        let (amount, balance) = (call.amount, narrow(balance));
        logs.push(self.emit(&Abi::Deposited { channelId: id, sender: caller, amount, newBalance: balance }));
        if call.collector.is_zero() {
            take(&mut self.account_mut(caller).free, U256::from(amount));
            let amount = U256::from(amount);
            logs.push(self.emit(&Abi::LedgerDeposit { channelId: id, account: caller, amount }));
        } else {
            self.books.entered += U256::from(amount);
        }
        Ok(logs.into())
    }

    /// Checks that a channel is one that there can be, and returns its id.
    fn check_config(&self, config: &Abi::ChannelConfig) -> Result<B256, Bytes> {
        let id = self.channel_id(config);
        let Abi::ChannelConfig { payer, payerAuthorizer, receiver, receiverAuthorizer, token, withdrawDelay, .. } =
            config;
        let nobody = [payer, receiver, receiverAuthorizer].into_iter().any(|account| account.is_zero());
        let same = payer == receiver || [payer, payerAuthorizer].contains(&receiverAuthorizer);
        let valid = !nobody && !same && *token == self.token.address;
        require(valid, Abi::InvalidChannel { channelId: id })?;
        let (delay, (min, max)) = (*withdrawDelay, (instant(DELAYS.0), instant(DELAYS.1)));
        require((min..=max).contains(&delay), Abi::WithdrawDelayOutOfRange { delay, min, max })?;
        Ok(id)
    }

    /// Checks that a channel takes this caller's money, and returns it.
    fn check_open(&self, id: B256, caller: Address, config: &Abi::ChannelConfig) -> Result<Channel, Bytes> {
        let channel = self.channel(id);
        require(!channel.closed, Abi::ChannelIsClosed { channelId: id })?;
        let leaving = channel.is_leaving(self.now, config.withdrawDelay.to());
        let since = instant(channel.initiated_at.unwrap_or_default());
        let welcome = !leaving || caller == config.payer;
        require(welcome, Abi::WithdrawPending { channelId: id, initiatedAt: since })?;
        Ok(channel)
    }

    /// Takes the money from where the call says.
    fn pull_deposit(
        &self,
        token: &mut Token,
        caller: Address,
        id: B256,
        call: &Abi::depositCall,
    ) -> Result<Vec<Log>, Bytes> {
        let (amount, collector) = (U256::from(call.amount), call.collector);
        if collector.is_zero() {
            self.check_free(caller, amount)?;
            return Ok(Vec::new());
        }
        if collector == token.address {
            return Ok(vec![token.pull(self.contract.address, caller, amount)?]);
        }
        require(collector == self.contract.address, Abi::InvalidCollector { collector })?;
        let data = CollectorData::abi_decode_params(&call.collectorData);
        let (valid_after, valid_before, salt, signature) = data.expect("operations encode what they tell");
        let signed = Authorization {
            from: call.config.payer,
            value: amount,
            valid_after,
            valid_before,
            nonce: keccak256((id, salt).abi_encode()),
            seal: Seal::read(&signature),
        };
        token.receive(self.now, self.contract.address, &signed)
    }
}

/// Refunds.
impl Model {
    /// `refund`.
    pub fn refund(&mut self, caller: Address, call: &Abi::refundCall) -> Outcome {
        let id = self.channel_id(&call.config);
        let side = is_receiver_side(&call.config, caller);
        require(side, Abi::UnauthorizedSide { channelId: id, caller })?;
        self.give_back(caller, id, &call.config, call.amount)
    }

    /// `refundWithSignature`.
    pub fn refund_with_signature(&mut self, caller: Address, call: &Abi::refundWithSignatureCall) -> Outcome {
        let (id, nonce, signer) = (self.channel_id(&call.config), call.nonce, call.config.receiverAuthorizer);
        let expected = U256::from(self.channel(id).refunds);
        require(nonce == expected, Abi::InvalidRefundNonce { channelId: id, nonce, expected })?;
        let signed = Seal::read(&call.receiverAuthorizerSignature).binds() == Some(signer);
        require(signed, Abi::InvalidSignature { signer })?;
        self.give_back(caller, id, &call.config, call.amount)
    }

    fn give_back(&mut self, caller: Address, id: B256, config: &Abi::ChannelConfig, amount: u128) -> Outcome {
        if amount == 0 {
            return Err(error(Abi::ZeroAmount {}));
        }
        let mut channel = self.channel(id);
        let part = channel.unclaimed().min(U256::from(amount));
        take(&mut channel.balance, part);
        channel.refunds += 1;
        self.put_channel(id, channel);
        self.account_mut(config.payer).free += part;
        let told = self.emit(&Abi::Refunded { channelId: id, sender: caller, amount: narrow(part) });
        Ok(Answer::from(vec![told]))
    }
}

/// Whether an account acts for the receiver.
pub(super) fn is_receiver_side(config: &Abi::ChannelConfig, account: Address) -> bool {
    account == config.receiver || account == config.receiverAuthorizer
}
