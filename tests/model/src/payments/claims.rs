//! Claims: vouchers become earnings.

use aia_abi::IStreamPayments as Abi;
use alloy_primitives::{Address, B256, U256};

use super::{
    Log, Model, Outcome, answer,
    channels::is_receiver_side,
    error, narrow, require,
    rows::{Common, PLAIN, Row, WITH_USAGE},
    seal::Seal,
};

/// Why a row is passed over: as much was claimed before.
pub(super) const CLAIMED: u8 = 1;
/// Another one: the payer's side did not sign it.
pub(super) const UNSIGNED: u8 = 2;
/// Another one: the caller is not on the receiver's side.
pub(super) const UNINVITED: u8 = 3;
/// Another one: the channel has nothing left.
pub(super) const EMPTY: u8 = 4;

/// Calls.
impl Model {
    /// `claim`.
    pub fn claim(&mut self, caller: Address, claims: &[Abi::VoucherClaim]) -> Outcome {
        let rows: Vec<Row> = claims.iter().map(Row::of).collect();
        require(!rows.is_empty(), Abi::EmptyBatch {})?;
        self.claim_rows(caller, &rows, |config| is_receiver_side(config, caller))
    }

    /// `claimWithSignature`.
    pub fn claim_with_signature(&mut self, caller: Address, call: &Abi::claimWithSignatureCall) -> Outcome {
        let rows: Vec<Row> = call.voucherClaims.iter().map(Row::of).collect();
        let first = rows.first().ok_or_else(|| error(Abi::EmptyBatch {}))?;
        let expected = first.config.receiverAuthorizer;
        if let Some(other) = rows.iter().find(|row| row.config.receiverAuthorizer != expected) {
            let other = other.config.receiverAuthorizer;
            return Err(error(Abi::ReceiverAuthorizerMismatch { receiverAuthorizer: other, expected }));
        }
        let signed = Seal::read(&call.authorizerSignature).binds() == Some(expected);
        require(signed, Abi::InvalidSignature { signer: expected })?;
        self.claim_rows(caller, &rows, |_| true)
    }

    /// `claimPacked`.
    pub fn claim_packed(&mut self, caller: Address, call: &Abi::claimPackedCall) -> Outcome {
        let (receiver, authorizer) = (call.receiver, call.receiverAuthorizer);
        let invited = [receiver, authorizer].contains(&caller);
        require(invited, Abi::UnauthorizedSide { channelId: B256::ZERO, caller })?;
        let (kind, bytes) = call.rows.split_first().ok_or_else(|| error(Abi::EmptyBatch {}))?;
        require(!bytes.is_empty(), Abi::EmptyBatch {})?;
        let size = [PLAIN, WITH_USAGE].get(usize::from(*kind)).copied();
        let size = size.filter(|size| bytes.len().is_multiple_of(*size));
        let malformed = Abi::MalformedRows { kind: *kind, length: U256::from(bytes.len()) };
        let size = size.ok_or_else(|| error(malformed))?;
        let common = Common { receiver, authorizer, token: self.token.address, delay: call.withdrawDelay.to() };
        let rows: Vec<Row> = bytes.chunks(size).map(|row| Row::unpack(row, &common)).collect();
        self.claim_rows(caller, &rows, |_| true)
    }

    /// `claimAndWithdraw`.
    pub fn claim_and_withdraw(&mut self, caller: Address, call: &Abi::claimAndWithdrawCall) -> Outcome {
        let (row, to) = (Row::of(&call.voucherClaim), call.to);
        self.check_recipient(to)?;
        let (id, receiver) = (self.channel_id(&row.config), row.config.receiver);
        require(caller == receiver, Abi::UnauthorizedSide { channelId: id, caller })?;
        if let Some(reason) = self.defect(id, &row) {
            return Err(error(Abi::ClaimRefused { channelId: id, reason }));
        }
        let (net, _) = self.split(self.claimable(id, &row));
        let moved = self.pay_out(to, net)?;

        let (mut logs, gross) = self.claim_row(caller, id, &row);
        let (net, fee) = self.keep_fee(receiver, gross);
        logs.push(self.emit(&Abi::Credited { payee: receiver, net, fee }));
        logs.push(self.emit(&Abi::Withdrawn { account: receiver, to, amount: net }));
        answer([moved, logs].concat(), &net)
    }
}

/// Steps.
impl Model {
    /// Claims what can be claimed. If that is nothing, and not because all of it was claimed before, nothing happens.
    fn claim_rows(&mut self, caller: Address, rows: &[Row], may: impl Fn(&Abi::ChannelConfig) -> bool) -> Outcome {
        let (mut logs, mut sum, mut refusal) = (Vec::new(), U256::ZERO, None);
        // Whom the claims since the last credit were for, and how much they were.
        let (mut payee, mut earned) = (Address::ZERO, U256::ZERO);
        for row in rows {
            let id = self.channel_id(&row.config);
            let defect = if may(&row.config) { self.defect(id, row) } else { Some(UNINVITED) };
            if let Some(reason) = defect {
                logs.push(self.emit(&Abi::ClaimSkipped { channelId: id, reason }));
                if reason != CLAIMED {
                    refusal = Some(Abi::ClaimRefused { channelId: id, reason });
                }
                continue;
            }
            let (claimed, gross) = self.claim_row(caller, id, row);
            logs.extend(claimed);
            if payee != row.config.receiver {
                logs.extend(self.credit_claims(payee, earned));
                (payee, earned) = (row.config.receiver, U256::ZERO);
            }
            earned += gross;
            sum += gross;
        }
        logs.extend(self.credit_claims(payee, earned));
        // Nothing was changed if nothing was claimed.
        match refusal {
            Some(refusal) if sum.is_zero() => Err(error(refusal)),
            _ => answer(logs, &sum),
        }
    }

    /// Returns why a row cannot be claimed, if it cannot.
    fn defect(&self, id: B256, row: &Row) -> Option<u8> {
        let asked = U256::from(row.total.min(row.ceiling));
        if asked <= self.channel(id).claimed {
            return Some(CLAIMED);
        }
        if self.channel(id).unclaimed().is_zero() {
            return Some(EMPTY);
        }
        let signed = Seal::read(&row.signature).binds() == Some(row.signer());
        (!signed).then_some(UNSIGNED)
    }

    /// Returns what a row without defect claims anew: up to its amount, its ceiling and what the channel has.
    fn claimable(&self, id: B256, row: &Row) -> U256 {
        let channel = self.channel(id);
        U256::from(row.total).min(U256::from(row.ceiling)).min(channel.balance) - channel.claimed
    }

    fn claim_row(&mut self, caller: Address, id: B256, row: &Row) -> (Vec<Log>, U256) {
        let gross = self.claimable(id, row);
        let mut channel = self.channel(id);
        channel.claimed += gross;
        self.put_channel(id, channel);
        self.books.note_voucher(id, U256::from(row.ceiling));
        let (amount, total) = (narrow(gross), narrow(channel.claimed));
        let mut logs = vec![self.emit(&Abi::Claimed {
            channelId: id,
            sender: caller,
            claimAmount: amount,
            newTotalClaimed: total,
        })];
        if let Some((units, root)) = row.usage {
            logs.push(self.emit(&Abi::UsageClaimed { channelId: id, units, usageRoot: root }));
        }
        (logs, gross)
    }

    fn credit_claims(&mut self, payee: Address, gross: U256) -> Option<Log> {
        if gross.is_zero() {
            return None;
        }
        let (net, fee) = self.credit(payee, gross);
        Some(self.emit(&Abi::Credited { payee, net, fee }))
    }

    /// Whether a row would be claimed if it came alone, from the right caller.
    pub fn is_claimable(&self, row: &Row) -> bool {
        self.defect(self.channel_id(&row.config), row).is_none()
    }
}
