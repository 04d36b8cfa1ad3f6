//! Which instance gets which plan: groups by column of the instance table or by name.

use super::{At, Place, TODAY};
use crate::units::{Problem, nearest};
use crate::world::Instance;

/// One entry of `scenarios`.
#[derive(Clone, PartialEq, Debug)]
pub struct Mix {
    /// What results call it.
    pub name: At<String>,
    /// Groups; the first that matches an instance decides.
    pub groups: Vec<Group>,
    /// The plan of instances in no group.
    pub default: Option<At<String>>,
}

/// Some instances and their plan.
#[derive(Clone, PartialEq, Debug)]
pub struct Group {
    /// Columns, each with the values or patterns of which one must match.
    pub(super) wanted: Vec<(&'static str, Vec<glob::Pattern>)>,
    /// The plan's name.
    pub plan: At<String>,
    /// Where the group is written.
    pub place: Place,
}

impl Group {
    /// Whether an instance belongs to it. Letter case does not matter, as it does not to Azure.
    #[must_use]
    pub fn holds(&self, instance: &Instance) -> bool {
        let options = glob::MatchOptions { case_sensitive: false, ..glob::MatchOptions::new() };
        self.wanted.iter().all(|(column, patterns)| {
            let value = value_of(instance, column);
            patterns.iter().any(|p| p.matches_with(&value, options))
        })
    }
}

/// What an instance has in a column, as the table spells it.
fn value_of(instance: &Instance, column: &str) -> String {
    match column {
        "instance" => instance.name.clone(),
        "workspace" => instance.workspace.clone(),
        "region" => instance.region.clone(),
        "vm_size" => instance.vm_size.clone(),
        "user" => instance.user.clone(),
        "home_timezone" => instance.home_timezone.clone().unwrap_or_default(),
        "initial_state" => {
            if instance.initially_running { "running" } else { "stopped" }.to_owned()
        }
        "plan" => instance.plan.clone().unwrap_or_default(),
        _ => instance.identity_has_contributor.map_or_else(String::new, |b| b.to_string()),
    }
}

/// The plan of every instance under a mix, as positions in `plans`; `own` are the instances' own.
/// The second part are warnings.
///
/// # Errors
/// A plan that does not exist (`E0269`), a group that matches no instance (`E0267`), instances in
/// no group where there is no default (`E0268`).
pub fn assign(
    mix: &Mix,
    instances: &[Instance],
    own: &[usize],
    plans: &[&str],
) -> (Result<Vec<usize>, Vec<Problem>>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut find = |at: &At<String>| {
        let place = plans.iter().position(|name| *name == at.value);
        if place.is_none() && at.value != TODAY {
            problems.push(unknown_plan(at, plans));
        }
        place
    };
    let targets: Vec<Option<usize>> = mix.groups.iter().map(|g| find(&g.plan)).collect();
    let default = mix.default.as_ref().map(&mut find);
    let mut matched = vec![(0_usize, 0_usize); mix.groups.len()];
    let mut left: Vec<&str> = Vec::new();
    let mut plan_of = Vec::with_capacity(instances.len());
    for (instance, own) in instances.iter().zip(own) {
        let mut chosen = None;
        for ((group, target), count) in mix.groups.iter().zip(&targets).zip(&mut matched) {
            if group.holds(instance) {
                count.0 += 1;
                if chosen.is_none() {
                    count.1 += 1;
                    chosen = Some(target.unwrap_or(*own));
                }
            }
        }
        match chosen.or_else(|| default.map(|target| target.unwrap_or(*own))) {
            Some(plan) => plan_of.push(plan),
            None => left.push(&instance.name),
        }
    }
    let mut warnings = Vec::new();
    for (group, (matching, first)) in mix.groups.iter().zip(matched) {
        if matching == 0 {
            let problem = Problem::error("E0267", "the group matches no instance");
            problems.push(group.place.locate(problem).hint(known_values(group, instances)));
        } else if first == 0 {
            let message = "earlier groups take every instance of this one";
            let problem = Problem::warning("W0261", message).hint("put it before them");
            warnings.push(group.place.locate(problem));
        }
    }
    problems.extend(left_over(mix, &left));
    (if problems.is_empty() { Ok(plan_of) } else { Err(problems) }, warnings)
}

fn unknown_plan(at: &At<String>, plans: &[&str]) -> Problem {
    let near = nearest(&at.value, plans.iter().copied());
    let hint = if near.is_empty() {
        let shown: Vec<&str> = plans.iter().copied().take(12).collect();
        let more = if plans.len() > shown.len() { ", ..." } else { "" };
        format!("known plans: {}{more}; or `{TODAY}` for each instance's own", shown.join(", "))
    } else {
        format!("did you mean `{}`?", near.join("` or `"))
    };
    at.place.locate(Problem::error("E0269", format!("no plan is called `{}`", at.value)).hint(hint))
}

/// What the instances do have in the first column that is wanted.
fn known_values(group: &Group, instances: &[Instance]) -> String {
    let Some((column, _)) = group.wanted.first() else { return String::new() };
    let mut values: Vec<String> = instances.iter().map(|i| value_of(i, column)).collect();
    values.sort();
    values.dedup();
    let more = if values.len() > 5 { ", ..." } else { "" };
    values.truncate(5);
    format!("{column} is {}{more}", values.join(", "))
}

/// The instances that nobody gave a plan.
fn left_over(mix: &Mix, left: &[&str]) -> Option<Problem> {
    if left.is_empty() {
        return None;
    }
    let (count, what) = (left.len(), if left.len() == 1 { "instance is" } else { "instances are" });
    let message =
        format!("{count} {what} in no group of `{}`: {}", mix.name.value, left.join(", "));
    let hint = "add a group, or a `default`: a plan, or `today` to leave them as they are";
    Some(mix.name.place.locate(Problem::error("E0268", message).hint(hint)))
}
