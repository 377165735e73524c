//! Drafting a proposal.

use alloy::{
    hex,
    primitives::{Address, Bytes, U256},
    sol_types::SolCall,
};
use serde::{Deserialize, Serialize};

use super::{
    GovernanceError, Proposal,
    proposal::{MARK, named_proposer},
};

/// A call that the timelock makes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// Whom it calls.
    pub target: Address,
    /// Wei that go along.
    pub value: U256,
    /// Selector and arguments; empty for a transfer of wei alone.
    pub data: Bytes,
}

impl Call {
    /// Returns a call of a function, without wei.
    pub fn new(target: Address, call: &impl SolCall) -> Self {
        Self { target, value: U256::ZERO, data: call.abi_encode().into() }
    }

    /// Returns a transfer of wei.
    pub fn transfer(to: Address, wei: U256) -> Self {
        Self { target: to, value: wei, data: Bytes::new() }
    }

    /// Returns the call with wei that go along.
    #[must_use]
    pub fn paying(self, wei: U256) -> Self {
        Self { value: wei, ..self }
    }
}

/// A proposal that is being written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Draft {
    title: String,
    body: String,
    calls: Vec<Call>,
    proposer: Option<Address>,
}

impl Draft {
    /// Begins with a title, which is one line, and a text, which may be empty.
    pub(super) fn new(title: impl Into<String>, body: impl Into<String>) -> Self {
        Self { title: title.into(), body: body.into(), calls: Vec::new(), proposer: None }
    }

    /// Adds a call of a function, without wei.
    pub fn call(self, target: Address, call: &impl SolCall) -> Self {
        self.push(Call::new(target, call))
    }

    /// Adds a call.
    pub fn push(mut self, call: Call) -> Self {
        self.calls.push(call);
        self
    }

    /// Lets only this account propose it, so that nobody else can propose it first and cancel it.
    pub fn for_proposer(self, proposer: Address) -> Self {
        Self { proposer: Some(proposer), ..self }
    }

    /// Checks it and makes it a proposal.
    ///
    /// # Errors
    /// [`GovernanceError::NoCalls`], [`GovernanceError::Title`], [`GovernanceError::HiddenProposer`].
    pub fn finish(self) -> Result<Proposal, GovernanceError> {
        let Self { title, body, calls, proposer } = self;
        let (title, body) = (title.trim(), body.trim());
        if title.is_empty() || title.contains(['\n', '\r']) {
            return Err(GovernanceError::Title);
        }
        let gap = if body.is_empty() { "" } else { "\n\n" };
        let mut description = format!("# {title}{gap}{body}");
        if let Some(hidden) = named_proposer(description.as_bytes()) {
            return Err(GovernanceError::HiddenProposer(hidden));
        }
        if let Some(proposer) = proposer {
            description.push_str(&format!("\n\n{MARK}{}", hex::encode(proposer)));
        }
        Proposal::new(calls, description.into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use aia_abi::IAIAToken::setCCIPAdminCall;
    use aia_protocol::governance::proposer::may_propose;

    use super::*;

    const TOKEN: Address = Address::repeat_byte(0x11);
    const ADMIN: Address = Address::repeat_byte(0xad);

    fn draft(title: &str, body: &str) -> Draft {
        Proposal::draft(title, body).call(TOKEN, &setCCIPAdminCall { newAdmin: ADMIN })
    }

    #[test]
    fn a_draft_becomes_a_title_a_text_and_calls_in_their_order() {
        let wei = U256::from(7);
        let proposal =
            draft(" A new admin ", "Because.\n").push(Call::transfer(ADMIN, wei)).finish().expect("complete");
        assert_eq!(proposal.description(), "# A new admin\n\nBecause.");
        assert_eq!((proposal.title().as_str(), proposal.body().as_str()), ("A new admin", "Because."));
        let call = Call::new(TOKEN, &setCCIPAdminCall { newAdmin: ADMIN });
        assert_eq!(proposal.calls(), [call, Call { target: ADMIN, value: wei, data: Bytes::new() }]);
        assert_eq!(draft("Alone", "").finish().expect("complete").description(), "# Alone");
    }

    #[test]
    fn a_call_may_pay() {
        let call = Call::new(TOKEN, &setCCIPAdminCall { newAdmin: ADMIN });
        let paying = call.clone().paying(U256::from(5));
        assert_eq!((paying.value, paying.data, paying.target), (U256::from(5), call.data, TOKEN));
    }

    #[test]
    fn one_proposer_alone_may_propose_what_names_it() {
        let proposer = Address::repeat_byte(0xab);
        let proposal = draft("A new admin", "Because.").for_proposer(proposer).finish().expect("complete");
        let named = "# A new admin\n\nBecause.\n\n#proposer=0xabababababababababababababababababababab";
        assert_eq!(proposal.description(), named);
        assert_eq!(proposal.proposer(), Some(proposer));
        assert_eq!((proposal.title().as_str(), proposal.body().as_str()), ("A new admin", "Because."));
        assert!(may_propose(proposer, named.as_bytes()) && !may_propose(ADMIN, named.as_bytes()));
    }

    #[test]
    fn what_is_no_proposal_is_refused() {
        assert_eq!(Proposal::draft("Nothing", "").finish(), Err(GovernanceError::NoCalls));
        for title in ["", " \n", "Two\nlines", "Two\rlines"] {
            assert_eq!(draft(title, "").finish(), Err(GovernanceError::Title), "{title:?}");
        }
        let text = format!("See #proposer={ADMIN}");
        let hidden = Err(GovernanceError::HiddenProposer(ADMIN));
        assert_eq!(draft("A trap", &text).finish(), hidden);
        assert_eq!(draft(&text, "").for_proposer(TOKEN).finish(), hidden);
    }
}
