//! Transactions as Arbitrum settles them: the tip is ignored, fees go to accounts, compute is capped.

use std::{convert::Infallible, marker::PhantomData};

use revm::{
    context::{
        ContextTr,
        result::{EVMError, HaltReason, InvalidTransaction},
    },
    context_interface::{Block, JournalTr, transaction::Transaction},
    database_interface::Database,
    handler::{EvmTr, FrameResult, Handler},
    interpreter::GasTracker,
    primitives::U256,
};

use super::ArbEvm;

/// Most gas that a transaction may use, its intrinsic gas included.
pub(crate) const COMPUTE_CAP: u64 = 32_000_000;

/// The phases of a transaction; only what differs from Ethereum is written here.
pub(super) struct ArbHandler<DB> {
    /// Gas set aside by the compute cap, returned at the end.
    held: u64,
    database: PhantomData<DB>,
}

impl<DB> Default for ArbHandler<DB> {
    fn default() -> Self {
        Self { held: 0, database: PhantomData }
    }
}

impl<DB: Database<Error = Infallible>> Handler for ArbHandler<DB> {
    type Evm = ArbEvm<DB>;
    type Error = EVMError<Infallible, InvalidTransaction>;
    type HaltReason = HaltReason;

    fn execution(
        &mut self,
        evm: &mut Self::Evm,
        checkpoint: revm::context_interface::journaled_state::JournalCheckpoint,
        gas: &mut GasTracker,
    ) -> Result<Option<FrameResult>, Self::Error> {
        if evm.ctx().chain().capped {
            let intrinsic = gas.limit() - gas.remaining();
            let budget = COMPUTE_CAP.saturating_sub(intrinsic);
            self.held = gas.remaining().saturating_sub(budget);
            gas.set_remaining(gas.remaining() - self.held);
        }
        let Some(first_frame) = self.first_frame_input(evm, gas)? else {
            revm::handler::execution::runtime_oog_unwind(evm.ctx(), checkpoint)?;
            return Ok(None);
        };
        evm.ctx().journal_mut().checkpoint_commit();
        let mut result = self.run_exec_loop(evm, first_frame)?;
        self.last_frame_result(evm, &mut result, gas)?;
        result.gas_mut().erase_cost(self.held);
        Ok(Some(result))
    }

    /// Gives the fee of compute gas to the network fee account; the coinbase gets nothing.
    fn reward_beneficiary(&self, evm: &mut Self::Evm, result: &mut FrameResult) -> Result<(), Self::Error> {
        let context = evm.ctx();
        let price = context.tx().effective_gas_price(context.block().basefee().into());
        let fee = U256::from(price) * U256::from(result.gas().used());
        let account = context.chain().block.fee_account;
        context.journal_mut().balance_incr(account, fee)?;
        Ok(())
    }
}
