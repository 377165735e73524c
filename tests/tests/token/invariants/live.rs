//! The token on its chain: calls, and what it answers in the model's words.

use aia_abi::IAIAToken::{self, IAIATokenErrors as Errors, IAIATokenEvents as Events};
use aia_devnode::{
    Api,
    chain::{Outcome as Simulated, Simulation},
};
use aia_model::interface::{Event, Outcome, Refusal};
use aia_tests::Network;
use alloy::{
    primitives::{Address, Bytes, Log, U256},
    sol_types::{Panic, SolCall, SolError, SolEventInterface, SolInterface, SolValue},
};
use eyre::{Result, bail, ensure, eyre};

use aia_tests::common::{Message, send};

/// A token that was deployed.
pub(crate) struct Live<'a> {
    api: &'a Api,
    token: Address,
}

impl<'a> Live<'a> {
    pub(crate) fn new(network: &'a Network) -> Self {
        Self { api: &network.api, token: network.token }
    }

    /// Includes a call in a block at `now`.
    pub(crate) fn submit(&self, now: u64, caller: Address, calldata: &[u8]) -> Result<Outcome> {
        self.api.chain().set_next_time(now)?;
        let included = send(self.api, Message::call(caller, self.token, calldata.to_vec()))?;
        ensure!(self.api.chain().head().header.timestamp == now, "the block is not at {now}");
        ensure!(included.failure.is_none(), "halted: {:?}", included.failure);
        if !included.success {
            ensure!(included.logs.is_empty(), "a revert logs");
            return Ok(Err(refusal(&included.output)?));
        }
        let returned = if returns_true(calldata) { true.abi_encode() } else { Vec::new() };
        ensure!(included.output == returned, "returned {}", included.output);
        Ok(Ok(self.events(&included.logs)?))
    }

    /// Does something and takes it back.
    pub(crate) fn undone<T>(&self, act: impl FnOnce() -> Result<T>) -> Result<T> {
        let before = self.api.chain().snapshot();
        let done = act();
        ensure!(self.api.chain().revert(before)?, "the snapshot is gone");
        done
    }

    /// Makes an empty block at `now`, so that views are of this second.
    pub(crate) fn mine(&self, now: u64) -> Result<()> {
        let mut chain = self.api.chain();
        chain.set_next_time(now)?;
        chain.mine()?;
        Ok(())
    }

    /// Calls a view that must answer.
    pub(crate) fn read<C: SolCall>(&self, call: &C) -> Result<C::Return> {
        self.ask(call)?.map_err(|refusal| eyre!("{} is refused: {refusal:?}", C::SIGNATURE))
    }

    /// Calls a view that may refuse.
    pub(crate) fn ask<C: SolCall>(&self, call: &C) -> Result<Result<C::Return, Refusal>> {
        let call = Simulation { to: Some(self.token), data: call.abi_encode().into(), ..Simulation::default() };
        let chain = self.api.chain();
        match chain.call(&call, chain.head().number)? {
            Simulated::Success { output, .. } => Ok(Ok(C::abi_decode_returns_validate(&output)?)),
            Simulated::Revert(data) => Ok(Err(refusal(&data)?)),
            Simulated::Halt(reason) => bail!("{} halts: {reason}", C::SIGNATURE),
        }
    }

    /// Returns all that the token ever logged, by transaction, with the second of each.
    pub(crate) fn history(&self) -> Result<Vec<(u64, Vec<Event>)>> {
        let chain = self.api.chain();
        let mut history = Vec::new();
        for number in 0..=chain.head().number {
            let Some(block) = chain.block(number) else { bail!("block {number} is missing") };
            for included in &block.transactions {
                let logs: Vec<Log> = included.logs.iter().filter(|log| log.address == self.token).cloned().collect();
                if !logs.is_empty() {
                    history.push((block.header.timestamp, self.events(&logs)?));
                }
            }
        }
        Ok(history)
    }

    fn events(&self, logs: &[Log]) -> Result<Vec<Event>> {
        logs.iter()
            .map(|log| {
                ensure!(log.address == self.token, "{} logs", log.address);
                event(Events::decode_raw_log(log.topics(), &log.data.data)?)
            })
            .collect()
    }
}

fn returns_true(calldata: &[u8]) -> bool {
    let selectors =
        [IAIAToken::transferCall::SELECTOR, IAIAToken::transferFromCall::SELECTOR, IAIAToken::approveCall::SELECTOR];
    selectors.iter().any(|selector| calldata.starts_with(selector))
}

fn event(event: Events) -> Result<Event> {
    Ok(match event {
        Events::Transfer(e) => Event::Transfer { from: e.from, to: e.to, value: e.value },
        Events::Approval(e) => Event::Approval { owner: e.owner, spender: e.spender, value: e.value },
        Events::AuthorizationUsed(e) => Event::AuthorizationUsed { authorizer: e.authorizer, nonce: e.nonce },
        Events::AuthorizationCanceled(e) => Event::AuthorizationCanceled { authorizer: e.authorizer, nonce: e.nonce },
        Events::DelegateChanged(e) => {
            Event::DelegateChanged { delegator: e.delegator, from_delegate: e.fromDelegate, to_delegate: e.toDelegate }
        }
        Events::DelegateVotesChanged(e) => {
            Event::DelegateVotesChanged { delegate: e.delegate, previous_votes: e.previousVotes, new_votes: e.newVotes }
        }
        Events::MintLimitSet(e) => Event::MintLimitSet { minter: e.minter, capacity: e.capacity, window: e.window },
        Events::OwnershipTransferStarted(e) => {
            Event::OwnershipTransferStarted { previous_owner: e.previousOwner, new_owner: e.newOwner }
        }
        Events::OwnershipTransferred(e) => {
            Event::OwnershipTransferred { previous_owner: e.previousOwner, new_owner: e.newOwner }
        }
        Events::CCIPAdminTransferred(e) => {
            Event::CCIPAdminTransferred { previous_admin: e.previousAdmin, new_admin: e.newAdmin }
        }
        Events::L1AddressSet(e) => Event::L1AddressSet { l1_address: e.l1Address },
        Events::EIP712DomainChanged(_) => bail!("the domain changed"),
    })
}

fn refusal(data: &Bytes) -> Result<Refusal> {
    if let Ok(Panic { code }) = Panic::abi_decode_validate(data) {
        return Ok(Refusal::Panic { code });
    }
    let error = Errors::abi_decode_validate(data).map_err(|error| eyre!("reverted with {data}: {error}"))?;
    ensure!(error.abi_encode() == **data, "reverted with more than an error: {data}");
    Ok(match error {
        Errors::ERC20InsufficientBalance(e) => {
            Refusal::ERC20InsufficientBalance { sender: e.sender, balance: e.balance, needed: e.needed }
        }
        Errors::ERC20InvalidSender(e) => Refusal::ERC20InvalidSender { sender: e.sender },
        Errors::ERC20InvalidReceiver(e) => Refusal::ERC20InvalidReceiver { receiver: e.receiver },
        Errors::ERC20InsufficientAllowance(e) => {
            Refusal::ERC20InsufficientAllowance { spender: e.spender, allowance: e.allowance, needed: e.needed }
        }
        Errors::ERC20InvalidApprover(e) => Refusal::ERC20InvalidApprover { approver: e.approver },
        Errors::ERC20InvalidSpender(e) => Refusal::ERC20InvalidSpender { spender: e.spender },
        Errors::ERC2612ExpiredSignature(e) => Refusal::ERC2612ExpiredSignature { deadline: e.deadline },
        Errors::ERC2612InvalidSigner(e) => Refusal::ERC2612InvalidSigner { signer: e.signer, owner: e.owner },
        Errors::ECDSAInvalidSignature(_) => Refusal::ECDSAInvalidSignature,
        Errors::ECDSAInvalidSignatureS(e) => Refusal::ECDSAInvalidSignatureS { s: e.s },
        Errors::InvalidAccountNonce(e) => {
            Refusal::InvalidAccountNonce { account: e.account, current_nonce: e.currentNonce }
        }
        Errors::ERC3009InvalidSignature(_) => Refusal::ERC3009InvalidSignature,
        Errors::ERC3009InvalidAuthorizationTime(e) => {
            Refusal::ERC3009InvalidAuthorizationTime { valid_after: e.validAfter, valid_before: e.validBefore }
        }
        Errors::ERC3009UsedAuthorization(e) => {
            Refusal::ERC3009UsedAuthorization { authorizer: e.authorizer, nonce: e.nonce }
        }
        Errors::VotesExpiredSignature(e) => Refusal::VotesExpiredSignature { expiry: e.expiry },
        Errors::ERC5805FutureLookup(e) => {
            Refusal::ERC5805FutureLookup { timepoint: e.timepoint, clock: U256::from(e.clock).to() }
        }
        Errors::RateLimitExceeded(_) => Refusal::RateLimitExceeded,
        Errors::MaxSupplyExceeded(e) => Refusal::MaxSupplyExceeded { supply: e.supply, cap: e.cap },
        Errors::InvalidMintLimit(e) => {
            Refusal::InvalidMintLimit { minter: e.minter, capacity: e.capacity, window: e.window }
        }
        Errors::OwnableUnauthorizedAccount(e) => Refusal::OwnableUnauthorizedAccount { account: e.account },
        Errors::OwnableInvalidOwner(e) => Refusal::OwnableInvalidOwner { owner: e.owner },
        Errors::AlreadySet(_) => Refusal::AlreadySet,
        Errors::InvalidL1Address(e) => Refusal::InvalidL1Address { l1_address: e.l1Address },
    })
}
