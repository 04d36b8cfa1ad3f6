//! What a trace and a fleet look like: counts, no judgement.

use crate::cli::inputs::Inputs;
use crate::units::{Horizon, Instant, Kind, RuleProfile};
use crate::world::zones::windows_for_iana;
use chrono::{Offset as _, TimeZone as _};
use chrono_tz::Tz;
use std::collections::BTreeMap;

/// An interval longer than this is called long: nobody types through the night.
const LONG_S: u32 = 12 * 3_600;

/// From here on the rules of the later edition are suggested: 2024-08-01T00:00:00Z \[s\].
const LATER_RULES_FROM: i64 = 1_722_470_400;

/// Counts.
#[derive(Debug)]
pub(super) struct Noticed {
    pub(super) horizon: Horizon,
    pub(super) instances: usize,
    /// Those that somebody used.
    pub(super) active: usize,
    pub(super) intervals: usize,
    /// Intervals of each kind, and how many of them are longer than twelve hours.
    pub(super) kinds: BTreeMap<Kind, (usize, usize)>,
    /// Instances of each home zone; an empty name for those without.
    pub(super) zones: BTreeMap<String, usize>,
    /// Clock changes within the horizon: the day, and the zones that change on it.
    pub(super) changes: BTreeMap<String, Vec<String>>,
    /// Instances of each size and region.
    pub(super) sizes: BTreeMap<(String, String), usize>,
    pub(super) operations: usize,
    /// Whether any instance has a plan of its own.
    pub(super) has_plans: bool,
    pub(super) rows_outside: u64,
    pub(super) rules: RuleProfile,
    pub(super) prices: (String, String, String),
}

impl Noticed {
    pub(super) fn of(inputs: &Inputs) -> Self {
        let (trace, horizon) = (&inputs.trace, inputs.trace.horizon);
        let mut kinds: BTreeMap<Kind, (usize, usize)> = BTreeMap::new();
        for index in 0..trace.len() {
            let activity = trace.activity(index);
            for at in 0..activity.len() {
                let (count, long) = kinds.entry(activity.kind[at]).or_default();
                *count += 1;
                *long += usize::from(activity.end[at] - activity.start[at] > LONG_S);
            }
        }
        let mut zones: BTreeMap<String, usize> = BTreeMap::new();
        let mut sizes: BTreeMap<(String, String), usize> = BTreeMap::new();
        for instance in &inputs.instances {
            *zones.entry(instance.home_timezone.clone().unwrap_or_default()).or_default() += 1;
            let size = (instance.vm_size.clone(), instance.region.clone());
            *sizes.entry(size).or_default() += 1;
        }
        let mut changes: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for zone in zones.keys() {
            let days = zone.parse().map_or_else(|_| Vec::new(), |tz| clock_changes(tz, horizon));
            for day in days {
                changes.entry(day).or_default().push(zone.clone());
            }
        }
        let late = horizon.start.unix() >= LATER_RULES_FROM;
        let book = &inputs.prices;
        Self {
            horizon,
            instances: inputs.instances.len(),
            active: (0..trace.len()).filter(|i| !trace.activity(*i).is_empty()).count(),
            intervals: trace.intervals(),
            kinds,
            zones,
            changes,
            sizes,
            operations: inputs.operations.len(),
            has_plans: inputs.own.iter().any(|plan| *plan != 0),
            rows_outside: trace.clipped.rows_outside,
            rules: if late { RuleProfile::Aml2024_08 } else { RuleProfile::Aml2022_12 },
            prices: (
                book.currency().to_owned(),
                book.oldest_date().to_owned(),
                book.latest_date().to_owned(),
            ),
        }
    }

    /// Intervals of one kind.
    pub(super) fn count(&self, kind: Kind) -> usize {
        self.kinds.get(&kind).map_or(0, |(count, _)| *count)
    }

    /// The home zone of most instances, as Azure spells it; UTC when none is known.
    pub(super) fn main_zone(&self) -> &'static str {
        let known = self.zones.iter().filter_map(|(zone, n)| Some((n, windows_for_iana(zone)?)));
        // Of several with as many, the first by name.
        let most = known.reduce(|best, next| if next.0 > best.0 { next } else { best });
        most.map_or("UTC", |(_, zone)| zone)
    }
}

/// Days (UTC) within the horizon on which the clock of a zone changes.
fn clock_changes(tz: Tz, horizon: Horizon) -> Vec<String> {
    let offset = |at: Instant| {
        let utc = chrono::DateTime::from_timestamp(at.unix(), 0).unwrap_or_default().naive_utc();
        tz.offset_from_utc_datetime(&utc).fix().local_minus_utc()
    };
    let mut days = Vec::new();
    let mut at = horizon.start;
    while at < horizon.end {
        let next = at.plus(86_400).min(horizon.end);
        if offset(at) != offset(next) {
            days.push(at.to_string().chars().take(10).collect());
        }
        at = next;
    }
    days
}
