//! From calldata to functions and back.
//!
//! Written by hand because of size: the README has the figures.

use alloc::vec::Vec;

use aia_calldata::{Args, Malformed};
use aia_protocol::{
    payments::{
        stream::StreamConfig,
        voucher::{self, Usage},
    },
    typed_data,
};
use aia_shell::{
    Revert, revert,
    router::{self, many, none, one},
    signatures::Domain,
    words,
};
use alloy_primitives::U256;
use stylus_sdk::{abi::CONSTRUCTOR_SELECTOR, prelude::*};

use crate::{
    I, StreamPayments,
    channels::read_channel,
    claims::Row,
    ledger::Payment,
    packed::Receiver,
    parameters::{Params, Setup},
};

/// The domain under which vouchers, claims and refunds are signed.
pub(crate) const DOMAIN: Domain = Domain { name: voucher::DOMAIN_NAME, version: voucher::DOMAIN_VERSION };

mod selector {
    use crate::I;

    aia_shell::selectors! { I:
        FUND = fundCall,
        FUND_WITH_PERMIT = fundWithPermitCall,
        FUND_WITH_AUTHORIZATION = fundWithAuthorizationCall,
        WITHDRAW = withdrawCall,
        SETTLE = settleCall,
        SET_LEDGER_LOCK = setLedgerLockCall,
        ACCOUNT_OF = accountOfCall,
        RECEIVERS = receiversCall,
        OPEN_STREAM = openStreamCall,
        TOP_UP_STREAM = topUpStreamCall,
        SET_RATE = setRateCall,
        STOP_STREAM = stopStreamCall,
        RECLAIM = reclaimCall,
        COLLECT = collectCall,
        COLLECT_AND_WITHDRAW = collectAndWithdrawCall,
        STREAM_ID = streamIdCall,
        STREAM_OF = streamOfCall,
        OWED = owedCall,
        DEPLETION_TIME = depletionTimeCall,
        STREAM_SAFE_UNTIL = streamSafeUntilCall,
        DEPOSIT = depositCall,
        CLAIM = claimCall,
        CLAIM_WITH_SIGNATURE = claimWithSignatureCall,
        CLAIM_PACKED = claimPackedCall,
        CLAIM_AND_WITHDRAW = claimAndWithdrawCall,
        REFUND = refundCall,
        REFUND_WITH_SIGNATURE = refundWithSignatureCall,
        INITIATE_WITHDRAW = initiateWithdrawCall,
        FINALIZE_WITHDRAW = finalizeWithdrawCall,
        HOLD = holdCall,
        GET_CHANNEL_ID = getChannelIdCall,
        GET_VOUCHER_DIGEST = getVoucherDigestCall,
        GET_REFUND_DIGEST = getRefundDigestCall,
        GET_USAGE_VOUCHER_DIGEST = getUsageVoucherDigestCall,
        CHANNELS = channelsCall,
        PENDING_WITHDRAWALS = pendingWithdrawalsCall,
        CHANNEL_STATUS = channelStatusCall,
        REFUND_NONCE = refundNonceCall,
        CHANNEL_SAFE_UNTIL = channelSafeUntilCall,
        REFRESH_PROVIDER = refreshProviderCall,
        ON_PROVIDER_INACTIVE = onProviderInactiveCall,
        COLLECT_FEES = collectFeesCall,
        MULTICALL = multicallCall,
        SET_PARAMS = setParamsCall,
        SET_PAUSED = setPausedCall,
        SET_GUARDIAN = setGuardianCall,
        TRANSFER_OWNERSHIP = transferOwnershipCall,
        ACCEPT_OWNERSHIP = acceptOwnershipCall,
        OWNER = ownerCall,
        PENDING_OWNER = pendingOwnerCall,
        GUARDIAN = guardianCall,
        TOKEN = tokenCall,
        PARAMS = paramsCall,
        PAUSED = pausedCall,
        EIP712_DOMAIN = eip712DomainCall,
    }
    pub(super) const CONSTRUCTOR: u32 = super::CONSTRUCTOR_SELECTOR;
}
use selector::*;

/// Where a call comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    Transaction,
    Multicall,
}

impl StreamPayments {
    /// Runs the function that `calldata` names and returns its encoded result.
    ///
    /// # Errors
    /// The function's, or no data for what is no call of it.
    pub fn route(&mut self, calldata: &[u8]) -> Result<Vec<u8>, Revert> {
        let value = self.vm().msg_value();
        router::route(value, calldata, |name, args| self.dispatch(name, args, Depth::Transaction))
    }

    fn multicall(&mut self, calls: &[&[u8]]) -> Result<Vec<u8>, Revert> {
        let mut results = Vec::with_capacity(calls.len());
        for call in calls {
            let run = |name, args: &mut Args<'_>| self.dispatch(name, args, Depth::Multicall);
            results.push(router::route(U256::ZERO, call, run)?);
        }
        Ok(aia_calldata::byte_strings(&results))
    }

    fn dispatch(&mut self, name: u32, args: &mut Args<'_>, depth: Depth) -> Result<Vec<u8>, Revert> {
        match name {
            CONSTRUCTOR => none(self.construct(&Setup::read(args), &Params::read(args))),

            FUND => none(self.fund(args.address(), args.uint256())),
            FUND_WITH_PERMIT => none(self.fund_permitted(args.address(), args.uint256(), args.uint256(), args.bytes())),
            FUND_WITH_AUTHORIZATION => {
                let (from, amount) = (args.address(), args.uint256());
                none(self.fund_authorized(amount, &Payment::read(from, args)))
            }
            WITHDRAW => one(self.withdraw(args.address(), args.uint256())?),
            SETTLE => none(self.settle(args.address(), args.address())),
            SET_LEDGER_LOCK => {
                let caller = self.caller();
                self.lock(caller, args.boolean());
                Ok(Vec::new())
            }
            ACCOUNT_OF => many(&self.account_words(args.address())),
            RECEIVERS => many(&self.receiver_words(args.address(), args.address())),

            OPEN_STREAM => {
                let (payee, rate, notice) = (args.address(), args.uint128(), args.uint32());
                one(self.open_stream(payee, rate, notice, args.bytes32(), args.uint128())?)
            }
            TOP_UP_STREAM => none(self.top_up_stream(&read_stream(args), args.uint128())),
            SET_RATE => none(self.set_rate(&read_stream(args), args.uint128())),
            STOP_STREAM => one(self.stop_stream(&read_stream(args))?),
            RECLAIM => one(self.reclaim(&read_stream(args), args.uint128())?),
            COLLECT => self.collect_all(args),
            COLLECT_AND_WITHDRAW => one(self.collect_and_withdraw(&read_stream(args), args.address())?),
            STREAM_ID => one(read_stream(args).id()),
            STREAM_OF => many(&self.stream_words(args.bytes32())),
            OWED => one(self.owed(args.bytes32())),
            DEPLETION_TIME => one(self.depletion_time(args.bytes32())),
            STREAM_SAFE_UNTIL => one(self.stream_safe_until(&read_stream(args))),

            DEPOSIT => none(self.deposit(&read_channel(args), args.uint128(), args.address(), args.bytes())),
            CLAIM => {
                let caller = self.caller();
                one(self.claim_all(&Row::read_all(args)?, Some(caller))?)
            }
            CLAIM_WITH_SIGNATURE => one(self.claim_signed(&Row::read_all(args)?, args.bytes())?),
            CLAIM_PACKED => {
                let common = Receiver {
                    receiver: args.address(),
                    receiver_authorizer: args.address(),
                    withdraw_delay: args.uint40(),
                };
                one(self.claim_packed(&common, args.bytes())?)
            }
            CLAIM_AND_WITHDRAW => one(self.claim_and_withdraw(&Row::read(args.tuple())?, args.address())?),
            REFUND => none(self.refund(&read_channel(args), args.uint128())),
            REFUND_WITH_SIGNATURE => {
                none(self.refund_signed(&read_channel(args), args.uint128(), args.uint256(), args.bytes()))
            }
            INITIATE_WITHDRAW => none(self.initiate_withdraw(&read_channel(args), args.uint128())),
            FINALIZE_WITHDRAW => none(self.finalize_withdraw(&read_channel(args))),
            HOLD => none(self.hold(&read_channel(args), args.uint40())),
            GET_CHANNEL_ID => one(self.channel_id(&read_channel(args))),
            GET_VOUCHER_DIGEST => {
                one(typed_data::digest(self.domain(), voucher::voucher(args.bytes32(), args.uint128())))
            }
            GET_REFUND_DIGEST => {
                let message = voucher::refund(args.bytes32(), args.uint256(), args.uint128());
                one(typed_data::digest(self.domain(), message))
            }
            GET_USAGE_VOUCHER_DIGEST => {
                let (channel, max) = (args.bytes32(), args.uint128());
                let usage = Usage { units: args.uint128(), root: args.bytes32() };
                one(typed_data::digest(self.domain(), voucher::usage_voucher(channel, max, usage)))
            }
            CHANNELS => many(&self.channel_words(args.bytes32())),
            PENDING_WITHDRAWALS => many(&self.pending_words(args.bytes32())),
            CHANNEL_STATUS => many(&self.status_words(args.bytes32())),
            REFUND_NONCE => one(self.channel(args.bytes32()).refunds),
            CHANNEL_SAFE_UNTIL => one(self.channel_safe_until(&read_channel(args))),

            REFRESH_PROVIDER => one(self.refresh(args.address())?),
            ON_PROVIDER_INACTIVE => none(self.on_provider_inactive(args.address())),
            COLLECT_FEES => {
                let (burned, rest) = self.collect_fees(&args.addresses())?;
                many(&words![burned, rest])
            }
            MULTICALL if depth == Depth::Multicall => Err(revert::<I::NestedMulticall>([])),
            MULTICALL => self.multicall(&args.byte_strings()),

            SET_PARAMS => none(self.set_params(&Params::read(args))),
            SET_PAUSED => none(self.set_paused(args.boolean())),
            SET_GUARDIAN => none(self.set_guardian(args.address())),
            TRANSFER_OWNERSHIP => none(self.ownership.offer(args.address())),
            ACCEPT_OWNERSHIP => none(self.ownership.accept()),
            OWNER => one(self.ownership.owner()),
            PENDING_OWNER => one(self.ownership.pending()),
            GUARDIAN => one(self.guardian.get()),
            TOKEN => one(self.config().token),
            PARAMS => many(&self.params_words()),
            PAUSED => one(self.config().paused),
            EIP712_DOMAIN => Ok(DOMAIN.encode(self.vm())),

            _ => Err(Malformed.into()),
        }
    }

    fn collect_all(&mut self, args: &mut Args<'_>) -> Result<Vec<u8>, Revert> {
        let mut gross = 0u128;
        for mut config in args.records(4) {
            let stream = read_stream(&mut config);
            config.check()?;
            // All of it lies in this contract.
            gross += self.collect(&stream);
        }
        one(gross)
    }
}

/// Reads the interface's `StreamConfig`.
fn read_stream(args: &mut Args<'_>) -> StreamConfig {
    StreamConfig { payer: args.address(), payee: args.address(), notice: args.uint32(), job_id: args.bytes32() }
}
