//! Settling other people's ballots.

use aia_abi::IAIAGovernor::{BallotSkipped, ProposalExtended, VoteCast, castVotesBySigCall};
use alloy::{
    contract::SolCallBuilder,
    primitives::{Address, B256, U256},
    providers::Provider,
    rpc::types::TransactionReceipt,
};

use super::Governor;
use crate::{
    Result,
    chain::mined,
    governance::{Ballots, GovernanceError},
};

/// What one transaction may settle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// How many ballots; at least one.
    pub ballots: usize,
    /// How much gas, as the node estimates it.
    pub gas: u64,
}

/// A ballot that was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Whose.
    pub voter: Address,
    /// 0 against, 1 for, 2 abstain.
    pub support: u8,
    /// Votes, base units.
    pub weight: U256,
}

/// A ballot that was skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Whose it was said to be.
    pub voter: Address,
    /// Why.
    pub reason: SkipReason,
}

/// Why a ballot is skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SkipReason {
    /// The voter did not sign it, or has used the nonce since.
    NotSigned,
    /// The voter has no votes left on the proposal, or never had any.
    NoVotesLeft,
    /// There is no such side.
    NoSupport,
    /// The governor says a number that this library does not know.
    Unknown(u8),
}

impl From<u8> for SkipReason {
    fn from(number: u8) -> Self {
        match number {
            1 => Self::NotSigned,
            2 => Self::NoVotesLeft,
            3 => Self::NoSupport,
            number => Self::Unknown(number),
        }
    }
}

/// What a transaction settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relayed {
    /// Which one.
    pub transaction: B256,
    /// What was counted, in order.
    pub counted: Vec<Counted>,
    /// What was skipped, in order.
    pub skipped: Vec<Skipped>,
    /// The last second of voting, if the quorum was reached and that moved it.
    pub extended: Option<u64>,
}

impl<P: Provider> Governor<P> {
    /// Splits ballots into portions that one transaction each can settle.
    ///
    /// # Errors
    /// [`GovernanceError::GasLimit`], [`GovernanceError::OtherGovernor`], [`Error::Refused`](crate::Error::Refused),
    /// [`Error::Node`](crate::Error::Node).
    pub async fn portions(&self, ballots: &Ballots, limit: Limit) -> Result<Vec<Ballots>> {
        let mut portions = Vec::new();
        let mut waiting = ballots.split(limit.ballots);
        waiting.reverse();
        while let Some(portion) = waiting.pop() {
            let needed = self.settling(&portion)?.estimate_gas().await?;
            if needed <= limit.gas {
                portions.push(portion);
            } else if portion.len() > 1 {
                waiting.extend(portion.split(portion.len().div_ceil(2)).into_iter().rev());
            } else {
                return Err(GovernanceError::GasLimit { needed, limit: limit.gas }.into());
            }
        }
        Ok(portions)
    }

    /// Settles ballots in one transaction, unless a simulation of it counts none of them.
    ///
    /// # Errors
    /// [`GovernanceError::NothingCounts`], [`GovernanceError::OtherGovernor`],
    /// [`Error::Refused`](crate::Error::Refused), [`Error::Failed`](crate::Error::Failed),
    /// [`Error::Node`](crate::Error::Node).
    pub async fn relay(&self, ballots: &Ballots) -> Result<Relayed> {
        let call = self.settling(ballots)?;
        if call.call().await?.is_zero() {
            return Err(GovernanceError::NothingCounts(ballots.len()).into());
        }
        Ok(self.relayed(&mined(&call).await?))
    }

    fn settling(&self, ballots: &Ballots) -> Result<SolCallBuilder<&P, castVotesBySigCall>> {
        let (expected, found) = (*self.contract.address(), ballots.domain().governor);
        if expected != found {
            return Err(GovernanceError::OtherGovernor { expected, found }.into());
        }
        Ok(self.contract.castVotesBySig(ballots.proposal(), ballots.packed()))
    }

    /// Reads what a transaction tells.
    fn relayed(&self, receipt: &TransactionReceipt) -> Relayed {
        let counted = self.events::<VoteCast>(receipt).into_iter();
        let counted =
            counted.map(|VoteCast { voter, support, weight, .. }| Counted { voter, support, weight }).collect();
        let skipped = self.events::<BallotSkipped>(receipt).into_iter();
        let skipped =
            skipped.map(|BallotSkipped { voter, reason, .. }| Skipped { voter, reason: reason.into() }).collect();
        let extended = self.events::<ProposalExtended>(receipt).first().map(|event| event.extendedDeadline);
        Relayed { transaction: receipt.transaction_hash, counted, skipped, extended }
    }
}

#[cfg(test)]
mod tests {
    use alloy::providers::{ProviderBuilder, mock::Asserter};

    use super::*;
    use crate::{Error, governance::Domain};

    #[test]
    fn reasons_have_the_governors_numbers() {
        let reasons = [0, 1, 2, 3, 4].map(SkipReason::from);
        let [zero, not_signed, no_votes, no_support, four] = reasons;
        assert_eq!(
            (not_signed, no_votes, no_support),
            (SkipReason::NotSigned, SkipReason::NoVotesLeft, SkipReason::NoSupport)
        );
        assert_eq!((zero, four), (SkipReason::Unknown(0), SkipReason::Unknown(4)));
    }

    #[tokio::test]
    async fn ballots_for_another_governor_are_not_sent() {
        let [expected, found] = [1, 2].map(Address::with_last_byte);
        let node = ProviderBuilder::new().connect_mocked_client(Asserter::new());
        let ballots = Ballots::new(Domain { chain_id: 1, governor: found }, U256::ONE);
        let refused = Governor::new(expected, node).relay(&ballots).await;
        match refused {
            Err(Error::Governance(refused)) => {
                assert_eq!(refused, GovernanceError::OtherGovernor { expected, found });
            }
            other => panic!("{other:?}"),
        }
    }
}
