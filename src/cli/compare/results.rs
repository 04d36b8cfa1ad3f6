//! Result folders of `simulate`, of this version or an older one, as sides of a comparison.

use crate::cli::complain::Complaints;
use crate::engine::{Counters, Waste};
use crate::ledger::Totals;
use crate::search::comparison::{Figures, Side, Terms};
use crate::table::{Table, Want};
use crate::units::{Meter, Money, Problem};
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;

/// Amounts of `instances`, by meter in the order of [`Meter::ALL`].
const AMOUNTS: [&str; 4] = ["compute_usd", "os_disk_usd", "public_ip_usd", "load_balancer_usd"];
const WASTE: [&str; 3] = ["waste_idle_s", "waste_schedule_s", "waste_neither_s"];
const LEDGER: [&str; 5] = ["plan", "instance", "month", "meter", "cost_usd"];

/// The sides of one folder, in the order of its tables; each is called by its plan.
pub(super) fn read(folder: &Path) -> Result<Vec<Side>, Complaints> {
    let terms = terms(folder)?;
    let mut sides = instances(folder, &terms)?;
    let money = ledger(folder, &mut sides)?;
    check(folder, &sides, &money)?;
    Ok(sides)
}

/// Rows of one table of a folder, whatever its format, as text.
struct Rows {
    file: String,
    columns: Vec<&'static str>,
    /// The line (0 in JSON) and the cells.
    rows: Vec<(usize, Vec<Option<String>>)>,
}

impl Rows {
    /// Reads `NAME.csv`, `NAME.parquet` or `NAME.json`.
    fn read(folder: &Path, name: &str, columns: &[&'static str]) -> Result<Self, Complaints> {
        let path = |ending: &str| folder.join(format!("{name}.{ending}"));
        let found = ["csv", "parquet", "json"].map(path).into_iter().find(|p| p.is_file());
        let Some(path) = found else {
            return Err(not_results(folder, &format!("it has no `{name}` table")));
        };
        if path.extension().is_some_and(|e| e == "json") {
            return Self::from_json(&path, columns);
        }
        let wants: Vec<Want> = columns.iter().map(|c| Want::required(c)).collect();
        let table = Table::read(&path, &wants).map_err(Complaints::input)?;
        // More columns than wanted are no fault: only errors count.
        let faults: Vec<Problem> =
            table.problems.iter().filter(|p| p.is_error()).cloned().collect();
        if !faults.is_empty() {
            return Err(Complaints::input(faults));
        }
        let cell = |row, column: &&str| table.cell(row, column).map(String::from);
        let cells = |row| columns.iter().map(|c| cell(row, c)).collect();
        let rows = (0..table.len()).map(|row| (table.line(row), cells(row))).collect();
        Ok(Self { file: table.file, columns: columns.to_vec(), rows })
    }

    fn from_json(path: &Path, columns: &[&'static str]) -> Result<Self, Complaints> {
        let list: Vec<Value> = json(path)?;
        let cell = |object: &Value, column: &str| match object.get(column) {
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => None,
        };
        let cells = |object: &Value| columns.iter().map(|c| cell(object, c)).collect();
        let rows = list.iter().map(|object| (0, cells(object))).collect();
        Ok(Self { file: path.display().to_string(), columns: columns.to_vec(), rows })
    }

    /// Every row as a line of named cells.
    fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.rows.iter().map(|(line, cells)| Line { rows: self, line: *line, cells })
    }
}

/// One row.
struct Line<'r> {
    rows: &'r Rows,
    line: usize,
    cells: &'r [Option<String>],
}

impl<'r> Line<'r> {
    fn text(&self, column: &str) -> &'r str {
        let at = self.rows.columns.iter().position(|known| *known == column);
        at.and_then(|at| self.cells.get(at)).and_then(Option::as_deref).unwrap_or_default()
    }

    fn integer(&self, column: &str) -> Result<i64, Complaints> {
        let text = self.text(column);
        text.parse().map_err(|_| self.bad(column, text, "a whole number"))
    }

    fn usd(&self, column: &str) -> Result<Money, Complaints> {
        let text = self.text(column);
        let micros = Decimal::from_str(text).ok().and_then(|mut amount| {
            let exact = amount;
            amount.rescale(6);
            let micros = i64::try_from(amount.mantissa()).ok()?;
            (amount == exact).then_some(micros)
        });
        let wanted = "an amount with six decimals";
        micros.map(Money::from_micros).ok_or_else(|| self.bad(column, text, wanted))
    }

    fn bad(&self, column: &str, text: &str, wanted: &str) -> Complaints {
        let problem = Problem::error("E1007", format!("`{text}` is not {wanted}"));
        let problem = problem.in_file(&*self.rows.file).at(self.line, 0).field(column);
        Complaints::input(vec![problem.hint("let idlewise simulate write the folder anew")])
    }
}

/// Figures of every instance, by plan.
fn instances(folder: &Path, terms: &Terms) -> Result<Vec<Side>, Complaints> {
    let mut columns = vec!["plan", "instance"];
    columns.extend(Counters::COLUMNS);
    columns.extend(AMOUNTS);
    columns.extend(WASTE);
    columns.push("waste_usd");
    let rows = Rows::read(folder, "instances", &columns)?;
    let mut sides: Vec<Side> = Vec::new();
    for line in rows.lines() {
        let (plan, instance) = (line.text("plan"), line.text("instance"));
        let mut counted = [0; Counters::COLUMNS.len()];
        for (value, column) in counted.iter_mut().zip(Counters::COLUMNS) {
            *value = line.integer(column)?;
        }
        let waste = Waste {
            idle_s: line.integer(WASTE[0])?,
            schedule_s: line.integer(WASTE[1])?,
            neither_s: line.integer(WASTE[2])?,
        };
        let money = Totals {
            compute: line.usd(AMOUNTS[0])?,
            os_disk: line.usd(AMOUNTS[1])?,
            public_ip: line.usd(AMOUNTS[2])?,
            load_balancer: line.usd(AMOUNTS[3])?,
        };
        let figures = Figures::from_parts(&counted, waste, money, line.usd("waste_usd")?);
        let side = match sides.iter().position(|s| s.name == plan) {
            Some(at) => &mut sides[at],
            None => {
                sides.push(side(folder, plan, terms));
                let last = sides.len() - 1;
                &mut sides[last]
            }
        };
        side.instances.insert(instance.to_owned(), figures);
    }
    if sides.is_empty() {
        return Err(not_results(folder, "its `instances` table is empty"));
    }
    Ok(sides)
}

fn side(folder: &Path, plan: &str, terms: &Terms) -> Side {
    Side {
        name: plan.to_owned(),
        source: Some(folder.display().to_string()),
        terms: terms.clone(),
        instances: BTreeMap::new(),
        months: BTreeMap::new(),
    }
}

/// What the ledger says by plan, instance and meter.
type Posted = BTreeMap<(String, String, Meter), Money>;

/// Adds up the ledger by month, and by instance.
fn ledger(folder: &Path, sides: &mut [Side]) -> Result<Posted, Complaints> {
    let rows = Rows::read(folder, "ledger", &LEDGER)?;
    let mut posted = Posted::new();
    for line in rows.lines() {
        let (plan, meter) = (line.text("plan"), line.text("meter"));
        let known = Meter::parse(meter).ok_or_else(|| line.bad("meter", meter, "a meter"))?;
        let cost = line.usd("cost_usd")?;
        let key = (plan.to_owned(), line.text("instance").to_owned(), known);
        let sum = posted.entry(key).or_default();
        *sum = sum.plus(cost);
        if let Some(side) = sides.iter_mut().find(|s| s.name == plan) {
            let sum = side.months.entry((line.text("month").to_owned(), known)).or_default();
            *sum = sum.plus(cost);
        }
    }
    Ok(posted)
}

/// LEDG-3: every amount of the instance table is the sum of its ledger lines.
fn check(folder: &Path, sides: &[Side], posted: &Posted) -> Result<(), Complaints> {
    for side in sides {
        for (instance, figures) in &side.instances {
            for (meter, column) in Meter::ALL.into_iter().zip(AMOUNTS) {
                let key = (side.name.clone(), instance.clone(), meter);
                let sum = posted.get(&key).copied().unwrap_or_default();
                let shown = Money::from_micros(figures.get(column));
                if sum != shown {
                    let message = format!(
                        "{column} of `{instance}` under `{}` is {shown}, but its ledger lines add \
                         up to {sum}",
                        side.name
                    );
                    let problem = Problem::error("E1008", message);
                    let problem = problem.in_file(folder.display().to_string());
                    let hint =
                        "the tables are of different runs, or one was changed: simulate anew";
                    return Err(Complaints::input(vec![problem.hint(hint)]));
                }
            }
        }
    }
    Ok(())
}

/// Under what the folder was simulated.
fn terms(folder: &Path) -> Result<Terms, Complaints> {
    let path = folder.join("summary.json");
    if !path.is_file() {
        return Err(not_results(folder, "it has no summary.json"));
    }
    let summary: Value = json(&path)?;
    let text = |pointer: &str| {
        summary.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    Ok(Terms {
        horizon: format!("{}/{}", text("/horizon/start"), text("/horizon/end")),
        rules: text("/rules"),
        dst: text("/dst"),
        currency: text("/prices/currency"),
    })
}

fn json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, Complaints> {
    let bytes = std::fs::read(path).map_err(|e| Complaints::io("read", path, &e))?;
    serde_json::from_slice(&bytes).map_err(|error| {
        let problem = Problem::error("E1006", format!("not a result of simulate: {error}"));
        let problem = problem.in_file(path.display().to_string());
        Complaints::input(vec![problem.hint("let idlewise simulate write the folder anew")])
    })
}

fn not_results(folder: &Path, why: &str) -> Complaints {
    let problem = Problem::error("E1006", format!("not a result folder of simulate: {why}"));
    let problem = problem.in_file(folder.display().to_string());
    Complaints::input(vec![problem.hint("name the folder that `idlewise simulate --out` wrote")])
}
