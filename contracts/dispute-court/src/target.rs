//! Calls to the registries that the court judges for.

use aia_calldata::Args;
use aia_shell::{Call, Revert, call, revert, view, words};
use alloy_primitives::Address;
use alloy_sol_types::SolError;
use stylus_sdk::prelude::*;

use crate::{Case, DisputeCourt, I};

#[allow(missing_docs)] // the registry's interface documents them
mod registry {
    alloy_sol_types::sol! {
        error UnauthorizedCourt(address account);

        function unbondingPeriod() returns (uint256);
        function service(uint32 id) returns (uint16 maxSlashBps, uint96 minStake, bool active);
        function slashable(address account, uint32 service, uint48 faultAt) returns (uint256);
        function isSigner(address account, address key) returns (bool);
        function onDispute(bytes32 subject, bool open);

        struct Slash {
            bytes32 subject;
            uint32 service;
            uint16 bps;
            uint48 faultAt;
            address reporter;
            uint16 reporterBps;
            address victim;
            uint16 victimBps;
        }
        function slash(Slash order) returns (uint256 slashed, uint256 burned);
    }
}

impl DisputeCourt {
    pub(crate) fn unbonding_period(&self, target: Address) -> Result<u64, Revert> {
        let answer = view(self.vm(), target, &Call::new::<registry::unbondingPeriodCall>([])).unwrap_or_default();
        let mut args = Args::new(&answer);
        let period = args.uint64();
        args.check().map_err(|_| revert::<I::TargetCallFailed>(words![target]))?;
        Ok(period)
    }

    /// Returns the most that a dispute may slash for a service, active or not: closing one is no amnesty.
    pub(crate) fn max_slash_bps(&self, target: Address, id: u32) -> Result<u16, Revert> {
        let answer = view(self.vm(), target, &Call::new::<registry::serviceCall>(words![id]))?;
        Ok(Args::new(&answer).uint16())
    }

    pub(crate) fn slashable(
        &self,
        target: Address,
        subject: Address,
        service: u32,
        fault_at: u64,
    ) -> Result<u128, Revert> {
        let question = Call::new::<registry::slashableCall>(words![subject, service, fault_at]);
        Ok(Args::new(&view(self.vm(), target, &question)?).uint128())
    }

    pub(crate) fn is_signer(&self, target: Address, subject: Address, key: Address) -> Result<bool, Revert> {
        let question = Call::new::<registry::isSignerCall>(words![subject, key]);
        Ok(Args::new(&view(self.vm(), target, &question)?).boolean())
    }

    pub(crate) fn open_at(&self, target: Address, subject: Address) -> Result<(), Revert> {
        call(self.vm(), target, &Call::new::<registry::onDisputeCall>(words![subject, true])).map(|_| ())
    }

    /// A registry that obeys another court by now has nothing to close.
    pub(crate) fn close_at(&self, target: Address, subject: Address) -> Result<(), Revert> {
        match call(self.vm(), target, &Call::new::<registry::onDisputeCall>(words![subject, false])) {
            Err(refusal) if !is_dismissal(&refusal) => Err(refusal),
            _ => Ok(()),
        }
    }

    /// Has the registry slash, and returns what was slashed and burned; `None` if it obeys another court by now.
    ///
    /// Any other failure is passed on: whoever executes with too little gas must not spare the provider.
    pub(crate) fn slash_at(&self, target: Address, case: &Case) -> Result<Option<[u128; 2]>, Revert> {
        let Case { id, dispute, matter, params } = case;
        let order = words![
            matter.subject,
            dispute.service,
            dispute.bps,
            matter.fault_at,
            dispute.disputer,
            params.reporter_bps,
            self.victims.get(*id),
            params.victim_bps,
        ];
        match call(self.vm(), target, &Call::new::<registry::slashCall>(order)) {
            Ok(answer) => {
                let mut args = Args::new(&answer);
                Ok(Some([args.uint128(), args.uint128()]))
            }
            Err(refusal) if is_dismissal(&refusal) => Ok(None),
            Err(refusal) => Err(refusal),
        }
    }
}

fn is_dismissal(refusal: &[u8]) -> bool {
    refusal.starts_with(&registry::UnauthorizedCourt::SELECTOR)
}
