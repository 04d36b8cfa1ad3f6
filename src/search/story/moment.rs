//! One instant: the state it was in, since when and why, what it waited for, what came next.

use super::{Fired, Recorded, Span, Story};
use crate::engine::{Cause, Event, State};
use crate::units::Action;

/// Everything that bears on an instance's state at one instant. Instants in \[unix s\].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Moment {
    /// When.
    pub at: i64,
    /// The span it is in.
    pub span: Span,
    /// Since when it was in this state.
    pub since: i64,
    /// Until when it was in this state, or the horizon's end.
    pub until: i64,
    /// The event that led into this state.
    pub opened: Option<(i64, Event)>,
    /// What happened after that and up to now, without the ends of phases.
    pub meanwhile: Vec<(i64, Event)>,
    /// Recorded activity at the instant.
    pub present: Vec<Recorded>,
    /// The recorded activity that ended last before it.
    pub last: Option<Recorded>,
    /// The recorded activity that begins next.
    pub next: Option<Recorded>,
    /// The next stop and start of the schedules in force.
    pub firings: Vec<Fired>,
    /// The next event that moved it.
    pub moved: Option<(i64, Event)>,
    /// A start that would have come in time, had its zone's clock observed daylight saving.
    pub late_start: Option<Fired>,
}

/// Whether an event leads into another state.
const fn moves(event: Event) -> bool {
    matches!(
        event,
        Event::Exists(_)
            | Event::Created
            | Event::Deleted
            | Event::Start(_)
            | Event::Stop(_)
            | Event::Restart
    )
}

impl Story<'_> {
    /// The facts about an instant \[unix s\]; `None` outside the horizon.
    #[must_use]
    pub fn moment(&self, at: i64) -> Option<Moment> {
        let spans = &self.chronicle.spans;
        let here = spans.partition_point(|s| s.to <= at);
        let span = *spans.get(here).filter(|s| s.from <= at)?;
        let alike = |s: &&Span| s.state == span.state;
        let since = spans[..=here].iter().rev().take_while(alike).last().map_or(at, |s| s.from);
        let until = spans[here..].iter().take_while(alike).last().map_or(at, |s| s.to);
        let events = &self.chronicle.events;
        let past = events.partition_point(|(when, _)| *when <= at);
        let opening = events[..past].iter().rposition(|(_, event)| moves(*event));
        let opened = opening.map(|index| events[index]);
        let after = opening.map_or(0, |index| index + 1);
        let told = |event: Event| !matches!(event, Event::Reached(_));
        let meanwhile = events[after..past].iter().copied().filter(|(_, e)| told(*e)).collect();
        let moved = events[past..].iter().copied().find(|(_, event)| moves(*event));
        let everything = || self.recorded(i64::MIN, i64::MAX);
        let firings =
            [Action::Stop, Action::Start].into_iter().filter_map(|a| self.next_firing(at, a));
        Some(Moment {
            at,
            span,
            since,
            until,
            opened,
            meanwhile,
            present: self.recorded(at, at + 1).filter(|r| r.from <= at && at < r.to).collect(),
            last: everything().filter(|r| r.to <= at).max_by_key(|r| r.to),
            next: everything().filter(|r| r.from > at).min_by_key(|r| r.from),
            firings: firings.collect(),
            moved,
            late_start: self.late_start(at, opened, span.state),
        })
    }

    /// A start that fires after the instant (or after the person who started it came), and by the
    /// wall clock would have fired before.
    fn late_start(&self, at: i64, opened: Option<(i64, Event)>, state: State) -> Option<Fired> {
        match (state, opened) {
            (State::Stopped | State::Stopping, _) => self.too_late_for(at),
            (State::Absent | State::Creating, _) => None,
            (_, Some((came, Event::Start(Cause::Demand)))) => self.too_late_for(came),
            _ => None,
        }
    }

    /// The next scheduled start after `came` \[unix s\], if by the wall clock it was meant to fire
    /// at or before that.
    #[must_use]
    pub fn too_late_for(&self, came: i64) -> Option<Fired> {
        let next = self.next_firing(came, Action::Start)?;
        (next.late_s() > 0 && next.meant.unix() <= came).then_some(next)
    }
}
