//! The timelock's constructor.

mod effects;

use aia_abi::IAIATimelock::{self as T, Brake, CallDelay, IAIATimelockInstance};
use alloy::{
    primitives::{Address, Bytes, FixedBytes, U256, aliases::U48, fixed_bytes, keccak256},
    providers::DynProvider,
    sol_types::{SolError, SolValue},
};
use eyre::Result;

use super::{ACCOUNT, Place, Site};

/// Bounds of delays, seconds.
const DELAYS: [u32; 2] = [21_600, 2_592_000];
/// Bounds of the grace period, seconds.
const GRACE: [u32; 2] = [1_209_600, 2_592_000];
/// The longest term of a guardian, seconds.
const TERM: u64 = 31_536_000;
/// All calls of a target.
const ALL: FixedBytes<4> = fixed_bytes!("ffffffff");
/// `transfer(address,uint256)`
const TRANSFER: FixedBytes<4> = fixed_bytes!("a9059cbb");
/// `approve(address,uint256)`
const APPROVE: FixedBytes<4> = fixed_bytes!("095ea7b3");

const PROPOSERS: [Address; 2] = [Address::repeat_byte(0xb1), Address::repeat_byte(0xb2)];
const EXECUTOR: Address = Address::repeat_byte(0xe1);

/// The constructor's arguments.
#[derive(Clone, Debug)]
struct Config {
    min_delay: u32,
    executors: Vec<Address>,
    brake: Brake,
    grace: u32,
    call_delays: Vec<CallDelay>,
    owned: Vec<Address>,
}

impl Config {
    fn new(site: &Site) -> Self {
        let expiry = U48::from(site.net.now() + 1_000);
        Self {
            min_delay: 172_800,
            executors: vec![EXECUTOR],
            brake: Brake { guardian: ACCOUNT, expiry },
            grace: GRACE[0],
            call_delays: Vec::new(),
            owned: Vec::new(),
        }
    }

    fn encode(&self) -> Vec<u8> {
        let Self { min_delay, executors, brake, grace, call_delays, owned } = self.clone();
        (U256::from(min_delay), PROPOSERS.to_vec(), executors, brake, grace, call_delays, owned).abi_encode_params()
    }
}

/// What a number out of bounds is refused with.
fn out_of_bounds(value: u64, min: u64, max: u64) -> Vec<u8> {
    let [value, min, max] = [value, min, max].map(U256::from);
    T::TimelockInvalidParameter { value, min, max }.abi_encode()
}

/// Returns the contract at an address.
fn timelock(site: &Site, address: Address) -> Result<IAIATimelockInstance<DynProvider>> {
    Ok(T::new(address, site.net.provider(&site.deployer)?))
}

fn own_delay(selector: FixedBytes<4>, delay: u32) -> CallDelay {
    CallDelay { target: ACCOUNT, selector, delay }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_timelock_takes_every_number_at_both_ends_of_its_bounds() -> Result<()> {
    let site = Site::start("timelock").await?;
    for ((delay, grace), term) in DELAYS.into_iter().zip(GRACE).zip([0, TERM]) {
        let expiry = U48::from(site.net.now() + term);
        let brake = Brake { guardian: ACCOUNT, expiry };
        let call_delays = vec![own_delay(TRANSFER, delay)];
        let config = Config { min_delay: delay, brake, grace, call_delays, ..Config::new(&site) };
        let timelock = timelock(&site, site.construct(&config.encode()).await?.address)?;
        assert_eq!(timelock.getMinDelay().call().await?, U256::from(delay));
        assert_eq!(timelock.gracePeriod().call().await?, grace);
        assert_eq!(timelock.callDelay(ACCOUNT, TRANSFER).call().await?.delay, delay);
        let guardian = timelock.guardian().call().await?;
        assert_eq!((guardian.account, guardian.expiry), (ACCOUNT, expiry));
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_timelock_takes_no_number_beyond_its_bounds() -> Result<()> {
    let site = Site::start("timelock").await?;
    let good = Config::new(&site);
    site.construct(&good.encode()).await?;

    let [least, most] = DELAYS;
    for delay in [0, least - 1, most + 1] {
        let refused = out_of_bounds(delay.into(), least.into(), most.into());
        let config = Config { min_delay: delay, ..good.clone() };
        assert_eq!(site.refusal(&config.encode()).await?, refused, "{config:?}");
        for selector in [TRANSFER, ALL] {
            let call_delays = vec![own_delay(selector, most), own_delay(selector, delay)];
            let config = Config { call_delays, ..good.clone() };
            assert_eq!(site.refusal(&config.encode()).await?, refused, "{config:?}");
        }
    }
    let [least, most] = GRACE;
    for grace in [least - 1, most + 1] {
        let config = Config { grace, ..good.clone() };
        let refused = out_of_bounds(grace.into(), least.into(), most.into());
        assert_eq!(site.refusal(&config.encode()).await?, refused, "{config:?}");
    }
    let longest = site.net.now() + TERM;
    let brake = Brake { guardian: ACCOUNT, expiry: U48::from(longest + 1) };
    let config = Config { brake, ..good };
    assert_eq!(site.refusal(&config.encode()).await?, out_of_bounds(longest + 1, 0, longest));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_of_the_timelock_itself_gets_no_delay_below_the_least() -> Result<()> {
    let site = Site::start("timelock").await?;
    let good = Config::new(&site);
    site.construct(&good.encode()).await?;
    let Place { program, .. } = site.next_place().await?;
    let own = CallDelay { target: program, selector: ALL, delay: DELAYS[0] };
    let config = Config { call_delays: vec![own], ..good };
    let timelock = timelock(&site, site.construct(&config.encode()).await?.address)?;
    let update = Bytes::from_static(&[0x64, 0xd6, 0x23, 0x53]);
    let required = timelock.getRequiredDelay(vec![program], vec![U256::ZERO], vec![update]).call().await?;
    assert_eq!(required, U256::from(config.min_delay));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_delays_of_calls_hold_from_the_beginning_shorter_than_the_least_or_longer() -> Result<()> {
    let site = Site::start("timelock").await?;
    let own = [(TRANSFER, 604_800), (APPROVE, 21_600), (ALL, 259_200)];
    let call_delays = own.map(|(selector, delay)| own_delay(selector, delay)).to_vec();
    let config = Config { call_delays, ..Config::new(&site) };
    let timelock = timelock(&site, site.construct(&config.encode()).await?.address)?;
    for (selector, delay) in own.into_iter().chain([(FixedBytes::ZERO, 0)]) {
        let own = timelock.callDelay(ACCOUNT, selector).call().await?;
        assert_eq!((own.delay, own.next, own.abdicated), (delay, delay, false), "{selector}");
    }
    // Another call of the same target, one without a selector, and a call of another target.
    let [transfer, approve] = [TRANSFER, APPROVE].map(|selector| selector.to_vec());
    let calls = [
        (ACCOUNT, transfer.clone(), 604_800),
        (ACCOUNT, approve, 21_600),
        (ACCOUNT, vec![1, 2, 3, 4], 259_200),
        (ACCOUNT, TRANSFER[..3].to_vec(), 259_200),
        (EXECUTOR, transfer, config.min_delay),
    ];
    for (target, data, delay) in calls {
        let told = format!("{data:?} to {target}");
        let required = timelock.getRequiredDelay(vec![target], vec![U256::ZERO], vec![data.into()]).call().await?;
        assert_eq!(required, U256::from(delay), "{told}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_timelock_is_constructed_once() -> Result<()> {
    let site = Site::start("timelock").await?;
    let config = Config::new(&site);
    let program = site.construct(&config.encode()).await?.address;
    let taken = Config { min_delay: DELAYS[0], executors: vec![Address::ZERO], ..config.clone() };
    for config in [config, taken] {
        site.assert_constructed_once(program, &config.encode(), T::AlreadySet {}.abi_encode()).await?;
    }
    let timelock = timelock(&site, program)?;
    assert_eq!(timelock.getMinDelay().call().await?, U256::from(172_800));
    assert!(!timelock.hasRole(keccak256("EXECUTOR_ROLE"), Address::ZERO).call().await?);
    Ok(())
}
