//! A Stylus program and its way onto a chain.

use alloy::{
    network::TransactionBuilder,
    primitives::{Address, B256, Bytes, U256, address, keccak256},
    providers::Provider,
    rpc::types::{
        TransactionRequest,
        state::{AccountOverride, StateOverride},
    },
    sol,
};
use eyre::{Context, Result, bail, ensure};

use crate::initcode;

/// ArbWasm: the precompile that activates programs.
const ARB_WASM: Address = address!("0000000000000000000000000000000000000071");
/// What marks a program: the prefix, and no brotli dictionary.
const PREFIX: [u8; 4] = [0xef, 0xf0, 0x00, 0x00];
/// Brotli's settings, those of cargo-stylus.
const BROTLI_QUALITY: u32 = 11;
const BROTLI_WINDOW: u32 = 22;
/// Largest code of a contract, in bytes.
const MAX_CODE_SIZE: usize = 24_576;
/// What the fee is raised by, in percent, because it rises with demand.
const FEE_MARGIN: u64 = 20;
/// What the gas is raised by, in percent: activation depends on the chain's state.
const GAS_MARGIN: u64 = 10;

sol! {
    #[sol(rpc)]
    interface IArbWasm {
        function activateProgram(address program) external payable returns (uint16 version, uint256 dataFee);
        function codehashVersion(bytes32 codehash) external view returns (uint16 version);
    }
}

/// A program as it is stored on chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    code: Bytes,
}

/// A program that was put on chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deployed {
    /// Where it is.
    pub address: Address,
    /// The transaction that did it.
    pub transaction: B256,
    /// Gas that it used.
    pub gas_used: u64,
}

impl Program {
    /// Compresses a program's WASM.
    ///
    /// # Errors
    /// When the result is larger than a contract may be.
    pub fn from_wasm(wasm: &[u8]) -> Result<Self> {
        let mut code = PREFIX.to_vec();
        let params = brotli::enc::BrotliEncoderParams {
            quality: BROTLI_QUALITY.cast_signed(),
            lgwin: BROTLI_WINDOW.cast_signed(),
            ..Default::default()
        };
        brotli::BrotliCompress(&mut &wasm[..], &mut code, &params).wrap_err("cannot compress the program")?;
        ensure!(
            code.len() <= MAX_CODE_SIZE,
            "the program has {} bytes compressed, {MAX_CODE_SIZE} are allowed",
            code.len()
        );
        Ok(Self { code: code.into() })
    }

    /// Returns the code with its prefix.
    pub fn code(&self) -> &Bytes {
        &self.code
    }

    /// Returns the hash under which programs are activated.
    pub fn code_hash(&self) -> B256 {
        keccak256(&self.code)
    }
}

/// Creates, activates and constructs a program in one transaction of `sender`.
///
/// `constructor` is the calldata of the program's constructor.
///
/// # Errors
/// When a step fails; nothing is on chain then but the failed transaction.
pub async fn deploy(
    provider: &impl Provider,
    sender: Address,
    program: &Program,
    constructor: &[u8],
) -> Result<Deployed> {
    let fee = activation_fee(provider, sender, program).await?;
    let code = initcode::build(program.code(), fee.is_some(), constructor);
    let nonce = provider.get_transaction_count(sender).await.wrap_err("cannot read the nonce")?;
    let mut request = TransactionRequest::default()
        .with_from(sender)
        .with_nonce(nonce)
        .with_value(fee.unwrap_or_default())
        .with_deploy_code(code);
    let gas = provider.estimate_gas(request.clone()).await.wrap_err("the deployment would fail")?;
    request.set_gas_limit(gas + gas * GAS_MARGIN / 100);
    let receipt = provider.send_transaction(request).await?.get_receipt().await?;
    let transaction = receipt.transaction_hash;
    ensure!(receipt.status(), "the deployment failed in transaction {transaction}");
    let address = initcode::program_address(sender, nonce);
    let stored = provider.get_code_at(address).await?;
    if stored != *program.code() {
        bail!("the code at {address} is not what was deployed in transaction {transaction}");
    }
    Ok(Deployed { address, transaction, gas_used: receipt.gas_used })
}

/// Returns the fee of activating a program in wei, with a margin; `None` if it is active already.
async fn activation_fee(provider: &impl Provider, sender: Address, program: &Program) -> Result<Option<U256>> {
    let arb_wasm = IArbWasm::new(ARB_WASM, provider);
    if arb_wasm.codehashVersion(program.code_hash()).call().await.is_ok() {
        return Ok(None);
    }
    // Simulated at an address that has the code for this call only, by an account that can pay.
    let stand_in = Address::with_last_byte(0xa1);
    let plenty = U256::from(10).pow(U256::from(18));
    let overrides = [
        (stand_in, AccountOverride { code: Some(program.code().clone()), ..Default::default() }),
        (sender, AccountOverride { balance: Some(plenty * U256::from(10)), ..Default::default() }),
    ];
    let answer = arb_wasm
        .activateProgram(stand_in)
        .from(sender)
        .value(plenty)
        .state(overrides.into_iter().collect::<StateOverride>())
        .call()
        .await
        .wrap_err("the chain refuses to activate the program")?;
    Ok(Some(answer.dataFee * U256::from(100 + FEE_MARGIN) / U256::from(100)))
}
