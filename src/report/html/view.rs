//! The parts of the page that are plain text and tables, as its templates take them.

use super::advice::{Grid, PlanText, Verdict};
use super::pack::script_json;
use super::{CHARTS, PLANS_SHOWN, RECOMMENDED, ROWS_MAX, Report, SCRIPTS, STYLE, thousandths};
use crate::ledger::Totals;
use crate::report::PlanTotals;
use crate::report::terminal::{amount, change, grouped, hours};
use crate::units::{Horizon, Meter, Money};
use crate::world::Price;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// A number as it is read, and exactly.
#[derive(Serialize)]
struct Figure {
    text: String,
    exact: String,
}

impl Figure {
    fn usd(money: Money) -> Self {
        Self { text: amount(money), exact: money.to_string() }
    }

    fn hours(seconds: i64) -> Self {
        Self { text: hours(seconds), exact: seconds.to_string() }
    }

    fn count(count: i64) -> Self {
        Self { text: grouped(&count.to_string()), exact: count.to_string() }
    }
}

/// A part of a bar: where it begins and how long it is, in thousandths of the longest bar.
#[derive(Serialize)]
struct Bar {
    class: &'static str,
    x: i64,
    width: i64,
    label: String,
}

/// A plan's row in the tables of costs and of waste.
#[derive(Serialize)]
struct PlanRow {
    name: String,
    costs: Vec<Figure>,
    change: String,
    bars: Vec<Bar>,
    waste: Vec<Figure>,
    waste_usd: Figure,
    waste_bars: Vec<Bar>,
    hours: Vec<Figure>,
    counts: Vec<Figure>,
}

#[derive(Serialize)]
struct MonthRow {
    month: String,
    costs: Vec<Figure>,
}

/// A large number on top of the page.
#[derive(Serialize)]
struct Card {
    label: String,
    value: Figure,
    note: String,
}

#[derive(Serialize)]
struct PriceRow {
    cells: [String; 6],
    rate: String,
}

/// What the templates see.
#[derive(Serialize)]
pub(super) struct View {
    version: &'static str,
    period: String,
    days: i64,
    instances: String,
    currency: String,
    first_plan: String,
    shown: Vec<String>,
    plans_left_out: usize,
    cards: Vec<Card>,
    plans: Vec<PlanRow>,
    months: Vec<MonthRow>,
    has_quota: bool,
    has_pareto: bool,
    has_advice: bool,
    verdict: Option<Verdict>,
    cheapest: String,
    differs: String,
    facts: Vec<[String; 2]>,
    grids: Vec<Grid>,
    plan_texts: Vec<PlanText>,
    pareto: Vec<[String; 4]>,
    grouped: bool,
    rows_max: String,
    weeks_told: (String, String),
    weeks_left_out: bool,
    weeks_of: String,
    settings: Vec<[String; 2]>,
    inputs: Vec<[String; 3]>,
    prices: Vec<PriceRow>,
    data: String,
    style: &'static str,
    chart_style: &'static str,
    chart_script: &'static str,
    script: String,
}

/// All of it; `data` is what the scripts look up.
pub(super) fn view(report: &Report<'_>, data: &Value) -> View {
    let provenance = report.provenance;
    let horizon = provenance.horizon;
    let advice = report.advice;
    let pareto = advice.map(super::Advice::pareto).unwrap_or_default();
    let (all_weeks, told_weeks) = report.stories.counted;
    View {
        version: env!("CARGO_PKG_VERSION"),
        period: period(horizon),
        days: horizon.seconds() / 86_400,
        instances: grouped(&report.case.instances.len().to_string()),
        currency: provenance.currency.clone(),
        first_plan: report.plans.first().map_or_else(String::new, |p| p.name.clone()),
        shown: report.details.iter().map(|d| d.name.clone()).collect(),
        plans_left_out: report.plans.len().saturating_sub(PLANS_SHOWN),
        cards: cards(report),
        plans: plan_rows(report.plans),
        months: months(report),
        has_quota: report.quota.is_some_and(|q| !q.quota.usage.is_empty()),
        has_pareto: !pareto.is_empty(),
        has_advice: advice.is_some(),
        verdict: advice.and_then(super::Advice::verdict),
        cheapest: if advice.is_some() { String::new() } else { cheapest(report) },
        differs: differs(report),
        facts: advice.map(super::Advice::facts).unwrap_or_default(),
        grids: advice.map(super::Advice::grids).unwrap_or_default(),
        plan_texts: advice.map(super::Advice::plan_texts).unwrap_or_default(),
        pareto: pareto
            .iter()
            .map(|p| {
                let knee = if p.knee { " (knee)" } else { "" };
                let cut = grouped(&p.interruptions.to_string());
                [format!("{}{knee}", p.value), amount(p.total), hours(p.wait_s), cut]
            })
            .collect(),
        grouped: report.case.instances.len() > ROWS_MAX,
        rows_max: grouped(&ROWS_MAX.to_string()),
        weeks_told: (grouped(&all_weeks.to_string()), grouped(&told_weeks.to_string())),
        weeks_left_out: told_weeks < all_weeks,
        weeks_of: grouped(&report.stories.weeks.len().to_string()),
        settings: settings(report),
        inputs: provenance
            .inputs
            .iter()
            .map(|i| [i.role.clone(), grouped(&i.rows.to_string()), i.sha256.clone()])
            .collect(),
        prices: prices(report),
        data: script_json(data),
        style: STYLE,
        chart_style: CHARTS[0],
        chart_script: CHARTS[1],
        script: SCRIPTS.join("\n"),
    }
}

/// From when to when.
fn period(horizon: Horizon) -> String {
    let date = |at: crate::units::Instant| at.to_string().replace('T', " ").replace(":00Z", " UTC");
    format!("{} to {}", date(horizon.start), date(horizon.end))
}

/// The plan that costs least, against the first.
fn cheapest(report: &Report<'_>) -> String {
    let least = report.plans.iter().min_by_key(|plan| plan.money.total());
    let Some((first, least)) = report.plans.first().zip(least) else { return String::new() };
    if first.name == least.name {
        return String::new();
    }
    let (before, after) = (first.money.total(), least.money.total());
    let [waited, waits] = [first, least].map(|plan| hours(plan.count("wait_s")));
    format!(
        "Of the plans compared, {} costs least: {} {}, {} less than {} ({}). People wait {waits} \
         hours instead of {waited}.",
        least.name,
        amount(after),
        report.provenance.currency,
        amount(before.minus(after)),
        first.name,
        change(before, after).replace(' ', "\u{a0}")
    )
}

/// Whether this run and the recommendation disagree about what the recommended plans cost.
fn differs(report: &Report<'_>) -> String {
    let said = report.advice.and_then(super::Advice::total);
    let here = report.plans.iter().find(|plan| plan.name == RECOMMENDED);
    match said.zip(here.map(|plan| plan.money.total())) {
        Some((said, here)) if said != here => format!(
            "The recommendation says that its plans cost {}; over the inputs of this report they \
             cost {}. It was made over other inputs.",
            amount(said),
            amount(here)
        ),
        _ => String::new(),
    }
}

/// The large numbers of the first plan.
fn cards(report: &Report<'_>) -> Vec<Card> {
    let Some(plan) = report.plans.first() else { return Vec::new() };
    let total = plan.money.total();
    let share = |part: Money| {
        let tenths = thousandths(part.micros(), total.micros());
        format!("{}.{} % of the total", tenths / 10, tenths % 10)
    };
    let cut = plan.count("interruptions_idle") + plan.count("interruptions_schedule");
    let unit = &report.provenance.currency;
    let card = |label: &str, unit: &str, value, note| Card {
        label: format!("{label}, {unit}"),
        value,
        note,
    };
    let waits = format!("{} cold starts", grouped(&plan.count("starts_demand").to_string()));
    let lost =
        format!("by limits and schedules; {} h of runs lost", hours(plan.count("lost_run_s")));
    let standing = plan.money.standing();
    vec![
        card("Total", unit, Figure::usd(total), format!("plan: {}", plan.name)),
        card("Wasted", unit, Figure::usd(plan.waste_usd), share(plan.waste_usd)),
        card("Standing floor", unit, Figure::usd(standing), share(standing)),
        card("People waited", "hours", Figure::hours(plan.count("wait_s")), waits),
        card("Work cut", "times", Figure::count(cut), lost),
    ]
}

/// The class of a meter's bar, and what it cost.
type MeterBar = (&'static str, fn(&Totals) -> Money);

/// The meters, in ledger order.
const METERS: [MeterBar; 4] = [
    ("compute", |t| t.compute),
    ("disk", |t| t.os_disk),
    ("ip", |t| t.public_ip),
    ("balancer", |t| t.load_balancer),
];

fn plan_rows(plans: &[PlanTotals]) -> Vec<PlanRow> {
    let largest = |of: &dyn Fn(&PlanTotals) -> i64| plans.iter().map(of).max().unwrap_or(0);
    let most = largest(&|p| p.money.total().micros());
    let most_waste = largest(&|p| p.waste.total_s());
    let first = plans.first().map_or(Money::ZERO, |p| p.money.total());
    let row = |plan: &PlanTotals| {
        let money = &plan.money;
        let all = [money.compute, money.os_disk, money.public_ip, money.load_balancer];
        let costs = all.into_iter().chain([money.standing(), money.total()]).map(Figure::usd);
        // Standing first: it is the floor that everything stands on.
        let order = [1, 2, 3, 0].map(|at| METERS[at]);
        let parts = order.map(|(class, of)| (class, of(money).micros(), amount(of(money))));
        let waste = [
            ("idle", plan.waste.idle_s),
            ("schedule", plan.waste.schedule_s),
            ("neither", plan.waste.neither_s),
        ];
        let waste_parts = waste.map(|(class, s)| (class, s, format!("{} h", hours(s))));
        let seconds = ["billed_s", "running_s", "active_s", "wait_s", "queue_s", "lost_run_s"];
        let counts = [
            "starts_demand",
            "starts_schedule",
            "stops_idle",
            "stops_schedule",
            "dismissed_stops",
            "interruptions_idle",
            "interruptions_schedule",
        ];
        PlanRow {
            name: plan.name.clone(),
            costs: costs.collect(),
            change: change(first, money.total()),
            bars: bars(&parts, most),
            waste: waste.iter().map(|(_, s)| Figure::hours(*s)).collect(),
            waste_usd: Figure::usd(plan.waste_usd),
            waste_bars: bars(&waste_parts, most_waste),
            hours: seconds.map(|c| Figure::hours(plan.count(c))).into(),
            counts: counts.map(|c| Figure::count(plan.count(c))).into(),
        }
    };
    plans.iter().map(row).collect()
}

/// Parts one after the other; `most` is a thousand.
fn bars(parts: &[(&'static str, i64, String)], most: i64) -> Vec<Bar> {
    let (mut bars, mut sum) = (Vec::new(), 0);
    for (class, value, label) in parts {
        let x = thousandths(sum, most);
        sum += value;
        let width = thousandths(sum, most) - x;
        bars.push(Bar { class, x, width, label: label.clone() });
    }
    bars
}

/// The first plan's ledger by calendar month.
fn months(report: &Report<'_>) -> Vec<MonthRow> {
    let mut months: BTreeMap<String, Totals> = BTreeMap::new();
    let details = report.details.first();
    for line in details.iter().flat_map(|d| &d.outcomes).flat_map(|o| &o.lines) {
        let sum = months.entry(line.month.month_name()).or_default();
        *sum = sum.plus(Totals::of([line]));
    }
    let row = |(month, money): (String, Totals)| {
        let all = METERS.iter().map(|(_, of)| of(&money));
        let costs = all.chain([money.standing(), money.total()]).map(Figure::usd).collect();
        MonthRow { month, costs }
    };
    months.into_iter().map(row).collect()
}

fn settings(report: &Report<'_>) -> Vec<[String; 2]> {
    let p = report.provenance;
    let (clipped, outside, skipped) = p.clipped;
    let (oldest, newest) = &p.price_dates;
    let mut rows = vec![
        ["Period simulated".to_owned(), period(p.horizon)],
        ["Rules of the platform".to_owned(), p.rules.as_str().to_owned()],
        ["Time zones of schedules: daylight saving".to_owned(), p.dst.as_str().to_owned()],
        ["Seed of random draws".to_owned(), p.seed.to_string()],
        ["Prices dated".to_owned(), format!("{oldest} to {newest}, {}", p.currency)],
        [
            "Rows of activity".to_owned(),
            format!(
                "{clipped} cut at the period, {outside} outside it, {skipped} left out as defective"
            ),
        ],
    ];
    rows.extend(p.model.entries().map(|(key, value)| {
        let unit = match key {
            "create_latency"
            | "start_latency"
            | "stop_latency"
            | "restart_latency"
            | "idle_check_interval" => " s",
            _ => "",
        };
        [format!("Model: {key}"), format!("{value}{unit}")]
    }));
    rows
}

/// The prices that apply to any instance, each once.
fn prices(report: &Report<'_>) -> Vec<PriceRow> {
    let book = report.case.prices;
    let mut found: Vec<&Price> = Vec::new();
    let sizes_of_plans = || report.case.plans.iter().filter_map(|p| p.size.as_deref());
    let mut places: Vec<(&str, &str)> = Vec::new();
    for instance in report.case.instances {
        places.push((&instance.region, &instance.vm_size));
        places.extend(sizes_of_plans().map(|size| (instance.region.as_str(), size)));
    }
    places.sort_unstable();
    places.dedup();
    for (region, size) in places {
        found.extend(book.compute(region, size));
        found.extend(Meter::ALL.into_iter().skip(1).filter_map(|m| book.standing(m, region).ok()));
    }
    found.sort_by_key(|price| (price.meter, &price.region, &price.vm_size));
    found.dedup();
    let row = |price: &Price| PriceRow {
        cells: [
            price.meter.as_str().replace('_', " "),
            price.region.clone(),
            price.vm_size.clone(),
            format!("{} / {}", price.currency, price.rate.unit.as_str()),
            price.date.clone(),
            price.source.clone(),
        ],
        rate: price.rate.to_string(),
    };
    found.into_iter().map(row).collect()
}
