//! Votes that people sign and others submit: with either nonce, by keys and by a contract, good and bad.

use aia_abi::IAIAGovernor::{castVoteBySigCall, castVoteWithReasonAndParamsBySigCall, nonces_0Call, nonces_1Call};
use aia_tests::signing::{Parts, sign_hash};
use alloy::{
    primitives::{Address, B256, Bytes, U256, aliases::U192, b256, keccak256},
    signers::local::PrivateKeySigner,
    sol_types::{Eip712Domain, SolCall, SolValue},
};
use eyre::{Result, ensure};
use rand::Rng;

use super::{
    pair::{OURS, Place, THEIRS},
    people::People,
    proposal::{Proposal, both, calldata},
    trace::Trace,
};

/// Order of secp256k1.
const ORDER: B256 = b256!("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
const BALLOT: &str = "Ballot(uint256 proposalId,uint8 support,address voter,uint256 nonce)";
const EXTENDED_BALLOT: &str =
    "ExtendedBallot(uint256 proposalId,uint8 support,address voter,uint256 nonce,string reason,bytes params)";

/// A vote as it is signed.
#[derive(Clone, Debug)]
struct Ballot {
    support: u8,
    voter: Address,
    /// Reason and params of an extended one.
    extension: Option<[Bytes; 2]>,
}

/// What a ballot is signed with: the nonce of its proposal or the plain one.
#[derive(Clone, Copy, Debug)]
struct Nonce {
    is_of_proposal: bool,
    wrong: Option<Wrong>,
}

/// Why a nonce is not the one that is due.
#[derive(Clone, Copy, Debug)]
enum Wrong {
    Spent,
    Early,
}

/// What is wrong with a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flaw {
    None,
    /// Somebody else's key.
    WrongSigner,
    /// Something else was signed.
    WrongMessage,
    HighS,
    BadV,
    OtherV,
    NoPoint,
    /// 64 bytes.
    Short,
    /// 66 bytes.
    Long,
}

impl Ballot {
    /// Returns what is signed for a proposal under a domain.
    fn digest(&self, id: U256, nonce: U256, domain: &Eip712Domain) -> B256 {
        let (support, voter) = (U256::from(self.support), self.voter);
        let message = match &self.extension {
            None => (keccak256(BALLOT), id, support, voter, nonce).abi_encode(),
            Some(extension) => {
                let [reason, params] = extension.each_ref().map(keccak256);
                (keccak256(EXTENDED_BALLOT), id, support, voter, nonce, reason, params).abi_encode()
            }
        };
        keccak256([&[0x19, 0x01][..], domain.separator().as_slice(), keccak256(message).as_slice()].concat())
    }

    /// Returns the function that takes it, and the call of it.
    fn submission(&self, id: U256, signature: Bytes) -> (&'static str, Bytes) {
        let (support, voter) = (U256::from(self.support), self.voter);
        match &self.extension {
            None => {
                let arguments = (id, support, voter, signature).abi_encode_params();
                ("castVoteBySig", calldata(castVoteBySigCall::SELECTOR, &arguments))
            }
            Some([reason, params]) => {
                let arguments = (id, support, voter, reason.clone(), params.clone(), signature).abi_encode_params();
                let call = calldata(castVoteWithReasonAndParamsBySigCall::SELECTOR, &arguments);
                ("castVoteWithReasonAndParamsBySig", call)
            }
        }
    }
}

impl Flaw {
    /// Returns a signature of `digest` by `signer` with this flaw.
    fn sign(self, signer: &PrivateKeySigner, other: &PrivateKeySigner, digest: B256) -> Result<Bytes> {
        let good = sign_hash(signer, digest)?;
        let parts = match self {
            Self::None | Self::Short | Self::Long => good,
            Self::WrongSigner => sign_hash(other, digest)?,
            Self::WrongMessage => sign_hash(signer, !digest)?,
            Self::HighS => {
                let s = U256::from_be_bytes(ORDER.0) - U256::from_be_bytes(good.s.0);
                Parts { v: 27 + 28 - good.v, s: s.into(), ..good }
            }
            Self::BadV => Parts { v: good.v + 2, ..good },
            Self::OtherV => Parts { v: 27 + 28 - good.v, ..good },
            Self::NoPoint => Parts { r: B256::ZERO, ..good },
        };
        let mut bytes = parts.bytes().to_vec();
        match self {
            Self::Short => bytes.truncate(64),
            Self::Long => bytes.push(0),
            _ => {}
        }
        Ok(bytes.into())
    }
}

impl Trace<'_> {
    /// Submits a signed ballot and compares what came of it.
    pub(super) fn vote_by_signature(&mut self, proposal: &Proposal) -> Result<()> {
        let (ballot, signer) = self.ballot(proposal)?;
        let (nonce, flaw) = (self.nonce(), self.flaw());
        let (other, relayer) = (self.pair.network.owner.clone(), self.anybody());
        let mut name = "";
        let mut data = [Bytes::new(), Bytes::new()];
        for side in [OURS, THEIRS] {
            let id = proposal.id(side);
            let signed_nonce = self.signed_nonce(side, ballot.voter, id, nonce)?;
            let digest = ballot.digest(id, signed_nonce, &self.pair.side(side).domain);
            (name, data[side]) = ballot.submission(id, flaw.sign(&signer, &other, digest)?);
        }
        self.cast(name, relayer, proposal, data)?;
        self.compare_nonces(proposal, ballot.voter)
    }

    /// Draws a ballot, and the key that signs it.
    fn ballot(&mut self, proposal: &Proposal) -> Result<(Ballot, PrivateKeySigner)> {
        let signer = self.anybody_with_key();
        let (voter, signer) = match self.rng.random_range(0..100) {
            0..75 => (signer.address(), signer),
            75..97 => (self.pair.people.wallet, People::wallet_key(&self.pair.network)),
            _ => (Address::ZERO, signer),
        };
        let support = self.support();
        let extension = if self.rng.random_bool(0.45) {
            let reason = self.reason();
            Some([reason, self.params(proposal, voter, support)?])
        } else {
            None
        };
        Ok((Ballot { support, voter, extension }, signer))
    }

    fn nonce(&mut self) -> Nonce {
        let wrong = match self.rng.random_range(0..20) {
            0 => Some(Wrong::Spent),
            1 => Some(Wrong::Early),
            _ => None,
        };
        Nonce { is_of_proposal: self.rng.random_bool(0.5), wrong }
    }

    fn flaw(&mut self) -> Flaw {
        if self.rng.random_bool(0.75) {
            return Flaw::None;
        }
        let flaws = [
            Flaw::WrongSigner,
            Flaw::WrongMessage,
            Flaw::HighS,
            Flaw::BadV,
            Flaw::OtherV,
            Flaw::NoPoint,
            Flaw::Short,
            Flaw::Long,
        ];
        flaws[self.rng.random_range(0..flaws.len())]
    }

    /// Returns the nonce that a ballot is signed with on a side.
    fn signed_nonce(&self, side: usize, owner: Address, id: U256, nonce: Nonce) -> Result<U256> {
        // What the key of a nonce is differs with the id: its count is the last 64 bits.
        let key = if nonce.is_of_proposal { key(id) } else { U192::ZERO };
        let call = nonces_1Call { owner, key };
        let answer = self.pair.look(side, Place::Governor, &both(&call))?;
        ensure!(answer.success, "there is no nonce: {answer:?}");
        let count = nonces_1Call::abi_decode_returns(&answer.output)? & U256::from(u64::MAX);
        let due = (U256::from(key) << 64) | count;
        Ok(match nonce.wrong {
            None => due,
            Some(Wrong::Spent) => due.wrapping_sub(U256::ONE),
            Some(Wrong::Early) => due + U256::ONE,
        })
    }

    /// Compares the nonces of a voter.
    pub(super) fn compare_nonces(&self, proposal: &Proposal, owner: Address) -> Result<()> {
        self.pair.view(Place::Governor, &proposal.named(|id| nonces_1Call { owner, key: key(id) }))?;
        self.pair.view(Place::Governor, &both(&nonces_0Call { owner }))?;
        Ok(())
    }
}

/// Returns the key of a proposal's nonces: the low 192 bits of its id.
fn key(id: U256) -> U192 {
    U192::from_be_slice(&id.to_be_bytes::<32>()[8..])
}
