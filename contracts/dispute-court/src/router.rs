//! From calldata to functions and back.
//!
//! Written by hand because of size: the registry's README has the figures.

use alloc::vec::Vec;

use aia_calldata::{Args, Malformed};
use aia_protocol::{dispute::Terms, receipt};
use aia_shell::{
    Revert, receipts,
    router::{self, many, none, one},
};
use alloy_primitives::B256;
use stylus_sdk::{abi::CONSTRUCTOR_SELECTOR, prelude::*};

use crate::{
    DisputeCourt,
    equivocation::Signed,
    fault_place,
    opening::Claim,
    parameters::{param_words, read_params},
};

mod selector {
    use crate::I;

    aia_shell::selectors! { I:
        OPEN_DISPUTE = openDisputeCall,
        SUBMIT_EVIDENCE = submitEvidenceCall,
        CANCEL = cancelCall,
        RULE = ruleCall,
        REDUCE = reduceCall,
        VETO = vetoCall,
        EXECUTE = executeCall,
        PROVE_EQUIVOCATION = proveEquivocationCall,
        DISPUTE = disputeCall,
        DISPUTE_COUNT = disputeCountCall,
        FAULT_STATUS = faultStatusCall,
        EQUIVOCATION_FAULT = equivocationFaultCall,
        ADD_TARGET = addTargetCall,
        SET_SERVICE = setServiceCall,
        SET_PARAMS = setParamsCall,
        SET_GUARDIAN = setGuardianCall,
        TRANSFER_OWNERSHIP = transferOwnershipCall,
        ACCEPT_OWNERSHIP = acceptOwnershipCall,
        OWNER = ownerCall,
        PENDING_OWNER = pendingOwnerCall,
        GUARDIAN = guardianCall,
        TOKEN = tokenCall,
        PARAMS = paramsCall,
        PARAMS_VERSION = paramsVersionCall,
        SERVICE_TERMS = serviceTermsCall,
        IS_TARGET = isTargetCall,
        REQUIRED_UNBONDING = requiredUnbondingCall,
        SHORTEST_UNBONDING = shortestUnbondingCall,
        SUPPORTS_INTERFACE = supportsInterfaceCall,
    }
}

impl DisputeCourt {
    /// Runs the function that `calldata` names and returns its encoded result.
    pub(crate) fn route(&mut self, calldata: &[u8]) -> Result<Vec<u8>, Revert> {
        let value = self.vm().msg_value();
        router::route(value, calldata, |name, args| self.dispatch(name, args))
    }

    fn dispatch(&mut self, name: u32, args: &mut Args<'_>) -> Result<Vec<u8>, Revert> {
        use selector::*;
        match name {
            CONSTRUCTOR_SELECTOR => {
                let roles = std::array::from_fn(|_| args.address());
                none(self.construct(roles, &read_params(args)))
            }

            OPEN_DISPUTE => {
                let (claim, evidence) = read_claim(args);
                one(self.open_dispute(&claim, evidence)?)
            }
            SUBMIT_EVIDENCE => none(self.submit_evidence(args.uint256(), args.bytes32())),
            CANCEL => none(self.cancel(args.uint256())),
            RULE => none(self.rule(args.uint256(), args.uint256())),
            REDUCE => none(self.reduce(args.uint256(), args.uint16())),
            VETO => none(self.veto(args.uint256(), args.bytes32())),
            EXECUTE => none(self.execute(args.uint256())),
            PROVE_EQUIVOCATION => {
                let (target, signer) = (args.address(), args.address());
                let receipts = [receipts::read(args), receipts::read(args)];
                let pair = receipts.map(|receipt| Signed { receipt, signature: args.bytes() });
                one(self.prove_equivocation(target, signer, pair)?)
            }

            DISPUTE => Ok(self.dispute_view(args.uint256())),
            DISPUTE_COUNT => one(self.counts().disputes),
            FAULT_STATUS => {
                let place = fault_place(args.address(), args.address(), args.bytes32());
                one(self.fault_status(place))
            }
            EQUIVOCATION_FAULT => one(receipt::equivocation_fault(args.address(), args.bytes32())),

            ADD_TARGET => none(self.add_target(args.address())),
            SET_SERVICE => {
                let (target, service) = (args.address(), args.uint32());
                none(self.set_service(target, service, Terms { arbitrator: args.address(), bond: args.uint96() }))
            }
            SET_PARAMS => none(self.set_params(&read_params(args))),
            SET_GUARDIAN => none(self.set_guardian(args.address())),
            TRANSFER_OWNERSHIP => none(self.ownership.offer(args.address())),
            ACCEPT_OWNERSHIP => none(self.ownership.accept()),

            OWNER => one(self.ownership.owner()),
            PENDING_OWNER => one(self.ownership.pending()),
            GUARDIAN => one(self.guardian.get()),
            TOKEN => one(self.token.get()),
            PARAMS => many(&param_words(self.present_params())),
            PARAMS_VERSION => one(self.counts().params),
            SERVICE_TERMS => many(&self.service_words(args.address(), args.uint32())),
            IS_TARGET => one(self.known_target(args.address()).is_ok()),
            REQUIRED_UNBONDING => one(self.present_params().required_unbonding()),
            SHORTEST_UNBONDING => one(self.counts().unbonding),
            SUPPORTS_INTERFACE => one(matches!(args.bytes4().0, [0x01, 0xff, 0xc9, 0xa7] | [0x31, 0x1a, 0x6c, 0x56])),

            _ => Err(Malformed.into()),
        }
    }
}

/// Reads a claim, and the evidence that stands in its midst.
fn read_claim(args: &mut Args<'_>) -> (Claim, B256) {
    let (target, subject, service) = (args.address(), args.address(), args.uint32());
    let (fault, evidence) = (args.bytes32(), args.bytes32());
    let (bps, victim, fault_at) = (args.uint16(), args.address(), args.uint48());
    (Claim { target, subject, service, fault, bps, victim, fault_at }, evidence)
}
