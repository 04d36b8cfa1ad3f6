//! Reads `schedules.compute_start_stop[]` (SCHED-1 to SCHED-5, SCHED-9) in the CLI's spelling.

use crate::azure::cli_yaml::text_of;
use crate::azure::findings::Findings;
use crate::azure::node::{Node, Value};
use crate::plan::{
    Cron, FieldError, Frequency, MAX_SCHEDULES, Note, Recurrence, RecurrenceSpec, Schedule,
    StartTime, Trigger, parse_week_day,
};
use crate::units::{Action, Problem, nearest};
use crate::world::zones::Zone;

/// Keys of one schedule; the last two are read-only ones that a list of instances shows.
const SCHEDULE_KEYS: [&str; 5] =
    ["trigger", "action", "state", "schedule_id", "provisioning_state"];
const CRON_KEYS: [&str; 4] = ["type", "expression", "start_time", "time_zone"];
const RECURRENCE_KEYS: [&str; 6] =
    ["type", "frequency", "interval", "start_time", "time_zone", "schedule"];
/// `month_days` is what the REST API has and the CLI lacks; plans may use it.
const PATTERN_KEYS: [&str; 4] = ["hours", "minutes", "week_days", "month_days"];

/// The schedules of a plan; wrong ones are reported and left out.
pub(crate) fn read_schedules(node: &Node, findings: &mut Findings<'_>) -> Vec<Schedule> {
    allow_keys(node, &["compute_start_stop"], findings);
    let Some(list) = node.get("compute_start_stop") else { return Vec::new() };
    let Value::List(items) = &list.value else {
        let message = format!("{} where a list of schedules is needed", list.describe());
        findings.add(Problem::error("E0202", message).field("compute_start_stop"), list);
        return Vec::new();
    };
    if let Some(fifth) = items.get(MAX_SCHEDULES) {
        let message = format!("{} schedules, and an instance takes {MAX_SCHEDULES}", items.len());
        let problem = Problem::error("E0204", message).field("compute_start_stop");
        findings.add(problem.hint("merge some: a weekday list covers several days"), fifth);
    }
    items.iter().filter_map(|item| read_schedule(item, findings)).collect()
}

fn read_schedule(node: &Node, findings: &mut Findings<'_>) -> Option<Schedule> {
    allow_keys(node, &SCHEDULE_KEYS, findings);
    let action = word_of(node, "action", &["start", "stop"], findings)
        .map(|word| if word == "start" { Action::Start } else { Action::Stop });
    // SCHED-9: a disabled schedule is kept.
    let enabled = match node.get("state") {
        Some(_) => word_of(node, "state", &["enabled", "disabled"], findings)? == "enabled",
        None => true,
    };
    let Some(trigger) = required(node, "trigger", findings) else {
        let _ = required(node, "action", findings);
        return None;
    };
    let kind = word_of(trigger, "type", &["cron", "recurrence"], findings)?;
    let is_cron = kind == "cron";
    allow_keys(trigger, if is_cron { &CRON_KEYS } else { &RECURRENCE_KEYS }, findings);
    let zone = zone_of(trigger, findings);
    let start_time = start_time_of(trigger, findings);
    let when = if is_cron { cron_of(trigger, findings) } else { recurrence_of(trigger, findings) };
    Some(Schedule {
        action: action?,
        enabled,
        trigger: when?,
        zone: zone?,
        start_time: start_time?,
    })
}

/// SCHED-5: the zone, UTC by default; `None` after a problem.
fn zone_of(trigger: &Node, findings: &mut Findings<'_>) -> Option<Zone> {
    let Some(node) = trigger.get("time_zone") else { return Some(Zone::utc()) };
    let name = text_of(trigger, "time_zone", findings)?;
    match Zone::parse(&name) {
        Ok((zone, note)) => {
            tell_notes("W0207", "time_zone", note.into_iter().collect(), node, findings);
            Some(zone)
        }
        Err(error) => {
            let hint = if error.nearest.is_empty() {
                "use a Windows zone name such as `W. Europe Standard Time`".to_owned()
            } else {
                format!("did you mean {}?", error.nearest.join(", or "))
            };
            let problem = Problem::error("E0207", format!("unknown time zone `{name}`"));
            findings.add(problem.field("time_zone").hint(hint), node);
            None
        }
    }
}

/// SCHED-4: the start time, if any; the outer `None` after a problem.
#[expect(clippy::option_option, reason = "outer: readable; inner: given")]
fn start_time_of(trigger: &Node, findings: &mut Findings<'_>) -> Option<Option<StartTime>> {
    let Some(node) = trigger.get("start_time") else { return Some(None) };
    let text = text_of(trigger, "start_time", findings)?;
    match StartTime::parse(&text) {
        Ok(start) => Some(Some(start)),
        Err(error) => {
            tell_error("E0208", "start_time", error, node, findings);
            None
        }
    }
}

/// SCHED-2.
fn cron_of(trigger: &Node, findings: &mut Findings<'_>) -> Option<Trigger> {
    let node = required(trigger, "expression", findings)?;
    let text = text_of(trigger, "expression", findings)?;
    match Cron::parse(&text) {
        Ok((cron, notes)) => {
            tell_notes("W0205", "expression", notes, node, findings);
            Some(Trigger::Cron(cron))
        }
        Err(error) => {
            tell_error("E0205", "expression", error, node, findings);
            None
        }
    }
}

/// SCHED-3.
fn recurrence_of(trigger: &Node, findings: &mut Findings<'_>) -> Option<Trigger> {
    let words = Frequency::ALL.map(Frequency::as_str);
    let frequency = required(trigger, "frequency", findings)
        .and_then(|_| word_of(trigger, "frequency", &words, findings))
        .and_then(Frequency::parse);
    let interval = required(trigger, "interval", findings)
        .and_then(|node| integer(node, "interval", findings));
    let mut spec = RecurrenceSpec::every(interval?, frequency?);
    if let Some(pattern) = trigger.get("schedule") {
        allow_keys(pattern, &PATTERN_KEYS, findings);
        spec.hours = integers_of(pattern, "hours", findings)?;
        spec.minutes = integers_of(pattern, "minutes", findings)?;
        spec.month_days = integers_of(pattern, "month_days", findings)?;
        spec.week_days = week_days_of(pattern, findings)?;
    }
    let errors = spec.errors();
    for error in &errors {
        let key = if error.key.is_empty() { "recurrence" } else { error.key };
        let at = item_at(trigger, key, error.column);
        let problem = Problem::error("E0206", error.message.clone()).field(key);
        findings.add(problem.hint(error.hint.clone()), at);
    }
    let (recurrence, notes) = Recurrence::new(spec).ok()?;
    tell_notes("W0206", "recurrence", notes, trigger, findings);
    Some(Trigger::Recurrence(recurrence))
}

/// The list item that an error points at, or the nearest node there is.
fn item_at<'n>(trigger: &'n Node, key: &str, item: usize) -> &'n Node {
    let pattern = trigger.get("schedule");
    let node = trigger.get(key).or_else(|| pattern.and_then(|p| p.get(key))).unwrap_or(trigger);
    match &node.value {
        Value::List(items) => items.get(item.saturating_sub(1)).unwrap_or(node),
        _ => node,
    }
}

fn integers_of(pattern: &Node, key: &str, findings: &mut Findings<'_>) -> Option<Vec<i64>> {
    let Some(node) = pattern.get(key) else { return Some(Vec::new()) };
    match &node.value {
        Value::List(items) => items.iter().map(|i| integer(i, key, findings)).collect(),
        _ => integer(node, key, findings).map(|n| vec![n]),
    }
}

fn week_days_of(pattern: &Node, findings: &mut Findings<'_>) -> Option<Vec<chrono::Weekday>> {
    let Some(node) = pattern.get("week_days") else { return Some(Vec::new()) };
    let items = match &node.value {
        Value::List(items) => items.as_slice(),
        _ => std::slice::from_ref(node),
    };
    let day = |item: &Node, findings: &mut Findings<'_>| {
        let day = item.scalar_text().as_deref().and_then(parse_week_day);
        if day.is_none() {
            let message = format!("{} is not a day of the week", item.describe());
            let problem = Problem::error("E0211", message).field("week_days");
            findings.add(problem.hint("monday, tuesday, ... sunday"), item);
        }
        day
    };
    items.iter().map(|item| day(item, findings)).collect()
}

fn integer(node: &Node, key: &str, findings: &mut Findings<'_>) -> Option<i64> {
    if let Value::Integer(number) = node.value {
        return Some(number);
    }
    let message = format!("{} where a whole number is needed", node.describe());
    findings.add(Problem::error("E0202", message).field(key), node);
    None
}

/// A required key's node; its absence is a problem at the parent.
fn required<'n>(map: &'n Node, key: &str, findings: &mut Findings<'_>) -> Option<&'n Node> {
    let node = map.get(key);
    if node.is_none() {
        findings.add(Problem::error("E0210", format!("`{key}` is missing")).field(key), map);
    }
    node
}

/// A required word out of a list, in any case, as the list spells it.
fn word_of<'w>(
    map: &Node,
    key: &str,
    words: &[&'w str],
    findings: &mut Findings<'_>,
) -> Option<&'w str> {
    let node = required(map, key, findings)?;
    let text = node.scalar_text().unwrap_or_default();
    let found = words.iter().find(|w| w.eq_ignore_ascii_case(&text)).copied();
    if found.is_none() {
        let message = format!("{} is not one of {}", node.describe(), words.join(", "));
        findings.add(Problem::error("E0211", message).field(key), node);
    }
    found
}

/// Inside schedules an unknown key is an error: it would silently change when things happen.
fn allow_keys(map: &Node, known: &[&str], findings: &mut Findings<'_>) {
    for entry in map.entries().iter().filter(|e| !known.contains(&e.key.as_str())) {
        let near = nearest(&entry.key, known.iter().copied());
        let hint = match near.first() {
            Some(key) => format!("did you mean `{key}`?"),
            None => format!("known keys: {}", known.join(", ")),
        };
        let message = format!("unknown key `{}`", entry.key);
        findings.add_at(Problem::error("E0209", message).hint(hint), entry);
    }
}

/// A located error inside a text value: the value's column plus the place inside it.
fn tell_error(
    code: &'static str,
    key: &str,
    error: FieldError,
    node: &Node,
    findings: &mut Findings<'_>,
) {
    let inside = Node { column: node.column + error.column.saturating_sub(1), ..node.clone() };
    let problem = Problem::error(code, error.message).field(key).hint(error.hint);
    findings.add(problem, &inside);
}

fn tell_notes(
    code: &'static str,
    key: &str,
    notes: Vec<Note>,
    node: &Node,
    findings: &mut Findings<'_>,
) {
    for note in notes {
        let inside = note.column.map_or(0, |c| c.saturating_sub(1));
        let at = Node { column: node.column + inside, ..node.clone() };
        findings.add(Problem::warning(code, note.message).field(key), &at);
    }
}
