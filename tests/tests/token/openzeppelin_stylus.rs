//! The token beside OpenZeppelin's Stylus token, an audited ERC-20 and ERC-2612 on the same chain:
//! the same calls must have the same results, logs and refusals.

use aia_abi::{IAIAToken as I, constructor::stylus_constructorCall};
use aia_tests::common::{Message, chance, send};
use aia_tests::{
    Network,
    network::{AIA, connect, program},
    signing::domain,
};
use alloy::{
    primitives::{Address, B256, Log, U256},
    signers::{SignerSync, local::PrivateKeySigner},
    sol,
    sol_types::{SolCall, SolStruct, SolValue},
};
use rand::{Rng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;

sol! {
    struct Permit { address owner; address spender; uint256 value; uint256 nonce; uint256 deadline; }
}

const STEPS: usize = 10_000;

/// Both tokens and the people who use them.
struct Pair {
    network: Network,
    tokens: [Address; 2],
    people: Vec<PrivateKeySigner>,
    rng: ChaCha8Rng,
}

/// What both tokens are told. A permit is signed for each of them.
enum Call {
    Same(Vec<u8>),
    Permit { permit: Permit, signer: usize },
}

#[tokio::test(flavor = "multi_thread")]
async fn every_erc20_and_permit_call_has_the_same_outcome() {
    let mut pair = Pair::start().await;
    let mut succeeded = 0;
    for step in 0..STEPS {
        let (sender, call) = pair.draw();
        let time = pair.network.api.chain().head().header.timestamp;
        let mut outcomes = Vec::new();
        for token in pair.tokens {
            let calldata = pair.encode(&call, token);
            pair.network.api.chain().set_next_time(time).expect("the same second");
            let included = send(&pair.network.api, Message::call(sender, token, calldata)).expect("is included");
            outcomes.push((included.success, included.output, anonymous(included.logs)));
        }
        succeeded += usize::from(outcomes[0].0);
        assert_eq!(outcomes[0], outcomes[1], "step {step}");
    }
    println!("{succeeded} of {STEPS} calls succeeded");
    assert!(succeeded > STEPS / 3, "too few calls succeed to compare much");
    assert_eq!(pair.readings(pair.tokens[0]), pair.readings(pair.tokens[1]));
}

impl Pair {
    async fn start() -> Self {
        let supply = AIA * U256::from(1000);
        let network = Network::start(supply).await.expect("starts");
        let owner = network.owner.clone();
        let provider = connect(&network.node.http_url(), &owner).expect("connects");
        let mut constructor = stylus_constructorCall::SELECTOR.to_vec();
        constructor.extend((owner.address(), owner.address(), supply).abi_encode());
        let oracle = program("oz_token").expect("was built with --oracle");
        let deployed = aia_deploy::deploy(&provider, owner.address(), &oracle, &constructor).await.expect("deploys");
        let people = (0..4).map(|index| network.account(index)).chain([owner]).collect();
        let tokens = [network.token, deployed.address];
        Self { network, tokens, people, rng: chance() }
    }

    fn draw(&mut self) -> (Address, Call) {
        let person = |rng: &mut ChaCha8Rng, people: &[PrivateKeySigner]| {
            // Nobody now and then, which is refused by name.
            if rng.random_ratio(1, 30) { Address::ZERO } else { people.choose(rng).expect("people").address() }
        };
        let sender = self.people.choose(&mut self.rng).expect("people").address();
        let (a, b) = (person(&mut self.rng, &self.people), person(&mut self.rng, &self.people));
        let value = match self.rng.random_range(0..10) {
            0 => U256::ZERO,
            1 => U256::MAX,
            _ => AIA * U256::from(self.rng.random_range(0..300)),
        };
        let call = match self.rng.random_range(0..7) {
            0 | 1 => Call::Same(I::transferCall { to: a, value }.abi_encode()),
            2 => Call::Same(I::approveCall { spender: a, value }.abi_encode()),
            3 => Call::Same(I::transferFromCall { from: a, to: b, value }.abi_encode()),
            4 => Call::Same(I::burn_0Call { value: value % AIA }.abi_encode()),
            5 => Call::Same(I::burnFromCall { account: a, value: value % AIA }.abi_encode()),
            _ => self.draw_permit(b, value),
        };
        (sender, call)
    }

    fn draw_permit(&mut self, spender: Address, value: U256) -> Call {
        let owner = self.rng.random_range(0..self.people.len());
        let signer = if self.rng.random_ratio(1, 5) { 0 } else { owner };
        let account = self.people[owner].address();
        let nonce = self.read(self.tokens[0], I::noncesCall { owner: account }.abi_encode());
        let late = self.rng.random_ratio(1, 8);
        let now = self.network.api.chain().head().header.timestamp;
        let deadline = U256::from(if late { now - 1 } else { now });
        Call::Permit { permit: Permit { owner: account, spender, value, nonce, deadline }, signer }
    }

    fn encode(&self, call: &Call, token: Address) -> Vec<u8> {
        let (permit, signer) = match call {
            Call::Same(calldata) => return calldata.clone(),
            Call::Permit { permit, signer } => (permit, &self.people[*signer]),
        };
        let chain_id = self.network.api.chain().config().chain_id;
        let domain = domain(chain_id, token);
        let signature = signer.sign_hash_sync(&permit.eip712_signing_hash(&domain)).expect("signs");
        let Permit { owner, spender, value, deadline, .. } = *permit;
        let (v, r, s) = (27 + u8::from(signature.v()), B256::from(signature.r()), B256::from(signature.s()));
        I::permit_0Call { owner, spender, value, deadline, v, r, s }.abi_encode()
    }

    /// Reads everything that holders see.
    fn readings(&self, token: Address) -> Vec<U256> {
        let mut readings = vec![self.read(token, I::totalSupplyCall {}.abi_encode())];
        for owner in self.people.iter().map(PrivateKeySigner::address) {
            readings.push(self.read(token, I::balanceOfCall { account: owner }.abi_encode()));
            readings.push(self.read(token, I::noncesCall { owner }.abi_encode()));
            for spender in self.people.iter().map(PrivateKeySigner::address) {
                readings.push(self.read(token, I::allowanceCall { owner, spender }.abi_encode()));
            }
        }
        readings
    }

    fn read(&self, token: Address, calldata: Vec<u8>) -> U256 {
        let request = alloy::rpc::types::TransactionRequest::default().to(token).input(calldata.into());
        U256::from_be_slice(&self.network.api.call(&request, None).expect("a view"))
    }
}

/// Drops the address of logs, the one thing that must differ.
fn anonymous(logs: Vec<Log>) -> Vec<alloy::primitives::LogData> {
    logs.into_iter().map(|log| log.data).collect()
}
