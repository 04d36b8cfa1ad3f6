//! One instance's demand as a bound sees it, and the stretches of time it leaves out.

use crate::engine::{CommandKind, Script};

/// One interval of demand. Times in seconds on the zone's clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct Need {
    pub(super) start: i64,
    pub(super) end: i64,
    pub(super) attended: bool,
    pub(super) counts: bool,
}

/// Demand sorted by start, and what is needed to look around in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Demand {
    pub(super) needs: Vec<Need>,
    /// Of the first so many intervals: the latest end.
    latest: Vec<i64>,
    /// The same of attended ones alone, and of those that count.
    latest_attended: Vec<i64>,
    latest_counted: Vec<i64>,
    /// Stretches left out: what happens in them costs nothing, whatever is done. At the end of each
    /// the instance is `running` with a person there, or the horizon is over.
    pub(super) gaps: Vec<(i64, i64)>,
}

/// "Long ago", as an instant that arithmetic does not overflow.
pub(super) const LONG_AGO: i64 = i64::MIN / 4;

impl Demand {
    /// The demand of a script, moved to the zone's clock by this offset \[s\].
    pub(super) fn of(script: &Script<'_>, offset: i64) -> Self {
        let activity = &script.activity;
        let base = activity.base.unix() + offset;
        let columns = activity.start.iter().zip(activity.end).zip(activity.kind);
        let needs = columns.map(|((start, end), kind)| Need {
            start: base + i64::from(*start),
            end: base + i64::from(*end),
            attended: kind.is_attended(),
            counts: script.rules.counts(*kind),
        });
        let mut demand = Self { needs: needs.collect(), ..Self::default() };
        let (mut latest, mut attended, mut counted) = (LONG_AGO, LONG_AGO, LONG_AGO);
        demand.latest.push(latest);
        demand.latest_attended.push(attended);
        demand.latest_counted.push(counted);
        for need in &demand.needs {
            latest = latest.max(need.end);
            attended = if need.attended { attended.max(need.end) } else { attended };
            demand.latest.push(latest);
            demand.latest_attended.push(attended);
            counted = if need.counts { counted.max(need.end) } else { counted };
            demand.latest_counted.push(counted);
        }
        demand.gaps = demand.left_out(script, offset);
        demand
    }

    /// How many intervals start before `at`.
    pub(super) fn before(&self, at: i64) -> usize {
        self.needs.partition_point(|need| need.start < at)
    }

    /// The latest end of the first so many intervals.
    pub(super) fn latest(&self, count: usize) -> i64 {
        self.latest[count]
    }

    /// The same of attended ones.
    pub(super) fn latest_attended(&self, count: usize) -> i64 {
        self.latest_attended[count]
    }

    /// The same of those that keep an instance awake.
    pub(super) fn latest_counted(&self, count: usize) -> i64 {
        self.latest_counted[count]
    }

    /// From every operation, beginning of life or filling up of the disk to the next moment at
    /// which the state is known again whatever the plan: a person whose activity counts has been
    /// there for as long as any phases can take. After a change of limit or plan, and while the
    /// disk is full, nothing is known any more.
    fn left_out(&self, script: &Script<'_>, offset: i64) -> Vec<(i64, i64)> {
        let (start, end) =
            (script.horizon.start.unix() + offset, script.horizon.end.unix() + offset);
        let born = script.existence.map(|e| e.at.unix() + offset);
        let mut absent = born != Some(start);
        let mut marks: Vec<(i64, Mark)> = Vec::new();
        if absent {
            marks.push((start, Mark::Absent));
        }
        marks.extend(born.filter(|at| *at > start).map(|at| (at, Mark::Exists)));
        for command in script.commands {
            let mark = match command.kind {
                CommandKind::Delete => Mark::Absent,
                CommandKind::Create { .. } => Mark::Exists,
                CommandKind::Start | CommandKind::Stop | CommandKind::Restart => Mark::Touched,
                CommandKind::SetIdle(_) | CommandKind::SetPlan { .. } => Mark::Lost,
                CommandKind::Resize | CommandKind::EnableSsh | CommandKind::Refused { .. } => {
                    continue;
                }
            };
            marks.push((command.at.unix() + offset, mark));
        }
        marks.extend(script.automation_ends.map(|at| (at.unix() + offset, Mark::Lost)));
        marks.sort_by_key(|(at, _)| *at);
        let model = script.model;
        let settles =
            model.create_latency + model.start_latency + model.stop_latency + model.restart_latency;
        let mut gaps: Vec<(i64, i64)> = Vec::new();
        for (nth, (at, mark)) in marks.iter().enumerate() {
            absent = match mark {
                Mark::Absent => true,
                Mark::Exists => false,
                Mark::Touched | Mark::Lost => absent,
            };
            let until = marks.get(nth + 1).map_or(end, |(next, _)| *next);
            let known = if absent { None } else { self.settled(*at, settles) };
            let until = known.filter(|known| *known < until).unwrap_or(until);
            let until = if *mark == Mark::Lost { end } else { until };
            match gaps.last_mut() {
                Some(last) if last.1 >= *at => last.1 = last.1.max(until),
                _ => gaps.push((*at, until)),
            }
            if until >= end {
                break;
            }
        }
        gaps.retain(|(from, _)| *from < end);
        gaps
    }

    /// The first moment after `at` at which somebody has been there for so long.
    fn settled(&self, at: i64, settles: i64) -> Option<i64> {
        // An interval that began earlier may have been cancelled.
        let later = self.needs[self.before(at + 1)..].iter();
        let long = later.filter(|n| n.attended && n.counts && n.end - n.start > settles);
        long.map(|n| n.start + settles).next()
    }
}

/// What a bound does not follow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Mark {
    Absent,
    Exists,
    Touched,
    Lost,
}
