//! The events and errors of `IAIAToken.sol`, and what its calls take.

use alloy_primitives::{Address, B256, U256, address};

/// What a call answers: its events in order, or why it changed nothing.
pub type Outcome = Result<Vec<Event>, Refusal>;

/// Stands for whoever a signature recovers that was made over another message: nobody can tell.
///
/// It never holds, delegates or approves anything.
pub const STRANGER: Address = address!("57a43e557a43e557a43e557a43e557a43e557a43");

/// An event; `EIP712DomainChanged` is left out, as it is never emitted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // told once, in the interface
pub enum Event {
    Transfer { from: Address, to: Address, value: U256 },
    Approval { owner: Address, spender: Address, value: U256 },
    AuthorizationUsed { authorizer: Address, nonce: B256 },
    AuthorizationCanceled { authorizer: Address, nonce: B256 },
    DelegateChanged { delegator: Address, from_delegate: Address, to_delegate: Address },
    DelegateVotesChanged { delegate: Address, previous_votes: U256, new_votes: U256 },
    MintLimitSet { minter: Address, capacity: U256, window: U256 },
    OwnershipTransferStarted { previous_owner: Address, new_owner: Address },
    OwnershipTransferred { previous_owner: Address, new_owner: Address },
    CCIPAdminTransferred { previous_admin: Address, new_admin: Address },
    L1AddressSet { l1_address: Address },
}

/// An error, or Solidity's `Panic`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // told once, in the interface
pub enum Refusal {
    ERC20InsufficientBalance { sender: Address, balance: U256, needed: U256 },
    ERC20InvalidSender { sender: Address },
    ERC20InvalidReceiver { receiver: Address },
    ERC20InsufficientAllowance { spender: Address, allowance: U256, needed: U256 },
    ERC20InvalidApprover { approver: Address },
    ERC20InvalidSpender { spender: Address },
    ERC2612ExpiredSignature { deadline: U256 },
    ERC2612InvalidSigner { signer: Address, owner: Address },
    ECDSAInvalidSignature,
    ECDSAInvalidSignatureS { s: B256 },
    InvalidAccountNonce { account: Address, current_nonce: U256 },
    ERC3009InvalidSignature,
    ERC3009InvalidAuthorizationTime { valid_after: U256, valid_before: U256 },
    ERC3009UsedAuthorization { authorizer: Address, nonce: B256 },
    VotesExpiredSignature { expiry: U256 },
    ERC5805FutureLookup { timepoint: U256, clock: u64 },
    RateLimitExceeded,
    MaxSupplyExceeded { supply: U256, cap: U256 },
    InvalidMintLimit { minter: Address, capacity: U256, window: U256 },
    OwnableUnauthorizedAccount { account: Address },
    OwnableInvalidOwner { owner: Address },
    AlreadySet,
    InvalidL1Address { l1_address: Address },
    Panic { code: U256 },
}

impl Refusal {
    /// Whether a token that gave `seen` refused for this reason.
    ///
    /// The refusals are equal, except that [`STRANGER`] here may be anybody there: the token
    /// recovers an address that the model cannot foresee.
    pub fn agrees_with(&self, seen: &Self) -> bool {
        match (self, seen) {
            (
                Self::ERC2612InvalidSigner { signer, owner },
                Self::ERC2612InvalidSigner { signer: other, owner: same },
            ) if *signer == STRANGER => owner == same && other != owner && !other.is_zero(),
            (
                Self::InvalidAccountNonce { account, current_nonce },
                Self::InvalidAccountNonce { account: other, current_nonce: same },
            ) if *account == STRANGER => current_nonce == same && !other.is_zero(),
            _ => self == seen,
        }
    }
}

/// A signature, by what comes of recovering it.
///
/// A wallet that is a contract and accepts counts as having signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signature {
    /// Its form is right and it recovers this account; [`STRANGER`] if it is over another message.
    By(Address),
    /// Its form is right, but it recovers no one, as when `r` is zero.
    Void,
    /// Its `s` is this, in the upper half of the curve order.
    HighS(B256),
}

/// What both ERC-3009 payments sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Authorization {
    /// Who pays and should have signed.
    pub from: Address,
    /// Who is paid.
    pub to: Address,
    /// Base units.
    pub value: U256,
    /// Unix seconds; valid strictly after.
    pub valid_after: U256,
    /// Unix seconds; valid strictly before.
    pub valid_before: U256,
    /// Any 32 bytes that the payer has not used.
    pub nonce: B256,
}
