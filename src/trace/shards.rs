//! What was loaded as traces of some instances each, so that a fleet larger than memory can be
//! replayed part by part. Results do not depend on how many parts there are.

use super::codes;
use super::intake::PARTITIONS;
use super::read::Loaded;
use super::store::{Clip, Trace};
use crate::units::{Horizon, Instant, Problem};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// Rows sorted and replayed together, unless one instance has more: 100 MB of store.
const ROWS_AT_ONCE: usize = 8 << 20;

/// Traces of the loaded instances, a few partitions at a time; every instance is in exactly one.
#[derive(Debug)]
pub struct Shards {
    loaded: Loaded,
    horizon: Horizon,
    clip: Clip,
    partition: usize,
    pub(super) rows_at_once: usize,
}

impl Loaded {
    /// Ready to be sorted and clipped to `horizon`, or to the default one (SPEC 1.6): midnight UTC
    /// on or before the first start to midnight UTC on or after the last recorded end, at least a
    /// day.
    ///
    /// # Errors
    /// No horizon and no row; a horizon that is empty or longer than 2^32 - 1 s (136 years).
    pub fn into_shards(self, horizon: Option<Horizon>) -> Result<Shards, Problem> {
        let horizon = match horizon {
            Some(given) => given,
            None => default_horizon(self.span)?,
        };
        let seconds = u32::try_from(horizon.seconds()).ok().filter(|s| *s > 0);
        let seconds = seconds.ok_or_else(|| bad_horizon(horizon))?;
        let clip = Clip { base: horizon.start.unix(), seconds };
        Ok(Shards { loaded: self, horizon, clip, partition: 0, rows_at_once: ROWS_AT_ONCE })
    }
}

impl Shards {
    /// The stretch of time that all traces cover.
    #[must_use]
    pub const fn horizon(&self) -> Horizon {
        self.horizon
    }

    /// The partitions of the next trace: as many as fit, at least one.
    fn next_partitions(&mut self) -> std::ops::Range<usize> {
        let first = self.partition;
        let mut rows = 0_usize;
        while self.partition < PARTITIONS {
            let (held, spilled) = self.loaded.intake.held(self.partition);
            rows = rows.saturating_add(held);
            let full = rows > self.rows_at_once || (spilled && self.rows_at_once < usize::MAX);
            if full && self.partition > first {
                break;
            }
            self.partition += 1;
        }
        first..self.partition
    }
}

impl Iterator for Shards {
    type Item = Result<Trace, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.partition >= PARTITIONS {
            return None;
        }
        let partitions = self.next_partitions();
        let mut chunks = Vec::new();
        for partition in partitions.clone() {
            match self.loaded.intake.take(partition) {
                Ok(rows) => chunks.push(rows),
                Err(error) => {
                    let message = format!("rows cannot be read back from disk: {error}");
                    return Some(Err(Problem::error(codes::SPILL_LOST, message)));
                }
            }
        }
        let numbered = (0_u32..).zip(&self.loaded.names);
        let names = numbered
            .filter(|(id, _)| partitions.contains(&(*id as usize % PARTITIONS)))
            .map(|(id, name)| (name.clone(), id))
            .collect();
        Some(Trace::of(names, chunks, (self.horizon, self.clip)))
    }
}

/// SHA-256 over a fleet's activity: the same for the same rows in any order, any split into files
/// or traces, and either file format.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ContentHash {
    instances: Vec<(String, [u8; 32])>,
}

impl ContentHash {
    /// Adds the instances of one trace.
    pub fn add(&mut self, trace: &Trace) {
        use rayon::prelude::{IntoParallelIterator, ParallelIterator};
        let hashes: Vec<_> = (0..trace.len()).into_par_iter().map(|i| hash_of(trace, i)).collect();
        self.instances.extend(trace.names.iter().cloned().zip(hashes));
    }

    /// The hash of everything added, over this horizon, in hexadecimal.
    #[must_use]
    pub fn finish(mut self, horizon: Horizon) -> String {
        self.instances.sort_unstable();
        let mut hasher = Sha256::new();
        hasher.update(b"idlewise trace 2\n");
        for edge in [horizon.start, horizon.end] {
            hasher.update(edge.unix().to_le_bytes());
        }
        for (name, hash) in &self.instances {
            hasher.update((name.len() as u64).to_le_bytes());
            hasher.update(name.as_bytes());
            hasher.update(hash);
        }
        hasher.finalize().iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").ok();
            hex
        })
    }
}

/// The hash of one instance's intervals, instants as seconds since the Unix epoch.
fn hash_of(trace: &Trace, index: usize) -> [u8; 32] {
    let activity = trace.activity(index);
    let base = activity.base;
    let mut hasher = Sha256::new();
    let mut row = [0; 17];
    for at in 0..activity.len() {
        let absolute = |s: u32| base.plus(i64::from(s)).unix().to_le_bytes();
        row[..8].copy_from_slice(&absolute(activity.start[at]));
        row[8..16].copy_from_slice(&absolute(activity.end[at]));
        row[16] = activity.kind[at] as u8;
        hasher.update(row);
    }
    hasher.finalize().into()
}

/// SPEC 1.6: the horizon that whole days around the recorded activity make.
fn default_horizon(span: Option<(Instant, Instant)>) -> Result<Horizon, Problem> {
    let (first, last) = span.ok_or_else(|| {
        Problem::error(codes::NO_ACTIVITY, "there is no row of activity")
            .hint("give --horizon START/END to simulate instances that nobody used")
    })?;
    let start = first.midnight_on_or_before();
    let end = last.midnight_on_or_after().max(start.plus(86_400));
    Ok(Horizon { start, end })
}

/// The problem of a horizon that cannot be simulated.
fn bad_horizon(horizon: Horizon) -> Problem {
    let message = if horizon.seconds() <= 0 {
        format!("the horizon `{horizon}` does not end after it starts")
    } else {
        format!("the horizon `{horizon}` is longer than 136 years")
    };
    Problem::error(codes::BAD_HORIZON, message).hint("look for a mistyped year, or give --horizon")
}
