//! Blocks and the transactions in them.

use alloy::{
    consensus::{Header, Receipt, ReceiptEnvelope, TxReceipt, TxType, proofs::ordered_trie_root_with_encoder},
    eips::eip2718::Encodable2718,
    primitives::{Address, B64, B256, Bloom, Bytes, Log, U256, bytes::BufMut, keccak256},
    rlp::{Encodable, encode_list},
    sol,
    sol_types::SolCall,
};
use revm::context::result::{ExecutionResult, HaltReason, OutOfGasError, Output};

use super::Signed;
use crate::arbos::{BLOCK_GAS_LIMIT, COINBASE};

/// A block with all that happened in it.
#[derive(Clone, Debug)]
pub struct Block {
    /// Its number.
    pub number: u64,
    /// Its hash.
    pub hash: B256,
    /// Its header.
    pub header: Header,
    /// The transaction by which ArbOS begins the block; the genesis block has none.
    pub start: Option<StartBlock>,
    /// What it includes beside that.
    pub transactions: Vec<Included>,
}

/// ArbOS's own transaction at index 0 of every block.
#[derive(Clone, Debug)]
pub struct StartBlock {
    /// Its hash.
    pub hash: B256,
    /// Chain id.
    pub chain_id: u64,
    /// The call that ArbOS makes to itself.
    pub input: Bytes,
}

impl StartBlock {
    /// EIP-2718 type of ArbOS's own transactions.
    pub const TYPE: u8 = 0x6a;

    /// Makes the transaction that begins block `number`, `passed` seconds after the one before.
    pub fn new(chain_id: u64, number: u64, passed: u64) -> Self {
        // Without a parent chain its base fee and block number are zero.
        let call =
            startBlockCall { l1BaseFee: U256::ZERO, l1BlockNumber: 0, l2BlockNumber: number, timePassed: passed };
        let mut start = Self { hash: B256::ZERO, chain_id, input: call.abi_encode().into() };
        start.hash = keccak256(start.encoded());
        start
    }

    fn encoded(&self) -> Vec<u8> {
        let mut encoded = vec![Self::TYPE];
        let fields: [&dyn Encodable; 2] = [&self.chain_id, &self.input];
        encode_list::<_, dyn Encodable>(&fields, &mut encoded);
        encoded
    }

    fn encoded_receipt(&self) -> Vec<u8> {
        let mut encoded = vec![Self::TYPE];
        let receipt = Receipt::<Log> { status: true.into(), ..Receipt::default() };
        receipt.with_bloom().encode(&mut encoded);
        encoded
    }
}

sol! {
    function startBlock(uint256 l1BaseFee, uint64 l1BlockNumber, uint64 l2BlockNumber, uint64 timePassed);
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
    /// Gas of it that paid for its data on the parent chain.
    pub poster_gas: u64,
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
    pub fn new(signed: Signed, result: ExecutionResult, poster_gas: u64, failure: Option<String>) -> Self {
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
        Self { hash: *signed.tx.tx_hash(), signed, success, gas_used, poster_gas, logs, output, created, failure }
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
    let text = match reason {
        HaltReason::OutOfGas(OutOfGasError::ReentrancySentry) => "out of gas: not enough gas for reentrancy sentry",
        HaltReason::OutOfGas(OutOfGasError::MemoryLimit | OutOfGasError::InvalidOperand) => {
            "out of gas: gas uint64 overflow"
        }
        HaltReason::OutOfGas(_) => "out of gas",
        HaltReason::InvalidFEOpcode => "invalid opcode: INVALID",
        HaltReason::OpcodeNotFound | HaltReason::NotActivated => "invalid opcode",
        HaltReason::InvalidJump => "invalid jump destination",
        HaltReason::StackUnderflow => "stack underflow",
        HaltReason::StackOverflow => "stack limit reached 1024 (1023)",
        HaltReason::OutOfOffset => "return data out of bounds",
        HaltReason::CreateCollision => "contract address collision",
        HaltReason::NonceOverflow => "nonce uint64 overflow",
        HaltReason::CreateContractSizeLimit => "max code size exceeded",
        HaltReason::CreateContractStartingWithEF => "invalid code: must not begin with 0xef",
        HaltReason::CreateInitCodeSizeLimit => "out of gas: max initcode size exceeded",
        HaltReason::StateChangeDuringStaticCall | HaltReason::CallNotAllowedInsideStatic => "write protection",
        HaltReason::OutOfFunds => "insufficient balance for transfer",
        HaltReason::CallTooDeep => "max call depth exceeded",
        HaltReason::PrecompileErrorWithContext(reason) => reason,
        other => return format!("{other:?}"),
    };
    text.into()
}

/// What a block's header has beside what its transactions give it.
#[derive(Clone, Copy, Debug)]
pub struct Opening {
    /// Wei per gas.
    pub base_fee: u64,
    /// Unix seconds.
    pub timestamp: u64,
    /// The ArbOS version whose rules hold.
    pub version: u64,
    /// How many messages to the parent chain there are after it, and the root over them.
    pub sends: (u64, B256),
}

impl Block {
    /// Builds the block after `parent`.
    pub fn seal(
        parent: &Self,
        opening: Opening,
        state_root: B256,
        start: Option<StartBlock>,
        transactions: Vec<Included>,
    ) -> Self {
        let mut gas_used = 0;
        let receipts: Vec<_> = (transactions.iter())
            .map(|included| {
                gas_used += included.gas_used;
                included.receipt(gas_used)
            })
            .collect();
        let logs_bloom = receipts.iter().fold(Bloom::ZERO, |bloom, receipt| bloom | receipt.bloom());
        let first = start.iter().map(StartBlock::encoded);
        let encoded: Vec<_> = first.chain(transactions.iter().map(|tx| tx.signed.tx.encoded_2718())).collect();
        let first = start.iter().map(StartBlock::encoded_receipt);
        let encoded_receipts: Vec<_> = first.chain(receipts.iter().map(Encodable2718::encoded_2718)).collect();
        let header = Header {
            parent_hash: parent.hash,
            beneficiary: COINBASE,
            state_root,
            transactions_root: list_root(&encoded),
            receipts_root: list_root(&encoded_receipts),
            logs_bloom,
            difficulty: U256::from(1),
            number: parent.number + 1,
            gas_limit: BLOCK_GAS_LIMIT,
            gas_used,
            timestamp: opening.timestamp,
            extra_data: opening.sends.1.into(),
            mix_hash: mix_hash(opening.sends.0, opening.version),
            nonce: B64::with_last_byte(1),
            base_fee_per_gas: Some(opening.base_fee),
            ..Header::default()
        };
        Self::from_header(header, start, transactions)
    }

    /// Gives a header its hash.
    pub fn from_header(header: Header, start: Option<StartBlock>, transactions: Vec<Included>) -> Self {
        Self { number: header.number, hash: header.hash_slow(), header, start, transactions }
    }

    /// Returns the place in the block of a transaction of users: ArbOS's own comes first.
    pub fn index(&self, position: usize) -> usize {
        position + usize::from(self.start.is_some())
    }

    /// Returns how many transactions the block has, ArbOS's own included.
    pub fn len(&self) -> usize {
        self.index(self.transactions.len())
    }

    /// Returns whether the block has no transaction at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the transaction at an index in its EIP-2718 form.
    pub fn encoded(&self, index: usize) -> Bytes {
        match (&self.start, index) {
            (Some(start), 0) => start.encoded().into(),
            _ => self.transactions[index - self.index(0)].signed.tx.encoded_2718().into(),
        }
    }

    /// Returns the length of the encoded block, in bytes: header, transactions, no uncles.
    pub fn encoded_len(&self) -> usize {
        // Typed transactions stand in the list as strings, legacy ones as the lists that they are.
        let in_list = |encoded: &[u8]| if encoded.first() > Some(&0x7f) { encoded.len() } else { encoded.length() };
        let start = self.start.as_ref().map_or(0, |start| in_list(&start.encoded()));
        let users = self.transactions.iter().map(|included| in_list(&included.signed.tx.encoded_2718()));
        let list = |payload: usize| payload + alloy::rlp::length_of_length(payload);
        list(self.header.length() + list(start + users.sum::<usize>()) + list(0))
    }
}

/// Returns the root of the trie of an ordered list of encoded items.
fn list_root(items: &[Vec<u8>]) -> B256 {
    ordered_trie_root_with_encoder(items, |item, out| out.put_slice(item))
}

/// Packs send count, L1 block number, ArbOS version and flags, 8 bytes each.
fn mix_hash(sends: u64, version: u64) -> B256 {
    let mut hash = B256::ZERO;
    hash[..8].copy_from_slice(&sends.to_be_bytes());
    hash[16..24].copy_from_slice(&version.to_be_bytes());
    hash
}
