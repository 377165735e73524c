//! What the owner of the court may do, and what its views tell.

use aia_abi::IDisputeCourt as Abi;
use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::SolEvent;

use super::{
    Log, Model, Outcome,
    cases::{Dispute, OPEN, Terms, UPHELD},
    log, require, wide,
};

/// The largest bond: a million AIA.
const MOST_BOND: u128 = 1_000_000_000_000_000_000_000_000;

/// Calls.
impl Model {
    /// The court's `setService`.
    pub fn set_terms(&mut self, caller: Address, call: &Abi::setServiceCall) -> Outcome {
        self.check_court_owner(caller)?;
        let Abi::setServiceCall { target, service, arbitrator, bond } = *call;
        self.check_target(target)?;
        let amount = wide(bond);
        let valid = arbitrator.is_zero() || (!amount.is_zero() && amount <= U256::from(MOST_BOND));
        require(valid, Abi::InvalidBond { bond: amount })?;
        self.court.terms.insert(service, Terms { arbitrator, bond: amount });
        Ok(vec![self.emit_court(&Abi::ServiceSet { target, service, arbitrator, bond })].into())
    }

    /// The court's `setParams`.
    pub fn set_court_params(&mut self, caller: Address, params: &Abi::Params) -> Outcome {
        self.check_court_owner(caller)?;
        for (index, (value, min, max)) in (0_u8..).zip(bounds(params)) {
            let valid = (min..=max).contains(&value);
            let (value, min, max) = (U256::from(value), U256::from(min), U256::from(max));
            require(valid, Abi::InvalidParameter { index, value, min, max })?;
        }
        let (unbonding, needed) = (U256::from(self.unbonding_period()), required_unbonding(params));
        require(needed <= unbonding, Abi::UnbondingTooShort { unbonding, needed })?;
        self.court.params.push(params.clone());
        let version = self.params_version();
        Ok(vec![self.emit_court(&Abi::ParamsSet { version, params: params.clone() })].into())
    }
}

/// Views.
impl Model {
    /// Returns the court's present parameters.
    ///
    /// # Panics
    /// Before construction.
    pub fn court_params(&self) -> &Abi::Params {
        self.court.params.last().expect("the court is constructed")
    }

    /// `paramsVersion`.
    ///
    /// # Panics
    /// Never: nobody sets parameters 2^32 times.
    pub fn params_version(&self) -> u32 {
        u32::try_from(self.court.params.len() - 1).expect("versions have 32 bits")
    }

    /// `requiredUnbonding`.
    pub fn required_unbonding(&self) -> U256 {
        required_unbonding(self.court_params())
    }

    /// Returns a dispute by its id, if there is one.
    pub fn dispute(&self, id: U256) -> Option<&Dispute> {
        let index = usize::try_from(id.checked_sub(U256::ONE)?).ok()?;
        self.court.disputes.get(index)
    }

    /// `faultStatus`, at the registry: flags.
    pub fn fault_status(&self, subject: Address, fault: B256) -> u8 {
        self.court.faults.get(&(subject, fault)).copied().unwrap_or_default()
    }

    /// Returns the ids of all disputes that are not over.
    pub fn unsettled(&self) -> Vec<U256> {
        let numbered = (1_u64..).zip(&self.court.disputes);
        let unsettled = numbered.filter(|(_, dispute)| [OPEN, UPHELD].contains(&dispute.status));
        unsettled.map(|(id, _)| U256::from(id)).collect()
    }
}

/// What other calls share.
impl Model {
    pub(super) fn emit_court(&self, event: &impl SolEvent) -> Log {
        log(self.court.address, event)
    }

    pub(super) fn check_target(&self, target: Address) -> Result<(), Bytes> {
        require(target == self.registry.address, Abi::UnknownTarget { target })
    }

    /// Flags a fault.
    pub(super) fn flag(&mut self, subject: Address, fault: B256, flag: u8) {
        *self.court.faults.entry((subject, fault)).or_default() |= flag;
    }

    fn check_court_owner(&self, caller: Address) -> Result<(), Bytes> {
        require(caller == self.court.owner, Abi::OwnableUnauthorizedAccount { account: caller })
    }
}

fn required_unbonding(params: &Abi::Params) -> U256 {
    let windows = [params.detectionWindow, params.rulingWindow, params.vetoWindow, params.executionWindow];
    windows.into_iter().map(U256::from).sum()
}

/// Returns each parameter with its bounds, in the order of the interface.
fn bounds(params: &Abi::Params) -> [(u32, u32, u32); 8] {
    const LONGEST: u32 = 7_776_000;
    [
        (params.detectionWindow, 600, LONGEST),
        (params.rulingWindow, 600, LONGEST),
        (params.vetoWindow, 600, LONGEST),
        (params.executionWindow, 600, LONGEST),
        (params.reporterBps.into(), 0, 2_000),
        (params.victimBps.into(), 0, 3_000),
        (params.cover.into(), 1, 10_000),
        (params.equivocationBps.into(), 1, 10_000),
    ]
}
