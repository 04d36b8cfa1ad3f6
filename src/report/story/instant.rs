//! One instant: why it was on or off.

use super::Told;
use super::words::{lasting, rule, word, wrapped};
use crate::engine::{LoggedEvent, State};
use crate::report::summary::usd;
use crate::search::story::{Moment, Recorded};
use crate::units::{Action, Horizon, Instant};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// What happened since the state began, told at most so often.
const MEANWHILE: usize = 8;

/// The text for a person.
#[must_use]
pub fn moment_text(told: &Told<'_>, moment: &Moment) -> String {
    let at = Instant::from_unix(moment.at);
    let state = word(moment.span.state);
    let mut text = format!(
        "{} under {}, {}: {state}\n",
        told.instance,
        told.story.scenario,
        told.clock.in_full(at)
    );
    for line in said(told, moment) {
        let _ = writeln!(text, "{}", wrapped("* ", &line));
    }
    text
}

/// Every sentence, in order: why, since when, what it waits for, what comes next, what it costs.
fn said(told: &Told<'_>, moment: &Moment) -> Vec<String> {
    let when = |at: i64| told.clock.when(Instant::from_unix(at));
    let state = word(moment.span.state);
    let mut lines = vec![format!("It is {state} since {}.", when(moment.since))];
    if let Some((at, event)) = moment.opened {
        lines.push(format!("Why: {}: {} [{}].", when(at), told.event(at, event), rule(event)));
    }
    let skipped = moment.meanwhile.len().saturating_sub(MEANWHILE);
    if skipped > 0 {
        lines.push(format!("Since then, before the last {MEANWHILE}: {skipped} more events."));
    }
    for (at, event) in &moment.meanwhile[skipped..] {
        let (said, rule) = (told.event(*at, *event), rule(*event));
        lines.push(format!("Since then: {}: {said} [{rule}].", when(*at)));
    }
    lines.push(activity(told, moment));
    if let Some(clock) = moment.span.clock {
        let since = when(clock.since);
        let on_clock = lasting(moment.at - clock.since);
        let outlook = told.outlook(clock);
        lines.push(format!("The idle clock runs since {since}, {on_clock} by now; {outlook}."));
    } else if moment.span.state == State::Running {
        lines.push("The idle clock stands still while anything counts [IDLE-4].".to_owned());
    }
    if let Some(late) = &moment.late_start {
        let (meant, at) = (told.clock.time(late.meant), told.clock.time(late.at));
        lines.push(format!(
            "A start comes too late: meant for {meant}, it fires at {at}: {}.",
            told.fired(late)
        ));
    }
    lines.extend(ahead(told, moment));
    lines.push(cost(told, moment));
    lines
}

/// Who is there, or was last; what counts.
fn activity(told: &Told<'_>, moment: &Moment) -> String {
    let when = |at: i64| told.clock.when(Instant::from_unix(at));
    let one = |r: &Recorded| {
        let counts = if told.story.rules.counts(r.kind) { "counts" } else { "does not count" };
        let (kind, from, to) = (r.kind.as_str(), when(r.from), when(r.to));
        format!("{kind} {from} to {to} ({counts})")
    };
    if moment.present.is_empty() {
        let last = moment.last.map_or("nothing was recorded before".to_owned(), |r| {
            format!("the last, {}, ended {}", r.kind.as_str(), when(r.to))
        });
        return format!("Nobody is there: {last} [IDLE-2].");
    }
    let all: Vec<String> = moment.present.iter().map(one).collect();
    let load = moment.span.load;
    let ended = !load.present && !load.attended && !load.unattended;
    let given_up = if ended { ", given up when it was cut off [DEM-8, DEM-9]" } else { "" };
    format!("Recorded: {}{given_up} [IDLE-2].", all.join("; "))
}

/// What would happen next, and what did.
fn ahead(told: &Told<'_>, moment: &Moment) -> Vec<String> {
    let when = |at: i64| told.clock.when(Instant::from_unix(at));
    let mut lines = Vec::new();
    for fired in &moment.firings {
        let rule = if fired.action == Action::Stop { "SCHED-6" } else { "SCHED-8" };
        let at = told.clock.when(fired.at);
        lines.push(format!(
            "Next {}: {at}: {} [{rule}].",
            fired.action.as_str(),
            told.fired(fired)
        ));
    }
    if moment.firings.is_empty() {
        lines.push("No schedule fires from here on.".to_owned());
    }
    if let Some(next) = moment.next {
        lines.push(format!("Next recorded activity: {}, {}.", next.kind.as_str(), when(next.from)));
    }
    lines.push(match moment.moved {
        Some((at, event)) => {
            format!("What then happens: {}: {} [{}].", when(at), told.event(at, event), rule(event))
        }
        None => "It stays so to the end of what is simulated [STATE-6].".to_owned(),
    });
    lines
}

fn cost(told: &Told<'_>, moment: &Moment) -> String {
    let span = |from: i64, to: i64| {
        let [start, end] = [from, to].map(Instant::from_unix);
        told.story.sums(Horizon { start, end })
    };
    let (so_far, all) = (span(moment.since, moment.at), span(moment.since, moment.until));
    if all.billed_s == 0 {
        return format!(
            "It costs no compute while {}; disk, public IP and load balancer go on [LEDG-1, \
             LEDG-4].",
            word(moment.span.state)
        );
    }
    format!(
        "Cost: {} of compute so far, {} until {}, of that {} with nobody there [LEDG-1, LEDG-6].",
        told.paid(so_far.billed_s),
        told.paid(all.billed_s),
        told.clock.when(Instant::from_unix(moment.until)),
        told.paid(all.waste_s),
    )
}

/// One JSON object.
#[must_use]
pub fn moment_json(told: &Told<'_>, moment: &Moment) -> Value {
    let utc = |at: i64| Instant::from_unix(at).to_string();
    let event = |(at, event): &(i64, crate::engine::Event)| {
        let logged = LoggedEvent::new(*at, *event);
        json!({
            "at": logged.at.to_string(), "event": logged.event, "cause": logged.cause,
            "rule": logged.rule, "text": told.event(*at, *event),
        })
    };
    let recorded = |r: &Recorded| {
        json!({
            "kind": r.kind.as_str(), "from": utc(r.from), "to": utc(r.to),
            "counts": told.story.rules.counts(r.kind),
        })
    };
    let clock = moment.span.clock.map(|c| {
        json!({
            "since": utc(c.since), "limit_minutes": c.limit.map(|l| l.minutes()),
            "due": c.due.map(utc),
        })
    });
    let firings: Vec<Value> = moment
        .firings
        .iter()
        .map(|f| {
            json!({
                "at": f.at.to_string(), "action": f.action.as_str(), "schedule": f.number,
                "zone": f.zone, "late_s": f.late_s(),
            })
        })
        .collect();
    let [start, end] = [moment.since, moment.until].map(Instant::from_unix);
    let sums = told.story.sums(Horizon { start, end });
    json!({
        "kind": "instant",
        "instance": told.instance,
        "plan": told.story.scenario,
        "at": utc(moment.at),
        "local": told.clock.rfc3339(Instant::from_unix(moment.at)),
        "state": moment.span.state.as_str(),
        "since": utc(moment.since),
        "until": utc(moment.until),
        "why": moment.opened.as_ref().map(event),
        "meanwhile": moment.meanwhile.iter().map(event).collect::<Vec<_>>(),
        "present": moment.present.iter().map(recorded).collect::<Vec<_>>(),
        "last": moment.last.as_ref().map(recorded),
        "idle_clock": clock,
        "late_start": moment.late_start.as_ref().map(|f| f.late_s()),
        "next_firings": firings,
        "next_activity": moment.next.as_ref().map(recorded),
        "then": moment.moved.as_ref().map(event),
        "billed_s": sums.billed_s,
        "waste_s": sums.waste_s,
        "cost_usd": usd(told.story.cost(sums.billed_s)),
        "text": said(told, moment),
    })
}
