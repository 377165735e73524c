//! The token's story: limits, payments, votes, and attacks that fail.

use aia_abi::IAIAToken::{self, IAIATokenInstance};
use aia_deploy::{Program, TokenConfig, deploy_token};
use aia_devnode::{Api, config};
use alloy::{
    contract::CallBuilder,
    primitives::{Address, B256, Signature, U256, aliases::U48, keccak256},
    providers::DynProvider,
    signers::{SignerSync, local::PrivateKeySigner},
    sol,
    sol_types::{Eip712Domain, SolStruct, eip712_domain},
};
use eyre::{Result, ensure, eyre};

use crate::{
    ledger::{Ledger, aia},
    stage::{DAY, connect, refused, run, units},
};

sol! {
    struct Permit { address owner; address spender; uint256 value; uint256 nonce; uint256 deadline; }
    struct TransferWithAuthorization {
        address from; address to; uint256 value; uint256 validAfter; uint256 validBefore; bytes32 nonce;
    }
}

/// The order of secp256k1: with `s` replaced by the order minus `s`, a signature has a twin.
const ORDER: U256 =
    U256::from_limbs([0xbfd2_5e8c_d036_4141, 0xbaae_dce6_af48_a03b, 0xffff_ffff_ffff_fffe, 0xffff_ffff_ffff_ffff]);

type Token = IAIATokenInstance<DynProvider>;

/// The people of the story and what they act on.
struct Stage<'a> {
    api: &'a Api,
    url: &'a str,
    ledger: &'a mut Ledger,
    token: Address,
    domain: Eip712Domain,
    /// Owns the token and is its minter.
    founder: PrivateKeySigner,
    alice: PrivateKeySigner,
    bob: PrivateKeySigner,
    /// Submits what others sign.
    relayer: PrivateKeySigner,
    /// Holds AIA and not a wei of ETH.
    agent: PrivateKeySigner,
}

/// Plays the story and returns the token's address.
pub(crate) async fn play(api: &Api, url: &str, program: &Program, ledger: &mut Ledger) -> Result<Address> {
    let founder = config::dev_account();
    let [alice, bob, relayer, ..] = <[_; config::TEST_ACCOUNTS]>::try_from(config::test_accounts())
        .map_err(|_| eyre!("a node has {} test accounts", config::TEST_ACCOUNTS))?;
    let agent = PrivateKeySigner::from_bytes(&keccak256("an agent without ETH"))?;

    let terms = TokenConfig { owner: founder.address(), recipient: founder.address(), initial_supply: U256::ZERO };
    let deployed = deploy_token(&connect(url, &founder)?, founder.address(), program, terms).await?;
    let size = format!("{} bytes at {}", program.code().len(), deployed.address);
    ledger.done("deploy, activate and construct the token", "founder", deployed.gas_used, &size);

    let token = deployed.address;
    let domain = eip712_domain! {
        name: "AIA",
        version: "1",
        chain_id: api.chain().config().chain_id,
        verifying_contract: token,
    };
    let mut stage = Stage { api, url, ledger, token, domain, founder, alice, bob, relayer, agent };
    stage.mint_within_limits().await?;
    stage.pay_and_spend().await?;
    let payment = stage.pay_without_gas().await?;
    stage.vote().await?;
    stage.burn().await?;
    stage.refuse_attacks(&payment).await?;
    Ok(token)
}

impl Stage<'_> {
    async fn mint_within_limits(&mut self) -> Result<()> {
        let token = self.as_account(&self.founder)?;
        let founder = self.founder.address();
        let capacity = units(1000).to::<u128>();
        let day = U48::from(DAY);
        let receipt = run(token.setMintLimit(Address::ZERO, capacity, day)).await?;
        self.ledger.done("limit all minting to 1000 AIA a day", "founder", receipt.gas_used, "set");
        let receipt = run(token.setMintLimit(founder, capacity, day)).await?;
        self.ledger.done("let the founder mint as much", "founder", receipt.gas_used, "set");
        let receipt = run(token.mint(self.alice.address(), units(800))).await?;
        let supply = format!("supply {}", aia(token.totalSupply().call().await?));
        self.ledger.done("mint 800 AIA to alice", "founder", receipt.gas_used, &supply);
        Ok(())
    }

    async fn pay_and_spend(&mut self) -> Result<()> {
        let (alice, bob, relayer) = (self.alice.address(), self.bob.address(), self.relayer.address());
        let token = self.as_account(&self.alice)?;
        let receipt = run(token.transfer(bob, units(50))).await?;
        let has = format!("bob has {}", aia(token.balanceOf(bob).call().await?));
        self.ledger.done("transfer 50 AIA to bob", "alice", receipt.gas_used, &has);

        let permit = Permit {
            owner: alice,
            spender: relayer,
            value: units(20),
            nonce: token.nonces(alice).call().await?,
            deadline: U256::from(self.now() + DAY),
        };
        let signature = self.sign(&self.alice, &permit)?;
        self.ledger.read("sign a permit over 20 AIA for the relayer", "alice", "off chain, no gas");
        let token = self.as_account(&self.relayer)?;
        let (v, r, s) = parts(&signature);
        let receipt = run(token.permit_0(alice, relayer, permit.value, permit.deadline, v, r, s)).await?;
        let allowed = format!("allowance {}", aia(token.allowance(alice, relayer).call().await?));
        self.ledger.done("submit the permit", "relayer", receipt.gas_used, &allowed);
        let receipt = run(token.transferFrom(alice, bob, units(20))).await?;
        let has = format!("bob has {}", aia(token.balanceOf(bob).call().await?));
        self.ledger.done("spend it: 20 AIA from alice to bob", "relayer", receipt.gas_used, &has);
        Ok(())
    }

    /// Returns the authorization that was used, for an attack to replay.
    async fn pay_without_gas(&mut self) -> Result<(TransferWithAuthorization, Signature)> {
        let (agent, bob) = (self.agent.address(), self.bob.address());
        let token = self.as_account(&self.alice)?;
        let receipt = run(token.transfer(agent, units(100))).await?;
        self.ledger.done("fund an agent with 100 AIA and no ETH", "alice", receipt.gas_used, "sent");
        let ether = self.api.chain().latest().info(agent).balance;
        ensure!(ether.is_zero(), "the agent must not hold ETH, but has {ether} wei");

        let payment = self.authorization(agent, bob, units(7), "a call to a model");
        let signature = self.sign(&self.agent, &payment)?;
        self.ledger.read("sign a payment of 7 AIA to bob", "agent", "off chain, no gas, no ETH");
        let token = self.as_account(&self.relayer)?;
        let receipt = run(submit(&token, &payment, &signature)).await?;
        let has = format!("agent has {}", aia(token.balanceOf(agent).call().await?));
        self.ledger.done("submit the agent's payment", "relayer", receipt.gas_used, &has);
        Ok((payment, signature))
    }

    async fn vote(&mut self) -> Result<()> {
        let alice = self.alice.address();
        let token = self.as_account(&self.alice)?;
        let receipt = run(token.delegate(alice)).await?;
        let delegated_at = self.now();
        let votes = token.getVotes(alice).call().await?;
        self.ledger.done("delegate to herself", "alice", receipt.gas_used, &format!("{} votes", aia(votes)));
        self.api.chain().increase_time(DAY);
        let receipt = run(token.transfer(self.bob.address(), units(30))).await?;
        let now = token.getVotes(alice).call().await?;
        self.ledger.done("a day later, transfer 30 AIA", "alice", receipt.gas_used, &format!("{} votes now", aia(now)));
        let past = token.getPastVotes(alice, U256::from(delegated_at)).call().await?;
        self.ledger.read("ask for the votes of yesterday", "anyone", &format!("{} votes then", aia(past)));
        ensure!(past == votes && now + units(30) == past, "the past must not change with the present");
        Ok(())
    }

    async fn burn(&mut self) -> Result<()> {
        let token = self.as_account(&self.bob)?;
        let receipt = run(token.burn_0(units(10))).await?;
        let supply = format!("supply {}", aia(token.totalSupply().call().await?));
        self.ledger.done("burn 10 AIA", "bob", receipt.gas_used, &supply);
        Ok(())
    }

    async fn refuse_attacks(&mut self, used: &(TransferWithAuthorization, Signature)) -> Result<()> {
        let token = self.as_account(&self.relayer)?;
        let refusal = refused(submit(&token, &used.0, &used.1)).await?;
        self.ledger.read("ATTACK replay the agent's payment", "relayer", &refusal);

        let founder = self.as_account(&self.founder)?;
        let refusal = refused(founder.mint(self.founder.address(), units(1001))).await?;
        self.ledger.read("ATTACK mint 1001 AIA within a day", "founder", &refusal);

        let payment = self.authorization(self.agent.address(), self.bob.address(), units(1), "another call");
        let signature = self.sign(&self.agent, &payment)?;
        let twin = Signature::new(signature.r(), ORDER - signature.s(), !signature.v());
        let refusal = refused(submit(&token, &payment, &twin)).await?;
        self.ledger.read("ATTACK submit a signature's malleable twin", "relayer", &refusal);
        Ok(())
    }

    fn authorization(&self, from: Address, to: Address, value: U256, what: &str) -> TransferWithAuthorization {
        TransferWithAuthorization {
            from,
            to,
            value,
            validAfter: U256::ZERO,
            validBefore: U256::from(self.now() + 30 * DAY),
            nonce: keccak256(what),
        }
    }

    fn as_account(&self, account: &PrivateKeySigner) -> Result<Token> {
        Ok(IAIAToken::new(self.token, connect(self.url, account)?))
    }

    fn sign(&self, signer: &PrivateKeySigner, message: &impl SolStruct) -> Result<Signature> {
        Ok(signer.sign_hash_sync(&message.eip712_signing_hash(&self.domain))?)
    }

    fn now(&self) -> u64 {
        self.api.chain().head().header.timestamp
    }
}

fn parts(signature: &Signature) -> (u8, B256, B256) {
    (27 + u8::from(signature.v()), signature.r().into(), signature.s().into())
}

fn submit<'a>(
    token: &'a Token,
    payment: &TransferWithAuthorization,
    signature: &Signature,
) -> CallBuilder<&'a DynProvider, std::marker::PhantomData<IAIAToken::transferWithAuthorization_0Call>> {
    let TransferWithAuthorization { from, to, value, validAfter, validBefore, nonce } = *payment;
    let (v, r, s) = parts(signature);
    token.transferWithAuthorization_0(from, to, value, validAfter, validBefore, nonce, v, r, s)
}
