//! Counts as functions of the idle limit, kept as first differences between neighbouring limits, so
//! that adding to a range of limits costs two additions.

use super::tally::{
    ACTIVE, COLUMNS, CUTS_IDLE, CUTS_SCHEDULE, LOST, QUEUE, RUNNING, STARTS_DEMAND,
    STARTS_SCHEDULE, STOPS_IDLE, STOPS_SCHEDULE, Tally, WAIT,
};
use crate::units::IdleLimit;

/// Number of idle limits (IDLE-1): each whole minute from 15 to 4320, then none.
pub const LIMITS: usize = (IdleLimit::MAX_MINUTES - IdleLimit::MIN_MINUTES) as usize + 2;

/// The limit at a position of a sweep; the last is none.
#[must_use]
pub fn limit_at(index: usize) -> Option<IdleLimit> {
    let more = i64::try_from(index).unwrap_or(IdleLimit::MAX_MINUTES);
    IdleLimit::from_minutes(IdleLimit::MIN_MINUTES.saturating_add(more))
}

/// The position of a limit in a sweep.
#[must_use]
pub fn index_of(limit: Option<IdleLimit>) -> usize {
    limit.map_or(LIMITS - 1, |l| past(l.seconds().div_euclid(60)) - 1)
}

/// The position after the last limit of at most so many minutes.
pub(super) fn past(minutes: i64) -> usize {
    let limits = minutes - IdleLimit::MIN_MINUTES + 1;
    usize::try_from(limits.max(0)).map_or(LIMITS - 1, |n| n.min(LIMITS - 1))
}

/// A stretch of limits over which the billed seconds of one instance in one calendar month (UTC)
/// grow evenly.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Billed {
    /// Position of the first limit.
    pub from: usize,
    /// Position after the last.
    pub to: usize,
    /// Billed seconds under the first \[s\].
    pub first_s: i64,
    /// What each further limit adds \[s\].
    pub step_s: i64,
}

/// What a sweep counted at one limit. Durations in seconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tallied {
    /// In `running` \[s\].
    pub running_s: i64,
    /// LEDG-1 \[s\].
    pub billed_s: i64,
    /// `running` with a counting interval present \[s\].
    pub active_s: i64,
    /// DEM-5, attended \[s\].
    pub wait_s: i64,
    /// DEM-5, unattended \[s\].
    pub queue_s: i64,
    /// DEM-7 \[s\].
    pub lost_run_s: i64,
    /// Starts by demand.
    pub starts_demand: i64,
    /// Starts by schedule.
    pub starts_schedule: i64,
    /// Stops by the idle limit.
    pub stops_idle: i64,
    /// Stops by schedule.
    pub stops_schedule: i64,
    /// DEM-7, by idle.
    pub interruptions_idle: i64,
    /// DEM-7, by schedule.
    pub interruptions_schedule: i64,
}

impl Tallied {
    /// The columns of a sweep's row with their values (SPEC §9), in order.
    #[must_use]
    pub const fn columns(&self) -> [(&'static str, i64); 12] {
        [
            ("running_s", self.running_s),
            ("billed_s", self.billed_s),
            ("active_s", self.active_s),
            ("wait_s", self.wait_s),
            ("queue_s", self.queue_s),
            ("lost_run_s", self.lost_run_s),
            ("starts_demand", self.starts_demand),
            ("starts_schedule", self.starts_schedule),
            ("stops_idle", self.stops_idle),
            ("stops_schedule", self.stops_schedule),
            ("interruptions_idle", self.interruptions_idle),
            ("interruptions_schedule", self.interruptions_schedule),
        ]
    }

    /// The sums of both.
    #[must_use]
    pub const fn plus(&self, other: &Self) -> Self {
        Self {
            running_s: self.running_s + other.running_s,
            billed_s: self.billed_s + other.billed_s,
            active_s: self.active_s + other.active_s,
            wait_s: self.wait_s + other.wait_s,
            queue_s: self.queue_s + other.queue_s,
            lost_run_s: self.lost_run_s + other.lost_run_s,
            starts_demand: self.starts_demand + other.starts_demand,
            starts_schedule: self.starts_schedule + other.starts_schedule,
            stops_idle: self.stops_idle + other.stops_idle,
            stops_schedule: self.stops_schedule + other.stops_schedule,
            interruptions_idle: self.interruptions_idle + other.interruptions_idle,
            interruptions_schedule: self.interruptions_schedule + other.interruptions_schedule,
        }
    }
}

/// How one limit differs from the one before.
#[derive(Clone, Copy, Debug, Default)]
struct Step {
    columns: [i64; COLUMNS],
    billed_s: i64,
    /// Added to `running` and billed seconds of this and every further limit.
    slope_s: i64,
}

/// A stretch of limits over which everything that a sweep counted stays the same, but for running
/// and billed seconds, which grow evenly.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stretch {
    /// Position of the first limit.
    pub from: usize,
    /// Position after the last.
    pub to: usize,
    /// What was counted under the first.
    pub first: Tallied,
    /// What each further limit adds to running and billed seconds \[s\].
    pub step_s: i64,
}

/// Words of 64 limits.
const WORDS: usize = (LIMITS + 1).div_ceil(64);

/// Limits at which something changes.
#[derive(Clone, Copy, Debug)]
struct Touched([u64; WORDS]);

impl Touched {
    #[inline]
    const fn add(&mut self, at: usize) {
        self.0[at / 64] |= 1 << (at % 64);
    }

    /// All of them, in order; forgets them.
    fn take(&mut self) -> impl Iterator<Item = usize> {
        let all = std::mem::replace(self, Self([0; WORDS]));
        all.iter()
    }

    /// All of them, in order.
    fn iter(self) -> impl Iterator<Item = usize> {
        self.0.into_iter().enumerate().flat_map(|(word, bits)| {
            let rest = |bits: &u64| Some(bits & (bits - 1)).filter(|rest| *rest != 0);
            let each = std::iter::successors(Some(bits).filter(|b| *b != 0), rest);
            each.map(move |bits| word * 64 + bits.trailing_zeros() as usize)
        })
    }
}

/// All counted columns over all limits, summed over instances.
#[derive(Clone, Debug)]
pub(super) struct Curves {
    steps: Vec<Step>,
    touched: Touched,
}

impl Curves {
    pub(super) fn new() -> Self {
        Self { steps: vec![Step::default(); LIMITS + 1], touched: Touched([0; WORDS]) }
    }

    /// Forgets everything that was counted.
    pub(super) fn clear(&mut self) {
        for at in self.touched.take() {
            self.steps[at] = Step::default();
        }
    }

    /// Adds what another sweep counted.
    pub(super) fn plus(&mut self, other: &Self) {
        for at in other.touched.iter() {
            let (sum, step) = (self.at(at), &other.steps[at]);
            for (sum, column) in sum.columns.iter_mut().zip(&step.columns) {
                *sum += column;
            }
            sum.billed_s += step.billed_s;
            sum.slope_s += step.slope_s;
        }
    }

    /// How this limit differs from the one before, to be changed.
    #[inline]
    fn at(&mut self, at: usize) -> &mut Step {
        self.touched.add(at);
        &mut self.steps[at]
    }

    /// From this limit on, the columns are those of `after` where they were those of `before`.
    #[inline]
    pub(super) fn change(&mut self, at: usize, before: &Tally, after: &Tally) {
        let columns = &mut self.at(at).columns;
        for (column, (b, a)) in columns.iter_mut().zip(before.columns.iter().zip(&after.columns)) {
            *column += a - b;
        }
    }

    /// Adds to `running` seconds from this limit on.
    #[inline]
    pub(super) fn add_running(&mut self, at: usize, seconds: i64) {
        self.at(at).columns[RUNNING] += seconds;
    }

    /// What was counted, by stretches of limits that cover all of them, in order.
    pub(super) fn stretches(&self) -> impl Iterator<Item = Stretch> {
        let edges = std::iter::once(0).chain(self.touched.iter().filter(|at| *at > 0));
        let mut edges = edges.take_while(|at| *at < LIMITS).peekable();
        let mut sum = Step::default();
        let mut last = 0;
        std::iter::from_fn(move || {
            let from = edges.next()?;
            let to = edges.peek().copied().unwrap_or(LIMITS);
            let step = &self.steps[from];
            for (sum, column) in sum.columns.iter_mut().zip(&step.columns) {
                *sum += column;
            }
            // What the limits since the last edge added.
            let grown = sum.slope_s * (from - last).saturating_sub(1) as i64;
            sum.slope_s += step.slope_s;
            sum.columns[RUNNING] += grown + sum.slope_s;
            sum.billed_s += grown + step.billed_s + sum.slope_s;
            last = from;
            Some(Stretch { from, to, first: tallied(&sum), step_s: sum.slope_s })
        })
    }

    /// The columns at every limit, in order.
    pub(super) fn at_limits(&self) -> impl Iterator<Item = Tallied> {
        self.stretches().flat_map(|Stretch { from, to, first, step_s }| {
            (0..(to - from) as i64).map(move |more| Tallied {
                running_s: first.running_s + step_s * more,
                billed_s: first.billed_s + step_s * more,
                ..first
            })
        })
    }
}

const fn tallied(sum: &Step) -> Tallied {
    let c = &sum.columns;
    Tallied {
        running_s: c[RUNNING],
        billed_s: sum.billed_s,
        active_s: c[ACTIVE],
        wait_s: c[WAIT],
        queue_s: c[QUEUE],
        lost_run_s: c[LOST],
        starts_demand: c[STARTS_DEMAND],
        starts_schedule: c[STARTS_SCHEDULE],
        stops_idle: c[STOPS_IDLE],
        stops_schedule: c[STOPS_SCHEDULE],
        interruptions_idle: c[CUTS_IDLE],
        interruptions_schedule: c[CUTS_SCHEDULE],
    }
}

/// Billed seconds of one instance in the current month, over all limits.
#[derive(Clone, Debug)]
pub(super) struct Month {
    /// First difference, and what is added to it from this limit on \[s\].
    steps: Vec<[i64; 2]>,
    /// Which of them may not be zero.
    touched: Touched,
    billed: Vec<Billed>,
}

impl Month {
    pub(super) fn new() -> Self {
        let billed = Vec::with_capacity(LIMITS);
        Self { steps: vec![[0; 2]; LIMITS + 1], touched: Touched([0; WORDS]), billed }
    }

    /// From this limit on `seconds` more, and `slope` more with every further limit.
    #[inline]
    pub(super) fn add(&mut self, at: usize, seconds: i64, slope: i64) {
        self.touched.add(at);
        let step = &mut self.steps[at];
        step[0] += seconds;
        step[1] += slope;
    }

    /// The month's curve, which is also added to `curves`; the next month begins at zero.
    pub(super) fn close(&mut self, curves: &mut Curves) -> &[Billed] {
        self.billed.clear();
        let mut open = Billed { from: 0, to: 0, first_s: 0, step_s: 0 };
        for at in self.touched.take() {
            let [seconds, slope] = std::mem::take(&mut self.steps[at]);
            if seconds == 0 && slope == 0 {
                continue;
            }
            let sum = curves.at(at);
            sum.billed_s += seconds;
            sum.slope_s += slope;
            if at > open.from {
                open.to = at;
                self.billed.push(open);
            }
            let length = at as i64 - open.from as i64;
            let step_s = open.step_s + slope;
            let first_s = open.first_s + open.step_s * (length - 1) + seconds + step_s;
            open = Billed { from: at, to: at, first_s, step_s };
        }
        open.to = LIMITS;
        if open.to > open.from {
            self.billed.push(open);
        }
        &self.billed
    }
}
