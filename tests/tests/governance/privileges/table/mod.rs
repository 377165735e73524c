//! Every function that changes something, by who may call it.

mod governance;
mod market;

/// Who may call a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Anyone, in a matter of its own or for the good of all.
    Public,
    /// The owner: the timelock.
    Owner,
    /// The contract's guardian and its owner, the timelock.
    GuardianOrOwner,
    /// Those who have this one task, or nobody.
    Role,
    /// The timelock itself: an operation.
    Administration,
    /// The timelock, while a proposal is executed that contains this very call.
    GovernanceCall,
}

/// The functions of one class in one interface, by their signatures.
pub(super) type Row = (&'static str, Class, &'static [&'static str]);

/// Returns all of them. A function that is in no row is one that nobody has thought about yet.
pub(super) fn rows() -> impl Iterator<Item = Row> {
    market::ROWS.into_iter().chain(governance::ROWS)
}
