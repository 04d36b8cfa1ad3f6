//! The recorder that writes everything down, for event files and explanations.

use crate::engine::CommandKind;
use crate::engine::recorder::{Cause, Event, Load, Recorder, State};
use crate::units::{Action, Instant};

/// One line of an event file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoggedEvent {
    /// When.
    pub at: Instant,
    /// What.
    pub event: &'static str,
    /// Why: `demand`, `schedule`, `operation`, `idle`, `latency` or `table`; of a refusal `fixed`
    /// (at creation), `role`, `name` or `quota`.
    pub cause: &'static str,
    /// The rule that decided it.
    pub rule: &'static str,
}

/// Collects [`LoggedEvent`]s in order.
#[derive(Clone, Debug, Default)]
pub struct EventLog {
    /// What happened, oldest first.
    pub events: Vec<LoggedEvent>,
}

impl Recorder for EventLog {
    fn span(&mut self, _from: i64, _to: i64, _state: State, _load: Load) {}

    fn event(&mut self, at: i64, event: Event) {
        self.events.push(LoggedEvent::new(at, event));
    }
}

impl LoggedEvent {
    /// An event at `at` \[unix s\] as it is written down.
    #[must_use]
    pub fn new(at: i64, event: Event) -> Self {
        let (event, cause, rule) = describe(event);
        Self { at: Instant::from_unix(at), event, cause, rule }
    }
}

/// Name, cause and rule id of an event. Operations follow SPEC 1.2, which has no rule id of its
/// own; they cite the step of STATE-5 that orders them. Refusals by the product page cite its
/// section.
fn describe(event: Event) -> (&'static str, &'static str, &'static str) {
    match event {
        Event::Exists(State::Running) => ("exists_running", "table", "STATE-3"),
        Event::Exists(_) => ("exists_stopped", "table", "STATE-3"),
        Event::Created => ("creating", "operation", "STATE-3"),
        Event::Deleted => ("deleted", "operation", "STATE-4"),
        Event::Start(cause) => ("starting", cause.as_str(), start_rule(cause)),
        Event::Stop(cause) => ("stopping", cause.as_str(), stop_rule(cause)),
        Event::Restart => ("restarting", "operation", "STATE-5"),
        Event::Reached(state) => (state.as_str(), "latency", "STATE-1"),
        Event::Interrupted(cause, _) => ("interrupted", cause.as_str(), "DEM-7"),
        Event::Dismissed => ("stop_dismissed", "schedule", "SCHED-7"),
        Event::Queued(cause) => ("start_queued", cause.as_str(), "SCHED-8"),
        Event::Unqueued => ("queued_start_cancelled", "schedule", "SCHED-6"),
        Event::FiringNoop(Action::Stop, _) => ("stop_noop", "schedule", "SCHED-6"),
        Event::FiringNoop(Action::Start, _) => ("start_noop", "schedule", "SCHED-8"),
        Event::OperationNoop(kind @ (CommandKind::Resize | CommandKind::EnableSsh), _) => {
            (refused_name(kind.as_str()), "fixed", "PAGE-FIXED")
        }
        Event::OperationNoop(CommandKind::Refused { op, cause }, _) => {
            (refused_name(op), cause.as_str(), cause.rule())
        }
        Event::OperationNoop(kind, _) => (noop_name(kind.as_str()), "operation", "STATE-5"),
        Event::AutomationBlocked(cause) => ("automation_blocked", cause.as_str(), "PAGE-DISK"),
        Event::IdleSet(true) => ("set_idle_clock_reset", "operation", "IDLE-5"),
        Event::IdleSet(false) => ("set_idle", "operation", "IDLE-5"),
        Event::PlanSet(true) => ("set_plan_clock_reset", "operation", "IDLE-5"),
        Event::PlanSet(false) => ("set_plan", "operation", "IDLE-5"),
    }
}

const fn start_rule(cause: Cause) -> &'static str {
    match cause {
        Cause::Demand => "DEM-3",
        Cause::Schedule => "SCHED-8",
        Cause::Operation | Cause::Idle => "STATE-5",
    }
}

const fn stop_rule(cause: Cause) -> &'static str {
    match cause {
        Cause::Idle => "IDLE-4",
        Cause::Schedule => "SCHED-6",
        Cause::Operation | Cause::Demand => "DEM-9",
    }
}

fn noop_name(operation: &str) -> &'static str {
    match operation {
        "create" => "create_noop",
        "delete" => "delete_noop",
        "start" => "start_noop",
        "stop" => "stop_noop",
        "restart" => "restart_noop",
        "set_idle" => "set_idle_noop",
        _ => "set_plan_noop",
    }
}

fn refused_name(operation: &str) -> &'static str {
    match operation {
        "create" => "create_refused",
        "delete" => "delete_refused",
        "start" => "start_refused",
        "stop" => "stop_refused",
        "restart" => "restart_refused",
        "set_idle" => "set_idle_refused",
        "set_plan" => "set_plan_refused",
        "resize" => "resize_refused",
        _ => "enable_ssh_refused",
    }
}
