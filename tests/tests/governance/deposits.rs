//! The timelock takes native value and tokens that announce themselves, and gives them away again; the governor takes
//! none of them.

use aia_abi::IAIAGovernor as G;
use aia_tests::{
    governance::{Dao, Draft},
    peers::artifact,
};
use alloy::{
    network::TransactionBuilder,
    primitives::{Address, Bytes, U256},
    providers::{DynProvider, Provider},
    rpc::types::TransactionRequest,
    sol,
    sol_types::SolError,
};
use eyre::Result;

sol! {
    /// What `Relic` of `tests/js/peers/Collectibles.sol` can do.
    #[sol(rpc)]
    interface IRelic {
        function mint(address to, uint256 id) external;
        function ownerOf(uint256 id) external view returns (address);
        function safeTransferFrom(address from, address to, uint256 id) external;
    }

    /// What `Coupons` of the same can do.
    #[sol(rpc)]
    interface ICoupons {
        function mint(address to, uint256 id, uint256 amount) external;
        function balanceOf(address account, uint256 id) external view returns (uint256);
        function safeTransferFrom(address from, address to, uint256 id, uint256 amount, bytes data) external;
        function safeBatchTransferFrom(
            address from,
            address to,
            uint256[] ids,
            uint256[] amounts,
            bytes data
        ) external;
    }
}

/// Who gets everything in the end.
const HEIR: Address = Address::repeat_byte(0x4e);

/// A relic, 1, and coupons, ten of 1 and twenty of 2, that belong to the token's owner.
struct Hoard {
    owner: Address,
    relic: IRelic::IRelicInstance<DynProvider>,
    coupons: ICoupons::ICouponsInstance<DynProvider>,
}

impl Hoard {
    async fn find(dao: &Dao) -> Result<Self> {
        let (net, owner) = (dao.net(), dao.net().owner.address());
        let relic = net.deploy(&net.owner, &artifact("Relic")?, Vec::new()).await?;
        let coupons = net.deploy(&net.owner, &artifact("Coupons")?, Vec::new()).await?;
        let relic = IRelic::new(relic, net.provider(&net.owner)?);
        let coupons = ICoupons::new(coupons, net.provider(&net.owner)?);
        let [one, two, ten, twenty] = [1, 2, 10, 20].map(U256::from);
        net.send(&relic.mint(owner, one)).await?;
        net.send(&coupons.mint(owner, one, ten)).await?;
        net.send(&coupons.mint(owner, two, twenty)).await?;
        Ok(Self { owner, relic, coupons })
    }

    /// Asserts who has the relic, and how many coupons of both kinds somebody has.
    async fn assert_with(&self, account: Address, coupons: [u64; 2]) -> Result<()> {
        assert_eq!(self.relic.ownerOf(U256::from(1)).call().await?, account);
        for (id, amount) in [1, 2].into_iter().zip(coupons) {
            let seen = self.coupons.balanceOf(account, U256::from(id)).call().await?;
            assert_eq!(seen, U256::from(amount), "coupons {id} of {account}");
        }
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_timelock_takes_value_and_tokens_and_governance_gives_them_away() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, hoard) = (dao.net(), Hoard::find(&dao).await?);
    let (provider, Hoard { owner, relic, coupons }) = (net.provider(&net.owner)?, &hoard);
    let gift = TransactionRequest::default().with_from(*owner).with_to(dao.timelock).with_value(U256::from(5));
    assert!(net.submit_request(&provider, gift).await?.status(), "the timelock takes no value");
    let [one, two, ten, twenty] = [1, 2, 10, 20].map(U256::from);
    net.send(&relic.safeTransferFrom(*owner, dao.timelock, one)).await?;
    net.send(&coupons.safeTransferFrom(*owner, dao.timelock, one, ten, Bytes::new())).await?;
    let (kinds, amounts) = (vec![two], vec![twenty]);
    net.send(&coupons.safeBatchTransferFrom(*owner, dao.timelock, kinds, amounts, vec![7u8].into())).await?;
    hoard.assert_with(dao.timelock, [10, 20]).await?;

    let (from, to) = (dao.timelock, HEIR);
    let (ids, amounts) = (vec![one, two], vec![ten, twenty]);
    let batch = ICoupons::safeBatchTransferFromCall { from, to, ids, amounts, data: Bytes::new() };
    let draft = Draft::new("Everything to the heir")
        .paying(HEIR, U256::from(5), Bytes::new())
        .call(*relic.address(), &IRelic::safeTransferFromCall { from, to, id: one })
        .call(*coupons.address(), &batch);
    dao.enact(&draft).await?;
    hoard.assert_with(HEIR, [10, 20]).await?;
    assert_eq!(provider.get_balance(HEIR).await?, U256::from(5));
    assert_eq!(provider.get_balance(dao.timelock).await?, U256::ZERO);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_governor_takes_neither_value_nor_tokens() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, hoard) = (dao.net(), Hoard::find(&dao).await?);
    let (provider, Hoard { owner, relic, coupons }) = (net.provider(&net.owner)?, &hoard);
    let disabled = || G::GovernorDisabledDeposit {};
    let gift = TransactionRequest::default().with_from(*owner).with_to(dao.governor).with_value(U256::from(5));
    let error = provider.call(gift.clone()).await.expect_err("the governor takes value");
    let data = error.as_error_resp().and_then(|response| response.as_revert_data());
    assert_eq!(data, Some(disabled().abi_encode().into()));
    assert!(!net.submit_request(&provider, gift).await?.status());

    let [one, two, ten] = [1, 2, 10].map(U256::from);
    net.refuses(&relic.safeTransferFrom(*owner, dao.governor, one), disabled()).await?;
    let single = coupons.safeTransferFrom(*owner, dao.governor, one, ten, Bytes::new());
    net.refuses(&single, disabled()).await?;
    let (kinds, amounts) = (vec![one, two], vec![ten, ten]);
    let batch = coupons.safeBatchTransferFrom(*owner, dao.governor, kinds, amounts, Bytes::new());
    net.refuses(&batch, disabled()).await?;
    hoard.assert_with(*owner, [10, 20]).await?;
    assert_eq!(provider.get_balance(dao.governor).await?, U256::ZERO);
    Ok(())
}
