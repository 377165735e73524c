//! Where runs begin: parameters from mild to extreme, and what must happen before anybody can do anything.

use aia_abi::{
    IAIAToken::{self, IAIATokenCalls},
    IStreamPayments::{self as Abi, IStreamPaymentsCalls as Calls},
};
use alloy_primitives::{Address, U256, aliases::U24};

use super::{
    Model,
    ops::{Act, CONSUMERS, Op, PROVIDERS},
};

/// How many actors there are.
pub const ACTORS: usize = CONSUMERS + PROVIDERS;
/// 10^18: base units of an AIA.
const UNIT: U256 = U256::from_limbs([1_000_000_000_000_000_000, 0, 0, 0]);

/// What the contract begins with, and how much everybody has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Taken of every credit, basis points.
    pub fee_bps: u16,
    /// Burned of the fees, basis points.
    pub burn_bps: u16,
    /// Seconds for which an answer of the registry counts.
    pub stake_ttl: u32,
    /// What every actor has in its wallet, base units.
    pub purse: U256,
}

impl Setting {
    /// Returns a fee of one per cent, a third of which is burned, and a memory of an hour.
    pub fn launch() -> Self {
        Self { fee_bps: 100, burn_bps: 3_333, stake_ttl: 3_600, purse: UNIT * U256::from(1_000_000) }
    }

    /// Returns no fee, and a registry that is always asked.
    pub fn free() -> Self {
        Self { fee_bps: 0, burn_bps: 0, stake_ttl: 0, ..Self::launch() }
    }

    /// Returns the least fee, all of it burned, and so little AIA that rounding is much of it.
    pub fn dust() -> Self {
        Self { fee_bps: 1, burn_bps: 10_000, purse: U256::from(40_000_000), ..Self::launch() }
    }

    /// Returns the highest fee, none of it burned, the longest memory, and all AIA that there can be.
    pub fn dear() -> Self {
        let all = UNIT * U256::from(1_000_000_000);
        Self { fee_bps: 200, burn_bps: 0, stake_ttl: 86_400, purse: all / U256::from(ACTORS) }
    }

    /// Returns the parameters, with this registry and treasury.
    pub fn params(&self, registry: Address, treasury: Address) -> Abi::Params {
        let Self { fee_bps, burn_bps, stake_ttl, .. } = *self;
        Abi::Params { feeBps: fee_bps, burnBps: burn_bps, stakeTtl: U24::from(stake_ttl), registry, treasury }
    }

    /// Returns the operations that come first: AIA, allowances and ledgers for everybody, and active providers.
    pub fn prologue(&self, model: &Model) -> Vec<Op> {
        let (owner, spender) = (model.contract.owner, model.contract.address);
        let mut ops = Vec::new();
        for actor in &model.actors {
            let (to, value) = (*actor, self.purse);
            ops.push(on_token(owner, IAIATokenCalls::transfer(IAIAToken::transferCall { to, value })));
            let value = U256::MAX;
            ops.push(on_token(*actor, IAIATokenCalls::approve(IAIAToken::approveCall { spender, value })));
            let call = Abi::fundCall { to: *actor, amount: self.purse / U256::from(4) };
            ops.push(Op::Pay { caller: *actor, call: Calls::fund(call) });
        }
        for provider in &model.actors[CONSUMERS..] {
            for registry in model.registries.keys() {
                let act = Act::SetActive(*provider, true);
                ops.push(Op::Registry { address: *registry, caller: owner, act });
            }
        }
        ops
    }
}

fn on_token(caller: Address, call: IAIATokenCalls) -> Op {
    Op::Token { caller, call }
}
