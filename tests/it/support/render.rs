//! A small world in the program's own input formats (SPEC 1.1 to 1.4).

use super::world::{SmallAction, SmallAsk, SmallPlan, SmallSchedule, SmallTrigger, SmallWorld};
use super::zones::rfc3339;
use std::fmt::Write as _;

/// Names of the week days in CLI YAML, Monday first.
const WEEK_DAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

impl SmallPlan {
    /// The plan as Azure CLI v2 YAML. `month_days` is an extension of the program's.
    pub(crate) fn to_yaml(&self) -> String {
        let mut out = format!("name: {}\ntype: computeinstance\n", self.name);
        if let Some(minutes) = self.idle_minutes {
            let _ = writeln!(out, "idle_time_before_shutdown_minutes: {minutes}");
        }
        if !self.schedules.is_empty() {
            out.push_str("schedules:\n  compute_start_stop:\n");
        }
        for schedule in &self.schedules {
            out.push_str(&schedule_yaml(schedule));
        }
        out
    }
}

/// One item of `compute_start_stop`.
fn schedule_yaml(schedule: &SmallSchedule) -> String {
    let action = match schedule.action {
        SmallAction::Start => "start",
        SmallAction::Stop => "stop",
    };
    let state = if schedule.enabled { "enabled" } else { "disabled" };
    let mut out = format!("    - action: {action}\n      state: {state}\n      trigger:\n");
    let mut line = |text: String| {
        let _ = writeln!(out, "        {text}");
    };
    line(match &schedule.trigger {
        SmallTrigger::Cron(_) => "type: cron".into(),
        SmallTrigger::Recurrence { .. } => "type: recurrence".into(),
    });
    if let Some(zone) = &schedule.zone {
        line(format!("time_zone: \"{zone}\""));
    }
    if let Some(start) = &schedule.start_time {
        line(format!("start_time: \"{start}\""));
    }
    match &schedule.trigger {
        SmallTrigger::Cron(expression) => line(format!("expression: \"{expression}\"")),
        SmallTrigger::Recurrence { frequency, interval, hours, minutes, week_days, month_days } => {
            line(format!("frequency: {}", frequency.as_str()));
            line(format!("interval: {interval}"));
            let names: Vec<_> = week_days.iter().map(|d| WEEK_DAYS[*d as usize]).collect();
            let lists = [
                ("hours", list(hours)),
                ("minutes", list(minutes)),
                ("week_days", list(&names)),
                ("month_days", list(month_days)),
            ];
            if lists.iter().any(|(_, items)| items.is_some()) {
                line("schedule:".into());
            }
            for (key, items) in lists {
                if let Some(items) = items {
                    line(format!("  {key}: [{items}]"));
                }
            }
        }
    }
    out
}

/// The items with commas between, or nothing for none.
fn list<T: ToString>(items: &[T]) -> Option<String> {
    let texts: Vec<_> = items.iter().map(T::to_string).collect();
    (!texts.is_empty()).then(|| texts.join(", "))
}

/// The activity table (SPEC 1.1) of all instances.
pub(crate) fn activity_csv(world: &SmallWorld) -> String {
    let mut out = String::from("instance,kind,start,end,last_activity\n");
    for instance in &world.instances {
        for row in &instance.activity {
            let last = row.last_activity.map_or_else(String::new, rfc3339);
            let (kind, start, end) = (row.kind.as_str(), rfc3339(row.start), rfc3339(row.end));
            let _ = writeln!(out, "{},{kind},{start},{end},{last}", instance.name);
        }
    }
    out
}

/// The operations table (SPEC 1.2) of all instances, each in file order.
pub(crate) fn operations_csv(world: &SmallWorld) -> String {
    let mut out = String::from("instance,at,op,value\n");
    for instance in &world.instances {
        for op in &instance.ops {
            let (name, value) = match op.op {
                SmallAsk::Create(true) => ("create", "running".into()),
                SmallAsk::Create(false) => ("create", "stopped".into()),
                SmallAsk::Delete => ("delete", String::new()),
                SmallAsk::Start => ("start", String::new()),
                SmallAsk::Stop => ("stop", String::new()),
                SmallAsk::Restart => ("restart", String::new()),
                SmallAsk::SetIdle(None) => ("set_idle", "none".into()),
                SmallAsk::SetIdle(Some(minutes)) => ("set_idle", minutes.to_string()),
                SmallAsk::SetPlan(plan) => ("set_plan", world.plans[plan].name.clone()),
                SmallAsk::Resize => ("resize", "Standard_DS3_v2".into()),
                SmallAsk::EnableSsh => ("enable_ssh", String::new()),
            };
            let _ = writeln!(out, "{},{},{name},{value}", instance.name, rfc3339(op.at));
        }
    }
    out
}

/// The instance table (SPEC 1.3).
pub(crate) fn instances_csv(world: &SmallWorld) -> String {
    let mut out = String::from(
        "instance,created,deleted,initial_state,identity_has_contributor,disk_full_from\n",
    );
    for instance in &world.instances {
        let created = instance.created.map_or_else(String::new, rfc3339);
        let deleted = instance.deleted.map_or_else(String::new, rfc3339);
        let state = if instance.initial_running { "running" } else { "stopped" };
        let contributor =
            instance.identity_has_contributor.map_or_else(String::new, |b| b.to_string());
        let full = instance.disk_full_from.map_or_else(String::new, rfc3339);
        let name = &instance.name;
        let _ = writeln!(out, "{name},{created},{deleted},{state},{contributor},{full}");
    }
    out
}

/// The flags that say the rest: horizon, rules, seed and model parameters (SPEC 9).
pub(crate) fn flags(world: &SmallWorld) -> Vec<String> {
    let horizon = format!("{}/{}", rfc3339(world.horizon_start), rfc3339(world.horizon_end));
    let mut out: Vec<String> = vec!["--horizon".into(), horizon];
    out.extend(["--rules".into(), world.rules.as_str().into()]);
    out.extend(["--dst".into(), world.dst.as_str().into()]);
    out.extend(["--seed".into(), world.seed.to_string()]);
    let thousandths = |n: u32| format!("{}.{:03}", n / 1_000, n % 1_000);
    let parameters = [
        ("create_latency", world.create_latency.to_string()),
        ("start_latency", world.start_latency.to_string()),
        ("stop_latency", world.stop_latency.to_string()),
        ("restart_latency", world.restart_latency.to_string()),
        ("idle_check_interval", world.idle_check_interval.to_string()),
        ("dismiss.attended", thousandths(world.dismiss_attended_permille)),
        ("dismiss.unattended", thousandths(world.dismiss_unattended_permille)),
        ("after_interruption.attended", world.after_attended.as_str().into()),
        ("after_interruption.unattended", world.after_unattended.as_str().into()),
    ];
    for (name, value) in parameters {
        out.extend(["--set".into(), format!("{name}={value}")]);
    }
    out
}
