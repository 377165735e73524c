//! What those are refused with who may not.

use aia_abi::{IAIAGovernor as G, IAIATimelock as T, IAIAToken, IDisputeCourt, IProviderRegistry, IStreamPayments};
use alloy::{
    primitives::{Address, B256, Bytes, U256},
    sol_types::SolError,
};

/// Why a contract says no, whoever asks.
#[derive(Clone, Copy, Debug)]
pub(super) enum Refusal {
    /// Not the owner, or not who ownership was offered to.
    Owner,
    /// Neither guardian nor owner.
    Guardian,
    /// Without a bucket to mint from.
    Minter,
    /// Not the court.
    Court,
    /// Not the registry.
    Registry,
    /// Not a party of this dispute.
    Party(U256),
    /// Not the timelock.
    Executor,
    /// Not who may cancel this proposal.
    Canceller(U256),
    /// Not the timelock itself.
    Administration,
    /// Without this role in the timelock.
    Role(B256),
    /// Not the timelock's guardian.
    Brake,
}

impl Refusal {
    /// Returns the revert data that `account` gets.
    pub(super) fn of(self, account: Address) -> Bytes {
        let data = match self {
            Self::Owner => IAIAToken::OwnableUnauthorizedAccount { account }.abi_encode(),
            Self::Guardian => IProviderRegistry::UnauthorizedGuardian { account }.abi_encode(),
            Self::Minter => IAIAToken::RateLimitExceeded {}.abi_encode(),
            Self::Court => IProviderRegistry::UnauthorizedCourt { account }.abi_encode(),
            Self::Registry => IStreamPayments::UnauthorizedRegistry { account }.abi_encode(),
            Self::Party(id) => IDisputeCourt::UnauthorizedParty { id, caller: account }.abi_encode(),
            Self::Executor => G::GovernorOnlyExecutor { account }.abi_encode(),
            Self::Canceller(id) => G::GovernorUnableToCancel { proposalId: id, account }.abi_encode(),
            Self::Administration => T::TimelockUnauthorizedCaller { caller: account }.abi_encode(),
            Self::Role(role) => T::AccessControlUnauthorizedAccount { account, neededRole: role }.abi_encode(),
            Self::Brake => T::TimelockUnauthorizedGuardian { caller: account }.abi_encode(),
        };
        data.into()
    }
}
