//! The rules behind events, each in one sentence, for people who read the page.

/// Rule id and what it says.
const RULES: [(&str, &str); 17] = [
    (
        "STATE-1",
        "A phase (creating, starting, restarting, stopping) takes its latency, then the \
        instance is running or stopped.",
    ),
    ("STATE-3", "An instance begins running or stopped, as its table or its create says."),
    ("STATE-4", "A delete ends the instance at once, from any state."),
    ("STATE-5", "A recorded operation, in the order of its file."),
    ("DEM-3", "Somebody needs the instance and it is off: its user starts it and waits."),
    ("DEM-7", "The instance left running while somebody or something was using it."),
    ("DEM-9", "A recorded stop: the person meant it."),
    ("IDLE-4", "No activity that counts for as long as the idle limit: the instance is shut down."),
    ("IDLE-5", "A new idle limit shorter than the idle time so far sets the clock back to zero."),
    ("SCHED-6", "A stop schedule fires; where the instance does not run it changes nothing."),
    ("SCHED-7", "A person at work dismisses this one scheduled stop."),
    (
        "SCHED-8",
        "A start schedule fires; while stopping it is queued, otherwise it changes \
        nothing.",
    ),
    ("QUOTA-2", "A create that does not fit the quota is refused."),
    ("PAGE-FIXED", "Size and SSH access are fixed when an instance is created."),
    ("PAGE-DISK", "With a full OS disk, idle shutdown and schedules no longer work."),
    ("PAGE-NAME", "The product page does not allow this name."),
    ("PAGE-RBAC", "The actor's role does not allow this operation."),
];

/// What a rule says; empty for a rule that needs no words.
#[must_use]
pub(super) fn said(rule: &str) -> &'static str {
    RULES.iter().find(|(id, _)| *id == rule).map_or("", |(_, text)| text)
}
