//! What the token knows of votes.

use alloc::vec::Vec;

use aia_calldata::{Args, Encoder};
use aia_protocol::MAX_SUPPLY;
use aia_shell::{Call, Revert, Word, revert, view, words};
use alloy_primitives::{Address, B256, U256};
use alloy_sol_types::SolCall;
use stylus_sdk::prelude::*;

use crate::{Governor, I};

#[allow(missing_docs)] // the token's interface documents them
mod votes {
    alloy_sol_types::sol! {
        function getPastVotes(address account, uint256 timepoint) returns (uint256);
        function getPastVotesBatch(address[] accounts, uint256 timepoint) returns (uint256[]);
        function getTotalDelegationAt(uint256 timepoint) returns (uint256);
    }
}

impl Governor {
    /// Returns the votes of an account at the end of a second that is over.
    pub(crate) fn past_votes(&self, account: Address, timepoint: U256) -> Result<u128, Revert> {
        self.ask(&Call::new::<votes::getPastVotesCall>(words![account, timepoint]))
    }

    /// Returns all delegated votes at the end of a second that is over.
    pub(crate) fn delegated(&self, timepoint: U256) -> Result<u128, Revert> {
        self.ask(&Call::new::<votes::getTotalDelegationAtCall>(words![timepoint]))
    }

    /// Returns the votes of many accounts, in their order.
    pub(crate) fn past_votes_of(&self, accounts: &[Address], timepoint: u64) -> Result<Vec<u128>, Revert> {
        let mut call = Encoder::new(&votes::getPastVotesBatchCall::SELECTOR, 2);
        call.array(accounts.iter().map(|account| account.word()));
        call.word(timepoint.word());
        let answer = view(self.vm(), self.settings().token, &Call::encoded(call.done()))?;
        let mut args = Args::new(&answer);
        let all: Vec<_> = args.words().into_iter().filter_map(amount).collect();
        if all.len() == accounts.len() { Ok(all) } else { Err(self.token_failed()) }
    }

    fn ask(&self, call: &Call) -> Result<u128, Revert> {
        let answer = view(self.vm(), self.settings().token, call)?;
        let mut args = Args::new(&answer);
        let amount = amount(args.bytes32());
        if args.check().is_err() {
            return Err(self.token_failed());
        }
        amount.ok_or_else(|| self.token_failed())
    }

    pub(crate) fn token_failed(&self) -> Revert {
        revert::<I::TokenCallFailed>(words![self.settings().token])
    }
}

/// Returns an amount that one voter can have, or all together; the token's votes sum to at most its supply.
fn amount(word: B256) -> Option<u128> {
    u128::try_from(U256::from_be_bytes(word.0)).ok().filter(|amount| *amount <= MAX_SUPPLY)
}
