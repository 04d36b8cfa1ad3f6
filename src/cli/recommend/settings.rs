//! The flags of a search as what they mean, every one that cannot be used told at once.
//!
//! Codes: `E0611` amounts, shares and waits, `E0612` idle limits, `E0613` zones, `E0614` scope,
//! `E0504` and `E0616` training weeks.

use super::{MeasureBy, Scope, SearchArgs};
use crate::cli::Manner;
use crate::cli::complain::{Complaints, print_problems};
use crate::cli::exit;
use crate::cli::sweep::By;
use crate::scenario;
use crate::search::recommend::{Effort, HoldOutOptions, Limits, Measure, Objective, Space};
use crate::units::{Horizon, IdleLimit, Money, Problem, Rate, RateUnit};
use crate::world::zones::Zone;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use std::time::Duration;

/// What is searched, and how it is weighed.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) objective: Objective,
    pub(crate) space: Space,
    pub(crate) effort: Effort,
    /// `None`: everybody's home zone.
    pub(crate) zone: Option<Zone>,
    /// How many plans those that share settings share; `None`: every instance has its own.
    pub(crate) shared: Option<usize>,
    /// The column that says who shares settings; `None`: everybody.
    pub(crate) by: Option<By>,
    pub(crate) time_limit: Option<Duration>,
    /// Least money under these, instead of the objective.
    pub(crate) limits: Option<Limits>,
    /// What the hold-out test chooses on.
    pub(crate) train: Option<Horizon>,
    /// Whether to advise what does well on weeks it was not chosen on.
    pub(crate) careful: bool,
    /// Whether to do what takes long.
    pub(crate) checks: bool,
}

impl Settings {
    pub(crate) fn read(
        args: &SearchArgs,
        assume_utc: bool,
        manner: Manner,
    ) -> Result<Self, Complaints> {
        let mut problems = Vec::new();
        let mut rate = |flag, text: &str| Rate {
            usd: amount(flag, text, &mut problems),
            unit: RateUnit::Hour,
        };
        let value_of_waiting = rate("--value-of-waiting", &args.value_of_waiting);
        let lost_run_cost = rate("--lost-run-cost", &args.lost_run_cost);
        let interruption_cost =
            money("--interruption-cost", &args.interruption_cost, &mut problems);
        let limits = idle_limits(&args.idle_limits, &mut problems);
        let zone = args.zone.as_deref().and_then(|name| zone(name, manner, &mut problems));
        let (by, shared) = scope(args, &mut problems);
        let bounds = bounds(args, &mut problems);
        let train = args.train.as_deref().and_then(|t| train(t, assume_utc, &mut problems));
        let space = Space {
            grid_minutes: args.grid.parse().unwrap_or(15),
            max_entries: usize::from(args.max_schedules),
            ..Space::default()
        };
        let settings = Self {
            // Under limits only money is minimised.
            objective: match bounds {
                Some(_) => Objective {
                    value_of_waiting: NOTHING,
                    interruption_cost: Money::ZERO,
                    lost_run_cost: NOTHING,
                },
                None => Objective { value_of_waiting, interruption_cost, lost_run_cost },
            },
            space: if limits.is_empty() { space } else { space.with_limits(&limits) },
            effort: Effort {
                gap: share("--gap", &args.gap, &mut problems),
                evaluations: args.evaluations,
                rounds: args.proof_rounds,
            },
            zone,
            shared,
            by,
            time_limit: args.time_limit.map(Duration::from_secs),
            limits: bounds,
            train,
            // Limits are kept, and plans shared, on all that is known.
            careful: !args.no_rehearsal && bounds.is_none() && shared.is_none(),
            checks: !args.no_checks,
        };
        if problems.is_empty() {
            return Ok(settings);
        }
        Err(Complaints::input(problems).with_code(exit::USAGE))
    }

    /// How to hold out.
    pub(crate) fn hold_out(&self) -> HoldOutOptions {
        HoldOutOptions { train: self.train, ..HoldOutOptions::default() }
    }

    /// Training weeks outside of what is replayed are a mistake.
    pub(crate) fn check_train(&self, horizon: Horizon) -> Result<(), Complaints> {
        match self.train {
            Some(train) if train.start < horizon.start || train.end >= horizon.end => {
                let message = format!(
                    "{} to {} leaves nothing to test on, or begins too early",
                    train.start, train.end
                );
                let hint = format!("stay inside {} to {}", horizon.start, horizon.end);
                let problem = Problem::error("E0616", message).field("--train");
                Err(Complaints::usage(problem.hint(hint)))
            }
            _ => Ok(()),
        }
    }

    /// `instance`, `group` or `fleet`.
    pub(crate) const fn scope_name(&self) -> &'static str {
        match (self.shared, self.by) {
            (None, _) => "instance",
            (Some(_), Some(_)) => "group",
            (Some(_), None) => "fleet",
        }
    }
}

/// No price.
const NOTHING: Rate = Rate { usd: Decimal::ZERO, unit: RateUnit::Hour };

/// The limits of a constrained search.
fn bounds(args: &SearchArgs, problems: &mut Vec<Problem>) -> Option<Limits> {
    let max_wait_s_per_week = args.max_wait.as_deref().and_then(|text| {
        let seconds = wait(text);
        if seconds.is_none() {
            let message = format!("`{text}` is no wait in a week");
            let hint = "write 600s/week, 10min/week or 1h/week";
            problems.push(Problem::error("E0611", message).field("--max-wait").hint(hint));
        }
        seconds
    });
    let given = args.max_wait.is_some() || args.max_interruptions.is_some();
    if given && (args.plans.is_some() || args.group_by.is_some() || args.scope != Scope::Instance) {
        let message = "limits are for plans of one's own";
        let hint = "leave out --plans, --group-by and --scope, or the limits";
        problems.push(Problem::error("E0614", message).field("--max-wait").hint(hint));
    }
    given.then_some(Limits {
        max_wait_s_per_week,
        max_interruptions: args.max_interruptions,
        measure: match args.measure {
            MeasureBy::Each => Measure::Each,
            MeasureBy::P95 => Measure::P95,
        },
    })
}

/// `10min/week` in seconds.
fn wait(text: &str) -> Option<i64> {
    let time = text.trim().strip_suffix("/week")?.trim();
    let split = time.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = time.split_at(split);
    let scale = match unit.trim() {
        "s" => 1,
        "min" => 60,
        "h" => 3_600,
        _ => return None,
    };
    number.parse::<i64>().ok()?.checked_mul(scale)
}

/// `START/END`.
fn train(text: &str, assume_utc: bool, problems: &mut Vec<Problem>) -> Option<Horizon> {
    let read = match text.split_once('/') {
        Some((start, end)) => scenario::horizon(start, end, assume_utc),
        None => Err(Problem::error("E0504", format!("`{text}` has no `/`"))
            .hint("write START/END, such as 2024-01-01T00:00:00Z/2024-02-01T00:00:00Z")),
    };
    read.map_err(|problem| problems.push(problem.field("--train"))).ok()
}

/// Who shares settings, and how many plans they share.
fn scope(args: &SearchArgs, problems: &mut Vec<Problem>) -> (Option<By>, Option<usize>) {
    let plans = args.plans.map(usize::from);
    match (args.scope, args.group_by) {
        (Scope::Instance, None) => (None, plans),
        (Scope::Fleet, None) => (None, plans.or(Some(1))),
        (Scope::Fleet, Some(_)) => {
            let message = "groups within --scope fleet";
            let hint = "leave out --scope, or --group-by";
            problems.push(Problem::error("E0614", message).field("--group-by").hint(hint));
            (None, None)
        }
        (Scope::Group, None) => {
            let message = "nothing says what makes a group";
            let hint = "name a column of the instance table, as in --group-by workspace";
            problems.push(Problem::error("E0614", message).field("--scope").hint(hint));
            (None, None)
        }
        (Scope::Instance | Scope::Group, by) => (by, plans.or(Some(1))),
    }
}

/// A decimal number that is not negative; zero where there is none, which is told.
fn amount(flag: &str, text: &str, problems: &mut Vec<Problem>) -> Decimal {
    let read = Decimal::from_str_exact(text.trim()).ok();
    // Twelve digits before the point: above that no sum would fit.
    let most = Decimal::from(1_000_000_000_000_i64);
    match read.filter(|d| !d.is_sign_negative() && *d < most) {
        Some(amount) => amount,
        None => {
            let message = format!("`{text}` is not an amount");
            let hint = "write a decimal number from 0 on, as in 12.50";
            problems.push(Problem::error("E0611", message).field(flag).hint(hint));
            Decimal::ZERO
        }
    }
}

/// The same, in whole micro-dollars.
fn money(flag: &str, text: &str, problems: &mut Vec<Problem>) -> Money {
    let amount = amount(flag, text, problems);
    let micros = amount * Decimal::from(1_000_000);
    if !micros.is_integer() {
        let message = format!("`{text}` is not in whole micro-dollars");
        problems.push(Problem::error("E0611", message).field(flag).hint("six decimals at most"));
    }
    Money::from_micros(micros.to_i64().unwrap_or(0))
}

/// `1%` or `0.01`.
fn share(flag: &str, text: &str, problems: &mut Vec<Problem>) -> f64 {
    let (number, parts) = text.trim().strip_suffix('%').map_or((text, 1.0), |n| (n, 100.0));
    let share = number.trim().parse::<f64>().ok().map(|n| n / parts);
    share.filter(|s| (0.0..=1.0).contains(s)).unwrap_or_else(|| {
        let message = format!("`{text}` is not a share");
        let hint = "write 1% or 0.01, from 0 to 100%";
        problems.push(Problem::error("E0611", message).field(flag).hint(hint));
        0.0
    })
}

/// IDLE-1.
fn idle_limits(texts: &[String], problems: &mut Vec<Problem>) -> Vec<Option<IdleLimit>> {
    let mut limits = Vec::new();
    for text in texts.iter().map(|t| t.trim()) {
        let limit = text.parse().ok().and_then(IdleLimit::from_minutes);
        if text != "none" && limit.is_none() {
            let message = format!("`{text}` is not an idle limit");
            let hint = "whole minutes from 15 to 4320 (three days), or none";
            problems.push(Problem::error("E0612", message).field("--idle-limits").hint(hint));
        }
        limits.push(limit);
    }
    limits
}

/// SCHED-5.
fn zone(name: &str, manner: Manner, problems: &mut Vec<Problem>) -> Option<Zone> {
    match Zone::parse(name) {
        Ok((zone, note)) => {
            if let Some(note) = note.filter(|_| !manner.quiet) {
                print_problems(&[Problem::warning("W0207", note.message).field("--zone")]);
            }
            Some(zone)
        }
        Err(error) => {
            let message = format!("`{name}` is no time zone");
            let hint = match error.nearest.as_slice() {
                [] => "use a Windows or IANA name, as in W. Europe Standard Time".to_owned(),
                near => format!("did you mean {}?", near.join(", ")),
            };
            problems.push(Problem::error("E0613", message).field("--zone").hint(hint));
            None
        }
    }
}
