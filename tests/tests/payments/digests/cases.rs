//! What is signed: messages of every type, with each member changed alone and at the ends of the types.

use aia_client::payments::{
    ChannelConfig, ClaimBatch, ClaimEntry, Domain, Message, Refund, Transfer, Usage, Voucher, channel::abi_channel,
};
use aia_tests::{
    payments as twins,
    signing::{self, ReceiveWithAuthorization},
};
use alloy::{
    primitives::{Address, B256, U256, keccak256},
    sol_types::{SolStruct, eip712_domain},
};

/// The greatest delay that fits 40 bits.
const LONGEST: u64 = (1 << 40) - 1;

/// A message under a domain, and its digest by alloy's own EIP-712.
pub(crate) struct Case {
    pub(crate) domain: Domain,
    pub(crate) message: Box<dyn Message>,
    pub(crate) by_alloy: B256,
}

/// Puts a message beside its twin of the interface's types.
fn case(domain: Domain, message: impl Message + 'static, twin: &impl SolStruct) -> Case {
    let of_alloy = eip712_domain! {
        name: "x402 Batch Settlement",
        version: "1",
        chain_id: domain.chain_id,
        verifying_contract: domain.contract,
    };
    Case { domain, message: Box::new(message), by_alloy: twin.eip712_signing_hash(&of_alloy) }
}

fn of_channel(domain: Domain, config: ChannelConfig) -> Case {
    case(domain, config, &abi_channel(&config))
}

fn of_voucher(domain: Domain, voucher: Voucher) -> Case {
    let (id, amount) = (voucher.channel_id, voucher.max_claimable_amount);
    match voucher.usage {
        None => case(domain, voucher, &twins::Voucher { channelId: id, maxClaimableAmount: amount }),
        Some(Usage { units, root }) => {
            let twin = twins::UsageVoucher { channelId: id, maxClaimableAmount: amount, units, usageRoot: root };
            case(domain, voucher, &twin)
        }
    }
}

fn of_claims(domain: Domain, claims: Vec<ClaimEntry>) -> Case {
    let entry = |row: &ClaimEntry| twins::ClaimEntry {
        channelId: row.channel_id,
        maxClaimableAmount: row.max_claimable_amount,
        totalClaimed: row.total_claimed,
    };
    let twin = twins::ClaimBatch { claims: claims.iter().map(entry).collect() };
    case(domain, ClaimBatch { claims }, &twin)
}

fn of_refund(domain: Domain, refund: Refund) -> Case {
    let Refund { channel_id, nonce, amount } = refund;
    case(domain, refund, &twins::Refund { channelId: channel_id, nonce, amount })
}

/// A deposit that is signed for the token, not for the payments contract.
fn of_transfer(transfer: &Transfer) -> Case {
    let (message, domain) = (transfer.authorization(), transfer.token);
    let twin = ReceiveWithAuthorization {
        from: message.from,
        to: message.to,
        value: message.value,
        validAfter: message.valid_after,
        validBefore: message.valid_before,
        nonce: message.nonce,
    };
    let of_alloy = signing::domain(domain.chain_id, domain.contract);
    Case { domain, message: Box::new(message), by_alloy: twin.eip712_signing_hash(&of_alloy) }
}

/// A channel whose members are all different, those with each changed alone, and those at the ends of the types.
pub(crate) fn channels() -> [ChannelConfig; 10] {
    let of = |byte: u8, delay: u64| ChannelConfig {
        payer: Address::repeat_byte(byte),
        payer_authorizer: Address::repeat_byte(byte),
        receiver: Address::repeat_byte(byte),
        receiver_authorizer: Address::repeat_byte(byte),
        token: Address::repeat_byte(byte),
        withdraw_delay: delay,
        salt: B256::repeat_byte(byte),
    };
    let base = ChannelConfig {
        payer: Address::repeat_byte(0x21),
        payer_authorizer: Address::repeat_byte(0x22),
        receiver: Address::repeat_byte(0x23),
        receiver_authorizer: Address::repeat_byte(0x24),
        token: Address::repeat_byte(0x25),
        withdraw_delay: 93_600,
        salt: keccak256("salt"),
    };
    [
        base,
        ChannelConfig { payer: Address::ZERO, ..base },
        ChannelConfig { payer_authorizer: Address::ZERO, ..base },
        ChannelConfig { receiver: Address::ZERO, ..base },
        ChannelConfig { receiver_authorizer: Address::ZERO, ..base },
        ChannelConfig { token: Address::ZERO, ..base },
        ChannelConfig { withdraw_delay: 93_601, ..base },
        ChannelConfig { salt: B256::ZERO, ..base },
        of(0, 0),
        of(0xff, LONGEST),
    ]
}

/// Vouchers with and without usage, in the same way.
pub(crate) fn vouchers() -> [Voucher; 11] {
    let usage = Usage { units: 7, root: keccak256("root") };
    let plain = Voucher { channel_id: keccak256("channel"), max_claimable_amount: 5, usage: None };
    let used = |usage| Voucher { usage: Some(usage), ..plain };
    let of = |byte: u8, number: u128, usage: bool| Voucher {
        channel_id: B256::repeat_byte(byte),
        max_claimable_amount: number,
        usage: usage.then_some(Usage { units: number, root: B256::repeat_byte(byte) }),
    };
    [
        plain,
        Voucher { channel_id: B256::repeat_byte(1), ..plain },
        Voucher { max_claimable_amount: 6, ..plain },
        of(0, 0, false),
        of(0xff, u128::MAX, false),
        used(usage),
        Voucher { channel_id: B256::repeat_byte(1), ..used(usage) },
        Voucher { max_claimable_amount: 6, ..used(usage) },
        used(Usage { units: 8, ..usage }),
        used(Usage { root: B256::ZERO, ..usage }),
        of(0xff, u128::MAX, true),
    ]
}

/// Claims of no, one and three channels, and the three with each member changed alone, in another order, and one fewer.
fn batches() -> Vec<Vec<ClaimEntry>> {
    let row = |number: u8, max_claimable_amount, total_claimed| ClaimEntry {
        channel_id: B256::repeat_byte(number),
        max_claimable_amount,
        total_claimed,
    };
    let three = [row(1, 10, 5), row(2, 20, 20), row(3, u128::MAX, 0)];
    let [first, second, third] = three;
    vec![
        Vec::new(),
        vec![first],
        three.to_vec(),
        vec![first, row(4, 20, 20), third],
        vec![first, row(2, 21, 20), third],
        vec![first, row(2, 20, 19), third],
        vec![second, first, third],
        vec![first, second],
        vec![row(0xff, u128::MAX, u128::MAX)],
    ]
}

/// A refund, it with each member changed alone, and one at the ends of the types.
pub(crate) fn refunds() -> [Refund; 5] {
    let base = Refund { channel_id: keccak256("channel"), nonce: U256::ZERO, amount: 5 };
    [
        base,
        Refund { channel_id: B256::ZERO, ..base },
        Refund { nonce: U256::ONE, ..base },
        Refund { amount: 6, ..base },
        Refund { channel_id: B256::repeat_byte(0xff), nonce: U256::MAX, amount: u128::MAX },
    ]
}

/// A signed deposit for a ledger, and one for a channel with each member changed alone.
fn transfers(domain: &Domain) -> [Transfer; 8] {
    let [config, other, ..] = channels();
    let salt = keccak256("salt");
    let base = Transfer { salt, ..Transfer::to_channel(domain, &config, 5, 1..2) };
    let sibling = ChannelConfig { salt: keccak256("another"), ..config };
    [
        Transfer { salt, ..Transfer::to_ledger(domain, config.token, config.payer, 5, 1..2) },
        Transfer { salt, ..Transfer::to_channel(domain, &other, 5, 1..2) },
        Transfer { salt, ..Transfer::to_channel(domain, &sibling, 5, 1..2) },
        Transfer { salt: B256::ZERO, ..base.clone() },
        Transfer { amount: 6, ..base.clone() },
        Transfer { valid: 0..2, ..base.clone() },
        Transfer { valid: 1..u64::MAX, ..base.clone() },
        base,
    ]
}

/// Everything that is compared: no two of it may have one digest.
pub(crate) fn cases() -> Vec<Case> {
    let home = Domain::new(42_161, Address::repeat_byte(0x11));
    let elsewhere = [Domain::new(421_614, home.contract), Domain::new(home.chain_id, Address::with_last_byte(0x11))];
    let mut cases = Vec::new();
    cases.extend(channels().map(|config| of_channel(home, config)));
    cases.extend(vouchers().map(|voucher| of_voucher(home, voucher)));
    cases.extend(batches().into_iter().map(|claims| of_claims(home, claims)));
    cases.extend(refunds().map(|refund| of_refund(home, refund)));
    cases.extend(transfers(&home).iter().map(of_transfer));
    for domain in elsewhere {
        cases.push(of_channel(domain, channels()[0]));
        cases.extend([vouchers()[0], vouchers()[5]].map(|voucher| of_voucher(domain, voucher)));
        cases.extend(batches().into_iter().take(3).map(|claims| of_claims(domain, claims)));
        cases.push(of_refund(domain, refunds()[0]));
        cases.extend(transfers(&domain).iter().take(1).map(of_transfer));
    }
    cases
}
