//! What was loaded, sorted and clipped: one trace in memory, or on disk, to be taken a few
//! instances at a time, so that a fleet larger than memory can be replayed. Results do not depend
//! on which.

use super::codes;
use super::intake::{PARTITIONS, Segment};
use super::read::Loaded;
use super::store::{Chunk, Clip, Clipping, Run, Trace};
use crate::table::Spill;
use crate::units::{Horizon, Instant, Kind, Problem};
use rayon::prelude::{IntoParallelIterator, ParallelIterator};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::fmt::Write;
use std::io;
use std::ops::Range;

/// Rows sorted and replayed together, unless one instance has more: 100 MB of store.
const ROWS_AT_ONCE: usize = 8 << 20;

/// Bytes of one sorted interval on disk: start, end, kind.
const SORTED_BYTES: usize = 9;

/// All activity over one horizon.
#[derive(Debug)]
pub struct Shards {
    horizon: Horizon,
    content_hash: String,
    kept: Kept,
}

/// Where it is.
#[derive(Debug)]
enum Kept {
    Memory(Trace),
    Disk(Archive),
}

/// Sorted intervals on disk, by instance.
#[derive(Debug)]
struct Archive {
    names: Vec<String>,
    clipped: Clipping,
    file: Spill,
    /// Where the intervals of each name are: the first byte, and how many rows.
    places: Vec<(u64, usize)>,
    rows_at_once: usize,
}

impl Loaded {
    /// Sorted, and clipped to `horizon` or to the default one (SPEC 1.6): midnight UTC on or before
    /// the first start to midnight UTC on or after the last recorded end, at least a day. On disk
    /// exactly when rows waited there.
    ///
    /// # Errors
    /// No horizon and no row; a horizon that is empty or longer than 2^32 - 1 s (136 years); over
    /// 2^32 intervals of one instance; rows that cannot be read back from disk, or written.
    pub fn into_shards(mut self, horizon: Option<Horizon>) -> Result<Shards, Problem> {
        let horizon = match horizon {
            Some(given) => given,
            None => default_horizon(self.span)?,
        };
        let seconds = u32::try_from(horizon.seconds()).ok().filter(|s| *s > 0);
        let seconds = seconds.ok_or_else(|| bad_horizon(horizon))?;
        let clip = Clip { base: horizon.start.unix(), seconds };
        let mut names: Vec<(String, u32)> =
            std::mem::take(&mut self.names).into_iter().zip(0..).collect();
        names.sort_unstable();
        let mut sorter = Sorter {
            ids: vec![Vec::new(); PARTITIONS],
            ranks: vec![Vec::new(); PARTITIONS],
            rank_of: vec![0; names.len()],
        };
        for (rank, (_, id)) in names.iter().enumerate() {
            sorter.ids[*id as usize % PARTITIONS].push(*id);
            sorter.ranks[*id as usize % PARTITIONS].push(rank);
            sorter.rank_of[*id as usize] = rank;
        }
        let mut whole = Trace::empty(horizon);
        whole.names = names.into_iter().map(|(name, _)| name).collect();
        whole.runs = vec![Run::default(); whole.names.len()];
        let segments = self.intake.take_segments(whole.names.len());
        if self.intake.has_spilled() {
            return sorter.to_disk(self, whole, clip);
        }
        sorter.to_memory(self, segments, whole, clip)
    }
}

/// Who is in which partition.
struct Sorter {
    /// Positions in [`Loaded::names`], by name.
    ids: Vec<Vec<u32>>,
    /// The same as positions among the sorted names.
    ranks: Vec<Vec<usize>>,
    /// The position among the sorted names of everybody in [`Loaded::names`].
    rank_of: Vec<usize>,
}

/// A partition sorted: which intervals are whose, and what was clipped.
type Sorted = (Chunk, Vec<Range<usize>>, Clipping);

impl Sorter {
    /// Sorts some partitions, in parallel; the rows of each are freed as soon as they are sorted.
    fn sort(
        &self,
        loaded: &mut Loaded,
        partitions: Range<usize>,
        clip: Clip,
    ) -> Result<Vec<Sorted>, Problem> {
        let taken = partitions.clone().map(|p| loaded.intake.take(p));
        let taken: Vec<_> = taken.collect::<io::Result<_>>().map_err(|e| lost(&e))?;
        let pairs: Vec<_> = partitions.zip(taken).collect();
        let one = |(partition, rows): (usize, _)| Chunk::of(rows, &self.ids[partition], clip);
        let sorted: Vec<Sorted> = pairs.into_par_iter().map(one).collect();
        if sorted.iter().flat_map(|s| &s.1).any(|run| u32::try_from(run.len()).is_err()) {
            return Err(Problem::error(codes::TOO_MANY, "an instance has over 2^32 intervals"));
        }
        Ok(sorted)
    }

    fn to_memory(
        &self,
        mut loaded: Loaded,
        segments: Vec<Segment>,
        mut whole: Trace,
        clip: Clip,
    ) -> Result<Shards, Problem> {
        let mut keep = |ranks: &[usize], (chunk, runs, clipped): Sorted| {
            whole.clipped.add(clipped);
            for (rank, run) in ranks.iter().zip(runs) {
                whole.runs[*rank] = Run { chunk: whole.chunks.len(), from: run.start, to: run.end };
            }
            whole.chunks.push(chunk);
        };
        let partitions = self.sort(&mut loaded, 0..PARTITIONS, clip)?;
        for (ranks, sorted) in self.ranks.iter().zip(partitions) {
            keep(ranks, sorted);
        }
        // Whose rows are whole in a segment has none in a partition.
        let one = |(rows, whole): Segment| {
            let (ids, ranges): (Vec<_>, Vec<_>) = whole.into_iter().unzip();
            (ids, Chunk::in_place(rows, &ranges, clip))
        };
        for (ids, sorted) in segments.into_par_iter().map(one).collect::<Vec<_>>() {
            keep(&ids.iter().map(|id| self.rank_of[*id as usize]).collect::<Vec<_>>(), sorted);
        }
        let (horizon, content_hash) = (whole.horizon, whole.content_hash());
        Ok(Shards { horizon, content_hash, kept: Kept::Memory(whole) })
    }

    fn to_disk(&self, mut loaded: Loaded, whole: Trace, clip: Clip) -> Result<Shards, Problem> {
        let mut archive = Archive {
            names: whole.names,
            clipped: Clipping::default(),
            file: Spill::new().map_err(|e| lost(&e))?,
            places: vec![(0, 0); whole.runs.len()],
            rows_at_once: (loaded.intake.most_rows() / 2).clamp(1, ROWS_AT_ONCE),
        };
        let mut hash = ContentHash::default();
        let mut from = 0;
        while from < PARTITIONS {
            let mut to = from + 1;
            let mut rows = loaded.intake.held(from);
            while to < PARTITIONS && rows + loaded.intake.held(to) <= archive.rows_at_once {
                rows += loaded.intake.held(to);
                to += 1;
            }
            for (at, (chunk, runs, clipped)) in
                (from..).zip(self.sort(&mut loaded, from..to, clip)?)
            {
                archive.clipped.add(clipped);
                let mut part = Trace::empty(whole.horizon);
                part.names = self.ranks[at].iter().map(|r| archive.names[*r].clone()).collect();
                let run = |run: &Range<usize>| Run { chunk: 0, from: run.start, to: run.end };
                part.runs = runs.iter().map(run).collect();
                part.chunks = vec![chunk];
                hash.add(&part);
                archive.add(&part, &self.ranks[at]).map_err(|e| lost(&e))?;
            }
            from = to;
        }
        let content_hash = hash.finish(whole.horizon);
        Ok(Shards { horizon: whole.horizon, content_hash, kept: Kept::Disk(archive) })
    }
}

fn lost(error: &io::Error) -> Problem {
    Problem::error(codes::SPILL_LOST, format!("rows cannot be kept on disk: {error}"))
}

impl Archive {
    /// Writes the intervals of a trace, whose names have these ranks.
    fn add(&mut self, part: &Trace, ranks: &[usize]) -> io::Result<()> {
        let mut bytes = Vec::new();
        for (index, rank) in ranks.iter().enumerate() {
            let activity = part.activity(index);
            bytes.clear();
            bytes.extend(activity.start.iter().chain(activity.end).flat_map(|s| s.to_le_bytes()));
            bytes.extend(activity.kind.iter().map(|kind| *kind as u8));
            self.places[*rank] = (self.file.append(&bytes)?, activity.len());
        }
        Ok(())
    }

    /// Names in ranges of so many rows as fit, at least one name.
    fn parts(&self) -> Vec<Range<usize>> {
        let (mut parts, mut from, mut rows) = (Vec::new(), 0, 0);
        for (at, (_, more)) in self.places.iter().enumerate() {
            if rows + more > self.rows_at_once && at > from {
                parts.push(from..at);
                (from, rows) = (at, 0);
            }
            rows += more;
        }
        parts.push(from..self.places.len());
        parts
    }

    fn read(&self, names: Range<usize>, horizon: Horizon) -> io::Result<Trace> {
        let places = &self.places[names.clone()];
        let total = places.iter().map(|place| place.1).sum();
        let (mut start, mut end) = (Vec::with_capacity(total), Vec::with_capacity(total));
        let mut kind = Vec::with_capacity(total);
        let mut bytes = Vec::new();
        let mut runs = Vec::with_capacity(places.len());
        for (offset, rows) in places {
            bytes.resize(rows * SORTED_BYTES, 0);
            self.file.read_at(*offset, &mut bytes)?;
            let (starts, others) = bytes.split_at(rows * 4);
            let (ends, kinds) = others.split_at(rows * 4);
            let word = |four: &[u8]| u32::from_le_bytes([four[0], four[1], four[2], four[3]]);
            runs.push(start.len()..start.len() + rows);
            start.extend(starts.chunks_exact(4).map(word));
            end.extend(ends.chunks_exact(4).map(word));
            kind.extend(kinds.iter().map(|k| Kind::ALL[usize::from(*k)]));
        }
        let mut trace = Trace::empty(horizon);
        trace.names = self.names[names].to_vec();
        let run = |run: &Range<usize>| Run { chunk: 0, from: run.start, to: run.end };
        trace.runs = runs.iter().map(run).collect();
        trace.chunks = vec![Chunk::of_sorted((start, end, kind), &runs)];
        Ok(trace)
    }
}

impl Shards {
    /// The stretch of time it covers.
    #[must_use]
    pub const fn horizon(&self) -> Horizon {
        self.horizon
    }

    /// SHA-256 over the activity, in hexadecimal: see [`Trace::content_hash`].
    #[must_use]
    pub fn content_hash(&self) -> &str {
        &self.content_hash
    }

    /// What the horizon cut.
    #[must_use]
    pub const fn clipped(&self) -> Clipping {
        match &self.kept {
            Kept::Memory(trace) => trace.clipped,
            Kept::Disk(archive) => archive.clipped,
        }
    }

    /// Names of all instances, sorted.
    #[must_use]
    pub fn names(&self) -> &[String] {
        match &self.kept {
            Kept::Memory(trace) => &trace.names,
            Kept::Disk(archive) => &archive.names,
        }
    }

    /// The parts to take, in order, as ranges of [`Shards::names`]; one when all is in memory.
    #[must_use]
    pub fn parts(&self) -> Vec<Range<usize>> {
        match &self.kept {
            Kept::Memory(trace) => std::iter::once(0..trace.len()).collect(),
            Kept::Disk(archive) => archive.parts(),
        }
    }

    /// The activity of one of [`Shards::parts`].
    ///
    /// # Errors
    /// Rows that cannot be read back from disk.
    pub fn part(&self, names: Range<usize>) -> Result<Cow<'_, Trace>, Problem> {
        match &self.kept {
            Kept::Memory(trace) => Ok(Cow::Borrowed(trace)),
            Kept::Disk(archive) => {
                archive.read(names, self.horizon).map(Cow::Owned).map_err(|e| lost(&e))
            }
        }
    }

    /// Everything, in memory.
    ///
    /// # Errors
    /// Rows that cannot be read back from disk.
    pub fn into_whole(self) -> Result<Trace, Problem> {
        match self.kept {
            Kept::Memory(trace) => Ok(trace),
            Kept::Disk(archive) => {
                let all = archive.read(0..archive.names.len(), self.horizon);
                let trace = all.map_err(|e| lost(&e))?;
                Ok(Trace { clipped: archive.clipped, ..trace })
            }
        }
    }
}

/// SHA-256 over a fleet's activity: the same for the same rows in any order, any split into files
/// or traces, and either file format.
#[derive(Debug, Default)]
pub(super) struct ContentHash {
    instances: Vec<(String, [u8; 32])>,
}

impl ContentHash {
    /// Adds the instances of one trace.
    pub(super) fn add(&mut self, trace: &Trace) {
        let hashes: Vec<_> = (0..trace.len()).into_par_iter().map(|i| hash_of(trace, i)).collect();
        self.instances.extend(trace.names.iter().cloned().zip(hashes));
    }

    /// The hash of everything added, over this horizon, in hexadecimal.
    pub(super) fn finish(mut self, horizon: Horizon) -> String {
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
    // A hasher is fastest with many of its 64-byte blocks at a time.
    let mut rows = [[0; 17]; 256];
    let mut from = 0;
    while from < activity.len() {
        let count = rows.len().min(activity.len() - from);
        for (row, at) in rows.iter_mut().zip(from..from + count) {
            let absolute = |s: u32| base.plus(i64::from(s)).unix().to_le_bytes();
            row[..8].copy_from_slice(&absolute(activity.start[at]));
            row[8..16].copy_from_slice(&absolute(activity.end[at]));
            row[16] = activity.kind[at] as u8;
        }
        hasher.update(rows[..count].as_flattened());
        from += count;
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
