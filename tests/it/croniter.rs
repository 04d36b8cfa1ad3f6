//! SCHED-2 against a second opinion: `croniter`, a cron reader that shares no code with ours or
//! with the `cron` crate. Random expressions and hand-picked ones, all firings of 14 months, both
//! rules for two restricted day fields.
//!
//! Runs when `IDLEWISE_PYTHON` (else `python3`) can import croniter; says so and passes otherwise.

use idlewise::plan::{Cron, Schedule, Trigger, firings};
use idlewise::units::{Action, DstRule, Horizon, RuleProfile, parse_instant};
use idlewise::world::zones::Zone;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::io::Write;
use std::process::{Command, Stdio};

const MONTHS: &[&str] =
    &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEK_DAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// Hand-picked: every construct once where it is easy to get wrong.
const PICKED: &[&str] = &[
    "0 18 * * 1-5",
    "*/20 6-22/8 * * *",
    "7/25 3 * * *",
    "0 0 29 2 *",
    "0 0 31 * *",
    "0 0 31 2 *",
    "0 0 31 2 1",
    "0 12 13 * 5",
    "0 12 1-7 * 1",
    "0 12 */2 * 1",
    "0 12 13 * */2",
    "0 12 */10 * */3",
    "0 12 20/4 * wed",
    "0 12 * dec/3 *",
    "0 12 31,30,29 feb-apr SAT,Sun",
    "0 12 5/40 * *",
    "59 23 28-31 * *",
    "0 0 1 1 0",
    "0 12 1-31 * 1",
    "0 12 */1 * 1",
];

/// DIFFERENCE: what croniter reads otherwise, and the expression of ours that means what it reads.
/// * A day field that holds every value without being `*` is dropped when the other one's text has
///   a `*` in it, so `*/2` decides alone. Here a field is restricted unless it is exactly `*`.
/// * A range of equal ends goes once around. Here, and in NCrontab, it is that one value.
const DIFFERENT: &[(&str, &str)] = &[
    ("0 12 1-31 * */2", "0 12 * * */2"),
    ("0 12 */2 * 0-6", "0 12 */2 * *"),
    ("0 12 */1 * */2", "0 12 * * */2"),
    ("0 12 5-5 * 3-3", "0 12 * * *"),
    ("0 12 * mar-mar *", "0 12 * * *"),
];

fn horizon() -> Horizon {
    let at = |text| parse_instant(text, false).unwrap();
    Horizon { start: at("2023-12-01T00:00:00Z"), end: at("2025-02-01T00:00:00Z") }
}

/// A random value of a field, by name where it has one and the dice say so.
fn value(rng: &mut ChaCha8Rng, n: u32, min: u32, names: &[&str]) -> String {
    let name = names.get(usize::try_from(n - min).unwrap());
    name.filter(|_| rng.random_bool(0.3)).map_or_else(|| n.to_string(), ToString::to_string)
}

/// One item: a number, a range of at least two values, or a step.
fn item(rng: &mut ChaCha8Rng, (min, max): (u32, u32), names: &[&str]) -> String {
    let low = rng.random_range(min..max);
    let high = rng.random_range(low + 1..=max);
    // Steps of at least two: `*/1` is in the hand-picked tables.
    let step = rng.random_range(2..=(max - min).div_ceil(2));
    match rng.random_range(0..6) {
        0 | 1 => value(rng, low, min, names),
        2 => format!("{}-{}", value(rng, low, min, names), value(rng, high, min, names)),
        3 => format!("{low}-{high}/{step}"),
        4 => format!("*/{step}"),
        _ => format!("{low}/{step}"),
    }
}

fn field(rng: &mut ChaCha8Rng, range: (u32, u32), names: &[&str]) -> String {
    if rng.random_bool(0.35) {
        return "*".into();
    }
    let items = rng.random_range(1..=2);
    (0..items).map(|_| item(rng, range, names)).collect::<Vec<_>>().join(",")
}

/// Few times a day, so that 14 months stay a thousand firings or so; days, months and week days
/// free.
fn expression(rng: &mut ChaCha8Rng) -> String {
    let minutes = match rng.random_range(0..4) {
        0 => format!("{}/{}", rng.random_range(0..30), rng.random_range(20..50)),
        1 => format!("{},{}", rng.random_range(0..30), rng.random_range(0..60)),
        _ => rng.random_range(0..60).to_string(),
    };
    let hours = match rng.random_range(0..4) {
        0 => format!("*/{}", rng.random_range(8..16)),
        1 => format!("{}-{}", rng.random_range(0..11), rng.random_range(11..13)),
        _ => rng.random_range(0..24).to_string(),
    };
    let days = field(rng, (1, 31), &[]);
    let months = field(rng, (1, 12), MONTHS);
    format!("{minutes} {hours} {days} {months} {}", field(rng, (0, 6), WEEK_DAYS))
}

fn ours(expression: &str, rules: RuleProfile) -> Vec<i64> {
    let schedule = Schedule {
        action: Action::Stop,
        enabled: true,
        trigger: Trigger::Cron(Cron::parse(expression).expect(expression).0),
        zone: Zone::utc(),
        start_time: None,
    };
    let all = firings(&[schedule], rules, DstRule::Ignored, horizon().start, horizon());
    all.into_iter().map(|firing| firing.at.unix()).collect()
}

/// Two lists per expression: either day field, both day fields. `None` without croniter.
fn theirs(expressions: &[String]) -> Option<Vec<[Vec<i64>; 2]>> {
    let python = std::env::var("IDLEWISE_PYTHON").unwrap_or_else(|_| "python3".into());
    let probe = Command::new(&python).args(["-c", "import croniter"]).output();
    if !probe.is_ok_and(|done| done.status.success()) {
        eprintln!("skipped: `{python}` cannot import croniter; set IDLEWISE_PYTHON");
        return None;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/croniter/enumerate.py");
    let mut child = Command::new(python)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (start, end) = (horizon().start.unix(), horizon().end.unix());
    let lines: String = expressions.iter().map(|e| format!("{start}\t{end}\t{e}\n")).collect();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let lists: Vec<Vec<i64>> =
        text.lines().map(|l| l.split_whitespace().map(|n| n.parse().unwrap()).collect()).collect();
    assert_eq!(lists.len(), expressions.len() * 2);
    Some(lists.chunks_exact(2).map(|two| [two[0].clone(), two[1].clone()]).collect())
}

const RULES: [RuleProfile; 2] = [RuleProfile::Aml2022_12, RuleProfile::Aml2024_08];

/// The first kind of [`DIFFERENT`], for random expressions: croniter's reading, written for us.
fn as_croniter_reads(expression: &str) -> String {
    let fields: Vec<&str> = expression.split(' ').collect();
    let [minute, hour, day, month, week_day] = fields[..] else { unreachable!() };
    let every_day = ours("0 0 * * *", RULES[0]).len();
    let full = |expression: String| ours(&expression, RULES[0]).len() == every_day;
    let drop_day = week_day.contains('*') && full(format!("0 0 {day} * *"));
    let drop_week_day = day.contains('*') && full(format!("0 0 * * {week_day}"));
    let day = if drop_day { "*" } else { day };
    let week_day = if drop_week_day { "*" } else { week_day };
    format!("{minute} {hour} {day} {month} {week_day}")
}

/// SCHED-2: 300 random expressions and the hand-picked ones fire exactly when croniter says, up to
/// the two differences, which are checked as well.
#[test]
fn cron_agrees_with_croniter() {
    let mut rng = ChaCha8Rng::seed_from_u64(20_221_228);
    let (mut given, mut read): (Vec<String>, Vec<String>) =
        DIFFERENT.iter().map(|(given, read)| (given.to_string(), read.to_string())).unzip();
    for expression in PICKED {
        given.push(expression.to_string());
        read.push(expression.to_string());
    }
    for _ in 0..300 {
        let expression = expression(&mut rng);
        read.push(as_croniter_reads(&expression));
        given.push(expression);
    }
    let Some(theirs) = theirs(&given) else { return };
    let (mut compared, mut differences) = (0, Vec::new());
    for ((given, read), theirs) in given.iter().zip(&read).zip(&theirs) {
        for (rules, theirs) in RULES.into_iter().zip(theirs) {
            let ours = ours(read, rules);
            compared += ours.len();
            if ours != *theirs {
                let (n, m) = (ours.len(), theirs.len());
                differences.push(format!("{given}  {rules}: {n} firings, croniter {m}"));
            }
        }
    }
    eprintln!("{} expressions, {compared} firings compared", given.len());
    assert!(compared > 100_000, "the comparison has become hollow: {compared}");
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), differences.join("\n"));
    for (given, read) in DIFFERENT {
        assert_ne!(ours(given, RULES[0]), ours(read, RULES[0]), "{given} differs no longer");
    }
}
