//! Disputes, from the bond to the slash, and a proof that needs no judge.

use aia_abi::{IDisputeCourt as C, IProviderRegistry as R};
use aia_tests::{
    receipts::for_court,
    staking::{DAY, EPOCH, INFERENCE, MAX_SLASH_BPS, UPHOLD, VETO, aia},
};
use alloy::{
    primitives::{Address, B256, U256, aliases::U48},
    sol_types::SolCall,
};
use eyre::Result;

use super::{Bench, Row};

impl Bench<'_> {
    pub(super) fn disputes(&mut self) -> Result<()> {
        // Somebody else's bond lies with the court.
        let (disputer, court) = (self.disputer, self.court);
        self.call(disputer, court, &self.accusation(1, Address::ZERO))?;

        let accusation = self.accusation(2, Address::ZERO);
        let opened = self.court("openDispute, without a victim", disputer, &accusation)?;
        let id = C::openDisputeCall::abi_decode_returns(&opened.output)?;
        let arbitrator = self.staking.arbitrator().address();
        let uphold = |id| C::ruleCall { id, ruling: U256::from(UPHOLD) };
        let ruled = self.court("rule, upheld", arbitrator, &uphold(id))?;
        self.staking.net.pass(VETO + 1)?;
        let executed = self.court("execute, nobody leaving", self.bob, &C::executeCall { id })?;
        let gas = opened.gas_used + ruled.gas_used + executed.gas_used;
        self.rows.push(Row { operation: "openDispute, rule and execute", gas });

        let accusation = self.accusation(3, self.consumer);
        let opened = self.court("openDispute, with a victim", disputer, &accusation)?;
        let id = C::openDisputeCall::abi_decode_returns(&opened.output)?;
        self.call(arbitrator, court, &uphold(id))?;
        let veto = C::vetoCall { id, reason: B256::repeat_byte(0x4e) };
        self.court("veto", self.staking.guardian().address(), &veto)?;
        Ok(())
    }

    /// Somebody leaves in the epoch of the fault and in each of the two after it, and all are slashed with the pool.
    pub(super) fn slash_of_exits(&mut self) -> Result<()> {
        let (staking, undelegate) = (self.staking, self.undelegation());
        let next = (u64::from(staking.epoch()) + 1) * EPOCH;
        staking.pass_to(next - 60)?;
        let accusation = self.accusation(4, self.consumer);
        self.call(self.alice, self.registry, &undelegate)?;
        staking.pass_to(next)?;
        self.call(self.alice, self.registry, &undelegate)?;
        staking.pass_to(next + 5 * DAY)?;
        let opened = self.call(self.disputer, self.court, &accusation)?;
        let id = C::openDisputeCall::abi_decode_returns(&opened.output)?;
        let ruling = C::ruleCall { id, ruling: U256::from(UPHOLD) };
        self.call(staking.arbitrator().address(), self.court, &ruling)?;
        staking.net.pass(VETO + 1)?;
        self.call(self.alice, self.registry, &undelegate)?;
        self.court("execute, exits in three buckets", self.bob, &C::executeCall { id })?;
        Ok(())
    }

    pub(super) fn equivocation(&mut self) -> Result<()> {
        let (staking, provider) = (self.staking, self.staking.net.account(0));
        let first = staking.receipt(self.provider, self.consumer, 1, aia(1));
        let second = R::JobReceipt { resultHash: B256::repeat_byte(0x66), ..first.clone() };
        let proof = C::proveEquivocationCall {
            target: self.registry,
            signer: self.provider,
            a: for_court(&first),
            b: for_court(&second),
            signatureA: staking.sign_receipt(&provider, &first)?,
            signatureB: staking.sign_receipt(&provider, &second)?,
        };
        self.court("proveEquivocation", self.disputer, &proof)?;
        Ok(())
    }

    /// Charges the provider with a fault of the latest second, at the highest rate.
    fn accusation(&self, fault: u8, victim: Address) -> C::openDisputeCall {
        C::openDisputeCall {
            target: self.registry,
            subject: self.provider.into_word(),
            service: INFERENCE,
            fault: B256::repeat_byte(fault),
            evidence: B256::repeat_byte(0xe1),
            bps: MAX_SLASH_BPS,
            victim,
            faultAt: U48::from(self.staking.net.now()),
        }
    }
}
