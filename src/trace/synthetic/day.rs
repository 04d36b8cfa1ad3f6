//! One person's rows, day by day.
//!
//! A day is a walk along the person's wall clock: arrive, work a session, pause, and so on until a
//! coin says that was all, or the hour at which this person leaves has come. Sessions that would
//! begin in the long break or in a meeting begin after it.

use super::calendar::{AWAY_DAYS, weekday};
use super::clock::{Clock, DAY_S};
use super::draw::{Domain, Draw};
use super::person::Habits;
use super::shape;
use super::way::{Style, Way};
use super::{Deeds, FleetSpec, Row};
use crate::units::{Horizon, Instant, Kind};
use chrono_tz::Tz;

/// More sessions than this in one day are nobody's.
const MOST_SESSIONS: u32 = 300;

/// Everything needed to live one person's days.
pub(super) struct Days<'a> {
    pub(super) spec: &'a FleetSpec,
    pub(super) index: u32,
    pub(super) way: Way,
    pub(super) habits: Habits,
    /// Public holidays where the person lives, ascending day numbers.
    pub(super) holidays: &'a [i64],
    /// First days of this person's fortnights away.
    pub(super) away: Vec<i64>,
}

/// The pen: the person's draws, clock and rows so far.
struct Pen {
    draw: Draw,
    clock: Clock,
    rows: Vec<Row>,
    /// When the person pressed Stop.
    stops: Vec<Instant>,
    /// The row left open when the person last left.
    open: Option<usize>,
}

impl Days<'_> {
    /// What the person does in `horizon`: rows sorted by start and clipped, and stops.
    pub(super) fn deeds(&self, zone: Tz, horizon: Horizon) -> Deeds {
        let mut pen = Pen {
            draw: Draw::new(self.spec.seed, Domain::Days, u64::from(self.index)),
            clock: Clock::new(zone),
            rows: Vec::new(),
            stops: Vec::new(),
            open: None,
        };
        let style = self.way.style();
        let mut week = 1_000;
        for day in days_around(horizon) {
            if weekday(day) == 0 {
                week = pen.draw.from(style.week);
            }
            self.night(&mut pen, day);
            if self.is_worked(&mut pen.draw, day, week) {
                self.day(&mut pen, style, day);
            }
        }
        clip(&mut pen.rows, horizon);
        pen.rows.sort_unstable();
        pen.stops.retain(|at| horizon.contains(*at));
        Deeds { rows: pen.rows, stops: pen.stops }
    }

    /// Whether the person works on this day at all.
    fn is_worked(&self, draw: &mut Draw, day: i64, week_permille: i64) -> bool {
        let weekday = weekday(day);
        let is_free = weekday >= 5 || self.holidays.binary_search(&day).is_ok();
        let usual = match is_free {
            true => self.habits.weekend_permille,
            false if self.habits.weekdays >> weekday & 1 == 0 => 0,
            false => self.habits.weekday_permille,
        };
        draw.chance((usual * week_permille / 1_000).min(980)) && !self.is_away(day)
    }

    /// Whether the person is away for the yearly fortnight.
    fn is_away(&self, day: i64) -> bool {
        self.away.iter().any(|&from| (from..from + AWAY_DAYS).contains(&day))
    }

    /// The run that is started every night, whoever is there.
    fn night(&self, pen: &mut Pen, day: i64) {
        if let Some((second, usual)) = self.habits.nightly {
            let length = usual * pen.draw.between(850, 1_250) / 1_000;
            let start = pen.clock.instant(day, second);
            pen.push(self.index, Kind::Run, start, length);
        }
    }

    /// One working day.
    fn day(&self, pen: &mut Pen, style: &Style, day: i64) {
        let late = pen.draw.from(style.jitter) * 60 + pen.draw.between(0, 59);
        let enough = (1_000 - pen.draw.from(style.go_on)) * 100;
        let go_on = 1_000 - enough / i64::from(self.spec.density.max(1));
        let leave = self.habits.leave * 60 + pen.draw.between(-900, 900);
        let mut second = (self.habits.arrive * 60 + late).max(0);
        let first = pen.rows.len();
        let mut last = None;
        for _ in 0..MOST_SESSIONS {
            match self.after_breaks(&mut pen.draw, style, day, second) {
                Some(at) if at < leave => second = at,
                _ => break,
            }
            let (kind, length) = self.session(pen, style, day, second);
            last = Some(pen.rows.len() - 1);
            if !pen.draw.chance(go_on) {
                break;
            }
            second += self.until_next(&mut pen.draw, kind, length);
        }
        if let Some(row) = last {
            let open = pen.draw.chance(self.habits.leave_open_permille);
            self.leave(pen, row, open);
            if pen.draw.chance(self.habits.tidy_permille) && !open {
                pen.stop(first);
            }
        }
    }

    /// The first moment at or after `second` outside the long break and meetings; `None` when the
    /// person does not come back after the break.
    fn after_breaks(&self, draw: &mut Draw, style: &Style, day: i64, second: i64) -> Option<i64> {
        let mut at = second;
        let weekday = weekday(day);
        for (on, from, to) in self.habits.meetings {
            if on == weekday && (from * 60..to * 60).contains(&at) {
                at = to * 60 + draw.between(0, 600);
            }
        }
        let (from, to) = (self.habits.break_from * 60, self.habits.break_to * 60);
        if (from..to).contains(&at) {
            if !draw.chance(style.resume) {
                return None;
            }
            at = to + draw.between(-300, 900);
        }
        Some(at)
    }

    /// Writes one session; returns its kind and length \[s\].
    fn session(&self, pen: &mut Pen, style: &Style, day: i64, second: i64) -> (Kind, i64) {
        let kind = pen.draw.weighted(style.kinds).unwrap_or(Kind::Kernel);
        let length = pen.draw.from(shape::length(kind)).max(1);
        let start = pen.clock.instant(day, second);
        pen.close(start);
        pen.push(self.index, kind, start, length);
        if kind == Kind::Vscode {
            let row = pen.rows.len() - 1;
            let closing = pen.draw.from(shape::CLOSING);
            let typed_until = start.plus(length);
            if let Some(row) = pen.rows.get_mut(row) {
                row.last_activity = Some(typed_until);
                row.end = typed_until.plus(closing);
            }
            // Left open between two sessions of a day as well: the next one closes it.
            let stays = pen.draw.chance(self.habits.leave_open_permille);
            self.leave(pen, row, stays);
        }
        (kind, length)
    }

    /// From one session's start to the next \[s\].
    fn until_next(&self, draw: &mut Draw, kind: Kind, length: i64) -> i64 {
        if kind == Kind::Run && draw.chance(shape::BATCH_TOGETHER) {
            return draw.from(shape::BATCH_STAGGER);
        }
        let pause = draw.from(shape::pause(kind));
        length + pause * 100 / i64::from(self.spec.density.max(1))
    }

    /// The person leaves; `open` says whether the last session stays open.
    fn leave(&self, pen: &mut Pen, row: usize, open: bool) {
        if !open {
            return;
        }
        if let Some(last) = pen.rows.get_mut(row) {
            last.end = last.end.plus(pen.draw.from(shape::left_open(last.kind)));
            pen.open = Some(row);
        }
    }
}

impl Pen {
    fn push(&mut self, instance: u32, kind: Kind, start: Instant, length: i64) {
        self.rows.push(Row { instance, start, end: start.plus(length), kind, last_activity: None });
    }

    /// The person presses Stop some minutes after the last session of the day, whose rows begin at
    /// `first`, has ended.
    fn stop(&mut self, first: usize) {
        if let Some(done) = self.rows.iter().skip(first).map(|r| r.end).max() {
            self.stops.push(done.plus(self.draw.between(60, 600)));
        }
    }

    /// Coming back: what was left open is noticed, three times in four, or replaced (VS Code has
    /// one connection at a time).
    fn close(&mut self, now: Instant) {
        let noticed = self.draw.chance(750);
        if let Some(row) = self.open.take().and_then(|i| self.rows.get_mut(i))
            && (noticed || row.kind == Kind::Vscode)
        {
            let used_until = row.last_activity.unwrap_or(row.start);
            row.end = row.end.min(now.max(used_until));
        }
    }
}

/// Keeps what lies inside the horizon, cut at its ends.
fn clip(rows: &mut Vec<Row>, horizon: Horizon) {
    rows.retain(|r| r.start < horizon.end && r.end > horizon.start);
    for row in rows {
        row.start = row.start.max(horizon.start);
        row.end = row.end.min(horizon.end);
        row.last_activity = row.last_activity.map(|at| at.clamp(row.start, row.end));
    }
}

/// Local days that can matter to a horizon of whole days: people east of UTC begin early, and what
/// was left open on the Friday before is still there.
fn days_around(horizon: Horizon) -> std::ops::Range<i64> {
    let (first, end) = (horizon.start.unix() / DAY_S, horizon.end.unix() / DAY_S);
    first - 4..end + 1
}
