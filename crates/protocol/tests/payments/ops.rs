//! What can happen in an escrow, and what it tells.

/// Somebody with an account.
pub(crate) type Actor = usize;
/// How many there are.
pub(crate) const ACTORS: usize = 5;
/// A stream; those that leave the same remainder by [`STREAM_PLACES`] differ in their job only.
pub(crate) type StreamNo = usize;
/// How many streams run at once.
pub(crate) const STREAM_PLACES: usize = 5;
/// A channel; those that leave the same remainder by [`CHANNEL_PLACES`] differ in their salt only.
pub(crate) type ChannelNo = usize;
/// How many channels are open at once.
pub(crate) const CHANNEL_PLACES: usize = 4;
/// Stands for all there is.
pub(crate) const ALL: u128 = u128::MAX;

/// Between whom a stream is, and the seconds that its payer pays for after stopping.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deal {
    pub(crate) payer: Actor,
    pub(crate) payee: Actor,
    pub(crate) notice: u32,
}

/// Between whom a channel is, and the seconds between announcing and finalizing a withdrawal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    pub(crate) payer: Actor,
    pub(crate) payer_authorizer: Option<Actor>,
    pub(crate) receiver: Actor,
    pub(crate) receiver_authorizer: Actor,
    pub(crate) delay: u64,
}

/// What one escrow is used for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting {
    pub(crate) deals: [Deal; STREAM_PLACES],
    pub(crate) terms: [Terms; CHANNEL_PLACES],
    /// The most that comes in at a time, base units.
    pub(crate) scale: u128,
    /// For how long streams are meant to run, seconds.
    pub(crate) pace: u64,
}

impl Setting {
    pub(crate) fn deal(&self, stream: StreamNo) -> Deal {
        self.deals[stream % STREAM_PLACES]
    }

    pub(crate) fn terms(&self, channel: ChannelNo) -> Terms {
        self.terms[channel % CHANNEL_PLACES]
    }
}

/// What the owner sets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Params {
    pub(crate) fee_bps: u16,
    pub(crate) burn_bps: u16,
    pub(crate) stake_ttl: u32,
}

/// A voucher presented: up to how much the payer's side signed, if it did, and how much is claimed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) channel: ChannelNo,
    pub(crate) max: u128,
    pub(crate) total: u128,
    pub(crate) signed: bool,
}

/// What somebody does.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    Fund { by: Actor, to: Actor, amount: u128 },
    Withdraw { by: Actor, amount: u128 },
    Settle { by: Actor, receiver: Actor },
    Lock { by: Actor, locked: bool },
    SetParams { params: Params, new_registry: bool },
    Stake { provider: Actor, active: bool, told: bool },
    Refresh { provider: Actor },
    Sweep { accounts: Vec<Actor> },
    Open { stream: StreamNo, rate: u128, deposit: u128 },
    TopUp { by: Actor, stream: StreamNo, amount: u128 },
    SetRate { by: Actor, stream: StreamNo, rate: u128 },
    Stop { by: Actor, stream: StreamNo },
    Reclaim { by: Actor, stream: StreamNo, amount: u128 },
    Collect { streams: Vec<StreamNo> },
    CollectAndWithdraw { by: Actor, stream: StreamNo },
    Deposit { by: Actor, channel: ChannelNo, amount: u128, wallet: bool },
    Claim { by: Actor, rows: Vec<Row> },
    ClaimAndWithdraw { by: Actor, row: Row },
    Refund { by: Actor, channel: ChannelNo, amount: u128 },
    Initiate { by: Actor, channel: ChannelNo, amount: u128 },
    Finalize { by: Actor, channel: ChannelNo },
    Hold { by: Actor, channel: ChannelNo, until: u64 },
    Wait { seconds: u64 },
}

impl Op {
    /// Returns the streams that it is about.
    pub(crate) fn streams(&self) -> &[StreamNo] {
        match self {
            Self::Open { stream, .. }
            | Self::TopUp { stream, .. }
            | Self::SetRate { stream, .. }
            | Self::Stop { stream, .. }
            | Self::Reclaim { stream, .. }
            | Self::CollectAndWithdraw { stream, .. } => std::slice::from_ref(stream),
            Self::Collect { streams } => streams,
            _ => &[],
        }
    }

    /// Returns the channels that it is about.
    pub(crate) fn channels(&self) -> Vec<ChannelNo> {
        match self {
            Self::Deposit { channel, .. }
            | Self::Refund { channel, .. }
            | Self::Initiate { channel, .. }
            | Self::Finalize { channel, .. }
            | Self::Hold { channel, .. } => vec![*channel],
            Self::Claim { rows, .. } => rows.iter().map(|row| row.channel).collect(),
            Self::ClaimAndWithdraw { row, .. } => vec![row.channel],
            _ => Vec::new(),
        }
    }
}

/// Why a row is passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    Claimed,
    Signature,
    Caller,
    Empty,
}

/// Why something is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    ZeroAmount,
    AmountTooLarge,
    InsufficientLedger(u128),
    ProviderInactive,
    StreamExists,
    UnknownStream,
    StreamEnding(u64),
    UnauthorizedParty,
    InvalidRate(u128),
    UnderNotice(u128),
    UnknownChannel,
    ChannelIsClosed,
    UnauthorizedSide,
    PartialWithdraw(u128),
    WithdrawPending(u64),
    WithdrawNotPending,
    WithdrawTooEarly(u64),
    WithdrawExpired(u64),
    InvalidHold([u64; 2]),
    ClaimRefused(Reason),
}

/// What somebody was credited, and the fee that was taken of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Credit {
    pub(crate) payee: Actor,
    pub(crate) gross: u128,
    pub(crate) fee: u128,
}

/// What a call tells: the amounts that it moved, what streams paid first, and its credits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) moved: Vec<u128>,
    pub(crate) credits: Vec<Credit>,
}

/// What a call tells, or why it is refused.
pub(crate) type Outcome = Result<Told, Refusal>;
/// The amounts that a part of a call has moved, or why it is refused.
pub(crate) type Moved = Result<Vec<u128>, Refusal>;
