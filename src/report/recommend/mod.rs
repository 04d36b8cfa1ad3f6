//! A recommendation as JSON, as tables, and as text for people.

mod json;
mod page;
mod proofs_json;
mod sheets;
mod text;

pub use json::recommendation_json;
pub use page::page;
pub use sheets::{baselines_sheet, pareto_sheet, picks_sheet};
pub use text::terminal_table;

use crate::plan::{Plan, Trigger};
use crate::search::recommend::{
    Baseline, BaselineResult, BreakEven, Choice, Entry, Family, HoldOut, KeptAwake, Limits, Moved,
    Objective, ParetoPoint, Pick, ProfileCost, Recreate, Seasonal, Space, Valued, gap,
};
use crate::units::{Horizon, IdleLimit, Money};
use crate::world::Instance;

/// Everything a recommendation says.
#[derive(Clone, Debug)]
pub struct Recommendation<'r> {
    /// The fleet.
    pub instances: &'r [Instance],
    /// What was replayed.
    pub horizon: Horizon,
    /// Currency of all money.
    pub currency: &'r str,
    /// How things were weighed.
    pub objective: Objective,
    /// What had to be kept, under constraints.
    pub limits: Option<(Limits, Kept)>,
    /// What was searched.
    pub space: &'r Space,
    /// `instance`, `group` or `fleet`: who shares settings.
    pub scope: &'static str,
    /// How many plans they share.
    pub shared: Option<usize>,
    /// The zone of all schedules; `None`: everybody's own.
    pub zone: Option<&'static str>,
    /// One per instance.
    pub picks: &'r [Pick],
    /// The plan each instance has today.
    pub today: Vec<Plan>,
    /// The plans as written.
    pub plans: Vec<PlanUse>,
    /// No settings of the space lead to less than this, in all.
    pub lower_bound: Money,
    /// Replays and sweeps done.
    pub evaluations: u64,
    /// Why the search ended.
    pub stop_reason: &'static str,
    /// What it is compared with, today first.
    pub baselines: Vec<BaselineResult>,
    /// What supports it; `None` when nobody asked.
    pub proofs: Option<&'r Proofs>,
}

/// A plan as it was written, and who it is for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlanUse {
    /// Its name.
    pub name: String,
    /// Its file, relative to the folder of results.
    pub file: String,
    /// Positions of its instances.
    pub instances: Vec<usize>,
}

/// What is kept of the limits of a constrained search.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kept {
    /// Whether all are, in the sense of the measure.
    pub is_met: bool,
    /// The measure's wait in an average week \[s\].
    pub wait_s_per_week: i64,
    /// The measure's interruptions.
    pub interruptions: i64,
    /// Positions of the instances that do not keep them.
    pub broken: Vec<usize>,
}

/// What supports a recommendation, or shows how it would move.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Proofs {
    /// Per size and region.
    pub break_even: Vec<BreakEven>,
    /// Promised and realised; `None` when it was cut short.
    pub hold_out: Option<HoldOut>,
    /// Money against waiting.
    pub pareto: Vec<ParetoPoint>,
    /// The answer under other parameters.
    pub sensitivity: Vec<Moved>,
    /// Pairs of plans for summer and winter.
    pub seasonal: Vec<Seasonal>,
    /// The recommended plans under each rule profile.
    pub profiles: Vec<ProfileCost>,
    /// What keeps instances running under the recommended plans.
    pub keep_awake: Vec<KeptAwake>,
    /// Instances to delete rather than stop.
    pub recreate: Vec<Recreate>,
}

impl Recommendation<'_> {
    /// The recommendation in all.
    #[must_use]
    pub fn totals(&self) -> Valued {
        Valued::sum(self.picks.iter().map(|p| &p.then))
    }

    /// Today in all.
    #[must_use]
    pub fn today_totals(&self) -> Valued {
        Valued::sum(self.picks.iter().map(|p| &p.today))
    }

    /// What to expect when verdicts are followed.
    #[must_use]
    pub fn followed(&self) -> Valued {
        Valued::sum(self.picks.iter().map(Pick::followed))
    }

    /// The objective of the best settings found, which care may not advise.
    #[must_use]
    pub fn best(&self) -> Money {
        self.picks.iter().map(|p| p.best).sum()
    }

    /// How far the recommendation is from the bound: see [`gap`].
    #[must_use]
    pub fn gap(&self) -> Option<f64> {
        gap(self.totals().objective, self.lower_bound)
    }

    /// How far the best found is from it.
    #[must_use]
    pub fn best_gap(&self) -> Option<f64> {
        gap(self.best(), self.lower_bound)
    }

    /// How many instances are advised something of each family, most first; none where nothing was
    /// rehearsed.
    fn families(&self) -> Vec<(Family, usize)> {
        let count = |family| self.picks.iter().filter(|p| p.family == Some(family)).count();
        let mut families: Vec<_> =
            Family::ALL.into_iter().map(|family| (family, count(family))).collect();
        families.retain(|(_, count)| *count > 0);
        families.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        families
    }

    /// A baseline in all.
    fn baseline(&self, result: &BaselineResult) -> Valued {
        let values: Vec<Valued> =
            result.scores.iter().map(|s| Valued::new(*s, &self.objective)).collect();
        Valued::sum(&values)
    }

    /// Baselines by name; today is always among them.
    fn baseline_rows(&self) -> Vec<(&'static str, &'static str, Valued)> {
        let mut rows: Vec<_> = self
            .baselines
            .iter()
            .map(|b| (b.baseline.as_str(), b.baseline.description(), self.baseline(b)))
            .collect();
        if rows.is_empty() {
            let today = Baseline::Today;
            rows.push((today.as_str(), today.description(), self.today_totals()));
        }
        rows
    }

    /// The name of each instance's recommended plan.
    fn plan_names(&self) -> Vec<&str> {
        let mut names = vec![""; self.instances.len()];
        for plan in &self.plans {
            for instance in &plan.instances {
                names[*instance] = &plan.name;
            }
        }
        names
    }

    /// Idle limit and schedules of a pick, the latter as text.
    fn settings(&self, instance: usize) -> (Option<IdleLimit>, Vec<String>) {
        match &self.picks[instance].choice {
            Some(choice) => (choice.idle, entries_text(choice)),
            None => {
                let plan = &self.today[instance];
                (plan.idle, plan_text(plan))
            }
        }
    }
}

/// `start 07:45 Mon-Fri, W. Europe Standard Time`, one text per entry.
fn entries_text(choice: &Choice) -> Vec<String> {
    by_time(choice).map(|entry| format!("{entry}, {}", choice.zone.windows)).collect()
}

/// The entries as a day goes.
fn by_time(choice: &Choice) -> impl Iterator<Item = &Entry> {
    let mut entries: Vec<&Entry> = choice.entries.iter().collect();
    entries.sort_by_key(|entry| (entry.minute, entry.action, entry.days));
    entries.into_iter()
}

/// The enabled schedules of any plan.
fn plan_text(plan: &Plan) -> Vec<String> {
    let enabled = plan.schedules.iter().filter(|s| s.enabled);
    let one = |s: &crate::plan::Schedule| {
        let when = match &s.trigger {
            Trigger::Cron(cron) => format!("cron {}", cron.text()),
            Trigger::Recurrence(r) => {
                let spec = r.spec();
                format!("every {} {}", spec.interval, spec.frequency.as_str())
            }
        };
        format!("{} {when}, {}", s.action.as_str(), s.effective_zone().windows)
    };
    enabled.map(one).collect()
}

/// Settings in one line: `idle limit 45 min; start 07:45 Mon-Fri, stop 19:00 daily (UTC)`.
#[must_use]
pub fn settings_text(plan: &Plan, choice: Option<&Choice>) -> String {
    let idle = choice.map_or(plan.idle, |choice| choice.idle);
    let idle = match idle {
        Some(limit) => format!("idle limit {} min", limit.minutes()),
        None => "no idle limit".to_owned(),
    };
    let schedules = match choice {
        Some(choice) if choice.entries.is_empty() => "no schedule".to_owned(),
        Some(choice) => {
            let entries: Vec<String> = by_time(choice).map(ToString::to_string).collect();
            format!("{} ({})", entries.join(", "), choice.zone.windows)
        }
        None => match plan_text(plan).join("; ") {
            none if none.is_empty() => "no schedule".to_owned(),
            some => some,
        },
    };
    format!("{idle}; {schedules}")
}
