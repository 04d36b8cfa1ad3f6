//! What `idlewise recommend` found, read back from its `recommendation.json` as far as it goes: a
//! part that is missing leaves its part of the page out. Numbers are shown as they stand there.

use crate::report::terminal::{amount, grouped, hours};
use crate::units::Money;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde::Serialize;
use serde_json::{Map, Value};
use std::str::FromStr as _;

/// The folder of a recommendation, read.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Advice {
    /// `recommendation.json`.
    pub document: Value,
    /// The plan files it names, `file` and content; those that could not be read are not here.
    pub plans: Vec<(String, String)>,
}

/// A table of strings, ready to show.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(super) struct Grid {
    pub(super) title: String,
    pub(super) note: &'static str,
    pub(super) header: Vec<String>,
    /// Cells, each with whether it is a number.
    pub(super) rows: Vec<Vec<(String, bool)>>,
}

/// A plan to copy.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(super) struct PlanText {
    pub(super) name: String,
    pub(super) file: String,
    pub(super) text: String,
    pub(super) instances: usize,
    pub(super) names: String,
}

/// The saving on weeks that the search had not seen, and whether to act on it. Figures are of an
/// average week.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub(super) struct Verdict {
    /// In the objective: money and what else was given a price.
    pub(super) saving: String,
    /// In money alone, where that is another figure.
    pub(super) money: String,
    pub(super) promised: String,
    pub(super) interval: String,
    pub(super) verdict: String,
    /// `good`, `care` or `bad`, for colour.
    pub(super) tone: &'static str,
    pub(super) reason: String,
    /// Which weeks it was tried on.
    pub(super) tried: String,
    /// How many instances have which verdict.
    pub(super) instances: String,
    /// Measure, promised, realised.
    pub(super) rows: Vec<[String; 3]>,
}

/// What is recommended for one instance.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct ForInstance {
    pub(super) instance: String,
    pub(super) plan: String,
    pub(super) verdict: String,
    pub(super) saving: Option<Money>,
}

/// A point of the Pareto front.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParetoPoint {
    /// What an hour of waiting was valued at, as written \[USD/h\].
    pub(in crate::report) value: String,
    pub(in crate::report) total: Money,
    pub(in crate::report) wait_s: i64,
    pub(in crate::report) interruptions: i64,
    pub(in crate::report) knee: bool,
}

/// Tables of the document: key, title, what it says.
const TABLES: [(&str, &str, &str); 7] = [
    (
        "baselines",
        "Against other ways of doing it",
        "The same fleet and weeks under other rules; tested: in an average week that the search \
         had not seen.",
    ),
    ("sensitivity", "If an assumption were wrong", "One parameter changed at a time."),
    (
        "seasonal",
        "Summer and winter",
        "What schedules cost because their zone ignores daylight saving, and what a pair of plans, \
         switched with the clocks, would save.",
    ),
    ("rule_profiles", "Under other editions of the rules", ""),
    ("keep_awake", "What kept instances awake", ""),
    (
        "break_even",
        "Break-even idle limits",
        "The idle limit at which a restart costs as much as \
         the idling it saves.",
    ),
    ("recreate", "Delete and create anew", "Instances that cost less deleted than stopped."),
];

impl Advice {
    fn list(&self, key: &str) -> &[Value] {
        self.document.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// What all of it costs, as the recommendation says.
    pub(super) fn total(&self) -> Option<Money> {
        money_at(self.document.get("totals")?, "total_usd")
    }

    /// The hold-out test.
    pub(super) fn verdict(&self) -> Option<Verdict> {
        let holdout = self.document.get("holdout").filter(|h| h.is_object())?;
        let (promised, realised) = (holdout.get("promised"), holdout.get("realised"));
        let saving = |of: Option<&Value>| money_at(of?, "saving_usd");
        let money = realised.and_then(|r| money_at(r, "money_saving_usd"));
        let money = money.filter(|money| saving(realised) != Some(*money));
        let words = text_at(holdout, "verdict");
        let tone = match words.as_str() {
            "apply" => "good",
            "do not apply" => "bad",
            _ => "care",
        };
        let rows = realised.and_then(Value::as_object).map(|found| {
            let row = |(key, value): (&String, &Value)| {
                let before = promised.and_then(|p| p.get(key)).unwrap_or(&Value::Null);
                [label(key), shown(key, before), shown(key, value)]
            };
            found.iter().filter(|(_, value)| !value.is_object()).map(row).collect()
        });
        let interval = holdout.get("interval").filter(|i| i.is_object()).map(|interval| {
            let bound = |key| money_at(interval, key).map_or_else(String::new, amount);
            let level = interval.get("level").map_or_else(String::new, level);
            format!("{} to {}{level}", bound("low_usd"), bound("high_usd"))
        });
        Some(Verdict {
            saving: saving(realised).map_or_else(String::new, amount),
            money: money.map_or_else(String::new, amount),
            promised: saving(promised).map_or_else(String::new, amount),
            interval: interval.unwrap_or_default(),
            verdict: words,
            tone,
            reason: text_at(holdout, "reason"),
            tried: tried(holdout),
            instances: self.verdicts(),
            rows: rows.unwrap_or_default(),
        })
    }

    /// How many instances have which verdict, the most frequent first.
    fn verdicts(&self) -> String {
        let mut counts: Vec<(usize, String)> = Vec::new();
        for found in self.by_instance() {
            match counts.iter_mut().find(|(_, verdict)| *verdict == found.verdict) {
                Some((count, _)) => *count += 1,
                None => counts.push((1, found.verdict)),
            }
        }
        counts.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let told = counts.iter().map(|(count, verdict)| format!("{verdict} {count}"));
        told.collect::<Vec<_>>().join(", ")
    }

    /// Total, bound and gap, and what the search was asked for.
    pub(super) fn facts(&self) -> Vec<[String; 2]> {
        let mut facts = Vec::new();
        for (key, part) in [("objective", "Objective"), ("space", "Searched"), ("totals", "")] {
            let Some(object) = self.document.get(key).and_then(Value::as_object) else { continue };
            for (name, value) in object.iter().filter(|(_, value)| !value.is_null()) {
                let prefix = if part.is_empty() { String::new() } else { format!("{part}: ") };
                facts.push([format!("{prefix}{}", label(name)), shown(name, value)]);
            }
        }
        for key in [
            "best_objective_usd",
            "lower_bound_usd",
            "gap",
            "best_gap",
            "evaluations",
            "stop_reason",
        ] {
            if let Some(value) = self.document.get(key).filter(|v| !v.is_null()) {
                facts.push([label(key), shown(key, value)]);
            }
        }
        facts
    }

    /// The Pareto front, the cheapest first.
    #[must_use]
    pub fn pareto(&self) -> Vec<ParetoPoint> {
        let point = |value: &Value| {
            Some(ParetoPoint {
                value: text_at(value, "value_of_waiting_usd_per_h"),
                total: money_at(value, "total_usd")?,
                wait_s: value.get("wait_s")?.as_i64()?,
                interruptions: value.get("interruptions").and_then(Value::as_i64).unwrap_or(0),
                knee: value.get("knee").and_then(Value::as_bool).unwrap_or(false),
            })
        };
        let mut points: Vec<ParetoPoint> = self.list("pareto").iter().filter_map(point).collect();
        points.sort_by_key(|point| (point.total, point.wait_s));
        points
    }

    /// The plans, with their files.
    pub(super) fn plan_texts(&self) -> Vec<PlanText> {
        let text_of = |file: &str| {
            let found = self.plans.iter().find(|(name, _)| name == file);
            found.map_or_else(String::new, |(_, text)| text.clone())
        };
        let plan = |value: &Value| {
            let file = text_at(value, "file");
            let names: Vec<&str> = members(value);
            PlanText {
                name: text_at(value, "name"),
                text: text_of(&file),
                file,
                instances: names.len(),
                names: names.join(", "),
            }
        };
        self.list("plans").iter().map(plan).collect()
    }

    /// Which instance goes under the plan of which file.
    #[must_use]
    pub fn assigned(&self) -> Vec<(&str, &str)> {
        let of = |value| -> Vec<(&str, &str)> {
            let file = Value::get(value, "file").and_then(Value::as_str).unwrap_or_default();
            members(value).into_iter().map(|name| (name, file)).collect()
        };
        self.list("plans").iter().flat_map(of).collect()
    }

    /// The files of its plans.
    #[must_use]
    pub fn files(&self) -> Vec<&str> {
        self.list("plans").iter().filter_map(|p| p.get("file").and_then(Value::as_str)).collect()
    }

    pub(super) fn by_instance(&self) -> Vec<ForInstance> {
        let one = |value: &Value| {
            let saving = money_at(value, "today_total_usd").zip(money_at(value, "total_usd"));
            ForInstance {
                instance: text_at(value, "instance"),
                plan: text_at(value, "plan"),
                verdict: text_at(value, "verdict"),
                saving: saving.map(|(today, then)| today.minus(then)),
            }
        };
        self.list("instances").iter().map(one).collect()
    }

    /// The other tables, those that hold anything.
    pub(super) fn grids(&self) -> Vec<Grid> {
        let grid = |(key, title, note): (&str, &str, &'static str)| {
            let rows: Vec<&Map<String, Value>> =
                self.list(key).iter().filter_map(Value::as_object).collect();
            let mut keys: Vec<&String> = Vec::new();
            for name in rows.iter().flat_map(|row| row.keys()) {
                if !keys.contains(&name) {
                    keys.push(name);
                }
            }
            let cell = |row: &Map<String, Value>, key: &String| {
                let value = row.get(key).unwrap_or(&Value::Null);
                (shown(key, value), value.is_number())
            };
            let cells = |row: &&Map<String, Value>| keys.iter().map(|k| cell(row, k)).collect();
            let header = keys.iter().map(|key| label(key)).collect();
            let rows: Vec<Vec<(String, bool)>> = rows.iter().take(GRID_ROWS).map(cells).collect();
            Grid { title: title.to_owned(), note, header, rows }
        };
        TABLES.into_iter().map(grid).filter(|grid| !grid.rows.is_empty()).collect()
    }
}

/// More rows than these of one table are in `recommendation.json` only.
const GRID_ROWS: usize = 60;

fn members(plan: &Value) -> Vec<&str> {
    let names = plan.get("instances").and_then(Value::as_array);
    names.into_iter().flatten().filter_map(Value::as_str).collect()
}

fn level(value: &Value) -> String {
    let level = value.as_f64().unwrap_or(0.0);
    if level > 0.0 { format!(" ({:.0} %)", level * 100.0) } else { String::new() }
}

/// On which weeks plans were chosen, and on which they were scored.
fn tried(holdout: &Value) -> String {
    let day = |part: &str, key| {
        let text = holdout.get(part).map(|stretch| text_at(stretch, key)).unwrap_or_default();
        text.split('T').next().unwrap_or_default().to_owned()
    };
    let [from, chosen, scored, to] =
        [("train", "start"), ("train", "end"), ("test", "start"), ("test", "end")]
            .map(|(part, key)| day(part, key));
    match holdout.get("rolls").and_then(Value::as_u64) {
        _ if from.is_empty() || to.is_empty() => String::new(),
        Some(rolls) if rolls > 1 => {
            format!(
                "Chosen on earlier weeks and scored on later ones, {rolls} times: {from} to {to}."
            )
        }
        _ => format!("Chosen on {from} to {chosen}, scored on {scored} to {to}."),
    }
}

fn text_at(value: &Value, key: &str) -> String {
    match value.get(key) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// An exact amount.
fn money_at(value: &Value, key: &str) -> Option<Money> {
    money(value.get(key)?)
}

fn money(value: &Value) -> Option<Money> {
    let Value::Number(number) = value else { return None };
    let decimal = Decimal::from_str(&number.to_string()).ok()?;
    let micros = decimal.checked_mul(Decimal::from(1_000_000))?;
    micros.round().to_i64().map(Money::from_micros)
}

/// A key as a person reads it; the unit stands behind a comma.
fn label(key: &str) -> String {
    let (words, unit) = if let Some(rest) = key.strip_suffix("_usd_per_h") {
        (rest, ", USD per hour")
    } else if let Some(rest) = key.strip_suffix("_usd") {
        (rest, ", USD")
    } else if let Some(rest) = key.strip_suffix("_s") {
        (rest, ", hours")
    } else {
        (key, "")
    };
    let words = words.replace('_', " ");
    let mut letters = words.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}{unit}", letters.as_str())
}

/// A value as a person reads it, by what its key says it is.
fn shown(key: &str, value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::String(text) if ["parameter", "signal"].contains(&key) => text.replace('_', " "),
        Value::String(text) => text.clone(),
        Value::Number(number) => match Decimal::from_str(&number.to_string()) {
            Ok(_) if key.ends_with("_usd") => money(value).map_or_else(String::new, amount),
            Ok(seconds) if key.ends_with("_s") => {
                seconds.round().to_i64().map_or_else(String::new, hours)
            }
            Ok(count) if count.is_integer() && !count.is_sign_negative() => {
                grouped(&count.normalize().to_string())
            }
            Ok(part) => part.round_dp(3).normalize().to_string(),
            Err(_) => number.to_string(),
        },
        Value::Array(items) => {
            items.iter().map(|item| shown(key, item)).collect::<Vec<_>>().join("; ")
        }
        Value::Object(object) => {
            let part = |(name, value): (&String, &Value)| {
                format!("{}: {}", label(name), shown(name, value))
            };
            object.iter().map(part).collect::<Vec<_>>().join("; ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn whatever_is_there_is_shown_and_nothing_else() {
        let empty = Advice::default();
        assert_eq!(empty.verdict(), None);
        assert!(empty.grids().is_empty() && empty.pareto().is_empty() && empty.facts().is_empty());
        let text = r#"{"holdout": {"verdict": "apply with care",
            "rolls": 3, "train": {"start": "2024-01-01T00:00:00Z", "end": "2024-02-26T00:00:00Z"},
            "test": {"start": "2024-02-05T00:00:00Z", "end": "2024-03-04T00:00:00Z"},
            "realised": {"saving_usd": 1234.567890, "money_saving_usd": 1000, "wait_s": 7200.125,
                "interruptions": 1.25},
            "promised": {"saving_usd": 2000.000000}},
            "baselines": [{"name": "today", "total_usd": 12.5, "wait_s": 90},
                {"odd": [1, true], "tested": {"wait_s": 900.5, "ratio": 2.000099}}],
            "instances": [{"instance": "a", "verdict": "apply"},
                {"instance": "b", "verdict": "do not apply"},
                {"instance": "c", "verdict": "apply"}]}"#;
        let advice = Advice { document: serde_json::from_str(text).unwrap(), plans: Vec::new() };
        let verdict = advice.verdict().unwrap();
        assert_eq!((verdict.saving.as_str(), verdict.tone), ("1,234.57", "care"));
        assert_eq!(verdict.money, "1,000.00");
        assert_eq!(verdict.rows[2], ["Wait, hours", "-", "2.0"]);
        assert_eq!(verdict.rows[3], ["Interruptions", "-", "1.25"]);
        assert_eq!(verdict.instances, "apply 2, do not apply 1");
        let tried = "Chosen on earlier weeks and scored on later ones, 3 times: 2024-01-01 to \
                     2024-03-04.";
        assert_eq!(verdict.tried, tried);
        let grid = &advice.grids()[0];
        assert_eq!(grid.header, ["Name", "Total, USD", "Wait, hours", "Odd", "Tested"]);
        assert_eq!(grid.rows[1][3].0, "1; yes");
        assert_eq!(grid.rows[1][4].0, "Wait, hours: 0.3; Ratio: 2");
    }

    #[test]
    fn amounts_are_read_to_the_micro_dollar() {
        let value: Value = serde_json::from_str("123456789.123457").unwrap();
        assert_eq!(money(&value), Some(Money::from_micros(123_456_789_123_457)));
        assert_eq!(money(&json!("1.0")), None);
    }
}
