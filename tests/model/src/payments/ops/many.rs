//! Draws of several calls at once.

use aia_abi::IStreamPayments::{self as Abi, IStreamPaymentsCalls as Calls};
use alloy_primitives::{Address, Bytes};
use alloy_sol_types::SolInterface;
use rand::Rng;

use super::{Op, dice::Dice};

/// How many calls one is chosen from.
const CANDIDATES: usize = 12;

impl<R: Rng + ?Sized> Dice<'_, R> {
    /// Draws calls of one account, which mostly all succeed.
    pub(super) fn multicall(&mut self) -> Op {
        let caller = if self.chance(50) { self.consumer() } else { self.provider() };
        let (count, careful) = (self.below(5), self.chance(85));
        let mut after = self.model.clone();
        let mut data: Vec<Bytes> = Vec::new();
        for _ in 0..count {
            let mut dice = Dice { rng: &mut *self.rng, model: &after };
            let candidates = (0..CANDIDATES).map(|_| dice.part()).filter_map(|op| by(caller, op));
            let calls: Vec<Calls> = candidates.collect();
            for call in calls {
                let mut tried = after.clone();
                if tried.call(caller, &call).is_ok() || !careful {
                    data.push(call.abi_encode().into());
                    after = tried;
                    break;
                }
            }
        }
        if self.chance(3) {
            let nested = Calls::multicall(Abi::multicallCall { data: Vec::new() });
            data.push(nested.abi_encode().into());
        }
        self.pay(caller, Calls::multicall(Abi::multicallCall { data }))
    }

    /// Draws a call that may be one of many: not a permit, whose nonce the calls before it could use up.
    fn part(&mut self) -> Op {
        match self.below(18) {
            0 => self.fund(),
            1 => self.withdraw(),
            2 => self.settle(),
            3 => self.open_stream(),
            4 => self.top_up_stream(),
            5 => self.set_rate(),
            6 => self.stop_stream(),
            7 => self.reclaim(),
            8 => self.collect(),
            9 => self.collect_and_withdraw(),
            10 => self.deposit(),
            11 => self.claim(),
            12 => self.claim_packed(),
            13 => self.claim_and_withdraw(),
            14 => self.refund(),
            15 => self.initiate_withdraw(),
            16 => self.fund_with_authorization(),
            _ => self.set_ledger_lock(),
        }
    }
}

/// Returns the call, if it is this caller's or anybody's.
fn by(caller: Address, op: Op) -> Option<Calls> {
    let Op::Pay { caller: drawn, call } = op else { return None };
    let anybodys = matches!(call, Calls::collect(_) | Calls::settle(_) | Calls::fundWithAuthorization(_));
    (anybodys || drawn == caller).then_some(call)
}
