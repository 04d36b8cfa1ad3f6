//! The sheets of the black-box contract (SPEC §9): names, order and units of columns are fixed.

use crate::engine::Counters;
use crate::ledger::Totals;
use crate::report::{Column, Sheet};
use crate::search::Outcome;
use crate::units::{Money, Problem};
use crate::world::{Instance, Price};

/// Outcomes of several scenarios over one fleet, sorted by scenario name.
#[derive(Clone, Copy, Debug)]
pub struct Results<'r> {
    /// The fleet.
    pub instances: &'r [Instance],
    /// Scenario name and its outcomes in instance order.
    pub scenarios: &'r [(String, Vec<Outcome>)],
}

impl<'r> Results<'r> {
    fn rows(self) -> impl Iterator<Item = (&'r str, &'r str, &'r Outcome)> {
        self.scenarios.iter().flat_map(move |(plan, outcomes)| {
            outcomes
                .iter()
                .map(move |o| (plan.as_str(), self.instances[o.instance].name.as_str(), o))
        })
    }

    fn integers(self, value: impl Fn(&Counters) -> i64) -> Column {
        Column::Integer(self.rows().map(|(_, _, o)| value(&o.counters)).collect())
    }

    fn usd(self, value: impl Fn(&Outcome) -> Money) -> Column {
        Column::Usd(self.rows().map(|(_, _, o)| value(o)).collect())
    }
}

/// `instances`: one row per plan x instance.
#[must_use]
pub fn instances_sheet(results: Results<'_>) -> Sheet {
    let mut columns = vec![
        ("plan", Column::Text(results.rows().map(|r| r.0.to_owned()).collect())),
        ("instance", Column::Text(results.rows().map(|r| r.1.to_owned()).collect())),
    ];
    for (index, name) in Counters::COLUMNS.into_iter().enumerate() {
        columns.push((name, results.integers(|c| c.columns()[index].1)));
    }
    type Part = fn(&Totals) -> Money;
    let parts: [(&'static str, Part); 5] = [
        ("compute_usd", |t| t.compute),
        ("os_disk_usd", |t| t.os_disk),
        ("public_ip_usd", |t| t.public_ip),
        ("load_balancer_usd", |t| t.load_balancer),
        ("total_usd", Totals::total),
    ];
    for (name, part) in parts {
        columns.push((name, results.usd(|o| part(&Totals::of(&o.lines)))));
    }
    columns.push(("waste_s", results.integers(|c| c.waste.total_s())));
    columns.push(("waste_idle_s", results.integers(|c| c.waste.idle_s)));
    columns.push(("waste_schedule_s", results.integers(|c| c.waste.schedule_s)));
    columns.push(("waste_neither_s", results.integers(|c| c.waste.neither_s)));
    columns.push(("waste_usd", results.usd(Outcome::waste_usd)));
    if results.rows().any(|(_, _, o)| o.disk_full_usd.is_some()) {
        columns.push(("disk_full_usd", results.usd(|o| o.disk_full_usd.unwrap_or(Money::ZERO))));
    }
    Sheet { name: "instances", columns }
}

/// `ledger`: one row per line (LEDG-3).
#[must_use]
pub fn ledger_sheet(results: Results<'_>) -> Sheet {
    let lines = || {
        results.rows().flat_map(|(plan, who, o)| o.lines.iter().map(move |line| (plan, who, line)))
    };
    let columns = vec![
        ("plan", Column::Text(lines().map(|l| l.0.to_owned()).collect())),
        ("instance", Column::Text(lines().map(|l| l.1.to_owned()).collect())),
        ("month", Column::Text(lines().map(|l| l.2.month.month_name()).collect())),
        ("meter", Column::Word(lines().map(|l| l.2.meter.as_str()).collect())),
        ("quantity_s", Column::Integer(lines().map(|l| l.2.quantity_s).collect())),
        ("rate_usd", Column::Price(lines().map(|l| l.2.rate.usd).collect())),
        ("rate_unit", Column::Word(lines().map(|l| l.2.rate.unit.as_str()).collect())),
        ("cost_usd", Column::Usd(lines().map(|l| l.2.cost).collect())),
    ];
    Sheet { name: "ledger", columns }
}

/// `events`: what happened, in order, with cause and rule.
#[must_use]
pub fn events_sheet(results: Results<'_>) -> Sheet {
    let events =
        || results.rows().flat_map(|(plan, who, o)| o.events.iter().map(move |e| (plan, who, e)));
    let columns = vec![
        ("plan", Column::Text(events().map(|e| e.0.to_owned()).collect())),
        ("instance", Column::Text(events().map(|e| e.1.to_owned()).collect())),
        ("at", Column::Text(events().map(|e| e.2.at.to_string()).collect())),
        ("event", Column::Word(events().map(|e| e.2.event).collect())),
        ("cause", Column::Word(events().map(|e| e.2.cause).collect())),
        ("rule", Column::Word(events().map(|e| e.2.rule).collect())),
    ];
    Sheet { name: "events", columns }
}

/// `defects`: every problem of the input.
#[must_use]
pub fn defects_sheet(problems: &[Problem]) -> Sheet {
    let texts = |f: fn(&Problem) -> String| Column::Text(problems.iter().map(f).collect());
    let columns = vec![
        ("file", texts(|p| p.file.clone())),
        ("line", texts(|p| if p.line == 0 { String::new() } else { p.line.to_string() })),
        ("column", texts(|p| p.field.clone())),
        ("code", texts(|p| p.code.to_owned())),
        ("message", texts(|p| p.message.clone())),
        ("hint", texts(|p| p.hint.clone())),
    ];
    Sheet { name: "defects", columns }
}

/// `prices`: what is known, and since when.
#[must_use]
pub fn price_sheet(rows: &[&Price]) -> Sheet {
    let texts =
        |f: fn(&Price) -> &str| Column::Text(rows.iter().map(|r| f(r).to_owned()).collect());
    let words = |f: fn(&Price) -> &'static str| Column::Word(rows.iter().map(|r| f(r)).collect());
    let columns = vec![
        ("meter", words(|p| p.meter.as_str())),
        ("region", texts(|p| &p.region)),
        ("vm_size", texts(|p| &p.vm_size)),
        ("rate", Column::Price(rows.iter().map(|p| p.rate.usd).collect())),
        ("currency", texts(|p| &p.currency)),
        ("rate_unit", words(|p| p.rate.unit.as_str())),
        ("price_kind", words(|p| p.kind.as_str())),
        ("price_date", texts(|p| &p.date)),
        ("source", texts(|p| &p.source)),
    ];
    Sheet { name: "prices", columns }
}
