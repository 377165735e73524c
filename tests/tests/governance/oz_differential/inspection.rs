//! Everything that both sides show, at the end of a trace.

use aia_abi::{
    IAIAGovernor::{self, IAIAGovernorCalls as G},
    IAIATimelock::{self, IAIATimelockCalls as T},
};
use alloy::{
    primitives::{Address, B256, Bytes, U256, keccak256},
    sol_types::{SolCall, SolInterface},
};
use eyre::{Result, ensure};

use super::{
    pair::{OURS, Place, THEIRS},
    proposal::Proposal,
    trace::Trace,
};

impl Trace<'_> {
    /// Compares all views.
    pub(super) fn inspect(&self) -> Result<()> {
        self.inspect_governor()?;
        self.inspect_timelock()?;
        self.inspect_balances()?;
        for proposal in &self.proposals {
            self.inspect_proposal(proposal)?;
        }
        for operation in &self.scheduled {
            self.inspect_operation(operation.ids())?;
        }
        Ok(())
    }

    fn inspect_governor(&self) -> Result<()> {
        let now = self.pair.now();
        let mut views = vec![
            G::votingDelay(IAIAGovernor::votingDelayCall {}),
            G::votingPeriod(IAIAGovernor::votingPeriodCall {}),
            G::proposalThreshold(IAIAGovernor::proposalThresholdCall {}),
            G::lateQuorumVoteExtension(IAIAGovernor::lateQuorumVoteExtensionCall {}),
            G::quorumNumerator_0(IAIAGovernor::quorumNumerator_0Call {}),
            G::quorumDenominator(IAIAGovernor::quorumDenominatorCall {}),
            G::proposalGuardian(IAIAGovernor::proposalGuardianCall {}),
            G::token(IAIAGovernor::tokenCall {}),
            G::timelock(IAIAGovernor::timelockCall {}),
            G::name(IAIAGovernor::nameCall {}),
            G::version(IAIAGovernor::versionCall {}),
            G::clock(IAIAGovernor::clockCall {}),
            G::CLOCK_MODE(IAIAGovernor::CLOCK_MODECall {}),
            G::COUNTING_MODE(IAIAGovernor::COUNTING_MODECall {}),
            G::BALLOT_TYPEHASH(IAIAGovernor::BALLOT_TYPEHASHCall {}),
            G::EXTENDED_BALLOT_TYPEHASH(IAIAGovernor::EXTENDED_BALLOT_TYPEHASHCall {}),
            G::eip712Domain(IAIAGovernor::eip712DomainCall {}),
        ];
        // The last second that is over, this one, and one to come, for which no votes are known yet.
        for timepoint in [now - 1, now, now + 1].map(U256::from) {
            views.push(G::quorum(IAIAGovernor::quorumCall { timepoint }));
            views.push(G::quorumNumerator_1(IAIAGovernor::quorumNumerator_1Call { timepoint }));
            let account = self.pair.people.wallet;
            views.push(G::getVotes(IAIAGovernor::getVotesCall { account, timepoint }));
            let params = Bytes::from_static(b"params");
            views.push(G::getVotesWithParams(IAIAGovernor::getVotesWithParamsCall { account, timepoint, params }));
        }
        for view in views {
            let data = view.abi_encode();
            self.pair.view(Place::Governor, &[data.clone().into(), data.into()])?;
        }
        Ok(())
    }

    fn inspect_timelock(&self) -> Result<()> {
        let mut views = vec![
            T::getMinDelay(IAIATimelock::getMinDelayCall {}),
            T::DEFAULT_ADMIN_ROLE(IAIATimelock::DEFAULT_ADMIN_ROLECall {}),
            T::PROPOSER_ROLE(IAIATimelock::PROPOSER_ROLECall {}),
            T::EXECUTOR_ROLE(IAIATimelock::EXECUTOR_ROLECall {}),
            T::CANCELLER_ROLE(IAIATimelock::CANCELLER_ROLECall {}),
        ];
        let roles = ["PROPOSER_ROLE", "EXECUTOR_ROLE", "CANCELLER_ROLE"].map(keccak256);
        for role in roles {
            views.push(T::getRoleAdmin(IAIATimelock::getRoleAdminCall { role }));
            let council = self.pair.people.council.address();
            for account in [Address::ZERO, council, self.pair.people.bystander.address()] {
                views.push(T::hasRole(IAIATimelock::hasRoleCall { role, account }));
            }
        }
        for view in views {
            let data = view.abi_encode();
            self.pair.view(Place::Timelock, &[data.clone().into(), data.into()])?;
        }
        for role in roles.into_iter().chain([B256::ZERO]) {
            for holders in [Place::Governor, Place::Timelock].map(|place| self.pair.places(place)) {
                let data = holders.map(|account| IAIATimelock::hasRoleCall { role, account }.abi_encode().into());
                self.pair.view(Place::Timelock, &data)?;
            }
        }
        Ok(())
    }

    fn inspect_balances(&self) -> Result<()> {
        for place in [Place::Governor, Place::Timelock] {
            let chain = self.pair.network.api.chain();
            let balances = self.pair.places(place).map(|account| chain.latest().info(account).balance);
            ensure!(balances[OURS] == balances[THEIRS], "native value of the {place:?}: {balances:?}");
        }
        Ok(())
    }

    fn inspect_proposal(&self, proposal: &Proposal) -> Result<()> {
        self.pair.compare(proposal)?;
        let views = [
            proposal.named(|id| IAIAGovernor::proposalSnapshotCall { proposalId: id }),
            proposal.named(|id| IAIAGovernor::proposalProposerCall { proposalId: id }),
            proposal.named(|id| IAIAGovernor::proposalNeedsQueuingCall { proposalId: id }),
            proposal.spelled_out::<IAIAGovernor::hashProposalCall>(),
            proposal.spelled_out::<IAIAGovernor::getProposalIdCall>(),
        ];
        for view in &views {
            self.pair.view(Place::Governor, view)?;
        }
        let wallet = self.pair.people.wallet;
        let people = self.pair.people.with_keys().into_iter().map(|person| person.address());
        for account in people.chain([wallet]) {
            let has_voted = proposal.named(|id| IAIAGovernor::hasVotedCall { proposalId: id, account });
            self.pair.view(Place::Governor, &has_voted)?;
            let used = proposal.named(|id| IAIAGovernor::usedVotesCall { proposalId: id, account });
            self.pair.view(Place::Governor, &used)?;
            self.compare_nonces(proposal, account)?;
        }
        self.inspect_operation(self.pair.operations(proposal))
    }

    fn inspect_operation(&self, ids: [B256; 2]) -> Result<()> {
        self.pair.compare_operation(ids)?;
        let views: [[Bytes; 2]; 5] = [
            ids.map(|id| IAIATimelock::isOperationCall { id }.abi_encode().into()),
            ids.map(|id| IAIATimelock::isOperationPendingCall { id }.abi_encode().into()),
            ids.map(|id| IAIATimelock::isOperationReadyCall { id }.abi_encode().into()),
            ids.map(|id| IAIATimelock::isOperationDoneCall { id }.abi_encode().into()),
            ids.map(|id| IAIATimelock::getTimestampCall { id }.abi_encode().into()),
        ];
        for view in &views {
            self.pair.view(Place::Timelock, view)?;
        }
        Ok(())
    }
}
