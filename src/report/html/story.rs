//! What one instance went through, week by week: states, demand, the idle clock and every event
//! with its rule, as texts short enough to embed. Which weeks are embedded is a matter of size.

use super::local::{Week, zone_of};
use super::pack::base36;
use crate::engine::{Event, EventLog, Load, LoggedEvent, Recorder, State, replay};
use crate::search::{Case, Prepared};
use crate::trace::Activity;
use crate::units::{Horizon, Instant, RuleProfile};
use chrono_tz::Tz;
use rayon::prelude::*;
use std::cmp::Reverse;

/// Weeks of one instance that are looked at, the busiest first; of many instances fewer each.
const WEEKS_EACH: usize = 53;
/// Weeks that are looked at in all, as far as each instance has one.
const WEEKS_IN_ALL: usize = 13_000;

/// What a week takes beside its texts, and a text beside itself, at most \[bytes\].
const WEEK_BYTES: usize = 330;
const TEXT_BYTES: usize = 12;

/// An event: name, cause, rule.
pub type Told = (&'static str, &'static str, &'static str);

/// A stretch in one state under one load.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::report) struct Span {
    pub(in crate::report) from: i64,
    pub(in crate::report) to: i64,
    pub(in crate::report) state: State,
    pub(in crate::report) load: Load,
}

impl Span {
    /// State and load as one number: `state * 16` and a bit for each part of the load.
    const fn code(&self) -> i64 {
        let Load { attended, unattended, counting, present } = self.load;
        let bits =
            attended as i64 + 2 * unattended as i64 + 4 * counting as i64 + 8 * present as i64;
        16 * (self.state as i64) + bits
    }
}

/// Everything that a replay said about an instance.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(in crate::report) struct Story {
    pub(in crate::report) spans: Vec<Span>,
    /// IDLE-4: stretches in which the idle clock ran without being set back.
    pub(in crate::report) clocks: Vec<(i64, i64)>,
    pub(in crate::report) events: Vec<LoggedEvent>,
}

impl Story {
    /// Replays the instance at a position.
    pub(in crate::report) fn of(case: &Case<'_>, prepared: &Prepared<'_>, index: usize) -> Self {
        let (settings, _) = prepared.settings(index);
        let script = prepared.script(index, &settings);
        let teller = Teller {
            story: Self::default(),
            clock: None,
            activity: script.activity,
            rules: case.rules,
        };
        let mut both = (teller, EventLog::default());
        replay(&script, &mut both);
        let (mut teller, log) = both;
        teller.close_clock(script.horizon.end.unix());
        Self { events: log.events, ..teller.story }
    }

    /// Its part in `[from, to)` \[unix s\].
    pub(in crate::report) fn within(&self, from: i64, to: i64) -> Self {
        let cut = |a: i64, b: i64| (a.max(from), b.min(to));
        let first = self.spans.partition_point(|span| span.to <= from);
        let spans = self.spans[first..].iter().take_while(|span| span.from < to);
        let first = self.clocks.partition_point(|clock| clock.1 <= from);
        let clocks = self.clocks[first..].iter().take_while(|clock| clock.0 < to);
        let first = self.events.partition_point(|event| event.at.unix() < from);
        let events = self.events[first..].iter().take_while(|event| event.at.unix() < to);
        Self {
            spans: spans
                .map(|span| {
                    let (from, to) = cut(span.from, span.to);
                    Span { from, to, ..*span }
                })
                .collect(),
            // A clock keeps its beginning, so that its length stays true.
            clocks: clocks.map(|clock| (clock.0, clock.1.min(to))).collect(),
            events: events.cloned().collect(),
        }
    }

    /// Running seconds without activity of any kind (LEDG-6).
    fn wasted_s(&self) -> i64 {
        let wasted = |s: &&Span| s.state == State::Running && !s.load.present;
        self.spans.iter().filter(wasted).map(|s| s.to - s.from).sum()
    }

    /// Whether nothing happened and nobody was there.
    fn is_quiet(&self) -> bool {
        let off = |s: &Span| matches!(s.state, State::Absent | State::Stopped);
        let still = |s: &Span| s.load == Load::default() && off(s);
        self.events.is_empty() && self.spans.iter().all(still)
    }

    /// Spans, clocks and events from `start` on, as three texts with `|` between: spans as code and
    /// length, clocks as start and length, events as the time since the one before and which.
    fn packed(&self, start: i64, known: &[Told]) -> String {
        let mut text = String::new();
        for (index, span) in self.spans.iter().enumerate() {
            space(&mut text, index);
            base36(&mut text, span.code());
            text.push(':');
            base36(&mut text, span.to - span.from);
        }
        text.push('|');
        for (index, (from, to)) in self.clocks.iter().enumerate() {
            space(&mut text, index);
            base36(&mut text, from - start);
            text.push(':');
            base36(&mut text, to - from);
        }
        text.push('|');
        let mut last = start;
        for (index, event) in self.events.iter().enumerate() {
            space(&mut text, index);
            base36(&mut text, event.at.unix() - last);
            last = event.at.unix();
            let told = (event.event, event.cause, event.rule);
            text.push(':');
            base36(&mut text, known.binary_search(&told).map_or(0, |at| at as i64));
        }
        text
    }
}

fn space(text: &mut String, index: usize) {
    if index > 0 {
        text.push(' ');
    }
}

/// Listens.
struct Teller<'t> {
    story: Story,
    clock: Option<i64>,
    activity: Activity<'t>,
    rules: RuleProfile,
}

impl Teller<'_> {
    fn close_clock(&mut self, at: i64) {
        if let Some(from) = self.clock.take().filter(|from| *from < at) {
            self.story.clocks.push((from, at));
        }
    }

    /// Whether a touch that counts as activity happened at `at` (IDLE-2).
    fn counts(&self, at: i64) -> bool {
        let Ok(at) = u32::try_from(at - self.activity.base.unix()) else { return false };
        let first = self.activity.start.partition_point(|start| *start < at);
        let there = (first..self.activity.len()).take_while(|i| self.activity.start[*i] == at);
        let mut touches = there.filter(|i| self.activity.end[*i] == at);
        touches.any(|i| self.rules.counts(self.activity.kind[i]))
    }
}

impl Recorder for Teller<'_> {
    fn span(&mut self, from: i64, to: i64, state: State, load: Load) {
        if state == State::Running && !load.counting {
            self.clock.get_or_insert(from);
        } else {
            self.close_clock(from);
        }
        match self.story.spans.last_mut() {
            Some(last) if last.state == state && last.load == load && last.to == from => {
                last.to = to;
            }
            _ => self.story.spans.push(Span { from, to, state, load }),
        }
    }

    fn event(&mut self, at: i64, event: Event) {
        match event {
            Event::Reached(State::Running) | Event::IdleSet(true) | Event::PlanSet(true) => {
                self.close_clock(at);
            }
            Event::Stop(_) | Event::Restart | Event::Deleted => self.close_clock(at),
            _ => {}
        }
    }

    fn touch(&mut self, at: i64) {
        if self.counts(at) {
            self.close_clock(at);
        }
    }
}

/// One embedded week of one instance under one plan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chapter {
    /// Index into the case's instances.
    pub instance: usize,
    /// Which of the plans.
    pub plan: usize,
    /// Which of `Stories::weeks` of its instance.
    pub week: usize,
    pub(super) text: String,
}

/// The weeks that are embedded.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Stories {
    /// By instance, week and plan.
    pub chapters: Vec<Chapter>,
    /// Instances of which weeks were looked at, with their zone and those weeks.
    pub(in crate::report) weeks: Vec<(usize, Tz, Vec<Week>)>,
    /// Every event there is.
    pub(super) told: Vec<Told>,
    /// The instance whose first week shows the most kinds of events under the first plan.
    pub(super) most: Option<usize>,
    /// Instance-weeks in which anything happened, and how many of them are embedded under the
    /// first plan.
    pub counted: (usize, usize),
}

impl Stories {
    /// The instance that shows most, with its zone and its busiest week.
    pub(in crate::report) fn most(&self) -> Option<(usize, Tz, &Week)> {
        let most = self.most?;
        let (index, zone, weeks) = self.weeks.iter().find(|(index, ..)| *index == most)?;
        Some((*index, *zone, weeks.first()?))
    }
}

/// One instance, before the choice.
struct Draft {
    instance: usize,
    zone: Tz,
    weeks: Vec<Week>,
    eventful: usize,
    /// For each plan, for each week.
    parts: Vec<Vec<Story>>,
}

/// Tells of the instances at these positions, the most important first, under the given plans,
/// until `budget` bytes are used: first every instance's busiest week under the first plan,
/// then the same weeks under the others, then the next week.
#[must_use]
pub(super) fn stories(
    case: &Case<'_>,
    plans: &[&Prepared<'_>],
    ranked: &[usize],
    budget: usize,
) -> Stories {
    let each = (WEEKS_IN_ALL / ranked.len().max(1)).clamp(1, WEEKS_EACH);
    let drafts: Vec<Draft> = ranked
        .par_iter()
        .map(|index| draft(case, plans, *index, each))
        .filter(|d| d.eventful > 0)
        .collect();
    let mut told: Vec<Told> = drafts
        .iter()
        .flat_map(|d| d.parts.iter().flatten().flat_map(|part| &part.events))
        .map(|e| (e.event, e.cause, e.rule))
        .collect();
    told.sort_unstable();
    told.dedup();
    let mut chapters = Vec::new();
    let mut left = budget;
    'full: for week in 0..each {
        for plan in 0..plans.len() {
            for draft in drafts.iter().filter(|d| week < d.weeks.len()) {
                let start = first_instant(&draft.weeks[week], case.trace.horizon);
                let text = draft.parts[plan][week].packed(start.unix(), &told);
                let around = if plan == 0 { WEEK_BYTES } else { TEXT_BYTES };
                let Some(rest) = left.checked_sub(text.len() + around) else { break 'full };
                left = rest;
                chapters.push(Chapter { instance: draft.instance, plan, week, text });
            }
        }
    }
    let kinds = |draft: &&Draft| {
        let first = draft.parts.first().and_then(|weeks| weeks.first());
        let events = first.map_or(&[][..], |story| &story.events);
        let mut kinds: Vec<_> = events.iter().map(|e| (e.event, e.cause)).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds.len()
    };
    // Of several, the one that wastes most: `max_by_key` would take the last.
    let most = drafts.iter().rev().max_by_key(kinds).map(|draft| draft.instance);
    let shown = chapters.iter().filter(|chapter| chapter.plan == 0).count();
    let all = drafts.iter().map(|draft| draft.eventful).sum();
    chapters.sort_by_key(|chapter| (chapter.instance, chapter.week, chapter.plan));
    let mut weeks: Vec<_> = drafts.into_iter().map(|d| (d.instance, d.zone, d.weeks)).collect();
    weeks.sort_by_key(|(instance, ..)| *instance);
    Stories { chapters, weeks, told, most, counted: (all, shown) }
}

/// A week with something in it: whether clocks change, how much happens and is wasted.
type Weighed = (bool, Reverse<(usize, i64)>, Week);

fn draft(case: &Case<'_>, plans: &[&Prepared<'_>], index: usize, most: usize) -> Draft {
    let zone = zone_of(&case.instances[index]);
    let Horizon { start, end } = case.trace.horizon;
    let stories: Vec<Story> = plans.iter().map(|plan| Story::of(case, plan, index)).collect();
    let part = |story: &Story, week: &Week| {
        story.within(week.start().max(start).unix(), week.end().min(end).unix())
    };
    let mut weighed: Vec<Weighed> = Vec::new();
    for week in Week::all(zone, case.trace.horizon) {
        let parts: Vec<Story> = stories.iter().map(|story| part(story, &week)).collect();
        if !parts.iter().all(Story::is_quiet) {
            let events: usize = parts.iter().map(|part| part.events.len()).sum();
            let weight = (events, parts.first().map_or(0, Story::wasted_s));
            weighed.push((week.offsets(zone).len() > 1, Reverse(weight), week));
        }
    }
    let eventful = weighed.len();
    // The busiest week, then those in which the clocks change, then the others.
    weighed.sort_by_key(|(_, weight, week)| (*weight, week.start()));
    if weighed.len() > 1 {
        weighed[1..].sort_by_key(|(changes, weight, week)| (!changes, *weight, week.start()));
    }
    weighed.truncate(most);
    let weeks: Vec<Week> = weighed.into_iter().map(|(_, _, week)| week).collect();
    let parts =
        stories.iter().map(|story| weeks.iter().map(|week| part(story, week)).collect()).collect();
    Draft { instance: index, zone, weeks, eventful, parts }
}

/// The instant a week's texts count from: its Monday, or the horizon's start in it.
pub(super) fn first_instant(week: &Week, horizon: Horizon) -> Instant {
    week.start().max(horizon.start)
}
