//! From calldata to functions and back.
//!
//! Written by hand because of size: the README has the figures.

use alloc::vec::Vec;

use aia_calldata::{Args, Malformed};
use aia_shell::{
    Revert, receipts,
    router::{self, many, none, one},
    signatures::Domain,
    words,
};
use stylus_sdk::{abi::CONSTRUCTOR_SELECTOR, prelude::*};

use crate::{
    ProviderRegistry,
    listings::Offer,
    parameters::{Setup, read_params},
    receipts::{Batch, Place},
    slashing::Order,
    stake::Deposit,
};

/// The domain under which receipts are signed.
const DOMAIN: Domain =
    Domain { name: aia_protocol::receipt::DOMAIN_NAME, version: aia_protocol::receipt::DOMAIN_VERSION };

mod selector {
    use crate::I;

    aia_shell::selectors! { I:
        REGISTER = registerCall,
        SET_PROFILE = setProfileCall,
        LINK_AGENT = linkAgentCall,
        UNJAIL = unjailCall,
        PROVIDER_OF = providerOfCall,
        IS_ACTIVE = isActiveCall,
        IS_ACTIVE_IN = isActiveInCall,
        IS_SIGNER = isSignerCall,
        DELEGATE = delegateCall,
        DELEGATE_WITH_PERMIT = delegateWithPermitCall,
        DELEGATE_WITH_AUTHORIZATION = delegateWithAuthorizationCall,
        UNDELEGATE = undelegateCall,
        WITHDRAW = withdrawCall,
        STAKE_OF = stakeOfCall,
        UNBONDING = unbondingCall,
        BUCKET = bucketCall,
        SLASHABLE = slashableCall,
        FUND = fundCall,
        CLAIM = claimCall,
        BURN_STRANDED = burnStrandedCall,
        PENDING_REWARDS = pendingRewardsCall,
        ALLOCATE = allocateCall,
        ALLOCATION = allocationCall,
        ALLOCATED_BPS = allocatedBpsCall,
        SERVICE_STAKE = serviceStakeCall,
        LIST = listCall,
        UPDATE_LISTING = updateListingCall,
        LISTING = listingCall,
        COMMIT_BATCH = commitBatchCall,
        RATE = rateCall,
        BATCH_OF = batchOfCall,
        IS_RATED = isRatedCall,
        VERIFY_RECEIPT = verifyReceiptCall,
        RECEIPT_DIGEST = receiptDigestCall,
        REPUTATION = reputationCall,
        ATTEST = attestCall,
        REVOKE_ATTESTER = revokeAttesterCall,
        ATTESTATION = attestationCall,
        SLASH = slashCall,
        ON_DISPUTE = onDisputeCall,
        SET_SERVICE = setServiceCall,
        SET_PARAMS = setParamsCall,
        SET_PAUSED = setPausedCall,
        SET_GUARDIAN = setGuardianCall,
        SET_PAYMENTS = setPaymentsCall,
        SET_IDENTITY_REGISTRY = setIdentityRegistryCall,
        PROPOSE_COURT = proposeCourtCall,
        ACCEPT_COURT = acceptCourtCall,
        TRANSFER_OWNERSHIP = transferOwnershipCall,
        ACCEPT_OWNERSHIP = acceptOwnershipCall,
        OWNER = ownerCall,
        PENDING_OWNER = pendingOwnerCall,
        GUARDIAN = guardianCall,
        TOKEN = tokenCall,
        PAYMENTS = paymentsCall,
        IDENTITY_REGISTRY = identityRegistryCall,
        COURTS = courtsCall,
        PARAMS = paramsCall,
        PAUSED = pausedCall,
        SERVICE = serviceCall,
        EPOCH = epochCall,
        EPOCH_LENGTH = epochLengthCall,
        EXIT_EPOCHS = exitEpochsCall,
        UNBONDING_PERIOD = unbondingPeriodCall,
        EIP712_DOMAIN = eip712DomainCall,
        SUPPORTS_INTERFACE = supportsInterfaceCall,
    }
}

impl ProviderRegistry {
    /// Runs the function that `calldata` names and returns its encoded result.
    pub(crate) fn route(&mut self, calldata: &[u8]) -> Result<Vec<u8>, Revert> {
        let value = self.vm().msg_value();
        router::route(value, calldata, |name, args| self.dispatch(name, args))
    }

    fn dispatch(&mut self, name: u32, args: &mut Args<'_>) -> Result<Vec<u8>, Revert> {
        use selector::*;
        match name {
            CONSTRUCTOR_SELECTOR => none(self.construct(&Setup::read(args), &read_params(args))),

            REGISTER => none(self.register(args.bytes32(), args.uint8(), args.uint16(), args.address())),
            SET_PROFILE => none(self.set_profile(args.bytes32(), args.uint8(), args.uint16(), args.address())),
            LINK_AGENT => none(self.link_agent(args.uint256())),
            UNJAIL => none(self.unjail()),
            PROVIDER_OF => Ok(self.provider_view(args.address())),
            IS_ACTIVE => one(self.is_active(args.address())),
            IS_ACTIVE_IN => one(self.is_active_in(args.address(), args.uint32())),
            IS_SIGNER => one(self.is_signer(args.address(), args.address())),

            DELEGATE => one(self.delegate(args.address(), args.uint128())?),
            DELEGATE_WITH_PERMIT => {
                one(self.delegate_permitted(args.address(), args.uint128(), args.uint256(), args.bytes())?)
            }
            DELEGATE_WITH_AUTHORIZATION => {
                let account = args.address();
                one(self.delegate_authorized(account, &read_deposit(args))?)
            }
            UNDELEGATE => {
                let (epoch, tokens) = self.undelegate(args.address(), args.uint128())?;
                many(&words![epoch, tokens])
            }
            WITHDRAW => one(self.withdraw(args.address(), args.uint32(), args.address())?),
            STAKE_OF => many(&self.stake_of(args.address(), args.address())),
            UNBONDING => many(&self.unbonding(args.address(), args.uint32(), args.address())),
            BUCKET => many(&self.bucket_of(args.address(), args.uint32())),
            SLASHABLE => one(self.slashable(args.address(), args.uint32(), args.uint48())),

            FUND => none(self.fund(args.address(), args.uint128())),
            CLAIM => one(self.claim(args.address())?),
            BURN_STRANDED => one(self.burn_stranded(args.address())?),
            PENDING_REWARDS => one(self.pending_rewards(args.address(), args.address())),

            ALLOCATE => none(self.allocate(args.uint32(), args.uint16())),
            ALLOCATION => many(&self.allocation_words(args.address(), args.uint32())),
            ALLOCATED_BPS => one(self.allocated.get(args.address())),
            SERVICE_STAKE => one(self.service_stake(args.address(), args.uint32())),

            LIST => one(self.list(&read_offer(args))?),
            UPDATE_LISTING => {
                none(self.update_listing(args.uint64(), args.bytes32(), args.uint8(), args.uint128(), args.uint8()))
            }
            LISTING => Ok(self.listing_view(args.uint64())),

            COMMIT_BATCH => one(self.commit_batch(args.bytes32(), args.uint32(), args.uint128(), args.bytes32())?),
            RATE => {
                let (batch, receipt) = (Batch::read(args), receipts::read(args));
                let (index, score) = (args.uint32(), args.uint8());
                let proof = args.words();
                none(self.rate(&batch, &receipt, &Place { index, proof: &proof }, score))
            }
            BATCH_OF => many(&self.batch_words(args.address(), args.uint64())),
            IS_RATED => one(self.is_rated(args.address(), args.uint64(), args.uint32())),
            VERIFY_RECEIPT => {
                let (account, batch) = (args.address(), Batch::read(args));
                let (leaf, index) = (args.bytes32(), args.uint32());
                let proof = args.words();
                one(self.verify_receipt(account, &batch, leaf, &Place { index, proof: &proof }))
            }
            RECEIPT_DIGEST => one(self.receipt_digest(&receipts::read(args))),
            REPUTATION => many(&self.reputation(args.address())),

            ATTEST => none(self.attest(args.bytes32(), args.bytes32(), args.bytes20(), args.uint48())),
            REVOKE_ATTESTER => none(self.revoke_attester(args.address(), args.uint48())),
            ATTESTATION => many(&self.attestation(args.bytes32(), args.address(), args.bytes32())),

            SLASH => {
                let [slashed, burned] = self.slash(&Order::read(args))?;
                many(&words![slashed, burned])
            }
            ON_DISPUTE => none(self.on_dispute(args.address(), args.boolean())),

            SET_SERVICE => none(self.set_service(args.uint32(), args.uint16(), args.uint96(), args.boolean())),
            SET_PARAMS => none(self.set_params(&read_params(args))),
            SET_PAUSED => none(self.set_paused(args.boolean())),
            SET_GUARDIAN => none(self.set_guardian(args.address())),
            SET_PAYMENTS => none(self.set_payments(args.address())),
            SET_IDENTITY_REGISTRY => none(self.set_identity_registry(args.address())),
            PROPOSE_COURT => none(self.propose_court(args.address())),
            ACCEPT_COURT => none(self.accept_court()),
            TRANSFER_OWNERSHIP => none(self.ownership.offer(args.address())),
            ACCEPT_OWNERSHIP => none(self.ownership.accept()),

            OWNER => one(self.ownership.owner()),
            PENDING_OWNER => one(self.ownership.pending()),
            GUARDIAN => one(self.guardian.get()),
            TOKEN => one(self.config().token),
            PAYMENTS => one(self.payments.get()),
            IDENTITY_REGISTRY => one(self.identity_registry.get()),
            COURTS => many(&self.courts()),
            PARAMS => Ok(self.params_view()),
            PAUSED => one(self.config().paused),
            SERVICE => many(&self.service_words(args.uint32())),
            EPOCH => one(self.clock().1),
            EPOCH_LENGTH => one(self.config().epoch_length),
            EXIT_EPOCHS => one(self.config().exit_epochs),
            UNBONDING_PERIOD => one(self.config().unbonding_period()),
            EIP712_DOMAIN => Ok(DOMAIN.encode(self.vm())),
            SUPPORTS_INTERFACE => one(matches!(args.bytes4().0, [0x01, 0xff, 0xc9, 0xa7] | [0x84, 0xb0, 0x19, 0x6e])),

            _ => Err(Malformed.into()),
        }
    }
}

fn read_deposit<'a>(args: &mut Args<'a>) -> Deposit<'a> {
    Deposit {
        from: args.address(),
        amount: args.uint128(),
        valid_after: args.uint256(),
        valid_before: args.uint256(),
        salt: args.bytes32(),
        signature: args.bytes(),
    }
}

fn read_offer(args: &mut Args<'_>) -> Offer {
    Offer {
        kind: args.uint8(),
        service: args.uint32(),
        content: args.bytes32(),
        codec: args.uint8(),
        price: args.uint128(),
        unit: args.uint128(),
    }
}
