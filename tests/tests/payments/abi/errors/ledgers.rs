//! Errors of ledgers, and of a multicall within another.

use aia_abi::IStreamPayments as S;
use aia_tests::{
    payments::{Market, PURSE},
    staking::supply,
};
use alloy::{
    primitives::{Address, U256},
    sol_types::SolCall,
};
use eyre::Result;

use super::Heard;

pub(super) async fn refusals(market: &Market, heard: &mut Heard) -> Result<()> {
    let (net, account) = (market.net(), market.consumer.address());
    let payments = market.payments_as(&market.consumer)?;
    heard.refuses(net, &payments.fund(account, U256::ZERO), S::ZeroAmount {}).await?;
    heard.refuses(net, &payments.withdraw(account, U256::ZERO), S::ZeroAmount {}).await?;

    let (amount, max) = (supply() + U256::ONE, supply());
    heard.refuses(net, &payments.fund(account, amount), S::AmountTooLarge { amount, max }).await?;

    for recipient in [Address::ZERO, market.payments] {
        heard.refuses(net, &payments.fund(recipient, U256::ONE), S::InvalidRecipient { recipient }).await?;
        heard.refuses(net, &payments.withdraw(recipient, U256::ONE), S::InvalidRecipient { recipient }).await?;
    }
    let free = U256::from(PURSE);
    let needed = free + U256::ONE;
    let too_little = S::InsufficientLedger { account, free, needed };
    heard.refuses(net, &payments.withdraw(account, needed), too_little).await?;

    let token = Address::repeat_byte(0x70);
    heard.refuses(net, &payments.settle(account, token), S::InvalidToken { token }).await?;

    let inner = S::multicallCall { data: Vec::new() }.abi_encode().into();
    heard.refuses(net, &payments.multicall(vec![inner]), S::NestedMulticall {}).await
}
