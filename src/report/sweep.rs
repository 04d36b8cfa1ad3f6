//! A sweep as a sheet, as part of `summary.json`, and as the table a person reads.

use super::summary::usd;
use super::terminal::{amount, change, grouped, hours, table};
use crate::engine::{Tallied, index_of};
use crate::report::{Column, Sheet};
use crate::search::SweepPoint;
use crate::units::{IdleLimit, Money};
use serde_json::{Map, Value};
use std::fmt::Write as _;

/// Limits worth a line on the screen \[min\], but for none.
const TELLING: [i64; 11] = [15, 20, 30, 45, 60, 90, 120, 240, 480, 1_440, 4_320];

/// A sweep over a fleet: every limit, and what the plan's own limits cost.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SweepTotals {
    /// The plan whose schedules were in force, or what stands for each instance's own.
    pub plan: String,
    /// How many instances.
    pub instances: usize,
    /// One point per limit, in order.
    pub points: Vec<SweepPoint>,
    /// Every instance at its plan's own limit; `limit` only means something if all share one.
    pub own: SweepPoint,
    /// Whether all do.
    pub one_limit: bool,
}

impl SweepTotals {
    /// The limit of least compute cost; of several, the one with the least waiting, then the
    /// longest.
    #[must_use]
    pub fn cheapest(&self) -> Option<&SweepPoint> {
        self.points.iter().rev().min_by_key(|p| (p.compute, p.counts.wait_s))
    }
}

/// A limit as it stands in `idle_minutes`.
fn shown(limit: Option<IdleLimit>) -> String {
    limit.map_or("none".to_owned(), |l| (l.seconds() / 60).to_string())
}

/// `sweep`: one row per group and limit. `key` names what groups are by; without it there is one.
#[must_use]
pub fn sweep_sheet(key: Option<&'static str>, groups: &[(String, Vec<SweepPoint>)]) -> Sheet {
    let rows = || groups.iter().flat_map(|(name, points)| points.iter().map(move |p| (name, p)));
    let mut columns = Vec::new();
    if let Some(key) = key {
        columns.push((key, Column::Text(rows().map(|(name, _)| name.clone()).collect())));
    }
    columns.push(("idle_minutes", Column::Text(rows().map(|(_, p)| shown(p.limit)).collect())));
    for (index, (name, _)) in Tallied::default().columns().into_iter().enumerate() {
        let values = rows().map(|(_, p)| p.counts.columns()[index].1).collect();
        columns.push((name, Column::Integer(values)));
    }
    columns.push(("compute_usd", Column::Usd(rows().map(|(_, p)| p.compute).collect())));
    Sheet { name: "sweep", columns }
}

/// What `summary.json` says about a sweep: the limit in force, the cheapest, and the telling ones.
#[must_use]
pub fn sweep_json(totals: &SweepTotals) -> Value {
    let mut object = Map::new();
    object.insert("plan".into(), Value::from(totals.plan.as_str()));
    object.insert("instances".into(), Value::from(totals.instances));
    object.insert("limits".into(), Value::from(totals.points.len()));
    let mut own = point_json(&totals.own);
    if !totals.one_limit {
        own.insert("idle_minutes".into(), Value::from("own"));
    }
    object.insert("own".into(), Value::Object(own));
    let cheapest = totals.cheapest().map_or(Value::Null, |p| Value::Object(point_json(p)));
    object.insert("cheapest".into(), cheapest);
    let telling = telling(totals).map(|p| Value::Object(point_json(p))).collect();
    object.insert("points".into(), Value::Array(telling));
    Value::Object(object)
}

fn point_json(point: &SweepPoint) -> Map<String, Value> {
    let mut object = Map::new();
    let limit = point.limit.map_or(Value::from("none"), |l| Value::from(l.seconds() / 60));
    object.insert("idle_minutes".into(), limit);
    for (name, value) in point.counts.columns() {
        object.insert(name.into(), Value::from(value));
    }
    object.insert("compute_usd".into(), usd(point.compute));
    object
}

fn telling(totals: &SweepTotals) -> impl Iterator<Item = &SweepPoint> {
    let limits = TELLING.into_iter().map(IdleLimit::from_minutes).chain([None]);
    limits.filter_map(|limit| totals.points.get(index_of(limit)))
}

/// A dozen telling limits, the cheapest, and what the plan's own limits cost.
#[must_use]
pub fn sweep_summary(totals: &SweepTotals, currency: &str) -> String {
    let compute = format!("Compute {currency}");
    let header = [
        "Idle limit, min",
        &compute,
        "Change",
        "Running h",
        "In use h",
        "Waited h",
        "Starts",
        "Cut",
    ];
    let mut table = table(&header);
    let base = totals.own.compute;
    let mut add = |name: String, point: &SweepPoint| {
        let counts = &point.counts;
        let cut = counts.interruptions_idle + counts.interruptions_schedule;
        let starts = counts.starts_demand + counts.starts_schedule;
        table.add_row([
            name,
            amount(point.compute),
            change(base, point.compute),
            hours(counts.running_s),
            hours(counts.active_s),
            hours(counts.wait_s),
            grouped(&starts.to_string()),
            grouped(&cut.to_string()),
        ]);
    };
    let own = if totals.one_limit { shown(totals.own.limit) } else { "own".to_owned() };
    add(format!("{}: {own}", totals.plan), &totals.own);
    for point in telling(totals) {
        add(shown(point.limit), point);
    }
    let mut text = format!("{table}\n");
    if let Some(best) = totals.cheapest() {
        let saved = amount(base.minus(best.compute).max(Money::ZERO));
        let _ = writeln!(
            text,
            "Least compute: idle limit {}, {} {currency}, {saved} less than under {}.\n\
             What people wait is not priced.",
            shown(best.limit),
            amount(best.compute),
            totals.plan,
        );
    }
    text
}
