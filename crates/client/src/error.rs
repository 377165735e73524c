//! What can go wrong.

use std::{fmt::Debug, io, path::PathBuf};

use aia_abi::{
    IAIAGovernor::IAIAGovernorErrors, IAIATimelock::IAIATimelockErrors, IAIAToken::IAIATokenErrors,
    IDisputeCourt::IDisputeCourtErrors, IProviderRegistry::IProviderRegistryErrors,
    IStreamPayments::IStreamPaymentsErrors,
};
use alloy::{
    primitives::{Address, B256, U256},
    sol_types::SolInterface,
};

use crate::{cid::CidError, governance::GovernanceError, payments::PaymentError};

/// What this library returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something did not work.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The key did not sign.
    #[error("the key did not sign: {0}")]
    Signer(#[from] alloy::signers::Error),
    /// The signature is not 65 bytes with a low `s` and a `v` of 0, 1, 27 or 28, or nobody made it.
    #[error("the signature is malformed")]
    MalformedSignature,
    /// Somebody else signed, or something else was signed.
    #[error("signed by {recovered}, not by {expected}, or something else was signed")]
    WrongSigner {
        /// Who should have signed.
        expected: Address,
        /// Who did, if nothing else was signed.
        recovered: Address,
    },

    /// The book has a different receipt for the job: to sign this one too could cost the provider its stake.
    #[error("another receipt was signed for job {job_id} of consumer {consumer}")]
    Equivocation {
        /// Whose job it is.
        consumer: Address,
        /// Which one.
        job_id: B256,
    },
    /// Another book is open on this file, in this process or another.
    #[error("the book {0} is in use")]
    BookInUse(PathBuf),
    /// The book was begun for another registry.
    #[error("the book is for registry {registry} on chain {chain_id}")]
    WrongBook {
        /// The book's chain.
        chain_id: u64,
        /// The book's registry.
        registry: Address,
    },
    /// A line of the book, counted from 1, is no entry or a second one for its job.
    #[error("line {line} of the book is corrupt")]
    CorruptBook {
        /// Which one.
        line: usize,
    },
    /// A file could not be read or written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Something is not the JSON that it should be.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// A content id could not be read.
    #[error(transparent)]
    Cid(#[from] CidError),

    /// A batch holds 1 to 2^32 - 1 receipts.
    #[error("{0} receipts make no batch")]
    BatchSize(usize),
    /// A batch holds the receipts of one provider.
    #[error("receipt {index} is of another provider than the first")]
    MixedProviders {
        /// Which one.
        index: usize,
    },
    /// The prices add up to 2^128 or more.
    #[error("the prices of the batch overflow")]
    ValueOverflow,
    /// The batch has no receipt at this place.
    #[error("there is no receipt {index} in a batch of {count}")]
    NoReceipt {
        /// Where it was looked for.
        index: u32,
        /// How many there are.
        count: u32,
    },
    /// The receipts are not those that were committed.
    #[error("the receipts have root {found}, committed was {committed}")]
    WrongRoot {
        /// What the chain has.
        committed: B256,
        /// What the receipts have.
        found: B256,
    },

    /// The receipts do not name the same provider, consumer, job and request, and two results.
    #[error("the receipts do not conflict")]
    NoEquivocation,
    /// There is no such batch on chain.
    #[error("provider {provider} has not committed batch {seq} in these blocks")]
    UnknownBatch {
        /// Whose batch.
        provider: Address,
        /// Its number.
        seq: u64,
    },
    /// There is no such dispute on chain.
    #[error("there is no dispute {0}")]
    UnknownDispute(U256),
    /// The court says a status that this library does not know.
    #[error("the court says status {0}")]
    UnknownStatus(u8),

    /// A payment is not promised, accepted or claimed.
    #[error(transparent)]
    Payment(#[from] PaymentError),

    /// Something is not proposed, found or relayed.
    #[error(transparent)]
    Governance(#[from] GovernanceError),

    /// A contract refused, by one of the errors of the contracts of this network.
    #[error("refused: {0}")]
    Refused(String),
    /// A transaction was mined and failed.
    #[error("transaction {0} failed")]
    Failed(B256),
    /// A transaction succeeded and left no such event: the contract is not what it was taken for.
    #[error("transaction {transaction} left no event {event}")]
    MissingEvent {
        /// Which one.
        transaction: B256,
        /// Name and types of the event.
        event: &'static str,
    },
    /// The node has no latest block.
    #[error("the node has no block")]
    NoBlock,
    /// The node did not answer, or in words that nobody understands.
    #[error(transparent)]
    Node(Box<alloy::contract::Error>),
}

impl From<alloy::contract::Error> for Error {
    fn from(error: alloy::contract::Error) -> Self {
        match error.as_revert_data().and_then(|data| explain(&data)) {
            Some(reason) => Self::Refused(reason),
            None => Self::Node(Box::new(error)),
        }
    }
}

/// Renders revert data as an error's name and values, if a contract of this network has such an error.
pub fn explain(data: &[u8]) -> Option<String> {
    let of_token = render::<IAIATokenErrors>(data);
    let of_registry = || render::<IProviderRegistryErrors>(data);
    let of_court = || render::<IDisputeCourtErrors>(data);
    let of_payments = || render::<IStreamPaymentsErrors>(data);
    let of_governor = || render::<IAIAGovernorErrors>(data);
    let of_timelock = || render::<IAIATimelockErrors>(data);
    let of_market = of_token.or_else(of_registry).or_else(of_court).or_else(of_payments);
    of_market.or_else(of_governor).or_else(of_timelock)
}

/// Renders `Variant(Error { … })` without the variant, which is named like the error in it.
fn render<E: SolInterface + Debug>(data: &[u8]) -> Option<String> {
    let shown = format!("{:?}", E::abi_decode(data).ok()?);
    let (_, error) = shown.split_once('(')?;
    Some(error.strip_suffix(')').unwrap_or(error).to_owned())
}

#[cfg(test)]
mod tests {
    use aia_abi::{IAIAGovernor, IAIATimelock, IAIAToken, IDisputeCourt, IProviderRegistry, IStreamPayments};
    use alloy::{
        primitives::aliases::{U40, U48},
        sol_types::SolError,
    };

    use super::*;

    #[test]
    fn the_errors_of_all_contracts_are_explained() {
        let account = Address::repeat_byte(0x5a);
        let short = IAIAToken::ERC20InsufficientBalance { sender: account, balance: U256::ONE, needed: U256::from(2) };
        let explained = explain(&short.abi_encode()).expect("the token's");
        let holder = account.to_string().to_lowercase();
        assert_eq!(
            explained.to_lowercase(),
            format!("erc20insufficientbalance {{ sender: {holder}, balance: 1, needed: 2 }}")
        );
        let score = IProviderRegistry::InvalidScore { score: 101 };
        assert_eq!(explain(&score.abi_encode()).as_deref(), Some("InvalidScore { score: 101 }"));
        let unknown = IDisputeCourt::UnknownDispute { id: U256::from(7) };
        assert_eq!(explain(&unknown.abi_encode()).as_deref(), Some("UnknownDispute { id: 7 }"));
        let channel = B256::repeat_byte(0xc4);
        let pending = IStreamPayments::WithdrawPending { channelId: channel, initiatedAt: U40::from(9) };
        let named = format!("WithdrawPending {{ channelId: {channel:?}, initiatedAt: 9 }}");
        assert_eq!(explain(&pending.abi_encode()), Some(named));
        let voteless = IAIAGovernor::GovernorInvalidBallots { length: U256::from(85) };
        assert_eq!(explain(&voteless.abi_encode()).as_deref(), Some("GovernorInvalidBallots { length: 85 }"));
        let braked = IAIATimelock::TimelockBraked { until: U48::from(7) };
        assert_eq!(explain(&braked.abi_encode()).as_deref(), Some("TimelockBraked { until: 7 }"));
    }

    #[test]
    fn an_error_without_values_is_its_name() {
        let error = IProviderRegistry::EmptyBatch {};
        assert_eq!(explain(&error.abi_encode()).as_deref(), Some("EmptyBatch"));
    }

    #[test]
    fn other_data_is_not_explained() {
        for data in [&[][..], &[1, 2, 3], &[0xde, 0xad, 0xbe, 0xef], &[0; 68]] {
            assert_eq!(explain(data), None);
        }
    }
}
