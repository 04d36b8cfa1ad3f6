//! Reads the rows of a price table, and says what is wrong with each.
//!
//! Columns `meter, region, vm_size, rate_usd, rate_unit` and, optionally, `price_date, source,
//! currency, price_kind`, in any order. Every problem of a file is collected (codes E0401 to
//! E0412). A rate is read digit by digit into a decimal; no binary floating point comes near it
//! (LEDG-3).

use super::prices::{Price, PriceKind};
use crate::units::{Meter, Problem, Rate, RateUnit, nearest};
use csv::StringRecord;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// The columns every price table has.
const REQUIRED: [&str; 5] = ["meter", "region", "vm_size", "rate_usd", "rate_unit"];
/// The columns it may have.
const OPTIONAL: [&str; 4] = ["price_date", "source", "currency", "price_kind"];
/// Most decimals of a rate that can be multiplied exactly with any number of seconds.
pub(super) const MAX_DECIMALS: usize = 12;
/// The most expensive size costs 100 USD an hour: longer numbers are typing errors.
const MAX_DIGITS: usize = 9;

/// Where each column is.
type Columns = BTreeMap<&'static str, usize>;

/// One value, or what is wrong with it; boxed, for a problem is much larger than a value.
type Checked<T> = Result<T, Box<Problem>>;

/// The rows of the table `text`, which came from `file`.
///
/// # Errors
/// Every problem in the file, in its order.
pub(super) fn read(text: &str, file: &str) -> Result<Vec<Price>, Vec<Problem>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let header = reader.headers().cloned().unwrap_or_default();
    let columns = columns(&header, file)?;
    let mut rows: Vec<Price> = Vec::new();
    let mut problems = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) => match row(&record, &header, &columns, file) {
                Ok(price) => rows.push(price),
                Err(found) => problems.extend(found),
            },
            Err(error) => {
                let line = error.position().and_then(|p| usize::try_from(p.line()).ok());
                let problem = Problem::error("E0408", format!("the row cannot be read: {error}"));
                problems.push(problem.in_file(file).at(line.unwrap_or(0), 0));
            }
        }
    }
    problems.extend(duplicates(&rows, file));
    problems.extend(mixed_currencies(&rows, file));
    problems.sort_by_key(|p| p.line);
    if problems.is_empty() { Ok(rows) } else { Err(problems) }
}

/// Where each known column is; a misspelt optional column is an error too, or a table of reserved
/// prices would silently pass for pay-as-you-go.
fn columns(header: &StringRecord, file: &str) -> Result<Columns, Vec<Problem>> {
    let problem = |code, message: String| Problem::error(code, message).in_file(file).at(1, 0);
    let known = || REQUIRED.into_iter().chain(OPTIONAL);
    let mut columns = Columns::new();
    let mut problems = Vec::new();
    for (index, name) in header.iter().enumerate() {
        let Some(column) = known().find(|c| name.eq_ignore_ascii_case(c)) else {
            let hint = match nearest(name, known()).first() {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("a price table has {}", known().collect::<Vec<_>>().join(", ")),
            };
            problems.push(problem("E0409", format!("unknown column `{name}`")).hint(hint));
            continue;
        };
        if columns.insert(column, index).is_some() {
            problems.push(problem("E0409", format!("column `{column}` appears twice")));
        }
    }
    for column in REQUIRED.into_iter().filter(|c| !columns.contains_key(c)) {
        let hint = format!("the first line of a price table is {}", REQUIRED.join(","));
        problems.push(problem("E0401", format!("there is no column `{column}`")).hint(hint));
    }
    if problems.is_empty() { Ok(columns) } else { Err(problems) }
}

/// One row, or everything wrong with it.
fn row(
    record: &StringRecord,
    header: &StringRecord,
    columns: &Columns,
    file: &str,
) -> Result<Price, Vec<Problem>> {
    let line = record.position().and_then(|p| usize::try_from(p.line()).ok()).unwrap_or(0);
    let here = |p: Problem| p.in_file(file).at(line, 0);
    if record.len() != header.len() {
        let message = format!("{} values under {} columns", record.len(), header.len());
        let hint = "put a value that contains a comma in double quotes";
        return Err(vec![here(Problem::error("E0408", message).hint(hint))]);
    }
    let text = |c: &str| columns.get(c).and_then(|i| record.get(*i)).unwrap_or("");
    let mut problems = Vec::new();
    let mut check =
        |column: &str, problem: Box<Problem>| problems.push(here(*problem).field(column));

    let meter = meter(text("meter")).map_err(|p| check("meter", p)).ok();
    let region = text("region");
    if region.is_empty() {
        let problem = Problem::error("E0407", "the region is empty");
        let hint = "name one, or `Global` for a price that holds everywhere";
        check("region", Box::new(problem.hint(hint)));
    }
    let vm_size = text("vm_size");
    match meter {
        Some(Meter::Compute) if vm_size.is_empty() => {
            let problem = Problem::error("E0405", "a compute price needs a VM size");
            check("vm_size", Box::new(problem.hint("such as Standard_DS3_v2")));
        }
        Some(other) if other != Meter::Compute && !vm_size.is_empty() => {
            let message =
                format!("a price of {other} has no VM size, but this row says `{vm_size}`");
            let problem = Problem::error("E0405", message).hint("leave it empty");
            check("vm_size", Box::new(problem));
        }
        _ => {}
    }
    let usd = rate(text("rate_usd")).map_err(|p| check("rate_usd", p)).ok();
    let unit = unit(text("rate_unit")).map_err(|p| check("rate_unit", p)).ok();
    let kind = kind(text("price_kind")).map_err(|p| check("price_kind", p)).ok();
    let currency = currency(text("currency")).map_err(|p| check("currency", p)).ok();

    match (meter, usd, unit, kind, currency) {
        (Some(meter), Some(usd), Some(unit), Some(kind), Some(currency)) if problems.is_empty() => {
            Ok(Price {
                meter,
                region: region.to_owned(),
                vm_size: vm_size.to_owned(),
                kind,
                rate: Rate { usd, unit },
                currency,
                date: text("price_date").to_owned(),
                source: text("source").to_owned(),
                row: format!("{file}:{line}"),
                line,
            })
        }
        _ => Err(problems),
    }
}

/// A meter by its name.
fn meter(text: &str) -> Checked<Meter> {
    Meter::parse(text)
        .ok_or_else(|| unknown("E0402", "meter", text, &Meter::ALL.map(Meter::as_str)))
}

/// A unit by its name.
fn unit(text: &str) -> Checked<RateUnit> {
    let all = [RateUnit::Hour, RateUnit::Month];
    let found = all.into_iter().find(|u| u.as_str() == text);
    found.ok_or_else(|| unknown("E0404", "unit", text, &["hour", "month"]))
}

/// A kind of price by its name; pay-as-you-go where nothing is said.
fn kind(text: &str) -> Checked<PriceKind> {
    let text = if text.is_empty() { PriceKind::PayAsYouGo.as_str() } else { text };
    PriceKind::parse(text).ok_or_else(|| {
        unknown("E0412", "kind of price", text, &PriceKind::ALL.map(PriceKind::as_str))
    })
}

/// A three-letter currency; USD where nothing is said.
fn currency(text: &str) -> Checked<String> {
    let text = if text.is_empty() { "USD" } else { text };
    if text.len() == 3 && text.chars().all(|c| c.is_ascii_uppercase()) {
        return Ok(text.to_owned());
    }
    let message = format!("`{text}` is not a currency");
    Err(Box::new(Problem::error("E0411", message).hint("three capital letters, such as EUR")))
}

/// "unknown thing", with the nearest names or, where none is near, all of them.
fn unknown(code: &'static str, what: &str, given: &str, names: &[&str]) -> Box<Problem> {
    let near = nearest(given, names.iter().copied());
    let hint = match near.first() {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("one of {}", names.join(", ")),
    };
    Box::new(Problem::error(code, format!("unknown {what} `{given}`")).hint(hint))
}

/// A rate as written: digits, then at most twelve decimals. No sign, exponent or separator.
fn rate(text: &str) -> Checked<Decimal> {
    let wrong = |why: &str, hint: &str| {
        let message = format!("the rate `{text}` {why}");
        Box::new(Problem::error("E0403", message).hint(hint))
    };
    let no_number = || wrong("is not a decimal number", "write it like 0.293");
    if text.starts_with('-') {
        return Err(wrong("is negative", ""));
    }
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |t: &str| !t.is_empty() && t.chars().all(|c| c.is_ascii_digit());
    if !digits(whole) || !digits(decimals) {
        return Err(no_number());
    }
    if decimals.len() > MAX_DECIMALS {
        return Err(wrong("has more than 12 decimals", ""));
    }
    if whole.len() > MAX_DIGITS {
        return Err(wrong("is too large", ""));
    }
    Decimal::from_str_exact(text).map_err(|_| no_number())
}

/// Rows that price the same thing again.
fn duplicates(rows: &[Price], file: &str) -> Vec<Problem> {
    let mut first = BTreeMap::new();
    let mut problems = Vec::new();
    for row in rows {
        let Some(line) = first.insert(row.key(), row.line) else { continue };
        let what = row.what();
        let message = format!("{what} has a price in line {line} already");
        let problem = Problem::error("E0406", message).in_file(file).at(row.line, 0);
        problems.push(problem.hint("keep one of the two rows"));
    }
    problems
}

/// One table speaks one currency: amounts in two cannot be added.
fn mixed_currencies(rows: &[Price], file: &str) -> Option<Problem> {
    let first = rows.first()?;
    let other = rows.iter().find(|row| row.currency != first.currency)?;
    let message = format!(
        "this row is in {}, but line {} is in {}: amounts in two currencies cannot be added",
        other.currency, first.line, first.currency
    );
    let problem = Problem::error("E0411", message).in_file(file).at(other.line, 0);
    Some(problem.field("currency").hint("one table, one currency; an empty value means USD"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "meter,region,vm_size,rate_usd,rate_unit\n";

    /// The problems of a table of these rows, as printed.
    fn problems(rows: &str) -> Vec<String> {
        let found = read(&format!("{HEADER}{rows}"), "p.csv").unwrap_err();
        found.iter().map(Problem::to_string).collect()
    }

    #[track_caller]
    fn check(rows: &str, expected: &str) {
        assert_eq!(problems(rows), [expected]);
    }

    #[test]
    fn each_wrong_value_is_located_and_has_a_way_out() {
        check(
            "computer,eastus,Standard_DS3_v2,1,hour",
            "p.csv:2  error[E0402]  meter: unknown meter `computer`  (did you mean `compute`?)",
        );
        check(
            "compute,eastus,Standard_DS3_v2,1,day",
            "p.csv:2  error[E0404]  rate_unit: unknown unit `day`  (one of hour, month)",
        );
        check(
            "compute,eastus,,1,hour",
            "p.csv:2  error[E0405]  vm_size: a compute price needs a VM size  \
             (such as Standard_DS3_v2)",
        );
        check(
            "os_disk,eastus,Standard_DS3_v2,1,month",
            "p.csv:2  error[E0405]  vm_size: a price of os_disk has no VM size, but this row says \
             `Standard_DS3_v2`  (leave it empty)",
        );
        check(
            "os_disk,,,1,month",
            "p.csv:2  error[E0407]  region: the region is empty  (name one, or `Global` for a \
             price that holds everywhere)",
        );
        check(
            "os_disk,eastus,,1",
            "p.csv:2  error[E0408]  4 values under 5 columns  (put a value that contains a comma \
             in double quotes)",
        );
    }

    /// LEDG-3: a rate is exactly what is written.
    #[test]
    fn rates_are_plain_decimals_of_at_most_twelve_places() {
        for bad in ["", "x", "NaN", "inf", "1e-3", "1E3", "0x1", "+1", "1.", ".5", "1 000", "1_0"] {
            assert_eq!(
                rate(bad).unwrap_err().to_string(),
                format!(
                    "error[E0403]  the rate `{bad}` is not a decimal number  (write it like 0.293)"
                )
            );
        }
        let why = |t: &str| rate(t).unwrap_err().message;
        assert_eq!(why("-0.1"), "the rate `-0.1` is negative");
        assert_eq!(why("0.1234567890123"), "the rate `0.1234567890123` has more than 12 decimals");
        assert_eq!(why("1234567890"), "the rate `1234567890` is too large");
        assert_eq!(rate("0.123456789012").unwrap().to_string(), "0.123456789012");
        assert_eq!(rate("0").unwrap(), Decimal::ZERO, "free, when a person says so");
    }

    #[test]
    fn all_problems_of_a_file_are_listed_in_its_order() {
        let found = problems(
            "compute,eastus,,x,hour\nos_disk,eastus,,1,month\nos_disk,East US,,2,month\nz,,,1,hour",
        );
        let codes: Vec<_> = found.iter().map(|p| &p[..20]).collect();
        assert_eq!(
            codes,
            [
                "p.csv:2  error[E0405",
                "p.csv:2  error[E0403",
                "p.csv:4  error[E0406",
                "p.csv:5  error[E0402",
                "p.csv:5  error[E0407"
            ]
        );
        assert!(found[2].contains("os_disk in East US has a price in line 3 already"), "{found:?}");
    }

    #[test]
    fn columns_are_all_there_once_and_known() {
        let of = |header: &str| {
            let found = read(header, "p.csv").unwrap_err();
            found.iter().map(Problem::to_string).collect::<Vec<_>>()
        };
        assert_eq!(
            of("meter,region,vm_size,rate_unit"),
            ["p.csv:1  error[E0401]  there is no column `rate_usd`  \
                 (the first line of a price table \
              is meter,region,vm_size,rate_usd,rate_unit)"]
        );
        assert_eq!(of("").len(), 5, "an empty file lacks every column");
        assert_eq!(
            of(&format!("{},price_kid", HEADER.trim())),
            ["p.csv:1  error[E0409]  unknown column `price_kid`  (did you mean `price_kind`?)"]
        );
        assert_eq!(
            of(&format!("{},meter", HEADER.trim())),
            ["p.csv:1  error[E0409]  column `meter` appears twice"]
        );
    }

    #[test]
    fn optional_columns_have_defaults_and_are_checked() {
        let header = "source,rate_unit,meter,region,vm_size,rate_usd,currency,price_kind\n";
        let of = |rows: &str| read(&format!("\u{feff}{header}{rows}"), "p.csv");
        let rows = of("me,hour, compute ,eastus,Standard_X,0.50,,\n").unwrap();
        assert_eq!((rows[0].currency.as_str(), rows[0].kind), ("USD", PriceKind::PayAsYouGo));
        assert_eq!((rows[0].source.as_str(), rows[0].row.as_str()), ("me", "p.csv:2"));
        let codes =
            |rows: &str| of(rows).unwrap_err().iter().map(|p| (p.line, p.code)).collect::<Vec<_>>();
        assert_eq!(codes(",hour,compute,eastus,a,1,euro,"), [(2, "E0411")]);
        assert_eq!(codes(",hour,compute,eastus,a,1,,spot"), [(2, "E0412")]);
        let mixed = ",hour,compute,eastus,a,1,EUR,\n,hour,compute,eastus,b,1,,";
        assert_eq!(codes(mixed), [(3, "E0411")]);
        let kinds = ",hour,compute,eastus,a,1,,payg\n,hour,compute,eastus,a,1,,savings_1y";
        assert_eq!(of(kinds).unwrap().len(), 2, "two kinds are two prices");
    }
}
