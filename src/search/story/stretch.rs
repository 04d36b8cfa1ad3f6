//! Stretches: spans put together as a person sees them, and what weeks add up to.

use super::{Span, Story};
use crate::engine::{IdleClock, State};
use crate::units::{Horizon, Instant, Kind};
use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Weekday};
use chrono_tz::Tz;

/// A gap in activity shorter than the shortest idle limit is part of being in use \[s\] (IDLE-1).
pub const SHORT_GAP_S: i64 = 15 * 60;

/// Seconds of one window.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Sums {
    /// LEDG-1: billed for compute \[s\].
    pub billed_s: i64,
    /// `running` \[s\].
    pub running_s: i64,
    /// LEDG-6: `running` without any activity \[s\].
    pub waste_s: i64,
    /// DEM-5: a person waited \[s\].
    pub wait_s: i64,
    /// DEM-5: a run queued \[s\].
    pub queue_s: i64,
}

impl Sums {
    fn add(&mut self, span: &Span) {
        let seconds = span.to - span.from;
        let running = span.state == State::Running;
        self.billed_s += if span.state.is_billed() { seconds } else { 0 };
        self.running_s += if running { seconds } else { 0 };
        self.waste_s += if running && !span.load.present { seconds } else { 0 };
        self.wait_s += if span.load.waits(span.state) { seconds } else { 0 };
        self.queue_s += if span.load.queues(span.state) { seconds } else { 0 };
    }
}

/// Some time in one state, in use or not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stretch {
    /// From when \[unix s\].
    pub from: i64,
    /// To when \[unix s\].
    pub to: i64,
    /// The state.
    pub state: State,
    /// While running: whether anything was going on, short gaps included.
    pub used: bool,
    /// What it adds up to; waste in a used stretch is its short gaps.
    pub sums: Sums,
    /// What the idle clock said at its end.
    pub clock: Option<IdleClock>,
    /// Kinds of activity recorded in it, each once, in their order.
    pub kinds: Vec<Kind>,
}

/// A calendar week, Monday first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Week {
    /// The part of it inside the horizon.
    pub window: Horizon,
    /// Its Monday.
    pub monday: NaiveDate,
    /// What it adds up to.
    pub sums: Sums,
}

impl Story<'_> {
    /// What a window adds up to.
    #[must_use]
    pub fn sums(&self, window: Horizon) -> Sums {
        let mut sums = Sums::default();
        self.spans_in(window).for_each(|span| sums.add(&span));
        sums
    }

    /// Spans cut at the window.
    fn spans_in(&self, window: Horizon) -> impl Iterator<Item = Span> + '_ {
        let (from, to) = (window.start.unix(), window.end.unix());
        let first = self.chronicle.spans.partition_point(|s| s.to <= from);
        let inside = self.chronicle.spans[first..].iter().take_while(move |s| s.from < to);
        inside.map(move |s| Span { from: s.from.max(from), to: s.to.min(to), ..*s })
    }

    /// The calendar weeks of the horizon by this clock, oldest first.
    #[must_use]
    pub fn weeks(&self, clock: Tz) -> Vec<Week> {
        let civil = clock.from_utc_datetime(&self.horizon.start.civil()).naive_local();
        let mut monday = civil.date().week(Weekday::Mon).first_day();
        let mut weeks = Vec::new();
        loop {
            let window = week(monday, clock);
            let start = window.start.max(self.horizon.start);
            if start >= self.horizon.end {
                return weeks;
            }
            let window = Horizon { start, end: window.end.min(self.horizon.end) };
            weeks.push(Week { window, monday, sums: self.sums(window) });
            let Some(next) = monday.checked_add_days(Days::new(7)) else { return weeks };
            monday = next;
        }
    }

    /// The window in stretches that tile it.
    #[must_use]
    pub fn stretches(&self, window: Horizon) -> Vec<Stretch> {
        let mut all: Vec<Stretch> = Vec::new();
        for span in self.spans_in(window) {
            let used = span.state == State::Running && span.load.present;
            let mut sums = Sums::default();
            sums.add(&span);
            let Span { from, to, state, clock, .. } = span;
            join(&mut all, Stretch { from, to, state, used, sums, clock, kinds: Vec::new() });
        }
        let mut folded: Vec<Stretch> = Vec::new();
        let mut rest = all.into_iter().peekable();
        while let Some(mut stretch) = rest.next() {
            let short = stretch.to - stretch.from < SHORT_GAP_S;
            let gap = short && stretch.state == State::Running && !stretch.used;
            let between = folded.last().is_some_and(|before| before.used)
                && rest.peek().is_some_and(|after| after.used);
            stretch.used |= gap && between;
            join(&mut folded, stretch);
        }
        for stretch in folded.iter_mut().filter(|s| s.used) {
            let mut kinds: Vec<Kind> =
                self.recorded(stretch.from, stretch.to).map(|r| r.kind).collect();
            kinds.sort_unstable();
            kinds.dedup();
            stretch.kinds = kinds;
        }
        folded
    }
}

/// Adds a stretch, as part of the last one where they are alike.
fn join(all: &mut Vec<Stretch>, next: Stretch) {
    match all.last_mut() {
        Some(last) if (last.state, last.used) == (next.state, next.used) => {
            last.to = next.to;
            last.clock = next.clock;
            let (sum, more) = (&mut last.sums, next.sums);
            sum.billed_s += more.billed_s;
            sum.running_s += more.running_s;
            sum.waste_s += more.waste_s;
            sum.wait_s += more.wait_s;
            sum.queue_s += more.queue_s;
        }
        _ => all.push(next),
    }
}

/// The week of this Monday by this clock.
#[must_use]
pub fn week(monday: NaiveDate, clock: Tz) -> Horizon {
    let next = monday.checked_add_days(Days::new(7)).unwrap_or(NaiveDate::MAX);
    let midnight = |day: NaiveDate| instant(day.and_time(NaiveTime::MIN), clock);
    Horizon { start: midnight(monday), end: midnight(next) }
}

/// When this clock shows `civil` first; a time that it skips is the end of the gap, found to the
/// quarter of an hour that all gaps keep to.
#[must_use]
pub fn instant(civil: NaiveDateTime, clock: Tz) -> Instant {
    let quarters =
        (0..=96).filter_map(|n| civil.checked_add_signed(chrono::TimeDelta::minutes(15 * n)));
    let found = quarters.filter_map(|c| clock.from_local_datetime(&c).earliest()).next();
    found.map_or_else(|| Instant::from_civil_utc(civil), |t| Instant::from_unix(t.timestamp()))
}

/// The ISO name of the week of a day: `2026-W12`.
#[must_use]
pub fn week_name(day: NaiveDate) -> String {
    let week = day.iso_week();
    format!("{}-W{:02}", week.year(), week.week())
}
