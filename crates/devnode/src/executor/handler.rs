//! Transactions as Arbitrum settles them: the tip is ignored, data and compute are paid for apart,
//! fees go to accounts, compute is capped.

use std::{convert::Infallible, marker::PhantomData};

use revm::{
    context::{
        ContextTr,
        result::{EVMError, HaltReason, InvalidTransaction},
    },
    context_interface::{Block, JournalTr, journaled_state::JournalCheckpoint, transaction::Transaction},
    database_interface::Database,
    handler::{EvmTr, FrameResult, Handler, execution::runtime_oog_unwind},
    inspector::{Inspector, InspectorHandler},
    interpreter::{GasTracker, interpreter::EthInterpreter, interpreter_action::FrameInit},
    primitives::U256,
};

use super::{ArbContext, ArbEvm, ComputeCap};
use crate::arbos;

/// The phases of a transaction; only what differs from Ethereum is written here.
pub(super) struct ArbHandler<DB, I> {
    /// Gas set aside by the compute cap, returned at the end.
    held: u64,
    evm: PhantomData<(DB, I)>,
}

impl<DB, I> Default for ArbHandler<DB, I> {
    fn default() -> Self {
        Self { held: 0, evm: PhantomData }
    }
}

impl<DB: Database<Error = Infallible>, I> ArbHandler<DB, I> {
    /// Takes the gas of the transaction's data on the parent chain, and sets aside what exceeds the cap.
    fn begin(&mut self, evm: &mut ArbEvm<DB, I>, gas: &mut GasTracker) -> Result<(), <Self as Handler>::Error> {
        let intrinsic = gas.limit() - gas.remaining();
        let (poster_gas, compute_cap) = {
            let arb = evm.ctx_ref().chain();
            (arb.poster_gas, arb.compute_cap)
        };
        let Some(rest) = gas.remaining().checked_sub(poster_gas) else {
            return Err(EVMError::Transaction(InvalidTransaction::CallGasCostMoreThanGasLimit {
                initial_gas: intrinsic.saturating_add(poster_gas),
                gas_limit: gas.limit(),
            }));
        };
        let budget = match compute_cap {
            ComputeCap::None => u64::MAX,
            ComputeCap::WithIntrinsic(cap) => cap.saturating_sub(intrinsic),
            ComputeCap::BesideIntrinsic(cap) => cap,
        };
        self.held = rest.saturating_sub(budget);
        gas.set_remaining(rest - self.held);
        Ok(())
    }

    /// Runs all frames by `run`, watched or not; what was set aside comes back afterwards.
    fn execute(
        &mut self,
        evm: &mut ArbEvm<DB, I>,
        checkpoint: JournalCheckpoint,
        gas: &mut GasTracker,
        run: impl FnOnce(&mut Self, &mut ArbEvm<DB, I>, FrameInit) -> Result<FrameResult, <Self as Handler>::Error>,
    ) -> Result<Option<FrameResult>, <Self as Handler>::Error> {
        self.begin(evm, gas)?;
        let Some(first_frame) = self.first_frame_input(evm, gas)? else {
            runtime_oog_unwind(evm.ctx(), checkpoint)?;
            return Ok(None);
        };
        evm.ctx().journal_mut().checkpoint_commit();
        let mut result = run(self, evm, first_frame)?;
        self.last_frame_result(evm, &mut result, gas)?;
        result.gas_mut().erase_cost(self.held);
        Ok(Some(result))
    }
}

impl<DB: Database<Error = Infallible>, I> Handler for ArbHandler<DB, I> {
    type Evm = ArbEvm<DB, I>;
    type Error = EVMError<Infallible, InvalidTransaction>;
    type HaltReason = HaltReason;

    fn execution(
        &mut self,
        evm: &mut Self::Evm,
        checkpoint: JournalCheckpoint,
        gas: &mut GasTracker,
    ) -> Result<Option<FrameResult>, Self::Error> {
        self.execute(evm, checkpoint, gas, Self::run_exec_loop)
    }

    /// Limits refunds to a fifth of what was used for compute.
    fn refund(
        &self,
        evm: &mut Self::Evm,
        result: &mut FrameResult,
        authorization_refund: i64,
    ) -> Result<(), Self::Error> {
        const MAX_REFUND_QUOTIENT: u64 = 5;
        let poster_gas = evm.ctx().chain().poster_gas;
        let gas = result.gas_mut();
        gas.record_refund(authorization_refund);
        let most = gas.total_gas_spent().saturating_sub(poster_gas) / MAX_REFUND_QUOTIENT;
        let refund = gas.refunded().max(0).cast_unsigned().min(most);
        gas.set_refund(refund.cast_signed());
        Ok(())
    }

    /// Gives the fee of compute gas to the network fee account and that of data to the L1 pool; the
    /// coinbase gets nothing.
    fn reward_beneficiary(&self, evm: &mut Self::Evm, result: &mut FrameResult) -> Result<(), Self::Error> {
        let context = evm.ctx();
        let price = U256::from(context.tx().effective_gas_price(context.block().basefee().into()));
        let poster_gas = context.chain().poster_gas;
        let compute = U256::from(result.gas().used().saturating_sub(poster_gas));
        let (infra, infra_price) = arbos::infra_fee(context);
        let infra_part = if infra.is_zero() { U256::ZERO } else { infra_price.min(price) * compute };
        if !infra_part.is_zero() {
            context.journal_mut().balance_incr(infra, infra_part)?;
        }
        let network = arbos::network_fee_account(context);
        context.journal_mut().balance_incr(network, price * compute - infra_part)?;
        if poster_gas > 0 {
            context.journal_mut().balance_incr(arbos::L1_FEE_POOL, price * U256::from(poster_gas))?;
        }
        Ok(())
    }
}

impl<DB, I> InspectorHandler for ArbHandler<DB, I>
where
    DB: Database<Error = Infallible>,
    I: Inspector<ArbContext<DB>, EthInterpreter>,
{
    type IT = EthInterpreter;

    fn inspect_execution(
        &mut self,
        evm: &mut Self::Evm,
        checkpoint: JournalCheckpoint,
        gas: &mut GasTracker,
    ) -> Result<Option<FrameResult>, Self::Error> {
        self.execute(evm, checkpoint, gas, Self::inspect_run_exec_loop)
    }
}
