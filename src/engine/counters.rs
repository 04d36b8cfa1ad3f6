//! The recorder that only counts: every number of a result row, and the billed and existing seconds
//! of each calendar month. No allocation after the months are laid out.

use crate::engine::recorder::{Cause, Event, Load, Recorder, State};
use crate::units::{Horizon, Instant};

/// Seconds of one calendar month (UTC) inside the horizon.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MonthUse {
    /// First instant of the month, or of the horizon in it.
    pub start: Instant,
    /// LEDG-1: seconds in billed states \[s\].
    pub billed_s: i64,
    /// Seconds of existence \[s\].
    pub exists_s: i64,
}

/// LEDG-6: running seconds without any activity, by what would have removed them.
///
/// One stretch of such seconds is split: what lies beyond the first 15 minutes would go under the
/// shortest idle limit; the rest of a stretch that a scheduled start opened before anybody came
/// would go with that start; the remainder neither can remove.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Waste {
    /// Removable by an idle limit \[s\].
    pub idle_s: i64,
    /// Removable by other schedules \[s\].
    pub schedule_s: i64,
    /// Removable by neither \[s\].
    pub neither_s: i64,
}

impl Waste {
    /// All of it \[s\].
    #[must_use]
    pub const fn total_s(self) -> i64 {
        self.idle_s.saturating_add(self.schedule_s).saturating_add(self.neither_s)
    }
}

/// The shortest idle limit \[s\] (IDLE-1).
const SHORTEST_LIMIT_S: i64 = 15 * 60;

/// Everything a result row holds. Durations in seconds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Counters {
    /// Seconds in each state, indexed by `State as usize` \[s\].
    pub state_s: [i64; State::COUNT],
    /// `running` with a counting interval present \[s\].
    pub active_s: i64,
    /// DEM-5, attended \[s\].
    pub wait_s: i64,
    /// DEM-5, unattended \[s\].
    pub queue_s: i64,
    /// DEM-6 \[s\].
    pub unserved_s: i64,
    /// DEM-7 \[s\].
    pub lost_run_s: i64,
    /// Starts that took effect, by cause.
    pub starts: [u32; Cause::COUNT],
    /// Stops that took effect, by cause.
    pub stops: [u32; Cause::COUNT],
    /// SCHED-7.
    pub dismissed_stops: u32,
    /// DEM-7, by cause.
    pub interruptions: [u32; Cause::COUNT],
    /// LEDG-6.
    pub waste: Waste,
    months: Vec<MonthUse>,
    month: usize,
    month_end: i64,
    stretch_s: i64,
    opened_by_schedule: bool,
    last_start: Option<Cause>,
}

impl Counters {
    /// Zero everywhere, with the months of this horizon laid out.
    #[must_use]
    pub fn new(horizon: Horizon) -> Self {
        let mut months = Vec::new();
        let mut start = horizon.start;
        while start < horizon.end {
            months.push(MonthUse { start, billed_s: 0, exists_s: 0 });
            start = start.next_month();
        }
        Self {
            state_s: [0; State::COUNT],
            active_s: 0,
            wait_s: 0,
            queue_s: 0,
            unserved_s: 0,
            lost_run_s: 0,
            starts: [0; Cause::COUNT],
            stops: [0; Cause::COUNT],
            dismissed_stops: 0,
            interruptions: [0; Cause::COUNT],
            waste: Waste::default(),
            month_end: months.get(1).map_or(i64::MAX, |m| m.start.unix()),
            months,
            month: 0,
            stretch_s: 0,
            opened_by_schedule: false,
            last_start: None,
        }
    }

    /// Seconds in one state \[s\].
    #[must_use]
    pub const fn in_state(&self, state: State) -> i64 {
        self.state_s[state as usize]
    }

    /// STATE-2: seconds of existence \[s\], the sum over all states but `Absent`.
    #[must_use]
    pub fn exists_s(&self) -> i64 {
        self.state_s.iter().skip(1).sum()
    }

    /// LEDG-1: seconds billed for compute \[s\].
    #[must_use]
    pub fn billed_s(&self) -> i64 {
        [State::Starting, State::Running, State::Restarting, State::Stopping]
            .map(|s| self.in_state(s))
            .iter()
            .sum()
    }

    /// Names of the counted columns of a result row (SPEC §9), in their order.
    pub const COLUMNS: [&'static str; 23] = [
        "exists_s",
        "creating_s",
        "starting_s",
        "running_s",
        "restarting_s",
        "stopping_s",
        "stopped_s",
        "billed_s",
        "active_s",
        "wait_s",
        "queue_s",
        "unserved_s",
        "lost_run_s",
        "starts_demand",
        "starts_schedule",
        "starts_operation",
        "stops_idle",
        "stops_schedule",
        "stops_operation",
        "dismissed_stops",
        "interruptions_idle",
        "interruptions_schedule",
        "interruptions_operation",
    ];

    /// The counted columns of a result row with their values.
    #[must_use]
    pub fn columns(&self) -> [(&'static str, i64); 23] {
        let state = |s| self.in_state(s);
        let starts = |c: Cause| i64::from(self.starts[c as usize]);
        let stops = |c: Cause| i64::from(self.stops[c as usize]);
        let cuts = |c: Cause| i64::from(self.interruptions[c as usize]);
        let values = [
            self.exists_s(),
            state(State::Creating),
            state(State::Starting),
            state(State::Running),
            state(State::Restarting),
            state(State::Stopping),
            state(State::Stopped),
            self.billed_s(),
            self.active_s,
            self.wait_s,
            self.queue_s,
            self.unserved_s,
            self.lost_run_s,
            starts(Cause::Demand),
            starts(Cause::Schedule),
            starts(Cause::Operation),
            stops(Cause::Idle),
            stops(Cause::Schedule),
            stops(Cause::Operation),
            self.dismissed_stops.into(),
            cuts(Cause::Idle),
            cuts(Cause::Schedule),
            cuts(Cause::Operation),
        ];
        std::array::from_fn(|i| (Self::COLUMNS[i], values[i]))
    }

    /// The months of the horizon with their seconds, in order.
    #[must_use]
    pub fn months(&self) -> &[MonthUse] {
        &self.months
    }

    /// Closes what is still open at the horizon's end. Call once, after the replay.
    pub fn finish(&mut self) {
        self.close_stretch();
    }

    #[inline]
    fn close_stretch(&mut self) {
        if self.stretch_s > 0 {
            let first = self.stretch_s.min(SHORTEST_LIMIT_S);
            self.waste.idle_s += self.stretch_s - first;
            if self.opened_by_schedule {
                self.waste.schedule_s += first;
            } else {
                self.waste.neither_s += first;
            }
            self.stretch_s = 0;
        }
        self.opened_by_schedule = false;
    }

    #[inline]
    fn add_month(&mut self, from: i64, to: i64, state: State) {
        if to >= self.month_end {
            self.add_months(from, to, state);
        } else if let Some(month) = self.months.get_mut(self.month) {
            month.exists_s += to - from;
            month.billed_s += if state.is_billed() { to - from } else { 0 };
        }
    }

    /// Adds a span that reaches the month's end.
    #[cold]
    fn add_months(&mut self, mut from: i64, to: i64, state: State) {
        while from < to {
            let piece_end = to.min(self.month_end);
            if let Some(month) = self.months.get_mut(self.month) {
                let seconds = piece_end - from;
                month.exists_s += seconds;
                month.billed_s += if state.is_billed() { seconds } else { 0 };
            }
            from = piece_end;
            if from == self.month_end {
                self.next_month();
            }
        }
    }

    fn next_month(&mut self) {
        self.month += 1;
        self.month_end = self.months.get(self.month + 1).map_or(i64::MAX, |m| m.start.unix());
    }
}

impl Recorder for Counters {
    #[inline]
    fn span(&mut self, from: i64, to: i64, state: State, load: Load) {
        let seconds = to - from;
        self.state_s[state as usize] += seconds;
        self.active_s += if load.is_active(state) { seconds } else { 0 };
        self.wait_s += if load.waits(state) { seconds } else { 0 };
        self.queue_s += if load.queues(state) { seconds } else { 0 };
        match state {
            State::Running => {
                if load.present {
                    self.close_stretch();
                } else {
                    self.stretch_s += seconds;
                }
            }
            State::Absent => {
                self.unserved_s += if load.present { seconds } else { 0 };
                while self.month_end <= to {
                    self.next_month();
                }
                return;
            }
            _ => {}
        }
        self.add_month(from, to, state);
    }

    #[inline]
    fn event(&mut self, _at: i64, event: Event) {
        match event {
            Event::Start(cause) => {
                self.starts[cause as usize] += 1;
                self.last_start = Some(cause);
            }
            Event::Reached(State::Running) => {
                self.opened_by_schedule = self.last_start.take() == Some(Cause::Schedule);
            }
            Event::Stop(cause) => {
                self.stops[cause as usize] += 1;
                self.close_stretch();
            }
            Event::Restart | Event::Deleted => self.close_stretch(),
            Event::Interrupted(cause, lost) => {
                self.interruptions[cause as usize] += 1;
                self.lost_run_s += lost;
            }
            Event::Dismissed => self.dismissed_stops += 1,
            _ => {}
        }
    }

    fn touch(&mut self, _at: i64) {
        self.close_stretch();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::parse_instant;

    #[test]
    fn spans_are_cut_at_month_ends_and_absence_belongs_to_no_month() {
        let at = |t| parse_instant(t, false).unwrap();
        let horizon =
            Horizon { start: at("2024-01-30T00:00:00Z"), end: at("2024-03-02T00:00:00Z") };
        let mut counters = Counters::new(horizon);
        let start = horizon.start.unix();
        let day = 86_400;
        counters.span(start, start + day, State::Absent, Load::default());
        counters.span(start + day, start + 32 * day, State::Running, Load::default());
        let billed: Vec<_> = counters.months().iter().map(|m| m.billed_s / day).collect();
        assert_eq!(billed, [1, 29, 1]);
    }
}
