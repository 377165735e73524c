//! What owner and guardian of the registry may do.

use aia_abi::IProviderRegistry as Abi;
use alloy_primitives::{Address, Bytes, U256};
use alloy_sol_types::SolEvent;

use super::{Log, Model, Outcome, log, model::Service, require, wide};

/// 10^27: no amount is more.
const MOST: u128 = 1_000_000_000_000_000_000_000_000_000;

/// Calls.
impl Model {
    /// `setService`.
    pub fn set_service(&mut self, caller: Address, call: &Abi::setServiceCall) -> Outcome {
        self.check_owner(caller)?;
        let Abi::setServiceCall { id, maxSlashBps, minStake, active } = *call;
        let valid = id > 0 && (1..=10_000).contains(&maxSlashBps) && wide(minStake) <= U256::from(MOST);
        require(valid, Abi::InvalidService { id, maxSlashBps, minStake })?;
        let service = Service { max_slash_bps: maxSlashBps, min_stake: wide(minStake), active };
        self.registry.services.insert(id, service);
        Ok(vec![self.emit(&Abi::ServiceSet { id, maxSlashBps, minStake, active })].into())
    }

    /// `setParams`.
    pub fn set_params(&mut self, caller: Address, params: &Abi::Params) -> Outcome {
        self.check_owner(caller)?;
        for (index, (value, min, max)) in (0_u8..).zip(bounds(params)) {
            let (min, max) = (U256::from(min), U256::from(max));
            require((min..=max).contains(&value), Abi::InvalidParameter { index, value, min, max })?;
        }
        self.registry.params = Some(params.clone());
        Ok(vec![self.emit(&Abi::ParamsSet { params: params.clone() })].into())
    }

    /// `setPaused`.
    pub fn set_paused(&mut self, caller: Address, paused: bool) -> Outcome {
        self.check_guardian(caller)?;
        self.registry.paused = paused;
        Ok(vec![self.emit(&Abi::PausedSet { account: caller, paused })].into())
    }

    /// `service`.
    pub fn service(&self, id: u32) -> Service {
        self.registry.services.get(&id).copied().unwrap_or_default()
    }
}

/// What other calls share.
impl Model {
    pub(super) fn emit(&self, event: &impl SolEvent) -> Log {
        log(self.registry.address, event)
    }

    pub(super) fn check_not_paused(&self) -> Result<(), Bytes> {
        require(!self.registry.paused, Abi::EnforcedPause {})
    }

    pub(super) fn check_guardian(&self, caller: Address) -> Result<(), Bytes> {
        let allowed = [self.registry.guardian, self.registry.owner].contains(&caller);
        require(allowed, Abi::UnauthorizedGuardian { account: caller })
    }

    fn check_owner(&self, caller: Address) -> Result<(), Bytes> {
        require(caller == self.registry.owner, Abi::OwnableUnauthorizedAccount { account: caller })
    }
}

/// Returns each parameter with its bounds, in the order of the interface.
fn bounds(params: &Abi::Params) -> [(U256, u128, u128); 9] {
    [
        (wide(params.minSelfStake), 1, MOST),
        (U256::from(params.selfRatio), 1, 65_535),
        (U256::from(params.batchFeeBps), 0, 1_000),
        (U256::from(params.leverageBps), 10_000, 50_000),
        (U256::from(params.epochSlashCapBps), 100, 10_000),
        (U256::from(params.commissionStepBps), 1, 10_000),
        (U256::from(params.tombstoneBps), 1, 100_000),
        (U256::from(params.jailPeriod), 3_600, 7_776_000),
        (wide(params.listingFee), 0, MOST / 1_000),
    ]
}
