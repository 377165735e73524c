//! What the token reverts with; names and arguments are those of `IAIAToken.sol`.

use alloc::vec::Vec;

use aia_calldata::{Malformed, prefixed};
use alloy_primitives::{Address, B256, U256};
use alloy_sol_types::SolError;

use crate::IAIAToken as I;

/// A refusal; it becomes ABI-encoded revert data when it leaves the contract.
///
/// All members are single words, so one short encoder serves every variant: the SDK's derive would
/// add code for each.
#[allow(missing_docs)] // told once, in the interface
pub enum Error {
    /// The calldata is not what the function takes; reverts without data.
    Malformed,
    ERC20InsufficientBalance {
        sender: Address,
        balance: U256,
        needed: U256,
    },
    ERC20InvalidSender {
        sender: Address,
    },
    ERC20InvalidReceiver {
        receiver: Address,
    },
    ERC20InsufficientAllowance {
        spender: Address,
        allowance: U256,
        needed: U256,
    },
    ERC20InvalidApprover {
        approver: Address,
    },
    ERC20InvalidSpender {
        spender: Address,
    },
    ERC2612ExpiredSignature {
        deadline: U256,
    },
    ERC2612InvalidSigner {
        signer: Address,
        owner: Address,
    },
    ECDSAInvalidSignature,
    ECDSAInvalidSignatureS {
        s: B256,
    },
    InvalidAccountNonce {
        account: Address,
        current_nonce: U256,
    },
    ERC3009InvalidSignature,
    ERC3009InvalidAuthorizationTime {
        valid_after: U256,
        valid_before: U256,
    },
    ERC3009UsedAuthorization {
        authorizer: Address,
        nonce: B256,
    },
    VotesExpiredSignature {
        expiry: U256,
    },
    ERC5805FutureLookup {
        timepoint: U256,
        clock: U256,
    },
    RateLimitExceeded,
    MaxSupplyExceeded {
        supply: U256,
        cap: U256,
    },
    InvalidMintLimit {
        minter: Address,
        capacity: U256,
        window: U256,
    },
    OwnableUnauthorizedAccount {
        account: Address,
    },
    OwnableInvalidOwner {
        owner: Address,
    },
    AlreadySet,
    InvalidL1Address {
        l1_address: Address,
    },
    Panic {
        code: U256,
    },
}

impl From<Error> for Vec<u8> {
    fn from(error: Error) -> Self {
        match error {
            Error::Malformed => Vec::new(),
            Error::ERC20InsufficientBalance { sender, balance, needed } => {
                prefixed(&I::ERC20InsufficientBalance::SELECTOR, &[sender.into_word(), balance.into(), needed.into()])
            }
            Error::ERC20InvalidSender { sender } => prefixed(&I::ERC20InvalidSender::SELECTOR, &[sender.into_word()]),
            Error::ERC20InvalidReceiver { receiver } => {
                prefixed(&I::ERC20InvalidReceiver::SELECTOR, &[receiver.into_word()])
            }
            Error::ERC20InsufficientAllowance { spender, allowance, needed } => prefixed(
                &I::ERC20InsufficientAllowance::SELECTOR,
                &[spender.into_word(), allowance.into(), needed.into()],
            ),
            Error::ERC20InvalidApprover { approver } => {
                prefixed(&I::ERC20InvalidApprover::SELECTOR, &[approver.into_word()])
            }
            Error::ERC20InvalidSpender { spender } => {
                prefixed(&I::ERC20InvalidSpender::SELECTOR, &[spender.into_word()])
            }
            Error::ERC2612ExpiredSignature { deadline } => {
                prefixed(&I::ERC2612ExpiredSignature::SELECTOR, &[deadline.into()])
            }
            Error::ERC2612InvalidSigner { signer, owner } => {
                prefixed(&I::ERC2612InvalidSigner::SELECTOR, &[signer.into_word(), owner.into_word()])
            }
            Error::ECDSAInvalidSignature => prefixed(&I::ECDSAInvalidSignature::SELECTOR, &[]),
            Error::ECDSAInvalidSignatureS { s } => prefixed(&I::ECDSAInvalidSignatureS::SELECTOR, &[s]),
            Error::InvalidAccountNonce { account, current_nonce } => {
                prefixed(&I::InvalidAccountNonce::SELECTOR, &[account.into_word(), current_nonce.into()])
            }
            Error::ERC3009InvalidSignature => prefixed(&I::ERC3009InvalidSignature::SELECTOR, &[]),
            Error::ERC3009InvalidAuthorizationTime { valid_after, valid_before } => {
                prefixed(&I::ERC3009InvalidAuthorizationTime::SELECTOR, &[valid_after.into(), valid_before.into()])
            }
            Error::ERC3009UsedAuthorization { authorizer, nonce } => {
                prefixed(&I::ERC3009UsedAuthorization::SELECTOR, &[authorizer.into_word(), nonce])
            }
            Error::VotesExpiredSignature { expiry } => prefixed(&I::VotesExpiredSignature::SELECTOR, &[expiry.into()]),
            Error::ERC5805FutureLookup { timepoint, clock } => {
                prefixed(&I::ERC5805FutureLookup::SELECTOR, &[timepoint.into(), clock.into()])
            }
            Error::RateLimitExceeded => prefixed(&I::RateLimitExceeded::SELECTOR, &[]),
            Error::MaxSupplyExceeded { supply, cap } => {
                prefixed(&I::MaxSupplyExceeded::SELECTOR, &[supply.into(), cap.into()])
            }
            Error::InvalidMintLimit { minter, capacity, window } => {
                prefixed(&I::InvalidMintLimit::SELECTOR, &[minter.into_word(), capacity.into(), window.into()])
            }
            Error::OwnableUnauthorizedAccount { account } => {
                prefixed(&I::OwnableUnauthorizedAccount::SELECTOR, &[account.into_word()])
            }
            Error::OwnableInvalidOwner { owner } => prefixed(&I::OwnableInvalidOwner::SELECTOR, &[owner.into_word()]),
            Error::AlreadySet => prefixed(&I::AlreadySet::SELECTOR, &[]),
            Error::InvalidL1Address { l1_address } => {
                prefixed(&I::InvalidL1Address::SELECTOR, &[l1_address.into_word()])
            }
            Error::Panic { code } => prefixed(&alloy_sol_types::Panic::SELECTOR, &[code.into()]),
        }
    }
}

impl From<Malformed> for Error {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}
