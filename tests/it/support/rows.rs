//! What the auditor answers: the columns of `instances.csv` that are not money (SPEC 9).

use super::zones::{month_key, next_month};
use std::collections::BTreeMap;

/// The audit of one instance under one plan. Durations in seconds, the rest counts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct AuditRow {
    /// Seconds the instance existed: the sum of the seven states.
    pub(crate) exists_s: i64,
    /// Seconds in `creating`.
    pub(crate) creating_s: i64,
    /// Seconds in `starting`.
    pub(crate) starting_s: i64,
    /// Seconds in `running`.
    pub(crate) running_s: i64,
    /// Seconds in `restarting`.
    pub(crate) restarting_s: i64,
    /// Seconds in `stopping`.
    pub(crate) stopping_s: i64,
    /// Seconds in `stopped`.
    pub(crate) stopped_s: i64,
    /// LEDG-1: `starting running restarting stopping`.
    pub(crate) billed_s: i64,
    /// `running` with a counting interval present.
    pub(crate) active_s: i64,
    /// DEM-5, attended.
    pub(crate) wait_s: i64,
    /// DEM-5, unattended.
    pub(crate) queue_s: i64,
    /// DEM-6.
    pub(crate) unserved_s: i64,
    /// DEM-7.
    pub(crate) lost_run_s: i64,
    /// Starts by demand.
    pub(crate) starts_demand: i64,
    /// Starts by schedule.
    pub(crate) starts_schedule: i64,
    /// Starts by operation.
    pub(crate) starts_operation: i64,
    /// Stops by the idle clock.
    pub(crate) stops_idle: i64,
    /// Stops by schedule.
    pub(crate) stops_schedule: i64,
    /// Stops by operation.
    pub(crate) stops_operation: i64,
    /// SCHED-7.
    pub(crate) dismissed_stops: i64,
    /// DEM-7, by the idle clock.
    pub(crate) interruptions_idle: i64,
    /// DEM-7, by schedule.
    pub(crate) interruptions_schedule: i64,
    /// DEM-7, by operation, restart and delete.
    pub(crate) interruptions_operation: i64,
    /// Billed seconds by UTC month (`YYYY-MM`); months without any are absent.
    pub(crate) billed_by_month: BTreeMap<String, i64>,
    /// Existing seconds by UTC month.
    pub(crate) exists_by_month: BTreeMap<String, i64>,
}

impl AuditRow {
    /// Every column with its name, in the order of SPEC 9.
    pub(crate) fn columns(&self) -> [(&'static str, i64); 23] {
        [
            ("exists_s", self.exists_s),
            ("creating_s", self.creating_s),
            ("starting_s", self.starting_s),
            ("running_s", self.running_s),
            ("restarting_s", self.restarting_s),
            ("stopping_s", self.stopping_s),
            ("stopped_s", self.stopped_s),
            ("billed_s", self.billed_s),
            ("active_s", self.active_s),
            ("wait_s", self.wait_s),
            ("queue_s", self.queue_s),
            ("unserved_s", self.unserved_s),
            ("lost_run_s", self.lost_run_s),
            ("starts_demand", self.starts_demand),
            ("starts_schedule", self.starts_schedule),
            ("starts_operation", self.starts_operation),
            ("stops_idle", self.stops_idle),
            ("stops_schedule", self.stops_schedule),
            ("stops_operation", self.stops_operation),
            ("dismissed_stops", self.dismissed_stops),
            ("interruptions_idle", self.interruptions_idle),
            ("interruptions_schedule", self.interruptions_schedule),
            ("interruptions_operation", self.interruptions_operation),
        ]
    }

    /// The columns that are not zero: short to state in a test, short to read in a failure.
    pub(crate) fn nonzero(&self) -> Vec<(&'static str, i64)> {
        self.columns().into_iter().filter(|(_, value)| *value != 0).collect()
    }
}

/// Adds the seconds `[from, to)` to the months they fall in.
pub(crate) fn add_by_month(months: &mut BTreeMap<String, i64>, from: i64, to: i64) {
    let mut at = from;
    while at < to {
        let until = next_month(at).min(to);
        *months.entry(month_key(at)).or_insert(0) += until - at;
        at = until;
    }
}
