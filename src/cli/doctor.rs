//! `idlewise doctor`: what the program sees before any trace is read: dates of its tables, zones,
//! threads, memory and the folder for results.
//!
//! It judges little: a price older than a year and a folder that cannot be written are said, the
//! rest is shown for a person to judge.

use crate::cli::complain::Complaints;
use crate::cli::memory::Memory;
use crate::cli::{Manner, exit};
use crate::units::{DstRule, Problem, RuleProfile};
use crate::world::zones::Zone;
use crate::world::{Price, PriceBook, Sizes};
use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// Days after which a price is called old.
const OLD_DAYS: i64 = 365;

/// Say what the program sees: tables and their dates, zones, memory, threads, folders.
///
/// Exit code 0 when all is well or merely worth knowing, 3 when results could not be written.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    idlewise doctor\n  \
    idlewise doctor --prices prices.csv --out results --format json")]
pub(crate) struct DoctorArgs {
    /// Prices of your own to look at, on top of the built-in ones.
    #[arg(long, value_name = "FILE")]
    prices: Option<PathBuf>,
    /// The folder where results are to go.
    #[arg(long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
    /// How the findings are printed.
    #[arg(long, value_enum, default_value_t = Shape::Text)]
    format: Shape,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Shape {
    /// One line each.
    Text,
    /// A JSON object.
    Json,
}

/// How a finding is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Health {
    Well,
    /// Worth knowing.
    Note,
    /// Results could not be written, or the program itself is broken.
    Ill,
}

impl Health {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Well => "ok",
            Self::Note => "note",
            Self::Ill => "FAIL",
        }
    }
}

/// One thing looked at.
#[derive(Debug)]
struct Finding {
    topic: &'static str,
    health: Health,
    says: String,
    facts: Value,
}

fn finding(topic: &'static str, health: Health, says: String, facts: Value) -> Finding {
    Finding { topic, health, says, facts }
}

pub(crate) fn run(args: &DoctorArgs, manner: Manner) -> Result<(), Complaints> {
    let book = match &args.prices {
        None => PriceBook::builtin(),
        Some(path) => {
            let text = std::fs::read_to_string(path);
            let text = text.map_err(|e| Complaints::io("read", path, &e))?;
            let file = path.display().to_string();
            PriceBook::overridden_by(&text, &file).map_err(Complaints::input)?
        }
    };
    let findings = [
        program(),
        threads(manner),
        memory(),
        prices(&book, today()),
        sizes(&book),
        zones(),
        rules(),
        output(&args.out),
    ];
    match args.format {
        Shape::Text => {
            for Finding { topic, health, says, .. } in &findings {
                println!("{:<4}  {topic:<8} {says}", health.as_str());
            }
        }
        Shape::Json => {
            let all = findings.iter().map(|f| {
                let value = json!({"health": f.health.as_str(), "says": f.says, "facts": f.facts});
                (f.topic.to_owned(), value)
            });
            println!("{:#}", Value::Object(all.collect::<Map<String, Value>>()));
        }
    }
    if findings.iter().all(|f| f.health != Health::Ill) {
        return Ok(());
    }
    // They have been printed.
    Err(Complaints::input(Vec::<Problem>::new()).with_code(exit::IO))
}

fn program() -> Finding {
    let (version, os, arch) =
        (env!("CARGO_PKG_VERSION"), std::env::consts::OS, std::env::consts::ARCH);
    let facts = json!({"version": version, "os": os, "arch": arch});
    finding("program", Health::Well, format!("idlewise {version} for {os} on {arch}"), facts)
}

fn threads(manner: Manner) -> Finding {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let used = if manner.threads == 0 { cores } else { manner.threads };
    let says = format!("{used} to be used, the system offers {cores}; --threads sets it");
    finding("threads", Health::Well, says, json!({"used": used, "offered": cores}))
}

fn memory() -> Finding {
    let Memory { all, free, limit } = Memory::now();
    let gb = |bytes: u64| format!("{}.{} GB", bytes / 1_000_000_000, bytes / 100_000_000 % 10);
    let mut says = format!("{}, of which {} are free", gb(all), gb(free));
    if let Some(limit) = limit {
        says = format!("{says}; this process may use {}", gb(limit));
    }
    let facts = json!({"total_bytes": all, "available_bytes": free, "limit_bytes": limit});
    let health = if all == 0 { Health::Note } else { Health::Well };
    finding("memory", health, says, facts)
}

/// Today, in UTC.
fn today() -> NaiveDate {
    let days = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs() / 86_400);
    let epoch = NaiveDate::default();
    epoch.checked_add_days(chrono::Days::new(days)).unwrap_or(epoch)
}

/// The last day that a price's date may mean: `2024` is some day in 2024, `2024-2025` in either.
fn last_day(date: &str) -> Option<NaiveDate> {
    let parts: Vec<&str> = date.split('-').collect();
    let end_of = |year: i32| NaiveDate::from_ymd_opt(year, 12, 31);
    match parts.as_slice() {
        [year] => end_of(year.parse().ok()?),
        [_, year] if year.len() == 4 => end_of(year.parse().ok()?),
        [year, month] => {
            let first = NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, 1)?;
            first.checked_add_months(chrono::Months::new(1))?.pred_opt()
        }
        _ => date.parse().ok(),
    }
}

fn prices(book: &PriceBook, today: NaiveDate) -> Finding {
    let rows: Vec<&Price> = book.iter().collect();
    let age = |row: &&&Price| last_day(&row.date).map(|day| (today - day).num_days());
    let old = rows.iter().filter(|row| age(row).is_some_and(|days| days > OLD_DAYS)).count();
    let undated = rows.iter().filter(|row| row.date.is_empty()).count();
    let (oldest, newest) = (book.oldest_date(), book.latest_date());
    let mut says = format!("{} in {}, dated {oldest} to {newest}", rows.len(), book.currency());
    if old > 0 {
        says = format!("{says}; {old} are over a year old: see `idlewise prices import --help`");
    }
    if undated > 0 {
        says = format!("{says}; {undated} carry no date");
    }
    let health = match rows.len() {
        0 => Health::Ill,
        _ if old + undated > 0 => Health::Note,
        _ => Health::Well,
    };
    let facts = json!({
        "rows": rows.len(), "currency": book.currency(), "oldest": oldest, "newest": newest,
        "over_a_year_old": old, "undated": undated,
    });
    finding("prices", health, says, facts)
}

fn sizes(book: &PriceBook) -> Finding {
    let sizes = Sizes::builtin();
    let count = sizes.iter().count();
    let unknown: BTreeSet<&str> = book
        .iter()
        .filter(|row| row.is_compute() && sizes.get(&row.vm_size).is_none())
        .map(|row| row.vm_size.as_str())
        .collect();
    let mut says = format!("{count} with family, cores and memory");
    if !unknown.is_empty() {
        let n = unknown.len();
        says = format!("{says}; {n} priced but not among them: quotas would refuse those");
    }
    let health = match count {
        0 => Health::Ill,
        _ if unknown.is_empty() => Health::Well,
        _ => Health::Note,
    };
    finding("sizes", health, says, json!({"rows": count, "priced_but_unknown": unknown}))
}

fn zones() -> Finding {
    let (all, in_sdk) = (Zone::all().count(), Zone::all().filter(|zone| zone.in_sdk()).count());
    let tzdata = chrono_tz::IANA_TZDB_VERSION;
    let says = format!("{all} Windows names, {in_sdk} of them in Azure's SDK; IANA data {tzdata}");
    let health = if in_sdk == 131 { Health::Well } else { Health::Ill };
    finding("zones", health, says, json!({"windows": all, "in_sdk": in_sdk, "iana": tzdata}))
}

fn rules() -> Finding {
    let profiles = RuleProfile::ALL.map(RuleProfile::as_str);
    let (profile, dst) = (RuleProfile::default().as_str(), DstRule::default().as_str());
    let says = format!("{}; by default {profile}, dst {dst}", profiles.join(", "));
    finding(
        "rules",
        Health::Well,
        says,
        json!({"profiles": profiles, "default": profile, "dst": dst}),
    )
}

/// Whether results could be written to `out`, or the folder above it that exists.
fn output(out: &Path) -> Finding {
    let whole = std::path::absolute(out).unwrap_or_else(|_| out.to_owned());
    let there = whole.ancestors().find(|folder| folder.exists()).unwrap_or(&whole);
    let tried = tempfile::Builder::new().prefix(".idlewise-doctor").tempfile_in(there);
    let facts = |writable| json!({"folder": out.display().to_string(), "writable": writable});
    match tried {
        Ok(_) => {
            let says = format!("{} can be written", out.display());
            finding("output", Health::Well, says, facts(true))
        }
        Err(error) => {
            let says = format!("{} cannot be written: {error}", there.display());
            finding("output", Health::Ill, says, facts(false))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_as_young_as_its_date_allows() {
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d);
        assert_eq!(last_day("2024"), day(2024, 12, 31));
        assert_eq!(last_day("2024-2025"), day(2025, 12, 31));
        assert_eq!(last_day("2024-02"), day(2024, 2, 29));
        assert_eq!(last_day("2026-10-03"), day(2026, 10, 3));
        assert_eq!(last_day("lately"), None);
    }

    #[test]
    fn old_prices_are_noted_and_young_ones_are_not() {
        let book = PriceBook::builtin();
        let on = |y| prices(&book, NaiveDate::from_ymd_opt(y, 1, 1).unwrap_or_default());
        assert_eq!(on(2025).health, Health::Well);
        assert_eq!(on(2026).facts["over_a_year_old"], 17, "those of 2024, once 2025 is over");
        assert_eq!(on(2030).health, Health::Note);
    }
}
