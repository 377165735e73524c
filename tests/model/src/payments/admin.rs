//! What owner and guardian may do, and fees on their way out.

use std::collections::BTreeSet;

use aia_abi::IStreamPayments as Abi;
use alloy_primitives::{Address, Bytes, U256};

use super::{Model, Outcome, answer, require, share_up};

/// Calls.
impl Model {
    /// `collectFees`, whoever calls.
    ///
    /// # Panics
    /// Never: the treasury can be paid.
    pub fn collect_fees(&mut self, accounts: &[Address]) -> Outcome {
        let (mut logs, mut total) = (Vec::new(), U256::ZERO);
        for account in accounts {
            let amount = self.account(*account).fee_owed;
            if !amount.is_zero() {
                self.account_mut(*account).fee_owed = U256::ZERO;
                logs.push(self.emit(&Abi::FeeSwept { account: *account, amount }));
                total += amount;
            }
        }
        let burned = share_up(total, self.contract.params.burnBps);
        let rest = total - burned;
        if !total.is_zero() {
            logs.push(self.emit(&Abi::FeesCollected { burned, toTreasury: rest }));
        }
        if !burned.is_zero() {
            logs.push(self.token.burn(self.contract.address, burned));
            self.books.left += burned;
        }
        logs.extend(self.pay_out(self.contract.params.treasury, rest).expect("the treasury can be paid"));
        self.books.swept += total;
        answer(logs, &(burned, rest))
    }

    /// `setParams`.
    pub fn set_params(&mut self, caller: Address, params: &Abi::Params) -> Outcome {
        self.check_owner(caller)?;
        for (index, (value, max)) in (0_u8..).zip(bounds(params)) {
            let min = U256::ZERO;
            require(value <= max, Abi::InvalidParameter { index, value, min, max })?;
        }
        let Abi::Params { registry, treasury, .. } = *params;
        let has_code = self.programs().contains(&registry);
        require(has_code, Abi::InvalidRegistry { registry })?;
        let lost = [Address::ZERO, self.contract.address, self.token.address].contains(&treasury);
        require(!lost, Abi::InvalidTreasury { treasury })?;
        if registry != self.contract.params.registry {
            self.contract.registry_since = self.now;
        }
        self.contract.params = params.clone();
        let Abi::Params { feeBps, burnBps, stakeTtl, .. } = *params;
        Ok(vec![self.emit(&Abi::ParamsSet { feeBps, burnBps, stakeTtl, registry, treasury })].into())
    }

    /// `setPaused`.
    pub fn set_paused(&mut self, caller: Address, paused: bool) -> Outcome {
        let allowed = [self.contract.guardian, self.contract.owner].contains(&caller);
        require(allowed, Abi::UnauthorizedGuardian { account: caller })?;
        self.contract.paused = paused;
        Ok(vec![self.emit(&Abi::PausedSet { account: caller, paused })].into())
    }

    /// `setGuardian`.
    pub fn set_guardian(&mut self, caller: Address, account: Address) -> Outcome {
        self.check_owner(caller)?;
        self.contract.guardian = account;
        Ok(vec![self.emit(&Abi::GuardianSet { guardian: account })].into())
    }

    fn check_owner(&self, caller: Address) -> Result<(), Bytes> {
        require(caller == self.contract.owner, Abi::OwnableUnauthorizedAccount { account: caller })
    }

    /// Returns every account that has code.
    fn programs(&self) -> BTreeSet<Address> {
        self.registries.keys().copied().chain([self.token.address, self.contract.address]).collect()
    }
}

/// Returns each parameter that is a number, with the most that it may be.
fn bounds(params: &Abi::Params) -> [(U256, U256); 3] {
    [
        (U256::from(params.feeBps), U256::from(200)),
        (U256::from(params.burnBps), U256::from(10_000)),
        (U256::from(params.stakeTtl), U256::from(86_400)),
    ]
}
