//! What nitro-devnode does to a fresh chain, so that tools find what they expect.

use alloy::{
    consensus::{SignableTransaction, TxEip1559, TxEnvelope, transaction::SignerRecoverable},
    eips::eip2718::Decodable2718,
    network::TxSignerSync,
    primitives::{Address, Bytes, TxKind, U256, address, hex},
    sol,
    sol_types::SolCall,
};

use super::{Chain, Signed};
use crate::{config::dev_account, error::ChainError};

/// The CREATE2 factory, at the address that it has on all chains.
pub const FACTORY: Address = address!("4e59b44847b379578588920ca78fbf26c0b4956c");
/// Who places bids for caching programs.
pub const CACHE_MANAGER: Address = address!("a6e41ffd769491a42a6e5ce453259b93983a22ef");
/// What `cargo stylus deploy` sends constructors through.
pub const STYLUS_DEPLOYER: Address = address!("cEcba2F1DC234f70Dd89F2041029807F8D03A990");

const FACTORY_DEPLOYER: Address = address!("3fab184622dc19b6109349b94811493bf2a45362");
/// The factory's well-known transaction, signed by nobody for every chain.
const FACTORY_TRANSACTION: &str = "f8a58085174876e800830186a08080b853604580600e600039806000f350fe\
    7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd\
    5b8082525050506014600cf31ba0\
    2222222222222222222222222222222222222222222222222222222222222222a0\
    2222222222222222222222222222222222222222222222222222222222222222";
const STYLUS_DEPLOYER_CODE: &str = include_str!("../../predeploys/stylus-deployer.hex");

const ARB_DEBUG: Address = Address::with_last_byte(0xff);
const ARB_OWNER: Address = Address::with_last_byte(0x70);
/// Enough for each of these transactions, the first two with their data at 50 gwei.
const GAS: u64 = 4_000_000;

sol! {
    function becomeChainOwner();
    function setL1PricePerUnit(uint256 price);
    function addWasmCacheManager(address manager);
}

impl Chain {
    /// Runs nitro-devnode's set-up, if the settings ask for it.
    pub(super) fn set_up(&mut self) -> Result<(), ChainError> {
        if !self.config.set_up {
            return Ok(());
        }
        let ether = U256::from(10).pow(U256::from(18));
        self.send_as_dev(ARB_DEBUG.into(), U256::ZERO, becomeChainOwnerCall {}.abi_encode())?;
        self.send_as_dev(ARB_OWNER.into(), U256::ZERO, setL1PricePerUnitCall { price: U256::ZERO }.abi_encode())?;
        self.send_as_dev(FACTORY_DEPLOYER.into(), ether, Vec::new())?;
        self.include_raw(&constant(FACTORY_TRANSACTION))?;
        self.send_as_dev(TxKind::Create, U256::ZERO, cache_manager())?;
        let manager = addWasmCacheManagerCall { manager: CACHE_MANAGER };
        self.send_as_dev(ARB_OWNER.into(), U256::ZERO, manager.abi_encode())?;
        let salted = [&[0; 32], constant(STYLUS_DEPLOYER_CODE).as_ref()].concat();
        self.send_as_dev(FACTORY.into(), U256::ZERO, salted)
    }

    fn send_as_dev(&mut self, to: TxKind, value: U256, input: Vec<u8>) -> Result<(), ChainError> {
        let dev = dev_account();
        let mut tx = TxEip1559 {
            chain_id: self.config.chain_id,
            nonce: self.world.info(dev.address()).nonce,
            gas_limit: GAS,
            max_fee_per_gas: u128::from(self.base_fee()) * 2,
            max_priority_fee_per_gas: 0,
            to,
            value,
            access_list: Default::default(),
            input: input.into(),
        };
        let signature =
            dev.sign_transaction_sync(&mut tx).map_err(|error| ChainError::Settings(format!("set-up: {error}")))?;
        self.include_in_set_up(Signed {
            tx: tx.into_signed(signature).into(),
            sender: dev.address(),
            impersonated: false,
        })
    }

    fn include_raw(&mut self, encoded: &[u8]) -> Result<(), ChainError> {
        let failed = |error: String| ChainError::Settings(format!("set-up: {error}"));
        let tx = TxEnvelope::decode_2718(&mut &encoded[..]).map_err(|error| failed(error.to_string()))?;
        let sender = tx.recover_signer().map_err(|error| failed(error.to_string()))?;
        self.include_in_set_up(Signed { tx, sender, impersonated: false })
    }

    fn include_in_set_up(&mut self, signed: Signed) -> Result<(), ChainError> {
        let included = &self.include(signed)?.transactions[0];
        if included.success {
            return Ok(());
        }
        let reason = included.failure.clone().unwrap_or_else(|| "reverted".into());
        Err(ChainError::Settings(format!("set-up: {reason}")))
    }
}

fn constant(text: &str) -> Bytes {
    let digits: String = text.split_whitespace().collect();
    // The constants above are hex.
    hex::decode(digits).unwrap_or_default().into()
}

/// Returns the creation code of the cache manager.
///
/// On Arbitrum it auctions places in a cache of limited size. Here there is room for all: every bid, of
/// any value, caches its program.
fn cache_manager() -> Vec<u8> {
    const RETURN_CODE: &str = "607c8060095f395ff3";
    let code = [
        "5f3560e01c",               // the selector
        "8063e494015714605757",     // placeBid(address): jump to 0x57
        "8063b187bd2614604357",     // isPaused(): no, jump to 0x43
        "8063bae6c2ad14604357",     // queueSize(): 0
        "8063d29b303e14604357",     // getMinBid(uint64): 0
        "806332052a9b14604357",     // getMinBid(address): 0
        "63674a64e014604b57",       // cacheSize(): jump to 0x4b
        "5f5ffd",                   // anything else: revert
        "5b5f5f5260205ff3",         // 0x43: return zero
        "5b63200000005f5260205ff3", // 0x4b: return 2^29 bytes
        // 0x57: ArbWasmCache.cacheProgram with the same argument
        "5b63e73ac9f25f52600435602052",
        "5f5f6024601c5f60725af1",
        "607a57",         // jump to 0x7a if it succeeded
        "3d5f5f3e3d5ffd", // else revert with what it said
        "5b00",           // 0x7a: done
    ];
    constant(&[&[RETURN_CODE], &code[..]].concat().concat()).to_vec()
}
