//! From calldata to functions and back.
//!
//! Written by hand because of size: the README has the figures.

use alloc::vec::Vec;

use aia_calldata::{Args, Malformed, array, bytes, uint, word, words};
use aia_protocol::typed_data::{self, Authorization};
use aia_shell::{
    Revert,
    router::{self, none},
};
use alloy_primitives::{B256, FixedBytes, U256};
use stylus_sdk::{abi::CONSTRUCTOR_SELECTOR, prelude::*};

use crate::{
    AiaToken,
    signatures::{DOMAIN, join},
};

mod selector {
    use crate::I;

    aia_shell::selectors! { I:
        NAME = nameCall,
        SYMBOL = symbolCall,
        DECIMALS = decimalsCall,
        VERSION = versionCall,
        TOTAL_SUPPLY = totalSupplyCall,
        BALANCE_OF = balanceOfCall,
        ALLOWANCE = allowanceCall,
        TRANSFER = transferCall,
        TRANSFER_FROM = transferFromCall,
        APPROVE = approveCall,
        PERMIT = permit_0Call,
        PERMIT_BYTES = permit_1Call,
        NONCES = noncesCall,
        DOMAIN_SEPARATOR = DOMAIN_SEPARATORCall,
        EIP712_DOMAIN = eip712DomainCall,
        TRANSFER_WITH_AUTHORIZATION_TYPEHASH = TRANSFER_WITH_AUTHORIZATION_TYPEHASHCall,
        RECEIVE_WITH_AUTHORIZATION_TYPEHASH = RECEIVE_WITH_AUTHORIZATION_TYPEHASHCall,
        CANCEL_AUTHORIZATION_TYPEHASH = CANCEL_AUTHORIZATION_TYPEHASHCall,
        AUTHORIZATION_STATE = authorizationStateCall,
        TRANSFER_WITH_AUTHORIZATION = transferWithAuthorization_0Call,
        TRANSFER_WITH_AUTHORIZATION_BYTES = transferWithAuthorization_1Call,
        RECEIVE_WITH_AUTHORIZATION = receiveWithAuthorization_0Call,
        RECEIVE_WITH_AUTHORIZATION_BYTES = receiveWithAuthorization_1Call,
        CANCEL_AUTHORIZATION = cancelAuthorization_0Call,
        CANCEL_AUTHORIZATION_BYTES = cancelAuthorization_1Call,
        CLOCK = clockCall,
        CLOCK_MODE = CLOCK_MODECall,
        DELEGATES = delegatesCall,
        GET_VOTES = getVotesCall,
        GET_PAST_VOTES = getPastVotesCall,
        GET_PAST_VOTES_BATCH = getPastVotesBatchCall,
        GET_PAST_TOTAL_SUPPLY = getPastTotalSupplyCall,
        GET_TOTAL_DELEGATION = getTotalDelegationCall,
        GET_TOTAL_DELEGATION_AT = getTotalDelegationAtCall,
        NUM_CHECKPOINTS = numCheckpointsCall,
        CHECKPOINTS = checkpointsCall,
        DELEGATE = delegateCall,
        DELEGATE_BY_SIG = delegateBySigCall,
        MAX_SUPPLY = maxSupplyCall,
        MINT_LIMIT_OF = mintLimitOfCall,
        MINT = mintCall,
        BURN = burn_0Call,
        BURN_OF = burn_1Call,
        BURN_FROM = burnFromCall,
        SET_MINT_LIMIT = setMintLimitCall,
        OWNER = ownerCall,
        PENDING_OWNER = pendingOwnerCall,
        TRANSFER_OWNERSHIP = transferOwnershipCall,
        ACCEPT_OWNERSHIP = acceptOwnershipCall,
        GET_CCIP_ADMIN = getCCIPAdminCall,
        L1_ADDRESS = l1AddressCall,
        SET_CCIP_ADMIN = setCCIPAdminCall,
        SET_L1_ADDRESS = setL1AddressCall,
        SUPPORTS_INTERFACE = supportsInterfaceCall,
    }
}

impl AiaToken {
    /// Runs the function that `calldata` names and returns its encoded result.
    pub(crate) fn route(&mut self, calldata: &[u8]) -> Result<Vec<u8>, Revert> {
        let value = self.vm().msg_value();
        router::route(value, calldata, |name, args| self.dispatch(name, args))
    }

    fn dispatch(&mut self, name: u32, args: &mut Args<'_>) -> Result<Vec<u8>, Revert> {
        use selector::*;
        match name {
            CONSTRUCTOR_SELECTOR => none(self.construct(args.address(), args.address(), args.uint256())),

            TRANSFER => {
                let from = self.vm().msg_sender();
                yes(self.transfer_between(from, args.address(), args.uint256()))
            }
            APPROVE => {
                let owner = self.vm().msg_sender();
                yes(self.set_allowance(owner, args.address(), args.uint256()))
            }
            TRANSFER_FROM => yes(self.transfer_from(args.address(), args.address(), args.uint256())),
            BALANCE_OF => Ok(uint(U256::from(self.account(args.address()).balance))),
            ALLOWANCE => Ok(uint(self.allowances.getter(args.address()).get(args.address()))),
            TOTAL_SUPPLY => Ok(uint(U256::from(self.supply.latest()))),
            MAX_SUPPLY => Ok(uint(Self::max_supply())),
            NAME => Ok(bytes(crate::NAME.as_bytes())),
            SYMBOL => Ok(bytes(crate::NAME.as_bytes())),
            DECIMALS => Ok(uint(U256::from(18))),
            VERSION => Ok(bytes(crate::VERSION.as_bytes())),

            MINT => none(self.mint_limited(args.address(), args.uint256())),
            BURN => {
                let from = self.vm().msg_sender();
                none(self.burn_of(from, args.uint256()))
            }
            BURN_OF | BURN_FROM => none(self.burn_from(args.address(), args.uint256())),
            MINT_LIMIT_OF => Ok(words(&self.limit_of(args.address()))),
            SET_MINT_LIMIT => none(self.set_limit(args.address(), args.uint128(), args.uint48())),

            PERMIT | PERMIT_BYTES => {
                let (owner, spender) = (args.address(), args.address());
                let (value, deadline) = (args.uint256(), args.uint256());
                let signature = signature(args, name == PERMIT);
                none(self.permit_signed(owner, spender, value, deadline, &signature))
            }
            NONCES => Ok(uint(self.nonces.get(args.address()))),
            DOMAIN_SEPARATOR => Ok(word(self.domain())),
            EIP712_DOMAIN => Ok(DOMAIN.encode(self.vm())),

            TRANSFER_WITH_AUTHORIZATION | TRANSFER_WITH_AUTHORIZATION_BYTES => {
                let authorization = authorization(args);
                let signature = signature(args, name == TRANSFER_WITH_AUTHORIZATION);
                none(self.pay_authorized(&authorization, &signature))
            }
            RECEIVE_WITH_AUTHORIZATION | RECEIVE_WITH_AUTHORIZATION_BYTES => {
                let authorization = authorization(args);
                let signature = signature(args, name == RECEIVE_WITH_AUTHORIZATION);
                none(self.receive_authorized(&authorization, &signature))
            }
            CANCEL_AUTHORIZATION | CANCEL_AUTHORIZATION_BYTES => {
                let (authorizer, nonce) = (args.address(), args.bytes32());
                let signature = signature(args, name == CANCEL_AUTHORIZATION);
                none(self.cancel_authorized(authorizer, nonce, &signature))
            }
            AUTHORIZATION_STATE => {
                let used = self.authorizations.getter(args.address()).get(args.bytes32());
                Ok(uint(U256::from(used)))
            }
            TRANSFER_WITH_AUTHORIZATION_TYPEHASH => Ok(word(typed_data::TRANSFER_WITH_AUTHORIZATION_TYPEHASH)),
            RECEIVE_WITH_AUTHORIZATION_TYPEHASH => Ok(word(typed_data::RECEIVE_WITH_AUTHORIZATION_TYPEHASH)),
            CANCEL_AUTHORIZATION_TYPEHASH => Ok(word(typed_data::CANCEL_AUTHORIZATION_TYPEHASH)),

            DELEGATE => {
                let delegator = self.vm().msg_sender();
                self.set_delegatee(delegator, args.address());
                Ok(Vec::new())
            }
            DELEGATE_BY_SIG => {
                let delegatee = args.address();
                let (nonce, expiry) = (args.uint256(), args.uint256());
                let signature = signature(args, true);
                none(self.delegate_signed(delegatee, nonce, expiry, &signature))
            }
            DELEGATES => Ok(word(self.account(args.address()).delegatee.into_word())),
            GET_VOTES => Ok(uint(U256::from(self.votes.getter(args.address()).latest()))),
            GET_PAST_VOTES => {
                let account = args.address();
                let instant = self.past(args.uint256())?;
                Ok(uint(self.past_votes(account, instant)))
            }
            GET_PAST_VOTES_BATCH => {
                let accounts = args.addresses();
                let instant = self.past(args.uint256())?;
                let votes = accounts.into_iter().map(|account| self.past_votes(account, instant).into());
                Ok(array(&votes.collect::<Vec<B256>>()))
            }
            GET_PAST_TOTAL_SUPPLY => Ok(uint(U256::from(self.supply.lookup(self.past(args.uint256())?)))),
            GET_TOTAL_DELEGATION => Ok(uint(U256::from(self.delegated.latest()))),
            GET_TOTAL_DELEGATION_AT => Ok(uint(U256::from(self.delegated.lookup(self.past(args.uint256())?)))),
            NUM_CHECKPOINTS => Ok(uint(U256::from(self.votes.getter(args.address()).len()))),
            CHECKPOINTS => Ok(words(&self.checkpoint_of(args.address(), args.uint32())?)),
            CLOCK => Ok(uint(U256::from(self.now()))),
            CLOCK_MODE => Ok(bytes(b"mode=timestamp")),

            OWNER => Ok(word(self.ownership.owner().into_word())),
            PENDING_OWNER => Ok(word(self.ownership.pending().into_word())),
            TRANSFER_OWNERSHIP => none(self.ownership.offer(args.address())),
            ACCEPT_OWNERSHIP => none(self.ownership.accept()),
            GET_CCIP_ADMIN => Ok(word(self.ccip_admin.get().into_word())),
            SET_CCIP_ADMIN => none(self.change_ccip_admin(args.address())),
            L1_ADDRESS => Ok(word(self.l1_address.get().into_word())),
            SET_L1_ADDRESS => none(self.fix_l1_address(args.address())),
            SUPPORTS_INTERFACE => Ok(uint(U256::from(supports_interface(args.bytes4())))),

            _ => Err(Malformed.into()),
        }
    }
}

/// Encodes the `true` that ERC-20 functions return when they succeed.
fn yes(result: Result<(), Revert>) -> Result<Vec<u8>, Revert> {
    result.map(|()| uint(U256::ONE))
}

/// Reads the members that both ERC-3009 payments begin with.
#[inline(never)]
fn authorization(args: &mut Args<'_>) -> Authorization {
    Authorization {
        from: args.address(),
        to: args.address(),
        value: args.uint256(),
        valid_after: args.uint256(),
        valid_before: args.uint256(),
        nonce: args.bytes32(),
    }
}

/// Reads a signature, given as `v`, `r` and `s` or as bytes; both end up as `r ‖ s ‖ v`.
#[inline(never)]
fn signature(args: &mut Args<'_>, in_parts: bool) -> Vec<u8> {
    if !in_parts {
        return args.bytes().to_vec();
    }
    let v = args.uint8();
    join(v, args.bytes32(), args.bytes32()).to_vec()
}

fn supports_interface(id: FixedBytes<4>) -> bool {
    matches!(
        u32::from_be_bytes(id.0),
        0x01ff_c9a7 // ERC-165
            | 0x3637_2b07 // ERC-20
            | 0xa219_a025 // ERC-20 metadata
            | 0x9d8f_f7da // ERC-2612
            | 0x84b0_196e // ERC-5267
            | 0xda28_7a1d // ERC-6372
            | 0xe90f_b3f6 // IVotes
    )
}
