//! What a proposal would do, to be read by people.

use std::fmt::{self, Display, Formatter};

use alloy::{dyn_abi::DynSolValue, json_abi::Function};

use super::{Call, values};

/// What a proposal would do, call by call. Shown, it has a line for each call, and for each call in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The calls in their order.
    pub steps: Vec<Step>,
}

/// What one call would do. Shown, it is one line, without the calls in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The call as it is.
    pub call: Call,
    /// The name of its target, if that is known.
    pub contract: Option<String>,
    /// What it asks of it.
    pub action: Action,
    /// How long it has to wait in the timelock, if that was asked.
    pub delay: Option<Delay>,
}

/// What a call asks of its target.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// A function that is known.
    Function(Decoded),
    /// Nothing: it has no data, and sends wei at most.
    NoData,
    /// Nobody knows: the target is unknown.
    UnknownContract,
    /// Nobody knows: the target has no such function.
    UnknownFunction,
    /// Nobody knows: these are no arguments of the function, or encoded as no compiler does it.
    Malformed {
        /// Its name.
        function: String,
    },
    /// It was not looked into: it lies within too many other calls.
    TooDeep,
}

/// A call of a function with its arguments.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoded {
    /// The function.
    pub function: Function,
    /// Its arguments, in their order.
    pub values: Vec<DynSolValue>,
    /// Calls that it makes or prepares, as its arguments say.
    pub calls: Vec<Step>,
}

/// How long a call has to wait in the timelock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delay {
    /// So many seconds at least.
    Seconds(u64),
    /// For ever: it was given up.
    Abdicated,
}

impl Explanation {
    /// Returns how long the calls have to wait together, if that was asked of all of them.
    pub fn delay(&self) -> Option<Delay> {
        let mut longest = 0;
        for step in &self.steps {
            match step.delay? {
                Delay::Seconds(seconds) => longest = longest.max(seconds),
                Delay::Abdicated => return Some(Delay::Abdicated),
            }
        }
        Some(Delay::Seconds(longest))
    }

    /// Whether it is said of every call, and of every call in it, what it does.
    pub fn is_complete(&self) -> bool {
        self.steps.iter().all(Step::is_complete)
    }
}

impl Step {
    /// Whether it is said what the call does, and what every call in it does.
    ///
    /// A call without data is complete only if it goes to a contract that is known.
    pub fn is_complete(&self) -> bool {
        match &self.action {
            Action::Function(decoded) => decoded.calls.iter().all(Self::is_complete),
            Action::NoData => self.contract.is_some(),
            _ => false,
        }
    }

    fn calls(&self) -> &[Self] {
        match &self.action {
            Action::Function(decoded) => &decoded.calls,
            _ => &[],
        }
    }

    /// Writes the line of the call and those of the calls in it, each with its number.
    fn write(&self, f: &mut Formatter<'_>, number: &str) -> fmt::Result {
        writeln!(f, "{number}. {self}")?;
        for (index, step) in self.calls().iter().enumerate() {
            step.write(f, &format!("{number}.{}", index + 1))?;
        }
        Ok(())
    }
}

impl Display for Explanation {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (index, step) in self.steps.iter().enumerate() {
            step.write(f, &(index + 1).to_string())?;
        }
        Ok(())
    }
}

impl Display for Step {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Call { target, value, data } = &self.call;
        match &self.contract {
            Some(name) => write!(f, "{name}")?,
            None => write!(f, "unknown contract {target}")?,
        }
        match &self.action {
            Action::Function(Decoded { function, values, .. }) => {
                write!(f, ".{}({})", function.name, values::named(&function.inputs, values))?;
            }
            Action::NoData => write!(f, ": no data")?,
            Action::UnknownContract => write!(f, ": {data}")?,
            Action::UnknownFunction => write!(f, ": unknown function {data}")?,
            Action::Malformed { function } => write!(f, ".{function}: malformed arguments {data}")?,
            Action::TooDeep => write!(f, ": nested too deeply {data}")?,
        }
        if !value.is_zero() {
            write!(f, ", {value} wei")?;
        }
        match self.delay {
            None => Ok(()),
            Some(Delay::Seconds(seconds)) => write!(f, ", after {seconds} s"),
            Some(Delay::Abdicated) => write!(f, ", abdicated"),
        }
    }
}
