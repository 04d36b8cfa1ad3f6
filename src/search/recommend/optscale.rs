//! OptScale's rule for instances that could be shut down, as its description has it: the week is
//! cut into 168 hours, in one zone (UTC) for everybody; an hour is idle when its mean activity over
//! the last 14 days, so over two of its kind, is at most 5 %.
//!
//! It knows no schedules of at most four entries, so its cells are turned into some that follow
//! them: at most two daily windows, each on weekdays of its own. An hour inside a window is worth 1
//! if its cell is busy and -1 if idle; windows begin where a busy stretch of some day begins and
//! end where one ends; the two with the highest sum are taken, ties going to fewer and then earlier
//! windows. A window may go past midnight. Where all cells are idle one stop at midnight remains,
//! where all are busy nothing does.

use super::choice::{Entry, WeekDays};
use super::replays::Replays;
use crate::trace::Activity;
use crate::units::{Action, Horizon, Instant};
use chrono::{Datelike, Timelike};

const HOURS: usize = 24;
const DAYS: usize = 7;
const HOUR_S: i64 = 3_600;
/// What the rule looks back at \[s\].
const LOOK_BACK_S: i64 = 14 * 86_400;
/// An hour is idle up to this mean activity \[s\]: 5 %.
const IDLE_S: i64 = HOUR_S * 5 / 100;

/// Which hours of the week are busy: by weekday (Sunday 0) and hour, UTC.
type Cells = [[bool; HOURS]; DAYS];

/// The entries that follow the cells of one instance, seen at `until`.
pub(super) fn entries(replays: &Replays<'_>, instance: usize, until: Instant) -> Vec<Entry> {
    let case = replays.case();
    let horizon = case.trace.horizon;
    let end = until.min(horizon.end);
    let seen = Horizon { start: end.plus(-LOOK_BACK_S).max(horizon.start), end };
    let found = case.trace.find(&case.instances[instance].name);
    let cells = found.map_or(Cells::default(), |at| cells(&case.trace.activity(at), seen));
    follow(&cells)
}

/// The cells over a stretch of time. Each takes the mean over the hours of its kind in it.
fn cells(activity: &Activity<'_>, seen: Horizon) -> Cells {
    let first = seen.start.unix().div_euclid(HOUR_S);
    let count = (seen.end.unix().div_euclid(HOUR_S) - first).max(0);
    let mut active = vec![0_i64; usize::try_from(count).unwrap_or(0)];
    let mut reached = i64::MIN;
    for (start, end) in activity.start.iter().zip(activity.end) {
        let at = |s: &u32| activity.base.unix() + i64::from(*s);
        // Overlapping intervals count once.
        let mut from = at(start).max(reached).max(first * HOUR_S);
        let to = at(end).min((first + count) * HOUR_S);
        while from < to {
            let hour = from.div_euclid(HOUR_S);
            let until = to.min((hour + 1) * HOUR_S);
            active[usize::try_from(hour - first).unwrap_or(0)] += until - from;
            from = until;
        }
        reached = reached.max(at(end));
    }
    let mut sums = [[(0_i64, 0_i64); HOURS]; DAYS];
    for (offset, seconds) in (first..).zip(active) {
        let civil = Instant::from_unix(offset * HOUR_S).civil();
        let day = civil.weekday().num_days_from_sunday() as usize;
        let (sum, hours) = &mut sums[day][civil.hour() as usize];
        (*sum, *hours) = (*sum + seconds, *hours + 1);
    }
    sums.map(|day| day.map(|(sum, hours)| sum > IDLE_S * hours))
}

/// On from one hour, for so many.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Window {
    from: usize,
    hours: usize,
}

/// A window, and what it is worth on each day it begins.
type Worth = (Window, [i64; DAYS]);

/// At most four entries that follow the cells.
fn follow(cells: &Cells) -> Vec<Entry> {
    let busy = cells.iter().flatten().filter(|cell| **cell).count();
    if busy == HOURS * DAYS {
        return Vec::new();
    }
    let windows = windows(cells);
    let mut best: (i64, Vec<(Window, u8)>) = (0, Vec::new());
    for (at, first) in windows.iter().enumerate() {
        let alone = days_of(first, None);
        if alone.0 > best.0 {
            best = (alone.0, vec![(first.0, alone.1)]);
        }
        for second in &windows[at + 1..] {
            let (worth, of_first, of_second) = pair(first, second);
            if worth > best.0 && of_first != 0 && of_second != 0 {
                best = (worth, vec![(first.0, of_first), (second.0, of_second)]);
            }
        }
    }
    let mut entries: Vec<Entry> =
        best.1.iter().flat_map(|(window, days)| as_entries(*window, *days)).collect();
    if entries.is_empty() {
        entries.push(Entry { action: Action::Stop, minute: 0, days: WeekDays::ALL });
    }
    entries.sort();
    entries
}

/// Windows from the start of a busy stretch to the end of one, at most a day long.
fn windows(cells: &Cells) -> Vec<Worth> {
    let cell = |day: usize, hour: usize| cells[(day + hour / HOURS) % DAYS][hour % HOURS];
    let before = |day: usize, hour: usize| cell(day + DAYS - 1, hour + HOURS - 1);
    let is_edge = |hour: usize, begins: bool| {
        (0..DAYS).any(|day| cell(day, hour) == begins && before(day, hour) != begins)
    };
    let mut windows = Vec::new();
    for from in (0..HOURS).filter(|hour| is_edge(*hour, true)) {
        for hours in (1..=HOURS).filter(|hours| is_edge((from + hours) % HOURS, false)) {
            let worth = |day| {
                let each = (from..from + hours).map(|hour| if cell(day, hour) { 1 } else { -1 });
                each.sum()
            };
            windows.push((Window { from, hours }, std::array::from_fn(worth)));
        }
    }
    windows
}

/// The days on which a window is worth more than nothing, and more than the other if they overlap.
fn days_of((_, worth): &Worth, over: Option<&[i64; DAYS]>) -> (i64, u8) {
    let mut sum = (0, 0);
    for (day, gain) in worth.iter().enumerate() {
        if *gain > 0 && over.is_none_or(|other| *gain >= other[day]) {
            sum = (sum.0 + gain, sum.1 | 1 << day);
        }
    }
    sum
}

/// Two windows together: on each day both where they are apart, the better where not.
fn pair(first: &Worth, second: &Worth) -> (i64, u8, u8) {
    if apart(first.0, second.0) {
        let (a, b) = (days_of(first, None), days_of(second, None));
        return (a.0 + b.0, a.1, b.1);
    }
    let a = days_of(first, Some(&second.1));
    let strictly = first.1.map(|gain| gain + 1);
    let b = days_of(second, Some(&strictly));
    (a.0 + b.0, a.1, b.1)
}

/// Whether no hour of the day is in or beside both.
fn apart(a: Window, b: Window) -> bool {
    let gap = |x: Window, y: Window| (y.from + HOURS - x.from) % HOURS > x.hours;
    a.from != b.from && gap(a, b) && gap(b, a)
}

/// A start and a stop; past midnight the stop is on the days after. Windows of a whole day that
/// touch are one: nothing happens between them.
fn as_entries(window: Window, days: u8) -> Vec<Entry> {
    let minute = |hour: usize| u16::try_from(hour % HOURS * 60).unwrap_or(0);
    let end = window.from + window.hours;
    let after = if end >= HOURS { (days << 1 | days >> 6) & 0x7f } else { days };
    let touching = if window.hours == HOURS { days & after } else { 0 };
    let entry = |action, hour, bits: u8| {
        let days = WeekDays::from_bits(bits & !touching)?;
        Some(Entry { action, minute: minute(hour), days })
    };
    let both = [entry(Action::Start, window.from, days), entry(Action::Stop, end, after)];
    both.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cells from hours that are busy on some days.
    fn busy(stretches: &[(&[usize], std::ops::Range<usize>)]) -> Cells {
        let mut cells = Cells::default();
        for (days, hours) in stretches {
            for day in *days {
                hours.clone().for_each(|h| cells[(day + h / HOURS) % DAYS][h % HOURS] = true);
            }
        }
        cells
    }

    fn shown(cells: &Cells) -> Vec<String> {
        let show = |e: &Entry| {
            format!("{} {:02} {}", e.action.as_str(), e.minute / 60, e.days.cron_field())
        };
        follow(cells).iter().map(show).collect()
    }

    const WORK: &[usize] = &[1, 2, 3, 4, 5];

    /// By hand: what four entries can say, they say exactly.
    #[test]
    fn cells_become_entries() {
        assert_eq!(shown(&busy(&[(WORK, 8..18)])), ["stop 18 1-5", "start 08 1-5"]);
        let two = busy(&[(WORK, 8..12), (&[6], 10..11)]);
        assert_eq!(shown(&two), ["stop 11 6", "stop 12 1-5", "start 08 1-5", "start 10 6"]);
        assert_eq!(shown(&busy(&[(&[5], 22..26)])), ["stop 02 6", "start 22 5"]);
        assert_eq!(shown(&busy(&[(WORK, 0..24)])), ["stop 00 6", "start 00 1"]);
        assert_eq!(shown(&Cells::default()), ["stop 00 *"]);
        assert!(shown(&[[true; HOURS]; DAYS]).is_empty());
    }

    /// Three windows are too many. An hour on Sundays is worth less than a hole of five hours a
    /// week, and goes; six hours are worth more, and the hole closes.
    #[test]
    fn what_does_not_fit_is_followed_as_well_as_it_can_be() {
        let with_sunday = |hours| shown(&busy(&[(WORK, 8..12), (WORK, 13..18), (&[0], hours)]));
        let two = ["stop 12 1-5", "stop 18 1-5", "start 08 1-5", "start 13 1-5"];
        assert_eq!(with_sunday(20..21), two);
        let closed = ["stop 06 0", "stop 18 1-5", "start 00 0", "start 08 1-5"];
        assert_eq!(with_sunday(0..6), closed);
    }

    /// Two hours of a kind are averaged: 6 minutes in one of two is at the threshold, so idle.
    #[test]
    fn a_cell_is_busy_above_five_per_cent_of_both_its_hours() {
        let start = Instant::from_unix(1_704_067_200); // a Monday
        let seen = Horizon { start, end: start.plus(LOOK_BACK_S) };
        let kinds = [crate::units::Kind::Kernel; 2];
        for (minutes, is_busy) in [(6, false), (7, true)] {
            let week = 7 * 86_400;
            let starts = [9 * 3_600, 9 * 3_600 + week];
            let ends = [9 * 3_600 + minutes * 60, 9 * 3_600 + week];
            let activity =
                Activity { base: start, start: &starts, end: &ends, kind: &kinds, by_end: &[0, 1] };
            let mut expected = Cells::default();
            expected[1][9] = is_busy;
            assert_eq!(cells(&activity, seen), expected, "{minutes}");
        }
    }
}
