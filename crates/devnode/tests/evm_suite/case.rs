//! One transaction on the node's executor, and how it ended.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

use aia_devnode::{
    arbos::{self, STATE_ACCOUNT, layout::root},
    chain::state::{World, with_code},
    executor::{self, ArbBlock, ArbEnv, Checks, ComputeCap, Executed, Job, Programs},
    stylus::memory::Pages,
};
use alloy::{
    eips::{
        eip2930::{AccessList, AccessListItem},
        eip7702::{Authorization, SignedAuthorization},
    },
    primitives::{Address, B256, Bytes, Log, TxKind, U256, hex, keccak256},
};
use eyre::{Result, bail, ensure};
use revm::{
    context::{
        BlockEnv, TxEnv,
        either::Either,
        result::{EVMError, ExecutionResult},
    },
    state::AccountInfo,
};

/// The chain that `oracle.py` has.
const CHAIN_ID: u64 = 412_346;
/// Who gets the fees. On Ethereum nobody does, so this account is left out of every outcome.
const FEES: Address = Address::repeat_byte(0xfe);
/// More than any case uses.
const COMPUTE_CAP: u64 = 32_000_000;

/// An account before a transaction.
#[derive(Clone, Debug, Default)]
pub(crate) struct Account {
    pub(crate) balance: U256,
    pub(crate) nonce: u64,
    pub(crate) code: Bytes,
    pub(crate) storage: BTreeMap<U256, U256>,
}

/// All accounts before a transaction.
pub(crate) type Accounts = BTreeMap<Address, Account>;

/// The block of a transaction, and who sends it.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) sender: Address,
    pub(crate) coinbase: Address,
    pub(crate) number: U256,
    pub(crate) time: U256,
    pub(crate) random: U256,
    pub(crate) gas_limit: u64,
    pub(crate) base_fee: u64,
}

/// A transaction, without a tip as all are that the executor gets.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tx {
    pub(crate) kind: u8,
    pub(crate) to: Option<Address>,
    pub(crate) value: U256,
    pub(crate) data: Bytes,
    pub(crate) gas: u64,
    pub(crate) nonce: u64,
    pub(crate) price: u128,
    pub(crate) access: Vec<(Address, Vec<B256>)>,
    pub(crate) authorizations: Vec<Authorized>,
}

/// What an account signs to get the code of another.
#[derive(Clone, Debug)]
pub(crate) struct Authorized {
    pub(crate) chain_id: U256,
    pub(crate) address: Address,
    pub(crate) nonce: u64,
    pub(crate) parity: u8,
    pub(crate) r: U256,
    pub(crate) s: U256,
}

/// A transaction with all that it depends on.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) accounts: Accounts,
    pub(crate) block: Block,
    pub(crate) tx: Tx,
}

/// How a transaction ended; shown as `oracle.py` shows it.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It was never executed, for a reason.
    Rejected(String),
    /// It was executed.
    Ended { status: &'static str, gas: u64, output: Bytes, logs: Vec<Log>, accounts: Accounts },
}

impl Case {
    /// Runs the transaction, and checks that its fees arrive and that it can be undone.
    pub(crate) fn run(&self, programs: &Programs) -> Result<Outcome> {
        let mut world = self.world();
        let mut places = Places::default();
        for (address, account) in &self.accounts {
            places.entry(*address).or_default().extend(account.storage.keys());
        }
        let executed = match executor::execute(world.view(0), self.job(programs)) {
            Ok(executed) => executed,
            Err(EVMError::Transaction(reason)) => return Ok(Outcome::Rejected(reason.to_string())),
            Err(other) => bail!("{other:?}"),
        };
        let Executed { result, state, failure, .. } = executed;
        ensure!(failure.is_none(), "Stylus has to do with it: {failure:?}");
        for (address, account) in &state {
            places.entry(*address).or_default().extend(account.storage.keys());
        }
        let before = look(&world, &places);

        world.begin_block();
        world.commit(state);
        let gas = result.tx_gas_used();
        let paid = world.info(FEES).balance;
        let fee = U256::from(gas) * U256::from(self.block.base_fee);
        ensure!(paid == fee, "{gas} gas cost {paid} wei and not {fee}");
        let accounts = look(&world, &places);
        world.undo_block();
        ensure!(serial(&look(&world, &places)) == serial(&before), "undone, but not as before");
        ensure!(world.info(FEES).balance.is_zero(), "undone, but for the fee");

        let status = match result {
            ExecutionResult::Success { .. } => "success",
            ExecutionResult::Revert { .. } => "revert",
            ExecutionResult::Halt { .. } => "halt",
        };
        let output = result.output().cloned().unwrap_or_default();
        Ok(Outcome::Ended { status, gas, output, logs: result.into_logs(), accounts })
    }

    fn world(&self) -> World {
        let mut world = World::default();
        for (address, account) in &self.accounts {
            let info = AccountInfo { balance: account.balance, nonce: account.nonce, ..AccountInfo::default() };
            let code = &account.code;
            world.set_info(*address, if code.is_empty() { info } else { with_code(info, code.to_vec()) });
            for (key, value) in &account.storage {
                world.set_storage(*address, *key, *value);
            }
        }
        world.set_info(STATE_ACCOUNT, AccountInfo { nonce: 1, ..AccountInfo::default() });
        world.set_storage(STATE_ACCOUNT, root::NETWORK_FEE_ACCOUNT.slot(), FEES.into_word().into());
        world
    }

    fn job(&self, programs: &Programs) -> Job {
        let Block { sender, coinbase, number, time, random, gas_limit, base_fee } = self.block.clone();
        let block = BlockEnv {
            number,
            beneficiary: coinbase,
            timestamp: time,
            gas_limit,
            basefee: base_fee,
            prevrandao: Some(random.into()),
            ..BlockEnv::default()
        };
        let access =
            |(address, keys): &(Address, Vec<B256>)| AccessListItem { address: *address, storage_keys: keys.clone() };
        let signed = |one: &Authorized| {
            let inner = Authorization { chain_id: one.chain_id, address: one.address, nonce: one.nonce };
            Either::Left(SignedAuthorization::new_unchecked(inner, one.parity, one.r, one.s))
        };
        let tx = TxEnv {
            tx_type: self.tx.kind,
            caller: sender,
            gas_limit: self.tx.gas,
            gas_price: self.tx.price,
            kind: self.tx.to.map_or(TxKind::Create, TxKind::Call),
            value: self.tx.value,
            data: self.tx.data.clone(),
            nonce: self.tx.nonce,
            chain_id: (self.tx.kind > 0).then_some(CHAIN_ID),
            access_list: AccessList(self.tx.access.iter().map(access).collect()),
            gas_priority_fee: (self.tx.kind > 1).then_some(0),
            authorization_list: self.tx.authorizations.iter().map(signed).collect(),
            ..TxEnv::default()
        };
        Job { chain_id: CHAIN_ID, block, tx, arb: self.arbitrum(programs), checks: Checks::Full }
    }

    /// What only Arbitrum has, as on a chain without programs.
    fn arbitrum(&self, programs: &Programs) -> ArbEnv {
        let base_fee = self.block.base_fee;
        ArbEnv {
            block: ArbBlock { number: 1, hashes: Arc::default(), version: arbos::DEFAULT_VERSION, base_fee },
            programs: programs.clone(),
            pages: Pages::default(),
            callers: Vec::new(),
            removed: Vec::new(),
            moved: Vec::new(),
            offered_price: U256::from(base_fee),
            poster_gas: 0,
            compute_cap: ComputeCap::WithIntrinsic(COMPUTE_CAP),
            recorder: None,
            failure: None,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (status, gas, output, logs, accounts) = match self {
            Self::Rejected(reason) if f.alternate() => return write!(f, "rejected: {reason}"),
            Self::Rejected(_) => return f.write_str("rejected"),
            Self::Ended { status, gas, output, logs, accounts } => (status, gas, output, logs, accounts),
        };
        let mut joined = Vec::new();
        for log in logs {
            joined.extend_from_slice(log.address.as_slice());
            joined.push(u8::try_from(log.topics().len()).expect("at most four topics"));
            joined.extend(log.topics().iter().flat_map(|topic| topic.0));
            joined.extend(length(log.data.data.len()));
            joined.extend_from_slice(&log.data.data);
        }
        write!(f, "{status} {gas} {} {} {}", short(output), short(&joined), short(&serial(accounts)))
    }
}

/// The accounts and slots that a transaction may have changed.
type Places = BTreeMap<Address, BTreeSet<U256>>;

/// Returns the accounts that there are, with their slots.
fn look(world: &World, places: &Places) -> Accounts {
    let (mut accounts, view) = (Accounts::new(), world.view(0));
    for (address, keys) in places.iter().filter(|(address, _)| ![FEES, STATE_ACCOUNT].contains(address)) {
        let slots = keys.iter().map(|key| (*key, view.slot(*address, *key)));
        let storage: BTreeMap<_, _> = slots.filter(|(_, value)| !value.is_zero()).collect();
        let AccountInfo { balance, nonce, code, .. } = world.info(*address);
        let code = code.map(|code| code.original_bytes()).unwrap_or_default();
        if !(balance.is_zero() && nonce == 0 && code.is_empty() && storage.is_empty()) {
            accounts.insert(*address, Account { balance, nonce, code, storage });
        }
    }
    accounts
}

/// What is hashed of accounts.
fn serial(accounts: &Accounts) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (address, Account { balance, nonce, code, storage }) in accounts {
        bytes.extend_from_slice(address.as_slice());
        bytes.extend(balance.to_be_bytes::<32>());
        bytes.extend(nonce.to_be_bytes());
        bytes.extend_from_slice(keccak256(code).as_slice());
        bytes.extend(length(storage.len()));
        for (key, value) in storage {
            bytes.extend(key.to_be_bytes::<32>());
            bytes.extend(value.to_be_bytes::<32>());
        }
    }
    bytes
}

fn length(count: usize) -> [u8; 4] {
    u32::try_from(count).expect("a small count").to_be_bytes()
}

fn short(bytes: &[u8]) -> String {
    if bytes.is_empty() { "-".to_owned() } else { hex::encode(&keccak256(bytes)[..4]) }
}
