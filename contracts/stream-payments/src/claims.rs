//! Claims: vouchers turned into earnings.

use alloc::vec::Vec;

use aia_calldata::Args;
use aia_protocol::{
    payments::voucher::{self, ChannelConfig, Usage},
    typed_data,
};
use aia_shell::{Revert, emit, revert, signatures, words};
use alloy_primitives::{Address, B256};
use stylus_sdk::prelude::*;

use crate::{I, StreamPayments, channels::read_channel, ledger::Earnings};

/// What a signer that is a contract may use of a batch's gas.
const SIGNER_GAS: u64 = 50_000;
/// What must be left for it to get that: a 64th stays here, and the way there costs something.
const NEEDED_GAS: u64 = SIGNER_GAS + SIGNER_GAS / 63 + 10_000;

/// Why a row is skipped, as `ClaimSkipped` says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reason {
    Claimed = 1,
    Signature = 2,
    Caller = 3,
    Empty = 4,
}

/// A voucher and what is claimed by it.
pub(crate) struct Row<'a> {
    pub(crate) config: ChannelConfig,
    pub(crate) max: u128,
    pub(crate) total: u128,
    pub(crate) signature: &'a [u8],
    pub(crate) usage: Option<Usage>,
}

/// Earnings of one receiver that are not credited yet: rows that follow each other share one credit.
#[derive(Default)]
struct Till {
    receiver: Address,
    gross: u128,
}

impl<'a> Row<'a> {
    /// Reads the interface's `VoucherClaim`.
    pub(crate) fn read(mut args: Args<'a>) -> Result<Self, Revert> {
        let row = Self {
            config: read_channel(&mut args),
            max: args.uint128(),
            signature: args.bytes(),
            total: args.uint128(),
            usage: None,
        };
        args.check()?;
        Ok(row)
    }

    /// Reads an array of them.
    pub(crate) fn read_all(args: &mut Args<'a>) -> Result<Vec<Self>, Revert> {
        let mut rows = Vec::new();
        for tuple in args.tuples() {
            rows.push(Self::read(tuple)?);
        }
        Ok(rows)
    }
}

impl StreamPayments {
    pub(crate) fn claim_signed(&mut self, rows: &[Row<'_>], signature: &[u8]) -> Result<u128, Revert> {
        let Some(first) = rows.first() else { return Err(empty_batch()) };
        let authorizer = first.config.receiver_authorizer;
        let domain = self.domain();
        let mut entries = Vec::with_capacity(rows.len());
        for Row { config, max, total, .. } in rows {
            if config.receiver_authorizer != authorizer {
                let members = words![config.receiver_authorizer, authorizer];
                return Err(revert::<I::ReceiverAuthorizerMismatch>(members));
            }
            entries.push(voucher::claim_entry(config.id(domain), *max, *total));
        }
        let digest = typed_data::digest(domain, voucher::claim_batch(&entries));
        self.check_authorizer(authorizer, digest, signature)?;
        self.claim_all(rows, None)
    }

    pub(crate) fn claim_and_withdraw(&mut self, row: &Row<'_>, to: Address) -> Result<u128, Revert> {
        self.check_recipient(to)?;
        let domain = self.domain();
        let id = row.config.id(domain);
        let receiver = row.config.receiver;
        if self.caller() != receiver {
            return Err(self.unauthorized_side(id));
        }
        let gross = self.claim_row(domain, id, row)?.map_err(|reason| refused(id, reason))?;
        let net = self.credit_till(&Till { receiver, gross }, Earnings::Elsewhere);
        self.pay_out(receiver, to, net)?;
        Ok(net)
    }

    /// Claims what can be claimed, and says of the rest why not; returns the sum.
    ///
    /// If nothing can be, and not only because it was before, the call is refused: who sends it learns of it without
    /// reading events.
    /// Rows must be of a channel on whose receiving side `claimant` is; without one somebody has answered for them.
    pub(crate) fn claim_all(&mut self, rows: &[Row<'_>], claimant: Option<Address>) -> Result<u128, Revert> {
        if rows.is_empty() {
            return Err(empty_batch());
        }
        let domain = self.domain();
        let (mut till, mut sum, mut refusal) = (Till::default(), 0, None);
        for row in rows {
            let id = row.config.id(domain);
            let outcome = match claimant {
                Some(account) if !row.config.is_receiver_side(account) => Err(Reason::Caller),
                _ => self.claim_row(domain, id, row)?,
            };
            match outcome {
                Ok(gross) => {
                    if till.receiver != row.config.receiver {
                        self.credit_till(&till, Earnings::Ledger);
                        till = Till { receiver: row.config.receiver, gross: 0 };
                    }
                    // All of it lies in this contract.
                    till.gross += gross;
                    sum += gross;
                }
                Err(reason) => {
                    emit::<I::ClaimSkipped, 1>(self.vm(), words![id], words![reason as u8]);
                    refusal = if reason == Reason::Claimed { refusal } else { Some((id, reason)) };
                }
            }
        }
        self.credit_till(&till, Earnings::Ledger);
        match refusal {
            Some((id, reason)) if sum == 0 => Err(refused(id, reason)),
            _ => Ok(sum),
        }
    }

    /// Records what a row claims anew, or says why it claims nothing.
    fn claim_row(&mut self, domain: B256, id: B256, row: &Row<'_>) -> Result<Result<u128, Reason>, Revert> {
        let (before, total) = (self.channel(id), row.total.min(row.max));
        let Some((channel, new)) = before.claim(total) else {
            let reason = if total > before.claimed { Reason::Empty } else { Reason::Claimed };
            return Ok(Err(reason));
        };
        let message = match row.usage {
            None => voucher::voucher(id, row.max),
            Some(usage) => voucher::usage_voucher(id, row.max, usage),
        };
        if !self.is_signed(&row.config, typed_data::digest(domain, message), row.signature)? {
            return Ok(Err(Reason::Signature));
        }
        self.store_channel(id, channel);
        emit::<I::Claimed, 2>(self.vm(), words![id, self.caller()], words![new, channel.claimed]);
        if let Some(Usage { units, root }) = row.usage {
            emit::<I::UsageClaimed, 1>(self.vm(), words![id], words![units, root]);
        }
        Ok(Ok(new))
    }

    /// Whether the payer's side signed: the key that the channel names, or the payer by key or as a contract.
    fn is_signed(&self, config: &ChannelConfig, digest: B256, signature: &[u8]) -> Result<bool, Revert> {
        let host = self.vm();
        if signatures::recover(host, digest, signature) == Ok(config.voucher_signer()) {
            return Ok(true);
        }
        if !config.payer_authorizer.is_zero() || host.code_size(config.payer) == 0 {
            return Ok(false);
        }
        // What is written now is not paid for with what the signer gets.
        host.flush_cache(false);
        let left = host.evm_gas_left();
        if left < NEEDED_GAS {
            return Err(revert::<I::InsufficientGas>(words![left, NEEDED_GAS]));
        }
        Ok(signatures::contract_accepts(host, config.payer, digest, signature, SIGNER_GAS))
    }

    /// Credits earnings, if there are any; returns what is left of them.
    fn credit_till(&mut self, till: &Till, to: Earnings) -> u128 {
        if till.gross == 0 {
            return 0;
        }
        let (net, fee) = self.credit(till.receiver, till.gross, to);
        emit::<I::Credited, 1>(self.vm(), words![till.receiver], words![net, fee]);
        net
    }
}

pub(crate) fn empty_batch() -> Revert {
    revert::<I::EmptyBatch>([])
}

fn refused(id: B256, reason: Reason) -> Revert {
    revert::<I::ClaimRefused>(words![id, reason as u8])
}
