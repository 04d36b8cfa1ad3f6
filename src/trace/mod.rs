//! What people did and asked for: readers, the compact columnar store, synthetic fleets.
//!
//! The store keeps one interval in 13 bytes: start and end as seconds from the horizon's start, the
//! kind, and the rank of the interval when sorted by end, so that a replay merges starts and ends
//! without a heap.
//!
//! Decisions where SPEC 1.1 is silent:
//! * Cells are never trimmed and names match exactly; a row with too many or too few fields is bad
//!   as a whole.
//! * Instants are rounded down to the second first; `end < start` is judged after that.
//! * `last_activity` before `start` is taken as it is, with a warning: the interval still ends at
//!   `min(end, last_activity + 3 h)`, or at its start if that is later (IDLE-3). On other kinds
//!   than `vscode` it is not looked at, with a warning.
//! * A Parquet timestamp is UTC exactly when the file marks it as adjusted to UTC. Legacy INT96
//!   timestamps carry no such mark and need `--assume-utc`.
//! * Identical rows are all kept: two kernels may run at the same time.
//! * A touch at the horizon's start is inside, one at its end is not (STATE-6), even under the
//!   default horizon: midnight after the last end may be that very touch.

pub mod codes;
mod intake;
mod lanes;
mod names;
mod operations;
mod read;
mod rows;
mod shards;
mod stamp;
mod store;
pub mod synthetic;
#[cfg(test)]
mod tests;

pub use operations::{Op, Operation, read_operations};
pub use read::{Loaded, MAX_LISTED_DEFECTS, ReadOptions, read_activity, read_activity_watched};
pub use rows::VSCODE_GRACE_S;
pub use shards::Shards;
pub use store::{Clipping, Trace};

use crate::units::{Instant, Kind};

/// The intervals of one instance, clipped to the horizon.
///
/// Two orders over the same intervals: columns are sorted by (start, end, kind); `by_end` lists
/// positions in those columns sorted by (end, position).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Activity<'a> {
    /// What `start` and `end` count from: the horizon's start.
    pub base: Instant,
    /// Starts \[s from base\], ascending.
    pub start: &'a [u32],
    /// Effective ends \[s from base\], `end >= start` (IDLE-3 applied, clipped to the horizon).
    pub end: &'a [u32],
    /// Kinds.
    pub kind: &'a [Kind],
    /// Positions ordered by end.
    pub by_end: &'a [u32],
}

impl Activity<'_> {
    /// Number of intervals.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.start.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.start.is_empty()
    }
}
