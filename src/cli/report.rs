//! `idlewise report`: one HTML page about any number of plans, and its figures as files.

use crate::cli::Manner;
use crate::cli::complain::Complaints;
use crate::cli::inputs::{self, Inputs};
use crate::cli::output::{Staging, check_file_free, check_free, write_file};
use crate::cli::progress::{Progress, Unit};
use crate::cli::simulate::{progress_bar, provenance};
use crate::cli::sweep::swept;
use crate::cli::what_if::WhatIf;
use crate::cli::world_args::{PlansArgs, WorldArgs};
use crate::report::PlanTotals;
use crate::report::html::{
    Advice, Detail, PLANS_SHOWN, RECOMMENDED, Report, STORIES_SHOWN, Stories, html,
    stories_that_fit, weeks_by_zone,
};
use crate::report::plots::{Plot, plots};
use crate::search::{Evaluator, Outcome, Prepared, Scenario, Settlement};
use crate::units::Problem;
use clap::Args;
use std::cmp::Reverse;
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "\
Example: today against an idle limit of 60 minutes, to open in a browser
  printf 'idle_time_before_shutdown_minutes: 60\\n' > idle-60.yml
  idlewise report --activity activity.csv --instances instances.csv \\
      --today --plan idle-60.yml --out report.html

The page needs no network and nothing beside it. It stays below 3 MB: the first
four plans are shown in full, single weeks as far as there is room, and fleets
of over 1,000 instances by workspace, region and size.";

/// Write one HTML page that people act on, and the same figures as SVG and PNG.
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ReportArgs {
    #[command(flatten)]
    world: WorldArgs,
    #[command(flatten)]
    what_if: WhatIf,
    #[command(flatten)]
    plans: PlansArgs,
    /// A folder that `idlewise recommend` wrote: adds its saving with interval and verdict, its
    /// Pareto front and its plans to copy; what it recommends becomes a scenario of its own.
    #[arg(long, value_name = "DIR")]
    recommendation: Option<PathBuf>,
    /// The page to write.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Also write the figures as SVG and PNG into this folder; must be absent or empty.
    #[arg(long, value_name = "DIR")]
    plots: Option<PathBuf>,
    /// Replace the page, and what is in the folder of --plots.
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(args: &ReportArgs, manner: Manner) -> Result<(), Complaints> {
    check_file_free(&args.out, args.force)?;
    if let Some(dir) = &args.plots {
        check_free(dir, args.force)?;
    }
    let advice = args.recommendation.as_deref().map(read_advice).transpose()?;
    let defects = args.out.with_extension("defects");
    let mut inputs = inputs::read(&args.world, &args.plans.plan, &defects, manner)?;
    args.what_if.apply(&mut inputs);
    let mut scenarios = inputs.scenarios(args.plans.today || advice.is_some());
    if let Some((dir, advice)) = args.recommendation.as_deref().zip(advice.as_ref()) {
        scenarios.extend(recommended(&mut inputs, dir, advice)?);
    }
    scenarios.sort_by_key(|s| (s.plan_of != inputs.own, s.name != RECOMMENDED, s.name.clone()));
    let found = evaluate(&inputs, scenarios, manner)?;
    let drawing = (manner, "draw", Unit::Things("pages"), 1);
    let (page, figures) = Progress::around(drawing, || {
        drawn(&inputs, &found, advice.as_ref(), args.plots.is_some())
    })?;
    if let Some(dir) = &args.plots {
        write_figures(dir, &figures, args.force)?;
    }
    write_file(&args.out, page.as_bytes(), args.force)?;
    println!("The report is in {} ({} kB)", args.out.display(), page.len() / 1_000);
    if let Some(dir) = &args.plots {
        println!("{} figures are in {}, each as SVG and PNG", figures.len(), dir.display());
    }
    Ok(())
}

fn write_figures(dir: &Path, figures: &[Plot], force: bool) -> Result<(), Complaints> {
    let staging = Staging::begin(dir, force)?;
    for plot in figures {
        staging.write(&format!("{}.svg", plot.name), plot.svg.as_bytes())?;
        staging.write(&format!("{}.png", plot.name), &plot.png)?;
    }
    staging.finish()
}

/// Everything that is computed for the page.
struct Found {
    plans: Vec<PlanTotals>,
    details: Vec<Detail>,
    shown: Vec<Scenario>,
    /// What quota and access decided under the first plan.
    settled: Option<Settlement>,
}

fn evaluate(
    inputs: &Inputs,
    scenarios: Vec<Scenario>,
    manner: Manner,
) -> Result<Found, Complaints> {
    let case = inputs.case();
    let mut evaluator = Evaluator::new(case);
    // Every plan is replayed, and those shown in full are swept and replayed once more.
    let instances = inputs.instances.len();
    let passes = scenarios.len() + 2 * scenarios.len().min(PLANS_SHOWN);
    let bar = progress_bar(passes * instances, manner);
    let (mut judged, mut settled) = (Vec::new(), None);
    for scenario in scenarios {
        let (outcomes, settlement) = replayed(&mut evaluator, &scenario, &bar)?;
        let mut totals = PlanTotals::new(&scenario.name, &settlement);
        totals.add(&outcomes);
        settled.get_or_insert(settlement);
        judged.push((totals, scenario));
    }
    // Today (else the first) and what is recommended lead; the others by what they cost.
    let leading = judged.iter().take(2).take_while(|(_, s)| leads(inputs, s)).count().max(1);
    if let Some(others) = judged.get_mut(leading..) {
        others.sort_by_key(|(plan, _)| plan.money.total());
    }
    let (plans, mut shown): (Vec<PlanTotals>, Vec<Scenario>) = judged.into_iter().unzip();
    shown.truncate(PLANS_SHOWN);
    let mut details = Vec::new();
    for scenario in &shown {
        let quiet = Manner { quiet: true, ..manner };
        let (sweep, _) = swept((inputs, None), scenario.clone(), None, quiet)?;
        bar.inc(instances as u64);
        let prepared = Prepared::new(&case, scenario).map_err(Complaints::input)?;
        details.push(Detail {
            name: scenario.name.clone(),
            outcomes: replayed(&mut evaluator, scenario, &bar)?.0,
            sweep,
            zones: weeks_by_zone(&case, &prepared),
        });
    }
    bar.finish_and_clear();
    Ok(Found { plans, details, shown, settled })
}

fn leads(inputs: &Inputs, scenario: &Scenario) -> bool {
    scenario.plan_of == inputs.own || scenario.name == RECOMMENDED
}

fn replayed(
    evaluator: &mut Evaluator<'_>,
    scenario: &Scenario,
    bar: &Progress,
) -> Result<(Vec<Outcome>, Settlement), Complaints> {
    bar.set_message(scenario.name.clone());
    let case = evaluator.case();
    let begun = evaluator.begin(scenario).map_err(Complaints::input)?;
    let outcomes = begun.part(case.trace, 0..case.instances.len(), false, &|| bar.inc(1));
    Ok((outcomes.map_err(Complaints::input)?, begun.into_settlement()))
}

/// The page, and the figures if wanted.
fn drawn(
    inputs: &Inputs,
    found: &Found,
    advice: Option<&Advice>,
    with_figures: bool,
) -> Result<(String, Vec<Plot>), Complaints> {
    let case = inputs.case();
    let prepared: Vec<Prepared<'_>> = found
        .shown
        .iter()
        .map(|scenario| Prepared::new(&case, scenario))
        .collect::<Result<_, _>>()
        .map_err(Complaints::input)?;
    let mut ranked: Vec<usize> = (0..inputs.instances.len()).collect();
    if let Some(first) = found.details.first() {
        ranked.sort_by_key(|index| (Reverse(first.outcomes[*index].waste_usd()), *index));
    }
    ranked.truncate(STORIES_SHOWN);
    let plans: Vec<&Prepared<'_>> = prepared.iter().collect();
    let provenance = provenance(inputs);
    let blank = Stories::default();
    let report = Report {
        case: &case,
        provenance: &provenance,
        plans: &found.plans,
        details: &found.details,
        stories: &blank,
        own: inputs.own.iter().map(|plan| &inputs.shelf.plans[*plan]).collect(),
        quota: found.settled.as_ref().filter(|_| inputs.governance.quota.is_some()),
        advice,
    };
    let stories = stories_that_fit(&report, &plans, &ranked).map_err(|error| defect(&error))?;
    let report = Report { stories: &stories, ..report };
    let figures = match prepared.first().filter(|_| with_figures) {
        Some(first) => plots(&report, first).map_err(|error| defect(&error))?,
        None => Vec::new(),
    };
    Ok((html(&report).map_err(|error| defect(&error))?, figures))
}

fn defect(error: &dyn std::fmt::Display) -> Complaints {
    let problem = Problem::error("E0999", format!("the page cannot be made: {error}"));
    Complaints::input(vec![problem.hint("this is a defect of idlewise: please report it")])
}

/// The recommendation of a folder.
fn read_advice(dir: &Path) -> Result<Advice, Complaints> {
    let file = dir.join("recommendation.json");
    let text = std::fs::read_to_string(&file);
    let text = text.map_err(|e| Complaints::io("read the recommendation", &file, &e))?;
    let document = serde_json::from_str(&text).map_err(|error| {
        let problem = Problem::error("E0704", format!("not a recommendation: {error}"));
        let problem = problem.in_file(file.display().to_string()).at(error.line(), error.column());
        Complaints::input(vec![problem.hint("give the folder that `idlewise recommend` wrote")])
    })?;
    let mut advice = Advice { document, plans: Vec::new() };
    let files: Vec<String> = advice.files().into_iter().map(str::to_owned).collect();
    for file in files {
        let path = dir.join(&file);
        let text = std::fs::read_to_string(&path);
        let text = text.map_err(|e| Complaints::io("read a recommended plan", &path, &e))?;
        advice.plans.push((file, text));
    }
    Ok(advice)
}

/// The scenario in which every instance is under the plan recommended for it, else its own.
fn recommended(
    inputs: &mut Inputs,
    dir: &Path,
    advice: &Advice,
) -> Result<Option<Scenario>, Complaints> {
    let mut plan_of = inputs.own.clone();
    let assigned = advice.assigned();
    for (name, file) in &assigned {
        let place = inputs.shelf.add_nameless(&dir.join(file))?;
        let problems = std::mem::take(&mut inputs.shelf.problems);
        let Some(place) = place else { return Err(Complaints::input(problems)) };
        let instance = inputs.instances.binary_search_by(|i| i.name.as_str().cmp(name));
        if let Ok(index) = instance {
            plan_of[index] = place;
        }
    }
    let name = RECOMMENDED.to_owned();
    Ok((!assigned.is_empty()).then_some(Scenario { name, plan_of }))
}
