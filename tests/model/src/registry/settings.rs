//! Where runs begin: parameters from mild to extreme, and what must happen before anybody can do anything.

use aia_abi::{
    IAIAToken::{self, IAIATokenCalls},
    IDisputeCourt::{self, IDisputeCourtCalls},
    IProviderRegistry::{self, IProviderRegistryCalls},
};
use alloy_primitives::{
    Address, U256,
    aliases::{U24, U96},
};

use super::{
    Model, UNIT,
    ops::{Op, STAKERS},
};

/// How many actors there are: those who stake, and enough to replace every provider that is expelled.
pub const ACTORS: usize = STAKERS + 150;

/// What both contracts begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Seconds of an epoch.
    pub epoch_length: u32,
    /// Epochs that an exit stays slashable.
    pub exit_epochs: u8,
    /// The registry's parameters.
    pub registry: IProviderRegistry::Params,
    /// The court's parameters.
    pub court: IDisputeCourt::Params,
    /// The most that a dispute may slash, for each service.
    pub max_slash_bps: u16,
}

impl Setting {
    /// Returns rates as at launch, in short epochs.
    pub fn launch() -> Self {
        Self {
            epoch_length: 7_200,
            exit_epochs: 2,
            registry: IProviderRegistry::Params {
                minSelfStake: U96::from(UNIT),
                selfRatio: 16,
                batchFeeBps: 100,
                leverageBps: U24::from(10_000),
                epochSlashCapBps: 3_000,
                commissionStepBps: 500,
                tombstoneBps: U24::from(20_000),
                jailPeriod: 7_200,
                listingFee: U96::from(UNIT),
            },
            court: IDisputeCourt::Params {
                detectionWindow: 6_000,
                rulingWindow: 5_000,
                vetoWindow: 2_000,
                executionWindow: 1_000,
                reporterBps: 2_000,
                victimBps: 3_000,
                cover: 2,
                equivocationBps: 500,
            },
            max_slash_bps: 1_000,
        }
    }

    /// Returns the shortest windows, and slashes that leave nothing.
    pub fn harsh() -> Self {
        let mut setting = Self::launch().merciless();
        (setting.epoch_length, setting.exit_epochs) = (3_600, 1);
        setting.court = IDisputeCourt::Params {
            detectionWindow: 1_000,
            rulingWindow: 700,
            vetoWindow: 600,
            executionWindow: 600,
            equivocationBps: 10_000,
            ..setting.court
        };
        setting
    }

    /// Returns long exits, and slashes that leave next to nothing, so that pools are wiped out by and by.
    pub fn grinding() -> Self {
        let mut setting = Self::launch().merciless();
        (setting.epoch_length, setting.exit_epochs) = (4_000, 4);
        setting.registry.epochSlashCapBps = 9_999;
        setting.court.equivocationBps = 9_999;
        setting.max_slash_bps = 9_990;
        setting
    }

    /// Returns long epochs, in which much happens and little may be slashed, and little at stake.
    pub fn crowded() -> Self {
        let mut setting = Self::launch();
        (setting.epoch_length, setting.exit_epochs) = (50_000, 3);
        setting.registry.minSelfStake = U96::from(1);
        setting.registry.leverageBps = U24::from(50_000);
        setting.registry.epochSlashCapBps = 2_000;
        setting.registry.tombstoneBps = U24::from(100_000);
        setting.registry.commissionStepBps = 10_000;
        setting.court.equivocationBps = 1;
        setting.court.reporterBps = 0;
        setting.max_slash_bps = 5_000;
        setting
    }

    fn merciless(mut self) -> Self {
        self.registry.leverageBps = U24::from(30_000);
        self.registry.epochSlashCapBps = 10_000;
        self.registry.tombstoneBps = U24::from(100_000);
        self.registry.jailPeriod = 3_600;
        self.court.cover = 1;
        self.max_slash_bps = 10_000;
        self
    }

    /// Returns the operations that come first: tokens, allowances and services for everybody.
    pub fn prologue(&self, model: &Model) -> Vec<Op> {
        let owner = model.registry.owner;
        let share = model.token.balance_of(owner) / U256::from(model.actors.len() + 1);
        let mut ops = Vec::new();
        for actor in &model.actors {
            ops.push(transfer(owner, *actor, share));
            ops.extend([model.registry.address, model.court.address].map(|spender| approve(*actor, spender)));
        }
        ops.extend((1..=3).flat_map(|service| self.open_service(model, service)));
        ops
    }

    fn open_service(&self, model: &Model, id: u32) -> [Op; 2] {
        let offered = IProviderRegistry::setServiceCall {
            id,
            maxSlashBps: self.max_slash_bps,
            minStake: U96::from(UNIT),
            active: true,
        };
        let judged = IDisputeCourt::setServiceCall {
            target: model.registry.address,
            service: id,
            arbitrator: model.actors[STAKERS - 1],
            bond: U96::from(UNIT),
        };
        [
            Op::Registry { caller: model.registry.owner, call: IProviderRegistryCalls::setService(offered) },
            Op::Court { caller: model.court.owner, call: IDisputeCourtCalls::setService(judged) },
        ]
    }
}

fn transfer(caller: Address, to: Address, value: U256) -> Op {
    Op::Token { caller, call: IAIATokenCalls::transfer(IAIAToken::transferCall { to, value }) }
}

fn approve(caller: Address, spender: Address) -> Op {
    let value = U256::MAX;
    Op::Token { caller, call: IAIATokenCalls::approve(IAIAToken::approveCall { spender, value }) }
}
