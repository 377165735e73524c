//! What becomes of a proposal that nobody executes: the one difference that every other trace keeps away from.

use aia_abi::{
    IAIAGovernor::{
        GovernorUnexpectedProposalState,
        ProposalState::{self, Expired, Queued},
        castVoteCall, executeCall, queueCall, stateCall,
    },
    IAIATimelock::{OperationState, getOperationStateCall},
};
use aia_tests::governance::states;
use alloy::{
    primitives::{Address, Bytes, U256},
    sol_types::{SolCall, SolError},
};
use eyre::{Result, ensure};

use super::{
    actions::{countCall, shared},
    outcome::Outcome,
    pair::{OURS, Pair, Place, Step, THEIRS},
    proposal::Proposal,
    start::{self, GRACE},
};

/// For.
const FOR: u8 = 1;

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_executes_expires_here_and_stays_queued_in_openzeppelins() -> Result<()> {
    let mut pair = start::start().await?;
    let proposal = queued(&mut pair)?;
    let last = pair.eta(&proposal)? + GRACE;

    pair.pass_to(last)?;
    assert_eq!(pair.state(&proposal)?, Some(Queued), "on both sides, until the last second of grace");

    pair.pass_to(last + 1)?;
    assert_eq!(state(&pair, OURS, &proposal)?, Expired);
    assert_eq!(state(&pair, THEIRS, &proposal)?, Queued);

    let execution = step(pair.people.bystander.address(), proposal.spelled_out::<executeCall>());
    let refused = pair.submit(OURS, &execution)?;
    let expected = GovernorUnexpectedProposalState {
        proposalId: proposal.id(OURS),
        current: Expired,
        expectedStates: states(&[Queued]),
    };
    assert_eq!(refused, Outcome { success: false, output: expected.abi_encode().into(), logs: Vec::new() });
    assert!(pair.submit(THEIRS, &execution)?.success, "OpenZeppelin's has no grace period to end");

    // Nobody can revive it: the operation is over in the timelock too.
    assert_eq!(operation_state(&pair, OURS, &proposal)?, OperationState::Expired);
    assert_eq!(operation_state(&pair, THEIRS, &proposal)?, OperationState::Done);
    Ok(())
}

/// Brings a proposal to where it only waits for its execution, alike on both sides.
fn queued(pair: &mut Pair) -> Result<Proposal> {
    let voters: Vec<Address> = pair.people.voters.iter().map(|voter| voter.address()).collect();
    let call = countCall { step: U256::ONE };
    let action = shared("action: count", pair.targets.tally, U256::ZERO, call.abi_encode());
    let proposal = Proposal::new(voters[0], &[action], Bytes::from_static(b"# Count"));
    pair.know(&proposal);
    must(pair, step(voters[0], proposal.proposing()))?;
    pair.pass_to(pair.now() + 3_601)?;
    for voter in voters {
        let ballot = proposal.named(|id| castVoteCall { proposalId: id, support: FOR });
        must(pair, step(voter, ballot))?;
    }
    pair.pass_to(pair.now() + 2 * 86_400)?;
    let bystander = pair.people.bystander.address();
    must(pair, step(bystander, proposal.spelled_out::<queueCall>()))?;
    Ok(proposal)
}

fn step(from: Address, data: [Bytes; 2]) -> Step {
    Step { name: "step", from, to: Place::Governor, value: U256::ZERO, data }
}

fn must(pair: &mut Pair, step: Step) -> Result<()> {
    let outcome = pair.run(&step)?;
    ensure!(outcome.success, "{step:?}: {outcome:?}");
    Ok(())
}

fn state(pair: &Pair, side: usize, proposal: &Proposal) -> Result<ProposalState> {
    let answer = pair.look(side, Place::Governor, &proposal.named(|id| stateCall { proposalId: id }))?;
    Ok(stateCall::abi_decode_returns(&answer.output)?)
}

fn operation_state(pair: &Pair, side: usize, proposal: &Proposal) -> Result<OperationState> {
    let data = pair.operations(proposal).map(|id| getOperationStateCall { id }.abi_encode().into());
    let answer = pair.look(side, Place::Timelock, &data)?;
    Ok(getOperationStateCall::abi_decode_returns(&answer.output)?)
}
