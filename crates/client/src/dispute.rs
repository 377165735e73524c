//! A dispute, as the court tells of it.

use aia_abi::IDisputeCourt;
use alloy::primitives::U256;

use crate::{Error, Result};

/// Where a dispute stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Waits for the arbitrator.
    Open,
    /// The arbitrator agreed, or the proof did: waits for the end of the veto window.
    Upheld,
    /// The provider was slashed.
    Executed,
    /// The arbitrator disagreed.
    Rejected,
    /// The arbitrator could not tell.
    Drawn,
    /// Guardian or owner stopped it.
    Vetoed,
    /// The arbitrator did not rule in time.
    Expired,
    /// The disputer took it back.
    Cancelled,
    /// The fault was slashed by another dispute.
    Duplicate,
}

impl Status {
    /// In the order of the court's numbers, which begin at 1.
    const ALL: [Self; 9] = [
        Self::Open,
        Self::Upheld,
        Self::Executed,
        Self::Rejected,
        Self::Drawn,
        Self::Vetoed,
        Self::Expired,
        Self::Cancelled,
        Self::Duplicate,
    ];

    /// Whether nothing happens any more.
    pub fn is_over(self) -> bool {
        !matches!(self, Self::Open | Self::Upheld)
    }
}

/// A dispute as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dispute {
    /// What it waits for, or how it ended.
    pub status: Status,
    /// The last second of what it waits for, Unix seconds; `None` when it is over.
    pub deadline: Option<u64>,
    /// Everything that the court tells of it.
    pub terms: IDisputeCourt::Dispute,
}

impl Dispute {
    /// Names what the court tells of dispute `id`.
    pub(crate) fn read(id: U256, terms: IDisputeCourt::Dispute) -> Result<Self> {
        let place = terms.status.checked_sub(1).ok_or(Error::UnknownDispute(id))?;
        let status = *Status::ALL.get(usize::from(place)).ok_or(Error::UnknownStatus(terms.status))?;
        // 48 bits fit 64.
        let deadline = (!status.is_over()).then(|| terms.deadline.saturating_to());
        Ok(Self { status, deadline, terms })
    }

    /// Whether anyone may execute it at `now`, Unix seconds.
    pub fn is_due(&self, now: u64) -> bool {
        self.deadline.is_some_and(|deadline| deadline < now)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use alloy::primitives::{
        Address, B256,
        aliases::{U48, U96},
    };

    use super::*;

    const ID: U256 = U256::ONE;

    /// A dispute in a status with a deadline.
    pub(crate) fn terms(status: u8, deadline: u64) -> IDisputeCourt::Dispute {
        IDisputeCourt::Dispute {
            status,
            disputer: Address::ZERO,
            at: U48::ZERO,
            deadline: U48::saturating_from(deadline),
            bps: 500,
            service: 1,
            target: Address::ZERO,
            subject: B256::ZERO,
            faultAt: U48::ZERO,
            fault: B256::ZERO,
            victim: Address::ZERO,
            arbitrator: Address::ZERO,
            bond: U96::ZERO,
            paramsVersion: 0,
        }
    }

    #[test]
    fn the_numbers_of_the_court_have_their_names() {
        let status = |number| Dispute::read(ID, terms(number, 100)).map(|dispute| dispute.status);
        for (number, name) in (1..).zip(Status::ALL) {
            assert_eq!(status(number).expect("a status"), name);
            assert_eq!(name.is_over(), number > 2);
        }
        assert!(matches!(status(0), Err(Error::UnknownDispute(_))));
        assert!(matches!(status(10), Err(Error::UnknownStatus(10))));
    }

    #[test]
    fn a_dispute_is_due_after_its_deadline_and_not_when_it_is_over() {
        for (status, due) in [(1, true), (2, true), (3, false), (7, false)] {
            let dispute = Dispute::read(ID, terms(status, 100)).expect("a dispute");
            assert_eq!([99, 100, 101].map(|now| dispute.is_due(now)), [false, false, due], "{status}");
        }
    }
}
