//! `idlewise explain`: the story of one instance, over a stretch of time or at one instant.

use crate::cli::Manner;
use crate::cli::complain::Complaints;
use crate::cli::inputs::{self, Inputs};
use crate::cli::what_if::WhatIf;
use crate::cli::world_args::WorldArgs;
use crate::report::story::{
    Chosen, Clock, Told, moment_json, moment_text, story_jsonl, story_text,
};
use crate::search::story::{Story, instant, week};
use crate::units::{Horizon, Instant, ParseInstantError, Problem, nearest, parse_instant};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use chrono_tz::Tz;
use clap::Args;
use std::cmp::Reverse;
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "\
Example: why was it on all weekend?
  idlewise explain ci0002-chen --activity activity.csv --instances instances.csv
Why was it off when I came, and when did it start?
  idlewise explain ci0005-mira 2024-04-10T08:10 --activity activity.csv --instances instances.csv

Times without an offset are by the clock of the instance's home zone (else that of its first
schedule, else UTC). Rule ids in brackets are those of `events` and of the documentation.";

/// Tell why an instance was on or off: its story over a week, or the reasons at one instant.
///
/// Without a time, week or stretch it tells the week in which most was wasted.
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ExplainArgs {
    /// The instance.
    #[arg(value_name = "INSTANCE")]
    instance: String,
    /// The instant to explain, as in 2024-03-16T14:30 (local) or 2024-03-16T13:30:00Z.
    #[arg(value_name = "TIME", conflicts_with_all = ["week", "from", "to"])]
    time: Option<String>,
    #[command(flatten)]
    world: WorldArgs,
    #[command(flatten)]
    what_if: WhatIf,
    /// The plan it is under; without it, its own.
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// A calendar week, Monday first, as in 2024-W12.
    #[arg(long, value_name = "YEAR-WEEK", conflicts_with_all = ["from", "to"])]
    week: Option<String>,
    /// From this time or day on.
    #[arg(long, value_name = "TIME", requires = "to")]
    from: Option<String>,
    /// Up to this time; a day is not part of it.
    #[arg(long, value_name = "TIME", requires = "from")]
    to: Option<String>,
    /// What to print: text, or one JSON object per line.
    #[arg(long, value_enum, default_value_t = Shape::Text)]
    format: Shape,
}

/// `--format`.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// Sentences.
    Text,
    /// One JSON object per line: the head, then stretches and events in order.
    Jsonl,
}

pub(crate) fn run(args: &ExplainArgs, manner: Manner) -> Result<(), Complaints> {
    let plans: Vec<PathBuf> = args.plan.iter().cloned().collect();
    let mut inputs = inputs::read(&args.world, &plans, Path::new("."), manner)?;
    args.what_if.apply(&mut inputs);
    let index = find(&inputs, &args.instance)?;
    let case = inputs.case();
    let scenario = inputs.one_scenario();
    let story = Story::of(&case, &scenario, index).map_err(Complaints::input)?;
    let clock = clock(&inputs, scenario.plan_of[index], index);
    let told =
        Told { story: &story, instance: &args.instance, clock, currency: inputs.prices.currency() };
    if let Some(text) = &args.time {
        let at = time(text, clock.tz, "TIME")?;
        let moment = story.moment(at.unix()).ok_or_else(|| outside(&story, at))?;
        match args.format {
            Shape::Text => print!("{}", moment_text(&told, &moment)),
            Shape::Jsonl => println!("{}", moment_json(&told, &moment)),
        }
        return Ok(());
    }
    let chosen = chosen(args, &story, clock.tz)?;
    match args.format {
        Shape::Text => print!("{}", story_text(&told, chosen)),
        Shape::Jsonl => print!("{}", story_jsonl(&told, chosen)),
    }
    Ok(())
}

fn find(inputs: &Inputs, name: &str) -> Result<usize, Complaints> {
    let at = inputs.instances.iter().position(|i| i.name == name);
    at.ok_or_else(|| {
        let known = inputs.instances.iter().map(|i| i.name.as_str());
        let near = nearest(name, known.clone());
        let hint = if near.is_empty() {
            let some: Vec<&str> = known.take(3).collect();
            format!("instances are {}, ...", some.join(", "))
        } else {
            format!("did you mean {}?", near.join(" or "))
        };
        let problem = Problem::error("E1012", format!("no instance is called `{name}`"));
        Complaints::usage(problem.field("INSTANCE").hint(hint))
    })
}

/// The clock its user looks at.
fn clock(inputs: &Inputs, plan: usize, index: usize) -> Clock {
    let home = inputs.instances[index].home_timezone.as_deref();
    let home = home.and_then(|name| name.parse().ok());
    let schedule = || inputs.shelf.plans[plan].schedules.first();
    let tz = home.or_else(|| schedule().map(|s| s.effective_zone().tz));
    Clock { tz: tz.unwrap_or(Tz::UTC) }
}

fn chosen(args: &ExplainArgs, story: &Story<'_>, tz: Tz) -> Result<Chosen, Complaints> {
    if let (Some(from), Some(to)) = (&args.from, &args.to) {
        let (start, end) = (time(from, tz, "--from")?, time(to, tz, "--to")?);
        let asked = Horizon { start, end };
        let window =
            Horizon { start: start.max(story.horizon.start), end: end.min(story.horizon.end) };
        if window.start >= window.end {
            return Err(outside(story, asked.start));
        }
        return Ok(Chosen::Span(window));
    }
    let weeks = story.weeks(tz);
    let Some(text) = &args.week else {
        // Of equals the first.
        let worst = weeks.iter().min_by_key(|w| (Reverse(w.sums.waste_s), w.monday));
        return worst.copied().map(Chosen::Worst).ok_or_else(|| outside(story, story.horizon.end));
    };
    let monday = monday(text).ok_or_else(|| {
        let problem = Problem::error("E1014", format!("`{text}` is not a week"));
        Complaints::usage(problem.field("--week").hint("write YEAR-WEEK, such as 2024-W12"))
    })?;
    let found = weeks.into_iter().find(|w| w.monday == monday);
    found.map(Chosen::Week).ok_or_else(|| outside(story, week(monday, tz).start))
}

fn monday(text: &str) -> Option<NaiveDate> {
    let (year, week) = text.split_once("-W")?;
    NaiveDate::from_isoywd_opt(year.parse().ok()?, week.parse().ok()?, Weekday::Mon)
}

/// A time with an offset, or by the local clock; a day is its midnight.
fn time(text: &str, tz: Tz, field: &str) -> Result<Instant, Complaints> {
    let local = || {
        let civil = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"]
            .iter()
            .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
        let day = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
        civil.or_else(|| day().map(|d| d.and_time(NaiveTime::MIN)))
    };
    let parsed = match parse_instant(text, false) {
        Ok(at) => Some(at),
        Err(ParseInstantError::Naive | ParseInstantError::Malformed) => {
            local().map(|civil| instant(civil, tz))
        }
    };
    parsed.ok_or_else(|| {
        let problem = Problem::error("E1013", format!("`{text}` is not a time")).field(field);
        let hint = "write 2024-03-16T14:30 (local), 2024-03-16T13:30:00Z or 2024-03-16";
        Complaints::usage(problem.hint(hint))
    })
}

fn outside(story: &Story<'_>, at: Instant) -> Complaints {
    let message = format!("{at} is outside what is simulated");
    let hint = format!("that is {}; --horizon changes it", story.horizon);
    Complaints::usage(Problem::error("E1015", message).hint(hint))
}
