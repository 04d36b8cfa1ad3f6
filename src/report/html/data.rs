//! What the page's scripts look numbers up in: one JSON document, every long column packed.

use super::pack::{pack, pack_words};
use super::story::first_instant;
use super::week::{HOURS, HourUse, ZoneWeek};
use super::{Chapter, Detail, Report, fleet, rules};
use crate::engine::index_of;
use crate::report::SweepTotals;
use crate::report::terminal::tenths_of_change;
use crate::units::Horizon;
use serde_json::{Value, json};

/// Zones that have a week of their own on the page; the others are in the sum only.
const ZONES_SHOWN: usize = 8;

/// The document.
pub(super) fn page_data(report: &Report<'_>) -> Value {
    let details = report.details;
    let names: Vec<&str> = details.iter().map(|d| d.name.as_str()).collect();
    let outcomes: Vec<&[_]> = details.iter().map(|d| d.outcomes.as_slice()).collect();
    let mut data = json!({
        "currency": report.provenance.currency,
        "plans": names,
        "sweeps": details.iter().map(sweep_json).collect::<Vec<_>>(),
        "weeks": details.iter().map(|d| weeks_json(&d.zones)).collect::<Vec<_>>(),
        "fleet": fleet::fleet_json(report.case.instances, &report.own, &outcomes, report.advice),
        "stories": stories_json(report),
    });
    if let Value::Object(object) = &mut data {
        if let Some(pareto) = pareto_json(report) {
            object.insert("pareto".into(), pareto);
        }
        if let Some(quota) = quota_json(report) {
            object.insert("quota".into(), quota);
        }
    }
    data
}

/// Every limit: counted columns, compute and total in micro-USD, and the change of the total from
/// today's limits in tenths of a per cent.
fn sweep_json(detail: &Detail) -> Value {
    let SweepTotals { points, own, one_limit, .. } = &detail.sweep;
    let standing = detail.standing();
    let total = |compute: crate::units::Money| compute.plus(standing);
    let mut columns = serde_json::Map::new();
    let mut today = serde_json::Map::new();
    for (index, (name, value)) in own.counts.columns().into_iter().enumerate() {
        let values = points.iter().map(|p| p.counts.columns()[index].1);
        columns.insert(name.into(), pack(values));
        today.insert(name.into(), value.into());
    }
    let base = total(own.compute);
    columns.insert("compute_usd".into(), pack(points.iter().map(|p| p.compute.micros())));
    columns.insert("total_usd".into(), pack(points.iter().map(|p| total(p.compute).micros())));
    let changes = points.iter().map(|p| tenths_of_change(base.micros(), total(p.compute).micros()));
    columns.insert("change".into(), pack(changes));
    today.insert("compute_usd".into(), own.compute.micros().into());
    today.insert("total_usd".into(), base.micros().into());
    let at = one_limit.then(|| index_of(own.limit));
    let cheapest = detail.sweep.cheapest().map(|p| index_of(p.limit));
    json!({"columns": columns, "today": today, "own": at, "cheapest": cheapest})
}

/// Weeks by zone, all zones first; shares of the time instances existed, in thousandths.
fn weeks_json(zones: &[ZoneWeek]) -> Value {
    let mut shown = vec![ZoneWeek::sum("All home zones", zones)];
    if zones.len() > 1 {
        shown.extend(zones.iter().take(ZONES_SHOWN).cloned());
    } else {
        shown = zones.to_vec();
    }
    let one = |week: &ZoneWeek| {
        let seasons: Vec<Value> = week
            .hours
            .chunks(HOURS)
            .filter(|h| h.iter().any(|h| h.exists_s > 0))
            .map(season)
            .collect();
        json!({"zone": week.zone, "instances": week.instances, "seasons": seasons,
            "summer": week.has_summer()})
    };
    shown.iter().map(one).collect()
}

fn season(hours: &[HourUse]) -> Value {
    let share =
        |of: fn(&HourUse) -> i64| pack(hours.iter().map(|h| thousandths(of(h), h.exists_s)));
    json!({
        "used": share(|h| h.used_s),
        "on": share(|h| h.running_s),
        "wasted": share(HourUse::wasted_s),
        "starts": pack(hours.iter().map(|h| h.starts)),
        "stops": pack(hours.iter().map(|h| h.stops)),
    })
}

/// A part of a whole, rounded.
pub(in crate::report) fn thousandths(part: i64, whole: i64) -> i64 {
    let whole = i128::from(whole.max(1));
    i64::try_from((i128::from(part) * 2_000 + whole) / (2 * whole)).unwrap_or(0)
}

fn stories_json(report: &Report<'_>) -> Value {
    let stories = report.stories;
    let horizon = report.case.trace.horizon;
    let mut instances = Vec::new();
    for (index, zone, weeks) in &stories.weeks {
        let mut shown: Vec<Value> = Vec::new();
        for (number, week) in weeks.iter().enumerate() {
            let place = (*index, number);
            let of = |c: &Chapter| (c.instance, c.week);
            let first = stories.chapters.partition_point(|c| of(c) < place);
            let mine = stories.chapters[first..].iter().take_while(|c| of(c) == place);
            let texts: Vec<Value> = mine.map(|c| json!([c.plan, c.text])).collect();
            if !texts.is_empty() {
                shown.push(json!({
                    "start": first_instant(week, horizon).unix(),
                    "days": week.days.map(crate::units::Instant::unix),
                    "monday": week.monday.to_string(),
                    "offsets": week.offsets(*zone).iter()
                        .map(|(at, s)| json!([at.unix(), s])).collect::<Vec<_>>(),
                    "plans": texts,
                    "busiest": number == 0,
                }));
            }
        }
        if !shown.is_empty() {
            shown.sort_by_key(|week| week["start"].as_i64());
            let name = &report.case.instances[*index].name;
            instances.push(json!({"name": name, "zone": zone.name(), "weeks": shown}));
        }
    }
    let told: Vec<Value> = stories.told.iter().map(|(e, c, r)| json!([e, c, r])).collect();
    let mut texts = serde_json::Map::new();
    for (_, _, rule) in &stories.told {
        texts.insert((*rule).to_owned(), rules::said(rule).into());
    }
    let most = stories.most.map(|index| report.case.instances[index].name.as_str());
    json!({"instances": instances, "events": told, "rules": texts, "most": most})
}

fn pareto_json(report: &Report<'_>) -> Option<Value> {
    let points = report.advice?.pareto();
    let point = |p: &super::advice::ParetoPoint| {
        json!({"value": p.value, "total": p.total.micros(), "wait": p.wait_s,
            "cut": p.interruptions, "knee": p.knee})
    };
    (!points.is_empty()).then(|| points.iter().map(point).collect())
}

/// Use of every limit over time, of the first plan: where it changes.
fn quota_json(report: &Report<'_>) -> Option<Value> {
    let usage = &report.quota?.quota.usage;
    let mut limits: Vec<(&str, String)> =
        usage.iter().map(|u| (u.region.as_str(), u.limit_name.to_string())).collect();
    limits.sort();
    limits.dedup();
    let line = |(region, name): &(&str, String)| {
        let mine: Vec<_> = usage
            .iter()
            .filter(|u| u.region == *region && u.limit_name.to_string() == *name)
            .collect();
        let limit = mine.last().and_then(|u| u.limit);
        json!({
            "region": region,
            "limit_name": name,
            "limit": limit,
            "at": pack(mine.iter().map(|u| u.at.unix())),
            "used": pack(mine.iter().map(|u| u.used)),
        })
    };
    let lines: Vec<Value> = limits.iter().map(line).collect();
    let Horizon { start, end } = report.case.trace.horizon;
    let refused: Vec<_> =
        report.quota?.quota.requests.iter().filter(|r| r.granted < r.asked).collect();
    let shown = &refused[..refused.len().min(QUOTA_ROWS)];
    Some(json!({
        "start": start.unix(), "end": end.unix(), "lines": lines,
        "short": refused.len(),
        "requests": {
            "at": shown.iter().map(|r| r.at.to_string()).collect::<Vec<_>>(),
            "region": pack_words(shown.iter().map(|r| r.region.as_str())),
            "name": shown.iter().map(|r| r.limit_name.to_string()).collect::<Vec<_>>(),
            "requester": shown.iter().map(|r| r.requester.as_str()).collect::<Vec<_>>(),
            "asked": pack(shown.iter().map(|r| r.asked)),
            "used": pack(shown.iter().map(|r| r.used)),
            "limit": pack(shown.iter().map(|r| r.limit.unwrap_or(-1))),
            "granted": pack(shown.iter().map(|r| r.granted)),
        },
    }))
}

/// Requests that were cut short beyond these are counted only.
const QUOTA_ROWS: usize = 200;
