//! The only place that reads the clock.

use std::time::{SystemTime, UNIX_EPOCH};

/// The latest time that a block may have: instants have 38 bits in packed storage words.
pub(super) const MAX_TIME: u64 = (1 << 38) - 1;

/// Decides the time of blocks, Unix seconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct TimeManager {
    /// Seconds that the chain is ahead of the clock; negative if behind.
    offset: i64,
    /// The time that the next block was told to have.
    next: Option<u64>,
}

impl TimeManager {
    /// Notes that a block was made at `time`, and counts on from it if the time was set.
    pub fn made(&mut self, time: u64) {
        if self.next.take().is_some() {
            self.offset = time.cast_signed().saturating_sub(clock());
        }
    }

    /// Returns the time that the next block would have.
    pub fn peek(&self, parent: u64) -> u64 {
        let time = self.next.unwrap_or_else(|| clock().saturating_add(self.offset).max(0).cast_unsigned());
        time.min(MAX_TIME).max(parent)
    }

    /// Moves the chain's clock forward and returns how far it is ahead, in seconds.
    pub fn increase(&mut self, seconds: u64) -> i64 {
        self.offset = self.offset.saturating_add_unsigned(seconds);
        self.offset
    }

    /// Sets the time of the next block.
    pub fn set_next(&mut self, time: u64) {
        self.next = Some(time);
    }
}

fn clock() -> i64 {
    // Before 1970 there were no chains.
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs().cast_signed())
}
