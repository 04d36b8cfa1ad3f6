//! A stretch of time, line by line.

use super::words::{kinds, lasting, rule, word, wrapped};
use super::{Chosen, Told};
use crate::engine::{Event, LoggedEvent, State};
use crate::plan::Plan;
use crate::report::summary::usd;
use crate::search::story::{Stretch, Sums, week_name};
use crate::units::Instant;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// What stands on one line: a stretch, an event, or a change of the clock.
enum Entry {
    Stretch(Stretch),
    Event(i64, Event),
    Change(Instant, String, String),
}

impl Entry {
    /// When it stands, and what comes first at one instant: the clock, then events.
    const fn key(&self) -> (i64, u8) {
        match self {
            Self::Change(at, ..) => (at.unix(), 0),
            Self::Event(at, _) => (*at, 1),
            Self::Stretch(stretch) => (stretch.from, 2),
        }
    }
}

fn entries(told: &Told<'_>, chosen: Chosen) -> Vec<Entry> {
    let window = chosen.window();
    // Ends of phases say nothing that stretches do not.
    let events = told.story.events(window.start, window.end);
    let events = events.filter(|(_, e)| !matches!(e, Event::Reached(_)));
    let changes = told.clock.changes(window).into_iter();
    let mut all: Vec<Entry> = changes.map(|(at, a, b)| Entry::Change(at, a, b)).collect();
    all.extend(events.map(|(at, event)| Entry::Event(at, event)));
    all.extend(told.story.stretches(window).into_iter().map(Entry::Stretch));
    all.sort_by_key(Entry::key);
    all
}

/// The text for a person.
#[must_use]
pub fn story_text(told: &Told<'_>, chosen: Chosen) -> String {
    let mut text = String::new();
    for line in head(told, chosen) {
        let _ = writeln!(text, "{}", wrapped("", &line));
    }
    let mut day = String::new();
    for entry in entries(told, chosen) {
        let at = Instant::from_unix(entry.key().0);
        let here = format!("{} ({})", told.clock.day(at), told.clock.offset_name(at));
        let Some(said) = said(told, &entry) else { continue };
        if here != day {
            let _ = write!(text, "\n{here}\n");
            day = here;
        }
        let _ = writeln!(text, "{}", wrapped(&format!("  {:<21} ", told.clock.time(at)), &said));
    }
    text
}

/// Who, when, and what it came to.
fn head(told: &Told<'_>, chosen: Chosen) -> Vec<String> {
    let window = chosen.window();
    let (from, to) = (told.clock.in_full(window.start), told.clock.in_full(window.end));
    let mut lines = vec![
        format!("{} under {}, {from} to {to}", told.instance, told.story.scenario),
        format!("Times are by the clock of {}, UTC in brackets.", told.clock.tz),
    ];
    match chosen {
        Chosen::Worst(week) => lines.push(format!(
            "{} is its most wasteful week; --week or --from and --to tell another.",
            week_name(week.monday)
        )),
        Chosen::Week(week) => lines.push(format!("This is week {}.", week_name(week.monday))),
        Chosen::Span(_) => {}
    }
    if let Some(plan) = told.story.plan_at(window.start.unix()) {
        lines.push(settings(plan));
    }
    lines.push(sums_line(told, told.story.sums(window)));
    lines
}

fn settings(plan: &Plan) -> String {
    let idle = plan
        .idle
        .map_or("no idle limit".to_owned(), |l| format!("idle limit {l} min", l = l.minutes()));
    let schedules = match plan.schedules.iter().filter(|s| s.enabled).count() {
        0 => "no schedule".to_owned(),
        1 => "1 schedule".to_owned(),
        n => format!("{n} schedules"),
    };
    format!("Plan `{}`: {idle}, {schedules}.", plan.name)
}

fn sums_line(told: &Told<'_>, sums: Sums) -> String {
    let mut line = format!(
        "On {}, of it {} with nobody there [LEDG-6]; compute {}, of it {} wasted.",
        lasting(sums.running_s),
        lasting(sums.waste_s),
        told.paid(sums.billed_s),
        told.paid(sums.waste_s),
    );
    if sums.wait_s > 0 {
        let _ = write!(line, " People waited {} [DEM-5].", lasting(sums.wait_s));
    }
    if sums.queue_s > 0 {
        let _ = write!(line, " Runs queued {} [DEM-5].", lasting(sums.queue_s));
    }
    line
}

/// What stands on a line, if it is worth one.
fn said(told: &Told<'_>, entry: &Entry) -> Option<String> {
    match entry {
        Entry::Change(_, before, after) => {
            Some(format!("the clocks change, from {before} to {after}"))
        }
        Entry::Event(at, event) => Some(format!("{} [{}]", told.event(*at, *event), rule(*event))),
        Entry::Stretch(stretch) => stretch_text(told, stretch),
    }
}

fn stretch_text(told: &Told<'_>, stretch: &Stretch) -> Option<String> {
    let Stretch { from, to, sums, .. } = stretch;
    let (length, until) = (lasting(to - from), told.clock.when(Instant::from_unix(*to)));
    match (stretch.state, stretch.used) {
        (State::Running, true) => {
            let kinds = kinds(stretch.kinds.iter().copied());
            let gaps = sums.waste_s;
            let gaps =
                if gaps > 0 { format!(", short gaps {}", lasting(gaps)) } else { String::new() };
            Some(format!("in use for {length}, to {until}: {kinds}{gaps}"))
        }
        (State::Running, false) => {
            // Where it is due, either somebody comes before or the stop is told next.
            let clock = stretch.clock.filter(|clock| clock.due.is_none());
            let why = clock.map(|clock| format!("; {}", told.outlook(clock)));
            Some(format!(
                "on with nobody there for {length}, to {until}: {} wasted [LEDG-6]{}",
                told.paid(sums.waste_s),
                why.unwrap_or_default()
            ))
        }
        (State::Stopped | State::Absent, _) => {
            Some(format!("{} for {length}, to {until}", word(stretch.state)))
        }
        // Phases are told by the events that begin them, unless somebody waits.
        (phase, _) if sums.wait_s > 0 => {
            let wait = lasting(sums.wait_s);
            Some(format!("{} for {length}; somebody waits {wait} [DEM-5]", word(phase)))
        }
        (phase, _) if sums.queue_s > 0 => {
            let wait = lasting(sums.queue_s);
            Some(format!("{} for {length}; a run queues {wait} [DEM-5]", word(phase)))
        }
        _ => None,
    }
}

/// One JSON object per line: the head, then stretches, events and changes of the clock in order.
#[must_use]
pub fn story_jsonl(told: &Told<'_>, chosen: Chosen) -> String {
    let window = chosen.window();
    let sums = told.story.sums(window);
    let head = json!({
        "kind": "story",
        "instance": told.instance,
        "plan": told.story.scenario,
        "from": window.start.to_string(),
        "to": window.end.to_string(),
        "zone": told.clock.tz.name(),
        "most_wasteful_week": matches!(chosen, Chosen::Worst(_)),
        "billed_s": sums.billed_s,
        "running_s": sums.running_s,
        "waste_s": sums.waste_s,
        "wait_s": sums.wait_s,
        "queue_s": sums.queue_s,
        "compute_usd": usd(told.story.cost(sums.billed_s)),
        "waste_usd": usd(told.story.cost(sums.waste_s)),
    });
    let mut text = format!("{head}\n");
    for entry in entries(told, chosen) {
        let _ = writeln!(text, "{}", entry_json(told, &entry));
    }
    text
}

fn entry_json(told: &Told<'_>, entry: &Entry) -> Value {
    let at = Instant::from_unix(entry.key().0);
    let (utc, local) = (at.to_string(), told.clock.rfc3339(at));
    let text = said(told, entry);
    match entry {
        Entry::Change(_, before, after) => json!({
            "kind": "clock_change", "at": utc, "local": local, "before": before, "after": after,
            "text": text,
        }),
        Entry::Event(at, event) => {
            let logged = LoggedEvent::new(*at, *event);
            json!({
                "kind": "event", "at": utc, "local": local, "event": logged.event,
                "cause": logged.cause, "rule": logged.rule, "text": text,
            })
        }
        Entry::Stretch(stretch) => json!({
            "kind": "stretch", "at": utc, "local": local,
            "to": Instant::from_unix(stretch.to).to_string(),
            "state": stretch.state.as_str(), "in_use": stretch.used,
            "kinds": stretch.kinds.iter().map(|k| k.as_str()).collect::<Vec<_>>(),
            "billed_s": stretch.sums.billed_s, "waste_s": stretch.sums.waste_s,
            "wait_s": stretch.sums.wait_s, "queue_s": stretch.sums.queue_s,
            "cost_usd": usd(told.story.cost(stretch.sums.billed_s)), "text": text,
        }),
    }
}
