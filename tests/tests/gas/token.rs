//! What calls cost, beside the same calls on OpenZeppelin 5.7; the table goes to `target/gas.md`.
//!
//! Figures are `gasUsed` of whole transactions: intrinsic gas, calldata and execution, refunds taken off.

use std::fmt::Write;

use aia_abi::IAIAToken::{self, IAIATokenCalls as Calls};
use aia_devnode::Api;
use aia_tests::common::gas::{cache, grouped};
use aia_tests::common::{Message, deploy_peer, send};
use aia_tests::{
    Network,
    network::{AIA, root},
    signing::{self, Delegation, Parts, Permit, TransferWithAuthorization},
};
use alloy::{
    primitives::{Address, B256, U256, aliases::U48},
    signers::local::PrivateKeySigner,
    sol_types::{Eip712Domain, SolInterface},
};
use eyre::{OptionExt, Result, ensure};
use serde_json::Value;

/// How often calls whose gas varies are made. It is even because our checkpoints share slots in pairs.
const REPETITIONS: u8 = 16;
/// Most compressed bytes of a program.
const MAX_PROGRAM: u64 = 24_576;

/// Most gas on a cached program, by the reference's goals.
const GOALS: [(&str, u64); 2] =
    [("transfer, both delegated", 75_000), ("transferWithAuthorization, both delegated", 105_000)];

#[tokio::test(flavor = "multi_thread")]
async fn gas_beside_openzeppelin() -> Result<()> {
    let supply = AIA * U256::from(1_000_000);
    let network = Network::start(supply).await?;
    let peer = deploy_peer(&network.api, network.owner.address(), supply)?;
    let bench = |token| Bench::new(&network, token);
    bench(network.token).allow_minting()?;

    let uncached = bench(network.token).run_and_undo()?;
    cache(&network.api, network.owner.address(), network.token)?;
    let cached = bench(network.token).run_and_undo()?;
    let openzeppelin = bench(peer).run_and_undo()?;

    let report = format!(
        "{}\n{}\n{}",
        gas_table(&cached, &uncached, &openzeppelin),
        goal_table(&cached)?,
        size_table(&network.api, peer)?
    );
    let path = root().join("target/gas.md");
    std::fs::write(&path, &report)?;
    println!("{report}");
    Ok(())
}

/// What one kind of call costs on one token.
#[derive(Clone, Debug)]
struct Row {
    name: &'static str,
    gas: Vec<u64>,
}

impl Row {
    fn mean(&self) -> u64 {
        self.gas.iter().sum::<u64>() / self.gas.len() as u64
    }

    /// Renders the mean; the least and the most too if they differ.
    fn text(&self) -> String {
        let (least, most) = (self.gas.iter().min().copied(), self.gas.iter().max().copied());
        match (least, most) {
            (Some(least), Some(most)) if least < most => {
                format!("{} ({} to {})", grouped(self.mean()), grouped(least), grouped(most))
            }
            _ => grouped(self.mean()),
        }
    }
}

/// One token and those who use it. Every call is a second after the one before.
struct Bench<'a> {
    api: &'a Api,
    token: Address,
    domain: Eip712Domain,
    owner: Address,
    /// Holds, and does not delegate.
    holder: PrivateKeySigner,
    /// Holds, and does not delegate.
    other: PrivateKeySigner,
    /// Holds, and delegates to itself.
    voter: PrivateKeySigner,
    /// Holds, and delegates to itself.
    other_voter: PrivateKeySigner,
    /// Submits what others sign or allow.
    submitter: PrivateKeySigner,
    rows: Vec<Row>,
}

impl<'a> Bench<'a> {
    fn new(network: &'a Network, token: Address) -> Self {
        Self {
            api: &network.api,
            token,
            domain: signing::domain(network.api.chain().config().chain_id, token),
            owner: network.owner.address(),
            holder: network.account(0),
            other: network.account(1),
            voter: network.account(2),
            other_voter: network.account(3),
            submitter: network.account(4),
            rows: Vec::new(),
        }
    }

    /// Lets the owner mint; `PeerToken` needs no such thing.
    fn allow_minting(&self) -> Result<()> {
        for minter in [self.owner, Address::ZERO] {
            let limit = IAIAToken::setMintLimitCall { minter, capacity: 10_u128.pow(24), window: U48::from(86_400) };
            self.call(self.owner, Calls::setMintLimit(limit))?;
        }
        Ok(())
    }

    fn run_and_undo(mut self) -> Result<Vec<Row>> {
        let present = self.api.chain().snapshot();
        self.set_up()?;
        self.transfers()?;
        self.allowances()?;
        self.delegations()?;
        self.supply()?;
        self.payments()?;
        ensure!(self.api.chain().revert(present)?, "no snapshot");
        Ok(self.rows)
    }

    fn set_up(&self) -> Result<()> {
        for to in [&self.holder, &self.other, &self.voter, &self.other_voter] {
            self.call(self.owner, transfer(to.address(), 10_000))?;
        }
        for voter in [&self.voter, &self.other_voter] {
            self.call(voter.address(), delegate(voter.address()))?;
        }
        // Histories are not new.
        for _ in 0..4 {
            self.call(self.voter.address(), transfer(self.other_voter.address(), 1))?;
            self.call(self.other_voter.address(), transfer(self.voter.address(), 1))?;
        }
        Ok(())
    }

    fn transfers(&mut self) -> Result<()> {
        let (holder, other) = (self.holder.address(), self.other.address());
        let (voter, other_voter) = (self.voter.address(), self.other_voter.address());
        self.once("transfer, undelegated, to a holder", holder, transfer(other, 1))?;
        self.once("transfer, undelegated, to a fresh account", holder, transfer(fresh(6), 1))?;
        self.often("transfer, sender delegated", voter, &transfer(other, 1))?;
        self.often("transfer, receiver delegated", other, &transfer(voter, 1))?;
        self.often("transfer, both delegated", voter, &transfer(other_voter, 1))
    }

    fn allowances(&mut self) -> Result<()> {
        let (holder, other, submitter) = (self.holder.address(), self.other.address(), self.submitter.address());
        let approval = |value| Calls::approve(IAIAToken::approveCall { spender: submitter, value });
        self.once("approve, first", holder, approval(AIA * U256::from(10)))?;
        self.once("approve, again", holder, approval(AIA * U256::from(20)))?;
        let spending = IAIAToken::transferFromCall { from: holder, to: other, value: AIA };
        self.once("transferFrom, undelegated, to a holder", submitter, Calls::transferFrom(spending))?;
        let permit = self.permit(&self.other, 0)?;
        self.once("permit, first", submitter, permit)?;
        let permit = self.permit(&self.other, 1)?;
        self.once("permit, again", submitter, permit)
    }

    fn delegations(&mut self) -> Result<()> {
        let (holder, other, submitter) = (self.holder.address(), self.other.address(), self.submitter.address());
        let both = |to: [Address; 2]| [(holder, delegate(to[0])), (other, delegate(to[1]))];
        self.row("delegate, first, to a fresh account", both([fresh(1), fresh(2)]))?;
        self.row("delegate, anew, to a fresh account", both([fresh(3), fresh(4)]))?;
        let signed = self.delegate_by_sig(&self.holder, fresh(5))?;
        self.once("delegateBySig, first signature, anew, to a fresh account", submitter, signed)?;
        self.row("delegate, to nobody", both([Address::ZERO; 2]))
    }

    fn supply(&mut self) -> Result<()> {
        let voter = self.voter.address();
        let mint = Calls::mint(IAIAToken::mintCall { to: voter, value: AIA });
        // The first call writes to the limits what later calls find.
        self.call(self.owner, mint.clone())?;
        self.often("mint, to a delegated holder", self.owner, &mint)?;
        let burn = Calls::burn_0(IAIAToken::burn_0Call { value: AIA });
        self.often("burn, by a delegated holder", voter, &burn)
    }

    fn payments(&mut self) -> Result<()> {
        let submitter = self.submitter.address();
        let payment = self.payment(&self.other, self.holder.address(), 1)?;
        self.once("transferWithAuthorization, undelegated, to a holder", submitter, payment)?;
        let payment = self.payment(&self.other, fresh(7), 2)?;
        self.once("transferWithAuthorization, undelegated, to a fresh account", submitter, payment)?;
        let to = self.other_voter.address();
        let payments = (0..REPETITIONS).map(|nonce| Ok((submitter, self.payment(&self.voter, to, nonce)?)));
        let payments = payments.collect::<Result<Vec<_>>>()?;
        self.row("transferWithAuthorization, both delegated", payments)
    }

    fn once(&mut self, name: &'static str, from: Address, call: Calls) -> Result<()> {
        self.row(name, [(from, call)])
    }

    /// Makes the same call as often as averages it out.
    fn often(&mut self, name: &'static str, from: Address, call: &Calls) -> Result<()> {
        self.row(name, (0..REPETITIONS).map(|_| (from, call.clone())))
    }

    fn row(&mut self, name: &'static str, calls: impl IntoIterator<Item = (Address, Calls)>) -> Result<()> {
        let gas = calls.into_iter().map(|(from, call)| self.call(from, call)).collect::<Result<_>>()?;
        self.rows.push(Row { name, gas });
        Ok(())
    }

    /// Makes a call and returns the gas it used.
    fn call(&self, from: Address, call: Calls) -> Result<u64> {
        let time = self.api.chain().head().header.timestamp + 1;
        self.api.chain().set_next_time(time)?;
        let included = send(self.api, Message::call(from, self.token, call.abi_encode()))?;
        ensure!(included.success, "reverted: {included:?}");
        Ok(included.gas_used)
    }

    fn permit(&self, signer: &PrivateKeySigner, nonce: u64) -> Result<Calls> {
        let (owner, spender, value, deadline) = (signer.address(), self.submitter.address(), AIA, U256::MAX);
        let message = Permit { owner, spender, value, nonce: U256::from(nonce), deadline };
        let Parts { v, r, s } = signing::sign_in(&self.domain, signer, &message)?;
        Ok(Calls::permit_0(IAIAToken::permit_0Call { owner, spender, value, deadline, v, r, s }))
    }

    fn delegate_by_sig(&self, signer: &PrivateKeySigner, delegatee: Address) -> Result<Calls> {
        let (nonce, expiry) = (U256::ZERO, U256::MAX);
        let message = Delegation { delegatee, nonce, expiry };
        let Parts { v, r, s } = signing::sign_in(&self.domain, signer, &message)?;
        Ok(Calls::delegateBySig(IAIAToken::delegateBySigCall { delegatee, nonce, expiry, v, r, s }))
    }

    fn payment(&self, signer: &PrivateKeySigner, to: Address, nonce: u8) -> Result<Calls> {
        // As long as a hash: zero bytes of calldata are cheaper.
        let (from, value, nonce) = (signer.address(), AIA, B256::repeat_byte(nonce + 1));
        let (after, before) = (U256::ZERO, U256::from(u32::MAX));
        let message = TransferWithAuthorization { from, to, value, validAfter: after, validBefore: before, nonce };
        let Parts { v, r, s } = signing::sign_in(&self.domain, signer, &message)?;
        Ok(Calls::transferWithAuthorization_0(IAIAToken::transferWithAuthorization_0Call {
            from,
            to,
            value,
            validAfter: after,
            validBefore: before,
            nonce,
            v,
            r,
            s,
        }))
    }
}

fn transfer(to: Address, coins: u64) -> Calls {
    Calls::transfer(IAIAToken::transferCall { to, value: AIA * U256::from(coins) })
}

fn delegate(delegatee: Address) -> Calls {
    Calls::delegate(IAIAToken::delegateCall { delegatee })
}

/// Returns an account that has nothing yet.
fn fresh(number: u8) -> Address {
    Address::repeat_byte(0xf0 + number)
}

fn gas_table(cached: &[Row], uncached: &[Row], openzeppelin: &[Row]) -> String {
    let mut table = format!(
        "# Gas\n\n`gasUsed` of whole transactions. Calls that move votes are made {REPETITIONS} times in consecutive \
         seconds, delegations twice: the figure is the mean, with the least and the most if they differ. The number is \
         even as two of our checkpoints share a slot, so that every other one is dear. Our `mint` also settles two rate \
         limits; the peer's checks its owner.\n\n\
         | operation | AIA cached | AIA uncached | OpenZeppelin 5.7 | cached / OZ |\n|---|---:|---:|---:|---:|\n"
    );
    for ((cached, uncached), theirs) in cached.iter().zip(uncached).zip(openzeppelin) {
        let percent = cached.mean() * 100 / theirs.mean();
        let (name, ours, cold, theirs) = (cached.name, cached.text(), uncached.text(), theirs.text());
        // Writing to a string cannot fail.
        let _ = writeln!(table, "| {name} | {ours} | {cold} | {theirs} | {percent} % |");
    }
    table
}

fn goal_table(cached: &[Row]) -> Result<String> {
    let mut table = String::from("# Goals\n\n| operation | AIA cached | goal | |\n|---|---:|---:|---|\n");
    for (name, goal) in GOALS {
        let mean = cached.iter().find(|row| row.name == name).ok_or_eyre("a goal is for no row")?.mean();
        let verdict = if mean <= goal { "reached" } else { "missed" };
        let _ = writeln!(table, "| {name} | {} | {} | {verdict} |", grouped(mean), grouped(goal));
    }
    Ok(table)
}

fn size_table(api: &Api, peer: Address) -> Result<String> {
    let manifest: Value = serde_json::from_slice(&std::fs::read(root().join("target/contracts/manifest.json"))?)?;
    let programs = manifest.as_object().ok_or_eyre("the manifest is no object")?;
    let mut table = String::from(
        "# Size\n\n| program | bytes | compressed, as deployed | of the most allowed |\n|---|---:|---:|---:|\n",
    );
    let mut line = |name: &str, bytes: u64, deployed: u64| {
        let percent = deployed * 100 / MAX_PROGRAM;
        let _ = writeln!(table, "| {name} | {} | {} | {percent} % |", grouped(bytes), grouped(deployed));
    };
    for (name, program) in programs {
        let bytes = program["bytes"].as_u64().ok_or_eyre("no size in the manifest")?;
        let compressed = program["compressed_bytes"].as_u64().ok_or_eyre("no compressed size in the manifest")?;
        line(name, bytes, compressed);
    }
    let code = api.chain().latest().info(peer).code.ok_or_eyre("the peer has no code")?;
    let bytes = code.original_bytes().len() as u64;
    line("OpenZeppelin 5.7 (EVM)", bytes, bytes);
    Ok(table)
}
