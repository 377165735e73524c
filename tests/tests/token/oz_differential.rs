//! The token against OpenZeppelin 5.7: the same random calls at the same times, the same answers.
//!
//! What may differ is documented in `IAIAToken.sol`, and here in [`Outcome::is_like`]: ERC-3009 names
//! every bad signature the same.
//! Receivers that only our token refuses, block-number validity, and v 0 or 1 are never generated.

use std::{collections::BTreeMap, time::Instant};

use aia_abi::IAIAToken::{self, IAIATokenCalls as Calls, IAIATokenErrors as Errors};
use aia_devnode::{Api, chain::Included, rpc::RpcError};
use aia_tests::common::{Message, chance, deploy_peer, send};
use aia_tests::{
    Network,
    network::AIA,
    signing::{
        self, CancelAuthorization, Delegation, Parts, Permit, ReceiveWithAuthorization, TransferWithAuthorization,
    },
};
use alloy::{
    primitives::{Address, B256, Bytes, LogData, Signature, U256, aliases::U48, b256},
    rpc::types::TransactionRequest,
    signers::local::PrivateKeySigner,
    sol_types::{Eip712Domain, SolCall, SolError, SolInterface, SolStruct},
};
use eyre::{Result, ensure};
use rand::{Rng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;

const STEPS: usize = 20_000;
/// Steps between comparisons of all that can be seen.
const INSPECTION: usize = 500;
/// How many accounts sign, beside those that nobody has the key of.
const SIGNERS: usize = 8;
/// Order of secp256k1.
const ORDER: B256 = b256!("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
/// What takes the place of an account that a signature recovers by accident, in answers.
const STRANGER: B256 = B256::repeat_byte(0xaa);
/// What takes the place of a refused `s`, in answers.
const HIGH_S: B256 = B256::repeat_byte(0xbb);
/// What takes the place of the token's own address, in answers.
const TOKEN: B256 = B256::repeat_byte(0xcc);

#[tokio::test(flavor = "multi_thread")]
async fn token_and_openzeppelin_answer_alike() -> Result<()> {
    let rng = chance();
    let supply = AIA * U256::from(1_000_000);
    let network = Network::start(supply).await?;
    let peer = deploy_peer(&network.api, network.owner.address(), supply)?;
    let mut pair = Pair::new(&network, peer, rng);
    pair.share_out(supply)?;

    let start = Instant::now();
    for step in 0..STEPS {
        let call = pair.draw()?;
        let name = call.name;
        pair.run(&call).map_err(|error| error.wrap_err(format!("step {step}, {name}: {call:?}")))?;
        if step % INSPECTION == 0 {
            pair.inspect(false).map_err(|error| error.wrap_err(format!("after step {step}, {name}: {call:?}")))?;
        }
    }
    pair.inspect(true)?;
    println!("{STEPS} steps in {:.1?}; name, successes, reverts:", start.elapsed());
    for (name, [successes, reverts]) in &pair.tally {
        println!("  {name:<28} {successes:>5} {reverts:>5}");
        ensure!(*successes > 0 || name.starts_with("replay"), "{name} never succeeded: the test lost its teeth");
    }
    Ok(())
}

/// Both tokens on one chain, in the same state.
struct Pair {
    api: Api,
    rng: ChaCha8Rng,
    sides: [Side; 2],
    owner: Address,
    signers: Vec<PrivateKeySigner>,
    /// All that may hold, be delegated to or be approved; the last is the zero address.
    accounts: Vec<Address>,
    /// Unix seconds of the latest blocks of both.
    now: u64,
    began: u64,
    /// Signed calls that were sent before, to be sent again.
    sent: Vec<Call>,
    /// How often each call succeeded and reverted.
    tally: BTreeMap<&'static str, [usize; 2]>,
}

/// One of the tokens: ours comes first, then OpenZeppelin's.
#[derive(Clone, Debug)]
struct Side {
    token: Address,
    domain: Eip712Domain,
}

/// The same call for both sides.
#[derive(Clone, Debug)]
struct Call {
    name: &'static str,
    from: Address,
    /// Wei sent.
    value: U256,
    data: [Bytes; 2],
    /// Words that mean the same though they differ, and what takes their place.
    aliases: [Vec<(B256, B256)>; 2],
    is_view: bool,
}

/// What can be seen of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Outcome {
    success: bool,
    output: Bytes,
    logs: Vec<LogData>,
}

/// What is wrong with a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flaw {
    None,
    WrongSigner,
    /// Something else was signed.
    WrongMessage,
    HighS,
    BadV,
    OtherV,
    NoPoint,
    Noise,
}

impl Flaw {
    fn draw(rng: &mut ChaCha8Rng) -> Self {
        if rng.random_bool(0.6) {
            return Self::None;
        }
        let flaws =
            [Self::WrongSigner, Self::WrongMessage, Self::HighS, Self::BadV, Self::OtherV, Self::NoPoint, Self::Noise];
        flaws[rng.random_range(0..flaws.len())]
    }
}

impl Outcome {
    fn of_transaction(included: Included, token: Address, aliases: &[(B256, B256)]) -> Result<Self> {
        ensure!(included.failure.is_none(), "halted: {:?}", included.failure);
        ensure!(included.logs.iter().all(|log| log.address == token), "logs of others: {:?}", included.logs);
        let logs = included.logs.into_iter().map(|log| with_aliases_in_log(&log.data, aliases)).collect();
        Ok(Self { success: included.success, output: with_aliases(&included.output, aliases), logs })
    }

    fn of_view(answer: Result<Bytes, RpcError>, aliases: &[(B256, B256)]) -> Result<Self> {
        let (success, output) = match answer {
            Ok(output) => (true, output),
            Err(RpcError::Reverted(output)) => (false, output),
            Err(other) => return Err(other.into()),
        };
        Ok(Self { success, output: with_aliases(&output, aliases), logs: Vec::new() })
    }

    /// Whether this outcome of ours is what OpenZeppelin's promises.
    fn is_like(&self, peer: &Self) -> bool {
        self == peer || self.is_unnamed_flaw_of(peer)
    }

    /// Our ERC-3009 functions say `ERC3009InvalidSignature` whatever is wrong; OpenZeppelin's, given v, r
    /// and s, let ECDSA's own errors through.
    fn is_unnamed_flaw_of(&self, peer: &Self) -> bool {
        let theirs_is_ecdsa = matches!(
            Errors::abi_decode(&peer.output),
            Ok(Errors::ECDSAInvalidSignature(_) | Errors::ECDSAInvalidSignatureS(_))
        );
        !self.success
            && !peer.success
            && self.output.as_ref() == IAIAToken::ERC3009InvalidSignature::SELECTOR
            && theirs_is_ecdsa
    }
}

impl Pair {
    fn new(network: &Network, peer: Address, rng: ChaCha8Rng) -> Self {
        let signers: Vec<_> = (0..SIGNERS).map(|index| network.account(index)).collect();
        let owner = network.owner.address();
        let mut accounts: Vec<_> = signers.iter().map(PrivateKeySigner::address).collect();
        accounts.extend([owner, Address::repeat_byte(0x11), Address::repeat_byte(0xee), Address::ZERO]);
        let api = network.api.clone();
        let chain_id = api.chain().config().chain_id;
        let side = |token| Side { token, domain: signing::domain(chain_id, token) };
        let now = api.chain().head().header.timestamp + 1;
        Self {
            sides: [side(network.token), side(peer)],
            api,
            rng,
            owner,
            signers,
            accounts,
            now,
            began: now,
            sent: Vec::new(),
            tally: BTreeMap::new(),
        }
    }

    /// Gives every signer an equal part of the supply, and the owner the right to mint any amount.
    fn share_out(&mut self, supply: U256) -> Result<()> {
        let capacity = AIA.to::<u128>() * 1_000_000_000;
        for minter in [self.owner, Address::ZERO] {
            let limit = IAIAToken::setMintLimitCall { minter, capacity, window: U48::from(1) };
            let set = send(&self.api, Message::call(self.owner, self.sides[0].token, limit.abi_encode()))?;
            ensure!(set.success, "no mint limit: {set:?}");
        }
        for index in 0..SIGNERS {
            let to = self.accounts[index];
            let value = supply / U256::from(SIGNERS + 1);
            let call = self.plain("transfer", self.owner, Calls::transfer(IAIAToken::transferCall { to, value }));
            self.run(&call)?;
        }
        Ok(())
    }

    /// Sends a call to both sides in blocks of equal time and compares.
    fn run(&mut self, call: &Call) -> Result<()> {
        let [ours, theirs] = if call.is_view { self.view(call)? } else { self.transact(call)? };
        ensure!(ours.is_like(&theirs), "ours: {ours:#?}\nOpenZeppelin's: {theirs:#?}");
        self.tally.entry(call.name).or_default()[usize::from(!ours.success)] += 1;
        Ok(())
    }

    fn view(&self, call: &Call) -> Result<[Outcome; 2]> {
        let answer = |index: usize| {
            let request = request(call.from, self.sides[index].token, call.data[index].clone());
            Outcome::of_view(self.api.call(&request, None), &call.aliases[index])
        };
        Ok([answer(0)?, answer(1)?])
    }

    fn transact(&self, call: &Call) -> Result<[Outcome; 2]> {
        let outcome = |index: usize| {
            let token = self.sides[index].token;
            self.api.chain().set_next_time(self.now)?;
            let message = Message::call(call.from, token, call.data[index].clone());
            let included = send(&self.api, Message { value: call.value, ..message })?;
            ensure!(self.api.chain().head().header.timestamp == self.now, "the block has another time");
            Outcome::of_transaction(included, token, &call.aliases[index])
        };
        Ok([outcome(0)?, outcome(1)?])
    }

    /// Compares everything that the tokens show; all checkpoints if it is to be thorough, else the latest.
    fn inspect(&mut self, thorough: bool) -> Result<()> {
        let tokens = self.sides.each_ref().map(|side| vec![(side.token.into_word(), TOKEN)]);
        for view in self.views(thorough)? {
            let call = Call { aliases: tokens.clone(), ..self.plain("inspection", Address::ZERO, view) };
            let [ours, theirs] = self.view(&call)?;
            ensure!(ours == theirs, "{call:?}\nours: {ours:?}\nOpenZeppelin's: {theirs:?}");
        }
        Ok(())
    }

    fn views(&mut self, thorough: bool) -> Result<Vec<Calls>> {
        let mut views = vec![
            Calls::totalSupply(IAIAToken::totalSupplyCall {}),
            Calls::name(IAIAToken::nameCall {}),
            Calls::symbol(IAIAToken::symbolCall {}),
            Calls::decimals(IAIAToken::decimalsCall {}),
            Calls::clock(IAIAToken::clockCall {}),
            Calls::CLOCK_MODE(IAIAToken::CLOCK_MODECall {}),
            Calls::owner(IAIAToken::ownerCall {}),
            Calls::eip712Domain(IAIAToken::eip712DomainCall {}),
        ];
        for _ in 0..10 {
            let timepoint = self.timepoint();
            views.push(Calls::getPastTotalSupply(IAIAToken::getPastTotalSupplyCall { timepoint }));
        }
        for account in self.accounts.clone() {
            views.push(Calls::balanceOf(IAIAToken::balanceOfCall { account }));
            views.push(Calls::delegates(IAIAToken::delegatesCall { account }));
            views.push(Calls::getVotes(IAIAToken::getVotesCall { account }));
            views.push(Calls::nonces(IAIAToken::noncesCall { owner: account }));
            views.push(Calls::numCheckpoints(IAIAToken::numCheckpointsCall { account }));
            for spender in self.accounts.clone() {
                views.push(Calls::allowance(IAIAToken::allowanceCall { owner: account, spender }));
            }
            let count = self.checkpoints(account)?;
            let first = if thorough { 0 } else { count.saturating_sub(3) };
            views.extend((first..=count).map(|pos| Calls::checkpoints(IAIAToken::checkpointsCall { account, pos })));
            for _ in 0..if thorough { 100 } else { 5 } {
                let timepoint = self.timepoint();
                views.push(Calls::getPastVotes(IAIAToken::getPastVotesCall { account, timepoint }));
            }
        }
        Ok(views)
    }

    fn checkpoints(&self, account: Address) -> Result<u32> {
        let call = IAIAToken::numCheckpointsCall { account };
        let answer = self.api.call(&request(Address::ZERO, self.sides[0].token, call.abi_encode()), None)?;
        Ok(IAIAToken::numCheckpointsCall::abi_decode_returns(&answer)?)
    }

    fn balance(&self, account: Address) -> Result<U256> {
        let call = IAIAToken::balanceOfCall { account };
        let answer = self.api.call(&request(Address::ZERO, self.sides[0].token, call.abi_encode()), None)?;
        Ok(IAIAToken::balanceOfCall::abi_decode_returns(&answer)?)
    }

    fn nonce(&self, owner: Address) -> Result<U256> {
        let call = IAIAToken::noncesCall { owner };
        let answer = self.api.call(&request(Address::ZERO, self.sides[0].token, call.abi_encode()), None)?;
        Ok(IAIAToken::noncesCall::abi_decode_returns(&answer)?)
    }

    fn allowance(&self, owner: Address, spender: Address) -> Result<U256> {
        let call = IAIAToken::allowanceCall { owner, spender };
        let answer = self.api.call(&request(Address::ZERO, self.sides[0].token, call.abi_encode()), None)?;
        Ok(IAIAToken::allowanceCall::abi_decode_returns(&answer)?)
    }

    /// Draws the next call, and lets time pass before it.
    fn draw(&mut self) -> Result<Call> {
        self.now += match self.rng.random_range(0..100) {
            0..45 => 0,
            45..75 => 1,
            75..99 => self.rng.random_range(2..60),
            // In all well below a year, after which the program would expire.
            _ => self.rng.random_range(60..100_000),
        };
        match self.rng.random_range(0..100) {
            0..20 => self.draw_transfer(),
            20..29 => self.draw_transfer_from(),
            29..36 => self.draw_approve(),
            36..46 => self.draw_permit(),
            46..54 => self.draw_delegate(),
            54..63 => self.draw_delegate_by_sig(),
            63..67 => self.draw_burn(),
            67..71 => self.draw_burn_from(),
            71..80 => self.draw_payment(),
            80..84 => self.draw_cancellation(),
            84..88 => self.draw_mint(),
            88..91 => self.draw_replay(),
            91..95 => self.draw_malformed(),
            _ => self.draw_view(),
        }
    }

    fn draw_transfer(&mut self) -> Result<Call> {
        let (from, to) = (self.sender(), self.account());
        let value = self.amount(from)?;
        Ok(self.plain("transfer", from, Calls::transfer(IAIAToken::transferCall { to, value })))
    }

    fn draw_transfer_from(&mut self) -> Result<Call> {
        let (spender, from, to) = (self.sender(), self.account(), self.account());
        let value = self.spendable(from, spender)?;
        let call = IAIAToken::transferFromCall { from, to, value };
        Ok(self.plain("transferFrom", spender, Calls::transferFrom(call)))
    }

    fn draw_approve(&mut self) -> Result<Call> {
        let (owner, spender) = (self.sender(), self.account());
        let value = self.amount(owner)?;
        Ok(self.plain("approve", owner, Calls::approve(IAIAToken::approveCall { spender, value })))
    }

    fn draw_delegate(&mut self) -> Result<Call> {
        let (from, delegatee) = (self.sender(), self.account());
        Ok(self.plain("delegate", from, Calls::delegate(IAIAToken::delegateCall { delegatee })))
    }

    fn draw_burn(&mut self) -> Result<Call> {
        let from = self.sender();
        let value = self.amount(from)? / U256::from(100);
        Ok(self.plain("burn", from, Calls::burn_0(IAIAToken::burn_0Call { value })))
    }

    fn draw_burn_from(&mut self) -> Result<Call> {
        let (spender, account) = (self.sender(), self.account());
        let value = self.spendable(account, spender)? / U256::from(100);
        Ok(self.plain("burnFrom", spender, Calls::burnFrom(IAIAToken::burnFromCall { account, value })))
    }

    fn draw_mint(&mut self) -> Result<Call> {
        let (to, value) = (self.account(), AIA * U256::from(self.rng.random_range(0..10_000)));
        Ok(self.plain("mint", self.owner, Calls::mint(IAIAToken::mintCall { to, value })))
    }

    fn draw_permit(&mut self) -> Result<Call> {
        let signer = self.signer();
        let (owner, spender, deadline) = (signer.address(), self.account(), self.deadline());
        let value = self.amount(owner)?;
        let nonce = self.signed_nonce(owner)?;
        let message = Permit { owner, spender, value, nonce: self.nonce(owner)?, deadline };
        let signed = Permit { nonce, ..message.clone() };
        let call =
            |Parts { v, r, s }| Calls::permit_0(IAIAToken::permit_0Call { owner, spender, value, deadline, v, r, s });
        self.signed("permit", &signer, &signed, &message, call)
    }

    fn draw_delegate_by_sig(&mut self) -> Result<Call> {
        let signer = self.signer();
        let (delegatee, expiry) = (self.account(), self.deadline());
        let nonce = self.signed_nonce(signer.address())?;
        let message = Delegation { delegatee, nonce, expiry };
        let call = |Parts { v, r, s }| {
            Calls::delegateBySig(IAIAToken::delegateBySigCall { delegatee, nonce, expiry, v, r, s })
        };
        self.signed("delegateBySig", &signer, &message, &message, call)
    }

    fn draw_payment(&mut self) -> Result<Call> {
        let signer = self.signer();
        let (from, to) = (signer.address(), self.account());
        let (after, before) = self.validity();
        let (value, nonce) = (self.amount(from)?, self.authorization_nonce());
        let message = TransferWithAuthorization { from, to, value, validAfter: after, validBefore: before, nonce };
        if self.rng.random_bool(0.3) {
            let message = ReceiveWithAuthorization::from(message);
            let call = |Parts { v, r, s }| {
                Calls::receiveWithAuthorization_0(IAIAToken::receiveWithAuthorization_0Call {
                    from,
                    to,
                    value,
                    validAfter: after,
                    validBefore: before,
                    nonce,
                    v,
                    r,
                    s,
                })
            };
            let mut call = self.signed("receiveWithAuthorization", &signer, &message, &message, call)?;
            if self.rng.random_bool(0.8) && self.accounts[..SIGNERS].contains(&to) {
                call.from = to;
            }
            return Ok(call);
        }
        let call = |Parts { v, r, s }| {
            Calls::transferWithAuthorization_0(IAIAToken::transferWithAuthorization_0Call {
                from,
                to,
                value,
                validAfter: after,
                validBefore: before,
                nonce,
                v,
                r,
                s,
            })
        };
        self.signed("transferWithAuthorization", &signer, &message, &message, call)
    }

    fn draw_cancellation(&mut self) -> Result<Call> {
        let signer = self.signer();
        let (authorizer, nonce) = (signer.address(), self.authorization_nonce());
        let message = CancelAuthorization { authorizer, nonce };
        let call = |Parts { v, r, s }| {
            Calls::cancelAuthorization_0(IAIAToken::cancelAuthorization_0Call { authorizer, nonce, v, r, s })
        };
        self.signed("cancelAuthorization", &signer, &message, &message, call)
    }

    /// Sends a signed call a second time.
    fn draw_replay(&mut self) -> Result<Call> {
        let Some(call) = self.sent.choose(&mut self.rng).cloned() else { return self.draw_transfer() };
        if call.name != "permit" {
            return Ok(Call { name: "replay", ..call });
        }
        // A permit does not carry its nonce, so it recovers another account each time.
        let mut aliases = [Vec::new(), Vec::new()];
        for (index, data) in call.data.iter().enumerate() {
            let IAIAToken::permit_0Call { owner, spender, value, deadline, v, r, s } =
                IAIAToken::permit_0Call::abi_decode(data)?;
            let message = Permit { owner, spender, value, nonce: self.nonce(owner)?, deadline };
            aliases[index].extend(self.stranger(index, Parts { v, r, s }, &message));
        }
        Ok(Call { name: "replay of permit", aliases, ..call })
    }

    /// Breaks the calldata of a call, or sends native value along.
    fn draw_malformed(&mut self) -> Result<Call> {
        let call = match self.rng.random_range(0..7) {
            0 => self.draw_transfer()?,
            1 => self.draw_transfer_from()?,
            2 => self.draw_approve()?,
            3 => self.draw_delegate()?,
            4 => self.draw_burn()?,
            5 => self.draw_burn_from()?,
            _ => self.draw_view()?,
        };
        let mut data = call.data[0].to_vec();
        let mut value = U256::ZERO;
        match self.rng.random_range(0..4) {
            0 => {
                let at = self.rng.random_range(0..data.len());
                data[at] ^= self.rng.random_range(1..=255);
            }
            1 => data.truncate(self.rng.random_range(0..data.len())),
            2 => data.resize(data.len() + self.rng.random_range(1..100), self.rng.random()),
            _ => value = U256::from(self.rng.random_range(1..1000)),
        }
        let data = Bytes::from(data);
        Ok(Call { name: "malformed", value, data: [data.clone(), data], is_view: false, ..call })
    }

    fn draw_view(&mut self) -> Result<Call> {
        let (account, spender, timepoint) = (self.account(), self.account(), self.timepoint());
        let (name, call) = match self.rng.random_range(0..9) {
            0..3 => ("getPastVotes", Calls::getPastVotes(IAIAToken::getPastVotesCall { account, timepoint })),
            3 => ("getPastTotalSupply", Calls::getPastTotalSupply(IAIAToken::getPastTotalSupplyCall { timepoint })),
            4 => {
                let count = self.checkpoints(account)?;
                let pos = match self.rng.random_range(0..10) {
                    0 => u32::MAX,
                    1 => self.rng.random(),
                    2 => count,
                    _ => self.rng.random_range(0..count.max(1)),
                };
                ("checkpoints", Calls::checkpoints(IAIAToken::checkpointsCall { account, pos }))
            }
            5 => ("numCheckpoints", Calls::numCheckpoints(IAIAToken::numCheckpointsCall { account })),
            6 => ("allowance", Calls::allowance(IAIAToken::allowanceCall { owner: account, spender })),
            7 => ("clock", Calls::clock(IAIAToken::clockCall {})),
            _ => {
                let call = IAIAToken::authorizationStateCall { authorizer: account, nonce: self.authorization_nonce() };
                ("authorizationState", Calls::authorizationState(call))
            }
        };
        let call = self.plain(name, Address::ZERO, call);
        Ok(Call { is_view: true, ..call })
    }

    fn plain(&self, name: &'static str, from: Address, call: Calls) -> Call {
        let data = Bytes::from(call.abi_encode());
        Call {
            name,
            from,
            value: U256::ZERO,
            data: [data.clone(), data],
            aliases: [Vec::new(), Vec::new()],
            is_view: false,
        }
    }

    /// Builds a call that carries a signature of `signed`, while the token will check it against `message`.
    fn signed(
        &mut self,
        name: &'static str,
        signer: &PrivateKeySigner,
        signed: &impl SolStruct,
        message: &impl SolStruct,
        call: impl Fn(Parts) -> Calls,
    ) -> Result<Call> {
        let flaw = Flaw::draw(&mut self.rng);
        let other = self.signer();
        let noise = Parts { v: self.rng.random_range(27..29), r: self.word(), s: self.word() };
        let bad_v = *[26, 29, 255].choose(&mut self.rng).unwrap_or(&26);
        let mut data = [Bytes::new(), Bytes::new()];
        let mut aliases = [Vec::new(), Vec::new()];
        for (index, Side { domain, .. }) in self.sides.iter().enumerate() {
            let digest = signed.eip712_signing_hash(domain);
            let good = signing::sign_hash(signer, digest)?;
            let parts = match flaw {
                Flaw::None => good,
                Flaw::WrongSigner => signing::sign_hash(&other, digest)?,
                Flaw::WrongMessage => signing::sign_hash(signer, !digest)?,
                Flaw::HighS => high(good),
                Flaw::BadV => Parts { v: bad_v, ..good },
                Flaw::OtherV => Parts { v: 27 + 28 - good.v, ..good },
                Flaw::NoPoint => Parts { r: B256::ZERO, ..good },
                Flaw::Noise => noise,
            };
            data[index] = call(parts).abi_encode().into();
            if flaw == Flaw::HighS {
                aliases[index].push((parts.s, HIGH_S));
            }
            aliases[index].extend(self.stranger(index, parts, message));
        }
        let call = Call { name, from: self.sender(), value: U256::ZERO, data, aliases, is_view: false };
        if flaw == Flaw::None {
            self.sent.push(call.clone());
        }
        Ok(call)
    }

    /// Returns the account that a signature recovers on one side, if it is none that we know.
    fn stranger(&self, index: usize, parts: Parts, message: &impl SolStruct) -> Option<(B256, B256)> {
        let recovered = recover(parts, message.eip712_signing_hash(&self.sides[index].domain))?;
        (!self.accounts.contains(&recovered)).then_some((recovered.into_word(), STRANGER))
    }

    fn word(&mut self) -> B256 {
        B256::from(self.rng.random::<[u8; 32]>())
    }

    /// Returns who sends: an account that has native value.
    fn sender(&mut self) -> Address {
        self.signer().address()
    }

    fn signer(&mut self) -> PrivateKeySigner {
        let index = self.rng.random_range(0..SIGNERS);
        self.signers[index].clone()
    }

    /// Returns any account, the zero address rarely.
    fn account(&mut self) -> Address {
        let last = self.accounts.len() - 1;
        let index = if self.rng.random_bool(0.04) { last } else { self.rng.random_range(0..last) };
        self.accounts[index]
    }

    fn amount(&mut self, holder: Address) -> Result<U256> {
        let balance = self.balance(holder)?;
        self.amount_near(balance)
    }

    /// Returns an amount about which `spender` and its allowance over `holder` may or may not suffice.
    fn spendable(&mut self, holder: Address, spender: Address) -> Result<U256> {
        let limit = self.balance(holder)?.min(self.allowance(holder, spender)?);
        self.amount_near(limit)
    }

    fn amount_near(&mut self, limit: U256) -> Result<U256> {
        Ok(match self.rng.random_range(0..20) {
            0 => U256::ZERO,
            1 => U256::ONE,
            2 => limit,
            3 => limit + U256::ONE,
            4 => U256::MAX,
            5 => U256::ONE << self.rng.random_range(0..256),
            6 => (U256::ONE << self.rng.random_range(1..256)) - U256::ONE,
            _ => limit / U256::from(self.rng.random_range(1..50)),
        })
    }

    /// Returns a last second, which may have passed.
    fn deadline(&mut self) -> U256 {
        match self.rng.random_range(0..10) {
            0 => U256::from(self.now - 1),
            1 => U256::from(self.now),
            2 => U256::ZERO,
            3 => U256::MAX,
            _ => U256::from(self.now + self.rng.random_range(0..1000)),
        }
    }

    /// Returns instants between which an authorization is valid; never both with bit 47, which
    /// OpenZeppelin takes for block numbers.
    fn validity(&mut self) -> (U256, U256) {
        let now = U256::from(self.now);
        let one = U256::ONE;
        match self.rng.random_range(0..10) {
            0 => (now, now + one),
            1 => (now - one, now),
            2 => (now + one, now + one + one),
            3 => (U256::ZERO, now - one),
            4 => (now - one, now + one),
            5 => (U256::MAX, now),
            _ => (U256::ZERO, U256::MAX),
        }
    }

    /// Returns the nonce of `owner` that is due, or now and then another.
    fn signed_nonce(&mut self, owner: Address) -> Result<U256> {
        let due = self.nonce(owner)?;
        Ok(match self.rng.random_range(0..12) {
            0 => due.saturating_sub(U256::ONE),
            1 => due + U256::ONE,
            2 => U256::MAX,
            _ => due,
        })
    }

    fn authorization_nonce(&mut self) -> B256 {
        if self.rng.random_bool(0.5) { B256::with_last_byte(self.rng.random()) } else { self.word() }
    }

    /// Returns an instant, mostly of the past.
    fn timepoint(&mut self) -> U256 {
        match self.rng.random_range(0..12) {
            0 => U256::from(self.now),
            1 => U256::from(self.now + 1),
            2 => U256::ONE << self.rng.random_range(0..256),
            3 => U256::MAX,
            4..8 => U256::from(self.now - self.rng.random_range(1..100)),
            _ => U256::from(self.rng.random_range(self.began - 10..=self.now)),
        }
    }
}

fn request(from: Address, to: Address, data: impl Into<Bytes>) -> TransactionRequest {
    TransactionRequest::default().from(from).to(to).input(data.into().into())
}

/// Returns the account whose key made a signature, as the precompile finds it.
fn recover(Parts { v, r, s }: Parts, digest: B256) -> Option<Address> {
    if v != 27 && v != 28 {
        return None;
    }
    Signature::new(r.into(), s.into(), v == 28).recover_address_from_prehash(&digest).ok()
}

/// Returns the twin of a signature in the upper half of the order.
fn high(Parts { v, r, s }: Parts) -> Parts {
    Parts { v: 27 + 28 - v, r, s: (U256::from_be_bytes(ORDER.0) - U256::from_be_bytes(s.0)).into() }
}

fn with_aliases(data: &Bytes, aliases: &[(B256, B256)]) -> Bytes {
    // Revert data has a selector before its words, results and logs have none.
    let (head, words) = data.split_at(data.len() % 32);
    let mut replaced = head.to_vec();
    for word in words.chunks_exact(32) {
        replaced.extend_from_slice(alias(B256::from_slice(word), aliases).as_slice());
    }
    replaced.into()
}

fn with_aliases_in_log(log: &LogData, aliases: &[(B256, B256)]) -> LogData {
    let topics = log.topics().iter().map(|topic| alias(*topic, aliases)).collect();
    LogData::new_unchecked(topics, with_aliases(&log.data, aliases))
}

fn alias(word: B256, aliases: &[(B256, B256)]) -> B256 {
    aliases.iter().find(|(from, _)| *from == word).map_or(word, |(_, to)| *to)
}
