//! The report: one HTML file that opens from disk, with everything inside it.
//!
//! Numbers are made here (as text, or as whole micro-dollars and seconds); the page's scripts only
//! look them up, scale and sort them. What is too large to embed is left out by rules that the page
//! states: see [`PLANS_SHOWN`], [`ROWS_MAX`] and [`stories_that_fit`].

mod advice;
mod data;
mod fleet;
pub(super) mod local;
mod pack;
mod rules;
pub(super) mod story;
mod view;
pub(super) mod week;

pub use advice::{Advice, ParetoPoint};
pub use fleet::ROWS_MAX;
pub use story::{Chapter, Stories, Told};
pub use week::{HourUse, ZoneWeek, weeks_by_zone};

pub(super) use data::thousandths;

use crate::plan::Plan;
use crate::report::{PlanTotals, Provenance, SweepTotals};
use crate::search::{Case, Outcome, Prepared, Settlement};
use crate::units::Money;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment};
use story::stories;

/// The scenario in which everybody is under the plan that [`Advice`] has for them.
pub const RECOMMENDED: &str = "recommended";
/// Plans that are shown in full; all are in the table of costs.
pub const PLANS_SHOWN: usize = 4;
/// Instances whose weeks may be told.
pub const STORIES_SHOWN: usize = 1_000;
/// What the page may take, as far as leaving out weeks helps \[bytes\].
pub const PAGE_BYTES: usize = 2_900_000;
/// What the told weeks may take of it \[bytes\].
pub const STORY_BYTES: usize = 1_400_000;

/// A plan that is shown in full.
#[derive(Clone, PartialEq, Debug)]
pub struct Detail {
    /// What reports call it.
    pub name: String,
    /// What happened, in the order of the case's instances.
    pub outcomes: Vec<Outcome>,
    /// Every idle limit under its schedules.
    pub sweep: SweepTotals,
    /// The week by home zone.
    pub zones: Vec<ZoneWeek>,
}

impl Detail {
    /// LEDG-4: what stopping never saves.
    #[must_use]
    pub fn standing(&self) -> Money {
        self.totals().standing()
    }

    /// Money by meter.
    #[must_use]
    pub fn totals(&self) -> crate::ledger::Totals {
        crate::ledger::Totals::of(self.outcomes.iter().flat_map(|o| &o.lines))
    }
}

/// Everything the page shows.
#[derive(Clone, Debug)]
pub struct Report<'r> {
    /// World and trace.
    pub case: &'r Case<'r>,
    /// How the results came about.
    pub provenance: &'r Provenance<'r>,
    /// All plans, today's first.
    pub plans: &'r [PlanTotals],
    /// Those shown in full, in the same order.
    pub details: &'r [Detail],
    /// Weeks told under those plans.
    pub stories: &'r Stories,
    /// The plan each instance is under today.
    pub own: Vec<&'r Plan>,
    /// What quota decided under the first plan, when there are quotas.
    pub quota: Option<&'r Settlement>,
    /// What `recommend` found, when given.
    pub advice: Option<&'r Advice>,
}

const PAGE: &str = include_str!("page.html");
const PARTS: [(&str, &str); 3] = [
    ("summary.html", include_str!("summary.html")),
    ("explore.html", include_str!("explore.html")),
    ("basis.html", include_str!("basis.html")),
];
/// uPlot 1.6.32 (MIT, `vendor/uPlot-LICENSE`), as published on npm.
const CHARTS: [&str; 2] =
    [include_str!("vendor/uPlot.min.css"), include_str!("vendor/uPlot.iife.min.js")];
const STYLE: &str = include_str!("style.css");
const SCRIPTS: [&str; 7] = [
    include_str!("js/core.js"),
    include_str!("js/charts.js"),
    include_str!("js/slider.js"),
    include_str!("js/week.js"),
    include_str!("js/story.js"),
    include_str!("js/table.js"),
    include_str!("js/main.js"),
];

/// The weeks for which there is room beside the rest of the page; `plans` are those of
/// [`Report::details`], `ranked` the instances, the most important first.
///
/// # Errors
/// As [`html`].
pub fn stories_that_fit(
    report: &Report<'_>,
    plans: &[&Prepared<'_>],
    ranked: &[usize],
) -> Result<Stories, minijinja::Error> {
    let rest = html(&Report { stories: &Stories::default(), ..report.clone() })?.len();
    let room = PAGE_BYTES.saturating_sub(rest).min(STORY_BYTES);
    Ok(stories(report.case, plans, ranked, room))
}

/// The page.
///
/// # Errors
/// Only for a defect of its templates, which a test would find.
pub fn html(report: &Report<'_>) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    for (name, text) in PARTS {
        environment.add_template(name, text)?;
    }
    environment.add_template("page.html", PAGE)?;
    let view = view::view(report, &data::page_data(report));
    environment.get_template("page.html")?.render(Serde(&view))
}
