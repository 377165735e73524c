//! What the same costs elsewhere, and the most that it may cost here: the project's study of registries, §4.
//!
//! There Horizon (687d928b), EigenLayer (f84a515, through proxies), ERC-8004 (b9e466c, through proxies) and EAS were run
//! on an EVM of Cancun, their neighbours mocked, which flatters them; Symbiotic (25a065a3) tells its own medians, of
//! calls alone, without the 21,000 of a transaction. A dash stands where there is no such thing.

/// Whose figures stand beside ours.
pub(crate) const ANCHORS: [&str; 5] = ["Horizon", "EigenLayer", "Symbiotic", "ERC-8004", "EAS"];

/// What an operation costs elsewhere, in the order of [`ANCHORS`], and the most that it may cost on cached programs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figures {
    pub(crate) operation: &'static str,
    pub(crate) anchors: [&'static str; 5],
    pub(crate) budget: Option<u64>,
}

const fn figures(operation: &'static str, anchors: [&'static str; 5], budget: u64) -> Figures {
    Figures { operation, anchors, budget: Some(budget) }
}

/// An operation of which nobody tells what it costs.
const fn ours(operation: &'static str) -> Figures {
    Figures { operation, anchors: NONE, budget: None }
}

const NONE: [&str; 5] = ["–"; 5];

/// All operations that are measured, in the order of the table.
pub(crate) const FIGURES: [Figures; 33] = [
    figures("register", ["–", "139,586", "89,480", "183–217k", "–"], 95_000),
    figures("delegate, first stake of its own", ["89k + 115k", "257,615", "326k", "–", "–"], 120_000),
    figures("delegate, new delegator", ["89,983", "198,955 + 111,521", "325,980", "–", "–"], 85_000),
    figures("delegate, again", ["72,871", "125,620", "–", "–", "–"], 66_000),
    ours("delegateWithPermit, new delegator"),
    ours("delegateWithAuthorization, new delegator"),
    figures("undelegate, first", ["235,890", "435,101", "264,111", "–", "–"], 120_000),
    figures("undelegate, into a bucket that exists", ["202,065", "406,427", "–", "–", "–"], 103_000),
    figures("undelegate, again", ["151,028", "406,427", "–", "–", "–"], 69_000),
    figures("withdraw", ["83–102k", "149,688", "13–70k", "–", "–"], 55_000),
    ours("fund, first"),
    ours("fund, again"),
    ours("claim"),
    figures("allocate, first", ["115,458", "204,845–239,037", "~99k", "–", "–"], 76_000),
    figures("allocate, again", NONE, 55_000),
    figures("list, with the fee", ["–", "–", "–", "183–217k", "–"], 125_000),
    figures("commitBatch, without a fee", ["–", "–", "–", "176–211k + 112k", "249,974"], 60_000),
    figures("commitBatch, with a fee", ["–", "–", "–", "176–211k + 112k", "249,974"], 85_000),
    figures("rate, first in a word", ["–", "–", "–", "131–197k", "–"], 120_000),
    figures("rate, next", ["–", "–", "–", "88k", "–"], 70_000),
    figures("reputation, a view", ["–", "–", "–", "84k of 10 ratings, 385k of 60", "–"], 6_000),
    figures("attest, first", ["–", "–", "–", "–", "249,974"], 53_000),
    figures("attest, again", NONE, 36_000),
    ours("isActive, a view"),
    ours("isActiveIn, a view"),
    figures("openDispute, without a victim", ["272–289k", "–", "212,700", "–", "–"], 145_000),
    figures("openDispute, with a victim", ["272–289k", "–", "212,700", "–", "–"], 165_000),
    figures("rule, upheld", NONE, 32_000),
    figures("execute, nobody leaving", ["141,933", "299,610–412,641 + 122,777", "285,654", "–", "–"], 120_000),
    figures("execute, exits in three buckets", NONE, 120_000),
    figures("openDispute, rule and execute", ["414–431k", "–", "~540k", "–", "–"], 297_000),
    figures("veto", ["–", "–", "19,545", "–", "–"], 34_000),
    figures("proveEquivocation", NONE, 95_000),
];
