//! What is in a generated folder, byte for byte, and nothing about where it goes.
//!
//! Activity is written batch by batch in the order of instance names, so memory is bounded. The
//! columns are those of SPEC 1.1 and 1.3; plans are Azure CLI v2 YAML (SPEC 1.4).

use crate::trace::synthetic::{Deeds, Fleet, FleetSpec, Person, Row, office_plan};
use crate::units::{Instant, Kind};
use crate::world::zones::windows_for_iana;
use chrono::{Datelike, Timelike};
use chrono_tz::Tz;
use polars::prelude::*;
use std::io;

/// Format of the activity files.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
pub enum Format {
    /// One CSV file with RFC 3339 timestamps.
    #[default]
    Csv,
    /// Parquet, in several files when there is much of it.
    Parquet,
}

pub use crate::cli::output::Stream;

/// Somewhere to put files.
pub trait Folder {
    /// Opens a new file for writing; `path` uses `/`.
    ///
    /// # Errors
    /// What the file system says.
    fn file(&mut self, path: &str) -> io::Result<Stream>;
}

/// Whether `name` is something this command writes at the top of its folder.
pub(super) fn is_ours(name: &str) -> bool {
    let is_activity = name
        .strip_prefix("activity")
        .and_then(|rest| rest.strip_suffix(".csv").or_else(|| rest.strip_suffix(".parquet")))
        .is_some_and(|rest| rest.chars().all(|c| c == '-' || c.is_ascii_digit()));
    is_activity || ["instances.csv", "operations.csv", "plans", "README.md"].contains(&name)
}

/// What goes along with the activity: stops, figures for the README, word of progress.
struct Along<'a> {
    operations: csv::Writer<Stream>,
    rows: u64,
    stops: u64,
    kinds: [u64; Kind::ALL.len()],
    done: &'a dyn Fn(u64),
}

impl Along<'_> {
    fn add(&mut self, batch: &[(Person, Deeds)]) -> io::Result<()> {
        for (person, deeds) in batch {
            self.rows += deeds.rows.len() as u64;
            self.stops += deeds.stops.len() as u64;
            for row in &deeds.rows {
                if let Some(n) = self.kinds.get_mut(row.kind as usize) {
                    *n += 1;
                }
            }
            for at in &deeds.stops {
                let at = at.to_string();
                let record = [&person.instance, at.as_str(), "stop", "", &person.user];
                self.operations.write_record(record)?;
            }
        }
        (self.done)(batch.len() as u64);
        Ok(())
    }
}

/// Writes the whole folder; `done` hears of every batch of people.
///
/// # Errors
/// What the folder says.
pub fn produce(
    fleet: &Fleet,
    format: Format,
    folder: &mut impl Folder,
    done: &dyn Fn(u64),
) -> io::Result<()> {
    let mut operations = csv::Writer::from_writer(folder.file("operations.csv")?);
    operations.write_record(["instance", "at", "op", "value", "actor"])?;
    let kinds = [0; Kind::ALL.len()];
    let mut along = Along { operations, rows: 0, stops: 0, kinds, done };
    match format {
        Format::Csv => activity_csv(fleet, folder, &mut along)?,
        Format::Parquet => activity_parquet(fleet, folder, &mut along)?,
    }
    along.operations.flush()?;
    instances_csv(fleet, folder)?;
    for (name, text) in plans(fleet.spec()) {
        write(folder, &format!("plans/{name}.yml"), &text)?;
    }
    write(folder, "README.md", &readme(fleet, format, &along))
}

fn write(folder: &mut impl Folder, path: &str, text: &str) -> io::Result<()> {
    let mut out = folder.file(path)?;
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// People per batch: about 200 000 rows.
fn people_at_once(spec: &FleetSpec) -> u32 {
    (5_000_000 / (spec.weeks * spec.density / 4).max(1)).clamp(16, 4_096)
}

fn activity_csv(fleet: &Fleet, folder: &mut impl Folder, along: &mut Along<'_>) -> io::Result<()> {
    let mut out = csv::Writer::from_writer(folder.file("activity.csv")?);
    out.write_record(["instance", "kind", "start", "end", "last_activity"])?;
    for batch in fleet.batches(people_at_once(fleet.spec())) {
        along.add(&batch)?;
        for (person, deeds) in &batch {
            for row in &deeds.rows {
                out.write_field(&person.instance)?;
                out.write_field(row.kind.as_str())?;
                out.write_field(rfc3339(row.start))?;
                out.write_field(rfc3339(row.end))?;
                match row.last_activity {
                    Some(at) => out.write_field(rfc3339(at))?,
                    None => out.write_field("")?,
                }
                out.write_record(None::<&[u8]>)?;
            }
        }
    }
    out.flush()
}

/// `YYYY-MM-DDTHH:MM:SSZ`, without going through a format string: this is the inner loop.
fn rfc3339(at: Instant) -> [u8; 20] {
    let civil = at.civil();
    let mut text = *b"0000-00-00T00:00:00Z";
    let mut put = |at: usize, digits: usize, mut value: u32| {
        for slot in text.iter_mut().skip(at).take(digits).rev() {
            *slot = b'0' + (value % 10) as u8;
            value /= 10;
        }
    };
    put(0, 4, civil.year().unsigned_abs());
    put(5, 2, civil.month());
    put(8, 2, civil.day());
    put(11, 2, civil.hour());
    put(14, 2, civil.minute());
    put(17, 2, civil.second());
    text
}

/// Parquet files of about five million rows, a row group per batch of people.
fn activity_parquet(
    fleet: &Fleet,
    folder: &mut impl Folder,
    along: &mut Along<'_>,
) -> io::Result<()> {
    const BATCHES_PER_FILE: u32 = 25;
    let spec = fleet.spec();
    let at_once = people_at_once(spec);
    let is_one = spec.instances.div_ceil(at_once) <= BATCHES_PER_FILE;
    let mut batches = fleet.batches(at_once).peekable();
    for number in 1_u32.. {
        if batches.peek().is_none() {
            break;
        }
        let name = match is_one {
            true => "activity.parquet".to_owned(),
            false => format!("activity-{number:04}.parquet"),
        };
        let schema = frame(&[]).map_err(io::Error::other)?.schema().clone();
        let out = folder.file(&name)?;
        let mut writer = ParquetWriter::new(out).batched(&schema).map_err(io::Error::other)?;
        for batch in batches.by_ref().take(BATCHES_PER_FILE as usize) {
            along.add(&batch)?;
            let frame = frame(&batch).map_err(io::Error::other)?;
            writer.write_batch(&frame).map_err(io::Error::other)?;
        }
        writer.finish().map_err(io::Error::other)?;
    }
    Ok(())
}

/// One batch as a table: strings, and microsecond timestamps in UTC.
fn frame(batch: &[(Person, Deeds)]) -> PolarsResult<DataFrame> {
    let rows = || batch.iter().flat_map(|(person, d)| d.rows.iter().map(move |r| (person, r)));
    let height = rows().count();
    let micros = |at: Instant| at.unix() * 1_000_000;
    let time = |name: &str, values: Vec<Option<i64>>| {
        Int64Chunked::from_iter_options(name.into(), values.into_iter())
            .into_datetime(TimeUnit::Microseconds, Some(TimeZone::UTC))
            .into_column()
    };
    let of = |name: &str, pick: fn(&Row) -> Option<Instant>| {
        time(name, rows().map(|(_, r)| pick(r).map(micros)).collect())
    };
    let text = |name: &str, values: Vec<&str>| Column::new(name.into(), values);
    DataFrame::new(
        height,
        vec![
            text("instance", rows().map(|(p, _)| p.instance.as_str()).collect()),
            text("kind", rows().map(|(_, r)| r.kind.as_str()).collect()),
            of("start", |r| Some(r.start)),
            of("end", |r| Some(r.end)),
            of("last_activity", |r| r.last_activity),
        ],
    )
}

fn instances_csv(fleet: &Fleet, folder: &mut impl Folder) -> io::Result<()> {
    let mut out = csv::Writer::from_writer(folder.file("instances.csv")?);
    out.write_record([
        "instance",
        "workspace",
        "region",
        "vm_size",
        "user",
        "home_timezone",
        "initial_state",
        "plan",
    ])?;
    for p in fleet.people() {
        let state = if p.initially_running { "running" } else { "stopped" };
        out.write_record([
            p.instance.as_str(),
            p.workspace,
            p.region,
            p.vm_size,
            p.user.as_str(),
            p.home_timezone.name(),
            state,
            p.plan.as_str(),
        ])?;
    }
    out.flush()
}

/// Today's plans by name: nothing set, an hour's idle limit, and office hours per home zone.
fn plans(spec: &FleetSpec) -> Vec<(String, String)> {
    let head = |name: &str| {
        format!(
            "$schema: https://azuremlschemas.azureedge.net/latest/computeInstance.schema.json\n\
             name: {name}\ntype: computeinstance\n"
        )
    };
    let mut out = vec![
        ("team-none".to_owned(), head("team-none")),
        ("idle-60".to_owned(), head("idle-60") + "idle_time_before_shutdown_minutes: 60\n"),
    ];
    for &(zone, _) in &spec.zones {
        let name = office_plan(zone);
        if out.iter().any(|(known, _)| *known == name) {
            continue;
        }
        let entry = |action: &str, hour: u32| {
            format!(
                "    - action: {action}\n      state: enabled\n      trigger:\n        \
                 type: cron\n        time_zone: \"{}\"\n        expression: \"0 {hour} * * 1-5\"\n",
                windows_name(zone)
            )
        };
        let text = head(&name)
            + "idle_time_before_shutdown_minutes: 120\nschedules:\n  compute_start_stop:\n"
            + &entry("start", 8)
            + &entry("stop", 19);
        out.push((name, text));
    }
    out
}

/// The Windows name of a zone, as Azure spells time zones; a zone that CLDR puts nowhere keeps its
/// IANA name, which is accepted on input with a note (SCHED-5).
fn windows_name(zone: Tz) -> &'static str {
    windows_for_iana(zone.name()).unwrap_or_else(|| zone.name())
}

/// `name:weight` of every choice, comma between.
fn list<'a, T: 'a>(choices: &'a [(T, u32)], name: fn(&'a T) -> &'a str) -> String {
    let each: Vec<String> = choices.iter().map(|(c, w)| format!("{}:{w}", name(c))).collect();
    each.join(",")
}

fn readme(fleet: &Fleet, format: Format, along: &Along<'_>) -> String {
    let s = fleet.spec();
    let (zones, ways) = (list(&s.zones, |z| z.name()), list(&s.ways, |w| w.as_str()));
    let density =
        if s.density == 100 { String::new() } else { format!(" --density {}", s.density) };
    let form = match format {
        Format::Csv => "csv",
        Format::Parquet => "parquet",
    };
    let kinds: String = Kind::ALL
        .into_iter()
        .zip(along.kinds)
        .map(|(kind, n)| format!("| {} | {n} |\n", kind.as_str()))
        .collect();
    format!(
        "# A synthetic fleet\n\n\
         Nobody's data: people made by `idlewise generate`, shaped like public traces of batch \
         jobs, coding sessions and notebook runs. The same command gives the same bytes.\n\n\
         ```\nidlewise generate --instances {instances} --weeks {weeks} --start {start} \
         --seed {seed}{density} \\\n    --zones {zones} \\\n    --mix {ways} \\\n    \
         --format {form} --out DIR\n```\n\n\
         {instances} instances, {horizon}, {rows} intervals:\n\n\
         | kind | intervals |\n|---|---|\n{kinds}\n\
         * `activity*.{form}`: what people did; UTC; sorted by instance and start.\n\
         * `operations.csv`: {stops} times somebody pressed Stop after a day's work.\n\
         * `instances.csv`: size, home time zone and today's plan of each instance.\n\
         * `plans/`: today's plans, as Azure CLI v2 YAML. `team-none` sets nothing, `idle-60` an \
         idle limit of an hour, `office-*` start at 8, stop at 19 on weekdays, idle limit 120.\n",
        instances = s.instances,
        weeks = s.weeks,
        start = s.start,
        seed = s.seed,
        horizon = s.horizon(),
        rows = along.rows,
        stops = along.stops,
    )
}
