//! How long calldata is, which is what most of a rollup's fee is paid for.

use aia_abi::IStreamPayments as S;
use aia_tests::payments::packed;
use alloy::{primitives::Bytes, sol_types::SolCall};

/// What is as long as the study of payments, §7.7, demands, in bytes.
pub(super) const LENGTHS: [(&str, usize); 4] =
    [("openStream", 164), ("a row of collect", 128), ("a row of claim", 480), ("a row of claimPacked", 169)];

/// Returns the lengths of the same, as they are.
pub(super) fn measured() -> [usize; 4] {
    let collect = |rows| S::collectCall { configs: vec![stream(); rows] }.abi_encode().len();
    let claim = |rows| S::claimCall { voucherClaims: vec![row(); rows] }.abi_encode().len();
    let packed = |rows| packed(&vec![row(); rows]).len();
    [opening().abi_encode().len(), collect(2) - collect(1), claim(2) - claim(1), packed(2) - packed(1)]
}

#[test]
fn calldata_is_no_longer_than_planned() {
    assert_eq!(measured(), LENGTHS.map(|(_, length)| length));
}

fn opening() -> S::openStreamCall {
    S::openStreamCall { payee: Default::default(), rate: 1, notice: 1, jobId: Default::default(), deposit: 1 }
}

fn stream() -> S::StreamConfig {
    S::StreamConfig { payer: Default::default(), payee: Default::default(), notice: 1, jobId: Default::default() }
}

fn row() -> S::VoucherClaim {
    let channel = S::ChannelConfig {
        payer: Default::default(),
        payerAuthorizer: Default::default(),
        receiver: Default::default(),
        receiverAuthorizer: Default::default(),
        token: Default::default(),
        withdrawDelay: Default::default(),
        salt: Default::default(),
    };
    let voucher = S::Voucher { channel, maxClaimableAmount: 1 };
    S::VoucherClaim { voucher, signature: Bytes::from([0; 65]), totalClaimed: 1 }
}
