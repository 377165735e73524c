//! What the stories propose when it does not matter what.

use aia_abi::IAIAToken as A;
use aia_tests::{
    Network,
    governance::{Dao, Draft},
};
use alloy::primitives::Address;
use eyre::Result;

/// Returns a proposal that makes somebody the token's CCIP admin; the numbers tell such proposals apart.
pub(super) fn motion<N: AsRef<Network>>(dao: &Dao<N>, number: u8) -> Draft {
    let call = A::setCCIPAdminCall { newAdmin: admin(number) };
    Draft::new(format!("Motion {number}")).call(dao.net().token, &call)
}

/// Returns whom a motion names.
pub(super) fn admin(number: u8) -> Address {
    Address::repeat_byte(number)
}

/// Returns whom the last motion that was executed named.
pub(super) async fn last_admin<N: AsRef<Network>>(dao: &Dao<N>) -> Result<Address> {
    let token = dao.net().token_as(&dao.net().owner)?;
    Ok(token.getCCIPAdmin().call().await?)
}
