//! Where rows wait between reading and sorting: in partitions of whole instances, 13 bytes a row,
//! in memory up to a limit and in temporary files beyond it.
//!
//! Every instance belongs to one partition, so a partition (or a few) can be sorted and replayed
//! without the others, and the results do not depend on how many there are or where they waited.

use crate::table::Spill;
use crate::units::{Instant, Kind};
use std::io;

/// Partitions: a power of two. 200 million rows make 3 million rows a partition, 80 MB while it is
/// being sorted.
pub(super) const PARTITIONS: usize = 64;

/// What starts and ends count from: 1940-01-01T00:00:00Z \[s since the Unix epoch\]. 32 bits reach
/// to 2076.
const EPOCH: i64 = -946_771_200;

/// An instant as 32 bits; `None` outside 1940 to 2076.
#[inline]
pub(super) fn short(at: Instant) -> Option<u32> {
    u32::try_from(at.unix().checked_sub(EPOCH)?).ok()
}

/// The instant that [`short`] made 32 bits of \[s since the Unix epoch\].
#[inline]
pub(super) const fn long(short: u32) -> i64 {
    EPOCH + short as i64
}

/// Raw intervals in columns of one length.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct RawIntervals {
    /// Positions in [`Loaded::names`](super::Loaded::names).
    pub(super) instance: Vec<u32>,
    /// Starts, see [`short`].
    pub(super) start: Vec<u32>,
    /// Effective ends, see [`short`]; `end >= start`.
    pub(super) end: Vec<u32>,
    /// Kinds.
    pub(super) kind: Vec<Kind>,
}

/// Bytes of one raw interval.
const ROW_BYTES: usize = 13;

impl RawIntervals {
    /// Number of intervals.
    pub(super) const fn len(&self) -> usize {
        self.start.len()
    }

    /// Whether there is none.
    pub(super) const fn is_empty(&self) -> bool {
        self.start.is_empty()
    }

    /// Adds one.
    #[inline]
    pub(super) fn push(&mut self, instance: u32, (start, end): (u32, u32), kind: Kind) {
        self.instance.push(instance);
        self.start.push(start);
        self.end.push(end);
        self.kind.push(kind);
    }

    /// Adds those of `rows` from position `from` up to `to`.
    fn extend(&mut self, rows: &Self, from: usize, to: usize) {
        self.instance.extend_from_slice(&rows.instance[from..to]);
        self.start.extend_from_slice(&rows.start[from..to]);
        self.end.extend_from_slice(&rows.end[from..to]);
        self.kind.extend_from_slice(&rows.kind[from..to]);
    }

    /// The rows as bytes, [`ROW_BYTES`] each.
    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.len() * ROW_BYTES);
        for at in 0..self.len() {
            bytes.extend_from_slice(&self.instance[at].to_le_bytes());
            bytes.extend_from_slice(&self.start[at].to_le_bytes());
            bytes.extend_from_slice(&self.end[at].to_le_bytes());
            bytes.push(self.kind[at] as u8);
        }
        bytes
    }

    /// Adds rows that [`RawIntervals::to_bytes`] wrote.
    fn extend_from_bytes(&mut self, bytes: &[u8]) {
        let word = |row: &[u8], at: usize| {
            row[at..at + 4].iter().rev().fold(0, |word, byte| (word << 8) | u32::from(*byte))
        };
        for row in bytes.chunks_exact(ROW_BYTES) {
            let kind = Kind::ALL[usize::from(row[12])];
            self.push(word(row, 0), (word(row, 4), word(row, 8)), kind);
        }
    }
}

/// All rows read so far.
#[derive(Debug)]
pub(super) struct Intake {
    parts: Vec<RawIntervals>,
    spills: Vec<Option<Spill>>,
    rows: u64,
    in_memory: usize,
    /// Rows kept in memory before everything goes to disk.
    most_rows: usize,
    /// Why nothing more could be spilled.
    pub(super) broken: Option<io::Error>,
}

impl Default for Intake {
    /// An empty one that keeps everything in memory.
    fn default() -> Self {
        Self::new(u64::MAX)
    }
}

impl Intake {
    /// An empty one that keeps about `limit` bytes of rows in memory.
    pub(super) fn new(limit: u64) -> Self {
        // Half for the rows, half for reading, sorting and results.
        let most = usize::try_from(limit / 2).unwrap_or(usize::MAX) / ROW_BYTES;
        Self {
            parts: (0..PARTITIONS).map(|_| RawIntervals::default()).collect(),
            spills: (0..PARTITIONS).map(|_| None).collect(),
            rows: 0,
            in_memory: 0,
            most_rows: most.max(1),
            broken: None,
        }
    }

    /// Number of rows, in memory and on disk.
    pub(super) const fn rows(&self) -> u64 {
        self.rows
    }

    /// Adds rows; runs of one instance are copied whole.
    pub(super) fn add(&mut self, rows: &RawIntervals) {
        let mut from = 0;
        while from < rows.len() {
            let id = rows.instance[from];
            let run = rows.instance[from..].iter().take_while(|i| **i == id).count();
            self.parts[id as usize % PARTITIONS].extend(rows, from, from + run);
            from += run;
        }
        self.rows += rows.len() as u64;
        self.in_memory += rows.len();
        if self.in_memory > self.most_rows && self.broken.is_none() {
            self.broken = self.spill().err();
        }
    }

    /// Moves everything in memory to disk.
    fn spill(&mut self) -> io::Result<()> {
        for (part, spill) in self.parts.iter_mut().zip(&mut self.spills) {
            if spill.is_none() {
                *spill = Some(Spill::new()?);
            }
            if let Some(spill) = spill {
                spill.append(&part.to_bytes())?;
            }
            *part = RawIntervals::default();
        }
        self.in_memory = 0;
        Ok(())
    }

    /// Takes one partition out, whole.
    pub(super) fn take(&mut self, partition: usize) -> io::Result<RawIntervals> {
        let mut rows = RawIntervals::default();
        if let Some(spill) = self.spills[partition].take() {
            rows.extend_from_bytes(&spill.read_back()?);
        }
        let waiting = std::mem::take(&mut self.parts[partition]);
        if rows.is_empty() {
            return Ok(waiting);
        }
        rows.extend(&waiting, 0, waiting.len());
        Ok(rows)
    }

    /// Rows of one partition, in memory and on disk.
    pub(super) fn held(&self, partition: usize) -> usize {
        let spilled = self.spills[partition].as_ref().map_or(0, Spill::bytes);
        let spilled = usize::try_from(spilled).unwrap_or(usize::MAX) / ROW_BYTES;
        self.parts[partition].len().saturating_add(spilled)
    }

    /// Whether rows wait on disk.
    pub(super) fn has_spilled(&self) -> bool {
        self.spills.iter().any(Option::is_some)
    }

    /// Rows kept in memory at most.
    pub(super) const fn most_rows(&self) -> usize {
        self.most_rows
    }
}
