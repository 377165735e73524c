//! From calldata to functions and back.
//!
//! Written by hand because of size: the README has the figures.

use alloc::{vec, vec::Vec};

use aia_calldata::{Args, Malformed};
use aia_protocol::governance::{operation::State, roles};
use aia_shell::{
    Revert,
    actions::Actions,
    router::{self, many, none, one},
    words,
};
use alloy_primitives::{B256, FixedBytes};
use stylus_sdk::{abi::CONSTRUCTOR_SELECTOR, prelude::*};

use crate::{
    Timelock,
    construction::Setup,
    operations::{batch_id, check_lengths, single_id},
};

/// ERC-165, access control, ERC-1155 receiver.
const INTERFACES: [FixedBytes<4>; 3] =
    [FixedBytes([0x01, 0xff, 0xc9, 0xa7]), FixedBytes([0x79, 0x65, 0xdb, 0x0b]), FixedBytes([0x4e, 0x23, 0x12, 0xe0])];

mod selector {
    use crate::I;

    aia_shell::selectors! { I:
        SCHEDULE = scheduleCall,
        SCHEDULE_BATCH = scheduleBatchCall,
        CANCEL = cancelCall,
        EXECUTE = executeCall,
        EXECUTE_BATCH = executeBatchCall,
        HASH_OPERATION = hashOperationCall,
        HASH_OPERATION_BATCH = hashOperationBatchCall,
        IS_OPERATION = isOperationCall,
        IS_OPERATION_PENDING = isOperationPendingCall,
        IS_OPERATION_READY = isOperationReadyCall,
        IS_OPERATION_DONE = isOperationDoneCall,
        GET_TIMESTAMP = getTimestampCall,
        GET_OPERATION_STATE = getOperationStateCall,
        GET_MIN_DELAY = getMinDelayCall,
        GET_REQUIRED_DELAY = getRequiredDelayCall,
        CALL_DELAY = callDelayCall,
        GRACE_PERIOD = gracePeriodCall,
        UPDATE_DELAY = updateDelayCall,
        SET_CALL_DELAY = setCallDelayCall,
        ABDICATE = abdicateCall,
        SET_GRACE_PERIOD = setGracePeriodCall,
        SET_GUARDIAN = setGuardianCall,
        GRANT_ROLE = grantRoleCall,
        REVOKE_ROLE = revokeRoleCall,
        RENOUNCE_ROLE = renounceRoleCall,
        BRAKE = brakeCall,
        UNBRAKE = unbrakeCall,
        BRAKED_UNTIL = brakedUntilCall,
        BRAKE_READY_AT = brakeReadyAtCall,
        GUARDIAN = guardianCall,
        DEFAULT_ADMIN_ROLE = DEFAULT_ADMIN_ROLECall,
        PROPOSER_ROLE = PROPOSER_ROLECall,
        EXECUTOR_ROLE = EXECUTOR_ROLECall,
        CANCELLER_ROLE = CANCELLER_ROLECall,
        HAS_ROLE = hasRoleCall,
        GET_ROLE_ADMIN = getRoleAdminCall,
        SUPPORTS_INTERFACE = supportsInterfaceCall,
        ON_ERC721_RECEIVED = onERC721ReceivedCall,
        ON_ERC1155_RECEIVED = onERC1155ReceivedCall,
        ON_ERC1155_BATCH_RECEIVED = onERC1155BatchReceivedCall,
    }
    pub(super) const CONSTRUCTOR: u32 = super::CONSTRUCTOR_SELECTOR;
}
use selector::*;

impl Timelock {
    /// Runs the function that `calldata` names and returns its encoded result; no calldata is a deposit.
    ///
    /// # Errors
    /// The function's, or no data for what is no call of it.
    pub fn route(&mut self, calldata: &[u8]) -> Result<Vec<u8>, Revert> {
        if calldata.is_empty() {
            return Ok(Vec::new());
        }
        let value = self.vm().msg_value();
        router::route_payable(value, calldata, &[EXECUTE, EXECUTE_BATCH], |name, args| self.dispatch(name, args))
    }

    fn dispatch(&mut self, name: u32, args: &mut Args<'_>) -> Result<Vec<u8>, Revert> {
        match name {
            CONSTRUCTOR => none(self.construct(&Setup::read(args)?)),

            SCHEDULE => {
                self.check_role(roles::PROPOSER_ROLE)?;
                let (actions, predecessor, salt) = read_single(args);
                let id = id_of_single(&actions, predecessor, salt);
                none(self.schedule(id, &actions, predecessor, salt, args.uint256()))
            }
            SCHEDULE_BATCH => {
                self.check_role(roles::PROPOSER_ROLE)?;
                let (actions, predecessor, salt) = read_batch(args);
                check_lengths(&actions)?;
                let id = batch_id(&actions, predecessor, salt);
                none(self.schedule(id, &actions, predecessor, salt, args.uint256()))
            }
            CANCEL => {
                self.check_role(roles::CANCELLER_ROLE)?;
                none(self.cancel(args.bytes32()))
            }
            EXECUTE => {
                self.check_executor()?;
                let (actions, predecessor, salt) = read_single(args);
                // Nothing is called with arguments that were not there.
                args.check()?;
                none(self.execute(id_of_single(&actions, predecessor, salt), &actions, predecessor))
            }
            EXECUTE_BATCH => {
                self.check_executor()?;
                let (actions, predecessor, salt) = read_batch(args);
                args.check()?;
                check_lengths(&actions)?;
                none(self.execute(batch_id(&actions, predecessor, salt), &actions, predecessor))
            }
            HASH_OPERATION => {
                let (actions, predecessor, salt) = read_single(args);
                one(id_of_single(&actions, predecessor, salt))
            }
            HASH_OPERATION_BATCH => {
                let (actions, predecessor, salt) = read_batch(args);
                one(batch_id(&actions, predecessor, salt))
            }
            IS_OPERATION => one(self.state(args.bytes32()) != State::Unset),
            IS_OPERATION_PENDING => one(self.state(args.bytes32()).is_pending()),
            IS_OPERATION_READY => one(self.state(args.bytes32()) == State::Ready),
            IS_OPERATION_DONE => one(self.state(args.bytes32()) == State::Done),
            GET_TIMESTAMP => one(self.operation(args.bytes32()).ready),
            GET_OPERATION_STATE => one(self.state(args.bytes32()) as u8),

            GET_MIN_DELAY => one(self.min_delay()),
            GET_REQUIRED_DELAY => {
                let actions = Actions::read(args);
                check_lengths(&actions)?;
                one(self.required_delay(&actions)?)
            }
            CALL_DELAY => many(&self.class_words(args.address(), args.bytes4())),
            GRACE_PERIOD => one(self.config().grace),
            UPDATE_DELAY => none(self.update_delay(args.uint256())),
            SET_CALL_DELAY => none(self.set_call_delay(args.address(), args.bytes4(), args.uint32())),
            ABDICATE => none(self.abdicate(args.address(), args.bytes4())),
            SET_GRACE_PERIOD => none(self.set_grace_period(args.uint32())),
            SET_GUARDIAN => none(self.set_guardian(args.address(), args.uint48())),
            GRANT_ROLE => none(self.grant_role(args.bytes32(), args.address())),
            REVOKE_ROLE => none(self.revoke_role(args.bytes32(), args.address())),
            RENOUNCE_ROLE => none(self.renounce_role(args.bytes32(), args.address())),

            BRAKE => none(self.pull_brake()),
            UNBRAKE => none(self.release_brake()),
            BRAKED_UNTIL => one(self.config().brake.until),
            BRAKE_READY_AT => one(self.config().brake.ready_at),
            GUARDIAN => many(&words![self.guardian().account, self.guardian().expiry]),

            DEFAULT_ADMIN_ROLE => one(roles::ADMIN_ROLE),
            GET_ROLE_ADMIN => {
                args.bytes32();
                one(roles::ADMIN_ROLE)
            }
            PROPOSER_ROLE => one(roles::PROPOSER_ROLE),
            EXECUTOR_ROLE => one(roles::EXECUTOR_ROLE),
            CANCELLER_ROLE => one(roles::CANCELLER_ROLE),
            HAS_ROLE => one(self.has_role(args.bytes32(), args.address())),
            SUPPORTS_INTERFACE => one(INTERFACES.contains(&args.bytes4())),
            ON_ERC721_RECEIVED | ON_ERC1155_RECEIVED | ON_ERC1155_BATCH_RECEIVED => {
                skip_token(name, args);
                // Each answers with its own name.
                one(FixedBytes(name.to_be_bytes()))
            }

            _ => Err(Malformed.into()),
        }
    }
}

/// Reads one call, predecessor and salt.
fn read_single<'a>(args: &mut Args<'a>) -> (Actions<'a>, B256, B256) {
    let (target, value, data) = (args.address(), args.bytes32(), args.bytes());
    let actions = Actions { targets: vec![target], values: vec![value], calldatas: vec![data] };
    (actions, args.bytes32(), args.bytes32())
}

/// Reads many calls, predecessor and salt.
fn read_batch<'a>(args: &mut Args<'a>) -> (Actions<'a>, B256, B256) {
    (Actions::read(args), args.bytes32(), args.bytes32())
}

/// Reads what a token tells of itself: all of them are welcome, if the call can be read.
fn skip_token(name: u32, args: &mut Args<'_>) {
    let _parties = (args.address(), args.address());
    match name {
        ON_ERC721_RECEIVED => _ = args.uint256(),
        ON_ERC1155_RECEIVED => _ = (args.uint256(), args.uint256()),
        _ => _ = (args.words(), args.words()),
    }
    args.bytes();
}

/// Returns the id of what [`read_single`] read.
fn id_of_single(actions: &Actions<'_>, predecessor: B256, salt: B256) -> B256 {
    single_id(actions.targets[0], actions.values[0], actions.calldatas[0], predecessor, salt)
}
