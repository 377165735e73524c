//! From a call to the function that it names, and several calls at once.

use aia_abi::IStreamPayments::{self as Abi, IStreamPaymentsCalls as Calls};
use alloy_primitives::{Address, Bytes};
use alloy_sol_types::SolInterface;

use super::{Model, Outcome, answer, error};

impl Model {
    /// Runs a call of the contract; signatures are seals.
    ///
    /// # Errors
    /// The refusal; the model is then as it was.
    ///
    /// # Panics
    /// When the function changes nothing, or roles.
    pub fn call(&mut self, caller: Address, call: &Calls) -> Outcome {
        match call {
            Calls::fund(call) => self.fund(caller, call.to, call.amount),
            Calls::fundWithPermit(call) => self.fund_with_permit(caller, call),
            Calls::fundWithAuthorization(call) => self.fund_with_authorization(call),
            Calls::withdraw(call) => self.withdraw(caller, call.to, call.amount),
            Calls::settle(call) => self.settle(caller, call.receiver, call.token),
            Calls::setLedgerLock(call) => self.set_ledger_lock(caller, call.locked),
            Calls::openStream(call) => self.open_stream(caller, call),
            Calls::topUpStream(call) => self.top_up_stream(caller, call),
            Calls::setRate(call) => self.set_rate(caller, call),
            Calls::stopStream(call) => self.stop_stream(caller, &call.config),
            Calls::reclaim(call) => self.reclaim(caller, call),
            Calls::collect(call) => self.collect(&call.configs),
            Calls::collectAndWithdraw(call) => self.collect_and_withdraw(caller, call),
            Calls::deposit(call) => self.deposit(caller, call),
            Calls::claim(call) => self.claim(caller, &call.voucherClaims),
            Calls::claimWithSignature(call) => self.claim_with_signature(caller, call),
            Calls::claimPacked(call) => self.claim_packed(caller, call),
            Calls::claimAndWithdraw(call) => self.claim_and_withdraw(caller, call),
            Calls::refund(call) => self.refund(caller, call),
            Calls::refundWithSignature(call) => self.refund_with_signature(caller, call),
            Calls::initiateWithdraw(call) => self.initiate_withdraw(caller, call),
            Calls::finalizeWithdraw(call) => self.finalize_withdraw(caller, &call.config),
            Calls::hold(call) => self.hold(caller, call),
            Calls::refreshProvider(call) => self.refresh_provider(call.provider),
            Calls::onProviderInactive(call) => self.on_provider_inactive(caller, call.provider),
            Calls::collectFees(call) => self.collect_fees(&call.accounts),
            Calls::multicall(call) => self.multicall(caller, &call.data),
            Calls::setParams(call) => self.set_params(caller, &call.value),
            Calls::setPaused(call) => self.set_paused(caller, call.value),
            Calls::setGuardian(call) => self.set_guardian(caller, call.account),
            other => unreachable!("nobody draws {other:?}"),
        }
    }

    /// `multicall`: one call after the other, and none if one is refused.
    fn multicall(&mut self, caller: Address, calls: &[Bytes]) -> Outcome {
        let before = self.clone();
        let done = self.run_all(caller, calls);
        if done.is_err() {
            *self = before;
        }
        done
    }

    fn run_all(&mut self, caller: Address, calls: &[Bytes]) -> Outcome {
        let (mut logs, mut results) = (Vec::new(), Vec::new());
        for data in calls {
            let done = match Calls::abi_decode(data).expect("operations encode calls") {
                Calls::multicall(_) => return Err(error(Abi::NestedMulticall {})),
                call => self.call(caller, &call)?,
            };
            logs.extend(done.logs);
            results.push(done.output);
        }
        answer(logs, &results)
    }
}
