//! How often everything was tried, and what must have come of it for the test to mean anything.

use std::{collections::BTreeMap, fmt};

use eyre::{Result, ensure};

use self::Fate::{Both, Refused, Succeeds};

/// What must have happened to calls of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// Some succeeded and some were refused.
    Both,
    /// Some succeeded.
    Succeeds,
    /// Some were refused, and none succeeded.
    Refused,
}

/// How many traces meet every kind of action, whether it succeeds or is refused.
const MANY: u64 = 2_000;

const EXPECTED: [(&str, Fate); 40] = [
    ("propose", Both),
    ("castVote", Both),
    ("castVoteWithReason", Both),
    ("castVoteWithReasonAndParams", Both),
    ("castVoteBySig", Both),
    ("castVoteWithReasonAndParamsBySig", Both),
    ("queue", Both),
    ("execute", Both),
    ("cancel by anybody", Both),
    ("cancel by the proposer", Both),
    ("cancel by the guardian", Both),
    ("governance call by anybody", Refused),
    ("deposit", Refused),
    ("timelock.schedule", Both),
    ("timelock.scheduleBatch", Both),
    ("timelock.execute", Both),
    ("timelock.executeBatch", Both),
    ("timelock.executeBatch of a governance call", Refused),
    ("panic of a governance call", Refused),
    ("timelock.cancel", Both),
    ("timelock.renounceRole", Both),
    ("timelock administered by anybody", Refused),
    ("action: count", Succeeds),
    ("action: pay an account", Succeeds),
    ("action: transfer", Both),
    ("action: setVotingDelay", Succeeds),
    ("action: setVotingPeriod", Both),
    ("action: setProposalThreshold", Succeeds),
    ("action: setLateQuorumVoteExtension", Both),
    ("action: updateQuorumNumerator", Both),
    ("action: setProposalGuardian", Succeeds),
    ("action: relay", Succeeds),
    ("action: grantRole", Succeeds),
    ("action: revokeRole", Succeeds),
    ("action: updateDelay", Succeeds),
    ("action: be refused", Refused),
    ("action: pay more than there is", Refused),
    ("action: relay to the governor", Refused),
    ("action: call what is not there", Refused),
    ("action: deposit in the governor", Refused),
];

/// How many calls of each kind were refused and how many succeeded.
#[derive(Debug, Default)]
pub(super) struct Tally(BTreeMap<&'static str, [usize; 2]>);

impl Tally {
    pub(super) fn count(&mut self, name: &'static str, success: bool) {
        self.0.entry(name).or_default()[usize::from(success)] += 1;
    }

    /// Checks that everything happened that must have in so many traces.
    pub(super) fn check(&self, traces: u64) -> Result<()> {
        // Few proposals live to their execution, and each of these is an action of some of them.
        let is_rare = |name: &str| name.starts_with("action: ");
        for (name, fate) in EXPECTED.into_iter().filter(|(name, _)| traces >= MANY || !is_rare(name)) {
            let [refused, succeeded] = self.0.get(name).copied().unwrap_or_default();
            let is_so = match fate {
                Both => refused > 0 && succeeded > 0,
                Succeeds => succeeded > 0,
                Refused => refused > 0 && succeeded == 0,
            };
            ensure!(is_so, "{name}: {succeeded} succeeded and {refused} were refused, which is not {fate:?}");
        }
        Ok(())
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, [refused, succeeded]) in &self.0 {
            writeln!(f, "  {name:<44} {succeeded:>7} {refused:>7}")?;
        }
        Ok(())
    }
}
