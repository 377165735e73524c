//! What programs asked their host for, as Nitro's `stylusTracer` tells it.

use std::sync::Arc;

use parking_lot::Mutex;
use revm::primitives::{Address, Bytes};

/// A host call, or a call frame that the EVM opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Name of the host call, or `evm_` and the kind of the frame.
    pub name: &'static str,
    /// Its arguments, big-endian and packed.
    pub args: Bytes,
    /// Its results, alike.
    pub outs: Bytes,
    /// Ink before it was paid for.
    pub start_ink: u64,
    /// Ink after it.
    pub end_ink: u64,
    /// The frame that it opened.
    pub frame: Option<Frame>,
}

/// A call frame below the transaction's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// Whose code ran, or the contract that was created.
    pub address: Address,
    /// What happened in it.
    pub steps: Vec<Step>,
}

/// Collects steps in order of their completion; clones write to the same collection.
#[derive(Clone, Debug)]
pub struct Recorder(Arc<Mutex<Vec<Open>>>);

/// A frame that has not ended.
#[derive(Debug, Default)]
struct Open {
    name: &'static str,
    frame: Frame,
}

impl Default for Recorder {
    /// Starts with the frame of the transaction itself.
    fn default() -> Self {
        Self(Arc::new(Mutex::new(vec![Open::default()])))
    }
}

impl Recorder {
    /// Opens a frame below.
    pub fn enter(&self, name: &'static str, address: Address) {
        self.0.lock().push(Open { name, frame: Frame { address, steps: Vec::new() } });
    }

    /// Closes the innermost frame.
    pub fn leave(&self) {
        let mut open = self.0.lock();
        if open.len() < 2 {
            return; // the transaction's own frame stays
        }
        let Some(Open { name, frame }) = open.pop() else { return };
        if let Some(outer) = open.last_mut() {
            outer.frame.steps.push(Step { name, frame: Some(frame), ..Step::default() });
        }
    }

    /// Notes a payment that ArbOS makes, which Nitro shows as an empty call.
    pub(crate) fn transfer(&self, receiver: Address) {
        self.enter("evm_call_contract", receiver);
        self.leave();
    }

    /// Notes that a program begins to run, with the length of its calldata.
    pub(crate) fn entered(&self, args: usize, ink: u64) {
        let args = u32::try_from(args).unwrap_or(u32::MAX).to_be_bytes().to_vec();
        self.hostcall("user_entrypoint", args, Vec::new(), ink, ink);
    }

    /// Notes that a program has ended by itself. Nitro repeats the ink of its entry.
    pub(crate) fn returned(&self, status: u32, ink: u64) {
        self.hostcall("user_returned", Vec::new(), status.to_be_bytes().to_vec(), ink, ink);
    }

    /// Notes a host call; one that made a call takes the frame of that over.
    pub(crate) fn hostcall(&self, name: &'static str, args: Vec<u8>, outs: Vec<u8>, start_ink: u64, end_ink: u64) {
        let mut open = self.0.lock();
        let Some(Open { frame: Frame { steps, .. }, .. }) = open.last_mut() else { return };
        let frame = match steps.last() {
            Some(last) if name.ends_with("call_contract") && last.name.strip_prefix("evm_") == Some(name) => {
                steps.pop().and_then(|step| step.frame)
            }
            _ => None,
        };
        steps.push(Step { name, args: args.into(), outs: outs.into(), start_ink, end_ink, frame });
    }

    /// Returns what happened in the transaction's own frame.
    pub fn into_steps(self) -> Vec<Step> {
        let mut open = self.0.lock();
        std::mem::take(&mut open[0].frame.steps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_takes_over_the_frame_that_it_opened() {
        let recorder = Recorder::default();
        let callee = Address::repeat_byte(7);
        recorder.entered(4, 100);
        recorder.enter("evm_call_contract", callee);
        recorder.entered(0, 50);
        recorder.returned(0, 50);
        recorder.leave();
        recorder.hostcall("call_contract", vec![1], vec![2], 90, 40);
        recorder.returned(0, 100);

        let steps = recorder.into_steps();
        let names: Vec<_> = steps.iter().map(|step| step.name).collect();
        assert_eq!(names, ["user_entrypoint", "call_contract", "user_returned"]);
        let Some(frame) = &steps[1].frame else { panic!("the call has no frame") };
        assert_eq!(frame.address, callee);
        assert_eq!(frame.steps.iter().map(|step| step.name).collect::<Vec<_>>(), ["user_entrypoint", "user_returned"]);
    }

    #[test]
    fn a_creation_stays_beside_its_host_call() {
        let recorder = Recorder::default();
        recorder.enter("evm_create1", Address::ZERO);
        recorder.leave();
        recorder.hostcall("create1", Vec::new(), Vec::new(), 9, 8);
        let names: Vec<_> = recorder.into_steps().iter().map(|step| step.name).collect();
        assert_eq!(names, ["evm_create1", "create1"]);
    }
}
