//! Threat 4: a target that is not any more what the voters saw, as in Tornado Cash.

use aia_abi::IAIATimelock::TimelockTargetChanged;
use aia_devnode::chain::Override;
use aia_tests::{
    Network,
    governance::{Dao, Draft},
    peers::artifact,
    staking::emitted,
};
use alloy::{
    eips::eip7702::Authorization,
    network::{TransactionBuilder, TransactionBuilder7702},
    primitives::{Address, Bytes, U256, hex},
    providers::{DynProvider, Provider},
    rpc::types::TransactionRequest,
    signers::{SignerSync, local::PrivateKeySigner},
};
use eyre::Result;

use super::{
    accomplice, execute_directly,
    peers::{
        IAccomplice::strikeCall,
        IDisguise::{Acted, actCall},
        IShapeshifter::{self, IShapeshifterInstance},
    },
};

/// Code that stops at once.
const STOP: [u8; 1] = [0x00];

/// Gives an account other code, within the second of the latest block.
fn set_code(net: &Network, address: Address, code: Bytes) -> Result<()> {
    let now = net.now();
    net.api.chain().set_next_time(now)?;
    net.api.alter(Override { address, code: Some(code), ..Override::default() })?;
    Ok(())
}

/// Lets an account point to the code of a contract, or with zero to none any more.
pub(super) async fn point_to(net: &Network, account: &PrivateKeySigner, contract: Address) -> Result<()> {
    let relayer = net.provider(&net.account(8))?;
    let chain_id = U256::from(net.api.chain().config().chain_id);
    let nonce = relayer.get_transaction_count(account.address()).await?;
    let authorization = Authorization { chain_id, address: contract, nonce };
    let signature = account.sign_hash_sync(&authorization.signature_hash())?;
    let request = TransactionRequest::default()
        .with_to(net.account(8).address())
        .with_authorization_list(vec![authorization.into_signed(signature)]);
    assert!(net.submit_request(&relayer, request).await?.status());
    let code = relayer.get_code_at(account.address()).await?;
    let expected = if contract.is_zero() { Vec::new() } else { [&hex!("ef0100")[..], contract.as_slice()].concat() };
    assert_eq!(code[..], expected, "what the account points to");
    Ok(())
}

/// Asserts that a proposal that is due is not executed because of its target, neither by the governor nor past it.
async fn assert_changed(dao: &Dao, draft: &Draft) -> Result<()> {
    let stranger = dao.stranger();
    let (governor, timelock) = (dao.governor_as(&stranger)?, dao.timelock_as(&stranger)?);
    let changed = || TimelockTargetChanged { operationId: draft.operation(dao.governor) };
    dao.net().refuses(&draft.execute(&governor), changed()).await?;
    dao.net().refuses(&execute_directly(dao, &timelock, draft), changed()).await
}

/// Deploys what appears and disappears, and returns it with a proposal to call what it shows.
async fn shapeshifter(dao: &Dao) -> Result<(IShapeshifterInstance<DynProvider>, Draft)> {
    let stranger = dao.stranger();
    let address = dao.net().deploy(&stranger, &artifact("Shapeshifter")?, Vec::new()).await?;
    let shapeshifter = IShapeshifter::new(address, dao.net().provider(&stranger)?);
    let place = shapeshifter.place().call().await?;
    Ok((shapeshifter, Draft::new("Call what you have seen").call(place, &actCall {})))
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_4_a_target_whose_code_was_replaced_is_not_called() -> Result<()> {
    let dao = Dao::start().await?;
    let target = *accomplice(&dao).await?.address();
    let draft = Draft::new("Call it").call(target, &strikeCall {});
    dao.ripen(&draft).await?;
    let seen = dao.net().provider(&dao.stranger())?.get_code_at(target).await?;

    for other in [Bytes::from(STOP), Bytes::new()] {
        set_code(dao.net(), target, other)?;
        assert_changed(&dao, &draft).await?;
    }
    // It is the code that counts, not what happened to it.
    set_code(dao.net(), target, seen)?;
    dao.execute(&draft).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_4_where_there_was_nothing_nothing_may_appear() -> Result<()> {
    let dao = Dao::start().await?;
    let (shapeshifter, draft) = shapeshifter(&dao).await?;
    dao.ripen(&draft).await?;

    dao.net().send(&shapeshifter.unmask()).await?;

    assert_changed(&dao, &draft).await
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_4_what_was_shown_while_it_was_queued_must_be_there_again() -> Result<()> {
    let dao = Dao::start().await?;
    let (shapeshifter, draft) = shapeshifter(&dao).await?;
    let place = draft.targets[0];
    dao.carry(&draft).await?;
    // Created, queued and destroyed in one transaction, which leaves its place free.
    let queue = draft.queue(&dao.governor_as(&dao.stranger())?).calldata().clone();
    dao.net().send(&shapeshifter.parade(dao.governor, queue)).await?;
    let provider = dao.net().provider(&dao.stranger())?;
    assert!(provider.get_code_at(place).await?.is_empty());
    dao.to_eta(&draft).await?;
    assert_changed(&dao, &draft).await?;

    let before = dao.net().api.chain().snapshot();
    dao.net().send(&shapeshifter.unmask()).await?;
    assert_changed(&dao, &draft).await?;

    assert!(dao.net().api.chain().revert(before)?);
    dao.net().send(&shapeshifter.disguise()).await?;
    let receipt = dao.execute(&draft).await?;
    let acts: Vec<bool> = emitted::<Acted>(&receipt, place).into_iter().map(|act| act.harmless).collect();
    assert_eq!(acts, [true]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_4_an_account_that_got_code_is_not_called() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, account, contract) = (dao.net(), dao.net().account(6), *accomplice(&dao).await?.address());
    let draft = Draft::new("Call somebody").call(account.address(), &strikeCall {});
    dao.ripen(&draft).await?;

    point_to(net, &account, contract).await?;
    assert_changed(&dao, &draft).await?;

    // Or if it had some and points elsewhere; without any it is what it was.
    point_to(net, &account, dao.timelock).await?;
    assert_changed(&dao, &draft).await?;
    point_to(net, &account, Address::ZERO).await?;
    dao.execute(&draft).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_4_who_only_gets_ether_may_become_what_it_likes() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, [nobody, heir]) = (dao.net(), [0xe0, 0xe1].map(Address::repeat_byte));
    let draft = Draft::new("Call nobody, and pay an heir").paying(nobody, U256::ZERO, [1u8, 2, 3, 4]).paying(
        heir,
        U256::ZERO,
        Bytes::new(),
    );
    dao.ripen(&draft).await?;

    // An account that never was and one that is empty have the same code: none.
    let gift = TransactionRequest::default().with_to(nobody).with_value(U256::ONE);
    assert!(net.submit_request(&net.provider(&net.owner)?, gift).await?.status());
    set_code(net, heir, STOP.into())?;

    dao.execute(&draft).await?;
    Ok(())
}
