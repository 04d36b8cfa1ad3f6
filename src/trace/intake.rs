//! Where rows wait between reading and sorting: 9 bytes a row and 8 for every run of rows of one
//! instance, in memory up to a limit and in temporary files beyond it.
//!
//! Rows that come instance by instance, as most files have them, stay in the segments they were
//! read in, to become the store where they lie. All others wait in partitions: every instance
//! belongs to one, so a partition (or a few) can be sorted and replayed without the others. The
//! results do not depend on where rows waited.

use crate::table::Spill;
use crate::units::{Instant, Kind};
use std::io;
use std::ops::Range;

/// Partitions: a power of two. 200 million rows make 3 million rows a partition, 80 MB while it is
/// being sorted.
pub(super) const PARTITIONS: usize = 64;

/// Rows a run must have, in the mean, for a segment to stay whole.
const ROWS_PER_RUN: usize = 8;

/// What starts and ends count from: 1940-01-01T00:00:00Z \[s since the Unix epoch\]. 32 bits reach
/// to 2076.
pub(super) const EPOCH: i64 = -946_771_200;

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
    /// Whose the rows are, run by run.
    runs: Vec<RawRun>,
    /// Starts, see [`short`].
    pub(super) start: Vec<u32>,
    /// Effective ends, see [`short`]; `end >= start`.
    pub(super) end: Vec<u32>,
    /// Kinds.
    pub(super) kind: Vec<Kind>,
}

/// Rows of one instance that follow each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct RawRun {
    /// A position in [`Loaded::names`](super::Loaded::names).
    instance: u32,
    rows: u32,
}

/// Bytes of one raw interval on disk.
const ROW_BYTES: usize = 13;

impl RawIntervals {
    /// So many of nobody, to be overwritten.
    pub(super) fn zeroed(len: usize) -> Self {
        let kind = vec![Kind::Kernel; len];
        Self { runs: Vec::new(), start: vec![0; len], end: vec![0; len], kind }
    }

    /// Number of intervals.
    pub(super) const fn len(&self) -> usize {
        self.start.len()
    }

    /// Whether there is none.
    pub(super) const fn is_empty(&self) -> bool {
        self.start.is_empty()
    }

    /// Makes room for so many more.
    pub(super) fn reserve(&mut self, rows: usize) {
        self.start.reserve(rows);
        self.end.reserve(rows);
        self.kind.reserve(rows);
    }

    /// Adds one.
    #[inline]
    pub(super) fn push(&mut self, instance: u32, (start, end): (u32, u32), kind: Kind) {
        self.extend_run(instance, 1);
        self.start.push(start);
        self.end.push(end);
        self.kind.push(kind);
    }

    /// Gives every instance from position `base` on the position in `ids` that it has behind it.
    pub(super) fn rename(&mut self, base: usize, ids: &[u32]) {
        for run in &mut self.runs {
            if let Some(fresh) = (run.instance as usize).checked_sub(base) {
                run.instance = ids[fresh];
            }
        }
    }

    /// The runs in order: whose, and where the rows are.
    pub(super) fn runs(&self) -> impl Iterator<Item = (u32, Range<usize>)> {
        let mut to = 0;
        self.runs.iter().map(move |run| {
            let from = to;
            to += run.rows as usize;
            (run.instance, from..to)
        })
    }

    #[inline]
    fn extend_run(&mut self, instance: u32, more: u32) {
        match self.runs.last_mut() {
            Some(run) if run.instance == instance && run.rows.checked_add(more).is_some() => {
                run.rows += more;
            }
            _ => self.runs.push(RawRun { instance, rows: more }),
        }
    }

    /// Adds rows of `other` that are all of one instance.
    fn extend(&mut self, other: &Self, instance: u32, range: Range<usize>) {
        // A run of another segment, so its length is 32 bits.
        self.extend_run(instance, u32::try_from(range.len()).unwrap_or(u32::MAX));
        self.start.extend_from_slice(&other.start[range.clone()]);
        self.end.extend_from_slice(&other.end[range.clone()]);
        self.kind.extend_from_slice(&other.kind[range]);
    }

    /// The rows as bytes, [`ROW_BYTES`] each.
    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.len() * ROW_BYTES);
        for (instance, at) in self.runs().flat_map(|(i, range)| range.map(move |at| (i, at))) {
            bytes.extend_from_slice(&instance.to_le_bytes());
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
    /// Rows that came instance by instance, as they were read.
    segments: Vec<RawIntervals>,
    parts: Vec<RawIntervals>,
    spills: Vec<Option<Spill>>,
    rows: u64,
    in_memory: usize,
    /// Rows kept in memory before everything goes to disk.
    most_rows: usize,
    /// Why nothing more could be spilled.
    pub(super) broken: Option<io::Error>,
}

/// A segment, and which of its rows are whole instances: whose, and where.
pub(super) type Segment = (RawIntervals, Vec<(u32, Range<usize>)>);

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
            segments: Vec::new(),
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

    /// Adds rows.
    pub(super) fn add(&mut self, rows: RawIntervals) {
        self.rows += rows.len() as u64;
        self.in_memory += rows.len();
        if rows.runs.len() * ROWS_PER_RUN > rows.len() {
            self.scatter(&rows, |_| true);
        } else {
            self.segments.push(rows);
        }
        if self.in_memory > self.most_rows && self.broken.is_none() {
            self.broken = self.spill().err();
        }
    }

    /// Copies the runs of some instances to their partitions, each whole.
    fn scatter(&mut self, rows: &RawIntervals, is_wanted: impl Fn(u32) -> bool) {
        for (instance, range) in rows.runs().filter(|(instance, _)| is_wanted(*instance)) {
            self.parts[instance as usize % PARTITIONS].extend(rows, instance, range);
        }
    }

    /// Moves everything in memory to disk.
    fn spill(&mut self) -> io::Result<()> {
        for rows in std::mem::take(&mut self.segments) {
            self.scatter(&rows, |_| true);
        }
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

    /// Takes the segments out. Instances of which some rows wait elsewhere go to the partitions,
    /// and so does everything once rows wait on disk.
    pub(super) fn take_segments(&mut self, instances: usize) -> Vec<Segment> {
        let segments = std::mem::take(&mut self.segments);
        // Where each instance waits, so far: nowhere, in one run, in several places.
        let mut places = vec![0_u8; instances];
        for run in segments.iter().flat_map(|rows| &rows.runs) {
            let place = &mut places[run.instance as usize];
            *place = place.saturating_add(1);
        }
        for run in self.parts.iter().flat_map(|part| &part.runs) {
            places[run.instance as usize] = 2;
        }
        let on_disk = self.has_spilled();
        let is_whole = |instance: u32| !on_disk && places[instance as usize] == 1;
        let mut kept = Vec::with_capacity(segments.len());
        for rows in segments {
            let whole: Vec<_> = rows.runs().filter(|(instance, _)| is_whole(*instance)).collect();
            let in_whole: usize = whole.iter().map(|(_, range)| range.len()).sum();
            // A segment that is mostly rows of others is not worth its memory.
            if 2 * in_whole > rows.len() {
                self.scatter(&rows, |instance| !is_whole(instance));
                kept.push((rows, whole));
            } else {
                self.scatter(&rows, |_| true);
            }
        }
        kept
    }

    /// Takes one partition out, whole; after [`Intake::take_segments`].
    pub(super) fn take(&mut self, partition: usize) -> io::Result<RawIntervals> {
        let mut rows = RawIntervals::default();
        if let Some(spill) = self.spills[partition].take() {
            rows.extend_from_bytes(&spill.read_back()?);
        }
        let waiting = std::mem::take(&mut self.parts[partition]);
        if rows.is_empty() {
            return Ok(waiting);
        }
        for (instance, range) in waiting.runs() {
            rows.extend(&waiting, instance, range);
        }
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
