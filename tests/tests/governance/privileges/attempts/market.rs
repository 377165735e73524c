//! Token, registry, court and payments.

use aia_abi::{IAIAToken as I, IDisputeCourt as C, IProviderRegistry as R, IStreamPayments as P};
use aia_tests::staking::{BOND, DRAW, INFERENCE, MAX_SLASH_BPS, TRAINING, aia, court_params, registry_params};
use alloy::primitives::{
    Address, B256, U256,
    aliases::{U48, U96},
};

use super::{Attempt, Contract, Scene};
use crate::privileges::refusal::Refusal;

/// Gets what is given away.
const HEIR: Address = Address::repeat_byte(0xee);

pub(super) fn attempts(scene: &Scene) -> Vec<Attempt> {
    let contracts = [token(scene), registry(scene), court(scene), payments(scene)];
    contracts.into_iter().flatten().collect()
}

fn token(scene: &Scene) -> Vec<Attempt> {
    let token = Contract { interface: "IAIAToken", address: scene.republic.net().token };
    let limit = I::setMintLimitCall { minter: HEIR, capacity: 1, window: U48::from(1) };
    vec![
        token.attempt(&limit, Refusal::Owner),
        token.attempt(&I::setCCIPAdminCall { newAdmin: HEIR }, Refusal::Owner),
        token.attempt(&I::setL1AddressCall { newL1Address: HEIR }, Refusal::Owner),
        token.attempt(&I::transferOwnershipCall { newOwner: HEIR }, Refusal::Owner),
        token.attempt(&I::acceptOwnershipCall {}, Refusal::Owner),
        token.attempt(&I::mintCall { to: HEIR, value: U256::ZERO }, Refusal::Minter),
    ]
}

fn registry(scene: &Scene) -> Vec<Attempt> {
    let market = &scene.republic.chain;
    let registry = Contract { interface: "IProviderRegistry", address: market.staking.registry };
    let (court, subject) = ([market.staking.court], market.provider.address().into_word());
    let service =
        R::setServiceCall { id: TRAINING, maxSlashBps: MAX_SLASH_BPS, minStake: U96::from(aia(500)), active: true };
    let order = R::Slash {
        subject,
        service: INFERENCE,
        bps: 1,
        faultAt: U48::from(scene.republic.net().now()),
        reporter: Address::ZERO,
        reporterBps: 0,
        victim: Address::ZERO,
        victimBps: 0,
    };
    vec![
        registry.attempt(&service, Refusal::Owner),
        registry.attempt(&R::setParamsCall { params: registry_params() }, Refusal::Owner),
        registry.attempt(&R::setGuardianCall { account: HEIR }, Refusal::Owner),
        registry.attempt(&R::setPaymentsCall { account: market.payments }, Refusal::Owner),
        registry.attempt(&R::setIdentityRegistryCall { account: Address::ZERO }, Refusal::Owner),
        registry.attempt(&R::proposeCourtCall { account: court[0] }, Refusal::Owner),
        registry.attempt(&R::transferOwnershipCall { newOwner: HEIR }, Refusal::Owner),
        registry.attempt(&R::acceptOwnershipCall {}, Refusal::Owner),
        registry.attempt(&R::setPausedCall { value: true }, Refusal::Guardian),
        registry.attempt(&R::revokeAttesterCall { attester: HEIR, before: U48::from(1) }, Refusal::Guardian),
        registry.attempt_of(&R::slashCall { order }, &court, Refusal::Court),
        registry.attempt_of(&R::onDisputeCall { subject, open: true }, &court, Refusal::Court),
    ]
}

fn court(scene: &Scene) -> Vec<Attempt> {
    let Scene { republic, upheld, open, other_registry } = scene;
    let staking = &republic.chain.staking;
    let court = Contract { interface: "IDisputeCourt", address: staking.court };
    let (arbitrator, guardian) = (staking.arbitrator().address(), republic.guardian().address());
    let (target, bond) = (staking.registry, U96::from(BOND));
    let service = C::setServiceCall { target, service: TRAINING, arbitrator, bond };
    let rule = C::ruleCall { id: *open, ruling: U256::from(DRAW) };
    let reduce = C::reduceCall { id: *upheld, bps: 1 };
    let veto = C::vetoCall { id: *upheld, reason: B256::ZERO };
    vec![
        court.attempt(&C::addTargetCall { target: *other_registry }, Refusal::Owner),
        court.attempt(&service, Refusal::Owner),
        court.attempt(&C::setParamsCall { params: court_params() }, Refusal::Owner),
        court.attempt(&C::setGuardianCall { account: HEIR }, Refusal::Owner),
        court.attempt(&C::transferOwnershipCall { newOwner: HEIR }, Refusal::Owner),
        court.attempt(&C::acceptOwnershipCall {}, Refusal::Owner),
        court.attempt(&veto, Refusal::Party(*upheld)),
        court.attempt_of(&rule, &[arbitrator], Refusal::Party(*open)),
        court.attempt_of(&reduce, &[arbitrator, guardian], Refusal::Party(*upheld)),
    ]
}

fn payments(scene: &Scene) -> Vec<Attempt> {
    let market = &scene.republic.chain;
    let payments = Contract { interface: "IStreamPayments", address: market.payments };
    let forget = P::onProviderInactiveCall { provider: market.provider.address() };
    vec![
        payments.attempt(&P::setParamsCall { value: market.params() }, Refusal::Owner),
        payments.attempt(&P::setGuardianCall { account: HEIR }, Refusal::Owner),
        payments.attempt(&P::transferOwnershipCall { newOwner: HEIR }, Refusal::Owner),
        payments.attempt(&P::acceptOwnershipCall {}, Refusal::Owner),
        payments.attempt(&P::setPausedCall { value: true }, Refusal::Guardian),
        payments.attempt_of(&forget, &[market.staking.registry], Refusal::Registry),
    ]
}
