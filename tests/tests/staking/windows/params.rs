//! Parameters of courts and registries: what is in bounds, and chance that draws them.

use aia_abi::{IDisputeCourt as C, IProviderRegistry as R};
use aia_tests::staking::aia;
use alloy::{
    primitives::{
        U256,
        aliases::{U24, U96},
    },
    sol_types::SolError,
};
use rand::Rng;

/// Least and most of each of the court's parameters, as its interface says.
const COURT_BOUNDS: [[u64; 2]; 8] = [
    [600, 7_776_000],
    [600, 7_776_000],
    [600, 7_776_000],
    [600, 7_776_000],
    [0, 2_000],
    [0, 3_000],
    [1, 10_000],
    [1, 10_000],
];

/// Least and most of the registry's parameters with less than 96 bits: the second to the eighth, as its interface says.
const REGISTRY_BOUNDS: [[u64; 2]; 7] =
    [[1, 65_535], [0, 1_000], [10_000, 50_000], [100, 10_000], [1, 10_000], [1, 100_000], [3_600, 7_776_000]];

/// Returns windows that just fit, that just do not, that have nothing to do with it, or a parameter out of bounds.
pub(crate) fn any_court_params(rng: &mut impl Rng, shortest: u64) -> C::Params {
    let mut windows = [(); 4].map(|()| rng.random_range(600..100_000_u32));
    let exact = u32::try_from(shortest - 1_800).unwrap_or(u32::MAX);
    let place = rng.random_range(0..4_usize);
    match rng.random_range(0..8) {
        0 | 1 => windows = [600, exact, 600, 600],
        2 => windows = [600, 600, 600, exact + 1],
        3 => windows = [600; 4],
        4 => windows[place] = rng.random_range(0..8_000_000),
        5 => windows[place] = rng.random_range(0..600),
        _ => {}
    }
    let [detection, ruling, veto, execution] = windows;
    C::Params {
        detectionWindow: detection,
        rulingWindow: ruling,
        vetoWindow: veto,
        executionWindow: execution,
        reporterBps: rng.random_range(0..2_050),
        victimBps: rng.random_range(0..3_050),
        cover: rng.random_range(0..10_050),
        equivocationBps: rng.random_range(0..10_050),
    }
}

/// Returns parameters within their bounds or around them.
pub(crate) fn any_registry_params(rng: &mut impl Rng) -> R::Params {
    let far = rng.random_bool(0.2);
    let [ratio, fee, leverage, cap, step, tombstone, jail] = REGISTRY_BOUNDS.map(|[least, most]| {
        let (least, most) = if far { (least / 2, most + most / 8) } else { (least, most) };
        rng.random_range(least..=most)
    });
    R::Params {
        minSelfStake: U96::from(aia(rng.random_range(1..1_000))),
        // What does not fit becomes zero, which is in bounds for a fee only.
        selfRatio: u16::try_from(ratio).unwrap_or_default(),
        batchFeeBps: u16::try_from(fee).unwrap_or_default(),
        leverageBps: U24::from(leverage),
        epochSlashCapBps: u16::try_from(cap).unwrap_or_default(),
        commissionStepBps: u16::try_from(step).unwrap_or_default(),
        tombstoneBps: U24::from(tombstone),
        jailPeriod: u32::try_from(jail).unwrap_or_default(),
        listingFee: U96::from(aia(rng.random_range(0..1_000))),
    }
}

/// Returns how long a dispute may take under a court's parameters, with what is left to execute, seconds.
pub(crate) fn windows(params: &C::Params) -> u64 {
    court_values(params)[..4].iter().sum()
}

/// Returns the court's parameters in their order, windows first.
fn court_values(params: &C::Params) -> [u64; 8] {
    [
        params.detectionWindow.into(),
        params.rulingWindow.into(),
        params.vetoWindow.into(),
        params.executionWindow.into(),
        params.reporterBps.into(),
        params.victimBps.into(),
        params.cover.into(),
        params.equivocationBps.into(),
    ]
}

/// Returns what a court refuses its parameters with because of their bounds.
pub(crate) fn court_error(params: &C::Params) -> Option<Vec<u8>> {
    let mut checked = (0_u8..).zip(court_values(params).into_iter().zip(COURT_BOUNDS));
    let (index, (value, bounds)) = checked.find(|(_, (value, [min, max]))| !(min..=max).contains(&value))?;
    let [min, max] = bounds.map(U256::from);
    Some(C::InvalidParameter { index, value: U256::from(value), min, max }.abi_encode())
}

/// Returns what a registry refuses its parameters with.
pub(crate) fn registry_error(params: &R::Params) -> Option<Vec<u8>> {
    let values: [u64; 7] = [
        params.selfRatio.into(),
        params.batchFeeBps.into(),
        params.leverageBps.to(),
        params.epochSlashCapBps.into(),
        params.commissionStepBps.into(),
        params.tombstoneBps.to(),
        params.jailPeriod.into(),
    ];
    let mut checked = (1_u8..).zip(values.into_iter().zip(REGISTRY_BOUNDS));
    let (index, (value, bounds)) = checked.find(|(_, (value, [min, max]))| !(min..=max).contains(&value))?;
    let [min, max] = bounds.map(U256::from);
    Some(R::InvalidParameter { index, value: U256::from(value), min, max }.abi_encode())
}
