//! Puts both sides on a chain, configured alike, with votes that are all delegated.

use aia_abi::{
    IAIAGovernor::{Params, Setup},
    IAIATimelock::{Brake, CallDelay},
    IAIAToken::{delegateCall, transferCall},
    constructor::stylus_constructorCall,
};
use aia_deploy::deploy;
use aia_devnode::NodeConfig;
use aia_tests::{
    Network,
    common::{Message, send},
    network::{AIA, program},
    peers::artifact,
};
use alloy::{
    primitives::{
        Address, Bytes, U256,
        aliases::{U48, U96},
    },
    sol_types::{SolCall, SolValue, eip712_domain},
};
use eyre::{Result, ensure};

use super::{
    pair::{Pair, Place, Side, Step, Targets},
    people::People,
};

/// Unix seconds; fixed, so that a seed means the same traces at any time.
const GENESIS: u64 = 1_700_000_000;
/// When the first trace begins: late enough for the deployment before it.
const START: u64 = GENESIS + 86_400;
/// The whole supply, AIA.
const SUPPLY: u64 = 1_000_000;
/// Seconds for which an operation of ours can be executed.
pub(super) const GRACE: u64 = 14 * 86_400;
/// Seconds from queuing to execution.
pub(super) const MIN_DELAY: u64 = 21_600;
/// How many proposals our guardian may cancel: more than a trace lets it.
const STRIKES: u8 = 10;
/// How long its term is, in seconds: longer than a trace.
const TERM: u64 = 31_000_000;
/// What each timelock has at first, wei.
const PURSE: u64 = 1_000;

/// What both governors begin with.
fn params() -> Params {
    Params {
        votingDelay: U48::from(3_600),
        votingPeriod: 2 * 86_400,
        proposalThreshold: AIA * U256::from(1_000),
        lateQuorumVoteExtension: U48::from(43_200),
        quorumNumerator: 2_000,
        quorumFloor: U96::from(10).pow(U96::from(18)),
        quorumCap: U96::from(10).pow(U96::from(27)),
    }
}

/// Starts a chain with both sides on it.
pub(super) async fn start() -> Result<Pair> {
    let config = NodeConfig { genesis_time: Some(GENESIS), ..NodeConfig::default() };
    let network = Network::start_with(config, AIA * U256::from(SUPPLY)).await?;
    let wallet_owner = People::wallet_key(&network).address().abi_encode();
    let wallet = network.deploy(&network.owner, &artifact("SmartWallet")?, wallet_owner).await?;
    let tally = network.deploy(&network.owner, &artifact("Tally")?, Vec::new()).await?;
    let refusal = network.deploy(&network.owner, &artifact("Refusal")?, Vec::new()).await?;
    let people = People::new(&network, wallet);
    let sides = [deploy_ours(&network, &people).await?, deploy_theirs(&network, &people).await?];
    let mut pair = Pair::new(network, people, Targets { tally, refusal }, sides);
    pair.pass_to(START)?;
    share_out(&pair)?;
    pair.pass_to(START + 1)?;
    fund_timelocks(&mut pair)?;
    Ok(pair)
}

/// Returns the next nonce of who deploys.
fn next_nonce(network: &Network) -> u64 {
    network.api.chain().latest().info(network.owner.address()).nonce
}

/// Returns who may schedule: the governor and the council.
fn proposers(governor: Address, people: &People) -> Vec<Address> {
    vec![governor, people.council.address()]
}

async fn deploy_ours(network: &Network, people: &People) -> Result<Side> {
    let (owner, provider) = (network.owner.address(), network.provider(&network.owner)?);
    // What creates a program is itself created by the transaction.
    let governor = owner.create(next_nonce(network) + 1).create(1);
    let nobody = Brake { guardian: Address::ZERO, expiry: U48::ZERO };
    let (no_delays, nothing_owned) = (Vec::<CallDelay>::new(), Vec::<Address>::new());
    let arguments = (
        U256::from(MIN_DELAY),
        proposers(governor, people),
        vec![Address::ZERO],
        nobody,
        u32::try_from(GRACE)?,
        no_delays,
        nothing_owned,
    );
    let construction = constructor(&arguments.abi_encode_params());
    let timelock = deploy(&provider, owner, &program("timelock")?, &construction).await?.address;

    let setup = Setup {
        token: network.token,
        timelock,
        guardian: people.guardian.address(),
        guardianExpiry: U48::from(network.now() + TERM),
        guardianStrikes: STRIKES,
    };
    let construction = constructor(&(setup, params()).abi_encode_params());
    let deployed = deploy(&provider, owner, &program("governor")?, &construction).await?.address;
    ensure!(deployed == governor, "the governor is at {deployed}, not at {governor}");
    Ok(side(network, governor, timelock))
}

fn constructor(arguments: &[u8]) -> Vec<u8> {
    [&stylus_constructorCall::SELECTOR, arguments].concat()
}

async fn deploy_theirs(network: &Network, people: &People) -> Result<Side> {
    let governor = network.owner.address().create(next_nonce(network) + 1);
    let arguments = (U256::from(MIN_DELAY), proposers(governor, people), vec![Address::ZERO]);
    let arguments = arguments.abi_encode_params();
    let timelock = network.deploy(&network.owner, &artifact("OzTimelock")?, arguments).await?;

    let Params { votingDelay, votingPeriod, proposalThreshold, lateQuorumVoteExtension, quorumNumerator, .. } =
        params();
    let arguments = (
        network.token,
        timelock,
        people.guardian.address(),
        votingDelay,
        votingPeriod,
        proposalThreshold,
        lateQuorumVoteExtension,
        U256::from(quorumNumerator),
    );
    let arguments = arguments.abi_encode_params();
    let deployed = network.deploy(&network.owner, &artifact("OzGovernor")?, arguments).await?;
    ensure!(deployed == governor, "OpenZeppelin's governor is at {deployed}, not at {governor}");
    Ok(side(network, governor, timelock))
}

fn side(network: &Network, governor: Address, timelock: Address) -> Side {
    let chain_id = network.api.chain().config().chain_id;
    let domain = eip712_domain! {
        name: "AIA Governor",
        version: "1",
        chain_id: chain_id,
        verifying_contract: governor,
    };
    Side { governor, timelock, domain }
}

/// Lets everybody delegate, before anybody else gets anything: so all votes are always delegated.
fn share_out(pair: &Pair) -> Result<()> {
    let owner = pair.network.owner.address();
    delegate(pair, owner, pair.people.wallet)?;
    for person in pair.people.with_keys() {
        delegate(pair, person.address(), person.address())?;
    }
    for (to, value) in pair.people.holdings(AIA) {
        call_token(pair, owner, &transferCall { to, value })?;
    }
    Ok(())
}

/// Delegates all votes of an account.
pub(super) fn delegate(pair: &Pair, from: Address, delegatee: Address) -> Result<()> {
    call_token(pair, from, &delegateCall { delegatee })
}

/// Calls the token, in the second of the latest block, which must succeed.
pub(super) fn call_token<C: SolCall>(pair: &Pair, from: Address, call: &C) -> Result<()> {
    let api = &pair.network.api;
    let now = pair.now();
    api.chain().set_next_time(now)?;
    let included = send(api, Message::call(from, pair.network.token, call.abi_encode()))?;
    ensure!(included.success, "{} of {from} failed: {included:?}", C::SIGNATURE);
    Ok(())
}

fn fund_timelocks(pair: &mut Pair) -> Result<()> {
    let data = [Bytes::new(), Bytes::new()];
    let (from, value) = (pair.network.owner.address(), U256::from(PURSE));
    let funded = pair.run(&Step { name: "funding", from, to: Place::Timelock, value, data })?;
    ensure!(funded.success, "the timelocks take no native value: {funded:?}");
    Ok(())
}
