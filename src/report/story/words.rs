//! What happened, in plain words with the rule behind it.

use super::Told;
use crate::engine::{Cause, CommandKind, Event, IdleClock, LoggedEvent, State};
use crate::report::terminal::{amount, hours};
use crate::search::story::{Fired, Recorded};
use crate::units::{Action, Instant, Kind};

/// Columns of a terminal.
const WIDTH: usize = 100;

/// `said` after `lead`, broken before the width of a terminal; further lines begin where it does.
pub(super) fn wrapped(lead: &str, said: &str) -> String {
    let indent = lead.chars().count();
    let mut lines = vec![lead.to_owned()];
    for word in said.split(' ') {
        let last = lines.len() - 1;
        let length = lines[last].chars().count();
        if length > indent && length + 1 + word.chars().count() > WIDTH {
            lines.push(format!("{:indent$}{word}", ""));
        } else {
            let gap = if length > indent { " " } else { "" };
            lines[last].push_str(&format!("{gap}{word}"));
        }
    }
    lines.join("\n")
}

/// Seconds as a person says them: `41 s`, `4 min`, `1 h`, `60.3 h`.
pub(super) fn lasting(seconds: i64) -> String {
    let minutes = (seconds + 30).div_euclid(60);
    match seconds {
        ..=119 => format!("{seconds} s"),
        _ if seconds % 3_600 == 0 => format!("{} h", seconds / 3_600),
        120..=7_199 => format!("{minutes} min"),
        _ => format!("{} h", hours(seconds)),
    }
}

/// `kernel`, `kernel and run`, `kernel, run and ssh`.
pub(super) fn listed(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// A state as a person says it.
pub(super) const fn word(state: State) -> &'static str {
    match state {
        State::Absent => "not there",
        State::Creating => "being created",
        State::Starting => "starting",
        State::Running => "on",
        State::Restarting => "restarting",
        State::Stopping => "stopping",
        State::Stopped => "off",
    }
}

/// The rule of an event, as event files give it.
pub(super) fn rule(event: Event) -> &'static str {
    LoggedEvent::new(0, event).rule
}

impl Told<'_> {
    /// What so much billed time costs.
    pub(super) fn paid(&self, billed_s: i64) -> String {
        format!("{} {}", amount(self.story.cost(billed_s)), self.currency)
    }

    /// A firing: which schedule, by which clock, how late.
    pub(super) fn fired(&self, fired: &Fired) -> String {
        let Fired { number, trigger, zone, action, .. } = fired;
        let action = action.as_str();
        let which = format!("schedule {number} ({action}, {trigger}, {zone})");
        match self.late(fired) {
            Some(late) => format!("{which}, {late}"),
            None => which,
        }
    }

    /// How far the wall clock is from the label, where it is.
    pub(super) fn late(&self, fired: &Fired) -> Option<String> {
        let late = fired.late_s();
        let word = if late > 0 { "late" } else { "early" };
        let span = lasting(late.abs());
        let (label, wall) = (fired.label.format("%H:%M"), fired.wall.format("%H:%M"));
        (late != 0).then(|| {
            format!(
                "at {label} by its label, {wall} on the wall: {span} {word}, because its zone \
                 ignores daylight saving [SCHED-5]"
            )
        })
    }

    /// Every schedule that fired at this instant.
    fn firings(&self, at: i64, action: Action) -> String {
        let fired = self.story.fired(at, action);
        if fired.is_empty() {
            return format!("a {} that waited", action.as_str());
        }
        let texts: Vec<String> = fired.iter().map(|f| self.fired(f)).collect();
        texts.join("; ")
    }

    /// An event, without its rule.
    pub(super) fn event(&self, at: i64, event: Event) -> String {
        match event {
            Event::Exists(state) => format!("it exists, {}, by the instance table", word(state)),
            Event::Created => "it is created".to_owned(),
            Event::Deleted => "it is deleted".to_owned(),
            Event::Start(cause) => self.start(at, cause),
            Event::Stop(cause) => self.stop(at, cause),
            Event::Restart => "it is restarted".to_owned(),
            Event::Reached(state) => format!("it is {}", word(state)),
            Event::Interrupted(cause, lost) => interrupted(cause, lost),
            Event::Dismissed => {
                let who = self.story.recorded(at, at + 1).any(|r| r.kind.is_attended());
                let who = if who { "somebody was at work" } else { "a run was going on" };
                let fired = self.firings(at, Action::Stop);
                format!("{who} and dismissed the stop: {fired}; the idle clock runs on")
            }
            Event::Queued(Cause::Schedule) => {
                format!("{} waits until it has stopped", self.firings(at, Action::Start))
            }
            Event::Queued(_) => "a start waits until it has stopped".to_owned(),
            Event::Unqueued => "the scheduled start that waited is cancelled".to_owned(),
            Event::FiringNoop(action, state) => {
                let fired = self.firings(at, action);
                format!("nothing to do: it was {} already; {fired}", word(state))
            }
            Event::OperationNoop(kind, state) => noop(kind, state),
            Event::IdleSet(reset) => format!("{}{}", self.limit_now(at), clock_reset(reset)),
            Event::PlanSet(reset) => {
                let plan = self.story.plan_at(at).map_or("", |p| p.name.as_str());
                format!("it comes under plan `{plan}`{}", clock_reset(reset))
            }
            Event::AutomationBlocked(_) => {
                "its OS disk is full: the schedule did nothing".to_owned()
            }
        }
    }

    fn start(&self, at: i64, cause: Cause) -> String {
        match cause {
            Cause::Schedule => format!("started: {}", self.firings(at, Action::Start)),
            Cause::Operation => "started by an operation".to_owned(),
            Cause::Demand | Cause::Idle => {
                let here: Vec<Recorded> = self.story.recorded(at, at + 1).collect();
                let attended = here.iter().any(|r| r.kind.is_attended());
                let kinds = kinds(here.iter().map(|r| r.kind));
                let who = if attended { "somebody came" } else { "a run needed it" };
                let late = self.story.too_late_for(at).map(|f| {
                    format!(
                        "; it would have been on already, had schedule {} fired at {} as meant: \
                         {}",
                        f.number,
                        self.clock.time(f.meant),
                        self.late(&f).unwrap_or_default()
                    )
                });
                format!("{who} and started it ({kinds}){}", late.unwrap_or_default())
            }
        }
    }

    fn stop(&self, at: i64, cause: Cause) -> String {
        match cause {
            Cause::Schedule => format!("stopped: {}", self.firings(at, Action::Stop)),
            Cause::Operation => "stopped by an operation: whoever asked meant it".to_owned(),
            Cause::Idle | Cause::Demand => match self.clock_before(at) {
                Some(IdleClock { since, limit: Some(limit), .. }) => format!(
                    "stopped: the idle clock ran from {} to its limit of {} min",
                    self.clock.time(Instant::from_unix(since)),
                    limit.minutes()
                ),
                _ => "stopped, idle".to_owned(),
            },
        }
    }

    /// What the idle clock said up to an instant.
    fn clock_before(&self, at: i64) -> Option<IdleClock> {
        let spans = &self.story.chronicle.spans;
        spans.get(spans.partition_point(|s| s.to < at)).and_then(|span| span.clock)
    }

    /// The limit that an operation set, as far as the clock tells it.
    fn limit_now(&self, at: i64) -> String {
        let spans = &self.story.chronicle.spans;
        let after = &spans[spans.partition_point(|s| s.from < at)..];
        match after.iter().find_map(|span| span.clock) {
            Some(IdleClock { limit: Some(limit), .. }) => {
                format!("its idle limit is set to {} min", limit.minutes())
            }
            Some(_) => "its idle limit is taken away".to_owned(),
            None => "its idle limit is set".to_owned(),
        }
    }

    /// Whether it idles out, and if not why.
    pub(super) fn outlook(&self, clock: IdleClock) -> String {
        match (clock.limit, clock.due) {
            (None, _) => "no idle limit is set, so being idle never stops it [IDLE-1]".to_owned(),
            (Some(limit), Some(due)) => format!(
                "the limit of {} min is up at {} [IDLE-4]",
                limit.minutes(),
                self.clock.when(Instant::from_unix(due))
            ),
            (Some(_), None) if self.story.never_idles => {
                "its identity lacks Contributor, so the limit never stops it [IDLE-2]".to_owned()
            }
            (Some(_), None) => {
                "its OS disk is full by then, so the limit never stops it [PAGE-DISK]".to_owned()
            }
        }
    }
}

fn clock_reset(reset: bool) -> &'static str {
    if reset { "; more was on the idle clock, which goes back to 0" } else { "" }
}

fn interrupted(cause: Cause, lost: i64) -> String {
    let by = match cause {
        Cause::Idle => "idle shutdown",
        Cause::Schedule => "a schedule",
        Cause::Operation => "an operation",
        Cause::Demand => "demand",
    };
    if lost > 0 {
        format!("work is cut off by {by}; {} of a run are lost", lasting(lost))
    } else {
        format!("work is cut off by {by}")
    }
}

fn noop(kind: CommandKind, state: State) -> String {
    let (kind, state) = (kind.as_str(), word(state));
    format!("the operation {kind} changes nothing or is refused: it was {state}")
}

/// Kinds, each once, in their order.
pub(super) fn kinds(all: impl Iterator<Item = Kind>) -> String {
    let mut all: Vec<Kind> = all.collect();
    all.sort_unstable();
    all.dedup();
    let words: Vec<&str> = all.into_iter().map(Kind::as_str).collect();
    listed(&words)
}
