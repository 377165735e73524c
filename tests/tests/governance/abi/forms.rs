//! The same arguments in other forms than the usual one: valid all the same, and with the same ids.

use aia_abi::{
    IAIAGovernor::{self as G, ProposalState},
    IAIATimelock::{self as T, OperationState},
};
use aia_devnode::chain::Outcome;
use aia_tests::governance::{DELAY, Dao, VOTING_DELAY, VOTING_PERIOD};
use alloy::{
    primitives::{Address, B256, Bytes, U256, keccak256},
    sol_types::{SolCall, SolValue},
};
use eyre::{Result, bail};

use super::{
    call,
    lock::{self, Lock},
    send_raw,
};

/// How what has no fixed length is laid out behind the head.
#[derive(Clone, Copy, Debug)]
struct Form {
    /// The last comes first.
    backwards: bool,
    /// Bytes of rubbish before each.
    gap: usize,
    /// What is there already is pointed at once more.
    shared: bool,
    /// Whether `bytes` are filled up to whole words.
    padded: bool,
}

const USUAL: Form = Form { backwards: false, gap: 0, shared: false, padded: true };
const OTHERS: [Form; 5] = [
    Form { backwards: true, ..USUAL },
    Form { gap: 37, ..USUAL },
    Form { shared: true, ..USUAL },
    Form { padded: false, ..USUAL },
    Form { backwards: true, gap: 5, shared: true, padded: false },
];

/// An argument, or an element of an array.
enum Part {
    Word(B256),
    /// What an offset stands for.
    Tail(Vec<u8>),
}

impl Form {
    fn lay_out(self, parts: &[Part]) -> Vec<u8> {
        let (mut heads, mut body) = (vec![B256::ZERO; parts.len()], Vec::new());
        let places: Vec<_> = (0..parts.len()).collect();
        let order = if self.backwards { places.into_iter().rev().collect() } else { places };
        for place in order {
            heads[place] = match &parts[place] {
                Part::Word(word) => *word,
                Part::Tail(content) => U256::from(32 * parts.len() + self.put(content, &mut body)).into(),
            };
        }
        [heads.concat(), body].concat()
    }

    /// Puts a tail behind the others and returns where it is; if it may be shared, perhaps among them.
    fn put(self, content: &[u8], body: &mut Vec<u8>) -> usize {
        let present = body.windows(content.len()).position(|window| window == content);
        if let Some(present) = present.filter(|_| self.shared) {
            return present;
        }
        body.resize(body.len() + self.gap, 0xee);
        let start = body.len();
        body.extend_from_slice(content);
        start
    }

    fn bytes(self, content: &[u8]) -> Part {
        let mut tail = [length(content.len()).as_slice(), content].concat();
        if self.padded {
            tail.resize(tail.len().next_multiple_of(32), 0);
        }
        Part::Tail(tail)
    }

    fn byte_strings(self, strings: &[Bytes]) -> Part {
        let elements: Vec<_> = strings.iter().map(|string| self.bytes(string)).collect();
        Part::Tail([length(strings.len()).0.to_vec(), self.lay_out(&elements)].concat())
    }
}

fn words(words: Vec<B256>) -> Part {
    Part::Tail([length(words.len()).0.to_vec(), words.concat()].concat())
}

fn length(length: usize) -> B256 {
    U256::from(length).into()
}

/// Calls to accounts without code.
#[derive(Clone)]
struct Calls {
    targets: Vec<Address>,
    values: Vec<U256>,
    data: Vec<Bytes>,
}

impl Calls {
    /// Returns calls of which nothing is like anything else, and calls of which much is.
    fn samples() -> [Self; 2] {
        let different = Self {
            targets: [0xa1, 0xa2, 0xa3].map(Address::repeat_byte).to_vec(),
            values: vec![U256::ZERO; 3],
            data: vec![Bytes::from(vec![0x11_u8; 33]), Bytes::from(vec![0x22_u8; 4]), Bytes::new()],
        };
        // Arrays of twice nothing, and data that contains data.
        let alike = Self {
            targets: vec![Address::ZERO; 2],
            values: vec![U256::ZERO; 2],
            data: vec![Bytes::from(vec![0_u8; 64]), Bytes::from(vec![0_u8; 64])],
        };
        [different, alike]
    }

    /// Encodes the calls and what follows them.
    fn encode(&self, form: Form, rest: Vec<Part>) -> Vec<u8> {
        let targets = words(self.targets.iter().map(|target| target.into_word()).collect());
        let values = words(self.values.iter().map(|value| (*value).into()).collect());
        let mut parts = vec![targets, values, form.byte_strings(&self.data)];
        parts.extend(rest);
        form.lay_out(&parts)
    }

    /// Returns the hash of the usual encoding with some words behind, as alloy encodes.
    fn hash(&self, words: &[B256]) -> B256 {
        let Self { targets, values, data } = self.clone();
        keccak256(match words {
            [first] => (targets, values, data, *first).abi_encode_params(),
            [first, second] => (targets, values, data, *first, *second).abi_encode_params(),
            _ => panic!("no id is made of this"),
        })
    }
}

fn calldata<C: SolCall>(arguments: Vec<u8>) -> Vec<u8> {
    [&C::SELECTOR[..], &arguments].concat()
}

/// Asks a contract for a word.
fn word(scene: &Dao, contract: Address, data: Vec<u8>) -> Result<B256> {
    match call(scene, scene.stranger().address(), contract, data, U256::ZERO)? {
        Outcome::Success { output, .. } if output.len() == 32 => Ok(B256::from_slice(&output)),
        other => bail!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_do_not_depend_on_the_form_of_the_arguments() -> Result<()> {
    let scene = Dao::start().await?;
    let [one, other] = [0x5a, 0xa5].map(B256::repeat_byte);
    for calls in Calls::samples() {
        let (proposal, operation) = (calls.hash(&[one]), calls.hash(&[one, other]));
        let usual = calls.encode(USUAL, vec![Part::Word(one)]);
        assert_eq!(keccak256(&usual), proposal, "the usual form is alloy's");
        for form in OTHERS {
            let arguments = calls.encode(form, vec![Part::Word(one)]);
            let hash = calldata::<G::hashProposalCall>(arguments.clone());
            assert_eq!(word(&scene, scene.governor, hash)?, proposal, "{form:?}");
            let get = calldata::<G::getProposalIdCall>(arguments);
            assert_eq!(word(&scene, scene.governor, get)?, proposal, "{form:?}");
            let arguments = calls.encode(form, vec![Part::Word(one), Part::Word(other)]);
            let hash = calldata::<T::hashOperationBatchCall>(arguments);
            assert_eq!(word(&scene, scene.timelock, hash)?, operation, "{form:?}");
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_id_of_a_single_call_does_not_depend_on_it_either() -> Result<()> {
    let scene = Dao::start().await?;
    let [target, predecessor, salt] = [0x0a, 0x5a, 0xa5].map(B256::with_last_byte);
    let (account, data) = (Address::from_word(target), Bytes::from(vec![0x33_u8; 45]));
    let id = keccak256((account, U256::MAX, data.clone(), predecessor, salt).abi_encode_params());
    for form in OTHERS.into_iter().chain([USUAL]) {
        let words = [target, B256::repeat_byte(0xff), predecessor, salt].map(Part::Word);
        let [target, value, predecessor, salt] = words;
        let arguments = form.lay_out(&[target, value, form.bytes(&data), predecessor, salt]);
        let hash = calldata::<T::hashOperationCall>(arguments);
        assert_eq!(word(&scene, scene.timelock, hash)?, id, "{form:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_lives_through_whatever_forms_its_calls_come_in() -> Result<()> {
    let scene = Dao::start().await?;
    let (net, account) = (scene.net(), scene.proposer());
    let by = scene.governor_as(&scene.voters()[0])?;
    let text = b"in other forms";
    let hash = keccak256(text);
    for (calls, shift) in Calls::samples().into_iter().zip([0, 2]) {
        let id: U256 = calls.hash(&[hash]).into();
        let form = |step: usize| OTHERS[(step + shift) % OTHERS.len()];
        let propose = calls.encode(form(0), vec![form(0).bytes(text)]);
        send_raw(net, &account, scene.governor, calldata::<G::proposeCall>(propose)).await?;
        net.pass(VOTING_DELAY + 1)?;
        net.send(&by.castVote(id, 1)).await?;
        net.pass(VOTING_PERIOD)?;
        let arguments = |step| calls.encode(form(step), vec![Part::Word(hash)]);
        send_raw(net, &account, scene.governor, calldata::<G::queueCall>(arguments(1))).await?;
        net.pass(DELAY)?;
        send_raw(net, &account, scene.governor, calldata::<G::executeCall>(arguments(2))).await?;
        assert_eq!(by.state(id).call().await?, ProposalState::Executed);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_is_executed_in_another_form_than_it_was_scheduled_in() -> Result<()> {
    let lock = Lock::start().await?;
    let (net, by) = (&lock.net, lock.by(&lock.stranger)?);
    let (predecessor, salt) = (B256::ZERO, B256::repeat_byte(0x5a));
    let delay: B256 = U256::from(lock::DELAY).into();
    for calls in Calls::samples() {
        let id = calls.hash(&[predecessor, salt]);
        let rest = [predecessor, salt, delay].map(Part::Word).into_iter().collect();
        let schedule = calldata::<T::scheduleBatchCall>(calls.encode(OTHERS[3], rest));
        send_raw(net, &lock.proposer, lock.timelock, schedule).await?;
        assert_eq!(by.getOperationState(id).call().await?, OperationState::Waiting);
        net.pass(lock::DELAY)?;
        let rest = [predecessor, salt].map(Part::Word).into_iter().collect();
        let execute = calldata::<T::executeBatchCall>(calls.encode(OTHERS[4], rest));
        send_raw(net, &lock.stranger, lock.timelock, execute).await?;
        assert_eq!(by.getOperationState(id).call().await?, OperationState::Done);
    }
    Ok(())
}
