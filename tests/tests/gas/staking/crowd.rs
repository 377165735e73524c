//! A crowd in one pool and one bucket, and what calls cost in its midst.

use aia_abi::{IAIAToken as I, IDisputeCourt as C, IProviderRegistry as R};
use aia_tests::staking::{EPOCH, INFERENCE, MAX_SLASH_BPS, Staking, UPHOLD, VETO, WHOLE, aia};
use alloy::{
    primitives::{Address, B256, U256, aliases::U48, keccak256},
    sol_types::SolCall,
};
use eyre::{Result, ensure};

use aia_tests::common::{Message, send};

/// What each operation costs.
pub(crate) type Costs = [(&'static str, u64); 4];

/// Everyone who delegated to one provider, and left it with half of that.
pub(crate) struct Crowd<'a> {
    staking: &'a Staking,
    provider: Address,
    /// Who delegates and leaves when it is measured.
    newcomer: Address,
    disputer: Address,
    size: usize,
    /// Unix seconds; everyone comes in the same.
    now: u64,
}

impl<'a> Crowd<'a> {
    /// Begins with a provider alone.
    pub(crate) fn new(staking: &'a Staking) -> Result<Self> {
        let [provider, newcomer, disputer] = [0, 1, 2].map(|index| staking.net.account(index).address());
        let crowd = Self { staking, provider, newcomer, disputer, size: 0, now: staking.net.now() };
        let registry = staking.registry;
        for account in [provider, newcomer, disputer] {
            crowd.endow(account, aia(10_000))?;
            crowd.call(account, staking.net.token, &I::approveCall { spender: staking.court, value: U256::MAX })?;
        }
        let (cid, signer) = (B256::repeat_byte(1), provider);
        crowd.call(provider, registry, &R::registerCall { cid, codec: 0x55, commissionBps: 0, signer })?;
        crowd.call(provider, registry, &R::delegateCall { account: provider, amount: aia(10_000).to() })?;
        crowd.call(provider, registry, &R::allocateCall { service: INFERENCE, bps: WHOLE })?;
        Ok(crowd)
    }

    /// Lets others delegate 2 AIA each, and leave with one of them, until there are so many.
    pub(crate) fn grow(&mut self, size: usize) -> Result<()> {
        let (registry, account) = (self.staking.registry, self.provider);
        for number in self.size..size {
            let member = Address::from_word(keccak256(number.to_be_bytes()));
            self.endow(member, aia(2))?;
            self.call(member, registry, &R::delegateCall { account, amount: aia(2).to() })?;
            self.call(member, registry, &R::undelegateCall { account, shares: aia(1).to() })?;
        }
        self.size = size;
        Ok(())
    }

    /// Measures, and takes back what it took.
    pub(crate) fn measure(&self) -> Result<Costs> {
        let api = &self.staking.net.api;
        let present = api.chain().snapshot();
        let costs = self.costs();
        ensure!(api.chain().revert(present)?, "no snapshot");
        costs
    }

    fn costs(&self) -> Result<Costs> {
        let Self { staking, provider: account, newcomer, disputer, .. } = *self;
        let (registry, court) = (staking.registry, staking.court);
        let delegate = self.call(newcomer, registry, &R::delegateCall { account, amount: aia(100).to() })?;
        let undelegate = self.call(newcomer, registry, &R::undelegateCall { account, shares: aia(50).to() })?;

        let accusation = C::openDisputeCall {
            target: registry,
            subject: account.into_word(),
            service: INFERENCE,
            fault: B256::repeat_byte(0xfa),
            evidence: B256::repeat_byte(0xe1),
            bps: MAX_SLASH_BPS,
            victim: Address::ZERO,
            faultAt: U48::from(self.now),
        };
        let id = U256::ONE;
        self.call(disputer, court, &accusation)?;
        let ruling = C::ruleCall { id, ruling: U256::from(UPHOLD) };
        self.call(staking.arbitrator().address(), court, &ruling)?;
        let execute = self.call_at(self.now + VETO + 1, disputer, court, &C::executeCall { id })?;

        let epoch = u32::try_from(self.now / EPOCH)? + 2;
        let matured = u64::from(epoch + 1) * EPOCH;
        let withdrawal = R::withdrawCall { account, epoch, owner: newcomer };
        let withdraw = self.call_at(matured, newcomer, registry, &withdrawal)?;
        Ok([("delegate", delegate), ("undelegate", undelegate), ("execute", execute), ("withdraw", withdraw)])
    }

    /// Gives an account AIA, and the registry an allowance over it.
    fn endow(&self, account: Address, value: U256) -> Result<()> {
        let (owner, token) = (self.staking.net.owner.address(), self.staking.net.token);
        self.call(owner, token, &I::transferCall { to: account, value })?;
        self.call(account, token, &I::approveCall { spender: self.staking.registry, value: U256::MAX })?;
        Ok(())
    }

    fn call(&self, from: Address, to: Address, call: &impl SolCall) -> Result<u64> {
        self.call_at(self.now, from, to, call)
    }

    /// Makes a call at an instant, and returns the gas it used. Gas is free: the crowd has no ether.
    fn call_at(&self, instant: u64, from: Address, to: Address, call: &impl SolCall) -> Result<u64> {
        let api = &self.staking.net.api;
        api.chain().set_next_time(instant)?;
        api.chain().set_next_base_fee(0);
        let included = send(api, Message::call(from, to, call.abi_encode()))?;
        ensure!(included.success, "reverted: {included:?}");
        Ok(included.gas_used)
    }
}
