//! What the sequencer checks before it runs a transaction, in its order and words.

use alloy::{consensus::Transaction, eips::eip2718::Encodable2718, primitives::U256};

use super::{Chain, Signed};
use crate::{
    arbos::{BLOCK_GAS_LIMIT, pricing::Poster},
    error::Invalid,
};

/// Longest encoded transaction, in bytes.
const MAX_TX_BYTES: usize = 95_000;
/// Longest init code, in bytes.
const MAX_INIT_CODE: usize = 49_152;
/// Highest fee that a transaction may offer over RPC, in wei.
const FEE_CAP: u128 = 1_000_000_000_000_000_000;
/// Least gas of any transaction.
const MIN_GAS: u64 = 21_000;

impl Chain {
    pub(super) fn validate(&self, signed: &Signed) -> Result<(), Invalid> {
        let Signed { tx, sender, impersonated } = signed;
        let (sender, gas, price) = (*sender, tx.gas_limit(), tx.max_fee_per_gas());
        let fee = u128::from(gas).saturating_mul(price);
        if fee > FEE_CAP && !impersonated {
            return Err(Invalid::FeeOverCap { fee });
        }
        if gas < MIN_GAS {
            return Err(Invalid::IntrinsicGas);
        }
        if tx.is_eip4844() {
            return Err(Invalid::UnsupportedType);
        }
        if let Some(have) = tx.chain_id()
            && have != self.config.chain_id
        {
            return Err(Invalid::ChainId { have, want: self.config.chain_id });
        }
        let base_fee = self.base_fee();
        if price < u128::from(base_fee) {
            return Err(Invalid::FeeCap { sender, max_fee: price, base_fee });
        }
        let account = self.world.info(sender);
        if tx.nonce() < account.nonce {
            return Err(Invalid::NonceTooLow { sender, tx: tx.nonce(), state: account.nonce });
        }
        let cost = U256::from(gas).saturating_mul(U256::from(price)).saturating_add(tx.value());
        if account.balance < cost {
            return Err(Invalid::Funds { sender, have: account.balance, want: cost });
        }
        let encoded = tx.encoded_2718();
        if encoded.len() > MAX_TX_BYTES {
            return Err(Invalid::TooLarge);
        }
        if tx.nonce() > account.nonce {
            return Err(Invalid::NonceTooHigh { sender, tx: tx.nonce(), state: account.nonce });
        }
        let poster = Poster::of_transaction(&self.world, &encoded, base_fee);
        if gas.saturating_sub(poster.gas) < MIN_GAS {
            return Err(Invalid::IntrinsicGas);
        }
        let code = account.code.as_ref().filter(|code| !code.is_empty() && !code.is_eip7702());
        if let Some(code) = code
            && !impersonated
        {
            return Err(Invalid::SenderHasCode { sender, length: code.original_byte_slice().len() });
        }
        if tx.kind().is_create() && tx.input().len() > MAX_INIT_CODE {
            return Err(Invalid::InitCode { size: tx.input().len(), limit: MAX_INIT_CODE });
        }
        if gas > BLOCK_GAS_LIMIT {
            return Err(Invalid::GasLimitReached);
        }
        Ok(())
    }
}
