//! A comparison for programs: one tidy table, and one document.

use super::super::summary::usd;
use crate::report::{Column, Format, Sheet, sheet_bytes};
use crate::search::comparison::{
    Comparison, Figures, Group, METRICS, Measure, Mover, Verdict, measure,
};
use crate::units::{Meter, Money};
use serde_json::{Map, Number, Value, json};

/// What the table says of every instance by itself.
const OF_INSTANCES: [&str; 7] =
    ["total_usd", "compute_usd", "waste_usd", "wait_s", "queue_s", "lost_run_s", "interruptions"];
/// The file's columns.
const COLUMNS: [&str; 7] = ["scope", "key", "figure", "plan", "value", "baseline", "change"];

/// One row per scope (`total`, `month`, the column of `--by`, `instance`), key, figure and plan;
/// amounts with six decimals, times in seconds.
#[must_use]
pub fn comparison_csv(comparison: &Comparison) -> String {
    let mut rows: Vec<[String; 7]> = Vec::new();
    let mut add = |scope: &str, key: &str, name: &str, values: &[i64]| {
        let cell = |value: i64| match measure(name) {
            Measure::Usd => Money::from_micros(value).to_string(),
            Measure::Seconds | Measure::Count => value.to_string(),
        };
        for (side, value) in comparison.sides.iter().zip(values) {
            let change = value.saturating_sub(values[0]);
            let texts = [scope, key, name, &side.name].map(String::from);
            let [scope, key, name, plan] = texts;
            rows.push([scope, key, name, plan, cell(*value), cell(values[0]), cell(change)]);
        }
    };
    let of = |figures: &[&Figures], name: &str| -> Vec<i64> {
        figures.iter().map(|f| f.get(name)).collect()
    };
    let totals: Vec<&Figures> = comparison.totals.iter().collect();
    METRICS.iter().for_each(|name| add("total", "", name, &of(&totals, name)));
    for month in comparison.months() {
        let amounts: Vec<Vec<Money>> = (0..comparison.sides.len())
            .map(|side| Meter::ALL.map(|meter| posted(comparison, side, (month, meter))).to_vec())
            .collect();
        for (at, meter) in Meter::ALL.iter().enumerate() {
            let values: Vec<i64> = amounts.iter().map(|a| a[at].micros()).collect();
            add("month", month, &format!("{meter}_usd"), &values);
        }
        let total = |a: &Vec<Money>| a.iter().copied().sum::<Money>().micros();
        let values: Vec<i64> = amounts.iter().map(total).collect();
        add("month", month, "total_usd", &values);
    }
    if let Some((column, groups)) = &comparison.by {
        for group in groups {
            let figures: Vec<&Figures> = group.figures.iter().collect();
            METRICS.iter().for_each(|name| add(column, &group.key, name, &of(&figures, name)));
        }
    }
    // Under `--by instance` every figure of every instance stands above already.
    if comparison.by.as_ref().is_none_or(|(column, _)| *column != "instance") {
        let none = Figures::default();
        for instance in comparison.instances() {
            let sides = comparison.sides.iter();
            let figures: Vec<&Figures> =
                sides.map(|s| s.instances.get(instance).unwrap_or(&none)).collect();
            for name in OF_INSTANCES {
                add("instance", instance, name, &of(&figures, name));
            }
        }
    }
    written(rows)
}

fn written(rows: Vec<[String; 7]>) -> String {
    let mut columns: [Vec<String>; 7] = Default::default();
    for row in rows {
        row.into_iter().zip(&mut columns).for_each(|(cell, column)| column.push(cell));
    }
    let columns = COLUMNS.into_iter().zip(columns.map(Column::Text)).collect();
    let bytes = sheet_bytes(&Sheet { name: "comparison", columns }, Format::Csv);
    String::from_utf8(bytes.unwrap_or_default()).unwrap_or_default()
}

fn posted(comparison: &Comparison, side: usize, (month, meter): (&str, Meter)) -> Money {
    comparison.sides[side].months.get(&(month.to_owned(), meter)).copied().unwrap_or_default()
}

/// The document: sides with all figures and months, groups, movers, gates.
#[must_use]
pub fn comparison_json(comparison: &Comparison, verdicts: &[Verdict]) -> Value {
    let sides: Vec<Value> = (0..comparison.sides.len()).map(|s| side_json(comparison, s)).collect();
    let groups = comparison.by.as_ref().map(|(column, groups)| {
        let group = |g: &Group| {
            let plans = comparison.sides.iter().zip(&g.figures);
            let plans: Vec<Value> = plans
                .map(|(side, figures)| json!({"plan": side.name, "figures": figures_json(figures)}))
                .collect();
            json!({"key": g.key, "instances": g.instances, "plans": plans})
        };
        json!({"by": column, "groups": groups.iter().map(group).collect::<Vec<_>>()})
    });
    let movers: Vec<Value> = comparison
        .movers
        .iter()
        .map(|m| {
            let list = |movers: &[Mover]| -> Vec<Value> {
                movers.iter().map(|one| mover_json(m.metric, one)).collect()
            };
            let plan = &comparison.sides[m.side].name;
            json!({"plan": plan, "figure": m.metric, "up": list(&m.up), "down": list(&m.down)})
        })
        .collect();
    let gates: Vec<Value> = verdicts.iter().map(|v| gate_json(comparison, v)).collect();
    json!({
        "program": "idlewise",
        "version": env!("CARGO_PKG_VERSION"),
        "baseline": comparison.sides[0].name,
        "plans": sides,
        "groups": groups,
        "movers": movers,
        "gates": gates,
    })
}

/// A figure as an exact number.
fn number(name: &str, value: i64) -> Value {
    match measure(name) {
        Measure::Usd => usd(Money::from_micros(value)),
        Measure::Seconds | Measure::Count => Value::from(value),
    }
}

fn figures_json(figures: &Figures) -> Map<String, Value> {
    METRICS.into_iter().map(|name| (name.to_owned(), number(name, figures.get(name)))).collect()
}

fn side_json(comparison: &Comparison, at: usize) -> Value {
    let side = &comparison.sides[at];
    let change: Map<String, Value> = METRICS
        .into_iter()
        .map(|name| {
            let of = |side: usize| comparison.totals[side].get(name);
            (name.to_owned(), number(name, of(at).saturating_sub(of(0))))
        })
        .collect();
    let months: Vec<Value> = comparison
        .months()
        .into_iter()
        .map(|month| {
            let mut object = Map::new();
            object.insert("month".into(), Value::from(month));
            let mut total = Money::ZERO;
            for meter in Meter::ALL {
                let amount = posted(comparison, at, (month, meter));
                total = total.plus(amount);
                object.insert(format!("{meter}_usd"), usd(amount));
            }
            object.insert("total_usd".into(), usd(total));
            Value::Object(object)
        })
        .collect();
    let terms = &side.terms;
    json!({
        "plan": side.name,
        "source": side.source,
        "instances": side.instances.len(),
        "horizon": terms.horizon,
        "rules": terms.rules,
        "dst": terms.dst,
        "currency": terms.currency,
        "figures": figures_json(&comparison.totals[at]),
        "change": change,
        "months": months,
    })
}

fn mover_json(metric: &str, mover: &Mover) -> Value {
    let change = mover.after.saturating_sub(mover.before);
    json!({
        "instance": mover.instance,
        "before": number(metric, mover.before),
        "after": number(metric, mover.after),
        "change": number(metric, change),
    })
}

fn gate_json(comparison: &Comparison, verdict: &Verdict) -> Value {
    let (_, limit) = super::exact(verdict);
    let limit = limit.trim_end_matches(" s").to_owned();
    json!({
        "gate": verdict.gate,
        "plan": comparison.sides[verdict.side].name,
        "figure": verdict.metric,
        "value": number(verdict.metric, verdict.value),
        "bound": Value::Number(Number::from_string_unchecked(limit)),
        "holds": verdict.holds,
    })
}
