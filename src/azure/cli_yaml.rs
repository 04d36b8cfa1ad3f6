//! Reads a plan from a CLI v2 compute-instance YAML (SPEC 1.4): the keys a simulation needs are
//! checked, everything else is kept in the document.
//!
//! Field list: the marshmallow schema of `azure-ai-ml` 1.35.2.

use crate::azure::findings::Findings;
use crate::azure::node::{Node, Value};
use crate::azure::schedule::read_schedules;
use crate::plan::{Plan, Schedule};
use crate::units::{IdleLimit, Problem, nearest};

/// A plan with the document it came from.
#[derive(Clone, PartialEq, Debug)]
pub struct PlanFile {
    /// What a simulation uses.
    pub plan: Plan,
    /// Everything the file says, for export.
    pub document: Node,
}

/// Keys of a compute-instance YAML that the SDK knows, settings first, read-only ones last; then
/// the one that holds what only ARM can say.
pub const KEYS: [&str; 35] = [
    "$schema",
    "type",
    "name",
    "location",
    "description",
    "resource_id",
    "tags",
    "size",
    "network_settings",
    "create_on_behalf_of",
    "ssh_public_access_enabled",
    "ssh_settings",
    "identity",
    "idle_time_before_shutdown_minutes",
    "idle_time_before_shutdown",
    "schedules",
    "setup_scripts",
    "custom_applications",
    "enable_node_public_ip",
    "enable_sso",
    "enable_root_access",
    "release_quota_on_stop",
    "enable_os_patching",
    "id",
    "state",
    "last_operation",
    "services",
    "created_on",
    "modified_on",
    "provisioning_state",
    "provisioning_errors",
    "os_image_metadata",
    "workspace",
    "resource_group",
    "x_arm",
];

/// Reads a plan from a mapping inside a larger document of `file`: the same keys, the same codes.
#[must_use]
pub fn read_plan_node(node: &Node, file: &str, name: &str) -> (Option<Plan>, Vec<Problem>) {
    let mut findings = Findings::new(file);
    let plan = plan_of(node, name, &mut findings);
    ((!findings.has_errors()).then_some(plan), findings.problems)
}

/// Reads a `{compute_start_stop: [..]}` mapping inside a larger document of `file`.
#[must_use]
pub fn read_schedules_node(node: &Node, file: &str) -> (Option<Vec<Schedule>>, Vec<Problem>) {
    let mut findings = Findings::new(file);
    let schedules = read_schedules(node, &mut findings);
    ((!findings.has_errors()).then_some(schedules), findings.problems)
}

/// The plan of a document in the spelling of CLI v2.
pub(crate) fn plan_of(document: &Node, stem: &str, findings: &mut Findings<'_>) -> Plan {
    let mut plan = Plan::new(stem);
    if !matches!(document.value, Value::Map(_)) {
        let message = format!("a plan is a mapping of keys, not {}", document.describe());
        findings.add(Problem::error("E0202", message), document);
        return plan;
    }
    check_keys(document, findings);
    if let Some(kind) = text_of(document, "type", findings)
        && !kind.eq_ignore_ascii_case("computeinstance")
    {
        let message = format!("type `{kind}` is not a compute instance");
        let problem = Problem::error("E0211", message).field("type");
        findings.add(problem.hint("a plan has `type: computeinstance`, or no type"), document);
    }
    if let Some(name) = text_of(document, "name", findings) {
        plan.name = name;
    }
    plan.size = text_of(document, "size", findings);
    plan.idle = idle_of(document, findings);
    plan.public_ip = bool_of(document, "enable_node_public_ip", findings).unwrap_or(true);
    plan.has_identity = document.get("identity").is_some_and(|i| {
        let kind = i.get("type").and_then(Node::scalar_text);
        kind.is_some_and(|k| !k.eq_ignore_ascii_case("none"))
    });
    if let Some(schedules) = document.get("schedules") {
        plan.schedules = read_schedules(schedules, findings);
    }
    plan
}

/// Unknown keys are kept, with a warning: newer fields are legal, a typo is not noticed otherwise.
fn check_keys(document: &Node, findings: &mut Findings<'_>) {
    for entry in document.entries().iter().filter(|e| !KEYS.contains(&e.key.as_str())) {
        let near = nearest(&entry.key, KEYS);
        let hint = match near.first() {
            Some(key) => format!("did you mean `{key}`? As it stands it has no effect"),
            None => "it is kept, and has no effect on a simulation".to_owned(),
        };
        let message = format!("unknown key `{}`", entry.key);
        findings.add_at(Problem::warning("W0201", message).hint(hint), entry);
    }
}

/// IDLE-1.
fn idle_of(document: &Node, findings: &mut Findings<'_>) -> Option<IdleLimit> {
    const KEY: &str = "idle_time_before_shutdown_minutes";
    const RANGE: &str = "whole minutes from 15 to 4320 (three days); leave the key out for none";
    let (node, minutes) = if let Some(node) = document.get(KEY) {
        let minutes = match node.value {
            Value::Integer(minutes) => Some(minutes),
            _ => None,
        };
        (node, minutes)
    } else {
        let node = document.get("idle_time_before_shutdown")?;
        (node, node.scalar_text().as_deref().and_then(minutes_of_iso))
    };
    let limit = minutes.and_then(IdleLimit::from_minutes);
    // The SDK turns 0 into "none"; a person who writes 0 means that.
    if limit.is_none() && minutes != Some(0) {
        let message = format!("{} is not an idle limit", node.describe());
        findings.add(Problem::error("E0203", message).field(KEY).hint(RANGE), node);
    }
    limit
}

/// Minutes of an ISO 8601 duration of days, hours and minutes (`PT30M`, `PT1H`, `P1DT2H`); `None`
/// for anything else, seconds included.
pub(crate) fn minutes_of_iso(text: &str) -> Option<i64> {
    let rest = text.strip_prefix('P')?;
    let (days, time) = rest.split_once('T').map_or((rest, ""), |(d, t)| (d, t));
    let mut minutes = 0_i64;
    let mut seen = false;
    for (part, units) in [(days, "D"), (time, "HM")] {
        let mut number = String::new();
        for c in part.chars() {
            if c.is_ascii_digit() {
                number.push(c);
                continue;
            }
            let scale = match c {
                'D' => 24 * 60,
                'H' => 60,
                'M' => 1,
                _ => return None,
            };
            units.contains(c).then_some(())?;
            minutes = minutes.checked_add(number.parse::<i64>().ok()?.checked_mul(scale)?)?;
            number.clear();
            seen = true;
        }
        number.is_empty().then_some(())?;
    }
    seen.then_some(minutes)
}

/// The text of an optional key; anything but a text is a problem.
pub(crate) fn text_of(map: &Node, key: &str, findings: &mut Findings<'_>) -> Option<String> {
    let node = map.get(key)?;
    if let Value::Text(text) = &node.value {
        return Some(text.clone());
    }
    let message = format!("{} where a text is needed", node.describe());
    findings.add(Problem::error("E0202", message).field(key).hint("quote it"), node);
    None
}

/// The truth of an optional key; anything but `true` or `false` is a problem.
fn bool_of(map: &Node, key: &str, findings: &mut Findings<'_>) -> Option<bool> {
    let node = map.get(key)?;
    if let Value::Bool(truth) = node.value {
        return Some(truth);
    }
    let message = format!("{} where true or false is needed", node.describe());
    findings.add(Problem::error("E0202", message).field(key), node);
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::azure::read_plan;

    fn problems(text: &str) -> Vec<String> {
        read_plan(text, "p.yml", "p").1.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_fragment_with_only_the_idle_key_is_a_plan() {
        let (plan, problems) = read_plan("idle_time_before_shutdown_minutes: 30\n", "p.yml", "p");
        let plan = plan.unwrap().plan;
        assert_eq!((plan.name.as_str(), problems.len()), ("p", 0));
        assert_eq!(plan.idle.map(IdleLimit::minutes), Some(30));
    }

    /// IDLE-1: both neighbours of the range are errors that name line and column.
    #[test]
    fn idle_limits_outside_the_range_are_errors() {
        for bad in ["14", "4321", "PT30M", "1.5", "[30]"] {
            let found = problems(&format!("name: x\nidle_time_before_shutdown_minutes: {bad}\n"));
            assert_eq!(found.len(), 1, "{bad}");
            assert!(found[0].starts_with("p.yml:2:36  error[E0203]"), "{}", found[0]);
            assert!(found[0].contains("15 to 4320"), "{}", found[0]);
        }
    }

    #[test]
    fn the_old_idle_key_is_read_in_iso_8601() {
        let minutes = |t: &str| {
            let text = format!("idle_time_before_shutdown: {t}\n");
            read_plan(&text, "p", "p").0.and_then(|p| p.plan.idle).map(IdleLimit::minutes)
        };
        assert_eq!(
            ["PT30M", "PT1H", "P1DT2H", "PT1H30M"].map(minutes).map(Option::unwrap),
            [30, 60, 1560, 90]
        );
        assert_eq!(["PT30S", "30", "PT", "P1M"].map(minutes), [None; 4]);
    }

    #[test]
    fn unknown_keys_are_kept_with_a_warning() {
        let text = "idle_time_before_shutdown_minute: 30\nnew_thing: {a: 1}\n";
        let (plan, problems) = read_plan(text, "p.yml", "p");
        assert!(plan.unwrap().document.get("new_thing").is_some());
        assert!(problems.iter().all(|p| !p.is_error()));
        assert!(problems[0].hint.contains("idle_time_before_shutdown_minutes"));
    }

    #[test]
    fn texts_and_truths_are_checked() {
        let found = problems("name: [x]\nenable_node_public_ip: maybe\ntype: amlcompute\n");
        assert_eq!(found.len(), 3, "{found:?}");
    }
}
