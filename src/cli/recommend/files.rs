//! The plans of a recommendation as files: what to deploy next, and what there was.

use crate::azure::{Changes, Deployment, Entry, Form, OutFile, PlanFile, write};
use crate::cli::complain::Complaints;
use crate::cli::inputs::Inputs;
use crate::plan::Plan;
use crate::report::recommend::{PlanUse, Recommendation, settings_text};
use crate::search::recommend::{Choice, Pick, Score, Valued, Verdict};
use crate::search::{Case, Scenario, evaluate};
use crate::units::Problem;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// The plan that does nothing, as a file: its own name is taken.
const ALWAYS_ON: &str = "always-on";

/// A plan on its way out.
#[derive(Clone, Debug)]
struct Planned {
    file: PlanFile,
    /// As it was read back from its file.
    read_back: Plan,
    /// YAML, unless only ARM can say it.
    form: Form,
    /// The settings, where they were chosen.
    choice: Option<Choice>,
    /// Positions of the instances that it is for, and of those that have it today.
    next: Vec<usize>,
    today: Vec<usize>,
}

/// What to deploy next and what there was: plans with the same content are one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plans {
    all: Vec<Planned>,
    /// For each instance, the places of the plans it is to have and has.
    next_of: Vec<usize>,
    today_of: Vec<usize>,
    by_content: BTreeMap<Vec<u8>, usize>,
    /// Names given, in lower case: file systems may not tell letter cases apart.
    names: BTreeSet<String>,
}

impl Plans {
    /// Puts together what has the same content, and names it.
    pub(crate) fn new(
        inputs: &Inputs,
        base: &Scenario,
        picks: &[Pick],
        changes: &Changes,
    ) -> Result<Self, Complaints> {
        let mut plans = Self::default();
        let own = |instance: usize| {
            let file = inputs.shelf.file(base.plan_of[instance]).without_secrets();
            Deployment::of(file.changed(changes), "").shared()
        };
        for (instance, &place) in base.plan_of.iter().enumerate() {
            let deployment = own(instance);
            let wanted = if place == 0 { ALWAYS_ON.to_owned() } else { deployment.stem };
            let place = plans.put(deployment.file, |_| wanted)?;
            plans.all[place].today.push(instance);
            plans.today_of.push(place);
        }
        for (instance, pick) in picks.iter().enumerate() {
            let place = match &pick.choice {
                None => plans.today_of[instance],
                Some(choice) => {
                    let file = own(instance).file;
                    let plan = choice.to_plan("plan", &file.plan);
                    let bare = plan == choice.to_plan("plan", &Plan::new("plan"));
                    let plain = |e: &Entry| ["$schema", "type"].contains(&e.key.as_str());
                    let is_alone = bare && file.document.entries().iter().all(plain);
                    let name = |content: &[u8]| name_of(choice, is_alone, content);
                    let place = plans.put(file.saying(plan), name)?;
                    plans.all[place].choice = Some(choice.clone());
                    place
                }
            };
            plans.all[place].next.push(instance);
            plans.next_of.push(place);
        }
        Ok(plans)
    }

    /// The place of a plan of this content; a new one gets the name it wants, or one like it.
    fn put(
        &mut self,
        mut file: PlanFile,
        name: impl FnOnce(&[u8]) -> String,
    ) -> Result<usize, Complaints> {
        "plan".clone_into(&mut file.plan.name);
        let (form, content, read_back) = written(&file)?;
        if let Some(place) = self.by_content.get(&content) {
            return Ok(*place);
        }
        let mut name = name(&content);
        if !self.names.insert(name.to_lowercase()) {
            name = format!("{name}-{}", letters(&content));
            self.names.insert(name.to_lowercase());
        }
        file.plan.name = name;
        let (next, today) = (Vec::new(), Vec::new());
        self.all.push(Planned { file, read_back, form, choice: None, next, today });
        self.by_content.insert(content, self.all.len() - 1);
        Ok(self.all.len() - 1)
    }

    /// What a cell of an instance table says for the plan an instance is to have, or has.
    pub(crate) fn cell(&self, instance: usize, is_next: bool) -> String {
        let place = if is_next { self.next_of[instance] } else { self.today_of[instance] };
        let planned = &self.all[place];
        match planned.form {
            Form::Yaml => planned.file.plan.name.clone(),
            _ => planned.path(),
        }
    }

    /// Replays what was read back; the promises must be kept to the micro-dollar.
    pub(crate) fn prove(
        &self,
        inputs: &Inputs,
        base: &Scenario,
        picks: &[Pick],
    ) -> Result<(), Complaints> {
        let mut plans = inputs.shelf.plans.clone();
        let first = plans.len();
        plans.extend(self.all.iter().map(|planned| planned.read_back.clone()));
        let plan_of = self.next_of.iter().map(|place| first + place).collect();
        let case = Case { plans: &plans, ..inputs.case() };
        let scenario = Scenario { name: base.name.clone(), plan_of };
        let outcomes = evaluate(&case, &scenario, false, &|| ()).map_err(Complaints::input)?;
        let kept = |(outcome, pick): (_, &Pick)| Score::of_outcome(outcome) == pick.then.score;
        match outcomes.iter().zip(picks).position(|both| !kept(both)) {
            None => Ok(()),
            Some(at) => {
                let name = &self.all[self.next_of[at]].file.plan.name;
                let who = &inputs.instances[at].name;
                let message = format!("`{name}` costs something else when it is read back ({who})");
                let hint = "this is a defect of idlewise: please report it";
                Err(Complaints::input(vec![Problem::error("E0991", message).hint(hint)]))
            }
        }
    }

    /// The recommended plans, by name.
    pub(crate) fn listed(&self) -> Vec<PlanUse> {
        let mut listed: Vec<PlanUse> = self
            .all
            .iter()
            .filter(|planned| !planned.next.is_empty())
            .map(|planned| PlanUse {
                name: planned.file.plan.name.clone(),
                file: planned.path(),
                instances: planned.next.clone(),
            })
            .collect();
        listed.sort_by(|a, b| a.name.cmp(&b.name));
        listed
    }

    /// All files: `plans` and `arm`, and the same of today's under `rollback`. With `assigned`,
    /// `plans` also holds the plans of today that instances stay on.
    pub(crate) fn files(
        &self,
        answer: &Recommendation<'_>,
        assigned: bool,
    ) -> Result<Vec<OutFile>, Complaints> {
        let stays = |at: &usize| answer.picks[*at].verdict == Verdict::DoNotApply;
        let mut files = Vec::new();
        for planned in &self.all {
            if !planned.next.is_empty() || (assigned && planned.today.iter().any(stays)) {
                files.extend(planned.files("", planned.comments(answer))?);
            }
            if !planned.today.is_empty() {
                let comment = format!("What {} had.", who(&planned.today, answer));
                files.extend(planned.files("rollback/", vec![comment])?);
            }
        }
        Ok(files)
    }
}

impl Planned {
    /// Its file, relative to the folder of results.
    fn path(&self) -> String {
        let extension = if self.form == Form::Yaml { "yml" } else { "json" };
        format!("plans/{}.{extension}", self.file.plan.name)
    }

    fn files(&self, folder: &str, comments: Vec<String>) -> Result<Vec<OutFile>, Complaints> {
        let mut deployment = Deployment::of(self.file.clone(), "");
        deployment.comments = comments;
        let deployment = [deployment];
        let form = |form, name: &str| {
            let written = write(form, &deployment, &format!("{folder}{name}"));
            written.map(|(files, _)| files).map_err(Complaints::input)
        };
        let mut files = form(self.form, "plans")?;
        files.extend(form(Form::Arm, "arm")?);
        Ok(files)
    }

    /// What it costs, and why.
    fn comments(&self, answer: &Recommendation<'_>) -> Vec<String> {
        if self.next.is_empty() {
            return vec![format!("Today's plan of {}; it stays.", who(&self.today, answer))];
        }
        let picks = || self.next.iter().map(|at| &answer.picks[*at]);
        let then = Valued::sum(picks().map(|pick| &pick.then));
        let today = Valued::sum(picks().map(|pick| &pick.today));
        let count = |verdict| picks().filter(|pick| pick.verdict == verdict).count();
        let settings = settings_text(&self.file.plan, self.choice.as_ref());
        let (horizon, currency) = (answer.horizon, answer.currency);
        vec![
            format!("Recommended for {}: {settings}.", who(&self.next, answer)),
            format!(
                "Replayed from {} to {}: {:.2} {currency} (today {:.2}); {} min waited (today \
                 {}), {} interruptions (today {}); objective {:.2} (today {:.2}).",
                horizon.start,
                horizon.end,
                then.score.total,
                today.score.total,
                then.score.wait_s / 60,
                today.score.wait_s / 60,
                then.score.interruptions(),
                today.score.interruptions(),
                then.objective,
                today.objective,
            ),
            format!(
                "Verdict: {} apply, {} apply with care, {} do not apply.",
                count(Verdict::Apply),
                count(Verdict::ApplyWithCare),
                count(Verdict::DoNotApply),
            ),
        ]
    }
}

/// `anna, bob and 3 more`.
fn who(instances: &[usize], answer: &Recommendation<'_>) -> String {
    const NAMED: usize = 5;
    let names: Vec<&str> =
        instances.iter().take(NAMED).map(|at| answer.instances[*at].name.as_str()).collect();
    match instances.len().saturating_sub(NAMED) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

/// The form that can say a plan, its bytes, and the plan read back from them.
fn written(file: &PlanFile) -> Result<(Form, Vec<u8>, Plan), Complaints> {
    let deployment = [Deployment::of(file.clone(), "")];
    let as_form = |form| {
        let (files, read_back) = write(form, &deployment, "plans")?;
        let bytes = files.into_iter().flat_map(|(_, bytes)| bytes).collect();
        let plan = read_back.into_iter().flatten().next().unwrap_or_else(|| file.plan.clone());
        Ok((form, bytes, plan))
    };
    as_form(Form::Yaml).or_else(|_: Vec<Problem>| as_form(Form::Arm)).map_err(Complaints::input)
}

/// `idle45m`, or with what else makes the content: `noidle-2s-kqzbea`. It is a name that Azure
/// takes, and depends on nothing but the content.
fn name_of(choice: &Choice, is_alone: bool, content: &[u8]) -> String {
    let idle = match choice.idle {
        Some(limit) => format!("idle{}m", limit.minutes()),
        None => "noidle".to_owned(),
    };
    match choice.entries.len() {
        0 if is_alone => idle,
        0 => format!("{idle}-{}", letters(content)),
        n => format!("{idle}-{n}s-{}", letters(content)),
    }
}

/// Six letters that stand for a content.
fn letters(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    digest.iter().take(6).map(|byte| char::from(b'a' + byte % 26)).collect()
}
