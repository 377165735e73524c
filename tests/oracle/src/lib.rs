//! OpenZeppelin's Stylus token, composed: ERC-20, metadata, burning and permits.
//!
//! AIA's own ERC-20 and ERC-2612 must agree with it call by call; it is deployed by tests only.
#![cfg_attr(target_arch = "wasm32", no_main)]

extern crate alloc;

use alloc::{string::String, vec::Vec};

use alloy_primitives::{Address, B256, U256};
use openzeppelin_stylus::{
    token::erc20::{
        extensions::{
            burnable::IErc20Burnable,
            permit::{Erc20Permit, Error},
        },
        Erc20, IErc20,
    },
    utils::{
        cryptography::eip712::IEip712,
        nonces::{INonces, Nonces},
    },
};
use stylus_sdk::prelude::*;

/// The EIP-712 domain, AIA's.
#[storage]
struct Domain {}

impl IEip712 for Domain {
    const NAME: &'static str = "AIA";
    const VERSION: &'static str = "1";
}

#[entrypoint]
#[storage]
struct OzToken {
    erc20: Erc20,
    nonces: Nonces,
    permit: Erc20Permit<Domain>,
}

#[public]
impl OzToken {
    #[constructor]
    fn constructor(&mut self, _owner: Address, recipient: Address, initial_supply: U256) -> Result<(), Error> {
        Ok(self.erc20._mint(recipient, initial_supply)?)
    }

    fn name(&self) -> String {
        String::from("AIA")
    }

    fn symbol(&self) -> String {
        String::from("AIA")
    }

    fn decimals(&self) -> u8 {
        18
    }

    fn total_supply(&self) -> U256 {
        self.erc20.total_supply()
    }

    fn balance_of(&self, account: Address) -> U256 {
        self.erc20.balance_of(account)
    }

    fn allowance(&self, owner: Address, spender: Address) -> U256 {
        self.erc20.allowance(owner, spender)
    }

    fn transfer(&mut self, to: Address, value: U256) -> Result<bool, Error> {
        Ok(self.erc20.transfer(to, value)?)
    }

    fn approve(&mut self, spender: Address, value: U256) -> Result<bool, Error> {
        Ok(self.erc20.approve(spender, value)?)
    }

    fn transfer_from(&mut self, from: Address, to: Address, value: U256) -> Result<bool, Error> {
        Ok(self.erc20.transfer_from(from, to, value)?)
    }

    fn burn(&mut self, value: U256) -> Result<(), Error> {
        Ok(self.erc20.burn(value)?)
    }

    fn burn_from(&mut self, account: Address, value: U256) -> Result<(), Error> {
        Ok(self.erc20.burn_from(account, value)?)
    }

    fn nonces(&self, owner: Address) -> U256 {
        self.nonces.nonces(owner)
    }

    #[selector(name = "DOMAIN_SEPARATOR")]
    fn domain_separator(&self) -> B256 {
        self.permit.domain_separator()
    }

    #[allow(clippy::too_many_arguments)]
    fn permit(
        &mut self,
        owner: Address,
        spender: Address,
        value: U256,
        deadline: U256,
        v: u8,
        r: B256,
        s: B256,
    ) -> Result<(), Error> {
        self.permit.permit(owner, spender, value, deadline, v, r, s, &mut self.erc20, &mut self.nonces)
    }
}
