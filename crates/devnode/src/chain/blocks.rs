//! Blocks and the transactions in them.

use alloy::{
    consensus::{
        Header, Receipt, ReceiptEnvelope, Transaction, TxReceipt, TxType,
        proofs::{calculate_receipt_root, calculate_transaction_root},
    },
    eips::eip2718::Encodable2718,
    primitives::{Address, B64, B256, Bloom, Bytes, Log, U256, logs_bloom},
};
use revm::context::result::{ExecutionResult, HaltReason, Output};

use super::Signed;
use crate::arbos::{self, BLOCK_GAS_LIMIT, COINBASE};

/// A block with all that happened in it.
#[derive(Clone, Debug)]
pub struct Block {
    /// Its number.
    pub number: u64,
    /// Its hash.
    pub hash: B256,
    /// Its header.
    pub header: Header,
    /// What it includes.
    pub transactions: Vec<Included>,
}

/// A transaction in a block.
#[derive(Clone, Debug)]
pub struct Included {
    /// Its hash.
    pub hash: B256,
    /// The transaction and its sender.
    pub signed: Signed,
    /// Whether it succeeded.
    pub success: bool,
    /// Gas it used.
    pub gas_used: u64,
    /// What it logged.
    pub logs: Vec<Log>,
    /// What it returned or reverted with.
    pub output: Bytes,
    /// The contract it created.
    pub created: Option<Address>,
    /// Why it failed, in words, if it did without revert data.
    pub failure: Option<String>,
}

impl Included {
    /// Gathers the result of an executed transaction.
    pub fn new(signed: Signed, result: ExecutionResult, failure: Option<String>) -> Self {
        let success = result.is_success();
        let gas_used = result.tx_gas_used();
        let (logs, output, created, halt) = match result {
            ExecutionResult::Success { logs, output, .. } => match output {
                Output::Call(output) => (logs, output, None, None),
                Output::Create(output, created) => (logs, output, created, None),
            },
            ExecutionResult::Revert { output, .. } => (Vec::new(), output, None, None),
            ExecutionResult::Halt { reason, .. } => (Vec::new(), Bytes::new(), None, Some(halt_text(&reason))),
        };
        let failure = if success { None } else { failure.or(halt) };
        Self { hash: *signed.tx.tx_hash(), signed, success, gas_used, logs, output, created, failure }
    }

    fn receipt(&self, cumulative_gas_used: u64) -> ReceiptEnvelope {
        let receipt =
            Receipt { status: self.success.into(), cumulative_gas_used, logs: self.logs.clone() }.with_bloom();
        match self.signed.tx.tx_type() {
            TxType::Legacy => ReceiptEnvelope::Legacy(receipt),
            TxType::Eip2930 => ReceiptEnvelope::Eip2930(receipt),
            TxType::Eip1559 => ReceiptEnvelope::Eip1559(receipt),
            TxType::Eip4844 => ReceiptEnvelope::Eip4844(receipt),
            TxType::Eip7702 => ReceiptEnvelope::Eip7702(receipt),
        }
    }
}

/// Names a halt as geth does.
pub(super) fn halt_text(reason: &HaltReason) -> String {
    match reason {
        HaltReason::OutOfGas(_) => "out of gas".into(),
        HaltReason::InvalidFEOpcode => "invalid opcode: INVALID".into(),
        HaltReason::OpcodeNotFound => "invalid opcode".into(),
        HaltReason::InvalidJump => "invalid jump destination".into(),
        HaltReason::StackUnderflow => "stack underflow".into(),
        HaltReason::StackOverflow => "stack limit reached".into(),
        HaltReason::CreateCollision => "contract address collision".into(),
        HaltReason::CreateContractSizeLimit => "max code size exceeded".into(),
        HaltReason::CreateContractStartingWithEF => "invalid code: must not begin with 0xef".into(),
        HaltReason::StateChangeDuringStaticCall => "write protection".into(),
        other => format!("{other:?}"),
    }
}

impl Block {
    /// Builds the block after `parent`.
    pub fn seal(parent: &Self, base_fee: u64, timestamp: u64, state_root: B256, transactions: Vec<Included>) -> Self {
        let mut gas_used = 0;
        let receipts: Vec<_> = (transactions.iter())
            .map(|included| {
                gas_used += included.gas_used;
                included.receipt(gas_used)
            })
            .collect();
        let encoded: Vec<_> = transactions.iter().map(|included| &included.signed.tx).collect();
        let logs_bloom = receipts.iter().fold(Bloom::ZERO, |bloom, receipt| bloom | receipt.bloom());
        let header = Header {
            parent_hash: parent.hash,
            beneficiary: COINBASE,
            state_root,
            transactions_root: calculate_transaction_root(&encoded),
            receipts_root: calculate_receipt_root(&receipts),
            logs_bloom,
            difficulty: U256::from(1),
            number: parent.number + 1,
            gas_limit: BLOCK_GAS_LIMIT,
            gas_used,
            timestamp,
            extra_data: Bytes::from(vec![0; 32]), // no message was ever sent to a parent chain
            mix_hash: mix_hash(),
            nonce: B64::with_last_byte(1),
            base_fee_per_gas: Some(base_fee),
            ..Header::default()
        };
        Self::from_header(header, transactions)
    }

    /// Gives a header its hash.
    pub fn from_header(header: Header, transactions: Vec<Included>) -> Self {
        Self { number: header.number, hash: header.hash_slow(), header, transactions }
    }

    /// Returns the bloom filter of the block's logs.
    pub fn bloom(&self) -> Bloom {
        logs_bloom(self.transactions.iter().flat_map(|included| &included.logs))
    }

    /// Returns the encoded length of the block's transactions, in bytes.
    pub fn body_len(&self) -> usize {
        self.transactions.iter().map(|included| included.signed.tx.encode_2718_len()).sum()
    }
}

/// Packs send count, L1 block number, ArbOS version and flags, 8 bytes each.
fn mix_hash() -> B256 {
    let mut hash = B256::ZERO;
    hash[16..24].copy_from_slice(&arbos::VERSION.to_be_bytes());
    hash
}

impl Included {
    /// Returns the price paid, in wei per gas: the base fee, whatever tip was offered.
    pub fn paid_price(&self, base_fee: u64) -> u128 {
        self.signed.tx.effective_gas_price(Some(base_fee)).min(base_fee.into())
    }
}
