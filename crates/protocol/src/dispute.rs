//! The life of a dispute, from the bond to the slash.

use alloy_primitives::{Address, U256};

use crate::{
    MAX_SUPPLY,
    word::{Reader, Writer},
};

/// The largest bond, base units.
pub const MAX_BOND: u128 = MAX_SUPPLY / 1_000;

/// Bounds of the parameters, least and most, in the order of the interface's `Params`.
pub const PARAM_BOUNDS: [[u128; 2]; 8] = [
    [600, 7_776_000],
    [600, 7_776_000],
    [600, 7_776_000],
    [600, 7_776_000],
    [0, MAX_REPORTER_BPS as u128],
    [0, MAX_VICTIM_BPS as u128],
    [1, 10_000],
    [1, 10_000],
];

/// Most of a slash that the reporter gets, basis points.
pub const MAX_REPORTER_BPS: u16 = 2_000;
/// Most of a slash that the harmed consumer gets, basis points: with the reporter's, half.
pub const MAX_VICTIM_BPS: u16 = 3_000;

/// Where a dispute stands; the numbers are the interface's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Status {
    /// There is none.
    #[default]
    None = 0,
    /// Waits for its ruling.
    Open = 1,
    /// Waits for its veto window to end.
    Upheld = 2,
    /// Slashed.
    Executed = 3,
    /// The accused was right.
    Rejected = 4,
    /// Nobody was.
    Drawn = 5,
    /// Stopped.
    Vetoed = 6,
    /// Nobody ruled in time.
    Expired = 7,
    /// Taken back.
    Cancelled = 8,
    /// Another dispute slashed the fault.
    Duplicate = 9,
}

/// Why a step is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The dispute does not wait for it.
    Status(Status),
    /// The time for it ended with this second.
    DeadlinePassed(u64),
    /// The time for it begins after this second.
    DeadlineNotPassed(u64),
    /// A ruling is 0, 1 or 2.
    Ruling,
    /// The rate is not below the present one.
    Bps(u16),
}

/// The windows that a dispute was opened under, seconds, and what goes with them.
///
/// Word layout, from the low end: detection 32 bits, ruling 32, veto 32, execution 32, reporter_bps 16, victim_bps 16,
/// cover 16, equivocation_bps 16.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Params {
    /// After a fault, to dispute it.
    pub detection: u32,
    /// After opening, to rule.
    pub ruling: u32,
    /// After an upholding ruling, to lower or veto.
    pub veto: u32,
    /// After that, to execute before exits can mature.
    pub execution: u32,
    /// The disputer's part of a slash.
    pub reporter_bps: u16,
    /// The harmed consumer's part of a slash.
    pub victim_bps: u16,
    /// How many bonds must be slashable.
    pub cover: u16,
    /// Slashed for equivocation.
    pub equivocation_bps: u16,
}

impl Params {
    /// Reads the packed form.
    pub fn from_word(word: U256) -> Self {
        let mut fields = Reader::new(word);
        Self {
            detection: fields.u32(32),
            ruling: fields.u32(32),
            veto: fields.u32(32),
            execution: fields.u32(32),
            reporter_bps: fields.u16(),
            victim_bps: fields.u16(),
            cover: fields.u16(),
            equivocation_bps: fields.u16(),
        }
    }

    /// Returns the packed form.
    pub fn to_word(self) -> U256 {
        let windows = Writer::default().uint(32, self.detection).uint(32, self.ruling).uint(32, self.veto);
        let parts = windows.uint(32, self.execution).uint(16, self.reporter_bps).uint(16, self.victim_bps);
        parts.uint(16, self.cover).uint(16, self.equivocation_bps).done()
    }

    /// Returns how long stake must stay bound after it leaves: whoever leaves right after a fault is still reached.
    pub fn required_unbonding(self) -> u64 {
        [self.detection, self.ruling, self.veto, self.execution].into_iter().map(u64::from).sum()
    }
}

/// What changes in the life of a dispute.
///
/// Word layout, from the low end: disputer 160 bits, at 40, status 8, bps 16, service 32.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dispute {
    /// Who opened it.
    pub disputer: Address,
    /// When it was opened or, once upheld, ruled, Unix seconds.
    pub at: u64,
    /// Where it stands.
    pub status: Status,
    /// What is to be slashed.
    pub bps: u16,
    /// The service concerned; 0 for the provider as a whole.
    pub service: u32,
}

/// What happens to a bond, base units; the three add up to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settlement {
    /// To the disputer.
    pub returned: u128,
    /// To nobody.
    pub burned: u128,
    /// To the accused.
    pub to_subject: u128,
}

impl Settlement {
    /// Gives the bond back.
    pub fn back(bond: u128) -> Self {
        Self { returned: bond, ..Default::default() }
    }

    /// Takes the bond of an accusation that was wrong: half of it burns, or disputing oneself would be free.
    pub fn lost(bond: u128) -> Self {
        let burned = bond.div_ceil(2);
        Self { burned, to_subject: bond - burned, returned: 0 }
    }

    /// Gives the bond of an accusation taken back back, less a tenth.
    pub fn cancelled(bond: u128) -> Self {
        let burned = bond.div_ceil(10);
        Self { returned: bond - burned, burned, to_subject: 0 }
    }
}

impl Dispute {
    /// Reads the packed form.
    pub fn from_word(word: U256) -> Self {
        let mut fields = Reader::new(word);
        Self {
            disputer: fields.address(),
            at: fields.u64(40),
            status: Status::from_number(fields.u8()),
            bps: fields.u16(),
            service: fields.u32(32),
        }
    }

    /// Returns the packed form.
    pub fn to_word(self) -> U256 {
        let start = Writer::default().address(self.disputer).uint(40, self.at).uint(8, self.status as u8);
        start.uint(16, self.bps).uint(32, self.service).done()
    }

    /// Returns the last second of what the dispute waits for, or 0 when it is over.
    pub fn deadline(self, params: Params) -> u64 {
        match self.status {
            Status::Open => self.at + u64::from(params.ruling),
            Status::Upheld => self.at + u64::from(params.veto),
            _ => 0,
        }
    }

    /// Rules: 0 draws, 1 upholds, 2 rejects.
    ///
    /// # Errors
    /// [`Refusal::Status`], [`Refusal::DeadlinePassed`], [`Refusal::Ruling`].
    pub fn rule(self, ruling: U256, now: u64, params: Params) -> Result<Self, Refusal> {
        self.in_time(Status::Open, now, params)?;
        let status = match u8::try_from(ruling) {
            Ok(0) => Status::Drawn,
            Ok(1) => Status::Upheld,
            Ok(2) => Status::Rejected,
            _ => return Err(Refusal::Ruling),
        };
        let at = if status == Status::Upheld { now } else { self.at };
        Ok(Self { status, at, ..self })
    }

    /// Takes the dispute back.
    ///
    /// # Errors
    /// [`Refusal::Status`], [`Refusal::DeadlinePassed`].
    pub fn cancel(self, now: u64, params: Params) -> Result<Self, Refusal> {
        self.in_time(Status::Open, now, params)?;
        Ok(Self { status: Status::Cancelled, ..self })
    }

    /// Stops an upheld dispute.
    ///
    /// # Errors
    /// [`Refusal::Status`], [`Refusal::DeadlinePassed`].
    pub fn veto(self, now: u64, params: Params) -> Result<Self, Refusal> {
        self.in_time(Status::Upheld, now, params)?;
        Ok(Self { status: Status::Vetoed, ..self })
    }

    /// Lowers the rate of an upheld dispute; not to nothing, which would be a veto.
    ///
    /// # Errors
    /// [`Refusal::Status`], [`Refusal::DeadlinePassed`], [`Refusal::Bps`].
    pub fn reduce(self, bps: u16, now: u64, params: Params) -> Result<Self, Refusal> {
        self.in_time(Status::Upheld, now, params)?;
        if bps == 0 || bps >= self.bps {
            return Err(Refusal::Bps(self.bps - 1));
        }
        Ok(Self { bps, ..self })
    }

    /// Ends what nobody can change any more; `settled` says that the fault was slashed or proven elsewhere.
    ///
    /// # Errors
    /// [`Refusal::Status`], [`Refusal::DeadlineNotPassed`].
    pub fn execute(self, settled: bool, now: u64, params: Params) -> Result<Self, Refusal> {
        let status = match self.status {
            Status::Open => Status::Expired,
            Status::Upheld if settled => Status::Duplicate,
            Status::Upheld => Status::Executed,
            other => return Err(Refusal::Status(other)),
        };
        let deadline = self.deadline(params);
        if now <= deadline {
            return Err(Refusal::DeadlineNotPassed(deadline));
        }
        Ok(Self { status, ..self })
    }

    /// Returns what becomes of the bond, once the dispute is over.
    pub fn settlement(self, bond: u128) -> Settlement {
        match self.status {
            Status::Rejected => Settlement::lost(bond),
            Status::Cancelled => Settlement::cancelled(bond),
            _ => Settlement::back(bond),
        }
    }

    fn in_time(self, status: Status, now: u64, params: Params) -> Result<(), Refusal> {
        if self.status != status {
            return Err(Refusal::Status(self.status));
        }
        let deadline = self.deadline(params);
        if now > deadline { Err(Refusal::DeadlinePassed(deadline)) } else { Ok(()) }
    }
}

impl Status {
    fn from_number(number: u8) -> Self {
        match number {
            1 => Self::Open,
            2 => Self::Upheld,
            3 => Self::Executed,
            4 => Self::Rejected,
            5 => Self::Drawn,
            6 => Self::Vetoed,
            7 => Self::Expired,
            8 => Self::Cancelled,
            9 => Self::Duplicate,
            _ => Self::None,
        }
    }
}

/// What a dispute is about; never changes.
///
/// Word layout, from the low end: subject 160 bits, target 8, terms 24, params 16, fault_at 40.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Matter {
    /// The accused, the low 160 bits of the interface's `subject`.
    pub subject: Address,
    /// Index of the registry.
    pub target: u8,
    /// Index of arbitrator and bond; 0 for equivocation, which has neither.
    pub terms: u32,
    /// Index of the parameters.
    pub params: u16,
    /// When the fault happened, Unix seconds.
    pub fault_at: u64,
}

impl Matter {
    /// Reads the packed form.
    pub fn from_word(word: U256) -> Self {
        let mut fields = Reader::new(word);
        Self {
            subject: fields.address(),
            target: fields.u8(),
            terms: fields.u32(24),
            params: fields.u16(),
            fault_at: fields.u64(40),
        }
    }

    /// Returns the packed form.
    pub fn to_word(self) -> U256 {
        let start = Writer::default().address(self.subject).uint(8, self.target).uint(24, self.terms);
        start.uint(16, self.params).uint(40, self.fault_at).done()
    }
}

/// Who judges disputes about a service, and for what bond.
///
/// Word layout, from the low end: arbitrator 160 bits, bond 96.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Zero when nobody does.
    pub arbitrator: Address,
    /// Base units.
    pub bond: u128,
}

impl Terms {
    /// Reads the packed form.
    pub fn from_word(word: U256) -> Self {
        let mut fields = Reader::new(word);
        Self { arbitrator: fields.address(), bond: fields.u128(96) }
    }

    /// Returns the packed form.
    pub fn to_word(self) -> U256 {
        Writer::default().address(self.arbitrator).uint(96, self.bond).done()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARAMS: Params = Params {
        detection: 6_000,
        ruling: 5_000,
        veto: 2_000,
        execution: 1_000,
        reporter_bps: 2_000,
        victim_bps: 3_000,
        cover: 2,
        equivocation_bps: 500,
    };
    const ONE: U256 = U256::ONE;

    fn open() -> Dispute {
        Dispute { disputer: Address::repeat_byte(1), at: 100, status: Status::Open, bps: 1_000, service: 1 }
    }

    fn upheld() -> Dispute {
        open().rule(ONE, 200, PARAMS).expect("in time")
    }

    #[test]
    fn words_round_trip() {
        assert_eq!(Params::from_word(PARAMS.to_word()), PARAMS);
        for number in 0..=9 {
            let dispute = Dispute { status: Status::from_number(number), at: (1 << 40) - 1, ..open() };
            assert_eq!(dispute.status as u8, number);
            assert_eq!(Dispute::from_word(dispute.to_word()), dispute);
        }
        let subject = Address::repeat_byte(0xff);
        let matter = Matter { subject, target: 255, terms: (1 << 24) - 1, params: u16::MAX, fault_at: (1 << 40) - 1 };
        assert_eq!(Matter::from_word(matter.to_word()), matter);
        let terms = Terms { arbitrator: subject, bond: MAX_BOND };
        assert_eq!(Terms::from_word(terms.to_word()), terms);
    }

    #[test]
    fn a_ruling_comes_in_time_or_not_at_all() {
        assert!(open().rule(ONE, 5_100, PARAMS).is_ok());
        assert_eq!(open().rule(ONE, 5_101, PARAMS), Err(Refusal::DeadlinePassed(5_100)));
        assert_eq!(open().rule(U256::from(3), 200, PARAMS), Err(Refusal::Ruling));
        assert_eq!(open().rule(U256::MAX, 200, PARAMS), Err(Refusal::Ruling));
        assert_eq!(upheld().rule(ONE, 200, PARAMS), Err(Refusal::Status(Status::Upheld)));
    }

    #[test]
    fn an_upheld_dispute_waits_for_its_veto_window() {
        assert_eq!(upheld().execute(false, 2_200, PARAMS), Err(Refusal::DeadlineNotPassed(2_200)));
        assert_eq!(upheld().execute(false, 2_201, PARAMS).map(|d| d.status), Ok(Status::Executed));
        assert_eq!(upheld().execute(true, 2_201, PARAMS).map(|d| d.status), Ok(Status::Duplicate));
        assert_eq!(upheld().veto(2_200, PARAMS).map(|d| d.status), Ok(Status::Vetoed));
        assert_eq!(upheld().veto(2_201, PARAMS), Err(Refusal::DeadlinePassed(2_200)));
    }

    #[test]
    fn at_every_second_there_is_a_way_out_and_never_two_for_the_same_party() {
        for now in [100, 5_100, 5_101, 9_999] {
            let (ruled, expired) = (open().rule(ONE, now, PARAMS), open().execute(false, now, PARAMS));
            assert_ne!(ruled.is_ok(), expired.is_ok(), "{now}");
            assert_eq!(open().cancel(now, PARAMS).is_ok(), ruled.is_ok(), "{now}");
        }
    }

    #[test]
    fn a_rate_only_falls() {
        assert_eq!(upheld().reduce(999, 300, PARAMS).map(|d| d.bps), Ok(999));
        for bps in [0, 1_000, 1_001] {
            assert_eq!(upheld().reduce(bps, 300, PARAMS), Err(Refusal::Bps(999)));
        }
        assert_eq!(open().reduce(1, 300, PARAMS), Err(Refusal::Status(Status::Open)));
    }

    #[test]
    fn nothing_follows_an_end() {
        for number in [0, 3, 4, 5, 6, 7, 8, 9] {
            let over = Dispute { status: Status::from_number(number), ..open() };
            let refusal = Err(Refusal::Status(over.status));
            assert_eq!(over.rule(ONE, 200, PARAMS), refusal);
            assert_eq!(over.cancel(200, PARAMS), refusal);
            assert_eq!(over.reduce(1, 200, PARAMS), refusal);
            assert_eq!(over.veto(200, PARAMS), refusal);
            assert_eq!(over.execute(false, u64::MAX, PARAMS), refusal);
        }
    }

    #[test]
    fn a_bond_is_settled_to_the_last_unit() {
        for (bond, lost, cancelled) in [(0, (0, 0), (0, 0)), (1, (1, 0), (0, 1)), (101, (51, 50), (90, 11))] {
            let settled = Settlement::lost(bond);
            assert_eq!((settled.burned, settled.to_subject, settled.returned), (lost.0, lost.1, 0));
            let settled = Settlement::cancelled(bond);
            assert_eq!((settled.returned, settled.burned, settled.to_subject), (cancelled.0, cancelled.1, 0));
            assert_eq!(Settlement::back(bond).returned, bond);
        }
    }
}
